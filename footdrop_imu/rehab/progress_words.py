"""What progress says, sentence by sentence: a code, its numbers, and the words. Always "goes with", no promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.measures import measure_facts

__all__ = ["TEMPLATES", "WORDS", "Said", "amount", "say", "sentence"]


@dataclass(frozen=True)
class Said:
    """One sentence: ``code`` a program acts on, ``numbers`` in the measure's own unit, ``text`` a person reads."""

    code: str
    text: str
    numbers: Mapping[str, float | str]


TEMPLATES: Mapping[str, str] = {
    "better": mark(
        "Better: {measure} ({side}) is now {latest}, at first it was {baseline}. The change of {change} is more than "
        "measurement error ({detectable})."
    ),
    "worse": mark(
        "Worse: {measure} ({side}) is now {latest}, at first it was {baseline}. The change of {change} is more than "
        "measurement error ({detectable})."
    ),
    "unchanged": mark(
        "Unchanged beyond measurement error: {measure} ({side}) is now {latest}, at first it was {baseline}. Only a "
        "change of more than {detectable} could be told from chance."
    ),
    "better_keep": mark(
        "The goal to keep {measure} ({side}) is reached, and more: it is now {latest}, at first it was {baseline}. "
        "The change of {change} is more than measurement error ({detectable})."
    ),
    "unchanged_keep": mark(
        "The goal is reached: {measure} ({side}) has kept its level. It is now {latest}, at first it was {baseline}; "
        "no change beyond measurement error ({detectable})."
    ),
    "worse_keep": mark(
        "{measure} ({side}) has not kept its level: it is now {latest}, at first it was {baseline}. The change of "
        "{change} is more than measurement error ({detectable})."
    ),
    "no_primary": mark("Not known: no measure was chosen to be judged. Choose one with your clinician."),
    "side_unknown": mark("Not known: it is not said which side {measure} is judged on. Say which foot drops."),
    "side_disputed": mark(
        "Not known: the sensors and what was said about left and right do not agree. Confirm by tapping the left "
        "shoe, then measure again."
    ),
    "no_direction": mark("Not known: for {measure} neither more nor less is better. Choose another measure to judge."),
    "nothing_measured": mark("Not known: there is no good walk yet that shows {measure} ({side})."),
    "few_days": mark(
        "Not known yet, too little data: {count} days of walks in like conditions count, {needed} are needed. The "
        "very first day is practice."
    ),
    "quality": mark(
        "Not known yet: {count} days of walks count, {needed} are needed. On {left_out} more days the recording was "
        "not good."
    ),
    "few_strides": mark(
        "Not known yet: {count} days of walks count, {needed} are needed. On {left_out} more days there were fewer "
        "than {fewest} steps of that foot."
    ),
    "conditions_differ": mark(
        "Not known: the walks were made in different conditions. {count} days are like the latest walk, {needed} are "
        "needed; {left_out} days were otherwise."
    ),
    "after_event": mark(
        "Not known yet: a new line began on {day} ({event}). Since then {count} days of walks count, {needed} are "
        "needed. The earlier line is shown beside it."
    ),
    "above_praise": mark(
        "Not judged: {measure} ({side}) is now {latest}, at first it was {baseline}. Above {praise} more is not better."
    ),
    "speed_unknown": mark(
        "Not known: {measure} ({side}) goes with walking speed, and the speed of these walks is not known."
    ),
    "speed_differs": mark(
        "Not known: the latest walks were {percent} % {faster}, and {measure} ({side}) goes with speed. There are too"
        " few days to compare at the same speed."
    ),
    "compensated": mark(
        "Not called better: the foot clears more, by lifting the whole leg more. {measure} ({side}) is now {latest}, "
        "at first it was {baseline}; more than measurement error rose also: {others}."
    ),
    "compensation_unknown": mark(
        "Not known: {measure} ({side}) rose from {baseline} to {latest}, but whether the whole leg was lifted more "
        "could not be checked ({others})."
    ),
    "at_equal_speed": mark(
        "The latest walks were {percent} % {faster}. At the same speed the change is {change} (likely between {low} "
        "and {high})."
    ),
    "compared": mark(
        "Compared were the latest {count} days with walks ({latest_from} to {latest_to}) with the first "
        "{count} ({first_from} to {first_to})."
    ),
    "interval": mark("The true change is likely between {low} and {high}."),
    "chance": mark(
        "When nothing changes, a change as large as this in the same direction is seen in {percent} of 100 such "
        "comparisons."
    ),
    "chance_rare": mark(
        "When nothing changes, a change as large as this in the same direction is seen in fewer than 1 of 100 such "
        "comparisons."
    ),
    "also_seen": mark(
        "Also seen: {measure} ({side}) is now {latest}, at first it was {baseline} (change likely between {low} and "
        "{high})."
    ),
    "natural_recovery": mark("Natural recovery is likely in this period."),
    "earlier_line": mark(
        "Earlier line, until {day}: {measure} ({side}) went from {baseline} to {latest} (change likely between {low} "
        "and {high})."
    ),
    "published": mark(
        "Published for comparison, {what}: {value} ({source}). Your own change, {change}, is {more} than that."
    ),
    "published_other": mark(
        "Published for timed walks, {what}: {value} ({source}). It is shown for orientation: this speed was measured "
        "differently."
    ),
    "next_verdict": mark("The next comparison is due on {day}: a single walk says little."),
    "after_walk": mark("Good recording, {count} steps."),
    "after_poor_walk": mark("Recorded, {count} steps. The recording was not good enough to compare."),
    "nothing_better": mark(
        "Nothing got measurably better in this time. That happens, and it does not say that the effort was in vain: "
        "small changes cannot be seen, and without the exercises the course is not known. Talk with your therapist "
        "about what to try next and about what matters to you."
    ),
    "nothing_better_keep": mark(
        "Nothing changed measurably in this time, and keeping what you have was the goal. Talk with your therapist "
        "about whether the goal still fits."
    ),
}
"""By code. Numbers come already with their unit."""

WORDS: Mapping[str, str] = {
    "left": mark("left"),
    "right": mark("right"),
    "both": mark("both sides"),
    "faster": mark("faster"),
    "slower": mark("slower"),
    "more": mark("more"),
    "not more": mark("not more"),
}
"""What goes into a sentence and is no number."""


_AMOUNTS = ("baseline", "latest", "detectable", "praise", "value", "before", "after", "usual", "one", "other")
_CHANGES = ("change", "difference", "low", "high")
_DAYS = ("day", "latest_from", "latest_to", "first_from", "first_to")


def say(code: str, translate: Translate, of: str = "", **numbers: float | str) -> Said:
    """Say one sentence of ``TEMPLATES``, see ``sentence``."""
    return sentence(code, TEMPLATES[code], translate, of, **numbers)


def sentence(code: str, template: str, translate: Translate, of: str = "", **numbers: float | str) -> Said:
    """Say one sentence.

    Parameters
    ----------
    code
        Its code.
    template
        Its words, with the names of the numbers where they belong.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    of
        The measure that the amounts among the numbers are of: it names itself and its unit.
    numbers
        What stands in the sentence, amounts in the measure's own unit, days as ISO 8601 writes them. Words of ``WORDS``
        are translated.

    Returns
    -------
    Said
    """
    shown = {name: _shown(name, value, of, translate) for name, value in numbers.items()}
    if of:
        shown["measure"] = translate(measure_facts(of).words)
    text = translate(template).format(**shown)
    return Said(code, text[:1].upper() + text[1:], numbers)


def amount(measure: str, value: float, translate: Translate, *, signed: bool = False) -> str:
    """Write a value of a measure with its unit, to a figure that means something: ``12 mm``, ``3.4°``, ``+3.4°``."""
    facts = measure_facts(measure)
    scaled = value * facts.scale
    if not isfinite(scaled):
        return "?"
    whole = facts.unit in ("mm", "%", "°/s") and abs(scaled) >= 10
    digits = 2 if facts.unit in ("m/s", "m", "s") else 0 if whole else 1
    text = translate.number(scaled, digits, signed=signed)
    return text + (facts.unit if facts.unit.startswith("°") else f" {facts.unit}").rstrip()


def _shown(name: str, value: float | str, of: str, translate: Translate) -> str:
    if isinstance(value, str):
        return translate.day(date.fromisoformat(value)) if name in _DAYS else translate(WORDS.get(value, value))
    if of and name in (*_AMOUNTS, *_CHANGES):
        return amount(of, value, translate, signed=name in _CHANGES)
    return translate.plain(value)
