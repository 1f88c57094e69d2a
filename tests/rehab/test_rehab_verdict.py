"""Better, worse, unchanged, not known: true cases, and every reason that forbids a verdict with its sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.language import translator
from footdrop_imu.rehab.lines import draw_lines
from footdrop_imu.rehab.verdict import Verdict, judge, natural_recovery
from footdrop_imu.schema import FloatArray
from footdrop_imu.schema_rehab import Patient, TimelineEvent
from tests.rehab.walks_of_people import FIRST, LIFT, SPEED, together, walks, wiggle

PERSON = Patient("p", affected="left", cause="peroneal_nerve", primary_measure=LIFT)
COUNT = 25


def course(start: float, rise: float, error: float, count: int = COUNT) -> FloatArray:
    """A level, a step halfway, and what days differ by."""
    return start + rise * (np.arange(count) > count // 2) + wiggle(count, error)


def table(rise: float = 0.0, measure: str = LIFT, count: int = COUNT, **more: Any) -> pd.DataFrame:
    """Walks with a lift that rises, at a steady speed and without compensation."""
    changed = {
        name: more.pop(name) for name in ("speed", "circumduction_m", "foot_height_max_m", "vaulting_m") if name in more
    }
    values = {
        measure: course(-4.0, rise, 1.0, count),
        SPEED: changed.get("speed", course(0.8, 0.0, 0.02, count)),
        "circumduction_m": changed.get("circumduction_m", course(0.03, 0.0, 0.003, count)),
        "foot_height_max_m": changed.get("foot_height_max_m", course(0.15, 0.0, 0.004, count)),
        "vaulting_m": changed.get("vaulting_m", course(0.01, 0.0, 0.002, count)),
    }
    return walks({name: series for name, series in values.items() if series is not None}, **more)


def verdict(
    measures: pd.DataFrame, person: Patient = PERSON, events: tuple[TimelineEvent, ...] = (), **more: bool
) -> Verdict:
    """Judge."""
    return judge(person, draw_lines(measures, events), events, translator("en"), **more)


def test_a_large_rise_is_better() -> None:
    found = verdict(table(6.0))
    assert (found.code, found.reason) == ("better", "")
    assert found.line is not None
    assert found.line.change == pytest.approx(6.0, abs=0.6)
    text = found.sentences[0].text
    assert text.startswith("Better: toe lift at mid swing (left) is now 2.")
    assert "more than measurement error" in text


def test_a_large_fall_is_worse() -> None:
    found = verdict(table(-6.0))
    assert (found.code, found.reason) == ("worse", "")
    assert found.sentences[0].text.startswith("Worse: toe lift")


@pytest.mark.parametrize("rise", [0.0, 0.4, -0.4])
def test_a_small_change_is_within_measurement_error(rise: float) -> None:
    found = verdict(table(rise))
    assert found.code == "unchanged"
    assert found.sentences[0].text.startswith("Unchanged beyond measurement error")


@pytest.mark.parametrize(
    ("rise", "code", "begin"),
    [
        (0.0, "unchanged", "The goal is reached: toe lift at mid swing (left) has kept its level."),
        (6.0, "better", "The goal to keep toe lift at mid swing (left) is reached, and more"),
        (-6.0, "worse", "Toe lift at mid swing (left) has not kept its level"),
    ],
)
def test_s11_to_keep_is_a_success_in_the_words(rise: float, code: str, begin: str) -> None:
    found = verdict(table(rise), replace(PERSON, goal="keep"))
    assert found.code == code
    assert found.sentences[0].text.startswith(begin)


@pytest.mark.parametrize(("rise", "code"), [(-12.0, "better"), (12.0, "worse")])
def test_fewer_drags_are_better(rise: float, code: str) -> None:
    measures = table(rise, "drags_per_100_strides", used=300)
    found = verdict(measures, replace(PERSON, primary_measure="drags_per_100_strides"))
    assert found.code == code


def test_speed_itself_is_judged_without_speed() -> None:
    person = replace(PERSON, primary_measure=SPEED)
    assert verdict(table(speed=course(0.8, 0.4, 0.02)), person).code == "better"


# -- the angle at landing -----------------------------------------------------------------------------------------


def _strike(start: float, rise: float) -> Verdict:
    measures = table()
    rows = measures["measure"] == LIFT
    measures.loc[rows, "value"] = course(start, rise, 1.0)
    measures.loc[rows, "measure"] = "foot_pitch_initial_contact_deg"
    return verdict(measures, replace(PERSON, primary_measure="foot_pitch_initial_contact_deg"))


@pytest.mark.parametrize(
    ("start", "rise", "code", "reason"),
    [
        (10.0, 8.0, "better", ""),
        (18.0, 12.0, "better", ""),
        (24.8, 8.0, "not_known", "above_praise"),
        (30.0, 8.0, "not_known", "above_praise"),
        (38.0, -8.0, "unchanged", ""),
        (28.0, -14.0, "worse", ""),
    ],
)
def test_above_25_degrees_more_is_not_praised(start: float, rise: float, code: str, reason: str) -> None:
    found = _strike(start, rise)
    assert (found.code, found.reason) == (code, reason)
    if reason:
        assert "Above 25.0° more is not better" in found.sentences[0].text


# -- what forbids a verdict ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason", "words"),
    [
        ({"primary_measure": ""}, "no_primary", "no measure was chosen"),
        ({"affected": "unknown"}, "side_unknown", "Say which foot drops"),
        ({"affected": "both"}, "side_unknown", "Say which foot drops"),
        ({"primary_measure": "cadence_spm"}, "no_direction", "neither more nor less is better"),
        ({"primary_measure": "stride_length_m"}, "nothing_measured", "no good walk yet"),
        ({"affected": "right"}, "nothing_measured", "no good walk yet"),
    ],
)
def test_a_person_who_is_not_fully_said_is_not_judged(change: dict[str, str], reason: str, words: str) -> None:
    found = verdict(table(6.0), replace(PERSON, **change))
    assert (found.code, found.reason) == ("not_known", reason)
    assert words in found.sentences[0].text


def test_the_side_may_be_said_by_the_primary_side() -> None:
    assert verdict(table(6.0), replace(PERSON, affected="both", primary_side="left")).code == "better"


def test_s5_a_disputed_side_blocks_the_verdict() -> None:
    found = verdict(table(6.0), side_disputed=True)
    assert (found.code, found.reason) == ("not_known", "side_disputed")
    assert "tapping the left shoe" in found.sentences[0].text


def test_s10_few_days() -> None:
    found = verdict(table(6.0, count=6))
    assert (found.code, found.reason) == ("not_known", "few_days")
    assert "5 days of walks in like conditions count, 6 are needed" in found.sentences[0].text


def test_no_walk_at_all() -> None:
    assert verdict(table(6.0).iloc[:0]).reason == "nothing_measured"


def test_s10_poor_recordings() -> None:
    found = verdict(table(6.0, quality=["good"] * 5 + ["usable"] * 20))
    assert (found.code, found.reason) == ("not_known", "quality")
    assert "On 20 more days the recording was not good" in found.sentences[0].text


def test_s10_few_strides() -> None:
    found = verdict(table(6.0, used=[120] * 5 + [4] * 20))
    assert (found.code, found.reason) == ("not_known", "few_strides")
    assert "fewer than 6 steps" in found.sentences[0].text


def test_s6_s10_other_conditions() -> None:
    found = verdict(table(6.0, condition=["orthosis=none"] * 20 + ["orthosis=rigid"] * 5))
    assert (found.code, found.reason) == ("not_known", "conditions_differ")
    assert "5 days are like the latest walk" in found.sentences[0].text


def test_s6_s10_only_like_conditions_are_compared() -> None:
    """With an orthosis it is better, without it is not: no better may come of mixing them."""
    alternating = ["orthosis=none", "orthosis=rigid"] * 13
    values = walks({LIFT: [-4.0 + 8.0 * (one == "orthosis=rigid") for one in alternating]}, condition=alternating)
    lines = draw_lines(values)
    assert [abs(line.change) < 1e-9 for line in lines] == [True, True]


def test_an_event_starts_anew() -> None:
    event = TimelineEvent("new_orthosis", FIRST + timedelta(days=42))
    found = verdict(table(6.0), events=(event,))
    assert (found.code, found.reason) == ("not_known", "after_event")
    assert "a new line began on 13 April 2026 (new orthosis)" in found.sentences[0].text
    assert verdict(table(6.0), events=(replace(event, kind="note"),)).code == "better"


def test_a_rise_at_an_event_is_not_called_better_afterwards() -> None:
    """Before and after an event are not one course: the step at the event is not the exercising's."""
    event = TimelineEvent("new_stimulator", FIRST + timedelta(days=25))
    found = verdict(table(6.0), events=(event,))
    assert found.code == "unchanged"


# -- compensation -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["circumduction_m", "foot_height_max_m", "vaulting_m"])
def test_s10_lift_bought_by_compensation_is_not_better(measure: str) -> None:
    start, error = {"circumduction_m": (0.03, 0.003), "foot_height_max_m": (0.15, 0.004), "vaulting_m": (0.01, 0.002)}[
        measure
    ]
    found = verdict(table(6.0, **{measure: course(start, 0.05, error)}))
    assert (found.code, found.reason, found.risen) == ("not_known", "compensated", (measure,))
    assert "clears more, by lifting the whole leg more" in found.sentences[0].text


@pytest.mark.parametrize(
    "measure", ["minimum_toe_clearance_m", "drags_per_100_strides", "ankle_dorsiflexion_swing_max_deg"]
)
def test_clearance_drags_and_ankle_lift_are_guarded_too(measure: str) -> None:
    rise = -15.0 if measure.startswith("drags") else 15.0
    high = course(0.15, 0.05, 0.004)
    measures = table(rise, measure, foot_height_max_m=high, used=300)
    found = verdict(measures, replace(PERSON, primary_measure=measure))
    assert (found.code, found.reason) == ("not_known", "compensated")


def test_worse_needs_no_look_at_compensation() -> None:
    assert verdict(table(-6.0, foot_height_max_m=course(0.15, 0.05, 0.004))).code == "worse"


@pytest.mark.parametrize("measure", ["circumduction_m", "foot_height_max_m", "vaulting_m"])
def test_what_was_not_measured_cannot_be_ruled_out(measure: str) -> None:
    found = verdict(table(6.0, **{measure: None}))
    assert (found.code, found.reason) == ("not_known", "compensation_unknown")
    assert "could not be checked" in found.sentences[0].text


def test_without_a_speed_lift_is_not_judged() -> None:
    found = verdict(table(6.0, speed=None))
    assert (found.code, found.reason) == ("not_known", "speed_unknown")


def test_at_another_speed_the_change_at_equal_speed_is_judged() -> None:
    """Lift that follows speed alone: faster, so higher, and not better."""
    generator = np.random.default_rng(3)
    speed = 0.7 + 0.08 * generator.standard_normal(COUNT) + 0.25 * (np.arange(COUNT) > COUNT // 2)
    measures = table(speed=speed)
    measures.loc[measures["measure"] == LIFT, "value"] = 20.0 * speed + wiggle(COUNT, 0.3)
    found = verdict(measures)
    assert found.at_equal_speed is not None
    assert found.at_equal_speed.speed_share > 0.10
    assert found.line is not None
    assert found.line.change > found.line.smallest_detectable
    assert found.code == "unchanged"
    assert found.sentences[1].code == "at_equal_speed"
    assert "faster" in found.sentences[1].text


def test_at_another_speed_a_rise_beyond_it_is_better() -> None:
    generator = np.random.default_rng(4)
    speed = 0.7 + 0.08 * generator.standard_normal(COUNT) - 0.15 * (np.arange(COUNT) > COUNT // 2)
    measures = table(speed=speed)
    rise = 8.0 * (np.arange(COUNT) > COUNT // 2)
    measures.loc[measures["measure"] == LIFT, "value"] = 5.0 * speed + rise + wiggle(COUNT, 0.5)
    found = verdict(measures)
    assert found.code == "better"
    assert "slower" in found.sentences[1].text


def test_at_another_speed_few_days_tell_nothing() -> None:
    speed = np.array([0.8] * 4 + [1.2] * 4)
    found = verdict(table(6.0, count=8, speed=speed))
    assert (found.code, found.reason) == ("not_known", "speed_differs")
    assert "50 % faster" in found.sentences[0].text


def test_within_a_tenth_speed_is_left_alone() -> None:
    found = verdict(table(6.0, speed=course(0.8, 0.05, 0.02)))
    assert found.code == "better"
    assert len(found.sentences) == 1


# -- natural recovery ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "day", "recovers"),
    [
        ({"cause": "stroke", "onset": date(2026, 1, 1)}, date(2026, 6, 30), True),
        ({"cause": "stroke", "onset": date(2026, 1, 1)}, date(2026, 8, 1), False),
        ({"cause": "stroke"}, date(2026, 6, 30), False),
        ({"cause": "multiple_sclerosis", "onset": date(2026, 1, 1)}, date(2026, 2, 1), False),
        ({"cause": "peroneal_nerve", "nerve_regrowth": True}, date(2030, 1, 1), True),
    ],
)
def test_natural_recovery(change: dict[str, Any], day: date, recovers: bool) -> None:
    assert natural_recovery(replace(PERSON, **change), day) is recovers


def test_several_lines_of_one_person_do_not_disturb_each_other() -> None:
    other = walks({LIFT: course(-4.0, -6.0, 1.0)}, side="right")
    assert verdict(together(table(6.0), other)).code == "better"
