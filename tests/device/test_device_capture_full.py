"""A disk that is full, too small, away or gone while it is written to: real ones, in processes of their own."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_journals import ACC, FEET, header, numbered, singles

from footdrop_imu.device.capture import Capture, seal_journal
from footdrop_imu.device.journal import read_journal
from footdrop_imu.errors import OutputError, OutputReason

ROOT = Path(__file__).parents[2]
SIZE = 64 * 1024
RECORD_SIZE = 42
RECORDER = """
import json, shutil, sys, time
from pathlib import Path
from footdrop_imu.device.capture import Capture
from footdrop_imu.errors import OutputError
from made_journals import header, numbered

folder, limit, copy = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
if limit:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
said, path = [], folder / "capture.journal"


def attempt(what):
    try:
        what()
    except OutputError as error:
        said.append([error.reason, error.message])


def record():
    for k, packet in enumerate(numbered(20_000)):
        capture.append(packet)
        if k % 100 == 0:
            time.sleep(0.02)


try:
    capture = Capture(path, header())
except OutputError as error:
    said.append([error.reason, error.message])
else:
    for what in (record, lambda: capture.append(numbered(1)[0]), capture.seal):
        attempt(what)
    shutil.copyfile(path, copy)
print(json.dumps({"said": said, "there": path.exists()}))
"""
MOUNTED = f'mount -t tmpfs -o size={SIZE} tmpfs "$1" && shift && exec "$@"'
UNSHARED = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNTED, "sh"]


def can_mount() -> bool:
    """Whether a small disk of our own can be had here without asking anybody."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    folder = Path(__file__).parent
    return subprocess.run([*UNSHARED, str(folder), "true"], capture_output=True, check=False).returncode == 0


def recorded(tmp_path: Path, limit: int, wrapped: list[str]) -> dict[str, Any]:
    folder = tmp_path / "disk"
    folder.mkdir()
    paths = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    done = subprocess.run(
        [*wrapped, sys.executable, "-c", RECORDER, str(folder), str(limit), str(tmp_path / "copy.journal")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("way", ["limit", *(["disk"] if can_mount() else [])])
def test_a_full_disk_stops_the_recording_and_what_came_before_is_whole(tmp_path: Path, way: str) -> None:
    disk = way == "disk"
    found = recorded(tmp_path, 0 if disk else 20_011, [*UNSHARED, str(tmp_path / "disk")] if disk else [])
    assert [reason for reason, _ in found["said"]] == [OutputReason.NOT_WRITABLE] * 3
    (message,) = {message for _, message in found["said"]}
    assert ("the disk is full" if disk else "may not become that large") in message
    path = tmp_path / "copy.journal"
    journal = read_journal(path)
    feet = singles(journal)
    kept = sorted((packet for foot in feet.values() for packet in foot), key=lambda packet: packet.arrival_s)
    assert len(kept) > 100
    assert kept == numbered(len(kept))
    assert f" {len(kept)} notifications until {kept[-1].arrival_s - 5.0:.1f} s are kept" in message
    assert not journal.sealed
    assert journal.torn_byte_count == 0
    if not disk:  # a disk is full a page earlier
        assert 20_011 - RECORD_SIZE < path.stat().st_size <= 20_011
    seal_journal(path)
    assert read_journal(path).sealed


def test_a_disk_without_room_for_the_beginning_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    found = recorded(tmp_path, 100, [])
    assert [reason for reason, _ in found["said"]] == [OutputReason.NOT_WRITABLE]
    assert not found["there"]


@pytest.mark.parametrize("place", ["not_there/capture.journal", "file/capture.journal"])
def test_a_place_that_is_no_folder_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="another folder") as caught:
        Capture(tmp_path / place, header())
    assert caught.value.reason is OutputReason.NOT_WRITABLE
    assert caught.value.path == str(tmp_path / place)


def test_a_folder_that_is_deleted_while_recording_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    capture = Capture(folder / "capture.journal", header())
    capture.append(numbered(1)[0])
    assert capture.failure is None
    shutil.rmtree(folder)
    end_s = time.perf_counter() + 10.0
    while capture.failure is None and time.perf_counter() < end_s:
        time.sleep(0.02)
    with pytest.raises(OutputError, match="deleted") as caught:
        capture.append(numbered(1)[0])
    assert "Nothing is kept" in caught.value.message
    with pytest.raises(OutputError, match="deleted"):
        capture.seal()


def test_a_folder_that_is_renamed_keeps_its_recording(tmp_path: Path) -> None:
    folder, renamed = tmp_path / "session", tmp_path / "renamed"
    folder.mkdir()
    with Capture(folder / "capture.journal", header()) as capture:
        folder.rename(renamed)
        capture.append(numbered(1)[0])
    journal = read_journal(renamed / "capture.journal")
    assert journal.sealed
    assert singles(journal)[FEET[0], ACC] == numbered(1)


def test_an_error_of_the_recording_is_told_together_with_that_of_the_disk(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    folder.mkdir()

    def lose() -> None:
        with Capture(folder / "capture.journal", header()):
            shutil.rmtree(folder)
            raise LookupError("the sensor was lost")

    with pytest.raises(LookupError, match="the sensor was lost") as caught:
        lose()
    assert "deleted" in caught.value.__notes__[0]


def failing_fsync(code: int) -> Callable[[int], None]:
    def fail(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    return fail


def test_a_disk_that_fails_while_it_keeps_what_was_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = Capture(tmp_path / "capture.journal", header())
    monkeypatch.setattr(os, "fsync", failing_fsync(errno.EIO))
    for packet in numbered(10):
        capture.append(packet)
    with pytest.raises(OutputError, match="the disk failed") as caught:
        capture.seal()
    assert "10 notifications" in caught.value.message
    assert len(singles(read_journal(tmp_path / "capture.journal"))[FEET[0], ACC]) == 5


def test_a_file_system_that_cannot_be_asked_to_keep_is_written_to_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", failing_fsync(errno.EINVAL))
    with Capture(tmp_path / "capture.journal", header()) as capture:
        capture.append(numbered(1)[0])
    assert read_journal(tmp_path / "capture.journal").sealed


def test_a_journal_that_cannot_be_closed_later_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "capture.journal"
    with Capture(path, header()) as capture:
        for packet in numbered(100):
            capture.append(packet)
    os.truncate(path, path.stat().st_size - 90)
    torn = path.read_bytes()
    whole = len(torn) - read_journal(path).torn_byte_count
    code = (
        "import resource, sys; from pathlib import Path; from footdrop_imu.device.capture import seal_journal\n"
        "from footdrop_imu.errors import OutputError\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({whole} + 20, {whole} + 20))\n"
        "try:\n    seal_journal(Path(sys.argv[1]))\nexcept OutputError as error:\n    print(error.reason)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == OutputReason.NOT_WRITABLE
    assert path.read_bytes() == torn[:whole]
