"""The progress report: whether the walking is better over the weeks, and whether it goes with the exercising."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from footdrop_imu import __version__
from footdrop_imu.language import Translate, spoken
from footdrop_imu.rehab.exercises import Exercise, load_exercises
from footdrop_imu.rehab.json_ready import json_ready
from footdrop_imu.rehab.measures import measure_facts
from footdrop_imu.rehab.plan_words import side_words
from footdrop_imu.report.model import Block, Group, Report, Section, Statement, Statements
from footdrop_imu.report.person_words import day_of_walk, fit, range_words, shortened, told_condition
from footdrop_imu.report.progress_answer import NOTHING_BETTER, progress_answer
from footdrop_imu.report.progress_calendar import calendar_figure, recent_work
from footdrop_imu.report.progress_changes import change_figure, change_table, condition_table, main_lines
from footdrop_imu.report.progress_events import clinical_table, conditions_table, events_table, plan_table
from footdrop_imu.report.progress_exercises import (
    SharesDone,
    also_done_table,
    exercise_table,
    felt_table,
    shares_done,
)
from footdrop_imu.report.progress_walks import digest, progress_trust, walk_uses, walks_table
from footdrop_imu.report.progress_weeks import course_figure, dose_figure
from footdrop_imu.report.trust import INTENDED_USE, made_of

if TYPE_CHECKING:
    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.schema_rehab import PersonRecord

__all__ = ["progress_report"]

MOST_EVENTS, MOST_VERSIONS = 15, 4
"""So many of the latest are shown at once; all of them in the details."""
_BESIDE = ("earlier_line", "published", "published_other", "compared", "next_verdict")


def progress_report(
    found: Progress,
    record: PersonRecord,
    translate: Translate,
    *,
    catalogue: Mapping[str, Exercise] | None = None,
) -> Report:
    """Make the report of a person's weeks.

    Parameters
    ----------
    found
        What is known of the course, of ``rehab.progress.progress`` in the same language.
    record
        What it was made of. Plan, log, events, walks may each be empty.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    catalogue
        The exercises, where a clinic has its own; None = the built-in ones.

    Returns
    -------
    Report
    """
    _ = translate
    catalogue = load_exercises() if catalogue is None else catalogue
    uses, done = walk_uses(found, record), shares_done(found.weeks)
    sections = (
        Section("course", _("Over the weeks"), _some(course_figure(found, record, translate))),
        _nothing_better(found, translate),
        _changes(found, translate),
        _exercises(found, record, done, catalogue, translate),
        _happened(record, catalogue, translate),
        _details(record, uses, catalogue, translate),
    )
    count = len(record.walks)
    return Report(
        "progress",
        translate.language,
        _("Progress report"),
        fit(record.patient.id),
        _facts(found, record, translate),
        progress_answer(found, record, done, translate),
        tuple(section for section in sections if section.blocks),
        progress_trust(found, record, uses, translate),
        translate(INTENDED_USE),
        made_of(
            _("{person}, {day}, walks: {count}, {digest}").format(
                person=shortened(record.patient.id, 40),
                day=translate.day(record.day),
                count=translate.number(count),
                digest=digest(record)[:12],
            )
        ),
        _provenance(found, record, uses),
    )


def _some(*blocks: Block | None) -> tuple[Block, ...]:
    return tuple(block for block in blocks if block is not None)


def _said(found: Progress, codes: Sequence[str]) -> tuple[Statement, ...]:
    return tuple(Statement(said.text, "", said.code, said.numbers) for said in found.sentences if said.code in codes)


def _nothing_better(found: Progress, translate: Translate) -> Section:
    _ = translate
    said = _said(found, NOTHING_BETTER)
    kept = any(one.code == "nothing_better_keep" for one in said)
    title = _("The goal was to keep it") if kept else _("When nothing got better")
    return Section("nothing_better", title, (Statements(said),) if said else ())


def _changes(found: Progress, translate: Translate) -> Section:
    _ = translate
    lines = main_lines(found)
    beside = _said(found, _BESIDE)
    compared = any(line.compared for line in lines)
    nothing = Statement(_("Nothing can be compared yet: too few days of walking count."), "", "not_compared")
    blocks = (
        change_figure(lines, translate),
        change_table(found, lines, translate) if compared else Statements((nothing,)),
        Statements(beside) if beside else None,
        condition_table(found, translate),
    )
    return Section("change", _("What changed, and what is more than chance"), _some(*blocks))


def _exercises(
    found: Progress,
    record: PersonRecord,
    done: SharesDone,
    catalogue: Mapping[str, Exercise],
    translate: Translate,
) -> Section:
    _ = translate
    recent = recent_work(record)
    if recent is None:
        words = Statement(_("There is no plan of exercises and no log."), "", "no_plan")
        return Section("exercises", _("Exercises"), (Statements((words,)),))
    said = []
    if not record.plan:
        said.append(Statement(_("There is no plan: what was logged is shown, and nothing was due."), "", "no_plan"))
    elif not len(record.log):
        said.append(Statement(_("Nothing was logged: how much was done is not known."), "", "no_log"))
    blocks = (
        Statements(tuple(said)) if said else None,
        calendar_figure(found, record, recent, translate),
        dose_figure(found, record, translate),
        exercise_table(done, record, catalogue, translate),
        also_done_table(recent, catalogue, translate),
        felt_table(record.entries, translate),
    )
    return Section("exercises", _("Exercises"), _some(*blocks), "figures")


def _happened(record: PersonRecord, catalogue: Mapping[str, Exercise], translate: Translate) -> Section:
    _ = translate
    return Section(
        "happened",
        _("What happened"),
        _some(
            events_table(record, translate, MOST_EVENTS),
            plan_table(record, catalogue, translate, MOST_VERSIONS),
            clinical_table(record, translate),
            conditions_table(record, translate),
        ),
    )


def _details(
    record: PersonRecord, uses: Mapping[str, str], catalogue: Mapping[str, Exercise], translate: Translate
) -> Section:
    """What is too long to be read by everyone."""
    _ = translate
    groups = (
        (_("Walk by walk"), walks_table(record, uses, translate)),
        (_("All events"), events_table(record, translate) if len(record.events) > MOST_EVENTS else None),
        (
            _("All versions of the plan"),
            plan_table(record, catalogue, translate) if len(record.plan) > MOST_VERSIONS else None,
        ),
    )
    blocks = tuple(Group(title, (table,)) for title, table in groups if table is not None)
    return Section("details", _("In detail"), blocks, "details", on_paper=False)


def _facts(found: Progress, record: PersonRecord, translate: Translate) -> tuple[tuple[str, str], ...]:
    _ = translate
    patient, verdict = record.patient, found.verdict
    facts = [(_("As of"), translate.day(record.day))]
    affected = side_words(patient.affected, translate) or _("not known")
    facts.append((_("Side of the foot drop"), affected))
    if patient.cause:
        since = "" if patient.onset is None else ", " + _("since {day}").format(day=translate.day(patient.onset))
        facts.append((_("Cause"), translate(spoken(patient.cause)) + since))
    facts.append((_("Goal"), translate(spoken(patient.goal))))
    if verdict.measure:
        words = translate(measure_facts(verdict.measure).words)
        side = side_words(verdict.side, translate)
        facts.append((_("Judged is"), f"{words} ({side})" if side else words))
    days = [day for day in (day_of_walk(walk.start) for walk in record.walks) if day is not None]
    walked = translate.number(len(record.walks))
    facts.append((_("Walks"), f"{walked} ({range_words(min(days), max(days), translate)})" if days else walked))
    if verdict.line is not None:
        facts.append((_("Judged in"), told_condition(verdict.line.condition, translate)))
    return tuple(facts)


def _provenance(found: Progress, record: PersonRecord, uses: Mapping[str, str]) -> dict[str, Any]:
    verdict = found.verdict
    plain: dict[str, Any] = json_ready(
        {
            "version": __version__,
            "person": fit(record.patient.id),
            "day": record.day,
            "goal": found.goal,
            "verdict": {
                "code": verdict.code,
                "reason": verdict.reason,
                "measure": verdict.measure,
                "side": verdict.side,
                "risen": verdict.risen,
                "at_equal_speed": verdict.at_equal_speed,
            },
            "digest": digest(record),
            "plan_versions": [{"version": one.version, "start": one.start} for one in record.plan],
            "log_row_count": len(record.log),
            "walks": [
                {
                    "id": walk.id,
                    "start": walk.start,
                    "quality": walk.quality,
                    "use": uses[walk.id],
                    "version": walk.version,
                    "config_hash": walk.config_hash,
                    "hashes": walk.hashes,
                }
                for walk in record.walks
            ],
        }
    )
    return plain
