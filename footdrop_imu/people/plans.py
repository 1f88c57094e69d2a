"""Plans that are prescribed, and what they ask for on a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from footdrop_imu.errors import ExerciseReason
from footdrop_imu.rehab.days import day_of
from footdrop_imu.rehab.exercises import known_exercise
from footdrop_imu.rehab.log import log_table, standing
from footdrop_imu.rehab.plan import due, in_effect, new_version
from footdrop_imu.rehab.safety import Refusal, Situation, allowed
from footdrop_imu.rehab.work_done import match
from footdrop_imu.store.course import events
from footdrop_imu.store.log import log_entries
from footdrop_imu.store.people import person
from footdrop_imu.store.plans import add_plan_version, plan_versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from footdrop_imu.rehab.exercises import Exercise
    from footdrop_imu.schema_rehab import PlanVersion, Prescription
    from footdrop_imu.store.database import Store

__all__ = ["DayItem", "day_list", "prescribe", "prescription_of", "today"]


class DayItem(NamedTuple):
    """One prescription on a day: what is due of it (``per`` day or week), what is done, and why it may not begin."""

    prescription: Prescription
    exercise: Exercise
    per: str
    due_sessions: float
    done_sessions: float
    refusals: tuple[Refusal, ...]


def today(store: Store, pseudonym: str, now: datetime) -> date:
    """Which day it is where the person lives."""
    return day_of(now, person(store, pseudonym).time_zone)


def prescribe(
    store: Store,
    pseudonym: str,
    prescriptions: Sequence[Prescription],
    *,
    start: date | None,
    author: str,
    now: datetime,
    catalogue: Mapping[str, Exercise],
    note: str = "",
    history: bool = False,
) -> PlanVersion:
    """Make a new version of a person's plan and keep it; weeks that are past stay as they were.

    Parameters
    ----------
    store, pseudonym
        Where and whose.
    prescriptions
        All of the plan from ``start`` on; none = a pause.
    start
        First day where the person lives, None = today.
    author
        Who prescribes.
    now
        The instant, with its zone.
    catalogue
        Id to exercise.
    note, history
        As ``rehab.plan.new_version`` has them.

    Raises
    ------
    ExerciseError
        What the rules of plans or of safety refuse, such as a caution that no clinician has lifted.
    StoreError
        No such person; the store cannot be written.
    """
    patient = person(store, pseudonym)
    versions = plan_versions(store, pseudonym)
    day = day_of(now, patient.time_zone)
    version = new_version(
        versions,
        prescriptions,
        start=start or day,
        made_at=now,
        author=author,
        today=day,
        catalogue=catalogue,
        patient=patient,
        note=note,
        history=history,
    )
    add_plan_version(store, pseudonym, version)
    return version


def prescription_of(
    versions: Sequence[PlanVersion], exercise: str, day: date, side: str = "", level: str = ""
) -> Prescription | None:
    """Find what the plan of a day says of an exercise: of this side and level where it has them, else of any."""
    version = in_effect(versions, day)
    if version is None:
        return None
    found = [
        one
        for one in version.prescriptions
        if one.exercise == exercise and (one.start or day) <= day <= (one.end or day)
    ]
    return max(found, key=lambda one: (one.side in (side, "both"), one.level == level), default=None)


def day_list(store: Store, pseudonym: str, now: datetime, catalogue: Mapping[str, Exercise]) -> tuple[DayItem, ...]:
    """List what is due on the day it is where the person lives, or in its week, in the order of the plan.

    Raises
    ------
    ExerciseError
        The plan has an exercise that the catalogue does not, as when a clinic's file is not named.
    StoreError
        No such person.
    """
    patient = person(store, pseudonym)
    day = day_of(now, patient.time_zone)
    version = in_effect(plan_versions(store, pseudonym), day)
    if version is None:
        return ()
    monday = day - timedelta(days=day.weekday())
    entries = log_entries(store, pseudonym, monday, day)
    situation = Situation(patient=patient, day=day, events=events(store, pseudonym), log=standing(entries))
    work = match(due([version], monday, monday + timedelta(days=6)), log_table(entries))
    asked_for = work.asked.drop_duplicates("item")
    items = []
    for one in version.prescriptions:
        per = "week" if one.times_a_week else "day"
        asked = one.times_a_week or (one.times_a_day if day.weekday() in (one.weekdays or range(7)) else 0)
        if not asked or not (one.start or day) <= day <= (one.end or day):
            continue
        mine = np.logical_and.reduce(
            [
                asked_for[name] == word
                for name, word in (("exercise", one.exercise), ("side", one.side), ("level", one.level), ("per", per))
            ]
        )
        worked = work.done[work.done["item"].isin(asked_for.loc[mine, "item"])]
        if per == "day":
            worked = worked[worked["day"].dt.date == day]
        done = float(worked["session_count"].sum())
        exercise = known_exercise(catalogue, one.exercise)
        # whoever looks at the list has not said yet who is beside: that is asked when it begins
        refusals = tuple(
            refusal
            for refusal in allowed(exercise, situation, one)
            if refusal.reason is not ExerciseReason.NEEDS_HELPER
        )
        items.append(DayItem(one, exercise, per, float(asked), done, refusals))
    return tuple(items)
