"""The walk from above: strides laid end to end, with breaks where strides are missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_walks import made_walk

from footdrop_imu.report.walk_path import foot_paths


def out_and_back(missing: tuple[int, ...] = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Eight strides of 1 m ahead, four that turn by 45° each to the left, eight back; both feet."""
    result, _ = made_walk(20)
    turn = np.tile(np.r_[np.zeros(8), np.full(4, 45.0), np.zeros(8)], 2)
    strides = result.strides.assign(
        stride_length_m=1.0, turn_deg=turn, kind=np.where(turn > 0, "turn", "straight"), step_time_s=0.6
    )
    gone = (strides["side"] == "left") & strides["stride"].isin(missing)
    rejected = result.rejected.iloc[:0]
    if missing:
        rejected = strides.loc[gone, ["session", "side", "start"]].assign(reason="gap")
    return strides[~gone].reset_index(drop=True), rejected


def test_a_walk_out_and_back_comes_back() -> None:
    left, right = foot_paths(*out_and_back())
    assert (left.side, right.side) == ("left", "right")
    assert left.x_m[-1] == pytest.approx(left.x_m[0], abs=0.1)
    assert left.x_m.max() == pytest.approx(9.3, abs=0.2)
    assert left.y_m[-1] == pytest.approx(left.y_m[0] + 2.61, abs=0.05), "turned to the left"
    assert left.y_m[0] > right.y_m[0], "the left foot is drawn on the left"
    assert (len(left.x_m), len(left.drag), int(left.turn.sum())) == (21, 20, 4)


def test_missing_strides_are_a_break_and_turn_as_the_other_foot_did() -> None:
    whole, _ = foot_paths(*out_and_back())
    broken, _ = foot_paths(*out_and_back((9, 10)))
    (gap,) = np.flatnonzero(np.isnan(broken.x_m))
    assert len(broken.x_m) == len(broken.drag) + 1 == 20 - 2 + 3
    assert np.hypot(np.diff(broken.x_m[[gap - 1, gap + 1]]), np.diff(broken.y_m[[gap - 1, gap + 1]])) == pytest.approx(
        2
    )
    assert not broken.turn[gap - 1 : gap + 1].any()
    assert broken.x_m[-1] == pytest.approx(whole.x_m[-1], abs=0.6)


def test_without_a_shared_clock_a_break_goes_straight_on() -> None:
    strides, rejected = out_and_back((9, 10))
    left, _ = foot_paths(strides.assign(step_time_s=np.nan), rejected)
    assert left.y_m[-1] > 5, "half the turn is not known"


def test_a_foot_without_lengths_has_no_path() -> None:
    strides, rejected = out_and_back()
    (right,) = foot_paths(strides.assign(stride_length_m=np.where(strides["side"] == "left", np.nan, 1.0)), rejected)
    assert right.side == "right"
    assert foot_paths(strides.iloc[:0], rejected) == ()
    (one,) = foot_paths(strides.iloc[:1], rejected)
    assert len(one.x_m) == 2
