"""One quantity of a long recording, corrected piece by piece as it is asked for: the whole is never copied."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from footdrop_imu.gait.orientation import columns
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["Samples3", "Signal", "delayed", "pieces"]

_TAPS = np.arange(-2, 4)  # samples before and after that a value between two samples is made from
_PIECE = 32_768  # samples; fixed, so that results repeat


@dataclass(frozen=True)
class Signal:
    """Samples (n, 3) as a sensor gave them, and what is corrected in each that is asked for.

    ``values[rows]`` less ``offset`` (3,), times ``scale``, as they are ``delay`` samples later.
    """

    values: FloatArray
    offset: FloatArray = field(default_factory=lambda: np.zeros(3))
    scale: float = 1.0
    delay: float = 0.0

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: slice | IntArray) -> FloatArray:
        if self.delay == 0.0:
            found = self.values[rows]
        else:
            if isinstance(rows, slice):
                rows = np.arange(*rows.indices(len(self.values)))
            found = delayed(self.values, rows, self.delay)
        out = columns(found.shape)
        for axis in range(3):
            np.subtract(found[:, axis], self.offset[axis], out=out[:, axis])
        if self.scale != 1.0:
            out *= self.scale
        return out


Samples3: TypeAlias = FloatArray | Signal
"""Samples (n, 3): an array, or what gives one for each piece of it."""


def delayed(values: FloatArray, rows: IntArray, delay: float) -> FloatArray:
    """Values (n, 3) as they are ``delay`` samples after each of the rows: (len(rows), 3).

    Notes
    -----
    Lagrange's interpolation of fifth order between samples (Laakso et al. 1996, doi:10.1109/79.482137). Ends are held.
    """
    whole = int(np.floor(delay))
    between = delay - whole
    out = np.zeros((3, len(rows))).T
    for tap in _TAPS:
        weight = np.prod([(between - other) / (tap - other) for other in _TAPS if other != tap])
        out += weight * values.take(np.clip(rows + (whole + tap), 0, len(values) - 1), axis=0)
    return out


def pieces(count: int, margin: int) -> Iterator[tuple[slice, slice, slice]]:
    """Cut a recording into pieces that overlap: where each lies, where its own part lies, and that within the piece.

    A piece is longer than ``margin`` but at the end of a recording that is not.
    """
    edges = [*range(0, max(count - margin, 1), max(_PIECE, margin)), count]
    for first, last in pairwise(edges):
        low = max(0, first - margin)
        yield slice(low, min(count, last + margin)), slice(first, last), slice(first - low, last - low)
