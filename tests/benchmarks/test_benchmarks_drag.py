"""The score of toe drags: which strides count as scuffed, the area, what the detector's own threshold gives."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from benchmarks.all import RESULTS
from benchmarks.bars import ROWS
from benchmarks.score_drag import (
    CONFOUNDERS,
    EVERY,
    LENGTHS_S,
    Walk,
    _walk,
    area_under_curve,
    scuffed_strides,
    with_confounder,
    with_scuffs,
    worth,
)
from footdrop_imu.analysis import analyze
from footdrop_imu.gait.drag_rate import POPULATION
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk


@pytest.fixture(scope="module")
def walk() -> Walk:
    walked = simulate_walk(
        WalkConfig(distance_m=25.0, seed=4), SensorConfig(rate_hz=100.0, lost_frac=0.01, random_mounting=True, seed=4)
    )
    return _walk("somebody", "healthy", walked.session)


def test_area_is_the_share_of_pairs_in_order_with_ties_counted_half() -> None:
    assert area_under_curve(np.array([0.1, 0.2]), np.array([0.3, 0.4])) == 1.0
    assert area_under_curve(np.array([0.3, 0.4]), np.array([0.1, 0.2])) == 0.0
    assert area_under_curve(np.array([0.5, 0.5]), np.array([0.5])) == 0.5
    assert area_under_curve(np.array([0.1, 0.3]), np.array([0.2, 0.4])) == 0.75


def test_every_fifth_stride_gets_a_scuff_of_stated_place_and_length(walk: Walk) -> None:
    session, truth = with_scuffs(walk, 10.0, "hard", 2)
    for side, foot in walk.feet.items():
        rows = truth[truth["side"] == side]
        assert rows["contact"].tolist() == foot.swings[2::EVERY, 1].tolist()
    assert set(truth["length_s"]) <= set(LENGTHS_S)
    assert truth["start_frac"].between(0.05, 0.8).all()
    assert {stream.segment for stream in session.streams} == {"left_foot", "right_foot"}
    assert (np.diff(session.streams[0].counter) >= 1).all()  # type: ignore[arg-type]


def test_strong_scuffs_stand_out_from_the_same_walk_without_them(walk: Walk) -> None:
    session, truth = with_scuffs(walk, 20.0, "hard", 1)
    strides = analyze(session).strides
    scuffed = scuffed_strides(strides, truth, {"left": 100.0, "right": 100.0})
    assert len(scuffed) == len(truth)
    clean = walk.strides["toe_drag_probability"].to_numpy(float)
    assert area_under_curve(clean, scuffed["toe_drag_probability"].to_numpy(float)) > 0.95


def test_a_stride_counts_as_scuffed_only_where_its_contact_is_near() -> None:
    strides = pd.DataFrame({"side": ["left", "left", "right"], "initial_contact": [100, 200, 100]})
    truth = pd.DataFrame({"side": ["left", "left"], "contact": [103, 260], "length_s": [0.03, 0.1]})
    found = scuffed_strides(strides, truth, {"left": 100.0})
    assert found["initial_contact"].tolist() == [100]
    assert found["length_s_true"].tolist() == [0.03]


def test_a_count_on_people_who_differ_is_worth_fewer_strides() -> None:
    def people(*found: int) -> pd.DataFrame:
        return pd.DataFrame([{"person": who, "toe_drag": k < one} for who, one in enumerate(found) for k in range(100)])

    assert worth(people(50, 48, 52, 50)) == 400.0
    assert worth(people(50, 30, 70, 50)) == pytest.approx(0.25 / 0.2**2 * 1.5, rel=0.2)
    assert worth(people(50, 10, 90, 50)) < worth(people(50, 30, 70, 50))


def test_the_accuracy_on_people_at_large_is_what_was_counted() -> None:
    found = json.loads(RESULTS.read_text())["drag"]
    for counted, of, name, total in (
        (POPULATION.hit_count, POPULATION.drag_count, "hits", "scuffs"),
        (POPULATION.false_alarm_count, POPULATION.clear_count, "false_alarms", "clear_strides"),
    ):
        share = found[name] / found[total]
        assert counted / of == pytest.approx(share, rel=0.1)
        assert 0.6 < of / found[f"{name}_worth"] < 1.6


@pytest.mark.parametrize("name", CONFOUNDERS)
def test_a_confounder_changes_the_signals_of_its_strides(walk: Walk, name: str) -> None:
    session, truth = with_confounder(walk, name, 0)
    assert len(truth) == sum(len(foot.swings[::EVERY]) for foot in walk.feet.values())
    for stream in session.streams:
        if stream.quantity == "acceleration":
            foot = walk.feet[stream.segment.removesuffix("_foot")].recording
            assert not np.allclose(stream.values, foot.acc[~foot.lost])


def test_the_bars_name_figures_of_the_script() -> None:
    assert {row.figure for row in ROWS if row.part == "drag"} == {
        "area_10_hard",
        "sensitivity_10_hard",
        "simulated_sensitivity",
    }
