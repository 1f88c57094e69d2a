"""What the last recording on this computer was made with: sensors, person, condition. So the next needs one answer.

::

    format_version = 1
    [sensors.left_foot]
    address = "F0:F1:F2:00:00:01"
    name = "FD left foot"
    profile = "footdrop-1"
    [facts]                       # what was said of person, shoe and walk
    person = "P07"
    condition = { aid = "stick" }
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.calibration import calibration_folder
from footdrop_imu.files.folder import write_file
from footdrop_imu.files.paths import kind_of
from footdrop_imu.files.toml_table import read_toml
from footdrop_imu.schema import SEGMENTS

__all__ = ["LastRecording", "WornSensor", "last_recording_path", "read_last_recording", "write_last_recording"]

_FORMAT_VERSION = 1


@dataclass(frozen=True)
class WornSensor:
    """A sensor that was worn: its address, its name, and the profile's id or file that it was used with."""

    address: str
    name: str = ""
    profile: str = ""


@dataclass(frozen=True)
class LastRecording:
    """``sensors`` by segment; ``facts`` as ``facts.facts_to_json`` writes them."""

    sensors: Mapping[str, WornSensor]
    facts: Mapping[str, Any] = field(default_factory=dict)


def last_recording_path() -> Path:
    """Where it is kept: beside the calibrations."""
    return calibration_folder().parent / "last_recording.toml"


def read_last_recording() -> LastRecording | None:
    """Read it; None where there was none.

    Raises
    ------
    FileFormatError
        BAD_SESSION: the file is damaged.
    """
    path = last_recording_path()
    if kind_of(path) == "nothing":
        return None
    table = read_toml(path, FileReason.BAD_SESSION, "memory of the last recording")
    try:
        if table.values["format_version"] != _FORMAT_VERSION:
            return None
        sensors = {
            segment: WornSensor(**{key: str(value) for key, value in known.items()})
            for segment, known in table.values["sensors"].items()
            if segment in SEGMENTS
        }
        return LastRecording(sensors, dict(table.values.get("facts", {})))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise FileFormatError(
            FileReason.BAD_SESSION, f"{path} is damaged ({error}). Delete it: it only saves typing.", path=path
        ) from error


def write_last_recording(last: LastRecording) -> None:
    """Keep it in place of the one before.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    document = {
        "format_version": _FORMAT_VERSION,
        "sensors": {
            segment: {"address": one.address, "name": one.name, "profile": one.profile}
            for segment, one in last.sensors.items()
        },
        "facts": dict(last.facts),
    }
    write_file(last_recording_path(), tomli_w.dumps(document), force=True)
