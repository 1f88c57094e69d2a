"""Capture2Go's notifications: a byte stream of packages with a checksum, cut anywhere, each with samples or news."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.device.framing import Cut, cut_notifications, places
from footdrop_imu.device.numbers import number_column
from footdrop_imu.device.packets import Frames, Notification, Packets
from footdrop_imu.device.profile import FrameFormat
from footdrop_imu.device.table_format import FrameClock, Sending, decode_cut, encode_table
from footdrop_imu.schema import FloatArray, IntArray, Quantity

__all__ = ["checked_package", "decode_capture2go", "encode_capture2go"]

_START = 0x02
_HEAD = 8  # start, checksum of four bytes, size of the payload, header of two bytes
_MOST_LIVE = 3  # real-time packages in front of the stream's piece
_NO_LIVE = b"\xff"
_STATUS = 0x0201


def decode_capture2go(
    frame: FrameFormat, packets: Packets, settings: Mapping[str, float], others: Sequence[bytes] = ()
) -> list[Frames]:
    """Decode the packages of one kind, the option ``package``; the others, status and acknowledgements, are passed by.

    Parameters
    ----------
    frame
        The format: a package as a table, from its start byte.
    packets
        Notifications of its characteristic.
    settings
        As for ``decode_table``.
    others
        Not needed: everything on the characteristic is a package.

    Returns
    -------
    list of Frames
        One a quantity; of packages with a right checksum only.

    Notes
    -----
    Packages of the kind are looked for by start byte, size and header everywhere in the stream at once, and kept where
    the checksum is right. What stands between them has to be whole packages with right checksums too: each piece that
    is not counts as damaged.
    """
    del others
    stream, lost = _streams(packets)
    size = frame.size
    assert size is not None
    data = stream.data
    many = max(len(data) - size + 1, 0)
    kind = int(frame.options["package"])
    fits = np.ones(many, dtype=bool)
    for place, byte in ((0, _START), (5, size - _HEAD), (6, kind & 0xFF), (7, kind >> 8)):
        fits &= data[place : place + many] == byte
    at = np.flatnonzero(fits)
    at = at[np.searchsorted(stream.edges, at, "right") == np.searchsorted(stream.edges, at + size - 1, "right")]
    if len(at):
        rows = np.lib.stride_tricks.sliding_window_view(data, size)[at]
        at = at[_checksums(rows[:, 6:]) == number_column(rows, 1, "u32")]
        at = at[np.append(True, np.diff(at) >= size)[: len(at)]]
    packet = stream.packet[np.searchsorted(stream.start, at + size, "left") - 1]
    damaged = lost + _broken_pieces(stream, at, at + size)
    return decode_cut(frame, packets, Cut(data, at, np.full(len(at), size), packet, damaged), settings)


class _Stream(NamedTuple):
    """The notifications' pieces of the byte stream, one after the other.

    ``start`` (n + 1,) of the pieces, ``packet`` (n,) that each is from, ``edges``: where a new connection begins.
    """

    data: NDArray[np.uint8]
    start: IntArray
    packet: IntArray
    edges: IntArray


def _streams(packets: Packets) -> tuple[_Stream, int]:
    """Take off the first byte, which counts real-time packages, and those; leave out notifications that cannot be."""
    begin, end = packets.start[:-1], packets.start[1:]
    good = end > begin
    live = np.zeros(len(begin), np.int64)
    live[good] = 0xFF - packets.data[begin[good]].astype(np.int64)
    good &= live <= _MOST_LIVE
    at = begin + 1
    for count in range(_MOST_LIVE):
        which = np.flatnonzero(good & (live > count))
        fits = at[which] + _HEAD <= end[which]
        good[which[~fits]] = False
        which = which[fits]
        good[which[packets.data[at[which]] != _START]] = False
        at[which] += _HEAD + packets.data[at[which] + 5].astype(np.int64)
    good &= at <= end
    kept = np.flatnonzero(good)
    inside = np.ones(len(packets.data), dtype=bool)
    inside[places(begin, np.where(good, at, end) - begin)] = False
    start = np.concatenate(([0], np.cumsum(end[kept] - at[kept])))
    new = np.flatnonzero(np.diff(packets.connection[kept])) + 1
    return _Stream(packets.data[inside], start, kept, start[new]), int(np.count_nonzero(~good))


@cache
def _table() -> NDArray[np.uint32]:
    """The CRC-32 of zlib and Ethernet, of single bytes."""
    crc = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        crc = np.where(crc & 1, np.uint32(0xEDB88320) ^ (crc >> np.uint32(1)), crc >> np.uint32(1))
    return crc


def _checksums(rows: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """CRC-32 of each row (n, size), byte by byte in all rows at once."""
    table = _table()
    crc = np.full(len(rows), 0xFFFFFFFF, np.uint32)
    for column in np.ascontiguousarray(rows.T):
        crc = table[(crc ^ column) & np.uint32(0xFF)] ^ (crc >> np.uint32(8))
    return ~crc


def _broken_pieces(stream: _Stream, begin: IntArray, end: IntArray) -> int:
    """Count the pieces between the packages found that are no whole packages."""
    marks = np.concatenate((begin, end, stream.edges, [0, len(stream.data)]))
    kinds = np.concatenate((np.ones(len(begin), bool), np.zeros(len(marks) - len(begin), bool)))
    order = np.lexsort((kinds, marks))
    marks, kinds = marks[order], kinds[order]
    gaps = np.flatnonzero((np.diff(marks) > 0) & ~kinds[:-1])
    stops = set(stream.edges.tolist()) | {len(stream.data)}
    broken = 0
    for low, high in zip(marks[gaps].tolist(), marks[gaps + 1].tolist(), strict=True):
        broken += not _is_whole(stream.data[low:high].tobytes(), may_stop=high in stops)
    return broken


def _is_whole(piece: bytes, *, may_stop: bool) -> bool:
    """Whether a piece is packages with right checksums; where the stream stops the last may be cut off."""
    at = 0
    while at < len(piece):
        if piece[at] != _START:
            return False
        end = at + _HEAD + (piece[at + 5] if len(piece) > at + 5 else 0)
        if len(piece) < end:
            return may_stop
        if zlib.crc32(piece[at + 6 : end]) != int.from_bytes(piece[at + 1 : at + 5], "little"):
            return False
        at = end
    return True


def checked_package(header: int, payload: bytes) -> bytes:
    """Write one package, as the sensor and the host send them."""
    body = header.to_bytes(2, "little") + payload
    return bytes((_START,)) + zlib.crc32(body).to_bytes(4, "little") + bytes((len(payload),)) + body


def encode_capture2go(
    frame: FrameFormat,
    samples: Mapping[Quantity, FloatArray],
    sending: Sending,
) -> list[Notification]:
    """Write packages of samples with a status package each second, see ``encode.Encoder``."""
    count, time = frame.samples, frame.time
    assert count is not None
    assert time is not None
    total = min(len(values) for values in samples.values()) // count
    ticks = sending.first_tick + np.rint(np.arange(total) * (count / (sending.rate_hz * time.tick_s))).astype(np.int64)
    rows = encode_table(
        frame,
        {name: values[: total * count] for name, values in samples.items()},
        count,
        FrameClock(ticks, ticks),
        gait=sending.gait,
        settings=sending.settings,
    )
    kind, each = int(frame.options["package"]), max(round(sending.rate_hz / count), 1)
    stream = bytearray()
    last: list[int] = []
    for number, row in enumerate(rows):
        stream += checked_package(kind, row[_HEAD:].tobytes())
        if number % each == each - 1:
            battery = int(sending.settings.get("battery", 100))
            stream += checked_package(
                _STATUS, int(ticks[number]).to_bytes(8, "little") + bytes((0,) * 9 + (battery, 50))
            )
        last += [number * count + count - 1] * (len(stream) - len(last))
    pieces = cut_notifications(frame.characteristic, bytes(stream), np.array(last), sending.mtu - 4)
    return [piece._replace(data=_NO_LIVE + piece.data) for piece in pieces]
