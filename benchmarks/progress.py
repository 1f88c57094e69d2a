"""Better, worse or unchanged: how often a change is found that is not there, how wide the interval is, and the power.

Every course is simulated: one value a visit, two to three visits a week, autocorrelation from one visit to the next of
0 to 0.6, as many days compared as in a person's progress. "Noise" is the true sd of a visit over the one expected
beforehand. Figures are in percent; a change is called better beyond the smallest detectable change.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from benchmarks.scoring import show
from footdrop_imu.rehab.change import Change, compare_days
from footdrop_imu.rehab.lines import compared_days
from footdrop_imu.schema import FloatArray, IntArray

RHOS = (0.0, 0.2, 0.4, 0.6)
COUNTS = (6, 9, 12, 18, 24, 30)
NOISES = (0.5, 1.0, 2.0)


class Design(NamedTuple):
    """How often a person walks, for how long, and how the true value goes."""

    count: int
    noise: float = 1.0
    course: str = "flat"
    gap: str = "none"
    per_day: int = 0
    """Days compared at either end; 0 = as usual."""


def visit_days(design: Design) -> IntArray:
    """Day numbers: Monday, Wednesday, Friday, or with two weeks missing in the middle, or twice a week."""
    week = np.array([0, 3] if design.gap == "twice" else [0, 2, 4])
    index = np.arange(design.count)
    day = 7 * (index // week.shape[0]) + week[index % week.shape[0]]
    return day + 14 * (index >= design.count // 2) if design.gap == "missing_weeks" else day


def visit_errors(generator: np.random.Generator, courses: int, count: int, rho: float) -> FloatArray:
    """Autoregressive errors (courses, count) of unit variance."""
    made = generator.standard_normal((courses, count))
    for index in range(1, count):
        made[:, index] = rho * made[:, index - 1] + np.sqrt(1.0 - rho**2) * made[:, index]
    return made


COURSES: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "flat": lambda passed: 0.0 * passed,
    "line": lambda passed: passed,
    "step": lambda passed: (passed > 0.5).astype(float),
    "ramp": lambda passed: np.clip(2.0 * passed - 0.5, 0.0, 1.0),
    "plateau": lambda passed: 1.0 - np.exp(-5.0 * passed),
    "dip": lambda passed: -np.exp(-(((passed - 0.5) / 0.12) ** 2)),
}
"""The true value over the course's length, from 0."""


def compare(
    design: Design, rho: float, rise: float, courses: int, generator: np.random.Generator
) -> tuple[Change, float]:
    """Simulated courses compared, and their true change. ``rise`` in sd of a visit."""
    day = visit_days(design)
    size = design.per_day or compared_days(design.count)
    truth = rise * design.noise * COURSES[design.course](np.linspace(0.0, 1.0, design.count))
    values = truth + design.noise * visit_errors(generator, courses, design.count, rho)
    stated = None
    if design.gap == "uneven":
        stated = np.tile(generator.choice([0.2, 0.5, 1.5], design.count), (courses, 1))
        values = values + stated * generator.standard_normal(values.shape)
    found = compare_days(values, day, size, size, np.ones(courses), stated)
    return found, float(truth[-size:].mean() - truth[:size].mean())


def nothing(courses: int, seed: int) -> dict[str, float]:
    """No true change: how often "better" is said, and how often the interval holds it."""
    generator = np.random.default_rng(seed)
    designs = {
        **{f"{count}_visits_noise_{noise:g}": Design(count, noise) for count in COUNTS for noise in NOISES},
        "24_visits_3_days": Design(24, per_day=3),
        "24_visits_8_days": Design(24, per_day=8),
        "24_visits_missing_weeks": Design(24, gap="missing_weeks"),
        "24_visits_twice_a_week": Design(24, gap="twice"),
        "24_visits_uneven_counts": Design(24, gap="uneven"),
    }
    figures: dict[str, float] = {}
    better: dict[float, list[float]] = {rho: [] for rho in RHOS}
    held: dict[float, list[float]] = {rho: [] for rho in RHOS}
    for name, design in designs.items():
        both = [], []
        for rho in RHOS:
            found, _ = compare(design, rho, 0.0, courses // len(RHOS), generator)
            both[0].append(100.0 * float(np.mean(found.change > found.smallest_detectable)))
            both[1].append(100.0 * float(np.mean((found.low <= 0.0) & (found.high >= 0.0))))
            figures[f"nothing_{name}_rho_{rho:g}_better"] = both[0][-1]
            figures[f"nothing_{name}_rho_{rho:g}_coverage"] = both[1][-1]
            better[rho].append(both[0][-1])
            held[rho].append(both[1][-1])
        figures[f"nothing_{name}_better"] = float(np.mean(both[0]))
        figures[f"nothing_{name}_coverage"] = float(np.mean(both[1]))
    for rho in RHOS:
        figures[f"nothing_all_rho_{rho:g}_better"] = float(np.mean(better[rho]))
        figures[f"nothing_all_rho_{rho:g}_coverage"] = float(np.mean(held[rho]))
    figures["nothing_all_better"] = float(np.mean(list(better.values())))
    figures["nothing_all_coverage"] = float(np.mean(list(held.values())))
    return figures


def something(courses: int, seed: int) -> dict[str, float]:
    """True changes along several courses: power at 1, 2 and 3 smallest detectable changes, and coverage."""
    generator = np.random.default_rng(seed)
    figures: dict[str, float] = {}
    for count in (9, 12, 24):
        for course in ("line", "step", "ramp", "plateau", "dip"):
            held, beyond = [], {1: [], 2: [], 3: []}
            for rho in RHOS:
                few = courses // len(RHOS)
                plain, _ = compare(Design(count), rho, 0.0, few, generator)
                usual = float(np.median(plain.smallest_detectable))
                for times in beyond:
                    _, unit = compare(Design(count, course=course), rho, 1.0, 1, generator)
                    rise = times * usual / unit if abs(unit) > 0.2 else times * usual
                    found, truth = compare(Design(count, course=course), rho, rise, few, generator)
                    beyond[times].append(100.0 * float(np.mean(found.change > found.smallest_detectable)))
                    held.append(100.0 * float(np.mean((found.low <= truth) & (found.high >= truth))))
            figures[f"something_{count}_visits_{course}_coverage"] = float(np.mean(held))
            if course != "dip":
                for times, shares in beyond.items():
                    figures[f"something_{count}_visits_{course}_power_{times}"] = float(np.mean(shares))
    return figures


def score(courses: int = 2000, seed: int = 1) -> dict[str, float]:
    """Every figure of this module."""
    return {**nothing(courses, seed), **something(courses, seed + 1)}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--courses", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(show(score(chosen.courses, chosen.seed), {}))


if __name__ == "__main__":
    main()
