"""The catalogue: which exercises there are, what sources say of them, and whether people can read it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

import footdrop_imu
from footdrop_imu.rehab import safety_words
from footdrop_imu.rehab.cautions import CAUTIONS
from footdrop_imu.rehab.exercises import (
    COUNTING_KINDS,
    SourceDose,
    built_in_file,
    drawing_file,
    general_rules,
    load_exercises,
    texts,
)
from footdrop_imu.rehab.safety_words import RED_FLAGS, STRAP_ON_NUMB_SKIN, STRAP_RULES
from footdrop_imu.rehab.stopping import STOP_SIGNS, STOP_WORDS

EXERCISES = load_exercises()
IDS = (
    *("calf_stretch_strap", "towel_stretch", "isometric_dorsiflexion", "weighted_foot_lift", "band_ankle_flexion"),
    *("band_toe_raise", "assisted_toe_raise", "toe_raise_negative", "elevated_toe_tap", "heel_raise"),
    *("ankle_dorsiflexion_crossed", "ankle_adduction_abduction", "ankle_rotation", "ankle_alphabet"),
    *("ankle_eversion", "ankle_inversion", "towel_scrunch", "hip_external_rotation_standing"),
    *("hip_internal_rotation_supine", "hip_rotation_slide", "single_leg_stance", "heel_walk", "toe_walk"),
    *("gait_training_heel_to_toe", "step_over", "uneven_ground_walking", "walking"),
)
FACTS = Path(__file__).parents[2].parent / "shared" / "EXERCISES.md"


def test_the_catalogue_has_its_27_exercises_in_order() -> None:
    assert tuple(EXERCISES) == IDS
    assert len(IDS) == 27


def test_the_built_in_file_lies_in_the_package() -> None:
    assert built_in_file().is_relative_to(Path(footdrop_imu.__file__).parent)


@pytest.mark.parametrize("name", IDS)
def test_every_exercise_has_all_its_words_and_its_drawing(name: str) -> None:
    exercise = EXERCISES[name]
    assert len(texts(exercise)) >= 9
    assert 2 <= len(exercise.steps) <= 5
    assert exercise.drawing == f"{name}.svg"
    assert drawing_file(exercise).read_bytes().startswith(b"<svg")
    assert exercise.doses
    assert not exercise.from_clinic


def test_no_two_exercises_are_called_the_same() -> None:
    assert len({exercise.title for exercise in EXERCISES.values()}) == len(EXERCISES)


@pytest.mark.parametrize(
    ("name", "dose"),
    [
        ("calf_stretch_strap", SourceDose("000", hold_s=15.0, words="repeated")),
        ("towel_stretch", SourceDose("001", repetitions=(3, 5), hold_s=30.0, relax_s=30.0, about=True)),
        ("isometric_dorsiflexion", SourceDose("000", repetitions=(50, 50), per="day", hold_s=10.0)),
        ("assisted_toe_raise", SourceDose("002", repetitions=(10, 10))),
        ("ankle_rotation", SourceDose("001", repetitions=(10, 10), hold_s=10.0, about=True, words="each way")),
        ("towel_scrunch", SourceDose("004", sets=(2, 3), repetitions=(10, 15), words="hold for a few seconds")),
        ("heel_walk", SourceDose("004", words="several rounds")),
    ],
)
def test_doses_by_source(name: str, dose: SourceDose) -> None:
    (found,) = [found for found in EXERCISES[name].doses if found.source == dose.source]
    assert repr(found) == repr(dose)  # NaN is not equal to itself


def test_what_a_source_only_names_has_no_dose() -> None:
    named = [(name, dose.source) for name in IDS for dose in EXERCISES[name].doses if not dose.stated]
    assert ("weighted_foot_lift", "000") in named
    assert ("walking", "001") in named
    assert len(named) == 12


def test_sources_that_contradict_themselves_are_noted() -> None:
    noted = {name for name in IDS if EXERCISES[name].source_note}
    assert noted == {
        *("toe_raise_negative", "ankle_adduction_abduction", "band_toe_raise"),
        "hip_internal_rotation_supine",
    }


def test_every_caution_stops_some_exercise_and_every_kind_but_one_is_used() -> None:
    assert {caution for exercise in EXERCISES.values() for caution in exercise.cautions} == set(CAUTIONS)
    used = {exercise.counted.kind for exercise in EXERCISES.values()}
    assert set(COUNTING_KINDS) - used == {"pitch_holds"}  # for a clinic's own


def test_the_general_rules_say_what_the_sources_say() -> None:
    said = " ".join(general_rules()).lower()
    for words in (
        *("passive", "less help", "by yourself", "repeat", "count the repetitions", "start small", "under control"),
        *("do not swing", "challenge", "not hurt", "clear the space", "sturdy", "professional", "specialist"),
    ):
        assert words in said


# Whether people can read it


def patient_texts() -> dict[str, tuple[str, ...]]:
    """What a person at home reads, by where it stands."""
    return {
        **{name: texts(exercise) for name, exercise in EXERCISES.items()},
        "rules": general_rules(),
        "cautions": tuple(text for caution in CAUTIONS.values() for text in (caution.question, caution.advice) if text),
        "stopping": (*STOP_SIGNS, *STOP_WORDS.values()),
        "signs": (*RED_FLAGS.values(), safety_words.HELP_NOW),
        "straps": (*STRAP_RULES, *STRAP_ON_NUMB_SKIN),
    }


def sentences(said: Iterable[str]) -> list[list[str]]:
    """The words of every sentence."""
    parts = [part for text in said for part in re.split(r"(?<=[.?:;])\s+", text)]
    return [words for part in parts if (words := re.findall(r"[A-Za-z']+", part))]


def lix(said: Iterable[str]) -> float:
    """Words a sentence plus percent of words longer than six letters.

    28 to 31 is read in the sixth year of school, at about 12, less is easier (Anderson 1983, Journal of Reading 26,
    490-496).
    """
    found = sentences(said)
    words = [word for sentence in found for word in sentence]
    return len(words) / len(found) + 100 * sum(len(word) > 6 for word in words) / len(words)


def test_the_measure_of_reading_tells_hard_from_easy() -> None:
    easy = ["Sit on a chair. Lift the foot. Put it down."]
    hard = ["Facilitate concentric dorsiflexor recruitment throughout the available physiological range of motion."]
    assert lix(easy) < 15
    assert lix(hard) > 60


@pytest.mark.parametrize("place", patient_texts())
def test_a_twelve_year_old_can_read_it(place: str) -> None:
    said = patient_texts()[place]
    assert lix(said) <= 28
    longest = max(sentences(said), key=len)
    assert len(longest) <= 20, " ".join(longest)


def test_all_of_it_together_is_easier_still() -> None:
    assert lix([text for said in patient_texts().values() for text in said]) <= 20


def test_nothing_is_promised_and_no_jargon_is_spoken() -> None:
    said = " ".join(text for texts in patient_texts().values() for text in texts).lower()
    for word in (
        *("will improve", "recover", "cure", "guarantee", "heal", "normal again", "always works"),
        *("dorsiflex", "plantar", "eversion", "inversion", "supine", "isometric", "eccentric", "abduct", "adduct"),
        *("stop taking", "because of", "fibula", "peroneal"),
    ):
        assert not re.search(rf"\b{word}", said), word


# Traced to the facts that the catalogue was made from


def fact_rows() -> list[list[str]]:
    if not FACTS.exists():
        pytest.skip("shared/data is absent: ../shared/EXERCISES.md")
    lines = [line for line in FACTS.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def fact_line(begin: str) -> str:
    if not FACTS.exists():
        pytest.skip("shared/data is absent: ../shared/EXERCISES.md")
    (line,) = [line for line in FACTS.read_text(encoding="utf-8").splitlines() if line.startswith(begin)]
    return line


def fact(name: str) -> list[str]:
    (row,) = [row for row in fact_rows() if row[0].startswith(f"`{name}`")]
    assert len(row) == 6
    return row


KINDS = {
    "hold: change about the rotation axis from rest, held": "principal_holds",
    "holds, as above": "principal_holds",
    "not by motion: timer, logged by hand": "none",
    "by hand": "none",
    "repetitions of foot pitch": "pitch_repetitions",
    "repetitions of foot pitch, heel down": "pitch_repetitions_heel_down",
    "repetitions of foot pitch with lowering time": "lowering",
    "repetitions of foot pitch, toes down": "pitch_repetitions_toes_down",
    "repetitions about the principal axis": "principal_repetitions",
    "repetitions about the principal axis (foot roll and sideways path)": "principal_repetitions",
    "holds about the principal axis": "principal_holds",
    "duration, range of motion, path": "free_motion",
    "repetitions of roll and pitch together, outward": "roll_outward",
    "repetitions of foot roll, inward": "roll_inward",
    "repetitions of foot yaw": "yaw",
    "seconds that the other foot is off the floor; foot wobble of the standing foot": "single_leg_stance",
    "strides with toes up throughout stance": "heel_strides",
    "strides with heels up throughout stance": "toe_strides",
    "strides, share that land on the heel, drags": "landing_strides",
    "strides with raised clearance": "high_strides",
    "minutes, strides": "strides",
}


def test_the_facts_are_the_same_exercises_in_the_same_order() -> None:
    assert tuple(row[0].split("`")[1] for row in fact_rows()) == IDS


@pytest.mark.parametrize("name", IDS)
def test_group_side_and_counting_are_those_of_the_facts(name: str) -> None:
    exercise = EXERCISES[name]
    _, group, side, _, _, counted = fact(name)
    assert exercise.group == group
    assert exercise.side == side.partition(" ")[0]
    others = dict(re.findall(r"\((\d{3}): (\w+)\)", side))
    assert {dose.source: dose.side for dose in exercise.doses if dose.side} == others
    assert exercise.counted.kind == KINDS[counted]
    assert (exercise.footwear == "by_hand") == ("by hand" in counted)


@pytest.mark.parametrize("name", IDS)
def test_levels_and_contraction_are_those_of_the_facts(name: str) -> None:
    exercise = EXERCISES[name]
    description, _, _, mode, _, _ = fact(name)
    named = {level for level in ("passive", "assisted", "active", "loaded") if level in mode}
    named |= {"active"} if mode == "isometric" else set()
    # between passive and active comes less help; and what a hand helps with is assisted
    named |= {"assisted"} if "then" in mode or "helped by hand" in description else set()
    assert set(exercise.levels) == named
    assert exercise.contraction == next((word for word in ("isometric", "eccentric") if word in mode), "")


def told_dose(text: str) -> tuple[dict[str, object], str]:
    """Read a dose of the facts: its numbers, and what is left of its words."""
    numbers: dict[str, object] = {"about": "about" in text}
    rest = text.replace("about ", "")

    def cut(pattern: str) -> tuple[int, int] | None:
        nonlocal rest
        found = re.search(pattern, rest)
        if found is None:
            return None
        rest = rest.replace(found[0], "", 1)
        low, _, high = found[1].partition("–")
        return int(low), int(high or low)

    numbers["hold_s"] = cut(r"hold (\d+) s\b")
    numbers["relax_s"] = cut(r"relax (\d+) s\b")
    numbers["sets"] = cut(r"([\d–]+) sets")
    numbers["times_a_day"] = cut(r"([\d–]+) times a day")
    in_a_day = cut(r"([\d–]+) a day")
    numbers["per"] = "day" if in_a_day else "set"
    numbers["repetitions"] = in_a_day or cut(r"([\d–]*\d)(?: times)?")
    numbers["times_a_week"] = (7, 7) if "daily" in rest else None
    return numbers, rest.replace(",", "").strip(" –")


@pytest.mark.parametrize("name", IDS)
def test_doses_are_those_of_the_facts_source_by_source(name: str) -> None:
    told = dict(part.strip().split(": ", 1) for part in fact(name)[4].split(";"))
    doses = {dose.source: dose for dose in EXERCISES[name].doses}
    assert set(doses) == set(told)
    for source, text in told.items():
        dose = doses[source]
        assert dose.stated == (text != "–")
        numbers, words = told_dose(text)
        found = {key: getattr(dose, key) for key in numbers}
        for key in ("hold_s", "relax_s"):
            found[key] = None if found[key] != found[key] else (int(found[key]), int(found[key]))
        assert found == numbers
        assert bool(dose.words) == bool(words), (text, words)


def test_supervision_is_that_of_the_facts() -> None:
    line = fact_line("- `footwear`")
    named = {name for name in IDS if re.search(rf"\b{name}\b", line)}
    assert "anything standing with a band around both ankles" in line
    banded = {row[0].split("`")[1] for row in fact_rows() if "band around both ankles" in row[0]}
    assert banded == {"hip_external_rotation_standing"}
    assert {name for name in IDS if EXERCISES[name].supervision == "helper_beside"} == named | banded


CAUTIONED = {
    "inversion where the foot turns in": ("foot_turns_in", {"ankle_inversion"}),
    "heel raise and toe walk with a spastic or shortened calf": ("tight_calf", {"heel_raise", "toe_walk"}),
    "weights and bands over numb skin": (
        "numb_skin",
        {"weighted_foot_lift", "band_ankle_flexion", "band_toe_raise", "hip_external_rotation_standing"},
    ),
    "resistance in muscle or progressive disease": (
        "muscle_disease",
        {"weighted_foot_lift", "band_ankle_flexion", "band_toe_raise", "isometric_dorsiflexion"},
    ),
    "towel scrunch with clawing toes": ("clawing_toes", {"towel_scrunch"}),
    "supine squeeze with scissoring": ("scissoring", {"hip_internal_rotation_supine"}),
    "crossed-leg entries": ("crossed_leg", {"ankle_dorsiflexion_crossed", "ankle_adduction_abduction"}),
    "step back where the ball or sole of the foot hurts": ("sore_sole", {"heel_raise", "toe_walk"}),
}


def test_cautions_are_those_of_the_facts() -> None:
    line = re.sub(r"\([^)]*\)", "", fact_line("- `caution`")).partition(": ")[2]
    told = [part.strip(" .") for part in line.split(";")]
    assert len(told) == len(CAUTIONED) == len(CAUTIONS)
    for part, (begin, (caution, needed)) in zip(told, CAUTIONED.items(), strict=True):
        assert part.startswith(begin)
        having = {name for name in IDS if caution in EXERCISES[name].cautions}
        assert needed <= having
    crossed = {row[0].split("`")[1] for row in fact_rows() if "leg crossed" in row[0]}
    assert {name for name in IDS if "crossed_leg" in EXERCISES[name].cautions} == crossed
    for name in crossed:
        assert "ankle of the weak leg on your other thigh" in EXERCISES[name].position
        assert "One minute at most" in EXERCISES[name].safety
