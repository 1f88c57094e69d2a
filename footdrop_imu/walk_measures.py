"""A walk's result as rows of a person's course: measure by measure, with what the walk may be compared with."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from math import isfinite, nan, sqrt
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import SIDES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from footdrop_imu.schema import Condition, Session, SessionResult

__all__ = [
    "DRAGS_MEASURE",
    "HEEL_LANDING_MEASURE",
    "NAMELESS",
    "condition_key",
    "recording_id",
    "walk_day",
    "walk_id",
    "walk_measure_rows",
]

DRAGS_MEASURE = "drags_per_100_strides"
HEEL_LANDING_MEASURE = "heel_landing_frac"
_HALF_95 = 1.959964
_UNSHARED = ("tiredness",)
NAMELESS = UUID("6f0d3c52-5f4e-4b8e-9d3f-1f7a6b0c2e11")


def condition_key(condition: Condition) -> str:
    """Write what compared walks have to share, sorted: ``aid=stick;orthosis=none``; what nobody said is left out.

    Tiredness alone is a passing state, not another way to walk: only "tired" sets a walk apart.
    """
    said = {name: value for name, value in asdict(condition).items() if value and name not in _UNSHARED}
    if condition.tiredness == "tired":
        said["tiredness"] = "tired"
    return ";".join(f"{name}={value}" for name, value in sorted(said.items()))


def walk_id(session: Session) -> str:
    """Give the walk's UUID; files that carry none get one that the same bytes always get."""
    return session.id or recording_id(session.source, session.name)


def recording_id(source: Mapping[str, str], name: str) -> str:
    """Give files that carry no UUID one that the same bytes always get; ``source`` file name to SHA-256."""
    return str(uuid5(NAMELESS, ";".join(sorted(source.values())) or name))


def walk_day(start: str, walk: str) -> date:
    """Find the day of a walk where the person was, from its start with its offset.

    Raises
    ------
    SchemaError
        No start, or one that is no date: a walk without a day has no place in a course.
    """
    try:
        return datetime.fromisoformat(start).date()
    except ValueError:
        found = f"found {start!r}" if start else "nobody said it"
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"{walk}: a person's course needs the time the walk began ({found}). "
            "Say it with --start 2026-03-14T10:30+01:00.",
        ) from None


def walk_measure_rows(result: SessionResult, session: Session, *, day_needed: bool = True) -> pd.DataFrame:
    """Make the rows that one walk adds to its person's course.

    Parameters
    ----------
    result, session
        What was measured, and the session it came from, with its condition and start; its streams are not needed.
    day_needed
        Whether a walk of which nobody said the day is refused; else its day is NaT.

    Returns
    -------
    pandas.DataFrame
        ``columns_rehab.WALK_MEASURE_COLUMNS``: each measure of the summary per side and for both feet, the drags per
        100 strides and the share of strides that land on the heel; what could not be measured has no row.
        ``standard_error`` is what the 95 % interval of the median comes to.

    Raises
    ------
    SchemaError
        The walk has no start, and its day is needed.
    """
    day = walk_day(session.start, result.session) if session.start or day_needed else None
    rows = [*_estimates(result), *_drags(result), *_heel_landings(result)]
    rows.sort(key=lambda row: (row[1], row[0]))
    return make_table(
        WALK_MEASURE_COLUMNS,
        {
            "walk": walk_id(session),
            "day": [day] * len(rows),
            "start": session.start,
            "activity": session.activity,
            "condition": condition_key(session.condition),
            "quality": result.quality.verdict,
            "side": [row[0] for row in rows],
            "measure": [row[1] for row in rows],
            "value": [row[2] for row in rows],
            "standard_error": [row[3] for row in rows],
            "used_count": [row[4] for row in rows],
        },
    )


_Row = tuple[str, str, float, float, int]


def _estimates(result: SessionResult) -> Iterator[_Row]:
    summary = result.summary
    for side, estimates in (("left", summary.left), ("right", summary.right), ("both", summary.both)):
        for measure, found in estimates.items():
            if isfinite(found.median):
                yield side, measure, found.median, _error(found.low, found.high), found.used_count


def _drags(result: SessionResult) -> Iterator[_Row]:
    for side, drags in result.summary.drags.items():
        if isfinite(drags.rate):
            yield side, DRAGS_MEASURE, drags.rate, _error(drags.low, drags.high), drags.stride_count


def _heel_landings(result: SessionResult) -> Iterator[_Row]:
    straight = result.strides[result.strides["kind"] == "straight"]
    for side in SIDES:
        landings = straight.loc[straight["side"] == side, "landing"].dropna()
        told = landings[landings != "uncertain"]
        if count := len(told):
            share = float((told == "heel").mean())
            # Agresti and Coull's two strides more of each keep the error from vanishing at none and all
            shrunk = (share * count + 2) / (count + 4)
            yield side, HEEL_LANDING_MEASURE, share, sqrt(shrunk * (1 - shrunk) / (count + 4)), count


def _error(low: float, high: float) -> float:
    width = high - low
    return width / (2 * _HALF_95) if isfinite(width) else nan
