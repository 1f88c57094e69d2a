"""Published healthy ranges: sourced, in the column's unit, at the person's own speed where the source gives that."""

from __future__ import annotations

import re

import pytest

from footdrop_imu.columns import STRIDE_COLUMNS, names
from footdrop_imu.rehab.reference import HEALTHY, NO_LOCAL_MINIMUM, HealthyReference, healthy_reference

ALL = [*HEALTHY.values(), NO_LOCAL_MINIMUM]


@pytest.mark.parametrize("reference", ALL, ids=lambda reference: reference.source)
def test_every_range_has_a_source_with_a_doi(reference: HealthyReference) -> None:
    assert re.fullmatch(r"10\.\d{4,9}/\S+", reference.doi)
    assert re.search(r"(19|20)\d\d", reference.source)
    assert 0 < reference.low < reference.high
    assert reference.meaning


def test_ranges_are_of_columns_that_exist() -> None:
    assert set(HEALTHY) <= set(names(STRIDE_COLUMNS))


@pytest.mark.parametrize("column", ["foot_pitch_mid_swing_deg", "circumduction_m", "swing_dorsiflexion_deg"])
def test_a_measure_without_a_published_value_has_none(column: str) -> None:
    assert healthy_reference(column, 1.0) is None


def test_clearance_stands_in_meters() -> None:
    clearance = healthy_reference("minimum_toe_clearance_m")
    assert clearance is not None
    assert (clearance.low, clearance.high) == (0.010, 0.020)


@pytest.mark.parametrize(("speed_mps", "stance_frac"), [(0.0, 0.642), (1.0, 0.607), (1.4, 0.593)])
def test_stance_falls_with_speed(speed_mps: float, stance_frac: float) -> None:
    stance = healthy_reference("stance_frac", speed_mps)
    assert stance is not None
    assert stance.low == stance.high == pytest.approx(stance_frac)


def test_stance_without_a_speed_is_a_range() -> None:
    stance = healthy_reference("stance_frac")
    assert stance is not None
    assert (stance.low, stance.high) == pytest.approx((0.600, 0.621))
