"""How much each figure rests on the constants of the gait core, and how these fare on walks they were not chosen on.

Every constant is taken at half to twice its shipped value, the others as shipped, and the figures it is meant for are
made anew: on the whole of a reference and on two parts of it apart. The value that does best on the first part is
judged by the second part, beside the shipped one. Nothing here changes a constant.

The parts: over ground persons 1 and 4, and persons 7, 10 and 14; optical the labelled strides before the turn, and
those after it; after stroke the first three people, and the other two; simulated the healthy and the mild foot drop,
and the flat landing and the severe foot drop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks import score_simulated
from benchmarks.constants_tables import FACTORS, FIGURES, PARTS, edges_table, study_table
from benchmarks.reference import Optical, OvergroundWalk, example_session, load_optical, overground_walks, require_data
from benchmarks.score_optical import THINNING, length_table, score_courses, score_events, score_length
from benchmarks.score_overground import match_walk
from benchmarks.score_treadmill import score_trials, trial_table
from benchmarks.scoring import Found, rms
from footdrop_imu.analysis import AnalysisConfig, analyze
from footdrop_imu.errors import FootdropError
from footdrop_imu.schema import SessionResult
from footdrop_imu.simulate.walk import SimulatedWalk

FIRST_PERSONS = ("1", "4")
EVERY_CONDITION = 7
"""Every so many conditions of the simulator: all people, speeds and rates are among them."""

LENGTHS = tuple(f"stride_length_rmse_mm_{rate}_hz" for rate in THINNING)
UNCERTAINTIES = tuple(f"length_error_over_sd_{rate}_hz" for rate in THINNING)
SWINGS = ("recall", "precision", "simulated_wrong_percent")
HEIGHT, CHANGE = "heel_toe_height_rmse_mm", "change_within_person_rmse_deg"


@dataclass(frozen=True)
class Constant:
    """A constant of ``FootConfig`` by its section and name, and the figures it is meant for."""

    section: str
    name: str
    figures: tuple[str, ...]

    def __str__(self) -> str:
        """Write it as the settings do."""
        return f"{self.section}.{self.name}"


CONSTANTS = (
    Constant("cycle", "valley", SWINGS),
    Constant("cycle", "smoothing_s", SWINGS),
    Constant("stride", "least_travel_m", SWINGS),
    Constant("stride", "least_landing", SWINGS),
    Constant(
        "rest", "center_reach_s", (*LENGTHS, HEIGHT, "pitch_contact_rmse_deg", CHANGE, "simulated_length_percent")
    ),
    Constant("rest", "half_run_s", (*LENGTHS, HEIGHT, "pitch_contact_rmse_deg", CHANGE, "simulated_length_percent")),
    Constant("drift", "undersampling", (*LENGTHS, *UNCERTAINTIES, HEIGHT, "simulated_length_percent")),
    Constant("drift", "acceleration_sd_mps2", (*LENGTHS, *UNCERTAINTIES, HEIGHT, "simulated_length_percent")),
    Constant("drift", "sensor_height_m", (*LENGTHS, HEIGHT, "simulated_length_percent")),
    Constant("drift", "sd_share", (*LENGTHS, *UNCERTAINTIES)),
    Constant("tilt", "undersampling", (*LENGTHS, "pitch_course_rmse_deg", CHANGE, "simulated_pitch_deg")),
    Constant("tilt", "gravity_sd_rad", (*LENGTHS, "pitch_course_rmse_deg", CHANGE, "simulated_pitch_deg")),
    Constant("event", "recovered", ("toe_off_bias_ms", "toe_off_sd_ms")),
    Constant("event", "slow_share", ("initial_contact_bias_ms", "initial_contact_sd_ms", CHANGE)),
    Constant("event", "second_crossing_s", ("initial_contact_bias_ms", "initial_contact_sd_ms", CHANGE)),
    Constant(
        "mounting", "toe_out_deg", ("roll_contact_sd_deg", "pitch_course_rmse_deg", CHANGE, "simulated_pitch_deg")
    ),
    Constant("mounting", "standing_limit_deg", (CHANGE, "simulated_pitch_deg")),
)

Scores = dict[str, dict[str, float]]
"""Figures by part."""


class References(NamedTuple):
    """What every run is compared with, read once."""

    folder: Path
    optical: Optical
    walks: list[OvergroundWalk]
    simulated: list[tuple[str, SimulatedWalk]]


def load(folder: Path) -> References:
    """Read the references and walk the simulator's conditions."""
    return References(folder, load_optical(folder), overground_walks(folder), simulated_walks())


def simulated_walks() -> list[tuple[str, SimulatedWalk]]:
    """A few of the simulator's conditions with the part they are in."""
    chosen = score_simulated.conditions()[::EVERY_CONDITION]
    first = tuple(score_simulated.PEOPLE)[:2]
    parts = ("first" if condition.person in first else "second" for condition in chosen)
    return [(part, score_simulated.simulate(one)) for part, one in zip(parts, chosen, strict=True)]


def shipped_value(constant: Constant) -> float:
    """Value of a constant as shipped."""
    return float(getattr(getattr(AnalysisConfig().foot, constant.section), constant.name))


def with_constant(constant: Constant, factor: float) -> AnalysisConfig:
    """Give the settings as shipped but for one constant, which is ``factor`` times its shipped value."""
    config = AnalysisConfig()
    section = getattr(config.foot, constant.section)
    changed = replace(section, **{constant.name: factor * shipped_value(constant)})
    return replace(config, foot=replace(config.foot, **{constant.section: changed}))


def part_of(result: SessionResult, cut_s: float, part: str) -> SessionResult:
    """Give the result with the strides of one part only: contact before the cut, after it, or all."""
    contact_s = result.strides["initial_contact_time_s"] + result.strides["clock_offset_s"]
    keep = {"all": contact_s > -np.inf, "first": contact_s <= cut_s, "second": contact_s > cut_s}[part]
    return replace(result, strides=result.strides[keep].reset_index(drop=True))


def score_lengths(references: References, config: AnalysisConfig) -> Scores:
    """Stride length at every rate, and the honesty of its stated sd."""
    scores: Scores = {part: {} for part in PARTS}
    cut_s = float(np.median(references.optical.initial_contact_s))
    for rate, thin in THINNING.items():
        results = [analyze(example_session(references.folder, thin, phase), config) for phase in range(thin)]
        for part in PARTS:
            parts = [part_of(result, cut_s, part) for result in results]
            scores[part] |= score_length([length_table(one, references.optical) for one in parts], rate)
    return scores


def score_events_and_courses(references: References, config: AnalysisConfig) -> Scores:
    """Events, angles and heights at 204.8 Hz."""
    result = analyze(example_session(references.folder), config, timeseries=True)
    cut_s = float(np.median(references.optical.initial_contact_s))
    halves = {part: part_of(result, cut_s, part) for part in PARTS}
    return {
        part: score_events(half, references.optical) | score_courses(half, references.optical)
        for part, half in halves.items()
    }


def score_swings(references: References, config: AnalysisConfig) -> Scores:
    """Swings found over ground; a refused walk counts as nothing found."""
    found = {part: Found(0, 0, 0) for part in PARTS}
    for walk in references.walks:
        part = "first" if walk.name.split("-")[0] in FIRST_PERSONS else "second"
        try:
            counts, _ = match_walk(walk, analyze(walk.session, config))
        except FootdropError:
            counts = Found(sum(len(swings.events_s) for swings in walk.swings), 0, 0)
        found[part] += counts
        found["all"] += counts
    return {part: {"recall": counts.recall, "precision": counts.precision} for part, counts in found.items()}


def score_stroke(references: References, config: AnalysisConfig) -> Scores:
    """Change of the foot strike angle within a person."""
    trials = trial_table(references.folder, partial(analyze, config=config))
    return stroke_parts(trials)


def stroke_parts(trials: pd.DataFrame) -> Scores:
    """Figures of ``trial_table`` for all people, the first three, and the others."""
    first = trials["person"].isin(sorted(trials["person"].unique())[:3])
    parts = {"all": trials, "first": trials[first], "second": trials[~first]}
    return {part: score_trials(table) for part, table in parts.items()}


def score_simulation(references: References, config: AnalysisConfig) -> Scores:
    """Medians over the simulator's conditions, and strides missed or invented in percent of the true ones."""
    rows = []
    for part, walked in references.simulated:
        count = len(walked.strides) - 4
        row: dict[str, Any] = {"part": part, "count": count, "wrong": count}
        try:
            result = analyze(walked.session, config)
        except FootdropError:
            rows.append(row)
            continue
        pairs = [score_simulated.pair_strides(walked.strides, result, side) for side in ("left", "right")]
        errors = score_simulated.errors_of(pd.concat([pair[0] for pair in pairs], ignore_index=True))
        row["wrong"] = sum(missed + extra for _, missed, extra in pairs)
        rows.append(row | {name: rms(error) for name, error in errors.items()})
    table = pd.DataFrame(rows).reindex(columns=["part", "count", "wrong", *score_simulated.COLUMNS])
    parts = {part: table[(table["part"] == part) | (part == "all")] for part in PARTS}
    return {
        part: {
            "simulated_length_percent": float(rows["length_rmse_percent"].median()),
            "simulated_pitch_deg": float(rows["pitch_contact_rmse_deg"].median()),
            "simulated_wrong_percent": 100.0 * float(rows["wrong"].sum() / rows["count"].sum()),
        }
        for part, rows in parts.items()
    }


STUDIES: Mapping[str, Callable[[References, AnalysisConfig], Scores]] = {
    "length": score_lengths,
    "course": score_events_and_courses,
    "swing": score_swings,
    "stroke": score_stroke,
    "simulated": score_simulation,
}


def vary(constant: Constant, run: Callable[[str, float], Scores]) -> list[dict[str, Any]]:
    """One row a figure of a constant.

    Parameters
    ----------
    constant
        What is varied.
    run
        Gives the scores of a study with the constant at a factor.

    Returns
    -------
    list of dict
        ``constant``, ``shipped``, ``figure``, and for each part the figure at every factor of ``FACTORS``.
    """
    scores = {
        study: [run(study, factor) for factor in FACTORS]
        for study in dict.fromkeys(FIGURES[name].study for name in constant.figures)
    }
    return [
        {"constant": str(constant), "shipped": shipped_value(constant), "figure": name}
        | {part: [one[part].get(name, float("nan")) for one in scores[FIGURES[name].study]] for part in PARTS}
        for name in constant.figures
    ]


def study(folder: Path) -> list[dict[str, Any]]:
    """Every row of every constant."""
    references = load(folder)
    shipped: dict[str, Scores] = {}

    def run(constant: Constant, study_name: str, factor: float) -> Scores:
        if factor != 1.0:
            return STUDIES[study_name](references, with_constant(constant, factor))
        if study_name not in shipped:
            shipped[study_name] = STUDIES[study_name](references, AnalysisConfig())
        return shipped[study_name]

    return [row for constant in CONSTANTS for row in vary(constant, partial(run, constant))]


if __name__ == "__main__":
    found = study(require_data())
    print(study_table(found))
    print()
    print(edges_table(found))
