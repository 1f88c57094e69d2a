"""A heel that never comes down is suspected, and one that does is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from footdrop_imu.analysis import analyze
from footdrop_imu.gait.heel_up import HeelUp, lever_elevation, suspect_heel_up
from footdrop_imu.gait.shoe import shoe_geometry
from footdrop_imu.schema import FloatArray, Mounting, SessionResult, Shoe
from footdrop_imu.simulate import walk as simulated
from footdrop_imu.simulate.pattern import FootPattern, WalkConfig, foot_drop, healthy
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.sole import Sole
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

PLACE = simulated.sensor_place_m


def rolled_up(about: tuple[float, float], sensor: tuple[float, float], count: int) -> tuple[FloatArray, FloatArray]:
    """Pitch (n,) in deg and place (n, 3) of a sensor on a foot that rises by 30° about a pivot, from foot-flat."""
    pitch = np.concatenate((np.zeros(5), np.linspace(0.0, -30.0, count)))
    angle = np.radians(-pitch)
    x, z = sensor[0] - about[0], sensor[1] - about[1]
    ahead, up = x * np.cos(angle) + z * np.sin(angle), z * np.cos(angle) - x * np.sin(angle)
    return pitch, np.column_stack((ahead, np.zeros_like(up), up))


@pytest.mark.parametrize("count", [6, 60, 400])
@pytest.mark.parametrize("elevation_deg", [10.0, 45.0, 80.0, 100.0])
def test_the_way_of_the_sensor_tells_the_levers_elevation(elevation_deg: float, count: int) -> None:
    angle = np.radians(elevation_deg)
    pitch, place = rolled_up((0.0, 0.0), (-0.12 * np.cos(angle), 0.12 * np.sin(angle)), count)
    start, toe_off = np.array([0]), np.array([len(pitch) - 1])
    found = lever_elevation(pitch, place, np.array([[1.0, 0.0]]), start, toe_off)
    assert found == pytest.approx([elevation_deg], abs=0.01)
    assert np.isnan(lever_elevation(0.4 * pitch, place, np.array([[1.0, 0.0]]), start, toe_off)), "hardly rises"


def columns(contact_deg: float, toe_off_deg: float, speed_mps: float, elevation_deg: float, n: int = 12) -> Any:
    return {
        "contact_over_flat_deg": np.full(n, contact_deg),
        "toe_off_over_flat_deg": np.full(n, toe_off_deg),
        "walking_speed_mps": np.full(n, speed_mps),
        "lever_elevation_deg": np.full(n, elevation_deg),
        "level": np.ones(n, dtype=bool),
        "turn_deg": np.zeros(n),
    }


INSTEP, HEEL = (shoe_geometry(Shoe("left", 0.27, place)) for place in ("instep", "heel"))


@pytest.mark.parametrize(
    ("contact", "toe_off", "suspected"),
    [
        (20.0, -60.0, False),  # healthy
        (-10.0, -50.0, False),  # severe foot drop
        (12.0, -25.0, False),  # a heel rocker with little push-off
        (0.0, -35.0, True),  # twenty degrees of equinus
    ],
)
def test_no_rocker_and_little_push_off_are_suspect(contact: float, toe_off: float, suspected: bool) -> None:
    told = suspect_heel_up(columns(contact, toe_off, 1.2, 90.0), INSTEP)
    assert told.suspected == suspected
    assert told.sd_deg == pytest.approx(8.0), "where the sensor sits on the instep is not known well enough"


def test_a_known_lever_decides() -> None:
    """Little push-off with the lever of a foot that lies flat, and much with that of one that does not."""
    weak = suspect_heel_up(columns(0.0, -30.0, 1.2, 11.0), HEEL)
    assert not weak.suspected
    assert weak.sd_deg < 4.0
    assert suspect_heel_up(columns(0.0, -45.0, 1.2, 27.0), HEEL).suspected


def test_few_strides_say_nothing() -> None:
    assert suspect_heel_up(columns(0.0, -20.0, 1.2, 60.0, n=4), HEEL) == pytest.approx(
        HeelUp(np.nan, np.nan, False), nan_ok=True
    )
    steep = columns(0.0, -20.0, 1.2, 60.0) | {"level": np.zeros(12, dtype=bool)}
    assert not suspect_heel_up(steep, HEEL).suspected


def walk_with_heel_up(monkeypatch: pytest.MonkeyPatch, heel_up_deg: float, pattern: FootPattern) -> SimulatedWalk:
    """A walk on the forefoot, standing included.

    What lies on the floor is the forefoot: a foot with its heel up walks as one with its heel down would, but for its
    sensor, which has been turned about the ball with the rest of the shoe.
    """

    def turned(sole: Sole, place: str) -> FloatArray:
        angle, arm = np.radians(heel_up_deg), PLACE(sole, place) - sole.ball
        x, z = arm[0] * np.cos(angle) + arm[2] * np.sin(angle), arm[2] * np.cos(angle) - arm[0] * np.sin(angle)
        return np.asarray(sole.ball + np.array([x, arm[1], z]))

    with monkeypatch.context() as changed:
        changed.setattr(simulated, "sensor_place_m", turned)
        walk = WalkConfig(speed_mps=0.9, distance_m=20.0, left=pattern, right=pattern, seed=4)
        return simulate_walk(walk, SensorConfig(rate_hz=100.0, seed=4))


def equinus(heel_up_deg: float) -> FootPattern:
    """In the frame of what lies on the floor."""
    return replace(
        healthy(), strike_angle_deg=-4.0, toe_off_pitch_deg=-60.0 + heel_up_deg, swing_drop_deg=0.6 * heel_up_deg
    )


def with_rotation(walk: SimulatedWalk, heel_up_deg: float) -> SessionResult:
    """Analyze with the mounting that the shoe has, whose sole is not what lies on the floor."""
    from scipy.spatial.transform import Rotation

    tilt = Rotation.from_euler("y", -heel_up_deg, degrees=True)
    shoes = []
    for shoe in walk.session.shoes:
        true = walk.mounting[shoe.side].rotation
        assert true is not None
        rotation = tuple((tilt * Rotation.from_quat(true)).as_quat().tolist())
        shoes.append(replace(shoe, mounting=Mounting(rotation=rotation)))  # type: ignore[arg-type]
    return analyze(replace(walk.session, shoes=tuple(shoes)))


def test_an_equinus_walk_is_not_given_normal_angles(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = walk_with_heel_up(monkeypatch, 25.0, equinus(25.0))
    result = analyze(walk.session, timeseries=True)
    for column in ("foot_pitch_initial_contact_deg", "foot_pitch_mid_swing_deg", "landing", "first_rocker"):
        assert result.strides[column].isna().all(), column
    assert result.strides["stride_length_m"].notna().all()
    assert result.timeseries is not None
    assert result.timeseries["foot_pitch_deg"].isna().all()
    assert result.timeseries["position_z_m"].notna().all()
    for side in ("left", "right"):
        foot = result.provenance["feet"][side]
        assert foot["suspected_heel_up"]
        assert foot["heel_up_deg"] == pytest.approx(25.0, abs=10.0)
        assert any(r.startswith(f"{side} foot: the heel may never come down") for r in result.quality.reasons)


def test_an_entered_mounting_knows_where_zero_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The true angles then: the forefoot lands toes down, 25° below what lies on the floor."""
    walk = walk_with_heel_up(monkeypatch, 25.0, equinus(25.0))
    known = with_rotation(walk, 25.0)
    on_floor = walk.strides["foot_pitch_initial_contact_deg"].median()
    found = known.strides["foot_pitch_initial_contact_deg"]
    assert found.median() == pytest.approx(on_floor - 25.0, abs=1.5)
    assert known.strides["foot_pitch_toe_off_deg"].median() < -50.0
    assert known.provenance["feet"]["left"]["zero_source"] == "mounting"
    assert any("foot-flat is 25° off the entered mounting: the heel is up" in r for r in known.quality.reasons)


def test_a_mounting_that_cannot_be_is_not_the_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """Foot-flat with the toes 20° up of the entered sole is no posture of stance: the entry is wrong, and said so."""
    walk = walk_with_heel_up(monkeypatch, 0.0, healthy())
    wrong = with_rotation(walk, -20.0)
    assert wrong.provenance["feet"]["right"]["zero_source"] == "standing"
    assert any(r.endswith("entered mounting: the sensor does not sit as entered") for r in wrong.quality.reasons)
    right = with_rotation(walk, 0.0)
    assert not any("entered mounting" in reason for reason in right.quality.reasons)


@pytest.mark.parametrize("severity", [0.55, 1.0])
def test_foot_drop_with_the_heel_down_is_not_suspected(monkeypatch: pytest.MonkeyPatch, severity: float) -> None:
    result = analyze(walk_with_heel_up(monkeypatch, 0.0, foot_drop(severity)).session)
    assert not any(foot["suspected_heel_up"] for foot in result.provenance["feet"].values())
    assert result.strides["foot_pitch_initial_contact_deg"].notna().all()
