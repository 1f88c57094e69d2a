"""From the columns of one sensor to streams in SI units, with every check that needs no gait."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.formats import ReadOptions
from footdrop_imu.files.text import TextFile
from footdrop_imu.files.units import (
    ACCELERATION,
    ANGULAR_VELOCITY,
    acceleration_doubt,
    angular_velocity_doubt,
)
from footdrop_imu.schema import BoolArray, FloatArray, IntArray, SensorStream, SensorTraits

__all__ = ["SensorColumns", "make_streams"]

LOWEST_RATE_HZ = 25.0
_HIGHEST_RATE_HZ = 20_000.0
_RATE_TOLERANCE = 0.02
# No inertial sensor goes beyond 200 g or 4000 deg/s: a wider margin finds broken cells, not hard impacts.
_LIMITS = {"acceleration": 5000.0, "angular_velocity": 150.0}
_LIMIT_UNITS = {"acceleration": "m/s²", "angular_velocity": "rad/s"}


@dataclass(frozen=True)
class SensorColumns:
    """One sensor's columns as a file has them.

    ``acc`` and ``gyr`` (n, 3) in their units, NaN where a cell was empty; ``names`` their six column names;
    ``line`` (n,) where each row stands; ``time_s`` (n,) or None, ``counter`` (n,) or None as floats.
    """

    acc: FloatArray
    gyr: FloatArray
    line: IntArray
    names: tuple[str, ...]
    acc_unit: str = "mps2"
    gyr_unit: str = "radps"
    segment: str = ""
    time_s: FloatArray | None = None
    time_name: str = "time_s"
    counter: FloatArray | None = None
    counter_name: str = "counter"
    counter_bits: int | None = None
    rate_hz: float | None = None
    traits: SensorTraits = field(default_factory=SensorTraits)


def make_streams(
    text: TextFile, sensor: SensorColumns, options: ReadOptions
) -> tuple[tuple[SensorStream, ...], tuple[str, ...]]:
    """Make the two streams of a sensor.

    Rows without a clock value or without all six numbers are lost samples: they are left out, and the clock shows
    the gap. A file whose only clock is its rate gets its row number as counter for that.

    Returns
    -------
    streams, notes
        Acceleration in m/s² and angular velocity in rad/s, on one clock; sentences for the user.

    Raises
    ------
    FileFormatError
        Constant channels, a unit or a size that cannot be, a rate below 25 Hz or unknown, time that runs backward.
    """
    finite: BoolArray = np.logical_and.reduce(np.isfinite(np.hstack((sensor.acc, sensor.gyr))), axis=1)
    for clock in (sensor.time_s, sensor.counter):
        if clock is not None:
            finite = finite & np.isfinite(clock)
    lost = int(len(finite) - finite.sum())
    if len(finite) - lost < 2:
        raise FileFormatError(
            FileReason.EMPTY,
            f"{text.path.name} has no two rows with acceleration, angular velocity and time.",
            path=text.path,
        )
    notes = (f"{text.path.name}: {lost} row(s) without all numbers count as lost samples.",) if lost else ()
    time_s = None if sensor.time_s is None else sensor.time_s[finite]
    line = sensor.line[finite]
    counter = _counter(text, sensor, finite)
    counter_bits = sensor.counter_bits if sensor.counter_bits is not None else options.counter_bits
    if counter is None and time_s is None and lost:
        counter, counter_bits = np.flatnonzero(finite).astype(np.int64), None
    if time_s is not None:
        _refuse_backward(text, np.diff(time_s) < 0, line, sensor.time_name)
    if counter is not None:
        _refuse_backward(text, _steps(counter, counter_bits) < 0, line, sensor.counter_name)
    rate_hz = _rate_hz(text, sensor, time_s, counter, counter_bits, options)
    values = _si_values(text, sensor, finite, line)
    traits = sensor.traits

    def stream(quantity: Literal["acceleration", "angular_velocity"]) -> SensorStream:
        return SensorStream(
            segment=sensor.segment,
            quantity=quantity,
            values=values[quantity],
            time_s=time_s,
            counter=counter,
            counter_bits=None if counter is None else counter_bits,
            rate_hz=rate_hz if counter is not None or time_s is None else None,
            clock_offset_s=0.0 if time_s is None else float(time_s[0]),
            traits=traits,
        )

    return (stream("acceleration"), stream("angular_velocity")), notes


def _counter(text: TextFile, sensor: SensorColumns, finite: BoolArray) -> IntArray | None:
    if sensor.counter is None:
        return None
    counter = sensor.counter[finite]
    broken = (counter != np.rint(counter)) | (np.abs(counter) > 2**53)
    if broken.any():
        line = int(sensor.line[finite][broken][0])
        raise FileFormatError(
            FileReason.BAD_NUMBER,
            f"Line {line} of {text.path.name}: {sensor.counter_name} is {counter[broken][0]!r}, a whole number is "
            "expected of a counter.",
            path=text.path,
            line=line,
            column=sensor.counter_name,
        )
    return counter.astype(np.int64)


def _steps(counter: IntArray, bits: int | None) -> IntArray:
    """Counter steps; with a wrap, those of more than half its range are steps backward."""
    steps = np.diff(counter)
    if bits is None:
        return steps
    period = 1 << bits
    wrapped = steps % period
    # Half of a small counter's range is a real gap (8 bits: 1.3 s at 100 Hz); only of a large one it is a step back.
    return np.where((wrapped > period // 2) & (bits >= 16), wrapped - period, wrapped)


def _refuse_backward(text: TextFile, backward: BoolArray, line: IntArray, column: str) -> None:
    if not backward.any():
        return
    at = int(line[1:][backward][0])
    raise FileFormatError(
        FileReason.TIME_BACKWARD,
        f"{column} of {text.path.name} runs backward at line {at} ({int(backward.sum())} time(s) in all). "
        "Are two recordings in one file? Split it there, or name the right clock column.",
        path=text.path,
        line=at,
        column=column,
    )


def _usual_step(steps: FloatArray) -> float:
    """Mean of the steps that are no gap and no repeat; NaN where there is none."""
    forward = steps[steps > 0]
    if not forward.size:
        return float("nan")
    return float(forward[forward < 1.5 * np.median(forward)].mean())


def _rate_hz(
    text: TextFile,
    sensor: SensorColumns,
    time_s: FloatArray | None,
    counter: IntArray | None,
    counter_bits: int | None,
    options: ReadOptions,
) -> float:
    measured = float("nan")
    if time_s is not None:
        if counter is None:
            measured = 1 / _usual_step(np.diff(time_s))
        else:
            steps = _steps(counter, counter_bits)
            ahead = steps > 0
            measured = 1 / _usual_step(np.diff(time_s)[ahead] / steps[ahead])
    said = options.rate_hz if options.rate_hz is not None else sensor.rate_hz
    known = [rate for rate in (measured, sensor.rate_hz, options.rate_hz) if rate is not None and np.isfinite(rate)]
    if not known or min(known) <= 0:
        raise FileFormatError(
            FileReason.RATE_UNKNOWN,
            f"Nothing in {text.path.name} says how many samples there are in a second. Give it with --rate HZ.",
            path=text.path,
        )
    if max(known) > (1 + _RATE_TOLERANCE) * min(known):
        raise FileFormatError(
            FileReason.RATE_DISAGREES,
            f"{text.path.name} runs at {known[0]:.4g} Hz, but {known[-1]:.4g} Hz was given. Leave --rate out, or check "
            "the unit of the time column.",
            path=text.path,
        )
    rate = measured if said is None or np.isfinite(measured) else said
    if rate < LOWEST_RATE_HZ:
        hint = " The times may be in ms: say so in a column map." if time_s is not None and rate * 1000 < 2000 else ""
        raise FileFormatError(
            FileReason.RATE_TOO_LOW,
            f"{text.path.name} has {rate:.3g} samples a second; {LOWEST_RATE_HZ:g} or more are needed, 100 are good."
            + (hint if rate * 1000 >= LOWEST_RATE_HZ else ""),
            path=text.path,
        )
    if rate > _HIGHEST_RATE_HZ:
        raise FileFormatError(
            FileReason.WRONG_UNIT,
            f"{sensor.time_name} of {text.path.name} gives {rate:.3g} samples a second, which no sensor has. Check the "
            "unit of the time column.",
            path=text.path,
            column=sensor.time_name,
        )
    return float(said) if said is not None and counter is not None else rate


def _si_values(text: TextFile, sensor: SensorColumns, finite: BoolArray, line: IntArray) -> dict[str, FloatArray]:
    acc, gyr = sensor.acc[finite], sensor.gyr[finite]
    for name, column in zip(sensor.names, (*acc.T, *gyr.T), strict=True):
        if len(column) > 2 and column.min() == column.max():
            raise FileFormatError(
                FileReason.CONSTANT,
                f"Column {name} of {text.path.name} is {column[0]:g} throughout: that channel does not measure. "
                "Check the sensor and the export.",
                path=text.path,
                column=name,
            )
    values = {
        "acceleration": acc * ACCELERATION[sensor.acc_unit],
        "angular_velocity": gyr * ANGULAR_VELOCITY[sensor.gyr_unit],
    }
    for doubt, name in (
        (acceleration_doubt(acc, gyr, sensor.acc_unit), sensor.names[0]),
        (angular_velocity_doubt(values["acceleration"], gyr, sensor.gyr_unit), sensor.names[3]),
    ):
        if doubt:
            raise FileFormatError(
                FileReason.WRONG_UNIT,
                f"{text.path.name}, column {name}: {doubt}. Say the unit in the header or in a column map.",
                path=text.path,
                line=int(line[0]),
                column=name,
            )
    for quantity, limit in _LIMITS.items():
        beyond = np.abs(values[quantity]) > limit
        if beyond.any():
            row, axis = (int(index[0]) for index in np.nonzero(beyond))
            name = sensor.names[axis + (3 if quantity == "angular_velocity" else 0)]
            raise FileFormatError(
                FileReason.BAD_NUMBER,
                f"Line {line[row]}, column {name} of {text.path.name} is {values[quantity][row, axis]:.3g} "
                f"{_LIMIT_UNITS[quantity]}, more than any sensor measures. Correct or empty that cell.",
                path=text.path,
                line=int(line[row]),
                column=name,
            )
    return values
