"""How the terminal says what is prescribed and what was done, in any language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.language import Translate, mark, spoken
from footdrop_imu.rehab.plan_words import dose_words, side_words, title_words

if TYPE_CHECKING:
    from footdrop_imu.rehab.exercises import Exercise
    from footdrop_imu.schema_rehab import LogEntry, PlanVersion

__all__ = ["entry_words", "show_version", "week_words"]

_STOPS = {"pain": mark("pain"), "dizziness": mark("dizziness"), "chest_pain": mark("chest pain")}
"""Reasons that the program itself gives; all others are people's own words."""


def show_version(version: PlanVersion, catalogue: Mapping[str, Exercise], say: Translate) -> None:
    """Show one version of a plan."""
    from footdrop_imu.cli.console import fitted

    _ = say
    title = _("Version {number}, from {day}, by {author}").format(
        number=version.version, day=say.day(version.start), author=version.author
    )
    click.echo(fitted(f"{title}: {version.note}" if version.note else title, "  ", err=False))
    for one in version.prescriptions:
        bounds = ", " + _("from {day}").format(day=say.day(one.start)) if one.start else ""
        bounds += ", " + _("until {day}").format(day=say.day(one.end)) if one.end else ""
        name = title_words(one.exercise, catalogue, say)
        shown = name if name == one.exercise else f"{name} ({one.exercise})"
        click.echo(fitted(f"  {shown}: {dose_words(one, say)}{bounds}", "      ", err=False))
        if one.cleared:
            cleared = _("allowed by the clinician: {what}").format(what=", ".join(one.cleared))
            click.echo(fitted(f"      {cleared}", "      ", err=False))
        if one.note:
            click.echo(fitted(f"      {one.note}", "      ", err=False))
    if not version.prescriptions:
        click.echo("  " + _("A pause: nothing is due."))


def entry_words(entry: LogEntry, catalogue: Mapping[str, Exercise], say: Translate) -> str:
    """Say what was done: ``Heel raise, left, active: done, 2 sets, 20 repetitions``."""
    _ = say
    many = (
        (_("1 set") if entry.sets == 1 else _("{count} sets").format(count=entry.sets)) if entry.sets else "",
        (_("1 repetition") if entry.repetitions == 1 else _("{count} repetitions").format(count=entry.repetitions))
        if entry.repetitions
        else "",
        f"{say.plain(entry.duration_s)} s" if entry.duration_s == entry.duration_s else "",
        _("pain {value}").format(value=say.plain(entry.pain)) if entry.pain == entry.pain else "",
        _("effort {value}").format(value=say.plain(entry.effort)) if entry.effort == entry.effort else "",
        _("said by the clinician") if entry.source == "clinician" else "",
        _("counted by the sensor") if entry.source == "sensor" else "",
        say(_STOPS.get(entry.reason, entry.reason)),
        entry.note,
    )
    name = title_words(entry.exercise, catalogue, say) if entry.exercise else _("The whole day")
    which = ", ".join(word for word in (name, side_words(entry.side, say), say(entry.level)) if word)
    return ", ".join([f"{which}: {say(spoken(entry.outcome))}", *(word for word in many if word)])


def week_words(row: Any, say: Translate, catalogue: Mapping[str, Exercise] | None = None) -> str:
    """Say one row of the weeks: ``2026-03-02  5 of 7 days, 12 of 14 sessions, 86 %``."""
    _ = say
    name = f"  {title_words(row.exercise, catalogue or {}, say)}: " if row.exercise else f"{row.week:%Y-%m-%d}  "
    if row.state == "not_begun":
        return name + _("the log had not begun")
    words = [
        _("{done} of {due} days").format(done=say.number(row.done_days), due=say.number(row.due_days)),
        _("{done} of {due} sessions").format(
            done=say.plain(round(row.done_sessions, 1)), due=say.plain(round(row.due_sessions, 1))
        ),
    ]
    if row.adherence == row.adherence:
        words.append(f"{say.number(100 * row.adherence)} %")
    if row.excused_days:
        words.append(_("days excused: {count}").format(count=say.number(row.excused_days)))
    if row.overdone is True:
        words.append(_("more than 150 % of the plan"))
    if row.state == "so_far":
        words.append(_("so far"))
    return name + ", ".join(words)
