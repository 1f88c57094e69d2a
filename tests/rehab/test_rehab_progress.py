"""A person's whole progress from tables: one time axis, dose and trend beside it, the words, and JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.columns import check_table, make_table
from footdrop_imu.columns_rehab import COURSE_COLUMNS, LOG_COLUMNS, WEEK_COLUMNS
from footdrop_imu.language import translator
from footdrop_imu.rehab import dose_words, published_change
from footdrop_imu.rehab.json_ready import json_ready
from footdrop_imu.rehab.measures import MEASURES, measure_facts
from footdrop_imu.rehab.progress import Progress, after_walk, progress, verdict_due
from footdrop_imu.rehab.progress_words import TEMPLATES, WORDS, amount, say
from footdrop_imu.rehab.published_change import PUBLISHED, published_changes
from footdrop_imu.schema_rehab import Patient, PlanVersion, Prescription, TimelineEvent
from tests.rehab.test_rehab_verdict import COUNT, PERSON, course, table
from tests.rehab.walks_of_people import FIRST, LIFT, no_log, together, walks

TODAY = FIRST + timedelta(days=60)
START = FIRST + timedelta(days=14)
PLAN = (
    PlanVersion(
        1,
        START,
        (Prescription("band_toe_raise", "left", "active", sets=2, repetitions=10),),
        datetime(2026, 3, 1, tzinfo=UTC),
    ),
)


def log(first: date = START, last: date = TODAY, every: int = 1) -> pd.DataFrame:
    """Twenty repetitions on every so many days."""
    days = [first + timedelta(days=index) for index in range(0, (last - first).days + 1, every)]
    return make_table(
        LOG_COLUMNS,
        {
            "day": days,
            "exercise": "band_toe_raise",
            "side": "left",
            "level": "active",
            "outcome": "done",
            "source": "patient",
            "session_count": [1] * len(days),
            "sets": [2] * len(days),
            "repetitions": [20] * len(days),
            "duration_s": [0.0] * len(days),
        },
    )


def person(rise: float = 6.0, patient: Patient = PERSON, done: pd.DataFrame | None = None, **more: object) -> Progress:
    """Progress of a person with a plan."""
    events = more.pop("events", ())
    return progress(
        patient, table(rise), events, PLAN, log() if done is None else done, TODAY, translator("en"), **more
    )  # type: ignore[arg-type]


def codes(result: Progress) -> list[str]:
    """What is said, by code."""
    return [said.code for said in (*result.verdict.sentences, *result.sentences)]


def test_exercising_and_walking_stand_on_one_axis() -> None:
    result = person()
    check_table(COURSE_COLUMNS, result.course)
    check_table(WEEK_COLUMNS, result.weeks)
    row = result.course.set_index("week")
    assert row.index.is_monotonic_increasing
    assert row.index[0] == pd.Timestamp(FIRST)
    second, fourth = row.iloc[1], row.iloc[3]
    assert np.isnan(second["adherence"])
    assert second["walk_days"] == 3
    assert (fourth["due_days"], fourth["done_days"], fourth["adherence"], fourth["repetitions"]) == (7, 7, 1.0, 140)
    assert row["fading_repetitions"].iloc[-1] > fourth["fading_repetitions"] > 0


def test_the_weeks_value_is_the_mean_of_its_days() -> None:
    result = person()
    line = result.verdict.line
    assert line is not None
    inside = (line.day >= np.datetime64("2026-03-09")) & (line.day < np.datetime64("2026-03-16"))
    assert result.course.set_index("week").loc["2026-03-09", "value"] == pytest.approx(line.value[inside].mean())


def test_trend_and_dose_are_of_the_judged_line() -> None:
    result = person()
    assert result.slope is not None
    assert result.slope.per_week > 0
    assert result.slope.visit_count == COUNT - 1
    assert result.tau is not None
    assert (result.tau.before_count, result.tau.after_count) == (6, COUNT - 7)
    assert result.segments is not None
    assert result.dose is not None
    assert "dose" in codes(result)


def test_without_plan_and_log_there_is_no_dose() -> None:
    result = progress(PERSON, table(6.0), (), (), no_log(), TODAY, translator("en"))
    assert result.verdict.code == "better"
    assert (result.tau, result.segments, result.dose, len(result.weeks)) == (None, None, None, 0)
    assert result.slope is not None
    assert "dose" not in codes(result)


def test_a_plan_of_the_future_asks_for_nothing_yet() -> None:
    plan = (replace(PLAN[0], start=TODAY + timedelta(days=3)),)
    result = progress(PERSON, table(6.0), (), plan, no_log(), TODAY, translator("en"))
    assert len(result.weeks) == 0
    assert result.tau is not None
    assert result.tau.reason


def test_without_walks_nothing_is_known() -> None:
    result = progress(PERSON, table().iloc[:0], (), PLAN, log(), TODAY, translator("en"))
    assert result.verdict.reason == "nothing_measured"
    assert result.lines == ()
    assert result.course["walk_days"].sum() == 0
    assert result.course["adherence"].iloc[2] == 1.0


def test_other_measures_are_seen_without_a_verdict() -> None:
    result = person()
    seen = " ".join(said.text for said in result.also_seen)
    assert len(result.also_seen) == 4
    assert "greatest height of the foot" in seen
    assert not re.search(r"better|worse|improv", seen, re.IGNORECASE)


def test_an_event_shows_the_earlier_line_too() -> None:
    result = person(events=(TimelineEvent("injection", FIRST + timedelta(days=26)),))
    earlier = [said for said in result.sentences if said.code == "earlier_line"]
    assert len(earlier) == 1
    assert "until 26 March 2026" in earlier[0].text


def test_an_event_of_the_future_changes_nothing() -> None:
    later = TimelineEvent("injection", TODAY + timedelta(days=1))
    assert person(events=(later,)).verdict.code == "better"


def test_natural_recovery_is_said_with_the_dose_and_without() -> None:
    stroke = replace(PERSON, cause="stroke", onset=FIRST - timedelta(days=30))
    recovery = "Natural recovery is likely in this period."
    with_dose = next(said for said in person(patient=stroke).sentences if said.code == "dose")
    assert recovery in with_dose.text
    without = progress(stroke, table(), (), (), no_log(), TODAY, translator("en"))
    assert recovery in [said.text for said in without.sentences]
    assert not any(recovery in said.text for said in person().sentences)


@pytest.mark.parametrize(
    ("rise", "goal", "code"),
    [
        (0.0, "improve", "nothing_better"),
        (-6.0, "improve", "nothing_better"),
        (0.0, "keep", "nothing_better_keep"),
        (-6.0, "keep", "nothing_better"),
    ],
)
def test_s11_when_nothing_got_better_there_are_words_for_it(rise: float, goal: str, code: str) -> None:
    assert code in codes(person(rise, replace(PERSON, goal=goal)))


def test_when_it_got_better_there_are_none() -> None:
    assert not {"nothing_better", "nothing_better_keep"} & set(codes(person()))


def test_the_days_that_were_compared_are_said() -> None:
    said = next(one.text for one in person().sentences if one.code == "compared")
    assert "latest 6 days" in said
    assert "(9 April 2026 to 19 April 2026) with the first 6 (4 March 2026 to 14 March 2026)" in said


def test_chance_and_interval_are_said() -> None:
    assert {"compared", "interval", "chance_rare"} <= set(codes(person()))
    assert {"interval", "chance"} <= set(codes(person(0.0)))


@pytest.mark.parametrize(("days", "due"), [(0, False), (6, False), (7, True), (30, True)])
def test_s11_a_verdict_is_due_once_a_week(days: int, due: bool) -> None:
    assert verdict_due(TODAY - timedelta(days=days), TODAY) is due
    result = person(shown_on=TODAY - timedelta(days=days))
    assert result.verdict_is_due is due
    assert ("next_verdict" in codes(result)) is not due


def test_the_first_verdict_is_due() -> None:
    assert verdict_due(None, TODAY)


def test_s11_after_a_walk_only_this_is_said() -> None:
    assert after_walk(84, "good", translator("en")).text == "Good recording, 84 steps."
    assert "not good enough" in after_walk(84, "usable", translator("en")).text


def test_chair_lift_measures_are_measures_like_others() -> None:
    test = walks(
        {"chair_lift_active_range_deg": course(8.0, 12.0, 1.0)}, activity="chair_lift_test", used=10, condition=""
    )
    chair = replace(PERSON, primary_measure="chair_lift_active_range_deg")
    result = progress(chair, together(table(), test), (), (), no_log(), TODAY, translator("en"))
    assert result.verdict.code == "better"
    assert result.verdict.line is not None
    assert result.verdict.line.activity == "chair_lift_test"


def test_everything_goes_into_json() -> None:
    made = json.loads(
        json.dumps(
            json_ready(person(events=(TimelineEvent("injection", FIRST + timedelta(days=26)),))), allow_nan=False
        )
    )
    assert made["verdict"]["code"] in ("better", "worse", "unchanged", "not_known")
    assert made["verdict"]["sentences"][0]["text"]
    assert made["lines"][0]["day"][0] == "2026-03-04"
    assert made["course"][0]["week"] == "2026-03-02"
    assert made["course"][0]["adherence"] is None
    assert made["verdict"]["line"]["measure"] == LIFT
    assert made["day"] == TODAY.isoformat()


# -- published changes --------------------------------------------------------------------------------------------

STROKE = replace(PERSON, cause="stroke", onset=date(2025, 1, 1))


@pytest.mark.parametrize("one", PUBLISHED, ids=lambda one: f"{one.source[:14]}-{one.value}")
def test_every_published_change_has_a_source_with_a_doi(one: published_change.PublishedChange) -> None:
    assert re.fullmatch(r"10\.\d{4,9}/\S+", one.doi)
    assert re.search(r"20\d\d", one.source)
    assert one.measure == "test_speed_mps"


@pytest.mark.parametrize(("speed", "values"), [(0.3, [0.10, 0.05]), (0.4, [0.15, 0.11]), (0.9, [0.18, 0.21])])
def test_after_a_stroke_two_are_shown_by_speed(speed: float, values: list[float]) -> None:
    assert [one.value for one in published_changes(STROKE, speed, TODAY)] == values


def test_in_the_first_months_other_ones_hold() -> None:
    early = replace(STROKE, onset=TODAY - timedelta(days=40))
    assert [one.value for one in published_changes(early, 0.9, TODAY)] == [0.21, 0.13, 0.16]
    assert [one.value for one in published_changes(replace(STROKE, onset=None), 0.9, TODAY)] == [0.21]


@pytest.mark.parametrize("cause", ["peroneal_nerve", "nerve_root", "other", ""])
def test_for_other_causes_nothing_is_published(cause: str) -> None:
    assert published_changes(replace(STROKE, cause=cause), 0.9, TODAY) == ()


def test_only_a_timed_walk_meets_a_published_change() -> None:
    timed = walks({"test_speed_mps": course(0.6, 0.3, 0.02)}, used=0)
    result = progress(
        replace(STROKE, primary_measure="test_speed_mps"), timed, (), (), no_log(), TODAY, translator("en")
    )
    said = [one.text for one in result.sentences if one.code == "published"]
    assert len(said) == 2
    assert all("is more than that" in text for text in said)
    result = progress(
        replace(STROKE, primary_measure="walking_speed_mps"),
        table(speed=course(0.6, 0.3, 0.02)),
        (),
        (),
        no_log(),
        TODAY,
        translator("en"),
    )
    assert [one.code for one in result.sentences if one.code.startswith("published")] == ["published_other"] * 2


def test_in_multiple_sclerosis_it_is_a_fifth() -> None:
    timed = walks({"test_speed_mps": course(1.0, 0.15, 0.01)}, used=0)
    ms = replace(STROKE, cause="multiple_sclerosis", primary_measure="test_speed_mps")
    said = [
        one.text
        for one in progress(ms, timed, (), (), no_log(), TODAY, translator("en")).sentences
        if one.code == "published"
    ]
    assert len(said) == 1
    assert "is not more than that" in said[0]


# -- words --------------------------------------------------------------------------------------------------------

EVERY = [
    *TEMPLATES.values(),
    *(text for name, text in vars(dose_words).items() if name.startswith("_") and isinstance(text, str)),
]


@pytest.mark.parametrize("text", EVERY)
def test_no_sentence_promises_diagnoses_or_says_because(text: str) -> None:
    forbidden = (
        r"because|due to\b|caus|thanks to|leads? to|result of|cure|heal|will (get|be|improve)|promise|guarantee|"
        r"diagnos|predict|stop (the|your)|normal"
    )
    assert not re.search(forbidden, text, re.IGNORECASE)


@pytest.mark.parametrize("text", TEMPLATES.values())
def test_sentences_are_short_enough_to_read(text: str) -> None:
    assert all(len(sentence.split()) <= 32 for sentence in re.split(r"[.:;] ", text))
    assert text.endswith(".")


@pytest.mark.parametrize("facts", MEASURES.values(), ids=MEASURES)
def test_every_measure_says_what_it_is_and_where_its_error_is_from(facts: object) -> None:
    assert facts.words  # type: ignore[attr-defined]
    assert facts.source  # type: ignore[attr-defined]
    assert facts.prior_sem > 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("measure", "value", "text"),
    [
        ("minimum_toe_clearance_m", 0.0123, "12 mm"),
        ("minimum_toe_clearance_m", 0.0031, "3.1 mm"),
        (LIFT, -3.44, "−3.4°"),
        ("walking_speed_mps", 0.815, "0.81 m/s"),
        ("heel_landing_frac", 0.52, "52 %"),
        ("drags_per_100_strides", 4.25, "4.2"),
        (LIFT, float("nan"), "?"),
    ],
)
def test_amounts_are_written_with_their_unit(measure: str, value: float, text: str) -> None:
    assert amount(measure, value, translator("en")) == text


def test_amounts_are_written_as_german_readers_do() -> None:
    german = translator("de")
    assert amount("walking_speed_mps", 0.815, german) == "0,81 m/s"
    assert amount(LIFT, 3.44, german, signed=True) == "+3,4°"


def test_an_unknown_measure_has_its_own_name() -> None:
    assert measure_facts("something_new_deg").words == "something new deg"
    assert measure_facts("something_new_deg").direction == 0


def test_a_sentence_keeps_its_numbers() -> None:
    said = say("interval", translator("en"), LIFT, low=1.25, high=4.0)
    assert said.numbers == {"low": 1.25, "high": 4.0}
    assert said.text == "The true change is likely between +1.2° and +4.0°."


def test_everything_is_said_in_german() -> None:
    german = progress(PERSON, table(6.0), (), PLAN, log(), TODAY, translator("de"))
    english = {said.text for said in (*person().sentences, *person().also_seen, *person().verdict.sentences)}
    spoken = {said.text for said in (*german.sentences, *german.also_seen, *german.verdict.sentences)}
    assert not english & spoken
    assert WORDS["left"] not in " ".join(spoken)
