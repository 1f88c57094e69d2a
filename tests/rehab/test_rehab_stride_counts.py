"""Strides counted as an exercise, and standing on one leg, from tables and angles that are written out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.balance import single_leg_stances
from footdrop_imu.rehab.exercise_set import free_motion
from footdrop_imu.rehab.stride_counts import count_strides
from footdrop_imu.schema import FloatArray
from footdrop_imu.schema_rehab import Motion

RATE_HZ = 50.0


def strides(heights_m: list[float], landing: str = "heel") -> pd.DataFrame:
    count = len(heights_m)
    return pd.DataFrame(
        {
            "side": ["left"] * count,
            "stride_time_s": [1.2] * count,
            "landing": [landing] * count,
            "toe_drag": pd.array([False] * (count - 1) + [True], dtype="boolean"),
            "foot_height_max_m": heights_m,
        }
    )


def test_strides_minutes_landings_and_drags() -> None:
    measures, notes = count_strides("walking", "strides", strides([0.1] * 10), "left")
    assert measures == pytest.approx(
        {"strides_count": 10.0, "minutes": 0.2, "heel_landing_frac": 1.0, "toe_drag_count": 1.0}
    )
    assert notes == ()
    measures, _ = count_strides("walking", "strides", strides([0.1] * 4, "uncertain"), "left")
    assert np.isnan(measures["heel_landing_frac"])


def test_toes_or_heel_that_stay_up() -> None:
    table = strides([0.1] * 4)
    for kind, pitch in (("heel_strides", 12.0), ("toe_strides", -15.0)):
        measures, notes = count_strides(kind, kind, table, "left", pitch)
        assert measures["stance_pitch_deg"] == pitch
        assert notes == ()
        with pytest.raises(ExerciseError, match="did not stay up") as caught:
            count_strides(kind, kind, table, "left", -pitch)
        assert caught.value.reason is ExerciseReason.MISMATCH
        measures, notes = count_strides(kind, kind, table, "left")
        assert "stand still" in notes[0]


def test_strides_over_something_beside_the_others() -> None:
    measures, _ = count_strides("step_over", "high_strides", strides([0.1] * 6 + [0.27] * 3), "left")
    assert measures["high_strides_count"] == 3.0
    assert measures["foot_height_max_m"] == 0.1
    measures, _ = count_strides("step_over", "high_strides", strides([0.22, 0.25, 0.2, 0.23]), "left")
    assert measures["high_strides_count"] == 4.0


def test_no_strides_of_that_foot() -> None:
    with pytest.raises(ExerciseError, match="Found 0 strides of the right foot"):
        count_strides("walking", "strides", strides([0.1] * 4), "right")


def motion(turn_deg: FloatArray, segment: str, offset_s: float = 0.0) -> Motion:
    tilt = np.hypot(turn_deg[:, 0], turn_deg[:, 1])
    same, none = np.zeros(len(tilt)), np.full(len(tilt), np.nan)
    return Motion(
        segment=segment,
        rate_hz=RATE_HZ,
        foot_pitch_deg=none,
        foot_roll_deg=none,
        foot_yaw_deg=-turn_deg[:, 2],
        turn_deg=turn_deg,
        tilt_deg=tilt,
        valid=np.ones(len(tilt), dtype=bool),
        still=tilt < 0.5,
        tilt_sd_deg=same,
        yaw_sd_deg=same,
        axes_known=False,
        clock_offset_s=offset_s,
    )


def test_a_stance_lasts_while_the_other_foot_is_up_and_the_wobble_is_the_standing_foots() -> None:
    time = np.arange(round(20 * RATE_HZ)) / RATE_HZ
    up = np.clip(np.minimum(time - 4.0, 14.0 - time), 0.0, 0.5) / 0.5
    lifted, standing = np.zeros((len(time), 3)), np.zeros((len(time), 3))
    lifted[:, 1] = 15.0 * up
    standing[:, 0] = np.sqrt(2.0) * 0.8 * np.sin(2 * np.pi * 1.0 * (time + 1.0))
    (one,) = single_leg_stances(motion(standing, "left_foot", 1.0), motion(lifted, "right_foot"))
    assert one.start_s == pytest.approx(4.0, abs=0.2)
    assert one.duration_s == pytest.approx(10.0, abs=0.4)
    assert one.wobble_deg == pytest.approx(0.8, rel=0.05)
    assert one.wobble_dps == pytest.approx(0.8 * 2 * np.pi, rel=0.05)
    with pytest.raises(ExerciseError, match="never off the floor"):
        single_leg_stances(motion(lifted, "left_foot"), motion(np.zeros((len(time), 3)), "right_foot"))


def test_a_circle_in_the_air_is_as_wide_as_it_is_high_and_as_long_as_its_way() -> None:
    time = np.arange(round(12 * RATE_HZ)) / RATE_HZ
    angle = 2 * np.pi * np.clip(time - 2.0, 0.0, 8.0) / 4.0
    turn = np.column_stack((np.zeros(len(time)), 10.0 * np.cos(angle) - 10.0, 10.0 * np.sin(angle)))
    found = free_motion(turn, RATE_HZ)
    assert found["duration_s"] == pytest.approx(8.0, abs=0.3)
    assert found["range_deg"] == pytest.approx(20.0, rel=0.06)
    assert found["range_across_deg"] == pytest.approx(20.0, rel=0.06)
    assert found["path_deg"] == pytest.approx(2 * 2 * np.pi * 10.0, rel=0.05)
    assert free_motion(np.zeros((200, 3)), RATE_HZ)["path_deg"] == 0.0
