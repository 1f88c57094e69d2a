"""What two streams of one sensor must be before they are put on a grid."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.schema import FloatArray, IntArray, SensorStream

__all__ = ["check_pair", "share_clock"]

_NAMES = {"acceleration": "accelerometer", "angular_velocity": "gyroscope"}


def check_pair(streams: Sequence[SensorStream]) -> tuple[SensorStream, SensorStream]:
    """One segment's acceleration and angular rate, as contiguous arrays of numbers with a usable clock.

    Parameters
    ----------
    streams
        All streams of the segment, at least one.

    Returns
    -------
    acceleration, angular_velocity

    Raises
    ------
    SignalError
        wrong_shape: a quantity is missing or there twice, values that are not (n, 3), a clock with another number
        of entries, samples that nothing tells apart in time; not_finite: a clock that is no number; rate_unknown: a
        counter of no known width.
    """
    segment = streams[0].segment
    pair = []
    for quantity, name in _NAMES.items():
        found = [stream for stream in streams if stream.quantity == quantity]
        if len(found) != 1:
            what = f"has no {name}, expected both. Record both quantities."
            what = what if not found else f"has {len(found)} {name}s, expected one. Say which file belongs to it."
            raise SignalError(SignalReason.WRONG_SHAPE, f"The {segment} {what}")
        pair.append(_checked(found[0]))
    acc, gyr = pair
    timed = any(one.counter is not None or one.time_s is not None for one in pair)
    if not timed and acc.rate_hz == gyr.rate_hz and len(acc.values) != len(gyr.values):
        raise SignalError(
            SignalReason.WRONG_SHAPE,
            f"Found {len(acc.values)} samples of acceleration and {len(gyr.values)} of angular rate of the {segment}, "
            "expected as many of both. Give the counter or the time column.",
        )
    return acc, gyr


def share_clock(one: SensorStream, other: SensorStream) -> bool:
    """Whether sample k of both was taken at the same time."""
    return (
        len(one.values) == len(other.values)
        and (one.rate_hz, one.counter_bits, one.clock_offset_s)
        == (other.rate_hz, other.counter_bits, other.clock_offset_s)
        and _equal(one.counter, other.counter)
        and _equal(one.time_s, other.time_s)
    )


def _equal(one: FloatArray | IntArray | None, other: FloatArray | IntArray | None) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))


def _checked(stream: SensorStream) -> SensorStream:
    what = f"{stream.quantity} of the {stream.segment}"
    values = np.asarray(stream.values)
    if values.ndim != 2 or values.shape[1] != 3:
        raise SignalError(SignalReason.WRONG_SHAPE, f"The {what} has shape {values.shape}, expected (samples, 3).")
    if values.dtype.kind not in "fiu":
        raise SignalError(SignalReason.WRONG_SHAPE, f"The {what} holds {values.dtype}, expected numbers.")
    if not np.isfinite(stream.clock_offset_s):
        raise SignalError(SignalReason.NOT_FINITE, f"The clock offset of the {what} is no number, expected seconds.")
    if stream.counter_bits is not None and not 1 <= stream.counter_bits <= 64:
        raise SignalError(
            SignalReason.RATE_UNKNOWN,
            f"The counter of the {what} has {stream.counter_bits} bits, expected 1 to 64.",
        )
    counter, time_s = _clock(stream.counter, len(values), what), _clock(stream.time_s, len(values), what)
    if counter is not None and np.any(counter != np.rint(counter)):
        raise SignalError(
            SignalReason.NOT_FINITE, f"The counter of the {what} holds fractions, expected whole numbers."
        )
    return replace(
        stream,
        values=np.ascontiguousarray(values, dtype=np.float64),
        counter=None if counter is None else counter.astype(np.int64, copy=False),
        # wider than our own integers are wide: no walk is long enough to wrap it
        counter_bits=None if stream.counter_bits is None or stream.counter_bits > 62 else stream.counter_bits,
        time_s=None if time_s is None else time_s.astype(np.float64, copy=False),
    )


def _clock(clock: FloatArray | IntArray | None, count: int, what: str) -> FloatArray | IntArray | None:
    if clock is None:
        return None
    found = np.asarray(clock)
    if found.shape != (count,):
        raise SignalError(
            SignalReason.WRONG_SHAPE,
            f"The clock of the {what} has shape {found.shape}, expected one entry for each of {count} samples.",
        )
    if found.dtype.kind not in "fiu":
        raise SignalError(SignalReason.NOT_FINITE, f"The clock of the {what} holds {found.dtype}, expected numbers.")
    bad = np.flatnonzero(~np.isfinite(found))
    if len(bad):
        raise SignalError(
            SignalReason.NOT_FINITE,
            f"{len(bad)} entries in the clock of the {what} are no numbers, first at sample {int(bad[0])}, expected "
            "all finite. Leave such rows out.",
        )
    if found.dtype.kind == "f":
        return np.asarray(found, dtype=np.float64)
    return np.asarray(found, dtype=np.int64)
