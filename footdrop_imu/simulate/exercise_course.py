"""Courses of an exercising foot over time: movements between rests, tremor, and how they are put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.leg import smooth

__all__ = [
    "FORWARD",
    "HEADING",
    "OUTWARD",
    "PITCH",
    "ROLL",
    "TURN",
    "UP",
    "Acting",
    "AtTimes",
    "Course",
    "Hum",
    "Track",
    "hum",
]

PITCH, ROLL, TURN, HEADING, FORWARD, OUTWARD, UP = range(7)
"""Columns of `Acting.at`: foot pitch, inversion, the foot about its own vertical and the leg about the world's, both
toes outward, in deg; the pivot's place in m."""

AtTimes = Callable[[FloatArray], FloatArray]
"""Values (n,) at (n,) times in s."""


@dataclass(frozen=True)
class Course:
    """Values (m,) at times (m,) s, each stretch between two of them a movement from rest to rest.

    A stretch has the course of least jerk (Flash and Hogan 1985, 10.1523/JNEUROSCI.05-07-01688.1985), earlier or later
    by its ``skew`` (m,): time shares are raised to that power. Before and after, the first and the last value.
    """

    time_s: FloatArray
    value: FloatArray
    skew: FloatArray

    def __call__(self, time_s: FloatArray) -> FloatArray:
        """Value at (n,) times."""
        k = np.clip(np.searchsorted(self.time_s, time_s, side="right") - 1, 0, max(len(self.time_s) - 2, 0))
        after = np.minimum(k + 1, len(self.time_s) - 1)
        span = np.maximum(self.time_s[after] - self.time_s[k], 1e-9)
        frac = np.clip((time_s - self.time_s[k]) / span, 0.0, 1.0) ** self.skew[k]
        return np.asarray(self.value[k] + (self.value[after] - self.value[k]) * smooth(frac))


class Track:
    """A course that is being written."""

    def __init__(self, value: float = 0.0) -> None:
        self._time, self._value, self._skew = [0.0], [value], [1.0]

    @property
    def value(self) -> float:
        """Where it stands."""
        return self._value[-1]

    def go(self, begin_s: float, end_s: float, value: float, skew: float = 1.0) -> None:
        """Stay until ``begin_s``, then move to ``value`` until ``end_s``."""
        if begin_s > self._time[-1]:
            self._time.append(begin_s)
            self._value.append(self.value)
            self._skew.append(1.0)
        self._skew[-1] = skew
        self._time.append(end_s)
        self._value.append(value)
        self._skew.append(1.0)

    def course(self) -> Course:
        """What was written."""
        return Course(np.array(self._time), np.array(self._value), np.array(self._skew))


@dataclass(frozen=True)
class Hum:
    """A sum of sines: ``size`` (m,) at ``rate_radps`` (m,) with ``phase`` (m,)."""

    size: FloatArray
    rate_radps: FloatArray
    phase: FloatArray

    def __call__(self, time_s: FloatArray) -> FloatArray:
        """Value at (n,) times."""
        return np.asarray(np.sin(time_s[:, None] * self.rate_radps + self.phase) @ self.size)


def hum(rng: np.random.Generator, sd: float, low_hz: float, high_hz: float, count: int = 7) -> Hum:
    """A random course within a band of frequencies, of a standard deviation over long times."""
    rates = 2.0 * np.pi * rng.uniform(low_hz, high_hz, count)
    return Hum(np.full(count, sd * np.sqrt(2.0 / count)), rates, rng.uniform(0.0, 2.0 * np.pi, count))


@dataclass(frozen=True)
class Acting:
    """All that one foot and its shank do.

    ``pivot`` (3,) the body point that the place columns lead, foot axes, m. ``posture`` by column; ``movements`` the
    exercise itself, each an angle in deg with its shares (4,) of the first four columns; ``noises`` (tremor, a foot
    in the air that sways) each with the column (4,) shares it goes to. ``lean`` of the shank in deg, positive with
    the ankle ahead of the knee; ``lean_by_pitch`` how far it follows the foot's pitch; ``shank_rolls`` whether it
    follows the movement's roll; ``shank_roll_deg`` at rest.
    """

    side: str
    pivot: FloatArray
    posture: dict[int, AtTimes]
    movements: tuple[tuple[AtTimes, FloatArray], ...]
    noises: tuple[tuple[AtTimes, FloatArray], ...]
    lean: AtTimes
    lean_by_pitch: float = 0.0
    shank_rolls: bool = False
    shank_roll_deg: float = 0.0

    def at(self, time_s: FloatArray, *, noise: bool = True) -> FloatArray:
        """(n, 7) columns at (n,) times."""
        columns = self.rest(time_s)
        for course, way in self.movements + (self.noises if noise else ()):
            columns[:, :4] += course(time_s)[:, None] * way
        return columns

    def rest(self, time_s: FloatArray) -> FloatArray:
        """(n, 7) columns of the posture alone."""
        columns = np.zeros((len(time_s), 7))
        for k, course in self.posture.items():
            columns[:, k] = course(time_s)
        return columns
