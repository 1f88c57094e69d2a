"""Plans prescribed, and the list of a day: what is due, what of it is done, what may not begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.people.diary import log_exercise, planned_entry
from footdrop_imu.people.plans import DayItem, day_list, prescribe, prescription_of
from footdrop_imu.rehab.exercises import Exercise
from footdrop_imu.schema_rehab import Prescription, TimelineEvent
from footdrop_imu.store.course import add_event
from footdrop_imu.store.database import Store
from footdrop_imu.store.plans import plan_versions
from tests.people.conftest import MONDAY, PLAN, berlin

Catalogue = Mapping[str, Exercise]
DAY = timedelta(days=1)


def tick(store: Store, catalogue: Catalogue, exercise: str, day: date, hour: int = 9, **said: Any) -> None:
    at = berlin(day, hour)
    entry = replace(planned_entry(store, "P07", exercise, at), **said)
    log_exercise(store, "P07", entry, now=at, catalogue=catalogue)


def listed(store: Store, day: date, catalogue: Catalogue) -> dict[str, DayItem]:
    return {item.exercise.id: item for item in day_list(store, "P07", berlin(day, 20), catalogue)}


def test_what_is_done_is_told_by_day_and_by_week(planned: Store, catalogue: Catalogue) -> None:
    tick(planned, catalogue, "assisted_toe_raise", MONDAY)
    tick(planned, catalogue, "ankle_alphabet", MONDAY)
    tick(planned, catalogue, "ankle_alphabet", MONDAY + DAY, outcome="partly")
    found = {
        name: (item.per, item.due_sessions, item.done_sessions)
        for name, item in listed(planned, MONDAY + DAY, catalogue).items()
    }
    assert found == {"assisted_toe_raise": ("day", 1.0, 0.0), "ankle_alphabet": ("week", 3.0, 1.5)}
    assert listed(planned, MONDAY, catalogue)["assisted_toe_raise"].done_sessions == 1.0
    assert listed(planned, MONDAY + 7 * DAY, catalogue)["ankle_alphabet"].done_sessions == 0.0


def test_a_bout_told_and_counted_is_done_once(planned: Store, catalogue: Catalogue) -> None:
    tick(planned, catalogue, "assisted_toe_raise", MONDAY)
    at = berlin(MONDAY, 9, 20)
    entry = replace(planned_entry(planned, "P07", "assisted_toe_raise", at), source="sensor", sets=2, repetitions=20)
    log_exercise(planned, "P07", entry, now=at, catalogue=catalogue)
    assert listed(planned, MONDAY, catalogue)["assisted_toe_raise"].done_sessions == 1.0


def test_two_sides_of_one_exercise_are_told_apart(planned: Store, catalogue: Catalogue) -> None:
    both = (PLAN[0], replace(PLAN[0], side="right"))
    prescribe(planned, "P07", both, start=None, author="N", now=berlin(MONDAY, 8), catalogue=catalogue)
    tick(planned, catalogue, "assisted_toe_raise", MONDAY, side="right")
    found = day_list(planned, "P07", berlin(MONDAY), catalogue)
    assert [(item.prescription.side, item.done_sessions) for item in found] == [("left", 0.0), ("right", 1.0)]


def test_only_what_holds_on_the_day_is_listed(planned: Store, catalogue: Catalogue) -> None:
    parts = (
        replace(PLAN[0], weekdays=(0, 2)),
        replace(PLAN[1], start=MONDAY + 2 * DAY, end=MONDAY + 3 * DAY),
    )
    prescribe(planned, "P07", parts, start=None, author="N", now=berlin(MONDAY), catalogue=catalogue)
    by_day = [sorted(listed(planned, MONDAY + number * DAY, catalogue)) for number in range(5)]
    assert by_day == [
        ["assisted_toe_raise"],
        [],
        ["ankle_alphabet", "assisted_toe_raise"],
        ["ankle_alphabet"],
        [],
    ]


def test_a_plan_of_the_future_holds_from_its_day(planned: Store, catalogue: Catalogue) -> None:
    start = MONDAY + 3 * DAY
    prescribe(planned, "P07", (), start=start, author="N", now=berlin(MONDAY), catalogue=catalogue, note="a pause")
    assert len(listed(planned, start - DAY, catalogue)) == 2
    assert listed(planned, start, catalogue) == {}
    versions = plan_versions(planned, "P07")
    assert prescription_of(versions, "assisted_toe_raise", start) is None
    before = prescription_of(versions, "assisted_toe_raise", start - DAY)
    assert before is not None
    assert (before.sets, before.repetitions) == (2, 10)
    assert prescription_of(versions, "assisted_toe_raise", MONDAY - DAY) is None


def test_weeks_that_are_past_stay(planned: Store, catalogue: Catalogue) -> None:
    now = berlin(MONDAY + 7 * DAY)
    with pytest.raises(ExerciseError, match="before today") as refused:
        prescribe(planned, "P07", (), start=MONDAY + DAY, author="N", now=now, catalogue=catalogue)
    assert refused.value.reason is ExerciseReason.PAST_PLAN
    assert len(plan_versions(planned, "P07")) == 1


def test_what_may_not_begin_is_listed_with_why(planned: Store, catalogue: Catalogue) -> None:
    assert [item.refusals for item in day_list(planned, "P07", berlin(MONDAY), catalogue)] == [(), ()]
    add_event(planned, "P07", TimelineEvent("red_flag", MONDAY))
    for item in day_list(planned, "P07", berlin(MONDAY), catalogue):
        assert [refusal.reason for refusal in item.refusals] == [ExerciseReason.RED_FLAG]


def test_s13_what_needs_a_word_is_not_prescribed_without_it(planned: Store, catalogue: Catalogue) -> None:
    asked = Prescription("toe_raise_negative", "both", "assisted", sets=2, repetitions=10)
    with pytest.raises(ExerciseError, match="--answer muscle_disease=ANSWER") as refused:
        prescribe(planned, "P07", [asked], start=None, author="N", now=berlin(MONDAY), catalogue=catalogue)
    assert refused.value.reason is ExerciseReason.NEEDS_ANSWER
    cleared = replace(asked, cleared=("muscle_disease",))
    assert prescribe(planned, "P07", [cleared], start=None, author="N", now=berlin(MONDAY), catalogue=catalogue)


def test_a_clinics_exercise_without_its_file_is_named(planned: Store, catalogue: Catalogue) -> None:
    without = {name: one for name, one in catalogue.items() if name != "ankle_alphabet"}
    with pytest.raises(ExerciseError, match="ankle_alphabet") as refused:
        day_list(planned, "P07", berlin(MONDAY), without)
    assert refused.value.reason is ExerciseReason.UNKNOWN
