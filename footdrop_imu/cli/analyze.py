"""``footdrop analyze``: recorded walks become tables and a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.sensor_choice import parse_calibrations, parse_sensors
from footdrop_imu.cli.store_options import language_option
from footdrop_imu.cli.walk_options import (
    facts_of,
    file_options,
    named_files,
    person_options,
    read_options,
    shoe_options,
)
from footdrop_imu.errors import FootdropError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from footdrop_imu.workflow import WalkOutcome

__all__ = ["analyze"]

_FILE = click.Path(path_type=Path)


@click.command(
    short_help="Turn recorded walks into numbers and a report.",
    epilog="""\b
Examples:
  footdrop analyze my_walk/
  footdrop analyze --left L.csv --right R.csv --columns map.toml
  footdrop analyze --left L.csv --left-shank L_shank.csv
  footdrop analyze walk_before/ walk_after/ --affected left --out results/
  footdrop analyze my_walk/ --json > walk.json""",
)
@click.argument("paths", metavar="PATH...", nargs=-1, type=_FILE)
@file_options
@shoe_options
@click.option(
    "--calibration",
    "calibrations",
    multiple=True,
    callback=parse_calibrations,
    metavar="[SEGMENT=]FILE.toml",
    help="A sensor's calibration, by its sensor or for a segment (left=FILE); may be repeated.",
)
@click.option(
    "--sensor-id",
    "sensors",
    multiple=True,
    callback=parse_sensors,
    metavar="SEGMENT=ID",
    help="Which sensor is where, such as left=A7; its kept calibration is used. Known from Xsens files.",
)
@click.option("--no-stored-calibration", is_flag=True, help="Leave out the calibrations that `calibrate` has kept.")
@click.option(
    "--drag-presses",
    type=_FILE,
    metavar="FILE",
    help="When a helper pressed a key for a toe drag seen: a time a line, in s, with the foot; makes "
    "drag_teaching.toml.",
)
@click.option(
    "--drag-teaching",
    type=_FILE,
    metavar="FILE.toml",
    help="What an earlier walk's key presses taught about this person: its drag_teaching.toml.",
)
@person_options()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=True),
    metavar="DIR",
    help="Where the results go; a folder with the walk's name here, if not said.",
)
@click.option("--timeseries", is_flag=True, help="Write timeseries.csv too: angles and heights at every sample.")
@click.option("--force", is_flag=True, help="Replace results that are already there.")
@click.option(
    "--store",
    metavar="FILE|URL",
    help="Where the course of the person is kept, if they were added (`footdrop person add`) to another store than "
    "your own.",
)
@click.option("--no-keep", is_flag=True, help="Do not keep the walk in the person's course.")
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; without --out nothing is written.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def analyze(paths: tuple[Path, ...], **given: Any) -> int:
    """Turn recorded walks into a stride table, a summary and a report page.

    PATH is a folder or a file. The two feet of a walk are found by their names (left/right, L/R, _lf/_rf) or named
    with --left and --right; sensors on the shanks likewise (left_shank, _ls/_rs). Written for each walk: report.html,
    strides.csv, rejected.csv, summary.json.
    """
    segments = named_files(given)
    if paths and segments:
        raise click.UsageError("Name PATHs, or files with --left and --right, not both.")
    if not paths and not segments:
        raise click.UsageError("Name a folder or file to analyze, or files with --left and --right.")
    from footdrop_imu.calibration import CalibrationChoice
    from footdrop_imu.cli.console import collect, print_json, show_walks
    from footdrop_imu.language import translator
    from footdrop_imu.workflow import analyze_walks, refusal_to_json

    options = read_options(given, segments)
    facts = facts_of(
        given,
        drag_presses=given["drag_presses"],
        drag_teaching=given["drag_teaching"],
        calibration=CalibrationChoice(given["calibrations"], given["sensors"], not given["no_stored_calibration"]),
    )
    as_json, quiet, out = given["as_json"], given["quiet"], given["out"]
    write = not as_json or out is not None
    try:
        walks = analyze_walks(
            paths,
            options,
            facts,
            out=out,
            write=write,
            timeseries=given["timeseries"],
            force=given["force"],
            translate=translator(given["language"]),
        )
        outcomes = collect(walks, quiet=quiet)
    except FootdropError as error:
        if as_json:
            print_json(refusal_to_json(error))
        raise
    if write and not given["no_keep"]:
        _keep(outcomes, given["store"], quiet=quiet)
    return show_walks(outcomes, quiet=quiet, as_json=as_json)


def _keep(outcomes: Sequence[WalkOutcome], url: str | None, *, quiet: bool) -> None:
    """Keep the walks of people who were added to the store in their course, and say so."""
    found = [(one.result, one.session, one.path) for one in outcomes if one.session and one.session.person.id]
    if not found:
        return
    from footdrop_imu.cli.console import fitted, show_error
    from footdrop_imu.people.walks import keep_walk, store_is_there
    from footdrop_imu.store.database import open_store

    if not store_is_there(url):
        return
    strangers: set[str] = set()
    with open_store(url) as store:
        for result, session, path in found:
            assert result is not None
            name = session.person.id
            try:
                kept = keep_walk(store, result, session, path)
            except FootdropError as error:  # the results are written; a course without this walk is no reason to fail
                show_error(error, about=f"{session.name}: not kept in the course of {name}")
                continue
            said = {"kept": f"kept in the course of {name}.", "as_before": f"in the course of {name} already."}
            if kept.outcome == "unknown_person":
                # a researcher's store may know nobody of these: once is enough
                words = "" if name in strangers else f"not kept in a course. {kept.words}"
                strangers.add(name)
            else:
                words = f"{said[kept.outcome]} {kept.words}".strip()
            if words and not quiet:
                click.echo(fitted(f"{session.name}: {words}", "  "), err=True)
