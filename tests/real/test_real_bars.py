"""The bars on real recordings, with a little room for other machines and libraries; VALIDATION.md has the figures."""

import pandas as pd
import pytest

from benchmarks.bars import ROWS, Row
from benchmarks.score_treadmill import score_trials

ROOM = 0.05


def assert_about_reached(row: Row, figures: dict[str, float]) -> None:
    """The bar, a twentieth easier; shares and correlations by a twentieth of what lacks to one."""
    figure, bar = figures[row.figure], row.bar
    if bar.kind == "at_least":
        room = ROOM * (1.0 - bar.value) if bar.value < 1.0 else 0.0
        assert figure >= bar.value - room, f"{row.label}: {figure}"
    elif bar.kind == "between":
        assert bar.low * (1.0 - ROOM) <= figure <= bar.value * (1.0 + ROOM), f"{row.label}: {figure}"
    else:
        assert abs(figure) <= bar.value * (1.0 + ROOM), f"{row.label}: {figure}"


def rows_of(part: str) -> list[Row]:
    return [row for row in ROWS if row.part == part]


@pytest.mark.parametrize("row", rows_of("optical"), ids=lambda row: row.figure)
def test_against_optical_markers(row: Row, optical: dict[str, float]) -> None:
    assert_about_reached(row, optical)


@pytest.mark.parametrize("row", rows_of("overground"), ids=lambda row: row.figure)
def test_over_ground(row: Row, overground: dict[str, float]) -> None:
    assert_about_reached(row, overground)


@pytest.mark.parametrize("row", rows_of("treadmill"), ids=lambda row: row.figure)
def test_after_stroke(row: Row, trials: pd.DataFrame) -> None:
    assert_about_reached(row, score_trials(trials))


def test_after_stroke_every_foot_is_analyzed(trials: pd.DataFrame) -> None:
    assert trials[["left_strides", "right_strides"]].min().min() >= 50


def test_stairs_give_strides_of_both_feet(optical: dict[str, float]) -> None:
    assert optical["stairs_strides_found"] >= 20


def test_no_walk_is_refused(overground: dict[str, float]) -> None:
    assert overground["walks_refused"] == 0


def test_ankles_after_stroke_move_like_ankles_and_do_not_wander(legs: pd.DataFrame) -> None:
    assert len(legs) == 10
    assert (legs["strides_with_ankle"] == legs["strides"]).all()
    wander = next(row for row in rows_of("ankle") if row.figure == "foot_flat_wander_deg")
    assert_about_reached(wander, {"foot_flat_wander_deg": float(legs["wander_deg"].median())})
    assert legs["wander_deg"].max() < 4.0
    assert legs["range_of_motion_deg"].between(15.0, 45.0).all()
    assert legs["shank_over_foot_length"].between(0.85, 1.1).all()
