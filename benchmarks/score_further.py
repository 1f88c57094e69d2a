"""Two more walks: positions of unknown origin at 60 Hz, and a closed loop. Reported, without a bar."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.reference import loop_walk, positions_walk, require_data
from benchmarks.scoring import Estimator, bias, rms, show
from footdrop_imu.analysis import analyze
from footdrop_imu.schema import FloatArray


def path_m(strides: pd.DataFrame) -> FloatArray:
    """Places (n + 1, 2) in m at the foot-flats of one foot, its n strides laid end to end.

    Each stride goes along its own walking direction; the direction turns by ``turn_deg``. The turn of the foot is taken
    for the turn of the way: half of it before the stride, half after.
    """
    turn = np.radians(strides["turn_deg"].fillna(0.0).to_numpy(dtype=np.float64))
    heading = np.cumsum(turn) - turn / 2.0
    step = strides["stride_length_m"].to_numpy(dtype=np.float64)[:, np.newaxis]
    way = step * np.column_stack([np.cos(heading), np.sin(heading)])
    return np.vstack([np.zeros(2), np.cumsum(way, axis=0)])


def score(folder: Path, estimate: Estimator = analyze) -> dict[str, float]:
    """Every figure of this module."""
    figures: dict[str, float] = {}
    session, positions, _ = positions_walk(folder)
    result = estimate(session)
    for side in ("left", "right"):
        strides = result.strides[result.strides["side"] == side]
        place = positions[side][:, :2]
        reference = np.linalg.norm(place[strides["end"]] - place[strides["start"]], axis=1)
        error = strides["stride_length_m"].to_numpy() - reference
        figures |= {
            f"positions_{side}_strides": len(strides),
            f"positions_{side}_rejected": float((result.rejected["side"] == side).sum()),
            f"positions_{side}_length_rmse_mm": 1000.0 * rms(error),
            f"positions_{side}_length_bias_percent": 100.0 * bias(error) / float(reference.mean()),
        }
    loop = estimate(loop_walk(folder))
    path = path_m(loop.strides)
    length = loop.strides["stride_length_m"].sum()
    return figures | {
        "loop_strides": len(loop.strides),
        "loop_rejected": len(loop.rejected),
        "loop_length_m": float(length),
        "loop_end_to_start_m": float(np.linalg.norm(path[-1])),
        "loop_closure_percent": 100.0 * float(np.linalg.norm(path[-1])) / float(length),
    }


if __name__ == "__main__":
    print(show(score(require_data()), {}))
