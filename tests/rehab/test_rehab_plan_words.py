"""How a prescription is said."""

from __future__ import annotations

import pytest

from footdrop_imu.language import translator
from footdrop_imu.rehab.exercises import load_exercises
from footdrop_imu.rehab.plan_words import dose_words, side_words, title_words
from footdrop_imu.schema_rehab import Prescription


@pytest.mark.parametrize(
    ("prescription", "words"),
    [
        (
            Prescription("x", "left", "active", sets=2, repetitions=10, times_a_day=2),
            "left, active, 2 x 10, 2 times a day",
        ),
        (
            Prescription("x", "right", "active", sets=2, repetitions=10, hold_s=3.0),
            "right, active, 2 x 10 x 3 s, once a day",
        ),
        (Prescription("x", "both", hold_s=2.5), "both sides, 2.5 s, once a day"),
        (Prescription("x", "both", duration_s=600.0, times_a_week=3), "both sides, 10 min, 3 times a week"),
        (Prescription("x", "both", duration_s=45.0, times_a_week=1), "both sides, 45 s, once a week"),
        (Prescription("x", "left", repetitions=1, weekdays=(4, 0)), "left, 1 repetition, once a day (Mon, Fri)"),
        (Prescription("x", "left", repetitions=12), "left, 12 repetitions, once a day"),
    ],
)
def test_how_much_and_how_often(prescription: Prescription, words: str) -> None:
    assert dose_words(prescription, translator("en")) == words


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    assert "2,5 s" in dose_words(Prescription("x", "left", hold_s=2.5), translator("de"))


def test_names_and_sides() -> None:
    say = translator("en")
    assert title_words("walking", load_exercises(), say) == load_exercises()["walking"].title
    assert title_words("our_own", load_exercises(), say) == "our_own"
    assert (side_words("both", say), side_words("", say)) == ("both sides", "")
