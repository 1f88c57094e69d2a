"""Exercises: the sensors against an independent integration, the truth against the motion, mirrors, refusals."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.schema import GRAVITY_MPS2, SIDES
from footdrop_imu.simulate.exercise import SimulatedExercise, simulate_exercise
from footdrop_imu.simulate.exercise_config import SHIFTS, ExerciseConfig, usual_set
from footdrop_imu.simulate.exercise_kinds import FREE, KINDS, PIVOTS
from footdrop_imu.simulate.exercise_truth import NEAR_FRAC
from footdrop_imu.simulate.motion import heights, move, point
from footdrop_imu.simulate.sensor import SensorConfig, exact_signals, ideal_sensor

SHORT = {"repetitions": 3, "hold_s": 0.5, "repetition_s": 1.5, "quiet_before_s": 1.0, "quiet_after_s": 1.0}


def stream(made: SimulatedExercise, segment: str, quantity: str) -> np.ndarray:
    return next(s.values for s in made.session.streams if s.segment == segment and s.quantity == quantity)


def pitch_deg(made: SimulatedExercise, segment: str, time_s: np.ndarray) -> np.ndarray:
    return np.degrees(np.arcsin(move(made.bodies[segment].motion, time_s).rotation[:, 2, 0]))


def turn_deg(before: np.ndarray, after: np.ndarray) -> float:
    return float(np.degrees(np.arccos(np.clip(0.5 * (np.trace(before.T @ after) - 1.0), -1.0, 1.0))))


def turned_by(vector: np.ndarray) -> np.ndarray:
    """Matrices (n, 3, 3) of small turns (n, 3), written out so that nothing is shared with the simulator."""
    angle = np.linalg.norm(vector, axis=1)[:, None, None]
    x, y, z = vector.T
    o = np.zeros_like(x)
    cross = np.stack([np.stack([o, -z, y], -1), np.stack([z, o, -x], -1), np.stack([-y, x, o], -1)], -2)
    return np.eye(3) + np.sinc(angle / np.pi) * cross + 0.5 * np.sinc(0.5 * angle / np.pi) ** 2 * cross @ cross


@pytest.mark.parametrize(
    ("exercise", "segment"),
    [
        ("toe_raise_negative", "right_foot"),
        ("toe_raise_negative", "right_shank"),
        ("heel_raise", "right_foot"),
        ("ankle_adduction_abduction", "right_foot"),
        ("hip_rotation_slide", "right_shank"),
        ("hip_external_rotation_standing", "right_foot"),
    ],
)
def test_integrating_the_exact_signals_returns_the_path(exercise: str, segment: str) -> None:
    """Strapdown at 4 kHz with midpoint samples, from the first pose on, through a tremor and a shift of posture."""
    config = usual_set(exercise, **SHORT, tremor_deg=1.0, shifts=("seat",), sway_scale=0.0, seed=5)
    made = simulate_exercise(config, replace(ideal_sensor(100.0), shank=True))
    body, rate_hz = made.bodies[segment], 4000.0
    end_s = len(stream(made, segment, "acceleration")) / 100.0
    time = np.arange(int(end_s * rate_hz) + 1) / rate_hz
    signals = exact_signals(body.motion, body.sway, body.place_m, time[:-1] + 0.5 / rate_hz)

    state = move(body.motion, time[[0, -1]])
    places, speeds, _ = point(state, body.place_m)
    pose, place, velocity, dt = state.rotation[0], places[0].copy(), speeds[0].copy(), 1.0 / rate_hz
    whole, half = turned_by(signals.gyr * dt), turned_by(0.5 * signals.gyr * dt)
    for k in range(len(time) - 1):
        acceleration = pose @ half[k] @ signals.acc[k] - np.array([0.0, 0.0, GRAVITY_MPS2])
        place += velocity * dt + 0.5 * acceleration * dt**2
        velocity += acceleration * dt
        pose = pose @ whole[k]
    assert turn_deg(pose, state.rotation[1]) < 0.002
    np.testing.assert_allclose(place, places[1], atol=2e-3)
    np.testing.assert_allclose(velocity, speeds[1], atol=1e-3)


@pytest.mark.parametrize("exercise", sorted(KINDS))
def test_a_resting_sensor_feels_gravity_alone(exercise: str) -> None:
    config = usual_set(exercise, **SHORT, sway_scale=0.0, wobble_deg=0.0, seed=2)
    made = simulate_exercise(config, replace(ideal_sensor(50.0), shank=True))
    for segment in made.bodies:
        first = slice(0, 20)
        force = stream(made, segment, "acceleration")[first]
        np.testing.assert_allclose(np.linalg.norm(force, axis=1), GRAVITY_MPS2, atol=1e-6)
        np.testing.assert_allclose(stream(made, segment, "angular_velocity")[first], 0.0, atol=1e-6)


@pytest.mark.parametrize("exercise", sorted(set(KINDS) - set(FREE)))
def test_truth_is_what_the_foot_does(exercise: str) -> None:
    config = usual_set(exercise, **SHORT, sway_scale=0.0, variation_frac=0.1, false_start_count=2, seed=11)
    made = simulate_exercise(config, ideal_sensor(50.0))
    truth, foot = made.truth, made.bodies["right_foot"].motion
    ways = 2 if KINDS[exercise].both_ways else 1
    assert truth.count == 3
    assert len(truth.repetitions) == 3 * ways
    assert len(truth.false_starts) == 2
    for one in truth.repetitions + truth.false_starts:
        time = np.linspace(one.start_s, one.end_s, 400)
        poses = move(foot, time).rotation
        rest = move(foot, np.array([0.5])).rotation[0]
        peak = move(foot, np.array([one.peak_s])).rotation[0]
        # a foot in the air does not come back to the very same place: a few per cent of the range
        loose = 0.01 if KINDS[exercise].on_floor else 0.1 * config.range_deg
        assert turn_deg(rest, peak) == pytest.approx(one.range_deg, abs=loose + 0.01)
        turns = np.array([turn_deg(rest, pose) for pose in poses])
        assert np.degrees(np.linalg.norm(move(foot, time).rate, axis=1)).max() >= one.greatest_speed_dps * 0.98
        if KINDS[exercise].on_floor:
            assert turns[0] == pytest.approx(0.0, abs=0.05)
            assert turns[-1] == pytest.approx(0.0, abs=0.05)
            near = (turns >= NEAR_FRAC * one.range_deg).mean() * (one.end_s - one.start_s)
            assert near == pytest.approx(one.near_peak_s, abs=0.02)
        still = np.linspace(one.top_s, one.down_s, 20)[1:-1]
        rates = np.degrees(np.linalg.norm(move(foot, still).rate, axis=1))
        # what sinks by up to 3 % of the range in the hold goes at most twice as fast as evenly
        assert rates.max(initial=0.0) <= 2.0 * 0.04 * one.range_deg / max(one.hold_s, 1e-9) + 0.2
        assert one.raising_s + one.hold_s + one.lowering_s == pytest.approx(one.end_s - one.start_s)
    ranges = [one.range_deg for one in truth.repetitions]
    assert max(one.range_deg for one in truth.false_starts) < 0.55 * np.mean(ranges)
    assert np.mean(ranges) == pytest.approx(config.range_deg, rel=0.15)
    starts = [one.start_s for one in truth.repetitions]
    assert starts == sorted(starts)


def test_every_pivot_stays_where_it_is() -> None:
    """But for the knee, which is lifted a little before the leg is turned."""
    for exercise, kind in KINDS.items():
        if exercise in FREE:
            continue
        made = simulate_exercise(usual_set(exercise, **SHORT, sway_scale=0.0), ideal_sensor(50.0))
        motion = made.bodies["right_foot"].motion
        one = made.truth.repetitions
        time = np.linspace(one[0].start_s, one[-1].end_s, 200)
        place = point(move(motion, time), motion.anchor[0])[0]
        assert np.ptp(place, axis=0).max() < 1e-6, exercise
        if kind.on_floor and exercise not in ("ankle_inversion", "ankle_eversion"):
            below = heights(move(motion, time), np.stack([motion.sole.heel, motion.sole.ball]))
            assert below.min() > -2e-3, exercise
    assert {kind.pivot for kind in KINDS.values()} == set(PIVOTS)


def test_the_signs_are_those_of_the_project() -> None:
    """Toes up and inversion positive on both feet; toes outward positive."""
    for side in SIDES:
        signs = {}
        for exercise in ("assisted_toe_raise", "heel_raise", "ankle_inversion", "ankle_eversion"):
            made = simulate_exercise(usual_set(exercise, side=side, **SHORT, sway_scale=0.0), ideal_sensor(100.0))
            one, motion = made.truth.repetitions[0], made.bodies[f"{side}_foot"].motion
            signs[exercise] = (one.pitch_deg, one.roll_deg)
            up = move(motion, np.array([one.peak_s])).rotation[0][2]
            assert np.degrees(np.arcsin(up[0])) == pytest.approx(one.pitch_deg, abs=0.05)
            # the inner edge is on the left of the right foot
            inner = up[1] if side == "right" else -up[1]
            assert np.degrees(np.arctan2(inner, up[2])) == pytest.approx(one.roll_deg, abs=0.05)
        assert signs["assisted_toe_raise"][0] > 10.0
        assert signs["heel_raise"][0] < -15.0
        assert signs["ankle_inversion"][1] > 10.0
        assert signs["ankle_eversion"][1] < -5.0
        assert signs["ankle_eversion"][0] > 5.0
        turned = simulate_exercise(
            usual_set("hip_external_rotation_standing", side=side, **SHORT, sway_scale=0.0), ideal_sensor(100.0)
        )
        one = turned.truth.repetitions[0]
        assert one.yaw_deg == pytest.approx(one.range_deg, abs=0.01)
        # outward is clockwise from above for the right foot
        raising = int(100 * (one.start_s + 0.5 * one.raising_s))
        rate = stream(turned, f"{side}_foot", "angular_velocity")[raising, 2]
        assert rate < -0.1 if side == "right" else rate > 0.1


@pytest.mark.parametrize("exercise", ["ankle_eversion", "ankle_rotation", "hip_rotation_slide", "heel_raise"])
def test_left_mirrors_right(exercise: str) -> None:
    sensor = replace(ideal_sensor(100.0), shank=True)
    config = usual_set(exercise, **SHORT, sway_scale=0.0, shifts=SHIFTS, tremor_deg=0.5, seed=8)
    right, left = (simulate_exercise(replace(config, side=side), sensor) for side in ("right", "left"))
    for limb in ("foot", "shank"):
        acc, gyr = (
            [stream(made, f"{side}_{limb}", quantity) for made, side in ((right, "right"), (left, "left"))]
            for quantity in ("acceleration", "angular_velocity")
        )
        np.testing.assert_allclose(acc[0] * [1, -1, 1], acc[1], atol=1e-7)
        np.testing.assert_allclose(gyr[0] * [-1, 1, -1], gyr[1], atol=1e-7)
    for one, other in zip(right.truth.repetitions, left.truth.repetitions, strict=True):
        assert replace(one, side="left", pitch_deg=0, roll_deg=0, yaw_deg=0) == replace(
            other, pitch_deg=0, roll_deg=0, yaw_deg=0
        )
        assert (one.pitch_deg, one.roll_deg, one.yaw_deg) == pytest.approx(
            (other.pitch_deg, other.roll_deg, other.yaw_deg), abs=1e-9
        )


def test_any_rate_shows_the_same_exercise() -> None:
    config = usual_set("band_toe_raise", **SHORT, tremor_deg=0.3, seed=4)
    slow, fast = (simulate_exercise(config, ideal_sensor(rate)) for rate in (50.0, 400.0))
    assert slow.truth == fast.truth
    for quantity in ("acceleration", "angular_velocity"):
        few, many = (stream(made, "right_foot", quantity) for made in (slow, fast))
        np.testing.assert_allclose(few, many[::8][: len(few)], atol=1e-9)


def test_the_same_seeds_give_the_same_bytes_and_others_do_not() -> None:
    config = usual_set("ankle_inversion", **SHORT, seed=1)
    sensor = SensorConfig(rate_hz=60.0, random_mounting=True, lost_frac=0.1)
    first, again = (simulate_exercise(config, sensor) for _ in range(2))
    other = simulate_exercise(replace(config, seed=2), sensor)
    assert first.truth == again.truth
    assert first.session.id == again.session.id != other.session.id
    for one, two in zip(first.session.streams, again.session.streams, strict=True):
        assert one.values.tobytes() == two.values.tobytes()
    assert first.truth != other.truth
    assert len(stream(first, "right_foot", "acceleration")) < first.bodies["right_foot"].here.size


def test_fatigue_makes_the_last_repetitions_smaller_and_slower() -> None:
    config = usual_set("toe_raise_negative", repetitions=12, fatigue_frac=0.4, variation_frac=0.02)
    done = simulate_exercise(config, ideal_sensor(50.0)).truth.repetitions
    assert done[-1].range_deg == pytest.approx(0.6 * done[0].range_deg, rel=0.15)
    assert done[-1].lowering_s == pytest.approx(done[0].lowering_s / 0.6, rel=0.15)


def test_tremor_shakes_the_foot_that_is_held_and_is_no_part_of_the_range() -> None:
    config = usual_set("toe_raise_negative", repetitions=1, hold_s=8.0, sway_scale=0.0, variation_frac=0.0)
    calm, shaking = (simulate_exercise(replace(config, tremor_deg=size), ideal_sensor(200.0)) for size in (0.0, 1.5))
    (one,), (two,) = calm.truth.repetitions, shaking.truth.repetitions
    assert one.range_deg == pytest.approx(two.range_deg, abs=0.02)
    time = np.arange(one.start_s + one.raising_s, one.start_s + one.raising_s + one.hold_s, 0.005)
    shake = pitch_deg(shaking, "right_foot", time) - pitch_deg(calm, "right_foot", time)
    assert np.std(shake) == pytest.approx(1.5 / np.sqrt(2.0), rel=0.35)
    power = np.abs(np.fft.rfft(shake * np.hanning(len(shake)))) ** 2
    peak_hz = np.fft.rfftfreq(len(shake), 0.005)[np.argmax(power)]
    assert 5.5 <= peak_hz <= 6.5


def test_false_starts_pauses_and_shifts_are_between_repetitions() -> None:
    settings = {"false_start_count": 4, "pause_count": 2, "shifts": SHIFTS, "repetitions": 6}
    for exercise in ("assisted_toe_raise", "ankle_dorsiflexion_crossed"):
        truth = simulate_exercise(usual_set(exercise, **settings, seed=9), ideal_sensor(50.0)).truth
        busy = [(one.start_s, one.end_s) for one in truth.repetitions + truth.false_starts]
        busy += [(shift.begin_s, shift.end_s) for shift in truth.shifts]
        busy.sort()
        assert [shift.kind for shift in sorted(truth.shifts, key=lambda s: SHIFTS.index(s.kind))] == list(SHIFTS)
        assert all(before[1] < after[0] for before, after in itertools.pairwise(busy))
        starts = np.array([one.start_s for one in truth.repetitions])
        ends = np.array([one.end_s for one in truth.repetitions])
        assert np.sum(starts[1:] - ends[:-1] > 2.0) >= 1


@pytest.mark.parametrize(("other", "least", "most"), [("still", 0.0, 1e-9), ("moving", 0.5, 8.0), ("same", 12.0, 25.0)])
def test_the_other_foot_does_what_it_is_told(other: str, least: float, most: float) -> None:
    made = simulate_exercise(usual_set("weighted_foot_lift", other_foot=other, sway_scale=0.0), ideal_sensor(50.0))
    seconds = len(stream(made, "left_foot", "acceleration")) / 50.0
    pitch = pitch_deg(made, "left_foot", np.arange(0.0, seconds, 0.02))
    assert least <= np.ptp(pitch) <= most
    assert pitch.min() > -0.01
    told = [one for one in made.truth.repetitions if one.side == "left"]
    assert len(told) == (10 if other == "same" else 0)
    assert made.truth.count == 10


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"exercise": "isometric_dorsiflexion"}, "simulated are"),
        ({"side": "both"}, "use one of left, right"),
        ({"range_deg": 2.0}, "needs 3.0 to 40.0"),
        ({"range_deg": float("nan")}, "needs 3.0 to 40.0"),
        ({"repetition_s": 0.5}, "needs 1.0 to 12.0"),
        ({"repetitions": 0}, "needs 1 to 200"),
        ({"tremor_hz": 12.0}, "needs 4.0 to 8.0"),
        ({"shifts": ("chair",)}, "use one of seat, shin, foot"),
        ({"other_foot": "gone"}, "use one of still, moving, same"),
    ],
)
def test_what_cannot_be_simulated_is_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        ExerciseConfig(**({"exercise": "heel_raise"} | settings))  # type: ignore[arg-type]
    if "exercise" not in settings:
        with pytest.raises(SchemaError, match=words):
            usual_set("heel_raise", **settings)
