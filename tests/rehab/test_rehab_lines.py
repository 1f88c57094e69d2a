"""Walks to lines: days not walks, practice, quality, conditions, events, missing values, long courses."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.rehab.lines import Line, draw_lines
from footdrop_imu.schema_rehab import TimelineEvent
from tests.rehab.walks_of_people import FIRST, LIFT, together, walks, wiggle

DAYS = [10.0 + value for value in wiggle(13, 1.0)]


def only(lines: tuple[Line, ...]) -> Line:
    """The one line there is."""
    (line,) = lines
    return line


def test_the_first_day_is_practice_and_does_not_count() -> None:
    line = only(draw_lines(walks({LIFT: [99.0, *DAYS]})))
    assert line.day[0] == np.datetime64("2026-03-04")
    assert line.left_out == {"practice": 1}
    assert line.baseline == pytest.approx(np.mean(DAYS[:3]))
    assert line.latest == pytest.approx(np.mean(DAYS[-3:]))
    assert line.change == pytest.approx(line.latest - line.baseline)
    assert line.low < line.change < line.high


def test_each_activity_has_its_own_practice() -> None:
    later = walks({LIFT: DAYS}, activity="six_minute_walk", first=date(2026, 4, 1))
    lines = draw_lines(together(walks({LIFT: DAYS}), later))
    assert [line.left_out for line in lines] == [{"practice": 1}] * 2


def test_several_walks_of_a_day_are_one_day_weighted_by_their_strides() -> None:
    few, many = (walks({LIFT: [value] * 8}, used=used) for value, used in ((10.0, 30), (14.0, 90)))
    line = only(draw_lines(together(few, many)))
    assert line.day.shape == (7,)
    assert line.value == pytest.approx([13.0] * 7)
    assert line.used_count.tolist() == [120] * 7


def test_thirty_walks_on_five_days_are_too_little() -> None:
    line = only(draw_lines(together(*(walks({LIFT: DAYS[:6]}) for _ in range(6)))))
    assert (line.day.shape[0], line.compared) == (5, False)
    assert np.isnan(line.change)


@pytest.mark.parametrize(("days", "compared"), [(6, False), (7, True)])
def test_three_days_and_three_are_needed_beside_practice(days: int, compared: bool) -> None:
    assert only(draw_lines(walks({LIFT: DAYS[:days]}))).compared is compared


def test_the_stated_errors_of_a_day_are_pooled() -> None:
    table = together(*(walks({LIFT: DAYS}, standard_error=0.4) for _ in range(4)))
    assert only(draw_lines(table)).standard_error == pytest.approx(0.2)


@pytest.mark.parametrize("quality", ["usable", "poor"])
def test_walks_below_good_do_not_count(quality: str) -> None:
    values = [*DAYS[:6], 99.0, *DAYS[6:]]
    line = only(draw_lines(walks({LIFT: values}, quality=["good"] * 6 + [quality] + ["good"] * 7)))
    assert line.left_out == {"practice": 1, "quality": 1}
    assert 99.0 not in line.value


def test_a_good_walk_saves_a_day_with_a_poor_one() -> None:
    table = together(walks({LIFT: DAYS}), walks({LIFT: [99.0] * 13}, quality="poor"))
    line = only(draw_lines(table))
    assert line.value == pytest.approx(DAYS[1:])
    assert "quality" not in line.left_out


def test_days_with_fewer_than_six_strides_do_not_count() -> None:
    line = only(draw_lines(walks({LIFT: DAYS}, used=[120] * 6 + [5, 6] + [120] * 5)))
    assert line.left_out == {"practice": 1, "few_strides": 1}
    assert 6 in line.used_count
    assert 5 not in line.used_count


def test_conditions_make_lines_of_their_own() -> None:
    lines = draw_lines(walks({LIFT: DAYS}, condition=["aid=none"] * 6 + ["aid=stick"] * 7))
    assert [(line.condition, line.day.shape[0]) for line in lines] == [("aid=none", 5), ("aid=stick", 7)]


def test_an_event_starts_a_new_line_and_its_day_belongs_to_neither() -> None:
    event = TimelineEvent("injection", FIRST + timedelta(days=12))
    before, after = draw_lines(walks({LIFT: DAYS}), [event])
    assert (before.part, before.current, after.part, after.current) == (0, False, 1, True)
    assert before.day[-1] == np.datetime64("2026-03-12")
    assert after.day[0] == np.datetime64("2026-03-16")
    assert "practice" not in after.left_out


@pytest.mark.parametrize("kind", ["near_fall", "review", "note"])
def test_other_events_start_none(kind: str) -> None:
    assert only(draw_lines(walks({LIFT: DAYS}), [TimelineEvent(kind, FIRST + timedelta(days=12))])).current


def test_after_an_event_without_walks_no_line_is_current() -> None:
    line = only(draw_lines(walks({LIFT: DAYS}), [TimelineEvent("fall", date(2026, 12, 1))]))
    assert not line.current
    assert line.compared


def test_missing_values_are_left_out() -> None:
    values = np.array(DAYS)
    values[[3, 7]] = np.nan
    assert only(draw_lines(walks({LIFT: values}))).day.shape == (10,)


def test_all_missing_gives_no_line() -> None:
    assert draw_lines(walks({LIFT: [np.nan] * 12})) == ()


def test_walks_without_a_day_are_left_out() -> None:
    table = walks({LIFT: DAYS})
    table.loc[3, "day"] = None
    assert only(draw_lines(table)).day.shape == (11,)


def test_no_walks_give_no_line() -> None:
    assert draw_lines(walks({LIFT: DAYS}).iloc[:0]) == ()


def test_one_day_gives_a_line_without_days() -> None:
    line = only(draw_lines(walks({LIFT: [10.0]})))
    assert line.day.shape == (0,)
    assert line.left_out == {"practice": 1}


def test_the_order_of_the_rows_does_not_matter() -> None:
    table = walks({LIFT: DAYS, "stride_length_m": DAYS})
    mixed = table.sample(frac=1.0, random_state=np.random.default_rng(1))
    for one, other in zip(draw_lines(table), draw_lines(mixed), strict=True):
        assert one.measure == other.measure
        np.testing.assert_array_equal(one.value, other.value)
        assert one.low == pytest.approx(other.low)


def test_five_years_of_walks_are_compared_at_their_ends() -> None:
    generator = np.random.default_rng(2)
    values = 10.0 + generator.standard_normal(900) + 5.0 * (np.arange(900) > 450)
    line = only(draw_lines(walks({LIFT: values})))
    assert (line.baseline_count, line.latest_count) == (6, 6)
    assert line.change == pytest.approx(5.0, abs=2.0)
    assert line.change > line.smallest_detectable


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(SchemaError, match="lacks quality"):
        draw_lines(walks({LIFT: DAYS}).drop(columns="quality"))
