"""Counters, times and rates to an even grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.clock import ClockConfig, Grid, Ticks, count_ticks, even_grid, join_grids, run_lengths
from footdrop_imu.schema import FloatArray, IntArray

Cut = Callable[[FloatArray], FloatArray]


def samples(count: int) -> FloatArray:
    return np.random.default_rng(count).normal(size=(count, 3))


def ticks(
    values: FloatArray,
    counter: IntArray | None = None,
    bits: int | None = None,
    time_s: FloatArray | None = None,
    rate_hz: float | None = None,
) -> Ticks:
    return count_ticks((values,), counter=counter, counter_bits=bits, time_s=time_s, rate_hz=rate_hz)


def refused(reason: SignalReason, *words: str, **given: object) -> None:
    values = samples(300)
    with pytest.raises(SignalError) as caught:
        ticks(values, **given)  # type: ignore[arg-type]
    assert caught.value.reason is reason
    for word in words:
        assert word in caught.value.message


def test_a_counter_without_losses() -> None:
    found = ticks(samples(300), counter=np.arange(500, 800), rate_hz=100.0)
    assert found.tick.tolist() == list(range(300))
    assert found.keep.all()
    assert found.first_counter == 500
    assert found.rate_hz == 100.0


@pytest.mark.parametrize("bits", [8, 16, 24])
def test_a_counter_that_wraps_goes_on(bits: int) -> None:
    counter = (np.arange(700) + 2**bits - 100) % 2**bits
    lost = np.ones(700, dtype=bool)
    lost[[99, 100, 101, 350]] = False  # the wrap itself among the lost
    found = ticks(samples(700)[lost], counter=counter[lost], bits=bits, rate_hz=100.0)
    assert found.tick.tolist() == np.flatnonzero(lost).tolist()


def test_a_counter_without_bits_does_not_wrap() -> None:
    refused(
        SignalReason.TIME_BACKWARD, "after sample 99", counter=np.concatenate([np.arange(100), np.arange(200)]),
        rate_hz=100.0,
    )  # fmt: skip


@given(lost=st.sets(st.integers(1, 399), max_size=150), start=st.integers(0, 65_535))
@settings(max_examples=30, deadline=None)
def test_whatever_is_lost_the_others_keep_their_places(lost: set[int], start: int) -> None:
    here = np.array(sorted(set(range(400)) - lost))
    found = ticks(samples(400)[here], counter=(start + here) % 65_536, bits=16, rate_hz=100.0)
    assert found.tick.tolist() == here.tolist()
    assert found.first_counter == start


def test_repeated_rows_are_dropped_once() -> None:
    values, counter = samples(300), np.arange(300)
    again = np.sort(np.concatenate([np.arange(300), [50, 51, 51, 299]]))
    found = ticks(values[again], counter=counter[again], rate_hz=100.0)
    assert found.keep.sum() == 300
    assert found.tick.tolist() == list(range(300))
    assert values[again][found.keep].tolist() == values.tolist()
    found = ticks(values[again], time_s=counter[again] / 100.0)
    assert found.keep.sum() == 300


def test_a_counter_that_stands_still_with_new_values_is_refused() -> None:
    counter = np.arange(300)
    counter[120:] -= 1
    refused(SignalReason.TIME_BACKWARD, "stands still 1 times", "sample 119", counter=counter, rate_hz=100.0)


def test_the_second_quantity_tells_a_repeat_from_a_late_row_too() -> None:
    acc, gyr = np.zeros((300, 3)), samples(300)
    counter = np.arange(300)
    counter[120:] -= 1
    with pytest.raises(SignalError, match="stands still"):
        count_ticks((acc, gyr), counter=counter, counter_bits=None, time_s=None, rate_hz=100.0)


def test_time_that_runs_backward_is_refused() -> None:
    time = np.arange(300) / 100.0
    time[200] = time[150]
    refused(SignalReason.TIME_BACKWARD, "time runs backward", "1 times", "sample 199", "expected", time_s=time)
    refused(SignalReason.TIME_BACKWARD, time_s=time[::-1].copy())


def test_a_step_back_in_a_wrapping_counter_is_a_step_back() -> None:
    counter = np.arange(300)
    counter[200] = 100
    with pytest.raises(SignalError, match="backward"):
        ticks(samples(300), counter=counter, bits=16, rate_hz=100.0)


def test_the_rate_of_a_time_column_is_that_of_the_whole() -> None:
    """Times rounded to milliseconds at 204.8 Hz: each step is 4 or 5 ms, but the walk's length is exact."""
    time = np.round(np.arange(20_000) / 204.8, 3)
    found = ticks(samples(20_000), time_s=time)
    assert found.rate_hz == pytest.approx(204.8, rel=1e-5)
    assert found.tick.tolist() == list(range(20_000))


def test_a_gap_in_the_times_is_a_gap_in_the_ticks() -> None:
    here = np.concatenate([np.arange(500), np.arange(560, 1000)])
    found = ticks(samples(1000)[here], time_s=7.0 + here / 128.0)
    assert found.tick.tolist() == here.tolist()
    assert found.rate_hz == pytest.approx(128.0)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("late_s", "lost_share"), [(0.002, 0.0), (0.002, 0.05), (0.001, 0.2)])
def test_times_that_jitter_number_the_samples_all_the_same(seed: int, late_s: float, lost_share: float) -> None:
    """Times of arrival at 100 Hz, early or late by up to a fifth of a sample time, the first one's too."""
    rng = np.random.default_rng(seed)
    here = np.flatnonzero(rng.random(3000) >= lost_share)
    here = here - here[0]
    found = ticks(samples(len(here)), time_s=here / 100.0 + rng.uniform(-late_s, late_s, len(here)))
    assert found.rate_hz == pytest.approx(100.0, rel=3e-3)
    assert found.keep.mean() > 0.98
    assert np.abs(found.tick / found.rate_hz - here[found.keep] / 100.0).max() < 0.0101


@pytest.mark.parametrize("rate_hz", [128.0, 204.8, 333.3, 400.0, 416.0])
@pytest.mark.parametrize("cut", [np.floor, np.round], ids=["cut", "rounded"])
def test_times_in_whole_milliseconds_give_the_true_rate(
    rate_hz: float, cut: Callable[[FloatArray], FloatArray]
) -> None:
    """At 416 Hz the steps are 2, 2 and 3 ms: a step of 3 ms is no gap."""
    for count in (4000, 4001):
        found = ticks(samples(count), time_s=cut(1000.0 * np.arange(count) / rate_hz) / 1000.0)
        assert found.rate_hz == pytest.approx(rate_hz, rel=1e-3)
        assert found.tick.tolist() == list(range(count))


def test_the_counter_with_times_gives_the_true_rate() -> None:
    """The clock runs 0.1 % fast against its nominal rate."""
    counter = np.arange(3000)
    found = ticks(samples(3000), counter=counter, time_s=counter / 100.1, rate_hz=100.0)
    assert found.rate_hz == pytest.approx(100.1)


@pytest.mark.parametrize("true_hz", [101.9, 98.1])
def test_rates_may_differ_by_two_percent(true_hz: float) -> None:
    counter = np.arange(300)
    assert ticks(samples(300), time_s=counter / true_hz, rate_hz=100.0).rate_hz == pytest.approx(true_hz)
    assert ticks(samples(300), counter=counter, time_s=counter / true_hz, rate_hz=100.0).rate_hz == pytest.approx(
        true_hz
    )


@pytest.mark.parametrize("true_hz", [103.0, 97.0, 1000.0])
def test_rates_that_disagree_by_more_are_refused(true_hz: float) -> None:
    counter = np.arange(300)
    words = (f"{true_hz:.2f} Hz", "100.00 Hz", "Correct or leave out")
    refused(SignalReason.RATE_DISAGREES, *words, time_s=counter / true_hz, rate_hz=100.0)
    refused(SignalReason.RATE_DISAGREES, *words, counter=counter, time_s=counter / true_hz, rate_hz=100.0)


def test_a_rate_alone_counts_the_rows() -> None:
    found = ticks(samples(300), rate_hz=52.0)
    assert found.tick.tolist() == list(range(300))
    assert (found.rate_hz, found.first_counter) == (52.0, None)


@pytest.mark.parametrize("given", [{}, {"counter": np.arange(300)}])
def test_a_rate_that_nobody_gave_is_refused(given: dict[str, object]) -> None:
    refused(SignalReason.RATE_UNKNOWN, "Found", "--rate", **given)


@pytest.mark.parametrize(
    "given",
    [
        {"rate_hz": 20.0},
        {"time_s": np.arange(300) / 20.0},
        {"counter": np.arange(300), "rate_hz": 20.0},
        {"counter": np.arange(300), "time_s": np.arange(300) / 20.0},
    ],
)
def test_a_rate_too_low_is_refused(given: dict[str, object]) -> None:
    refused(SignalReason.RATE_TOO_LOW, "20.0 Hz", "at least 25 Hz", **given)


def test_one_sample_is_no_walk() -> None:
    for count in (0, 1):
        with pytest.raises(SignalError, match=f"Found {count} samples") as caught:
            ticks(np.zeros((count, 3)), rate_hz=100.0)
        assert caught.value.reason is SignalReason.TOO_SHORT


@pytest.mark.parametrize("bad", [{"time_s": np.zeros(300)}, {"counter": np.zeros(300, dtype=np.int64), "rate_hz": 100}])
def test_a_clock_that_never_moves_is_refused(bad: dict[str, object]) -> None:
    refused(SignalReason.TIME_BACKWARD, **bad)


def grid_with_gap(missing: int, rate_hz: float) -> Grid:
    """A straight line with ``missing`` samples gone in its middle."""
    here = np.concatenate([np.arange(500), np.arange(500 + missing, 1000)])
    return even_grid(np.outer(here, [1.0, -2.0, 3.0]), here, rate_hz)


def test_gaps_are_filled_straight() -> None:
    grid = grid_with_gap(30, 100.0)
    assert grid.values == pytest.approx(np.outer(np.arange(1000), [1.0, -2.0, 3.0]))
    assert np.flatnonzero(grid.lost).tolist() == list(range(500, 530))


@pytest.mark.parametrize(("missing", "rate_hz"), [(5, 100.0), (10, 200.0), (10, 199.97), (10, 204.8), (2, 50.0)])
def test_fifty_milliseconds_are_bridged(missing: int, rate_hz: float) -> None:
    grid = grid_with_gap(missing, rate_hz)
    assert grid.lost.sum() == missing
    assert grid.valid.all()


@pytest.mark.parametrize(("missing", "rate_hz"), [(6, 100.0), (12, 200.0), (11, 204.8), (3, 50.0)])
def test_sixty_milliseconds_are_not(missing: int, rate_hz: float) -> None:
    grid = grid_with_gap(missing, rate_hz)
    assert np.flatnonzero(~grid.valid).tolist() == list(range(500, 500 + missing))


def test_nothing_missing_is_nothing_changed() -> None:
    values = samples(100)
    grid = even_grid(values, np.arange(100), 100.0)
    assert grid.values.tolist() == values.tolist()
    assert grid.valid.all()
    assert not grid.lost.any()


def test_a_recording_with_more_holes_than_samples_is_refused() -> None:
    kept = np.arange(0, 1000, 2)
    assert even_grid(samples(500), kept, 100.0).lost.sum() == 499
    sparse = np.arange(0, 1000, 3)
    with pytest.raises(SignalError, match=r"666 of 1000 samples are missing \(67%\), expected at most 50%") as caught:
        even_grid(samples(len(sparse)), sparse, 100.0)
    assert caught.value.reason is SignalReason.TOO_MANY_GAPS
    assert even_grid(samples(len(sparse)), sparse, 100.0, ClockConfig(most_lost=0.7)).values.shape == (1000, 3)


def sine_grid(rate_hz: float, start_s: float, seconds: float = 8.0) -> Grid:
    time = start_s + np.arange(round(seconds * rate_hz)) / rate_hz
    values = np.column_stack([np.sin(2 * np.pi * f * time) for f in (0.5, 1.0, 1.5)])
    return Grid(values, np.zeros(len(time), dtype=bool), np.ones(len(time), dtype=bool))


@pytest.mark.parametrize("second_hz", [100.0, 52.0, 208.0])
@pytest.mark.parametrize("lead_s", [0.0, 0.037, -0.5])
def test_two_streams_are_joined_at_the_same_instants(second_hz: float, lead_s: float) -> None:
    """Two clocks of their own, the second starting ``lead_s`` later: joined, it shows what is true at each tick."""
    first, second = sine_grid(100.0, 0.0), sine_grid(second_hz, lead_s)
    joined = join_grids(first, second, 100.0, second_hz, lead_s)
    assert joined.values.shape == first.values.shape
    time = np.arange(800) / 100.0
    reached = (time >= lead_s) & (time <= lead_s + 8.0 - 1 / second_hz)
    assert joined.values[reached] == pytest.approx(first.values[reached], abs=2e-2)
    assert joined.valid[reached].all()
    assert not joined.valid[(time < lead_s - 1 / second_hz) | (time > lead_s + 8.0)].any()
    assert (joined.lost == ~joined.valid).all()


def test_gaps_of_the_second_stream_stay_gaps() -> None:
    first, second = sine_grid(100.0, 0.0), sine_grid(50.0, 0.0)
    second.lost[100:110] = True
    second.valid[100:110] = False
    joined = join_grids(first, second, 100.0, 50.0, 0.0)
    assert joined.lost[200:219].all()
    assert not joined.valid[200:219].any()
    assert joined.valid[:198].all()
    assert joined.lost.sum() == pytest.approx(20, abs=1)


@given(st.lists(st.booleans(), max_size=60))
@settings(max_examples=60, deadline=None)
def test_run_lengths_are_counted(mask: list[bool]) -> None:
    expected = []
    for k, on in enumerate(mask):
        before, after = k, k
        while on and before > 0 and mask[before - 1]:
            before -= 1
        while on and after < len(mask) - 1 and mask[after + 1]:
            after += 1
        expected.append(after - before + 1 if on else 0)
    assert run_lengths(np.array(mask, dtype=bool)).tolist() == expected


@pytest.mark.parametrize("packet", [2, 3, 5])
@pytest.mark.parametrize("within_s", [0.0, 1e-4], ids=["one stamp", "stamps that hardly differ"])
def test_packets_are_taken_apart(packet: int, within_s: float) -> None:
    """Several samples a packet: their times say when the packet came, not when they were taken."""
    came = np.repeat(np.arange(300) * 0.01 * packet, packet)
    here = np.repeat(np.arange(300) != 100, packet)
    found = ticks(samples(int(here.sum())), time_s=(came + np.tile(np.arange(packet) * within_s, 300))[here])
    assert found.tick.tolist() == np.flatnonzero(here).tolist()
    assert found.rate_hz == pytest.approx(100.0, rel=1e-6)
    # the stamp is that of the packet's last sample
    assert found.first_s == pytest.approx(0.01 * (1 - packet) + within_s * (packet - 1))
    assert found.residual_s < 1e-6


def test_stamps_that_no_even_clock_explains_are_refused() -> None:
    rng = np.random.default_rng(5)
    words = ("ms", "no even clock", "counter", "--rate")
    refused(SignalReason.RATE_UNKNOWN, *words, time_s=np.cumsum(rng.exponential(0.01, 300)))


def test_an_even_clock_keeps_every_sample_and_says_how_even_it_is() -> None:
    found = ticks(samples(300), time_s=3.0 + np.arange(300) / 128.0)
    assert (found.first_s, found.keep.all()) == (0.0, True)
    assert found.residual_s < 1e-9
    assert np.isnan(ticks(samples(300), rate_hz=128.0).residual_s)
