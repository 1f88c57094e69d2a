"""What the floor is like: how rough it is under a shoe that drags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from footdrop_imu.simulate.shaking import Shaking, draw_shaking

if TYPE_CHECKING:
    from footdrop_imu.simulate.foot import Phases
    from footdrop_imu.simulate.pattern import WalkConfig
    from footdrop_imu.simulate.plan import FootPlan

__all__ = ["GROUNDS", "Ground", "ground_shakes"]


@dataclass(frozen=True)
class Ground:
    """A floor. The figures are this simulator's own; they only say which floor is softer than which.

    Parameters
    ----------
    drag_frac
        Vibration of a shoe that drags on it, relative to a hard floor.
    drag_band_hz
        Its lowest and highest frequency.
    """

    drag_frac: float
    drag_band_hz: tuple[float, float]


GROUNDS: Final = {
    "hard": Ground(1.0, (20.0, 95.0)),
    "carpet": Ground(0.5, (12.0, 45.0)),
    "gravel": Ground(1.5, (15.0, 80.0)),
}
"""By the name that `WalkConfig.surface` takes."""


def ground_shakes(walk: WalkConfig, plan: FootPlan, phases: Phases) -> tuple[Shaking, ...]:
    """Vibrations of one foot's sensor that come from the floor."""
    ground, drags = GROUNDS[walk.surface], plan.drags
    rng = np.random.default_rng([walk.seed, 23 if plan.side == "left" else 24])
    rows = np.flatnonzero(drags.on & (drags.roughness_mps2 > 0.0))
    shakes = []
    if len(rows):
        begin, span = phases.toe_off[rows], (phases.contact - phases.toe_off)[rows]
        shakes.append(
            draw_shaking(
                rng,
                begin + drags.start_frac[rows] * span,
                begin + drags.end_frac[rows] * span,
                ground.drag_frac * drags.roughness_mps2[rows],
                ground.drag_band_hz,
            )
        )
    return tuple(shakes)
