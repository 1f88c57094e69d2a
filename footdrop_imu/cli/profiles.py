"""``footdrop profiles``: the sensors that are known, one in words, and whether a file of one's own is right."""

from __future__ import annotations

import shutil
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.console import exit_code, print_json, show_error
from footdrop_imu.errors import FootdropError

if TYPE_CHECKING:
    from footdrop_imu.device.profile import Command, FrameFormat, Profile, Recognition

__all__ = ["profiles"]

_EVIDENCE = {
    "captured": "frames of real sensors decode to known values",
    "vendor document": "by the maker's documents and tests; no frame of a real sensor was at hand",
    "synthetic": "computed frames only",
}
_STAGES = {
    "configure": "Before it starts",
    "start": "To start",
    "stop": "To stop",
    "battery": "To tell the battery",
}
_LOSSES = {
    "counted": "a counter: each lost sample is counted",
    "clock": "its own clock: losses show as gaps in it",
    "estimated": "none: samples are numbered by when they arrive, and losses are estimated",
}


@click.group(
    short_help="Which sensors are known, and what each is worth for gait.",
    epilog="""\b
Examples:
  footdrop profiles list
  footdrop profiles show witmotion-20
  footdrop profiles validate my_sensor.toml""",
)
def profiles() -> None:
    """Sensors that are known: what each is worth for gait, and how it speaks.

    A profile is a file that says how to recognize a sensor, what to write to it, and what its bytes mean. One of your
    own is used with --profile FILE.toml wherever a sensor is; docs/sensors.md tells how to write it.
    """


@profiles.command(
    "list",
    epilog="""\b
Examples:
  footdrop profiles list
  footdrop profiles list --markdown
  footdrop profiles list --json""",
)
@click.option("--markdown", is_flag=True, help="As the table of docs/sensors.md.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--quiet", is_flag=True, help="Print the ids alone.")
def list_(markdown: bool, as_json: bool, quiet: bool) -> int:
    """List the sensors that are known, and those that cannot serve."""
    from footdrop_imu.device.profiles import all_profiles, refused_sensors

    found, refused = all_profiles(), refused_sensors()
    if as_json:
        print_json(
            {
                "profiles": [_document(profile) for profile in found],
                "refused": [{"name": sensor.name, "reason": sensor.reason} for sensor in refused],
            }
        )
    elif quiet:
        click.echo("\n".join(profile.id for profile in found))
    elif markdown:
        click.echo(_markdown(_HEADER, [_row(profile) for profile in found]))
        click.echo()
        click.echo(_markdown(_REFUSED_HEADER, [(sensor.name, sensor.reason) for sensor in refused]))
    else:
        rows = [_row(profile) for profile in found]
        widths = [2 + max(len(row[at]) for row in (_HEADER, *rows)) for at in range(4)]
        for name, rates, ranges, losses, sensor, evidence, verdict in (_HEADER, *rows):
            cells = zip((name, rates, ranges, losses), widths, strict=True)
            click.echo("".join(cell.ljust(width) for cell, width in cells).rstrip())
            _say("    ", f"{sensor} ({evidence})" if name != _HEADER[0] else "", "    ")
            _say("    ", verdict if name != _HEADER[0] else "", "    ")
        click.echo("\nCannot serve:")
        for refusal in refused:
            _say("", f"{refusal.name}: {refusal.reason}", "    ")
    return 0


@profiles.command(
    short_help="Explain one sensor, and how it speaks.",
    epilog="""\b
Examples:
  footdrop profiles show movella-dot
  footdrop profiles show my_sensor.toml""",
)
@click.argument("profile", metavar="ID|FILE.toml")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--quiet", is_flag=True, help="Print nothing: the exit code tells whether there is such a profile.")
def show(profile: str, as_json: bool, quiet: bool) -> int:
    """Explain one sensor: what it is worth for gait, how it is known, what is written to it and what it sends."""
    from footdrop_imu.device.profiles import load_profile
    from footdrop_imu.workflow import refusal_to_json

    try:
        found = load_profile(profile)
    except FootdropError as error:
        if as_json:
            print_json(refusal_to_json(error))
        raise
    if as_json:
        commands = [_command_document(command) for command in found.commands]
        print_json({**_document(found), "commands": commands, "file": found.path})
    elif not quiet:
        for line in _words(found):
            labelled = line.startswith("  ") and not line.startswith("   ")
            _say("", line, " " * (14 if labelled else 6))
    return 0


@profiles.command(
    short_help="Check profile files of your own.",
    epilog="""\b
Examples:
  footdrop profiles validate my_sensor.toml
  footdrop profiles validate sensors/*.toml --json""",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def validate(files: tuple[Path, ...], as_json: bool, quiet: bool) -> int:
    """Check profile files; the exit code is 3 where one of them cannot be used."""
    from footdrop_imu.device.profile_file import profile_errors

    found = {path: profile_errors(path) for path in files}
    for path, errors in found.items():
        for error in errors:
            show_error(error)
        if not (errors or quiet or as_json):
            click.echo(f"{path}: good")
    if as_json:
        print_json(
            {
                "files": [
                    {
                        "path": str(path),
                        "good": not errors,
                        "errors": [
                            {"reason": str(error.reason), "key": error.key, "message": error.message}
                            for error in errors
                        ],
                    }
                    for path, errors in found.items()
                ]
            }
        )
    return max((exit_code(error) for errors in found.values() for error in errors), default=0)


_HEADER = ("Profile", "Rates, Hz", "Ranges", "Losses", "Sensor", "Evidence", "For gait")
_REFUSED_HEADER = ("Cannot serve", "Why, and what to take instead")


def _row(profile: Profile) -> tuple[str, ...]:
    rates = ", ".join(f"{rate:g}" for rate in profile.rates.choices())
    sensor = f"{profile.maker}: {', '.join(profile.models)}"
    gait = profile.gait
    return (profile.id, rates, _ranges(profile), _losses(profile), sensor, profile.evidence, gait.verdict)


def _ranges(profile: Profile) -> str:
    return f"±{profile.gait.acc_range_g:g} g, ±{profile.gait.gyr_range_dps:g} °/s"


def _losses(profile: Profile) -> str:
    """How it is seen that something was lost: by a counter or a clock in every frame, or not."""
    if all(frame.sequence is not None for frame in profile.frames):
        return "counted"
    return "clock" if all(frame.time is not None for frame in profile.frames) else "estimated"


def _markdown(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _say(begin: str, text: str, indent: str) -> None:
    """Print a paragraph as wide as the terminal, a file's lines a hundred characters; nothing where there is none."""
    width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
    if text:
        click.echo(textwrap.fill(begin + text, width, subsequent_indent=indent, break_on_hyphens=False))


def _document(profile: Profile) -> dict[str, Any]:
    return {
        "id": profile.id,
        "maker": profile.maker,
        "models": list(profile.models),
        "firmware": profile.firmware,
        "evidence": profile.evidence,
        "rates_hz": list(profile.rates.choices()),
        "default_rate_hz": profile.rates.default_hz,
        "acc_range_g": profile.gait.acc_range_g,
        "gyr_range_dps": profile.gait.gyr_range_dps,
        "clips_at_foot_strike": profile.gait.clips_at_foot_strike,
        "integrates_on_chip": profile.gait.integrates_on_chip,
        "logs_on_board": profile.gait.logs_on_board,
        "losses": _losses(profile),
        "smallest_mtu": profile.link.smallest_mtu,
        "verdict": profile.gait.verdict,
        "note": profile.note,
        "sources": list(profile.sources),
    }


def _command_document(command: Command) -> dict[str, Any]:
    return {
        "stage": command.stage,
        "purpose": command.purpose,
        "write": command.write,
        "to": command.to,
        "read": command.read,
        "reply": command.reply,
        "optional": command.optional,
        "require": dict(command.require),
    }


def _words(profile: Profile) -> list[str]:
    """All that a person may want to know of a sensor, line by line."""
    rates = ", ".join(f"{rate:g}" for rate in profile.rates.choices())
    several = len(profile.rates.choices()) > 1
    gait = profile.gait
    lines = [
        f"{profile.id}: {profile.maker}, {', '.join(profile.models)}",
        f"  Firmware    {profile.firmware}",
        f"  Evidence    {_EVIDENCE[profile.evidence]}",
        f"  Known by    {_known_by(profile)}",
        *(
            f"              then its {who.what} has to be {who.expect!r}"
            + "".join(f", {text!r} is {name}" for text, name in who.others.items())
            for who in profile.identity
        ),
        f"  Rates       {rates} Hz" + (f", {profile.rates.default_hz:g} if not said" if several else ""),
        f"  Ranges      {_ranges(profile)}: a hard landing {'is cut off' if gait.clips_at_foot_strike else 'fits'}",
        f"  Time        {_LOSSES[_losses(profile)]}",
        f"  For gait    {gait.verdict}",
    ]
    lines += ["              It integrates on the chip, faster than it sends."] if gait.integrates_on_chip else []
    lines += ["              It can record on board, which is not used here."] if gait.logs_on_board else []
    lines += [f"  Note        {profile.note}"] if profile.note else []
    lines += [f"  Link        service {profile.link.service}, notifications of {profile.link.smallest_mtu - 3} bytes"]
    lines += [f"  Frames      {_frame_words(frame)}" for frame in profile.frames]
    for stage, words in _STAGES.items():
        commands = [command for command in profile.commands if command.stage == stage]
        lines += [f"  {words}:"] if commands else []
        for command in commands:
            lines += [f"    {command.purpose}{' (if it can)' if command.optional else ''}", f"      {_dialog(command)}"]
    if not profile.commands:
        lines += ["  It starts by itself when it is listened to; nothing is written to it."]
    return [*lines, "  Sources", *(f"    {source}" for source in profile.sources)]


def _known_by(profile: Profile) -> str:
    if not profile.recognize:
        return f"nothing that it advertises: choose it with --profile {profile.id}"
    return "; or ".join(_way(way) for way in profile.recognize)


def _way(way: Recognition) -> str:
    parts = [f"a name like {way.name}"] if way.name else []
    parts += [f"the service {way.service}"] if way.service else []
    parts += [f"the company id 0x{way.company_id:04X}"] if way.company_id is not None else []
    return " and ".join(parts)


def _frame_words(frame: FrameFormat) -> str:
    quantities = " and ".join(part.quantity.replace("_", " ") for part in frame.quantities)
    if frame.decoder != "table":
        return f"{quantities}, read by the decoder {frame.decoder}"
    size = (
        f"{frame.size} bytes with {frame.samples} sample{'s' if frame.samples != 1 else ''}"
        if frame.size is not None
        else f"{frame.header_size} bytes and {frame.sample_size} a sample"
    )
    begin = f" that begin with {frame.header.hex(' ').upper()}" if frame.header else ""
    return f"{quantities}: {size}{begin}"


def _dialog(command: Command) -> str:
    """What is written or read, and what has to come back."""
    said = f"writes {command.write}" if command.write else f"reads {command.read}"
    said += f", expects {command.reply}" if command.reply else ""
    wanted = ", ".join(f"{name} = {value:g}" for name, value in command.require.items())
    return said + (f" with {wanted}" if wanted else "")
