"""What the patient sheet calls things: each judged measure in plain words, with numbers that can be pictured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.measures import measure_facts

__all__ = [
    "AID_BETTER",
    "AID_COMPARED",
    "EVENTS",
    "HEADLINES",
    "KIND_OF_WALKS",
    "PLAIN",
    "REASONS",
    "PlainMeasure",
    "amount_text",
    "change_text",
    "plain_measure",
]

_DEGREES = mark("{value} degrees")
_MILLIMETERS = mark("{value} mm")
_CENTIMETERS = mark("{value} cm")
_METERS = mark("{value} m")
_OF_STEPS = mark("{value} of 100 steps")
_TAPS = mark("{value} taps")
_PERCENT = mark("{value} %")
_CLOCK = mark("On a clock, one minute is 6 degrees.")
_PENCIL = mark("A pencil is about 7 mm thick.")


@dataclass(frozen=True)
class PlainMeasure:
    """A measure as a patient reads it; all texts to be translated.

    ``name`` what is looked at. ``more`` and ``less`` say how it is now, with ``{amount}`` (the change) or ``{now}`` and
    ``{first}``. ``amount`` writes a value with its unit, the measure's own times ``scale``. ``hint`` makes the unit
    easy to picture, "" = it needs none.
    """

    name: str
    more: str
    less: str
    amount: str
    scale: float = 1.0
    hint: str = ""


def _lift(name: str, more: str, less: str) -> PlainMeasure:
    return PlainMeasure(name, more, less, _DEGREES, 1.0, _CLOCK)


def _room(name: str, more: str, less: str) -> PlainMeasure:
    return PlainMeasure(name, more, less, _MILLIMETERS, 1000.0, _PENCIL)


def _now(name: str, text: str, amount: str, scale: float = 1.0) -> PlainMeasure:
    return PlainMeasure(name, text, text, amount, scale)


_IN_THE_AIR = (
    mark("How high your toes are while the foot is in the air"),
    mark("Your toes are {amount} higher while the foot is in the air."),
    mark("Your toes are {amount} lower while the foot is in the air."),
)
_GREATEST = (
    mark("How high you lift your toes in a step"),
    mark("You lift your toes {amount} higher in a step."),
    mark("You lift your toes {amount} less in a step."),
)
_LANDING = (
    mark("How high your toes are when the foot lands"),
    mark("Your toes are {amount} higher when the foot lands."),
    mark("Your toes are {amount} lower when the foot lands."),
)
_ANKLE = (
    mark("How far your ankle lifts the foot in a step"),
    mark("Your ankle lifts the foot {amount} more in a step."),
    mark("Your ankle lifts the foot {amount} less in a step."),
)
_SPEED = _now(mark("How fast you walk"), mark("In one minute you walk {now} instead of {first}."), _METERS, 60.0)

PLAIN: Mapping[str, PlainMeasure] = {
    "foot_pitch_mid_swing_deg": _lift(*_IN_THE_AIR),
    "foot_pitch_swing_max_deg": _lift(*_GREATEST),
    "swing_dorsiflexion_deg": _lift(*_GREATEST),
    "foot_pitch_initial_contact_deg": _lift(*_LANDING),
    "ankle_dorsiflexion_swing_max_deg": _lift(*_ANKLE),
    "ankle_dorsiflexion_mid_swing_deg": _lift(*_ANKLE),
    "ankle_dorsiflexion_initial_contact_deg": _lift(
        mark("How far your ankle lifts the foot when it lands"),
        mark("Your ankle lifts the foot {amount} more when it lands."),
        mark("Your ankle lifts the foot {amount} less when it lands."),
    ),
    "minimum_toe_clearance_m": _room(
        mark("How much room is under your toes in a step"),
        mark("In a step there is {amount} more room under your toes."),
        mark("In a step there is {amount} less room under your toes."),
    ),
    "minimum_sole_clearance_m": _room(
        mark("How much room is under your sole in a step"),
        mark("In a step there is {amount} more room under your sole."),
        mark("In a step there is {amount} less room under your sole."),
    ),
    "lift_from_foot_m": _room(
        mark("How high your toes get when you tilt the foot"),
        mark("By tilting the foot you lift your toes {amount} higher."),
        mark("By tilting the foot you lift your toes {amount} less."),
    ),
    "circumduction_m": _room(
        mark("How far your leg swings out to the side"),
        mark("Your leg swings out {amount} more."),
        mark("Your leg swings out {amount} less."),
    ),
    "vaulting_m": _room(
        mark("How far you rise on the other foot"),
        mark("You rise {amount} more on the other foot."),
        mark("You rise {amount} less on the other foot."),
    ),
    "heel_landing_frac": _now(
        mark("How often you land on the heel"),
        mark("This foot lands on the heel in {now} instead of {first}."),
        _OF_STEPS,
        100.0,
    ),
    "drags_per_100_strides": _now(
        mark("How often your toes catch the floor"),
        mark("Your toes catch the floor in {now} instead of {first}."),
        _OF_STEPS,
    ),
    "walking_speed_mps": _SPEED,
    "test_speed_mps": _SPEED,
    "stride_length_m": _now(
        mark("How long your steps are"),
        mark("Two steps take you {now} forward instead of {first}."),
        _CENTIMETERS,
        100.0,
    ),
    "chair_lift_active_range_deg": _lift(
        mark("How far you lift the foot on the chair"),
        mark("On the chair you lift the foot {amount} higher."),
        mark("On the chair you lift the foot {amount} less."),
    ),
    "chair_lift_peak_rate_dps": _now(
        mark("How fast you lift the foot on the chair"),
        mark("On the chair you lift the foot at a speed of {now} in a second instead of {first}."),
        _DEGREES,
    ),
    "chair_lift_taps_in_10_s_count": _now(
        mark("How often you can tap in 10 seconds"), mark("In 10 seconds you make {now} instead of {first}."), _TAPS
    ),
    "chair_lift_fade_frac": _now(
        mark("How much your taps get smaller in 10 seconds"),
        mark("In 10 seconds your taps get {now} smaller instead of {first}."),
        _PERCENT,
        100.0,
    ),
    "chair_lift_assisted_minus_active_deg": _lift(
        mark("How much a hand's help adds on the chair"),
        mark("A hand's help adds {amount} more on the chair."),
        mark("A hand's help adds {amount} less on the chair."),
    ),
}
"""By measure: all that can be judged."""

HEADLINES: Mapping[tuple[str, str], str] = {
    ("improve", "better"): mark("Yes, it is better than at first."),
    ("improve", "worse"): mark("No, it is worse than at first."),
    ("improve", "unchanged"): mark("No change that we can see so far."),
    ("improve", "not_known"): mark("We cannot say yet."),
    ("keep", "better"): mark("Yes, and it is even better than at first."),
    ("keep", "worse"): mark("No, it is worse than at first."),
    ("keep", "unchanged"): mark("Yes, you have kept it."),
    ("keep", "not_known"): mark("We cannot say yet."),
}
"""By goal and verdict."""

REASONS: Mapping[str, tuple[str, str]] = {
    "no_primary": (
        mark("Nobody has chosen yet what to look at."),
        mark("Choose it together with your therapist."),
    ),
    "side_unknown": (
        mark("It is not written down which foot drops."),
        mark("Tell your therapist which foot it is."),
    ),
    "side_disputed": (
        mark("The sensors and the notes do not agree on left and right."),
        mark("Before the next walk, tap the left shoe with your hand. Then put it on."),
    ),
    "no_direction": (
        mark("For what was chosen, neither more nor less is better."),
        mark("Choose something else together with your therapist."),
    ),
    "nothing_measured": (
        mark("There is no good walk yet that shows it."),
        mark("Record a walk the way you walk every day, with your brace or stick."),
    ),
    "few_days": (
        mark("{count} days with walks count so far. We need {needed}. The very first day is for practice."),
        mark("Just go on recording your walks."),
    ),
    "quality": (
        mark(
            "{count} days with walks count so far. We need {needed}. On {left_out} days the recording was not good "
            "enough."
        ),
        mark("Charge the sensors and fasten them well. If it happens again, tell your therapist."),
    ),
    "few_strides": (
        mark("{count} days with walks count so far. We need {needed}. On {left_out} days the walk was too short."),
        mark("If you can, walk a little longer: {fewest} steps of that foot or more."),
    ),
    "conditions_differ": (
        mark("Your walks were not alike: other shoes, another brace or stick, or another floor."),
        mark("We can compare only walks that are alike. {count} days are like the last one. We need {needed}."),
    ),
    "after_event": (
        mark("Something changed on {day}: {event}. We started again from there."),
        mark("{count} days with walks count since then. We need {needed}."),
    ),
    "above_praise": (
        mark("Your toes are already high when the foot lands. Higher is not always better."),
        mark("Ask your therapist what to look at next."),
    ),
    "speed_unknown": (
        mark("How fast you walked is not known. What we look at changes with your speed."),
        mark("Ask your therapist how to record your walks so that the speed is known."),
    ),
    "speed_differs": (
        mark("Your last walks had another speed than the first ones. What we look at changes with your speed."),
        mark("When more days are recorded, we can compare at the same speed."),
    ),
    "compensated": (
        mark("You also move the whole leg more than at first. So we do not call it better."),
        mark("Talk with your therapist about it."),
    ),
    "compensation_unknown": (
        mark("Something changed. But we could not check whether you also move the whole leg more."),
        mark("Show this sheet to your therapist."),
    ),
}
"""Why it is not known, and what can be done, by the reason of the verdict."""

EVENTS: Mapping[str, str] = {
    "new orthosis": mark("a new brace"),
    "new stimulator": mark("a new stimulator"),
    "new shoe": mark("new shoes"),
    "injection": mark("an injection"),
    "relapse": mark("a relapse"),
    "surgery": mark("an operation"),
    "illness": mark("an illness"),
    "fall": mark("a fall"),
}
"""What walks before and after are not compared over, as the verdict names it."""

KIND_OF_WALKS: Mapping[tuple[str, bool], str] = {
    ("orthosis", True): mark("Your walks with the brace."),
    ("orthosis", False): mark("Your walks without a brace."),
    ("stimulator", True): mark("Your walks with the stimulator on."),
    ("stimulator", False): mark("Your walks without the stimulator."),
    ("aid", True): mark("Your walks with a walking aid."),
    ("aid", False): mark("Your walks without a walking aid."),
}
"""By what was worn or used, and whether it was."""

AID_COMPARED: Mapping[str, str] = {
    "orthosis": mark("With your brace, compared with walks without it"),
    "stimulator": mark("With the stimulator on, compared with walks without it"),
    "aid": mark("With your walking aid, compared with walks without it"),
}
AID_BETTER: Mapping[str, str] = {
    "orthosis": mark("Better with your brace. Without it: no change so far."),
    "stimulator": mark("Better with the stimulator. Without it: no change so far."),
    "aid": mark("Better with your walking aid. Without it: no change so far."),
}
"""The headline where the walks without it have not changed."""


def plain_measure(measure: str) -> PlainMeasure:
    """Find a measure's plain words; one that has none is called as its facts call it, in its own unit."""
    facts = measure_facts(measure)
    known = PLAIN.get(measure)
    return known or PlainMeasure(facts.words, "{amount}", "{amount}", "{value} " + facts.unit, facts.scale)


def amount_text(measure: str, value: float, translate: Translate) -> str:
    """Write an amount without sign, whole where that is exact enough: ``4 degrees``, ``1.7 degrees``."""
    plain = plain_measure(measure)
    shown = abs(value * plain.scale)
    digits = 0 if not isfinite(shown) or shown >= 3.0 or shown == 0.0 else 1
    return translate(plain.amount).format(value=translate.number(shown, digits))


def change_text(measure: str, first: float, now: float, change: float, translate: Translate) -> str:
    """Say how a measure is now (or with an aid) against how it was; ``change`` is the judged one."""
    plain = plain_measure(measure)
    return translate(plain.more if change >= 0 else plain.less).format(
        amount=amount_text(measure, change, translate),
        now=amount_text(measure, now, translate),
        first=amount_text(measure, first, translate),
    )
