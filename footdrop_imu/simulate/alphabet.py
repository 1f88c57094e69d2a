"""Letters that a big toe writes into the air."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from footdrop_imu.schema import FloatArray

if TYPE_CHECKING:
    from scipy.interpolate import CubicSpline

__all__ = ["LETTERS", "write_letters"]

LETTERS: Final = {
    **{
        "a": "61853",
        "b": "0654431204",
        "c": "21367",
        "d": "06741",
        "e": "2106785434",
        "f": "2106345",
        "g": "210367854",
    },
    **{"h": "0635285", "i": "101767", "j": "285763", "k": "0632384", "l": "0678", "m": "604285", "n": "60825"},
    **{"o": "1036785214", "p": "6012543", "q": "103678521848", "r": "601254348", "s": "2103458763", "t": "021417"},
    **{"u": "0367852", "v": "072", "w": "0674852", "x": "08426", "y": "042426", "z": "02468"},
}
"""Each letter's way through a field of three by three points, numbered by rows from the upper left."""
_CORNER = 0.35  # a point costs time even where the toe does not go far, in sides of the field

_LOOKS = 200  # between two points, for the extremes


def write_letters(count: int, letter_s: float, begin_s: float) -> tuple[CubicSpline, float]:
    """The toe's course through ``count`` letters, the alphabet over and over.

    Parameters
    ----------
    count
        Letters.
    letter_s
        Mean time of one.
    begin_s
        When the toe leaves the middle of the field.

    Returns
    -------
    course
        Of (n,) times: (n, 2) sideways and up, each as wide as 1 from end to end; smooth, from rest to rest.
    end_s
        When it is back in the middle.
    """
    from scipy.interpolate import CubicSpline

    ways = "".join(list(LETTERS.values())[k % len(LETTERS)] for k in range(count))
    marks = np.array([4, *(int(mark) for mark in ways), 4])
    marks = marks[np.append(True, np.diff(marks) != 0)]
    points: FloatArray = np.stack([marks % 3 - 1.0, 1.0 - marks // 3], axis=1) / 2.0
    costs = _CORNER + np.linalg.norm(np.diff(points, axis=0), axis=1)
    times = begin_s + np.append(0.0, np.cumsum(costs)) * count * letter_s / costs.sum()
    course = CubicSpline(times, points, bc_type="clamped")
    wide = np.ptp(course(np.linspace(times[0], times[-1], _LOOKS * len(times))), axis=0)
    return CubicSpline(times, points / wide, bc_type="clamped"), float(times[-1])
