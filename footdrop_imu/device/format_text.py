"""Samples as lines of text with commas, ``t,ax,ay,az,gx,gy,gz``, cut anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import compress
from math import ceil

import numpy as np

from footdrop_imu.device.framing import cut_notifications
from footdrop_imu.device.numbers import is_float, number_limits
from footdrop_imu.device.packets import Frames, Notification, Packets
from footdrop_imu.device.profile import FrameFormat, QuantityFormat, TimeFormat
from footdrop_imu.device.table_format import Sending, si_scale
from footdrop_imu.schema import FloatArray, IntArray, Quantity

__all__ = ["decode_text", "encode_text"]

_NUMBER = rb"[+-]?\d{1,19}(?:\.\d{0,19})?(?:[eE][+-]?\d{1,2})?"
_LATEST = 2.0**53
_HELD_BACK_S = 0.04


def decode_text(
    frame: FrameFormat, packets: Packets, settings: Mapping[str, float], others: Sequence[bytes] = ()
) -> list[Frames]:
    r"""Decode lines that end with ``\n`` or ``\r\n``.

    Parameters
    ----------
    frame
        The format; offsets count the fields of a line, ``sample_size`` is how many there are.
    packets
        Notifications of its characteristic.
    settings
        As for ``decode_table``.
    others
        Beginnings of answers to commands, which are lines of their own.

    Returns
    -------
    list of Frames
        One a quantity; a line is a frame.

    Notes
    -----
    There is no checksum. A line counts as damaged that has another number of fields, or one that is no number or beyond
    its type. The first line of a connection is never taken: nothing tells whether its beginning came.
    """
    stop = np.flatnonzero(packets.data == ord("\n"))
    packet = np.searchsorted(packets.start, stop, side="right") - 1
    connection = packets.connection[packet]
    lines = packets.data.tobytes().split(b"\n")[:-1]
    torn = np.append(True, np.diff(connection) != 0)[: len(lines)]
    # one entry a line, empty where it is none of ours
    found = _line(frame.sample_size).findall(b"\n".join(lines)) if lines else []
    good = (np.fromiter(map(len, found), np.int64, len(found)) > 0) & ~torn
    texts = b",".join(compress(found, good))
    table = np.fromstring(texts.decode("ascii"), sep=",").reshape(-1, frame.sample_size)
    fits = np.ones(len(table), dtype=bool)
    for quantity in frame.quantities:
        low, high = number_limits(quantity.type)
        part = table[:, quantity.offset : quantity.offset + 3]
        fits &= is_float(quantity.type) | ((part >= low) & (part <= high)).all(axis=1)
    good[good] = fits
    table = table[fits]
    strange = compress(lines, ~good & ~torn)
    damaged = sum(1 for text in strange if text.strip() and not text.startswith(tuple(others)))
    return [
        Frames(
            quantity=quantity.quantity,
            values=_read(table, quantity, settings),
            first=np.arange(len(table) + 1),
            arrival_s=packets.arrival_s[packet[good]],
            connection=connection[good],
            ticks=_ticks(table, frame.time),
            damaged_count=damaged,
        )
        for quantity in frame.quantities
    ]


@cache
def _line(fields: int) -> re.Pattern[bytes]:
    """Every line: all of it where it is so many numbers, else nothing."""
    return re.compile(rb"(?m)^(?:(%s(?:,%s){%d})\r?|[^\n]*)$" % (_NUMBER, _NUMBER, fields - 1))


def _read(table: FloatArray, quantity: QuantityFormat, settings: Mapping[str, float]) -> FloatArray:
    scale = si_scale(quantity, settings)
    out = np.empty((len(table), 3))
    for place, axis in enumerate(quantity.axes):
        signed = -scale if axis.startswith("-") else scale
        out[:, "xyz".index(axis[-1])] = table[:, quantity.offset + place] * signed
    return out


def _ticks(table: FloatArray, time: TimeFormat | None) -> IntArray | None:
    if time is None:
        return None
    whole = np.rint(np.clip(table[:, time.number.offset], 0.0, _LATEST)).astype(np.int64)
    return whole & np.int64((1 << min(time.bits, 63)) - 1)


def encode_text(
    frame: FrameFormat,
    samples: Mapping[Quantity, FloatArray],
    sending: Sending,
) -> list[Notification]:
    """Write lines of whole numbers, an empty one first, see ``encode.Encoder``."""
    total = min(len(values) for values in samples.values())
    table = np.zeros((total, frame.sample_size))
    if frame.time is not None:
        table[:, frame.time.number.offset] = sending.first_tick + np.rint(
            np.arange(total) / (sending.rate_hz * frame.time.tick_s)
        )
    for quantity in frame.quantities:
        low, high = number_limits(quantity.type)
        for place, axis in enumerate(quantity.axes):
            column = samples[quantity.quantity][:, "xyz".index(axis[-1])] / si_scale(quantity, sending.settings)
            signed = -column if axis.startswith("-") else column
            table[:, quantity.offset + place] = (
                signed if is_float(quantity.type) else np.clip(np.rint(signed), low, high)
            )
    lines = [b"\r\n"] + [",".join(f"{number:.10g}" for number in row).encode() + b"\r\n" for row in table.tolist()]
    last = np.repeat(np.append(0, np.arange(total)), [len(text) for text in lines])
    room = min(sending.mtu - 3, max(len(lines[-1]) * ceil(_HELD_BACK_S * sending.rate_hz), 1))
    return cut_notifications(frame.characteristic, b"".join(lines), last, room)
