"""The sensor's own clock in the least delays of frames that nothing counts: what losses leave unchanged."""

from __future__ import annotations

import numpy as np

from footdrop_imu.device.envelope import earliest
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["follow_clock", "level_stretches"]

_WINDOW = 60  # blocks in which the clock's rate is even
_SLOPES = np.linspace(-0.1, 0.1, 241)  # frames a block that the period found before may be off
_NEIGHBORS = np.arange(-2, 3)  # windows that show the rate together
_LOCKED = 0.4  # by chance 0.25
_APART_S = 0.002  # between connection events at least
_TILTS = np.linspace(-12.0, 12.0, 97)  # frames over half the recording
_ABOVE = np.arange(0.0, 1.0, 0.125)  # of a frame
_BAND = 0.6  # of a frame on either side of the middle
_STRAY = 1.5  # frames beside its stretch that a congested block counts at most
_MOVED = 5.0  # blocks outside by a frame that one frame's move of a stretch is worth


def follow_clock(late_s: FloatArray, arrival_s: FloatArray, block: int, unit_s: float) -> FloatArray | None:
    """Follow the sensor's clock through losses.

    Parameters
    ----------
    late_s
        (f,) lateness of each frame against an even clock, as if nothing was lost.
    arrival_s
        (f,) on the host's clock.
    block
        Frames of which the least late one counts.
    unit_s
        Time of a frame.

    Returns
    -------
    FloatArray | None
        (b,) lateness in each block that is the clock's alone, up to whole frames; None where nothing shows it.

    Notes
    -----
    A loss lifts the least lateness by whole frames: its fraction goes on evenly. In windows of a minute the rate is
    the one at which the fractions are most alike (a periodogram), and from window to window the phase is unwrapped.
    Frames that keep step with every connection event, or every other, show the host's clock instead: they are not
    followed.
    """
    event_s = arrival_s[1:][np.diff(arrival_s) > _APART_S]
    per_event = float(np.median(np.diff(event_s))) / unit_s if len(event_s) > 1 else 0.0
    floor = late_s[earliest(late_s, block)] / unit_s
    in_step = any(abs(n * per_event - round(n * per_event)) * block < per_event for n in (1, 2))
    if len(floor) < 2 * _WINDOW or in_step:
        return None
    begins = np.arange(0, len(floor) - _WINDOW + 1, _WINDOW // 2)
    at = np.arange(_WINDOW) - 0.5 * (_WINDOW - 1)
    turned = np.exp(2j * np.pi * floor)[begins[:, None] + np.arange(_WINDOW)]
    found = turned @ np.exp(-2j * np.pi * at[:, None] * _SLOPES) / _WINDOW
    together = np.clip(np.arange(len(begins))[:, None] + _NEIGHBORS, 0, len(begins) - 1)
    best = (np.abs(found) ** 2)[together].sum(axis=1).argmax(axis=1)
    chosen = found[np.arange(len(begins)), best]
    if np.median(np.abs(chosen)) < _LOCKED:
        return None
    phase, slope = np.angle(chosen) / (2.0 * np.pi), _SLOPES[best]
    ahead = 0.25 * _WINDOW * (slope[1:] + slope[:-1])
    advance = ahead + (np.diff(phase) - ahead + 0.5) % 1.0 - 0.5
    line = phase[0] + np.concatenate(([0.0], np.cumsum(advance)))
    center, where = begins + 0.5 * (_WINDOW - 1), np.arange(len(floor))
    beyond = np.minimum(where - center[0], 0.0) * slope[0] + np.maximum(where - center[-1], 0.0) * slope[-1]
    return np.asarray(unit_s * (np.interp(where, center, line) + beyond))


def level_stretches(floor: FloatArray, place: FloatArray, stretch: IntArray) -> IntArray:
    """Find by how many frames (s,) stretches between losses were counted wrong, the first by none.

    Parameters
    ----------
    floor
        (b,) least lateness of blocks, in frames, by the count as it is.
    place
        (b,) where they are, from -1 at the beginning to 1 at the end of the recording.
    stretch
        (b,) the stretch of each, every number from 0 on at least once, never decreasing.

    Notes
    -----
    However frames wait for their connection events, the floor lies within one frame above the clock's line. Of all
    straight lines that one is taken which leaves least outside and moves stretches least.
    """
    first = np.flatnonzero(np.diff(stretch, prepend=-1))
    many = np.diff(np.append(first, len(stretch)))
    middle = np.repeat([np.median(one) for one in np.split(floor, first[1:])], many)
    floor = middle + np.clip(floor - middle, -_STRAY, _STRAY)
    least, best = np.inf, np.zeros(len(first))
    for tilt in _TILTS:
        above = floor - tilt * place - _ABOVE[:, None]
        moves = np.floor(np.add.reduceat(above, first, axis=1) / many)
        outside = np.abs(above - np.repeat(moves, many, axis=1) - 0.5) - _BAND
        cost = np.maximum(outside, 0.0).sum(axis=1) + _MOVED * np.abs(np.diff(moves, axis=1)).sum(axis=1)
        if cost.min() < least:
            least, best = float(cost.min()), moves[cost.argmin()]
    return np.asarray((best - best[0]).astype(np.int64))
