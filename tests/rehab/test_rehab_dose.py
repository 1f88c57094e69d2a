"""Dose: added up and fading, against the sum written out and worked examples."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.columns import check_table
from footdrop_imu.columns_rehab import DOSE_COLUMNS
from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.adherence import weekly
from footdrop_imu.rehab.dose import dose, fading
from footdrop_imu.rehab.log import log_table
from footdrop_imu.rehab.plan import due
from footdrop_imu.rehab.work_done import match
from footdrop_imu.schema_rehab import LogEntry, PlanVersion, Prescription

MONDAY = date(2026, 3, 2)
PLAN = PlanVersion(
    1,
    MONDAY,
    (
        Prescription("raise", "left", sets=3, repetitions=10),
        Prescription("stretch", "left", repetitions=3, hold_s=30.0),
    ),
    datetime(2026, 3, 1, tzinfo=UTC),
    "K. Weiss",
)
DUE = due([PLAN], MONDAY, MONDAY + timedelta(days=27))


def entry(day: int, exercise: str = "raise", **changed: Any) -> LogEntry:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(days=day)
    return LogEntry(f"{exercise}{day}", exercise, at.date(), at, side="left", **changed)


def test_half_is_left_after_a_half_life() -> None:
    log = log_table([entry(0, repetitions=40), entry(7, repetitions=10)])
    table = dose(DUE, log, MONDAY, MONDAY + timedelta(days=21), half_life_days=7.0)
    check_table(DOSE_COLUMNS, table)
    assert len(table) == 22
    assert table["repetitions"].iloc[[0, 1, 7]].tolist() == [40.0, 0.0, 10.0]
    assert table["cumulative_repetitions"].iloc[[0, 6, 7, 21]].tolist() == [40.0, 40.0, 50.0, 50.0]
    # 40 -> 20 + 10 -> 15 -> 7.5
    assert table["fading_repetitions"].iloc[[0, 7, 14, 21]].tolist() == pytest.approx([40.0, 30.0, 15.0, 7.5])


def test_a_tick_is_worth_what_was_prescribed_and_what_was_not_prescribed_counts_too() -> None:
    log = log_table(
        [
            entry(0),
            entry(1, outcome="partly"),
            entry(2, outcome="not_done"),
            entry(0, "stretch"),
            entry(3, "juggling", repetitions=7),
        ]
    )
    table = dose(DUE, log, MONDAY, MONDAY + timedelta(days=3))
    assert table["repetitions"].tolist() == [33.0, 15.0, 0.0, 7.0]
    assert table["duration_s"].tolist() == [90.0, 0.0, 0.0, 0.0]
    only = dose(DUE, log, MONDAY, MONDAY + timedelta(days=3), exercises={"raise"})
    assert only["repetitions"].tolist() == [30.0, 15.0, 0.0, 0.0]


def test_what_lies_before_the_first_day_is_in_the_sums() -> None:
    log = log_table([entry(0, repetitions=40), entry(20, repetitions=1)])
    table = dose(DUE, log, MONDAY + timedelta(days=14), MONDAY + timedelta(days=15), half_life_days=14.0)
    assert table["day"].dt.strftime("%m-%d").tolist() == ["03-16", "03-17"]
    assert table["cumulative_repetitions"].tolist() == [40.0, 40.0]
    assert table["fading_repetitions"].tolist() == pytest.approx([20.0, 20.0 * 2 ** (-1 / 14)])
    empty = dose(DUE, log_table([]), MONDAY, MONDAY)
    assert empty["fading_repetitions"].tolist() == [0.0]


@pytest.mark.parametrize("half_life_days", [0.1, 1.0, 7.0, 21.0, 1e6])
@pytest.mark.parametrize("count", [1, 2, 3, 100, 127, 128, 129])
def test_fading_is_the_sum_written_out(half_life_days: float, count: int) -> None:
    amount = np.random.default_rng(count).poisson(30.0, (count, 2)).astype(float)
    age = np.subtract.outer(np.arange(count), np.arange(count))
    weight = np.where(age >= 0, np.exp2(-np.maximum(age, 0) / half_life_days), 0.0)
    np.testing.assert_allclose(fading(amount, half_life_days), weight @ amount, rtol=1e-12)
    np.testing.assert_allclose(fading(amount[:, 0], half_life_days), weight @ amount[:, 0], rtol=1e-12)


def test_fading_over_many_years_stays_finite() -> None:
    amount = np.full(20 * 365, 30.0)
    with np.errstate(all="raise", under="ignore"):
        found = fading(amount, 1.0)
    # a geometric series: 30 / (1 - 1/2)
    assert found[-1] == pytest.approx(60.0)
    assert (np.diff(found) >= 0).all()
    assert fading(amount, 7.0)[-1] == pytest.approx(30.0 / (1.0 - 2 ** (-1 / 7)))
    assert (amount == 30.0).all()
    assert len(fading(np.zeros(0), 7.0)) == 0


@pytest.mark.parametrize("half_life_days", [0.0, -1.0, float("nan"), float("inf")])
def test_a_half_life_that_is_none_is_refused(half_life_days: float) -> None:
    with pytest.raises(ExerciseError, match="half-life") as caught:
        fading(np.zeros(3), half_life_days)
    assert caught.value.reason is ExerciseReason.WRONG_VALUE


def test_the_last_day_before_the_first_is_refused() -> None:
    with pytest.raises(ExerciseError, match="Turn them round"):
        dose(DUE, log_table([]), MONDAY, MONDAY - timedelta(days=1))


def test_two_exercises_of_a_day_are_added_as_pandas_would() -> None:
    log = log_table([entry(day, repetitions=day + 1) for day in range(28)])
    table = dose(DUE, log, MONDAY, MONDAY + timedelta(days=27), half_life_days=7.0)
    frame = pd.Series(np.arange(1.0, 29.0))
    # pandas' exponentially weighted sum is (mean with its weights) times (sum of the weights)
    weights = np.exp2(-np.arange(28) / 7.0).cumsum()
    expected = frame.ewm(halflife=7.0, adjust=True).mean() * weights
    np.testing.assert_allclose(table["fading_repetitions"], expected)


def test_plan_and_log_that_were_matched_before_are_not_matched_again() -> None:
    log = log_table([entry(day, repetitions=day + 1) for day in range(28)])
    days = (MONDAY, MONDAY + timedelta(days=27))
    work = match(DUE, log)
    pd.testing.assert_frame_equal(dose(DUE, log, *days, work=work), dose(DUE, log, *days))
    pd.testing.assert_frame_equal(weekly(DUE, log, days[1], work=work), weekly(DUE, log, days[1]))
    half = work._replace(done=work.done[work.done["day"].dt.day % 2 == 0])
    assert dose(DUE, log, *days, work=half)["repetitions"].sum() == half.done["repetitions"].sum()
