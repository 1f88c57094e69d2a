"""How sensors sit on the feet, as measured by hand: ``MOUNTING.toml``.

::

    [left_foot]
    sensor_to_toe_m = [0.11, 0.0, -0.06]     # forward, left, up
    sensor_to_heel_m = [-0.14, 0.0, -0.06]
    rotation = [0.0, 0.0, 0.0, 1.0]          # quaternion x y z w, sensor to foot; may be left out

    [right_foot]
    sole_points = "right_sole.csv"           # from a scan: columns x_mm, y_mm, z_mm seen from the sensor
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from footdrop_imu.errors import FileReason
from footdrop_imu.files.toml_table import Table, read_toml
from footdrop_imu.schema import SEGMENTS, Mounting

__all__ = ["mounting_from_table", "mounting_text", "mounting_to_table", "read_mounting"]

_LONGEST_ARM_M = 0.6
_KEYS = tuple(field.name for field in fields(Mounting))


def read_mounting(path: Path) -> dict[str, Mounting]:
    """Read a mounting file.

    Returns
    -------
    dict
        Segment to mounting; rotations are of unit length, points of a sole are read from the file that is named
        (beside this one).

    Raises
    ------
    FileFormatError
        BAD_MOUNTING: not TOML, an unknown segment or key, not three (four) numbers, an arm above 0.6 m (mm?), a
        rotation whose length is not 1. What `sole_points.read_sole_points` refuses.
    """
    table = read_toml(path, FileReason.BAD_MOUNTING, "mounting file")
    table.refuse_unknown(dict.fromkeys(SEGMENTS, (dict,)))
    if not table.values:
        raise table.error("no segment", f"a table [{'], ['.join(SEGMENTS)}] is expected")
    return {segment: mounting_from_table(table, segment, values) for segment, values in table.values.items()}


def mounting_from_table(table: Table, where: str, values: dict[str, Any]) -> Mounting:
    """Make a mounting of one table's keys; errors are named after ``where`` in ``table``."""
    part = Table(table.path, table.reason, table.what, values)
    part.refuse_unknown(dict.fromkeys(_KEYS, (list,)) | {"sole_points": (str,)}, where=where)
    found: dict[str, Any] = {}
    if "sole_points" in values:
        from footdrop_imu.files.sole_points import read_sole_points

        if "sole_points_m" in values:
            raise part.error(f"{where}.sole_points", "the points are given twice, as a file and as numbers")
        found["sole_points_m"] = read_sole_points(table.path.parent / values["sole_points"])
    for key, numbers in values.items():
        if key == "sole_points":
            continue
        if key == "sole_points_m":
            found[key] = _points(part, f"{where}.{key}", numbers)
            continue
        count = 4 if key == "rotation" else 3
        if len(numbers) != count or not all(
            type(number) in (int, float) and math.isfinite(number) for number in numbers
        ):
            raise part.error(f"{where}.{key}", f"found {numbers!r:.80}, expected {count} numbers")
        if key == "rotation":
            length = math.hypot(*numbers)
            if abs(length - 1) > 0.01:
                raise part.error(f"{where}.{key}", f"the quaternion x y z w has length {length:.3g}, expected 1")
            numbers = [number / length for number in numbers] if abs(length - 1) > 1e-12 else numbers  # noqa: PLW2901
        elif math.hypot(*numbers) > _LONGEST_ARM_M:
            raise part.error(
                f"{where}.{key}", f"found {numbers}, at most {_LONGEST_ARM_M} m is expected; are these centimetres?"
            )
        found[key] = tuple(float(number) for number in numbers)
    return Mounting(**found)


def _points(part: Table, where: str, rows: list[Any]) -> tuple[tuple[float, float, float], ...]:
    for row in rows:
        fit = isinstance(row, list) and len(row) == 3
        if not fit or not all(type(number) in (int, float) and math.isfinite(number) for number in row):
            raise part.error(where, f"found {row!r:.80}, expected points of 3 numbers")
        if math.hypot(*row) > _LONGEST_ARM_M:
            raise part.error(where, f"found {row}, at most {_LONGEST_ARM_M} m is expected; are these millimetres?")
    if len(rows) < 3:
        raise part.error(where, f"found {len(rows)} points, expected 3 or more")
    return tuple((float(x), float(y), float(z)) for x, y, z in rows)


def mounting_to_table(mounting: Mounting) -> dict[str, list[Any]]:
    """Give the parts that are known, ready for TOML."""
    values = {key: getattr(mounting, key) for key in _KEYS if getattr(mounting, key) is not None}
    points = values.pop("sole_points_m", None)
    table: dict[str, list[Any]] = {key: [float(number) for number in value] for key, value in values.items()}
    return table if points is None else table | {"sole_points_m": [[float(number) for number in row] for row in points]}


def mounting_text(mountings: Mapping[str, Mounting]) -> str:
    """Give a mounting file's text; by segment."""
    import tomli_w

    return tomli_w.dumps({segment: mounting_to_table(one) for segment, one in mountings.items()})
