"""What shakes a sensor without a toe drag: where, how strongly, and that the foot's own path does not know of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.simulate.disturb import Disturbances
from footdrop_imu.simulate.foot import make_motion
from footdrop_imu.simulate.motion import move
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.plan import plan_walk
from footdrop_imu.simulate.sensor import ideal_sensor
from footdrop_imu.simulate.shaking import Shaking
from footdrop_imu.simulate.sway import Sway, sway_at
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk


def walked(distance_m: float = 14.0, **settings: Any) -> SimulatedWalk:
    config = WalkConfig(speed_mps=1.1, distance_m=distance_m, seed=6, surface=settings.pop("surface", "hard"))
    return simulate_walk(replace(config, disturbances=Disturbances(**settings)), ideal_sensor(400.0))


def acc_of(walk: SimulatedWalk) -> np.ndarray:
    return next(s.values for s in walk.session.streams if s.segment == "left_foot" and s.quantity == "acceleration")


def only(walk: SimulatedWalk, cause: str) -> Shaking:
    found = [shaking for shaking in walk.feet["left"].sway.shakes if shaking.cause == cause]
    assert len(found) == 1
    return found[0]


def during(walk: SimulatedWalk, begin_s: np.ndarray, end_s: np.ndarray) -> np.ndarray:
    clock = walk.courses["left"].clock_s
    return ((clock[:, None] > begin_s) & (clock[:, None] < end_s)).any(axis=1)


@pytest.fixture(scope="module")
def quiet() -> SimulatedWalk:
    return walked()


def test_nothing_is_disturbed_unless_asked(quiet: SimulatedWalk) -> None:
    assert all(not foot.sway.shakes for foot in quiet.feet.values())


@pytest.mark.parametrize(
    "settings", [{"brush_frac": 1.0}, {"looseness": 1.0}, {"stick_frac": 1.0}], ids=["brush", "loose", "stick"]
)
def test_a_disturbance_is_no_drag_and_leaves_the_truth_as_it_was(
    quiet: SimulatedWalk, settings: dict[str, float]
) -> None:
    upset = walked(**settings)
    assert not upset.strides["toe_drag"].any()
    assert upset.strides.equals(quiet.strides)
    assert np.abs(acc_of(upset) - acc_of(quiet)).max() > 1.0


def test_a_brush_is_short_sideways_and_while_the_toe_is_clear(quiet: SimulatedWalk) -> None:
    upset = walked(brush_frac=0.5)
    brush, phases = only(upset, "brush"), upset.feet["left"].phases
    swing = np.searchsorted(phases.toe_off, brush.begin_s) - 1
    assert 0.2 < len(swing) / len(phases.toe_off) < 0.8
    assert (np.diff(swing) > 0).all()
    assert (brush.end_s < phases.contact[swing]).all()
    extra = acc_of(upset) - acc_of(quiet)
    where = during(upset, brush.begin_s, brush.end_s)
    size = np.sqrt((extra[where] ** 2).mean(axis=0))
    assert size[1] == pytest.approx(6.0, rel=0.3)
    assert size[1] > 1.4 * size[0] > 1.4 * size[2]
    assert np.abs(extra[~where]).max() < 1e-9
    height = upset.courses["left"].toe_height_m[where]
    assert height.min() > 0.0


def test_a_stick_is_felt_at_any_moment(quiet: SimulatedWalk) -> None:
    upset = walked(stick_frac=1.0, stick_mps2=3.0)
    stick, phases = only(upset, "stick"), upset.feet["left"].phases
    assert len(stick.begin_s) == len(phases.contact) - 1
    extra = acc_of(upset) - acc_of(quiet)
    where = during(upset, stick.begin_s, stick.end_s)
    assert np.sqrt((extra[where, 2] ** 2).mean()) == pytest.approx(3.0, rel=0.3)
    swings = (phases.toe_off < stick.begin_s[:, None]) & (stick.begin_s[:, None] < phases.contact)
    assert 0 < swings.any(axis=1).sum() < len(stick.begin_s)


def test_a_loose_sensor_wobbles_in_swing_and_rings_longer(quiet: SimulatedWalk) -> None:
    upset, phases = walked(looseness=1.0), quiet.feet["left"].phases
    extra = np.abs(acc_of(upset) - acc_of(quiet))
    swing = during(quiet, phases.toe_off, phases.contact)
    ringing = during(quiet, phases.contact, phases.contact + 0.1)
    flat = during(quiet, phases.flat[:-1] + 0.12, phases.heel_off[1:] - 0.05)
    assert np.sqrt((extra[swing] ** 2).mean()) == pytest.approx(4.0, rel=0.4)
    assert np.sqrt((extra[ringing] ** 2).mean()) > 3.0
    assert np.sqrt((extra[flat] ** 2).mean()) < 1.0


def test_a_carpet_softens_landings_and_gravel_shakes_every_step(quiet: SimulatedWalk) -> None:
    phases, jolt = quiet.feet["left"].phases, {}
    for surface in ("hard", "carpet"):
        walk = walked(surface=surface)
        landing = during(walk, phases.contact - 0.005, phases.contact + 0.03)
        jolt[surface] = np.quantile(np.abs(np.diff(acc_of(walk), axis=0)[landing[:-1]]), 0.95)
    assert jolt["carpet"] < 0.75 * jolt["hard"]
    gravel = walked(surface="gravel")
    step, own = only(gravel, "step"), gravel.feet["left"].phases
    assert len(step.begin_s) == 2 * len(own.contact)
    flat = during(gravel, own.flat[:-1] + 0.15, own.heel_off[1:] - 0.02)
    rough = during(gravel, own.contact, own.flat)
    clock = gravel.courses["left"].clock_s
    shift = sway_at(replace(gravel.feet["left"].sway, ring=0.0 * gravel.feet["left"].sway.ring), clock)[1][2]
    assert np.sqrt((shift[rough] ** 2).mean()) > 1.0
    assert np.sqrt((shift[flat] ** 2).mean()) < 0.4


def test_a_soft_floor_still_carries_the_foot() -> None:
    walk = WalkConfig(distance_m=8.0, surface="carpet")
    plan = plan_walk(walk)["left"]
    motion, phases = make_motion(walk, plan)
    assert phases.loaded - phases.contact == pytest.approx(1.6 * walk.left.impact_time_s)
    state = move(motion, np.arange(0.0, plan.duration_s, 0.004))
    low = (
        motion.sole.lowest(state.rotation[:, 2])
        + state.place[:, 2:]
        - np.einsum("ni,ni->n", state.rotation[:, 2], state.anchor)[:, None]
    )
    assert low.min() > -2e-5


def _shaken(walk: SimulatedWalk) -> Sway:
    return walk.feet["left"].sway


def test_shaken_acceleration_and_rate_are_derivatives() -> None:
    walk = walked(brush_frac=1.0, looseness=1.0, stick_frac=1.0, surface="gravel", distance_m=8.0)
    time, h = np.linspace(3.2, 8.0, 700), 1e-6
    before, here, after = (np.stack(sway_at(_shaken(walk), time + d)) for d in (-h, 0.0, h))
    for order in (0, 1):
        slope = (after[:, order] - before[:, order]) / (2.0 * h)
        miss = np.abs(slope - here[:, order + 1])
        assert np.quantile(miss, 0.999) < 2e-3 * np.abs(here[:, order + 1]).max()


@pytest.mark.parametrize("setting", [{"brush_frac": 2.0}, {"looseness": -0.1}, {"stick_mps2": 1e3}])
def test_disturbances_that_cannot_be_are_refused(setting: dict[str, float]) -> None:
    with pytest.raises(SchemaError, match=next(iter(setting))):
        Disturbances(**setting)
