"""A file of exercises, read and checked; an unknown key, a missing one or a value that cannot be is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isnan
from pathlib import Path

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.rehab.cautions import CAUTIONS, cautions_needed, needs_helper
from footdrop_imu.rehab.exercises import (
    CONTRACTIONS,
    COUNTING_KINDS,
    EQUIPMENT,
    FOOTWEAR,
    GROUPS,
    POSTURES,
    SOURCES,
    SUPERVISIONS,
    TRAINED_SIDES,
    Counting,
    Exercise,
    SourceDose,
)
from footdrop_imu.rehab.toml_file import Table, read_toml
from footdrop_imu.schema_rehab import LEVELS

__all__ = ["clinic_file_errors", "read_clinic_file", "read_exercises"]

_CROSSED_LIMIT_S = 60.0


def read_exercises(path: Path) -> tuple[dict[str, Exercise], tuple[str, ...]]:
    """Read a whole catalogue and its general rules.

    Raises
    ------
    FileFormatError
        As `read_clinic_file`.
    """
    top = _read(path)
    rules = top.texts("rules")
    found: dict[str, Exercise] = {}
    for table in top.tables("exercise"):
        _add(table, found, {})
    top.finish()
    return found, rules


def read_clinic_file(path: Path, built_in: Mapping[str, Exercise]) -> dict[str, Exercise]:
    """Read a clinic's own exercises.

    Parameters
    ----------
    path
        A file with one ``[[exercise]]`` each. One with the id of a built-in exercise says ``replaces_built_in = true``
        and keeps at least its supervision, its cautions and its time limit.
    built_in
        The catalogue that they are added to.

    Raises
    ------
    FileFormatError
        NOT_FOUND, NOT_READABLE; BAD_EXERCISES with the dotted place as ``column``.
    """
    top = _read(path)
    found: dict[str, Exercise] = {}
    for table in top.tables("exercise"):
        _add(table, found, built_in, from_clinic=True)
    top.finish()
    return found


def clinic_file_errors(path: Path, built_in: Mapping[str, Exercise]) -> list[FileFormatError]:
    """Find what is wrong with a clinic's file: the first error of every exercise in it; none where it is good."""
    errors: list[FileFormatError] = []
    found: dict[str, Exercise] = {}
    try:
        top = _read(path)
        for table in top.tables("exercise"):
            try:
                _add(table, found, built_in, from_clinic=True)
            except FileFormatError as error:
                errors.append(error)
        top.finish()
    except FileFormatError as error:
        errors.append(error)
    return errors


def _read(path: Path) -> Table:
    return read_toml(path, FileReason.BAD_EXERCISES, "exercise file")


def _add(
    table: Table, found: dict[str, Exercise], built_in: Mapping[str, Exercise], *, from_clinic: bool = False
) -> None:
    exercise = _exercise(table, from_clinic=from_clinic)
    table = table._replace(where=f"exercise.{exercise.id}")
    replaces = from_clinic and table.take("replaces_built_in", bool, False)
    table.finish()
    if exercise.id in found:
        raise table.error("id", f"found {exercise.id} twice, expected an id of its own")
    old = built_in.get(exercise.id)
    if old is not None and not replaces:
        raise table.error(
            "id", f"{exercise.id} is built in; choose another id, or say replaces_built_in = true to change it"
        )
    if old is None and replaces:
        raise table.error("replaces_built_in", f"there is no built-in exercise {exercise.id}; leave the key out")
    _refuse_loose(table, exercise, old)
    found[exercise.id] = exercise


def _refuse_loose(table: Table, exercise: Exercise, old: Exercise | None) -> None:
    """Refuse less supervision, caution or limit than an exercise of this kind needs, or than it had."""
    helped = needs_helper(exercise) or (old is not None and old.supervision == "helper_beside")
    if helped and exercise.supervision != "helper_beside":
        raise table.error("supervision", f"found {exercise.supervision}, expected helper_beside: one can fall in it")
    needed = cautions_needed(exercise) | frozenset(old.cautions if old is not None else ())
    missing = [name for name in CAUTIONS if name in needed and name not in exercise.cautions]
    if missing:
        raise table.error("cautions", f"expected also {', '.join(missing)}: an exercise of this kind needs them")
    limits = [_CROSSED_LIMIT_S] if "crossed_leg" in exercise.cautions else []
    limits += [old.time_limit_s] if old is not None and not isnan(old.time_limit_s) else []
    if limits and not exercise.time_limit_s <= min(limits):
        raise table.error("time_limit_s", f"found {exercise.time_limit_s:g}, expected at most {min(limits):g}")


def _exercise(table: Table, *, from_clinic: bool) -> Exercise:
    name = table.text("id")
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise table.error("id", f"found {name!r:.60}, expected small letters and digits with single _ between")
    table = table._replace(where=f"exercise.{name}")
    exercise = Exercise(
        id=name,
        group=table.one_of("group", GROUPS),
        side=table.one_of("side", TRAINED_SIDES),
        levels=table.some_of("levels", LEVELS),
        posture=table.one_of("posture", POSTURES),
        title=table.text("title"),
        purpose=table.text("purpose"),
        position=table.text("position"),
        steps=table.texts("steps"),
        support=table.text("support"),
        safety=table.text("safety"),
        doses=tuple(_dose(part) for part in (table.tables("doses", []) if from_clinic else table.tables("doses"))),
        counted=_counting(table.table("counted")),
        footwear=table.one_of("footwear", FOOTWEAR),
        supervision=table.one_of("supervision", SUPERVISIONS),
        cautions=table.some_of("cautions", tuple(CAUTIONS), []),
        equipment=table.some_of("equipment", EQUIPMENT, []),
        contraction=table.one_of("contraction", CONTRACTIONS, ""),
        time_limit_s=table.number("time_limit_s", float("nan")),
        source_note=table.text("source_note", ""),
        drawing=table.text("drawing", ""),
        from_clinic=from_clinic,
    )
    if "cautions" not in table.values:
        raise table.error("cautions", "this key is missing; [] where there are none")
    if list(exercise.levels) != sorted(exercise.levels, key=LEVELS.index):
        raise table.error("levels", f"found {', '.join(exercise.levels)}, expected the order {', '.join(LEVELS)}")
    if (exercise.footwear == "by_hand") != (exercise.counted.kind == "none"):
        raise table.error("footwear", "by_hand and the counting kind none belong together")
    if exercise.drawing and not re.fullmatch(r"[\w-]+\.svg", exercise.drawing):
        raise table.error("drawing", f"found {exercise.drawing!r:.60}, expected the name of an SVG file")
    sources = [dose.source for dose in exercise.doses]
    if len(set(sources)) != len(sources):
        raise table.error("doses", f"found {', '.join(sources)}, expected each source once")
    return exercise


def _counting(table: Table) -> Counting:
    found = Counting(table.one_of("kind", COUNTING_KINDS), table.text("words"))
    table.finish()
    return found


def _dose(table: Table) -> SourceDose:
    found = SourceDose(
        source=table.one_of("source", SOURCES),
        side=table.one_of("side", TRAINED_SIDES, ""),
        sets=table.count_range("sets", most=50),
        repetitions=table.count_range("repetitions", most=1000),
        per=table.one_of("per", ("set", "day"), "set"),
        hold_s=table.number("hold_s", float("nan"), most=600),
        relax_s=table.number("relax_s", float("nan"), most=600),
        times_a_day=table.count_range("times_a_day", most=24),
        times_a_week=table.count_range("times_a_week", most=7),
        about=table.take("about", bool, False),
        words=table.text("words", ""),
    )
    table.finish()
    return found
