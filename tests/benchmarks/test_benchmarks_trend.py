"""The benchmark of trends and doses runs, and its main figure holds on few courses."""

from __future__ import annotations

from benchmarks import trend


def test_where_exercise_does_nothing_little_is_reported() -> None:
    """Of 120 courses 16 and more come at 7 % in one of a hundred runs."""
    found = trend.dose_nothing(120, seed=1)
    assert round(120 * found["dose_nothing_goes_with"]) < 16
    assert {f"dose_nothing_{rise}_goes_with" for rise in trend.RISES} <= set(found)
    assert {f"dose_nothing_{way}_goes_with" for way in trend.WAYS} <= set(found)


def test_every_figure_is_a_share() -> None:
    found = trend.dose_something(4, seed=2) | trend.people(1, seed=3) | trend.other_ways(1, seed=4)
    assert len(found) == 27 + 18 + 16
    assert all(0.0 <= figure <= 1.0 for figure in found.values() if figure == figure)
    assert found["dose_8_sd_60_visits_goes_with_higher"] > 0.0
