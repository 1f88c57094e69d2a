"""How a foot gets from one height and slope of the floor to the next within a swing, clear of stairs and bends."""

from __future__ import annotations

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.leg import smooth
from footdrop_imu.simulate.motion import FootMotion, move, point
from footdrop_imu.simulate.plan import FootPlan
from footdrop_imu.simulate.relief import CHANNELS, Relief
from footdrop_imu.simulate.spline import through_nodes

__all__ = ["make_relief"]

_PIECES = 24  # spline intervals of a swing
_MARGIN_S = 60.0
# Chosen by search so that the lift over the edges is least at three speeds, with and without foot drop.
_BACK_M = 0.06  # the foot draws back before it rises to a stair
_BEYOND_M = 0.12  # it reaches out before it sinks to one
_CLEAR_M = 0.015  # over a stair's edge
_TO_RISER_M = 0.03  # from the toe of a foot that stands on a stair to the next riser up
_FROM_RISER_M = 0.02  # from the riser behind it to the heel on the way down


def make_relief(plan: FootPlan, flat: FootMotion) -> Relief | None:
    """Build the terrain's part of a foot's motion; None where all is level.

    Up stairs the foot rises first and then comes forward, down stairs it comes forward and then sinks; on top of that
    it is lifted as far as its toe, ball and heel need to clear the stairs' edges. At the top of a ramp it is lifted
    over the bend.
    """
    from scipy.interpolate import PPoly

    footing = plan.footing
    if footing.level:
        return None
    n, u = len(plan.swing_s), np.arange(_PIECES + 1) / _PIECES
    toe_off, contact = plan.toe_off_s[:-1], plan.contact_s[1:]
    up, down = footing.kind == "stairs_up", footing.kind == "stairs_down"
    usual = smooth(u)

    def blended(values: FloatArray, share: FloatArray) -> FloatArray:
        return np.asarray(values[:-1, None] + np.diff(values)[:, None] * share)

    kinds = [up[:, None], down[:, None]]
    forward = np.select(kinds, [smooth((u - 0.15) / 0.85), smooth(u / 0.75)], usual)
    upward = np.select(kinds, [smooth(u / 0.8), smooth((u - 0.3) / 0.7)], usual)
    early, late = (smooth(x / 0.4) * smooth((1.0 - x) / 0.6) for x in (u, 1.0 - u))
    ahead = np.select(kinds, [-_BACK_M * early, _BEYOND_M * late], 0.0)
    nodes = np.zeros((n, _PIECES + 1, CHANNELS))
    nodes[:, :, 0] = blended(footing.slope_rad, usual)
    for axis in (0, 1):
        nodes[:, :, 1 + axis] = blended(plan.heel_m[:, axis], usual)
        way = (np.cos, np.sin)[axis](footing.heading_rad)
        nodes[:, :, 3 + axis] = blended(footing.place_m[:, axis], forward) + way[:, None] * ahead
    nodes[:, :, 5] = blended(footing.place_m[:, 2], upward)
    hump = smooth(u / 0.45) * smooth((1.0 - u) / 0.45)
    stride = np.linalg.norm(np.diff(plan.heel_m, axis=0), axis=1)
    bend = 0.3 * stride * np.maximum(0.0, -np.diff(footing.slope_rad))
    nodes[:, :, 5] += (bend + _over_edges(plan, flat, nodes, hump))[:, None] * hump

    swing = through_nodes(nodes, np.zeros((n, 2, CHANNELS)), np.zeros((n, 2, CHANNELS)), contact - toe_off)
    standing = np.zeros((6, n, 1, CHANNELS))
    standing[5, :, 0] = np.column_stack([footing.slope_rad, plan.heel_m, footing.place_m])[:-1]
    final = np.zeros((6, 1, CHANNELS))
    final[5, 0] = np.concatenate([footing.slope_rad[-1:], plan.heel_m[-1], footing.place_m[-1]])
    pieces = np.concatenate([standing, swing], axis=2).reshape(6, -1, CHANNELS)

    inner = toe_off[:, None] + (contact - toe_off)[:, None] * u[:-1]
    breaks = np.column_stack([np.append(-_MARGIN_S, contact[:-1]), inner])
    breaks = np.concatenate([breaks.ravel(), [contact[-1], plan.duration_s + _MARGIN_S]])
    # a stance has the axis of its own slope: that of the swing before or after it, whichever is on a ramp
    heading = footing.heading_rad
    own = np.where(footing.slope_rad[:-1] != 0.0, heading, np.append(heading[0], heading[:-1]))
    turns = np.concatenate([np.column_stack([own, np.tile(heading[:, None], _PIECES)]).ravel(), heading[-1:]])
    across = np.stack([-np.sin(turns), np.cos(turns), np.zeros(len(turns))], axis=1)
    return Relief(PPoly(np.concatenate([pieces, final], axis=1), breaks), across)


def _over_edges(plan: FootPlan, flat: FootMotion, nodes: FloatArray, hump: FloatArray) -> FloatArray:
    """How much a hump (m,) must lift each of n swings so that the shoe clears the stairs' edges."""
    footing, sole = plan.footing, flat.sole
    lift = np.zeros(len(footing.kind))
    rows = np.flatnonzero(footing.edge_count)
    if not len(rows):
        return lift
    u = np.arange(nodes.shape[1]) / (nodes.shape[1] - 1)
    time = plan.toe_off_s[:-1][rows, None] + plan.swing_s[rows, None] * u
    state = move(flat, time.ravel())
    shift = (nodes[rows, :, 3:5] - nodes[rows, :, 1:3]).reshape(-1, 2)
    heading = np.repeat(footing.heading_rad[rows], len(u))
    ahead = np.stack([np.cos(heading), np.sin(heading)], axis=1)
    landing = np.repeat(footing.place_m[1:][rows], len(u), axis=0)

    rise, tread, count = footing.rise_m[rows], footing.tread_m[rows], footing.edge_count[rows]
    up = rise > 0.0
    edge = np.where(up, np.maximum(0.0, sole.length_m + _TO_RISER_M - tread), -_FROM_RISER_M)
    edge = edge - footing.beyond_m[rows]
    need = np.full(time.shape, -np.inf)
    for body in (sole.toe, sole.ball, sole.heel):
        place = point(state, body)[0]
        along = np.einsum("ni,ni->n", place[:, :2] + shift - landing[:, :2], ahead).reshape(time.shape)
        behind = np.clip(np.ceil((edge[:, None] - along) / tread[:, None]), 0, count[:, None])
        floor = footing.place_m[1:, 2][rows, None] - rise[:, None] * behind
        height = place[:, 2].reshape(time.shape) + nodes[rows, :, 5]
        need = np.maximum(need, floor + _CLEAR_M - height)
    strong = hump > 0.25
    lift[rows] = np.maximum(0.0, (need[:, strong] / hump[strong]).max(axis=1))
    return lift
