"""Words of what is kept of a person: conditions, findings, days; and people's own words, made fit to show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.condition_words import condition_words

__all__ = [
    "FINDINGS",
    "day_of_walk",
    "differing",
    "fit",
    "percent",
    "range_words",
    "shortened",
    "told_condition",
]

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
FINDINGS: Mapping[str, str] = {
    "dorsiflexor_strength_mrc": mark("strength of lifting the foot (0 to 5)"),
    "ankle_range_deg": mark("range of the ankle, °"),
    "spasticity_mas": mark("spasticity (modified Ashworth)"),
    "walking_category_fac": mark("walking category (0 to 5)"),
    "adherence_score": mark("questionnaire on adherence (0 to 24)"),
}
"""A clinician's own findings, by measure."""


def _parts(key: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in key.split(";"))
    return {name: value for name, _, value in pairs if name}


def told_condition(key: str, translate: Translate, only: Iterable[str] | None = None) -> str:
    """Say a condition's key in words: ``no orthosis, own shoes``; ``only``: of these of its parts."""
    _ = translate
    wanted = None if only is None else set(only)
    kept = ";".join(f"{name}={value}" for name, value in _parts(key).items() if wanted is None or name in wanted)
    return fit(condition_words(kept, translate)) or _("condition not said")


def differing(keys: Iterable[str]) -> tuple[str, ...]:
    """Name the parts in which conditions differ; a part that one of them does not say differs too."""
    found = [_parts(key) for key in keys]
    names = {name for parts in found for name in parts}
    return tuple(sorted(name for name in names if len({parts.get(name, "") for parts in found}) > 1))


def day_of_walk(start: str) -> date | None:
    """Day of a walk where the person was; None where nobody said it."""
    try:
        return datetime.fromisoformat(start).date()
    except ValueError:
        return None


def range_words(first: date, last: date, translate: Translate) -> str:
    """Say from which day to which."""
    _ = translate
    if first == last:
        return translate.day(first)
    return _("{first} to {last}").format(first=translate.day(first), last=translate.day(last))


def percent(share: float, translate: Translate) -> str:
    """Write a share as percent, in one piece."""
    return f"{translate.number(100.0 * share)}\u00a0%"


def fit(text: str) -> str:
    """People's own words as a page can hold them: in one line, without what is no sign (control codes, halves)."""
    return " ".join(_UNFIT.sub("", " ".join(text.split())).split())


def shortened(text: str, most: int) -> str:
    """The same, cut to so many signs."""
    whole = fit(text)
    return whole if len(whole) <= most else f"{whole[: most - 1].rstrip()}…"
