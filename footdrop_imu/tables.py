"""What the feet gave, as the tables, summary and verdict of a session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from footdrop_imu.columns import EVENTS, LATER, REJECTED_COLUMNS, STRIDE_COLUMNS, TIMESERIES_COLUMNS, make_table, names
from footdrop_imu.gait.ankle import ANKLE_COLUMNS, no_ankle
from footdrop_imu.gait.axes_fit import in_words
from footdrop_imu.gait.both_feet import step_measures
from footdrop_imu.gait.clock import run_lengths
from footdrop_imu.gait.compensation import ASSUMED_LEG_LENGTH_M, lift_budget, other_heel_height
from footdrop_imu.gait.drag import DRAG_COLUMNS, DragConfig, Swings, find_drags, on_stairs
from footdrop_imu.gait.feet_apart import feet_apart_in_words
from footdrop_imu.gait.foot import FootStrides
from footdrop_imu.gait.grade import grade_strides, walk_verdict
from footdrop_imu.gait.sequence import sequence_strides
from footdrop_imu.gait.summary import SHARED_SD, STATED, SUMMARIZED, asymmetry, clearance_risk, estimate
from footdrop_imu.schema import GRAVITY_MPS2, SIDES, BoolArray, Courses, Estimate, Quality, Recording, Summary

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FootRows",
    "courses",
    "foot_rows",
    "quality",
    "rejected_table",
    "stride_table",
    "summary",
    "timeseries_table",
    "with_drags",
]

_ABSOLUTE_ANGLES = (
    "foot_pitch_toe_off_deg",
    "foot_pitch_mid_swing_deg",
    "foot_pitch_swing_max_deg",
    "foot_pitch_initial_contact_deg",
    "swing_dorsiflexion_deg",
    "level_frac",
    "foot_roll_mid_swing_deg",
    "foot_roll_initial_contact_deg",
    *ANKLE_COLUMNS,
    "landing_confidence",
    "foot_slap_dps",
    "foot_flat_time_s",
)
"""What a suspected heel-up stance makes meaningless; changes within the walk stay."""

_MUCH_MISSING = 0.05
_TOO_MUCH_MISSING = 0.3
_LONG_GAP_S = 1.0
_BELT_PERCENT = 5.0
_GRAVITY_OFF_CALIBRATED = 0.02  # foot-flat is not quite rest: up to 1 % on good sensors
_GRAVITY_OFF = 0.05
_MOUNTING_OFF_DEG = 5.0
_AXES_DOUBT = 1.25
_STEPS = ("step_time_s", "loading_double_support_s", "pre_swing_double_support_s")
_BOTH_FEET = (*_STEPS, "vaulting_m", "lift_from_vaulting_m", "lift_from_leg_m")


@dataclass(frozen=True)
class FootRows:
    """One foot's columns: ``rows`` of complete strides, ``rejected`` of the others, each name to (k,).

    ``shank_failure``: why there is no ankle angle although a shank sensor was worn.
    """

    side: str
    strides: FootStrides
    recording: Recording
    rows: dict[str, Any]
    rejected: dict[str, Any]
    shank_failure: str = ""


def foot_rows(
    session: str, side: str, strides: FootStrides, recording: Recording, turn_deg: float, shank_failure: str = ""
) -> FootRows:
    """Complete one foot's columns by what the order of its strides and their quality say."""
    measured, rejected = no_ankle(strides) | strides.measured, dict(strides.rejected)
    known = set(names(STRIDE_COLUMNS))
    rows = {name: values for name, values in measured.items() if name in known}
    sequence = sequence_strides(measured, rejected, recording.rate_hz, turn_deg)
    previous = sequence.pop("previous_contact")
    rows |= sequence
    # the line from start to end is no measure of sideways in a turn
    rows["circumduction_m"] = np.where(rows["kind"] == "turn", np.nan, rows["circumduction_m"])
    length_sd_frac = rows["stride_length_sd_m"] / np.maximum(rows["stride_length_m"], 1e-6)
    grade, reason = grade_strides({**rows, "length_sd_frac": length_sd_frac})
    rows |= {"grade": grade, "grade_reason": np.array(reason, dtype=object)}
    count = len(rows["start"])
    if strides.axes.suspected_heel_up:
        rows |= {name: np.full(count, np.nan) for name in _ABSOLUTE_ANGLES}
        rows |= {name: np.full(count, None, dtype=object) for name in ("landing", "first_rocker")}
    rows["landing"] = np.array([name or None for name in rows["landing"]], dtype=object)
    rows["stride"] = np.arange(count)
    for table in (rows, rejected):
        table |= {
            f"{event}_time_s": np.where(table[event] >= 0, table[event] / recording.rate_hz, np.nan) for event in EVENTS
        }
        table["clock_offset_s"] = np.full(len(table["start"]), recording.clock_offset_s)
        table["session"] = np.full(len(table["start"]), session, dtype=object)
        table["side"] = np.full(len(table["start"]), side, dtype=object)
    rejected = {name: values for name, values in rejected.items() if name != "interval"}
    rows["previous_contact_s"] = np.where(previous >= 0, previous / recording.rate_hz, np.nan)
    return FootRows(side, strides, recording, rows, rejected, shank_failure)


def stride_table(feet: Sequence[FootRows], leg_length_m: float = ASSUMED_LEG_LENGTH_M) -> pd.DataFrame:
    """Accepted strides of all feet, with what needs both feet where the two share a clock."""
    parts = []
    for foot in feet:
        rows = {name: values for name, values in foot.rows.items() if name != "previous_contact_s"}
        other = next((one for one in feet if one is not foot), None)
        shared = other is not None and foot.recording.clock_group == other.recording.clock_group != ""
        if other is not None and shared:
            rows |= _steps(foot, other)
        else:
            rows |= {name: np.full(len(rows["start"]), np.nan) for name in _STEPS}
        rows |= _lift(foot, other if shared else None, leg_length_m)
        parts.append(rows)
    return make_table(STRIDE_COLUMNS, {name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def with_drags(
    feet: Sequence[FootRows], config: DragConfig, threshold: Mapping[str, float] | None = None
) -> list[FootRows]:
    """The feet with their toe drags, each foot compared with itself or, where it always drags, with the other.

    ``threshold`` by side: a foot's own, where key presses taught it.
    """
    swings = [_swings(foot) for foot in feet]
    done = []
    for number, foot in enumerate(feet):
        rate_hz = foot.recording.rate_hz
        alike = [
            swings[k] for k, one in enumerate(feet) if k != number and abs(one.recording.rate_hz / rate_hz - 1.0) < 0.02
        ]
        own = replace(config, threshold=(threshold or {}).get(foot.side, config.threshold))
        drags = find_drags(swings[number], alike[0] if alike else None, rate_hz, own)
        done.append(replace(foot, rows=foot.rows | drags))
    return done


def _swings(foot: FootRows) -> Swings:
    measured = foot.strides.measured
    return Swings(
        measured["drag_force"],
        measured["drag_roughness"],
        measured["drag_sideways"],
        measured["drag_low_m"],
        measured["minimum_toe_clearance_sd_m"],
        measured["swing_time_s"],
        foot.rows["kind"],
    )


def rejected_table(feet: Sequence[FootRows]) -> pd.DataFrame:
    """Strides without measures of all feet, events null where they were not seen."""
    import pandas as pd

    data: dict[str, Any] = {name: np.concatenate([foot.rejected[name] for foot in feet]) for name in feet[0].rejected}
    for event in EVENTS:
        data[event] = pd.array(np.where(data[event] >= 0, data[event], 0), dtype="Int64")
        data[event][np.isnan(data[f"{event}_time_s"])] = pd.NA
    return make_table(REJECTED_COLUMNS, data)


def timeseries_table(parts: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Courses by side as one table."""
    filled = {side: part for side, part in parts.items() if part}
    data: dict[str, Any] = {}
    if filled:
        counts = [len(part["time_s"]) for part in filled.values()]
        data["side"] = np.repeat(np.array(list(filled), dtype=object), counts)
        for name in next(iter(filled.values())):
            data[name] = np.concatenate([part[name] for part in filled.values()])
    return make_table(TIMESERIES_COLUMNS, data)


def courses(feet: Sequence[FootRows]) -> Courses:
    """What a report draws, in the stride table's order."""
    frac = np.linspace(0.0, 1.0, 101)

    def joined(name: str) -> Any:
        return np.concatenate([(no_ankle(foot.strides) | foot.strides.measured)[name] for foot in feet])

    counts = [len(foot.rows["start"]) for foot in feet]
    absent = np.concatenate(
        [np.full(count, foot.strides.axes.suspected_heel_up) for foot, count in zip(feet, counts, strict=True)]
    ).astype(bool)
    angles = {name: joined(f"{name}_course") for name in ("pitch", "roll", "ankle")}
    for course in angles.values():
        course[absent] = np.nan
    return Courses(
        side=np.repeat(np.array([foot.side for foot in feet]), counts),
        stride=np.concatenate([foot.rows["stride"] for foot in feet]),
        gait_cycle_frac=frac,
        foot_pitch_deg=angles["pitch"],
        foot_roll_deg=angles["roll"],
        ankle_deg=angles["ankle"],
        swing_frac=frac,
        toe_height_m=joined("toe_height_course"),
    )


def summary(strides: pd.DataFrame, rejected: pd.DataFrame, affected: str) -> Summary:
    """Medians of the straight, complete strides that are not poor, per side, pooled, and side against side."""
    by_side: dict[str, dict[str, Estimate]] = {}
    risk: dict[str, dict[str, Any]] = {}
    for name, sides in (*((side, (side,)) for side in SIDES), ("both", SIDES)):
        rows = strides[strides["side"].isin(sides)]
        if not len(rows):
            by_side[name] = {}
            continue
        kind, grade = rows["kind"].to_numpy(dtype=object), rows["grade"].to_numpy(dtype=object)
        used = (kind == "straight") & (grade != "poor")
        left_out = Counter(kind[kind != "straight"].tolist())
        left_out["poor"] = int(((kind == "straight") & ~used).sum())
        left_out.update(rejected.loc[rejected["side"].isin(sides), "reason"].tolist())
        left_out = +left_out
        by_side[name] = {
            column: estimate(rows[column].to_numpy()[used], left_out, _shared_sd(rows, used, column))
            for column in SUMMARIZED
        }
        columns = ("minimum_toe_clearance_m", "minimum_toe_clearance_kind", "lowest_point")
        clearance, kind, lowest = (rows[column].to_numpy()[used] for column in columns)
        risk[name] = clearance_risk(clearance, kind, lowest)
    one, other = ("right", "left") if affected == "right" else ("left", "right")
    label = "affected over other" if affected in SIDES else "left over right"
    compared = asymmetry(by_side[one], by_side[other])
    return Summary(by_side["left"], by_side["right"], by_side["both"], compared, label if compared else "", risk)


def _shared_sd(rows: pd.DataFrame, used: BoolArray, column: str) -> float:
    """What all strides of a walk have wrong together."""
    if column not in STATED:
        return SHARED_SD.get(column, 0.0)
    stated, share = STATED[column]
    sd = rows[stated].to_numpy()[used]
    sd = sd[np.isfinite(sd)]
    return share * float(np.median(sd)) if len(sd) else 0.0


def quality(
    strides: pd.DataFrame,
    rejected: pd.DataFrame,
    feet: Sequence[FootRows],
    failures: Mapping[str, str],
    belt_speed_mps: float,
) -> Quality:
    """Say whether the walk can be trusted, and why a column is empty.

    A belt speed (NaN: none given) only checks the walking speed: foot-flat at rest is rest on the belt already. A
    shank that cannot be analyzed is named and takes nothing from its foot.
    """
    verdicts, reasons = [], []
    for foot in feet:
        rows = strides[strides["side"] == foot.side]
        refused = Counter(rejected.loc[rejected["side"] == foot.side, "reason"].tolist())
        words = [None if not isinstance(word, str) else word for word in rows["grade_reason"].tolist()]
        verdict, why = walk_verdict(rows["grade"].to_numpy(dtype=str), words, refused)
        missing, missing_verdict = _missing_samples(foot.recording)
        verdicts += [verdict, missing_verdict]
        reasons += [f"{foot.side} foot: {reason}" for reason in (*missing, *why)]
        gravity, calibration = float(np.linalg.norm(foot.recording.gravity_mps2)), foot.recording.calibration
        calibrated = calibration is not None and calibration.acc_matrix is not None
        if calibrated and abs(gravity / GRAVITY_MPS2 - 1.0) > _GRAVITY_OFF_CALIBRATED:
            verdicts.append("poor")
            reasons.append(
                f"{foot.side} foot: gravity reads {gravity:.2f} m/s² at rest with the sensor's calibration; is it of "
                "this sensor? Calibrate it again, or leave the calibration out"
            )
        elif abs(gravity / GRAVITY_MPS2 - 1.0) > _GRAVITY_OFF:
            verdicts.append("usable")
            reasons.append(f"{foot.side} foot: gravity reads {gravity:.1f} m/s² at rest, so lengths may be off")
        beside_belt = 100.0 * (
            rows.loc[rows["kind"] == "straight", "walking_speed_mps"].median() / belt_speed_mps - 1.0
        )
        if abs(beside_belt) > _BELT_PERCENT:  # never so where no belt speed was given (NaN)
            verdicts.append("usable")
            side = "above" if beside_belt > 0 else "below"
            reasons.append(f"{foot.side} foot: walking speed is {abs(beside_belt):.0f} % {side} the belt's")
        if foot.strides.axes.suspected_heel_up:
            reasons.append(
                f"{foot.side} foot: the heel may never come down, so that 0° is unknown; say how the sensor sits on "
                "the shoe (--mounting) to know it"
            )
        if foot.strides.axes.mounting_turned:
            reasons.append(f"{foot.side} foot: the entered mounting has toes and heel exchanged; it was turned about")
        if foot.strides.axes_fit.ratio > _AXES_DOUBT:
            verdicts.append("usable")
            better = in_words(foot.strides.axes_fit.gyroscope)
            reasons.append(
                f"{foot.side} foot: with the gyroscope's x, y, z taken as {better} the strides would close better; "
                "check the order and the signs of its columns"
            )
        off = foot.strides.axes.mounting_off_deg
        if off > _MOUNTING_OFF_DEG:
            reasons.append(
                f"{foot.side} foot: foot-flat is {off:.0f}° off the entered mounting: "
                + ("the heel is up in stance, or " if foot.strides.axes.zero_source == "mounting" else "")
                + "the sensor does not sit as entered"
            )
    of = {foot.side: foot for foot in feet if foot.recording.clock_group}
    if len(of) == 2 and len({foot.recording.clock_group for foot in feet}) == 1:
        apart = feet_apart_in_words(*(of[side].rows for side in SIDES), *(of[side].rejected for side in SIDES))
        reasons += apart
        verdicts += ["usable"] * len(apart)
    for side, message in failures.items():
        verdicts.append("poor")
        reasons.append(f"{side} foot: {message}")
    reasons += [f"{foot.side} shank: {foot.shank_failure}" for foot in feet if foot.shank_failure]
    worst = max(verdicts, key=("good", "usable", "poor").index)
    return Quality(worst, tuple(reasons), _unavailable(strides, feet))


def _missing_samples(recording: Recording) -> tuple[list[str], str]:
    """What a walk has lost to missing samples: words, and the best verdict that leaves."""
    share = float(recording.lost.mean())
    longest_s = float(run_lengths(recording.lost).max(initial=0)) / recording.rate_hz
    if share <= _MUCH_MISSING and longest_s <= _LONG_GAP_S:
        return [], "good"
    words = [f"{share:.0%} of the samples are missing, the longest gap is {longest_s:.1f} s"]
    return words, "poor" if share > _TOO_MUCH_MISSING else "usable"


def _steps(foot: FootRows, other: FootRows) -> Mapping[str, Any]:
    offset, other_offset = foot.recording.clock_offset_s, other.recording.clock_offset_s
    toe_off = np.concatenate((other.rows["toe_off_time_s"], other.rejected["toe_off_time_s"])) + other_offset
    contact = np.concatenate((other.rows["initial_contact_time_s"], other.rejected["initial_contact_time_s"]))
    contact = contact + other_offset
    return step_measures(
        foot.rows["previous_contact_s"] + offset,
        foot.rows["toe_off_time_s"] + offset,
        foot.rows["initial_contact_time_s"] + offset,
        np.sort(toe_off[np.isfinite(toe_off)]),
        np.sort(contact[np.isfinite(contact)]),
    )


def _lift(foot: FootRows, other: FootRows | None, leg_length_m: float) -> Mapping[str, Any]:
    """Vaulting and the budget of the toe's height at mid swing; None: no other foot on the same clock."""
    measured = foot.strides.measured
    vaulting = np.full(len(foot.rows["start"]), np.nan)
    if other is not None:
        # the other foot's strides on this foot's own clock
        shift = other.recording.clock_offset_s - foot.recording.clock_offset_s
        vaulting = other_heel_height(
            foot.rows["mid_swing_time_s"],
            other.rows["start_time_s"] + shift,
            other.rows["end_time_s"] + shift,
            other.strides.measured["heel_height_course"],
            other.rejected["start_time_s"] + shift,
        )
    # the line from start to end is no measure of sideways in a turn
    aside = np.where(foot.rows["kind"] == "turn", np.nan, measured["aside_mid_swing_m"])
    toe, heel = measured["toe_height_mid_swing_m"], measured["heel_height_mid_swing_m"]
    return {"vaulting_m": vaulting, **lift_budget(toe, heel, aside, vaulting, leg_length_m)}


def _unavailable(strides: pd.DataFrame, feet: Sequence[FootRows]) -> dict[str, str]:
    """Columns that are empty throughout, each with its reason."""
    reasons = dict(LATER)
    if len(feet) < 2:
        reasons |= dict.fromkeys(_BOTH_FEET, "needs a sensor on both feet")
    elif any(foot.recording.clock_group == "" for foot in feet) or len({f.recording.clock_group for f in feet}) > 1:
        reasons |= dict.fromkeys(_BOTH_FEET, "the two feet do not share a clock")
    least_hz = DragConfig().least_rate_hz
    if all(foot.recording.rate_hz < least_hz for foot in feet):
        reasons |= dict.fromkeys(DRAG_COLUMNS, f"a toe drag falls between the samples below {least_hz:g} Hz")
    elif all(on_stairs(foot.rows["kind"]).all() for foot in feet):
        reasons |= dict.fromkeys(DRAG_COLUMNS, "on stairs no toe drag is told: it is not known how well")
    else:
        reasons |= dict.fromkeys(DRAG_COLUMNS, "no stride of this walk has a toe drag")
    if not any(foot.strides.axes.forward_entered for foot in feet):
        reasons["toe_out_deg"] = "how the sensor is turned on the shoe was not entered (--mounting)"
    if all(foot.strides.axes.suspected_heel_up for foot in feet):
        reasons |= dict.fromkeys(
            (*_ABSOLUTE_ANGLES, "landing", "first_rocker"), "suspected heel-up stance: where 0° lies is unknown"
        )
    if not any("ankle_course" in foot.strides.measured for foot in feet):
        shank_failure = next((foot.shank_failure for foot in feet if foot.shank_failure), "needs a shank sensor")
        reasons |= dict.fromkeys(ANKLE_COLUMNS, shank_failure)
    found = {}
    for name in names(STRIDE_COLUMNS):
        if name != "grade_reason" and (not len(strides) or strides[name].isna().all()):
            found[name] = reasons.get(name, "no stride of this walk has it")
    return found
