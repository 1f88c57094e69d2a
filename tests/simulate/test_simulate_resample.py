"""Samples of one rate turned into samples of another."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.simulate.resample import resample


def tone(frequency_hz: float, rate_hz: float, duration_s: float) -> np.ndarray:
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    return np.stack([9.81 + np.sin(2 * np.pi * frequency_hz * time_s), np.cos(2 * np.pi * frequency_hz * time_s)], 1)


@pytest.mark.parametrize(("from_hz", "to_hz"), [(102.4, 200.0), (200.0, 60.0), (204.8, 104.0), (128.0, 99.84)])
def test_what_both_rates_can_hold_is_kept(from_hz: float, to_hz: float) -> None:
    made = resample(tone(5.0, from_hz, 20.0), from_hz, to_hz)
    expected = tone(5.0, to_hz, 20.0)
    assert abs(len(made) - len(expected)) <= 1
    inside = slice(round(to_hz), round(19 * to_hz))
    np.testing.assert_allclose(made[inside], expected[inside], atol=0.002)
    # the offset is no step at the ends
    assert np.abs(made[:, 0] - 9.81).max() < 1.2


def test_what_the_lower_rate_cannot_hold_is_left_out() -> None:
    made = resample(tone(40.0, 200.0, 20.0), 200.0, 50.0)
    assert np.abs(made[100:-100] - [9.81, 0.0]).max() < 0.02


def test_the_same_rate_changes_nothing() -> None:
    values = tone(3.0, 102.4, 2.0)
    np.testing.assert_array_equal(resample(values, 102.4, 102.4), values)
    np.testing.assert_array_equal(resample(values, 102.4, 102.40001), values)


def test_one_sample_stays_one() -> None:
    assert resample(np.ones((1, 3)), 50.0, 200.0).shape == (1, 3)
