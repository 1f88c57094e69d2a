"""Toe drags from a whole analysis: simulated drags are found, with the columns' rules, whatever foot and rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.score_simulated import pair_strides
from footdrop_imu.analysis import AnalysisConfig, analyze
from footdrop_imu.gait.drag import DRAG_COLUMNS, DragConfig
from footdrop_imu.schema import SessionResult
from footdrop_imu.simulate.drag import toe_drags
from footdrop_imu.simulate.pattern import WalkConfig, corridor, foot_drop, healthy
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk


def dragging(share: float, rate_hz: float = 100.0, side: str = "left") -> SimulatedWalk:
    weak = replace(foot_drop(0.7), drags=toe_drags("mid", share, 0.08))
    walk = WalkConfig(
        speed_mps=0.9,
        distance_m=40.0,
        left=weak if side == "left" else healthy(),
        right=healthy() if side == "left" else weak,
        turns=corridor(40.0, 20.0),
        seed=3,
    )
    return simulate_walk(walk, SensorConfig(rate_hz=rate_hz, random_mounting=True, seed=3))


@pytest.fixture(scope="module")
def sometimes() -> tuple[SimulatedWalk, SessionResult]:
    walk = dragging(0.3)
    return walk, analyze(walk.session)


def paired(walk: SimulatedWalk, result: SessionResult, side: str = "left") -> pd.DataFrame:
    return pair_strides(walk.strides, result, side)[0]


def found_share(rows: pd.DataFrame, true: bool) -> float:
    """Share of the strides that truly drag (or do not) that are called drags."""
    return float(rows.loc[rows["toe_drag_true"].astype(bool) == true, "toe_drag"].astype(float).mean())


def test_simulated_drags_are_found_on_the_foot_that_drags(sometimes: tuple[SimulatedWalk, SessionResult]) -> None:
    weak, strong = paired(*sometimes, "left"), paired(*sometimes, "right")
    assert weak["toe_drag_true"].astype(bool).sum() >= 5
    assert found_share(weak, true=True) >= 0.9
    assert found_share(weak, true=False) <= 0.05
    assert found_share(strong, true=False) <= 0.07


def test_a_drag_has_its_particulars_and_other_strides_have_none(
    sometimes: tuple[SimulatedWalk, SessionResult],
) -> None:
    strides = sometimes[1].strides
    drag = strides["toe_drag"].astype(bool)
    assert strides.loc[drag, ["toe_drag_start_frac", "toe_drag_kind", "toe_drag_witnesses"]].notna().all(axis=None)
    assert strides.loc[drag, "toe_drag_time_s"].between(0.02, 0.5).all()
    assert strides.loc[drag, "toe_drag_frac_of_swing"].between(0.02, 1.0).all()
    assert strides.loc[~drag, ["toe_drag_start_frac", "toe_drag_kind", "toe_drag_witnesses"]].isna().all(axis=None)
    assert (strides.loc[~drag, "toe_drag_time_s"] == 0.0).all()
    assert strides["toe_drag_probability"].between(0.0, 1.0).all()
    assert set(strides["toe_drag_baseline"]) == {"own"}
    assert set(";".join(strides.loc[drag, "toe_drag_witnesses"]).split(";")) <= {
        "clearance",
        "vibration",
        "deceleration",
    }


def test_the_threshold_of_the_settings_is_used(sometimes: tuple[SimulatedWalk, SessionResult]) -> None:
    never = analyze(sometimes[0].session, AnalysisConfig(drag=DragConfig(threshold=1.1)))
    assert not never.strides["toe_drag"].any()
    assert never.quality.unavailable["toe_drag_kind"] == "no stride of this walk has a toe drag"
    assert never.strides["toe_drag_probability"].equals(sometimes[1].strides["toe_drag_probability"])


@pytest.mark.parametrize(("rate_hz", "without"), [(60.0, {"vibration"}), (204.8, set())])
def test_other_rates_find_them_too(rate_hz: float, without: set[str]) -> None:
    walk = dragging(0.3, rate_hz, "right")
    result = analyze(walk.session)
    assert set(result.provenance["toe_drag_without"]["right"]) == without
    rows = paired(walk, result, "right")
    assert found_share(rows, true=True) >= 0.8
    assert found_share(rows, true=False) <= 0.05


def test_a_foot_that_drags_at_every_step_is_called_that() -> None:
    walk = dragging(1.0)
    rows = paired(walk, analyze(walk.session))
    assert set(rows["toe_drag_baseline"]) == {"other_foot"}
    assert found_share(rows, true=True) >= 0.9
    alone = replace(walk.session, streams=tuple(s for s in walk.session.streams if s.segment == "left_foot"))
    rows = paired(walk, analyze(alone))
    assert set(rows["toe_drag_baseline"]) == {"population"}
    assert found_share(rows, true=True) >= 0.9


def test_too_slow_a_sensor_says_why_there_are_no_drags() -> None:
    walk = dragging(0.3, 40.0)
    result = analyze(walk.session)
    for name in DRAG_COLUMNS:
        assert result.strides[name].isna().all()
        assert "45 Hz" in result.quality.unavailable[name]
    assert set(result.provenance["toe_drag_without"]["left"]) == {"vibration", "deceleration"}


def test_without_foot_drop_few_strides_are_called_drags() -> None:
    walk = simulate_walk(
        WalkConfig(distance_m=60.0, turns=corridor(60.0, 20.0), seed=8), SensorConfig(rate_hz=100.0, seed=8)
    )
    strides = analyze(walk.session).strides
    assert np.mean(strides["toe_drag"].astype(float)) <= 0.04
