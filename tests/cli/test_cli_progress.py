"""``footdrop progress``, and how walks come into it: ``footdrop analyze`` keeps those of people in the store."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.course_commands import Commands, no_english

Copy = Callable[[str, str], Path]
START = ["--person", "P07", "--start", "2026-03-02T10:00+00:00"]


@pytest.fixture
def walked(with_plan: Commands, copy: Copy) -> Commands:
    copy("session", "walk")
    return with_plan


def test_without_walks_it_says_what_is_missing(with_plan: Commands) -> None:
    with_plan.well("log", "add", "P07", "assisted_toe_raise")
    out = with_plan.well("progress", "P07")
    assert "Not known" in out
    assert "Exercising, week by week" in out
    document = with_plan.document("progress", "P07")
    assert (document["patient"], document["verdict"]["reason"]) == ("P07", "nothing_measured")
    german = with_plan.well("progress", "P07", "--language", "de")
    assert no_english(german) == []
    assert with_plan.well("progress", "P07", "--quiet") == ""
    assert with_plan("progress", "P70").code == 2


def test_no_measure_was_chosen(commands: Commands) -> None:
    commands.well("person", "add", "P07", "--affected", "left", "--quiet")
    assert "no measure was chosen" in commands.well("progress", "P07")


def test_s12_a_helper_without_results_sees_how_the_exercising_goes(with_plan: Commands) -> None:
    with_plan.well("log", "add", "P07", "assisted_toe_raise")
    with_plan.well("person", "helper", "P07", "daughter")
    out = with_plan.well("progress", "P07", "--as-helper", "daughter")
    assert "The results are not shared with daughter." in out
    assert "1 of 1 days" in out
    assert "toe lift" not in out
    assert set(with_plan.document("progress", "P07", "--as-helper", "daughter")) == {"patient", "day", "weeks"}
    with_plan.well("person", "helper", "P07", "daughter", "--sees", "results")
    assert "verdict" in with_plan.document("progress", "P07", "--as-helper", "daughter")


def test_s5_a_walk_that_names_the_other_foot_blocks_the_verdict(walked: Commands) -> None:
    """Kept with --json too, said on stderr; analyzed again for the right foot, it counts."""
    done = walked("analyze", "walk", *START, "--affected", "right", "--out", "r", "--json")
    assert done.code == 0
    assert len(json.loads(done.out)["sessions"]) == 1
    assert "kept in the course of P07" in done.err
    assert "no verdict until they agree" in done.err
    verdict = walked.document("progress", "P07")["verdict"]
    assert (verdict["code"], verdict["reason"]) == ("not_known", "side_disputed")
    assert "footdrop person walks P07" in walked.well("progress", "P07")
    assert "the other foot drops" in walked.well("person", "walks", "P07")
    assert walked.document("progress", "P07", "--day", "2026-03-01")["verdict"]["reason"] != "side_disputed"

    again = walked("analyze", "walk", *START, "--affected", "left", "--out", "r", "--force")
    assert "kept in the course of P07." in again.err
    assert walked.document("progress", "P07")["verdict"]["reason"] == "few_days"
    (walk,) = walked.document("person", "walks", "P07")["walks"]
    assert (walk["affected"], walk["side_disputed"]) == ("left", False)
    assert Path(walk["folder"]) == walked.folder / "walk"
    assert "practice" in walked.well("progress", "P07")
    walked.well("person", "change", "P07", "--affected", "right")
    assert walked.document("progress", "P07")["verdict"]["reason"] == "side_disputed"


def test_what_is_not_kept_and_why(walked: Commands) -> None:
    (walked.folder / "broken").mkdir()
    (walked.folder / "broken" / "left.csv").write_text("x\n", encoding="utf-8")
    mixed = walked("analyze", "walk", "broken", "--person", "P07", "--out", "r")
    assert mixed.code == 5
    assert "not kept in the course of P07" in mixed.err
    assert "Say it with --start" in mixed.err
    stranger = walked("analyze", "walk", "--person", "P70", "--start", START[3], "--out", "s")
    assert stranger.code == 0
    assert "There is no person P70 in the store: footdrop person add P70" in stranger.err
    assert "kept" not in walked("analyze", "walk", *START, "--out", "u", "--store", "nowhere.db").err
    assert not (walked.folder / "nowhere.db").exists()
    assert walked.document("person", "walks", "P07")["walks"] == []
