"""The one line that a reader sees first: how the toes point at mid swing, and whether they drag or how they land."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, nan
from typing import Any

from footdrop_imu.language import Translate, mark
from footdrop_imu.report.walk_cells import Walked
from footdrop_imu.report.walk_courses import landing_counts
from footdrop_imu.report.walk_words import pitch_direction
from footdrop_imu.schema import SIDES, Estimate
from footdrop_imu.schema_drag import DragSummary

__all__ = ["headline"]

_MISSING = Estimate(nan, nan, nan, nan, 0)
_TOES: Mapping[tuple[str, str], str] = {
    ("left", "up"): mark("Left toes point {angle} up at mid swing"),
    ("left", "down"): mark("Left toes point {angle} down at mid swing"),
    ("left", "level"): mark("Left toes are about level at mid swing"),
    ("right", "up"): mark("Right toes point {angle} up at mid swing"),
    ("right", "down"): mark("Right toes point {angle} down at mid swing"),
    ("right", "level"): mark("Right toes are about level at mid swing"),
}
_NO_ANGLE: Mapping[str, str] = {
    "left": mark("The left foot's angle to the floor is not known"),
    "right": mark("The right foot's angle to the floor is not known"),
}
_NO_STRIDE: Mapping[str, str] = {
    "left": mark("No straight stride of the left foot could be measured"),
    "right": mark("No straight stride of the right foot could be measured"),
}
_BOTH: Mapping[str, str] = {
    "up": mark("{angle} up"),
    "down": mark("{angle} down"),
    "level": mark("about level"),
    "": mark("not known"),
}
_OTHER: Mapping[tuple[str, str], str] = {
    ("left", "up"): mark("left {angle} up"),
    ("left", "down"): mark("left {angle} down"),
    ("left", "level"): mark("left about level"),
    ("right", "up"): mark("right {angle} up"),
    ("right", "down"): mark("right {angle} down"),
    ("right", "level"): mark("right about level"),
}
_LANDS: Mapping[str, str] = {
    "heel": mark("{toes}; the foot lands on the heel"),
    "flat": mark("{toes}; the foot lands flat"),
    "forefoot": mark("{toes}; the foot lands on the forefoot"),
    "outer_edge": mark("{toes}; the foot lands on the outer edge"),
}
_MOSTLY_FRAC = 0.8


def headline(
    walked: Walked, affected: str, feet: Mapping[str, Mapping[str, Any]], *, measured: bool
) -> tuple[str, str]:
    """Say the most important thing of the affected foot; where none is known to be, of both.

    Parameters
    ----------
    walked
        The result, its sides and the language.
    affected
        The affected side, as the session has it.
    feet
        Provenance by recorded side.
    measured
        Whether anything could be measured.

    Returns
    -------
    tuple of str
        The tone (seen, or not_known) and one line of about twelve words.
    """
    result, sides, _ = walked
    if not measured:
        return "not_known", _("Nothing could be measured in this walk")
    if result.quality.verdict == "poor":
        return "not_known", _("Poor recording: do not rest a decision on it")
    if affected in sides or len(sides) == 1:
        return _of_foot(walked, affected if affected in sides else sides[0], feet)
    found = {side: _pitch(walked, side) for side in SIDES}
    directions = {side: pitch_direction(found[side], feet.get(side, {})) for side in SIDES}
    if not any(directions.values()):
        return "not_known", _("The angles of the feet to the floor are not known")
    told = {side: _(_BOTH[directions[side]]).format(angle=_whole(found[side], _)) for side in SIDES}
    if all(_landing(walked, side) == "heel" for side in SIDES):
        return "seen", _("Both feet land on the heel; toes at mid swing: left {left}, right {right}").format(**told)
    return "seen", _("Toes at mid swing: left {left}, right {right}").format(**told)


def _pitch(walked: Walked, side: str) -> Estimate:
    summary = walked.result.summary
    return {"left": summary.left, "right": summary.right}[side].get("foot_pitch_mid_swing_deg", _MISSING)


def _whole(pitch: Estimate, translate: Translate) -> str:
    return f"{translate.number(abs(pitch.median))}°"


def _of_foot(walked: Walked, side: str, feet: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    _ = walked.translate
    summary = walked.result.summary
    pitch, foot = _pitch(walked, side), feet.get(side, {})
    direction = pitch_direction(pitch, foot)
    if direction:
        toes = _(_TOES[side, direction]).format(angle=_whole(pitch, _)) + _beside(walked, side, feet)
    elif any(isfinite(one.median) for one in {"left": summary.left, "right": summary.right}[side].values()):
        toes = _(_NO_ANGLE[side])
    else:
        return "not_known", _(_NO_STRIDE[side])
    drags = summary.drags.get(side)
    told = _drags(drags, _) if drags else ""
    if not told:
        lands = _LANDS.get(_landing(walked, side)) if direction else None
        return ("seen" if direction else "not_known"), _(lands).format(toes=toes) if lands else toes
    return "seen", _("{toes}; {drags}").format(toes=toes, drags=told)


def _beside(walked: Walked, side: str, feet: Mapping[str, Mapping[str, Any]]) -> str:
    """Say in brackets how the other foot's toes point: what the first number is read against."""
    other = "right" if side == "left" else "left"
    pitch = _pitch(walked, other)
    direction = pitch_direction(pitch, feet.get(other, {})) if other in walked.sides else ""
    if not direction:
        return ""
    return f" ({walked.translate(_OTHER[other, direction]).format(angle=_whole(pitch, walked.translate))})"


def _landing(walked: Walked, side: str) -> str:
    """Find how nearly all of a foot's straight strides land; "" where they differ."""
    counts = landing_counts(walked.result.strides, side)
    name = max(counts, key=lambda name: counts[name], default="")
    return name if name and counts[name] >= _MOSTLY_FRAC * sum(counts.values()) else ""


def _drags(found: DragSummary, translate: Translate) -> str:
    """Say how often they drag, or nothing where it may be false alarms."""
    _ = translate
    if found.too_often:
        return _("they drag in nearly every step")
    if not found.count:
        return _("no toe drag found") if isfinite(found.rate) else ""
    if not isfinite(found.rate):
        words = _("toe drags: {count} in {total} strides")
        return words.format(count=_.number(found.count), total=_.number(found.stride_count))
    if not round(found.low, 1):
        return ""
    return _("they drag in {rate} of 100 strides").format(rate=_.number(found.rate, 0 if found.rate >= 1 else 1))
