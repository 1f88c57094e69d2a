"""The patient sheet: one page in plain words. Is it better, what was done, what goes on, what to ask the therapist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.language import Translate
from footdrop_imu.rehab.days import mondays
from footdrop_imu.rehab.exercises import Exercise, load_exercises
from footdrop_imu.rehab.measures import measure_facts
from footdrop_imu.rehab.plan_words import side_words
from footdrop_imu.report.figure_data import Course, CourseOverWeeks, Panel
from footdrop_imu.report.model import Figure, Report, Section, Table, WritingBox
from footdrop_imu.report.patient_answer import patient_answer
from footdrop_imu.report.patient_plan import done_section, plan_section, safety_section
from footdrop_imu.report.patient_trust import patient_provenance, patient_trust
from footdrop_imu.report.patient_words import plain_measure
from footdrop_imu.report.person_words import fit
from footdrop_imu.report.trust import INTENDED_USE, made_of

if TYPE_CHECKING:
    from footdrop_imu.rehab.lines import Line
    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.schema_rehab import PersonRecord

__all__ = ["patient_sheet"]

_JUDGED = ("better", "worse", "unchanged")
"""What cannot be judged is not drawn either: dots that rise would say "better" all the same."""
_ROOM = 2.0
"""Smallest detectable changes that the picture holds on either side: what chance does looks as small as it is."""
_MOST_DOTS = 52
_FEWEST_DOTS = 3


def patient_sheet(
    found: Progress,
    record: PersonRecord,
    translate: Translate,
    *,
    catalogue: Mapping[str, Exercise] | None = None,
) -> Report:
    """Make the sheet that a patient takes home.

    Parameters
    ----------
    found
        Of ``rehab.progress.progress``, on the record's day.
    record
        What is kept of the person. Pain, notes and findings of a clinician are not on the sheet.
    translate
        Gives a text in the reader's language.
    catalogue
        Id to exercise, with a clinic's own; None = the built-in catalogue.

    Returns
    -------
    Report
        Of kind "patient".

    Notes
    -----
    Better or worse is said as ``found.verdict`` says it and of nothing else; only where walks with and without an aid
    came by turns, what goes with the aid stands beside it (``rehab.two_conditions``). Before a week has passed since
    the last verdict there is none, nor the figure that would show it.
    """
    _ = translate
    catalogue = load_exercises() if catalogue is None else catalogue
    verdict = found.verdict
    patient = fit(record.patient.id)
    title = _("Are you keeping what you have?") if found.goal == "keep" else _("Is it getting better?")
    facts = [(_("Day"), translate.day(found.day))]
    if verdict.side in ("left", "right"):
        facts.append((_("Foot"), side_words(verdict.side, translate)))
    answer = patient_answer(found, record, translate)
    sections = [
        *([_figure_section(verdict.line, translate)] if answer.tone in _JUDGED and _dots(verdict.line) else []),
        done_section(found, record, translate),
        plan_section(record, catalogue, translate),
        safety_section(translate),
        Section("questions", _("What I want to ask my therapist"), (WritingBox("", 3),)),
    ]
    return Report(
        kind="patient",
        language=translate.language,
        title=title,
        subject=patient,
        facts=tuple(facts),
        answer=answer,
        sections=tuple(sections),
        trust=patient_trust(found, record, translate),
        intended_use=_(INTENDED_USE),
        made_of=made_of(patient),
        provenance=patient_provenance(found, record),
    )


def _dots(line: Line | None) -> bool:
    return line is not None and len(np.unique(mondays(line.day))) >= _FEWEST_DOTS


def _figure_section(line: Line | None, translate: Translate) -> Section:
    """The weeks' means of the judged measure: one dot a week, or for some weeks together where there are many."""
    _ = translate
    assert line is not None
    plain = plain_measure(line.measure)
    week = (mondays(line.day) - mondays(line.day[:1])[0]).astype(np.int64) // 7
    together = -(-(int(week[-1]) + 1) // _MOST_DOTS)
    _dots_of, which, count = np.unique(week // together, return_inverse=True, return_counts=True)
    value = np.bincount(which, line.value) / count * plain.scale
    number = line.day.astype(np.int64)
    day = np.round(np.bincount(which, number) / count).astype(np.int64).astype("datetime64[D]")
    first, last = line.day[0].astype(object), line.day[-1].astype(object)
    name = _(plain.name)
    unit = _(plain.amount).format(value="").strip()
    each = (
        _("one week of walks")
        if together == 1
        else _("{count} weeks of walks").format(count=translate.number(together))
    )
    higher = _("Higher is better.") if measure_facts(line.measure).direction > 0 else _("Lower is better.")
    numbers = [translate.number(one, 1) for one in value.tolist()]
    alt = _(
        "{count} dots from {first_day} to {last_day}. The first is at {first}, the last at {last} ({unit})."
    ).format(
        count=translate.number(len(numbers)),
        first_day=translate.day(first),
        last_day=translate.day(last),
        first=numbers[0],
        last=numbers[-1],
        unit=unit,
    )
    rows = tuple((translate.day(one), text) for one, text in zip(day.tolist(), numbers, strict=True))
    level, chance = line.baseline * plain.scale, _ROOM * line.smallest_detectable * plain.scale
    low, high = min(value.min(), level - chance), max(value.max(), level + chance)
    low = max(low, 0.0) if plain.more == plain.less else low  # of what is counted there is no less than nothing
    course = Course(each, day, value, side=line.side if line.side in ("left", "right") else "", level=level)
    data = CourseOverWeeks(
        first.isoformat(), last.isoformat(), (Panel(unit, unit, (course,), low, high),), (), _("how it was at first")
    )
    figure = Figure("weeks", name, higher, alt, Table((_("Around"), unit), rows, name, True), data)
    return Section("weeks", name, (figure,))
