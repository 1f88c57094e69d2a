"""The sensor's own clock through losses that nothing counts."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.device.clock_line import follow_clock, level_stretches

BLOCK = 200
UNIT_S = 0.005


def lateness(interval_s: float, ppm: float, seconds: float = 600.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lateness as if nothing was lost, arrivals, and frames lost before each, of a sensor that is off by ``ppm``."""
    rng = np.random.default_rng(0)
    number = np.arange(round(seconds / UNIT_S))
    lost_at = rng.choice(len(number), 12, replace=False)
    lost = np.zeros(len(number), dtype=np.int64)
    for where in lost_at:
        lost[where:] += rng.integers(1, 40)
    taken_s = (number + lost) * UNIT_S * (1.0 - 1e-6 * ppm)
    arrival_s = np.ceil(taken_s / interval_s) * interval_s + rng.exponential(0.0002, len(number))
    arrival_s = np.maximum.accumulate(arrival_s)
    return arrival_s - UNIT_S * number, arrival_s, lost


@pytest.mark.parametrize("interval_s", [0.007, 0.01125, 0.04875])
@pytest.mark.parametrize("ppm", [-60.0, 20.0, 300.0])
def test_the_clock_is_followed_through_losses(interval_s: float, ppm: float) -> None:
    late_s, arrival_s, lost = lateness(interval_s, ppm)
    own_s = follow_clock(late_s, arrival_s, BLOCK, UNIT_S)
    assert own_s is not None
    slope = np.polyfit(np.arange(len(own_s)), own_s, 1)[0]
    assert slope == pytest.approx(-1e-6 * ppm * BLOCK * UNIT_S, abs=4e-6)
    # what is above the clock are whole frames: those that were lost
    first = late_s.reshape(-1, BLOCK).min(axis=1)
    steps = np.rint((first - own_s) / UNIT_S)
    missed = steps - np.median(steps[:5]) - lost.reshape(-1, BLOCK)[:, 0] + lost[0]
    assert np.mean(missed == 0) > 0.99


@pytest.mark.parametrize("interval_s", [0.0075, 0.015, 0.03])
def test_frames_in_step_with_the_connection_events_show_no_clock(interval_s: float) -> None:
    late_s, arrival_s, _ = lateness(interval_s, 20.0)
    assert follow_clock(late_s, arrival_s, BLOCK, UNIT_S) is None


def test_arrivals_at_random_show_no_clock() -> None:
    arrival_s = np.sort(np.random.default_rng(1).uniform(0.0, 600.0, 120_000))
    assert follow_clock(arrival_s - UNIT_S * np.arange(120_000), arrival_s, BLOCK, UNIT_S) is None


def test_stretches_counted_wrong_are_put_on_one_line() -> None:
    rng = np.random.default_rng(2)
    stretch = np.repeat(np.arange(30), 30)
    place = np.linspace(-1.0, 1.0, len(stretch))
    # the phase of the connection events: it runs through a frame 15 times, against a clock that is off by 7 frames
    true = 7.0 * place + (7.5 * place) % 1.0 + 0.05 * rng.standard_normal(len(stretch))
    wrong = np.zeros(30, dtype=np.int64)
    for where in (6, 13, 14, 22):
        wrong[where:] += 1
    np.testing.assert_array_equal(level_stretches(true + wrong[stretch], place, stretch), wrong)
    np.testing.assert_array_equal(level_stretches(true, place, stretch), np.zeros(30))
