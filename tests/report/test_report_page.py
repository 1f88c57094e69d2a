"""The page as text: self-contained, inert to what users write, the same each time, sound as HTML."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from in_report import page_html
from made_walks import made_walk

from footdrop_imu.columns import REJECTED_COLUMNS, make_table
from footdrop_imu.report import figures
from footdrop_imu.report.figure_look import INK, MUTED, PENS
from footdrop_imu.schema import Condition, Person, Session, SessionResult

COLORS = {side: PENS[side].color for side in ("left", "right")}
VOID = {"meta", "br", "img", "link", "input", "hr"}
WALKS = {
    "foot drop": {},
    "other side": {"affected": "right"},
    "unknown side": {"affected": "unknown"},
    "left foot alone": {"count": 18, "sides": ("left",)},
    "right foot alone": {"count": 18, "sides": ("right",), "affected": "right", "zero_source": "foot_flat"},
    "one stride": {"count": 1},
    "two strides": {"count": 2},
    "no stride": {"count": 0, "affected": "unknown", "verdict": "poor", "reasons": ("no walking was found",)},
    "no foot": {"count": 0, "sides": (), "verdict": "poor"},
    "nothing measured": {"count": 12, "blank": True, "verdict": "poor"},
}


class Outline(HTMLParser):
    """Elements in order with their attributes, and whatever does not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if len(dict(attrs)) != len(attrs):
            self.faults.append(f"attribute twice in {tag}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def tags(self, *names: str) -> list[tuple[str, dict[str, str | None]]]:
        return [element for element in self.elements if element[0] in names]


@pytest.fixture(scope="module", params=WALKS.values(), ids=WALKS)
def html(request: pytest.FixtureRequest) -> str:
    return page_html(*made_walk(**request.param))


@pytest.fixture(scope="module")
def outline(html: str) -> Outline:
    return Outline(html)


def test_elements_nest_and_ids_are_their_own(outline: Outline) -> None:
    assert outline.faults == []
    assert outline.open == []
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    named = [attributes["aria-labelledby"] for _, attributes in outline.elements if "aria-labelledby" in attributes]
    assert set(named) <= set(ids)


def test_references_inside_figures_stay_inside(html: str, outline: Outline) -> None:
    ids = {attributes.get("id") for _, attributes in outline.elements}
    targets = re.findall(r'(?:xlink:href="|url\()#([^")]+)', html)
    assert set(targets) <= ids


def test_nothing_is_fetched_or_run(html: str, outline: Outline) -> None:
    assert outline.tags("script", "iframe", "img", "object", "embed", "base", "form") == []
    for tag, attributes in outline.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        href = attributes.get("href") or "#"
        assert href.startswith("#") or (tag == "link" and href.startswith("data:text/css,")), tag
        assert not {"src", "srcset", "action"} & set(attributes), tag
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)
    assert not re.search(r"(https?:)?//\w", re.sub(r'xmlns(:\w+)?="[^"]*"', "", html))


def test_it_has_language_title_and_headings_in_steps(outline: Outline) -> None:
    assert outline.elements[0] == ("html", {"lang": "en"})
    assert len(outline.tags("title")) >= 1
    levels = [int(tag[1]) for tag, _ in outline.tags("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert len(outline.tags("main")) == len(outline.tags("header")) == len(outline.tags("footer")) == 1


def test_tables_say_what_heads_what(outline: Outline) -> None:
    assert all("scope" in attributes for _, attributes in outline.tags("th"))
    assert len(outline.tags("table")) == len(outline.tags("caption"))


def test_every_figure_is_named_and_captioned(html: str, outline: Outline) -> None:
    pictures = [attributes for _, attributes in outline.tags("svg") if attributes.get("aria-hidden") != "true"]
    assert all(attributes["role"] == "img" for attributes in pictures)
    assert len(pictures) == len(outline.tags("figcaption")) == len(outline.tags("figure"))
    assert html.count("<title id=") == len(pictures)


def test_the_intended_use_and_the_limits_are_on_every_page(html: str) -> None:
    for words in (
        "It is not a medical device",
        "does not diagnose",
        "not the ankle angle",
        "hip hiking, knee hyperextension, step width and step length",
    ):
        assert words in " ".join(html.split())


def test_no_missing_number_leaks(outline: Outline) -> None:
    words = " ".join(outline.words)
    for leak in ("nan", "None", "inf ", "<NA>", "{{", "}}"):
        assert not re.search(rf"(?<![A-Za-z]){re.escape(leak)}(?![A-Za-z])", words), leak


@cache
def page_of_thirty() -> str:
    return page_html(*made_walk(30))


def test_the_same_walk_gives_the_same_bytes() -> None:
    assert page_html(*made_walk(30)) == page_of_thirty()


def test_another_process_gives_the_same_bytes() -> None:
    here = hashlib.sha256(page_of_thirty().encode()).hexdigest()
    code = (
        "import hashlib; from made_walks import made_walk; from in_report import page_html;"
        "print(hashlib.sha256(page_html(*made_walk(30)).encode()).hexdigest())"
    )
    paths = [str(Path(__file__).parent), str(Path(figures.__file__).parents[2])]
    environment = os.environ | {"PYTHONHASHSEED": "4242", "PYTHONPATH": os.pathsep.join(paths)}
    there = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here


def test_figures_leave_the_settings_of_matplotlib_alone() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    page_html(*made_walk(8))
    assert dict(mpl.rcParams) == before


EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">\'"&{{ 7 * 7 }}</style>'


def poisoned() -> tuple[SessionResult, Session]:
    """Put hostile text into every place that a user or a file can write to."""
    result, session = made_walk(14)
    strides = result.strides.assign(grade_reason=EVIL, grade="usable", landing=result.strides["landing"])
    rejected = make_table(REJECTED_COLUMNS, {"session": [EVIL], "side": ["left"], "reason": [EVIL]})
    quality = replace(result.quality, verdict=EVIL, reasons=(EVIL,), unavailable={EVIL: EVIL})
    feet = {"left": {"zero_source": EVIL, "geometry": EVIL, "zero_sd_deg": EVIL, "rate_hz": EVIL}}
    provenance = {"version": EVIL, EVIL: EVIL, "feet": feet}
    result = replace(result, session=EVIL, strides=strides, rejected=rejected, quality=quality, provenance=provenance)
    session = replace(
        session,
        name=EVIL,
        person=Person(EVIL, EVIL),
        start=EVIL,
        activity=EVIL,
        note=EVIL,
        condition=Condition(EVIL, EVIL, EVIL, EVIL, EVIL, EVIL),
        source={EVIL: EVIL},
        notes=(EVIL,),
    )
    return result, session


def test_what_users_write_is_inert() -> None:
    clean, dirty = Outline(page_html(*made_walk(14))), Outline(page_html(*poisoned()))
    assert dirty.faults == []
    assert dirty.tags("script", "img") == []
    assert {tag for tag, _ in dirty.elements} <= {tag for tag, _ in clean.elements}
    assert "{{ 7 * 7 }}" in "".join(dirty.words)
    assert "alert(1)" in "".join(dirty.words)


def test_an_hour_stays_below_a_megabyte() -> None:
    result, session = made_walk(2900)
    assert len(page_html(result, session).encode()) < 1_000_000


def test_doubtful_numbers_do_not_stop_the_page() -> None:
    result, session = made_walk(14)
    strides = result.strides.assign(
        landing=None, minimum_toe_clearance_kind=None, clock_offset_s=np.nan, stance_frac=np.nan, kind="straight"
    )
    courses = replace(result.courses, foot_pitch_deg=np.full_like(result.courses.foot_pitch_deg, np.nan))
    html = page_html(replace(result, strides=strides, courses=courses), session)
    assert "Foot pitch over the gait cycle" not in html
    assert "Toe height over swing" in html


def test_sides_differ_in_line_and_marker_not_in_color_alone() -> None:
    html = page_of_thirty()
    pitch = html[html.index('id="pitch-title"') : html.index('id="toe-title"')]
    left = re.findall(rf"<path[^>]*stroke: {COLORS['left']}[^>]*stroke-width: 2.2[^>]*>", pitch)
    right = re.findall(rf"<path[^>]*stroke: {COLORS['right']}[^>]*stroke-width: 2.2[^>]*>", pitch)
    lines = re.findall(r'style="fill: none;[^"]*stroke-width: 2.2[^"]*"', pitch)
    assert left or right or lines
    assert any("stroke-dasharray" in style and COLORS["right"] in style for style in lines)
    assert all("stroke-dasharray" not in style for style in lines if COLORS["left"] in style)


def _luminance(color: str) -> float:
    channels = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("color", [INK, MUTED, *COLORS.values()])
@pytest.mark.parametrize("ground", ["#ffffff", "#f4f7f9", "#eef4fa"])
def test_colors_of_words_and_lines_stand_out(color: str, ground: str) -> None:
    brighter, darker = sorted((_luminance(color), _luminance(ground)), reverse=True)
    assert (brighter + 0.05) / (darker + 0.05) >= 4.5


def test_the_style_uses_the_figures_colors() -> None:
    style = (Path(figures.__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
    for name, color in COLORS.items():
        assert f"--{name}: {color};" in style
