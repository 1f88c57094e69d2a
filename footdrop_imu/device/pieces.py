"""Number the frames of a whole recording: counter, device time or arrival; wraps, lost links, restarted sensors."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from footdrop_imu.device.by_arrival import FAR, lost_by_arrival
from footdrop_imu.device.clock_format import ClockFormat
from footdrop_imu.device.envelope import fit_curve
from footdrop_imu.device.numbering import backward, forward, lost_by_device_time
from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = ["LINK", "PACKETS", "RESET", "Numbered", "Way", "number_frames"]

PACKETS, LINK, RESET = 0, 1, 2
"""Why samples are missing before a frame."""

Way = Literal["sequence", "device time", "arrival"]

_STALL_S = 4.0  # the longest that a host's program may be held up
_AMBIGUOUS = 0.4  # of a wrap: a silence from which on whole wraps may have passed
_BESIDE_S = 10.0  # frames on either side of a cut that show where it is
_NEAR = 0.01  # share of a wrap that a counter which went on may be off by the times of arrival …
_NEAR_S, _FAR_S = 0.06, 2.0  # … but so much at least and at most, for a queue that was full before the link was lost
_DRIFT = 5e-4  # share of the silence that comes on top, beside two frames
_CRYSTAL = 1e-4  # relative error of a sensor's own clock
_STUCK = 0.001
_LAWLESS = 0.02


class Numbered(NamedTuple):
    """``lost`` (f,) samples right before each frame, ``cause`` (f,), ``epoch`` (f,) restarts of the sensor before.

    ``unsure`` (f,): frames whose number nothing tells.
    ``period_s`` of a sample as far as known without the times of arrival's envelope, ``period_sd`` relative.
    """

    lost: IntArray
    cause: IntArray
    epoch: IntArray
    unsure: BoolArray
    way: Way
    period_s: float
    period_sd: float
    notes: tuple[str, ...]


class _Reading(NamedTuple):
    """What one of the sensor's clocks says: samples lost in each step (f - 1,), which steps go back, its wrap."""

    lost: FloatArray
    back: BoolArray
    wrap: float


def number_frames(
    size: IntArray,
    arrival_s: FloatArray,
    connection: IntArray,
    sequence: IntArray | None,
    ticks: IntArray | None,
    clock: ClockFormat,
) -> Numbered:
    """Count the samples lost before each frame (f,), by the best clock that the sensor has.

    Within a connection a counter or device time is taken as it is. Where the link was lost, where the count runs back
    or further ahead than time allows, and after a silence in which it may have wrapped, the floor of delay on either
    side says how much time passed: it settles how often the counter wrapped, or shows that the sensor was restarted;
    its samples are then placed by time alone.
    """
    frame = int(np.bincount(size).argmax())
    notes: list[str] = []
    cut = np.diff(connection) != 0
    period_s = _rough_period(size, arrival_s, cut, frame, sequence, clock)
    counted = None if sequence is None else _by_sequence(size, sequence, frame, clock)
    if counted is not None and (why := _useless(counted, _zero_share(sequence), 0.0)):
        notes.append(f"The counter {why}; it was not used.")
        counted = None
    timed = None if ticks is None else _by_ticks(size, ticks, frame, clock, period_s)
    if timed is not None and ticks is not None and clock.tick_s is not None:
        alike = max(0.0, 1.0 - frame * period_s / clock.tick_s) + 0.05
        if why := _useless(timed, _zero_share(ticks), alike):
            notes.append(f"The device time {why}; it was not used.")
            timed = None
    readings = [one for one in (counted, timed) if one is not None]
    gap_s = np.diff(arrival_s)
    for one in readings:
        cut |= one.back | (one.lost * period_s > gap_s + _STALL_S) | (gap_s > _AMBIGUOUS * one.wrap * period_s)
    cuts = np.flatnonzero(cut) + 1
    lost = np.zeros(len(size), dtype=np.int64)
    unsure = np.zeros(len(size), dtype=bool)
    way: Way
    if counted is not None:
        way = "sequence"
        lost[1:] = np.maximum(np.rint(counted.lost), 0)
    elif timed is not None and _fine(clock, frame * period_s):
        way = "device time"
        lost[1:] = np.maximum(np.rint(timed.lost), 0)
    else:
        way = "arrival" if timed is None else "device time"
        stamp_s = arrival_s if timed is None else _device_s(ticks, clock)
        lost, period_s, unsure = _by_stamps(size, stamp_s, cuts, frame, period_s)
    lost[cuts] = 0
    sd = clock.rate_tolerance
    if timed is not None and ticks is not None:
        inside = ~cut
        step_s = forward(ticks, clock.tick_bits) * float(clock.tick_s or 0.0)
        taken = _taken(size, clock) + lost[1:]
        if inside.any():
            measured_s = float(step_s[inside].sum() / taken[inside].sum())
            period_s, sd = (measured_s, _CRYSTAL) if measured_s > 0.0 else (period_s, sd)
        said = np.asarray(step_s / period_s - _taken(size, clock), dtype=np.float64)
        readings[-1] = timed._replace(lost=said, wrap=_wrap(clock, period_s))
    else:
        period_s = _longest_period(size, lost, arrival_s, cuts, period_s, sd)
    cause, epoch = _place(lost, size, arrival_s, connection, cuts, readings, period_s)
    return Numbered(lost, cause, epoch, unsure, way, period_s, sd, tuple(notes))


def _place(
    lost: IntArray,
    size: IntArray,
    arrival_s: FloatArray,
    connection: IntArray,
    cuts: IntArray,
    readings: list[_Reading],
    period_s: float,
) -> tuple[IntArray, IntArray]:
    """Settle what was lost at each cut (written into ``lost``); cause and epoch of every frame."""
    late_s = arrival_s - period_s * np.cumsum(size + lost)
    cause = np.zeros(len(size), dtype=np.int64)
    epoch = np.zeros(len(size), dtype=np.int64)
    edges = np.concatenate(([0], cuts, [len(size)]))
    frame_s = period_s * float(np.median(size))
    beside = max(round(_BESIDE_S / frame_s), 2)
    for begin, here, end in zip(edges[:-2], edges[1:-1], edges[2:], strict=True):
        before, after = late_s[max(begin, here - beside) : here], late_s[here : min(end, here + beside)]
        passed = (_least(after) - _least(before)) / period_s
        silent_s = arrival_s[here] - arrival_s[here - 1]
        slack_s = 2.0 * frame_s + _DRIFT * silent_s
        if len(after) * frame_s < 1.0:
            slack_s += _STALL_S  # too few to have come down to the floor
        cause[here] = LINK if connection[here] != connection[here - 1] else PACKETS
        if not readings:
            lost[here] = max(round(passed), 0)
            continue
        # what wraps last cannot agree by chance
        surest = max(readings, key=lambda one: one.wrap)
        near_s = slack_s + min(max(_NEAR * surest.wrap * period_s, _NEAR_S), _FAR_S)
        sure = _nearest(surest, here - 1, passed)
        if abs(passed - sure) * period_s <= near_s:
            # a counter that stood while nobody listened says less than a clock that went on
            first = _nearest(readings[0], here - 1, sure)
            lost[here] = max(round(first if abs(first - sure) * period_s <= slack_s else sure), 0)
        else:
            lost[here] = max(round(passed), 0)
            cause[here] = RESET
            epoch[here] = 1
    return cause, np.cumsum(epoch)


def _nearest(reading: _Reading, step: int, passed: float) -> float:
    said = float(reading.lost[step])
    if not np.isfinite(reading.wrap):
        return said
    return said + max(round((passed - said) / reading.wrap), 0) * reading.wrap


def _least(late_s: FloatArray) -> float:
    return float(np.partition(late_s, 1)[1] if len(late_s) >= 50 else late_s.min())


def _by_sequence(size: IntArray, sequence: IntArray, frame: int, clock: ClockFormat) -> _Reading:
    step = forward(sequence, clock.sequence_bits)
    wrap = np.inf if clock.sequence_bits is None else float(1 << clock.sequence_bits)
    if clock.sequence_counts == "frames":
        lost, wrap = (step - 1) * frame, wrap * frame
    else:
        lost = step - size[:-1]
    return _Reading(lost.astype(np.float64), backward(sequence, clock.sequence_bits), wrap)


def _by_ticks(size: IntArray, ticks: IntArray, frame: int, clock: ClockFormat, period_s: float) -> _Reading:
    tick_s = float(clock.tick_s or 0.0)
    step_s: FloatArray = forward(ticks, clock.tick_bits) * np.float64(tick_s)
    taken = _taken(size, clock)
    even = frame if np.all(size == frame) else 0
    if _fine(clock, frame * period_s):
        whole, period_s = lost_by_device_time(step_s, taken, even, period_s)
        lost = whole.astype(np.float64)
        # a step that is no whole frame belongs to another clock: keep it to compare
        lost = np.where(np.abs(step_s / period_s - taken - lost) < 0.5, lost, step_s / period_s - taken)
    else:
        lost = step_s / period_s - taken
    return _Reading(lost, backward(ticks, clock.tick_bits), _wrap(clock, period_s))


def _wrap(clock: ClockFormat, period_s: float) -> float:
    """Samples until the device time wraps."""
    bits = clock.tick_bits
    return np.inf if bits is None else float(1 << bits) * float(clock.tick_s or 0.0) / period_s


def _by_stamps(
    size: IntArray, stamp_s: FloatArray, cuts: IntArray, frame: int, period_s: float
) -> tuple[IntArray, float, BoolArray]:
    """Count each piece by stamps that only have a floor; the longest piece gives the sample time for the others."""
    edges = np.concatenate(([0], cuts, [len(size)]))
    pieces = sorted(pairwise(edges), key=lambda piece: piece[0] - piece[1])
    lost = np.zeros(len(size), dtype=np.int64)
    unsure = np.zeros(len(size), dtype=bool)
    longest_s = 0.0
    for begin, end in pieces:
        last = np.cumsum(size[begin:end])
        found = lost_by_arrival(last, stamp_s[begin:end], frame, longest_s or period_s)
        longest_s = longest_s or found.period_s
        lost[begin:end], unsure[begin:end] = found.lost, found.unsure
    return lost, longest_s, unsure


def _rough_period(
    size: IntArray, arrival_s: FloatArray, cut: BoolArray, frame: int, sequence: IntArray | None, clock: ClockFormat
) -> float:
    """Nominal time of a sample, or the one that was kept where that is quite another."""
    nominal_s = 1.0 / clock.rate_hz
    if sequence is None:
        return nominal_s
    found = _by_sequence(size, sequence, frame, clock)
    gap_s = np.diff(arrival_s)
    # a counter that was damaged may claim any number of losses
    inside = ~cut & ~found.back & (found.lost >= 0) & (found.lost * nominal_s <= FAR * (gap_s + _STALL_S))
    taken = (size[1:] + found.lost)[inside].sum()
    measured_s = float(gap_s[inside].sum() / taken) if taken > 0 else nominal_s
    return measured_s if measured_s > 0.0 and abs(measured_s / nominal_s - 1.0) > 0.1 else nominal_s


def _longest_period(
    size: IntArray, lost: IntArray, arrival_s: FloatArray, cuts: IntArray, period_s: float, sd: float
) -> float:
    edges = np.concatenate(([0], cuts, [len(size)]))
    at = int(np.diff(edges).argmax())
    begin, end = int(edges[at]), int(edges[at + 1])
    if not len(cuts) or end - begin < 2:
        return period_s
    last = np.cumsum((size + lost)[begin:end])
    none = np.zeros(end - begin, dtype=np.int64)
    return fit_curve(last, arrival_s[begin:end], none, period_s=period_s, period_sd=sd, bend_sd=1e-6).period_s


def _taken(size: IntArray, clock: ClockFormat) -> IntArray:
    """Samples between the two that successive device times belong to, if none was lost."""
    return size[:-1] if clock.tick_of == "first" else size[1:]


def _fine(clock: ClockFormat, frame_s: float) -> bool:
    return (clock.tick_s or 0.0) <= 0.6 * frame_s


def _device_s(ticks: IntArray | None, clock: ClockFormat) -> FloatArray:
    assert ticks is not None
    return np.concatenate(([0.0], np.cumsum(forward(ticks, clock.tick_bits)) * float(clock.tick_s or 0.0)))


def _zero_share(raw: IntArray | None) -> float:
    return 0.0 if raw is None or len(raw) < 2 else float(np.mean(np.diff(raw) == 0))


def _useless(reading: _Reading, zero_share: float, usual_zero: float) -> str:
    """Why a clock cannot be one, "" if it can."""
    steps = len(reading.back)
    if zero_share > max(usual_zero, _STUCK, 3.0 / max(steps, 1)):
        return f"stood still in {zero_share:.0%} of the steps while the samples went on"
    back = float(np.mean(reading.back)) if steps else 0.0
    if back > max(_LAWLESS, 5.0 / max(steps, 1)):
        return f"ran back in {back:.0%} of the steps"
    return ""
