"""Walks, their analyses, the measures of a course."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.columns import check_table, make_table
from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.errors import SchemaError, StoreError, StoreReason
from footdrop_imu.schema import Condition
from footdrop_imu.schema_rehab import CHAIR_LIFT_TEST, Patient, Walk
from footdrop_imu.store.audit import audit
from footdrop_imu.store.database import Store
from footdrop_imu.store.people import add_person
from footdrop_imu.store.walks import add_walk, add_walks, walk_measures, walks

WALK = Walk(
    id=str(UUID(int=7, version=4)),
    start="2026-03-29T00:30:00.250000+01:00",
    condition=Condition(aid="stick", orthosis="light_brace"),
    condition_key="aid=stick;orthosis=light_brace",
    folder="/walks/seven",
    hashes={"left.csv": "ab" * 32},
    version="0.1.0",
    config_hash="0123456789ab",
    quality="usable",
    reasons=("few strides", "one gap"),
    name="seven",
    affected="left",
)


def measured(walk: Walk, speed: float = 0.81) -> pd.DataFrame:
    """Three rows of a walk, not in order."""
    return make_table(
        WALK_MEASURE_COLUMNS,
        {
            "walk": walk.id,
            "day": pd.Timestamp(walk.start[:10]),
            "start": walk.start,
            "activity": walk.activity,
            "condition": walk.condition_key,
            "quality": walk.quality,
            "side": ["right", "left", "both"],
            "measure": ["walking_speed_mps", "walking_speed_mps", "toe_out_deg"],
            "value": [speed, 0.8, 5.5],
            "standard_error": [0.01, np.nan, 0.3],
            "used_count": [41, 40, 81],
        },
    )


def numbered(number: int, start: str = WALK.start) -> Walk:
    return replace(WALK, id=str(UUID(int=number, version=4)), start=start)


def test_a_walk_comes_back_with_its_measures(with_person: Store) -> None:
    add_walk(with_person, "P07", WALK, measured(WALK))
    assert walks(with_person, "P07") == (WALK,)
    table = walk_measures(with_person, "P07")
    check_table(WALK_MEASURE_COLUMNS, table)
    expected = measured(WALK).iloc[[2, 1, 0]].reset_index(drop=True)
    pd.testing.assert_frame_equal(table, expected)


def test_measures_are_chosen_and_sorted(with_person: Store) -> None:
    late = numbered(8, "2026-04-02T08:00:00+02:00")
    early = numbered(9, "2026-03-28T23:00:00-05:00")  # the 28th where it was walked, an instant of the 29th
    lifts = replace(numbered(10, "2026-04-03T08:00:00+02:00"), activity=CHAIR_LIFT_TEST)
    add_walks(with_person, "P07", [(one, measured(one)) for one in (late, lifts, early, WALK)])
    assert [walk.id for walk in walks(with_person, "P07")] == [WALK.id, early.id, late.id, lifts.id]
    table = walk_measures(with_person, "P07", ["toe_out_deg"])
    assert table["walk"].tolist() == [WALK.id, early.id, late.id, lifts.id]
    assert table["day"].dt.day.tolist() == [29, 28, 2, 3]
    only = walk_measures(with_person, "P07", activities=["walk"], first_day=date(2026, 3, 29))
    assert only["walk"].unique().tolist() == [WALK.id, late.id]
    assert walk_measures(with_person, "P07", last_day=date(2026, 3, 28))["walk"].unique().tolist() == [early.id]
    assert walk_measures(with_person, "P07", ["nothing"]).empty
    check_table(WALK_MEASURE_COLUMNS, walk_measures(with_person, "P07", ["nothing"]))


def test_of_two_analyses_the_last_counts_and_the_first_is_kept(with_person: Store) -> None:
    add_walk(with_person, "P07", WALK, measured(WALK))
    again = replace(WALK, version="0.2.0", quality="good", reasons=())
    add_walk(with_person, "P07", again, measured(again, 0.9))
    assert walks(with_person, "P07") == (again,)
    table = walk_measures(with_person, "P07", ["walking_speed_mps"])
    assert table["value"].tolist() == [0.8, 0.9]
    assert set(table["quality"]) == {"good"}
    with with_person.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT version FROM analysis ORDER BY id").scalars().all()
    assert kept == ["0.1.0", "0.2.0"]
    assert [entry.action for entry in audit(with_person, "P07")][1:] == ["added", "analyzed again"]


def test_a_walk_analyzed_again_for_the_other_foot_says_so(with_person: Store) -> None:
    add_walk(with_person, "P07", replace(WALK, affected=""), measured(WALK))
    add_walk(with_person, "P07", WALK, measured(WALK))
    assert walks(with_person, "P07") == (WALK,)
    with pytest.raises(StoreError, match="affected: found 'leg'"):
        add_walk(with_person, "P07", replace(WALK, affected="leg"), measured(WALK))


def test_the_very_same_is_there_already(with_person: Store) -> None:
    add_walk(with_person, "P07", WALK, measured(WALK))
    with pytest.raises(StoreError, match="this very analysis") as refused:
        add_walk(with_person, "P07", WALK, measured(WALK))
    assert refused.value.reason is StoreReason.EXISTS
    other = replace(WALK, condition=Condition(aid="none"), condition_key="aid=none")
    add_walk(with_person, "P07", other, measured(other))
    assert walks(with_person, "P07") == (other,)
    last = audit(with_person, "P07")[-1]
    assert last.action == "changed"
    assert last.before["condition_key"] == WALK.condition_key


def test_a_start_without_an_offset_is_the_persons_own_time(with_person: Store) -> None:
    walk = replace(WALK, start="2026-07-01T10:00")
    add_walk(with_person, "P07", walk, measured(walk))
    assert walks(with_person, "P07")[0].start == "2026-07-01T10:00:00+02:00"


def test_a_walk_without_measures_is_still_a_walk(with_person: Store) -> None:
    add_walk(with_person, "P07", WALK, measured(WALK).iloc[:0])
    assert walks(with_person, "P07") == (WALK,)
    assert walk_measures(with_person, "P07").empty


def test_what_does_not_belong_together_is_refused(with_person: Store) -> None:
    add_person(with_person, Patient("P08"))
    add_walk(with_person, "P07", WALK, measured(WALK))
    eight = numbered(8)
    twice = pd.concat([measured(eight)] * 2, ignore_index=True)
    for pseudonym, walk, measures, says in (
        ("P08", replace(WALK, version="2"), measured(WALK), "another person"),
        ("P07", eight, measured(WALK), "name walk"),
        ("P07", replace(eight, condition_key=""), measured(eight), "name condition"),
        ("P07", replace(eight, quality="good"), measured(eight), "name quality"),
        ("P07", replace(eight, start=""), measured(eight), "when the walk began"),
        ("P07", replace(eight, activity="flying"), measured(eight), "activity"),
        ("P07", replace(eight, id="eight"), measured(eight), "UUID"),
        ("P07", eight, twice, "twice"),
    ):
        with pytest.raises(StoreError, match=says) as refused:
            add_walk(with_person, pseudonym, walk, measures)
        assert refused.value.reason is StoreReason.WRONG_VALUE
    with pytest.raises(SchemaError):
        add_walk(with_person, "P07", eight, measured(eight).drop(columns="value"))
    with pytest.raises(StoreError):  # the first is not kept when the second may not be
        add_walks(with_person, "P07", [(eight, measured(eight)), (replace(WALK, start=""), measured(WALK))])
    assert walks(with_person, "P07") == (WALK,)
