"""The benchmark of benches and of before and after runs, and its figures are shares."""

from __future__ import annotations

from benchmarks import comparisons


def test_every_figure_is_a_share() -> None:
    found = comparisons.score(count=1)
    assert len(found) == 5 * 3 * 4 + 2 * 3 * 6
    assert all(0.0 <= figure <= 1.0 for figure in found.values())


def test_a_change_of_three_detectable_ones_is_seen_in_most() -> None:
    found = comparisons.therapies(3, seed=5)
    assert found["before_after_6_days_each_rho_0_better_at_3_detectable"] == 1.0
