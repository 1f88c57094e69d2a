"""Time and memory, each run in a process of its own.

Arrays to stride table: both feet at 204.8 Hz, the 39 s example walk laid end to end (``gaitmap_example``). The clock
starts with the arrays in memory and everything imported; the peak resident memory holds interpreter, imports and
inputs too. Whole command: ``footdrop analyze --json`` on the example written as CSV, from start of the process to its
end. With ``FOOTDROP_PEER_PYTHON`` the peer takes turns with us on the same arrays.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.bars import bars_of
from benchmarks.peer import peer_python, run_peer
from benchmarks.reference import EXAMPLE_RATE_HZ, example_session, require_data
from benchmarks.scoring import show
from footdrop_imu.schema import Session

LENGTHS_S = {"1_min": 60, "10_min": 600, "1_h": 3600}


def long_session(folder: Path, seconds: float) -> Session:
    """Both feet of the example walk, laid end to end until ``seconds`` are full."""
    session = example_session(folder)
    count = round(seconds * EXAMPLE_RATE_HZ)

    def tiled(samples: np.ndarray) -> np.ndarray:
        return np.tile(samples, (-(-count // len(samples)), 1))[:count]

    streams = tuple(replace(stream, values=tiled(stream.values)) for stream in session.streams)
    return replace(session, name=f"example_{seconds:g}_s", streams=streams)


def work(seconds: float) -> dict[str, float]:
    """Analyze once in this process; seconds, peak GiB and strides."""
    from footdrop_imu.analysis import analyze

    folder = require_data()
    analyze(example_session(folder))  # loads what is loaded late; the peer is not charged for that either
    session = long_session(folder, seconds)
    begin = time.perf_counter()
    result = analyze(session)
    took_s = time.perf_counter() - begin
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"took_s": took_s, "peak_gib": peak_kib / 2**20, "strides": len(result.strides)}


def own_run(seconds: float) -> dict[str, float]:
    """``work`` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.speed", "--work", str(seconds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    found: dict[str, float] = json.loads(done.stdout)
    return found


def peer_run(folder: Path, seconds: float) -> dict[str, float]:
    """Run the peer on the same arrays; seconds without its imports and compilation, peak GiB."""
    warm, long = example_session(folder), long_session(folder, seconds)
    # the first job, named to come first, has numba compile; only the second is timed
    found = run_peer([replace(warm, name="example_0_warm"), replace(long, name="example_1_long")], "rampp")
    out = found["example_1_long"]
    if "error" in out:
        return {"took_s": float("nan"), "peak_gib": float("nan")}
    return {"took_s": float(out["took_s"]), "peak_gib": float(out["peak_kib"]) / 2**20}


def write_walk(folder: Path, place: Path) -> None:
    """Write the example walk as ``left.csv`` and ``right.csv`` in the project's own columns."""
    session = example_session(folder)
    for side, (acc, gyr) in zip(
        ("left", "right"), zip(session.streams[::2], session.streams[1::2], strict=True), strict=True
    ):
        time_s = np.arange(len(acc.values)) / EXAMPLE_RATE_HZ
        header = "time_s," + ",".join(f"acc_{a}_mps2" for a in "xyz") + "," + ",".join(f"gyr_{a}_radps" for a in "xyz")
        table = np.column_stack([time_s, acc.values, gyr.values])
        np.savetxt(place / f"{side}.csv", table, fmt="%.6f", delimiter=",", header=header, comments="")


def command_runs(folder: Path, count: int) -> list[float]:
    """Wall time in s of ``footdrop analyze --json`` on the example walk, ``count`` times after a first one."""
    with tempfile.TemporaryDirectory() as name:
        walk = Path(name) / "walk"
        walk.mkdir()
        write_walk(folder, walk)
        command = [sys.executable, "-c", "from footdrop_imu.cli.main import run; run()", "analyze", str(walk), "--json"]
        times = []
        for _ in range(count + 1):
            begin = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[1])
            times.append(time.perf_counter() - begin)
    return times[1:]


def score(folder: Path, repeats: int = 3, hours: float = 0.0) -> dict[str, float]:
    """Every figure of this module: medians over repeats; ``hours`` adds one more length."""
    lengths = LENGTHS_S | ({f"{hours:g}_h": round(3600 * hours)} if hours else {})
    figures: dict[str, float] = {}
    for label, seconds in lengths.items():
        own, peer = [], []
        turns = 1 if seconds > 3600 else repeats
        for _ in range(turns):
            own.append(own_run(seconds))
            if peer_python() and seconds <= 3600:
                peer.append(peer_run(folder, seconds))
        figures[f"{label}_s"] = statistics.median(run["took_s"] for run in own)
        figures[f"{label}_peak_gib"] = max(run["peak_gib"] for run in own)
        figures[f"{label}_strides"] = own[0]["strides"]
        if peer:
            figures[f"peer_{label}_s"] = statistics.median(run["took_s"] for run in peer)
            figures[f"peer_{label}_peak_gib"] = max(run["peak_gib"] for run in peer)
            figures[f"peer_over_own_{label}"] = figures[f"peer_{label}_s"] / figures[f"{label}_s"]
    figures["growth_1_min_to_1_h"] = figures["1_h_s"] / figures["1_min_s"]
    times = command_runs(folder, 2 * repeats - 1)
    figures |= {"command_s": statistics.median(times), "command_fastest_s": min(times)}
    return figures


def main() -> None:
    """Run the whole benchmark, or one analysis in this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=float, metavar="SECONDS", help="one analysis in this process, as JSON")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--hours", type=float, default=0.0, help="one more length, such as 24")
    options = parser.parse_args()
    if options.work is not None:
        print(json.dumps(work(options.work)))
    else:
        print(show(score(require_data(), options.repeats, options.hours), bars_of("speed")))


if __name__ == "__main__":
    main()
