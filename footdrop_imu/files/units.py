"""Units of acceleration, angular velocity and time, and whether the numbers can be in them."""

from __future__ import annotations

import math

import numpy as np

from footdrop_imu.schema import GRAVITY_MPS2, FloatArray

__all__ = ["ACCELERATION", "ANGULAR_VELOCITY", "TIME", "acceleration_doubt", "angular_velocity_doubt"]

ACCELERATION = {
    **dict.fromkeys(("mps2", "m/s2", "m/s^2", "m/s²", "m/s/s"), 1.0),
    "g": GRAVITY_MPS2,
    "mg": GRAVITY_MPS2 / 1000,
}
ANGULAR_VELOCITY = {
    **dict.fromkeys(("radps", "rad/s"), 1.0),
    **dict.fromkeys(("dps", "deg/s", "°/s"), math.pi / 180),
    **dict.fromkeys(("mdps", "mdeg/s", "m°/s"), math.pi / 180_000),
}
TIME = {"s": 1.0, "ms": 1e-3, **dict.fromkeys(("us", "µs", "μs"), 1e-6), "ns": 1e-9}

# A sensor at rest measures gravity: 9.66 to 10.27 m/s² was seen in sensors as sold.
_REST_RANGE_G = (0.75, 1.3)
# Shoe sensors clip at 2000 to 4000 deg/s; walking turns the foot at 100 to 700 deg/s in swing.
_FASTEST_RADPS = 75.0
_WALKING_RADPS = (0.5, 40.0)
_HARDLY_TURNING_RADPS = 0.2
_WALKING_SHAKE_MPS2 = 3.0


def _at_rest(acc: FloatArray, gyr: FloatArray) -> float:
    """|a| where the sensor turns least, in the unit of ``acc``."""
    rate = np.linalg.norm(gyr, axis=1)
    return float(np.median(np.linalg.norm(acc, axis=1)[rate <= np.quantile(rate, 0.25)]))


def acceleration_doubt(acc: FloatArray, gyr: FloatArray, unit: str) -> str:
    """Say why an acceleration cannot be in its unit; "" where it can.

    Parameters
    ----------
    acc, gyr
        (n, 3), in the file's units.
    unit
        Key of `ACCELERATION`.
    """
    found = _at_rest(acc, gyr)
    if _REST_RANGE_G[0] <= found * ACCELERATION[unit] / GRAVITY_MPS2 <= _REST_RANGE_G[1]:
        return ""
    sentence = f"At rest the acceleration is {found:.3g} where gravity in {unit} is {_gravity_in(unit):.4g}"
    for other in ("g", "mg", "m/s²"):
        if _REST_RANGE_G[0] <= found * ACCELERATION[other] / GRAVITY_MPS2 <= _REST_RANGE_G[1]:
            return f"{sentence}. It looks like {other}"
    if found * ACCELERATION[unit] < 0.3 * GRAVITY_MPS2:
        return f"{sentence}. It looks like free acceleration, with gravity taken out: the raw signal is needed"
    return f"{sentence}. It looks like raw counts or a scale that is wrong: convert it first"


def _gravity_in(unit: str) -> float:
    return GRAVITY_MPS2 / ACCELERATION[unit]


def angular_velocity_doubt(acc: FloatArray, gyr: FloatArray, unit: str) -> str:
    """Say why an angular velocity cannot be in its unit; "" where it can.

    Too fast for any sensor, or hardly turning while the accelerometer shakes as in walking.

    Parameters
    ----------
    acc
        (n, 3) in m/s².
    gyr
        (n, 3) in the file's unit.
    unit
        Key of `ANGULAR_VELOCITY`.
    """
    magnitude = np.linalg.norm(gyr, axis=1)
    usual, top = (float(value) for value in np.quantile(magnitude, (0.95, 0.99)))
    shake = float(np.quantile(np.abs(np.linalg.norm(acc, axis=1) - GRAVITY_MPS2), 0.95))
    scale = ANGULAR_VELOCITY[unit]
    too_fast = top * scale > _FASTEST_RADPS
    too_slow = usual * scale < _HARDLY_TURNING_RADPS and shake > _WALKING_SHAKE_MPS2
    if not (too_fast or too_slow):
        return ""
    sentence = (
        f"One sample in twenty turns faster than {usual:.3g} {unit}, which no {'sensor' if too_fast else 'walk'} does"
    )
    for other in ("deg/s", "rad/s", "mdeg/s"):
        slow, fast = _WALKING_RADPS
        if ANGULAR_VELOCITY[other] != scale and slow <= usual * ANGULAR_VELOCITY[other] <= fast:
            return f"{sentence}. It looks like {other}"
    return f"{sentence}. It looks like raw counts or a scale that is wrong: convert it first"
