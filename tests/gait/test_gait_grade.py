"""Grades of strides and verdicts of walks."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.gait.grade import LIMITS, Limit, grade_strides, rest_quality, walk_verdict
from footdrop_imu.schema import FloatArray

FINE = {limit.column: 1.0 if limit.below else 0.0 for limit in LIMITS}


def columns(count: int = 1, **changes: list[float]) -> dict[str, FloatArray]:
    made = {name: np.full(count, value) for name, value in FINE.items()}
    return made | {name: np.asarray(values, dtype=float) for name, values in changes.items()}


def test_a_stride_within_all_limits_is_good_and_has_no_reason() -> None:
    grade, reason = grade_strides(columns(3))
    assert grade.tolist() == ["good"] * 3
    assert reason == [None] * 3


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.column)
def test_each_limit_by_itself(limit: Limit) -> None:
    step = -1e-9 if limit.below else 1e-9
    values = [limit.usable, limit.usable + step, limit.poor, limit.poor + step]
    grade, reason = grade_strides(columns(4, **{limit.column: values}))
    assert grade.tolist() == ["good", "usable", "usable", "poor"]
    assert reason == [None, limit.reason, limit.reason, limit.reason]


def test_the_worst_limit_is_the_grade_and_all_are_named() -> None:
    grade, reason = grade_strides(columns(1, lost_frac=[0.1], tilt_disagreement_deg=[20.0], rest_quality=[0.3]))
    assert grade.tolist() == ["poor"]
    assert reason == ["foot hardly at rest;gravity disagrees;samples lost"]


def test_grades_never_get_better_as_a_quality_gets_worse() -> None:
    order = {"good": 0, "usable": 1, "poor": 2}
    for limit in LIMITS:
        values = np.linspace(0.0, 1.0, 50) if limit.below else np.linspace(0.0, 2.0 * limit.poor, 50)
        grade, _ = grade_strides(columns(50, **{limit.column: list(values)}))
        ranks = [order[str(name)] for name in grade]
        assert ranks == sorted(ranks, reverse=limit.below)
        assert {0, 2} <= set(ranks)


def test_no_strides_have_no_grades() -> None:
    grade, reason = grade_strides(columns(0))
    assert len(grade) == 0
    assert reason == []


def test_stillness_falls_with_motion() -> None:
    assert rest_quality(np.array([0.0, 2.0, 6.0])) == pytest.approx([1.0, 0.5, 0.1])


def verdict(good: int, usable: int = 0, poor: int = 0, **rejected: int) -> tuple[str, tuple[str, ...]]:
    grades = np.array(["good"] * good + ["usable"] * usable + ["poor"] * poor, dtype=str)
    reasons: list[str | None] = [None] * good + ["samples lost"] * usable + ["gravity disagrees;samples lost"] * poor
    return walk_verdict(grades, reasons, rejected)


def test_a_good_walk() -> None:
    assert verdict(20) == ("good", ())


def test_reasons_are_counted_most_frequent_first() -> None:
    name, words = verdict(20, usable=3, poor=2, gap=1)
    assert name == "good"
    assert words == (
        "samples lost in 5 of 25 strides",
        "gravity disagrees in 2 of 25 strides",
        "1 stride without measures: gap",
    )


@pytest.mark.parametrize(
    ("good", "usable", "poor", "gap", "expected"),
    [
        (14, 6, 0, 0, "good"),
        (13, 7, 0, 0, "usable"),
        (0, 20, 0, 0, "usable"),
        (10, 0, 10, 0, "usable"),
        (9, 0, 11, 0, "poor"),
        (20, 0, 0, 5, "good"),
        (20, 0, 0, 6, "usable"),
        (20, 0, 0, 21, "poor"),
        (6, 0, 0, 0, "good"),
        (5, 0, 0, 0, "poor"),
        (0, 0, 0, 7, "poor"),
    ],
)
def test_verdicts(good: int, usable: int, poor: int, gap: int, expected: str) -> None:
    assert verdict(good, usable, poor, **({"gap": gap} if gap else {}))[0] == expected


def test_too_few_strides_are_said_to_be_too_few() -> None:
    assert verdict(3)[1] == ("only 3 complete strides; 6 a side are needed",)
