"""The tables of single strides and of what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, nan
from typing import TYPE_CHECKING

from footdrop_imu.language import Translate, mark
from footdrop_imu.report.analysis_words import said
from footdrop_imu.report.measures import NOT_MEASURED, TOE_LIFT_COMPANIONS, measure_of, number_text
from footdrop_imu.report.model import Table
from footdrop_imu.report.walk_cells import Walked
from footdrop_imu.report.walk_courses import contact_times_s
from footdrop_imu.schema import SessionResult

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["STEPS_SHOWN", "left_out", "step_table", "unavailable_table"]

STEPS_SHOWN = 300
"""Strides of each foot in the step-by-step table; the rest is in strides.csv."""


_STEP_COLUMNS = (
    "walking_speed_mps",
    "foot_pitch_mid_swing_deg",
    "foot_pitch_initial_contact_deg",
    "swing_dorsiflexion_deg",
    "minimum_toe_clearance_m",
)


_STEP_HEAD = (
    mark("Stride"),
    mark("Time in s"),
    mark("Kind"),
    mark("Speed in m/s"),
    mark("Pitch at mid swing in °"),
    mark("Foot strike in °"),
    mark("Toe lift in °"),
    mark("Toe clearance in mm"),
    mark("Landing"),
    mark("Trust"),
)
_STRIDES: Mapping[str, str] = {"left": mark("Left {number}"), "right": mark("Right {number}")}


def step_table(strides: pd.DataFrame, translate: Translate) -> tuple[Table, str]:
    """Step by step, both feet in time order, and a note where not all of them are shown."""
    _ = translate
    columns = ["side", "stride", "kind", "landing", "grade", "grade_reason", *_STEP_COLUMNS]
    shown = strides[columns].assign(time_s=contact_times_s(strides)).groupby("side", sort=False).head(STEPS_SHOWN)
    shown = shown.sort_values(["time_s", "side"], kind="stable")
    measures = [measure_of(column) for column in _STEP_COLUMNS]
    words = {
        word: said(word, translate, NOT_MEASURED)
        for name in ("kind", "landing", "grade")
        for word in shown[name].unique()
    }
    rows = []
    for stride in shown.to_dict("records"):
        grade = words[stride["grade"]]
        if isinstance(stride["grade_reason"], str) and stride["grade_reason"]:
            why = ", ".join(said(reason, _) for reason in stride["grade_reason"].split(";"))
            grade = f"{grade}: {why}"
        if not all(isfinite(stride[companion]) for companion in TOE_LIFT_COMPANIONS):
            stride["swing_dorsiflexion_deg"] = nan
        rows.append(
            (
                _(_STRIDES[stride["side"]]).format(number=stride["stride"] + 1),
                _.number(stride["time_s"], 1) if isfinite(stride["time_s"]) else NOT_MEASURED,
                words[stride["kind"]],
                *(number_text(stride[m.column], m, translate, unit=False) for m in measures),
                words[stride["landing"]],
                grade,
            )
        )
    note = ""
    if len(shown) < len(strides):
        told = _("The first {count} strides of each foot; all {total} are in strides.csv.")
        note = told.format(count=STEPS_SHOWN, total=_.number(len(strides)))
    head = tuple(_(text) for text in _STEP_HEAD)
    return Table(head, tuple(rows), _("Every measured stride, both feet in order of time"), numeric=True), note


def left_out(walked: Walked) -> Mapping[str, tuple[int, ...]]:
    """Why strides have no measures (rejected) or did not enter the medians, to their counts, one a side."""
    result, sides, _ = walked
    counts: dict[str, dict[str, int]] = {}
    for side in sides:
        reasons = result.rejected.loc[(result.rejected["side"] == side).to_numpy(bool), "reason"].fillna("not said")
        rejected = {str(reason): int(count) for reason, count in reasons.value_counts(sort=False).items()}
        speed = {"left": result.summary.left, "right": result.summary.right}[side].get("walking_speed_mps")
        others = {
            reason: count for reason, count in (speed.left_out if speed else {}).items() if reason not in rejected
        }
        for words, found in ((_("No measures: {reason}"), rejected), (_("Not in the medians: {reason}"), others)):
            for reason, count in found.items():
                counts.setdefault(words.format(reason=said(reason, _)), {})[side] = count
    return {reason: tuple(by_side.get(side, 0) for side in sides) for reason, by_side in sorted(counts.items())}


_FAMILIES = {
    "toe_drag": mark("Toe drag"),
    "drags_per_100_strides": mark("Toe drags in 100 strides"),
    "ankle_dorsiflexion": mark("Ankle dorsiflexion"),
    "lift_from": mark("Shares of the lift: foot, leg, sideways, vaulting"),
}


def unavailable_table(result: SessionResult, translate: Translate) -> Table:
    """Measures that this walk could not give, together where the reason is the same."""
    _ = translate
    by_reason: dict[str, list[str]] = {}
    for column, reason in result.quality.unavailable.items():
        family = next((name for start, name in _FAMILIES.items() if column.startswith(start)), None)
        label = _(family or measure_of(column).label)
        labels = by_reason.setdefault(reason, [])
        if "_sd_" not in column and label not in labels:
            labels.append(label)
    rows = tuple((", ".join(labels), said(reason, _)) for reason, labels in by_reason.items() if labels)
    return Table((_("Measure"), _("Why not")), rows, _("Measures not available, with the reason"))
