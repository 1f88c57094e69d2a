"""Simulated sensors in this process, and what a client got from them, decoded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from client_rig import Kept

from footdrop_imu.device.decode import decode
from footdrop_imu.device.packets import Frames, LinkEventKind, Packet, pack
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.virtual_walk import Walk
from footdrop_imu.schema import FloatArray, Quantity


def made_samples(profile: Profile, count: int, rate_hz: float | None = None) -> dict[Quantity, FloatArray]:
    """Samples (count, 3) of a swinging foot within the sensor's ranges, m/s² and rad/s; no two are alike for 90 s."""
    time_s = np.arange(count)[:, None] / (rate_hz or profile.rates.default_hz)
    acc_mps2 = 0.4 * profile.gait.acc_range_g * 9.80665 * np.sin(2 * np.pi * time_s * [0.9, 1.0, 0.011])
    gyr_radps = np.radians(0.4 * profile.gait.gyr_range_dps) * np.cos(2 * np.pi * time_s * [1.1, 0.011, 1.0])
    return {"acceleration": acc_mps2, "angular_velocity": gyr_radps}


def walk_of(profile: Profile, duration_s: float = 80.0) -> Walk:
    """Make a walk that a simulated sensor can be given."""
    return lambda rate_hz: made_samples(profile, round(duration_s * rate_hz), rate_hz)


def quantum(profile: Profile, quantity: str) -> float:
    """What a count of a 16-bit number over the whole range is worth, m/s² or rad/s."""
    if quantity == "acceleration":
        return 1.01 * profile.gait.acc_range_g * 9.80665 / 2**15
    return float(1.01 * np.radians(profile.gait.gyr_range_dps) / 2**15)


def impatient(profile: Profile) -> Profile:
    """The same profile, without the pauses that real sensors need between commands, and with less time to answer."""
    commands = tuple(replace(command, pause_s=0.0, timeout_s=0.5) for command in profile.commands)
    return replace(profile, commands=commands)


def decoded(profile: Profile, packets: Sequence[Packet], settings: dict[str, float]) -> dict[Quantity, Frames]:
    """Decode notifications of one sensor."""
    by = {
        characteristic: pack([one for one in packets if one.characteristic == characteristic])
        for characteristic in {one.characteristic for one in packets}
    }
    return {part.quantity: part for part in decode(profile, by, settings)}


def heard(kept: Kept, profile: Profile, segment: str = "left_foot") -> dict[Quantity, Frames]:
    """Decode what a client was sent, with what the sensor told it."""
    settings = {
        one.details["name"]: one.details["value"]
        for one in kept.events
        if one.kind is LinkEventKind.SETTING and one.sensor == segment
    }
    return decoded(profile, [one for one in kept.packets if one.sensor == segment], settings)


def place_in(walk: FloatArray, values: FloatArray) -> int:
    """Find the row of a walk at which values (n, 3) begin."""
    length = min(len(values), 20)
    views = np.lib.stride_tricks.sliding_window_view(walk, length, axis=0)
    return int(np.abs(views - values[:length].T).max(axis=(1, 2)).argmin())
