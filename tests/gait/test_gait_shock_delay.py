"""The gyroscope's delay by shocks: planted in a shaken rigid body and found, whatever the mounting and the rate."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from footdrop_imu.gait.sensor_errors import later
from footdrop_imu.gait.shock_delay import shock_delay
from footdrop_imu.schema import FloatArray

ARM_M = np.array([-0.06, 0.01, 0.05])


def shaken(rate_hz: float, delay_s: float, *, rigid: float = 1.0, seed: int = 3) -> tuple[FloatArray, FloatArray]:
    """Shocks that turn a shoe about a point of its sole, and the rest of walking; the gyroscope is late."""
    rng = np.random.default_rng(seed)
    time = np.arange(0.0, 20.0, 1.0 / rate_hz)

    def course(at: FloatArray) -> tuple[FloatArray, FloatArray]:
        rate, change = np.zeros((len(at), 3)), np.zeros((len(at), 3))
        for hz, phase, size in zip(hertz, phases, sizes, strict=True):
            rate += np.sin(2.0 * np.pi * hz * at[:, None] + phase) * size
            change += 2.0 * np.pi * hz * np.cos(2.0 * np.pi * hz * at[:, None] + phase) * size
        return rate, change

    hertz = rng.uniform(9.0, 22.0, 40)
    phases, sizes = rng.uniform(0.0, 2.0 * np.pi, (40, 3)), rng.normal(scale=0.1, size=(40, 3))
    change = course(time)[1]
    rate = course(time - delay_s)[0]
    leg = np.sin(2.0 * np.pi * 1.0 * time)[:, None]
    apart = rng.normal(scale=1.0, size=(len(time), 3))
    acc = rigid * np.cross(change, ARM_M) + 4.0 * leg + [0.0, 0.0, 9.81] + (1.0 - rigid) * apart
    return np.asarray(acc), rate + 3.0 * leg


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 204.8])
@pytest.mark.parametrize("delay_s", [-0.01, 0.0, 0.008, 0.02, 0.04])
def test_a_planted_delay_is_found(rate_hz: float, delay_s: float) -> None:
    found = shock_delay(*shaken(rate_hz, delay_s), rate_hz)
    assert found.delay_s == pytest.approx(delay_s, abs=0.001)
    assert found.share > 0.9
    assert found.sd_s < 0.002


def test_the_mounting_does_not_matter() -> None:
    acc, gyr = shaken(100.0, 0.013)
    turned = Rotation.from_euler("xyz", [40.0, -70.0, 110.0], degrees=True)
    plain, other = shock_delay(acc, gyr, 100.0), shock_delay(turned.apply(acc), turned.apply(gyr), 100.0)
    assert other == pytest.approx(plain, abs=1e-9)


def test_the_less_is_explained_the_less_is_known() -> None:
    sds = [shock_delay(*shaken(100.0, 0.01, rigid=rigid), 100.0).sd_s for rigid in (1.0, 0.7, 0.5)]
    assert (np.diff(sds) > 0).all()


def test_shaking_that_does_not_go_together_tells_nothing() -> None:
    rng = np.random.default_rng(8)
    found = shock_delay(rng.normal(size=(4000, 3)), rng.normal(size=(4000, 3)), 100.0)
    assert (found.delay_s, found.sd_s) == (0.0, np.inf)
    assert shock_delay(np.zeros((4000, 3)), rng.normal(size=(4000, 3)), 100.0).sd_s == np.inf
    assert shock_delay(np.ones((20, 3)), np.ones((20, 3)), 100.0).sd_s == np.inf


def test_a_delay_beyond_the_search_tells_nothing() -> None:
    acc, gyr = shaken(100.0, 0.0)
    moved = later(gyr, np.zeros(len(gyr), dtype=bool), -0.2, 100.0)[0]
    found = shock_delay(acc, moved, 100.0)
    assert not np.isfinite(found.sd_s) or found.share < 0.5
