"""What was found out about a sensor: one TOML file each, by default in the user's data folder.

::

    format_version = 1
    sensor = "00B4778E"              # the maker's serial number, or a name
    shoe = "special"                 # may be left out: any shoe
    made_at = "2026-03-14T10:30:00+01:00"
    acc_matrix = [[1.012, 0.0, 0.0], [0.0, 0.995, 0.001], [0.0, 0.001, 1.003]]
    acc_offset_mps2 = [0.31, -0.12, 0.05]
    gyr_offset_radps = [0.004, -0.011, 0.002]
    gyr_delay_s = 0.008
    gyr_delay_sd_s = 0.002
    length_scale = 1.012
    length_scale_sd = 0.004

The other keys are the fields of ``schema.Calibration``; what is not known is left out.
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tomli_w

from footdrop_imu.errors import FileFormatError, FileReason, SchemaError
from footdrop_imu.files.folder import write_file
from footdrop_imu.files.paths import kind_of
from footdrop_imu.files.toml_table import Table, read_toml
from footdrop_imu.schema import Calibration

__all__ = [
    "calibration_folder",
    "calibration_from_table",
    "calibration_path",
    "calibration_to_table",
    "find_calibration",
    "read_calibration",
    "stored_calibrations",
    "write_calibration",
]

FORMAT_VERSION = 1
FOLDER_VARIABLE = "FOOTDROP_DATA_FOLDER"

_SHAPES = {"acc_matrix": (3, 3), "gyr_matrix": (3, 3), "acc_offset_mps2": (3,), "gyr_offset_radps": (3,)}
_NUMBERS = ("acc_scale_sd", "gyr_scale_sd", "gyr_delay_s", "gyr_delay_sd_s", "length_scale", "length_scale_sd")
_WORDS = ("sensor", "shoe", "made_at", "made_with")
_KEYS: dict[str, tuple[type, ...]] = (
    dict.fromkeys(_WORDS, (str,))
    | dict.fromkeys(_SHAPES, (list,))
    | dict.fromkeys(_NUMBERS, (int, float))
    | {"sources": (dict,)}
)


def calibration_folder() -> Path:
    """Where calibrations are kept: the user's data folder of this system, or what FOOTDROP_DATA_FOLDER names."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named) / "calibrations"
    from platformdirs import user_data_path

    return user_data_path("footdrop_imu", appauthor=False) / "calibrations"


def calibration_path(sensor: str, shoe: str = "") -> Path:
    """Give the file that keeps a sensor's calibration, in one shoe or in any."""
    # what a file name may not hold on some system becomes a dash; the file itself says which sensor it is of
    return calibration_folder() / (
        "--".join(re.sub(r"[^\w.+]+", "-", part) for part in (sensor, shoe) if part) + ".toml"
    )


def find_calibration(sensor: str, shoe: str = "") -> tuple[Calibration, Path] | None:
    """Find the stored calibration of a sensor: the one in this shoe, else the one for any shoe.

    Raises
    ------
    FileFormatError
        BAD_CALIBRATION: there is a file, but it cannot be used.
    """
    if not sensor:
        return None
    for worn in dict.fromkeys((shoe, "")):
        path = calibration_path(sensor, worn)
        if kind_of(path) != "nothing":
            calibration = read_calibration(path)
            if (calibration.sensor, calibration.shoe) == (sensor, worn):
                return calibration, path
    return None


def stored_calibrations() -> list[tuple[Calibration, Path]]:
    """Read all stored calibrations, in the order of their names.

    Raises
    ------
    FileFormatError
        BAD_CALIBRATION.
    """
    folder = calibration_folder()
    paths = sorted(folder.glob("*.toml")) if kind_of(folder) == "folder" else []
    return [(read_calibration(path), path) for path in paths]


def read_calibration(path: Path) -> Calibration:
    """Read a calibration file.

    Raises
    ------
    FileFormatError
        BAD_CALIBRATION: not TOML, another version, an unknown key, a value of a wrong kind or beyond what a sensor's
        error can be.
    """
    table = read_toml(path, FileReason.BAD_CALIBRATION, "calibration file")
    values = dict(table.values)
    version = values.pop("format_version", None)
    if type(version) is not int or version != FORMAT_VERSION:
        raise table.error("format_version", f"found {version!r:.40}, this version reads {FORMAT_VERSION}; update it")
    calibration = calibration_from_table(table, "", values)
    if not calibration.sensor:
        raise table.error("sensor", "the sensor's serial number or name is expected")
    return calibration


def calibration_from_table(table: Table, where: str, values: dict[str, Any]) -> Calibration:
    """Make a calibration of one table's keys; errors are named after ``where`` in ``table``."""
    part = Table(table.path, table.reason, table.what, values)
    part.refuse_unknown(_KEYS, where=where)
    found: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{where}.{key}" if where else key
        if key in _SHAPES:
            found[key] = _tuples(part, name, value, _SHAPES[key])
        elif key in _NUMBERS:
            if not math.isfinite(value):
                raise part.error(name, f"found {value}, expected a number; leave it out where it is not known")
            found[key] = float(value)
        else:
            if key == "sources" and not all(isinstance(word, str) for word in value.values()):
                raise part.error(name, "a hash is expected for each file")
            found[key] = value
        try:
            Calibration(**{key: found[key]})
        except SchemaError as error:
            raise part.error(name, error.message.partition(": ")[2].removesuffix(".")) from error
    return Calibration(**found)


def _tuples(part: Table, name: str, value: Any, shape: tuple[int, ...]) -> Any:
    if not shape:
        if type(value) not in (int, float) or not math.isfinite(value):
            raise part.error(name, f"found {value!r:.80}, expected a number")
        return float(value)
    if type(value) is not list or len(value) != shape[0]:
        rows = "3 rows of 3 numbers" if len(shape) == 2 else "3 numbers"
        raise part.error(name, f"found {value!r:.80}, expected {rows}")
    return tuple(_tuples(part, name, item, shape[1:]) for item in value)


def calibration_to_table(calibration: Calibration) -> dict[str, Any]:
    """Give what is known, ready for TOML."""
    return {key: value for key, value in asdict(calibration).items() if value not in (None, "", {}) and value == value}


def write_calibration(path: Path, calibration: Calibration, *, force: bool = False) -> Path:
    """Write a calibration file, whole or not at all; folders that are missing are made.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileFormatError
        The calibration names no sensor, or could not be read again.
    OutputError
        EXISTS without ``force``; NOT_WRITABLE.
    """
    if not calibration.sensor:
        raise FileFormatError(
            FileReason.BAD_CALIBRATION, "The calibration names no sensor. Say which it is with --sensor ID.", path=path
        )
    document = {"format_version": FORMAT_VERSION, **calibration_to_table(calibration)}
    write_file(path, tomli_w.dumps(document), force=force)
    return path
