"""Figures that compare: better to the right, the judged one in bold, each value in its place."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from made_figures import LONG_WORDS, figure
from made_figures_compared import COMPARED, FOREST

from footdrop_imu.report import figures
from footdrop_imu.report.figure_data import ChangeForest, FigureData, ForestRow
from footdrop_imu.report.figure_text import shorten, text_width_pt, wrap

SVG = "{http://www.w3.org/2000/svg}"


def drawn(data: FigureData, *, wide: bool = False) -> ElementTree.Element:
    return ElementTree.fromstring(figures.draw(figure("compared", data, wide=wide), "en"))


def words_of(svg: ElementTree.Element) -> dict[str, ElementTree.Element]:
    return {"".join(text.itertext()): text for text in svg.iter(f"{SVG}text")}


def marks(svg: ElementTree.Element) -> list[tuple[float, float]]:
    return [(float(mark.get("x") or "nan"), float(mark.get("y") or "nan")) for mark in svg.iter(f"{SVG}use")]


def places(rows: tuple[ForestRow, ...]) -> list[float]:
    """Where the rows' changes stand: right of zero is positive, one is the edge of the band."""
    svg = drawn(ChangeForest(rows, "x", "better", "worse", ""))
    edges = next(path.get("d") or "" for path in svg.iter(f"{SVG}path") if "fill: #dfe4e8" in (path.get("style") or ""))
    left, right = (float(part) for part in re.findall(r"([\d.]+)", edges)[:3:2])
    middle = (left + right) / 2
    return [(x - middle) / (right - middle) for x, _ in marks(svg)]


def test_changes_stand_at_their_multiple_of_the_detectable_change_better_to_the_right() -> None:
    rows = (
        ForestRow("a", "", 3, 2, 4, 2, 1),
        ForestRow("b", "", -3, -4, -2, 2, -1),
        ForestRow("c", "", -1, -2, 0, 2, 0),
    )
    assert places(rows)[:3] == pytest.approx([1.5, 1.5, -0.5], abs=0.02)


def test_what_goes_beyond_the_axis_ends_at_its_edge() -> None:
    places_found = places((ForestRow("a", "", 90, 80, 100, 2, 1), ForestRow("b", "", 2, 1, 3, 2, 1)))
    assert max(places_found) == pytest.approx(4, abs=0.05)
    assert places_found[-1] == pytest.approx(1, abs=0.02)


def test_the_judged_one_is_bold_and_rows_keep_their_order() -> None:
    svg = drawn(FOREST, wide=True)
    words = words_of(svg)
    bold = {text for text, element in words.items() if "font-weight: 700" in (element.get("style") or "")}
    assert bold == {"Foot pitch in mid-swing", "+8.2°"}
    heights = [float(words[row.text].get("y") or "nan") for row in FOREST.rows]
    assert heights == sorted(heights)
    assert len(set(heights)) == len(heights)


def test_the_ends_are_named_in_words() -> None:
    words = words_of(drawn(FOREST))
    worse, better = words["← worse"], words["better →"]
    assert float(worse.get("x") or "nan") < float(better.get("x") or "nan")
    assert "how days often differ" in words
    assert "Open: neither more nor less of it is better" in words


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("data", COMPARED.values(), ids=COMPARED)
def test_words_stay_inside(data: FigureData, wide: bool) -> None:
    svg = drawn(data, wide=wide)
    width = float((svg.get("viewBox") or "").split()[2])
    for text, element in words_of(svg).items():
        style = element.get("style") or ""
        size = re.search(r"font-size: ([\d.]+)px", style)
        long = text_width_pt(text, float(size[1]) if size else 0, bold="weight: 700" in style)
        back = {"middle": 0.5, "end": 1.0}.get((re.findall(r"text-anchor: (\w+)", style) or ["start"])[0], 0.0)
        x = float(element.get("x") or "nan")
        assert x - back * long >= -2, text
        assert x + (1 - back) * long <= width + 2, text


def test_left_and_right_stand_back_to_back_as_long_as_their_shares() -> None:
    svg = drawn(COMPARED["butterfly"])
    bars = []
    for path in svg.iter(f"{SVG}path"):
        color = re.search(r"stroke: (#0b5cad|#a8430a)", path.get("style") or "")
        across = [float(x) for x in re.findall(r"[MLH]([\d.]+)", path.get("d") or "")]
        if color and len(across) >= 3 and "z" in (path.get("d") or ""):
            bars.append((color[1], min(across), max(across)))
    middle = 338 / 2
    left = [middle - low for color, low, _ in bars if color == "#0b5cad"]
    right = [high - middle for color, _, high in bars if color == "#a8430a"]
    assert len(left) == 2
    assert left[1] == pytest.approx(left[0], abs=0.1)
    assert right[1] / right[0] == pytest.approx(6 / 17, abs=0.01)
    assert right[2] == pytest.approx(right[0], abs=0.1)


def test_walks_that_belong_together_are_joined() -> None:
    svg = drawn(COMPARED["settings"])
    thin = [path for path in svg.iter(f"{SVG}path") if "stroke-width: 0.9" in (path.get("style") or "")]
    assert len(thin) == 6 + 1
    assert len(marks(svg)) == 12 + 2 + 2
    assert {"A walk", "Walks that belong together", "Mean with its 95 % interval", "In turn."} <= words_of(svg).keys()
    assert "Walks that belong together" not in words_of(drawn(COMPARED["settings, many walks"]))


@pytest.mark.parametrize(
    "text", ["", "a", LONG_WORDS, "W" * 90, "日本語" * 30, " \n a \t b ", "e\u0301" * 60, "🚶" * 30]
)
@pytest.mark.parametrize("width_pt", [5.0, 40.0, 120.0])
def test_texts_are_cut_and_wrapped_to_their_width(text: str, width_pt: float) -> None:
    cut = shorten(text, width_pt, 10)
    assert text_width_pt(cut, 10) <= max(width_pt, 10.0)
    assert cut == " ".join(text.split()) or cut.endswith("…")
    lines = wrap(text, width_pt, 10, 3)
    assert len(lines) <= 3
    for line in lines:
        assert text_width_pt(line, 10) <= max(width_pt, 10.5)
    joined = "".join("".join(lines).split())
    whole = "".join(text.split())
    assert joined == whole or (joined.endswith("…") and whole.startswith(joined[:-1]))
