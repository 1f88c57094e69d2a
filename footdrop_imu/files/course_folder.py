"""A person's weeks as a folder that people can read: who, the plan's versions, the log, the walks and their measures.

``course.toml`` the person, events and a note; ``plan.toml`` every version; ``log.csv`` an entry a row, as it was made;
``walks.csv`` a walk a row; ``measures.csv`` what each walk gave, by the walk's name. What says nothing is left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date, datetime
from functools import partial
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.folder import Content, write_folder
from footdrop_imu.files.text import read_bytes
from footdrop_imu.files.toml_table import read_toml
from footdrop_imu.schema import Condition
from footdrop_imu.schema_rehab import LogEntry, Patient, PlanVersion, Prescription, TimelineEvent, Walk

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COURSE_FILES", "CourseFolder", "read_course_folder", "write_course_folder"]

COURSE_FILES = ("course.toml", "plan.toml", "log.csv", "walks.csv", "measures.csv")
_MEASURES = ("walk", "side", "measure", "value", "standard_error", "used_count")
_WALK = ("name", "id", "start", "activity", "condition_key", "quality", "reasons", "version", "config_hash")
_CONDITION = tuple(field.name for field in fields(Condition))
_DIGITS = "%.5g"

T = TypeVar("T")


@dataclass(frozen=True)
class CourseFolder:
    """What such a folder holds; ``measures`` obeys ``columns_rehab.WALK_MEASURE_COLUMNS``."""

    patient: Patient
    plan: tuple[PlanVersion, ...]
    log: tuple[LogEntry, ...]
    events: tuple[TimelineEvent, ...]
    walks: tuple[Walk, ...]
    measures: pd.DataFrame
    note: str = ""


def write_course_folder(folder: Path, course: CourseFolder, *, force: bool = False) -> Path:
    """Write a person's weeks, whole or not at all.

    Parameters
    ----------
    folder
        Target.
    course
        What is written. Of a walk neither the folder of its recording nor hashes are; measures to five digits.
    force
        Whether such files may be replaced.

    Returns
    -------
    pathlib.Path
        ``folder``.

    Raises
    ------
    OutputError
        EXISTS without ``force``; NOT_WRITABLE.
    """
    import tomli_w

    who = {"note": course.note, "person": _plain(course.patient), "event": [_plain(one) for one in course.events]}
    versions = [
        _plain(one, leave=("prescriptions",)) | {"exercise": [_plain(part) for part in one.prescriptions]}
        for one in course.plan
    ]
    walks = [
        {name: getattr(walk, name) for name in _WALK}
        | {"reasons": "; ".join(walk.reasons)}
        | asdict(walk.condition or Condition())
        for walk in course.walks
    ]
    by_name = {walk.id: walk.name for walk in course.walks}
    measures = course.measures[list(_MEASURES)].assign(walk=course.measures["walk"].map(by_name))
    contents: dict[str, Content] = {
        "course.toml": tomli_w.dumps(who),
        "plan.toml": tomli_w.dumps({"version": versions}),
        "log.csv": _csv_text([field.name for field in fields(LogEntry)], [_cells(entry) for entry in course.log]),
        "walks.csv": _csv_text([*_WALK, *_CONDITION], walks),
        "measures.csv": partial(
            measures.to_csv, index=False, lineterminator="\n", encoding="utf-8", float_format=_DIGITS
        ),
    }
    write_folder(folder, contents, force=force, owned=COURSE_FILES.__contains__)
    return folder


def read_course_folder(folder: Path) -> CourseFolder:
    """Read a person's weeks.

    Raises
    ------
    FileFormatError
        NOT_FOUND, NOT_READABLE; BAD_COURSE where a file is damaged: with its name, line and key or column.
    """
    who = read_toml(folder / "course.toml", FileReason.BAD_COURSE, "Course")
    who.refuse_unknown({"note": (str,), "person": (dict,), "event": (list,)})
    said = dict(who.values)
    plan = read_toml(folder / "plan.toml", FileReason.BAD_COURSE, "Plan")
    plan.refuse_unknown({"version": (list,)})
    versions = dict(plan.values).get("version", [])
    walks = tuple(_walk(row, error) for row, error in _rows(folder / "walks.csv", (*_WALK, *_CONDITION)))
    log_columns = tuple(field.name for field in fields(LogEntry))
    return CourseFolder(
        patient=_noun(Patient, said.get("person", {}), partial(who.error, "person")),
        plan=tuple(_version(one, partial(plan.error, "version")) for one in versions),
        log=tuple(_from_cells(LogEntry, row, error) for row, error in _rows(folder / "log.csv", log_columns)),
        events=tuple(_noun(TimelineEvent, one, partial(who.error, "event")) for one in said.get("event", [])),
        walks=walks,
        measures=_measures(folder / "measures.csv", walks),
        note=said.get("note", ""),
    )


_Refuse = Callable[[str], FileFormatError]


def _plain(noun: Any, leave: Sequence[str] = ()) -> dict[str, Any]:
    """What a noun says beyond what holds where nothing is said, as TOML takes it."""
    plain = {}
    for field in fields(noun):
        value = getattr(noun, field.name)
        silent = value is None or value in (field.default, {}) or (isinstance(value, float) and isnan(value))
        if field.name not in leave and not silent:
            plain[field.name] = list(value) if isinstance(value, tuple) else value
    return plain


def _cells(noun: Any) -> dict[str, Any]:
    """A noun as a row; what is missing is an empty cell."""
    cells = {}
    for field in fields(noun):
        value = getattr(noun, field.name)
        missing = value is None or (isinstance(value, float) and isnan(value))
        cells[field.name] = "" if missing else value.isoformat() if isinstance(value, date) else value
    return cells


def _csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {key: f"{value:.12g}" if isinstance(value, float) else value for key, value in row.items()} for row in rows
    )
    return text.getvalue()


def _noun(kind: type[T], values: Any, refuse: _Refuse) -> T:
    """A noun of what a TOML table says."""
    if not isinstance(values, dict):
        raise refuse(f"found {values!r:.60}, expected a table")
    hints = {field.name: str(field.type) for field in fields(kind)}  # type: ignore[arg-type]
    given: dict[str, Any] = {}
    for name, value in values.items():
        if name not in hints:
            raise refuse(f"{name} is not known; known: {', '.join(hints)}")
        allowed = _allowed(hints[name])
        if type(value) not in allowed:
            raise refuse(f"{name}: found {value!r:.60}, expected {' or '.join(one.__name__ for one in allowed)}")
        if isinstance(value, list) and not all(type(part).__name__ in hints[name] for part in value):
            raise refuse(f"{name}: found {value!r:.60}, expected other things in the list")
        given[name] = tuple(value) if isinstance(value, list) else value
    return _made(kind, given, refuse)


def _allowed(hint: str) -> tuple[type, ...]:
    """What TOML gives for a field, by the words of its type."""
    kinds: tuple[tuple[str, tuple[type, ...]], ...] = (
        ("Mapping", (dict,)),
        ("tuple", (list,)),
        ("datetime", (datetime,)),
        ("date", (date,)),
        ("float", (float, int)),
        ("int", (int,)),
    )
    return next((types for word, types in kinds if word in hint), (str,))


def _made(kind: type[T], given: Mapping[str, Any], refuse: _Refuse) -> T:
    needed = [one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]  # type: ignore[arg-type]
    missing = [name for name in needed if name not in given]
    if missing:
        raise refuse(f"{missing[0]} is missing")
    return kind(**given)


def _version(values: Any, refuse: _Refuse) -> PlanVersion:
    if not isinstance(values, dict) or not isinstance(values.get("exercise", []), list):
        raise refuse("expected tables [[version]] with tables [[version.exercise]]")
    parts = tuple(_noun(Prescription, part, refuse) for part in values.get("exercise", []))
    own = {name: value for name, value in values.items() if name != "exercise"}
    for name in ("version", "start", "made_at"):
        if name not in own:
            raise refuse(f"{name} is missing")
    return _noun(PlanVersion, own | {"prescriptions": list(parts)}, refuse)


def _rows(path: Path, columns: Sequence[str]) -> list[tuple[dict[str, str], _Refuse]]:
    """Rows of a table with these columns, each with what makes an error of its line."""
    try:
        text = read_bytes(path).decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text), strict=True)
        lines = [(reader.line_num, row) for row in reader if row]
    except (UnicodeError, csv.Error) as error:
        raise FileFormatError(FileReason.BAD_COURSE, f"{path.name} is no table: {error}.", path=path) from error

    def refuse(line: int, message: str) -> FileFormatError:
        return FileFormatError(FileReason.BAD_COURSE, f"{path.name}, line {line}: {message}.", path=path, line=line)

    if not lines or lines[0][1] != list(columns):
        raise refuse(1, f"expected the columns {', '.join(columns)}")
    for line, row in lines[1:]:
        if len(row) != len(columns):
            raise refuse(line, f"found {len(row)} cells, expected {len(columns)}")
    return [(dict(zip(columns, row, strict=True)), partial(refuse, line)) for line, row in lines[1:]]


def _from_cells(kind: type[T], row: Mapping[str, str], refuse: _Refuse) -> T:
    """A noun of a row; an empty cell says nothing."""
    hints = {field.name: str(field.type) for field in fields(kind)}  # type: ignore[arg-type]
    given: dict[str, Any] = {}
    for name, cell in row.items():
        kinds = _allowed(hints[name])
        if cell == "":
            if kinds == (str,):
                given[name] = ""
            continue
        readers: dict[type, Callable[[str], Any]] = {datetime: datetime.fromisoformat, date: date.fromisoformat}
        read = readers.get(kinds[0], kinds[0])
        try:
            given[name] = read(cell)
        except ValueError:
            raise refuse(f"{name} is {cell!r:.60}, expected a {kinds[0].__name__}") from None
    return _made(kind, given, refuse)


def _walk(row: Mapping[str, str], refuse: _Refuse) -> Walk:
    if not row["name"] or not row["id"]:
        raise refuse("a walk needs a name and an id")
    reasons = tuple(part for part in row["reasons"].split("; ") if part)
    said: dict[str, Any] = {name: row[name] for name in _WALK if name != "reasons"}
    return Walk(reasons=reasons, condition=Condition(**{name: row[name] for name in _CONDITION}), **said)


def _measures(path: Path, walks: Sequence[Walk]) -> pd.DataFrame:
    known = {walk.name: walk for walk in walks}
    rows = _rows(path, _MEASURES)
    for row, refuse in rows:
        if row["walk"] not in known:
            raise refuse(f"walk is {row['walk']!r:.60}, which walks.csv does not have")
    data: dict[str, Any] = {name: [row[name] for row, _ in rows] for name in ("side", "measure")}
    for name, kind in (("value", float), ("standard_error", float), ("used_count", int)):
        data[name] = [_number(row[name], kind, name, refuse) for row, refuse in rows]
    mine = [known[row["walk"]] for row, _ in rows]
    starts = [_start(walk, path) for walk in mine]
    return make_table(
        WALK_MEASURE_COLUMNS,
        data
        | {
            "walk": [walk.id for walk in mine],
            "day": [datetime(start.year, start.month, start.day) for start in starts],
            "start": [walk.start for walk in mine],
            "activity": [walk.activity for walk in mine],
            "condition": [walk.condition_key for walk in mine],
            "quality": [walk.quality for walk in mine],
        },
    )


def _number(cell: str, kind: type[float] | type[int], name: str, refuse: _Refuse) -> float:
    try:
        return float("nan") if cell == "" and kind is float else kind(cell)
    except ValueError:
        raise refuse(f"{name} is {cell!r:.60}, expected a number") from None


def _start(walk: Walk, path: Path) -> datetime:
    try:
        return datetime.fromisoformat(walk.start)
    except ValueError:
        raise FileFormatError(
            FileReason.BAD_COURSE, f"The walk {walk.name} starts at {walk.start!r:.60}, which is no time.", path=path
        ) from None
