"""Sets of an exercise that the shoe sensor counted, repetition by repetition."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import SIDES_OR_BOTH, CountedRepetition, CountedSet
from footdrop_imu.store import checks
from footdrop_imu.store.audit import record
from footdrop_imu.store.database import Store, reading, writing
from footdrop_imu.store.models import CountedRepetitionRow, CountedSetRow, LogEntryRow
from footdrop_imu.store.people import find_person
from footdrop_imu.store.rows import from_columns, to_columns

__all__ = ["add_counted_set", "counted_sets"]


def add_counted_set(store: Store, pseudonym: str, counted: CountedSet) -> None:
    """Add a set that was counted; its log entry, where it names one, is there already.

    Raises
    ------
    StoreError
        NOT_FOUND: no such person or log entry; EXISTS; WRONG_VALUE.
    """
    number = checks.check_uuid("id of the set", counted.id)
    offset_s = checks.offset_s("time of the set", counted.at)
    checks.check_word("side", counted.side, SIDES_OR_BOTH, or_empty=True)
    with writing(store) as connection:
        person = find_person(connection, pseudonym)
        if connection.execute(select(CountedSetRow.id).where(CountedSetRow.uuid == number)).first():
            raise StoreError(StoreReason.EXISTS, f"The counted set {number} is there already.")
        entry_id = None
        if counted.entry:
            of_entry = select(LogEntryRow.id).filter_by(person_id=person.id, uuid=counted.entry)
            entry_id = connection.scalar(of_entry)
            if entry_id is None:
                raise StoreError(StoreReason.NOT_FOUND, f"{pseudonym} has no log entry {counted.entry!r:.80}.")
        values = to_columns(counted)
        repetitions, _, _ = values.pop("repetitions"), values.pop("id"), values.pop("entry")
        made = connection.execute(
            insert(CountedSetRow).values(
                uuid=number, person_id=person.id, log_entry_id=entry_id, at_offset_s=offset_s, **values
            )
        ).inserted_primary_key
        assert made is not None
        if repetitions:
            rows = [{"set_id": made[0], "place": place, **to_columns(one)} for place, one in enumerate(repetitions)]
            connection.execute(insert(CountedRepetitionRow), rows)
        record(store, connection, "counted_set", number, "added", person=person.key, after=counted)


def counted_sets(
    store: Store, pseudonym: str, first_day: date | None = None, last_day: date | None = None
) -> tuple[CountedSet, ...]:
    """Read the counted sets of some days, by instant; both days included, None = no bound.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    query = select(CountedSetRow, LogEntryRow.uuid.label("entry")).outerjoin(
        LogEntryRow, LogEntryRow.id == CountedSetRow.log_entry_id
    )
    if first_day is not None:
        query = query.where(CountedSetRow.day >= first_day)
    if last_day is not None:
        query = query.where(CountedSetRow.day <= last_day)
    with reading(store) as connection:
        query = query.where(CountedSetRow.person_id == find_person(connection, pseudonym).id)
        sets = connection.execute(query.order_by(CountedSetRow.at, CountedSetRow.id)).all()
        wanted = query.with_only_columns(CountedSetRow.id)
        repetitions: dict[int, list[CountedRepetition]] = defaultdict(list)
        rows = select(CountedRepetitionRow).where(CountedRepetitionRow.set_id.in_(wanted))
        for row in connection.execute(rows.order_by(CountedRepetitionRow.set_id, CountedRepetitionRow.place)):
            repetitions[row.set_id].append(from_columns(CountedRepetition, row))
    return tuple(_set(row, tuple(repetitions[row.id])) for row in sets)


def _set(row: Any, repetitions: tuple[CountedRepetition, ...]) -> CountedSet:
    return from_columns(
        CountedSet,
        row,
        id=row.uuid,
        at=checks.at_offset(row.at, row.at_offset_s),
        entry=row.entry or "",
        repetitions=repetitions,
    )
