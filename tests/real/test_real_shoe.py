"""Where sensors sit on real shoes, when nobody said so."""

from __future__ import annotations

from pathlib import Path

from benchmarks.reference import example_session, multiple_sclerosis_session, overground_walks, treadmill_trials
from footdrop_imu.analysis import analyze
from footdrop_imu.schema import Session


def places(session: Session) -> set[str]:
    return {foot["sensor_place"] for foot in analyze(session).provenance["feet"].values()}


def test_sensors_on_the_side_of_the_shoe_are_told_from_those_on_its_top(recordings: Path) -> None:
    for session in (example_session(recordings), multiple_sclerosis_session(recordings)):
        assert places(session) == {"outer"}, session.name
    for session in (overground_walks(recordings)[0].session, treadmill_trials(recordings)[0].session):
        assert places(session) <= {"instep", "lace"}, session.name
