"""A walk in numbers: medians with intervals, per side and pooled, and the sides against each other."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.schema import Estimate, FloatArray

__all__ = ["DIFFERENCES", "RATIOS", "SHARED_SD", "STATED", "SUMMARIZED", "asymmetry", "clearance_risk", "estimate"]

FIFTH_PERCENTILE_FROM = 50
SPREAD_FROM = 30
LOW_CLEARANCE_M = 0.005

RATIOS = (
    "stride_time_s",
    "stance_time_s",
    "swing_time_s",
    "stance_frac",
    "step_time_s",
    "loading_double_support_s",
    "pre_swing_double_support_s",
    "stride_length_m",
    "walking_speed_mps",
)
"""Times and lengths: the sides are compared by their ratio."""

DIFFERENCES = (
    "foot_pitch_toe_off_deg",
    "foot_pitch_mid_swing_deg",
    "foot_pitch_swing_max_deg",
    "foot_pitch_initial_contact_deg",
    "swing_dorsiflexion_deg",
    "ankle_dorsiflexion_swing_max_deg",
    "ankle_dorsiflexion_mid_swing_deg",
    "ankle_dorsiflexion_initial_contact_deg",
    "foot_roll_mid_swing_deg",
    "foot_roll_initial_contact_deg",
    "toe_out_deg",
    "minimum_toe_clearance_m",
    "minimum_sole_clearance_m",
    "heel_height_max_m",
    "toe_height_max_m",
    "foot_height_max_m",
    "circumduction_m",
    "vaulting_m",
    "lift_from_foot_m",
    "lift_from_leg_m",
    "lift_from_sideways_m",
    "lift_from_vaulting_m",
    "push_off_dps",
    "foot_slap_dps",
    "foot_flat_time_s",
    "heel_off_frac",
)
"""Angles, heights and clearances: the sides are compared by their difference."""

SUMMARIZED = (*RATIOS, "cadence_spm", *DIFFERENCES, "level_frac", "minimum_toe_clearance_frac")


STATED: Mapping[str, tuple[str, float]] = {
    "stride_length_m": ("stride_length_sd_m", 0.75),
    "walking_speed_mps": ("walking_speed_sd_mps", 0.5),
    "minimum_toe_clearance_m": ("minimum_toe_clearance_sd_m", 0.95),
    "minimum_sole_clearance_m": ("minimum_sole_clearance_sd_m", 0.95),
    "foot_pitch_toe_off_deg": ("foot_pitch_sd_deg", 0.75),
    "foot_pitch_mid_swing_deg": ("foot_pitch_sd_deg", 0.9),
    **dict.fromkeys(
        ("foot_pitch_swing_max_deg", "foot_pitch_initial_contact_deg", "swing_dorsiflexion_deg"),
        ("foot_pitch_sd_deg", 0.7),
    ),
    "foot_roll_mid_swing_deg": ("foot_roll_sd_deg", 0.8),
    "foot_roll_initial_contact_deg": ("foot_roll_sd_deg", 1.1),
    **dict.fromkeys(
        (
            "ankle_dorsiflexion_swing_max_deg",
            "ankle_dorsiflexion_mid_swing_deg",
            "ankle_dorsiflexion_initial_contact_deg",
        ),
        ("ankle_dorsiflexion_sd_deg", 0.9),
    ),
}
"""Measures whose strides state their sd, and how much of it all strides of a walk share: zero, scale, shoe.

One sd stands for an angle at several moments of a stride, and is not equally much at each.
"""

SHARED_SD: Mapping[str, float] = {
    "stride_time_s": 0.0025,
    "stance_time_s": 0.009,
    "swing_time_s": 0.009,
    "stance_frac": 0.007,
    "step_time_s": 0.012,
    "loading_double_support_s": 0.009,
    "pre_swing_double_support_s": 0.009,
    "cadence_spm": 0.15,
    "heel_height_max_m": 0.006,
    "toe_height_max_m": 0.004,
    "foot_height_max_m": 0.0025,
    "circumduction_m": 0.0035,
    "vaulting_m": 0.001,
    "lift_from_foot_m": 0.0035,
    "lift_from_leg_m": 0.003,
    "lift_from_sideways_m": 0.0002,
    "lift_from_vaulting_m": 0.001,
    "push_off_dps": 3.0,
    "foot_slap_dps": 7.5,
    "foot_flat_time_s": 0.007,
    "heel_off_frac": 0.017,
    "level_frac": 0.014,
    "minimum_toe_clearance_frac": 0.035,
}
"""The same for measures without a stated sd: root mean square over 60 simulated people, shoes and sensors of the error
of a walk's median, less what chance gives 25 strides."""


def estimate(values: FloatArray, left_out: Mapping[str, int], shared_sd: float = 0.0) -> Estimate:
    """Median of a walk's strides with its 95 % interval.

    Parameters
    ----------
    values
        (k,) in time order; NaN where a stride does not have the measure.
    left_out
        Strides that did not enter, by reason; those without the measure are added to it.
    shared_sd
        Standard uncertainty that all strides have in common: more strides do not make it smaller.

    Returns
    -------
    Estimate
        NaN for the interval below three strides.

    Notes
    -----
    The interval is that of order statistics (Conover 1999, Practical Nonparametric Statistics, section 3.2) for
    the effective number of strides: strides follow one another, so k (1 - r) / (1 + r) with the lag-1
    autocorrelation r, not k, are independent. What all strides share widens it on both sides.
    """
    known = values[np.isfinite(values)]
    reasons = dict(left_out)
    if len(known) < len(values):
        reasons["not measured"] = len(values) - len(known)
    if not len(known):
        return Estimate(np.nan, np.nan, np.nan, np.nan, 0, reasons)
    median = float(np.median(known))
    spread = 1.4826 * float(np.median(np.abs(known - median)))
    if len(known) < 3:
        return Estimate(median, np.nan, np.nan, spread, len(known), reasons)
    half = min(0.5, 0.98 / np.sqrt(_effective_count(known)))
    low, high = np.quantile(known, [0.5 - half, 0.5 + half])
    low, high = (median + sign * np.hypot(end - median, 1.96 * shared_sd) for sign, end in ((-1.0, low), (1.0, high)))
    return Estimate(median, float(low), float(high), spread, len(known), reasons)


def asymmetry(one: Mapping[str, Estimate], other: Mapping[str, Estimate]) -> dict[str, dict[str, float]]:
    """Compare the sides: ``ratio`` and ``log_ratio_percent`` = 100 ln(one / other), or ``difference``."""
    found: dict[str, dict[str, float]] = {}
    for name in (*RATIOS, *DIFFERENCES):
        if name not in one or name not in other:
            continue
        a, b = one[name].median, other[name].median
        if not np.isfinite(a) or not np.isfinite(b):
            continue
        if name in DIFFERENCES:
            found[name] = {"difference": a - b}
        elif a > 0 and b > 0:
            found[name] = {"ratio": a / b, "log_ratio_percent": float(100.0 * np.log(a / b))}
    return found


def clearance_risk(clearance_m: FloatArray, kind: NDArray[Any], lowest_point: NDArray[Any]) -> dict[str, Any]:
    """Risk in the clearances of a walk's strides that their median hides.

    Parameters
    ----------
    clearance_m
        (k,) minimum toe clearance, NaN where a stride has none.
    kind
        (k,) local_minimum or none.
    lowest_point
        (k,) the part of the sole that is lowest.

    Returns
    -------
    used_count
        Strides with a clearance.
    fifth_percentile_m
        NaN below 50 strides.
    standard_deviation_m
        NaN below 30 strides.
    below_5_mm_frac, without_local_minimum_frac
        Shares of the strides; NaN without any.
    lowest_point
        Count of strides by part of the sole.
    """
    known = np.isfinite(clearance_m)
    values, count = clearance_m[known], int(known.sum())
    parts = sorted(part for part in lowest_point[known] if isinstance(part, str) and part)
    return {
        "used_count": count,
        "fifth_percentile_m": float(np.percentile(values, 5)) if count >= FIFTH_PERCENTILE_FROM else np.nan,
        "standard_deviation_m": float(values.std(ddof=1)) if count >= SPREAD_FROM else np.nan,
        "below_5_mm_frac": float((values < LOW_CLEARANCE_M).mean()) if count else np.nan,
        "without_local_minimum_frac": float((kind[known] == "none").mean()) if count else np.nan,
        "lowest_point": {str(part): parts.count(part) for part in dict.fromkeys(parts)},
    }


def _effective_count(values: FloatArray) -> float:
    deviation = values - values.mean()
    variance = float(deviation @ deviation)
    if variance == 0.0 or len(values) < 4:
        return float(len(values))
    lag = float(np.clip(deviation[1:] @ deviation[:-1] / variance, 0.0, 0.9))
    return max(2.0, len(values) * (1.0 - lag) / (1.0 + lag))
