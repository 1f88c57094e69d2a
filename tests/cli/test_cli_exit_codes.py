"""Which exit code each kind of error ends with, and what it says on stderr."""

from __future__ import annotations

import pytest

from footdrop_imu.cli.console import exit_code, show_error
from footdrop_imu.errors import (
    DecodeError,
    DecodeReason,
    DeviceError,
    DeviceReason,
    ExerciseError,
    ExerciseReason,
    FileFormatError,
    FileReason,
    FootdropError,
    OutputError,
    OutputReason,
    ProfileError,
    ProfileReason,
    SignalError,
    SignalReason,
    StoreError,
    StoreReason,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FileFormatError(FileReason.NOT_FOUND, "m"), 2),
        (FileFormatError(FileReason.EMPTY, "m"), 3),
        (OutputError(OutputReason.EXISTS, "m"), 2),
        (OutputError(OutputReason.NOT_WRITABLE, "m"), 1),
        (SignalError(SignalReason.TOO_SHORT, "m"), 3),
        (ProfileError(ProfileReason.NOT_FOUND, "m"), 2),
        (DecodeError(DecodeReason.NOTHING, "m"), 3),
        (ExerciseError(ExerciseReason.UNKNOWN, "m"), 2),
        (ExerciseError(ExerciseReason.NEEDS_HELPER, "m"), 2),
        (ExerciseError(ExerciseReason.MISMATCH, "m"), 3),
        (StoreError(StoreReason.NOT_FOUND, "m"), 2),
        (StoreError(StoreReason.WRONG_VALUE, "m"), 2),
        (StoreError(StoreReason.DAMAGED, "m"), 1),
        *((DeviceError(reason, "m"), 4) for reason in DeviceReason),
        *((ProfileError(reason, "m"), 3) for reason in ProfileReason if reason is not ProfileReason.NOT_FOUND),
    ],
    ids=lambda value: f"{type(value).__name__}-{value.reason}" if isinstance(value, FootdropError) else str(value),
)
def test_every_kind_of_error_has_its_exit_code(error: FootdropError, code: int) -> None:
    assert exit_code(error) == code


def test_a_profile_error_names_its_file_once(capsys: pytest.CaptureFixture[str]) -> None:
    show_error(ProfileError(ProfileReason.WRONG_VALUE, "a.toml: rates: wrong.", path="a.toml", key="rates"))
    show_error(ProfileError(ProfileReason.WRONG_VALUE, "x has no rate of 3 Hz.", path="b.toml", key="rates.codes"))
    said = capsys.readouterr().err
    assert said == "a.toml: rates: wrong.\nx has no rate of 3 Hz.\n  at b.toml\n"
