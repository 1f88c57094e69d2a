"""People by pseudonym, their names apart, and what is erased when someone asks to be forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, text, update

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema import AFFECTED
from footdrop_imu.schema_rehab import CAUSES, GOALS, SEVERITIES, SIDES_OR_BOTH, Patient
from footdrop_imu.store import checks
from footdrop_imu.store.audit import FORGOT, record
from footdrop_imu.store.database import Store, reading, writing
from footdrop_imu.store.models import AuditContentRow, AuditRow, NameRow, PersonRow
from footdrop_imu.store.rows import from_columns, to_columns

__all__ = [
    "KnownPerson",
    "add_person",
    "change_person",
    "find_person",
    "forget",
    "name",
    "people",
    "person",
    "set_name",
]


class KnownPerson(NamedTuple):
    """A person's number in the tables and their key in the audit trail; the zone is for times without one."""

    id: int
    key: str
    time_zone: str


def find_person(connection: Connection, pseudonym: str) -> KnownPerson:
    """Find a person within a transaction.

    Raises
    ------
    StoreError
        NOT_FOUND, with pseudonyms that are near.
    """
    query = select(PersonRow.id, PersonRow.key, PersonRow.time_zone).where(PersonRow.pseudonym == pseudonym)
    row = connection.execute(query).first()
    if row is None:
        raise checks.known("person", pseudonym, connection.scalars(select(PersonRow.pseudonym)))
    return KnownPerson(*row)


def add_person(store: Store, patient: Patient) -> None:
    """Add a person.

    Raises
    ------
    StoreError
        EXISTS; WRONG_VALUE: no pseudonym, a word or number that may not be.
    """
    _check(patient)
    with writing(store) as connection:
        taken = {one.lower(): one for one in connection.scalars(select(PersonRow.pseudonym))}
        if patient.id.lower() in taken:
            raise StoreError(
                StoreReason.EXISTS, f"There is a person {taken[patient.id.lower()]} already. Choose another pseudonym."
            )
        key = str(uuid4())
        connection.execute(insert(PersonRow).values(key=key, **_columns(patient)))
        record(store, connection, "person", key, "added", person=key, after=patient)


def person(store: Store, pseudonym: str) -> Patient:
    """Read one person.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    with reading(store) as connection:
        return _read(connection, find_person(connection, pseudonym))


def people(store: Store) -> tuple[Patient, ...]:
    """Read everyone, by pseudonym."""
    with reading(store) as connection:
        rows = connection.execute(select(PersonRow)).all()
    return tuple(sorted((_patient(row) for row in rows), key=lambda one: one.id))


def change_person(store: Store, patient: Patient) -> None:
    """Put all that is known of a person in place of what was; the pseudonym says who.

    Raises
    ------
    StoreError
        NOT_FOUND; WRONG_VALUE.
    """
    _check(patient)
    with writing(store) as connection:
        found = find_person(connection, patient.id)
        before = _read(connection, found)
        if to_columns(before) != to_columns(patient):
            connection.execute(update(PersonRow).where(PersonRow.id == found.id).values(**_columns(patient)))
            record(store, connection, "person", found.key, "changed", person=found.key, before=before, after=patient)


def set_name(store: Store, pseudonym: str, name: str | None) -> None:
    """Keep a person's name, or delete it (None or ""); the audit trail says that it happened, not the name.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    wanted = (name or "").strip()
    with writing(store) as connection:
        found = find_person(connection, pseudonym)
        before = _name(connection, found)
        if wanted == before:
            return
        connection.execute(delete(NameRow).where(NameRow.person_id == found.id))
        if wanted:
            connection.execute(insert(NameRow).values(person_id=found.id, name=wanted))
        action = "changed" if before and wanted else "added" if wanted else "deleted"
        record(store, connection, "person_name", found.key, action, person=found.key)


def name(store: Store, pseudonym: str) -> str:
    """Read a person's name, "" = none is kept.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    with reading(store) as connection:
        return _name(connection, find_person(connection, pseudonym))


def forget(store: Store, pseudonym: str) -> tuple[Path, ...]:
    """Erase all that is kept of a person: facts, name, walks, plans, logs, and their content in the audit trail.

    What stays is the chain of the audit trail: that someone (a random key) was added, changed and forgotten, and when.
    Session folders and reports are not the store's and stay where they are.

    Returns
    -------
    tuple of pathlib.Path
        Backups beside the store that hold the person still. Backups made elsewhere do too.

    Raises
    ------
    StoreError
        NOT_FOUND; BUSY.
    """
    with writing(store) as connection:
        found = find_person(connection, pseudonym)
        record(store, connection, "person", found.key, FORGOT, person=found.key)
        about = select(AuditRow.id).where(AuditRow.person == found.key, AuditRow.action != FORGOT)
        connection.execute(delete(AuditContentRow).where(AuditContentRow.audit_id.in_(about)))
        connection.execute(delete(PersonRow).where(PersonRow.id == found.id))
    if store.engine.dialect.name != "sqlite":
        return ()
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # what was erased is overwritten in the file (secure_delete), but may still stand in its log
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    file = Path(store.place)
    return tuple(sorted(file.parent.glob(f"{file.stem}-*{file.suffix}")))


def _check(patient: Patient) -> None:
    checks.check_pseudonym(patient.id)
    checks.check_word("affected", patient.affected, AFFECTED)
    checks.check_word("cause", patient.cause, CAUSES, or_empty=True)
    checks.check_word("severity", patient.severity, SEVERITIES, or_empty=True)
    checks.check_word("goal", patient.goal, GOALS)
    checks.check_word("primary_side", patient.primary_side, SIDES_OR_BOTH, or_empty=True)
    checks.check_number("leg_length_m", patient.leg_length_m, 0.3, 1.3)
    checks.check_time_zone(patient.time_zone)
    if wrong := [name for name, answer in patient.answers.items() if not isinstance(answer, bool)]:
        raise StoreError(StoreReason.WRONG_VALUE, f"answers: {', '.join(wrong)} must be answered with true or false.")


def _columns(patient: Patient) -> dict[str, Any]:
    values = to_columns(patient)
    return {"pseudonym": values.pop("id"), **values, "answers": dict(patient.answers)}


def _patient(row: Any) -> Patient:
    return from_columns(Patient, row, id=row.pseudonym)


def _read(connection: Connection, found: KnownPerson) -> Patient:
    return _patient(connection.execute(select(PersonRow).where(PersonRow.id == found.id)).one())


def _name(connection: Connection, found: KnownPerson) -> str:
    return connection.scalar(select(NameRow.name).where(NameRow.person_id == found.id)) or ""
