"""Bouts, kinds and stance from the order of the strides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from footdrop_imu.gait.sequence import sequence_strides

RATE_HZ = 100.0


def strides(starts: list[int], length: int = 100, **changes: Any) -> dict[str, Any]:
    """Complete strides of 1 s: toe off after 0.4 s, contact after 0.8 s, heel off after 0.2 s."""
    start = np.asarray(starts, dtype=np.int64)
    count = len(start)
    return {
        "start": start,
        "end": start + length,
        "toe_off": start + 40,
        "initial_contact": start + 80,
        "heel_off": start + 20,
        "swing_time_s": np.full(count, 0.4),
        "height_change_m": np.zeros(count),
        "stride_length_m": np.full(count, 1.2),
        "flat_pitch_deg": np.zeros(count),
        "level": np.ones(count, dtype=bool),
        "turn_deg": np.zeros(count),
        **changes,
    }


def rejected(starts: list[int] | None = None, contact: int = 80) -> dict[str, Any]:
    start = np.asarray(starts or [], dtype=np.int64)
    return {
        "start": start,
        "end": start + 100,
        "initial_contact": np.where(contact >= 0, start + contact, -1) if len(start) else start,
    }


def sequence(measured: dict[str, Any], others: dict[str, Any] | None = None, turn_deg: float = 20.0) -> dict[str, Any]:
    return sequence_strides(measured, others or rejected(), RATE_HZ, turn_deg)


def test_one_bout() -> None:
    found = sequence(strides([0, 100, 200, 300]))
    assert found["bout"].tolist() == [0, 0, 0, 0]
    assert found["position_in_bout"].tolist() == [0, 1, 2, 3]
    assert found["kind"].tolist() == ["first", "straight", "straight", "last"]
    assert found["previous_contact"].tolist() == [-1, 80, 180, 280]


def test_stance_is_from_the_contact_before_to_toe_off() -> None:
    """Contact at 0.8 s of the stride before, toe off at 0.4 s of the next: 0.6 s, with a swing of 0.4 s."""
    found = sequence(strides([0, 100, 200]))
    assert found["stance_time_s"] == pytest.approx([np.nan, 0.6, 0.6], nan_ok=True)
    assert found["stance_frac"] == pytest.approx([np.nan, 0.6, 0.6], nan_ok=True)
    # the heel leaves 0.4 s after the contact before, in a stance of 0.6 s
    assert found["heel_off_frac"] == pytest.approx([np.nan, 2 / 3, 2 / 3], nan_ok=True)


def test_standing_begins_a_new_bout() -> None:
    found = sequence(strides([0, 100, 500, 600]))
    assert found["bout"].tolist() == [0, 0, 1, 1]
    assert found["position_in_bout"].tolist() == [0, 1, 0, 1]
    assert found["kind"].tolist() == ["first", "last", "first", "last"]
    assert np.isnan(found["stance_time_s"]).tolist() == [True, False, True, False]


def test_a_rejected_stride_keeps_the_bout_together() -> None:
    """Its contact says where the next stance begins, though it has no measures."""
    found = sequence(strides([0, 200, 300]), rejected([100]))
    assert found["bout"].tolist() == [0, 0, 0]
    assert found["position_in_bout"].tolist() == [0, 2, 3]
    assert found["previous_contact"].tolist() == [-1, 180, 280]
    assert found["kind"].tolist() == ["first", "straight", "last"]


def test_a_rejected_stride_without_a_contact_leaves_stance_unknown() -> None:
    found = sequence(strides([0, 200, 300]), rejected([100], contact=-1))
    assert np.isnan(found["stance_time_s"]).tolist() == [True, True, False]
    assert found["position_in_bout"].tolist() == [0, 2, 3]


def test_the_stride_after_a_rejected_first_one_is_not_the_first() -> None:
    found = sequence(strides([100, 200, 300]), rejected([0]))
    assert found["position_in_bout"].tolist() == [1, 2, 3]
    assert found["kind"].tolist() == ["straight", "straight", "last"]


def test_kinds_take_precedence_in_their_order() -> None:
    """Stairs before turn before first before last."""
    level = np.array([False, True, False, True, True])
    rise = np.array([0.17, 0.0, -0.17, 0.0, 0.0])
    turn = np.array([90.0, -90.0, 0.0, 10.0, 60.0])
    found = sequence(strides([0, 100, 200, 300, 400], level=level, height_change_m=rise, turn_deg=turn))
    assert found["kind"].tolist() == ["stairs_up", "turn", "stairs_down", "straight", "turn"]


def test_a_turn_is_more_than_the_limit_to_either_side() -> None:
    turn = np.array([0.0, 19.9, 20.1, -19.9, -20.1, 0.0])
    found = sequence(strides([0, 100, 200, 300, 400, 500], turn_deg=turn))
    assert found["kind"].tolist() == ["first", "straight", "turn", "straight", "turn", "last"]
    assert (sequence(strides([0, 100, 200, 300, 400, 500], turn_deg=turn), turn_deg=30.0)["kind"] != "turn").all()


def test_one_stride_alone_is_the_first() -> None:
    found = sequence(strides([50]))
    assert found["kind"].tolist() == ["first"]
    assert found["bout"].tolist() == [0]


def test_a_heel_that_was_not_seen_to_leave_has_no_share() -> None:
    measured = strides([0, 100, 200])
    measured["heel_off"] = np.array([20, -1, 220])
    assert np.isnan(sequence(measured)["heel_off_frac"]).tolist() == [True, True, False]


def test_nothing_but_rejected_strides() -> None:
    found = sequence(strides([]), rejected([0, 100]))
    assert all(len(values) == 0 for values in found.values())
    found = sequence(strides([]), rejected())
    assert all(len(values) == 0 for values in found.values())


def test_a_turn_on_a_ramp_is_a_ramp() -> None:
    """5° up for three strides, the foot along the slope, on a sensor that lets every stride rise by 20 mm."""
    up = np.array([0, 0, 0, 0, 1, 1, 1, 0, 0, 0], dtype=float)
    found = sequence(
        strides(
            list(range(0, 1000, 100)),
            height_change_m=0.02 + 0.105 * up,
            stride_length_m=np.full(10, 1.2),
            flat_pitch_deg=5.0 * up,
            level=up == 0,
            turn_deg=np.array([0, 0, 0, 0, 0, 45, 0, 0, 0, 0], dtype=float),
        )
    )
    assert found["kind"].tolist() == ["first", *["straight"] * 3, *["ramp"] * 3, *["straight"] * 2, "last"]
