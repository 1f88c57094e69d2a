"""What a reader is: from a text file to the streams of its sensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from footdrop_imu.files.text import TextFile
from footdrop_imu.schema import SensorStream, Session

__all__ = ["ReadOptions", "Reader", "Reading"]


@dataclass(frozen=True)
class ReadOptions:
    """What a user may say about the files.

    ``format`` names a reader in place of recognition by the header. ``columns`` is a column map (TOML). ``rate_hz``
    and ``counter_bits`` fill in what a file does not say. ``segments`` maps a segment (``left_foot``, ...) to the
    file that holds it. ``integrates_on_chip`` overrides what is known of the sensor. ``read_capture`` decodes the
    journal of a recording that was broken off (FootdropError where it cannot be); None = such a one is refused.
    """

    format: str | None = None
    columns: Path | None = None
    rate_hz: float | None = None
    counter_bits: int | None = None
    segments: Mapping[str, Path] = field(default_factory=dict)
    integrates_on_chip: bool | None = None
    read_capture: Callable[[Path], Session] | None = None


@dataclass(frozen=True)
class Reading:
    """What one file gave.

    A stream's ``segment`` is "" where the file does not say. ``clock`` says how the streams' clock relates to
    other files' of the same walk: "counter" (a 16-bit packet counter that all sensors of an export share),
    "session" (the times count from the session's start), "said" (one clock, as the column map says), or "own".
    """

    streams: tuple[SensorStream, ...]
    notes: tuple[str, ...] = ()
    clock: str = "own"


@dataclass(frozen=True)
class Reader:
    """A file format: ``recognize`` looks at the header alone, ``read`` refuses by FileFormatError."""

    name: str
    title: str
    recognize: Callable[[TextFile], bool]
    read: Callable[[TextFile, ReadOptions], Reading]
