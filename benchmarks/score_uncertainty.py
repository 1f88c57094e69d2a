"""Whether the stated uncertainties are true: error over stated sd, stride by stride, and the summary's intervals.

Simulated people, speeds, shoes and sensors are drawn at random with fixed seeds; nobody says more of them than the
sensor's place and the shoe's length. Zero and scale of a walk's sensor are wrong in all its strides together, so that
walks, not strides, are what averages out.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pandas as pd

from benchmarks.bars import bars_of
from benchmarks.score_simulated import pair_strides
from benchmarks.scoring import rms, show
from footdrop_imu.analysis import analyze
from footdrop_imu.errors import FootdropError
from footdrop_imu.schema import SIDES
from footdrop_imu.simulate.pattern import WalkConfig, foot_drop, healthy
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk, true_strides

WALKS = 60
STATED = {
    "stride_length_m": "stride_length_sd_m",
    "walking_speed_mps": "walking_speed_sd_mps",
    "height_change_m": "height_change_sd_m",
    "minimum_toe_clearance_m": "minimum_toe_clearance_sd_m",
    "minimum_sole_clearance_m": "minimum_sole_clearance_sd_m",
    "foot_pitch_toe_off_deg": "foot_pitch_sd_deg",
    "foot_pitch_mid_swing_deg": "foot_pitch_sd_deg",
    "foot_pitch_initial_contact_deg": "foot_pitch_sd_deg",
    "foot_roll_mid_swing_deg": "foot_roll_sd_deg",
    "foot_roll_initial_contact_deg": "foot_roll_sd_deg",
}
"""Column and its stated sd."""


def usual_medians(seed: int) -> pd.DataFrame:
    """The person's own usual: true medians (side or both, column) of straight strides of a walk four times as long."""
    walk, sensor = drawn(seed)
    longer = replace(walk, distance_m=4.0 * walk.distance_m, seed=seed + 1000)
    true = true_strides(longer, replace(sensor, rate_hz=200.0))
    straight = true[true["kind"] == "straight"]
    numbers = straight.select_dtypes("number")
    return pd.concat([numbers.groupby(straight["side"]).median(), numbers.median().to_frame("both").T])


def drawn(seed: int) -> tuple[WalkConfig, SensorConfig]:
    """One person with foot drop, or none, in some shoe, with a sensor as sold."""
    rng = np.random.default_rng([seed, 17])
    speed = float(rng.uniform(0.4, 1.6))
    severity = float(rng.choice([0.0, 0.0, 0.3, 0.6, 0.9]))
    weak = foot_drop(severity) if severity else healthy()
    length_m = float(rng.uniform(0.23, 0.31))
    rate_hz, anti_alias = float(rng.choice([100.0, 128.0, 204.8])), bool(rng.random() < 0.7)
    place = str(rng.choice(["instep", "lace", "heel", "outer"]))
    # what nobody enters: toe-out (Morton 1932, as in `gait.mounting`), how the toe rises, where exactly the sensor is
    out_deg = 7.0 + 5.0 * rng.standard_normal(2)
    weak, sound = replace(weak, toe_out_deg=float(out_deg[0])), replace(healthy(), toe_out_deg=float(out_deg[1]))
    walk = WalkConfig(
        speed_mps=speed,
        distance_m=float(25 * 2.0 * np.sqrt(60.0 * speed * 0.0065)),
        left=weak if seed % 2 else sound,
        right=sound if seed % 2 else weak,
        shoe_length_m=length_m,
        toe_spring_m=float(rng.uniform(0.010, 0.020)),
        seed=seed,
    )
    sensor = SensorConfig(
        rate_hz=rate_hz,
        anti_alias=anti_alias,
        place=place,
        place_scatter_m=(0.015, 0.006, 0.010),
        random_mounting=True,
        acc_bias_mps2=0.15,
        acc_scale_frac=0.005,
        gyr_scale_frac=0.005,
        gyr_bias_dps=0.5,
        seed=seed,
    )
    return walk, sensor


def errors(walks: int = WALKS, first: int = 100) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a stride with error and stated sd of each column; one row a walk, side (or both) and column."""
    strides, intervals = [], []
    for seed in range(first, first + walks):
        walked = simulate_walk(*drawn(seed))
        usual = usual_medians(seed)
        try:
            result = analyze(walked.session)
        except FootdropError as error:
            print(f"walk {seed}: {error}", file=sys.stderr)
            continue
        paired = {side: _straight(pair_strides(walked.strides, result, side)[0]) for side in SIDES}
        for side, joined in paired.items():
            row = {"walk": seed, "side": side}
            table = pd.DataFrame(index=joined.index)
            for column, stated in STATED.items():
                table[column] = joined[column] - joined[f"{column}_true"]
                table[f"{column}:sd"] = joined[stated]
            strides.append(table.assign(**row))
        for side in ("both", *SIDES):
            joined = pd.concat(paired.values()) if side == "both" else paired[side]
            for column, estimate in getattr(result.summary, side).items():
                if column not in usual:
                    continue
                here = joined[f"{column}_true"].astype(float).median()
                intervals.append(
                    {"walk": seed, "side": side, "column": column, "usual": usual.loc[side, column], "here": here}
                    | {"low": estimate.low, "high": estimate.high, "median": estimate.median}
                )
    return pd.concat(strides, ignore_index=True), pd.DataFrame(intervals)


def _straight(joined: pd.DataFrame) -> pd.DataFrame:
    return joined[joined["kind"].eq("straight") & joined["grade"].ne("poor")]


def score(walks: int = WALKS) -> dict[str, float]:
    """Every figure of this module."""
    strides, intervals = errors(walks)
    figures: dict[str, float] = {}
    for column in STATED:
        figures[f"{column}_error_over_sd"] = rms((strides[column] / strides[f"{column}:sd"]).to_numpy())
    for angle in ("foot_pitch", "foot_roll"):
        ratios = [strides[column] / strides[f"{column}:sd"] for column in STATED if column.startswith(angle)]
        figures[f"{angle}_error_over_sd"] = rms(pd.concat(ratios).to_numpy())
    known = intervals.dropna()
    inside = (known["low"] <= known["usual"]) & (known["usual"] <= known["high"])
    pooled = known["side"] == "both"
    for column, rows in inside[~pooled].groupby(known["column"]):
        figures[f"{column}_coverage"] = float(rows.mean())
    return figures | {"coverage": float(inside[~pooled].mean()), "both_coverage": float(inside[pooled].mean())}


if __name__ == "__main__":
    print(show(score(), bars_of("uncertainty")))
