"""``footdrop plan``: what a clinician prescribes, version by version, and what it asks for today."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.console import print_json
from footdrop_imu.cli.diary_words import show_version
from footdrop_imu.cli.store_options import (
    Day,
    catalogue_of,
    clinic_option,
    helper_option,
    helper_said,
    language_option,
    now,
    opened,
    output_options,
    refusing_in_json,
    store_options,
)
from footdrop_imu.rehab.plan_words import dose_words
from footdrop_imu.schema_rehab import SEVERITIES, SIDES_OR_BOTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from footdrop_imu.language import Translate
    from footdrop_imu.people.plans import DayItem

__all__ = ["plan"]


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
@click.option("--side", type=click.Choice(SIDES_OR_BOTH), required=True, help="Which foot.")
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
        print_json({"prescriptions": found.prescriptions})
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
@language_option
@store_options
@output_options
def set_(pseudonym: str, file: Path, language: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Prescribe the plan of a file, from a day on; the version before ends there and stays as it was."""
    from footdrop_imu.language import translator
    from footdrop_imu.people.plans import prescribe
    from footdrop_imu.rehab.plan_file import read_plan

    with refusing_in_json(as_json), opened(given) as store:
        say, catalogue = translator(language), catalogue_of(given)
        found = read_plan(file)
        version = prescribe(
            store,
            pseudonym,
            found.prescriptions,
            start=given["start"] or found.start,
            author=given["author"] or found.author,
            note=given["note"] or found.note,
            now=now(),
            catalogue=catalogue,
            history=given["history"],
        )
    if as_json:
        print_json({"person": pseudonym, "version": version})
    elif not quiet:
        show_version(version, catalogue, say)
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
@helper_option
@clinic_option
@language_option
@store_options
@output_options
def show(pseudonym: str, versions: bool, toml: bool, language: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Show the plan of today, of another day, or every version."""
    from footdrop_imu.language import translator
    from footdrop_imu.people.patients import seen_by
    from footdrop_imu.people.plans import today
    from footdrop_imu.rehab.plan import in_effect
    from footdrop_imu.rehab.plan_file import PlanDraft, plan_text
    from footdrop_imu.store.plans import plan_versions

    with refusing_in_json(as_json), opened(given) as store:
        _ = say = translator(language)
        catalogue = catalogue_of(given)
        every = seen_by(helper_said(store, pseudonym, given), plan_versions(store, pseudonym))
        day = given["day"] or today(store, pseudonym, now())
    held = in_effect(every, day)
    shown = list(every) if versions else [held] if held else []
    if as_json:
        print_json({"person": pseudonym, "versions": shown})
    elif toml and held is not None:
        click.echo(plan_text(PlanDraft(held.prescriptions, held.author, None, held.note)), nl=False)
    elif not quiet:
        for version in shown:
            show_version(version, catalogue, say)
        for version in every:
            if not versions and version.start > day:
                told = _("Version {number} begins on {day}.")
                click.echo(told.format(number=version.version, day=say.day(version.start)))
        if not every:
            click.echo(_no_plan(pseudonym, say), err=True)
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
    from footdrop_imu.people.plans import day_list, today
    from footdrop_imu.rehab.plan import in_effect
    from footdrop_imu.store.plans import plan_versions

    with refusing_in_json(as_json), opened(given) as store:
        say = translator(language)
        has_plan = in_effect(plan_versions(store, pseudonym), today(store, pseudonym, now())) is not None
        items = day_list(store, pseudonym, now(), catalogue_of(given))
    if as_json:
        print_json({"person": pseudonym, "due": [_item_document(item, say) for item in items]})
        return 0
    if quiet:
        return 0
    if has_plan:
        _show_day(items, say)
    else:
        click.echo(_no_plan(pseudonym, say), err=True)
    return 0


def _show_day(items: Sequence[DayItem], say: Translate) -> None:
    from footdrop_imu.cli.console import fitted

    _ = say
    for item in items:
        done = _("done")
        if item.done_sessions < item.due_sessions:
            done = _("{done} of {due}").format(done=say.plain(item.done_sessions), due=say.plain(item.due_sessions))
        when = _("this week") if item.per == "week" else _("today")
        title = f"{say(item.exercise.title)} ({item.exercise.id}): {dose_words(item.prescription, say)}"
        click.echo(fitted(title, "    ", err=False))
        click.echo(f"    {when}: {done}")
        if item.prescription.note:
            click.echo(fitted(f"    {item.prescription.note}", "    ", err=False))
        for refusal in item.refusals:
            click.echo(fitted(f"    ! {say(refusal.words)}", "      ", err=False))
    if not items:
        click.echo(_("Nothing is due today."))


def _no_plan(pseudonym: str, say: Translate) -> str:
    _ = say
    command = f"footdrop plan set {pseudonym} plan.toml --author NAME"
    return _("No plan yet. A clinician sets one: {command}").format(command=command)


def _item_document(item: DayItem, say: Translate) -> dict[str, Any]:
    return {
        "exercise": item.exercise.id,
        "title": say(item.exercise.title),
        "per": item.per,
        "due_sessions": item.due_sessions,
        "done_sessions": item.done_sessions,
        "prescription": item.prescription,
        "refusals": [
            {"reason": str(refusal.reason), "caution": refusal.caution, "words": say(refusal.words)}
            for refusal in item.refusals
        ],
    }
