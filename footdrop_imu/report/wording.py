"""Sentences of the walk report, made from the numbers and their uncertainty alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import hypot, isfinite, nan
from typing import Any

from footdrop_imu.report.budget import lift_clause
from footdrop_imu.report.measures import interval_text, measure_of, number_text
from footdrop_imu.report.trust import INTENDED_USE
from footdrop_imu.report.trust import QUALITY as VERDICTS
from footdrop_imu.schema import Condition, Estimate

__all__ = [
    "INTENDED_USE",
    "LANDINGS",
    "LANDING_RULE",
    "NOT_VISIBLE",
    "READING",
    "VERDICTS",
    "advice",
    "condition_text",
    "foot_sentence",
    "pace_sentence",
    "start_text",
    "zero_sentences",
]

READING = (
    """Foot pitch is the angle of the shoe to the floor, not the ankle angle: a sensor on the shoe does not see the
    shank, and a thigh or knee that lifts more tilts the shoe too. At mid swing the shank is near vertical, so pitch
    there says most about lift. A second sensor on the shank shows the ankle itself.""",
    """Toe lift, foot to floor, also rises with speed, longer steps and a straighter knee: read it with walking speed
    and pitch at mid swing. A steeper foot strike is not always better.""",
    """Toe clearance counts from the toe's own height in stance, where the tip of a shoe already stands 10 to 20 mm
    above the floor; sole clearance counts from the floor. Both can be bought by lifting or swinging the whole leg, or
    by rising on the other foot: see foot height, circumduction, vaulting, and what lifts the toe at mid swing. The
    leg bends in healthy walking too; more than on the other side is what tells.""",
    """The interval is the 95 % interval of this walk's median; another day can differ by more. Healthy ranges are of
    groups: to lie outside one is no diagnosis. The person's own other side and own earlier walks come first.""",
)
NOT_VISIBLE = "Not visible from the feet: hip hiking, knee hyperextension, step width and step length."

_CONDITION = {
    "own": "own shoes",
    "special": "special shoes",
    "barefoot": "barefoot",
    "light_brace": "light brace",
    "ankle_foot_orthosis": "ankle-foot orthosis",
    "knee_pad": "knee pad",
    "on": "stimulator on",
    "off": "stimulator off",
    "person": "helped by a person",
    "rail": "handrail",
    "hard": "hard floor",
    "treadmill": "treadmill",
    "usual": "usual tiredness",
}
LANDING_RULE = (
    "Straight strides: heel above 5°, flat within 5°, forefoot below −5°, outer edge with the sole turned in by more "
    "than 10°."
)
LANDINGS: Mapping[str, str] = {
    "heel": "Heel",
    "flat": "Flat",
    "forefoot": "Forefoot",
    "outer_edge": "Outer edge",
    "uncertain": "Uncertain",
}
_LANDED = {
    "heel": "on the heel",
    "flat": "flat",
    "forefoot": "on the forefoot",
    "outer_edge": "on the outer edge",
    "uncertain": "in a way that could not be told",
}
_ZERO = {
    "standing": "0° was measured in quiet standing",
    "seated": "0° was measured with the foot placed flat by hand",
    "foot_flat": (
        "0° is assumed to be the foot's posture when flat in stance, as there was no quiet standing; a heel that never "
        "comes down would make all angles look too good"
    ),
    "mounting": (
        "0° is the sole's by the entered mounting: the foot stands toes down of it, either because the heel is up or "
        "because the sensor does not sit as entered"
    ),
    "heel_up": "the heel may never come down, so no angle to the floor is given; changes within the walk are",
}
_ANKLE_ZERO = {
    "standing": "the ankle's 0° is that of this recording's quiet standing",
    "foot_flat": (
        "nobody stood still, so the ankle's 0° is taken from the usual lean of the shank at foot-flat; compare its "
        "changes, not its level"
    ),
}
_FASTEST = "the toe at its fastest, without a lowest point in most swings,"
_LOWEST = "the toe's lowest point in swing"
_Z = 1.96


def condition_text(condition: Condition) -> str:
    """Say how the person walked, from what was recorded and nothing else."""
    words = []
    for key in ("shoe", "orthosis", "stimulator", "aid", "surface", "tiredness"):
        value = getattr(condition, key)
        if value == "none":
            words.append(f"no {key}")
        elif value == "other":
            words.append(f"{key}: other")
        elif value:
            words.append(_CONDITION.get(value, value.replace("_", " ")))
    return ", ".join(words) or "not recorded"


def start_text(start: str) -> str:
    """Write an ISO 8601 time for a reader; what is not one is shown as it stands."""
    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        return start or "not recorded"
    offset = moment.strftime("%z")
    zone = f" (UTC{offset[:3]}:{offset[3:5]})" if offset else ""
    return f"{moment.day} {moment.strftime('%B %Y, %H:%M')}{zone}"


def _number(value: object) -> float:
    """Read a number of the provenance; NaN where there is none."""
    return float(value) if isinstance(value, (int, float)) else nan


def _pitch_clause(pitch: Estimate, zero_sd_deg: float) -> str:
    """Say whether the toes point up or down; which needs both the interval and the zero to be on one side."""
    measure = measure_of("foot_pitch_mid_swing_deg")
    if not isfinite(pitch.median):
        return ""
    zero = _Z * zero_sd_deg if isfinite(zero_sd_deg) else 0.0
    sampling = max(pitch.high - pitch.median, pitch.median - pitch.low)
    half = hypot(sampling if isfinite(sampling) else 0.0, zero)
    few = f"from {pitch.used_count} stride{'' if pitch.used_count == 1 else 's'} only"
    if abs(pitch.median) > half:
        nearer, farther = sorted((abs(pitch.low), abs(pitch.high)))
        interval = interval_text(nearer, farther, measure)
        direction = "up" if pitch.median > 0 else "down"
        told = f"95 % interval {interval}°" if interval else few
        return f"toes point {number_text(abs(pitch.median), measure)} {direction} at mid swing ({told})"
    interval = interval_text(pitch.low, pitch.high, measure)
    told = f"{number_text(pitch.median, measure)}, " + (f"95 % interval {interval}°" if interval else few)
    told += f"; 0° itself is known to ± {zero:.1f}°" if zero else ""
    return f"toes neither clearly up nor clearly down at mid swing ({told})"


def _landing_clause(shares: Mapping[str, int]) -> str:
    total = sum(shares.values())
    if not total:
        return ""
    ranked = sorted(shares.items(), key=lambda item: -item[1])
    name, count = ranked[0]
    if count == total:
        return f"lands {_LANDED[name]} in all {total} strides"
    if count >= 0.6 * total:
        return f"lands {_LANDED[name]} in {count} of {total} strides"
    parts = " and ".join(f"{_LANDED[name]} in {count}" for name, count in ranked[:2])
    return f"lands differently from step to step: {parts} of {total} strides"


def _clearance_clause(clearance: Estimate, sd_m: float, without_minimum_frac: float) -> str:
    """Say how high the toe is; where most swings have no lowest point, its height is that at its greatest speed."""
    if not isfinite(clearance.median):
        return ""
    measure = measure_of("minimum_toe_clearance_m")
    interval = interval_text(clearance.low, clearance.high, measure)
    told = [f"{interval} mm"] if interval else []
    told += [f"a stride's height is known to ± {number_text(_Z * sd_m, measure)}"] if isfinite(sd_m) else []
    where = "above" if clearance.median >= 0 else "below"
    shown = number_text(abs(clearance.median), measure)
    when = _FASTEST if without_minimum_frac > 0.5 else _LOWEST
    clause = f"{when} is {shown} {where} its height in stance"
    return clause + (f" ({'; '.join(told)})" if told else "")


def foot_sentence(
    side: str,
    estimates: Mapping[str, Estimate],
    landings: Mapping[str, int],
    foot: Mapping[str, Any],
    *,
    affected: bool,
    clearance_sd_m: float = nan,
    without_minimum_frac: float = nan,
    other: Mapping[str, Estimate] | None = None,
    drags: str = "",
) -> tuple[str, str]:
    """Say in a sentence or two what one foot does: how it is carried and lands, and how it clears the floor.

    Parameters
    ----------
    side
        left or right.
    estimates
        The side's estimates by column; may lack any.
    landings
        Count of strides by landing.
    foot
        The side's provenance; ``zero_sd_deg`` widens what counts as level.
    affected
        Whether this is known to be the affected side.
    clearance_sd_m
        Standard uncertainty of one stride's toe clearance.
    without_minimum_frac
        Share of the strides in which the toe's height has no minimum.
    other
        The other side's estimates.
    drags
        How often the toe drags, "" = could not be judged.

    Returns
    -------
    tuple of str
        Who ("Left foot, affected side") and what.
    """
    who = f"{side.capitalize()} foot" + (", affected side" if affected else "")
    missing = Estimate(nan, nan, nan, nan, 0)
    if foot.get("suspected_heel_up"):
        pitch = "angles to the floor are not given, because the heel may never come down"
    else:
        pitch = _pitch_clause(estimates.get("foot_pitch_mid_swing_deg", missing), _number(foot.get("zero_sd_deg")))
    clearance = _clearance_clause(
        estimates.get("minimum_toe_clearance_m", missing), clearance_sd_m, without_minimum_frac
    )
    lift = lift_clause(estimates, other or {})
    carried = "; ".join(clause for clause in (pitch, _landing_clause(landings), drags) if clause)
    cleared = "; ".join(clause for clause in (clearance, lift) if clause)
    if not (carried or cleared):
        return who, "no straight stride could be measured."
    return who, " ".join(f"{words[0].upper()}{words[1:]}." for words in (carried, cleared) if words)


def pace_sentence(both: Mapping[str, Estimate]) -> str:
    """Say how fast the walk was, or nothing."""
    speed = both.get("walking_speed_mps")
    if speed is None or not isfinite(speed.median):
        return ""
    measure = measure_of("walking_speed_mps")
    interval = interval_text(speed.low, speed.high, measure)
    return f"Walking speed {number_text(speed.median, measure)}" + (f" ({interval})" if interval else "") + "."


def zero_sentences(feet: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Say what 0 degrees rests on, for each recorded foot and ankle, or for both at once where it is the same."""
    zeros = {
        side: "heel_up" if foot.get("suspected_heel_up") else foot.get("zero_source") for side, foot in feet.items()
    }
    sentences = [
        (side, "foot", _ZERO[str(source)] + ("" if source == "heel_up" else _known_to(feet[side])))
        for side, source in zeros.items()
        if source in _ZERO
    ]
    for side, foot in feet.items():
        ankle = foot.get("ankle")
        if isinstance(ankle, Mapping) and ankle.get("zero_source") in _ANKLE_ZERO and zeros[side] != "heel_up":
            sentences.append((side, "ankle", _ANKLE_ZERO[ankle["zero_source"]] + _known_to(ankle)))
    told: dict[tuple[str, str], list[str]] = {}
    for side, what, words in sentences:
        told.setdefault((what, words), []).append(side)
    both = {"foot": "Both feet", "ankle": "Both ankles"}
    return tuple(
        f"{both[what] if len(sides) > 1 else f'{sides[0].capitalize()} {what}'}: {words}."
        for (what, words), sides in told.items()
    )


def _known_to(zero: Mapping[str, Any]) -> str:
    half_deg = _Z * _number(zero.get("zero_sd_deg"))
    return f" (± {half_deg:.1f}°)" if isfinite(half_deg) else ""


def advice(feet: Mapping[str, Mapping[str, Any]], counts: Mapping[str, int], faults: Sequence[str]) -> tuple[str, ...]:
    """Say what would make the next recording better, the most useful first, four at most.

    Parameters
    ----------
    feet
        Provenance by recorded side.
    counts
        Straight strides that counted, by recorded side.
    faults
        Reasons of rejected and doubtful strides that are more than a few.
    """
    fewest = min(counts.values(), default=0)
    text = " ".join(faults).lower()
    told = []
    if any(foot.get("suspected_heel_up") for foot in feet.values()):
        told.append(
            "Say how the sensor sits on the shoe (--mounting): then the angles of a heel that stays up are known."
        )
    if fewest < 6:
        told.append("Walk farther: a median needs 6 straight strides of each foot (about 20 m).")
    if any(foot.get("zero_source") == "foot_flat" for foot in feet.values()):
        told.append("Start with 5 seconds of quiet standing, heels down, so that 0° is measured and not assumed.")
    if any(word in text for word in ("gap", "lost", "missing")):
        told.append("Samples were lost: charge the sensors and keep the receiver close to the person.")
    if any(word in text for word in ("range", "satur")):
        told.append("The sensor reached its limit: set it to ±16 g and ±2000 °/s.")
    if "moved" in text:
        told.append("The sensor moved on the shoe: fasten it more tightly.")
    if any(foot.get("geometry") == "assumed" for foot in feet.values()):
        told.append("Enter the shoe's length and the sensor's place: toe heights now rest on an assumed shoe.")
    if len(feet) == 1:
        told.append("Put a sensor on the other shoe too: the other side is the best comparison.")
    if 6 <= fewest < 50:
        needs = "variability needs 30 and the lowest clearances 50" if fewest < 30 else "the lowest clearances need 50"
        told.append(f"Walk longer: {needs} straight strides of each foot; this walk has {fewest}.")
    if any(_number(foot.get("rate_hz")) < 100 for foot in feet.values()):
        told.append("Record at 100 Hz or more where the sensor can.")
    return tuple(told[:4])
