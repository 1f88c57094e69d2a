"""Simulated sensors in this process, and the ordinary Bluetooth interface to reach them by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from bleak import BleakClient, BleakScanner

from footdrop_imu.device.packets import Packet
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.virtual_air import Air
from footdrop_imu.device.virtual_backend import backends
from footdrop_imu.device.virtual_sensor import VirtualSensor
from footdrop_imu.device.virtual_walk import Walk
from footdrop_imu.schema import FloatArray, Quantity


def made_samples(profile: Profile, count: int, seed: int = 0) -> dict[Quantity, FloatArray]:
    """Samples (count, 3) of a swinging foot within the sensor's ranges, m/s² and rad/s."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(count)[:, None] / profile.rates.default_hz
    phase = rng.uniform(0, 2 * np.pi, 3)
    acc_mps2 = 0.4 * profile.gait.acc_range_g * 9.80665 * np.sin(2 * np.pi * 0.9 * time_s + phase)
    gyr_radps = np.radians(0.4 * profile.gait.gyr_range_dps) * np.sin(2 * np.pi * 1.1 * time_s + phase[::-1])
    return {"acceleration": acc_mps2, "angular_velocity": gyr_radps}


def quantum(profile: Profile, quantity: str) -> float:
    """What a count of a 16-bit number over the whole range is worth, m/s² or rad/s."""
    if quantity == "acceleration":
        return 1.01 * profile.gait.acc_range_g * 9.80665 / 2**15
    return float(1.01 * np.radians(profile.gait.gyr_range_dps) / 2**15)


def walk_of(profile: Profile, seconds: float = 20.0, seed: int = 0) -> Walk:
    """A walk that a simulated sensor can be given."""
    return lambda rate_hz: made_samples(profile, round(seconds * rate_hz), seed)
