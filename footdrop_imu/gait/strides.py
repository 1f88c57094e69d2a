"""Which movements are strides, and the measures of each: one row a stride, one foot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from footdrop_imu.gait.clearance import least_clearance, point_height, sole_height, sole_sd
from footdrop_imu.gait.compensation import heel_aside, resting_heel_rise
from footdrop_imu.gait.events import EventConfig, Events, find_events
from footdrop_imu.gait.mounting import FootAxes
from footdrop_imu.gait.orientation import columns, cross, dot, rotate, up_in_sensor
from footdrop_imu.gait.rest import Rests
from footdrop_imu.gait.shoe import SOLE_PARTS, Geometry
from footdrop_imu.gait.tilt import second_difference
from footdrop_imu.gait.trajectory import FootPath
from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = [
    "COURSE_POINTS",
    "FootCourses",
    "StrideConfig",
    "along",
    "find_strides",
    "foot_courses",
    "greatest",
    "measure_strides",
]

COURSE_POINTS = 101
FOOT_FLAT_SD_S = 0.009
"""How well the moments of foot-flat bound the time of a stride: 6 ms each."""


@dataclass(frozen=True)
class StrideConfig:
    """What makes a movement between two foot-flats a stride."""

    least_travel_m: float = 0.06
    """Every point along the sole travels at least so far; less is turning on the foot, unless it lands."""
    least_landing: float = 0.2
    """A landing's jolt, as a share of the walk's usual one, that makes a step of a movement with little travel."""
    longest_swing_s: float = 1.0
    """A longer movement is no swing ..."""
    longest_swing: float = 2.5
    """... unless it is within this multiple of the walk's usual swing."""
    longest_stride_s: float = 8.0
    """Foot-flats farther apart do not bound one stride."""
    cut_off_intensity: float = 3.5
    """A recording that begins or ends while the foot moves more than this cuts a stride off."""


class FootCourses(NamedTuple):
    """Per sample (n,) of a path: angles in deg, heights in m, speeds in m/s.

    ``pitch_rate_radps`` toes up positive; ``forward_speed`` along the interval's displacement; ``jolt`` how
    sharply the force changes; ``up`` (n, 3) the world's up in foot axes; ``direction`` (k, 2) of each interval.
    """

    pitch_deg: FloatArray
    roll_deg: FloatArray
    pitch_rate_radps: FloatArray
    forward_speed: FloatArray
    toe_speed: FloatArray
    toe_height: FloatArray
    heel_height: FloatArray
    jolt: FloatArray
    direction: FloatArray
    up: FloatArray


def foot_courses(
    path: FootPath, acc: FloatArray, gyr: FloatArray, axes: FootAxes, geometry: Geometry, *, left: bool
) -> FootCourses:
    """Courses of one foot's angles, heights and speeds over a path.

    Parameters
    ----------
    path
        From ``trajectory.reconstruct_path``.
    acc, gyr
        (n, 3) the path's own samples, m/s² and rad/s, sensor axes.
    axes
        Foot axes in the sensor.
    geometry
        Lever arms to toe and heel.
    left
        Whether it is the left foot: inversion turns the other way about x there.
    """
    to_foot = axes.sensor_to_foot
    start, end = _bounds(path)
    # the world's up in sensor axes gives the height of anything that is fixed to the shoe
    up = up_in_sensor(path.orientation)
    slope = columns(up.shape)
    for axis in range(3):
        slope[:, axis] = dot(up, to_foot[axis])
    pitch = np.degrees(np.arcsin(np.clip(slope[:, 0], -1.0, 1.0)))
    roll = np.degrees(np.arctan2(slope[:, 1], slope[:, 2])) * (-1.0 if left else 1.0)
    length = np.maximum(np.hypot(path.displacement_m[:, 0], path.displacement_m[:, 1]), 1e-9)
    direction = path.displacement_m[:, :2] / length[:, None]
    ahead = direction.take(path.interval, axis=0)
    speed = np.einsum("ni,ni->n", path.velocity[:, :2], ahead)
    toe, heel = (to_foot.T @ lever for lever in (geometry.toe_m, geometry.heel_m))
    spin = rotate(path.orientation, cross(gyr, toe))
    toe_height, heel_height = (
        point_height(dot(up, lever), path.position[:, 2], path.displacement_m[:, 2], start, end, path.interval)
        for lever in (toe, heel)
    )
    return FootCourses(
        pitch_deg=pitch,
        roll_deg=roll,
        pitch_rate_radps=-dot(gyr, to_foot[1]),
        forward_speed=speed,
        toe_speed=speed + np.einsum("ni,ni->n", spin[:, :2], ahead),
        toe_height=toe_height,
        heel_height=heel_height,
        jolt=second_difference(acc),
        direction=direction,
        up=slope,
    )


def find_strides(
    path: FootPath,
    courses: FootCourses,
    axes: FootAxes,
    rests: Rests,
    movements: IntArray,
    rate_hz: float,
    sample_count: int,
    config: StrideConfig | None = None,
    event_config: EventConfig | None = None,
) -> tuple[IntArray, Events, BoolArray]:
    """Tell strides from other movements.

    Parameters
    ----------
    path, courses, axes
        Of one stretch.
    rests
        The stretch's rests, as indices of the whole recording.
    movements
        (m,) intervals that hold a movement.
    rate_hz, sample_count
        Of the whole recording.
    config, event_config
        Limits, and how the events are told.

    Returns
    -------
    strides
        (k,) intervals that hold one swing.
    events
        Their events in the path's samples, -1 where not seen.
    cut_off
        (k,) the recording begins or ends within the stride.

    Notes
    -----
    A foot that only turns, on its heel or its toe, moves the sensor but not that point: the least travel of any
    point along the sole is what tells a step from a pivot. Small steps that land are kept.
    """
    config = config or StrideConfig()
    start, end = _bounds(path)
    movements = movements[(end - start)[movements] <= config.longest_stride_s * rate_hz]
    start, end = start[movements], end[movements]
    events = find_events(
        courses.pitch_rate_radps, courses.forward_speed, courses.jolt, start, end, rate_hz, event_config
    )

    facing = rotate(path.orientation[np.concatenate((start, end))], axes.sensor_to_foot[0][None])[:, :2]
    turned = facing[len(start) :] - facing[: len(start)]
    lever = np.linspace(-0.1, 0.2, 31)  # from behind the heel to the toe, seen from the sensor
    moved = path.displacement_m[movements, None, :2] + lever[:, None] * turned[:, None]
    travel = np.linalg.norm(moved, axis=2).min(axis=1)
    landing = greatest(courses.jolt, np.maximum(events.mid_swing, start), end)
    distance = np.linalg.norm(path.displacement_m[movements, :2], axis=1)
    far = travel > 0.5 * np.percentile(travel, 80) if len(travel) else np.zeros(0, dtype=bool)
    usual = np.median(landing[far]) if far.any() else np.inf

    seen = (events.toe_off >= 0) & (events.initial_contact >= 0)
    swing = np.where(seen, events.initial_contact - events.toe_off, 0) / rate_hz
    step = (travel > config.least_travel_m) | (
        (landing > config.least_landing * usual) & (distance > config.least_travel_m)
    )
    usual_swing = np.median(swing[far]) if far.any() else 0.0
    step &= swing <= max(config.longest_swing_s, config.longest_swing * usual_swing)
    edge = round(0.4 * rate_hz)  # a rest at the recording's edge is put into the middle of what is as still
    moving = rests.intensity > config.cut_off_intensity
    cut_end = (rests.sample[movements + 1] >= sample_count - edge) & moving[movements + 1]
    cut_start = (rests.sample[movements] < edge) & moving[movements]
    # the swing of a stride whose end is missing was not seen to land
    events = events._replace(initial_contact=np.where(cut_end, -1, events.initial_contact))
    cut_off = cut_start | cut_end
    kept = Events(*(event[step] for event in events))
    return movements[step], kept, cut_off[step]


def measure_strides(
    path: FootPath,
    courses: FootCourses,
    axes: FootAxes,
    geometry: Geometry,
    strides: IntArray,
    events: Events,
    rate_hz: float,
    *,
    left: bool,
) -> Mapping[str, Any]:
    """Measure complete strides that need nothing but themselves.

    Parameters
    ----------
    path, courses, axes, geometry
        Of one stretch.
    strides
        (k,) intervals whose events are all seen.
    events
        Their events, in the path's samples.
    rate_hz
        Sample rate.
    left
        Whether it is the left foot.

    Returns
    -------
    Column name to (k,) array; ``toe_height_course`` (k, 101) over swing and ``heel_height_course`` over the stride;
    heights of toe and heel and the heel's sideways departure (m, left positive) at mid swing.
    """
    start, end = (bound[strides] for bound in _bounds(path))
    to, mid, contact = events.toe_off, events.mid_swing, events.initial_contact
    outward = 1.0 if left else -1.0
    length = np.linalg.norm(path.displacement_m[strides, :2], axis=1)
    time = (end - start) / rate_hz
    pitch, roll = courses.pitch_deg, courses.roll_deg

    up_sd = 0.5 * (path.tilt.up_sd_rad[strides] + path.tilt.up_sd_rad[strides + 1])
    angle_sd = np.hypot(np.degrees(np.hypot(up_sd, 0.25 * path.tilt.disagreement_rad[strides])), axes.zero_sd_deg)

    frac = np.linspace(0.0, 1.0, COURSE_POINTS)
    swing = _places(to, contact, frac, len(pitch))
    toe_course = _between(courses.toe_height, *swing)
    toe_speed = _between(courses.toe_speed, *swing)
    clearance = least_clearance(toe_course, toe_speed)
    # a flat course is lowest here or there by chance: the pitch of all mid swing counts
    middle = _places(to, contact, np.linspace(0.3, 0.8, COURSE_POINTS), len(pitch))
    mid_course = _between(pitch, *middle)
    lever_sd = geometry.toe_sd_m * np.sqrt((np.sin(np.radians(mid_course)) ** 2).mean(axis=1))
    roll_course = _between(roll, *middle)
    side_sd = geometry.side_sd_m * np.sqrt((np.sin(np.radians(roll_course)) ** 2).mean(axis=1))
    clearance_sd = np.hypot(path.height_sd_m[strides], np.hypot(lever_sd, side_sd))
    up_course = _between(courses.up, *swing)
    sole_course, sole_part = sole_height(
        geometry,
        up_course,
        _between(path.position[:, 2], *swing),
        courses.up[start],
        courses.up[end],
        path.displacement_m[strides, 2],
        ((to - start)[:, None] + frac * (contact - to)[:, None]) / (end - start)[:, None],
    )
    sole = least_clearance(sole_course, toe_speed)
    lowest_at = np.round(sole.frac * (COURSE_POINTS - 1)).astype(np.int64)
    row = np.arange(len(to))
    lowest_part = sole_part[row, lowest_at]
    lowest_sd = sole_sd(geometry, up_course[row, lowest_at], lowest_part)

    pitch_course = _between(pitch, *swing)
    regained = pitch_course >= 0.0
    facing = rotate(path.orientation[start], axes.sensor_to_foot[0][None])[:, :2]
    ahead = courses.direction[strides]
    yaw = np.arctan2(ahead[:, 0] * facing[:, 1] - ahead[:, 1] * facing[:, 0], (ahead * facing).sum(axis=1))

    heel_lever = axes.sensor_to_foot.T @ geometry.heel_m
    swing_at = _spans(to, contact)
    aside = outward * heel_aside(
        path, heel_lever, strides, start, swing_at, np.repeat(np.arange(len(to)), contact - to + 1)
    )
    measures: dict[str, Any] = {
        "stride_time_s": time,
        "swing_time_s": (contact - to) / rate_hz,
        "stride_length_m": length,
        "stride_length_sd_m": path.position_sd_m[strides],
        "walking_speed_mps": length / time,
        "walking_speed_sd_mps": np.hypot(path.position_sd_m[strides], length * FOOT_FLAT_SD_S / time) / time,
        "cadence_spm": 120.0 / time,
        "foot_pitch_toe_off_deg": pitch[to],
        "foot_pitch_mid_swing_deg": pitch[mid],
        "foot_pitch_swing_max_deg": greatest(pitch, to, contact),
        "foot_pitch_initial_contact_deg": pitch[contact],
        "foot_pitch_sd_deg": np.hypot(angle_sd, axes.forward_sd_deg * _rms_sine(roll, to, mid, contact)),
        "swing_dorsiflexion_deg": greatest(pitch, mid, contact),
        "level_frac": np.where(regained.any(axis=1), np.argmax(regained, axis=1) / (COURSE_POINTS - 1), np.nan),
        "foot_roll_mid_swing_deg": roll[mid],
        "foot_roll_initial_contact_deg": roll[contact],
        "foot_roll_sd_deg": np.hypot(angle_sd, axes.forward_sd_deg * _rms_sine(pitch, mid, contact)),
        "toe_out_deg": outward * np.degrees(yaw),
        "minimum_toe_clearance_m": clearance.height_m,
        "minimum_toe_clearance_sd_m": clearance_sd,
        "minimum_toe_clearance_frac": clearance.frac,
        "minimum_toe_clearance_kind": clearance.kind,
        "minimum_sole_clearance_m": sole.height_m,
        "minimum_sole_clearance_sd_m": np.hypot(path.height_sd_m[strides], lowest_sd),
        "lowest_point": np.array(SOLE_PARTS)[lowest_part],
        "heel_height_max_m": greatest(courses.heel_height, start, end - 1),
        "toe_height_max_m": greatest(courses.toe_height, start, end - 1),
        "foot_height_max_m": greatest(path.position[:, 2], start, end - 1),
        "circumduction_m": _greatest_of_runs(aside, contact - to + 1),
        "push_off_dps": np.degrees(greatest(-courses.pitch_rate_radps, start, to)),
        "turn_deg": np.degrees(path.tilt.turn_rad[strides]),
        "height_change_m": path.rise_m[strides],
        "height_change_sd_m": path.rise_sd_m[strides],
        "tilt_disagreement_deg": np.degrees(path.tilt.disagreement_rad[strides]),
        "closure_ratio": path.closure_ratio[strides],
        "level": path.level[strides],
        "toe_height_course": toe_course,
        "heel_height_course": along(courses.heel_height, start, end, frac)
        + resting_heel_rise(pitch[start], pitch[end], greatest(pitch, contact, end), geometry, frac),
        "toe_height_mid_swing_m": courses.toe_height[mid],
        "heel_height_mid_swing_m": courses.heel_height[mid],
        "aside_mid_swing_m": heel_aside(path, heel_lever, strides, start, mid, row),
    }
    return measures


def _rms_sine(angle_deg: FloatArray, *at: IntArray) -> FloatArray:
    """Sine (k,) of an angle, root mean square over moments: what a wrong long axis puts of it into the other angle."""
    return np.asarray(np.sqrt(np.mean([np.sin(np.radians(angle_deg[index])) ** 2 for index in at], axis=0)))


def _bounds(path: FootPath) -> tuple[IntArray, IntArray]:
    edges = np.concatenate(([0], np.flatnonzero(np.diff(path.interval)) + 1, [len(path.interval) - 1]))
    return edges[:-1].astype(np.int64), edges[1:].astype(np.int64)


def _spans(start: IntArray, end: IntArray) -> IntArray:
    """All indices from each start to its end, in one array."""
    lengths = end - start + 1
    offset = np.repeat(start - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return np.arange(int(lengths.sum())) + offset


def greatest(values: FloatArray | IntArray, start: IntArray, end: IntArray) -> FloatArray:
    """Greatest value from each start to its end, both included: (k,)."""
    return _greatest_of_runs(values[_spans(start, end)], end - start + 1)


def _greatest_of_runs(values: FloatArray | IntArray, lengths: IntArray) -> FloatArray:
    """Greatest value of each run (k,) of values that follow one another."""
    if not len(lengths):
        return np.zeros(0)
    return np.asarray(np.maximum.reduceat(values, np.concatenate(([0], np.cumsum(lengths)[:-1]))))


def along(values: FloatArray, start: IntArray, end: IntArray, frac: FloatArray) -> FloatArray:
    """Values (n, ...) at even steps from each start to its end: (k, len(frac), ...)."""
    return _between(values, *_places(start, end, frac, len(values)))


def _places(start: IntArray, end: IntArray, frac: FloatArray, count: int) -> tuple[IntArray, FloatArray]:
    """Even steps from each start to its end: the sample below each (k, len(frac)), and how far it is to the next."""
    at = start[:, None] + frac * (end - start)[:, None]
    below: IntArray = np.minimum(at.astype(np.int64), count - 2)
    return below, np.asarray(at - below)


def _between(values: FloatArray, below: IntArray, share: FloatArray) -> FloatArray:
    """Values (n, ...) at such places (k, c, ...)."""
    if values.ndim > 1:
        out = columns((*below.shape, values.shape[1]))
        for axis in range(values.shape[1]):
            out[..., axis] = _between(values[:, axis], below, share)
        return out
    out = values.take(below)
    step = values[1:].take(below)
    step -= out
    step *= share
    out += step
    return out
