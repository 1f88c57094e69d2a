"""The walk that a simulated sensor measures: where in it the sensor is, by its own crystal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from footdrop_imu.schema import FloatArray, Quantity

__all__ = ["Walk", "WalkSource", "WalkTime"]

Walk = Callable[[float], Mapping[Quantity, FloatArray]]
"""A walk as a sensor would measure it at a rate (Hz): by quantity (n, 3), m/s² or rad/s, sensor axes."""


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

    def samples(self, at: int, count: int) -> dict[Quantity, FloatArray]:
        """Take samples ``at`` to ``at + count``: the walk's first one before it, the last or the first again after."""
        place = self._first + np.arange(at, at + count)
        found: dict[Quantity, FloatArray] = {}
        for quantity, values in self._values.items():
            row = np.where(place > 0, place % len(values), 0) if self._repeat else np.clip(place, 0, len(values) - 1)
            found[quantity] = values[row]
        return found

    def clock_s(self, at: int) -> float:
        """Tell the time on the sensor's own clock at a sample, s since it was switched on."""
        return self._on_for_s * self._crystal + at / self.rate_hz

    def time_s(self, at: int) -> float:
        """Tell when a sample is taken, on the air's clock."""
        return self._now_s + at / (self.rate_hz * self._crystal)
