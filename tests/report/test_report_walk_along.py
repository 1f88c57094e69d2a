"""Measures along the walk: told where they change by more than chance, and by enough to matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from in_report import DE, EN, figures, walk
from made_walks import made_walk

from footdrop_imu.report.figure_data import AlongWalk, Runs
from footdrop_imu.report.walk_trends import trend_sentence, walk_trends
from footdrop_imu.schema import Session, SessionResult

PITCH = "foot_pitch_mid_swing_deg"


def tiring(change_deg: float, count: int = 90) -> tuple[SessionResult, Session]:
    """A walk in which the left foot's pitch changes by so much from the first to the last stride."""
    result, session = made_walk(count)
    left = (result.strides["side"] == "left").to_numpy()
    drift = change_deg * result.strides["stride"] / (count - 1)
    pitch = result.strides[PITCH] + np.where(left, drift, 0.0)
    return replace(result, strides=result.strides.assign(**{PITCH: pitch})), session


@pytest.mark.parametrize("change_deg", [-6.0, 6.0])
def test_a_change_is_found_with_its_interval(change_deg: float) -> None:
    left, right = walk_trends(tiring(change_deg)[0].strides, PITCH)
    assert (left.side, left.told, right.told) == ("left", True, False)
    assert left.low < change_deg < left.high
    assert left.end_value - left.start_value == pytest.approx(left.change)


def test_single_odd_strides_bend_no_line() -> None:
    result, _ = tiring(-6.0)
    odd = result.strides[PITCH].where(result.strides["stride"] != 40, 60.0)
    assert walk_trends(result.strides.assign(**{PITCH: odd}), PITCH)[0].change == pytest.approx(-6.0, abs=1.5)


def test_a_change_too_small_to_matter_is_not_told() -> None:
    result, _ = made_walk(90)
    left, _ = walk_trends(result.strides.assign(**{PITCH: -10.0 - 0.005 * result.strides["stride"]}), PITCH)
    assert left.high < 0
    assert not left.told
    assert trend_sentence(left, EN) == ""


@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_a_short_walk_has_no_trend(count: int) -> None:
    assert walk_trends(made_walk(count)[0].strides, PITCH) == ()


def test_chance_is_rarely_told() -> None:
    told = 0
    result, _ = made_walk(90)
    for seed in range(40):
        noise = np.random.default_rng(seed).normal(-10, 2.5, len(result.strides))
        told += sum(trend.told for trend in walk_trends(result.strides.assign(**{PITCH: noise}), PITCH))
    assert told <= 8, "of 80"


def test_what_changed_stands_in_the_answer_of_the_affected_foot() -> None:
    report = walk(*tiring(-6.0))
    (told,) = (each for each in report.answer.statements if each.code == "along_left")
    assert told.of == "Left foot"
    assert told.text.startswith("Along the walk, pitch at mid swing fell by ")
    assert "95 % interval" in told.text
    assert "because" not in told.text
    assert told.numbers[PITCH][0] < 0
    data = figures(report)["mid_swing"].data
    assert isinstance(data, AlongWalk)
    assert [trend.told for trend in data.trends] == [True, False]
    assert told.text in figures(report)["mid_swing"].alt


def test_it_is_written_as_germans_write() -> None:
    (left, _) = walk_trends(tiring(-6.0)[0].strides, PITCH)
    english, german = trend_sentence(left, EN), trend_sentence(left, DE)
    number = f"{abs(left.change):.1f}"
    assert number in english
    assert number.replace(".", ",") in german


def test_tables_behind_the_figures_count_every_stride() -> None:
    figure = figures(walk(*made_walk(60)))["speed"]
    counts = [int(cells[1].split("(")[1].rstrip(")")) for cells in figure.table.rows if "(" in cells[1]]
    assert sum(counts) == 60
    assert len(figure.table.rows) <= 20


def test_an_hour_is_told_in_minutes_and_runs() -> None:
    found = figures(walk(*made_walk(2900)))
    data = found["speed"].data
    assert isinstance(data, AlongWalk)
    assert all(isinstance(side, Runs) for side in data.sides)
    assert data.x_label == "Time in min"
    assert "path" not in found, "errors have added up"
    assert isinstance(found["pitch"].table.rows[0][0], str)


def test_strides_without_times_do_not_stop_it() -> None:
    result, _ = made_walk(60)
    strides = result.strides.assign(initial_contact_time_s=np.nan, clock_offset_s=np.nan)
    assert walk_trends(strides, PITCH) == ()
    assert walk_trends(pd.DataFrame(strides.iloc[:0]), PITCH) == ()
