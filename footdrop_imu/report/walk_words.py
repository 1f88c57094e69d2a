"""Sentences of the walk report, made from the numbers and their uncertainty alone."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot, isfinite, nan
from typing import Any

from footdrop_imu.language import Translate, mark
from footdrop_imu.report.measures import interval_text, measure_of, number_text
from footdrop_imu.report.walk_lift import lift_clause
from footdrop_imu.report.walk_sides import NAMED_FEET
from footdrop_imu.schema import Estimate

__all__ = [
    "LANDINGS",
    "LANDING_RULE",
    "MEANING",
    "foot_sentence",
    "pace_sentence",
    "pitch_direction",
    "sentence",
    "zero_sentences",
]

MEANING = (
    mark(
        "Foot pitch is the angle of the shoe to the floor, not the ankle angle: a sensor on the shoe does not see the "
        "shank, and a thigh or knee that lifts more tilts the shoe too. At mid swing the shank is near vertical, so "
        "pitch there says most about lift. A second sensor on the shank shows the ankle itself."
    ),
    mark(
        "Toe lift, foot to floor, also rises with speed, longer steps and a straighter knee: read it with walking "
        "speed and pitch at mid swing. A steeper foot strike is not always better."
    ),
    mark(
        "Toe clearance counts from the toe's own height in stance, where the tip of a shoe already stands 10 to 20 mm "
        "above the floor; sole clearance counts from the floor. Both can be bought by lifting or swinging the whole "
        "leg, or by rising on the other foot: see foot height, circumduction, vaulting, and what lifts the toe at mid "
        "swing. The leg bends in healthy walking too; more than on the other side is what tells."
    ),
    mark("Not visible from the feet: hip hiking, knee hyperextension, step width and step length."),
)
"""What the measures are and are not."""
LANDING_RULE = mark(
    "Straight strides: heel above 5°, flat within 5°, forefoot below −5°, outer edge with the sole turned in by more "
    "than 10°."
)
LANDINGS: Mapping[str, str] = {
    "heel": mark("Heel"),
    "flat": mark("Flat"),
    "forefoot": mark("Forefoot"),
    "outer_edge": mark("Outer edge"),
    "uncertain": mark("Uncertain"),
}
_LANDED: Mapping[str, str] = {
    "heel": mark("on the heel"),
    "flat": mark("flat"),
    "forefoot": mark("on the forefoot"),
    "outer_edge": mark("on the outer edge"),
    "uncertain": mark("in a way that could not be told"),
}
_ZERO: Mapping[str, str] = {
    "standing": mark("0° was measured in quiet standing"),
    "seated": mark("0° was measured with the foot placed flat by hand"),
    "foot_flat": mark(
        "0° is assumed to be the foot's posture when flat in stance, as there was no quiet standing; a heel that never "
        "comes down would make all angles look too good"
    ),
    "mounting": mark(
        "0° is the sole's by the entered mounting: the foot stands toes down of it, either because the heel is up or "
        "because the sensor does not sit as entered"
    ),
    "heel_up": mark("the heel may never come down, so no angle to the floor is given; changes within the walk are"),
}
_ANKLE_ZERO: Mapping[str, str] = {
    "standing": mark("the ankle's 0° is that of this recording's quiet standing"),
    "foot_flat": mark(
        "nobody stood still, so the ankle's 0° is taken from the usual lean of the shank at foot-flat; compare its "
        "changes, not its level"
    ),
}
_NAMED_ANKLES: Mapping[str, str] = {
    "left": mark("Left ankle: {text}"),
    "right": mark("Right ankle: {text}"),
    "both": mark("Both ankles: {text}"),
}
_Z = 1.96
_MISSING = Estimate(nan, nan, nan, nan, 0)


def sentence(clause: str) -> str:
    """Make a sentence of a clause: a capital and a full stop."""
    return f"{clause[0].upper()}{clause[1:]}."


def _number(value: object) -> float:
    """Read a number of the provenance; NaN where there is none."""
    return float(value) if isinstance(value, (int, float)) else nan


def pitch_direction(pitch: Estimate, foot: Mapping[str, Any]) -> str:
    """Tell up or down, which needs both the interval and the zero on one side; else level; "" = not measured."""
    if not isfinite(pitch.median) or foot.get("suspected_heel_up"):
        return ""
    zero_sd_deg = _number(foot.get("zero_sd_deg"))
    sampling = max(pitch.high - pitch.median, pitch.median - pitch.low)
    half = hypot(sampling if isfinite(sampling) else 0.0, _Z * zero_sd_deg if isfinite(zero_sd_deg) else 0.0)
    if abs(pitch.median) > half:
        return "up" if pitch.median > 0 else "down"
    return "level"


def _pitch_clause(pitch: Estimate, foot: Mapping[str, Any], translate: Translate) -> str:
    _ = translate
    measure = measure_of("foot_pitch_mid_swing_deg")
    direction = pitch_direction(pitch, foot)
    if not direction:
        return ""
    low, high = (pitch.low, pitch.high) if direction == "level" else sorted((abs(pitch.low), abs(pitch.high)))
    interval = interval_text(low, high, measure, translate)
    if interval:
        told = _("95 % interval {interval}").format(interval=f"{interval}°")
    else:
        few = _("from {count} stride only") if pitch.used_count == 1 else _("from {count} strides only")
        told = few.format(count=pitch.used_count)
    value = pitch.median if direction == "level" else abs(pitch.median)
    words = {
        "up": mark("toes point {angle} up at mid swing ({told})"),
        "down": mark("toes point {angle} down at mid swing ({told})"),
        "level": mark("toes neither clearly up nor clearly down at mid swing ({angle}, {told})"),
    }[direction]
    zero_deg = _Z * _number(foot.get("zero_sd_deg"))
    if direction == "level" and isfinite(zero_deg) and zero_deg:
        known = _("0° itself is known to ± {half}").format(half=f"{_.number(zero_deg, 1)}°")
        told = f"{told}; {known}"
    return _(words).format(angle=number_text(value, measure, translate), told=told)


def _landing_clause(shares: Mapping[str, int], translate: Translate) -> str:
    _ = translate
    total = sum(shares.values())
    if not total:
        return ""
    ranked = sorted(shares.items(), key=lambda item: -item[1])
    (name, count), *others = ranked
    how = _(_LANDED[name])
    if count == total:
        return _("lands {how} in all {total} strides").format(how=how, total=_.number(total))
    counts = {"count": _.number(count), "total": _.number(total)}
    if count >= 0.6 * total:
        return _("lands {how} in {count} of {total} strides").format(how=how, **counts)
    words = _("lands differently from step to step: {how} in {count} and {other} in {other_count} of {total} strides")
    other, other_count = others[0]
    return words.format(how=how, other=_(_LANDED[other]), other_count=_.number(other_count), **counts)


def _clearance_clause(clearance: Estimate, sd_m: float, without_minimum_frac: float, translate: Translate) -> str:
    """Say how high the toe is; where most swings have no lowest point, its height is that at its greatest speed."""
    _ = translate
    if not isfinite(clearance.median):
        return ""
    measure = measure_of("minimum_toe_clearance_m")
    interval = interval_text(clearance.low, clearance.high, measure, translate)
    told = [f"{interval} mm"] if interval else []
    if isfinite(sd_m):
        words = _("a stride's height is known to ± {half}")
        told.append(words.format(half=number_text(_Z * sd_m, measure, translate)))
    above = clearance.median >= 0
    if without_minimum_frac > 0.5:
        words = (
            _("the toe at its fastest, without a lowest point in most swings, is {height} above its height in stance")
            if above
            else _(
                "the toe at its fastest, without a lowest point in most swings, is {height} below its height in stance"
            )
        )
    else:
        words = (
            _("the toe's lowest point in swing is {height} above its height in stance")
            if above
            else _("the toe's lowest point in swing is {height} below its height in stance")
        )
    clause = words.format(height=number_text(abs(clearance.median), measure, translate))
    return clause + (f" ({'; '.join(told)})" if told else "")


def foot_sentence(
    estimates: Mapping[str, Estimate],
    landings: Mapping[str, int],
    foot: Mapping[str, Any],
    translate: Translate,
    *,
    clearance_sd_m: float = nan,
    without_minimum_frac: float = nan,
    other: Mapping[str, Estimate] | None = None,
    drags: str = "",
) -> str:
    """Say in a sentence or two what one foot does: how it is carried and lands, and how it clears the floor.

    Parameters
    ----------
    estimates
        The side's estimates by column; may lack any.
    landings
        Count of strides by landing.
    foot
        The side's provenance; ``zero_sd_deg`` widens what counts as level.
    translate
        Says it.
    clearance_sd_m
        Standard uncertainty of one stride's toe clearance.
    without_minimum_frac
        Share of the strides in which the toe's height has no minimum.
    other
        The other side's estimates.
    drags
        How often the toe drags, "" = could not be judged.
    """
    _ = translate
    if foot.get("suspected_heel_up"):
        pitch = _("angles to the floor are not given, because the heel may never come down")
    else:
        pitch = _pitch_clause(estimates.get("foot_pitch_mid_swing_deg", _MISSING), foot, translate)
    clearance = estimates.get("minimum_toe_clearance_m", _MISSING)
    cleared_by = _clearance_clause(clearance, clearance_sd_m, without_minimum_frac, translate)
    lift = lift_clause(estimates, other or {}, translate)
    carried = "; ".join(clause for clause in (pitch, _landing_clause(landings, translate), drags) if clause)
    cleared = "; ".join(clause for clause in (cleared_by, lift) if clause)
    if not (carried or cleared):
        return _("no straight stride could be measured.")
    return " ".join(sentence(words) for words in (carried, cleared) if words)


def pace_sentence(both: Mapping[str, Estimate], translate: Translate) -> str:
    """Say how fast the walk was, or nothing."""
    _ = translate
    speed = both.get("walking_speed_mps")
    if speed is None or not isfinite(speed.median):
        return ""
    measure = measure_of("walking_speed_mps")
    value, interval = number_text(speed.median, measure, _), interval_text(speed.low, speed.high, measure, _)
    if not interval:
        return _("Walking speed {speed}.").format(speed=value)
    return _("Walking speed {speed} ({interval}).").format(speed=value, interval=interval)


def zero_sentences(feet: Mapping[str, Mapping[str, Any]], translate: Translate) -> tuple[str, ...]:
    """Say what 0 degrees rests on, for each recorded foot and ankle, or for both at once where it is the same."""
    _ = translate
    zeros = {
        side: "heel_up" if foot.get("suspected_heel_up") else foot.get("zero_source") for side, foot in feet.items()
    }
    sentences = [
        (side, "foot", _(_ZERO[str(source)]) + ("" if source == "heel_up" else _known_to(feet[side], translate)))
        for side, source in zeros.items()
        if source in _ZERO
    ]
    for side, foot in feet.items():
        ankle = foot.get("ankle")
        if isinstance(ankle, Mapping) and ankle.get("zero_source") in _ANKLE_ZERO and zeros[side] != "heel_up":
            words = _(_ANKLE_ZERO[ankle["zero_source"]]) + _known_to(ankle, translate)
            sentences.append((side, "ankle", words))
    told: dict[tuple[str, str], list[str]] = {}
    for side, what, words in sentences:
        told.setdefault((what, words), []).append(side)
    named = {"foot": NAMED_FEET, "ankle": _NAMED_ANKLES}
    return tuple(
        _(named[what]["both" if len(sides) > 1 else sides[0]]).format(text=f"{words}.")
        for (what, words), sides in told.items()
    )


def _known_to(zero: Mapping[str, Any], translate: Translate) -> str:
    half_deg = _Z * _number(zero.get("zero_sd_deg"))
    return f" (± {translate.number(half_deg, 1)}°)" if isfinite(half_deg) else ""
