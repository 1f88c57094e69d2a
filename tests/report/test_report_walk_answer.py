"""What is seen first: one line, of the affected foot, in any language; and all of it for programs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from math import nan
from typing import Any

import pytest
from in_report import DE, EN, walk
from made_drags import dragging_walk
from made_walks import made_walk

from footdrop_imu.language import Translate
from footdrop_imu.report.analysis_words import said
from footdrop_imu.report.model import report_json
from footdrop_imu.report.walk import walk_report
from footdrop_imu.schema import Estimate, Person, SessionResult

PITCH = "foot_pitch_mid_swing_deg"


def with_pitch(result: SessionResult, median: float, half: float = 1.0) -> SessionResult:
    estimate = Estimate(median, median - half, median + half, 2.0, 40)
    return replace(result, summary=replace(result.summary, left={**result.summary.left, PITCH: estimate}))


@pytest.mark.parametrize(
    ("median", "line"),
    [
        (-6.2, "Left toes point 6° down at mid swing (right 2° down)"),
        (4.4, "Left toes point 4° up at mid swing (right 2° down)"),
        (0.3, "Left toes are about level at mid swing (right 2° down)"),
    ],
)
def test_the_line_says_how_the_toes_point(median: float, line: str) -> None:
    result, session = made_walk()
    answer = walk(with_pitch(result, median), session).answer
    assert (answer.tone, answer.headline) == ("seen", line)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rate": 4.2, "low": 1.5, "high": 8.0}, "; they drag in 4 of 100 strides"),
        ({"rate": 4.2, "low": 0.0, "high": 8.0}, "; the foot lands flat"),
        ({"count": 0, "rate": 0.0, "low": 0.0}, "; no toe drag found"),
        ({"count": 0, "rate": nan}, "; the foot lands flat"),
        ({"count": 3, "stride_count": 60, "rate": nan}, "; toe drags: 3 in 60 strides"),
        ({"too_often": True, "rate": nan}, "; they drag in nearly every step"),
    ],
)
def test_drags_follow_where_they_are_sure(change: dict[str, Any], told: str) -> None:
    result, session = dragging_walk(120, {"left": (0.05, 0.05)})
    drags = {**result.summary.drags, "left": replace(result.summary.drags["left"], **change)}
    result = with_pitch(replace(result, summary=replace(result.summary, drags=drags)), -6.2)
    line = walk(result, session).answer.headline
    assert line == f"Left toes point 6° down at mid swing (right 2° down){told}"
    assert len(line.split()) <= 18


def test_of_an_unknown_side_both_feet_are_told() -> None:
    answer = walk(*made_walk(affected="unknown")).answer
    assert re.fullmatch(
        r"Both feet land on the heel; toes at mid swing: left \d+° down, right \d+° down", answer.headline
    )
    result, session = dragging_walk(120, {"left": (0.05, 0.05)})
    flat = walk(result, replace(session, person=Person("P01", "unknown"))).answer
    assert re.fullmatch(r"Toes at mid swing: left \d+° (up|down), right \d+° (up|down)", flat.headline)


def test_of_one_foot_alone_its_landing_is_told_and_no_other_foot() -> None:
    line = walk(*made_walk(18, sides=("right",), affected="right")).answer.headline
    assert line == "Right toes point 12° down at mid swing; the foot lands flat"


def test_a_poor_recording_says_so_first_and_not_its_angle() -> None:
    answer = walk(*made_walk(verdict="poor")).answer
    assert (answer.tone, answer.headline) == ("not_known", "Poor recording: do not rest a decision on it")
    assert "Toes point" in answer.statements[0].text


def test_a_heel_that_may_be_up_leaves_no_angle() -> None:
    result, session = made_walk()
    feet = {**result.provenance["feet"], "left": {"suspected_heel_up": True}}
    answer = walk(replace(result, provenance={**result.provenance, "feet": feet}), session).answer
    assert (answer.tone, answer.headline) == ("not_known", "The left foot's angle to the floor is not known")


WALKS: dict[str, dict[str, Any]] = {
    "usual": {},
    "one foot": {"sides": ("right",), "affected": "right"},
    "one stride": {"count": 1},
    "no stride": {"count": 0, "affected": "unknown"},
    "no foot": {"count": 0, "sides": ()},
    "nothing measured": {"count": 12, "blank": True},
    "names and notes": {"person": Person("Zoë <b>&amp;\u202e {x} 李", "left"), "note": "A very long note. " * 400},
}


@pytest.mark.parametrize("made", WALKS.values(), ids=WALKS)
@pytest.mark.parametrize("translate", [EN, DE], ids=["en", "de"])
def test_all_of_it_is_json_and_no_number_leaks(made: dict[str, Any], translate: Translate) -> None:
    report = walk_report(*made_walk(**made), translate)
    document = json.loads(json.dumps(report_json(report), allow_nan=False))
    assert document["language"] == translate.language
    assert document["trust"]["used"]["rows"]
    words = json.dumps([document["answer"], document["facts"], document["trust"]], ensure_ascii=False)
    assert not re.search(r"\b(nan|NaN|None|<NA>|inf)\b", words)
    assert set(re.findall(r"\{\w+\}", words)) <= {"{x}"}, "a field was not filled"


def test_numbers_stand_in_cells_for_programs() -> None:
    result, session = made_walk()
    document = report_json(walk(result, session))
    numbers = next(each for each in document["sections"] if each["name"] == "numbers")
    table = next(block for block in numbers["blocks"] if block["block"] == "MeasureTable")
    (lead,) = (row for _, rows in table["groups"] for row in rows if row["kind"] == "lead")
    pitch = result.summary.left[PITCH]
    assert lead["cells"][0] == {
        "value": EN.number(pitch.median, 1) + "°",
        "below": f"{EN.number(pitch.low, 1)} to {EN.number(pitch.high, 1)}",
        "number": pitch.median,
        "low": pitch.low,
        "high": pitch.high,
        "unit": "deg",
    }
    assert len(lead["cells"]) == len(table["heads"]) - 1


def test_every_figure_has_words_with_numbers_and_a_table() -> None:
    report = walk(*dragging_walk(120))
    found = [block for section in report.sections for block in section.blocks if hasattr(block, "alt")]
    names = [figure.name for figure in found]
    assert names[:2] == ["pitch", "toe"]
    assert names[3:5] == ["mid_swing", "speed"]
    # what tells of no change is to be looked up, and how to read them is said once
    folded = [block for group in report.sections[-1].blocks for block in group.blocks if hasattr(block, "alt")]
    assert [figure.name for figure in folded] == ["strike", "clearance"]
    assert not any(figure.caption for figure in (*found[3:5], *folded))
    reading = report.sections[3].blocks[0].items[0].text  # type: ignore[union-attr]
    assert reading.startswith("Every measured stride.")
    assert reading.endswith("No steady change along the walk can be told.")
    found += folded
    names = [figure.name for figure in found]
    assert len(set(names)) == len(names) == 9
    for figure in found:
        assert re.search(r"\d", figure.alt), figure.name
        assert figure.alt.startswith(figure.title)
        assert all(len(row) == len(figure.table.head) for row in figure.table.rows)
        assert figure.table.rows


def test_german_numbers_have_commas() -> None:
    report = walk_report(*made_walk(), DE)
    cells = [cell.value for row in report.sections[1].blocks[1].groups[0][1] for cell in row.cells[:2]]  # type: ignore[union-attr]
    assert all(re.fullmatch(r"−?\d+,\d°", value) for value in cells)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("left foot: only 4 complete strides; 6 a side are needed", None),
        ("right foot: samples lost in 3 of 40 strides", None),
        ("left foot: 12% of the samples are missing, the longest gap is 1.5 s", None),
        ("left foot: needs 100 strides of the foot, this walk has 57; right foot: no stride", None),
        ("something nobody has said before", None),
        ("stairs_up", "stairs up"),
        ("short_rest", "short rest"),
        ("", ""),
    ],
)
def test_sentences_of_the_analysis_come_back_as_they_were_in_english(text: str, english: str | None) -> None:
    assert said(text, EN) == (text if english is None else english)


def test_their_numbers_are_written_in_the_language() -> None:
    def backward(text: str) -> str:
        return text.replace("the longest gap is", "längste Lücke:")

    told = said("left foot: 12% of the samples are missing, the longest gap is 1.5 s", Translate("de", backward))
    assert told.endswith("längste Lücke: 1,5 s")
