"""Toe drags: scuffs put into real walks, what resembles a scuff, clean walks, simulated walks whose toe truly drags.

Every fifth stride of each foot of a real walk gets a scuff (``simulate.scuff``) of 30, 60 or 100 ms anywhere in the
first 80 % of swing, on a hard floor or on carpet. The detector's weights and its threshold were chosen on the walks of
``CHOSEN``; every figure without ``chosen_`` rests on the other people. The threshold of a sensitivity "at one false
alarm in 100 strides" is the probability that 1 % of all clean strides exceed. Nobody knows which strides of the people
after stroke and of the person with MS truly drag: what is counted as their false alarms may be drags.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.bars import bars_of
from benchmarks.reference import (
    example_session,
    multiple_sclerosis_session,
    overground_walks,
    require_data,
    treadmill_trials,
)
from benchmarks.score_simulated import pair_strides
from benchmarks.scoring import show
from footdrop_imu.analysis import AnalysisConfig, analyze
from footdrop_imu.gait.drag import DragConfig
from footdrop_imu.gait.recording import make_recording
from footdrop_imu.schema import SIDES, FloatArray, IntArray, Recording, SensorStream, Session
from footdrop_imu.simulate.drag import DRAG_KINDS, toe_drags
from footdrop_imu.simulate.pattern import WalkConfig, corridor, foot_drop, healthy
from footdrop_imu.simulate.scuff import (
    Scuffed,
    Scuffs,
    add_brushing,
    add_loose_sensor,
    add_scuffs,
    add_stick,
)
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk

CHOSEN = ("1", "4", "10", "1019_pp02", "1019_pp04", "1019_pp05")
CONDITIONS = tuple((strength, floor) for floor in ("hard", "carpet") for strength in (5.0, 10.0, 20.0, 40.0))
"""Strength in m/s² and floor."""
COUNTED = (10.0, "hard")
"""What hits are counted on for people whom nobody taught the detector about."""
LENGTHS_S = (0.03, 0.06, 0.1)
EVERY = 5
CONFOUNDERS = {
    "brushing": lambda *walk, **how: add_brushing(*walk, 12.0, **how),
    "loose_sensor": add_loose_sensor,
    "stick": add_stick,
}
WITNESSES = {
    "all": DragConfig(),
    "without clearance": DragConfig(clearance_weight=0.0),
    "without vibration": DragConfig(vibration_weight=0.0),
    "without deceleration": DragConfig(force_weight=0.0),
    "clearance alone": DragConfig(force_weight=0.0, vibration_weight=0.0),
    "vibration alone": DragConfig(force_weight=0.0, clearance_weight=0.0),
    "deceleration alone": DragConfig(vibration_weight=0.0, clearance_weight=0.0),
    "pushes aside not heeded": DragConfig(brush_weight=0.0),
}


class Foot(NamedTuple):
    """One foot of a clean walk: its recording, its swings (k, 2) in samples, sensor to foot (3, 3)."""

    recording: Recording
    swings: IntArray
    axes: FloatArray


@dataclass(frozen=True)
class Walk:
    """A real walk as it is: who walks, healthy, stroke or ms, and its feet by side."""

    person: str
    group: str
    session: Session
    feet: Mapping[str, Foot]
    strides: pd.DataFrame


def real_walks(folder: Path) -> list[Walk]:
    """Every real walk at 100 Hz or more on level floor."""
    walks = [_walk(walk.name.split("-")[0], "healthy", walk.session) for walk in overground_walks(folder)]
    walks += [_walk(trial.person, "stroke", trial.session) for trial in treadmill_trials(folder)]
    walks.append(_walk("example", "healthy", example_session(folder)))
    return [*walks, _walk("multiple_sclerosis", "ms", multiple_sclerosis_session(folder))]


def _walk(person: str, group: str, session: Session) -> Walk:
    result = analyze(session)
    feet = {}
    for side in SIDES:
        streams = [stream for stream in session.streams if stream.segment == f"{side}_foot"]
        rows = result.strides[result.strides["side"] == side]
        if streams and len(rows):
            axes = np.array(result.provenance["feet"][side]["sensor_to_foot"])
            swings = rows[["toe_off", "initial_contact"]].to_numpy(dtype=np.int64)
            feet[side] = Foot(make_recording(streams), swings, axes)
    return Walk(person, group, session, feet, result.strides)


def with_scuffs(walk: Walk, strength_mps2: float, floor: str, seed: int) -> tuple[Session, pd.DataFrame]:
    """The walk with scuffs, and one row a scuff: side, contact (index), start_frac, length_s."""
    signals, rows = {}, []
    for side, foot in walk.feet.items():
        rng = np.random.default_rng([seed, side == "left"])
        chosen = np.arange(seed % EVERY, len(foot.swings), EVERY)
        length_s = rng.choice(LENGTHS_S, len(chosen))
        start = rng.uniform(0.05, 0.8, len(chosen))
        scuffs = Scuffs(chosen, start, length_s, np.full(len(chosen), strength_mps2), floor, seed)
        one = foot.recording
        averaged = one.traits.integrates_on_chip
        signals[side] = add_scuffs(one.acc, one.gyr, one.rate_hz, foot.swings, foot.axes, scuffs, averaged=averaged)
        truth = {"side": side, "contact": foot.swings[chosen, 1], "start_frac": start, "length_s": length_s}
        rows.append(pd.DataFrame(truth))
    return _session(walk, signals), pd.concat(rows, ignore_index=True)


def with_confounder(walk: Walk, name: str, seed: int) -> tuple[Session, pd.DataFrame]:
    """The walk with something that is no scuff in every fifth stride; rows as ``with_scuffs``."""
    signals, rows = {}, []
    for side, foot in walk.feet.items():
        chosen = np.arange(seed % EVERY, len(foot.swings), EVERY)
        one = foot.recording
        how = {"averaged": one.traits.integrates_on_chip, "seed": seed}
        signals[side] = CONFOUNDERS[name](one.acc, one.gyr, one.rate_hz, foot.swings[chosen], foot.axes, **how)
        rows.append(pd.DataFrame({"side": side, "contact": foot.swings[chosen, 1]}))
    return _session(walk, signals), pd.concat(rows, ignore_index=True)


def _session(walk: Walk, signals: Mapping[str, Scuffed]) -> Session:
    """The session with other signals on the even grid; lost samples stay lost."""
    streams: list[SensorStream] = []
    for side, signal in signals.items():
        one = walk.feet[side].recording
        here = np.flatnonzero(~one.lost)
        for quantity, values in (("acceleration", signal.acc), ("angular_velocity", signal.gyr)):
            streams.append(
                SensorStream(
                    segment=f"{side}_foot",
                    quantity=quantity,  # type: ignore[arg-type]
                    values=values[here],
                    counter=here,
                    rate_hz=one.rate_hz,
                    clock_group=one.clock_group,
                    clock_offset_s=one.clock_offset_s,
                    traits=one.traits,
                )
            )
    return replace(walk.session, streams=tuple(streams))


def scuffed_strides(strides: pd.DataFrame, truth: pd.DataFrame, rate_hz: Mapping[str, float]) -> pd.DataFrame:
    """The strides whose contact is within 0.2 s of one in the truth, with the truth's columns (suffix ``_true``)."""
    parts = []
    for side, rows in truth.groupby("side"):
        own = strides[strides["side"] == side]
        apart = np.abs(np.subtract.outer(rows["contact"].to_numpy(), own["initial_contact"].to_numpy()))
        near = apart.argmin(axis=1)
        seen = apart.min(axis=1) <= 0.2 * rate_hz[str(side)]
        found = own.iloc[near[seen]].reset_index(drop=True)
        parts.append(pd.concat([found, rows[seen].add_suffix("_true").reset_index(drop=True)], axis=1))
    return pd.concat(parts, ignore_index=True)


def area_under_curve(clean: FloatArray, scuffed: FloatArray) -> float:
    """Probability that a scuffed stride ranks above a clean one, ties counted half."""
    order = np.sort(clean)
    below = np.searchsorted(order, scuffed, "left") + np.searchsorted(order, scuffed, "right")
    return float(below.mean() / (2.0 * len(order)))


def _with_who(walk: Walk, strides: pd.DataFrame, number: int) -> pd.DataFrame:
    return strides.assign(person=walk.person, group=walk.group, chosen=walk.person in CHOSEN, walk=number)


def run_scuffs(walks: list[Walk], strength_mps2: float, floor: str, drag: DragConfig | None = None) -> pd.DataFrame:
    """One row a scuffed stride of all walks."""
    parts = []
    for number, walk in enumerate(walks):
        session, truth = with_scuffs(walk, strength_mps2, floor, number)
        strides = analyze(session, AnalysisConfig(drag=drag or DragConfig())).strides
        rate_hz = {side: foot.recording.rate_hz for side, foot in walk.feet.items()}
        parts.append(_with_who(walk, scuffed_strides(strides, truth, rate_hz), number))
    return pd.concat(parts, ignore_index=True)


def run_confounder(walks: list[Walk], name: str, drag: DragConfig | None = None) -> pd.DataFrame:
    """One row a stride with the confounder."""
    parts = []
    for number, walk in enumerate(walks):
        session, truth = with_confounder(walk, name, number)
        rate_hz = {side: foot.recording.rate_hz for side, foot in walk.feet.items()}
        strides = analyze(session, AnalysisConfig(drag=drag or DragConfig())).strides
        parts.append(_with_who(walk, scuffed_strides(strides, truth, rate_hz), number))
    return pd.concat(parts, ignore_index=True)


def run_clean(walks: list[Walk], drag: DragConfig | None = None) -> pd.DataFrame:
    """One row a stride of the walks as they are."""
    parts = []
    for number, walk in enumerate(walks):
        strides = walk.strides if drag is None else analyze(walk.session, AnalysisConfig(drag=drag)).strides
        parts.append(_with_who(walk, strides, number))
    return pd.concat(parts, ignore_index=True)


def _chances(rows: pd.DataFrame) -> FloatArray:
    return rows["toe_drag_probability"].to_numpy(dtype=np.float64)


def _alarm_level(clean: pd.DataFrame) -> float:
    """Probability that one clean stride in 100 exceeds."""
    return float(np.quantile(_chances(clean), 0.99))


def _share(rows: pd.DataFrame, level: float) -> float:
    return float((_chances(rows) > level).mean()) if len(rows) else float("nan")


def simulated_drags(kind: str, rate_hz: float, seed: int) -> pd.DataFrame:
    """True and own strides of a walk with a foot drop on one side whose toe drags in 15 % of its swings."""
    weak = replace(foot_drop((0.4, 0.7, 1.0)[seed % 3]), drags=replace(toe_drags(kind, 0.15, 0.08), vary_frac=0.15))
    left = seed % 2 == 0
    walk = WalkConfig(
        speed_mps=(0.6, 0.9, 1.2)[seed % 3],
        distance_m=60.0,
        left=weak if left else healthy(),
        right=healthy() if left else weak,
        turns=corridor(60.0, 20.0),
        seed=seed,
    )
    walked = simulate_walk(walk, SensorConfig(rate_hz=rate_hz, random_mounting=True, seed=seed))
    result = analyze(walked.session)
    paired = [pair_strides(walked.strides, result, side)[0] for side in SIDES]
    return pd.concat(paired, ignore_index=True).assign(kind_true=kind)


def score_simulated_drags() -> dict[str, float]:
    """Sensitivity for true touches of 60 ms or more, and false alarms, at the detector's own threshold."""
    conditions = [(kind, rate_hz) for kind in DRAG_KINDS for rate_hz in (100.0, 204.8)]
    rows = pd.concat([simulated_drags(*one, seed) for seed, one in enumerate(conditions)], ignore_index=True)
    drags = rows["toe_drag_true"].astype(bool)
    called = rows["toe_drag"].astype(float)
    long = drags & (rows["toe_drag_time_s_true"] >= 0.06)
    straight = ~drags & (rows["kind"] == "straight")
    right_kind = rows["toe_drag_kind"] == rows["kind_true"]
    return {
        "simulated_drags": float(long.sum()),
        "simulated_sensitivity": float(called[long].mean()),
        "simulated_right_kind": float(right_kind[long & (called > 0)].mean()),
        "simulated_false_alarms_per_100": 100.0 * float(called[~drags].mean()),
        "simulated_false_alarms_per_100_straight": 100.0 * float(called[straight].mean()),
    }


def score(folder: Path) -> dict[str, float]:
    """Every figure of this module but the tables'."""
    figures: dict[str, float] = study(folder)["drag"]
    return figures


def study(folder: Path) -> dict[str, Any]:
    """``drag``: figures by name; ``drag_strengths`` and ``drag_witnesses``: rows of tables."""
    walks = real_walks(folder)
    rest_walks = [walk for walk in walks if walk.person not in CHOSEN]
    clean = run_clean(walks)
    found: dict[str, float] = {}
    strengths: list[dict[str, Any]] = []
    for name, rows in (("", clean[~clean["chosen"]]), ("chosen_", clean[clean["chosen"]])):
        found[f"{name}clean_strides"] = float(len(rows))
        for group, of in rows.groupby("group"):
            found[f"{name}false_alarms_per_100_{group}"] = 100.0 * float(of["toe_drag"].astype(float).mean())
    rest = clean[~clean["chosen"]]
    odd = rest[rest["kind"] != "straight"]
    found["false_alarms_per_100_not_straight"] = 100.0 * float(odd["toe_drag"].astype(float).mean())
    for strength, floor in CONDITIONS:
        scuffed = run_scuffs(walks, strength, floor)
        found |= _score_scuffs(clean, scuffed, f"{strength:g}_{floor}", details=strength == 10.0)
        strengths += by_length(clean, scuffed, strength, floor)
        if (strength, floor) == COUNTED:
            found |= accuracy(clean, scuffed)
    for name in CONFOUNDERS:
        knocked = run_confounder(rest_walks, name)
        found[f"false_alarms_per_100_{name}"] = 100.0 * float(knocked["toe_drag"].astype(float).mean())
    found |= score_simulated_drags()
    return {"drag": found, "drag_strengths": strengths, "drag_witnesses": by_witness(rest_walks)}


def accuracy(clean: pd.DataFrame, scuffed: pd.DataFrame) -> dict[str, float]:
    """Hits and false alarms at the detector's own threshold, and how many strides such a count is worth.

    What is counted on other people says less of one more person: ``*_worth`` is the number of this person's own
    strides that would say as much, from how people differ (beta-binomial by moments: Kleinman 1973,
    doi 10.1080/01621459.1973.10481332). All people show that, the counts themselves are of those who chose nothing.
    """
    rough, plain = scuffed[~scuffed["chosen"]], clean[~clean["chosen"]]
    return {
        "hits": float(rough["toe_drag"].astype(float).sum()),
        "scuffs": float(len(rough)),
        "hits_worth": worth(scuffed),
        "false_alarms": float(plain["toe_drag"].astype(float).sum()),
        "clear_strides": float(len(plain)),
        "false_alarms_worth": worth(clean),
    }


def worth(strides: pd.DataFrame) -> float:
    """Strides of one person's own that say as much of the share of drags found as how it differs among people."""
    people = strides.assign(found=strides["toe_drag"].astype(float)).groupby("person")["found"].agg(["sum", "count"])
    count, found = people["count"].to_numpy(float), people["sum"].to_numpy(float)
    total, share = count.sum(), found.sum() / count.sum()
    odd = float(((found - share * count) ** 2 / (count * share * (1.0 - share))).sum())
    spare = len(count) - 1.0
    alike = (odd - spare) / (total - float((count**2).sum()) / total - spare)
    return float(1.0 / alike - 1.0) if alike > 0.0 else float(total)


def _score_scuffs(clean: pd.DataFrame, scuffed: pd.DataFrame, name: str, *, details: bool) -> dict[str, float]:
    found: dict[str, float] = {}
    for prefix, chosen in (("", False), ("chosen_", True)):
        plain, rough = clean[clean["chosen"] == chosen], scuffed[scuffed["chosen"] == chosen]
        level = _alarm_level(plain)
        found[f"{prefix}area_{name}"] = area_under_curve(_chances(plain), _chances(rough))
        found[f"{prefix}sensitivity_{name}"] = _share(rough, level)
        if not details or chosen:
            continue
        found[f"sensitivity_own_threshold_{name}"] = float(rough["toe_drag"].astype(float).mean())
        # where nobody is known to drag, what is beyond the level is a false alarm for certain
        certain = _alarm_level(plain[plain["group"] == "healthy"])
        found[f"sensitivity_{name}_beside_healthy"] = _share(rough, certain)
        found[f"scuffs_{name}"] = float(len(rough))
        for group, of in rough.groupby("group"):
            found[f"sensitivity_{name}_{group}"] = _share(of, level)
        for length_s in LENGTHS_S:
            found[f"sensitivity_{name}_{1000 * length_s:.0f}_ms"] = _share(
                rough[rough["length_s_true"] == length_s], level
            )
        caught = rough[rough["toe_drag"].astype(bool)]
        apart = (caught["toe_drag_start_frac"] - caught["start_frac_true"]).abs()
        found[f"start_error_frac_{name}"] = float(apart.mean())
        found[f"length_error_ms_{name}"] = 1000.0 * float(
            (caught["toe_drag_time_s"] - caught["length_s_true"]).abs().mean()
        )
    return found


def by_length(clean: pd.DataFrame, scuffed: pd.DataFrame, strength_mps2: float, floor: str) -> list[dict[str, Any]]:
    """One row a length of scuff, of the people who chose nothing: at one false alarm in 100, and as it ships."""
    plain, rough = clean[~clean["chosen"]], scuffed[~scuffed["chosen"]]
    level = _alarm_level(plain)
    rows = []
    for length_s in LENGTHS_S:
        of = rough[rough["length_s_true"] == length_s]
        rows.append(
            {
                "m/s²": f"{strength_mps2:g}",
                "floor": floor,
                "ms": f"{1000.0 * length_s:.0f}",
                "scuffs": str(len(of)),
                "area": area_under_curve(_chances(plain), _chances(of)),
                "sensitivity at 1 false alarm in 100": _share(of, level),
                "sensitivity as shipped": float(of["toe_drag"].astype(float).mean()),
            }
        )
    return rows


def by_witness(walks: list[Walk]) -> list[dict[str, Any]]:
    """One row a detector without one witness, or with one alone: 10 m/s² on a hard floor, and brushing feet."""
    rows = []
    for name, drag in WITNESSES.items():
        clean, scuffed = run_clean(walks, drag), run_scuffs(walks, *COUNTED, drag)
        brushed = run_confounder(walks, "brushing", drag)
        level = _alarm_level(clean)
        rows.append(
            {
                "witnesses": name,
                "area": area_under_curve(_chances(clean), _chances(scuffed)),
                "sensitivity at 1 false alarm in 100": _share(scuffed, level),
                "in 100 brushed strides at that level": 100.0 * _share(brushed, level),
            }
        )
    return rows


if __name__ == "__main__":
    print(show(score(require_data()), bars_of("drag")))
