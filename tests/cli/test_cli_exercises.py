"""``footdrop exercises``: the list, one exercise with all its fields and its drawing, and a wrong clinic file."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from footdrop_imu.cli.main import main
from footdrop_imu.language import translator
from footdrop_imu.rehab.cautions import CAUTIONS
from footdrop_imu.rehab.exercises import GROUPS, drawing_file, general_rules, load_exercises, texts
from footdrop_imu.rehab.safety_words import RED_FLAGS, STRAP_ON_NUMB_SKIN, STRAP_RULES
from footdrop_imu.rehab.stopping import STOP_SIGNS, STOP_WORDS

EXERCISES = load_exercises()
ROOT = Path(__file__).parents[2]
CLINIC = """
[[exercise]]
id = "ball_roll"
group = "foot"
side = "affected"
levels = ["active"]
posture = "sitting"
title = "Roll a ball under the foot"
purpose = "To loosen the sole."
position = "Sit on a chair with a ball under the foot."
steps = ["Roll the ball slowly to the toes.", "Roll it back to the heel."]
support = "Sit with your back against the chair."
safety = "Press lightly."
doses = [{ source = "clinic", sets = 2, repetitions = 20, times_a_week = [3, 5] }]
counted = { kind = "pitch_repetitions", words = "The sensor counts each roll." }
footwear = "shoe"
supervision = "alone"
cautions = []
"""


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    path = tmp_path / "clinic.toml"
    path.write_text(CLINIC, encoding="utf-8")
    return path


def said(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 0) -> tuple[str, str]:
    assert main(["exercises", *words]) == code
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_the_list_has_every_exercise_and_marks_those_that_need_a_helper(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(["list"], capsys)
    assert err == ""
    lines = out.splitlines()
    assert max(len(line) for line in lines) <= 80
    rows = {line.split()[0]: line for line in lines if line.startswith("  ") and line.split()[0] in EXERCISES}
    assert set(rows) == set(EXERCISES)
    for name, exercise in EXERCISES.items():
        assert exercise.title in rows[name]
        assert rows[name].endswith(" *") == (exercise.supervision == "helper_beside")
    assert lines[-1].startswith("* only with a helper beside you")


def test_the_list_is_narrowed_by_options(capsys: pytest.CaptureFixture[str]) -> None:
    ids = list(EXERCISES)
    assert said(["list", "--quiet"], capsys)[0].split() == ids
    for group in GROUPS:
        expected = [name for name in ids if EXERCISES[name].group == group]
        assert said(["list", "--group", group, "--quiet"], capsys)[0].split() == expected
        assert expected
    countable = said(["list", "--countable", "--quiet"], capsys)[0].split()
    assert set(ids) - set(countable) == {"isometric_dorsiflexion", "towel_scrunch", "hip_internal_rotation_supine"}
    assert "walking" in said(["list", "--side", "both", "--quiet"], capsys)[0].split()
    assert "walking" not in said(["list", "--side", "affected", "--quiet"], capsys)[0].split()
    out, err = said(["list", "--group", "stretch", "--side", "both"], capsys)
    assert out == ""
    assert "leave an option out" in err


@pytest.mark.parametrize("name", EXERCISES)
def test_one_is_shown_with_all_its_words(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    exercise = EXERCISES[name]
    out, _ = said(["show", name], capsys)
    assert max(len(line) for line in out.splitlines()) <= 80
    text = " ".join(out.split())
    assert out.startswith(f"{exercise.title} ({name})\n")
    for words in (*texts(exercise), *exercise.levels):
        assert " ".join(words.split()) in text
    for caution in exercise.cautions:
        assert CAUTIONS[caution].advice in text
        assert CAUTIONS[caution].question in text
    assert ("Only with a helper beside you" in text) == (exercise.supervision == "helper_beside")
    assert ("60 seconds at most" in text) == ("crossed_leg" in exercise.cautions)
    doses = out.split("Doses, as the sources give them:\n")[1].splitlines()
    assert [row.split()[0] for row in doses[1:] if re.match(r"  00\d", row)] == [d.source for d in exercise.doses]


def test_doses_stand_beside_each_other_by_source(capsys: pytest.CaptureFixture[str]) -> None:
    doses = said(["show", "towel_stretch"], capsys)[0].split("Doses, as the sources give them:\n")[1]
    assert [re.split(r"  +", line.strip()) for line in doses.splitlines()] == [
        ["Source", "Repetitions", "Hold", "Rest"],
        ["001", "about 3–5", "30 s", "30 s"],
        ["003", "named without a dose"],
    ]
    negative = said(["show", "toe_raise_negative"], capsys)[0].split("Doses, as the sources give them:\n")[1]
    assert re.split(r"  +", negative.splitlines()[1].strip()) == ["004", "2–3", "10–15", "7 a week", "daily"]
    isometric = said(["show", "isometric_dorsiflexion"], capsys)[0]
    assert "50 a day" in isometric


def test_the_document_holds_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(said(["list", "--json"], capsys)[0])
    assert document["rules"] == list(general_rules())
    assert [exercise["id"] for exercise in document["exercises"]] == list(EXERCISES)
    for told in document["exercises"]:
        exercise = EXERCISES[told["id"]]
        assert told["steps"] == list(exercise.steps)
        assert told["counted"] == {"kind": exercise.counted.kind, "words": exercise.counted.words}
        assert [caution["id"] for caution in told["cautions"]] == list(exercise.cautions)
        assert [dose["source"] for dose in told["doses"]] == [dose.source for dose in exercise.doses]
        for field in ("group", "side", "title", "purpose", "position", "support", "safety", "footwear", "supervision"):
            assert told[field] == getattr(exercise, field)
    one = json.loads(said(["show", "towel_stretch", "--json"], capsys)[0])
    assert one == {**document["exercises"][1], "drawing_written": None}
    assert one["doses"][0] == {
        **dict.fromkeys(("side", "sets", "times_a_day", "times_a_week", "words")),
        **{"source": "001", "stated": True, "repetitions": [3, 5], "per": "set"},
        **{"hold_s": 30.0, "relax_s": 30.0, "about": True},
    }
    assert one["time_limit_s"] is None


def test_s1_the_signs_that_need_help_are_always_at_hand(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = said(["safety"], capsys)
    assert out.startswith("Get medical help now if:\n")
    assert max(len(line) for line in out.splitlines()) <= 80
    text = " ".join(out.split())
    for words in (*RED_FLAGS.values(), *general_rules(), *STOP_SIGNS, *STRAP_RULES, *STRAP_ON_NUMB_SKIN):
        assert f"- {words}" in text
    document = json.loads(said(["safety", "--json"], capsys)[0])
    assert document["red_flags"] == RED_FLAGS
    assert document["stop_words"] == STOP_WORDS
    assert document["rules"] == list(general_rules())
    assert said(["safety", "--quiet"], capsys)[0] == ""
    german = json.loads(said(["safety", "--json", "--language", "de"], capsys)[0])
    assert german.keys() == document.keys()
    assert german["rules"] == [translator("de")(rule) for rule in general_rules()]


def test_an_exercise_that_is_not_there_is_named_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(["show", "towel_strech"], capsys, 2)
    assert out == ""
    assert "There is no exercise 'towel_strech'. Did you mean towel_stretch?" in err
    out, err = said(["show", "zzz", "--json"], capsys, 2)
    assert json.loads(out)["error"]["reason"] == "unknown"
    assert "footdrop exercises list shows all" in err


def test_a_clinics_own_exercise_is_listed_shown_and_checked(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ids = said(["list", "--clinic", str(clinic), "--quiet"], capsys)[0].split()
    assert ids == [*EXERCISES, "ball_roll"]
    out, _ = said(["show", "ball_roll", "--clinic", str(clinic)], capsys)
    assert re.split(r"  +", out.splitlines()[-1].strip()) == ["clinic", "2", "20", "3–5 a week"]
    assert said(["check", str(clinic)], capsys)[0] == f"{clinic}: good, 1 exercise: ball_roll\n"
    assert said(["check", str(clinic), "--quiet"], capsys)[0] == ""
    document = json.loads(said(["check", str(clinic), "--json"], capsys)[0])
    assert document == {"path": str(clinic), "good": True, "exercises": ["ball_roll"], "errors": []}


def test_every_exercise_that_is_wrong_is_said_at_once(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    second = CLINIC.replace("ball_roll", "ball_press").replace('group = "foot"', 'group = "feet"')
    clinic.write_text(CLINIC.replace("purpose", "purpos") + second, encoding="utf-8")
    out, err = said(["check", str(clinic)], capsys, 3)
    assert out == ""
    assert "exercise.ball_roll.purpose: this key is missing" in err
    assert "exercise.ball_press.group: found 'feet', expected one of stretch, strength" in err
    document = json.loads(said(["check", str(clinic), "--json"], capsys, 3)[0])
    assert [error["place"] for error in document["errors"]] == [
        "exercise.ball_roll.purpose",
        "exercise.ball_press.group",
    ]
    out, err = said(["list", "--clinic", str(clinic), "--json"], capsys, 3)
    assert json.loads(out)["error"]["reason"] == "bad_exercises"


def test_a_file_that_is_not_there_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    absent = str(tmp_path / "none.toml")
    for words in (["check", absent], ["list", "--clinic", absent], ["show", "walking", "--clinic", absent]):
        assert "There is no exercise file" in said(words, capsys, 2)[1]


def test_a_clinics_drawing_is_written_and_never_over_another_file(
    clinic: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.svg"
    words = ["show", "ball_roll", "--clinic", str(clinic), "--drawing", str(out)]
    assert "no drawing of ball_roll, its entry names none" in said(words, capsys, 2)[1]
    clinic.write_text(CLINIC + 'drawing = "ball.svg"\n', encoding="utf-8")
    assert "no ball.svg in" in said(words, capsys, 2)[1]
    (tmp_path / "ball.svg").write_text("<svg/>", encoding="utf-8")
    assert said(words, capsys)[0].endswith(f"\n{out}\n")
    assert out.read_text(encoding="utf-8") == "<svg/>"
    assert "already holds out.svg" in said(words, capsys, 2)[1]
    assert json.loads(said([*words, "--force", "--json"], capsys)[0])["drawing_written"] == str(out)
    nowhere = [*words[:-1], str(clinic / "out.svg")]  # in a file, not in a folder
    assert "cannot be written" in said(nowhere, capsys, 1)[1]


@pytest.mark.parametrize("name", EXERCISES)
def test_a_drawing_is_written_as_it_is_and_speaks_the_language_asked_for(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = {code: tmp_path / f"{code}.svg" for code in ("en", "de")}
    for code, path in paths.items():
        said(["show", name, "--drawing", str(path), "--language", code, "--quiet"], capsys)
    assert paths["en"].read_bytes() == drawing_file(EXERCISES[name]).read_bytes()
    english, german = (ElementTree.parse(path).getroot() for path in paths.values())
    say = translator("de")
    for tag in ("title", "desc"):
        words = english.findtext(f"{{*}}{tag}")
        assert words
        assert german.findtext(f"{{*}}{tag}") == say(words)
    assert len(list(english.iter())) == len(list(german.iter()))


def test_the_words_are_those_of_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    say = translator("de")
    for name, exercise in EXERCISES.items():
        text = " ".join(said(["show", name, "--language", "de"], capsys)[0].split())
        for words in texts(exercise):
            assert " ".join(say(words).split()) in text


def test_a_language_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no translation into 'xx'" in said(["list", "--language", "xx"], capsys, 2)[1]
    assert said(["list", "--language", "en-US"], capsys)[0] == said(["list"], capsys)[0]


def test_the_list_loads_no_numbers() -> None:
    code = (
        "import sys\nfrom footdrop_imu.cli.main import main\n"
        "main(['exercises', 'list'])\nmain(['exercises', 'show', 'walking'])\n"
        "print([m for m in ('numpy', 'pandas', 'scipy', 'rich', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"
