"""Measured walks and chair lift tests: their facts, what each analysis made of them, the measures of a course."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select, update

from footdrop_imu.columns import check_table, make_table
from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema import ACTIVITIES, AFFECTED, Condition
from footdrop_imu.schema_rehab import CHAIR_LIFT_TEST, Walk
from footdrop_imu.store import checks
from footdrop_imu.store.audit import plain, record
from footdrop_imu.store.database import Store, reading, writing
from footdrop_imu.store.models import AnalysisRow, WalkMeasureRow, WalkRow
from footdrop_imu.store.people import KnownPerson, find_person
from footdrop_imu.store.rows import columns_of, words_array

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add_walk", "add_walks", "walk_measures", "walks"]

_MEASURE_COLUMNS = ("measure", "side", "value", "standard_error", "used_count")


def add_walk(store: Store, pseudonym: str, walk: Walk, measures: pd.DataFrame) -> None:
    """Add a walk with its measures, or a further analysis of a walk that is there.

    Parameters
    ----------
    store, pseudonym
        Where and whose.
    walk
        Its facts. Of a walk that is there they take the place of the old ones (the audit trail keeps these).
    measures
        ``columns_rehab.WALK_MEASURE_COLUMNS`` of this walk. An analysis that differs from those that are there
        is added; the last added counts, the older are kept.

    Raises
    ------
    StoreError
        NOT_FOUND: no such person; EXISTS: the very same is there; WRONG_VALUE: a walk of somebody else, no start, a
        word that may not be, rows of another walk.
    """
    add_walks(store, pseudonym, [(walk, measures)])


def add_walks(store: Store, pseudonym: str, found: Sequence[tuple[Walk, pd.DataFrame]]) -> None:
    """Add several walks of a person in one transaction, all or none: as ``add_walk``."""
    with writing(store) as connection:
        person = find_person(connection, pseudonym)
        for walk, measures in found:
            _add(store, connection, person, _checked(walk, measures), measures)


def _add(store: Store, connection: Connection, person: KnownPerson, walk: Walk, measures: pd.DataFrame) -> None:
    values = _columns(walk, person)
    rows = _measure_rows(measures)
    digest = _digest(walk, rows)
    there = connection.execute(select(WalkRow).where(WalkRow.uuid == walk.id)).first()
    before: Any = None
    if there is None:
        made = connection.execute(insert(WalkRow).values(values)).inserted_primary_key
        assert made is not None
        number = made[0]
    else:
        number = there.id
        if there.person_id != person.id:
            raise checks.wrong(f"The walk {walk.id} is of another person. Check whose walk it is.")
        before = {name: there._mapping[name] for name in values if there._mapping[name] != values[name]}
        is_known = select(AnalysisRow.id).where(AnalysisRow.walk_id == number, AnalysisRow.digest == digest)
        has_this = connection.execute(is_known).first() is not None
        if has_this and not before:
            raise StoreError(StoreReason.EXISTS, f"The walk {walk.id} is there already, with this very analysis.")
        if before:
            connection.execute(update(WalkRow).where(WalkRow.id == number).values(values))
        if has_this:
            record(store, connection, "walk", walk.id, "changed", person=person.key, before=before, after=walk)
            return
    analysis = connection.execute(
        insert(AnalysisRow).values(
            walk_id=number, version=walk.version, config_hash=walk.config_hash, quality=walk.quality,
            reasons=list(walk.reasons), added_at=datetime.now(UTC), digest=digest,
        )
    ).inserted_primary_key  # fmt: skip
    assert analysis is not None
    if rows:
        columns = ("analysis_id", *_MEASURE_COLUMNS)
        connection.execute(
            insert(WalkMeasureRow), [dict(zip(columns, (analysis[0], *row), strict=True)) for row in rows]
        )
    after = {**plain(walk), "analysis_sha256": digest, "measure_count": len(rows)}
    action = "added" if there is None else "analyzed again"
    record(store, connection, "walk", walk.id, action, person=person.key, before=before, after=after)


def walks(store: Store, pseudonym: str) -> tuple[Walk, ...]:
    """Read a person's walks and chair lift tests by start, each with the analysis that counts.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    query = (
        select(WalkRow, AnalysisRow.version, AnalysisRow.config_hash, AnalysisRow.quality, AnalysisRow.reasons)
        .join(AnalysisRow, AnalysisRow.walk_id == WalkRow.id)
        .order_by(WalkRow.start, WalkRow.id)
    )
    with reading(store) as connection:
        person = find_person(connection, pseudonym)
        rows = connection.execute(query.where(WalkRow.person_id == person.id, _counts())).all()
    return tuple(
        Walk(
            id=row.uuid, start=_start(row), activity=row.activity, condition=Condition(**row.condition),
            condition_key=row.condition_key, folder=row.folder, hashes=dict(row.hashes), version=row.version,
            config_hash=row.config_hash, quality=row.quality, reasons=tuple(row.reasons), name=row.name,
            affected=row.affected,
        )
        for row in rows
    )  # fmt: skip


def walk_measures(
    store: Store,
    pseudonym: str,
    measures: Iterable[str] | None = None,
    *,
    activities: Iterable[str] | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
) -> pd.DataFrame:
    """Read the measures of a person's walks, from the analysis of each that counts.

    Parameters
    ----------
    store, pseudonym
        Where and whose.
    measures, activities
        None = all; an activity is one of ``schema.ACTIVITIES`` or ``chair_lift_test``.
    first_day, last_day
        Both included; None = no bound.

    Returns
    -------
    pandas.DataFrame
        ``columns_rehab.WALK_MEASURE_COLUMNS``, sorted by start, measure and side.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    facts = (
        select(WalkRow, AnalysisRow.id.label("analysis_id"), AnalysisRow.quality)
        .join(AnalysisRow, AnalysisRow.walk_id == WalkRow.id)
        .where(_counts())
        .order_by(WalkRow.start, WalkRow.id)
    )
    if activities is not None:
        facts = facts.where(WalkRow.activity.in_(list(activities)))
    if first_day is not None:
        facts = facts.where(WalkRow.day >= first_day)
    if last_day is not None:
        facts = facts.where(WalkRow.day <= last_day)
    with reading(store) as connection:
        facts = facts.where(WalkRow.person_id == find_person(connection, pseudonym).id)
        found = connection.execute(facts).all()
        wanted = facts.with_only_columns(AnalysisRow.id).order_by(None)
        query = select(
            WalkMeasureRow.analysis_id, WalkMeasureRow.measure, WalkMeasureRow.side, WalkMeasureRow.value,
            WalkMeasureRow.standard_error, WalkMeasureRow.used_count,
        ).where(WalkMeasureRow.analysis_id.in_(wanted))  # fmt: skip
        if measures is not None:
            query = query.where(WalkMeasureRow.measure.in_(list(measures)))
        columns = columns_of(connection, query)
    return _table(found, columns)


def _table(found: Sequence[Any], columns: list[list[Any]]) -> pd.DataFrame:
    """Put the facts of each walk to its measures, sorted by start, measure and side."""
    import numpy as np
    import pandas as pd

    numbers, measure, side, value, standard_error, used_count = columns
    analyses = np.array([row.analysis_id for row in found], dtype=np.int64)
    by_number = np.argsort(analyses)
    place = by_number[np.searchsorted(analyses, np.array(numbers, dtype=np.int64), sorter=by_number)]
    words = [pd.factorize(np.array(words, dtype=object), sort=True) for words in (side, measure)]
    order = np.lexsort((*(codes for codes, _ in words), place))
    place = place[order]
    sides, measures = (pd.array(known, dtype="str").take(codes[order]) for codes, known in words)
    return make_table(
        WALK_MEASURE_COLUMNS,
        {
            "walk": words_array([row.uuid for row in found]).take(place),
            "day": np.array([row.day for row in found], dtype="datetime64[us]")[place],
            "start": words_array([_start(row) for row in found]).take(place),
            "activity": words_array([row.activity for row in found]).take(place),
            "condition": words_array([row.condition_key for row in found]).take(place),
            "quality": words_array([row.quality for row in found]).take(place),
            "side": sides,
            "measure": measures,
            "value": np.array(value, dtype=np.float64)[order],
            "standard_error": np.array(standard_error, dtype=np.float64)[order],
            "used_count": np.array(used_count, dtype=np.int64)[order],
        },
    )


def _counts() -> Any:
    """Of a walk's analyses the last added one counts."""
    latest = select(func.max(AnalysisRow.id)).where(AnalysisRow.walk_id == WalkRow.id).correlate(WalkRow)
    return AnalysisRow.id == latest.scalar_subquery()


def _checked(walk: Walk, measures: pd.DataFrame) -> Walk:
    check_table(WALK_MEASURE_COLUMNS, measures)
    walk = replace(walk, id=checks.check_uuid("id of the walk", walk.id))
    checks.check_word("activity", walk.activity, (*ACTIVITIES, CHAIR_LIFT_TEST))
    checks.check_word("affected", walk.affected, AFFECTED, or_empty=True)
    checks.check_word("quality", walk.quality, ("good", "usable", "poor"), or_empty=True)
    agreed = {"walk": walk.id, "activity": walk.activity, "condition": walk.condition_key, "quality": walk.quality}
    for column, expected in agreed.items():
        found = [word for word in measures[column].unique() if word != expected]
        if found:
            raise checks.wrong(f"Walk {walk.id}: its measures name {column} {found[0]!r:.80}, expected {expected!r}.")
    twice = measures.duplicated(["measure", "side"])
    if twice.any():
        raise checks.wrong(f"Walk {walk.id}: {measures.loc[twice, 'measure'].iloc[0]} stands twice for one side.")
    return walk


def _columns(walk: Walk, person: KnownPerson) -> dict[str, Any]:
    try:
        start = datetime.fromisoformat(walk.start)
    except ValueError:
        raise checks.wrong(
            f"Walk {walk.id}: found start {walk.start!r:.40}, expected such as 2026-03-14T10:30+01:00. "
            "Say when the walk began."
        ) from None
    if start.tzinfo is None:
        start = start.replace(tzinfo=ZoneInfo(person.time_zone))
    return {
        "uuid": walk.id,
        "person_id": person.id,
        "start": start.astimezone(UTC),
        "start_offset_s": checks.offset_s("start", start),
        "day": start.date(),
        "activity": walk.activity,
        "condition": asdict(walk.condition or Condition()),
        "condition_key": walk.condition_key,
        "folder": walk.folder,
        "hashes": dict(walk.hashes),
        "name": walk.name,
        "affected": walk.affected,
    }


def _measure_rows(measures: pd.DataFrame) -> list[tuple[Any, ...]]:
    lists = {name: measures[name].tolist() for name in _MEASURE_COLUMNS}
    for name in ("value", "standard_error"):
        lists[name] = [checks.or_none(value) for value in lists[name]]
    return sorted(zip(*lists.values(), strict=True), key=lambda row: row[:2])


def _digest(walk: Walk, rows: list[tuple[Any, ...]]) -> str:
    content = [walk.version, walk.config_hash, walk.quality, list(walk.reasons), rows]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _start(row: Any) -> str:
    return checks.at_offset(row.start, row.start_offset_s).isoformat()
