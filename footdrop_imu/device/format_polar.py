"""Polar's frames: a whole sample, then blocks of differences from sample to sample in as few bits as they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.device.framing import begins_with, places
from footdrop_imu.device.numbers import number_column
from footdrop_imu.device.packets import Frames, Notification, Packets
from footdrop_imu.device.profile import FrameFormat, QuantityFormat
from footdrop_imu.device.profile_frames import UNITS
from footdrop_imu.device.table_format import Sending, si_scale
from footdrop_imu.schema import BoolArray, FloatArray, IntArray, Quantity

__all__ = ["decode_polar", "encode_polar"]

_HEAD = 10  # type, time of eight bytes, form
_MOST_BITS = 32
_BLOCK_SAMPLES = 10
_LONGEST_FRAME = 229


class _Form(NamedTuple):
    """How the numbers of a frame are written.

    ``unit`` None: the profile's, times the factor that the sensor told. Another packed one is times the factor too,
    where one was told.
    """

    number: str
    packed: bool
    unit: str | None


_FORMS: Mapping[Quantity, Mapping[int, _Form]] = {
    "acceleration": {
        0x80: _Form("i16", True, None),
        0x81: _Form("i16", True, "mg"),
        0x01: _Form("i16", False, "mg"),
    },
    "angular_velocity": {0x80: _Form("i16", True, None), 0x81: _Form("f32", True, "dps")},
}


class _Opened(NamedTuple):
    """Frames (k,) taken apart: which are ``whole``, samples ``counts`` in each, and ``values`` (m, 3) of the whole."""

    whole: BoolArray
    counts: IntArray
    values: FloatArray


def decode_polar(
    frame: FrameFormat, packets: Packets, settings: Mapping[str, float], others: Sequence[bytes] = ()
) -> list[Frames]:
    """Decode the frames of one quantity.

    Parameters
    ----------
    frame
        The format; its header is the measurement's type.
    packets
        Notifications of its characteristic, each one frame.
    settings
        The factor that the sensor told when it was started, under the quantity's ``scale_setting``.
    others
        Beginnings of frames of other measurements.

    Returns
    -------
    list of Frames
        One. ``ticks`` is the time of the frame's last sample, as sent.

    Raises
    ------
    DecodeError
        ``unknown_scale``: the frames need a factor and none was told.

    Notes
    -----
    There is no checksum. A frame counts as damaged where its blocks do not end exactly where it ends, or a sum of
    differences leaves the numbers' range.
    """
    begin, length = packets.start[:-1], np.diff(packets.start)
    mine = begins_with(packets.data, begin, length, frame.header)
    theirs = np.zeros(len(begin), dtype=bool)
    for other in others:
        theirs |= begins_with(packets.data, begin, length, other)
    good = mine & (length > _HEAD)
    counts = np.zeros(len(begin), np.int64)
    parts: list[tuple[IntArray, FloatArray]] = []
    forms = np.zeros(len(begin), np.uint8)
    forms[good] = packets.data[begin[good] + _HEAD - 1]
    quantity = frame.quantities[0]
    known = _FORMS[quantity.quantity]
    good &= np.isin(forms, list(known))
    for code in np.unique(forms[good]).tolist():
        which = np.flatnonzero(good & (forms == code))
        opened = _open(packets.data, begin[which] + _HEAD, (begin + length)[which], known[code])
        good[which] = opened.whole
        counts[which] = opened.counts
        if opened.whole.any():
            parts.append((which[opened.whole], opened.values * _scale(quantity, known[code], settings)))
    first = np.concatenate(([0], np.cumsum(counts)))
    values = np.empty((int(first[-1]), 3))
    for which, part in parts:
        values[places(first[which], counts[which])] = part
    heads = packets.data[begin[good][:, None] + np.arange(_HEAD)]
    assert frame.time is not None
    ticks = number_column(heads, frame.time.number.offset, frame.time.number.type).astype(np.int64)
    return [
        Frames(
            quantity=quantity.quantity,
            values=_turned(quantity, values),
            first=np.concatenate(([0], np.cumsum(counts[good]))),
            arrival_s=packets.arrival_s[good],
            connection=packets.connection[good],
            ticks=ticks & np.int64((1 << min(frame.time.bits, 63)) - 1),
            damaged_count=int(np.count_nonzero(~good & ~(theirs & ~mine))),
        )
    ]


def _scale(quantity: QuantityFormat, form: _Form, settings: Mapping[str, float]) -> float:
    if form.unit is None:
        return si_scale(quantity, settings)
    told = settings.get(quantity.scale_setting, 1.0) if form.packed else 1.0
    return UNITS[quantity.quantity][form.unit] * (told if np.isfinite(told) and told > 0 else 1.0)


def _turned(quantity: QuantityFormat, values: FloatArray) -> FloatArray:
    """Numbers in the order sent, put on the sensor's axes."""
    out = np.empty(values.shape)
    for place, axis in enumerate(quantity.axes):
        out[:, "xyz".index(axis[-1])] = -values[:, place] if axis.startswith("-") else values[:, place]
    return out


def _open(data: NDArray[np.uint8], at: IntArray, end: IntArray, form: _Form) -> _Opened:
    size = 6 if form.number == "i16" else 12
    whole = end - at >= size
    if not form.packed:
        whole &= (end - at) % size == 0
        counts = np.where(whole, (end - at) // size, 0)
        rows = data[places(at[whole], counts[whole] * size)].reshape(-1, size)
        return _Opened(whole, counts, number_column(rows, 0, form.number, (3,)).astype(np.float64))
    whole, blocks = _blocks(data, at + size, end, whole)
    counts = np.where(whole, 1 + np.bincount(blocks.frame, blocks.samples, len(at)).astype(np.int64), 0)
    rows = data[at[whole][:, None] + np.arange(size)]
    kept = counts[whole]
    first = np.cumsum(kept) - kept
    steps = np.empty((int(kept.sum()), 3), np.int64)
    is_first = np.zeros(len(steps), dtype=bool)
    is_first[first] = True
    steps[is_first] = number_column(rows, 0, "i16" if size == 6 else "u32", (3,))
    steps[~is_first] = _differences(data, blocks)
    sums = np.cumsum(steps, axis=0)
    sums -= np.repeat(sums[first] - steps[first], kept, axis=0)
    if form.number == "f32":
        values = sums.astype(np.uint32).view(np.float32).astype(np.float64)
        fine = np.isfinite(values).all(axis=1)
    else:
        values = sums.astype(np.float64)
        fine = (np.abs(values + 0.5) < 2**15).all(axis=1)
    if not fine.all():
        frame_fine = np.logical_and.reduceat(fine, first)
        values = values[np.repeat(frame_fine, kept)]
        whole[whole] = frame_fine
        counts[~whole] = 0
    return _Opened(whole, counts, values)


class _Blocks(NamedTuple):
    """Blocks (b,) of whole frames in order: their frame, place of the packed bits, bits a difference, samples."""

    frame: IntArray
    place: IntArray
    bits: IntArray
    samples: IntArray


def _blocks(data: NDArray[np.uint8], at: IntArray, end: IntArray, whole: BoolArray) -> tuple[BoolArray, _Blocks]:
    """Go from block to block in all frames at once; a frame is whole where its last block ends with it."""
    whole, at = whole.copy(), at.copy()
    found: list[_Blocks] = []
    left = np.flatnonzero(whole & (at < end))
    while len(left):
        short = end[left] - at[left] < 2
        whole[left[short]] = False
        left = left[~short]
        place = at[left] + 2
        bits, count = (data[at[left] + step].astype(np.int64) for step in (0, 1))
        after = place + (3 * bits * count + 7) // 8
        fits = (bits <= _MOST_BITS) & (count > 0) & (after <= end[left])
        whole[left[~fits]] = False
        found.append(_Blocks(left[fits], place[fits], bits[fits], count[fits]))
        at[left] = after
        left = left[fits & (after < end[left])]
    every = _Blocks(*(np.concatenate(column) for column in zip(*found, strict=True))) if found else _Blocks(*_NONE)
    order = np.argsort(every.frame, kind="stable")
    order = order[whole[every.frame[order]]]
    return whole, _Blocks(*(column[order] for column in every))


_NONE = (np.zeros(0, np.int64),) * 4


def _differences(data: NDArray[np.uint8], blocks: _Blocks) -> IntArray:
    """Unpack the differences (m, 3) of all blocks at once: each is cut out of the eight bytes that it begins in."""
    numbers = 3 * blocks.samples
    bits = np.repeat(blocks.bits, numbers)
    bit = places(np.zeros(len(numbers), np.int64), numbers) * bits + 8 * np.repeat(blocks.place, numbers)
    padded = np.concatenate((data, np.zeros(8, np.uint8)))
    words = np.ndarray((len(data) + 1,), "<i8", padded, strides=(1,))
    sign = np.left_shift(np.int64(1), bits) >> 1
    out = (words[bit >> 3] >> (bit & 7)) & (np.left_shift(np.int64(1), bits) - 1)
    return np.asarray((out ^ sign) - sign).reshape(-1, 3)


def encode_polar(
    frame: FrameFormat,
    samples: Mapping[Quantity, FloatArray],
    sending: Sending,
) -> list[Notification]:
    """Write packed frames of form 0, each as full as the link allows, see ``encode.Encoder``."""
    quantity, time = frame.quantities[0], frame.time
    assert time is not None
    scale = si_scale(quantity, sending.settings)
    sent = np.empty(samples[quantity.quantity].shape)
    for place, axis in enumerate(quantity.axes):
        sent[:, place] = samples[quantity.quantity][:, "xyz".index(axis[-1])] * (-1 if axis.startswith("-") else 1)
    raw = np.clip(np.rint(sent / scale), -(2**15), 2**15 - 1).astype(np.int64)
    steps = np.diff(raw, axis=0, prepend=raw[:1])
    # bits of a difference with its sign
    need = (1 + np.ceil(np.log2(np.where(steps >= 0, steps, ~steps) + 1.0)).astype(np.int64)).max(axis=1)
    room = min(sending.mtu - 3, _LONGEST_FRAME)
    out: list[Notification] = []
    at = 0
    while at + _BLOCK_SAMPLES < len(raw):
        body = [raw[at].astype("<i2").tobytes()]
        at += 1
        left = room - _HEAD - 6
        while at + _BLOCK_SAMPLES <= len(raw):
            bits = int(need[at : at + _BLOCK_SAMPLES].max())
            size = 2 + (3 * _BLOCK_SAMPLES * bits + 7) // 8
            if size > left:
                break
            body.append(bytes((bits, _BLOCK_SAMPLES)) + _packed(steps[at : at + _BLOCK_SAMPLES], bits))
            left -= size
            at += _BLOCK_SAMPLES
        tick = sending.first_tick + round((at - 1) / (sending.rate_hz * time.tick_s))
        head = frame.header + (tick % (1 << time.bits)).to_bytes(8, "little") + b"\x80"
        out.append(Notification(frame.characteristic, at - 1, head + b"".join(body)))
    return out


def _packed(steps: IntArray, bits: int) -> bytes:
    each = (steps.reshape(-1, 1) >> np.arange(bits)) & 1
    return np.packbits(each.astype(np.uint8).reshape(-1), bitorder="little").tobytes()
