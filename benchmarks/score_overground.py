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
from benchmarks.score_further import path_m
from benchmarks.scoring import Estimator, Found, bias, match_events, show, spread, swings_of
from footdrop_imu.analysis import analyze
from footdrop_imu.errors import FootdropError
from footdrop_imu.schema import SessionResult

RATE_HZ = 100.0


def match_walk(walk: OvergroundWalk, result: SessionResult) -> tuple[Found, pd.DataFrame]:
    """Match the swings of both feet: counts, and one row a swing.

    The rows hold contact and toe off in s, own and hand-checked, NaN on the side that has no partner.
    """
    found, tables = Found(0, 0, 0), []
    for swings in walk.swings:
        own = swings_of(result.strides, result.rejected, swings.side)
        events_s = own[["toe_off", "initial_contact"]].to_numpy() / RATE_HZ + walk.first_s[swings.side]
        pairs = match_events(events_s[:, 1], swings.events_s[:, 1])
        found += Found(len(swings.events_s), len(own), len(pairs))
        alone = np.setdiff1d(np.arange(len(own)), pairs[:, 0])
        missed = np.setdiff1d(np.arange(len(swings.events_s)), pairs[:, 1])
        nobody = np.full((1, 2), np.nan)
        rows = np.vstack(
            [
                np.hstack([events_s[pairs[:, 0]], swings.events_s[pairs[:, 1]]]),
                np.hstack([events_s[alone], np.repeat(nobody, len(alone), axis=0)]),
                np.hstack([np.repeat(nobody, len(missed), axis=0), swings.events_s[missed]]),
            ]
        )
        table = pd.DataFrame(rows, columns=["toe_off_s", "contact_s", "checked_toe_off_s", "checked_contact_s"])
        tables.append(table.assign(walk=walk.name, side=swings.side))
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


def farthest_m(walk: OvergroundWalk, result: SessionResult, side: str) -> float:
    """Farthest place from the start that one foot reached in the walk in m; NaN where its turn was not followed.

    The turn is followed when the accepted strides of the walk turn the foot by 150 to 210 degrees.
    """
    strides = result.strides[result.strides["side"] == side]
    contact_s = strides["initial_contact"].to_numpy() / RATE_HZ + walk.first_s[side]
    inside = (contact_s >= walk.walk_s[0]) & (contact_s <= walk.walk_s[1] + 0.25)
    if not 150.0 <= abs(strides["turn_deg"][inside].sum()) <= 210.0:
        return float("nan")
    return float(np.linalg.norm(path_m(strides[inside]), axis=1).max())


def score(folder: Path, estimate: Estimator = analyze) -> dict[str, float]:
    """Every figure of this module."""
    return score_swings(*walk_tables(folder, estimate))


def walk_tables(folder: Path, estimate: Estimator = analyze) -> tuple[Found, pd.DataFrame, pd.DataFrame]:
    """Counts of swings, one row a swing (``match_walk``), and one row a foot of a walk with its distances in m."""
    total, tables, feet = Found(0, 0, 0), [], []
    for walk in overground_walks(folder):
        try:
            result = estimate(walk.session)
        except FootdropError as error:
            print(f"{walk.name}: {error}")
            total += Found(sum(len(swings.events_s) for swings in walk.swings), 0, 0)
            feet.append({"walk": walk.name, "refused": True})
            continue
        found, table = match_walk(walk, result)
        total += found
        tables.append(table)
        for side in ("left", "right"):
            distance, filled = distance_m(walk, result, side)
            far = farthest_m(walk, result, side)
            foot = {"walk": walk.name, "refused": False, "side": side, "distance_m": distance, "filled": filled}
            feet.append(foot | {"farthest_m": far})
    return total, pd.concat(tables), pd.DataFrame(feet)


def score_swings(total: Found, swings: pd.DataFrame, feet: pd.DataFrame) -> dict[str, float]:
    """Figures from ``walk_tables``."""
    late_ms = {
        event: 1000.0 * (swings[f"{event}_s"] - swings[f"checked_{event}_s"]).to_numpy()
        for event in ("contact", "toe_off")
    }
    mean = feet.groupby("walk")["distance_m"].mean().to_numpy()
    return {
        "walks_refused": float(feet["refused"].sum()),
        "swings_reference": total.reference_count,
        "swings_found": total.found_count,
        "recall": total.recall,
        "precision": total.precision,
        "initial_contact_bias_ms": bias(late_ms["contact"]),
        "initial_contact_sd_ms": spread(late_ms["contact"]),
        "toe_off_bias_ms": bias(late_ms["toe_off"]),
        "toe_off_sd_ms": spread(late_ms["toe_off"]),
        "distance_walks": float(np.isfinite(mean).sum()),
        "distance_filled_share": float(feet["filled"].mean()),
        "distance_mean_m": bias(mean),
        "distance_bias_percent": 100.0 * (bias(mean) / 20.0 - 1.0),
        "distance_sd_percent": 100.0 * spread(mean / 20.0),
        "farthest_feet": float(feet["farthest_m"].notna().sum()),
        "farthest_mean_m": float(feet["farthest_m"].mean()),
        "farthest_bias_percent": 100.0 * (float(feet["farthest_m"].mean()) / 10.0 - 1.0),
    }


if __name__ == "__main__":
    counts, every, walked = walk_tables(require_data())
    alone = every[every[["contact_s", "checked_contact_s"]].isna().any(axis=1)]
    print("Swings without a partner (missed: no own event; extra: none hand-checked):")
    print(alone.to_string(index=False))
    print(show(score_swings(counts, every, walked), bars_of("overground")))
