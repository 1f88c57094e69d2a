"""The drawings of the exercises: one each, clean to edit, told to those who do not see them, and whole on a page."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from footdrop_imu.rehab.exercises import built_in_file, load_exercises

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = built_in_file().parent / "drawings"
EXERCISES = load_exercises()
PATHS = sorted(FOLDER.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
ACCENT = "#e8590c"
ELEMENTS = {"svg", "title", "desc", "g", "path", "polyline", "circle"}
ATTRIBUTES = {
    *("viewBox", "role", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray"),
    *("opacity", "transform", "points", "d", "cx", "cy", "r"),
}
INHERITED = 3.0
"""Width of a line that names none."""
LARGEST_BYTES = 4096
WIDTH_PX, HEIGHT_PX = 320, 240
COLUMNS = 7


@cache
def drawing(path: Path) -> ElementTree.Element:
    return ElementTree.parse(path).getroot()


def told(path: Path) -> str:
    return drawing(path).findtext(f"{SVG}desc") or ""


def test_every_exercise_has_its_drawing_and_there_is_none_more() -> None:
    assert {exercise.drawing for exercise in EXERCISES.values()} == {path.name for path in PATHS}
    assert {path.stem for path in PATHS} == set(EXERCISES)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_it_is_small_and_holds_shapes_only(path: Path) -> None:
    root = drawing(path)
    assert path.stat().st_size <= LARGEST_BYTES
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ELEMENTS
    assert {name for element in root.iter() for name in element.attrib} <= ATTRIBUTES
    assert root.get("viewBox") == f"0 0 {WIDTH_PX} {HEIGHT_PX}"
    colors = {element.get(name) for element in root.iter() for name in ("fill", "stroke")} - {None}
    assert colors <= {"none", "currentColor", ACCENT}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_it_says_what_it_shows(path: Path) -> None:
    root, exercise = drawing(path), EXERCISES[path.stem]
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == exercise.title
    assert re.fullmatch(r"A person .+\.", told(path))
    assert max(len(sentence.split()) for sentence in told(path).split(". ")) <= 25


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_what_keeps_a_person_safe_is_in_it(path: Path) -> None:
    exercise = EXERCISES[path.stem]
    assert ("helper" in told(path)) == (exercise.supervision == "helper_beside")
    assert ("<!-- helper -->" in path.read_text(encoding="utf-8")) == (exercise.supervision == "helper_beside")
    if exercise.posture in ("standing", "walking"):
        assert re.search(r"counter|chair|rail|stick|bench", told(path))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_what_moves_is_marked_by_color_and_by_a_thicker_line(path: Path) -> None:
    """On grey paper the foot still stands out: its outline is thicker than that of the other foot."""
    feet = [element for element in drawing(path).iter(f"{SVG}path") if " C" in (element.get("d") or "")]
    marked = [float(foot.get("stroke-width", INHERITED)) for foot in feet if foot.get("fill") == ACCENT]
    plain = [float(foot.get("stroke-width", INHERITED)) for foot in feet if foot.get("fill") == "currentColor"]
    limbs = [group for group in drawing(path).iter(f"{SVG}g") if group.get("stroke") == ACCENT]
    assert limbs or min(marked) >= 3
    assert max(plain, default=0.0) <= 2


@pytest.fixture(scope="module")
def inked(browser: Browser) -> dict[str, dict[str, np.ndarray]]:
    """Every drawing in a real browser, on white and on black paper: (240, 320, 3) of 0 to 1."""
    from matplotlib.image import imread

    page = browser.new_page(viewport={"width": COLUMNS * WIDTH_PX, "height": -(-len(PATHS) // COLUMNS) * HEIGHT_PX})
    cells = "".join(path.read_text(encoding="utf-8") for path in PATHS)
    style = f"svg{{width:{WIDTH_PX}px;height:{HEIGHT_PX}px;float:left}} body{{margin:0;"
    shown: dict[str, dict[str, np.ndarray]] = {}
    for paper, colors in {"white": "background:#fff;color:#000}", "black": "background:#000;color:#fff}"}.items():
        page.set_content(f"<style>{style}{colors}</style>{cells}")
        picture = imread(io.BytesIO(page.screenshot()), format="png")[:, :, :3]
        rows = (picture[top : top + HEIGHT_PX] for top in range(0, picture.shape[0], HEIGHT_PX))
        tiles = [row[:, left : left + WIDTH_PX] for row in rows for left in range(0, row.shape[1], WIDTH_PX)]
        shown[paper] = {path.stem: tile for path, tile in zip(PATHS, tiles, strict=False)}
    page.close()
    return shown


@pytest.mark.parametrize("paper", ["white", "black"])
@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_it_is_whole_on_the_page(inked: dict[str, dict[str, np.ndarray]], name: str, paper: str) -> None:
    tile = inked[paper][name]
    ink = np.abs(tile - (1.0 if paper == "white" else 0.0)).max(axis=2) > 0.15
    assert 0.03 < ink.mean() < 0.4
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    assert rows[0] >= 3
    assert rows[-1] <= HEIGHT_PX - 4
    assert columns[0] >= 3
    assert columns[-1] <= WIDTH_PX - 4
    assert np.ptp(rows) > 140
    assert np.ptp(columns) > 200


@pytest.mark.parametrize("name", [path.stem for path in PATHS])
def test_what_moves_stands_out(inked: dict[str, dict[str, np.ndarray]], name: str) -> None:
    """In color by its hue; on grey paper it is a grey of its own, far from black and from white."""
    for paper in ("white", "black"):
        tile = inked[paper][name]
        accent = (tile[:, :, 0] - tile[:, :, 2]) > 0.5
        assert accent.sum() > 250
        grey = tile[accent] @ np.array([0.2126, 0.7152, 0.0722])
        assert 0.2 < np.median(grey) < 0.8
