"""Several people at once: whether a measure goes with adherence within a person, and between people."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.rehab.dose_response import time_course
from footdrop_imu.rehab.segmented import Estimate
from footdrop_imu.rehab.trend import TOO_LITTLE_DATA
from footdrop_imu.schema import FloatArray, IntArray

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["NOT_TOLD_APART", "PeopleConfig", "PeopleEffect", "several_people"]

NOT_TOLD_APART = "not_told_apart_from_time"
"""Reason of a result that holds NaN because time would explain it as well."""


@dataclass(frozen=True)
class PeopleConfig:
    """How much is needed, and how wide intervals are."""

    fewest_people: int = 8
    """With fewer the spread between people is not known; each is better looked at alone."""
    fewest_visits: int = 3
    """Of a person; people with fewer are left out."""
    least_left: float = 0.01
    """Share of adherence's variance within people that the course of time may leave at least."""
    confidence: float = 0.95
    """Of the intervals."""


@dataclass(frozen=True)
class PeopleEffect:
    """How a measure goes with adherence, in its own unit for 1.0 of adherence; NaN where ``reason`` is not "".

    ``within``: when a person did more than they usually do. ``between``: of people who usually do more. The two answer
    different questions and may differ in sign. ``person_sd`` of people around the mean, ``visit_sd`` of one person's
    visits. ``mixed``: the mixed model was fitted; else ordinary least squares gave the numbers. ``notes`` in words.
    """

    within: Estimate = field(default_factory=Estimate)
    between: Estimate = field(default_factory=Estimate)
    person_sd: float = np.nan
    visit_sd: float = np.nan
    people_count: int = 0
    visit_count: int = 0
    mixed: bool = False
    reason: str = ""
    notes: tuple[str, ...] = ()


class _Fit(NamedTuple):
    """Fixed effects (p,), sd between people and between visits."""

    coefficient: FloatArray
    person_sd: float
    visit_sd: float


def several_people(
    person: Sequence[str],
    day: FloatArray,
    value: FloatArray,
    adherence: FloatArray,
    config: PeopleConfig | None = None,
) -> PeopleEffect:
    """Fit a mixed model with each person's usual adherence and what a visit's adherence differs from it.

    Parameters
    ----------
    person
        (n,) who.
    day
        (n,) day of the visit, from that person's own start.
    value
        (n,) measure.
    adherence
        (n,) done over due before the visit.
    config
        Limits.

    Returns
    -------
    PeopleEffect

    Raises
    ------
    SchemaError
        Arrays that do not belong together.

    Notes
    -----
    Adherence is centered by person (Enders & Tofighi 2007, Psychological Methods 12:121, doi
    10.1037/1082-989X.12.2.121): its mean is the between effect, the rest the within effect, beside a random intercept
    and a course of time common to all (``dose_response.time_course``). Coefficients by restricted likelihood
    (statsmodels' MixedLM). Its own standard errors hold only if visits of a person are alike in nothing but their
    level; the course of a person is autocorrelated, and people respond differently. The intervals here come from how
    much people differ from the model, each set against a fit without them (CR3: Bell & McCaffrey 2002, Survey
    Methodology 28:169), with Student's t of two degrees of freedom fewer than people.
    """
    config = config or PeopleConfig()
    days, values, done = (np.asarray(given, dtype=float) for given in (day, value, adherence))
    who = np.asarray(person, dtype=object)
    if not (who.ndim == 1 and who.shape == days.shape == values.shape == done.shape):
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"{who.shape} people, {days.shape} days, {values.shape} values, {done.shape} adherences: "
            "expected one of each for every visit.",
        )
    kept = np.isfinite(days) & np.isfinite(values) & np.isfinite(done)
    notes = [f"{(~kept).sum()} visits without a day, value or adherence were left out."] if not kept.all() else []
    kept, few = _enough_visits(who, kept, config.fewest_visits)
    if few:
        notes.append(f"{few} people with fewer than {config.fewest_visits} visits were left out.")
    names, group = np.unique(who[kept].astype(str), return_inverse=True)
    count = len(names)
    if count < config.fewest_people:
        notes.append(f"{count} people; {config.fewest_people} are needed.")
        return PeopleEffect(people_count=count, visit_count=int(kept.sum()), reason=TOO_LITTLE_DATA, notes=tuple(notes))
    usual = (np.bincount(group, done[kept]) / np.bincount(group))[group]
    within = done[kept] - usual
    if not (np.ptp(within) > 0.0 and np.ptp(usual) > 0.0):
        notes.append("Adherence is the same at all visits, or in all people: nothing can go with it.")
        return PeopleEffect(people_count=count, visit_count=int(kept.sum()), reason=TOO_LITTLE_DATA, notes=tuple(notes))
    design = np.column_stack([within, usual - usual.mean(), _time(days[kept])])
    if _left_by_time(design) < config.least_left:
        notes.append("Within people adherence went along with time too evenly to be told apart from it.")
        return PeopleEffect(people_count=count, visit_count=int(kept.sum()), reason=NOT_TOLD_APART, notes=tuple(notes))
    model = _mixed(values[kept], design, group, notes)
    mixed = model is not None
    if model is None:
        notes.append("The mixed model could not be fitted: ordinary least squares instead.")
        model = _least_squares(values[kept], design)
    error = _errors(values[kept], design, group, model)
    return PeopleEffect(
        _estimate(model.coefficient[0], error[0], count - 2, config),
        _estimate(model.coefficient[1], error[1], count - 2, config),
        model.person_sd,
        model.visit_sd,
        count,
        int(kept.sum()),
        mixed,
        notes=tuple(notes),
    )


def _enough_visits(who: Any, kept: Any, fewest: int) -> tuple[Any, int]:
    """Rows of people with enough visits, and how many people have fewer."""
    names, group = np.unique(who.astype(str), return_inverse=True)
    enough = np.bincount(group, kept, len(names)) >= fewest
    return kept & enough[group], int((~enough).sum())


def _time(day: FloatArray) -> FloatArray:
    """Columns of the common course of time that can be told apart on these days."""
    order = np.argsort(day, kind="stable")
    if day[order[0]] == day[order[-1]]:
        return np.ones((len(day), 1))
    columns = np.empty((len(day), 4))
    columns[order] = time_course(day[order])
    apart = min(len(np.unique(day)), 4)
    return columns[:, :apart]


def _left_by_time(design: FloatArray) -> float:
    within, others = design[:, 0], design[:, 1:]
    left = within - others @ np.linalg.lstsq(others, within, rcond=None)[0]
    return float(left @ left / (within @ within))


def _mixed(value: FloatArray, design: FloatArray, group: IntArray, notes: list[str]) -> _Fit | None:
    """Fit by restricted likelihood; None where no optimizer gets there. What statsmodels warns of goes into notes."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    size = float(value.std()) or 1.0
    for method in ("lbfgs", "bfgs", "powell"):
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                found = MixedLM(value / size, design, groups=group).fit(reml=True, method=method)
            except (np.linalg.LinAlgError, ValueError, ZeroDivisionError):
                continue
        spread = float(found.cov_re[0, 0]) if np.ndim(found.cov_re) == 2 else np.nan
        if not (found.converged and np.isfinite(found.fe_params).all() and np.isfinite(spread)):
            continue
        if any("singular" in str(one.message) or "boundary" in str(one.message) for one in warned) or spread < 1e-8:
            notes.append("People hardly differ in level beyond what their visits vary.")
        return _Fit(
            size * np.asarray(found.fe_params, dtype=float),
            size * np.sqrt(max(spread, 0.0)),
            size * float(np.sqrt(found.scale)),
        )
    return None


def _least_squares(value: FloatArray, design: FloatArray) -> _Fit:
    coefficient = np.asarray(np.linalg.lstsq(design, value, rcond=None)[0], dtype=float)
    rest = value - design @ coefficient
    return _Fit(coefficient, 0.0, float(np.sqrt(rest @ rest / max(len(value) - design.shape[1], 1))))


def _errors(value: FloatArray, design: FloatArray, group: IntArray, model: _Fit) -> FloatArray:
    """Standard errors (p,) from how people differ from the model, each corrected for its own pull on it."""
    share = model.person_sd**2 / max(model.visit_sd**2, 1e-300)
    rows = [np.flatnonzero(group == index) for index in range(group.max() + 1)]
    # inverse of I + share 11', whose diagonal and rest are known
    inverses = [np.eye(len(own)) - share / (1.0 + share * len(own)) for own in rows]
    information = sum(design[own].T @ inverse @ design[own] for own, inverse in zip(rows, inverses, strict=True))
    bread = np.linalg.pinv(information)
    rest = value - design @ model.coefficient
    scores = []
    for own, inverse in zip(rows, inverses, strict=True):
        pull = np.eye(len(own)) - design[own] @ bread @ design[own].T @ inverse
        scores.append(design[own].T @ inverse @ (np.linalg.pinv(pull) @ rest[own]))
    meat = np.array(scores)
    count = len(rows)
    errors: FloatArray = np.sqrt(np.maximum(np.diag(bread @ (meat.T @ meat) @ bread), 0.0) * (count - 1) / count)
    return errors


def _estimate(value: float, error: float, degrees: int, config: PeopleConfig) -> Estimate:
    from scipy.special import stdtr, stdtrit

    reach = float(stdtrit(degrees, 0.5 + config.confidence / 2.0)) * error
    p_value = 2.0 * float(stdtr(degrees, -abs(value) / error)) if error > 0.0 else float(value == 0.0)
    return Estimate(float(value), float(value - reach), float(value + reach), p_value)
