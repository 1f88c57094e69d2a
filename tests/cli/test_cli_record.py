"""``footdrop scan``, ``check`` and ``record`` against simulated sensors in a process of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import footdrop_imu
from footdrop_imu.cli.main import main
from footdrop_imu.device.journal import read_journal
from footdrop_imu.files.last_recording import LastRecording, WornSensor, read_last_recording, write_last_recording
from footdrop_imu.files.sessions import read_session

ROOT = Path(footdrop_imu.__file__).parent.parent
FOOTDROP = [sys.executable, "-c", "from footdrop_imu.cli.main import run; run()"]
LEFT, RIGHT = "F0:F1:F2:00:00:01", "F0:F1:F2:00:00:02"
BOTH = ["--left", LEFT, "--right", RIGHT]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of POSIX")


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where two simulated feet are found, in a process that ends with the module."""
    folder = tmp_path_factory.mktemp("simulator")
    words = [
        "simulate",
        "sensor",
        "--profile",
        "footdrop-1",
        "--foot",
        "both",
        "--rest",
        "1",
        "--for",
        "300",
        "--quiet",
    ]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*FOOTDROP, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "tcp-client:" in line, (folder / "log").read_text()
        yield "tcp-client:" + line.split("tcp-client:")[1].split()[0]
    finally:
        process.kill()
        process.communicate(timeout=10)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTDROP_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.delenv("FOOTDROP_ADAPTER", raising=False)


def begin(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*FOOTDROP, *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path: Path, size: int) -> None:
    """Wait until a recording has so many bytes."""
    for _ in range(600):
        if path.exists() and path.stat().st_size > size:
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} did not grow to {size} bytes")


def test_scan_shows_what_is_there(adapter: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--adapter", adapter, "--seconds", "0.7", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {(one["address"], one["profile"]) for one in document["sensors"]} == {
        (LEFT, "footdrop-1"),
        (RIGHT, "footdrop-1"),
    }
    assert main(["scan", "--adapter", adapter, "--seconds", "0.7"]) == 0
    said = capsys.readouterr()
    assert LEFT in said.out
    assert "footdrop record" in said.out
    assert "Listening" in said.err


def test_check_gives_a_verdict_a_line(adapter: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["check", "--adapter", adapter, *BOTH, "--seconds", "8", "--json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    verdicts = {(one["segment"], one["what"]): one["verdict"] for one in findings}
    assert verdicts["left_foot", "losses"] == verdicts["right_foot", "rate"] == "ok"
    assert set(verdicts.values()) <= {"ok", "warning", "not usable", "cannot tell"}
    assert code == (4 if "not usable" in verdicts.values() else 0)
    assert list(Path.cwd().iterdir()) == []


@POSIX
def test_a_killed_recorder_leaves_a_walk_that_opens(adapter: str, capsys: pytest.CaptureFixture[str]) -> None:
    process = begin("record", "--adapter", adapter, *BOTH, "--out", "walk", "--person", "P7")
    try:
        wait_for(Path("walk/capture.journal"), 9 * 2 * 2600)  # nine seconds of two feet
        killed_s = time.perf_counter()
        process.kill()
    finally:
        process.kill()
        process.communicate(timeout=10)
    assert [path.name for path in Path("walk").iterdir()] == ["capture.journal"]
    journal = read_journal(Path("walk/capture.journal"))
    for packets in journal.packets.values():
        if len(packets.arrival_s) > 10:
            assert killed_s - packets.arrival_s[-1] < 0.5
    assert main(["analyze", "walk", "--json"]) == 0
    captured = capsys.readouterr()
    session = json.loads(captured.out)["sessions"][0]
    assert session["provenance"]["person"] == "P7"
    assert len(session["strides"]) >= 2
    assert "was not closed" in captured.err


@POSIX
def test_ctrl_c_saves_what_was_recorded(adapter: str) -> None:
    process = begin("record", "--adapter", adapter, *BOTH, "--out", "walk")
    try:
        wait_for(Path("walk/capture.journal"), 12_000)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0, err
    assert "Stopped; what was recorded is saved." in out
    assert "footdrop analyze walk" in out
    assert {one.segment for one in read_session(Path("walk")).streams} == {"left_foot", "right_foot"}


@POSIX
def test_ctrl_c_before_anything_came_leaves_nothing(adapter: str) -> None:
    process = begin("record", "--adapter", adapter, "--left", "nobody", "--out", "walk")
    try:
        assert process.stderr is not None
        assert "Looking" in process.stderr.readline()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 130
    assert not Path("walk").exists()


def test_a_recording_is_remembered_for_the_next(adapter: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["record", "--adapter", adapter, "--seconds", "1"]
    assert main([*words, *BOTH, "--person", "P7", "--condition", "aid=stick", "--out", "first", "--quiet"]) == 0
    last = read_last_recording()
    assert last is not None
    assert {segment: one.address for segment, one in last.sensors.items()} == {"left_foot": LEFT, "right_foot": RIGHT}
    assert main([*words, "--yes", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["ended"] == "seconds"
    assert document["session"].endswith("-P7")
    assert [sensor["lost_count"] for sensor in document["sensors"]] == [0, 0]
    session = read_session(Path(document["folder"]))
    assert (session.person.id, session.condition.aid) == ("P7", "stick")


class Terminal:
    """A command in a terminal of its own: what it shows, and keys for it."""

    def __init__(self, *words: str, kind: str = "xterm") -> None:
        import pty

        self._mine, its = pty.openpty()
        self.shown = ""
        self.process = subprocess.Popen(
            [*FOOTDROP, *words],
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": kind, "COLUMNS": "100"},
            stdin=its,
            stdout=its,
            stderr=its,
            start_new_session=True,
        )
        os.close(its)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(timeout=10)
        os.close(self._mine)

    def press(self, keys: str) -> None:
        os.write(self._mine, keys.encode())

    def read_until(self, words: str) -> None:
        import select

        end_s = time.monotonic() + 20.0
        while words not in self.shown:
            assert time.monotonic() < end_s, self.shown
            if select.select([self._mine], [], [], 0.2)[0]:
                self.shown += os.read(self._mine, 4096).decode("utf-8", "replace")


@POSIX
def test_s6_in_a_terminal_one_answer_and_one_key_are_enough(adapter: str) -> None:
    """S6: who walks, and how, is confirmed before the walk."""
    sensors = {"left_foot": WornSensor(LEFT, "left one"), "right_foot": WornSensor(RIGHT, "right one")}
    write_last_recording(LastRecording(sensors, {"person": "P7", "condition": {"aid": "stick", "orthosis": "none"}}))
    with Terminal("record", "--adapter", adapter, "--out", "walk") as terminal:
        terminal.read_until("[Y/n]")
        question = "Same as last time: person P7, no orthosis, aid stick, left foot: left one, right foot: right one?"
        assert question in terminal.shown
        terminal.press("\n")
        terminal.read_until("streaming")
        terminal.read_until("0:01")
        terminal.press("q")
        terminal.read_until("footdrop analyze walk")
        assert terminal.process.wait(timeout=10) == 0
    assert read_session(Path("walk")).person.id == "P7"


@POSIX
def test_a_terminal_that_only_prints_shows_how_it_goes_too(adapter: str) -> None:
    words = ("record", "--adapter", adapter, *BOTH, "--person", "P9", "--seconds", "1", "--out", "walk")
    with Terminal(*words, kind="dumb") as terminal:
        terminal.read_until("left foot streaming")
        terminal.read_until("footdrop analyze walk")
        assert terminal.process.wait(timeout=10) == 0
    assert "\x1b" not in terminal.shown


@POSIX
def test_questions_take_first_letters_and_say_what_they_expect(adapter: str) -> None:
    with Terminal("record", "--adapter", adapter, *BOTH, "--seconds", "1", "--out", "walk") as terminal:
        for question, answer in (
            ("pseudonym", "P9"),
            ("Side with foot drop", "l"),
            ("Aid today", "s t"),
            ("expected none, stick, crutches, walker, rail, person or other.", "st"),
            ("Orthosis today", "Ankle-foot"),
            ("Shoe today", "-"),
            ("Stimulator today", ""),
        ):
            terminal.read_until(question)
            terminal.press(f"{answer}\n")
        terminal.read_until("footdrop analyze walk")
        assert terminal.process.wait(timeout=10) == 0
    session = read_session(Path("walk"))
    assert (session.person.id, session.person.affected) == ("P9", "left")
    condition = session.condition
    assert (condition.aid, condition.orthosis, condition.shoe) == ("stick", "ankle_foot_orthosis", "")


@POSIX
@pytest.mark.parametrize("until", ["Looking for sensors", "tap the LEFT"])
def test_ctrl_c_while_sensors_are_told_apart_ends_it(adapter: str, until: str) -> None:
    with Terminal("record", "--adapter", adapter, "--person", "P9", "--out", "walk") as terminal:
        terminal.read_until(until)
        time.sleep(0.3)
        terminal.process.send_signal(signal.SIGINT)
        terminal.read_until("Interrupted.")
        assert terminal.process.wait(timeout=10) == 130
    assert "tap the RIGHT" not in terminal.shown
    assert not Path("walk").exists()


@POSIX
def test_an_interrupted_check_gives_no_verdict(adapter: str) -> None:
    process = begin("check", "--adapter", adapter, *BOTH)
    try:
        assert process.stderr is not None
        while "Stand still" not in (line := process.stderr.readline()):
            assert line
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, out) == (130, "")
    assert "Interrupted." in err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["record", "--adapter", "tcp-client:127.0.0.1:9"], 2, "--left and --right"),
        (["record", "--adapter", "tcp-client:127.0.0.1:9", "--left", "x"], 4, "simulated sensors first"),
        (["scan", "--adapter", "tcp-client:127.0.0.1:9"], 4, "simulated sensors first"),
        (["scan", "--adapter", "tcp-client:10.0.0.1:9"], 4, "another computer"),
        (["check", "--adapter", "nonsense", "--left", "x"], 4, "expected a transport"),
        (["record", "--left", "x", "--rate", "0"], 2, "0.0 is not in the range"),
        (["record", "--left", "x", "--profile", "nonsense"], 2, "There is no sensor profile"),
    ],
)
def test_what_cannot_be_recorded_is_refused(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == code
    assert said in capsys.readouterr().err
    assert main([*words, "--json"]) == code
    if code == 4:
        assert json.loads(capsys.readouterr().out)["error"]["kind"] == "device"
    assert list(Path.cwd().iterdir()) == []


def test_what_did_not_work_is_not_remembered(adapter: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["record", "--adapter", adapter, "--left", LEFT, "--out", "walk"]
    assert main([*words, "--profile", "witmotion-20"]) == 4
    assert "does not have what the profile witmotion-20 speaks with" in capsys.readouterr().err
    assert main([*words, "--rate", "37"]) == 3
    assert "offers 100, 200 Hz" in capsys.readouterr().err
    assert list(Path.cwd().iterdir()) == []


def test_a_folder_in_use_is_refused_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    Path("walk").mkdir()
    Path("walk/notes.txt").write_text("mine")
    assert main(["record", "--left", "x", "--out", "walk", "--adapter", "tcp-client:127.0.0.1:9"]) == 2
    assert "--out" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_refused_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    Path("file").write_text("mine")
    assert main(["record", "--left", "x", "--out", "file/walk", "--adapter", "tcp-client:127.0.0.1:9"]) == 1
    said = capsys.readouterr().err
    assert "file is not a folder. Choose another place." in said
    assert "Looking" not in said


def test_a_memory_that_is_damaged_says_which_file_to_delete(adapter: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("data").mkdir()
    Path("data/last_recording.toml").write_text("format_version = 1\nsensors = 3\n")
    assert main(["record", "--adapter", adapter, "--yes"]) == 3
    assert "Delete it" in capsys.readouterr().err
