"""Timing of the lift: strides of known times, pulses before, within and after them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.rehab.lift_timing import lift_timing


def strides(count: int = 10, *, level: float = 0.5, offset_s: float = 2.0) -> pd.DataFrame:
    """Left strides of 1.2 s, toe off 0.3 s and contact 0.8 s after foot-flat."""
    begin = 1.2 * np.arange(count)
    return pd.DataFrame(
        {
            "side": "left",
            "kind": "straight",
            "start_time_s": begin,
            "toe_off_time_s": begin + 0.3,
            "initial_contact_time_s": begin + 0.8,
            "clock_offset_s": offset_s,
            "swing_time_s": 0.5,
            "level_frac": level,
            "foot_pitch_mid_swing_deg": -4.0,
            "foot_pitch_initial_contact_deg": 6.0,
        }
    )


def test_level_stands_between_toe_off_and_contact() -> None:
    found = lift_timing(strides(level=0.6), "left")
    assert found.stride_count == 10
    assert found.level_after_toe_off_s.median == pytest.approx(0.3)
    assert found.level_before_contact_s.median == pytest.approx(0.2)
    assert found.never_level_frac == 0.0
    assert found.pitch_mid_swing_deg == pytest.approx((-4.0, -4.0, -4.0))
    assert np.isnan(found.stimulated_frac)


def test_a_foot_that_is_never_level_is_said() -> None:
    table = strides()
    table.loc[:3, "level_frac"] = np.nan
    found = lift_timing(table, "left")
    assert found.never_level_frac == 0.4
    assert found.level_after_toe_off_s.median == pytest.approx(0.25)


def test_turns_and_the_other_foot_do_not_count() -> None:
    table = strides()
    table.loc[:4, "kind"] = "turn"
    table.loc[5:6, "side"] = "right"
    assert lift_timing(table, "left").stride_count == 3
    nobody = lift_timing(table, "both")
    assert nobody.stride_count == 0
    assert np.isnan(nobody.never_level_frac)


def test_pulses_stand_on_the_sessions_clock() -> None:
    on = 2.0 + 1.2 * np.arange(10) + 0.18
    found = lift_timing(strides(), "left", on, on + 0.7)
    assert found.stimulated_frac == 1.0
    assert found.on_before_toe_off_s.median == pytest.approx(0.12)
    assert found.off_after_contact_s.median == pytest.approx(0.08)
    assert found.level_after_on_s.median == pytest.approx(0.25 + 0.12)


def test_a_stride_without_a_pulse_of_its_own_counts_as_such() -> None:
    on = (2.0 + 1.2 * np.arange(10) + 0.4)[::2]
    found = lift_timing(strides(), "left", on, on + 0.2)
    assert found.stimulated_frac == 0.5
    assert found.on_before_toe_off_s.median == pytest.approx(-0.1)
    assert found.off_after_contact_s.median == pytest.approx(-0.2)
    assert lift_timing(strides(), "left", np.zeros(0), np.zeros(0)).stimulated_frac == 0.0


@pytest.mark.parametrize(
    ("on", "off"),
    [([1.0, 2.0], [1.5]), ([1.0, 2.0], [0.5, 2.5]), ([1.0, 2.0], [2.2, 2.5]), ([1.0, np.nan], [1.5, 2.5])],
)
def test_pulses_that_do_not_alternate_are_refused(on: list[float], off: list[float]) -> None:
    with pytest.raises(SchemaError, match="on, off, on, off"):
        lift_timing(strides(), "left", np.array(on), np.array(off))


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(SchemaError, match="lacks level_frac"):
        lift_timing(strides().drop(columns="level_frac"), "left")
