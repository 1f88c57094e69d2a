"""Shimmer's byte stream: packets that begin with 00 and a time, between them acknowledgements, cut anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.device.framing import Cut, cut_notifications
from footdrop_imu.device.numbers import number_column, number_size
from footdrop_imu.device.packets import Frames, Notification, Packets
from footdrop_imu.device.profile import FrameFormat, Number
from footdrop_imu.device.table_format import FrameClock, Sending, decode_cut, encode_table
from footdrop_imu.schema import FloatArray, IntArray, Quantity

__all__ = ["decode_shimmer", "encode_shimmer"]

_ACKNOWLEDGED = b"\xff"
_SLOWEST_HZ, _FASTEST_HZ = 10.0, 2000.0
_HELD_BACK_S = 0.04
_SURE_PACKETS = 3  # in a row are no chance
_NEWS, _NEWS_SIZE = b"\x8a\x71", 3  # its state, which the sensor tells by itself
_STEP_TICKS = 2  # by so much a step of time may differ from the usual one


def decode_shimmer(
    frame: FrameFormat, packets: Packets, settings: Mapping[str, float], others: Sequence[bytes] = ()
) -> list[Frames]:
    """Decode a stream of packets that have no checksum, and of whose header nothing is certain.

    Parameters
    ----------
    frame
        The format: a packet as a table; its time is needed.
    packets
        Notifications of its characteristic.
    settings
        As for ``decode_table``.
    others
        Beginnings of answers to commands, which may stand between two packets.

    Returns
    -------
    list of Frames
        One a quantity.

    Notes
    -----
    Two places a packet's length apart are packets if both have the header and their times differ by the usual step,
    which is the most frequent one of all such places. Chains of them are taken, the longest first, so that chance hits
    among the numbers lose against the packets around them. The last packet of a chain is believed only where the stream
    or an acknowledgement follows it: else a byte lost or added may have been in it.
    """
    size = frame.size
    assert size is not None
    edges = np.concatenate(([0], np.flatnonzero(np.diff(packets.connection)) + 1, [len(packets.connection)]))
    limits = packets.start[edges]
    begin, torn = _chains(frame, packets.data, limits, size)
    alone, spoiled, damaged = _between(frame, packets.data, limits, begin, torn, others)
    begin = np.sort(np.concatenate((np.setdiff1d(begin, spoiled, assume_unique=True), alone)))
    packet = np.searchsorted(packets.start, begin + size, side="left") - 1
    cut = Cut(packets.data, begin, np.full(len(begin), size), packet, damaged)
    return decode_cut(frame, packets, cut, settings)


def _chains(frame: FrameFormat, data: NDArray[np.uint8], limits: IntArray, size: int) -> tuple[IntArray, set[int]]:
    """Begins of the packets that stand in chains, and of those at the end of one that another chain follows."""
    head, time = frame.header[0], frame.time
    assert time is not None
    begins = data == head
    at = np.flatnonzero(begins[: max(len(data) - 2 * size + 1, 0)] & begins[size : len(data) - size + 1])
    at = at[np.searchsorted(limits, at, "right") == np.searchsorted(limits, at + 2 * size - 1, "right")]
    step = (_times(data, at + size, time.number) - _times(data, at, time.number)) & ((1 << time.bits) - 1)
    likely = (step * time.tick_s > 1.0 / _FASTEST_HZ) & (step * time.tick_s < 1.0 / _SLOWEST_HZ)
    at, step = at[likely], step[likely]
    if not len(at):
        return np.zeros(0, np.int64), set()
    seen, often = np.unique(step, return_counts=True)
    usual = seen[np.argmax(often)]
    at = at[np.abs(step - usual) <= _STEP_TICKS]
    at = np.asarray(at[np.argsort((at % size).astype(np.int16), kind="stable")])
    ends = np.append(np.diff(at) != size, True)
    last = at[ends] + size
    first = at[np.append(True, ends[:-1])]
    count = (last - first) // size + 1
    starts = np.sort(first[count >= _SURE_PACKETS])
    follower = np.append(starts, len(data) + size)[np.searchsorted(starts, last, "right")]
    torn = (follower <= last + size) & (
        np.searchsorted(limits, last, "right") == np.searchsorted(limits, follower, "right")
    )
    taken = np.zeros(len(data), dtype=bool)
    found, left = [], set()
    for chain in np.argsort(-count, kind="stable").tolist():
        low, high = int(first[chain]), int(last[chain]) + (0 if torn[chain] else size)
        if not taken[low:high].any():
            taken[low:high] = True
            found.append(np.arange(low, high, size))
            if torn[chain]:
                left.add(high)
    return np.sort(np.concatenate(found)), left


def _times(data: NDArray[np.uint8], at: IntArray, number: Number) -> IntArray:
    if not len(at):
        return np.zeros(0, np.int64)
    rows = np.lib.stride_tricks.sliding_window_view(data, number.offset + number_size(number.type))[at]
    return np.asarray(number_column(rows, number.offset, number.type).astype(np.int64))


def _between(
    frame: FrameFormat,
    data: NDArray[np.uint8],
    limits: IntArray,
    begin: IntArray,
    torn: set[int],
    others: Sequence[bytes],
) -> tuple[IntArray, IntArray, int]:
    """Look at what stands between the chains.

    Returns
    -------
    tuple
        Begins of packets that stand alone; of packets of a chain that cannot be believed; pieces that are nothing
        known.
    """
    size = frame.size or 0
    marks = np.concatenate((begin, begin + size, limits))
    opens = np.concatenate((np.ones(len(begin), bool), np.zeros(len(marks) - len(begin), bool)))
    order = np.lexsort((opens, marks))
    marks, opens = marks[order], opens[order]
    gaps = np.flatnonzero((np.diff(marks) > 0) & ~opens[:-1])
    stops = set(limits.tolist())
    answers = tuple(other.lstrip(_ACKNOWLEDGED)[:1] for other in others)
    alone, spoiled, damaged = [], [], 0
    for low, high in zip(marks[gaps].tolist(), marks[gaps + 1].tolist(), strict=True):
        piece = data[low:high].tobytes()
        found = None if low in torn else _take_apart(piece, frame.header, size, answers, low in stops, high in stops)
        if found is not None:
            alone += [low + place for place in found]
            continue
        damaged += 1
        if low not in torn and low not in stops:
            spoiled.append(low - size)
    return np.array(alone, np.int64), np.array(spoiled, np.int64), damaged


def _take_apart(
    piece: bytes, header: bytes, size: int, answers: tuple[bytes, ...], opens: bool, ends: bool
) -> list[int] | None:
    """Find packets among acknowledgements, news and at last an answer; None where something is none of these.

    ``opens``: the stream begins with this piece; ``ends``: it ends with it, maybe within a packet.
    """
    found: list[int] = []
    at, bounded = 0, opens
    while at < len(piece):
        left, mine = len(piece) - at, piece.startswith(header, at)
        if piece.startswith(_ACKNOWLEDGED, at):
            step, bounded = len(_ACKNOWLEDGED), True
        elif piece.startswith(_NEWS, at):
            step, bounded = _NEWS_SIZE, True
        elif bounded and mine and left >= size:
            found.append(at)
            step, bounded = size, False
        else:
            cut_off = ends and mine and left < size
            answer = bounded and left < 2 * size and any(one and piece.startswith(one, at) for one in answers)
            return found if cut_off or answer else None
        at += step
    return found


def encode_shimmer(
    frame: FrameFormat,
    samples: Mapping[Quantity, FloatArray],
    sending: Sending,
) -> list[Notification]:
    """Write packets of one sample into a stream, see ``encode.Encoder``."""
    time = frame.time
    assert time is not None
    total = min(len(values) for values in samples.values())
    ticks = sending.first_tick + np.rint(np.arange(total) / (sending.rate_hz * time.tick_s)).astype(np.int64)
    rows = encode_table(frame, samples, 1, FrameClock(ticks, ticks), gait=sending.gait, settings=sending.settings)
    last = np.repeat(np.arange(total), rows.shape[1])
    room = min(sending.mtu - 3, rows.shape[1] * ceil(_HELD_BACK_S * sending.rate_hz))
    return cut_notifications(frame.characteristic, rows.tobytes(), last, room)
