"""What each part of the method is worth: figures with one part left out, the others as shipped.

``parts_table``: the path between foot-flats, and the shoe. ``sensors_table``: mean stride length on sensors as they
come, with each correction left out, on recordings and simulated walks with planted delays and scales.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import score_simulated
from benchmarks.reference import (
    example_session,
    load_optical,
    multiple_sclerosis_session,
    overground_walks,
    positions_walk,
    require_data,
    treadmill_trials,
)
from benchmarks.score_optical import THINNING, length_table, score_courses, score_length
from benchmarks.score_overground import walk_tables
from benchmarks.score_simulated import pair_strides
from benchmarks.scoring import Estimator, bias, rms
from footdrop_imu.analysis import AnalysisConfig, analyze
from footdrop_imu.gait.checks import gravity_at_rest
from footdrop_imu.gait.foot import FootConfig
from footdrop_imu.gait.recording import leveled_samples, make_recording
from footdrop_imu.gait.sensor_errors import later
from footdrop_imu.gait.shock_delay import shock_delay
from footdrop_imu.gait.shoe import shoe_geometry
from footdrop_imu.schema import GRAVITY_MPS2, SIDES, Mounting, SensorStream, Session, Shoe
from footdrop_imu.simulate.pattern import WalkConfig, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

EVERY_CONDITION = 7
DELAYS_S = (0.0, 0.01, 0.02, 0.04)
SCALES = {"as it is": (1.0, 1.0), "gravity 5 % too much": (1.05, 1.0), "gyroscope 2 % too much": (1.0, 1.02)}


def without(**changed: Mapping[str, float]) -> Estimator:
    """Analyze with some constants of ``FootConfig`` set, by section."""
    foot = FootConfig()
    for section, values in changed.items():
        foot = replace(foot, **{section: replace(getattr(foot, section), **values)})
    return partial(analyze, config=AnalysisConfig(foot=foot))


def with_assumed_levers(session: Session) -> Session:
    """The assumed shoe entered as if it had been measured: nothing is refined."""
    assumed = [(side, shoe_geometry(Shoe(side))) for side in SIDES]
    shoes = tuple(
        Shoe(side, mounting=Mounting(sensor_to_toe_m=_three(shoe.toe_m), sensor_to_heel_m=_three(shoe.heel_m)))
        for side, shoe in assumed
    )
    return replace(session, shoes=shoes)


def _three(values: Any) -> tuple[float, float, float]:
    x, y, z = np.asarray(values).tolist()
    return (x, y, z)


def with_scaled_gravity(session: Session) -> Session:
    """Accelerations scaled to 9.81 m/s² at rest, as if gravity's excess were a wrong scale."""
    by_segment = {(one.segment, one.quantity): one.values for one in session.streams}  # noqa: PD011

    def level(one: SensorStream) -> SensorStream:
        if one.quantity != "acceleration":
            return one
        acc, gyr = (by_segment[one.segment, quantity] for quantity in ("acceleration", "angular_velocity"))
        gravity = float(np.linalg.norm(gravity_at_rest(acc, gyr, one.rate_hz or 100.0)))
        return replace(one, values=acc * (GRAVITY_MPS2 / gravity))

    return replace(session, streams=tuple(level(one) for one in session.streams))


PARTS: dict[str, Estimator] = {
    "as shipped": analyze,
    "velocity error spread evenly over the stride": without(drift={"undersampling": 1e-6, "velocity_noise_mps": 0.1}),
    "gravity of each foot-flat by itself": without(tilt={"undersampling": 1e3}),
    "no level floor": without(drift={"level_limit_m": 0.0, "level_sd_m": 10.0}),
    "gravity not corrected for the rolling foot": without(tilt={"sensor_height_m": 0.0}),
    "foot at rest taken to stand still": without(drift={"sensor_height_m": 0.0}),
    "toes point where the foot goes": without(mounting={"toe_out_deg": 0.0}),
    "lever arms as assumed": lambda session: analyze(with_assumed_levers(session)),
}


def parts_table(folder: Path) -> list[dict[str, Any]]:
    """One row a part left out."""
    optical = load_optical(folder)
    chosen = score_simulated.conditions()[::EVERY_CONDITION]
    walks = [score_simulated.simulate(one) for one in chosen]
    unknown = [score_simulated.on_an_unknown_shoe(one) for one in chosen]
    rows = []
    for name, estimate in PARTS.items():
        row: dict[str, Any] = {"left out": name}
        for rate, thin in THINNING.items():
            results = [estimate(example_session(folder, thin, phase)) for phase in range(thin)]
            figures = score_length([length_table(result, optical) for result in results], rate)
            row[f"length {rate} Hz, mm"] = figures[f"stride_length_rmse_mm_{rate}_hz"]
        courses = _with_courses(estimate)(example_session(folder))
        found = score_courses(courses, optical)
        row["heights, mm"] = found["heel_toe_height_rmse_mm"]
        row["pitch at contact, °"] = found["pitch_contact_rmse_deg"]
        row["roll bias, °"] = found["roll_contact_bias_deg"]
        row["simulated length, %"] = _simulated_length_percent(walks, estimate)
        row["clearance in an unknown shoe, mm"] = _unknown_clearance_mm(unknown, estimate)
        rows.append(row)
    return rows


def _with_courses(estimate: Estimator) -> Estimator:
    if isinstance(estimate, partial):
        return partial(estimate, timeseries=True)
    return partial(analyze, timeseries=True)


def _simulated_length_percent(walks: list[SimulatedWalk], estimate: Estimator) -> float:
    found = []
    for walked in walks:
        result = estimate(walked.session)
        for side in SIDES:
            joined = pair_strides(walked.strides, result, side)[0]
            found.append(100.0 * rms((joined["stride_length_m"] / joined["stride_length_m_true"] - 1.0).to_numpy()))
    return float(np.median(found))


def _unknown_clearance_mm(walks: list[SimulatedWalk], estimate: Estimator) -> float:
    found = [score_simulated.clearance_figures(walked, estimate(walked.session))[0] for walked in walks]
    return float(np.median(found))


CORRECTIONS: dict[str, Estimator] = {
    "as shipped": analyze,
    "delay left in": without(sensor_error={"delay_sd_s": 1e-9}),
    "delay by closing strides alone": without(shock={"least_share": 2.0}),
    "gravity scaled": lambda session: analyze(with_scaled_gravity(session)),
    "rolling left in": without(tilt={"sensor_height_m": 0.0}),
}


def late(session: Session, delay_s: float) -> Session:
    """The same walk with gyroscopes that are late."""

    def shifted(one: SensorStream) -> SensorStream:
        if one.quantity != "angular_velocity" or not delay_s:
            return one
        none = np.zeros(len(one.values), dtype=bool)
        return replace(one, values=later(one.values, none, -delay_s, one.rate_hz or 100.0)[0])

    return replace(session, streams=tuple(shifted(one) for one in session.streams))


def scaled(session: Session, acc: float, gyr: float) -> Session:
    """The same walk with wrong scales."""
    factor = {"acceleration": acc, "angular_velocity": gyr}
    streams = tuple(replace(one, values=one.values * factor[one.quantity]) for one in session.streams)  # noqa: PD011
    return replace(session, streams=streams)


def sensors_table(folder: Path) -> list[dict[str, Any]]:
    """One row a kind of walk and planted error: error of the mean stride length in %, each correction left out."""
    optical = load_optical(folder)
    rows = []

    def optical_percent(session: Session, estimate: Estimator) -> float:
        return score_length([length_table(estimate(session), optical)], "x")["stride_length_bias_percent_x_hz"]

    for rate, thin in THINNING.items():
        for delay_s in DELAYS_S:
            session = late(example_session(folder, thin), delay_s)
            rows.append(_row(f"optical, {rate} Hz", f"{1000 * delay_s:.0f} ms late", session, optical_percent))
    walks = [
        simulate_walk(
            WalkConfig(speed_mps=speed, distance_m=25.0, left=foot_drop(0.4), seed=seed),
            SensorConfig(rate_hz=rate, anti_alias=True, place=place, random_mounting=True, seed=seed),
        )
        for seed, (speed, rate, place) in enumerate(
            [(0.7, 100.0, "instep"), (1.0, 128.0, "outer"), (1.3, 50.0, "lace"), (1.5, 204.8, "heel")]
        )
    ]
    rows += [_simulated_row(walks, name, partial(scaled, acc=acc, gyr=gyr)) for name, (acc, gyr) in SCALES.items()]
    rows += [_simulated_row(walks, f"{1000 * one:.0f} ms late", partial(late, delay_s=one)) for one in DELAYS_S[1:]]
    return rows


def _row(walk: str, planted: str, session: Session, percent: Callable[[Session, Estimator], float]) -> dict[str, Any]:
    return {"walk": walk, "planted": planted} | {
        name: percent(session, estimate) for name, estimate in CORRECTIONS.items()
    }


def _simulated_row(walks: list[SimulatedWalk], planted: str, plant: Callable[[Session], Session]) -> dict[str, Any]:
    row: dict[str, Any] = {"walk": "simulated, mean of absolute", "planted": planted}
    for name, estimate in CORRECTIONS.items():
        errors = []
        for walked in walks:
            result = estimate(plant(walked.session))
            joined = [pair_strides(walked.strides, result, side)[0] for side in SIDES]
            own, true = (
                np.concatenate([one[column].to_numpy() for one in joined])
                for column in ("stride_length_m", "stride_length_m_true")
            )
            errors.append(abs(100.0 * (own.mean() / true.mean() - 1.0)))
        row[name] = float(np.mean(errors))
    return row


def distance_table(folder: Path) -> list[dict[str, Any]]:
    """20 m over ground with each correction left out: way along the path, farthest place, left against right."""
    rows = []
    for name, estimate in CORRECTIONS.items():
        _, _, feet = walk_tables(folder, estimate)
        by_side = feet.pivot_table(index="walk", columns="side", values="distance_m")
        rows.append(
            {
                "left out": name,
                "path against 20 m, %": 100.0 * (bias(by_side.mean(axis=1).to_numpy()) / 20.0 - 1.0),
                "farthest place against 10 m, %": 100.0 * (float(feet["farthest_m"].mean()) / 10.0 - 1.0),
                "left over right, %": 100.0 * (float((by_side["left"] / by_side["right"]).mean()) - 1.0),
            }
        )
    return rows


def delays_table(folder: Path) -> list[dict[str, Any]]:
    """What shocks tell of the gyroscope's delay: feet thought to have none, and the same feet with 20 ms planted."""
    sources = {
        "optical, 204.8 Hz": [example_session(folder)],
        "optical, thinned to 102.4 Hz": [example_session(folder, 2, phase) for phase in range(2)],
        "optical, thinned to 51.2 Hz": [example_session(folder, 4, phase) for phase in range(4)],
        "multiple sclerosis": [multiple_sclerosis_session(folder)],
        "over ground": [walk.session for walk in overground_walks(folder)],
        "after stroke": [trial.session for trial in treadmill_trials(folder)],
        "both feet, 60 Hz": [positions_walk(folder)[0]],
    }
    rows = []
    for name, sessions in sources.items():
        row: dict[str, Any] = {"walks": name}
        for planted_s in (0.0, 0.02):
            told, feet = [], 0
            for session in sessions:
                for segment in {one.segment for one in session.streams}:
                    streams = [one for one in late(session, planted_s).streams if one.segment == segment]
                    whole = leveled_samples(make_recording(streams))[0]
                    samples = whole.part(slice(0, len(whole.lost)))
                    found = shock_delay(samples.acc, samples.gyr, samples.rate_hz)
                    feet += 1
                    if np.isfinite(found.sd_s):
                        told.append((1000.0 * (found.delay_s - planted_s), found.sd_s * 1000.0))
            error, sd = np.array(told).reshape(-1, 2).T
            row |= {"feet": feet, f"told, {1000 * planted_s:.0f} ms": len(told)}
            row |= {f"error, {1000 * planted_s:.0f} ms": float(error.mean()) if len(error) else None}
            row |= {f"± , {1000 * planted_s:.0f} ms": float(error.std()) if len(error) > 1 else None}
            if not planted_s:
                row["error over sd"] = rms(error / sd) if len(error) else None
        rows.append(row)
    return rows


def study(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Every table of this module."""
    return {
        "ablation": parts_table(folder),
        "sensors": sensors_table(folder),
        "distance": distance_table(folder),
        "delays": delays_table(folder),
    }


if __name__ == "__main__":
    import pandas as pd

    for title, table in study(require_data()).items():
        print(title, pd.DataFrame(table).round(2).to_string(index=False), sep="\n")
