"""The sensor model: errors, clocks, losses, and that the same seed gives the same bytes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.schema import GRAVITY_MPS2, PLACES
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.sensor import SensorConfig, exact_signals, ideal_sensor
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

WALK = WalkConfig(distance_m=12.0, seed=21)


def values(walk: SimulatedWalk, segment: str, quantity: str) -> np.ndarray:
    return next(s for s in walk.session.streams if (s.segment, s.quantity) == (segment, quantity)).values


def test_the_same_seeds_give_the_same_bytes() -> None:
    sensor = SensorConfig(rate_hz=100.0, lost_frac=0.02, burst_per_min=20.0, random_mounting=True, seed=5)
    one, two = simulate_walk(WALK, sensor), simulate_walk(WALK, sensor)
    for a, b in zip(one.session.streams, two.session.streams, strict=True):
        assert a.values.tobytes() == b.values.tobytes()
        assert a.counter is not None
        assert b.counter is not None
        assert a.counter.tobytes() == b.counter.tobytes()
    assert one.session.id == two.session.id
    assert one.strides.equals(two.strides)
    other = simulate_walk(replace(WALK, seed=22), sensor)
    assert not one.strides["stride_length_m"].equals(other.strides["stride_length_m"])


def test_one_setting_does_not_shift_the_draws_of_another() -> None:
    calm, lossy = (simulate_walk(WALK, SensorConfig(rate_hz=100.0, lost_frac=f, seed=1)) for f in (0.0, 0.3))
    kept = lossy.feet["left"].here
    assert (
        values(lossy, "left_foot", "acceleration").tobytes()
        == values(calm, "left_foot", "acceleration")[kept].tobytes()
    )


def test_lost_packets_leave_gaps_in_the_counter() -> None:
    sensor = SensorConfig(rate_hz=200.0, lost_frac=0.05, burst_per_min=60.0, burst_s=0.3, packet_samples=4, seed=3)
    walk = simulate_walk(replace(WALK, distance_m=40.0), sensor)
    for stream in walk.session.streams:
        here = walk.feet[stream.segment.removesuffix("_foot")].here
        assert stream.counter is not None
        assert len(stream.counter) == len(stream.values) == here.sum()
        steps = np.diff(stream.counter) % 65_536
        assert np.concatenate([[0], np.cumsum(steps)]).tolist() == np.flatnonzero(here).tolist()
        assert stream.counter.max() < 65_536
        assert here[:4].all()
        whole = here[: len(here) // 4 * 4].reshape(-1, 4)
        assert (whole.all(axis=1) | ~whole.any(axis=1)).all()
        assert 0.05 < 1.0 - here.mean() < 0.6
    table = walk.strides
    for row in table.itertuples():
        part = walk.feet[row.side].here[row.start : row.end]
        assert row.lost_frac == pytest.approx(1.0 - part.mean())
        runs = "".join("1" if k else "0" for k in part).split("1")
        assert row.gap_s >= max(map(len, runs)) / 200.0 - 1e-9
    assert table["gap_s"].max() > 0.1


def test_the_counter_wraps_at_16_bits() -> None:
    for seed in range(40):
        walk = simulate_walk(replace(WALK, distance_m=4.0), SensorConfig(rate_hz=1000.0, seed=seed))
        counter = walk.session.streams[0].counter
        assert counter is not None
        if (np.diff(counter) < 0).any():
            assert (np.diff(counter) % 65_536 == 1).all()
            return
    pytest.fail("no seed of forty wraps")


def test_a_sensor_clips_at_its_range() -> None:
    sensor = SensorConfig(rate_hz=400.0, acc_range_g=4.0, gyr_range_dps=300.0, seed=2)
    walk = simulate_walk(WALK, sensor)
    for side in ("left", "right"):
        acc, gyr = (values(walk, f"{side}_foot", q) for q in ("acceleration", "angular_velocity"))
        assert np.abs(acc).max() == pytest.approx(4.0 * GRAVITY_MPS2)
        assert np.abs(gyr).max() == pytest.approx(np.radians(300.0))
        limit = (np.abs(acc) >= 4.0 * GRAVITY_MPS2).any(axis=1) | (np.abs(gyr) >= np.radians(300.0)).any(axis=1)
        assert (limit == walk.feet[side].clipped).all()
    assert (walk.strides["clipped_frac"] > 0.0).all()
    assert not simulate_walk(WALK, SensorConfig(rate_hz=400.0)).feet["left"].clipped.any()


def test_errors_have_the_size_that_was_asked_for() -> None:
    aligned = (0.0, 0.0, 0.0, 1.0)
    ideal = simulate_walk(replace(WALK, distance_m=60.0), ideal_sensor(100.0))
    quiet = replace(ideal_sensor(100.0), left_rotation=aligned, right_rotation=aligned)
    for quantity, field, unit in (
        ("acceleration", "acc_noise_mps2", 1.0),
        ("angular_velocity", "gyr_noise_dps", np.radians(1.0)),
    ):
        true = values(ideal, "left_foot", quantity)
        noisy = values(
            simulate_walk(replace(WALK, distance_m=60.0), replace(quiet, **{field: 0.2})), "left_foot", quantity
        )
        assert np.std(noisy - true) == pytest.approx(0.2 * unit, rel=0.03)
    scaled = simulate_walk(replace(WALK, distance_m=60.0), replace(quiet, acc_scale_frac=0.05))
    ratio = values(scaled, "left_foot", "acceleration") / values(ideal, "left_foot", "acceleration")
    assert np.ptp(ratio, axis=0).max() < 1e-9
    assert 0.0 < np.abs(ratio[0] - 1.0).max() < 0.2
    drifted = simulate_walk(replace(WALK, distance_m=60.0), replace(quiet, gyr_walk_dps=1.0))
    walk = values(drifted, "left_foot", "angular_velocity") - values(ideal, "left_foot", "angular_velocity")
    assert np.std(np.diff(walk, axis=0)) == pytest.approx(np.radians(1.0) / np.sqrt(6000.0), rel=0.05)


def test_a_mounting_turns_the_signals_and_is_told() -> None:
    from scipy.spatial.transform import Rotation

    sensor = ideal_sensor(100.0)
    aligned, turned = simulate_walk(WALK, sensor), simulate_walk(WALK, replace(sensor, random_mounting=True))
    for side in ("left", "right"):
        rotation = turned.mounting[side].rotation
        assert rotation is not None
        for quantity in ("acceleration", "angular_velocity"):
            back = Rotation.from_quat(rotation).apply(values(turned, f"{side}_foot", quantity))
            assert back == pytest.approx(values(aligned, f"{side}_foot", quantity), abs=1e-9)
    assert turned.mounting["left"].rotation != turned.mounting["right"].rotation


@pytest.mark.parametrize("place", PLACES)
def test_lever_arms_lead_from_the_sensor_to_the_shoe(place: str) -> None:
    walk = simulate_walk(replace(WALK, distance_m=4.0), ideal_sensor(50.0, place))
    for side, outward in (("left", 1.0), ("right", -1.0)):
        mounting, foot = walk.mounting[side], walk.feet[side]
        assert mounting.sensor_to_toe_m is not None
        assert mounting.sensor_to_heel_m is not None
        assert mounting.sensor_to_outer_m is not None
        heel = foot.place_m + mounting.sensor_to_heel_m
        assert heel == pytest.approx([0.0, 0.0, 0.0])
        assert (foot.place_m + mounting.sensor_to_toe_m)[0] == pytest.approx(0.27)
        assert outward * (foot.place_m + mounting.sensor_to_outer_m)[1] > 0.03
        assert next(s.place for s in walk.session.shoes if s.side == side) == place


def test_a_late_gyroscope_shows_what_was() -> None:
    sensor = ideal_sensor(200.0)
    exact, late = simulate_walk(WALK, sensor), simulate_walk(WALK, replace(sensor, gyr_delay_s=0.020))
    quantity = "angular_velocity"
    assert values(late, "left_foot", quantity)[4:] == pytest.approx(values(exact, "left_foot", quantity)[:-4], abs=1e-9)
    quantity = "acceleration"
    assert values(late, "left_foot", quantity).tobytes() == values(exact, "left_foot", quantity).tobytes()


def test_integration_on_chip_keeps_the_impulse_and_filtering_lowers_the_peak() -> None:
    sensor = ideal_sensor(100.0)
    foot = simulate_walk(WALK, sensor).feet["left"]
    mean, point, soft = (
        values(simulate_walk(WALK, s), "left_foot", "acceleration")
        for s in (replace(sensor, integrates_on_chip=True), sensor, replace(sensor, anti_alias=True))
    )
    fine = (np.arange(20 * len(mean)) + 0.5) / 2000.0 - 0.005
    impulse = exact_signals(foot.motion, foot.sway, foot.place_m, fine).acc.reshape(len(mean), 20, 3).mean(axis=1)
    error_of_mean = np.abs(mean - impulse).max()
    assert error_of_mean < 0.2 * np.abs(point - impulse).max()
    assert np.abs(soft).max() < np.abs(point).max()


def test_clocks_drift_apart_and_start_apart() -> None:
    sensor = replace(ideal_sensor(100.0), clock_drift_ppm=200.0, right_start_s=0.5)
    walk = simulate_walk(replace(WALK, distance_m=60.0), sensor)
    left, right = walk.courses["left"], walk.courses["right"]
    assert right.clock_s[0] - left.clock_s[0] == pytest.approx(0.5)
    assert np.diff(right.clock_s).mean() / np.diff(left.clock_s).mean() == pytest.approx(1.0 + 200e-6, abs=1e-7)
    streams = {s.segment: s for s in walk.session.streams}
    assert streams["right_foot"].clock_offset_s == 0.5
    assert streams["left_foot"].clock_group == streams["right_foot"].clock_group != ""
    true_contact = walk.feet["right"].phases.contact
    table = walk.strides[walk.strides["side"] == "right"]
    assert right.clock_s[table["initial_contact"]] == pytest.approx(true_contact, abs=0.006)


@pytest.mark.parametrize(
    "setting", [{"rate_hz": 5.0}, {"place": "knee"}, {"lost_frac": 1.5}, {"packet_samples": 0}, {"acc_range_g": -1.0}]
)
def test_settings_that_no_sensor_has_are_refused(setting: dict[str, object]) -> None:
    with pytest.raises(SchemaError, match=next(iter(setting))):
        SensorConfig(**setting)  # type: ignore[arg-type]
