"""Heels that are up while the foot stands: all the time, while the other foot swings, or more and more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.leg import smooth
from footdrop_imu.simulate.sole import Sole

if TYPE_CHECKING:
    from footdrop_imu.simulate.pattern import FootPattern
    from footdrop_imu.simulate.plan import FootPlan

__all__ = ["HeelRises", "heel_rises", "last_middles", "mid_swings"]

_MID_SWING_FRAC = 0.6  # of swing, about where the foot is fastest
_RISE_S = 0.25  # a vaulting heel takes this long to rise, or what of the stance there is
_STILL_FRAC = 0.4  # of the time from foot-flat until the heel is up, for which a vaulting foot lies still
_SINK_FRAC = 0.3  # of its rise, by which a vaulting heel sinks again if there is time: nobody stands still on a toe
_SINK_S = 0.15
_ROLL_S = 1.5  # a rolling foot that stood still for longer begins to roll so long before push-off
_AT_ONCE_S = 0.001
_USUAL_TIMES = 1.6  # a stance so many times longer than the usual one is standing


@dataclass(frozen=True)
class HeelRises:
    """How n + 1 stances stand, and how the heel rises in those n that end in a swing; tilts in rad, toes up positive.

    ``base`` (n + 1,) the tilt in which the foot is set down; from ``begin_s`` to ``end_s`` (n,) the heel rises to
    ``raised`` (n,), then sinks to ``sunk`` (n,), from where the foot pushes off. ``turn_radps2`` (n,) how sharply it
    turns at both.
    """

    base: FloatArray
    raised: FloatArray
    sunk: FloatArray
    turn_radps2: FloatArray
    begin_s: FloatArray
    end_s: FloatArray


def heel_rises(
    pattern: FootPattern, sole: Sole, plan: FootPlan, last_flat_s: FloatArray, push_off_s: FloatArray
) -> HeelRises:
    """Stances of one foot.

    Parameters
    ----------
    pattern, sole, plan
        How the foot walks, in which shoe, and when.
    last_flat_s, push_off_s
        (n,) between which each stance before a swing is at rest; the first is -inf after standing.
    """
    n = len(push_off_s)
    stood = np.zeros(n + 1, dtype=np.bool_)
    if not pattern.stands_heel_up:
        stood[[0, -1]] = True
        stood[1:-1] = np.diff(plan.bout) != 0
    base = np.where(stood, 0.0, -np.radians(pattern.heel_up_deg))

    vaults = np.isfinite(plan.other_middle_s) & (pattern.vaulting_m > 0.0)
    vault = np.where(vaults, _tilt_of_heel(sole, pattern.vaulting_m), 0.0)
    raised = base[:-1] - np.radians(pattern.rolling_deg) - vault
    latest = push_off_s - _AT_ONCE_S
    flat = np.maximum(last_flat_s, latest - 1e3)
    end = np.where(vaults, np.clip(plan.other_middle_s, 0.6 * flat + 0.4 * latest, latest), latest)
    whole = end - flat
    takes = np.where(vaults, np.minimum(_RISE_S, (1.0 - _STILL_FRAC) * whole), np.minimum(_ROLL_S, 0.98 * whole))
    sunk = raised + _SINK_FRAC * vault * smooth((push_off_s - end) / _SINK_S)
    # as in a cosine from one to the other
    turn = 0.5 * np.pi**2 * (sunk - raised) / (push_off_s - end) ** 2
    return HeelRises(base, raised, sunk, turn, end - takes, end)


def _tilt_of_heel(sole: Sole, height_m: float) -> float:
    """Toes-down angle in rad at which the heel of a shoe that stands on its forefoot is so high."""
    angle = np.radians(np.arange(0.0, 60.0, 0.25))
    up = np.stack([-np.sin(angle), np.zeros_like(angle), np.cos(angle)], axis=1)
    return float(np.interp(height_m, -np.einsum("ni,ni->n", up, sole.rolled(angle)[0]), angle))


def mid_swings(plan: FootPlan) -> FloatArray:
    """About when a foot is fastest in each of its swings (n,)."""
    return plan.toe_off_s[:-1] + _MID_SWING_FRAC * (plan.contact_s[1:] - plan.toe_off_s[:-1])


def last_middles(plan: FootPlan, other: FootPlan) -> FloatArray:
    """When, in each stance before a swing (n,), the other foot was last in the middle of a swing.

    NaN where it was not, or where the foot has stood long since.
    """
    off, contact = plan.toe_off_s[:-1], plan.contact_s[:-1]
    middles = mid_swings(other)
    last = np.searchsorted(middles, off) - 1
    middle = np.where(last >= 0, middles[np.maximum(last, 0)], -np.inf)
    usual = np.median(np.diff(plan.toe_off_s[:-1])) if len(off) > 1 else np.inf
    return np.where((middle > contact) & (off - middle < 0.5 * _USUAL_TIMES * usual), middle, np.nan)
