"""Plan files: what a clinician writes, and what a plan is written out as. TOML, one ``[[exercise]]`` a prescription."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from math import isnan
from pathlib import Path
from typing import Any, NamedTuple

from footdrop_imu.errors import FileReason
from footdrop_imu.rehab.toml_file import Table, read_toml
from footdrop_imu.schema_rehab import SIDES_OR_BOTH, Prescription

__all__ = ["WEEKDAYS", "PlanDraft", "plan_text", "prescription_lines", "read_plan"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMES = {"exercise": "id"}
"""Fields of a prescription that have another name in a file."""


class PlanDraft(NamedTuple):
    """What a plan file holds. ``author`` "" and ``start`` None = it does not say."""

    prescriptions: tuple[Prescription, ...]
    author: str = ""
    start: date | None = None
    note: str = ""


def read_plan(path: Path) -> PlanDraft:
    """Read a plan file.

    Parameters
    ----------
    path
        TOML: ``author``, ``start``, ``note`` where wanted, and an ``[[exercise]]`` for every prescription with the
        fields of `Prescription`; ``id`` is its exercise, ``weekdays`` are names.

    Returns
    -------
    PlanDraft
        Whether the catalogue knows the exercises, and whether the numbers can be, is for `plan.new_version`.

    Raises
    ------
    FileFormatError
        ``NOT_FOUND`` or ``NOT_READABLE``; ``BAD_PLAN`` with the place, where it is no TOML, has a key that is not known
        or one too few, or a value of another kind.
    """
    table = read_toml(path, FileReason.BAD_PLAN, "plan")
    author, note = table.take("author", str, ""), table.take("note", str, "")
    start = table.take("start", date, None)
    prescriptions = tuple(_prescription(entry) for entry in table.tables("exercise", []))
    table.finish()
    return PlanDraft(prescriptions, author, start, note)


def plan_text(draft: PlanDraft) -> str:
    """Write a plan as the text of a plan file; read again it is the same."""
    lines = [f"author = {_quoted(draft.author)}"] if draft.author else []
    lines += [] if draft.start is None else [f"start = {draft.start.isoformat()}"]
    lines += [f"note = {_quoted(draft.note)}"] if draft.note else []
    for prescription in draft.prescriptions:
        lines += ["", *prescription_lines(prescription)]
    return "\n".join(lines).lstrip("\n") + "\n"


def prescription_lines(prescription: Prescription) -> list[str]:
    """Write a prescription as the lines of its table: what differs from what holds where nothing is said."""
    plain = Prescription("", "")
    lines = ["[[exercise]]"]
    for name, value in vars(prescription).items():
        if value != getattr(plain, name) and not (isinstance(value, float) and isnan(value)):
            lines.append(f"{_NAMES.get(name, name)} = {_written(name, value)}")
    return lines


def _written(name: str, value: Any) -> str:
    if name == "weekdays":
        return _listed([WEEKDAYS[day] for day in value])
    if isinstance(value, tuple):
        return _listed(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return value.isoformat() if isinstance(value, date) else repr(value)


def _listed(words: Sequence[str]) -> str:
    return f"[{', '.join(_quoted(word) for word in words)}]"


def _quoted(text: str) -> str:
    """Write a TOML basic string: JSON's escapes are among TOML's, which also wants the delete character escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _prescription(table: Table) -> Prescription:
    whole, number = (int,), (int, float)
    exercise = table.text("id")
    named = table._replace(where=f"{table.where} ({exercise})")
    read = Prescription(
        exercise,
        named.one_of("side", SIDES_OR_BOTH),
        level=named.take("level", str, ""),
        sets=named.take("sets", whole, 1),
        repetitions=named.take("repetitions", whole, 0),
        hold_s=float(named.take("hold_s", number, float("nan"))),
        duration_s=float(named.take("duration_s", number, float("nan"))),
        times_a_day=named.take("times_a_day", whole, 1),
        weekdays=tuple(WEEKDAYS.index(day) for day in named.some_of("weekdays", WEEKDAYS, [])),
        times_a_week=named.take("times_a_week", whole, 0),
        start=named.take("start", date, None),
        end=named.take("end", date, None),
        note=named.take("note", str, ""),
        cleared=named.texts("cleared", []),
    )
    named.finish()
    return read
