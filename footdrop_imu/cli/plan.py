"""``footdrop plan``: what a clinician prescribes, version by version, and what it asks for today."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.store_options import (
    Day,
    catalogue_of,
    clinic_option,
    language_option,
    noun_document,
    now,
    opened,
    output_options,
    refusing_in_json,
    store_options,
)
from footdrop_imu.schema_rehab import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from footdrop_imu.people.plans import DayItem
    from footdrop_imu.schema_rehab import PlanVersion, Prescription

__all__ = ["plan"]

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@click.group(
    short_help="What a clinician prescribes, and what it asks for today.",
    epilog="""\b
Examples:
  footdrop plan draft --severity some_movement --side left --out plan.toml
  footdrop plan set P07 plan.toml --author "N. Therapist"
  footdrop plan today P07""",
)
def plan() -> None:
    """Plans: exercises, how many, how often, from a day on. A clinician writes them; the program prescribes nothing.

    A changed plan is a new version. Weeks that are past are judged by the version that held then.
    """


@plan.command(
    short_help="Write a draft to be edited.",
    epilog="""\b
Example:
  footdrop plan draft --severity some_movement --side left --out plan.toml""",
)
@click.option("--severity", type=click.Choice(SEVERITIES), required=True, help="How far the foot can be lifted.")
@click.option("--side", type=click.Choice(("left", "right", "both")), required=True, help="Which foot.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.toml", help="Write it there.")
@click.option("--force", is_flag=True, help="Replace that file if it is there.")
@clinic_option
@output_options
def draft(severity: str, side: str, out: Path | None, force: bool, as_json: bool, quiet: bool, **given: Any) -> int:
    """Write a draft by severity. It has gaps: whoever prescribes fills them and puts their name to it."""
    from footdrop_imu.rehab.plan_templates import template_draft, template_text

    with refusing_in_json(as_json):
        catalogue = catalogue_of(given)
        text = template_text(severity, side, catalogue)
        if out is not None:
            from footdrop_imu.files.folder import write_file

            write_file(out, text, force=force)
    if as_json:
        found = template_draft(severity, side, catalogue)
        _print({"prescriptions": [noun_document(one) for one in found.prescriptions]})
    elif out is None:
        click.echo(text, nl=False)
    elif not quiet:
        click.echo(f"{out}: a draft. Fill it in, then: footdrop plan set PERSON {out} --author NAME")
    return 0


@plan.command(
    "set",
    short_help="Prescribe the plan of a file.",
    epilog="""\b
Examples:
  footdrop plan set P07 plan.toml --author "N. Therapist"
  footdrop plan set P07 plan.toml --author "N. Therapist" --start 2026-04-06""",
)
@click.argument("pseudonym", metavar="PERSON")
@click.argument("file", metavar="FILE.toml", type=click.Path(path_type=Path))
@click.option("--author", help="Who prescribes, if the file does not say.")
@click.option("--start", type=Day(), help="First day; today, if neither this nor the file says it.")
@click.option("--note", help="Why it was changed.")
@click.option("--history", is_flag=True, help="A first plan that was followed on paper may begin in the past.")
@clinic_option
@store_options
@output_options
def set_(pseudonym: str, file: Path, as_json: bool, quiet: bool, **given: Any) -> int:
    """Prescribe the plan of a file, from a day on; the version before ends there and stays as it was."""
    from footdrop_imu.people.plans import prescribe
    from footdrop_imu.rehab.plan_file import read_plan

    with refusing_in_json(as_json), opened(given) as store:
        found = read_plan(file)
        version = prescribe(
            store,
            pseudonym,
            found.prescriptions,
            start=given["start"] or found.start,
            author=given["author"] or found.author,
            note=given["note"] or found.note,
            now=now(),
            catalogue=catalogue_of(given),
            history=given["history"],
        )
    if as_json:
        _print({"person": pseudonym, "version": noun_document(version)})
    elif not quiet:
        _show_version(version)
    return 0


@plan.command(
    short_help="Show the plan.",
    epilog="""\b
Examples:
  footdrop plan show P07
  footdrop plan show P07 --versions
  footdrop plan show P07 --toml > plan.toml""",
)
@click.argument("pseudonym", metavar="PERSON")
@click.option("--day", type=Day(), help="As it was on that day; today, if not said.")
@click.option("--versions", is_flag=True, help="Show every version.")
@click.option("--toml", is_flag=True, help="Print it as a plan file, to be changed and set again.")
@store_options
@output_options
def show(pseudonym: str, versions: bool, toml: bool, as_json: bool, quiet: bool, **given: Any) -> int:
    """Show the plan of today, of another day, or every version."""
    from footdrop_imu.people.plans import today
    from footdrop_imu.rehab.plan import in_effect
    from footdrop_imu.rehab.plan_file import PlanDraft, plan_text
    from footdrop_imu.store.plans import plan_versions

    with refusing_in_json(as_json), opened(given) as store:
        every = plan_versions(store, pseudonym)
        day = given["day"] or today(store, pseudonym, now())
    held = in_effect(every, day)
    shown = list(every) if versions else [held] if held else []
    if as_json:
        _print({"person": pseudonym, "versions": [noun_document(version) for version in shown]})
    elif toml and held is not None:
        click.echo(plan_text(PlanDraft(held.prescriptions, held.author, None, held.note)), nl=False)
    elif not quiet:
        for version in shown:
            _show_version(version)
        for version in every:
            if not versions and version.start > day:
                click.echo(f"Version {version.version} begins on {version.start}.")
        if not every:
            click.echo(f"No plan yet: footdrop plan set {pseudonym} plan.toml --author NAME", err=True)
    return 0


@plan.command(
    "today",
    short_help="Show what is due today.",
    epilog="""\b
Example:
  footdrop plan today P07""",
)
@click.argument("pseudonym", metavar="PERSON")
@clinic_option
@language_option
@store_options
@output_options
def today_(pseudonym: str, language: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Show what is due today and this week, what of it is done, and what may not begin now and why."""
    from footdrop_imu.language import translator
    from footdrop_imu.people.plans import day_list

    with refusing_in_json(as_json), opened(given) as store:
        say = translator(language)
        items = day_list(store, pseudonym, now(), catalogue_of(given))
    if as_json:
        _print({"person": pseudonym, "due": [_item_document(item, say) for item in items]})
        return 0
    if quiet:
        return 0
    for item in items:
        done = "done" if item.done_sessions >= item.due_sessions else f"{item.done_sessions:g} of {item.due_sessions:g}"
        when = "this week" if item.per == "week" else "today"
        click.echo(f"{say(item.exercise.title)} ({item.exercise.id}): {dose_words(item.prescription)}")
        click.echo(f"    {when}: {done}")
        for refusal in item.refusals:
            click.echo(f"    ! {say(refusal.words)}")
    if not items:
        click.echo("Nothing is due today.")
    return 0


def dose_words(one: Prescription) -> str:
    """Write how much and how often: ``left, active, 2 x 10, twice a day``."""
    counted = f"{one.sets} x " if one.sets > 1 else ""
    if one.hold_s == one.hold_s:
        counted += f"{one.repetitions} x {one.hold_s:g} s" if one.repetitions > 1 else f"{one.hold_s:g} s"
    elif one.repetitions:
        counted += f"{one.repetitions}" if counted else f"{one.repetitions} repetition{'s' * (one.repetitions > 1)}"
    elif one.duration_s == one.duration_s:
        counted += f"{one.duration_s / 60:g} min" if one.duration_s >= 60 else f"{one.duration_s:g} s"
    if one.times_a_week:
        often = f"{one.times_a_week} times a week"
    else:
        days = ", ".join(_WEEKDAYS[day] for day in one.weekdays)
        often = f"{one.times_a_day} times a day" if one.times_a_day > 1 else "once a day"
        often += f" on {days}" if days else ""
    return ", ".join(word for word in (one.side, one.level, counted, often) if word)


def _show_version(version: PlanVersion) -> None:
    note = f": {version.note}" if version.note else ""
    click.echo(f"Version {version.version}, from {version.start}, by {version.author}{note}")
    for one in version.prescriptions:
        bounds = f", from {one.start}" if one.start else ""
        bounds += f", until {one.end}" if one.end else ""
        click.echo(f"  {one.exercise}: {dose_words(one)}{bounds}")
        if one.cleared:
            click.echo(f"      allowed by the clinician: {', '.join(one.cleared)}")
        if one.note:
            click.echo(f"      {one.note}")
    if not version.prescriptions:
        click.echo("  A pause: nothing is due.")


def _item_document(item: DayItem, say: Callable[[str], str]) -> dict[str, Any]:
    return {
        "exercise": item.exercise.id,
        "title": say(item.exercise.title),
        "per": item.per,
        "due_sessions": item.due_sessions,
        "done_sessions": item.done_sessions,
        "prescription": noun_document(item.prescription),
        "refusals": [
            {"reason": str(refusal.reason), "caution": refusal.caution, "words": say(refusal.words)}
            for refusal in item.refusals
        ],
    }


def _print(document: dict[str, Any]) -> None:
    from footdrop_imu.cli.console import print_json

    print_json(document)
