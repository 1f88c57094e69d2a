"""Any CSV or TSV with a column map (TOML) that names its columns and units.

::

    separator = ";"              # "," unless said
    decimal = ","                # "." unless said
    skip_rows = 3                # lines before the names, 0 unless said
    header_rows = 2              # two lines of names are joined: "left_sensor/acc_x"; 0: columns are numbers from 1
    shared_clock = true          # the time column of all files of a walk is one clock; false unless said
    time = "Time (s)"            # or counter, or neither with rate_hz
    time_unit = "s"              # s, ms, us, ns
    counter = "PacketCounter"
    counter_bits = 16
    rate_hz = 100
    acc_unit = "g"               # g, mg, m/s^2
    gyr_unit = "deg/s"           # deg/s, rad/s, mdeg/s

    [left_foot]                  # left_foot, right_foot, left_shank, right_shank, or sensor: the name says which
    acc = ["left_sensor/acc_x", "left_sensor/acc_y", "left_sensor/acc_z"]
    gyr = ["left_sensor/gyr_x", "left_sensor/gyr_y", "left_sensor/gyr_z"]

Clock and units may stand in a segment's table too, where they go before the general ones; so may ``maker``, ``model``,
``acc_range_g``, ``gyr_range_dps`` and ``integrates_on_chip``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.cells import Cells, read_cells, split_line
from footdrop_imu.files.formats import Reader, Reading, ReadOptions
from footdrop_imu.files.sensor import SensorColumns, make_streams
from footdrop_imu.files.text import TextFile, first_lines
from footdrop_imu.files.toml_table import Table, read_toml
from footdrop_imu.files.units import ACCELERATION, ANGULAR_VELOCITY, TIME
from footdrop_imu.schema import SEGMENTS, SensorStream, SensorTraits

__all__ = ["READER", "read_column_map"]

_SENSOR = {
    "time": (str, int),
    "time_unit": (str,),
    "counter": (str, int),
    "counter_bits": (int,),
    "rate_hz": (int, float),
    "acc_unit": (str,),
    "gyr_unit": (str,),
    "maker": (str,),
    "model": (str,),
    "acc_range_g": (int, float),
    "gyr_range_dps": (int, float),
    "integrates_on_chip": (bool,),
}
_FILE = {
    "separator": (str,),
    "decimal": (str,),
    "skip_rows": (int,),
    "header_rows": (int,),
    "shared_clock": (bool,),
}
_FILE_DEFAULTS = {"separator": ",", "decimal": ".", "skip_rows": 0, "header_rows": 1, "shared_clock": False}
_TRAITS = ("maker", "model", "acc_range_g", "gyr_range_dps", "integrates_on_chip")


def read_column_map(path: Path) -> dict[str, Any]:
    """Read and check a column map; each segment's table comes back with the general clock and units filled in.

    Raises
    ------
    FileFormatError
        BAD_COLUMN_MAP: not TOML, an unknown key, a wrong type or unit, no segment.
    """
    table = read_toml(path, FileReason.BAD_COLUMN_MAP, "column map")
    segments = {name: table.values[name] for name in (*SEGMENTS, "sensor") if name in table.values}
    table.refuse_unknown({**_FILE, **_SENSOR, **dict.fromkeys((*SEGMENTS, "sensor"), (dict,))})
    if not segments:
        raise table.error("no sensor", f"A table [{'], ['.join(SEGMENTS)}] or [sensor] with acc and gyr is needed")
    if "sensor" in segments and len(segments) > 1:
        raise table.error("sensor", "[sensor] is for files of a single sensor; name every segment instead")
    found: dict[str, Any] = {key: value for key, value in table.values.items() if key in _FILE}
    found = {**_FILE_DEFAULTS, **found}
    if len(found["separator"]) != 1 or found["decimal"] not in (".", ",") or found["separator"] == found["decimal"]:
        raise table.error("separator", "separator is one character, decimal '.' or ',', and the two differ")
    if not ord(found["separator"]) < 128 or found["separator"] in '\n\r"':
        raise table.error("separator", "separator is a plain character such as ',', ';' or a tab")
    if found["skip_rows"] < 0 or found["header_rows"] not in (0, 1, 2):
        raise table.error("header_rows", "header_rows is 0, 1 or 2 and skip_rows is not negative")
    general = {key: value for key, value in table.values.items() if key in _SENSOR}
    found["segments"] = {
        "" if name == "sensor" else name: _segment(table, name, general | values) for name, values in segments.items()
    }
    return found


def _segment(table: Table, name: str, values: dict[str, Any]) -> dict[str, Any]:
    part = Table(table.path, table.reason, table.what, values)
    part.refuse_unknown({**_SENSOR, "acc": (list,), "gyr": (list,)}, where=name)
    for key, units in (("acc_unit", ACCELERATION), ("gyr_unit", ANGULAR_VELOCITY), ("time_unit", TIME)):
        if key == "time_unit" and "time" not in values:
            continue
        unit = values.get(key, "s" if key == "time_unit" else None)
        if unit not in units:
            raise part.error(f"{name}.{key}", f"found {unit!r}, expected one of {', '.join(units)}")
    for key in ("acc", "gyr"):
        columns = values.get(key, [])
        if len(columns) != 3 or not all(type(column) in (str, int) for column in columns):
            raise part.error(f"{name}.{key}", "three columns (x, y, z) by name, or by number from 1")
    if not 1 <= values.get("counter_bits", 1) <= 64:
        raise part.error(f"{name}.counter_bits", "from 1 to 64")
    return values


def _names(text: TextFile, layout: Mapping[str, Any]) -> list[str]:
    skip, rows = layout["skip_rows"], layout["header_rows"]
    lines = first_lines(text.data, skip + rows)[skip:]
    if len(lines) < rows:
        raise FileFormatError(
            FileReason.EMPTY, f"{text.path.name} ends before line {skip + rows}, the header.", path=text.path
        )
    if not rows:
        return []
    split = [split_line(line, layout["separator"]) for line in lines]
    if rows == 1:
        return split[0]
    return ["/".join(part for part in parts if part) for parts in zip(*split, strict=False)]


def _read(text: TextFile, options: ReadOptions) -> Reading:
    if options.columns is None:
        raise FileFormatError(
            FileReason.BAD_COLUMN_MAP, "A column map is needed for this format: give it with --columns.", path=text.path
        )
    layout = read_column_map(options.columns)
    names = _names(text, layout)
    wanted: dict[str | int, int] = {}
    for segment in layout["segments"].values():
        for column in (*segment["acc"], *segment["gyr"], segment.get("time"), segment.get("counter")):
            if column is not None and column not in wanted:
                wanted[column] = _position(text, layout, names, column)
    cells = read_cells(
        text,
        first_line=layout["skip_rows"] + layout["header_rows"] + 1,
        wanted=[(position, str(column)) for column, position in wanted.items()],
        separator=layout["separator"],
        decimal=layout["decimal"],
    )
    streams: tuple[SensorStream, ...] = ()
    notes = cells.notes
    for name, segment in layout["segments"].items():
        made, said = make_streams(text, _sensor(name, segment, cells, list(wanted)), options)
        streams, notes = streams + made, notes + said
    return Reading(streams, notes, clock="said" if layout["shared_clock"] else "own")


def _position(text: TextFile, layout: Mapping[str, Any], names: list[str], column: str | int) -> int:
    if isinstance(column, int):
        if not 1 <= column <= 10_000:
            raise FileFormatError(
                FileReason.BAD_COLUMN_MAP, f"Column {column}: columns are numbered from 1.", path=text.path
            )
        return column - 1
    if names.count(column) != 1:
        known = ", ".join(names[:20])
        raise FileFormatError(
            FileReason.MISSING_COLUMN,
            f"{text.path.name} has {names.count(column)} columns named {column!r}, the column map expects one. "
            f"Its columns: {known[:500]}.",
            path=text.path,
            line=layout["skip_rows"] + max(layout["header_rows"], 1),
            column=column,
        )
    return names.index(column)


def _sensor(name: str, segment: Mapping[str, Any], cells: Cells, columns: list[str | int]) -> SensorColumns:
    def values(column: str | int) -> Any:
        return cells.values[:, columns.index(column)]

    channels = [*segment["acc"], *segment["gyr"]]
    positions = [columns.index(column) for column in channels]
    time, counter = segment.get("time"), segment.get("counter")
    return SensorColumns(
        acc=cells.values[:, positions[:3]],
        gyr=cells.values[:, positions[3:]],
        line=cells.line,
        names=tuple(str(column) for column in channels),
        acc_unit=segment["acc_unit"],
        gyr_unit=segment["gyr_unit"],
        segment=name,
        time_s=None if time is None else values(time) * TIME[segment.get("time_unit", "s")],
        time_name=str(time),
        counter=None if counter is None else values(counter),
        counter_name=str(counter),
        counter_bits=segment.get("counter_bits"),
        rate_hz=segment.get("rate_hz"),
        traits=SensorTraits(**{key: segment[key] for key in _TRAITS if key in segment}),
    )


def _recognize(text: TextFile) -> bool:
    """Tell nothing from the header: a column map chooses this reader."""
    del text
    return False


READER = Reader("columns", "any CSV or TSV with a column map", _recognize, _read)
