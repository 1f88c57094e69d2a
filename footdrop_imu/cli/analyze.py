"""``footdrop analyze``: recorded walks become tables and a report."""

from __future__ import annotations

from datetime import datetime
from math import nan
from pathlib import Path
from typing import Any

import click

from footdrop_imu.cli.sensor_choice import parse_calibrations, parse_sensors
from footdrop_imu.errors import FootdropError, SchemaError

__all__ = ["ACTIVITIES", "AFFECTED", "CONDITION_VALUES", "PLACES", "analyze"]

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


def _parse_start(_context: click.Context, _option: click.Parameter, given: str | None) -> str:
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


@click.command(
    epilog="""\b
Examples:
  footdrop analyze my_walk/
  footdrop analyze --left L.csv --right R.csv --columns map.toml --shoe-length "EU 42"
  footdrop analyze --left L.csv --left-shank L_shank.csv
  footdrop analyze walk_before/ walk_after/ --affected left --out results/
  footdrop analyze my_walk/ --json > walk.json"""
)
@click.argument("paths", metavar="PATH...", nargs=-1, type=_FILE)
@click.option("--left", type=_FILE, metavar="FILE", help="The left foot's file.")
@click.option("--right", type=_FILE, metavar="FILE", help="The right foot's file.")
@click.option("--left-shank", type=_FILE, metavar="FILE", help="The left shank's file: with it, the ankle's angle.")
@click.option("--right-shank", type=_FILE, metavar="FILE", help="The right shank's file.")
@click.option("--format", "format_name", metavar="NAME", help="Read as this format instead of looking at the header.")
@click.option("--columns", type=_FILE, metavar="MAP.toml", help="Which column is what, for any other CSV.")
@click.option(
    "--rate",
    "rate_hz",
    type=click.FloatRange(min=0, min_open=True),
    metavar="HZ",
    help="Sampling rate, where the file has neither counter nor time.",
)
@click.option(
    "--counter-bits", type=click.IntRange(1, 64), metavar="N", help="Width of the file's counter, where it wraps."
)
@click.option(
    "--shoe-length",
    "shoe_length",
    callback=_parse_shoe_length,
    metavar="LENGTH",
    help="Length of the shoe's sole in mm, or its size as 'EU 42', 'UK 8', 'US men 9'; 270 mm is assumed.",
)
@click.option("--place", type=click.Choice(PLACES), help="Where on the shoe the sensor sits; instep is assumed.")
@click.option(
    "--mounting",
    type=_FILE,
    metavar="FILE.toml",
    help="Measured distances from sensor to toe and heel, or a scan of the sole.",
)
@click.option(
    "--calibration",
    "calibrations",
    multiple=True,
    callback=parse_calibrations,
    metavar="[SEGMENT=]FILE.toml",
    help="A sensor's calibration, by its sensor or for a segment (left=FILE); may be repeated.",
)
@click.option(
    "--sensor-id",
    "sensors",
    multiple=True,
    callback=parse_sensors,
    metavar="SEGMENT=ID",
    help="Which sensor is where, such as left=A7; its kept calibration is used. Known from Xsens files.",
)
@click.option("--no-stored-calibration", is_flag=True, help="Leave out the calibrations that `calibrate` has kept.")
@click.option(
    "--belt-speed",
    "belt_speed_mps",
    type=click.FloatRange(0, 5, min_open=True),
    metavar="MPS",
    help="Treadmill speed, to check the result with; it is never added.",
)
@click.option(
    "--on-chip-integration/--no-on-chip-integration",
    default=None,
    help="Whether the sensor sends means of a faster inner signal; known for Xsens.",
)
@click.option(
    "--drag-presses",
    type=_FILE,
    metavar="FILE",
    help="When a helper pressed a key for a toe drag seen: a time a line, in s, with the foot; makes "
    "drag_teaching.toml.",
)
@click.option(
    "--drag-teaching",
    type=_FILE,
    metavar="FILE.toml",
    help="What an earlier walk's key presses taught about this person: its drag_teaching.toml.",
)
@click.option("--person", default="", metavar="ID", help="Pseudonym of the person, never a name.")
@click.option("--affected", type=click.Choice(AFFECTED), help="The side with foot drop.")
@click.option(
    "--leg-length",
    "leg_length_mm",
    type=click.FloatRange(300, 1300),
    metavar="MM",
    help="Hip to floor, for what a sideways swing lifts; 880 is assumed.",
)
@click.option("--start", callback=_parse_start, metavar="TIME", help="When the walk began, as 2026-03-14T10:30+01:00.")
@click.option("--activity", type=click.Choice(ACTIVITIES), help="What was done; a walk, if not said.")
@click.option(
    "--condition",
    "conditions",
    multiple=True,
    callback=_parse_conditions,
    metavar="KEY=VALUE",
    help="How the person walked, such as aid=stick or orthosis=none; may be repeated.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=True),
    metavar="DIR",
    help="Where the results go; a folder with the walk's name here, if not said.",
)
@click.option("--timeseries", is_flag=True, help="Write timeseries.csv too: angles and heights at every sample.")
@click.option("--force", is_flag=True, help="Replace results that are already there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; without --out nothing is written.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def analyze(paths: tuple[Path, ...], **given: Any) -> int:
    """Turn recorded walks into a stride table, a summary and a report page.

    PATH is a folder or a file. The two feet of a walk are found by their names (left/right, L/R, _lf/_rf) or named
    with --left and --right; sensors on the shanks likewise (left_shank, _ls/_rs). Written for each walk: report.html,
    strides.csv, rejected.csv, summary.json.
    """
    segments = {segment: given[name] for name, segment in _SEGMENTS.items() if given[name] is not None}
    if paths and segments:
        raise click.UsageError("Name PATHs, or files with --left and --right, not both.")
    if not paths and not segments:
        raise click.UsageError("Name a folder or file to analyze, or files with --left and --right.")
    from footdrop_imu.calibration import CalibrationChoice
    from footdrop_imu.cli.console import collect, print_json, show_walks
    from footdrop_imu.files.sessions import ReadOptions
    from footdrop_imu.workflow import WalkFacts, analyze_walks, refusal_to_json

    options = ReadOptions(
        format=given["format_name"],
        columns=given["columns"],
        rate_hz=given["rate_hz"],
        counter_bits=given["counter_bits"],
        segments=segments,
        integrates_on_chip=given["on_chip_integration"],
    )
    facts = WalkFacts(
        person=given["person"],
        affected=given["affected"] or "",
        leg_length_m=nan if given["leg_length_mm"] is None else given["leg_length_mm"] / 1000,
        start=given["start"],
        activity=given["activity"] or "",
        condition=given["conditions"],
        shoe_length_m=given["shoe_length"][0],
        shoe_length_sd_m=given["shoe_length"][1],
        place=given["place"] or "",
        mounting=given["mounting"],
        belt_speed_mps=nan if given["belt_speed_mps"] is None else given["belt_speed_mps"],
        drag_presses=given["drag_presses"],
        drag_teaching=given["drag_teaching"],
        calibration=CalibrationChoice(given["calibrations"], given["sensors"], not given["no_stored_calibration"]),
    )
    as_json, quiet, out = given["as_json"], given["quiet"], given["out"]
    write = not as_json or out is not None
    walks = analyze_walks(
        paths, options, facts, out=out, write=write, timeseries=given["timeseries"], force=given["force"]
    )
    try:
        outcomes = collect(walks, quiet=quiet)
    except FootdropError as error:
        if as_json:
            print_json(refusal_to_json(error))
        raise
    return show_walks(outcomes, quiet=quiet, as_json=as_json)
