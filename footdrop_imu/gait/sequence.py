"""Strides one after the other: bouts, kinds, stance."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from footdrop_imu.gait.slope import SlopeConfig, ramp_strides, usual_slope

__all__ = ["sequence_strides"]


def sequence_strides(
    measured: Mapping[str, Any], rejected: Mapping[str, Any], rate_hz: float, turn_deg: float
) -> dict[str, Any]:
    """Put one foot's strides in order.

    Parameters
    ----------
    measured, rejected
        From ``foot.analyze_foot``: complete strides and those without measures, each in time order.
    rate_hz
        Sample rate.
    turn_deg
        A stride that turns more than this is a turn.

    Returns
    -------
    bout, position_in_bout, kind, stance_time_s, stance_frac, heel_off_frac and ``previous_contact`` (index, -1
    on a bout's first stride), each (k,) for the complete strides.

    Notes
    -----
    Strides of one bout share their foot-flats, rejected ones included; standing, a long pause or a movement
    that is no stride ends it.
    """
    count = len(measured["start"])
    start = np.concatenate((measured["start"], rejected["start"]))
    end = np.concatenate((measured["end"], rejected["end"]))
    contact = np.concatenate((measured["initial_contact"], rejected["initial_contact"]))
    order = np.argsort(start, kind="stable")
    start, end, contact = start[order], end[order], contact[order]
    joined = np.zeros(len(order), dtype=bool)
    joined[1:] = start[1:] == end[:-1]
    bout = np.maximum(np.cumsum(~joined) - 1, 0)
    first_of_bout = np.flatnonzero(~joined)
    position = np.arange(len(order)) - first_of_bout[bout] if len(order) else np.zeros(0, dtype=np.int64)
    last = np.ones(len(order), dtype=bool)
    last[:-1] = ~joined[1:]
    previous = np.full(len(order), -1, dtype=np.int64)
    previous[1:] = np.where(joined[1:], contact[:-1], -1)

    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    own = back[:count]
    bout, position, last, previous = bout[own], position[own], last[own], previous[own]

    rise, length = measured["height_change_m"], np.maximum(measured["stride_length_m"], 0.1)
    slope = np.degrees(np.arctan2(rise, length))
    tilt = measured["flat_pitch_deg"]
    # what all strides seem to rise by is the sensor's, not the floor's
    usual = usual_slope(slope, tilt, length)
    ramp = ramp_strides(slope - usual, tilt, previous >= 0)
    rise = rise - length * np.tan(np.radians(usual))
    steep = ~measured["level"] & ~ramp & (np.abs(rise) > SlopeConfig.least_stair_m)
    kind = np.select(
        [
            steep & (rise > 0),
            steep & (rise < 0),
            ramp,
            np.abs(measured["turn_deg"]) > turn_deg,
            position == 0,
            last,
        ],
        ["stairs_up", "stairs_down", "ramp", "turn", "first", "last"],
        "straight",
    )
    stance = np.where(previous >= 0, (measured["toe_off"] - previous) / rate_hz, np.nan)
    heel_off = measured["heel_off"]
    return {
        "bout": bout,
        "position_in_bout": position,
        "kind": kind,
        "stance_time_s": stance,
        "stance_frac": stance / (stance + measured["swing_time_s"]),
        "heel_off_frac": np.where((previous >= 0) & (heel_off >= 0), (heel_off - previous) / rate_hz / stance, np.nan),
        "previous_contact": previous,
    }
