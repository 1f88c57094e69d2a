"""The patient sheet: what it says of better and worse, of exercises and of safety, and how it says it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_people import (
    AIDLESS,
    BRACED,
    DAILY,
    FIRST,
    LANDING,
    LIFT,
    PERSON,
    course,
    entry,
    no_walks,
    person,
    plan,
    sheet_of,
    walks,
    wiggle,
)

from footdrop_imu.files.course_folder import read_course_folder
from footdrop_imu.language import translator
from footdrop_imu.people.courses import progress_of_record, record_of_course
from footdrop_imu.rehab.exercises import load_exercises
from footdrop_imu.rehab.measures import MEASURES
from footdrop_imu.rehab.safety_words import RED_FLAGS
from footdrop_imu.rehab.stopping import LEAST_STOPPING_PAIN, LEAST_STOPPING_RISE
from footdrop_imu.report.model import Figure, Report, Statement, Table, WritingBox, report_json
from footdrop_imu.report.patient import patient_sheet
from footdrop_imu.report.patient_words import PLAIN, REASONS, amount_text, plain_measure
from footdrop_imu.schema_rehab import Patient, PersonRecord, Prescription, TimelineEvent

WEEKS = Path(__file__).parents[2] / "sample_data" / "eight_weeks"
PEOPLE = ("improving", "not_improving", "orthosis", "poor_data")
KEEP = replace(PERSON, goal="keep")


@pytest.fixture(scope="module")
def sample() -> dict[tuple[str, str], Report]:
    made = {}
    for name in PEOPLE:
        record = record_of_course(read_course_folder(WEEKS / name))
        for language in ("en", "de"):
            say = translator(language)
            made[name, language] = patient_sheet(progress_of_record(record, say), record, say)
    return made


def judged(first: float, last: float, measure: str = LIFT, patient: Patient = PERSON, **more: Any) -> PersonRecord:
    return person(walks(course(measure, first, last, **more)), patient=replace(patient, primary_measure=measure))


def read(thing: object) -> Iterator[str]:
    """Every text of a block, a section, an answer, in their order; codes and figures' data are for programs."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, tuple):
        for one in thing:
            yield from read(one)
    elif is_dataclass(thing):
        for field in fields(thing):
            if field.name not in ("code", "numbers", "data", "style", "name", "numeric", "wide", "on_paper", "tone"):
                yield from read(getattr(thing, field.name))


def on_the_sheet(report: Report, *, whole: bool = True) -> list[str]:
    """What is read on it; ``whole`` with names, hashes and the text that stands on every report."""
    trust = report.trust
    own = (report.title, report.answer, report.sections, trust.quality_title, trust.quality_words, trust.reasons)
    own = (*own, trust.advice, trust.used, trust.uncertainty, trust.meaning, trust.notes)
    more = (report.subject, report.facts, report.intended_use, report.made_of, trust.versions)
    return [text for text in read((*own, *more) if whole else own) if text]


def said(report: Report) -> str:
    return "\n".join(on_the_sheet(report))


def section(report: Report, name: str) -> Any:
    return next(one for one in report.sections if one.name == name)


def codes(report: Report) -> list[str]:
    return [one.code for one in report.answer.statements]


# Better, worse, unchanged


def test_better_comes_first_with_a_number_to_picture_and_how_sure_it_is(sample: dict[tuple[str, str], Report]) -> None:
    report = sample["improving", "en"]
    assert report.kind == "patient"
    assert report.title == "Is it getting better?"
    assert (report.answer.tone, report.answer.headline) == ("better", "Yes, it is better than at first.")
    change, sure = report.answer.statements
    assert change.text == "Your toes are 4 degrees higher when the foot lands. On a clock, one minute is 6 degrees."
    assert change.numbers["change"] == pytest.approx(4.25, abs=0.01)
    assert sure.text == "If nothing had changed, we would see so much in fewer than 1 of 100 such comparisons."


def test_s11_when_nothing_got_better_it_is_said_kindly(sample: dict[tuple[str, str], Report]) -> None:
    report = sample["not_improving", "en"]
    assert (report.answer.tone, report.answer.headline) == ("unchanged", "No change that we can see so far.")
    told = " ".join(one.text for one in report.answer.statements)
    assert "That happens, and it does not say that the effort was in vain." in told
    assert "Talk with your therapist" in told
    assert "A change smaller than 1.2 degrees cannot be seen yet." in told


def test_better_with_the_brace_alone_is_seen_at_once(sample: dict[tuple[str, str], Report]) -> None:
    report = sample["orthosis", "en"]
    assert report.answer.headline == "Better with your brace. Without it: no change so far."
    assert report.answer.tone == "unchanged"
    with_brace = report.answer.statements[0]
    assert with_brace.of == "With your brace, compared with walks without it"
    assert with_brace.text.startswith("Your toes are 10 degrees higher when the foot lands.")


def test_s10_nothing_is_said_on_poor_recordings(sample: dict[tuple[str, str], Report]) -> None:
    report = sample["poor_data", "en"]
    assert report.title == "Are you keeping what you have?"
    assert (report.answer.tone, report.answer.headline) == ("not_known", "We cannot say yet.")
    assert "On 7 days the recording was not good enough." in report.answer.statements[0].text
    assert report.trust.quality == "poor"
    assert [one for one in report.sections if one.name == "weeks"] == []


def test_s11_to_keep_is_a_success_in_the_words() -> None:
    report = sheet_of(judged(-8.0, -8.0, patient=KEEP))
    assert (report.answer.tone, report.answer.headline) == ("unchanged", "Yes, you have kept it.")
    assert "vain" not in said(report)
    assert "To keep what you have was the goal." in said(report)


@pytest.mark.parametrize(
    ("patient", "last", "tone", "headline"),
    [
        (PERSON, -14.0, "worse", "No, it is worse than at first."),
        (KEEP, -14.0, "worse", "No, it is worse than at first."),
        (KEEP, -3.0, "better", "Yes, and it is even better than at first."),
        (PERSON, -3.0, "better", "Yes, it is better than at first."),
    ],
)
def test_every_verdict_has_its_words(patient: Patient, last: float, tone: str, headline: str) -> None:
    report = sheet_of(judged(-8.0, last, patient=patient))
    assert (report.answer.tone, report.answer.headline) == (tone, headline)
    way = "higher" if last > -8 else "lower"
    assert re.search(rf"Your toes are \d degrees {way} while the foot is in the air\.", said(report))
    assert ("Show this sheet to your therapist soon." in said(report)) is (tone == "worse")


def test_s11_a_verdict_comes_once_a_week_and_nothing_gives_it_away_before() -> None:
    record = judged(-8.0, -3.0)
    for ago in range(7):
        shown_on = record.day - timedelta(days=ago)
        report = sheet_of(record, shown_on=shown_on)
        next_day = translator("en").day(shown_on + timedelta(days=7))
        assert (report.answer.tone, report.answer.headline) == ("seen", f"The next comparison comes on {next_day}.")
        assert "weeks" not in [one.name for one in report.sections]
        assert not re.search(r"\d degrees", said(report))
    assert sheet_of(record, shown_on=record.day - timedelta(days=7)).answer.tone == "better"


def moved(with_leg: str) -> pd.DataFrame:
    """Lift that rises together with a compensation."""
    values = course(LIFT, -8.0, -3.0)
    count = len(values[LIFT])
    return walks({**values, with_leg: np.where(np.arange(count) < count // 2, 0.02, 0.09) + wiggle(count, 0.001)})


def unlike(kinds: list[str]) -> pd.DataFrame:
    return walks(course(LIFT, -8.0, -3.0, len(kinds)), condition=kinds)


WITHOUT_SPEED = {name: series for name, series in course(LIFT, -8.0, -3.0).items() if name != "walking_speed_mps"}
ALONE = {name: series for name, series in course(LIFT, -8.0, -3.0).items() if name in (LIFT, "walking_speed_mps")}
FALL = TimelineEvent("fall", FIRST + timedelta(days=21), "on the stairs, it hurt at 6")
NOT_KNOWN = {
    "no_primary": person(walks(course(LIFT, -8.0, -3.0)), patient=replace(PERSON, primary_measure="")),
    "side_unknown": person(walks(course(LIFT, -8.0, -3.0)), patient=replace(PERSON, affected="unknown")),
    "side_disputed": judged(-8.0, -3.0),
    "no_direction": judged(100.0, 90.0, "cadence_spm"),
    "nothing_measured": person(no_walks()),
    "few_days": judged(-8.0, -3.0, count=5),
    "quality": person(walks(course(LIFT, -8.0, -3.0), quality="usable")),
    "few_strides": person(walks(course(LIFT, -8.0, -3.0), used=4)),
    "conditions_differ": person(unlike([AIDLESS.replace("hard", kind) for kind in ("grass", "hard")] * 4)),
    "after_event": person(walks(course(LIFT, -8.0, -3.0)), events=[FALL]),
    "above_praise": judged(26.0, 34.0, LANDING),
    "speed_unknown": person(walks(WITHOUT_SPEED)),
    "speed_differs": judged(-8.0, -3.0, count=7, last_speed=1.2),
    "compensated": person(moved("circumduction_m")),
    "compensation_unknown": person(walks(ALONE)),
}


@cache
def not_known(reason: str, language: str) -> Report:
    return sheet_of(NOT_KNOWN[reason], language, side_disputed=reason == "side_disputed")


def test_every_reason_not_to_judge_is_here() -> None:
    assert set(NOT_KNOWN) == set(REASONS)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("reason", NOT_KNOWN)
def test_s10_every_reason_not_to_judge_says_why_and_what_to_do(reason: str, language: str) -> None:
    report = not_known(reason, language)
    assert report.provenance["verdict"]["reason"] == reason
    assert report.answer.tone == "not_known"
    assert codes(report)[:2] == [reason, "next"]
    assert "{" not in said(report)
    assert "weeks" not in [one.name for one in report.sections], "dots that rise say better too"
    if language == "en":
        assert not re.search(r"\b(better|worse) than at first|\d (degrees|mm) (higher|lower|more|less)", said(report))


def test_a_new_line_names_what_happened_and_never_asks_to_leave_the_brace() -> None:
    report = not_known("after_event", "en")
    assert (
        report.answer.statements[0].text == "Something changed on 23 March 2026: a fall. We started again from there."
    )


def test_what_came_at_another_speed_is_compared_at_the_same() -> None:
    paces = np.r_[np.resize([0.7, 0.9, 0.8], 12), np.resize([1.1, 0.85, 1.0], 12)]
    record = person(walks({**course(LIFT, -8.0, -2.0, 24), "walking_speed_mps": paces}))
    report = sheet_of(record)
    assert report.answer.tone == "better"
    assert "at_equal_speed" in codes(report)
    assert "chance" not in codes(report), "that is of the plain change"


def test_natural_recovery_stands_beside_a_verdict() -> None:
    stroke = replace(PERSON, onset=FIRST - timedelta(days=30))
    report = sheet_of(judged(-8.0, -3.0, patient=stroke))
    assert "natural_recovery" in codes(report)


def by_turns(lift: float, leg: float) -> pd.DataFrame:
    """Sixteen walks, every other one with the brace, which adds this lift, and so much more swinging of the leg."""
    kinds = [AIDLESS, BRACED] * 8
    values = course(LIFT, -8.0, -8.0, 16)
    braced = np.array([kind == BRACED for kind in kinds])
    values[LIFT] = values[LIFT] + lift * braced
    values["circumduction_m"] = values["circumduction_m"] + leg * braced
    return walks(values, condition=kinds)


def test_s10_the_brace_is_not_called_better_where_the_whole_leg_helps_more() -> None:
    day = FIRST + timedelta(days=28)  # the last walk is one without
    told = {}
    for leg in (0.0, 0.08):
        measures = by_turns(8.0, leg)
        told[leg] = sheet_of(person(measures[measures["day"] <= pd.Timestamp(day)].reset_index(drop=True)))
    assert "with_aid" in codes(told[0.0])
    assert "with_aid" not in codes(told[0.08])


def test_no_number_of_a_brace_that_makes_no_difference() -> None:
    assert "with_aid" not in codes(sheet_of(person(by_turns(0.0, 0.0))))


# Words


def test_everything_that_can_be_judged_has_plain_words() -> None:
    assert {name for name, facts in MEASURES.items() if facts.direction} == set(PLAIN)


@pytest.mark.parametrize("measure", PLAIN)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_measure_makes_a_sheet(measure: str, language: str) -> None:
    facts = MEASURES[measure]
    step = 6 * facts.prior_sem * facts.direction
    level = 0.0 if measure == LANDING else 4 * abs(step)
    values = course(measure, level, level + step, 14)
    activity = "chair_lift_test" if measure.startswith("chair_lift") else "walk"
    record = person(
        walks(values, activity=activity), patient=replace(PERSON, primary_measure=measure, primary_side="left")
    )
    report = sheet_of(record, language)
    assert report.answer.tone == "better", report.answer
    assert "{" not in said(report)
    figure = section(report, "weeks").blocks[0]
    assert isinstance(figure, Figure)
    assert figure.alt
    assert figure.table.rows


@pytest.mark.parametrize(
    ("measure", "first", "last", "sentence"),
    [
        ("drags_per_100_strides", 29.0, 9.0, "Your toes catch the floor in 9 of 100 steps instead of 29 of 100 steps."),
        ("walking_speed_mps", 0.8, 1.1, "In one minute you walk 66 m instead of 48 m."),
        ("stride_length_m", 0.9, 1.2, "Two steps take you 120 cm forward instead of 90 cm."),
        ("minimum_toe_clearance_m", 0.01, 0.03, "In a step there is 20 mm more room under your toes."),
        ("circumduction_m", 0.08, 0.03, "Your leg swings out 50 mm less."),
    ],
)
def test_numbers_are_what_a_person_can_picture(measure: str, first: float, last: float, sentence: str) -> None:
    values = course(LIFT, -8.0, -8.0)
    count = 14
    late = np.arange(count) >= count // 2
    values = {**values, measure: np.where(late, last, first) + 0.0}
    values[measure] = values[measure] + wiggle(count, 1e-6)
    speed = values["walking_speed_mps"] if measure != "walking_speed_mps" else values[measure]
    record = person(walks({**values, "walking_speed_mps": speed}), patient=replace(PERSON, primary_measure=measure))
    assert sentence in said(sheet_of(record))


def test_amounts_are_whole_where_that_is_exact_enough() -> None:
    say = translator("en")
    assert amount_text(LIFT, -4.25, say) == "4 degrees"
    assert amount_text(LIFT, 1.68, say) == "1.7 degrees"
    assert amount_text("heel_landing_frac", 0.634, say) == "63 of 100 steps"
    assert amount_text("vaulting_m", 0.0, say) == "0 mm"
    assert amount_text(LIFT, 1.68, translator("de")).startswith("1,7")
    assert plain_measure("of_a_clinic_deg").name == "of a clinic deg"


FORBIDDEN = {
    "en": (
        *(
            "pitch",
            "baseline",
            "95 ?%",
            "median",
            "adherence",
            "detectable",
            "measurement error",
            "interval",
            "strides?",
        ),
        *("clearance", "dorsiflex", "swing phase", "stance", "gait", "orthos[ei]s", "circumduction", "compensat"),
        *(
            "significan",
            "confidence",
            "standard",
            "parameter",
            "statistic",
            "percentile",
            "quality",
            "verdict",
            "cadence",
        ),
        *(
            "because of",
            "will improve",
            "will get",
            "recover",
            "cure",
            "heal",
            "normal",
            "other people",
            "failed",
            "missed",
        ),
        *("you should have", "only \\d", "bad"),
    ),
    "de": (
        *("pitch", "baseline", "95 ?%", "median", "adhärenz", "messfehler", "intervall", "konfidenz", "signifikan"),
        *("dorsal", "schwungphase", "standphase", "orthese", "zirkumduktion", "kompens", "parameter", "statisti"),
        *("wegen", "heilung", "heilen", "andere leute", "andere menschen", "versagt"),
    ),
}


def every_sheet(language: str, sample: dict[tuple[str, str], Report]) -> list[Report]:
    return [report for (_, spoken), report in sample.items() if spoken == language] + made_sheets(language)


@cache
def made_sheets(language: str) -> list[Report]:
    made = [not_known(name, language) for name in NOT_KNOWN]
    made += [sheet_of(judged(-8.0, last, patient=who), language) for last in (-14.0, -3.0) for who in (PERSON, KEEP)]
    return made


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_jargon_no_promise_no_blame(language: str, sample: dict[tuple[str, str], Report]) -> None:
    for report in every_sheet(language, sample):
        text = "\n".join(on_the_sheet(report, whole=False)).lower()
        assert [word for word in FORBIDDEN[language] if re.search(rf"\b{word}", text)] == []


def sentences(texts: Iterable[str]) -> list[list[str]]:
    """The words of every sentence."""
    parts = [part for text in texts for part in re.split(r"(?<=[.?:;!])\s+", text)]
    return [words for part in parts if (words := re.findall(r"[^\W\d_]+", part))]


def lix(texts: Iterable[str]) -> float:
    """Words a sentence plus percent of words longer than six letters (Anderson 1983, Journal of Reading 26, 490-496).

    28 to 31 is read at about 12; German has longer words, children's books there have up to 40 (Bamberger 1984).
    """
    found = sentences(texts)
    words = [word for sentence in found for word in sentence]
    return len(words) / len(found) + 100 * sum(len(word) > 6 for word in words) / len(words)


def prose(report: Report) -> list[str]:
    """The sheet's sentences: tables of exercises and of days are no prose."""
    parts = [block for one in report.sections for block in one.blocks if not isinstance(block, Table | Figure)]
    trust = report.trust
    texts = read((report.title, report.answer, tuple(parts), trust.reasons, trust.uncertainty, trust.meaning))
    return [text for text in texts if text]


@pytest.mark.parametrize(("language", "most"), [("en", 28), ("de", 40)])
def test_a_twelve_year_old_can_read_it(language: str, most: float, sample: dict[tuple[str, str], Report]) -> None:
    for report in every_sheet(language, sample):
        assert lix(prose(report)) <= most
        longest = max(sentences(prose(report)), key=len)
        assert len(longest) <= 24, " ".join(longest)


# What was done


def done_text(record: PersonRecord) -> str:
    return "\n".join(read(section(sheet_of(record), "done")))


def days_done(*offsets: int) -> list[Any]:
    return [entry(FIRST + timedelta(days=offset)) for offset in offsets]


def test_what_was_done_is_in_plain_numbers() -> None:
    log = days_done(0, 1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    record = person(no_walks(), versions=plan(DAILY), log=log, day=FIRST + timedelta(days=16))
    told = done_text(record)
    assert "In the last 2 weeks you exercised on 12 of 14 days of your plan." in told
    assert "That is about 240 movements in all." in told
    first = done_text(person(no_walks(), versions=plan(DAILY), log=days_done(0, 1), day=FIRST + timedelta(days=2)))
    assert "This week so far: on 2 of 2 days. That is about 40 movements in all." in first


def test_a_log_that_is_missing_is_no_blame() -> None:
    assert done_text(person(no_walks(), versions=plan(DAILY), day=FIRST + timedelta(days=30))).startswith(
        "What you did\nNothing is in your log yet. That says nothing about what you did."
    )
    silent = person(no_walks(), versions=plan(DAILY), log=days_done(0), day=FIRST + timedelta(days=50))
    assert "Maybe you did more than you wrote down." in done_text(silent)
    assert "0 of" not in done_text(silent)


def test_days_off_do_not_count_against_anybody() -> None:
    away = [entry(FIRST + timedelta(days=day), "", outcome="excused", reason="away", repetitions=0) for day in (3, 4)]
    log = [*days_done(0, 1, 2, 5, 6), *away]
    told = done_text(person(no_walks(), versions=plan(DAILY), log=log, day=FIRST + timedelta(days=7)))
    assert "Last week you exercised on 5 of 5 days of your plan." in told
    assert "Days off for a good reason: 2." in told


def test_exercises_without_a_plan_are_counted_too() -> None:
    told = done_text(person(no_walks(), log=days_done(0, 1, 1, 4), day=FIRST + timedelta(days=9)))
    assert "In the last 4 weeks you wrote down exercises on 3 days." in told


# What goes on


def plan_blocks(record: PersonRecord, language: str = "en") -> Any:
    return section(sheet_of(record, language), "plan").blocks


def plan_text(record: PersonRecord) -> str:
    return "\n".join(text for text in read(plan_blocks(record)) if text)


def test_the_plan_of_the_day_and_nothing_else() -> None:
    old, new = plan(DAILY)[0], plan(Prescription("walking", "both", duration_s=900.0, times_a_week=3), start=FIRST)[0]
    versions = (old, replace(new, version=2, start=FIRST + timedelta(days=10)))
    before = plan_text(person(no_walks(), versions=versions[:1], day=FIRST + timedelta(days=9)))
    after = plan_text(person(no_walks(), versions=versions, day=FIRST + timedelta(days=10)))
    assert "Toe raise with the other foot's help (left)" in before
    assert "2 rounds: 10 times" in before
    assert "every day" in before
    assert "Toe raise" not in after
    assert "Walking (both sides)\n15 minutes\n3 times a week" in after
    assert "Your plan since 12 March 2026." in after


@pytest.mark.parametrize(
    ("prescription", "much", "often"),
    [
        (Prescription("ankle_eversion", "left", sets=1, repetitions=1), "once", "every day"),
        (
            Prescription("ankle_eversion", "left", sets=2, repetitions=10, hold_s=2.5, weekdays=(0, 4)),
            "2 rounds: 10 times, hold for 2.5 seconds",
            "Mon, Fri",
        ),
        (Prescription("ankle_alphabet", "left", duration_s=60.0, times_a_day=3), "1 minute", "3 times a day"),
        (
            Prescription("ankle_alphabet", "left", duration_s=90.0, times_a_day=2, weekdays=(6,)),
            "90 seconds",
            "2 times a day (Sun)",
        ),
        (Prescription("walking", "both", duration_s=750.0, times_a_week=1), "12.5 minutes", "once a week"),
    ],
)
def test_how_much_and_how_often(prescription: Prescription, much: str, often: str) -> None:
    (table,) = plan_blocks(person(no_walks(), versions=plan(prescription)))
    assert table.rows[0][1:] == (much, often)


def test_of_twelve_exercises_every_one_can_be_found() -> None:
    catalogue = load_exercises()
    alone = [one for one in catalogue.values() if one.supervision == "alone" and not one.cautions][:12]
    many = [Prescription(one.id, "left", one.levels[0], repetitions=10) for one in alone]
    blocks = plan_blocks(person(no_walks(), versions=plan(*many)))
    assert len(blocks[0].rows) == 6
    text = "\n".join(read(blocks))
    assert [one.title for one in alone if one.title not in text] == []


def test_without_a_plan_the_therapist_is_asked() -> None:
    assert plan_text(person(no_walks())) == "There is no plan for you here yet. Ask your therapist."
    assert plan_text(person(no_walks(), versions=plan())) == (
        "Your plan has a pause now. Ask your therapist when it goes on."
    )
    over = replace(DAILY, end=FIRST + timedelta(days=3))
    assert "pause" in plan_text(person(no_walks(), versions=plan(over), day=FIRST + timedelta(days=4)))


STANCE = Prescription("single_leg_stance", "left", duration_s=20.0, cleared=("supervision",))


def test_s13_what_one_can_fall_in_is_only_for_two() -> None:
    cleared = replace(STANCE, cleared=("supervision", *load_exercises()["single_leg_stance"].cautions))
    text = plan_text(person(no_walks(), versions=plan(cleared)))
    assert "Stand on one leg (left)\n20 seconds, only with somebody beside you" in text


def test_s13_what_nobody_has_cleared_is_asked_first() -> None:
    text = plan_text(person(no_walks(), versions=plan(DAILY, replace(STANCE, cleared=()))))
    assert "Ask your therapist before you do these: Stand on one leg (left)." in text


def test_s9_after_a_fall_what_is_locked_is_not_told_to_go_on() -> None:
    strange = Prescription("of_the_clinic", "left", repetitions=5)
    record = person(no_walks(), versions=plan(DAILY, STANCE, strange), events=[FALL], day=FALL.day)
    table, waiting = plan_blocks(record)
    assert [row[0] for row in table.rows] == ["Toe raise with the other foot's help (left)"]
    assert waiting.items[0].text == (
        "After a fall these wait until you or your therapist have gone over it: "
        "Stand on one leg (left); of_the_clinic (left)."
    )
    reviewed = replace(record, events=(FALL, TimelineEvent("review", FALL.day)))
    assert "After a fall" not in plan_text(reviewed)
    assert "of_the_clinic (left)" in plan_text(reviewed)


def test_s1_a_red_flag_comes_before_everything() -> None:
    flag = TimelineEvent("red_flag", FIRST + timedelta(days=20), "stroke_signs")
    record = replace(judged(-8.0, -3.0), plan=plan(DAILY), events=(flag,))
    report = sheet_of(record)
    assert report.answer.headline == "Get medical help first."
    assert "Get medical help now." in report.answer.statements[0].text
    assert "Toe raise" not in said(report)
    assert "weeks" not in [one.name for one in report.sections]
    assert sheet_of(replace(record, events=(flag, TimelineEvent("review", flag.day)))).answer.tone == "better"


def test_s1_and_s8_when_to_stop_and_when_to_get_help_stand_on_every_sheet() -> None:
    signs = {
        "new_weakness": "A weakness is new or worse.",
        "both_feet": "Both feet are weak.",
        "bladder_or_bowel": "You cannot hold or pass water or stool.",
        "saddle_numbness": "The skin where you sit is numb.",
        "stroke_signs": "Your face hangs, an arm or leg is weak, or your speech is unclear, all of a sudden.",
    }
    assert set(signs) == set(RED_FLAGS)
    for record in (person(no_walks()), judged(-8.0, -3.0)):
        stop, help_now = section(sheet_of(record), "safety").blocks[0].items
        assert (stop.of, help_now.of) == ("Stop at once if", "Get medical help now if")
        assert [words for words in signs.values() if words not in help_now.text] == []
        for words in (
            f"{LEAST_STOPPING_PAIN:g} or more",
            f"{LEAST_STOPPING_RISE:g} more",
            "dizzy",
            "chest",
            "therapist",
        ):
            assert words in stop.text


def test_s4_nobody_is_asked_to_walk_without_the_brace(sample: dict[tuple[str, str], Report]) -> None:
    for report in every_sheet("en", sample):
        text = said(report).lower()
        without = [line for line in text.split("\n") if "without" in line]
        told = ("compared with walks without it", "your walks without", "nobody asks you to walk without it")
        told = (*told, "without it: no change so far")
        assert [line for line in without if not any(words in line for words in told)] == []


# Privacy, trust, extremes


def test_neither_pain_nor_notes_are_on_the_sheet_or_in_its_json() -> None:
    log = [entry(FIRST + timedelta(days=day), pain=7.0, effort=9.0, note="the neighbor saw me") for day in range(8)]
    log += [entry(FIRST + timedelta(days=9), outcome="excused", reason="pain", pain=7.0, note="a secret")]
    events = [TimelineEvent("note", FIRST, "quarrel at home"), FALL]
    versions = plan(replace(DAILY, note="because of the hip"))
    record = person(walks(course(LIFT, -8.0, -3.0)), versions=versions, log=log, events=events)
    document = json.dumps(report_json(sheet_of(record)))
    for secret in ("neighbor", "secret", "quarrel", "stairs", "hip", "clinician's note", "Moser"):
        assert secret not in document
    stop = json.dumps(report_json(sheet_of(record))["sections"][-2])
    assert "pain" not in document.replace(stop[1:-1], "").lower()


def test_trust_is_whole_and_the_box_is_there(sample: dict[tuple[str, str], Report]) -> None:
    for report in sample.values():
        trust = report.trust
        assert trust.quality_title
        assert trust.uncertainty
        assert trust.meaning
        assert report.intended_use
        assert report.subject in report.made_of
        assert any(len(row[1]) == 64 for row in trust.versions.rows)
        assert isinstance(section(report, "questions").blocks[0], WritingBox)


def test_days_used_and_left_out_add_up(sample: dict[tuple[str, str], Report]) -> None:
    rows = dict(sample["orthosis", "en"].trust.used.rows)
    assert rows["Compared: your first days"] == rows["Compared: your last days"] == "3"
    assert rows["Left out: the very first day, for practice"] == "1"
    assert rows["Left out: not like these walks"] == "4"


def test_what_was_read_makes_the_hash() -> None:
    record = judged(-8.0, -3.0)
    hashes = {
        sheet_of(one).provenance["read_sha256"]
        for one in (record, record, judged(-8.0, -3.1), replace(record, plan=plan(DAILY)))
    }
    assert len(hashes) == 3


@pytest.mark.parametrize("name", ["<b>P&1</b>", "a\nb\tc", "王秀英", "محمد", "{count}", "%s", "🦶🏽" * 40, ""])
def test_a_name_with_any_character_stays_a_name(name: str) -> None:
    report = sheet_of(replace(judged(-8.0, -3.0), patient=replace(PERSON, id=name)))
    assert report.subject == " ".join(name.split())
    assert json.loads(json.dumps(report_json(report)))["subject"] == report.subject


def test_five_years_are_one_figure_of_few_dots() -> None:
    count = 780
    values = course(LIFT, -8.0, -3.0, count)
    start = FIRST - timedelta(days=7 * 260)
    record = person(walks(values, first=start, condition=[AIDLESS, BRACED] * (count // 2)))
    report = sheet_of(record)
    (figure,) = section(report, "weeks").blocks
    assert len(figure.table.rows) <= 52
    assert figure.data.panels[0].courses[0].words == "5 weeks of walks"
    values_drawn = figure.data.panels[0].courses[0].value
    assert values_drawn.min() > -9
    assert values_drawn.max() < -2


def test_the_figures_table_and_its_dots_are_the_same(sample: dict[tuple[str, str], Report]) -> None:
    (figure,) = section(sample["improving", "en"], "weeks").blocks
    drawn = figure.data.panels[0].courses[0]
    say = translator("en")
    assert figure.table.rows == tuple(
        (say.day(day), say.number(value, 1))
        for day, value in zip(drawn.day.tolist(), drawn.value.tolist(), strict=True)
    )
    assert drawn.level == pytest.approx(-0.775, abs=0.001)


def test_what_chance_does_looks_as_small_as_it_is(sample: dict[tuple[str, str], Report]) -> None:
    (figure,) = section(sample["not_improving", "en"], "weeks").blocks
    (panel,) = figure.data.panels
    detectable = sample["not_improving", "en"].answer.statements[0].numbers["smallest_detectable"]
    assert panel.high - panel.low >= 3.9 * detectable
    assert panel.low <= panel.courses[0].value.min()
    assert panel.high >= panel.courses[0].value.max()


def test_the_day_is_written_as_its_readers_do(sample: dict[tuple[str, str], Report]) -> None:
    assert "19. April 2026" in dict(sample["improving", "de"].facts).values()
    assert "19 April 2026" in dict(sample["improving", "en"].facts).values()


def test_nothing_is_known_of_a_person_and_the_sheet_is_whole() -> None:
    report = sheet_of(person(no_walks(), patient=Patient("")))
    assert report.answer.headline == "We cannot say yet."
    assert report.trust.quality == ""
    assert [one.name for one in report.sections] == ["done", "plan", "safety", "questions"]
    assert all(isinstance(one, Statement) for one in report.answer.statements)
    assert date.fromisoformat(report.provenance["day"]) == FIRST
