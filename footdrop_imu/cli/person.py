"""``footdrop person``: who is followed, by pseudonym: what bounds what may be expected, events, findings, helpers."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import click

from footdrop_imu.cli.store_options import (
    Day,
    language_option,
    noun_document,
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
    CLINICAL_MEASURES,
    EVENT_KINDS,
    GOALS,
    HELPER_SEES,
    SEVERITIES,
    ClinicalEntry,
    Helper,
    Patient,
    TimelineEvent,
)

__all__ = ["person"]

_SIDES = ("left", "right")


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
    click.option("--cause", type=click.Choice(CAUSES), help="Why."),
    click.option("--onset", type=Day(), help="Day it began."),
    click.option("--severity", type=click.Choice(SEVERITIES), help="How far the foot can be lifted by itself."),
    click.option("--goal", type=click.Choice(GOALS), help="What is hoped for: to improve, or to keep what there is."),
    click.option(
        "--primary-measure",
        metavar="MEASURE",
        help="The one measure that is judged, chosen at the start, such as foot_pitch_mid_swing_deg.",
    ),
    click.option("--primary-side", type=click.Choice((*_SIDES, "both")), help="Its side, if not the affected one."),
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


@person.command(
    short_help="Add a person.",
    epilog="""\b
Example:
  footdrop person add P07 --affected left --cause stroke --onset 2025-11-02 --time-zone Europe/Berlin""",
)
@click.argument("pseudonym", metavar="PERSON")
@_facts
@store_options
@language_option
@output_options
def add(pseudonym: str, as_json: bool, quiet: bool, language: str, **given: Any) -> int:
    """Add a person by pseudonym. What is not known now can be said later with `footdrop person change`."""
    from footdrop_imu.people.patients import add_patient

    with refusing_in_json(as_json), opened(given) as store:
        patient = replace(Patient(pseudonym), **_said(given))
        add_patient(store, patient)
    if as_json:
        _print({"person": noun_document(patient)})
    elif not quiet:
        _show(patient, language)
        _show_red_flags(language)
    return 0


@person.command(
    short_help="Change what is known of a person.",
    epilog="""\b
Example:
  footdrop person change P07 --severity some_movement --answer numb_skin=no""",
)
@click.argument("pseudonym", metavar="PERSON")
@_facts
@store_options
@language_option
@output_options
def change(pseudonym: str, as_json: bool, quiet: bool, language: str, **given: Any) -> int:
    """Change what is known of a person; what is not named stays as it is."""
    from footdrop_imu.people.patients import change_patient

    said = _said(given)
    if not said:
        raise click.UsageError("Say what is to change, such as --severity some_movement.")
    with refusing_in_json(as_json), opened(given) as store:
        patient = change_patient(store, pseudonym, said)
    if as_json:
        _print({"person": noun_document(patient)})
    elif not quiet:
        _show(patient, language)
    return 0


@person.command("list", short_help="List the people.")
@store_options
@output_options
def list_(as_json: bool, quiet: bool, **given: Any) -> int:
    """List the people in the store."""
    from footdrop_imu.store.people import people

    with refusing_in_json(as_json), opened(given) as store:
        found, place = people(store), store.place
    if as_json:
        _print({"people": [noun_document(patient) for patient in found]})
    elif quiet:
        click.echo("".join(f"{patient.id}\n" for patient in found), nl=False)
    elif not found:
        click.echo(f"Nobody yet in {place}. Add someone: footdrop person add P01 --affected left", err=True)
    else:
        for patient in found:
            known = [patient.cause, patient.severity, f"goal: {patient.goal}"]
            click.echo(f"{patient.id:12} {patient.affected:8} {', '.join(word for word in known if word)}")
    return 0


@person.command(short_help="Show what is known of a person.")
@click.argument("pseudonym", metavar="PERSON")
@store_options
@language_option
@output_options
def show(pseudonym: str, as_json: bool, quiet: bool, language: str, **given: Any) -> int:
    """Show what is known of a person: facts, events, findings, helpers, what is kept of them."""
    from footdrop_imu.people.patients import whole_person
    from footdrop_imu.rehab.safety import unreviewed

    with refusing_in_json(as_json), opened(given) as store:
        found = whole_person(store, pseudonym)
    if as_json:
        _print(
            {
                "person": noun_document(found.patient),
                "events": [noun_document(event) for event in found.events],
                "clinical_entries": [noun_document(entry) for entry in found.clinical_entries],
                "helpers": [noun_document(helper) for helper in found.helpers],
                "walk_count": found.walk_count,
                "plan_version_count": found.plan_version_count,
            }
        )
        return 0
    if quiet:
        return 0
    _show(found.patient, language)
    for title, lines in (
        ("Events", [f"{event.day} {event.kind} {event.note}" for event in found.events]),
        (
            "Findings",
            [f"{one.day} {one.measure} {one.side} {one.value:g} {one.note}" for one in found.clinical_entries],
        ),
        ("Helpers", [f"{helper.name} sees {', '.join(helper.sees)}" for helper in found.helpers]),
    ):
        if lines:
            click.echo(title)
            click.echo("\n".join(f"  {' '.join(line.split())}" for line in lines))
    click.echo(f"Kept: {found.walk_count} walks, {found.plan_version_count} versions of the plan")
    day = now().date()
    waiting = unreviewed(found.events, day)
    for kind, words in (("red_flag", "Signs that need medical help"), ("fall", "A fall")):
        if kind in waiting:
            click.echo(
                f"{words} not looked into yet: exercises wait. Once it was: footdrop person event {pseudonym} review"
            )
    return 0


@person.command(
    short_help="Enter what happened: a fall, a new orthosis, a relapse.",
    epilog="""\b
Examples:
  footdrop person event P07 fall --day 2026-03-14 --note "kitchen, no injury"
  footdrop person event P07 review
  footdrop person event P07 new_orthosis""",
)
@click.argument("pseudonym", metavar="PERSON")
@click.argument("kind", type=click.Choice(EVENT_KINDS))
@click.option("--day", type=Day(), help="When; today, if not said.")
@click.option("--note", default="", help="What there is to say of it.")
@store_options
@language_option
@output_options
def event(pseudonym: str, kind: str, as_json: bool, quiet: bool, language: str, **given: Any) -> int:
    """Enter what happened. A new orthosis, an injection, a relapse, a fall start a new line in the progress.

    After a fall, balance and walking exercises wait until a review was entered; after a red flag, all do.
    """
    from footdrop_imu.language import translator
    from footdrop_imu.people.plans import today
    from footdrop_imu.rehab.safety_words import HELP_NOW
    from footdrop_imu.store.course import add_event

    with refusing_in_json(as_json), opened(given) as store:
        day = given["day"] or today(store, pseudonym, now())
        kept = add_event(store, pseudonym, TimelineEvent(kind, day, given["note"]))
    if as_json:
        _print({"event": noun_document(kept)})
    elif not quiet:
        click.echo(f"{kept.day} {kept.kind}: entered.")
        if kind == "red_flag":
            click.echo(translator(language)(HELP_NOW))
    return 0


@person.command(
    short_help="Enter a clinician's finding.",
    epilog="""\b
Example:
  footdrop person finding P07 dorsiflexor_strength_mrc 3 --side left --author "Dr. N." """,
)
@click.argument("pseudonym", metavar="PERSON")
@click.argument("measure", type=click.Choice(tuple(CLINICAL_MEASURES)))
@click.argument("value", type=float)
@click.option("--side", type=click.Choice(_SIDES), default="", help="Which foot, where it is of one.")
@click.option("--day", type=Day(), help="When; today, if not said.")
@click.option("--author", default="", help="Who found it.")
@click.option("--note", default="", help="What there is to say of it.")
@store_options
@output_options
def finding(pseudonym: str, measure: str, value: float, as_json: bool, quiet: bool, **given: Any) -> int:
    """Enter what a clinician found: strength, ankle range, spasticity, walking category, a score of adherence.

    The score (0 to 24) is of the clinician's own questionnaire: none comes with this program.
    """
    from footdrop_imu.people.plans import today
    from footdrop_imu.store.course import add_clinical_entry

    with refusing_in_json(as_json), opened(given) as store:
        day = given["day"] or today(store, pseudonym, now())
        entry = ClinicalEntry(measure, value, day, given["side"] or "", given["author"], given["note"])
        kept = add_clinical_entry(store, pseudonym, entry)
    if as_json:
        _print({"clinical_entry": noun_document(kept)})
    elif not quiet:
        click.echo(f"{kept.day} {kept.measure} {kept.value:g}: entered.")
    return 0


@person.command(
    short_help="Say who helps, and what they may see.",
    epilog="""\b
Example:
  footdrop person helper P07 daughter --sees steps --sees exercises --sees results""",
)
@click.argument("pseudonym", metavar="PERSON")
@click.argument("name", metavar="HELPER")
@click.option("--sees", multiple=True, type=click.Choice(HELPER_SEES), help="What they may see; may be repeated.")
@click.option("--remove", is_flag=True, help="They help no more.")
@store_options
@output_options
def helper(
    pseudonym: str, name: str, sees: tuple[str, ...], remove: bool, as_json: bool, quiet: bool, **given: Any
) -> int:
    """Say who helps, and what they may see: steps and exercises; pain, notes and results where the person agreed."""
    from footdrop_imu.people.patients import set_helper

    helping = Helper(name, sees) if sees else Helper(name)
    with refusing_in_json(as_json), opened(given) as store:
        left = set_helper(store, pseudonym, helping, remove=remove)
    if as_json:
        _print({"helpers": [noun_document(one) for one in left]})
    elif not quiet:
        click.echo("\n".join(f"{one.name} sees {', '.join(one.sees)}" for one in left) or "Nobody helps.")
    return 0


@person.command(short_help="List what exercises ask, and the signs that need help now.")
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def questions(language: str, as_json: bool) -> int:
    """List the questions that exercises ask before they may begin, and the signs that need medical help now."""
    from footdrop_imu.language import translator
    from footdrop_imu.rehab.safety_words import RED_FLAGS

    say = translator(language)
    asked = {name: say(caution.question) for name, caution in CAUTIONS.items() if caution.question}
    if as_json:
        _print({"questions": asked, "red_flags": {name: say(words) for name, words in RED_FLAGS.items()}})
        return 0
    width = max(map(len, asked))
    click.echo("\n".join(f"{name:{width}}  {words}" for name, words in asked.items()))
    _show_red_flags(language)
    return 0


def _said(given: dict[str, Any]) -> dict[str, Any]:
    """What the options say of a person."""
    names = {field.name for field in fields(Patient)}
    return {name: value for name, value in given.items() if name in names and value not in (None, {})}


def _print(document: dict[str, Any]) -> None:
    from footdrop_imu.cli.console import print_json

    print_json(document)


def _show(patient: Patient, language: str) -> None:
    from footdrop_imu.language import spoken, translator

    say = translator(language)
    click.echo(patient.id)
    for field in fields(Patient)[1:]:
        value = getattr(patient, field.name)
        if value in (None, "", False, {}) or value != value:
            continue
        if field.name == "answers":
            value = ", ".join(f"{name}: {'yes' if answer else 'no'}" for name, answer in patient.answers.items())
        elif isinstance(value, str) and field.name in ("affected", "cause", "severity", "goal"):
            value = say(spoken(value))
        click.echo(f"  {spoken(field.name)}: {'yes' if value is True else value}")


def _show_red_flags(language: str) -> None:
    from footdrop_imu.cli.console import fitted
    from footdrop_imu.language import translator
    from footdrop_imu.rehab.safety_words import HELP_NOW, RED_FLAGS

    say = translator(language)
    click.echo()
    for words in RED_FLAGS.values():
        click.echo(fitted(f"  ! {say(words)}", "    ", err=False))
    click.echo(fitted(f"  {say(HELP_NOW)}", "  ", err=False))
