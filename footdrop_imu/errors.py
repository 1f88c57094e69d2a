"""Every error of the project, as a tree.

::

    FootdropError            reason, message
      SignalError            samples that cannot be analyzed
      FileFormatError        a file or folder that cannot be read: path, line, column
      SchemaError            a table or record that breaks its own definition
      OutputError            a result that cannot be written
      DeviceError            a sensor that cannot be reached or used: sensor
      ProfileError           a firmware profile that cannot be used: path, key
      DecodeError            bytes that are not what the profile says
      ExerciseError          an exercise, plan or log entry that may not be: exercise
      StoreError             people and results that cannot be read or kept

The message says what was found, what was expected, and what to do. ``reason`` is what a program acts on.
"""

from enum import StrEnum
from pathlib import Path

__all__ = [
    "DecodeError",
    "DecodeReason",
    "DeviceError",
    "DeviceReason",
    "ExerciseError",
    "ExerciseReason",
    "FileFormatError",
    "FileReason",
    "FootdropError",
    "OutputError",
    "OutputReason",
    "ProfileError",
    "ProfileReason",
    "SchemaError",
    "SchemaReason",
    "SignalError",
    "SignalReason",
    "StoreError",
    "StoreReason",
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
    BAD_CAPTURE = "bad_capture"
    BAD_EXERCISES = "bad_exercises"
    BAD_PLAN = "bad_plan"
    BAD_COURSE = "bad_course"
    SEGMENT_TWICE = "segment_twice"
    SEGMENT_UNKNOWN = "segment_unknown"
    HASH_DIFFERS = "hash_differs"
    IS_SESSION = "is_session"
    NOT_ALIKE = "not_alike"


class SchemaReason(StrEnum):
    """How a table or record breaks its definition."""

    WRONG_COLUMNS = "wrong_columns"
    WRONG_TYPE = "wrong_type"
    WRONG_VALUE = "wrong_value"


class OutputReason(StrEnum):
    """Why a result cannot be written."""

    EXISTS = "exists"
    NOT_WRITABLE = "not_writable"


class DeviceReason(StrEnum):
    """Why a sensor cannot be reached or used."""

    NO_BLUETOOTH = "no_bluetooth"
    NO_PERMISSION = "no_permission"
    NO_ADAPTER = "no_adapter"
    NOT_INSTALLED = "not_installed"
    NOT_FOUND = "not_found"
    AMBIGUOUS = "ambiguous"
    UNKNOWN_SENSOR = "unknown_sensor"
    CANNOT_SERVE = "cannot_serve"
    BUSY = "busy"
    REFUSED = "refused"
    WRONG_FIRMWARE = "wrong_firmware"
    SMALL_MTU = "small_mtu"
    BATTERY_EMPTY = "battery_empty"
    SILENT = "silent"
    LOST = "lost"


class ProfileReason(StrEnum):
    """Why a firmware profile cannot be used."""

    NOT_FOUND = "not_found"
    NOT_TOML = "not_toml"
    UNKNOWN_KEY = "unknown_key"
    MISSING_KEY = "missing_key"
    WRONG_VALUE = "wrong_value"


class DecodeReason(StrEnum):
    """Why bytes cannot be decoded."""

    NOTHING = "nothing"
    WRONG_SIZE = "wrong_size"
    WRONG_HEADER = "wrong_header"
    WRONG_CHECKSUM = "wrong_checksum"
    UNKNOWN_SCALE = "unknown_scale"
    DAMAGED = "damaged"


class ExerciseReason(StrEnum):
    """Why an exercise, plan or log entry may not be."""

    UNKNOWN = "unknown"
    WRONG_VALUE = "wrong_value"
    NEEDS_CLINICIAN = "needs_clinician"
    NEEDS_HELPER = "needs_helper"
    NEEDS_ANSWER = "needs_answer"
    UNFIT = "unfit"
    FALL_NOT_REVIEWED = "fall_not_reviewed"
    RED_FLAG = "red_flag"
    PAIN = "pain"
    PAST_PLAN = "past_plan"
    ALREADY_LOGGED = "already_logged"
    MISMATCH = "mismatch"
    NOT_COUNTABLE = "not_countable"


class StoreReason(StrEnum):
    """Why people and results cannot be read or kept."""

    NOT_FOUND = "not_found"
    EXISTS = "exists"
    WRONG_VALUE = "wrong_value"
    NOT_REACHABLE = "not_reachable"
    NOT_INSTALLED = "not_installed"
    BUSY = "busy"
    NEWER = "newer"
    DAMAGED = "damaged"
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


class DeviceError(FootdropError):
    """A sensor that cannot be reached or used; ``sensor`` is its name, address or segment, "" = none in particular."""

    kind = "device"
    reason: DeviceReason

    def __init__(self, reason: DeviceReason, message: str, *, sensor: str = "") -> None:
        super().__init__(reason, message)
        self.sensor = sensor


class ProfileError(FootdropError):
    """A firmware profile that cannot be used; ``key`` is the dotted place in the file."""

    kind = "profile"
    reason: ProfileReason

    def __init__(
        self, reason: ProfileReason, message: str, *, path: Path | str | None = None, key: str | None = None
    ) -> None:
        super().__init__(reason, message)
        self.path = None if path is None else str(path)
        self.key = key


class DecodeError(FootdropError):
    """Bytes that are not what the profile says."""

    kind = "decode"
    reason: DecodeReason

    def __init__(self, reason: DecodeReason, message: str) -> None:
        super().__init__(reason, message)


class ExerciseError(FootdropError):
    """An exercise, plan or log entry that may not be; ``exercise`` is its id, "" = none in particular."""

    kind = "exercise"
    reason: ExerciseReason

    def __init__(self, reason: ExerciseReason, message: str, *, exercise: str = "") -> None:
        super().__init__(reason, message)
        self.exercise = exercise


class StoreError(FootdropError):
    """People and results that cannot be read or kept."""

    kind = "store"
    reason: StoreReason

    def __init__(self, reason: StoreReason, message: str) -> None:
        super().__init__(reason, message)
