"""The page's numbers are the summary's numbers, and what is not known is said."""

from __future__ import annotations

import json
from dataclasses import replace
from math import nan

import numpy as np
import pytest
from in_report import figures, measures, row, rows, table, texts, walk
from made_walks import made_risk, made_walk

from footdrop_imu.report.model import Report
from footdrop_imu.schema import Estimate, Person, SessionResult, Summary


def with_estimate(result: SessionResult, side: str, column: str, estimate: Estimate) -> SessionResult:
    estimates = {"left": result.summary.left, "right": result.summary.right}[side]
    return replace(result, summary=replace(result.summary, **{side: {**estimates, column: estimate}}))


def test_cells_are_the_summary_s() -> None:
    result, session = made_walk()
    result = with_estimate(result, "left", "foot_pitch_mid_swing_deg", Estimate(-12.34, -13.96, -10.71, 2.0, 48))
    pitch = row(walk(result, session), "Foot pitch at mid swing")
    assert (pitch.cells[0].value, pitch.cells[0].below) == ("−12.3°", "−14.0 to −10.7")
    assert pitch.kind == "lead"
    assert pitch.cells[-1].value == "", "no published value, and nothing in its place"


def test_a_median_without_interval_says_how_many_strides() -> None:
    result, session = made_walk()
    result = with_estimate(result, "right", "walking_speed_mps", Estimate(0.8, nan, nan, nan, 4))
    assert row(walk(result, session), "Walking speed").cells[1].below == "4 strides"


def test_healthy_ranges_are_numbered_by_source() -> None:
    page = walk(*made_walk())
    strike, clearance = row(page, "Foot strike angle"), row(page, "Minimum toe clearance")
    assert strike.cells[-1].value == "20 to 25°"
    assert clearance.cells[-1].value == "10 to 20 mm"
    assert "10.1098/rsos.170818" in page.trust.sources[strike.source - 1]
    assert "10.1016/j.jbiomech.2011.02.010" in page.trust.sources[clearance.source - 1]
    assert row(page, "Stance share").cells[-1].value == "about 61 %"
    assert len(set(page.trust.sources)) == len(page.trust.sources)


def test_difference_for_angles_ratio_for_speed() -> None:
    result, session = made_walk()
    asymmetry = {
        "foot_pitch_mid_swing_deg": {"difference": -11.44},
        "stance_frac": {"ratio": 0.931, "log_ratio_percent": -7.15},
        "walking_speed_mps": {"ratio": nan},
    }
    page = walk(replace(result, summary=replace(result.summary, asymmetry=asymmetry)), session)
    assert row(page, "Foot pitch at mid swing").cells[2].value == "−11.4°"
    assert row(page, "Stance share").cells[2].value.replace("\u00a0", " ") == "× 0.93 (−7 %)"
    assert row(page, "Walking speed").cells[2].value == "–"
    assert row(page, "Cadence").cells[2].value == "", "not compared, so not missing either"


@pytest.mark.parametrize(
    ("affected", "head", "fact"),
    [
        ("left", "Affected against other", "left"),
        ("right", "Affected against other", "right"),
        ("both", "Left against right", "both sides"),
        ("unknown", "Left against right", None),
    ],
)
def test_no_sound_side_is_assumed(affected: str, head: str, fact: str | None) -> None:
    page = walk(*made_walk(affected=affected))
    assert measures(page)[0].heads[3].text == head
    assert dict(page.facts).get("Affected side") == fact
    named = [each.of for each in page.answer.statements if "affected" in each.of]
    assert len(named) == {"left": 1, "right": 1, "both": 2, "unknown": 0}[affected]


def test_clearance_shows_its_risk() -> None:
    result, session = made_walk(80)
    strides = result.strides
    counts = (strides["side"] == "left") & (strides["kind"] == "straight") & (strides["grade"] != "poor")
    value_m = strides.loc[counts, "minimum_toe_clearance_m"].to_numpy()
    page = walk(result, session)
    assert row(page, "… lowest 5 %").cells[0].value == f"{1000 * np.percentile(value_m, 5):.0f} mm".replace("-", "−")
    below = int((value_m < 0.005).sum())
    assert row(page, "… below 5 mm").cells[0].below == f"{below} of {len(value_m)}"
    assert below > 0
    assert row(page, "… standard deviation").cells[0].value == f"{1000 * value_m.std(ddof=1):.0f} mm"
    none = int((strides.loc[counts, "minimum_toe_clearance_kind"] == "none").sum())
    assert row(page, "… without a low point").cells[0].below == f"{none} of {len(value_m)}"
    labels = [row.label for row in dict(measures(page)[0].groups)["Toe clearance, and how the leg helps"]]
    assert labels[-3:] == ["Greatest foot height", "Circumduction", "Vaulting"]


def labels(page: Report) -> list[str]:
    return [one.label for _title, group in measures(page)[0].groups for one in group]


@pytest.mark.parametrize(("sd_m", "told"), [(0.004, False), (0.012, True)])
def test_a_share_below_5_mm_is_not_given_where_heights_are_not_known_to_that(sd_m: float, told: bool) -> None:
    result, session = made_walk(60)
    strides = result.strides.assign(minimum_toe_clearance_sd_m=sd_m)
    assert ("… below 5 mm" in labels(walk(replace(result, strides=strides), session))) is not told
    # where the other foot's are known to it, the row stands and says why this one's are not
    strides.loc[strides["side"] == "right", "minimum_toe_clearance_sd_m"] = 0.004
    cell = row(walk(replace(result, strides=strides), session), "… below 5 mm").cells[0]
    assert (cell.value == "–") is told
    assert ("known to ± 24 mm" in cell.below) is told


@pytest.mark.parametrize(("count", "shown"), [(60, False), (64, True)])
def test_the_lowest_twentieth_needs_fifty_strides(count: int, shown: bool) -> None:
    page = walk(*made_walk(count))
    assert ("… lowest 5 %" in labels(page)) is shown
    assert any("lowest clearances need 50" in text for text in page.trust.advice) is not shown


def test_graded_poor_does_not_count() -> None:
    result, session = made_walk(80)
    poor = result.strides.assign(grade=np.where(result.strides["side"] == "left", "poor", result.strides["grade"]))
    summary = replace(result.summary, clearance_risk=made_risk(poor))
    page = walk(replace(result, strides=poor, summary=summary), session)
    assert row(page, "… below 5 mm").cells[0].value == "–"
    assert [side for side, _ in figures(page)["landing"].data.counts] == ["right"]  # type: ignore[union-attr]


@pytest.mark.parametrize("missing", ["walking_speed_mps", "foot_pitch_mid_swing_deg"])
def test_toe_lift_is_never_shown_without_its_companions(missing: str) -> None:
    result, session = made_walk()
    assert row(walk(result, session), "Toe lift, foot to floor").cells[0].value != "–"
    for side in ("left", "right"):
        result = with_estimate(result, side, missing, Estimate(nan, nan, nan, nan, 0))
    page = walk(result, session)
    lift = row(page, "Toe lift, foot to floor")
    assert [cell.value for cell in lift.cells[:3]] == ["–", "–", "–"]
    assert lift.line is None
    assert not [row for row in rows(page, "details") if row.label.startswith("Toe lift")]


def test_toe_lift_of_a_step_needs_them_too() -> None:
    result, session = made_walk(8)
    strides = result.strides.copy()
    strides.loc[0, "walking_speed_mps"] = np.nan
    first, second, *_ = table(walk(replace(result, strides=strides), session), "Every measured stride").rows
    assert first[3] == first[6] == "–"
    assert second[6] != "–"


def test_toe_lift_is_blank_on_the_one_side_that_lacks_a_companion() -> None:
    result, session = made_walk()
    result = with_estimate(result, "left", "foot_pitch_mid_swing_deg", Estimate(nan, nan, nan, nan, 0))
    lift = row(walk(result, session), "Toe lift, foot to floor")
    assert lift.cells[0].value == "–"
    assert lift.cells[1].value != "–"
    assert lift.cells[2].value == "–"


def test_marks_lie_on_the_line_and_in_order() -> None:
    result, session = made_walk()
    result = with_estimate(result, "left", "foot_pitch_mid_swing_deg", Estimate(-62.0, -64.0, -60.0, 2.0, 48))
    line = row(walk(result, session), "Foot pitch at mid swing").line
    assert line is not None
    assert line.zero is not None
    for mark in line.marks:
        assert 0 <= mark.low <= mark.at <= mark.high <= 100
    assert line.marks[0].at < line.marks[1].at < line.zero
    strike = row(walk(result, session), "Foot strike angle").line
    assert strike is not None
    assert strike.band is not None
    assert strike.band[0] < strike.marks[1].at < strike.band[1]


def test_one_foot_has_one_column() -> None:
    page = walk(*made_walk(20, sides=("right",), affected="right"))
    (shown,) = measures(page)
    assert [head.side for head in shown.heads if head.side] == ["right"]
    assert (len(shown.heads), shown.line_after) == (3, 1)
    assert all(len(row.cells) == 2 for row in rows(page))
    assert any("other shoe" in text for text in page.trust.advice)


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
    page = walk(replace(result, strides=strides, courses=courses, summary=summary), session)
    assert [head.side for head in measures(page)[0].heads if head.side] == ["left", "right"]
    first = page.answer.statements[0]
    assert (first.of, first.text) == ("Left foot, affected side", "no straight stride could be measured.")
    assert {row.cells[0].value for row in rows(page)} == {"–"}
    assert page.answer.tone == "not_known"
    assert page.answer.headline == "No straight stride of the left foot could be measured"


@pytest.mark.parametrize("made", [{"count": 0}, {"count": 12, "blank": True}])
def test_nothing_measured_makes_no_table_of_dashes(made: dict[str, object]) -> None:
    page = walk(*made_walk(affected="unknown", **made))
    assert measures(page) == ()
    assert all(each.text == "no straight stride could be measured." for each in page.answer.statements)
    assert (page.answer.tone, page.answer.headline) == ("not_known", "Nothing could be measured in this walk")


def test_steps_are_in_order_of_time_and_capped() -> None:
    page = walk(*made_walk(20))
    steps = table(page, "Every measured stride").rows
    times = [float(cells[1]) for cells in steps]
    assert times == sorted(times)
    assert len(times) == 40
    assert steps[0][0] == "Left 1"
    assert texts(page, "details") == ()
    long = walk(*made_walk(400))
    assert len(table(long, "Every measured stride").rows) == 600
    assert "all 800 are in strides.csv" in texts(long, "details")[0][1]


def test_what_was_left_out_is_counted_by_reason() -> None:
    result, session = made_walk(24)
    page = walk(result, session)
    counts = {cells[0]: cells[1:] for cells in page.trust.used.rows}
    assert counts["No measures: gap"] == ("1", "1")
    assert counts["Not in the medians: turn"] == ("3", "3")
    reasons = dict(table(page, "Measures not available").rows)
    assert reasons["Step length"].startswith("the distance between the feet")
    assert reasons["Ankle dorsiflexion"].startswith("needs a shank sensor")


def test_foot_slap_stands_beside_the_share_of_heel_landings() -> None:
    result, session = made_walk(60)
    slap = Estimate(190.0, 180.0, 196.0, 20.0, 40)
    found = walk(with_estimate(result, "right", "foot_slap_dps", slap), session)
    labels = [row.label for row in rows(found, "details")]
    assert labels.index("Foot slap, greatest toes-down rate after heel contact") == labels.index("Heel landings") + 1
    assert "Heel landings" not in [row.label for row in rows(walk(result, session), "details")]


def test_a_few_lost_samples_are_no_advice_but_many_are() -> None:
    result, session = made_walk(60)
    assert not any("lost" in text for text in walk(result, session).trust.advice)
    few, session = made_walk(8)
    assert any("lost" in text for text in walk(few, session).trust.advice)


def test_provenance_without_numbers_is_still_json() -> None:
    result, session = made_walk(8)
    odd = {"version": "0.1.0", "rate_hz": np.float64(nan), "path": object(), "feet": None, "of": (1, True, None)}
    page = walk(replace(result, provenance=odd), session)
    assert page.provenance["rate_hz"] is None
    assert '"of": [1, true, null]' in json.dumps(page.provenance, allow_nan=False)
    assert len(page.trust.uncertainty) == 1, "nothing is known of 0 degrees"


def test_an_unknown_verdict_and_an_unnamed_person() -> None:
    result, session = made_walk(8, person=Person(), start="")
    page = walk(replace(result, quality=replace(result.quality, verdict="doubtful")), session)
    assert (page.trust.quality, page.trust.quality_words) == ("doubtful", "")
    assert "doubtful" in page.trust.quality_title
    assert not {"Person", "When"} & dict(page.facts).keys()
    assert dict(page.facts)["Not recorded"].startswith("Person, When")
