"""The gyroscope's delay, told from walking: planted and found, pooled, and taken out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.analysis import AnalysisConfig, analyze
from footdrop_imu.gait.checks import correct_gravity
from footdrop_imu.gait.foot import FootConfig, find_foot_flats, foot_closing
from footdrop_imu.gait.recording import leveled_samples, make_recording
from footdrop_imu.gait.sensor_errors import Closing, SensorErrorConfig, SensorErrors, later, tell_errors
from footdrop_imu.schema import GRAVITY_MPS2, SIDES, Calibration, Session
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

NONE = Closing(np.array([0.0, 0.5]), np.zeros(3), np.zeros((3, 2)), np.full(3, np.inf), told=False)


def walked(delay_s: float, speed_mps: float = 1.4, seed: int = 1) -> SimulatedWalk:
    config = SensorConfig(rate_hz=100.0, anti_alias=True, gyr_delay_s=delay_s, seed=seed)
    return simulate_walk(WalkConfig(speed_mps=speed_mps, distance_m=25.0, seed=seed), config)


def closing_of(session: Session, side: str) -> tuple[Closing, float]:
    recording = make_recording([s for s in session.streams if s.segment == f"{side}_foot"])
    samples, _, _ = leveled_samples(recording)
    excess = float(np.linalg.norm(recording.gravity_mps2)) / GRAVITY_MPS2 - 1.0
    closing = foot_closing(
        samples,
        lambda piece, share: correct_gravity(recording.acc[piece], recording.gravity_mps2, share)[:],
        excess,
        find_foot_flats(samples, FootConfig()),
        FootConfig(),
    )
    return closing, excess


def errors_of(session: Session) -> dict[str, SensorErrors]:
    found = {side: closing_of(session, side) for side in SIDES}
    closings, excess = ({side: one[k] for side, one in found.items()} for k in (0, 1))
    return tell_errors(closings, excess, averaged=False)  # type: ignore[arg-type]


def made(delay_s: float, sd: float, offset_slope: float = 0.0) -> Closing:
    """A foot whose rise says that the gyroscope is late, and whose length grows with the offset share."""
    slope = np.array([[-3.0, 0.0], [-12.0, 0.0], [2.8, offset_slope]])
    seen = np.array([3.0 * delay_s, 12.0 * delay_s, 0.0])
    return Closing(np.array([0.0, 0.5]), seen, slope, np.array([3.0 * sd, 1e3, 0.0]), told=True)


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


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.04])
def test_a_planted_delay_is_found(delay_s: float) -> None:
    for found in errors_of(walked(delay_s).session).values():
        assert abs(found.delay_s - delay_s) < 2.5 * found.delay_sd_s
        assert found.delay_sd_s < 0.012
        assert found.delay_source == ("walking" if delay_s else "assumed")


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
    none = replace(FootConfig(), sensor_error=SensorErrorConfig(delay_sd_s=1e-9))
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
    feet, excess = {"left": made(0.01, 0.003), "right": made(0.012, 0.003)}, {"left": 0.0, "right": 0.0}
    doubted, trusted = (tell_errors(feet, excess, averaged=averaged)["left"] for averaged in (False, True))
    assert doubted.delay_s == pytest.approx(0.011, rel=0.05)
    assert trusted.delay_s == 0.0
    assert trusted.delay_sd_s < 0.001


def test_what_tells_little_is_drawn_to_none() -> None:
    none = {"left": 0.0, "right": 0.0}
    sure, unsure, doubtful = (
        tell_errors({"left": made(0.02, sd), "right": NONE}, none, averaged=False)["right"]
        for sd in (0.001, 0.007, 0.02)
    )
    assert sure.delay_s == pytest.approx(0.02, rel=0.01)
    assert 0.01 < unsure.delay_s < 0.019
    assert (doubtful.delay_s, doubtful.delay_source) == (0.0, "assumed")
    assert doubtful.delay_sd_s > unsure.delay_sd_s > sure.delay_sd_s
    nothing = tell_errors({"left": NONE}, {"left": 0.03}, averaged=False)["left"]
    assert (nothing.delay_s, nothing.offset_share) == (0.0, 0.5)
    assert nothing.delay_sd_s == pytest.approx(SensorErrorConfig().delay_sd_s)


def test_two_feet_are_no_surer_than_one() -> None:
    none = {"left": 0.0, "right": 0.0}
    both = tell_errors({"left": made(0.01, 0.004), "right": made(0.014, 0.004)}, none, averaged=False)["left"]
    one = tell_errors({"left": made(0.01, 0.004)}, {"left": 0.0}, averaged=False)["left"]
    assert both.delay_sd_s == pytest.approx(one.delay_sd_s)
    assert 0.01 < both.delay_s < 0.014


def test_both_feet_travel_the_same_way() -> None:
    """Were gravity's excess an offset, the left foot's strides would be 2 % longer: the right one's say they are."""
    left, right = made(0.0, 0.01, offset_slope=0.04), made(0.0, 0.01)
    right = right._replace(seen=np.array([0.0, 0.0, 0.02]))
    told = tell_errors({"left": left, "right": right}, {"left": 0.05, "right": 0.0}, averaged=False)
    assert told["left"].offset_share > 0.8
    assert told["right"].offset_share == 0.5
    assert told["left"].length_sd < 0.04 * SensorErrorConfig().offset_share_sd
    ignored = tell_errors({"left": left, "right": right}, {"left": 0.005, "right": 0.0}, averaged=False)
    assert ignored["left"].offset_share == 0.5


@pytest.mark.parametrize("kind", ["scale", "offset"])
def test_lengths_with_too_much_gravity(kind: str) -> None:
    """5 % too much, as a scale of both sensors or as an offset of the left one: a few percent at most are left."""
    walk = walked(0.0)
    up = {s: np.array(analyze(walk.session).provenance["feet"][s]["sensor_to_foot"])[2] for s in SIDES}
    streams = []
    for one in walk.session.streams:
        values = one.values
        if one.quantity == "acceleration":
            side = one.segment.split("_")[0]
            values = values * 1.05 if kind == "scale" else values + (0.45 * up[side] if side == "left" else 0.0)
        streams.append(replace(one, values=values))
    found = analyze(replace(walk.session, streams=tuple(streams))).strides
    for side in SIDES:
        true, own = (
            table.loc[(table["kind"] == "straight") & (table["side"] == side), "stride_length_m"].mean()
            for table in (walk.strides, found)
        )
        assert own == pytest.approx(true, rel=0.03)


def test_too_few_strides_tell_nothing() -> None:
    short = simulate_walk(WalkConfig(distance_m=4.0, seed=2), SensorConfig(rate_hz=100.0, seed=2))
    assert not closing_of(short.session, "left")[0].told
