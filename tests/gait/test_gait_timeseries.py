"""Every sample of the accepted strides, against the simulated truth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from footdrop_imu.columns import TIMESERIES_COLUMNS, names
from footdrop_imu.gait.foot import FootConfig, FootStrides, Samples
from footdrop_imu.gait.timeseries import foot_timeseries
from footdrop_imu.schema import SIDES
from footdrop_imu.simulate.walk import SimulatedWalk

FootOf = Callable[..., tuple[Samples, FootStrides]]


def series_of(walk: SimulatedWalk, foot_of: FootOf, side: str, config: FootConfig | None = None) -> dict[str, Any]:
    config = config or FootConfig()
    samples, strides = foot_of(walk, side, config)
    return foot_timeseries(samples, strides, left=side == "left", config=config)


def quaternions(series: dict[str, Any]) -> Rotation:
    return Rotation.from_quat(np.column_stack([series[f"orientation_{axis}"] for axis in "xyzw"]))


def positions(series: dict[str, Any]) -> np.ndarray:
    return np.column_stack([series[f"position_{axis}_m"] for axis in "xyz"])


@pytest.mark.parametrize("side", SIDES)
def test_one_row_a_sample_of_each_stride(exact_walk: SimulatedWalk, foot_of: FootOf, side: str) -> None:
    samples, strides = foot_of(exact_walk, side)
    series = series_of(exact_walk, foot_of, side)
    assert set(series) == set(names(TIMESERIES_COLUMNS)) - {"side"}
    measured = strides.measured
    expected = np.concatenate([np.arange(a, b) for a, b in zip(measured["start"], measured["end"], strict=True)])
    assert series["time_s"] == pytest.approx(expected / samples.rate_hz, abs=1e-12)
    assert np.bincount(series["stride"]).tolist() == (measured["end"] - measured["start"]).tolist()


@pytest.mark.parametrize("side", SIDES)
def test_the_orientation_is_foot_to_world_and_says_the_same_as_the_angles(
    turning_walk: SimulatedWalk, foot_of: FootOf, side: str
) -> None:
    series = series_of(turning_walk, foot_of, side)
    turn = quaternions(series)
    assert np.linalg.norm(turn.as_quat(), axis=1) == pytest.approx(np.ones(len(series["time_s"])))
    assert (series["orientation_w"] >= 0).all()
    forward = turn.apply([1.0, 0.0, 0.0])
    assert np.degrees(np.arcsin(forward[:, 2])) == pytest.approx(series["foot_pitch_deg"], abs=1e-6)
    inner = turn.apply([0.0, -1.0 if side == "left" else 1.0, 0.0])
    rolled = np.degrees(np.arctan2(inner[:, 2], turn.apply([0.0, 0.0, 1.0])[:, 2]))
    assert rolled == pytest.approx(series["foot_roll_deg"], abs=1e-6)


def test_each_stride_goes_along_x_of_its_own_world(turning_walk: SimulatedWalk, foot_of: FootOf) -> None:
    for side in SIDES:
        _, strides = foot_of(turning_walk, side)
        series = series_of(turning_walk, foot_of, side)
        place = positions(series)
        for number, length in enumerate(strides.measured["stride_length_m"]):
            rows = np.flatnonzero(series["stride"] == number)
            assert place[rows[0]] == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
            # the last row is one sample before the foot-flat: what lacks is the foot's speed at rest
            assert place[rows[-1]] == pytest.approx([length, 0.0, 0.0], abs=0.01)


def test_courses_are_the_true_ones(exact_walk: SimulatedWalk, foot_of: FootOf) -> None:
    for side in SIDES:
        series, true = series_of(exact_walk, foot_of, side), exact_walk.courses[side]
        at = np.rint(series["time_s"] * 200.0).astype(int)
        assert np.sqrt(np.mean((series["foot_pitch_deg"] - true.foot_pitch_deg[at]) ** 2)) < 0.5
        # up to the usual toe-out, 7 against 6 degrees here
        assert np.sqrt(np.mean((series["foot_roll_deg"] - true.foot_roll_deg[at]) ** 2)) < 2.0
        assert np.sqrt(np.mean((series["toe_height_m"] - true.toe_height_m[at]) ** 2)) < 0.002
        assert np.sqrt(np.mean((series["heel_height_m"] - true.heel_height_m[at]) ** 2)) < 0.004
        for number in np.unique(series["stride"]):
            rows = np.flatnonzero(series["stride"] == number)
            path = true.sensor_position_m[at[rows]] - true.sensor_position_m[at[rows[0]]]
            end = path[-1, :2] / np.linalg.norm(path[-1, :2])
            along = path[:, :2] @ end
            assert series["position_x_m"][rows] == pytest.approx(along, abs=0.012)
            assert series["position_z_m"][rows] == pytest.approx(path[:, 2], abs=0.008)


def test_a_reader_can_place_any_point_of_the_shoe(exact_walk: SimulatedWalk, foot_of: FootOf) -> None:
    """Sensor position plus turned lever arm is the toe: its height is the toe's."""
    arm = np.array(exact_walk.mounting["left"].sensor_to_toe_m)
    series = series_of(exact_walk, foot_of, "left")
    height = positions(series)[:, 2] + quaternions(series).apply(arm)[:, 2]
    for number in range(2, 6):
        rows = np.flatnonzero(series["stride"] == number)
        own = height[rows] - height[rows[0]]
        assert own == pytest.approx(series["toe_height_m"][rows], abs=0.004)


def test_swing_is_from_toe_off_to_contact(exact_walk: SimulatedWalk, foot_of: FootOf) -> None:
    samples, strides = foot_of(exact_walk, "right")
    series = series_of(exact_walk, foot_of, "right")
    assert set(series["phase"]) == {"stance", "swing"}
    at = np.rint(series["time_s"] * samples.rate_hz).astype(int)
    for number in range(len(strides.measured["start"])):
        swing = at[(series["stride"] == number) & (series["phase"] == "swing")]
        assert swing[0] == strides.measured["toe_off"][number]
        assert swing[-1] == strides.measured["initial_contact"][number] - 1
        assert len(swing) == swing[-1] - swing[0] + 1


def test_rejected_strides_have_no_rows_and_numbers_stay_those_of_the_table(
    exact_walk: SimulatedWalk, foot_of: FootOf
) -> None:
    samples, whole = foot_of(exact_walk, "left")
    start = int(whole.measured["start"][4])
    valid = samples.valid.copy()
    valid[start + 20 : start + 40] = False
    holed = samples._replace(valid=valid)
    _, strides = foot_of(exact_walk, "left", samples=holed)
    series = foot_timeseries(holed, strides, left=True, config=FootConfig())
    assert np.unique(series["stride"]).tolist() == list(range(len(strides.measured["start"])))
    index = np.rint(series["time_s"] * samples.rate_hz).astype(int)
    assert not ((index >= start) & (index < strides.rejected["end"][0])).any()


@pytest.mark.parametrize("stretch", [500, 1500])
def test_stretches_give_every_stride_once(exact_walk: SimulatedWalk, foot_of: FootOf, stretch: int) -> None:
    config = FootConfig(stretch_samples=stretch)
    whole, parts = (series_of(exact_walk, foot_of, "left", c) for c in (None, config))
    assert parts["time_s"].tolist() == whole["time_s"].tolist()
    assert parts["stride"].tolist() == whole["stride"].tolist()
    assert parts["position_x_m"] == pytest.approx(whole["position_x_m"], abs=0.02)
    assert parts["foot_pitch_deg"] == pytest.approx(whole["foot_pitch_deg"], abs=0.5)


def test_no_accepted_stride_gives_no_rows(exact_walk: SimulatedWalk, foot_of: FootOf) -> None:
    samples, _ = foot_of(exact_walk, "left")
    lost = samples._replace(valid=np.zeros(len(samples.acc), dtype=bool))
    _, strides = foot_of(exact_walk, "left", samples=lost)
    assert foot_timeseries(lost, strides, left=True, config=FootConfig()) == {}
