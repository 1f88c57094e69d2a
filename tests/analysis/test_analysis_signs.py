"""The table of signs, by movements planted on both feet and carried through the whole analysis.

Toes up is a positive pitch and a negative gyr_y; the inner edge up (inversion) is a positive roll on both feet; the
left is a positive turn; outward is +y on the left foot and -y on the right; toes outward are a positive toe-out.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.analysis import analyze
from footdrop_imu.schema import SIDES, Mounting, SessionResult, Shoe
from footdrop_imu.simulate.pattern import FootPattern, Turn, Variability, WalkConfig
from footdrop_imu.simulate.sensor import SensorConfig, ideal_sensor
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

STILL = Variability().scaled(0.0)


def walked(
    left: FootPattern, right: FootPattern, turns: tuple[Turn, ...] = (), anyhow: bool = False
) -> tuple[SimulatedWalk, SessionResult]:
    """Two feet, aligned sensors or such that sit anyhow, their mounting entered."""
    config = WalkConfig(distance_m=16.0, left=left, right=right, turns=turns, variability=STILL, seed=3)
    sensor = SensorConfig(rate_hz=100.0, random_mounting=True, seed=3) if anyhow else ideal_sensor(100.0)
    walk = simulate_walk(config, sensor)
    shoes = tuple(Shoe(side, 0.27, "instep", Mounting(rotation=walk.mounting[side].rotation)) for side in SIDES)
    return walk, analyze(replace(walk.session, shoes=shoes), timeseries=True)


def straight(table: pd.DataFrame, side: str, column: str) -> float:
    rows = table[(table["side"] == side) & (table["kind"] == "straight")]
    return float(rows[column].median())


USUAL = FootPattern()


@pytest.mark.parametrize("anyhow", [False, True])
@pytest.mark.parametrize("weak", SIDES)
def test_toes_up_is_a_positive_pitch(weak: str, anyhow: bool) -> None:
    """One foot lands with the toes 20 degrees up, the other with the toes 15 degrees down."""
    drop = replace(USUAL, strike_angle_deg=-15.0, swing_drop_deg=25.0)
    feet = {side: drop if side == weak else replace(USUAL, strike_angle_deg=20.0) for side in SIDES}
    _, result = walked(**feet, anyhow=anyhow)
    for side in SIDES:
        expected = -15.0 if side == weak else 20.0
        found = straight(result.strides, side, "foot_pitch_initial_contact_deg")
        assert found == pytest.approx(expected, abs=5.0 if side == weak else 2.0)
        assert straight(result.strides, side, "foot_pitch_toe_off_deg") < -45.0
        assert straight(result.strides, side, "push_off_dps") > 200.0


def test_rising_toes_are_a_negative_rate_about_y() -> None:
    """With the sensor aligned to the foot: where the pitch in the time series rises, gyr_y is negative."""
    walk, result = walked(USUAL, USUAL)
    assert result.timeseries is not None
    for side in SIDES:
        streams = [s for s in walk.session.streams if s.segment == f"{side}_foot"]
        rates = next(s.values for s in streams if s.quantity == "angular_velocity")  # noqa: PD011
        rows = result.timeseries[result.timeseries["side"] == side]
        pitch = rows["foot_pitch_deg"].to_numpy()
        index = np.rint(rows["time_s"].to_numpy() * 100.0).astype(int)
        rate = np.gradient(pitch) * 100.0
        inner = (np.diff(index, prepend=-9) == 1) & (np.diff(index, append=10**9) == 1) & (np.abs(rate) > 60.0)
        measured = np.degrees(rates[index, 1])
        assert inner.sum() > 300
        assert (np.sign(measured[inner]) == -np.sign(rate[inner])).mean() > 0.98
        assert np.corrcoef(measured[inner], rate[inner])[0, 1] < -0.98


@pytest.mark.parametrize("anyhow", [False, True])
@pytest.mark.parametrize("weak", SIDES)
def test_inversion_is_a_positive_roll_on_both_feet(weak: str, anyhow: bool) -> None:
    """One foot swings and lands with its inner edge up, the other with its outer edge up."""
    inverted = replace(USUAL, swing_roll_deg=16.0, strike_roll_deg=14.0)
    everted = replace(USUAL, swing_roll_deg=-8.0, strike_roll_deg=-6.0)
    feet = {side: inverted if side == weak else everted for side in SIDES}
    walk, result = walked(**feet, anyhow=anyhow)
    for side in SIDES:
        sign = 1.0 if side == weak else -1.0
        for column in ("foot_roll_mid_swing_deg", "foot_roll_initial_contact_deg"):
            found = straight(result.strides, side, column)
            assert sign * found > 3.0
            assert found == pytest.approx(straight(walk.strides, side, column), abs=2.0)


@pytest.mark.parametrize("turn_deg", [120.0, -120.0])
def test_a_turn_to_the_left_is_positive_for_both_feet(turn_deg: float) -> None:
    walk, result = walked(USUAL, USUAL, turns=(Turn(8.0, turn_deg, 3.0),), anyhow=True)
    for side in SIDES:
        rows = result.strides[result.strides["side"] == side]
        assert rows["turn_deg"].sum() == pytest.approx(turn_deg, abs=8.0)
        turning = rows.loc[rows["kind"] == "turn", "turn_deg"]
        assert len(turning) >= 2
        assert (np.sign(turning) == np.sign(turn_deg)).all()
    # seen from above: the walk's own world ends up facing left of where it began
    way = np.diff(walk.courses["left"].sensor_position_m[:, :2], axis=0)
    assert np.sign(way[-400:, 1].sum()) == np.sign(turn_deg)


@pytest.mark.parametrize("weak", SIDES)
def test_a_swing_that_bows_outward_is_positive_on_both_feet(weak: str) -> None:
    bowed = replace(USUAL, circumduction_m=0.07)
    feet = {side: bowed if side == weak else replace(USUAL, circumduction_m=0.0) for side in SIDES}
    walk, result = walked(**feet)
    other = "right" if weak == "left" else "left"
    bow = straight(result.strides, weak, "circumduction_m") - straight(result.strides, other, "circumduction_m")
    assert 0.03 < bow < 0.09
    for side in SIDES:
        true = straight(walk.strides, side, "circumduction_m")
        assert straight(result.strides, side, "circumduction_m") == pytest.approx(true, abs=0.015)


@pytest.mark.parametrize("outward", SIDES)
def test_toes_outward_are_positive_on_both_feet(outward: str) -> None:
    """One foot points 15 degrees outward, the other 8 inward."""
    feet = {side: replace(USUAL, toe_out_deg=15.0 if side == outward else -8.0) for side in SIDES}
    _, result = walked(**feet)
    for side in SIDES:
        expected = 15.0 if side == outward else -8.0
        assert straight(result.strides, side, "toe_out_deg") == pytest.approx(expected, abs=1.5)


def test_up_is_positive() -> None:
    """Steppage raises every height; the sensor's z in the time series rises with it."""
    _, result = walked(replace(USUAL, steppage_m=0.06), USUAL)
    for column in ("toe_height_max_m", "foot_height_max_m", "minimum_toe_clearance_m"):
        assert straight(result.strides, "left", column) > straight(result.strides, "right", column) > 0.0, column
    assert result.timeseries is not None
    assert result.timeseries["position_z_m"].max() == pytest.approx(result.strides["foot_height_max_m"].max(), abs=1e-9)
