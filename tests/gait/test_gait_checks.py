"""Arrays that cannot be a walk are refused with their reason; what rest shows of the sensor's own errors."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.checks import check_samples, clipped_samples, correct_gravity, gravity_at_rest, still_phases
from footdrop_imu.schema import GRAVITY_MPS2, FloatArray

RATE_HZ = 100.0


def walk_like(count: int = 1000, seed: int = 1) -> tuple[FloatArray, FloatArray]:
    """A foot that moves throughout, a little less once a second."""
    rng = np.random.default_rng(seed)
    busy = 0.15 + np.abs(np.sin(np.pi * np.arange(count) / RATE_HZ))[:, None]
    acc = rng.normal(size=(count, 3)) * busy * 3.0 + [0.0, 0.0, GRAVITY_MPS2]
    return acc, rng.normal(size=(count, 3)) * busy * 2.0


def refused(reason: SignalReason, acc: FloatArray, gyr: FloatArray, rate_hz: float = RATE_HZ) -> str:
    with pytest.raises(SignalError) as caught:
        check_samples(acc, gyr, rate_hz)
    assert caught.value.reason is reason
    assert "expected" in caught.value.message
    return caught.value.message


def test_a_walk_passes() -> None:
    check_samples(*walk_like(), RATE_HZ)


@pytest.mark.parametrize("shape", [(1000,), (1000, 2), (1000, 4), (1000, 3, 1), (3, 1000)])
def test_wrong_shapes(shape: tuple[int, ...]) -> None:
    acc, gyr = walk_like()
    assert str(shape) in refused(SignalReason.WRONG_SHAPE, np.ones(shape), gyr)
    assert "angular rate" in refused(SignalReason.WRONG_SHAPE, acc, np.ones(shape))


def test_as_many_samples_of_both() -> None:
    acc, gyr = walk_like()
    message = refused(SignalReason.WRONG_SHAPE, acc, gyr[:-1])
    assert "1000" in message
    assert "999" in message


@pytest.mark.parametrize("rate_hz", [0.0, -100.0, float("nan"), float("inf")])
def test_rates_that_are_none(rate_hz: float) -> None:
    refused(SignalReason.RATE_UNKNOWN, *walk_like(), rate_hz)


def test_three_seconds_are_the_least() -> None:
    acc, gyr = walk_like()
    message = refused(SignalReason.TOO_SHORT, acc[:299], gyr[:299])
    assert "299 samples (3.0 s)" in message
    assert "Record a longer walk" in message
    check_samples(acc[:300], gyr[:300], RATE_HZ)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("which", [0, 1])
def test_what_is_no_number(bad: float, which: int) -> None:
    both = walk_like()
    both[which][[700, 701, 900], 1] = bad
    message = refused(SignalReason.NOT_FINITE, *both)
    assert message.startswith(f"3 samples of the {('acceleration', 'angular rate')[which]}")
    assert "first at sample 700" in message


def test_infinities_of_both_signs() -> None:
    acc, gyr = walk_like()
    acc[3, 0], acc[4, 0] = np.inf, -np.inf
    assert "2 samples" in refused(SignalReason.NOT_FINITE, acc, gyr)


@pytest.mark.parametrize("huge", [1.7e308, -1e200, 1e12])
def test_numbers_that_no_sensor_shows_and_no_square_holds(huge: float) -> None:
    acc, gyr = walk_like()
    acc[[20, 30], 2] = huge
    assert "first at sample 20" in refused(SignalReason.NOT_FINITE, acc, gyr)


@pytest.mark.parametrize("which", [0, 1])
def test_a_channel_that_never_changes(which: int) -> None:
    both = walk_like(3000)
    both[which][:, [0, 2]] = 0.25
    message = refused(SignalReason.CONSTANT, *both)
    assert "x, z" in message
    assert ("acceleration", "angular rate")[which] in message


def test_a_channel_that_changes_late_is_not_constant() -> None:
    acc, gyr = walk_like(3000)
    gyr[:2500, 1] = 0.0
    check_samples(acc, gyr, RATE_HZ)


def test_nothing_of_a_walk_is_clipped() -> None:
    assert not clipped_samples(*walk_like()).any()
    assert not clipped_samples(*walk_like(), 16.0, 2000.0).any()


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_samples_at_a_known_limit(sign: float) -> None:
    acc, gyr = walk_like()
    acc[500, 1] = sign * 16.0 * GRAVITY_MPS2
    gyr[[200, 202], 2] = sign * np.radians(1999.0)
    found = np.flatnonzero(clipped_samples(acc, gyr, 16.0, 2000.0))
    assert found.tolist() == [200, 202, 500]


def test_one_large_sample_is_no_plateau() -> None:
    acc, gyr = walk_like()
    acc[500] = 120.0
    acc[[600, 601], 0] = 121.0
    assert not clipped_samples(acc, gyr).any()


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_plateau_shows_an_unknown_limit(sign: float) -> None:
    acc, gyr = walk_like()
    gyr[300:306, 1] = sign * 34.9
    gyr[700:704, 1] = sign * 34.9
    gyr[800:802, 1] = sign * 34.9  # two are no plateau
    assert np.flatnonzero(clipped_samples(acc, gyr)).tolist() == [*range(300, 306), *range(700, 704)]


def test_a_sensor_at_its_limit_for_a_fifth_of_the_time_is_refused() -> None:
    acc, gyr = walk_like()
    with pytest.raises(SignalError, match=r"expected at most 20%.*±16 g") as caught:
        clipped_samples(np.clip(acc, -9.0, 9.0), gyr)
    assert caught.value.reason is SignalReason.SATURATED
    with pytest.raises(SignalError) as caught:
        clipped_samples(acc, np.clip(gyr, -0.5, 0.5), 16.0, np.degrees(0.5))
    assert caught.value.reason is SignalReason.SATURATED


@pytest.mark.parametrize("scale", [0.985, 1.0, 1.045])
def test_gravity_as_the_sensor_shows_it(scale: float) -> None:
    """9.66 to 10.27 m/s² was seen in real sensors."""
    acc, gyr = walk_like()
    rest = (np.arange(1000) % 100) < 15
    acc[rest], gyr[rest] = [3.0, 4.0, np.sqrt(GRAVITY_MPS2**2 - 25.0)], 0.01
    assert gravity_at_rest(acc * scale, gyr, RATE_HZ) == pytest.approx(scale * acc[rest][0], rel=1e-3)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_too_much_gravity_is_an_offset_or_a_scale(share: float) -> None:
    """Rest reads 9.81 m/s² either way; across gravity an offset leaves nothing to correct, a scale does."""
    gravity = np.array([0.0, 6.0, 8.2])
    excess = np.linalg.norm(gravity) / GRAVITY_MPS2 - 1.0
    acc = np.vstack([gravity, gravity + np.array([4.0, 0.0, 0.0])])
    corrected = correct_gravity(acc, gravity, share)[:]
    assert np.linalg.norm(corrected[0]) == pytest.approx(GRAVITY_MPS2, abs=1e-12)
    assert 4.0 / corrected[1, 0] - 1.0 == pytest.approx((1.0 - share) * excess, abs=1e-9)
    exact = gravity * (GRAVITY_MPS2 / np.linalg.norm(gravity))
    assert correct_gravity(acc, exact, share)[:] == pytest.approx(acc, abs=1e-12)


@pytest.mark.parametrize(
    ("scale", "hint"),
    [(1 / GRAVITY_MPS2, "multiply by 9.80665"), (1000 / GRAVITY_MPS2, "multiply by 0.00980665"), (0.5, "9.81 m/s²")],
)
def test_other_units_are_told(scale: float, hint: str) -> None:
    acc, gyr = walk_like()
    rest = (np.arange(1000) % 100) < 15
    acc[rest], gyr[rest] = [0.0, 0.0, GRAVITY_MPS2], 0.01
    with pytest.raises(SignalError, match=r"expected about 9\.81") as caught:
        gravity_at_rest(acc * scale, gyr, RATE_HZ)
    assert caught.value.reason is SignalReason.WRONG_UNIT
    assert hint in caught.value.message


def standing(seconds: float, tilt_deg: float = 0.0, offset_dps: float = 0.0, at: int = 400) -> tuple[FloatArray, ...]:
    """A walk with quiet standing in it."""
    acc, gyr = walk_like(1500)
    rng = np.random.default_rng(9)
    quiet = slice(at, at + round(seconds * RATE_HZ))
    up = np.array([np.sin(np.radians(tilt_deg)), 0.0, np.cos(np.radians(tilt_deg))])
    gyr += np.radians(offset_dps) * np.array([1.0, -0.5, 0.5])
    count = quiet.stop - quiet.start
    acc[quiet] = GRAVITY_MPS2 * up + rng.normal(scale=0.03, size=(count, 3))
    gyr[quiet] = np.radians(offset_dps) * np.array([1.0, -0.5, 0.5]) + rng.normal(scale=0.005, size=(count, 3))
    return acc, gyr


@pytest.mark.parametrize("at", [400, 413, 437])
@pytest.mark.parametrize("tilt_deg", [0.0, 20.0, -75.0])
def test_standing_shows_up_and_the_gyroscopes_offset(at: int, tilt_deg: float) -> None:
    found = still_phases(*standing(3.0, tilt_deg, 2.0, at), RATE_HZ)
    assert found is not None
    up, offset = found
    assert np.degrees(np.arctan2(up[0], up[2])) == pytest.approx(tilt_deg, abs=0.3)
    assert np.linalg.norm(up) == pytest.approx(1.0)
    assert np.degrees(offset) == pytest.approx([2.0, -1.0, 1.0], abs=0.1)


def test_walking_alone_never_stands() -> None:
    assert still_phases(*walk_like(3000), RATE_HZ) is None


def test_half_a_second_is_no_standing() -> None:
    assert still_phases(*standing(0.9), RATE_HZ) is None


def test_a_gyroscope_that_turns_ten_degrees_a_second_turns_with_its_foot() -> None:
    assert still_phases(*standing(3.0, offset_dps=10.0), RATE_HZ) is None


def test_a_foot_that_is_laid_down_slowly_does_not_stand() -> None:
    """It tilts by 20 degrees a second, as smoothly as one likes."""
    acc, gyr = walk_like(1500)
    count = 400
    angle = np.radians(20.0) * np.arange(count) / RATE_HZ
    acc[400:800] = GRAVITY_MPS2 * np.column_stack([np.sin(angle), np.zeros(count), np.cos(angle)])
    gyr[400:800] = [0.0, -np.radians(20.0), 0.0]
    assert still_phases(acc, gyr, RATE_HZ) is None


def test_two_postures_are_told_by_the_longer() -> None:
    acc, gyr = standing(4.0, 5.0)
    other, _ = standing(2.0, 70.0, at=1000)
    acc[1000:1200], gyr[1000:1200] = other[1000:1200], 0.0
    found = still_phases(acc, gyr, RATE_HZ)
    assert found is not None
    assert np.degrees(np.arctan2(found[0][0], found[0][2])) == pytest.approx(5.0, abs=1.0)


def test_a_recording_shorter_than_a_second_has_no_standing() -> None:
    acc, gyr = standing(3.0)
    assert still_phases(acc[420:480], gyr[420:480], RATE_HZ) is None
