"""Number types of a profile: ``u8``, ``i16``, ``u24``, ``i64``, ``f32`` …, little-endian; with ``be`` big-endian."""

from __future__ import annotations

import re
import struct

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "is_float",
    "number_bits",
    "number_column",
    "number_limits",
    "number_size",
    "put_numbers",
    "read_number",
    "write_number",
]

_TYPE = re.compile(r"([uif])(8|16|24|32|40|48|56|64)(be)?")
_FLOATS = {4: "f", 8: "d"}


def _parse(kind: str) -> tuple[str, int, bool]:
    found = _TYPE.fullmatch(kind)
    if found is None or (found[1] == "f" and found[2] not in ("32", "64")):
        raise ValueError(
            f"{kind!r} is no number type; expected u8, i16, u24, u32, u40, u48, i64, f32 …, with be at the end where "
            "the high byte comes first"
        )
    return found[1], int(found[2]) // 8, bool(found[3])


def number_size(kind: str) -> int:
    """Bytes of a type; ValueError where it is none."""
    return _parse(kind)[1]


def number_bits(kind: str) -> int:
    """Bits of a type: where a counter of it wraps."""
    return 8 * _parse(kind)[1]


def is_float(kind: str) -> bool:
    """Whether a type is a float."""
    return _parse(kind)[0] == "f"


def number_limits(kind: str) -> tuple[int, int]:
    """Lowest and highest whole number of a type; of floats that of their whole numbers without gaps."""
    sign, size, _ = _parse(kind)
    if sign == "f":
        most = 2**24 if size == 4 else 2**53
        return -most, most
    return (-(2 ** (8 * size - 1)), 2 ** (8 * size - 1) - 1) if sign == "i" else (0, 2 ** (8 * size) - 1)


def read_number(data: bytes, kind: str) -> float:
    """One number."""
    sign, size, big = _parse(kind)
    if sign == "f":
        return float(struct.unpack((">" if big else "<") + _FLOATS[size], data[:size])[0])
    return int.from_bytes(data[:size], "big" if big else "little", signed=sign == "i")


def write_number(value: float, kind: str) -> bytes:
    """One number as bytes; whole numbers wrap as a counter does."""
    sign, size, big = _parse(kind)
    if sign == "f":
        return struct.pack((">" if big else "<") + _FLOATS[size], value)
    return (int(value) % (1 << (8 * size))).to_bytes(size, "big" if big else "little")


def numpy_type(kind: str) -> np.dtype[np.generic] | None:
    """Give the numpy type, None for the odd widths that numpy does not have."""
    sign, size, big = _parse(kind)
    return np.dtype(f"{'>' if big else '<'}{sign}{size}") if size in (1, 2, 4, 8) else None


def number_column(rows: NDArray[np.uint8], offset: int, kind: str, shape: tuple[int, ...] = ()) -> NDArray[np.generic]:
    """Read one field, or an array of them one after the other, of every row.

    Parameters
    ----------
    rows
        (..., size) bytes, each row a frame or a sample.
    offset
        Of the first byte.
    kind
        Number type.
    shape
        Numbers in a row.

    Returns
    -------
    numpy.ndarray
        (..., *shape) of the type itself; int64 for widths that numpy does not have.
    """
    sign, size, big = _parse(kind)
    count = int(np.prod(shape, dtype=np.int64))
    piece = np.ascontiguousarray(rows[..., offset : offset + count * size])
    outer = rows.shape[:-1]
    plain = numpy_type(kind)
    if plain is not None:
        return piece.view(plain).reshape(*outer, *shape)
    bytes_of = piece.reshape(*outer, count, size)
    wide = np.zeros((*outer, count, 8), np.uint8)
    # a number that is narrower than eight bytes sits at the low end, and its sign comes down by a shift
    wide[..., 8 - size :] = bytes_of[..., ::-1] if big else bytes_of
    shifted = wide.view("<i8" if sign == "i" else "<u8") >> (64 - 8 * size)
    return np.asarray(shifted, dtype=np.int64).reshape(*outer, *shape)


def put_numbers(rows: NDArray[np.uint8], offset: int, kind: str, values: NDArray[np.generic]) -> None:
    """Write a field, or an array of them, into every row: the inverse of ``number_column``."""
    sign, size, big = _parse(kind)
    flat = np.asarray(values).reshape(len(rows), -1)
    plain = numpy_type(kind)
    if plain is not None:
        if sign != "f":
            flat = flat.astype(np.int64).astype(plain)
        piece = np.ascontiguousarray(flat.astype(plain)).view(np.uint8).reshape(len(rows), -1)
    else:
        whole = np.ascontiguousarray(flat.astype("<i8")).view(np.uint8).reshape(len(rows), -1, 8)[..., :size]
        piece = (whole[..., ::-1] if big else whole).reshape(len(rows), -1)
    rows[:, offset : offset + piece.shape[1]] = piece
