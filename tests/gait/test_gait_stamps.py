"""Stamps that jitter: which sample of an even clock each is."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.stamps import Numbered, number_stamps, packet_size
from footdrop_imu.schema import BoolArray, FloatArray, IntArray

PERIOD_S = 1.0 / 102.4


def sampled(here: BoolArray, jitter_s: float, seed: int, drift_ppm: float = 0.0) -> FloatArray:
    """Stamps set when samples were taken, early or late; those of samples that came."""
    rng = np.random.default_rng(seed)
    true = np.arange(len(here)) * PERIOD_S * (1.0 + 1e-6 * drift_ppm)
    return np.maximum.accumulate(true + jitter_s * rng.normal(size=len(here)))[here] + 5.0


def arrived(here: BoolArray, delay_s: float, seed: int) -> FloatArray:
    """Stamps set when samples came, in their order."""
    rng = np.random.default_rng(seed)
    return np.maximum.accumulate(np.arange(len(here)) * PERIOD_S + rng.exponential(delay_s, len(here)))[here]


def kept(count: int, lost_share: float = 0.0, seed: int = 0) -> BoolArray:
    here = np.random.default_rng([seed, 9]).random(count) >= lost_share
    here[[0, -1]] = True
    return here


def wrong(found: Numbered, here: BoolArray) -> IntArray:
    return found.tick - np.flatnonzero(here)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("jitter_s", [0.002, 0.005, 0.008])
def test_where_nothing_is_lost_every_sample_gets_its_place(jitter_s: float, seed: int) -> None:
    here = kept(2500)
    found = number_stamps(sampled(here, jitter_s, seed))
    assert not wrong(found, here).any()
    assert found.period_s == pytest.approx(PERIOD_S, rel=1e-4)
    assert found.residual_s == pytest.approx(jitter_s, rel=0.2)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("jitter_s", "lost_share", "most"), [(0.002, 0.02, 0.002), (0.002, 0.1, 0.01), (0.005, 0.005, 0.01)]
)
def test_lost_samples_are_counted(jitter_s: float, lost_share: float, most: float, seed: int) -> None:
    """How many is right; between which two samples one is lost may be off by one."""
    here = kept(5000, lost_share, seed)
    off = wrong(number_stamps(sampled(here, jitter_s, seed)), here)[20:-20]
    off -= round(float(np.median(off)))  # what was lost between the first few moves all, and the first one's time
    assert np.abs(off).max() <= 2
    assert np.mean(off != 0) <= most


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("delay_s", "lost_share"), [(0.002, 0.0), (0.005, 0.0), (0.002, 0.02), (0.005, 0.005)])
def test_times_of_arrival(delay_s: float, lost_share: float, seed: int) -> None:
    here = kept(5000, lost_share, seed)
    off = wrong(number_stamps(arrived(here, delay_s, seed)), here)[:-20]
    assert np.abs(off).max() <= 2
    assert np.mean(off != 0) <= 0.01


def test_the_first_sample_is_put_where_all_stamps_say() -> None:
    here, stamps = kept(3000), sampled(kept(3000), 0.003, 1)
    stamps[0] -= 0.004
    assert stamps[0] + number_stamps(stamps).first_s == pytest.approx(5.0, abs=3e-4)
    assert not wrong(number_stamps(stamps), here).any()


def test_packets_held_up_are_no_losses() -> None:
    """A quarter of a second without any, then all at once."""
    here, stamps = kept(4000), arrived(kept(4000), 0.002, 3)
    for begin in (700, 2000, 3100):
        late = slice(begin, begin + 25)
        stamps[late] = np.maximum(stamps[late], stamps[begin + 25])
    assert not wrong(number_stamps(stamps), here).any()


def test_a_long_loss_is_counted() -> None:
    here = kept(6000)
    here[2500:2830] = False
    off = wrong(number_stamps(sampled(here, 0.004, 2)), here)
    assert np.mean(off != 0) < 0.002
    assert off[-1] == 0


def test_a_clock_that_runs_away_from_the_program_s_is_followed() -> None:
    here = kept(30_000, 0.01)
    off = wrong(number_stamps(sampled(here, 0.002, 6, drift_ppm=300.0)), here)
    assert np.mean(off != 0) < 0.002
    assert off[-1] == 0
    bent = sampled(here, 0.002, 6) + 0.03 * np.sin(np.linspace(0.0, 6.0, int(here.sum())))
    assert wrong(number_stamps(bent), here)[-1] == 0


def test_a_rate_that_was_given_says_where_to_look() -> None:
    here = kept(3000, 0.02)
    found = number_stamps(sampled(here, 0.002, 4), 100.0)
    assert 1.0 / found.period_s == pytest.approx(102.4, rel=1e-4)


@pytest.mark.parametrize(
    "stamps",
    [
        np.cumsum(np.random.default_rng(0).uniform(0.002, 0.018, 4000)),
        np.cumsum(np.random.default_rng(1).exponential(0.01, 4000)),
        sampled(kept(4000, 0.2), 0.006, 1),
        sampled(kept(60), 0.002, 1),
    ],
    ids=["uneven", "by chance", "too many lost for the jitter", "few"],
)
def test_what_cannot_be_told_is_refused(stamps: FloatArray) -> None:
    with pytest.raises(SignalError, match="--rate") as caught:
        number_stamps(stamps)
    assert caught.value.reason is SignalReason.RATE_UNKNOWN


@pytest.mark.parametrize("size", [1, 2, 4, 10])
def test_packets_are_seen(size: int) -> None:
    came = np.repeat(np.arange(200) * 0.01 * size, size)
    assert packet_size(came + 1e-4 * (np.arange(len(came)) % size)) == size


@pytest.mark.parametrize("seed", range(3))
def test_packets_that_come_late_and_get_lost(seed: int) -> None:
    rng = np.random.default_rng(seed)
    came = np.maximum.accumulate(4.0 * PERIOD_S * np.arange(800) + rng.exponential(0.004, 800))
    here = np.repeat(kept(800, 0.02, seed), 4)
    found = number_stamps(np.repeat(came, 4)[here])
    assert np.mean(wrong(found, here) != 0) < 0.005
    assert found.tick[-1] == np.flatnonzero(here)[-1]
