"""Ankle angle from a foot and a shank sensor: against simulated truth, and what real legs after stroke allow to check.

Simulated: people, speeds, rates, drawn mountings, on the front or the outer side of the shin, every other walk with
soft straps (three times the usual motion of skin and shoe). The first and last step of each foot are left out. Real
walks have no reference for the ankle: whether its angle at foot-flat wanders over a walk, and whether the shank's
sensor alone goes as far as the foot's, can be told without.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.bars import bars_of
from benchmarks.reference import require_data
from benchmarks.score_simulated import pair_strides
from benchmarks.scoring import rms, show
from footdrop_imu.analysis import AnalysisConfig, analyze
from footdrop_imu.files.sessions import read_sessions
from footdrop_imu.gait.ankle import ANKLE_COLUMNS, AnkleConfig
from footdrop_imu.gait.joint import JointConfig
from footdrop_imu.schema import SIDES, FloatArray, Session, SessionResult
from footdrop_imu.simulate.pattern import WalkConfig, foot_drop, healthy
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

PEOPLE = {"healthy": 0.0, "mild drop": 0.3, "severe drop": 1.0}
SPEEDS_MPS = (0.4, 0.8, 1.3)
RATES_HZ = (50.0, 100.0, 204.8)
STRIDES = 12
EVENTS = ("swing_max", "mid_swing", "initial_contact")
PARTS_OF_WALK = 5
FIRST_STRIDES = 50  # the treadmill starts slow

_FIRM = JointConfig(shank_height_sd_m=1e-4, shank_across_sd_m=1e-4, foot_sd_m=1e-4)
ABLATION = {
    "joint_not_fitted": AnkleConfig(joint=_FIRM),
    "sensor_taken_for_the_joint": AnkleConfig(joint=replace(_FIRM, shank_height_m=1e-6)),
}


def simulate(person: str, speed_mps: float, rate_hz: float, seed: int) -> SimulatedWalk:
    """Walk one condition; the seed draws everything else."""
    severity = PEOPLE[person]
    walk = WalkConfig(
        speed_mps=speed_mps,
        distance_m=float(STRIDES * 2.0 * np.sqrt(60.0 * speed_mps * WalkConfig().walk_ratio)),
        left=foot_drop(severity) if severity else healthy(),
        sway_scale=3.0 if seed % 2 else 1.0,
        seed=seed,
    )
    place = ("front", "outer")[seed // 2 % 2]
    sensor = SensorConfig(rate_hz=rate_hz, random_mounting=True, shank=True, shank_place=place, seed=seed)
    return simulate_walk(walk, sensor)


def errors_of(walked: SimulatedWalk, result: SessionResult) -> dict[str, FloatArray]:
    """Errors in deg of both ankles: each column, the course at every sample, and the columns' over their stated sd.

    The columns are compared with the truth at the estimate's own events: when contact comes is another figure.
    """
    series = result.timeseries
    if series is None:
        raise ValueError("The result has no time series; analyze with timeseries.")
    found: dict[str, list[FloatArray]] = {name: [] for name in (*EVENTS, "course", "over_sd", "own_contact")}
    for side in SIDES:
        joined = pair_strides(walked.strides, result, side)[0]
        course = walked.courses[side].ankle_dorsiflexion_deg
        rows = series[(series["side"] == side) & series["stride"].isin(joined["stride"])]
        at = np.searchsorted(walked.courses[side].time_s, rows["time_s"].to_numpy() - 1e-6)
        found["course"].append(rows["ankle_dorsiflexion_deg"].to_numpy() - course[at])
        swings = joined[["toe_off", "initial_contact"]].to_numpy()
        true = {
            "swing_max": np.array([course[first : last + 1].max() for first, last in swings]),
            "mid_swing": course[joined["mid_swing"].to_numpy(np.int64)],
            "initial_contact": course[joined["initial_contact"].to_numpy(np.int64)],
        }
        sd = joined["ankle_dorsiflexion_sd_deg"].to_numpy()
        for event in EVENTS:
            error = joined[f"ankle_dorsiflexion_{event}_deg"].to_numpy() - true[event]
            found[event].append(error)
            found["over_sd"].append(error / sd)
        contact = "ankle_dorsiflexion_initial_contact_deg"
        found["own_contact"].append(joined[contact].to_numpy() - joined[f"{contact}_true"].to_numpy())
    return {name: np.concatenate(parts) for name, parts in found.items()}


def by_condition() -> pd.DataFrame:
    """One row a simulated walk: rms of every error; those of the ablation on the 100 Hz walks."""
    rows = []
    for seed, (person, speed_mps, rate_hz) in enumerate(product(PEOPLE, SPEEDS_MPS, RATES_HZ)):
        walked = simulate(person, speed_mps, rate_hz, seed)
        errors = errors_of(walked, analyze(walked.session, timeseries=True))
        row = {"person": person, "speed_mps": speed_mps, "rate_hz": rate_hz, "soft": bool(seed % 2)}
        row |= {name: rms(error) for name, error in errors.items()}
        if rate_hz == 100.0:
            for name, ankle in ABLATION.items():
                result = analyze(walked.session, AnalysisConfig(ankle=ankle), timeseries=True)
                row[name] = rms(errors_of(walked, result)["course"])
        rows.append(row)
    return pd.DataFrame(rows)


def legs_after_stroke(folder: Path) -> pd.DataFrame:
    """One row a leg of the treadmill walks with shank sensors."""
    rows = []
    for outcome in read_sessions([folder / "stroke_treadmill"]):
        session = outcome.session
        if session is not None and any("shank" in stream.segment for stream in session.streams):
            rows += [{"person": outcome.path.parent.name, **row} for row in _legs(session)]
    return pd.DataFrame(rows)


def _legs(session: Session) -> list[dict[str, object]]:
    result = analyze(session, timeseries=True)
    assert result.timeseries is not None
    rows = []
    for side, strides in result.strides.groupby("side"):
        series = result.timeseries[result.timeseries["side"] == side]
        flat = series.groupby("stride")["ankle_dorsiflexion_deg"].first().to_numpy()[FIRST_STRIDES:]
        parts = [float(np.median(part)) for part in np.array_split(flat, PARTS_OF_WALK)]
        course = np.nanmedian(result.courses.ankle_deg[result.courses.side == side], axis=0)
        said = result.provenance["feet"][side]["ankle"]
        rows.append(
            {
                "side": side,
                "strides_with_ankle": int(strides[ANKLE_COLUMNS[0]].notna().sum()),
                "strides": len(strides),
                "wander_deg": float(np.ptp(parts)),
                "range_of_motion_deg": float(np.ptp(course)),
                "shank_over_foot_length": said["shank_over_foot_stride_length"],
            }
        )
    return rows


def score(table: pd.DataFrame, legs: pd.DataFrame) -> dict[str, float]:
    """Medians over the simulated walks and the worst of them, pooled error over sd; the real legs' figures."""
    figures = {"conditions": float(len(table))}
    for name in ("course", *EVENTS, "own_contact"):
        figures[f"{name}_rmse_deg"] = float(table[name].median())
        figures[f"{name}_rmse_deg_worst"] = float(table[name].max())
    for soft, name in ((False, "firm"), (True, "soft")):
        figures[f"course_rmse_deg_{name}_strap"] = float(table.loc[table["soft"] == soft, "course"].median())
    fitted = table[table["rate_hz"] == 100.0]
    figures["course_rmse_deg_100_hz"] = float(fitted["course"].median())
    figures |= {f"course_rmse_deg_{name}": float(fitted[name].median()) for name in ABLATION}
    figures["error_over_sd"] = rms(table["over_sd"].to_numpy())
    figures["legs"] = float(len(legs))
    figures["legs_without_ankle"] = float((legs["strides_with_ankle"] == 0).sum())
    figures["strides_with_ankle_frac"] = float(legs["strides_with_ankle"].sum() / legs["strides"].sum())
    figures["foot_flat_wander_deg"] = float(legs["wander_deg"].median())
    figures["foot_flat_wander_deg_worst"] = float(legs["wander_deg"].max())
    figures["range_of_motion_deg_least"] = float(legs["range_of_motion_deg"].min())
    figures["range_of_motion_deg_most"] = float(legs["range_of_motion_deg"].max())
    off = 100.0 * (legs["shank_over_foot_length"] - 1.0)
    figures["shank_length_off_percent"] = float(off.abs().median())
    return figures


if __name__ == "__main__":
    walks, real = by_condition(), legs_after_stroke(require_data())
    with pd.option_context("display.width", 220, "display.max_columns", None, "display.max_rows", None):
        print(walks.round(2))
        print(real.round(2))
    print(show(score(walks, real), bars_of("ankle")))
