"""Where along a walk the toe drags: the place of each drag, and whether and where their rate changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.schema import BoolArray, FloatArray, IntArray
from footdrop_imu.schema_drag import DragCourse

__all__ = ["DragCourseConfig", "WalkedStrides", "drag_course", "walked_distance"]


@dataclass(frozen=True)
class DragCourseConfig:
    """What it takes to claim a change along the walk."""

    largest_p: float = 0.01
    """A change is told at this p or below: a page that looks at both feet of every walk must seldom cry wolf."""
    fewest_strides: int = 15
    """On each side of a change (about 20 m): fewer strides say little of a rate."""
    block_strides: int = 10
    """Strides that are moved together in the permutations, so that short runs of drags do not look like a change: with
    10 % of 240 strides dragging in runs of 3 one walk in 50 is claimed to change, with blocks of 5 one in 20."""
    permutations: int = 1999
    """So that p is known to 0.0005 and, near 0.01, to about 0.002."""
    cells: int = 1000
    """A longer walk is looked at in so many runs of strides, which bounds memory and time."""
    seed: int = 1978
    """Of the permutations: the same walk gives the same p."""


class WalkedStrides(NamedTuple):
    """One foot's judged strides in time order, all (n,).

    ``stride`` number in the stride table, ``drag`` whether the toe dragged, ``time_s`` mid swing on the session's
    clock, ``distance_m`` walked by then, ``length_m`` of the stride.
    """

    stride: IntArray
    drag: BoolArray
    time_s: FloatArray
    distance_m: FloatArray
    length_m: FloatArray


def walked_distance(length_m: FloatArray) -> FloatArray:
    """Distance walked at the middle of each stride, m.

    Parameters
    ----------
    length_m
        (n,) of all strides in time order; one that was not measured (NaN) is taken as the median of the others.

    Returns
    -------
    (n,) m; NaN where no stride has a length.
    """
    known = np.isfinite(length_m)
    length = np.where(known, length_m, np.median(length_m[known]) if known.any() else np.nan)
    distance: FloatArray = np.cumsum(length) - 0.5 * length
    return distance


def drag_course(strides: WalkedStrides, config: DragCourseConfig | None = None) -> DragCourse:
    """Follow one foot's toe drags along the walk.

    Parameters
    ----------
    strides
        The foot's strides that could be judged; may be none.
    config
        Limits.

    Returns
    -------
    DragCourse

    Notes
    -----
    The change-point is the border that raises the binomial likelihood most when each side has its own rate. Its p
    is from permutations of blocks of strides (the border is looked for anew in each). Its interval holds 95 % of
    the posterior probability of the border with a flat prior on it and on both rates (Smith 1975, Biometrika 62:407,
    doi 10.1093/biomet/62.2.407). The two minutes are compared by Fisher's exact test. The distance walked index is
    that of Phan-Ba et al. (2012, PLoS ONE 7:e34812, doi 10.1371/journal.pone.0034812), here for the last minute of
    any walk.
    """
    config = config or DragCourseConfig()
    drag, distance, time_s = strides.drag, strides.distance_m, strides.time_s
    count = len(drag)
    place = _change(drag, config) if count else _NO_CHANGE
    before = place.border if place.border else count
    ends = np.full(4, np.nan)
    if place.border:
        at = np.array([place.border, *place.interval])
        between = 0.5 * (distance[at - 1] + distance[at])
        ends = np.append(between, 0.5 * (time_s[at[0] - 1] + time_s[at[0]]))
    first, last = _minutes(time_s)
    walked = strides.length_m
    index = np.nan
    if first.any() and last.any():
        index = (
            100.0 * (np.nansum(walked[last]) / np.nansum(walked[first]) - 1.0) if np.nansum(walked[first]) else index
        )
    return DragCourse(
        distance_m=float(distance[-1] + 0.5 * walked[-1]) if count else np.nan,
        change_at_m=float(ends[0]),
        change_low_m=float(ends[1]),
        change_high_m=float(ends[2]),
        change_at_s=float(ends[3]),
        change_p=place.p,
        before_count=int(drag[:before].sum()),
        before_stride_count=before,
        after_count=int(drag[before:].sum()),
        after_stride_count=count - before,
        first_minute_count=int(drag[first].sum()),
        first_minute_stride_count=int(first.sum()),
        last_minute_count=int(drag[last].sum()),
        last_minute_stride_count=int(last.sum()),
        minutes_p=_fisher_p(drag[first], drag[last]),
        distance_walked_index_percent=float(index),
        drag_stride=tuple(strides.stride[drag].tolist()),
        drag_distance_m=tuple(distance[drag].tolist()),
        drag_time_s=tuple(time_s[drag].tolist()),
    )


class _Change(NamedTuple):
    """First stride after the change and the ends of its interval; 0 where none can be told."""

    border: int
    interval: tuple[int, int]
    p: float


_NO_CHANGE = _Change(0, (0, 0), np.nan)


def _change(drag: BoolArray, config: DragCourseConfig) -> _Change:
    """Look for a change of rate; p is NaN where none could ever be told: too few strides, no drag, only drags."""
    count, drags = len(drag), int(drag.sum())
    if count < 2 * config.fewest_strides or drags in (0, count):
        return _NO_CHANGE
    cell = -(-count // config.cells)
    found = np.add.reduceat(drag.astype(np.int64), np.arange(0, count, cell))
    size = np.full(len(found), cell)
    size[-1] = count - cell * (len(found) - 1)
    gain = _gain(found[None], size[None], config.fewest_strides)[0]
    best = int(np.argmax(gain))
    block_count = -(-len(found) // config.block_strides)
    within = np.arange(config.block_strides)
    rng = np.random.default_rng(config.seed)
    at_least = 0
    for begin in range(0, config.permutations, _ROWS):
        rows = min(_ROWS, config.permutations - begin)
        blocks = rng.random((rows, block_count)).argsort(axis=1)
        order = (blocks[:, :, None] * config.block_strides + within).reshape(rows, -1)
        order = order[order < len(found)].reshape(rows, -1)  # the last block may be shorter
        sizes = size[None] if size[-1] == cell else size[order]
        shuffled = _gain(found[order], sizes, config.fewest_strides)
        at_least += int((shuffled.max(axis=1) >= gain[best] - 1e-9).sum())
    p = (at_least + 1) / (config.permutations + 1)
    if p > config.largest_p:
        return _Change(0, (0, 0), p)
    low, high = _posterior_interval(found, size, config.fewest_strides)
    ends = np.cumsum(size)
    return _Change(int(ends[best]), (int(ends[low]), int(ends[high])), p)


_ROWS = 100


def _gain(found: IntArray, size: IntArray, fewest: int) -> FloatArray:
    """Log likelihood won by a border after each cell but the last, (rows, cells - 1); -inf too near to an end."""
    before, strides = np.cumsum(found, axis=1), np.cumsum(size, axis=1)
    total, drags = int(strides[0, -1]), int(before[0, -1])
    numbers = np.arange(total + 1)
    weight = numbers * np.log(np.maximum(numbers, 1))

    def likelihood(k: IntArray | int, n: IntArray | int) -> FloatArray:
        value: FloatArray = weight[k] + weight[n - k] - weight[n]
        return value

    k, n = before[:, :-1], strides[:, :-1]
    gain = likelihood(k, n) + likelihood(drags - k, total - n) - likelihood(drags, total)
    gain[np.broadcast_to((n < fewest) | (total - n < fewest), gain.shape)] = -np.inf
    return gain


def _posterior_interval(found: IntArray, size: IntArray, fewest: int) -> tuple[int, int]:
    """Cells after which the border lies with 2.5 % and 97.5 % of the posterior probability."""
    from scipy.special import betaln

    k, n = np.cumsum(found), np.cumsum(size)
    k_after, n_after = (k[-1] - k)[:-1], (n[-1] - n)[:-1]
    k, n = k[:-1], n[:-1]
    log = betaln(k + 1, n - k + 1) + betaln(k_after + 1, n_after - k_after + 1)
    log = np.where((n >= fewest) & (n_after >= fewest), log, -np.inf)
    share = np.cumsum(np.exp(log - log.max()))
    share /= share[-1]
    return int(np.searchsorted(share, 0.025)), int(np.searchsorted(share, 0.975))


def _minutes(time_s: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Mark the strides of the first and of the last minute; none where the walk is shorter than two."""
    none = np.zeros(len(time_s), dtype=bool)
    if not len(time_s) or time_s[-1] - time_s[0] < 118.0:  # two minutes but for the strides cut at their ends
        return none, none
    minute_s = 60.0 - 1e-6
    return time_s - time_s[0] < minute_s, time_s[-1] - time_s < minute_s


def _fisher_p(first: BoolArray, last: BoolArray) -> float:
    """Two-sided p of Fisher's exact test (1922, doi 10.2307/2340521): all splits no likelier than the one found."""
    from scipy.special import betaln

    n, m, k = len(first), len(last), int(first.sum() + last.sum())
    if not n or not m:
        return np.nan
    split = np.arange(max(0, k - m), min(k, n) + 1)

    def log_choose(total: int, chosen: IntArray) -> FloatArray:
        value: FloatArray = -betaln(total - chosen + 1, chosen + 1) - np.log(total + 1)
        return value

    log = log_choose(n, split) + log_choose(m, k - split) - log_choose(n + m, np.array([k]))
    seen = log[int(first.sum()) - split[0]]
    return float(min(1.0, np.exp(log[log <= seen + 1e-7]).sum()))
