"""The true stride table: its definition, its plausibility, and its columns recomputed from the courses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.columns import EVENTS, STRIDE_COLUMNS, check_table
from footdrop_imu.schema import SIDES
from footdrop_imu.simulate.drag import Drags
from footdrop_imu.simulate.pattern import FootPattern, Stop, Turn, WalkConfig, corridor, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig, ideal_sensor
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk, true_strides


@pytest.fixture(scope="module")
def healthy_walk() -> SimulatedWalk:
    return simulate_walk(WalkConfig(speed_mps=1.3, distance_m=60.0, seed=11), ideal_sensor(204.8))


@pytest.fixture(scope="module")
def mixed_walk() -> SimulatedWalk:
    config = WalkConfig(
        speed_mps=0.9,
        distance_m=40.0,
        left=foot_drop(0.8),
        turns=corridor(40.0, 14.0),
        stops=(Stop(20.0, 4.0),),
        seed=7,
    )
    return simulate_walk(config, SensorConfig(rate_hz=100.0, right_start_s=0.034, seed=7))


def of(walk: SimulatedWalk, side: str, kind: str | None = None) -> pd.DataFrame:
    table = walk.strides[walk.strides["side"] == side]
    return table if kind is None else table[table["kind"] == kind]


def test_the_table_obeys_its_definition(healthy_walk: SimulatedWalk, mixed_walk: SimulatedWalk) -> None:
    for walk in (healthy_walk, mixed_walk):
        check_table(STRIDE_COLUMNS, walk.strides)
        for side in SIDES:
            table = of(walk, side)
            assert (np.diff(table[list(EVENTS)].to_numpy(), axis=1) > 0).all()
            assert table["end"].max() < len(walk.courses[side].time_s)
            assert (table["stride"].to_numpy() == np.arange(len(table))).all()
            rate_hz = walk.session.streams[0].rate_hz
            assert table["toe_off_time_s"].to_numpy() == pytest.approx(table["toe_off"].to_numpy() / rate_hz)


def test_strides_of_a_bout_are_joined_at_foot_flat(mixed_walk: SimulatedWalk) -> None:
    for side in SIDES:
        table = of(mixed_walk, side)
        same = table["bout"].to_numpy()[1:] == table["bout"].to_numpy()[:-1]
        assert (table["end"].to_numpy()[:-1][same] == table["start"].to_numpy()[1:][same]).all()
        assert (~same).sum() == 1
        assert (table["kind"] == "turn").sum() >= 4
        assert table["position_in_bout"].iloc[0] == 0


@pytest.mark.parametrize(
    ("column", "low", "high"),
    [  # textbook ranges of healthy adults at 1.3 m/s
        ("foot_pitch_initial_contact_deg", 15.0, 28.0),
        ("foot_pitch_toe_off_deg", -75.0, -55.0),
        ("foot_pitch_mid_swing_deg", -20.0, 5.0),
        ("minimum_toe_clearance_m", 0.010, 0.025),
        ("heel_height_max_m", 0.20, 0.30),
        ("toe_height_max_m", 0.06, 0.18),
        ("stance_frac", 0.58, 0.64),
        ("walking_speed_mps", 1.25, 1.35),
        ("stride_length_m", 1.3, 1.5),
        ("cadence_spm", 100.0, 120.0),
        ("loading_double_support_s", 0.08, 0.18),
        ("pre_swing_double_support_s", 0.08, 0.18),
        ("step_time_s", 0.5, 0.6),
        ("step_length_m", 0.65, 0.78),
        ("push_off_dps", 400.0, 600.0),
        ("foot_slap_dps", 150.0, 350.0),
        ("toe_out_deg", 3.0, 9.0),
        ("heel_off_frac", 0.5, 0.7),
        ("minimum_toe_clearance_frac", 0.3, 0.65),
        ("circumduction_m", 0.0, 0.05),
        ("vaulting_m", -0.001, 0.02),
    ],
)
def test_a_healthy_walk_is_plausible(healthy_walk: SimulatedWalk, column: str, low: float, high: float) -> None:
    for side in SIDES:
        assert low < of(healthy_walk, side, "straight")[column].mean() < high


def test_healthy_signals_are_plausible(healthy_walk: SimulatedWalk) -> None:
    table = of(healthy_walk, "left", "straight")
    acc, gyr = (stream.values for stream in healthy_walk.session.streams[:2])  # noqa: PD011
    impact = [np.linalg.norm(acc[c - 2 : c + 12], axis=1).max() / 9.81 for c in table["initial_contact"]]
    turning = [
        np.degrees(np.linalg.norm(gyr[a:b], axis=1).max()) for a, b in zip(table["start"], table["end"], strict=True)
    ]
    assert 3.0 < np.median(impact) < 10.0
    assert 300.0 < np.median(turning) < 600.0
    flat = np.concatenate([gyr[a - 10 : a + 10] for a in table["start"]])
    assert 0.5 < np.degrees(np.sqrt((flat**2).sum(axis=1).mean())) < 15.0  # a living foot, not a stone
    stand = gyr[:300]
    assert np.degrees(np.sqrt((stand**2).sum(axis=1).mean())) < 1.5


def test_lengths_and_angles_are_those_of_the_courses(mixed_walk: SimulatedWalk) -> None:
    for side in SIDES:
        table, course = of(mixed_walk, side), mixed_walk.courses[side]
        way = course.sensor_position_m[table["end"]] - course.sensor_position_m[table["start"]]
        assert table["stride_length_m"].to_numpy() == pytest.approx(np.linalg.norm(way[:, :2], axis=1), abs=2e-3)
        for event in ("toe_off", "mid_swing", "initial_contact"):
            expected = course.foot_pitch_deg[table[event]]
            assert table[f"foot_pitch_{event}_deg"].to_numpy() == pytest.approx(expected, abs=1e-9)
        expected = course.foot_roll_deg[table["initial_contact"]]
        assert table["foot_roll_initial_contact_deg"].to_numpy() == pytest.approx(expected, abs=1e-9)


def test_heights_and_clearance_are_those_of_the_courses(mixed_walk: SimulatedWalk) -> None:
    for side in SIDES:
        table, course = of(mixed_walk, side), mixed_walk.courses[side]
        for row in table.itertuples():
            assert course.toe_height_m[row.start] == pytest.approx(0.0, abs=1e-9)
            assert course.heel_height_m[row.end] == pytest.approx(0.0, abs=1e-9)
            swing = course.toe_height_m[row.toe_off : row.initial_contact + 1]
            assert row.toe_height_max_m == pytest.approx(swing.max(), abs=2e-3)
            assert row.heel_height_max_m == pytest.approx(
                course.heel_height_m[row.toe_off : row.initial_contact + 1].max(), abs=2e-3
            )
            at = round(row.minimum_toe_clearance_frac * (len(swing) - 1))
            assert row.minimum_toe_clearance_m == pytest.approx(swing[at], abs=3e-3)
            if row.minimum_toe_clearance_kind == "local_minimum":
                assert swing[:at].max() > row.minimum_toe_clearance_m < swing[at:].max()


def test_mid_swing_is_where_the_sensor_is_fastest(healthy_walk: SimulatedWalk) -> None:
    table, course = of(healthy_walk, "right"), healthy_walk.courses["right"]
    speed = np.linalg.norm(np.gradient(course.sensor_position_m[:, :2], axis=0), axis=1)
    fastest = [a + np.argmax(speed[a:b]) for a, b in zip(table["toe_off"], table["initial_contact"], strict=True)]
    assert np.abs(table["mid_swing"].to_numpy() - np.array(fastest)).max() <= 2


def test_steps_use_the_shared_clock(mixed_walk: SimulatedWalk) -> None:
    left, right = of(mixed_walk, "left"), of(mixed_walk, "right")
    assert right["clock_offset_s"].to_numpy() == pytest.approx(0.034)
    ours = left["initial_contact_time_s"].to_numpy() + left["clock_offset_s"].to_numpy()
    theirs = right["initial_contact_time_s"].to_numpy() + right["clock_offset_s"].to_numpy()
    for when, step in zip(ours, left["step_time_s"], strict=True):
        if np.isfinite(step):
            assert step == pytest.approx(when - theirs[theirs < when].max())
    swing_right = theirs - (right["toe_off_time_s"].to_numpy() + right["clock_offset_s"].to_numpy())
    assert left["step_time_s"].notna().sum() >= len(left) - 2
    assert (swing_right > 0.2).all()
    rows = left[left["kind"] == "straight"]
    total = rows["stance_time_s"] + rows["swing_time_s"]
    assert (rows["loading_double_support_s"] + rows["pre_swing_double_support_s"] < 0.5 * total).all()


def test_the_first_stride_of_a_bout_has_no_stance(mixed_walk: SimulatedWalk) -> None:
    for side in SIDES:
        table = of(mixed_walk, side)
        assert table["stance_time_s"].isna().to_numpy().tolist() == (table["position_in_bout"] == 0).tolist()


def test_foot_drop_shows_in_the_table() -> None:
    sensor = ideal_sensor(100.0)
    rows = []
    for severity in (0.0, 0.5, 1.0):
        walk = simulate_walk(WalkConfig(speed_mps=1.0, distance_m=30.0, left=foot_drop(severity), seed=1), sensor)
        rows.append(of(walk, "left", "straight").mean(numeric_only=True))
        landings = set(of(walk, "left", "straight")["landing"])
        assert landings <= ({"heel"}, {"heel", "flat", "outer_edge"}, {"forefoot", "outer_edge"})[len(rows) - 1]
    for column, sign in (
        ("foot_pitch_mid_swing_deg", -1),
        ("foot_pitch_initial_contact_deg", -1),
        ("foot_roll_mid_swing_deg", 1),
        ("circumduction_m", 1),
        ("stance_frac", -1),
    ):
        assert (sign * np.diff([row[column] for row in rows]) > 0).all(), column


def test_toes_that_touch_are_told() -> None:
    foot = FootPattern(drags=Drags(share_frac=0.5, time_s=0.08))
    walk = simulate_walk(WalkConfig(distance_m=60.0, left=foot, seed=3), ideal_sensor(200.0))
    table, course = of(walk, "left"), walk.courses["left"]
    touched = table[table["toe_drag"].to_numpy(dtype=bool)]
    assert 0.25 < len(touched) / len(table) < 0.75
    assert touched["toe_drag_time_s"].between(0.06, 0.16).all()
    assert touched["toe_drag_start_frac"].between(0.25, 0.45).all()
    assert touched["minimum_sole_clearance_m"].abs().max() < 2e-3
    clear = table[~table["toe_drag"].to_numpy(dtype=bool)]
    assert clear["minimum_sole_clearance_m"].min() > 5e-3
    for row in touched.itertuples():
        assert course.toe_height_m[row.toe_off + 20 : row.initial_contact].min() < 0.0
    assert not of(walk, "right")["toe_drag"].any()


def test_turns_are_marked_and_summed() -> None:
    config = WalkConfig(distance_m=16.0, turns=(Turn(8.0, -180.0, 3.0),), seed=2)
    walk = simulate_walk(config, ideal_sensor(50.0))
    for side in SIDES:
        table = of(walk, side)
        assert table["turn_deg"].sum() == pytest.approx(-180.0, abs=8.0)
        assert table.loc[table["kind"] == "turn", "turn_deg"].max() < -15.0
        assert table.loc[table["kind"] == "turn", "circumduction_m"].isna().all()


@pytest.mark.parametrize("speed_mps", [0.2, 0.4, 0.7, 1.0, 1.3, 1.6, 2.0])
@pytest.mark.parametrize("severity", [0.0, 0.6, 1.0])
def test_every_speed_and_severity_runs(speed_mps: float, severity: float) -> None:
    config = WalkConfig(speed_mps=speed_mps, distance_m=8.0, right=foot_drop(severity), standing_s=1.0, seed=9)
    walk = simulate_walk(config, SensorConfig(rate_hz=50.0, random_mounting=True, seed=9))
    straight = of(walk, "right", "straight")
    assert len(straight) >= 3
    assert straight["walking_speed_mps"].mean() == pytest.approx(speed_mps, rel=0.08)
    assert all(np.isfinite(s.values).all() for s in walk.session.streams)


def test_the_truth_is_the_same_whether_or_not_it_is_measured() -> None:
    walk = WalkConfig(speed_mps=0.9, distance_m=15.0, left=foot_drop(0.6), seed=4)
    for sensor in (ideal_sensor(100.0), SensorConfig(rate_hz=128.0, place="outer", right_start_s=0.021, seed=4)):
        pd.testing.assert_frame_equal(true_strides(walk, sensor), simulate_walk(walk, sensor).strides)
