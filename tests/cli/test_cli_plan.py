"""``footdrop plan``: drafts, versions, what is due today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from footdrop_imu.language import translator
from tests.cli.course_commands import PLAN, Commands, no_english


def test_a_plan_is_set_shown_and_changed(with_plan: Commands) -> None:
    out = with_plan.well("plan", "show", "P07")
    assert "Version 1, from" in out
    assert "by N. Therapist: begin slowly" in out
    assert "Toe raise with the other foot's help (assisted_toe_raise): left, assisted, 2 x 10, 2 times a day" in out
    assert "(ankle_alphabet): left, active, 2 min, 3 times a week" in out
    assert "without haste" in out
    (with_plan.folder / "next.toml").write_text(with_plan.well("plan", "show", "P07", "--toml"), encoding="utf-8")
    start = (datetime.now(UTC).date() + timedelta(days=9)).isoformat()
    again = with_plan.document("plan", "set", "P07", "next.toml", "--start", start, "--author", "M")["version"]
    assert (again["version"], again["start"], again["author"]) == (2, start, "M")
    begins = translator("en").day(date.fromisoformat(start))
    assert f"Version 2 begins on {begins}." in with_plan.well("plan", "show", "P07")
    assert "Version 2" not in with_plan.well("plan", "show", "P07", "--day", start).splitlines()[-1]
    versions = with_plan.document("plan", "show", "P07", "--versions")["versions"]
    assert [one["version"] for one in versions] == [1, 2]
    assert versions[0]["prescriptions"] == versions[1]["prescriptions"]


def test_what_is_due_today(with_plan: Commands) -> None:
    with_plan.well("log", "add", "P07", "assisted_toe_raise")
    with_plan.well("log", "add", "P07", "ankle_alphabet", "--outcome", "partly", "--reason", "tired")
    out = with_plan.well("plan", "today", "P07")
    assert "today: 1 of 2" in out
    assert "this week: 0.5 of 3" in out
    raised, letters = with_plan.document("plan", "today", "P07")["due"]
    assert (raised["done_sessions"], raised["due_sessions"], raised["per"]) == (1.0, 2.0, "day")
    assert (letters["done_sessions"], letters["per"]) == (0.5, "week")
    with_plan.well("person", "event", "P07", "red_flag")
    assert with_plan.well("plan", "today", "P07").count("! A sign that needs medical help") == 2


def test_no_plan_is_told_apart_from_nothing_due(commands: Commands) -> None:
    commands.well("person", "add", "P07", "--quiet")
    for words in (["plan", "today", "P07"], ["plan", "show", "P07"], ["log", "weeks", "P07"]):
        done = commands(*words)
        assert (done.code, done.out) == (0, "")
        assert "No plan yet" in done.err
        assert "footdrop plan set P07" in done.err
    (commands.folder / "pause.toml").write_text('author = "N"\nexercise = []\n', encoding="utf-8")
    paused = commands("plan", "set", "P07", "pause.toml")
    if paused.code == 0:
        assert "A pause: nothing is due." in paused.out
        assert commands.well("plan", "today", "P07") == "Nothing is due today.\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"monday"', '"mon"'), "did you mean monday?"),
        (("sets = 2", "sets = 200"), "Expected 1 to 20"),
        (('"assisted"', '"loaded"'), "expected passive or assisted or active"),
        (("assisted_toe_raise", "assisted_toe_rise"), "assisted_toe_rise"),
        (('"left"', '"links"'), "links"),
        (("[[exercise]]", "[[exercise"), "plan.toml"),
        (('author = "N. Therapist"', ""), "author"),
        (('id = "ankle_alphabet"', 'id = "toe_raise_negative"'), "ANSWER"),
    ],
)
def test_a_plan_that_may_not_be_is_refused_in_words(with_plan: Commands, change: tuple[str, str], said: str) -> None:
    (with_plan.folder / "plan.toml").write_text(PLAN.replace(*change, 1), encoding="utf-8")
    done = with_plan("plan", "set", "P07", "plan.toml")
    assert done.code in (2, 3)
    assert said in done.err
    assert "Traceback" not in done.err
    assert len(with_plan.document("plan", "show", "P07", "--versions")["versions"]) == 1


def test_the_past_is_not_planned_anew(with_plan: Commands) -> None:
    done = with_plan("plan", "set", "P07", "plan.toml", "--start", "2026-01-01")
    assert (done.code, "before today" in done.err) == (2, True)


def test_a_draft_is_no_plan_until_it_is_filled_in(with_plan: Commands) -> None:
    words = ["--severity", "some_movement", "--side", "left"]
    assert "assisted_toe_raise" in with_plan.well("plan", "draft", *words)
    with_plan.well("plan", "draft", *words, "--out", "draft.toml")
    assert with_plan("plan", "draft", *words, "--out", "draft.toml").code == 2
    refused = with_plan("plan", "set", "P07", "draft.toml", "--author", "N")
    assert refused.code in (2, 3)
    assert "times_a_day" in refused.err


def test_in_german_nothing_is_left_in_english(with_plan: Commands) -> None:
    german = ["--language", "de"]
    out = with_plan.well("plan", "show", "P07", *german) + with_plan.well("plan", "today", "P07", *german)
    for typed in ("begin slowly", "without haste", "(assisted_toe_raise)", "(ankle_alphabet)", "N. Therapist"):
        out = out.replace(typed, "")
    assert no_english(out) == []
    assert "2 Mal am Tag (Mo, Di, Mi, Do, Fr, Sa, So)" in out
    assert "diese Woche: 0 von 3" in out
    english = with_plan.document("plan", "today", "P07")["due"]
    said = with_plan.document("plan", "today", "P07", *german)["due"]
    assert [item["prescription"] for item in said] == [item["prescription"] for item in english]


def test_s12_a_helper_sees_the_plan_without_its_notes(with_plan: Commands) -> None:
    with_plan.well("person", "helper", "P07", "daughter")
    out = with_plan.well("plan", "show", "P07", "--as-helper", "daughter")
    assert "assisted_toe_raise" in out
    assert "haste" not in out
    assert "slowly" not in out
    with_plan.well("person", "helper", "P07", "neighbor", "--sees", "steps")
    assert with_plan.document("plan", "show", "P07", "--as-helper", "neighbor")["versions"] == []
