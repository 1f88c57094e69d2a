"""Signs of a touch in a swing: forward force, roughness, how low the toe went."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.gait.drag_signs import SWING_FRAC, drag_signs
from footdrop_imu.gait.mounting import FootAxes
from footdrop_imu.schema import FloatArray

AXES = FootAxes(*([np.eye(3)] + [0.0] * (len(FootAxes._fields) - 1)))


def signs_of(forward: FloatArray, rate_hz: float, height: FloatArray | None = None) -> dict[str, FloatArray]:
    acc = np.column_stack([forward, np.zeros_like(forward), np.full_like(forward, 9.8)])
    count = len(forward)
    height = np.full((1, 101), 0.05) if height is None else height
    to, contact = np.array([count // 4]), np.array([3 * count // 4])
    return dict(drag_signs(acc, AXES, to, contact, height, rate_hz))


@pytest.mark.parametrize("rate_hz", [100.0, 204.8, 400.0])
def test_slow_force_is_kept_and_not_rough(rate_hz: float) -> None:
    time = np.arange(round(rate_hz)) / rate_hz
    found = signs_of(3.0 * np.sin(2.0 * np.pi * 1.5 * time), rate_hz)
    place = 0.25 + 0.5 * SWING_FRAC
    assert found["drag_force"][0] == pytest.approx(3.0 * np.sin(2.0 * np.pi * 1.5 * place), abs=0.15)
    assert found["drag_roughness"].max() < np.log(0.12)


@pytest.mark.parametrize("rate_hz", [100.0, 204.8, 400.0])
def test_a_burst_is_rough_where_it_is(rate_hz: float) -> None:
    time = np.arange(round(rate_hz)) / rate_hz
    burst = 4.0 * np.sin(2.0 * np.pi * 38.0 * time) * (np.abs(time - 0.5) < 0.04)
    rough = signs_of(burst, rate_hz)["drag_roughness"][0]
    middle = np.abs(SWING_FRAC - 0.5) < 0.04
    assert np.exp(rough[middle]).mean() == pytest.approx(4.0 / np.sqrt(2.0), rel=0.45)
    assert np.exp(rough[np.abs(SWING_FRAC - 0.5) > 0.25]).max() < 0.11


def test_the_toe_is_as_low_as_it_stays_for_30_ms() -> None:
    frac = np.linspace(0.0, 1.0, 101)
    dip = np.where(np.abs(frac - 0.6) < 0.1, 0.004, 0.03)
    spike = dip.copy()
    spike[30] = -0.02
    found = signs_of(np.zeros(200), 200.0, spike[None])
    assert found["drag_low_m"] == pytest.approx([0.004])


def test_the_floor_that_is_left_and_landed_on_is_no_touch() -> None:
    frac = np.linspace(0.0, 1.0, 101)
    arch = 0.08 * frac * (1.0 - frac)
    found = signs_of(np.zeros(200), 200.0, arch[None])
    assert found["drag_low_m"][0] > 0.006


def test_a_stretch_without_strides_has_signs_of_none() -> None:
    none = np.zeros(0, dtype=np.int64)
    found = drag_signs(np.zeros((50, 3)), AXES, none, none, np.zeros((0, 101)), 100.0)
    assert found["drag_force"].shape == (0, len(SWING_FRAC))
    assert found["drag_low_m"].shape == (0,)
