"""Every table's columns: name, type, unit, meaning. A table is made, checked and documented from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "EVENTS",
    "LANDINGS",
    "LATER",
    "REJECTED_COLUMNS",
    "STRIDE_COLUMNS",
    "STRIDE_KINDS",
    "TIMESERIES_COLUMNS",
    "Column",
    "check_table",
    "make_table",
    "names",
]

EVENTS = ("start", "toe_off", "mid_swing", "initial_contact", "end")
STRIDE_KINDS = ("stairs_up", "stairs_down", "ramp", "turn", "first", "last", "straight")
LANDINGS = ("heel", "flat", "forefoot", "outer_edge", "uncertain")


@dataclass(frozen=True)
class Column:
    """One column. ``type`` is the pandas dtype; ``unit`` "" = a pure number, an index or a word."""

    name: str
    type: str
    unit: str
    meaning: str


def _numbers(unit: str, rows: Mapping[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, "float64", unit, meaning) for name, meaning in rows.items())


_KEYS = (
    Column("session", "str", "", "name of the walk"),
    Column("side", "str", "", "left or right"),
    Column("stride", "int64", "", "0, 1, ... of that side, accepted rows in time order"),
)

_EVENT_MEANINGS = {
    "start": "foot-flat that opens the stride",
    "toe_off": "the toe leaves the floor",
    "mid_swing": "greatest forward speed of the foot",
    "initial_contact": "first contact of any part of the foot",
    "end": "foot-flat that closes the stride, the next one's start",
}

_EVENT_TIMES = (
    *_numbers("s", {f"{event}_time_s": f"{event} / rate_hz, on that recording's own clock" for event in EVENTS}),
    Column("clock_offset_s", "float64", "s", "the recording's index 0 on the session's clock"),
)

_MEASURES = (
    *_numbers(
        "s",
        {
            "stride_time_s": "start to end",
            "stance_time_s": "previous initial contact to toe off; NaN on a bout's first stride",
            "swing_time_s": "toe off to initial contact",
        },
    ),
    *_numbers("", {"stance_frac": "stance / (stance + swing)"}),
    *_numbers(
        "s",
        {
            "step_time_s": "the other foot's last contact to this foot's; needs both feet on one clock",
            "loading_double_support_s": "this foot's previous contact to the other foot's toe off",
            "pre_swing_double_support_s": "the other foot's contact to this foot's toe off",
        },
    ),
    *_numbers("m", {"step_length_m": "only where the walk starts with the heels on one line"}),
    *_numbers(
        "m",
        {
            "stride_length_m": "horizontal, start to end; on a treadmill relative to the belt",
            "stride_length_sd_m": "its standard uncertainty",
        },
    ),
    *_numbers(
        "m/s",
        {
            "walking_speed_mps": "stride length / stride time",
            "walking_speed_sd_mps": "its standard uncertainty",
        },
    ),
    *_numbers("steps/min", {"cadence_spm": "120 / stride time"}),
    *_numbers(
        "deg",
        {
            "foot_pitch_toe_off_deg": "foot's long axis above the floor at toe off, toes up positive",
            "foot_pitch_mid_swing_deg": "the same at mid swing",
            "foot_pitch_swing_max_deg": "greatest foot pitch from toe off to initial contact",
            "foot_pitch_initial_contact_deg": "foot strike angle",
            "foot_pitch_sd_deg": "standard uncertainty of a foot pitch of this stride, its zero included",
            "swing_dorsiflexion_deg": "greatest foot pitch from mid swing to initial contact; not the ankle",
        },
    ),
    *_numbers("", {"level_frac": "when in swing the foot regains 0 deg (0 toe off, 1 contact); NaN = never"}),
    *_numbers(
        "deg",
        {
            "ankle_dorsiflexion_swing_max_deg": "foot against shank, 0 in quiet standing, greatest in swing",
            "ankle_dorsiflexion_mid_swing_deg": "the same at mid swing",
            "ankle_dorsiflexion_initial_contact_deg": "the same at initial contact",
            "ankle_dorsiflexion_sd_deg": "standard uncertainty of an ankle angle of this stride, its zero included",
            "foot_roll_mid_swing_deg": "inversion positive, at mid swing",
            "foot_roll_initial_contact_deg": "inversion positive, at initial contact",
            "foot_roll_sd_deg": "standard uncertainty of a foot roll of this stride, its zero included",
            "toe_out_deg": "foot's long axis against the travel direction, toes outward positive",
        },
    ),
    *_numbers(
        "m",
        {
            "minimum_toe_clearance_m": "lowest height of the toe tip between its two swing maxima, above the line that "
            "joins its own heights at both foot-flats",
            "minimum_toe_clearance_sd_m": "its standard uncertainty",
        },
    ),
    *_numbers("", {"minimum_toe_clearance_frac": "when in swing (0 toe off, 1 initial contact)"}),
    Column(
        "minimum_toe_clearance_kind",
        "str",
        "",
        "local_minimum, or none: then the height at the toe's greatest forward speed",
    ),
    *_numbers(
        "m",
        {
            "minimum_sole_clearance_m": "lowest height of any point of the sole between its two swing maxima, above "
            "the floor: the line that joins the point's heights at both foot-flats, less what it stands up in a shoe "
            "that lies flat (toe spring)",
            "minimum_sole_clearance_sd_m": "its standard uncertainty",
        },
    ),
    Column("lowest_point", "str", "", "which point of the sole that is: heel, ball, outer_edge or toe"),
    *_numbers(
        "m",
        {
            "heel_height_max_m": "greatest height of the heel in the stride",
            "toe_height_max_m": "greatest height of the toe in the stride",
            "foot_height_max_m": "greatest height of the sensor in the stride",
            "circumduction_m": "greatest sideways departure of the heel's swing path, outward positive",
            "vaulting_m": "the other heel's height at this mid swing above its own foot-flat",
            "lift_from_foot_m": "toe height at mid swing got by tilting the foot: toe less heel, below 0 where "
            "the foot hangs; the four lift_ columns add up to the toe's height",
            "lift_from_leg_m": "toe height at mid swing got by lifting the whole leg (knee, hip, pelvis): the "
            "heel's height less sideways and vaulting",
            "lift_from_sideways_m": "toe height at mid swing got by swinging sideways: departure² / (2 leg length)",
            "lift_from_vaulting_m": "toe height at mid swing got by the other heel's rise",
        },
    ),
    Column(
        "landing",
        "str",
        "",
        "heel (pitch > 5 deg), else outer_edge (roll > 10 deg), flat (within 5 deg), forefoot (< -5 deg); uncertain",
    ),
    *_numbers(
        "",
        {
            "landing_confidence": "probability of that landing from the angles at contact and their sd; "
            "uncertain below 0.6"
        },
    ),
    *_numbers("deg/s", {"foot_slap_dps": "greatest toes-down rate, contact to foot-flat; heel landings only"}),
    *_numbers(
        "s",
        {
            "foot_flat_time_s": "heel contact until the foot lies within 3 deg of flat and has all but stopped turning "
            "(a tenth of its greatest toes-down rate); heel landings only"
        },
    ),
    Column("first_rocker", "boolean", "", "whether the foot rocks over the heel after contact"),
    *_numbers("deg/s", {"push_off_dps": "greatest toes-down rate before toe off"}),
    *_numbers(
        "",
        {
            "heel_off_frac": "when in stance (0 contact, 1 toe off) the heel leaves the floor: where the toes-down "
            "rate last was below 5 % of its push-off peak before the foot is 5 deg toes down of foot-flat"
        },
    ),
    Column("toe_drag", "boolean", "", "the toe touched in swing: probability 0.5 or more, or this person's threshold"),
    *_numbers("", {"toe_drag_probability": "probability that the toe touched in swing"}),
    *_numbers("s", {"toe_drag_time_s": "how long it touched; 0 without a drag"}),
    *_numbers(
        "",
        {
            "toe_drag_start_frac": "when in swing (0 toe off, 1 contact) the touching began; NaN without a drag",
            "toe_drag_frac_of_swing": "share of the swing that touched; 0 without a drag",
        },
    ),
    Column("toe_drag_kind", "str", "", "initial, mid or terminal by the third of swing of its middle; throughout"),
    Column("toe_drag_witnesses", "str", "", "which signs agreed: clearance, vibration, deceleration"),
    Column("toe_drag_baseline", "str", "", "what the signs were compared with: own, other_foot, population"),
    *_numbers("deg", {"turn_deg": "change of the foot's heading over the stride, left positive"}),
    *_numbers(
        "m",
        {
            "height_change_m": "end above start; measured before the level-floor condition",
            "height_change_sd_m": "its standard uncertainty",
        },
    ),
    Column("bout", "int64", "", "0, 1, ...: unbroken walking of that foot"),
    Column("position_in_bout", "int64", "", "0 = first stride of the bout"),
    Column("kind", "str", "", "one of stairs_up, stairs_down, ramp, turn, first, last, straight"),
)

_TRUST = (
    *_numbers(
        "",
        {
            "rest_quality": "stillness of the worse of the two foot-flats: 1 = as still as standing, 0 = moving "
            "as in swing",
        },
    ),
    *_numbers("deg", {"tilt_disagreement_deg": "gravity at the end against gravity carried over from the start"}),
    *_numbers(
        "",
        {
            "closure_ratio": "velocity left at the end over what the drift model expects (1 = as expected)",
            "lost_frac": "share of the stride's samples that were lost and filled",
        },
    ),
    *_numbers("s", {"gap_s": "longest run of lost samples in the stride"}),
    *_numbers("", {"clipped_frac": "share of the stride's samples at the sensor's limit"}),
    *_numbers("deg", {"mount_shift_deg": "gravity at this foot-flat against the walk's usual, in sensor axes"}),
    Column("grade", "str", "", "good, usable or poor"),
    Column("grade_reason", "str", "", "why not good, joined by ';'; null when good"),
)

STRIDE_COLUMNS: tuple[Column, ...] = (
    *_KEYS,
    *(Column(event, "int64", "", _EVENT_MEANINGS[event]) for event in EVENTS),
    *_EVENT_TIMES,
    *_MEASURES,
    *_TRUST,
)

REJECTED_COLUMNS: tuple[Column, ...] = (
    Column("session", "str", "", "name of the walk"),
    Column("side", "str", "", "left or right"),
    Column("stride", "Int64", "", "null: a rejected stride has no number"),
    *(Column(event, "Int64", "", f"{_EVENT_MEANINGS[event]}; null when not seen") for event in EVENTS),
    *_EVENT_TIMES,
    Column("reason", "str", "", "why the stride has no measures"),
)

TIMESERIES_COLUMNS: tuple[Column, ...] = (
    Column("side", "str", "", "left or right"),
    Column("time_s", "float64", "s", "on that recording's own grid, 0 at its index 0"),
    Column("stride", "int64", "", "the stride table's number"),
    *_numbers("deg", {"foot_pitch_deg": "toes up positive", "foot_roll_deg": "inversion positive"}),
    *_numbers(
        "m",
        {
            "position_x_m": "the sensor, from the stride's start, along its walking direction",
            "position_y_m": "to the left of it",
            "position_z_m": "up",
        },
    ),
    *_numbers("", {f"orientation_{axis}": "quaternion, foot to world" for axis in "xyzw"}),
    *_numbers(
        "m",
        {
            "toe_height_m": "above the line that joins its heights at start and end",
            "heel_height_m": "above the line that joins its heights at start and end",
        },
    ),
    *_numbers("deg", {"ankle_dorsiflexion_deg": "foot against shank"}),
    Column("phase", "str", "", "stance or swing"),
)

LATER: Mapping[str, str] = {
    "step_length_m": "the distance between the feet is not observable from two shoe sensors",
}
"""Columns that no release fills yet, each with the reason given under ``quality.unavailable``."""


def names(columns: Iterable[Column]) -> list[str]:
    """Column names in order."""
    return [column.name for column in columns]


def make_table(columns: tuple[Column, ...], data: Mapping[str, Any]) -> pd.DataFrame:
    """Make a table with exactly these columns, in order and type; a column not in ``data`` is missing throughout.

    Parameters
    ----------
    columns
        The table's definition.
    data
        Column name to array (n,) or scalar. At least one array.

    Returns
    -------
    pandas.DataFrame
        n rows with a fresh index.

    Raises
    ------
    SchemaError
        A name that is not in the definition, or an int64 column that is missing.
    """
    import pandas as pd

    unknown = sorted(set(data) - set(names(columns)))
    if unknown:
        raise SchemaError(SchemaReason.WRONG_COLUMNS, f"These are no columns of the table: {', '.join(unknown)}.")
    count = max((len(values) for values in data.values() if np.ndim(values) == 1), default=0)
    series = {}
    for column in columns:
        values = data.get(column.name)
        if values is None:
            if column.type == "int64" and count:
                raise SchemaError(SchemaReason.WRONG_COLUMNS, f"Column {column.name} must be given.")
            values = [np.nan if column.type == "float64" else None] * count
        elif np.ndim(values) == 0:
            values = [values] * count
        if getattr(values, "dtype", None) != column.type:
            values = pd.Series(values, dtype=column.type).array
        series[column.name] = values
    return pd.DataFrame(series, index=range(count))


def check_table(columns: tuple[Column, ...], table: pd.DataFrame) -> None:
    """Refuse a table whose columns, order or types are not the definition's.

    Raises
    ------
    SchemaError
        Says the first difference.
    """
    expected, found = names(columns), [str(name) for name in table.columns]
    if found != expected:
        missing = [name for name in expected if name not in found]
        extra = [name for name in found if name not in expected]
        raise SchemaError(
            SchemaReason.WRONG_COLUMNS,
            f"The table's columns differ from the definition: missing {missing or 'none'}, "
            f"unknown {extra or 'none'}{'' if missing or extra else ', wrong order'}.",
        )
    for column in columns:
        if str(table[column.name].dtype) != column.type:
            raise SchemaError(
                SchemaReason.WRONG_TYPE,
                f"Column {column.name} is {table[column.name].dtype}, expected {column.type}.",
            )
