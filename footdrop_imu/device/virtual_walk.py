"""The walk that a simulated sensor measures: where in it the sensor is, by its own crystal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from footdrop_imu.schema import FloatArray, IntArray, Quantity

__all__ = ["Walk", "WalkSource", "WalkTime"]

Walk = Callable[[float], Mapping[Quantity, FloatArray]]
"""A walk as a sensor would measure it at a rate (Hz): by quantity (n, 3), m/s² or rad/s, sensor axes."""

_REST_S = 0.5
_STILL_RADPS = 0.1  # a shoe on the floor stays below half of it, noise and all


@dataclass
class WalkTime:
    """When the walk of one person begins, on the air's clock: for all of the person's sensors on this air.

    ``rest_s``: from when a client asks the first of them to stream; the person stands still until then.
    """

    rest_s: float = 2.0
    _client: str = ""
    _zero_s: float | None = None

    def meet(self, client: str) -> None:
        """A client has connected; a new one sees the walk from its beginning."""
        if client != self._client:
            self._client, self._zero_s = client, None

    def begins_s(self, now_s: float) -> float:
        """Tell when the walk begins; a sensor begins to sample now."""
        if self._zero_s is None:
            self._zero_s = now_s + self.rest_s
        return self._zero_s


class WalkSource:
    """Samples of a walk from when a sensor begins to take them.

    Parameters
    ----------
    values
        The walk, by quantity (n, 3).
    rate_hz
        Nominal, of the walk and of the sensor.
    crystal
        The sensor's clock against the air's: 1.00005 is 50 ppm too fast.
    now_s, on_since_s, walk_begins_s
        When it begins to sample, when it was switched on, and when the walk begins; on the air's clock.
    repeat
        Whether the walk follows upon its end again.

    Notes
    -----
    Before the walk and after it the person stands as in its first and last half second, which are gone through to and
    fro, so that rest has the noise that it had; where they are no rest, the first or last sample is held.
    """

    def __init__(
        self,
        values: Mapping[Quantity, FloatArray],
        rate_hz: float,
        *,
        crystal: float,
        now_s: float,
        on_since_s: float,
        walk_begins_s: float,
        repeat: bool,
    ) -> None:
        self.rate_hz = rate_hz
        self._values, self._crystal, self._repeat = values, crystal, repeat
        self._now_s, self._on_for_s = now_s, now_s - on_since_s
        self._first = round((now_s - walk_begins_s) * crystal * rate_hz)
        self._count = len(next(iter(values.values())))
        begin, end = slice(0, round(_REST_S * rate_hz)), slice(-round(_REST_S * rate_hz), None)
        self._rest_before, self._rest_after = (_rest_size(values["angular_velocity"][part]) for part in (begin, end))

    def samples(self, at: int, count: int) -> dict[Quantity, FloatArray]:
        """Take samples ``at`` to ``at + count``."""
        place = self._first + np.arange(at, at + count)
        row = np.where(place < 0, _to_and_fro(-place, self._rest_before), place)
        if self._repeat:
            row %= self._count
        else:
            after = self._count - 1 - _to_and_fro(place - self._count + 1, self._rest_after)
            row = np.where(place >= self._count, after, row)
        return {quantity: values[row] for quantity, values in self._values.items()}

    def clock_s(self, at: int) -> float:
        """Tell the time on the sensor's own clock at a sample, s since it was switched on."""
        return self._on_for_s * self._crystal + at / self.rate_hz

    def time_s(self, at: int) -> float:
        """Tell when a sample is taken, on the air's clock."""
        return self._now_s + at / (self.rate_hz * self._crystal)


def _rest_size(gyr_radps: FloatArray) -> int:
    """Tell how many samples may be gone through again as rest: all where they are still, else one."""
    return len(gyr_radps) if len(gyr_radps) and np.ptp(gyr_radps, axis=0).max() < _STILL_RADPS else 1


def _to_and_fro(steps: IntArray, size: int) -> IntArray:
    """Give the place after so many steps in a row of so many, turning around at its ends."""
    turn = max(1, 2 * (size - 1))
    return np.minimum(steps % turn, turn - steps % turn) if size > 1 else np.zeros_like(steps)
