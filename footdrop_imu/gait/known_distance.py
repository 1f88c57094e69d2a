"""What is wrong with a foot's lengths, from a walk over a known distance."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.schema import FloatArray

__all__ = ["DistanceConfig", "DistanceFit", "known_distance"]


@dataclass(frozen=True)
class DistanceConfig:
    """How well a person keeps to the lines, and what is too little."""

    line_sd_m: float = 0.03
    """How far from each of the two lines a foot stands; a shoe put to a line by eye."""
    half_width_m: float = 0.05
    """Half the distance between the feet's paths: in a turn the outer foot walks farther. Healthy step widths are
    0.1 m in the mean (Hollman et al. 2011, doi:10.1016/j.gaitpost.2011.03.024) ..."""
    half_width_sd_m: float = 0.025
    """... and scatter by this between people and turns, halved."""
    most_missing: float = 0.1
    """A larger share of strides without a length says too little about the walk."""
    least_distance_m: float = 5.0
    """Less than this is all lines and first steps."""


class DistanceFit(NamedTuple):
    """``length_scale`` = known over measured distance with its standard uncertainty, and what it rests on.

    ``measured_m`` is the distance along the walk's middle line as the strides give it, the ``missing_count`` strides
    filled in.
    """

    length_scale: float
    length_scale_sd: float
    measured_m: float
    stride_count: int
    missing_count: int


def known_distance(
    length_m: FloatArray,
    length_sd_m: FloatArray,
    turn_deg: FloatArray,
    distance_m: float,
    *,
    left: bool,
    missing_count: int = 0,
    config: DistanceConfig | None = None,
) -> DistanceFit:
    """Compare what one foot's strides add up to with the distance that was walked.

    Parameters
    ----------
    length_m, length_sd_m, turn_deg
        (k,) of every stride between the lines, the first and the last step too; turns to the left positive.
    distance_m
        From line to line along the middle of the way; there and back counts both ways, a turn at the end on the spot
        counts nothing.
    left
        Whether it is the left foot.
    missing_count
        Strides seen without a length: each counts as the median one.
    config
        Limits.

    Returns
    -------
    DistanceFit

    Raises
    ------
    SignalError
        too_short: the distance; no_walking: no strides, or too many without a length; no_fit: a scale no sensor has.

    Notes
    -----
    A foot's strides, laid end to end, are its path; standing at both lines in the same posture it is as long as the
    way, but for turns: the foot on the outer side of a turn by an angle walks farther by the angle times half the
    distance between the feet, the inner one less far. Lengths are those from foot-flat to foot-flat along the straight
    line: the path between two steps is not what a distance on the floor is.
    """
    config = config or DistanceConfig()
    if not distance_m >= config.least_distance_m:
        raise SignalError(
            SignalReason.TOO_SHORT,
            f"The known distance is {distance_m:g} m, expected {config.least_distance_m:g} m or more; 20 m are good.",
        )
    known = np.isfinite(length_m)
    missing = int(missing_count + (~known).sum())
    count = int(known.sum())
    if not count or missing > config.most_missing * (count + missing):
        raise SignalError(
            SignalReason.NO_WALKING,
            f"{missing} of {count + missing} strides have no length, expected at most {config.most_missing:.0%}. "
            "Record a walk of its own from line to line, without stairs or a rest on the way.",
        )
    turn = float(np.radians(np.nansum(turn_deg)))
    saved = (turn if left else -turn) * config.half_width_m  # the left foot is the inner one in a turn to the left
    usual = float(np.median(length_m[known]))
    measured = float(length_m[known].sum()) + missing * usual + saved
    spread = float(1.4826 * np.median(np.abs(length_m[known] - usual)))
    variance = (
        float(np.sum(np.nan_to_num(length_sd_m[known]) ** 2))
        + missing * spread**2
        + 2.0 * config.line_sd_m**2
        + (turn * config.half_width_sd_m) ** 2
    )
    scale = distance_m / measured
    if not 0.8 <= scale <= 1.25:
        raise SignalError(
            SignalReason.NO_FIT,
            f"The strides add up to {measured:.1f} m where {distance_m:g} m were said to be walked. Check the "
            "distance, and that the recording holds this walk alone.",
        )
    return DistanceFit(scale, scale * float(np.sqrt(variance)) / measured, measured, count, missing)
