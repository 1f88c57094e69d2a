"""Stated uncertainties: people and sensors as drawn, and the figures made of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks import score_uncertainty
from benchmarks.bars import bars_of
from benchmarks.score_uncertainty import STATED, drawn, errors, score, usual_medians
from footdrop_imu.simulate.pattern import healthy


@pytest.fixture(scope="module")
def measured() -> tuple[pd.DataFrame, pd.DataFrame]:
    return errors(3, first=100)


def test_a_seed_is_one_person_with_one_sensor() -> None:
    assert drawn(3) == drawn(3)
    people = [drawn(seed) for seed in range(12)]
    assert len({walk.speed_mps for walk, _ in people}) == 12
    assert {sensor.place for _, sensor in people} == {"instep", "lace", "heel", "outer"}
    for walk, _ in people:
        assert healthy() in [replace(foot, toe_out_deg=healthy().toe_out_deg) for foot in (walk.left, walk.right)]


def test_the_usual_is_the_median_of_many_strides() -> None:
    usual = usual_medians(5)
    assert list(usual.index) == ["left", "right", "both"]
    walk, _ = drawn(5)
    assert usual["walking_speed_mps"].to_numpy() == pytest.approx(walk.speed_mps, rel=0.1)


def test_errors_of_every_stated_column(measured: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    strides, intervals = measured
    assert set(strides["walk"]) == {100, 101, 102}
    for column in STATED:
        assert (strides[f"{column}:sd"] > 0).all()
        assert strides[column].abs().median() < 4.0 * strides[f"{column}:sd"].median()
    assert set(intervals["side"]) == {"left", "right", "both"}
    known = intervals.dropna()
    assert (known["low"] <= known["median"]).all()
    assert (known["median"] <= known["high"]).all()


def test_figures_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    strides = pd.DataFrame(
        {column: [3.0, -4.0] for column in STATED} | {f"{column}:sd": [1.0, 2.0] for column in STATED}
    )
    intervals = pd.DataFrame(
        {
            "walk": 1,
            "side": ["left", "right", "both", "left"],
            "column": ["a", "a", "a", "b"],
            "usual": [1.0, 5.0, 1.0, 1.0],
            "low": [0.0, 0.0, 0.0, np.nan],
            "high": [2.0, 2.0, 2.0, np.nan],
        }
    )
    monkeypatch.setattr(score_uncertainty, "errors", lambda _: (strides, intervals))
    found = score(1)
    assert found["stride_length_m_error_over_sd"] == pytest.approx(np.sqrt((9.0 + 4.0) / 2.0))
    assert found["foot_roll_error_over_sd"] == pytest.approx(np.sqrt((9.0 + 4.0) / 2.0))
    assert (found["a_coverage"], found["coverage"], found["both_coverage"]) == (0.5, 0.5, 1.0)
    assert "b_coverage" not in found


def test_every_bar_has_its_figure(measured: tuple[pd.DataFrame, pd.DataFrame], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_uncertainty, "errors", lambda _: measured)
    assert set(bars_of("uncertainty")) <= set(score(3))
