"""Whether a measure goes with how much was exercised before it, beyond how it goes with time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.rehab.autocorrelation import Noise, course, draws, noise, noise_weights
from footdrop_imu.rehab.dose import fading
from footdrop_imu.schema import FloatArray, IntArray

__all__ = [
    "DELAYS_DAYS",
    "DOSE_VERDICTS",
    "DoseConfig",
    "DoseResponse",
    "dose_response",
    "fading_dose",
    "time_course",
]

DELAYS_DAYS = (7, 14)
"""Delays at which the dose is looked at too, for the eye: no test rests on them."""
DOSE_VERDICTS = ("too_little_data", "not_told_apart_from_time", "no_association_seen", "goes_with")


@dataclass(frozen=True)
class DoseConfig:
    """What is asked, and how much is needed for an answer."""

    half_lives_days: tuple[float, ...] = (7.0, 14.0, 21.0, float("inf"))
    """After which a repetition counts half; infinite = the cumulative dose. All are tried, and the test pays for it."""
    fewest_visits: int = 12
    """Visits on days of their own. The course of time takes four degrees of freedom, the dose one."""
    level: float = 0.04
    """Of the test; intervals are of 1 - level. Where nothing does, "goes with" then comes in 4 % of courses, and in
    less than 7 % also of those on which the test is at its worst: many visits, uneven, autocorrelation 0.6."""
    high_inflation: float = 10.0
    """Variance inflation above which an association that is not seen says nothing: time hides it."""
    highest_inflation: float = 100.0
    """A dose that the course of time describes to 1 % is not tested."""
    fewest_days_after: int = 7
    """Logged days after a visit for a look at what was exercised then."""
    draw_count: int = 599
    """Courses drawn without an association."""
    seed: int = 20170401
    """Of these: the same course gives the same answer."""


@dataclass(frozen=True)
class DoseResponse:
    """How a measure goes with the dose, given time. Numbers are NaN where there are none.

    ``verdict`` of ``DOSE_VERDICTS``; ``direction`` higher or lower where the measure goes with the dose, "" else.
    ``per_100_repetitions`` with ``low`` and ``high`` (96 %): difference of the measure, in its own unit, for 100
    repetitions more in the dose (of ``half_life_days``; a repetition of one half-life ago counts half), time being
    equal.
    ``p_value`` knows of the search over half-lives. ``time_correlation`` of the dose with the day,
    ``variance_inflation`` of its effect by the course of time. ``past_correlation`` partial correlation of the measure
    with the dose, ``future_correlation`` with what was exercised after the visit, ``delayed_correlations`` pairs of
    days of delay and partial correlation with the dose of so many days before. ``future_as_strong``: what came after
    goes with the measure at least as well, None = cannot be told.
    """

    verdict: str
    direction: str = ""
    per_100_repetitions: float = np.nan
    low: float = np.nan
    high: float = np.nan
    half_life_days: float = np.nan
    p_value: float = np.nan
    time_correlation: float = np.nan
    variance_inflation: float = np.nan
    past_correlation: float = np.nan
    future_correlation: float = np.nan
    future_as_strong: bool | None = None
    delayed_correlations: tuple[tuple[int, float], ...] = ()
    autocorrelation: float = np.nan
    visit_count: int = 0
    notes: tuple[str, ...] = field(default_factory=tuple)


class _Effects(NamedTuple):
    """Of each dose on each series: coefficient, standard error, both (k, m); weights of the autocorrelations."""

    coefficient: FloatArray
    standard_error: FloatArray
    weight: FloatArray


def dose_response(
    day: FloatArray, value: FloatArray, daily_repetitions: FloatArray, config: DoseConfig | None = None
) -> DoseResponse:
    """Test whether a measure goes with the dose of exercise before each visit, time being equal.

    Parameters
    ----------
    day
        (n,) day of each visit, whole numbers; day 0 is the first of ``daily_repetitions``.
    value
        (n,) measure; NaN is left out, values of one day are averaged.
    daily_repetitions
        (m,) repetitions done on each day from day 0 on, 0 where none were; at least up to the last visit. Days after
        it serve to look at what came later. Holds, minutes or sessions do as well: the effect is per 100 of them.
    config
        Limits.

    Returns
    -------
    DoseResponse

    Raises
    ------
    SchemaError
        Arrays that do not belong together, days outside the log, repetitions below 0 or not finite.

    Notes
    -----
    Dose and measure both change with time, each for its own reasons, and a course of recovery that levels off looks
    like a dose that builds up: given a straight line of time only, courses on which exercise does nothing show an
    "association" in a fifth of all cases and more. Time enters as a line and two exponential courses
    (``time_course``); what is left is how the dose moved apart from that: weeks off, weeks of more.

    The effect of each dose is got by generalized least squares with autocorrelated errors, averaged over the
    autocorrelations by their restricted likelihoods. The largest of the absolute t of all doses is set against its
    distribution among courses drawn without any association on the same days, with the same doses: the search costs
    what it should, and p and interval hold in short courses. An association is no proof that exercise did it: whoever
    feels better may exercise more. Hence the look at the future dose, which can do nothing for a visit before it.
    """
    config = config or DoseConfig()
    days, daily = _checked(day, daily_repetitions)
    visits = course(days, value)
    count = len(visits.day)
    notes = (f"{visits.left_out_count} visits without a value were left out.",) if visits.left_out_count else ()
    if count < config.fewest_visits or np.ptp(visits.value) == 0.0 or daily.sum() == 0.0:
        return DoseResponse("too_little_data", visit_count=count, notes=notes)
    time = time_course(visits.day)
    past = np.column_stack(
        [visits.averaged(fading_dose(daily, half_life)[days.astype(int)]) for half_life in config.half_lives_days]
    )
    inflation, correlation = _collinearity(past, time, visits.day)
    told_apart = inflation <= config.highest_inflation
    if not told_apart.any():
        least = int(inflation.argmin())
        return DoseResponse(
            "not_told_apart_from_time",
            half_life_days=config.half_lives_days[least],
            time_correlation=float(correlation[least]),
            variance_inflation=float(inflation[least]),
            visit_count=count,
            notes=notes,
        )
    past, inflation, correlation = past[:, told_apart], inflation[told_apart], correlation[told_apart]
    errors = noise(visits.day)
    found = _effects(visits.value[:, None], past, time, errors)
    student = np.abs(found.coefficient / found.standard_error)[:, 0]
    best = int(student.argmax())
    no_effect = draws(found.weight[:, best, 0], errors, config.draw_count, config.seed)
    drawn = _effects(no_effect, past, time, errors)
    largest = np.abs(drawn.coefficient / drawn.standard_error).max(axis=0)
    p_value = float((1 + (largest >= student[best]).sum()) / (1 + config.draw_count))
    half_life = np.array(config.half_lives_days)[told_apart][best]
    per_100, error = 100.0 * found.coefficient[best, 0], 100.0 * found.standard_error[best, 0]
    reach = float(np.quantile(largest, 1.0 - config.level)) * error
    seen = p_value <= config.level
    hidden = float(inflation.min()) > config.high_inflation
    at_visits = np.round(visits.day).astype(np.int64)
    past_r, future_r = _past_and_future(visits.value, at_visits, daily, half_life, config)
    return DoseResponse(
        "goes_with" if seen else "not_told_apart_from_time" if hidden else "no_association_seen",
        ("higher" if per_100 > 0.0 else "lower") if seen else "",
        float(per_100),
        float(per_100 - reach),
        float(per_100 + reach),
        float(half_life),
        p_value,
        float(correlation[best]),
        float(inflation[best]),
        past_r,
        future_r,
        bool(abs(future_r) >= abs(past_r)) if np.isfinite(future_r) else None,
        _delayed(visits.value, at_visits, daily, half_life),
        float(found.weight[:, best, 0] @ errors.rhos),
        count,
        notes,
    )


def time_course(day: FloatArray) -> FloatArray:
    """Columns (n, 4) of what time alone may do: a constant, a line, two exponential courses that level off.

    Their time constants are 5 and 30 % of the time from first to last visit. A measure that levels off at any pace
    between a week and the whole course is then described to a few percent of its rise.
    """
    passed = (day - day[0]) / (day[-1] - day[0])
    return np.column_stack([np.ones(len(day)), passed, np.exp(-passed / 0.05), np.exp(-passed / 0.3)])


def fading_dose(daily_repetitions: FloatArray, half_life_days: float) -> FloatArray:
    """Dose (m + 1,) at the start of each day from that of the days before (m,), each halved every half-life.

    An infinite half-life gives the cumulative dose.
    """
    if np.isinf(half_life_days):
        done: FloatArray = np.cumsum(daily_repetitions)
    else:
        done = fading(daily_repetitions, half_life_days) * 0.5 ** (1.0 / half_life_days)
    return np.concatenate([[0.0], done])


def _checked(day: FloatArray, daily_repetitions: FloatArray) -> tuple[FloatArray, FloatArray]:
    days, daily = np.asarray(day, dtype=float), np.asarray(daily_repetitions, dtype=float)
    if daily.ndim != 1 or not np.isfinite(daily).all() or (daily < 0.0).any():
        raise SchemaError(
            SchemaReason.WRONG_VALUE, "Repetitions by day: expected one number of 0 or more for each day, 0 for none."
        )
    if not ((days >= 0.0) & (days <= len(daily)) & (days == np.floor(days))).all():
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"Visits on days {np.array2string(days, threshold=6)} with repetitions of days 0 to {len(daily) - 1}: "
            "expected whole days, all of them within what was logged.",
        )
    return days, daily


def _on(columns: FloatArray, series: FloatArray) -> FloatArray:
    """Part of a series (n, ...) that the columns (n, p) describe."""
    described: FloatArray = columns @ np.linalg.lstsq(columns, series, rcond=None)[0]
    return described


def _collinearity(doses: FloatArray, time: FloatArray, day: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Variance inflation of each dose (n, k) by the course of time, and its correlation with the day."""
    centered = doses - doses.mean(axis=0)
    rest = doses - _on(time, doses)
    total, left = (centered**2).sum(axis=0), (rest**2).sum(axis=0)
    moved = total > 0.0
    inflation = np.where(moved, total / np.maximum(left, 1e-12 * np.maximum(total, 1e-300)), np.inf)
    passed = day - day.mean()
    correlation = (passed @ centered) / np.sqrt(np.maximum(total, 1e-300) * (passed @ passed))
    return inflation, np.where(moved, correlation, np.nan)


def _effects(series: FloatArray, doses: FloatArray, time: FloatArray, errors: Noise) -> _Effects:
    """Coefficient of each dose (n, k) on each series (n, m), with the course of time beside it."""
    white = errors.whitening
    q, r = np.linalg.qr(white @ time)
    across = q.transpose(0, 2, 1)
    y, d = white @ series, white @ doses
    y, d = y - q @ (across @ y), d - q @ (across @ d)
    square = (d**2).sum(axis=1)[..., None]
    coefficient = (d.transpose(0, 2, 1) @ y) / square
    degrees = series.shape[0] - time.shape[1] - 1
    left = np.maximum((y**2).sum(axis=1)[:, None] - coefficient**2 * square, 1e-300)
    log_det = np.log(np.abs(np.diagonal(r, axis1=1, axis2=2))).sum(axis=1) + errors.half_log_det
    weight = noise_weights(-log_det[:, None, None] - 0.5 * np.log(square) - 0.5 * degrees * np.log(left))
    mean = (weight * coefficient).sum(axis=0)
    variance = (weight * (left / degrees / square + (coefficient - mean) ** 2)).sum(axis=0)
    return _Effects(mean, np.sqrt(variance), weight)


def _correlation(value: FloatArray, dose: FloatArray, day: FloatArray) -> float:
    """Partial correlation of a measure and a dose, the course of time taken out of both."""
    time = time_course(day)
    rest, left = value - _on(time, value), dose - _on(time, dose)
    if not (left**2).sum() > 1e-9 * ((dose - dose.mean()) ** 2).sum():
        return np.nan
    return float(left @ rest / np.sqrt((left @ left) * (rest @ rest)))


def _past_and_future(
    value: FloatArray, day: IntArray, daily: FloatArray, half_life: float, config: DoseConfig
) -> tuple[float, float]:
    """Partial correlations with the dose before a visit and with that of the days after, on the same visits.

    What comes after is a weighted mean by day, near days weighing more: the log ends at some day.
    """
    looked_ahead = day + config.fewest_days_after <= len(daily)
    if looked_ahead.sum() < config.fewest_visits:
        return _correlation(value, fading_dose(daily, half_life)[day], day.astype(float)), np.nan
    value, day = value[looked_ahead], day[looked_ahead]
    fading = half_life if np.isfinite(half_life) else 21.0
    ahead = fading_dose(daily[::-1], fading)[::-1] / np.maximum(fading_dose(np.ones(len(daily)), fading)[::-1], 1e-9)
    days = day.astype(float)
    return _correlation(value, fading_dose(daily, half_life)[day], days), _correlation(value, ahead[day], days)


def _delayed(value: FloatArray, day: IntArray, daily: FloatArray, half_life: float) -> tuple[tuple[int, float], ...]:
    dose = fading_dose(daily, half_life)
    return tuple(
        (delay, _correlation(value, dose[np.maximum(day - delay, 0)], day.astype(float))) for delay in DELAYS_DAYS
    )
