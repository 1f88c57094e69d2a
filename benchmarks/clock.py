"""Sample times: how far two feet's time bases are apart over half an hour, and the work of an hour.

Frames come over simulated links (``benchmarks.delivery``): connection intervals of 7.5 to 48.75 ms, packets sent
again, shadowing once a minute that overflows the sensor's queue, the host's program held up for 3 s and for 1 s, the
link lost for 10 s; the feet's clocks differ by 50 ppm. The seeds are not those that constants were chosen on.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import replace

import numpy as np

from benchmarks.delivery import Link, Sensor, clock_format, deliver
from benchmarks.scoring import show
from footdrop_imu.device.timeline import Timeline, make_timeline

HALF_HOUR_S = 1800.0
INTERVALS_S = (0.0075, 0.015, 0.03, 0.04875)
SENSORS = {
    "counter": Sensor(sequence_bits=16),
    "device_time": Sensor(tick_s=1e-6, tick_bits=32),
    "arrival": Sensor(),
}
FIRST_SEED = 100


def link(interval_s: float, rate_hz: float, loss: float = 0.0, fades_per_min: float = 1.0) -> Link:
    """A link that is disturbed in every way, with room for twice what the sensor sends."""
    return Link(
        interval_s=interval_s,
        packets=max(4, int(interval_s * rate_hz * 2)),
        loss=loss,
        fades_per_min=fades_per_min,
        stalls=((100.0, 3.0), (500.0, 1.0)),
        drops=((700.0, 10.0),),
    )


def between_feet(sensor: Sensor, way: Link, seed: int, wander_ppm: float = 0.0) -> tuple[np.ndarray, list[Timeline]]:
    """How far the two feet's times of the same moment are apart (s), every 50 ms, and both timelines."""
    errors, timelines = [], []
    at = np.arange(1.0, HALF_HOUR_S - 1.0, 0.05)
    for which, ppm in enumerate((35.0, -15.0)):
        own = replace(sensor, ppm=ppm, begin_s=0.4 * which, wander_ppm=wander_ppm * (1 - which))
        delivered = deliver(own, way, HALF_HOUR_S, 2 * seed + which)
        timeline = make_timeline([delivered.frames], clock_format(own))
        true_s = delivered.taken_s[timeline.keep]
        found_s = timeline.first_s + timeline.counter / timeline.rate_hz
        errors.append(np.interp(at, true_s, found_s - true_s))
        timelines.append(timeline)
    return errors[0] - errors[1], timelines


def apart(
    sensor: Sensor, loss: float, seeds: range, wander_ppm: float = 0.0, fades_per_min: float = 1.0
) -> dict[str, float]:
    """Over all connection intervals and seeds: greatest distance, share within 5 ms, rms over what was stated."""
    greatest, within, squares = [], [], []
    for interval_s in INTERVALS_S:
        for seed in seeds:
            off_s, both = between_feet(sensor, link(interval_s, sensor.rate_hz, loss, fades_per_min), seed, wander_ppm)
            stated_s = float(np.hypot(both[0].residual_s, both[1].residual_s))
            greatest.append(float(np.abs(off_s).max()))
            within.append(float(np.mean(np.abs(off_s) <= 0.005)))
            squares.append(float(np.mean(off_s**2)) / stated_s**2)
    return {
        "apart_max_ms": 1e3 * max(greatest),
        "within_5_ms": float(np.mean(within)),
        "error_over_stated": float(np.sqrt(np.mean(squares))),
    }


def hour_s(sensor: Sensor, repeats: int) -> float:
    """Seconds of CPU that one foot's hour takes, median."""
    delivered = deliver(sensor, link(0.03, sensor.rate_hz), 3600.0, FIRST_SEED)
    took = []
    for _ in range(repeats):
        begin = time.process_time()
        make_timeline([delivered.frames], clock_format(sensor))
        took.append(time.process_time() - begin)
    return statistics.median(took)


def score(seed_count: int = 3, repeats: int = 5) -> dict[str, float]:
    """Every figure of this module."""
    seeds = range(FIRST_SEED, FIRST_SEED + seed_count)
    figures: dict[str, float] = {}
    for name, sensor in SENSORS.items():
        figures[f"{name}_hour_cpu_s"] = hour_s(sensor, repeats)
        for loss in (0.0, 0.05):
            found = apart(sensor, loss, seeds)
            figures |= {f"{name}_{100 * loss:.0f}_percent_lost_{key}": value for key, value in found.items()}
    found = apart(SENSORS["arrival"], 0.0, seeds, fades_per_min=0.0)
    figures |= {f"arrival_no_shadow_{key}": value for key, value in found.items()}
    found = apart(SENSORS["counter"], 0.0, seeds, wander_ppm=20.0)
    return figures | {f"counter_drifting_20_ppm_{key}": value for key, value in found.items()}


def main() -> None:
    """Run the whole benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    print(show(score(options.seeds, options.repeats), {}))


if __name__ == "__main__":
    main()
