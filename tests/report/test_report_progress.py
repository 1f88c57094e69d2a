"""The progress report of the four people of eight weeks: what it answers, and that its numbers are theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from footdrop_imu.files.course_folder import read_course_folder
from footdrop_imu.language import translator
from footdrop_imu.people.courses import progress_of_record, record_of_course
from footdrop_imu.rehab.progress import Progress
from footdrop_imu.rehab.progress_words import amount
from footdrop_imu.report.figure_data import AdherenceCalendar, ChangeForest, CourseOverWeeks, DoseAndResponse
from footdrop_imu.report.model import Block, Figure, Group, MeasureTable, Report, Statements, Table, report_json
from footdrop_imu.report.patient import patient_sheet
from footdrop_imu.report.progress import progress_report
from footdrop_imu.schema_rehab import PersonRecord

FOLDER = Path(__file__).parents[2] / "sample_data" / "eight_weeks"
PEOPLE = ("improving", "not_improving", "orthosis", "poor_data")


@cache
def made(name: str, language: str = "en") -> tuple[Report, Progress, PersonRecord]:
    translate = translator(language)
    record = record_of_course(read_course_folder(FOLDER / name))
    found = progress_of_record(record, translate)
    return progress_report(found, record, translate), found, record


def inside(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Group):
            yield from inside(block.blocks)


def blocks(report: Report) -> list[Block]:
    return [block for section in report.sections for block in inside(section.blocks)]


def figures(report: Report) -> dict[str, Figure]:
    return {block.name: block for block in blocks(report) if isinstance(block, Figure)}


def table(report: Report, caption: str) -> Table:
    return next(block for block in blocks(report) if isinstance(block, Table) and caption in block.caption)


@pytest.mark.parametrize(
    ("name", "tone", "headline"),
    [
        ("improving", "better", "Better: angle of the foot at landing up by 4.3°"),
        ("not_improving", "unchanged", "No clear change: angle of the foot at landing"),
        ("orthosis", "unchanged", "Better with the orthosis; without it no clear change"),
        ("poor_data", "not_known", "Not known yet: recordings not good enough"),
    ],
)
def test_the_answer_stands_first_and_is_short(name: str, tone: str, headline: str) -> None:
    report, found, _ = made(name)
    assert (report.answer.tone, report.answer.headline) == (tone, headline)
    assert len(headline.split()) <= 12
    first = next(one for one in report.answer.statements if one.code != "with_aid")
    assert first.text == found.verdict.sentences[0].text


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("language", ["en", "de"])
def test_it_is_whole(name: str, language: str) -> None:
    report, found, record = made(name, language)
    drawn = figures(report)
    names = [section.name for section in report.sections]
    assert report.kind == "progress"
    assert len(set(names)) == len(names)
    assert all(figure.alt and figure.table.rows and figure.title for figure in drawn.values())
    assert "{" not in json.dumps([figure.alt for figure in drawn.values()], ensure_ascii=False)
    assert report.trust.used.rows
    assert report.trust.uncertainty
    assert report.intended_use
    document = json.loads(json.dumps(report_json(report), allow_nan=False))
    assert document["provenance"]["verdict"]["code"] == found.verdict.code
    assert len(document["provenance"]["walks"]) == len(record.walks)
    assert document["provenance"]["digest"].startswith(report.made_of.split(", ")[-2])
    for measures in (block for block in blocks(report) if isinstance(block, MeasureTable)):
        for _, rows in measures.groups:
            assert all(len(row.cells) == len(measures.heads) - 1 for row in rows)


def test_the_figures_hold_the_numbers_of_the_course() -> None:
    report, found, _ = made("improving")
    drawn = figures(report)
    line = found.verdict.line
    assert line is not None
    course = drawn["course"].data
    assert isinstance(course, CourseOverWeeks)
    first = course.panels[0].courses[-1]
    assert first.value.tolist() == line.value.tolist()
    assert (first.level, first.detectable) == (line.baseline, line.smallest_detectable)
    assert [event.kind for event in course.events] == ["plan", "plan"]
    assert [panel.courses[0].style for panel in course.panels] == ["points", "points", "bars"]
    for value in (line.baseline, line.latest, line.smallest_detectable):
        assert amount(line.measure, value, translator("en")) in drawn["course"].alt
    forest = drawn["change"].data
    assert isinstance(forest, ChangeForest)
    assert [row.lead for row in forest.rows] == [True] + [False] * (len(forest.rows) - 1)
    assert forest.rows[0].change == line.change
    assert all(row.direction for row in forest.rows)
    dose = drawn["dose"].data
    assert isinstance(dose, DoseAndResponse)
    assert float(dose.dose.value.sum()) == pytest.approx(found.course["repetitions"].sum())
    assert "2812 in all" in drawn["dose"].alt


def test_the_calendar_is_what_the_log_says_day_by_day() -> None:
    report, found, _ = made("not_improving")
    calendar = figures(report)["calendar"].data
    assert isinstance(calendar, AdherenceCalendar)
    assert calendar.first_monday == "2026-02-23"
    assert len(calendar.states) == 8 * 7
    together = found.weeks[found.weeks["exercise"] == ""]
    for week, row in enumerate(together.itertuples()):
        states = calendar.states[7 * week : 7 * week + 7]
        assert states.count("excused") == row.excused_days
        assert sum(state in ("done", "partly", "not_done", "ahead") for state in states) >= row.due_days
        assert sum(state in ("done", "partly") for state in states) >= row.done_days
    assert [words for words, _ in calendar.words] == ["done", "partly", "not_done", "excused", "ahead"]


def test_walks_with_an_orthosis_stand_beside_and_are_never_mixed() -> None:
    report, found, _ = made("orthosis")
    line = found.verdict.line
    assert line is not None
    course = figures(report)["course"].data
    assert isinstance(course, CourseOverWeeks)
    without, braced = course.panels[:2]
    assert without.courses[0].value.tolist() == line.value.tolist()
    assert (without.low, without.high) == (braced.low, braced.high)
    assert float(braced.courses[0].value.min()) > float(without.courses[0].value.max())
    assert "ankle foot orthosis" in braced.y_label
    beside = table(report, "in each condition by itself")
    assert [row[:3] for row in beside.rows] == [
        ("No orthosis", "11", "−6.3°"),
        ("Ankle foot orthosis", "4", "4.3°"),
    ]
    said = report.answer.statements[0]
    assert said.text.startswith("angle of the foot at landing: 3.9° with it, −6.2° without it, at equal speed.")
    assert said.numbers["low"] < said.numbers["change"] < said.numbers["high"]
    assert ("condition", "ankle foot orthosis") in [(event.kind, event.words) for event in course.events]
    assert ("event", "new orthosis") in [(event.kind, event.words) for event in course.events]


def test_s10_an_orthosis_with_which_nothing_is_better_is_not_called_better() -> None:
    _report, found, record = made("orthosis")
    level = record.measures.copy()
    braced = level["condition"].str.contains("ankle_foot") & (level["measure"] == found.verdict.measure)
    level.loc[braced, "value"] -= 10.0
    answer = progress_report(found, replace(record, measures=level), translator("en")).answer
    assert answer.headline == "No clear change: angle of the foot at landing (no orthosis)"
    said = next(one for one in answer.statements if one.code == "other_conditions")
    assert "no orthosis −6.3° (days: 11); ankle foot orthosis 4.3° (days: 4)" in said.text


def test_s11_to_have_kept_is_said_first_where_the_orthosis_is_better_too() -> None:
    _report, found, record = made("orthosis")
    kept = replace(found, goal="keep")
    assert patient_sheet(kept, record, translator("en")).answer.headline == "Yes, you have kept it."
    assert not progress_report(kept, record, translator("en")).answer.headline.startswith("Better")


def test_when_nothing_got_better_it_is_said_kindly_and_by_itself() -> None:
    report, _found, _ = made("not_improving")
    section = next(section for section in report.sections if section.name == "nothing_better")
    (said,) = section.blocks
    assert isinstance(said, Statements)
    assert "Nothing got measurably better" in said.items[0].text
    assert "nothing_better" not in [one.code for one in report.answer.statements]
    assert "nothing_better" not in [section.name for section in made("improving")[0].sections]


@pytest.mark.parametrize("name", PEOPLE)
def test_every_walk_is_used_or_left_out_with_its_reason(name: str) -> None:
    report, found, record = made(name)
    used = {row[0]: int(row[1]) for row in report.trust.used.rows}
    assert used.pop("All walks") == len(record.walks) == sum(used.values())
    line = found.verdict.line
    assert line is not None
    uses = {walk["id"]: walk["use"] for walk in report.provenance["walks"]}
    days = {walk.start[:10] for walk in record.walks if uses[walk.id] in ("compared", "between", "counted")}
    assert days == {str(day) for day in line.day}
    compared = {walk.start[:10] for walk in record.walks if uses[walk.id] == "compared"}
    assert len(compared) == line.baseline_count + line.latest_count


def test_trust_is_as_good_as_the_walks() -> None:
    assert [made(name)[0].trust.quality for name in PEOPLE] == ["good", "good", "good", "poor"]
    poor = made("poor_data")[0].trust
    assert "0 of 8" in poor.quality_words
    assert poor.reasons == ("Poor recordings: 4", "Recordings usable with limits: 4")
    assert poor.advice


def test_what_goes_with_the_exercising_is_no_cause() -> None:
    report, _, _ = made("improving")
    said = next(one for one in report.answer.statements if one.code == "dose")
    assert "what goes together, not why" in said.text
    everything = json.dumps(report_json(report)).lower()
    assert "because of the exercis" not in everything


def test_exercises_stand_with_how_much_of_them_was_done() -> None:
    report, _found, record = made("improving")
    rows = table(report, "Done of what was due").rows
    version = record.plan[-1]
    assert len(rows) == len({one.exercise for plan in record.plan for one in plan.prescriptions}) + 1
    assert [row[1] != "no longer in the plan" for row in rows[: len(version.prescriptions)]] == [True] * 4
    assert rows[-1][0] == "All together"
    assert rows[-1][2].startswith("89\u00a0% (56 of 56 days)")
