"""Every error of the project, as a tree.

::

    FootdropError            reason, message
      SignalError            samples that cannot be analyzed
      FileFormatError        a file or folder that cannot be read: path, line, column
      SchemaError            a table or record that breaks its own definition
      OutputError            a result that cannot be written

The message says what was found, what was expected, and what to do. ``reason`` is what a program acts on.
"""

from enum import StrEnum
from pathlib import Path

__all__ = [
    "FileFormatError",
    "FileReason",
    "FootdropError",
    "OutputError",
    "OutputReason",
    "SchemaError",
    "SchemaReason",
    "SignalError",
    "SignalReason",
]


class SignalReason(StrEnum):
    """Why samples cannot be analyzed."""

    TOO_SHORT = "too_short"
    NO_WALKING = "no_walking"
    NO_REST = "no_rest"
    TOO_MANY_GAPS = "too_many_gaps"
    SATURATED = "saturated"
    NOT_FINITE = "not_finite"
    CONSTANT = "constant"
    WRONG_SHAPE = "wrong_shape"
    WRONG_UNIT = "wrong_unit"
    TIME_BACKWARD = "time_backward"
    RATE_TOO_LOW = "rate_too_low"
    RATE_UNKNOWN = "rate_unknown"
    RATE_DISAGREES = "rate_disagrees"
    NO_FOOT = "no_foot"
    SIDES_MISSING = "sides_missing"
    NO_FIT = "no_fit"
    SWAPPED = "swapped"
    WRONG_AXES = "wrong_axes"


class FileReason(StrEnum):
    """Why a file or folder cannot be read."""

    NOT_FOUND = "not_found"
    NOT_READABLE = "not_readable"
    EMPTY = "empty"
    NOT_TEXT = "not_text"
    UNKNOWN_FORMAT = "unknown_format"
    MISSING_COLUMN = "missing_column"
    NO_GYROSCOPE = "no_gyroscope"
    NO_ACCELEROMETER = "no_accelerometer"
    BAD_NUMBER = "bad_number"
    WRONG_UNIT = "wrong_unit"
    CONSTANT = "constant"
    RATE_TOO_LOW = "rate_too_low"
    RATE_UNKNOWN = "rate_unknown"
    RATE_DISAGREES = "rate_disagrees"
    TIME_BACKWARD = "time_backward"
    BAD_COLUMN_MAP = "bad_column_map"
    BAD_MOUNTING = "bad_mounting"
    BAD_CALIBRATION = "bad_calibration"
    BAD_PRESSES = "bad_presses"
    BAD_TEACHING = "bad_teaching"
    BAD_SESSION = "bad_session"
    SEGMENT_TWICE = "segment_twice"
    SEGMENT_UNKNOWN = "segment_unknown"
    HASH_DIFFERS = "hash_differs"


class SchemaReason(StrEnum):
    """How a table or record breaks its definition."""

    WRONG_COLUMNS = "wrong_columns"
    WRONG_TYPE = "wrong_type"
    WRONG_VALUE = "wrong_value"


class OutputReason(StrEnum):
    """Why a result cannot be written."""

    EXISTS = "exists"
    NOT_WRITABLE = "not_writable"


class FootdropError(Exception):
    """Base of every error that this package raises on purpose."""

    kind = "error"

    def __init__(self, reason: StrEnum, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class SignalError(FootdropError):
    """Samples that cannot be analyzed."""

    kind = "signal"
    reason: SignalReason

    def __init__(self, reason: SignalReason, message: str) -> None:
        super().__init__(reason, message)


class FileFormatError(FootdropError):
    """A file or folder that cannot be read.

    ``line`` counts from 1 as an editor does; ``column`` is the column's name or its number from 1.
    """

    kind = "file"
    reason: FileReason

    def __init__(
        self,
        reason: FileReason,
        message: str,
        *,
        path: Path | str | None = None,
        line: int | None = None,
        column: str | int | None = None,
    ) -> None:
        super().__init__(reason, message)
        self.path = None if path is None else str(path)
        self.line = line
        self.column = column


class SchemaError(FootdropError):
    """A table or record that breaks its own definition."""

    kind = "schema"
    reason: SchemaReason

    def __init__(self, reason: SchemaReason, message: str) -> None:
        super().__init__(reason, message)


class OutputError(FootdropError):
    """A result that cannot be written."""

    kind = "output"
    reason: OutputReason

    def __init__(self, reason: OutputReason, message: str, *, path: Path | str | None = None) -> None:
        super().__init__(reason, message)
        self.path = None if path is None else str(path)
