"""Time and memory of a capture's journal: writing two feet at 200 Hz, reading an hour of them.

One notification of 20 bytes a sample, as the most talkative sensors send. Writing: a process of its own is given
notifications at the true pace, every 50 ms what came in them, as the Bluetooth client does; its share of a core holds
that pace too. As fast as it goes: records a second that ``append`` takes. Reading: each time in a process of its own,
from the call to arrays in memory, the file in the system's cache; once closed in order, once cut off as after a kill,
when each record's CRC is looked at.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.scoring import show
from footdrop_imu.device.capture import Capture
from footdrop_imu.device.journal import read_journal
from footdrop_imu.device.journal_format import JOURNAL_FILE, JournalHeader, JournalSensor, begin_header
from footdrop_imu.device.packets import Packet
from footdrop_imu.schema import FOOT_SEGMENTS

RATE_HZ = 200.0
HOUR_S = 3600.0
FEED_S = 0.05
_CHARACTERISTIC = "0000ffe4-0000-1000-8000-00805f9a34fb"
_SIZE = 20


def header() -> JournalHeader:
    """Two feet with a profile as long as a real one."""
    profile = "# made up\n" * 600
    return begin_header(tuple(JournalSensor(segment, "", segment, "made_up", profile) for segment in FOOT_SEGMENTS))


def notifications(seconds: float, start_s: float) -> Iterator[Packet]:
    """Both feet in turn, bytes at random."""
    count = round(seconds * RATE_HZ) * len(FOOT_SEGMENTS)
    data = np.random.default_rng(1).bytes(count * _SIZE)
    for k in range(count):
        arrival_s = start_s + k / (RATE_HZ * len(FOOT_SEGMENTS))
        content = data[k * _SIZE : (k + 1) * _SIZE]
        yield Packet(FOOT_SEGMENTS[k % 2], _CHARACTERISTIC, arrival_s, 0, content)


def write_hour(path: Path, seconds: float) -> dict[str, float]:
    """Write a journal as fast as it goes; records a second, megabytes an hour."""
    head = header()
    given = list(notifications(seconds, head.host_clock_ns / 1e9))
    begin = time.perf_counter()
    with Capture(path, head) as capture:
        for packet in given:
            capture.append(packet)
        took_s = time.perf_counter() - begin
    return {"append_per_s": len(given) / took_s, "hour_mb": path.stat().st_size / 1e6 * HOUR_S / seconds}


def pace(path: Path, seconds: float) -> dict[str, float]:
    """Write at the true pace in this process; share of a core, longest that ``append`` took."""
    head = header()
    given = list(notifications(seconds, head.host_clock_ns / 1e9))
    each = round(FEED_S * RATE_HZ * len(FOOT_SEGMENTS))
    longest_s = 0.0
    with Capture(path, head) as capture:
        begin, begin_cpu = time.perf_counter(), time.process_time()
        for k in range(0, len(given), each):
            time.sleep(max(0.0, begin + k / each * FEED_S - time.perf_counter()))
            for packet in given[k : k + each]:
                before_s = time.perf_counter()
                capture.append(packet)
                longest_s = max(longest_s, time.perf_counter() - before_s)
        cpu_s, took_s = time.process_time() - begin_cpu, time.perf_counter() - begin
    return {"cpu_percent": 100 * cpu_s / took_s, "longest_append_ms": 1e3 * longest_s}


def read(path: Path) -> dict[str, float]:
    """Read a journal once in this process; seconds and peak MiB, interpreter and all."""
    begin, begin_cpu = time.perf_counter(), time.process_time()
    journal = read_journal(path)
    took_s, cpu_s = time.perf_counter() - begin, time.process_time() - begin_cpu
    return {
        "took_s": took_s,
        "cpu_s": cpu_s,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "count": float(sum(len(packets.arrival_s) for packets in journal.packets.values())),
    }


def own_run(*options: str) -> dict[str, float]:
    """One measurement in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.capture", *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    found: dict[str, float] = json.loads(done.stdout)
    return found


def score(repeats: int = 5, seconds: float = HOUR_S, paced_s: float = 20.0) -> dict[str, float]:
    """Every figure of this module: medians over repeats."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / JOURNAL_FILE
        figures = own_run("--write", str(path), "--seconds", str(seconds))
        for label in ("read_hour", "read_unclosed_hour"):
            runs = [own_run("--read", str(path)) for _ in range(repeats)]
            if any(run["count"] != round(seconds * RATE_HZ) * len(FOOT_SEGMENTS) for run in runs):
                raise RuntimeError("a notification is missing from what was read")
            figures[f"{label}_s"] = statistics.median(run["took_s"] for run in runs)
            figures[f"{label}_cpu_s"] = statistics.median(run["cpu_s"] for run in runs)
            figures[f"{label}_peak_mib"] = max(run["peak_mib"] for run in runs)
            os.truncate(path, path.stat().st_size - 1)
        return figures | own_run("--pace", str(Path(name) / "paced.journal"), "--seconds", str(paced_s))


def main() -> None:
    """Run the whole benchmark, or one measurement in this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, metavar="JOURNAL", help="write as fast as it goes, as JSON")
    parser.add_argument("--read", type=Path, metavar="JOURNAL", help="read once in this process, as JSON")
    parser.add_argument("--pace", type=Path, metavar="JOURNAL", help="write at the true pace in this process, as JSON")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long, with --pace and --write")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    if options.write is not None:
        print(json.dumps(write_hour(options.write, options.seconds)))
    elif options.read is not None:
        print(json.dumps(read(options.read)))
    elif options.pace is not None:
        print(json.dumps(pace(options.pace, options.seconds)))
    else:
        print(show(score(options.repeats), {}))


if __name__ == "__main__":
    main()
