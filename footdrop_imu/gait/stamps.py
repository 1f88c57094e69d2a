"""Samples taken evenly whose time stamps are not: jittered by the program that set them, or times of arrival."""

from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["Numbered", "number_stamps", "packet_size"]

_BLOCK = 256  # stamps over which the two clocks may be taken to run alike
_FEWEST = 100
_SEARCHED = 16  # blocks that the sample time is looked for in
_FASTER = 1.35  # lost samples make the mean step longer than the sample time, at the most by this
_WIDTHS = (1, 5, 21, 65)  # stamps averaged: wide against jitter, narrow against losses
_LEAST_COHERENCE = 0.3
_BY_CHANCE = 0.6
_OFF = 0.35  # a smoothed stamp farther than this share of a sample time from the even clock is not told
_MOST_OFF = 0.03  # of all stamps
_ALONE = 4  # stamps on either side that say between which two a sample was lost
_WITHIN = 0.2  # stamps closer than this share of the mean step came in one packet
_WHOLE_PACKETS = 0.95


class Numbered(NamedTuple):
    """Samples put on an even clock.

    ``tick`` (n,) sample times from the first one; ``period_s`` the sample time; ``first_s`` how much later than its
    stamp the first sample is by that clock; ``residual_s`` standard deviation of the stamps about the clock.
    """

    tick: IntArray
    period_s: float
    first_s: float
    residual_s: float


def number_stamps(time_s: FloatArray, rate_hz: float | None = None) -> Numbered:
    """Tell from stamps that jitter which sample of an even clock each row is.

    Parameters
    ----------
    time_s
        (n,) stamps, never decreasing, s. Several rows with one stamp are a packet's.
    rate_hz
        Nominal rate where it was given; else it is looked for.

    Returns
    -------
    Numbered

    Raises
    ------
    SignalError
        rate_unknown: no even clock explains the stamps, or how many samples were lost cannot be told.

    Notes
    -----
    Divided by the true sample time, stamps of an even clock all have the same fraction but for their jitter, however
    many samples were lost between: the sample time is where that phase is most alike (Rayleigh's statistic) within
    blocks, in which two clocks cannot drift apart, after a moving average as wide as jitter asks and losses allow. The
    block's phases follow the drift. What is left above the row number is a count of lost samples: it can only grow, so
    that a packet held up is no loss, and is fitted so.
    """
    size = packet_size(time_s)
    stamp, unit = _units(time_s - time_s[0], size)
    if len(stamp) < _FEWEST:
        raise _untold(time_s, "too few to find the sensor's clock")
    period, width, margin = _find_period(stamp, None if rate_hz is None else size / rate_hz)
    if margin < 0.0:
        raise _untold(time_s, "no even clock explains them")
    above = stamp / period - _drift(stamp, period, width) - np.arange(len(stamp))
    lost = _losses(above, width)
    off = _usual(above - lost, _WIDTHS[-1])
    if np.mean(np.abs(off - np.median(off)) > _OFF) > _MOST_OFF:
        raise _untold(time_s, "how many samples were lost between them cannot be told")
    number = np.arange(len(stamp)) + lost
    tick = (number - number[0])[unit] * size + _place_in(unit)
    last = np.append(np.flatnonzero(np.diff(unit)), len(unit) - 1)  # a packet's stamp is that of its last sample
    slope, start = np.polyfit(tick[last].astype(float), stamp, 1)
    residual = stamp - start - slope * tick[last]
    drifting = _smooth(residual, 2 * (_BLOCK // 2) + 1)
    return Numbered(tick, float(slope), float(start), float(np.std(residual - drifting)))


def packet_size(time_s: FloatArray) -> int:
    """How many samples come with one stamp; 1 where packets are not evident."""
    step = np.diff(time_s)
    edges = np.flatnonzero(step >= _WITHIN * step.mean()) + 1
    sizes = np.diff(np.concatenate(([0], edges, [len(time_s)])))
    size = int(np.bincount(sizes).argmax())
    if size < 2 or np.mean(sizes % size == 0) < _WHOLE_PACKETS:
        return 1
    return size


def _units(time_s: FloatArray, size: int) -> tuple[FloatArray, IntArray]:
    """Stamp of each packet's last sample (u,), and the packet that each row (n,) is in."""
    if size == 1:
        return time_s, np.arange(len(time_s))
    step = np.diff(time_s)
    begins = np.concatenate(([0], np.flatnonzero(step >= _WITHIN * step.mean()) + 1))
    came = np.repeat(begins, np.diff(np.append(begins, len(time_s))))
    # packets that came together are parted by their size
    first = (np.arange(len(time_s)) - came) % size == 0
    unit = np.cumsum(first) - 1
    return time_s[np.append(np.flatnonzero(first)[1:] - 1, len(time_s) - 1)], unit


def _place_in(unit: IntArray) -> IntArray:
    first = np.concatenate(([0], np.flatnonzero(np.diff(unit)) + 1))
    return np.asarray(np.arange(len(unit)) - first[unit])


def _find_period(stamp: FloatArray, given_s: float | None) -> tuple[float, int, float]:
    """Time between two stamps, over how many to average, and how much more alike than by chance their phases are."""
    over = min(32, len(stamp) // 2)
    usual = float(np.median(stamp[over:] - stamp[:-over])) / over if given_s is None else given_s
    slowest, fastest = (0.97, _FASTER) if given_s is None else (0.97, 1.03)
    block = min(_BLOCK, len(stamp) // 2)
    trials = np.arange(slowest, fastest, 0.25 / block) / usual
    best = (usual, 1, -1.0)
    for width in _WIDTHS:
        if width > block // 2:
            break
        rows = _blocks(_smooth(stamp, width), block)
        rows = rows[np.unique(np.linspace(0, len(rows) - 1, _SEARCHED).astype(int))]
        alike = np.array([_alike(rows, rate) for rate in trials])
        at = int(alike.argmax())
        finer = np.linspace(trials[max(at - 1, 0)], trials[min(at + 1, len(trials) - 1)], 41)
        alike = np.array([_alike(rows, rate) for rate in finer])
        # averages of the same stamps are alike by themselves
        margin = float(alike.max()) - _LEAST_COHERENCE - _BY_CHANCE * float(np.sqrt(width / block))
        if margin > best[2]:
            best = (1.0 / float(finer[alike.argmax()]), width, margin)
    return best


def _alike(rows: FloatArray, rate: float) -> float:
    return float(np.abs(np.exp(2j * np.pi * rate * (rows - rows[:, :1])).mean(axis=1)).mean())


def _drift(stamp: FloatArray, period: float, width: int) -> FloatArray:
    """Phase (n,) of the even clock against the stamps', in sample times, followed from block to block."""
    block = min(_BLOCK, len(stamp) // 2)
    rows = _blocks(_smooth(stamp, width), block) / period
    phase = np.unwrap(np.angle(np.exp(2j * np.pi * rows).mean(axis=1))) / (2.0 * np.pi)
    middle = (np.arange(len(rows)) + 0.5) * block
    return np.asarray(np.interp(np.arange(len(stamp)), middle, phase))


def _losses(above: FloatArray, width: int) -> IntArray:
    """Samples lost before each stamp (n,), which never fall again."""
    from scipy.optimize import isotonic_regression

    level = np.rint(_usual(above, width))
    # where all later blocks are lower, packets were held up and nothing was lost
    block = min(_BLOCK, len(above) // 2)
    later = np.append(np.median(_blocks(level, block), axis=1)[1:], np.inf)
    ceiling = np.minimum.accumulate(later[::-1])[::-1]
    level = np.minimum(level, ceiling[np.minimum(np.arange(len(level)) // block, len(ceiling) - 1)])
    lost = np.rint(isotonic_regression(level).x).astype(np.int64)
    return _sharpened(lost, above)


def _sharpened(lost: IntArray, above: FloatArray) -> IntArray:
    """Each jump of the count moved to where the stamps about it say, where no other is near."""
    jump = np.flatnonzero(np.diff(lost)) + 1
    inside = (jump >= _ALONE) & (jump <= len(lost) - _ALONE)
    apart = np.diff(np.concatenate(([-2 * _ALONE - 1], jump, [len(lost) + 2 * _ALONE + 1]))) > 2 * _ALONE
    jump = jump[inside & apart[:-1] & apart[1:]]
    if not len(jump):
        return lost
    rows = jump[:, None] + np.arange(-_ALONE, _ALONE)
    before, after = lost[jump - 1], lost[jump]
    middle = 0.5 * (before + after)
    cost = np.concatenate((np.zeros((len(jump), 1)), np.cumsum(above[rows] - middle[:, None], axis=1)), axis=1)
    out = lost.copy()
    behind = np.arange(2 * _ALONE) >= cost.argmin(axis=1)[:, None]
    out[rows] = np.where(behind, after[:, None], before[:, None])
    return out


def _blocks(values: FloatArray, size: int) -> FloatArray:
    """Values (b, size) in blocks, what is over left out."""
    return values[: len(values) // size * size].reshape(-1, size)


def _usual(values: FloatArray, width: int) -> FloatArray:
    """Moving median."""
    from scipy.ndimage import median_filter

    return np.asarray(median_filter(values, min(width, len(values)), mode="reflect"))


def _smooth(values: FloatArray, width: int) -> FloatArray:
    """Moving mean of an odd width, the slope kept at both ends."""
    if width == 1:
        return values
    row = np.arange(len(values))
    line = np.polyval(np.polyfit(row, values, 1), row)
    total = np.concatenate(([0.0], np.cumsum(np.pad(values - line, width // 2, mode="symmetric"))))
    return np.asarray(line + (total[width:] - total[:-width]) / width)


def _untold(time_s: FloatArray, why: str) -> SignalError:
    step = 1000.0 * np.diff(time_s)
    low, middle, high = np.percentile(step, (5, 50, 95))
    return SignalError(
        SignalReason.RATE_UNKNOWN,
        f"The times between samples are {low:.1f} to {high:.1f} ms, usually {middle:.1f} ms, and {why}; expected a "
        "sensor that samples evenly. Record with the sensor's own counter or clock; if no sample is missing, leave the "
        "time column out and give the sample rate with --rate.",
    )
