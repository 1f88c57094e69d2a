"""Helpers see what they may (S12); sets that the sensor counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import (
    HELPER_SEES,
    ClinicalEntry,
    CountedRepetition,
    CountedSet,
    Helper,
    LogEntry,
    Patient,
    PlanVersion,
    Prescription,
    TimelineEvent,
    Walk,
)
from footdrop_imu.store.counted import add_counted_set, counted_sets
from footdrop_imu.store.database import Store
from footdrop_imu.store.log import add_log_entries
from footdrop_imu.store.sharing import (
    add_helper,
    change_helper,
    helpers,
    remove_helper,
    visible_measures,
    visible_to,
)

DAY, AT = date(2026, 3, 2), datetime(2026, 3, 2, 9, tzinfo=UTC)
ID = "00000000-0000-4000-8000-000000000001"
ENTRY = LogEntry(
    ID, "heel_raise", DAY, AT, sets=2, repetitions=20, pain=5.0, effort=6.0, reason="sore", note="a bad day"
)
COUNTED = CountedSet(
    ID, "heel_raise", "left", AT, DAY, (CountedRepetition(1.0, 20.0, 2.0, 0.5), CountedRepetition(3.0))
)
PLAN = PlanVersion(1, DAY, (Prescription("heel_raise", "left", note="weak"),), AT, note="private")
WALK = Walk(ID, "2026-03-02T09:00:00+00:00", quality="poor", reasons=("shuffling",))
FINDING = ClinicalEntry("spasticity_mas", 2.0, DAY)
FALL = TimelineEvent("fall", DAY, "in the bath")
PERSON = Patient("P07", "left", "stroke", severity="no_movement")
ALL = (ENTRY, COUNTED, PLAN, WALK, FINDING, FALL, PERSON)


def test_s12_a_helper_sees_steps_and_exercises_and_no_more() -> None:
    seen = visible_to(Helper("sister"), ALL)
    assert [type(noun).__name__ for noun in seen] == ["LogEntry", "CountedSet", "PlanVersion", "Walk", "Patient"]
    words = repr(seen)
    for secret in ("sore", "bad day", "pain=5", "effort=6", "weak", "private", "poor", "shuffling", "stroke", "20.0"):
        assert secret not in words, secret
    entry = seen[0]
    assert isinstance(entry, LogEntry)
    assert (entry.repetitions, entry.outcome) == (20, "done")


def test_s12_each_word_of_consent_shows_its_own(with_person: Store) -> None:  # noqa: ARG001
    def secrets(*more: str) -> set[str]:
        words = repr(visible_to(Helper("sister", (*HELPER_SEES[:2], *more)), ALL))
        return {one for one in ("pain=5.0", "bad day", "bath", "shuffling", "spasticity") if one in words}

    assert secrets("pain") == {"pain=5.0"}
    assert secrets("notes") == {"bad day", "bath"}
    assert secrets("results") == {"shuffling", "spasticity"}
    assert secrets(*HELPER_SEES) == {"pain=5.0", "bad day", "bath", "shuffling", "spasticity"}
    assert visible_to(Helper("sister", ()), ALL[:6]) == ()
    with pytest.raises(StoreError, match="Helper"):
        visible_to(Helper("sister"), [Helper("brother")])


def test_measures_are_results_but_for_steps() -> None:
    table = pd.DataFrame({"measure": ["step_count", "walking_speed_mps"], "value": [80.0, 0.8], "quality": "good"})
    assert visible_measures(Helper("a"), table)["measure"].tolist() == ["step_count"]
    assert set(visible_measures(Helper("a"), table)["quality"]) == {""}
    assert visible_measures(Helper("a", ("results",)), table).equals(table)
    assert visible_measures(Helper("a", ("exercises",)), table).empty


def test_helpers_are_kept_changed_and_taken_away(with_person: Store) -> None:
    add_helper(with_person, "P07", Helper("sister"))
    add_helper(with_person, "P07", Helper("neighbor", ("steps",)))
    assert helpers(with_person, "P07") == (Helper("neighbor", ("steps",)), Helper("sister"))
    with pytest.raises(StoreError) as exists:
        add_helper(with_person, "P07", Helper("sister"))
    assert exists.value.reason is StoreReason.EXISTS
    change_helper(with_person, "P07", Helper("sister", ("pain", "steps")))
    assert helpers(with_person, "P07")[1].sees == ("steps", "pain")
    remove_helper(with_person, "P07", "neighbor")
    assert [helper.name for helper in helpers(with_person, "P07")] == ["sister"]
    with pytest.raises(StoreError, match="Did you mean sister") as missing:
        remove_helper(with_person, "P07", "sisters")
    assert missing.value.reason is StoreReason.NOT_FOUND
    for wrong in (Helper(" "), Helper("a", ("everything",))):
        with pytest.raises(StoreError):
            add_helper(with_person, "P07", wrong)


def test_a_counted_set_comes_back_with_its_entry(with_person: Store) -> None:
    (entry,) = add_log_entries(with_person, "P07", [replace(ENTRY, id="")])
    counted = replace(COUNTED, entry=entry.id, session=ID, folder="/sets/1", version="0.1.0")
    add_counted_set(with_person, "P07", counted)
    (found,) = counted_sets(with_person, "P07")
    assert repr(found) == repr(counted)  # NaN equals nothing
    assert counted_sets(with_person, "P07", date(2026, 3, 3)) == ()
    assert counted_sets(with_person, "P07", None, date(2026, 3, 1)) == ()
    for wrong, reason in (
        (counted, StoreReason.EXISTS),
        (replace(counted, id=ID.replace("1", "2"), entry=ID), StoreReason.NOT_FOUND),
        (replace(counted, id="1"), StoreReason.WRONG_VALUE),
        (replace(counted, at=datetime(2026, 3, 2)), StoreReason.WRONG_VALUE),
    ):
        with pytest.raises(StoreError) as refused:
            add_counted_set(with_person, "P07", wrong)
        assert refused.value.reason is reason
