"""Time and memory, each run in a process of its own.

Arrays to stride table: both feet at 204.8 Hz, the 39 s example walk laid end to end (``gaitmap_example``). The clock
starts with the arrays in memory and everything imported; the peak resident memory holds interpreter, imports and
inputs too. Whole command: ``footdrop analyze --json`` on the example written as CSV, from start of the process to its
end. ``--day`` adds simulated hours, read from disk, of which no two are alike: tiled walks are periodic and could hide
the borders of stretches. With ``FOOTDROP_PEER_PYTHON`` the peer takes turns with us on the same arrays.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.bars import bars_of
from benchmarks.peer import peer_python, run_peer
from benchmarks.reference import EXAMPLE_RATE_HZ, example_session, require_data
from benchmarks.scoring import show
from footdrop_imu.schema import SensorStream, Session

LENGTHS_S = {"1_min": 60, "10_min": 600, "1_h": 3600}
SIMULATED_HOURS = 4  # of their own; a longer recording takes them again, each time begun elsewhere in its standing


def long_session(folder: Path, seconds: float) -> Session:
    """Both feet of the example walk, laid end to end until ``seconds`` are full."""
    session = example_session(folder)
    count = round(seconds * EXAMPLE_RATE_HZ)

    def tiled(samples: np.ndarray) -> np.ndarray:
        return np.tile(samples, (-(-count // len(samples)), 1))[:count]

    streams = tuple(replace(stream, values=tiled(stream.values)) for stream in session.streams)
    return replace(session, name=f"example_{seconds:g}_s", streams=streams)


def write_simulated(place: Path, hours: int, hour_s: float = 3600.0) -> None:
    """Write simulated hours of walking, no two alike, as one memory-mappable array for each stream."""
    from footdrop_imu.simulate.pattern import WalkConfig
    from footdrop_imu.simulate.sensor import SensorConfig
    from footdrop_imu.simulate.walk import simulate_walk

    count = round(hour_s * EXAMPLE_RATE_HZ)
    files: list[np.ndarray] = []
    for hour in range(min(hours, SIMULATED_HOURS)):
        speed_mps = 0.8 + 0.15 * hour
        walk = WalkConfig(distance_m=1.03 * hour_s * speed_mps, speed_mps=speed_mps, seed=hour)
        streams = simulate_walk(walk, SensorConfig(rate_hz=EXAMPLE_RATE_HZ, seed=hour)).session.streams
        if not files:
            files = [
                np.lib.format.open_memmap(
                    place / f"{one.segment}.{one.quantity}.npy", mode="w+", dtype=np.float64, shape=(hours * count, 3)
                )
                for one in streams
            ]
        for array, one in zip(files, streams, strict=True):
            for turn in range(hour, hours, SIMULATED_HOURS):
                begin = 23 * turn % 500  # within the standing at the beginning
                piece = one.values[begin : begin + count]
                array[turn * count : turn * count + len(piece)] = piece
                array[turn * count + len(piece) : (turn + 1) * count] = piece[-1]
    for array in files:
        array.flush()


def simulated_session(place: Path, hours: int) -> Session:
    """The first hours of what ``write_simulated`` wrote, left on disk."""
    streams = []
    for path in sorted(place.glob("*.npy")):
        segment, quantity = path.stem.split(".")
        values = np.load(path, mmap_mode="r")[: round(3600 * hours * EXAMPLE_RATE_HZ)]
        streams.append(SensorStream(segment, quantity, values, rate_hz=EXAMPLE_RATE_HZ, clock_group="walk"))
    return Session(f"simulated_{hours}_h", streams=tuple(streams))


def work(seconds: float, place: Path | None = None) -> dict[str, float]:
    """Analyze once in this process; seconds, seconds of CPU, GiB and strides.

    ``peak_gib`` counts arrays read from disk while they are looked at, ``peak_own_gib`` does not.
    """
    from footdrop_imu.analysis import analyze

    folder = require_data()
    analyze(example_session(folder))  # loads what is loaded late; the peer is not charged for that either
    session = long_session(folder, seconds) if place is None else simulated_session(place, round(seconds / 3600))
    own, done = [0.0], threading.Event()
    watch = threading.Thread(target=_watch_memory, args=(own, done))
    watch.start()
    begin, begin_cpu = time.perf_counter(), time.process_time()
    result = analyze(session)
    took_s, cpu_s = time.perf_counter() - begin, time.process_time() - begin_cpu
    done.set()
    watch.join()
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "took_s": took_s,
        "cpu_s": cpu_s,
        "peak_gib": peak_kib / 2**20,
        "peak_own_gib": own[0],
        "strides": len(result.strides),
    }


def _watch_memory(own: list[float], done: threading.Event) -> None:
    """Note the greatest anonymous resident memory in GiB (Linux)."""
    status = Path("/proc/self/status")
    while not done.wait(0.05) and status.exists():
        kib = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("RssAnon"))
        own[0] = max(own[0], kib / 2**20)


PROFILE = (
    ("Samples checked, on an even grid", "recording.py", "make_recording"),
    ("Gravity and offsets at rest", "recording.py", "leveled_samples"),
    ("Movements and foot-flats", "foot.py", "find_foot_flats"),
    ("What the sensors have wrong", "foot.py", "foot_closing"),
    ("Path of the sensor: orientation", "orientation.py", "integrate_rate"),
    ("Path of the sensor: gravity at foot-flat", "tilt.py", "estimate_tilt"),
    ("Path of the sensor: world frame", "trajectory.py", "_orient"),
    ("Strides: courses of angles and heights", "strides.py", "foot_courses"),
    ("Strides: events", "strides.py", "find_strides"),
    ("Strides: measures", "strides.py", "measure_strides"),
    ("Toe drags: signs", "drag_signs.py", "drag_signs"),
    ("Toe drags: told", "tables.py", "with_drags"),
    ("Toe drags: rate, course", "drags.py", "drag_summaries"),
    ("Summary", "tables.py", "summary"),
    ("Verdict", "tables.py", "quality"),
)
"""Steps of an analysis, by file and function; paths made for what the sensors have wrong count twice."""


def profile(seconds: float = 3600.0) -> list[tuple[str, float]]:
    """Share of the CPU time of an analysis that each step takes, feet one after the other."""
    from footdrop_imu import feet
    from footdrop_imu.analysis import analyze

    folder = require_data()
    analyze(example_session(folder))
    session = long_session(folder, seconds)
    feet._LONG_SAMPLES = sys.maxsize
    profiler = cProfile.Profile(time.process_time)
    profiler.runcall(analyze, session)
    found = {(Path(file).name, name): row[3] for (file, _, name), row in pstats.Stats(profiler).stats.items()}  # type: ignore[attr-defined]
    whole = found["analysis.py", "analyze"]
    return [(label, found.get((file, name), 0.0) / whole) for label, file, name in PROFILE]


def profile_table(rows: list[tuple[str, float]]) -> str:
    """The same as Markdown."""
    lines = ["| step | share of CPU time |", "|---|---|"]
    return "\n".join([*lines, *(f"| {label} | {100 * share:.0f} % |" for label, share in rows)])


def write_profile(page: Path, rows: list[tuple[str, float]]) -> None:
    """Put the table between the two marks in a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(_MARKS[0])
    after = rest.partition(_MARKS[1])[2]
    page.write_text(f"{before}{_MARKS[0]}\n{profile_table(rows)}\n{_MARKS[1]}{after}", encoding="utf-8")


_MARKS = ("<!-- profile: python -m benchmarks.speed --profile -->", "<!-- end of profile -->")


def own_run(seconds: float, place: Path | None = None) -> dict[str, float]:
    """``work`` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.speed", "--work", str(seconds)]
    command += [] if place is None else ["--from", str(place)]
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


def score_day(hours: int = 24) -> dict[str, float]:
    """One simulated hour and a day of them, from disk: time by length, and memory."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        write_simulated(Path(name), hours)
        for length in (1, hours):
            run = own_run(3600.0 * length, Path(name))
            figures |= {f"simulated_{length}_h_{key}": value for key, value in run.items()}
    figures[f"growth_simulated_1_h_to_{hours}_h"] = (
        figures[f"simulated_{hours}_h_cpu_s"] / figures["simulated_1_h_cpu_s"]
    )
    return figures


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


def score(folder: Path, repeats: int = 3, day: bool = False) -> dict[str, float]:
    """Every figure of this module: medians over repeats; ``day`` adds 24 h."""
    figures: dict[str, float] = {}
    for label, seconds in LENGTHS_S.items():
        own, peer = [], []
        for _ in range(repeats):
            own.append(own_run(seconds))
            if peer_python():
                peer.append(peer_run(folder, seconds))
        figures[f"{label}_s"] = statistics.median(run["took_s"] for run in own)
        figures[f"{label}_cpu_s"] = statistics.median(run["cpu_s"] for run in own)
        figures[f"{label}_peak_gib"] = max(run["peak_gib"] for run in own)
        figures[f"{label}_strides"] = own[0]["strides"]
        if peer:
            figures[f"peer_{label}_s"] = statistics.median(run["took_s"] for run in peer)
            figures[f"peer_{label}_peak_gib"] = max(run["peak_gib"] for run in peer)
            figures[f"peer_over_own_{label}"] = figures[f"peer_{label}_s"] / figures[f"{label}_s"]
    figures["growth_1_min_to_1_h"] = figures["1_h_s"] / figures["1_min_s"]
    figures["growth_10_min_to_1_h"] = figures["1_h_s"] / figures["10_min_s"]
    times = command_runs(folder, 2 * repeats - 1)
    figures |= {"command_s": statistics.median(times), "command_fastest_s": min(times)}
    return figures | (score_day() if day else {})


def main() -> None:
    """Run the whole benchmark, or one analysis in this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=float, metavar="SECONDS", help="one analysis in this process, as JSON")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--from", dest="place", type=Path, help="with --work: simulated hours written there")
    parser.add_argument("--day", action="store_true", help="24 h too, simulated, of which no two hours are alike")
    parser.add_argument("--hours", type=int, help="only one simulated hour and so many, from disk")
    parser.add_argument("--profile", action="store_true", help="only where the time goes, into ARCHITECTURE.md")
    options = parser.parse_args()
    if options.work is not None:
        print(json.dumps(work(options.work, options.place)))
    elif options.profile:
        rows = profile()
        write_profile(Path(__file__).parents[1] / "ARCHITECTURE.md", rows)
        print(profile_table(rows))
    elif options.hours:
        print(json.dumps(score_day(options.hours), indent=1))
    else:
        print(show(score(require_data(), options.repeats, options.day), bars_of("speed")))


if __name__ == "__main__":
    main()
