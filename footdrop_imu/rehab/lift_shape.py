"""When a lift ends and a hold begins: a smooth movement fitted to its flanks, because both ends are soft."""

from typing import NamedTuple

import numpy as np

from footdrop_imu.schema import FloatArray

__all__ = ["Fit", "Flank", "fit_flank", "usual_shape"]

_POWERS = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)
_LEAST_JERK = 5  # of the shapes, the half cosine before them
_FINE = np.linspace(0.0, 1.0, 401)
_DURATIONS = 30
_FINER = 9
_STEPS = 3
_MOST_POINTS = 80
_LEAST_MISFIT = 1e-5  # squared share of half a range: no angle is known better than 0.3 %


def _upper_halves() -> FloatArray:
    """Level (shapes, 401) from the middle (0) to the end (1) of a movement, over its second half's time from 0 to 1."""
    share = (_FINE[:-1] + _FINE[1:]) / 4.0 + 0.5
    rates = [np.sin(np.pi * share), *((share * (1.0 - share)) ** (power - 1.0) for power in _POWERS)]
    return np.stack([np.concatenate(([0.0], np.cumsum(rate))) / rate.sum() for rate in rates])


_COURSES = _upper_halves()


class Flank(NamedTuple):
    """The outer half of a lift or of its return: ``time_s`` (k,) from half way, ``level`` (k,) from 0 there to 1."""

    time_s: FloatArray
    level: FloatArray


class Fit(NamedTuple):
    """By shape (s,): mean squared misfit of the level, and the time from half way to the end of the movement in s."""

    misfit: FloatArray
    end_s: FloatArray


def fit_flank(flank: Flank) -> Fit:
    """Fit every shape to a flank.

    Notes
    -----
    A half cosine, and distribution functions of the beta distribution with equal parameters: a straight line (1) to
    one with still softer ends (4), among them the course of least jerk (3; Flash and Hogan 1985,
    doi:10.1523/JNEUROSCI.05-07-01688.1985).
    """
    step = max(1, len(flank.time_s) // _MOST_POINTS)
    time_s, level = flank.time_s[::step], flank.level[::step]
    longest_s = max(0.1, 1.3 * float(flank.time_s[-1]))
    duration_s = np.broadcast_to(np.geomspace(longest_s / 40.0, longest_s, _DURATIONS), (len(_COURSES), _DURATIONS))
    for _ in range(_STEPS):
        share = np.minimum(time_s / duration_s[:, :, None], 1.0)
        found = [np.interp(share[k], _FINE, course) for k, course in enumerate(_COURSES)]
        misfit = ((np.stack(found) - level) ** 2).mean(axis=2)
        best = np.clip(misfit.argmin(axis=1), 1, duration_s.shape[1] - 2)
        row = np.arange(len(_COURSES))
        ends = duration_s[row, best]
        low, high = duration_s[row, best - 1], duration_s[row, best + 1]
        duration_s = np.geomspace(low, high, _FINER, axis=1)
    return Fit(misfit.min(axis=1), ends)


def usual_shape(fits: list[Fit]) -> int:
    """Which shape the flanks of a set have: a person moves alike in all repetitions, so that all say it together."""
    if not fits:
        return _LEAST_JERK
    # the longer a flank, the more it says
    return int(np.argmin(np.sum([fit.end_s.mean() * np.log(fit.misfit + _LEAST_MISFIT) for fit in fits], axis=0)))
