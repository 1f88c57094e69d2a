"""``footdrop simulate sensor``: in a process of its own, met by the client over a local connection."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import numpy as np
import pytest

import footdrop_imu
from footdrop_imu.cli.main import main
from footdrop_imu.device.decode import decode
from footdrop_imu.device.link import LinkConfig, stream
from footdrop_imu.device.packets import Frames, LinkEvent, LinkEventKind, Packet, pack
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.scan import find, scan
from footdrop_imu.files.sessions import read_session
from footdrop_imu.recording.simulated import measured_walks

ROOT = Path(footdrop_imu.__file__).parent.parent


@contextmanager
def sensor_process(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the command and give its process and the first line that it says; it is ended after the block."""
    code = "import sys; from footdrop_imu.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "simulate", "sensor", *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    guard = Timer(60, process.kill)
    guard.start()
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        guard.cancel()
        process.kill()
        process.communicate()


class Kept:
    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.events: list[LinkEvent] = []

    def packet(self, packet: Packet) -> None:
        self.packets.append(packet)

    def of(self, segment: str) -> list[Packet]:
        return [one for one in self.packets if one.sensor == segment]

    def event(self, event: LinkEvent) -> None:
        self.events.append(event)


async def record(adapter: str, wanted: dict[str, str], enough: Callable[[Kept], bool]) -> Kept:
    """Record until there is enough."""
    kept, stop = Kept(), asyncio.Event()
    targets = await find(wanted, seconds=3.0, adapter=adapter)

    async def watch() -> None:
        while not enough(kept):
            await asyncio.sleep(0.02)
        stop.set()

    async with asyncio.timeout(30):
        watching = asyncio.create_task(watch())
        await stream(targets, kept, stop=stop, config=LinkConfig(shortest_wait_s=0.1), adapter=adapter)
        await watching
    return kept


def frames_of(kept: Kept, segment: str) -> list[Frames]:
    profile = load_profile("footdrop-1")
    data = profile.frames[0].characteristic
    packets = [one for one in kept.packets if one.sensor == segment and one.characteristic == data]
    return decode(profile, {data: pack(packets)})


def test_a_sensor_without_a_name_is_heard_as_one() -> None:
    with sensor_process("--profile", "footdrop-1", "--foot", "left", "--nameless") as (_, says):
        seen = asyncio.run(scan(0.7, adapter=says.removeprefix("Ready: ")))
    assert [(one.name, one.profile and one.profile.id) for one in seen] == [("", "footdrop-1")]


def test_the_walk_of_a_folder_comes_over_the_air_from_two_processes_at_once(made: Path) -> None:
    walk = str(made / "session")
    common = ("--profile", "footdrop-1", "--walk", walk, "--speed", "20", "--rest", "1", "--seed", "3")
    with (
        sensor_process(*common, "--foot", "left", "--name", "FD L") as (left, left_says),
        sensor_process(*common, "--foot", "right", "--name", "FD R") as (right, right_says),
    ):
        adapters = [says.removeprefix("Ready: ") for says in (left_says, right_says)]
        assert all(adapter.startswith("tcp-client:127.0.0.1:") for adapter in adapters)
        wanted = {"left_foot": "FD L", "right_foot": "FD R"}
        kept = asyncio.run(
            record(",".join(adapters), wanted, lambda kept: all(len(kept.of(segment)) > 350 for segment in wanted))
        )
        for process in (left, right):
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
    profile = load_profile("footdrop-1")
    walks = measured_walks(read_session(made / "session"), profile, sorted(wanted))
    for segment in wanted:
        for part in frames_of(kept, segment):
            assert part.sequence is not None
            assert (np.diff(part.sequence) % 256 == 1).all()
            rest = 200  # samples of the second for which the person stands
            expected = walks[segment](200.0)[part.quantity][: len(part.values) - rest]
            assert len(expected) > 2800
            quantum = {"acceleration": 16 * 9.80665, "angular_velocity": np.radians(2000)}[part.quantity] / 2**15
            assert np.abs(part.values[rest:][: len(expected)] - expected).max() <= 1.01 * quantum


def test_it_says_where_it_is_and_what_to_type_next_and_ends_when_terminated() -> None:
    with sensor_process("--profile", "witmotion-20", "--foot", "both") as (process, says):
        assert says.startswith("Ready: tcp-client:127.0.0.1:")
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        assert "left foot: WT901BLE67" in lines[0]
        assert "right foot: WT901BLE67" in lines[1]
        adapter = says.removeprefix("Ready: ")
        assert f"footdrop record --left F0:F1:F2:00:00:01 --right F0:F1:F2:00:00:02 --adapter {adapter}" in lines[2]
        assert "Ctrl-C" in lines[3]
        process.terminate()
        assert process.wait(10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_json_names_the_sensors(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["simulate", "sensor", "--profile", "movella-dot", "--foot", "right", "--shank", "--for", "0.1", "--json"]
    assert main(words) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["profile"] == "movella-dot"
    assert document["adapter"].startswith("tcp-client:127.0.0.1:")
    (sensor,) = document["sensors"]
    assert sensor["segment"] == "right_shank"
    assert sensor["address"] == "F0:F1:F2:00:00:04"
    assert sensor["name"].startswith("Movella DOT")


def back(kept: Kept) -> bool:
    """Whether a lost sensor streams again."""
    return sum(one.connection == 1 for one in kept.packets) > 20


def test_faults_are_to_order_from_the_command_line() -> None:
    faults = ("--drop-at", "20", "--battery", "40", "--loss", "0.1", "--clock-error", "50", "--interval", "0.015")
    with sensor_process("--profile", "footdrop-1", "--foot", "left", "--speed", "20", *faults) as (_, says):
        wanted = {"left_foot": "F0:F1:F2:00:00:01"}
        kept = asyncio.run(record(says.removeprefix("Ready: "), wanted, back))
    kinds = [event.kind for event in kept.events]
    assert LinkEventKind.LOST in kinds
    assert LinkEventKind.RECONNECTED in kinds
    (battery,) = [event.details for event in kept.events if event.kind is LinkEventKind.BATTERY][:1]
    assert battery == {"percent": 40.0}
    part = frames_of(kept, "left_foot")[0]
    assert part.sequence is not None
    first = part.connection == 0
    assert (np.diff(part.sequence[first]) % 256 > 1).mean() > 0.03


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--profile", "nothing-1", "--foot", "left"], 2, "no sensor profile 'nothing-1'"),
        (["--profile", "footdrop-1", "--foot", "left", "--walk", "nowhere"], 2, "no file or folder nowhere"),
        (["--profile", "footdrop-1"], 2, "Missing option '--foot'"),
        (["--profile", "footdrop-1", "--foot", "left", "--listen", "tcp-server:0.0.0.0:9"], 2, "other computers"),
        (["--profile", "footdrop-1", "--foot", "left", "--listen", "9101"], 2, "expected tcp-server:127.0.0.1:PORT"),
        (["--profile", "footdrop-1", "--foot", "left", "--out-of-range", "9:3"], 2, "a later one"),
        (["--profile", "footdrop-1", "--foot", "left", "--out-of-range", "now"], 2, "expected FROM:TO"),
        (["--profile", "footdrop-1", "--foot", "both", "--name", "X"], 2, "--name is for one sensor"),
        (["--profile", "witmotion-20", "--foot", "left", "--name", "X"], 3, "No sensor of the profile witmotion-20"),
    ],
)
def test_wrong_use_says_what_was_expected(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "sensor", *words]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_a_walk_without_that_foot_is_refused(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    walk = str(made / "session")
    words = ["simulate", "sensor", "--profile", "footdrop-1", "--foot", "left", "--shank", "--walk", walk, "--json"]
    assert main(words) == 3
    captured = capsys.readouterr()
    assert "no sensor on the left shank, only on the left foot, right foot" in captured.err
    assert json.loads(captured.out)["error"]["reason"] == "bad_session"


def test_a_port_that_is_taken_is_said() -> None:
    with sensor_process("--profile", "footdrop-1", "--foot", "left") as (_, says):
        port = says.rpartition(":")[2]
        words = ["simulate", "sensor", "--profile", "footdrop-1", "--foot", "left"]
        assert main([*words, "--listen", f"tcp-server:127.0.0.1:{port}", "--for", "1"]) == 4


def test_without_the_library_it_says_how_to_install_it() -> None:
    code = (
        "import sys\nsys.modules['bumble'] = None\nfrom footdrop_imu.cli.main import main\n"
        "sys.exit(main(['simulate', 'sensor', '--profile', 'footdrop-1', '--foot', 'left', '--for', '0']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60
    )
    assert done.returncode == 4
    assert "pip install 'footdrop-imu[virtual]'" in done.stderr
    assert done.stdout == ""
