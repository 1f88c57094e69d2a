"""Two feet of one walk go the same way and swing in turn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from footdrop_imu.gait.feet_apart import feet_apart_in_words, not_alternating_share, way_apart_frac


def strides(count: int = 30, begin_s: float = 0.0, length_m: float = 1.2, offset_s: float = 0.0) -> dict[str, Any]:
    start = begin_s + 1.1 * np.arange(count)
    return {
        "start_time_s": start,
        "end_time_s": start + 1.1,
        "mid_swing_time_s": start + 0.7,
        "clock_offset_s": np.full(count, offset_s),
        "stride_length_m": np.full(count, length_m),
        "turn_deg": np.zeros(count),
        "kind": np.full(count, "straight", dtype=object),
    }


def only(foot: dict[str, Any], kept: Any) -> dict[str, Any]:
    return {name: values[kept] for name, values in foot.items()}


NONE = only(strides(), slice(0, 0))


def words(left: dict[str, Any], right: dict[str, Any]) -> list[str]:
    return feet_apart_in_words(left, right, NONE, NONE)


@pytest.mark.parametrize("offset_s", [0.0, -0.3, 4.0])
def test_feet_that_go_the_same_way(offset_s: float) -> None:
    right = strides(begin_s=0.55 - offset_s, offset_s=offset_s)
    assert way_apart_frac(strides(), right) == pytest.approx(0.0, abs=1e-9)
    assert words(strides(), right) == []


@pytest.mark.parametrize(("share", "said"), [(0.04, 0), (0.07, 1), (-0.04, 0), (-0.07, 1)])
def test_a_foot_whose_lengths_are_off(share: float, said: int) -> None:
    left, right = strides(length_m=1.2 * (1.0 + share)), strides(begin_s=0.55)
    assert way_apart_frac(left, right) == pytest.approx(share, rel=1e-6)
    assert way_apart_frac(right, left) == pytest.approx(1.0 / (1.0 + share) - 1.0, rel=1e-6)
    assert len(words(left, right)) == said
    if said:
        assert ("left" if share > 0 else "right") in words(left, right)[0]
        assert "7 %" in words(left, right)[0] or "8 %" in words(left, right)[0]


def test_strides_that_only_one_foot_has_do_not_count() -> None:
    """Rejected strides and turns of a foot say nothing of the other's length."""
    left, right = strides(60), strides(60, begin_s=0.55)
    kept = np.ones(60, dtype=bool)
    kept[10:30] = False
    assert way_apart_frac(left, only(right, kept)) == pytest.approx(0.0, abs=1e-9)
    right["kind"][10:30] = "turn"
    right["stride_length_m"][10:30] = 0.3
    assert way_apart_frac(left, right) == pytest.approx(0.0, abs=1e-9)


def test_few_strides_say_nothing() -> None:
    assert np.isnan(way_apart_frac(strides(19), strides(40, 0.55, 1.5)))
    assert words(strides(19), strides(19, 0.55, 1.5)) == []
    assert np.isnan(way_apart_frac(NONE, NONE))
    assert np.isnan(not_alternating_share(np.zeros(0), np.zeros(0)))


def test_swings_in_turn() -> None:
    left, right = 1.1 * np.arange(30), 0.55 + 1.1 * np.arange(30)
    assert not_alternating_share(left, right) == 0.0
    assert not_alternating_share(left, np.delete(right, [4, 9, 20])) == pytest.approx(3 / 56)
    # a swing not seen is no swing, and after a pause either foot may go first
    assert not_alternating_share(np.append(left, np.nan), right) == 0.0
    assert not_alternating_share(np.append(left, 40.0), np.append(right, 41.0)) == 0.0
    assert not_alternating_share(left, right + 90.0) == 1.0


def test_a_foot_whose_strides_are_not_found() -> None:
    kept = np.arange(40) % 4 != 0
    found = words(strides(40), only(strides(40, begin_s=0.55), kept))
    assert len(found) == 1
    assert "without one of the other" in found[0]
