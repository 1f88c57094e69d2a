"""The project's own CSV: one sensor a file, units in the header, read without a map.

``time_s`` (seconds from the session's start; may be left out when the rate is given) or ``counter`` or both, then
``acc_x_mps2`` (or ``_g``), ..., ``gyr_x_radps`` (or ``_dps``), ...
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np

from footdrop_imu.errors import FileFormatError, FileReason, SchemaError, SchemaReason
from footdrop_imu.files.cells import read_cells, split_line
from footdrop_imu.files.folder import write_file
from footdrop_imu.files.formats import Reader, Reading, ReadOptions
from footdrop_imu.files.sensor import SensorColumns, make_streams
from footdrop_imu.files.text import TextFile, first_lines
from footdrop_imu.schema import SensorStream

__all__ = ["READER", "write_csv"]

_CHANNEL = re.compile(r"(acc)_[xyz]_(mps2|g)|(gyr)_[xyz]_(radps|dps)")
_SEPARATORS = (",", ";", "\t")


def _header(text: TextFile) -> tuple[list[str], str]:
    line = first_lines(text.data, 1)[0]
    separator = max(_SEPARATORS, key=line.count)
    return split_line(line, separator), separator


def _recognize(text: TextFile) -> bool:
    return any(_CHANNEL.fullmatch(name) for name in _header(text)[0])


def _unit(text: TextFile, names: list[str], quantity: str) -> str:
    units = {match[2] or match[4] for name in names if (match := _CHANNEL.fullmatch(name)) and name[:3] == quantity}
    if not units:
        reason, what = {
            "acc": (FileReason.NO_ACCELEROMETER, "acceleration: acc_x_mps2, acc_y_mps2, acc_z_mps2 (or _g)"),
            "gyr": (FileReason.NO_GYROSCOPE, "angular velocity: gyr_x_radps, gyr_y_radps, gyr_z_radps (or _dps)"),
        }[quantity]
        raise FileFormatError(reason, f"{text.path.name} has no columns of {what}.", path=text.path, line=1)
    if len(units) > 1:
        raise FileFormatError(
            FileReason.WRONG_UNIT,
            f"{text.path.name} has {quantity} columns in {' and '.join(sorted(units))}. Keep one unit.",
            path=text.path,
            line=1,
        )
    return units.pop()


def _read(text: TextFile, options: ReadOptions) -> Reading:
    names, separator = _header(text)
    acc_unit, gyr_unit = _unit(text, names, "acc"), _unit(text, names, "gyr")
    channels = [f"acc_{axis}_{acc_unit}" for axis in "xyz"] + [f"gyr_{axis}_{gyr_unit}" for axis in "xyz"]
    clocks = [name for name in ("time_s", "counter") if name in names]
    for name in channels + clocks:
        if names.count(name) != 1:
            raise FileFormatError(
                FileReason.MISSING_COLUMN,
                f"{text.path.name} has {names.count(name)} columns named {name}, one is expected.",
                path=text.path,
                line=1,
                column=name,
            )
    wanted = [(names.index(name), name) for name in channels + clocks]
    sample = first_lines(text.data, 2)[-1]
    decimal = "," if separator != "," and "," in sample and "." not in sample else "."
    cells = read_cells(text, first_line=2, wanted=wanted, separator=separator, decimal=decimal)
    column = dict(zip(clocks, cells.values[:, 6:].T, strict=True))
    sensor = SensorColumns(
        acc=cells.values[:, :3],
        gyr=cells.values[:, 3:6],
        line=cells.line,
        names=tuple(channels),
        acc_unit=acc_unit,
        gyr_unit=gyr_unit,
        time_s=column.get("time_s"),
        counter=column.get("counter"),
    )
    streams, notes = make_streams(text, sensor, options)
    return Reading(streams, cells.notes + notes, clock="session" if "time_s" in names else "own")


READER = Reader("footdrop", "CSV of this project (units in the header)", _recognize, _read)


def write_csv(path: Path, streams: tuple[SensorStream, ...], *, counter: bool = True, force: bool = False) -> None:
    """Write the two streams of one sensor as CSV, in m/s² and rad/s; reading it gives the same numbers back.

    Parameters
    ----------
    path
        Target; its folder must exist. Written whole or not at all.
    streams
        An acceleration and an angular velocity stream of one segment on one clock.
    counter
        Whether to write the counter, where there is one, beside the time; one that wraps can only be read with its
        bits.
    force
        Whether an existing file may be replaced.

    Raises
    ------
    SchemaError
        Other streams than these two.
    OutputError
        The file exists or cannot be written.
    """
    import pandas as pd

    by_quantity = {stream.quantity: stream for stream in streams}
    if len(streams) != 2 or len(by_quantity) != 2 or len(streams[0].values) != len(streams[1].values):
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"A CSV holds one acceleration and one angular velocity stream of one length, not {len(streams)} streams.",
        )
    acc, gyr = by_quantity["acceleration"], by_quantity["angular_velocity"]
    columns: dict[str, np.ndarray] = {}
    if acc.time_s is not None:
        columns["time_s"] = acc.time_s
    elif acc.rate_hz is not None:
        index = np.arange(len(acc.values)) if acc.counter is None else acc.counter
        steps = np.diff(index, prepend=index[:1])
        if acc.counter_bits is not None:
            steps = steps % (1 << acc.counter_bits)
        columns["time_s"] = acc.clock_offset_s + np.cumsum(steps) / acc.rate_hz
    if counter and acc.counter is not None:
        columns["counter"] = acc.counter
    for name, unit, stream in (("acc", "mps2", acc), ("gyr", "radps", gyr)):
        columns.update(zip((f"{name}_{axis}_{unit}" for axis in "xyz"), stream.values.T, strict=True))  # noqa: PD011
    buffer = io.BytesIO()
    pd.DataFrame(columns).to_csv(buffer, index=False, lineterminator="\n")
    write_file(path, buffer.getvalue(), force=force)
