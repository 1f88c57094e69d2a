"""The report of two times: a verdict by days, what was measured where there are too few, and every awkward pair."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from made_comparisons import LIFT, NAMES, Recorded, days, figures, foot_drop, moved, row_of, tables, with_quality

from footdrop_imu.facts import WalkFacts
from footdrop_imu.files.sample_data import sample_data_folder
from footdrop_imu.files.sessions import ReadOptions
from footdrop_imu.language import translator
from footdrop_imu.people.comparisons import compare_times
from footdrop_imu.report.comparison import times_report
from footdrop_imu.report.figure_data import ChangeForest, CycleCourse, SettingsCompared
from footdrop_imu.report.model import MeasureTable, Report, Table, report_json
from footdrop_imu.report.webpage import report_html
from footdrop_imu.schema import Condition, Person
from footdrop_imu.workflow import analyze_walks

LATER = date(2026, 3, 2)
EN = translator("en")


@pytest.fixture(scope="module")
def base() -> Recorded:
    return foot_drop()


@pytest.fixture(scope="module")
def sample() -> list[Recorded]:
    paths = [sample_data_folder() / name for name in ("before", "after")]
    outcomes = analyze_walks(paths, ReadOptions(), WalkFacts(), write=False)
    return [(one.result, one.session) for one in outcomes if one.result is not None and one.session is not None]


def made(before: list[Recorded], after: list[Recorded], language: str = "en", measure: str = "") -> Report:
    say = translator(language)
    report = times_report(compare_times(before, after, say, measure=measure), [*before, *after], say)
    json.dumps(report_json(report), allow_nan=False)
    return report


def codes(report: Report) -> list[str]:
    return [one.code for one in report.answer.statements]


def test_two_recordings_say_what_was_measured_and_what_days_differ_by(sample: list[Recorded]) -> None:
    report = made(sample[:1], sample[1:])
    assert report.answer.tone == "seen"
    assert report.answer.headline == "Not known yet whether it changed: toe lift at mid swing 7.7° more after"
    # a faster walk lifts the toes more by itself
    assert codes(report) == ["few_days", "both_times", "speed"]
    assert "30 % faster" in report.answer.statements[2].text
    drawn = figures(report)
    assert list(drawn) == ["walks-right", "pitch", "changes"]
    assert "−25.8°" in drawn["walks-right"].alt
    assert "−18.1°" in drawn["walks-right"].alt
    assert row_of(report, "Toe lift at mid swing") == ["−25.8°", "−18.1°", "+7.7°", "4.7°"]
    assert report.trust.used.rows == (("Used", "1", "1"),)
    assert "assumed" in report.trust.uncertainty[-1]
    assert dict(report.trust.versions.rows)["before, id of the recording"] == sample[0][1].id


def test_its_page_has_every_name_and_no_table_without_heads(sample: list[Recorded]) -> None:
    report = made(sample[:1], sample[1:])
    for table in tables(report):
        heads = [head.text for head in table.heads] if isinstance(table, MeasureTable) else table.head
        assert all(heads)
    page = report_html(report)
    for words in (report.answer.headline, "Measured", figures(report)["pitch"].title, sample[1][1].id):
        assert words in page


def test_both_pitch_courses_are_of_the_affected_foot(sample: list[Recorded]) -> None:
    figure = figures(made(sample[:1], sample[1:]))["pitch"]
    assert isinstance(figure.data, CycleCourse)
    before, after = figure.data.curves
    assert [(one.side, one.time) for one in (before, after)] == [("right", "before"), ("right", "after")]
    # at mid swing the toes point less down than before
    assert np.median(after.median[80:90] - before.median[80:90]) > 3.0
    assert figure.table.rows[0][0] == "0 %"
    assert len(figure.table.rows) == 11


def test_days_enough_give_the_verdict_as_it_stands(base: Recorded) -> None:
    before, after = days(base, [0.0, 0.4, -0.3, 0.2]), days(base, [7.0, 7.3, 6.8], LATER)
    report = made(before, after)
    assert report.answer.tone == "not_known"  # vaulting was not measured: the whole leg may have helped
    assert "compensation_unknown" in codes(report)
    faster = [
        days(base, [value, value + 0.01, value - 0.01, value], day, "walking_speed_mps")
        for value, day in ((0.0, date(2026, 1, 5)), (0.35, LATER))
    ]
    report = made(*faster, measure="walking_speed_mps")
    assert report.answer.tone == "better"
    assert report.answer.headline == "Better: walking speed changed by +0.35 m/s, more than chance"
    assert len(report.answer.headline.split()) <= 12
    forest = figures(report)["changes"].data
    assert isinstance(forest, ChangeForest)
    lead = next(row for row in forest.rows if row.lead)
    assert lead.change > lead.detectable > 0.0
    assert lead.low < lead.change < lead.high
    drawn = figures(report)["walks-left"].data
    assert isinstance(drawn, SettingsCompared)
    assert len(drawn.walks) == 8
    slower = made(
        days(base, [0.35, 0.36, 0.34, 0.35], date(2026, 1, 5), "walking_speed_mps"),
        days(base, [0.0, 0.01, -0.01, 0.0], LATER, "walking_speed_mps"),
        measure="walking_speed_mps",
    )
    assert slower.answer.tone == "worse"
    same = made(faster[0], days(base, [0.0, 0.02, -0.01], LATER, "walking_speed_mps"), measure="walking_speed_mps")
    assert same.answer.tone == "unchanged"
    assert same.answer.headline == "Walking speed: no change that can be told from chance"


def test_other_conditions_stand_in_the_first_line(base: Recorded) -> None:
    after = moved(base, "after", "2026-03-02T10:00:00+01:00", {LIFT: 9.0}, condition=Condition("own", "light_brace"))
    report = made([base], [moved(base, "b", "2026-03-20T10:00:00+01:00", {})])
    assert "conditions" not in report.answer.headline
    report = made([moved(base, "before", "2026-02-02T10:00:00+01:00", {})], [after])
    assert report.answer.headline == "Toe lift at mid swing: 9.0° more after, but in other conditions"
    assert "conditions" in codes(report)


def test_the_same_day_and_no_day_are_said(base: Recorded) -> None:
    at = "2026-02-02T1{}:00:00+01:00"
    report = made([moved(base, "a", at.format(0), {})], [moved(base, "b", at.format(1), {LIFT: -3.0})])
    assert report.answer.headline == "Toe lift at mid swing: 3.0° less after, on the same day"
    report = made([moved(base, "a", "", {})], [moved(base, "b", "", {LIFT: 0.01})])
    assert report.answer.headline.startswith("Toe lift at mid swing: the same after; days often differ by ")
    assert codes(report)[0] == "undated"
    assert dict(report.facts)["Before"] == "walks: 1 (day not said)"


def test_a_poor_walk_is_left_out_and_named(base: Recorded) -> None:
    poor = with_quality(
        moved(base, "p", "2026-02-03T10:00:00+01:00", {LIFT: 30.0}), "poor", "too many samples are lost"
    )
    usable = with_quality(moved(base, "u", "2026-02-04T10:00:00+01:00", {}), "usable", "the shoe's length is assumed")
    report = made([moved(base, "a", "2026-02-02T10:00:00+01:00", {}), poor, usable], days(base, [4.0], LATER))
    assert report.trust.quality == "usable"
    assert report.trust.reasons == ("too many samples are lost (p)", "the shoe's length is assumed (u)")
    assert ("Recording not good", "1", "0") in report.trust.used.rows
    drawn = figures(report)["walks-left"].data
    assert isinstance(drawn, SettingsCompared)
    assert len(drawn.walks) == 3
    assert report.answer.headline.startswith("Toe lift at mid swing: 4.0° more after")


def test_where_nobody_said_which_foot_drops_both_are_told(base: Recorded) -> None:
    unknown = replace(base[1], person=Person("P", "unknown"))
    before = moved((base[0], unknown), "a", "2026-02-02T10:00:00+01:00", {})
    after = moved((base[0], unknown), "b", "2026-03-02T10:00:00+01:00", {LIFT: 5.0})
    report = made([before], [after])
    assert report.answer.headline == "Not known whether it changed: toe lift at mid swing after, left +5.0°, right 0.0°"
    assert {"walks-left", "walks-right"} <= figures(report).keys()
    assert row_of(report, "Toe lift at mid swing (left)")[2] == "+5.0°"


def test_no_strides_and_a_missing_foot_stay_right(base: Recorded) -> None:
    one_foot = moved(foot_drop(sides=("right",)), "a", "", {})
    report = made([one_foot], [moved(base, "b", "", {})])
    assert report.answer.tone == "not_known"
    assert report.answer.headline == "Not known: toe lift at mid swing was not measured at both times"
    assert not any(name.startswith("walks") for name in figures(report))
    empty = moved(foot_drop(0, sides=()), "a", "", {})
    report = made([empty], [moved(base, "b", "", {})])
    assert ("Not measured", "1", "0") in report.trust.used.rows
    single = made([moved(foot_drop(3), "a", "", {})], [moved(foot_drop(3), "b", "", {LIFT: 2.0})])
    assert single.answer.tone == "seen"


@pytest.mark.parametrize("name", NAMES)
def test_any_name_stands_as_it_is(base: Recorded, name: str) -> None:
    person = Person(name, "left")
    before = moved(base, name, "2026-02-02T10:00:00+01:00", {}, person=person)
    report = made([before], [moved(base, "after", "2026-03-02T10:00:00+01:00", {LIFT: 3.0}, person=person)])
    assert report.subject == dict(report.facts)["Person"] == name
    walks = next(table for table in tables(report) if table.caption == "The walks, one by one")
    assert walks.rows[0][0] == name
    assert report.made_of.startswith(name)
    assert any(name in row[0] for row in report.trust.versions.rows)


def test_forty_walks_a_side(base: Recorded) -> None:
    wiggle = np.random.default_rng(5).standard_normal(40)
    before, after = days(base, list(wiggle)), days(base, list(wiggle[::-1]), date(2026, 6, 1))
    report = made(before, after)
    assert report.answer.tone == "unchanged"
    assert report.trust.used.rows[0] == ("Used", "40", "40")
    assert report.made_of.startswith("2026-01-05 to 2026-09-26, 80 walks")
    # many recordings stand in a table of their own, one hash each, and one of all among the versions
    hashes = next(table for table in tables(report) if table.caption == "What was read, walk by walk")
    assert isinstance(hashes, Table)
    assert len({row[2] for row in hashes.rows}) == 80
    assert sum(len(row[1]) == 64 for row in report.trust.versions.rows) == 1


def test_in_german(base: Recorded) -> None:
    report = made(days(base, [0.0]), days(base, [4.1], LATER), "de")
    assert report.language == "de"
    assert "4,1°" in report.answer.headline
    assert "5. Januar 2026" in str(report.facts)
