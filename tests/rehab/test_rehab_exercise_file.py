"""A file of exercises is read strictly, and a clinic's file cannot loosen what keeps people from falling."""

from __future__ import annotations

import tempfile
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.rehab.cautions import CAUTIONS
from footdrop_imu.rehab.exercise_file import clinic_file_errors, read_exercises
from footdrop_imu.rehab.exercises import (
    CONTRACTIONS,
    COUNTING_KINDS,
    EQUIPMENT,
    FOOTWEAR,
    GROUPS,
    POSTURES,
    SUPERVISIONS,
    TRAINED_SIDES,
    SourceDose,
    built_in_file,
    drawing_file,
    load_exercises,
)
from footdrop_imu.schema_rehab import LEVELS

BUILT_IN = load_exercises()
OWN = """
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
counted = { kind = "pitch_repetitions", words = "The sensor counts each roll." }
footwear = "shoe"
supervision = "alone"
cautions = []
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clinic.toml"


def entry_of(name: str) -> str:
    """The built-in entry, as its file has it."""
    (found,) = [
        part for part in built_in_file().read_text(encoding="utf-8").split("[[exercise]]\n") if f'id = "{name}"' in part
    ]
    return f"[[exercise]]\n{found}"


def refused(path: Path, text: str) -> FileFormatError:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileFormatError) as caught:
        load_exercises(path)
    assert caught.value.reason is FileReason.BAD_EXERCISES
    assert caught.value.path == str(path)
    assert str(path) in caught.value.message
    errors = clinic_file_errors(path, BUILT_IN)
    assert [error.message for error in errors] == [caught.value.message]
    return caught.value


def test_a_clinics_own_comes_after_the_built_in_ones(path: Path) -> None:
    path.write_text(OWN, encoding="utf-8")
    both = load_exercises(path)
    assert list(both) == [*BUILT_IN, "ball_roll"]
    assert both["ball_roll"].from_clinic
    assert both["ball_roll"].doses == ()
    assert {name: both[name] for name in BUILT_IN} == BUILT_IN
    assert clinic_file_errors(path, BUILT_IN) == []
    assert list(load_exercises()) == list(BUILT_IN)


def test_the_catalogue_cannot_be_changed_by_who_reads_it() -> None:
    with pytest.raises(TypeError):
        BUILT_IN["mine"] = BUILT_IN["walking"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("good", "bad", "place", "words"),
    [
        ("purpose =", "purpos =", "exercise.ball_roll.purpose", "this key is missing"),
        ('side = "affected"', 'side = "affected"\ncolor = "red"', "exercise.ball_roll.color", "unknown key"),
        ('side = "affected"', 'side = "affected"\nsteeps = []', "exercise.ball_roll.steeps", "did you mean steps?"),
        ('"affected"', '"left"', "exercise.ball_roll.side", "found 'left', expected one of affected, both"),
        ('"foot"', "3", "exercise.ball_roll.group", "found 3, expected a text"),
        ('id = "ball_roll"', 'id = "Ball roll"', "exercise[0].id", "small letters and digits"),
        ('id = "ball_roll"\n', "", "exercise[0].id", "this key is missing"),
        ('["active"]', "[]", "exercise.ball_roll.levels", "each once"),
        ('["active"]', '["active", "active"]', "exercise.ball_roll.levels", "each once"),
        ('["active"]', '["active", "passive"]', "exercise.ball_roll.levels", "expected the order passive, assisted"),
        ('["active"]', '["activ"]', "exercise.ball_roll.levels", "did you mean active?"),
        ('["active"]', "[[1]]", "exercise.ball_roll.levels", "found [1], expected some of passive"),
        ('"Press lightly."', '" "', "exercise.ball_roll.safety", "found an empty text"),
        (
            '["Roll the ball slowly to the toes.", "Roll it back to the heel."]',
            "[]",
            "exercise.ball_roll.steps",
            "list",
        ),
        ('"Roll it back to the heel."]', "7]", "exercise.ball_roll.steps", "expected a list of texts"),
        ("cautions = []\n", "", "exercise.ball_roll.cautions", "this key is missing"),
        ("cautions = []", 'cautions = ["numb"]', "exercise.ball_roll.cautions", "found 'numb', expected some of"),
        ('"pitch_repetitions"', '"pitch"', "exercise.ball_roll.counted.kind", "found 'pitch', expected one of"),
        ('"pitch_repetitions"', '"none"', "exercise.ball_roll.footwear", "belong together"),
        ('"shoe"', '"by_hand"', "exercise.ball_roll.footwear", "belong together"),
        ("cautions = []", "cautions = []\ntime_limit_s = 0", "exercise.ball_roll.time_limit_s", "a number above 0"),
        ("cautions = []", "cautions = []\ntime_limit_s = nan", "exercise.ball_roll.time_limit_s", "a number above 0"),
        ("cautions = []", 'cautions = []\ndrawing = "../x.svg"', "exercise.ball_roll.drawing", "name of an SVG file"),
        ("cautions = []", "cautions = []\nreplaces_built_in = 1", "exercise.ball_roll.replaces_built_in", "true or"),
        (
            "cautions = []",
            "cautions = []\nreplaces_built_in = true",
            "exercise.ball_roll.replaces_built_in",
            "there is no built-in exercise ball_roll",
        ),
        ("\n[[exercise]]", '\nrules = ["Mine"]\n[[exercise]]', "rules", "unknown key; known here are exercise"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(path: Path, good: str, bad: str, place: str, words: str) -> None:
    assert good in OWN
    error = refused(path, OWN.replace(good, bad, 1))
    assert error.column == place
    assert f"{place}: " in error.message
    assert words in error.message


@pytest.mark.parametrize(
    ("dose", "key", "words"),
    [
        ("{ sets = 2 }", "source", "this key is missing"),
        ('{ source = "005" }', "source", "expected one of 000, 001, 002, 003, 004, clinic"),
        ('{ source = "clinic", sets = 0 }', "sets", "found 0, expected 1 to 50, or [lowest, highest]"),
        ('{ source = "clinic", sets = [3, 2] }', "sets", "[lowest, highest]"),
        ('{ source = "clinic", sets = [1, 2, 3] }', "sets", "[lowest, highest]"),
        ('{ source = "clinic", sets = 2.5 }', "sets", "found 2.5, expected a whole number or a list"),
        ('{ source = "clinic", repetitions = [1, true] }', "repetitions", "[lowest, highest]"),
        ('{ source = "clinic", hold_s = -1 }', "hold_s", "expected a number above 0"),
        ('{ source = "clinic", hold_s = inf }', "hold_s", "at most 600"),
        ('{ source = "clinic", per = "week" }', "per", "expected one of set, day"),
        ('{ source = "clinic", times_a_week = 8 }', "times_a_week", "1 to 7"),
        ('{ source = "clinic", about = "yes" }', "about", "expected true or false"),
        ('{ source = "clinic", reps = 10 }', "reps", "unknown key"),
    ],
)
def test_a_dose_that_cannot_be_is_named_with_its_place(path: Path, dose: str, key: str, words: str) -> None:
    error = refused(path, f"{OWN}doses = [{dose}]\n")
    assert error.column == f"exercise.ball_roll.doses[0].{key}"
    assert words in error.message


def test_a_source_stands_once(path: Path) -> None:
    dose = '{ source = "clinic", sets = 2 }'
    assert "each source once" in refused(path, f"{OWN}doses = [{dose}, {dose}]\n").message


@pytest.mark.parametrize("text", ["", "exercise = []\n", "exercise = 3\n", "exercise = [3]\n"])
def test_a_file_without_exercises_is_refused(path: Path, text: str) -> None:
    assert refused(path, text).column == "exercise"


def test_what_is_no_toml_is_named_with_its_line(path: Path) -> None:
    assert refused(path, OWN + "cautions = [\n[x").line is not None
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileFormatError, match="is no exercise file"):
        load_exercises(path)
    with pytest.raises(FileFormatError, match="cannot be read") as caught:
        load_exercises(path.parent)
    assert caught.value.reason is FileReason.NOT_READABLE
    with pytest.raises(FileFormatError, match="no exercise file") as caught:
        load_exercises(path.with_name("none.toml"))
    assert caught.value.reason is FileReason.NOT_FOUND


def test_an_id_stands_once(path: Path) -> None:
    assert "found ball_roll twice" in refused(path, OWN + OWN).message


# S13: what a clinic's file may not do


def test_s13_a_built_in_exercise_is_not_replaced_silently(path: Path) -> None:
    error = refused(path, entry_of("walking"))
    assert error.column == "exercise.walking.id"
    assert "is built in; choose another id, or say replaces_built_in = true" in error.message


def test_s13_a_built_in_exercise_is_replaced_by_name(path: Path) -> None:
    text = entry_of("walking").replace('title = "Walking"', 'title = "A walk in the garden"')
    path.write_text(f"{text}replaces_built_in = true\n", encoding="utf-8")
    both = load_exercises(path)
    assert both["walking"].title == "A walk in the garden"
    assert both["walking"].from_clinic
    assert list(both) == list(BUILT_IN)


@pytest.mark.parametrize("name", [name for name, old in BUILT_IN.items() if old.supervision == "helper_beside"])
def test_s13_supervision_cannot_be_loosened(path: Path, name: str) -> None:
    text = entry_of(name).replace('"helper_beside"', '"alone"') + "replaces_built_in = true\n"
    error = refused(path, text)
    assert error.column == f"exercise.{name}.supervision"
    assert "expected helper_beside" in error.message


@pytest.mark.parametrize("name", [name for name, old in BUILT_IN.items() if old.cautions])
def test_s13_cautions_cannot_be_loosened(path: Path, name: str) -> None:
    lines = ["cautions = []" if line.startswith("cautions") else line for line in entry_of(name).splitlines()]
    error = refused(path, "\n".join([*lines, "replaces_built_in = true\n"]))
    assert error.column == f"exercise.{name}.cautions"
    for caution in BUILT_IN[name].cautions:
        assert caution in error.message


@pytest.mark.parametrize("limit", ["", "time_limit_s = 90"])
def test_s13_a_crossed_leg_keeps_its_minute(path: Path, limit: str) -> None:
    text = entry_of("ankle_dorsiflexion_crossed").replace("time_limit_s = 60", limit)
    assert "expected at most 60" in refused(path, text + "replaces_built_in = true\n").message
    own = text.replace('id = "ankle_dorsiflexion_crossed"', 'id = "mine"')
    assert "expected at most 60" in refused(path, own).message


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({'"pitch_repetitions"': '"heel_strides"'}, "supervision", "helper_beside"),
        ({'"pitch_repetitions"': '"single_leg_stance"'}, "supervision", "helper_beside"),
        ({'"pitch_repetitions"': '"high_strides"'}, "supervision", "helper_beside"),
        ({'group = "foot"': 'group = "balance"'}, "supervision", "helper_beside"),
        (
            {'"sitting"': '"standing"', "cautions": 'equipment = ["band_around_both_ankles"]\ncautions'},
            "supervision",
            "helper_beside",
        ),
        ({"cautions": 'equipment = ["band"]\ncautions'}, "cautions", "numb_skin, muscle_disease"),
        ({"cautions": 'equipment = ["strap"]\ncautions'}, "cautions", "expected also numb_skin:"),
        ({'["active"]': '["active", "loaded"]'}, "cautions", "muscle_disease"),
        ({"cautions": 'contraction = "eccentric"\ncautions'}, "cautions", "muscle_disease"),
        ({'"pitch_repetitions"': '"pitch_repetitions_toes_down"'}, "cautions", "tight_calf, sore_sole"),
        ({'"pitch_repetitions"': '"roll_inward"'}, "cautions", "foot_turns_in"),
        ({'"sitting"': '"sitting_crossed"'}, "cautions", "crossed_leg"),
    ],
)
def test_s13_an_exercise_of_a_clinic_has_what_its_kind_needs(
    path: Path, changes: dict[str, str], place: str, words: str
) -> None:
    text = OWN
    for good, bad in changes.items():
        assert good in text
        text = text.replace(good, bad, 1)
    error = refused(path, text)
    assert error.column == f"exercise.ball_roll.{place}"
    assert words in error.message


def test_what_a_dose_does_not_say_is_not_said() -> None:
    bare = SourceDose("003")
    assert not bare.stated
    for said in ({"sets": (1, 1)}, {"hold_s": 5.0}, {"words": "a few"}, {"times_a_week": (7, 7)}):
        assert SourceDose("004", **said).stated


def test_a_whole_catalogue_has_rules(path: Path) -> None:
    path.write_text(
        'rules = ["Start small."]\n' + OWN.replace("cautions", 'doses = [{ source = "clinic" }]\ncautions'),
        encoding="utf-8",
    )
    exercises, rules = read_exercises(path)
    assert list(exercises) == ["ball_roll"]
    assert rules == ("Start small.",)
    path.write_text(OWN, encoding="utf-8")
    with pytest.raises(FileFormatError, match="rules: this key is missing"):
        read_exercises(path)


def test_a_clinics_drawing_lies_beside_its_file_and_a_missing_one_is_said(path: Path) -> None:
    path.write_text(OWN + 'drawing = "ball_roll.svg"\n', encoding="utf-8")
    own = load_exercises(path)["ball_roll"]
    with pytest.raises(FileFormatError, match=r"no drawing of ball_roll: no ball_roll\.svg in") as caught:
        drawing_file(own, path)
    assert caught.value.reason is FileReason.NOT_FOUND
    drawing = path.with_name("ball_roll.svg")
    drawing.write_text("<svg/>", encoding="utf-8")
    assert drawing_file(own, path) == drawing


VALUES = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(),
        st.text('aZ0_.é\n "', max_size=5),
        st.sampled_from(["active", "shoe", "walking", "none", "by_hand", "crossed_leg", "helper_beside"]),
        st.dates(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["kind", "words", "source"]), inner, max_size=3)
    ),
    max_leaves=4,
)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.sampled_from([*tomllib.loads(entry_of("walking"))["exercise"][0], "x"]), VALUES, max_size=3))
def test_whatever_stands_in_a_file_it_is_read_or_refused_with_words(changes: dict[str, object]) -> None:
    entry = {**tomllib.loads(OWN)["exercise"][0], **changes}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clinic.toml"
        path.write_text(tomli_w.dumps({"exercise": [entry]}), encoding="utf-8")
        errors = clinic_file_errors(path, BUILT_IN)
        if errors:
            assert {error.reason for error in errors} == {FileReason.BAD_EXERCISES}
        else:
            assert set(load_exercises(path)) >= set(BUILT_IN)


def test_the_documents_example_is_good_and_names_every_word_of_the_closed_lists(path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "exercises.md").read_text(encoding="utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    path.write_text(example, encoding="utf-8")
    assert clinic_file_errors(path, BUILT_IN) == []
    own = load_exercises(path)["ball_roll"]
    assert {*tomllib.loads(example)["exercise"][0], "from_clinic"} == {field.name for field in fields(own)}
    for words in (GROUPS, TRAINED_SIDES, LEVELS, POSTURES, EQUIPMENT, FOOTWEAR, SUPERVISIONS, CONTRACTIONS):
        assert ", ".join(words) in example
    for word in (*COUNTING_KINDS, *CAUTIONS, "replaces_built_in"):
        assert f"`{word}" in text
    rows = [row.split("|") for row in text.splitlines() if row.startswith("| `")]
    for _, name, _, causes, _ in rows:
        caution = CAUTIONS[name.strip(" `")]
        assert all(cause.replace("_", " ") in causes for cause in (*caution.causes, *caution.never_causes))
    assert len(rows) == len(CAUTIONS)
