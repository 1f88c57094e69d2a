"""Time and memory of decoding: an hour of two feet at 200 Hz, each measurement in a process of its own.

WitMotion: every sample a notification of 20 bytes. The project's own protocol: ten samples a notification. The clock
starts with the notifications in memory as a capture is read, and ends with both quantities in SI units. ``--all``
adds samples a second of every profile.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.scoring import show
from footdrop_imu.device.decode import decode
from footdrop_imu.device.encode import encode
from footdrop_imu.device.packets import Packets
from footdrop_imu.device.profiles import all_profiles, load_profile

RATE_HZ = 200.0
HOUR_S = 3600.0
FEET = 2
PROFILES = ("witmotion-20", "footdrop-1")
_TOLD = {"acc_factor": 2.44e-4, "gyr_factor": 1 / 16.384}  # what a sensor that is asked for its scales says


def notifications(name: str, sample_count: int, *, one_a_notification: bool) -> dict[str, Packets]:
    """What one foot sends, by characteristic; the same ten seconds again and again."""
    profile = load_profile(name)
    rng = np.random.default_rng(1)
    piece = {"acceleration": rng.normal(0, 9.8, (2000, 3)), "angular_velocity": rng.normal(0, 2.0, (2000, 3))}
    mtu = profile.link.smallest_mtu if one_a_notification else max(247, profile.link.smallest_mtu)
    sent = encode(profile, piece, rate_hz=profile.rates.default_hz, mtu=mtu, settings=_TOLD)  # type: ignore[arg-type]
    turns = -(-sample_count // 2000)
    found = {}
    for characteristic in profile.link.notify:
        data = [one.data for one in sent if one.characteristic == characteristic] * turns
        if data:
            lengths = np.fromiter((len(one) for one in data), np.int64, len(data))
            start = np.concatenate(([0], np.cumsum(lengths)))
            arrival_s = np.arange(len(data)) * (sample_count / profile.rates.default_hz / len(data))
            raw = np.frombuffer(b"".join(data), np.uint8)
            found[characteristic] = Packets(arrival_s, np.zeros(len(data), np.int64), raw, start)
    return found


def work(name: str, seconds: float) -> dict[str, float]:
    """Decode both feet once in this process; seconds, seconds of CPU, peak MiB, samples."""
    profile = load_profile(name)
    count = round(seconds * RATE_HZ)
    feet = [notifications(name, count, one_a_notification=name == "witmotion-20") for _ in range(FEET)]
    decode(profile, notifications(name, 2000, one_a_notification=False), _TOLD)
    begin, begin_cpu = time.perf_counter(), time.process_time()
    found = [decode(profile, packets, _TOLD) for packets in feet]
    took_s, cpu_s = time.perf_counter() - begin, time.process_time() - begin_cpu
    return {
        "took_s": took_s,
        "cpu_s": cpu_s,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "count": float(sum(len(frames[0].values) for frames in found)),
    }


def own_run(name: str, seconds: float) -> dict[str, float]:
    """``work`` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.decode", "--work", name, "--seconds", str(seconds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    found: dict[str, float] = json.loads(done.stdout)
    return found


def score(repeats: int = 5, seconds: float = HOUR_S) -> dict[str, float]:
    """Every figure of this module: medians over repeats."""
    figures: dict[str, float] = {}
    for name, label in zip(PROFILES, ("singles", "batches"), strict=True):
        runs = [own_run(name, seconds) for _ in range(repeats)]
        if any(run["count"] != round(seconds * RATE_HZ) * FEET for run in runs):
            raise RuntimeError("a sample is missing from what was decoded")
        figures[f"{label}_hour_s"] = statistics.median(run["took_s"] for run in runs)
        figures[f"{label}_hour_cpu_s"] = statistics.median(run["cpu_s"] for run in runs)
        figures[f"{label}_hour_peak_mib"] = max(run["peak_mib"] for run in runs)
        figures[f"{label}_samples_per_s"] = runs[0]["count"] / figures[f"{label}_hour_s"]
    figures["both_hours_s"] = figures["singles_hour_s"] + figures["batches_hour_s"]
    return figures


def every_profile(seconds: float = 600.0) -> dict[str, float]:
    """Samples a second of both quantities, by profile."""
    found = {profile.id: own_run(profile.id, seconds) for profile in all_profiles()}
    return {f"{name}_samples_per_s": run["count"] / run["took_s"] for name, run in found.items()}


def main() -> None:
    """Run the whole benchmark, or one measurement in this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", metavar="PROFILE", help="decode once in this process, as JSON")
    parser.add_argument("--seconds", type=float, default=HOUR_S, help="how long each foot walks, with --work")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--all", action="store_true", help="every profile, ten minutes each")
    options = parser.parse_args()
    if options.work is not None:
        print(json.dumps(work(options.work, options.seconds)))
    elif options.all:
        print(show(every_profile(), {}))
    else:
        print(show(score(options.repeats), {}))


if __name__ == "__main__":
    main()
