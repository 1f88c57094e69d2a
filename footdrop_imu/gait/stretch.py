"""One stretch of a recording: the measures of its strides, and whether each can be trusted."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from footdrop_imu.gait.clock import run_lengths
from footdrop_imu.gait.drag_signs import drag_signs
from footdrop_imu.gait.events import EventConfig, Events
from footdrop_imu.gait.grade import rest_quality
from footdrop_imu.gait.heel_up import lever_elevation
from footdrop_imu.gait.landing_level import UsualLanding, level_landings
from footdrop_imu.gait.mounting import FootAxes
from footdrop_imu.gait.rest import Rests
from footdrop_imu.gait.shoe import Geometry
from footdrop_imu.gait.signal import Samples3
from footdrop_imu.gait.stance import classify_landing, measure_stance
from footdrop_imu.gait.strides import (
    COURSE_POINTS,
    FootCourses,
    StrideConfig,
    along,
    find_strides,
    foot_courses,
    greatest,
    measure_strides,
)
from footdrop_imu.gait.trajectory import FootPath
from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = ["Samples", "Stretch", "cycle_course", "measure_stretch"]


class Samples(NamedTuple):
    """One foot's samples on an even grid, gravity scaled and the gyroscope's offset taken off.

    ``acc`` and ``gyr`` (n, 3) m/s² and rad/s; ``lost``, ``valid`` and ``clipped`` (n,). ``delay_sd_s``: how well the
    delay is known that was taken out between the two; ``scale_sd``: doubt about gravity's excess as a share of a
    stride's length.
    """

    acc: Samples3
    gyr: Samples3
    lost: BoolArray
    valid: BoolArray
    clipped: BoolArray
    rate_hz: float
    averaged: bool
    delay_sd_s: float = 0.0
    scale_sd: float = 0.0

    def part(self, piece: slice) -> "Samples":
        """Some of the samples, corrected."""
        return self._replace(
            acc=self.acc[piece],
            gyr=self.gyr[piece],
            lost=self.lost[piece],
            valid=self.valid[piece],
            clipped=self.clipped[piece],
        )


class Stretch(NamedTuple):
    """What lies between two foot-flats of a recording.

    ``first`` is the number of its first rest; ``rests`` are its own, as samples of the recording; ``movements`` (m,)
    the intervals that hold a movement, counted from its first rest; ``path`` the sensor's.
    """

    first: int
    rests: Rests
    movements: IntArray
    path: FootPath

    @property
    def own(self) -> slice:
        """The path's samples in the recording."""
        return slice(self.path.first, self.path.first + len(self.path.interval))


def measure_stretch(
    samples: Samples,
    stretch: Stretch,
    axes: FootAxes,
    geometry: Geometry,
    usual_up: FloatArray,
    landing: UsualLanding,
    stride_config: StrideConfig,
    event_config: EventConfig,
    *,
    left: bool,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Find and measure the strides of one stretch.

    Parameters
    ----------
    samples
        The whole recording.
    stretch
        The stretch.
    axes, geometry
        Of the foot and its shoe.
    usual_up
        (3,) unit vector up at the walk's usual foot-flat, sensor axes.
    landing
        How high the walk's landings usually are.
    stride_config, event_config
        Limits.
    left
        Whether it is the left foot.

    Returns
    -------
    measured, rejected
        As in ``foot.FootStrides``.
    """
    path, own, local = stretch.path, stretch.own, stretch.rests
    acc = samples.acc[own]
    courses = foot_courses(path, acc, samples.gyr[own], axes, geometry, left=left)
    strides, events, cut_off = find_strides(
        path,
        courses,
        axes,
        local,
        stretch.movements,
        samples.rate_hz,
        len(samples.acc),
        stride_config,
        event_config,
    )
    start, end = local.sample[strides], local.sample[strides + 1]
    unusable = np.concatenate(([0], np.cumsum(~samples.valid[own])))
    gap = unusable[end + 1 - path.first] > unusable[start - path.first]
    ordered = (events.toe_off > 0) & (events.toe_off < events.mid_swing) & (events.mid_swing < events.initial_contact)
    reason = np.where(cut_off, "cut off", np.where(gap, "gap", np.where(ordered, "", "event not seen")))
    kept = reason == ""
    path, courses = level_landings(
        path, courses, landing, strides[kept], events.toe_off[kept], events.initial_contact[kept]
    )
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
        "interval": strides + stretch.first,
    }
    rejected = {name: values[~kept] for name, values in placed.items()}
    rejected["reason"] = reason[~kept]
    measured |= {name: values[kept] for name, values in placed.items()}
    if not axes.forward_entered:
        measured["toe_out_deg"] = np.full(int(kept.sum()), np.nan)
    measured |= _trust(samples, local, path, strides[kept], start[kept], end[kept], usual_up)
    for name, course in (("pitch_course", courses.pitch_deg), ("roll_course", courses.roll_deg)):
        measured[name] = cycle_course(course, path.first, measured)
    kind, measured["landing_confidence"] = classify_landing(
        measured["foot_pitch_initial_contact_deg"],
        measured["foot_roll_initial_contact_deg"],
        measured["foot_pitch_sd_deg"],
        measured["foot_roll_sd_deg"],
    )
    to_path = {event: measured[event] - path.first for event in ("start", "toe_off", "initial_contact", "end")}
    measured |= measure_stance(
        courses.pitch_deg, courses.pitch_rate_radps, landing=kind, rate_hz=samples.rate_hz, **to_path
    )
    measured["landing"] = kind
    measured |= _against_foot_flat(path, courses, strides[kept], to_path)
    measured |= drag_signs(
        acc,
        axes,
        to_path["toe_off"],
        to_path["initial_contact"],
        measured["toe_height_course"],
        samples.rate_hz,
    )
    measured["heel_off"] = _place(measured["heel_off"], path.first)
    return measured, rejected


def _against_foot_flat(
    path: FootPath, courses: FootCourses, strides: IntArray, at: Mapping[str, IntArray]
) -> dict[str, FloatArray]:
    """What tells a heel that never comes down, and a foot that lies along a slope."""
    pitch = courses.pitch_deg
    return {
        "flat_pitch_deg": 0.5 * (pitch[at["start"]] + pitch[at["end"]]),
        "contact_over_flat_deg": pitch[at["initial_contact"]] - pitch[at["end"]],
        "toe_off_over_flat_deg": pitch[at["toe_off"]] - pitch[at["start"]],
        "lever_elevation_deg": lever_elevation(
            pitch, path.position, courses.direction[strides], at["start"], at["toe_off"]
        ),
    }


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


def cycle_course(course: FloatArray, first: int, measured: Mapping[str, Any]) -> FloatArray:
    """A course from the foot's previous contact to each stride's own (k, 101), NaN where there is none before.

    ``first`` is the recording's index of the course's first sample.
    """
    contact = measured["initial_contact"] - first
    joined = np.zeros(len(contact), dtype=bool)
    joined[1:] = measured["start"][1:] == measured["end"][:-1]
    rows = np.full((len(contact), COURSE_POINTS), np.nan)
    if joined.any():
        at = np.flatnonzero(joined)
        rows[at] = along(course, contact[at - 1], contact[at], np.linspace(0.0, 1.0, COURSE_POINTS))
    return rows
