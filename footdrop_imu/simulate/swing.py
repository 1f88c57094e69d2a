"""The foot in the air: what the joints give, bent to leave the floor, to clear it and to come back to it."""

from __future__ import annotations

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.leg import Pose, smooth, swing_shape
from footdrop_imu.simulate.motion import HINGE, ROLL, TILT, YAW, state_of
from footdrop_imu.simulate.pattern import FootPattern, WalkConfig
from footdrop_imu.simulate.plan import FootPlan
from footdrop_imu.simulate.sole import Sole
from footdrop_imu.simulate.spline import hermite, through_nodes
from footdrop_imu.simulate.stance import fall_m
from footdrop_imu.simulate.swing_draws import Swings

__all__ = ["SWING_PIECES", "swing_pieces"]

SWING_PIECES = 40
"""Spline intervals of a swing."""
_LEVEL_M = 0.022  # a level foot in mid swing is carried this much x ln 2 higher than its edges


def swing_pieces(
    walk: WalkConfig,
    pattern: FootPattern,
    sole: Sole,
    plan: FootPlan,
    swings: Swings,
    usual: Pose,
    off: FloatArray,
    touch: FloatArray,
) -> FloatArray:
    """The swing's splines (6, n, nodes, 7): what the joints give, bent to meet stance at both ends."""
    n, u = len(plan.swing_s), np.arange(SWING_PIECES + 1) / SWING_PIECES
    span = plan.swing_s
    unit = np.stack([np.ones(n), span, span**2])[:, :, None]
    start, end = off * unit, touch * unit  # derivatives by the share of swing

    pitch, reach = swing_shape(u, swings.drop, walk.leg_length_m, usual.reach_scale)
    nodes = np.empty((n, SWING_PIECES + 1, 7))
    nodes[:, :, TILT] = _joined(u, pitch, start[:, :, TILT], end[:, :, TILT], (0.3, 0.2))

    turn = np.stack([start[0], end[0]])
    nodes[:, :, YAW] = turn[0, :, [YAW]].T + (turn[1] - turn[0])[:, [YAW]] * smooth(u / 0.9)
    nodes[:, :, HINGE] = turn[0, :, [HINGE]].T + (turn[1] - turn[0])[:, [HINGE]] * smooth((u - 0.1) / 0.8)
    hump = smooth(u / 0.45) * smooth((1.0 - u) / 0.45)
    middle = swings.swing_roll * sole.inward
    nodes[:, :, ROLL] = (
        end[0, :, [ROLL]].T * smooth((u - 0.35) / 0.65)
        + hump * (middle - end[0, :, ROLL] * smooth(np.array([0.15 / 0.65])))[:, None]
    )

    way = end[0, :, 4:6] - start[0, :, 4:6]
    length = np.linalg.norm(way, axis=1)
    ahead = way / np.maximum(length, 1e-9)[:, None]
    side = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    forward = reach + walk.speed_mps * span[:, None] * u
    bow = -sole.inward * swings.bow[:, None] * 64.0 * (u * (1.0 - u)) ** 3
    for k in (0, 1):
        shape = forward * ahead[:, [k]] + bow * side[:, [k]]
        nodes[:, :, 4 + k] = _joined(u, shape, start[:, :, 4 + k], end[:, :, 4 + k], (0.5, 0.15))

    low = _lowest_course(u, pattern, sole, plan, swings)
    nodes[:, :, 6] = _joined(u, low - _support(sole, nodes), start[:, :, 6], end[:, :, 6], (0.25, 0.15))
    return through_nodes(nodes, np.stack([off[1], touch[1]], axis=1), np.stack([off[2], touch[2]], axis=1), span)


def _joined(
    u: FloatArray, shape: FloatArray, start: FloatArray, end: FloatArray, widths: tuple[float, float]
) -> FloatArray:
    """``shape`` (n, m) bent so that value, slope and curvature at both ends are the given (3, n).

    The value is corrected over the whole length, slope and curvature within ``widths`` of the end.
    """
    step = u[1] - u[0]
    ends = []
    for course, sign in ((shape, 1.0), (shape[:, ::-1], -1.0)):
        slope = (-25 * course[:, 0] + 48 * course[:, 1] - 36 * course[:, 2] + 16 * course[:, 3] - 3 * course[:, 4]) / 12
        curve = (
            35 * course[:, 0] - 104 * course[:, 1] + 114 * course[:, 2] - 56 * course[:, 3] + 11 * course[:, 4]
        ) / 12
        ends.append(np.stack([course[:, 0], sign * slope / step, curve / step**2]))
    miss = [start - ends[0], end - ends[1]]
    nothing = np.zeros_like(start)
    value = [np.stack([m[0], nothing[0], nothing[0]]) for m in miss]
    bent = shape + hermite(u, value[0], value[1])
    for order, width in ((1, widths[0]), (2, widths[1])):
        for at_end in (False, True):
            bend = np.zeros_like(start)
            bend[order] = width**order * miss[at_end][order]
            v = (u - 1.0 + width) / width if at_end else u / width
            inside = (v >= 0.0) & (v <= 1.0)
            states = (nothing, bend) if at_end else (bend, nothing)
            bent[:, inside] += hermite(v[inside], *states)
    return bent


def _lowest_course(u: FloatArray, pattern: FootPattern, sole: Sole, plan: FootPlan, swings: Swings) -> FloatArray:
    """Height (n, m) of the shoe's lowest point over swing."""
    n = len(plan.swing_s)
    least = np.maximum(swings.clearance + sole.toe_spring_m - 0.003, 0.004)
    zero = np.zeros(n)

    def level(height: FloatArray) -> FloatArray:
        return np.stack([height, zero, zero])

    knots = (0.0, 0.22, 0.48, 0.72, 1.0)
    states = (
        level(zero),
        level(least + pattern.early_rise_m),
        level(least),
        level(least + 0.004),
        np.stack([fall_m(pattern, swings), -swings.down_mps * plan.swing_s, zero]),
    )
    low = np.zeros((n, len(u)))
    for k in range(4):
        inside = (u >= knots[k]) & (u <= knots[k + 1])
        width = knots[k + 1] - knots[k]
        scale = np.array([1.0, width, width**2])[:, None]
        low[:, inside] = hermite((u[inside] - knots[k]) / width, states[k] * scale, states[k + 1] * scale)
    low += pattern.steppage_m * hermite_hump(u)
    begin = pattern.touch_start_frac
    end_frac = np.minimum(begin + pattern.touch_time_s / plan.swing_s, 0.85)
    off_floor = np.maximum(
        1.0 - smooth((u - begin + 0.15) / 0.15)[None, :], smooth((u[None, :] - end_frac[:, None]) / 0.15)
    )
    return np.where(plan.touch[:, None], low * off_floor, low)


def hermite_hump(u: FloatArray) -> FloatArray:
    """Hump of height 1 over swing, two derivatives zero at both ends."""
    return 64.0 * (u * (1.0 - u)) ** 3


def _support(sole: Sole, nodes: FloatArray) -> FloatArray:
    """Height (n, m) of the shoe's lowest point against the heel point, smooth and never above the true one."""
    n, m, _ = nodes.shape
    flat = nodes.reshape(-1, 7)
    still = np.zeros_like(flat)
    state = state_of(sole, flat, still, still, np.zeros((len(flat), 3)), np.zeros(len(flat), dtype=np.int64))
    heel, front = sole.lowest(state.rotation[:, 2, :], 0.002).T
    apart = np.abs(heel - front) / _LEVEL_M
    return np.asarray(np.minimum(heel, front) - _LEVEL_M * np.log1p(np.exp(-apart))).reshape(n, m)
