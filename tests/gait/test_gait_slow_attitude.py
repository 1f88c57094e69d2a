"""Attitude over minutes of a foot that is exercised in one place, against turns that are written out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.slow_attitude import slow_attitude
from footdrop_imu.schema import GRAVITY_MPS2, FloatArray

RATE_HZ = 50.0
HANGS = Rotation.from_euler("xyz", [30.0, 25.0, 0.0], degrees=True)


def signals(pitch_deg: FloatArray, offset_dps: FloatArray, noise_dps: float = 0.1) -> tuple[FloatArray, FloatArray]:
    """Acceleration and angular rate of a sensor that turns about a level axis."""
    rng = np.random.default_rng(4)
    turn = Rotation.from_rotvec(np.radians(pitch_deg)[:, None] * [0.0, 1.0, 0.0]) * HANGS
    rate = np.vstack(((turn[:-1].inv() * turn[1:]).as_rotvec() * RATE_HZ, np.zeros((1, 3))))
    acc = turn.inv().apply([0.0, 0.0, GRAVITY_MPS2]) + 0.03 * rng.normal(size=(len(rate), 3))
    return acc, rate + np.radians(offset_dps + noise_dps * rng.normal(size=rate.shape))


def turned_deg(acc: FloatArray, gyr: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Tilt away from the first second's posture, and heading."""
    found = slow_attitude(acc, gyr, RATE_HZ, np.ones(len(acc), dtype=bool))
    own = Rotation.from_quat(found.orientation)
    vector = (own * own[round(RATE_HZ)].inv()).as_rotvec(degrees=True)
    up = (own * own[round(RATE_HZ)].inv()).apply([0.0, 0.0, 1.0])[:, 2]
    return np.degrees(np.arccos(np.clip(up, -1.0, 1.0))), vector[:, 2]


def test_an_offset_that_wanders_does_not_turn_a_hanging_foot() -> None:
    time = np.arange(round(240 * RATE_HZ)) / RATE_HZ
    lifts = 1.8 * (1.0 - np.cos(2 * np.pi * np.clip(time - 3.0, 0.0, 220.0) / 20.0))
    pitch = lifts + 10.0 * np.clip((time - 30.0) / 1.5, 0.0, 1.0)
    wanders = 0.1 * (time / 120.0 - 1.0)[:, None] * [0.0, 1.0, -1.0]
    tilt, heading = turned_deg(*signals(pitch, np.array([0.5, -0.4, 0.3]) + wanders))
    assert np.abs(tilt - pitch).max() < 1.0
    assert np.abs(heading).max() < 8.0


def test_a_heading_that_drifts_evenly_from_lull_to_lull_is_set_right() -> None:
    time = np.arange(round(120 * RATE_HZ)) / RATE_HZ
    shakes = 1.5 * np.sin(2 * np.pi * 6.0 * time)  # nothing is ever still
    pitch = shakes + 6.0 * np.maximum(np.sin(2 * np.pi * time / 12.0), 0.0) ** 2
    about_vertical = HANGS.inv().apply([0.0, 0.0, 0.5])
    _, heading = turned_deg(*signals(pitch, np.broadcast_to(about_vertical, (len(time), 3))))
    assert np.abs(heading).max() < 3.0  # 60 deg without


def test_lost_samples() -> None:
    acc, gyr = signals(np.zeros(500), np.zeros(3))
    with pytest.raises(SignalError) as caught:
        slow_attitude(acc, gyr, RATE_HZ, np.arange(500) < 200)
    assert caught.value.reason is SignalReason.TOO_MANY_GAPS
