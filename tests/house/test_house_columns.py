"""The tables' columns: order, type, unit in the name."""

from __future__ import annotations

import pytest

from footdrop_imu.columns import (
    EVENTS,
    LATER,
    REJECTED_COLUMNS,
    STRIDE_COLUMNS,
    TIMESERIES_COLUMNS,
    Column,
    check_table,
    make_table,
    names,
)
from footdrop_imu.errors import SchemaError, SchemaReason

TABLES = {"strides": STRIDE_COLUMNS, "rejected": REJECTED_COLUMNS, "timeseries": TIMESERIES_COLUMNS}
SUFFIX = {"s": "_s", "m": "_m", "deg": "_deg", "deg/s": "_dps", "m/s": "_mps", "steps/min": "_spm"}
BARE = ("frac", "count", "probability", "confidence", "ratio", "quality")
MEASURES_IN_ORDER = (
    "stride_time_s stance_time_s swing_time_s stance_frac step_time_s loading_double_support_s "
    "pre_swing_double_support_s step_length_m stride_length_m stride_length_sd_m walking_speed_mps "
    "cadence_spm foot_pitch_toe_off_deg foot_pitch_mid_swing_deg foot_pitch_swing_max_deg "
    "foot_pitch_initial_contact_deg swing_dorsiflexion_deg level_frac ankle_dorsiflexion_swing_max_deg "
    "foot_roll_mid_swing_deg foot_roll_initial_contact_deg toe_out_deg minimum_toe_clearance_m "
    "minimum_toe_clearance_frac minimum_toe_clearance_kind minimum_sole_clearance_m lowest_point "
    "heel_height_max_m toe_height_max_m foot_height_max_m circumduction_m vaulting_m lift_from_foot_m "
    "landing landing_confidence foot_slap_dps foot_flat_time_s first_rocker push_off_dps heel_off_frac "
    "toe_drag toe_drag_probability toe_drag_time_s toe_drag_frac_of_swing toe_drag_witnesses turn_deg "
    "height_change_m bout position_in_bout kind rest_quality tilt_disagreement_deg closure_ratio lost_frac "
    "gap_s clipped_frac mount_shift_deg grade grade_reason"
)
UNCERTAINTIES = (
    "stride_length_sd_m walking_speed_sd_mps height_change_sd_m minimum_toe_clearance_sd_m "
    "minimum_sole_clearance_sd_m foot_pitch_sd_deg foot_roll_sd_deg"
)
EVERY = [pytest.param(column, id=f"{table}-{column.name}") for table, of in TABLES.items() for column in of]


@pytest.mark.parametrize("column", EVERY)
def test_a_name_carries_its_unit(column: Column) -> None:
    if column.unit:
        assert column.name.endswith(SUFFIX[column.unit])
        assert column.type == "float64"
    else:
        assert not column.name.endswith(tuple(SUFFIX.values()))


@pytest.mark.parametrize("column", EVERY)
def test_a_column_has_a_type_that_can_hold_its_missing_values(column: Column) -> None:
    assert column.type in ("float64", "int64", "Int64", "str", "boolean")
    assert column.meaning
    if column.type == "float64" and not column.unit:
        assert any(word in column.name for word in BARE) or column.name.startswith("orientation_")


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_no_name_stands_twice(table: tuple[Column, ...]) -> None:
    assert len(set(names(table))) == len(table)


def test_one_name_means_one_unit_in_every_table() -> None:
    units: dict[str, set[str]] = {}
    for table in TABLES.values():
        for column in table:
            units.setdefault(column.name, set()).add(column.unit)
    assert {name for name, of in units.items() if len(of) > 1} == set()


def test_the_stride_table_opens_with_its_keys() -> None:
    opening = [
        *("session", "side", "stride"),
        *EVENTS,
        *(f"{event}_time_s" for event in EVENTS),
        "clock_offset_s",
    ]
    assert names(STRIDE_COLUMNS)[: len(opening)] == opening
    assert names(REJECTED_COLUMNS) == [*opening, "reason"]
    assert EVENTS == ("start", "toe_off", "mid_swing", "initial_contact", "end")


def test_measures_stand_in_the_order_of_their_definition() -> None:
    order = MEASURES_IN_ORDER.split()
    found = names(STRIDE_COLUMNS)
    places = [found.index(name) for name in order]
    assert places == sorted(places)
    assert found[-1] == "grade_reason"


def test_every_estimated_measure_that_can_has_its_uncertainty() -> None:
    found = names(STRIDE_COLUMNS)
    for measure in UNCERTAINTIES.split():
        assert measure in found


def test_later_columns_exist_and_say_why_they_are_empty() -> None:
    assert set(LATER) <= set(names(STRIDE_COLUMNS))
    assert all(reason for reason in LATER.values())


def test_a_made_table_obeys_its_definition() -> None:
    keys = {column.name: [0, 1] for column in STRIDE_COLUMNS if column.type == "int64"}
    table = make_table(STRIDE_COLUMNS, {"session": "walk", "side": ["left", "right"], **keys})
    check_table(STRIDE_COLUMNS, table)
    assert table["toe_drag"].isna().all()
    assert table["stride_length_m"].isna().all()


def test_an_empty_table_still_has_every_column() -> None:
    table = make_table(REJECTED_COLUMNS, {"session": []})
    check_table(REJECTED_COLUMNS, table)
    assert len(table) == 0


def test_a_wrong_table_is_refused() -> None:
    good = make_table(TIMESERIES_COLUMNS, {"side": ["left"], "stride": [0]})
    with pytest.raises(SchemaError, match="missing") as missing:
        check_table(TIMESERIES_COLUMNS, good.drop(columns="phase"))
    assert missing.value.reason is SchemaReason.WRONG_COLUMNS
    with pytest.raises(SchemaError, match="wrong order"):
        check_table(TIMESERIES_COLUMNS, good[names(TIMESERIES_COLUMNS)[::-1]])
    with pytest.raises(SchemaError, match="float32") as kind:
        check_table(TIMESERIES_COLUMNS, good.astype({"time_s": "float32"}))
    assert kind.value.reason is SchemaReason.WRONG_TYPE
    with pytest.raises(SchemaError, match="no columns of the table: speed"):
        make_table(TIMESERIES_COLUMNS, {"side": ["left"], "stride": [0], "speed": [1.0]})
    with pytest.raises(SchemaError, match="stride must be given"):
        make_table(TIMESERIES_COLUMNS, {"side": ["left"]})
