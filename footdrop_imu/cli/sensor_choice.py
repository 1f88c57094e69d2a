"""The options that say which calibration belongs to which sensor."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["parse_calibrations", "parse_profiles", "parse_sensors"]

# The segments of `schema`, once more, because that module loads numpy; a test holds the two together.
SEGMENTS = ("left_foot", "right_foot", "left_shank", "right_shank")


def segment_of(word: str) -> str:
    """``left_foot`` of left, left_foot or left-foot; "" where it is no segment."""
    name = word.strip().lower().replace("-", "_")
    name = f"{name}_foot" if name in ("left", "right") else name
    return name if name in SEGMENTS else ""


def parse_calibrations(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[tuple[str, Path], ...]:
    """Turn FILE and SEGMENT=FILE into segment ("" = none named) and path."""
    found = []
    for word in given:
        before, equals, after = word.partition("=")
        segment = segment_of(before) if equals else ""
        found.append((segment, Path(after if segment else word)))
    named = [segment for segment, _ in found if segment]
    if len(set(named)) < len(named):
        raise click.BadParameter("one segment has two calibrations; give one for each.")
    return tuple(found)


def parse_sensors(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Turn SEGMENT=ID into a mapping."""
    found: dict[str, str] = {}
    for word in given:
        before, equals, sensor = word.partition("=")
        segment = segment_of(before)
        if not equals or not segment or not sensor.strip():
            raise click.BadParameter(f"{word!r}: expected SEGMENT=ID, such as left=A7 or right_shank=B2.")
        if found.setdefault(segment, sensor.strip()) != sensor.strip():
            raise click.BadParameter(f"{segment} is given twice: {found[segment]} and {sensor}.")
    return found


def parse_profiles(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Turn PROFILE and SEGMENT=PROFILE into segment ("" = none named) and the profile's id or file."""
    found = []
    for word in given:
        before, equals, after = word.partition("=")
        segment = segment_of(before) if equals else ""
        found.append((segment, after.strip() if segment else word.strip()))
    if len({segment for segment, _ in found}) < len(found):
        raise click.BadParameter("one segment has two profiles; give one for each.")
    return tuple(found)
