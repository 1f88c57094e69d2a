"""The progress report where little or far too much is there: nothing may be missing, mixed up or too long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from made_people import (
    BRACED,
    DAILY,
    FIRST,
    LANDING,
    LIFT,
    PERSON,
    course,
    entry,
    found_of,
    no_walks,
    person,
    plan,
    walks,
)

from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import LOG_COLUMNS
from footdrop_imu.language import translator
from footdrop_imu.rehab.log import entry_table
from footdrop_imu.rehab.progress import Progress
from footdrop_imu.report.figure_data import AdherenceCalendar, CourseOverWeeks
from footdrop_imu.report.model import Figure, Group, MeasureTable, Report, Statements, Table, report_json
from footdrop_imu.report.progress import progress_report
from footdrop_imu.schema_rehab import ClinicalEntry, PersonRecord, PlanVersion, Prescription, TimelineEvent

BETTER = walks(course(LIFT, -5.0, 2.0, 20))
ODD = "\x00\ud800 <script>'\"&{x}%s 王秀英 محمد 🦶🏽 \n" * 150


def report_of(record: PersonRecord, language: str = "en", *, side_disputed: bool = False) -> Report:
    found = found_of(record, language, side_disputed=side_disputed)
    made = progress_report(found, record, translator(language))
    json.dumps(report_json(made), allow_nan=False, ensure_ascii=False).encode()
    return made


def every_block(made: Report) -> Iterator[object]:
    for section in made.sections:
        for block in section.blocks:
            yield from block.blocks if isinstance(block, Group) else (block,)


def figure(made: Report, name: str) -> Figure:
    return next(block for block in every_block(made) if isinstance(block, Figure) and block.name == name)


def table(made: Report, caption: str) -> Table:
    return next(block for block in every_block(made) if isinstance(block, Table) and caption in block.caption)


def names(made: Report) -> list[str]:
    return [section.name for section in made.sections]


def uses(made: Report) -> dict[str, int]:
    return {row[0]: int(row[1]) for row in made.trust.used.rows}


def test_nothing_is_there_and_that_is_said() -> None:
    made = report_of(person(no_walks()))
    assert made.answer.tone == "not_known"
    assert made.answer.headline == "Not known yet: there is no walk"
    assert names(made) == ["change", "exercises"]
    assert "no plan of exercises and no log" in json.dumps(report_json(made))
    assert (made.trust.quality, made.trust.quality_title) == ("", "No walk was recorded")
    assert uses(made) == {"All walks": 0}


def test_a_plan_before_the_first_walk() -> None:
    made = report_of(person(no_walks(), versions=plan(DAILY)))
    assert "Nothing was logged" in json.dumps(report_json(made))
    assert table(made, "Versions of the plan").rows[0][0] == "Version 1, from 2 March 2026, by PT Moser"


def test_one_walk_is_practice() -> None:
    made = report_of(person(walks(course(LIFT, -5.0, 2.0, 1))))
    assert made.answer.headline == "Not known yet: 0 of 6 days of walking"
    assert uses(made) == {"All walks": 1, "left out: the first day is practice": 1}


def test_walks_without_a_day_are_left_out_and_told() -> None:
    record = person(BETTER)
    measures = BETTER.assign(start="", day=pd.Series([pd.NaT] * len(BETTER), dtype="datetime64[us]"))
    made = report_of(replace(record, measures=measures, walks=tuple(replace(one, start="") for one in record.walks)))
    assert made.answer.tone == "not_known"
    assert uses(made) == {"All walks": 20, "left out: nobody said the day": 20}
    assert any("Say when a walk was made" in words for words in made.trust.advice)
    assert dict(made.facts)["Walks"] == "20"


@pytest.mark.parametrize(
    ("made", "tone", "headline"),
    [
        (person(BETTER, patient=replace(PERSON, primary_measure="")), "not_known", "no measure was chosen"),
        (person(BETTER, patient=replace(PERSON, affected="unknown")), "not_known", "nobody said which foot drops"),
        (
            person(walks(course("cadence_spm", 80, 90, 20)), patient=replace(PERSON, primary_measure="cadence_spm")),
            "not_known",
            "more or less of this measure is not better",
        ),
        (
            person(walks(course(LANDING, 24, 34, 20)), patient=replace(PERSON, primary_measure=LANDING)),
            "not_known",
            "above 25.0° more is not better",
        ),
        (person(walks(course(LIFT, 5.0, -5.0, 20))), "worse", "Worse: toe lift at mid swing down by 9.9°"),
        (
            person(walks(course(LIFT, -5.0, -5.0, 20)), patient=replace(PERSON, goal="keep")),
            "unchanged",
            "Goal reached: toe lift at mid swing has kept its level",
        ),
        (
            person(walks(course(LIFT, 5.0, -5.0, 20)), patient=replace(PERSON, goal="keep")),
            "worse",
            "Goal not reached: toe lift at mid swing down by 9.9°",
        ),
        (person(walks(course(LIFT, -5.0, 2.0, 20), used=3)), "not_known", "too few steps"),
        (person(walks(course(LIFT, -5.0, 2.0, 20), quality="usable")), "not_known", "recordings not good enough"),
    ],
)
def test_what_forbids_a_verdict_is_the_answer(made: PersonRecord, tone: str, headline: str) -> None:
    report = report_of(made)
    assert report.answer.tone == tone
    assert headline in report.answer.headline
    assert len(report.answer.headline.split()) <= 12
    assert sum(uses(report).values()) == 2 * len(made.walks)


def test_a_disputed_side_judges_nothing_but_shows_the_weeks() -> None:
    made = report_of(person(BETTER), side_disputed=True)
    assert made.answer.headline == "Not known: left and right do not agree"
    assert uses(made) == {"All walks": 20, "not used: nothing could be judged": 20}
    assert isinstance(figure(made, "course").data, CourseOverWeeks)
    assert "nothing_better" not in names(made)


def test_no_better_is_said_where_the_whole_leg_lifts() -> None:
    values = course(LIFT, -5.0, 2.0, 20)
    values["circumduction_m"] = np.where(np.arange(20) < 10, 0.02, 0.09)
    made = report_of(person(walks(values)))
    assert (made.answer.tone, made.answer.headline) == ("not_known", "Not called better: the whole leg lifts more")
    assert "lifting the whole leg" in " ".join(made.trust.meaning)


def test_two_conditions_are_two_lines() -> None:
    conditions = [BRACED if index % 2 else "aid=none;orthosis=none;shoe=own" for index in range(24)]
    made = report_of(person(walks(course(LIFT, -5.0, 2.0, 24), condition=conditions)))
    data = figure(made, "course").data
    assert isinstance(data, CourseOverWeeks)
    assert data.panels[0].y_label != data.panels[1].y_label
    assert not set(data.panels[0].courses[-1].day.tolist()) & set(data.panels[1].courses[-1].day.tolist())
    assert uses(made)["left out: another condition, shown by itself"] == 12


def test_a_fall_and_a_warning_sign_stand_first() -> None:
    events = [TimelineEvent("red_flag", FIRST + timedelta(days=2)), TimelineEvent("fall", FIRST + timedelta(days=20))]
    made = report_of(person(BETTER, events=events))
    assert [one.code for one in made.answer.statements[:2]] == ["red_flag", "fall"]
    assert made.answer.statements[-1].code == "falls"
    assert "22 March 2026" in made.answer.statements[-1].text
    data = figure(made, "course").data
    assert isinstance(data, CourseOverWeeks)
    assert [event.words for event in data.events] == ["red flag", "fall"]
    assert len(data.panels[0].courses) == 2
    assert uses(made)["left out: on the day of an event"] == 1
    reviewed = [*events, *(TimelineEvent("review", FIRST + timedelta(days=21)) for _ in range(2))]
    assert report_of(person(BETTER, events=reviewed)).answer.statements[0].code == "unchanged"


def test_days_of_the_calendar() -> None:
    days = [FIRST + timedelta(days=index) for index in range(10)]
    log = [
        entry(days[0]),
        entry(days[1], outcome="partly", repetitions=10),
        entry(days[3], outcome="excused", reason="ill", repetitions=0),
        entry(days[4], "walking", repetitions=0),
        entry(days[5]),
    ]
    until = replace(DAILY, end=days[4])
    made = report_of(person(no_walks(), versions=plan(until), log=log, day=days[8]))
    data = figure(made, "calendar").data
    assert isinstance(data, AdherenceCalendar)
    expected = ["done", "partly", "not_done", "excused", "not_done", "more", "rest", "rest", "rest"]
    assert list(data.states) == [*expected, *["ahead"] * 5]
    beside = table(made, "Done beside the plan")
    assert {row[1] for row in beside.rows} == {"not in the plan"}
    assert len(beside.rows) == 2


def test_pain_and_effort_are_told_as_logged() -> None:
    log = [entry(FIRST + timedelta(days=index), pain=float(index % 4), effort=5.0) for index in range(40)]
    record = replace(person(no_walks(), versions=plan(DAILY), log=log), entries=entry_table(log))
    felt = table(report_of(record), "Pain and effort")
    assert felt.rows[0] == ("Mar 2026", "30", "1.4", "3.0", "5.0", "5.0")
    assert len(felt.rows) == 2


def test_a_clinicians_findings_are_told_as_entered() -> None:
    findings = (ClinicalEntry("dorsiflexor_strength_mrc", 3.0, FIRST, "left", "PT Moser", "after rest"),)
    rows = table(report_of(replace(person(BETTER), clinical=findings)), "own findings").rows
    assert rows == (("2 March 2026", "strength of lifting the foot (0 to 5)", "left", "3", "PT Moser", "after rest"),)


def test_peoples_own_words_may_be_anything() -> None:
    version = PlanVersion(1, FIRST, (replace(DAILY, note=ODD),), datetime(2026, 3, 1, tzinfo=UTC), ODD, ODD)
    events = [TimelineEvent("note", FIRST, ODD), TimelineEvent("new_shoe", FIRST + timedelta(days=3), ODD)]
    made = report_of(person(BETTER, patient=replace(PERSON, id=ODD), versions=(version,), events=events))
    note = table(made, "Events").rows[0][2]
    assert note.startswith("<script>'\"&{x}%s 王秀英 محمد 🦶🏽 <script>")
    assert len(note) > 4000
    assert len(made.made_of) < 160
    data = figure(made, "course").data
    assert isinstance(data, CourseOverWeeks)
    assert all(len(event.words) <= 28 for event in data.events)


@pytest.fixture(scope="module")
def five_years() -> tuple[Progress, Report]:
    """A walk every other day but one, 30 versions of a plan, 50,000 rows of a log."""
    count, day_count = 1000, 1825
    days = [FIRST + timedelta(days=index * day_count // count) for index in range(count)]
    series = course(LIFT, -5.0, 2.0, count)
    measures = walks(series, apart=1)
    measures["day"] = pd.to_datetime(days * len(series)).astype("datetime64[us]")
    measures["start"] = measures["day"].dt.strftime("%Y-%m-%dT10:00+01:00")
    measures["walk"] = [f"walk {index}" for index in range(count)] * len(series)
    exercises = ["assisted_toe_raise", "ankle_eversion", "ankle_alphabet", "walking", "elevated_toe_tap"]
    each = np.repeat(np.array(FIRST, dtype="datetime64[us]") + np.arange(day_count).astype("timedelta64[D]"), 27)
    log = make_table(
        LOG_COLUMNS,
        {
            "day": each,
            "exercise": np.resize(exercises, each.shape[0]),
            **{"side": "left", "level": "active", "outcome": "done", "source": "patient"},
            **{"session_count": 1, "sets": 2, "repetitions": 20, "duration_s": 0.0},
        },
    )
    asked = tuple(Prescription(exercise, "left", sets=2, repetitions=10) for exercise in exercises)
    versions = [
        PlanVersion(place + 1, FIRST + timedelta(days=60 * place), asked, datetime(2026, 3, 1, tzinfo=UTC), "PT")
        for place in range(30)
    ]
    events = [TimelineEvent("near_fall", FIRST + timedelta(days=10 * place), "") for place in range(100)]
    record = replace(person(measures, versions=versions, events=events), log=log)
    found = found_of(record)
    return found, progress_report(found, record, translator("en"))


def test_five_years_fit_on_a_page(five_years: tuple[Progress, Report]) -> None:
    _, made = five_years
    json.dumps(report_json(made), allow_nan=False)
    data = figure(made, "course").data
    assert isinstance(data, CourseOverWeeks)
    assert all(course.value.shape[0] <= 1000 for panel in data.panels for course in panel.courses)
    assert len(data.events) <= 8
    calendar = figure(made, "calendar")
    assert isinstance(calendar.data, AdherenceCalendar)
    assert len(calendar.data.states) == 26 * 7
    assert date.fromisoformat(calendar.data.first_monday).weekday() == 0
    assert calendar.table.head[0] == "Weeks begun in"
    assert len(calendar.table.rows) == 60
    assert "last 26 weeks" in calendar.caption
    assert len(table(made, "Events").rows) == 15
    assert len(table(made, "Versions of the plan").rows) == 4
    (_, events, versions) = next(section for section in made.sections if section.name == "details").blocks
    assert isinstance(events, Group)
    assert isinstance(versions, Group)
    assert [len(one.rows) for one in (*events.blocks, *versions.blocks) if isinstance(one, Table)] == [100, 30]
    assert len(table(made, "The latest 60 of 1000 walks").rows) == 60
    assert uses(made)["All walks"] == 1000 == sum(uses(made).values()) - 1000
    assert len(made.provenance["walks"]) == 1000


def test_the_months_of_a_long_time_add_up_to_its_weeks(five_years: tuple[Progress, Report]) -> None:
    found, made = five_years
    rows = figure(made, "course").table.rows
    repetitions = sum(int(row[5].replace(",", "")) for row in rows)
    assert repetitions == found.course["repetitions"].sum()
    assert sum(int(row[1]) for row in rows) == found.course["walk_days"].sum()


def test_every_table_is_as_wide_as_its_head() -> None:
    made = report_of(person(BETTER, versions=plan(DAILY), log=[entry(FIRST + timedelta(days=1))]), "de")
    for block in every_block(made):
        tables = [block] if isinstance(block, Table) else [block.table] if isinstance(block, Figure) else []
        assert all(len(row) == len(one.head) for one in tables for row in one.rows)
        assert not isinstance(block, Statements) or block.items
        assert not isinstance(block, MeasureTable) or block.groups
