"""Corrections made piece by piece are those of the whole recording."""

import numpy as np
import pytest

from footdrop_imu.gait import signal
from footdrop_imu.gait.cycles import find_movements
from footdrop_imu.gait.foot import FootConfig, Samples, analyze_foot, find_foot_flats
from footdrop_imu.gait.rest import motion_intensity
from footdrop_imu.gait.sensor_errors import later, later_lost
from footdrop_imu.gait.shoe import shoe_geometry
from footdrop_imu.gait.signal import Signal, delayed, pieces
from footdrop_imu.schema import FloatArray, Shoe
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk

OFFSET = np.array([0.3, -0.2, 0.1])


def noise(count: int, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).normal(size=(count, 3))


@pytest.mark.parametrize("delay", [0.0, 3.0, 0.4, -2.7, 40.2, -200.0])
@pytest.mark.parametrize("piece", [slice(None), slice(0, 5), slice(7, 60), slice(90, 100), slice(40, 40)])
def test_a_piece_is_the_piece_of_the_whole(delay: float, piece: slice) -> None:
    values = noise(100)
    lazy = Signal(values, OFFSET, 1.02, delay)
    whole = (later(values, np.zeros(100, dtype=bool), delay, 1.0)[0] - OFFSET) * 1.02
    assert lazy[piece] == pytest.approx(whole[piece], abs=1e-12)
    rows = np.arange(100)[piece][::-2]
    assert lazy[rows] == pytest.approx(whole[rows], abs=1e-12)
    assert len(lazy) == 100


def test_a_signal_leaves_the_recording_as_it_is() -> None:
    values = noise(50)
    before = values.copy()
    lazy = Signal(values, OFFSET, 2.0)
    piece = lazy[:]
    piece += 1.0
    assert (values == before).all()
    assert np.shares_memory(lazy.values, values)


def test_a_value_between_two_samples_follows_a_smooth_course() -> None:
    time = np.arange(200) / 100.0
    course = np.sin(2.0 * np.pi * 3.0 * time)
    shifted = delayed(np.stack((course,) * 3, axis=1), np.arange(20, 180), 1.3)
    expected = np.sin(2.0 * np.pi * 3.0 * (time[20:180] + 0.013))
    assert shifted[:, 1] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("delay", [0.5, 2.0, -1.5, 7.2, -30.0, 30.0])
def test_lost_samples_move_with_the_delay(delay: float) -> None:
    lost = np.zeros(12, dtype=bool)
    lost[[3, 4, 11]] = True
    whole = int(np.floor(delay))
    expected = [
        bool(lost[k] or lost[min(max(k + whole, 0), 11)] or lost[min(max(k + whole + 1, 0), 11)]) for k in range(12)
    ]
    assert later_lost(lost, delay).tolist() == expected


@pytest.mark.parametrize("count", [1, 9, 10, 11, 99, 100, 101, 109, 110, 111, 1234])
def test_pieces_cover_a_recording_once_with_their_margins(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "_PIECE", 100)
    seen = np.zeros(count, dtype=int)
    for piece, own, within in pieces(count, 10):
        seen[own] += 1
        assert np.arange(count)[piece][within].tolist() == np.arange(count)[own].tolist()
        assert own.start - piece.start == min(10, own.start)
        assert piece.stop == min(count, own.stop + 10)
        assert count <= 10 or piece.stop - piece.start > 10
    assert (seen == 1).all()


@pytest.fixture(scope="module")
def walked() -> Samples:
    walk = simulate_walk(WalkConfig(distance_m=40.0, seed=3), SensorConfig(rate_hz=100.0, seed=3))
    acc, gyr = (stream.values for stream in walk.session.streams if stream.segment == "left_foot")
    no = np.zeros(len(acc), dtype=bool)
    return Samples(acc, gyr, no, ~no, no, 100.0, averaged=False)


def test_the_pieces_of_the_first_look_leave_no_mark(walked: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = motion_intensity(walked.acc, walked.gyr, walked.rate_hz)
    tops = find_movements(whole, walked.rate_hz)
    monkeypatch.setattr(signal, "_PIECE", 700)
    assert motion_intensity(walked.acc, walked.gyr, walked.rate_hz) == pytest.approx(whole, rel=1e-9, abs=1e-6)
    assert find_movements(whole, walked.rate_hz).tolist() == tops.tolist()


def test_strides_of_lazily_corrected_samples_are_those_of_corrected_ones(walked: Samples) -> None:
    config, shoe = FootConfig(stretch_samples=1500), shoe_geometry(Shoe("left"))
    lazy = walked._replace(acc=Signal(walked.acc[:], OFFSET, 1.01), gyr=Signal(walked.gyr[:], 0.01 * OFFSET, delay=0.6))
    eager = lazy.part(slice(None))
    flats = find_foot_flats(eager, config)
    assert (find_foot_flats(lazy, config).rests.sample == flats.rests.sample).all()
    one, other = (analyze_foot(samples, shoe, left=True, config=config) for samples in (lazy, eager))
    assert len(one.measured["start"]) > 20
    for name in ("stride_length_m", "foot_pitch_initial_contact_deg", "minimum_toe_clearance_m", "closure_ratio"):
        assert one.measured[name] == pytest.approx(other.measured[name], rel=1e-9, abs=1e-9)
