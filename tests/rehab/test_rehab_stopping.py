"""When an exercise ends early, what is said, and what becomes of its log entry and of the rest of the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import nan

import pytest

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.exercises import load_exercises
from footdrop_imu.rehab.safety import Situation, allowed, check_log, check_start
from footdrop_imu.rehab.stopping import STOP_WORDS, settled, stop_reason
from footdrop_imu.schema_rehab import LogEntry, Patient

DAY = date(2026, 3, 14)
NOW = Situation(Patient("p"), DAY)
WALKING = load_exercises()["walking"]
TAPS = load_exercises()["elevated_toe_tap"]
ENTRY = LogEntry("e", "walking", DAY, datetime(2026, 3, 14, 9, 30, tzinfo=UTC), duration_s=300.0, pain=2.0)


@pytest.mark.parametrize(
    ("pain", "at_start", "reason"),
    [
        (0.0, 0.0, ""),
        (3.0, nan, ""),
        (3.0, 1.5, ""),
        (3.9, 3.0, ""),
        (4.0, nan, "pain"),
        (4.0, 4.0, "pain"),
        (10.0, 10.0, "pain"),
        (2.0, 0.0, "pain"),
        (3.0, 1.0, "pain"),
        (nan, 0.0, ""),
        (nan, nan, ""),
    ],
)
def test_s8_pain_of_four_or_two_more_than_at_the_start_ends_it(pain: float, at_start: float, reason: str) -> None:
    assert stop_reason(pain, pain_at_start=at_start) == reason


def test_s8_dizziness_and_pain_in_the_chest_end_it_whatever_the_pain() -> None:
    for pain in (nan, 0.0, 9.0):
        assert stop_reason(pain, dizziness=True) == "dizziness"
        assert stop_reason(pain, chest_pain=True, dizziness=True) == "chest_pain"


def test_s8_it_is_logged_as_excused_with_what_was_done_and_tell_your_therapist() -> None:
    for entry, told, reason in (
        (replace(ENTRY, pain=4.0), {}, "pain"),
        (ENTRY, {"pain_at_start": 0.0}, "pain"),
        (ENTRY, {"dizziness": True}, "dizziness"),
        (ENTRY, {"chest_pain": True}, "chest_pain"),
    ):
        kept, words = settled(entry, **told)
        assert kept == replace(entry, outcome="excused", reason=reason)
        assert kept.duration_s == 300.0
        assert "tell your therapist" in words.lower()
        assert words == STOP_WORDS[reason]
    assert settled(ENTRY, pain_at_start=1.0) == (ENTRY, "")
    assert "medical help now" in STOP_WORDS["chest_pain"]


def test_s8_an_entry_in_pain_is_not_taken_as_done() -> None:
    hurting = replace(ENTRY, pain=6.0)
    with pytest.raises(ExerciseError, match="Tell your therapist") as caught:
        check_log(WALKING, hurting, NOW)
    assert caught.value.reason is ExerciseReason.PAIN
    check_log(WALKING, settled(hurting)[0], NOW)
    check_log(WALKING, ENTRY, NOW)


def test_s8_nothing_begins_in_pain() -> None:
    check_start(WALKING, replace(NOW, pain=3.0))
    with pytest.raises(ExerciseError, match="hurts too much to begin") as caught:
        check_start(WALKING, replace(NOW, pain=4.0))
    assert caught.value.reason is ExerciseReason.PAIN


def test_s8_pain_ends_one_exercise_for_the_day_and_dizziness_all_of_them() -> None:
    in_pain = replace(NOW, log=(settled(replace(ENTRY, pain=5.0))[0],))
    assert [refusal.words for refusal in allowed(WALKING, in_pain)] == [STOP_WORDS["pain"]]
    assert allowed(TAPS, in_pain) == ()
    for reason in ("dizziness", "chest_pain"):
        ended = replace(NOW, log=(settled(ENTRY, **{reason: True})[0],))
        for exercise in (WALKING, TAPS):
            assert [refusal.words for refusal in allowed(exercise, ended)] == [STOP_WORDS[reason]]
        assert allowed(TAPS, replace(ended, day=DAY + timedelta(days=1))) == ()


def test_s8_an_ordinary_excuse_locks_nothing() -> None:
    excused = replace(ENTRY, outcome="excused", reason="on holiday")
    assert allowed(WALKING, replace(NOW, log=(excused, ENTRY))) == ()
