"""What was exercised: the calendar of days, each exercise of the plan, what was done beside it, how it felt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.adherence import overall
from footdrop_imu.rehab.plan import due, in_effect
from footdrop_imu.rehab.plan_words import dose_words, side_words, title_words
from footdrop_imu.rehab.work_done import Work, match
from footdrop_imu.report.figure_data import AdherenceCalendar
from footdrop_imu.report.model import Figure, Table
from footdrop_imu.report.person_words import fit, percent
from footdrop_imu.report.weeks_rows import months_or_weeks

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_imu.rehab.exercises import Exercise
    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.schema_rehab import PersonRecord

__all__ = [
    "CALENDAR_WEEKS",
    "LATEST_WEEKS",
    "RecentWork",
    "SharesDone",
    "also_done_table",
    "calendar_figure",
    "exercise_table",
    "felt_table",
    "recent_work",
    "shares_done",
]

CALENDAR_WEEKS = 26
"""Of a longer time the last weeks are shown day by day."""
LATEST_WEEKS = 4
_STATES: Mapping[str, str] = {
    "done": mark("all that was due"),
    "partly": mark("some of it"),
    "not_done": mark("nothing of it"),
    "excused": mark("excused"),
    "more": mark("done though nothing was due"),
    "rest": mark("nothing due"),
    "ahead": mark("still to come"),
}
_WHY: Mapping[str, str] = {
    "not_prescribed": mark("not in the plan"),
    "other_level": mark("at another level"),
    "other_side": mark("on the other side"),
}
_WHOLE = 0.999


class RecentWork(NamedTuple):
    """The last weeks: what was due and done, from ``first`` (a Monday) to ``last`` (a Sunday)."""

    first: date
    last: date
    work: Work


class SharesDone(NamedTuple):
    """Rows of ``adherence.overall`` by exercise, "" = all together: of the whole time, and of the latest weeks."""

    whole: Mapping[str, Any]
    latest: Mapping[str, Any]


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


def shares_done(weeks: pd.DataFrame) -> SharesDone:
    """Put the weeks of ``Progress.weeks`` together: all of them, and the last `LATEST_WEEKS`."""
    if not len(weeks):
        return SharesDone({}, {})
    recent = (weeks["week"] > weeks["week"].max() - np.timedelta64(7 * LATEST_WEEKS, "D")).to_numpy()
    return SharesDone(_put_together(weeks), _put_together(weeks[recent]))


def _put_together(weeks: pd.DataFrame) -> Mapping[str, Any]:
    if not (weeks["state"] != "not_begun").any():
        return {}
    return {str(row.exercise): row for row in overall(weeks).itertuples()}


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
                    translate.day(day),
                    translate.number(asked),
                    translate.number(done),
                    percent(share, translate) if share == share else "–",
                )
            )
    head = (
        _("Month of") if steps.monthly else _("Week of"),
        _("Days due"),
        _("Days done"),
        _("Done of what was due"),
    )
    return Table(head, tuple(rows), numeric=True)


def exercise_table(
    done: SharesDone, record: PersonRecord, catalogue: Mapping[str, Exercise], translate: Translate
) -> Table | None:
    """Tell of each exercise that was ever due what is prescribed now and how much of it was done; None = none was."""
    _ = translate
    whole, latest = done
    version = in_effect(record.plan, record.day)
    now: dict[str, list[str]] = defaultdict(list)
    for one in () if version is None else version.prescriptions:
        held = (one.start is None or one.start <= record.day) and (one.end is None or one.end >= record.day)
        if held:
            now[one.exercise].append(dose_words(one, translate))
    past = [exercise for exercise in whole if exercise and exercise not in now]
    rows = [
        (
            fit(title_words(exercise, catalogue, translate)),
            "; ".join(now[exercise]) if exercise in now else _("no longer in the plan"),
            _done_words(whole.get(exercise), translate),
            _done_words(latest.get(exercise), translate),
        )
        for exercise in (*now, *past)
    ]
    if not rows:
        return None
    if "" in whole:
        rows.append((_("All together"), "", _done_words(whole[""], translate), _done_words(latest.get(""), translate)))
    head = (
        _("Exercise"),
        _("The plan now"),
        _("Done, the whole time"),
        _("Done, the last {count} weeks").format(count=LATEST_WEEKS),
    )
    return Table(head, tuple(rows), _("Done of what was due; excused days are left out"))


def _done_words(row: Any, translate: Translate) -> str:
    _ = translate
    if row is None or row.adherence != row.adherence:
        return "–"
    words = _("{percent} ({done} of {due} days)").format(
        percent=percent(row.adherence, translate),
        done=translate.number(row.done_days),
        due=translate.number(row.due_days),
    )
    return words + (", " + _("more than 150 % of the plan") if row.overdone is True or row.overdone == 1 else "")


def also_done_table(recent: RecentWork, catalogue: Mapping[str, Exercise], translate: Translate) -> Table | None:
    """List what was done in the last weeks and was not what the plan asked for; None where there was nothing."""
    _ = translate
    apart = recent.work.apart
    if not len(apart):
        return None
    keys = ["exercise", "side", "level", "why"]
    grouped = apart.groupby(keys)
    table = grouped[["repetitions", "duration_s"]].sum().assign(day_count=grouped["day"].nunique()).reset_index()
    table = table.sort_values("day_count", ascending=False, kind="stable")
    rows = []
    for words, numbers in zip(
        table[keys].to_numpy().tolist(),
        table[["repetitions", "duration_s", "day_count"]].to_numpy(np.float64).tolist(),
        strict=True,
    ):
        exercise, side, level, why = words
        repetitions, duration_s, day_count = numbers
        said = (fit(title_words(exercise, catalogue, translate)), side_words(side, translate), translate(level))
        many = _("{count} repetitions").format(count=translate.number(repetitions)) if repetitions else ""
        minutes = _("{count} min").format(count=translate.number(duration_s / 60)) if duration_s >= 60 else ""
        rows.append(
            (
                ", ".join(word for word in said if word),
                translate(_WHY[why]),
                translate.number(day_count),
                ", ".join(word for word in (many, minutes) if word) or "–",
            )
        )
    head = (_("Exercise"), _("Why it is no part of what was due"), _("Days"), _("In all"))
    return Table(head, tuple(rows), _("Done beside the plan since {day}").format(day=translate.day(recent.first)))


def felt_table(entries: pd.DataFrame | None, translate: Translate) -> Table | None:
    """Tell pain and effort as logged, month by month; None where nobody said any."""
    _ = translate
    if entries is None or not len(entries):
        return None
    felt = {name: entries[name].to_numpy(np.float64) for name in ("pain", "effort")}
    told = np.isfinite(felt["pain"]) | np.isfinite(felt["effort"])
    if not told.any():
        return None
    months = entries["day"].to_numpy()[told].astype("datetime64[M]")
    rows = []
    for month in np.unique(months):
        here = months == month
        cells = []
        for values in felt.values():
            said = values[told][here]
            said = said[np.isfinite(said)]
            pair = (float(said.mean()), float(said.max())) if said.shape[0] else ()
            cells += [translate.number(value, 1) for value in pair] or ["–", "–"]
        rows.append((translate.day(month.astype("datetime64[D]").item()), translate.number(int(here.sum())), *cells))
    head = (
        _("Month of"),
        _("Times said"),
        _("Pain, mean"),
        _("Pain, greatest"),
        _("Effort, mean"),
        _("Effort, greatest"),
    )
    return Table(head, tuple(rows), _("Pain and effort while exercising, 0 to 10, as logged"), numeric=True)
