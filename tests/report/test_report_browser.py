"""The page in a real browser: on a phone, on a desk, on paper, and to those who do not see it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from in_report import page_html
from made_walks import made_walk

if TYPE_CHECKING:
    from playwright.sync_api import Page

REASONS = (
    "The left foot lies flat only briefly: lengths and heights are less certain.",
    "12 of 80 strides of the right foot were rejected because samples were lost.",
    "0° is assumed: there is no quiet standing in this recording.",
)
WALKS: dict[str, dict[str, Any]] = {
    "foot drop": {},
    "with reasons": {"count": 40, "zero_source": "foot_flat", "verdict": "usable", "reasons": REASONS},
    "one foot": {"count": 18, "sides": ("right",), "affected": "right", "zero_source": "foot_flat"},
    "no stride": {"count": 0, "affected": "unknown", "verdict": "poor", "reasons": ("no walking was found",)},
    "an hour": {"count": 2900, "affected": "unknown", "note": "Round the lake, as every Tuesday. " * 3},
}


@pytest.fixture(scope="module", params=WALKS.values(), ids=WALKS)
def document(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(page_html(*made_walk(**request.param)), encoding="utf-8")
    return path


def test_it_never_scrolls_sideways(page: Page, document: Path) -> None:
    page.goto(document.as_uri())
    found = {}
    for folded in (True, False):
        if not folded:
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        for width in (320, 400, 768, 1400):
            page.set_viewport_size({"width": width, "height": 800})
            found[width, folded] = page.evaluate("document.documentElement.scrollWidth")
    assert {case: width for case, width in found.items() if width > case[0]} == {}


def test_it_asks_for_nothing_and_complains_of_nothing(page: Page, document: Path) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(document.as_uri())
    page.wait_for_load_state("networkidle")
    assert asked == [document.as_uri()]
    assert said == []


def test_it_prints_on_few_pages(page: Page, document: Path) -> None:
    page.goto(document.as_uri())
    for paper in ("A4", "Letter"):
        assert 1 <= len(re.findall(rb"/MediaBox\s*\[", page.pdf(format=paper))) <= 5, paper


def test_words_in_figures_are_large_enough_and_inside(page: Page, document: Path) -> None:
    page.goto(document.as_uri())
    for width in (400, 1400):
        page.set_viewport_size({"width": width, "height": 800})
        measured = page.evaluate(
            """[...document.querySelectorAll('figure svg')].map(svg => {
                const frame = svg.getBoundingClientRect();
                const boxes = [...svg.querySelectorAll('text')].map(each => each.getBoundingClientRect());
                return [Math.min(...boxes.map(box => box.height)),
                        Math.max(...boxes.map(box => Math.max(frame.left - box.left, box.right - frame.right)))];
            })"""
        )
        for height_px, outside_px in measured:
            assert height_px >= 11, width
            assert outside_px <= 2, width


def test_text_is_no_smaller_than_a_weak_eye_reads(page: Page, document: Path) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(document.as_uri())
    smallest = page.evaluate(
        """Math.min(...[...document.querySelectorAll('body *:not(svg *):not(sup):not(sup *)')]
            .filter(each => each.innerText && each.innerText.trim())
            .map(each => parseFloat(getComputedStyle(each).fontSize)))"""
    )
    assert smallest >= 14


@pytest.mark.parametrize("walk", ["with reasons", "one foot", "no stride"])
def test_axe_finds_nothing_to_mend(page: Page, tmp_path: Path, walk: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "report.html"
    path.write_text(page_html(*made_walk(**WALKS[walk])), encoding="utf-8")
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page).response
    assert len(found["passes"]) > 15
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found["violations"]] == []


def test_a_person_called_script_is_only_a_name(page: Page, tmp_path: Path) -> None:
    from footdrop_imu.schema import Person

    name = "<script>document.title='taken'</script>"
    path = tmp_path / "report.html"
    path.write_text(page_html(*made_walk(14, person=Person(name, "left"))), encoding="utf-8")
    page.goto(path.as_uri())
    assert page.title().startswith("Walk report")
    assert name in page.inner_text("header")


def test_reading_order_keeps_each_side_with_its_name(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(page_html(*made_walk(60)), encoding="utf-8")
    for width in (400, 1400):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path.as_uri())
        row = page.get_by_role("row", name=re.compile("Foot pitch at mid swing"))
        assert row.get_by_role("rowheader").count() == 1
        # no range of healthy adults is published: on a phone nothing stands in its place
        assert row.get_by_role("cell").count() == (4 if width == 400 else 5)
        left, right = (row.get_by_role("cell").nth(place).bounding_box() for place in (0, 1))
        assert left is not None
        assert right is not None
        assert left["x"] < right["x"]
        assert abs(left["y"] - right["y"]) < 2
