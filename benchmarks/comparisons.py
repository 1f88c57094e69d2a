"""Fitting bench, and before against after: how often they see a difference that is not there, and one that is.

Walks and days are simulated with errors of unit variance that are alike from one to the next by 0 to 0.6, and, on the
bench, with practice or fatigue along it and with a measure that goes with speed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from benchmarks.scoring import show
from benchmarks.trend import errors
from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.language import translator
from footdrop_imu.rehab.before_after import before_after
from footdrop_imu.rehab.fitting_bench import draw_order, fitting_bench
from footdrop_imu.rehab.measures import COMPENSATIONS, SPEED, measure_facts
from footdrop_imu.schema import FloatArray
from footdrop_imu.schema_rehab import Patient

LIFT = "foot_pitch_mid_swing_deg"
BEGIN = datetime.fromisoformat("2026-03-02T10:00:00+01:00")
NAMES = ("none", "light_brace", "ankle_foot_orthosis", "other")


def table(starts: Sequence[datetime], series: dict[str, FloatArray], conditions: Sequence[str]) -> pd.DataFrame:
    """One walk at each start, one row for each measure of the left foot."""
    columns: dict[str, list[object]] = {column.name: [] for column in WALK_MEASURE_COLUMNS}
    for index, start in enumerate(starts):
        for measure, values in series.items():
            row = (f"w{index}_{start:%m%d}", start.replace(hour=0, minute=0, tzinfo=None), start.isoformat(), "walk")
            row += (conditions[index], "good", "left", measure, float(values[index]), 0.0, 200)
            for column, value in zip(columns.values(), row, strict=True):
                column.append(value)
    return make_table(WALK_MEASURE_COLUMNS, columns)


def benches(count: int, seed: int) -> dict[str, float]:
    """Error, coverage, power and chance of the best of two to four settings."""
    generator = np.random.default_rng(seed)
    figures = {}
    for settings, repeats in ((2, 3), (2, 4), (2, 6), (3, 3), (4, 3)):
        for rho, drift in ((0.0, 0.0), (0.6, 0.0), (0.3, 0.5)):
            seen, held, power, best = [], [], [], []
            for index in range(count):
                order = draw_order(NAMES[:settings], repeats, index)
                which = np.array([NAMES.index(name) for name in order])
                starts = [BEGIN + place * timedelta(minutes=4) for place in range(len(order))]
                speed = 0.9 + 0.05 * generator.standard_normal(len(order)) + 0.1 * (which == 1)
                plain = errors(generator, len(order), rho) + drift * np.arange(len(order)) + 10.0 * speed
                conditions = [f"orthosis={name};shoe=trainers" for name in order]
                for effect in (0.0, 3.0):
                    walks = table(starts, {LIFT: plain + effect * (which == 1), SPEED: speed}, conditions)
                    bench = fitting_bench(walks, LIFT, "orthosis", "left")
                    if effect:
                        mine = [pair for pair in bench.differences if "light_brace" in (pair.first, pair.second)]
                        power.append(np.mean([pair.differs for pair in mine]))
                        best.append(bench.chance_best["light_brace"])
                    else:
                        seen.append(any(pair.differs for pair in bench.differences))
                        held.append(all(pair.difference.low <= 0 <= pair.difference.high for pair in bench.differences))
            key = f"bench_{settings}_settings_{repeats}_each_rho_{rho:g}_drift_{drift:g}"
            figures |= {
                f"{key}_nothing_seen": float(np.mean(seen)),
                f"{key}_simultaneous_coverage": float(np.mean(held)),
                f"{key}_3_sd_seen": float(np.mean(power)),
                f"{key}_3_sd_chance_best": float(np.mean(best)),
            }
    return figures


def therapies(count: int, seed: int) -> dict[str, float]:
    """Verdicts and coverage of two groups of days without a change and with changes of 1 to 3 detectable ones."""
    generator = np.random.default_rng(seed)
    patient, english = Patient("p", affected="left", primary_measure=LIFT), translator("en")
    scatter = measure_facts(LIFT).prior_sem
    figures = {}
    for days in (3, 6):
        for rho in (0.0, 0.3, 0.6):
            found: dict[str, list[bool]] = {}
            for _ in range(count):
                total = 2 * days + 1
                starts = [BEGIN + timedelta(days=3 * place + 30 * (place > days)) for place in range(total)]
                later = np.arange(total) > days
                level = scatter * errors(generator, total, rho)
                still = {name: 0.02 + 1e-5 * generator.standard_normal(total) for name in COMPENSATIONS}
                still[SPEED] = 0.9 + 0.001 * generator.standard_normal(total)
                for times in (0.0, 1.0, 2.0, 3.0):
                    change = times * 2.33 * scatter
                    walks = table(starts, {LIFT: level + change * later, **still}, ["shoe=trainers"] * total)
                    first = walks["day"] < pd.Timestamp(starts[days + 1].date())
                    result = before_after(patient, walks[first], walks[~first], english)
                    line = result.verdict.line
                    found.setdefault(f"better_at_{times:g}_detectable", []).append(result.verdict.code == "better")
                    if not times and line is not None:
                        found.setdefault("worse_at_0_detectable", []).append(result.verdict.code == "worse")
                        found.setdefault("coverage", []).append(line.low <= 0.0 <= line.high)
            for name, shares in found.items():
                figures[f"before_after_{days}_days_each_rho_{rho:g}_{name}"] = float(np.mean(shares))
    return figures


def score(count: int = 200, seed: int = 700) -> dict[str, float]:
    """Every figure of this module."""
    return {**benches(count, seed), **therapies(count, seed + 1)}


def main() -> None:
    """Run the whole benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--courses", type=int, default=200)
    options = parser.parse_args()
    print(show(score(options.courses), {}))


if __name__ == "__main__":
    main()
