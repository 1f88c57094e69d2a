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
from footdrop_imu.report.change_rows import judged_line, line_words, name_of, other_lines
from footdrop_imu.report.figure_data import Course, CourseOverWeeks, DoseAndResponse, Event, Panel
from footdrop_imu.report.happened import marked_events
from footdrop_imu.report.model import Figure
from footdrop_imu.report.person_words import (
    differing,
    range_words,
    told_condition,
)
from footdrop_imu.report.weeks_rows import Steps, months_or_weeks, weeks_table
from footdrop_imu.schema_rehab import RESTARTING_EVENTS

if TYPE_CHECKING:
    from footdrop_imu.rehab.lines import Line
    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.schema_rehab import PersonRecord

__all__ = ["course_figure", "dose_figure"]

_MOST_POINTS = 120
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
    steps = months_or_weeks(found.course)
    adherence = [100.0 * share for share in steps.columns.get("adherence", [])]
    if np.isfinite(adherence).any():
        panels.append(_exercised(steps, adherence, translate))
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
    caption = _("The dashed line is what was measured at first; inside its band a value can lie by chance.")
    if adherence:
        caption += " " + _("The bars are how much was done of the exercises that were due.")
    alt = " ".join(_alt(judged, panels, first, last, data.events, translate))
    table = weeks_table(judged, steps, translate)
    return Figure("course", _("The weeks on one time axis"), caption, alt, table, data, wide=True)


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
        courses = tuple(_course(line, line_words(line, names, translate)) for line in lines)
        panels.append(Panel(label, facts.unit, courses, low, high))
    walks = (judged.activity, judged.condition, judged.part)
    for measure, sides in ((DRAGS, (judged.side, "both")), (SPEED, ("both", judged.side))):
        like = [
            line
            for side in sides
            for line in found.lines
            if (line.activity, line.condition, line.part) == walks
            and (line.measure, line.side) == (measure, side)
            and line.day.shape[0]
            and measure != judged.measure
        ]
        if like:
            panels.append(
                Panel(
                    name_of(like[0], translate),
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


def _exercised(steps: Steps, adherence: Sequence[float], translate: Translate) -> Panel:
    _ = translate
    most = max(100.0, float(np.nanmax(adherence)))
    words = _("month by month") if steps.monthly else _("week by week")
    course = Course(words, np.array(steps.days, dtype="datetime64[D]"), np.array(adherence), "bars")
    return Panel(_("Done of what was due"), "%", (course,), 0.0, most)


def _span(found: Progress, panels: Sequence[Panel]) -> tuple[date, date]:
    days = [course.day for panel in panels for course in panel.courses if course.day.shape[0]]
    first = min(day.min() for day in days).item()
    last = max(day.max() for day in days).item()
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
                named = course.words if course.words.startswith(panel.y_label) else f"{panel.y_label}, {course.words}"
                span = _("{what}: {low} to {high} {unit}.").format(what=named, low=low, high=high, unit=panel.unit)
                said.append(span.replace(" °", "°").replace(" .", "."))
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
    steps = months_or_weeks(found.course)
    done = np.array(steps.columns.get("repetitions", []), dtype=np.float64)
    if line is None or not line.day.shape[0] or not (np.nan_to_num(done) > 0).any():
        return None
    facts = measure_facts(line.measure)
    words = _("repetitions a month") if steps.monthly else _("repetitions a week")
    bars = Course(words, np.array(steps.days, dtype="datetime64[D]"), done, "bars")
    response = _course(line, name_of(line, translate))
    first = min(steps.days[0], line.day[0].item())
    last = max(steps.days[-1] + timedelta(days=6), line.day[-1].item())
    plans = tuple(event for event in marked_events(record, first, last, translate) if event.kind == "plan")
    unit = f" ({facts.unit})" if facts.unit else ""
    data = DoseAndResponse(
        first.isoformat(),
        last.isoformat(),
        bars,
        response,
        words[:1].upper() + words[1:],
        f"{name_of(line, translate)}{unit}",
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
    return Figure(
        "dose", _("Exercising and the judged measure"), caption, alt, weeks_table(line, steps, translate), data
    )
