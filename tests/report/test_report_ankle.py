"""A walk with a shank sensor shows the ankle; one without says what pitch is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from in_report import figures, measures, rows, table, walk
from made_walks import made_walk

from footdrop_imu.report.measures import ANKLE_GROUP
from footdrop_imu.report.walk_courses import ankle_curves, pitch_curves
from footdrop_imu.schema import Estimate, Session, SessionResult

TITLE, MEASURES = ANKLE_GROUP


def with_shank(zero_source: str = "standing", sides: tuple[str, ...] = ("left",)) -> tuple[SessionResult, Session]:
    """A made walk whose feet in ``sides`` had a shank sensor too."""
    result, session = made_walk()
    summary, feet = result.summary, dict(result.provenance["feet"])
    worn = np.isin(result.courses.side, sides)
    for side in sides:
        found = {measure.column: Estimate(-8.2, -9.0, -7.5, 1.2, 40) for measure in MEASURES}
        summary = replace(summary, **{side: {**getattr(summary, side), **found}})
        feet[side] = {**feet[side], "ankle": {"zero_source": zero_source, "zero_sd_deg": 0.5}}
    ankle_deg = np.where(worn[:, None], 0.3 * result.courses.foot_pitch_deg, np.nan)
    courses = replace(result.courses, ankle_deg=ankle_deg)
    changed = replace(result, summary=summary, courses=courses, provenance={**result.provenance, "feet": feet})
    return changed, session


def test_the_ankle_stands_below_foot_lift() -> None:
    page = walk(*with_shank())
    titles = [title for title, _ in measures(page)[0].groups]
    assert titles.index(TITLE) == 1
    found = dict(measures(page)[0].groups)[TITLE]
    assert [row.label for row in found] == [measure.label for measure in MEASURES]
    assert [(row.cells[0].value, row.cells[0].below) for row in found] == [("−8.2°", "−9.0 to −7.5")] * 3
    assert [row.cells[1].value for row in found] == ["–"] * 3
    assert not {measure.label for measure in MEASURES} & {row.label for row in rows(page, "details")}


def test_without_a_shank_there_is_no_row_of_dashes() -> None:
    result, session = made_walk()
    page = walk(result, session)
    assert TITLE not in [title for title, _ in measures(page)[0].groups]
    assert "not the ankle angle" in page.trust.meaning[0]
    assert dict(table(page, "Measures not available").rows)["Ankle dorsiflexion"].startswith("needs a shank sensor")
    assert "ankle" not in figures(page)


@pytest.mark.parametrize(
    ("source", "words"),
    [("standing", "this recording's quiet standing"), ("foot_flat", "compare its changes, not its level")],
)
def test_what_the_ankles_zero_rests_on_is_said(source: str, words: str) -> None:
    (told,) = (text for text in walk(*with_shank(source)).trust.uncertainty if "ankle" in text)
    assert told.startswith("Left ankle: ")
    assert words in told
    assert told.endswith("(± 1.0°).")


def test_a_heel_that_may_be_up_has_no_ankle_zero() -> None:
    result, session = with_shank()
    feet = {side: {**foot, "suspected_heel_up": True} for side, foot in result.provenance["feet"].items()}
    page = walk(replace(result, provenance={**result.provenance, "feet": feet}), session)
    assert not any("ankle" in text for text in page.trust.uncertainty)


def test_its_course_is_drawn_with_toe_off() -> None:
    result, session = with_shank(sides=("left", "right"))
    ankle, pitch = ankle_curves(result), pitch_curves(result)
    assert [curve.side for curve in ankle] == ["left", "right"]
    for one, other in zip(ankle, pitch, strict=True):
        assert one.median == pytest.approx(0.3 * other.median)
        assert one.mark_percent == other.mark_percent
    figure = figures(walk(result, session))["ankle"]
    assert figure.title == "Ankle dorsiflexion over the gait cycle"
    assert len(figure.data.curves) == 2  # type: ignore[union-attr]
