"""Frames lost on the way where nothing counts them: told by times of arrival alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from footdrop_imu.device.clock_line import follow_clock
from footdrop_imu.device.envelope import earliest
from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = ["FAR", "Counted", "lost_by_arrival"]

FAR = 4.0
"""A rate that is so many times the nominal one, or such a part of it, is not the sensor's."""
_PROMPT_S = 0.15  # for so long …
_PROMPT = 0.8  # … this share of frames comes with little delay: the queue is empty
_BESIDE = 5  # blocks on either side of a loss that show how large it was
_AHEAD = 5  # blocks of a second that a stall may last
_SLOW = 0.002  # a rate that changes less than this over a minute is the sensor's clock, not lost frames
_ALONE = 1.5  # fewer frames than this lost at a time may be the phase of the connection events
_MINUTE = 30  # blocks on either side
_UNSURE = 2  # frames
_SHORT = 0.8  # of a frame
_FEW = 32  # frames over which a rate that is off by 1.5 % does not make up a frame
_LONG_S = 10.0
_ALIKE = 0.5
_BY_CHANCE = 6.0  # Rayleigh's statistic: once in 400 times
_STEADY = 0.65  # of the blocks within 0.4 frames of an even rate: mostly nothing was lost


class Counted(NamedTuple):
    """``lost`` (f,): samples lost right before each frame, 0 for the first. ``period_s``: time of a sample.

    ``unsure`` (f,): frames that came in one heap with others, some before and some after a loss: nothing says which.
    """

    lost: IntArray
    period_s: float
    unsure: BoolArray


def lost_by_arrival(last: IntArray, arrival_s: FloatArray, frame: int, period_s: float) -> Counted:
    """Infer from times of arrival alone which frames were lost.

    Parameters
    ----------
    last
        (f,) number of each frame's last sample if none was lost.
    arrival_s
        (f,) never decreasing.
    frame
        Samples a frame: what is lost is a multiple of it.
    period_s
        Nominal time of a sample.

    Returns
    -------
    Counted
        An estimate: one frame lost now and then cannot be told from a connection event that was just missed.

    Notes
    -----
    How late a frame is against an even clock has a floor that it comes back to after every stall; a lost frame lifts
    the floor by one frame's time for good. The floor at a frame is therefore the least lateness from there on. Rises
    of some frames within a second are losses; slow change is the sensor's clock. A heap of frames that came after a
    loss may have been queued before it: their numbers are not sure.
    """
    period_s = _true_period(arrival_s, last, frame, period_s)
    unit_s = frame * period_s
    block = max(1, round(1.0 / unit_s))
    blocks = len(last) // block
    nothing = Counted(np.zeros(len(last), dtype=np.int64), period_s, np.zeros(len(last), dtype=bool))
    if blocks < 4:
        return nothing
    late_s = arrival_s - period_s * last
    alone_s = _told_apart(late_s, arrival_s, unit_s)
    floor = _floor(late_s, block)
    rise = np.diff(floor)
    slow = _running_mean(np.clip(rise, -alone_s, alone_s), _MINUTE)
    often = np.abs(slow) > _SLOW * block * unit_s
    excess = rise - np.where(often, 0.0, slow)
    jump = np.where(often | (np.abs(excess) > alone_s), excess, 0.0)
    level = np.concatenate(([0.0], np.cumsum(jump)))
    # where most blocks lose frames their floor is that of a part of them
    own = follow_clock(late_s, arrival_s, block, unit_s) if abs(np.median(rise)) <= unit_s else None
    if own is not None:
        level = unit_s * np.rint((floor - own) / unit_s)
        level -= np.median(level[:_BESIDE])
    level = np.maximum.accumulate(np.maximum(np.minimum.accumulate(level[::-1])[::-1], 0.0))
    step = np.rint(level / unit_s).astype(np.int64)
    if not step[-1]:
        return nothing
    middle = (np.arange(blocks) + 0.5) * block
    above = late_s - np.interp(np.arange(len(last)), middle, floor - step * unit_s)
    # a frame that waited for its connection event is not yet beyond a loss
    more = 1.0 - alone_s / unit_s if alone_s < unit_s else 0.5
    least = np.floor(np.minimum.accumulate(above[::-1])[::-1] / unit_s + more).astype(np.int64)
    mine = np.minimum(np.arange(len(last)) // block, blocks - 1)
    highest = np.append(step[1:], least[-1] if often[-1] else step[-1])
    frames = np.clip(least, step[np.maximum(mine - 1, 0)], np.maximum(highest, step)[mine])
    if own is None:
        frames = np.maximum.accumulate(frames + _corrections(late_s - unit_s * frames, frames, block, unit_s))
    rest_s = late_s - unit_s * frames
    wait = rest_s - np.interp(np.arange(len(last)), middle, _floor(rest_s, block))
    prompt = wait <= max(2.0 * float(np.median(wait)), _ALONE * unit_s)
    ahead = max(round(_PROMPT_S / unit_s), 3)
    total = np.concatenate(([0], np.cumsum(prompt)))
    end = np.minimum(np.arange(len(prompt)) + ahead, len(prompt))
    prompt &= total[end] - total[:-1] >= _PROMPT * (end - np.arange(len(prompt)))
    earlier = np.maximum.accumulate(np.where(prompt, frames, 0))
    return Counted(frame * np.diff(frames, prepend=frames[0]), period_s, frames - earlier > _UNSURE)


def _corrections(late_s: FloatArray, frames: IntArray, block: int, unit_s: float) -> IntArray:
    """Frames (f,) to add where the floor before and after some losses shows that they were not counted right."""
    least = late_s[earliest(late_s, block)]
    where = np.flatnonzero(np.diff(frames)) // block
    steps = np.zeros(len(frames), dtype=np.int64)
    if not len(where):
        return steps
    apart = np.flatnonzero(np.diff(where) > _BESIDE)
    begins, ends = where[np.append(0, apart + 1)], where[np.append(apart, len(where) - 1)]
    for begin, end in zip(begins, ends, strict=True):
        before, after = least[max(begin - _BESIDE, 0) : begin], least[end + 1 : end + 1 + _BESIDE]
        if len(before) and len(after) and end - begin <= _MINUTE:  # longer, the clock itself moves the floor
            rise_s = float(after.min() - before.min())
            steps[min((end + 1) * block, len(steps) - 1)] += round(rise_s / unit_s)
    return np.cumsum(steps)


def _floor(late_s: FloatArray, block: int) -> FloatArray:
    """Least lateness (b,) from each block on, as far as a stall may last."""
    least = np.concatenate((late_s[earliest(late_s, block)], np.full(_AHEAD - 1, np.inf)))
    return np.asarray(np.lib.stride_tricks.sliding_window_view(least, _AHEAD).min(axis=1))


def _told_apart(late_s: FloatArray, arrival_s: FloatArray, unit_s: float) -> float:
    """By how much the floor must rise to be a loss and not the phase of the connection events, s.

    Where every frame has a connection event to itself and frames wait differently long for it, they wait less than a
    frame's time, and a whole one is a loss. Where they keep step with the events, one event missed is a whole one too.
    """
    rows = late_s[: len(late_s) // _FEW * _FEW].reshape(-1, _FEW)
    waits_s = float(np.quantile(np.ptp(rows, axis=1), 0.25)) if len(rows) else unit_s
    step = np.diff(arrival_s)
    low, high = np.quantile(step, (0.25, 0.75))
    in_step = high < 1.2 * low and abs(low - unit_s) < 0.2 * unit_s
    return _ALONE * unit_s if in_step or waits_s > _SHORT * unit_s else 0.5 * (unit_s + waits_s)


def _true_period(arrival_s: FloatArray, last: IntArray, frame: int, period_s: float) -> float:
    """Time of a sample by what losses leave unchanged, s; the nominal one where nothing tells.

    Mostly nothing is lost: the floor rises evenly from second to second. Else, a lost frame lifting the floor by a
    whole frame's time, its rises over a few frames differ by whole frames, and what is left of them is the clock, if
    that is off by 1.5 % at the most. What is found is made finer over longer and longer blocks.
    """
    block = max(_FEW, round(1.0 / (frame * period_s)))
    found_s, share = period_s, 0.0
    for _ in range(3):
        late_s = arrival_s - found_s * last
        rise = np.diff(late_s[earliest(late_s, block)])
        usual_s = float(np.median(rise)) if len(rise) else 0.0
        share = float(np.mean(np.abs(rise - usual_s) <= 0.4 * frame * period_s)) if len(rise) else 0.0
        found_s += usual_s / (block * frame)
    if share < _STEADY or not 1.0 / FAR < found_s / period_s < FAR:
        found_s, block = period_s, _FEW
    turn = _alike(arrival_s, last, frame, found_s, block)
    while turn and block * frame * period_s <= _LONG_S:
        found_s += float(np.angle(turn)) / (2.0 * np.pi) / block * period_s
        block *= 2
        turn = _alike(arrival_s, last, frame, found_s, block)
    return found_s


def _alike(arrival_s: FloatArray, last: IntArray, frame: int, period_s: float, block: int) -> complex:
    """How alike the fractions of the floor's rises are, in frames: their mean on the unit circle, 0 if not."""
    if len(last) < 2 * block:
        return 0j
    late_s = arrival_s - period_s * last
    rise = np.diff(late_s[earliest(late_s, block)]) / (frame * period_s)
    turn = complex(np.exp(2j * np.pi * rise).mean())
    return turn if abs(turn) > _ALIKE and abs(turn) ** 2 * len(rise) > _BY_CHANCE else 0j


def _running_mean(values: FloatArray, half: int) -> FloatArray:
    total = np.concatenate(([0.0], np.cumsum(values)))
    at = np.arange(len(values))
    low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, len(values))
    return np.asarray((total[high] - total[low]) / (high - low))
