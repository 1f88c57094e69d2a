"""Toe drags of a walk from stride tables whose drag columns are filled by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from footdrop_imu import drags
from footdrop_imu.columns import REJECTED_COLUMNS, STRIDE_COLUMNS, make_table
from footdrop_imu.schema import SIDES
from footdrop_imu.schema_drag import DragAccuracy, DragTeaching, KeyPresses

STRIDE_S = 1.2
NO_REJECTED = make_table(REJECTED_COLUMNS, {"session": []})


def table(counts: dict[str, int], every: int = 10, offset_s: float = 2.0) -> pd.DataFrame:
    """Strides of 1.25 m; of the left foot each tenth drags, on the right none."""
    parts = []
    for side, count in counts.items():
        stride = np.arange(count)
        drag = (stride % every == every - 1) & (side == "left")
        start_s = 1.0 + STRIDE_S * stride + (0.6 if side == "right" else 0.0)
        parts.append(
            {
                "side": np.full(count, side),
                "stride": stride,
                **{f"{name}_time_s": start_s + part for name, part in EVENTS.items()},
                **{name: ((start_s + part) * 100).round().astype(int) for name, part in EVENTS.items()},
                "stride_length_m": np.full(count, 1.25),
                "kind": np.where(stride % 20 >= 18, "turn", "straight"),
                "toe_drag": drag,
                "toe_drag_probability": np.where(drag, 0.9, 0.02),
                "toe_drag_kind": np.where(drag, np.where(stride % 4 == 1, "mid", "initial"), None),
                "toe_drag_witnesses": np.where(drag, "clearance;vibration", None),
                "bout": np.zeros(count, int),
                "position_in_bout": stride,
            }
        )
    data = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    data["toe_drag"] = pd.array(data["toe_drag"], dtype="boolean")
    return make_table(STRIDE_COLUMNS, {"session": "made", "clock_offset_s": offset_s, **data})


EVENTS = {"start": 0.0, "toe_off": 0.4, "mid_swing": 0.6, "initial_contact": 0.8, "end": STRIDE_S}


def test_each_foot_has_its_own_numbers() -> None:
    found = drags.drag_summaries(table({"left": 120, "right": 110}), NO_REJECTED, {})
    left, right = found["left"], found["right"]
    assert (left.count, left.stride_count, left.unknown_count) == (12, 120, 0)
    assert left.by_kind == {"turn": {"drags": 6, "strides": 12}, "straight": {"drags": 6, "strides": 108}}
    assert left.by_phase == {"initial": 6, "mid": 6}
    assert left.by_witness == {"clearance": 12, "vibration": 12}
    assert left.rate == pytest.approx(100 * (0.1 - left.false_alarm_rate) / (left.sensitivity - left.false_alarm_rate))
    assert left.low < left.rate < left.high
    assert left.accuracy_source == "population"
    assert left.sensitivity_low < left.sensitivity < left.sensitivity_high
    assert left.course.drag_stride == tuple(range(9, 120, 10))
    assert left.course.drag_distance_m[0] == pytest.approx(9.5 * 1.25)
    assert left.course.drag_time_s[0] == pytest.approx(2.0 + 1.0 + 9 * STRIDE_S + 0.6)
    assert (right.count, right.stride_count, right.rate, right.low) == (0, 110, 0.0, 0.0)
    assert 0 < right.high < 6
    assert drags.unavailable_rates(found) == {}


def test_strides_without_an_answer_are_counted_apart_and_walked_all_the_same() -> None:
    strides = table({"left": 120})
    strides.loc[3:6, "toe_drag"] = pd.NA
    gap = {"side": "left", "reason": ["gap", "gap"], "toe_off_time_s": [1.0 - 0.7, np.nan]}
    rejected = make_table(REJECTED_COLUMNS, {"session": "made", **gap, "initial_contact_time_s": [0.5, 0.9]})
    found = drags.drag_summaries(strides, rejected, {})["left"]
    assert (found.count, found.stride_count, found.unknown_count) == (12, 116, 5)
    # one stride more was walked before the first one
    assert found.course.drag_distance_m[0] == pytest.approx(10.5 * 1.25)


def test_no_answer_at_all_is_no_summary() -> None:
    strides = table({"left": 30}).assign(toe_drag=pd.array([None] * 30, "boolean"))
    assert drags.drag_summaries(strides, NO_REJECTED, {}) == {}
    assert drags.unavailable_rates({}) == {}


def test_why_there_is_no_rate_of_either_foot() -> None:
    strides = table({"left": 99, "right": 40})
    strides["toe_drag"] = strides["toe_drag"].mask(strides["side"] == "right", True)
    found = drags.drag_summaries(strides, NO_REJECTED, {})
    assert drags.unavailable_rates(found) == {
        drags.RATE_KEY: "left foot: needs 100 strides of the foot, this walk has 99; right foot: drags too often to "
        "count: nearly every step"
    }
    assert found["right"].too_often
    assert not found["left"].too_often


def test_a_taught_foot_is_corrected_by_its_own_hits() -> None:
    taught = {"left": DragTeaching(0.4, 21, 20, 0.6, DragAccuracy(18, 20, 1, 90, "taught"))}
    found = drags.drag_summaries(table({"left": 120, "right": 110}), NO_REJECTED, taught)
    assert found["left"].accuracy_source == "taught"
    assert (found["left"].sensitivity, found["left"].false_alarm_rate) == (0.9, 1 / 90)
    assert found["left"].rate == pytest.approx(100 * (0.1 - 1 / 90) / (0.9 - 1 / 90))
    assert found["right"].accuracy_source == "population"


def test_presses_teach_the_foot_that_they_are_for() -> None:
    strides = table({"left": 120, "right": 110})
    drag = strides["toe_drag"].to_numpy(bool)
    seen_s = strides["mid_swing_time_s"].to_numpy(float)[drag] + 2.0 + 0.65
    found = drags.teach(strides, NO_REJECTED, KeyPresses(seen_s, np.full(len(seen_s), "")), "left", 0.5)
    assert set(found.teaching) == {"left"}
    left = found.teaching["left"]
    assert left.lag_s == pytest.approx(0.65, abs=0.02)
    assert (left.accuracy.hit_count, left.accuracy.drag_count, left.accuracy.false_alarm_count) == (12, 12, 0)
    assert found.record["press_count"] == 12
    assert found.record["unmatched_count"] == 0
    assert found.record["not_taught"] == {}


@pytest.mark.parametrize("side", SIDES)
def test_too_few_presses_are_said_to_be(side: str) -> None:
    strides = table({"left": 120, "right": 110})
    seen_s = strides.loc[(strides["side"] == side) & (strides["stride"] % 30 == 9), "mid_swing_time_s"] + 2.6
    found = drags.teach(
        strides, NO_REJECTED, KeyPresses(seen_s.to_numpy(float), np.full(len(seen_s), side)), "left", 0.5
    )
    assert found.teaching == {}
    assert found.record["not_taught"] == {side: "4 of its strides were judged and have a key press, 8 are needed"}


def test_a_press_for_a_stride_without_measures_is_not_given_to_its_neighbor() -> None:
    strides = table({"left": 120})
    gone = strides["stride"] == 9
    lost = strides[gone]
    rejected = make_table(
        REJECTED_COLUMNS,
        {
            "session": "made",
            "side": ["left"],
            "reason": "gap",
            "toe_off_time_s": lost["toe_off_time_s"].to_numpy(),
            "initial_contact_time_s": lost["initial_contact_time_s"].to_numpy(),
        },
    )
    seen_s = strides.loc[strides["toe_drag"].to_numpy(bool), "mid_swing_time_s"].to_numpy(float) + 2.6
    found = drags.teach(strides[~gone], rejected, KeyPresses(seen_s, np.full(12, "left")), "unknown", 0.5).teaching[
        "left"
    ]
    assert (found.press_count, found.matched_count) == (12, 12)
    assert (found.accuracy.hit_count, found.accuracy.drag_count) == (11, 11)
