"""What lifts the toe, in words and rows."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
import pytest
from in_report import EN, measures, rows, walk
from made_walks import made_risk, made_walk

from footdrop_imu.report.model import Report
from footdrop_imu.report.walk_lift import lift_clause
from footdrop_imu.schema import Estimate, SessionResult

NAMES = ("foot", "leg", "sideways", "vaulting")


def shares(foot: float, leg: float, sideways: float, vaulting: float, half: float = 0.003) -> dict[str, Estimate]:
    values = dict(zip(NAMES, (foot, leg, sideways, vaulting), strict=True))
    return {f"lift_from_{name}_m": Estimate(m, m - half, m + half, half, 30) for name, m in values.items()}


USUAL = shares(-0.040, 0.060, 0.001, 0.0)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (shares(0.03, 0.01, 0.0, 0.0), "mostly by tilting the foot up (+30 mm)"),
        (shares(-0.01, 0.01, 0.03, 0.0), "mostly by swinging the leg sideways (+30 mm)"),
        (shares(-0.01, 0.01, 0.0, 0.045), "mostly by rising on the other foot (+45 mm)"),
        (shares(-0.12, 0.14, 0.0, 0.0), "whole leg (+140 mm), while the foot, toes down, takes 120 mm away"),
    ],
)
def test_the_source_that_lifts_most_in_plain_words(found: dict[str, Estimate], words: str) -> None:
    told = lift_clause(found, {}, EN)
    assert words in told
    assert "other side" not in told, "nothing is said of a side that was not seen"


def test_what_is_more_than_on_the_other_side_is_said_and_what_may_be_chance_is_not() -> None:
    told = lift_clause(shares(-0.12, 0.140, 0.001, 0.025), USUAL, EN)
    assert "mostly by lifting the whole leg (+140 mm, 80 mm more than on the other side)" in told
    assert "also by rising on the other foot (+25 mm, 25 mm more than on the other side)" in told
    wide = shares(-0.12, 0.090, 0.001, 0.0, half=0.04)
    assert "more than" not in lift_clause(wide, USUAL, EN), "the intervals overlap"


def test_of_a_leg_that_lifts_as_in_every_walk_nothing_is_said() -> None:
    assert lift_clause(shares(-0.04, 0.066, 0.001, 0.0), USUAL, EN) == "", "less than 10 mm more"
    assert lift_clause(USUAL, {}, EN) == ""
    assert "20 mm more" in lift_clause(shares(-0.04, 0.080, 0.001, 0.0), USUAL, EN)


@pytest.mark.parametrize("missing", NAMES)
def test_without_one_share_nothing_is_said(missing: str) -> None:
    column = f"lift_from_{missing}_m"
    assert lift_clause(USUAL | {column: Estimate(nan, nan, nan, nan, 0)}, {}, EN) == ""
    assert lift_clause({name: value for name, value in USUAL.items() if name != column}, USUAL, EN) == ""
    assert lift_clause(shares(-0.01, -0.01, -0.01, -0.01), {}, EN) == ""


def with_budget(result: SessionResult) -> SessionResult:
    summary = result.summary
    left = dict(summary.left) | shares(-0.12, 0.14, 0.002, 0.0)
    right = dict(summary.right) | USUAL
    strides = result.strides.assign(lowest_point=np.where(result.strides["side"] == "left", "outer_edge", "toe"))
    summary = replace(summary, left=left, right=right, clearance_risk=made_risk(strides))
    return replace(result, summary=summary, strides=strides)


def cells_of(page: Report) -> dict[str, tuple[str, ...]]:
    return {row.label: tuple(cell.value for cell in row.cells[:2]) for row in rows(page)}


def test_the_page_shows_the_budget_and_the_lowest_part() -> None:
    result, session = made_walk(40)
    page = walk(with_budget(result), session)
    cells = cells_of(page)
    assert cells["Lifting the whole leg"] == ("140 mm", "60 mm")
    assert cells["Tilting the foot"] == ("−120 mm", "−40 mm")
    assert cells["… lowest part"] == ("outer edge", "toe")
    told = page.answer.statements[0].text
    assert "clears the floor mostly by lifting the whole leg" in told
    titles = [title for title, _ in measures(page)[0].groups]
    assert titles.index("Toe height at mid swing, and what lifts it") == 1 + titles.index(
        "Toe clearance, and how the leg helps"
    )


def test_a_walk_without_a_budget_has_no_group_for_it() -> None:
    page = walk(*made_walk(40))
    assert "Lifting the whole leg" not in cells_of(page)
    assert cells_of(page)["… lowest part"] == ("–", "–")
