"""The earliest arrivals: what the host's clock shows when samples came with the least delay."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["Curve", "at", "earliest", "fit_curve", "phase_left_open"]

_LOW = 0.12  # share of the blocks' earliest arrivals that lie below the curve: a few stamps are early
_SCATTER_S = 0.001
_TOGETHER = 2.0  # neighboring blocks err together
_TURNS = 30
_BEND_AFTER_S = (600.0, 1500.0, 3600.0, 7200.0)  # lengths from which on the rate may change once more
_ARCS = 40
_LOOKED_AT = 100_000  # frames are enough
_INTERVAL_UNIT_S = 0.00125
_CLOCKS_DIFFER = 2e-4
_FILLED = 0.1  # of what an even spread would put into an arc


class Curve(NamedTuple):
    """Host time of sample x: ``start_s`` + ``period_s`` x + the Legendre series ``bend`` of (x - middle) / half.

    ``epoch_s`` (e,): how much later each restart of the sensor begins than the curve says; ``start_sd_s``: standard
    uncertainty of the whole curve by the scatter of the blocks' earliest arrivals.
    """

    start_s: float
    period_s: float
    bend: FloatArray
    middle: float
    half: float
    epoch_s: FloatArray
    start_sd_s: float


def earliest(late_s: FloatArray, block: int) -> IntArray:
    """Of each ``block`` of frames the one with the second least delay, of short ones with the least.

    Indices (b,) into ``late_s`` (f,); the second because single stamps may be early.
    """
    count = max(len(late_s) // block, 1)
    rows = late_s[: count * block].reshape(count, -1)
    each = np.arange(count)
    found = rows.argmin(axis=1)
    if block >= 20 and rows.shape[1] > 1:
        rows = rows.copy()
        rows[each, found] = np.inf
        found = rows.argmin(axis=1)
    return np.asarray(found + each * block, dtype=np.int64)


def fit_curve(
    sample: IntArray, arrival_s: FloatArray, epoch: IntArray, *, period_s: float, period_sd: float, bend_sd: float
) -> Curve:
    """Fit the lower envelope of arrival against sample number.

    Parameters
    ----------
    sample
        (f,) number of each frame's last sample, increasing.
    arrival_s
        (f,) on the host's clock.
    epoch
        (f,) how often the sensor was restarted before: each restart has a beginning of its own.
    period_s, period_sd
        What is known of the sample time, and its relative standard deviation.
    bend_sd
        How much the rate may change over the recording, relative.

    Notes
    -----
    Delays are never below a floor and have a long tail: the earliest arrival of each block of some seconds is near the
    floor. A low quantile of these (asymmetric absolute error, by reweighting) leaves aside blocks that were congested
    and single stamps that are early. The slope and, in longer recordings, the bend are held by what is known of the
    clock, which matters where the recording is short.
    """
    span_s = float(arrival_s[-1] - arrival_s[0])
    block = max(1, min(len(sample) // 24, round(len(sample) * 5.0 / max(span_s, 5.0))))
    place = (sample - sample[0]).astype(np.float64)
    late_s = arrival_s - arrival_s[0] - period_s * place
    chosen = earliest(late_s, block)
    degree = 1 + sum(span_s >= length for length in _BEND_AFTER_S)
    middle, half = 0.5 * place[-1], max(0.5 * place[-1], 1.0)
    series = np.polynomial.legendre.legvander((place[chosen] - middle) / half, degree)
    restarts = int(epoch[-1])
    restarted = (epoch[chosen][:, None] == np.arange(1, restarts + 1)).astype(np.float64)
    design = np.hstack([series, restarted])
    half_s = half * period_s
    held = np.zeros(design.shape[1])
    held[1] = 1.0 / (period_sd * half_s) ** 2
    held[2 : degree + 1] = 1.0 / (bend_sd * half_s) ** 2
    held[degree + 1 :] = 1e-6
    target = late_s[chosen]
    level = float(np.quantile(target, _LOW))
    target = target - level
    solution = np.zeros(design.shape[1])
    weight = np.ones(len(chosen))
    for _ in range(_TURNS):
        normal = design.T @ (weight[:, None] * design) / _SCATTER_S + np.diag(held)
        normal[0, 0] += 1e-9
        before, solution = solution, np.linalg.solve(normal, design.T @ (weight * target) / _SCATTER_S)
        error = target - design @ solution
        weight = np.where(error > 0.0, _LOW, 1.0 - _LOW) / np.maximum(np.abs(error), 1e-4)
        if np.abs(solution - before).max() < 1e-6:
            break
    scatter_s = 1.4826 * float(np.median(np.abs(error)))
    start_sd_s = scatter_s * min(1.0, _TOGETHER / float(np.sqrt(len(chosen))))
    slope_s = float(solution[1]) / half
    bend = np.concatenate(([0.0, 0.0], solution[2 : degree + 1]))
    start_s = float(arrival_s[0]) + level + float(solution[0]) - slope_s * middle
    return Curve(start_s, period_s + slope_s, bend, middle, half, solution[degree + 1 :], start_sd_s)


def at(curve: Curve, place: FloatArray) -> FloatArray:
    """Host time of samples (n,) counted from the first frame's last one, without restarts."""
    bent = np.polynomial.legendre.legval((place - curve.middle) / curve.half, curve.bend)
    return np.asarray(curve.start_s + curve.period_s * place + bent)


def phase_left_open(late_s: FloatArray, arrival_s: FloatArray, frame_s: float) -> float:
    """How much of a connection interval the arrivals leave open, s: the floor may be lower by up to that.

    A sensor whose frames keep step with the connection events has every frame wait as long as the others, and nothing
    shows how long. Delays are laid around a circle of one interval (or of one frame, where that is shorter); what stays
    empty is open. Intervals being multiples of 1.25 ms, frames that are none cannot keep step: if they come evenly all
    the same, they did not wait.
    """
    slip_s = abs(frame_s - _INTERVAL_UNIT_S * round(frame_s / _INTERVAL_UNIT_S))
    slipped = slip_s > _CLOCKS_DIFFER * frame_s and slip_s * len(late_s) > frame_s
    late_s = late_s[:: len(late_s) // _LOOKED_AT | 1]  # by an odd number, events being of several frames
    step = np.diff(arrival_s)
    apart = step[step > 0.002]
    event_s = float(np.median(apart)) if len(apart) else frame_s
    low, high = np.quantile(late_s, (0.02, 0.9))
    circle_s = min(frame_s, event_s)
    if high - low > 0.003 or slipped:
        circle_s = min(circle_s, max(float(high - low), 0.003))
    phase = np.floor((late_s - low) / circle_s * _ARCS).astype(np.int64) % _ARCS
    share = np.bincount(phase, minlength=_ARCS) * (_ARCS / len(late_s))
    filled = np.flatnonzero(share > _FILLED)
    empty = np.diff(np.append(filled, filled[0] + _ARCS)) - 1
    return float(empty.max()) / _ARCS * circle_s
