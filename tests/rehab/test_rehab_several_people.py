"""Several people: statsmodels' and closed-form numbers, known truth, what cannot be fitted, bad input."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.rehab import several_people as module
from footdrop_imu.rehab.several_people import PeopleEffect, several_people
from footdrop_imu.rehab.trend import TOO_LITTLE_DATA
from footdrop_imu.schema import FloatArray
from tests.rehab.courses_of_people import autoregressive

Rows = tuple[list[str], FloatArray, FloatArray, FloatArray]


def people(
    generator: np.random.Generator,
    count: int = 12,
    visits: int = 6,
    *,
    within: float = 1.0,
    between: float = 3.0,
    rho: float = 0.0,
    spread: float = 0.0,
    person_sd: float = 2.0,
) -> Rows:
    """Person, day, measure and adherence of each visit."""
    who, rows = [], []
    for index in range(count):
        day = np.sort(generator.choice(60, visits, replace=False)).astype(float)
        done = generator.uniform(0.3, 1.0) + 0.25 * generator.standard_normal(visits)
        own = (within + spread * generator.standard_normal()) * (done - done.mean()) + between * done.mean()
        value = own + person_sd * generator.standard_normal() + autoregressive(generator, visits, rho)
        who += [f"person {index}"] * visits
        rows.append(np.array([day, value + 2.0 * (1.0 - np.exp(-day / 15.0)), done]))
    day, value, done = np.concatenate(rows, axis=1)
    return who, day, value, done


def test_the_numbers_are_statsmodels_own() -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM

    who, day, value, done = people(np.random.default_rng(1))
    names, group = np.unique(who, return_inverse=True)
    usual = (np.bincount(group, done) / np.bincount(group))[group]
    passed = (day - day.min()) / np.ptp(day)
    design = np.column_stack(
        [done - usual, usual - usual.mean(), np.ones(72), passed, np.exp(-passed / 0.05), np.exp(-passed / 0.3)]
    )
    theirs = MixedLM(value, design, groups=group).fit(reml=True)
    found = several_people(who, day, value, done)
    assert len(names) == found.people_count == 12
    assert found.mixed
    assert (found.within.value, found.between.value) == pytest.approx(tuple(theirs.fe_params[:2]), rel=1e-3)
    assert found.person_sd == pytest.approx(theirs.cov_re[0, 0] ** 0.5, rel=1e-2)
    assert found.visit_sd == pytest.approx(theirs.scale**0.5, rel=1e-2)


def test_balanced_people_have_the_closed_form() -> None:
    """All on one day each, so that time says nothing: within = pooled deviations, between = means of people."""
    generator = np.random.default_rng(2)
    who, _, value, done = people(generator, 10, 8)
    found = several_people(who, np.zeros(80), value, done)
    x, y = done.reshape(10, 8), value.reshape(10, 8)
    apart_x, apart_y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    assert found.within.value == pytest.approx((apart_x * apart_y).sum() / (apart_x**2).sum(), rel=1e-9)
    assert found.between.value == pytest.approx(np.polyfit(x.mean(axis=1), y.mean(axis=1), 1)[0], rel=1e-9)


@pytest.mark.parametrize(("rho", "spread"), [(0.0, 0.0), (0.6, 0.0), (0.3, 2.0)])
def test_intervals_hold_the_truth(rho: float, spread: float) -> None:
    generator = np.random.default_rng(3)
    found = [several_people(*people(generator, rho=rho, spread=spread)) for _ in range(40)]
    assert np.mean([one.within.low <= 1.0 <= one.within.high for one in found]) > 0.82
    assert np.mean([one.between.low <= 3.0 <= one.between.high for one in found]) > 0.82
    assert np.median([one.within.value for one in found]) == pytest.approx(1.0, abs=0.4)


def test_within_and_between_may_differ_in_sign() -> None:
    found = several_people(*people(np.random.default_rng(4), 30, 8, within=3.0, between=-12.0, person_sd=0.5))
    assert found.within.low > 0.0
    assert found.between.high < 0.0
    assert found.within.p_value < 0.01


def test_people_who_do_not_differ_are_said_to() -> None:
    who, day, value, done = people(np.random.default_rng(5), person_sd=0.0, between=0.0, within=0.0)
    group = np.unique(who, return_inverse=True)[1]
    value -= (np.bincount(group, value) / np.bincount(group))[group]
    found = several_people(who, day, value, done)
    assert np.isfinite(found.within.value)
    assert found.person_sd < 0.2
    assert any("hardly differ" in note for note in found.notes)


def test_a_measure_without_any_error_comes_back() -> None:
    who, day, _, done = people(np.random.default_rng(6))
    usual = np.repeat(done.reshape(12, 6).mean(axis=1), 6)
    assert several_people(who, day, 2.0 * (done - usual) + usual, done).within.value == pytest.approx(2.0, abs=1e-6)


def test_where_no_mixed_model_can_be_fitted_least_squares_is_said() -> None:
    """A measure that is 0 at all visits has no likelihood."""
    who, day, value, done = people(np.random.default_rng(7))
    found = several_people(who, day, 0.0 * value, done)
    assert not found.mixed
    assert (found.within.value, found.person_sd) == (0.0, 0.0)
    assert found.notes == ("The mixed model could not be fitted: ordinary least squares instead.",)


def test_least_squares_has_the_same_errors_by_person() -> None:
    """With people all alike in level both are one, and CR3 leaves out a person as a jackknife does."""
    generator = np.random.default_rng(12)
    design, group = generator.standard_normal((48, 2)), np.repeat(np.arange(8), 6)
    value = design @ np.array([1.0, 2.0]) + generator.standard_normal(48)
    whole = np.linalg.lstsq(design, value, rcond=None)[0]
    without = [np.linalg.lstsq(design[group != one], value[group != one], rcond=None)[0] for one in range(8)]
    jackknife = np.sqrt(7 / 8 * ((np.array(without) - whole) ** 2).sum(axis=0))
    model = module._Fit(whole, 0.0, 1.0)
    assert module._errors(value, design, group, model) == pytest.approx(jackknife, rel=1e-9)


def test_adherence_that_only_falls_with_time_is_not_told_apart() -> None:
    who = [f"person {index}" for index in range(10) for _ in range(6)]
    day = np.tile(np.arange(6.0) * 7.0, 10)
    usual = np.repeat(np.random.default_rng(13).uniform(0.5, 1.0, 10), 6)
    found = several_people(who, day, np.random.default_rng(14).standard_normal(60), usual - 0.01 * day)
    assert found.reason == module.NOT_TOLD_APART
    assert np.isnan(found.within.value)
    assert "along with time" in found.notes[0]


@pytest.mark.parametrize(("count", "visits"), [(7, 10), (20, 2), (0, 1)])
def test_too_little_data_is_said(count: int, visits: int) -> None:
    rows = people(np.random.default_rng(8), count, visits) if count else ([], np.zeros(0), np.zeros(0), np.zeros(0))
    found = several_people(*rows)
    assert found.reason == TOO_LITTLE_DATA
    assert np.isnan(found.within.value)
    assert any("are needed" in note for note in found.notes)


def test_adherence_that_never_varies_is_too_little() -> None:
    who, day, value, _ = people(np.random.default_rng(9))
    assert several_people(who, day, value, np.ones(72)).reason == TOO_LITTLE_DATA


def test_what_is_missing_is_left_out_and_counted() -> None:
    who, day, value, done = people(np.random.default_rng(10))
    value[:5] = np.nan  # one visit of the first person is left
    found = several_people(who, day, value, done)
    assert found.people_count == 11
    assert found.visit_count == 66
    assert [note.split(" ")[0] for note in found.notes[:2]] == ["5", "1"]


def test_order_and_unit_do_not_matter() -> None:
    generator = np.random.default_rng(11)
    who, day, value, done = people(generator)
    shuffled = generator.permutation(72)
    here = several_people(who, day, value, done)
    there = several_people([who[i] for i in shuffled], day[shuffled], 0.001 * value[shuffled], done[shuffled])
    assert isinstance(there, PeopleEffect)
    assert np.array(there.within[:3]) * 1000.0 == pytest.approx(np.array(here.within[:3]), rel=1e-3)


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(SchemaError, match="one of each"):
        several_people(["a", "b"], np.zeros(3), np.zeros(3), np.zeros(3))
