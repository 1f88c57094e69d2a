"""The words of a page's frame, the same on screen and on paper: what stands around what a report itself says."""

from __future__ import annotations

from collections.abc import Mapping

from footdrop_imu.language import Translate, mark

__all__ = ["PAGE_WORDS", "TONE_WORDS", "page_words"]

TONE_WORDS: Mapping[str, str] = {
    "better": mark("Better"),
    "worse": mark("Worse"),
    "unchanged": mark("Unchanged"),
    "not_known": mark("Not known"),
    "seen": mark("Measured"),
}
"""The word beside the answer's symbol, by its tone."""

PAGE_WORDS: Mapping[str, str] = {
    "contents": mark("On this page"),
    "why": mark("Why"),
    "more_reasons": mark("Further reasons"),
    "advice": mark("For the next recording"),
    "figure_numbers": mark("Numbers of this picture"),
    "nothing": mark("Nothing to list."),
    "trust": mark("How far this can be trusted"),
    "used": mark("What was used, and what was left out"),
    "uncertainty": mark("How certain the numbers are"),
    "meaning": mark("What these measures are, and are not"),
    "sources": mark("Where the ranges of healthy adults are from"),
    "versions": mark("Versions, and what was read"),
    "notes": mark("What was decided on the way"),
    "intended_use": mark("What this report is for"),
    "page_of": mark("Page {page} of {pages}"),
}
"""Headings and other words of the frame, by what they stand for."""


def page_words(translate: Translate) -> dict[str, str]:
    """Say the words of the frame in a language, the tones' among them (``better`` ...)."""
    _ = translate
    return {name: _(text) for name, text in (*PAGE_WORDS.items(), *TONE_WORDS.items())}
