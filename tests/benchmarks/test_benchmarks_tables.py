"""The tables of VALIDATION.md: made from figures, put between their marks, nothing else touched."""

import re
from pathlib import Path

import pytest

from benchmarks.all import all_figures_table, bars_table, clean, fill, rows_table, tables, worst_table
from benchmarks.bars import ROWS, bars_of

ROOT = Path(__file__).parents[2]


def test_a_table_replaces_only_what_stands_between_its_marks() -> None:
    text = "before\n<!-- table: one -->\nold | old\n<!-- end -->\nbetween\n<!-- table: two -->\n<!-- end -->\nafter\n"
    filled = fill(text, {"one": "| new |", "two": "| other |"})
    assert filled.startswith("before\n<!-- table: one -->\n\n| new |\n\n<!-- end -->\nbetween\n")
    assert filled.endswith("| other |\n\n<!-- end -->\nafter\n")
    assert fill(filled, {"one": "| new |", "two": "| other |"}) == filled


def test_a_table_that_nobody_makes_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("<!-- table: unknown -->\n<!-- end -->", {})


def test_every_table_of_the_document_is_made() -> None:
    asked = set(re.findall(r"<!-- table: (\w+) -->", (ROOT / "VALIDATION.md").read_text()))
    assert asked == set(tables({}))


def test_a_bar_that_is_not_reached_says_so_and_one_not_run_too() -> None:
    lines = {line.split("|")[1].strip(): line for line in bars_table({"overground": {"recall": 0.90}}).splitlines()}
    assert "**no**" in lines["swings found, healthy over ground: recall"]
    assert "not run" in lines["… precision"]
    reached = bars_table({"overground": {"recall": 0.99, "precision": 0.999}})
    assert "| yes |" in reached
    assert "yes, and the goal" in reached


def test_the_peer_gets_the_better_of_its_two_ways() -> None:
    results = {
        "peer": {
            "rampp": {"optical": {"initial_contact_bias_ms": 54.0}, "overground": {"recall": 0.63}},
            "herzer": {"optical": {"initial_contact_bias_ms": -26.0}, "overground": {"recall": 0.47}},
        }
    }
    text = bars_table(results)
    assert "-26.0 ms" in text
    assert "0.630" in text


def test_figures_are_stored_without_nan_and_with_six_digits() -> None:
    assert clean({"a": float("nan"), "b": [1 / 3, True, "x", None], 3: 7}) == {
        "a": None,
        "b": [0.333333, True, "x", None],
        "3": 7.0,
    }


def test_missing_cells_are_dashes() -> None:
    assert rows_table([{"who": "healthy", "rmse": None, "n": 3.14159}]).splitlines()[-1] == "| healthy | – | 3.14 |"
    assert "| a | – |" in all_figures_table({"a": None})


def test_the_bad_corners_are_named() -> None:
    rows = [
        {"person": "healthy", "speed_mps": speed, "rate_hz": 50.0, "pitch_rmse_deg": error, "missed": 0.0}
        for speed, error in ((0.2, 1.0), (0.4, 5.0), (0.8, None), (1.3, 3.0))
    ]
    lines = worst_table(rows, count=2).splitlines()
    assert lines[2] == "| pitch_rmse_deg | healthy, 0.4 m/s, 50 Hz: 5; healthy, 1.3 m/s, 50 Hz: 3 |"
    assert len(lines) == 3
    assert worst_table([]) == "(not run)"


def test_every_bar_has_one_row_and_a_goal_not_easier_than_the_bar() -> None:
    assert len({(row.part, row.figure) for row in ROWS}) == len(ROWS)
    for row in ROWS:
        if row.goal is not None:
            assert row.goal.kind == row.bar.kind
            assert row.bar.reached(row.goal.value)
    assert bars_of("treadmill")["correlation"].value == 0.95
