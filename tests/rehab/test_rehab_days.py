"""Days where the person is: zones, summer time, travel. Clock changes looked up in the zones' published rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import numpy as np
import pytest

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.days import day_of, local_instant, mondays


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        ("2026-03-02T23:30:00+00:00", "Europe/Berlin", date(2026, 3, 3)),
        ("2026-03-02T03:30:00+00:00", "America/New_York", date(2026, 3, 1)),
        # Berlin puts its clocks forward on 29 March 2026 at 01:00 UTC: the day begins at +1 h and ends at +2 h
        ("2026-03-28T22:59:59+00:00", "Europe/Berlin", date(2026, 3, 28)),
        ("2026-03-28T23:00:00+00:00", "Europe/Berlin", date(2026, 3, 29)),
        ("2026-03-29T21:59:59+00:00", "Europe/Berlin", date(2026, 3, 29)),
        ("2026-03-29T22:00:00+00:00", "Europe/Berlin", date(2026, 3, 30)),
        # New York puts them back on 1 November 2026: a day of 25 hours
        ("2026-11-01T04:00:00+00:00", "America/New_York", date(2026, 11, 1)),
        ("2026-11-02T04:59:59+00:00", "America/New_York", date(2026, 11, 1)),
        ("2026-11-02T05:00:00+00:00", "America/New_York", date(2026, 11, 2)),
        # Lord Howe Island changes by half an hour: +10:30, in summer +11; on 5 April 2026 the day has 24.5 hours
        ("2026-04-04T13:00:00+00:00", "Australia/Lord_Howe", date(2026, 4, 5)),
        ("2026-04-05T13:29:59+00:00", "Australia/Lord_Howe", date(2026, 4, 5)),
        ("2026-04-05T13:30:00+00:00", "Australia/Lord_Howe", date(2026, 4, 6)),
    ],
)
def test_the_day_of_an_instant_is_that_of_the_place(instant: str, zone: str, day: date) -> None:
    assert day_of(datetime.fromisoformat(instant), zone) == day


def test_an_offset_of_its_own_is_where_the_person_travelled() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert day_of(datetime(2026, 3, 3, 7, 0, tzinfo=tokyo), "Europe/Berlin") == date(2026, 3, 3)
    # the same instant without a place: in Berlin it is still 23:00 of the day before
    assert day_of(datetime(2026, 3, 2, 22, 0, tzinfo=UTC), "Europe/Berlin") == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "offset_hours", "shown", "words"),
    [
        (date(2026, 3, 29), time(2, 30), "Europe/Berlin", 2.0, time(3, 30), "02:30 was left out"),
        (date(2026, 10, 25), time(2, 30), "Europe/Berlin", 2.0, time(2, 30), "the first of the two"),
        (date(2026, 10, 25), time(2, 30, fold=1), "Europe/Berlin", 1.0, time(2, 30), "the second of the two"),
        (date(2026, 3, 8), time(2, 15), "America/New_York", -4.0, time(3, 15), "03:15 was taken"),
        (date(2026, 11, 1), time(1, 30), "America/New_York", -4.0, time(1, 30), "came twice"),
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", 11.0, time(2, 45), "02:45 was taken"),
        (date(2026, 4, 5), time(1, 45), "Australia/Lord_Howe", 11.0, time(1, 45), "came twice"),
        (date(2026, 4, 5), time(1, 45, fold=1), "Australia/Lord_Howe", 10.5, time(1, 45), "came twice"),
        (date(2026, 7, 1), time(12, 0), "Europe/Berlin", 2.0, time(12, 0), ""),
    ],
)
def test_a_clock_that_was_changed(
    day: date, clock: time, zone: str, offset_hours: float, shown: time, words: str
) -> None:
    found = local_instant(day, clock, zone)
    assert found.at.utcoffset() == timedelta(hours=offset_hours)
    assert found.at.replace(tzinfo=None, fold=0) == datetime.combine(day, shown)
    assert words in found.note
    assert bool(words) == bool(found.note)
    assert day_of(found.at, zone) == day


@pytest.mark.parametrize("name", ["Middle/Earth", "", "../etc/passwd", "CEST?"])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ExerciseError, match="IANA") as caught:
        day_of(datetime(2026, 3, 2, tzinfo=UTC), name)
    assert caught.value.reason is ExerciseReason.WRONG_VALUE


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ExerciseError, match="no offset"):
        day_of(datetime(2026, 3, 2), "Europe/Berlin")


def test_a_week_begins_on_monday_as_the_calendar_says() -> None:
    days = np.arange(np.datetime64("1969-12-01"), np.datetime64("2032-01-01"))
    assert {day.astype(date).isoweekday() for day in mondays(days)} == {1}
    assert set((days - mondays(days)).astype(int)) == set(range(7))
    assert str(mondays(np.array(["2027-01-01"], dtype="datetime64[us]"))[0]) == "2026-12-28"
