"""``footdrop progress``: whether the walking is better, and whether it goes with the exercising."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.store_options import (
    Day,
    helper_option,
    helper_said,
    language_option,
    now,
    opened,
    output_options,
    refusing_in_json,
    store_options,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from footdrop_imu.language import Translate
    from footdrop_imu.rehab.lines import Line
    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.schema_rehab import Helper

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
@helper_option
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

    with refusing_in_json(as_json), opened(given) as store:
        say = translator(language)
        found = progress_of(store, pseudonym, now(), say, on=given["on"])
        helper = helper_said(store, pseudonym, given)
    if helper is not None and "results" not in helper.sees:
        _show_to_helper(found, helper, say, as_json=as_json, quiet=quiet)
    elif as_json:
        from footdrop_imu.cli.console import print_json

        print_json(found)
    elif not quiet:
        show_progress(found, say, every=every)
    return 0


def _show_to_helper(found: Progress, helper: Helper, say: Translate, *, as_json: bool, quiet: bool) -> None:
    """Show how the exercising goes, where the person agreed, and no result."""
    from footdrop_imu.cli.console import print_json

    _ = say
    weeks = found.weeks if "exercises" in helper.sees else found.weeks[:0]
    if as_json:
        print_json({"patient": found.patient, "day": found.day, "weeks": weeks})
        return
    if quiet:
        return
    click.echo(f"{found.patient}, {say.day(found.day)}\n")
    click.echo(_("The results are not shared with {name}.").format(name=helper.name))
    if len(weeks):
        click.echo()
        _show_weeks(_together(found), say)


def show_progress(found: Progress, say: Translate, *, every: bool = False) -> None:
    """Print a person's progress: the verdict, the measures, the weeks, what goes with what."""
    from footdrop_imu.cli.console import fitted

    _ = say
    click.echo(f"{found.patient}, {say.day(found.day)}\n")
    for said in found.verdict.sentences:
        click.echo(fitted(said.text, err=False))
    if found.verdict.reason == "side_disputed":
        click.echo(_("Which walks: {command}").format(command=f"footdrop person walks {found.patient}"))
    lines = list(found.lines if every else _chosen(found))
    if any(line.compared for line in lines) or (every and lines):
        click.echo()
        _table(lines, say, every=every)
    weeks = _together(found)
    if weeks:
        click.echo()
        _show_weeks(weeks, say)
    if found.sentences:
        click.echo()
        for said in found.sentences:
            click.echo(fitted(said.text, err=False))


def _together(found: Progress) -> list[Any]:
    """The last weeks, all exercises together."""
    return [row for row in found.weeks.itertuples() if not row.exercise][-_WEEKS:]


def _show_weeks(weeks: Sequence[Any], say: Translate) -> None:
    from footdrop_imu.cli.console import fitted
    from footdrop_imu.cli.diary_words import week_words

    _ = say
    click.echo(_("Exercising, week by week"))
    for row in weeks:
        click.echo(fitted(f"  {week_words(row, say)}", " " * 14, err=False))


def _chosen(found: Progress) -> Iterable[Line]:
    """The lines of the judged walks' condition that are of the judged side."""
    judged = found.verdict.line
    for line in found.lines:
        like = judged is None or (line.activity, line.condition) == (judged.activity, judged.condition)
        side = not found.verdict.side or line.side == found.verdict.side
        if line.current and like and side and line.measure in (*_SHOWN, found.verdict.measure):
            yield line


def _table(lines: list[Line], say: Translate, *, every: bool) -> None:
    """Print the lines, a measure a row; in a narrow terminal what it is stands above its numbers."""
    from footdrop_imu.rehab.condition_words import condition_words
    from footdrop_imu.rehab.measures import measure_facts
    from footdrop_imu.rehab.plan_words import side_words
    from footdrop_imu.rehab.progress_words import amount

    _ = say
    order = {measure: at for at, measure in enumerate(_SHOWN)}
    head = ("", _("days"), _("at first"), _("now"), _("change"), _("likely"), _("more than chance from"))
    rows: list[tuple[str, ...]] = [head]
    condition, unsaid = None, _("no condition said")
    for line in sorted(lines, key=lambda line: (line.condition, line.part, order.get(line.measure, 99), line.measure)):
        if every and (line.condition, line.part) != condition:
            condition = (line.condition, line.part)
            rows.append((f"[{condition_words(line.condition, say) or unsaid}]",))
        name = f"{say(measure_facts(line.measure).words)} ({side_words(line.side, say)})"
        if not line.compared:
            rows.append((name, str(len(line.day)), _("too few days")))
            continue
        numbers = [amount(line.measure, value, say) for value in (line.baseline, line.latest)]
        detectable = amount(line.measure, line.smallest_detectable, say)
        change = amount(line.measure, line.change, say, signed=True)
        low, high = (amount(line.measure, value, say, signed=True) for value in (line.low, line.high))
        interval = _("{low} to {high}").format(low=low, high=high)
        rows.append((name, str(len(line.day)), *numbers, change, interval, detectable))
    whole = [row for row in rows if len(row) == len(head)]
    widths = [max(len(row[at]) for row in whole) for at in range(1, len(head))]
    names = max(len(row[0]) for row in rows)
    narrow = sys.stdout.isatty() and names + sum(widths) + 2 * len(widths) > shutil.get_terminal_size().columns
    for row in rows:
        cells = (" " if narrow else "  ").join(cell.rjust(width) for cell, width in zip(row[1:], widths, strict=False))
        if len(row) == 1 or not narrow:
            click.echo(f"{row[0].ljust(names)}  {cells}".rstrip())
        else:
            click.echo(f"{row[0]}\n  {cells}".removeprefix("\n"))
