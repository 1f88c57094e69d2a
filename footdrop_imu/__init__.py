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
    from footdrop_imu.files.sessions import read_session as read_session
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
    "SensorStream": "schema",
    "Session": "schema",
    "SessionResult": "schema",
    "Shoe": "schema",
    "read_session": "files.sessions",
}

__all__ = [
    "FileFormatError",
    "FootdropError",
    "SensorStream",
    "Session",
    "SessionResult",
    "Shoe",
    "SignalError",
    "__version__",
    "analyze",
    "read_session",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
