"""The steps for one foot in order: samples on an even grid to strides, in stretches that bound the memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.clearance import Geometry, refine_geometry
from footdrop_imu.gait.clock import run_lengths
from footdrop_imu.gait.cycles import CycleConfig, find_movements
from footdrop_imu.gait.events import EventConfig, Events
from footdrop_imu.gait.grade import rest_quality
from footdrop_imu.gait.middle import middle_vector
from footdrop_imu.gait.mounting import FootAxes, MountingConfig, find_foot_axes
from footdrop_imu.gait.orientation import conjugate, rotate
from footdrop_imu.gait.rest import RestConfig, Rests, find_rests, motion_intensity
from footdrop_imu.gait.stance import classify_landing, measure_stance
from footdrop_imu.gait.strides import (
    FootCourses,
    StrideConfig,
    along,
    find_strides,
    foot_courses,
    greatest,
    measure_strides,
)
from footdrop_imu.gait.tilt import TiltConfig
from footdrop_imu.gait.trajectory import DriftConfig, FootPath, reconstruct_path
from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = ["FootConfig", "FootStrides", "Samples", "Stretch", "analyze_foot"]


@dataclass(frozen=True)
class FootConfig:
    """Every setting of one foot's analysis."""

    rest: RestConfig = field(default_factory=RestConfig)
    cycle: CycleConfig = field(default_factory=CycleConfig)
    drift: DriftConfig = field(default_factory=DriftConfig)
    tilt: TiltConfig = field(default_factory=TiltConfig)
    mounting: MountingConfig = field(default_factory=MountingConfig)
    stride: StrideConfig = field(default_factory=StrideConfig)
    event: EventConfig = field(default_factory=EventConfig)
    stretch_samples: int = 40_000
    """A stretch ends at the first foot-flat after so many samples: fixed, so that results repeat."""
    axes_stretches: int = 4
    """The foot's axes rest on so many stretches, spread evenly over a long recording."""
    heel_contact_deg: float = 10.0
    """A contact with the toes so far up is the heel's: it says how high the heel is."""
    axes_turn_deg: float = 20.0
    """Strides that turn more than this say nothing of the foot's forward direction."""


class Samples(NamedTuple):
    """One foot's samples on an even grid, gravity scaled and the gyroscope's offset taken off.

    ``acc`` and ``gyr`` (n, 3) m/s² and rad/s; ``lost``, ``valid`` and ``clipped`` (n,).
    """

    acc: FloatArray
    gyr: FloatArray
    lost: BoolArray
    valid: BoolArray
    clipped: BoolArray
    rate_hz: float
    averaged: bool


class Stretch(NamedTuple):
    """One stretch worked out: its path, courses, strides (intervals) and their events in the path's samples."""

    path: FootPath
    courses: FootCourses
    strides: IntArray
    events: Events


class FootStrides(NamedTuple):
    """All strides of one foot.

    ``measured`` column to (k,) array for complete strides, with events, ``toe_height_course`` (k, 101) and
    ``pitch_course`` and ``roll_course`` (k, 101) over the gait cycle; ``rejected`` the five events (-1 where not
    seen) and ``reason``; ``geometry`` the lever arms as refined. ``interval`` arrays number the foot-flats, so
    that neighbors can be told.
    """

    measured: dict[str, Any]
    rejected: dict[str, Any]
    axes: FootAxes
    geometry: Geometry
    rests: Rests
    movements: IntArray


def analyze_foot(
    samples: Samples,
    geometry: Geometry,
    *,
    left: bool,
    standing_up: FloatArray | None = None,
    entered_forward: FloatArray | None = None,
    config: FootConfig | None = None,
) -> FootStrides:
    """Find and measure the strides of one foot.

    Parameters
    ----------
    samples
        The recording.
    geometry
        Lever arms of the shoe, as entered or assumed.
    left
        Whether it is the left foot.
    standing_up
        (3,) unit vector up in quiet standing, sensor axes, from ``checks.still_phases``.
    entered_forward
        (3,) the foot's long axis in sensor axes where a mounting was entered.
    config
        Settings.

    Returns
    -------
    FootStrides

    Raises
    ------
    SignalError
        no_walking: nothing that moves the foot ahead; no_rest: never two foot-flats.
    """
    config = config or FootConfig()
    rests, movements = find_foot_flats(samples, config)
    stretches = list(_stretches(rests, movements, config.stretch_samples))
    only: FootPath | None = None
    ups, forwards, qualities = [], [], []
    spread = np.unique(np.linspace(0, len(stretches) - 1, config.axes_stretches).astype(int))
    for first, last, inside in (stretches[k] for k in spread):
        only = _path(samples, rests, first, last, config)
        up, forward = _axes_evidence(only, inside, config)
        ups.append(up)
        forwards.append(forward)
        qualities.append(rest_quality(rests.intensity[first:last][inside]))
    axes = find_foot_axes(
        np.concatenate(ups),
        np.concatenate(forwards),
        np.concatenate(qualities),
        standing_up,
        entered_forward,
        left=left,
        config=config.mounting,
    )
    usual_up = middle_vector(np.concatenate(ups))
    usual_up /= np.linalg.norm(usual_up)
    parts, refused = [], []
    for number, (first, last, inside) in enumerate(stretches):
        path = only if only is not None and len(stretches) == 1 else _path(samples, rests, first, last, config)
        if number == 0:
            geometry = _refine(samples, rests, first, last, inside, path, axes, geometry, config, left=left)
        measured, rejected = _measure_stretch(
            samples, rests, first, last, inside, path, axes, geometry, usual_up, config, left=left
        )
        parts.append(measured)
        refused.append(rejected)
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    rejected = {name: np.concatenate([part[name] for part in refused]) for name in refused[0]}
    if not len(joined["start"]) and not len(rejected["start"]):
        raise _no_walking()
    return FootStrides(joined, rejected, axes, geometry, rests, movements)


def find_foot_flats(samples: Samples, config: FootConfig) -> tuple[Rests, IntArray]:
    """Find rests and the intervals between them that hold a movement."""
    intensity = motion_intensity(samples.acc, samples.gyr, samples.rate_hz, config.rest)
    humps = find_movements(intensity, samples.rate_hz, config.cycle)
    if not len(humps):
        raise _no_walking()
    rests, movements = find_rests(intensity, humps, samples.rate_hz, config.rest)
    if len(rests.sample) < 2 or np.any(np.diff(rests.sample) <= 0):
        raise SignalError(
            SignalReason.NO_REST,
            "Found movement but no moments of rest between steps, expected a foot that is flat on the floor in stance.",
        )
    return rests, movements


def stretch_courses(
    samples: Samples, rests: Rests, axes: FootAxes, geometry: Geometry, *, left: bool, config: FootConfig
) -> Iterator[tuple[FootPath, FootCourses]]:
    """Paths and courses once more, stretch by stretch, for whoever wants every sample (time series)."""
    for first, last, _ in _stretches(rests, np.zeros(0, dtype=np.int64), config.stretch_samples):
        path = _path(samples, rests, first, last, config)
        own = slice(path.first, path.first + len(path.interval))
        yield path, foot_courses(path, samples.acc[own], samples.gyr[own], axes, geometry, left=left)


def _no_walking() -> SignalError:
    return SignalError(
        SignalReason.NO_WALKING,
        "Found no strides, expected walking. Check that the sensor is on the foot and the walk is in the file.",
    )


def _stretches(rests: Rests, movements: IntArray, size: int) -> Iterator[tuple[int, int, IntArray]]:
    """First and last rest of each stretch, and its movements as intervals from the stretch's first rest."""
    first, count = 0, len(rests.sample)
    while first < count - 1:
        last = int(np.searchsorted(rests.sample, rests.sample[first] + size))
        last = count - 1 if last >= count - 2 else max(last, first + 1)
        inside = movements[(movements >= first) & (movements < last)] - first
        yield first, last, inside
        first = last


def _path(samples: Samples, rests: Rests, first: int, last: int, config: FootConfig) -> FootPath:
    own = rests.part(first, last)
    margin = round(0.5 * samples.rate_hz)
    low, high = max(0, int(own.sample[0]) - margin), min(len(samples.acc), int(own.sample[-1]) + margin + 1)
    piece = slice(low, high)
    moved = own._replace(sample=own.sample - low, run_start=own.run_start - low, run_end=own.run_end - low)
    path = reconstruct_path(
        samples.acc[piece],
        samples.gyr[piece],
        # what a sample at the sensor's limit would have shown is as unknown as a lost one
        run_lengths(samples.lost[piece] | samples.clipped[piece]),
        moved,
        samples.rate_hz,
        averaged=samples.averaged,
        config=config.drift,
        tilt_config=config.tilt,
    )
    return path._replace(first=path.first + low)


def _axes_evidence(path: FootPath, movements: IntArray, config: FootConfig) -> tuple[FloatArray, FloatArray]:
    """Up at the foot-flats of a stretch's movements, and forward of its straight strides, in sensor axes."""
    edges = np.concatenate(([0], np.flatnonzero(np.diff(path.interval)) + 1, [len(path.interval) - 1]))
    length = np.linalg.norm(path.displacement_m[:, :2], axis=1)
    far = length[movements]
    straight = movements[far > 0.5 * np.percentile(far, 80)] if len(far) else movements
    straight = straight[np.abs(path.tilt.turn_rad[straight]) < np.radians(config.axes_turn_deg)]
    ahead = np.column_stack((path.displacement_m[straight, :2] / length[straight, None], np.zeros(len(straight))))
    both_ends = np.concatenate((edges[:-1][straight], edges[1:][straight]))
    forward = rotate(conjugate(path.orientation[both_ends]), np.concatenate((ahead, ahead)))
    return path.tilt.up[movements], forward


def _refine(
    samples: Samples,
    rests: Rests,
    first: int,
    last: int,
    movements: IntArray,
    path: FootPath,
    axes: FootAxes,
    geometry: Geometry,
    config: FootConfig,
    *,
    left: bool,
) -> Geometry:
    """Lever arms corrected by the straight strides of the walk's first stretch."""
    own = slice(path.first, path.first + len(path.interval))
    courses = foot_courses(path, samples.acc[own], samples.gyr[own], axes, geometry, left=left)
    strides, events, _ = find_strides(
        path,
        courses,
        axes,
        rests.part(first, last),
        movements,
        samples.rate_hz,
        len(samples.acc),
        config.stride,
        config.event,
    )
    seen = (events.toe_off > 0) & (events.initial_contact > events.toe_off) & path.level[strides]
    seen &= np.abs(path.tilt.turn_rad[strides]) < np.radians(config.axes_turn_deg)
    toe_off, contact = events.toe_off[seen], events.initial_contact[seen]
    contact = contact[courses.pitch_deg[contact] > config.heel_contact_deg]
    height = path.position[:, 2]
    return refine_geometry(
        geometry, courses.pitch_deg[toe_off], height[toe_off], courses.pitch_deg[contact], height[contact]
    )


def _measure_stretch(
    samples: Samples,
    rests: Rests,
    first: int,
    last: int,
    movements: IntArray,
    path: FootPath,
    axes: FootAxes,
    geometry: Geometry,
    usual_up: FloatArray,
    config: FootConfig,
    *,
    left: bool,
) -> tuple[dict[str, Any], dict[str, Any]]:
    own = slice(path.first, path.first + len(path.interval))
    gyr = samples.gyr[own]
    courses = foot_courses(path, samples.acc[own], gyr, axes, geometry, left=left)
    local = rests.part(first, last)
    strides, events, cut_off = find_strides(
        path, courses, axes, local, movements, samples.rate_hz, len(samples.acc), config.stride, config.event
    )
    start, end = local.sample[strides], local.sample[strides + 1]
    unusable = np.concatenate(([0], np.cumsum(~samples.valid[own])))
    gap = unusable[end + 1 - path.first] > unusable[start - path.first]
    ordered = (events.toe_off > 0) & (events.toe_off < events.mid_swing) & (events.mid_swing < events.initial_contact)
    reason = np.where(cut_off, "cut off", np.where(gap, "gap", np.where(ordered, "", "event not seen")))
    kept = reason == ""
    measured = dict(
        measure_strides(
            path,
            courses,
            axes,
            geometry,
            strides[kept],
            Events(*(event[kept] for event in events)),
            samples.rate_hz,
            left=left,
        )
    )
    placed = {
        "start": start,
        "toe_off": _place(events.toe_off, path.first),
        "mid_swing": _place(events.mid_swing, path.first),
        "initial_contact": _place(events.initial_contact, path.first),
        "end": end,
        "interval": strides + first,
    }
    rejected = {name: values[~kept] for name, values in placed.items()}
    rejected["reason"] = reason[~kept]
    measured |= {name: values[kept] for name, values in placed.items()}
    if not axes.forward_entered:
        measured["toe_out_deg"] = np.full(int(kept.sum()), np.nan)
    measured |= _trust(samples, local, path, strides[kept], start[kept], end[kept], usual_up)
    measured |= _cycle_courses(courses, path.first, measured)
    landing, measured["landing_confidence"] = classify_landing(
        measured["foot_pitch_initial_contact_deg"],
        measured["foot_roll_initial_contact_deg"],
        measured["foot_pitch_sd_deg"],
        measured["foot_roll_sd_deg"],
    )
    to_path = {event: measured[event] - path.first for event in ("start", "toe_off", "initial_contact", "end")}
    measured |= measure_stance(
        courses.pitch_deg, courses.pitch_rate_radps, landing=landing, rate_hz=samples.rate_hz, **to_path
    )
    measured["landing"] = landing
    measured["heel_off"] = _place(measured["heel_off"], path.first)
    return measured, rejected


def _place(index: IntArray, first: int) -> IntArray:
    return np.where(index >= 0, index + first, -1)


def _trust(
    samples: Samples,
    rests: Rests,
    path: FootPath,
    strides: IntArray,
    start: IntArray,
    end: IntArray,
    usual_up: FloatArray,
) -> Mapping[str, FloatArray]:
    worse = np.maximum(rests.intensity[strides], rests.intensity[strides + 1])
    shift = np.degrees(np.arccos(np.clip(path.tilt.up @ usual_up, -1.0, 1.0)))
    own = slice(path.first, path.first + len(path.interval))
    lost = np.concatenate(([0], np.cumsum(samples.lost[own])))
    clipped = np.concatenate(([0], np.cumsum(samples.clipped[own])))
    count, a, b = end - start, start - path.first, end - path.first
    longest = greatest(run_lengths(samples.lost[own]), a, b - 1)
    return {
        "rest_quality": rest_quality(worse),
        "mount_shift_deg": np.maximum(shift[strides], shift[strides + 1]),
        "lost_frac": (lost[b] - lost[a]) / count,
        "clipped_frac": (clipped[b] - clipped[a]) / count,
        "gap_s": longest / samples.rate_hz,
    }


def _cycle_courses(courses: FootCourses, first: int, measured: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """Angles from the previous contact of the foot to this stride's, NaN rows where there is none before."""
    contact = measured["initial_contact"] - first
    joined = np.zeros(len(contact), dtype=bool)
    joined[1:] = measured["start"][1:] == measured["end"][:-1]
    frac = np.linspace(0.0, 1.0, 101)
    out: dict[str, NDArray[Any]] = {}
    for name, course in (("pitch_course", courses.pitch_deg), ("roll_course", courses.roll_deg)):
        rows = np.full((len(contact), len(frac)), np.nan)
        if joined.any():
            at = np.flatnonzero(joined)
            rows[at] = along(course, contact[at - 1], contact[at], frac)
        out[name] = rows
    return out
