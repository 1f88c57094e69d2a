"""``footdrop check``: are the sensors fit for a walk, and worn well."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.console import fitted
from footdrop_imu.cli.walk_options import sensor_options, worn_sensors
from footdrop_imu.errors import FootdropError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from footdrop_imu.recording.check import Finding
    from footdrop_imu.recording.recorder import Status

__all__ = ["check"]

_STAND_S = 6.0
_COLORS = {"ok": "green", "warning": "yellow", "not usable": "red", "cannot tell": ""}


@click.command(
    short_help="Check the sensors on your shoes in twenty seconds.",
    epilog="""\b
Examples:
  footdrop check
  footdrop check --left "FD left" --right "FD right"
  footdrop check --json --seconds 30""",
)
@sensor_options
@click.option(
    "--seconds",
    type=click.FloatRange(8, 300),
    default=20.0,
    show_default=True,
    metavar="N",
    help="How long: six to stand, the rest to walk.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--quiet", is_flag=True, help="Say nothing but what was found.")
def check(**given: Any) -> int:
    """Check the sensors on your shoes in twenty seconds: stand still, then walk a few steps.

    Battery, rate reached, losses, what they show at rest, range, how they are mounted, whether both feet fit together;
    each with a verdict and what to do. Nothing is kept.
    """
    from footdrop_imu.cli.console import print_json
    from footdrop_imu.recording.check import Verdict
    from footdrop_imu.workflow import refusal_to_json

    try:
        findings = _findings(given)
    except FootdropError as error:
        if given["as_json"]:
            print_json(refusal_to_json(error))
        raise
    if given["as_json"]:
        from footdrop_imu import __version__

        print_json({"version": __version__, "findings": [finding._asdict() for finding in findings]})
    else:
        _show(findings)
    return 4 if any(finding.verdict is Verdict.UNUSABLE for finding in findings) else 0


def _findings(given: dict[str, Any]) -> list[Finding]:
    from footdrop_imu.cli.record_setup import find_worn
    from footdrop_imu.files.last_recording import read_last_recording
    from footdrop_imu.recording.check import judge_sensors
    from footdrop_imu.recording.recorder import RecordConfig, record_walk
    from footdrop_imu.recording.sensors import run

    quiet = given["quiet"] or given["as_json"]
    last = read_last_recording()
    targets, _ = find_worn(
        worn_sensors(given),
        dict(given["profiles"]),
        {} if last is None else last.sensors,
        rate_hz=given["rate_hz"],
        adapter=given["adapter"],
        ask=sys.stdin.isatty() and not quiet,
        quiet=quiet,
    )
    with tempfile.TemporaryDirectory(prefix="footdrop-check-") as folder:
        recorded = run(
            record_walk(
                targets,
                Path(folder) / "check",
                config=RecordConfig(seconds=given["seconds"]),
                on_status=None if quiet else _prompter(given["seconds"]),
                adapter=given["adapter"],
            )
        )
    if recorded.ended == "signal":
        raise click.Abort
    if recorded.decoded is None:
        raise recorded.error or click.Abort
    return judge_sensors(recorded.decoded, targets)


def _prompter(seconds: float) -> Callable[[Status], None]:
    """Say what to do when its time comes."""
    steps = [
        (0.0, "Connecting …"),
        (1e-9, f"Stand still for {_STAND_S:.0f} seconds …"),
        (_STAND_S, f"Now walk, for {seconds - _STAND_S:.0f} seconds …"),
    ]

    def say(status: Status) -> None:
        for warning in status.warnings:
            click.echo(fitted(warning), err=True)
        while steps and status.elapsed_s >= steps[0][0]:
            click.echo(steps.pop(0)[1], err=True)

    return say


def _show(findings: Sequence[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    for segment in dict.fromkeys(finding.segment for finding in findings):
        name = segment.replace("_", " ").capitalize() if segment else "Both feet"
        console.print(Text(name, style="bold"))
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        for width in (16, 11, None):
            table.add_column(min_width=width)
        for finding in findings:
            if finding.segment == segment:
                color = _COLORS[finding.verdict]
                table.add_row(f"  {finding.what}", Text(finding.verdict, color), Text(finding.text))
        console.print(table)
    worst = [finding for finding in findings if finding.verdict == "not usable"]
    warned = [finding for finding in findings if finding.verdict == "warning"]
    console.print(
        f"{len(worst)} of these must be mended before a walk is worth recording."
        if worst
        else f"They can be used; {len(warned)} thing{'s' if len(warned) > 1 else ''} could be better."
        if warned
        else "They can be used. Record with: footdrop record"
    )
