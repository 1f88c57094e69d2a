"""What shakes a sensor without any toe drag: shoes that brush, a loose strap, a stick; and the floor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.ground import GROUNDS
from footdrop_imu.simulate.shaking import Shaking, draw_shaking

if TYPE_CHECKING:
    from footdrop_imu.simulate.foot import Phases
    from footdrop_imu.simulate.pattern import WalkConfig
    from footdrop_imu.simulate.plan import FootPlan
    from footdrop_imu.simulate.sway import Sway

__all__ = ["Disturbances", "disturbed"]

# All figures are this simulator's own: they say what differs from a drag, not how hard a shoe brushes in life.
_BRUSH_S: Final = 0.05
_BRUSH_FRAC: Final = (0.35, 0.65)  # of swing, when the feet pass each other
_BRUSH_HZ: Final = (12.0, 45.0)
_BRUSH_AXES: Final = (0.5, 1.0, 0.2)
_STICK_S: Final = 0.03
_STICK_HZ: Final = (20.0, 80.0)
_STICK_AXES: Final = (0.4, 0.4, 1.0)
_LOOSE_HZ: Final = (6.0, 22.0)
_LOOSE_MPS2: Final = 4.0  # wobble in swing of a sensor that is as loose as it gets
_LOOSE_RING: Final = 4.0  # and how much harder and longer it rings after impacts
_LOOSE_RING_S: Final = 1.5


@dataclass(frozen=True)
class Disturbances:
    """What can be taken for a toe drag and is none, for both feet.

    Parameters
    ----------
    brush_frac, brush_mps2
        Share of swings in which the shoe brushes the other one or a trouser leg, mostly sideways, for 50 ms while
        the toe is clear; root mean square on the sideways axis.
    looseness
        0 = the sensor sits firmly, 1 = it hangs on its strap: wobbles in swing, rings after impacts.
    stick_frac, stick_mps2
        Share of strides in which a stick or walker is set down and felt through floor and body, at any moment of
        stance or swing, for 30 ms; root mean square upward.
    """

    brush_frac: float = 0.0
    brush_mps2: float = 6.0
    looseness: float = 0.0
    stick_frac: float = 0.0
    stick_mps2: float = 2.0

    def __post_init__(self) -> None:
        bounds = {
            "brush_frac": (0.0, 1.0),
            "brush_mps2": (0.0, 100.0),
            "looseness": (0.0, 1.0),
            "stick_frac": (0.0, 1.0),
            "stick_mps2": (0.0, 100.0),
        }
        for name, (low, high) in bounds.items():
            if not low <= getattr(self, name) <= high:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE,
                    f"{name} is {getattr(self, name)}; a simulated disturbance needs {low} to {high}.",
                )


def disturbed(sway: Sway, walk: WalkConfig, plan: FootPlan, phases: Phases) -> Sway:
    """The foot sensor's small motion with all that the walk's floor and disturbances, and its drags, add to it."""
    ground, upset = GROUNDS[walk.surface], walk.disturbances

    def rng(purpose: int) -> np.random.Generator:
        """One for each cause, so that one setting does not shift another's draws."""
        return np.random.default_rng([walk.seed, purpose, 0 if plan.side == "left" else 1])

    shakes = [_drags(rng(31), walk, plan, phases), _steps(rng(32), walk, phases)]
    span = phases.contact - phases.toe_off
    dice = rng(33)
    brushed, place = dice.random(len(span)) < upset.brush_frac, dice.uniform(*_BRUSH_FRAC, len(span))
    begin = (phases.toe_off + place * span)[brushed]
    shakes.append(_burst(dice, "brush", begin, _BRUSH_S, upset.brush_mps2, _BRUSH_HZ, _BRUSH_AXES))

    dice = rng(34)
    struck, place = dice.random(len(span) - 1) < upset.stick_frac, dice.uniform(0.0, 0.94, len(span) - 1)
    begin = (phases.contact[:-1] + place * np.diff(phases.contact))[struck]
    shakes.append(_burst(dice, "stick", begin, _STICK_S, upset.stick_mps2, _STICK_HZ, _STICK_AXES))
    if upset.looseness:
        size = np.full(len(span), _LOOSE_MPS2 * upset.looseness)
        shakes.append(draw_shaking(rng(35), "loose", phases.toe_off, phases.contact, size, _LOOSE_HZ, 0.03))
    return replace(
        sway,
        ring=sway.ring * ground.knock_frac * (1.0 + _LOOSE_RING * upset.looseness),
        ring_s=sway.ring_s * (1.0 + _LOOSE_RING_S * upset.looseness),
        shakes=tuple(shaking for shaking in shakes if len(shaking.begin_s)),
    )


def _burst(
    dice: np.random.Generator,
    cause: str,
    begin_s: FloatArray,
    time_s: float,
    rms_mps2: float,
    band_hz: tuple[float, float],
    axes: tuple[float, float, float],
) -> Shaking:
    return draw_shaking(
        dice, cause, begin_s, begin_s + time_s, np.full(len(begin_s), rms_mps2), band_hz, 0.3 * time_s, axes
    )


def _drags(dice: np.random.Generator, walk: WalkConfig, plan: FootPlan, phases: Phases) -> Shaking:
    ground, drags = GROUNDS[walk.surface], plan.drags
    rows = np.flatnonzero(drags.on & (drags.roughness_mps2 > 0.0))
    begin, span = phases.toe_off[rows], (phases.contact - phases.toe_off)[rows]
    return draw_shaking(
        dice,
        "drag",
        begin + drags.start_frac[rows] * span,
        begin + drags.end_frac[rows] * span,
        ground.drag_frac * drags.roughness_mps2[rows],
        ground.drag_band_hz,
    )


def _steps(dice: np.random.Generator, walk: WalkConfig, phases: Phases) -> Shaking:
    """A rough floor shakes the shoe from its first touch until it lies flat, and in push-off."""
    ground, nothing = GROUNDS[walk.surface], np.empty(0)
    begin = np.sort(np.concatenate([phases.contact, phases.heel_off])) if ground.step_mps2 else nothing
    end = np.sort(np.concatenate([phases.flat, phases.toe_off])) if ground.step_mps2 else nothing
    return draw_shaking(dice, "step", begin, end, np.full(len(begin), ground.step_mps2), ground.drag_band_hz, 0.015)
