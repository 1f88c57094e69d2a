"""The audit trail: who did what to whose row and when, each row holding the hash of the one before.

A link of the chain holds hashes, never what a row held: who, before and after stand beside it in a table of their own
(``audit_content``), bound to the link by a salted SHA-256. When a person is forgotten that content and its salt go, the
chain stays whole, and says that and when they were forgotten. Triggers refuse to change a link or its content, and
to delete either, but for the content of who was forgotten. What no chain in the same database can show is that its end
was cut off, or that all of it was written anew: note ``AuditCheck.head`` elsewhere and give it to ``verify_audit``.
"""

from __future__ import annotations

import hashlib
import json
import math
import secrets
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select

from footdrop_imu.store.database import Store, reading
from footdrop_imu.store.models import AuditContentRow, AuditRow, PersonRow

__all__ = ["FORGOT", "AuditCheck", "AuditEntry", "audit", "plain", "record", "verify_audit"]

FORGOT = "forgot"
_NOTHING = "0" * 64
_LINK = ("id", "at", "in_table", "in_row", "person", "action", "content_hash", "previous_hash")


@dataclass(frozen=True)
class AuditEntry:
    """One row of the audit trail. ``person`` a pseudonym; "" = none, or forgotten: then ``who`` is "" too.

    ``before`` and ``after``: what the row held, None = nothing or forgotten.
    """

    id: int
    at: datetime
    who: str
    person: str
    table: str
    row: str
    action: str
    before: Any
    after: Any


class AuditCheck(NamedTuple):
    """Whether the chain holds: how many rows, hash of the last, and the first that is broken with why."""

    row_count: int
    head: str
    broken_row: int | None = None
    reason: str = ""


def plain(value: Any) -> Any:
    """Make a noun ready for JSON: dates as ISO 8601, NaN as null."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


def record(
    store: Store,
    connection: Connection,
    table: str,
    row: str,
    action: str,
    *,
    person: str,
    before: Any = None,
    after: Any = None,
) -> None:
    """Add a row within the transaction of what it is about; ``person`` is the person's key."""
    last = connection.execute(select(AuditRow.id, AuditRow.hash).order_by(AuditRow.id.desc()).limit(1)).first()
    content = _json({"who": store.who, "before": plain(before), "after": plain(after)})
    salt = secrets.token_hex(16)
    link = {
        "id": 1 if last is None else last.id + 1,
        "at": datetime.now(UTC),
        "in_table": table,
        "in_row": row,
        "person": person,
        "action": action,
        "content_hash": _content_hash(salt, content),
        "previous_hash": _NOTHING if last is None else last.hash,
    }
    connection.execute(insert(AuditRow).values(**link, hash=_link_hash(link)))
    connection.execute(insert(AuditContentRow).values(audit_id=link["id"], salt=salt, content=content))


def audit(store: Store, person: str | None = None, *, last: int | None = None) -> tuple[AuditEntry, ...]:
    """Read the audit trail, oldest first; ``person``: the rows about one; ``last``: only so many of the newest.

    Raises
    ------
    StoreError
        NOT_FOUND.
    """
    from footdrop_imu.store.people import find_person

    query = (
        select(
            AuditRow.id, AuditRow.at, AuditRow.in_table, AuditRow.in_row, AuditRow.action,
            PersonRow.pseudonym, AuditContentRow.content,
        )
        .outerjoin(PersonRow, PersonRow.key == AuditRow.person)
        .outerjoin(AuditContentRow, AuditContentRow.audit_id == AuditRow.id)
        .order_by(AuditRow.id.desc())
        .limit(last)
    )  # fmt: skip
    with reading(store) as connection:
        if person is not None:
            query = query.where(AuditRow.person == find_person(connection, person).key)
        rows = connection.execute(query).all()
    entries = []
    for row in reversed(rows):
        content = {} if row.content is None else json.loads(row.content)
        entries.append(
            AuditEntry(
                row.id, row.at, content.get("who", ""), row.pseudonym or "", row.in_table, row.in_row, row.action,
                content.get("before"), content.get("after"),
            )
        )  # fmt: skip
    return tuple(entries)


def verify_audit(store: Store, *, noted_head: str = "") -> AuditCheck:
    """Check the whole chain; ``noted_head``: the hash of a last row that was written down elsewhere.

    Returns
    -------
    AuditCheck
        ``broken_row`` None = the chain holds. Content that is gone is whole only where its person was forgotten.
    """
    columns = [AuditRow.id, AuditRow.at, AuditRow.in_table, AuditRow.in_row, AuditRow.person, AuditRow.action]
    columns += [AuditRow.content_hash, AuditRow.previous_hash, AuditRow.hash]
    query = (
        select(*columns, AuditContentRow.salt, AuditContentRow.content)
        .outerjoin(AuditContentRow, AuditContentRow.audit_id == AuditRow.id)
        .order_by(AuditRow.id)
    )
    count, head, noted = 0, _NOTHING, not noted_head
    with reading(store) as connection:
        forgotten = set(connection.scalars(select(AuditRow.person).where(AuditRow.action == FORGOT)))
        with connection.execute(query.execution_options(yield_per=1000)) as rows:
            for row in rows:
                count += 1
                reason = _broken(row, count, head, forgotten)
                if reason:
                    return AuditCheck(count, head, row.id, reason)
                head = row.hash
                noted = noted or head == noted_head
        contents = connection.scalar(select(func.max(AuditContentRow.audit_id)))
    if not noted or (contents or 0) > count:
        reason = "the trail ends before what was noted; its last rows were cut off"
        return AuditCheck(count, head, count + 1, reason)
    return AuditCheck(count, head)


def _broken(row: Any, place: int, previous: str, forgotten: set[str]) -> str:
    if row.id != place:
        return f"row {place} is missing"
    if row.previous_hash != previous:
        return "it does not follow the row before it"
    if row.hash != _link_hash({name: getattr(row, name) for name in _LINK}):
        return "it was changed"
    if row.content is None:
        return "" if row.person in forgotten and row.action != FORGOT else "its content is gone"
    return "" if row.content_hash == _content_hash(row.salt, row.content) else "its content was changed"


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _content_hash(salt: str, content: str) -> str:
    return hashlib.sha256(f"{salt}{content}".encode()).hexdigest()


def _link_hash(link: dict[str, Any]) -> str:
    return hashlib.sha256(_json(plain(link)).encode()).hexdigest()
