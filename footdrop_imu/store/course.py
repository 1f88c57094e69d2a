"""What happened to a person, and what a clinician found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import CLINICAL_MEASURES, EVENT_KINDS, SIDES_OR_BOTH, ClinicalEntry, TimelineEvent
from footdrop_imu.store import checks
from footdrop_imu.store.audit import record
from footdrop_imu.store.database import Store, reading, writing
from footdrop_imu.store.models import AuditRow, ClinicalEntryRow, EventRow
from footdrop_imu.store.people import find_person
from footdrop_imu.store.rows import from_columns, to_columns

__all__ = ["add_clinical_entry", "add_event", "clinical_entries", "events", "remove_clinical_entry", "remove_event"]

_Row = type[EventRow] | type[ClinicalEntryRow]


def add_event(store: Store, pseudonym: str, event: TimelineEvent) -> TimelineEvent:
    """Add something to a person's time line; gives it back with its id.

    Raises
    ------
    StoreError
        NOT_FOUND: no such person; EXISTS: the id, or the same kind with the same note on that day; WRONG_VALUE.
    """
    checks.check_word("kind", event.kind, EVENT_KINDS)
    event = replace(event, id=checks.check_uuid("id of the event", event.id, make=True))
    _add(store, pseudonym, EventRow, event, f"{event.kind} on {event.day}", ("kind", "day", "note"))
    return event


def events(store: Store, pseudonym: str) -> tuple[TimelineEvent, ...]:
    """Read a person's time line, by day; those of one day in the order they were entered.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    return tuple(from_columns(TimelineEvent, row) for row in _read(store, pseudonym, EventRow))


def remove_event(store: Store, pseudonym: str, event_id: str) -> None:
    """Take back an event that was entered by mistake; the audit trail keeps it.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    _remove(store, pseudonym, EventRow, event_id, "event")


def add_clinical_entry(store: Store, pseudonym: str, entry: ClinicalEntry) -> ClinicalEntry:
    """Add what a clinician found; gives it back with its id.

    Raises
    ------
    StoreError
        NOT_FOUND: no such person; EXISTS: the same value of that measure, side and day; WRONG_VALUE.
    """
    checks.check_word("measure", entry.measure, CLINICAL_MEASURES)
    checks.check_number(entry.measure, entry.value, *CLINICAL_MEASURES[entry.measure], or_nan=False)
    checks.check_word("side", entry.side, SIDES_OR_BOTH, or_empty=True)
    entry = replace(entry, id=checks.check_uuid("id of the entry", entry.id, make=True))
    _add(
        store, pseudonym, ClinicalEntryRow, entry, f"{entry.measure} of {entry.day}",
        ("measure", "value", "day", "side", "author"),
    )  # fmt: skip
    return entry


def clinical_entries(store: Store, pseudonym: str) -> tuple[ClinicalEntry, ...]:
    """Read what clinicians found, by day; that of one day in the order it was entered.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    return tuple(from_columns(ClinicalEntry, row) for row in _read(store, pseudonym, ClinicalEntryRow))


def remove_clinical_entry(store: Store, pseudonym: str, entry_id: str) -> None:
    """Take back an entry that was made by mistake; the audit trail keeps it.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    _remove(store, pseudonym, ClinicalEntryRow, entry_id, "clinical entry")


def _add(store: Store, pseudonym: str, table: _Row, noun: Any, what: str, same: tuple[str, ...]) -> None:
    values = to_columns(noun)
    with writing(store) as connection:
        person = find_person(connection, pseudonym)
        twice = select(table.id).filter_by(person_id=person.id, **{name: values[name] for name in same})
        if connection.execute(twice).first() or connection.execute(select(table.id).filter_by(id=noun.id)).first():
            raise StoreError(
                StoreReason.EXISTS,
                f"{pseudonym}: {what} is there already. For a second one give a note that tells them apart.",
            )
        connection.execute(insert(table).values(person_id=person.id, **values))
        record(store, connection, table.__tablename__, noun.id, "added", person=person.key, after=noun)


def _read(store: Store, pseudonym: str, table: _Row) -> list[Any]:
    with reading(store) as connection:
        person = find_person(connection, pseudonym)
        rows = connection.execute(select(table).where(table.person_id == person.id)).all()
        # ids are random: the audit trail alone knows what came first
        entered = select(AuditRow.in_row, func.min(AuditRow.id)).where(
            AuditRow.person == person.key, AuditRow.in_table == table.__tablename__, AuditRow.action == "added"
        )
        order = {row[0]: row[1] for row in connection.execute(entered.group_by(AuditRow.in_row))}
    return sorted(rows, key=lambda row: (row.day or date.min, order.get(row.id, 0), row.id))


def _remove(store: Store, pseudonym: str, table: _Row, row_id: str, what: str) -> None:
    with writing(store) as connection:
        person = find_person(connection, pseudonym)
        row = connection.execute(select(table).filter_by(person_id=person.id, id=row_id)).first()
        if row is None:
            ids = connection.scalars(select(table.id).filter_by(person_id=person.id))
            raise checks.known(f"{what} of {pseudonym}", row_id, ids)
        before = {name: value for name, value in row._mapping.items() if name != "person_id"}
        connection.execute(delete(table).where(table.id == row_id))
        record(store, connection, table.__tablename__, row_id, "removed", person=person.key, before=before)
