"""``footdrop replay``: a capture is decoded again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from footdrop_imu.cli.sensor_choice import parse_profiles
from footdrop_imu.cli.walk_options import facts_of, person_options, shoe_options
from footdrop_imu.errors import FootdropError

__all__ = ["replay"]


@click.command(
    short_help="Decode a recording again, or save one that was broken off.",
    epilog="""\b
Examples:
  footdrop replay broken_off_walk/
  footdrop replay walk/ --profile repaired.toml --out walk_again/
  footdrop replay walk/ --profile left=repaired.toml --out walk_again/""",
)
@click.argument("capture", type=click.Path(path_type=Path))
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    callback=parse_profiles,
    metavar="[SEGMENT=]ID|FILE.toml",
    help="Decode with this profile, not the one it was recorded with; for a segment as left=FILE. May be repeated.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Where the session goes; beside the capture."
)
@click.option("--tap", is_flag=True, help="Align the sensors' clocks by a tap that both shoes felt together.")
@shoe_options
@person_options(start=False)
@click.option("--force", is_flag=True, help="Replace the session that is already there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def replay(capture: Path, profiles: tuple[tuple[str, str], ...], **given: Any) -> int:
    """Make a session of what `footdrop record` captured: once more, or because it was broken off.

    CAPTURE is a recording's folder or its capture.journal, which holds every byte that came from the sensors. It is
    never changed, but that one whose recorder was broken off is closed.
    """
    from footdrop_imu.cli.console import print_json
    from footdrop_imu.cli.recordings import recording_to_json, show_recording
    from footdrop_imu.recording.replay import replay as replay_capture
    from footdrop_imu.workflow import refusal_to_json

    try:
        decoded, folder = replay_capture(
            capture, given["out"], profiles=profiles, facts=facts_of(given), tap=given["tap"], force=given["force"]
        )
    except FootdropError as error:
        if given["as_json"]:
            print_json(refusal_to_json(error))
        raise
    if given["as_json"]:
        print_json(recording_to_json(decoded, folder))
    elif not given["quiet"]:
        show_recording(decoded, folder)
    return 0
