"""Whatever arrays and clocks come in: a whole result or an error of this package."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footdrop_imu.analysis import analyze
from footdrop_imu.columns import REJECTED_COLUMNS, STRIDE_COLUMNS, TIMESERIES_COLUMNS, check_table
from footdrop_imu.errors import FootdropError
from footdrop_imu.files.results import json_text, result_to_json
from footdrop_imu.schema import AFFECTED, SIDES, FloatArray, Person, SensorStream, SensorTraits, Session, SessionResult
from footdrop_imu.simulate.pattern import WalkConfig, corridor, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk

EVENTS = ["start", "toe_off", "mid_swing", "initial_contact", "end"]
ALWAYS = (
    "stride_length_m",
    "stride_length_sd_m",
    "walking_speed_mps",
    "foot_pitch_sd_deg",
    "foot_roll_sd_deg",
    "minimum_toe_clearance_m",
    "minimum_toe_clearance_sd_m",
    "height_change_m",
    "height_change_sd_m",
    "turn_deg",
    "rest_quality",
    "tilt_disagreement_deg",
    "closure_ratio",
    "lost_frac",
    "clipped_frac",
)


@pytest.fixture(scope="module")
def feet() -> list[tuple[FloatArray, FloatArray]]:
    """Left feet that walk, of three people and rates; pieces of them are what looks most like a walk."""
    walks = [
        (WalkConfig(speed_mps=speed, distance_m=12.0, left=foot_drop(0.7), turns=corridor(12.0, 6.0), seed=3), rate_hz)
        for speed, rate_hz in ((1.0, 50.0), (0.5, 100.0), (1.5, 30.0))
    ]
    streams = [simulate_walk(walk, SensorConfig(rate_hz=rate_hz, seed=1)).session.streams for walk, rate_hz in walks]
    return [(acc.values, gyr.values) for acc, gyr, *_ in streams]


def piece(rng: np.random.Generator, feet: list[tuple[FloatArray, FloatArray]]) -> tuple[FloatArray, FloatArray]:
    """Noise, a sensor at rest, or part of a walk: as it is, backward, or scaled."""
    kind, count = rng.integers(6), int(rng.integers(1, 400))
    if kind == 0:
        acc = rng.standard_normal((count, 3)) * 10.0 ** rng.uniform(-3, 2) + [0.0, 0.0, 9.81]
        return acc, rng.standard_normal((count, 3)) * 10.0 ** rng.uniform(-3, 1)
    if kind == 1:
        return np.tile(5.0 * rng.standard_normal(3), (count, 1)), np.tile(0.1 * rng.standard_normal(3), (count, 1))
    acc, gyr = feet[rng.integers(len(feet))]
    begin = int(rng.integers(0, len(acc) - 1))
    rows = slice(begin, begin + int(rng.integers(1, 1500)))
    scale = 10.0 ** rng.uniform(-1, 1) if kind == 3 else 1.0
    step = -1 if kind == 2 else 1
    return scale * acc[rows][::step], scale * gyr[rows][::step]


def clock(rng: np.random.Generator, count: int) -> dict[str, Any]:
    """A counter with losses, repeats, steps back and wraps; a time column that jitters; or a rate alone."""
    rate_hz = float(rng.choice([20.0, 25.0, 30.0, 50.0, 100.0, 204.8, 400.0]))
    step = np.ones(count, dtype=np.int64)
    if rng.random() < 0.5:
        step[rng.random(count) < rng.choice([0.01, 0.1, 0.3])] += rng.integers(1, 20)
    if rng.random() < 0.2:
        step[rng.random(count) < 0.01] = rng.integers(0, 400)
    if rng.random() < 0.1:
        step[rng.integers(count)] = -5
    counter = np.cumsum(step) + int(rng.integers(0, 70_000))
    kind = rng.random()
    if kind < 0.4:
        bits = int(rng.choice([8, 12, 16, 32]))
        return {"rate_hz": rate_hz, "counter": counter % (1 << bits), "counter_bits": bits}
    if kind < 0.6:
        time_s = (counter + rng.random(count) * rng.choice([0.0, 0.2, 1.0])) / rate_hz
        return {"rate_hz": rate_hz if rng.random() < 0.5 else None, "time_s": time_s}
    return {"rate_hz": rate_hz}


def any_session(rng: np.random.Generator, feet: list[tuple[FloatArray, FloatArray]]) -> Session:
    pieces = [piece(rng, feet) for _ in range(int(rng.integers(1, 8)))]
    acc, gyr = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    if rng.random() < 0.05:
        acc[rng.integers(len(acc)), rng.integers(3)] = rng.choice([np.nan, np.inf, 1e300, -1e30])
    if rng.random() < 0.1:
        gyr = np.clip(gyr, -5.0 * rng.random(), 5.0 * rng.random())
    timing = clock(rng, len(acc))
    traits = SensorTraits(integrates_on_chip=bool(rng.random() < 0.3), acc_range_g=float(rng.choice([np.nan, 16.0])))
    streams = []
    for side in SIDES[: 1 + int(rng.random() < 0.4)]:
        offset = 0.0 if side == "left" else float(rng.choice([0.0, 0.3, 50.0, -10.0]))
        given = {"traits": traits, "clock_group": "walk", "clock_offset_s": offset, **timing}
        streams.append(SensorStream(f"{side}_foot", "acceleration", acc, **given))
        streams.append(SensorStream(f"{side}_foot", "angular_velocity", gyr, **given))
    return Session("any", tuple(streams), person=Person("somebody", str(rng.choice(AFFECTED))))


def assert_whole(result: SessionResult) -> None:
    """Tables as defined, events in order and inside the recording, no stride twice, JSON without a gap."""
    check_table(STRIDE_COLUMNS, result.strides)
    check_table(REJECTED_COLUMNS, result.rejected)
    assert result.timeseries is not None
    check_table(TIMESERIES_COLUMNS, result.timeseries)
    assert json_text(result_to_json(result, {}))
    assert result.quality.verdict in ("good", "usable", "poor")
    assert result.quality.reasons or result.quality.verdict == "good"
    assert result.quality.verdict == "poor" or len(result.strides) >= 6
    for side, foot in result.provenance["feet"].items():
        rows = result.strides[result.strides["side"] == side]
        events = rows[EVENTS].to_numpy()
        assert (np.diff(events, axis=1) > 0).all()
        assert (events[1:, 0] >= events[:-1, 4]).all()
        assert events.size == 0 or (events.min() >= 0 and events.max() < foot["sample_count"])
        assert rows["stride"].tolist() == list(range(len(rows)))
        assert np.isfinite(rows[list(ALWAYS)].to_numpy()).all()
        rejected = result.rejected[result.rejected["side"] == side]
        starts = [*rows["start"], *rejected["start"].dropna()]
        assert len(set(starts)) == len(starts)
        assert rejected["reason"].notna().all()
        series = result.timeseries[result.timeseries["side"] == side]
        # the foot-flat between two strides belongs to the later one
        assert len(series) >= (rows["end"] - rows["start"]).sum()


@settings(max_examples=120, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_any_arrays_and_clocks(feet: list[tuple[FloatArray, FloatArray]], seed: int) -> None:
    session = any_session(np.random.default_rng(seed), feet)
    try:
        result = analyze(session, timeseries=True)
    except FootdropError as error:
        assert error.message.endswith((".", "?"))  # noqa: PT017
    else:
        assert_whole(result)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    shape=st.lists(st.integers(0, 4), min_size=0, max_size=3),
    other=st.lists(st.integers(0, 4), min_size=0, max_size=3),
    fill=st.sampled_from([0.0, 1.0, np.nan, np.inf, 1e308, 9.81]),
    rate_hz=st.sampled_from([None, 0.0, 1.0, 100.0, np.nan, np.inf, -1.0, 1e12]),
)
def test_smallest_arrays_are_refused(shape: list[int], other: list[int], fill: float, rate_hz: float | None) -> None:
    acc, gyr = np.full(shape, fill), np.full(other, fill)
    streams = (
        SensorStream("left_foot", "acceleration", acc, rate_hz=rate_hz),
        SensorStream("left_foot", "angular_velocity", gyr, rate_hz=rate_hz),
    )
    with pytest.raises(FootdropError):
        analyze(Session("tiny", streams))
