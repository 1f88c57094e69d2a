"""What the page says of toe drags, in every case that words are for."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from in_report import EN, blocks, figures, page_html, row, rows, texts, walk
from made_drags import dragging_walk
from made_walks import made_walk

from footdrop_imu.drags import drag_summaries
from footdrop_imu.report.figure_data import DragMarks, DragShares
from footdrop_imu.report.walk_drags import drag_clause, drag_marks, drag_words
from footdrop_imu.schema_drag import DragAccuracy, DragSummary, DragTeaching

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def words(found: DragSummary) -> str:
    """The sentence of a left foot with these drags."""
    result, session = made_walk(12)
    page = walk(replace(result, summary=replace(result.summary, drags={"left": found})), session)
    who, what = texts(page, "drags")[0]
    assert who == "Left foot"
    return what


@pytest.fixture
def some() -> DragSummary:
    """12 of 240 strides drag, without a change."""
    result, _ = dragging_walk(240, {"left": (0.05, 0.05)})
    found = result.summary.drags["left"]
    course = replace(found.course, change_at_m=nan)
    return replace(found, count=12, rate=6.78, low=2.04, high=13.2, by_phase={"initial": 8, "mid": 3}, course=course)


def test_drags_are_told_raw_and_corrected(some: DragSummary) -> None:
    assert words(some) == (
        "Found in 12 of 240 strides. Corrected for missed drags and false alarms: about 6.8 in 100 strides (95 % "
        "interval 2.0 to 13.2). Most of them early in swing (8 of 11). No change along the walk can be told."
    )
    assert drag_clause(some, EN) == "the toe drags in about 6.8 of 100 strides"
    assert drag_words(some) == "12 of 240, about 6.8 in 100 (2.0 to 13.2)"


def test_a_high_rate_has_whole_numbers(some: DragSummary) -> None:
    assert "about 17 in 100 strides (95 % interval 8 to 29)" in words(replace(some, rate=17.2, low=8.06, high=28.6))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            (0, 112),
            (12, 128),
            "The first 140 m (95 % interval 98 to 232 m) were clear, then 12 of 128 strides dragged.",
        ),
        (
            (12, 112),
            (0, 128),
            "After 140 m (95 % interval 98 to 232 m) the walk was clear; until then 12 of 112 strides dragged.",
        ),
        (
            (2, 112),
            (10, 128),
            "More often after 140 m (95 % interval 98 to 232 m): 2 of 112 strides before, 10 of 128 after.",
        ),
        (
            (10, 112),
            (2, 128),
            "Less often after 140 m (95 % interval 98 to 232 m): 10 of 112 strides before, 2 of 128 after.",
        ),
    ],
)
def test_a_change_is_told_with_its_place(
    some: DragSummary, before: tuple[int, int], after: tuple[int, int], told: str
) -> None:
    counts = dict(zip(("before_count", "before_stride_count"), before, strict=True))
    counts |= dict(zip(("after_count", "after_stride_count"), after, strict=True))
    course = replace(some.course, change_at_m=140.4, change_low_m=98.4, change_high_m=232.1, **counts)
    assert words(replace(some, course=course)).endswith(told)


def test_no_drag_found_is_at_most_so_many() -> None:
    result, _ = dragging_walk(240, {})
    found = result.summary.drags["left"]
    assert words(found) == f"None found in 240 strides: at most {found.high:.1f} in 100."
    assert 0.0 < found.high < 100.0 * (1.0 - 0.025 ** (1.0 / 240.0)) / found.sensitivity_low
    assert drag_clause(found, EN) == "no toe drag found in 240 strides"


def test_no_more_than_false_alarms_is_called_that(some: DragSummary) -> None:
    told = words(replace(some, count=2, rate=0.0, low=0.0, high=3.9))
    assert told == "Found in 2 of 240 strides, no more than false alarms alone would give: at most 3.9 in 100."


def test_a_short_walk_has_no_rate() -> None:
    result, _ = dragging_walk(60, {"left": (0.3, 0.3)})
    found = result.summary.drags["left"]
    assert words(found).startswith(
        f"Found in {found.count} of 60 strides. No corrected rate: needs 100 strides of the foot, this walk has 60."
    )
    assert drag_clause(found, EN) == f"toe drags found in {found.count} of 60 strides"
    assert drag_words(found) == f"{found.count} of 60"
    assert words(result.summary.drags["right"]).startswith("None found in 60 strides. No corrected rate: needs 100")


def test_nearly_every_step_is_called_that() -> None:
    result, session = dragging_walk(110, {"left": (0.96, 0.96)})
    found = result.summary.drags["left"]
    assert words(found) == f"Drags too often to count: nearly every step ({found.count} of 110 strides)."
    assert drag_words(found) == f"{found.count} of 110, nearly every step"
    page = walk(result, session)
    rate = row(page, "Drags in 100 strides", "details")
    assert (rate.cells[0].value, rate.cells[0].below) == ("–", "nearly every step")
    assert "toe drags too often to count: nearly every step" in page.answer.statements[0].text
    assert "no toe drag found in 110 strides." in page.answer.statements[1].text


def test_strides_that_could_not_be_judged_are_told(some: DragSummary) -> None:
    assert "3 strides more could not be judged." in words(replace(some, unknown_count=3))


def test_strides_on_stairs_are_told_to_be_unjudged() -> None:
    result, session = dragging_walk(120)
    strides = result.strides.copy()
    climbing = (strides["side"] == "left") & (strides["stride"] >= 100)
    strides.loc[climbing, "kind"] = "stairs_up"
    strides.loc[climbing, "toe_drag"] = None
    found = drag_summaries(strides, result.rejected.iloc[:0], {})
    page = walk(replace(result, strides=strides, summary=replace(result.summary, drags=found)), session)
    told = "20 strides more could not be judged, 20 of them on stairs, where toe drags are not told."
    assert told in texts(page, "drags")[0][1]
    assert "on stairs" not in texts(page, "drags")[1][1]


def test_hits_and_false_alarms_are_told_and_where_they_are_from() -> None:
    accuracy = DragAccuracy(17, 20, 3, 91, "taught")
    record: dict[str, Any] = {
        "press_count": 23,
        "unmatched_count": 2,
        "lag_s": 0.62,
        "not_taught": {"right": "4 of its strides were judged and have a key press, 8 are needed"},
    }
    taught = {"left": DragTeaching(0.4, 23, 20, 0.62, accuracy)}
    page = walk(*dragging_walk(120, {"left": (0.1, 0.1)}, teaching=taught, record=record))
    how = [text for who, text in texts(page, "drags") if not who]
    assert how[0] == (
        "Left foot: of 100 drags about 85 (62 to 97) are found, of 100 clear strides about 3.3 (0.7 to 9.3) are taken "
        "for one, as counted by a helper's key presses."
    )
    assert how[1].startswith("Right foot: of 100 drags about ")
    assert how[1].endswith(
        "as counted on other people, who differ, with touches of middling strength put in: of lighter ones fewer are "
        "found, of harder ones more."
    )
    assert tuple(how[2:4]) == (
        "The helper pressed 23 times, about 0.6 s after mid swing; 2 of these fit no step.",
        f"The key presses could not teach the right foot: {record['not_taught']['right']}.",
    )
    same = [text for who, text in texts(walk(*dragging_walk(120)), "drags") if not who]
    assert len(same) == 2
    assert same[0].startswith("Of 100 drags about ")
    assert same[1].startswith("Every kind of stride counts")


def test_rows_count_every_kind_of_stride() -> None:
    result, session = dragging_walk(120)
    cells = {row.label: row.cells for row in rows(walk(result, session), "details")}
    left = result.strides[result.strides["side"] == "left"]
    drag = left["toe_drag"].to_numpy(bool)
    assert cells["Strides with a toe drag"][0].value == f"{drag.sum()} of 120"
    turning = (left["kind"] == "turn").to_numpy(bool)
    assert cells["… turning"][0].value == f"{(drag & turning).sum()} of {turning.sum()}"
    assert cells["… first and last steps"][0].value.endswith(" of 2")
    assert "… on stairs" not in cells
    assert cells["Where in swing"][0].below.startswith("early ")
    assert "deceleration" in cells["Signs that agreed"][0].below
    assert cells["Signs that agreed"][1].value == "–"
    first, last = cells["First and last minute"][0].value.split(", ")
    assert first.startswith("0 of 49")
    assert last.endswith(" of 49")
    assert cells["First and last minute"][0].below == "p < 0.01"


def test_a_walk_without_an_answer_has_no_part() -> None:
    result, session = made_walk(40)
    assert blocks(walk(result, session), "drags") == ()
    assert '<section class="drags"' not in page_html(result, session)


def test_marks_are_the_strides_and_long_walks_come_in_runs() -> None:
    result, _ = dragging_walk(120)
    left, right = drag_marks(result.strides, result.summary.drags)
    assert isinstance(left, DragMarks)
    assert left.drag.sum() == result.summary.drags["left"].count
    assert left.change_at_s == result.summary.drags["left"].course.change_at_s
    assert not right.drag.any()  # type: ignore[union-attr]
    strides = result.strides.copy()
    strides.loc[:9, "toe_drag"] = None
    assert len(drag_marks(strides, result.summary.drags)[0].time_s) == 110
    hour, _ = dragging_walk(1200, {"left": (0.1, 0.3)})
    runs, _ = drag_marks(hour.strides, hour.summary.drags)
    assert isinstance(runs, DragShares)
    assert (len(runs.percent), runs.run_length) == (60, 20)
    assert np.mean(runs.percent) == pytest.approx(100 * hour.summary.drags["left"].count / 1200)


def test_the_figure_says_in_words_what_it_shows() -> None:
    result, session = dragging_walk(120)
    figure = figures(walk(result, session))["drags"]
    count = result.summary.drags["left"].count
    assert figure.alt.startswith(f"Toe drags along the walk. Left foot: {count} of 120, about ")
    assert "Right foot: 0 of 120" in figure.alt
    assert figure.caption.startswith(
        "Tall marks: strides with a toe drag; short ticks: without. Dashed: where their rate changes."
    )
    told = [each for cells in figure.table.rows for each in cells[1:2]]
    assert sum(int(cell.split(" of ")[0]) for cell in told) == count
    assert sum(int(cell.split(" of ")[1]) for cell in told) == 120
    none = walk(*dragging_walk(120, {}))
    assert "drags" not in figures(none)
    assert "None found in 120 strides" in texts(none, "drags")[0][1]


def test_a_side_without_an_answer_leaves_the_other_s() -> None:
    result, session = dragging_walk(120)
    page = walk(replace(result, summary=replace(result.summary, drags={"left": result.summary.drags["left"]})), session)
    assert [who for who, _ in texts(page, "drags") if who] == ["Left foot"]
    assert row(page, "Strides with a toe drag", "details").cells[1].value == "–"


@pytest.mark.parametrize("count", [60, 120, 1200])
def test_the_page_holds_it_at_every_width(browser: Browser, tmp_path: Path, count: int) -> None:
    path = tmp_path / "report.html"
    path.write_text(page_html(*dragging_walk(count)), encoding="utf-8")
    page = browser.new_page(viewport={"width": 320, "height": 900})
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    letters = "[...document.querySelectorAll('[aria-labelledby=drags] svg text')]"
    for width in (320, 400, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        heights = page.evaluate(f"{letters}.map(each => each.getBoundingClientRect().height)")
        assert min(heights) >= (11 if width > 320 else 9), width
    page.close()
