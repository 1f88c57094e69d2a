"""Simulated walks with known truth, over people, speeds, rates and mountings; fixed seeds.

Every condition is one walk of about 16 strides a foot with a sensor of drawn noise, bias, scale error and mounting;
the foot drop is on the left in one half of them and on the right in the other. The first and last step of each foot
are left out. Conditions are compared by the median of each condition's root mean square error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from benchmarks.bars import bars_of
from benchmarks.score_optical import analyze_with_courses
from benchmarks.scoring import Estimator, bias, match_events, rms, show, swings_of
from footdrop_imu.errors import FootdropError
from footdrop_imu.schema import FloatArray, Mounting, Session, SessionResult
from footdrop_imu.simulate.pattern import WalkConfig, foot_drop, healthy
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

PEOPLE = {"healthy": 0.0, "mild drop": 0.3, "flat landing": 0.55, "severe drop": 1.0}
SPEEDS_MPS = (0.2, 0.4, 0.8, 1.3, 2.0)
RATES_HZ = (50.0, 100.0, 204.8, 400.0)
STRIDES = 16
COLUMNS = {
    "length_rmse_percent": "stride_length_m",
    "pitch_contact_rmse_deg": "foot_pitch_initial_contact_deg",
    "pitch_mid_swing_rmse_deg": "foot_pitch_mid_swing_deg",
    "pitch_toe_off_rmse_deg": "foot_pitch_toe_off_deg",
    "clearance_rmse_mm": "minimum_toe_clearance_m",
}


@dataclass(frozen=True)
class Condition:
    """One walk: who, how fast, how often sampled; ``seed`` draws everything else."""

    person: str
    speed_mps: float
    rate_hz: float
    seed: int


def conditions() -> list[Condition]:
    """Every combination, each with a seed of its own."""
    combinations = product(PEOPLE, SPEEDS_MPS, RATES_HZ)
    return [Condition(*combination, seed) for seed, combination in enumerate(combinations)]


def simulate(condition: Condition, shoe_length_m: float = 0.27, place: str = "instep") -> SimulatedWalk:
    """Walk one condition."""
    severity = PEOPLE[condition.person]
    weak = foot_drop(severity) if severity else healthy()
    on_left = condition.seed % 2 == 0
    stride_m = 2.0 * np.sqrt(60.0 * condition.speed_mps * WalkConfig().walk_ratio)
    walk = WalkConfig(
        speed_mps=condition.speed_mps,
        distance_m=float(STRIDES * stride_m),
        left=weak if on_left else healthy(),
        right=healthy() if on_left else weak,
        shoe_length_m=shoe_length_m,
        seed=condition.seed,
    )
    sensor = SensorConfig(rate_hz=condition.rate_hz, place=place, random_mounting=True, seed=condition.seed)
    return simulate_walk(walk, sensor)


def with_measured_levers(walked: SimulatedWalk) -> Session:
    """Give the session the true lever arms from sensor to toe and heel, as if somebody had measured the shoe.

    Without them the sensor's place on the shoe is only named ("instep"), and where that is exactly is assumed by
    whoever uses the name.
    """
    shoes = []
    for shoe in walked.session.shoes:
        true = walked.mounting[shoe.side]
        measured = Mounting(sensor_to_toe_m=true.sensor_to_toe_m, sensor_to_heel_m=true.sensor_to_heel_m)
        shoes.append(replace(shoe, mounting=measured))
    return replace(walked.session, shoes=tuple(shoes))


def on_an_unknown_shoe(condition: Condition) -> SimulatedWalk:
    """Walk one condition in a shoe of another length with the sensor elsewhere, and say nothing about either.

    The estimator's usual shoe cannot be this one: what it makes of the clearance does not rest on two constants, one
    here and one there, happening to be the same.
    """
    length_m = (0.24, 0.255, 0.285, 0.30)[condition.seed // 2 % 4]
    walked = simulate(condition, length_m, ("lace", "outer")[condition.seed // 8 % 2])
    return replace(walked, session=replace(walked.session, shoes=()))


def clearance_figures(walked: SimulatedWalk, result: SessionResult) -> tuple[float, float]:
    """RMSE of the clearance in mm, and the rms of its error over its stated sd."""
    joined = pd.concat([pair_strides(walked.strides, result, side)[0] for side in ("left", "right")])
    error_mm = errors_of(joined)["clearance_rmse_mm"]
    sd_mm = 1000.0 * joined["minimum_toe_clearance_sd_m"].to_numpy(dtype=np.float64)
    return rms(error_mm), rms(error_mm / sd_mm)


def pair_strides(truth: pd.DataFrame, result: SessionResult, side: str) -> tuple[pd.DataFrame, int, int]:
    """Own and true strides of one foot side by side, and how many were missed and invented.

    The columns of the truth get the suffix ``_true``. The first and last true stride are left out of everything, as
    are found swings before the second or after the last but one.
    """
    true = truth[truth["side"] == side].sort_values("initial_contact_time_s", ignore_index=True)
    true_s = (true["initial_contact_time_s"] + true["clock_offset_s"]).to_numpy()
    swings = swings_of(result.strides, result.rejected, side)
    offset_s = result.strides["clock_offset_s"].iloc[0] if len(result.strides) else 0.0
    found_s = swings["initial_contact_time_s"].to_numpy() + offset_s
    pairs = match_events(found_s, true_s)
    missed = len(set(range(1, len(true) - 1)) - set(pairs[:, 1].tolist()))
    between = (found_s > true_s[0] + 0.25) & (found_s < true_s[-1] - 0.25)
    extra = int(between.sum() - np.isin(np.flatnonzero(between), pairs[:, 0]).sum())
    own = result.strides[result.strides["side"] == side].reset_index(drop=True)
    accepted = match_events((own["initial_contact_time_s"] + own["clock_offset_s"]).to_numpy(), true_s)
    accepted = accepted[(accepted[:, 1] > 0) & (accepted[:, 1] < len(true) - 1)]
    joined = pd.concat(
        [
            own.iloc[accepted[:, 0]].reset_index(drop=True),
            true.iloc[accepted[:, 1]].add_suffix("_true").reset_index(drop=True),
        ],
        axis=1,
    )
    return joined, missed, extra


def course_errors_deg(walked: SimulatedWalk, result: SessionResult, joined: pd.DataFrame) -> FloatArray:
    """Error of the foot pitch at every sample of the paired strides (n,), the own zero and all."""
    series = result.timeseries
    if series is None:
        raise ValueError("The result has no time series; analyze with timeseries.")
    parts = [np.empty(0)]
    for side, true in walked.courses.items():
        numbers = joined.loc[joined["side"] == side, "stride"]
        rows = series[(series["side"] == side) & series["stride"].isin(numbers)]
        index = np.searchsorted(true.time_s, rows["time_s"].to_numpy() - 1e-6)
        parts.append(rows["foot_pitch_deg"].to_numpy() - true.foot_pitch_deg[index])
    return np.concatenate(parts)


def errors_of(joined: pd.DataFrame) -> dict[str, FloatArray]:
    """Errors of each measure (n,): percent of the true length, deg, mm."""
    errors = {}
    for name, column in COLUMNS.items():
        own, true = (joined[key].to_numpy(dtype=np.float64) for key in (column, f"{column}_true"))
        scale = 100.0 / true if name.startswith("length") else 1000.0 if column.endswith("_m") else 1.0
        errors[name] = (own - true) * scale
    return errors


def by_condition(estimate: Estimator = analyze_with_courses) -> pd.DataFrame:
    """One row a condition."""
    rows = []
    for condition in conditions():
        walked = simulate(condition)
        row: dict[str, object] = {
            "person": condition.person,
            "speed_mps": condition.speed_mps,
            "rate_hz": condition.rate_hz,
        }
        try:
            result = estimate(walked.session)
        except FootdropError as error:
            rows.append(
                row | {"strides": 0, "missed": len(walked.strides) - 4, "extra": 0, "refused": str(error.reason)}
            )
            continue
        parts = [pair_strides(walked.strides, result, side) for side in ("left", "right")]
        joined = pd.concat([part[0] for part in parts], ignore_index=True)
        row |= {
            "strides": len(joined),
            "missed": sum(part[1] for part in parts),
            "extra": sum(part[2] for part in parts),
        }
        errors = errors_of(joined)
        row |= {name: rms(error) for name, error in errors.items()}
        row["clearance_bias_mm"] = bias(errors["clearance_rmse_mm"])
        for event in ("initial_contact", "toe_off"):
            late_s = joined[f"{event}_time_s"] - joined[f"{event}_time_s_true"]
            row[f"{event}_bias_ms"] = 1000.0 * bias(late_s.to_numpy(dtype=np.float64))
        row["pitch_course_rmse_deg"] = rms(course_errors_deg(walked, result, joined))
        measured = estimate(with_measured_levers(walked))
        row["clearance_measured_levers_rmse_mm"], _ = clearance_figures(walked, measured)
        unknown = on_an_unknown_shoe(condition)
        row["clearance_unknown_shoe_rmse_mm"], row["clearance_unknown_shoe_error_over_sd"] = clearance_figures(
            unknown, estimate(unknown.session)
        )
        length_error = (joined["stride_length_m"] - joined["stride_length_m_true"]).to_numpy(dtype=np.float64)
        row["length_error_over_sd"] = rms(length_error / joined["stride_length_sd_m"].to_numpy(dtype=np.float64))
        rows.append(row | {"refused": ""})
    return pd.DataFrame(rows)


def score(table: pd.DataFrame) -> dict[str, float]:
    """Medians over conditions, and sums of missed and extra strides, from ``by_condition``."""
    names = [
        *COLUMNS,
        "clearance_measured_levers_rmse_mm",
        "clearance_unknown_shoe_rmse_mm",
        "clearance_unknown_shoe_error_over_sd",
        "pitch_course_rmse_deg",
        "length_error_over_sd",
    ]
    biases = ["clearance_bias_mm", "initial_contact_bias_ms", "toe_off_bias_ms"]
    return {
        "conditions": len(table),
        "conditions_refused": float((table["refused"] != "").sum()),
        "strides": float(table["strides"].sum()),
        "missed_strides": float(table["missed"].sum()),
        "extra_strides": float(table["extra"].sum()),
        **{name: float(table[name].median()) for name in [*names, *biases]},
        **{f"{name}_worst": float(table[name].max()) for name in names},
    }


if __name__ == "__main__":
    found = by_condition()
    with pd.option_context("display.width", 220, "display.max_columns", None, "display.max_rows", None):
        print(found.round(2))
    print(show(score(found), bars_of("simulated")))
