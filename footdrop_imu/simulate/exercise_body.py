"""From what foot and shank do to rigid bodies whose motion, and so whose sensors, are known exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.exercise_course import FORWARD, HEADING, OUTWARD, PITCH, ROLL, TURN, UP, Acting, AtTimes
from footdrop_imu.simulate.leg import ANKLE_IN_FOOT_M
from footdrop_imu.simulate.motion import FootMotion, move, point
from footdrop_imu.simulate.sole import Sole
from footdrop_imu.simulate.spline import uniform_pieces

if TYPE_CHECKING:
    from scipy.interpolate import PPoly

__all__ = ["ANKLE_M", "foot_body", "foot_channels", "shank_body", "shank_turns"]

ANKLE_M = np.array([ANKLE_IN_FOOT_M[0], 0.0, ANKLE_IN_FOOT_M[1]])
"""(3,) the ankle joint in foot axes."""
_KNOT_S = 0.01
_MARGIN_S = 1.0


def foot_body(acting: Acting, sole: Sole, heading_deg: float, duration_s: float) -> FootMotion:
    """The foot as piecewise polynomials of time.

    Every channel is a uniform quintic spline with a node each 10 ms, four times differentiable: both the
    accelerometer and the gyroscope follow from its derivatives.

    Parameters
    ----------
    acting
        What the foot does.
    sole
        Its shoe.
    heading_deg
        Where the person looks, in the world.
    duration_s
        Of the recording.
    """
    courses = _splined(
        lambda time_s: foot_channels(acting.at(time_s), sole.inward, heading_deg), -_MARGIN_S, duration_s + _MARGIN_S
    )
    return _body(sole, courses, acting.pivot)


def shank_body(acting: Acting, foot: FootMotion, heading_deg: float, duration_s: float) -> FootMotion:
    """The shank on that foot's ankle: origin there, x forward, z to the knee."""
    inward = foot.sole.inward

    def channels(time_s: FloatArray) -> FloatArray:
        does, rest = acting.at(time_s, noise=False), acting.rest(time_s)
        place = point(move(foot, time_s), ANKLE_M)[0]
        turn = shank_turns(acting, does, rest, acting.lean(time_s), inward, heading_deg)
        return np.concatenate([turn, place], axis=1)

    courses = _splined(channels, -0.5 * _MARGIN_S, duration_s + 0.5 * _MARGIN_S)
    return _body(foot.sole, courses, np.zeros(3))


def shank_turns(
    acting: Acting, does: FloatArray, rest: FloatArray, lean_deg: FloatArray, inward: float, heading_deg: float = 0.0
) -> FloatArray:
    """The shank's first four channels (n, 4) where the foot has the columns ``does`` (n, 7), and ``rest`` at rest."""
    lean = lean_deg + acting.lean_by_pitch * (does[:, PITCH] - rest[:, PITCH])
    roll = acting.shank_roll_deg + acting.shank_rolls * (does[:, ROLL] - rest[:, ROLL])
    yaw = np.radians(heading_deg - inward * does[:, HEADING])
    return np.stack([yaw, np.radians(lean), inward * np.radians(roll), np.zeros(len(yaw))], axis=1)


def foot_channels(columns: FloatArray, inward: float, heading_deg: float) -> FloatArray:
    """The columns (n, 7) of `Acting.at` as the channels (n, 7) of `motion.CHANNELS`."""
    hinge = inward * np.radians(columns[:, TURN])
    yaw = np.radians(heading_deg - inward * columns[:, HEADING]) - hinge
    ahead, left = columns[:, FORWARD], -inward * columns[:, OUTWARD]
    c, s = np.cos(np.radians(heading_deg)), np.sin(np.radians(heading_deg))
    tilt, roll = np.radians(columns[:, PITCH]), inward * np.radians(columns[:, ROLL])
    return np.stack([yaw, tilt, roll, hinge, c * ahead - s * left, s * ahead + c * left, columns[:, UP]], axis=1)


def _splined(course: AtTimes, begin_s: float, end_s: float) -> PPoly:
    """Uniform quintic spline that follows a course (n,) -> (n, k) to fourth order in the distance of nodes."""
    from scipy.interpolate import PPoly

    count = int(np.ceil((end_s - begin_s) / _KNOT_S))
    time_s: FloatArray = begin_s + _KNOT_S * (np.arange(count + 7, dtype=np.float64) - 3.0)
    nodes = course(time_s)
    # A B-spline of degree 5 smooths its weights as a quarter of a second difference would; that is taken out before.
    weights = nodes[1:-1] - 0.25 * (nodes[2:] - 2.0 * nodes[1:-1] + nodes[:-2])
    pieces = uniform_pieces(weights[None], np.array([_KNOT_S]))[:, 0]
    return PPoly(pieces, begin_s + _KNOT_S * np.arange(count + 1))


def _body(sole: Sole, courses: PPoly, anchor: FloatArray) -> FootMotion:
    count = len(courses.x) - 1
    return FootMotion(sole, courses, np.broadcast_to(anchor, (count, 3)), np.zeros(count, dtype=np.int64))
