"""Before and after: groups of days, single walks, what forbids a verdict."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.language import translator
from footdrop_imu.rehab.before_after import BeforeAfter, before_after
from footdrop_imu.rehab.change import compare_days
from footdrop_imu.rehab.json_ready import json_ready
from footdrop_imu.rehab.measures import measure_facts
from footdrop_imu.schema_rehab import Patient
from tests.rehab.made_walks import BEGIN, walks

LIFT, SPEED, AROUND, HEIGHT, VAULT = (
    *("foot_pitch_mid_swing_deg", "walking_speed_mps", "circumduction_m", "foot_height_max_m", "vaulting_m"),
)
PATIENT = Patient("ada", affected="left", primary_measure=LIFT)


def group(
    generator: np.random.Generator, count: int, first_day: int, *, lift: float = 0.0, height: float = 0.15, **how: str
) -> pd.DataFrame:
    """One walk every other day."""
    return walks(
        [
            {
                (LIFT, "left"): lift + 1.5 * generator.standard_normal(),
                (SPEED, "both"): 0.9 + 0.03 * generator.standard_normal(),
                (AROUND, "left"): 0.03 + 0.004 * generator.standard_normal(),
                (HEIGHT, "left"): height + 0.004 * generator.standard_normal(),
                (VAULT, "left"): 0.01 + 0.002 * generator.standard_normal(),
            }
            for _ in range(count)
        ],
        begin=BEGIN + timedelta(days=first_day),
        apart=timedelta(days=2),
        **how,
    )


def compared(before: pd.DataFrame, after: pd.DataFrame, patient: Patient = PATIENT) -> BeforeAfter:
    return before_after(patient, before, after, translator("en"))


def test_a_big_change_is_better_and_its_numbers_are_those_of_the_days() -> None:
    generator = np.random.default_rng(1)
    before, after = group(generator, 7, 0), group(generator, 6, 40, lift=12.0)
    found = compared(before, after)
    assert found.verdict.code == "better"
    line = found.verdict.line
    assert line is not None
    assert (line.baseline_count, line.latest_count) == (6, 6)  # the first day is practice
    assert line.left_out == {"practice": 1}
    value = pd.concat([before, after]).query("measure == @LIFT")["value"].to_numpy()[1:]
    assert line.change == pytest.approx(value[6:].mean() - value[:6].mean())
    own = compare_days(
        value[None], line.day.astype(np.int64), 6, 6, np.array([measure_facts(LIFT).prior_sem]),
        np.full((1, 12), 0.1),
    )  # fmt: skip
    assert line.smallest_detectable == pytest.approx(own.smallest_detectable[0])
    assert [said.code for said in found.sentences].count("also_seen") == 4
    assert found.glances == ()


def test_lift_bought_by_the_whole_leg_is_not_better() -> None:
    generator = np.random.default_rng(2)
    found = compared(group(generator, 7, 0), group(generator, 6, 40, lift=12.0, height=0.25))
    assert (found.verdict.code, found.verdict.reason) == ("not_known", "compensated")


def test_where_nothing_changed_little_is_called_a_change() -> None:
    generator = np.random.default_rng(3)
    found = [compared(group(generator, 6, 0), group(generator, 5, 30)) for _ in range(40)]
    assert np.mean([one.verdict.code in ("better", "worse") for one in found]) <= 0.25
    held = [one.verdict.line.low <= 0.0 <= one.verdict.line.high for one in found if one.verdict.line is not None]
    assert len(held) == 40
    assert np.mean(held) > 0.85


def test_two_single_walks_cannot_tell_a_change_from_how_days_differ() -> None:
    generator = np.random.default_rng(4)
    before, after = group(generator, 1, 0), group(generator, 1, 40, lift=9.0)
    found = compared(before, after)
    assert found.verdict.code == "not_known"
    glance = next(one for one in found.glances if one.measure == LIFT)
    assert glance.before == pytest.approx(before.query("measure == @LIFT")["value"].iloc[0])
    assert glance.after - glance.before > 4.0
    assert glance.usual == pytest.approx(1.6449 * 2**0.5 * measure_facts(LIFT).prior_sem, rel=1e-4)
    said = next(one for one in found.sentences if one.code == "cannot_tell")
    assert "cannot be told" in said.text
    assert "often differ by up to 4.7°" in said.text


def test_too_few_days_on_one_side_are_too_few() -> None:
    generator = np.random.default_rng(5)
    found = compared(group(generator, 9, 0), group(generator, 2, 40))
    assert found.verdict.code == "not_known"
    assert not any(line.compared for line in found.lines)
    assert all(np.isnan(line.change) for line in found.lines)
    assert {one.measure for one in found.glances} == {LIFT, SPEED, AROUND, HEIGHT, VAULT}


def test_other_conditions_are_not_compared() -> None:
    generator = np.random.default_rng(6)
    found = compared(
        group(generator, 7, 0, conditions="shoe=trainers"), group(generator, 6, 40, conditions="shoe=sandals")
    )
    assert (found.verdict.code, found.verdict.reason) == ("not_known", "conditions_differ")
    assert found.glances == ()


def test_recordings_that_are_not_good_do_not_count() -> None:
    generator = np.random.default_rng(7)
    found = compared(group(generator, 7, 0), group(generator, 6, 40, quality="usable"))
    assert (found.verdict.code, found.verdict.reason) == ("not_known", "quality")
    assert found.glances == ()


def test_an_unknown_side_has_no_verdict() -> None:
    generator = np.random.default_rng(8)
    walked = group(generator, 6, 0), group(generator, 6, 40)
    assert compared(*walked, Patient("ada", primary_measure=LIFT)).verdict.reason == "side_unknown"
    disputed = before_after(PATIENT, *walked, translator("en"), side_disputed=True)
    assert disputed.verdict.reason == "side_disputed"


def test_natural_recovery_and_association_are_said() -> None:
    generator = np.random.default_rng(9)
    recent = Patient("ada", affected="left", primary_measure=LIFT, cause="stroke", onset=date(2026, 2, 1))
    found = compared(group(generator, 6, 0), group(generator, 5, 40), recent)
    codes = [said.code for said in found.sentences]
    assert codes[-2:] == ["natural_recovery", "association"]
    assert "natural_recovery" not in [
        said.code for said in compared(group(generator, 6, 0), group(generator, 5, 40)).sentences
    ]


def test_it_is_json() -> None:
    generator = np.random.default_rng(10)
    found = compared(group(generator, 7, 0), group(generator, 1, 40))
    made = json.loads(json.dumps(json_ready(found), allow_nan=False))
    assert made["verdict"]["code"] == "not_known"
    assert made["lines"][0]["change"] is None
    assert made["lines"][0]["day"][0] == "2026-03-04"


def test_groups_that_overlap_or_are_empty_are_refused() -> None:
    generator = np.random.default_rng(11)
    one, other = group(generator, 5, 0), group(generator, 5, 4)
    with pytest.raises(SchemaError, match="none on the same day"):
        compared(one, other)
    with pytest.raises(SchemaError, match="give walks of both times"):
        compared(one, other.iloc[:0])
    with pytest.raises(SchemaError, match="lacks"):
        compared(one.drop(columns="quality"), other.drop(columns="quality"))
