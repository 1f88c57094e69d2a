"""What is true of a simulated walk: courses on the sample grid and the stride table.

Zero of angles and heights is the foot whose sole lies flat on the floor, whether or not this foot ever does. On stairs
and ramps heights are above the straight line, over time, that joins the flat foot's at both ends of the stride; angles
stay angles against the horizontal, so that a foot flat on a ramp has the ramp's slope as its pitch.

What lifts the toe (``lift_from_..._m``) is told at mid swing, the sensor's greatest forward speed: the toe's height
above the flat foot's is what the foot's tilt gives (toe against heel: the lever times the sine of pitch) plus the
height of the heel, and that is the rise of the other heel at the same moment above its own foot-flat (vaulting), plus
what a leg of length l gains by swinging s to the side of the line from heel to heel, s² / 2 l, plus the rest: the
whole leg's lift. `pattern.FootPattern.steppage_m` adds to the rest, ``circumduction_m`` to the sideways part, the
other foot's ``vaulting_m`` to the rise of its heel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.columns import STRIDE_COLUMNS, make_table
from footdrop_imu.schema import SIDES, FloatArray, IntArray
from footdrop_imu.simulate.budget import lift_budget
from footdrop_imu.simulate.extremes import TrueFoot, fastest_frac, foot_angles, greatest_toes_down, swing_extremes
from footdrop_imu.simulate.motion import move, point
from footdrop_imu.simulate.shank import dorsiflexion_deg
from footdrop_imu.simulate.sway import sway_at

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TrueCourses", "stride_table", "true_courses"]

TURN_DEG = 15.0
"""A stride that turns the foot by more is of the kind "turn"."""

_CHUNK = 65_536


@dataclass(frozen=True)
class TrueCourses:
    """True courses of one foot at its samples, lost ones too.

    ``time_s`` (n,) is index / rate_hz, ``clock_s`` (n,) the walk's own time. ``orientation`` (n, 4) foot to world,
    x y z w, and ``sensor_position_m`` (n, 3) in the walk's world: x along the first heading, z up from the floor.
    Heights are above those of the foot that lies flat; on stairs and ramps above the straight line from foot-flat to
    foot-flat. Pitch is against the horizontal, on a ramp too. ``ankle_dorsiflexion_deg`` is NaN without a shank sensor.
    """

    time_s: FloatArray
    clock_s: FloatArray
    orientation: FloatArray
    sensor_position_m: FloatArray
    foot_pitch_deg: FloatArray
    foot_roll_deg: FloatArray
    toe_height_m: FloatArray
    heel_height_m: FloatArray
    ankle_dorsiflexion_deg: FloatArray


def true_courses(foot: TrueFoot) -> TrueCourses:
    """Courses of one foot at every sample."""
    from scipy.spatial.transform import Rotation

    n, sole = len(foot.here), foot.motion.sole
    clock = foot.clock_s(np.arange(n))
    flat_s = np.empty((0, 2)) if foot.plan.footing.level else _flat_s(foot, _events(foot))
    orientation, position = np.empty((n, 4)), np.empty((n, 3))
    pitch, roll, ankle, high = np.empty(n), np.empty(n), np.full(n, np.nan), np.empty((n, 2))
    for begin in range(0, n, _CHUNK):
        part = slice(begin, begin + _CHUNK)
        state = move(foot.motion, clock[part])
        orientation[part] = Rotation.from_matrix(state.rotation).as_quat()
        position[part] = point(state, foot.place_m + sway_at(foot.sway, clock[part])[1][0])[0]
        pitch[part], roll[part], _ = foot_angles(state, sole.inward)
        high[part] = foot.above_floor(state, np.stack([sole.toe, sole.heel]), clock[part], flat_s)
        if foot.shank is not None:
            ankle[part] = dorsiflexion_deg(foot.shank.motion, clock[part])
    return TrueCourses(
        np.arange(n) / foot.rate_hz, clock, orientation, position, pitch, roll, high[:, 0], high[:, 1], ankle
    )


def stride_table(session: str, feet: dict[str, TrueFoot]) -> pd.DataFrame:
    """Stride table of both feet, left first, with every measure that is known.

    Angles at events are those at the event's sample; extremes of swing are found on 201 instants of it. Measures
    of the estimate itself (uncertainties, qualities, grade) are missing, but for lost and clipped samples.
    """
    events = {side: _events(feet[side]) for side in SIDES}
    parts = []
    for side in SIDES:
        other = SIDES[1 - SIDES.index(side)]
        data = _measures(feet[side], events[side]) | _between(feet, events, side, other)
        count = len(feet[side].plan.swing_s)
        parts.append({name: np.broadcast_to(np.asarray(values), (count,)) for name, values in data.items()})
        parts[-1]["side"] = np.full(count, side)
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return make_table(STRIDE_COLUMNS, {"session": session} | columns)


def _events(foot: TrueFoot) -> dict[str, IntArray]:
    """Sample indices of each stride's events."""
    p, plan = foot.phases, foot.plan
    flat_s = np.append(p.flat, np.nan)[:-1]
    # Middle of foot-flat; a foot that stands is taken as flat for as long as in a usual stance.
    leave = np.append(p.heel_off, plan.duration_s)
    arrive = np.append(p.last_flat[0], flat_s)
    usual = float(np.median((p.heel_off - p.last_flat)[1:])) if len(p.flat) > 1 else 0.3
    long = leave - arrive > 2.0 * usual
    opening = np.where(long, leave - 0.5 * usual, 0.5 * (arrive + leave))[:-1]
    closing = np.where(long, arrive + 0.5 * usual, 0.5 * (arrive + leave))[1:]

    middle = p.toe_off + fastest_frac(foot) * (p.contact - p.toe_off)
    named = {"start": opening, "toe_off": p.toe_off, "mid_swing": middle, "initial_contact": p.contact, "end": closing}
    last = len(foot.here) - 1
    return {
        name: np.clip(np.round((when - foot.clock_offset_s) / foot.sample_s), 0, last).astype(np.int64)
        for name, when in named.items()
    }


def _flat_s(foot: TrueFoot, events: dict[str, IntArray]) -> FloatArray:
    """(n, 2) the foot-flats that bound the strides, on the walk's clock."""
    return np.stack([foot.clock_s(events[name]) for name in ("start", "end")], axis=1)


def _measures(foot: TrueFoot, events: dict[str, IntArray]) -> dict[str, object]:
    """Columns that one foot alone gives."""
    motion, plan, p, sole = foot.motion, foot.plan, foot.phases, foot.motion.sole
    n = len(plan.swing_s)
    data: dict[str, object] = {"stride": np.arange(n), **events, "clock_offset_s": foot.clock_offset_s}
    time = {name: index / foot.rate_hz for name, index in events.items()}
    data |= {f"{name}_time_s": when for name, when in time.items()}
    new_bout = np.diff(plan.bout, prepend=-1) != 0

    def before(values: FloatArray) -> FloatArray:
        return np.where(new_bout, np.nan, np.append(np.nan, values[:-1]))

    stance = time["toe_off"] - before(time["initial_contact"])
    swing = time["initial_contact"] - time["toe_off"]
    stride = time["end"] - time["start"]
    at = {name: move(motion, foot.clock_s(index)) for name, index in events.items()}
    angle = {name: foot_angles(state, sole.inward) for name, state in at.items()}
    begin, finish = point(at["start"], foot.place_m)[0], point(at["end"], foot.place_m)[0]
    way = (finish - begin)[:, :2]
    length = np.linalg.norm(way, axis=1)
    turn = _turn_deg(foot, events)
    toe_out = -sole.inward * _wrapped(angle["start"][2] + 0.5 * turn - np.degrees(np.arctan2(way[:, 1], way[:, 0])))
    position = np.arange(n) - np.maximum.accumulate(np.where(new_bout, np.arange(n), 0))
    last = np.append(new_bout[1:], True)
    turning = np.abs(turn) > TURN_DEG
    kind = np.select([turning, new_bout, last], ["turn", "first", "last"], "straight")
    kind = np.where(plan.footing.kind != "", plan.footing.kind, kind)

    found = swing_extremes(foot, _flat_s(foot, events))
    if foot.shank is not None:
        for event in ("mid_swing", "initial_contact"):
            ankle = dorsiflexion_deg(foot.shank.motion, foot.clock_s(events[event]))
            found[f"ankle_dorsiflexion_{event}_deg"] = ankle
    slap, push = greatest_toes_down(foot)
    contact_pitch, contact_roll, _ = angle["initial_contact"]
    landing = np.select(
        [contact_pitch > 5.0, contact_roll > 10.0, contact_pitch >= -5.0], ["heel", "outer_edge", "flat"], "forefoot"
    )
    heel_first = landing == "heel"
    lost = np.concatenate([[0], np.cumsum(~foot.here)])
    clipped = np.concatenate([[0], np.cumsum(foot.clipped)])
    count = events["end"] - events["start"]
    contact_before = before(p.contact)
    return (
        data
        | found
        | {
            "stride_time_s": stride,
            "stance_time_s": stance,
            "swing_time_s": swing,
            "stance_frac": stance / (stance + swing),
            "stride_length_m": length,
            "walking_speed_mps": length / stride,
            "cadence_spm": 120.0 / stride,
            "foot_pitch_toe_off_deg": angle["toe_off"][0],
            "foot_pitch_mid_swing_deg": angle["mid_swing"][0],
            "foot_pitch_initial_contact_deg": contact_pitch,
            "foot_roll_mid_swing_deg": angle["mid_swing"][1],
            "foot_roll_initial_contact_deg": contact_roll,
            "toe_out_deg": toe_out,
            "circumduction_m": np.where(turning, np.nan, found["circumduction_m"]),
            "landing": landing,
            "landing_confidence": np.ones(n),
            "foot_slap_dps": np.where(heel_first, slap, np.nan),
            "foot_flat_time_s": np.where(heel_first, p.flat - p.contact, np.nan),
            "first_rocker": heel_first,
            "push_off_dps": push,
            "heel_off_frac": (p.heel_off - contact_before) / (p.toe_off - contact_before),
            "turn_deg": turn,
            "height_change_m": finish[:, 2] - begin[:, 2],
            "bout": plan.bout,
            "position_in_bout": position,
            "kind": kind,
            "lost_frac": (lost[events["end"]] - lost[events["start"]]) / count,
            "gap_s": _longest_gap(foot, events),
            "clipped_frac": (clipped[events["end"]] - clipped[events["start"]]) / count,
        }
    )


def _wrapped(angle_deg: FloatArray) -> FloatArray:
    """The same angle in -180 to 180."""
    return (angle_deg + 180.0) % 360.0 - 180.0


def _longest_gap(foot: TrueFoot, events: dict[str, IntArray]) -> FloatArray:
    """(n,) s, longest run of lost samples in each stride."""
    index = np.arange(len(foot.here))
    since = index - np.maximum.accumulate(np.where(foot.here, index, -1))
    return np.array(
        [since[a:b].max(initial=0) / foot.rate_hz for a, b in zip(events["start"], events["end"], strict=True)]
    )


def _between(
    feet: dict[str, TrueFoot], events: dict[str, dict[str, IntArray]], side: str, other: str
) -> dict[str, FloatArray]:
    """Columns that need both feet."""

    def clock(of: str, event: str) -> FloatArray:
        return events[of][event] / feet[of].rate_hz + feet[of].clock_offset_s

    mine, theirs = feet[side], feet[other]
    contact, off = clock(side, "initial_contact"), clock(side, "toe_off")
    other_contact, other_off = clock(other, "initial_contact"), clock(other, "toe_off")
    bout, other_bout = mine.plan.bout, theirs.plan.bout
    new_bout = np.diff(bout, prepend=-1) != 0
    before = np.where(new_bout, np.nan, np.append(np.nan, contact[:-1]))

    last = np.searchsorted(other_contact, contact) - 1
    met = (last >= 0) & (other_bout[np.maximum(last, 0)] == bout)
    last = np.maximum(last, 0)
    step = np.where(met, contact - other_contact[last], np.nan)
    overlap = np.where(met & (other_contact[last] <= off), off - other_contact[last], np.nan)

    lift = np.searchsorted(other_off, np.nan_to_num(before, nan=-1.0))
    lifted = (lift < len(other_off)) & np.isfinite(before)
    lift = np.minimum(lift, len(other_off) - 1)
    loading = np.where(lifted & (other_bout[lift] == bout), other_off[lift] - before, np.nan)

    stood = mine.plan.footing.place_m[:, :2]
    own_heel = stood[1:]
    # the first place is where a foot stands before its first contact
    other_heel = theirs.plan.footing.place_m[np.searchsorted(other_contact, contact), :2]
    way = own_heel - stood[:-1]
    way = way / np.maximum(np.linalg.norm(way, axis=1), 1e-9)[:, None]
    middle = mine.clock_s(events[side]["mid_swing"])
    other_flat = np.append(events[other]["start"], events[other]["end"][-1])
    lifts = lift_budget(mine, theirs, middle, _flat_s(mine, events[side]), theirs.clock_s(other_flat))
    turning = np.abs(_turn_deg(mine, events[side])) > TURN_DEG
    for name in ("lift_from_leg_m", "lift_from_sideways_m"):
        lifts[name] = np.where(turning, np.nan, lifts[name])
    return {
        "step_time_s": step,
        "loading_double_support_s": loading,
        "pre_swing_double_support_s": overlap,
        "step_length_m": np.einsum("ni,ni->n", own_heel - other_heel, way),
        **lifts,
    }


def _turn_deg(foot: TrueFoot, events: dict[str, IntArray]) -> FloatArray:
    """(n,) change of each stride's heading."""
    heading = [
        foot_angles(move(foot.motion, foot.clock_s(events[name])), foot.motion.sole.inward)[2]
        for name in ("start", "end")
    ]
    return _wrapped(heading[1] - heading[0])
