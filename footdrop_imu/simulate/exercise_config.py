"""What an exercising person does: one set of one exercise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import SIDES
from footdrop_imu.simulate.exercise_kinds import FREE, KINDS, ExerciseKind

__all__ = ["OTHER_FOOT", "SHIFTS", "ExerciseConfig", "usual_set"]

SHIFTS: Final = ("seat", "shin", "foot")
"""Changes of posture between repetitions: the person shifts on the seat, leans the shin, puts the foot elsewhere."""
OTHER_FOOT: Final = ("still", "moving", "same")
"""The other foot lies still, moves a little now and then, or does the same exercise at the same time."""


@dataclass(frozen=True)
class ExerciseConfig:
    """One set of one exercise of one person.

    Parameters
    ----------
    exercise
        Id of the catalogue: one of ``exercise_kinds.KINDS``.
    side
        The foot that exercises; in ``single_leg_stance`` the one that is stood on.
    repetitions
        How many; of an exercise that goes both ways each is one there and one back; of the alphabet, letters.
    range_deg
        How far the foot turns on average at the start of the set, 3 to 40.
    repetition_s
        Raising and lowering together, without the hold, 1 to 12.
    hold_s
        How long the foot is held in between, 0 to 60.
    raising_frac
        Share of raising in ``repetition_s``, 0.2 to 0.8.
    rest_s
        Usual rest between repetitions.
    variation_frac
        Standard deviation from repetition to repetition of ranges and times.
    skew_frac
        Standard deviation of how much earlier or later a movement is fastest than half way.
    fatigue_frac
        Share of range, and of speed, that is gone in the last repetition.
    tremor_deg, tremor_hz
        Amplitude while the foot is being moved or held, and frequency, 4 to 8.
    pause_count
        Longer rests of 2 to 6 s, somewhere between repetitions.
    false_start_count
        Movements of 15 to 40 % of the range at that time that are broken off; no repetitions.
    shifts
        Changes of posture somewhere between repetitions, each one of ``SHIFTS``.
    rest_pitch_deg, rest_roll_deg
        The foot's posture at rest, toes up and inverted; None = as usual in the exercise.
    wobble_deg
        Of a foot that is stood on alone: root mean square turn, pitch and roll together.
    other_foot
        One of ``OTHER_FOOT``.
    quiet_before_s, quiet_after_s
        Stillness at the ends of the recording.
    sway_scale
        Small motion of the sensor on the foot and of a foot in the air; 0 = none, 1 = as usual.
    leg_length_m, shoe_length_m
        Hip to floor; of both shoes.
    seed
        Of everything random in the exercise.
    """

    exercise: str
    side: str = "right"
    repetitions: int = 10
    range_deg: float = 15.0
    repetition_s: float = 2.5
    hold_s: float = 0.0
    raising_frac: float = 0.45
    rest_s: float = 0.8
    variation_frac: float = 0.06
    skew_frac: float = 0.05
    fatigue_frac: float = 0.0
    tremor_deg: float = 0.0
    tremor_hz: float = 6.0
    pause_count: int = 0
    false_start_count: int = 0
    shifts: tuple[str, ...] = ()
    rest_pitch_deg: float | None = None
    rest_roll_deg: float | None = None
    wobble_deg: float = 0.8
    other_foot: str = "still"
    quiet_before_s: float = 3.0
    quiet_after_s: float = 2.0
    sway_scale: float = 1.0
    leg_length_m: float = 0.88
    shoe_length_m: float = 0.27
    seed: int = 0

    def __post_init__(self) -> None:
        if self.exercise not in KINDS:
            raise SchemaError(
                SchemaReason.WRONG_VALUE, f"exercise is {self.exercise!r}; simulated are {', '.join(KINDS)}."
            )
        chosen = {"side": (self.side, SIDES), "other_foot": (self.other_foot, OTHER_FOOT)}
        chosen |= {f"shifts[{i}]": (shift, SHIFTS) for i, shift in enumerate(self.shifts)}
        for name, (value, known) in chosen.items():
            if value not in known:
                raise SchemaError(SchemaReason.WRONG_VALUE, f"{name} is {value!r}; use one of {', '.join(known)}.")
        bounds: Mapping[str, tuple[float, float]] = {
            "repetitions": (1, 200),
            "range_deg": (3.0, 40.0),
            "repetition_s": (1.0, 12.0),
            "hold_s": (0.0, 60.0),
            "raising_frac": (0.2, 0.8),
            "rest_s": (0.2, 60.0),
            "variation_frac": (0.0, 0.3),
            "skew_frac": (0.0, 0.3),
            "fatigue_frac": (0.0, 0.7),
            "tremor_deg": (0.0, 5.0),
            "tremor_hz": (4.0, 8.0),
            "pause_count": (0, 50),
            "false_start_count": (0, 50),
            "wobble_deg": (0.0, 5.0),
            "rest_pitch_deg": (-60.0, 80.0),
            "rest_roll_deg": (-45.0, 85.0),
            "quiet_before_s": (0.5, 60.0),
            "quiet_after_s": (0.5, 60.0),
            "sway_scale": (0.0, 10.0),
            "leg_length_m": (0.4, 1.3),
            "shoe_length_m": (0.12, 0.40),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE, f"{name} is {value}; a simulated exercise needs {low} to {high}."
                )

        if self.exercise in FREE and (self.false_start_count or self.shifts or self.fatigue_frac):
            raise SchemaError(
                SchemaReason.WRONG_VALUE,
                f"{self.exercise} is not repetitions of one movement; leave out false starts, shifts and fatigue.",
            )

    @property
    def kind(self) -> ExerciseKind:
        """What turns about what."""
        return KINDS[self.exercise]


def usual_set(exercise: str, **settings: object) -> ExerciseConfig:
    """A set with the exercise's usual range and times, but for what ``settings`` say.

    Raises
    ------
    SchemaError
        No such exercise, or a setting out of bounds.
    """
    config = ExerciseConfig(exercise)
    kind = config.kind
    usual = {"range_deg": kind.range_deg, "repetition_s": kind.repetition_s, "hold_s": kind.hold_s}
    return replace(config, **(usual | settings))  # type: ignore[arg-type]
