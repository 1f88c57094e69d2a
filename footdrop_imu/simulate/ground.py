"""What the floor is like: how it feels to a shoe that lands, stands and drags on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["GROUNDS", "Ground"]


@dataclass(frozen=True)
class Ground:
    """A floor. The figures are this simulator's own; they only say which floor is softer or rougher than which.

    Parameters
    ----------
    drag_frac
        Vibration of a shoe that drags on it, relative to a hard floor.
    drag_band_hz
        Its lowest and highest frequency.
    knock_frac
        How hard the sensor rings after a landing, relative to a hard floor.
    impact_frac
        How long a landing's deceleration takes, relative to a hard floor.
    step_mps2
        Vibration while the shoe is set down and rolls off, root mean square.
    """

    drag_frac: float
    drag_band_hz: tuple[float, float]
    knock_frac: float
    impact_frac: float
    step_mps2: float


GROUNDS: Final = {
    "hard": Ground(1.0, (20.0, 95.0), 1.0, 1.0, 0.0),
    "carpet": Ground(0.5, (12.0, 45.0), 0.5, 1.6, 0.0),
    "gravel": Ground(1.5, (15.0, 80.0), 1.2, 1.3, 2.5),
}
"""By the name that `WalkConfig.surface` takes."""
