"""What the page says of the sensors themselves: calibrated or not, and what was taken out of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from footdrop_imu.language import Translate, mark
from footdrop_imu.report.measures import NO_BREAK

__all__ = ["sensor_sentence"]

_STANDARD_GRAVITY_MPS2 = 9.80665
_SHOWN_DELAY_S = 0.0005
_SHOWN_EXCESS = 0.01
_OF_SIDE: Mapping[str, str] = {"left": mark("left {text}"), "right": mark("right {text}")}
_DELAYED: Mapping[tuple[str, str], str] = {
    ("late", "calibration"): mark("gyroscope {delay} late by its calibration, taken out"),
    ("early", "calibration"): mark("gyroscope {delay} early by its calibration, taken out"),
    ("late", "walking"): mark("gyroscope {delay} late as the strides show, taken out"),
    ("early", "walking"): mark("gyroscope {delay} early as the strides show, taken out"),
}


def sensor_sentence(feet: Mapping[str, Mapping[str, Any]], translate: Translate) -> str:
    """Say in one line which calibrations were used and what else was found wrong with the sensors.

    Parameters
    ----------
    feet
        Provenance by recorded side.
    translate
        Says it.

    Returns
    -------
    str
        "" where nothing is known of the sensors.
    """
    _ = translate
    known = {side: foot for side, foot in feet.items() if "gyroscope_delay_source" in foot}
    if not known:
        return ""
    found = [
        *_each(known, lambda foot: _calibrated(foot, _), _),
        *_each(known, lambda foot: _delayed(foot, _), _),
        *_each(known, lambda foot: _excess(foot, _), _),
    ]
    if not any(foot.get("calibration") for foot in known.values()):
        found.insert(0, _("not calibrated"))
    return _("Sensors: {found}.").format(found="; ".join(found))


def _each(
    feet: Mapping[str, Mapping[str, Any]], say: Callable[[Mapping[str, Any]], str], translate: Translate
) -> list[str]:
    """Say the same of all feet once, else of each."""
    told: dict[str, list[str]] = {}
    for side, foot in feet.items():
        if words := say(foot):
            told.setdefault(words, []).append(side)
    return [
        translate(_OF_SIDE[sides[0]]).format(text=words) if len(sides) < len(feet) else words
        for words, sides in told.items()
    ]


def _calibrated(foot: Mapping[str, Any], translate: Translate) -> str:
    _ = translate
    return _("calibrated") if foot.get("calibration") else ""


def _delayed(foot: Mapping[str, Any], translate: Translate) -> str:
    _ = translate
    delay_s = foot.get("gyroscope_delay_s") or 0.0
    if not isfinite(delay_s) or abs(delay_s) < _SHOWN_DELAY_S:
        return ""
    by = "calibration" if foot["gyroscope_delay_source"] == "calibration" else "walking"
    words = _(_DELAYED["late" if delay_s > 0 else "early", by])
    return words.format(delay=f"{_.number(1000 * abs(delay_s))}{NO_BREAK}ms")


def _excess(foot: Mapping[str, Any], translate: Translate) -> str:
    _ = translate
    gravity_mps2 = foot.get("gravity_mps2")
    if not isinstance(gravity_mps2, float) or not isfinite(gravity_mps2):
        return ""
    excess = gravity_mps2 / _STANDARD_GRAVITY_MPS2 - 1
    if abs(excess) < _SHOWN_EXCESS:
        return ""
    words = (
        _("gravity reads {share} too much, allowed for; calibrating the sensor is surer")
        if excess > 0
        else _("gravity reads {share} too little, allowed for; calibrating the sensor is surer")
    )
    return words.format(share=f"{_.number(100 * abs(excess))}{NO_BREAK}%")
