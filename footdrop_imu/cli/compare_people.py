"""``footdrop compare between``, ``sides`` and ``people``: what the store keeps of people, compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.compare_options import (
    Greedy,
    measure_option,
    parse_between,
    parse_measure,
    recorded,
    recording_options,
    show_sentences,
)
from footdrop_imu.cli.store_options import (
    Day,
    language_option,
    now,
    opened,
    output_options,
    refusing_in_json,
    store_options,
)

if TYPE_CHECKING:
    from footdrop_imu.language import Translate
    from footdrop_imu.rehab.compared import FeetCompared

__all__ = ["between", "people", "sides"]

_until_option = click.option("--day", "last_day", type=Day(), help="As of that day; what is later does not count.")


@click.command(
    cls=Greedy,
    greedy=("--between",),
    short_help="PERSON --between A B: a person's walks in two conditions over weeks.",
    epilog="""\b
Example:
  footdrop compare P13 --between orthosis=none orthosis=ankle_foot_orthosis""",
)
@click.argument("pseudonym", metavar="PERSON")
@click.option(
    "--between",
    "between_",
    multiple=True,
    required=True,
    callback=parse_between,
    metavar="KEY=VALUE KEY=VALUE",
    help="The two conditions.",
)
@_until_option
@measure_option
@language_option
@store_options
@output_options
def between(pseudonym: str, language: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Compare a person's kept walks in two conditions that came by turns, at equal speed.

    Nobody drew the order, so it is no test like `footdrop compare bench`: other things may have differed too.
    """
    from footdrop_imu.language import translator
    from footdrop_imu.people.kept_comparisons import compare_conditions

    key, values = given["between_"]
    with refusing_in_json(as_json), opened(given) as store:
        say = translator(language)
        found = compare_conditions(
            store, pseudonym, key, values, say, measure=given["measure"], last_day=given["last_day"]
        )
    if as_json:
        from footdrop_imu.cli.compare_show import print_document

        print_document("two_conditions", found)
    elif not quiet:
        show_sentences(found.sentences)
    return 0


@click.command(
    short_help="The affected foot against the other.",
    epilog="""\b
Examples:
  footdrop compare sides P13
  footdrop compare sides my_walk/ --affected left""",
)
@click.argument("named", metavar="PERSON|PATH...", nargs=-1, required=True)
@_until_option
@measure_option
@recording_options
@language_option
@store_options
@output_options
def sides(named: tuple[str, ...], language: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Compare the affected foot with the other, in recordings or in a person's latest walks in like conditions."""
    from footdrop_imu.cli.compare_options import person_named
    from footdrop_imu.language import translator
    from footdrop_imu.people.kept_comparisons import compare_feet, compare_feet_of

    pseudonym = person_named(named)
    if given["last_day"] is not None and not pseudonym:
        raise click.UsageError("--day is of a person's walks that are kept.")
    code = 0
    with refusing_in_json(as_json):
        say = translator(language)
        if pseudonym:
            with opened(given) as store:
                found = compare_feet(store, pseudonym, say, measure=given["measure"], last_day=given["last_day"])
        else:
            walks, _, code = recorded([Path(word) for word in named], given, quiet=quiet)
            found = compare_feet_of(walks, say, measure=given["measure"])
    if as_json:
        from footdrop_imu.cli.compare_show import print_document

        print_document("sides", found)
    elif not quiet:
        show_sentences(found.sentences)
        _show_feet(found, say)
    return code


def _show_feet(found: FeetCompared, say: Translate) -> None:
    from footdrop_imu.cli.compare_show import SHOWN, show_table, with_interval
    from footdrop_imu.rehab.comparison_words import HEADINGS
    from footdrop_imu.rehab.measures import measure_facts
    from footdrop_imu.rehab.progress_words import amount

    if not found.feet:
        return
    first = found.feet[0].side
    order = {name: place for place, name in enumerate((found.patient.primary_measure, *SHOWN, *_TIMES))}
    rows = [
        (
            say(measure_facts(one.measure).words),
            amount(one.measure, one.first, say),
            amount(one.measure, one.second, say),
            with_interval(one.measure, one.difference, say),
            "" if one.ratio.value != one.ratio.value else say.number(one.ratio.value, 2),
        )
        for one in sorted(found.feet, key=lambda one: order.get(one.measure, 99))
        if one.measure in order
    ]
    second = "left" if first == "right" else "right"
    show_table(("", say(first), say(second), say(HEADINGS["difference"]), say(HEADINGS["ratio"])), rows)


_TIMES = ("stance_time_s", "swing_time_s")


@click.command(
    short_help="Several people: does a measure go with doing the plan?",
    epilog="""\b
Examples:
  footdrop compare people --measure foot_pitch_mid_swing_deg
  footdrop compare people --measure walking_speed_mps --day 2026-06-30""",
)
@click.argument("pseudonyms", metavar="[PERSON...]", nargs=-1)
@click.option(
    "--measure",
    metavar="NAME",
    required=True,
    callback=parse_measure,
    help="What is compared, such as walking_speed_mps.",
)
@_until_option
@language_option
@store_options
@output_options
def people(pseudonyms: tuple[str, ...], language: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Ask whether a measure goes with doing the plan: within people, and between people.

    Eight people or more with three walks each are needed. Everybody in the store, if nobody is named.
    """
    from footdrop_imu.language import translator
    from footdrop_imu.people.kept_comparisons import compare_people

    with refusing_in_json(as_json), opened(given) as store:
        say = translator(language)
        found = compare_people(store, pseudonyms, given["measure"], now(), say, last_day=given["last_day"])
    if as_json:
        from footdrop_imu.cli.compare_show import print_document

        print_document("people", found)
    elif not quiet:
        show_sentences(found.sentences)
    return 0
