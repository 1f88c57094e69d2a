"""The capture benchmark measures what it says: every notification is written and read, in processes of their own."""

from __future__ import annotations

from pathlib import Path

from benchmarks import capture
from footdrop_imu.device.journal import read_journal
from footdrop_imu.schema import FOOT_SEGMENTS


def test_every_figure_is_made(tmp_path: Path) -> None:
    figures = capture.score(repeats=1, seconds=2.0, paced_s=0.3)
    assert all(value > 0 for value in figures.values())
    assert {"append_per_s", "hour_mb", "read_hour_s", "read_unclosed_hour_s", "cpu_percent"} <= figures.keys()
    # 42 bytes a notification, and little else
    assert 60 < figures["hour_mb"] < 120
    capture.write_hour(tmp_path / "capture.journal", 2.0)
    journal = read_journal(tmp_path / "capture.journal")
    assert [len(journal.packets[foot, capture._CHARACTERISTIC].arrival_s) for foot in FOOT_SEGMENTS] == [400, 400]
