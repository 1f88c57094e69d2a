"""Whether the heel is down where a foot lies still in stance: foot-flat with the heel up looks like any other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from footdrop_imu.gait.shoe import Geometry
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["HeelUp", "HeelUpConfig", "lever_elevation", "suspect_heel_up"]


@dataclass(frozen=True)
class HeelUpConfig:
    """Limits of the witnesses, chosen on simulated walks; reported on simulated and real ones in VALIDATION.md."""

    heel_rocker_deg: float = 5.0
    """A foot that usually lands with the toes this far above its foot-flat rolls over its heel: the heel is down."""
    push_off_deg: float = 30.0
    """How far toes down of foot-flat a foot leaves the floor in very slow walking ..."""
    push_off_deg_per_mps: float = 20.0
    """... and how much farther for each m/s; 50 to 70° in healthy walking, 5 to 10° less in foot drop."""
    fastest_mps: float = 1.4
    """Beyond this speed toe off grows no more."""
    push_off_sd_deg: float = 8.0
    """How much the pitch at toe off differs between people who have their heels down."""
    pivot_frac: float = 0.86
    """Where along the shoe, from the heel, the foot rolls while the heel begins to rise (0.83 by markers, 0.90 in
    simulated rigid shoes)."""
    pivot_sd_frac: float = 0.05
    """How much that differs between shoes."""
    largest_lever_sd_deg: float = 8.0
    """A less well known lever says nothing: sensors on instep and laces sit where they find room."""
    suspected_deg: float = 5.0
    """A heel that is this far up by all witnesses is suspected ..."""
    suspected_sds: float = 1.25
    """... where that is also so many of its standard uncertainties."""
    fewest: int = 5
    """Fewer level, straight strides say nothing."""


class HeelUp(NamedTuple):
    """``angle_deg`` how far the heel seems to be up at foot-flat, ``sd_deg`` how well that is told; NaN: not told.

    ``suspected``: no heel rocker, and the angle is beyond the limit.
    """

    angle_deg: float
    sd_deg: float
    suspected: bool


def lever_elevation(
    pitch_deg: FloatArray,
    position: FloatArray,
    direction: FloatArray,
    start: IntArray,
    toe_off: IntArray,
    first_deg: float = 3.0,
    last_deg: float = 15.0,
) -> FloatArray:
    """Elevation of the sensor as seen from the point about which the foot begins to roll, at foot-flat.

    Parameters
    ----------
    pitch_deg
        (n,) toes up positive.
    position
        (n, 3) m, up is z.
    direction
        (k, 2) unit travel directions of the strides.
    start, toe_off
        (k,) indices.
    first_deg, last_deg
        The part of the heel's rise that is looked at.

    Returns
    -------
    (k,) deg, NaN where the heel does not rise so far.

    Notes
    -----
    A point of a turning foot moves at right angles to its lever from the pivot, whatever the speed: the way from one
    pitch to the next gives the lever's elevation halfway, and half of the turn so far leads back to foot-flat.
    """
    if not len(start):
        return np.zeros(0)
    rows = np.minimum(start[:, None] + np.arange(int((toe_off - start).max()) + 1), toe_off[:, None])
    raised = pitch_deg[start][:, None] - pitch_deg[rows]
    index = np.arange(len(start))
    last = np.argmax(raised > last_deg, axis=1)
    first = np.minimum(np.argmax(raised > first_deg, axis=1), np.maximum(last - 1, 0))
    way = position[rows[index, last]] - position[rows[index, first]]
    ahead = np.einsum("ki,ki->k", way[:, :2], direction)
    halfway = 0.5 * (raised[index, first] + raised[index, last])
    elevation = np.degrees(np.arctan2(ahead, way[:, 2])) - halfway
    return np.where(last > 0, elevation, np.nan)


def suspect_heel_up(measured: Mapping[str, Any], geometry: Geometry, config: HeelUpConfig | None = None) -> HeelUp:
    """Estimate from a walk how far the heel is up at foot-flat.

    Parameters
    ----------
    measured
        Columns of one foot's strides from ``stretch.measure_stretch``: contact_over_flat_deg, toe_off_over_flat_deg
        (pitch at the events against the foot-flat beside them), lever_elevation_deg, walking_speed_mps, level,
        turn_deg.
    geometry
        Lever arms as entered, not as refined: the refinement takes foot-flat for heel-down.
    config
        Limits.

    Returns
    -------
    HeelUp

    Notes
    -----
    A foot on its forefoot has no heel to roll over and little way left to push off, and its sensor stands steeper
    above the point that it rolls over. The last two each estimate an angle; they are weighted by their variances.
    A foot with its heel down that lands flat and hardly pushes off looks the same: suspected is not known. Standing
    is no witness, since a heel that cannot come down does not come down in standing either.
    """
    config = config or HeelUpConfig()
    used = np.asarray(measured["level"]) & (np.abs(measured["turn_deg"]) < 20.0)
    if used.sum() < config.fewest:
        return HeelUp(np.nan, np.nan, False)
    speed = min(float(np.median(measured["walking_speed_mps"][used])), config.fastest_mps)
    usual = config.push_off_deg + config.push_off_deg_per_mps * speed
    angles = [usual + float(np.median(measured["toe_off_over_flat_deg"][used]))]
    sds = [config.push_off_sd_deg]
    elevation = measured["lever_elevation_deg"][used]
    elevation = elevation[np.isfinite(elevation)]
    expected, lever_sd = _expected_elevation(geometry, config)
    if len(elevation) >= config.fewest and lever_sd <= config.largest_lever_sd_deg:
        angles.append(float(np.median(elevation)) - expected)
        sds.append(lever_sd)
    weight = 1.0 / np.square(sds)
    angle, sd = float(np.average(angles, weights=weight)), float(weight.sum() ** -0.5)
    rocker = float(np.median(measured["contact_over_flat_deg"][used])) > config.heel_rocker_deg
    far = angle > max(config.suspected_deg, config.suspected_sds * sd)
    return HeelUp(angle, sd, bool(far and not rocker))


def _expected_elevation(geometry: Geometry, config: HeelUpConfig) -> tuple[float, float]:
    """Elevation in deg of the sensor seen from the pivot with the heel down, and its sd."""
    length, from_heel, height = geometry.toe_m[0] - geometry.heel_m[0], -geometry.heel_m[0], -geometry.heel_m[2]
    ahead = config.pivot_frac * length - from_heel
    if geometry.covariance is None:
        place_variance = height_variance = geometry.toe_sd_m**2
    else:
        to_pivot = np.array([-1.0, config.pivot_frac, 0.0])
        place_variance = float(to_pivot @ geometry.covariance @ to_pivot)
        height_variance = float(geometry.covariance[2, 2])
    place_variance += (config.pivot_sd_frac * length) ** 2
    square = ahead**2 + height**2
    sd = np.sqrt(ahead**2 * height_variance + height**2 * place_variance) / square
    return float(np.degrees(np.arctan2(height, ahead))), float(np.degrees(sd))
