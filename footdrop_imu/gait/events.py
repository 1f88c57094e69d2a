"""Toe off, mid swing and initial contact, from the foot's pitch rate and forward speed."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = ["EventConfig", "Events", "find_events"]


@dataclass(frozen=True)
class EventConfig:
    """How the events are told, times in seconds."""

    recovered: float = 0.25
    """Toe off is where the rate has come back by this share from its push-off peak."""
    second_crossing_s: float = 0.15
    """A second turn toes down, so long after the first and before the impact, is the contact (forefoot landings
    make the rate cross early)."""
    slow_share: float = 0.25
    """A foot slower than this share of its greatest speed has arrived ..."""
    slow_s: float = 0.06
    """... and touches the floor at most so long after (turning on the foot delays the turn toes down)."""


class Events(NamedTuple):
    """Sample indices (k,), -1 where an event cannot be seen; ``impact`` is the sharpest change of force."""

    toe_off: IntArray
    mid_swing: IntArray
    initial_contact: IntArray
    impact: IntArray


def find_events(
    pitch_rate: FloatArray,
    forward_speed: FloatArray,
    jolt: FloatArray,
    start: IntArray,
    end: IntArray,
    rate_hz: float,
    config: EventConfig | None = None,
) -> Events:
    """Find the events of each stride.

    Parameters
    ----------
    pitch_rate
        (n,) rad/s, toes up positive.
    forward_speed
        (n,) m/s along the stride's displacement.
    jolt
        (n,) how sharply the specific force changes (its second difference).
    start, end
        (k,) foot-flats that bound the strides, indices into the arrays.
    rate_hz
        Sample rate.
    config
        Windows.

    Returns
    -------
    Events

    Notes
    -----
    Mid swing is the greatest forward speed. Toe off is where the rate begins to come back from its push-off
    peak: the floor lets go of the toe (the peak itself comes 8 ms early against markers, and far too early in
    turns). Initial contact is where it turns toes down after mid swing, which in people after stroke
    follows the optical foot strike angle, as the impact does not; a foot that has all but stopped touches, whatever
    its rate.
    """
    config = config or EventConfig()
    if not len(start):
        none = np.zeros(0, dtype=np.int64)
        return Events(none, none, none, none)
    width = int((end - start).max()) + 1
    rows = np.minimum(start[:, None] + np.arange(width), end[:, None])
    column = np.arange(width)
    inside = start[:, None] + column <= end[:, None]
    rate = pitch_rate[rows]
    mid = np.argmax(np.where(inside, forward_speed[rows], -np.inf), axis=1)

    sharp = np.where(inside & (column >= mid[:, None]), jolt[rows], -1.0)
    impact = np.argmax(sharp, axis=1)

    speed = np.where(inside, forward_speed[rows], -np.inf)
    fast = (speed > config.slow_share * speed.max(axis=1)[:, None]) & inside
    toe_off = _push_off(rate, column, mid, config.recovered)
    toe_off = np.where(toe_off > 0, toe_off, np.argmax(fast, axis=1))
    contact = _contact(rate, column, inside, mid, impact, rate_hz, config)
    arrived = width - 1 - np.argmax(fast[:, ::-1], axis=1) + round(config.slow_s * rate_hz)
    seen = (contact >= 0) & (contact <= arrived)
    contact = np.where(seen, contact, np.minimum(arrived, end - start - 1))

    last = end - start
    ordered = (toe_off > 0) & (toe_off < mid) & (mid < contact) & (contact < last)
    return Events(
        toe_off=_absolute(toe_off, start, (toe_off > 0) & (toe_off < mid)),
        mid_swing=_absolute(mid, start, (mid > 0) & (mid < last)),
        initial_contact=_absolute(contact, start, ordered | ((contact > mid) & (contact < last))),
        impact=start + impact,
    )


def _absolute(column: IntArray, start: IntArray, seen: BoolArray) -> IntArray:
    return np.where(seen, start + column, -1).astype(np.int64)


def _push_off(rate: FloatArray, column: IntArray, mid: IntArray, recovered: float) -> IntArray:
    """Column where the rate has come back by a share from its push-off peak; 0 where it never turns toes up."""
    ahead = column < mid[:, None]
    peak = np.argmin(np.where(ahead, rate, np.inf), axis=1)
    after = ahead & (column > peak[:, None])
    least = rate[np.arange(len(rate)), peak]
    back = after & (rate >= (1.0 - recovered) * least[:, None])
    turns_up = (after & (rate >= 0)).any(axis=1) & (least < 0)
    at = np.argmax(back, axis=1)
    row = np.arange(len(rate))
    level = (1.0 - recovered) * least
    at = at - (np.abs(rate[row, at - 1] - level) < np.abs(rate[row, at] - level))
    return np.where(turns_up, at, 0)


def _contact(
    rate: FloatArray,
    column: IntArray,
    inside: BoolArray,
    mid: IntArray,
    impact: IntArray,
    rate_hz: float,
    config: EventConfig,
) -> IntArray:
    """Column where the rate turns toes down, the sample nearest to zero; -1 where it does not."""
    turns_down = (rate[:, :-1] > 0) & (rate[:, 1:] <= 0) & inside[:, 1:] & (column[:-1] >= mid[:, None])
    first = np.where(turns_down.any(axis=1), np.argmax(turns_down, axis=1), -1)
    late = turns_down & (column[:-1] >= (first + round(config.second_crossing_s * rate_hz))[:, None])
    late &= column[:-1] <= impact[:, None]
    second = rate.shape[1] - 2 - np.argmax(late[:, ::-1], axis=1)
    turn = np.where(late.any(axis=1), second, first)
    row = np.arange(len(turn))
    after = np.minimum(turn + 1, rate.shape[1] - 1)
    nearer = np.abs(rate[row, after]) < np.abs(rate[row, np.maximum(turn, 0)])
    return np.where(turn >= 0, turn + nearer, -1)
