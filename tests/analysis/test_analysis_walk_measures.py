"""A walk's result as rows of its person's course."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from footdrop_imu.analysis import analyze
from footdrop_imu.columns import check_table
from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.errors import SchemaError
from footdrop_imu.files.sample_data import sample_data_folder
from footdrop_imu.files.sessions import read_session
from footdrop_imu.schema import Condition, Session, SessionResult
from footdrop_imu.walk_measures import condition_key, walk_day, walk_measure_rows


@pytest.fixture(scope="module")
def walked() -> tuple[SessionResult, Session]:
    session = read_session(sample_data_folder() / "before")
    return analyze(session), replace(session, streams=())


def _value(rows: pd.DataFrame, measure: str, side: str) -> pd.Series:
    found = rows[(rows["measure"] == measure) & (rows["side"] == side)]
    assert len(found) == 1
    return found.iloc[0]


def test_a_walk_gives_a_row_a_measure_and_side(walked: tuple[SessionResult, Session]) -> None:
    result, session = walked
    rows = walk_measure_rows(result, session)
    check_table(WALK_MEASURE_COLUMNS, rows)
    assert not rows.duplicated(["measure", "side"]).any()
    assert rows["value"].notna().all()
    assert set(rows["walk"]) == {session.id}
    assert set(rows["day"]) == {pd.Timestamp(session.start[:10])}
    lift = _value(rows, "foot_pitch_mid_swing_deg", "right")
    stated = result.summary.right["foot_pitch_mid_swing_deg"]
    assert lift["value"] == stated.median
    assert lift["used_count"] == stated.used_count
    assert lift["standard_error"] * 2 * 1.96 == pytest.approx(stated.high - stated.low, rel=1e-4)


def test_a_share_of_heel_landings_is_never_without_doubt(walked: tuple[SessionResult, Session]) -> None:
    rows = walk_measure_rows(*walked)
    left, right = (_value(rows, "heel_landing_frac", side) for side in ("left", "right"))
    assert left["value"] == 1.0
    assert right["value"] == 0.0
    assert 0 < left["standard_error"] < right["standard_error"] < 0.1


def test_drags_have_a_row_where_there_is_a_rate(walked: tuple[SessionResult, Session]) -> None:
    result, session = walked
    drags = {side: replace(found, rate=2.5, low=0.5, high=6.0) for side, found in result.summary.drags.items()}
    rows = walk_measure_rows(replace(result, summary=replace(result.summary, drags=drags)), session)
    assert _value(rows, "drags_per_100_strides", "right")["value"] == 2.5
    none = {side: replace(found, rate=float("nan")) for side, found in result.summary.drags.items()}
    rows = walk_measure_rows(replace(result, summary=replace(result.summary, drags=none)), session)
    assert "drags_per_100_strides" not in set(rows["measure"])


def test_a_walk_with_no_stride_gives_an_empty_table(walked: tuple[SessionResult, Session]) -> None:
    result, session = walked
    empty = replace(result.summary, left={}, right={}, both={}, drags={})
    rows = walk_measure_rows(replace(result, strides=result.strides.iloc[:0], summary=empty), session)
    check_table(WALK_MEASURE_COLUMNS, rows)
    assert rows.empty


def test_a_walk_without_a_start_has_no_place_in_a_course(walked: tuple[SessionResult, Session]) -> None:
    result, session = walked
    with pytest.raises(SchemaError, match="--start"):
        walk_measure_rows(result, replace(session, start=""))


def test_the_day_is_the_walkers_own() -> None:
    assert walk_day("2026-03-14T23:30:00-08:00", "w") == date(2026, 3, 14)
    assert walk_day("2026-03-14", "w") == date(2026, 3, 14)
    with pytest.raises(SchemaError, match="found 'yesterday'"):
        walk_day("yesterday", "w")


def test_conditions_that_may_be_compared_have_one_key() -> None:
    usual = Condition(orthosis="none", aid="stick", tiredness="usual")
    assert condition_key(usual) == "aid=stick;orthosis=none"
    assert condition_key(replace(usual, tiredness="rested")) == condition_key(usual)
    assert condition_key(replace(usual, tiredness="tired")) == "aid=stick;orthosis=none;tiredness=tired"
    assert condition_key(replace(usual, orthosis="light_brace")) != condition_key(usual)
    assert condition_key(Condition()) == ""
