"""``footdrop import``: vendors' files become session folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from footdrop_imu.cli.sensor_choice import parse_sensors
from footdrop_imu.cli.walk_options import (
    facts_of,
    file_options,
    named_files,
    person_options,
    read_options,
    shoe_options,
)
from footdrop_imu.errors import FootdropError

__all__ = ["ingest"]


@click.command(
    short_help="Bring files of other programs into session folders.",
    name="import",
    epilog="""\b
Examples:
  footdrop import my_walk/ --out walks/monday --person P07 --affected left
  footdrop import exports/ --out walks/ --condition aid=stick
  footdrop import --left L.csv --right R.csv --columns map.toml --out monday""",
)
@click.argument("paths", metavar="PATH...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="Where the session goes; of several walks, a folder for each in DIR.",
)
@file_options
@click.option(
    "--sensor-id",
    "sensors",
    multiple=True,
    callback=parse_sensors,
    metavar="SEGMENT=ID",
    help="Which sensor is where, such as left=A7; known from Xsens files.",
)
@shoe_options
@person_options()
@click.option("--force", is_flag=True, help="Replace sessions that are already there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def ingest(paths: tuple[Path, ...], **given: Any) -> int:
    """Bring files of other programs into session folders, with what is known about the walk.

    PATH is a folder or a file, as for `footdrop analyze`. A session folder holds the signals, person, shoes and
    condition in session.toml, and a copy of every original with its hash.
    """
    segments = named_files(given)
    if paths and segments:
        raise click.UsageError("Name PATHs, or files with --left and --right, not both.")
    if not paths and not segments:
        raise click.UsageError("Name a folder or file to import, or files with --left and --right.")
    from footdrop_imu.cli.console import collect, exit_code_of, fitted, print_json, show_error
    from footdrop_imu.intake import import_walks, imports_to_json
    from footdrop_imu.workflow import refusal_to_json

    as_json, quiet = given["as_json"], given["quiet"]
    walks = import_walks(
        paths,
        read_options(given, segments),
        given["out"],
        facts_of(given),
        sensors=given["sensors"],
        force=given["force"],
    )
    try:
        outcomes = collect(walks, quiet=quiet)
    except FootdropError as error:
        if as_json:
            print_json(refusal_to_json(error))
        raise
    for outcome in outcomes:
        if outcome.error is not None:
            show_error(outcome.error, about=outcome.name)
        elif outcome.session is not None and not quiet:
            for note in outcome.session.notes:
                click.echo(fitted(f"{outcome.name}: {note}", "  "), err=True)
            if not as_json:
                click.echo(f"Imported: {outcome.folder}")
    if as_json:
        print_json(imports_to_json(outcomes))
    elif not quiet:
        folders = [outcome.folder for outcome in outcomes if outcome.folder is not None]
        if folders:
            click.echo(f"Analyze with: footdrop analyze {folders[0] if len(folders) == 1 else given['out']}")
    return exit_code_of([outcome.error for outcome in outcomes], quiet=quiet)
