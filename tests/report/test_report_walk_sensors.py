"""What the page says of the sensors themselves."""

from __future__ import annotations

from typing import Any

import pytest
from in_report import EN, walk
from made_walks import made_walk

from footdrop_imu.report.walk_sensors import sensor_sentence

FINE: dict[str, Any] = {
    "calibration": None,
    "gyroscope_delay_s": 0.0,
    "gyroscope_delay_source": "assumed",
    "gravity_mps2": 9.81,
}
LATE = FINE | {"gyroscope_delay_s": 0.0082, "gyroscope_delay_source": "walking"}


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (FINE, FINE, "Sensors: not calibrated."),
        (LATE, LATE, "Sensors: not calibrated; gyroscope 8\u00a0ms late as the strides show, taken out."),
        (FINE, LATE, "Sensors: not calibrated; right gyroscope 8\u00a0ms late as the strides show, taken out."),
        (FINE, FINE | {"calibration": {"sensor": "A7"}}, "Sensors: right calibrated."),
        (
            LATE
            | {"calibration": {"sensor": "A7"}, "gyroscope_delay_s": -0.02, "gyroscope_delay_source": "calibration"},
            FINE | {"calibration": {"sensor": "B2"}},
            "Sensors: calibrated; left gyroscope 20\u00a0ms early by its calibration, taken out.",
        ),
    ],
)
def test_what_is_the_same_for_both_is_said_once(left: dict[str, Any], right: dict[str, Any], words: str) -> None:
    assert sensor_sentence({"left": left, "right": right}, EN) == words


@pytest.mark.parametrize(("gravity_mps2", "words"), [(10.27, "5\u00a0% too much"), (9.66, "1\u00a0% too little")])
def test_gravity_that_reads_wrong(gravity_mps2: float, words: str) -> None:
    feet = {"left": FINE | {"gravity_mps2": gravity_mps2}, "right": FINE}
    assert f"left gravity reads {words}" in sensor_sentence(feet, EN)


def test_of_unknown_sensors_nothing_is_said() -> None:
    assert sensor_sentence({"left": {}, "right": {"rate_hz": 100.0}}, EN) == ""
    unknown = {"calibration": None, "gyroscope_delay_s": None, "gyroscope_delay_source": "assumed"}
    assert sensor_sentence({"left": unknown | {"gravity_mps2": float("nan")}}, EN) == "Sensors: not calibrated."


def test_the_report_says_it_where_trust_is() -> None:
    result, session = made_walk(notes=("Two files were joined.",))
    result.provenance["feet"]["left"].update(LATE)  # type: ignore[index]
    said, joined = walk(result, session).trust.notes
    assert "gyroscope 8\u00a0ms late" in said
    assert joined == "Two files were joined."
