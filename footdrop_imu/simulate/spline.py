"""Quintic pieces: polynomials between two states, and uniform splines through nodes."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from footdrop_imu.schema import FloatArray

__all__ = ["bridge", "hermite", "through_nodes", "uniform_pieces"]

_CUBE = np.array([[1.0, 1.0, 1.0], [3.0, 4.0, 5.0], [6.0, 12.0, 20.0]])
_CUBE_INVERSE = np.linalg.inv(_CUBE)


def bridge(start: FloatArray, end: FloatArray, duration_s: FloatArray) -> FloatArray:
    """Quintic from one state to another.

    Parameters
    ----------
    start, end
        (3, n, ...) value, first and second time derivative.
    duration_s
        (n,).

    Returns
    -------
    ndarray (6, n, ...)
        Coefficients in time from the start, highest power first, as `scipy.interpolate.PPoly` takes them.
    """
    span = duration_s.reshape(duration_s.shape + (1,) * (start.ndim - 2))
    low = np.stack([start[0], span * start[1], 0.5 * span**2 * start[2]])
    ahead = np.stack([low.sum(axis=0), low[1] + 2.0 * low[2], 2.0 * low[2]])
    goal = np.stack([end[0], span * end[1], span**2 * end[2]])
    high = np.einsum("ij,j...->i...", _CUBE_INVERSE, goal - ahead)
    powers = np.concatenate([low, high])
    return np.stack([powers[k] / span**k for k in range(5, -1, -1)])


def hermite(frac: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    """Value at (m,) fractions of the quintics between states (3, n) whose derivatives are by the fraction: (n, m)."""
    c = bridge(start, end, np.ones(start.shape[1]))
    x = np.clip(frac, 0.0, 1.0)[None, :]
    value = np.zeros((start.shape[1], len(frac)))
    for k in range(6):
        value = value * x + c[k][:, None]
    return value


@lru_cache(maxsize=4)
def _solver(count: int) -> FloatArray:
    """From node values and scaled end derivatives to spline weights."""
    from scipy.interpolate import BSpline

    basis = BSpline(np.arange(-5.0, count + 6.0), np.eye(count + 5), 5)
    rows = [basis(np.arange(count + 1.0)), *(basis(np.array([0.0, float(count)]), nu) for nu in (1, 2))]
    return np.asarray(np.linalg.inv(np.concatenate(rows)))


@lru_cache(maxsize=1)
def _cardinal() -> FloatArray:
    """(6, 6): coefficient of each power in one interval, for each of the six weights that reach it."""
    from scipy.interpolate import BSpline

    basis = BSpline(np.arange(-5.0, 7.0), np.eye(6), 5)
    middle = np.array([0.5])  # the fifth derivative jumps at the knots
    taylor = np.stack([basis(middle, nu)[0] / math.factorial(nu) for nu in range(6)])
    shift = np.array([[math.comb(p, q) * (-0.5) ** (p - q) if p >= q else 0.0 for p in range(6)] for q in range(6)])
    return np.asarray(shift @ taylor)


def through_nodes(nodes: FloatArray, first: FloatArray, second: FloatArray, duration_s: FloatArray) -> FloatArray:
    """Quintic splines, four times differentiable, through equally spaced nodes.

    Parameters
    ----------
    nodes
        (n, count + 1, k) values of n splines of k channels.
    first, second
        (n, 2, k) time derivatives at start and end.
    duration_s
        (n,) from first to last node.

    Returns
    -------
    ndarray (6, n, count, k)
        Coefficients in time from each interval's start, highest power first.
    """
    count = nodes.shape[1] - 1
    solve = _solver(count)
    step = (duration_s / count)[:, None, None]
    given = np.concatenate([nodes, step * first, step**2 * second], axis=1)
    return uniform_pieces(np.einsum("ab,nbk->nak", solve, given), duration_s / count)


def uniform_pieces(weights: FloatArray, step_s: FloatArray) -> FloatArray:
    """Polynomials of uniform quintic splines with weights (n, count + 5, k) and intervals of (n,) s.

    Returns
    -------
    ndarray (6, n, count, k)
        Coefficients in time from each interval's start, highest power first.
    """
    powers, count, step = _cardinal(), weights.shape[1] - 5, step_s[:, None, None]
    pieces = np.zeros((6, weights.shape[0], count, weights.shape[2]))
    for i in range(6):
        for p in range(6):
            pieces[5 - p] += powers[p, i] * weights[:, i : i + count]
    for p in range(6):
        pieces[5 - p] /= step**p
    return pieces
