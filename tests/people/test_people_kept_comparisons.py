"""Comparisons out of a store: two conditions by turns, several people, two feet; benches kept walk by walk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.files.course_folder import read_course_folder
from footdrop_imu.files.sample_data import sample_data_folder
from footdrop_imu.language import translator
from footdrop_imu.people.benches import bench_of_person
from footdrop_imu.people.courses import take_in
from footdrop_imu.people.kept_comparisons import compare_conditions, compare_feet, compare_people
from footdrop_imu.schema_rehab import LogEntry, Patient, PlanVersion, Prescription, TimelineEvent, Walk
from footdrop_imu.store.course import add_event
from footdrop_imu.store.database import Store, open_store
from footdrop_imu.store.log import add_log_entries
from footdrop_imu.store.people import add_person
from footdrop_imu.store.plans import add_plan_version
from footdrop_imu.store.walks import add_walks

LANDING, LIFT = "foot_pitch_initial_contact_deg", "foot_pitch_mid_swing_deg"
BETWEEN = ("none", "ankle_foot_orthosis")
MONDAY = date(2026, 1, 5)
NOW = datetime.fromisoformat("2026-06-01T12:00:00+00:00")
EFFECT_DEG = 6.0
PEOPLE, WEEKS = 9, 9


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "people.db")) as opened:
        yield opened


@pytest.fixture
def with_orthosis(store: Store) -> Store:
    take_in(store, read_course_folder(sample_data_folder() / "eight_weeks" / "orthosis"))
    return store


def kept_walk(
    number: int, start: datetime, conditions: str, values: dict[tuple[str, str], float]
) -> tuple[Walk, object]:
    """A walk with these measures by measure and side."""
    walk = Walk(
        id=str(UUID(int=number)), start=start.isoformat(), condition_key=conditions, quality="good", version="1",
        config_hash="c", hashes={"f": f"{number:064x}"}, name=f"w{number}",
    )  # fmt: skip
    named = {
        "walk": [walk.id] * len(values), "day": [start.date()] * len(values), "start": [walk.start] * len(values),
        "activity": ["walk"] * len(values), "condition": [conditions] * len(values), "quality": ["good"] * len(values),
        "side": [side for _, side in values], "measure": [measure for measure, _ in values],
        "value": list(values.values()), "standard_error": [0.3] * len(values), "used_count": [60] * len(values),
    }  # fmt: skip
    return walk, make_table(WALK_MEASURE_COLUMNS, named)


def follow(store: Store, index: int, shares: Sequence[int], noise: Sequence[float]) -> None:
    """A person who did ``shares`` of 7 days week by week; lift after two weeks goes with their mean."""
    name = f"P{index:02d}"
    add_person(store, Patient(name, affected="left"))
    made_at = datetime.fromisoformat("2026-01-01T12:00:00+00:00")
    asked = Prescription("ankle_eversion", "left", sets=1, repetitions=10)
    add_plan_version(store, name, PlanVersion(1, MONDAY, (asked,), made_at))
    entries = [
        LogEntry(
            "", "ankle_eversion", day, datetime.fromisoformat(f"{day}T09:00:00+00:00"), "left", repetitions=10, sets=1
        )
        for week, share in enumerate(shares)
        for day in (MONDAY + timedelta(days=7 * week + place) for place in range(share))
    ]
    add_log_entries(store, name, [replace(one, id=str(UUID(int=index * 1000 + at))) for at, one in enumerate(entries)])
    visits = []
    for week in range(1, len(shares) + 1):
        start = datetime.fromisoformat(f"{MONDAY + timedelta(days=7 * week + 1)}T10:00:00+00:00")
        before = np.mean(shares[max(week - 2, 0) : week]) / 7.0
        lift = -15.0 + 2.0 * index + EFFECT_DEG * float(before) + noise[week - 1]
        visits.append(kept_walk(index * 100 + week, start, "shoe=own", {(LIFT, "left"): lift}))
    add_walks(store, name, visits)


@pytest.fixture
def several(store: Store) -> Store:
    generator = np.random.default_rng(3)
    for index in range(PEOPLE):
        usual = generator.uniform(2.0, 6.0)
        shares = np.clip(np.round(usual + 2.0 * generator.standard_normal(WEEKS)), 0, 7).astype(int).tolist()
        follow(store, index, shares, 0.5 * generator.standard_normal(WEEKS))
    return store


def test_walks_with_and_without_the_orthosis(with_orthosis: Store) -> None:
    found = compare_conditions(with_orthosis, "P13", "orthosis", BETWEEN, translator("en"))
    (pair,) = found.found.bench.differences
    assert pair.differs
    assert {pair.first, pair.second} == set(BETWEEN)
    sign = 1.0 if pair.first == "ankle_foot_orthosis" else -1.0
    assert 7.0 < sign * pair.difference.value < 13.0
    assert found.found.left_out == {"practice": 1}
    for one in found.found.pairs:
        assert abs((one.first_day - one.second_day).days) <= 10
        assert one.second > one.first  # landed further toes up with the orthosis
    codes = [said.code for said in found.sentences]
    assert (codes[0], codes[-1]) == ("differs", "no_leaving_off")
    assert "not_drawn" in codes
    assert "clinic_only" not in codes


def test_the_order_of_the_two_does_not_change_the_answer(with_orthosis: Store) -> None:
    one = compare_conditions(with_orthosis, "P13", "orthosis", BETWEEN, translator("en"))
    other = compare_conditions(with_orthosis, "P13", "orthosis", BETWEEN[::-1], translator("en"))
    assert one.sentences == other.sentences


def test_walks_before_a_new_line_do_not_count(with_orthosis: Store) -> None:
    add_event(with_orthosis, "P13", TimelineEvent("injection", date(2026, 3, 20)))
    found = compare_conditions(with_orthosis, "P13", "orthosis", BETWEEN, translator("en"))
    assert found.found.left_out["before_event"] > 3
    assert found.found.since is not None
    assert "until 20 March 2026" in " ".join(said.text for said in found.sentences)


def test_conditions_that_did_not_come_by_turns_are_not_compared(store: Store) -> None:
    add_person(store, Patient("P1", affected="left", primary_measure=LIFT))
    start = datetime.fromisoformat("2026-02-02T10:00:00+00:00")
    order = ["none"] * 5 + ["ankle_foot_orthosis"] * 5
    made = [
        kept_walk(at + 1, start + timedelta(days=3 * at), f"orthosis={name}", {(LIFT, "left"): -20.0 + at})
        for at, name in enumerate(order)
    ]
    add_walks(store, "P1", made)
    found = compare_conditions(store, "P1", "orthosis", BETWEEN, translator("en"))
    assert next(said.code for said in found.sentences) == "not_by_turns"
    missing = compare_conditions(store, "P1", "orthosis", ("none", "light_brace"), translator("en"))
    assert "light brace" in missing.sentences[0].text


def test_a_bench_of_the_last_day_that_had_two_settings(store: Store) -> None:
    add_person(store, Patient("P1", affected="left", primary_measure=LIFT))
    start = datetime.fromisoformat("2026-02-02T10:00:00+00:00")
    order = ["none", "on", "on", "none", "none", "on", "on", "none"]
    wiggle = np.random.default_rng(1).standard_normal(8)
    made = [
        kept_walk(
            at + 1,
            start + timedelta(minutes=5 * at),
            f"stimulator={name}",
            {
                (LIFT, "left"): -20.0 + 8.0 * (name == "on") + 0.4 * wiggle[at],
                ("level_frac", "left"): 0.5,
                ("swing_time_s", "left"): 0.6,
            },
        )
        for at, name in enumerate(order)
    ]
    add_walks(store, "P1", [*made, kept_walk(50, start + timedelta(days=9), "stimulator=on", {(LIFT, "left"): -12.0})])
    found = bench_of_person(store, "P1", "stimulator", translator("en"), clinician="A. Berg")
    assert [walk.setting for walk in found.walks] == order
    (pair,) = found.bench.differences
    assert pair.difference.low < -8.0 < pair.difference.high < 0.0
    assert found.timing["on"].level_after_toe_off_s.median == pytest.approx(0.3)
    assert found.means[LIFT]["on"] == pytest.approx(found.means[LIFT]["none"] + 8.0, abs=1.0)
    words = " ".join(said.text for said in found.sentences)
    assert "no stimulator" in words
    alone = bench_of_person(store, "P1", "stimulator", translator("en"), clinician="A. Berg", day=date(2026, 2, 11))
    assert alone.bench.reason == "settings"
    with pytest.raises(StoreError, match="2026-02-10") as refused:
        bench_of_person(store, "P1", "stimulator", translator("en"), clinician="A. Berg", day=date(2026, 2, 10))
    assert refused.value.reason is StoreReason.NOT_FOUND


def test_feet_over_days_of_the_latest_condition(with_orthosis: Store) -> None:
    found = compare_feet(with_orthosis, "P13", translator("en"))
    (landing,) = [one for one in found.feet if one.measure == LANDING]
    assert (landing.side, landing.day_count) == ("right", 6)
    assert landing.difference.low < landing.first - landing.second < landing.difference.high < -10.0
    (stride,) = [one for one in found.feet if one.measure == "stride_length_m"]
    assert stride.ratio.low < 1.0 < stride.ratio.high


def test_several_people_find_what_goes_with_doing_the_plan(several: Store) -> None:
    found = compare_people(several, (), LIFT, NOW, translator("en"))
    assert found.effect.reason == ""
    assert found.effect.people_count == PEOPLE
    assert found.effect.within.low < EFFECT_DEG < found.effect.within.high
    assert found.effect.within.low > 0.0
    assert next(said.code for said in found.sentences) == "within"
    assert "goes together, not why" in found.sentences[-1].text
    shares = [visit.adherence for visit in found.visits]
    assert 0.0 <= np.nanmin(shares) <= np.nanmax(shares) <= 1.0


def test_too_few_people_and_people_without_walks_are_said(several: Store) -> None:
    add_person(several, Patient("Q1", affected="left"))
    few = compare_people(several, ("P01", "P02", "Q1"), LIFT, NOW, translator("en"))
    assert [said.code for said in few.sentences] == ["people_few", "people_left_out"]
    assert "Q1 (no plan)" in few.sentences[-1].text
    early = compare_people(several, (), LIFT, NOW, translator("en"), last_day=MONDAY + timedelta(days=10))
    assert early.sentences[0].code == "people_few"
    with pytest.raises(StoreError, match="P99"):
        compare_people(several, ("P99",), LIFT, NOW, translator("en"))
