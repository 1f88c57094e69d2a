"""A rigid foot with known motion, as optical markers and as the result an errorless estimator would give."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from benchmarks.reference import OPTICAL_LAG_S, Optical
from footdrop_imu.columns import REJECTED_COLUMNS, STRIDE_COLUMNS, TIMESERIES_COLUMNS, make_table
from footdrop_imu.schema import Courses, FloatArray, Quality, SessionResult, Summary

RATE_HZ = 200.0
STRIDE_S = 1.2
COUNT = 8
LEVERS_M = {"heel": (-0.12, 0.0, -0.04), "toe": (0.15, 0.0, -0.03), "ball": (0.09, 0.05, -0.04)}


def motion(time_s: FloatArray) -> tuple[FloatArray, Rotation, FloatArray, FloatArray]:
    """Position (n, 3) in m and orientation of the sensor; each stride a little different, still at its ends."""
    stride = np.clip(time_s // STRIDE_S, 0, COUNT - 1)
    phase = time_s / STRIDE_S - stride
    bell = np.sin(np.pi * phase) ** 2
    forward = phase - np.sin(2 * np.pi * phase) / (2 * np.pi)
    size = 1.0 + 0.05 * np.sin(stride)
    x = 1.3 * (stride + forward)
    z = 0.06 * size * bell + 0.03 * np.sin(2 * np.pi * phase) ** 2 * size
    pitch = np.radians(-45.0 * size * bell * (0.6 - phase) * 2 + 3.0 * bell)
    roll = np.radians(8.0 * bell * size)
    turn = Rotation.from_euler("YX", np.column_stack([-pitch, -roll]))
    return np.column_stack([x, np.zeros_like(x), z]), turn, pitch, roll


@pytest.fixture
def optical() -> Optical:
    time_s = np.arange(0.0, COUNT * STRIDE_S, 0.01) - OPTICAL_LAG_S
    position, turn, _, _ = motion(np.maximum(time_s, 0.0))
    points = {name: position + turn.apply(lever) for name, lever in LEVERS_M.items()}
    first = np.arange(COUNT) * STRIDE_S
    return Optical(100.0, points["toe"], points["heel"], points["ball"], first + 0.8 * STRIDE_S, first + 0.3 * STRIDE_S)


@pytest.fixture
def exact() -> SessionResult:
    """The result of an estimator without error; the last stride is left to the markers' end."""
    count = COUNT - 1
    per = round(STRIDE_S * RATE_HZ)
    start = per * np.arange(count)
    events = {
        "start": start,
        "toe_off": start + round(0.3 * per),
        "mid_swing": start + per // 2,
        "initial_contact": start + round(0.8 * per),
        "end": start + per,
    }
    strides = make_table(
        STRIDE_COLUMNS,
        {
            "session": "made",
            "side": "left",
            "stride": np.arange(count),
            **events,
            **{f"{name}_time_s": index / RATE_HZ for name, index in events.items()},
            "clock_offset_s": 0.0,
            "stride_length_m": 1.3,
            "stride_length_sd_m": 0.01,
            "bout": 0,
            "position_in_bout": np.arange(count),
            "kind": "straight",
            "grade": "good",
        },
    )
    time_s = np.arange(count * per) / RATE_HZ
    position, turn, pitch, roll = motion(time_s)
    quaternion = turn.as_quat()
    place = np.arange(count * per) % per
    swing = (place >= round(0.3 * per)) & (place < round(0.8 * per))
    timeseries = make_table(
        TIMESERIES_COLUMNS,
        {
            "side": "left",
            "time_s": time_s,
            "stride": np.arange(count * per) // per,
            "foot_pitch_deg": np.degrees(pitch),
            "foot_roll_deg": np.degrees(roll),
            **{f"position_{axis}_m": position[:, k] for k, axis in enumerate("xyz")},
            **{f"orientation_{axis}": quaternion[:, k] for k, axis in enumerate("xyzw")},
            "phase": np.where(swing, "swing", "stance"),
        },
    )
    nothing = np.empty(0)
    return SessionResult(
        session="made",
        strides=strides,
        rejected=make_table(REJECTED_COLUMNS, {"session": np.empty(0, dtype=object)}),
        courses=Courses(nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing),
        summary=Summary(),
        quality=Quality("good"),
        provenance={},
        timeseries=timeseries,
    )


@pytest.fixture
def reject() -> Callable[[SessionResult, list[int]], SessionResult]:
    """Move rows of the stride table to the rejected table, as a gap does."""

    def move(result: SessionResult, rows: list[int]) -> SessionResult:
        gone = result.strides.iloc[rows]
        data = {name: gone[name].to_numpy() for name in ("session", "side", "toe_off", "initial_contact")}
        data |= {name: gone[name].to_numpy() for name in ("toe_off_time_s", "initial_contact_time_s", "clock_offset_s")}
        rejected = make_table(REJECTED_COLUMNS, {**data, "reason": "gap"})
        kept = result.strides.drop(index=gone.index).reset_index(drop=True)
        return replace(result, strides=kept, rejected=rejected)

    return move
