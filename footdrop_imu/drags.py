"""Toe drags of a whole walk from its stride table: key presses heeded, drags summarized foot by foot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from footdrop_imu.gait.drag_rate import POPULATION
from footdrop_imu.gait.drag_summary import drag_summary
from footdrop_imu.gait.drag_teaching import DragTeachingConfig, JudgedStrides, match_presses, teach_threshold
from footdrop_imu.schema import SIDES, FloatArray
from footdrop_imu.schema_drag import DragSummary, DragTeaching, KeyPresses

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RATE_KEY", "Taught", "drag_summaries", "teach", "unavailable_rates"]

RATE_KEY = "drags_per_100_strides"
"""What the rate is called in the JSON output and under ``quality.unavailable``."""

_COLUMNS = (
    "stride",
    "kind",
    "mid_swing_time_s",
    "clock_offset_s",
    "stride_length_m",
    "toe_drag_kind",
    "toe_drag_witnesses",
)


@dataclass(frozen=True)
class Taught:
    """What key presses gave: ``teaching`` by side, and ``record``, JSON-ready, of how they were read."""

    teaching: Mapping[str, DragTeaching] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)


def teach(
    strides: pd.DataFrame, rejected: pd.DataFrame, presses: KeyPresses, affected: str, threshold: float
) -> Taught:
    """Learn from a helper's key presses; ``threshold`` is everybody's.

    Raises
    ------
    SchemaError
        What `match_presses` refuses.
    """
    config = DragTeachingConfig()
    feet = {side: _judged(strides, rejected, side) for side in SIDES if (strides["side"] == side).any()}
    matched = match_presses(feet, presses, affected, config)
    teaching: dict[str, DragTeaching] = {}
    untaught: dict[str, str] = {}
    for side, foot in feet.items():
        if not matched.press_count[side]:
            continue
        pressed = matched.pressed[side]
        one = teach_threshold(foot.probability, pressed, threshold, matched.press_count[side], matched.lag_s, config)
        if one is not None:
            teaching[side] = one
        else:
            untaught[side] = (
                f"{int((pressed & np.isfinite(foot.probability)).sum())} of its strides were judged and have a key "
                f"press, {config.fewest_presses} are needed"
            )
    record = {
        "press_count": len(presses.time_s),
        "unmatched_count": matched.unmatched_count,
        "lag_s": matched.lag_s,
        "taught": {side: asdict(one) for side, one in teaching.items()},
        "not_taught": untaught,
    }
    return Taught(teaching, record)


def drag_summaries(
    strides: pd.DataFrame, rejected: pd.DataFrame, teaching: Mapping[str, DragTeaching]
) -> dict[str, DragSummary]:
    """Summarize the toe drags by side; a foot whose strides could not be judged has no entry."""
    found = {}
    for side in SIDES:
        rows = strides[strides["side"] == side]
        columns: dict[str, Any] = {name: rows[name].to_numpy() for name in _COLUMNS}
        columns["toe_drag"] = rows["toe_drag"].to_numpy(dtype=float, na_value=np.nan)
        accuracy = teaching[side].accuracy if side in teaching else POPULATION
        one = drag_summary(columns, _rejected_swings(rejected, side), accuracy)
        if one is not None:
            found[side] = one
    return found


def unavailable_rates(drags: Mapping[str, DragSummary]) -> dict[str, str]:
    """Say why there is no rate, where there is none of any foot."""
    reasons = {side: one.rate_unavailable for side, one in drags.items()}
    if not reasons or not all(reasons.values()):
        return {}
    return {RATE_KEY: "; ".join(f"{side} foot: {reason}" for side, reason in reasons.items())}


def _rejected_swings(rejected: pd.DataFrame, side: str) -> FloatArray:
    """When the swings of strides without measures were, (k,) s on the recording's own clock."""
    rows = rejected[rejected["side"] == side]
    middle: FloatArray = 0.5 * (rows["toe_off_time_s"] + rows["initial_contact_time_s"]).to_numpy(float)
    return middle[np.isfinite(middle)]


def _judged(strides: pd.DataFrame, rejected: pd.DataFrame, side: str) -> JudgedStrides:
    """One foot's swings in time order; those of rejected strides cannot be judged, but may be what was pressed for."""
    rows = strides[strides["side"] == side]
    offset_s = float(np.nan_to_num(rows["clock_offset_s"].to_numpy(float))[0])
    others = _rejected_swings(rejected, side)
    time_s = np.concatenate((rows["mid_swing_time_s"].to_numpy(float), others)) + offset_s
    chance = np.concatenate((rows["toe_drag_probability"].to_numpy(float), np.full(len(others), np.nan)))
    order = np.argsort(time_s, kind="stable")
    return JudgedStrides(time_s[order], chance[order])
