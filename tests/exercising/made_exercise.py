"""A sensor on a foot that turns about its heel: signals of a set, written out without the package's own mathematics."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from footdrop_imu.schema import GRAVITY_MPS2, FloatArray, Mounting, SensorStream, Session, Shoe

RATE_HZ = 100.0
MOUNTING = Rotation.from_euler("xyz", [20.0, -35.0, 110.0], degrees=True)
AXES = {
    "pitch": [0.0, -1.0, 0.0],
    "heel": [0.0, 1.0, 0.0],
    "inward": [1.0, 0.0, 0.0],
    "outward": [-0.8, -0.6, 0.0],
    "yaw": [0.0, 0.0, -1.0],
}
"""Axes of the right foot (x ahead, y left, z up) about which it turns."""


def make_streams(angle_deg: FloatArray, axis: str, *, segment: str = "right_foot", seed: int = 1) -> list[SensorStream]:
    """Streams of a sensor that is carried along; ``angle_deg`` (n,) at ``RATE_HZ``."""
    rng = np.random.default_rng(seed)
    mirror = np.array([-1.0, 1.0, -1.0]) if segment.startswith("left") else np.ones(3)
    fine = np.interp(np.arange(10 * len(angle_deg)) / 10.0, np.arange(len(angle_deg)), angle_deg)
    fine = np.convolve(np.pad(fine, 20, mode="edge"), np.hanning(41) / np.hanning(41).sum(), mode="valid")
    turn = Rotation.from_rotvec(np.radians(fine)[:, None] * (np.array(AXES[axis]) * mirror))
    step_s = 0.1 / RATE_HZ
    place = turn.apply([0.12, 0.0, 0.07])
    force = np.gradient(np.gradient(place, step_s, axis=0), step_s, axis=0) + np.array([0.0, 0.0, GRAVITY_MPS2])
    rate = np.vstack(((turn[:-1].inv() * turn[1:]).as_rotvec() / step_s, np.zeros((1, 3))))
    acc = (turn * MOUNTING).inv().apply(force)[::10] + 0.03 * rng.normal(size=(len(angle_deg), 3))
    gyr = MOUNTING.inv().apply(rate)[::10] + 0.002 * rng.normal(size=(len(angle_deg), 3)) + [0.01, -0.006, 0.008]
    return [
        SensorStream(segment, quantity, values, rate_hz=RATE_HZ, clock_group="one")  # type: ignore[arg-type]
        for quantity, values in (("acceleration", acc), ("angular_velocity", gyr))
    ]


def make_session(streams: list[SensorStream], *, mounted: bool = True) -> Session:
    x, y, z, w = (float(value) for value in MOUNTING.as_quat())
    shoes = tuple(Shoe(side, mounting=Mounting(rotation=(x, y, z, w))) for side in ("left", "right"))
    return Session(name="set", streams=tuple(streams), shoes=shoes if mounted else ())
