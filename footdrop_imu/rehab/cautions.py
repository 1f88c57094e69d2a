"""What makes an exercise unfit for some people until a clinician has agreed, and whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from footdrop_imu.language import mark

if TYPE_CHECKING:
    from footdrop_imu.rehab.exercises import Exercise

__all__ = ["CAUTIONS", "HELPER_KINDS", "SUPERVISION", "Caution", "cautions_needed", "needs_helper"]

SUPERVISION = "supervision"
"""The word of ``Prescription.cleared`` with which a clinician enables what needs a helper."""


class Caution(NamedTuple):
    """A fact about a person that an exercise minds.

    ``question`` asks the person for it, "" = it concerns everybody; ``advice`` what it means. ``causes`` of the foot
    drop that make it so without asking, ``never_causes`` with which not even a clinician's word in the plan opens the
    exercise.
    """

    id: str
    question: str
    advice: str
    causes: tuple[str, ...] = ()
    never_causes: tuple[str, ...] = ()


CAUTIONS: Mapping[str, Caution] = {
    caution.id: caution
    for caution in (
        Caution(
            "foot_turns_in",
            mark("Does the foot turn inward by itself, when you rest or when you walk?"),
            mark(
                "This exercise trains the muscles that turn the foot inward. Where it turns in already, it can make "
                "walking harder."
            ),
            causes=("stroke", "peroneal_nerve"),
        ),
        Caution(
            "tight_calf",
            mark("Is the calf stiff or too short, so that the heel does not come down by itself?"),
            mark("This exercise trains the calf. Where the calf is stiff or short, it can pull the foot down more."),
        ),
        Caution(
            "numb_skin",
            mark("Is the skin of the foot or the lower leg numb, or does it feel less than before?"),
            mark("A weight, strap or band can hurt numb skin without being felt."),
        ),
        Caution(
            "muscle_disease",
            mark("Do you have a disease of the muscles, or one that gets worse over time?"),
            mark(
                "Working against resistance can harm muscles that are ill. A specialist has to set how much is right."
            ),
            causes=("muscle_disease", "multiple_sclerosis"),
        ),
        Caution(
            "clawing_toes",
            mark("Do your toes curl or claw by themselves?"),
            mark("This exercise trains the toes to bend. Where they claw already, it can make that stronger."),
        ),
        Caution(
            "scissoring",
            mark("Do your knees or legs pull together or cross by themselves?"),
            mark(
                "This exercise trains the muscles that pull the legs together. Where they cross already, it can make "
                "that stronger."
            ),
        ),
        Caution(
            "crossed_leg",
            "",
            mark(
                "A crossed leg presses on the nerve at the outer side of the knee. That can make a foot drop. Lay the "
                "ankle on the thigh, keep the outer side of the knee free, and stop after one minute. Leave it out "
                "where this nerve is the cause."
            ),
            never_causes=("peroneal_nerve",),
        ),
        Caution(
            "sore_sole",
            mark("Does the ball or the sole of the foot hurt?"),
            mark("This exercise puts the weight on the ball of the foot. Step back to an easier one where that hurts."),
        ),
    )
}
"""Every caution by its id, which is what ``Exercise.cautions`` and ``Prescription.cleared`` hold."""

HELPER_KINDS = ("single_leg_stance", "heel_strides", "toe_strides", "high_strides")
"""Kinds of counting whose exercise can make one fall."""
_RESISTANCE = ("weight", "band", "band_around_both_ankles")


def needs_helper(exercise: Exercise) -> bool:
    """Whether an exercise of this kind is never done without a helper beside, whoever wrote it down."""
    tied = exercise.posture in ("standing", "walking") and "band_around_both_ankles" in exercise.equipment
    return tied or exercise.group == "balance" or exercise.counted.kind in HELPER_KINDS


def cautions_needed(exercise: Exercise) -> frozenset[str]:
    """Which cautions an exercise of this kind has at least, whoever wrote it down."""
    resists = any(thing in _RESISTANCE for thing in exercise.equipment) or "loaded" in exercise.levels
    heels_up = exercise.counted.kind in ("toe_strides", "pitch_repetitions_toes_down")
    needed = {
        "numb_skin": any(thing in (*_RESISTANCE, "strap") for thing in exercise.equipment),
        "muscle_disease": resists or exercise.contraction != "",
        "crossed_leg": exercise.posture == "sitting_crossed",
        "tight_calf": heels_up,
        "sore_sole": heels_up,
        "foot_turns_in": exercise.counted.kind == "roll_inward",
    }
    return frozenset(name for name, is_needed in needed.items() if is_needed)
