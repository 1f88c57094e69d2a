"""The log of what was done: entries are added, corrected by further entries, never changed and never erased."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, exists, func, insert, select
from sqlalchemy.orm import aliased

from footdrop_imu.columns import make_table, names
from footdrop_imu.columns_rehab import LOG_COLUMNS, LOG_ENTRY_COLUMNS
from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import LEVELS, LOG_SOURCES, OUTCOMES, SIDES_OR_BOTH, LogEntry
from footdrop_imu.store import checks
from footdrop_imu.store.audit import record
from footdrop_imu.store.database import Store, reading, writing
from footdrop_imu.store.models import LogEntryRow
from footdrop_imu.store.people import KnownPerson, find_person
from footdrop_imu.store.rows import columns_of, in_one, words_arrays

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add_log_entries", "counts_are_logged", "log_entries", "log_entry_table", "log_table"]

_WORDS = ("side", "level", "outcome", "source", "exercise")  # in the last one anything may stand
_LISTED_AT_MOST = 100
_ASKED_AT_ONCE = 500


def add_log_entries(store: Store, pseudonym: str, entries: Sequence[LogEntry]) -> tuple[LogEntry, ...]:
    """Add entries in one transaction, all or none; gives them back with their ids and when they were entered.

    An entry may replace one that is there, of this person, that none has replaced yet: a correction of a correction
    replaces the correction. The audit trail gets one row for all of them; it lists up to 100, of more it
    holds number, first and last day and the SHA-256 of them in order.

    Raises
    ------
    StoreError
        NOT_FOUND: no such person, nothing to replace; EXISTS: an id is taken, an entry was corrected already;
        WRONG_VALUE.
    """
    now = datetime.now(UTC)
    checked = [_checked(entry, now) for entry in entries]
    if not checked:
        return ()
    with writing(store) as connection:
        person = find_person(connection, pseudonym)
        _refuse_taken(connection, checked)
        replaced = _replaced(connection, person, checked)
        # numbered here, so that corrections of entries of this very call can go with them: writers come one by one
        first = (connection.scalar(select(func.max(LogEntryRow.id))) or 0) + 1
        numbers = replaced | {entry.id: number for number, entry in enumerate(checked, first)}
        rows = [_columns(entry, person, numbers) for entry in checked]
        connection.execute(insert(LogEntryRow), rows)
        _record(store, connection, person, checked, rows)
    return tuple(checked)


def log_entries(
    store: Store, pseudonym: str, first_day: date | None = None, last_day: date | None = None
) -> tuple[LogEntry, ...]:
    """Read the entries of some days, by instant, the replaced ones too; both days included, None = no bound.

    An entry of these days that was corrected comes with its corrections, whatever day these are of: which entries
    stand can be told from what is given.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    old = aliased(LogEntryRow)
    query = (
        select(LogEntryRow, old.uuid.label("replaces"))
        .outerjoin(old, old.id == LogEntryRow.replaces_id)
        .order_by(LogEntryRow.at, LogEntryRow.id)
    )
    with reading(store) as connection:
        person = find_person(connection, pseudonym)
        query = query.where(LogEntryRow.person_id == person.id)
        within = query
        if first_day is not None:
            within = within.where(LogEntryRow.day >= first_day)
        if last_day is not None:
            within = within.where(LogEntryRow.day <= last_day)
        rows = list(connection.execute(within))
        if first_day is not None or last_day is not None:
            there = {row.uuid for row in rows}
            for row in connection.execute(
                query.where(LogEntryRow.replaces_id.is_not(None)).order_by(None).order_by(LogEntryRow.id)
            ):
                if row.replaces in there and row.uuid not in there:
                    there.add(row.uuid)
                    rows.append(row)
    return tuple(_entry(row) for row in rows)


def counts_are_logged(store: Store, pseudonym: str) -> bool:
    """Say whether a sensor counted anything in a person's log.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    with reading(store) as connection:
        person = find_person(connection, pseudonym)
        query = select(LogEntryRow.id).where(LogEntryRow.person_id == person.id, LogEntryRow.source == "sensor")
        return connection.execute(query.limit(1)).first() is not None


def log_entry_table(store: Store, pseudonym: str) -> pd.DataFrame:
    """Read the whole log entry by entry as a table, many times faster than as nouns; the replaced ones are in it.

    Returns
    -------
    pandas.DataFrame
        ``columns_rehab.LOG_ENTRY_COLUMNS``, sorted by instant and order of entry.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    import numpy as np

    old = aliased(LogEntryRow)
    plain = [name for name in names(LOG_ENTRY_COLUMNS) if name not in (*_WORDS, "id", "replaces")]
    wanted: dict[str, Any] = {name: getattr(LogEntryRow, name) for name in plain}
    wanted |= {"id": LogEntryRow.uuid, "replaces": func.coalesce(old.uuid, ""), "words": _words_in_one()}
    if store.engine.dialect.name == "postgresql":  # numpy takes instants without a zone
        wanted |= {name: func.timezone("UTC", wanted[name]) for name in ("at", "entered_at")}
    query = (
        select(*wanted.values())
        .outerjoin(old, old.id == LogEntryRow.replaces_id)
        .order_by(LogEntryRow.at, LogEntryRow.id)
    )
    with reading(store) as connection:
        query = query.where(LogEntryRow.person_id == find_person(connection, pseudonym).id)
        values = dict(zip(wanted, columns_of(connection, query), strict=True))
    table = dict(zip(_WORDS, words_arrays(values.pop("words"), len(_WORDS)), strict=True))
    types = {column.name: column.type for column in LOG_ENTRY_COLUMNS}
    for name, found in values.items():
        table[name] = np.array(found, dtype=object if types[name] == "str" else types[name])
    return make_table(LOG_ENTRY_COLUMNS, table)


def log_table(
    store: Store, pseudonym: str, first_day: date | None = None, last_day: date | None = None
) -> pd.DataFrame:
    """Sum the entries that stand, by day and words, in the database.

    An entry stands when no other replaces it. What a sensor counted and what the person said of the same exercise are
    rows of their own (``source``): pairing them is not the store's.

    Returns
    -------
    pandas.DataFrame
        ``columns_rehab.LOG_COLUMNS``, sorted by day and the words.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    import numpy as np

    keys, numbers = names(LOG_COLUMNS)[:6], names(LOG_COLUMNS)[6:]
    later = aliased(LogEntryRow)
    query = (
        select(
            LogEntryRow.day,
            _words_in_one(),
            func.count().label("session_count"),
            func.sum(LogEntryRow.sets).label("sets"),
            func.sum(LogEntryRow.repetitions).label("repetitions"),
            func.coalesce(func.sum(LogEntryRow.duration_s), 0.0).label("duration_s"),
        )
        .where(~exists().where(later.replaces_id == LogEntryRow.id))
        .group_by(*(getattr(LogEntryRow, key) for key in keys))
    )
    with reading(store) as connection:
        query = query.where(LogEntryRow.person_id == find_person(connection, pseudonym).id)
        if first_day is not None:
            query = query.where(LogEntryRow.day >= first_day)
        if last_day is not None:
            query = query.where(LogEntryRow.day <= last_day)
        day, words, *summed = columns_of(connection, query)
    table = make_table(
        LOG_COLUMNS,
        {
            "day": np.array(day, dtype="datetime64[D]").astype("datetime64[us]"),
            **dict(zip(_WORDS, words_arrays(words, len(_WORDS)), strict=True)),
            **{name: np.array(values) for name, values in zip(numbers, summed, strict=True)},
        },
    )
    return table.sort_values(keys, ignore_index=True)


def _words_in_one() -> Any:
    return in_one([getattr(LogEntryRow, name) for name in _WORDS])


def _checked(entry: LogEntry, now: datetime) -> LogEntry:
    what = entry.exercise or "entry"
    if not entry.exercise and entry.outcome != "excused":
        raise checks.wrong("A log entry names no exercise.")
    checks.check_word(f"side of {what}", entry.side, SIDES_OR_BOTH, or_empty=True)
    checks.check_word(f"level of {what}", entry.level, LEVELS, or_empty=True)
    checks.check_word(f"outcome of {what}", entry.outcome, OUTCOMES)
    checks.check_word(f"source of {what}", entry.source, LOG_SOURCES)
    checks.check_number(f"sets of {what}", entry.sets, 0, 10000)
    checks.check_number(f"repetitions of {what}", entry.repetitions, 0, 100000)
    checks.check_number(f"duration_s of {what}", entry.duration_s, 0, 86400)
    checks.check_number(f"pain of {what}", entry.pain, 0, 10)
    checks.check_number(f"effort of {what}", entry.effort, 0, 10)
    checks.offset_s(f"time of {what}", entry.at)
    if entry.entered_at is not None:
        checks.offset_s(f"entered_at of {what}", entry.entered_at)
    return replace(
        entry,
        id=checks.check_uuid(f"id of {what}", entry.id, make=True),
        replaces=checks.check_uuid(f"what {what} replaces", entry.replaces) if entry.replaces else "",
        entered_at=(entry.entered_at or now).astimezone(UTC),
    )


def _refuse_taken(connection: Connection, entries: Sequence[LogEntry]) -> None:
    ids = [entry.id for entry in entries]
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise StoreError(StoreReason.EXISTS, f"The entry {one} stands twice in what was to be added.")
        seen.add(one)
    for begin in range(0, len(ids), _ASKED_AT_ONCE):
        asked = select(LogEntryRow.uuid).where(LogEntryRow.uuid.in_(ids[begin : begin + _ASKED_AT_ONCE]))
        taken = connection.scalar(asked.limit(1))
        if taken:
            raise StoreError(
                StoreReason.EXISTS, f"The entry {taken} is there already. To correct it add one that replaces it."
            )


def _replaced(connection: Connection, person: KnownPerson, entries: Sequence[LogEntry]) -> dict[str, int]:
    """Numbers of the entries to be replaced that are there; all must be there or come before in the same call."""
    found = _ids(connection, person, [entry.replaces for entry in entries if entry.replaces])
    coming: set[str] = set()
    corrected: set[str] = set()
    for entry in entries:
        if entry.replaces:
            if entry.replaces not in found and entry.replaces not in coming:
                raise StoreError(
                    StoreReason.NOT_FOUND,
                    f"The entry {entry.replaces}, which {entry.id} is to replace, is not in this person's log.",
                )
            if entry.replaces in corrected:
                raise _corrected_already(entry.replaces)
            corrected.add(entry.replaces)
        coming.add(entry.id)
    for one in _in_parts(list(found.values())):
        later = connection.execute(select(LogEntryRow.replaces_id).where(LogEntryRow.replaces_id.in_(one))).first()
        if later:
            raise _corrected_already(next(uuid for uuid, number in found.items() if number == later.replaces_id))
    return found


def _corrected_already(entry_id: str) -> StoreError:
    return StoreError(
        StoreReason.EXISTS, f"The entry {entry_id} was corrected already. Correct the entry that replaced it."
    )


def _ids(connection: Connection, person: KnownPerson, uuids: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in _in_parts(list(uuids)):
        query = select(LogEntryRow.uuid, LogEntryRow.id).where(
            LogEntryRow.uuid.in_(part), LogEntryRow.person_id == person.id
        )
        found |= {row.uuid: row.id for row in connection.execute(query)}
    return found


def _in_parts(values: list[Any]) -> Iterable[list[Any]]:
    return (values[begin : begin + _ASKED_AT_ONCE] for begin in range(0, len(values), _ASKED_AT_ONCE))


def _columns(entry: LogEntry, person: KnownPerson, numbers: Mapping[str, int]) -> dict[str, Any]:
    offset = entry.at.utcoffset()
    assert offset is not None
    return {
        "id": numbers[entry.id],
        "uuid": entry.id,
        "person_id": person.id,
        "exercise": entry.exercise,
        "day": entry.day,
        "at": entry.at,
        "at_offset_s": round(offset.total_seconds()),
        "side": entry.side,
        "level": entry.level,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "sets": entry.sets,
        "repetitions": entry.repetitions,
        "duration_s": checks.or_none(entry.duration_s),
        "pain": checks.or_none(entry.pain),
        "effort": checks.or_none(entry.effort),
        "source": entry.source,
        "note": entry.note,
        "entered_at": entry.entered_at,
        "replaces_id": numbers[entry.replaces] if entry.replaces else None,
    }


def _entry(row: Any) -> LogEntry:
    return LogEntry(
        id=row.uuid,
        exercise=row.exercise,
        day=row.day,
        at=checks.at_offset(row.at, row.at_offset_s),
        side=row.side,
        level=row.level,
        outcome=row.outcome,
        reason=row.reason,
        sets=row.sets,
        repetitions=row.repetitions,
        duration_s=checks.number(row.duration_s),
        pain=checks.number(row.pain),
        effort=checks.number(row.effort),
        source=row.source,
        note=row.note,
        replaces=row.replaces or "",
        entered_at=row.entered_at,
    )


def _record(
    store: Store, connection: Connection, person: KnownPerson, entries: Sequence[LogEntry], rows: list[dict[str, Any]]
) -> None:
    row = f"{len(entries)} rows"
    after: Any = list(entries)
    if len(entries) == 1:
        row, after = entries[0].id, entries[0]
    elif len(entries) > _LISTED_AT_MOST:
        digest = hashlib.sha256()
        for one in rows:
            digest.update(json.dumps(one, default=str, ensure_ascii=False).encode())
        days = [entry.day for entry in entries]
        after = {"count": len(rows), "first_day": min(days), "last_day": max(days), "sha256": digest.hexdigest()}
    record(store, connection, "log_entry", row, "added", person=person.key, after=after)
