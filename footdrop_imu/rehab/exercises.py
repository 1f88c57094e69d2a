"""The catalogue of exercises: what each is for, how it is done, who prescribes it with which dose, how it is counted.

Facts are in ``exercises.toml`` beside this module; a clinic adds its own by a file of the same form. Every text is
English and one message of the translations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from math import isnan
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from footdrop_imu.errors import ExerciseError, ExerciseReason, FileFormatError, FileReason

__all__ = [
    "CONTRACTIONS",
    "COUNTING_KINDS",
    "EQUIPMENT",
    "FOOTWEAR",
    "GROUPS",
    "POSTURES",
    "SOURCES",
    "SUPERVISIONS",
    "TRAINED_SIDES",
    "Counting",
    "Exercise",
    "SourceDose",
    "built_in_file",
    "drawing_file",
    "general_rules",
    "known_exercise",
    "load_exercises",
    "texts",
]

GROUPS = ("stretch", "strength", "mobility", "foot", "hip", "balance", "gait")
TRAINED_SIDES = ("affected", "both")
"""Which a prescription then names: left or right, or both."""
CONTRACTIONS = ("isometric", "eccentric")
"""Work without movement; work while giving way. Anything else has none named."""
POSTURES = ("sitting", "sitting_crossed", "lying", "standing", "walking")
"""The least safe posture that the exercise allows."""
EQUIPMENT = ("strap", "towel", "band", "band_around_both_ankles", "weight", "step", "ball", "obstacles")
FOOTWEAR = ("shoe", "band_over_bare_foot", "by_hand")
"""What carries the sensor for counting; ``by_hand``: no sensor counts it, a timer and the person do."""
SUPERVISIONS = ("alone", "helper_beside")
"""``helper_beside``: only with somebody beside, and only where a clinician has enabled it for this person."""
SOURCES = ("000", "001", "002", "003", "004", "clinic")
COUNTING_KINDS = (
    *("pitch_repetitions", "pitch_repetitions_heel_down", "pitch_repetitions_toes_down", "pitch_holds", "lowering"),
    *("roll_inward", "roll_outward", "yaw", "principal_repetitions", "principal_holds", "free_motion"),
    *("single_leg_stance", "heel_strides", "toe_strides", "landing_strides", "high_strides", "strides", "none"),
)
"""What the counting code looks for; ``principal``: about the axis that the foot turns about most."""


@dataclass(frozen=True)
class SourceDose:
    """What one source prescribes; None, NaN and "" = it does not say. Pairs are lowest and highest.

    ``repetitions`` a set, or a day where ``per`` is "day"; they are holds where ``hold_s`` is given. ``side`` where
    the source differs from the exercise. ``about`` the source itself says "about".
    """

    source: str
    side: str = ""
    sets: tuple[int, int] | None = None
    repetitions: tuple[int, int] | None = None
    per: str = "set"
    hold_s: float = float("nan")
    relax_s: float = float("nan")
    times_a_day: tuple[int, int] | None = None
    times_a_week: tuple[int, int] | None = None
    about: bool = False
    words: str = ""

    @property
    def stated(self) -> bool:
        """Whether the source gives any dose; otherwise a clinician sets it."""
        counts = (self.sets, self.repetitions, self.times_a_day, self.times_a_week)
        return any(count is not None for count in counts) or not isnan(self.hold_s) or self.words != ""


class Counting(NamedTuple):
    """How an exercise is counted: a kind of ``COUNTING_KINDS`` that code acts on, and the words for it."""

    kind: str
    words: str


@dataclass(frozen=True)
class Exercise:
    """An exercise of the catalogue; closed lists: this module's constants, and ``CAUTIONS``.

    ``levels`` from least to most of the person's own work. ``time_limit_s`` the longest that one go may last,
    NaN = none. ``drawing`` file name in ``drawings/``, or beside a clinic's file; "" = none. ``source_note`` where a
    source contradicts itself. ``from_clinic`` it stands in a clinic's file.
    """

    id: str
    group: str
    side: str
    levels: tuple[str, ...]
    posture: str
    title: str
    purpose: str
    position: str
    steps: tuple[str, ...]
    support: str
    safety: str
    doses: tuple[SourceDose, ...]
    counted: Counting
    footwear: str
    supervision: str
    cautions: tuple[str, ...]
    equipment: tuple[str, ...] = ()
    contraction: str = ""
    time_limit_s: float = float("nan")
    source_note: str = ""
    drawing: str = ""
    from_clinic: bool = False


def load_exercises(clinic_file: Path | None = None) -> Mapping[str, Exercise]:
    """Load the catalogue, with a clinic's own exercises after the built-in ones.

    Parameters
    ----------
    clinic_file
        A file like ``exercises.toml``; None = the built-in catalogue alone.

    Returns
    -------
    Mapping[str, Exercise]
        By id, in the catalogue's order.

    Raises
    ------
    FileFormatError
        NOT_FOUND or NOT_READABLE; BAD_EXERCISES where the file has an unknown or missing key, a value that cannot be,
        the id of a built-in exercise without ``replaces_built_in``, or less supervision or caution than it needs.
    """
    from footdrop_imu.rehab.exercise_file import read_clinic_file

    built_in, _ = _built_in()
    if clinic_file is None:
        return built_in
    return MappingProxyType({**built_in, **read_clinic_file(clinic_file, built_in)})


def general_rules() -> tuple[str, ...]:
    """Give the rules that hold for every exercise, one sentence or two each."""
    return _built_in()[1]


def built_in_file() -> Path:
    """Give the path of the built-in catalogue."""
    return Path(__file__).with_name("exercises.toml")


def drawing_file(exercise: Exercise, clinic_file: Path | None = None) -> Path:
    """Find the drawing of an exercise: beside the clinic's file for one of its own, else among the built-in ones.

    Raises
    ------
    FileFormatError
        NOT_FOUND: it has none, or the file that it names is not there.
    """
    folders = [built_in_file().with_name("drawings")]
    if clinic_file is not None and exercise.from_clinic:
        folders.insert(0, clinic_file.parent)
    for folder in folders:
        if exercise.drawing and (folder / exercise.drawing).is_file():
            return folder / exercise.drawing
    raise FileFormatError(
        FileReason.NOT_FOUND,
        f"There is no drawing of {exercise.id}"
        + (f": no {exercise.drawing} in {folders[0]}." if exercise.drawing else ", its entry names none."),
        path=folders[0],
    )


@cache
def _built_in() -> tuple[Mapping[str, Exercise], tuple[str, ...]]:
    from footdrop_imu.rehab.exercise_file import read_exercises

    exercises, rules = read_exercises(built_in_file())
    return MappingProxyType(exercises), rules


def texts(exercise: Exercise) -> tuple[str, ...]:
    """Give every text of an exercise that is translated, in the order in which it is read."""
    words = (
        *(exercise.title, exercise.purpose, exercise.position, *exercise.steps, exercise.support, exercise.safety),
        *(dose.words for dose in exercise.doses),
        *(exercise.counted.words, exercise.source_note),
    )
    return tuple(text for text in words if text)


def known_exercise(catalogue: Mapping[str, Exercise], exercise: str) -> Exercise:
    """Find an exercise by its id.

    Raises
    ------
    ExerciseError
        ``UNKNOWN``, with the id that is nearest.
    """
    if exercise in catalogue:
        return catalogue[exercise]
    near = get_close_matches(exercise, catalogue, n=1)
    hint = f"Did you mean {near[0]}?" if near else "footdrop exercises list shows all."
    raise ExerciseError(ExerciseReason.UNKNOWN, f"There is no exercise {exercise!r}. {hint}", exercise=exercise)
