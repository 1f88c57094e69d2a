"""Made-up walks in the real nouns, to see a page with: plausible numbers, no signals behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from footdrop_imu.columns import LATER, REJECTED_COLUMNS, STRIDE_COLUMNS, make_table
from footdrop_imu.gait.summary import clearance_risk
from footdrop_imu.schema import (
    Condition,
    Courses,
    Estimate,
    Person,
    Quality,
    SensorStream,
    Session,
    SessionResult,
    Summary,
)

RATE_HZ = 100.0
CYCLE = np.linspace(0, 1, 101)
# Medians and standard deviations of a foot that lifts and of one that drops.
HEALTHY = {
    "foot_pitch_mid_swing_deg": (-2.0, 1.5),
    "foot_pitch_initial_contact_deg": (21.0, 2.0),
    "swing_dorsiflexion_deg": (23.0, 2.0),
    "foot_roll_initial_contact_deg": (3.0, 1.5),
    "minimum_toe_clearance_m": (0.017, 0.004),
    "foot_height_max_m": (0.135, 0.006),
    "circumduction_m": (0.012, 0.006),
    "walking_speed_mps": (0.86, 0.04),
    "stride_length_m": (1.06, 0.04),
    "stride_time_s": (1.23, 0.03),
    "cadence_spm": (97.6, 2.4),
    "stance_frac": (0.655, 0.01),
    "foot_pitch_toe_off_deg": (-61.0, 3.0),
    "push_off_dps": (420.0, 30.0),
    "step_time_s": (0.58, 0.02),
}
DROPPED = HEALTHY | {
    "foot_pitch_mid_swing_deg": (-13.0, 2.5),
    "foot_pitch_initial_contact_deg": (-3.0, 3.0),
    "swing_dorsiflexion_deg": (-1.5, 2.5),
    "foot_roll_initial_contact_deg": (9.0, 2.5),
    "minimum_toe_clearance_m": (0.009, 0.005),
    "foot_height_max_m": (0.171, 0.012),
    "circumduction_m": (0.034, 0.010),
    "stance_frac": (0.610, 0.012),
    "foot_pitch_toe_off_deg": (-52.0, 4.0),
    "push_off_dps": (310.0, 35.0),
    "step_time_s": (0.65, 0.03),
}


def _table(side: str, means: Mapping[str, tuple[float, float]], count: int, seed: int, session: str) -> pd.DataFrame:
    """Make one foot's strides: back and forth along a corridor with a turn after every ten strides."""
    rng = np.random.default_rng(seed)
    stride = np.arange(count)
    kind = np.where(stride % 12 >= 10, "turn", "straight").astype(object)
    if count:
        kind[0], kind[-1] = "first", "last"
    length = int(RATE_HZ * 1.23)
    start = 300 + stride * length + (length // 2 if side == "right" else 0)
    events = {
        "start": start,
        "toe_off": start + 38,
        "mid_swing": start + 62,
        "initial_contact": start + 85,
        "end": start + length,
    }
    data: dict[str, Any] = {"session": session, "side": np.full(count, side), "stride": stride}
    data |= events | {f"{name}_time_s": index / RATE_HZ for name, index in events.items()}
    data["clock_offset_s"] = 0.0
    data |= {name: rng.normal(mean, sd, count) for name, (mean, sd) in means.items()}
    data["minimum_toe_clearance_frac"] = rng.normal(0.52, 0.02, count)
    none = rng.random(count) < 0.1
    data["minimum_toe_clearance_kind"] = np.where(none, "none", "local_minimum")
    pitch = data["foot_pitch_initial_contact_deg"]
    data["landing"] = np.select([pitch > 5, pitch < -5], ["heel", "forefoot"], "flat")
    data |= {"bout": np.zeros(count, int), "position_in_bout": stride, "kind": kind}
    usable = rng.random(count) < 0.08
    data["grade"] = np.where(usable, "usable", "good")
    data["grade_reason"] = np.where(usable, "short_rest", None)
    data["lost_frac"] = 0.0
    return make_table(STRIDE_COLUMNS, data)


def _courses(strides: pd.DataFrame) -> Courses:
    """Courses that pass through each stride's own angles and clearance."""
    count = len(strides)
    pitch, toe = np.full((count, 101), np.nan), np.full((count, 101), np.nan)
    knots = np.array([0, 0.08, 0.15, 0.40, 0.50, 0.62, 0.72, 0.82, 0.95, 1])
    for row, stride in enumerate(strides.to_dict("records")):
        strike, mid = stride["foot_pitch_initial_contact_deg"], stride["foot_pitch_mid_swing_deg"]
        lift, off = stride["swing_dorsiflexion_deg"], stride["foot_pitch_toe_off_deg"]
        values = [strike, strike * 0.2, 0, -2, -18, off, off * 0.6, mid, lift, strike]
        smooth = np.convolve(np.pad(np.interp(CYCLE, knots, values), 3, mode="edge"), np.full(7, 1 / 7), "valid")
        if stride["position_in_bout"] > 0:
            pitch[row] = smooth
        low = 1000 * stride["minimum_toe_clearance_m"]
        end = max(5.0, 230 * np.sin(np.radians(strike)))
        heights = [0, 38 + low, low, max(end, low) + 25, end]
        bend = np.interp(CYCLE, [0, 0.22, 0.52, 0.9, 1], heights)
        toe[row] = np.convolve(np.pad(bend, 4, mode="edge"), np.full(9, 1 / 9), "valid") / 1000
    side = strides["side"].to_numpy(str)
    return Courses(side, strides["stride"].to_numpy(np.int64), CYCLE, pitch, pitch * 0.1, pitch * np.nan, CYCLE, toe)


def _estimate(values: np.ndarray, left_out: Mapping[str, int]) -> Estimate:
    values = values[np.isfinite(values)]
    if not len(values):
        return Estimate(np.nan, np.nan, np.nan, np.nan, 0, left_out)
    median = float(np.median(values))
    spread = float(1.4826 * np.median(np.abs(values - median)))
    half = 1.96 * 1.25 * spread / np.sqrt(len(values)) if len(values) >= 6 else np.nan
    return Estimate(median, median - half, median + half, spread, len(values), left_out)


def _summary(strides: pd.DataFrame, affected: str) -> Summary:
    measured = [name for name in HEALTHY if strides[name].notna().any()]
    use = (strides["kind"] == "straight") & (strides["grade"] != "poor")
    by_side = {}
    for side in ("left", "right"):
        rows = strides[strides["side"] == side]
        left_out = dict(Counter(rows["kind"][rows["kind"] != "straight"]))
        chosen = rows[use[rows.index]]
        by_side[side] = {n: _estimate(chosen[n].to_numpy(float), left_out) for n in measured if len(rows)}
    both = {name: _estimate(strides[use][name].to_numpy(float), {}) for name in measured}
    first, second = ("right", "left") if affected == "right" else ("left", "right")
    asymmetry: dict[str, dict[str, float]] = {}
    for name in measured if by_side["left"] and by_side["right"] else ():
        one, other = by_side[first][name].median, by_side[second][name].median
        if name.endswith(("_deg", "clearance_m", "height_max_m", "circumduction_m", "_dps")):
            asymmetry[name] = {"difference": one - other}
        else:
            asymmetry[name] = {"ratio": one / other, "log_ratio_percent": 100 * float(np.log(one / other))}
    of = "affected over other" if affected in ("left", "right") else "left over right"
    return Summary(by_side["left"], by_side["right"], both, asymmetry, of if asymmetry else "", made_risk(strides))


def made_risk(strides: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Sum up the risk in the clearances of the strides that count, as the analysis does."""
    use = (strides["kind"] == "straight") & (strides["grade"] != "poor")
    columns = ("minimum_toe_clearance_m", "minimum_toe_clearance_kind", "lowest_point")
    chosen = {side: strides[use & (strides["side"] == side)] for side in ("left", "right")}
    return {side: clearance_risk(*(rows[column].to_numpy() for column in columns)) for side, rows in chosen.items()}


def made_walk(
    count: int = 60,
    *,
    sides: Sequence[str] = ("left", "right"),
    affected: str = "left",
    verdict: str = "good",
    reasons: tuple[str, ...] = (),
    zero_source: str = "standing",
    blank: bool = False,
    **session: Any,
) -> tuple[SessionResult, Session]:
    """Make a walk of ``count`` strides a side; the affected side drops. ``blank``: every measure is NaN."""
    name = "2026-03-14_corridor"
    tables = [_table(side, DROPPED if side == affected else HEALTHY, count, 7 + len(side), name) for side in sides] or [
        _table("left", HEALTHY, 0, 0, name)
    ]
    strides = pd.concat(tables, ignore_index=True)
    if blank:
        strides = strides.assign(**dict.fromkeys((c for c in strides if c in HEALTHY or c == "lost_frac"), np.nan))
        strides = make_table(
            STRIDE_COLUMNS, {c: strides[c].tolist() for c in strides} | {"landing": [None] * len(strides)}
        )
    rejected = {"session": [name] * 3, "side": ([*sides] * 3)[:3] or ["left"] * 3, "reason": ["gap", "gap", "no_rest"]}
    unavailable = dict(LATER) | dict.fromkeys((c for c in strides if c.startswith("ankle_")), "needs a shank sensor")
    feet = {
        side: {
            "zero_source": zero_source,
            "zero_sd_deg": 0.35 if zero_source == "standing" else 1.6,
            "rate_hz": RATE_HZ,
            "first_counter": 4711,
            "missing_count": 12,
            "shoe_length_m": 0.27,
            "geometry": "assumed",
            "suspected_heel_up": False,
        }
        for side in sides
    }
    result = SessionResult(
        name,
        strides,
        make_table(REJECTED_COLUMNS, rejected),
        _courses(strides),
        _summary(strides, affected),
        Quality(verdict, reasons, unavailable),
        {"version": "0.1.0", "config": {"rest_window_s": 0.06}, "config_hash": "9f2c41d0", "feet": feet},
    )
    told = {
        "person": Person("P-017", affected),
        "start": "2026-03-14T10:32:00+01:00",
        "condition": Condition("own", "none", "off", "stick", "hard", "usual"),
        "source": {f"{side}.csv": f"{index:x}" * 64 for index, side in enumerate(sides, start=10)},
    }
    streams = tuple(
        SensorStream(f"{side}_foot", quantity, np.zeros((2, 3)), rate_hz=RATE_HZ)
        for side in sides
        for quantity in ("acceleration", "angular_velocity")
    )
    return result, replace(Session(name, streams), **(told | session))
