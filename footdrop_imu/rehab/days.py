"""Days and instants: which day an instant falls on where the person is, and which instant a clock there showed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from footdrop_imu.errors import ExerciseError, ExerciseReason

__all__ = ["LocalInstant", "day_of", "local_instant", "mondays", "zone"]


class LocalInstant(NamedTuple):
    """An instant, and a sentence where the clock does not tell it alone ("" else)."""

    at: datetime
    note: str


def zone(name: str) -> ZoneInfo:
    """Find a time zone by its IANA name.

    Raises
    ------
    ExerciseError
        ``WRONG_VALUE``: there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ExerciseError(
            ExerciseReason.WRONG_VALUE,
            f"There is no time zone {name!r}. Expected an IANA name, such as Europe/Berlin or America/New_York.",
        ) from error


def day_of(at: datetime, time_zone: str) -> date:
    """Say on which day an instant falls where the person is.

    Parameters
    ----------
    at
        With an offset. One other than zero is where the person was then (who travels takes it along); zero is how
        programs write instants and says nothing of the place.
    time_zone
        Where the person lives, IANA name: it settles the day of an instant with an offset of zero.

    Returns
    -------
    datetime.date

    Raises
    ------
    ExerciseError
        ``WRONG_VALUE``: an instant without offset, or no such zone.
    """
    offset = at.utcoffset()
    if offset is None:
        raise ExerciseError(
            ExerciseReason.WRONG_VALUE, f"The instant {at.isoformat()} has no offset from UTC. Give it with one."
        )
    place = zone(time_zone)
    return at.date() if offset else at.astimezone(place).date()


def local_instant(day: date, clock: time, time_zone: str) -> LocalInstant:
    """Find the instant at which a clock where the person lives showed a time of a day.

    Parameters
    ----------
    day, clock
        What the calendar and the clock showed. ``fold=1`` of the clock is the second of two equal times.
    time_zone
        IANA name.

    Returns
    -------
    LocalInstant
        A time that summer time left out is taken as by a clock that nobody had put forward: 02:30 becomes 03:30. A
        time that came twice is the first of the two, unless ``fold`` says otherwise. Both are noted.

    Raises
    ------
    ExerciseError
        ``WRONG_VALUE``: no such zone.
    """
    place = zone(time_zone)
    plain = clock.replace(tzinfo=None)
    shown = datetime.combine(day, plain, place)
    at = shown.astimezone(UTC).astimezone(place)
    if at.replace(tzinfo=None) != shown.replace(tzinfo=None):
        early = shown.replace(fold=0).astimezone(UTC).astimezone(place)
        return LocalInstant(
            early, f"The clocks went forward: {plain:%H:%M} was left out on {day}, so {early:%H:%M} was taken."
        )
    other = shown.replace(fold=1 - clock.fold)
    if other.utcoffset() != shown.utcoffset():
        which = "second" if clock.fold else "first"
        return LocalInstant(
            at, f"The clocks went back: {plain:%H:%M} came twice on {day}, so the {which} of the two was taken."
        )
    return LocalInstant(at, "")


def mondays(days: np.ndarray) -> np.ndarray:
    """Give the Monday of each day's week (ISO 8601) as datetime64[D] (n,)."""
    whole = days.astype("datetime64[D]")
    weekday = (whole.astype(np.int64) + 3) % 7  # day 0, 1 January 1970, was a Thursday
    monday: np.ndarray = whole - weekday
    return monday
