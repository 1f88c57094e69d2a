"""Measures walking with foot drop from accelerometers and gyroscopes on the shoes.

The public names, loaded when first used::

    from footdrop_imu import analyze, read_session
    result = analyze(read_session("my_walk/"))
    result.strides["minimum_toe_clearance_m"].median()
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from footdrop_imu.analysis import analyze as analyze
    from footdrop_imu.errors import FileFormatError as FileFormatError
    from footdrop_imu.errors import FootdropError as FootdropError
    from footdrop_imu.errors import SignalError as SignalError
    from footdrop_imu.files.course_folder import read_course_folder as read_course_folder
    from footdrop_imu.files.formats import ReadOptions as ReadOptions
    from footdrop_imu.files.sample_data import sample_data_folder as sample_data_folder
    from footdrop_imu.files.sessions import read_session as read_session
    from footdrop_imu.language import translator as translator
    from footdrop_imu.people.courses import progress_of_course as progress_of_course
    from footdrop_imu.schema import SensorStream as SensorStream
    from footdrop_imu.schema import Session as Session
    from footdrop_imu.schema import SessionResult as SessionResult
    from footdrop_imu.schema import Shoe as Shoe

__version__ = "0.1.0"

_HOMES = {
    "analyze": "analysis",
    "FileFormatError": "errors",
    "FootdropError": "errors",
    "SignalError": "errors",
    "ReadOptions": "files.formats",
    "SensorStream": "schema",
    "Session": "schema",
    "SessionResult": "schema",
    "Shoe": "schema",
    "progress_of_course": "people.courses",
    "read_course_folder": "files.course_folder",
    "read_session": "files.sessions",
    "sample_data_folder": "files.sample_data",
    "translator": "language",
}

__all__ = [
    "FileFormatError",
    "FootdropError",
    "ReadOptions",
    "SensorStream",
    "Session",
    "SessionResult",
    "Shoe",
    "SignalError",
    "__version__",
    "analyze",
    "progress_of_course",
    "read_course_folder",
    "read_session",
    "sample_data_folder",
    "translator",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
