"""Reports of two conditions over weeks, of a clinic's bench, and of left against right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from made_comparisons import LIFT, Recorded, days, figures, foot_drop, moved, row_of, tables, with_quality

from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.files.course_folder import read_course_folder
from footdrop_imu.files.sample_data import sample_data_folder
from footdrop_imu.language import translator
from footdrop_imu.people.benches import bench_of_recordings
from footdrop_imu.people.courses import person_record, take_in
from footdrop_imu.people.kept_comparisons import compare_conditions, compare_feet, compare_feet_of
from footdrop_imu.report.comparison import bench_report, conditions_report, feet_report
from footdrop_imu.report.figure_data import Butterfly, CycleCourse, SettingsCompared
from footdrop_imu.report.model import Report, Table, report_json
from footdrop_imu.schema import Condition, Person
from footdrop_imu.schema_rehab import Patient, PersonRecord, Walk
from footdrop_imu.store.database import Store, open_store
from footdrop_imu.store.people import add_person
from footdrop_imu.store.walks import add_walks

BETWEEN = ("none", "ankle_foot_orthosis")
NOW = datetime.fromisoformat("2026-06-01T12:00:00+00:00")
EN = translator("en")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(str(tmp_path_factory.mktemp("kept") / "people.db")) as opened:
        take_in(opened, read_course_folder(sample_data_folder() / "eight_weeks" / "orthosis"))
        yield opened


@pytest.fixture(scope="module")
def record(store: Store) -> PersonRecord:
    return person_record(store, "P13", NOW)


@pytest.fixture(scope="module")
def base() -> Recorded:
    return foot_drop()


def bench_walks(base: Recorded, order: str, lift_deg: dict[str, float], **session: object) -> list[Recorded]:
    """Walks of one morning, a letter each: ``ABBA``; their lift by letter, with a little scatter."""
    wiggle = np.random.default_rng(4).standard_normal(len(order))
    return [
        moved(base, f"w{at}{letter}", f"2026-03-14T10:{10 + 4 * at}:00+01:00",
              {LIFT: lift_deg[letter] + 0.3 * float(wiggle[at]), "walking_speed_mps": 0.01 * float(wiggle[-1 - at]),
               "circumduction_m": 0.0004 * float(wiggle[at])},
              condition=Condition("own", stimulator={"A": "off", "B": "on"}.get(letter, "on")), **session)
        for at, letter in enumerate(order)
    ]  # fmt: skip


def bench(walks: list[Recorded], settings: tuple[str, ...] = (), language: str = "en") -> Report:
    say = translator(language)
    found = bench_of_recordings(walks, "stimulator", say, clinician="A. Berg", settings=settings)
    report = bench_report(found, walks, say)
    json.dumps(report_json(report), allow_nan=False)
    return report


def said(report: Report) -> dict[str, str]:
    return {one.code: one.text for one in report.answer.statements}


def test_two_conditions_say_which_and_by_how_much(store: Store, record: PersonRecord) -> None:
    found = compare_conditions(store, "P13", "orthosis", BETWEEN, EN)
    report = conditions_report(found, record, EN)
    json.dumps(report_json(report), allow_nan=False)
    assert report.answer.tone == "seen"
    assert report.answer.headline == "Angle of the foot at landing: 10.0° more with ankle foot orthosis"
    assert said(report)["speed"] == "This is at equal walking speed."
    # what could not be measured is no small thing: most walks with the orthosis
    assert said(report)["unmeasured"] == "In 7 of 23 walks this measure could not be measured."
    assert ("Not measured", "0", "7") in report.trust.used.rows
    assert ("Practice (first day)", "1", "0") in report.trust.used.rows
    drawn = figures(report)["walks"].data
    assert isinstance(drawn, SettingsCompared)
    assert drawn.settings == ("No orthosis", "Ankle foot orthosis")
    counts = [sum(one.setting == at for one in drawn.walks) for at in (0, 1)]
    assert counts == [11, 4]
    for pair in range(4):
        assert sorted(one.setting for one in drawn.walks if one.block == pair) == [0, 1]
    assert drawn.level[1] - drawn.level[0] == pytest.approx(10.0, abs=0.2)
    assert "11" in figures(report)["walks"].alt
    assert any(table.caption == "What was read, walk by walk" for table in tables(report))


def test_s4_no_report_asks_to_leave_off_an_aid(store: Store, record: PersonRecord, base: Recorded) -> None:
    """S4."""
    report = conditions_report(compare_conditions(store, "P13", "orthosis", BETWEEN, EN), record, EN)
    assert said(report)["no_leaving_off"] == "Nobody is asked to leave off an aid for this."
    alternated = bench(bench_walks(base, "ABBAAB", {"A": 0.0, "B": 5.0}))
    assert alternated.answer.statements[0].code == "clinic_only"
    refused = bench(bench_walks(base, "AB", {"A": 0.0, "B": 5.0}))
    for report in (alternated, refused):
        assert "nobody is asked to walk without" in said(report)["clinic_only"]
    for report in (alternated, refused):
        words = json.dumps(report_json(report)).lower()
        for forbidden in ("should", "recommend", "stop wearing", "leave it off", "do without"):
            assert forbidden not in words


def test_a_bench_joins_its_blocks_and_tells_the_whole_leg(base: Recorded) -> None:
    walks = bench_walks(base, "ABBAABBA", {"A": 0.0, "B": 6.0})
    report = bench(walks)
    assert report.answer.headline.startswith("Toe lift at mid swing: 6.")
    assert report.answer.headline.endswith("more with stimulator on")
    assert dict(report.facts)["Test made by"] == "A. Berg"
    # nothing rose, and what was looked at is named
    assert "sideways swing of the leg" in said(report)["leg_checked"]
    drawn = figures(report)["walks"].data
    assert isinstance(drawn, SettingsCompared)
    assert drawn.settings == ("Stimulator off", "Stimulator on")
    assert sorted((one.block, one.setting) for one in drawn.walks) == [(at, own) for at in range(4) for own in (0, 1)]
    courses = figures(report)["pitch"].data
    assert isinstance(courses, CycleCourse)
    assert [one.words for one in courses.curves] == ["Stimulator off", "Stimulator on"]
    pairs = next(table for table in tables(report) if isinstance(table, Table) and "setting against" in table.caption)
    assert pairs.rows[0][0] == "stimulator on against stimulator off"
    assert pairs.rows[0][1].startswith("+6.")
    assert pairs.rows[0][3] == "yes"


def test_several_settings_name_the_first_only_where_it_is_ahead(base: Recorded) -> None:
    order = "ABCBCACABABC"
    names = {"A": "early", "B": "middle", "C": "late"}
    settings = tuple(names[letter] for letter in order)
    ahead = bench(bench_walks(base, order.replace("C", "B").replace("A", "B"), {"B": 0.0}), settings)
    assert ahead.answer.headline == "Toe lift at mid swing: no difference that can be told from chance"
    lifts = {"A": 0.0, "B": 2.0, "C": 8.0}
    walks = [
        moved(base, f"w{at}", f"2026-03-14T10:{10 + 4 * at}:00+01:00",
              {LIFT: lifts[letter] + 0.2 * (at % 3), "walking_speed_mps": 0.003 * (at % 5)},
              condition=Condition("own", stimulator="on"))
        for at, letter in enumerate(order)
    ]  # fmt: skip
    report = bench(walks, settings)
    assert report.answer.headline.startswith("Toe lift at mid swing: most with late, by ")
    assert "pitch" not in figures(report)
    even = [moved(walk, walk[0].session, walk[1].start, {LIFT: -6.0} if name == "late" else {})
            for walk, name in zip(walks, settings, strict=True)]  # fmt: skip
    assert bench(even, settings).answer.headline == "Toe lift at mid swing: settings differ, none is clearly most"


def test_what_cannot_be_compared_is_said_and_shown_as_it_is(store: Store, record: PersonRecord, base: Recorded) -> None:
    missing = compare_conditions(store, "P13", "orthosis", ("none", "light_brace"), EN)
    report = conditions_report(missing, record, EN)
    assert (report.answer.tone, report.answer.headline) == (
        "not_known", "Not compared: walks with one of the two are missing",
    )  # fmt: skip
    in_blocks = bench(bench_walks(base, "AAAABBBB", {"A": 0.0, "B": 6.0}))
    assert in_blocks.answer.headline == "Not compared: the settings did not come by turns"
    poor = [with_quality(walk, "poor", "too few strides") for walk in bench_walks(base, "ABBAAB", {"A": 0.0, "B": 5.0})]
    report = bench(poor)
    assert report.answer.headline == "Not compared: too few recordings are good"
    assert (report.trust.quality, report.trust.used.rows[0]) == ("", ("Used", "0", "0"))
    assert report.trust.reasons == ("too few strides (w0A, w1B, w2B, w3A and 2 more)",)
    assert not figures(report)
    unknown = [(result, replace(session, person=Person("", "unknown"))) for result, session in poor]
    assert bench(unknown).answer.headline == "Not compared: which foot drops is not said"


def test_left_and_right_of_recordings(base: Recorded) -> None:
    report = feet_report(compare_feet_of([base], EN), [base], EN)
    json.dumps(report_json(report), allow_nan=False)
    assert report.answer.headline.startswith("Toe lift at mid swing: left ")
    assert report.answer.headline.endswith("less than right")
    assert [one.code for one in report.answer.statements] == ["feet_differ", "few_side_days"]
    drawn = figures(report)
    butterfly = drawn["feet"].data
    assert isinstance(butterfly, Butterfly)
    assert all(max(row.left_share, row.right_share) == 1.0 for row in butterfly.rows)
    assert not any("pitch" in row.label or "angle" in row.label.lower() for row in butterfly.rows)
    courses = drawn["pitch"].data
    assert isinstance(courses, CycleCourse)
    assert [one.side for one in courses.curves] == ["left", "right"]
    left, right, difference, _ = row_of(report, "Toe lift at mid swing")
    degrees = [float(text.replace("−", "-").rstrip("°")) for text in (left, right, difference)]
    assert degrees[0] - degrees[1] == pytest.approx(degrees[2], abs=0.11)
    assert row_of(report, "Share of the stride on the ground")[3] == ""


def test_left_and_right_of_days_and_of_a_missing_foot(store: Store, record: PersonRecord, base: Recorded) -> None:
    report = feet_report(compare_feet(store, "P13", EN), record, EN)
    assert report.answer.headline == "Angle of the foot at landing: right 20.2° less than left"
    assert ("Earlier days", "6") in report.trust.used.rows
    assert "how the days of this person differ" in report.trust.uncertainty[0]
    one_foot = moved(foot_drop(sides=("left",)), "alone", "", {})
    alone = feet_report(compare_feet_of([one_foot], EN), [one_foot], EN)
    assert alone.answer.tone == "not_known"
    assert alone.answer.headline == "Not compared: toe lift at mid swing was not measured on both feet"
    assert ("One foot only", "1") in alone.trust.used.rows
    many = days(base, [0.1 * at for at in range(9)])
    assert feet_report(compare_feet_of(many, EN), many, EN).trust.used.rows[0] == ("Used", "6")


def test_one_kept_walk_with_one_measure_and_an_odd_name(tmp_path: Path) -> None:
    name = "P1"
    start = datetime.fromisoformat("2026-02-02T10:00:00+00:00")
    with open_store(str(tmp_path / "p.db")) as kept:
        add_person(kept, Patient(name, affected="left", primary_measure=LIFT))
        walk = Walk(str(UUID(int=3)), start.isoformat(), quality="good", version="1", config_hash="c",
                    name="w\x07 <b>{x}", hashes={"a.csv": "0" * 64})  # fmt: skip
        columns = {
            "walk": [walk.id] * 2, "day": [start.date()] * 2, "start": [walk.start] * 2, "activity": ["walk"] * 2,
            "condition": [""] * 2, "quality": ["good"] * 2, "side": ["left", "right"], "measure": [LIFT] * 2,
            "value": [-9.0, 1.0], "standard_error": [0.4] * 2, "used_count": [40] * 2,
        }  # fmt: skip
        add_walks(kept, name, [(walk, make_table(WALK_MEASURE_COLUMNS, columns))])
        report = feet_report(compare_feet(kept, name, EN), person_record(kept, name, NOW), EN)
    assert report.made_of.startswith("w <b>{x}, ")
    assert report.answer.headline == "Toe lift at mid swing: left 10.0° less than right"
    assert not figures(report)  # nothing but an angle was kept
