"""Trend and dose response of one person and of several: how often they find what is not there, and what is.

Every course is simulated: visits every third day or unevenly as often, autocorrelation from one visit to the next of
0 to 0.6, errors of unit variance. ``nothing`` are courses on which exercise does nothing. Effects are in units of the
errors' sd. No constant was chosen on these seeds.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from benchmarks.scoring import show
from footdrop_imu.rehab.dose_response import DoseResponse, dose_response, fading_dose
from footdrop_imu.rehab.segmented import segmented
from footdrop_imu.rehab.several_people import several_people
from footdrop_imu.rehab.trend import corrected_tau, theil_sen
from footdrop_imu.schema import FloatArray

RHOS = (0.0, 0.2, 0.4, 0.6)
COUNTS = (15, 20, 30, 45, 60)
STEADY_DOSE = 40.0 / (1.0 - 2.0 ** (-1.0 / 14.0))
"""Fading dose, half-life 14 days, of 40 repetitions on every day for ever."""


class Exercised(NamedTuple):
    """Days of the visits, errors, repetitions by day."""

    day: FloatArray
    error: FloatArray
    daily: FloatArray


def errors(generator: np.random.Generator, count: int, rho: float) -> FloatArray:
    """Autoregressive errors of unit variance."""
    made = generator.standard_normal(count)
    for index in range(1, count):
        made[index] = rho * made[index - 1] + np.sqrt(1.0 - rho**2) * made[index]
    return made


def days(generator: np.random.Generator, count: int, apart: int = 3) -> FloatArray:
    """Even or, as often, uneven."""
    even = generator.random() < 0.5
    steps = np.full(count, apart) if even else generator.integers(1, 2 * apart, count)
    return np.concatenate([[0.0], np.cumsum(steps)[:-1]])


def shares(generator: np.random.Generator, count: int) -> dict[str, FloatArray]:
    """Ways in which people exercise: share of the days, day by day."""
    usual, passed = generator.uniform(0.5, 0.9), np.arange(count) / count
    weeks = np.repeat(generator.uniform(0.0, 1.0, count // 7 + 1), 7)[:count]
    away = np.full(count, 0.85)
    begin = int(generator.integers(0, max(count - 12, 1)))
    away[begin : begin + int(generator.integers(7, 15))] = 0.0
    return {
        "steady": np.full(count, usual),
        "declining": usual * (1.0 - 0.7 * passed),
        "weekly": weeks,
        "weekly_declining": weeks * (1.0 - 0.7 * passed),
        "away": away,
        "late_start": np.where(passed < 1.0 / 3.0, 0.0, usual),
    }


def rises(generator: np.random.Generator, day: FloatArray) -> dict[str, FloatArray]:
    """What the measure may do in time by itself."""
    whole = day[-1]
    return {
        "level": np.zeros(len(day)),
        "line": 4.0 * day / whole,
        "saturating": 6.0 * (1.0 - np.exp(-day / generator.choice([7.0, 10.0, 20.0, 40.0]))),
        "saturating_by_length": 8.0 * (1.0 - np.exp(-4.0 * day / whole)),
    }


def exercised(generator: np.random.Generator, way: str, count: int, rho: float) -> Exercised:
    """One person."""
    day = days(generator, count)
    daily = generator.random(int(day[-1]) + 22)
    daily = generator.choice([30.0, 60.0, 90.0]) * (daily < shares(generator, len(daily))[way])
    return Exercised(day, errors(generator, count, rho), daily)


WAYS = tuple(shares(np.random.default_rng(0), 30))
RISES = tuple(rises(np.random.default_rng(0), np.arange(5.0)))


def dose_nothing(count: int, seed: int) -> dict[str, float]:
    """Share of courses reported as a dose response where exercise does nothing."""
    generator = np.random.default_rng(seed)
    found: dict[str, list[DoseResponse]] = {}
    for index in range(count):
        way, rise = WAYS[index % len(WAYS)], RISES[index // len(WAYS) % len(RISES)]
        visits, rho = int(generator.choice(COUNTS)), float(generator.choice(RHOS))
        person = exercised(generator, way, visits, rho)
        result = dose_response(person.day, rises(generator, person.day)[rise] + person.error, person.daily)
        for key in ("", f"_{way}", f"_{rise}", f"_autocorrelation_{rho:g}", f"_{visits}_visits"):
            found.setdefault(key, []).append(result)
    figures = {f"dose_nothing{key}_goes_with": _share(results, "goes_with") for key, results in found.items()}
    figures["dose_nothing_not_told_apart"] = _share(found[""], "not_told_apart_from_time")
    figures["dose_nothing_future_as_strong"] = float(np.mean([bool(one.future_as_strong) for one in found[""]]))
    return figures


def dose_something(count: int, seed: int) -> dict[str, float]:
    """Power and coverage where 40 repetitions a day for ever raise the measure by 2, 4 or 8 sd."""
    generator = np.random.default_rng(seed)
    figures = {}
    for visits in (15, 30, 60):
        for effect in (2.0, 4.0, 8.0):
            results, truth = [], 100.0 * effect / STEADY_DOSE
            for index in range(count):
                way, rise = WAYS[1 + index % 4], RISES[index % len(RISES)]
                person = exercised(generator, way, visits, float(generator.choice(RHOS)))
                dose = fading_dose(person.daily, 14.0)[person.day.astype(int)]
                value = rises(generator, person.day)[rise] + truth / 100.0 * dose + person.error
                results.append(dose_response(person.day, value, person.daily))
            key = f"dose_{effect:g}_sd_{visits}_visits"
            figures[f"{key}_goes_with_higher"] = float(np.mean([one.direction == "higher" for one in results]))
            figures[f"{key}_future_as_strong"] = float(np.mean([bool(one.future_as_strong) for one in results]))
            held = [one.low <= truth <= one.high for one in results if one.half_life_days == 14.0]
            figures[f"{key}_coverage"] = float(np.mean(held)) if held else np.nan
    return figures


def trends(count: int, seed: int) -> dict[str, float]:
    """Theil-Sen's interval, corrected Tau with and without a change, level and slope of two lines."""
    generator = np.random.default_rng(seed)
    figures = {}
    for visits in (8, 15, 25, 40):
        for rho in (0.0, 0.3, 0.6):
            found = []
            for _ in range(count):
                day, error = days(generator, visits, 4), errors(generator, visits, rho)
                start = day[max(3, visits // 3)]
                slope, tau = theil_sen(day, 0.1 * day + error), corrected_tau(day, error, start)
                changed = corrected_tau(day, error + 2.0 * (day >= start), start)
                lines = segmented(day, error + 2.0 * (day >= start), start)
                found.append(
                    {
                        "slope_coverage": slope.low_per_week <= 0.7 <= slope.high_per_week,
                        "tau_nothing": tau.p_value <= 0.05,
                        "tau_nothing_by_blocks_alone": tau.permutation_p_value <= 0.05,
                        "tau_2_sd": changed.p_value <= 0.05,
                        "level_coverage": lines.level_change.low <= 2.0 <= lines.level_change.high,
                        "level_2_sd": lines.level_change.p_value < 0.05,
                        "slope_change_coverage": lines.slope_change_per_week.low
                        <= 0.0
                        <= lines.slope_change_per_week.high,
                    }
                )
            for name in found[0]:
                figures[f"{name}_{visits}_visits_rho_{rho:g}"] = float(np.mean([one[name] for one in found]))
    return figures


def other_ways(count: int, seed: int) -> dict[str, float]:
    """How often others find a level change that is not there: why they are not used."""
    from statsmodels.regression.linear_model import GLSAR, OLS
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    generator = np.random.default_rng(seed)
    ways: dict[str, Callable[[FloatArray, FloatArray], float]] = {
        "glsar": lambda y, x: GLSAR(y, x, 1).iterative_fit(8).pvalues[2],
        "sarimax": lambda y, x: SARIMAX(y, exog=x, order=(1, 0, 0)).fit(disp=0).pvalues[2],
        "newey_west": lambda y, x: (
            OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": True}, use_t=True).pvalues[2]
        ),
        "ours": lambda y, x: segmented(7.0 * x[:, 1], y, 0.0).level_change.p_value,
    }
    figures = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for visits in (15, 25):
            for rho in (0.0, 0.6):
                weeks = (np.arange(visits) - visits // 3) * 4.0 / 7.0
                later = (weeks >= 0.0).astype(float)
                design = np.column_stack([np.ones(visits), weeks, later, later * weeks])
                values = [errors(generator, visits, rho) for _ in range(count)]
                for name, way in ways.items():
                    share = float(np.mean([way(value, design) < 0.05 for value in values]))
                    figures[f"level_nothing_{name}_{visits}_visits_rho_{rho:g}"] = share
    return figures


def people(count: int, seed: int) -> dict[str, float]:
    """Coverage of within and between effects; people's courses autocorrelated, people responding differently."""
    generator = np.random.default_rng(seed)
    figures = {}
    for size in (8, 12, 25):
        for rho, spread in ((0.0, 0.0), (0.6, 0.0), (0.3, 2.0)):
            held = []
            for _ in range(count):
                rows = []
                for index in range(size):
                    visits = int(generator.integers(4, 11))
                    day = np.sort(generator.choice(60, visits, replace=False)).astype(float)
                    usual = generator.uniform(0.3, 1.0)
                    done = usual + 0.25 * generator.standard_normal(visits) - 0.003 * day
                    own = (1.0 + spread * generator.standard_normal()) * (done - done.mean()) + 3.0 * done.mean()
                    value = own + 2.0 * generator.standard_normal() + errors(generator, visits, rho)
                    rows.append((np.full(visits, index), day, value + 2.0 * (1.0 - np.exp(-day / 15.0)), done))
                who, day, value, done = (np.concatenate(column) for column in zip(*rows, strict=True))
                found = several_people([str(one) for one in who], day, value, done)
                held.append(
                    [found.within.low <= 1.0 <= found.within.high, found.between.low <= 3.0 <= found.between.high]
                )
            key = f"{size}_people_rho_{rho:g}_spread_{spread:g}"
            figures[f"within_coverage_{key}"], figures[f"between_coverage_{key}"] = np.mean(held, axis=0).tolist()
    return figures


def _share(results: list[DoseResponse], verdict: str) -> float:
    return float(np.mean([one.verdict == verdict for one in results]))


def score(count: int = 2000, seed: int = 300) -> dict[str, float]:
    """Every figure of this module."""
    return {
        **dose_nothing(count, seed),
        **dose_something(max(count // 20, 4), seed + 1),
        **trends(max(count // 20, 4), seed + 2),
        **people(max(count // 20, 4), seed + 3),
        **other_ways(max(count // 20, 4), seed + 4),
    }


def main() -> None:
    """Run the whole benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--courses", type=int, default=2000)
    options = parser.parse_args()
    print(show(score(options.courses), {}))


if __name__ == "__main__":
    main()
