"""``footdrop person``: who is followed, by pseudonym: what bounds what may be expected, events, findings, helpers."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import click

from footdrop_imu.cli.console import print_json
from footdrop_imu.cli.person_entries import event, finding, helper
from footdrop_imu.cli.person_words import (
    show_facts,
    show_measures,
    show_questions,
    show_red_flags,
    show_unreviewed,
    show_walks_kept,
    show_whole,
)
from footdrop_imu.cli.store_options import (
    Day,
    helper_option,
    helper_said,
    home_zone,
    language_option,
    now,
    opened,
    output_options,
    refusing_in_json,
    store_options,
)
from footdrop_imu.cli.walk_options import AFFECTED
from footdrop_imu.rehab.cautions import CAUTIONS
from footdrop_imu.schema_rehab import (
    CAUSES,
    GOALS,
    SEVERITIES,
    SIDES_OR_BOTH,
    Patient,
)

__all__ = ["person"]


def _parse_answers(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, bool]:
    """Turn CAUTION=yes|no into a mapping, and refuse what is no caution."""
    answers: dict[str, bool] = {}
    asked = [name for name, caution in CAUTIONS.items() if caution.question]
    for text in given:
        name, _, answer = text.partition("=")
        if name not in asked or answer not in ("yes", "no"):
            raise click.BadParameter(f"{text!r}: expected NAME=yes or NAME=no, with one of {', '.join(asked)}.")
        answers[name] = answer == "yes"
    return answers


_FACTS = (
    click.option("--affected", type=click.Choice(AFFECTED), help="Which foot drops."),
    click.option("--cause", type=click.Choice(CAUSES), metavar="WORD", help=f"Why it drops: {', '.join(CAUSES)}."),
    click.option("--onset", type=Day(), help="Day it began."),
    click.option("--severity", type=click.Choice(SEVERITIES), help="How far the foot can be lifted by itself."),
    click.option("--goal", type=click.Choice(GOALS), help="What is hoped for: to improve, or to keep what there is."),
    click.option(
        "--primary-measure",
        metavar="MEASURE",
        help="The one measure that is judged, chosen at the start, such as foot_pitch_mid_swing_deg.",
    ),
    click.option("--primary-side", type=click.Choice(SIDES_OR_BOTH), help="Its side, if not the affected one."),
    click.option("--nerve-regrowth/--no-nerve-regrowth", default=None, help="Whether a nerve is growing back."),
    click.option("--leg-length", "leg_length_m", type=float, metavar="M", help="Hip to floor, in m."),
    click.option("--time-zone", metavar="ZONE", help="Where the person lives, such as Europe/Berlin."),
    click.option(
        "--answer",
        "answers",
        multiple=True,
        callback=_parse_answers,
        metavar="NAME=yes|no",
        help="Answers to what exercises ask, such as numb_skin=no; may be repeated. `person questions` lists them.",
    ),
)


def _facts(command: Any) -> Any:
    for option in reversed(_FACTS):
        command = option(command)
    return command


@click.group(
    short_help="People who are followed, by pseudonym, and what happened to them.",
    epilog="""\b
Examples:
  footdrop person add P07 --affected left --cause stroke --onset 2025-11-02
  footdrop person event P07 fall --day 2026-03-14
  footdrop person show P07""",
)
def person() -> None:
    """People who are followed over time. A pseudonym such as P07 is all the program needs; never a name.

    Walks of a person who was added here are kept when they are analyzed; plans, logs and progress are theirs.
    """


for _command in (event, finding, helper):
    person.add_command(_command)


@person.command(
    short_help="Add a person.",
    epilog="""\b
Example:
  footdrop person add P07 --affected left --cause stroke --onset 2025-11-02""",
)
@click.argument("pseudonym", metavar="PERSON")
@_facts
@store_options
@language_option
@output_options
def add(pseudonym: str, as_json: bool, quiet: bool, language: str, **given: Any) -> int:
    """Add a person by pseudonym. What is not known now can be said later with `footdrop person change`."""
    from footdrop_imu.language import translator
    from footdrop_imu.people.patients import add_patient

    with refusing_in_json(as_json), opened(given) as store:
        say = translator(language)
        patient = replace(Patient(pseudonym, time_zone=home_zone()), **_said(given))
        add_patient(store, patient, now())
    if as_json:
        print_json({"person": patient})
    elif not quiet:
        show_facts(patient, say)
        show_red_flags(pseudonym, say)
    return 0


@person.command(
    short_help="Change what is known of a person.",
    epilog="""\b
Examples:
  footdrop person change P07 --severity some_movement
  footdrop person change P07 --answer numb_skin=no""",
)
@click.argument("pseudonym", metavar="PERSON")
@_facts
@store_options
@language_option
@output_options
def change(pseudonym: str, as_json: bool, quiet: bool, language: str, **given: Any) -> int:
    """Change what is known of a person; what is not named stays as it is."""
    from footdrop_imu.language import translator
    from footdrop_imu.people.patients import change_patient

    said = _said(given)
    if not said:
        raise click.UsageError("Say what is to change, such as --severity some_movement.")
    with refusing_in_json(as_json), opened(given) as store:
        say = translator(language)
        patient = change_patient(store, pseudonym, said, now())
    if as_json:
        print_json({"person": patient})
    elif not quiet:
        show_facts(patient, say)
    return 0


@person.command(
    "list",
    short_help="List the people.",
    epilog="""\b
Example:
  footdrop person list""",
)
@store_options
@output_options
def list_(as_json: bool, quiet: bool, **given: Any) -> int:
    """List the people in the store."""
    from footdrop_imu.language import spoken
    from footdrop_imu.store.people import people

    with refusing_in_json(as_json), opened(given) as store:
        found, place = people(store), store.place
    if as_json:
        print_json({"people": found})
    elif quiet:
        click.echo("".join(f"{patient.id}\n" for patient in found), nl=False)
    elif not found:
        click.echo(f"Nobody yet in {place}. Add someone: footdrop person add P01 --affected left", err=True)
    else:
        for patient in found:
            known = [patient.cause, patient.severity, f"goal: {patient.goal}"]
            click.echo(f"{patient.id:12} {patient.affected:8} {', '.join(spoken(word) for word in known if word)}")
    return 0


@person.command(
    short_help="Show what is known of a person.",
    epilog="""\b
Examples:
  footdrop person show P07
  footdrop person show P07 --as-helper daughter""",
)
@click.argument("pseudonym", metavar="PERSON")
@helper_option
@store_options
@language_option
@output_options
def show(pseudonym: str, as_json: bool, quiet: bool, language: str, **given: Any) -> int:
    """Show what is known of a person: facts, events, findings, helpers, what is kept of them."""
    from footdrop_imu.language import translator
    from footdrop_imu.people.patients import seen_whole, whole_person
    from footdrop_imu.people.plans import today
    from footdrop_imu.rehab.safety import unreviewed

    with refusing_in_json(as_json), opened(given) as store:
        say = translator(language)
        found = whole_person(store, pseudonym)
        waiting = unreviewed(found.events, today(store, pseudonym, now()))
        if asking := helper_said(store, pseudonym, given):
            found = seen_whole(asking, found)
    shown_waiting = asking is None or "notes" in asking.sees
    if as_json:
        print_json(
            {
                "person": found.patient,
                "events": found.events,
                "clinical_entries": found.clinical_entries,
                "helpers": found.helpers,
                "walk_count": found.walk_count,
                "plan_version_count": found.plan_version_count,
                "not_reviewed": sorted(waiting) if shown_waiting else [],
            }
        )
    elif not quiet:
        show_whole(found, say, facts=asking is None or "results" in asking.sees)
        show_unreviewed(waiting, pseudonym, say, named=shown_waiting)
    return 0


@person.command(
    short_help="List the walks that are kept.",
    epilog="""\b
Example:
  footdrop person walks P07""",
)
@click.argument("pseudonym", metavar="PERSON")
@store_options
@language_option
@output_options
def walks(pseudonym: str, as_json: bool, quiet: bool, language: str, **given: Any) -> int:
    """List a person's walks: when, how good the recording was, in which condition, what stands against them."""
    from footdrop_imu.language import translator
    from footdrop_imu.people.plans import today
    from footdrop_imu.people.walks import disputed_walks
    from footdrop_imu.rehab.json_ready import json_ready
    from footdrop_imu.store.walks import walks as kept_walks

    with refusing_in_json(as_json), opened(given) as store:
        say = translator(language)
        kept = kept_walks(store, pseudonym)
        disputed = {walk.id for walk in disputed_walks(store, pseudonym, today(store, pseudonym, now()))}
    if as_json:
        print_json({"walks": [{**json_ready(walk), "side_disputed": walk.id in disputed} for walk in kept]})
    elif not quiet:
        show_walks_kept(kept, disputed, say)
    return 0


@person.command(
    short_help="List what exercises ask, and the signs that need help now.",
    epilog="""\b
Example:
  footdrop person questions --language de""",
)
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def questions(language: str, as_json: bool) -> int:
    """List the questions that exercises ask before they may begin, and the signs that need medical help now."""
    from footdrop_imu.language import translator
    from footdrop_imu.rehab.safety_words import RED_FLAGS

    say = translator(language)
    if as_json:
        asked = {name: say(caution.question) for name, caution in CAUTIONS.items() if caution.question}
        print_json({"questions": asked, "red_flags": {name: say(words) for name, words in RED_FLAGS.items()}})
    else:
        show_questions(say)
    return 0


@person.command(
    short_help="List the measures of which one is judged.",
    epilog="""\b
Example:
  footdrop person measures""",
)
@language_option
def measures(language: str) -> int:
    """List the measures that can be judged: one is chosen at the start, as `person add --primary-measure` says."""
    from footdrop_imu.language import translator

    show_measures(translator(language))
    return 0


def _said(given: dict[str, Any]) -> dict[str, Any]:
    """What the options say of a person."""
    names = {field.name for field in fields(Patient)}
    return {name: value for name, value in given.items() if name in names and value not in (None, {})}
