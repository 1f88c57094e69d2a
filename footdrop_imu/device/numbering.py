"""How many samples were lost before each frame: by counter, by device time, by arrival alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from footdrop_imu.device.envelope import earliest
from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = [
    "Counted",
    "backward",
    "forward",
    "lost_by_arrival",
    "lost_by_device_time",
    "repeated_frames",
    "repeated_packets",
]

_AT_ONCE_S = 0.02  # copies of one notification come so close
_ALL_REPEATED = 0.9
_MOST_COPIES = 8
_PROMPT_S = 0.15  # frames go on coming with little delay: the queue is empty
_BESIDE = 5  # blocks on either side of a loss that show how large it was
_AHEAD = 5  # blocks of a second that a stall may last
_SLOW = 0.002  # a rate that changes less than this over a minute is the sensor's clock, not lost frames
_ALONE = 1.5  # fewer frames than this lost at a time may be the phase of the connection events
_MINUTE = 30  # blocks on either side
_UNSURE = 2  # frames
_CLEAN = 0.25  # of the blocks lost nothing, or the clean stretches are none
_STEADY = 0.9  # of the blocks within a frame of an even rate: nothing was lost


class Counted(NamedTuple):
    """``lost`` (f,): samples lost right before each frame, 0 for the first. ``period_s``: time of a sample.

    ``unsure`` (f,): frames that came in one heap with others, some before and some after a loss: nothing says which.
    """

    lost: IntArray
    period_s: float
    unsure: BoolArray


def forward(raw: IntArray, bits: int | None) -> IntArray:
    """Steps (f - 1,) of a counter, never negative where it wraps."""
    step = np.diff(raw)
    return step if bits is None else np.asarray(step & ((1 << bits) - 1))


def backward(raw: IntArray, bits: int | None) -> BoolArray:
    """Which steps (f - 1,) are shorter as a step back than as a step forward."""
    step = np.diff(raw)
    if bits is None:
        return np.asarray(step < 0)
    return np.asarray((step & ((1 << bits) - 1)) > (1 << bits) // 2)


def repeated_frames(values: FloatArray, first: IntArray, raw: IntArray, bits: int | None) -> BoolArray:
    """Which frames (f,) came before, with the same counter (or device time) and the same samples.

    ``values`` (n, c) all quantities side by side, frame k from ``first[k]`` to ``first[k + 1]``.
    """
    step = forward(raw, bits)
    out = np.zeros(len(raw), dtype=bool)
    step = np.where(backward(raw, bits), step - (0 if bits is None else 1 << bits), step)
    if not len(step) or step.min() > 0:
        return out
    count = np.concatenate(([0], np.cumsum(step)))
    order = np.argsort(count, kind="stable")
    same = np.diff(count[order]) == 0
    twice = np.sort(order[np.append(same, False) | np.append(False, same)])
    size = np.diff(first)[twice]
    mark = (
        values[first[twice]] @ np.array([1.0, np.pi, np.e, np.sqrt(2.0), np.sqrt(3.0), np.sqrt(5.0)])[: values.shape[1]]
    )
    order = np.lexsort((mark, count[twice]))
    one, other = order[:-1], order[1:]
    alike = (count[twice][one] == count[twice][other]) & (mark[one] == mark[other]) & (size[one] == size[other])
    one, other = twice[one[alike]], twice[other[alike]]
    length = np.diff(first)[one]
    within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    equal = (values[np.repeat(first[one], length) + within] == values[np.repeat(first[other], length) + within]).all(
        axis=1
    )
    out[other[np.logical_and.reduceat(equal, np.cumsum(length) - length)] if len(length) else other] = True
    return out


def repeated_packets(values: FloatArray, first: IntArray, arrival_s: FloatArray, connection: IntArray) -> BoolArray:
    """Which frames (f,) came before, where nothing counts them: each connection is looked at as a whole.

    Only a connection in which nearly every notification comes the same number of times, at once, has repeats: a
    sensor at rest may well send the same twice.
    """
    out = np.zeros(len(arrival_s), dtype=bool)
    begins = np.flatnonzero(np.append(True, (np.diff(arrival_s) != 0.0) | (np.diff(connection) != 0)))
    mark = np.add.reduceat(values @ np.sqrt(np.arange(2.0, 2.0 + values.shape[1])), first[:-1])
    came = np.add.reduceat(mark, begins)
    size = np.diff(np.append(begins, len(arrival_s)))
    same = (np.diff(came) == 0.0) & (np.diff(size) == 0) & (np.diff(connection[begins]) == 0)
    same &= np.diff(arrival_s[begins]) < _AT_ONCE_S
    if not same.any():
        return out
    unit = np.cumsum(np.append(True, ~same)) - 1
    runs = np.bincount(unit)
    over = connection[begins][np.flatnonzero(np.append(True, ~same))]
    for which in np.unique(over):
        lengths = runs[over == which]
        times = int(np.bincount(lengths).argmax())
        if 1 < times <= _MOST_COPIES and np.mean(lengths % times == 0) >= _ALL_REPEATED:
            members = np.flatnonzero(over[unit] == which)
            place = members - np.concatenate(([0], np.cumsum(runs)))[unit[members]]
            for notification in members[place % times != 0]:
                out[begins[notification] : begins[notification] + size[notification]] = True
    return out


def lost_by_device_time(step_s: FloatArray, taken: IntArray, frame: int, period_s: float) -> Counted:
    """Count by a device time finer than a sample.

    ``step_s`` (f - 1,) of the device time from frame to frame; ``taken`` (f - 1,) samples between the two that the
    times belong to, if none was lost; ``frame`` the samples of each frame, 0 = they differ; ``period_s`` nominal.
    """
    usual = float(np.median(step_s / (taken * period_s))) if len(step_s) else 1.0
    # the sensor keeps another rate than it was told to
    period_s *= usual if abs(usual - 1.0) > 0.1 and usual > 0.0 else 1.0
    whole = np.abs(step_s / (taken * period_s) - 1.0) < 0.5
    if whole.any():
        period_s = float(step_s[whole].sum() / taken[whole].sum())
    unit = max(frame, 1)
    lost = unit * np.rint((step_s / period_s - taken) / unit).astype(np.int64)
    return Counted(np.concatenate(([0], np.maximum(lost, 0))), period_s, np.zeros(len(lost) + 1, dtype=bool))


def lost_by_arrival(last: IntArray, arrival_s: FloatArray, frame: int, period_s: float, tolerance: float) -> Counted:
    """Infer from times of arrival alone which frames were lost.

    Parameters
    ----------
    last
        (f,) number of each frame's last sample if none was lost.
    arrival_s
        (f,) never decreasing.
    frame
        Samples a frame: what is lost is a multiple of it.
    period_s, tolerance
        Nominal time of a sample, and how far it may be off, relative.

    Returns
    -------
    Counted
        An estimate: one frame lost now and then cannot be told from a connection event that was just missed.

    Notes
    -----
    How late a frame is against an even clock has a floor that it comes back to after every stall; a lost frame lifts
    the floor by one frame's time for good. The floor at a frame is therefore the least lateness from there on. Rises
    of some frames within a second are losses; slow change is the sensor's clock. Where frames are lost often, the
    sample time is that of the cleanest stretches: the greatest for which the floor never falls; where there are none,
    the nominal one. A heap of frames that came after a loss may have been queued before it.
    """
    unit_s = frame * period_s
    block = max(1, round(1.0 / unit_s))
    blocks = len(last) // block
    nothing = np.zeros(len(last), dtype=np.int64)
    sure = np.zeros(len(last), dtype=bool)
    if blocks < 4:
        return Counted(nothing, period_s, sure)
    given_s = period_s
    for _ in range(3):
        floor = _floor(arrival_s - period_s * last, block)
        off_s, most_s = period_s - given_s, tolerance * given_s
        period_s += _clean_slope(floor, unit_s, block * frame, -most_s - off_s, most_s - off_s)
    late_s = arrival_s - period_s * last
    floor = _floor(late_s, block)
    rise = np.diff(floor)
    slow = _running_mean(np.clip(rise, -_ALONE * unit_s, _ALONE * unit_s), _MINUTE)
    often = np.abs(slow) > _SLOW * block * unit_s
    excess = rise - np.where(often, 0.0, slow)
    jump = np.where(often | (np.abs(excess) > _ALONE * unit_s), excess, 0.0)
    level = np.concatenate(([0.0], np.cumsum(jump)))
    level = np.maximum.accumulate(np.maximum(np.minimum.accumulate(level[::-1])[::-1], 0.0))
    step = np.rint(level / unit_s).astype(np.int64)
    if not step[-1]:
        return Counted(nothing, period_s, sure)
    middle = (np.arange(blocks) + 0.5) * block
    above = late_s - np.interp(np.arange(len(last)), middle, floor - step * unit_s)
    least = np.rint(np.minimum.accumulate(above[::-1])[::-1] / unit_s).astype(np.int64)
    mine = np.minimum(np.arange(len(last)) // block, blocks - 1)
    frames = np.clip(least, step[np.maximum(mine - 1, 0)], step[np.minimum(mine + 1, blocks - 1)])
    frames = np.maximum.accumulate(frames + _corrections(late_s - unit_s * frames, frames, block, unit_s))
    wait = above - frames * unit_s
    prompt = wait <= max(float(np.quantile(wait, 0.9)), unit_s)
    ahead = max(round(_PROMPT_S / unit_s), 3)
    total = np.concatenate(([0], np.cumsum(prompt)))
    end = np.minimum(np.arange(len(prompt)) + ahead, len(prompt))
    prompt &= 2 * (total[end] - total[:-1]) >= end - np.arange(len(prompt))
    earlier = np.maximum.accumulate(np.where(prompt, frames, 0))
    return Counted(frame * np.diff(frames, prepend=frames[0]), period_s, frames - earlier > _UNSURE)


def _corrections(late_s: FloatArray, frames: IntArray, block: int, unit_s: float) -> IntArray:
    """Frames (f,) to add where the floor before and after some losses shows that they were not counted right."""
    least = late_s[earliest(late_s, block)]
    where = np.flatnonzero(np.diff(frames)) // block
    apart = np.flatnonzero(np.diff(where) > _BESIDE)
    begins, ends = where[np.append(0, apart + 1)], where[np.append(apart, len(where) - 1)]
    out = np.zeros(len(frames), dtype=np.int64)
    for begin, end in zip(begins, ends, strict=True):
        before, after = least[max(begin - _BESIDE, 0) : begin], least[end + 1 : end + 1 + _BESIDE]
        if len(before) and len(after):
            rise = (after.min() - before.min()) / unit_s
            out[min((end + 1) * block, len(out) - 1) :] += round(rise) if abs(rise) > _ALONE else 0
    return out


def _floor(late_s: FloatArray, block: int) -> FloatArray:
    """Least lateness (b,) from each block on, as far as a stall may last."""
    least = np.concatenate((late_s[earliest(late_s, block)], np.full(_AHEAD - 1, np.inf)))
    return np.asarray(np.lib.stride_tricks.sliding_window_view(least, _AHEAD).min(axis=1))


def _clean_slope(floor: FloatArray, unit_s: float, samples: int, lowest: float, highest: float) -> float:
    """How much a sample takes longer than assumed where nothing is lost, s; ``samples`` in a block."""
    rise = np.diff(floor)
    usual = float(np.median(rise))
    if np.mean(np.abs(rise - usual) <= 0.75 * unit_s) >= _STEADY:
        return usual / samples
    best, over = np.inf, 4
    while over < len(floor):
        best = min(best, (float((floor[over:] - floor[:-over]).min()) + unit_s) / (over * samples))
        over *= 2
    best = float(np.clip(best, lowest, highest)) if np.isfinite(best) else 0.0
    clean = float(np.mean(np.abs(rise - best * samples) < 0.75 * unit_s))
    return best if clean >= _CLEAN else 0.5 * (lowest + highest)


def _running_mean(values: FloatArray, half: int) -> FloatArray:
    total = np.concatenate(([0.0], np.cumsum(values)))
    at = np.arange(len(values))
    low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, len(values))
    return np.asarray((total[high] - total[low]) / (high - low))
