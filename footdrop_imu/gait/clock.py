"""From counted or timed samples to an even grid: wraps, repeats, gaps, the true rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.stamps import number_stamps, packet_size
from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = ["ClockConfig", "Grid", "Ticks", "count_ticks", "even_grid", "join_grids", "run_lengths"]

_MOST_SHORT = 0.01  # share of steps between times that an even clock may make shorter than half the usual
_PART_OF_A_SAMPLE = 0.2


@dataclass(frozen=True)
class ClockConfig:
    """What a clock may do before the recording is refused."""

    longest_filled_gap_s: float = 0.05
    """Gaps up to this are filled and used; longer ones reject the stride's measures."""
    rate_tolerance: float = 0.02
    """Two sources of the rate may differ by this share."""
    lowest_rate_hz: float = 25.0
    """Below it a swing has too few samples."""
    most_lost: float = 0.5
    """A recording that lost a larger share than this is refused."""


class Ticks(NamedTuple):
    """When each kept sample was taken: ``tick`` (m,) int64 sample periods from the first one, increasing.

    ``keep`` (n,) marks the rows that are no repeats. ``first_s`` is how much later than its own time stamp the first
    sample is by the clock that all stamps show together; ``residual_s`` how far they scatter about it (NaN without).
    """

    tick: IntArray
    keep: BoolArray
    rate_hz: float
    first_counter: int | None
    first_s: float = 0.0
    residual_s: float = np.nan


class Grid(NamedTuple):
    """Values (n, c) on an even grid, ``lost`` (n,) where no sample came, ``valid`` (n,) where gaps are short."""

    values: FloatArray
    lost: BoolArray
    valid: BoolArray


def count_ticks(
    values: Sequence[FloatArray],
    *,
    counter: IntArray | None,
    counter_bits: int | None,
    time_s: FloatArray | None,
    rate_hz: float | None,
    config: ClockConfig | None = None,
) -> Ticks:
    """Number the samples of a stream by its counter, else by its time column, else by its nominal rate.

    Parameters
    ----------
    values
        One or more (n, 3): the samples, to tell a repeated row from one that is only late.
    counter, counter_bits
        (n,) as sent, and where it wraps.
    time_s
        (n,) device time, s.
    rate_hz
        Nominal rate; needed without a time column.
    config
        Limits.

    Returns
    -------
    Ticks

    Raises
    ------
    SignalError
        No way to know the rate, a rate below 25 Hz, rates that disagree, time that runs backward.
    """
    config = config or ClockConfig()
    n = len(values[0])
    if n < 2:
        raise SignalError(SignalReason.TOO_SHORT, f"Found {n} samples, expected a walk of some seconds.")
    keep = np.ones(n, dtype=bool)
    if counter is not None:
        unwrapped = _unwrap(np.asarray(counter, dtype=np.int64), counter_bits)
        step = np.diff(unwrapped)
        keep[1:] = ~_repeats(step, values)
        _refuse_backward(np.diff(unwrapped[keep]), "counter")
        kept = unwrapped[keep]
        true_rate = _rate_of_counter(kept, None if time_s is None else time_s[keep], rate_hz, config)
        return Ticks(kept - kept[0], keep, true_rate, int(counter[0]))
    if time_s is not None:
        keep[1:] = ~_repeats(np.diff(time_s), values)
        found = _count_times(np.asarray(time_s, dtype=float)[keep], rate_hz)
        if rate_hz is not None:
            _refuse_disagreement(found.rate_hz, rate_hz, "the time column", config)
        _refuse_slow(found.rate_hz, config)
        keep[keep] = found.keep
        return found._replace(keep=keep)
    if rate_hz is None:
        raise SignalError(
            SignalReason.RATE_UNKNOWN,
            "Found neither a counter nor a time column nor a rate. Give the sample rate with --rate.",
        )
    _refuse_slow(rate_hz, config)
    return Ticks(np.arange(n, dtype=np.int64), keep, float(rate_hz), None)


def even_grid(values: FloatArray, tick: IntArray, rate_hz: float, config: ClockConfig | None = None) -> Grid:
    """Put samples (m, c) taken at ``tick`` (m,) on every tick from 0 to the last, gaps filled linearly.

    Raises
    ------
    SignalError
        More samples lost than the limit.
    """
    config = config or ClockConfig()
    count = int(tick[-1]) + 1
    missing = count - len(tick)
    if missing > config.most_lost * count:
        raise SignalError(
            SignalReason.TOO_MANY_GAPS,
            f"{missing} of {count} samples are missing ({missing / count:.0%}), expected at most "
            f"{config.most_lost:.0%}. Record again with the receiver closer to the feet.",
        )
    if not missing:
        everything = np.ones(count, dtype=bool)
        return Grid(np.asarray(values, dtype=float), ~everything, everything)
    lost = np.ones(count, dtype=bool)
    lost[tick] = False
    grid = np.arange(count)
    filled = np.stack([np.interp(grid, tick, column) for column in values.T], axis=1)
    # a rate that was measured is never round: ten samples at 199.99 Hz are 50 ms too
    valid = ~(run_lengths(lost) > config.longest_filled_gap_s * rate_hz + _PART_OF_A_SAMPLE)
    return Grid(filled, lost, valid)


def join_grids(first: Grid, second: Grid, first_rate_hz: float, second_rate_hz: float, lead_s: float) -> Grid:
    """Bring the second grid onto the first one's ticks; its first sample comes ``lead_s`` after the first's.

    Where the second does not reach, values are held and not valid.
    """
    position = (np.arange(len(first.values)) / first_rate_hz - lead_s) * second_rate_hz
    grid = np.arange(len(second.values))
    values = np.stack([np.interp(position, grid, column) for column in second.values.T], axis=1)
    nearest = np.clip(np.rint(position).astype(np.int64), 0, len(grid) - 1)
    outside = (position < -0.5) | (position > len(grid) - 0.5)
    return Grid(values, second.lost[nearest] | outside, second.valid[nearest] & ~outside)


def run_lengths(mask: BoolArray) -> IntArray:
    """Length of the run of True that each sample lies in, 0 elsewhere: (n,) to (n,)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    out = np.zeros(len(mask), dtype=np.int64)
    lengths = edges[1::2] - edges[::2]
    out[mask] = np.repeat(lengths, lengths)
    return out


def _repeats(step: FloatArray | IntArray, values: Sequence[FloatArray]) -> BoolArray:
    """Which rows (n - 1,) have the clock and all the values of the row before."""
    same = np.asarray(step == 0)
    rows = np.flatnonzero(same)
    for part in values if len(rows) else ():
        same[rows] &= (part[rows + 1] == part[rows]).all(axis=1)
    return same


def _unwrap(counter: IntArray, bits: int | None) -> IntArray:
    if bits is None:
        return counter
    period = np.int64(1) << bits
    step = np.diff(counter) % period
    # more than half a period forward is a step back
    step = np.where(step > period // 2, step - period, step)
    return np.asarray(np.concatenate(([0], np.cumsum(step))) + counter[0], dtype=np.int64)


def _refuse_backward(steps: FloatArray | IntArray, what: str) -> None:
    backward = np.flatnonzero(steps <= 0)
    if len(backward):
        raise SignalError(
            SignalReason.TIME_BACKWARD,
            f"The {what} runs backward or stands still {len(backward)} times, first after sample {int(backward[0])}, "
            "expected it to increase. Check that the file is one recording in its original order.",
        )


def _count_times(time_s: FloatArray, rate_hz: float | None) -> Ticks:
    """Number samples by their time stamps: an even clock's as they are, others by the clock that they show together."""
    step = np.diff(time_s)
    if not (step.min() >= 0 and packet_size(time_s) > 1):
        _refuse_backward(step, "time")
    # lost samples make steps longer; only times that jitter, or come in packets, make them shorter
    usual = float(step[step <= np.quantile(step, 0.98)].mean())  # long gaps aside
    if np.mean(step < 0.5 * usual) <= _MOST_SHORT:
        true_rate = _rate_of_times(time_s)
        # cumulated rounded steps would drift from the clock: round the time itself
        place = (time_s - time_s[0]) * true_rate
        tick = np.rint(place).astype(np.int64)
        if np.all(np.diff(tick) > 0):
            every = np.ones(len(time_s), dtype=bool)
            return Ticks(tick, every, true_rate, None, residual_s=float(np.std(place - tick)) / true_rate)
    found = number_stamps(time_s, rate_hz)
    every = np.ones(len(time_s), dtype=bool)
    return Ticks(found.tick, every, 1.0 / found.period_s, None, found.first_s, found.residual_s)


def _refuse_slow(rate_hz: float, config: ClockConfig) -> None:
    if not rate_hz >= config.lowest_rate_hz:
        raise SignalError(
            SignalReason.RATE_TOO_LOW,
            f"The sample rate is {rate_hz:.1f} Hz, expected at least {config.lowest_rate_hz:.0f} Hz "
            "(100 Hz or more is good). Set the sensor to a higher rate.",
        )


def _refuse_disagreement(found_hz: float, given_hz: float, source: str, config: ClockConfig) -> None:
    if abs(found_hz / given_hz - 1.0) > config.rate_tolerance:
        raise SignalError(
            SignalReason.RATE_DISAGREES,
            f"The rate is {found_hz:.2f} Hz by {source} but {given_hz:.2f} Hz was given; they may differ by "
            f"{config.rate_tolerance:.0%}. Correct or leave out the given rate.",
        )


def _rate_of_counter(counter: IntArray, time_s: FloatArray | None, rate_hz: float | None, config: ClockConfig) -> float:
    if time_s is not None and time_s[-1] > time_s[0]:
        measured = float((counter[-1] - counter[0]) / (time_s[-1] - time_s[0]))
        if rate_hz is not None:
            _refuse_disagreement(measured, rate_hz, "counter and time column", config)
        _refuse_slow(measured, config)
        return measured
    if rate_hz is None:
        raise SignalError(
            SignalReason.RATE_UNKNOWN,
            "Found a counter but no rate and no time column. Give the sample rate with --rate.",
        )
    _refuse_slow(rate_hz, config)
    return float(rate_hz)


def _rate_of_times(time_s: FloatArray) -> float:
    """Samples a second of the usual step, then of the whole walk counted in such steps."""
    step = np.diff(time_s)
    usual = float(np.median(step))
    steps = np.maximum(np.rint(step / usual), 1.0)
    return float(steps.sum() / (time_s[-1] - time_s[0]))
