"""The ankle's score: nothing for a perfect estimate, and what is put in comes out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.bars import bars_of
from benchmarks.score_ankle import EVENTS, errors_of, score, simulate
from benchmarks.scoring import rms
from footdrop_imu.analysis import analyze
from footdrop_imu.schema import SessionResult
from footdrop_imu.simulate.walk import SimulatedWalk

ANGLES = [f"ankle_dorsiflexion_{event}_deg" for event in EVENTS]


@pytest.fixture(scope="module")
def walked() -> SimulatedWalk:
    return simulate("mild drop", 1.3, 100.0, 2)


@pytest.fixture(scope="module")
def exact(walked: SimulatedWalk) -> SessionResult:
    """An estimate with the true ankle at its own events."""
    result = analyze(walked.session, timeseries=True)
    strides, series = result.strides.copy(), result.timeseries
    assert series is not None
    series = series.copy()
    for side, true in walked.courses.items():
        course, own = true.ankle_dorsiflexion_deg, strides["side"] == side
        rows = series["side"] == side
        series.loc[rows, "ankle_dorsiflexion_deg"] = course[np.rint(100.0 * series.loc[rows, "time_s"]).astype(int)]
        for event in EVENTS[1:]:
            strides.loc[own, f"ankle_dorsiflexion_{event}_deg"] = course[strides.loc[own, event]]
        swings = strides.loc[own, ["toe_off", "initial_contact"]].to_numpy()
        strides.loc[own, ANGLES[0]] = [course[first : last + 1].max() for first, last in swings]
    return replace(result, strides=strides, timeseries=series)


def test_the_truth_has_no_error(walked: SimulatedWalk, exact: SessionResult) -> None:
    errors = errors_of(walked, exact)
    for name in (*EVENTS, "course", "over_sd"):
        assert len(errors[name]) > 20
        assert np.abs(errors[name]).max() < 1e-9, name


def test_an_offset_is_the_error(walked: SimulatedWalk, exact: SessionResult) -> None:
    off = exact.strides.copy()
    off[ANGLES] += 2.0
    off["ankle_dorsiflexion_sd_deg"] = 4.0
    errors = errors_of(walked, replace(exact, strides=off))
    assert [rms(errors[event]) for event in EVENTS] == pytest.approx([2.0] * 3)
    assert rms(errors["over_sd"]) == pytest.approx(0.5)
    assert rms(errors["course"]) < 1e-9


def test_without_a_time_series_there_is_no_score(walked: SimulatedWalk, exact: SessionResult) -> None:
    with pytest.raises(ValueError, match="timeseries"):
        errors_of(walked, replace(exact, timeseries=None))


def test_every_bar_has_its_figure() -> None:
    names = ("course", "own_contact", "over_sd", *EVENTS, "joint_not_fitted", "sensor_taken_for_the_joint")
    walks = pd.DataFrame(
        {"rate_hz": [100.0] * 4, "soft": [False, True] * 2, **{name: [0.4, 0.6, 0.8, 1.0] for name in names}}
    )
    legs = pd.DataFrame(
        {
            "strides_with_ankle": [50, 0],
            "strides": [50, 50],
            "wander_deg": [1.0, 3.0],
            "range_of_motion_deg": [20.0, 30.0],
            "shank_over_foot_length": [0.98, 1.04],
        }
    )
    figures = score(walks, legs)
    assert set(bars_of("ankle")) <= set(figures)
    assert figures["course_rmse_deg"] == pytest.approx(0.7)
    assert figures["course_rmse_deg_worst"] == 1.0
    assert figures["error_over_sd"] == pytest.approx(rms(np.array([0.4, 0.6, 0.8, 1.0])))
    assert figures["legs_without_ankle"] == 1.0
    assert figures["shank_length_off_percent"] == pytest.approx(3.0)
