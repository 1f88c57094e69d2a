"""The geometric median."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.spatial.transform import Rotation

from footdrop_imu.gait.middle import middle_vector


def test_the_middle_has_the_least_sum_of_distances() -> None:
    rng = np.random.default_rng(1)
    for count in (5, 12, 40):
        vectors = rng.normal(size=(count, 3))

        def total(point: np.ndarray, vectors: np.ndarray = vectors) -> float:
            return float(np.linalg.norm(vectors - point, axis=1).sum())

        best = minimize(total, vectors.mean(axis=0), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
        assert total(middle_vector(vectors)) == pytest.approx(best.fun, rel=2e-3)


def test_the_fermat_point_of_a_triangle() -> None:
    """Of an isosceles triangle of base 2 and height 3 it lies 1 / sqrt(3) above the base."""
    triangle = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 3.0]])
    assert middle_vector(triangle) == pytest.approx([0.0, 1.0 / np.sqrt(3.0)], abs=0.02)


def test_wild_vectors_hardly_count() -> None:
    usual = np.array([0.0, 0.6, 0.8]) + np.random.default_rng(2).normal(scale=0.01, size=(60, 3))
    wild = np.tile([-1.0, 0.0, 0.0], (25, 1))
    assert middle_vector(np.concatenate([usual, wild])) == pytest.approx([0.0, 0.6, 0.8], abs=0.02)


def test_it_turns_with_its_axes() -> None:
    """A median of each component would not."""
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(30, 3)) ** 3
    turn = Rotation.random(rng=4)
    found = middle_vector(np.asarray(turn.apply(vectors)))
    assert found == pytest.approx(turn.apply(middle_vector(vectors)), abs=1e-9)
    by_component = np.median(turn.apply(vectors), axis=0) - turn.apply(np.median(vectors, axis=0))
    assert np.abs(by_component).max() > 0.01


@pytest.mark.parametrize("count", [1, 2, 7])
def test_vectors_all_alike(count: int) -> None:
    assert middle_vector(np.tile([0.1, -2.0, 3.0], (count, 1))) == pytest.approx([0.1, -2.0, 3.0], abs=1e-12)


def test_two_vectors_meet_half_way() -> None:
    assert middle_vector(np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])) == pytest.approx([0.5, 0.0, 0.5])
