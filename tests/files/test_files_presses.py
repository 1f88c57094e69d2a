"""Files of key presses: every form that is allowed, and the line of what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.presses import read_presses

START = "2026-03-14T10:32:00+01:00"


def written(folder: Path, text: str) -> Path:
    path = folder / "presses.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "times", "sides"),
    [
        ("12.48\n15.9\n", [12.48, 15.9], ["", ""]),
        ("time_s,side\n12.48,left\n15.9,right\n", [12.48, 15.9], ["left", "right"]),
        (
            "# seen from behind\n\n12.48 L\n15.9;r # a bad one\n 16.1\tUnknown \n",
            [12.48, 15.9, 16.1],
            ["left", "right", ""],
        ),
        ("\ufefftime\r\n0,left\r\n3e1\r\n", [0.0, 30.0], ["left", ""]),
        ("12.48,\n12.48\n", [12.48, 12.48], ["", ""]),
        ("2026-03-14T10:32:12.5+01:00,left\n2026-03-14T09:33:00Z\n", [12.5, 60.0], ["left", ""]),
    ],
)
def test_what_can_be_read(tmp_path: Path, text: str, times: list[float], sides: list[str]) -> None:
    found = read_presses(written(tmp_path, text), START)
    assert found.time_s.tolist() == pytest.approx(times)
    assert found.side.tolist() == sides


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("12.48\nsoon\n", 2, "'soon' is no time"),
        ("time_s\nside\n", 2, "'side' is no time"),
        ("12,48\n", 1, "'48' is no foot"),
        ("1.0\n2.0,both\n", 2, "'both' is no foot"),
        ("1.0,left,right\n", 1, "'left right' is no foot"),
        ("3.0\n\n2.0\n", 3, "2 s comes after 3 s"),
        ("-1\n", 1, "before the recording's start"),
        ("nan\n", 1, "'nan' is no time"),
        ("1.0\ninf\n", 2, "'inf' is no time"),
        ("1700000000\n", 1, "more than a day after"),
        ("1.0\n2026-03-14T10:32:12+01:00\n", 2, "are mixed"),
        ("2026-03-14T10:32:12\n", 1, "has no offset"),
        ("2026-03-13T10:32:12+01:00\n", 1, "before the recording's start"),
    ],
)
def test_what_cannot_names_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(FileFormatError) as caught:
        read_presses(written(tmp_path, text), START)
    assert caught.value.reason is FileReason.BAD_PRESSES
    assert caught.value.line == line
    assert told in caught.value.message
    assert f"Line {line} of the key presses presses.csv" in caught.value.message


@pytest.mark.parametrize("start", ["", "yesterday", "2026-03-14T10:32:00"])
def test_times_of_day_need_the_recording_s_start(tmp_path: Path, start: str) -> None:
    with pytest.raises(FileFormatError, match="say it with --start"):
        read_presses(written(tmp_path, "2026-03-14T10:32:12+01:00\n"), start)


def test_a_file_without_a_press_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="has no key press") as caught:
        read_presses(written(tmp_path, "time_s,side\n# none seen\n"))
    assert caught.value.reason is FileReason.BAD_PRESSES
    with pytest.raises(FileFormatError) as empty:
        read_presses(written(tmp_path, ""))
    assert empty.value.reason is FileReason.EMPTY
