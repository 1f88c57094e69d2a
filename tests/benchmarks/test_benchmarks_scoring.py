"""The scores themselves, on cases small enough to know the answer."""

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.scoring import (
    Bar,
    Found,
    agreement,
    change_within_person,
    correlation,
    match_events,
    rms,
    show,
    spread,
    swings_of,
)
from footdrop_imu.schema import SessionResult

Reject = Callable[[SessionResult, list[int]], SessionResult]


def test_each_event_is_matched_once() -> None:
    pairs = match_events(np.array([1.0, 1.1, 5.0]), np.array([1.09, 2.0, 5.2]), tolerance_s=0.25)
    assert pairs.tolist() == [[1, 0], [2, 2]]


def test_the_nearer_of_two_candidates_wins_whatever_the_order() -> None:
    found = np.array([10.2, 10.0, 9.9])
    assert match_events(found, np.array([10.01])).tolist() == [[1, 0]]
    assert match_events(found[::-1], np.array([10.01])).tolist() == [[1, 0]]


def test_the_tolerance_is_a_limit_that_still_counts() -> None:
    assert len(match_events(np.array([0.25]), np.array([0.0]), tolerance_s=0.25)) == 1
    assert len(match_events(np.array([0.2500001]), np.array([0.0]), tolerance_s=0.25)) == 0


def test_nothing_found_matches_nothing() -> None:
    assert match_events(np.empty(0), np.array([1.0])).shape == (0, 2)
    assert match_events(np.array([1.0]), np.empty(0)).shape == (0, 2)


def test_recall_and_precision_of_added_counts() -> None:
    total = Found(10, 8, 8) + Found(10, 12, 7)
    assert total.recall == pytest.approx(15 / 20)
    assert total.precision == pytest.approx(15 / 20)
    assert np.isnan(Found(0, 0, 0).recall)
    assert np.isnan(Found(3, 0, 0).precision)


def test_change_within_person_ignores_each_persons_offset() -> None:
    reference = np.array([10.0, 20.0, 5.0, 9.0])
    own = reference + np.array([3.0, 3.0, -7.0, -7.0])
    assert change_within_person(own, reference, ["a", "a", "b", "b"]) == pytest.approx(0.0, abs=1e-12)


def test_change_within_person_divides_by_trials_minus_people() -> None:
    # differences ±1 about each person's mean: sum of squares 4, freedom 4 - 2
    own, reference = np.array([1.0, -1.0, 6.0, 4.0]), np.zeros(4)
    assert change_within_person(own, reference, ["a", "a", "b", "b"]) == pytest.approx(np.sqrt(4 / 2))


def test_change_within_person_leaves_out_walks_without_an_angle() -> None:
    own = np.array([1.0, -1.0, np.nan, 4.0])
    assert change_within_person(own, np.zeros(4), ["a", "a", "b", "b"]) == pytest.approx(np.sqrt(2.0))
    assert np.isnan(change_within_person(np.array([1.0, 2.0]), np.zeros(2), ["a", "b"]))


def test_agreement_is_bias_and_196_sd() -> None:
    own = np.array([1.0, 2.0, 4.0, np.nan])
    found = agreement(own, np.zeros(4))
    sd = np.std([1, 2, 4], ddof=1)
    assert found == pytest.approx((7 / 3, 7 / 3 - 1.96 * sd, 7 / 3 + 1.96 * sd, 3))


def test_scores_of_too_few_values_are_missing() -> None:
    assert np.isnan(rms(np.array([np.nan])))
    assert np.isnan(spread(np.array([1.0])))
    assert np.isnan(correlation(np.array([1.0, 2.0, np.nan]), np.array([1.0, 2.0, 3.0])))


@pytest.mark.parametrize(
    ("bar", "figure", "reached"),
    [
        (Bar(8, "within"), -8.1, False),
        (Bar(8, "within"), -7.9, True),
        (Bar(0.98, "at_least"), 0.979, False),
        (Bar(0.98, "at_least"), 0.98, True),
        (Bar(5), 5.1, False),
        (Bar(5), float("nan"), False),
        (Bar(5, "at_least"), float("nan"), False),
        (Bar(5, "within"), float("nan"), False),
        (Bar(1.3, "between", 0.7), 0.69, False),
        (Bar(1.3, "between", 0.7), 0.7, True),
        (Bar(1.3, "between", 0.7), 1.31, False),
    ],
)
def test_a_bar_is_reached_or_not(bar: Bar, figure: float, reached: bool) -> None:
    assert bar.reached(figure) is reached


def test_show_names_the_bar_and_the_verdict() -> None:
    text = show({"recall": 0.9, "other": 2.0}, {"recall": Bar(0.985, "at_least")})
    assert "≥ 0.985" in text.splitlines()[0]
    assert "NOT REACHED" in text.splitlines()[0]
    assert "bar" not in text.splitlines()[1]


def test_swings_of_counts_accepted_and_rejected_rows(exact: SessionResult, reject: Reject) -> None:
    result = reject(exact, [2, 3])
    swings = swings_of(result.strides, result.rejected, "left")
    assert swings["initial_contact"].tolist() == exact.strides["initial_contact"].tolist()
    assert len(swings_of(result.strides, result.rejected, "right")) == 0


def test_a_rejected_row_without_contact_is_no_swing(exact: SessionResult, reject: Reject) -> None:
    result = reject(exact, [2, 3])
    result.rejected.loc[0, "initial_contact"] = None
    assert len(swings_of(result.strides, result.rejected, "left")) == len(exact.strides) - 1
