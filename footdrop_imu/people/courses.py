"""A person's progress, from what the store keeps."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from footdrop_imu.people.diary import log_of
from footdrop_imu.people.plans import today
from footdrop_imu.people.walks import sides_differ
from footdrop_imu.rehab.log import entry_table, log_table, standing_table
from footdrop_imu.rehab.progress import progress
from footdrop_imu.schema_rehab import PersonRecord
from footdrop_imu.store.course import add_event, clinical_entries, events
from footdrop_imu.store.log import add_log_entries, log_entry_table
from footdrop_imu.store.people import add_person, person
from footdrop_imu.store.plans import add_plan_version, plan_versions
from footdrop_imu.store.walks import add_walks, walk_measures, walks

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_imu.files.course_folder import CourseFolder
    from footdrop_imu.language import Translate
    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.schema_rehab import Walk
    from footdrop_imu.store.database import Store

__all__ = [
    "last_day",
    "person_record",
    "progress_of",
    "progress_of_course",
    "progress_of_record",
    "record_of_course",
    "take_in",
]


def person_record(
    store: Store, pseudonym: str, now: datetime, *, on: date | None = None, with_entries: bool = False
) -> PersonRecord:
    """Read what is kept of a person up to a day.

    Parameters
    ----------
    store, pseudonym
        Where and whose.
    now
        The instant, with its zone.
    on
        The day as of which it is asked, where the person lives; None = today. What is later is left out.
    with_entries
        Whether the log's entries are read too, for pain and effort; of many years that takes a while.

    Raises
    ------
    StoreError
        No such person; the store cannot be read.
    """
    day = on or today(store, pseudonym, now)
    entries = log_entry_table(store, pseudonym) if with_entries else None
    log = log_of(store, pseudonym, entries)
    return PersonRecord(
        person(store, pseudonym),
        day,
        tuple(version for version in plan_versions(store, pseudonym) if version.start <= day),
        tuple(event for event in events(store, pseudonym) if event.day <= day),
        log[log["day"] <= datetime(day.year, day.month, day.day)].reset_index(drop=True),
        walk_measures(store, pseudonym, last_day=day),
        tuple(walk for walk in walks(store, pseudonym) if _walked_on(walk) <= day),
        tuple(entry for entry in clinical_entries(store, pseudonym) if entry.day <= day),
        None if entries is None else _standing_until(entries, day),
    )


def _standing_until(entries: pd.DataFrame, day: date) -> pd.DataFrame:
    """The entries that stand, up to a day."""
    table = standing_table(entries)
    return table[table["day"] <= datetime(day.year, day.month, day.day)].reset_index(drop=True)


def record_of_course(course: CourseFolder, *, on: date | None = None) -> PersonRecord:
    """Give what a folder holds of a person up to a day, without a store; ``on`` None = its last day, and all of it."""
    day, until = on or last_day(course), on or date.max
    entries = entry_table([entry for entry in course.log if entry.day <= until])
    instant = datetime(until.year, until.month, until.day)
    return PersonRecord(
        course.patient,
        day,
        tuple(version for version in course.plan if version.start <= until),
        tuple(event for event in course.events if event.day <= until),
        log_table(entries),
        course.measures[course.measures["day"] <= instant].reset_index(drop=True),
        tuple(walk for walk in course.walks if _walked_on(walk) <= until),
        entries=_standing_until(entries, day),
    )


def progress_of_record(record: PersonRecord, translate: Translate) -> Progress:
    """Put together what is known of a person's course.

    Parameters
    ----------
    record
        Of ``person_record`` or ``record_of_course``.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    """
    return progress(
        record.patient,
        record.measures,
        record.events,
        record.plan,
        record.log,
        record.day,
        translate,
        side_disputed=any(sides_differ(record.patient, walk) for walk in record.walks),
    )


def progress_of(
    store: Store, pseudonym: str, now: datetime, translate: Translate, *, on: date | None = None
) -> Progress:
    """Put together what is kept of a person: ``person_record`` and ``progress_of_record``.

    Raises
    ------
    StoreError
        No such person; the store cannot be read.
    """
    return progress_of_record(person_record(store, pseudonym, now, on=on), translate)


def progress_of_course(course: CourseFolder, translate: Translate, *, on: date | None = None) -> Progress:
    """Put together what a folder holds of a person, without a store; ``on`` None = its last day."""
    return progress_of_record(record_of_course(course, on=on), translate)


def _walked_on(walk: Walk) -> date:
    return datetime.fromisoformat(walk.start).date()


def last_day(course: CourseFolder) -> date:
    """Find the last day on which a person's weeks have anything."""
    days = [entry.day for entry in course.log]
    days += [day.date() for day in course.measures["day"].unique()]
    return max(days, default=course.plan[-1].start if course.plan else date.min)


def take_in(store: Store, course: CourseFolder) -> None:
    """Put a person's weeks into a store in which they are not yet.

    Raises
    ------
    StoreError
        EXISTS: the person is there; what the store refuses.
    """
    who = course.patient.id
    add_person(store, course.patient)
    for event in course.events:
        add_event(store, who, event)
    for version in course.plan:
        add_plan_version(store, who, version)
    add_log_entries(store, who, course.log)
    measures = dict(list(course.measures.groupby("walk", sort=False)))
    add_walks(store, who, [(walk, measures.get(walk.id, course.measures.iloc[:0])) for walk in course.walks])
