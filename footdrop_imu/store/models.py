"""The tables of the store, typed; ``migrations/`` makes them, a test holds both together.

Instants are kept in UTC with the offset they were said with; days are dates where the person was. A number that is
not known is NULL, a word that nobody said "".
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "AidRow",
    "AnalysisRow",
    "AuditContentRow",
    "AuditRow",
    "ClinicalEntryRow",
    "CountedRepetitionRow",
    "CountedSetRow",
    "EventRow",
    "HelperRow",
    "Instant",
    "LogEntryRow",
    "NameRow",
    "PersonRow",
    "PlanVersionRow",
    "PrescriptionRow",
    "ShoeRow",
    "StoreRow",
    "WalkMeasureRow",
    "WalkRow",
]


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC to the microsecond; comes back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite keeps it without a zone."""
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Back as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StoreRow(DeclarativeBase):
    """What all tables share: names of constraints, and which column type a Python type gets."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        str: Text(),
        float: Double(),
        date: Date(),
        datetime: Instant(),
        list[Any]: JSON(),
        dict[str, Any]: JSON(),
    }


def _of_person(*, index: bool = False) -> Mapped[int]:
    return mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=index)


class PersonRow(StoreRow):
    """A person by pseudonym; ``key`` is a random UUID that the audit trail knows them by."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)
    pseudonym: Mapped[str] = mapped_column(String(64), unique=True)
    affected: Mapped[str]
    cause: Mapped[str]
    onset: Mapped[date | None]
    severity: Mapped[str]
    goal: Mapped[str]
    primary_measure: Mapped[str]
    primary_side: Mapped[str]
    nerve_regrowth: Mapped[bool]
    leg_length_m: Mapped[float | None]
    time_zone: Mapped[str]
    answers: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class NameRow(StoreRow):
    """A person's name, apart from all else, so that it can be deleted alone."""

    __tablename__ = "person_name"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str]


class ShoeRow(StoreRow):
    """One side of a shoe as it is from a day on."""

    __tablename__ = "shoe"
    __table_args__ = (UniqueConstraint("person_id", "name", "side", "valid_from"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = _of_person()
    name: Mapped[str]
    side: Mapped[str]
    valid_from: Mapped[date]
    length_m: Mapped[float | None]
    length_sd_m: Mapped[float | None]
    place: Mapped[str]
    mounting: Mapped[dict[str, Any]]


class AidRow(StoreRow):
    """An orthosis, stimulator or walking aid."""

    __tablename__ = "aid"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = _of_person(index=True)
    kind: Mapped[str]
    word: Mapped[str]
    name: Mapped[str]
    start: Mapped[date | None]
    end: Mapped[date | None]


class EventRow(StoreRow):
    """Something on the time line."""

    __tablename__ = "event"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[int] = _of_person(index=True)
    kind: Mapped[str]
    day: Mapped[date]
    note: Mapped[str]


class ClinicalEntryRow(StoreRow):
    """A clinician's own finding."""

    __tablename__ = "clinical_entry"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[int] = _of_person(index=True)
    measure: Mapped[str]
    value: Mapped[float]
    day: Mapped[date]
    side: Mapped[str]
    author: Mapped[str]
    note: Mapped[str]


class PlanVersionRow(StoreRow):
    """A version of a person's plan."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("person_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = _of_person()
    version: Mapped[int]
    start: Mapped[date]
    made_at: Mapped[datetime]
    made_at_offset_s: Mapped[int]
    author: Mapped[str]
    note: Mapped[str]


class PrescriptionRow(StoreRow):
    """One exercise of a plan version; ``place`` is its order there."""

    __tablename__ = "prescription"
    plan_version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    exercise: Mapped[str]
    side: Mapped[str]
    level: Mapped[str]
    sets: Mapped[int]
    repetitions: Mapped[int]
    hold_s: Mapped[float | None]
    duration_s: Mapped[float | None]
    times_a_day: Mapped[int]
    weekdays: Mapped[list[Any]]
    times_a_week: Mapped[int]
    start: Mapped[date | None]
    end: Mapped[date | None]
    note: Mapped[str]
    cleared: Mapped[list[Any]]


class LogEntryRow(StoreRow):
    """What was done of an exercise, once. ``replaces_id``: the entry that this one corrects, each at most once."""

    __tablename__ = "log_entry"
    __table_args__ = (
        Index(
            "ix_log_entry_summed",  # all that the daily sums need
            *("person_id", "day", "exercise", "side", "level", "outcome", "source"),
            *("sets", "repetitions", "duration_s"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    person_id: Mapped[int] = _of_person()
    exercise: Mapped[str]
    day: Mapped[date]
    at: Mapped[datetime]
    at_offset_s: Mapped[int]
    side: Mapped[str]
    level: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str]
    sets: Mapped[int]
    repetitions: Mapped[int]
    duration_s: Mapped[float | None]
    pain: Mapped[float | None]
    effort: Mapped[float | None]
    source: Mapped[str]
    note: Mapped[str]
    entered_at: Mapped[datetime]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("log_entry.id", ondelete="CASCADE"), unique=True)


class WalkRow(StoreRow):
    """A walk's facts."""

    __tablename__ = "walk"
    __table_args__ = (Index(None, "person_id", "start"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    person_id: Mapped[int] = _of_person()
    start: Mapped[datetime]
    start_offset_s: Mapped[int]
    day: Mapped[date]
    activity: Mapped[str]
    condition: Mapped[dict[str, Any]]
    condition_key: Mapped[str]
    folder: Mapped[str]
    hashes: Mapped[dict[str, Any]]
    name: Mapped[str]
    affected: Mapped[str] = mapped_column(server_default="")


class AnalysisRow(StoreRow):
    """What one version of the program made of a walk; of several the last added counts."""

    __tablename__ = "analysis"
    __table_args__ = (UniqueConstraint("walk_id", "digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    walk_id: Mapped[int] = mapped_column(ForeignKey("walk.id", ondelete="CASCADE"))
    version: Mapped[str]
    config_hash: Mapped[str]
    quality: Mapped[str]
    reasons: Mapped[list[Any]]
    added_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))


class WalkMeasureRow(StoreRow):
    """One measure of one side from one analysis."""

    __tablename__ = "walk_measure"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    analysis_id: Mapped[int] = mapped_column(ForeignKey("analysis.id", ondelete="CASCADE"), primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float | None]
    standard_error: Mapped[float | None]
    used_count: Mapped[int]


class CountedSetRow(StoreRow):
    """A set that the shoe sensor counted."""

    __tablename__ = "counted_set"
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    person_id: Mapped[int] = _of_person(index=True)
    log_entry_id: Mapped[int | None] = mapped_column(ForeignKey("log_entry.id", ondelete="CASCADE"), index=True)
    exercise: Mapped[str]
    side: Mapped[str]
    at: Mapped[datetime]
    at_offset_s: Mapped[int]
    day: Mapped[date]
    session: Mapped[str]
    folder: Mapped[str]
    version: Mapped[str]


class CountedRepetitionRow(StoreRow):
    """One repetition of a counted set; ``place`` is its order there."""

    __tablename__ = "counted_repetition"
    set_id: Mapped[int] = mapped_column(ForeignKey("counted_set.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    start_s: Mapped[float]
    range_deg: Mapped[float | None]
    hold_s: Mapped[float | None]
    lowering_s: Mapped[float | None]


class HelperRow(StoreRow):
    """Someone who helps a person, and what they may see."""

    __tablename__ = "helper"
    __table_args__ = (UniqueConstraint("person_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = _of_person()
    name: Mapped[str]
    sees: Mapped[list[Any]]


class AuditRow(StoreRow):
    """One link of the audit trail: what happened to which row of which person, without saying what it held."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    in_table: Mapped[str]
    in_row: Mapped[str]
    person: Mapped[str] = mapped_column(String(36), index=True)
    action: Mapped[str]
    content_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))


class AuditContentRow(StoreRow):
    """Who did it, and before and after: what goes when a person is forgotten. The salt keeps it from being guessed."""

    __tablename__ = "audit_content"
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(32))
    content: Mapped[str]
