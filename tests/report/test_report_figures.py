"""Figures as SVG: drawn from real data classes, read back as XML."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest
from made_figures import EMPTY, LONG_WORDS, WALKS, figure
from made_figures_compared import COMPARED, EMPTY_COMPARED
from made_figures_weeks import EMPTY_WEEKS, WEEKS

from footdrop_imu.errors import FileFormatError
from footdrop_imu.report import figures
from footdrop_imu.report.figure_data import AlongWalk, CycleCourse, FigureData, Landings, Points
from footdrop_imu.report.figure_look import GRAY, INK, MUTED, PENS

SVG = "{http://www.w3.org/2000/svg}"
EMPTIES: dict[str, FigureData] = {**EMPTY, **EMPTY_WEEKS, **EMPTY_COMPARED}
EVERY: dict[str, FigureData] = {**WALKS, **WEEKS, **COMPARED}


def drawn(data: FigureData, language: str = "en", name: str = "this", *, wide: bool = False) -> ElementTree.Element:
    return ElementTree.fromstring(figures.draw(figure(name, data, wide=wide), language))


@cache
def every(key: str, *, wide: bool = False) -> str:
    return figures.draw(figure("a name", EVERY[key], wide=wide), "de")


def words_of(svg: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize("key", EVERY)
def test_a_figure_is_one_named_svg_element_with_title_and_description(key: str) -> None:
    svg = ElementTree.fromstring(every(key))
    assert svg.tag == f"{SVG}svg"
    assert svg.get("role") == "img"
    told = {each.get("id"): each.text for each in svg if each.tag in (f"{SVG}title", f"{SVG}desc")}
    assert told == {svg.get("aria-labelledby"): "Title & <title>", svg.get("aria-describedby"): "What it shows: 3.4°."}
    ids = [each.get("id") for each in svg.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    assert all(each is not None and each.startswith("a-name-") for each in ids)
    text = ElementTree.tostring(svg, encoding="unicode")
    pointed = re.findall(r'href="#([^"]*)"', text) + re.findall(r"url\(#([^)]*)\)", text)
    assert set(pointed) <= set(ids)
    assert not [each for each in svg.iter() if each.tag in (f"{SVG}style", f"{SVG}metadata", f"{SVG}script")]


@pytest.mark.parametrize("key", EVERY)
def test_the_same_figure_is_the_same_bytes_and_small(key: str) -> None:
    assert figures.draw(figure("a name", EVERY[key]), "de") == every(key)
    assert len(every(key).encode()) < 60_000


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("key", EVERY)
def test_letters_are_large_enough_on_a_telephone_and_inside(key: str, wide: bool) -> None:
    svg = ElementTree.fromstring(every(key, wide=wide))
    _, _, width, height = (float(part) for part in (svg.get("viewBox") or "").split())
    sizes = re.findall(r"font-size: ([\d.]+)px", ElementTree.tostring(svg, encoding="unicode"))
    assert sizes
    assert min(map(float, sizes)) * 360 / width >= 9
    for text in svg.iter(f"{SVG}text"):
        assert -0.5 <= float(text.get("x") or "nan") <= width + 0.5
        assert 0 <= float(text.get("y") or "nan") <= height


@pytest.mark.parametrize("data", EMPTIES.values(), ids=EMPTIES)
def test_nothing_to_draw_is_drawn_as_nothing(data: FigureData) -> None:
    svg = drawn(data)
    numbers = re.findall(r'(?:[dxy]|viewBox)="([^"]*)"', ElementTree.tostring(svg, encoding="unicode"))
    assert "nan" not in " ".join(numbers)
    assert "inf" not in " ".join(numbers)


def test_numbers_are_written_as_the_language_does() -> None:
    time = np.linspace(0, 2, 9)
    walk = AlongWalk((Points("left", time, np.linspace(-1, 0.5, 9), np.ones(9, bool)),), "Zeit in s", "Wert", "")
    assert {"−1,0", "−0,5", "0,0"} <= set(words_of(drawn(walk, "de")))
    assert {"−1.0", "−0.5", "0.0"} <= set(words_of(drawn(walk, "en")))


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(FileFormatError, match="There is no translation"):
        drawn(WALKS["pitch"], "tlh")


def test_words_are_drawn_as_they_are_even_what_the_font_does_not_have() -> None:
    told = ("$a_b$ & <b>", "日本語のラベル", "שלום \N{PEDESTRIAN}", "bell\x07 \ud800 end")
    svg = drawn(Landings(told, (("left", (1, 2, 3, 4)),), "Share"))
    found = words_of(svg)
    assert told[0] in found
    assert told[1] in found
    assert told[2] in found
    assert "bell\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER} end" in found


def test_long_words_are_wrapped_or_cut_and_stay_inside() -> None:
    course = WALKS["pitch"]
    assert isinstance(course, CycleCourse)
    curve = replace(course.curves[0], words=LONG_WORDS)
    long = replace(course, curves=(curve,), y_label=LONG_WORDS, x_label=LONG_WORDS, mark_words=LONG_WORDS)
    found = [text for text in words_of(drawn(long)) if text.endswith("…")]
    assert len(found) == 4
    assert max(map(len, found)) < 65


def test_sides_are_told_apart_by_line_mark_and_filling() -> None:
    text = figures.draw(figure("pitch", WALKS["pitch"]), "en")
    lines = re.findall(r'<path d="[^"]*" style="([^"]*stroke-width: 2.2[^"]*)"', text)
    dashed = {PENS["left"].color: False, PENS["right"].color: True}
    for color, is_dashed in dashed.items():
        found = [style for style in lines if color in style]
        assert found
        assert all(("stroke-dasharray" in style) is is_dashed for style in found)
    assert {(PENS[side].marker, PENS[side].filled) for side in ("left", "right", "before")} == {
        ("o", True),
        ("s", False),
        ("^", False),
    }


@pytest.mark.parametrize("color", [INK, MUTED, GRAY, *(pen.color for pen in PENS.values())])
def test_lines_stand_out_from_paper(color: str) -> None:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 3


def test_one_stride_is_a_stride() -> None:
    course = WALKS["pitch"]
    assert isinstance(course, CycleCourse)
    one = replace(course, curves=(replace(course.curves[0], stride_count=1),))
    assert "Left foot (1 stride)" in words_of(drawn(one))


def test_three_minutes_and_more_are_counted_in_minutes_unless_told() -> None:
    walk = WALKS["along an hour"]
    assert isinstance(walk, AlongWalk)
    assert "60" in words_of(drawn(walk))
    assert "3000" in words_of(drawn(replace(walk, x_unit="s")))


def test_a_path_from_above_has_the_same_meter_both_ways() -> None:
    svg = drawn(WALKS["path"])
    d = next(each.get("d") for each in svg.iter(f"{SVG}path") if f"{PENS['left'].color}" in (each.get("style") or ""))
    places = np.array([[float(part) for part in pair] for pair in re.findall(r"[ML]([\d.]+) ([\d.]+)", d or "")])
    x_m, y_m = WALKS["path"].feet[0].x_m, WALKS["path"].feet[0].y_m  # type: ignore[union-attr]
    per_m = np.ptp(places, axis=0) / (np.ptp(x_m), np.ptp(y_m))
    assert per_m[0] == pytest.approx(per_m[1], rel=0.01)
