"""Healthy people over ground (``healthy_overground_20m``) against hand-checked swings and a known distance.

A swing counts as found when its contact is within 250 ms of a hand-checked contact, one to one; accepted and
rejected strides both count. Times are in the packet counter, which lost packets do not shift.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.bars import bars_of
from benchmarks.reference import OvergroundWalk, overground_walks, require_data
from benchmarks.scoring import Estimator, Found, bias, match_events, show, spread, swings_of
from footdrop_imu.analysis import analyze
from footdrop_imu.errors import FootdropError
from footdrop_imu.schema import SessionResult

RATE_HZ = 100.0


def match_walk(walk: OvergroundWalk, result: SessionResult) -> tuple[Found, pd.DataFrame]:
    """Swings of both feet: counts, and one row a matched swing with its event errors in s (own - reference)."""
    found, tables = Found(0, 0, 0), []
    for swings in walk.swings:
        own = swings_of(result.strides, result.rejected, swings.side)
        first_s = walk.first_s[swings.side]
        contact_s = own["initial_contact"].to_numpy() / RATE_HZ + first_s
        toe_off_s = own["toe_off"].to_numpy() / RATE_HZ + first_s
        pairs = match_events(contact_s, swings.events_s[:, 1])
        found += Found(len(swings.events_s), len(own), len(pairs))
        tables.append(
            pd.DataFrame(
                {
                    "walk": walk.name,
                    "side": swings.side,
                    "initial_contact_error_s": contact_s[pairs[:, 0]] - swings.events_s[pairs[:, 1], 1],
                    "toe_off_error_s": toe_off_s[pairs[:, 0]] - swings.events_s[pairs[:, 1], 0],
                }
            )
        )
    return found, pd.concat(tables, ignore_index=True)


def distance_m(walk: OvergroundWalk, result: SessionResult, side: str) -> tuple[float, float]:
    """Distance one foot walked inside the walk in m, and the share of its swings without an accepted stride.

    The lengths of the accepted strides, end to end; a hand-checked swing without one counts with the median length.
    """
    strides = result.strides[result.strides["side"] == side]
    contact_s = strides["initial_contact"].to_numpy() / RATE_HZ + walk.first_s[side]
    (reference_s,) = [swings.events_s[:, 1] for swings in walk.swings if swings.side == side]
    reference_s = reference_s[(reference_s >= walk.walk_s[0]) & (reference_s <= walk.walk_s[1] + 0.01)]
    pairs = match_events(contact_s, reference_s)
    if not len(pairs):
        return float("nan"), 1.0
    length = strides["stride_length_m"].to_numpy()[pairs[:, 0]]
    missing = len(reference_s) - len(pairs)
    return float(np.sum(length) + missing * np.median(length)), missing / len(reference_s)


def score(folder: Path, estimate: Estimator = analyze) -> dict[str, float]:
    """Every figure of this module."""
    total, tables, distances, refused = Found(0, 0, 0), [], [], 0
    for walk in overground_walks(folder):
        try:
            result = estimate(walk.session)
        except FootdropError as error:
            print(f"{walk.name}: {error}")
            refused += 1
            total += Found(sum(len(swings.events_s) for swings in walk.swings), 0, 0)
            continue
        found, table = match_walk(walk, result)
        total += found
        tables.append(table)
        distances += [(walk.name, side, *distance_m(walk, result, side)) for side in ("left", "right")]
    errors = pd.concat(tables)
    distance = pd.DataFrame(distances, columns=["walk", "side", "distance_m", "filled"])
    mean = distance.groupby("walk")["distance_m"].mean().to_numpy()
    return {
        "walks_refused": refused,
        "swings_reference": total.reference_count,
        "swings_found": total.found_count,
        "recall": total.recall,
        "precision": total.precision,
        "initial_contact_bias_ms": 1000.0 * bias(errors["initial_contact_error_s"].to_numpy()),
        "initial_contact_sd_ms": 1000.0 * spread(errors["initial_contact_error_s"].to_numpy()),
        "toe_off_bias_ms": 1000.0 * bias(errors["toe_off_error_s"].to_numpy()),
        "toe_off_sd_ms": 1000.0 * spread(errors["toe_off_error_s"].to_numpy()),
        "distance_walks": float(np.isfinite(mean).sum()),
        "distance_filled_share": float(distance["filled"].mean()),
        "distance_mean_m": bias(mean),
        "distance_bias_percent": 100.0 * (bias(mean) / 20.0 - 1.0),
        "distance_sd_percent": 100.0 * spread(mean / 20.0),
    }


if __name__ == "__main__":
    print(show(score(require_data()), bars_of("overground")))
