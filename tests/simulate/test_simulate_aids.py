"""Walks with an orthosis and with a stimulator: what changes in the foot, and when the stimulator was on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.schema import Condition
from footdrop_imu.simulate.aids import OrthosisFit, aided_condition, with_orthosis, with_stimulator
from footdrop_imu.simulate.pattern import FootPattern, WalkConfig, foot_drop
from footdrop_imu.simulate.sensor import ideal_sensor
from footdrop_imu.simulate.stimulation import Stimulation
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

WEAK = WalkConfig(speed_mps=0.8, distance_m=22.0, right=foot_drop(0.8), seed=4)
EXACT = Stimulation(jitter_s=0.0)


def walked(config: WalkConfig) -> SimulatedWalk:
    return simulate_walk(config, ideal_sensor(50.0))


def straight(made: SimulatedWalk, side: str = "right") -> pd.DataFrame:
    strides = made.strides
    return strides[(strides["side"] == side) & (strides["kind"] == "straight")]


def medians(made: SimulatedWalk, side: str = "right") -> pd.Series:
    return straight(made, side).median(numeric_only=True)


@pytest.fixture(scope="module")
def weak() -> SimulatedWalk:
    return walked(WEAK)


def test_an_orthosis_holds_the_foot_and_takes_from_its_push_off(weak: SimulatedWalk) -> None:
    without, braced = medians(weak), medians(walked(with_orthosis(WEAK, "right")))
    assert braced["foot_pitch_mid_swing_deg"] > without["foot_pitch_mid_swing_deg"] + 8.0
    assert without["foot_pitch_initial_contact_deg"] < -1.0 < 3.0 < braced["foot_pitch_initial_contact_deg"] < 12.0
    assert braced["foot_pitch_toe_off_deg"] > without["foot_pitch_toe_off_deg"] + 6.0
    assert braced["minimum_toe_clearance_m"] > without["minimum_toe_clearance_m"]
    assert braced["circumduction_m"] < without["circumduction_m"]
    assert braced["walking_speed_mps"] == pytest.approx(without["walking_speed_mps"] + 0.06, abs=0.02)


def test_the_other_foot_and_a_bad_fit_change_nothing_but_the_speed() -> None:
    braced = with_orthosis(WEAK, "right", OrthosisFit(hold_frac=0.0, push_off_frac=1.0, faster_mps=0.0))
    assert braced == WEAK
    assert with_orthosis(WEAK, "right").left == WEAK.left
    left = with_orthosis(replace(WEAK, left=WEAK.right, right=WEAK.left), "left")
    assert (left.left, left.right) == (with_orthosis(WEAK, "right").right, WEAK.left)


def test_a_stimulator_that_is_on_in_time_lifts_and_leaves_the_push_off(weak: SimulatedWalk) -> None:
    made = walked(with_stimulator(WEAK, "right", EXACT))
    without, lifted, told = medians(weak), medians(made), made.feet["right"].phases.stimulation
    assert told is not None
    assert made.feet["left"].phases.stimulation is None
    assert not told.missed.any()
    phases = made.feet["right"].phases
    np.testing.assert_allclose(told.on_s, phases.heel_off, atol=1e-9)
    np.testing.assert_allclose(told.off_s, phases.contact + 0.1, atol=1e-9)
    assert lifted["foot_pitch_initial_contact_deg"] > without["foot_pitch_initial_contact_deg"] + 10.0
    assert lifted["foot_pitch_mid_swing_deg"] > without["foot_pitch_mid_swing_deg"] + 8.0
    assert lifted["foot_pitch_toe_off_deg"] == pytest.approx(without["foot_pitch_toe_off_deg"], abs=3.0)


def test_late_lifts_less_and_early_pushes_off_less() -> None:
    in_time, late, early = (
        medians(walked(with_stimulator(WEAK, "right", replace(EXACT, lag_s=lag)))) for lag in (0.0, 0.5, -0.3)
    )
    assert late["foot_pitch_mid_swing_deg"] < in_time["foot_pitch_mid_swing_deg"] - 2.5
    assert late["minimum_toe_clearance_m"] < in_time["minimum_toe_clearance_m"]
    assert early["foot_pitch_toe_off_deg"] > in_time["foot_pitch_toe_off_deg"] + 5.0
    assert early["foot_pitch_mid_swing_deg"] > in_time["foot_pitch_mid_swing_deg"] - 1.0


def test_missed_swings_hang_as_without_it(weak: SimulatedWalk) -> None:
    made = walked(with_stimulator(WEAK, "right", replace(EXACT, missed_frac=0.4)))
    told = made.feet["right"].phases.stimulation
    assert told is not None
    assert 0.1 < told.missed.mean() < 0.7
    assert np.isnan(told.on_s[told.missed]).all()
    assert np.isfinite(told.on_s[~told.missed]).all()
    assert (told.lift_landing[told.missed] == 0.0).all()
    assert (told.lift_landing[~told.missed] > 0.95).all()
    # each swing's landing shows whether it was lifted
    contact = made.feet["right"].phases.contact
    landed = straight(made)["foot_pitch_initial_contact_deg"]
    threshold = 0.5 * (medians(weak)["foot_pitch_initial_contact_deg"] + landed.max())
    foot = made.feet["right"]
    strike = np.degrees(np.asarray(foot.motion.courses(contact))[:, 1])
    np.testing.assert_array_equal(strike < threshold, told.missed)


def test_the_same_seed_stimulates_at_the_same_times() -> None:
    config = with_stimulator(WEAK, "right", Stimulation(missed_frac=0.2))
    one, two = (walked(config).feet["right"].phases.stimulation for _ in range(2))
    assert one is not None
    assert two is not None
    np.testing.assert_array_equal(one.on_s, two.on_s)
    jitter = one.on_s - walked(config).feet["right"].phases.heel_off
    assert 0.0 < np.nanstd(jitter) < 0.03


def test_the_condition_says_what_was_worn() -> None:
    usual = Condition(shoe="own", aid="stick")
    assert aided_condition("orthosis", usual) == Condition(
        shoe="own", aid="stick", orthosis="ankle_foot_orthosis", stimulator="none"
    )
    assert aided_condition("stimulator").stimulator == "on"
    assert aided_condition("none").orthosis == "none"
    made = simulate_walk(WEAK, ideal_sensor(50.0), condition=aided_condition("orthosis"))
    assert made.session.condition.orthosis == "ankle_foot_orthosis"
    with pytest.raises(SchemaError, match="use one of none"):
        aided_condition("crutch")


def test_what_no_aid_can_be_is_refused() -> None:
    with pytest.raises(SchemaError, match="hold_frac is 2"):
        OrthosisFit(hold_frac=2.0)
    with pytest.raises(SchemaError, match="lag_s is 3"):
        Stimulation(lag_s=3.0)
    with pytest.raises(SchemaError, match="lift_frac is -1"):
        with_stimulator(WEAK, "right", lift_frac=-1.0)
    with pytest.raises(SchemaError, match="needs both"):
        FootPattern(stimulation=Stimulation())
