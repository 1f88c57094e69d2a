"""Hard walks are scored for what they are."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.score_hard import ORDERS, _kinds, _refused, walk
from footdrop_imu.analysis import analyze
from footdrop_imu.simulate.pattern import WalkConfig, equinus, foot_drop, healthy
from footdrop_imu.simulate.terrain import Ramp, Stairs


@pytest.mark.parametrize("slope_deg", [-4.0, 4.0])
def test_ramps_are_told_from_level_floor(slope_deg: float) -> None:
    config = WalkConfig(speed_mps=1.1, distance_m=18.0, ramps=(Ramp(7.0, 5.0, slope_deg),))
    counts = _kinds(walk(5, foot_drop(0.6), healthy(), config))
    assert counts["ramp", "ramp"] >= 5
    assert sum(n for (true, own), n in counts.items() if true != own) <= 2
    assert not any(own != "level" for (true, own) in counts if true == "level")


def test_stairs_are_told_from_level_floor() -> None:
    config = WalkConfig(speed_mps=0.9, distance_m=10.0, stairs=(Stairs(5.0, 6, 0.17),))
    counts = _kinds(walk(6, healthy(), healthy(), config))
    assert set(counts) == {("level", "level"), ("stairs_up", "stairs_up")}


def test_only_wrong_axes_are_refused() -> None:
    session = walk(7, foot_drop(0.6), healthy(), WalkConfig(speed_mps=1.0, distance_m=10.0)).session
    assert not _refused(session, np.eye(3))
    assert _refused(session, ORDERS["all signs"])
    assert _refused(session, ORDERS["two swapped"])


@pytest.mark.parametrize("stands_heel_up", [True, False])
def test_equinus_is_told_or_measured(stands_heel_up: bool) -> None:
    """On the forefoot in standing too: no angles. With the heel down in standing: the true ones."""
    foot = equinus(20.0, stands_heel_up=stands_heel_up)
    walked = walk(8, foot, foot, WalkConfig(speed_mps=0.8, distance_m=12.0))
    result = analyze(walked.session)
    pitch = result.strides["foot_pitch_initial_contact_deg"]
    assert all(foot["suspected_heel_up"] == stands_heel_up for foot in result.provenance["feet"].values())
    if stands_heel_up:
        assert pitch.isna().all()
    else:
        assert pitch.median() == pytest.approx(walked.strides["foot_pitch_initial_contact_deg"].median(), abs=2.5)
