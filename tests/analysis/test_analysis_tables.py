"""Tables, summary and verdict made from what the feet gave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from footdrop_imu import tables
from footdrop_imu.columns import (
    EVENTS,
    LATER,
    REJECTED_COLUMNS,
    STRIDE_COLUMNS,
    TIMESERIES_COLUMNS,
    check_table,
    make_table,
    names,
)
from footdrop_imu.gait.foot import FootStrides, Samples, analyze_foot
from footdrop_imu.gait.shoe import shoe_geometry
from footdrop_imu.schema import SIDES, BoolArray, Recording, SessionResult, Shoe
from footdrop_imu.simulate.walk import SimulatedWalk

FootRows = Callable[..., tables.FootRows]


@pytest.fixture(scope="module")
def feet(walk: SimulatedWalk) -> dict[str, tuple[Recording, FootStrides]]:
    made = {}
    for side in SIDES:
        acc, gyr = (s.values for s in walk.session.streams if s.segment == f"{side}_foot")  # noqa: PD011
        no = np.zeros(len(acc), dtype=bool)
        recording = Recording(f"{side}_foot", 100.0, acc, gyr, ~no, no, no, "clock", 0.5 if side == "left" else 0.535)
        samples = Samples(acc, gyr, no, ~no, no, 100.0, averaged=False)
        made[side] = (
            recording,
            analyze_foot(samples, shoe_geometry(Shoe(side, 0.27, place="instep")), left=side == "left"),
        )
    return made


@pytest.fixture
def rows_of(feet: dict[str, tuple[Recording, FootStrides]]) -> FootRows:
    """One foot's rows; fields of its recording and axes can be changed, and strides rejected."""

    def made(
        side: str, axes: dict[str, Any] | None = None, reject: tuple[int, ...] = (), **recorded: Any
    ) -> tables.FootRows:
        recording, strides = feet[side]
        recording = Recording(**{**recording.__dict__, **recorded})
        strides = strides._replace(axes=strides.axes._replace(**(axes or {})))
        if reject:
            gone = np.isin(np.arange(len(strides.measured["start"])), reject)
            rejected = {name: strides.measured[name][gone] for name in (*EVENTS, "interval")}
            rejected["reason"] = np.full(gone.sum(), "gap")
            strides = strides._replace(
                measured={name: values[~gone] for name, values in strides.measured.items()}, rejected=rejected
            )
        return tables.foot_rows("made", side, strides, recording, 20.0)

    return made


def test_one_foots_rows(rows_of: FootRows) -> None:
    foot = rows_of("left")
    count = len(foot.strides.measured["start"])
    known = set(names(STRIDE_COLUMNS))
    assert set(foot.rows) - {"previous_contact_s"} <= known
    assert all(len(values) == count for values in foot.rows.values())
    assert foot.rows["stride"].tolist() == list(range(count))
    for event in EVENTS:
        assert (foot.rows[f"{event}_time_s"] == foot.rows[event] / 100.0).all()
    assert set(foot.rows["clock_offset_s"]) == {0.5}
    assert set(foot.rows["session"]) == {"made"}
    assert set(foot.rows["side"]) == {"left"}


def test_what_later_work_fills_is_missing_and_said_to_be(rows_of: FootRows) -> None:
    rows = [rows_of(side) for side in SIDES]
    table, rejected = tables.stride_table(rows), tables.rejected_table(rows)
    check_table(STRIDE_COLUMNS, table)
    said = tables.quality(table, rejected, rows, {}, float("nan")).unavailable
    for column, reason in LATER.items():
        assert table[column].isna().all()
        assert said[column] == reason
    for column in set(names(STRIDE_COLUMNS)) - {"grade_reason"}:
        assert table[column].isna().all() == (column in said), column


def test_steps_use_both_clocks(rows_of: FootRows) -> None:
    """Moving one recording's start by 50 ms moves steps and supports by as much, the other way on the other foot."""
    plain = tables.stride_table([rows_of("left"), rows_of("right")])
    moved = tables.stride_table([rows_of("left"), rows_of("right", clock_offset_s=0.585)])
    left = plain["side"] == "left"
    for column, later in (
        ("step_time_s", -0.05),
        ("pre_swing_double_support_s", -0.05),
        ("loading_double_support_s", 0.05),
    ):
        by = moved[column] - plain[column]
        for side, expected in ((left, later), (~left, -later)):
            known = by[side].dropna().to_numpy()
            assert len(known) > 10
            assert known == pytest.approx(np.full(len(known), expected)), column


@pytest.mark.parametrize("groups", [("", ""), ("a", ""), ("a", "b")])
def test_without_one_clock_there_are_no_steps(rows_of: FootRows, groups: tuple[str, str]) -> None:
    rows = [rows_of(side, clock_group=group) for side, group in zip(SIDES, groups, strict=True)]
    table = tables.stride_table(rows)
    assert table[["step_time_s", "loading_double_support_s", "pre_swing_double_support_s"]].isna().all().all()
    said = tables.quality(table, tables.rejected_table(rows), rows, {}, float("nan")).unavailable
    assert said["step_time_s"] == "the two feet do not share a clock"


def test_a_rejected_stride_is_a_partner_all_the_same(rows_of: FootRows) -> None:
    """Its contact and toe off give the other foot's steps what they need."""
    whole = tables.stride_table([rows_of("left"), rows_of("right")])
    holed = tables.stride_table([rows_of("left", reject=(4, 5)), rows_of("right")])
    for column in ("step_time_s", "loading_double_support_s"):
        own, before = (t.loc[t["side"] == "right", column].to_numpy() for t in (holed, whole))
        assert own == pytest.approx(before, nan_ok=True)


def test_rejected_strides_keep_their_events(rows_of: FootRows) -> None:
    foot = rows_of("left", reject=(0, 4))
    foot.rejected["initial_contact"][1] = -1
    foot.rejected["initial_contact_time_s"][1] = np.nan
    table = tables.rejected_table([foot, rows_of("right")])
    check_table(REJECTED_COLUMNS, table)
    assert table["reason"].tolist() == ["gap", "gap"]
    assert table["side"].tolist() == ["left", "left"]
    assert table["stride"].isna().all()
    assert table["initial_contact"].isna().tolist() == [False, True]
    assert table["initial_contact_time_s"].isna().tolist() == [False, True]
    assert (table["toe_off_time_s"] == table["toe_off"].astype(float) / 100.0).all()


def test_nothing_rejected_is_an_empty_table(rows_of: FootRows) -> None:
    table = tables.rejected_table([rows_of("left")])
    check_table(REJECTED_COLUMNS, table)
    assert len(table) == 0


def test_everything_rejected_is_an_empty_stride_table(rows_of: FootRows) -> None:
    count = len(rows_of("left").rows["start"])
    foot = rows_of("left", reject=tuple(range(count)))
    table, rejected = tables.stride_table([foot]), tables.rejected_table([foot])
    check_table(STRIDE_COLUMNS, table)
    assert (len(table), len(rejected)) == (0, count)
    quality = tables.quality(table, rejected, [foot], {}, float("nan"))
    assert quality.verdict == "poor"
    assert set(quality.unavailable) == set(names(STRIDE_COLUMNS)) - {"grade_reason"}
    summary = tables.summary(table, rejected, "unknown")
    assert summary.left == summary.right == summary.both == {}


def test_suspected_heel_up_takes_only_what_rests_on_zero(rows_of: FootRows) -> None:
    plain, suspected = rows_of("left"), rows_of("left", {"suspected_heel_up": True})
    gone = {
        name for name, values in suspected.rows.items() if pd.isna(values).all() and not pd.isna(plain.rows[name]).all()
    }
    assert {"foot_pitch_initial_contact_deg", "foot_roll_mid_swing_deg", "landing", "level_frac"} <= gone
    assert not {"stride_length_m", "minimum_toe_clearance_m", "push_off_dps", "turn_deg", "heel_off_frac"} & gone


def test_one_suspected_foot_leaves_the_others_angles(rows_of: FootRows) -> None:
    rows = [rows_of("left", {"suspected_heel_up": True}), rows_of("right")]
    table = tables.stride_table(rows)
    missing = table.groupby("side")["foot_pitch_mid_swing_deg"].apply(lambda values: values.isna().all())
    assert missing.to_dict() == {"left": True, "right": False}
    quality = tables.quality(table, tables.rejected_table(rows), rows, {}, float("nan"))
    assert "foot_pitch_mid_swing_deg" not in quality.unavailable
    assert [reason for reason in quality.reasons if "heel may never come down" in reason] == [
        (
            "left foot: the heel may never come down, so that 0° is unknown; say how the sensor sits on the shoe "
            "(--mounting) to know it"
        )
    ]
    courses = tables.courses(rows)
    left = courses.side == "left"
    assert np.isnan(courses.foot_pitch_deg[left]).all()
    assert np.isfinite(courses.foot_pitch_deg[~left][1:]).all()
    assert np.isfinite(courses.toe_height_m).all()


def lost(share: float, longest: int, count: int) -> BoolArray:
    mask = np.zeros(count, dtype=bool)
    mask[: round(share * count)] = True
    out = np.random.default_rng(1).permutation(mask)
    out[100 : 100 + longest] = True
    return out


@pytest.mark.parametrize(
    ("share", "longest", "verdict"),
    [(0.0, 0, "good"), (0.03, 0, "good"), (0.10, 0, "usable"), (0.4, 0, "poor"), (0.0, 150, "usable")],
)
def test_missing_samples_spoil_the_verdict(rows_of: FootRows, share: float, longest: int, verdict: str) -> None:
    count = len(rows_of("left").recording.acc)
    rows = [rows_of("left", lost=lost(share, longest, count))]
    table = tables.stride_table(rows)
    quality = tables.quality(table, tables.rejected_table(rows), rows, {}, float("nan"))
    order = ("good", "usable", "poor")
    assert order.index(quality.verdict) >= order.index(verdict)
    assert any("samples are missing" in reason for reason in quality.reasons) == (verdict != "good")


def test_a_refused_foot_makes_the_walk_poor_and_says_why(rows_of: FootRows) -> None:
    rows = [rows_of("left")]
    quality = tables.quality(
        tables.stride_table(rows), tables.rejected_table(rows), rows, {"right": "Found no strides."}, float("nan")
    )
    assert quality.verdict == "poor"
    assert quality.reasons[-1] == "right foot: Found no strides."


def made_strides(side: str, count: int, kind: str = "straight", grade: str = "good", **columns: Any) -> pd.DataFrame:
    keys = dict.fromkeys((*EVENTS, "bout", "position_in_bout"), 0)
    data = {"session": "made", "side": side, "stride": np.arange(count), "kind": kind, "grade": grade}
    return make_table(STRIDE_COLUMNS, {**keys, **data, **columns})


NO_REJECTED = make_table(REJECTED_COLUMNS, {"session": np.empty(0, dtype=object)})


def test_the_summary_rests_on_straight_strides_that_are_not_poor() -> None:
    table = pd.concat(
        [
            made_strides("left", 8, stride_length_m=np.full(8, 1.2)),
            made_strides("left", 3, kind="turn", stride_length_m=np.full(3, 0.5)),
            made_strides("left", 1, kind="first", stride_length_m=np.full(1, 0.7)),
            made_strides("left", 2, grade="poor", stride_length_m=np.full(2, 9.0)),
            made_strides("left", 4, grade="usable", stride_length_m=np.full(4, 1.3)),
        ],
        ignore_index=True,
    )
    rejected = make_table(REJECTED_COLUMNS, {"session": ["made"] * 2, "side": ["left", "right"], "reason": "gap"})
    found = tables.summary(table, rejected, "unknown").left["stride_length_m"]
    assert (found.median, found.used_count) == (1.2, 12)
    assert found.left_out == {"turn": 3, "first": 1, "poor": 2, "gap": 1}


@pytest.mark.parametrize(
    ("affected", "ratio", "label"),
    [
        ("left", 1.25, "affected over other"),
        ("right", 0.8, "affected over other"),
        ("both", 1.25, "left over right"),
        ("unknown", 1.25, "left over right"),
    ],
)
def test_the_affected_side_comes_first(affected: str, ratio: float, label: str) -> None:
    table = pd.concat(
        [
            made_strides("left", 5, stance_time_s=np.full(5, 1.0), toe_out_deg=np.full(5, 9.0)),
            made_strides("right", 5, stance_time_s=np.full(5, 0.8), toe_out_deg=np.full(5, 5.0)),
        ],
        ignore_index=True,
    )
    found = tables.summary(table, NO_REJECTED, affected)
    assert found.asymmetry["stance_time_s"]["ratio"] == pytest.approx(ratio)
    assert found.asymmetry["toe_out_deg"]["difference"] == pytest.approx(-4.0 if affected == "right" else 4.0)
    assert found.asymmetry_of == label
    assert found.both["stance_time_s"].used_count == 10
    assert found.both["stance_time_s"].median == pytest.approx(0.9)


def test_the_belt_only_checks_the_speed(rows_of: FootRows) -> None:
    rows = [rows_of(side) for side in SIDES]
    table, rejected = tables.stride_table(rows), tables.rejected_table(rows)
    straight = table.loc[(table["side"] == "left") & (table["kind"] == "straight"), "walking_speed_mps"].median()
    agreed = tables.quality(table, rejected, rows, {}, straight)
    assert not any("belt" in reason for reason in agreed.reasons if reason.startswith("left"))
    faster = tables.quality(table, rejected, rows, {}, 1.2 * straight)
    assert "left foot: walking speed is 17 % below the belt's" in faster.reasons
    assert faster.verdict != "good"
    assert (
        "left foot: walking speed is 25 % above the belt's"
        in tables.quality(table, rejected, rows, {}, 0.8 * straight).reasons
    )


def test_time_series_of_the_feet_that_have_one(result: SessionResult) -> None:
    assert result.timeseries is not None
    columns = {name: result.timeseries[name].to_numpy() for name in names(TIMESERIES_COLUMNS) if name != "side"}
    left = (result.timeseries["side"] == "left").to_numpy()
    own = {name: values[left] for name, values in columns.items()}
    table = tables.timeseries_table({"left": own, "right": {}})
    check_table(TIMESERIES_COLUMNS, table)
    assert set(table["side"]) == {"left"}
    assert len(table) == left.sum()
    nothing = tables.timeseries_table({"left": {}, "right": {}})
    check_table(TIMESERIES_COLUMNS, nothing)
    assert len(nothing) == 0
