"""A gyroscope whose axes or signs are not the accelerometer's is found and named; one whose are is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from footdrop_imu.analysis import analyze
from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.axes_fit import AxesFitConfig, check_axes_fit, fit_axes, in_words
from footdrop_imu.gait.foot import FootConfig, find_foot_flats
from footdrop_imu.gait.stretch import Samples
from footdrop_imu.schema import FloatArray, Mounting, Session
from footdrop_imu.simulate.pattern import WalkConfig, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

WRONG = {
    "(−x, −y, −z)": np.diag([-1.0, -1.0, -1.0]),
    "(x, −y, z)": np.diag([1.0, -1.0, 1.0]),
    "(x, y, −z)": np.diag([1.0, 1.0, -1.0]),
    "(−x, −y, z)": np.diag([-1.0, -1.0, 1.0]),
    "(y, x, z)": np.eye(3)[[1, 0, 2]],
    "(y, −x, z)": np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
    "(z, x, y)": np.eye(3)[[2, 0, 1]],
}


@pytest.fixture(scope="module")
def walk() -> SimulatedWalk:
    config = WalkConfig(distance_m=14.0, speed_mps=0.8, left=foot_drop(0.6), seed=11)
    return simulate_walk(config, SensorConfig(rate_hz=100.0, random_mounting=True, seed=11))


def samples_of(session: Session, side: str) -> Samples:
    acc, gyr = (s.values for s in session.streams if s.segment == f"{side}_foot")
    none = np.zeros(len(acc), dtype=bool)
    return Samples(acc, gyr, none, ~none, none, 100.0, averaged=False)


def with_gyroscope(session: Session, order: FloatArray, quantity: str = "angular_velocity") -> Session:
    streams = [replace(s, values=s.values @ order.T) if s.quantity == quantity else s for s in session.streams]
    return replace(session, streams=tuple(streams))


@pytest.mark.parametrize("side", ["left", "right"])
def test_right_axes_fit_best(walk: SimulatedWalk, side: str) -> None:
    samples = samples_of(walk.session, side)
    rests, movements = find_foot_flats(samples, FootConfig())
    always = AxesFitConfig(good_misfit=0.0)
    for turn in (np.eye(3), Rotation.random(rng=2).as_matrix()):
        acc, gyr = samples.acc @ turn.T, samples.gyr @ turn.T
        fit = fit_axes(acc, gyr, rests, movements, 100.0, averaged=False, config=always)
        assert np.array_equal(fit.gyroscope, np.eye(3))
        assert fit.ratio == 1.0


@pytest.mark.parametrize("needed", WRONG)
@pytest.mark.parametrize("side", ["left", "right"])
def test_wrong_axes_are_named(walk: SimulatedWalk, side: str, needed: str) -> None:
    samples = samples_of(with_gyroscope(walk.session, np.linalg.inv(WRONG[needed])), side)
    rests, movements = find_foot_flats(samples, FootConfig())
    with pytest.raises(SignalError) as caught:
        check_axes_fit(samples.acc, samples.gyr, rests, movements, 100.0, averaged=False)
    assert caught.value.reason == SignalReason.WRONG_AXES
    assert f"taken as {needed} close" in caught.value.message
    assert ("left-handed" in caught.value.message) == (np.linalg.det(WRONG[needed]) < 0)


def test_words_say_which_column_to_take() -> None:
    assert {words: in_words(order) for words, order in WRONG.items()} == {words: words for words in WRONG}


def test_few_strides_say_nothing(walk: SimulatedWalk) -> None:
    samples = samples_of(with_gyroscope(walk.session, -np.eye(3)), "left")
    rests, movements = find_foot_flats(samples, FootConfig())
    fit = fit_axes(samples.acc, samples.gyr, rests, movements[:3], 100.0, averaged=False)
    assert np.isnan(fit.ratio)


def test_one_wrong_foot_does_not_stop_the_other(walk: SimulatedWalk) -> None:
    wrong = with_gyroscope(walk.session, -np.eye(3))
    mixed = [w if s.segment == "left_foot" else s for s, w in zip(walk.session.streams, wrong.streams, strict=True)]
    result = analyze(replace(walk.session, streams=tuple(mixed)))
    assert set(result.strides["side"]) == {"right"}
    assert result.provenance["refused"]["left"]["reason"] == "wrong_axes"
    assert result.quality.verdict == "poor"


def test_left_handed_sensors_are_refused(walk: SimulatedWalk) -> None:
    """The same axis of both quantities turned: lengths would be right and left would be right."""
    flipped = np.diag([1.0, -1.0, 1.0])
    both = with_gyroscope(with_gyroscope(walk.session, flipped), flipped, "acceleration")
    with pytest.raises(SignalError, match="left-handed"):
        analyze(both)


def test_an_accelerometer_turned_in_all_signs_is_a_mirrored_walk(walk: SimulatedWalk) -> None:
    """What cannot be told from one foot's signal, and what it does: only left and right change places."""
    plain = analyze(walk.session).strides
    turned = analyze(with_gyroscope(walk.session, -np.eye(3), "acceleration")).strides
    for column, within in (("stride_length_m", 0.01), ("foot_height_max_m", 0.005)):
        assert turned[column].to_numpy() == pytest.approx(plain[column].to_numpy(), abs=within)
    # the usual toe-out is on the wrong side then: a rolled foot's pitch is 14° of that off
    pitch = turned["foot_pitch_initial_contact_deg"] - plain["foot_pitch_initial_contact_deg"]
    assert abs(pitch).max() < 4.0
    assert turned["turn_deg"].to_numpy() == pytest.approx(-plain["turn_deg"].to_numpy(), abs=1.0)


def mounted(walk: SimulatedWalk, turn: Rotation) -> Session:
    """The true mountings, each followed by a turn in foot axes."""
    shoes = []
    for shoe in walk.session.shoes:
        true = walk.mounting[shoe.side].rotation
        assert true is not None
        rotation = tuple((turn * Rotation.from_quat(true)).as_quat().tolist())
        shoes.append(replace(shoe, mounting=Mounting(rotation=rotation)))  # type: ignore[arg-type]
    return replace(walk.session, shoes=tuple(shoes))


def test_a_mounting_turned_about_is_put_right_and_told(walk: SimulatedWalk) -> None:
    right = analyze(mounted(walk, Rotation.identity()))
    about = analyze(mounted(walk, Rotation.from_euler("z", 180.0, degrees=True)))
    for column in ("foot_pitch_mid_swing_deg", "toe_out_deg", "circumduction_m", "stride_length_m"):
        assert about.strides[column].to_numpy() == pytest.approx(right.strides[column].to_numpy(), abs=1e-6)
    told = [reason for reason in about.quality.reasons if "toes and heel exchanged" in reason]
    assert [reason.split()[0] for reason in told] == ["left", "right"]
    assert not any("exchanged" in reason for reason in right.quality.reasons)


@pytest.mark.parametrize(
    ("axis", "angle_deg", "words"),
    [("z", 90.0, "toes point"), ("x", 180.0, "sole lies"), ("y", 180.0, "sole lies"), ("y", -90.0, "sole lies")],
)
def test_a_mounting_that_cannot_be_is_refused(walk: SimulatedWalk, axis: str, angle_deg: float, words: str) -> None:
    with pytest.raises(SignalError, match=words) as caught:
        analyze(mounted(walk, Rotation.from_euler(axis, angle_deg, degrees=True)))
    assert caught.value.reason == SignalReason.WRONG_AXES
