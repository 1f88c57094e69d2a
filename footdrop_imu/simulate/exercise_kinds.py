"""What turns about what in each exercise that a shoe sensor can follow: facts of the movement, one row an exercise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["FREE", "KINDS", "PIVOTS", "ExerciseKind"]

PIVOTS: Final = ("heel", "ball", "ankle", "knee")
"""The point of foot and leg that stays: heel or ball on the floor, ankle or knee with the foot in the air."""


@dataclass(frozen=True)
class ExerciseKind:
    """One exercise's movement. Angles in deg; of a pair of numbers each simulation draws one between them.

    Parameters
    ----------
    pivot
        One of ``PIVOTS``.
    way
        Shares of the movement: pitch toes up; inversion; the foot about its own vertical, toes outward; the whole leg
        about the world's vertical, toes outward. Of length 1.
    pitch_deg, roll_deg
        The foot at rest: toes up, inversion.
    lean_deg
        The shank at rest, positive with the ankle ahead of the knee.
    both_ways
        A repetition goes one way and then the other way through rest.
    repetition_s, hold_s
        Usual time of raising and lowering, and of holding in between.
    range_deg
        Usual range.
    stands
        The person stands.
    """

    pivot: str
    way: tuple[float, float, float, float]
    pitch_deg: tuple[float, float] = (0.0, 0.0)
    roll_deg: tuple[float, float] = (0.0, 0.0)
    lean_deg: tuple[float, float] = (-6.0, 8.0)
    both_ways: bool = False
    repetition_s: float = 2.5
    hold_s: float = 0.0
    range_deg: float = 15.0
    stands: bool = False

    @property
    def on_floor(self) -> bool:
        """Whether the floor brings the foot back to where it was: flat on it, not beyond."""
        return self.pivot in ("heel", "ball") and self.pitch_deg == (0.0, 0.0)


_LIFT: Final = (1.0, 0.0, 0.0, 0.0)
_LEG_STRAIGHT: Final = ((35.0, 60.0), (0.0, 0.0), (60.0, 80.0))
_CROSSED: Final = ((-35.0, -10.0), (10.0, 45.0), (10.0, 35.0))

KINDS: Final[dict[str, ExerciseKind]] = {
    "calf_stretch_strap": ExerciseKind("heel", _LIFT, *_LEG_STRAIGHT, repetition_s=4.0, hold_s=15.0),
    "towel_stretch": ExerciseKind("heel", _LIFT, *_LEG_STRAIGHT, repetition_s=4.0, hold_s=30.0),
    "weighted_foot_lift": ExerciseKind("heel", _LIFT, repetition_s=3.0),
    "band_ankle_flexion": ExerciseKind("heel", _LIFT, *_LEG_STRAIGHT, repetition_s=4.0, range_deg=20.0),
    "band_toe_raise": ExerciseKind("heel", _LIFT, *_LEG_STRAIGHT, repetition_s=3.0),
    "assisted_toe_raise": ExerciseKind("heel", _LIFT),
    "toe_raise_negative": ExerciseKind("heel", _LIFT, repetition_s=5.0),
    "elevated_toe_tap": ExerciseKind("heel", _LIFT, pitch_deg=(-20.0, -5.0), repetition_s=1.5),
    "heel_raise": ExerciseKind(
        "ball", (-1.0, 0.0, 0.0, 0.0), lean_deg=(-3.0, 3.0), repetition_s=3.0, range_deg=25.0, stands=True
    ),
    "ankle_dorsiflexion_crossed": ExerciseKind("ankle", _LIFT, *_CROSSED, repetition_s=3.0, range_deg=20.0),
    "ankle_adduction_abduction": ExerciseKind(
        "ankle", (0.0, 0.28, -0.96, 0.0), *_CROSSED, both_ways=True, repetition_s=3.5
    ),
    "ankle_rotation": ExerciseKind(
        *("ankle", (0.0, 0.8, -0.6, 0.0), (-35.0, -10.0), (0.0, 10.0), (20.0, 50.0)),
        both_ways=True,
        repetition_s=3.0,
        hold_s=10.0,
    ),
    "ankle_alphabet": ExerciseKind("ankle", _LIFT, (-35.0, -10.0), (0.0, 10.0), (20.0, 50.0), range_deg=25.0),
    "ankle_eversion": ExerciseKind("heel", (0.6, -0.8, 0.0, 0.0), repetition_s=3.0, hold_s=3.0, range_deg=12.0),
    "ankle_inversion": ExerciseKind("heel", (0.0, 1.0, 0.0, 0.0), repetition_s=3.0, hold_s=3.0),
    "hip_external_rotation_standing": ExerciseKind(
        "heel", (0.0, 0.0, 0.0, 1.0), lean_deg=(-8.0, 0.0), repetition_s=3.0, hold_s=1.0, range_deg=25.0, stands=True
    ),
    "hip_rotation_slide": ExerciseKind(
        "knee", (0.0, -1.0, 0.0, 0.0), both_ways=True, repetition_s=4.0, hold_s=3.0, range_deg=20.0
    ),
    "single_leg_stance": ExerciseKind(
        "heel", _LIFT, lean_deg=(-3.0, 3.0), repetition_s=1.4, hold_s=6.0, range_deg=10.0, stands=True
    ),
}
"""By id of the catalogue. What a shoe sensor cannot follow, and the walks, are not here."""
FREE: Final = ("ankle_alphabet", "single_leg_stance")
"""Of these, what is no repetition of one movement."""
