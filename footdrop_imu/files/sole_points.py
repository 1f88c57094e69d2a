"""Points of a shoe's sole from a scan: a CSV of places seen from the sensor."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.cells import read_cells, split_line
from footdrop_imu.files.text import first_lines, read_text
from footdrop_imu.schema import BoolArray

__all__ = ["read_sole_points"]

_UNITS = {"mm": 0.001, "cm": 0.01, "m": 1.0}
_FARTHEST_M = 0.5
_MOST = 200_000


def read_sole_points(path: Path) -> tuple[tuple[float, float, float], ...]:
    """Read points of a sole.

    Parameters
    ----------
    path
        A CSV with the columns ``x_mm, y_mm, z_mm`` (or ``_cm``, ``_m``): forward, to the wearer's left and up from
        the sensor. Other columns are left alone.

    Returns
    -------
    tuple
        (x, y, z) in m.

    Raises
    ------
    FileFormatError
        MISSING_COLUMN: the columns are missing or say no unit; BAD_NUMBER: a cell that is no number, points farther
        than 0.5 m from the sensor (another unit?), fewer than three points or too many.
    """
    text = read_text(path)
    header = first_lines(text.data, 1)[0]
    separator = max(",;\t", key=header.count)
    names = [name.lower() for name in split_line(header, separator)]
    unit = next((unit for unit in _UNITS if all(f"{axis}_{unit}" in names for axis in "xyz")), None)
    if unit is None:
        raise FileFormatError(
            FileReason.MISSING_COLUMN,
            f"{path.name} has the columns {', '.join(names)[:120]}; x_mm, y_mm and z_mm are expected (or x_m, y_m, "
            "z_m): forward, left and up from the sensor.",
            path=path,
            line=1,
        )
    wanted = [(names.index(f"{axis}_{unit}"), f"{axis}_{unit}") for axis in "xyz"]
    cells = read_cells(text, first_line=2, wanted=wanted, separator=separator, decimal=".")
    points = cells.values * _UNITS[unit]
    distance = np.linalg.norm(points, axis=1)
    bad: BoolArray = np.isnan(distance)
    far: BoolArray = distance > _FARTHEST_M
    if bad.any() or far.any():
        row = int(np.argmax(bad | far))
        what = "holds no number" if bad[row] else f"is {distance[row]:.3g} m from the sensor"
        raise FileFormatError(
            FileReason.BAD_NUMBER,
            f"Line {int(cells.line[row])} of {path.name} {what}; points within {_FARTHEST_M} m are expected. Are they "
            f"in {unit}, and seen from the sensor?",
            path=path,
            line=int(cells.line[row]),
        )
    if not 3 <= len(points) <= _MOST:
        raise FileFormatError(
            FileReason.BAD_NUMBER, f"{path.name} holds {len(points)} points, 3 to {_MOST} are expected.", path=path
        )
    return tuple((x, y, z) for x, y, z in points.tolist())
