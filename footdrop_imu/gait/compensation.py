"""Where the toe's height at mid swing comes from: the foot, the leg, a sideways swing, or the other heel's rise."""

from collections.abc import Mapping

import numpy as np

from footdrop_imu.gait.orientation import rotate
from footdrop_imu.gait.shoe import Geometry
from footdrop_imu.gait.trajectory import FootPath
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["ASSUMED_LEG_LENGTH_M", "heel_aside", "lift_budget", "other_heel_height", "resting_heel_rise"]

ASSUMED_LEG_LENGTH_M = 0.88
"""Hip to floor of a person 1.66 m tall, by 0.530 of body height (Winter 2009, doi:10.1002/9780470549148)."""

_BALL_FRAC = 0.82  # where a foot with its heel up stands, along the shoe from the heel: ahead of the ball


def heel_aside(
    path: FootPath, heel_lever: FloatArray, strides: IntArray, start: IntArray, at: IntArray, row: IntArray
) -> FloatArray:
    """How far the heel is to the left of the line that joins its places at a stride's start and end.

    Parameters
    ----------
    path
        Of one stretch.
    heel_lever
        (3,) from the sensor to the heel, sensor axes.
    strides, start
        (k,) intervals of the path and their first samples.
    at, row
        (n,) samples of the path, and which stride each is in.

    Returns
    -------
    (n,) m.
    """
    arm = rotate(path.orientation[at], heel_lever[None])[:, :2]
    arm_start = rotate(path.orientation[start], heel_lever[None])[:, :2]
    heel = path.position[at, :2] + arm - arm_start[row]
    displacement = path.displacement_m[strides, :2]
    ahead = displacement / np.maximum(np.linalg.norm(displacement, axis=1), 1e-9)[:, None]
    return np.asarray(ahead[row, 0] * heel[:, 1] - ahead[row, 1] * heel[:, 0])


def other_heel_height(
    time_s: FloatArray,
    other_start_s: FloatArray,
    other_end_s: FloatArray,
    other_heel_course_m: FloatArray,
    other_rejected_s: FloatArray,
) -> FloatArray:
    """Height of the other foot's heel above its own foot-flat at given moments.

    Parameters
    ----------
    time_s
        (k,) moments.
    other_start_s, other_end_s
        (m,) foot-flats that bound the other foot's strides, increasing, on the same clock.
    other_heel_course_m
        (m, c) height of the other heel in even steps from start to end.
    other_rejected_s
        (r,) starts of its strides that were not measured, in any order.

    Returns
    -------
    (k,) m; NaN where no measured stride of the other foot covers the moment, nor its standing between two of them.
    """
    found = np.full(len(time_s), np.nan)
    if not len(other_start_s):
        return found
    stride = np.clip(np.searchsorted(other_start_s, time_s, side="right") - 1, 0, None)
    inside = (time_s >= other_start_s[stride]) & (time_s <= other_end_s[stride])
    last = other_heel_course_m.shape[1] - 1
    place = (time_s - other_start_s[stride]) / (other_end_s - other_start_s)[stride] * last
    below = np.clip(place.astype(np.int64), 0, last - 1)
    share = place - below
    course = other_heel_course_m[stride, below] * (1.0 - share) + other_heel_course_m[stride, below + 1] * share
    # between two strides without a third the other foot stands, from the height of one's end to the next one's start
    following = np.minimum(stride + 1, len(other_start_s) - 1)
    end, start = other_end_s[stride], other_start_s[following]
    swings = np.sort(other_rejected_s)
    third = np.searchsorted(swings, start - 1e-9) > np.searchsorted(swings, end - 1e-9)
    stands = (time_s > end) & (time_s < start) & ~third
    passed = (time_s - end) / np.maximum(start - end, 1e-9)
    standing = other_heel_course_m[stride, -1] * (1.0 - passed) + other_heel_course_m[following, 0] * passed
    return np.where(inside, course, np.where(stands, standing, found))


def resting_heel_rise(
    start_pitch_deg: FloatArray,
    end_pitch_deg: FloatArray,
    landed_pitch_deg: FloatArray,
    geometry: Geometry,
    frac: FloatArray,
    heel_up_deg: float = 5.0,
) -> FloatArray:
    """How high the heel stood at the moments that were taken for foot-flat, along strides.

    Parameters
    ----------
    start_pitch_deg, end_pitch_deg
        (k,) foot pitch at the bounds of each stride.
    landed_pitch_deg
        (k,) greatest pitch from contact to the end.
    geometry
        Of the shoe.
    frac
        (c,) from start to end.
    heel_up_deg
        A foot that rests farther toes down stands on its ball.

    Returns
    -------
    (k, c) m.

    Notes
    -----
    A person who vaults stands still on the ball of the foot: that is the moment of least motion, and heights counted
    from there miss the rise. A foot whose heel does not come down at all (toe walking) does not vault by it.
    """
    span = _BALL_FRAC * (geometry.toe_m[0] - geometry.heel_m[0])

    def rise(pitch_deg: FloatArray) -> FloatArray:
        stands = (pitch_deg < -heel_up_deg) & (landed_pitch_deg > -heel_up_deg)
        return np.where(stands, span * np.sin(-np.radians(pitch_deg)), 0.0)

    return np.asarray(np.outer(rise(start_pitch_deg), 1.0 - frac) + np.outer(rise(end_pitch_deg), frac))


def lift_budget(
    toe_height_m: FloatArray,
    heel_height_m: FloatArray,
    aside_m: FloatArray,
    vaulting_m: FloatArray,
    leg_length_m: float,
) -> Mapping[str, FloatArray]:
    """Split the toe's height at mid swing into what lifts it.

    Parameters
    ----------
    toe_height_m, heel_height_m
        (k,) at mid swing, each above its own height at foot-flat.
    aside_m
        (k,) the heel's sideways departure then; NaN where the way is not straight.
    vaulting_m
        (k,) the other heel's height then; NaN where it is not known.
    leg_length_m
        Hip to floor.

    Returns
    -------
    lift_from_foot_m, lift_from_leg_m, lift_from_sideways_m, lift_from_vaulting_m
        (k,), their sum is the toe's height.

    Notes
    -----
    The foot's tilt lifts the toe against the heel. The heel is lifted by the other heel's rise (vaulting), by
    swinging the leg sideways (a leg of length l whose foot is s to the side ends s² / 2 l higher), and by the rest:
    bending hip and knee, or hiking the hip, which two shoe sensors cannot tell apart. A leg that swings straight
    below a hip that does not drop would have a heel height of zero: what bends the knee in healthy walking is part of
    the rest too.
    """
    sideways = aside_m**2 / (2.0 * leg_length_m)
    return {
        "lift_from_foot_m": toe_height_m - heel_height_m,
        "lift_from_leg_m": heel_height_m - sideways - vaulting_m,
        "lift_from_sideways_m": sideways,
        "lift_from_vaulting_m": vaulting_m,
    }
