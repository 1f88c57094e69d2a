"""What would make the next recording better, from what was found in this one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

from footdrop_imu.language import Translate
from footdrop_imu.schema import SessionResult

__all__ = ["advice", "faults"]

_FEW_FRAC = 0.05
_MOST = 4


def faults(result: SessionResult) -> list[str]:
    """Reasons of rejected and doubtful strides where they concern more than a few; without strides the walk's too."""
    reasons = Counter(result.rejected["reason"].dropna())
    for words in result.strides["grade_reason"].dropna():
        reasons.update(words.split(";"))
    few = _FEW_FRAC * (len(result.rejected) + len(result.strides))
    found = [reason for reason, count in reasons.items() if count > few]
    return found if len(result.strides) else [*found, *result.quality.reasons]


def advice(
    feet: Mapping[str, Mapping[str, Any]], counts: Mapping[str, int], found: Sequence[str], translate: Translate
) -> tuple[str, ...]:
    """Say what would make the next recording better, the most useful first, four at most.

    Parameters
    ----------
    feet
        Provenance by recorded side.
    counts
        Straight strides that counted, by recorded side.
    found
        Reasons of rejected and doubtful strides that are more than a few, in English as the analysis has them.
    translate
        Says it.
    """
    _ = translate
    fewest = min(counts.values(), default=0)
    text = " ".join(found).lower()
    told = []
    if any(foot.get("suspected_heel_up") for foot in feet.values()):
        told.append(
            _("Say how the sensor sits on the shoe (--mounting): then the angles of a heel that stays up are known.")
        )
    if fewest < 6:
        told.append(_("Walk farther: a median needs 6 straight strides of each foot (about 20 m)."))
    if any(foot.get("zero_source") == "foot_flat" for foot in feet.values()):
        told.append(_("Start with 5 seconds of quiet standing, heels down, so that 0° is measured and not assumed."))
    if any(word in text for word in ("gap", "lost", "missing")):
        told.append(_("Samples were lost: charge the sensors and keep the receiver close to the person."))
    if any(word in text for word in ("range", "satur")):
        told.append(_("The sensor reached its limit: set it to ±16 g and ±2000 °/s."))
    if "moved" in text:
        told.append(_("The sensor moved on the shoe: fasten it more tightly."))
    if any(foot.get("geometry") == "assumed" for foot in feet.values()):
        told.append(_("Enter the shoe's length and the sensor's place: toe heights now rest on an assumed shoe."))
    if len(feet) == 1:
        told.append(_("Put a sensor on the other shoe too: the other side is the best comparison."))
    if 6 <= fewest < 30:
        words = _(
            "Walk longer: variability needs 30 and the lowest clearances 50 straight strides of each foot; this walk "
            "has {count}."
        )
        told.append(words.format(count=fewest))
    elif 30 <= fewest < 50:
        words = _("Walk longer: the lowest clearances need 50 straight strides of each foot; this walk has {count}.")
        told.append(words.format(count=fewest))
    rates_hz = [foot.get("rate_hz", nan) for foot in feet.values()]
    if any(isinstance(rate_hz, int | float) and rate_hz < 100 for rate_hz in rates_hz):
        told.append(_("Record at 100 Hz or more where the sensor can."))
    return tuple(told[:_MOST])
