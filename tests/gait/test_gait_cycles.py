"""One hump of intensity is one movement."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.gait.cycles import CycleConfig, find_movements
from footdrop_imu.schema import FloatArray

RATE_HZ = 100.0


def humps(times_s: list[float], heights: list[float], count_s: float, floor: float = 0.3) -> FloatArray:
    """Intensity of movements of 0.6 s, each a push-off peak and a swing peak with a dip to a half between."""
    time = np.arange(round(count_s * RATE_HZ)) / RATE_HZ
    out = np.full(len(time), floor)
    for center, height in zip(times_s, heights, strict=True):
        for shift, share in ((-0.15, 1.0), (0.15, 0.9)):
            out = np.maximum(out, height * share * np.exp(-0.5 * ((time - center - shift) / 0.09) ** 2))
    return out


def test_every_movement_is_found_once_though_it_has_two_peaks() -> None:
    times = [2.0, 3.1, 4.2, 5.3, 6.4]
    found = find_movements(humps(times, [15.0] * 5, 8.0), RATE_HZ)
    assert len(found) == 5
    assert np.abs(found / RATE_HZ - np.array(times)).max() < 0.2


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 204.8, 400.0])
def test_the_number_of_movements_does_not_depend_on_the_rate(rate_hz: float) -> None:
    base = humps([2.0, 3.1, 4.2, 5.3], [15.0, 9.0, 18.0, 12.0], 7.0)
    time = np.arange(0, 7.0, 1 / rate_hz)
    intensity = np.interp(time, np.arange(len(base)) / RATE_HZ, base)
    assert len(find_movements(intensity, rate_hz)) == 4


def test_a_still_foot_moves_not() -> None:
    assert find_movements(np.full(500, 0.2), RATE_HZ).tolist() == []
    assert find_movements(humps([2.0], [1.0], 5.0), RATE_HZ).tolist() == []


def test_movements_far_below_the_usual_are_left_out() -> None:
    times = [2.0, 3.1, 4.2, 5.3, 7.0]
    found = find_movements(humps(times, [30.0] * 4 + [2.5], 9.0), RATE_HZ)
    assert len(found) == 4
    assert len(find_movements(humps(times, [30.0] * 4 + [6.0], 9.0), RATE_HZ)) == 5


def test_two_humps_that_no_quiet_moment_parts_are_one() -> None:
    time = np.arange(600) / RATE_HZ
    bells = [12.0 * np.exp(-0.5 * ((time - center) / 0.12) ** 2) for center in (2.0, 2.6)]
    parted = np.maximum(bells[0], bells[1])
    assert len(find_movements(np.maximum(parted, 0.3), RATE_HZ)) == 2
    assert len(find_movements(np.where((time > 2.0) & (time < 2.6), np.maximum(parted, 6.0), parted), RATE_HZ)) == 1


def test_the_lower_of_two_goes() -> None:
    time = np.arange(600) / RATE_HZ
    valley = np.where((time > 2.0) & (time < 2.6), 6.0, 0.3)
    for low, high in ((2.0, 2.6), (2.6, 2.0)):
        tall = 20.0 * np.exp(-0.5 * ((time - high) / 0.12) ** 2)
        short = 10.0 * np.exp(-0.5 * ((time - low) / 0.12) ** 2)
        found = find_movements(np.maximum(np.maximum(tall, short), valley), RATE_HZ)
        assert found / RATE_HZ == pytest.approx([high], abs=0.1)


def test_a_chain_of_joined_humps_ends_as_its_highest() -> None:
    time = np.arange(800) / RATE_HZ
    intensity = np.full(800, 0.3)
    for center, height in zip((2.0, 2.5, 3.0, 3.5), (10.0, 12.0, 16.0, 11.0), strict=True):
        intensity = np.maximum(intensity, height * np.exp(-0.5 * ((time - center) / 0.12) ** 2))
    intensity = np.where((time > 2.0) & (time < 3.5), np.maximum(intensity, 7.0), intensity)
    assert find_movements(intensity, RATE_HZ) / RATE_HZ == pytest.approx([3.0], abs=0.1)


def test_a_foot_that_stands_parts_movements_however_low_they_are() -> None:
    """Between two low humps the intensity need not fall below a share of them, only below that of standing."""
    time = np.arange(500) / RATE_HZ
    bells = [2.0 * np.exp(-0.5 * ((time - center) / 0.15) ** 2) for center in (2.0, 3.2)]
    intensity = np.maximum(np.maximum(*bells), 0.55)
    assert len(find_movements(intensity, RATE_HZ)) == 2
    strict = CycleConfig(valley_floor=0.0)
    assert len(find_movements(intensity, RATE_HZ, strict)) == 1
