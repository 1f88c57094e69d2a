"""The options that several commands share: how walks are read, and what is known about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_imu.cli.sensor_choice import parse_profiles
from footdrop_imu.errors import SchemaError

if TYPE_CHECKING:
    from footdrop_imu.facts import WalkFacts
    from footdrop_imu.files.sessions import ReadOptions

__all__ = [
    "ACTIVITIES",
    "AFFECTED",
    "CONDITION_VALUES",
    "PLACES",
    "adapter_option",
    "facts_of",
    "file_options",
    "format_options",
    "named_files",
    "parse_start",
    "person_options",
    "read_options",
    "sensor_options",
    "shoe_options",
    "worn_sensors",
]

# The closed lists of `schema`, once more, because that module loads numpy; a test holds the two together.
PLACES = ("instep", "lace", "heel", "outer")
AFFECTED = ("left", "right", "both", "unknown")
ACTIVITIES = ("walk", "treadmill_walk", "ten_metre_walk", "two_minute_walk", "six_minute_walk", "stairs", "other")
CONDITION_VALUES = {
    "shoe": ("own", "special", "barefoot", "other"),
    "orthosis": ("none", "light_brace", "ankle_foot_orthosis", "knee_pad", "other"),
    "stimulator": ("none", "off", "on"),
    "aid": ("none", "stick", "crutches", "walker", "rail", "person", "other"),
    "surface": ("hard", "carpet", "grass", "gravel", "treadmill", "other"),
    "tiredness": ("rested", "usual", "tired"),
}
_FILE = click.Path(path_type=Path)
_SEGMENTS = {
    "left": "left_foot",
    "right": "right_foot",
    "left_shank": "left_shank",
    "right_shank": "right_shank",
}
Command = Callable[..., int]


def _parse_conditions(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Turn KEY=VALUE words into a mapping, and refuse what is in no list."""
    conditions: dict[str, str] = {}
    for word in given:
        key, equals, value = word.partition("=")
        if not equals or key not in CONDITION_VALUES:
            raise click.BadParameter(f"{word!r}: expected KEY=VALUE with a KEY of {', '.join(CONDITION_VALUES)}.")
        if value not in CONDITION_VALUES[key]:
            raise click.BadParameter(f"{word!r}: {key} can be {', '.join(CONDITION_VALUES[key])}.")
        if conditions.setdefault(key, value) != value:
            raise click.BadParameter(f"{key} is given twice: {conditions[key]} and {value}.")
    return conditions


def parse_start(_context: click.Context, _option: click.Parameter, given: str | None) -> str:
    """Refuse a time that is not ISO 8601 with an offset."""
    if given is None:
        return ""
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise click.BadParameter(f"{given!r}: expected date, time and offset, such as 2026-03-14T10:30+01:00.")
    return moment.isoformat()


def _parse_shoe_length(_context: click.Context, _option: click.Parameter, given: str | None) -> tuple[float, float]:
    """Length of the sole and its sd in m; NaN where nothing is said."""
    if given is None:
        return nan, nan
    from footdrop_imu.files.shoe_size import shoe_length

    try:
        return shoe_length(given)
    except SchemaError as error:
        raise click.BadParameter(error.message) from error


def _with_options(command: Command, *options: Callable[[Command], Command]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def file_options(command: Command) -> Command:
    """Give a command the options that say which files are a walk and how they are read."""
    return _with_options(
        format_options(command),
        click.option("--left", type=_FILE, metavar="FILE", help="The left foot's file."),
        click.option("--right", type=_FILE, metavar="FILE", help="The right foot's file."),
        click.option(
            "--left-shank", type=_FILE, metavar="FILE", help="The left shank's file: with it, the ankle's angle."
        ),
        click.option("--right-shank", type=_FILE, metavar="FILE", help="The right shank's file."),
    )


def format_options(command: Command, *, named: str = "--format") -> Command:
    """Give a command the options that say how files are read; ``named``: what the first of them is called."""
    return _with_options(
        command,
        click.option(
            named, "format_name", metavar="NAME", help="Read as this format instead of looking at the header."
        ),
        click.option("--columns", type=_FILE, metavar="MAP.toml", help="Which column is what, for any other CSV."),
        click.option(
            "--rate",
            "rate_hz",
            type=click.FloatRange(min=0, min_open=True),
            metavar="HZ",
            help="Sampling rate, where the file has neither counter nor time.",
        ),
        click.option(
            "--counter-bits", type=click.IntRange(1, 64), metavar="N", help="Width of the file's counter, if it wraps."
        ),
        click.option(
            "--on-chip-integration/--no-on-chip-integration",
            default=None,
            help="Whether the sensor sends means of a faster inner signal; known for Xsens.",
        ),
    )


def sensor_options(command: Command) -> Command:
    """Give a command the options that say which sensor is worn where, and how it is reached."""
    return _with_options(
        command,
        click.option("--left", metavar="SENSOR", help="The left foot's sensor: its address, name, or a part of it."),
        click.option("--right", metavar="SENSOR", help="The right foot's sensor."),
        click.option("--left-shank", metavar="SENSOR", help="A sensor on the left shank."),
        click.option("--right-shank", metavar="SENSOR", help="A sensor on the right shank."),
        click.option(
            "--profile",
            "profiles",
            multiple=True,
            callback=parse_profiles,
            metavar="[SEGMENT=]ID|FILE.toml",
            help="How the sensor speaks, where it is not recognized; for one as left=FILE. May be repeated.",
        ),
        click.option(
            "--rate",
            "rate_hz",
            type=click.FloatRange(min=0, min_open=True),
            metavar="HZ",
            help="Sample rate to ask for; the profile's usual one, if not said.",
        ),
        adapter_option,
    )


def adapter_option(command: Command) -> Command:
    """Give a command the option that says which Bluetooth is used."""
    return click.option(
        "--adapter",
        envvar="FOOTDROP_ADAPTER",
        metavar="SPEC",
        help="Another Bluetooth than this computer's own: hci1, usb:0, or simulated ones (tcp-client:127.0.0.1:PORT).",
    )(command)


def worn_sensors(given: dict[str, Any]) -> dict[str, str]:
    """Give what was said of the sensors, by segment."""
    return {segment: given[name].strip() for name, segment in _SEGMENTS.items() if given[name]}


def shoe_options(command: Command) -> Command:
    """Give a command the options that say what the sensors sit on."""
    return _with_options(
        command,
        click.option(
            "--shoe-length",
            "shoe_length",
            callback=_parse_shoe_length,
            metavar="LENGTH",
            help="Length of the shoe's sole in mm, or its size as 'EU 42', 'UK 8', 'US men 9'; 270 mm is assumed.",
        ),
        click.option(
            "--place", type=click.Choice(PLACES), help="Where on the shoe the sensor sits; instep is assumed."
        ),
        click.option(
            "--mounting",
            type=_FILE,
            metavar="FILE.toml",
            help="Measured distances from sensor to toe and heel, or a scan of the sole.",
        ),
        click.option(
            "--belt-speed",
            "belt_speed_mps",
            type=click.FloatRange(0, 5, min_open=True),
            metavar="MPS",
            help="Treadmill speed, to check the result with; it is never added.",
        ),
    )


def person_options(*, start: bool = True) -> Callable[[Command], Command]:
    """Give a command the options that say who walked, how and when; a recorder knows when by itself."""
    options = [
        click.option("--person", default="", metavar="ID", help="Pseudonym of the person, never a name."),
        click.option("--affected", type=click.Choice(AFFECTED), help="The side with foot drop."),
        click.option(
            "--leg-length",
            "leg_length_mm",
            type=click.FloatRange(300, 1300),
            metavar="MM",
            help="Hip to floor, for what a sideways swing lifts; 880 is assumed.",
        ),
        click.option(
            "--start", callback=parse_start, metavar="TIME", help="When the walk began, as 2026-03-14T10:30+01:00."
        ),
        click.option(
            "--activity",
            type=click.Choice(ACTIVITIES),
            metavar="NAME",
            help=f"What was done: {', '.join(ACTIVITIES)}; a walk, if not said.",
        ),
        click.option(
            "--condition",
            "conditions",
            multiple=True,
            callback=_parse_conditions,
            metavar="KEY=VALUE",
            help="How the person walked, such as aid=stick or orthosis=none; may be repeated.",
        ),
    ]
    return lambda command: _with_options(command, *(options if start else options[:3] + options[4:]))


def named_files(given: dict[str, Any]) -> dict[str, Path]:
    """Give the files that ``--left`` and its like named, by segment."""
    return {segment: given[name] for name, segment in _SEGMENTS.items() if given[name] is not None}


def read_options(given: dict[str, Any], segments: dict[str, Path]) -> ReadOptions:
    """Make the reading options of what the command line said."""
    from footdrop_imu.files.sessions import ReadOptions

    return ReadOptions(
        format=given["format_name"],
        columns=given["columns"],
        rate_hz=given["rate_hz"],
        counter_bits=given["counter_bits"],
        segments=segments,
        integrates_on_chip=given["on_chip_integration"],
    )


def facts_of(given: dict[str, Any], **more: Any) -> WalkFacts:
    """Make the facts of what the command line said about person, shoe and walk."""
    from footdrop_imu.facts import WalkFacts

    return WalkFacts(
        person=given["person"],
        affected=given["affected"] or "",
        leg_length_m=nan if given["leg_length_mm"] is None else given["leg_length_mm"] / 1000,
        start=given.get("start") or "",
        activity=given["activity"] or "",
        condition=given["conditions"],
        shoe_length_m=given["shoe_length"][0],
        shoe_length_sd_m=given["shoe_length"][1],
        place=given["place"] or "",
        mounting=given["mounting"],
        belt_speed_mps=nan if given["belt_speed_mps"] is None else given["belt_speed_mps"],
        **more,
    )
