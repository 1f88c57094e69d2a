"""Repetitions of an exercise in the course of one angle: how many, how far, how long held, how fast."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from footdrop_imu.rehab.lift_shape import Flank, fit_flank, usual_shape
from footdrop_imu.schema import FloatArray

__all__ = [
    "Attempt",
    "Repetition",
    "RepetitionConfig",
    "Repetitions",
    "find_repetitions",
    "resting_level",
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


class Repetition(NamedTuple):
    """One repetition; times in s from the recording's start.

    ``start_s`` the lift begins, ``top_s`` it is done, ``down_s`` the return begins, ``end_s`` it is done.
    ``hold_s`` between the two in the middle: 0 where the foot turns back at once. ``near_top_s``: while the lift is
    at 90 % of its range or more, from the first such moment to the last. ``tempo_s`` from start to end. Rates are the
    greatest of the way there and back, deg/s.
    """

    start_s: float
    top_s: float
    down_s: float
    end_s: float
    range_deg: float
    hold_s: float
    near_top_s: float
    raising_s: float
    lowering_s: float
    tempo_s: float
    raising_dps: float
    lowering_dps: float


class Attempt(NamedTuple):
    """A movement that was not counted: when its height was reached, its size, and why.

    ``reason``: false_start, partial, posture, gap or too_fast.
    """

    time_s: float
    range_deg: float
    reason: str


class Repetitions(NamedTuple):
    """Those that count and those that do not, each in time order; ``least_deg``: what a lift had to reach."""

    counted: tuple[Repetition, ...]
    attempts: tuple[Attempt, ...]
    least_deg: float


class _Swing(NamedTuple):
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


def find_repetitions(
    angle_deg: FloatArray,
    rate_hz: float,
    sd_deg: float = 0.0,
    config: RepetitionConfig | None = None,
) -> Repetitions:
    """Find the repetitions in the course of an angle that each of them raises.

    Parameters
    ----------
    angle_deg
        (n,) finite, the exercise's direction positive; where zero is does not matter, and it may move.
    rate_hz
        Sample rate.
    sd_deg
        Standard uncertainty of the angle over the time of one repetition.
    config
        Limits.

    Returns
    -------
    Repetitions
        Empty where nothing moves farther than the floor.

    Notes
    -----
    Each top has a size: the lesser of its rise and its fall, so that a change of posture before or after it is not its
    own. The usual size is the median of all sizes weighted by size: many small tremblings weigh little, one large
    change of posture little too. What comes up to half of it counts (hysteresis, as in counting load cycles: Downing
    and Socie 1982, doi:10.1016/0142-1123(82)90018-4), with the limit moved into the widest gap between the sizes found
    around there. Ends of lift and hold: ``lift_shape``.
    """
    config = config or RepetitionConfig()
    slow = without_tremor(angle_deg, rate_hz, config)
    floor = max(config.floor_deg, config.sd_factor * sd_deg)
    every = _swings(slow, floor)
    if not every:
        return Repetitions((), (), floor)
    usual = _usual([one.size for one in every])
    for _ in range(3):
        kept = [one.size for one in _swings(slow, max(floor, config.between[0] * usual))]
        usual = _usual(kept) if kept else usual
    least = max(floor, _limit(kept, usual, config))
    counted: list[_Swing] = []
    attempts: list[Attempt] = []
    tops = _swings(slow, least)
    widths = np.array([np.subtract(*_half_ways(slow, one, float(slow[one.top]), one.size)[::-1]) for one in tops])
    brief = widths < config.brief * np.median(widths) if len(tops) else widths
    for one, short in zip(tops, brief, strict=True):
        time_s = one.top / rate_hz
        if one.size > config.oversize * usual:
            attempts.append(Attempt(time_s, one.size, "posture"))
        elif not (short and one.size < config.small * usual):
            counted.append(one)
    found = _measure(slow, counted, rate_hz, config)
    repetitions = [one for one in found if one.tempo_s >= config.shortest_s]
    attempts += [Attempt(one.top_s, one.range_deg, "too_fast") for one in found if one.tempo_s < config.shortest_s]
    attempts += _false_starts(every, config.small * usual, repetitions, rate_hz)
    return Repetitions(tuple(repetitions), tuple(sorted(attempts)), least)


def _swings(slow: FloatArray, least: float) -> list[_Swing]:
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
                swings.append(_Swing(int(at[before]), int(at[top]), int(at[after]), size))
    return swings


def _lowest(level: FloatArray, first: int, last: int) -> int:
    return first + int(np.argmin(level[first : last + 1]))


def resting_level(slow: FloatArray, rate_hz: float, config: RepetitionConfig | None = None) -> FloatArray:
    """Level (n,) at which a foot rests that goes to both sides of it: where it lingers on its way, else half way."""
    config = config or RepetitionConfig()
    every = _swings(slow, config.floor_deg)
    if not every:
        return np.zeros(len(slow))
    least = config.complete * _usual([one.size for one in every])
    turns = sorted({place for one in _swings(slow, least) for place in (one.before, one.top, one.after)})
    width = max(2, round(config.linger_s * rate_hz))
    times, levels = [0], [float(slow[0])]
    for first, last in pairwise(turns):
        own = slow[first : last + 1]
        if abs(own[-1] - own[0]) < least or len(own) <= width:
            continue
        pieces = np.lib.stride_tricks.sliding_window_view(own, width)
        middle, spread = pieces.mean(axis=1), np.ptp(pieces, axis=1)
        share = (middle - own[0]) / (own[-1] - own[0])
        between = np.flatnonzero((share > 0.2) & (share < 0.8))
        if not len(between):
            continue
        at = between[np.argmin(spread[between])]
        lingers = spread[at] < 0.2 * spread.max()
        times.append(first + int(at) + width // 2)
        levels.append(float(middle[at]) if lingers else np.nan)
    known = np.isfinite(levels)
    return np.interp(np.arange(len(slow)), np.asarray(times)[known], np.asarray(levels)[known])


def _usual(sizes: list[float]) -> float:
    order = np.sort(np.asarray(sizes))
    total = np.cumsum(order**_WEIGHT)
    return float(order[np.searchsorted(total, 0.5 * total[-1])])


def _limit(sizes: list[float], usual: float, config: RepetitionConfig) -> float:
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


def _measure(slow: FloatArray, swings: list[_Swing], rate_hz: float, config: RepetitionConfig) -> list[Repetition]:
    crossings = [_half_ways(slow, one, float(slow[one.top]), one.size) for one in swings]
    tops = [float(slow[one.top]) for one in swings]
    sizes = [one.size for one in swings]
    ends: list[tuple[float, float, float, float]] = []
    middles = [
        _middle_of_top(slow, *crossing, top, size) for crossing, top, size in zip(crossings, tops, sizes, strict=True)
    ]
    for _ in range(3):  # levels of plateaus and ends of movements tell one another
        fits = [
            [fit_flank(flank) for flank in flanks]
            for flanks in (
                (
                    *_flanks(slow, up, middle, down, top, size, rate_hz),
                    *_feet(slow, one, up, down, top, size, rate_hz),
                )
                for one, (up, down), middle, top, size in zip(swings, crossings, middles, tops, sizes, strict=True)
            )
        ]
        shape = usual_shape([fit for four in fits for fit in four[:2]])
        ends = [
            (
                up / rate_hz - rise_foot.end_s[shape],
                up / rate_hz + rise.end_s[shape],
                down / rate_hz - fall.end_s[shape],
                down / rate_hz + fall_foot.end_s[shape],
            )
            for (up, down), (rise, fall, rise_foot, fall_foot) in zip(crossings, fits, strict=True)
        ]
        for k, one in enumerate(swings):
            start, top, down, end = ends[k]
            before_s = ends[k - 1][3] if k and swings[k - 1].after == one.before else one.before / rate_hz
            after_s = ends[k + 1][0] if k + 1 < len(ends) and swings[k + 1].before == one.after else np.inf
            middles[k] = 0.5 * (top + down) * rate_hz
            tops[k] = _plateau(slow, top, down, float(slow[one.top]), rate_hz, config)
            low = (
                _foot(slow, max(before_s, start - config.foot_s), start, one.before, -1, rate_hz, config),
                _foot(slow, end, min(after_s, end + config.foot_s), one.after, 1, rate_hz, config),
            )
            rise, fall = tops[k] - low[0], tops[k] - low[1]
            # what differs much is a change of posture: the lesser way is the repetition's own
            alike = abs(rise - fall) < config.alike_deg + config.alike_share * max(rise, fall)
            sizes[k] = max(0.5 * (rise + fall) if alike else min(rise, fall), 0.5 * one.size)
            crossings[k] = _half_ways(slow, one, tops[k], sizes[k])
    return [
        _repetition(slow, end, _near_top(slow, one, top, size) / rate_hz, size, rate_hz)
        for one, end, top, size in zip(swings, ends, tops, sizes, strict=True)
    ]


def _near_top(slow: FloatArray, one: _Swing, top: float, size: float) -> float:
    """How long the course is within a tenth of the range from the top, in samples."""
    up, down = _half_ways(slow, one, top, size)
    first, last = int(np.ceil(up)), int(np.floor(down))
    level = top - 0.1 * size
    high = first + np.flatnonzero(slow[first : last + 1] >= level)
    if not len(high):
        return 0.0
    # between the samples: where the level is crossed
    before, after = slow[[high[0] - 1, high[0]]], slow[[high[-1], min(high[-1] + 1, len(slow) - 1)]]
    ahead = (before[1] - level) / max(before[1] - before[0], 1e-12)
    behind = (after[0] - level) / max(after[0] - after[1], 1e-12)
    return float(high[-1] - high[0] + min(ahead, 1.0) + min(behind, 1.0))


def _half_ways(slow: FloatArray, one: _Swing, top: float, size: float) -> tuple[float, float]:
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


def _middle_of_top(slow: FloatArray, up: float, down: float, top: float, size: float) -> float:
    first = int(np.ceil(up))
    high = first + np.flatnonzero(slow[first : int(down) + 1] > top - 0.03 * size)
    return 0.5 * float(high[0] + high[-1]) if len(high) else 0.5 * (up + down)


def _flanks(
    slow: FloatArray, up: float, middle: float, down: float, top: float, size: float, rate_hz: float
) -> tuple[Flank, Flank]:
    """The upper halves of lift and return, each to the middle of the top."""
    rise = np.arange(int(np.ceil(up)), max(int(middle), int(np.ceil(up)) + 2) + 1)
    fall = np.arange(min(int(np.ceil(middle)), int(down) - 2), int(down) + 1)[::-1]
    level = [(slow[np.clip(own, 0, len(slow) - 1)] - top) / (0.5 * size) + 1.0 for own in (rise, fall)]
    return Flank(np.asarray((rise - up) / rate_hz), level[0]), Flank(np.asarray((down - fall) / rate_hz), level[1])


def _feet(
    slow: FloatArray, one: _Swing, up: float, down: float, top: float, size: float, rate_hz: float
) -> tuple[Flank, Flank]:
    """The lower halves, each from half way down to where the course turns again, at most so long as the lift above."""
    first = int(max(one.before, 0))
    before = np.arange(first, max(int(np.floor(up)), first) + 1)[::-1]
    after = np.arange(int(np.ceil(down)), max(one.after, int(np.ceil(down))) + 1)
    level = [np.minimum((top - slow[own]) / (0.5 * size) - 1.0, 1.0) for own in (before, after)]
    return Flank(np.asarray((up - before) / rate_hz), level[0]), Flank(np.asarray((after - down) / rate_hz), level[1])


def _plateau(
    slow: FloatArray, first_s: float, last_s: float, extreme: float, rate_hz: float, config: RepetitionConfig
) -> float:
    """Median of the level that is held, or the extreme where nothing is."""
    if not last_s - first_s >= config.plateau_s:
        return extreme
    return float(np.median(slow[round(first_s * rate_hz) : round(last_s * rate_hz) + 1]))


def _foot(
    slow: FloatArray, first_s: float, last_s: float, valley: int, way: int, rate_hz: float, config: RepetitionConfig
) -> float:
    """Level from which a lift begins (way -1) or at which it ends (1): the flat piece next to it, else the valley."""
    width = round(config.plateau_s * rate_hz)
    first = max(0, round(first_s * rate_hz))
    own = slow[first : round(last_s * rate_hz) + 1]
    if len(own) <= width:
        return float(slow[valley])
    pieces = np.lib.stride_tricks.sliding_window_view(own[::way], width)
    spread = np.ptp(pieces, axis=1)
    flat = np.flatnonzero(spread <= max(1.5 * float(spread.min()), config.flat_deg))
    if spread[flat[0]] > config.alike_deg:
        return float(slow[valley])
    level = float(pieces[flat[0]].mean())
    away = valley - first if way > 0 else first + len(own) - 1 - valley
    # a valley that is passed before the flat piece is reached was the foot's own level: then posture changed
    return float(slow[valley]) if away < flat[0] and level - slow[valley] > config.alike_deg else level


def _repetition(
    slow: FloatArray, end: tuple[float, float, float, float], near_top_s: float, size: float, rate_hz: float
) -> Repetition:
    start_s, top_s, down_s, end_s = end
    if down_s < top_s:  # both flanks reach over the top: nothing is held
        top_s = down_s = 0.5 * (top_s + down_s)
    rate = np.gradient(slow[max(0, int(start_s * rate_hz)) : int(np.ceil(end_s * rate_hz)) + 2]) * rate_hz
    return Repetition(
        start_s,
        top_s,
        down_s,
        end_s,
        size,
        down_s - top_s,
        near_top_s,
        top_s - start_s,
        end_s - down_s,
        end_s - start_s,
        float(rate.max()),
        float(-rate.min()),
    )


def _false_starts(every: list[_Swing], least: float, counted: list[Repetition], rate_hz: float) -> list[Attempt]:
    """Smaller tops outside the counted ones: soon before one of them a false start, else a part of one."""
    start, end = (np.array([getattr(one, name) for one in counted]) for name in ("start_s", "end_s"))
    out = []
    for one in every:
        time_s = one.top / rate_hz
        if one.size < least and not ((time_s > start) & (time_s < end)).any():
            soon = ((start > time_s) & (start - time_s < 3.0)).any()
            out.append(Attempt(time_s, one.size, "false_start" if soon else "partial"))
    return out
