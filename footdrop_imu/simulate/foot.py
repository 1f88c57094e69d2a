"""Each foot's motion from its plan: standing, rolling off, swinging, landing, lowering.

Stairs and ramps turn and shift this motion as a whole (`climb`), friction of a dragging toe changes the swing's forward
nodes, and a shank hangs on it by the joint courses of `leg`: none needs another kind of course.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.belt import belt_course
from footdrop_imu.simulate.climb import make_relief
from footdrop_imu.simulate.ground import GROUNDS
from footdrop_imu.simulate.heel_rise import heel_rises
from footdrop_imu.simulate.leg import pose
from footdrop_imu.simulate.motion import HINGE, TILT, YAW, FootMotion
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.plan import FootPlan
from footdrop_imu.simulate.stance import anchored, landing, push_off, waiting
from footdrop_imu.simulate.stimulation import TrueStimulation, draw_stimulation, stimulated
from footdrop_imu.simulate.swing import SWING_PIECES, swing_pieces
from footdrop_imu.simulate.swing_draws import draw_swings, off_level

__all__ = ["Phases", "make_motion"]

_LEAST_PUSH_RAD = np.radians(-12.0)
_MARGIN_S = 60.0  # the courses stand still this long before and after the walk


@dataclass(frozen=True)
class Phases:
    """Instants of n swings on the walk's clock, all (n,) s.

    ``heel_off`` and ``toe_off`` open the swing; ``contact`` is the first touch, ``loaded`` the end of its impact,
    ``flat`` the beginning of foot-flat. ``last_flat`` is the beginning of the foot-flat before the swing, -inf
    after standing. ``knock`` (n, 2): how hard first touch and foot-flat are; 1 = a touch at 0.35 m/s.
    ``stimulation`` of a foot with a stimulator.
    """

    last_flat: FloatArray
    heel_off: FloatArray
    toe_off: FloatArray
    contact: FloatArray
    loaded: FloatArray
    flat: FloatArray
    knock: FloatArray
    stimulation: TrueStimulation | None = None


def make_motion(walk: WalkConfig, plan: FootPlan) -> tuple[FootMotion, Phases]:
    """Build one foot's course.

    Parameters
    ----------
    walk
        Who walks and how.
    plan
        Footholds and times of this foot.

    Returns
    -------
    FootMotion
        Defined from long before the walk to long after.
    Phases
        Of its swings.
    """
    from scipy.interpolate import PPoly

    pattern, sole, usual = walk.pattern(plan.side), walk.sole(plan.side), pose(walk.speed_mps)
    softer = GROUNDS[walk.surface].impact_frac
    pattern = replace(pattern, impact_time_s=softer * pattern.impact_time_s)
    n = len(plan.swing_s)
    toe_off, contact = plan.toe_off_s[:-1], plan.contact_s[1:]
    swings, does = draw_swings(walk, pattern, plan, usual), None
    if pattern.stimulation is not None and pattern.unaided is not None:
        rng, rises_s = np.random.default_rng([walk.seed, 31 if plan.side == "left" else 32]), toe_off - swings.push_s
        does = draw_stimulation(pattern.stimulation, rng, rises_s, toe_off, contact)
        swings = stimulated(draw_swings(walk, pattern.unaided, plan, usual), swings, does, rises_s)
        swings = replace(swings, strike=off_level(swings.strike, swings.strike_roll, pattern))
    loaded = contact + pattern.impact_time_s
    lowered = loaded + swings.lowering_s
    flat = lowered + swings.stopping_s
    last_flat = np.append(-np.inf, flat[:-1])
    knock = np.stack([swings.down_mps / 0.35, (0.25 + 0.75 * pattern.slap_frac) * np.abs(swings.strike)], axis=1)
    push = toe_off - swings.push_s
    rises = heel_rises(pattern, sole, plan, last_flat, push)
    swings = replace(swings, toe_off=np.minimum(swings.toe_off, rises.sunk + _LEAST_PUSH_RAD))
    heel_off = np.where(rises.raised < rises.base[:-1], rises.begin_s, push)
    phases = Phases(last_flat, heel_off, toe_off, contact, loaded, flat, knock, does)

    inverted = swings.strike_roll >= 0.0
    edge = np.where(inverted, -sole.inward, sole.inward).astype(np.int64)
    on_heel = swings.strike >= 0.0
    hinge = np.where(on_heel, 0.0, sole.break_rad)

    rest = np.zeros((n + 1, 7))
    rest[:, YAW] = plan.yaw_rad
    rest[:, 4:6] = plan.heel_m
    standing, landed = rest[:-1].copy(), rest[1:].copy()
    standing[:, HINGE] = sole.break_rad
    landed[:, HINGE] = hinge
    pushing_anchor = anchored(sole, standing, np.tile(sole.ball, (n, 1)))
    corner = sole.corner(on_heel, inverted)
    landing_anchor = anchored(sole, landed, corner)
    waiting_pieces = waiting(standing, pushing_anchor, rises, push)
    standing[:, TILT], landed[:, TILT] = rises.sunk, rises.base[1:]

    push_pieces, off, release = push_off(sole, standing, pushing_anchor, rises.turn_radps2, swings, plan.swing_s)
    landing_edge = np.where(on_heel, 0, edge)
    landed_pieces, touch = landing(sole, pattern, landed, landing_anchor, corner, landing_edge, swings, plan)
    swing = swing_pieces(walk, pattern, sole, plan, swings, usual, off, touch)

    pieces = np.concatenate([waiting_pieces, push_pieces, swing, landed_pieces], axis=2)
    final = np.zeros((6, 1, 7))
    final[5, 0] = landed[-1]
    final[5, 0, HINGE] = sole.break_rad
    final[5, 0, 4:7] = anchored(sole, rest[-1:], sole.ball[None])
    coefficients = np.concatenate([pieces.reshape(6, -1, 7), final], axis=1)

    inner = toe_off[:, None] + (contact - toe_off)[:, None] * np.arange(SWING_PIECES) / SWING_PIECES
    start = np.where(np.isfinite(last_flat), last_flat, -_MARGIN_S)
    waits = [start, rises.begin_s, rises.end_s]
    breaks = np.column_stack([*waits, push, toe_off - release, inner, contact, loaded, lowered])
    breaks = np.concatenate([breaks.ravel(), [flat[-1], plan.duration_s + _MARGIN_S]])

    anchors = np.zeros((n, SWING_PIECES + 8, 3))
    anchors[:, :5] = sole.ball
    anchors[:, -3:] = corner[:, None]
    rolling = np.zeros((n, SWING_PIECES + 8), dtype=np.int64)
    rolling[:, :5] = 2
    rolling[:, -3:] = landing_edge[:, None]
    motion = FootMotion(
        sole,
        PPoly(coefficients, breaks),
        np.concatenate([anchors.reshape(-1, 3), sole.ball[None]]),
        np.append(rolling.ravel(), 2),
    )
    belt = None
    if walk.belt is not None:
        belt = belt_course(walk.belt, walk.speed_mps, walk.standing_s, plan.duration_s)
    return replace(motion, relief=make_relief(plan, motion), belt=belt), phases
