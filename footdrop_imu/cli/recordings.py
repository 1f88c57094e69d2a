"""What the terminal shows of a recording that has become a session."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from footdrop_imu.recording.captures import Decoded

__all__ = ["recording_to_json", "show_recording"]


def show_recording(decoded: Decoded, folder: Path) -> None:
    """Say on stdout where the session is, what is known of its quality, and what comes next."""
    from footdrop_imu.cli.console import fitted

    duration_s = max(one.duration_s for one in decoded.sensors)
    click.echo(f"Recording of {duration_s:.0f} s: {folder}")
    for note in decoded.session.notes:
        click.echo(fitted(f"  {note}", "    ", err=False))
    click.echo(f"Analyze with: footdrop analyze {folder}")


def recording_to_json(decoded: Decoded, folder: Path) -> dict[str, Any]:
    """Make the document of ``record --json`` and ``replay --json``; what is not known is null."""
    from footdrop_imu import __version__

    sensors = [
        {key: None if isinstance(value, float) and not isfinite(value) else value for key, value in asdict(one).items()}
        for one in decoded.sensors
    ]
    for sensor, one in zip(sensors, decoded.sensors, strict=True):
        sensor["gaps"] = [gap._asdict() for gap in one.gaps]
    session = decoded.session
    return {
        "version": __version__,
        "session": session.name,
        "folder": str(folder),
        "start": session.start,
        "sensors": sensors,
        "notes": list(session.notes),
    }
