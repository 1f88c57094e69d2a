"""Text exports of Xsens MT Manager, in both dialects of the MTw's files.

One begins with ``//`` lines, the other with ``Acquisition frequency: 100 Hz``; then one line of names (tabs or commas)
and the samples. Acceleration in m/s², angular velocity in rad/s. ``PacketCounter`` (16 bits, the same for all sensors
of an export, with gaps where the radio lost packets) is the clock; ``SampleTimeFine`` is often empty.
"""

from __future__ import annotations

import re

import numpy as np

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.cells import read_cells, split_line
from footdrop_imu.files.formats import Reader, Reading, ReadOptions
from footdrop_imu.files.sensor import SensorColumns, make_streams
from footdrop_imu.files.text import TextFile, first_lines
from footdrop_imu.schema import FloatArray, SensorTraits

__all__ = ["READER"]

_HEADER_LINES = 60
_FREQUENCY = re.compile(r"acquisition frequency:\s*([\d.]+)\s*hz", re.IGNORECASE)
_UPDATE_RATE = re.compile(r"//\s*update rate:\s*([\d.]+)\s*hz", re.IGNORECASE)
_PRODUCT = re.compile(r"//\s*productcode:\s*(\S+)", re.IGNORECASE)
_DEVICE = re.compile(r"//\s*deviceid:\s*(\w+)", re.IGNORECASE)
_DEVICE_OF_NAME = re.compile(r"_([0-9A-F]{8})$", re.IGNORECASE)
_CHANNELS = tuple(f"{quantity}_{axis}" for quantity in ("Acc", "Gyr") for axis in "XYZ")
_INCREMENTS = tuple(f"VelInc_{axis}" for axis in "XYZ")
_COUNTER = "PacketCounter"


def _recognize(text: TextFile) -> bool:
    lines = first_lines(text.data, _HEADER_LINES)
    return any(line.startswith(_COUNTER) for line in lines) and (
        lines[0].startswith("//") or lines[0].startswith(_COUNTER) or _FREQUENCY.match(lines[0]) is not None
    )


def _read(text: TextFile, options: ReadOptions) -> Reading:
    lines = first_lines(text.data, _HEADER_LINES)
    number = next((k for k, line in enumerate(lines, start=1) if line.startswith(_COUNTER)), 0)
    if not number:
        raise FileFormatError(
            FileReason.MISSING_COLUMN,
            f"{text.path.name} has no line of column names that begins with {_COUNTER}. Export it with the packet "
            "counter.",
            path=text.path,
            column=_COUNTER,
        )
    head = "\n".join(lines[: number - 1])
    separator = "\t" if "\t" in lines[number - 1] else ","
    names = split_line(lines[number - 1], separator)
    _refuse_missing(text, names, number)
    present = [name for name in _INCREMENTS if name in names]
    wanted = [(names.index(name), name) for name in (*_CHANNELS, _COUNTER, *present)]
    cells = read_cells(text, first_line=number + 1, wanted=wanted, separator=separator)
    product = _PRODUCT.search(head)
    device = _DEVICE.search(head) or _DEVICE_OF_NAME.search(text.path.stem)
    traits = SensorTraits(
        maker="Xsens",
        model=product[1] if product else "",
        serial=device[1].upper() if device else "",
        integrates_on_chip=True,
    )
    sensor = SensorColumns(
        acc=cells.values[:, :3],
        gyr=cells.values[:, 3:6],
        line=cells.line,
        names=_CHANNELS,
        counter=cells.values[:, 6],
        counter_name=_COUNTER,
        counter_bits=16,
        rate_hz=_rate_hz(head, cells.values[:, :3], cells.values[:, 7:]),
        traits=traits,
    )
    streams, notes = make_streams(text, sensor, options)
    return Reading(streams, cells.notes + notes, clock="counter")


def _refuse_missing(text: TextFile, names: list[str], line: int) -> None:
    missing = [name for name in _CHANNELS if name not in names]
    for quantity, reason, what in (
        ("Gyr", FileReason.NO_GYROSCOPE, "angular velocity (rate of turn)"),
        ("Acc", FileReason.NO_ACCELEROMETER, "acceleration"),
    ):
        if all(f"{quantity}_{axis}" in missing for axis in "XYZ"):
            raise FileFormatError(
                reason,
                f"{text.path.name} was exported without {what}: no columns {quantity}_X, {quantity}_Y, {quantity}_Z. "
                "Export it again from MT Manager with the inertial data switched on.",
                path=text.path,
                line=line,
                column=f"{quantity}_X",
            )
    if missing:
        raise FileFormatError(
            FileReason.MISSING_COLUMN,
            f"{text.path.name} has no column {missing[0]}.",
            path=text.path,
            line=line,
            column=missing[0],
        )


def _rate_hz(head: str, acc: FloatArray, increments: FloatArray) -> float | None:
    """Take the rate from the header, else from the velocity increments: each is acceleration times sample time."""
    said = _FREQUENCY.search(head) or _UPDATE_RATE.search(head)
    if said:
        try:
            return float(said[1])
        except ValueError:
            return None
    if increments.shape[1] < 3:
        return None
    rows = np.isfinite(acc).all(axis=1) & np.isfinite(increments).all(axis=1)
    gained = np.linalg.norm(increments[rows], axis=1)
    usable = gained > 0
    if not usable.any():
        return None
    rate = float(np.median(np.linalg.norm(acc[rows], axis=1)[usable] / gained[usable]))
    # The increments are written with six decimals: the rate is good to a few parts in ten thousand.
    return float(np.round(rate, 1)) if rate < 1e6 else None


READER = Reader("xsens", "Xsens MT Manager text export", _recognize, _read)
