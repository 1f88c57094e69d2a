"""Make the built-in walks of ``sample_data/``, each with what is true of it and what is measured.

    python -m benchmarks.make_sample_data

The people of ``sample_data/eight_weeks/`` are made by `benchmarks.make_eight_weeks`, which is called at the end.
``expected.toml`` holds ``[truth]``, medians over the straight strides with the tolerance that the measured ones must
keep, and apart from it ``[measured]``, what the analysis gave when the folder was made.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite, sqrt
from pathlib import Path
from typing import Any

import tomli_w

from benchmarks.make_eight_weeks import make_eight_weeks
from footdrop_imu.analysis import analyze
from footdrop_imu.files.session_folder import write_session_folder
from footdrop_imu.files.sessions import read_session
from footdrop_imu.schema import SIDES, Condition, Person, Session
from footdrop_imu.simulate.pattern import Turn, WalkConfig, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

__all__ = ["TOLERANCES", "WALKS", "expected", "make_sample_data", "make_walk", "measured"]

FOLDER = Path(__file__).parent.parent / "sample_data"
NOTE = "made up by the simulator, nobody walked it"
RATE_HZ = 102.4
STANDING_S = 6.0

TOLERANCES = {
    "stride_time_s": 0.06,
    "stride_length_m": 0.02,
    "walking_speed_mps": 0.03,
    "stance_frac": 0.02,
    "foot_pitch_toe_off_deg": 3.0,
    "foot_pitch_mid_swing_deg": 2.5,
    "foot_pitch_initial_contact_deg": 1.5,
    "minimum_toe_clearance_m": 0.006,
    "heel_height_max_m": 0.008,
}
"""Column to how far a walk's measured median may stand from the true one."""


@dataclass(frozen=True)
class _Walk:
    """One built-in walk: how it is walked and sensed, and what its session says about it."""

    walk: WalkConfig
    sensor: SensorConfig
    affected: str = "unknown"
    person: str = ""
    start: str = ""
    condition: Condition = field(default_factory=Condition)


def _config(speed_mps: float, stride_count: int, **rest: Any) -> WalkConfig:
    config = WalkConfig(speed_mps=speed_mps, standing_s=STANDING_S, **rest)
    return replace(config, distance_m=stride_count * 2 * sqrt(60 * speed_mps * config.walk_ratio))


_SENSOR = SensorConfig(rate_hz=RATE_HZ, random_mounting=True)
_LOSSY = replace(_SENSOR, lost_frac=0.01, burst_per_min=6.0, burst_s=0.15, seed=3)
_TRIAL = Condition(shoe="own", orthosis="none", stimulator="none", aid="none", surface="hard", tiredness="usual")
WALKS: Mapping[str, _Walk] = {
    "healthy": _Walk(_config(1.3, 28, seed=1), replace(_SENSOR, seed=1)),
    "foot_drop_left": _Walk(_config(0.8, 26, left=foot_drop(0.8), seed=2), replace(_SENSOR, seed=2), "left"),
    "foot_drop_gaps_turn": _Walk(
        _config(0.9, 30, left=foot_drop(0.6), turns=(Turn(17.0, 180.0, 3.0),), seed=3), _LOSSY, "left"
    ),
    "before": _Walk(
        _config(0.65, 56, right=foot_drop(0.8), seed=4),
        replace(_SENSOR, seed=4), "right", "P01", "2026-01-12T10:00:00+01:00", _TRIAL,
    ),
    "after": _Walk(
        _config(0.85, 58, right=foot_drop(0.4), seed=5),
        replace(_SENSOR, seed=5), "right", "P01", "2026-03-09T10:00:00+01:00", _TRIAL,
    ),
}  # fmt: skip


def make_walk(name: str) -> SimulatedWalk:
    """Simulate one built-in walk, with what its session says."""
    plan = WALKS[name]
    person = Person(id=plan.person, affected=plan.affected)
    made = simulate_walk(plan.walk, plan.sensor, name=name, person=person)
    return replace(made, session=replace(made.session, start=plan.start, condition=plan.condition, note=NOTE))


def expected(made: SimulatedWalk) -> dict[str, dict[str, Any]]:
    """Give what is true of a walk, side by side: medians over its straight strides with their tolerances."""
    truth: dict[str, dict[str, Any]] = {}
    for side in SIDES:
        strides = made.strides[made.strides["side"] == side]
        straight = strides[strides["kind"] == "straight"]
        truth[side] = {
            "stride_count": len(strides),
            "landing": str(straight["landing"].mode()[0]),
            **{
                column: {"median": float(straight[column].median()), "tolerance": tolerance}
                for column, tolerance in TOLERANCES.items()
            },
        }
    return truth


def measured(session: Session) -> dict[str, dict[str, Any]]:
    """Give what the analysis finds in a walk, in the same shape."""
    result = analyze(session)
    found: dict[str, dict[str, Any]] = {}
    for side in SIDES:
        strides = result.strides[result.strides["side"] == side]
        summary = getattr(result.summary, side)
        medians = {column: float(summary[column].median) for column in TOLERANCES if column in summary}
        found[side] = {
            "stride_count": len(strides),
            "rejected_count": int((result.rejected["side"] == side).sum()),
            "landing": str(strides.loc[strides["kind"] == "straight", "landing"].mode()[0]),
            **{column: median for column, median in medians.items() if isfinite(median)},
        }
    return found


def make_sample_data(folder: Path) -> None:
    """Write every walk as a session folder with its ``expected.toml``."""
    for name in WALKS:
        made = make_walk(name)
        write_session_folder(folder / name, made.session, force=True)
        # What is read back is measured, so that a walk stored with less than it had would show.
        document = {"truth": expected(made), "measured": measured(read_session(folder / name))}
        (folder / name / "expected.toml").write_text(
            f"# Made by `python -m benchmarks.make_sample_data`.\n{tomli_w.dumps(document)}", encoding="utf-8"
        )
        sys.stdout.write(f"{folder / name}\n")


if __name__ == "__main__":
    make_sample_data(FOLDER)
    make_eight_weeks(FOLDER / "eight_weeks")
