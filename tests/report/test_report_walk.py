"""The page's numbers are the summary's numbers, and what is not known is said."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
import pytest
from made_walks import made_risk, made_walk

from footdrop_imu.report.rows import Row
from footdrop_imu.report.walk import WalkPage, walk_page
from footdrop_imu.schema import Estimate, Person, SessionResult, Summary


def row(page: WalkPage, label: str) -> Row:
    return next(row for _, rows in page.groups for row in rows if row.label == label)


def with_estimate(result: SessionResult, side: str, column: str, estimate: Estimate) -> SessionResult:
    estimates = {"left": result.summary.left, "right": result.summary.right}[side]
    return replace(result, summary=replace(result.summary, **{side: {**estimates, column: estimate}}))


def test_cells_are_the_summary_s() -> None:
    result, session = made_walk()
    result = with_estimate(result, "left", "foot_pitch_mid_swing_deg", Estimate(-12.34, -13.96, -10.71, 2.0, 48))
    pitch = row(walk_page(result, session), "Foot pitch at mid swing")
    assert (pitch.cells[0].value, pitch.cells[0].below) == ("−12.3°", "−14.0 to −10.7")
    assert pitch.kind == "lead"
    assert pitch.healthy == "", "no published value, and nothing in its place"


def test_a_median_without_interval_says_how_many_strides() -> None:
    result, session = made_walk()
    result = with_estimate(result, "right", "walking_speed_mps", Estimate(0.8, nan, nan, nan, 4))
    assert row(walk_page(result, session), "Walking speed").cells[1].below == "4 strides"


def test_healthy_ranges_are_numbered_by_source() -> None:
    page = walk_page(*made_walk())
    strike, clearance = row(page, "Foot strike angle"), row(page, "Minimum toe clearance")
    assert strike.healthy == "20 to 25°"
    assert clearance.healthy == "10 to 20 mm"
    assert "10.1098/rsos.170818" in page.sources[strike.source - 1]
    assert "10.1016/j.jbiomech.2011.02.010" in page.sources[clearance.source - 1]
    assert row(page, "Stance share").healthy == "about 61 %"
    assert len(set(page.sources)) == len(page.sources)


def test_difference_for_angles_ratio_for_speed() -> None:
    result, session = made_walk()
    asymmetry = {
        "foot_pitch_mid_swing_deg": {"difference": -11.44},
        "stance_frac": {"ratio": 0.931, "log_ratio_percent": -7.15},
        "walking_speed_mps": {"ratio": nan},
    }
    page = walk_page(replace(result, summary=replace(result.summary, asymmetry=asymmetry)), session)
    assert row(page, "Foot pitch at mid swing").difference == "−11.4°"
    assert row(page, "Stance share").difference.replace("\u00a0", " ") == "× 0.93 (−7 %)"
    assert row(page, "Walking speed").difference == "–"
    assert row(page, "Cadence").difference == "", "not compared, so not missing either"


@pytest.mark.parametrize(
    ("affected", "head", "fact"),
    [
        ("left", "Affected against other", "left"),
        ("right", "Affected against other", "right"),
        ("both", "Left against right", "both sides"),
        ("unknown", "Left against right", "not recorded"),
    ],
)
def test_no_sound_side_is_assumed(affected: str, head: str, fact: str) -> None:
    page = walk_page(*made_walk(affected=affected))
    assert page.difference_head == head
    assert dict(page.facts)["Affected side"] == fact
    named = [who for who, _ in page.sentences if "affected" in who]
    assert len(named) == {"left": 1, "right": 1, "both": 2, "unknown": 0}[affected]


def test_clearance_shows_its_risk() -> None:
    result, session = made_walk(80)
    strides = result.strides
    counts = (strides["side"] == "left") & (strides["kind"] == "straight") & (strides["grade"] != "poor")
    value_m = strides.loc[counts, "minimum_toe_clearance_m"].to_numpy()
    page = walk_page(result, session)
    assert row(page, "… lowest 5 %").cells[0].value == f"{1000 * np.percentile(value_m, 5):.0f} mm".replace("-", "−")
    below = int((value_m < 0.005).sum())
    assert row(page, "… below 5 mm").cells[0].below == f"{below} of {len(value_m)}"
    assert below > 0
    assert row(page, "… standard deviation").cells[0].value == f"{1000 * value_m.std(ddof=1):.0f} mm"
    none = int((strides.loc[counts, "minimum_toe_clearance_kind"] == "none").sum())
    assert row(page, "… without a low point").cells[0].below == f"{none} of {len(value_m)}"
    labels = [row.label for row in dict(page.groups)["Toe clearance, and how the leg helps"]]
    assert labels[-3:] == ["Greatest foot height", "Circumduction", "Vaulting"]


@pytest.mark.parametrize(("sd_m", "told"), [(0.004, False), (0.012, True)])
def test_a_share_below_5_mm_is_not_given_where_heights_are_not_known_to_that(sd_m: float, told: bool) -> None:
    result, session = made_walk(60)
    strides = result.strides.assign(minimum_toe_clearance_sd_m=sd_m)
    cell = row(walk_page(replace(result, strides=strides), session), "… below 5 mm").cells[0]
    assert (cell.value == "–") is told
    assert ("known to ± 24 mm" in cell.below) is told


@pytest.mark.parametrize(("count", "shown"), [(60, False), (64, True)])
def test_the_lowest_twentieth_needs_fifty_strides(count: int, shown: bool) -> None:
    page = walk_page(*made_walk(count))
    cell = row(page, "… lowest 5 %").cells[0]
    assert (cell.value != "–") is shown
    assert cell.below.startswith("needs 50") is not shown


def test_graded_poor_does_not_count() -> None:
    result, session = made_walk(80)
    poor = result.strides.assign(grade=np.where(result.strides["side"] == "left", "poor", result.strides["grade"]))
    summary = replace(result.summary, clearance_risk=made_risk(poor))
    page = walk_page(replace(result, strides=poor, summary=summary), session)
    assert row(page, "… below 5 mm").cells[0].value == "–"
    assert "left" not in page.landings


@pytest.mark.parametrize("missing", ["walking_speed_mps", "foot_pitch_mid_swing_deg"])
def test_toe_lift_is_never_shown_without_its_companions(missing: str) -> None:
    result, session = made_walk()
    assert row(walk_page(result, session), "Toe lift, foot to floor").cells[0].value != "–"
    for side in ("left", "right"):
        result = with_estimate(result, side, missing, Estimate(nan, nan, nan, nan, 0))
    page = walk_page(result, session)
    lift = row(page, "Toe lift, foot to floor")
    assert [cell.value for cell in lift.cells] == ["–", "–"]
    assert lift.line is None
    assert not [row for row in page.others if row.label.startswith("Toe lift")]


def test_toe_lift_of_a_step_needs_them_too() -> None:
    result, session = made_walk(8)
    strides = result.strides.copy()
    strides.loc[0, "walking_speed_mps"] = np.nan
    first, second, *_ = walk_page(replace(result, strides=strides), session).steps.rows
    assert first[3] == first[6] == "–"
    assert second[6] != "–"


def test_toe_lift_is_blank_on_the_one_side_that_lacks_a_companion() -> None:
    result, session = made_walk()
    result = with_estimate(result, "left", "foot_pitch_mid_swing_deg", Estimate(nan, nan, nan, nan, 0))
    lift = row(walk_page(result, session), "Toe lift, foot to floor")
    assert lift.cells[0].value == "–"
    assert lift.cells[1].value != "–"
    assert lift.difference == "–"


def test_marks_lie_on_the_line_and_in_order() -> None:
    result, session = made_walk()
    result = with_estimate(result, "left", "foot_pitch_mid_swing_deg", Estimate(-62.0, -64.0, -60.0, 2.0, 48))
    line = row(walk_page(result, session), "Foot pitch at mid swing").line
    assert line is not None
    assert line.zero is not None
    for mark in line.marks:
        assert 0 <= mark.low <= mark.at <= mark.high <= 100
    assert line.marks[0].at < line.marks[1].at < line.zero
    strike = row(walk_page(result, session), "Foot strike angle").line
    assert strike is not None
    assert strike.band is not None
    assert strike.band[0] < strike.marks[1].at < strike.band[1]


def test_one_foot_has_one_column() -> None:
    page = walk_page(*made_walk(20, sides=("right",), affected="right"))
    assert page.sides == ("right",)
    assert all(len(row.cells) == 1 for _, rows in page.groups for row in rows)
    assert any("other shoe" in text for text in page.advice)


def test_a_recorded_foot_without_strides_keeps_its_column() -> None:
    result, session = made_walk()
    right = result.strides["side"] == "right"
    keep = right.to_numpy()
    courses = replace(
        result.courses,
        side=result.courses.side[keep],
        stride=result.courses.stride[keep],
        foot_pitch_deg=result.courses.foot_pitch_deg[keep],
        foot_roll_deg=result.courses.foot_roll_deg[keep],
        ankle_deg=result.courses.ankle_deg[keep],
        toe_height_m=result.courses.toe_height_m[keep],
    )
    summary = Summary({}, result.summary.right, result.summary.both)
    strides = result.strides[right].reset_index(drop=True)
    page = walk_page(replace(result, strides=strides, courses=courses, summary=summary), session)
    assert page.sides == ("left", "right")
    assert page.sentences[0] == ("Left foot, affected side", "no straight stride could be measured.")
    assert {row.cells[0].value for _, rows in page.groups for row in rows} == {"–"}


@pytest.mark.parametrize("walk", [{"count": 0}, {"count": 12, "blank": True}])
def test_nothing_measured_makes_no_table_of_dashes(walk: dict[str, object]) -> None:
    page = walk_page(*made_walk(affected="unknown", **walk))
    assert page.groups == ()
    assert all(what == "no straight stride could be measured." for _, what in page.sentences)


def test_steps_are_in_order_of_time_and_capped() -> None:
    page = walk_page(*made_walk(20))
    times = [float(cells[1]) for cells in page.steps.rows]
    assert times == sorted(times)
    assert len(times) == 40
    assert page.steps.rows[0][0] == "Left 1"
    assert page.steps_note == ""
    long = walk_page(*made_walk(400))
    assert len(long.steps.rows) == 600
    assert "all 800 are in strides.csv" in long.steps_note


def test_what_was_left_out_is_counted_by_reason() -> None:
    result, session = made_walk(24)
    page = walk_page(result, session)
    counts = {cells[0]: cells[1:] for cells in page.left_out.rows}
    assert counts["No measures: gap"] == ("1", "1")
    assert counts["Not in the medians: turn"] == ("3", "3")
    reasons = dict(page.unavailable.rows)
    assert reasons["Step length"].startswith("the distance between the feet")
    assert reasons["Ankle dorsiflexion"].startswith("needs a shank sensor")


def test_foot_slap_stands_beside_the_share_of_heel_landings() -> None:
    result, session = made_walk(60)
    slap = Estimate(190.0, 180.0, 196.0, 20.0, 40)
    labels = [row.label for row in walk_page(with_estimate(result, "right", "foot_slap_dps", slap), session).others]
    assert labels.index("Foot slap, greatest toes-down rate after heel contact") == labels.index("Heel landings") + 1
    assert "Heel landings" not in [row.label for row in walk_page(result, session).others]


def test_a_few_lost_samples_are_no_advice_but_many_are() -> None:
    result, session = made_walk(60)
    assert not any("lost" in text for text in walk_page(result, session).advice)
    few, session = made_walk(8)
    assert any("lost" in text for text in walk_page(few, session).advice)


def test_provenance_without_numbers_is_still_json() -> None:
    result, session = made_walk(8)
    odd = {"version": "0.1.0", "rate_hz": np.float64(nan), "path": object(), "feet": None, "of": (1, True, None)}
    page = walk_page(replace(result, provenance=odd), session)
    assert '"rate_hz": null' in page.provenance
    assert "NaN" not in page.provenance
    assert page.zero == ()


def test_an_unknown_verdict_and_an_unnamed_person() -> None:
    result, session = made_walk(8, person=Person(), start="")
    page = walk_page(replace(result, quality=replace(result.quality, verdict="doubtful")), session)
    assert page.verdict == "other"
    assert "doubtful" in page.verdict_title
    assert dict(page.facts)["Person"] == "not named"
    assert dict(page.facts)["When"] == "not recorded"
