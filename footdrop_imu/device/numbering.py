"""Counters and device times of frames: their steps, frames that came twice or do not fit, samples that were lost."""

from __future__ import annotations

import numpy as np

from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = [
    "backward",
    "forward",
    "lost_by_device_time",
    "out_of_line",
    "repeated_frames",
    "repeated_packets",
]

_AT_ONCE_S = 0.02  # copies of one notification come so close
_ALL_REPEATED = 0.9
_MOST_COPIES = 8
_SOME = 0.05  # of the steps as long as the nominal rate says: it is kept, however many frames are lost
_RUN = 3  # damaged frames in a row that are known as such
_CLOSE = 7  # usual steps that those around them are farther apart at the most


def forward(raw: IntArray, bits: int | None) -> IntArray:
    """Steps (f - 1,) of a counter, never negative where it wraps."""
    return _ahead(np.diff(raw), bits)


def _ahead(step: IntArray, bits: int | None) -> IntArray:
    return step if bits is None or bits > 62 else np.asarray(step & ((1 << bits) - 1))


def backward(raw: IntArray, bits: int | None) -> BoolArray:
    """Which steps (f - 1,) are shorter as a step back than as a step forward."""
    step = np.diff(raw)
    if bits is None or bits > 62:
        return np.asarray(step < 0)
    return np.asarray((step & ((1 << bits) - 1)) > (1 << bits) // 2)


def out_of_line(raw: IntArray, bits: int | None) -> BoolArray:
    """Which frames (f,) have a counter that is not between those around them, which are close to each other.

    Such a frame was damaged, alone or with up to two beside it: a sensor that is restarted, or of which much is lost,
    counts on from there.
    """
    out = np.zeros(len(raw), dtype=bool)
    usual = float(np.median(forward(raw, bits))) if len(raw) > 1 else 0.0
    for run in range(1, min(_RUN, len(raw) - 2) + 1):
        begin = raw[: -run - 1]
        across = _ahead(raw[run + 1 :] - begin, bits)
        close = (across > 0) & (across <= (run + _CLOSE) * usual)
        for place in range(1, run + 1):
            since = _ahead(raw[place : place + len(begin)] - begin, bits)
            out[place : place + len(begin)] |= close & ((since < 0) | (since > across))
    return out


def repeated_frames(values: FloatArray, first: IntArray, raw: IntArray, bits: int | None) -> BoolArray:
    """Which frames (f,) came before, with the same counter (or device time) and the same samples.

    ``values`` (n, c) all quantities side by side, frame k from ``first[k]`` to ``first[k + 1]``.
    """
    step = forward(raw, bits)
    out = np.zeros(len(raw), dtype=bool)
    step = np.where(backward(raw, bits), step - (0 if bits is None or bits > 62 else 1 << bits), step)
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
    begins = np.flatnonzero(np.append(True, (np.diff(arrival_s) != 0.0) | (np.diff(connection) != 0)))
    mark = np.add.reduceat(values @ np.sqrt(np.arange(2.0, 2.0 + values.shape[1])), first[:-1])
    came = np.add.reduceat(mark, begins)
    size = np.diff(np.append(begins, len(arrival_s)))
    same = (np.diff(came) == 0.0) & (np.diff(size) == 0) & (np.diff(connection[begins]) == 0)
    same &= np.diff(arrival_s[begins]) < _AT_ONCE_S
    copies = np.zeros(len(begins), dtype=bool)
    unit = np.cumsum(np.append(True, ~same)) - 1
    runs = np.bincount(unit)
    over = connection[begins][np.flatnonzero(np.append(True, ~same))]
    for which in np.unique(over):
        lengths = runs[over == which]
        times = int(np.bincount(lengths).argmax())
        if 1 < times <= _MOST_COPIES and np.mean(lengths % times == 0) >= _ALL_REPEATED:
            members = np.flatnonzero(over[unit] == which)
            place = members - np.concatenate(([0], np.cumsum(runs)))[unit[members]]
            copies[members[place % times != 0]] = True
    return np.repeat(copies, size)


def lost_by_device_time(step_s: FloatArray, taken: IntArray, frame: int, period_s: float) -> tuple[IntArray, float]:
    """Count by a device time finer than a sample.

    ``step_s`` (f - 1,) of the device time from frame to frame; ``taken`` (f - 1,) samples between the two that the
    times belong to, if none was lost; ``frame`` the samples of each frame, 0 = they differ; ``period_s`` nominal.
    Gives the samples lost in each step (f - 1,), and the time of a sample, s.
    """
    ratio = step_s / (taken * period_s)
    usual = float(np.median(ratio)) if len(ratio) else 1.0
    if abs(usual - 1.0) > 0.1 and usual > 0.0 and np.mean(np.abs(ratio - 1.0) < 0.25) < _SOME:
        period_s *= usual  # the sensor keeps another rate than it was told to
    whole = np.abs(step_s / (taken * period_s) - 1.0) < 0.5
    if whole.any() and step_s[whole].sum() > 0.0:
        period_s = float(step_s[whole].sum() / taken[whole].sum())
    unit = max(frame, 1)
    lost = unit * np.rint((step_s / period_s - taken) / unit).astype(np.int64)
    return np.maximum(lost, 0), period_s
