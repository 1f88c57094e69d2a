"""How what is prescribed is said, in any language: the exercise's name, the side, how much and how often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from footdrop_imu.language import Translate, mark

if TYPE_CHECKING:
    from footdrop_imu.rehab.exercises import Exercise
    from footdrop_imu.schema_rehab import Prescription

__all__ = ["dose_words", "side_words", "title_words"]

_WEEKDAYS = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))
_SIDES = {"left": mark("left"), "right": mark("right"), "both": mark("both sides")}


def side_words(side: str, translate: Translate) -> str:
    """Say which side; "" where nobody said it."""
    return translate(_SIDES[side]) if side in _SIDES else ""


def title_words(exercise: str, catalogue: Mapping[str, Exercise], translate: Translate) -> str:
    """Say what an exercise is called; its id where the catalogue lacks it, as when a clinic's file is not named."""
    return translate(catalogue[exercise].title) if exercise in catalogue else exercise


def dose_words(one: Prescription, translate: Translate) -> str:
    """Say how much and how often: ``left, active, 2 x 10, 2 times a day``."""
    _ = translate
    many = f"{one.sets} x " if one.sets > 1 else ""
    if one.hold_s == one.hold_s:
        hold = f"{translate.plain(one.hold_s)} s"
        many += f"{one.repetitions} x {hold}" if one.repetitions > 1 else hold
    elif one.repetitions:
        alone = _("1 repetition") if one.repetitions == 1 else _("{count} repetitions").format(count=one.repetitions)
        many += str(one.repetitions) if many else alone
    elif one.duration_s == one.duration_s:
        minutes = one.duration_s >= 60
        many += (
            f"{translate.plain(round(one.duration_s / 60, 1))} min"
            if minutes
            else f"{translate.plain(one.duration_s)} s"
        )
    if one.times_a_week:
        often = _("{count} times a week").format(count=one.times_a_week) if one.times_a_week > 1 else _("once a week")
    else:
        often = _("{count} times a day").format(count=one.times_a_day) if one.times_a_day > 1 else _("once a day")
        if one.weekdays:
            days = ", ".join(translate(_WEEKDAYS[day]) for day in sorted(one.weekdays))
            often = f"{often} ({days})"
    return ", ".join(word for word in (side_words(one.side, translate), translate(one.level), many, often) if word)
