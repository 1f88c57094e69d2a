"""``footdrop simulate sensor``: a sensor that any Bluetooth client can be tried with, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from footdrop_imu.errors import FootdropError

if TYPE_CHECKING:
    from footdrop_imu.device.profile import Profile
    from footdrop_imu.device.virtual_server import Served, ServerConfig

__all__ = ["sensor"]

F = TypeVar("F", bound=Callable[..., Any])

_LISTEN = "tcp-server:127.0.0.1:"


def _parse_listen(_context: click.Context, _option: click.Parameter, text: str) -> int:
    """Turn tcp-server:127.0.0.1:PORT into the port."""
    host, _, port = text.removeprefix("tcp-server:").rpartition(":")
    if not text.startswith("tcp-server:") or not port.isdecimal() or int(port) > 65535:
        raise click.BadParameter(f"{text!r}: expected {_LISTEN}PORT, such as {_LISTEN}9101; port 0 is a free one.")
    if host not in ("127.0.0.1", "localhost"):
        raise click.BadParameter(
            f"{host!r} would let other computers in, and this connection has no password; expected 127.0.0.1."
        )
    return int(port)


def _parse_spans(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[tuple[float, float], ...]:
    """Turn FROM:TO into pairs."""
    spans = []
    for word in given:
        try:
            start_s, end_s = (float(part) for part in word.split(":"))
        except ValueError:
            raise click.BadParameter(f"{word!r}: expected FROM:TO in seconds, such as 10:14.") from None
        if not 0 <= start_s <= end_s:
            raise click.BadParameter(f"{word!r}: expected a time from 0 on, and a later one.")
        spans.append((start_s, end_s))
    return tuple(spans)


def _seconds(name: str, text: str, **more: Any) -> Callable[[F], F]:
    return click.option(name, type=click.FloatRange(0), metavar="S", help=text, **more)


def _share(name: str, key: str, text: str, most: float = 1.0) -> Callable[[F], F]:
    return click.option(name, key, type=click.FloatRange(0, most), default=0.0, metavar="SHARE", help=text)


_FAULTS: tuple[Callable[[F], F], ...] = (
    _seconds("--latency", "Everything arrives so much later.", default=0.0),
    _seconds("--jitter", "And up to so much later still, at random.", default=0.0),
    _seconds("--interval", "Connection interval, 0.0075 to 0.06 on real links; 0 = none.", default=0.0),
    _share("--packet-errors", "packet_error_frac", "Share of packets that have to go again on the air.", 0.99),
    _share("--loss", "lost_frac", "Share of notifications that the firmware drops, counting them."),
    click.option(
        "--queue",
        "queue_size",
        type=click.IntRange(1, 100_000),
        default=20,
        metavar="N",
        help="Notifications that wait for the radio at most; more are dropped.",
    ),
    _seconds("--drop-at", "The sensor ends the link; may be repeated.", multiple=True),
    click.option(
        "--out-of-range",
        multiple=True,
        callback=_parse_spans,
        metavar="FROM:TO",
        help="Nothing is heard between these times; may be repeated.",
    ),
    _seconds("--reset-at", "It starts anew: clock, counter and settings are lost."),
    _seconds("--stuck-at", "Its counter stands from then on."),
    _seconds("--silent-at", "It sends no sample from then on; 0 = never any."),
    _share("--garbage", "garbage_frac", "Share of notifications that are random bytes."),
    click.option("--wrong-firmware", is_flag=True, help="It is another firmware than the profile's."),
    click.option(
        "--battery",
        "battery_percent",
        type=click.FloatRange(0, 100),
        default=80.0,
        metavar="PERCENT",
        help="What is left in it.",
    ),
    click.option(
        "--mtu",
        "largest_mtu",
        type=click.IntRange(23, 517),
        default=247,
        metavar="BYTES",
        help="It agrees to no larger MTU.",
    ),
    click.option(
        "--clock-error",
        "clock_ppm",
        type=click.FloatRange(-20_000, 20_000),
        default=0.0,
        metavar="PPM",
        help="Its crystal runs so much too fast.",
    ),
    click.option("--doubled", is_flag=True, help="After a reconnection each notification comes twice, as on Linux."),
    click.option("--nameless", is_flag=True, help="It advertises no name."),
)


def _fault_options(command: F) -> F:
    """Add what can go wrong, to order."""
    for option in reversed(_FAULTS):
        command = option(command)
    return command


@click.command(
    short_help="A Bluetooth sensor that streams a walk, without hardware.",
    epilog="""\b
Examples:
  footdrop simulate sensor --profile footdrop-1 --foot both
  footdrop simulate sensor --profile movella-dot --foot left --walk my_walk/
  footdrop simulate sensor --profile witmotion-20 --foot right --drop-at 20
  footdrop record --adapter tcp-client:127.0.0.1:PORT     (as it says; in
                                                          another terminal)""",
)
@click.option("--profile", required=True, metavar="ID|FILE.toml", help="Which sensor: see `footdrop profiles list`.")
@click.option(
    "--walk",
    "walk_path",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The walk that it measures, as `footdrop simulate walk` or a recording leaves it; one is made up if not said.",
)
@click.option(
    "--foot",
    type=click.Choice(("left", "right", "both")),
    required=True,
    help="Where it is worn; both = a sensor on each, in one process and on one time base.",
)
@click.option("--shank", is_flag=True, help="It is worn on that shank, not on the foot.")
@click.option("--name", default="", metavar="NAME", help="The name that it advertises.")
@click.option(
    "--listen",
    "port",
    default=f"{_LISTEN}0",
    show_default=True,
    callback=_parse_listen,
    metavar="TRANSPORT",
    help="Where a client finds it, on this computer only; port 0 is a free one.",
)
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 100),
    default=1.0,
    show_default=True,
    metavar="N",
    help="So many times faster than real.",
)
@_seconds(
    "--rest",
    "The person stands for so long from when the sensor is asked to stream.",
    default=2.0,
    show_default=True,
)
@click.option("--repeat", is_flag=True, help="The walk begins anew at its end; else the person stands still there.")
@click.option("--for", "duration_s", type=click.FloatRange(0), metavar="S", help="End by itself after so many seconds.")
@click.option(
    "--seed", type=click.IntRange(0, 2**31), default=0, show_default=True, metavar="N", help="Of all that is random."
)
@_fault_options
@click.option("--json", "as_json", is_flag=True, help="Print where it is as one JSON document.")
@click.option("--quiet", is_flag=True, help="Say only where it is.")
def sensor(profile: str, walk_path: Path | None, **given: Any) -> int:
    """Simulate a Bluetooth sensor that streams a walk, to try the whole path without hardware.

    It speaks real Bluetooth LE over a local connection, behaves as its profile says, and ends on Ctrl-C. What goes
    wrong is to order; times are seconds of its own from the first connection on.
    """
    from footdrop_imu.cli.console import print_json
    from footdrop_imu.device.profiles import load_profile
    from footdrop_imu.device.virtual_server import serve
    from footdrop_imu.recording.simulated import read_walks, simulate_walks
    from footdrop_imu.workflow import refusal_to_json

    sides = ("left", "right") if given["foot"] == "both" else (given["foot"],)
    if given["name"] and len(sides) > 1:
        raise click.UsageError("--name is for one sensor; the two of --foot both are named by themselves.")
    segments = [f"{side}_{'shank' if given['shank'] else 'foot'}" for side in sides]
    try:
        spoken = load_profile(profile)
        if walk_path is None:
            walks = simulate_walks(spoken, segments, seed=given["seed"])
        else:
            walks = read_walks(walk_path, spoken, segments)
        serve(
            spoken,
            walks,
            _config(given),
            ready=lambda served: _tell(served, spoken, profile, as_json=given["as_json"], quiet=given["quiet"]),
        )
    except FootdropError as error:
        if given["as_json"]:
            print_json(refusal_to_json(error))
        raise
    return 0


def _config(given: dict[str, Any]) -> ServerConfig:
    from footdrop_imu.device.virtual_faults import AirFaults, SensorFaults
    from footdrop_imu.device.virtual_server import ServerConfig

    of_sensor = (
        "lost_frac",
        "garbage_frac",
        "wrong_firmware",
        "battery_percent",
        "largest_mtu",
        "clock_ppm",
        "queue_size",
        "doubled",
        "nameless",
        "seed",
    )
    return ServerConfig(
        name=given["name"],
        port=given["port"],
        speed=given["speed"],
        duration_s=given["duration_s"],
        rest_s=given["rest"],
        repeat=given["repeat"],
        faults=SensorFaults(
            **{key: given[key] for key in of_sensor},
            silent_at_s=given["silent_at"],
            reset_at_s=given["reset_at"],
            stuck_at_s=given["stuck_at"],
        ),
        air_faults=AirFaults(
            connection_interval_s=given["interval"],
            packet_error_frac=given["packet_error_frac"],
            latency_s=given["latency"],
            latency_jitter_s=given["jitter"],
            out_of_range_s=given["out_of_range"],
            drop_at_s=given["drop_at"],
            seed=given["seed"],
        ),
    )


def _tell(served: Served, profile: Profile, asked: str, *, as_json: bool, quiet: bool) -> None:
    """Say where the sensors are; ``asked``: how the profile was named."""
    import json
    import sys

    from footdrop_imu import __version__

    if as_json:
        sensors = [one._asdict() for one in served.sensors]
        document = {"version": __version__, "adapter": served.adapter, "profile": profile.id, "sensors": sensors}
        click.echo(json.dumps(document))
    else:
        click.echo(f"Ready: {served.adapter}")
        if not quiet:
            for one in served.sensors:
                click.echo(f"  {one.segment.replace('_', ' ')}: {one.name} ({one.address}), {profile.id}")
            named = " ".join(
                f"--{one.segment.removesuffix('_foot').replace('_', '-')} {one.address}" for one in served.sensors
            )
            named += "" if profile.recognize else f" --profile {asked}"
            click.echo(f"Record from it, in another terminal: footdrop record {named} --adapter {served.adapter}")
            click.echo("End with Ctrl-C.")
    sys.stdout.flush()  # somebody may read it through a pipe
