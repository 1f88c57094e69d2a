"""Whether gyroscope and accelerometer of a sensor have the same axes with the same signs: strides close only then."""

from dataclasses import dataclass
from itertools import permutations, product
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.orientation import conjugate, integrate_rate, multiply, rotate
from footdrop_imu.gait.rest import Rests
from footdrop_imu.gait.signal import Samples3
from footdrop_imu.schema import GRAVITY_MPS2, FloatArray, IntArray

__all__ = ["AxesFit", "AxesFitConfig", "check_axes_fit", "fit_axes", "in_words"]


@dataclass(frozen=True)
class AxesFitConfig:
    """Limits, chosen on overground walks of persons 1 and 4 and on simulated ones."""

    longest_s: float = 4.0
    """Longer movements say more of the gyroscope's drift than of its axes."""
    most_strides: int = 16
    """The movements between the quietest rests are looked at, so many at most."""
    fewest_strides: int = 4
    """Fewer say nothing."""
    closure_mps2: float = 0.5
    """Velocity left over at the next rest, for each second, that counts 1."""
    disagreement_deg: float = 3.0
    """Gravity at the next rest off what the gyroscope says, that counts 1."""
    good_misfit: float = 0.8
    """Strides that close so well need no other axes: wrong ones were above 1 in all walks."""
    fitting_misfit: float = 3.0
    """Axes with which strides close worse than this are none: the fault is another."""
    certain: float = 2.0
    """Other axes that fit so many times better are the sensor's."""


class AxesFit(NamedTuple):
    """What fits best: ``gyroscope`` (3, 3) brings the rates as given into the accelerometer's axes.

    ``ratio`` how many times worse the axes as given fit (1: they are the best); NaN where too few strides say it.
    """

    gyroscope: FloatArray
    ratio: float


def check_axes_fit(
    acc: Samples3,
    gyr: Samples3,
    rests: Rests,
    movements: IntArray,
    rate_hz: float,
    *,
    averaged: bool,
    config: AxesFitConfig | None = None,
) -> AxesFit:
    """Refuse a sensor whose gyroscope has other axes or signs than its accelerometer.

    Parameters
    ----------
    acc, gyr
        (n, 3) m/s² and rad/s, as given.
    rests, movements
        Of the recording.
    rate_hz
        Sample rate.
    averaged
        Whether samples are means over the sample time.
    config
        Limits.

    Returns
    -------
    AxesFit
        A ratio well above 1 is a doubt that is to be told.

    Raises
    ------
    SignalError
        wrong_axes: other axes fit far better. They are named, not put right: a gyroscope with opposite signs and a
        sensor with left-handed axes look the same, and differ in what is left and what is right.
    """
    config = config or AxesFitConfig()
    fit = fit_axes(acc, gyr, rests, movements, rate_hz, averaged=averaged, config=config)
    if fit.ratio > config.certain:
        handed = (
            " If the sensor's axes are left-handed, turn the sign of one axis of both instead."
            if np.linalg.det(fit.gyroscope) < 0
            else ""
        )
        raise SignalError(
            SignalReason.WRONG_AXES,
            f"The gyroscope's axes do not fit the accelerometer's: its x, y, z taken as {in_words(fit.gyroscope)} "
            f"close the strides {fit.ratio:.0f} times better, expected one set of axes. Correct the order or "
            f"the signs of the columns.{handed}",
        )
    return fit


def fit_axes(
    acc: Samples3,
    gyr: Samples3,
    rests: Rests,
    movements: IntArray,
    rate_hz: float,
    *,
    averaged: bool,
    config: AxesFitConfig | None = None,
) -> AxesFit:
    """Find the signed order of the gyroscope's axes with which strides close best.

    Notes
    -----
    From one foot-flat to the next, the acceleration turned by the rates and freed of gravity adds up to nothing, and
    gravity comes out where it is seen. All 48 signed orders of three axes are tried where the given one is in doubt.
    An accelerometer with all signs turned cannot be seen in this way: its walk is a mirrored one.
    """
    config = config or AxesFitConfig()
    same = np.eye(3)
    length = (rests.sample[movements + 1] - rests.sample[movements]) / rate_hz
    chosen = movements[length <= config.longest_s]
    if len(chosen) < config.fewest_strides:
        return AxesFit(same, np.nan)
    worse = np.maximum(rests.intensity[chosen], rests.intensity[chosen + 1])
    chosen = np.sort(chosen[np.argsort(worse, kind="stable")[: config.most_strides]])
    pieces = _pieces(acc, gyr, rests, chosen)

    def misfit(order: FloatArray) -> float:
        return _misfit(pieces, order, rate_hz, averaged, config)

    given = misfit(same)
    if given <= config.good_misfit:
        return AxesFit(same, 1.0)
    misfits = [misfit(order) for order in _ORDERS]
    best = int(np.argmin(misfits))
    if misfits[best] >= min(given, config.fitting_misfit):
        return AxesFit(same, 1.0)
    return AxesFit(_ORDERS[best], given / misfits[best])


_ORDERS = tuple(
    np.eye(3)[list(order)] * np.array(signs)[:, None]
    for order in permutations(range(3))
    for signs in product((1.0, -1.0), repeat=3)
)


def in_words(order: FloatArray) -> str:
    """Write a signed order of axes, as (y, −x, z)."""
    parts = []
    for row in order:
        axis = int(np.argmax(np.abs(row)))
        parts.append(("−" if row[axis] < 0 else "") + "xyz"[axis])
    return f"({', '.join(parts)})"


class _Pieces(NamedTuple):
    """Movements laid end to end: samples, where each begins and ends, and up at its two rests (k, 3)."""

    acc: FloatArray
    gyr: FloatArray
    start: IntArray
    end: IntArray
    up: FloatArray
    next_up: FloatArray


def _pieces(acc: Samples3, gyr: Samples3, rests: Rests, chosen: IntArray) -> _Pieces:
    first, last = rests.sample[chosen], rests.sample[chosen + 1]
    rows = np.concatenate([np.arange(a, b + 1) for a, b in zip(first, last, strict=True)])
    end = np.cumsum(last - first + 1) - 1
    ups = []
    for at in (chosen, chosen + 1):
        mean = [acc[a:b].mean(axis=0) for a, b in zip(rests.run_start[at], rests.run_end[at], strict=True)]
        ups.append(np.array(mean) / np.linalg.norm(mean, axis=1)[:, None])
    return _Pieces(acc[rows], gyr[rows], end - (last - first), end, ups[0], ups[1])


def _misfit(pieces: _Pieces, order: FloatArray, rate_hz: float, averaged: bool, config: AxesFitConfig) -> float:
    """Median over the movements of what is left of velocity and of gravity's direction, each in its unit."""
    turned = integrate_rate(pieces.gyr @ order.T, rate_hz, averaged=averaged)
    back = conjugate(turned[pieces.start])
    # what lies between two pieces turns everything after it alike: only from its own start does a piece count
    total = np.concatenate((np.zeros((1, 3)), np.cumsum(rotate(turned, pieces.acc), axis=0)))
    count = pieces.end - pieces.start
    change = rotate(back, (total[pieces.end] - total[pieces.start])) / count[:, None]
    closure = np.linalg.norm(change - GRAVITY_MPS2 * pieces.up, axis=1) / config.closure_mps2
    seen = rotate(multiply(back, turned[pieces.end]), pieces.next_up)
    off = np.degrees(np.arccos(np.clip((seen * pieces.up).sum(axis=1), -1.0, 1.0)))
    return float(np.median(closure) + np.median(off) / config.disagreement_deg)
