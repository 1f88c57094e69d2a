"""``footdrop scan``: which sensors are in reach, and whether they can be used."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.sensor_choice import parse_profiles
from footdrop_imu.cli.walk_options import adapter_option
from footdrop_imu.errors import FootdropError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.table import Table

    from footdrop_imu.device.scan import SeenSensor

__all__ = ["scan"]


@click.command(
    short_help="Show the sensors that are in reach.",
    epilog="""\b
Examples:
  footdrop scan
  footdrop scan --all --seconds 20
  footdrop scan --json""",
)
@click.option(
    "--seconds",
    type=click.FloatRange(0.5, 600),
    default=10.0,
    show_default=True,
    metavar="N",
    help="How long to listen.",
)
@click.option("--all", "everything", is_flag=True, help="Show devices that no profile knows too.")
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    callback=parse_profiles,
    metavar="FILE.toml",
    help="A profile of your own to recognize sensors by; may be repeated.",
)
@adapter_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document at the end.")
@click.option("--quiet", is_flag=True, help="Say nothing but the sensors, at the end.")
def scan(
    *,
    seconds: float,
    everything: bool,
    profiles: tuple[tuple[str, str], ...],
    adapter: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Show the sensors that are in reach: name, address, profile and signal. Enter or q ends it early.

    A sensor that is connected to another program or phone does not show up; one that sleeps does not either: move it
    or press its button.
    """
    from footdrop_imu.cli.console import print_json
    from footdrop_imu.device.profiles import load_profile
    from footdrop_imu.recording.sensors import run, scan_sensors
    from footdrop_imu.workflow import refusal_to_json

    stop = threading.Event()
    try:
        own = [load_profile(name) for _, name in profiles]
        with _screen(seconds, stop, everything=everything, quiet=quiet or as_json) as show:
            seen = run(scan_sensors(seconds, adapter=adapter, own_profiles=own, on_change=show, stop=stop))
    except FootdropError as error:
        if as_json:
            print_json(refusal_to_json(error))
        raise
    if as_json:
        print_json(_document(seen, everything=everything))
        return 0
    from rich.console import Console

    shown = _shown(seen, everything=everything)
    if shown:
        Console(highlight=False).print(_table(shown))
    for one in shown:
        if one.refused:
            click.echo(one.refused)
    if not quiet:
        click.echo("\n".join(_what_next(seen, shown)))
    return 0


def _shown(seen: Sequence[SeenSensor], *, everything: bool) -> list[SeenSensor]:
    """Those that can be used first, then those that are known, then the rest; the strongest first in each."""
    known = [one for one in seen if everything or one.profile is not None or one.refused]
    return sorted(known, key=lambda one: (one.profile is None, not one.refused, -one.rssi_dbm))


def _signal(rssi_dbm: int) -> str:
    if rssi_dbm == 0:
        return "connected to this computer"
    word = "strong" if rssi_dbm > -65 else "good" if rssi_dbm > -80 else "weak"
    return f"{word} ({rssi_dbm} dBm)"


def _table(shown: Sequence[SeenSensor]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for name in ("Name", "Address", "Profile", "Signal"):
        table.add_column(name, no_wrap=name == "Address")
    for one in shown:
        profile = Text("cannot be used", "red") if one.refused else Text("unknown", "dim")
        if one.profile is not None:
            profile = Text(one.profile.id, "green")
        table.add_row(Text(one.name or "–"), Text(one.address), profile, _signal(one.rssi_dbm))
    return table


def _what_next(seen: Sequence[SeenSensor], shown: Sequence[SeenSensor]) -> list[str]:
    usable = [one for one in seen if one.profile is not None]
    hidden = len(seen) - len(shown)
    lines = []
    if not usable:
        lines.append(
            "No sensor that can be used was heard. Wake the sensors (move them, press their button), charge them, and "
            "close other programs and phones that are connected to them."
        )
    if hidden:
        other = "other Bluetooth device" if hidden == 1 else "other Bluetooth devices"
        lines.append(f"{hidden} {other} in reach; --all shows them.")
    if usable:
        lines.append("Check them with: footdrop check    Record with: footdrop record")
    return lines


def _document(seen: Sequence[SeenSensor], *, everything: bool) -> dict[str, Any]:
    from footdrop_imu import __version__

    return {
        "version": __version__,
        "sensors": [
            {
                "address": one.address,
                "name": one.name,
                "profile": None if one.profile is None else one.profile.id,
                "rssi_dbm": one.rssi_dbm or None,
                "refused": one.refused,
            }
            for one in _shown(seen, everything=everything)
        ],
        "device_count": len(seen),
    }


def _screen(seconds: float, stop: threading.Event, *, everything: bool, quiet: bool) -> Any:
    from contextlib import nullcontext

    if quiet or not sys.stderr.isatty():
        if not quiet:
            click.echo(f"Listening for {seconds:g} s …", err=True)
        return nullcontext(None)
    return _Live(seconds, stop, everything=everything)


class _Live:
    """The table as it fills; gone at the end, when it is printed for good."""

    def __init__(self, seconds: float, stop: threading.Event, *, everything: bool) -> None:
        from rich.console import Console
        from rich.live import Live

        from footdrop_imu.cli.keys import watch_stop_key

        self._everything = everything
        self._keys = watch_stop_key(stop)
        self._live = Live(console=Console(stderr=True, highlight=False), refresh_per_second=4, transient=True)
        self._head = f"Listening for {seconds:g} s; Enter ends it."

    def __enter__(self) -> Callable[[list[SeenSensor]], None]:
        self._keys.__enter__()
        self._live.__enter__()
        self.show([])
        return self.show

    def __exit__(self, *ending: Any) -> None:
        self._live.__exit__(*ending)
        self._keys.__exit__(*ending)

    def show(self, seen: list[SeenSensor]) -> None:
        from rich.console import Group
        from rich.text import Text

        self._live.update(Group(Text(self._head, "dim"), _table(_shown(seen, everything=self._everything))))
