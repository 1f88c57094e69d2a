"""One stretch of a recording: which strides have measures, which are rejected and why."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from made_motion import MadeMotion, make_motion, movements_of
from scipy.spatial.transform import Rotation

from footdrop_imu.gait.events import EventConfig
from footdrop_imu.gait.landing_level import UsualLanding
from footdrop_imu.gait.mounting import FootAxes
from footdrop_imu.gait.shoe import shoe_geometry
from footdrop_imu.gait.stretch import Samples, Stretch, measure_stretch
from footdrop_imu.gait.strides import StrideConfig
from footdrop_imu.gait.trajectory import reconstruct_path
from footdrop_imu.schema import Shoe

SHOE = shoe_geometry(Shoe("left", 0.27, place="instep"))
UP = np.array([0.0, 0.0, 1.0])
AXES = FootAxes(np.eye(3), "standing", 1.0, 0.0, False, False, 5.0)
UNKNOWN = UsualLanding(np.nan, np.nan)
EVENTS = ("start", "toe_off", "mid_swing", "initial_contact", "end")


def stretch_of(motion: MadeMotion, first: int = 0, last: int | None = None, **changed: Any) -> tuple[Any, Any]:
    """Measured and rejected strides from rest ``first`` to ``last``; fields of the samples can be changed."""
    no = np.zeros(len(motion.acc), dtype=bool)
    samples = Samples(motion.acc, motion.gyr, no, ~no, no, motion.rate_hz, averaged=False)._replace(**changed)
    rests = motion.rests.part(first, len(motion.rests.sample) - 1 if last is None else last)
    path = reconstruct_path(
        samples.acc, samples.gyr, samples.lost.astype(np.int64), rests, motion.rate_hz, averaged=False
    )
    stretch = Stretch(first, rests, np.arange(len(rests.sample) - 1), path)
    return measure_stretch(samples, stretch, AXES, SHOE, UP, UNKNOWN, StrideConfig(), EventConfig(), left=True)


@pytest.fixture(scope="module")
def motion() -> MadeMotion:
    return make_motion([1.2, 1.0, 1.1, 1.3, 1.2])


def test_complete_strides_have_measures(motion: MadeMotion) -> None:
    measured, rejected = stretch_of(motion)
    assert measured["start"].tolist() == motion.rests.sample[:-1].tolist()
    assert measured["end"].tolist() == motion.rests.sample[1:].tolist()
    assert measured["interval"].tolist() == movements_of(motion).tolist()
    assert len(rejected["start"]) == 0
    assert set(rejected) == {*EVENTS, "interval", "reason"}
    assert (np.diff([measured[event] for event in EVENTS], axis=0) > 0).all()
    assert all(len(values) == 5 for values in measured.values())


def test_a_stretch_in_the_midst_counts_as_the_recording_does(motion: MadeMotion) -> None:
    whole, _ = stretch_of(motion)
    part, _ = stretch_of(motion, 2, 4)
    for name in (*EVENTS, "interval", "heel_off"):
        assert part[name].tolist() == whole[name][2:4].tolist(), name
    assert part["stride_length_m"] == pytest.approx(whole["stride_length_m"][2:4], abs=1e-6)


def test_what_was_lost_too_long_has_no_measures(motion: MadeMotion) -> None:
    """One sample that may not be used is enough, at the foot-flats too: there it spoils both strides."""
    valid = np.ones(len(motion.acc), dtype=bool)
    valid[int(motion.rests.sample[1]) + 100] = False
    measured, rejected = stretch_of(motion, valid=valid)
    assert rejected["interval"].tolist() == [1]
    assert rejected["reason"].tolist() == ["gap"]
    assert measured["interval"].tolist() == [0, 2, 3, 4]
    whole, _ = stretch_of(motion)
    for event in EVENTS:
        assert rejected[event][0] == whole[event][1]
    valid[:] = True
    valid[motion.rests.sample[3]] = False
    assert stretch_of(motion, valid=valid)[1]["interval"].tolist() == [2, 3]


def test_quality_is_counted_in_the_stride_it_belongs_to(motion: MadeMotion) -> None:
    lost, clipped = np.zeros((2, len(motion.acc)), dtype=bool)
    second = int(motion.rests.sample[1])
    lost[second + 60 : second + 63] = True
    lost[second + 90 : second + 98] = True
    clipped[second + 120 : second + 126] = True
    measured, _ = stretch_of(motion, lost=lost, clipped=clipped)
    assert measured["lost_frac"] == pytest.approx([0.0, 11 / 240, 0.0, 0.0, 0.0])
    assert measured["clipped_frac"] == pytest.approx([0.0, 6 / 240, 0.0, 0.0, 0.0])
    assert measured["gap_s"] == pytest.approx([0.0, 8 / 200.0, 0.0, 0.0, 0.0])
    assert measured["mount_shift_deg"] == pytest.approx(np.zeros(5), abs=0.1)
    assert measured["rest_quality"] == pytest.approx(np.ones(5))


def test_the_worse_foot_flat_counts(motion: MadeMotion) -> None:
    restless = motion.rests._replace(intensity=np.array([0.0, 0.0, 2.0, 0.0, 0.0, 0.0]))
    measured, _ = stretch_of(MadeMotion(**{**motion.__dict__, "rests": restless}))
    assert measured["rest_quality"] == pytest.approx([1.0, 0.5, 0.5, 1.0, 1.0])


def test_courses_start_at_the_contact_before(motion: MadeMotion) -> None:
    measured, _ = stretch_of(motion)
    assert np.isnan(measured["pitch_course"][0]).all()
    for number in range(1, 5):
        a, b = measured["initial_contact"][number - 1], measured["initial_contact"][number]
        expected = np.interp(np.linspace(a, b, 101), np.arange(len(motion.pitch_deg)), motion.pitch_deg)
        assert measured["pitch_course"][number] == pytest.approx(expected, abs=0.1)
    valid = np.ones(len(motion.acc), dtype=bool)
    valid[int(motion.rests.sample[2]) + 100] = False
    holed, _ = stretch_of(motion, valid=valid)
    assert np.isnan(holed["pitch_course"]).all(axis=1).tolist() == [True, False, True, False]


def test_toe_out_only_where_the_mounting_was_entered(motion: MadeMotion) -> None:
    assert np.isnan(stretch_of(motion)[0]["toe_out_deg"]).all()
    no = np.zeros(len(motion.acc), dtype=bool)
    samples = Samples(motion.acc, motion.gyr, no, ~no, no, motion.rate_hz, averaged=False)
    path = reconstruct_path(motion.acc, motion.gyr, no.astype(np.int64), motion.rests, motion.rate_hz, averaged=False)
    turned = Rotation.from_euler("z", 9.0, degrees=True)  # the left foot's toes outward of the way
    entered = AXES._replace(sensor_to_foot=turned.inv().as_matrix(), forward_entered=True)
    measured, _ = measure_stretch(
        samples,
        Stretch(0, motion.rests, movements_of(motion), path),
        entered,
        SHOE,
        UP,
        UNKNOWN,
        StrideConfig(),
        EventConfig(),
        left=True,
    )
    assert measured["toe_out_deg"] == pytest.approx(np.full(5, 9.0), abs=0.3)


def test_a_stretch_of_standing_has_no_strides(motion: MadeMotion) -> None:
    no = np.zeros(len(motion.acc), dtype=bool)
    samples = Samples(motion.acc, motion.gyr, no, ~no, no, motion.rate_hz, averaged=False)
    path = reconstruct_path(motion.acc, motion.gyr, no.astype(np.int64), motion.rests, motion.rate_hz, averaged=False)
    standing = Stretch(0, motion.rests, np.zeros(0, dtype=np.int64), path)
    measured, rejected = measure_stretch(
        samples, standing, AXES, SHOE, UP, UNKNOWN, StrideConfig(), EventConfig(), left=True
    )
    assert all(len(values) == 0 for values in (*measured.values(), *rejected.values()))
