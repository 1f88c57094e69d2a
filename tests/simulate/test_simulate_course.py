"""Weeks of a person: what is drawn of them follows what was said, repeats, and its truth agrees with the log."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.rehab.adherence import weekly
from footdrop_imu.rehab.exercises import load_exercises
from footdrop_imu.rehab.log import log_table, standing
from footdrop_imu.rehab.plan import due
from footdrop_imu.rehab.plan_check import check_prescriptions
from footdrop_imu.schema_rehab import LogEntry, Patient
from footdrop_imu.simulate.aids import aided_condition
from footdrop_imu.simulate.course import CourseConfig, draw_course, simulate_course_walk
from footdrop_imu.simulate.course_log import Adherence, draw_log
from footdrop_imu.simulate.course_people import COURSES

SOMEBODY = Patient("P1", "left", time_zone="Europe/Berlin")


@pytest.mark.parametrize("name", COURSES)
def test_a_course_repeats_and_another_seed_is_another_course(name: str) -> None:
    config = COURSES[name]
    one, two, other = draw_course(config), draw_course(config), draw_course(replace(config, seed=99))
    # as text: a missing number is not equal to itself
    assert str(one) == str(two)
    assert str(one.log) != str(other.log)
    assert one.walks != other.walks


def test_walks_are_spread_over_the_weeks_in_order() -> None:
    course = draw_course(COURSES["improving"])
    starts = [walk.start for walk in course.walks]
    assert starts == sorted(starts)
    assert len({start.date() for start in starts}) == len(starts) == 24
    weeks = Counter((start.date() - COURSES["improving"].start).days // 7 for start in starts)
    assert weeks == dict.fromkeys(range(8), 3)
    # the clocks change on the last Sunday of March
    assert {start.utcoffset() for start in starts} == {timedelta(hours=1), timedelta(hours=2)}
    strides = [walk.walk.distance_m / (2 * np.sqrt(60 * walk.walk.speed_mps * 0.0065)) for walk in course.walks]
    assert all(40 <= round(count) <= 60 for count in strides)
    assert len({walk.sensor.seed for walk in course.walks}) == 24


def test_what_is_gained_comes_by_less_and_less_and_days_scatter_around_it() -> None:
    config = CourseConfig(SOMEBODY, gained=0.4, severity_sd=0.02, kept_frac=0.5, weeks=104, walks_a_week=7, seed=1)
    truth = draw_course(config).truth
    steps = np.diff(truth.expected_severity)
    assert (steps <= 0).all()
    assert truth.expected_severity[0] == pytest.approx(0.75, abs=0.02)
    assert truth.expected_severity[-1] == pytest.approx(0.35, abs=1e-3)
    ups = truth.severity - truth.expected_severity
    assert np.std(ups) == pytest.approx(0.02, rel=0.15)
    kept = np.corrcoef(ups[1:], ups[:-1])[0, 1]
    assert kept == pytest.approx(0.5, abs=0.12)


def test_the_orthosis_is_worn_every_other_walk_and_said() -> None:
    course = draw_course(COURSES["orthosis"])
    assert course.truth.orthosis == tuple(bool(k % 2) for k in range(len(course.walks)))
    for walk, worn in zip(course.walks, course.truth.orthosis, strict=True):
        assert walk.condition.orthosis == ("ankle_foot_orthosis" if worn else "none")
        assert walk.condition == replace(
            walk.condition, **vars(aided_condition("orthosis" if worn else "none", walk.condition))
        )
        assert (walk.walk.right.push_off_scale < 1.0) == worn
        assert walk.walk.left.strike_angle_deg == 22.0
    made = simulate_course_walk(course, 1)
    assert made.session.condition.orthosis == "ankle_foot_orthosis"
    assert made.session.start == course.walks[1].start.isoformat()
    assert (made.session.person.id, made.session.person.affected) == ("P13", "right")


@pytest.mark.parametrize("name", COURSES)
def test_the_plan_may_be_prescribed_and_changes_half_way(name: str) -> None:
    course, catalogue = draw_course(COURSES[name]), load_exercises()
    first, second = course.plan
    assert (first.version, second.version) == (1, 2)
    assert second.start == first.start + timedelta(weeks=4)
    for version in course.plan:
        check_prescriptions(version.prescriptions, catalogue, course.patient)


@pytest.mark.parametrize("name", COURSES)
def test_the_true_adherence_is_what_the_rules_find_in_the_log(name: str) -> None:
    """Doubles, corrections and excuses taken out by the rules: independent of how the diary was drawn."""
    config, course = COURSES[name], draw_course(COURSES[name])
    last = config.start + timedelta(weeks=config.weeks) - timedelta(days=1)
    weeks = weekly(due(course.plan, config.start, last), log_table(course.log), last + timedelta(days=1))
    together = weeks[weeks["exercise"] == ""].set_index("week")
    for week in course.truth.weeks:
        found = together.loc[np.datetime64(week.monday)]
        if week.excused_days == 7:
            assert found["excused_days"] == 7
            continue
        # what a pain day excuses is counted by shares of repetitions there and by sessions here
        assert found["due_sessions"] == pytest.approx(week.due_sessions, abs=1.01)
        assert found["done_sessions"] == pytest.approx(week.done_sessions, abs=0.5)


def test_the_log_holds_what_a_log_of_a_person_holds() -> None:
    course = draw_course(replace(COURSES["not_improving"], weeks=8))
    log = course.log
    assert {entry.outcome for entry in log} == {"done", "partly", "not_done", "excused"}
    assert {entry.source for entry in log} == {"patient", "sensor"}
    assert [entry.entered_at for entry in log] == sorted(entry.entered_at for entry in log if entry.entered_at)
    assert len({entry.id for entry in log}) == len(log)
    zone = ZoneInfo("Europe/Berlin")
    assert all(entry.day == entry.at.astimezone(zone).date() for entry in log)
    away = [entry for entry in log if entry.reason == "away"]
    assert [entry.day for entry in away] == [date(2026, 3, 23) + timedelta(days=k) for k in range(7)]
    assert not any(walk.start.date() in {entry.day for entry in away} for walk in course.walks)
    (hurt,) = [entry for entry in log if entry.reason == "pain"]
    assert (hurt.outcome, hurt.pain, hurt.day) == ("excused", 5.0, date(2026, 2, 23) + timedelta(days=16))
    corrected = draw_course(COURSES["improving"]).log
    replaced = [entry for entry in corrected if entry.replaces]
    assert replaced
    assert len(standing(corrected)) == len(corrected) - len(replaced)


def test_a_double_is_the_same_bout() -> None:
    log = draw_course(COURSES["improving"]).log
    counted = [entry for entry in log if entry.source == "sensor"]
    assert len(counted) > 10

    def near(one: LogEntry, other: LogEntry) -> bool:
        return one.exercise == other.exercise and abs(one.at - other.at) < timedelta(hours=1)

    for one in counted:
        assert any(near(one, other) for other in log if other.source == "patient")
    tables = [log_table(log), log_table([entry for entry in log if entry.source == "patient"])]
    assert tables[0]["session_count"].sum() == tables[1]["session_count"].sum()


def test_a_diary_keeps_to_its_chances() -> None:
    plan = draw_course(CourseConfig(SOMEBODY)).plan[:1]
    rng = np.random.default_rng(1)
    for share in (0.0, 0.5, 1.0):
        kept = Adherence(share, partly_frac=0.0, sensor_frac=0.0, corrected_frac=0.0, written_frac=0.0)
        log, weeks = draw_log(plan, plan[0].start, 20, kept, ZoneInfo("UTC"), rng)
        done, due_sessions = (sum(getattr(week, name) for week in weeks) for name in ("done_sessions", "due_sessions"))
        assert due_sessions == 20 * (7 + 7 + 3 + 3)
        assert done / due_sessions == pytest.approx(share, abs=0.07)
        assert len(log) == done


def test_what_cannot_be_is_refused() -> None:
    for settings, words in (
        ({"patient": Patient("P1")}, "needs left or right"),
        ({"severity": 2.0}, "severity is 2"),
        ({"walks_a_week": 9}, "walks_a_week is 9"),
    ):
        with pytest.raises(SchemaError, match=words):
            CourseConfig(**({"patient": SOMEBODY} | settings))  # type: ignore[arg-type]
    with pytest.raises(SchemaError, match="a Monday was expected"):
        draw_course(CourseConfig(SOMEBODY, start=date(2026, 2, 24)))
    with pytest.raises(SchemaError, match="done_frac is 3"):
        Adherence(3.0)


def test_built_in_people_differ() -> None:
    people = [config.patient.id for config in COURSES.values()]
    assert len(set(people)) == len(people)
    for one, other in itertools.combinations(COURSES.values(), 2):
        assert one.seed != other.seed
