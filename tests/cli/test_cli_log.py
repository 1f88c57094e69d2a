"""``footdrop log``: entered, corrected, excused, shown; and ``footdrop progress`` of it."""

from __future__ import annotations

import pytest

from tests.cli.course_commands import Commands, no_english


def test_a_bare_tick_is_what_the_plan_says(with_plan: Commands) -> None:
    out = with_plan.well("log", "add", "P07", "assisted_toe_raise", "--pain", "1")
    assert "Toe raise with the other foot's help, left, assisted: done, 2 sets, 20 repetitions, pain 1" in out
    entry = with_plan.document("log", "add", "P07", "ankle_alphabet")["entry"]
    assert (entry["duration_s"], entry["side"], entry["pain"]) == (120.0, "left", None)
    partly = with_plan.document("log", "add", "P07", "assisted_toe_raise", "--outcome", "partly", "--at", "00:00")
    assert (partly["entry"]["sets"], partly["entry"]["repetitions"]) == (0, 0)


def test_a_correction_takes_its_place_and_the_entry_stays(with_plan: Commands) -> None:
    first = with_plan.document("log", "add", "P07", "assisted_toe_raise")["entry"]["id"]
    out = with_plan.well("log", "correct", "P07", first[:8], "--repetitions", "18")
    assert "18 repetitions" in out
    assert "20 repetitions" not in with_plan.well("log", "show", "P07")
    history = with_plan.well("log", "show", "P07", "--history")
    assert history.count("(corrected since)") == 1
    entries = with_plan.document("log", "show", "P07", "--history")["entries"]
    assert [(one["repetitions"], one["stands"]) for one in entries] == [(20, False), (18, True)]
    again = with_plan("log", "correct", "P07", first[:8], "--repetitions", "17")
    assert (again.code, "No entry that stands" in again.err) == (2, True)


def test_an_entry_moved_to_another_day_is_no_longer_shown_on_the_first(with_plan: Commands) -> None:
    entry = with_plan.document("log", "add", "P07", "assisted_toe_raise", "--day", "2026-03-03")["entry"]
    with_plan.well("log", "correct", "P07", entry["id"], "--day", "2026-03-02")
    of_day = ["--from", "2026-03-03", "--to", "2026-03-03"]
    assert with_plan.document("log", "show", "P07", *of_day)["entries"] == []
    assert len(with_plan.document("log", "show", "P07", "--from", "2026-03-02")["entries"]) == 1


def test_the_hour_that_summer_time_left_out_is_said(with_plan: Commands) -> None:
    with_plan.well("person", "change", "P07", "--time-zone", "Europe/Berlin")
    done = with_plan("log", "add", "P07", "assisted_toe_raise", "--day", "2026-03-29", "--at", "02:30")
    assert done.code == 0
    assert "02:30 was left out" in done.err
    assert "2026-03-29 03:30" in done.out


@pytest.mark.parametrize(("option", "word"), [("--dizzy", "no longer dizzy"), ("--chest-pain", "medical help")])
def test_s8_why_to_stop_is_said_whatever_else_is_not(with_plan: Commands, option: str, word: str) -> None:
    assert word in with_plan.well("log", "add", "P07", "assisted_toe_raise", option, "--quiet")
    (entry,) = with_plan.document("log", "show", "P07")["entries"]
    assert (entry["outcome"], entry["repetitions"]) == ("excused", 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "P07", "assisted_toe_rise"], "Did you mean assisted_toe_raise?"),
        (["add", "P70", "assisted_toe_raise"], "Did you mean P07?"),
        (["add", "P07", "heel_raise"], "--answer tight_calf=ANSWER --answer sore_sole=ANSWER"),
        (["add", "P07", "assisted_toe_raise", "--day", "2199-01-01"], "future"),
        (["add", "P07", "assisted_toe_raise", "--day", "yesterday"], "such as 2026-03-14"),
        (["add", "P07", "assisted_toe_raise", "--at", "half past six"], "such as 18:30"),
        (["add", "P07", "assisted_toe_raise", "--pain", "11"], "11"),
        (["add", "P07", "assisted_toe_raise", "--pain", "nan"], "nan"),
        (["add", "P07", "assisted_toe_raise", "--repetitions", "-1"], "-1"),
        (["add", "P07", "assisted_toe_raise", "--repetitions", "20000"], "10000"),
        (["add", "P07", "assisted_toe_raise", "--outcome", "not_done", "--sets", "1"], "was not done, yet"),
        (["add", "P07", "assisted_toe_raise", "--outcome", "excused"], "without a reason"),
        (["add", "P07", "assisted_toe_raise", "--source", "sensor"], "'sensor' is not one of"),
        (["correct", "P07", "ffff", "--sets", "1"], "footdrop log show P07"),
        (["excuse", "P07", "--reason", " "], "without a reason"),
        (["excuse", "P07"], "--reason"),
        (["show", "P07", "--as-helper", "son"], "Nobody helps yet"),
        (["weeks", "P70"], "Did you mean P07?"),
    ],
)
def test_what_may_not_be_is_refused_in_words(with_plan: Commands, words: list[str], said: str) -> None:
    done = with_plan("log", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err
    assert with_plan.document("log", "show", "P07")["entries"] == []


def test_a_day_is_excused_once(with_plan: Commands) -> None:
    assert "The whole day: excused, a cold" in with_plan.well("log", "excuse", "P07", "--reason", "a cold")
    again = with_plan("log", "excuse", "P07", "--reason", "a cold")
    assert (again.code, again.out) == (2, "")
    assert "was excused already (a cold)" in again.err


def test_weeks_are_shown_with_each_exercise_by_its_name(with_plan: Commands) -> None:
    with_plan.well("log", "add", "P07", "assisted_toe_raise")
    (line,) = with_plan.well("log", "weeks", "P07").splitlines()
    assert "1 of 1 days" in line
    assert line.endswith("so far")
    each = with_plan.well("log", "weeks", "P07", "--exercises")
    assert "  Toe raise with the other foot's help: 1 of 1 days" in each
    rows = with_plan.document("log", "weeks", "P07")["weeks"]
    assert {row["exercise"] for row in rows} == {"", "assisted_toe_raise", "ankle_alphabet"}
    assert {row["state"] for row in rows} == {"so_far"}


def test_a_plan_to_come_has_no_weeks_yet(commands: Commands) -> None:
    commands.well("person", "add", "P07", "--quiet")
    commands.well("plan", "set", "P07", "plan.toml", "--start", "2199-01-01")
    done = commands("log", "weeks", "P07")
    assert (done.code, done.out) == (0, "")
    assert "1 January 2199" in commands.well("plan", "show", "P07")


def test_in_german_nothing_is_left_in_english(with_plan: Commands) -> None:
    german = ["--language", "de"]
    out = with_plan.well("log", "add", "P07", "assisted_toe_raise", "--pain", "1", "--effort", "3", *german)
    out += with_plan.well("log", "add", "P07", "assisted_toe_raise", "--dizzy", "--at", "00:00", *german)
    out += with_plan.well("log", "add", "P07", "ankle_alphabet", "--source", "clinician", *german)
    entry = with_plan.document("log", "show", "P07")["entries"][-1]["id"]
    out += with_plan.well("log", "correct", "P07", entry, "--outcome", "partly", *german)
    out += with_plan.well("log", "excuse", "P07", "--reason", "Erkältung", "--day", "2026-03-03", *german)
    out += with_plan.well("log", "show", "P07", "--history", *german)
    out += with_plan.well("log", "weeks", "P07", "--exercises", *german)
    assert no_english(out) == []
    for words in ("Schwindel", "20 Wiederholungen", "Der ganze Tag: entschuldigt, Erkältung", "bisher"):
        assert words in out
    assert no_english("done, 1 of 2 days") == ["done", "of", "days"]


def test_s12_a_helper_sees_neither_pain_nor_notes(with_plan: Commands) -> None:
    with_plan.well("person", "helper", "P07", "daughter")
    with_plan.well("log", "add", "P07", "assisted_toe_raise", "--pain", "3", "--effort", "7", "--note", "secret")
    out = with_plan.well("log", "show", "P07", "--as-helper", "daughter")
    assert "20 repetitions" in out
    for hidden in ("pain", "effort", "secret"):
        assert hidden not in out
    (entry,) = with_plan.document("log", "show", "P07", "--as-helper", "daughter")["entries"]
    assert (entry["pain"], entry["effort"], entry["note"]) == (None, None, "")


def test_an_exercise_of_a_clinics_file_that_is_not_named_keeps_its_id(with_plan: Commands) -> None:
    from datetime import UTC, datetime

    from footdrop_imu.schema_rehab import LogEntry
    from footdrop_imu.store.database import open_store
    from footdrop_imu.store.log import add_log_entries

    now = datetime.now(UTC)
    with open_store(None) as store:
        add_log_entries(store, "P07", [LogEntry("", "clinic_step", now.date(), now, repetitions=1, sets=1)])
    assert "clinic_step: done, 1 set, 1 repetition" in with_plan.well("log", "show", "P07")
