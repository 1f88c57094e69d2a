"""Key presses of made-up helpers on made-up walks: lag, match, threshold, hits that are not too good."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.gait.drag_teaching import JudgedStrides, match_presses, teach_threshold
from footdrop_imu.schema import BoolArray, FloatArray
from footdrop_imu.schema_drag import KeyPresses

EVERYBODY = 0.5


def walk(seed: int = 0, count: int = 110, rate: float = 0.18) -> tuple[FloatArray, BoolArray, FloatArray]:
    """Swing times, true drags, and a probability that tells them apart well but not wholly."""
    rng = np.random.default_rng(seed)
    swing_s = 6.0 + np.cumsum(rng.normal(1.15, 0.05, count))
    drag = rng.random(count) < rate
    odds = np.where(drag, rng.normal(1.5, 1.5, count), rng.normal(-3.0, 1.2, count))
    return swing_s, drag, 1.0 / (1.0 + np.exp(-odds))


def pressed_at(swing_s: FloatArray, lag_s: float, jitter_s: float, side: str = "left", seed: int = 1) -> KeyPresses:
    rng = np.random.default_rng(seed)
    time_s = np.sort(swing_s + rng.normal(lag_s, jitter_s, len(swing_s)))
    return KeyPresses(time_s, np.full(len(time_s), side))


@pytest.mark.parametrize("lag_s", [0.25, 0.55, 0.9, 1.15])
def test_the_helper_s_lag_and_the_strides_are_found(lag_s: float) -> None:
    swing_s, drag, probability = walk()
    feet = {"left": JudgedStrides(swing_s, probability)}
    found = match_presses(feet, pressed_at(swing_s[drag], lag_s, 0.12))
    assert found.lag_s == pytest.approx(lag_s, abs=0.1)
    assert (found.pressed["left"] == drag).all()
    assert found.press_count == {"left": drag.sum()}
    assert found.unmatched_count == 0


def test_a_press_has_one_stride_and_strays_have_none() -> None:
    swing_s, drag, probability = walk(2)
    presses = pressed_at(swing_s[drag], 0.6, 0.05)
    held = np.sort(np.concatenate((presses.time_s, presses.time_s[:1] + 0.05, [0.5, 160.0])))
    found = match_presses({"left": JudgedStrides(swing_s, probability)}, KeyPresses(held, np.full(len(held), "left")))
    assert (found.pressed["left"] == drag).all()
    assert found.unmatched_count == 2
    assert found.press_count == {"left": drag.sum() + 2}


def test_presses_without_a_side_are_the_affected_foot_s_else_either_s() -> None:
    swing_s, drag, probability = walk(3)
    other = JudgedStrides(swing_s + 0.575, np.full(len(swing_s), 0.02))
    feet = {"left": JudgedStrides(swing_s, probability), "right": other}
    presses = pressed_at(swing_s[drag], 0.7, 0.08, side="")
    told = match_presses(feet, presses, "left")
    assert (told.pressed["left"] == drag).all()
    assert not told.pressed["right"].any()
    either = match_presses(feet, presses, "unknown")
    assert (either.pressed["left"] == drag).mean() > 0.97
    assert either.lag_s == pytest.approx(0.7, abs=0.1)
    sided = KeyPresses(presses.time_s, np.full(len(presses.time_s), "right"))
    assert not match_presses(feet, sided, "left").pressed["left"].any()


def test_presses_that_cannot_be_of_this_walk_are_refused() -> None:
    swing_s, drag, probability = walk()
    feet = {"left": JudgedStrides(swing_s, probability)}
    with pytest.raises(SchemaError, match=r"None of the \d+ key presses follows a step .* 7 to 13\d s"):
        match_presses(feet, pressed_at(swing_s[drag] + 500.0, 0.6, 0.1))
    with pytest.raises(SchemaError, match="for the right foot, which this walk has no strides of"):
        match_presses(feet, pressed_at(swing_s[drag], 0.6, 0.1, side="right"))
    with pytest.raises(SchemaError, match="no key press"):
        match_presses(feet, KeyPresses(np.zeros(0), np.zeros(0, "<U5")))


def test_a_perfect_person_has_all_hits_and_no_false_alarm() -> None:
    drag = np.arange(100) % 5 == 0
    found = teach_threshold(np.where(drag, 0.9, 0.1), drag, EVERYBODY, 20, 0.6)
    assert found is not None
    assert (found.accuracy.hit_count, found.accuracy.drag_count) == (20, 20)
    assert (found.accuracy.false_alarm_count, found.accuracy.clear_count) == (0, 80)
    assert found.accuracy.source == "taught"
    assert found.threshold == pytest.approx(0.5)
    assert (found.press_count, found.matched_count, found.lag_s) == (20, 20, 0.6)


def test_everybody_s_threshold_stays_where_none_is_better() -> None:
    drag = np.arange(100) % 5 == 0
    found = teach_threshold(np.where(drag, 0.99, 0.4), drag, EVERYBODY, 20, 0.6)
    assert found is not None
    assert found.threshold == pytest.approx(EVERYBODY)


def test_the_threshold_goes_half_way_at_twenty_presses() -> None:
    # this person's probabilities part at log odds -2 (between -3 and -1), everybody's at 0
    drag = np.arange(120) % 6 == 0
    odds = np.where(drag, -1.0, -3.0)
    found = teach_threshold(1 / (1 + np.exp(-odds)), drag, EVERYBODY, 20, 0.6)
    assert found is not None
    assert found.threshold == pytest.approx(1 / (1 + np.exp(1.0)))
    more = teach_threshold(np.tile(1 / (1 + np.exp(-odds)), 9), np.tile(drag, 9), EVERYBODY, 180, 0.6)
    assert more is not None
    assert more.threshold == pytest.approx(1 / (1 + np.exp(0.9 * 2.0)))


def test_a_taught_threshold_serves_a_person_whom_everybody_s_misses() -> None:
    _, drag, probability = walk(4, 220)
    odds = np.log(probability / (1 - probability)) - 2.5
    shifted = 1 / (1 + np.exp(-odds))
    found = teach_threshold(shifted, drag, EVERYBODY, int(drag.sum()), 0.6)
    assert found is not None
    before = (shifted[drag] >= EVERYBODY).mean()
    after = found.accuracy.hit_count / found.accuracy.drag_count
    assert before < 0.35
    assert after > before + 0.3
    assert found.accuracy.false_alarm_count / found.accuracy.clear_count < 0.06


def test_noise_teaches_no_hits_that_are_too_good() -> None:
    # a probability that knows nothing: on the strides that chose the threshold hits beat false alarms, elsewhere not
    gains = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        drag = rng.random(100) < 0.2
        found = teach_threshold(rng.random(100), drag, EVERYBODY, 20, 0.6)
        assert found is not None
        accuracy = found.accuracy
        gains.append(accuracy.hit_count / accuracy.drag_count - accuracy.false_alarm_count / accuracy.clear_count)
    assert abs(np.mean(gains)) < 0.06


def test_too_few_presses_or_no_clear_stride_teach_nothing() -> None:
    probability = np.linspace(0.1, 0.9, 40)
    assert teach_threshold(probability, np.arange(40) < 7, EVERYBODY, 7, 0.6) is None
    assert teach_threshold(probability, np.ones(40, bool), EVERYBODY, 40, 0.6) is None
    unknown = np.where(np.arange(40) < 10, np.nan, probability)
    assert teach_threshold(unknown, np.arange(40) < 12, EVERYBODY, 12, 0.6) is None
