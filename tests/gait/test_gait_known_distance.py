"""A known distance against what the strides add up to."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.known_distance import DistanceConfig, DistanceFit, known_distance

LENGTH_M = np.array([0.6, *[1.25] * 15, 0.65])


def fit(length_m: np.ndarray = LENGTH_M, distance_m: float = 20.0, **given: object) -> DistanceFit:
    turn = given.pop("turn_deg", np.zeros(len(length_m)))
    settings = {"left": True, **given}
    return known_distance(length_m, np.full(len(length_m), 0.02), turn, distance_m, **settings)  # type: ignore[arg-type]


def test_lengths_that_add_up_need_no_scale() -> None:
    found = fit()
    assert found.length_scale == pytest.approx(1.0)
    assert found.measured_m == pytest.approx(20.0)
    assert (found.stride_count, found.missing_count) == (17, 0)


@pytest.mark.parametrize("factor", [0.9, 0.97, 1.05])
def test_the_scale_undoes_a_common_factor(factor: float) -> None:
    assert fit(LENGTH_M * factor).length_scale == pytest.approx(1 / factor)


def test_the_sd_is_that_of_the_strides_and_the_lines() -> None:
    expected = np.sqrt(17 * 0.02**2 + 2 * DistanceConfig().line_sd_m ** 2) / 20.0
    assert fit().length_scale_sd == pytest.approx(expected)
    longer = fit(np.tile(LENGTH_M, 4), 80.0)
    assert longer.length_scale_sd < fit().length_scale_sd


def test_the_foot_inside_a_turn_walks_less_far() -> None:
    turn = np.zeros(17)
    turn[7:11] = 45.0
    inner, outer = np.pi * 0.05, -np.pi * 0.05
    for left, saved in ((True, inner), (False, outer)):
        length = LENGTH_M.copy()
        length[8] -= saved
        found = fit(length, turn_deg=turn, left=left)
        assert found.length_scale == pytest.approx(1.0)
        assert found.length_scale_sd > fit().length_scale_sd
        assert fit(length, turn_deg=-turn, left=not left).length_scale == pytest.approx(1.0)


def test_strides_without_a_length_count_as_the_usual_one_and_widen() -> None:
    rng = np.random.default_rng(1)
    length = LENGTH_M + rng.normal(0, 0.03, 17)
    whole = fit(length)
    fewer = np.delete(length, 5)
    found = fit(fewer, missing_count=1)
    assert found.measured_m == pytest.approx(whole.measured_m, abs=0.1)
    assert (found.stride_count, found.missing_count) == (16, 1)
    assert found.length_scale_sd > whole.length_scale_sd
    holed = length.copy()
    holed[5] = np.nan
    assert fit(holed) == found


@pytest.mark.parametrize(
    ("length_m", "distance_m", "missing", "reason"),
    [
        (LENGTH_M, 4.0, 0, SignalReason.TOO_SHORT),
        (LENGTH_M, float("nan"), 0, SignalReason.TOO_SHORT),
        (LENGTH_M, 20.0, 3, SignalReason.NO_WALKING),
        (np.zeros(0), 20.0, 0, SignalReason.NO_WALKING),
        (LENGTH_M, 30.0, 0, SignalReason.NO_FIT),
        (LENGTH_M, 10.0, 0, SignalReason.NO_FIT),
    ],
)
def test_what_says_too_little_is_refused(
    length_m: np.ndarray, distance_m: float, missing: int, reason: SignalReason
) -> None:
    with pytest.raises(SignalError) as caught:
        fit(length_m, distance_m, missing_count=missing)
    assert caught.value.reason is reason
