"""Which recordings of a walk share a clock, and where each begins on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np

from footdrop_imu.files.formats import Reading
from footdrop_imu.files.paths import resolved
from footdrop_imu.schema import SensorStream

__all__ = ["join_clocks"]

# Files of one walk cover nearly the same time; less than half of it in common means counters that restarted.
_LEAST_OVERLAP = 0.5
_HOW = {
    "counter": "the packet counter of one export",
    "session": "times from the session's start",
    "said": "the column map says so",
}


def join_clocks(parts: Sequence[tuple[Path, str, Reading]]) -> tuple[tuple[SensorStream, ...], tuple[str, ...]]:
    """Give the streams of a walk's files their clock group and offset.

    The columns of one file share a clock. So do files of one walk that count the same packets (Xsens) or whose times
    count from the session's start; all others have clocks of their own.

    Parameters
    ----------
    parts
        File, what its name says the walk is ("" = nothing), and its reading with the segments settled.

    Returns
    -------
    streams, notes
    """
    shared = _shared_kind(parts)
    if shared:
        streams = [stream for _, _, reading in parts for stream in reading.streams]
        placed = _placed(streams, shared, absolute=shared == "session")
        if _overlap(placed):
            return placed, (f"{_segments(placed)} share a clock: {_HOW[shared]}.",) if len(_firsts(placed)) > 1 else ()
    found: tuple[SensorStream, ...] = ()
    for path, _, reading in parts:
        alone = len({stream.segment for stream in reading.streams}) == 1
        absolute = reading.clock == "session"
        found += _placed(reading.streams, "" if alone else path.name, absolute=absolute)
    if len(parts) < 2:
        return found, (f"{_segments(found)} share a clock: they are columns of one file.",) if len(
            _firsts(found)
        ) > 1 else ()
    why = "their times do not overlap" if shared else "nothing in the files joins them"
    return found, (f"{_segments(found)} have clocks of their own ({why}): measures of both feet are not given.",)


def _shared_kind(parts: Sequence[tuple[Path, str, Reading]]) -> str:
    kinds = {reading.clock for _, _, reading in parts}
    walks = {(resolved(path).parent, walk) for path, walk, _ in parts}
    if len(parts) < 2 or len(kinds) > 1 or "own" in kinds or (len(walks) > 1 and "said" not in kinds):
        return ""
    rates = {stream.rate_hz for _, _, reading in parts for stream in reading.streams}
    kind = kinds.pop()
    return kind if kind != "counter" or len(rates) == 1 else ""


def _firsts(streams: Sequence[SensorStream]) -> list[SensorStream]:
    return [stream for stream in streams if stream.quantity == "acceleration"]


def _segments(streams: Sequence[SensorStream]) -> str:
    names = [stream.segment.replace("_", " ") for stream in _firsts(streams)]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _steps_from(stream: SensorStream, first: int) -> int:
    """Count samples from a counter value to the stream's first; the shorter way round where the counter wraps."""
    assert stream.counter is not None
    steps = int(stream.counter[0]) - first
    if stream.counter_bits is None:
        return steps
    half = 1 << (stream.counter_bits - 1)
    return (steps + half) % (2 * half) - half


def _placed(streams: Sequence[SensorStream], group: str, *, absolute: bool) -> tuple[SensorStream, ...]:
    reference = next((int(stream.counter[0]) for stream in streams if stream.counter is not None), 0)
    offsets = [
        stream.clock_offset_s
        if stream.counter is None or stream.time_s is not None or not stream.rate_hz
        else _steps_from(stream, reference) / stream.rate_hz
        for stream in streams
    ]
    zero = 0.0 if absolute else min(offsets)
    return tuple(
        replace(stream, clock_group=group, clock_offset_s=offset - zero)
        for stream, offset in zip(streams, offsets, strict=True)
    )


def _length_s(stream: SensorStream) -> float:
    if stream.time_s is not None:
        return float(stream.time_s[-1] - stream.time_s[0])
    if not stream.rate_hz:
        return 0.0
    if stream.counter is None:
        return (len(stream.values) - 1) / stream.rate_hz
    steps = np.diff(stream.counter)
    if stream.counter_bits is not None:
        steps = steps % (1 << stream.counter_bits)
    return float(steps.sum()) / stream.rate_hz


def _overlap(streams: Sequence[SensorStream]) -> bool:
    for one, other in combinations(_firsts(streams), 2):
        begin = max(one.clock_offset_s, other.clock_offset_s)
        end = min(one.clock_offset_s + _length_s(one), other.clock_offset_s + _length_s(other))
        if end - begin < _LEAST_OVERLAP * min(_length_s(one), _length_s(other)):
            return False
    return True
