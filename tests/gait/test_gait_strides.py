"""Courses and measures of strides that are known exactly, and which movements are strides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_motion import MadeMotion, make_motion, movements_of
from scipy.spatial.transform import Rotation

from footdrop_imu.gait.events import Events
from footdrop_imu.gait.mounting import FootAxes
from footdrop_imu.gait.shoe import shoe_geometry
from footdrop_imu.gait.strides import (
    FOOT_FLAT_SD_S,
    FootCourses,
    StrideConfig,
    along,
    find_strides,
    foot_courses,
    greatest,
    measure_strides,
)
from footdrop_imu.gait.trajectory import FootPath, reconstruct_path
from footdrop_imu.schema import FloatArray, Mounting, Shoe

MOUNTING = Rotation.from_euler("xyz", [35.0, -110.0, 60.0], degrees=True)
TOE, HEEL = np.array([0.13, 0.0, -0.06]), np.array([-0.14, 0.0, -0.075])
SHOE = shoe_geometry(Shoe("left", mounting=Mounting(None, (0.13, 0.0, -0.06), (-0.14, 0.0, -0.075))))


def axes_of(mounting: Rotation, rolled_deg: float = 0.0, turned_deg: float = 0.0) -> FootAxes:
    """The foot's true axes in the sensor, or those of a foot rolled about x or turned about z against them."""
    foot = Rotation.from_euler("zx", [turned_deg, rolled_deg], degrees=True)
    matrix = (foot.inv() * mounting).as_matrix()
    return FootAxes(matrix, "standing", 1.0, 0.0, False, True, 2.0)


def worked(
    motion: MadeMotion, axes: FootAxes, left: bool = True, gyr: FloatArray | None = None
) -> tuple[FootPath, FootCourses]:
    gyr = motion.gyr if gyr is None else gyr
    none = np.zeros(len(motion.acc), dtype=np.int64)
    path = reconstruct_path(motion.acc, gyr, none, motion.rests, motion.rate_hz, averaged=False)
    own = slice(path.first, path.first + len(path.interval))
    return path, foot_courses(path, motion.acc[own], gyr[own], axes, SHOE, left=left)


@pytest.fixture(scope="module")
def motion() -> MadeMotion:
    return make_motion([1.2, 0.9, 1.3], rate_hz=400.0, mounting=MOUNTING)


def true_height(motion: MadeMotion, path: FootPath, arm: FloatArray) -> FloatArray:
    own = slice(path.first, path.first + len(path.interval))
    pitch = np.radians(motion.pitch_deg[own])
    return np.asarray(motion.position[own, 2] + np.sin(pitch) * arm[0] + (np.cos(pitch) - 1.0) * arm[2])


def test_courses_are_the_true_ones(motion: MadeMotion) -> None:
    path, courses = worked(motion, axes_of(MOUNTING))
    own = slice(path.first, path.first + len(path.interval))
    assert courses.pitch_deg == pytest.approx(motion.pitch_deg[own], abs=0.02)
    assert np.abs(courses.roll_deg).max() < 0.02
    rate = np.radians(np.gradient(motion.pitch_deg[own]) * motion.rate_hz)
    assert courses.pitch_rate_radps == pytest.approx(rate, abs=0.05)
    assert courses.forward_speed == pytest.approx(motion.velocity[own, 0], abs=0.01)
    assert courses.toe_height == pytest.approx(true_height(motion, path, TOE), abs=2e-3)
    assert courses.heel_height == pytest.approx(true_height(motion, path, HEEL), abs=2e-3)
    assert courses.direction.shape == (3, 2)


def test_the_toes_speed_is_that_of_the_toe(motion: MadeMotion) -> None:
    path, courses = worked(motion, axes_of(MOUNTING))
    own = slice(path.first, path.first + len(path.interval))
    pitch = np.radians(motion.pitch_deg[own])
    toe = motion.position[own, 0] + np.cos(pitch) * TOE[0] - np.sin(pitch) * TOE[2]
    assert courses.toe_speed[5:-5] == pytest.approx(np.gradient(toe)[5:-5] * motion.rate_hz, abs=0.03)


@pytest.mark.parametrize("left", [True, False])
def test_the_inner_edge_raised_is_inversion_on_both_feet(motion: MadeMotion, left: bool) -> None:
    """A foot that lies 8 degrees rolled with its inner edge up: the left foot's inner edge is on its right (-y)."""
    inner = np.array([0.0, -1.0 if left else 1.0, 0.0])
    for rolled in (8.0, -8.0):
        raised = Rotation.from_euler("x", rolled, degrees=True).apply(inner)[2]
        _, courses = worked(motion, axes_of(MOUNTING, rolled_deg=rolled), left)
        still = courses.roll_deg[np.abs(courses.pitch_rate_radps) < 1e-6]
        assert still == pytest.approx(np.full(len(still), 8.0 * np.sign(raised)), abs=0.05)


def events_in(motion: MadeMotion, path: FootPath) -> Events:
    """At 0.25, 0.5 and 0.85 of each movement."""
    rest, move = round(0.4 * motion.rate_hz), round(0.8 * motion.rate_hz)
    begin = rest + np.arange(3) * (rest + move) - path.first
    places = [begin + round(part * move) for part in (0.25, 0.5, 0.85)]
    return Events(places[0], places[1], places[2], places[2])


@pytest.mark.parametrize("left", [True, False])
def test_measures_by_hand(motion: MadeMotion, left: bool) -> None:
    axes = axes_of(MOUNTING, turned_deg=6.0 if left else -6.0)  # the toes point outward
    path, courses = worked(motion, axes, left)
    events = events_in(motion, path)
    found = measure_strides(path, courses, axes, SHOE, movements_of(motion), events, motion.rate_hz, left=left)
    assert found["stride_time_s"] == pytest.approx([1.2] * 3)
    assert found["swing_time_s"] == pytest.approx([0.48] * 3)
    assert found["stride_length_m"] == pytest.approx([1.2, 0.9, 1.3], abs=2e-3)
    assert found["walking_speed_mps"] == pytest.approx([1.0, 0.75, 1.3 / 1.2], abs=2e-3)
    of_time = found["walking_speed_mps"] * FOOT_FLAT_SD_S
    assert found["walking_speed_sd_mps"] == pytest.approx(np.hypot(found["stride_length_sd_m"], of_time) / 1.2)
    assert found["cadence_spm"] == pytest.approx([100.0] * 3)
    for event in ("toe_off", "mid_swing", "initial_contact"):
        at = getattr(events, event)
        assert found[f"foot_pitch_{event}_deg"] == pytest.approx(courses.pitch_deg[at])
        if event != "toe_off":
            assert found[f"foot_roll_{event}_deg"] == pytest.approx(courses.roll_deg[at])
    # the course is -40 deg at its lowest (0.31 of the movement), 0 at 0.5, +40 at 0.69
    assert found["foot_pitch_mid_swing_deg"] == pytest.approx([0.0] * 3, abs=0.1)
    assert found["foot_pitch_swing_max_deg"] == pytest.approx([40.0] * 3, abs=0.5)
    assert found["swing_dorsiflexion_deg"] == pytest.approx([40.0] * 3, abs=0.5)
    assert found["level_frac"] == pytest.approx([0.25 / 0.60] * 3, abs=0.011)
    assert found["toe_out_deg"] == pytest.approx([6.0] * 3, abs=0.2)
    assert found["turn_deg"] == pytest.approx([0.0] * 3, abs=0.05)
    assert found["foot_height_max_m"] == pytest.approx([0.10] * 3, abs=2e-3)
    assert found["height_change_m"] == pytest.approx([0.0] * 3, abs=2e-3)
    assert np.abs(found["circumduction_m"]).max() < 0.02
    assert found["level"].all()
    assert found["toe_height_course"].shape == (3, 101)
    assert (found["toe_height_max_m"] >= found["toe_height_course"].max(axis=1) - 1e-9).all()


def test_push_off_is_the_greatest_rate_toes_down_before_toe_off(motion: MadeMotion) -> None:
    axes = axes_of(MOUNTING)
    path, courses = worked(motion, axes)
    events = events_in(motion, path)
    found = measure_strides(path, courses, axes, SHOE, movements_of(motion), events, motion.rate_hz, left=True)
    own = slice(path.first, path.first + len(path.interval))
    rate_dps = -np.gradient(motion.pitch_deg[own]) * motion.rate_hz
    expected = [rate_dps[:at].max() for at in events.toe_off[:1]]
    assert found["push_off_dps"][:1] == pytest.approx(expected, rel=0.01)


def test_circumduction_is_outward_on_both_feet() -> None:
    """A foot that swings out by 6 cm to its left: outward for the left foot, inward for the right."""
    base = make_motion([1.2, 1.2], rate_hz=400.0)
    rest, move = 160, 320
    u = np.arange(move + 1) / move
    # sideways 0.06 * 64 u³(1 - u)³, added to the force (the foot's pitch leaves its y alone)
    second = 0.06 * 64 * (6 * u - 36 * u**2 + 60 * u**3 - 30 * u**4) / 0.8**2
    acc = base.acc.copy()
    for number in range(2):
        first = rest + number * (rest + move)
        acc[first : first + move + 1, 1] += second
    bowed = MadeMotion(**{**base.__dict__, "acc": acc})
    for left, expected in ((True, 0.06), (False, 0.0)):
        axes = axes_of(Rotation.identity())
        path, courses = worked(bowed, axes, left)
        begin = rest + np.arange(2) * (rest + move) - path.first
        events = Events(begin + 16, begin + 160, begin + 304, begin + 304)
        found = measure_strides(path, courses, axes, SHOE, movements_of(bowed), events, bowed.rate_hz, left=left)
        assert found["circumduction_m"] == pytest.approx([expected] * 2, abs=3e-3)


def test_uncertainty_of_the_angles_holds_the_zeros_and_the_mountings() -> None:
    motion = make_motion([1.2, 1.0])
    found = []
    for zero_sd, forward_sd in ((1.0, 2.0), (4.0, 2.0), (1.0, 20.0)):
        axes = axes_of(Rotation.identity(), rolled_deg=15.0)._replace(zero_sd_deg=zero_sd, forward_sd_deg=forward_sd)
        path, courses = worked(motion, axes)
        begin = 80 + np.arange(2) * 240 - path.first
        events = Events(begin + 40, begin + 80, begin + 136, begin + 136)
        found.append(measure_strides(path, courses, axes, SHOE, movements_of(motion), events, 200.0, left=True))
    for name in ("foot_pitch_sd_deg", "foot_roll_sd_deg"):
        assert (found[0][name] >= 1.0).all()
        assert (found[1][name] > 3.0 * found[0][name]).all()
        assert (found[2][name] > 1.5 * found[0][name]).all(), "a foot that rolls shows it in pitch, and the other way"


def test_gravity_that_disagrees_makes_the_angles_less_certain() -> None:
    """Eight degrees that the gyroscope slipped in the first stride are doubt about that stride's angles."""
    motion = make_motion([1.2, 1.0])
    axes = axes_of(Rotation.identity())
    gyr = motion.gyr.copy()
    gyr[200, 1] += np.radians(8.0) * motion.rate_hz
    begin = 80 + np.arange(2) * 240 - 40
    events = Events(begin + 40, begin + 80, begin + 136, begin + 136)
    sds = []
    for rate in (motion.gyr, gyr):
        path, courses = worked(motion, axes, gyr=rate)
        found = measure_strides(path, courses, axes, SHOE, movements_of(motion), events, 200.0, left=True)
        sds.append(found["foot_pitch_sd_deg"])
    assert sds[1][0] > 1.5 * sds[0][0]
    assert sds[1][1] == pytest.approx(sds[0][1], rel=0.05)


def test_a_worse_lever_arm_makes_a_less_certain_clearance() -> None:
    motion = make_motion([1.2, 1.0])
    axes = axes_of(Rotation.identity())
    path, courses = worked(motion, axes)
    begin = 80 + np.arange(2) * 240 - path.first
    events = Events(begin + 40, begin + 60, begin + 70, begin + 70)  # toes down where it is lowest
    sds = []
    for toe_sd in (0.005, 0.02, 0.06):
        shoe = replace(SHOE, toe_sd_m=toe_sd)
        found = measure_strides(path, courses, axes, shoe, movements_of(motion), events, 200.0, left=True)
        sds.append(found["minimum_toe_clearance_sd_m"])
    assert (np.diff(sds, axis=0) > 0).all()


def found_strides(
    motion: MadeMotion, axes: FootAxes, config: StrideConfig | None = None, count: int | None = None
) -> tuple[list[int], list[bool], Events]:
    path, courses = worked(motion, axes)
    strides, events, cut_off = find_strides(
        path, courses, axes, motion.rests, movements_of(motion), motion.rate_hz, count or len(motion.acc), config
    )
    return strides.tolist(), cut_off.tolist(), events


def test_every_step_ahead_is_a_stride() -> None:
    motion = make_motion([1.2, 0.9, 1.3, 0.5], mounting=MOUNTING)
    strides, cut_off, events = found_strides(motion, axes_of(MOUNTING))
    assert strides == [0, 1, 2, 3]
    assert not any(cut_off)
    assert (events.toe_off < events.mid_swing).all()
    assert (events.mid_swing < events.initial_contact).all()


def test_a_movement_on_the_spot_is_no_stride() -> None:
    """A foot lifted and set down, and one tapped without leaving its place."""
    motion = make_motion([1.2, 1.2, 0.0, 0.03, 1.2, 1.2])
    assert found_strides(motion, axes_of(Rotation.identity()))[0] == [0, 1, 4, 5]


def test_a_pivot_on_the_heel_is_no_stride() -> None:
    """The sensor, 14 cm before the heel, goes round it by 60 degrees: it travels 14 cm, but the heel does not."""
    base = make_motion([1.2, 1.2, 0.0, 1.2], lift_m=0.0, pitch_deg=0.0, rate_hz=200.0)
    u = np.arange(161) / 160
    angle = np.radians(60.0) * (10 * u**3 - 15 * u**4 + 6 * u**5)
    rate = np.gradient(angle) * 200.0
    first = 80 + 2 * 240
    acc, gyr = base.acc.copy(), base.gyr.copy()
    own = slice(first, first + 161)
    gyr[own, 2] = rate
    acc[own, 0] = -0.14 * rate**2
    acc[own, 1] = 0.14 * np.gradient(rate) * 200.0
    pivot = MadeMotion(**{**base.__dict__, "acc": acc, "gyr": gyr})
    path, courses = worked(pivot, axes_of(Rotation.identity()))
    assert np.linalg.norm(path.displacement_m[2, :2]) == pytest.approx(0.14, abs=0.01)
    strides, _, _ = find_strides(
        path, courses, axes_of(Rotation.identity()), pivot.rests, movements_of(pivot), 200.0, len(acc)
    )
    assert 2 not in strides.tolist()
    assert {0, 1, 3} <= set(strides.tolist())


def test_a_movement_of_many_seconds_is_no_stride() -> None:
    motion = make_motion([1.2, 1.2])
    assert found_strides(motion, axes_of(Rotation.identity()), StrideConfig(longest_stride_s=1.0))[0] == []
    assert found_strides(motion, axes_of(Rotation.identity()), StrideConfig(longest_stride_s=1.3))[0] == [0, 1]


@pytest.mark.parametrize(("first", "last"), [(5.0, 0.0), (0.0, 5.0)])
def test_a_recording_that_begins_or_ends_in_movement_cuts_a_stride_off(first: float, last: float) -> None:
    motion = make_motion([1.2, 1.2, 1.2], rest_s=0.3)
    rests = motion.rests._replace(intensity=np.array([first, 0.0, 0.0, last]))
    moved = MadeMotion(**{**motion.__dict__, "rests": rests})
    strides, cut_off, events = found_strides(moved, axes_of(Rotation.identity()))
    assert strides == [0, 1, 2]
    assert cut_off == [first > 0, False, last > 0]
    assert (events.initial_contact[2] == -1) == (last > 0), "the swing that ends with the recording did not land"


def test_a_recording_that_goes_on_cuts_nothing_off() -> None:
    motion = make_motion([1.2, 1.2], rest_s=0.3)
    rests = motion.rests._replace(intensity=np.array([0.0, 0.0, 5.0]))
    moved = MadeMotion(**{**motion.__dict__, "rests": rests})
    assert found_strides(moved, axes_of(Rotation.identity()), count=len(motion.acc) + 200)[1] == [False, False]


def test_no_movements_give_no_strides() -> None:
    motion = make_motion([1.2, 1.2])
    path, courses = worked(motion, axes_of(Rotation.identity()))
    none = np.zeros(0, dtype=np.int64)
    measured = measure_strides(
        path, courses, axes_of(Rotation.identity()), SHOE, none, Events(none, none, none, none), 200.0, left=True
    )
    assert all(len(values) == 0 for values in measured.values())


def test_greatest_of_spans_that_touch_and_overlap() -> None:
    values = np.array([1.0, 9.0, 2.0, 3.0, 8.0, 0.0])
    start, end = np.array([0, 2, 3, 5, 0]), np.array([0, 3, 5, 5, 5])
    assert greatest(values, start, end).tolist() == [1.0, 3.0, 8.0, 0.0, 9.0]
    assert len(greatest(values, start[:0], end[:0])) == 0


def test_along_a_line_is_the_line() -> None:
    values = 3.0 * np.arange(50.0) - 7.0
    frac = np.linspace(0, 1, 11)
    found = along(values, np.array([0, 10]), np.array([49, 17]), frac)
    assert found[0] == pytest.approx(3.0 * 49.0 * frac - 7.0)
    assert found[1] == pytest.approx(3.0 * (10.0 + 7.0 * frac) - 7.0)
