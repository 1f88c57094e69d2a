"""German as people read it: short sentences, polite, with its own letters, and nothing promised."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from footdrop_imu.language import locale_folder
from footdrop_imu.rehab.exercises import load_exercises

with (locale_folder() / "de" / "LC_MESSAGES" / "footdrop_imu.po").open("rb") as _file:
    GERMAN = {str(message.id): str(message.string) for message in read_po(_file) if message.id}
SENTENCES = [sentence for text in GERMAN.values() for sentence in re.split(r"(?<=[.!?:;])\s+", text)]
LONGEST_WORDS = 24
MEAN_WORDS = 10


def found(pattern: str) -> list[str]:
    return [text for text in GERMAN.values() if re.search(pattern, text)]


def test_sentences_are_short() -> None:
    lengths = [len(sentence.split()) for sentence in SENTENCES]
    assert [sentence for sentence in SENTENCES if len(sentence.split()) > LONGEST_WORDS] == []
    assert sum(lengths) / len(lengths) < MEAN_WORDS


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?i)\b(fuer|ueb\w+|koenn\w+|muess\w+|moeg\w+|schliess\w*|zurueck|fuss\w*|grosse?\w?)\b",  # no umlauts
        r"\b(du|dich|dir|dein\w*|euch|euer\w*)\b",  # not polite
        r"(?i)\b(garantier\w+|geheilt|heilung|heilt|wegen|weil|diagnose|prognose)\b",  # promised, judged, blamed
        r'"|\'',  # not the language's own marks
        r"\s[.,;:!?]|,,|\.\.",
    ],
)
def test_nothing_is_written_that_should_not_be(pattern: str) -> None:
    assert found(pattern) == []


def test_what_is_asked_of_a_person_is_asked_politely() -> None:
    steps = {GERMAN[step] for exercise in load_exercises().values() for step in exercise.steps}
    told = [step for step in steps if re.search(r"\b(Sie|Ihre?)\b", step)]
    assert len(told) / len(steps) > 0.8


def test_the_same_word_is_used_for_the_same_thing() -> None:
    for english, german in {
        r"\bheels?\b": r"[Ff]erse",
        r"\bcal(f|ves)\b": r"Wade",
        r"\bhelper\b": r"Begleitperson",
        r"\bshin\b": r"Schienbein",
        r"\btherapist\b": r"Therapeut",
        r"\bstrides?\b": r"Doppelschritt",
        r"\b(counter)\b": r"Arbeitsplatte",
    }.items():
        pairs = [(text, said) for text, said in GERMAN.items() if re.search(english, re.sub(r"\{\w+\}", "", text))]
        assert pairs, english
        assert [text for text, said in pairs if not re.search(german, said)] == []
