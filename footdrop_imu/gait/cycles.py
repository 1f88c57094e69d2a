"""Movements of one foot: one hump of motion intensity each, whatever the mounting."""

from dataclasses import dataclass

import numpy as np

from footdrop_imu.gait.rest import moving_mean
from footdrop_imu.gait.signal import pieces
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["CycleConfig", "find_movements"]


@dataclass(frozen=True)
class CycleConfig:
    """What counts as one movement."""

    smoothing_s: float = 0.25
    """Length of the mean that turns push-off and swing into one hump."""
    least_intensity: float = 1.2
    """No movement below this smoothed intensity ..."""
    least_height: float = 0.12
    """... nor below this share of the walk's usual hump (the 80th percentile of humps)."""
    valley: float = 0.2
    """Between two movements the intensity falls below this share of the lower hump ..."""
    valley_floor: float = 0.6
    """... or below this intensity (a foot that stands)."""


def find_movements(intensity: FloatArray, rate_hz: float, config: CycleConfig | None = None) -> IntArray:
    """Find the movements of a foot: steps, and whatever else moves it.

    Parameters
    ----------
    intensity
        (n,) from ``rest.motion_intensity``.
    rate_hz
        Sample rate.
    config
        Limits.

    Returns
    -------
    (m,) index of each hump's top; may be empty.

    Notes
    -----
    Every local maximum of the smoothed intensity is a candidate; of two that no quiet moment parts, the lower
    goes, the lowest of neighbors first. Which movements are strides is decided later, by the path of the foot.
    """
    config = config or CycleConfig()
    width = round(config.smoothing_s * rate_hz)
    tops, heights = [], []
    for piece, own, _ in pieces(len(intensity), width + 2):
        smooth = moving_mean(intensity[piece], width)
        at = np.flatnonzero((smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:])) + 1
        at = at[(smooth[at] > config.least_intensity) & (at + piece.start >= own.start) & (at + piece.start < own.stop)]
        tops.append(at + piece.start)
        heights.append(smooth[at])
    top, height = np.concatenate(tops), np.concatenate(heights)
    if not len(top):
        return top.astype(np.int64)
    high = height > config.least_height * np.percentile(height, 80)
    top, height = top[high], height[high]
    # a hump may have two peaks: stand on one of them, not in the dip between
    half = round(0.5 * config.smoothing_s * rate_hz)
    rows = np.clip(top[:, None] + np.arange(-half, half + 1), 0, len(intensity) - 1)
    top = rows[np.arange(len(top)), np.argmax(intensity[rows], axis=1)]
    top, kept = np.unique(top, return_index=True)
    height = height[kept]
    while len(top) > 1:
        valley = np.minimum.reduceat(intensity, np.stack((top[:-1], top[1:]), axis=1).ravel())[::2]
        limit = np.maximum(config.valley * np.minimum(height[:-1], height[1:]), config.valley_floor)
        joined = np.flatnonzero(valley > limit)
        if not len(joined):
            break
        drop = np.zeros(len(top), dtype=bool)
        drop[np.where(height[joined] < height[joined + 1], joined, joined + 1)] = True
        dropped = np.concatenate(([np.inf], np.where(drop, height, np.inf), [np.inf]))
        drop &= (height <= dropped[:-2]) & (height < dropped[2:])
        top, height = top[~drop], height[~drop]
    return top.astype(np.int64)
