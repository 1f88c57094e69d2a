"""The shank: a rigid segment on the foot's ankle joint, by its own course of lean and by the ankle's oblique axis.

In stance the shank rolls over the standing foot, in swing it follows thigh and knee; the ankle takes what is between
it and the foot, so that missing dorsiflexion of the foot is missing dorsiflexion of the ankle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.foot import Phases
from footdrop_imu.simulate.leg import ANKLE_IN_FOOT_M, pose, shank_angle, shank_length_m
from footdrop_imu.simulate.motion import ROLL, TILT, Attitude, FootMotion, State, move, point, turned
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.plan import FootPlan
from footdrop_imu.simulate.relief import slope_rad
from footdrop_imu.simulate.spline import bridge

if TYPE_CHECKING:
    from scipy.interpolate import PPoly

__all__ = ["SHANK_PLACES", "ShankMotion", "dorsiflexion_deg", "make_shank", "move_shank", "shank_place_m"]

SHANK_PLACES: Final = ("front", "outer")

_TOE_OFF: Final = 0.615  # of the gait cycle, in the joint courses
_STANCE_PIECES, _SWING_PIECES = 8, 6
_LEAN, _FRONTAL, _AXIAL = range(3)
# The ankle's axis against the foot's y: its outer end is lower and farther back (Isman and Inman 1969, Bulletin of
# Prosthetics Research 10-11:97: 80 deg from the shank's midline, 84 deg from the foot's).
_AXIS_DOWN_RAD: Final = np.radians(10.0)
_AXIS_BACK_RAD: Final = np.radians(6.0)
# Turns of the shank over the cycle beside the lean, a few degrees each way as bone pins show them at the knee
# (Lafortune 1992, 10.1016/0021-9290(92)90254-X).
_FRONTAL_RAD: Final = np.radians(3.0)
_AXIAL_RAD: Final = np.radians(5.0)
_SUBTALAR_FRAC: Final = 0.75  # of the foot's roll that the joint below the ankle takes: the shank rolls by the rest
_SCATTER_FRAC: Final = 0.03  # of the excursion, from stride to stride in a usual walk
_USUAL_TOE_OFF_DEG: Final = -62.0
_ROLLED_OFF_FRAC = 0.8  # a foot that rolls off by a smaller share than this belongs to a leg that moves less
_STAIR_LANDING_FRAC = 0.2  # on stairs the knee is bent and the shank nearly upright when the foot lands
_SLOWED = 0.2  # how fast the shank still comes forward at a contact that ends in standing
_STANCES_LONG = 1.6  # a stance longer than so many of the walk's own ends and begins with standing
_MARGIN_S = 60.0
_ANKLE = np.array([ANKLE_IN_FOOT_M[0], 0.0, ANKLE_IN_FOOT_M[1]])


@dataclass(frozen=True)
class ShankMotion:
    """One shank's whole walk.

    Shank axes: origin in the ankle joint, x forward, y left, z to the knee; in quiet standing they are the foot's.
    ``courses`` gives lean, frontal and axial turn in rad; ``axis`` (3, 3) has the ankle's axis as its y, in foot
    axes.
    """

    foot: FootMotion
    courses: PPoly
    axis: FloatArray
    length_m: float


def make_shank(walk: WalkConfig, plan: FootPlan, foot: FootMotion, phases: Phases) -> ShankMotion:
    """Hang the shank on the foot.

    The lean is that of healthy thigh and knee at this speed, in stance and in swing each stretched to the foot's own
    times, smaller in short steps; standing is upright.
    """
    from scipy.interpolate import PPoly

    time, states = _nodes(walk, plan, phases)
    states[:, :, 1:] *= foot.sole.inward
    return ShankMotion(
        foot,
        PPoly(bridge(states[:, :-1], states[:, 1:], np.diff(time)), time),
        _axes_of_the_ankle(foot.sole.inward),
        shank_length_m(walk.leg_length_m),
    )


def _nodes(walk: WalkConfig, plan: FootPlan, phases: Phases) -> tuple[FloatArray, FloatArray]:
    """Times (m,) of nodes and the three courses there with two derivatives (3, m, 3), right foot."""
    n, usual = len(plan.swing_s), pose(walk.speed_mps)
    rng = np.random.default_rng([walk.seed, 7 if plan.side == "left" else 8])
    stride_m = np.linalg.norm(np.diff(plan.heel_m, axis=0), axis=1)
    part = np.clip(stride_m / (2.0 * np.sqrt(60.0 * walk.speed_mps * walk.walk_ratio)), 0.3, 1.2)
    scatter = _SCATTER_FRAC * walk.variability.angle_deg / 1.3 * np.clip(rng.standard_normal(n), -2.5, 2.5)
    pattern = walk.pattern(plan.side)
    rolled_off = pattern.toe_off_pitch_deg * pattern.push_off_scale / _USUAL_TOE_OFF_DEG
    size = (0.5 + 0.5 * part) * (1.0 + scatter) * np.clip(rolled_off / _ROLLED_OFF_FRAC, 0.3, 1.0)

    stance_s = phases.toe_off[1:] - phases.contact[:-1]
    long = np.ones(n, dtype=np.bool_)
    if n > 1:
        long[1:] = (np.diff(plan.bout) != 0) | (stance_s > _STANCES_LONG * np.median(stance_s))
    begin = np.append(-_MARGIN_S, phases.contact[:-1])
    stance = np.append(np.inf, stance_s)
    u = np.arange(_STANCE_PIECES) / _STANCE_PIECES
    settle = np.where(np.isfinite(stance), np.minimum(0.6, 0.3 * stance), 1.0)
    lean_in = np.minimum(0.3 * stance, phases.toe_off - phases.heel_off + 0.3)
    # Standing: contact, settled, ..., still upright, toe off.
    first, last = begin + settle, phases.toe_off - lean_in
    share = (np.arange(1, _STANCE_PIECES) - 1.0) / (_STANCE_PIECES - 2.0)
    stood = np.column_stack([begin, first[:, None] + (last - first)[:, None] * share])
    walked = begin[:, None] + (phases.toe_off - begin)[:, None] * u
    stance_time = np.where(long[:, None], stood, walked)

    v = np.arange(_SWING_PIECES) / _SWING_PIECES
    swing_s = phases.contact - phases.toe_off
    time = np.column_stack([stance_time, phases.toe_off[:, None] + swing_s[:, None] * v])
    phase = np.concatenate([_TOE_OFF * u, _TOE_OFF + (1.0 - _TOE_OFF) * v])

    usual_stance = np.where(long, swing_s * _TOE_OFF / (1.0 - _TOE_OFF), stance)
    stance_rate, swing_rate = _TOE_OFF / usual_stance, (1.0 - _TOE_OFF) / swing_s
    at_contact = 0.5 * (np.append(stance_rate[0], swing_rate[:-1]) + stance_rate)
    rate = np.column_stack(
        [at_contact]
        + [stance_rate] * (_STANCE_PIECES - 1)
        + [0.5 * (stance_rate + swing_rate)]
        + [swing_rate] * (_SWING_PIECES - 1)
    )
    before = np.append(size[0], size[:-1])
    height = np.column_stack([before[:, None] + (size - before)[:, None] * u, np.tile(size[:, None], _SWING_PIECES)])
    still = np.zeros_like(height, dtype=np.bool_)
    still[:, 1:_STANCE_PIECES] = long[:, None]
    still[0, 0] = True
    height[still] = 0.0

    cycle = 2.0 * np.pi * phase
    wave = np.stack([np.sin(cycle), 2.0 * np.pi * np.cos(cycle), -((2.0 * np.pi) ** 2) * np.sin(cycle)])
    shape = np.stack([shank_angle(phase, usual.reach_scale), _FRONTAL_RAD * wave, _AXIAL_RAD * wave], axis=-1)
    stairs = np.char.startswith(plan.footing.kind, "stairs")
    landing = np.column_stack(
        [np.tile(np.append(False, stairs[:-1])[:, None], _STANCE_PIECES), np.tile(stairs[:, None], _SWING_PIECES)]
    )
    height *= np.where(landing & (shape[0, :, _LEAN] > 0.0), _STAIR_LANDING_FRAC, 1.0)
    unit = np.stack([np.ones_like(rate), rate, rate**2])
    unit[1:, long, 0] *= _SLOWED
    states = (shape[:, None] * (unit * height)[..., None]).reshape(3, -1, 3)

    # The last contact, then standing.
    landed = shape[:, 0] * (size[-1] * swing_rate[-1] ** np.arange(3) * [1.0, _SLOWED, _SLOWED])[:, None]
    after = np.zeros((3, 2, 3))
    states = np.concatenate([states, landed[:, None], after], axis=1)
    ends = phases.contact[-1] + np.array([0.0, 0.6, 0.6 + plan.duration_s + _MARGIN_S])
    return np.concatenate([time.ravel(), ends]), states


def _axes_of_the_ankle(inward: float) -> FloatArray:
    """(3, 3) foot axes of a frame whose y runs along the ankle's axis."""
    out = -inward  # foot y of the outer end
    y = np.array([-np.sin(_AXIS_BACK_RAD) * out, 1.0, -np.sin(_AXIS_DOWN_RAD) * out])
    y /= np.linalg.norm(y)
    x = np.cross(y, np.array([0.0, 0.0, 1.0]))
    x /= np.linalg.norm(x)
    return np.stack([x, y, np.cross(x, y)], axis=1)


def move_shank(shank: ShankMotion, time_s: FloatArray) -> State:
    """State of the shank at (n,) times, in shank axes; its anchor is the ankle joint."""
    foot = move(shank.foot, time_s)
    own = [np.asarray(shank.courses(time_s, nu)) for nu in range(3)]
    feet = [np.asarray(shank.foot.courses(time_s, nu)) for nu in range(3)]
    # What is between the foot's pitch and the shank's lean, the ankle does, about its own axis.
    ankle = [f[:, TILT] - o[:, _LEAN] for f, o in zip(feet, own, strict=True)]
    if shank.foot.relief is not None:
        ankle = [a + slope for a, slope in zip(ankle, slope_rad(shank.foot.relief, time_s), strict=True)]
    frontal = [o[:, _FRONTAL] - _SUBTALAR_FRAC * f[:, ROLL] for f, o in zip(feet, own, strict=True)]
    axial = [o[:, _AXIAL] for o in own]

    body = Attitude(foot.rotation @ shank.axis, foot.rate @ shank.axis, foot.rate_change @ shank.axis)
    body = turned(body, 1, *ankle)
    back = shank.axis.T
    body = Attitude(body.rotation @ back, body.rate @ back, body.rate_change @ back)
    body = turned(turned(body, 0, *frontal), 2, *axial)
    place, velocity, acceleration = point(foot, _ANKLE)
    return State(*body, np.zeros((len(time_s), 3)), place, velocity, acceleration)


def dorsiflexion_deg(shank: ShankMotion, time_s: FloatArray) -> FloatArray:
    """Ankle dorsiflexion at (n,) times: the shank's long axis against the foot's, in the plane across the foot's y.

    0 where the shank is upright on the flat foot, as in quiet standing; positive with the knee over the toes.
    """
    foot, knee = move(shank.foot, time_s).rotation, move_shank(shank, time_s).rotation[:, :, 2]
    seen = np.einsum("nji,nj->ni", foot, knee)
    return np.asarray(np.degrees(np.arctan2(seen[:, 0], seen[:, 2])))


def shank_place_m(length_m: float, inward: float, place: str) -> FloatArray:
    """Place (3,) m of a sensor half way up the shin, in shank axes from the ankle joint."""
    half, outward = 0.5 * length_m, -inward
    return {
        "front": np.array([0.050, 0.0, half]),
        "outer": np.array([0.010, 0.050 * outward, half]),
    }[place]
