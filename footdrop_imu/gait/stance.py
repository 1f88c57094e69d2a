"""How the foot meets the floor and leaves it: landing, first rocker, foot slap, heel off."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["StanceConfig", "classify_landing", "measure_stance"]


@dataclass(frozen=True)
class StanceConfig:
    """Cut-offs; none is published for walking, these are the project's own."""

    heel_deg: float = 5.0
    """Foot pitch at contact above it is a heel landing, below minus it a forefoot landing."""
    outer_edge_deg: float = 10.0
    """Inversion at contact above it is a landing on the outer edge."""
    least_confidence: float = 0.6
    """A less likely landing is called uncertain."""
    flat_deg: float = 3.0
    """The foot lies flat once its pitch has come down to this, ..."""
    flat_rate: float = 0.1
    """... and its rate to this share of its greatest on the way."""
    heel_off_first_deg: float = 2.0
    """Toes down of foot-flat by so much and ..."""
    heel_off_last_deg: float = 6.0
    """... by so much the heel is off the floor: from these two moments follows when it left."""


def classify_landing(
    pitch_deg: FloatArray,
    roll_deg: FloatArray,
    pitch_sd_deg: FloatArray,
    roll_sd_deg: FloatArray,
    config: StanceConfig | None = None,
) -> tuple[NDArray[np.str_], FloatArray]:
    """Name each landing and say how likely that name is, given the angles' errors.

    Parameters
    ----------
    pitch_deg, roll_deg, pitch_sd_deg, roll_sd_deg
        (k,) angles at initial contact and their standard uncertainties.
    config
        Cut-offs.

    Returns
    -------
    landing
        (k,) heel, flat, forefoot, outer_edge or uncertain; "" where an angle is missing.
    confidence
        (k,) its probability; NaN where an angle is missing.
    """
    from scipy.special import ndtr

    config = config or StanceConfig()
    outer = ndtr((roll_deg - config.outer_edge_deg) / roll_sd_deg)
    heel = ndtr((pitch_deg - config.heel_deg) / pitch_sd_deg)
    forefoot = ndtr((-config.heel_deg - pitch_deg) / pitch_sd_deg)
    # a heel that lands turned inward is a heel landing; a flat foot or forefoot lands on its outer edge then
    rest = 1.0 - outer
    likely = np.stack((heel, (1.0 - heel - forefoot) * rest, forefoot * rest, (1.0 - heel) * outer), axis=1)
    missing = np.asarray(np.isnan(likely).any(axis=1))
    best = np.argmax(np.where(missing[:, None], 0.0, likely), axis=1)
    confidence = likely.max(axis=1) if len(likely) else np.zeros(0)
    landing = np.array(["heel", "flat", "forefoot", "outer_edge"], dtype="U10")[best]
    landing = np.where(confidence < config.least_confidence, "uncertain", landing)
    return np.where(missing, "", landing), np.where(missing, np.nan, confidence)


def measure_stance(
    pitch_deg: FloatArray,
    pitch_rate_radps: FloatArray,
    start: IntArray,
    toe_off: IntArray,
    initial_contact: IntArray,
    end: IntArray,
    landing: NDArray[np.str_],
    rate_hz: float,
    config: StanceConfig | None = None,
) -> Mapping[str, Any]:
    """Measure the first rocker after each contact and the heel's leaving before each toe off.

    Parameters
    ----------
    pitch_deg, pitch_rate_radps
        (n,) courses, toes up positive.
    start, toe_off, initial_contact, end
        (k,) events, indices into them.
    landing
        (k,) from ``classify_landing``: without a heel landing there is no first rocker to measure.
    rate_hz
        Sample rate.
    config
        Cut-offs.

    Returns
    -------
    foot_slap_dps, foot_flat_time_s, first_rocker, and ``heel_off`` (k,) indices, -1 where not seen.

    Notes
    -----
    A heel leaves without a jerk at first: what is seen above any threshold is late. Movement that begins smoothly
    grows with the third power of time (the minimum-jerk course; Flash and Hogan 1985,
    doi:10.1523/JNEUROSCI.05-07-01688.1985), as the heel's rise of real feet does between 1° and 15°; its cube root is
    a straight line, which two moments lead back to zero.
    """
    config = config or StanceConfig()
    if not len(start):
        none = np.zeros(0)
        return {
            "foot_slap_dps": none,
            "foot_flat_time_s": none,
            "first_rocker": none.astype(object),
            "heel_off": none.astype(np.int64),
        }
    heel = landing == "heel"
    after = np.minimum(initial_contact[:, None] + np.arange(int((end - initial_contact).max()) + 1), end[:, None])
    falling = -pitch_rate_radps[after]
    greatest = falling.max(axis=1)
    slap = np.degrees(greatest)
    slowed = (falling < config.flat_rate * greatest[:, None]) & (
        np.arange(after.shape[1]) > np.argmax(falling, axis=1)[:, None]
    )
    flat = (pitch_deg[after] < config.flat_deg) & slowed
    flat_time = np.where(flat.any(axis=1), np.argmax(flat, axis=1) / rate_hz, np.nan)
    before = np.minimum(start[:, None] + np.arange(int((toe_off - start).max()) + 1), toe_off[:, None])
    down = pitch_deg[start][:, None] - pitch_deg[before]
    passed = [_passed(down, angle, np.argmax(down > config.heel_off_last_deg, axis=1)) for angle in _heel_off(config)]
    low, high = np.cbrt(_heel_off(config))
    onset = np.maximum(passed[0] - (passed[1] - passed[0]) * low / (high - low), 0.0)
    heel_off = np.where((down > config.heel_off_last_deg).any(axis=1), start + np.round(onset).astype(np.int64), -1)
    first_rocker = np.array(heel & np.isfinite(flat_time) & (flat_time > 0), dtype=object)
    first_rocker[(landing == "") | (landing == "uncertain")] = None
    return {
        "foot_slap_dps": np.where(heel, slap, np.nan),
        "foot_flat_time_s": np.where(heel, flat_time, np.nan),
        "first_rocker": first_rocker,
        "heel_off": heel_off,
    }


def _heel_off(config: StanceConfig) -> tuple[float, float]:
    return config.heel_off_first_deg, config.heel_off_last_deg


def _passed(course: FloatArray, level: float, until: IntArray) -> FloatArray:
    """Column (k,), with its fraction, where a course (k, c) last rises through a level up to a column."""
    row, column = np.arange(len(course)), np.arange(course.shape[1])
    below = (course <= level) & (column < until[:, None])
    before = np.maximum(course.shape[1] - 1 - np.argmax(below[:, ::-1], axis=1), 0)
    before = np.where(below.any(axis=1), before, 0)
    after = np.minimum(before + 1, course.shape[1] - 1)
    low, high = course[row, before], course[row, after]
    return np.asarray(before + np.clip((level - low) / np.maximum(high - low, 1e-9), 0.0, 1.0))
