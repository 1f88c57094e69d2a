"""Delays planted in real walks: what is told of them, and what they leave in the lengths."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.ablation import late
from benchmarks.reference import example_session, multiple_sclerosis_session, positions_walk
from footdrop_imu.analysis import analyze
from footdrop_imu.schema import Session


def delay_and_length(session: Session) -> tuple[float, float]:
    result = analyze(session)
    (foot, *_) = result.provenance["feet"].values()
    return foot["gyroscope_delay_s"], float(result.strides["stride_length_m"].median())


@pytest.mark.parametrize("delay_s", [0.01, 0.02, 0.04])
@pytest.mark.parametrize("walk", ["example", "example at 51.2 Hz", "multiple sclerosis", "60 Hz"])
def test_a_late_gyroscope_is_told_from_walking(recordings: Path, walk: str, delay_s: float) -> None:
    session = {
        "example": lambda: example_session(recordings),
        "example at 51.2 Hz": lambda: example_session(recordings, 4),
        "multiple sclerosis": lambda: multiple_sclerosis_session(recordings),
        "60 Hz": lambda: positions_walk(recordings)[0],
    }[walk]()
    none, usual = delay_and_length(session)
    told, length = delay_and_length(late(session, delay_s))
    assert none == 0.0
    assert told == pytest.approx(delay_s, abs=0.006)
    assert length == pytest.approx(usual, rel=0.03)
    assert np.isfinite(length)
