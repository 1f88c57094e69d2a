"""Repetitions of an exercise in the course of one angle: how many, how far, how long held, how fast."""

from typing import NamedTuple

import numpy as np

from footdrop_imu.rehab.lift_shape import Flank, fit_flank, usual_shape
from footdrop_imu.rehab.swings import (
    RepetitionConfig,
    Swing,
    find_swings,
    half_ways,
    least_size,
    usual_size,
    without_tremor,
)
from footdrop_imu.schema import FloatArray

__all__ = ["Attempt", "Repetition", "Repetitions", "find_repetitions"]


class Repetition(NamedTuple):
    """One repetition; times in s from the recording's start.

    ``start_s`` the lift begins, ``top_s`` it is done, ``down_s`` the return begins, ``end_s`` it is done.
    ``hold_s`` between the two in the middle: 0 where the foot turns back at once; a slow lift ends so softly that it is
    known to 0.3 s only where lift and return together take less than 3 s. ``near_top_s``, which is known better: while
    the lift is at 90 % of its range or more, from the first such moment to the last. ``tempo_s`` from start to end.
    Rates are the greatest of the way there and back, deg/s.
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
    every = find_swings(slow, floor)
    if not every:
        return Repetitions((), (), floor)
    usual = usual_size([one.size for one in every])
    for _ in range(3):
        kept = [one.size for one in find_swings(slow, max(floor, config.between[0] * usual))]
        usual = usual_size(kept) if kept else usual
    least = max(floor, least_size(kept, usual, config))
    counted: list[Swing] = []
    attempts: list[Attempt] = []
    tops = find_swings(slow, least)
    widths = np.array([np.subtract(*half_ways(slow, one, float(slow[one.top]), one.size)[::-1]) for one in tops])
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


def _measure(slow: FloatArray, swings: list[Swing], rate_hz: float, config: RepetitionConfig) -> list[Repetition]:
    crossings = [half_ways(slow, one, float(slow[one.top]), one.size) for one in swings]
    tops = [float(slow[one.top]) for one in swings]
    sizes = [one.size for one in swings]
    ends: list[tuple[float, float, float, float]] = []
    helds = [
        (middle, middle)
        for middle in (
            _middle_of_top(slow, *crossing, top, size)
            for crossing, top, size in zip(crossings, tops, sizes, strict=True)
        )
    ]
    for _ in range(3):  # levels of plateaus and ends of movements tell one another
        fits = [
            [fit_flank(flank) for flank in flanks]
            for flanks in (
                (
                    *_flanks(slow, up, held, down, top, size, rate_hz),
                    *_feet(slow, one, up, down, top, size, rate_hz),
                )
                for one, (up, down), held, top, size in zip(swings, crossings, helds, tops, sizes, strict=True)
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
            middle = 0.5 * (top + down)
            helds[k] = min(top, middle) * rate_hz, max(down, middle) * rate_hz
            tops[k] = _plateau(slow, top, down, float(slow[one.top]), rate_hz, config)
            low = (
                _foot(slow, max(before_s, start - config.foot_s), start, one.before, -1, rate_hz, config),
                _foot(slow, end, min(after_s, end + config.foot_s), one.after, 1, rate_hz, config),
            )
            rise, fall = tops[k] - low[0], tops[k] - low[1]
            # what differs much is a change of posture: the lesser way is the repetition's own
            alike = abs(rise - fall) < config.alike_deg + config.alike_share * max(rise, fall)
            sizes[k] = max(0.5 * (rise + fall) if alike else min(rise, fall), 0.5 * one.size)
            crossings[k] = half_ways(slow, one, tops[k], sizes[k])
    return [
        _repetition(slow, end, _near_top(slow, one, top, size) / rate_hz, size, rate_hz)
        for one, end, top, size in zip(swings, ends, tops, sizes, strict=True)
    ]


def _near_top(slow: FloatArray, one: Swing, top: float, size: float) -> float:
    """How long the course is within a tenth of the range from the top, in samples."""
    up, down = half_ways(slow, one, top, size)
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


def _middle_of_top(slow: FloatArray, up: float, down: float, top: float, size: float) -> float:
    first = int(np.ceil(up))
    high = first + np.flatnonzero(slow[first : int(down) + 1] > top - 0.03 * size)
    return 0.5 * float(high[0] + high[-1]) if len(high) else 0.5 * (up + down)


def _flanks(
    slow: FloatArray, up: float, held: tuple[float, float], down: float, top: float, size: float, rate_hz: float
) -> tuple[Flank, Flank]:
    """The upper halves of lift and return, each a third of the way into what is held: a held foot sinks."""
    half, third = top - 0.5 * size, (held[1] - held[0]) / 3.0
    first, last = int(np.ceil(up)), int(down)
    rise = np.arange(first, max(int(held[0] + third), first + 2) + 1)
    fall = np.arange(min(int(np.ceil(held[1] - third)), last - 2), last + 1)[::-1]
    flanks = []
    for own, edge, away in ((rise, held[0], rise - up), (fall, held[1], down - fall)):
        level = slow[np.clip(own, 0, len(slow) - 1)] - half
        kept = level[np.abs(own - edge) <= third]
        own_top = float(np.median(kept)) if third > 0.1 * rate_hz and len(kept) else 0.5 * size
        flanks.append(Flank(np.asarray(away / rate_hz), level / own_top))
    return flanks[0], flanks[1]


def _feet(
    slow: FloatArray, one: Swing, up: float, down: float, top: float, size: float, rate_hz: float
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


def _false_starts(every: list[Swing], least: float, counted: list[Repetition], rate_hz: float) -> list[Attempt]:
    """Smaller tops outside the counted ones: soon before one of them a false start, else a part of one."""
    start, end = (np.array([getattr(one, name) for one in counted]) for name in ("start_s", "end_s"))
    out = []
    for one in every:
        time_s = one.top / rate_hz
        if one.size < least and not ((time_s > start) & (time_s < end)).any():
            soon = ((start > time_s) & (start - time_s < 3.0)).any()
            out.append(Attempt(time_s, one.size, "false_start" if soon else "partial"))
    return out
