"""Adherence: worked examples counted by hand, and what must hold of any log."""

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
from footdrop_imu.columns_rehab import ALSO_DONE_COLUMNS, WEEK_COLUMNS
from footdrop_imu.rehab.adherence import overall, weekly
from footdrop_imu.rehab.log import log_table
from footdrop_imu.rehab.plan import due
from footdrop_imu.rehab.work_done import also_done
from footdrop_imu.schema_rehab import LogEntry, PlanVersion, Prescription

MONDAY = date(2026, 3, 2)
LATER = date(2026, 6, 1)
RAISE = Prescription("raise", "left", "active", sets=3, repetitions=10)
HOLDS = Prescription("stretch", "left", "passive", repetitions=3, hold_s=30.0, times_a_week=3)
WALK = Prescription("walking", "both", duration_s=600.0, weekdays=(0, 2, 4))
FULL = {"sets": 3, "repetitions": 30}


def plan(*prescriptions: Prescription, days: int = 7, start: date = MONDAY) -> pd.DataFrame:
    return due([version(1, start, *prescriptions)], MONDAY, MONDAY + timedelta(days=days - 1))


def version(number: int, start: date, *prescriptions: Prescription) -> PlanVersion:
    return PlanVersion(number, start, prescriptions, datetime(2026, 3, 1, tzinfo=UTC), "K. Weiss")


def entry(day: int, exercise: str = "raise", hour: float = 9.0, **changed: Any) -> LogEntry:
    at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=day, hours=hour)
    name = f"{exercise}-{day}-{hour}-{'-'.join(str(value) for value in changed.values())}"
    return LogEntry(name, exercise, at.date(), at, **{"side": "left", **changed})


def week(table: pd.DataFrame, entries: list[LogEntry], exercise: str = "raise", today: date = LATER) -> pd.Series:
    weeks = weekly(table, log_table(entries), today)
    check_table(WEEK_COLUMNS, weeks)
    row = weeks[weeks["exercise"] == exercise]
    assert len(row) == 1
    return row.iloc[0]


def test_five_of_seven_days() -> None:
    found = week(plan(RAISE), [entry(day, **FULL) for day in (0, 1, 3, 4, 6)])
    assert (found["done_days"], found["due_days"]) == (5.0, 7.0)
    assert (found["done_sessions"], found["due_sessions"]) == (5.0, 7.0)
    assert (found["done_sets"], found["due_sets"]) == (15.0, 21.0)
    assert (found["done_repetitions"], found["due_repetitions"]) == (150.0, 210.0)
    assert found["adherence"] == pytest.approx(5 / 7)
    assert found["adherence_capped"] == pytest.approx(5 / 7)
    assert (found["unit"], found["state"], found["overdone"]) == ("repetitions", "over", False)


def test_only_a_tick_is_worth_what_was_prescribed() -> None:
    found = week(plan(RAISE), [entry(0), entry(1, outcome="partly"), entry(2, outcome="not_done")])
    assert (found["done_sessions"], found["done_sets"], found["done_repetitions"]) == (1.5, 4.5, 45.0)
    assert found["done_days"] == 2.0
    assert found["adherence"] == pytest.approx(45 / 210)


def test_partly_done_is_a_session_by_its_share() -> None:
    found = week(plan(RAISE), [entry(0, outcome="partly", sets=2, repetitions=12)])
    assert found["done_sessions"] == pytest.approx(12 / 30)
    assert (found["done_sets"], found["done_repetitions"]) == (2.0, 12.0)


def test_who_logs_every_set_has_done_one_session() -> None:
    found = week(plan(RAISE), [entry(0, hour=9 + hour, sets=1, repetitions=10) for hour in range(3)])
    assert found["done_sessions"] == pytest.approx(1.0)
    assert (found["done_sets"], found["done_repetitions"], found["done_days"]) == (3.0, 30.0, 1.0)


def test_capped_counts_nothing_above_a_days_due() -> None:
    # 60 on Monday and 15 on Tuesday, 30 due on each of seven days
    found = week(plan(RAISE), [entry(0, repetitions=60), entry(1, outcome="partly", repetitions=15)])
    assert found["adherence"] == pytest.approx(75 / 210)
    assert found["adherence_capped"] == pytest.approx(45 / 210)


def test_overdoing_is_shown_above_half_as_much_again() -> None:
    table = plan(RAISE)
    at_the_limit = week(table, [entry(day, repetitions=45) for day in range(7)])
    assert (at_the_limit["adherence"], at_the_limit["overdone"]) == (1.5, False)
    above = week(table, [entry(day, repetitions=46) for day in range(7)])
    assert above["overdone"]
    assert above["adherence_capped"] == 1.0
    assert week(table, [entry(day, repetitions=46) for day in range(7)], exercise="")["overdone"]


def test_holds_are_counted_in_seconds() -> None:
    # due: 3 times 3 holds of 30 s = 270 s; done: 3 holds without seconds, 60 s without holds, a tick
    entries = [
        entry(0, "stretch", repetitions=3),
        entry(2, "stretch", duration_s=60.0, outcome="partly"),
        entry(4, "stretch"),
    ]
    found = week(plan(HOLDS), entries, "stretch")
    assert found["unit"] == "duration_s"
    assert found["done_duration_s"] == 90.0 + 60.0 + 90.0
    assert found["done_repetitions"] == 3 + 2 + 3
    assert found["done_sessions"] == pytest.approx(1 + 2 / 3 + 1)
    assert found["adherence"] == pytest.approx(240 / 270)
    assert (found["done_days"], found["due_days"]) == (3.0, 3.0)


def test_what_is_due_by_the_week_is_done_on_any_days_and_capped_by_the_week() -> None:
    entries = [entry(day, "stretch", repetitions=3) for day in (0, 1, 2, 3)]
    found = week(plan(HOLDS), entries, "stretch")
    assert found["adherence"] == pytest.approx(4 / 3)
    assert found["adherence_capped"] == 1.0
    assert (found["done_days"], found["due_days"]) == (3.0, 3.0)


def test_minutes_of_walking_on_set_days_and_on_others() -> None:
    # due on Monday, Wednesday and Friday, 10 minutes each; walked 8 on Monday and 10 on Tuesday
    entries = [entry(0, "walking", duration_s=480.0, side=""), entry(1, "walking", duration_s=600.0, side="")]
    found = week(plan(WALK), entries, "walking")
    assert found["unit"] == "duration_s"
    assert found["adherence"] == pytest.approx(1080 / 1800)
    assert found["adherence_capped"] == pytest.approx(480 / 1800)
    assert (found["done_days"], found["due_days"]) == (1.0, 3.0)


def test_all_together_is_the_mean_weighted_by_sessions() -> None:
    entries = [entry(0, **FULL), entry(1, **FULL), entry(0, "stretch", repetitions=3), entry(5, "stretch")]
    found = week(plan(RAISE, HOLDS), entries, "")
    # seven sessions of which 2/7 was done, three of which 2/3
    assert found["adherence"] == pytest.approx((7 * 2 / 7 + 3 * 2 / 3) / 10)
    assert (found["due_sessions"], found["done_sessions"]) == (10.0, 4.0)
    # days: all seven have something due; something was done on Monday, Tuesday, Saturday
    assert (found["due_days"], found["done_days"]) == (7.0, 3.0)
    assert found["unit"] == ""


def test_days_of_what_is_due_by_the_week_are_added_to_the_set_days() -> None:
    # walking is due on three days, stretching on any three: three days are enough for both
    entries = [entry(0, "walking", side=""), entry(1, "stretch"), entry(3, "stretch")]
    found = week(plan(WALK, HOLDS), entries, "")
    assert (found["due_days"], found["done_days"]) == (3.0, 3.0)
    five = week(plan(WALK, replace(HOLDS, times_a_week=5)), entries[:2], "")
    assert (five["due_days"], five["done_days"]) == (5.0, 2.0)


def test_an_excused_day_is_taken_out_of_what_was_due() -> None:
    done = [entry(day, **FULL) for day in (0, 1, 2)]
    excused = [entry(day, outcome="excused", reason="ill") for day in (3, 4)]
    found = week(plan(RAISE), done + excused)
    assert (found["due_days"], found["done_days"], found["excused_days"]) == (5.0, 3.0, 2.0)
    assert found["due_repetitions"] == 150.0
    assert found["adherence"] == pytest.approx(3 / 5)


def test_what_was_done_of_an_excused_session_counts() -> None:
    # pain after 12 of 30: the other 18 were not due any more
    found = week(plan(RAISE), [entry(0, **FULL), entry(1, outcome="excused", reason="pain", repetitions=12)])
    assert found["due_repetitions"] == 210.0 - 18.0
    assert found["done_repetitions"] == 42.0
    assert (found["due_days"], found["done_days"], found["excused_days"]) == (7.0, 2.0, 0.0)


def test_an_excuse_for_the_whole_day_is_one_for_all() -> None:
    excuse = entry(3, "", outcome="excused", reason="ill", side="")
    table = plan(RAISE, WALK)
    assert week(table, [excuse])["due_days"] == 6.0
    found = week(table, [excuse], "")
    assert (found["due_days"], found["excused_days"]) == (6.0, 1.0)
    # one exercise excused on a day on which another is due: the day is still a day with something due
    one = week(table, [entry(2, outcome="excused", reason="pain")], "")
    assert (one["due_days"], one["excused_days"]) == (7.0, 0.0)


def test_excused_days_of_what_is_due_by_the_week_count_in_proportion() -> None:
    excused = [entry(day, "stretch", outcome="excused", reason="ill") for day in (3, 4, 5, 6)]
    found = week(plan(HOLDS), [entry(0, "stretch"), *excused], "stretch")
    assert found["due_sessions"] == pytest.approx(3 * 3 / 7)
    assert found["adherence"] == pytest.approx(1 / (9 / 7))
    # all three done in the three days that were left: as planned, not overdone
    all_done = week(plan(HOLDS), [*(entry(day, "stretch") for day in range(3)), *excused], "stretch")
    assert (all_done["adherence"], all_done["due_sessions"]) == (1.0, 3.0)


def test_a_week_excused_as_a_whole_has_no_adherence() -> None:
    found = week(plan(RAISE), [entry(day, outcome="excused", reason="ill") for day in range(7)])
    assert np.isnan(found["adherence"])
    assert found["overdone"] is pd.NA
    assert (found["due_days"], found["excused_days"]) == (0.0, 7.0)


def test_a_week_without_entries_is_none_of_seven() -> None:
    weeks = weekly(plan(RAISE, days=21), log_table([entry(0, **FULL), entry(15, **FULL)]), LATER)
    single = weeks[weeks["exercise"] == "raise"]
    assert single["done_days"].tolist() == [1.0, 0.0, 1.0]
    assert single["due_days"].tolist() == [7.0, 7.0, 7.0]
    assert single["adherence"].tolist() == pytest.approx([1 / 7, 0.0, 1 / 7])


def test_weeks_before_the_log_began_are_not_judged() -> None:
    table, log = plan(RAISE, days=21), log_table([entry(9, **FULL)])
    weeks = weekly(table, log, LATER)
    single = weeks[weeks["exercise"] == "raise"]
    assert single["state"].tolist() == ["not_begun", "over", "over"]
    assert single["adherence"].tolist() == pytest.approx([np.nan, 1 / 7, 0.0], nan_ok=True)
    assert overall(weeks)["due_days"].tolist() == [14.0, 14.0]
    # the table begins later than the log
    assert weekly(table, log, LATER, began=date(2025, 12, 1))["state"].unique().tolist() == ["over"]
    empty = weekly(table, log_table([]), LATER)
    assert empty["state"].unique().tolist() == ["not_begun"]
    assert empty["adherence"].isna().all()
    assert len(overall(empty)) == 0


def test_a_week_that_is_not_over_is_judged_so_far() -> None:
    # Wednesday: Monday done, Tuesday missed, today not yet
    found = week(plan(RAISE), [entry(0, **FULL)], today=date(2026, 3, 4))
    assert (found["due_days"], found["done_days"], found["state"]) == (2.0, 1.0, "so_far")
    assert found["adherence"] == 0.5
    # today done: it is one of three
    found = week(plan(RAISE), [entry(0, **FULL), entry(2, **FULL)], today=date(2026, 3, 4))
    assert (found["due_days"], found["done_days"]) == (3.0, 2.0)


def test_a_plan_of_the_future_is_not_judged() -> None:
    table = plan(RAISE, days=28, start=date(2026, 3, 16))
    assert len(weekly(table, log_table([entry(0, **FULL)]), date(2026, 3, 11))) == 0
    # on Wednesday of its week two days have passed
    found = week(table, [entry(0, **FULL)], today=date(2026, 3, 18))
    assert (found["due_days"], found["done_days"]) == (2.0, 0.0)


def test_a_plan_changed_in_mid_week() -> None:
    # three days of 30, then four of 10 at another level; 30 a day were done at the old level all week
    versions = [
        version(1, MONDAY, RAISE),
        version(2, date(2026, 3, 5), replace(RAISE, sets=1, level="loaded")),
    ]
    table = due(versions, MONDAY, date(2026, 3, 8))
    log = log_table([entry(day, level="active", **FULL) for day in range(7)])
    found = weekly(table, log, LATER).set_index("exercise").loc["raise"]
    assert found["due_repetitions"] == 3 * 30 + 4 * 10
    assert found["done_repetitions"] == 90.0
    assert found["done_days"] == 3.0
    apart = also_done(table, log)
    check_table(ALSO_DONE_COLUMNS, apart)
    assert apart[["why", "level", "day_count", "repetitions"]].to_numpy().tolist() == [
        ["other_level", "active", 4, 120]
    ]


def test_a_prescription_that_ended_is_not_prescribed_any_more() -> None:
    table = plan(replace(RAISE, end=date(2026, 3, 4)))
    log = log_table([entry(day, **FULL) for day in range(5)])
    found = weekly(table, log, LATER).set_index("exercise").loc["raise"]
    assert (found["due_days"], found["adherence"]) == (3.0, 1.0)
    assert also_done(table, log)[["why", "day_count", "session_count"]].to_numpy().tolist() == [
        ["not_prescribed", 2, 2]
    ]


def test_what_was_not_prescribed_does_not_raise_adherence() -> None:
    entries = [entry(0, **FULL), entry(0, "juggling", repetitions=500), entry(1, side="right", repetitions=30)]
    table, log = plan(RAISE), log_table(entries)
    assert week(table, entries)["adherence"] == pytest.approx(1 / 7)
    assert week(table, entries, "")["done_repetitions"] == 30.0
    apart = also_done(table, log).set_index("exercise")
    assert apart.loc["juggling", ["why", "repetitions"]].tolist() == ["not_prescribed", 500]
    assert apart.loc["raise", ["why", "side"]].tolist() == ["other_side", "right"]
    check_table(ALSO_DONE_COLUMNS, also_done(table, log_table([])))


def test_one_foot_of_two() -> None:
    table = plan(replace(RAISE, side="both"))
    both_by_hand = week(table, [entry(0, repetitions=30), entry(0, side="right", repetitions=20)])
    assert both_by_hand["done_repetitions"] == 25.0
    assert week(table, [entry(0, repetitions=30)])["done_repetitions"] == 15.0
    # the sensor is on one foot only, and the feet move together
    assert week(table, [entry(0, repetitions=30, source="sensor")])["done_repetitions"] == 30.0
    sensors = [entry(0, repetitions=30, source="sensor"), entry(0, side="right", repetitions=28, source="sensor")]
    assert week(table, sensors)["done_repetitions"] == 29.0
    each = plan(RAISE, replace(RAISE, side="right"))
    assert week(each, [entry(0, side="both", repetitions=30)])["done_repetitions"] == 60.0
    assert week(each, [entry(0, side="both", repetitions=30)])["adherence"] == pytest.approx(1 / 7)


def test_a_sensor_that_counted_nothing_is_not_filled_up() -> None:
    found = week(plan(RAISE), [entry(0, source="sensor", outcome="partly", repetitions=0)])
    assert found["done_repetitions"] == 0.0


def test_an_entry_without_a_level_is_shared_among_the_levels() -> None:
    table = plan(RAISE, replace(RAISE, level="passive"))
    found = week(table, [entry(0, repetitions=30)])
    assert (found["due_repetitions"], found["done_repetitions"]) == (420.0, 30.0)


def test_a_week_over_the_years_end_is_one_week() -> None:
    table = due([version(1, date(2026, 12, 28), RAISE)], date(2026, 12, 28), date(2027, 1, 3))
    at = [datetime(2026, 12, 31, 9, tzinfo=UTC), datetime(2027, 1, 1, 9, tzinfo=UTC)]
    log = log_table([LogEntry(str(one), "raise", one.date(), one) for one in at])
    found = weekly(table, log, date(2027, 2, 1))
    assert found["week"].dt.strftime("%Y-%m-%d").unique().tolist() == ["2026-12-28"]
    assert found["done_days"].tolist() == [2.0, 2.0]


def test_overall_is_the_sum_of_the_weeks() -> None:
    table = plan(RAISE, HOLDS, days=14)
    log = log_table([entry(0, **FULL), entry(8, repetitions=60), entry(9, "stretch", repetitions=3)])
    weeks = weekly(table, log, LATER)
    found = overall(weeks).set_index("exercise")
    check_table(WEEK_COLUMNS, overall(weeks))
    assert found.loc["raise", "adherence"] == pytest.approx(90 / 420)
    assert found.loc["raise", "adherence_capped"] == pytest.approx(60 / 420)
    assert found.loc["stretch", "adherence"] == pytest.approx(1 / 6)
    assert found.loc["", "adherence"] == pytest.approx((14 * 90 / 420 + 6 * 1 / 6) / 20)
    assert found.loc["", ["due_days", "done_days"]].tolist() == [14.0, 3.0]
    assert set(found["week"].dt.strftime("%m-%d")) == {"03-02"}


def test_five_years_of_a_daily_plan() -> None:
    versions = [version(1, date(2020, 1, 6), RAISE, HOLDS, replace(WALK, weekdays=()))]
    table = due(versions, date(2020, 1, 6), date(2025, 1, 5))
    days = pd.date_range("2020-01-06", "2025-01-05", freq="D", unit="us")
    raw = [LogEntry(str(day), "raise", day.date(), day.to_pydatetime().replace(tzinfo=UTC), **FULL) for day in days]
    weeks = weekly(table, log_table(raw), date(2026, 1, 1))
    assert len(weeks) == 4 * 261
    assert weeks.loc[weeks["exercise"] == "raise", "adherence"].eq(1.0).all()


prescribed = st.lists(
    st.builds(
        Prescription,
        st.sampled_from(["raise", "stretch", "walking"]),
        st.sampled_from(["left", "right", "both"]),
        st.sampled_from(["", "active", "passive"]),
        sets=st.integers(1, 3),
        repetitions=st.integers(1, 20),
        hold_s=st.sampled_from([float("nan"), 10.0]),
        weekdays=st.sampled_from([(), (0, 2, 4), (6,)]),
    )
    | st.builds(
        Prescription,
        st.sampled_from(["raise", "stretch", "walking"]),
        st.sampled_from(["left", "both"]),
        duration_s=st.sampled_from([60.0, 600.0]),
        times_a_week=st.integers(1, 7),
        end=st.sampled_from([None, date(2026, 3, 12)]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: (one.exercise, one.side, one.level),
)
done = st.lists(
    st.builds(
        entry,
        st.integers(0, 20),
        st.sampled_from(["raise", "stretch", "walking", "juggling"]),
        st.integers(6, 21),
        side=st.sampled_from(["", "left", "right", "both"]),
        level=st.sampled_from(["", "active", "passive"]),
        outcome=st.sampled_from(["done", "partly", "not_done", "excused"]),
        source=st.sampled_from(["patient", "sensor"]),
        repetitions=st.integers(0, 80),
        duration_s=st.sampled_from([float("nan"), 30.0, 900.0]),
    ),
    max_size=15,
)


@settings(max_examples=10, deadline=None)
@given(prescriptions=prescribed, entries=done, today=st.integers(0, 30), random=st.randoms(use_true_random=False))
def test_what_holds_of_any_log(
    prescriptions: list[Prescription], entries: list[LogEntry], today: int, random: Any
) -> None:
    table = plan(*prescriptions, days=21)
    log = log_table(entries)
    day = MONDAY + timedelta(days=today)
    weeks = weekly(table, log, day)
    for found in (weeks, overall(weeks)):
        check_table(WEEK_COLUMNS, found)
        known = found[found["adherence"].notna()]
        assert (known["adherence_capped"] <= known["adherence"] + 1e-12).all()
        assert (known["adherence_capped"] <= 1.0 + 1e-12).all()
        assert (known["adherence_capped"] >= 0.0).all()
        assert (found["done_days"] <= found["due_days"]).all()
        assert (found["due_days"] <= 21.0).all()
    numbers = [name for name in weeks.columns if name.startswith(("due_", "done_")) and not name.endswith("_days")]
    single = weeks[weeks["exercise"] != ""].groupby("week")[numbers].sum()
    together = weeks[weeks["exercise"] == ""].set_index("week")[numbers]
    np.testing.assert_allclose(single.to_numpy(), together.to_numpy(), atol=1e-9)
    shuffled = list(entries)
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(weeks, weekly(table, log_table(shuffled), day))


@settings(max_examples=8, deadline=None)
@given(
    prescriptions=prescribed,
    entries=done,
    day=st.integers(0, 20),
    exercise=st.sampled_from(["", "raise", "stretch", "walking"]),
)
def test_an_excused_day_never_lowers_adherence(
    prescriptions: list[Prescription], entries: list[LogEntry], day: int, exercise: str
) -> None:
    table = plan(*prescriptions, days=21)
    excuse = entry(day, exercise, 23.0, outcome="excused", reason="ill", side="")
    before = weekly(table, log_table(entries), LATER, began=MONDAY)
    after = weekly(table, log_table([*entries, excuse]), LATER, began=MONDAY)
    single = before["exercise"] != ""
    for name in ("adherence", "adherence_capped"):
        both = pd.DataFrame({"before": before[name], "after": after[name]})[single].dropna()
        assert (both["after"] >= both["before"] - 1e-12).all()


@settings(max_examples=8, deadline=None)
@given(prescriptions=prescribed, entries=done, which=st.integers(0, 14))
def test_doing_more_never_lowers_adherence(
    prescriptions: list[Prescription], entries: list[LogEntry], which: int
) -> None:
    table = plan(*prescriptions, days=21)
    by_hand = [replace(one, source="patient") for one in entries]
    more = entry(which, "raise", 23.0, repetitions=10, duration_s=60.0)
    before = weekly(table, log_table(by_hand), LATER, began=MONDAY)
    after = weekly(table, log_table([*by_hand, more]), LATER, began=MONDAY)
    for name in ("adherence", "adherence_capped", "done_days"):
        assert (after[name].fillna(9e9) >= before[name].fillna(9e9) - 1e-12).all()
