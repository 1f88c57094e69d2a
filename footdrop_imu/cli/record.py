"""``footdrop record``: a walk from the sensors into a session folder."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.walk_options import facts_of, person_options, sensor_options, shoe_options, worn_sensors
from footdrop_imu.errors import FootdropError, OutputError

if TYPE_CHECKING:
    from footdrop_imu.recording.recorder import Recorded

__all__ = ["record"]


@click.command(
    short_help="Record a walk from sensors on the shoes.",
    epilog="""\b
Examples:
  footdrop record
  footdrop record --left "FD left" --right 00:02 --person P07
  footdrop record --seconds 120 --yes --out walks/monday
  footdrop record --until-still 5 --profile my_sensor.toml""",
)
@sensor_options
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="The recording's folder; date-time-person.")
@click.option("--seconds", type=click.FloatRange(1, 86_400), metavar="N", help="End after so long.")
@click.option(
    "--until-still", "still_s", type=click.FloatRange(2, 60), metavar="N", help="End after standing still so long."
)
@click.option("--tap", is_flag=True, help="Align the sensors' clocks by tapping both shoes together, first and last.")
@shoe_options
@person_options(start=False)
@click.option("--yes", is_flag=True, help="Take sensors, person and condition of the last time without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document at the end.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def record(**given: Any) -> int:
    """Record a walk from sensors on both shoes (and shanks), until Enter or q is pressed.

    Which sensor is on which foot is said with --left and --right, or found out by tapping a shoe, and remembered.
    Every byte is on disk before it is looked at: whatever happens, `footdrop analyze` opens what was recorded.

    Stand still for two or three seconds at the beginning; walk; stand still again.
    """
    from footdrop_imu.cli.console import print_json
    from footdrop_imu.cli.record_screen import watch_recording
    from footdrop_imu.cli.record_setup import settle
    from footdrop_imu.files.last_recording import write_last_recording
    from footdrop_imu.recording.recorder import refuse_used
    from footdrop_imu.workflow import refusal_to_json

    try:
        folder = given["out"] or Path(_name(given["person"]))
        refuse_used(folder)
        setup = settle(
            worn_sensors(given),
            dict(given["profiles"]),
            facts_of(given),
            rate_hz=given["rate_hz"],
            adapter=given["adapter"],
            ask=sys.stdin.isatty() and not (given["yes"] or given["as_json"] or given["quiet"]),
            take_last=given["yes"],
            quiet=given["quiet"] or given["as_json"],
        )
        if given["out"] is None:
            folder = Path(_name(setup.facts.person))
        recorded = watch_recording(
            setup,
            folder,
            seconds=given["seconds"],
            still_s=given["still_s"],
            tap=given["tap"],
            adapter=given["adapter"],
            quiet=given["quiet"],
        )
    except FootdropError as error:
        if given["as_json"]:
            print_json(refusal_to_json(error))
        raise
    if recorded.decoded is not None:
        try:
            write_last_recording(setup.memory)
        except OutputError as error:
            click.echo(f"Sensors and person are not remembered for the next time: {error.message}", err=True)
    return _tell(recorded, as_json=given["as_json"], quiet=given["quiet"])


def _name(person: str) -> str:
    now = datetime.now().astimezone()
    return "-".join(part for part in (f"{now:%Y%m%d-%H%M%S}", person) if part)


def _tell(recorded: Recorded, *, as_json: bool, quiet: bool) -> int:
    """Say what was recorded, what went wrong, and what comes next; give the exit code."""
    from footdrop_imu.cli.console import exit_code, print_json, show_error
    from footdrop_imu.cli.recordings import recording_to_json, show_recording
    from footdrop_imu.workflow import error_to_json, refusal_to_json

    error = recorded.error
    if error is not None:
        show_error(error)
    if recorded.folder is None:
        if as_json and error is not None:
            print_json(refusal_to_json(error))
        click.echo("Nothing was recorded.", err=True)
        return 130 if error is None else exit_code(error)
    if recorded.decoded is None:
        click.echo(f"What came from the sensors is kept in {recorded.folder}.", err=True)
        click.echo(f"To decode it again: footdrop replay {recorded.folder}", err=True)
    elif not (quiet or as_json):
        if recorded.ended == "signal":
            click.echo("Stopped; what was recorded is saved.")
        if error is not None:
            click.echo("What was recorded until then is saved.")
        show_recording(recorded.decoded, recorded.folder)
    if as_json:
        document: dict[str, Any] = {"ended": recorded.ended}
        if recorded.decoded is not None:
            document = {**recording_to_json(recorded.decoded, recorded.folder), **document}
        if error is not None:
            document["error"] = error_to_json(error)
        print_json(document)
    return 0 if error is None else exit_code(error)
