"""What the speed benchmark feeds the analysis, and the page it fills."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import speed
from footdrop_imu.analysis import analyze
from footdrop_imu.simulate.pattern import WalkConfig
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk


def test_a_walk_left_on_disk_measures_as_one_in_memory(tmp_path: Path) -> None:
    session = simulate_walk(
        WalkConfig(distance_m=25.0, seed=4), SensorConfig(rate_hz=speed.EXAMPLE_RATE_HZ, seed=4)
    ).session
    for one in session.streams:
        np.save(tmp_path / f"{one.segment}.{one.quantity}.npy", one.values)
    on_disk = speed.simulated_session(tmp_path, hours=1)
    assert all(isinstance(one.values, np.memmap) for one in on_disk.streams)
    in_memory = replace(on_disk, streams=tuple(replace(one, values=np.array(one.values)) for one in on_disk.streams))
    found, expected = analyze(on_disk), analyze(in_memory)
    assert len(found.strides) > 10
    pd.testing.assert_frame_equal(found.strides, expected.strides, check_exact=True)


def test_hours_follow_one_another_without_repeating(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "SIMULATED_HOURS", 1)
    speed.write_simulated(tmp_path, 3, hour_s=20.0)
    streams = speed.simulated_session(tmp_path, hours=1).streams
    assert [one.segment for one in streams] == ["left_foot", "left_foot", "right_foot", "right_foot"]
    for one in streams:
        hours = np.split(np.asarray(one.values), 3)
        assert [len(hour) for hour in hours] == [4096] * 3
        assert np.isfinite(one.values).all()
        # the same walk, begun later each time: the borders of stretches fall elsewhere
        assert (hours[1][:1000] == hours[0][23:1023]).all()
        assert (hours[2][:1000] == hours[0][46:1046]).all()
        assert not (hours[1][:1000] == hours[0][:1000]).all()


def test_the_profile_stands_between_its_marks_however_often_it_is_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n\n" + "\n".join(speed._MARKS) + "\n\nafter\n", encoding="utf-8")
    rows = [("Orientation", 0.123), ("Summary", 0.05)]
    speed.write_profile(page, rows)
    once = page.read_text(encoding="utf-8")
    assert once.startswith("before\n")
    assert once.endswith("\nafter\n")
    assert "| Orientation | 12 % |\n| Summary | 5 % |\n" in once
    speed.write_profile(page, rows)
    assert page.read_text(encoding="utf-8") == once


def test_every_step_of_the_profile_is_a_function_of_the_program() -> None:
    package = Path(speed.__file__).parents[1] / "footdrop_imu"
    for _, file, name in speed.PROFILE:
        assert any(f"def {name}(" in path.read_text(encoding="utf-8") for path in package.rglob(file))
