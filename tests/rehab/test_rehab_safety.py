"""What may be started, prescribed and logged: helpers, cautions, falls, red flags, and the words that go with them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.cautions import CAUTIONS, SUPERVISION
from footdrop_imu.rehab.exercises import Exercise, load_exercises
from footdrop_imu.rehab.safety import (
    Situation,
    allowed,
    check_counting,
    check_log,
    check_prescription,
    check_start,
    unreviewed,
)
from footdrop_imu.rehab.safety_words import HELP_NOW, RED_FLAGS, STRAP_ON_NUMB_SKIN, STRAP_RULES
from footdrop_imu.schema_rehab import CAUSES, EVENT_KINDS, LogEntry, Patient, Prescription, TimelineEvent

DAY = date(2026, 3, 14)
EXERCISES = load_exercises()
HELPED = [name for name, exercise in EXERCISES.items() if exercise.supervision == "helper_beside"]
LOCKED = [name for name, exercise in EXERCISES.items() if exercise.group in ("balance", "gait")]
ALL_CLEARED = (SUPERVISION, *CAUTIONS)
NO_TO_ALL = dict.fromkeys(CAUTIONS, False)


def situation(cause: str = "stroke", answers: Mapping[str, bool] = NO_TO_ALL, **changes: object) -> Situation:
    """A person on a good day: asked about everything, says no to everything, with a helper."""
    good = Situation(Patient("p", cause=cause, answers=answers), DAY, helper_present=True)
    return replace(good, **changes)  # type: ignore[arg-type]


def cleared(exercise: Exercise, *words: str) -> Prescription:
    return Prescription(exercise.id, "left", cleared=words)


def reasons(exercise: Exercise, now: Situation, prescription: Prescription | None = None) -> list[str]:
    return [str(refusal.reason) for refusal in allowed(exercise, now, prescription)]


def entry(exercise: Exercise, **changes: object) -> LogEntry:
    at = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
    return replace(LogEntry("e", exercise.id, DAY, at), **changes)  # type: ignore[arg-type]


# S13: exercises that make one fall


def test_s13_what_needs_a_helper_is_what_the_catalogue_says() -> None:
    assert set(HELPED) == {
        *("heel_walk", "toe_walk", "single_leg_stance", "step_over", "uneven_ground_walking"),
        "hip_external_rotation_standing",
    }


@pytest.mark.parametrize("name", HELPED)
def test_s13_it_starts_only_with_a_clinicians_word_and_a_helper_beside(name: str) -> None:
    exercise = EXERCISES[name]
    enabled = cleared(exercise, *ALL_CLEARED)
    check_start(exercise, situation(), enabled)
    assert reasons(exercise, situation(helper_present=False), enabled) == ["needs_helper"]
    without = cleared(exercise, *(word for word in ALL_CLEARED if word != SUPERVISION))
    assert reasons(exercise, situation(), without) == ["needs_clinician"]
    for prescription in (None, cleared(exercise)):
        with pytest.raises(ExerciseError, match="therapist has to agree") as caught:
            check_start(exercise, situation(helper_present=False), prescription)
        assert caught.value.reason is ExerciseReason.NEEDS_CLINICIAN
        assert caught.value.exercise == name
        assert "Call your helper first" in caught.value.message


def test_s13_a_helper_who_was_not_mentioned_is_not_there() -> None:
    exercise = EXERCISES["single_leg_stance"]
    now = Situation(Patient("p"), DAY)
    assert "needs_helper" in reasons(exercise, now, cleared(exercise, *ALL_CLEARED))


@pytest.mark.parametrize("name", [name for name, exercise in EXERCISES.items() if exercise.cautions])
def test_s13_what_is_not_known_of_a_person_is_asked_and_not_taken_as_absent(name: str) -> None:
    exercise = EXERCISES[name]
    now = situation(cause="", answers={})
    found = {refusal.caution: refusal.reason for refusal in allowed(exercise, now) if refusal.caution}
    assert set(found) == set(exercise.cautions)
    for caution, reason in found.items():
        everybody = CAUTIONS[caution].question == ""
        assert reason is (ExerciseReason.NEEDS_CLINICIAN if everybody else ExerciseReason.NEEDS_ANSWER)


@pytest.mark.parametrize(
    ("name", "caution"), [(name, caution) for name in EXERCISES for caution in EXERCISES[name].cautions]
)
def test_s13_a_caution_that_applies_is_lifted_by_a_clinician_alone(name: str, caution: str) -> None:
    exercise = EXERCISES[name]
    now = situation(cause="nerve_root", answers={**NO_TO_ALL, caution: True})
    others = [word for word in ALL_CLEARED if word != caution]
    found = allowed(exercise, now, cleared(exercise, *others))
    assert [(refusal.reason, refusal.caution) for refusal in found] == [(ExerciseReason.NEEDS_CLINICIAN, caution)]
    assert found[0].words == CAUTIONS[caution].advice
    check_start(exercise, now, cleared(exercise, *ALL_CLEARED))


@pytest.mark.parametrize(
    ("cause", "caution"), [(cause, name) for name, caution in CAUTIONS.items() for cause in caution.causes]
)
def test_s13_the_cause_says_it_whatever_the_person_answers(cause: str, caution: str) -> None:
    touched = [exercise for exercise in EXERCISES.values() if caution in exercise.cautions]
    assert touched
    for exercise in touched:
        found = allowed(exercise, situation(cause=cause, answers=NO_TO_ALL))
        assert (ExerciseReason.NEEDS_CLINICIAN, caution) in [(refusal.reason, refusal.caution) for refusal in found]


def test_s13_inversion_minds_a_foot_that_turns_in() -> None:
    inversion = EXERCISES["ankle_inversion"]
    assert reasons(inversion, situation("stroke")) == ["needs_clinician"]
    assert reasons(inversion, situation("peroneal_nerve")) == ["needs_clinician"]
    assert reasons(inversion, situation("nerve_root")) == []
    assert reasons(inversion, situation("nerve_root", answers={})) == ["needs_answer"]


@pytest.mark.parametrize("name", ["ankle_dorsiflexion_crossed", "ankle_adduction_abduction"])
def test_s13_a_crossed_leg_is_never_for_a_peroneal_palsy_and_a_minute_at_most(name: str) -> None:
    exercise = EXERCISES[name]
    everything = cleared(exercise, *ALL_CLEARED)
    assert reasons(exercise, situation("peroneal_nerve"), everything) == ["unfit"]
    for cause in ("", *CAUSES[1:]):
        assert reasons(exercise, situation(cause)) == ["needs_clinician"]
        assert reasons(exercise, situation(cause), everything) == []
    assert exercise.time_limit_s == 60
    patient = Patient("p", cause="stroke")
    check_prescription(exercise, replace(everything, repetitions=6, hold_s=10.0), patient)
    check_prescription(exercise, replace(everything, sets=3, repetitions=10), patient)
    for longer in ({"repetitions": 7, "hold_s": 10.0}, {"duration_s": 61.0}, {"hold_s": 61.0}):
        with pytest.raises(ExerciseError, match="expected at most 60") as caught:
            check_prescription(exercise, replace(everything, **longer), patient)
        assert caught.value.reason is ExerciseReason.WRONG_VALUE


def test_s13_what_a_clinician_lifted_holds_while_the_prescription_holds() -> None:
    exercise = EXERCISES["heel_walk"]
    prescription = replace(cleared(exercise, SUPERVISION), start=DAY, end=DAY + timedelta(days=6))
    for day, expected in ((-1, ["needs_clinician"]), (0, []), (6, []), (7, ["needs_clinician"])):
        assert reasons(exercise, situation(day=DAY + timedelta(days=day)), prescription) == expected


def test_s13_another_exercises_prescription_lifts_nothing() -> None:
    with pytest.raises(ExerciseError, match="prescription is of walking, expected heel_walk") as caught:
        allowed(EXERCISES["heel_walk"], situation(), Prescription("walking", "left", cleared=ALL_CLEARED))
    assert caught.value.reason is ExerciseReason.WRONG_VALUE


def test_s13_what_the_catalogue_holds_no_caution_for_is_open_to_all() -> None:
    free = [name for name, exercise in EXERCISES.items() if not exercise.cautions and name not in HELPED]
    assert {"assisted_toe_raise", "elevated_toe_tap", "ankle_eversion", "walking"} <= set(free)
    for name in free:
        for cause in ("", *CAUSES):
            assert reasons(EXERCISES[name], Situation(Patient("p", cause=cause), DAY)) == []


# S13: prescribing


@pytest.mark.parametrize("name", EXERCISES)
def test_s13_a_prescription_that_could_not_be_started_is_refused(name: str) -> None:
    exercise = EXERCISES[name]
    patient = Patient("p", cause="other")
    check_prescription(exercise, cleared(exercise, *ALL_CLEARED), patient)
    if exercise.cautions or name in HELPED:
        with pytest.raises(ExerciseError) as caught:
            check_prescription(exercise, cleared(exercise), patient)
        assert caught.value.reason in (ExerciseReason.NEEDS_CLINICIAN, ExerciseReason.NEEDS_ANSWER)


def test_s13_a_prescription_names_levels_and_cautions_that_there_are() -> None:
    patient = Patient("p", cause="stroke")
    with pytest.raises(ExerciseError, match=r"level is loaded, expected passive or assisted or active"):
        check_prescription(
            EXERCISES["assisted_toe_raise"], Prescription("assisted_toe_raise", "left", level="loaded"), patient
        )
    with pytest.raises(ExerciseError, match=r"cleared names everything, expected supervision, foot_turns_in"):
        check_prescription(EXERCISES["walking"], Prescription("walking", "both", cleared=("everything",)), patient)


def test_s13_a_clinicians_answer_serves_like_the_persons() -> None:
    exercise = EXERCISES["towel_scrunch"]
    check_prescription(exercise, cleared(exercise), Patient("p", answers={"clawing_toes": False}))
    with pytest.raises(ExerciseError) as caught:
        check_prescription(exercise, cleared(exercise), Patient("p", answers={"clawing_toes": True}))
    assert caught.value.reason is ExerciseReason.NEEDS_CLINICIAN


# S9: after a fall


@pytest.mark.parametrize("name", EXERCISES)
def test_s9_a_fall_locks_what_asks_for_balance_until_it_was_reviewed(name: str) -> None:
    exercise = EXERCISES[name]
    enabled = cleared(exercise, *ALL_CLEARED)
    fall = TimelineEvent("fall", DAY - timedelta(days=20))
    review = TimelineEvent("review", DAY - timedelta(days=18))
    locked = name in LOCKED or name in HELPED
    assert reasons(exercise, situation(events=(fall,)), enabled) == (["fall_not_reviewed"] if locked else [])
    assert reasons(exercise, situation(events=(fall, review)), enabled) == []
    again = TimelineEvent("fall", DAY)
    assert reasons(exercise, situation(events=(fall, review, again)), enabled) == (
        ["fall_not_reviewed"] if locked else []
    )


def test_s9_a_review_of_the_same_day_holds_where_it_can_only_be_of_that_fall() -> None:
    fall, review = TimelineEvent("fall", DAY), TimelineEvent("review", DAY)
    older = TimelineEvent("fall", DAY - timedelta(days=3))
    next_day = TimelineEvent("review", DAY + timedelta(days=1))
    for happened, is_open, is_open_turned_round in (
        ((fall, review), False, True),
        ((older, review), False, False),
        ((older, fall, review), True, True),
        ((older, fall, review, review), False, True),
        ((fall, fall, review), True, True),
        ((fall, fall, review, next_day), False, False),
        ((fall, review, TimelineEvent("note", DAY)), False, True),
    ):
        assert bool(unreviewed(happened, DAY + timedelta(days=1))) is is_open
        assert bool(unreviewed(happened[::-1], DAY + timedelta(days=1))) is is_open_turned_round


def test_s1_s9_reviews_kept_in_stock_open_nothing() -> None:
    review = TimelineEvent("review", DAY)
    for kind in ("fall", "red_flag"):
        assert unreviewed((review, review, review, TimelineEvent(kind, DAY)), DAY) == {kind}


def test_s9_only_a_fall_locks_and_not_before_it_happened() -> None:
    walking = EXERCISES["walking"]
    for kind in set(EVENT_KINDS) - {"fall", "red_flag"}:
        assert reasons(walking, situation(events=(TimelineEvent(kind, DAY),))) == []
    assert reasons(walking, situation(events=(TimelineEvent("fall", DAY + timedelta(days=1)),))) == []


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(-3, 1), st.sampled_from(["fall", "red_flag", "review", "note"])), max_size=8),
    st.randoms(use_true_random=False),
)
def test_s9_nothing_opens_before_a_review_whatever_the_hours_were(
    happened: list[tuple[int, str]], order: random.Random
) -> None:
    events: list[TimelineEvent] = []
    still_open: set[str] = set()
    for after, kind in sorted(happened, key=lambda event: event[0]):
        if kind == "review" and not still_open:
            continue  # nobody reviews what did not happen
        events.append(TimelineEvent(kind, DAY + timedelta(days=after)))
        if after <= 0:
            still_open = set() if kind == "review" else still_open | ({kind} & {"fall", "red_flag"})
    order.shuffle(events)
    assert unreviewed(events, DAY) >= still_open


# S1: signs that need help now


@pytest.mark.parametrize("flag", RED_FLAGS)
def test_s1_a_red_flag_pauses_every_exercise_until_a_review(flag: str) -> None:
    told = TimelineEvent("red_flag", DAY - timedelta(days=2), note=flag)
    review = TimelineEvent("review", DAY - timedelta(days=1))
    for exercise in EXERCISES.values():
        enabled = cleared(exercise, *ALL_CLEARED)
        assert reasons(exercise, situation(red_flags=(flag,)), enabled) == ["red_flag"]
        with pytest.raises(ExerciseError, match="Get medical help now"):
            check_start(exercise, situation(red_flags=(flag,)), enabled)
        assert reasons(exercise, situation(events=(told,)), enabled) == ["red_flag"]
        assert reasons(exercise, situation(events=(told, review)), enabled) == []


def test_s1_the_signs_are_all_there_and_send_for_help() -> None:
    said = " ".join(RED_FLAGS.values()).lower()
    for words in ("weak", "both feet", "water or stool", "saddle", "face", "speech"):
        assert words in said
    assert HELP_NOW.startswith("Get medical help now")
    assert "pauses" in HELP_NOW


def test_s2_and_s3_how_a_strap_is_worn() -> None:
    rules = " ".join(STRAP_RULES)
    for words in ("hand's breadth below the knee", "One finger", "stimulator"):
        assert words in rules
    numb = " ".join(STRAP_ON_NUMB_SKIN)
    for words in ("over a sock", "30 minutes", "Look at the skin", "20 minutes"):
        assert words in numb


def test_s4_no_exercise_asks_to_walk_without_brace_or_aid() -> None:
    for exercise in EXERCISES.values():
        if exercise.posture == "walking":
            words = " ".join((exercise.position, *exercise.steps, exercise.support, exercise.safety)).lower()
            assert "without" not in words.replace("without stairs", "")
            assert "barefoot" not in words
            assert exercise.footwear == "shoe"


# Logging


@pytest.mark.parametrize("name", HELPED)
def test_s13_what_may_not_be_started_is_not_logged_as_done_either(name: str) -> None:
    exercise = EXERCISES[name]
    for outcome in ("done", "partly"):
        with pytest.raises(ExerciseError) as caught:
            check_log(exercise, entry(exercise, outcome=outcome), situation())
        assert caught.value.reason is ExerciseReason.NEEDS_CLINICIAN
    for outcome in ("not_done", "excused"):
        check_log(exercise, entry(exercise, outcome=outcome), situation(helper_present=False))
    check_log(exercise, entry(exercise, source="clinician"), situation(helper_present=False))
    check_log(exercise, entry(exercise), situation(), cleared(exercise, *ALL_CLEARED))


def test_s9_the_morning_before_a_fall_can_still_be_logged() -> None:
    walking = EXERCISES["walking"]
    fall = TimelineEvent("fall", DAY)
    check_log(walking, entry(walking), situation(events=(fall,)))
    the_day_after = entry(walking, day=DAY + timedelta(days=1))
    with pytest.raises(ExerciseError) as caught:
        check_log(walking, the_day_after, situation(events=(fall,)))
    assert caught.value.reason is ExerciseReason.FALL_NOT_REVIEWED
    check_log(walking, the_day_after, situation(events=(fall, TimelineEvent("review", DAY + timedelta(days=1)))))


# Counting


def test_what_no_sensor_counts_is_said_so() -> None:
    by_hand = [name for name, exercise in EXERCISES.items() if exercise.footwear == "by_hand"]
    assert by_hand == ["isometric_dorsiflexion", "towel_scrunch", "hip_internal_rotation_supine"]
    for name in by_hand:
        with pytest.raises(ExerciseError, match="cannot be counted by a sensor") as caught:
            check_counting(EXERCISES[name])
        assert caught.value.reason is ExerciseReason.NOT_COUNTABLE


def test_a_sensor_on_the_wrong_footwear_is_said_so() -> None:
    for exercise in EXERCISES.values():
        if exercise.footwear == "by_hand":
            continue
        check_counting(exercise)
        check_counting(exercise, exercise.footwear)
        (other,) = {"shoe", "band_over_bare_foot"} - {exercise.footwear}
        with pytest.raises(ExerciseError, match=f"the sensor is on {other.replace('_', ' ')}") as caught:
            check_counting(exercise, other)
        assert caught.value.reason is ExerciseReason.MISMATCH
