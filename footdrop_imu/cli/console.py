"""What the terminal shows: errors, progress, and a walk in a short table."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any, TypeVar

import click

from footdrop_imu.errors import (
    DecodeError,
    DeviceError,
    ExerciseError,
    ExerciseReason,
    FileFormatError,
    FileReason,
    FootdropError,
    OutputError,
    OutputReason,
    ProfileError,
    ProfileReason,
    SignalError,
    StoreError,
    StoreReason,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from footdrop_imu.intake import ImportOutcome
    from footdrop_imu.report.measures import Measure
    from footdrop_imu.schema import Estimate, SessionResult
    from footdrop_imu.workflow import WalkOutcome

__all__ = [
    "PART_REFUSED",
    "collect",
    "exit_code",
    "exit_code_of",
    "fitted",
    "print_json",
    "show_error",
    "show_result",
    "show_walks",
]

PART_REFUSED = 5
T = TypeVar("T", "WalkOutcome", "ImportOutcome")

_COLUMNS = (
    "walking_speed_mps",
    "stride_length_m",
    "cadence_spm",
    "stance_frac",
    "foot_pitch_mid_swing_deg",
    "foot_pitch_initial_contact_deg",
    "foot_pitch_toe_off_deg",
    "ankle_dorsiflexion_mid_swing_deg",
    "minimum_toe_clearance_m",
    "circumduction_m",
)
"""The measures of the terminal's table."""


def exit_code(error: FootdropError) -> int:
    """Exit code of an error: 2 the command was wrong, 3 the data are, 4 it is the sensor, 1 anything else."""
    if isinstance(error, DeviceError):
        return 4
    if isinstance(error, ExerciseError):
        return 3 if error.reason is ExerciseReason.MISMATCH else 2
    if isinstance(error, StoreError):
        return 2 if error.reason in (StoreReason.NOT_FOUND, StoreReason.EXISTS, StoreReason.WRONG_VALUE) else 1
    if error.reason in (FileReason.NOT_FOUND, OutputReason.EXISTS, ProfileReason.NOT_FOUND):
        return 2
    return 3 if isinstance(error, (FileFormatError, SignalError, ProfileError, DecodeError)) else 1


def fitted(text: str, indent: str = "", *, err: bool = True) -> str:
    """Break a text between words, lines after the first indented, where a terminal shows it; as it is elsewhere."""
    if not (sys.stderr if err else sys.stdout).isatty():
        return text
    width = shutil.get_terminal_size().columns
    return textwrap.fill(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def show_error(error: FootdropError, *, about: str = "") -> None:
    """Say on stderr what went wrong and where, in the error's own words."""
    lines = [fitted(f"{about}: {error.message}" if about else error.message)]
    if isinstance(error, (FileFormatError, OutputError, ProfileError)) and error.path is not None:
        place = [error.path] if error.path not in error.message else []
        if isinstance(error, FileFormatError):
            place += [f"line {error.line}"] if error.line is not None else []
            place += [f"column {error.column}"] if error.column is not None else []
        if place:
            lines.append(f"  at {', '.join(place)}")
    click.echo("\n".join(lines), err=True)


def print_json(document: Any) -> None:
    """Print one JSON document on stdout; nouns and tables in it become JSON as ``json_ready`` has them."""
    from footdrop_imu.rehab.json_ready import json_ready

    json.dump(json_ready(document), sys.stdout, allow_nan=False)
    sys.stdout.write("\n")
    sys.stdout.flush()


def collect(outcomes: Iterable[T], *, quiet: bool) -> list[T]:
    """Work the walks off, with a moving bar on stderr where somebody looks."""
    if quiet or not sys.stderr.isatty():
        return list(outcomes)
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    done: list[T] = []
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading the first walk", total=None)
        for outcome in outcomes:
            done.append(outcome)
            bar.update(task, description=f"Walks done: {len(done)}, last: {outcome.name}")
    return done


def show_walks(outcomes: Sequence[WalkOutcome], *, quiet: bool, as_json: bool) -> int:
    """Show every walk, refusals on stderr, and give the exit code of them all.

    Returns
    -------
    int
        0, or 5 where some were refused; where all were, the code of the gravest refusal.
    """
    from footdrop_imu.workflow import outcomes_to_json

    for outcome in outcomes:
        if not quiet:
            for note in outcome.notes:
                click.echo(fitted(f"{outcome.name}: {note}", "  "), err=True)
        if outcome.error is not None:
            show_error(outcome.error, about=outcome.name)
        elif outcome.result is not None and not (quiet or as_json):
            show_result(outcome.result, outcome.folder)
    if as_json:
        print_json(outcomes_to_json(outcomes))
    return exit_code_of([outcome.error for outcome in outcomes], quiet=quiet)


def exit_code_of(errors: Sequence[FootdropError | None], *, quiet: bool) -> int:
    """Exit code of several walks, each with its error or None: 5 where some were refused, which is said."""
    refused = [error for error in errors if error is not None]
    if refused and len(refused) < len(errors):
        if not quiet:
            click.echo(f"{len(refused)} of {len(errors)} walks were refused.", err=True)
        return PART_REFUSED
    return max((exit_code(error) for error in refused), default=0)


def _words(estimate: Estimate | None, measure: Measure) -> str:
    """``1.23 m (1.20 to 1.26)``, a dash where nothing could be measured."""
    from footdrop_imu.report.measures import NOT_MEASURED, interval_text, number_text

    if estimate is None:
        return NOT_MEASURED
    interval = interval_text(estimate.low, estimate.high, measure)
    return number_text(estimate.median, measure) + (f" ({interval})" if interval else "")


def _landings(result: SessionResult, side: str) -> str:
    """``heel 80 %, flat 20 %`` over the strides of one side."""
    strides = result.strides
    shares = strides.loc[strides["side"] == side, "landing"].value_counts(normalize=True)
    return ", ".join(f"{str(name).replace('_', ' ')} {100 * share:.0f} %" for name, share in shares.items()) or "–"


def show_result(result: SessionResult, folder: Path | None) -> None:
    """Show one walk on stdout: verdict, lead measures of each side, where its files are."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from footdrop_imu.report.measures import measure_of
    from footdrop_imu.report.walk_drags import drag_words, press_words

    console = Console(highlight=False, markup=False)
    console.print()
    console.print(Text(result.session, style="bold"))
    color = {"good": "green", "usable": "yellow", "poor": "red"}.get(result.quality.verdict, "")
    console.print(Text.assemble("Quality of the walk: ", (result.quality.verdict, color)))
    for reason in result.quality.reasons:
        console.print(Text(f"  {reason}"))
    console.print()
    sides = [side for side in ("left", "right") if getattr(result.summary, side)]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Median (95 % interval)")
    for side in sides:
        table.add_column(f"{side.capitalize()} foot")
    for column in _COLUMNS:
        measure = measure_of(column)
        estimates = [getattr(result.summary, side).get(column) for side in sides]
        if any(estimate is not None and estimate.used_count for estimate in estimates):
            table.add_row(measure.label, *(_words(estimate, measure) for estimate in estimates))
    table.add_row("Landing", *(_landings(result, side) for side in sides))
    drags = [result.summary.drags.get(side) for side in sides]
    if any(drags):
        table.add_row("Toe drags", *("–" if found is None else drag_words(found) for found in drags))
    for words, strides in (("Strides measured", result.strides), ("Strides rejected", result.rejected)):
        table.add_row(words, *(str(int((strides["side"] == side).sum())) for side in sides))
    console.print(table)
    for words in press_words(result):
        console.print(Text(words))
    if folder is not None:
        console.print()
        console.print(Text(f"Report: {folder / 'report.html'}"), soft_wrap=True)
        more = ", timeseries.csv" if result.timeseries is not None else ""
        console.print(Text(f"Tables: {folder / 'strides.csv'}, rejected.csv, summary.json{more}"), soft_wrap=True)
        if result.drag_teaching:
            told = f"Taught by the key presses: {folder / 'drag_teaching.toml'} (for later walks: --drag-teaching)"
            console.print(Text(told), soft_wrap=True)
