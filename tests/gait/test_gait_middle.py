"""The usual one of several vectors, whatever the axes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from footdrop_imu.gait.middle import middle_vector
from footdrop_imu.gait.orientation import rotate
from footdrop_imu.gait.tilt import leveled


def test_turns_with_the_axes() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((40, 3)) + np.array([0.0, 0.0, 9.8])
    rotation = Rotation.random(rng=rng).as_matrix()
    np.testing.assert_allclose(middle_vector(vectors @ rotation.T), rotation @ middle_vector(vectors), atol=1e-12)


def test_a_third_of_wild_vectors_hardly_counts() -> None:
    rng = np.random.default_rng(2)
    usual = np.array([0.2, -0.1, 1.0]) + 0.01 * rng.standard_normal((40, 3))
    wild = np.concatenate((usual, 5.0 * rng.standard_normal((20, 3))))
    assert np.linalg.norm(middle_vector(wild) - middle_vector(usual)) < 0.01
    assert np.linalg.norm(wild.mean(axis=0) - middle_vector(usual)) > 0.1


def test_least_sum_of_distances() -> None:
    vectors = np.random.default_rng(3).exponential(size=(25, 3))
    middle = middle_vector(vectors, steps=500)

    def total(place: np.ndarray) -> float:
        return float(np.linalg.norm(vectors - place, axis=1).sum())

    for step in 0.05 * np.concatenate((np.eye(3), -np.eye(3))):
        assert total(middle) < total(middle + step)


@pytest.mark.parametrize("vectors", [np.ones((1, 3)), np.ones((7, 3)), np.zeros((4, 3))])
def test_equal_vectors(vectors: np.ndarray) -> None:
    np.testing.assert_array_equal(middle_vector(vectors), vectors[0])


@pytest.mark.parametrize("below", [[0.0, 0.0, -1.0], [1e-9, 0.0, -1.0], [0.0, 0.0, 1.0], [0.6, 0.0, 0.8]])
def test_leveled_ups_face_one_way(below: list[float]) -> None:
    rng = np.random.default_rng(4)
    up = np.array(below) + 0.01 * rng.standard_normal((30, 3))
    up /= np.linalg.norm(up, axis=1)[:, None]
    level = leveled(up)
    np.testing.assert_allclose(rotate(level, up), np.tile([0.0, 0.0, 1.0], (30, 1)), atol=1e-12)
    side = np.cross(up.mean(axis=0), [0.0, 1.0, 0.0])
    facing = rotate(level, np.tile(side / np.linalg.norm(side), (30, 1)))
    assert np.ptp(np.unwrap(np.arctan2(facing[:, 1], facing[:, 0]))) < 0.01
