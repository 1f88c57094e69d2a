"""What the analysis says of a recording, in the reader's language: its codes, and its sentences with numbers in them.

The analysis knows no languages and writes English; here its sentences are known by their form, and said again with the
same numbers. What is not known is shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from footdrop_imu.language import Translate, mark, spoken

__all__ = ["SENTENCES", "said"]

_WORDS: Mapping[str, str] = {
    "straight": mark("straight"),
    "turn": mark("turn"),
    "first": mark("first"),
    "last": mark("last"),
    "ramp": mark("ramp"),
    "stairs_up": mark("stairs up"),
    "stairs_down": mark("stairs down"),
    "heel": mark("heel"),
    "flat": mark("flat"),
    "forefoot": mark("forefoot"),
    "outer_edge": mark("outer edge"),
    "uncertain": mark("uncertain"),
    "good": mark("good"),
    "usable": mark("usable"),
    "poor": mark("poor"),
    "gap": mark("gap"),
    "cut off": mark("cut off"),
    "event not seen": mark("event not seen"),
    "not measured": mark("not measured"),
    "not said": mark("not said"),
    "foot hardly at rest": mark("foot hardly at rest"),
    "gravity disagrees": mark("gravity disagrees"),
    "speed does not return to zero": mark("speed does not return to zero"),
    "length uncertain": mark("length uncertain"),
    "samples lost": mark("samples lost"),
    "beyond the sensor's range": mark("beyond the sensor's range"),
    "sensor has moved": mark("sensor has moved"),
}
SENTENCES = (
    mark("left foot: {text}; right foot: {other}"),
    mark("left foot: {text}"),
    mark("right foot: {text}"),
    mark("left shank: {text}"),
    mark("right shank: {text}"),
    mark("only {count} complete strides; {fewest} a side are needed"),
    mark("{count} stride without measures: {reason}"),
    mark("{count} strides without measures: {reason}"),
    mark("{reason} in {count} of {total} strides"),
    mark("{share}% of the samples are missing, the longest gap is {gap} s"),
    mark(
        "gravity reads {gravity} m/s² at rest with the sensor's calibration; is it of this sensor? Calibrate it again, "
        "or leave the calibration out"
    ),
    mark("gravity reads {gravity} m/s² at rest, so lengths may be off"),
    mark("walking speed is {share} % above the belt's"),
    mark("walking speed is {share} % below the belt's"),
    mark(
        "the heel may never come down, so that 0° is unknown; say how the sensor sits on the shoe (--mounting) to "
        "know it"
    ),
    mark("the entered mounting has toes and heel exchanged; it was turned about"),
    mark(
        "with the gyroscope's x, y, z taken as {axes} the strides would close better; check the order and the signs of "
        "its columns"
    ),
    mark(
        "foot-flat is {angle}° off the entered mounting: the heel is up in stance, or the sensor does not sit as "
        "entered"
    ),
    mark("foot-flat is {angle}° off the entered mounting: the sensor does not sit as entered"),
    mark("the distance between the feet is not observable from two shoe sensors"),
    mark("needs a sensor on both feet"),
    mark("the two feet do not share a clock"),
    mark("a toe drag falls between the samples below {rate} Hz"),
    mark("on stairs no toe drag is told: it is not known how well"),
    mark("no stride of this walk has a toe drag"),
    mark("how the sensor is turned on the shoe was not entered (--mounting)"),
    mark("suspected heel-up stance: where 0° lies is unknown"),
    mark("needs a shank sensor"),
    mark("no stride of this walk has it"),
    mark("needs {needed} strides of the foot, this walk has {count}"),
    mark("the detector finds no more drags than it raises false alarms"),
    mark("{count} of its strides were judged and have a key press, {needed} are needed"),
    mark("in turns the inner foot travels farther: left and right may be exchanged, or the sensors' axes left-handed"),
    mark(
        "over the same time the left foot's strides are together {share} % longer than the other's, yet both went the "
        "same way: one foot's lengths are off; calibrate its sensor"
    ),
    mark(
        "over the same time the right foot's strides are together {share} % longer than the other's, yet both went the "
        "same way: one foot's lengths are off; calibrate its sensor"
    ),
    mark(
        "{share} % of the swings follow one of the same foot without one of the other between: strides of a foot were "
        "not found, or the feet's clocks are not one"
    ),
)
_LONGEST = 400
_NUMBER = re.compile(r"[−-]?\d+(\.\d+)?")
_FIELD = re.compile(r"\\\{(\w+)\\\}")


@lru_cache
def _forms() -> tuple[tuple[str, int, re.Pattern[str]], ...]:
    """Each sentence, and then each of its pieces by place, with what it looks like; -1 = the whole sentence.

    Reasons that were kept in a file are cut at their semicolons.
    """
    pieces = [(text, place, piece) for text in SENTENCES for place, piece in enumerate(text.split("; "))]
    return tuple(
        (text, place, re.compile(_FIELD.sub(r"(?P<\1>.+?)", re.escape(look)), re.DOTALL))
        for text, place, look in [(text, -1, text) for text in SENTENCES] + pieces
    )


def said(text: object, translate: Translate, missing: str = "") -> str:
    """Say a code or a sentence of the analysis; ``missing`` where there is none."""
    if not isinstance(text, str) or not text:
        return missing
    if text in _WORDS:
        return translate(_WORDS[text])
    if number := _NUMBER.fullmatch(text):
        return translate.number(float(text.replace("−", "-")), len(number[1] or ".") - 1)
    for form, place, pattern in _forms() if len(text) <= _LONGEST else ():
        if found := pattern.fullmatch(text):
            words = translate(form) if place < 0 else translate(form).split("; ")[place]
            return words.format(**{name: said(part, translate) for name, part in found.groupdict().items()})
    return translate(spoken(text))
