"""The log as it is entered: what may be, what ends an exercise, corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import isnan
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.people.plans import prescription_of, today
from footdrop_imu.rehab.adherence import weekly
from footdrop_imu.rehab.days import LocalInstant, day_of, local_instant, zone
from footdrop_imu.rehab.exercises import known_exercise
from footdrop_imu.rehab.log import check_entry, log_table, standing
from footdrop_imu.rehab.plan import due
from footdrop_imu.rehab.safety import Situation, check_log
from footdrop_imu.rehab.stopping import settled
from footdrop_imu.schema_rehab import LogEntry
from footdrop_imu.store.course import events
from footdrop_imu.store.log import add_log_entries, counts_are_logged, log_entries, log_entry_table
from footdrop_imu.store.log import log_table as summed_log
from footdrop_imu.store.people import person
from footdrop_imu.store.plans import plan_versions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, time

    import pandas as pd

    from footdrop_imu.rehab.exercises import Exercise
    from footdrop_imu.schema_rehab import Prescription
    from footdrop_imu.store.database import Store

__all__ = [
    "HowItWent",
    "Logged",
    "as_planned",
    "excuse_day",
    "find_entry",
    "local_moment",
    "log_exercise",
    "log_of",
    "planned_entry",
    "situation_of",
    "weeks_of",
]


class HowItWent(NamedTuple):
    """What is said beside an entry: who was there, and what may have ended the exercise."""

    helper_present: bool = False
    pain_at_start: float = float("nan")
    dizziness: bool = False
    chest_pain: bool = False


class Logged(NamedTuple):
    """The entry as it was kept, and what to say to the person, "" = nothing."""

    entry: LogEntry
    words: str


def situation_of(store: Store, pseudonym: str, day: date, *, helper_present: bool = False) -> Situation:
    """Gather what the rules of safety ask for."""
    entries = log_entries(store, pseudonym, day, day)
    return Situation(
        patient=person(store, pseudonym),
        day=day,
        events=events(store, pseudonym),
        log=standing(entries),
        helper_present=helper_present,
    )


def log_exercise(
    store: Store,
    pseudonym: str,
    entry: LogEntry,
    *,
    now: datetime,
    catalogue: Mapping[str, Exercise],
    how: HowItWent | None = None,
) -> Logged:
    """Check an entry, settle it where pain or dizziness ended the exercise, and keep it.

    What a person says was done, without saying how much, was done as the plan has it: see `as_planned`.

    Parameters
    ----------
    store, pseudonym
        Where and whose.
    entry
        What was done; its ``id`` may be "". With ``replaces`` it takes the place of another, whose history stays.
    now
        The instant, with its zone.
    catalogue
        Id to exercise.
    how
        What else was said; None = nothing.

    Raises
    ------
    ExerciseError
        An exercise that is not known, an entry that may not be, an exercise that may not have been done.
    StoreError
        No such person, nothing to correct; the store cannot be written.
    """
    how = how or HowItWent()
    exercise = known_exercise(catalogue, entry.exercise)
    situation = situation_of(store, pseudonym, entry.day, helper_present=how.helper_present)
    entry, words = settled(
        replace(entry, id=entry.id or str(uuid4()), entered_at=now),
        pain_at_start=how.pain_at_start,
        dizziness=how.dizziness,
        chest_pain=how.chest_pain,
    )
    first = min(entry.day, entry.at.date()) - timedelta(days=1)
    # a correction may reach further back: then all is looked at
    known = log_entries(store, pseudonym, None if entry.replaces else first)
    check_entry(entry, now=now, time_zone=situation.patient.time_zone, known=known)
    prescription = prescription_of(plan_versions(store, pseudonym), entry.exercise, entry.day, entry.side, entry.level)
    check_log(exercise, entry, situation, prescription)
    if not entry.replaces and entry.source != "sensor":
        entry = as_planned(entry, prescription)
    (kept,) = add_log_entries(store, pseudonym, [entry])
    return Logged(kept, words)


def as_planned(entry: LogEntry, prescription: Prescription | None) -> LogEntry:
    """Fill in how much was done where nobody said it: as much as the plan asks for in one session.

    Only of what was done, on the side and at the level of the plan; of what was done partly, excused or otherwise than
    planned nobody knows how much it was.
    """
    if prescription is None or entry.outcome != "done" or entry.side != prescription.side:
        return entry
    if prescription.level and entry.level != prescription.level:
        return entry
    nothing_said = not entry.sets and not entry.repetitions and isnan(entry.duration_s)
    sets = entry.sets or (prescription.sets if nothing_said else 0)
    repetitions = entry.repetitions or sets * prescription.repetitions
    duration_s = entry.duration_s
    if isnan(duration_s):
        held = repetitions > 0 and not isnan(prescription.hold_s)
        duration_s = repetitions * prescription.hold_s if held else prescription.duration_s
    return replace(entry, sets=sets, repetitions=repetitions, duration_s=duration_s)


def planned_entry(store: Store, pseudonym: str, exercise: str, at: datetime) -> LogEntry:
    """Begin an entry with what the plan says of the exercise: side and level; nothing of it is done yet.

    Raises
    ------
    StoreError
        No such person.
    """
    home = person(store, pseudonym).time_zone
    if not at.utcoffset():  # a computer that is set to no place says nothing of the person's
        at = at.astimezone(zone(home))
    day = day_of(at, home)
    planned = prescription_of(plan_versions(store, pseudonym), exercise, day)
    side, level = ("", "") if planned is None else (planned.side, planned.level)
    return LogEntry(id="", exercise=exercise, day=day, at=at, side=side, level=level)


def local_moment(store: Store, pseudonym: str, day: date, clock: time) -> LocalInstant:
    """Find the instant at which a clock where the person lives showed a time; with a note where summer time meddled.

    Raises
    ------
    StoreError
        No such person.
    """
    return local_instant(day, clock, person(store, pseudonym).time_zone)


def excuse_day(store: Store, pseudonym: str, at: datetime, day: date, reason: str, now: datetime) -> LogEntry:
    """Excuse a whole day: what was due on it counts neither as done nor as missed.

    Raises
    ------
    ExerciseError
        No reason, a day to come, a day excused already.
    StoreError
        No such person.
    """
    entry = LogEntry(str(uuid4()), "", day, at, outcome="excused", reason=reason, entered_at=now)
    known = log_entries(store, pseudonym, day, day)
    check_entry(entry, now=now, time_zone=person(store, pseudonym).time_zone, known=known)
    (kept,) = add_log_entries(store, pseudonym, [entry])
    return kept


def find_entry(store: Store, pseudonym: str, start_of_id: str) -> LogEntry:
    """Find the entry that stands and whose id begins so.

    Raises
    ------
    ExerciseError
        ``WRONG_VALUE``: none does, or several do.
    StoreError
        No such person.
    """
    found = [entry for entry in standing(log_entries(store, pseudonym)) if entry.id.startswith(start_of_id.lower())]
    if len(found) == 1:
        return found[0]
    many = f"{len(found)} entries' ids begin" if found else "No entry that stands has an id that begins"
    raise ExerciseError(
        ExerciseReason.WRONG_VALUE, f"{many} with {start_of_id!r}. `footdrop log show {pseudonym}` lists them."
    )


def log_of(store: Store, pseudonym: str, entries: pd.DataFrame | None = None) -> pd.DataFrame:
    """Give the whole log summed by day, ``columns_rehab.LOG_COLUMNS``; what was told and counted counts once.

    Parameters
    ----------
    store, pseudonym
        Where and whose.
    entries
        The log's entries, where they are read already.

    Raises
    ------
    StoreError
        No such person.
    """
    if counts_are_logged(store, pseudonym):
        return log_table(log_entry_table(store, pseudonym) if entries is None else entries)
    return summed_log(store, pseudonym)


def weeks_of(store: Store, pseudonym: str, now: datetime) -> pd.DataFrame:
    """Judge every week since the plan began against it: ``columns_rehab.WEEK_COLUMNS``; empty without a plan.

    Raises
    ------
    StoreError
        No such person.
    """
    day = today(store, pseudonym, now)
    versions = plan_versions(store, pseudonym)
    log = log_of(store, pseudonym)
    first = min((day, *(version.start for version in versions)))  # a plan may be still to come
    asked = due(versions, first - timedelta(days=first.weekday()), day + timedelta(days=6 - day.weekday()))
    return weekly(asked, log, day)
