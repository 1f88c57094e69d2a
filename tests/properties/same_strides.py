"""Two stride tables held against each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

EVENTS = ["start", "toe_off", "mid_swing", "initial_contact", "end"]


def numbers(table: pd.DataFrame) -> list[str]:
    """Columns of measured numbers."""
    return [str(name) for name in table.columns if table[name].dtype == np.float64]


def words(table: pd.DataFrame) -> list[str]:
    """Columns of words, counts and yes or no, events and keys aside."""
    left_out = {"session", "side", "stride", *EVENTS}
    return [str(name) for name in table.columns if table[name].dtype != np.float64 and name not in left_out]


def assert_same_events(found: pd.DataFrame, expected: pd.DataFrame, shift: int = 0) -> None:
    """Equal to the sample, ``shift`` samples later."""
    assert len(found) == len(expected)
    pd.testing.assert_frame_equal(found[EVENTS], expected[EVENTS] + shift)


def assert_same_measures(
    found: pd.DataFrame, expected: pd.DataFrame, relative: float, least: float, without: tuple[str, ...] = ()
) -> None:
    """Every number equal to ``relative`` of its size, or of ``least`` where it is smaller; every word equal."""
    for name in numbers(expected):
        if name in without:
            continue
        one, other = found[name].to_numpy(), expected[name].to_numpy()
        # an exponential of what the signals say: rounding grows with it
        probable = 1e3 if name == "toe_drag_probability" else 0.0
        np.testing.assert_allclose(one, other, rtol=relative, atol=relative * max(least, probable), err_msg=name)
    for name in words(expected):
        if name not in without:
            pd.testing.assert_series_equal(found[name], expected[name])


def assert_near(found: pd.DataFrame, expected: pd.DataFrame, tolerances: Mapping[str, float]) -> None:
    """Each of these columns within its tolerance in every row, missing in the same rows."""
    for name, tolerance in tolerances.items():
        one, other = found[name].to_numpy(), expected[name].to_numpy()
        np.testing.assert_allclose(one, other, rtol=0.0, atol=tolerance, err_msg=name)
