"""Tops and valleys in the course of one angle, their sizes, and the size that is usual in a set."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from footdrop_imu.schema import FloatArray

__all__ = [
    "RepetitionConfig",
    "Swing",
    "find_swings",
    "half_ways",
    "least_size",
    "resting_level",
    "usual_size",
    "without_tremor",
]

_WEIGHT = 0.75  # of a size: five repetitions outweigh twenty wobbles a sixteenth as large, or one five times as large


@dataclass(frozen=True)
class RepetitionConfig:
    """What counts as a repetition. Shares are of the set's own usual range."""

    tremor_hz: float = 3.2
    """What is faster is tremor (4 to 8 Hz), not the exercise (a repetition takes 1 s or more)."""
    order: int = 6
    """Steepness of that border: a tremor of 4 Hz is left at 6 %, of 5 Hz at 0.5 %, a movement of 3 Hz at 68 %."""
    floor_deg: float = 1.0
    """No excursion below this is looked at: half of the smallest range worth training, less half a degree ..."""
    sd_factor: float = 2.0
    """... nor one below so many standard uncertainties of the angle."""
    complete: float = 0.5
    """A lift of at least this share of the usual range counts ..."""
    between: tuple[float, float] = (0.35, 0.65)
    """... moved within these limits to where the set's own lifts leave the widest gap."""
    small: float = 0.75
    """A lift below this share of the usual range does not count ..."""
    brief: float = 0.5
    """... where it is also over in this share of the usual time (both at half height): it was broken off."""
    oversize: float = 2.5
    """An excursion of more than so many usual ranges is a change of posture."""
    shortest_s: float = 0.4
    """Nothing quicker is a repetition."""
    plateau_s: float = 0.3
    """A level that is kept for at least this long is its mean, else its extreme."""
    linger_s: float = 0.2
    """So long a foot that goes to both sides of its rest stays there at least, where it stays at all."""
    foot_s: float = 1.0
    """So far before and after a repetition the level is looked for from which it is measured."""
    flat_deg: float = 0.1
    """A level that moves less than this within ``plateau_s`` is flat."""
    alike_deg: float = 0.7
    """Rise and fall that differ by less than this ..."""
    alike_share: float = 0.05
    """... and this share of the range are one and the same; by more, posture changed."""


class Swing(NamedTuple):
    """A top between two valleys: indices of the three, and the lesser of rise and fall."""

    before: int
    top: int
    after: int
    size: float


def without_tremor(values: FloatArray, rate_hz: float, config: RepetitionConfig | None = None) -> FloatArray:
    """Slow part (n,) of an angle, without delay; the ends are continued as they point."""
    config = config or RepetitionConfig()
    count = len(values)
    pad = min(count - 1, round(2.0 * rate_hz))
    ends = 2.0 * values[0] - values[pad:0:-1], 2.0 * values[-1] - values[-2 : -pad - 2 : -1]
    longer = np.concatenate((ends[0], values, ends[1]))
    spectrum = np.fft.rfft(longer)
    frequency = np.fft.rfftfreq(len(longer), 1.0 / rate_hz)
    spectrum /= 1.0 + (frequency / config.tremor_hz) ** (2 * config.order)
    return np.asarray(np.fft.irfft(spectrum, len(longer))[pad : pad + count])


def find_swings(slow: FloatArray, least: float) -> list[Swing]:
    """Tops that rise and fall by at least so much, each between its valleys."""
    turns = np.flatnonzero(np.diff(np.sign(np.diff(slow))) != 0) + 1
    at = np.concatenate(([0], turns, [len(slow) - 1]))
    level = slow[at]
    points: list[int] = []  # places in ``at`` where the course turns by at least ``least``
    low = high = 0
    rising = 0
    for k in range(1, len(at)):
        low = k if level[k] < level[low] else low
        high = k if level[k] > level[high] else high
        if rising >= 0 and level[high] - level[k] >= least:
            if rising == 0:
                points.append(_lowest(level, 0, high))
            points.append(high)
            rising, low = -1, k
        elif rising <= 0 and level[k] - level[low] >= least:
            points.append(low)
            rising, high = 1, k
    points.append(low if rising < 0 else high)
    swings = []
    for k, (before, top) in enumerate(pairwise(points)):
        if k + 2 < len(points) and level[top] > level[before]:
            after = points[k + 2]
            size = float(level[top] - max(level[before], level[after]))
            if size >= least:
                swings.append(Swing(int(at[before]), int(at[top]), int(at[after]), size))
    return swings


def _lowest(level: FloatArray, first: int, last: int) -> int:
    return first + int(np.argmin(level[first : last + 1]))


def resting_level(slow: FloatArray, rate_hz: float, config: RepetitionConfig | None = None) -> FloatArray:
    """Level (n,) at which a foot rests that goes to both sides of it: where it lingers on its way, else half way."""
    config = config or RepetitionConfig()
    every = find_swings(slow, config.floor_deg)
    if not every:
        return np.zeros(len(slow))
    least = config.complete * usual_size([one.size for one in every])
    turns = sorted({place for one in find_swings(slow, least) for place in (one.before, one.top, one.after)})
    width = max(2, round(config.linger_s * rate_hz))
    times, levels = [0], [float(slow[0])]
    for first, last in pairwise(turns):
        own = slow[first : last + 1]
        far = abs(own[-1] - own[0])
        begins = first == turns[0] and abs(own[0] - slow[0]) < 0.2 * far  # from rest, not from the other side
        if far < least or len(own) <= width or begins:
            continue
        pieces = np.lib.stride_tricks.sliding_window_view(own, width)
        middle, spread = pieces.mean(axis=1), np.ptp(pieces, axis=1)
        share = (middle - own[0]) / (own[-1] - own[0])
        between = np.flatnonzero((share > 0.2) & (share < 0.8))
        if not len(between):
            continue
        # the first and the last: a false start or a change of posture may lie between
        still = between[spread[between] < 0.2 * spread.max()]
        for at in still[[0, -1]] if len(still) else ():
            times.append(first + int(at) + width // 2)
            levels.append(float(middle[at]))
    return np.asarray(np.interp(np.arange(len(slow)), times, levels))


def usual_size(sizes: list[float]) -> float:
    """Median of sizes weighted by size: what most of the movement is made of."""
    order = np.sort(np.asarray(sizes))
    total = np.cumsum(order**_WEIGHT)
    return float(order[np.searchsorted(total, 0.5 * total[-1])])


def least_size(sizes: list[float], usual: float, config: RepetitionConfig) -> float:
    """The middle of the gap, by ratio, that is widest and nearest to the share that counts."""
    low, high = config.between
    ratio = np.sort(np.asarray(sizes) / usual)
    inside = ratio[(ratio > low) & (ratio < high)]
    if not len(inside):
        return config.complete * usual
    edges = np.log(np.concatenate(([max(low, ratio[ratio <= low].max(initial=0.0))], inside, ratio[ratio >= high][:1])))
    middle = np.clip(0.5 * (edges[1:] + edges[:-1]), np.log(low), np.log(high))
    worth = np.diff(edges) - 2.0 * np.abs(middle - np.log(config.complete))
    return float(np.exp(middle[np.argmax(worth)])) * usual


def half_ways(slow: FloatArray, one: Swing, top: float, size: float) -> tuple[float, float]:
    """Where the course is half way up and half way down, in samples, between samples."""
    half = top - 0.5 * size
    below = np.flatnonzero(slow[one.before : one.top + 1] < half)
    up = float(one.before)
    if len(below):
        k = one.before + int(below[-1])
        up = k + (half - slow[k]) / max(slow[k + 1] - slow[k], 1e-12) if k < one.top else float(k)
    below = np.flatnonzero(slow[one.top : one.after + 1] < half)
    down = float(one.after)
    if len(below):
        k = one.top + int(below[0])
        down = k - (half - slow[k]) / max(slow[k - 1] - slow[k], 1e-12) if k > one.top else float(k)
    return float(up), float(down)
