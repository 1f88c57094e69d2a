"""Notifications cut into frames: one each, several each, or a byte stream that is cut anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.device.packets import Notification, Packets
from footdrop_imu.device.profile import FrameFormat
from footdrop_imu.schema import BoolArray, IntArray

__all__ = ["Cut", "begins_with", "cut_frames", "cut_notifications", "join_continuations", "places", "rows_of"]

_LOOKED_AT = 64  # frames after a flaw, and places for the next one, at first; then twice as many, and so on


class Cut(NamedTuple):
    """Frames as spans of ``data`` (b,) uint8: ``begin`` (f,), ``length`` (f,), ``packet`` (f,) that completed each.

    ``damaged_count``: notifications, or pieces of a stream, that are no frame.
    """

    data: NDArray[np.uint8]
    begin: IntArray
    length: IntArray
    packet: IntArray
    damaged_count: int


def cut_frames(frame: FrameFormat, packets: Packets, others: Sequence[bytes] = ()) -> Cut:
    """Find the frames of one format.

    Parameters
    ----------
    frame
        The format.
    packets
        (n) notifications of its characteristic.
    others
        Beginnings of notifications that are meant for somebody else: other frames, replies to commands.

    Returns
    -------
    Cut
        In the order of arrival.
    """
    if frame.continuation:
        packets, completed = join_continuations(packets, frame.continuation, frame.size)
    else:
        completed = np.arange(len(packets.arrival_s))
    begin, length = packets.start[:-1], np.diff(packets.start)
    if frame.framing == "stream":
        return _cut_stream(frame, packets)
    mine = begins_with(packets.data, begin, length, frame.header)
    theirs = np.zeros(len(begin), dtype=bool)
    for other in (*others, *frame.ignored):
        theirs |= begins_with(packets.data, begin, length, other)
    size = frame.size
    if size is None:
        fixed = frame.header_size + frame.trailer_size
        whole = (length > fixed) & ((length - fixed) % frame.sample_size == 0)
    elif frame.framing == "one":
        whole = (length <= size) & (length >= size - frame.trailer_size)
    else:
        whole = (length > 0) & (length % size == 0)
    good = mine & whole
    damaged = int(np.count_nonzero(~good & ~(theirs & ~mine)))
    if frame.framing == "one":
        return Cut(packets.data, begin[good], length[good], completed[good], damaged)
    assert size is not None
    count = length[good] // size
    packet = np.repeat(np.flatnonzero(good), count)
    begins = begin[packet] + size * places(np.zeros_like(count), count)
    lengths = np.full(len(begins), size)
    mine = begins_with(packets.data, begins, lengths, frame.header)
    damaged += int(np.count_nonzero(~mine))
    return Cut(packets.data, begins[mine], lengths[mine], packet[mine], damaged)


def begins_with(data: NDArray[np.uint8], begin: IntArray, length: IntArray, header: bytes) -> BoolArray:
    """Which spans (n,) begin with these bytes."""
    fits = np.asarray(length >= len(header))
    at = begin[fits]
    same = np.ones(len(at), dtype=bool)
    for place, byte in enumerate(header):
        same &= data[at + place] == byte
    fits[fits] = same
    return fits


def places(begin: IntArray, count: IntArray) -> IntArray:
    """Places begin[k], begin[k] + 1 … of ``count[k]`` things each, one run after the other."""
    offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    return np.asarray(np.repeat(begin, count) + offset)


def join_continuations(packets: Packets, continuation: bytes, size: int | None) -> tuple[Packets, IntArray]:
    """Append each notification that goes on with the one before to it, without its own header.

    What has ``size`` bytes already is whole: a continuation after it has lost its own beginning.

    Returns
    -------
    tuple
        The joined notifications, and for each (m,) the number of the last one that it is made of.
    """
    begin, length = packets.start[:-1], np.diff(packets.start)
    goes_on = begins_with(packets.data, begin, length, continuation)
    same_link = np.append(False, packets.connection[1:] == packets.connection[:-1])
    goes_on &= same_link
    if size is not None and len(goes_on):
        left = length - np.where(goes_on, len(continuation), 0)
        before = np.cumsum(left) - left
        goes_on &= before - before[~goes_on][np.cumsum(~goes_on) - 1] < size
    keep = np.ones(len(packets.data), dtype=bool)
    for place in range(len(continuation)):
        keep[begin[goes_on] + place] = False
    left = length - np.where(goes_on, len(continuation), 0)
    first = np.flatnonzero(~goes_on)
    last = np.append(first, len(length))[1:] - 1
    start = np.concatenate(([0], np.cumsum(left)))
    joined = Packets(
        arrival_s=packets.arrival_s[last],
        connection=packets.connection[first],
        data=packets.data[keep],
        start=np.append(start[first], start[-1]),
    )
    return joined, last


def _cut_stream(frame: FrameFormat, packets: Packets) -> Cut:
    """Walk through runs of frames that follow each other without a flaw; look for the next header after each flaw."""
    size = frame.size
    assert size is not None
    begins: list[IntArray] = [np.zeros(0, np.int64)]
    damaged = 0
    edges = np.concatenate(([0], np.flatnonzero(np.diff(packets.connection)) + 1, [len(packets.connection)]))
    for low, high in zip(packets.start[edges[:-1]], packets.start[edges[1:]], strict=True):
        data = packets.data[low:high]
        place, looked_at = 0, _LOOKED_AT
        while place + size <= len(data):
            count = min((len(data) - place) // size, looked_at)
            rows = data[place : place + count * size].reshape(count, size)
            mine = _have(rows, frame.header)
            known = mine.copy()
            for other in frame.ignored:
                known |= _have(rows, other)
            run = count if known.all() else int(known.argmin())
            begins.append(low + place + size * np.flatnonzero(mine[:run]))
            place += run * size
            looked_at *= 2
            if run < count:
                damaged += 1
                place, looked_at = _next_frame(frame, data, place), _LOOKED_AT
    begin = np.concatenate(begins)
    end = begin + size
    if np.array_equal(end, packets.start[1:]):
        packet = np.arange(len(end))
    else:
        packet = np.searchsorted(packets.start, end, side="left") - 1
    return Cut(packets.data, begin, np.full(len(begin), size), packet, damaged)


def _have(rows: NDArray[np.uint8], header: bytes) -> BoolArray:
    """Which rows (k, size) begin with these bytes."""
    same = np.ones(len(rows), dtype=bool)
    for step, byte in enumerate(header):
        same &= rows[:, step] == byte
    return same


def _next_frame(frame: FrameFormat, data: NDArray[np.uint8], place: int) -> int:
    """Find the first place after ``place`` where a frame may begin that is followed by another one, or by nothing.

    Where there is none it is the end of the data.
    """
    size = frame.size or 0
    windows = np.lib.stride_tricks.sliding_window_view(data, size)
    headers = (frame.header, *frame.ignored)
    low, looked_at = place + 1, _LOOKED_AT
    while low < len(windows):
        fits = np.logical_or.reduce([_have(windows[low : low + looked_at], header) for header in headers])
        for at in (low + np.flatnonzero(fits)).tolist():
            # a header may stand by chance among the numbers
            after = data[at + size : at + size + len(frame.header)].tobytes()
            if any(header.startswith(after) for header in headers):
                return int(at)
        low, looked_at = low + looked_at, 2 * looked_at
    return len(data)


def rows_of(cut: Cut, which: IntArray | slice, size: int) -> NDArray[np.uint8]:
    """Give the first ``size`` bytes of these frames, one frame a row, without a copy where they are evenly spaced."""
    begin = cut.begin[which]
    if not len(begin):
        return np.zeros((0, size), np.uint8)
    windows = np.lib.stride_tricks.sliding_window_view(cut.data, size)
    step = int(begin[1] - begin[0]) if len(begin) > 1 else size
    even = np.arange(begin[0], begin[0] + step * len(begin), step)
    return windows[begin[0] : begin[-1] + 1 : step] if np.array_equal(begin, even) else windows[begin]


def cut_notifications(characteristic: str, stream: bytes, last_sample: IntArray, room: int) -> list[Notification]:
    """Cut a byte stream to notifications of ``room`` bytes, as a sensor sends it.

    ``last_sample`` (len(stream),): the sample after which each byte is there.
    """
    return [
        Notification(characteristic, int(last_sample[min(at + room, len(stream)) - 1]), stream[at : at + room])
        for at in range(0, len(stream), room)
    ]
