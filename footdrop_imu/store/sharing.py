"""Helpers, and what each may see of a person: steps and exercises, more only when the person agreed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import delete, insert, select, update

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import (
    HELPER_SEES,
    ClinicalEntry,
    CountedSet,
    Helper,
    LogEntry,
    Patient,
    PlanVersion,
    TimelineEvent,
    Walk,
)
from footdrop_imu.store import checks
from footdrop_imu.store.audit import record
from footdrop_imu.store.database import Store, reading, writing
from footdrop_imu.store.models import HelperRow
from footdrop_imu.store.people import find_person

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add_helper", "change_helper", "helpers", "remove_helper", "visible_measures", "visible_to"]

STEP_MEASURES = ("step_count", "stride_count")
"""Measures of a walk that count as steps; all others are results."""

Noun = TypeVar("Noun")


def add_helper(store: Store, pseudonym: str, helper: Helper) -> None:
    """Add someone who helps a person.

    Raises
    ------
    StoreError
        NOT_FOUND: no such person; EXISTS; WRONG_VALUE.
    """
    values = _columns(helper)
    with writing(store) as connection:
        person = find_person(connection, pseudonym)
        if connection.execute(select(HelperRow.id).filter_by(person_id=person.id, name=helper.name)).first():
            raise StoreError(StoreReason.EXISTS, f"{pseudonym} has a helper {helper.name} already.")
        made = connection.execute(insert(HelperRow).values(person_id=person.id, **values)).inserted_primary_key
        record(store, connection, "helper", str(made and made[0]), "added", person=person.key, after=helper)


def helpers(store: Store, pseudonym: str) -> tuple[Helper, ...]:
    """Read who helps a person, by name.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    with reading(store) as connection:
        person = find_person(connection, pseudonym)
        rows = connection.execute(select(HelperRow.name, HelperRow.sees).filter_by(person_id=person.id)).all()
    return tuple(sorted((Helper(row.name, tuple(row.sees)) for row in rows), key=lambda one: one.name))


def change_helper(store: Store, pseudonym: str, helper: Helper) -> None:
    """Change what a helper may see.

    Raises
    ------
    StoreError
        NOT_FOUND: no such person or helper; WRONG_VALUE.
    """
    values = _columns(helper)
    _put(store, pseudonym, helper.name, values)


def remove_helper(store: Store, pseudonym: str, name: str) -> None:
    """Take a helper away: nothing is shown to them from now on.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    _put(store, pseudonym, name, None)


def visible_to(helper: Helper, nouns: Iterable[Noun]) -> tuple[Noun, ...]:
    """Leave of what was read what a helper may see; what may not be seen at all is left out.

    Pain, effort, notes and reasons go from log entries, notes from plans and events, what a walk was judged from
    walks. Events and clinical entries, and the facts of a disease, are left out.
    """
    return tuple(seen for noun in nouns if (seen := _seen(set(helper.sees), noun)) is not None)


def visible_measures(helper: Helper, table: pd.DataFrame) -> pd.DataFrame:
    """Leave of ``WALK_MEASURE_COLUMNS`` the rows that a helper may see: steps, or all where results are shared."""
    sees = set(helper.sees)
    if "results" in sees:
        return table
    may = table["measure"].isin(STEP_MEASURES if "steps" in sees else ())
    return table[may].reset_index(drop=True).assign(quality="")


def _seen(sees: set[str], noun: Any) -> Any:
    notes, results, nan = "notes" in sees, "results" in sees, float("nan")
    if isinstance(noun, LogEntry | PlanVersion | CountedSet) and "exercises" not in sees:
        return None
    if isinstance(noun, LogEntry):
        if "pain" not in sees:
            noun = replace(noun, pain=nan, effort=nan)
        return noun if notes else replace(noun, note="", reason="")
    if isinstance(noun, PlanVersion):
        if notes:
            return noun
        return replace(noun, note="", prescriptions=tuple(replace(one, note="") for one in noun.prescriptions))
    if isinstance(noun, CountedSet):
        return noun if results else replace(noun, repetitions=tuple(type(one)(one.start_s) for one in noun.repetitions))
    if isinstance(noun, Walk):
        if "steps" not in sees and not results:
            return None
        return noun if results else replace(noun, quality="", reasons=())
    if isinstance(noun, TimelineEvent):
        return noun if notes else None
    if isinstance(noun, ClinicalEntry):
        return noun if results else None
    if isinstance(noun, Patient):
        return noun if results else Patient(noun.id, time_zone=noun.time_zone)
    raise checks.wrong(f"Nothing says whether a helper may see a {type(noun).__name__}.")


def _columns(helper: Helper) -> dict[str, Any]:
    if not helper.name.strip():
        raise checks.wrong("A helper needs a name or pseudonym.")
    for word in helper.sees:
        checks.check_word(f"what {helper.name} may see", word, HELPER_SEES)
    return {"name": helper.name, "sees": [word for word in HELPER_SEES if word in helper.sees]}


def _put(store: Store, pseudonym: str, name: str, values: dict[str, Any] | None) -> None:
    with writing(store) as connection:
        person = find_person(connection, pseudonym)
        row = connection.execute(select(HelperRow).filter_by(person_id=person.id, name=name)).first()
        if row is None:
            there = connection.scalars(select(HelperRow.name).filter_by(person_id=person.id))
            raise checks.known(f"helper of {pseudonym}", name, there)
        before = {"name": row.name, "sees": row.sees}
        if values == before:
            return
        at = HelperRow.id == row.id
        connection.execute(
            delete(HelperRow).where(at) if values is None else update(HelperRow).where(at).values(values)
        )
        action = "removed" if values is None else "changed"
        record(store, connection, "helper", str(row.id), action, person=person.key, before=before, after=values)
