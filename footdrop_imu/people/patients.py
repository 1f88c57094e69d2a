"""Who is followed: added, changed, seen whole."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.rehab.days import day_of
from footdrop_imu.rehab.measures import MEASURES
from footdrop_imu.store import sharing
from footdrop_imu.store.course import add_clinical_entry, add_event, clinical_entries, events
from footdrop_imu.store.people import add_person, change_person, person
from footdrop_imu.store.plans import plan_versions
from footdrop_imu.store.walks import walks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from footdrop_imu.schema_rehab import ClinicalEntry, Helper, Patient, TimelineEvent
    from footdrop_imu.store.database import Store

__all__ = [
    "JUDGED_MEASURES",
    "WholePerson",
    "add_patient",
    "change_patient",
    "enter_event",
    "enter_finding",
    "helper_of",
    "seen_by",
    "seen_whole",
    "set_helper",
    "whole_person",
]

JUDGED_MEASURES = tuple(name for name, facts in MEASURES.items() if facts.direction)
"""Measures of which more, or less, is better: one of them can be a person's primary measure."""
Noun = TypeVar("Noun")


class WholePerson(NamedTuple):
    """What is kept of a person but walks, plans and log, which have their own commands."""

    patient: Patient
    events: tuple[TimelineEvent, ...]
    clinical_entries: tuple[ClinicalEntry, ...]
    helpers: tuple[Helper, ...]
    walk_count: int
    plan_version_count: int


def add_patient(store: Store, patient: Patient, now: datetime) -> None:
    """Add a person; ``now`` with its zone.

    Raises
    ------
    StoreError
        The pseudonym is taken or is none; a value that may not be.
    """
    _check_facts(patient, now)
    add_person(store, patient)


def change_patient(store: Store, pseudonym: str, changes: Mapping[str, Any], now: datetime) -> Patient:
    """Change some facts of a person, answers one by one, and give them as they are now; ``now`` with its zone.

    Raises
    ------
    StoreError
        No such person; a value that may not be.
    """
    patient = person(store, pseudonym)
    answers = {**patient.answers, **changes.get("answers", {})}
    changed = replace(patient, **{**changes, "answers": answers})
    _check_facts(changed, now)
    change_person(store, changed)
    return changed


def enter_event(store: Store, pseudonym: str, event: TimelineEvent, now: datetime) -> TimelineEvent:
    """Enter what happened, and give it with its id; ``now`` with its zone.

    Raises
    ------
    StoreError
        No such person; a day to come; the same is there already.
    """
    _check_day(event.kind, event.day, day_of(now, person(store, pseudonym).time_zone))
    return add_event(store, pseudonym, event)


def enter_finding(store: Store, pseudonym: str, entry: ClinicalEntry, now: datetime) -> ClinicalEntry:
    """Enter what a clinician found, and give it with its id; ``now`` with its zone.

    Raises
    ------
    StoreError
        No such person; a day to come; a value out of range; the same is there already.
    """
    _check_day(entry.measure, entry.day, day_of(now, person(store, pseudonym).time_zone))
    return add_clinical_entry(store, pseudonym, entry)


def whole_person(store: Store, pseudonym: str) -> WholePerson:
    """Read what is kept of a person.

    Raises
    ------
    StoreError
        No such person.
    """
    return WholePerson(
        patient=person(store, pseudonym),
        events=events(store, pseudonym),
        clinical_entries=clinical_entries(store, pseudonym),
        helpers=sharing.helpers(store, pseudonym),
        walk_count=len(walks(store, pseudonym)),
        plan_version_count=len(plan_versions(store, pseudonym)),
    )


def set_helper(store: Store, pseudonym: str, helper: Helper, *, remove: bool = False) -> tuple[Helper, ...]:
    """Add a helper, change what they may see, or take them away; gives those there are now.

    Raises
    ------
    StoreError
        No such person or helper; a word that may not be.
    """
    known = {one.name for one in sharing.helpers(store, pseudonym)}
    if remove:
        sharing.remove_helper(store, pseudonym, helper.name)
    elif helper.name in known:
        sharing.change_helper(store, pseudonym, helper)
    else:
        sharing.add_helper(store, pseudonym, helper)
    return sharing.helpers(store, pseudonym)


def helper_of(store: Store, pseudonym: str, name: str) -> Helper:
    """Find a helper of a person by name.

    Raises
    ------
    StoreError
        No such person or helper.
    """
    known = {one.name: one for one in sharing.helpers(store, pseudonym)}
    if name not in known:
        there = f"Known: {', '.join(known)}." if known else "Nobody helps yet."
        raise StoreError(StoreReason.NOT_FOUND, f"{pseudonym} has no helper {name!r:.80}. {there}")
    return known[name]


def seen_by(helper: Helper | None, nouns: Iterable[Noun]) -> tuple[Noun, ...]:
    """Leave of what was read what a helper may see; None = whoever may see all."""
    return tuple(nouns) if helper is None else sharing.visible_to(helper, nouns)


def seen_whole(helper: Helper, found: WholePerson) -> WholePerson:
    """Leave of what is kept of a person what a helper may see; of the helpers only this one."""
    (patient,) = sharing.visible_to(helper, [found.patient])
    return found._replace(
        patient=patient,
        events=sharing.visible_to(helper, found.events),
        clinical_entries=sharing.visible_to(helper, found.clinical_entries),
        helpers=(helper,),
        walk_count=found.walk_count if {"steps", "results"} & set(helper.sees) else 0,
        plan_version_count=found.plan_version_count if "exercises" in helper.sees else 0,
    )


def _check_facts(patient: Patient, now: datetime) -> None:
    _check_measure(patient.primary_measure)
    if patient.onset is not None:
        # the zone is looked at when the person is stored
        _check_day("onset", patient.onset, now.date())


def _check_day(what: str, day: date, today: date) -> None:
    if day > today:
        raise StoreError(
            StoreReason.WRONG_VALUE,
            f"{what}: found {day}, which is still to come (today is {today}). Enter it once it has happened.",
        )


def _check_measure(measure: str) -> None:
    if not measure or measure in JUDGED_MEASURES:
        return
    if measure in MEASURES:
        found = f"primary_measure: of {measure} neither more nor less is better, so it cannot be judged."
    else:
        found = f"primary_measure: there is no measure {measure!r:.80}."
    near = get_close_matches(measure, JUDGED_MEASURES, n=2, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`footdrop person measures` lists those that can."
    raise StoreError(StoreReason.WRONG_VALUE, f"{found} {hint}")
