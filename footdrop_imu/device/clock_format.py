"""What a sensor's frames say of time, as all that numbers and dates its samples needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["ClockFormat"]


@dataclass(frozen=True)
class ClockFormat:
    """What a sensor's frames say of time.

    ``rate_hz``: nominal sample rate as it was configured, true within ``rate_tolerance`` (a share of it).
    ``sequence_bits``: width of the counter, where it wraps (None: there is none); ``sequence_counts``: it grows by one
    a frame or by one a sample (then it is the number of the frame's first). ``tick_s``: what one tick of the device
    time is worth (None: there is none); ``tick_bits``: its width (None: it never wraps). ``tick_of``: the sample of the
    frame that the device time belongs to.
    """

    rate_hz: float
    sequence_bits: int | None = None
    sequence_counts: Literal["frames", "samples"] = "frames"
    tick_s: float | None = None
    tick_bits: int | None = None
    tick_of: Literal["first", "last"] = "first"
    rate_tolerance: float = 0.02
