"""``footdrop person``: added, changed, shown, what happened, who may see what."""

from __future__ import annotations

from pathlib import Path

import pytest

from footdrop_imu.cli.store_options import home_zone
from tests.cli.course_commands import Commands, no_english


def test_a_person_is_added_with_what_to_choose_and_what_to_watch_for(commands: Commands) -> None:
    out = commands.well("person", "add", "P07", "--affected", "left")
    assert "side of the foot drop: left" in out
    assert "footdrop person change P07 --primary-measure" in out
    assert "footdrop person event P07 red_flag" in out
    assert "P07" in commands.well("person", "list")
    assert commands.well("person", "list", "--quiet") == "P07\n"
    chosen = commands.well("person", "change", "P07", "--primary-measure", "minimum_toe_clearance_m")
    assert "room under the toes (minimum_toe_clearance_m)" in chosen
    assert "--primary-measure" not in chosen


def test_a_person_lives_where_the_computer_is_unless_it_is_said(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    assert home_zone() == "America/New_York"
    assert commands.document("person", "add", "P07")["person"]["time_zone"] == "America/New_York"
    monkeypatch.setenv("TZ", "nowhere/at_all")
    assert home_zone() != ""
    said = commands.document("person", "add", "P08", "--time-zone", "Europe/Berlin")
    assert said["person"]["time_zone"] == "Europe/Berlin"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "Max Muster"], "looks like a name"),
        (["add", "P08", "--time-zone", "Berlin"], "such as Europe/Berlin"),
        (["add", "P08", "--leg-length", "90"], "expected 0.3 to 1.3"),
        (["add", "P08", "--onset", "2.11.2025"], "a day such as"),
        (["add", "P08", "--onset", "2199-01-01"], "still to come"),
        (["add", "P08", "--primary-measure", "foot_pitch_midswing_deg"], "Did you mean foot_pitch_mid_swing_deg"),
        (["add", "P08", "--cause", "cold"], "'cold' is not one of"),
        (["add", "P07"], "There is a person P07 already"),
        (["change", "P07"], "Say what is to change"),
        (["change", "P70", "--goal", "keep"], "no person 'P70' in the store. Did you mean P07?"),
        (["change", "P07", "--answer", "numb_skin=perhaps"], "expected NAME=yes or NAME=no"),
        (["show", "P70"], "Did you mean P07?"),
        (["show", "P07", "--as-helper", "daughter"], "Nobody helps yet"),
        (["show", "P07", "--language", "xx"], "There are en, de"),
        (["event", "P07", "stumble"], "'stumble' is not one of"),
        (["event", "P07", "fall", "--day", "2199-01-01"], "still to come"),
        (["finding", "P07", "spasticity_mas", "7"], "expected 0 to 4"),
        (["finding", "P07", "spasticity_mas", "much"], "'much' is not a valid float"),
        (["helper", "P07", "daughter", "--sees", "all"], "'all' is not one of"),
        (["helper", "P07", "daughter", "--remove"], "no helper of P07 'daughter'"),
        (["walks", "P70"], "Did you mean P07?"),
    ],
)
def test_what_may_not_be_is_refused_in_words(commands: Commands, words: list[str], said: str) -> None:
    commands.well("person", "add", "P07", "--affected", "left", "--quiet")
    done = commands("person", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


def test_errors_are_in_the_json_document_too(commands: Commands) -> None:
    error = commands.document("person", "show", "P07", code=2)["error"]
    assert (error["kind"], error["reason"]) == ("store", "not_found")


def test_s9_a_fall_waits_for_its_review(commands: Commands) -> None:
    commands.well("person", "add", "P07", "--quiet")
    assert "balance and walking exercises wait" in commands.well("person", "event", "P07", "fall")
    assert "footdrop person event P07 review" in commands.well("person", "show", "P07")
    assert commands.document("person", "show", "P07")["not_reviewed"] == ["fall"]
    assert "Nothing waits" in commands.well("person", "event", "P07", "review")
    assert "wait" not in commands.well("person", "show", "P07")
    again = commands("person", "event", "P07", "review")
    assert (again.code, again.out) == (2, "")
    assert "For a second one give a note" in again.err
    assert commands.document("person", "event", "P07", "fall", "--note", "stairs")["not_reviewed"] == ["fall"]


def test_s1_a_red_flag_is_answered_even_where_nothing_else_is_said(commands: Commands) -> None:
    commands.well("person", "add", "P07", "--quiet")
    assert "Get medical help now" in commands.well("person", "event", "P07", "red_flag", "--quiet")
    commands.well("person", "event", "P07", "fall", "--quiet")
    assert commands.document("person", "show", "P07")["not_reviewed"] == ["fall", "red_flag"]


def test_s12_what_a_helper_sees(commands: Commands) -> None:
    commands.well("person", "add", "P07", "--affected", "left", "--cause", "stroke", "--quiet")
    commands.well("person", "event", "P07", "fall", "--note", "in the kitchen")
    commands.well("person", "finding", "P07", "dorsiflexor_strength_mrc", "3", "--side", "left")
    assert commands.well("person", "helper", "P07", "daughter") == "daughter sees: steps, exercises\n"
    out = commands.well("person", "show", "P07", "--as-helper", "daughter")
    for secret in ("stroke", "left", "fall", "kitchen", "strength"):
        assert secret not in out.lower()
    assert "Some exercises wait" in out
    document = commands.document("person", "show", "P07", "--as-helper", "daughter")
    assert (document["events"], document["clinical_entries"], document["person"]["cause"]) == ([], [], "")
    assert document["not_reviewed"] == []
    commands.well("person", "helper", "P07", "daughter", "--sees", "notes", "--sees", "results")
    shared = commands.well("person", "show", "P07", "--as-helper", "daughter")
    assert "stroke" in shared
    assert "kitchen" in shared
    assert commands.well("person", "helper", "P07", "daughter", "--remove") == "Nobody helps.\n"


def test_in_german_nothing_is_left_in_english(commands: Commands) -> None:
    german = ["--language", "de"]
    words = ["--affected", "left", "--cause", "stroke", "--severity", "some_movement", "--nerve-regrowth"]
    out = commands.well("person", "add", "P07", *words, "--leg-length", "0.9", *german)
    out += commands.well("person", "event", "P07", "fall", *german)
    out += commands.well("person", "event", "P07", "red_flag", *german)
    out += commands.well("person", "helper", "P07", "Tochter", "--sees", "pain", "--sees", "results", *german)
    commands.well("person", "finding", "P07", "ankle_range_deg", "5", "--side", "left")
    commands.well("person", "change", "P07", "--answer", "numb_skin=no", "--primary-side", "both")
    out += commands.well("person", "show", "P07", *german)
    out += commands.well("person", "questions", *german) + commands.well("person", "measures", *german)
    shown = "\n".join(line.partition("footdrop person")[0] for line in out.splitlines())
    assert no_english(shown.replace("(foot_pitch_mid_swing_deg)", "")) == []
    for german_words in ("Schlaganfall", "Sturz", "Tochter sieht: Schmerz, Ergebnisse", "numb_skin = nein", "links"):
        assert german_words in out


def test_the_walks_of_nobody_yet(commands: Commands) -> None:
    commands.well("person", "add", "P07", "--quiet")
    done = commands("person", "walks", "P07")
    assert (done.code, done.out) == (0, "")
    assert "No walks yet" in done.err
    assert commands.document("person", "walks", "P07") == {"walks": []}


def test_a_store_that_cannot_be(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database", encoding="utf-8")
    done = commands("person", "list", "--store", str(tmp_path / "text.db"))
    assert done.code != 0
    assert "text.db" in done.err
    assert "Traceback" not in done.err
