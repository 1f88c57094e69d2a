"""Lever arms that nobody measured, found from how the shoe stands on the floor and rolls over it."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from footdrop_imu.gait.shoe import TOE_SPRING_M, Candidate, Geometry, lever_arms
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["FloorEvidence", "refine_geometry", "rolling_pivot"]

_CONTACT_SD_M = 0.012  # how well contact is the moment when the heel touches
_FEWEST = 5


class FloorEvidence(NamedTuple):
    """Where straight strides of a foot touch the floor.

    ``toe_off_pitch_deg`` and ``toe_off_height_m`` (k,): foot pitch, and height of the sensor above its foot-flat;
    ``contact_pitch_deg`` and ``contact_height_m`` (m,) the same at heel contacts; ``pivot_m`` (j, 2) how far ahead
    of and below the sensor the point lies over which the foot rolls after heel off.
    """

    toe_off_pitch_deg: FloatArray
    toe_off_height_m: FloatArray
    contact_pitch_deg: FloatArray
    contact_height_m: FloatArray
    pivot_m: FloatArray


class _Front(NamedTuple):
    """How the front of a shoe behaves, with its share among shoes.

    Toe off as a moment when the toe tip touches (sd, m); where the pivot is along the shoe (share of its length and
    sd), and how far above the floor (m and sd).
    """

    share: float
    toe_off_sd_m: float
    pivot_frac: float
    pivot_sd_m: float
    pivot_rise_m: float
    pivot_rise_sd_m: float


# a stiff shoe rolls over its curved front and stands on its tip in the end; a soft one bends over the ball and
# keeps its toes on the floor
_FRONTS = (_Front(0.5, 0.012, 0.965, 0.012, 0.008, 0.006), _Front(0.5, 0.015, 0.74, 0.040, 0.003, 0.008))


def rolling_pivot(
    pitch_deg: FloatArray,
    position: FloatArray,
    direction: FloatArray,
    start: IntArray,
    toe_off: IntArray,
    first_deg: float = 10.0,
    last_deg: float = 25.0,
) -> FloatArray:
    """Point over which the foot rolls after heel off, seen from the sensor.

    Parameters
    ----------
    pitch_deg
        (n,) toes up positive.
    position
        (n, 3) of the sensor, m, up is z.
    direction
        (k, 2) unit travel directions of the strides.
    start, toe_off
        (k,) indices.
    first_deg, last_deg
        The part of the heel's rise that is looked at, toes down from foot-flat: before it the shoe still settles,
        after it the foot begins to leave.

    Returns
    -------
    (j, 2) m
        Ahead of and below the sensor, of the foot lying flat; strides whose heel rises so far.

    Notes
    -----
    From one pitch to another a point of a rolling foot moves along a chord at right angles to its mean lever from the
    pivot; chord and angle give the lever's length and direction, whatever the speed.
    """
    if not len(start):
        return np.zeros((0, 2))
    rows = np.minimum(start[:, None] + np.arange(int((toe_off - start).max()) + 1), toe_off[:, None])
    down = pitch_deg[start][:, None] - pitch_deg[rows]
    seen = down.max(axis=1) > last_deg
    rows, down, ahead = rows[seen], down[seen], direction[seen]
    index = np.arange(len(rows))
    places = []
    for angle in (first_deg, last_deg):
        after = np.argmax(down > angle, axis=1)
        before = np.maximum(after - 1, 0)
        low, high = down[index, before], down[index, after]
        share = np.clip((angle - low) / np.maximum(high - low, 1e-9), 0.0, 1.0)[:, None]
        places.append(position[rows[index, before]] * (1.0 - share) + position[rows[index, after]] * share)
    way = places[1] - places[0]
    chord = 2.0 * np.sin(0.5 * np.radians(last_deg - first_deg))
    far, below = way[:, 2] / chord, np.einsum("ki,ki->k", way[:, :2], ahead) / chord
    turned = np.radians(0.5 * (first_deg + last_deg))
    return np.column_stack(
        (far * np.cos(turned) + below * np.sin(turned), below * np.cos(turned) - far * np.sin(turned))
    )


def refine_geometry(geometry: Geometry, evidence: FloorEvidence) -> Geometry:
    """Correct lever arms that nobody measured by where the shoe touches the floor.

    Parameters
    ----------
    geometry
        As entered or assumed.
    evidence
        Of one walk; a part with fewer than five strides says nothing.

    Returns
    -------
    Geometry
        The entered one where lever arms were measured or too little is known.

    Notes
    -----
    The toe tip is on the floor at toe off, the heel at a heel contact; between heel off and toe off the foot rolls
    over a point whose distance ahead of and below the sensor shows. These are linear equations for the sensor's
    distance from the heel, the shoe's length and the sensor's height, solved by least squares and shrunk to what is
    known of each (Gauss-Markov), so that little evidence changes little. Where along the shoe that point lies depends
    on whether the shoe is stiff or bends, and where the sensor sits may not have been said: every combination is
    solved, and the mean of all, weighted by how well each explains the walk, is taken (Bayesian model averaging;
    Hoeting 1999, doi:10.1214/ss/1009212519). Which way the sensor sits beside the shoe's middle cannot be seen
    otherwise, and matters as soon as the foot rolls inward: the uncertainty of all this is in the sds.
    """
    if not geometry.candidates or len(evidence.toe_off_pitch_deg) < _FEWEST:
        return geometry
    means, covariances, asides, weights = [], [], [], []
    for candidate in geometry.candidates:
        for front in _FRONTS:
            mean, covariance, log_likelihood = _solve(candidate, front, evidence)
            means.append(mean)
            covariances.append(covariance)
            asides.append(candidate.aside_m)
            weights.append(log_likelihood + np.log(candidate.weight * front.share))
    weight = np.exp(np.array(weights) - max(weights))
    weight /= weight.sum()
    state, aside = weight @ np.array(means), float(weight @ np.array(asides))
    apart = np.array(means) - state
    covariance = np.einsum("h,hij->ij", weight, np.array(covariances)) + (weight[:, None] * apart).T @ apart
    toe, heel = lever_arms(*state)
    toe[1] = heel[1] = aside
    to_toe = np.array([-1.0, 1.0, 0.0])
    by_place = weight.reshape(len(geometry.candidates), len(_FRONTS)).sum(axis=1)
    found = geometry.candidates[int(np.argmax(by_place))]
    return replace(
        geometry.moved(toe, heel),
        toe_sd_m=float(np.sqrt(to_toe @ covariance @ to_toe)),
        side_sd_m=float(np.hypot(found.aside_sd_m, np.sqrt(weight @ (np.array(asides) - aside) ** 2))),
        covariance=covariance,
        place=found.place,
    )


def _solve(candidate: Candidate, front: _Front, evidence: FloorEvidence) -> tuple[FloatArray, FloatArray, float]:
    """State, its covariance and the logarithm of how likely the evidence is, of one place and one kind of shoe."""
    rows, found, sds = [], [], []
    ahead, down = _median_turn(evidence.toe_off_pitch_deg)
    # height of the toe tip above its own foot-flat, its spring aside, must make up for the sensor's
    rows.append([-ahead, ahead, down])
    found.append(TOE_SPRING_M * (down - 1.0) - float(np.median(evidence.toe_off_height_m)))
    sds.append(np.hypot(front.toe_off_sd_m, _median_sd(evidence.toe_off_height_m)))
    if len(evidence.contact_pitch_deg) >= _FEWEST:
        ahead, down = _median_turn(evidence.contact_pitch_deg)
        rows.append([-ahead, 0.0, down])
        found.append(-float(np.median(evidence.contact_height_m)))
        sds.append(np.hypot(_CONTACT_SD_M, _median_sd(evidence.contact_height_m)))
    if len(evidence.pivot_m) >= _FEWEST:
        far, below = np.median(evidence.pivot_m, axis=0)
        rows += [[-1.0, front.pivot_frac, 0.0], [0.0, 0.0, 1.0]]
        found += [float(far), float(below) + front.pivot_rise_m]
        scatter = [_median_sd(column) for column in evidence.pivot_m.T]
        sds += [np.hypot(front.pivot_sd_m, scatter[0]), np.hypot(front.pivot_rise_sd_m, scatter[1])]
    design, prior = np.array(rows), candidate.covariance
    missing = np.array(found) - design @ candidate.state
    expected = design @ prior @ design.T + np.diag(np.square(sds))
    gain = prior @ design.T @ np.linalg.inv(expected)
    _, log_determinant = np.linalg.slogdet(expected)
    log_likelihood = -0.5 * float(missing @ np.linalg.solve(expected, missing) + log_determinant)
    return candidate.state + gain @ missing, prior - gain @ design @ prior, log_likelihood


def _median_turn(pitch_deg: FloatArray) -> tuple[float, float]:
    pitch = np.radians(pitch_deg)
    return float(np.median(np.sin(pitch))), float(np.median(1.0 - np.cos(pitch)))


def _median_sd(values: FloatArray) -> float:
    """Standard uncertainty of a median."""
    spread = 1.4826 * float(np.median(np.abs(values - np.median(values))))
    return 1.25 * spread / float(np.sqrt(len(values)))
