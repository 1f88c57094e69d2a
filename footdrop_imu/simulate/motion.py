"""The motion of one foot as piecewise polynomials of time, with exact derivatives.

The orientation is a chain of rotations, world to foot: about z by yaw + break, about x by roll, about y by -tilt,
about z by -break, where *break* turns the hinge from the foot's sideways axis to the oblique line of the toe
joints. The place is that of an anchor: a body point whose path is known. In stance it is the point on the floor,
which stands still (a heel corner) or rolls along the curved toe; in swing it is the heel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from footdrop_imu.schema import FloatArray, IntArray
from footdrop_imu.simulate.belt import BeltCourse
from footdrop_imu.simulate.relief import Relief, raised
from footdrop_imu.simulate.sole import Sole

if TYPE_CHECKING:
    from scipy.interpolate import PPoly

__all__ = [
    "CHANNELS",
    "HINGE",
    "ROLL",
    "TILT",
    "YAW",
    "Attitude",
    "FootMotion",
    "State",
    "heights",
    "move",
    "point",
    "state_of",
    "turned",
]

CHANNELS = ("yaw", "tilt", "roll", "hinge", "x", "y", "z")
YAW, TILT, ROLL, HINGE = range(4)

_AXES = np.eye(3)


class State(NamedTuple):
    """A rigid foot at n instants.

    ``rotation`` (n, 3, 3) foot to world; ``rate`` and ``rate_change`` (n, 3) rad/s and rad/s² in foot axes;
    ``anchor`` (n, 3) foot axes; ``place``, ``velocity``, ``acceleration`` (n, 3) of the anchor, world, SI.
    """

    rotation: FloatArray
    rate: FloatArray
    rate_change: FloatArray
    anchor: FloatArray
    place: FloatArray
    velocity: FloatArray
    acceleration: FloatArray


@dataclass(frozen=True)
class FootMotion:
    """One foot's whole walk.

    ``courses`` has one piece per entry of ``anchor`` (p, 3), the body point that the place channels lead, and
    ``rolling`` (p,): 0 the anchor is fixed in the foot, else +1 or -1 or 2: the anchor rolls over the toe, on its
    left or right edge or its middle. This is over a level floor; ``relief`` is what stairs and ramps do to it.
    On a treadmill it is the motion on the ``belt``.
    """

    sole: Sole
    courses: PPoly
    anchor: FloatArray
    rolling: IntArray
    relief: Relief | None = None
    belt: BeltCourse | None = None


class Attitude(NamedTuple):
    """The turning part of a `State`."""

    rotation: FloatArray
    rate: FloatArray
    rate_change: FloatArray


def turned(body: Attitude, axis: int, angle: FloatArray, speed: FloatArray, bend: FloatArray) -> Attitude:
    """``body`` turned, on its own side, about one of its axes by (n,) angles with their two derivatives."""
    rate = _seen_after(axis, angle, body.rate)
    change = _seen_after(axis, angle, body.rate_change) - np.cross(speed[:, None] * _AXES[axis], rate)
    rate[:, axis] += speed
    change[:, axis] += bend
    return Attitude(_turn(axis, angle, body.rotation), rate, change)


def _turn(axis: int, angle: FloatArray, rotation: FloatArray) -> FloatArray:
    """``rotation`` (n, 3, 3) followed, on its body side, by a turn about an axis."""
    c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
    i, j = (axis + 1) % 3, (axis + 2) % 3
    turned = rotation.copy()
    turned[:, :, i] = c * rotation[:, :, i] + s * rotation[:, :, j]
    turned[:, :, j] = -s * rotation[:, :, i] + c * rotation[:, :, j]
    return turned


def _seen_after(axis: int, angle: FloatArray, vector: FloatArray) -> FloatArray:
    """``vector`` (n, 3) in axes turned by an angle about one of them."""
    c, s = np.cos(angle), np.sin(angle)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    seen = vector.copy()
    seen[:, i] = c * vector[:, i] + s * vector[:, j]
    seen[:, j] = -s * vector[:, i] + c * vector[:, j]
    return seen


def state_of(
    sole: Sole, course: FloatArray, first: FloatArray, second: FloatArray, anchor: FloatArray, rolling: IntArray
) -> State:
    """State from the channels and their time derivatives.

    Parameters
    ----------
    sole
        The shoe.
    course, first, second
        (n, 7) channels, and their first and second time derivatives.
    anchor, rolling
        (n, 3) and (n,), as in `FootMotion`.
    """
    n = len(course)
    body = Attitude(np.broadcast_to(_AXES, (n, 3, 3)), np.zeros((n, 3)), np.zeros((n, 3)))
    for axis, parts in ((2, ((YAW, 1), (HINGE, 1))), (0, ((ROLL, 1),)), (1, ((TILT, -1),)), (2, ((HINGE, -1),))):
        angle = sum((sign * course[:, k] for k, sign in parts), start=np.zeros(n))
        speed = sum((sign * first[:, k] for k, sign in parts), start=np.zeros(n))
        bend = sum((sign * second[:, k] for k, sign in parts), start=np.zeros(n))
        body = turned(body, axis, angle, speed, bend)
    rotation, rate, change = body

    place, velocity, acceleration = course[:, 4:7].copy(), first[:, 4:7], second[:, 4:7].copy()
    anchor = anchor.copy()
    rolls = np.flatnonzero(rolling)
    if len(rolls):
        angle = np.maximum(-course[rolls, TILT], 0.0)
        contact, way, radius = sole.rolled(angle)
        across = np.array([-np.sin(sole.break_rad), np.cos(sole.break_rad), 0.0])
        edge = np.where(rolling[rolls] == 2, 0, rolling[rolls])
        anchor[rolls] = contact + (0.5 * sole.width_m * edge)[:, None] * across
        heading = course[rolls, YAW] + course[rolls, HINGE]
        ahead = np.stack([np.cos(heading), np.sin(heading), np.zeros(len(rolls))], axis=1)
        place[rolls] += way[:, None] * ahead
        # The body point that is on the floor is at rest; the contact moves on, so it is being accelerated.
        roll_speed = -radius * first[rolls, TILT] * (course[rolls, TILT] <= 0.0)
        world_rate = np.einsum("nij,nj->ni", rotation[rolls], rate[rolls])
        acceleration[rolls] -= np.cross(world_rate, roll_speed[:, None] * ahead)
    return State(rotation, rate, change, anchor, place, velocity, acceleration)


def move(motion: FootMotion, time_s: FloatArray) -> State:
    """State of the foot at (n,) times."""
    piece = np.clip(np.searchsorted(motion.courses.x, time_s, side="right") - 1, 0, len(motion.anchor) - 1)
    course, first, second = (np.asarray(motion.courses(time_s, nu)) for nu in (0, 1, 2))
    state = state_of(motion.sole, course, first, second, motion.anchor[piece], motion.rolling[piece])
    if motion.relief is None:
        return state
    turning, moving = raised(motion.relief, time_s, state[:3], state[4:])
    return State(*turning, state.anchor, *moving)


def point(state: State, body: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Place, velocity and acceleration (n, 3) in the world of a body point (3,) or (n, 3)."""
    arm = body - state.anchor
    turning = np.cross(state.rate, arm)
    pulling = np.cross(state.rate_change, arm) + np.cross(state.rate, turning)
    world = np.einsum("nij,knj->kni", state.rotation, np.stack([arm, turning, pulling]))
    return state.place + world[0], state.velocity + world[1], state.acceleration + world[2]


def heights(state: State, body: FloatArray) -> FloatArray:
    """Height (n, m) m of m body points (m, 3) above the floor."""
    up = state.rotation[:, 2, :]
    base = state.place[:, 2] - np.einsum("nj,nj->n", up, state.anchor)
    return np.asarray(base[:, None] + up @ body.T)
