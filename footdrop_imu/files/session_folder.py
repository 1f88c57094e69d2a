"""Session folders: ``session.toml`` beside one ``.npy`` an array, each with its hash.

Signals are stored as they were sent: numbers that are whole multiples of one step (a sensor's counts) as integers with
``scale``, others as floats; either way reading gives the same bits back. ``[[recording]]`` is one stream; arrays that
are the same (the clock of an acceleration and an angular velocity) are stored once.
"""

from __future__ import annotations

import hashlib
import io
import math
import uuid
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from tokenize import TokenError
from typing import Any, get_args

import numpy as np
import tomli_w

from footdrop_imu.errors import FileFormatError, FileReason, SchemaError
from footdrop_imu.files.calibration import calibration_from_table, calibration_to_table
from footdrop_imu.files.folder import Content, write_folder
from footdrop_imu.files.mounting import mounting_from_table, mounting_to_table
from footdrop_imu.files.paths import resolved
from footdrop_imu.files.shoe_size import shoe_length
from footdrop_imu.files.text import read_bytes
from footdrop_imu.files.toml_table import Table, read_toml
from footdrop_imu.schema import (
    ACTIVITIES,
    AFFECTED,
    AIDS,
    ORTHOSES,
    PLACES,
    SEGMENTS,
    SHOES,
    SIDES,
    STIMULATORS,
    SURFACES,
    TIREDNESS,
    Calibration,
    Condition,
    FloatArray,
    Person,
    Quantity,
    SensorStream,
    SensorTraits,
    Session,
    Shoe,
)

__all__ = ["SESSION_FILE", "read_session_folder", "write_session_folder"]

SESSION_FILE = "session.toml"
FORMAT_VERSION = 1

_CONDITIONS = {
    "shoe": SHOES,
    "orthosis": ORTHOSES,
    "stimulator": STIMULATORS,
    "aid": AIDS,
    "surface": SURFACES,
    "tiredness": TIREDNESS,
}
_NUMBER = (int, float)
_SESSION_KEYS: dict[str, tuple[type, ...]] = {
    "format_version": (int,),
    "id": (str,),
    "name": (str,),
    "start": (str,),
    "activity": (str,),
    "note": (str,),
    "belt_speed_mps": _NUMBER,
    "notes": (list,),
    "person": (dict,),
    "condition": (dict,),
    "source": (dict,),
    "shoe": (list,),
    "recording": (list,),
    "calibration": (dict,),
}
_RECORDING_KEYS: dict[str, tuple[type, ...]] = {
    "segment": (str,),
    "quantity": (str,),
    "files": (dict,),
    "sha256": (dict,),
    "scale": _NUMBER,
    "rate_hz": _NUMBER,
    "first_counter": (int,),
    "counter_bits": (int,),
    "clock_group": (str,),
    "clock_offset_s": _NUMBER,
    "sensor": (dict,),
}
_SENSOR_KEYS: dict[str, tuple[type, ...]] = {
    "maker": (str,),
    "model": (str,),
    "serial": (str,),
    "acc_range_g": _NUMBER,
    "gyr_range_dps": _NUMBER,
    "integrates_on_chip": (bool,),
}
_ARRAYS = ("values", "counter", "time_s")


def write_session_folder(
    folder: Path, session: Session, *, extra: Mapping[str, Content] | None = None, force: bool = False
) -> Path:
    """Write a session as a folder, whole or not at all.

    Parameters
    ----------
    folder
        Target.
    session
        What is written; without an ``id`` it gets a new UUID.
    extra
        More files: name to content, such as a simulated walk's truth.
    force
        Whether the session in the target may be replaced.

    Returns
    -------
    pathlib.Path
        ``folder``.

    Raises
    ------
    OutputError
        The target holds a session already, or cannot be written.
    """
    contents: dict[str, Content] = {}
    names: dict[str, str] = {}
    recordings = [_recording_table(stream, contents, names) for stream in session.streams]
    document: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "id": session.id or str(uuid.uuid4()),
        "name": session.name,
        "start": session.start,
        "activity": session.activity,
        "note": session.note,
        "notes": list(session.notes),
        "person": {key: value for key, value in asdict(session.person).items() if value == value},
        "condition": {key: value for key, value in asdict(session.condition).items() if value},
        "source": dict(session.source),
        "shoe": [_shoe_table(shoe) for shoe in session.shoes],
        "recording": recordings,
    }
    if session.calibrations:
        document["calibration"] = {
            segment: calibration_to_table(calibration) for segment, calibration in session.calibrations.items()
        }
    if math.isfinite(session.belt_speed_mps):
        document["belt_speed_mps"] = float(session.belt_speed_mps)
    contents[SESSION_FILE] = tomli_w.dumps(document)
    contents |= dict(extra or {})
    write_folder(folder, contents, force=force, owned=lambda name: name == SESSION_FILE or name.endswith(".npy"))
    return folder


def _shoe_table(shoe: Shoe) -> dict[str, Any]:
    table: dict[str, Any] = {"side": shoe.side}
    if math.isfinite(shoe.length_m):
        table["length_m"] = float(shoe.length_m)
    if math.isfinite(shoe.length_sd_m):
        table["length_sd_m"] = float(shoe.length_sd_m)
    if shoe.place:
        table["place"] = shoe.place
    mounting = mounting_to_table(shoe.mounting)
    return table | ({"mounting": mounting} if mounting else {})


def _recording_table(stream: SensorStream, contents: dict[str, Content], names: dict[str, str]) -> dict[str, Any]:
    table: dict[str, Any] = {"segment": stream.segment, "quantity": stream.quantity, "files": {}, "sha256": {}}
    for key in _ARRAYS:
        array = getattr(stream, key)
        if array is None:
            continue
        if key == "values":
            array, scale = _as_counts(np.asarray(array, np.float64))
            if scale is not None:
                table["scale"] = scale
        elif key == "counter" and np.abs(array).max() < 2**31:
            array = array.astype(np.int32)
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
        data = buffer.getvalue()
        digest = hashlib.sha256(data).hexdigest()
        what = {"acceleration": "acc", "angular_velocity": "gyr"}[stream.quantity] if key == "values" else key
        name = names.setdefault(f"{stream.segment}-{digest}", f"{stream.segment}_{what}.npy")
        while name in contents and contents[name] != data:
            name = names[f"{stream.segment}-{digest}"] = f"{Path(name).stem}_2.npy"
        contents[name] = data
        table["files"][key], table["sha256"][key] = name, digest
    if stream.rate_hz is not None:
        table["rate_hz"] = float(stream.rate_hz)
    if stream.counter is not None:
        table["first_counter"] = int(stream.counter[0])
    if stream.counter_bits is not None:
        table["counter_bits"] = int(stream.counter_bits)
    table |= {"clock_group": stream.clock_group, "clock_offset_s": float(stream.clock_offset_s)}
    return table | {"sensor": {key: value for key, value in asdict(stream.traits).items() if value == value}}


def _as_counts(values: FloatArray) -> tuple[np.ndarray, float | None]:
    """Find the step whose whole multiples the values are, to the bit; the values themselves where there is none."""
    finite = values[np.isfinite(values)]
    if finite.size != values.size or not finite.size or not finite.any():
        return values, None
    levels = np.unique(np.abs(finite))
    largest = float(levels[-1])
    steps = np.diff(levels, prepend=0.0)
    smallest = float(steps[steps > largest * 1e-9].min())
    counts = round(largest / smallest)
    if counts > np.iinfo(np.int32).max:
        return values, None
    step = largest / counts
    for scale in (step, math.nextafter(step, 0.0), math.nextafter(step, math.inf)):
        multiples = np.rint(values / scale)
        if np.array_equal(multiples * scale, values):
            fits = np.int16 if counts <= np.iinfo(np.int16).max else np.int32
            return multiples.astype(fits), scale
    return values, None


def read_session_folder(folder: Path) -> Session:
    """Read a session folder.

    Raises
    ------
    FileFormatError
        BAD_SESSION: ``session.toml`` lacks a key, has an unknown one or a value that its list does not allow, or an
        array is not what it says; HASH_DIFFERS: an array is not the one that was written.
    """
    table = read_toml(folder / SESSION_FILE, FileReason.BAD_SESSION, "session file")
    table.refuse_unknown(_SESSION_KEYS)
    values = table.values
    if values.get("format_version") != FORMAT_VERSION:
        raise table.error(
            "format_version", f"found {values.get('format_version')}, this version reads {FORMAT_VERSION}; update it"
        )
    name = values.get("name") or resolved(folder).name
    if Path(name).name != name or "\\" in name or not name.isprintable() or name in (".", ".."):
        raise table.error("name", f"found {name!r:.80}, expected a name that can be a folder's")
    _refuse_value(table, "activity", values.get("activity", "walk"), ACTIVITIES)
    notes = values.get("notes", [])
    source = values.get("source", {})
    if not all(isinstance(note, str) for note in (*notes, *source.values())):
        raise table.error("notes", "sentences are expected here, and hashes in [source]")
    recordings = values.get("recording", [])
    if not recordings or not all(isinstance(part, dict) for part in (*recordings, *values.get("shoe", []))):
        raise table.error("recording", "one table [[recording]] or more is expected")
    return Session(
        name=name,
        streams=tuple(
            _stream(table, folder, f"recording {number}", part) for number, part in enumerate(recordings, start=1)
        ),
        id=values.get("id", ""),
        person=_person(table, values.get("person", {})),
        start=values.get("start", ""),
        activity=values.get("activity", "walk"),
        note=values.get("note", ""),
        condition=_condition(table, values.get("condition", {})),
        shoes=tuple(_shoe(table, part) for part in values.get("shoe", [])),
        belt_speed_mps=float(values.get("belt_speed_mps", math.nan)),
        source=source,
        notes=tuple(notes),
        calibrations=_calibrations(table, values.get("calibration", {})),
    )


def _calibrations(table: Table, parts: dict[str, Any]) -> dict[str, Calibration]:
    _part(table, "calibration", parts, dict.fromkeys(SEGMENTS, (dict,)))
    return {segment: calibration_from_table(table, f"calibration.{segment}", part) for segment, part in parts.items()}


def _part(table: Table, where: str, values: dict[str, Any], known: dict[str, tuple[type, ...]]) -> dict[str, Any]:
    Table(table.path, table.reason, table.what, values).refuse_unknown(known, where=where)
    return values


def _refuse_value(table: Table, key: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise table.error(key, f"found {value!r}, expected one of {', '.join(allowed)}")


def _person(table: Table, values: dict[str, Any]) -> Person:
    person = Person(**_part(table, "person", values, {"id": (str,), "affected": (str,), "leg_length_m": _NUMBER}))
    _refuse_value(table, "person.affected", person.affected, AFFECTED)
    return person


def _condition(table: Table, values: dict[str, Any]) -> Condition:
    _part(table, "condition", values, dict.fromkeys(_CONDITIONS, (str,)))
    for key, value in values.items():
        _refuse_value(table, f"condition.{key}", value, ("", *_CONDITIONS[key]))
    return Condition(**values)


def _shoe(table: Table, values: dict[str, Any]) -> Shoe:
    lengths = {"length_m": _NUMBER, "length_sd_m": _NUMBER, "size": (str,)}
    _part(table, "shoe", values, {"side": (str,), "place": (str,), "mounting": (dict,), **lengths})
    _refuse_value(table, "shoe.side", values.get("side", ""), SIDES)
    _refuse_value(table, "shoe.place", values.get("place", ""), ("", *PLACES))
    known = {key: float(values[key]) for key in ("length_m", "length_sd_m") if key in values}
    if "size" in values:
        if known:
            raise table.error("shoe.size", "the length is given twice, as a size and in m")
        try:
            known["length_m"], known["length_sd_m"] = shoe_length(values["size"])
        except SchemaError as error:
            raise table.error("shoe.size", error.message.removesuffix(".")) from error
    return Shoe(
        side=values["side"],
        place=values.get("place", ""),
        mounting=mounting_from_table(table, "shoe.mounting", values.get("mounting", {})),
        **known,
    )


def _stream(table: Table, folder: Path, where: str, values: dict[str, Any]) -> SensorStream:
    _part(table, where, values, _RECORDING_KEYS)
    _refuse_value(table, f"{where}, segment", values.get("segment", ""), SEGMENTS)
    _refuse_value(table, f"{where}, quantity", values.get("quantity", ""), get_args(Quantity))
    traits = _part(table, f"{where}, sensor", values.get("sensor", {}), _SENSOR_KEYS)
    files, hashes = values.get("files", {}), values.get("sha256", {})
    for key in (*files, *hashes):
        _refuse_value(table, f"{where}, files", key, _ARRAYS)
    if "values" not in files:
        raise table.error(f"{where}, files", "the file of the values is missing")
    arrays = {key: _array(table, folder, f"{where}, {key}", name, hashes.get(key)) for key, name in files.items()}
    samples = arrays["values"]
    if samples.ndim != 2 or samples.shape[1] != 3 or not len(samples):
        raise table.error(f"{where}, values", f"the array has shape {samples.shape}, expected (n, 3)")
    for key, array in arrays.items():
        kinds = "i" if key == "counter" or (key == "values" and "scale" in values) else "f"
        if len(array) != len(samples) or array.dtype.kind != kinds or (key != "values" and array.ndim != 1):
            raise table.error(
                f"{where}, {key}", f"found {array.dtype} {array.shape}, expected {kinds} ({len(samples)},)"
            )
    bits = values.get("counter_bits")
    if bits is not None and not 1 <= bits <= 64:
        raise table.error(f"{where}, counter_bits", f"found {bits}, expected 1 to 64")
    return SensorStream(
        segment=values["segment"],
        quantity=values["quantity"],
        values=samples * float(values["scale"]) if "scale" in values else samples.astype(np.float64, copy=False),
        time_s=None if "time_s" not in arrays else arrays["time_s"].astype(np.float64, copy=False),
        counter=None if "counter" not in arrays else arrays["counter"].astype(np.int64, copy=False),
        counter_bits=bits,
        rate_hz=None if "rate_hz" not in values else float(values["rate_hz"]),
        clock_group=values.get("clock_group", ""),
        clock_offset_s=float(values.get("clock_offset_s", 0.0)),
        traits=SensorTraits(
            **{field.name: traits[field.name] for field in fields(SensorTraits) if field.name in traits}
        ),
    )


def _array(table: Table, folder: Path, where: str, name: Any, expected: Any) -> np.ndarray:
    if not isinstance(name, str) or Path(name).name != name or not name.endswith(".npy"):
        raise table.error(where, f"found {name!r:.80}, expected the name of a .npy file in this folder")
    path = folder / name
    data = read_bytes(path)
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise FileFormatError(
            FileReason.HASH_DIFFERS,
            f"{path} has changed since it was recorded: its SHA-256 is {found[:12]}…, {SESSION_FILE} says "
            f"{str(expected)[:12]}…. Take the folder from a backup.",
            path=path,
        )
    try:
        array: np.ndarray = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError, MemoryError, SyntaxError, TokenError, TypeError, OverflowError) as error:
        raise FileFormatError(FileReason.BAD_SESSION, f"{path} is no array: {error}.", path=path) from error
    return array
