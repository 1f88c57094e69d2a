"""The shank's lean from its own sensor: against the truth, and what its zero rests on."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.ankle import on_foot_grid, refuse_swapped
from footdrop_imu.gait.foot import FootConfig, find_foot_flats
from footdrop_imu.gait.joint import Joint
from footdrop_imu.gait.rest import Rests
from footdrop_imu.gait.shank import ShankConfig, ShankLean, measure_shank, up_at_foot_flat
from footdrop_imu.gait.stretch import Samples
from footdrop_imu.schema import FloatArray, IntArray
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.shank import move_shank
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

RATE_HZ = 100.0


@pytest.fixture(scope="module")
def worn() -> SimulatedWalk:
    walk = WalkConfig(distance_m=16.0, speed_mps=0.9, seed=12)
    return simulate_walk(walk, SensorConfig(rate_hz=RATE_HZ, shank=True, seed=12))


def samples_of(walk: SimulatedWalk, segment: str) -> Samples:
    acc, gyr = (stream.values for stream in walk.session.streams if stream.segment == segment)
    no = np.zeros(len(acc), dtype=bool)
    return Samples(acc, gyr, no, ~no, no, RATE_HZ, averaged=False)


@pytest.fixture(scope="module")
def flats(worn: SimulatedWalk) -> tuple[Rests, IntArray]:
    return find_foot_flats(samples_of(worn, "left_foot"), FootConfig())


def true_joint(walk: SimulatedWalk) -> Joint:
    shank = walk.feet["left"].shank
    assert shank is not None
    rotation = walk.mounting["left_shank"].rotation
    assert rotation is not None
    arm = Rotation.from_quat(rotation).inv().apply(shank.place_m)
    return Joint(np.zeros(3), arm, 1e-4 * np.eye(3), 0.1)


def true_lean_deg(walk: SimulatedWalk) -> FloatArray:
    foot = walk.feet["left"]
    assert foot.shank is not None
    axis = move_shank(foot.shank.motion, foot.clock_s(np.arange(len(foot.here)))).rotation[:, :, 2]
    # this walk goes along x
    return np.asarray(np.degrees(np.arctan2(axis[:, 0], axis[:, 2])))


def standing_up(samples: Samples) -> FloatArray:
    up = samples.acc[: round(2.0 * RATE_HZ)].mean(axis=0)
    return np.asarray(up / np.linalg.norm(up))


def lean_of(walk: SimulatedWalk, flats: tuple[Rests, IntArray], up: FloatArray | None, **config: float) -> ShankLean:
    samples = samples_of(walk, "left_shank")
    return measure_shank(samples, true_joint(walk), *flats, up, FootConfig(), ShankConfig(**config))


def test_the_lean_follows_the_truth(worn: SimulatedWalk, flats: tuple[Rests, IntArray]) -> None:
    lean = lean_of(worn, flats, standing_up(samples_of(worn, "left_shank")))
    known = np.isfinite(lean.lean_deg)
    first, last = flats[0].sample[[0, -1]]
    assert np.flatnonzero(known).tolist() == list(range(first, last + 1))
    error = (lean.lean_deg - true_lean_deg(worn))[known]
    assert np.ptp(true_lean_deg(worn)) > 40.0
    assert np.sqrt(np.mean(error**2)) < 1.0
    assert lean.axes.zero_source == "standing"
    assert lean.axes.sensor_to_shank @ lean.axes.sensor_to_shank.T == pytest.approx(np.eye(3), abs=1e-9)


def test_the_joint_goes_as_far_as_the_foot(worn: SimulatedWalk, flats: tuple[Rests, IntArray]) -> None:
    lean = lean_of(worn, flats, None)
    true = worn.strides[worn.strides["side"] == "left"]["stride_length_m"].median()
    assert np.median(lean.step_m[flats[1]]) == pytest.approx(true, rel=0.03)


def test_without_the_arm_the_lean_is_worse(worn: SimulatedWalk, flats: tuple[Rests, IntArray]) -> None:
    samples, up = samples_of(worn, "left_shank"), standing_up(samples_of(worn, "left_shank"))
    joint = true_joint(worn)._replace(shank_arm_m=np.zeros(3))
    plain = measure_shank(samples, joint, *flats, up, FootConfig()).lean_deg
    error = [np.nanstd(one - true_lean_deg(worn)) for one in (plain, lean_of(worn, flats, up).lean_deg)]
    assert error[0] > 2.0 * error[1]


def test_foot_flat_is_the_zero_where_nobody_stands(worn: SimulatedWalk, flats: tuple[Rests, IntArray]) -> None:
    lean = lean_of(worn, flats, None)
    assert lean.axes.zero_source == "foot_flat"
    assert lean.axes.zero_sd_deg == ShankConfig().foot_flat_sd_deg
    at_flat = lean.lean_deg[flats[0].sample[flats[1]][1:]]
    assert np.median(at_flat) == pytest.approx(ShankConfig().foot_flat_lean_deg, abs=0.7)


def test_sitting_is_no_zero(worn: SimulatedWalk, flats: tuple[Rests, IntArray]) -> None:
    seated = Rotation.from_rotvec([0.0, np.radians(40.0), 0.0]).apply(standing_up(samples_of(worn, "left_shank")))
    assert lean_of(worn, flats, seated).axes.zero_source == "foot_flat"
    assert lean_of(worn, flats, seated, standing_limit_deg=60.0).axes.zero_source == "standing"


def test_the_sd_is_stated_for_each_stride(worn: SimulatedWalk, flats: tuple[Rests, IntArray]) -> None:
    lean = lean_of(worn, flats, None)
    assert lean.sd_deg.shape == lean.step_m.shape == (len(flats[0].sample) - 1,)
    assert (lean.sd_deg > 0.05).all()
    assert (lean.sd_deg < 3.0).all()


def test_stretches_do_not_matter(worn: SimulatedWalk, flats: tuple[Rests, IntArray]) -> None:
    samples = samples_of(worn, "left_shank")
    short = measure_shank(samples, true_joint(worn), *flats, None, FootConfig(stretch_samples=500, axes_stretches=100))
    whole = lean_of(worn, flats, None)
    assert short.step_m.shape == whole.step_m.shape
    assert np.nanmax(np.abs(short.lean_deg - whole.lean_deg)) < 0.5


def test_no_stride_is_no_walk(worn: SimulatedWalk, flats: tuple[Rests, IntArray]) -> None:
    samples, none = samples_of(worn, "left_shank"), np.zeros(0, dtype=np.int64)
    with pytest.raises(SignalError) as caught:
        measure_shank(samples, true_joint(worn), flats[0], none, None, FootConfig())
    assert caught.value.reason is SignalReason.NO_WALKING


def test_up_at_foot_flat_is_about_up(worn: SimulatedWalk, flats: tuple[Rests, IntArray]) -> None:
    samples = samples_of(worn, "left_shank")
    up = up_at_foot_flat(samples, flats[0])
    assert np.degrees(np.arccos(up @ standing_up(samples))) < 15.0


def test_a_shank_comes_onto_the_foots_grid() -> None:
    """A ramp sampled at another rate, begun later and ended sooner, is the same ramp where both are."""
    grid = np.arange(300) / 100.0
    own = 0.5 + np.arange(100) / 50.0
    ramp = [np.outer(time, [1.0, 2.0, 3.0]) for time in (grid, own)]
    foot, shank = (
        Samples(values, -values, no, ~no, no, rate, averaged=True)
        for values, rate, no in zip(ramp, (100.0, 50.0), (np.zeros(300, bool), np.zeros(100, bool)), strict=True)
    )
    placed = on_foot_grid(shank, foot, 0.5)
    here = (grid >= 0.5) & (grid <= own[-1])
    assert placed.acc[here] == pytest.approx(ramp[0][here])
    assert placed.gyr[here] == pytest.approx(-ramp[0][here])
    assert placed.valid[here].all()
    assert not placed.valid[grid < 0.48].any()
    assert not placed.valid[grid > own[-1] + 0.02].any()
    assert (placed.rate_hz, placed.averaged) == (100.0, True)
    assert on_foot_grid(foot, foot, 0.0) is foot


def test_a_foot_that_rests_is_no_shank(worn: SimulatedWalk) -> None:
    foot, shank = (samples_of(worn, f"left_{limb}") for limb in ("foot", "shank"))
    refuse_swapped(foot, shank, "left")
    with pytest.raises(SignalError, match="left shank's sensor rests in stance"):
        refuse_swapped(shank, foot, "left")
    still = foot._replace(acc=np.tile(foot.acc[:1], (len(foot.acc), 1)), gyr=0.0 * foot.gyr)
    refuse_swapped(still, shank, "left")
