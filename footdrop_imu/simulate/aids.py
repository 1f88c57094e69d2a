"""The same person with an ankle-foot orthosis, or with a stimulator.

An orthosis holds the foot near a right angle in swing, so that it lands on the heel, and lets the ankle push off less
(pooled ankle angles in stroke: Tyson 2013, 10.1177/0269215513486497); people walk somewhat faster with it (Choo and
Chang 2021, 10.1038/s41598-021-95449-x). A stimulator lifts the foot while it is on, and leaves the push-off alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import Condition
from footdrop_imu.simulate.pattern import FootPattern, WalkConfig, healthy
from footdrop_imu.simulate.stimulation import Stimulation

__all__ = ["OrthosisFit", "aided_condition", "with_orthosis", "with_stimulator"]

_AIDS: Final = ("none", "orthosis", "stimulator")


@dataclass(frozen=True)
class OrthosisFit:
    """What an ankle-foot orthosis does to a foot.

    Parameters
    ----------
    hold_frac
        Share of the missing lift that it makes up for: 1 = held like a healthy foot in swing.
    push_off_frac
        Share of the toes-down pitch at toe off that is left.
    faster_mps
        Added to the walking speed.
    """

    hold_frac: float = 0.85
    push_off_frac: float = 0.8
    faster_mps: float = 0.06

    def __post_init__(self) -> None:
        bounds = {"hold_frac": (0.0, 1.0), "push_off_frac": (0.4, 1.0), "faster_mps": (-0.3, 0.5)}
        for name, (low, high) in bounds.items():
            if not low <= getattr(self, name) <= high:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE, f"{name} is {getattr(self, name)}; an orthosis needs {low} to {high}."
                )


_LANDS_DEG = 10.0  # a foot held at a right angle lands less steeply than one that lifts itself


def with_orthosis(walk: WalkConfig, side: str, fit: OrthosisFit | None = None) -> WalkConfig:
    """The same walk of the same person with an ankle-foot orthosis on one foot.

    Parameters
    ----------
    walk
        Without it.
    side
        left or right.
    fit
        What it does.
    """
    fit = fit or OrthosisFit()
    foot = _lifted(walk.pattern(side), fit.hold_frac, _LANDS_DEG)
    foot = replace(foot, push_off_scale=fit.push_off_frac * foot.push_off_scale)
    return _changed(walk, side, foot, fit.faster_mps)


def with_stimulator(
    walk: WalkConfig,
    side: str,
    setting: Stimulation | None = None,
    *,
    lift_frac: float = 0.8,
    faster_mps: float = 0.04,
) -> WalkConfig:
    """The same walk of the same person with a stimulator on one foot.

    Parameters
    ----------
    walk
        Without it.
    side
        left or right.
    setting
        When it is on.
    lift_frac
        Share of the missing lift that it makes up for while the muscle pulls with all its force.
    faster_mps
        Added to the walking speed.

    Returns
    -------
    WalkConfig
        The truth of its timing is in ``SimulatedWalk.feet[side].phases.stimulation``.
    """
    if not 0.0 <= lift_frac <= 1.0:
        raise SchemaError(SchemaReason.WRONG_VALUE, f"lift_frac is {lift_frac}; a share from 0 to 1 was expected.")
    weak = walk.pattern(side)
    foot = replace(
        _lifted(weak, lift_frac, healthy().strike_angle_deg), stimulation=setting or Stimulation(), unaided=weak
    )
    return _changed(walk, side, foot, faster_mps)


def aided_condition(aid: str, usual: Condition | None = None) -> Condition:
    """What is said of a walk with that aid: none, orthosis or stimulator; the rest as ``usual``."""
    if aid not in _AIDS:
        raise SchemaError(SchemaReason.WRONG_VALUE, f"aid is {aid!r}; use one of {', '.join(_AIDS)}.")
    return replace(
        usual or Condition(),
        orthosis="ankle_foot_orthosis" if aid == "orthosis" else "none",
        stimulator="on" if aid == "stimulator" else "none",
    )


def _lifted(weak: FootPattern, share: float, lands_deg: float) -> FootPattern:
    """The foot with that share of what it misses against a healthy one; what made up for it goes too."""
    normal = healthy()

    def towards(name: str, goal: float | None = None) -> float:
        now = float(getattr(weak, name))
        return now + share * ((float(getattr(normal, name)) if goal is None else goal) - now)

    names = (
        "swing_drop_deg",
        "toe_clearance_m",
        "early_rise_m",
        "circumduction_m",
        "swing_roll_deg",
        "strike_roll_deg",
        "slap_frac",
        "lowering_time_s",
        "swing_time_scale",
        "steppage_m",
    )
    changed: dict[str, Any] = {name: towards(name) for name in names}
    return replace(
        weak,
        **changed,
        strike_angle_deg=max(towards("strike_angle_deg", lands_deg), weak.strike_angle_deg),
        drags=replace(weak.drags, share_frac=(1.0 - share) * weak.drags.share_frac),
    )


def _changed(walk: WalkConfig, side: str, foot: FootPattern, faster_mps: float) -> WalkConfig:
    speed_mps = walk.speed_mps + faster_mps
    return (
        replace(walk, left=foot, speed_mps=speed_mps)
        if side == "left"
        else replace(walk, right=foot, speed_mps=speed_mps)
    )
