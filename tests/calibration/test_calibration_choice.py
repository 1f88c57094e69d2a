"""Which calibration a walk's sensor gets, from which file or from what is kept, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from footdrop_imu.calibration import CalibrationChoice, with_calibrations
from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.calibration import calibration_path, write_calibration
from footdrop_imu.schema import Calibration, Condition, Quantity, SensorStream, SensorTraits, Session

LEFT, RIGHT = Calibration("A7", length_scale=1.01), Calibration("B2", length_scale=1.02)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTDROP_DATA_FOLDER", str(tmp_path / "data"))


def walk(left: str = "A7", right: str = "B2") -> Session:
    def stream(segment: str, quantity: Quantity, serial: str) -> SensorStream:
        return SensorStream(segment, quantity, np.zeros((4, 3)), rate_hz=100.0, traits=SensorTraits(serial=serial))

    streams = [
        stream(segment, quantity, serial)
        for segment, serial in (("left_foot", left), ("right_foot", right))
        for quantity in ("acceleration", "angular_velocity")
    ]
    return Session("walk", tuple(streams))


def kept(*calibrations: Calibration) -> None:
    for calibration in calibrations:
        write_calibration(calibration_path(calibration.sensor, calibration.shoe), calibration)


def test_what_is_kept_for_a_sensor_is_used_and_said() -> None:
    kept(LEFT, RIGHT)
    session = with_calibrations(walk(), CalibrationChoice())
    assert session.calibrations == {"left_foot": LEFT, "right_foot": RIGHT}
    assert [note for note in session.notes if "sensor A7" in note and "kept on this computer" in note]
    assert len(session.notes) == 2


def test_nothing_kept_or_nothing_wanted_leaves_a_walk_as_it_is() -> None:
    plain = with_calibrations(walk(), CalibrationChoice())
    assert (plain.calibrations, plain.notes) == ({}, ())
    kept(LEFT)
    assert with_calibrations(walk(), CalibrationChoice(stored=False)).calibrations == {}
    assert with_calibrations(walk("", ""), CalibrationChoice()).calibrations == {}


def test_the_shoe_of_the_day_counts() -> None:
    special = replace(LEFT, shoe="special", length_scale=1.05)
    kept(LEFT, special)
    worn = replace(walk(), condition=Condition(shoe="special"))
    assert with_calibrations(worn, CalibrationChoice()).calibrations == {"left_foot": special}
    assert "shoe special" in with_calibrations(worn, CalibrationChoice()).notes[0]
    assert with_calibrations(walk(), CalibrationChoice()).calibrations == {"left_foot": LEFT}


def test_a_user_names_the_sensors_of_files_that_do_not() -> None:
    kept(LEFT, RIGHT)
    choice = CalibrationChoice(sensors={"left_foot": "B2", "left_shank": "C3"})
    session = with_calibrations(walk("", ""), choice)
    assert session.calibrations == {"left_foot": RIGHT}
    assert {stream.segment: stream.traits.serial for stream in session.streams} == {"left_foot": "B2", "right_foot": ""}


def test_a_file_goes_to_its_sensor_and_before_what_is_kept(tmp_path: Path) -> None:
    kept(LEFT)
    newer = replace(LEFT, length_scale=1.2)
    path = write_calibration(tmp_path / "newer.toml", newer)
    for choice in (CalibrationChoice((("", path),)), CalibrationChoice((("left_foot", path),))):
        session = with_calibrations(walk(), choice)
        assert session.calibrations == {"left_foot": newer}
        assert "newer.toml" in session.notes[0]


def test_a_file_for_a_segment_needs_no_sensor_named(tmp_path: Path) -> None:
    path = write_calibration(tmp_path / "a.toml", LEFT)
    session = with_calibrations(walk("", ""), CalibrationChoice((("right_foot", path),)))
    assert session.calibrations == {"right_foot": LEFT}


@pytest.mark.parametrize(("segment", "sensors"), [("", {}), ("right_foot", {}), ("left_shank", {})])
def test_a_file_of_another_sensor_is_refused_with_the_sensors_of_the_walk(
    segment: str, sensors: dict[str, str], tmp_path: Path
) -> None:
    path = write_calibration(tmp_path / "c.toml", Calibration("C3"))
    with pytest.raises(FileFormatError) as caught:
        with_calibrations(walk(), CalibrationChoice(((segment, path),), sensors))
    assert caught.value.reason is FileReason.BAD_CALIBRATION
    assert "sensor C3" in caught.value.message
    assert "left foot A7, right foot B2" in caught.value.message


def test_a_calibration_that_the_session_holds_goes_before_what_is_kept() -> None:
    kept(LEFT)
    own = replace(LEFT, length_scale=0.9)
    session = replace(walk(), calibrations={"left_foot": own})
    assert with_calibrations(session, CalibrationChoice()).calibrations == {"left_foot": own}


def test_a_length_scale_of_another_version_is_named() -> None:
    kept(replace(LEFT, made_with="0.0.1"), replace(RIGHT, length_scale=float("nan"), made_with="0.0.1"))
    left, right = with_calibrations(walk(), CalibrationChoice()).notes
    assert "version 0.0.1" in left
    assert "version" not in right
