"""Errors of known size: each is in the readings as the truth says, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.schema import GRAVITY_MPS2, SIDES, FloatArray
from footdrop_imu.simulate.motion import move
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.sensor import SensorConfig, exact_signals, ideal_sensor
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk, swap_sides

WALK = WalkConfig(distance_m=10.0, seed=8)
IDEAL = ideal_sensor(100.0)


def read(walk: SimulatedWalk, segment: str = "left_foot") -> tuple[FloatArray, FloatArray]:
    acc, gyr = (s.values for s in walk.session.streams if s.segment == segment)
    return acc, gyr


def test_a_reading_is_scale_times_truth_plus_bias() -> None:
    bad = replace(
        IDEAL,
        acc_bias_mps2=0.1,
        gyr_bias_dps=0.5,
        acc_walk_mps2=0.05,
        gyr_walk_dps=0.1,
        acc_scale_frac=0.01,
        gyr_scale_frac=0.01,
        acc_scale_mean_frac=(0.05, -0.02, 0.0),
        gyr_scale_mean_frac=0.02,
        gyr_warming_dps=1.0,
        shank=True,
        shank_start_s=0.1,
        seed=3,
    )
    true, walk = (simulate_walk(WALK, sensor) for sensor in (replace(IDEAL, shank=True, shank_start_s=0.1), bad))
    for segment in ("left_foot", "right_foot", "left_shank", "right_shank"):
        side, limb = segment.split("_")
        sensor = walk.feet[side] if limb == "foot" else walk.feet[side].shank
        assert sensor is not None
        wrong = sensor.errors
        acc, gyr = read(true, segment)
        assert read(walk, segment)[0] == pytest.approx(wrong.acc_scale * acc + wrong.acc_bias_mps2, abs=1e-12)
        assert read(walk, segment)[1] == pytest.approx(wrong.gyr_scale * gyr + wrong.gyr_bias_radps, abs=1e-12)
        assert wrong.acc_scale == pytest.approx([1.05, 0.98, 1.0], abs=0.05)
        assert len({*wrong.acc_scale, *wrong.gyr_scale}) == 6
    assert not np.allclose(walk.feet["left"].errors.gyr_scale, walk.feet["right"].errors.gyr_scale)


def test_a_fixed_scale_shows_at_rest() -> None:
    walk = simulate_walk(replace(WALK, sway_scale=0.0), replace(IDEAL, acc_scale_mean_frac=0.05, random_mounting=True))
    for side in SIDES:
        still = read(walk, f"{side}_foot")[0][:100]
        assert np.linalg.norm(still, axis=1) == pytest.approx(1.05 * GRAVITY_MPS2, abs=1e-9)
        assert walk.feet[side].errors.acc_scale == pytest.approx([1.05] * 3)


def test_a_warming_gyroscope_drifts_by_the_size_that_was_set() -> None:
    sensor = replace(IDEAL, gyr_warming_dps=2.0, warming_time_s=120.0, rate_hz=25.0)
    walk = simulate_walk(replace(WALK, standing_s=300.0), sensor)
    for side in SIDES:
        bias = np.degrees(np.linalg.norm(walk.feet[side].errors.gyr_bias_radps, axis=1))
        assert bias[0] == pytest.approx(0.0, abs=1e-12)
        assert bias[round(120.0 * 25.0)] == pytest.approx(2.0 * (1.0 - np.exp(-1.0)), rel=1e-3)
        assert bias[-1] == pytest.approx(2.0, rel=0.01)
        assert (np.diff(bias) > 0.0).all()
        direction = walk.feet[side].errors.gyr_bias_radps[1:] / bias[1:, None]
        assert np.ptp(direction, axis=0).max() < 1e-9
    assert not np.allclose(*(walk.feet[side].errors.gyr_bias_radps[-1] for side in SIDES))


@pytest.mark.parametrize("front_end", [{}, {"integrates_on_chip": True}, {"anti_alias": True}])
def test_a_delayed_gyroscope_shows_what_was(front_end: dict[str, bool]) -> None:
    """Delays of whole samples, so that the undelayed sensor itself gives what must be seen."""
    sensor = replace(IDEAL, **front_end)
    usual, late = (simulate_walk(WALK, replace(sensor, gyr_delay_s=delay)) for delay in (0.0, (0.02, 0.04)))
    for side, shift in (("left", 2), ("right", 4)):
        acc, gyr = read(usual, f"{side}_foot")
        later = read(late, f"{side}_foot")
        assert later[0].tobytes() == acc.tobytes()
        assert later[1][shift:] == pytest.approx(gyr[:-shift], abs=1e-6)
        assert late.feet[side].errors.gyr_delay_s == pytest.approx(shift / 100.0)
    assert late.strides["foot_pitch_initial_contact_deg"].equals(usual.strides["foot_pitch_initial_contact_deg"])


def test_a_delay_between_samples_is_exact() -> None:
    walk = simulate_walk(WALK, replace(IDEAL, gyr_delay_s=0.0137, shank=True))
    foot = walk.feet["right"]
    for body, segment in ((foot, "right_foot"), (foot.shank, "right_shank")):
        assert body is not None
        clock = body.clock_s(np.arange(len(body.here)))
        expected = exact_signals(body.motion, body.sway, body.place_m, clock - 0.0137).gyr
        assert read(walk, segment)[1] == pytest.approx(expected, abs=1e-12)


def test_a_density_is_noise_over_half_the_rate() -> None:
    for rate_hz in (50.0, 200.0):
        sensor = ideal_sensor(rate_hz)
        true = simulate_walk(WALK, sensor)
        dense = replace(sensor, acc_noise_density_mps2=0.01, gyr_noise_density_dps=0.02)
        noisy = simulate_walk(WALK, dense)
        for k, density in ((0, 0.01), (1, np.radians(0.02))):
            spread = np.std(read(noisy)[k] - read(true)[k])
            assert spread == pytest.approx(density * np.sqrt(0.5 * rate_hz), rel=0.06)


def test_stamps_of_sampling_jitter_around_the_true_times() -> None:
    walk = simulate_walk(
        WALK, replace(IDEAL, stamps="sampling", stamp_jitter_s=0.002, right_start_s=0.2, lost_frac=0.1)
    )
    for stream in walk.session.streams:
        foot = walk.feet[stream.segment.removesuffix("_foot")]
        assert stream.counter is None
        assert stream.rate_hz is None
        assert stream.time_s is not None
        assert len(stream.time_s) == len(stream.values) == foot.here.sum()
        assert (np.diff(stream.time_s) > 0.0).all()
        off = stream.time_s - (foot.clock_s(np.flatnonzero(foot.here)) - foot.clock_offset_s)
        assert np.std(off) == pytest.approx(0.002, rel=0.1)
        assert np.mean(off) == pytest.approx(0.0, abs=2e-4)
    same = [s.time_s for s in walk.session.streams if s.segment == "left_foot"]
    assert same[0] is not None
    assert same[0].tolist() == same[1].tolist()  # type: ignore[union-attr]


def test_stamps_of_arrival_come_in_packets_and_late() -> None:
    sensor = replace(IDEAL, stamps="arrival", stamp_jitter_s=0.01, packet_samples=10)
    walk = simulate_walk(WALK, sensor)
    foot, stream = walk.feet["left"], walk.session.streams[0]
    assert stream.time_s is not None
    late = stream.time_s - (foot.clock_s(np.arange(len(foot.here))) - foot.clock_offset_s)
    assert (np.diff(stream.time_s) > 0.0).all()
    assert late.min() > 0.0
    assert np.median(late[9::10]) == pytest.approx(0.01 * np.log(2.0), rel=0.5)
    steps = np.diff(stream.time_s).reshape(-1)
    assert np.median(steps) < 0.001
    assert np.quantile(steps[9::10], 0.5) > 0.05


def test_a_sensor_on_back_to_front_reads_x_and_y_reversed() -> None:
    usual, wrong = (simulate_walk(WALK, replace(IDEAL, turned=turned)) for turned in ((), ("left_foot",)))
    for k in (0, 1):
        assert read(wrong)[k] == pytest.approx(read(usual)[k] * np.array([-1.0, -1.0, 1.0]), abs=1e-12)
        assert read(wrong, "right_foot")[k].tobytes() == read(usual, "right_foot")[k].tobytes()
    assert np.abs(wrong.mounting["left"].rotation) == pytest.approx([0.0, 0.0, 1.0, 0.0])
    assert wrong.strides.equals(usual.strides)


def test_swapped_sides_are_the_same_signals_under_other_names() -> None:
    walk = simulate_walk(WALK, replace(IDEAL, shank=True, right_start_s=0.1))
    swapped = swap_sides(walk.session)
    assert [s.segment for s in swapped.streams[::2]] == ["left_foot", "left_shank", "right_foot", "right_shank"]
    for stream in swapped.streams:
        side, limb = stream.segment.split("_")
        other = {"left": "right", "right": "left"}[side]
        twin = next(s for s in walk.session.streams if (s.segment, s.quantity) == (f"{other}_{limb}", stream.quantity))
        assert stream.values is twin.values
        assert stream.clock_offset_s == twin.clock_offset_s


def test_fifty_hertz_without_a_filter_is_every_fourth_sample() -> None:
    fast, slow = (simulate_walk(WALK, ideal_sensor(rate_hz)) for rate_hz in (200.0, 50.0))
    for k in (0, 1):
        assert read(slow)[k] == pytest.approx(read(fast)[k][::4][: len(read(slow)[k])], abs=1e-6)
    assert move(slow.feet["left"].motion, np.array([2.0])).place == pytest.approx(
        move(fast.feet["left"].motion, np.array([2.0])).place
    )


@pytest.mark.parametrize(
    "setting",
    [
        {"acc_scale_mean_frac": 0.8},
        {"gyr_scale_mean_frac": (0.0, 0.9, 0.0)},
        {"gyr_delay_s": (0.0, 0.5)},
        {"stamps": "phone"},
        {"turned": ("left",)},
        {"stamp_jitter_s": -0.1},
    ],
)
def test_errors_that_no_sensor_has_are_refused(setting: dict[str, object]) -> None:
    with pytest.raises(SchemaError, match=next(iter(setting))):
        SensorConfig(**setting)  # type: ignore[arg-type]
