"""The study of the constants: one constant at a time, parts apart, edges and choices told as planted."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks import constants, score_optical, score_simulated
from benchmarks.constants import CONSTANTS, STUDIES, Constant, Scores, part_of, stroke_parts, vary, with_constant
from benchmarks.constants_tables import (
    FACTORS,
    FIGURES,
    PARTS,
    Figure,
    bar_of,
    beyond_bar,
    chosen,
    edges,
    edges_table,
    loses_bar,
    numbers,
    study_table,
    verdict,
)
from benchmarks.reference import data_folder, example_session, load_optical
from benchmarks.scoring import Bar
from footdrop_imu.analysis import AnalysisConfig, analyze
from footdrop_imu.schema import SessionResult

ERROR, RATIO, BIAS = "heel_toe_height_rmse_mm", "length_error_over_sd_204.8_hz", "toe_off_bias_ms"
NAN = math.nan


def row(figure: str, whole: list[float | None], **parts: list[float | None]) -> dict[str, Any]:
    made: dict[str, Any] = {"constant": "drift.made", "shipped": 2.0, "figure": figure}
    return made | {"all": whole, "first": whole, "second": whole} | parts


def leaves(tree: dict[str, Any], name: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{name}{key}.")
        else:
            yield f"{name}{key}", value


@pytest.fixture(scope="module")
def walked() -> list[tuple[str, Any]]:
    healthy, severe = score_simulated.conditions()[13], score_simulated.conditions()[69]
    return [("first", score_simulated.simulate(healthy)), ("second", score_simulated.simulate(severe))]


@pytest.mark.parametrize("constant", CONSTANTS, ids=str)
def test_one_constant_changes_and_no_other(constant: Constant) -> None:
    shipped = dict(leaves(asdict(AnalysisConfig())))
    doubled = dict(leaves(asdict(with_constant(constant, 2.0))))
    different = {name for name in shipped if shipped[name] != doubled[name]}
    assert different == {f"foot.{constant}"}
    assert doubled[f"foot.{constant}"] == 2.0 * shipped[f"foot.{constant}"]
    assert with_constant(constant, 1.0) == AnalysisConfig()


def test_every_figure_has_a_study_and_every_constant_figures() -> None:
    assert all(figure.study in STUDIES for figure in FIGURES.values())
    assert {name for constant in CONSTANTS for name in constant.figures} == set(FIGURES)
    assert len({str(constant) for constant in CONSTANTS}) == len(CONSTANTS)


def test_what_is_bad_depends_on_the_kind_of_figure() -> None:
    error, ratio, share, bias = (Figure("f", "s", "f", "", 1, kind) for kind in ("error", "ratio", "share", "bias"))
    assert error.loss(3.0) > error.loss(2.0)
    assert ratio.loss(0.5) == pytest.approx(ratio.loss(2.0))
    assert ratio.loss(1.0) == 0.0
    assert share.loss(0.99) < share.loss(0.98)
    assert bias.loss(-2.0) == bias.loss(2.0)
    for figure in (error, ratio, share, bias):
        assert figure.loss(NAN) == math.inf
    assert ratio.loss(0.0) == math.inf


@pytest.mark.parametrize(
    ("kind", "allowance", "shipped", "inside", "outside"),
    [
        ("error", 0.0, 10.0, 12.0, 12.1),
        ("error", 0.0, 10.0, 8.0, 7.9),
        ("error", 1.0, 0.0, 0.9, 1.1),
        ("ratio", 0.0, 1.0, 0.81, 0.79),
        ("share", 0.0, 0.9, 0.885, 0.87),
        ("share", 0.01, 0.99, 0.985, 0.97),
        ("bias", 1.6, 0.1, -1.4, 1.8),
    ],
)
def test_a_fifth_is_the_edge(kind: str, allowance: float, shipped: float, inside: float, outside: float) -> None:
    figure = Figure("f", "s", "f", "", 1, kind, allowance)
    assert not figure.changed(shipped, inside)
    assert figure.changed(shipped, outside)
    assert not figure.changed(shipped, shipped)


def test_a_figure_that_is_lost_is_a_change() -> None:
    figure = FIGURES[ERROR]
    assert figure.changed(5.0, NAN)
    assert figure.changed(NAN, 5.0)
    assert not figure.changed(NAN, NAN)


def test_the_first_part_chooses_and_the_second_is_not_asked() -> None:
    made = row(ERROR, [5.0] * 5, first=[9.0, 4.0, 5.0, 6.0, 7.0], second=[1.0, 9.0, 5.0, 5.0, 5.0])
    assert FACTORS[chosen(made)] == 0.71
    assert verdict(made) == "worse"


def test_of_equally_good_values_the_nearest_to_the_shipped_is_chosen() -> None:
    assert FACTORS[chosen(row(ERROR, [5.0] * 5))] == 1.0
    assert FACTORS[chosen(row(ERROR, [5.0, 6.0, 5.01, 6.0, 5.0]))] == 1.0
    assert FACTORS[chosen(row(ERROR, [4.0, 5.0, 5.0, 4.0, 4.0]))] == 1.41
    assert FACTORS[chosen(row(RATIO, [2.0, 0.5, 1.5, 0.99, 0.4]))] == 1.41


def test_a_value_without_a_figure_is_never_chosen() -> None:
    made = row(ERROR, [5.0] * 5, first=[None, None, 6.0, 7.0, None])
    assert FACTORS[chosen(made)] == 1.0
    assert np.isnan(numbers(made, "first")[0])


def test_edges_are_half_and_double_of_the_whole_reference() -> None:
    assert edges(row(ERROR, [5.0, 50.0, 5.0, 50.0, 5.5], first=[9.0] * 5)) == []
    assert edges(row(ERROR, [7.0, 5.0, 5.0, 5.0, 3.0])) == [0, 4]
    assert edges(row(ERROR, [5.0, 5.0, 5.0, 5.0, None])) == [4]


def test_choosing_is_better_worse_or_the_same() -> None:
    first = [9.0, 9.0, 5.0, 9.0, 4.0]
    found = [verdict(row(ERROR, first, second=[5.0, 5.0, 5.0, 5.0, double])) for double in (3.0, 4.5, 5.5, 7.0)]
    assert found == ["better", "same", "same", "worse"]


def test_the_table_of_edges_says_which_way() -> None:
    rows = [
        row(ERROR, [7.0, 5.0, 5.0, 4.0, 3.0]),
        row(BIAS, [-0.5, 0.0, 0.5, 1.0, 7.0]),
        row(RATIO, [1.0, 1.0, 1.0, 1.0, 1.1]),
        row(ERROR, [5.0, 5.0, 5.2, 5.4, 5.6]),
    ]
    text = edges_table(rows)
    assert text.startswith("2 of 4 pairs")
    assert "1 more lose their bar" in text
    height, narrow = (line for line in text.splitlines() if "height" in line)
    assert height == (
        "| `drift.made` | 2 | heel and toe height RMSE (mm) | ≤ 5.5 | 7.0† worse | 5.0 | 5.0 | 4.0 | 3.0 better |"
    )
    assert narrow.endswith("| 5.0 | 5.0 | 5.2 | 5.4 | 5.6† |")
    (toe_off,) = [line for line in text.splitlines() if "toe off" in line]
    assert toe_off.endswith("| -0.5 | 0.0 | 0.5 | 1.0 | 7.0 worse |")
    assert "In 3 of 4 pairs another value" in text
    assert "about the same as the shipped one 2 times, more than 20 % better 1 times, worse 0 times" in text


def test_a_bar_is_lost_only_where_it_was_held() -> None:
    assert loses_bar(row(ERROR, [5.6, 5.0, 5.0, 5.0, 5.0]))
    assert not loses_bar(row(ERROR, [5.6, 5.6, 5.6, 5.6, 5.6]))
    assert not loses_bar(row(ERROR, [5.0, 5.6, 5.0, 5.6, 5.0]))
    assert beyond_bar(row(ERROR, [5.0, 5.6, 5.0, None, 5.0])) == [1, 3]
    assert beyond_bar(row("simulated_pitch_deg", [9.0] * 5)) == []


def test_the_table_of_everything_shows_both_parts() -> None:
    made = row(ERROR, [7.0, 5.0, 5.0, 4.0, None], first=[8.0, 6.0, 6.0, 4.0, None], second=[6.0, 4.0, 4.0, 4.1, 3.0])
    line = study_table([made]).splitlines()[-1]
    assert line == (
        "| `drift.made` | 2 | heel and toe height RMSE (mm) | **8.0 / 6.0** | 6.0 / 4.0 | **– / 3.0** "
        "| 2.82 | 4.1 | 4.0 | same |"
    )


def test_tables_before_a_run_say_so() -> None:
    assert study_table([]) == edges_table([]) == "(not run)"


def test_a_figure_knows_its_bar() -> None:
    assert bar_of(FIGURES[ERROR]) == Bar(5.5)
    assert bar_of(FIGURES["pitch_course_rmse_deg"]) == Bar(1.5)
    assert bar_of(FIGURES["simulated_pitch_deg"]) is None


def test_every_study_runs_once_at_every_factor() -> None:
    asked: list[tuple[str, float]] = []

    def run(study: str, factor: float) -> Scores:
        asked.append((study, factor))
        return {part: {ERROR: factor + number} for number, part in enumerate(PARTS)}

    rows = vary(Constant("drift", "sd_share", (ERROR, BIAS, RATIO)), run)
    assert sorted(asked) == sorted((study, factor) for study in ("course", "length") for factor in FACTORS)
    assert [one["figure"] for one in rows] == [ERROR, BIAS, RATIO]
    assert rows[0]["all"] == list(FACTORS)
    assert rows[0]["second"] == [factor + 2 for factor in FACTORS]
    assert np.isnan(rows[1]["all"]).all()
    assert rows[0]["shipped"] == AnalysisConfig().foot.drift.sd_share


def test_parts_of_a_result_have_every_stride_once(exact: SessionResult) -> None:
    contact_s = exact.strides["initial_contact_time_s"].to_numpy()
    cut_s = float(np.median(contact_s))
    first, second = (part_of(exact, cut_s, part).strides for part in ("first", "second"))
    assert first["stride"].tolist() == [0, 1, 2, 3]
    assert second["stride"].tolist() == [4, 5, 6]
    assert len(part_of(exact, cut_s, "all").strides) == len(exact.strides)
    late = part_of(
        SessionResult(**(vars(exact) | {"strides": exact.strides.assign(clock_offset_s=100.0)})), cut_s, "first"
    )
    assert len(late.strides) == 0


def test_people_after_stroke_are_parted_by_person() -> None:
    trials = pd.DataFrame(
        {
            "person": [f"p{k // 2}" for k in range(10)],
            "optical_deg": np.arange(10.0),
            "own_deg": np.arange(10.0) + np.array([0, 0, 3, 3, 0, 0, 1, -1, 1, -1]),
        }
    )
    parts = stroke_parts(trials)
    assert parts["first"]["change_within_person_rmse_deg"] == pytest.approx(0.0)
    assert parts["second"]["change_within_person_rmse_deg"] == pytest.approx(np.sqrt(4 / 2))
    assert parts["all"]["change_within_person_rmse_deg"] == pytest.approx(np.sqrt(4 / 5))


def test_simulated_walks_of_the_study_hold_every_person_speed_and_rate() -> None:
    chosen_ones = score_simulated.conditions()[:: constants.EVERY_CONDITION]
    for name, values in (
        ("person", score_simulated.PEOPLE),
        ("speed_mps", score_simulated.SPEEDS_MPS),
        ("rate_hz", score_simulated.RATES_HZ),
    ):
        assert {getattr(one, name) for one in chosen_ones} == set(values)


def test_simulated_figures_by_part_and_a_walk_that_is_refused(walked: list[tuple[str, Any]]) -> None:
    references = constants.References(None, None, [], walked)  # type: ignore[arg-type]
    usual = constants.score_simulation(references, AnalysisConfig())
    for name in ("simulated_length_percent", "simulated_pitch_deg"):
        both = (usual["first"][name] + usual["second"][name]) / 2.0
        assert usual["all"][name] == pytest.approx(both)
        assert 0.0 < usual["all"][name] < 5.0
    assert usual["all"]["simulated_wrong_percent"] == 0.0
    nothing = constants.score_simulation(references, with_constant(Constant("cycle", "least_intensity", ()), 1000.0))
    assert nothing["all"]["simulated_wrong_percent"] == 100.0
    assert np.isnan(nothing["all"]["simulated_pitch_deg"])


def test_how_events_are_told_reaches_the_events(walked: list[tuple[str, Any]]) -> None:
    session = walked[0][1].session
    shipped = analyze(session).strides
    later = analyze(session, with_constant(Constant("event", "recovered", ()), 3.0)).strides
    assert len(later) == len(shipped)
    assert (later["toe_off"] - shipped["toe_off"]).mean() > 0.5
    assert (later["initial_contact"] == shipped["initial_contact"]).all()


def test_the_whole_reference_gives_the_figures_of_its_own_script() -> None:
    folder = data_folder()
    if folder is None:
        pytest.skip("the reference recordings are not in ../shared/data")
    optical = load_optical(folder)
    references = constants.References(folder, optical, [], [])
    result = analyze(example_session(folder), timeseries=True)
    scores = constants.score_events_and_courses(references, AnalysisConfig())
    figures = score_optical.score_events(result, optical) | score_optical.score_courses(result, optical)
    assert {name: scores["all"][name] for name in figures} == pytest.approx(figures, nan_ok=True)
    first, second, whole = (scores[part]["toe_off_count"] for part in ("first", "second", "all"))
    assert first + second == whole
    assert min(first, second) > 0.4 * whole
