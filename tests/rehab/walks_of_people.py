"""Tables of a person's walks, made by hand: measures, days, conditions and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import LOG_COLUMNS, WALK_MEASURE_COLUMNS
from footdrop_imu.rehab.measures import MEASURES
from footdrop_imu.schema import FloatArray

__all__ = ["FIRST", "LIFT", "SPEED", "no_log", "together", "walks", "wiggle"]

FIRST = date(2026, 3, 2)
LIFT = "foot_pitch_mid_swing_deg"
SPEED = "walking_speed_mps"


def wiggle(count: int, size: float) -> FloatArray:
    """What days differ by, without chance: mean 0 over every four, no trend, no correlation to speak of."""
    return size * np.resize([0.6, -1.0, 1.0, -0.6, -0.8, 0.9, -0.9, 0.8], count)


def walks(
    values: Mapping[str, Sequence[float] | FloatArray],
    *,
    side: str = "left",
    first: date = FIRST,
    apart: int = 2,
    used: int | Sequence[int] = 120,
    quality: str | Sequence[str] = "good",
    condition: str | Sequence[str] = "aid=none",
    activity: str = "walk",
    standard_error: float = np.nan,
) -> pd.DataFrame:
    """One walk every ``apart`` days, each with all measures."""
    rows = []
    for measure, series in values.items():
        for index, value in enumerate(series):
            day = first + timedelta(days=apart * index)
            rows.append(
                {
                    "walk": f"{activity}{first}-{index}",
                    "day": day,
                    "start": f"{day}T10:00+01:00",
                    "activity": activity,
                    "condition": condition if isinstance(condition, str) else condition[index],
                    "quality": quality if isinstance(quality, str) else quality[index],
                    "side": side,
                    "measure": measure,
                    "value": value,
                    "standard_error": standard_error,
                    "used_count": used if isinstance(used, int) else used[index],
                }
            )
    return make_table(WALK_MEASURE_COLUMNS, {name: [row[name] for row in rows] for name in rows[0]})


def together(*tables: pd.DataFrame) -> pd.DataFrame:
    """Several tables as one."""
    return pd.concat(tables, ignore_index=True)


def no_log() -> pd.DataFrame:
    """A log without entries."""
    return make_table(LOG_COLUMNS, {column.name: [] for column in LOG_COLUMNS})


def usual(measure: str) -> float:
    """What a day scatters by beforehand."""
    return MEASURES[measure].prior_sem
