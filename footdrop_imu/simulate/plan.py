"""Where and when each foot stands: footholds and the times of contact and toe off."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from footdrop_imu.schema import SIDES, BoolArray, FloatArray, IntArray
from footdrop_imu.simulate.belt import pace
from footdrop_imu.simulate.drag import DrawnDrags, draw_drags
from footdrop_imu.simulate.heel_rise import last_middles, mid_swings
from footdrop_imu.simulate.leg import pose, smooth
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.terrain import Footing, Track, footing, insert_stairs

__all__ = ["FootPlan", "plan_walk"]


@dataclass(frozen=True)
class FootPlan:
    """One foot's m stances and the m - 1 swings between them.

    ``contact_s`` (m,): -inf for the first stance; ``toe_off_s`` (m,): +inf for the last. ``heel_m`` (m, 2) is
    where the heel stands, ``yaw_rad`` (m,) where the foot points. ``swing_s`` and ``bout`` (m - 1,). ``draws``
    (m - 1, 8) standard normal numbers of each swing's own. ``drags`` of the m - 1 swings.
    ``other_middle_s`` (m - 1,) the other foot's last mid swing in the stance before each swing; ``vaulted`` (m - 1,)
    whether a swing is one of those. All this is on a level floor; ``footing`` says where the terrain puts it.
    """

    side: str
    contact_s: FloatArray
    toe_off_s: FloatArray
    heel_m: FloatArray
    yaw_rad: FloatArray
    swing_s: FloatArray
    bout: IntArray
    draws: FloatArray
    drags: DrawnDrags
    footing: Footing
    duration_s: float
    other_middle_s: FloatArray
    vaulted: BoolArray


def plan_walk(walk: WalkConfig) -> dict[str, FootPlan]:
    """Lay out the footholds of both feet.

    Steps alternate from the first side; a bout begins and ends with the feet side by side. Step length and time
    follow the speed by the walk ratio; in turns steps are shorter. The heading changes smoothly over each turn.

    Returns
    -------
    dict of str to FootPlan
        By side.
    """
    rng = np.random.default_rng([walk.seed, 1])
    usual = walk.variability
    step_m = float(np.sqrt(60.0 * walk.speed_mps * walk.walk_ratio))
    step_s = step_m / walk.speed_mps

    length, time, bout, wait = _steps(walk, step_m, step_s)
    where, rise, tread, tread_s = insert_stairs(walk.stairs, length, np.flatnonzero(np.diff(bout, append=-1)))
    bout, wait = np.insert(bout, where, bout[where]), np.insert(wait, where, 0.0)
    length, time = np.insert(length, where, tread), np.insert(time, where, tread_s)
    rise, tread = (np.insert(np.zeros(len(bout) - len(rise)), where, of) for of in (rise, tread))
    count = len(length)
    way = np.cumsum(length)
    heading = _heading(walk, way, step_m)
    swerve = np.abs(np.diff(heading, prepend=0.0))
    length = length * (1.0 - 0.35 * np.clip(swerve / np.radians(45.0), 0.0, 1.0))
    length *= 1.0 + usual.step_length_frac * rng.standard_normal(count) * (tread == 0.0)
    time *= 1.0 + usual.step_time_frac * rng.standard_normal(count)
    if walk.belt is not None:
        length = length * pace(walk.belt, walk.speed_mps, walk.standing_s + np.cumsum(time + wait) - 0.5 * time)

    middle = heading - 0.5 * np.diff(heading, prepend=0.0)
    center = np.cumsum(length[:, None] * np.stack([np.cos(middle), np.sin(middle)], axis=1), axis=0)
    first_right = walk.first_side == "right"
    is_left = (np.arange(count) % 2 == 0) != first_right
    outward = np.where(is_left, 1.0, -1.0)
    lateral = outward * (0.5 * walk.step_width_m + 0.5 * usual.step_width_m * rng.standard_normal(count))
    normal = np.stack([-np.sin(heading), np.cos(heading)], axis=1)
    heel = center + lateral[:, None] * normal

    track = Track(np.cumsum(length), center, heading, np.cumsum(rise), rise, tread)
    contact = walk.standing_s + np.cumsum(time + wait)
    usual_swing = pose(walk.speed_mps).swing_frac * 2.0 * step_s
    scale = np.where(is_left, walk.left.swing_time_scale, walk.right.swing_time_scale)
    swing = usual_swing * scale * (1.0 + usual.step_time_frac * rng.standard_normal(count))
    swing = np.minimum(swing, 0.94 * time)
    duration = float(contact[-1] + walk.standing_s)

    plans = {}
    for side in SIDES:
        mine = is_left if side == "left" else ~is_left
        out = 1.0 if side == "left" else -1.0
        toe_out = np.radians(walk.pattern(side).toe_out_deg) * out
        angle = toe_out + np.radians(usual.angle_deg) * rng.standard_normal(int(mine.sum()) + 1)
        k = int(mine.sum())
        place = np.concatenate([[[0.0, out * 0.5 * walk.step_width_m]], heel[mine]])
        way = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(place, axis=0), axis=1)))[:-1]
        draws, chance = rng.standard_normal((k, 8)), rng.random(k)
        scatter = np.random.default_rng([walk.seed, 21 if side == "left" else 22])
        plans[side] = FootPlan(
            side=side,
            contact_s=np.append(-np.inf, contact[mine]),
            toe_off_s=np.append(contact[mine] - swing[mine], np.inf),
            heel_m=place,
            yaw_rad=np.append(0.0, heading[mine]) + angle,
            swing_s=swing[mine],
            bout=bout[mine],
            draws=draws,
            drags=draw_drags(walk.pattern(side).drags, chance, scatter, way, swing[mine]),
            footing=footing(walk.ramps, track, np.flatnonzero(mine), place, walk.shoe_length_m),
            duration_s=duration,
            other_middle_s=np.full(k, np.nan),
            vaulted=np.zeros(k, dtype=np.bool_),
        )
    middles = {side: last_middles(plans[side], plans[SIDES[1 - k]]) for k, side in enumerate(SIDES)}
    for k, side in enumerate(SIDES):
        vaulted = np.isin(mid_swings(plans[side]), middles[SIDES[1 - k]])
        plans[side] = replace(plans[side], other_middle_s=middles[side], vaulted=vaulted)
    return plans


def _steps(walk: WalkConfig, step_m: float, step_s: float) -> tuple[FloatArray, FloatArray, IntArray, FloatArray]:
    """Length, time, bout and pause before, of every step of both feet."""
    stops = sorted((s for s in walk.stops if 0.0 < s.distance_m < walk.distance_m), key=lambda s: s.distance_m)
    ends = np.array([*(s.distance_m for s in stops), walk.distance_m])
    counts = np.maximum(3, np.round(np.diff(ends, prepend=0.0) / step_m).astype(int)) + 1
    last = np.cumsum(counts) - 1
    first = last - counts + 1
    length = np.full(counts.sum(), step_m)
    length[last] = 0.0  # the last foot is set beside the other
    time = np.full(counts.sum(), step_s)
    time[first] *= 1.2
    time[last] *= 1.15
    wait = np.zeros(counts.sum())
    wait[first] = [0.0, *(s.duration_s for s in stops)]
    return length, time, np.repeat(np.arange(len(counts)), counts), wait


def _heading(walk: WalkConfig, way: FloatArray, step_m: float) -> FloatArray:
    """Heading in rad at each step's foothold."""
    heading = np.zeros(len(way))
    for turn in walk.turns:
        spread = max(2.0 * step_m * turn.stride_count, 1e-6)
        heading += np.radians(turn.angle_deg) * smooth((way - turn.distance_m) / spread)
    return heading
