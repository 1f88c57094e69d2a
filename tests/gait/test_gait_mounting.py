"""The foot's axes in the sensor, and what zero degrees rests on."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.mounting import FootAxes, MountingConfig, angle_between_deg, find_foot_axes
from footdrop_imu.schema import FloatArray

CONFIG = MountingConfig()
CALM = np.ones(20)


def seen(vector: list[float], mounting: Rotation, count: int, spread: float = 0.0, seed: int = 0) -> FloatArray:
    """A foot vector seen ``count`` times by a sensor (``mounting`` turns sensor axes to foot axes)."""
    rng = np.random.default_rng(seed)
    scattered = np.asarray(vector) + rng.normal(scale=max(spread, 1e-15), size=(count, 3))
    scattered /= np.linalg.norm(scattered, axis=1)[:, None]
    return np.asarray(mounting.inv().apply(scattered))


def travel(outward_deg: float, left: bool) -> list[float]:
    """Travel direction in foot axes of a foot that points ``outward_deg`` out of it."""
    angle = np.radians(-outward_deg if left else outward_deg)
    return [float(np.cos(angle)), float(np.sin(angle)), 0.0]


def pitched(deg: float) -> list[float]:
    """Up in the foot's axes when it lies with the toes ``deg`` above the floor."""
    return [float(np.sin(np.radians(deg))), 0.0, float(np.cos(np.radians(deg)))]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("left", [True, False])
def test_any_mounting_is_found(seed: int, left: bool) -> None:
    mounting = Rotation.random(rng=seed)
    ahead = travel(CONFIG.toe_out_deg, left)
    axes = find_foot_axes(
        seen([0, 0, 1], mounting, 20), seen(ahead, mounting, 12), CALM, None, None, left=left, config=CONFIG
    )
    assert axes.sensor_to_foot == pytest.approx(mounting.as_matrix(), abs=1e-9)
    assert axes.sensor_to_foot @ axes.sensor_to_foot.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(axes.sensor_to_foot) == pytest.approx(1.0)


def test_the_toes_point_outward_of_the_way() -> None:
    """Seen from above, the left foot's x is turned to the left of the travel direction, the right foot's to the
    right."""
    none = Rotation.identity()
    for left, sign in ((True, 1.0), (False, -1.0)):
        axes = find_foot_axes(seen([0, 0, 1], none, 9), seen([1, 0, 0], none, 9), CALM, None, None, left=left)
        x = axes.sensor_to_foot[0]
        assert np.degrees(np.arctan2(x[1], x[0])) == pytest.approx(sign * CONFIG.toe_out_deg)
        assert axes.forward_sd_deg == CONFIG.toe_out_sd_deg
        assert not axes.forward_entered


def test_an_entered_long_axis_is_taken_as_it_is() -> None:
    mounting = Rotation.random(rng=3)
    forward = mounting.inv().apply([1.0, 0.0, 0.2])
    axes = find_foot_axes(
        seen([0, 0, 1], mounting, 9), seen([1, 0.5, 0], mounting, 9), CALM, None, np.asarray(forward), left=True
    )
    assert axes.sensor_to_foot == pytest.approx(mounting.as_matrix(), abs=1e-9)
    assert axes.forward_entered
    assert axes.forward_sd_deg == CONFIG.entered_sd_deg


def test_one_stride_in_four_may_go_anywhere() -> None:
    mounting = Rotation.random(rng=5)
    up, ahead = seen([0, 0, 1], mounting, 40, 0.02), seen(travel(7.0, True), mounting, 40, 0.05)
    up[::4] = seen([1, 1, 0.2], mounting, 10)
    ahead[1::4] = seen([0, -1, 0], mounting, 10)
    axes = find_foot_axes(up, ahead, CALM, None, None, left=True)
    turn = Rotation.from_matrix(axes.sensor_to_foot) * mounting.inv()
    assert np.degrees(turn.magnitude()) < 5.0


def zero_of(standing_deg: float | None, quality: float = 1.0) -> FootAxes:
    mounting = Rotation.random(rng=7)
    up, ahead = seen([0, 0, 1], mounting, 20), seen([1, 0, 0], mounting, 20)
    standing = None if standing_deg is None else seen(pitched(standing_deg), mounting, 1)[0]
    return find_foot_axes(up, ahead, np.full(20, quality), standing, None, left=True)


def test_without_standing_zero_is_foot_flat() -> None:
    axes = zero_of(None)
    assert (axes.zero_source, axes.zero_sd_deg) == ("foot_flat", CONFIG.foot_flat_sd_deg)
    assert np.isnan(axes.foot_flat_pitch_deg)
    assert not axes.suspected_heel_up


def test_standing_as_in_foot_flat_is_the_zero() -> None:
    axes = zero_of(2.0)
    assert (axes.zero_source, axes.zero_sd_deg) == ("standing", CONFIG.standing_sd_deg)
    assert not axes.suspected_heel_up


def test_a_heel_that_stays_up_in_walking_shows_against_standing() -> None:
    """Up in standing lies 15 degrees toward the toe: in foot-flat the foot points 15 degrees down of that."""
    axes = zero_of(15.0)
    assert axes.foot_flat_pitch_deg == pytest.approx(-15.0, abs=0.3)
    assert axes.zero_source == "standing"
    assert axes.zero_sd_deg == CONFIG.foot_flat_sd_deg
    assert not axes.suspected_heel_up


@pytest.mark.parametrize("standing_deg", [-15.0, 40.0])
def test_a_foot_that_stands_unlike_any_walking_is_no_zero(standing_deg: float) -> None:
    """Toes up in walking against standing, or hanging far down: standing was another posture."""
    axes = zero_of(standing_deg)
    assert axes.zero_source == "foot_flat"
    assert axes.foot_flat_pitch_deg == pytest.approx(-standing_deg, abs=0.5)


def test_foot_flats_that_never_rest_are_suspected() -> None:
    assert zero_of(None, quality=0.2).suspected_heel_up
    assert not zero_of(None, quality=0.5).suspected_heel_up
    assert not zero_of(1.0, quality=0.2).suspected_heel_up, "standing says where zero is"


def test_without_a_straight_stride_there_is_no_forward() -> None:
    with pytest.raises(SignalError, match="expected walking") as caught:
        find_foot_axes(seen([0, 0, 1], Rotation.identity(), 3), np.zeros((0, 3)), np.ones(3), None, None, left=True)
    assert caught.value.reason is SignalReason.NO_WALKING


@pytest.mark.parametrize("deg", [0.0, 1e-6, 30.0, 90.0, 179.9999, 180.0])
def test_angles_between_vectors(deg: float) -> None:
    a, b = np.array([0.0, 0.6, 0.8]), Rotation.from_euler("x", deg, degrees=True).apply([0.0, 0.6, 0.8])
    assert angle_between_deg(a, b) == pytest.approx(deg, abs=1e-9)
