"""Which strides go up or down stairs and ramps: how a foot rises against the walk's usual, and how it then lies."""

from dataclasses import dataclass

import numpy as np

from footdrop_imu.schema import BoolArray, FloatArray

__all__ = ["SlopeConfig", "ramp_strides", "usual_slope"]


@dataclass(frozen=True)
class SlopeConfig:
    """Limits, chosen on overground walks of persons 1 and 4 and on simulated ramps."""

    rise_deg: float = 2.0
    """A stride on a ramp rises this much steeper than the walk's level strides (3 to 5° is a wheelchair ramp) ..."""
    tilt_deg: float = 1.5
    """... and the foot lies tilted by this much the same way at its two foot-flats ..."""
    apart_deg: float = 3.0
    """... and the two agree this well."""
    edge_deg: float = 1.0
    """The strides onto and off a ramp rise and tilt this much the same way."""
    fewest: int = 2
    """A ramp is so many strides of a foot one after the other."""
    steepest_deg: float = 15.0
    """Steeper is no ramp that people walk."""
    least_stair_m: float = 0.08
    """A step up or down is this high against the walk's usual rise; stairs in houses are 0.15 to 0.20 m, two a
    stride."""
    common_deg: float = 8.0
    """Sensors with a delay or a wrong scale let all strides rise together, by at most this."""


def usual_slope(
    slope_deg: FloatArray, tilt_deg: FloatArray, length_m: FloatArray, config: SlopeConfig | None = None
) -> FloatArray:
    """Rise in deg (k,) that a level stride of such a length seems to have in this walk.

    The median of the strides whose foot lies as it usually does; 0 where that is more than a sensor's error could be
    (most of the walk is stairs then). What a delay turns into rise grows with speed: short strides have less of it.
    """
    config = config or SlopeConfig()
    if not len(tilt_deg):
        return np.zeros(0)
    near = np.abs(tilt_deg - np.median(tilt_deg)) < config.tilt_deg
    usual = float(np.median(slope_deg[near])) if near.any() else 0.0
    share = np.minimum(length_m / np.median(length_m), 1.0)
    return share * (usual if abs(usual) < config.common_deg else 0.0)


def ramp_strides(
    rise_deg: FloatArray, tilt_deg: FloatArray, joined: BoolArray, config: SlopeConfig | None = None
) -> BoolArray:
    """Tell strides on a ramp from those on level floor.

    Parameters
    ----------
    rise_deg
        (k,) angle of each stride's rise, before any level-floor condition, above the usual one.
    tilt_deg
        (k,) mean pitch of the foot at the stride's two foot-flats.
    joined
        (k,) whether the stride goes on where the one before it ended.
    config
        Limits.

    Returns
    -------
    (k,) True on a ramp.

    Notes
    -----
    Rise alone would be drift, tilt alone another posture: on a ramp a foot lies along the slope that it climbs. Most of
    the walk is taken to be level; a walk that is nearly all ramp says nothing.
    """
    config = config or SlopeConfig()
    if not len(rise_deg):
        return np.zeros(0, dtype=bool)
    rise = rise_deg
    tilt = tilt_deg - np.median(tilt_deg)
    way = np.sign(rise)
    sure = (np.abs(rise) > config.rise_deg) & (way * tilt > config.tilt_deg) & (np.abs(rise) < config.steepest_deg)
    sure &= np.abs(rise - tilt) < config.apart_deg
    # runs of one way, strides without a break between them
    new = np.ones(len(rise), dtype=bool)
    new[1:] = ~joined[1:] | ~sure[1:] | ~sure[:-1] | (way[1:] != way[:-1])
    run = np.cumsum(new) - 1
    length = np.bincount(run, weights=sure)
    found = sure & (length[run] >= config.fewest)
    near = (way * rise > config.edge_deg) & (way * tilt > 0.0) & (np.abs(rise) < config.steepest_deg)
    before, after = np.zeros_like(found), np.zeros_like(found)
    before[1:] = found[:-1] & joined[1:] & (way[1:] == way[:-1])
    after[:-1] = found[1:] & joined[1:] & (way[1:] == way[:-1])
    return np.asarray(found | (near & (before | after)))
