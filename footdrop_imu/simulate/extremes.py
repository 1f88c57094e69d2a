"""Extremes of a foot's motion within each stride, searched on a fine grid of the exact motion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from footdrop_imu.schema import BoolArray, FloatArray, IntArray
from footdrop_imu.simulate.drag import drag_kinds
from footdrop_imu.simulate.foot import Phases
from footdrop_imu.simulate.motion import FootMotion, State, heights, move, point
from footdrop_imu.simulate.plan import FootPlan
from footdrop_imu.simulate.sampling import SensorErrors
from footdrop_imu.simulate.shank import ShankMotion, dorsiflexion_deg
from footdrop_imu.simulate.sway import Sway

__all__ = [
    "TrueFoot",
    "TrueSensor",
    "TrueShank",
    "fastest_frac",
    "foot_angles",
    "greatest_toes_down",
    "left_of",
    "swing_extremes",
]

_FINE = 201  # instants at which a swing is searched
_ROWS = 300  # strides searched at once; bounds the memory


@dataclass(frozen=True, kw_only=True)
class TrueSensor:
    """All that is known of one sensor.

    ``place_m`` (3,) is its own, in the body's axes from the body's origin (heel point or ankle joint). Sample k of the
    recording was taken at clock_offset_s + k * sample_s; ``here`` and ``clipped`` (n,) say whether it arrived and
    touched a limit; ``errors`` are those in its readings.
    """

    sway: Sway
    place_m: FloatArray
    rate_hz: float
    clock_offset_s: float
    sample_s: float
    here: BoolArray
    clipped: BoolArray
    errors: SensorErrors

    def clock_s(self, index: IntArray) -> FloatArray:
        """When samples were taken, on the walk's clock."""
        return self.clock_offset_s + self.sample_s * index.astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class TrueShank(TrueSensor):
    """A shank and its sensor."""

    motion: ShankMotion


@dataclass(frozen=True, kw_only=True)
class TrueFoot(TrueSensor):
    """A foot and its sensor; ``shank`` where that has a sensor too; ``leg_length_m`` hip to floor."""

    plan: FootPlan
    phases: Phases
    motion: FootMotion
    leg_length_m: float
    shank: TrueShank | None = None

    def above_floor(self, state: State, body: FloatArray, time_s: FloatArray, flat_s: FloatArray) -> FloatArray:
        """Heights (n, k) of points (k, 3) above their own in the flat foot, on the line between foot-flats (m, 2)."""
        return heights(state, body) - self.plan.footing.floor_m(body, self.plan.yaw_rad, flat_s, time_s)


def foot_angles(state: State, inward: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Pitch, inversion and heading of the foot in deg."""
    r = state.rotation
    pitch = np.arcsin(np.clip(r[:, 2, 0], -1.0, 1.0))
    roll = inward * np.arctan2(r[:, 2, 1], r[:, 2, 2])
    return np.degrees(pitch), np.degrees(roll), np.degrees(np.arctan2(r[:, 1, 0], r[:, 0, 0]))


def _swing_states(foot: TrueFoot) -> Iterator[tuple[slice, FloatArray, State]]:
    """Swings in blocks: which, their instants (n, 201), the foot there."""
    p, u = foot.phases, np.linspace(0.0, 1.0, _FINE)
    for begin in range(0, len(p.contact), _ROWS):
        part = slice(begin, begin + _ROWS)
        time = p.toe_off[part][:, None] + (p.contact - p.toe_off)[part][:, None] * u
        yield part, time, move(foot.motion, time.ravel())


def fastest_frac(foot: TrueFoot) -> FloatArray:
    """Place in swing (n,) of the sensor's greatest horizontal speed."""
    found = [_fastest(state, foot, len(time)) for _, time, state in _swing_states(foot)]
    return np.concatenate(found) / (_FINE - 1.0)


def swing_extremes(foot: TrueFoot, flat_s: FloatArray) -> dict[str, FloatArray]:
    """Clearances, greatest heights and angles, circumduction, touches: found in swing.

    ``flat_s`` (n, 2) are the foot-flats that bound the strides, on the walk's clock.
    """
    parts = [
        _extremes_of(foot, part, time.ravel(), state, flat_s) | _ankle_of(foot, time)
        for part, time, state in _swing_states(foot)
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _extremes_of(
    foot: TrueFoot, part: slice, time: FloatArray, state: State, flat_s: FloatArray
) -> dict[str, FloatArray]:
    sole, span = foot.motion.sole, (foot.phases.contact - foot.phases.toe_off)[part]
    n, u = len(span), np.linspace(0.0, 1.0, _FINE)

    def grid(values: FloatArray) -> FloatArray:
        return values.reshape(n, _FINE, *values.shape[1:])

    points = np.stack([sole.toe, sole.heel, foot.place_m])
    high = grid(foot.above_floor(state, points, time, flat_s))
    toe, heel = high[:, :, 0], high[:, :, 1]
    pitch = grid(foot_angles(state, sole.inward)[0])
    floor = foot.plan.footing.floor_m(np.stack([sole.heel, sole.ball]), foot.plan.yaw_rad, flat_s, time)
    edges = sole.lowest(state.rotation[:, 2, :]) + heights(state, sole.heel[None]) - floor
    sole_low = grid(edges).min(axis=2)

    toe_speed = grid(np.linalg.norm(point(state, sole.toe)[1][:, :2], axis=1))
    least, kind = _local_minimum(toe)
    fast = np.argmax(toe_speed, axis=1)
    least = np.where(kind, least, fast)
    row = np.arange(n)
    lowest, dips = _local_minimum(sole_low)
    lowest = np.where(dips, lowest, fast)
    up = grid(state.rotation[:, 2, :])[row, lowest]

    stood = foot.plan.footing.place_m[:, :2]
    aside = left_of(grid(point(state, sole.heel)[0]), stood[:-1][part], stood[1:][part])
    aside *= -sole.inward

    level = (pitch[:, 1:] >= 0.0) & (pitch[:, :-1] < 0.0)
    first_level = np.argmax(level, axis=1)
    late = np.arange(_FINE) >= _fastest(state, foot, n)[:, None]
    drags = foot.plan.drags.of(part)
    dragged = np.where(drags.on, drags.end_frac - drags.start_frac, 0.0)
    return {
        "foot_pitch_swing_max_deg": pitch.max(axis=1),
        "swing_dorsiflexion_deg": np.where(late, pitch, -np.inf).max(axis=1),
        "level_frac": np.where(level.any(axis=1), u[first_level + 1], np.nan),
        "minimum_toe_clearance_m": toe[row, least],
        "minimum_toe_clearance_frac": u[least],
        "minimum_toe_clearance_kind": np.where(kind, "local_minimum", "none"),
        "minimum_sole_clearance_m": sole_low[row, lowest],
        "lowest_point": sole.lowest_part(up),
        "heel_height_max_m": heel.max(axis=1),
        "toe_height_max_m": toe.max(axis=1),
        "foot_height_max_m": high[:, :, 2].max(axis=1),
        "circumduction_m": np.take_along_axis(aside, np.argmax(np.abs(aside), axis=1)[:, None], axis=1)[:, 0],
        "toe_drag": drags.on,
        "toe_drag_time_s": dragged * span,
        "toe_drag_start_frac": np.where(drags.on, drags.start_frac, np.nan),
        "toe_drag_frac_of_swing": dragged,
        "toe_drag_kind": np.array(drag_kinds(drags), dtype=object),
    }


def _ankle_of(foot: TrueFoot, time: FloatArray) -> dict[str, FloatArray]:
    if foot.shank is None:
        return {}
    ankle = dorsiflexion_deg(foot.shank.motion, time.ravel()).reshape(time.shape)
    return {"ankle_dorsiflexion_swing_max_deg": ankle.max(axis=1)}


def left_of(place: FloatArray, begin: FloatArray, end: FloatArray) -> FloatArray:
    """How far (n, m) places (n, m, 3) are to the left of the lines (n, 2) begin to end."""
    way = end - begin
    ahead = way / np.maximum(np.linalg.norm(way, axis=1), 1e-9)[:, None]
    left = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    return np.asarray(np.einsum("nij,nj->ni", place[:, :, :2] - begin[:, None], left))


def _fastest(state: State, foot: TrueFoot, n: int) -> IntArray:
    speed = np.linalg.norm(point(state, foot.place_m)[1][:, :2], axis=1).reshape(n, _FINE)
    return np.asarray(np.argmax(speed, axis=1), dtype=np.int64)


def _local_minimum(toe: FloatArray) -> tuple[IntArray, BoolArray]:
    """Lowest interior minimum (n,) of toe height after a first maximum of swing, and whether there is one."""
    falls = (toe[:, 1:-1] > toe[:, :-2]) & (toe[:, 1:-1] >= toe[:, 2:])
    rises = (toe[:, 1:-1] < toe[:, :-2]) & (toe[:, 1:-1] <= toe[:, 2:])
    between = rises & np.logical_or.accumulate(falls, axis=1)
    lowest = np.argmin(np.where(between, toe[:, 1:-1], np.inf), axis=1) + 1
    return np.asarray(lowest, dtype=np.int64), np.asarray(between.any(axis=1))


def greatest_toes_down(foot: TrueFoot) -> tuple[FloatArray, FloatArray]:
    """Greatest toes-down pitch rate in deg/s from contact to foot-flat, and from heel off to toe off."""
    p, u = foot.phases, np.linspace(0.0, 1.0, 61)
    found = []
    for begin, end in ((p.contact, p.flat), (p.heel_off, p.toe_off)):
        rates = []
        for rows in range(0, len(begin), 1000):
            part = slice(rows, rows + 1000)
            time = begin[part][:, None] + (end - begin)[part][:, None] * u
            state = move(foot.motion, time.ravel())
            rise = np.cross(state.rate, np.array([1.0, 0.0, 0.0]))
            climb = np.einsum("ni,ni->n", state.rotation[:, 2, :], rise)
            level = np.sqrt(np.maximum(1.0 - state.rotation[:, 2, 0] ** 2, 1e-12))
            rates.append(np.degrees(climb / level).reshape(time.shape).min(axis=1))
        found.append(-np.concatenate(rates))
    return found[0], found[1]
