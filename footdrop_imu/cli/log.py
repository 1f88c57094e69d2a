"""``footdrop log``: what was done of the exercises, corrected where it was wrong, week by week against the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.console import fitted, print_json
from footdrop_imu.cli.diary_words import entry_words, week_words
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
from footdrop_imu.schema_rehab import LEVELS, LOG_SOURCES, OUTCOMES, SIDES_OR_BOTH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from footdrop_imu.language import Translate
    from footdrop_imu.rehab.exercises import Exercise
    from footdrop_imu.schema_rehab import LogEntry
    from footdrop_imu.store.database import Store

__all__ = ["log"]

_SHOWN_OF_ID = 8


class _Number(click.FloatRange):
    """A number within bounds; "nan" is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Refuse what is no number."""
        number = float(super().convert(value, param, ctx))
        if number != number:
            self.fail(f"{value!r}: expected a number.", param, ctx)
        return number


_DONE = (
    click.option("--sets", type=click.IntRange(0), help="Sets done."),
    click.option("--repetitions", type=click.IntRange(0), help="Repetitions done, all sets together."),
    click.option("--seconds", "duration_s", type=_Number(0), help="Seconds of work: holds, balance, walking."),
    click.option("--side", type=click.Choice(SIDES_OR_BOTH), help="Which foot, if not as planned."),
    click.option("--level", type=click.Choice(LEVELS), help="How, if not as planned."),
    click.option("--outcome", type=click.Choice(OUTCOMES), help="How it went; done, if not said."),
    click.option("--reason", help="Why not, or why only partly."),
    click.option("--pain", type=_Number(0, 10), help="Pain, 0 to 10."),
    click.option("--effort", type=_Number(0, 10), help="How hard it was, 0 to 10."),
    click.option("--note", help="What there is to say of it."),
    click.option("--day", type=Day(), help="When, if not today."),
    click.option("--at", "clock", metavar="HH:MM", help="What the clock showed; now, or noon of another day."),
    click.option("--source", type=click.Choice(LOG_SOURCES[:2]), help="Who says so; the patient, if not said."),
    click.option("--helper", is_flag=True, help="A helper was beside."),
    click.option("--pain-before", type=_Number(0, 10), help="Pain when it began, 0 to 10."),
    click.option("--dizzy", is_flag=True, help="Dizziness ended it."),
    click.option("--chest-pain", is_flag=True, help="Pain in the chest ended it."),
)


def _done_options(command: Callable[..., int]) -> Callable[..., int]:
    for option in reversed(_DONE):
        command = option(command)
    return command


@click.group(
    "log",
    short_help="What was done of the exercises.",
    epilog="""\b
Examples:
  footdrop log add P07 assisted_toe_raise --sets 2 --repetitions 20
  footdrop log weeks P07""",
)
def log() -> None:
    """What was done of the exercises, entered by hand; `footdrop reps` enters what the shoe sensor counted.

    Nothing is ever erased: a correction takes an entry's place, and the entry stays in the history.
    """


@log.command(
    short_help="Enter what was done.",
    epilog="""\b
Examples:
  footdrop log add P07 assisted_toe_raise --pain 1 --effort 4
  footdrop log add P07 towel_stretch --seconds 120 --day 2026-03-14 --at 18:30
  footdrop log add P07 heel_raise --outcome not_done --reason "too tired" """,
)
@click.argument("pseudonym", metavar="PERSON")
@click.argument("exercise", metavar="EXERCISE")
@_done_options
@clinic_option
@language_option
@store_options
@output_options
def add(pseudonym: str, exercise: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Enter what was done of one exercise; what is not said was done as the plan has it.

    What needs a helper or a clinician's word is not taken without it.
    """
    from footdrop_imu.people.diary import planned_entry

    with refusing_in_json(as_json), opened(given) as store:
        at, note = _instant(store, pseudonym, given)
        entry = replace(planned_entry(store, pseudonym, exercise, at), **_said(given))
        return _enter(store, pseudonym, entry, note, given, as_json=as_json, quiet=quiet)


@log.command(
    short_help="Correct an entry.",
    epilog="""\b
Example:
  footdrop log correct P07 3f2a91bc --repetitions 18""",
)
@click.argument("pseudonym", metavar="PERSON")
@click.argument("entry", metavar="ENTRY")
@_done_options
@clinic_option
@language_option
@store_options
@output_options
def correct(pseudonym: str, entry: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Correct an entry, named by the beginning of its id; what is not named stays as it was."""
    from footdrop_imu.people.diary import find_entry

    with refusing_in_json(as_json), opened(given) as store:
        old = find_entry(store, pseudonym, entry)
        moved = given["day"] is not None or given["clock"] is not None
        at, note = _instant(store, pseudonym, {**given, "day": given["day"] or old.day}) if moved else (old.at, "")
        new = replace(old, id="", replaces=old.id, at=at, day=given["day"] or old.day, **_said(given))
        return _enter(store, pseudonym, new, note, given, as_json=as_json, quiet=quiet)


@log.command(
    short_help="Excuse a day: nothing was due on it.",
    epilog="""\b
Example:
  footdrop log excuse P07 --day 2026-03-14 --reason "a cold" """,
)
@click.argument("pseudonym", metavar="PERSON")
@click.option("--day", type=Day(), help="Which; today, if not said.")
@click.option("--reason", required=True, help="Why.")
@language_option
@store_options
@output_options
def excuse(pseudonym: str, reason: str, language: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Excuse a whole day: what was due on it counts neither as done nor as missed."""
    from footdrop_imu.language import translator
    from footdrop_imu.people.diary import excuse_day, local_moment
    from footdrop_imu.people.plans import today

    with refusing_in_json(as_json), opened(given) as store:
        say = translator(language)
        moment = now()
        day = given["day"] or today(store, pseudonym, moment)
        at, _ = local_moment(store, pseudonym, day, time(0, 0))
        kept = excuse_day(store, pseudonym, at, day, reason, moment)
    if as_json:
        print_json({"entry": kept, "words": ""})
    elif not quiet:
        click.echo(_entry_line(kept, {}, say))
    return 0


@log.command(
    short_help="Show the entries.",
    epilog="""\b
Examples:
  footdrop log show P07 --from 2026-03-01
  footdrop log show P07 --history""",
)
@click.argument("pseudonym", metavar="PERSON")
@click.option("--from", "first_day", type=Day(), help="First day.")
@click.option("--to", "last_day", type=Day(), help="Last day.")
@click.option("--history", is_flag=True, help="Show entries that were corrected too.")
@helper_option
@clinic_option
@language_option
@store_options
@output_options
def show(pseudonym: str, history: bool, language: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Show the entries, each with the beginning of its id, by which it is corrected."""
    from footdrop_imu.language import translator
    from footdrop_imu.people.patients import seen_by
    from footdrop_imu.rehab.json_ready import json_ready
    from footdrop_imu.rehab.log import standing
    from footdrop_imu.store.log import log_entries

    with refusing_in_json(as_json), opened(given) as store:
        _ = say = translator(language)
        catalogue = catalogue_of(given)
        entries: Sequence[LogEntry] = log_entries(store, pseudonym, given["first_day"], given["last_day"])
        helper = helper_said(store, pseudonym, given)
    replaced = {entry.replaces for entry in entries}
    first, last = given["first_day"] or date.min, given["last_day"] or date.max
    # what was corrected to another day comes with its correction
    within = [entry for entry in (entries if history else standing(entries)) if history or first <= entry.day <= last]
    shown = seen_by(helper, within)
    if as_json:
        document = [{**json_ready(entry), "stands": entry.id not in replaced} for entry in shown]
        print_json({"person": pseudonym, "entries": document})
    elif not quiet:
        corrected = _("(corrected since)")
        for entry in shown:
            click.echo(_entry_line(entry, catalogue, say, f" {corrected}" if entry.id in replaced else ""))
        if not shown:
            click.echo(_("No entries."), err=True)
    return 0


@log.command(
    short_help="Show week by week what was done of the plan.",
    epilog="""\b
Examples:
  footdrop log weeks P07
  footdrop log weeks P07 --exercises""",
)
@click.argument("pseudonym", metavar="PERSON")
@click.option("--exercises", "each", is_flag=True, help="Show each exercise too.")
@clinic_option
@language_option
@store_options
@output_options
def weeks(pseudonym: str, each: bool, language: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Show week by week what was done of what was due: days, sessions, share. Excused days are taken out."""
    from footdrop_imu.language import translator
    from footdrop_imu.people.diary import weeks_of

    with refusing_in_json(as_json), opened(given) as store:
        _ = say = translator(language)
        catalogue = catalogue_of(given)
        table = weeks_of(store, pseudonym, now())
    if as_json:
        print_json({"person": pseudonym, "weeks": table})
        return 0
    if quiet:
        return 0
    if table.empty:
        told = _("No plan yet. A clinician sets one: {command}")
        click.echo(told.format(command=f"footdrop plan set {pseudonym} plan.toml --author NAME"), err=True)
        return 0
    for row in table.itertuples():
        if row.exercise and not each:
            continue
        click.echo(fitted(week_words(row, say, catalogue), "            ", err=False))
    return 0


def _said(given: dict[str, Any]) -> dict[str, Any]:
    """What the options say of an entry."""
    names = (
        "sets",
        "repetitions",
        "duration_s",
        "side",
        "level",
        "outcome",
        "reason",
        "pain",
        "effort",
        "note",
        "source",
    )
    return {name: given[name] for name in names if given[name] is not None}


def _instant(store: Store, pseudonym: str, given: dict[str, Any]) -> tuple[datetime, str]:
    """When it was, and what there is to say of that time."""
    from footdrop_imu.people.diary import local_moment

    moment = now()
    if given["day"] is None and given["clock"] is None:
        return moment, ""
    from footdrop_imu.people.plans import today

    try:
        clock = time.fromisoformat(given["clock"]) if given["clock"] else None
    except ValueError:
        raise click.BadParameter(f"{given['clock']!r}: expected a time such as 18:30.", param_hint="--at") from None
    home = today(store, pseudonym, moment)
    day: date = given["day"] or home
    if clock is None and day == home:
        return moment, ""
    return local_moment(store, pseudonym, day, clock or time(12, 0))


def _enter(
    store: Store, pseudonym: str, entry: LogEntry, note: str, given: dict[str, Any], *, as_json: bool, quiet: bool
) -> int:
    from footdrop_imu.language import translator
    from footdrop_imu.people.diary import HowItWent, log_exercise

    say, catalogue = translator(given["language"]), catalogue_of(given)
    before = given["pain_before"]
    how = HowItWent(given["helper"], float("nan") if before is None else before, given["dizzy"], given["chest_pain"])
    logged = log_exercise(store, pseudonym, entry, now=now(), catalogue=catalogue, how=how)
    if as_json:
        print_json({"entry": logged.entry, "words": say(logged.words)})
        return 0
    if not quiet:
        if note:
            click.echo(note, err=True)
        click.echo(_entry_line(logged.entry, catalogue, say))
    if logged.words:  # why to stop is said even where nothing else is
        click.echo(say(logged.words))
    return 0


def _entry_line(entry: LogEntry, catalogue: Mapping[str, Exercise], say: Translate, more: str = "") -> str:

    when = f"{entry.at:%Y-%m-%d %H:%M}" if entry.exercise else f"{entry.day}      "
    return fitted(f"{entry.id[:_SHOWN_OF_ID]}  {when}  {entry_words(entry, catalogue, say)}{more}", " " * 10, err=False)
