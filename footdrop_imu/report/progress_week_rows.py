"""The weeks of a person as rows: as they are, or month by month of a longer time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.language import Translate
from footdrop_imu.rehab.progress_words import amount
from footdrop_imu.report.model import Table
from footdrop_imu.report.person_words import percent
from footdrop_imu.report.progress_changes import name_of

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_imu.rehab.lines import Line

__all__ = ["MOST_WEEKS", "Steps", "months_or_weeks", "weeks_table"]

MOST_WEEKS = 60
"""Of a longer time tables have a row a month."""


@dataclass(frozen=True)
class Steps:
    """Weeks, or months of a longer time: first day of each, with sums and means of ``COURSE_COLUMNS``."""

    days: tuple[date, ...]
    monthly: bool
    columns: dict[str, list[float]]


def months_or_weeks(course: pd.DataFrame) -> Steps:
    """Take a person's weeks as they are, or together by month where there are more than `MOST_WEEKS`."""
    week = course["week"].to_numpy().astype("datetime64[D]")
    columns = {name: course[name].to_numpy(np.float64) for name in course.columns if name != "week"}
    days = week.tolist()
    monthly = len(days) > 1 and (days[-1] - days[0]).days > 7 * MOST_WEEKS
    if not monthly:
        return Steps(tuple(days), False, {name: values.tolist() for name, values in columns.items()})
    months, place = np.unique(week.astype("datetime64[M]"), return_inverse=True)
    weights = {"adherence": columns["due_days"], "value": columns["walk_days"]}
    together = {name: _together(values, weights.get(name), place) for name, values in columns.items()}
    return Steps(tuple(months.astype("datetime64[D]").tolist()), True, together)


def _together(values: np.ndarray, weight: np.ndarray | None, place: np.ndarray) -> list[float]:
    """Sum by month, or mean where there is a weight; NaN where no week of it has a value."""
    known = np.isfinite(values)
    size = int(place.max()) + 1
    share = np.where(known, 1.0 if weight is None else np.nan_to_num(weight), 0.0)
    total = np.bincount(place, np.where(known, values, 0.0) * share, size)
    by = np.bincount(place, share, size)
    if weight is not None:
        total = np.divide(total, by, out=np.full(size, nan), where=by > 0)
    found: list[float] = np.where(np.bincount(place, known, size) > 0, total, nan).tolist()
    return found


def weeks_table(judged: Line | None, steps: Steps, translate: Translate) -> Table:
    """The weeks behind the picture, or the months of a longer time."""
    _ = translate
    value_name = name_of(judged, translate) if judged is not None else _("Measure")
    head = (
        _("Weeks begun in") if steps.monthly else _("Week of"),
        _("Days walked"),
        value_name,
        _("Days exercised, of those due"),
        _("Done of what was due"),
        _("Repetitions"),
    )
    rows = []
    for place, day in enumerate(steps.days):
        own = {name: values[place] for name, values in steps.columns.items()}
        due = own["due_days"] == own["due_days"] and own["due_days"] > 0
        known = judged is not None and own["value"] == own["value"]
        rows.append(
            (
                translate.month(day, year=True) if steps.monthly else translate.day(day),
                translate.number(own["walk_days"]),
                amount(judged.measure, own["value"], translate) if known and judged is not None else "–",
                _("{done} of {due}").format(
                    done=translate.number(own["done_days"]), due=translate.number(own["due_days"])
                )
                if due
                else "–",
                percent(own["adherence"], translate) if own["adherence"] == own["adherence"] else "–",
                translate.number(own["repetitions"]) if own["repetitions"] == own["repetitions"] else "–",
            )
        )
    return Table(head, tuple(rows), numeric=True)
