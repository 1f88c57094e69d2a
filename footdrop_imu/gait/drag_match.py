"""How well the courses of a swing go with a touch of some place and length: matched filters on usual variation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from footdrop_imu.gait.drag_signs import SWING_FRAC
from footdrop_imu.schema import FloatArray

__all__ = ["FORCE", "ROUGHNESS", "Touches", "Usual", "Variation", "make_touches", "match", "usual_course"]

_LENGTHS_S = (0.03, 0.06, 0.1, 0.16, 0.25)
_STARTS = np.arange(0.0, 0.9, 0.03)
_LATEST = 0.95  # of swing; from there on the foot lands
_EDGE = 0.3  # share of a touch in which its force comes, and goes
_REGAINED = 0.5  # share of the velocity lost that the leg gives back within the swing
_SD_WORTH = 20.0  # strides that the sd of people at large, or of the filter's design, is worth beside a person's own
_FAR_SD = 3.0  # a stride farther off does not count for more
_FEW = 32  # rows
_RIDGE = 0.03  # of each variance: what the places in swing do not share


class Variation(NamedTuple):
    """How a course varies from stride to stride in people at large, and how many strides that is worth.

    ``middle`` and ``sd`` (48,) over swing; ``correlation_s``: two places so far apart have 1/e in common.
    """

    middle: FloatArray
    sd: FloatArray
    correlation_s: float
    worth: float


def _over_swing(*points: tuple[float, float]) -> FloatArray:
    places, values = np.array(points).T
    return np.asarray(np.interp(SWING_FRAC, places, values))


# of 3 healthy people and 3 after stroke at 100 Hz; the middle of the force depends on the sensor's place: never used
FORCE = Variation(
    np.zeros(len(SWING_FRAC)),
    _over_swing((0.0, 2.9), (0.08, 2.9), (0.2, 1.4), (0.45, 0.7), (0.6, 0.85), (0.75, 1.7), (0.97, 3.5)),
    0.06,
    100.0,
)
ROUGHNESS = Variation(
    _over_swing(
        (0.0, 0.7), (0.09, 0.8), (0.17, -0.2), (0.26, -1.55), (0.4, -2.0), (0.6, -1.8), (0.8, -1.3), (1.0, -0.6)
    ),
    np.full(len(SWING_FRAC), 0.45),
    0.03,
    60.0,
)


class Touches(NamedTuple):
    """Touches that are looked for: courses (t, 48) of force and roughness, where each begins and how long it lasts."""

    force: FloatArray
    roughness: FloatArray
    start_frac: FloatArray
    length_s: FloatArray


class Usual(NamedTuple):
    """A walk's usual course ``middle`` (48,) and ``sd``, and filters (48, t) with the ``offset`` (t,) they give it.

    What a filter gives beyond its offset is in standard deviations.
    """

    middle: FloatArray
    sd: FloatArray
    filters: FloatArray
    offset: FloatArray


def make_touches(swing_s: float) -> Touches:
    """Touches of 30 to 250 ms that begin anywhere in the first 90 % of a swing of this length and end with it."""
    start, length = (part.ravel() for part in np.meshgrid(_STARTS, _LENGTHS_S, indexing="ij"))
    end = start + length / swing_s
    inside = end <= _LATEST
    start, length, end = start[inside], length[inside], end[inside]
    along = (SWING_FRAC - start[:, None]) / (end - start)[:, None]
    edge = np.clip(np.minimum(along, 1.0 - along) / _EDGE, 0.0, 1.0)
    pulse = 0.5 - 0.5 * np.cos(np.pi * edge)
    after = np.clip((SWING_FRAC - end[:, None]) / (1.0 - end)[:, None], 0.0, 1.0)
    push = np.sin(np.pi * after)
    push *= (pulse.sum(axis=1) / np.maximum(push.sum(axis=1), 1e-9))[:, None]
    seen = pulse.sum(axis=1) > 0.5  # at least half a place of 48
    return Touches((_REGAINED * push - pulse)[seen], pulse[seen], start[seen], length[seen])


def usual_course(reference: FloatArray, touches: FloatArray, usual: Variation, swing_s: float) -> Usual:
    """What the strides of a reference usually do, and the best linear filters against their variation.

    Parameters
    ----------
    reference
        (m, 48) strides without a touch; a few touches among them do little.
    touches
        (t, 48) courses looked for.
    usual
        Variation in people at large.
    swing_s
        Usual length of a swing.

    Notes
    -----
    The covariance over swing is the person's own with what is far off cut, shrunk to that of an Ornstein-Uhlenbeck
    process with the person's robust sd, itself shrunk to that of people at large; the worth of both is a number of
    strides. The filter is the inverse covariance times the touch: the most powerful linear test of its presence.
    """
    count = len(reference)
    middle = np.median(reference, axis=0)
    away = reference - middle
    sd = np.sqrt((count * _robust_sd(away) ** 2 + _SD_WORTH * usual.sd**2) / (count + _SD_WORTH))
    apart = np.abs(SWING_FRAC[:, None] - SWING_FRAC) * swing_s
    prior = np.outer(sd, sd) * np.exp(-apart / usual.correlation_s)
    cut = np.clip(away, -_FAR_SD * sd, _FAR_SD * sd)
    own = np.add.reduce([piece.T @ piece for piece in np.array_split(cut, -(-count // _FEW))])
    covariance = (own + usual.worth * prior) / (count + usual.worth)
    covariance += _RIDGE * np.diag(np.diag(covariance))
    weight = np.linalg.solve(covariance, touches.T)
    weight /= np.sqrt(np.einsum("pt,tp->t", weight, touches))
    found = _product(away, weight)
    spread = np.sqrt((count * _robust_sd(found) ** 2 + _SD_WORTH) / (count + _SD_WORTH))
    filters = np.asarray(weight / spread)
    return Usual(middle, np.asarray(sd), filters, np.median(found, axis=0) / spread + middle @ filters)


def _robust_sd(values: FloatArray) -> FloatArray:
    """From the median absolute deviation, by column."""
    return np.asarray(1.4826 * np.median(np.abs(values - np.median(values, axis=0)), axis=0))


def match(courses: FloatArray, usual: Usual) -> FloatArray:
    """How many standard deviations (k, t) each stride's course goes with each touch."""
    found = _product(courses, usual.filters)
    found -= usual.offset
    return found


def _product(rows: FloatArray, filters: FloatArray) -> FloatArray:
    """Matrix product, few rows at a time: shared out among threads, products of this size take ten times as long."""
    out = np.empty((len(rows), filters.shape[1]))
    for first in range(0, len(rows), _FEW):
        piece = slice(first, first + _FEW)
        np.matmul(rows[piece], filters, out=out[piece])
    return out
