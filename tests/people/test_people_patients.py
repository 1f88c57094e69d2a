"""People added, changed, seen by their helpers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.people.patients import (
    JUDGED_MEASURES,
    add_patient,
    change_patient,
    enter_event,
    enter_finding,
    helper_of,
    seen_by,
    seen_whole,
    set_helper,
    whole_person,
)
from footdrop_imu.rehab.measures import MEASURES
from footdrop_imu.schema_rehab import ClinicalEntry, Helper, LogEntry, TimelineEvent
from footdrop_imu.store.database import Store
from footdrop_imu.store.people import people
from tests.people.conftest import MONDAY, PATIENT, berlin

NOW = berlin(MONDAY)


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("foot_pitch_midswing_deg", "Did you mean foot_pitch_mid_swing_deg"),
        ("minimum_toe_clearence_m", "Did you mean minimum_toe_clearance_m"),
        ("cadence_spm", "neither more nor less is better"),
        ("zzz", "footdrop person measures"),
    ],
)
def test_only_a_measure_with_a_better_way_can_be_judged(store: Store, measure: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as refused:
        add_patient(store, replace(PATIENT, primary_measure=measure), NOW)
    assert refused.value.reason is StoreReason.WRONG_VALUE
    assert people(store) == ()
    add_patient(store, PATIENT, NOW)
    with pytest.raises(StoreError, match=said):
        change_patient(store, "P07", {"primary_measure": measure}, NOW)
    assert people(store) == (PATIENT,)


def test_every_measure_that_can_be_judged_is_taken_and_may_be_taken_back(store: Store) -> None:
    add_patient(store, replace(PATIENT, primary_measure=""), NOW)
    assert len(JUDGED_MEASURES) > 10
    for measure in JUDGED_MEASURES:
        assert MEASURES[measure].direction in (-1, 1)
        assert change_patient(store, "P07", {"primary_measure": measure}, NOW).primary_measure == measure
    assert change_patient(store, "P07", {"primary_measure": ""}, NOW).primary_measure == ""


def test_answers_are_added_one_by_one(store: Store) -> None:
    add_patient(store, PATIENT, NOW)
    change_patient(store, "P07", {"answers": {"numb_skin": True, "tight_calf": False}}, NOW)
    changed = change_patient(store, "P07", {"answers": {"numb_skin": False}, "goal": "keep"}, NOW)
    assert dict(changed.answers) == {"numb_skin": False, "tight_calf": False}
    assert changed.goal == "keep"
    assert whole_person(store, "P07").patient == changed


def test_what_is_still_to_come_is_not_entered(store: Store) -> None:
    tomorrow = MONDAY + timedelta(days=1)
    with pytest.raises(StoreError, match=r"onset: found 2026-03-03.*today is 2026-03-02"):
        add_patient(store, replace(PATIENT, onset=tomorrow), NOW)
    add_patient(store, PATIENT, NOW)
    with pytest.raises(StoreError, match="fall: found 2026-03-03"):
        enter_event(store, "P07", TimelineEvent("fall", tomorrow), NOW)
    with pytest.raises(StoreError, match="spasticity_mas: found 2026-03-03"):
        enter_finding(store, "P07", ClinicalEntry("spasticity_mas", 1.5, tomorrow), NOW)
    assert whole_person(store, "P07").events == ()
    kept = enter_event(store, "P07", TimelineEvent("fall", MONDAY), NOW)
    found = enter_finding(store, "P07", ClinicalEntry("spasticity_mas", 1.5, MONDAY, "left"), NOW)
    whole = whole_person(store, "P07")
    assert (whole.events, whole.clinical_entries) == ((kept,), (found,))


def test_today_is_the_persons_day(store: Store) -> None:
    add_patient(store, replace(PATIENT, time_zone="Pacific/Auckland"), NOW)
    utc = berlin(MONDAY, 20).astimezone(UTC)  # without a place of its own the instant is the person's
    assert enter_event(store, "P07", TimelineEvent("note", date(2026, 3, 3)), utc).day == date(2026, 3, 3)


def test_nobody_of_that_name(store: Store) -> None:
    for ask in (
        lambda: whole_person(store, "P99"),
        lambda: change_patient(store, "P99", {"goal": "keep"}, NOW),
        lambda: enter_event(store, "P99", TimelineEvent("fall", MONDAY), NOW),
        lambda: helper_of(store, "P99", "daughter"),
        lambda: set_helper(store, "P99", Helper("daughter")),
    ):
        with pytest.raises(StoreError, match="no person 'P99'") as refused:
            ask()
        assert refused.value.reason is StoreReason.NOT_FOUND


def test_helpers_come_change_and_go(store: Store) -> None:
    add_patient(store, PATIENT, NOW)
    with pytest.raises(StoreError, match="Nobody helps yet"):
        helper_of(store, "P07", "daughter")
    assert set_helper(store, "P07", Helper("daughter")) == (Helper("daughter", ("steps", "exercises")),)
    set_helper(store, "P07", Helper("son", ("results",)))
    changed = Helper("daughter", ("steps", "pain"))
    assert set_helper(store, "P07", changed) == (changed, Helper("son", ("results",)))
    assert helper_of(store, "P07", "daughter") == changed
    with pytest.raises(StoreError, match="Known: daughter, son"):
        helper_of(store, "P07", "Daughter")
    assert set_helper(store, "P07", Helper("daughter"), remove=True) == (Helper("son", ("results",)),)
    with pytest.raises(StoreError):
        set_helper(store, "P07", Helper("daughter"), remove=True)


def test_s12_a_helper_sees_only_what_was_agreed(store: Store) -> None:
    add_patient(store, PATIENT, NOW)
    enter_event(store, "P07", TimelineEvent("fall", MONDAY, "in the kitchen"), NOW)
    enter_finding(store, "P07", ClinicalEntry("spasticity_mas", 2.0, MONDAY), NOW)
    for name in ("daughter", "son"):
        set_helper(store, "P07", Helper(name))
    whole = whole_person(store, "P07")
    plain = seen_whole(Helper("daughter"), whole)
    assert (plain.events, plain.clinical_entries) == ((), ())
    assert (plain.patient.cause, plain.patient.affected, plain.patient.primary_measure) == ("", "unknown", "")
    assert [one.name for one in plain.helpers] == ["daughter"]
    told = seen_whole(Helper("daughter", ("notes", "results")), whole)
    assert (told.patient, told.events, told.clinical_entries) == (PATIENT, whole.events, whole.clinical_entries)
    entry = LogEntry("", "heel_raise", MONDAY, NOW, pain=3.0, effort=5.0, note="hurt", reason="tired")
    (seen,) = seen_by(Helper("daughter"), [entry])
    assert (seen.note, seen.reason) == ("", "")
    assert seen.pain != seen.pain
    assert seen.effort != seen.effort
    assert seen_by(Helper("neighbor", ("steps",)), [entry]) == ()
    assert seen_by(None, [entry]) == (entry,)
