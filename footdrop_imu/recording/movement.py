"""What the last seconds of a sensor show, while more are coming: movements, and how long it has been still."""

from __future__ import annotations

import numpy as np

from footdrop_imu.gait.checks import still_blocks
from footdrop_imu.gait.cycles import find_movements
from footdrop_imu.gait.rest import motion_intensity
from footdrop_imu.schema import FloatArray

__all__ = ["movement_times", "still_for"]

_EDGE_S = 0.6  # a movement this near to the window's end may not be over
_SHORTEST_S = 3.0
_BLOCK_S = 0.5  # of ``still_blocks``


def movement_times(acc: FloatArray, gyr: FloatArray, rate_hz: float) -> FloatArray:
    """Find the movements of a foot, about one a stride, that are over.

    Parameters
    ----------
    acc, gyr
        (n, 3) m/s² and rad/s at even times, some seconds.
    rate_hz
        Sample rate.

    Returns
    -------
    (m,) the middle of each, s from the first sample.
    """
    if len(acc) < _SHORTEST_S * rate_hz:
        return np.zeros(0)
    time_s = find_movements(motion_intensity(acc, gyr, rate_hz), rate_hz) / rate_hz
    return np.asarray(time_s[time_s < len(acc) / rate_hz - _EDGE_S])


def still_for(acc: FloatArray, gyr: FloatArray, rate_hz: float) -> float:
    """How long a sensor has been still up to the last sample, s; whole half seconds."""
    if len(acc) < _SHORTEST_S * rate_hz:
        return 0.0
    last = len(acc) - len(acc) % round(_BLOCK_S * rate_hz)
    still, _ = still_blocks(acc[len(acc) - last :], gyr[len(acc) - last :], rate_hz)
    moving = np.flatnonzero(~still)
    return _BLOCK_S * float(len(still) - 1 - moving[-1] if len(moving) else len(still))
