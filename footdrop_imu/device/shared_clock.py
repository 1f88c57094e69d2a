"""Quantities that a sensor sends in frames of their own, held together by the device time that both have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from footdrop_imu.device.numbering import forward
from footdrop_imu.schema import IntArray

if TYPE_CHECKING:
    from footdrop_imu.device.clock_format import ClockFormat
    from footdrop_imu.device.packets import Frames
    from footdrop_imu.device.timeline import Timeline

__all__ = ["share_clock"]


class _Line(NamedTuple):
    """Device time of a quantity's samples: ``start_s`` + ``period_s`` x counter, from ``begin_s`` to ``end_s``."""

    start_s: float
    period_s: float
    begin_s: float
    end_s: float


def share_clock(frames: Sequence[Frames], timelines: Sequence[Timeline], clock: ClockFormat) -> list[Timeline]:
    """Put the timelines of one sensor's quantities on one relation between device time and host time.

    Parameters
    ----------
    frames, timelines
        One a quantity; those that came in the same frames have the same timeline.
    clock
        What the frames say of time.

    Returns
    -------
    list of Timeline
        The same counters with other beginnings and rates; unchanged where a quantity has no device time of a sample, or
        the sensor was restarted.

    Notes
    -----
    Each timeline was fitted to arrivals of its own, and frames that hold a second of samples are few: the fits differ
    by milliseconds, where the sensor itself tells to the microsecond how its quantities lie to each other. The fits'
    mean, weighted by their uncertainty, is taken for all.
    """
    apart = len({id(one) for one in timelines}) > 1
    usable = all(
        one.numbered_by == "device time" and not one.reset_count and not one.slip_count for one in timelines
    ) and all(one.ticks is not None for one in frames)
    if not apart or not usable or clock.tick_s is None:
        return list(timelines)
    lines = [_line(*pair, frames[0], clock) for pair in zip(frames, timelines, strict=True)]
    if min(line.period_s for line in lines) <= 0.0:
        return list(timelines)
    begin_s, end_s = min(line.begin_s for line in lines), max(line.end_s for line in lines)
    weight = np.array([1.0 / max(one.residual_s, 1e-6) ** 2 for one in timelines])
    host_s = [
        np.average([_host_s(*pair, device_s) for pair in zip(lines, timelines, strict=True)], weights=weight)
        for device_s in (begin_s, end_s)
    ]
    pace = float(host_s[1] - host_s[0]) / (end_s - begin_s)
    best = min(timelines, key=lambda one: one.residual_s)
    return [
        replace(
            one,
            rate_hz=1.0 / (line.period_s * pace),
            first_s=float(host_s[0]) + pace * (line.start_s - begin_s),
            residual_s=best.residual_s,
            residual_note=best.residual_note,
        )
        for line, one in zip(lines, timelines, strict=True)
    ]


def _host_s(line: _Line, timeline: Timeline, device_s: float) -> float:
    return timeline.first_s + (device_s - line.start_s) / (line.period_s * timeline.rate_hz)


def _line(one: Frames, timeline: Timeline, reference: Frames, clock: ClockFormat) -> _Line:
    """Fit device time, from the reference's first on, against counter; ``period_s`` 0 where it does not go on."""
    assert one.ticks is not None
    assert reference.ticks is not None
    sample = one.first[:-1] if clock.tick_of == "first" else one.first[1:] - 1
    kept = timeline.keep[sample]
    counter = timeline.counter[(np.cumsum(timeline.keep) - 1)[sample[kept]]].astype(np.float64)
    ticks = one.ticks[kept]
    ahead = _between(int(reference.ticks[0]), int(ticks[0]), clock.tick_bits)
    passed: IntArray = np.concatenate(([0], np.cumsum(forward(ticks, clock.tick_bits))))
    device_s = (ahead + passed) * float(clock.tick_s or 0.0)
    if np.ptp(counter) == 0.0 or passed[-1] <= 0:
        return _Line(0.0, 0.0, 0.0, 0.0)
    period_s, middle_s = np.polyfit(counter - counter.mean(), device_s, 1)
    start_s = float(middle_s - period_s * counter.mean())
    return _Line(start_s, float(period_s), start_s, start_s + float(period_s) * float(timeline.counter[-1]))


def _between(low: int, high: int, bits: int | None) -> int:
    """Ticks from one reading to another, either way round."""
    if bits is None:
        return high - low
    half = 1 << (bits - 1)
    return (high - low + half) % (1 << bits) - half
