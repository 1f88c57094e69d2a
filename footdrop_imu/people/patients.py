"""Who is followed: added, changed, seen whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from footdrop_imu.store import sharing
from footdrop_imu.store.course import clinical_entries, events
from footdrop_imu.store.people import add_person, change_person, person
from footdrop_imu.store.plans import plan_versions
from footdrop_imu.store.walks import walks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from footdrop_imu.schema_rehab import ClinicalEntry, Helper, Patient, TimelineEvent
    from footdrop_imu.store.database import Store

__all__ = ["WholePerson", "add_patient", "change_patient", "set_helper", "whole_person"]


class WholePerson(NamedTuple):
    """What is kept of a person but walks, plans and log, which have their own commands."""

    patient: Patient
    events: tuple[TimelineEvent, ...]
    clinical_entries: tuple[ClinicalEntry, ...]
    helpers: tuple[Helper, ...]
    walk_count: int
    plan_version_count: int


def add_patient(store: Store, patient: Patient) -> None:
    """Add a person.

    Raises
    ------
    StoreError
        The pseudonym is taken or is none; a value that may not be.
    """
    add_person(store, patient)


def change_patient(store: Store, pseudonym: str, changes: Mapping[str, Any]) -> Patient:
    """Change some facts of a person, answers one by one, and give them as they are now.

    Raises
    ------
    StoreError
        No such person; a value that may not be.
    """
    patient = person(store, pseudonym)
    answers = {**patient.answers, **changes.get("answers", {})}
    changed = replace(patient, **{**changes, "answers": answers})
    change_person(store, changed)
    return changed


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
