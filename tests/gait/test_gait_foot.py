"""One foot from samples to strides, on simulated walks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.foot import FootConfig, FootStrides, Samples, analyze_foot, find_foot_flats
from footdrop_imu.gait.shoe import shoe_geometry
from footdrop_imu.schema import GRAVITY_MPS2, SIDES, Shoe
from footdrop_imu.simulate.pattern import Stop, WalkConfig, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

FootOf = Callable[..., tuple[Samples, FootStrides]]
SHOE = shoe_geometry(Shoe("left", 0.27, place="instep"))


def truth(walk: SimulatedWalk, side: str) -> Any:
    return walk.strides[walk.strides["side"] == side].reset_index(drop=True)


@pytest.mark.parametrize("side", SIDES)
def test_every_stride_is_found_once_and_in_order(exact_walk: SimulatedWalk, foot_of: FootOf, side: str) -> None:
    samples, found = foot_of(exact_walk, side)
    true, measured = truth(exact_walk, side), found.measured
    assert len(measured["start"]) == len(true)
    assert not len(found.rejected["start"])
    for event, most_s in (("toe_off", 0.025), ("mid_swing", 0.02), ("initial_contact", 0.015)):
        late_s = (measured[event] - true[event].to_numpy()) / samples.rate_hz
        assert np.abs(late_s).max() < most_s
    events = np.stack([measured[name] for name in ("start", "toe_off", "mid_swing", "initial_contact", "end")])
    assert (np.diff(events, axis=0) > 0).all()
    assert (measured["start"][1:] >= measured["end"][:-1]).all()


@pytest.mark.parametrize("side", SIDES)
def test_measures_of_exact_signals_are_the_true_ones(exact_walk: SimulatedWalk, foot_of: FootOf, side: str) -> None:
    measured, true = foot_of(exact_walk, side)[1].measured, truth(exact_walk, side)
    inner = slice(1, -1)
    for name, most in (
        ("stride_length_m", 0.012),
        ("foot_pitch_initial_contact_deg", 1.5),
        ("foot_pitch_mid_swing_deg", 3.0),  # the foot is as fast for some samples, while its pitch runs on
        ("foot_pitch_swing_max_deg", 1.0),
        ("minimum_toe_clearance_m", 0.004),
        ("heel_height_max_m", 0.006),
        ("toe_height_max_m", 0.006),
        ("push_off_dps", 25.0),
        ("turn_deg", 0.5),
    ):
        error = measured[name][inner] - true[name].to_numpy()[inner]
        assert np.abs(error).max() < most, name
        assert np.median(np.abs(error)) < 0.5 * most, name


def test_the_mounting_is_found(turning_walk: SimulatedWalk, foot_of: FootOf) -> None:
    """Up to the toe-out that the walk does not show."""
    for side in SIDES:
        _, found = foot_of(turning_walk, side)
        rotation = turning_walk.mounting[side].rotation
        assert rotation is not None
        turn = Rotation.from_matrix(found.axes.sensor_to_foot) * Rotation.from_quat(rotation).inv()
        about = np.degrees(turn.as_rotvec())
        assert np.abs(about[:2]).max() < 1.5
        assert abs(about[2]) < 8.0


def test_an_entered_long_axis_is_used(turning_walk: SimulatedWalk, foot_of: FootOf) -> None:
    samples, _ = foot_of(turning_walk, "left")
    rotation = Rotation.from_quat(np.array(turning_walk.mounting["left"].rotation))
    forward = np.asarray(rotation.inv().apply([1.0, 0.0, 0.0]))
    found = analyze_foot(samples, SHOE, left=True, entered_forward=forward)
    turn = Rotation.from_matrix(found.axes.sensor_to_foot) * rotation.inv()
    assert np.degrees(turn.magnitude()) < 1.5
    true = truth(turning_walk, "left")
    straight = (true["kind"] == "straight").to_numpy()
    assert np.median(found.measured["toe_out_deg"][straight]) == pytest.approx(
        true["toe_out_deg"][straight].median(), abs=1.5
    )


def test_toe_out_is_not_said_where_nobody_entered_the_mounting(exact_walk: SimulatedWalk, foot_of: FootOf) -> None:
    assert np.isnan(foot_of(exact_walk, "left")[1].measured["toe_out_deg"]).all()


def test_the_turn_is_in_the_strides_that_turn(turning_walk: SimulatedWalk, foot_of: FootOf) -> None:
    for side in SIDES:
        measured, true = foot_of(turning_walk, side)[1].measured, truth(turning_walk, side)
        # a gyroscope's offset of 0.3 °/s, here not taken off, is 8° over the walk
        assert measured["turn_deg"].sum() == pytest.approx(true["turn_deg"].sum(), abs=10.0)
        assert np.abs(measured["turn_deg"] - true["turn_deg"].to_numpy()).max() < 6.0


def test_courses_run_from_contact_to_contact(exact_walk: SimulatedWalk, foot_of: FootOf) -> None:
    _, found = foot_of(exact_walk, "left")
    measured = found.measured
    pitch, roll = measured["pitch_course"], measured["roll_course"]
    assert pitch.shape == roll.shape == (len(measured["start"]), 101)
    assert np.isnan(pitch[0]).all(), "the first stride has no contact before"
    assert np.isfinite(pitch[1:]).all()
    contact = measured["foot_pitch_initial_contact_deg"]
    assert pitch[1:, 100] == pytest.approx(contact[1:])
    assert pitch[2:, 0] == pytest.approx(contact[1:-1])
    true = exact_walk.courses["left"].foot_pitch_deg
    a, b = measured["initial_contact"][3], measured["initial_contact"][4]
    assert pitch[4] == pytest.approx(np.interp(np.linspace(a, b, 101), np.arange(len(true)), true), abs=1.5)


@pytest.mark.parametrize("stretch", [200, 700, 1200, 2500])
def test_stretches_change_nothing_but_their_borders(stretch: int) -> None:
    """A walk with a stop, so that a stretch may hold nothing but standing."""
    walk = simulate_walk(WalkConfig(distance_m=24.0, seed=4, stops=(Stop(12.0, 15.0),)), SensorConfig(rate_hz=100.0))
    acc, gyr = (s.values for s in walk.session.streams if s.segment == "left_foot")
    no = np.zeros(len(acc), dtype=bool)
    samples = Samples(acc, gyr, no, ~no, no, 100.0, averaged=False)
    whole = analyze_foot(samples, SHOE, left=True).measured
    parts = analyze_foot(samples, SHOE, left=True, config=FootConfig(stretch_samples=stretch)).measured
    assert parts["start"].tolist() == whole["start"].tolist()
    assert parts["end"].tolist() == whole["end"].tolist()
    assert parts["stride_length_m"] == pytest.approx(whole["stride_length_m"], abs=0.03)
    assert parts["foot_pitch_mid_swing_deg"] == pytest.approx(whole["foot_pitch_mid_swing_deg"], abs=1.0)
    assert sorted(parts) == sorted(whole)


def test_a_gap_rejects_the_strides_measures_and_keeps_its_events(exact_walk: SimulatedWalk, foot_of: FootOf) -> None:
    samples, whole = foot_of(exact_walk, "left")
    start, end = whole.measured["start"][5], whole.measured["end"][5]
    hole = slice(start + 20, start + 40)
    valid, lost = samples.valid.copy(), samples.lost.copy()
    valid[hole], lost[hole] = False, True
    _, found = foot_of(exact_walk, "left", samples=samples._replace(valid=valid, lost=lost))
    assert found.rejected["reason"].tolist() == ["gap"]
    assert (found.rejected["start"][0], found.rejected["end"][0]) == (start, end)
    for event in ("toe_off", "initial_contact"):
        assert found.rejected[event][0] == whole.measured[event][5]
    assert len(found.measured["start"]) == len(whole.measured["start"]) - 1
    assert start not in found.measured["start"]


def test_short_losses_are_counted_and_kept(exact_walk: SimulatedWalk, foot_of: FootOf) -> None:
    samples, whole = foot_of(exact_walk, "left")
    start, end = int(whole.measured["start"][5]), int(whole.measured["end"][5])
    lost, clipped = samples.lost.copy(), samples.clipped.copy()
    lost[start + 20 : start + 26] = True
    lost[start + 50] = True
    clipped[end - 60 : end - 57] = True
    _, found = foot_of(exact_walk, "left", samples=samples._replace(lost=lost, clipped=clipped))
    measured, count = found.measured, end - start
    assert measured["lost_frac"][5] == pytest.approx(7 / count)
    assert measured["gap_s"][5] == pytest.approx(6 / samples.rate_hz)
    assert measured["clipped_frac"][5] == pytest.approx(3 / count)
    others = np.arange(len(measured["start"])) != 5
    for name in ("lost_frac", "gap_s", "clipped_frac"):
        assert (measured[name][others] == 0).all()
    assert measured["stride_length_sd_m"][5] > whole.measured["stride_length_sd_m"][5]


@pytest.mark.parametrize("share", np.linspace(0.02, 1.0, 25))
def test_a_recording_cut_in_swing_invents_nothing(exact_walk: SimulatedWalk, foot_of: FootOf, share: float) -> None:
    """Cut anywhere from toe off to contact: the strides before or after are as they were, and there is no other."""
    samples, whole = foot_of(exact_walk, "left")
    events = whole.measured
    at = round(float(events["toe_off"][6] + share * (events["initial_contact"][6] - events["toe_off"][6])))
    head = Samples(*(v[:at] if isinstance(v, np.ndarray) else v for v in samples))
    _, found = foot_of(exact_walk, "left", samples=head)
    assert found.measured["start"].tolist() == events["start"][:6].tolist()
    tail = Samples(*(v[at:] if isinstance(v, np.ndarray) else v for v in samples))
    _, found = foot_of(exact_walk, "left", samples=tail)
    assert (found.measured["initial_contact"] + at).tolist() == events["initial_contact"][7:].tolist()
    assert set(found.rejected["reason"]) <= {"cut off"}


def still(seconds: float = 20.0) -> Samples:
    rng = np.random.default_rng(1)
    count = round(seconds * 100)
    no = np.zeros(count, dtype=bool)
    acc = rng.normal(scale=0.05, size=(count, 3)) + np.array([0.0, 0.0, GRAVITY_MPS2])
    return Samples(acc, rng.normal(scale=0.01, size=(count, 3)), no, ~no, no, 100.0, averaged=False)


def test_standing_is_no_walking() -> None:
    with pytest.raises(SignalError, match="no strides, expected walking") as caught:
        analyze_foot(still(), SHOE, left=True)
    assert caught.value.reason is SignalReason.NO_WALKING


def test_a_foot_that_taps_does_not_walk() -> None:
    """It pitches up and down on the spot, once a second."""
    samples = still()
    time = np.arange(len(samples.acc)) / 100.0
    angle = np.radians(15.0) * np.clip(np.sin(2 * np.pi * time), 0.0, None) ** 2
    samples.acc[:, [0, 2]] = GRAVITY_MPS2 * np.column_stack([np.sin(angle), np.cos(angle)])
    samples.gyr[:, 1] -= np.gradient(angle) * 100.0
    with pytest.raises(SignalError) as caught:
        analyze_foot(samples, SHOE, left=True)
    assert caught.value.reason is SignalReason.NO_WALKING


@pytest.mark.parametrize("seed", range(8))
def test_shaking_gives_an_answer_or_a_named_refusal(seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples = still(10.0)
    smooth = np.ones(rng.integers(2, 20)) / 5.0
    for values, size in ((samples.acc, 10.0), (samples.gyr, 4.0)):
        for axis in range(3):
            values[:, axis] += size * np.convolve(rng.normal(size=len(values)), smooth, mode="same")
    reason = None
    try:
        found = analyze_foot(samples, SHOE, left=True)
    except SignalError as error:
        reason = error.reason
    if reason is None:
        assert (np.diff(found.rests.sample) > 0).all()
    else:
        assert reason in (SignalReason.NO_WALKING, SignalReason.NO_REST)


def test_grades_of_a_walk_get_worse_with_its_signals(exact_walk: SimulatedWalk, foot_of: FootOf) -> None:
    samples, calm = foot_of(exact_walk, "right")
    rng = np.random.default_rng(2)
    sds, rests, tilts = [], [], []
    for noise in (0.0, 0.5, 2.0):
        noisy = samples._replace(
            acc=samples.acc + rng.normal(scale=max(noise, 1e-12), size=samples.acc.shape),
            gyr=samples.gyr + rng.normal(scale=max(0.2 * noise, 1e-12), size=samples.gyr.shape),
        )
        measured = foot_of(exact_walk, "right", samples=noisy)[1].measured
        assert len(measured["start"]) == len(calm.measured["start"])
        sds.append(np.median(measured["stride_length_sd_m"]))
        rests.append(np.median(measured["rest_quality"]))
        tilts.append(np.median(measured["tilt_disagreement_deg"]))
    assert (np.diff(sds) > 0).all()
    assert (np.diff(rests) < 0).all()
    assert (np.diff(tilts) > 0).all()


def test_a_sensor_that_slips_on_the_shoe_is_told(exact_walk: SimulatedWalk, foot_of: FootOf) -> None:
    """For the last third of the walk it sits 20 degrees further round."""
    samples, whole = foot_of(exact_walk, "left")
    last = int(whole.measured["start"][len(whole.measured["start"]) * 2 // 3])
    slip = Rotation.from_euler("x", 20.0, degrees=True)
    acc, gyr = samples.acc.copy(), samples.gyr.copy()
    acc[last:], gyr[last:] = slip.apply(acc[last:]), slip.apply(gyr[last:])
    _, found = foot_of(exact_walk, "left", samples=samples._replace(acc=acc, gyr=gyr))
    shift = found.measured["mount_shift_deg"]
    later = found.measured["start"] >= last
    assert shift[later] == pytest.approx(np.full(later.sum(), 20.0), abs=4.0)
    assert shift[~later][:-2].max() < 3.0


def test_measured_lever_arms_stay_and_assumed_ones_are_refined(exact_walk: SimulatedWalk, foot_of: FootOf) -> None:
    samples, measured = foot_of(exact_walk, "left")
    assert measured.geometry.toe_m.tolist() == list(exact_walk.mounting["left"].sensor_to_toe_m or ())
    assumed = shoe_geometry(Shoe("left"))
    refined = analyze_foot(samples, assumed, left=True).geometry
    assert refined.toe_sd_m < 0.5 * assumed.toe_sd_m


def test_only_heel_contacts_say_how_high_the_heel_is() -> None:
    """The forefoot's contacts teach nothing of the heel: without them the shoe is the same. The heel's do."""
    walk = simulate_walk(
        WalkConfig(distance_m=20.0, speed_mps=1.0, left=foot_drop(1.0), seed=6), SensorConfig(rate_hz=100.0, seed=6)
    )
    for side, taught in (("left", False), ("right", True)):
        acc, gyr = (s.values for s in walk.session.streams if s.segment == f"{side}_foot")
        no = np.zeros(len(acc), dtype=bool)
        samples = Samples(acc, gyr, no, ~no, no, 100.0, averaged=False)
        usual, without = (
            analyze_foot(samples, SHOE, left=side == "left", config=FootConfig(heel_contact_deg=limit)).geometry
            for limit in (10.0, 90.0)
        )
        assert (usual.toe_sd_m < 0.99 * without.toe_sd_m) == taught
        assert (usual.heel_m.tolist() != without.heel_m.tolist()) == taught
        assert without.toe_sd_m < SHOE.toe_sd_m


def test_a_lull_of_a_foot_that_does_not_lie_flat_parts_no_movement() -> None:
    """In the middle of a swing the sensor seems to rest for a moment, tilted by 60°: the stride stays one."""
    made = simulate_walk(WalkConfig(distance_m=12.0, seed=9), SensorConfig(rate_hz=100.0, seed=9))
    acc, gyr = (np.array(s.values) for s in made.session.streams if s.segment == "left_foot")
    none = np.zeros(len(acc), dtype=bool)
    plain = Samples(acc, gyr, none, ~none, none, 100.0, averaged=False)
    before = find_foot_flats(plain, FootConfig())
    at = before.movements[len(before.movements) // 2]
    lull = (before.rests.sample[at] + before.rests.sample[at + 1]) // 2 + np.arange(-7, 8)
    up = acc[before.rests.sample[at]] / np.linalg.norm(acc[before.rests.sample[at]])
    aside = np.cross(up, [0.3, 0.5, 0.8])
    aside /= np.linalg.norm(aside)
    still_acc, still_gyr = acc.copy(), gyr.copy()
    still_acc[lull] = 9.81 * (0.5 * up + np.sqrt(0.75) * aside)
    still_gyr[lull] = 0.0
    lulled = plain._replace(acc=still_acc, gyr=still_gyr)
    parted = find_foot_flats(lulled, FootConfig(flat_within_deg=180.0))
    assert len(parted.movements) == len(before.movements) + 1
    joined = find_foot_flats(lulled, FootConfig())
    assert len(joined.movements) == len(before.movements)
    assert np.array_equal(joined.rests.sample, before.rests.sample)
