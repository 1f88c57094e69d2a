"""Landings named with their probability, the first rocker, and the heel's leaving."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from footdrop_imu.gait.stance import StanceConfig, classify_landing, measure_stance

RATE_HZ = 100.0


def landing_of(pitch: float, roll: float, pitch_sd: float = 2.0, roll_sd: float = 2.0) -> tuple[str, float]:
    name, confidence = classify_landing(*(np.array([value]) for value in (pitch, roll, pitch_sd, roll_sd)))
    return str(name[0]), float(confidence[0])


@pytest.mark.parametrize(
    ("pitch", "roll", "expected"),
    [
        (20.0, 2.0, "heel"),
        (0.0, 2.0, "flat"),
        (-12.0, 2.0, "forefoot"),
        (0.0, 18.0, "outer_edge"),
        (-12.0, 18.0, "outer_edge"),
        (20.0, 18.0, "heel"),
        (5.0, 0.0, "uncertain"),
        (-5.0, 0.0, "uncertain"),
        (0.0, 10.0, "uncertain"),
    ],
)
def test_landings(pitch: float, roll: float, expected: str) -> None:
    assert landing_of(pitch, roll)[0] == expected


def test_the_confidence_is_the_probability_of_the_name() -> None:
    """Against a million draws of the angles."""
    rng = np.random.default_rng(1)
    for pitch, roll, pitch_sd, roll_sd in ((7.0, 3.0, 2.0, 3.0), (-2.0, 8.0, 2.5, 2.0), (-7.0, 4.0, 1.5, 4.0)):
        pitches, rolls = pitch + pitch_sd * rng.normal(size=1_000_000), roll + roll_sd * rng.normal(size=1_000_000)
        shares = {
            "heel": np.mean(pitches > 5),
            "flat": np.mean((np.abs(pitches) <= 5) & (rolls <= 10)),
            "forefoot": np.mean((pitches < -5) & (rolls <= 10)),
            "outer_edge": np.mean((pitches <= 5) & (rolls > 10)),
        }
        assert sum(shares.values()) == pytest.approx(1.0)
        best = max(shares, key=lambda name: shares[name])
        name, confidence = landing_of(pitch, roll, pitch_sd, roll_sd)
        assert confidence == pytest.approx(shares[best], abs=0.003)
        assert name == (best if confidence >= 0.6 else "uncertain")


def test_two_sd_from_the_cut_off() -> None:
    name, confidence = landing_of(9.0, -10.0, 2.0, 1.0)
    assert (name, confidence) == ("heel", pytest.approx(norm.cdf(2.0)))


def test_a_worse_angle_makes_a_less_certain_landing() -> None:
    confidences = [landing_of(9.0, 0.0, sd)[1] for sd in (1.0, 2.0, 4.0, 8.0)]
    assert (np.diff(confidences) < 0).all()
    assert landing_of(9.0, 0.0, 40.0)[0] == "uncertain"


@pytest.mark.parametrize("missing", range(4))
def test_without_an_angle_there_is_no_landing(missing: int) -> None:
    values = [np.array([10.0, 10.0]) for _ in range(4)]
    values[missing] = np.array([np.nan, 10.0])
    names, confidence = classify_landing(*values)
    assert names[0] == ""
    assert np.isnan(confidence[0])
    assert names[1] != ""
    assert np.isfinite(confidence[1])


def test_no_strides_have_no_landing() -> None:
    names, confidence = classify_landing(*(np.zeros(0) for _ in range(4)))
    assert len(names) == len(confidence) == 0


# one stride: foot-flat until 0.5 s, heel rises to toe off at 0.8 s, contact at 1.2 s at 20 deg, flat at 1.3 s
TIME = np.arange(181) / RATE_HZ
PITCH = np.interp(TIME, [0, 0.5, 0.8, 1.0, 1.2, 1.3, 1.8], [0.0, 0.0, -60.0, 5.0, 20.0, 0.0, 0.0])
EVENTS = {
    "start": np.array([20]),
    "toe_off": np.array([80]),
    "initial_contact": np.array([120]),
    "end": np.array([160]),
}


def stance_of(pitch: np.ndarray, landing: str) -> dict[str, np.ndarray]:
    rate = np.radians(np.gradient(pitch) * RATE_HZ)
    found = measure_stance(pitch, rate, **EVENTS, landing=np.array([landing]), rate_hz=RATE_HZ)
    return dict(found)


def test_the_first_rocker_of_a_heel_landing() -> None:
    found = stance_of(PITCH, "heel")
    assert found["foot_slap_dps"].tolist() == pytest.approx([200.0])
    # 20 deg in 0.1 s, and the sample in which it has stopped
    assert found["foot_flat_time_s"].tolist() == pytest.approx([0.11])
    assert found["first_rocker"].tolist() == [True]


def test_a_foot_that_falls_slaps_harder() -> None:
    fall = np.interp(TIME, [0, 0.5, 0.8, 1.0, 1.2, 1.24, 1.8], [0.0, 0.0, -60.0, 5.0, 20.0, 0.0, 0.0])
    assert stance_of(fall, "heel")["foot_slap_dps"][0] == pytest.approx(500.0, rel=0.01)
    assert stance_of(fall, "heel")["foot_flat_time_s"][0] == pytest.approx(0.05)


def test_a_foot_that_is_still_being_lowered_does_not_lie_flat() -> None:
    slow_end = np.interp(TIME, [0, 0.5, 0.8, 1.0, 1.2, 1.25, 1.29, 1.8], [0.0, 0.0, -60.0, 5.0, 20.0, 2.5, 0.0, 0.0])
    assert stance_of(slow_end, "heel")["foot_flat_time_s"][0] == pytest.approx(0.09)


@pytest.mark.parametrize("landing", ["flat", "forefoot", "outer_edge"])
def test_other_landings_have_no_first_rocker(landing: str) -> None:
    found = stance_of(PITCH, landing)
    assert np.isnan(found["foot_slap_dps"][0])
    assert np.isnan(found["foot_flat_time_s"][0])
    assert found["first_rocker"].tolist() == [False]


@pytest.mark.parametrize("landing", ["uncertain", ""])
def test_a_landing_that_is_not_known_has_an_unknown_rocker(landing: str) -> None:
    assert stance_of(PITCH, landing)["first_rocker"].tolist() == [None]
    assert np.isnan(stance_of(PITCH, landing)["foot_slap_dps"][0])


def test_a_foot_that_never_comes_down_has_no_rocker() -> None:
    up = np.where(TIME > 1.2, 20.0, PITCH)
    found = stance_of(up, "heel")
    assert np.isnan(found["foot_flat_time_s"][0])
    assert found["first_rocker"].tolist() == [False]


@pytest.mark.parametrize("begins_s", [0.35, 0.42, 0.5])
def test_the_heel_leaves_where_the_foot_begins_to_turn(begins_s: float) -> None:
    """A rise that begins smoothly is two degrees only 0.1 s later, and leads back to its beginning."""
    rise = -60.0 * np.clip((TIME - begins_s) / (0.8 - begins_s), 0.0, 1.0) ** 3
    pitch = np.where(TIME < 0.8, rise, PITCH)
    assert stance_of(pitch, "heel")["heel_off"].tolist() == [round(begins_s * RATE_HZ)]
    tilted = stance_of(pitch + 8.0, "heel")["heel_off"].tolist()
    assert tilted == [round(begins_s * RATE_HZ)], "against its own foot-flat, not against zero"


def test_a_heel_that_is_up_all_along_leaves_not_before_foot_flat() -> None:
    slow = np.where(TIME < 0.8, np.interp(TIME, [0.0, 0.2, 0.8], [0.0, 0.0, -7.0]), PITCH)
    assert EVENTS["start"][0] <= stance_of(slow, "heel")["heel_off"][0] < 30


def test_a_heel_that_comes_down_again_leaves_after_that() -> None:
    rise = -60.0 * np.clip((TIME - 0.45) / 0.35, 0.0, 1.0) ** 3
    wobble = -4.0 * np.exp(-(((TIME - 0.3) / 0.03) ** 2))
    pitch = np.where(TIME < 0.8, rise + wobble, PITCH)
    assert stance_of(pitch, "heel")["heel_off"][0] == pytest.approx(45, abs=1)


def test_a_foot_that_is_lifted_flat_has_no_heel_off() -> None:
    assert stance_of(np.maximum(PITCH, -3.0), "heel")["heel_off"].tolist() == [-1]


def test_strides_of_different_lengths_do_not_look_into_one_another() -> None:
    pitch = np.concatenate([PITCH[:160], np.full(60, -30.0), PITCH])
    shift = 220
    events = {name: np.array([index[0], index[0] + shift]) for name, index in EVENTS.items()}
    events["end"][0] = 150
    rate = np.radians(np.gradient(pitch) * RATE_HZ)
    found = measure_stance(pitch, rate, **events, landing=np.array(["heel", "heel"]), rate_hz=RATE_HZ)
    assert found["heel_off"].tolist() == [46, 46 + shift]
    assert found["foot_flat_time_s"] == pytest.approx([0.11, 0.11])


def test_no_strides_have_no_stance() -> None:
    none = np.zeros(0, dtype=np.int64)
    found = measure_stance(
        PITCH, PITCH, none, none, none, none, np.zeros(0, dtype="U1"), RATE_HZ, config=StanceConfig()
    )
    assert {name: len(values) for name, values in found.items()} == {
        "foot_slap_dps": 0,
        "foot_flat_time_s": 0,
        "first_rocker": 0,
        "heel_off": 0,
    }
