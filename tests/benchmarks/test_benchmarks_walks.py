"""Scores of whole walks: found swings and distance over ground, angles of trials, the peer's answers as tables."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.peer import arrays_of, peer_result
from benchmarks.reference import OvergroundWalk, Swings
from benchmarks.score_further import path_m
from benchmarks.score_overground import distance_m, farthest_m, match_walk
from benchmarks.score_treadmill import foot_strike_angle_deg, score_trials
from footdrop_imu.columns import STRIDE_COLUMNS, TIMESERIES_COLUMNS, check_table
from footdrop_imu.errors import SignalError
from footdrop_imu.schema import SensorStream, Session, SessionResult

FIRST_S = 3.0


def walk_of(result: SessionResult, extra_s: float | None = None) -> OvergroundWalk:
    """The hand-checked swings of the result itself, at 100 Hz from a packet counter that begins at 300."""
    strides = result.strides
    events = np.column_stack([strides["toe_off"], strides["initial_contact"]]) / 100.0 + FIRST_S
    if extra_s is not None:
        events = np.vstack([events, [extra_s - 0.4, extra_s]])
    first, last = events[0, 0], events[-1, 1]
    return OvergroundWalk(
        "made",
        Session("made", ()),
        (Swings("left", events), Swings("right", np.empty((0, 2)))),
        (first, last),
        (first, first),
        {"left": FIRST_S, "right": FIRST_S},
    )


def test_swings_are_counted_on_the_packet_counter(exact: SessionResult) -> None:
    found, swings = match_walk(walk_of(exact), exact)
    assert found == (7, 7, 7)
    assert (swings["contact_s"] - swings["checked_contact_s"]).abs().max() == pytest.approx(0.0, abs=1e-9)
    assert (swings["toe_off_s"] - swings["checked_toe_off_s"]).abs().max() == pytest.approx(0.0, abs=1e-9)


def test_a_swing_that_was_not_found_costs_recall_and_an_invented_one_precision(exact: SessionResult) -> None:
    found, swings = match_walk(walk_of(exact, extra_s=60.0), exact)
    assert found == (8, 7, 7)
    assert swings["contact_s"].isna().sum() == 1
    fewer = walk_of(replace(exact, strides=exact.strides.iloc[:5]))
    found, swings = match_walk(fewer, exact)
    assert found == (5, 7, 5)
    assert swings["checked_contact_s"].isna().sum() == 2


def test_distance_is_the_sum_of_lengths_and_a_missing_stride_counts_with_the_median(exact: SessionResult) -> None:
    assert distance_m(walk_of(exact), exact, "left") == pytest.approx((7 * 1.3, 0.0))
    last_s = float(exact.strides["initial_contact"].iloc[-1]) / 100.0 + FIRST_S
    longer = walk_of(exact, extra_s=last_s + 2.0)
    assert distance_m(longer, exact, "left") == pytest.approx((8 * 1.3, 1 / 8))
    distance, filled = distance_m(longer, exact, "right")
    assert np.isnan(distance)
    assert filled == 1.0


def test_a_path_turns_with_the_foot() -> None:
    square = pd.DataFrame({"stride_length_m": [1.0, 1.0, 1.0, 1.0, 1.0], "turn_deg": [0.0, 90.0, 90.0, 90.0, 90.0]})
    path = path_m(square)
    assert path.shape == (6, 2)
    assert path[0] == pytest.approx([0.0, 0.0])
    assert path[-1] == pytest.approx([1.0, 0.0])
    straight = path_m(square.assign(turn_deg=np.nan))
    assert straight[-1] == pytest.approx([5.0, 0.0])


def test_the_farthest_place_needs_a_turn_that_was_followed(exact: SessionResult) -> None:
    assert np.isnan(farthest_m(walk_of(exact), replace(exact, strides=exact.strides.assign(turn_deg=0.0)), "left"))
    turned = exact.strides.assign(turn_deg=[0.0, 0.0, 0.0, 180.0, 0.0, 0.0, 0.0])
    # three strides out, one across the turn's middle, three back
    assert farthest_m(walk_of(exact), replace(exact, strides=turned), "left") == pytest.approx(np.hypot(3.9, 1.3))


def test_the_strike_angle_is_the_mean_of_the_first_strides_of_both_feet(exact: SessionResult) -> None:
    angle = np.arange(7.0)
    left = exact.strides.assign(foot_pitch_initial_contact_deg=angle)
    assert np.isnan(foot_strike_angle_deg(replace(exact, strides=left)))
    right = left.assign(side="right", foot_pitch_initial_contact_deg=angle + 10.0)
    both = replace(exact, strides=pd.concat([left, right], ignore_index=True))
    assert foot_strike_angle_deg(both) == pytest.approx(8.0)
    many = pd.concat([left.assign(initial_contact_time_s=k) for k in range(20)] + [right], ignore_index=True)
    expected = (
        many["foot_pitch_initial_contact_deg"].head(50).sum() + right["foot_pitch_initial_contact_deg"].sum()
    ) / 57
    assert foot_strike_angle_deg(replace(exact, strides=many)) == pytest.approx(expected)


def test_trials_without_an_angle_are_counted() -> None:
    table = pd.DataFrame(
        {"person": list("aabb"), "own_deg": [1.0, 2.0, 8.0, np.nan], "optical_deg": [2.0, 3.0, 9.0, 1.0]}
    )
    figures = score_trials(table)
    assert figures["walks_without_angle"] == 1
    assert figures["change_within_person_rmse_deg"] == pytest.approx(0.0, abs=1e-12)
    assert figures["offset_deg"] == pytest.approx(-1.0)


def test_lost_packets_are_filled_on_the_counter_for_the_peer() -> None:
    counter = np.array([65534, 65535, 2, 3])
    values = np.column_stack([[0.0, 1.0, 4.0, 5.0]] * 3)
    stream = SensorStream("left_foot", "acceleration", values, counter=counter, counter_bits=16, rate_hz=100.0)
    rate_hz, arrays = arrays_of(Session("made", (stream, replace(stream, quantity="angular_velocity"))))
    assert rate_hz == 100.0
    assert arrays["left_acc"][:, 0].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert set(arrays) == {"left_acc", "left_gyr"}


def test_the_peers_answer_becomes_our_tables() -> None:
    stream = SensorStream("left_foot", "acceleration", np.zeros((400, 3)), rate_hz=100.0, clock_offset_s=0.25)
    session = Session("made", (stream, replace(stream, quantity="angular_velocity")))
    samples = 101
    still = np.tile([0.0, 0.0, 0.0, 1.0], (samples, 1))
    position = np.column_stack([np.linspace(0, 0.6, samples), np.linspace(0, 0.8, samples), np.zeros(samples)])
    number = np.zeros(samples)
    found = {
        "left_swings": np.array([[140.0, 180.0], [240.0, 280.0], [np.nan, 380.0]]),
        "left_strides": np.array([[0.0, 100.0, 140.0, 180.0, 200.0]]),
        "left_parameters": np.array([[1.0, 1.0, 20.0, -60.0]]),
        "left_position": np.column_stack([number, position]),
        "left_orientation": np.column_stack([number, still]),
        "left_pitch": np.column_stack([number, np.full(samples, 7.0)]),
    }
    result = peer_result(session, found)
    check_table(STRIDE_COLUMNS, result.strides)
    assert result.timeseries is not None
    check_table(TIMESERIES_COLUMNS, result.timeseries)
    assert result.strides["initial_contact_time_s"].tolist() == [1.8]
    assert result.strides["clock_offset_s"].tolist() == [0.25]
    assert result.rejected["initial_contact"].tolist() == [280]
    assert result.timeseries["position_x_m"].iloc[-1] == pytest.approx(1.0)
    assert result.timeseries["phase"].value_counts().to_dict() == {"stance": 61, "swing": 40}


def test_a_recording_that_the_peer_failed_on_is_a_refusal() -> None:
    with pytest.raises(SignalError, match="no static window"):
        peer_result(Session("made", ()), {"error": np.array("ValueError: no static window")})


def test_nothing_of_the_project_imports_the_peer() -> None:
    root = Path(__file__).parents[2]
    imported: dict[str, set[str]] = {}
    for path in [path for part in ("footdrop_imu", "benchmarks", "tests") for path in (root / part).rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            module = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            imported.setdefault(path.name, set()).update(names + module)
    assert [name for name, names in imported.items() if any(n.startswith("gaitmap") for n in names)] == [
        "peer_program.py"
    ]
    assert not [name for name, names in imported.items() if any("peer_program" in n for n in names)]
