"""What is entered of a person beside facts: events, a clinician's findings, helpers; part of ``footdrop person``."""

from __future__ import annotations

from typing import Any

import click

from footdrop_imu.cli.person_words import helper_words, show_unreviewed
from footdrop_imu.cli.store_options import (
    Day,
    language_option,
    now,
    opened,
    output_options,
    refusing_in_json,
    store_options,
)
from footdrop_imu.schema_rehab import (
    CLINICAL_MEASURES,
    EVENT_KINDS,
    HELPER_SEES,
    ClinicalEntry,
    Helper,
    TimelineEvent,
)

__all__ = ["event", "finding", "helper"]

_SIDES = ("left", "right")


@click.command(
    short_help="Enter what happened: a fall, a new orthosis, a relapse.",
    epilog="""\b
Examples:
  footdrop person event P07 fall --day 2026-03-14 --note "kitchen, no injury"
  footdrop person event P07 review
  footdrop person event P07 new_orthosis""",
)
@click.argument("pseudonym", metavar="PERSON")
@click.argument("kind", type=click.Choice(EVENT_KINDS), metavar="KIND")
@click.option("--day", type=Day(), help="When; today, if not said.")
@click.option("--note", default="", help="What there is to say of it.")
@store_options
@language_option
@output_options
def event(pseudonym: str, kind: str, as_json: bool, quiet: bool, language: str, **given: Any) -> int:
    """Enter what happened. A new orthosis, an injection, a relapse, a fall start a new line in the progress.

    After a fall, balance and walking exercises wait until a review was entered; after a red flag, all do.

    KIND: new_orthosis, new_stimulator, new_shoe, injection, relapse, surgery, illness, fall, near_fall, red_flag,
    review, note.
    """
    from footdrop_imu.language import spoken, translator
    from footdrop_imu.people.patients import enter_event
    from footdrop_imu.people.plans import today
    from footdrop_imu.rehab.safety import unreviewed
    from footdrop_imu.rehab.safety_words import HELP_NOW
    from footdrop_imu.store.course import events

    with refusing_in_json(as_json), opened(given) as store:
        _ = say = translator(language)
        home = today(store, pseudonym, now())
        kept = enter_event(store, pseudonym, TimelineEvent(kind, given["day"] or home, given["note"]), now())
        waiting = unreviewed(events(store, pseudonym), home)
    if as_json:
        from footdrop_imu.cli.console import print_json

        print_json({"event": kept, "not_reviewed": sorted(waiting)})
        return 0
    if not quiet:
        click.echo(_("{day} {what}: entered.").format(day=say.day(kept.day), what=say(spoken(kept.kind))))
    if kind == "red_flag":  # said even where nothing else is
        click.echo(say(HELP_NOW))
    elif not quiet and kind in ("fall", "review"):
        show_unreviewed(waiting, pseudonym, say)
        if kind == "review" and not waiting:
            click.echo(_("Nothing waits to be looked into."))
    return 0


@click.command(
    short_help="Enter a clinician's finding.",
    epilog="""\b
Example:
  footdrop person finding P07 dorsiflexor_strength_mrc 3 --side left""",
)
@click.argument("pseudonym", metavar="PERSON")
@click.argument("measure", type=click.Choice(tuple(CLINICAL_MEASURES)), metavar="MEASURE")
@click.argument("value", type=float)
@click.option("--side", type=click.Choice(_SIDES), help="Which foot, where it is of one.")
@click.option("--day", type=Day(), help="When; today, if not said.")
@click.option("--author", default="", help="Who found it.")
@click.option("--note", default="", help="What there is to say of it.")
@store_options
@output_options
def finding(pseudonym: str, measure: str, value: float, as_json: bool, quiet: bool, **given: Any) -> int:
    """Enter what a clinician found: strength, ankle range, spasticity, walking category, a score of adherence.

    MEASURE: dorsiflexor_strength_mrc (0 to 5), ankle_range_deg (-60 to 60), spasticity_mas (0 to 4, 1+ is 1.5),
    walking_category_fac (0 to 5), adherence_score (0 to 24, of the clinician's own questionnaire: none comes with this
    program).
    """
    from footdrop_imu.people.patients import enter_finding
    from footdrop_imu.people.plans import today

    with refusing_in_json(as_json), opened(given) as store:
        day = given["day"] or today(store, pseudonym, now())
        entry = ClinicalEntry(measure, value, day, given["side"] or "", given["author"], given["note"])
        kept = enter_finding(store, pseudonym, entry, now())
    if as_json:
        from footdrop_imu.cli.console import print_json

        print_json({"clinical_entry": kept})
    elif not quiet:
        click.echo(f"{kept.day} {kept.measure} {kept.value:g}: entered.")
    return 0


@click.command(
    short_help="Say who helps, and what they may see.",
    epilog="""\b
Example:
  footdrop person helper P07 daughter --sees exercises --sees results""",
)
@click.argument("pseudonym", metavar="PERSON")
@click.argument("name", metavar="HELPER")
@click.option("--sees", multiple=True, type=click.Choice(HELPER_SEES), help="What they may see; may be repeated.")
@click.option("--remove", is_flag=True, help="They help no more.")
@language_option
@store_options
@output_options
def helper(
    pseudonym: str,
    name: str,
    sees: tuple[str, ...],
    remove: bool,
    language: str,
    as_json: bool,
    quiet: bool,
    **given: Any,
) -> int:
    """Say who helps, and what they may see: steps and exercises; pain, notes and results where the person agreed."""
    from footdrop_imu.language import translator
    from footdrop_imu.people.patients import set_helper

    helping = Helper(name, sees) if sees else Helper(name)
    with refusing_in_json(as_json), opened(given) as store:
        _ = say = translator(language)
        left = set_helper(store, pseudonym, helping, remove=remove)
    if as_json:
        from footdrop_imu.cli.console import print_json

        print_json({"helpers": left})
    elif not quiet:
        click.echo("\n".join(helper_words(one.name, one.sees, say) for one in left) or _("Nobody helps."))
    return 0
