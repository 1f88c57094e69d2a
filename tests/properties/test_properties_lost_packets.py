"""Samples that never came: strides are still found, and those with a long gap have events but no measures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from changed_sessions import of_side, only_rows

from footdrop_imu.analysis import analyze
from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.schema import BoolArray, SensorStream, Session, SessionResult
from footdrop_imu.simulate.walk import SimulatedWalk

RATE_HZ = 100.0
LONGEST_FILLED = 5  # 50 ms


def holed(session: Session, lost: Callable[[SensorStream, np.random.Generator], BoolArray], seed: int = 0) -> Session:
    """Without the samples that ``lost`` marks, drawn apart for each foot; the first and last always come."""

    def keep(stream: SensorStream) -> np.ndarray:
        rng = np.random.default_rng([seed, stream.segment == "left_foot"])
        gone = lost(stream, rng)
        gone[[0, -1]] = False
        return np.flatnonzero(~gone)

    return only_rows(session, keep)


def singles(share: float) -> Callable[[SensorStream, np.random.Generator], BoolArray]:
    return lambda stream, rng: rng.random(len(stream.values)) < share


def bursts(share: float, samples: int) -> Callable[[SensorStream, np.random.Generator], BoolArray]:
    """Bursts of so many samples, none next to another, until about that share is gone."""

    def lost(stream: SensorStream, rng: np.random.Generator) -> BoolArray:
        count, cell = len(stream.values), round(samples / share)
        cells = np.arange(0, count - cell, cell)
        begin = cells + rng.integers(1, cell - samples, len(cells))
        gone = np.zeros(count, dtype=bool)
        gone[(begin[:, None] + np.arange(samples)).ravel()] = True
        return gone

    return lost


def swings(result: SessionResult, side: str) -> pd.DataFrame:
    """Strides of one foot, with and without measures, that have toe off and contact."""
    columns = ["toe_off", "initial_contact"]
    both = pd.concat([of_side(table, side)[columns].dropna() for table in (result.strides, result.rejected)])
    return both.astype(np.int64).sort_values("initial_contact", ignore_index=True)


def assert_swings_found(found: SessionResult, expected: SessionResult, most_missed: int, most_late: int) -> None:
    for side in ("left", "right"):
        true = swings(expected, side)["initial_contact"].to_numpy()
        own = swings(found, side)["initial_contact"].to_numpy()
        nearest = np.abs(own[:, None] - true).min(axis=0)
        assert (nearest > most_late).sum() <= most_missed
        assert len(own) <= len(true)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("samples", [1, 3, LONGEST_FILLED])
def test_a_fifth_lost_in_short_bursts(walked: SimulatedWalk, measured: SessionResult, samples: int, seed: int) -> None:
    found = analyze(holed(walked.session, bursts(0.2, samples), seed))
    assert_swings_found(found, measured, 0, 5)
    # all are bridged: every stride has its measures, and none is called good
    assert len(found.strides) == len(measured.strides)
    assert not (found.rejected["reason"] == "gap").any()
    np.testing.assert_allclose(found.strides["lost_frac"], 0.2, atol=0.07)
    assert found.strides["gap_s"].max() <= LONGEST_FILLED / RATE_HZ + 1e-9
    assert not (found.strides["grade"] == "good").any()
    assert found.quality.verdict != "good"
    error = found.strides["stride_length_m"] - measured.strides["stride_length_m"]
    assert np.sqrt(((error / found.strides["stride_length_sd_m"]) ** 2).mean()) < 2.0


@pytest.mark.parametrize("seed", range(3))
def test_a_fifth_lost_one_by_one_at_random(walked: SimulatedWalk, measured: SessionResult, seed: int) -> None:
    found = analyze(holed(walked.session, singles(0.2), seed))
    assert_swings_found(found, measured, 0, 5)
    assert len(found.strides) >= 0.9 * len(measured.strides)
    np.testing.assert_allclose(found.strides["lost_frac"], 0.2, atol=0.12)


@pytest.mark.parametrize("samples", [6, 12, 25])
def test_long_bursts_cost_measures_not_events(walked: SimulatedWalk, measured: SessionResult, samples: int) -> None:
    found = analyze(holed(walked.session, bursts(0.08, samples), 1))
    assert_swings_found(found, measured, 3 if samples > 12 else 0, samples)
    gaps = found.rejected[found.rejected["reason"] == "gap"]
    assert len(gaps) > 5
    assert gaps[["start", "end", "toe_off", "initial_contact"]].notna().all(axis=None)
    assert (gaps["start"] < gaps["toe_off"]).all()
    assert (gaps["toe_off"] < gaps["initial_contact"]).all()
    assert (gaps["initial_contact"] < gaps["end"]).all()
    assert (found.strides["gap_s"] <= LONGEST_FILLED / RATE_HZ + 1e-9).all()


@pytest.mark.parametrize("samples", [LONGEST_FILLED, LONGEST_FILLED + 1])
def test_one_gap_touches_its_own_stride_alone(walked: SimulatedWalk, measured: SessionResult, samples: int) -> None:
    left = of_side(measured.strides, "left")
    hit = 6
    middle = int(left["mid_swing"].iloc[hit])

    def lost(stream: SensorStream, _: np.random.Generator) -> BoolArray:
        gone = np.zeros(len(stream.values), dtype=bool)
        gone[middle : middle + samples] = stream.segment == "left_foot"
        return gone

    found = analyze(holed(walked.session, lost))
    if samples <= LONGEST_FILLED:
        assert len(found.rejected) == len(measured.rejected)
        row = of_side(found.strides, "left").iloc[hit]
        assert row["gap_s"] == samples / RATE_HZ
        assert row["stride_length_sd_m"] > 1.05 * left["stride_length_sd_m"].iloc[hit]
        others = of_side(found.strides, "left").drop(index=hit)
    else:
        (row,) = of_side(found.rejected, "left").itertuples()
        assert row.reason == "gap"
        assert row.start == left["start"].iloc[hit]
        assert abs(row.initial_contact - left["initial_contact"].iloc[hit]) <= 2
        others = of_side(found.strides, "left")
    expected = left.drop(index=hit)
    assert others["initial_contact"].tolist() == expected["initial_contact"].tolist()
    np.testing.assert_allclose(others["stride_length_m"], expected["stride_length_m"], atol=0.002)
    assert others["bout"].tolist() == expected["bout"].tolist()
    assert others["position_in_bout"].tolist() == expected["position_in_bout"].tolist()


def test_rows_of_the_gyroscope_alone_lost(walked: SimulatedWalk, measured: SessionResult) -> None:
    def keep(stream: SensorStream) -> np.ndarray:
        rows = np.arange(len(stream.values))
        return rows if stream.quantity == "acceleration" else rows[(rows < 900) | (rows >= 904)]

    session = only_rows(walked.session, keep, one_clock=False)
    found = analyze(session)
    assert len(found.strides) == len(measured.strides)
    assert found.provenance["feet"]["left"]["missing_count"] == 4


def test_more_than_half_lost_is_refused(walked: SimulatedWalk) -> None:
    with pytest.raises(SignalError) as caught:
        analyze(holed(walked.session, singles(0.55)))
    assert caught.value.reason == SignalReason.TOO_MANY_GAPS


def test_a_lost_part_of_a_real_walk(real_walks: list[Session]) -> None:
    counted = [session for session in real_walks if session.streams[0].counter is not None]
    assert counted
    own = true = 0
    for session in counted:
        expected = analyze(session)
        found = analyze(holed(session, bursts(0.1, 3), 2))
        for side in set(expected.strides["side"]):
            own += len(swings(found, side))
            true += len(swings(expected, side))
    assert true > 100
    assert 0.98 <= own / true <= 1.01
