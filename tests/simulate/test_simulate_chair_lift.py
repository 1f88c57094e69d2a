"""The chair lift test, the alphabet and standing on one leg: the truth against the motion itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.simulate.alphabet import LETTERS, write_letters
from footdrop_imu.simulate.chair_lift import PARTS, ChairLiftConfig, LiftingFoot, simulate_chair_lift
from footdrop_imu.simulate.exercise import simulate_exercise
from footdrop_imu.simulate.exercise_config import ExerciseConfig, usual_set
from footdrop_imu.simulate.motion import heights, move
from footdrop_imu.simulate.sensor import ideal_sensor


def pitch_of(motion: object, time_s: np.ndarray) -> np.ndarray:
    return np.degrees(np.arcsin(move(motion, time_s).rotation[:, 2, 0]))  # type: ignore[arg-type]


def test_each_foot_lifts_in_three_ways_while_the_other_is_still() -> None:
    made = simulate_chair_lift(ChairLiftConfig(side="left", sway_scale=0.0, seed=3), ideal_sensor(100.0))
    truth = made.truth
    assert [(part.side, part.part) for part in truth.parts] == [
        (side, part) for side in ("left", "right") for part in PARTS
    ]
    for part in truth.parts:
        time = np.linspace(part.begin_s, part.end_s, 2000)
        other = "right" if part.side == "left" else "left"
        assert np.ptp(pitch_of(made.bodies[f"{other}_foot"].motion, time)) < 1e-6
        own = [one for one in truth.repetitions if (one.side, one.part) == (part.side, part.part)]
        assert all(part.begin_s - 1e-6 <= one.start_s and one.end_s <= part.end_s + 1e-6 for one in own)
        pitch = pitch_of(made.bodies[f"{part.side}_foot"].motion, time)
        assert pitch.max() == pytest.approx(max(one.pitch_deg for one in own), abs=0.1)
        assert pitch.min() > -0.1
        if part.part == "fast":
            middle = 0.5 * (pitch.max() + pitch.min())
            low = 0.25 * middle
            # each rise through a low level is a tap
            assert np.sum((pitch[:-1] < low) & (pitch[1:] >= low)) == len(own)


def test_the_measures_are_those_of_the_motion() -> None:
    config = ChairLiftConfig(
        affected=LiftingFoot(10.0, 2.0, 0.8, 0.4, 9.0), variation_frac=0.02, sway_scale=0.0, seed=1
    )
    made = simulate_chair_lift(config, ideal_sensor(100.0))
    told = made.truth.measures
    assert told["right_active_range_deg"] == pytest.approx(10.0, rel=0.08)
    assert told["right_assisted_range_deg"] == pytest.approx(19.0, rel=0.08)
    assert told["right_assisted_minus_active_deg"] == pytest.approx(9.0, abs=1.2)
    assert 15 <= told["right_taps_in_10_s"] <= 20
    # 40 % over all ten seconds is about two thirds of that from third to third
    assert told["right_fade_frac"] == pytest.approx(0.28, abs=0.06)
    fast = next(part for part in made.truth.parts if part.part == "fast")
    time = np.linspace(fast.begin_s, fast.end_s, 20_001)
    rate = np.gradient(pitch_of(made.bodies["right_foot"].motion, time), time)
    assert told["right_greatest_speed_dps"] == pytest.approx(rate.max(), rel=0.02)
    assert told["left_active_range_deg"] > 2 * told["right_active_range_deg"]


def test_taps_on_the_floor_ring_in_the_sensor() -> None:
    config = ChairLiftConfig(seed=4)
    quiet, real = (simulate_chair_lift(replace(config, sway_scale=scale), ideal_sensor(200.0)) for scale in (0.0, 1.0))
    assert quiet.truth == real.truth
    acc = [made.session.streams[0].values for made in (quiet, real)]
    tap = [one for one in real.truth.repetitions if one.side == "left" and one.part == "fast"][3]
    around = slice(int(200 * tap.end_s), int(200 * (tap.end_s + 0.05)))
    assert np.abs(acc[1][around] - acc[0][around]).max() > 0.5


def test_the_alphabet_is_as_wide_as_it_is_said_to_be() -> None:
    config = usual_set("ankle_alphabet", repetitions=26, range_deg=20.0, rest_roll_deg=0.0, sway_scale=0.0, seed=2)
    made = simulate_exercise(config, ideal_sensor(100.0))
    told = made.truth.measures
    assert made.truth.count == 0
    assert told["duration_s"] == pytest.approx(26 * config.repetition_s)
    assert told["up_range_deg"] == pytest.approx(20.0, abs=0.01)
    assert told["side_range_deg"] == pytest.approx(20.0, abs=0.01)
    begin = config.quiet_before_s
    time = np.linspace(begin, begin + told["duration_s"], 40_001)
    state = move(made.bodies["right_foot"].motion, time)
    assert np.ptp(pitch_of(made.bodies["right_foot"].motion, time)) == pytest.approx(told["up_range_deg"], abs=0.05)
    way = np.degrees(np.trapezoid(np.linalg.norm(state.rate, axis=1), time))
    assert told["path_deg"] == pytest.approx(way, rel=0.01)
    np.testing.assert_allclose(state.rate[[0, -1]], 0.0, atol=0.02)


def test_every_letter_is_written_within_its_field() -> None:
    assert "".join(LETTERS) == "abcdefghijklmnopqrstuvwxyz"
    course, end_s = write_letters(26, 2.0, 1.0)
    assert end_s == pytest.approx(53.0)
    points = course(np.linspace(1.0, end_s, 20_001))
    np.testing.assert_allclose(np.ptp(points, axis=0), 1.0, atol=1e-4)
    assert np.abs(points).max() < 0.6
    np.testing.assert_allclose(course([1.0, end_s]), 0.0, atol=1e-9)


@pytest.mark.parametrize("side", ["left", "right"])
def test_standing_on_one_leg(side: str) -> None:
    config = usual_set(
        "single_leg_stance", side=side, repetitions=4, hold_s=5.0, wobble_deg=1.5, sway_scale=0.0, seed=6
    )
    made = simulate_exercise(config, replace(ideal_sensor(100.0), shank=True))
    other = "left" if side == "right" else "right"
    motion = made.bodies[f"{other}_foot"].motion
    stances = made.truth.stances
    assert len(stances) == 4
    time = np.arange(0.0, stances[-1].end_s + 2.0, 0.002)
    up = heights(move(motion, time), np.stack([motion.sole.heel, motion.sole.toe])).T
    off = up[0] > 0.005
    assert np.sum(np.diff(off.astype(int)) == 1) == 4
    assert off.sum() * 0.002 == pytest.approx(sum(one.end_s - one.begin_s for one in stances), abs=0.02)
    assert up[1].min() > 0.0  # the toe does not go through the floor
    for one in stances:
        assert one.side == side
        assert one.end_s - one.begin_s == pytest.approx(5.0 + 1.4, rel=0.25)
        alone = np.arange(one.begin_s + 0.7, one.end_s - 0.7, 0.002)
        pose = move(made.bodies[f"{side}_foot"].motion, alone).rotation
        tilt = np.degrees(np.hypot(pose[:, 2, 0], pose[:, 2, 1]))
        assert np.sqrt(np.mean(tilt**2)) == pytest.approx(one.wobble_deg, rel=0.1)
        assert one.wobble_deg == pytest.approx(1.5, rel=0.5)


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"active_range_deg": 1.0}, "active_range_deg is 1.0"), ({"tap_rate_hz": 9.0}, "tap_rate_hz is 9.0")],
)
def test_a_foot_that_cannot_be_is_refused(settings: dict[str, float], words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        LiftingFoot(**settings)


def test_wrong_tests_are_refused() -> None:
    with pytest.raises(SchemaError, match="use one of left, right"):
        ChairLiftConfig(side="both")
    with pytest.raises(SchemaError, match="quiet_s is 0"):
        ChairLiftConfig(quiet_s=0.0)
    for exercise in ("ankle_alphabet", "single_leg_stance"):
        with pytest.raises(SchemaError, match="leave out false starts"):
            ExerciseConfig(exercise, false_start_count=1)
