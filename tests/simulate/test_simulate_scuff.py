"""Scuffs put into signals: known place, length and strength, and nothing left elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from footdrop_imu.errors import SchemaError
from footdrop_imu.simulate.scuff import Scuffs, add_brushing, add_loose_sensor, add_scuffs, add_stick

RATE_HZ = 200.0
AXES = Rotation.from_euler("xyz", [20.0, -130.0, 75.0], degrees=True).as_matrix()
SWINGS = np.array([[100, 180], [300, 380], [500, 580]])
STILL = np.zeros((700, 3))


def one(strength: float = 10.0, length: float = 0.06, start: float = 0.4, floor: str = "hard", seed: int = 0) -> Scuffs:
    return Scuffs(np.array([1]), np.array([start]), np.array([length]), np.array([strength]), floor, seed)


def rough_hz(signal: np.ndarray) -> float:
    """Mean frequency of a signal's power."""
    power = np.abs(np.fft.rfft(signal - signal.mean(), 4096)) ** 2
    return float((power * np.fft.rfftfreq(4096, 1.0 / RATE_HZ)).sum() / power.sum())


def test_a_scuff_is_where_it_was_put_and_as_strong() -> None:
    done = add_scuffs(STILL, STILL, RATE_HZ, SWINGS, AXES, one(), averaged=False)
    foot = done.acc @ AXES.T
    assert done.start_s == pytest.approx([(300 + 0.4 * 80) / RATE_HZ])
    assert done.end_s - done.start_s == pytest.approx([0.06])
    inside = slice(int(done.start_s[0] * RATE_HZ) + 3, int(done.end_s[0] * RATE_HZ) - 2)
    assert foot[inside, 0].mean() == pytest.approx(-10.0, abs=3.0)
    changed = np.flatnonzero(np.abs(done.acc).max(axis=1) > 1e-9)
    assert changed[0] >= 330
    assert changed[-1] <= 381


def test_the_velocity_lost_is_made_up_for_before_contact() -> None:
    smooth = np.mean(
        [add_scuffs(STILL, STILL, RATE_HZ, SWINGS, AXES, one(seed=seed)).acc @ AXES.T for seed in range(40)], axis=0
    )
    velocity = np.cumsum(smooth[:, 0]) / RATE_HZ
    assert velocity.min() == pytest.approx(-10.0 * 0.06 * 0.7, rel=0.1)
    assert abs(velocity[381]) < 0.03


def test_the_signals_given_are_left_alone() -> None:
    acc, gyr = np.ones((700, 3)), np.ones((700, 3))
    add_scuffs(acc, gyr, RATE_HZ, SWINGS, AXES, one())
    assert (acc == 1.0).all()
    assert (gyr == 1.0).all()


def test_the_same_seed_gives_the_same_roughness_and_another_one_another() -> None:
    first, again, other = (add_scuffs(STILL, STILL, RATE_HZ, SWINGS, AXES, one(seed=seed)).acc for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


def test_carpet_is_less_rough_and_of_lower_frequencies_than_a_hard_floor() -> None:
    def sideways(floor: str) -> np.ndarray:
        found = [
            add_scuffs(STILL, STILL, RATE_HZ, SWINGS, AXES, one(length=0.15, floor=floor, seed=s)) for s in range(9)
        ]
        return np.concatenate([part.acc @ AXES[1] for part in found])

    hard, carpet = sideways("hard"), sideways("carpet")
    assert hard.std() > 1.5 * carpet.std()
    assert rough_hz(hard) > 1.5 * rough_hz(carpet)


def test_an_averaging_sensor_sees_the_mean_of_what_lies_between_its_samples() -> None:
    fine = add_scuffs(np.zeros((7000, 3)), np.zeros((7000, 3)), 10 * RATE_HZ, 10 * SWINGS, AXES, one(floor="carpet"))
    coarse = add_scuffs(STILL, STILL, RATE_HZ, SWINGS, AXES, one(floor="carpet"), averaged=True)
    assert coarse.acc.sum(axis=0) / RATE_HZ == pytest.approx(np.zeros(3), abs=0.05)
    assert (fine.acc @ AXES[0]).min() == pytest.approx((coarse.acc @ AXES[0]).min(), rel=0.35)


def test_the_floor_turns_the_foot_toes_down() -> None:
    done = add_scuffs(STILL, STILL, RATE_HZ, SWINGS, AXES, one(strength=40.0))
    during = slice(int(done.start_s[0] * RATE_HZ), int(done.end_s[0] * RATE_HZ) + 1)
    assert (done.gyr @ AXES[1])[during].mean() > 0.1  # toes up is a negative rate about the foot's left axis


def test_a_brushing_foot_is_knocked_sideways() -> None:
    done = add_brushing(STILL, STILL, RATE_HZ, SWINGS, AXES, 12.0)
    forward, side, _ = (done.acc @ AXES.T).T
    assert np.abs(side).max() > 2.0 * np.abs(forward).max()
    assert len(done.start_s) == len(SWINGS)


def test_a_stick_is_weak_and_short() -> None:
    done = add_stick(STILL, STILL, RATE_HZ, SWINGS, AXES, 2.0)
    assert np.abs(done.acc).max() < 5.0
    touched = np.abs(done.acc).max(axis=1) > 0.05
    assert touched.sum() < 3 * 10


def test_a_loose_sensor_rings_after_contact() -> None:
    done = add_loose_sensor(STILL, STILL, RATE_HZ, SWINGS, AXES, 5.0)
    after = np.abs(done.acc[180:190]).max()
    assert after > 1.0
    assert np.abs(done.acc[270:299]).max() < 0.1 * after


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"floor": "ice"}, "hard, carpet"),
        ({"start_frac": np.array([1.2])}, "0 to 0.9"),
        ({"length_s": np.array([0.0])}, "longer than nothing"),
        ({"length_s": np.array([0.1, 0.2])}, "one for each"),
    ],
)
def test_a_scuff_that_cannot_be_is_refused(change: dict[str, object], words: str) -> None:
    given = {
        "swing": np.array([0]),
        "start_frac": np.array([0.3]),
        "length_s": np.array([0.05]),
        "strength_mps2": np.array([10.0]),
    }
    with pytest.raises(SchemaError, match=words):
        Scuffs(**(given | change))  # type: ignore[arg-type]
