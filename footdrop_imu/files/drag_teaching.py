"""What a helper's key presses taught, kept for later walks of the same person: ``drag_teaching.toml``.

::

    person = "P-017"
    session = "2026-03-14_corridor"

    [left]
    threshold = 0.41          # of toe_drag_probability
    lag_s = 0.62
    press_count = 21
    matched_count = 20
    hit_count = 17            # of drag_count strides with a press
    drag_count = 20
    false_alarm_count = 3     # of clear_count strides without one
    clear_count = 91
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from footdrop_imu.errors import FileReason
from footdrop_imu.files.toml_table import Table, read_toml
from footdrop_imu.schema import SIDES
from footdrop_imu.schema_drag import DragAccuracy, DragTeaching

__all__ = ["TEACHING_FILE", "drag_teaching_text", "read_drag_teaching"]

TEACHING_FILE = "drag_teaching.toml"
_COUNTS = ("press_count", "matched_count", "hit_count", "drag_count", "false_alarm_count", "clear_count")
_KEYS: dict[str, tuple[type, ...]] = {
    "threshold": (float, int),
    "lag_s": (float, int),
    **dict.fromkeys(_COUNTS, (int,)),
}
_WHAT = "drag teaching"


def read_drag_teaching(path: Path, person: str = "") -> dict[str, DragTeaching]:
    """Read what an earlier walk taught.

    Parameters
    ----------
    path
        TOML file.
    person
        Pseudonym of who walks now, "" = not said.

    Returns
    -------
    dict
        Side to teaching.

    Raises
    ------
    FileFormatError
        BAD_TEACHING: not TOML, another person's, an unknown or missing key, numbers that cannot be.
    """
    table = read_toml(path, FileReason.BAD_TEACHING, _WHAT)
    table.refuse_unknown({"person": (str,), "session": (str,), **dict.fromkeys(SIDES, (dict,))})
    taught = table.values.get("person", "")
    if taught and person and taught != person:
        raise table.error("person", f"it was taught on {taught}, this walk is of {person}; use that person's own")
    found = {side: _teaching(table, side) for side in SIDES if side in table.values}
    if not found:
        raise table.error("no foot", "a table [left] or [right] is expected")
    return found


def drag_teaching_text(teaching: Mapping[str, DragTeaching], *, person: str, session: str) -> str:
    """Give the file's text."""
    document: dict[str, Any] = {"person": person, "session": session}
    for side in SIDES:
        if side not in teaching:
            continue
        one = teaching[side]
        counts = {name: getattr(one if hasattr(one, name) else one.accuracy, name) for name in _COUNTS}
        document[side] = {"threshold": one.threshold, "lag_s": one.lag_s, **counts}
    return tomli_w.dumps(document)


def _teaching(table: Table, side: str) -> DragTeaching:
    part = Table(table.path, table.reason, table.what, table.values[side])
    part.refuse_unknown(_KEYS, where=side)
    for key in _KEYS:
        if key not in part.values:
            raise part.error(f"{side}.{key}", "is missing")
    values = part.values
    if not 0.0 < values["threshold"] < 1.0:
        raise part.error(f"{side}.threshold", f"found {values['threshold']}, expected a probability between 0 and 1")
    if not math.isfinite(values["lag_s"]):
        raise part.error(f"{side}.lag_s", f"found {values['lag_s']}, expected seconds")
    pairs = (("matched_count", "press_count"), ("hit_count", "drag_count"), ("false_alarm_count", "clear_count"))
    for few, many in pairs:
        if not 0 <= values[few] <= values[many]:
            raise part.error(f"{side}.{few}", f"found {values[few]} of {values[many]} ({many})")
    counts = {name: values[name] for name in _COUNTS[2:]}
    return DragTeaching(
        float(values["threshold"]),
        values["press_count"],
        values["matched_count"],
        float(values["lag_s"]),
        DragAccuracy(**counts, source="taught"),
    )
