"""When a lift ends and a hold begins: a smooth movement fitted to its flanks, because both ends are soft."""

from typing import NamedTuple

import numpy as np

from footdrop_imu.schema import FloatArray

__all__ = ["Flank", "end_of_flank", "usual_shape"]

_POWERS = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)
_LEAST_JERK = 4
_FINE = np.linspace(0.0, 1.0, 401)
_DURATIONS = 40
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


def usual_shape(flanks: list[Flank]) -> int:
    """Which of the shapes the flanks of a set have: the index that ``end_of_flank`` takes.

    Notes
    -----
    A half cosine, and distribution functions of the beta distribution with equal parameters: a straight line (1) to
    one with still softer ends (4), among them the course of least jerk (3; Flash and Hogan 1985,
    doi:10.1523/JNEUROSCI.05-07-01688.1985). A person moves alike in all repetitions, so that all flanks together say
    which one it is.
    """
    misfit = np.zeros(len(_COURSES))
    for flank in flanks:
        best = _misfits(flank)[0].min(axis=1)
        misfit += np.log(best + _LEAST_MISFIT)
    return int(np.argmin(misfit)) if len(flanks) else 1 + _LEAST_JERK


def end_of_flank(flank: Flank, shape: int) -> float:
    """Time from half way to the end of the movement, s."""
    misfit, duration_s = _misfits(flank)
    row = misfit[shape]
    k = int(np.clip(np.argmin(row), 1, len(row) - 2))
    before, at, after = row[k - 1], row[k], row[k + 1]
    bend = before - 2.0 * at + after
    shift = 0.0 if bend <= 0 else float(np.clip(0.5 * (before - after) / bend, -1.0, 1.0))
    return float(duration_s[k] * (duration_s[k + 1] / duration_s[k]) ** shift)


def _misfits(flank: Flank) -> tuple[FloatArray, FloatArray]:
    """Mean squared misfit (shapes, durations) of each shape at each duration, and the durations."""
    step = max(1, len(flank.time_s) // _MOST_POINTS)
    time_s, level = flank.time_s[::step], flank.level[::step]
    duration_s = np.geomspace(0.04, max(0.1, 1.3 * float(flank.time_s[-1])), _DURATIONS)
    share = np.minimum(time_s[None, :] / duration_s[:, None], 1.0)
    misfit = [((np.interp(share, _FINE, course) - level) ** 2).mean(axis=1) for course in _COURSES]
    return np.stack(misfit), duration_s
