"""What a dose response says, in plain words: that it goes with the exercising, never that it comes from it."""

from __future__ import annotations

import numpy as np

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.dose_response import DoseResponse
from footdrop_imu.rehab.measures import measure_facts
from footdrop_imu.rehab.progress_words import TEMPLATES

__all__ = ["dose_sentence"]

_TOO_LITTLE = mark("There is too little data to say whether {measure} goes with the exercising.")
_TIME = mark(
    "The exercising went along with the passing weeks too evenly: whether {measure} goes with it or only with time "
    "cannot be told apart."
)
_NONE = mark("No sign is seen that {measure} goes with the exercising: {effect} for every 100 repetitions.")
_HIGHER = mark("After weeks with more exercising, {measure} is higher: {effect} for every 100 repetitions.")
_LOWER = mark("After weeks with more exercising, {measure} is lower: {effect} for every 100 repetitions.")
_EFFECT = mark("{value} {unit} (likely between {low} and {high})")
_FUTURE = mark("It goes with what was exercised afterwards just as well, so something else may lie behind both.")
_ASSOCIATION = mark("This shows what goes together, not why.")


def dose_sentence(
    result: DoseResponse,
    measure: str,
    translate: Translate,
    *,
    natural_recovery: bool = False,
) -> str:
    """Say what was found, in one to four sentences.

    Parameters
    ----------
    result
        Of ``dose_response``.
    measure
        Name of the measure, whose words and unit are looked up.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    natural_recovery
        Within six months of a stroke, or a nerve grows back: said wherever a dose is spoken of.

    Returns
    -------
    str
    """
    facts = measure_facts(measure)
    numbers = {
        name: _number(value * facts.scale, translate)
        for name, value in (("value", result.per_100_repetitions), ("low", result.low), ("high", result.high))
    }
    effect = translate(_EFFECT).format(**numbers, unit=facts.unit).replace(" °", "°").replace("  ", " ")
    first = {
        "too_little_data": _TOO_LITTLE,
        "not_told_apart_from_time": _TIME,
        "no_association_seen": _NONE,
        "goes_with": _HIGHER if result.direction == "higher" else _LOWER,
    }[result.verdict]
    said = [translate(first).format(measure=translate(facts.words), effect=effect)]
    said[0] = said[0][:1].upper() + said[0][1:]
    if result.verdict == "goes_with":
        said += [translate(_FUTURE)] if result.future_as_strong else []
        said.append(translate(_ASSOCIATION))
    if natural_recovery and result.verdict != "too_little_data":
        said.append(translate(TEMPLATES["natural_recovery"]))
    return " ".join(said)


def _number(value: float, translate: Translate) -> str:
    """Two digits that count, with a sign; never in powers of ten."""
    if not np.isfinite(value) or value == 0.0:
        return "0"
    digits = max(0, 1 - int(np.floor(np.log10(abs(value)))))
    return translate.number(value, digits, signed=True)
