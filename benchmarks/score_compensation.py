"""Sole clearance, circumduction and the clearance budget on simulated walks whose lift is bought in known ways.

Each way is walked at three speeds, the foot on the left, by a sensor of drawn noise and mounting whose place is only
named. The budget names a source when, against the same person's walk without it, that share rises most: own shares
against own, since this is how a clinician compares two walks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmarks.bars import bars_of
from benchmarks.score_simulated import pair_strides
from benchmarks.scoring import rms, show
from footdrop_imu.analysis import analyze
from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.pattern import FootPattern, WalkConfig, foot_drop, healthy, inverted
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk

SPEEDS_MPS = (0.6, 1.0, 1.4)
SOURCES = ("foot", "leg", "sideways", "vaulting")
_WEAK = foot_drop(0.7)


@dataclass(frozen=True)
class Way:
    """One way to walk: both feet's patterns; ``source`` of the lift it adds to the walk named ``against``."""

    left: FootPattern
    right: FootPattern
    source: str = ""
    against: str = ""


WAYS = {
    "healthy": Way(healthy(), healthy()),
    "weak": Way(_WEAK, healthy()),
    "lifts the leg": Way(replace(_WEAK, steppage_m=_WEAK.steppage_m + 0.05), healthy(), "leg", "weak"),
    "swings sideways": Way(replace(_WEAK, circumduction_m=0.18), healthy(), "sideways", "weak"),
    "vaults": Way(_WEAK, replace(healthy(), vaulting_m=0.05), "vaulting", "weak"),
    "lifts the foot": Way(replace(_WEAK, swing_drop_deg=_WEAK.swing_drop_deg - 12.0), healthy(), "foot", "weak"),
    "inverted": Way(inverted(), healthy()),
}


def walk_table(speeds_mps: tuple[float, ...] = SPEEDS_MPS) -> pd.DataFrame:
    """Own and true strides of the left foot side by side, with the columns ``way`` and ``speed_mps``."""
    parts = []
    for speed in speeds_mps:
        for number, (name, way) in enumerate(WAYS.items()):
            seed = 100 * number + round(10 * speed)
            walk = WalkConfig(speed_mps=speed, distance_m=18.0 * speed, left=way.left, right=way.right, seed=seed)
            walked = simulate_walk(walk, SensorConfig(rate_hz=100.0, random_mounting=True, seed=seed))
            joined, _, _ = pair_strides(walked.strides, analyze(walked.session), "left")
            parts.append(joined.assign(way=name, speed_mps=speed))
    return pd.concat(parts, ignore_index=True)


def _errors_mm(table: pd.DataFrame, column: str) -> FloatArray:
    own, true = (table[name].to_numpy(dtype=np.float64) for name in (column, f"{column}_true"))
    return np.asarray(1000.0 * (own - true))


def named_source(table: pd.DataFrame, way: str, speed_mps: float) -> str:
    """Share of the own budget that rises most from the walk that ``way`` is compared with."""
    columns = [f"lift_from_{source}_m" for source in SOURCES]
    here, there = (
        table.loc[(table["way"] == name) & (table["speed_mps"] == speed_mps), columns].median()
        for name in (way, WAYS[way].against)
    )
    return SOURCES[int(np.argmax((here - there).to_numpy()))]


def score(table: pd.DataFrame) -> dict[str, float]:
    """Figures from ``walk_table``."""
    straight = table[table["kind_true"] == "straight"]
    bought = [(way, speed) for way, of in WAYS.items() if of.source for speed in sorted(set(table["speed_mps"]))]
    turned_in = straight[straight["way"] == "inverted"]
    known = straight.dropna(subset=["lift_from_leg_m", "lift_from_leg_m_true"])
    return {
        "strides": len(straight),
        "sole_clearance_median_error_mm": float(np.median(np.abs(_errors_mm(straight, "minimum_sole_clearance_m")))),
        "sole_clearance_rmse_mm": rms(_errors_mm(straight, "minimum_sole_clearance_m")),
        "sole_clearance_error_over_sd": rms(
            _errors_mm(straight, "minimum_sole_clearance_m")
            / 1000.0
            / straight["minimum_sole_clearance_sd_m"].to_numpy()
        ),
        "lowest_point_right_percent": 100.0 * float((straight["lowest_point"] == straight["lowest_point_true"]).mean()),
        "inverted_outer_edge_percent": 100.0 * float((turned_in["lowest_point"] == "outer_edge").mean()),
        "circumduction_rmse_mm": rms(_errors_mm(straight, "circumduction_m")),
        "vaulting_rmse_mm": rms(_errors_mm(straight, "vaulting_m")),
        **{f"lift_from_{source}_rmse_mm": rms(_errors_mm(known, f"lift_from_{source}_m")) for source in SOURCES},
        "source_named_right_percent": 100.0
        * float(np.mean([named_source(table, way, speed) == WAYS[way].source for way, speed in bought])),
    }


if __name__ == "__main__":
    found = walk_table()
    print(found.groupby("way")[["lowest_point", "lowest_point_true"]].agg(lambda names: dict(names.value_counts())))
    print(show(score(found), bars_of("compensation")))
