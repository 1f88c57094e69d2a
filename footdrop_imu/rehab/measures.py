"""What is known of each measure beforehand: which way is better, how much its days scatter, how people call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, nan

from footdrop_imu.language import mark

__all__ = ["COMPENSATIONS", "MEASURES", "SPEED", "MeasureFacts", "measure_facts"]

SPEED = "walking_speed_mps"
COMPENSATIONS = ("circumduction_m", "foot_height_max_m", "vaulting_m")
"""What a foot can be cleared by without lifting its toes; upward = more of it."""

ASSUMED = "no published value; assumed, as wide as the days of people with foot drop are thought to scatter"
LEWEK = mark("Lewek and Sykes 2019, 76 people after stroke, two visits: minimal detectable change / (1.96 x √2)")
LEWEK_DOI = "10.1097/NPT.0000000000000257"


@dataclass(frozen=True)
class MeasureFacts:
    """One measure.

    ``words`` how people call it, to be translated; ``unit`` and ``scale``: how it is shown (value x scale).
    ``direction`` 1: more is better, -1: less is better, 0: neither is, and nothing is judged. ``family`` clearance,
    drag or lift: what compensation can pretend; "" otherwise. ``prior_sem`` what a day's value scatters by, in the
    measure's own unit, NaN = nothing is known, with its source. ``fewest_count`` strides (taps) a day has to have.
    ``praise_to``: above it more is not better.
    """

    words: str
    unit: str = ""
    scale: float = 1.0
    direction: int = 0
    family: str = ""
    prior_sem: float = nan
    source: str = ASSUMED
    doi: str = ""
    fewest_count: int = 6
    praise_to: float = inf


def _degrees(
    words: str, prior_sem: float, direction: int = 0, family: str = "", praise_to: float = inf
) -> MeasureFacts:
    return MeasureFacts(words, "°", 1.0, direction, family, prior_sem, praise_to=praise_to)


def _millimeters(words: str, prior_sem: float, direction: int = 0, family: str = "") -> MeasureFacts:
    return MeasureFacts(words, "mm", 1000.0, direction, family, prior_sem)


def _seconds(words: str, prior_sem: float) -> MeasureFacts:
    return MeasureFacts(words, "s", 1.0, 0, "", prior_sem)


def _percent(words: str, prior_sem: float, direction: int = 0, family: str = "") -> MeasureFacts:
    return MeasureFacts(words, "%", 100.0, direction, family, prior_sem)


MEASURES: Mapping[str, MeasureFacts] = {
    "foot_pitch_mid_swing_deg": _degrees(mark("toe lift at mid swing"), 2.0, 1, "lift"),
    "foot_pitch_swing_max_deg": _degrees(mark("greatest toe lift in swing"), 2.0, 1, "lift"),
    "swing_dorsiflexion_deg": _degrees(mark("toe lift before landing, foot to floor"), 2.0, 1, "lift"),
    "foot_pitch_initial_contact_deg": _degrees(mark("angle of the foot at landing"), 2.5, 1, "lift", 25.0),
    "foot_pitch_toe_off_deg": _degrees(mark("angle of the foot at toe off"), 3.0),
    "ankle_dorsiflexion_swing_max_deg": _degrees(mark("greatest ankle lift in swing"), 2.5, 1, "lift"),
    "ankle_dorsiflexion_mid_swing_deg": _degrees(mark("ankle lift at mid swing"), 2.5, 1, "lift"),
    "ankle_dorsiflexion_initial_contact_deg": _degrees(mark("ankle lift at landing"), 2.5, 1, "lift"),
    "foot_roll_mid_swing_deg": _degrees(mark("inward turn of the sole at mid swing"), 2.5),
    "foot_roll_initial_contact_deg": _degrees(mark("inward turn of the sole at landing"), 2.5),
    "toe_out_deg": _degrees(mark("toes pointing outward"), 2.0),
    "minimum_toe_clearance_m": _millimeters(mark("room under the toes"), 0.004, 1, "clearance"),
    "minimum_sole_clearance_m": _millimeters(mark("room under the sole"), 0.004, 1, "clearance"),
    "toe_height_max_m": _millimeters(mark("greatest height of the toes"), 0.010),
    "heel_height_max_m": _millimeters(mark("greatest height of the heel"), 0.012),
    "foot_height_max_m": _millimeters(mark("greatest height of the foot"), 0.010),
    "circumduction_m": _millimeters(mark("sideways swing of the leg"), 0.008, -1),
    "vaulting_m": _millimeters(mark("rise on the toes of the other foot"), 0.006, -1),
    "lift_from_foot_m": _millimeters(mark("toe height from tilting the foot"), 0.008, 1, "lift"),
    "lift_from_leg_m": _millimeters(mark("toe height from lifting the whole leg"), 0.010),
    "lift_from_sideways_m": _millimeters(mark("toe height from swinging sideways"), 0.001),
    "lift_from_vaulting_m": _millimeters(mark("toe height from rising on the other foot"), 0.006),
    "level_frac": _percent(mark("part of the swing until the foot is level"), 0.05),
    "minimum_toe_clearance_frac": _percent(mark("moment of the least room under the toes"), 0.04),
    "heel_landing_frac": _percent(mark("steps that land on the heel"), 0.10, 1, "lift"),
    "drags_per_100_strides": MeasureFacts(mark("toe drags in 100 steps"), "", 1.0, -1, "drag", 3.0, fewest_count=100),
    SPEED: MeasureFacts(mark("walking speed"), "m/s", 1.0, 1, "", 0.054, LEWEK, LEWEK_DOI),
    "test_speed_mps": MeasureFacts(
        mark("speed of the timed walk"), "m/s", 1.0, 1, "", 0.054, LEWEK, LEWEK_DOI, fewest_count=0
    ),
    "stride_length_m": MeasureFacts(mark("stride length"), "m", 1.0, 1, "", 0.06),
    "cadence_spm": MeasureFacts(mark("steps a minute"), "", 1.0, 0, "", 4.0),
    "stride_time_s": _seconds(mark("time of a stride"), 0.05),
    "stance_time_s": _seconds(mark("time on the ground"), 0.04),
    "swing_time_s": _seconds(mark("time in the air"), 0.025),
    "step_time_s": _seconds(mark("time of a step"), 0.03),
    "loading_double_support_s": _seconds(mark("time on both feet after landing"), 0.02),
    "pre_swing_double_support_s": _seconds(mark("time on both feet before the swing"), 0.02),
    "stance_frac": _percent(mark("share of the stride on the ground"), 0.012),
    "push_off_dps": MeasureFacts(mark("speed of the push-off"), "°/s", 1.0, 0, "", 40.0),
    "foot_slap_dps": MeasureFacts(mark("speed of the foot's slap"), "°/s", 1.0, 0, "", 40.0),
    "foot_flat_time_s": _seconds(mark("time from heel contact to the flat foot"), 0.02),
    "heel_off_frac": _percent(mark("moment the heel leaves the ground"), 0.04),
    **{
        f"chair_lift_{name}": MeasureFacts(words, unit, scale, direction, "", prior_sem, fewest_count=fewest_count)
        for name, words, unit, scale, direction, prior_sem, fewest_count in (
            ("active_range_deg", mark("own lift in the chair lift test"), "°", 1.0, 1, 2.5, 3),
            ("peak_rate_dps", mark("greatest lifting speed in the chair lift test"), "°/s", 1.0, 1, 30.0, 3),
            ("taps_in_10_s_count", mark("taps in ten seconds"), "", 1.0, 1, 2.0, 1),
            ("fade_frac", mark("loss of height over ten seconds of taps"), "%", 100.0, -1, 0.08, 6),
            ("assisted_range_deg", mark("lift with a hand's help in the chair lift test"), "°", 1.0, 0, 2.5, 3),
            ("assisted_minus_active_deg", mark("what the hand adds in the chair lift test"), "°", 1.0, -1, 3.5, 3),
        )
    },
}
"""By the measure's name in the table of a person's walks. Priors are of one day's value, from one day to another."""


def measure_facts(measure: str) -> MeasureFacts:
    """Look up a measure; one that is not known has its own name for words and is not judged."""
    return MEASURES.get(measure) or MeasureFacts(measure.replace("_", " "), source="nothing is known beforehand")
