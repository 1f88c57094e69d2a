"""Tables of walks made row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import pandas as pd

from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS

__all__ = ["BEGIN", "walks"]

BEGIN = datetime.fromisoformat("2026-03-02T10:00:00+01:00")


def walks(
    values: Iterable[Mapping[tuple[str, str], float]],
    *,
    apart: timedelta = timedelta(minutes=4),
    begin: datetime = BEGIN,
    conditions: Iterable[str] | str = "shoe=trainers",
    quality: Iterable[str] | str = "good",
    activity: str = "walk",
) -> pd.DataFrame:
    """One walk for each mapping of (measure, side) to its value, one after the other; ids w0, w1 ... from ``begin``."""
    listed = list(values)
    said = [conditions] * len(listed) if isinstance(conditions, str) else list(conditions)
    grades = [quality] * len(listed) if isinstance(quality, str) else list(quality)
    rows = []
    for index, measured in enumerate(listed):
        start = begin + index * apart
        day = start.replace(hour=0, minute=0, tzinfo=None)
        for (measure, side), value in sorted(measured.items()):
            rows.append(
                (
                    f"w{start:%m%d%H%M}",
                    day,
                    start.isoformat(),
                    activity,
                    said[index],
                    grades[index],
                    side,
                    measure,
                    value,
                    0.1,
                    150,
                )
            )
    columns = zip(*rows, strict=True) if rows else [[] for _ in WALK_MEASURE_COLUMNS]
    named = {column.name: list(data) for column, data in zip(WALK_MEASURE_COLUMNS, columns, strict=True)}
    return make_table(WALK_MEASURE_COLUMNS, named)
