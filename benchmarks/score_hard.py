"""Walking that breaks detectors, simulated with known truth: heels that stay up, slopes, shuffling, wrong axes.

Limits of the analysis were chosen on other seeds and on simulated feet of another kind (a level walk seen by a sensor
turned about the ball); what real walks give for the same questions is counted by ``real_walks``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.reference import (
    example_session,
    loop_walk,
    multiple_sclerosis_session,
    overground_walks,
    positions_walk,
    require_data,
    treadmill_trials,
)
from benchmarks.score_simulated import pair_strides
from benchmarks.scoring import bias, show
from footdrop_imu.analysis import analyze
from footdrop_imu.errors import SignalError
from footdrop_imu.schema import SIDES, FloatArray, Session, SessionResult
from footdrop_imu.simulate.pattern import (
    FootPattern,
    Stop,
    Turn,
    WalkConfig,
    equinus,
    foot_drop,
    healthy,
    shuffling,
)
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.terrain import Ramp, Stairs
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

SPEEDS_MPS = (0.3, 0.7, 1.1)
SLOW_MPS = (0.2, 0.3, 0.4)
HEEL_UP_DEG = (10.0, 15.0, 20.0, 30.0)
SLOPES_DEG = (-5.0, -4.0, -3.0, 3.0, 4.0, 5.0)
ORDERS = {
    "all signs": -np.eye(3),
    "one sign": np.diag([1.0, -1.0, 1.0]),
    "two signs": np.diag([-1.0, 1.0, -1.0]),
    "two swapped": np.eye(3)[[1, 0, 2]],
}
_SLOPED = ("ramp", "stairs_up", "stairs_down")


def walk(seed: int, left: FootPattern, right: FootPattern, config: WalkConfig) -> SimulatedWalk:
    """One walk at 100 Hz by a sensor of drawn noise and mounting whose place is only named."""
    walked = replace(config, left=left, right=right, seed=seed)
    return simulate_walk(walked, SensorConfig(rate_hz=100.0, random_mounting=True, seed=seed))


def _suspected(results: Iterable[SessionResult]) -> float:
    """Share of feet whose heel is suspected to be up."""
    return float(np.mean([foot["suspected_heel_up"] for r in results for foot in r.provenance["feet"].values()]))


def heel_up() -> dict[str, float]:
    """Equinus that stands on its forefoot too is suspected; feet that land flat or on the forefoot are not."""
    figures = {}
    for angle in HEEL_UP_DEG:
        results = []
        for number, speed in enumerate(SPEEDS_MPS):
            config, foot = WalkConfig(speed_mps=speed, distance_m=14.0 * speed + 2.0), equinus(angle)
            results.append(analyze(walk(300 + number + int(angle), foot, foot, config).session))
        figures[f"heel_up_{angle:.0f}_deg_suspected"] = _suspected(results)
    flat = [
        analyze(walk(400 + number, foot_drop(0.55), foot_drop(1.0), WalkConfig(speed_mps=v, distance_m=14 * v)).session)
        for number, v in enumerate(SPEEDS_MPS)
    ]
    return figures | {"flat_and_forefoot_landings_suspected": _suspected(flat)}


def slopes() -> dict[str, float]:
    """Ramps and stairs told from level floor, stride by stride."""
    counts: Counter[tuple[str, str]] = Counter()
    for number, slope in enumerate(SLOPES_DEG):
        speed = SPEEDS_MPS[1 + number % 2]
        config = WalkConfig(speed_mps=speed, distance_m=21.0, ramps=(Ramp(8.0, 6.0, slope),))
        counts += _kinds(walk(500 + number, foot_drop(0.6), healthy(), config))
    for number, rise in enumerate((0.17, -0.17)):
        config = WalkConfig(speed_mps=0.9, distance_m=12.0, stairs=(Stairs(6.0, 8, rise),))
        counts += _kinds(walk(520 + number, foot_drop(0.6), healthy(), config))

    def share(true: Iterable[str], own: str) -> float:
        rows = {pair: n for pair, n in counts.items() if pair[0] in true}
        return sum(n for pair, n in rows.items() if (pair[1] == own or own == pair[0] == pair[1])) / sum(rows.values())

    return {
        "ramp_strides_told": share(("ramp",), "ramp"),
        "stairs_strides_told": 0.5 * (share(("stairs_up",), "stairs_up") + share(("stairs_down",), "stairs_down")),
        "level_strides_sloped": 1.0 - share(("level",), "level"),
    }


def _kinds(walked: SimulatedWalk) -> Counter[tuple[str, str]]:
    result = analyze(walked.session)
    joined = pd.concat([pair_strides(walked.strides, result, side)[0] for side in SIDES])
    names = [np.where(joined[name].isin(_SLOPED), joined[name], "level") for name in ("kind_true", "kind")]
    return Counter(zip(names[0].tolist(), names[1].tolist(), strict=True))


def slow() -> dict[str, float]:
    """Swings found and lengths at 0.2 to 0.4 m/s: shuffling, stops, a turn nearly on the spot."""
    figures: dict[str, float] = {}
    for name, left, right in (("shuffling", shuffling(), shuffling()), ("slow_drop", foot_drop(0.8), healthy())):
        true, missed, extra, errors = 0, 0, 0, []
        for number, speed in enumerate(SLOW_MPS):
            config = WalkConfig(
                speed_mps=speed,
                distance_m=20.0 * speed + 2.0,
                walk_ratio=0.0035 if name == "shuffling" else 0.0065,
                turns=(Turn(10.0 * speed, 180.0, 1.5),),
                stops=(Stop(5.0 * speed, 3.0), Stop(16.0 * speed, 1.0)),
            )
            walked = walk(600 + number, left, right, config)
            result = analyze(walked.session)
            for side in SIDES:
                joined, gone, invented = pair_strides(walked.strides, result, side)
                true, missed, extra = true + len(joined) + gone, missed + gone, extra + invented
                straight = joined[joined["kind"] == "straight"]
                errors.append((straight["stride_length_m"] / straight["stride_length_m_true"] - 1.0).to_numpy())
        figures |= {
            f"{name}_swings": true,
            f"{name}_missed": missed,
            f"{name}_extra": extra,
            f"{name}_length_bias_percent": 100.0 * bias(np.concatenate(errors)),
        }
    return figures


def wrong_axes() -> dict[str, float]:
    """Walks whose gyroscope has other axes than the accelerometer are refused."""
    refused = []
    for number, speed in enumerate(SPEEDS_MPS):
        session = walk(700 + number, foot_drop(0.6), healthy(), WalkConfig(speed_mps=speed, distance_m=12.0)).session
        refused += [_refused(session, order) for order in ORDERS.values()]
    return {"wrong_axes_refused": float(np.mean(refused))}


def _refused(session: Session, order: FloatArray) -> bool:
    turned = [
        replace(stream, values=np.dot(stream.values, order.T)) if stream.quantity == "angular_velocity" else stream
        for stream in session.streams
    ]
    try:
        analyze(replace(session, streams=tuple(turned)))
    except SignalError as error:
        return error.reason == "wrong_axes"
    return False


def real_walks(folder: Path) -> dict[str, float]:
    """Level walks of real people that are given slopes or heels that stay up, and the stairs of the example."""
    sessions = [w.session for w in overground_walks(folder)] + [t.session for t in treadmill_trials(folder)]
    sessions += [example_session(folder), multiple_sclerosis_session(folder), loop_walk(folder)]
    results = [analyze(session) for session in (*sessions, positions_walk(folder)[0])]
    kinds = pd.concat([result.strides["kind"] for result in results])
    stairs = analyze(example_session(folder, stairs=True)).strides["kind"]
    return {
        "real_feet": float(sum(len(result.provenance["feet"]) for result in results)),
        "real_heel_up_suspected": _suspected(results),
        "real_level_strides": float(len(kinds)),
        "real_level_strides_stairs": float(kinds.isin(_SLOPED[1:]).sum()),
        "real_level_strides_ramp": float((kinds == "ramp").sum()),
        "real_stairs_strides": float(len(stairs)),
        "real_stairs_strides_up": float((stairs == "stairs_up").sum()),
    }


def score(folder: Path | None = None) -> dict[str, float]:
    """Every figure of this module; those of real walks where there is a folder of them."""
    figures = heel_up() | slopes() | slow() | wrong_axes()
    return figures if folder is None else figures | real_walks(folder)


if __name__ == "__main__":
    print(show(score(require_data()), {}))
