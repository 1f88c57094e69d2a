"""People after stroke on a treadmill (``stroke_treadmill``) against the optical foot strike angle.

The optical angle has an offset of its own for each person, so what counts is the change between a person's trials
(``change_within_person``) and the correlation over all trials. The first 50 accepted strides of each foot count.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.bars import bars_of
from benchmarks.reference import require_data, treadmill_trials
from benchmarks.scoring import Estimator, bias, change_within_person, correlation, show, spread
from footdrop_imu.analysis import analyze
from footdrop_imu.errors import FootdropError
from footdrop_imu.schema import SessionResult

STRIDES_PER_FOOT = 50


def foot_strike_angle_deg(result: SessionResult) -> float:
    """Mean foot strike angle of the first 50 accepted strides of each foot, pooled; NaN where a foot has none."""
    strides = result.strides.sort_values("initial_contact_time_s")
    first = strides.groupby("side").head(STRIDES_PER_FOOT)
    if first["side"].nunique() < 2:
        return float("nan")
    return float(first["foot_pitch_initial_contact_deg"].mean())


def trial_table(folder: Path, estimate: Estimator = analyze) -> pd.DataFrame:
    """One row a trial: own and optical angle in deg, strides of each foot, speed, landings."""
    rows = []
    for trial in treadmill_trials(folder):
        row: dict[str, object] = {"person": trial.person, "trial": trial.trial, "optical_deg": trial.optical_deg}
        try:
            result = estimate(trial.session)
        except FootdropError as error:
            print(f"{trial.session.name}: {error}")
            rows.append(row | {"own_deg": float("nan")})
            continue
        row["own_deg"] = foot_strike_angle_deg(result)
        for side in ("left", "right"):
            strides = result.strides[result.strides["side"] == side]
            row[f"{side}_strides"] = len(strides)
            row[f"{side}_rejected"] = int((result.rejected["side"] == side).sum())
            row[f"{side}_deg"] = strides["foot_pitch_initial_contact_deg"].head(STRIDES_PER_FOOT).mean()
            row[f"{side}_speed_mps"] = strides["walking_speed_mps"].median()
            row[f"{side}_heel_share"] = (strides["landing"] == "heel").mean()
        rows.append(row)
    return pd.DataFrame(rows)


def score_trials(table: pd.DataFrame) -> dict[str, float]:
    """Figures from ``trial_table``."""
    own, optical = (table[name].to_numpy(dtype=np.float64) for name in ("own_deg", "optical_deg"))
    return {
        "trials": len(table),
        "walks_without_angle": float(np.isnan(own).sum()),
        "change_within_person_rmse_deg": change_within_person(own, optical, list(table["person"])),
        "correlation": correlation(own, optical),
        "offset_deg": bias(own - optical),
        "offset_sd_deg": spread(own - optical),
    }


def score(folder: Path, estimate: Estimator = analyze) -> dict[str, float]:
    """Every figure of this module."""
    return score_trials(trial_table(folder, estimate))


if __name__ == "__main__":
    trials = trial_table(require_data())
    with pd.option_context("display.width", 200, "display.max_columns", None, "display.precision", 2):
        print(trials)
    print(show(score_trials(trials), bars_of("treadmill")))
