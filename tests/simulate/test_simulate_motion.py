"""The foot neither slides nor sinks, and its derivatives are those of its path."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.simulate.foot import Phases, make_motion
from footdrop_imu.simulate.motion import FootMotion, heights, move, point
from footdrop_imu.simulate.pattern import FootPattern, Stop, Turn, Variability, WalkConfig, foot_drop, healthy
from footdrop_imu.simulate.plan import FootPlan, plan_walk

CASES = [(0.2, 0.0), (0.2, 0.7), (0.5, 0.5), (0.8, 1.0), (1.3, 0.0), (1.3, 0.7), (1.7, 0.3), (2.0, 0.0), (2.0, 1.0)]
TOES_DOWN_RAD = np.radians(np.arange(0.0, 80.0, 2.0))


def made(speed_mps: float, severity: float, side: str = "left") -> tuple[FootMotion, Phases, FootPlan]:
    walk = WalkConfig(
        speed_mps=speed_mps,
        distance_m=14.0,
        left=foot_drop(severity),
        right=foot_drop(severity),
        turns=(Turn(5.0, 100.0, 2.0),),
        stops=(Stop(9.0, 2.0),),
        seed=int(100 * speed_mps + 10 * severity),
    )
    plan = plan_walk(walk)[side]
    return *make_motion(walk, plan), plan


def outline(motion: FootMotion) -> np.ndarray:
    """Many points of the sole's rim, to test the closed form of the lowest one."""
    sole = motion.sole
    front = sole.rolled(TOES_DOWN_RAD)[0]
    across = 0.5 * sole.width_m * np.array([-np.sin(sole.break_rad), np.cos(sole.break_rad), 0.0])
    ball_y = sole.ball[1]
    heel = np.array([[0.0, ball_y + 0.5 * sole.width_m * k, 0.0] for k in (-0.999, 0.0, 0.999)])
    return np.concatenate([heel, front - across, front + across])


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(("speed_mps", "severity"), CASES)
def test_no_point_of_the_sole_is_ever_below_the_floor(speed_mps: float, severity: float, side: str) -> None:
    motion, phases, plan = made(speed_mps, severity, side)
    time = np.arange(0.0, plan.duration_s, 0.002)
    low = heights(move(motion, time), outline(motion)).min(axis=1)
    assert low.min() > -1e-5
    on_floor = np.zeros(len(time), dtype=bool)
    for loaded, off in zip(np.append(0.0, phases.loaded), np.append(phases.toe_off, plan.duration_s), strict=True):
        on_floor |= (time >= loaded) & (time <= off)
    # the outline's points are 2 deg apart on the curve: the true lowest one is up to 0.1 mm lower
    assert low[on_floor].max() < 2e-4


@pytest.mark.parametrize(("speed_mps", "severity"), CASES)
def test_what_stands_on_the_floor_does_not_move_on_it(speed_mps: float, severity: float) -> None:
    """Speed of the lowest material point of the rim, by differences of its place and not by the stated velocity."""
    motion, phases, _ = made(speed_mps, severity)
    points, h = outline(motion), 1e-5
    ends = zip(phases.loaded[:-1], phases.toe_off[1:], strict=True)
    time = np.concatenate([np.arange(a + 2 * h, b - 2 * h, 0.004) for a, b in ends])
    lowest = points[np.argmin(heights(move(motion, time), points), axis=1)]
    before, after = (point(move(motion, time + d), lowest)[0] for d in (-h, h))
    slip = np.linalg.norm(after - before, axis=1) / (2 * h)
    rate = np.linalg.norm(move(motion, time).rate, axis=1)
    assert (slip < 2e-5 + 0.01 * rate).all()  # the lowest of the tested points is up to 1 cm beside the contact
    assert np.median(slip) < 1e-8
    assert len(time) > 300


@pytest.mark.parametrize(("speed_mps", "severity"), [(0.2, 0.0), (1.3, 0.0), (0.8, 1.0), (2.0, 0.6)])
def test_velocity_acceleration_and_rates_are_derivatives_of_the_path(speed_mps: float, severity: float) -> None:
    motion, _, plan = made(speed_mps, severity)
    body, h = np.array([0.12, 0.02, 0.07]), 2e-6
    time = np.arange(0.5, plan.duration_s - 0.5, 0.0047)
    # an impact's ends have a continuous acceleration but not its derivative: keep off the pieces' borders
    border = np.abs(motion.courses.x[np.searchsorted(motion.courses.x, time)] - time)
    time = time[border > 3 * h]
    before, here, after = (move(motion, time + d) for d in (-h, 0.0, h))
    for order, scale in ((0, 3.0), (1, 100.0)):
        slope = (point(after, body)[order] - point(before, body)[order]) / (2 * h)
        assert slope == pytest.approx(point(here, body)[order + 1], abs=2e-4 * scale)
    turned = (after.rotation - before.rotation) / (2 * h)
    skew = np.einsum("nji,njk->nik", here.rotation, turned)
    assert np.stack([skew[:, 2, 1], skew[:, 0, 2], skew[:, 1, 0]], axis=1) == pytest.approx(here.rate, abs=1e-5)
    assert (after.rate - before.rate) / (2 * h) == pytest.approx(here.rate_change, abs=2e-2)


@pytest.mark.parametrize(("speed_mps", "severity"), CASES)
def test_the_path_and_its_velocity_have_no_step(speed_mps: float, severity: float) -> None:
    motion, _, plan = made(speed_mps, severity)
    borders = motion.courses.x[(motion.courses.x > 0.0) & (motion.courses.x < plan.duration_s)]
    h = 1e-9
    before, after = move(motion, borders - h), move(motion, borders + h)
    body = np.array([0.12, 0.02, 0.07])
    for order, most in ((0, 1e-7), (1, 1e-5), (2, 1e-3)):
        step = np.abs(point(after, body)[order] - point(before, body)[order])
        assert step.max() < most
    assert np.abs(after.rate - before.rate).max() < 1e-5


def test_feet_alternate_and_keep_their_distance() -> None:
    plans = plan_walk(WalkConfig(distance_m=30.0, seed=5))
    contacts = np.concatenate(
        [np.stack([p.contact_s[1:], np.full(len(p.swing_s), k)], 1) for k, p in enumerate(plans.values())]
    )
    order = contacts[np.argsort(contacts[:, 0]), 1]
    assert (np.diff(order) != 0).all()
    for one, other in (("left", "right"), ("right", "left")):
        for off, on in zip(plans[one].toe_off_s[:-1], plans[one].contact_s[1:], strict=True):
            foot = plans[other]
            stands = (foot.contact_s[None] <= off) & (foot.toe_off_s[None] >= on)
            assert stands.any(), "both feet in the air"
    assert plans["left"].heel_m[:, 1].min() > plans["right"].heel_m[:, 1].max()


def test_a_stop_stands_still_for_as_long_as_it_says() -> None:
    walk = WalkConfig(distance_m=20.0, stops=(Stop(10.0, 5.0),), seed=2)
    plans = plan_walk(walk)
    last = max(p.contact_s[1:][p.bout == 0].max() for p in plans.values())
    first = min(p.toe_off_s[:-1][p.bout == 1].min() for p in plans.values())
    assert 4.9 < first - last < 6.0


@pytest.mark.parametrize("speed_mps", [0.2, 0.6, 1.0, 1.3, 1.6, 2.0])
def test_the_speed_asked_for_is_walked(speed_mps: float) -> None:
    plan = plan_walk(WalkConfig(speed_mps=speed_mps, distance_m=60.0, seed=1))["left"]
    way = plan.heel_m[-4, 0] - plan.heel_m[3, 0]
    assert way / (plan.contact_s[-4] - plan.contact_s[3]) == pytest.approx(speed_mps, rel=0.02)


def test_without_variability_every_stride_is_the_same() -> None:
    walk = WalkConfig(distance_m=20.0, variability=Variability().scaled(0.0))
    plan = plan_walk(walk)["left"]
    motion, phases = make_motion(walk, plan)
    u = np.linspace(0.0, 1.0, 50)
    pitches = [
        move(motion, a + u * (b - a)).rotation[:, 2, 0]
        for a, b in zip(phases.toe_off[3:7], phases.contact[3:7], strict=True)
    ]
    assert np.ptp(np.array(pitches), axis=0).max() < 1e-9


def test_a_strike_angle_of_exactly_zero_walks() -> None:
    still = Variability().scaled(0.0)
    foot = FootPattern(strike_angle_deg=0.0, strike_roll_deg=0.0)
    walk = WalkConfig(distance_m=6.0, left=foot, right=foot, variability=still)
    motion, _ = make_motion(walk, plan_walk(walk)["left"])
    assert np.isfinite(motion.courses.c).all()


@pytest.mark.parametrize(
    "setting",
    [
        {"speed_mps": 0.0},
        {"speed_mps": float("nan")},
        {"distance_m": 0.1},
        {"first_side": "both"},
        {"standing_s": -1.0},
    ],
)
def test_settings_that_cannot_be_walked_are_refused(setting: dict[str, object]) -> None:
    with pytest.raises(SchemaError, match=next(iter(setting))):
        WalkConfig(**setting)  # type: ignore[arg-type]


def test_severity_runs_from_healthy_to_one() -> None:
    assert foot_drop(0.0) == healthy()
    with pytest.raises(SchemaError, match="severity"):
        foot_drop(1.2)
