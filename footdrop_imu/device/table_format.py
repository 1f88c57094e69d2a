"""Frames that are a table: where every number stands is known beforehand; read and written in whole columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.device.framing import Cut, cut_frames, rows_of
from footdrop_imu.device.numbers import is_float, number_column, number_limits, put_numbers
from footdrop_imu.device.packets import Frames, Packets
from footdrop_imu.device.profile import (
    FrameFormat,
    GaitFitness,
    QuantityFormat,
    Scales,
    SequenceFormat,
    TimeFormat,
)
from footdrop_imu.device.profile_frames import UNITS
from footdrop_imu.errors import DecodeError, DecodeReason
from footdrop_imu.schema import GRAVITY_MPS2, BoolArray, FloatArray, IntArray, Quantity

__all__ = ["FrameClock", "decode_cut", "decode_table", "encode_table", "si_scale"]

_AXES = "xyz"
_LARGEST = 2.0**62


class FrameClock(NamedTuple):
    """Counter and clock of each frame (f,) that is to be written; they wrap by themselves."""

    sequence: IntArray
    ticks: IntArray


class Sending(NamedTuple):
    """What a simulated sensor writes frames by.

    ``rate_hz`` of the samples; ``mtu`` of the link: a notification has ``mtu`` - 3 bytes at the most. ``gait``: the
    sensor's ranges, where a code in the frame has to be chosen. ``settings``: what the sensor said of itself, where a
    scale needs it. ``first_tick``, ``first_sequence``: its clock at the first sample, in ticks of the frame's time, and
    its first counter; both wrap.
    """

    rate_hz: float
    mtu: int
    gait: GaitFitness
    settings: Mapping[str, float]
    first_tick: int = 0
    first_sequence: int = 0


def decode_table(
    frame: FrameFormat, packets: Packets, settings: Mapping[str, float], others: Sequence[bytes] = ()
) -> list[Frames]:
    """Decode the frames of one table-like format.

    Parameters
    ----------
    frame
        The format.
    packets
        Notifications of its characteristic.
    settings
        What the sensor said of itself, where a scale needs it.
    others
        Beginnings of notifications on the same characteristic that are no frames of this format.

    Returns
    -------
    list of Frames
        One a quantity; those of one frame share their clock.

    Raises
    ------
    DecodeError
        ``unknown_scale``: a setting is missing.

    Notes
    -----
    Frames with a number that is not finite, or a range code that the profile does not know, count as damaged.
    """
    return decode_cut(frame, packets, cut_frames(frame, packets, others), settings)


def decode_cut(frame: FrameFormat, packets: Packets, cut: Cut, settings: Mapping[str, float]) -> list[Frames]:
    """Decode table-like frames that were found already, as ``decode_table`` does."""
    good = np.ones(len(cut.begin), dtype=bool)
    alike = _alike(frame, cut)
    first = _first_samples(alike, len(cut.begin))
    values = {quantity.quantity: np.empty((int(first[-1]), 3)) for quantity in frame.quantities}
    heads = np.zeros((len(cut.begin), frame.header_size), np.uint8)
    for count, which in alike:
        rows = rows_of(cut, which, frame.header_size + count * frame.sample_size)
        heads[which] = rows[:, : frame.header_size]
        at = slice(None) if len(alike) == 1 else first[which][:, None] + np.arange(count)
        for quantity in frame.quantities:
            scaled, known = _read_quantity(frame, quantity, rows, count, settings)
            good[which] &= known
            if isinstance(at, slice):
                values[quantity.quantity] = scaled.reshape(-1, 3)
            else:
                values[quantity.quantity][at] = scaled
    clocks = [None if part is None else _clock(part, heads) for part in (frame.sequence, frame.time)]
    for clock in clocks:
        if clock is not None:
            good &= clock[1]
    if not good.all():
        counts = np.diff(first)
        each = np.repeat(good, counts)
        values = {name: part[each] for name, part in values.items()}
        first = np.concatenate(([0], np.cumsum(counts[good])))
    packet = cut.packet[good]
    sequence, ticks = (None if clock is None else clock[0][good] for clock in clocks)
    damaged = cut.damaged_count + int(np.count_nonzero(~good))
    arrival_s, connection = packets.arrival_s[packet], packets.connection[packet]
    return [Frames(name, part, first, arrival_s, connection, sequence, ticks, damaged) for name, part in values.items()]


def _alike(frame: FrameFormat, cut: Cut) -> list[tuple[int, IntArray | slice]]:
    """Frames with the same number of samples: the number, and which they are."""
    if frame.samples is not None:
        return [(frame.samples, slice(None))]
    counts = (cut.length - frame.header_size - frame.trailer_size) // frame.sample_size
    found = np.unique(counts).tolist()
    if len(found) == 1:
        return [(found[0], slice(None))]
    return [(count, np.flatnonzero(counts == count)) for count in found]


def _first_samples(alike: list[tuple[int, IntArray | slice]], total: int) -> IntArray:
    counts = np.empty(total, np.int64)
    for count, which in alike:
        counts[which] = count
    return np.concatenate(([0], np.cumsum(counts)))


def _clock(part: SequenceFormat | TimeFormat, heads: NDArray[np.uint8]) -> tuple[IntArray, BoolArray]:
    """Counter or clock (f,) within its bits, and where it is a number at all."""
    column = number_column(heads, part.number.offset, part.number.type)
    known = np.ones(len(column), dtype=bool)
    if is_float(part.number.type):
        column, known = _sound(column)
        column = np.rint(column)
    return column.astype(np.int64) & np.int64((1 << min(part.bits, 63)) - 1), known


def _sound(floats: NDArray[Any]) -> tuple[NDArray[Any], BoolArray]:
    """Floats with 0 for what is no number or larger than anything that is measured, and which are sound."""
    finite = np.isfinite(floats)
    sound = finite & (np.abs(np.where(finite, floats, 0)) < _LARGEST)
    return np.where(sound, floats, 0), sound


def _read_quantity(
    frame: FrameFormat, quantity: QuantityFormat, rows: NDArray[np.uint8], count: int, settings: Mapping[str, float]
) -> tuple[FloatArray, BoolArray]:
    """Values (f, count, 3) of frames of one size, and which frames (f,) hold good ones."""
    body = rows[:, frame.header_size :]
    if frame.layout == "block":
        raw = number_column(body, count * quantity.offset, quantity.type, (count, 3))
    else:
        raw = number_column(body.reshape(len(rows), count, frame.sample_size), quantity.offset, quantity.type, (3,))
    scale, known = _scale_of(quantity, rows, settings)
    names = [axis[-1] for axis in quantity.axes]
    if names != list(_AXES):
        raw = raw[..., [names.index(axis) for axis in _AXES]]
    if is_float(quantity.type):
        raw, sound = _sound(raw)
        known = known & sound.all(axis=(1, 2))
    out = np.multiply(raw, scale, dtype=np.float64)
    for axis in quantity.axes:
        if axis.startswith("-"):
            out[..., _AXES.index(axis[-1])] *= -1.0
    return out, known


def _scale_of(
    quantity: QuantityFormat, rows: NDArray[np.uint8], settings: Mapping[str, float]
) -> tuple[FloatArray, BoolArray]:
    """SI units a count: one for all, or (f, 1, 1) by the code in each frame; and which frames have a known code."""
    known = np.ones(len(rows), dtype=bool)
    if quantity.scales is None:
        return np.array(si_scale(quantity, settings)), known
    scales = quantity.scales
    codes = np.asarray(number_column(rows, scales.number.offset, scales.number.type)).astype(np.int64) & scales.mask
    out = np.zeros(len(rows))
    for code, unit in scales.by_code.items():
        out[codes == code] = unit * UNITS[quantity.quantity][quantity.unit]
    return out[:, None, None], out > 0


def si_scale(quantity: QuantityFormat, settings: Mapping[str, float]) -> float:
    """SI units a count of a quantity whose scale is one number, or was told by the sensor.

    Raises
    ------
    DecodeError
        ``unknown_scale``: the sensor did not tell it.
    """
    scale = quantity.scale * UNITS[quantity.quantity][quantity.unit]
    if not quantity.scale_setting:
        return scale
    told = settings.get(quantity.scale_setting, np.nan)
    if not np.isfinite(told) or told <= 0:
        raise DecodeError(
            DecodeReason.UNKNOWN_SCALE,
            f"What a count of {quantity.quantity} is worth is told by the sensor as {quantity.scale_setting!r}, and it "
            f"was not ({told}). Record again from the start, so that the sensor's replies are in the capture.",
        )
    return scale * told


def encode_table(
    frame: FrameFormat,
    samples: Mapping[Quantity, FloatArray],
    count: int,
    clock: FrameClock,
    *,
    gait: GaitFitness,
    settings: Mapping[str, float] | None = None,
) -> NDArray[np.uint8]:
    """Write frames: the inverse of ``decode_table``.

    Parameters
    ----------
    frame
        The format.
    samples
        By quantity (f x count, 3), m/s² or rad/s, sensor axes.
    count
        Samples a frame.
    clock
        Counter and clock of each frame, in counts and ticks.
    gait
        The sensor's ranges, where a code in the frame has to be chosen.
    settings
        As for decoding.

    Returns
    -------
    numpy.ndarray
        (f, size) uint8. What is beyond a number's limits stands at the limit, as a sensor clips it.
    """
    total = len(next(iter(samples.values()))) // count
    rows = np.zeros((total, frame.header_size + count * frame.sample_size + frame.trailer_size), np.uint8)
    rows[:, : len(frame.header)] = np.frombuffer(frame.header, np.uint8)
    for part, column in ((frame.sequence, clock.sequence), (frame.time, clock.ticks)):
        if part is not None:
            put_numbers(rows, part.number.offset, part.number.type, column & ((1 << min(part.bits, 63)) - 1))
    codes: dict[tuple[int, str], int] = {}
    body = np.zeros((total, count, frame.sample_size), np.uint8)
    for quantity in frame.quantities:
        if quantity.scales is None:
            scale = si_scale(quantity, settings or {})
        else:
            code, unit = _code_for(quantity, quantity.scales, gait)
            scale = unit * UNITS[quantity.quantity][quantity.unit]
            place = (quantity.scales.number.offset, quantity.scales.number.type)
            codes[place] = codes.get(place, 0) | code
        raw = _counts(quantity, np.asarray(samples[quantity.quantity]).reshape(total, count, 3), scale)
        if frame.layout == "block":
            put_numbers(rows, frame.header_size + count * quantity.offset, quantity.type, raw)
        else:
            flat = body.reshape(total * count, frame.sample_size)
            put_numbers(flat, quantity.offset, quantity.type, raw.reshape(-1, 3))
    if frame.layout == "interleaved":
        rows[:, frame.header_size : frame.header_size + count * frame.sample_size] = body.reshape(total, -1)
    for (offset, kind), code in codes.items():
        put_numbers(rows, offset, kind, np.full(total, code))
    return rows


def _counts(quantity: QuantityFormat, values: FloatArray, scale: float) -> FloatArray:
    raw = np.empty(values.shape)
    for place, axis in enumerate(quantity.axes):
        raw[..., place] = values[..., _AXES.index(axis[-1])] / (-scale if axis.startswith("-") else scale)
    if is_float(quantity.type):
        return raw
    low, high = number_limits(quantity.type)
    return np.clip(np.rint(raw), low, high)


def _code_for(quantity: QuantityFormat, scales: Scales, gait: GaitFitness) -> tuple[int, float]:
    """Choose the code whose whole range comes nearest to the sensor's stated one."""
    acc_mps2, gyr_radps = gait.acc_range_g * GRAVITY_MPS2, np.radians(gait.gyr_range_dps)
    wanted = acc_mps2 if quantity.quantity == "acceleration" else gyr_radps
    high = number_limits(quantity.type)[1] * UNITS[quantity.quantity][quantity.unit]
    code = min(scales.by_code, key=lambda code: abs(np.log(scales.by_code[code] * high / wanted)))
    return code, scales.by_code[code]
