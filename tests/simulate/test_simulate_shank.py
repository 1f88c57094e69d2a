"""The shank: hung on the ankle, upright in standing, exact in its derivatives, and its sensor's signals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.schema import GRAVITY_MPS2, SIDES, FloatArray
from footdrop_imu.simulate.extremes import TrueShank
from footdrop_imu.simulate.leg import ANKLE_IN_FOOT_M
from footdrop_imu.simulate.motion import move, point
from footdrop_imu.simulate.pattern import Stop, Turn, Variability, WalkConfig, equinus, foot_drop, shuffling
from footdrop_imu.simulate.sensor import SensorConfig, exact_signals, ideal_sensor
from footdrop_imu.simulate.shank import SHANK_PLACES, dorsiflexion_deg, move_shank
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

SENSOR = replace(ideal_sensor(100.0), shank=True)
KNEE_M = np.array([0.0, 0.0, 0.4])


def walked(speed_mps: float = 1.2, severity: float = 0.0, **given: object) -> SimulatedWalk:
    config = WalkConfig(
        speed_mps=speed_mps,
        distance_m=10.0,
        left=foot_drop(severity),
        turns=(Turn(5.0, 80.0, 2.0),),
        stops=(Stop(6.0, 2.0),),
        standing_s=1.5,
        seed=4,
    )
    return simulate_walk(replace(config, **given), SENSOR)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def walk() -> SimulatedWalk:
    return walked()


def shank_of(walk: SimulatedWalk, side: str) -> TrueShank:
    shank = walk.feet[side].shank
    assert shank is not None
    return shank


@pytest.mark.parametrize(("speed_mps", "severity"), [(0.3, 0.0), (1.2, 0.0), (1.0, 1.0), (1.9, 0.4)])
def test_derivatives_are_those_of_the_path(speed_mps: float, severity: float) -> None:
    made = walked(speed_mps, severity)
    motion, h = shank_of(made, "left").motion, 2e-6
    time = np.arange(0.5, made.courses["left"].clock_s[-1] - 0.5, 0.0047)
    for course in (motion.courses, motion.foot.courses):  # their third derivative jumps at the pieces' borders
        border = np.abs(course.x[np.searchsorted(course.x, time)] - time)
        time = time[border > 3 * h]
    before, here, after = (move_shank(motion, time + d) for d in (-h, 0.0, h))
    for order, scale in ((0, 3.0), (1, 100.0)):
        slope = (point(after, KNEE_M)[order] - point(before, KNEE_M)[order]) / (2 * h)
        assert slope == pytest.approx(point(here, KNEE_M)[order + 1], abs=2e-4 * scale)
    skew = np.einsum("nji,njk->nik", here.rotation, (after.rotation - before.rotation) / (2 * h))
    assert np.stack([skew[:, 2, 1], skew[:, 0, 2], skew[:, 1, 0]], axis=1) == pytest.approx(here.rate, abs=1e-5)
    assert (after.rate - before.rate) / (2 * h) == pytest.approx(here.rate_change, abs=3e-2)
    assert np.linalg.det(here.rotation) == pytest.approx(1.0, abs=1e-9)


def test_nothing_jumps_at_the_borders_of_the_pieces(walk: SimulatedWalk) -> None:
    for side in SIDES:
        motion, end = shank_of(walk, side).motion, walk.courses[side].clock_s[-1]
        borders = np.concatenate([motion.courses.x, motion.foot.courses.x])
        borders = borders[(borders > 0.0) & (borders < end)]
        before, after = (move_shank(motion, borders + d) for d in (-1e-9, 1e-9))
        for order, most in ((0, 1e-7), (1, 1e-5), (2, 1e-3)):
            assert np.abs(point(after, KNEE_M)[order] - point(before, KNEE_M)[order]).max() < most
        assert np.abs(after.rate - before.rate).max() < 1e-5
        assert np.abs(after.rate_change - before.rate_change).max() < 1e-3


def test_the_lower_end_is_the_foots_ankle_joint(walk: SimulatedWalk) -> None:
    motion, time = shank_of(walk, "right").motion, np.arange(0.0, 8.0, 0.01)
    forward, up = ANKLE_IN_FOOT_M
    joint = point(move(motion.foot, time), np.array([forward, 0.0, up]))
    for mine, theirs in zip(point(move_shank(motion, time), np.zeros(3)), joint, strict=True):
        assert mine == pytest.approx(theirs, abs=1e-12)


def test_foot_pitch_is_shank_lean_plus_ankle(walk: SimulatedWalk) -> None:
    """Within what roll and the oblique axis make of it: they are a few degrees."""
    for side in SIDES:
        course = walk.courses[side]
        rotation = move_shank(shank_of(walk, side).motion, course.clock_s).rotation
        heading = move(walk.feet[side].motion, course.clock_s).rotation[:, :2, 0]
        heading /= np.linalg.norm(heading, axis=1)[:, None]
        forward = np.einsum("ni,ni->n", heading, rotation[:, :2, 2])
        lean = -np.degrees(np.arctan2(forward, rotation[:, 2, 2]))
        apart = course.foot_pitch_deg - lean - course.ankle_dorsiflexion_deg
        assert np.abs(apart).max() < 3.0
        assert np.sqrt((apart**2).mean()) < 0.6


def test_the_shank_rolls_over_the_standing_foot(walk: SimulatedWalk) -> None:
    for side in SIDES:
        table, course = walk.strides[walk.strides["side"] == side], walk.courses[side]
        for row in table[table["kind"] == "straight"].iloc[:-1].itertuples():
            contact, flat = row.initial_contact, row.end
            off = int(np.searchsorted(course.clock_s, walk.feet[side].phases.heel_off[row.stride + 1]))
            stance = course.ankle_dorsiflexion_deg[contact:off]
            assert stance[: (flat - contact) // 2].min() < stance[-1]
            assert 5.0 < course.ankle_dorsiflexion_deg[off] < 20.0


@pytest.mark.parametrize("side", SIDES)
def test_standing_is_upright_and_measures_gravity(walk: SimulatedWalk, side: str) -> None:
    assert np.abs(walk.courses[side].ankle_dorsiflexion_deg[:60]).max() < 1e-9
    still = {s.quantity: s.values[:60] for s in walk.session.streams if s.segment == f"{side}_shank"}
    sway_free = simulate_walk(WalkConfig(distance_m=3.0, sway_scale=0.0), SENSOR)
    calm = {s.quantity: s.values[:100] for s in sway_free.session.streams if s.segment == f"{side}_shank"}
    assert calm["acceleration"] == pytest.approx(np.tile([0.0, 0.0, GRAVITY_MPS2], (100, 1)), abs=1e-9)
    assert np.abs(calm["angular_velocity"]).max() < 1e-9
    assert np.abs(still["acceleration"] - calm["acceleration"][:60]).max() > 1e-5  # skin gives
    assert np.abs(still["acceleration"] - calm["acceleration"][:60]).max() < 0.5


@pytest.mark.parametrize("side", SIDES)
def test_missing_dorsiflexion_is_missing_at_the_ankle(side: str) -> None:
    rows = []
    for severity in (0.0, 0.5, 1.0):
        weak = foot_drop(severity)
        made = simulate_walk(WalkConfig(speed_mps=1.0, distance_m=14.0, left=weak, right=weak, seed=2), SENSOR)
        table = made.strides[(made.strides["side"] == side) & (made.strides["kind"] == "straight")]
        rows.append(table.mean(numeric_only=True))
    for event, least in (("mid_swing", 18.0), ("initial_contact", 25.0)):
        column = f"ankle_dorsiflexion_{event}_deg"
        values = [row[column] for row in rows]
        assert values[0] - values[2] > least
        assert (np.diff(values) < 0.0).all()
        assert -10.0 < values[0] < 12.0
    drop = foot_drop(1.0).swing_drop_deg
    assert rows[0]["ankle_dorsiflexion_mid_swing_deg"] - rows[2]["ankle_dorsiflexion_mid_swing_deg"] == pytest.approx(
        drop, abs=10.0
    )


def test_the_shank_of_a_foot_that_hardly_rolls_off_leans_less() -> None:
    """No pattern asks more dorsiflexion of a standing ankle than an ankle has."""
    feet = {"healthy": foot_drop(0.0), "weak": foot_drop(1.0), "shuffling": shuffling(), "heel up": equinus()}
    for name, foot in feet.items():
        speed_mps = 0.4 if name == "shuffling" else 1.0
        made = simulate_walk(WalkConfig(speed_mps=speed_mps, distance_m=6.0, left=foot, right=foot, seed=1), SENSOR)
        ankle = made.courses["left"].ankle_dorsiflexion_deg
        assert ankle.max() < 24.0, name
        assert ankle.min() > -50.0, name


def test_the_table_is_that_of_the_course(walk: SimulatedWalk) -> None:
    for side in SIDES:
        table, course = walk.strides[walk.strides["side"] == side], walk.courses[side].ankle_dorsiflexion_deg
        for event in ("mid_swing", "initial_contact"):
            assert table[f"ankle_dorsiflexion_{event}_deg"].to_numpy() == pytest.approx(course[table[event]], abs=1e-9)
        greatest = [course[a : b + 1].max() for a, b in zip(table["toe_off"], table["initial_contact"], strict=True)]
        assert table["ankle_dorsiflexion_swing_max_deg"].to_numpy() == pytest.approx(np.array(greatest), abs=0.6)


def test_the_axis_is_oblique_and_mirrored(walk: SimulatedWalk) -> None:
    """Rotation between foot and shank over mid swing: mostly about one axis, that is not the foot's y."""
    axes = {}
    for side in SIDES:
        motion = shank_of(walk, side).motion
        across = motion.axis[:, 1]
        assert np.degrees(np.arccos(across[1])) == pytest.approx(11.6, abs=0.3)
        assert motion.axis @ motion.axis.T == pytest.approx(np.eye(3), abs=1e-12)
        axes[side] = across
    assert axes["left"] == pytest.approx(axes["right"] * np.array([-1.0, 1.0, -1.0]))
    # outer end lower and farther back
    assert axes["left"][2] < 0.0
    assert axes["left"][0] < 0.0


def test_feet_that_are_mirror_images_have_shanks_that_are() -> None:
    still = Variability().scaled(0.0)
    made = simulate_walk(WalkConfig(distance_m=8.0, variability=still, sway_scale=0.0), SENSOR)
    left, right = (shank_of(made, side).motion for side in SIDES)
    u = np.linspace(0.0, 1.0, 50)
    pair = []
    for motion, phases in ((left, made.feet["left"].phases), (right, made.feet["right"].phases)):
        time = phases.contact[1] + u * (phases.contact[2] - phases.contact[1])
        pair.append(move_shank(motion, time).rate)
    assert pair[0] == pytest.approx(pair[1] * np.array([-1.0, 1.0, -1.0]), abs=1e-6)
    assert np.abs(pair[0][:, 0]).max() > np.radians(20.0)


def rotated(pose: FloatArray, turn: FloatArray) -> FloatArray:
    """``pose`` (3, 3) turned on its body side by a rotation vector; nothing of it is in the simulator."""
    angle = float(np.linalg.norm(turn))
    x, y, z = turn / max(angle, 1e-300)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(pose @ (np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross))


@pytest.mark.parametrize("place", SHANK_PLACES)
def test_integrating_the_exact_signals_returns_path_and_angle(place: str) -> None:
    config = WalkConfig(speed_mps=0.9, distance_m=2.0, left=foot_drop(0.8), standing_s=0.4, sway_scale=0.0, seed=3)
    made = simulate_walk(config, replace(SENSOR, shank_place=place))
    shank, rate_hz = shank_of(made, "left"), 6_000.0
    end_s = 3.0
    count = int(end_s * rate_hz)
    signals = exact_signals(shank.motion, shank.sway, shank.place_m, (np.arange(count) + 0.5) / rate_hz)
    first, last = (move_shank(shank.motion, np.array([t])) for t in (0.0, end_s))
    pose, dt = first.rotation[0], 1.0 / rate_hz
    where, velocity = point(first, shank.place_m)[0][0], np.zeros(3)
    for k in range(count):
        turn = signals.gyr[k] * dt
        felt = rotated(pose, 0.5 * turn) @ signals.acc[k] - np.array([0.0, 0.0, GRAVITY_MPS2])
        where = where + velocity * dt + 0.5 * felt * dt**2
        velocity = velocity + felt * dt
        pose = rotated(pose, turn)
    assert np.abs(pose - last.rotation[0]).max() < 2e-5
    goal, speed, _ = point(last, shank.place_m)
    assert np.linalg.norm(where - goal[0]) < 5e-3
    assert np.linalg.norm(velocity - speed[0]) < 5e-3
    assert np.linalg.norm(goal[0] - point(first, shank.place_m)[0][0]) > 0.8
    turned = dorsiflexion_deg(shank.motion, np.linspace(0.0, end_s, 200))
    assert np.ptp(turned) > 25.0


def test_shank_streams_have_clocks_and_mountings_of_their_own() -> None:
    sensor = replace(
        SENSOR, random_mounting=True, right_start_s=0.3, shank_start_s=0.05, clock_drift_ppm=100.0, lost_frac=0.05
    )
    made = simulate_walk(WalkConfig(distance_m=8.0, seed=6), sensor)
    assert [s.segment for s in made.session.streams[::2]] == ["left_foot", "left_shank", "right_foot", "right_shank"]
    offsets = {s.segment: s.clock_offset_s for s in made.session.streams}
    assert offsets == pytest.approx({"left_foot": 0.0, "left_shank": 0.05, "right_foot": 0.3, "right_shank": 0.35})
    rotations = {made.mounting[name].rotation for name in ("left", "right", "left_shank", "right_shank")}
    assert len(rotations) == 4
    for side in SIDES:
        shank, foot = shank_of(made, side), made.feet[side]
        assert shank.sample_s != foot.sample_s
        assert shank.here.sum() < len(shank.here)
        exact = exact_signals(shank.motion, shank.sway, shank.place_m, shank.clock_s(np.flatnonzero(shank.here)))
        from scipy.spatial.transform import Rotation

        rotation = made.mounting[f"{side}_shank"].rotation
        assert rotation is not None
        for stream, true in zip([s for s in made.session.streams if s.segment == f"{side}_shank"], exact, strict=True):
            assert Rotation.from_quat(rotation).apply(stream.values) == pytest.approx(true, abs=1e-9)


def test_a_shank_sensor_leaves_the_feet_as_they_are() -> None:
    config = WalkConfig(distance_m=8.0, seed=6)
    bare, more = (simulate_walk(config, SensorConfig(rate_hz=100.0, shank=shank)) for shank in (False, True))
    for stream in bare.session.streams:
        same = next(s for s in more.session.streams if (s.segment, s.quantity) == (stream.segment, stream.quantity))
        assert same.values.tobytes() == stream.values.tobytes()
    assert bare.strides["ankle_dorsiflexion_mid_swing_deg"].isna().all()
    assert np.isnan(bare.courses["left"].ankle_dorsiflexion_deg).all()
    assert more.strides["ankle_dorsiflexion_mid_swing_deg"].notna().all()


def test_skin_rings_after_a_contact() -> None:
    config = WalkConfig(distance_m=14.0, seed=6)
    calm, soft = (simulate_walk(replace(config, sway_scale=scale), SENSOR) for scale in (0.0, 1.0))
    a, b = (next(s.values for s in w.session.streams if s.segment == "left_shank") for w in (calm, soft))
    apart = np.linalg.norm(a - b, axis=1)
    contact = soft.strides.loc[soft.strides["side"] == "left", "initial_contact"].to_numpy()[2:-2]
    after = np.concatenate([apart[c : c + 12] for c in contact])
    before = np.concatenate([apart[c - 15 : c - 3] for c in contact])
    assert 0.5 < np.sqrt((after**2).mean()) < 15.0
    assert np.sqrt((after**2).mean()) > 2.0 * np.sqrt((before**2).mean())


def test_a_place_that_is_none_is_refused() -> None:
    with pytest.raises(SchemaError, match="shank_place"):
        SensorConfig(shank_place="calf")
