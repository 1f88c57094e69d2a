"""The days of exercising: what was due on each of the last weeks, and how much of it was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.plan import due
from footdrop_imu.rehab.work_done import Work, match
from footdrop_imu.report.figure_data import AdherenceCalendar
from footdrop_imu.report.model import Figure, Table
from footdrop_imu.report.person_words import percent
from footdrop_imu.report.progress_week_rows import months_or_weeks

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.schema_rehab import PersonRecord

__all__ = ["CALENDAR_WEEKS", "RecentWork", "calendar_figure", "day_states", "recent_work"]

CALENDAR_WEEKS = 26
"""Of a longer time the last weeks are shown day by day."""
_STATES: Mapping[str, str] = {
    "done": mark("all that was due"),
    "partly": mark("some of it"),
    "not_done": mark("nothing of it"),
    "excused": mark("excused"),
    "more": mark("done though nothing was due"),
    "rest": mark("nothing due"),
    "ahead": mark("still to come"),
}
_WHOLE = 0.999


class RecentWork(NamedTuple):
    """The last weeks: what was due and done, from ``first`` (a Monday) to ``last`` (a Sunday)."""

    first: date
    last: date
    work: Work


def recent_work(record: PersonRecord) -> RecentWork | None:
    """Set the last `CALENDAR_WEEKS` weeks' log against the plan; None where nothing was planned or logged in them."""
    day = record.day
    last = day + timedelta(days=6 - day.weekday())
    begun = [version.start for version in record.plan if version.start <= day]
    log = record.log
    logged = log["day"].to_numpy().astype("datetime64[D]")
    if len(logged):
        begun.append(logged.min().item())
    if not begun:
        return None
    earliest = min(begun)
    first = max(earliest - timedelta(days=earliest.weekday()), last - timedelta(days=7 * CALENDAR_WEEKS - 1))
    recent = log[(logged >= np.datetime64(first)) & (logged <= np.datetime64(day))]
    return RecentWork(first, last, match(due(record.plan, first, last), recent.reset_index(drop=True)))


def calendar_figure(found: Progress, record: PersonRecord, recent: RecentWork, translate: Translate) -> Figure | None:
    """Draw each day of the last weeks; None where nothing was due nor done in them, or the log has not begun."""
    _ = translate
    begun = found.weeks[found.weeks["state"] != "not_begun"] if len(found.weeks) else found.weeks
    states = day_states(recent, record.day)
    if not set(states) - {"rest", "ahead"} or not len(record.log):
        return None
    since = begun["week"].min().date() if len(begun) else recent.first
    skip = max(0, (since - recent.first).days)
    states, first = states[skip:], recent.first + timedelta(days=skip)
    if not set(states) - {"rest", "ahead"}:
        return None
    count = {state: states.count(state) for state in _STATES}
    words = tuple((state, translate(text)) for state, text in _STATES.items() if count[state])
    data = AdherenceCalendar(first.isoformat(), tuple(states), words)
    told = ", ".join(
        _("{state}: {count}").format(state=text, count=count[state])
        for state, text in words
        if state not in ("rest", "ahead")
    )
    alt = _("Days from {first} to {last}: {told}.").format(
        first=translate.day(first), last=translate.day(record.day), told=told
    )
    caption = _("Each square is a day, each column a week from Monday to Sunday.")
    if (found.weeks["week"].min().date() if len(found.weeks) else first) < recent.first:
        caption += " " + _("Shown are the last {count} weeks; the table has the whole time.").format(
            count=CALENDAR_WEEKS
        )
    return Figure("calendar", _("Exercising day by day"), caption, alt, _days_table(found, translate), data)


def day_states(recent: RecentWork, today: date) -> list[str]:
    """Say of each day from the first Monday to the last Sunday how it went."""
    work = recent.work
    excused: dict[date, set[int]] = defaultdict(set)
    for item, day in zip(work.excused["item"], _days(work.excused), strict=True):
        excused[day].add(item)
    asked: dict[date, list[tuple[int, float]]] = defaultdict(list)
    set_days = work.asked[(work.asked["per"] == "day").to_numpy()]
    for item, day, sessions in zip(set_days["item"], _days(set_days), set_days["session_count"], strict=True):
        asked[day].append((item, float(sessions)))
    done: dict[date, dict[int, float]] = defaultdict(dict)
    for item, day, sessions in zip(work.done["item"], _days(work.done), work.done["session_count"], strict=True):
        done[day][item] = float(sessions)
    apart = set(_days(work.apart))
    states = []
    for place in range((recent.last - recent.first).days + 1):
        day = recent.first + timedelta(days=place)
        left = [(item, sessions) for item, sessions in asked[day] if item not in excused[day]]
        shares = [min(1.0, done[day].get(item, 0.0) / sessions) for item, sessions in left if sessions > 0]
        if day > today:
            states.append("ahead")
        elif shares and min(shares) >= _WHOLE:
            states.append("done")
        elif shares and (max(shares) > 0 or done[day]):
            states.append("partly")
        elif shares:
            states.append("ahead" if day == today else "not_done")
        elif excused[day]:
            states.append("excused")
        else:
            states.append("done" if done[day] else "more" if day in apart else "rest")
    return states


def _days(table: pd.DataFrame) -> list[date]:
    found: list[date] = table["day"].to_numpy().astype("datetime64[D]").tolist()
    return found


def _days_table(found: Progress, translate: Translate) -> Table:
    """The weeks behind the calendar, or the months of a longer time."""
    _ = translate
    steps = months_or_weeks(found.course)
    rows = []
    for place, day in enumerate(steps.days):
        asked, done, share = (steps.columns[name][place] for name in ("due_days", "done_days", "adherence"))
        if asked == asked:
            rows.append(
                (
                    translate.month(day, year=True) if steps.monthly else translate.day(day),
                    translate.number(asked),
                    translate.number(done),
                    percent(share, translate) if share == share else "–",
                )
            )
    head = (
        _("Weeks begun in") if steps.monthly else _("Week of"),
        _("Days due"),
        _("Days done"),
        _("Done of what was due"),
    )
    return Table(head, tuple(rows), numeric=True)
