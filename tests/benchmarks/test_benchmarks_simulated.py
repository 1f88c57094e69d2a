"""Scores against simulated truth: the truth itself scores without error, and what is taken away or added shows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.score_simulated import (
    Condition,
    conditions,
    course_errors_deg,
    errors_of,
    on_an_unknown_shoe,
    pair_strides,
    score,
    simulate,
)
from footdrop_imu.columns import REJECTED_COLUMNS, TIMESERIES_COLUMNS, make_table
from footdrop_imu.schema import Courses, Quality, SessionResult, Summary
from footdrop_imu.simulate.walk import SimulatedWalk


@pytest.fixture(scope="module")
def walked() -> SimulatedWalk:
    return simulate(Condition("flat landing", 0.8, 100.0, 3))


@pytest.fixture
def truth(walked: SimulatedWalk) -> SessionResult:
    """The result of an estimator that knows everything."""
    parts = []
    for side, true in walked.courses.items():
        for row in walked.strides[walked.strides["side"] == side].itertuples():
            index = np.arange(row.start, row.end)
            data = {"side": np.full(len(index), side, dtype=object), "stride": np.full(len(index), row.stride)}
            parts.append(data | {"time_s": true.time_s[index], "foot_pitch_deg": true.foot_pitch_deg[index]})
    series = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    nothing = np.empty(0)
    return SessionResult(
        "made",
        walked.strides.assign(stride_length_sd_m=0.01),
        make_table(REJECTED_COLUMNS, {"session": np.empty(0, dtype=object)}),
        Courses(nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing),
        Summary(),
        Quality("good"),
        {},
        make_table(TIMESERIES_COLUMNS, series),
    )


def test_every_condition_has_its_own_seed_and_both_sides_are_weak_as_often() -> None:
    made = conditions()
    assert len({condition.seed for condition in made}) == len(made)
    assert sum(condition.seed % 2 for condition in made) * 2 == len(made)


def test_the_truth_has_no_error(walked: SimulatedWalk, truth: SessionResult) -> None:
    for side in ("left", "right"):
        joined, missed, extra = pair_strides(walked.strides, truth, side)
        assert (missed, extra) == (0, 0)
        assert len(joined) == (truth.strides["side"] == side).sum() - 2
        for error in errors_of(joined).values():
            assert np.abs(error).max() == pytest.approx(0.0, abs=1e-12)
        assert np.abs(course_errors_deg(walked, truth, joined)).max() == pytest.approx(0.0, abs=1e-12)


def test_a_stride_left_out_is_missed_unless_it_is_the_first_or_last(
    walked: SimulatedWalk, truth: SessionResult
) -> None:
    left = truth.strides[truth.strides["side"] == "left"]
    for position, expected in ((5, 1), (0, 0), (-1, 0)):
        fewer = replace(truth, strides=truth.strides.drop(index=left.index[position]))
        _, missed, extra = pair_strides(walked.strides, fewer, "left")
        assert (missed, extra) == (expected, 0)


def test_an_invented_stride_is_extra(walked: SimulatedWalk, truth: SessionResult) -> None:
    left = truth.strides[truth.strides["side"] == "left"].iloc[[5]].copy()
    left["initial_contact_time_s"] += 0.4
    left["initial_contact"] += 40
    more = replace(truth, strides=pd.concat([truth.strides, left], ignore_index=True))
    _, missed, extra = pair_strides(walked.strides, more, "left")
    assert (missed, extra) == (0, 1)


def test_planted_errors_come_out_in_their_units(walked: SimulatedWalk, truth: SessionResult) -> None:
    wrong = truth.strides.assign(
        stride_length_m=truth.strides["stride_length_m"] * 1.02,
        foot_pitch_mid_swing_deg=truth.strides["foot_pitch_mid_swing_deg"] - 3.0,
        minimum_toe_clearance_m=truth.strides["minimum_toe_clearance_m"] + 0.004,
    )
    joined, _, _ = pair_strides(walked.strides, replace(truth, strides=wrong), "right")
    errors = errors_of(joined)
    assert errors["length_rmse_percent"] == pytest.approx(np.full(len(joined), 2.0))
    assert errors["pitch_mid_swing_rmse_deg"] == pytest.approx(np.full(len(joined), -3.0))
    assert errors["clearance_rmse_mm"] == pytest.approx(np.full(len(joined), 4.0))


def test_figures_are_medians_over_conditions_and_sums_of_strides() -> None:
    row = dict.fromkeys(
        (
            "length_rmse_percent",
            "pitch_contact_rmse_deg",
            "pitch_mid_swing_rmse_deg",
            "pitch_toe_off_rmse_deg",
            "pitch_course_rmse_deg",
            "clearance_rmse_mm",
            "length_error_over_sd",
            "clearance_measured_levers_rmse_mm",
            "clearance_unknown_shoe_rmse_mm",
            "clearance_unknown_shoe_error_over_sd",
            "clearance_bias_mm",
            "initial_contact_bias_ms",
            "toe_off_bias_ms",
        ),
        1.0,
    )
    rows = [row | {"strides": 10, "missed": k, "extra": 0, "refused": ""} for k in range(3)]
    rows[2]["length_rmse_percent"] = 9.0
    figures = score(pd.DataFrame([*rows, {"strides": 0, "refused": "no_walking"}]))
    assert figures["missed_strides"] == 3
    assert figures["length_rmse_percent"] == 1.0
    assert figures["length_rmse_percent_worst"] == 9.0
    assert figures["conditions_refused"] == 1


def test_an_unknown_shoe_is_another_shoe_and_nothing_is_said_of_it() -> None:
    made = [on_an_unknown_shoe(condition) for condition in conditions()[:16:5]]
    assert all(not walked.session.shoes for walked in made)
    lengths = {walked.mounting["left"].sensor_to_toe_m for walked in made}
    assert len(lengths) > 1
    usual = simulate(conditions()[0]).mounting["left"].sensor_to_toe_m
    assert usual not in lengths
