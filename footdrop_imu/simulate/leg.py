"""Hip, knee and ankle courses of a stride, and the foot path that they give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from footdrop_imu.schema import FloatArray

__all__ = ["ANKLE_IN_FOOT_M", "Pose", "pose", "shank_angle", "shank_length_m", "smooth", "swing_shape"]

# Sagittal joint angles in deg of healthy adults at comfortable speed, every 5 % of the gait cycle from initial
# contact; flexion and dorsiflexion positive. Rounded from the normal curves of Winter 2009, Biomechanics and Motor
# Control of Human Movement, 10.1002/9780470549148 (thigh against the vertical instead of hip against the pelvis).
_THIGH: Final = np.array([27, 25, 22, 18, 13, 8, 3, -2, -7, -11, -14, -14, -8, 2, 12, 20, 25, 28, 29, 28], float)
_KNEE: Final = np.array([4, 12, 17, 18, 15, 11, 8, 6, 6, 9, 14, 24, 39, 53, 61, 61, 53, 38, 21, 8], float)
_ANKLE: Final = np.array([0, -5, -4, 1, 4, 6, 8, 9, 10, 10, 7, -3, -15, -19, -13, -6, -1, 1, 1, 1], float)
_PHASE: Final = np.arange(20) / 20.0

ANKLE_IN_FOOT_M: Final = (0.05, 0.085)
"""The ankle joint, forward and up from the heel's lower edge."""


@dataclass(frozen=True)
class Pose:
    """What speed makes of a healthy walk: swing share of the stride and scales of the angles."""

    swing_frac: float
    strike_shift_deg: float
    toe_off_scale: float
    reach_scale: float


def pose(speed_mps: float) -> Pose:
    """Speed dependence of a healthy walk.

    Swing is 38 % of the stride at 1.3 m/s and shrinks to about a quarter in very slow walking; strike angle and
    toe-off pitch fall with speed, since both follow the step length.
    """
    slow = min(speed_mps, 1.3)
    return Pose(
        swing_frac=float(np.clip(0.43 - 0.062 / speed_mps**0.75, 0.23, 0.42)),
        strike_shift_deg=13.0 * (slow - 1.3) + 6.0 * (speed_mps - slow),
        toe_off_scale=float(0.55 + 0.45 * slow / 1.3 + 0.08 * (speed_mps - slow)),
        reach_scale=float(np.clip((slow / 1.3) ** 0.5, 0.4, 1.0)),
    )


def _at(course: FloatArray, phase: FloatArray, order: int = 0) -> FloatArray:
    """Periodic cubic-spline value, or derivative by the phase, of a joint course in rad."""
    from scipy.interpolate import CubicSpline

    spline = CubicSpline(np.append(_PHASE, 1.0), np.append(course, course[0]), bc_type="periodic")
    return np.asarray(np.radians(spline(phase, order)))


def swing_shape(
    swing_frac: FloatArray, drop_rad: FloatArray, leg_length_m: float, reach_scale: float
) -> tuple[FloatArray, FloatArray]:
    """Foot pitch and forward way of the heel that the joint courses give over swing.

    Parameters
    ----------
    swing_frac
        (m,) place in swing, 0 to 1.
    drop_rad
        (n,) dorsiflexion that is missing from mid swing on.
    leg_length_m
        Hip to floor.
    reach_scale
        Share of the healthy excursion of thigh and knee.

    Returns
    -------
    pitch_rad
        (n, m) thigh - knee + ankle.
    forward_m
        (n, m) heel against the hip.
    """
    u = swing_frac[None, :]
    phase = 0.615 + 0.385 * u
    missing = drop_rad[:, None] * smooth((u + 0.05) / 0.6)
    thigh, knee = _thigh_and_knee(phase, reach_scale)
    ankle = _at(_ANKLE, phase) - missing
    pitch = thigh - knee + ankle
    ankle_x = shank_length_m(leg_length_m) * (np.sin(thigh) + np.sin(thigh - knee))
    heel_x = ankle_x - (np.cos(pitch) * ANKLE_IN_FOOT_M[0] - np.sin(pitch) * ANKLE_IN_FOOT_M[1])
    return pitch, heel_x


def _thigh_and_knee(phase: FloatArray, reach_scale: float, order: int = 0) -> tuple[FloatArray, FloatArray]:
    return (
        _at(_THIGH, phase, order) * (0.4 + 0.6 * reach_scale),
        _at(_KNEE, phase, order) * (0.5 + 0.5 * reach_scale),
    )


def shank_length_m(leg_length_m: float) -> float:
    """Ankle to knee: half of what is above the ankle."""
    return 0.5 * (leg_length_m - ANKLE_IN_FOOT_M[1])


def shank_angle(phase: FloatArray, reach_scale: float) -> FloatArray:
    """Shank against the vertical over the gait cycle.

    Parameters
    ----------
    phase
        (m,) 0 at initial contact, 0.615 at toe off.
    reach_scale
        Share of the healthy excursion of thigh and knee.

    Returns
    -------
    ndarray (3, m)
        thigh - knee in rad, positive with the ankle ahead of the knee, and two derivatives by the phase.
    """
    both = (_thigh_and_knee(phase, reach_scale, order) for order in range(3))
    return np.stack([thigh - knee for thigh, knee in both])


def smooth(x: FloatArray) -> FloatArray:
    """Step from 0 to 1 with two derivatives zero at both ends."""
    x = np.clip(x, 0.0, 1.0)
    return np.asarray(x**3 * (10.0 - 15.0 * x + 6.0 * x**2))
