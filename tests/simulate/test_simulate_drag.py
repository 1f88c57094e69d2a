"""Toes that drag: on the floor for as long as they say, held back by friction, shaken, and told in the table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.simulate.drag import DRAG_KINDS, Drags, toe_drags
from footdrop_imu.simulate.foot import Phases, make_motion
from footdrop_imu.simulate.motion import FootMotion, State, heights, move, point
from footdrop_imu.simulate.pattern import WalkConfig, foot_drop
from footdrop_imu.simulate.plan import FootPlan, plan_walk
from footdrop_imu.simulate.sensor import ideal_sensor
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

INSTANTS = np.linspace(0.0, 1.0, 401)
SENSOR = np.array([0.13, 0.0, 0.075])


def walked(drags: Drags, severity: float = 0.6, speed_mps: float = 1.0, distance_m: float = 12.0) -> WalkConfig:
    foot = replace(foot_drop(severity), drags=drags)
    return WalkConfig(speed_mps=speed_mps, distance_m=distance_m, left=foot, seed=4)


def moved(walk: WalkConfig) -> tuple[FootMotion, Phases, FootPlan]:
    plan = plan_walk(walk)["left"]
    return *make_motion(walk, plan), plan


def swing_states(motion: FootMotion, phases: Phases) -> State:
    span = (phases.contact - phases.toe_off)[:, None]
    return move(motion, (phases.toe_off[:, None] + span * INSTANTS).ravel())


def edges_m(motion: FootMotion, state: State) -> np.ndarray:
    """Lowest of heel and of forefoot above the floor (swings, instants, 2)."""
    low = motion.sole.lowest(state.rotation[:, 2]) + heights(state, motion.sole.heel[None])
    return low.reshape(-1, len(INSTANTS), 2)


@pytest.mark.parametrize("kind", DRAG_KINDS)
@pytest.mark.parametrize(("severity", "speed_mps"), [(0.0, 1.3), (0.5, 0.3), (0.6, 1.0), (1.0, 1.3)])
def test_the_toe_alone_is_on_the_floor_while_it_drags(kind: str, severity: float, speed_mps: float) -> None:
    motion, phases, plan = moved(walked(toe_drags(kind), severity, speed_mps))
    state = swing_states(motion, phases)
    low, drags = edges_m(motion, state), plan.drags
    inside = (drags.start_frac[:, None] <= INSTANTS) & (drags.end_frac[:, None] >= INSTANTS)
    assert drags.on.all()
    assert inside.any(axis=1).all()
    assert np.abs(low[inside][:, 1]).max() < 5e-4
    assert low[inside][:, 0].min() > 0.005
    assert low.min() > -2e-5
    toe_mps = point(state, motion.sole.toe)[1][:, 0].reshape(low.shape[:2])
    assert toe_mps[inside].min() > -0.05  # held back, but never thrown back


@pytest.mark.parametrize("friction_mps2", [5.0, 10.0, 20.0])
def test_friction_slows_the_foot_by_what_it_says_and_spares_the_foothold(friction_mps2: float) -> None:
    drags = replace(toe_drags("mid"), friction_mps2=friction_mps2)
    motion, phases, plan = moved(walked(drags))
    free, _, _ = moved(walked(replace(drags, friction_mps2=0.0)))
    here, there = swing_states(motion, phases), swing_states(free, phases)
    place, speed, push = (
        (point(here, SENSOR)[k] - point(there, SENSOR)[k])[:, 0].reshape(-1, len(INSTANTS))[1:-1] for k in range(3)
    )
    straight = np.cos(plan.yaw_rad[1:-2])  # the first and the last swing are shorter and slower
    inside = (plan.drags.start_frac[1:-1, None] <= INSTANTS) & (plan.drags.end_frac[1:-1, None] >= INSTANTS)
    assert straight.min() > 0.9
    deepest = np.where(inside, push, 0.0).min(axis=1)
    assert deepest == pytest.approx(-friction_mps2, rel=0.15)
    # 0.07 s with an onset and an end of 0.02 s each lose what 0.05 s of full friction would
    assert speed.min(axis=1) == pytest.approx(-0.05 * friction_mps2, rel=0.1)
    assert np.abs(place[:, [0, -1]]).max() < 1e-9
    assert np.abs(speed[:, [0, -1]]).max() < 1e-6
    assert (np.abs(place[INSTANTS[None, :].repeat(len(place), 0) < 0.33]) < 2e-4).all()


def test_a_foot_that_cannot_take_more_is_not_thrown_back() -> None:
    motion, phases, plan = moved(walked(replace(toe_drags("mid"), friction_mps2=100.0), 0.8, 0.3))
    toe_mps = point(swing_states(motion, phases), motion.sole.toe)[1][:, 0].reshape(-1, len(INSTANTS))
    inside = (plan.drags.start_frac[:, None] <= INSTANTS) & (plan.drags.end_frac[:, None] >= INSTANTS)
    assert toe_mps[inside].min() > -0.1


@pytest.fixture(scope="module")
def some() -> SimulatedWalk:
    return simulate_walk(walked(Drags(share_frac=0.5, time_s=0.08), distance_m=60.0), ideal_sensor(400.0))


def test_the_table_tells_the_drags(some: SimulatedWalk) -> None:
    table = some.strides[some.strides["side"] == "left"]
    drags = some.feet["left"].plan.drags
    assert table["toe_drag"].tolist() == drags.on.tolist()
    touched = table[drags.on]
    assert 0.25 < len(touched) / len(table) < 0.75
    assert touched["toe_drag_time_s"].to_numpy() == pytest.approx(0.08)
    assert touched["toe_drag_start_frac"].to_numpy() == pytest.approx(0.35)
    assert touched["toe_drag_frac_of_swing"].to_numpy() == pytest.approx(
        (touched["toe_drag_time_s"] / touched["swing_time_s"]).to_numpy(), rel=0.02
    )
    assert set(touched["toe_drag_kind"]) == {"mid"}
    clear = table[~drags.on]
    assert clear["toe_drag_kind"].isna().all()
    assert (clear["toe_drag_time_s"] == 0.0).all()
    assert clear["toe_drag_start_frac"].isna().all()
    assert not some.strides.loc[some.strides["side"] == "right", "toe_drag"].any()


@pytest.mark.parametrize("kind", DRAG_KINDS)
def test_every_kind_is_called_by_its_name(kind: str) -> None:
    walk = simulate_walk(walked(toe_drags(kind)), ideal_sensor(100.0))
    table = walk.strides[walk.strides["side"] == "left"]
    assert set(table["toe_drag_kind"]) == {kind}
    if kind == "throughout":
        assert (table["toe_drag_frac_of_swing"] > 0.8).all()


def shaken_mps2(walk: SimulatedWalk, low_hz: float, high_hz: float) -> tuple[float, float]:
    """Root mean square of an axis' acceleration in a band, in drags and at the same place of clear swings."""
    rate_hz, foot = 400.0, walk.feet["left"]
    acc = next(s.values for s in walk.session.streams if s.segment == "left_foot" and s.quantity == "acceleration")
    drags, span = foot.plan.drags, foot.phases.contact - foot.phases.toe_off
    found: dict[bool, list[float]] = {True: [], False: []}
    for k in range(2, len(span) - 2):
        begin = int((foot.phases.toe_off[k] + (drags.start_frac[k] + 0.02) * span[k]) * rate_hz)
        part = acc[begin : begin + 26]
        power = np.abs(np.fft.rfft((part - part.mean(axis=0)) * np.hanning(26)[:, None], axis=0)) ** 2
        hz = np.fft.rfftfreq(26, 1.0 / rate_hz)
        band = (hz >= low_hz) & (hz <= high_hz)
        found[bool(drags.on[k])].append(2.0 * float(power[band].sum()) / (26 * float((np.hanning(26) ** 2).sum())) / 3)
    return float(np.sqrt(np.mean(found[True]))), float(np.sqrt(np.mean(found[False])))


def test_a_hard_floor_shakes_and_a_carpet_less_and_lower(some: SimulatedWalk) -> None:
    rough, clear = shaken_mps2(some, 15.0, 110.0)
    assert rough == pytest.approx(6.0, rel=0.25)
    assert clear < 0.35 * rough  # what is left is the swing itself
    base = walked(Drags(share_frac=0.5, time_s=0.08), distance_m=60.0)
    soft = simulate_walk(replace(base, surface="carpet"), ideal_sensor(400.0))
    assert shaken_mps2(soft, 15.0, 110.0)[0] < 0.7 * rough
    assert shaken_mps2(soft, 60.0, 110.0)[0] < 0.4 * shaken_mps2(some, 60.0, 110.0)[0]


def test_the_shaken_sensor_s_acceleration_is_that_of_its_path(some: SimulatedWalk) -> None:
    from footdrop_imu.simulate.sway import sway_at

    foot, h = some.feet["left"], 1e-6
    k = int(np.flatnonzero(foot.plan.drags.on)[2])
    begin = foot.phases.toe_off[k] + foot.plan.drags.start_frac[k] * foot.plan.swing_s[k]
    time = begin + np.linspace(-0.01, 0.09, 60)
    before, here, after = (np.stack(sway_at(foot.sway, time + d)) for d in (-h, 0.0, h))
    assert np.abs(here[1]).max() > 1e-5
    for order in (0, 1):
        slope = (after[:, order] - before[:, order]) / (2.0 * h)
        assert slope == pytest.approx(here[:, order + 1], abs=2e-3 * float(np.abs(here[:, order + 1]).max()))


def test_integrating_the_signals_of_a_drag_returns_the_swing() -> None:
    """From toe off to contact by the trapezoidal rule at 40 kHz, in the world: place and velocity at the end."""
    walk = simulate_walk(walked(toe_drags("mid")), ideal_sensor(100.0))
    foot = walk.feet["left"]
    a, b = foot.phases.toe_off[3], foot.phases.contact[3]
    time = np.linspace(a, b, int((b - a) * 40_000))
    place, speed, push = point(move(foot.motion, time), foot.place_m)
    dt = time[1] - time[0]
    run = np.concatenate([np.zeros((1, 3)), np.cumsum(0.5 * (push[1:] + push[:-1]), axis=0) * dt])
    assert speed[0] + run == pytest.approx(speed, abs=1e-4)
    assert place[0] + dt * (0.5 * (speed[1:] + speed[:-1])).sum(axis=0) == pytest.approx(place[-1], abs=1e-6)
    assert np.abs(np.diff(push, axis=0)).max() < 0.5  # no step of acceleration from toe off to contact


def test_fatigue_begins_after_a_distance_and_grows() -> None:
    walk = walked(Drags(share_frac=0.8, clear_m=60.0, growth_m=80.0), distance_m=220.0)
    plan = plan_walk(walk)["left"]
    way = plan.heel_m[:-1, 0]
    assert not plan.drags.on[way < 60.0].any()
    early, late = (plan.drags.on[(way > low) & (way < high)].mean() for low, high in ((60.0, 100.0), (140.0, 220.0)))
    assert 0.05 < early < 0.45
    assert 0.65 < late < 0.95


def test_drags_vary_when_asked() -> None:
    plan = plan_walk(walked(replace(toe_drags("mid"), vary_frac=0.3), distance_m=60.0))["left"]
    for values in (plan.drags.friction_mps2, plan.drags.roughness_mps2, plan.drags.end_frac):
        assert np.std(values / values.mean()) > 0.05


def test_drags_of_one_foot_leave_the_other_and_all_footholds_as_they_were() -> None:
    with_drags, without = (plan_walk(walked(Drags(share_frac=share))) for share in (1.0, 0.0))
    for side in ("left", "right"):
        assert np.array_equal(with_drags[side].heel_m, without[side].heel_m)
        assert np.array_equal(with_drags[side].contact_s, without[side].contact_s)


@pytest.mark.parametrize("setting", [{"share_frac": 1.1}, {"time_s": 0.0}, {"friction_mps2": -1.0}, {"clear_m": -1.0}])
def test_drags_that_cannot_be_are_refused(setting: dict[str, float]) -> None:
    with pytest.raises(SchemaError, match=next(iter(setting))):
        Drags(**setting)


def test_words_that_are_not_known_are_refused() -> None:
    with pytest.raises(SchemaError, match="initial, mid, terminal, throughout"):
        toe_drags("late")
    with pytest.raises(SchemaError, match="carpet"):
        WalkConfig(surface="ice")
