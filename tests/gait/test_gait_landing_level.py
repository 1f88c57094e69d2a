"""Heights by where the shoe lands: an error planted in one swing is found at its landing and taken back."""

from __future__ import annotations

import numpy as np
import pytest
from made_motion import make_motion

from footdrop_imu.gait.landing_level import LandingConfig, UsualLanding, level_landings, usual_landing
from footdrop_imu.gait.mounting import FootAxes
from footdrop_imu.gait.shoe import shoe_geometry
from footdrop_imu.gait.strides import FootCourses, foot_courses
from footdrop_imu.gait.trajectory import FootPath, reconstruct_path
from footdrop_imu.schema import IntArray, Shoe

AXES = FootAxes(np.eye(3), "standing", 1.0, 0.0, False, False, 5.0)
RATE_HZ = 100.0


@pytest.fixture(scope="module")
def walk() -> tuple[FootPath, FootCourses, IntArray, IntArray]:
    """Path and courses of eight strides, with toe offs and contacts at a fifth and four fifths of each."""
    motion = make_motion([1.2] * 8, rate_hz=RATE_HZ)
    none = np.zeros(len(motion.acc), dtype=np.int64)
    path = reconstruct_path(motion.acc, motion.gyr, none, motion.rests, RATE_HZ, averaged=False)
    path = path._replace(height_sd_m=np.full(8, 0.006))
    own = slice(path.first, path.first + len(path.interval))
    courses = foot_courses(path, motion.acc[own], motion.gyr[own], AXES, shoe_geometry(Shoe("left")), left=True)
    start, end = motion.rests.sample[:-1] - path.first, motion.rests.sample[1:] - path.first
    length = end - start
    return path, courses, start + length // 5, start + 4 * length // 5


def planted(walk: tuple[FootPath, FootCourses, IntArray, IntArray], error_m: float) -> tuple[FootPath, FootCourses]:
    """The third stride's height goes wrong steadily from toe off to contact."""
    path, courses, toe_off, contact = walk
    wrong = np.zeros(len(path.interval))
    swing = np.arange(toe_off[2], contact[2] + 1)
    wrong[swing] = error_m * np.linspace(0.0, 1.0, len(swing))
    position = path.position.copy()
    position[:, 2] += wrong
    return path._replace(position=position), courses._replace(
        toe_height=courses.toe_height + wrong, heel_height=courses.heel_height + wrong
    )


@pytest.mark.parametrize("error_m", [0.01, -0.01])
def test_most_of_an_error_at_landing_is_taken_back(
    walk: tuple[FootPath, FootCourses, IntArray, IntArray], error_m: float
) -> None:
    _, courses, toe_off, contact = walk
    usual = usual_landing(courses, contact)
    wrong_path, wrong = planted(walk, error_m)
    fixed_path, fixed = level_landings(wrong_path, wrong, usual, np.arange(8), toe_off, contact)
    middle = (toe_off + contact) // 2
    before, after = (one.toe_height[middle] - courses.toe_height[middle] for one in (wrong, fixed))
    assert before[2] == pytest.approx(0.5 * error_m, rel=0.05)
    assert abs(after[2]) < 0.7 * abs(before[2])
    others = np.delete(np.arange(8), 2)
    assert np.abs(after[others]).max() < 0.1 * abs(error_m)
    assert fixed_path.height_sd_m[2] < wrong_path.height_sd_m[2]
    assert fixed_path.position[:, 2] - wrong_path.position[:, 2] == pytest.approx(fixed.toe_height - wrong.toe_height)


def test_foot_flat_and_lengths_stay(walk: tuple[FootPath, FootCourses, IntArray, IntArray]) -> None:
    path, courses, toe_off, contact = walk
    wrong_path, wrong = planted(walk, 0.01)
    fixed_path, fixed = level_landings(
        wrong_path, wrong, usual_landing(courses, contact), np.arange(8), toe_off, contact
    )
    edges = np.flatnonzero(np.diff(path.interval)) + 1
    assert fixed.heel_height[edges] == pytest.approx(wrong.heel_height[edges], abs=1e-12)
    assert fixed_path.displacement_m.tolist() == wrong_path.displacement_m.tolist()
    assert fixed_path.position[:, :2].tolist() == wrong_path.position[:, :2].tolist()


def test_what_is_not_usual_or_not_level_is_left_alone(
    walk: tuple[FootPath, FootCourses, IntArray, IntArray],
) -> None:
    _, courses, toe_off, contact = walk
    wrong_path, wrong = planted(walk, 0.01)
    unknown = level_landings(wrong_path, wrong, UsualLanding(np.nan, np.nan), np.arange(8), toe_off, contact)[1]
    assert unknown.toe_height.tolist() == wrong.toe_height.tolist()
    stairs = wrong_path._replace(level=np.zeros(8, dtype=bool))
    usual = usual_landing(courses, contact)
    assert level_landings(stairs, wrong, usual, np.arange(8), toe_off, contact)[1].toe_height.tolist() == (
        wrong.toe_height.tolist()
    )
    none = np.zeros(0, dtype=np.int64)
    assert level_landings(wrong_path, wrong, usual, none, none, none) == (wrong_path, wrong)


def test_too_few_landings_are_not_usual(walk: tuple[FootPath, FootCourses, IntArray, IntArray]) -> None:
    _, courses, _, contact = walk
    few = usual_landing(courses, contact[: LandingConfig().fewest - 1])
    assert np.isnan(few.heel_m)
    assert np.isnan(few.toe_m)


def test_a_wild_landing_is_corrected_within_limits(walk: tuple[FootPath, FootCourses, IntArray, IntArray]) -> None:
    _, courses, toe_off, contact = walk
    wrong_path, wrong = planted(walk, 0.2)
    fixed = level_landings(wrong_path, wrong, usual_landing(courses, contact), np.arange(8), toe_off, contact)[1]
    taken = np.abs(fixed.toe_height - wrong.toe_height).max()
    assert 0.0 < taken < 3.5 * 0.012
