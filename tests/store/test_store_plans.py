"""Plans, version by version."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import PlanVersion, Prescription
from footdrop_imu.store.database import Store
from footdrop_imu.store.plans import add_plan_version, plan_versions

HOLDS = Prescription(
    exercise="towel_stretch",
    side="left",
    level="passive",
    sets=2,
    repetitions=4,
    hold_s=30.0,
    duration_s=240.0,
    times_a_day=2,
    weekdays=(0, 2, 4),
    start=date(2026, 3, 2),
    end=date(2026, 5, 31),
    note="gently",
    cleared=("crossed_leg", "supervision"),
)
FIRST = PlanVersion(
    1, date(2026, 3, 2), (HOLDS, replace(HOLDS, exercise="heel_raise", duration_s=60.0, weekdays=(), times_a_week=3)),
    datetime(2026, 3, 1, 18, 30, 0, 250000, tzinfo=timezone(timedelta(hours=-7))), "Dr. A", "to begin with",
)  # fmt: skip


def test_versions_come_back_as_they_were_made(with_person: Store) -> None:
    empty = PlanVersion(4, date(2027, 1, 1), (), datetime(2026, 12, 1, tzinfo=UTC))
    add_plan_version(with_person, "P07", FIRST)
    add_plan_version(with_person, "P07", empty)
    assert plan_versions(with_person, "P07") == (FIRST, empty)
    assert plan_versions(with_person, "P07")[0].made_at.utcoffset() == timedelta(hours=-7)


def test_a_version_is_never_changed(with_person: Store) -> None:
    add_plan_version(with_person, "P07", replace(FIRST, version=2))
    for version in (1, 2):
        with pytest.raises(StoreError, match="the next is 3") as refused:
            add_plan_version(with_person, "P07", replace(FIRST, version=version))
        assert refused.value.reason is StoreReason.EXISTS
    assert len(plan_versions(with_person, "P07")) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"side": ""},
        {"level": "hard"},
        {"sets": -1},
        {"weekdays": (7,)},
        {"hold_s": float("inf")},
        {"exercise": ""},
    ],
)
def test_a_prescription_that_may_not_be_is_refused_whole(with_person: Store, change: dict[str, object]) -> None:
    with pytest.raises(StoreError) as refused:
        add_plan_version(with_person, "P07", replace(FIRST, prescriptions=(HOLDS, replace(HOLDS, **change))))
    assert refused.value.reason is StoreReason.WRONG_VALUE
    assert plan_versions(with_person, "P07") == ()


def test_an_instant_without_an_offset_is_refused(with_person: Store) -> None:
    with pytest.raises(StoreError, match="without an offset"):
        add_plan_version(with_person, "P07", replace(FIRST, made_at=datetime(2026, 3, 1)))
