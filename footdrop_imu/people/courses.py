"""A person's progress, from what the store keeps."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from footdrop_imu.people.diary import log_of
from footdrop_imu.people.plans import today
from footdrop_imu.people.walks import disputed_walks, sides_differ
from footdrop_imu.rehab.log import log_table
from footdrop_imu.rehab.progress import progress
from footdrop_imu.store.course import add_event, events
from footdrop_imu.store.log import add_log_entries
from footdrop_imu.store.people import add_person, person
from footdrop_imu.store.plans import add_plan_version, plan_versions
from footdrop_imu.store.walks import add_walks, walk_measures

if TYPE_CHECKING:
    from footdrop_imu.files.course_folder import CourseFolder
    from footdrop_imu.language import Translate
    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.store.database import Store

__all__ = ["last_day", "progress_of", "progress_of_course", "take_in"]


def progress_of(
    store: Store, pseudonym: str, now: datetime, translate: Translate, *, on: date | None = None
) -> Progress:
    """Put together what is kept of a person.

    Parameters
    ----------
    store, pseudonym
        Where and whose.
    now
        The instant, with its zone.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    on
        The day as of which it is asked, where the person lives; None = today. What is later is not looked at.

    Raises
    ------
    StoreError
        No such person; the store cannot be read.
    """
    day = on or today(store, pseudonym, now)
    log = log_of(store, pseudonym)
    return progress(
        person(store, pseudonym),
        walk_measures(store, pseudonym, last_day=day),
        events(store, pseudonym),
        [version for version in plan_versions(store, pseudonym) if version.start <= day],
        log[log["day"] <= datetime(day.year, day.month, day.day)].reset_index(drop=True),
        day,
        translate,
        side_disputed=bool(disputed_walks(store, pseudonym, day)),
    )


def last_day(course: CourseFolder) -> date:
    """Find the last day on which a person's weeks have anything."""
    days = [entry.day for entry in course.log]
    days += [day.date() for day in course.measures["day"].unique()]
    return max(days, default=course.plan[-1].start if course.plan else date.min)


def progress_of_course(course: CourseFolder, translate: Translate, *, on: date | None = None) -> Progress:
    """Put together what a folder holds of a person, without a store; ``on`` None = its last day."""
    return progress(
        course.patient,
        course.measures,
        course.events,
        course.plan,
        log_table(course.log),
        on or last_day(course),
        translate,
        side_disputed=any(sides_differ(course.patient, walk) for walk in course.walks),
    )


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
