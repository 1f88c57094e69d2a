"""The frames of a profile's file: where the numbers stand in a notification, and what a count of them is worth."""

from __future__ import annotations

from itertools import pairwise
from math import radians
from typing import get_args

from footdrop_imu.device.numbers import is_float, number_bits, number_size
from footdrop_imu.device.profile import (
    DECODERS,
    FRAMINGS,
    LAYOUTS,
    FrameFormat,
    Link,
    Number,
    QuantityFormat,
    Scales,
    SequenceFormat,
    TimeFormat,
    uuid_of,
)
from footdrop_imu.device.profile_table import Table
from footdrop_imu.errors import ProfileReason
from footdrop_imu.schema import GRAVITY_MPS2, Quantity

__all__ = ["UNITS", "read_frame"]

_DEGREE = radians(1.0)
UNITS = {
    "acceleration": {"m/s2": 1.0, "g": GRAVITY_MPS2, "mg": GRAVITY_MPS2 / 1000.0},
    "angular_velocity": {"rad/s": 1.0, "dps": _DEGREE, "0.1dps": _DEGREE / 10.0},
}
"""SI units a unit, by quantity."""
_OPTIONS = {"capture2go_stream": ("package",)}
_FRAMING = {"capture2go_stream": "stream", "polar_delta": "one", "shimmer_stream": "stream", "text_lines": "stream"}
_LEAST_HEADER = {"capture2go_stream": 8}
_TIMED = ("capture2go_stream", "polar_delta", "shimmer_stream")


def read_frame(table: Table, link: Link) -> FrameFormat:
    """Read and check one ``[[frame]]``.

    Raises
    ------
    ProfileError
        An unknown or missing key, a value that cannot be, or numbers that do not fit into the frame.
    """
    header = table.parsed("header", _bytes_of, "")
    decoder = table.one_of("decoder", DECODERS, "table")
    found = FrameFormat(
        characteristic=table.parsed("characteristic", uuid_of, link.notify[0]),
        decoder=decoder,
        framing=table.one_of("framing", FRAMINGS, "one"),
        header=header,
        header_size=table.whole("header_size", len(header), low=len(header)),
        sample_size=table.whole("sample_size", low=1) if decoder == "table" else table.whole("sample_size", 0),
        samples=table.whole("samples", low=1) if "samples" in table.values else None,
        usual_samples=table.whole("usual_samples", table.whole("samples", 1, low=1), low=1),
        layout=table.one_of("layout", LAYOUTS, "interleaved"),
        trailer_size=table.whole("trailer_size", 0),
        quantities=tuple(_quantity(part) for part in table.tables("quantity")),
        ignored=tuple(table.checked("ignored", _bytes_of, text) for text in table.words("ignored", [])),
        continuation=table.parsed("continuation", _bytes_of, ""),
        sequence=_sequence(table.table("sequence")) if "sequence" in table.values else None,
        time=_time(table.table("time")) if "time" in table.values else None,
        options=table.numbers("options"),
    )
    table.finish()
    if found.characteristic not in link.notify:
        raise table.error(ProfileReason.WRONG_VALUE, "characteristic", "it is none of link.notify")
    _check_options(table, found)
    if decoder == "text_lines":
        _check_text(table, found)
    elif decoder == "polar_delta":
        _check_polar(table, found)
    else:
        _check_table(table, found)
    return found


def _check_options(table: Table, frame: FrameFormat) -> None:
    """Refuse options that the decoder does not have, and framing that it cannot be."""
    known = _OPTIONS.get(frame.decoder, ())
    for key in frame.options:
        if key not in known:
            raise table.error(
                ProfileReason.UNKNOWN_KEY,
                f"options.{key}",
                f"unknown option; decoder {frame.decoder!r} has {', '.join(known) or 'none'}",
            )
    for key in known:
        if key not in frame.options:
            raise table.error(ProfileReason.MISSING_KEY, f"options.{key}", f"decoder {frame.decoder!r} needs it")
    wanted = _FRAMING.get(frame.decoder, frame.framing)
    if frame.framing != wanted:
        raise table.error(
            ProfileReason.WRONG_VALUE, "framing", f"decoder {frame.decoder!r} reads {wanted!r}, not {frame.framing!r}"
        )
    if frame.time is None and frame.decoder in _TIMED:
        raise table.error(ProfileReason.MISSING_KEY, "time", f"frames of decoder {frame.decoder!r} have a time")


def _check_text(table: Table, frame: FrameFormat) -> None:
    """Refuse fields that a line does not have; all offsets count fields."""
    ends = [part.offset + 3 for part in frame.quantities]
    ends += [frame.time.number.offset + 1] if frame.time is not None else []
    if max(ends) > frame.sample_size:
        raise table.error(
            ProfileReason.WRONG_VALUE,
            "sample_size",
            f"a line has {frame.sample_size} fields, and a number is expected in field {max(ends)}",
        )


def _check_polar(table: Table, frame: FrameFormat) -> None:
    """Refuse what is no measurement's frame: its type, eight bytes of time, its form, then one quantity."""
    assert frame.time is not None
    if len(frame.header) != 1 or len(frame.quantities) != 1:
        raise table.error(
            ProfileReason.WRONG_VALUE, "header", "expected one byte, the measurement's type, and one quantity"
        )
    if frame.time.number != Number(1, "u64"):
        raise table.error(ProfileReason.WRONG_VALUE, "time", "expected a u64 at offset 1")


def _check_table(table: Table, frame: FrameFormat) -> None:
    """Refuse numbers that stand outside their frame or over each other."""
    if frame.framing != "one" and frame.size is None:
        raise table.error(
            ProfileReason.MISSING_KEY, "samples", f"framing {frame.framing!r} needs to know the size of a frame"
        )
    if frame.continuation and frame.framing != "one":
        raise table.error(ProfileReason.WRONG_VALUE, "continuation", f"{frame.framing!r} frames are not continued")
    least = _LEAST_HEADER.get(frame.decoder, 0)
    if frame.header_size < least:
        raise table.error(
            ProfileReason.WRONG_VALUE, "header_size", f"decoder {frame.decoder!r} has headers of {least} bytes and more"
        )
    if frame.framing == "stream" and not frame.header:
        raise table.error(ProfileReason.MISSING_KEY, "header", "frames of a byte stream are found by their header")
    if any(len(other) != len(frame.header) for other in frame.ignored):
        raise table.error(ProfileReason.WRONG_VALUE, "ignored", "expected headers as long as the frame's own")
    numbers = [part.number for part in (frame.sequence, frame.time) if part is not None]
    numbers += [quantity.scales.number for quantity in frame.quantities if quantity.scales is not None]
    for number in numbers:
        if number.offset < len(frame.header) or number.offset + number_size(number.type) > frame.header_size:
            raise table.error(
                ProfileReason.WRONG_VALUE,
                "header_size",
                f"a {number.type} at {number.offset} does not stand between the {len(frame.header)} bytes of the "
                f"header and the samples, which begin at {frame.header_size}",
            )
    spans = sorted((part.offset, part.offset + 3 * number_size(part.type)) for part in frame.quantities)
    if any(low[1] > high[0] for low, high in pairwise(spans)) or spans[-1][1] > frame.sample_size:
        raise table.error(
            ProfileReason.WRONG_VALUE,
            "sample_size",
            f"the quantities take the bytes {', '.join(f'{low} to {high}' for low, high in spans)} of a sample, which "
            f"has {frame.sample_size}",
        )


def _bytes_of(text: str) -> bytes:
    return bytes.fromhex(text)


def _type_of(text: str) -> str:
    number_size(text)
    return text


def _axes(names: tuple[str, ...]) -> tuple[str, str, str]:
    if sorted(name.removeprefix("-") for name in names) != ["x", "y", "z"]:
        raise ValueError(f"found {', '.join(names)}; expected x, y and z in some order, each with - before it or not")
    return names[0], names[1], names[2]


def _number(table: Table) -> Number:
    return Number(table.whole("offset"), table.parsed("type", _type_of))


def _sequence(table: Table) -> SequenceFormat:
    number = _number(table)
    whole = number_bits(number.type)
    found = SequenceFormat(
        number, table.one_of("counts", ("frames", "samples")), table.whole("bits", whole, low=1, high=whole)
    )
    table.finish()
    return found


def _time(table: Table) -> TimeFormat:
    number = _number(table)
    whole = number_bits(number.type)
    found = TimeFormat(
        number,
        table.number("tick_s", above=0),
        table.whole("bits", whole, low=1, high=whole),
        table.one_of("of", ("first", "last")),
    )
    table.finish()
    return found


def _quantity(table: Table) -> QuantityFormat:
    quantity = table.one_of("quantity", get_args(Quantity))
    kind = table.parsed("type", _type_of)
    unit = table.one_of("unit", tuple(UNITS[quantity]))
    ways = [key for key in ("counts_per_unit", "scale", "scale_setting", "scales") if key in table.values]
    if not is_float(kind) and not ways:
        raise table.error(ProfileReason.MISSING_KEY, "counts_per_unit", "what a count is worth is missing")
    twice = [key for key in ways if key != "scale_setting"]
    if len(twice) > 1:
        raise table.error(ProfileReason.WRONG_VALUE, twice[1], f"the scale is given twice, as {twice[0]} too")
    scale = table.number("scale", 1.0, above=0)
    found = QuantityFormat(
        quantity=quantity,
        offset=table.whole("offset"),
        type=kind,
        unit=unit,
        scale=1.0 / table.number("counts_per_unit", above=0) if "counts_per_unit" in ways else scale,
        axes=table.checked("axes", lambda _: _axes(table.words("axes", ["x", "y", "z"])), ""),
        scale_setting=table.take("scale_setting", str, ""),
        scales=_scales(table.table("scales")) if "scales" in ways else None,
    )
    table.finish()
    return found


def _scales(table: Table) -> Scales:
    number = _number(table)
    codes = table.table("by_code")
    by_code = {int(table.checked("by_code", int, key)): codes.number(key, above=0) for key in codes.values}
    found = Scales(number, table.whole("mask", 2 ** number_bits(number.type) - 1, high=2**32), by_code)
    table.finish()
    if not by_code:
        raise table.error(ProfileReason.MISSING_KEY, "by_code", "at least one code is expected")
    return found
