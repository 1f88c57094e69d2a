"""``footdrop compare bench`` and ``order``: settings of an aid against each other, in the clinic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.compare_options import (
    Greedy,
    clinician_option,
    measure_option,
    person_named,
    recorded,
    recording_options,
    show_sentences,
)
from footdrop_imu.cli.store_options import Day, language_option, opened, output_options, refusing_in_json, store_options
from footdrop_imu.cli.walk_options import CONDITION_VALUES
from footdrop_imu.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from footdrop_imu.language import Translate
    from footdrop_imu.rehab.compared import BenchesShown

__all__ = ["bench", "order"]


@click.command(
    cls=Greedy,
    greedy=("--settings",),
    short_help="With and without an aid, or two to four settings of it; in the clinic.",
    epilog="""\b
Examples:
  footdrop compare bench --key orthosis --clinician "A. Berg" walks/*
  footdrop compare bench P07 --key orthosis --clinician "A. Berg"
  footdrop compare bench w1 w2 w3 w4 w5 w6 --clinician "A. Berg" \\
    --key stimulator --settings early late late early early late""",
)
@click.argument("named", metavar="PERSON|PATH...", nargs=-1, required=True)
@click.option("--key", type=click.Choice(tuple(CONDITION_VALUES)), required=True, help="What is tested.")
@click.option(
    "--settings",
    multiple=True,
    metavar="SETTING...",
    help="Setting of each walk, in the walks' order, or NAME=SETTING of each, where the condition does not say it.",
)
@click.option("--day", type=Day(), help="Of a person's bench; their last day with a walk, if not said.")
@clinician_option
@measure_option
@recording_options
@language_option
@store_options
@output_options
def bench(
    named: tuple[str, ...], language: str, as_json: bool, quiet: bool, clinician: str, day: Any, **given: Any
) -> int:
    """Compare settings of an aid by walks in alternation, at equal speed.

    A test for the clinic, with a clinician beside: nobody is asked to walk without an aid at home. Three good walks
    or more with each setting are needed, in an order that was drawn (`footdrop compare order`). Named are recordings,
    or a person whose walks are kept.
    """
    pseudonym = person_named(named)
    if day is not None and not pseudonym:
        raise click.UsageError("--day is of a person's walks that are kept; recordings are all of one bench.")
    if not clinician.strip():
        raise click.UsageError("--clinician is empty: say who makes the test.")
    from footdrop_imu.language import translator
    from footdrop_imu.people.benches import bench_of_person, bench_of_recordings

    chosen = {"clinician": clinician.strip(), "settings": given["settings"], "measure": given["measure"]}
    code = 0
    refused: list[dict[str, Any]] = []
    with refusing_in_json(as_json):
        say = translator(language)
        if pseudonym:
            with opened(given) as store:
                found = bench_of_person(store, pseudonym, given["key"], say, day=day, **chosen)
        else:
            walks, refused, code = recorded([Path(word) for word in named], given, quiet=quiet)
            found = bench_of_recordings(walks, given["key"], say, **chosen)
    if as_json:
        from footdrop_imu.cli.compare_show import print_document

        print_document("bench", found, refused=refused)
    elif not quiet:
        _show(found, say)
    return code


def _show(found: BenchesShown, say: Translate) -> None:
    from footdrop_imu.cli.compare_show import SHOWN, show_table
    from footdrop_imu.rehab.comparison_words import HEADINGS
    from footdrop_imu.rehab.condition_words import setting_words
    from footdrop_imu.rehab.measures import measure_facts
    from footdrop_imu.rehab.progress_words import amount

    show_sentences(found.sentences)
    key, settings = found.bench.key, found.bench.settings
    measures = [name for name in dict.fromkeys((found.bench.measure, *SHOWN)) if name in found.means]
    show_table(
        (say(HEADINGS["means"]), *(setting_words(key, name, say) for name in settings)),
        [
            (
                say(measure_facts(name).words),
                *(amount(name, found.means[name].get(setting, float("nan")), say) for setting in settings),
            )
            for name in measures
        ],
    )
    for setting, sentences in found.timing_said.items():
        if sentences:
            click.echo(f"\n{setting_words(key, setting, say)}:")
            show_sentences(sentences)
    click.echo()
    words = say(HEADINGS["walks"])
    order = ", ".join(f"{walk.name} ({setting_words(key, walk.setting, say)})" for walk in found.walks)
    show_sentences([words.format(walks=order, clinician=found.clinician)])


@click.command(
    cls=Greedy,
    greedy=("--settings",),
    short_help="Draw the order of a bench's walks, to be written down.",
    epilog="""\b
Examples:
  footdrop compare order --settings none ankle_foot_orthosis
  footdrop compare order --settings early middle late --repeats 4 --seed 7""",
)
@click.option("--settings", multiple=True, required=True, metavar="SETTING...", help="Two to four, each once.")
@click.option(
    "--repeats",
    type=click.IntRange(3, 50),
    default=3,
    show_default=True,
    metavar="N",
    help="Walks with each setting.",
)
@click.option("--seed", type=click.IntRange(0, 2**31), metavar="N", help="The same seed gives the same order.")
@language_option
@output_options
def order(settings: tuple[str, ...], repeats: int, seed: int | None, language: str, as_json: bool, quiet: bool) -> int:
    """Draw the order of a bench: blocks with each setting once, so that none always comes first."""
    from secrets import randbelow

    from footdrop_imu.language import translator
    from footdrop_imu.rehab.bench_words import CLINIC_ONLY
    from footdrop_imu.rehab.comparison_words import HEADINGS
    from footdrop_imu.rehab.fitting_bench import draw_order

    seed = randbelow(10_000) if seed is None else seed
    try:
        drawn: Sequence[str] = draw_order(settings, repeats, seed)
    except SchemaError as error:
        raise click.UsageError(error.message) from error
    with refusing_in_json(as_json):
        say = translator(language)
    if as_json:
        from footdrop_imu.cli.compare_show import print_document

        print_document("order", {"settings": settings, "repeats": repeats, "seed": seed, "order": drawn})
    elif not quiet:
        words = say(HEADINGS["order"])
        show_sentences([words.format(seed=seed), say(CLINIC_ONLY)])
        click.echo()
        for place, setting in enumerate(drawn, start=1):
            click.echo(f"{place:>4}  {setting}")
    return 0
