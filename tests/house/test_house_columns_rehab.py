"""The tables of a person's course, and the nouns beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.columns import Column, check_table, make_table
from footdrop_imu.columns_rehab import (
    ALSO_DONE_COLUMNS,
    BESIDE_COLUMNS,
    COURSE_COLUMNS,
    DOSE_COLUMNS,
    DUE_COLUMNS,
    LOG_COLUMNS,
    LOG_ENTRY_COLUMNS,
    WALK_MEASURE_COLUMNS,
    WEEK_COLUMNS,
)
from footdrop_imu.errors import SchemaError
from footdrop_imu.schema_rehab import EVENT_KINDS, RESTARTING_EVENTS, Motion

TABLES = {
    "walk_measures": WALK_MEASURE_COLUMNS,
    "log_entries": LOG_ENTRY_COLUMNS,
    "log": LOG_COLUMNS,
    "due": DUE_COLUMNS,
    "weeks": WEEK_COLUMNS,
    "course": COURSE_COLUMNS,
    "also_done": ALSO_DONE_COLUMNS,
    "beside": BESIDE_COLUMNS,
    "dose": DOSE_COLUMNS,
}
EVERY = [pytest.param(column, id=f"{table}-{column.name}") for table, of in TABLES.items() for column in of]


@pytest.mark.parametrize("column", EVERY)
def test_a_column_says_what_it_means_and_its_unit(column: Column) -> None:
    assert column.meaning
    assert column.type in ("str", "int64", "float64", "boolean", "datetime64[us]")
    assert (column.unit == "s") == column.name.endswith("_s")


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_can_be_made_and_checked(table: tuple[Column, ...]) -> None:
    empty = {"str": [""], "int64": [0], "float64": [np.nan], "boolean": [pd.NA], "datetime64[us]": ["2026-03-02"]}
    made = make_table(table, {column.name: pd.array(empty[column.type], dtype=column.type) for column in table})
    check_table(table, made)
    assert len(made) == 1


def test_every_restarting_event_is_an_event() -> None:
    assert set(RESTARTING_EVENTS) < set(EVENT_KINDS)


def test_a_motion_of_uneven_arrays_is_refused() -> None:
    zeros, flags = np.zeros(5), np.zeros(5, dtype=bool)
    with pytest.raises(SchemaError, match="turn_deg"):
        Motion("left_foot", 100.0, zeros, zeros, zeros, np.zeros((5, 2)), zeros, flags, flags, zeros, zeros, True)
    with pytest.raises(SchemaError, match="still"):
        Motion("left_foot", 100.0, zeros, zeros, zeros, np.zeros((5, 3)), zeros, flags, flags[1:], zeros, zeros, True)
