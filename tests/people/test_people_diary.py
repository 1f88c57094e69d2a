"""The log as it is entered: as planned where nothing was said, ended by pain, corrected, excused, in summer time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from math import isnan, nan
from typing import Any

import pytest

from footdrop_imu.errors import ExerciseError, ExerciseReason, StoreError
from footdrop_imu.people.diary import (
    HowItWent,
    as_planned,
    excuse_day,
    find_entry,
    local_moment,
    log_exercise,
    log_of,
    planned_entry,
    weeks_of,
)
from footdrop_imu.people.plans import prescribe
from footdrop_imu.rehab.exercises import Exercise
from footdrop_imu.rehab.log import standing
from footdrop_imu.schema_rehab import LogEntry, Prescription, TimelineEvent
from footdrop_imu.store.course import add_event
from footdrop_imu.store.database import Store
from footdrop_imu.store.log import add_log_entries, log_entries
from tests.people.conftest import BERLIN, MONDAY, berlin

Catalogue = Mapping[str, Exercise]
HELD = Prescription("isometric_dorsiflexion", "left", "active", sets=2, repetitions=5, hold_s=10.0)
TIMED = Prescription("ankle_alphabet", "left", "active", duration_s=120.0)
REPEATED = Prescription("assisted_toe_raise", "left", "assisted", sets=2, repetitions=10)


def entered(store: Store, exercise: str, at: datetime, catalogue: Catalogue, **said: Any) -> LogEntry:
    entry = replace(planned_entry(store, "P07", exercise, at), **said)
    return log_exercise(store, "P07", entry, now=at + timedelta(minutes=1), catalogue=catalogue).entry


@pytest.mark.parametrize(
    ("prescription", "said", "amounts"),
    [
        (REPEATED, {}, (2, 20, nan)),
        (REPEATED, {"sets": 1}, (1, 10, nan)),
        (REPEATED, {"repetitions": 7}, (0, 7, nan)),
        (REPEATED, {"sets": 3, "repetitions": 7}, (3, 7, nan)),
        (HELD, {}, (2, 10, 100.0)),
        (HELD, {"repetitions": 4}, (0, 4, 40.0)),
        (HELD, {"duration_s": 30.0}, (0, 0, 30.0)),
        (TIMED, {}, (1, 0, 120.0)),
        (TIMED, {"duration_s": 60.0}, (0, 0, 60.0)),
        (REPEATED, {"outcome": "partly"}, (0, 0, nan)),
        (REPEATED, {"outcome": "excused", "reason": "pain"}, (0, 0, nan)),
        (REPEATED, {"side": "right"}, (0, 0, nan)),
        (REPEATED, {"level": "active"}, (0, 0, nan)),
        (None, {}, (0, 0, nan)),
    ],
)
def test_what_nobody_said_was_done_as_the_plan_has_it(
    prescription: Prescription | None, said: dict[str, Any], amounts: tuple[int, int, float]
) -> None:
    planned = prescription or REPEATED
    entry = LogEntry("", planned.exercise, MONDAY, berlin(MONDAY), planned.side, planned.level)
    done = as_planned(replace(entry, **said), prescription)
    assert (done.sets, done.repetitions) == amounts[:2]
    assert done.duration_s == amounts[2] or (isnan(done.duration_s) and isnan(amounts[2]))


def test_a_bare_tick_is_one_session_of_the_plan(planned: Store, catalogue: Catalogue) -> None:
    kept = entered(planned, "assisted_toe_raise", berlin(MONDAY), catalogue)
    assert (kept.side, kept.level, kept.sets, kept.repetitions) == ("left", "assisted", 2, 20)
    (row,) = log_of(planned, "P07").itertuples()
    assert (row.session_count, row.sets, row.repetitions) == (1, 2, 20)
    weeks = weeks_of(planned, "P07", berlin(MONDAY + timedelta(days=1)))
    done = weeks[weeks["exercise"] == "assisted_toe_raise"].iloc[0]
    assert (done["done_sessions"], done["due_sessions"], done["adherence"]) == (1.0, 1.0, 1.0)


def test_what_ended_early_or_is_corrected_is_not_filled_up(planned: Store, catalogue: Catalogue) -> None:
    at = berlin(MONDAY)
    entry = planned_entry(planned, "P07", "assisted_toe_raise", at)
    logged = log_exercise(planned, "P07", entry, now=at, catalogue=catalogue, how=HowItWent(dizziness=True))
    assert (logged.entry.outcome, logged.entry.reason, logged.entry.repetitions) == ("excused", "dizziness", 0)
    assert "sit down" in logged.words
    fixed = replace(logged.entry, id="", replaces=logged.entry.id, outcome="done", reason="", sets=1)
    corrected = log_exercise(planned, "P07", fixed, now=at + timedelta(hours=1), catalogue=catalogue)
    assert (corrected.entry.sets, corrected.entry.repetitions, corrected.words) == (1, 0, "")


@pytest.mark.parametrize(
    ("pain", "before", "reason"), [(4.0, nan, "pain"), (3.0, 1.0, "pain"), (3.0, 2.0, ""), (3.0, nan, "")]
)
def test_s8_pain_ends_an_exercise(
    planned: Store, catalogue: Catalogue, pain: float, before: float, reason: str
) -> None:
    at = berlin(MONDAY)
    entry = replace(planned_entry(planned, "P07", "assisted_toe_raise", at), pain=pain)
    logged = log_exercise(planned, "P07", entry, now=at, catalogue=catalogue, how=HowItWent(pain_at_start=before))
    assert (logged.entry.reason, bool(logged.words)) == (reason, bool(reason))


def test_a_sensors_numbers_are_never_filled_up(planned: Store, catalogue: Catalogue) -> None:
    kept = entered(planned, "assisted_toe_raise", berlin(MONDAY), catalogue, source="sensor")
    assert (kept.sets, kept.repetitions) == (0, 0)


def test_a_bout_told_and_counted_counts_once(planned: Store, catalogue: Catalogue) -> None:
    entered(planned, "assisted_toe_raise", berlin(MONDAY), catalogue)
    entered(planned, "assisted_toe_raise", berlin(MONDAY, 9, 10), catalogue, source="sensor", sets=2, repetitions=17)
    (row,) = log_of(planned, "P07").itertuples()
    assert (row.source, row.session_count, row.repetitions) == ("sensor", 1, 17)


def test_the_same_minute_twice_is_refused_and_an_hour_later_is_not(planned: Store, catalogue: Catalogue) -> None:
    entered(planned, "assisted_toe_raise", berlin(MONDAY), catalogue)
    with pytest.raises(ExerciseError, match="logged for 2026-03-02T09:00") as refused:
        entered(planned, "assisted_toe_raise", berlin(MONDAY), catalogue)
    assert refused.value.reason is ExerciseReason.ALREADY_LOGGED
    entered(planned, "assisted_toe_raise", berlin(MONDAY, 10), catalogue)
    assert log_of(planned, "P07")["session_count"].tolist() == [2]


def test_an_entry_corrected_to_another_day_leaves_the_first_day_empty(planned: Store, catalogue: Catalogue) -> None:
    tuesday = MONDAY + timedelta(days=1)
    old = entered(planned, "assisted_toe_raise", berlin(tuesday), catalogue)
    moved = replace(old, id="", replaces=old.id, day=MONDAY, at=berlin(MONDAY))
    new = log_exercise(planned, "P07", moved, now=berlin(tuesday, 12), catalogue=catalogue).entry
    assert [row.day.date() for row in log_of(planned, "P07").itertuples()] == [MONDAY]
    assert [entry.id for entry in standing(log_entries(planned, "P07", tuesday, tuesday))] == [new.id]
    assert find_entry(planned, "P07", new.id[:8]).id == new.id
    with pytest.raises(ExerciseError, match="No entry that stands"):
        find_entry(planned, "P07", old.id)
    with pytest.raises(ExerciseError, match=f"Correct {new.id} instead"):
        log_exercise(planned, "P07", moved, now=berlin(tuesday, 13), catalogue=catalogue)


def test_an_id_has_to_name_one_entry(planned: Store) -> None:
    ids = [f"abcd0000-0000-4000-8000-00000000000{number}" for number in range(2)]
    add_log_entries(
        planned,
        "P07",
        [LogEntry(one, "heel_raise", MONDAY, berlin(MONDAY, 9 + at)) for at, one in enumerate(ids)],
    )
    with pytest.raises(ExerciseError, match="2 entries' ids begin with 'ABCD'"):
        find_entry(planned, "P07", "ABCD")
    assert find_entry(planned, "P07", ids[1].upper()).id == ids[1]


def test_a_day_is_excused_once_and_with_a_reason(planned: Store) -> None:
    at, now = berlin(MONDAY, 0), berlin(MONDAY, 12)
    excuse_day(planned, "P07", at, MONDAY, "a cold", now)
    with pytest.raises(ExerciseError, match=r"2026-03-02 was excused already \(a cold\)") as refused:
        excuse_day(planned, "P07", at, MONDAY, "a cold", now)
    assert refused.value.reason is ExerciseReason.ALREADY_LOGGED
    tuesday = MONDAY + timedelta(days=1)
    with pytest.raises(ExerciseError, match="without a reason"):
        excuse_day(planned, "P07", berlin(tuesday, 0), tuesday, " ", berlin(tuesday))
    with pytest.raises(ExerciseError, match="future"):
        excuse_day(planned, "P07", berlin(tuesday, 0), tuesday, "a cold", now)


def test_a_week_without_entries_is_none_of_what_was_due(planned: Store, catalogue: Catalogue) -> None:
    entered(planned, "assisted_toe_raise", berlin(MONDAY), catalogue)
    weeks = weeks_of(planned, "P07", berlin(MONDAY + timedelta(days=16)))
    together = weeks[weeks["exercise"] == ""]
    assert [day.date() for day in together["week"]] == [MONDAY + timedelta(weeks=number) for number in range(3)]
    assert together["state"].tolist() == ["over", "over", "so_far"]
    empty = together.iloc[1]
    assert (empty["done_days"], empty["due_days"], empty["adherence"]) == (0.0, 7.0, 0.0)


def test_before_a_plan_there_is_no_week(planned: Store) -> None:
    assert weeks_of(planned, "P07", berlin(MONDAY - timedelta(days=7))).empty


def test_a_plan_to_come_asks_for_nothing_yet(planned: Store, catalogue: Catalogue) -> None:
    prescribe(
        planned, "P07", PAUSE, start=MONDAY + timedelta(days=7), author="N", now=berlin(MONDAY), catalogue=catalogue
    )
    weeks = weeks_of(planned, "P07", berlin(MONDAY + timedelta(days=9)))
    assert [day.date() for day in weeks.loc[weeks["exercise"] == "", "week"]] == [MONDAY]


PAUSE: tuple[Prescription, ...] = ()


def test_the_night_the_clocks_go_forward(planned: Store, catalogue: Catalogue) -> None:
    sunday = date(2026, 3, 29)
    left_out = local_moment(planned, "P07", sunday, time(2, 30))
    assert (left_out.at.hour, left_out.at.minute) == (3, 30)
    assert "02:30 was left out" in left_out.note
    late = local_moment(planned, "P07", sunday, time(23, 30))
    assert late.note == ""
    assert late.at.astimezone(UTC).hour == 21
    kept = entered(planned, "assisted_toe_raise", late.at, catalogue)
    assert (kept.day, kept.at.utcoffset()) == (sunday, timedelta(hours=2))


def test_an_hour_that_comes_twice(planned: Store) -> None:
    first = local_moment(planned, "P07", date(2026, 10, 25), time(2, 30))
    assert "came twice" in first.note
    assert first.at.utcoffset() == timedelta(hours=2)


def test_the_day_is_the_persons_where_the_instant_names_no_place(planned: Store) -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    entry = planned_entry(planned, "P07", "assisted_toe_raise", late)
    assert (entry.day, entry.at.utcoffset()) == (date(2026, 3, 3), timedelta(hours=1))
    assert entry.at == late.astimezone(BERLIN)


def test_s9_after_a_fall_what_one_can_fall_in_waits(planned: Store, catalogue: Catalogue) -> None:
    add_event(planned, "P07", TimelineEvent("fall", MONDAY))
    tuesday = berlin(MONDAY + timedelta(days=1))
    with pytest.raises(ExerciseError, match="A fall was reported") as refused:
        entered(planned, "walking", tuesday, catalogue)
    assert refused.value.reason is ExerciseReason.FALL_NOT_REVIEWED
    entered(planned, "assisted_toe_raise", tuesday, catalogue)
    add_event(planned, "P07", TimelineEvent("review", MONDAY + timedelta(days=1)))
    entered(planned, "walking", tuesday, catalogue, duration_s=300.0)


def test_what_was_not_answered_is_said_with_how_to_answer(planned: Store, catalogue: Catalogue) -> None:
    with pytest.raises(ExerciseError, match="muscles") as refused:
        entered(planned, "toe_raise_negative", berlin(MONDAY), catalogue)
    assert refused.value.reason is ExerciseReason.NEEDS_ANSWER
    assert "footdrop person change P07 --answer muscle_disease=ANSWER" in refused.value.message


def test_unknown_words_are_refused(planned: Store, catalogue: Catalogue) -> None:
    with pytest.raises(ExerciseError, match="Did you mean heel_raise"):
        entered(planned, "heel_rise", berlin(MONDAY), catalogue)
    with pytest.raises(StoreError, match="no person 'P70'"):
        planned_entry(planned, "P70", "heel_raise", berlin(MONDAY))
    entry = planned_entry(planned, "P07", "assisted_toe_raise", berlin(MONDAY, 12))
    with pytest.raises(ExerciseError, match="future"):
        log_exercise(planned, "P07", entry, now=berlin(MONDAY), catalogue=catalogue)
