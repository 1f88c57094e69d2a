"""What the sensor counted goes into the log once, and a chair lift test into the course."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from footdrop_imu.errors import ExerciseError, ExerciseReason, SchemaError
from footdrop_imu.exercising import ExerciseRequest, chair_lift_session, count_session
from footdrop_imu.people.counted import keep_chair_lift, log_counted
from footdrop_imu.people.courses import person_record
from footdrop_imu.people.diary import log_of
from footdrop_imu.rehab.exercise_result import ExerciseResult
from footdrop_imu.rehab.exercises import load_exercises
from footdrop_imu.rehab.log import log_table
from footdrop_imu.schema_rehab import Patient
from footdrop_imu.simulate.chair_lift import ChairLiftConfig, simulate_chair_lift
from footdrop_imu.simulate.exercise import simulate_exercise
from footdrop_imu.simulate.exercise_config import usual_set
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.store.counted import counted_sets
from footdrop_imu.store.database import Store, open_store
from footdrop_imu.store.log import add_log_entries, log_entries
from footdrop_imu.store.people import add_person
from footdrop_imu.store.walks import walk_measures

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
START = "2026-03-14T10:30:00+01:00"
CATALOGUE = load_exercises()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "store.db"), who="test") as opened:
        add_person(opened, Patient("P07", affected="right", time_zone="Europe/Berlin"))
        yield opened


@pytest.fixture(scope="module")
def counted() -> list[ExerciseResult]:
    made = simulate_exercise(usual_set("assisted_toe_raise", side="right", repetitions=6, seed=5), SensorConfig(seed=5))
    request = ExerciseRequest("assisted_toe_raise", side="right")
    found = count_session(made.session, CATALOGUE["assisted_toe_raise"], request, {})
    return [replace(one, start=START) for one in found]


@pytest.fixture(scope="module")
def lifted() -> list[ExerciseResult]:
    made = simulate_chair_lift(ChairLiftConfig(seed=5), SensorConfig(seed=5))
    found = chair_lift_session(made.session, ExerciseRequest("chair_lift_test"), {})
    return [replace(one, start=START) for one in found]


def test_a_counted_set_is_logged_with_its_repetitions(store: Store, counted: list[ExerciseResult]) -> None:
    (logged,) = log_counted(store, "P07", counted, now=NOW, catalogue=CATALOGUE, folder="my_set")
    (entry,) = log_entries(store, "P07")
    assert entry.id == logged.entry.id
    assert (entry.source, entry.side, entry.sets, entry.repetitions) == ("sensor", "right", 1, 6)
    assert entry.day.isoformat() == "2026-03-14"
    (kept,) = counted_sets(store, "P07")
    assert kept.entry == entry.id
    assert kept.folder == "my_set"
    assert counted[0].repetitions is not None
    assert [one.range_deg for one in kept.repetitions] == [one.range_deg for one in counted[0].repetitions.repetitions]


def test_the_same_recording_counts_once(store: Store, counted: list[ExerciseResult]) -> None:
    log_counted(store, "P07", counted, now=NOW, catalogue=CATALOGUE)
    assert log_counted(store, "P07", counted, now=NOW, catalogue=CATALOGUE) == ()
    assert log_of(store, "P07")["repetitions"].tolist() == [6]


def test_a_bout_that_was_told_too_counts_once(store: Store, counted: list[ExerciseResult]) -> None:
    (logged,) = log_counted(store, "P07", counted, now=NOW, catalogue=CATALOGUE)
    told = replace(logged.entry, id="", source="patient", repetitions=9)
    earlier = told.at - timedelta(days=2)
    add_log_entries(store, "P07", [told, replace(told, at=earlier, day=earlier.date())])
    table = log_of(store, "P07")
    record = person_record(store, "P07", NOW, with_entries=True)
    pd.testing.assert_frame_equal(record.log, table)
    assert record.entries is not None
    assert set(record.entries["source"]) == {"sensor", "patient"}
    assert table[["source", "repetitions"]].to_numpy().tolist() == [["patient", 9], ["sensor", 6]]
    pd.testing.assert_frame_equal(table, log_table(log_entries(store, "P07")))


def test_without_a_time_nothing_is_logged(store: Store, counted: list[ExerciseResult]) -> None:
    for start in ("", "2026-03-14T10:30:00"):
        with pytest.raises(ExerciseError, match="--start") as caught:
            log_counted(store, "P07", [replace(counted[0], start=start)], now=NOW, catalogue=CATALOGUE)
        assert caught.value.reason is ExerciseReason.WRONG_VALUE
    assert log_entries(store, "P07") == ()


def test_s13_what_needs_a_clinician_is_not_logged_by_the_sensor_either(
    store: Store, counted: list[ExerciseResult]
) -> None:
    with pytest.raises(ExerciseError) as caught:
        log_counted(store, "P07", [replace(counted[0], exercise="heel_walk")], now=NOW, catalogue=CATALOGUE)
    assert caught.value.reason is ExerciseReason.NEEDS_CLINICIAN


def test_a_chair_lift_test_joins_the_course_once(store: Store, lifted: list[ExerciseResult]) -> None:
    assert keep_chair_lift(store, "P07", lifted)
    assert not keep_chair_lift(store, "P07", lifted)
    table = walk_measures(store, "P07")
    assert set(table["activity"]) == {"chair_lift_test"}
    taps = table[(table["measure"] == "chair_lift_taps_in_10_s_count") & (table["side"] == "right")]
    right = next(one for one in lifted if one.side == "right")
    assert taps["value"].tolist() == [right.measures["chair_lift_taps_in_10_s_count"]]
    assert taps["used_count"].tolist() == [right.used_counts["chair_lift_taps_in_10_s_count"]]
    with pytest.raises(SchemaError, match="--start"):
        keep_chair_lift(store, "P07", [replace(lifted[0], start="")])
