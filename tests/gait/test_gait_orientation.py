"""Quaternions against scipy's rotations, and integrated rates against motions solved by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from footdrop_imu.gait.orientation import (
    conjugate,
    from_matrix,
    from_rotation_vector,
    integrate_rate,
    multiply,
    prefix_product,
    rotate,
    shortest_arc,
)
from footdrop_imu.schema import FloatArray

RNG = np.random.default_rng(1)


def same_rotation(found: FloatArray, expected: FloatArray) -> float:
    """Greatest angle in rad between quaternions, whose sign is free."""
    return float((Rotation.from_quat(found).inv() * Rotation.from_quat(expected)).magnitude().max())


def test_quaternion_algebra_is_scipys() -> None:
    a, b = Rotation.random(50, rng=2), Rotation.random(50, rng=3)
    v = RNG.normal(size=(50, 3))
    assert same_rotation(multiply(a.as_quat(), b.as_quat()), (a * b).as_quat()) < 1e-14
    assert rotate(a.as_quat(), v) == pytest.approx(a.apply(v), abs=1e-13)
    assert rotate(conjugate(a.as_quat()), v) == pytest.approx(a.inv().apply(v), abs=1e-13)
    assert rotate(a.as_quat()[7], v) == pytest.approx(a[7].apply(v), abs=1e-13)


def test_rotation_vectors_from_nothing_to_more_than_half_a_turn() -> None:
    vectors = RNG.normal(size=(40, 3)) * np.logspace(-12, 0.7, 40)[:, None]
    vectors[0] = 0.0
    found = from_rotation_vector(vectors)
    assert same_rotation(found, Rotation.from_rotvec(vectors).as_quat()) < 1e-14
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(40), abs=1e-15)
    assert found[0].tolist() == [0.0, 0.0, 0.0, 1.0]


def test_matrices_of_half_turns_too() -> None:
    half_turns = Rotation.from_rotvec(np.pi * np.eye(3))
    for rotation in [*Rotation.random(30, rng=4), *half_turns, Rotation.identity()]:
        found = from_matrix(rotation.as_matrix())
        assert same_rotation(found, rotation.as_quat()) < 1e-7
        assert np.linalg.norm(found) == pytest.approx(1.0)
        assert found[3] >= 0.0


def test_the_shortest_arc_brings_one_vector_to_the_other() -> None:
    a, b = (v / np.linalg.norm(v, axis=1)[:, None] for v in RNG.normal(size=(2, 60, 3)))
    arc = shortest_arc(a, b)
    assert Rotation.from_rotvec(arc).apply(a) == pytest.approx(b, abs=1e-12)
    assert np.linalg.norm(arc, axis=1) == pytest.approx(np.arccos(np.einsum("ni,ni->n", a, b)))
    assert np.abs(np.einsum("ni,ni->n", arc, a)).max() < 1e-12
    assert shortest_arc(a[0], a[0]).tolist() == [0.0, 0.0, 0.0]


@given(count=st.integers(1, 300), seed=st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_the_prefix_product_is_one_product_after_the_other(count: int, seed: int) -> None:
    parts = Rotation.random(count, rng=seed)
    total = Rotation.identity()
    expected = []
    for part in parts:
        total = total * part
        expected.append(total.as_quat())
    assert same_rotation(prefix_product(parts.as_quat()), np.array(expected)) < 1e-13


@pytest.mark.parametrize("count", [47, 48, 49, 48 * 48, 48 * 48 + 1, 48**3 // 4])
def test_the_prefix_product_at_the_borders_of_its_blocks(count: int) -> None:
    """Many equal small turns about one axis: the product is known without multiplying."""
    axis, angle = np.array([2.0, -1.0, 2.0]) / 3.0, 0.01
    steps = from_rotation_vector(np.tile(angle * axis, (count, 1)))
    found = prefix_product(steps)
    expected = Rotation.from_rotvec(angle * np.arange(1, count + 1)[:, None] * axis).as_quat()
    assert same_rotation(found, expected) < 1e-11
    assert np.abs(np.linalg.norm(found, axis=1) - 1.0).max() < 1e-14


def test_nothing_has_no_product() -> None:
    assert prefix_product(np.zeros((0, 4))).shape == (0, 4)


def test_a_steady_turn_about_y_lowers_the_toes() -> None:
    """A positive rate about the foot's y, which points left, brings x down: the toes go down."""
    rate_hz, rate = 100.0, np.radians(90.0)
    found = integrate_rate(np.tile([0.0, rate, 0.0], (101, 1)), rate_hz, averaged=False)
    toe = rotate(found[-1], np.array([1.0, 0.0, 0.0]))
    assert toe == pytest.approx([0.0, 0.0, -1.0], abs=1e-12)


def coning(time_s: FloatArray, cone_rad: float, turns_hz: float) -> tuple[FloatArray, FloatArray]:
    """Orientation (n, 4) and body rate (n, 3) of an axis that runs around a cone (Bortz' test motion)."""
    phase = 2.0 * np.pi * turns_hz * time_s
    vector = cone_rad * np.column_stack([np.cos(phase), np.sin(phase), np.zeros_like(phase)])
    change = 2.0 * np.pi * turns_hz * cone_rad * np.column_stack([-np.sin(phase), np.cos(phase), np.zeros_like(phase)])
    # the body's rate of a rotation vector r: r' - (1 - cos a)/a² r x r' + (a - sin a)/a³ r x (r x r')
    cross = np.cross(vector, change)
    rate = change - (1 - np.cos(cone_rad)) / cone_rad**2 * cross
    rate += (cone_rad - np.sin(cone_rad)) / cone_rad**3 * np.cross(vector, cross)
    return Rotation.from_rotvec(vector).as_quat(), rate


@pytest.mark.parametrize("averaged", [False, True])
def test_coning_drifts_by_the_order_that_is_claimed(averaged: bool) -> None:
    """Ten seconds of coning: the error falls with at least the square of the sample time, and is small at 200 Hz."""
    errors = []
    for rate_hz in (100.0, 200.0, 400.0):
        time = np.arange(round(10 * rate_hz) + 1) / rate_hz
        truth, rate = coning(time, np.radians(20.0), 2.0)
        if averaged:  # mean over the sample time before, from a hundred inner samples
            inner = (np.arange(100) + 0.5) / 100 - 1.0
            rate = np.mean([coning(time + part / rate_hz, np.radians(20.0), 2.0)[1] for part in inner], axis=0)
        relative = (Rotation.from_quat(truth[0]).inv() * Rotation.from_quat(truth)).as_quat()
        errors.append(same_rotation(integrate_rate(rate, rate_hz, averaged=averaged), relative))
    assert errors[1] < np.radians(0.3)
    assert errors[0] / errors[1] > 3.5
    assert errors[1] / errors[2] > 3.5


def test_the_coning_term_is_there() -> None:
    """Means over the sample time hold everything but the coning: without its term they drift many times as far."""
    rate_hz = 100.0
    time = np.arange(1001) / rate_hz
    inner = (np.arange(100) + 0.5) / 100 - 1.0
    rate = np.mean([coning(time + part / rate_hz, np.radians(20.0), 4.0)[1] for part in inner], axis=0)
    truth = coning(time, np.radians(20.0), 4.0)[0]
    relative = (Rotation.from_quat(truth[0]).inv() * Rotation.from_quat(truth)).as_quat()
    own = same_rotation(integrate_rate(rate, rate_hz, averaged=True)[-1:], relative[-1:])
    plain = Rotation.identity()
    for step in rate[1:] / rate_hz:
        plain = plain * Rotation.from_rotvec(step)
    without = (plain.inv() * Rotation.from_quat(relative[-1])).magnitude()
    assert own < 0.05 * without


def test_one_sample_has_not_turned() -> None:
    assert integrate_rate(np.ones((1, 3)), 100.0, averaged=False).tolist() == [[0.0, 0.0, 0.0, 1.0]]
