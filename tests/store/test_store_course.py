"""What people wear, what happened to them, what clinicians found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema import Mounting, Shoe
from footdrop_imu.schema_rehab import ClinicalEntry, OwnAid, OwnShoe, Patient, TimelineEvent
from footdrop_imu.store.audit import audit
from footdrop_imu.store.course import (
    add_clinical_entry,
    add_event,
    clinical_entries,
    events,
    remove_clinical_entry,
    remove_event,
)
from footdrop_imu.store.database import Store
from footdrop_imu.store.people import add_person
from footdrop_imu.store.worn import add_aid, add_shoe, aids, shoes

BROWN = OwnShoe(
    "brown shoes",
    Shoe(
        "left",
        0.287,
        "instep",
        Mounting(
            rotation=(0.0, 0.1, 0.0, 0.99), sensor_to_toe_m=(0.11, 0.0, -0.07), sole_points_m=((0.1, 0.02, -0.07),)
        ),
        0.003,
    ),
    date(2026, 1, 5),
)


def test_a_shoe_comes_back_with_its_lever_arms(with_person: Store) -> None:
    add_shoe(with_person, "P07", BROWN)
    assert shoes(with_person, "P07") == (BROWN,)


def test_a_shoe_is_what_it_was_on_a_day(with_person: Store) -> None:
    new_insole = replace(BROWN, shoe=replace(BROWN.shoe, length_m=0.29), valid_from=date(2026, 3, 1))
    other_side = replace(BROWN, shoe=replace(BROWN.shoe, side="right"))
    for own in (new_insole, BROWN, other_side):
        add_shoe(with_person, "P07", own)
    assert shoes(with_person, "P07") == (BROWN, new_insole, other_side)
    assert shoes(with_person, "P07", on=date(2026, 2, 28)) == (BROWN, other_side)
    assert shoes(with_person, "P07", on=date(2026, 3, 1)) == (new_insole, other_side)
    assert shoes(with_person, "P07", on=date(2025, 12, 31)) == ()
    with pytest.raises(StoreError, match="from 2026-03-01 already") as refused:
        add_shoe(with_person, "P07", new_insole)
    assert refused.value.reason is StoreReason.EXISTS


@pytest.mark.parametrize("change", [{"side": "both"}, {"place": "ankle"}, {"length_m": 28.7}, {"length_sd_m": -1.0}])
def test_a_shoe_that_may_not_be_is_refused(with_person: Store, change: dict[str, object]) -> None:
    with pytest.raises(StoreError, match=next(iter(change))) as refused:
        add_shoe(with_person, "P07", replace(BROWN, shoe=replace(BROWN.shoe, **change)))
    assert refused.value.reason is StoreReason.WRONG_VALUE


def test_aids_of_a_day(with_person: Store) -> None:
    brace = OwnAid("orthosis", "ankle_foot_orthosis", "carbon brace", date(2026, 1, 1), date(2026, 2, 1))
    stick = OwnAid("aid", "stick")
    for own in (brace, stick):
        add_aid(with_person, "P07", own)
    assert aids(with_person, "P07") == (stick, brace)
    assert aids(with_person, "P07", on=date(2026, 2, 1)) == (stick, brace)
    assert aids(with_person, "P07", on=date(2026, 2, 2)) == (stick,)
    with pytest.raises(StoreError) as refused:
        add_aid(with_person, "P07", stick)
    assert refused.value.reason is StoreReason.EXISTS
    for own in (OwnAid("aid", "none"), OwnAid("cape", "red"), replace(brace, end=date(2025, 1, 1))):
        with pytest.raises(StoreError) as wrong:
            add_aid(with_person, "P07", own)
        assert wrong.value.reason is StoreReason.WRONG_VALUE


def test_events_come_back_by_day(with_person: Store) -> None:
    late = add_event(with_person, "P07", TimelineEvent("fall", date(2026, 4, 2), "in the kitchen"))
    early = add_event(with_person, "P07", TimelineEvent("new_orthosis", date(2026, 1, 2)))
    assert events(with_person, "P07") == (early, late)
    assert len(late.id) == 36
    with pytest.raises(StoreError, match="fall on 2026-04-02 is there already") as refused:
        add_event(with_person, "P07", replace(late, id=""))
    assert refused.value.reason is StoreReason.EXISTS
    with pytest.raises(StoreError, match="near_fall"):
        add_event(with_person, "P07", TimelineEvent("stumble", date(2026, 4, 2)))


def test_an_event_taken_back_stays_in_the_audit_trail(with_person: Store) -> None:
    add_person(with_person, Patient("P08"))
    fall = add_event(with_person, "P07", TimelineEvent("fall", date(2026, 4, 2), "in the kitchen"))
    with pytest.raises(StoreError) as refused:
        remove_event(with_person, "P08", fall.id)
    assert refused.value.reason is StoreReason.NOT_FOUND
    remove_event(with_person, "P07", fall.id)
    assert events(with_person, "P07") == ()
    last = audit(with_person, "P07")[-1]
    assert (last.action, last.table, last.row) == ("removed", "event", fall.id)
    assert last.before == {"kind": "fall", "day": "2026-04-02", "note": "in the kitchen", "id": fall.id}


def test_clinical_entries(with_person: Store) -> None:
    strength = ClinicalEntry("dorsiflexor_strength_mrc", 3.0, date(2026, 4, 2), "left", "Dr. A", "by hand")
    found = add_clinical_entry(with_person, "P07", strength)
    assert clinical_entries(with_person, "P07") == (found,)
    assert replace(found, id="") == strength
    with pytest.raises(StoreError) as refused:
        add_clinical_entry(with_person, "P07", strength)
    assert refused.value.reason is StoreReason.EXISTS
    for change in ({"value": 5.5}, {"value": float("nan")}, {"measure": "mood"}, {"side": "up"}, {"id": "1"}):
        with pytest.raises(StoreError) as wrong:
            add_clinical_entry(with_person, "P07", replace(strength, **change))
        assert wrong.value.reason is StoreReason.WRONG_VALUE
    remove_clinical_entry(with_person, "P07", found.id)
    assert clinical_entries(with_person, "P07") == ()


def test_what_happened_on_one_day_comes_in_the_order_it_was_entered(with_person: Store) -> None:
    day = date(2026, 4, 2)
    kinds = ["fall", "review", "near_fall", "relapse", "review", "fall", "note", "red_flag"]
    for number, kind in enumerate(kinds):
        add_event(with_person, "P07", TimelineEvent(kind, day, str(number)))
    add_event(with_person, "P07", TimelineEvent("note", date(2026, 4, 1), "entered later, of the day before"))
    found = events(with_person, "P07")
    assert [event.kind for event in found] == ["note", *kinds]
    remove_event(with_person, "P07", found[2].id)
    assert [event.note for event in events(with_person, "P07")][1:] == ["0", "2", "3", "4", "5", "6", "7"]
    for value in (4.0, 1.0, 3.0, 2.0):
        add_clinical_entry(with_person, "P07", ClinicalEntry("walking_category_fac", value, day))
    assert [entry.value for entry in clinical_entries(with_person, "P07")] == [4.0, 1.0, 3.0, 2.0]


def test_the_same_event_twice_a_day_needs_a_note(with_person: Store) -> None:
    review = TimelineEvent("review", date(2026, 4, 2))
    add_event(with_person, "P07", review)
    with pytest.raises(StoreError, match="For a second one give a note"):
        add_event(with_person, "P07", review)
    add_event(with_person, "P07", replace(review, note="of the second fall"))
    assert len(events(with_person, "P07")) == 2
