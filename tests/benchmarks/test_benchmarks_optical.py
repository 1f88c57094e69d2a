"""Comparisons with optical markers: no error where there is none, the planted one where it is planted."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.reference import Optical
from benchmarks.score_optical import (
    clearance_table,
    course_table,
    length_table,
    lowest_between_maxima,
    optical_pose,
    score_courses,
    score_events,
    score_length,
)
from footdrop_imu.schema import SessionResult

HEEL, TOE, BALL = (np.array([[x, y, 0.0]]) for x, y in ((0.0, 0.0), (0.25, 0.0), (0.2, 0.05)))


def changed(result: SessionResult, column: str, values: Any, table: str = "strides") -> SessionResult:
    return replace(result, **{table: getattr(result, table).assign(**{column: values})})


def test_an_errorless_estimator_has_no_error(exact: SessionResult, optical: Optical) -> None:
    figures = score_courses(exact, optical) | score_events(exact, optical)
    assert figures["pitch_course_rmse_deg"] < 0.05
    assert figures["pitch_contact_rmse_deg"] < 0.05
    assert figures["pitch_contact_each_at_own_event_rmse_deg"] < 0.05
    assert figures["roll_contact_sd_deg"] < 0.05
    assert figures["heel_toe_height_rmse_mm"] < 0.2
    assert figures["clearance_rmse_mm"] < 0.2
    assert figures["clearance_r"] > 0.99
    assert figures["initial_contact_bias_ms"] == pytest.approx(0.0, abs=1e-6)
    assert figures["toe_off_sd_ms"] == pytest.approx(0.0, abs=1e-6)


def test_a_late_contact_is_a_positive_bias(exact: SessionResult, optical: Optical) -> None:
    late = changed(exact, "initial_contact_time_s", exact.strides["initial_contact_time_s"] + 0.012)
    figures = score_events(late, optical)
    assert figures["initial_contact_bias_ms"] == pytest.approx(12.0)
    assert figures["toe_off_bias_ms"] == pytest.approx(0.0, abs=1e-6)


def test_a_thinned_recording_starts_later_on_the_common_clock(exact: SessionResult, optical: Optical) -> None:
    strides = exact.strides.assign(clock_offset_s=0.004)
    for event in ("start", "initial_contact", "toe_off", "end"):
        strides[f"{event}_time_s"] -= 0.004
    figures = score_events(replace(exact, strides=strides), optical)
    assert figures["initial_contact_bias_ms"] == pytest.approx(0.0, abs=1e-6)


def test_stride_length_error_bias_and_its_own_sd(exact: SessionResult, optical: Optical) -> None:
    long = changed(exact, "stride_length_m", exact.strides["stride_length_m"] + 0.013)
    table = length_table(long, optical)
    figures = score_length([table, table], "200")
    assert figures["stride_length_strides_200_hz"] == 2 * len(exact.strides)
    assert figures["stride_length_rmse_mm_200_hz"] == pytest.approx(13.0, abs=0.1)
    assert figures["stride_length_bias_percent_200_hz"] == pytest.approx(1.0, abs=0.01)
    assert figures["length_error_over_sd_200_hz"] == pytest.approx(1.3, abs=0.01)


def test_strides_that_nobody_labelled_are_not_scored(exact: SessionResult, optical: Optical) -> None:
    fewer = replace(optical, initial_contact_s=optical.initial_contact_s[:3])
    assert len(length_table(exact, fewer)) == 3


def test_a_label_that_spans_two_swings_is_no_stride_of_anybody(exact: SessionResult, optical: Optical) -> None:
    merged = replace(
        optical,
        toe_off_s=np.delete(optical.toe_off_s, 4),
        initial_contact_s=np.delete(optical.initial_contact_s, 3),
    )
    table = length_table(exact, merged)
    assert table["stride"].tolist() == [0, 1, 2, 5, 6]
    assert len(length_table(exact, merged, labelled=False)) == len(exact.strides)


def test_a_pitch_zero_of_its_own_is_no_error_but_a_scale_is(exact: SessionResult, optical: Optical) -> None:
    pitch = exact.timeseries["foot_pitch_deg"]
    shifted = changed(exact, "foot_pitch_deg", pitch + 4.0, "timeseries")
    assert score_courses(shifted, optical)["pitch_course_rmse_deg"] < 0.05
    scaled = changed(exact, "foot_pitch_deg", pitch * 1.1, "timeseries")
    expected = 0.1 * np.sqrt(np.mean(pitch**2))
    assert score_courses(scaled, optical)["pitch_course_rmse_deg"] == pytest.approx(expected, rel=0.05)


def test_a_mirrored_roll_shows(exact: SessionResult, optical: Optical) -> None:
    mirrored = changed(exact, "foot_roll_deg", -exact.timeseries["foot_roll_deg"], "timeseries")
    assert abs(score_courses(mirrored, optical)["roll_contact_bias_deg"]) > 3.0


def test_a_height_error_in_mid_swing_shows_in_millimetres(exact: SessionResult, optical: Optical) -> None:
    phase = (exact.timeseries["time_s"] % 1.2) / 1.2
    bump = 0.02 * np.sin(2 * np.pi * phase) * np.where(exact.timeseries["stride"] % 2, 1, -1)
    worse = changed(exact, "position_z_m", exact.timeseries["position_z_m"] + bump, "timeseries")
    assert score_courses(worse, optical)["heel_toe_height_rmse_mm"] > 5.0


def test_the_lever_arm_is_never_fitted_on_the_strides_it_is_tried_on(exact: SessionResult, optical: Optical) -> None:
    # a foot whose odd strides are another foot's: fitting across halves cannot hide it
    courses = course_table(exact, optical)
    odd = courses["stride"] % 2 == 1
    courses.loc[odd, "optical_toe_m"] += 0.10 * courses.loc[odd, "up_x"]
    table = clearance_table(courses)
    assert np.abs(table["own_m"] - table["optical_m"]).max() > 0.01


def test_optical_pose_signs() -> None:
    raised = TOE + np.array([0.0, 0.0, 0.05])
    assert optical_pose(HEEL, raised, BALL + np.array([0.0, 0.0, 0.04])).pitch_deg[0] > 10.0
    inverted = optical_pose(HEEL, TOE, BALL - np.array([0.0, 0.0, 0.01]))
    assert inverted.roll_deg[0] == pytest.approx(np.degrees(np.arctan2(0.01, 0.05)), rel=1e-6)
    assert inverted.pitch_deg[0] == pytest.approx(0.0)


def test_the_clearance_lies_between_two_maxima() -> None:
    time = np.linspace(0.0, 1.0, 201)
    height = np.interp(time, [0, 0.2, 0.5, 0.9, 1.0], [0, 0.06, 0.015, 0.12, 0.02])
    value, index, minimum = lowest_between_maxima(height, np.ones_like(height))
    assert (value, index, minimum) == (pytest.approx(0.015), 100, True)


def test_without_a_minimum_the_height_at_greatest_speed_counts() -> None:
    time = np.linspace(0.0, 1.0, 201)
    height, speed = np.sin(np.pi * time) * 0.1, np.exp(-(((time - 0.6) / 0.1) ** 2))
    value, index, minimum = lowest_between_maxima(height, speed)
    assert (value, index, minimum) == (pytest.approx(0.1 * np.sin(0.6 * np.pi)), 120, False)
