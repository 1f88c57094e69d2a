"""What is seen while a walk is recorded: one line a sensor, and what a person should know at once."""

from __future__ import annotations

import os
import sys
import threading
import time
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.console import fitted
from footdrop_imu.cli.keys import watch_stop_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from footdrop_imu.cli.record_setup import Setup
    from footdrop_imu.recording.recorder import Recorded, Status
    from footdrop_imu.recording.watch import SensorStatus

__all__ = ["watch_recording"]

_PLAIN_EVERY_S = 10.0


def watch_recording(
    setup: Setup,
    folder: Path,
    *,
    seconds: float | None,
    still_s: float | None,
    tap: bool,
    adapter: str | None,
    quiet: bool,
) -> Recorded:
    """Record, and show on stderr how it goes; Enter or q ends it."""
    from footdrop_imu.recording.recorder import RecordConfig, record_walk
    from footdrop_imu.recording.sensors import run

    stop = threading.Event()
    with watch_stop_key(stop) as keys:
        end = [f"after {seconds:g} s"] if seconds else []
        end += [f"after standing still for {still_s:g} s"] if still_s else []
        end += ["when you press Enter or q" if keys else "with Ctrl-C"]
        if not quiet:
            click.echo(fitted(f"Recording into {folder}. It ends {' or '.join(end)}."), err=True)
            if tap:
                told = (
                    "Hold both shoes together, keep still for a second, and tap them on something hard, once all "
                    "sensors stream and once more at the end."
                )
                click.echo(fitted(told), err=True)
        with _screen(quiet=quiet) as show:
            return run(
                record_walk(
                    setup.targets,
                    folder,
                    facts=setup.facts,
                    mountings=setup.mountings,
                    tap=tap,
                    config=RecordConfig(seconds=seconds, still_s=still_s),
                    on_status=show,
                    stop=stop,
                    adapter=adapter,
                )
            )


def _screen(*, quiet: bool) -> Any:
    if quiet:
        from contextlib import nullcontext

        return nullcontext(None)
    # a dumb terminal cannot go back up, and would show nothing until the end
    moves = sys.stderr.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")
    return _Live() if moves else _Plain()


class _Plain:
    """Lines, for a log: warnings at once, the state now and then."""

    def __init__(self) -> None:
        self._next_s = 0.0

    def __enter__(self) -> Callable[[Status], None]:
        return self.show

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, status: Status) -> None:
        for warning in status.warnings:
            click.echo(warning, err=True)
        now_s = time.monotonic()
        if now_s >= self._next_s and status.elapsed_s > 0:
            self._next_s = now_s + _PLAIN_EVERY_S
            click.echo(f"{status.elapsed_s:.0f} s: {'; '.join(_in_words(one) for one in status.sensors)}", err=True)


class _Live:
    """A small table that stays where it is; warnings scroll by above it."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.live import Live

        self._console = Console(stderr=True, highlight=False)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)

    def __enter__(self) -> Callable[[Status], None]:
        self._live.__enter__()
        return self.show

    def __exit__(self, *ending: Any) -> None:
        self._live.__exit__(*ending)

    def show(self, status: Status) -> None:
        from rich.table import Table
        from rich.text import Text

        for warning in status.warnings:
            self._console.print(Text(warning, style="yellow"))
        minutes, rest = divmod(int(status.elapsed_s), 60)
        table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), title_justify="left")
        for name in (f"{minutes}:{rest:02d}", "signal", "strides", "lost", "battery"):
            table.add_column(name, justify="right" if name in ("strides", "lost", "battery") else "left")
        for one in status.sensors:
            table.add_row(
                one.segment.replace("_", " "),
                Text(one.state, style={"streaming": "green", "getting ready": ""}.get(one.state, "bold red")),
                str(one.stride_count),
                f"{100 * one.lost_share:.1f} %" if isfinite(one.lost_share) else "",
                f"{one.battery_percent:.0f} %" if isfinite(one.battery_percent) else "",
            )
        self._live.update(table, refresh=True)


def _in_words(one: SensorStatus) -> str:
    lost = f", {100 * one.lost_share:.1f} % lost" if isfinite(one.lost_share) else ""
    battery = f", battery {one.battery_percent:.0f} %" if isfinite(one.battery_percent) else ""
    return f"{one.segment.replace('_', ' ')} {one.state}, {one.stride_count} strides{lost}{battery}"
