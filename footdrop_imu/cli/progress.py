"""``footdrop progress``: whether the walking is better, and whether it goes with the exercising."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

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
    from collections.abc import Callable, Iterable

    from footdrop_imu.rehab.lines import Line
    from footdrop_imu.rehab.progress import Progress

__all__ = ["progress", "show_progress"]

_SHOWN = (
    "foot_pitch_mid_swing_deg",
    "foot_pitch_initial_contact_deg",
    "ankle_dorsiflexion_mid_swing_deg",
    "minimum_toe_clearance_m",
    "heel_landing_frac",
    "drags_per_100_strides",
    "walking_speed_mps",
    "circumduction_m",
    "foot_height_max_m",
    "vaulting_m",
)
"""The measures of the terminal's table; `--all` shows the others too."""
_WEEKS = 8


@click.command(
    short_help="Is the walking better, and does it go with the exercising?",
    epilog="""\b
Examples:
  footdrop progress P07
  footdrop progress P07 --language de
  footdrop progress P07 --json > progress.json""",
)
@click.argument("pseudonym", metavar="PERSON")
@click.option("--day", "on", type=Day(), help="As of that day; today, if not said.")
@click.option("--all", "every", is_flag=True, help="Show every measure, condition and earlier line.")
@language_option
@store_options
@output_options
def progress(pseudonym: str, every: bool, language: str, as_json: bool, quiet: bool, **given: Any) -> int:
    """Compare a person's latest walks with the first, and put the exercising beside them.

    One measure is judged, chosen at the start (`footdrop person change --primary-measure`); the others are also seen.
    A change counts when it is more than measurement error. What goes with the exercising need not come from it.
    """
    from footdrop_imu.language import translator
    from footdrop_imu.people.courses import progress_of
    from footdrop_imu.rehab.progress import as_json as document_of

    with refusing_in_json(as_json), opened(given) as store:
        found = progress_of(store, pseudonym, now(), translator(language), on=given["on"])
    if as_json:
        from footdrop_imu.cli.console import print_json

        print_json(document_of(found))
    elif not quiet:
        show_progress(found, translator(language), every=every)
    return 0


def show_progress(found: Progress, say: Callable[[str], str], *, every: bool = False) -> None:
    """Print a person's progress: the verdict, the measures, the weeks, what goes with what."""
    from footdrop_imu.cli.console import fitted

    click.echo(f"{found.patient}, {found.day}\n")
    for said in found.verdict.sentences:
        click.echo(fitted(said.text, err=False))
    lines = list(found.lines if every else _chosen(found))
    if lines:
        click.echo()
        _table(lines, say, every=every)
    weeks = [row for row in found.weeks.itertuples() if not row.exercise][-_WEEKS:]
    if weeks:
        from footdrop_imu.cli.log import week_words

        click.echo("\nExercising, week by week")
        for row in weeks:
            click.echo(f"  {week_words(row)}")
    if found.sentences:
        click.echo()
        for said in found.sentences:
            click.echo(fitted(said.text, err=False))


def _chosen(found: Progress) -> Iterable[Line]:
    """The lines of the judged walks' condition that are of the judged side."""
    judged = found.verdict.line
    for line in found.lines:
        like = judged is None or (line.activity, line.condition) == (judged.activity, judged.condition)
        side = not found.verdict.side or line.side == found.verdict.side
        if line.current and like and side and line.measure in (*_SHOWN, found.verdict.measure):
            yield line


def _table(lines: list[Line], say: Callable[[str], str], *, every: bool) -> None:
    from footdrop_imu.rehab.measures import measure_facts
    from footdrop_imu.rehab.progress_words import amount

    order = {measure: at for at, measure in enumerate(_SHOWN)}
    rows: list[tuple[str, ...]] = [("", "days", "at first", "now", "change", "likely", "more than chance from")]
    condition = None
    for line in sorted(lines, key=lambda line: (line.condition, line.part, order.get(line.measure, 99), line.measure)):
        if every and (line.condition, line.part) != condition:
            condition = (line.condition, line.part)
            rows.append((f"[{line.condition or 'no condition said'}]", *[""] * 6))
        name = f"{say(measure_facts(line.measure).words)} ({say(line.side)})"
        if not line.compared:
            rows.append((name, str(len(line.day)), "too few days", "", "", "", ""))
            continue
        numbers = [amount(line.measure, value) for value in (line.baseline, line.latest)]
        detectable = amount(line.measure, line.smallest_detectable)
        change = amount(line.measure, line.change, "+")
        interval = " to ".join(amount(line.measure, value, "+") for value in (line.low, line.high))
        rows.append((name, str(len(line.day)), *numbers, change, interval, detectable))
    widths = [max(len(row[at]) for row in rows) for at in range(7)]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        click.echo("  ".join(cells).rstrip())
