"""``footdrop reps``: a recording of an exercise becomes counted repetitions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.store_options import catalogue_of, now, opened, store_options
from footdrop_imu.cli.walk_options import file_options, named_files, parse_start, read_options
from footdrop_imu.errors import FootdropError

if TYPE_CHECKING:
    from footdrop_imu.rehab.exercise_result import ExerciseResult
    from footdrop_imu.rehab.exercise_set import ExerciseSet

__all__ = ["reps"]

_FILE = click.Path(path_type=Path)
_REASONS = {
    "false_start": "a false start",
    "partial": "less than half of the usual range",
    "posture": "a change of posture",
    "gap": "samples are missing",
    "too_fast": "too quick for a repetition",
}
_MEASURES = {
    "duration_s": ("Time from first to last movement", "s", 1),
    "range_deg": ("Range", "°", 1),
    "range_across_deg": ("Range across it", "°", 1),
    "path_deg": ("Turned altogether", "°", 0),
    "ankle_range_deg": ("Range of the ankle", "°", 1),
    "chair_lift_active_range_deg": ("Active range", "°", 1),
    "chair_lift_peak_rate_dps": ("Greatest speed upward", "°/s", 0),
    "chair_lift_taps_in_10_s_count": ("Taps in 10 s", "", 0),
    "chair_lift_fade_frac": ("Fade of the taps", "", 2),
    "chair_lift_assisted_range_deg": ("Range with a hand's help", "°", 1),
    "chair_lift_assisted_minus_active_deg": ("With help minus active", "°", 1),
}


@click.command(
    short_help="Count the repetitions of an exercise.",
    epilog="""\b
Examples:
  footdrop reps my_set/ --exercise assisted_toe_raise --side left
  footdrop reps --left L.csv --exercise ankle_eversion --walk my_walk/
  footdrop reps my_set/ --exercise heel_raise --mounting shoes.toml --json""",
)
@click.argument("recording", required=False, type=_FILE)
@click.option(
    "--exercise", required=True, metavar="ID", help="Which exercise it was: an id of `footdrop exercises list`."
)
@click.option("--side", type=click.Choice(("left", "right")), help="The foot that exercised.")
@file_options
@click.option("--mounting", type=_FILE, metavar="FILE.toml", help="How the sensors sit on the shoes (rotation).")
@click.option(
    "--walk", type=_FILE, metavar="WALK", help="A walk with the same sensors on the same shoes: it shows the toes' way."
)
@click.option(
    "--assisted", type=_FILE, metavar="RECORDING", help="Of the chair_lift_test: lifts with a hand's help, apart."
)
@click.option("--clinic", type=_FILE, metavar="FILE.toml", help="A clinic's own exercises.")
@click.option("--person", metavar="ID", help="Log what was counted for this person.")
@click.option(
    "--start",
    callback=parse_start,
    metavar="TIME",
    help="When it was, such as 2026-03-14T10:30+01:00, if not recorded.",
)
@click.option("--helper", is_flag=True, help="A helper was beside.")
@store_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def reps(recording: Path | None, **given: Any) -> int:
    """Count what was done of an exercise: repetitions, range, holds, lowering, tiring.

    RECORDING is a session folder, a capture or a sensor file, begun and ended with the foot at rest. Which exercise
    it was, you say; a recording that cannot be that exercise is refused. With --person it goes into the log, and a
    chair_lift_test into the course.
    """
    segments = named_files(given)
    if recording is not None and segments:
        raise click.UsageError("Name a RECORDING, or files with --left and --right, not both.")
    if recording is None and not segments:
        raise click.UsageError("Name a recording, or files with --left and --right.")
    from footdrop_imu.cli.console import print_json
    from footdrop_imu.exercising import ExerciseRequest, count_exercise
    from footdrop_imu.rehab.exercise_result import exercise_to_json
    from footdrop_imu.workflow import error_to_json

    request = ExerciseRequest(
        given["exercise"],
        side=given["side"] or "",
        mounting=given["mounting"],
        walk=given["walk"],
        clinic=given["clinic"],
        assisted=given["assisted"],
    )
    try:
        results = count_exercise(recording, read_options(given, segments), request)
    except FootdropError as error:
        if given["as_json"]:
            print_json({**exercise_to_json([]), "error": error_to_json(error)})
        raise
    if given["person"]:
        _log(results, recording, given)
    if given["as_json"]:
        print_json(exercise_to_json(results))
    if len(results) > 1 and not given["quiet"] and not given["as_json"] and results[0].standard_errors:
        for result in results:
            _show_notes(result)
        _show_side_by_side(results)
        return 0
    for result in results:
        if not given["quiet"]:
            _show_notes(result)
            if not given["as_json"]:
                _show(result)
    return 0


def _log(results: list[ExerciseResult], recording: Path | None, given: dict[str, Any]) -> None:
    """Put what was counted into the person's log, a chair lift test into the course, and say so on stderr."""
    from footdrop_imu.people.counted import keep_chair_lift, log_counted
    from footdrop_imu.people.diary import HowItWent
    from footdrop_imu.schema_rehab import CHAIR_LIFT_TEST

    if given["start"]:
        results = [replace(result, start=given["start"]) for result in results]
    person, folder = given["person"], "" if recording is None else str(recording.absolute())
    with opened(given) as store:
        if results[0].exercise == CHAIR_LIFT_TEST:
            new = keep_chair_lift(store, person, results, folder=folder)
            words = "Kept in the course of" if new else "Kept before in the course of"
        else:
            how = HowItWent(helper_present=given["helper"])
            logged = log_counted(
                store, person, results, now=now(), catalogue=catalogue_of(given), how=how, folder=folder
            )
            words = "Logged for" if logged else "Logged before for"
    if not given["quiet"]:
        click.echo(f"{words} {person}.", err=True)


def _show_notes(result: ExerciseResult) -> None:
    from footdrop_imu.cli.console import fitted

    for note in result.notes:
        click.echo(fitted(f"{result.side} foot: {note}", "  "), err=True)


def _show(result: ExerciseResult) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False)
    console.print()
    console.print(Text(f"{result.title}, {result.side} foot", style="bold"))
    for name, value in result.measures.items():
        console.print(Text(f"{_words(name)}: {_value(result, name, value)}"))
    if result.repetitions is not None:
        _show_set(console, result.repetitions)


def _words(name: str) -> str:
    return _MEASURES[name][0] if name in _MEASURES else name.replace("_", " ")


def _value(result: ExerciseResult, name: str, value: float) -> str:
    from math import isfinite

    _, unit, digits = _MEASURES.get(name, ("", "", 2))
    if not isfinite(value):
        return "–"
    error = result.standard_errors.get(name, float("nan"))
    more = f" ± {error:.{digits or 1}f}" if isfinite(error) else ""
    return f"{value:.{digits}f}{more}{unit and ' ' + unit}"


def _show_side_by_side(results: list[ExerciseResult]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(results[0].title)
    for result in results:
        table.add_column(f"{result.side.capitalize()} foot")
    for name in results[0].measures:
        table.add_row(_words(name), *(_value(result, name, result.measures[name]) for result in results))
    console = Console(highlight=False, markup=False)
    console.print()
    console.print(table)


def _show_set(console: Any, done: ExerciseSet) -> None:
    from rich.table import Table
    from rich.text import Text

    there = ", there and back" if done.other_way else ""
    console.print(Text(f"{done.count} {'repetition' if done.count == 1 else 'repetitions'}{there}"))
    console.print()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("", "At", "Range", "Raising", "Held", "Lowering"):
        table.add_column(name, justify="right")
    rows = sorted([(one, "") for one in done.repetitions] + [(one, "back") for one in done.other_way])
    number = 0
    for one, way in rows:
        number += not way
        table.add_row(
            way or str(number),
            f"{one.start_s:.1f} s",
            f"{one.range_deg:.1f}°",
            f"{one.raising_s:.1f} s",
            f"{one.hold_s:.1f} s",
            f"{one.lowering_s:.1f} s",
        )
    table.add_row(
        "Median", "", f"{done.range_deg:.1f}°", "", f"{done.hold_s:.1f} s", f"{done.lowering_s:.1f} s", style="bold"
    )
    console.print(table)
    for words, slope, unit in (("Range", done.range_slope, "°"), ("Speed", done.speed_slope, " °/s")):
        if slope.low > 0 or slope.high < 0:
            change = slope.per_repetition * (done.count - 1)
            console.print(Text(f"{words} {'grew' if change > 0 else 'fell'} over the set by {abs(change):.1f}{unit}."))
    for left_out in done.attempts:
        console.print(
            Text(f"Not counted: {left_out.range_deg:.1f}° at {left_out.time_s:.1f} s ({_REASONS[left_out.reason]})")
        )
