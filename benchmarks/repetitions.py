"""Repetitions counted and measured in simulated sets of every exercise that a shoe sensor can follow.

    python -m benchmarks.repetitions [--sets 544] [--half 1] [--hard]

Half 0 is what constants may be chosen on, half 1 is what is reported. ``--hard`` draws from the whole space: ranges of
3 to 40 deg (as many below 11 as above), 1 to 12 s, tremor up to 3 deg, false starts, pauses, changes of posture,
sensors of any kind at 50 to 400 Hz with offsets of up to 2 deg/s, mountings that are unknown or known to 3 deg.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.spatial.transform import Rotation

from footdrop_imu.errors import FootdropError
from footdrop_imu.exercising import ExerciseRequest, count_session
from footdrop_imu.rehab.exercises import load_exercises
from footdrop_imu.schema import FloatArray
from footdrop_imu.simulate.exercise import SimulatedExercise, simulate_exercise
from footdrop_imu.simulate.exercise_config import ExerciseConfig
from footdrop_imu.simulate.exercise_kinds import KINDS
from footdrop_imu.simulate.sensor import SensorConfig

SETS = 544
Quaternion = tuple[float, float, float, float]
REPEATED = tuple(name for name in KINDS if name not in ("ankle_alphabet", "single_leg_stance", "chair_lift_test"))


class SetScore(NamedTuple):
    """One set: what was true, what was found, the worst and the mean absolute error of its repetitions."""

    exercise: str
    seed: int
    true_count: int
    count: int
    range_deg: float
    repetition_s: float
    hold_s: float
    tremor_deg: float
    shifts: str
    mounted: bool
    range_error_deg: FloatArray
    hold_error_s: FloatArray
    near_error_s: FloatArray
    raising_error_s: FloatArray
    refused: str


def drawn_set(seed: int) -> tuple[ExerciseConfig, SensorConfig, bool]:
    """A set of anything that the requirements name, its sensor, and whether the mounting is known."""
    rng = np.random.default_rng([seed, 77])
    exercise = REPEATED[seed // 2 % len(REPEATED)]
    config = ExerciseConfig(
        exercise,
        side=str(rng.choice(["left", "right"])),
        repetitions=int(rng.integers(5, 16)),
        range_deg=float(rng.uniform(3.5, 36.0)),
        repetition_s=float(np.exp(rng.uniform(np.log(1.1), np.log(10.0)))),
        hold_s=float(rng.choice([0.0, 0.0, rng.uniform(0.5, 4.0), rng.uniform(4.0, 12.0)])),
        raising_frac=float(rng.uniform(0.35, 0.65)),
        rest_s=float(rng.uniform(0.3, 2.0)),
        variation_frac=float(rng.uniform(0.02, 0.12)),
        fatigue_frac=float(rng.choice([0.0, rng.uniform(0.0, 0.4)])),
        tremor_deg=float(rng.choice([0.0, rng.uniform(0.0, 3.0)])),
        tremor_hz=float(rng.uniform(4.3, 7.7)),
        pause_count=int(rng.integers(0, 4)),
        false_start_count=int(rng.integers(0, 3)),
        shifts=tuple(str(one) for one in rng.choice(["seat", "shin", "foot"], rng.integers(0, 3))),
        other_foot=str(rng.choice(["still", "moving"])),
        seed=seed,
    )
    sensor = SensorConfig(
        rate_hz=float(rng.choice([50.0, 100.0, 204.8])),
        place=str(rng.choice(["instep", "lace", "heel", "outer"])),
        random_mounting=True,
        gyr_bias_dps=float(rng.choice([0.3, 1.0])),
        seed=seed,
    )
    return config, sensor, bool(rng.random() < 0.8)


def hard_set(seed: int) -> tuple[ExerciseConfig, SensorConfig, bool]:
    """A set from anywhere in the space that is declared, with a sensor from anywhere in its own."""
    rng = np.random.default_rng([seed, 78])

    def between(low: float, high: float) -> float:
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    exercise = REPEATED[seed // 2 % len(REPEATED)]
    others = ["still", "moving"] + ["same"] * (load_exercises()[exercise].side == "both")
    config = ExerciseConfig(
        exercise,
        side=str(rng.choice(["left", "right"])),
        repetitions=int(rng.integers(3, 21)),
        range_deg=between(3.0, 40.0),
        repetition_s=between(1.0, 12.0),
        hold_s=float(rng.choice([0.0, 0.0, between(0.3, 4.0), rng.uniform(4.0, 12.0)])),
        raising_frac=float(rng.uniform(0.3, 0.7)),
        rest_s=between(0.3, 4.0),
        variation_frac=float(rng.uniform(0.0, 0.15)),
        skew_frac=float(rng.uniform(0.0, 0.12)),
        fatigue_frac=float(rng.choice([0.0, rng.uniform(0.0, 0.5)])),
        tremor_deg=float(rng.choice([0.0, rng.uniform(0.0, 3.0)])),
        tremor_hz=float(rng.uniform(4.0, 8.0)),
        pause_count=int(rng.integers(0, 4)),
        false_start_count=int(rng.integers(0, 4)),
        shifts=tuple(str(one) for one in rng.choice(["seat", "shin", "foot"], rng.integers(0, 4))),
        other_foot=str(rng.choice(others)),
        quiet_before_s=float(rng.uniform(1.5, 5.0)),
        quiet_after_s=float(rng.uniform(0.7, 4.0)),
        sway_scale=between(0.5, 2.0),
        leg_length_m=float(rng.uniform(0.7, 1.0)),
        shoe_length_m=float(rng.uniform(0.22, 0.31)),
        seed=seed,
    )
    sensor = SensorConfig(
        rate_hz=between(50.0, 400.0),
        place=str(rng.choice(["instep", "lace", "heel", "outer"])),
        shank=bool(rng.random() < 0.2),
        random_mounting=True,
        acc_noise_mps2=between(0.01, 0.1),
        gyr_noise_dps=between(0.03, 0.3),
        acc_bias_mps2=between(0.02, 0.3),
        gyr_bias_dps=between(0.1, 2.0),
        acc_scale_frac=between(0.002, 0.01),
        gyr_scale_frac=between(0.002, 0.01),
        integrates_on_chip=bool(rng.random() < 0.3),
        seed=seed,
    )
    return config, sensor, bool(rng.random() < 0.6)


def make_set(seed: int, *, hard: bool = False) -> tuple[ExerciseConfig, bool, SimulatedExercise]:
    """One set, whether its mounting is known, and the recording of it."""
    config, sensor, mounted = hard_set(seed) if hard else drawn_set(seed)
    return config, mounted, simulate_exercise(config, sensor)


def known_rotations(made: SimulatedExercise, error_deg: float, seed: int) -> dict[str, Quaternion]:
    """Sensor to foot or shank by segment, each wrong by ``error_deg`` (standard deviation about each axis)."""
    rng = np.random.default_rng([seed, 79])
    found: dict[str, Quaternion] = {}
    for name, one in made.mounting.items():
        wrong = Rotation.from_rotvec(np.radians(error_deg) * rng.standard_normal(3))
        x, y, z, w = (float(part) for part in (wrong * Rotation.from_quat(one.rotation)).as_quat())
        found[name] = x, y, z, w
    return found


def score_set(
    seed: int, made: tuple[ExerciseConfig, bool, SimulatedExercise], mounting_error_deg: float = 0.0
) -> SetScore:
    """Count one set, and compare repetition by repetition where the counts agree."""
    config, mounted, recorded = made
    rotations = known_rotations(recorded, mounting_error_deg, seed) if mounted else {}
    exercise = load_exercises()[config.exercise]
    truth = [one for one in recorded.truth.repetitions if one.side == config.side]
    errors = [np.zeros(0)] * 4
    refused, count = "", 0
    try:
        request = ExerciseRequest(config.exercise, side=config.side)
        (found,) = count_session(recorded.session, exercise, request, rotations)
        assert found.repetitions is not None
        count = found.repetitions.count
        for own, direction in ((found.repetitions.repetitions, 1), (found.repetitions.other_way, -1)):
            true = [one for one in truth if one.direction == direction]
            if len(true) == len(own):
                pairs = (
                    ("range_deg", "range_deg"),
                    ("hold_s", "hold_s"),
                    ("near_top_s", "near_peak_s"),
                    ("raising_s", "raising_s"),
                )
                errors = [
                    np.append(so_far, [getattr(o, a) - getattr(t, b) for o, t in zip(own, true, strict=True)])
                    for so_far, (a, b) in zip(errors, pairs, strict=True)
                ]
    except FootdropError as error:
        refused = error.message
    return SetScore(
        config.exercise,
        seed,
        recorded.truth.count,
        count,
        config.range_deg,
        config.repetition_s,
        config.hold_s,
        config.tremor_deg,
        " ".join(config.shifts),
        mounted,
        *errors,
        refused,
    )


def summary(scores: list[SetScore]) -> pd.DataFrame:
    """By exercise and for all: sets, share counted exactly, worst error of the count, errors of range and hold."""
    rows = {}
    groups = {name: [one for one in scores if one.exercise == name] for name in REPEATED} | {"all": scores}
    for name, own in groups.items():
        if not own:
            continue
        ranges, holds, near, raising = (
            np.abs(np.concatenate([getattr(one, column) for one in own]))
            for column in ("range_error_deg", "hold_error_s", "near_error_s", "raising_error_s")
        )
        wrong = np.array([abs(one.count - one.true_count) for one in own])
        most = np.array([max(1.0, one.true_count / 10.0) for one in own])
        rows[name] = {
            "sets": len(own),
            "refused": sum(bool(one.refused) for one in own),
            "exact": float((wrong == 0).mean()),
            "off by more": int((wrong > most).sum()),
            "range rms": _rms(ranges),
            "range within 2": _share(ranges, 2.0),
            "hold rms": _rms(holds),
            "hold within 0.3": _share(holds, 0.3),
            "near rms": _rms(near),
            "raising rms": _rms(raising),
        }
    return pd.DataFrame(rows).T


def _rms(values: FloatArray) -> float:
    return float(np.sqrt((values**2).mean())) if len(values) else float("nan")


def _share(values: FloatArray, limit: float) -> float:
    return float((values <= limit).mean()) if len(values) else float("nan")


def score(sets: int = 221, half: int = 1) -> dict[str, float]:
    """Figures of hard sets on which no constant was chosen."""
    scores = [score_set(seed, make_set(seed, hard=True), 3.0) for seed in range(half, 2 * sets, 2)]
    table = summary(scores)
    of_all = table.loc["all"]
    figures = {
        "sets_count": float(sets),
        "exact_percent": 100.0 * float(of_all["exact"]),
        "off_by_more_count": float(of_all["off by more"]),
        "refused_count": float(of_all["refused"]),
        "range_within_2_percent": 100.0 * float(of_all["range within 2"]),
        "range_rms_deg": float(of_all["range rms"]),
        "hold_within_0.3_percent": 100.0 * float(of_all["hold within 0.3"]),
        "hold_rms_s": float(of_all["hold rms"]),
    }
    held = {
        "quick": [one for one in scores if one.repetition_s < 3.0],
        "slow": [one for one in scores if one.repetition_s >= 6.0],
        "short": [one for one in scores if 0.0 < one.hold_s < 2.0],
        "both_ways": [one for one in scores if KINDS[one.exercise].both_ways],
    }
    for name, own in held.items():
        figures[f"hold_{name}_within_0.3_percent"] = 100.0 * float(summary(own).loc["all"]["hold within 0.3"])
    near = np.abs(np.concatenate([one.near_error_s for one in scores]))
    figures["near_top_within_0.3_percent"] = 100.0 * _share(near, 0.3)
    return figures | {f"{name}_exact_percent": 100.0 * float(row["exact"]) for name, row in table.iterrows()}


def main() -> None:
    """Print the table, and every set that was not counted exactly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=SETS)
    parser.add_argument("--half", type=int, default=1, choices=(0, 1))
    parser.add_argument("--hard", action="store_true")
    given = parser.parse_args()
    scores = [
        score_set(seed, make_set(seed, hard=given.hard), 3.0 if given.hard else 0.0)
        for seed in range(given.half, 2 * given.sets, 2)
    ]
    with pd.option_context("display.width", 200, "display.max_columns", 20, "display.float_format", "{:.3f}".format):
        print(summary(scores))
    for one in scores:
        if one.count != one.true_count:
            print(one.exercise, one.seed, f"{one.count} of {one.true_count}", *one[4:10], one.refused[:160], sep=" | ")


if __name__ == "__main__":
    main()
