"""What may be started, prescribed or logged for a person on a day, and why not.

Pure functions of what is known. What is not known is never taken as absent: it has to be answered, or a clinician
lifts it in the plan (``Prescription.cleared``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import NamedTuple

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.language import mark
from footdrop_imu.rehab.cautions import CAUTIONS, SUPERVISION
from footdrop_imu.rehab.exercises import Exercise
from footdrop_imu.rehab.safety_words import HELP_NOW
from footdrop_imu.rehab.stopping import LEAST_STOPPING_PAIN, STOP_WORDS, stop_reason
from footdrop_imu.schema_rehab import LogEntry, Patient, Prescription, TimelineEvent

__all__ = [
    "Refusal",
    "Situation",
    "allowed",
    "check_counting",
    "check_log",
    "check_prescription",
    "check_start",
    "unreviewed",
]

_LOCKED_BY_A_FALL = ("balance", "gait")
_TO_REVIEW = ("fall", "red_flag")

_OPEN_FLAG = mark("A sign that needs medical help was named. The exercises pause until it has been looked into.")
_FALL = mark("A fall was reported. These exercises pause until you or your therapist have gone over it.")
_TOO_MUCH_PAIN = mark("It hurts too much to begin. Rest today and tell your therapist.")
_ENABLE = mark("One can fall in this exercise. Your therapist has to agree to it for you first.")
_HELPER = mark("This exercise needs somebody beside you. Call your helper first.")
_UNFIT = mark("This exercise is not for the cause of your foot drop.")


class Refusal(NamedTuple):
    """Why an exercise may not be: a reason, one translatable text, and the caution that it is about, "" = none."""

    reason: ExerciseReason
    words: str
    caution: str = ""


@dataclass(frozen=True)
class Situation:
    """What is known of a person when an exercise is to begin.

    ``day`` where the person is. ``events`` of any time. ``log`` the entries that stand. ``helper_present`` somebody
    said that a helper is beside. ``pain`` now, 0 to 10, NaN = not asked. ``red_flags`` named now, of ``RED_FLAGS``.
    """

    patient: Patient
    day: date
    events: Sequence[TimelineEvent] = ()
    log: Sequence[LogEntry] = ()
    helper_present: bool = False
    pain: float = float("nan")
    red_flags: Collection[str] = ()


def allowed(exercise: Exercise, situation: Situation, prescription: Prescription | None = None) -> tuple[Refusal, ...]:
    """Say why an exercise may not begin; nothing where it may.

    Parameters
    ----------
    exercise
        Of the catalogue or of the clinic's file.
    situation
        Person, day, events, log, helper.
    prescription
        What the plan of that day says of this exercise; None, or one that does not hold on that day: not in the plan,
        so a clinician has lifted nothing.

    Returns
    -------
    tuple[Refusal, ...]
        The gravest first.

    Raises
    ------
    ExerciseError
        WRONG_VALUE: the prescription is of another exercise.
    """
    cleared = _cleared(exercise, prescription, situation.day)
    refusals = []
    still_open = unreviewed(situation.events, situation.day)
    if situation.red_flags or "red_flag" in still_open:
        refusals.append(Refusal(ExerciseReason.RED_FLAG, HELP_NOW if situation.red_flags else _OPEN_FLAG))
    stopped = _stopped_today(exercise, situation)
    if stopped or situation.pain >= LEAST_STOPPING_PAIN:
        refusals.append(Refusal(ExerciseReason.PAIN, STOP_WORDS.get(stopped, _TOO_MUCH_PAIN)))
    locked = exercise.group in _LOCKED_BY_A_FALL or exercise.supervision == "helper_beside"
    if locked and "fall" in still_open:
        refusals.append(Refusal(ExerciseReason.FALL_NOT_REVIEWED, _FALL))
    refusals += _for_this_person(exercise, situation.patient, cleared)
    if exercise.supervision == "helper_beside" and not situation.helper_present:
        refusals.append(Refusal(ExerciseReason.NEEDS_HELPER, _HELPER))
    return tuple(refusals)


def check_start(exercise: Exercise, situation: Situation, prescription: Prescription | None = None) -> None:
    """Refuse to begin an exercise that may not be begun; parameters as `allowed`.

    Raises
    ------
    ExerciseError
        The gravest reason, and the words of all.
    """
    _refuse(exercise, allowed(exercise, situation, prescription), situation.patient)


def check_prescription(exercise: Exercise, prescription: Prescription, patient: Patient) -> None:
    """Refuse a prescription that could not be begun however well the day goes.

    Parameters
    ----------
    exercise, prescription, patient
        What is prescribed, how, and for whom; the patient's ``answers`` are the person's or the clinician's.

    Raises
    ------
    ExerciseError
        WRONG_VALUE: a level that the exercise does not have, a word in ``cleared`` that is no caution, a go longer than
        the exercise's limit. NEEDS_CLINICIAN, NEEDS_ANSWER, UNFIT: what is not lifted, not answered, never lifted.
    """
    cleared = _cleared(exercise, prescription, None)
    unknown = [word for word in prescription.cleared if word != SUPERVISION and word not in CAUTIONS]
    if unknown:
        raise _wrong(exercise, f"cleared names {', '.join(unknown)}, expected {', '.join((SUPERVISION, *CAUTIONS))}")
    if prescription.level and prescription.level not in exercise.levels:
        raise _wrong(exercise, f"the level is {prescription.level}, expected {' or '.join(exercise.levels)}")
    holds_s = prescription.hold_s * prescription.repetitions
    longest_s = max(
        (value for value in (holds_s, prescription.hold_s, prescription.duration_s) if value >= 0), default=0
    )
    if longest_s > exercise.time_limit_s:
        raise _wrong(exercise, f"one go takes {longest_s:g} s, expected at most {exercise.time_limit_s:g}")
    _refuse(exercise, _for_this_person(exercise, patient, cleared), patient)


def check_log(
    exercise: Exercise, entry: LogEntry, situation: Situation, prescription: Prescription | None = None
) -> None:
    """Refuse to log as done what may not have been done, and as done what has to be excused.

    A clinician's entry, and one that says that nothing was done, is taken. What is known is looked at as it was when
    the day of the entry began: who falls in the evening has exercised in the morning.

    Raises
    ------
    ExerciseError
        As `check_start`; PAIN where the entry's pain ends an exercise and its outcome is not excused: see `settled`.
    """
    if entry.source == "clinician" or entry.outcome in ("not_done", "excused"):
        return
    before = [event for event in situation.events if event.kind == "review" or event.day < entry.day]
    then = replace(situation, day=entry.day, events=before, log=(), pain=float("nan"), red_flags=())
    refusals = allowed(exercise, then, prescription)
    if stop_reason(entry.pain):
        refusals = (Refusal(ExerciseReason.PAIN, STOP_WORDS["pain"]), *refusals)
    _refuse(exercise, refusals, situation.patient)


def check_counting(exercise: Exercise, footwear: str = "") -> None:
    """Refuse to count by sensor what no sensor counts, or with the sensor on something else than the exercise needs.

    Parameters
    ----------
    exercise
        What is to be counted.
    footwear
        What the sensor is on, "shoe" or "band_over_bare_foot"; "" = not said.

    Raises
    ------
    ExerciseError
        NOT_COUNTABLE or MISMATCH.
    """
    if exercise.counted.kind == "none":
        raise ExerciseError(
            ExerciseReason.NOT_COUNTABLE,
            f"{exercise.id} cannot be counted by a sensor on the shoe. {exercise.counted.words}",
            exercise=exercise.id,
        )
    if footwear and footwear != exercise.footwear:
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"{exercise.title}: the sensor is on {footwear.replace('_', ' ')}, "
            f"expected {exercise.footwear.replace('_', ' ')}. Move it, or log by hand.",
            exercise=exercise.id,
        )


def unreviewed(events: Iterable[TimelineEvent], day: date) -> frozenset[str]:
    """Which of "fall" and "red_flag" happened on that day or before and were not reviewed since.

    A review lifts what happened on days before it. Events have a day and no hour, so what happened on the day of a
    review counts as reviewed only when that day has a review for each of it, and one more where something older was
    open, and the last word of the day, in the order given, was a review.

    Parameters
    ----------
    events
        Of any time; those of one day in the order they were entered.
    day
        The day that is asked about; what came after it is not looked at.
    """
    past = sorted((event for event in events if event.day <= day), key=lambda event: event.day)
    still_open: frozenset[str] = frozenset()
    for _, of_a_day in groupby(past, key=lambda event: event.day):
        kinds = [event.kind for event in of_a_day if event.kind in (*_TO_REVIEW, "review")]
        happened, reviews = [kind for kind in kinds if kind in _TO_REVIEW], kinds.count("review")
        if not reviews:
            still_open |= frozenset(happened)
        elif kinds[-1] == "review" and reviews >= len(happened) + bool(still_open):
            still_open = frozenset()
        else:
            still_open = frozenset(happened)
    return still_open


def _cleared(exercise: Exercise, prescription: Prescription | None, day: date | None) -> frozenset[str]:
    """What a clinician has lifted for this exercise on that day, None = whenever the prescription holds."""
    if prescription is None:
        return frozenset()
    if prescription.exercise != exercise.id:
        raise _wrong(exercise, f"the prescription is of {prescription.exercise or 'nothing'}, expected {exercise.id}")
    if day is not None and (
        (prescription.start is not None and day < prescription.start)
        or (prescription.end is not None and day > prescription.end)
    ):
        return frozenset()
    return frozenset(prescription.cleared)


def _for_this_person(exercise: Exercise, patient: Patient, cleared: Collection[str]) -> list[Refusal]:
    """What holds on every day: cautions, and the clinician's word where one can fall."""
    refusals = []
    for name in exercise.cautions:
        caution = CAUTIONS[name]
        if patient.cause and patient.cause in caution.never_causes:
            refusals.append(Refusal(ExerciseReason.UNFIT, _UNFIT, name))
        elif name in cleared:
            continue
        elif not caution.question or patient.cause in caution.causes or patient.answers.get(name, False):
            refusals.append(Refusal(ExerciseReason.NEEDS_CLINICIAN, caution.advice, name))
        elif name not in patient.answers:
            refusals.append(Refusal(ExerciseReason.NEEDS_ANSWER, caution.question, name))
    if exercise.supervision == "helper_beside" and SUPERVISION not in cleared:
        refusals.append(Refusal(ExerciseReason.NEEDS_CLINICIAN, _ENABLE))
    return sorted(refusals, key=lambda refusal: _GRAVITY.index(refusal.reason))


_GRAVITY = (ExerciseReason.UNFIT, ExerciseReason.NEEDS_CLINICIAN, ExerciseReason.NEEDS_ANSWER)


def _stopped_today(exercise: Exercise, situation: Situation) -> str:
    """Why this exercise was ended today already: pain ends one exercise for the day, the others end all."""
    reasons = [
        entry.reason
        for entry in situation.log
        if entry.day == situation.day
        and entry.outcome == "excused"
        and entry.reason in STOP_WORDS
        and (entry.reason != "pain" or entry.exercise == exercise.id)
    ]
    return next((reason for reason in ("chest_pain", "dizziness", "pain") if reason in reasons), "")


def _refuse(exercise: Exercise, refusals: Sequence[Refusal], patient: Patient) -> None:
    if refusals:
        words = " ".join(dict.fromkeys(refusal.words for refusal in refusals))
        asked = [refusal.caution for refusal in refusals if refusal.reason is ExerciseReason.NEEDS_ANSWER]
        if asked:
            answers = " ".join(f"--answer {name}=ANSWER" for name in asked)
            words += f" Answer yes or no in place of ANSWER: footdrop person change {patient.id} {answers}"
        raise ExerciseError(refusals[0].reason, f"{exercise.title}: {words}", exercise=exercise.id)


def _wrong(exercise: Exercise, message: str) -> ExerciseError:
    return ExerciseError(ExerciseReason.WRONG_VALUE, f"{exercise.title}: {message}.", exercise=exercise.id)
