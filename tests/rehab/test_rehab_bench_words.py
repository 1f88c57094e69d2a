"""What a bench says: clinic only, at equal speed, chances, no advice."""

from __future__ import annotations

import json

import numpy as np
import pytest

from footdrop_imu.language import translator
from footdrop_imu.rehab.bench_walks import REASONS
from footdrop_imu.rehab.bench_words import bench_sentences, timing_sentences
from footdrop_imu.rehab.fitting_bench import Bench, Difference, draw_order, fitting_bench
from footdrop_imu.rehab.json_ready import json_ready
from footdrop_imu.rehab.lift_timing import LiftTiming, Spread
from footdrop_imu.rehab.segmented import Estimate
from tests.rehab.test_rehab_fitting_bench import LIFT, NAMES, bench_walks

BENCH = Bench(
    "minimum_toe_clearance_m",
    "left",
    "orthosis",
    ("none", "light_brace"),
    {"none": 3, "light_brace": 3},
    differences=(Difference("none", "light_brace", Estimate(-0.012, -0.02, -0.004, 0.01), (-0.01,) * 3, True),),
    chance_best={"none": 0.02, "light_brace": 0.98},
    speed_adjusted=True,
    compensation={"circumduction_m": (("light_brace", "none"),)},
)


def text(bench: Bench, language: str = "en") -> str:
    return " ".join(said.text for said in bench_sentences(bench, translator(language)))


def test_a_difference_is_said_with_its_interval_and_its_limits() -> None:
    said = bench_sentences(BENCH, translator("en"))
    assert [one.code for one in said] == [
        *("clinic_only", "differs", "speed", "chance_best", "compensation", "decision"),
    ]
    assert said[1].text == (
        "Room under the toes (left), light brace against no orthosis: +12 mm (likely between +4.0 mm and +20 mm)."
    )
    assert "no orthosis 2 %, light brace 98 %" in said[3].text
    assert said[4].text == "With light brace the whole leg helps more than with no orthosis: sideways swing of the leg."
    assert said[1].numbers["difference"] == 0.012


def test_s4_nobody_is_asked_to_walk_without_their_brace_at_home() -> None:
    """S4."""
    for bench in (BENCH, Bench(LIFT, "left", "orthosis", reason="quality")):
        first = bench_sentences(bench, translator("en"))[0]
        assert first.code == "clinic_only"
        assert "for the clinic" in first.text
        assert "nobody is asked to walk without" in first.text


@pytest.mark.parametrize("reason", REASONS)
def test_every_refusal_has_a_sentence(reason: str) -> None:
    said = bench_sentences(Bench(LIFT, "left", "orthosis", reason=reason, detail="shoe"), translator("en"))
    assert said[-1].code == reason
    assert said[-1].text.startswith("Not compared")
    assert "{" not in said[-1].text


def test_no_word_says_why_or_what_to_do() -> None:
    for word in ("because", "should", "must", "recommend", "stop", "better than"):
        assert word not in text(BENCH).lower()


def test_no_difference_and_no_speed_are_said() -> None:
    pair = Difference("none", "light_brace", Estimate(0.0, -0.02, 0.02, 0.9), (), False)
    said = text(Bench("walking_speed_mps", "left", "orthosis", ("none", "light_brace"), differences=(pair,)))
    assert "no difference between no orthosis and light brace can be told from chance" in said
    assert "Walking speed could not be taken out." in said


def test_timing_is_said_as_far_as_it_is_known() -> None:
    known = LiftTiming(
        40, Spread(0.21, 0.2, 0.3), Spread(0.18, 0.1, 0.2), 0.1, Spread(), Spread(),
        1.0, Spread(0.12, 0.1, 0.14), Spread(-0.05, -0.1, 0.0), Spread(0.33, 0.3, 0.4),
    )  # fmt: skip
    said = " ".join(one.text for one in timing_sentences(known, translator("en")))
    assert "level again 0.21 s after toe off, 0.18 s before contact" in said
    assert "In 10 % of the steps" in said
    assert "0.12 s before toe off and goes off −0.05 s after contact" in said
    assert "level 0.33 s after the stimulator comes on" in said
    nothing = LiftTiming(0, Spread(), Spread(), np.nan, Spread(), Spread())
    assert timing_sentences(nothing, translator("en")) == ()


def test_a_bench_is_json() -> None:
    table = bench_walks(np.random.default_rng(1), draw_order(NAMES[:2], 3, 1))
    made = json.loads(json.dumps(json_ready(fitting_bench(table, LIFT, "orthosis", "left")), allow_nan=False))
    assert made["settings"] == list(made["walk_count"])
    assert set(made["differences"][0]) == {"first", "second", "difference", "by_block", "differs"}
    assert set(made["differences"][0]["difference"]) == {"value", "low", "high", "p_value"}
    refused = json_ready(Bench(LIFT, "left", "orthosis", reason="quality"))
    assert refused["drift_per_walk"]["value"] is None
