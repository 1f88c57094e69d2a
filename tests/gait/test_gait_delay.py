"""The gyroscope's delay, told from walking: planted and found, pooled, and taken out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.analysis import AnalysisConfig, analyze
from footdrop_imu.gait.delay import Delay, DelayConfig, later, pool_delays
from footdrop_imu.gait.foot import FootConfig, find_foot_flats, foot_delay
from footdrop_imu.gait.recording import leveled_samples, make_recording
from footdrop_imu.schema import Calibration, Session
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

NO = Delay(0.0, np.inf, "assumed")


def walked(delay_s: float, speed_mps: float = 1.4, seed: int = 1, **sensor: float) -> SimulatedWalk:
    config = SensorConfig(rate_hz=100.0, anti_alias=True, gyr_delay_s=delay_s, seed=seed, **sensor)  # type: ignore[arg-type]
    return simulate_walk(WalkConfig(speed_mps=speed_mps, distance_m=25.0, seed=seed), config)


def own_delay(session: Session, side: str = "left") -> Delay:
    samples, _, _ = leveled_samples(make_recording([s for s in session.streams if s.segment == f"{side}_foot"]))
    return foot_delay(samples, find_foot_flats(samples, FootConfig()), FootConfig())


@pytest.mark.parametrize("lead", [0.0, 1.0, 2.5, -0.3, 3.7])
def test_later_is_the_signal_so_much_later(lead: float) -> None:
    at = np.arange(200.0)
    signal = np.stack([np.sin(0.3 * at), np.cos(0.2 * at), 0.01 * at], axis=1)
    lost = at == 100
    moved, gone = later(signal, lost, lead / 50.0, 50.0)
    true = np.stack([np.sin(0.3 * (at + lead)), np.cos(0.2 * (at + lead)), 0.01 * (at + lead)], axis=1)
    assert moved[10:-10] == pytest.approx(true[10:-10], abs=5e-4)
    assert gone[100]
    assert gone[[round(np.floor(100 - lead)), round(np.ceil(100 - lead))]].all()
    assert gone.sum() <= 3
    if lead == 0.0:
        assert moved.tolist() == signal.tolist()


@pytest.mark.parametrize("delay_s", [-0.01, 0.0, 0.01, 0.02, 0.04])
def test_a_planted_delay_is_found(delay_s: float) -> None:
    found = own_delay(walked(delay_s).session)
    assert found.source == "walking"
    assert abs(found.delay_s - delay_s) < 2.5 * found.sd_s
    assert found.sd_s < 0.012


def test_lengths_are_right_with_a_late_gyroscope() -> None:
    walk = walked(0.02)
    made = analyze(walk.session)
    known = made.provenance["feet"]["left"]
    assert known["gyroscope_delay_source"] == "walking"
    assert known["gyroscope_delay_s"] == made.provenance["feet"]["right"]["gyroscope_delay_s"]
    true, found = (
        table.loc[table["kind"] == "straight", "stride_length_m"].mean() for table in (walk.strides, made.strides)
    )
    assert found == pytest.approx(true, rel=0.015)
    none = replace(FootConfig(), delay=DelayConfig(prior_sd_s=1e-9))
    as_it_comes = analyze(walk.session, AnalysisConfig(foot=none)).strides
    assert as_it_comes.loc[as_it_comes["kind"] == "straight", "stride_length_m"].mean() < 0.97 * true


def test_a_known_delay_goes_before_what_walking_tells() -> None:
    walk = walked(0.02)
    known = Calibration(gyr_delay_s=0.02, gyr_delay_sd_s=0.0005)
    made = analyze(replace(walk.session, calibrations={"left_foot": known}))
    left, right = (made.provenance["feet"][side] for side in ("left", "right"))
    assert (left["gyroscope_delay_s"], left["gyroscope_delay_source"]) == (0.02, "calibration")
    assert right["gyroscope_delay_source"] == "walking"


def test_a_sensor_that_integrates_on_chip_is_hardly_doubted() -> None:
    feet = [Delay(0.01, 0.003, "walking"), Delay(0.012, 0.003, "walking")]
    doubted, trusted = (pool_delays(feet, averaged=averaged) for averaged in (False, True))
    assert doubted.delay_s == pytest.approx(0.011, rel=0.05)
    assert trusted.delay_s == 0.0
    assert trusted.sd_s < 0.001


def test_what_tells_little_is_drawn_to_none() -> None:
    sure, unsure, doubtful = (
        pool_delays([Delay(0.02, sd, "walking"), NO], averaged=False) for sd in (0.001, 0.007, 0.012)
    )
    assert sure.delay_s == pytest.approx(0.02, rel=0.01)
    assert 0.01 < unsure.delay_s < 0.019
    assert (doubtful.delay_s, doubtful.source) == (0.0, "assumed")
    assert doubtful.sd_s > unsure.sd_s > sure.sd_s
    nothing = pool_delays([NO, NO], averaged=False)
    assert (nothing.delay_s, nothing.source) == (0.0, "assumed")
    assert nothing.sd_s == pytest.approx(DelayConfig().prior_sd_s)


def test_two_feet_are_no_surer_than_the_better_one() -> None:
    one, other = Delay(0.01, 0.004, "walking"), Delay(0.014, 0.004, "walking")
    both = pool_delays([one, other], averaged=False)
    assert both.sd_s == pytest.approx(pool_delays([one], averaged=False).sd_s)
    assert 0.01 < both.delay_s < 0.014


def test_too_few_strides_tell_nothing() -> None:
    short = simulate_walk(WalkConfig(distance_m=4.0, seed=2), SensorConfig(rate_hz=100.0, seed=2))
    assert own_delay(short.session) == NO
