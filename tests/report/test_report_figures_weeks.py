"""Figures over weeks: what stands where, and that nothing covers anything."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from made_figures import figure
from made_figures_weeks import EVENTS, FIRST, STATE_WORDS, STATES, WEEKS, calendar, dose, weeks

from footdrop_imu.language import translator
from footdrop_imu.report import figures
from footdrop_imu.report.figure_data import AdherenceCalendar, Event, FigureData
from footdrop_imu.report.figure_look import Page
from footdrop_imu.report.figure_text import text_width_pt
from footdrop_imu.report.figures_weeks import day_ticks

SVG = "{http://www.w3.org/2000/svg}"


def drawn(data: FigureData, language: str = "en", *, wide: bool = True) -> ElementTree.Element:
    return ElementTree.fromstring(figures.draw(figure("weeks", data, wide=wide), language))


def texts(svg: ElementTree.Element) -> list[tuple[str, float, float, float]]:
    """Each text with its left and right edge and its baseline."""
    found = []
    for text in svg.iter(f"{SVG}text"):
        words, style = "".join(text.itertext()), text.get("style") or ""
        size = re.search(r"font-size: ([\d.]+)px", style)
        width = text_width_pt(words, float(size[1]) if size else 0)
        x, y = float(text.get("x") or "nan"), float(text.get("y") or "nan")
        back = {"middle": 0.5, "end": 1.0}.get((re.findall(r"text-anchor: (\w+)", style) or ["start"])[0], 0.0)
        found.append((words, x - back * width, x + (1 - back) * width, y))
    return found


def strokes(svg: ElementTree.Element, color: str) -> int:
    paths = [path for path in svg.iter(f"{SVG}path") if f"stroke: {color}" in (path.get("style") or "")]
    return sum((path.get("d") or "").count("M") for path in paths)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("data", WEEKS.values(), ids=WEEKS)
def test_no_words_cover_others_or_leave_the_picture(data: FigureData, wide: bool) -> None:
    svg = drawn(data, "de", wide=wide)
    width = float((svg.get("viewBox") or "").split()[2])
    found = texts(svg)
    for words, left, right, _ in found:
        assert left >= -2, words
        assert right <= width + 2, words
    for (one, left, right, y), (other, other_left, other_right, other_y) in combinations(found, 2):
        apart = right <= other_left + 0.5 or other_right <= left + 0.5 or abs(y - other_y) >= 8
        assert apart, (one, other)


def test_what_happened_is_written_over_its_line() -> None:
    found = {words: (left, right) for words, left, right, _ in texts(drawn(weeks(56)))}
    assert {"Plan begins", "Fall, no injury", "More repetitions", "Cold"} <= found.keys()
    assert any(words.startswith("New orthosis") and words.endswith("…") for words in found)
    assert found["Plan begins"][0] < found["More repetitions"][0] < found["Cold"][1]


def test_what_has_no_room_for_words_is_counted() -> None:
    data = weeks(365, tuple(Event(f"2026-{month:02}-{day:02}", "event", f"Event of a day in month {month}")
                            for month in range(4, 12) for day in (3, 4, 5)))  # fmt: skip
    found = [words for words, *_ in texts(drawn(data))]
    named = [words for words in found if words.startswith("Event of")]
    more = [words for words in found if "named in the table" in words]
    assert len(more) == 1
    assert len(named) + int(re.findall(r"\d+", more[0])[0]) == 24
    assert len(named) >= 4


def test_what_happened_outside_the_days_is_not_drawn() -> None:
    data = replace(weeks(28), events=(*EVENTS, Event("2020-01-01", "plan", "Long ago")))
    assert not [words for words, *_ in texts(drawn(data)) if words in ("Long ago", "Cold")]


def test_days_and_months_are_written_as_the_language_does() -> None:
    english, german = ({words for words, *_ in texts(drawn(weeks(56), language))} for language in ("en", "de"))
    assert "16 Mar" in english
    assert "16. März" in german
    assert {"Mon", "Sun"} <= {words for words, *_ in texts(drawn(calendar(56)))}
    assert {"Mo", "So", "März 2026"} <= {words for words, *_ in texts(drawn(calendar(56), "de"))}


@pytest.mark.parametrize("days", [0, 1, 6, 13, 27, 56, 90, 130, 131, 200, 365, 800, 1826, 5000, 15000])
@pytest.mark.parametrize("start", ["2026-03-02", "2023-12-31", "1969-12-25"])
def test_ticks_are_days_inside_and_apart(days: int, start: str) -> None:
    first = float(np.datetime64(start, "D").astype(int))
    page = Page(338, 10.5, translator("de"))
    ticks = day_ticks(first - 0.5, first + days + 0.5, 280, page)
    assert 1 <= len(ticks) <= 12
    assert days < 60 or len(ticks) >= 2
    for day, _ in ticks:
        assert first <= day <= first + days
    places = [(day - first) * 280 / (days + 1) for day, _ in ticks]
    widths = [text_width_pt(text, 10.5) for _, text in ticks]
    for at in range(len(ticks) - 1):
        assert places[at + 1] - places[at] > (widths[at] + widths[at + 1]) / 2


def test_weeks_are_ticked_on_mondays() -> None:
    first = float(np.datetime64("2026-03-04", "D").astype(int))
    page = Page(454, 11.5, translator("en"))
    ticks = day_ticks(first, first + 50, 400, page)
    assert {date.fromordinal(719163 + int(day)).weekday() for day, _ in ticks} == {0}


def test_every_state_of_a_day_is_drawn_in_its_own_way() -> None:
    shapes = set()
    for state in STATES:
        svg = drawn(AdherenceCalendar(FIRST, (state,), STATE_WORDS))
        paths = [(path.get("d"), path.get("style")) for path in svg.iter(f"{SVG}path")]
        key = [words for words, *_ in texts(svg)][-1]
        assert key == dict(STATE_WORDS)[state]
        gray = [re.sub(r"#\w+", "", style or "") for _, style in paths]
        shapes.add((tuple(d for d, _ in paths[:4]), tuple(gray[:4])) if state != "ahead" else "pale frame")
    assert len(shapes) == len(STATES)


def test_the_calendar_has_a_square_for_every_day() -> None:
    svg = drawn(AdherenceCalendar(FIRST, ("done",) * 100, ()))
    assert strokes(svg, "#0b5cad") == 100


def test_many_days_are_drawn_as_their_middle_and_spread() -> None:
    words = [words for words, *_ in texts(drawn(weeks(1826)))]
    assert "Right foot: middle and 10th to 90th percentile of every 21 days" in words
    assert not [word for word in (words for words, *_ in texts(drawn(weeks(365)))) if "percentile" in word]


def test_dose_and_response_have_a_named_scale_each_and_do_not_touch() -> None:
    svg = drawn(dose(56))
    words = {text: (left, right) for text, left, right, _ in texts(svg)}
    assert "Foot pitch at initial contact in ° (scale on the left)" in words
    assert "Sets of exercises a week (scale on the right)" in words
    marks = [float(mark.get("y") or "nan") for mark in svg.iter(f"{SVG}use")][1:]
    gray = [path.get("d") or "" for path in svg.iter(f"{SVG}path") if "stroke: #7b8893" in (path.get("style") or "")]
    bars = next(d for d in gray if d.count("M") == 8)
    tops = [float(top) for top in re.findall(r"V([\d.]+)", bars)]
    lowest_mark = sorted(marks)[-len(EVENTS) - 1]
    assert min(tops) > lowest_mark


def test_the_key_shows_what_chance_can_do_only_where_it_is_known() -> None:
    data = weeks(28, ())
    known = data.panels[0].courses[0]
    for detectable, boxes in ((2.1, 2), (float("nan"), 0)):
        panel = replace(data.panels[0], courses=(replace(known, detectable=detectable),))
        svg = drawn(replace(data, panels=(panel,)))
        filled = [path for path in svg.iter(f"{SVG}path") if "fill: #e6eaee" in (path.get("style") or "")]
        assert len(filled) == boxes
        assert "Level of the first days, and what chance can do" in {words for words, *_ in texts(svg)}
