"""Where the whole records of a journal stand, found without a loop over them.

Every place that looks like the beginning of a record is a candidate. Where the bytes are not known to be right, those
whose CRC fails are none; then the candidates that begin inside an earlier record fall away. What lies between the
records that are left is damaged.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.device.journal_format import CHECK_SIZE, HEAD, NO_SENSOR, SYNC, RecordKind
from footdrop_imu.schema import BoolArray, IntArray

__all__ = ["Records", "by_length", "find_records", "put_rows", "rows"]

Bytes = NDArray[np.uint8]

_KNOWN = np.zeros(256, bool)
_KNOWN[list(RecordKind)] = True

_BLOCK = 1 << 18  # bytes looked through at a time: they stay in the processor's cache
_CHECKED_TOGETHER = 1 << 22  # bytes
_FEW = 64  # so few records of one length are checked one by one


class Records(NamedTuple):
    """Whole records, column by column (n,): what their heads say, where the body begins, where the record ends.

    ``damaged`` (k, 2): first byte and end of what is no record, in the middle or at the end.
    """

    kind: NDArray[np.uint8]
    sensor: NDArray[np.uint8]
    characteristic: NDArray[np.uint8]
    connection: NDArray[np.uint16]
    length: NDArray[np.uint16]
    time_ns: IntArray
    body: IntArray
    stop: IntArray
    damaged: IntArray


def find_records(content: Bytes, begin: int, end: int, sensor_count: int, *, check: bool) -> Records:
    """Find the whole records between two places of a journal.

    Parameters
    ----------
    content
        The file, (b,).
    begin, end
        Where the records begin and where what follows them does.
    sensor_count
        Sensors of the header: records of others are none.
    check
        Whether to look at every CRC; without, the bytes must be known to be right.
    """
    first = _marks(content, begin, end - HEAD.itemsize - CHECK_SIZE)
    heads = rows(content, first, HEAD.itemsize).view(HEAD).reshape(-1)
    kind, sensor, length = heads["kind"].copy(), heads["sensor"].copy(), heads["length"].copy()
    stop = first + length + (HEAD.itemsize + CHECK_SIZE)
    good = (stop <= end) & _KNOWN[kind] & (heads["zero"] == 0)
    good &= (sensor < sensor_count) | ((sensor == NO_SENSOR) & (kind != RecordKind.PACKET))
    if check:
        good[good] = _unharmed(content, first[good], stop[good])
    kept = np.flatnonzero(good)
    kept = kept[_outside_others(first[kept], stop[kept])]
    first, stop = first[kept], stop[kept]
    ends, begins = np.concatenate(([begin], stop)), np.concatenate((first, [end]))
    gaps = np.flatnonzero(begins > ends)
    return Records(
        kind=kind[kept],
        sensor=sensor[kept],
        characteristic=heads["characteristic"].copy()[kept],
        connection=heads["connection"].copy()[kept],
        length=length[kept],
        time_ns=heads["time_ns"].copy()[kept],
        body=first + HEAD.itemsize,
        stop=stop,
        damaged=np.stack([ends[gaps], begins[gaps]], axis=1),
    )


def rows(content: Bytes, first: IntArray, length: int) -> Bytes:
    """Gather ``length`` bytes from each place: (n, length)."""
    if not len(first) or not length:
        return np.empty((len(first), length), np.uint8)
    return _anywhere(content, length)[first].view(np.uint8).reshape(-1, length)


def by_length(lengths: NDArray[np.integer]) -> Iterator[tuple[int, IntArray]]:
    """Each length that occurs, and which (m,) of all are so long, in order."""
    if len(lengths):
        order = np.argsort(lengths, kind="stable")
        for group in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1):
            yield int(lengths[group[0]]), group


def put_rows(content: Bytes, first: IntArray, taken: Bytes) -> None:
    """Write each row (n, length) at its place."""
    if taken.size:
        _anywhere(content, taken.shape[1])[first] = taken.view(f"V{taken.shape[1]}").reshape(-1)


def _anywhere(content: Bytes, length: int) -> NDArray[np.void]:
    """Each ``length`` bytes of the content as one item: they are copied whole, many times faster than byte by byte."""
    return np.ndarray((len(content) - length + 1,), f"V{length}", buffer=content, strides=(1,))


def _marks(content: Bytes, begin: int, last: int) -> IntArray:
    """Every place from ``begin`` to ``last`` where the sync word stands."""
    found = [np.empty(0, np.int64)]
    for block in range(begin, last + 1, _BLOCK):
        for place in (block, block + 1):
            piece = content[place : min(place + _BLOCK, last + 2)]
            words = piece[: len(piece) // 2 * 2].view("<u2")
            found.append(np.flatnonzero(words == SYNC) * 2 + place)
    return np.sort(np.concatenate(found), kind="stable")


def _outside_others(first: IntArray, stop: IntArray) -> BoolArray:
    """Which records (n,) do not begin inside an earlier one that is kept."""
    keep = np.ones(len(first), bool)
    settled = 0
    for k in np.flatnonzero(first[1:] < stop[:-1]):
        if k >= settled:
            settled = int(np.searchsorted(first, stop[k]))
            keep[k + 1 : settled] = False
    return keep


def _unharmed(content: Bytes, first: IntArray, stop: IntArray) -> BoolArray:
    """Whether each record (n,) has the CRC that it says."""
    out = np.empty(len(first), bool)
    for size, group in by_length(stop - first):
        count = max(1, _CHECKED_TOGETHER // size)
        for some in np.split(group, range(count, len(group), count)):
            records = rows(content, first[some], size)
            said = np.ascontiguousarray(records[:, -CHECK_SIZE:]).view("<u4").reshape(-1)
            out[some] = said == _crc32(records[:, :-CHECK_SIZE])
    return out


def _crc32(messages: Bytes) -> NDArray[np.uint32]:
    """CRC32 of each row (n, length): it is linear, so what each byte adds at its place is looked up and joined."""
    count, length = messages.shape
    if count < _FEW:
        return np.fromiter((zlib.crc32(message.tobytes()) for message in messages), np.uint32, count)
    added = _crc32_tables(1 << (length - 1).bit_length())
    out = np.full(count, zlib.crc32(bytes(length)), np.uint32)
    for column, table in zip(np.ascontiguousarray(messages.T), added[length - 1 :: -1], strict=True):
        out ^= np.take(table, column, mode="wrap")
    return out


@cache
def _crc32_tables(count: int) -> NDArray[np.uint32]:
    """What a byte (256,) adds to the CRC32 when 0 to ``count`` - 1 bytes follow it: (count, 256)."""
    out = np.empty((count, 256), np.uint32)
    one = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        one = (one >> np.uint32(1)) ^ (one & np.uint32(1)) * np.uint32(0xEDB88320)
    out[0] = one
    for k in range(1, count):
        out[k] = (out[k - 1] >> np.uint32(8)) ^ one[out[k - 1] & 255]
    return out
