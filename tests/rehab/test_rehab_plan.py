"""Plans: versions, what they make due, what cannot be prescribed. Days counted by hand on a calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footdrop_imu.columns import check_table
from footdrop_imu.columns_rehab import DUE_COLUMNS
from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.exercises import load_exercises
from footdrop_imu.rehab.plan import due, in_effect, new_version
from footdrop_imu.rehab.plan_check import check_prescriptions
from footdrop_imu.schema_rehab import Patient, PlanVersion, Prescription

CATALOGUE = load_exercises()
PATIENT = Patient("P-1", affected="left", cause="peroneal_nerve")
RAISE = Prescription("assisted_toe_raise", "left", "active", sets=3, repetitions=10)
STRETCH = Prescription("towel_stretch", "left", sets=1, repetitions=3, hold_s=30.0, times_a_week=3)
MADE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MONDAY = date(2026, 3, 2)


def version(
    number: int, start: date, *prescriptions: Prescription, made_at: datetime = MADE, author: str = "K. Weiss"
) -> PlanVersion:
    return PlanVersion(number, start, prescriptions, made_at, author)


def days_of(table: pd.DataFrame) -> list[str]:
    return list(table["day"].dt.strftime("%m-%d"))


def made(versions: list[PlanVersion], start: date, today: date, **changed: Any) -> PlanVersion:
    told = {"made_at": MADE, "author": "K. Weiss", "catalogue": CATALOGUE, "patient": PATIENT, **changed}
    return new_version(versions, [RAISE], start=start, today=today, **told)


def test_three_sets_of_ten_every_day_and_three_times_a_week() -> None:
    table = due([version(1, MONDAY, RAISE, STRETCH)], MONDAY, date(2026, 3, 8))
    check_table(DUE_COLUMNS, table)
    daily, weekly = table[table["per"] == "day"], table[table["per"] == "week"]
    assert days_of(daily) == [f"03-0{day}" for day in range(2, 9)]
    assert daily[["session_count", "sets", "repetitions", "duration_s"]].drop_duplicates().to_numpy().tolist() == [
        [1.0, 3.0, 30.0, 0.0]
    ]
    # three sessions of three holds of 30 s
    assert weekly[["session_count", "sets", "repetitions", "duration_s"]].to_numpy().tolist() == [
        [3.0, 3.0, 9.0, 270.0]
    ]
    assert days_of(weekly) == ["03-02"]


def test_a_plan_that_begins_in_mid_week_is_due_in_proportion() -> None:
    # from Thursday on: four of the seven days of the first week
    table = due([version(1, date(2026, 3, 5), STRETCH)], MONDAY, date(2026, 3, 15))
    assert days_of(table) == ["03-02", "03-09"]
    assert table["session_count"].tolist() == pytest.approx([3 * 4 / 7, 3.0])
    assert list(table["first_day"].dt.strftime("%m-%d")) == ["03-05", "03-09"]
    assert list(table["last_day"].dt.strftime("%m-%d")) == ["03-08", "03-15"]


def test_a_plan_changed_in_mid_week_leaves_the_days_before_as_they_were() -> None:
    first = version(1, MONDAY, RAISE)
    second = version(2, date(2026, 3, 5), replace(RAISE, repetitions=15, sets=2))
    before = due([first], MONDAY, date(2026, 3, 4))
    table = due([second, first], MONDAY, date(2026, 3, 8))
    pd.testing.assert_frame_equal(
        table.iloc[:3].drop(columns="last_day"), before.drop(columns="last_day"), check_like=False
    )
    assert table["repetitions"].tolist() == [30.0] * 7
    assert table["sets"].tolist() == [3.0, 3.0, 3.0, 2.0, 2.0, 2.0, 2.0]
    assert table["plan_version"].tolist() == [1, 1, 1, 2, 2, 2, 2]


def test_three_times_a_week_stays_three_when_the_plan_changes_around_it() -> None:
    versions = [version(1, MONDAY, STRETCH), version(2, date(2026, 3, 4), STRETCH, RAISE)]
    table = due(versions, MONDAY, date(2026, 3, 8))
    weekly = table[table["per"] == "week"]
    assert weekly["session_count"].tolist() == pytest.approx([3 * 2 / 7, 3 * 5 / 7])
    assert weekly["session_count"].sum() == pytest.approx(3.0)


def test_prescriptions_begin_and_end_within_a_version() -> None:
    ending = replace(RAISE, end=date(2026, 3, 4))
    beginning = replace(RAISE, level="passive", start=date(2026, 3, 5), end=date(2026, 3, 6))
    table = due([version(1, MONDAY, ending, beginning)], MONDAY, date(2026, 3, 31))
    assert days_of(table) == ["03-02", "03-03", "03-04", "03-05", "03-06"]
    assert table["level"].tolist() == ["active"] * 3 + ["passive"] * 2


def test_weekdays() -> None:
    table = due([version(1, MONDAY, replace(RAISE, weekdays=(0, 2, 4), times_a_day=2))], MONDAY, date(2026, 3, 15))
    assert days_of(table) == ["03-02", "03-04", "03-06", "03-09", "03-11", "03-13"]
    assert set(table["session_count"]) == {2.0}
    assert set(table["repetitions"]) == {60.0}


def test_the_leap_day_is_a_day() -> None:
    table = due([version(1, date(2028, 2, 27), RAISE)], date(2028, 2, 27), date(2028, 3, 1))
    assert days_of(table) == ["02-27", "02-28", "02-29", "03-01"]


def test_a_week_over_the_years_end_is_one_week() -> None:
    # 28 December 2026 is a Monday: ISO week 53 of 2026 ends on 3 January 2027
    table = due([version(1, date(2026, 12, 28), STRETCH)], date(2026, 12, 28), date(2027, 1, 10))
    assert list(table["day"].dt.strftime("%Y-%m-%d")) == ["2026-12-28", "2027-01-04"]
    assert table["session_count"].tolist() == [3.0, 3.0]


def test_a_plan_of_the_future_makes_nothing_due_yet() -> None:
    table = due([version(1, date(2026, 6, 1), RAISE)], MONDAY, date(2026, 5, 31))
    check_table(DUE_COLUMNS, table)
    assert len(table) == 0
    assert in_effect([version(1, date(2026, 6, 1), RAISE)], date(2026, 5, 31)) is None
    check_table(DUE_COLUMNS, due([], MONDAY, MONDAY))


def test_a_pause_is_a_version_without_prescriptions() -> None:
    versions = [version(1, MONDAY, RAISE), version(2, date(2026, 3, 5)), version(3, date(2026, 3, 7), RAISE)]
    assert days_of(due(versions, MONDAY, date(2026, 3, 8))) == ["03-02", "03-03", "03-04", "03-07", "03-08"]


def test_of_two_versions_of_one_day_the_last_made_holds() -> None:
    versions = [version(1, MONDAY, RAISE), version(2, MONDAY, replace(RAISE, sets=1))]
    assert due(versions, MONDAY, MONDAY)["sets"].tolist() == [1.0]
    assert in_effect(versions, MONDAY) == versions[1]


def test_a_new_version_takes_the_place_of_one_that_was_still_to_begin() -> None:
    versions = [
        version(1, MONDAY, RAISE),
        version(2, date(2026, 3, 9), replace(RAISE, sets=9)),
        version(3, date(2026, 3, 4), replace(RAISE, sets=1)),
    ]
    assert due(versions, MONDAY, date(2026, 3, 10))["sets"].tolist() == [3.0, 3.0] + [1.0] * 7


def test_the_last_day_before_the_first_is_refused() -> None:
    with pytest.raises(ExerciseError, match="Turn them round"):
        due([], MONDAY, MONDAY - timedelta(days=1))


def test_a_new_version_has_the_next_number() -> None:
    first = made([], MONDAY, MONDAY, note="first visit")
    assert (first.version, first.start, first.author, first.note) == (1, MONDAY, "K. Weiss", "first visit")
    assert made([first, version(7, MONDAY)], MONDAY, MONDAY).version == 8


def test_a_changed_plan_cannot_begin_before_today() -> None:
    first = made([], MONDAY, MONDAY)
    with pytest.raises(ExerciseError, match="before today") as caught:
        made([first], date(2026, 3, 8), today=date(2026, 3, 9))
    assert caught.value.reason is ExerciseReason.PAST_PLAN
    with pytest.raises(ExerciseError) as caught:
        made([first], date(2026, 3, 8), today=date(2026, 3, 9), history=True)
    assert caught.value.reason is ExerciseReason.PAST_PLAN
    assert made([first], date(2026, 3, 9), today=date(2026, 3, 9)).version == 2


def test_a_first_plan_may_be_history_when_that_is_meant() -> None:
    with pytest.raises(ExerciseError, match="history") as caught:
        made([], date(2026, 1, 5), today=MONDAY)
    assert caught.value.reason is ExerciseReason.PAST_PLAN
    assert made([], date(2026, 1, 5), today=MONDAY, history=True).start == date(2026, 1, 5)


def test_a_plan_needs_somebody_who_prescribes_it() -> None:
    with pytest.raises(ExerciseError, match="no author") as caught:
        made([], MONDAY, MONDAY, author="  ")
    assert caught.value.reason is ExerciseReason.NEEDS_CLINICIAN


def test_the_instant_of_a_plan_has_a_zone() -> None:
    with pytest.raises(ExerciseError, match="time zone"):
        made([], MONDAY, MONDAY, made_at=datetime(2026, 3, 2, 9, 0))


def test_a_prescription_that_ended_before_the_plan_begins_is_refused() -> None:
    with pytest.raises(ExerciseError, match="before the plan begins"):
        new_version(
            [],
            [replace(RAISE, end=date(2026, 3, 1))],
            start=MONDAY,
            made_at=MADE,
            author="K. Weiss",
            today=MONDAY,
            catalogue=CATALOGUE,
            patient=PATIENT,
        )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"side": "middle"}, "left, right or both"),
        ({"level": "loaded"}, "expected passive or assisted or active"),
        ({"sets": 0}, "1 to 20"),
        ({"sets": 21}, "1 to 20"),
        ({"repetitions": -1}, "0 to 500"),
        ({"repetitions": 501}, "0 to 500"),
        ({"hold_s": 0.5}, "1 to 600"),
        ({"hold_s": float("inf")}, "1 to 600"),
        ({"repetitions": 0, "duration_s": 1.0}, "5 to 14400"),
        ({"repetitions": 0}, "no dose"),
        ({"duration_s": 60.0}, "both repetitions and a duration"),
        ({"repetitions": 0, "hold_s": 5.0, "duration_s": 60.0}, "how many holds"),
        ({"times_a_day": 0}, "1 to 12"),
        ({"times_a_week": 8}, "0 to 7"),
        ({"times_a_week": 3, "weekdays": (0,)}, "times_a_week alone"),
        ({"times_a_week": 3, "times_a_day": 2}, "times_a_week alone"),
        ({"weekdays": (7,)}, "0 \\(Monday\\) to 6"),
        ({"weekdays": (1, 1)}, "each once"),
        ({"start": date(2026, 4, 2), "end": date(2026, 4, 1)}, "before it starts"),
        ({"cleared": ("nonsense",)}, "cleared names nonsense"),
    ],
)
def test_what_cannot_be_prescribed_is_refused_with_words(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ExerciseError, match=words) as caught:
        check_prescriptions([replace(RAISE, **changed)], CATALOGUE, PATIENT)
    assert caught.value.reason is ExerciseReason.WRONG_VALUE
    assert caught.value.exercise == changed.get("exercise", "assisted_toe_raise")


def test_an_exercise_that_is_not_in_the_catalogue_is_refused() -> None:
    with pytest.raises(ExerciseError, match="'juggling'") as caught:
        check_prescriptions([replace(RAISE, exercise="juggling")], CATALOGUE, PATIENT)
    assert caught.value.reason is ExerciseReason.UNKNOWN


@pytest.mark.parametrize(("name", "word"), [("heel_walk", "supervision"), ("ankle_inversion", "foot_turns_in")])
def test_what_needs_a_clinicians_word_needs_it_in_the_plan(name: str, word: str) -> None:
    prescription = replace(RAISE, exercise=name)
    with pytest.raises(ExerciseError) as caught:
        check_prescriptions([prescription], CATALOGUE, PATIENT)
    assert caught.value.reason is ExerciseReason.NEEDS_CLINICIAN
    check_prescriptions([replace(prescription, cleared=(word,))], CATALOGUE, PATIENT)


def test_one_exercise_twice_at_the_same_time_is_refused() -> None:
    for other in (RAISE, replace(RAISE, side="both"), replace(RAISE, level=""), replace(RAISE, sets=1)):
        with pytest.raises(ExerciseError, match="prescribed twice"):
            check_prescriptions([RAISE, other], CATALOGUE, PATIENT)
    later = replace(RAISE, start=date(2026, 4, 1))
    check_prescriptions(
        [replace(RAISE, end=date(2026, 3, 31)), later, replace(RAISE, side="right"), replace(RAISE, level="passive")],
        CATALOGUE,
        PATIENT,
    )
    check_prescriptions([replace(RAISE, weekdays=(0, 2)), replace(RAISE, weekdays=(1, 3), sets=1)], CATALOGUE, PATIENT)


@settings(max_examples=40, deadline=None)
@given(
    starts=st.lists(st.integers(0, 60), min_size=1, max_size=5),
    first=st.integers(0, 70),
    length=st.integers(1, 40),
    split=st.integers(1, 39),
)
def test_what_is_due_is_the_same_asked_at_once_or_in_two_parts(
    starts: list[int], first: int, length: int, split: int
) -> None:
    versions = [
        version(index + 1, MONDAY + timedelta(days=start), replace(RAISE, sets=index + 1), STRETCH)
        for index, start in enumerate(starts)
    ]
    begin, middle, end = (MONDAY + timedelta(days=first + add) for add in (0, min(split, length) - 1, length - 1))
    numbers = ["session_count", "sets", "repetitions", "duration_s"]
    keys = ["exercise", "plan_version"]
    parts = [due(versions, begin, middle)]
    if middle < end:
        parts.append(due(versions, middle + timedelta(days=1), end))
    whole = due(versions, begin, end).groupby(keys)[numbers].sum()
    both = pd.concat(parts).groupby(keys)[numbers].sum()
    np.testing.assert_allclose(whole.to_numpy(), both.to_numpy())
    daily = due(versions, begin, end)
    held = [in_effect(versions, day.date()) for day in daily.loc[daily["per"] == "day", "day"]]
    assert [found.version for found in held if found] == daily.loc[daily["per"] == "day", "plan_version"].tolist()
