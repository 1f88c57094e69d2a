"""Sentences: strictly from the numbers, with their uncertainty, without a verdict on health."""

from __future__ import annotations

import re
from math import nan

import pytest
from in_report import EN

from footdrop_imu.report import trust, walk_words
from footdrop_imu.report.measures import LEAD_GROUPS, interval_text, measure_of, number_text, signed_text
from footdrop_imu.report.walk_advice import advice
from footdrop_imu.report.walk_facts import condition_text, start_text
from footdrop_imu.report.walk_sides import foot_words
from footdrop_imu.schema import Condition, Estimate


def pitch(median: float, low: float = nan, high: float = nan, count: int = 40) -> dict[str, Estimate]:
    return {"foot_pitch_mid_swing_deg": Estimate(median, low, high, 1.0, count)}


def sentence(estimates: dict[str, Estimate], landings: dict[str, int] | None = None, **foot: object) -> str:
    return walk_words.foot_sentence(estimates, landings or {}, foot, EN)


def test_toes_down_and_up() -> None:
    assert sentence(pitch(-13.1, -14.0, -12.3)) == "Toes point 13.1° down at mid swing (95 % interval 12.3 to 14.0°)."
    assert sentence(pitch(4.0, 3.1, 4.6)) == "Toes point 4.0° up at mid swing (95 % interval 3.1 to 4.6°)."


def test_an_interval_across_level_gives_no_direction() -> None:
    told = sentence(pitch(-0.4, -1.2, 0.5))
    assert told == "Toes neither clearly up nor clearly down at mid swing (−0.4°, 95 % interval −1.2 to 0.5°)."


@pytest.mark.parametrize(("zero_sd_deg", "direction"), [(0.3, True), (0.9, True), (1.4, False)])
def test_an_uncertain_zero_takes_the_direction_away(zero_sd_deg: float, direction: bool) -> None:
    told = sentence(pitch(-2.1, -2.9, -1.4), zero_sd_deg=zero_sd_deg)
    assert ("Toes point 2.1° down" in told) is direction
    assert ("0° itself is known to ±" in told) is not direction


def test_few_strides_are_said() -> None:
    assert "from 3 strides only" in sentence(pitch(-9.0, count=3))
    assert "from 1 stride only" in sentence(pitch(-9.0, count=1))


def test_a_suspected_heel_up_stance_gives_no_angle() -> None:
    told = sentence(pitch(-9.0, -10, -8), suspected_heel_up=True)
    assert "heel may never come down" in told
    assert "9.0" not in told


@pytest.mark.parametrize(
    ("landings", "words"),
    [
        ({"heel": 30}, "lands on the heel in all 30 strides"),
        ({"heel": 8, "flat": 22}, "lands flat in 22 of 30 strides"),
        (
            {"heel": 14, "flat": 10, "forefoot": 6},
            "lands differently from step to step: on the heel in 14 and flat in 10 of 30 strides",
        ),
        ({"outer_edge": 3}, "lands on the outer edge in all 3 strides"),
        ({"uncertain": 3}, "lands in a way that could not be told in all 3 strides"),
    ],
)
def test_landing(landings: dict[str, int], words: str) -> None:
    assert sentence({}, landings) == words.capitalize() + "."


@pytest.mark.parametrize(
    ("clearance", "sd_m", "words"),
    [
        (Estimate(0.0092, 0.0081, 0.0113, 0.005, 40), nan, "9 mm above its height in stance (8 to 11 mm)"),
        (Estimate(-0.003, -0.007, 0.004, 0.005, 40), nan, "3 mm below its height in stance (−7 to 4 mm)"),
        (
            Estimate(0.0092, 0.0081, 0.0113, 0.005, 40),
            0.012,
            "9 mm above its height in stance (8 to 11 mm; a stride's height is known to ± 24 mm)",
        ),
        (Estimate(0.0092, nan, nan, nan, 2), nan, "9 mm above its height in stance"),
    ],
)
def test_clearance_says_how_well_it_is_known(clearance: Estimate, sd_m: float, words: str) -> None:
    estimates = {"minimum_toe_clearance_m": clearance}
    told = walk_words.foot_sentence(estimates, {}, {}, EN, clearance_sd_m=sd_m)
    assert told == f"The toe's lowest point in swing is {words}."


def test_a_toe_that_only_rises_has_no_lowest_point() -> None:
    estimates = {"minimum_toe_clearance_m": Estimate(0.029, 0.028, 0.031, 0.003, 24)}
    told = walk_words.foot_sentence(estimates, {}, {}, EN, without_minimum_frac=0.9)
    assert told.startswith("The toe at its fastest, without a lowest point in most swings, is 29 mm above its height")
    assert "lowest point in swing is" in walk_words.foot_sentence(estimates, {}, {}, EN)


def test_nothing_measured_is_said_and_not_left_out() -> None:
    assert sentence({}) == "no straight stride could be measured."
    assert sentence(pitch(nan)) == "no straight stride could be measured."


def test_the_affected_side_is_named_only_when_it_is_known() -> None:
    assert foot_words("left", affected=True, translate=EN) == "Left foot, affected side"
    assert foot_words("right", affected=False, translate=EN) == "Right foot"


def test_pace() -> None:
    assert walk_words.pace_sentence({"walking_speed_mps": Estimate(0.824, 0.81, 0.841, 0.03, 90)}, EN) == (
        "Walking speed 0.82 m/s (0.81 to 0.84)."
    )
    assert walk_words.pace_sentence({"walking_speed_mps": Estimate(nan, nan, nan, nan, 0)}, EN) == ""
    assert walk_words.pace_sentence({}, EN) == ""


def test_zero_is_said_for_both_feet_at_once_or_apart() -> None:
    standing, flat = {"zero_source": "standing", "zero_sd_deg": 0.3}, {"zero_source": "foot_flat", "zero_sd_deg": 1.5}
    (both,) = walk_words.zero_sentences({"left": standing, "right": standing}, EN)
    assert both == "Both feet: 0° was measured in quiet standing (± 0.6°)."
    left, right = walk_words.zero_sentences({"left": standing, "right": standing | {"zero_sd_deg": 1.0}}, EN)
    assert left.endswith("standing (± 0.6°).")
    assert right.endswith("standing (± 2.0°).")
    first, second = walk_words.zero_sentences({"left": standing, "right": flat}, EN)
    assert first.startswith("Left foot: 0° was measured")
    assert second.startswith("Right foot: 0° is assumed")
    assert "± 2.9°" in second
    assert walk_words.zero_sentences({"left": {}, "right": {"zero_source": None}}, EN) == ()
    (heel_up,) = walk_words.zero_sentences({"left": flat | {"suspected_heel_up": True}}, EN)
    assert "no angle to the floor is given" in heel_up


FINE = {"zero_source": "standing", "geometry": "entered", "rate_hz": 100.0}


@pytest.mark.parametrize(
    ("change", "counts", "faults", "word"),
    [
        ({"zero_source": "foot_flat"}, 60, [], "quiet standing"),
        ({"geometry": "assumed"}, 60, [], "shoe's length"),
        ({"rate_hz": 50.0}, 60, [], "100 Hz"),
        ({}, 3, [], "6 straight strides"),
        ({}, 20, [], "variability needs 30 and the lowest clearances 50 straight strides"),
        ({}, 40, [], "; this walk has 40"),
        ({}, 60, ["samples lost"], "Samples were lost"),
        ({}, 60, ["beyond the sensor's range"], "±16 g"),
        ({}, 60, ["sensor has moved"], "fasten it"),
    ],
)
def test_advice_answers_what_was_found(change: dict[str, object], counts: int, faults: list[str], word: str) -> None:
    feet = {"left": FINE | change, "right": FINE}
    (told,) = advice(feet, {"left": counts, "right": 60}, faults, EN)
    assert word in told


def test_advice_for_one_foot_and_for_a_walk_without_fault() -> None:
    assert "other shoe" in advice({"left": FINE}, {"left": 60}, [], EN)[0]
    assert advice({"left": FINE, "right": FINE}, {"left": 60, "right": 60}, [], EN) == ()


def test_advice_is_short_even_when_all_is_wrong() -> None:
    bad = {"zero_source": "foot_flat", "geometry": "assumed", "rate_hz": 50.0}
    assert len(advice({"left": bad}, {"left": 1}, ["gap", "beyond the sensor's range", "sensor has moved"], EN)) == 4


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition(), ""),
        (Condition(aid="none"), "no walking aid"),
        (Condition(orthosis="ankle_foot_orthosis", stimulator="on"), "ankle foot orthosis, stimulator on"),
        (Condition(shoe="other", surface="grass"), "other shoes, grass"),
    ],
)
def test_condition(condition: Condition, words: str) -> None:
    assert condition_text(condition, EN) == words


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("2026-03-14T10:32:00+01:00", "14 March 2026, 10:32 (UTC+01:00)"),
        ("2026-03-04T00:05:00-03:30", "4 March 2026, 00:05 (UTC-03:30)"),
        ("2026-03-14T10:32", "14 March 2026, 10:32"),
        ("", ""),
        ("yesterday", "yesterday"),
    ],
)
def test_start(start: str, words: str) -> None:
    assert start_text(start, EN) == words


def test_no_word_judges_health() -> None:
    verdicts = [words for pair in trust.QUALITY.values() for words in pair]
    text = " ".join((*walk_words.MEANING, *verdicts))
    assert not re.search(r"\b(normal|abnormal|patholog|risk of falling|disease|recover)", text, re.IGNORECASE)
    for must in ("does not diagnose", "does not predict falls", "start or stop a treatment", "not a medical device"):
        assert must in trust.INTENDED_USE


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("foot_pitch_mid_swing_deg", -3.24, "−3.2°"),
        ("foot_pitch_mid_swing_deg", -0.04, "0.0°"),
        ("minimum_toe_clearance_m", 0.0094, "9 mm"),
        ("stride_length_m", 1.064, "1.06 m"),
        ("stance_frac", 0.614, "61 %"),
        ("cadence_spm", 97.6, "98 steps/min"),
        ("stride_time_s", 1.234, "1.23 s"),
        ("foot_slap_dps", 312.4, "312 °/s"),
        ("walking_speed_mps", nan, "–"),
    ],
)
def test_numbers_carry_unit_and_true_minus(column: str, value: float, text: str) -> None:
    assert number_text(value, measure_of(column)) == text


def test_differences_carry_their_sign() -> None:
    measure = measure_of("foot_pitch_mid_swing_deg")
    assert [signed_text(value, measure) for value in (2.5, -2.5, 0.0, 0.04, -0.04, nan)] == [
        "+2.5°",
        "−2.5°",
        "0.0°",
        "0.0°",
        "0.0°",
        "–",
    ]


def test_an_interval_with_an_end_missing_is_none() -> None:
    measure = measure_of("walking_speed_mps")
    assert interval_text(0.81, 0.84, measure) == "0.81 to 0.84"
    assert interval_text(nan, 0.84, measure) == ""


def test_the_lead_number_stands_first_and_an_unknown_column_has_a_name() -> None:
    assert LEAD_GROUPS[0][1][0].column == "foot_pitch_mid_swing_deg"
    assert measure_of("tilt_disagreement_deg").label == "Tilt disagreement"
