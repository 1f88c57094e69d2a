"""A person's plan, version by version; a version is never changed."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import func, insert, select

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import LEVELS, SIDES_OR_BOTH, PlanVersion, Prescription
from footdrop_imu.store import checks
from footdrop_imu.store.audit import record
from footdrop_imu.store.database import Store, reading, writing
from footdrop_imu.store.models import PlanVersionRow, PrescriptionRow
from footdrop_imu.store.people import find_person
from footdrop_imu.store.rows import from_columns, to_columns

__all__ = ["add_plan_version", "plan_versions"]


def add_plan_version(store: Store, pseudonym: str, version: PlanVersion) -> None:
    """Add a version of a person's plan; its number is above those that are there.

    Raises
    ------
    StoreError
        NOT_FOUND: no such person; EXISTS: the number is taken; WRONG_VALUE.
    """
    offset_s = checks.offset_s("made_at", version.made_at)
    for one in version.prescriptions:
        _check(one)
    with writing(store) as connection:
        person = find_person(connection, pseudonym)
        of_person = PlanVersionRow.person_id == person.id
        last = connection.scalar(select(func.max(PlanVersionRow.version)).where(of_person)) or 0
        if version.version <= last:
            raise StoreError(
                StoreReason.EXISTS,
                f"{pseudonym}: version {version.version} of the plan is there or past, the next is {last + 1}. "
                "Versions are never changed; add a new one.",
            )
        made = connection.execute(
            insert(PlanVersionRow).values(
                person_id=person.id, version=version.version, start=version.start, made_at=version.made_at,
                made_at_offset_s=offset_s, author=version.author, note=version.note,
            )
        ).inserted_primary_key  # fmt: skip
        assert made is not None
        if version.prescriptions:
            rows = [
                {"plan_version_id": made[0], "place": place, **to_columns(one)}
                for place, one in enumerate(version.prescriptions)
            ]
            connection.execute(insert(PrescriptionRow), rows)
        record(store, connection, "plan_version", str(version.version), "added", person=person.key, after=version)


def plan_versions(store: Store, pseudonym: str) -> tuple[PlanVersion, ...]:
    """Read every version of a person's plan, oldest first.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    with reading(store) as connection:
        person = find_person(connection, pseudonym)
        of_person = PlanVersionRow.person_id == person.id
        versions = connection.execute(select(PlanVersionRow).where(of_person).order_by(PlanVersionRow.version)).all()
        rows = connection.execute(
            select(PrescriptionRow)
            .join(PlanVersionRow, PlanVersionRow.id == PrescriptionRow.plan_version_id)
            .where(of_person)
            .order_by(PrescriptionRow.plan_version_id, PrescriptionRow.place)
        ).all()
    prescriptions: dict[int, list[Prescription]] = defaultdict(list)
    for row in rows:
        prescriptions[row.plan_version_id].append(from_columns(Prescription, row))
    return tuple(_version(row, tuple(prescriptions[row.id])) for row in versions)


def _version(row: Any, prescriptions: tuple[Prescription, ...]) -> PlanVersion:
    made_at = checks.at_offset(row.made_at, row.made_at_offset_s)
    return from_columns(PlanVersion, row, prescriptions=prescriptions, made_at=made_at)


def _check(one: Prescription) -> None:
    if not one.exercise:
        raise checks.wrong("A prescription names no exercise.")
    checks.check_word(f"side of {one.exercise}", one.side, SIDES_OR_BOTH)
    checks.check_word(f"level of {one.exercise}", one.level, LEVELS, or_empty=True)
    for name in ("sets", "repetitions", "hold_s", "duration_s", "times_a_day", "times_a_week"):
        checks.check_number(f"{name} of {one.exercise}", getattr(one, name), 0, 86400)
    for day in one.weekdays:
        checks.check_number(f"weekdays of {one.exercise}", day, 0, 6)
