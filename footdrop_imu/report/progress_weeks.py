"""The weeks on one time axis: the judged measure, drags, speed, exercising, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.language import Translate
from footdrop_imu.rehab.days import mondays
from footdrop_imu.rehab.measures import SPEED, measure_facts
from footdrop_imu.rehab.plan_words import side_words
from footdrop_imu.rehab.progress_words import amount
from footdrop_imu.report.figure_data import Course, CourseOverWeeks, DoseAndResponse, Event, Panel
from footdrop_imu.report.model import Figure
from footdrop_imu.report.person_words import (
    differing,
    range_words,
    told_condition,
)
from footdrop_imu.report.progress_changes import judged_line, line_words, name_of, other_lines
from footdrop_imu.report.progress_events import marked_events
from footdrop_imu.report.progress_week_rows import months_or_weeks, weeks_table
from footdrop_imu.schema import FloatArray
from footdrop_imu.schema_rehab import RESTARTING_EVENTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from footdrop_imu.rehab.lines import Line
    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.schema_rehab import PersonRecord

__all__ = ["course_figure", "dose_figure"]

_MOST_POINTS = 1000
"""More days than so many are means of neighbors; the drawing gathers many of them as it has room."""
_MOST_OTHERS = 2
DRAGS = "drags_per_100_strides"
_HALF_95 = 1.96


def course_figure(found: Progress, record: PersonRecord, translate: Translate) -> Figure | None:
    """Draw all on one time axis.

    Parameters
    ----------
    found
        The person's progress.
    record
        What is kept: plan, events, walks.
    translate
        Gives a text in the reader's language.

    Returns
    -------
    Figure or None
        None where neither a walk that counts nor any exercising is there.
    """
    _ = translate
    judged = judged_line(found)
    panels = _measured(found, record, judged, translate) if judged is not None and judged.day.shape[0] else []
    adherence = 100.0 * found.course["adherence"].to_numpy(np.float64)
    if np.isfinite(adherence).any():
        panels.append(_exercised(_weeks(found), adherence, translate))
    if not panels:
        return None
    first, last = _span(found, panels)
    data = CourseOverWeeks(
        first.isoformat(),
        last.isoformat(),
        tuple(panels),
        marked_events(record, first, last, translate),
        _("at first, and what chance alone can do"),
    )
    captions = []
    if judged is not None and judged.compared:
        captions.append(
            _(
                "The dashed line is the mean of the first days. The mean of the latest days has to lie outside the "
                "band to be told from chance; single days scatter more."
            )
        )
    elif panels[0].courses[0].style == "points":
        captions.append(_("There are too few days yet to say what chance alone can do."))
    else:
        captions.append(_("No day of walking counts yet."))
    if np.isfinite(adherence).any():
        captions.append(_("The bars are how much was done of the exercises that were due."))
    alt = " ".join(_alt(judged, panels, first, last, data.events, translate))
    table = weeks_table(judged, months_or_weeks(found.course), translate)
    # panels that share their scale are conditions apart: with them the picture is taller, and narrow it fits on a page
    wide = not np.isfinite(panels[0].low) or panels[0].courses[0].style == "bars"
    return Figure("course", _("The weeks on one time axis"), " ".join(captions), alt, table, data, wide)


def _measured(found: Progress, record: PersonRecord, judged: Line, translate: Translate) -> list[Panel]:
    """The judged measure, the same in other conditions each by itself, drags, speed."""
    others = other_lines(found, judged)
    earlier = [line for line in others if line.condition == judged.condition]
    elsewhere = [line for line in others if line.condition != judged.condition and line.current][:_MOST_OTHERS]
    names = differing(line.condition for line in (judged, *elsewhere))
    facts = measure_facts(judged.measure)
    values = np.concatenate([line.value for line in (judged, *earlier, *elsewhere)]) * facts.scale
    room = 0.15 * float(np.ptp(values)) + 1e-9
    low, high = (float(values.min()) - room, float(values.max()) + room) if elsewhere else (nan, nan)
    panels = []
    for lines in ((*earlier[:_MOST_OTHERS], judged), *((line,) for line in elsewhere)):
        label = name_of(judged, translate)
        if elsewhere:
            label = f"{label}: {told_condition(lines[-1].condition, translate, names)}"
        label = _in_unit(label, facts.unit, translate)
        courses = tuple(_course(line, line_words(line, names, translate)) for line in lines)
        panels.append(Panel(label, facts.unit, courses, low, high))
    walks = (judged.activity, judged.condition, judged.part)
    for measure, sides in ((DRAGS, (judged.side, "both")), (SPEED, (judged.side, "both"))):
        like = [
            line
            for side in sides
            for line in found.lines
            if (line.activity, line.condition, line.part) == walks
            and (line.measure, line.side) == (measure, side)
            and line.day.shape[0]
            and measure != judged.measure
        ]
        if measure == SPEED and elsewhere:  # with one panel more it no longer stands below the answer on paper
            continue
        if like:
            panels.append(
                Panel(
                    _in_unit(name_of(like[0], translate), measure_facts(measure).unit, translate),
                    measure_facts(measure).unit,
                    (_course(like[0], name_of(like[0], translate)),),
                )
            )
        elif measure == DRAGS != judged.measure and (drags := _drag_weeks(record, judged, translate)) is not None:
            panels.append(drags)
    return panels


def _drag_weeks(record: PersonRecord, judged: Line, translate: Translate) -> Panel | None:
    """Toe drags in 100 steps of the judged walks, a week's walks together: a day has too few steps to tell them."""
    _ = translate
    table = record.measures
    alike = {"measure": DRAGS, "side": judged.side, "activity": judged.activity, "condition": judged.condition}
    here = (table["quality"] == "good").to_numpy() & table["day"].notna().to_numpy()
    for name, word in alike.items():
        here &= (table[name] == word).to_numpy()
    here &= np.isfinite(table["value"].to_numpy(np.float64))
    cuts = [event.day for event in record.events if event.kind in RESTARTING_EVENTS and event.day <= record.day]
    day = table["day"].to_numpy()[here].astype("datetime64[D]")
    value, strides = (table[name].to_numpy(np.float64)[here] for name in ("value", "used_count"))
    since = day > np.datetime64(max(cuts, default=date.min))
    week, place = np.unique(mondays(day[since]), return_inverse=True)
    total = np.bincount(place, strides[since])
    if not total.any():
        return None
    rate = np.bincount(place, value[since] * strides[since]) / np.maximum(total, 1.0)
    facts = measure_facts(DRAGS)
    words = _("{measure} ({side}), a week's walks together").format(
        measure=translate(facts.words), side=side_words(judged.side, translate)
    )
    words = words[:1].upper() + words[1:]
    side = judged.side if judged.side in ("left", "right") else ""
    return Panel(words, facts.unit, (Course(words, week, rate, "points", side),), 0.0)


def _course(line: Line, words: str) -> Course:
    facts = measure_facts(line.measure)
    day, value, reach = line.day, line.value * facts.scale, _HALF_95 * line.standard_error * facts.scale
    if day.shape[0] > _MOST_POINTS:
        place = np.arange(day.shape[0]) * _MOST_POINTS // day.shape[0]
        count = np.bincount(place)
        value = np.bincount(place, value) / count
        reach = np.sqrt(np.bincount(place, reach**2)) / count
        day = np.round(np.bincount(place, day.astype(np.int64)) / count).astype(np.int64).astype("datetime64[D]")
    side = line.side if line.side in ("left", "right") else ""
    level, detectable = line.baseline * facts.scale, line.smallest_detectable * facts.scale
    return Course(words, day, value, "points", side, reach, level, detectable)


def _weeks(found: Progress) -> NDArray[np.datetime64]:
    return found.course["week"].to_numpy().astype("datetime64[D]")


def _exercised(weeks: NDArray[np.datetime64], adherence: FloatArray, translate: Translate) -> Panel:
    _ = translate
    most = max(100.0, float(np.nanmax(adherence)))
    course = Course(_("exercises, week by week"), weeks, adherence, "bars")
    return Panel(_in_unit(_("Done of what was due"), "%", translate), "%", (course,), 0.0, most)


def _in_unit(name: str, unit: str, translate: Translate) -> str:
    _ = translate
    return _("{measure}, in {unit}").format(measure=name, unit=unit) if unit else name


def _span(found: Progress, panels: Sequence[Panel]) -> tuple[date, date]:
    days = [course.day for panel in panels for course in panel.courses if course.day.shape[0]]
    first = min(day.min() for day in days).item()
    bars = [course.day.max() for panel in panels for course in panel.courses if course.style == "bars"]
    last = max([day.max() for day in days] + [day + np.timedelta64(6, "D") for day in bars]).item()
    return first, max(last, min(found.day, last + timedelta(days=13)))


def _alt(
    judged: Line | None,
    panels: Sequence[Panel],
    first: date,
    last: date,
    events: Sequence[Event],
    translate: Translate,
) -> list[str]:
    """The picture in sentences, with its numbers."""
    _ = translate
    said = [_("From {days}.").format(days=range_words(first, last, translate))]
    if judged is not None and judged.compared:
        words = _("{measure}, {count} days: at first {baseline}, now {latest}; chance alone can do {detectable}.")
        said.append(
            words.format(
                measure=name_of(judged, translate),
                count=judged.day.shape[0],
                baseline=amount(judged.measure, judged.baseline, translate),
                latest=amount(judged.measure, judged.latest, translate),
                detectable=amount(judged.measure, judged.smallest_detectable, translate),
            )
        )
    for panel in panels:
        for course in panel.courses:
            if judged is not None and judged.compared and panel is panels[0] and course is panel.courses[-1]:
                continue
            value = course.value[np.isfinite(course.value)]
            if value.shape[0]:
                digits = 2 if panel.unit == "m/s" else 0 if panel.unit == "%" else 1
                low, high = (translate.number(float(end), digits) for end in (value.min(), value.max()))
                named = panel.y_label
                if course.words not in named and course.style != "bars":
                    named = f"{named} ({course.words})"
                said.append(_("{what}: {low} to {high}.").format(what=named, low=low, high=high))
    marks = _("{day}: {words}")
    if events:
        told = "; ".join(
            marks.format(day=translate.day(date.fromisoformat(one.day)), words=one.words) for one in events
        )
        said.append(_("Marked: {what}.").format(what=told))
    return said


def dose_figure(found: Progress, record: PersonRecord, translate: Translate) -> Figure | None:
    """Draw what was exercised, week by week, and the judged measure above it; None where either is missing."""
    _ = translate
    line = found.verdict.line
    done, weeks = found.course["repetitions"].to_numpy(np.float64), _weeks(found)
    if line is None or not line.day.shape[0] or not (np.nan_to_num(done) > 0).any():
        return None
    facts = measure_facts(line.measure)
    bars = Course(_("repetitions a week"), weeks, done, "bars")
    response = _course(line, name_of(line, translate))
    first = min(weeks[0], line.day[0]).item()
    last = max(weeks[-1] + np.timedelta64(6, "D"), line.day[-1]).item()
    plans = tuple(event for event in marked_events(record, first, last, translate) if event.kind == "plan")
    data = DoseAndResponse(
        first.isoformat(),
        last.isoformat(),
        bars,
        response,
        _("Repetitions a week"),
        _in_unit(name_of(line, translate), facts.unit, translate),
        plans,
    )
    known = done[np.isfinite(done)]
    alt = _("{words}: {low} to {high}, {total} in all. {measure}, {count} days: {least} to {greatest}.").format(
        words=data.dose_label,
        low=translate.number(float(known.min())),
        high=translate.number(float(known.max())),
        total=translate.number(float(known.sum())),
        measure=name_of(line, translate),
        count=line.day.shape[0],
        least=amount(line.measure, float(line.value.min()), translate),
        greatest=amount(line.measure, float(line.value.max()), translate),
    )
    caption = _("What goes together in time need not come one from the other.")
    table = weeks_table(line, months_or_weeks(found.course), translate)
    return Figure("dose", _("Exercising and the judged measure"), caption, alt, table, data)
