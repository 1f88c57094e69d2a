"""Drafts of plans by severity: a start for the clinician, who fills the gaps and puts their name to it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from footdrop_imu.errors import ExerciseError, ExerciseReason, FileReason
from footdrop_imu.rehab.cautions import CAUTIONS, SUPERVISION
from footdrop_imu.rehab.exercises import Exercise, SourceDose
from footdrop_imu.rehab.plan_file import PlanDraft, prescription_lines
from footdrop_imu.rehab.toml_file import Table, read_toml
from footdrop_imu.schema_rehab import LEVELS, SEVERITIES, SIDES_OR_BOTH, Prescription

__all__ = ["Template", "TemplateLine", "template", "template_draft", "template_text"]

_FILE = Path(__file__).with_name("plan_templates.toml")


class TemplateLine(NamedTuple):
    """An exercise of a draft: at which level, and whose dose."""

    exercise: str
    level: str
    source: str


class Template(NamedTuple):
    """A draft: what it holds, and what a clinician may add once its cautions are answered or lifted."""

    severity: str
    title: str
    exercises: tuple[TemplateLine, ...]
    consider: tuple[TemplateLine, ...]


def template(severity: str) -> Template:
    """Find the template of a severity.

    Raises
    ------
    ExerciseError
        ``WRONG_VALUE``: a severity that is none.
    """
    found = _templates().get(severity)
    if found is None:
        raise ExerciseError(
            ExerciseReason.WRONG_VALUE,
            f"There is no template for the severity {severity!r}. There is one for each of {', '.join(SEVERITIES)}.",
        )
    return found


def template_draft(severity: str, side: str, catalogue: Mapping[str, Exercise]) -> PlanDraft:
    """Make the draft of a plan.

    Parameters
    ----------
    severity
        One of ``SEVERITIES``.
    side
        The affected one: left, right or both.
    catalogue
        Id to exercise; a clinic's own file may have replaced some.

    Returns
    -------
    PlanDraft
        Without author and start. Of a range that a source gives the lowest is taken: start small. What it does not say
        is 0, and `plan.new_version` refuses the draft until a clinician has filled it in.

    Raises
    ------
    ExerciseError
        ``WRONG_VALUE``: a severity or side that is none.
    """
    _check_side(side)
    lines = template(severity).exercises
    return PlanDraft(tuple(_prescription(line, side, catalogue[line.exercise]) for line in lines))


def template_text(severity: str, side: str, catalogue: Mapping[str, Exercise]) -> str:
    """Write the draft as a plan file to be edited, with what each source says and what is left to fill in.

    Parameters and errors as `template_draft`. What asks for an answer or a clinician's word is in it as remarks.
    """
    _check_side(side)
    chosen = template(severity)
    lines = [
        f"# A draft, not a plan: {chosen.title}.",
        "# Whoever prescribes looks at every line, replaces each 0 and writes their name here.",
        'author = ""',
    ]
    for line in chosen.exercises:
        exercise = catalogue[line.exercise]
        lines += ["", *_remarks(line, exercise), *_filled(_prescription(line, side, exercise))]
    if chosen.consider:
        lines += [
            "",
            "# To consider; take the # away to add one. What it asks for is answered by the person, or lifted by a",
            '# clinician who has looked at it with a line such as: cleared = ["numb_skin"]',
        ]
    for line in chosen.consider:
        exercise = catalogue[line.exercise]
        filled = _filled(_prescription(line, side, exercise))
        lines += ["", *_remarks(line, exercise), *(f"# {text}" for text in filled)]
    return "\n".join(lines) + "\n"


def _filled(prescription: Prescription) -> list[str]:
    """Write a prescription with its gaps as 0."""
    lines = prescription_lines(prescription)
    if not prescription.repetitions:
        lines.append("repetitions = 0  # fill in, or instead for how long a session: duration_s")
    return [
        f"{line}  # how often? fill in, or instead times_a_week" if line == "times_a_day = 0" else line
        for line in lines
    ]


def _remarks(line: TemplateLine, exercise: Exercise) -> list[str]:
    """Say what the source says, and what the exercise asks for."""
    dose = _dose(line, exercise)
    said = [f"sets {_range(dose.sets)}"] if dose.sets else []
    said += [f"repetitions {_range(dose.repetitions)} a {dose.per}"] if dose.repetitions else []
    said += [f"hold {dose.hold_s:g} s"] if dose.hold_s > 0 else []
    said += [f"{_range(dose.times_a_day)} times a day"] if dose.times_a_day else []
    said += [f"{_range(dose.times_a_week)} times a week"] if dose.times_a_week else []
    said += [dose.words] if dose.words else []
    asks = [f"{name}: {CAUTIONS[name].question or CAUTIONS[name].advice}" for name in exercise.cautions]
    asks += [] if exercise.supervision == "alone" else [f"{SUPERVISION}: somebody has to be beside."]
    return [
        f"# {exercise.title}. Source {line.source}: {'; '.join(said) or 'no dose'}.",
        *(f"# Asks for {text}" for text in asks),
    ]


def _prescription(line: TemplateLine, side: str, exercise: Exercise) -> Prescription:
    dose = _dose(line, exercise)
    a_day = dose.per == "day"
    sessions = 1 if a_day else _lowest(dose.times_a_day)
    times_a_week = 0 if sessions else _lowest(dose.times_a_week)
    daily = times_a_week == 7
    return Prescription(
        line.exercise,
        "both" if exercise.side == "both" else side,
        line.level,
        sets=_lowest(dose.sets) or 1,
        repetitions=_lowest(dose.repetitions),
        hold_s=dose.hold_s,
        times_a_day=1 if daily or times_a_week else sessions,
        times_a_week=0 if daily else times_a_week,
    )


def _dose(line: TemplateLine, exercise: Exercise) -> SourceDose:
    """Find the dose of the source; none where a clinic has put another exercise in its place."""
    return next((dose for dose in exercise.doses if dose.source == line.source), SourceDose(line.source))


def _lowest(pair: tuple[int, int] | None) -> int:
    return pair[0] if pair else 0


def _range(pair: tuple[int, int] | None) -> str:
    if pair is None:
        return ""
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]} to {pair[1]}"


def _check_side(side: str) -> None:
    if side not in SIDES_OR_BOTH:
        raise ExerciseError(
            ExerciseReason.WRONG_VALUE, f"The side of the plan is {side!r}. Expected left, right or both."
        )


@cache
def _templates() -> Mapping[str, Template]:
    table = read_toml(_FILE, FileReason.BAD_PLAN, "file of templates")
    found = [
        Template(
            one.one_of("severity", SEVERITIES), one.text("title"), _lines(one, "exercises"), _lines(one, "consider")
        )
        for one in table.tables("template")
    ]
    return {one.severity: one for one in found}


def _lines(table: Table, key: str) -> tuple[TemplateLine, ...]:
    return tuple(
        TemplateLine(one.text("id"), one.one_of("level", LEVELS), one.text("source")) for one in table.tables(key, [])
    )
