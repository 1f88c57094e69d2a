"""Reports beside counts: which belong together, and how well they agree. Worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from footdrop_imu.columns import check_table
from footdrop_imu.columns_rehab import BESIDE_COLUMNS
from footdrop_imu.rehab.log import entry_table
from footdrop_imu.rehab.self_report import agreement, beside
from footdrop_imu.schema_rehab import LogEntry

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def entry(name: str, minutes: float, source: str = "patient", **changed: Any) -> LogEntry:
    at = NINE + timedelta(minutes=minutes)
    return LogEntry(name, "raise", date(2026, 3, 2), at, **{"side": "left", "source": source, **changed})


def test_each_report_stands_beside_its_count() -> None:
    entries = [
        entry("evening", 600, repetitions=30),
        entry("p1", 10, repetitions=30, pain=2.0),
        entry("s1", 0, "sensor", repetitions=27, duration_s=95.0),
        entry("p2", 200),
        entry("s2", 190, "sensor", repetitions=31),
        entry("alone", 400, "sensor", repetitions=12),
    ]
    table = beside(entries)
    check_table(BESIDE_COLUMNS, table)
    assert table[["reported_id", "counted_id", "apart_s"]].to_numpy().tolist() == [
        ["p1", "s1", -600.0],
        ["p2", "s2", -600.0],
    ]
    assert table["repetitions_difference"].tolist() == pytest.approx([3.0, np.nan], nan_ok=True)
    assert table["counted_duration_s"].tolist() == pytest.approx([95.0, np.nan], nan_ok=True)
    assert table["reported_duration_s"].isna().all()
    assert beside(entry_table(entries)).equals(table)
    check_table(BESIDE_COLUMNS, beside([]))


def test_a_corrected_report_is_the_one_beside() -> None:
    entries = [
        entry("p", 5, repetitions=300),
        entry("q", 5, repetitions=30, replaces="p"),
        entry("s", 0, "sensor", repetitions=28),
    ]
    assert beside(entries)["repetitions_difference"].tolist() == [2.0]


def test_a_count_of_none_is_a_count_where_seconds_were_not_measured() -> None:
    none = beside([entry("p", 5, repetitions=10), entry("s", 0, "sensor", outcome="partly")])
    assert none["repetitions_difference"].tolist() == [10.0]
    seconds = beside([entry("p", 5, duration_s=60.0), entry("s", 0, "sensor", duration_s=45.0)])
    assert seconds["duration_difference_s"].tolist() == [15.0]
    assert seconds["counted_repetitions"].isna().all()


def test_agreement_worked_by_hand() -> None:
    # differences 2, 0, 4, 2: mean 2, sd sqrt(8/3); t(0.975, 3) = 3.1824463; sqrt(1 + 1/4)
    found = agreement(np.array([30.0, 20.0, 34.0, 12.0, np.nan]), np.array([28.0, 20.0, 30.0, 10.0, 9.0]))
    half = 3.1824463 * np.sqrt(8 / 3) * np.sqrt(1.25)
    assert found.bout_count == 4
    assert found[1:4] == pytest.approx((2.0, 2.0 - half, 2.0 + half), abs=1e-6)
    assert found.ratio == pytest.approx(96 / 88)


def test_too_few_bouts_have_no_limits() -> None:
    found = agreement(np.array([30.0, 20.0]), np.array([20.0, 20.0]))
    assert found.bout_count == 2
    assert np.isnan(found[1:4]).all()
    assert found.ratio == 1.25
    assert np.isnan(agreement(np.zeros(0), np.zeros(0)).ratio)
    assert np.isnan(agreement(np.array([3.0]), np.array([0.0])).ratio)


def test_the_limits_hold_for_the_next_bout() -> None:
    rng = np.random.default_rng(3)
    inside = []
    for _ in range(2000):
        difference = rng.normal(1.0, 3.0, 6)
        found = agreement(20.0 + difference, np.full(6, 20.0))
        inside.append(found.low <= rng.normal(1.0, 3.0) <= found.high)
    assert 0.935 < np.mean(inside) < 0.965
