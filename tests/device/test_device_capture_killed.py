"""A recorder that is killed, and what another process sees of a recording while it runs."""

from __future__ import annotations

import itertools
import os
import random
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from made_journals import ACC, FEET, assert_same_packets, header, numbered, singles, write

from footdrop_imu.device.capture import Capture, seal_journal
from footdrop_imu.device.journal import Journal, read_journal
from footdrop_imu.device.packets import LinkEvent, LinkEventKind, Packet
from footdrop_imu.errors import OutputError, OutputReason

ROOT = Path(__file__).parents[2]
RECORDER = """
import sys, time
from pathlib import Path
from footdrop_imu.device.capture import Capture
from made_journals import header, numbered
packets, rate_hz = numbered(40_000), float(sys.argv[2])
with Capture(Path(sys.argv[1]), header()) as capture:
    begin = time.perf_counter()
    for k, packet in enumerate(packets):
        wait_s = begin + k / rate_hz - time.perf_counter()
        if wait_s > 0:
            time.sleep(wait_s)
        capture.append(packet)
        if rate_hz < 100 or k % 10 == 0:
            print(k, time.perf_counter(), flush=True)
"""


def recorder(path: Path, rate_hz: float) -> subprocess.Popen[str]:
    """A process of its own that records, and says which notification it has just given and when."""
    paths = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    return subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(path), str(rate_hz)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )


def received(journal: Journal) -> list[Packet]:
    """Both feet's notifications in the order in which they were given."""
    feet = singles(journal)
    return sorted((packet for foot in feet.values() for packet in foot), key=lambda packet: packet.arrival_s)


def test_a_killed_recorder_loses_no_more_than_half_a_second(tmp_path: Path) -> None:
    chance = random.Random(4)
    running = [
        (tmp_path / f"{k}.journal", recorder(tmp_path / f"{k}.journal", rate))
        for k, rate in enumerate((2000.0, 2000.0, 2000.0, 2000.0, 7.0))
    ]
    try:
        for path, process in running:
            assert process.stdout is not None
            first = process.stdout.readline()
            time.sleep(chance.uniform(0.7, 1.3))
            killed_s = time.perf_counter()
            process.kill()
            lines = [first, *process.stdout.read().splitlines()]
            said = [(int(k), float(at_s)) for k, at_s in (line.split() for line in lines if line.count(" ") == 1)]
            due = [k for k, at_s in said if at_s < killed_s - 0.5]
            assert due, "killed too early to tell"
            journal = read_journal(path)
            found = received(journal)
            assert len(found) > due[-1]
            assert found == numbered(len(found))
            assert not journal.sealed
            assert journal.damage == ()
            assert "not closed" in journal.notes[0]
    finally:
        for _, process in running:
            process.kill()
            process.communicate()


def test_what_arrived_is_read_by_others_soon_though_nothing_more_comes(tmp_path: Path) -> None:
    path = tmp_path / "capture.journal"
    packets = numbered(200)
    code = (
        "import sys, time; from pathlib import Path; from footdrop_imu.device.journal import read_journal\n"
        "for line in sys.stdin:\n"
        "    journal = read_journal(Path(line.strip()))\n"
        "    print(sum(len(p.arrival_s) for p in journal.packets.values()), journal.sealed, flush=True)"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert reader.stdin is not None
    assert reader.stdout is not None

    def seen() -> str:
        reader.stdin.write(f"{path}\n")
        reader.stdin.flush()
        return reader.stdout.readline().strip()

    try:
        with Capture(path, header()) as capture:
            assert seen() == "0 False"
            for count in (1, 50, 200):
                for packet in packets[0 if count == 1 else 1 if count == 50 else 50 : count]:
                    capture.append(packet)
                time.sleep(0.25)
                assert seen() == f"{count} False"
        assert seen() == "200 True"
    finally:
        reader.communicate(timeout=20)


def test_the_disk_is_asked_to_keep_it_within_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "capture.journal"
    kept: list[tuple[float, int]] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        asked = os.fstat(descriptor)
        real(descriptor)
        if stat.S_ISREG(asked.st_mode):  # not the folder
            kept.append((time.perf_counter(), asked.st_size))

    monkeypatch.setattr(os, "fsync", watched)
    given: list[tuple[float, int]] = []
    with Capture(path, header()) as capture:
        begun = path.stat().st_size
        for count, packet in enumerate(numbered(60), 1):
            capture.append(packet)
            given.append((time.perf_counter(), begun + 22 + len(ACC) + 42 * count))
            time.sleep(0.02)
        time.sleep(1.0)
        for at_s, size in given:
            assert any(synced_s <= at_s + 1.0 and synced_size >= size for synced_s, synced_size in kept)


def test_a_slow_disk_holds_up_neither_the_giver_nor_the_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "capture.journal"
    real, waiting = os.fsync, []
    with Capture(path, header()) as capture:
        begun = path.stat().st_size

        def slow(descriptor: int) -> None:
            waiting.append(path.stat().st_size)
            time.sleep(1.5)
            real(descriptor)

        monkeypatch.setattr(os, "fsync", slow)
        longest_s, sizes = 0.0, []
        for packet in numbered(500):
            before_s = time.perf_counter()
            capture.append(packet)
            longest_s = max(longest_s, time.perf_counter() - before_s)
            time.sleep(0.004)
            sizes.append(path.stat().st_size)
        monkeypatch.setattr(os, "fsync", real)
    assert waiting
    assert longest_s < 1.0
    # it grew on while the disk was at work
    assert len({size for size in sizes if size > waiting[0]}) > 3
    assert sizes[-1] > begun


def test_a_capture_that_is_being_written_cannot_be_closed_by_others(tmp_path: Path) -> None:
    path = tmp_path / "capture.journal"
    process = recorder(path, 500.0)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(OutputError, match="still being recorded") as caught:
            seal_journal(path)
        assert caught.value.reason is OutputReason.NOT_WRITABLE
        assert read_journal(path).notes
    finally:
        process.kill()
        process.communicate()
    seal_journal(path)
    journal = read_journal(path)
    assert journal.sealed
    assert journal.notes == ()
    assert received(journal) == numbered(len(received(journal)))


@pytest.mark.parametrize("cut", [1, 77, 78, 79, 78 + 10, 78 + 41])
def test_a_torn_end_is_left_out_and_cut_off_when_sealed(tmp_path: Path, cut: int) -> None:
    items: list[Packet | LinkEvent] = [*numbered(30), LinkEvent(9.0, FEET[0], LinkEventKind.LOST, {"connection": 0})]
    path = write(tmp_path / "capture.journal", items)
    whole = path.read_bytes()
    os.truncate(path, len(whole) - cut)
    journal = read_journal(path)
    assert_same_packets(journal, items)
    assert not journal.sealed
    assert journal.damage == ()
    kept = len(whole) - cut - journal.torn_byte_count
    assert f" {journal.torn_byte_count} bytes" in journal.notes[0] or not journal.torn_byte_count
    seal_journal(path)
    assert path.read_bytes()[:kept] == whole[:kept]
    sealed = read_journal(path)
    assert_same_packets(sealed, items)
    assert sealed.events == journal.events
    assert sealed.sealed
    content = path.read_bytes()
    seal_journal(path)
    assert path.read_bytes() == content


def test_zeros_at_the_end_as_a_power_cut_leaves_them_are_a_torn_end(tmp_path: Path) -> None:
    items = numbered(30)
    path = write(tmp_path / "capture.journal", items)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100] + bytes(4096))
    journal = read_journal(path)
    assert_same_packets(journal, items)
    assert not journal.sealed
    assert journal.torn_byte_count >= 4096
    seal_journal(path)
    assert read_journal(path).sealed


def test_every_length_of_a_journal_opens_or_says_why(tmp_path: Path) -> None:
    items = numbered(6)
    whole = write(tmp_path / "whole.journal", items).read_bytes()
    begin = len(write(tmp_path / "none.journal", []).read_bytes()) - 78
    path = tmp_path / "capture.journal"
    counts = []
    for length in range(begin, len(whole) + 1):
        path.write_bytes(whole[:length])
        found = received(read_journal(path))
        assert found == items[: len(found)]
        counts.append(len(found))
    assert all(b - a in (0, 1) for a, b in itertools.pairwise(counts))
    assert (counts[0], counts[-1]) == (0, len(items))
