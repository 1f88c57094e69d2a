"""The tables folded away at the end of the walk report."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING

from footdrop_imu.report.measures import NOT_MEASURED, TOE_LIFT_COMPANIONS, measure_of, number_text
from footdrop_imu.schema import SessionResult

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["STEPS_SHOWN", "Table", "left_out_table", "step_table", "unavailable_table"]

STEPS_SHOWN = 300
"""Strides of each foot in the step-by-step table; the rest is in strides.csv."""


@dataclass(frozen=True)
class Table:
    """A plain table: the first cell of each row names it."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


_STEP_COLUMNS = (
    "walking_speed_mps",
    "foot_pitch_mid_swing_deg",
    "foot_pitch_initial_contact_deg",
    "swing_dorsiflexion_deg",
    "minimum_toe_clearance_m",
)


def _word(value: object) -> str:
    return value.replace("_", " ") if isinstance(value, str) and value else NOT_MEASURED


def step_table(strides: pd.DataFrame) -> tuple[Table, str]:
    """Step by step, both feet in time order."""
    time_s = strides["initial_contact_time_s"] + strides["clock_offset_s"].fillna(0.0)
    shown = strides.assign(time_s=time_s).groupby("side", sort=False).head(STEPS_SHOWN)
    shown = shown.sort_values(["time_s", "side"], kind="stable")
    measures = [measure_of(column) for column in _STEP_COLUMNS]
    rows = []
    for stride in shown.to_dict("records"):
        grade = _word(stride["grade"])
        if isinstance(stride["grade_reason"], str) and stride["grade_reason"]:
            grade += f": {_word(stride['grade_reason']).replace(';', ', ')}"
        if not all(isfinite(stride[companion]) for companion in TOE_LIFT_COMPANIONS):
            stride["swing_dorsiflexion_deg"] = nan
        rows.append(
            (
                f"{str(stride['side']).capitalize()} {stride['stride'] + 1}",
                f"{stride['time_s']:.1f}" if isfinite(stride["time_s"]) else NOT_MEASURED,
                _word(stride["kind"]),
                *(number_text(stride[m.column], m, unit=False) for m in measures),
                _word(stride["landing"]),
                grade,
            )
        )
    head = (
        "Stride",
        "Time in s",
        "Kind",
        "Speed in m/s",
        "Pitch at mid swing in °",
        "Foot strike in °",
        "Toe lift in °",
        "Toe clearance in mm",
        "Landing",
        "Trust",
    )
    note = ""
    if len(shown) < len(strides):
        note = f"The first {STEPS_SHOWN} strides of each foot; all {len(strides)} are in strides.csv."
    return Table(head, tuple(rows)), note


def left_out_table(result: SessionResult, sides: tuple[str, ...]) -> Table:
    """Why strides have no measures (rejected) or did not enter the medians, counted by side."""
    counts: dict[str, dict[str, int]] = {}
    for side in sides:
        reasons = result.rejected.loc[(result.rejected["side"] == side).to_numpy(bool), "reason"].fillna("not said")
        rejected = {str(reason): int(count) for reason, count in reasons.value_counts(sort=False).items()}
        speed = {"left": result.summary.left, "right": result.summary.right}[side].get("walking_speed_mps")
        left_out = {
            reason: count for reason, count in (speed.left_out if speed else {}).items() if reason not in rejected
        }
        for what, found in (("No measures", rejected), ("Not in the medians", left_out)):
            for reason, count in found.items():
                counts.setdefault(f"{what}: {_word(reason)}", {})[side] = count
    rows = tuple((reason, *(str(by_side.get(side, 0)) for side in sides)) for reason, by_side in sorted(counts.items()))
    return Table(("Reason", *(side.capitalize() for side in sides)), rows)


_FAMILIES = {
    "toe_drag": "Toe drag",
    "drags_per_100_strides": "Toe drags in 100 strides",
    "ankle_dorsiflexion": "Ankle dorsiflexion",
    "lift_from": "Shares of the lift: foot, leg, sideways, vaulting",
}


def unavailable_table(result: SessionResult) -> Table:
    """Measures that this walk could not give, together where the reason is the same."""
    by_reason: dict[str, list[str]] = {}
    for column, reason in result.quality.unavailable.items():
        family = next((name for start, name in _FAMILIES.items() if column.startswith(start)), None)
        label = family or measure_of(column).label
        labels = by_reason.setdefault(reason, [])
        if "_sd_" not in column and label not in labels:
            labels.append(label)
    rows = tuple((", ".join(labels), reason) for reason, labels in by_reason.items() if labels)
    return Table(("Measure", "Why not"), rows)
