"""People by pseudonym, names apart, forgetting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import Patient
from footdrop_imu.store.audit import audit, verify_audit
from footdrop_imu.store.database import Store
from footdrop_imu.store.people import add_person, change_person, forget, name, people, person, set_name

FULL = Patient(
    id="P12",
    affected="right",
    cause="peroneal_nerve",
    onset=date(2025, 11, 3),
    severity="some_movement",
    goal="keep",
    primary_measure="foot_pitch_mid_swing_deg",
    primary_side="right",
    nerve_regrowth=True,
    leg_length_m=0.87,
    time_zone="America/New_York",
)


def test_all_that_is_known_of_a_person_comes_back(store: Store) -> None:
    add_person(store, FULL)
    add_person(store, Patient("P02"))
    assert person(store, "P12") == FULL
    assert [one.id for one in people(store)] == ["P02", "P12"]
    assert people(store)[0].leg_length_m != people(store)[0].leg_length_m  # NaN: not said
    changed = replace(FULL, goal="improve", onset=None)
    change_person(store, changed)
    assert person(store, "P12") == changed


@pytest.mark.parametrize(
    "wrong",
    [
        *("Ada Lovelace", "Ada.Lovelace", "Lovelace, Ada", "ada@example.org", "1950-03-04"),
        *("", "-a", "ä1", "a/b", "a b", "x" * 65),
    ],
)
def test_what_is_no_pseudonym_is_refused_with_the_reason(store: Store, wrong: str) -> None:
    with pytest.raises(StoreError, match="P07") as refused:
        add_person(store, Patient(wrong))
    assert refused.value.reason is StoreReason.WRONG_VALUE
    assert people(store) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"affected": "up"},
        {"cause": "none"},
        {"severity": "bad"},
        {"goal": ""},
        {"primary_side": "middle"},
        {"leg_length_m": 870.0},
        {"leg_length_m": float("inf")},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "/etc/passwd"},
    ],
)
def test_a_value_that_may_not_be_is_refused(store: Store, change: dict[str, object]) -> None:
    (field,) = change
    with pytest.raises(StoreError, match=field) as refused:
        add_person(store, replace(FULL, **change))
    assert refused.value.reason is StoreReason.WRONG_VALUE


def test_a_pseudonym_is_taken_in_any_spelling(store: Store) -> None:
    add_person(store, FULL)
    with pytest.raises(StoreError, match="P12 already") as refused:
        add_person(store, replace(FULL, id="p12"))
    assert refused.value.reason is StoreReason.EXISTS


def test_an_unknown_person_is_answered_with_near_pseudonyms(store: Store) -> None:
    with pytest.raises(StoreError, match="There is none yet"):
        person(store, "P12")
    add_person(store, FULL)
    for call in (person, name, audit, forget):
        with pytest.raises(StoreError, match="Did you mean P12") as refused:
            call(store, "p21")
        assert refused.value.reason is StoreReason.NOT_FOUND


def test_a_name_is_kept_apart_and_deleted_alone(with_person: Store) -> None:
    assert name(with_person, "P07") == ""
    set_name(with_person, "P07", "Ada Lovelace")
    assert name(with_person, "P07") == "Ada Lovelace"
    set_name(with_person, "P07", "Ada King")
    set_name(with_person, "P07", None)
    set_name(with_person, "P07", None)
    assert name(with_person, "P07") == ""
    assert person(with_person, "P07").cause == "stroke"
    assert [entry.action for entry in audit(with_person, "P07")] == ["added", "added", "changed", "deleted"]
    assert "Ada" not in repr(audit(with_person))


def test_a_forgotten_person_is_gone_and_the_chain_holds(with_person: Store) -> None:
    add_person(with_person, FULL)
    change_person(with_person, replace(FULL, goal="improve"))
    assert forget(with_person, "P12") == ()
    assert [one.id for one in people(with_person)] == ["P07"]
    assert verify_audit(with_person).broken_row is None
    assert "P12" not in repr(audit(with_person))
    assert "peroneal" not in repr(audit(with_person))
    assert audit(with_person)[-1].who == "tester"
    add_person(with_person, FULL)
    assert [entry.action for entry in audit(with_person, "P12")] == ["added"]
