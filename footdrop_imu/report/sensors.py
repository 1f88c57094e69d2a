"""What the page says of the sensors themselves: calibrated or not, and what was taken out of them."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from footdrop_imu.report.measures import NO_BREAK

__all__ = ["sensor_sentence"]

_STANDARD_GRAVITY_MPS2 = 9.80665
_SHOWN_DELAY_S = 0.0005
_SHOWN_EXCESS = 0.01


def sensor_sentence(feet: Mapping[str, Mapping[str, Any]]) -> str:
    """Say in one line which calibrations were used and what else was found wrong with the sensors.

    Parameters
    ----------
    feet
        Provenance by recorded side.

    Returns
    -------
    str
        "" where nothing is known of the sensors.
    """
    known = {side: foot for side, foot in feet.items() if "gyroscope_delay_source" in foot}
    if not known:
        return ""
    found = [*_each(known, _calibrated), *_each(known, _delayed), *_each(known, _excess)]
    if not any(foot.get("calibration") for foot in known.values()):
        found.insert(0, "not calibrated")
    return f"Sensors: {'; '.join(found)}."


def _each(feet: Mapping[str, Mapping[str, Any]], say: Any) -> list[str]:
    """Say the same of all feet once, else of each."""
    told: dict[str, list[str]] = {}
    for side, foot in feet.items():
        if words := say(foot):
            told.setdefault(words, []).append(side)
    return [f"{' and '.join(sides)} {words}" if len(sides) < len(feet) else words for words, sides in told.items()]


def _calibrated(foot: Mapping[str, Any]) -> str:
    return "calibrated" if foot.get("calibration") else ""


def _delayed(foot: Mapping[str, Any]) -> str:
    delay_s = foot.get("gyroscope_delay_s") or 0.0
    if not isfinite(delay_s) or abs(delay_s) < _SHOWN_DELAY_S:
        return ""
    late = "late" if delay_s > 0 else "early"
    by = "by its calibration" if foot["gyroscope_delay_source"] == "calibration" else "as the strides show"
    return f"gyroscope {1000 * abs(delay_s):.0f}{NO_BREAK}ms {late} {by}, taken out"


def _excess(foot: Mapping[str, Any]) -> str:
    gravity_mps2 = foot.get("gravity_mps2")
    if not isinstance(gravity_mps2, float) or not isfinite(gravity_mps2):
        return ""
    excess = gravity_mps2 / _STANDARD_GRAVITY_MPS2 - 1
    if abs(excess) < _SHOWN_EXCESS:
        return ""
    much = "much" if excess > 0 else "little"
    return f"gravity reads {100 * abs(excess):.0f}{NO_BREAK}% too {much}, allowed for; calibrating the sensor is surer"
