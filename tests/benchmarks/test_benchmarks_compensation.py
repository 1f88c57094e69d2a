"""Scores of sole, circumduction and budget: one speed, and errors that are planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.score_compensation import SOURCES, WAYS, named_source, score, walk_table


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return walk_table((1.0,))


def test_each_way_to_buy_lift_is_named_and_the_figures_hold(table: pd.DataFrame) -> None:
    assert set(table["way"]) == set(WAYS)
    figures = score(table)
    assert figures["source_named_right_percent"] == 100.0
    assert figures["circumduction_rmse_mm"] < 5.0
    assert figures["sole_clearance_median_error_mm"] < 6.0
    assert figures["inverted_outer_edge_percent"] > 90.0
    assert figures["lowest_point_right_percent"] > 80.0
    assert figures["vaulting_rmse_mm"] < 3.0


def test_in_inversion_the_toe_is_not_the_lowest(table: pd.DataFrame) -> None:
    inverted = table[table["way"] == "inverted"]
    assert (inverted["lowest_point"] == "outer_edge").mean() > 0.9
    assert (inverted["minimum_sole_clearance_m"] < inverted["minimum_toe_clearance_m"]).all()
    assert set(table.loc[table["way"] == "healthy", "lowest_point"]) == {"toe"}


def test_planted_errors_come_out_in_their_units(table: pd.DataFrame) -> None:
    true = [name for name in table if name.endswith("_true")]
    exact = table.assign(**{name.removesuffix("_true"): table[name] for name in true})
    assert score(exact)["lowest_point_right_percent"] == 100.0
    wrong = exact.assign(
        circumduction_m=exact["circumduction_m"] + 0.004,
        minimum_sole_clearance_m=exact["minimum_sole_clearance_m"] - 0.002,
        lowest_point=np.where(np.arange(len(exact)) % 2, exact["lowest_point"], "none"),
    )
    figures = score(wrong)
    assert figures["circumduction_rmse_mm"] == pytest.approx(4.0)
    assert figures["sole_clearance_median_error_mm"] == pytest.approx(2.0)
    assert figures["lowest_point_right_percent"] == pytest.approx(50.0, abs=5.0)
    assert figures["lift_from_leg_rmse_mm"] == 0.0


def test_a_budget_that_blames_another_source_scores_as_wrong(table: pd.DataFrame) -> None:
    way = next(name for name, of in WAYS.items() if of.source == "leg")
    blamed = table.copy()
    blamed.loc[blamed["way"] == way, "lift_from_foot_m"] += 0.5
    assert named_source(blamed, way, 1.0) == "foot"
    assert score(blamed)["source_named_right_percent"] < 100.0
    assert set(SOURCES) >= {of.source for of in WAYS.values() if of.source}
