"""What a fitting bench says, in plain words."""

from __future__ import annotations

from math import isfinite

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.condition_words import condition_name, setting_words
from footdrop_imu.rehab.fitting_bench import Bench
from footdrop_imu.rehab.lift_timing import LiftTiming
from footdrop_imu.rehab.measures import measure_facts
from footdrop_imu.rehab.progress_words import Said, sentence

__all__ = ["CLINIC_ONLY", "bench_sentences", "timing_sentences"]

CLINIC_ONLY = mark(
    "This test is for the clinic, with a clinician beside: nobody is asked to walk without their brace, stimulator or "
    "stick at home."
)
_REASONS = {
    "side_unknown": mark("Not compared: it is not said which foot drops."),
    "not_measured": mark("Not compared: {measure} was not measured in these walks."),
    "conditions_differ": mark("Not compared: the walks differ in more than what is tested ({detail})."),
    "settings": mark("Not compared: two to four settings are needed, these are {detail}."),
    "quality": mark("Not compared: too many recordings are not good. Three good walks with each setting are needed."),
    "too_few_walks": mark("Not compared: three walks with each setting are needed, of one there are {detail}."),
    "not_alternated": mark(
        "Not compared: the settings were not alternated, so getting used to it or tiring cannot be told from them "
        "({detail}). Draw an order first."
    ),
}
_MORE = mark("{measure} ({side}), {first} against {second}: {difference} (likely between {low} and {high}).")
_SAME = mark(
    "{measure} ({side}): no difference between {first} and {second} can be told from chance (between {low} and {high})."
)
_EQUAL_SPEED = mark("This is at equal walking speed.")
_NOT_EQUAL_SPEED = mark("Walking speed could not be taken out.")
_CHANCE = mark("Of the settings tried, the chance to be best in this measure is: {chances}.")
_CHANCE_OF = mark("{setting} {percent} %")
_COMPENSATION = mark("With {first} the whole leg helps more than with {second}: {measure}.")
_DECISION = mark("Which setting suits daily life is for the person and the clinician to decide.")
_LEVEL = mark("The foot is level again {after} s after toe off, {before} s before contact.")
_NEVER_LEVEL = mark("In {percent} % of the steps the foot never becomes level.")
_PULSE = mark("The stimulator comes on {lead} s before toe off and goes off {off} s after contact.")
_FOLLOWS = mark("The foot is level {delay} s after the stimulator comes on.")

_MOST = 0.5


def bench_sentences(bench: Bench, translate: Translate) -> tuple[Said, ...]:
    """Say what a bench shows; the first sentence says where it belongs.

    Parameters
    ----------
    bench
        Of ``fitting_bench``.
    translate
        Gives a text in the reader's language, see ``language.translator``.

    Returns
    -------
    tuple of Said
    """
    words = translate(measure_facts(bench.measure).words)
    said = [Said("clinic_only", translate(CLINIC_ONLY), {})]
    if bench.reason:
        text = translate(_REASONS[bench.reason]).format(measure=words, detail=_detail(bench, translate))
        return (*said, Said(bench.reason, text, {}))
    for pair in (pair.from_more() for pair in bench.differences):
        found = pair.difference
        code, template = ("differs", _MORE) if pair.differs else ("no_difference", _SAME)
        said.append(
            sentence(
                code,
                template,
                translate,
                bench.measure,
                side=bench.side,
                first=setting_words(bench.key, pair.first, translate),
                second=setting_words(bench.key, pair.second, translate),
                difference=found.value,
                low=found.low,
                high=found.high,
            )
        )
    said.append(Said("speed", translate(_EQUAL_SPEED if bench.speed_adjusted else _NOT_EQUAL_SPEED), {}))
    if bench.chance_best:
        chances = ", ".join(
            translate(_CHANCE_OF).format(
                setting=setting_words(bench.key, name, translate), percent=round(100.0 * chance)
            )
            for name, chance in bench.chance_best.items()
        )
        said.append(Said("chance_best", translate(_CHANCE).format(chances=chances), dict(bench.chance_best)))
    risen: dict[tuple[str, str], list[str]] = {}
    for measure, pairs in bench.compensation.items():
        for both in pairs:
            risen.setdefault(both, []).append(translate(measure_facts(measure).words))
    for (first, second), names in risen.items():
        text = translate(_COMPENSATION).format(
            measure=", ".join(names),
            first=setting_words(bench.key, first, translate),
            second=setting_words(bench.key, second, translate),
        )
        said.append(Said("compensation", text, {}))
    return (*said, Said("decision", translate(_DECISION), {}))


def timing_sentences(timing: LiftTiming, translate: Translate) -> tuple[Said, ...]:
    """Say when the foot is lifted; what is not known is not said, nor what holds for the fewer steps."""
    said = []
    if isfinite(timing.level_after_toe_off_s.median) and not timing.never_level_frac > _MOST:
        after, before = timing.level_after_toe_off_s.median, timing.level_before_contact_s.median
        text = translate(_LEVEL).format(after=translate.number(after, 2), before=translate.number(before, 2))
        said.append(Said("level", text, {"after_s": after, "before_s": before}))
    if timing.never_level_frac > 0.0:
        percent = round(100.0 * timing.never_level_frac)
        said.append(Said("never_level", translate(_NEVER_LEVEL).format(percent=percent), {"percent": float(percent)}))
    if isfinite(timing.on_before_toe_off_s.median):
        lead, off = timing.on_before_toe_off_s.median, timing.off_after_contact_s.median
        text = translate(_PULSE).format(lead=translate.number(lead, 2), off=translate.number(off, 2))
        said.append(Said("pulse", text, {"lead_s": lead, "off_s": off}))
    if isfinite(timing.level_after_on_s.median):
        delay = timing.level_after_on_s.median
        said.append(Said("follows", translate(_FOLLOWS).format(delay=translate.number(delay, 2)), {"delay_s": delay}))
    return tuple(said)


def _detail(bench: Bench, translate: Translate) -> str:
    """Say what a refused bench names: conditions that differ, settings, or how many walks there are."""
    names = bench.detail.split(", ")
    if bench.reason == "conditions_differ":
        return ", ".join(condition_name(name, translate) for name in names)
    return ", ".join(name if name.isdigit() else setting_words(bench.key, name, translate) for name in names)
