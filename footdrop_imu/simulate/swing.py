"""The foot in the air: what the joints give, bent to leave the floor, to clear it and to come back to it."""

from __future__ import annotations

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.drag import DrawnDrags, slowed
from footdrop_imu.simulate.leg import Pose, smooth, swing_shape
from footdrop_imu.simulate.motion import HINGE, ROLL, TILT, YAW, State, point, state_of
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
_GRAZE_M = 0.0002  # a drag keeps this far off, so that the spline between its nodes does not dip under the floor
_SOFT_RAD = np.radians(2.0)
_DRAG_TILT_RAD = np.radians([-10.0, -4.0])  # a foot whose toe drags points down by at least one of these,
_LIFT_RAD = np.radians(25.0)  # by the less of them if it would have to be lifted by more than this to its landing


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
    nodes = np.zeros((n, SWING_PIECES + 1, 7))
    pitch = pattern.swing_excursion * pitch
    nodes[:, :, TILT] = _joined(u, pitch, start[:, :, TILT], end[:, :, TILT], ((0.3, 0.2), (0.5, 0.35)))

    near = _near_floor(u, plan.drags)
    down = np.clip(swings.strike - _LIFT_RAD, *_DRAG_TILT_RAD)[:, None]
    over = (nodes[:, :, TILT] - down) / _SOFT_RAD
    nodes[:, :, TILT] -= near * _SOFT_RAD * np.logaddexp(0.0, over)

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
        nodes[:, :, 4 + k] = _joined(u, shape, start[:, :, 4 + k], end[:, :, 4 + k], ((1.0, 0.2), (1.0, 0.6)))

    _drag_back(sole, plan, nodes, ahead)

    lowest, toe = _support(sole, nodes, 0.002)
    shape = _lowest_course(u, pattern, swings, plan, toe - sole.toe[2] - lowest.min(axis=2))
    other = walk.pattern("right" if plan.side == "left" else "left")
    shape += other.vaulting_m * plan.vaulted[:, None] * smooth(u / 0.4) * smooth((1.0 - u) / 0.35)
    shape += bow**2 / (2.0 * walk.leg_length_m)  # a leg that swings sideways ends higher
    nodes[:, :, 6] = _joined(
        u,
        shape - _softened(lowest, _LEVEL_M * max(pattern.swing_excursion, 0.1)),
        start[:, :, 6],
        end[:, :, 6],
        ((0.25, 0.15), (0.25, 0.15)),
    )
    _keep_off(u, nodes[:, :, 6], lowest.min(axis=2), shape)
    _touch_down(u, sole, nodes, near)
    return through_nodes(nodes, np.stack([off[1], touch[1]], axis=1), np.stack([off[2], touch[2]], axis=1), span)


_SLOPE = np.array([-25.0, 48.0, -36.0, 16.0, -3.0]) / 12.0
_CURVE = np.array([35.0, -104.0, 114.0, -56.0, 11.0]) / 12.0


def _joined(
    u: FloatArray, shape: FloatArray, start: FloatArray, end: FloatArray, widths: tuple[tuple[float, float], ...]
) -> FloatArray:
    """``shape`` (n, m) bent so that value, slope and curvature at both ends are the given (3, n).

    The value is corrected over the whole length, slope and curvature each within its width of that end.
    """
    step = u[1] - u[0]
    first, last = shape[:, :5].T, shape[:, :-6:-1].T  # differences of fourth order at the ends
    miss = (
        start - np.stack([first[0], _SLOPE @ first / step, _CURVE @ first / step**2]),
        end - np.stack([last[0], -_SLOPE @ last / step, _CURVE @ last / step**2]),
    )
    nothing = np.zeros_like(start)
    bent = shape + hermite(u, *(np.stack([m[0], nothing[0], nothing[0]]) for m in miss))
    for at_end in (0, 1):
        for order, width in enumerate(widths[at_end], start=1):
            bend = np.zeros_like(start)
            bend[order] = width**order * miss[at_end][order]
            v = (u - 1.0 + width) / width if at_end else u / width
            inside = (v >= 0.0) & (v <= 1.0)
            bent[:, inside] += hermite(v[inside], *((nothing, bend) if at_end else (bend, nothing)))
    return bent


def _lowest_course(
    u: FloatArray, pattern: FootPattern, swings: Swings, plan: FootPlan, toe_above: FloatArray
) -> FloatArray:
    """Wanted height (n, m) of the shoe's lowest point over swing, given the toe's own height above that."""
    n, knots = len(plan.swing_s), (0.0, 0.22, 0.48, 0.72, 1.0)
    above = toe_above[:, np.searchsorted(u, knots[2])]
    least = np.maximum(swings.clearance - above, min(0.005, 1.25 * pattern.toe_clearance_m))
    zero = np.zeros(n)
    states = [np.stack([height, zero, zero]) for height in (zero, least + pattern.early_rise_m, least, least + 0.002)]
    states.append(np.stack([fall_m(pattern, swings), -swings.down_mps * plan.swing_s, zero]))
    low = np.zeros((n, len(u)))
    for k in range(4):
        inside = (u >= knots[k]) & (u <= knots[k + 1])
        width = knots[k + 1] - knots[k]
        scale = np.array([1.0, width, width**2])[:, None]
        low[:, inside] = hermite((u[inside] - knots[k]) / width, states[k] * scale, states[k + 1] * scale)
    return low + pattern.steppage_m * smooth(u / 0.35) * smooth((1.0 - u) / 0.6)


def _posed(sole: Sole, nodes: FloatArray) -> State:
    """The foot at nodes (n, m, 7), led by the heel, as n * m instants."""
    flat = nodes.reshape(-1, 7)
    still = np.zeros_like(flat)
    return state_of(sole, flat, still, still, np.zeros((len(flat), 3)), np.zeros(len(flat), dtype=np.int64))


def _support(sole: Sole, nodes: FloatArray, softness_m: float) -> tuple[FloatArray, FloatArray]:
    """Heights against the heel point: lowest of heel and of forefoot (n, m, 2), toe point (n, m)."""
    n, m, _ = nodes.shape
    up = _posed(sole, nodes).rotation[:, 2, :]
    return sole.lowest(up, softness_m).reshape(n, m, 2), (up @ sole.toe).reshape(n, m)


def _softened(lowest: FloatArray, softness_m: float) -> FloatArray:
    """Smooth minimum (n, m) of (n, m, 2), never above the true one, below it by 0.7 softness where both are equal."""
    apart = np.abs(lowest[:, :, 0] - lowest[:, :, 1]) / softness_m
    return np.asarray(lowest.min(axis=2) - softness_m * np.log1p(np.exp(-apart)))


def _keep_off(u: FloatArray, height: FloatArray, lowest: FloatArray, wanted: FloatArray) -> None:
    """Lift ``height`` (n, m) in place where the shoe would come nearer to the floor than a third of what is wanted.

    What is missing is spread over seven nodes and smoothed; the ends keep their derivatives.
    """
    for _ in range(3):
        missing = np.maximum(wanted / 3.0 - (height + lowest), 0.0)
        spread = np.pad(missing, ((0, 0), (3, 3)), mode="edge")
        spread = np.max([spread[:, k : k + len(u)] for k in range(7)], axis=0)
        spread = np.pad(spread, ((0, 0), (3, 3)), mode="edge")
        weights = np.array([1.0, 6.0, 15.0, 20.0, 15.0, 6.0, 1.0]) / 64.0
        lift = sum((w * spread[:, k : k + len(u)] for k, w in enumerate(weights)), start=np.zeros_like(height))
        height += lift * smooth(u / 0.1) * smooth((1.0 - u) / 0.1)


def _near_floor(u: FloatArray, drags: DrawnDrags) -> FloatArray:
    """Share (n, m) of the way down to the floor that a dragging foot has gone: 1 while it drags."""
    begin, end = drags.start_frac[:, None], drags.end_frac[:, None]
    near = np.minimum(smooth((u - begin + 0.2) / 0.2), smooth((end + 0.15 - u) / 0.15))
    return np.asarray(np.where(drags.on[:, None], near, 0.0))


def _drag_back(sole: Sole, plan: FootPlan, nodes: FloatArray, ahead: FloatArray) -> None:
    """Let friction hold dragging feet back, in place: x and y of ``nodes`` (n, m, 7), along ``ahead`` (n, 2)."""
    rows = np.flatnonzero(plan.drags.on)
    if not len(rows):
        return
    mine = nodes[rows]
    toe = point(_posed(sole, mine), sole.toe)[0].reshape(*mine.shape[:2], 3)
    step_s = plan.swing_s[rows, None] / SWING_PIECES
    toe_mps = np.gradient(np.einsum("nmi,ni->nm", toe[:, :, :2], ahead[rows]), axis=1) / step_s
    late = slowed(plan.drags.of(rows), plan.swing_s[rows], toe_mps)
    nodes[rows, :, 4:6] += late[:, :, None] * ahead[rows, None, :]


def _touch_down(u: FloatArray, sole: Sole, nodes: FloatArray, near: FloatArray) -> None:
    """Bring the toe of dragging feet to the floor, in place: z of ``nodes`` (n, m, 7)."""
    rows = np.flatnonzero(near.any(axis=1))
    if len(rows):
        gap = nodes[rows, :, 6] + _support(sole, nodes[rows], 0.0005)[0].min(axis=2)
        # A foot that has not left the floor yet stands on it.
        wanted = gap[:, :1] + (_GRAZE_M - gap[:, :1]) * smooth(u / 0.1)
        nodes[rows, :, 6] -= near[rows] * (gap - wanted)
