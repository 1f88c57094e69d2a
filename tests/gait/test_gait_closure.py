"""How far a path may be wrong: by its own closure, and by what the recording's strides usually show."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.gait.closure import Closures, Doubt, DriftConfig, Usual, doubt_of, find_usual

CONFIG = DriftConfig()


def closures(count: int = 40, rise_m: float = 0.0, closure_ratio: float = 1.0, way_m: float = 1.2) -> Closures:
    return Closures(
        closure_ratio=np.full(count, closure_ratio),
        lossy=np.zeros(count, dtype=bool),
        drift_m2=np.full((count, 2), 0.01**2),
        rest_m2=np.zeros((count, 2)),
        tilt_m2=np.zeros(count),
        rise_m=np.full(count, rise_m),
        way_m=np.full(count, way_m),
    )


def usual_of(*parts: Closures) -> Usual:
    return find_usual(parts, 100.0, averaged=True, config=CONFIG)


def doubt(one: Closures, usual: Usual | None = None, *, averaged: bool = True) -> Doubt:
    return doubt_of(one, usual or usual_of(one), 100.0, averaged=averaged, config=CONFIG)


def joined(*parts: Closures) -> Closures:
    return Closures(*(np.concatenate(values) for values in zip(*parts, strict=True)))


def test_stretches_show_what_they_show_together() -> None:
    parts = [closures(10, 0.01, 0.8), closures(30, 0.02, 1.5), closures(20, -0.01, 0.5)]
    apart, together = usual_of(*parts), usual_of(joined(*parts))
    assert apart.closure_square == together.closure_square == pytest.approx(1.5**2, rel=0.6)
    assert apart.drift_m2.tolist() == together.drift_m2.tolist()
    assert apart.rise_share == together.rise_share


def test_a_stride_is_doubted_as_the_whole_recording_bids_whatever_stretch_it_is_in() -> None:
    parts = [closures(10, 0.01, 0.8), closures(30, 0.02, 1.5)]
    usual = usual_of(*parts)
    whole = doubt(joined(*parts), usual)
    for name in Doubt._fields:
        apart = np.concatenate([getattr(doubt(part, usual), name) for part in parts])
        assert apart.tolist() == getattr(whole, name).tolist()


def test_a_rise_that_all_strides_share_is_a_doubt_of_their_lengths() -> None:
    assert np.sqrt(doubt(closures(rise_m=0.03)).shared_m2) == pytest.approx(0.03)
    to_and_fro = closures(rise_m=0.03)
    to_and_fro.rise_m[::2] = -0.03  # up one way, down the other: nothing is shared
    assert not doubt(to_and_fro).shared_m2.any()
    shorter = closures(rise_m=0.03)._replace(way_m=np.linspace(0.9, 1.2, 40))
    shared = np.sqrt(doubt(shorter).shared_m2)
    assert shared / shorter.way_m == pytest.approx(shared[0] / 0.9)


def test_stairs_are_no_shared_rise() -> None:
    stairs = closures(rise_m=0.17, way_m=0.4)
    found = doubt(stairs)
    assert not found.level.any()
    assert not found.shared_m2.any()


def test_strides_that_close_badly_are_doubted_more() -> None:
    sd = [float(np.sqrt(doubt(closures(closure_ratio=ratio)).along_m2[0])) for ratio in (0.1, 0.5, 1.0, 2.0, 4.0)]
    assert (np.diff(sd) > 0).all()
    assert sd[-1] / sd[2] == pytest.approx(4.0)


def test_a_stride_without_samples_is_never_held_for_better() -> None:
    lossy = closures(closure_ratio=0.1)._replace(lossy=np.ones(40, dtype=bool))
    assert (doubt(lossy).along_m2 > doubt(closures(closure_ratio=0.1)).along_m2).all()


def test_samples_that_are_no_means_lose_impacts() -> None:
    assert (doubt(closures(), averaged=False).along_m2 > doubt(closures()).along_m2).all()
