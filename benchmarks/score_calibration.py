"""What calibrating a sensor is worth: planted errors in simulated walks, and 20 m walked by healthy people.

Simulated: each sensor has errors of one kind (or all), is laid on its sides twice, walks one walk over a known distance
and then others, which alone are scored. Real: the length scale of each foot is taken from a person's other walks, each
walk in turn being left out. How far the people really walked is known to a few percent only (the same person's strides
add up to 19 m once and to 24 m another time); that both feet walked equally far is sure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.reference import OvergroundWalk, overground_walks, require_data
from benchmarks.score_overground import RATE_HZ
from benchmarks.score_simulated import pair_strides
from benchmarks.scoring import bias, match_events
from footdrop_imu.analysis import analyze
from footdrop_imu.errors import SignalError
from footdrop_imu.gait.known_distance import DistanceFit, known_distance
from footdrop_imu.gait.six_position import six_position
from footdrop_imu.schema import SIDES, Calibration, FloatArray, Matrix, Session, SessionResult, Vector
from footdrop_imu.simulate.calibration import (
    TWICE,
    SensorErrors,
    SixPositionConfig,
    plant_errors,
    simulate_six_positions,
)
from footdrop_imu.simulate.pattern import WalkConfig, foot_drop, healthy
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

SENSORS = 3
RATE_SIMULATED_HZ = 102.4
CONDITIONS = ("none", "gravity 5 % off", "offsets 0.3 to 1 m/s²", "gyroscope 2 % off", "gyroscope 10 ms late", "all")
WAYS = ("as it comes", "six positions", "known distance", "both")
# the walk that calibrates, then those that are scored: speed, severity of the left foot's drop
WALKS = ((1.2, 0.0), (0.8, 0.6), (1.4, 0.0))


def planted(condition: str, sensor: int, side: str) -> SensorErrors:
    """Draw the errors of one sensor: sizes as the condition says, signs at random, the same for every walk."""
    rng = np.random.default_rng([sensor, SIDES.index(side)])
    sign = rng.choice([-1.0, 1.0])
    every = condition == "all"
    acc, gyr, offset = np.eye(3), np.eye(3), np.zeros(3)
    if every or condition == "gravity 5 % off":
        acc = np.diag(1.0 + sign * 0.05 + rng.normal(0.0, 0.005, 3))
    if every or condition == "offsets 0.3 to 1 m/s²":
        offset = rng.choice([-1.0, 1.0], 3) * rng.uniform(0.3, 1.0, 3)
    if every or condition == "gyroscope 2 % off":
        gyr = np.diag(1.0 + sign * 0.02 + rng.normal(0.0, 0.002, 3))
    return SensorErrors(_matrix(acc), _vector(offset), _matrix(gyr))


def simulated_walks(condition: str, sensor: int) -> list[tuple[SimulatedWalk, Session]]:
    """Walks of one pair of sensors: the truth, and the session with the planted errors."""
    late_s = 0.010 if condition in ("gyroscope 10 ms late", "all") else 0.0
    made = []
    for number, (speed_mps, severity) in enumerate(WALKS):
        walk = WalkConfig(
            speed_mps=speed_mps,
            distance_m=20.0,
            left=foot_drop(severity) if severity else healthy(),
            seed=10 * sensor + number,
        )
        same_sensor = SensorConfig(
            rate_hz=RATE_SIMULATED_HZ,
            random_mounting=True,
            acc_bias_mps2=0.0,
            acc_scale_frac=0.0,
            gyr_scale_frac=0.0,
            gyr_delay_s=late_s,
            seed=sensor,
        )
        walked = simulate_walk(walk, same_sensor)
        session = walked.session
        for side in SIDES:
            session = plant_errors(session, planted(condition, sensor, side), f"{side}_foot")
        made.append((walked, session))
    return made


def laid(condition: str, sensor: int) -> dict[str, Calibration]:
    """Six positions, gone round twice, of each sensor of the pair."""
    found = {}
    for number, side in enumerate(SIDES):
        config = SixPositionConfig(order=TWICE, rate_hz=RATE_SIMULATED_HZ, seed=2 * sensor + number)
        made = simulate_six_positions(planted(condition, sensor, side), config)
        fit = six_position(made.acc, made.gyr, config.rate_hz)
        found[f"{side}_foot"] = Calibration(
            sensor=side,
            acc_matrix=_matrix(fit.acc_matrix),
            acc_offset_mps2=_vector(fit.acc_offset_mps2),
            gyr_matrix=_matrix(fit.gyr_matrix),
            gyr_offset_radps=_vector(fit.gyr_offset_radps),
        )
    return found


def with_distance(
    walked: SimulatedWalk, session: Session, calibrations: Mapping[str, Calibration]
) -> dict[str, Calibration]:
    """Complete the calibrations by a walk whose distance is known to 3 cm."""
    result = analyze(replace(session, calibrations=calibrations))
    sums = walked.strides.groupby("side")["stride_length_m"].sum()
    rng = np.random.default_rng(len(walked.strides))
    distance_m = float(sums.mean() + rng.normal(0.0, 0.03))
    found = {}
    for side in SIDES:
        fit = _fit(result, side, distance_m)
        known = calibrations.get(f"{side}_foot", Calibration(sensor=side))
        found[f"{side}_foot"] = replace(
            known,
            length_scale=fit.length_scale,
            length_scale_sd=fit.length_scale_sd,
            gyr_delay_s=result.provenance["feet"][side]["gyroscope_delay_s"],
        )
    return found


def _fit(result: SessionResult, side: str, distance_m: float) -> DistanceFit:
    rows = result.strides[result.strides["side"] == side]
    return known_distance(
        rows["stride_length_m"].to_numpy(),
        rows["stride_length_sd_m"].to_numpy(),
        rows["turn_deg"].to_numpy(),
        distance_m,
        left=side == "left",
        missing_count=int((result.rejected["side"] == side).sum()),
    )


def length_errors_percent(walked: SimulatedWalk, result: SessionResult) -> list[float]:
    """Error of the mean stride length of each foot, in percent."""
    errors = []
    for side in SIDES:
        joined, _, _ = pair_strides(walked.strides, result, side)
        errors.append(100.0 * (joined["stride_length_m"].mean() / joined["stride_length_m_true"].mean() - 1.0))
    return errors


def by_way(conditions: tuple[str, ...] = CONDITIONS, sensors: int = SENSORS) -> pd.DataFrame:
    """One row a foot of a scored walk: condition, way of calibrating, error of the mean length in percent."""
    rows = []
    for condition in conditions:
        for sensor in range(sensors):
            walks = simulated_walks(condition, sensor)
            six = laid(condition, sensor)
            chosen: dict[str, Mapping[str, Calibration]] = {
                "as it comes": {},
                "six positions": six,
                "known distance": with_distance(*walks[0], {}),
                "both": with_distance(*walks[0], six),
            }
            for way, calibrations in chosen.items():
                for number, (walked, session) in enumerate(walks[1:], start=1):
                    result = analyze(replace(session, calibrations=calibrations))
                    rows += [
                        {"condition": condition, "way": way, "sensor": sensor, "walk": number, "error_percent": error}
                        for error in length_errors_percent(walked, result)
                    ]
    return pd.DataFrame(rows)


def overground_fits(walk: OvergroundWalk) -> dict[str, DistanceFit]:
    """Compare each foot's strides within the walk's borders with the 20 m; a foot that says too little is left out."""
    result = analyze(walk.session)
    fits = {}
    for swings in walk.swings:
        strides = result.strides[result.strides["side"] == swings.side]
        contact_s = strides["initial_contact"].to_numpy() / RATE_HZ + walk.first_s[swings.side]
        reference_s = swings.events_s[:, 1]
        inside = reference_s[(reference_s >= walk.walk_s[0]) & (reference_s <= walk.walk_s[1] + 0.01)]
        own = strides.iloc[match_events(contact_s, inside)[:, 0]]
        try:
            fits[swings.side] = known_distance(
                own["stride_length_m"].to_numpy(),
                own["stride_length_sd_m"].to_numpy(),
                own["turn_deg"].to_numpy(),
                20.0,
                left=swings.side == "left",
                missing_count=len(inside) - len(own),
            )
        except SignalError as error:
            print(f"{walk.name} {swings.side}: {error}")
    return fits


def overground(folder: Path) -> pd.DataFrame:
    """One row a foot of a walk: person, side, and 20 m over the measured distance with its stated sd."""
    rows: list[dict[str, Any]] = []
    for walk in overground_walks(folder):
        rows += [
            {"person": walk.name.split("-")[0], "walk": walk.name, "side": side}
            | {"scale": fit.length_scale, "scale_sd": fit.length_scale_sd}
            for side, fit in overground_fits(walk).items()
        ]
    return pd.DataFrame(rows)


def left_out_errors_percent(feet: pd.DataFrame, *, between_feet: bool = False) -> FloatArray:
    """Errors of each walk with the scales of all other walks of the same person, in percent.

    Of the distance (both feet's mean) against the 20 m, or of the left foot's distance against the right one's: both
    feet walk equally far, however far that was.
    """
    errors: list[float] = []
    for _, own in feet.groupby("person"):
        scales = own.pivot_table(index="walk", columns="side", values="scale")[list(SIDES)].dropna().to_numpy()
        for walk in range(len(scales)):
            others = 1.0 / np.mean(1.0 / np.delete(scales, walk, axis=0), axis=0)
            left, right = others / scales[walk]
            errors.append(100.0 * ((left / right if between_feet else 0.5 * (left + right)) - 1.0))
    return np.asarray(errors)


def score(folder: Path | None = None) -> dict[str, float]:
    """Every figure of this module; those of the recordings only where there are any."""
    table = by_way()
    figures = {}
    for (condition, way), errors in table.groupby(["condition", "way"], sort=False)["error_percent"]:
        name = f"{condition}, {way}"
        figures[f"{name}: mean abs. %"] = float(errors.abs().mean())
        figures[f"{name}: worst %"] = float(errors.abs().max())
    if folder is not None:
        feet = overground(folder)
        both = feet.pivot_table(index="walk", columns="side", values="scale").dropna()
        figures |= {"overground walks": float(len(both))}
        compared = {
            "overground 20 m": (1.0 / both.mean(axis=1), left_out_errors_percent(feet)),
            "overground left against right": (
                both["right"] / both["left"],
                left_out_errors_percent(feet, between_feet=True),
            ),
        }
        for name, (measured, after) in compared.items():
            before = 100.0 * (measured.to_numpy() - 1.0)
            for way, errors in (("as it comes", before), ("after the person's other walks", after)):
                figures[f"{name}, {way}: bias %"] = bias(errors)
                figures[f"{name}, {way}: mean abs. %"] = float(np.abs(errors).mean())
    return figures


def _matrix(values: FloatArray) -> Matrix:
    return _vector(values[0]), _vector(values[1]), _vector(values[2])


def _vector(values: FloatArray) -> Vector:
    x, y, z = values.tolist()
    return x, y, z


if __name__ == "__main__":
    for name, value in score(require_data()).items():
        print(f"{name:60} {value:8.2f}")
