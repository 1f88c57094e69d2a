"""What the feet are called, whole texts for each: in few languages is "left" one word that fits everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from footdrop_imu.language import Translate, mark

__all__ = ["AFFECTED_FEET", "FEET", "LOWEST_PARTS", "NAMED_FEET", "SIDE_HEADS", "foot_words", "strides_text"]

SIDE_HEADS: Mapping[str, str] = {"left": mark("Left"), "right": mark("Right")}
FEET: Mapping[str, str] = {"left": mark("Left foot"), "right": mark("Right foot")}
AFFECTED_FEET: Mapping[str, str] = {
    "left": mark("Left foot, affected side"),
    "right": mark("Right foot, affected side"),
}
NAMED_FEET: Mapping[str, str] = {
    "left": mark("Left foot: {text}"),
    "right": mark("Right foot: {text}"),
    "both": mark("Both feet: {text}"),
}
LOWEST_PARTS: Mapping[str, str] = {
    "heel": mark("heel"),
    "ball": mark("ball"),
    "outer_edge": mark("outer edge"),
    "toe": mark("toe"),
}


def foot_words(side: str, *, affected: bool, translate: Translate) -> str:
    """Name a foot: "Left foot, affected side"."""
    return translate((AFFECTED_FEET if affected else FEET)[side])


def strides_text(count: int, translate: Translate) -> str:
    """Count strides: "1 stride", "40 strides"."""
    _ = translate
    text = _("{count} stride") if count == 1 else _("{count} strides")
    return text.format(count=translate.number(count))
