"""Which measures a page shows, what they are called there, and how a number is written."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from footdrop_imu.columns import STRIDE_COLUMNS
from footdrop_imu.language import ENGLISH, Translate, mark

__all__ = [
    "ANKLE_GROUP",
    "CLEARANCE_TITLE",
    "LEAD_GROUPS",
    "LIFT_GROUP",
    "NOT_MEASURED",
    "NO_BREAK",
    "TOE_LIFT_COMPANIONS",
    "Measure",
    "interval_text",
    "measure_of",
    "number_text",
    "signed_text",
    "unit_text",
]

NOT_MEASURED = "–"
NO_BREAK = "\u00a0"
TOE_LIFT_COMPANIONS = ("walking_speed_mps", "foot_pitch_mid_swing_deg")
"""Toe lift rises with speed and says little of lift by itself: it is shown only where these are."""
_UNITS = {"deg": (1.0, "°", 1), "m": (1000.0, " mm", 0), "m/s": (1.0, " m/s", 2), "s": (1.0, " s", 2)}
_UNITS |= {"deg/s": (1.0, " °/s", 0), "steps/min": (1.0, " " + mark("steps/min"), 0), "": (100.0, " %", 0)}


@dataclass(frozen=True)
class Measure:
    """How one stride-table column is shown. ``axis`` in the shown unit, () = no number line."""

    column: str
    label: str
    scale: float
    unit: str
    digits: int
    hint: str = ""
    axis: tuple[float, float] | tuple[()] = ()


def _measure(
    column: str, label: str, hint: str = "", axis: tuple[float, float] | tuple[()] = (), in_meters: bool = False
) -> Measure:
    unit = next((c.unit for c in STRIDE_COLUMNS if c.name == column), "")
    scale, shown, digits = (1.0, " m", 2) if in_meters else _UNITS[unit]
    return Measure(column, label, scale, shown, digits, hint, axis)


CLEARANCE_TITLE = mark("Toe clearance, and how the leg helps")
LEAD_GROUPS: tuple[tuple[str, tuple[Measure, ...]], ...] = (
    (
        mark("Foot lift"),
        (
            _measure(
                "foot_pitch_mid_swing_deg",
                mark("Foot pitch at mid swing"),
                mark("Lead number; foot to floor, not the ankle."),
                (-35, 25),
            ),
            _measure(
                "foot_pitch_initial_contact_deg",
                mark("Foot strike angle"),
                mark("Foot pitch at first contact."),
                (-25, 40),
            ),
            _measure(
                "swing_dorsiflexion_deg",
                mark("Toe lift, foot to floor"),
                mark("Greatest pitch after mid swing."),
                (-25, 40),
            ),
            _measure(
                "foot_roll_initial_contact_deg",
                mark("Inversion at first contact"),
                mark("Sole turned inward is positive."),
                (-20, 20),
            ),
        ),
    ),
    (
        CLEARANCE_TITLE,
        (
            _measure(
                "minimum_toe_clearance_m",
                mark("Minimum toe clearance"),
                mark("Lowest in swing; 0 = as in stance."),
                (0, 60),
            ),
            _measure(
                "minimum_sole_clearance_m",
                mark("Minimum sole clearance"),
                mark("Lowest part of the shoe; 0 = the floor."),
                (0, 80),
            ),
            _measure("foot_height_max_m", mark("Greatest foot height"), mark("High with a steppage gait."), (0, 250)),
            _measure("circumduction_m", mark("Circumduction"), mark("Widest swing of the heel."), (-20, 80)),
            _measure("vaulting_m", mark("Vaulting"), mark("Rise of the other heel at mid swing."), (-10, 60)),
        ),
    ),
    (
        mark("Pace and rhythm"),
        (
            _measure("walking_speed_mps", mark("Walking speed"), "", (0, 1.8)),
            _measure("stride_length_m", mark("Stride length"), "", (0, 1.8), in_meters=True),
            _measure("cadence_spm", mark("Cadence"), "", (40, 140)),
            _measure("stance_frac", mark("Stance share"), mark("Foot on the floor."), (50, 80)),
        ),
    ),
)

ANKLE_GROUP: tuple[str, tuple[Measure, ...]] = (
    mark("Ankle: foot against shank"),
    (
        _measure(
            "ankle_dorsiflexion_mid_swing_deg",
            mark("Ankle dorsiflexion at mid swing"),
            mark("0 = quiet standing; toes toward the shin is positive."),
            (-35, 25),
        ),
        _measure(
            "ankle_dorsiflexion_swing_max_deg",
            mark("Greatest ankle dorsiflexion in swing"),
            mark("Toe off to contact."),
            (-35, 25),
        ),
        _measure("ankle_dorsiflexion_initial_contact_deg", mark("Ankle dorsiflexion at first contact"), "", (-35, 25)),
    ),
)
"""Shown only where a shank sensor was worn."""

LIFT_GROUP: tuple[str, tuple[Measure, ...]] = (
    mark("Toe height at mid swing, and what lifts it"),
    (
        _measure(
            "lift_from_foot_m", mark("Tilting the foot"), mark("Toe against heel; below 0 the foot hangs."), (-150, 50)
        ),
        _measure(
            "lift_from_leg_m", mark("Lifting the whole leg"), mark("Hip, knee and pelvis; high in steppage."), (0, 250)
        ),
        _measure("lift_from_sideways_m", mark("Swinging sideways"), mark("What circumduction lifts."), (0, 50)),
        _measure("lift_from_vaulting_m", mark("Rising on the other foot"), mark("The other heel's rise."), (-10, 60)),
    ),
)
"""Shown only where the two feet share a clock; the four add up to the toe's height at mid swing."""

_OTHER_LABELS = {
    "stride_time_s": mark("Stride time"),
    "stance_time_s": mark("Stance time"),
    "swing_time_s": mark("Swing time"),
    "step_time_s": mark("Step time"),
    "loading_double_support_s": mark("Double support, loading"),
    "pre_swing_double_support_s": mark("Double support, before swing"),
    "step_length_m": mark("Step length"),
    "foot_pitch_toe_off_deg": mark("Foot pitch at toe off"),
    "foot_pitch_swing_max_deg": mark("Greatest foot pitch in swing"),
    "level_frac": mark("When the foot regains level, share of swing"),
    "foot_roll_mid_swing_deg": mark("Inversion at mid swing"),
    "toe_out_deg": mark("Toe-out"),
    "minimum_toe_clearance_frac": mark("When the toe is lowest, share of swing"),
    "lowest_point": mark("Lowest point of the sole"),
    "heel_height_max_m": mark("Greatest heel height"),
    "toe_height_max_m": mark("Greatest toe height"),
    "foot_slap_dps": mark("Foot slap, greatest toes-down rate after heel contact"),
    "foot_flat_time_s": mark("Heel contact to foot-flat"),
    "first_rocker": mark("Heel rocker"),
    "push_off_dps": mark("Push-off, greatest toes-down rate"),
    "heel_off_frac": mark("When the heel leaves the floor, share of stance"),
    "turn_deg": mark("Turn in a stride"),
    "height_change_m": mark("Height change in a stride"),
}
_SUFFIXES = ("_deg", "_mps", "_dps", "_spm", "_frac", "_m", "_s")


def measure_of(column: str) -> Measure:
    """Find how a column is shown; one without a label of its own gets its name, spelt out."""
    for _, measures in (*LEAD_GROUPS, ANKLE_GROUP, LIFT_GROUP):
        for measure in measures:
            if measure.column == column:
                return measure
    label = _OTHER_LABELS.get(column)
    if label is None:
        stem = next((column.removesuffix(end) for end in _SUFFIXES if column.endswith(end)), column)
        label = stem.replace("_", " ").capitalize()
    return _measure(column, label)


def number_text(value: float, measure: Measure, translate: Translate = ENGLISH, *, unit: bool = True) -> str:
    """Write a value of the column's own unit as the page shows it; a dash where there is none."""
    if not isfinite(value):
        return NOT_MEASURED
    text = translate.number(value * measure.scale, measure.digits)
    return f"{text}{unit_text(measure, translate)}" if unit else text


def unit_text(measure: Measure, translate: Translate = ENGLISH) -> str:
    """Give a measure's unit as it follows a number: with its space where it has one."""
    return f" {translate(measure.unit[1:])}" if measure.unit.startswith(" ") else measure.unit


def signed_text(value: float, measure: Measure, translate: Translate = ENGLISH) -> str:
    """Write a difference with its sign."""
    if not isfinite(value):
        return NOT_MEASURED
    number = translate.number(value * measure.scale, measure.digits, signed=True)
    return f"{number}{unit_text(measure, translate)}"


def interval_text(low: float, high: float, measure: Measure, translate: Translate = ENGLISH) -> str:
    """Write an interval, or nothing where either end is missing."""
    _ = translate
    if not (isfinite(low) and isfinite(high)):
        return ""
    ends = (number_text(value, measure, translate, unit=False) for value in (low, high))
    return _("{low} to {high}").format(**dict(zip(("low", "high"), ends, strict=True)))
