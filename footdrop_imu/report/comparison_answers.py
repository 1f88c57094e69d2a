"""What a comparison answers: its tone, one short line, and the sentences that carry it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.condition_words import setting_words
from footdrop_imu.rehab.measures import COMPENSATIONS, SPEED, measure_facts
from footdrop_imu.rehab.progress_words import Said, amount, sentence
from footdrop_imu.report.comparison_numbers import between, capital, measure_words
from footdrop_imu.report.model import Answer, Statement

if TYPE_CHECKING:
    from footdrop_imu.rehab.compared import ComparedWalk, FeetCompared, TimesCompared
    from footdrop_imu.rehab.fitting_bench import Bench, Difference
    from footdrop_imu.rehab.two_times import Seen

__all__ = [
    "aside_statements",
    "bench_answer",
    "feet_answer",
    "judged_seen",
    "said_statements",
    "times_answer",
    "usual_words",
]

_SPEED_SHARE = 0.10
_ASIDE = frozenset({"also_seen", "beside", "association", "chance_best", "pairs", "left_out"})
"""What the figures, the tables and the meaning say already."""

_TIMES = {
    "better": mark("Better: {measure} changed by {change}, more than chance"),
    "worse": mark("Worse: {measure} changed by {change}, more than chance"),
    "unchanged": mark("{measure}: no change that can be told from chance"),
    "better_keep": mark("Kept, and more: {measure} changed by {change}"),
    "worse_keep": mark("Not kept: {measure} changed by {change}, more than chance"),
    "unchanged_keep": mark("Kept: {measure} has held its level"),
    "compensated": mark("Not called better: the whole leg lifts more than before"),
    "compensation_unknown": mark("Not known: {measure} rose, perhaps by lifting the whole leg"),
    "speed_differs": mark("Not known: the walks after differ in speed"),
    "speed_unknown": mark("Not known: the walking speed is not known"),
    "above_praise": mark("Not judged: {measure} is where more is not better"),
    "side_disputed": mark("Not known: which foot is left and which is right"),
}
_SEEN = {
    ("more", ""): mark("{measure}: {amount} more after; days often differ by {usual}"),
    ("less", ""): mark("{measure}: {amount} less after; days often differ by {usual}"),
    ("same", ""): mark("{measure}: the same after; days often differ by {usual}"),
    ("more", "beyond"): mark("Not known yet whether it changed: {measure} {amount} more after"),
    ("less", "beyond"): mark("Not known yet whether it changed: {measure} {amount} less after"),
    ("more", "unknown"): mark("{measure}: {amount} more after; how days differ is not known"),
    ("less", "unknown"): mark("{measure}: {amount} less after; how days differ is not known"),
    ("same", "unknown"): mark("{measure}: the same after; how days differ is not known"),
    ("more", "conditions"): mark("{measure}: {amount} more after, but in other conditions"),
    ("less", "conditions"): mark("{measure}: {amount} less after, but in other conditions"),
    ("same", "conditions"): mark("{measure}: the same after, but in other conditions"),
    ("more", "same_day"): mark("{measure}: {amount} more after, on the same day"),
    ("less", "same_day"): mark("{measure}: {amount} less after, on the same day"),
    ("same", "same_day"): mark("{measure}: the same after, on the same day"),
}
_SEEN_FEET = mark("Not known whether it changed: {measure} after, left {left}, right {right}")
_USUAL = mark("Two such times of an unchanged person often differ by up to {usual}.")
_NOT_SEEN = mark("Not known: {measure} was not measured at both times")
_BOTH_TIMES = mark("{measure} ({side}): {before} before, {after} after.")
_BOTH_TIMES_WITH = mark("{measure} ({side}): {before} before ({first}), {after} after ({second}).")
_SPEED_DIFFERS = mark("The walks after were {percent} % {faster}, and {measure} goes with walking speed.")
_LEG_HELPS = mark("The whole leg helped more after, by more than days often differ by: {names}.")

_BENCH = {
    "more": mark("{measure}: {amount} more with {first}"),
    "same": mark("{measure}: no difference that can be told from chance"),
    "most": mark("{measure}: most with {first}, by {amount}"),
    "least": mark("{measure}: least with {first}, by {amount}"),
    "mixed_most": mark("{measure}: settings differ, none is clearly most"),
    "mixed_least": mark("{measure}: settings differ, none is clearly least"),
}
_REASONS = {
    "side_unknown": mark("Not compared: which foot drops is not said"),
    "not_measured": mark("Not compared: {measure} was not measured"),
    "conditions_differ": mark("Not compared: the walks differ in more than one thing"),
    "settings": mark("Not compared: walks with two settings are needed"),
    "quality": mark("Not compared: too few recordings are good"),
    "too_few_walks": mark("Not compared: too few walks with each setting"),
    "not_alternated": mark("Not compared: the settings did not come by turns"),
    "no_condition": mark("Not compared: walks with one of the two are missing"),
}
_LEG_CHECKED = mark("That the whole leg helps more with any of them could not be seen: {names}.")
_UNMEASURED = mark("In {count} of {all} walks this measure could not be measured.")
_LEG_NOT_CHECKED = mark("Whether the whole leg helps more could not be checked: it was not measured in every walk.")

_FEET = {
    ("more", "left"): mark("{measure}: left {amount} more than right"),
    ("less", "left"): mark("{measure}: left {amount} less than right"),
    ("more", "right"): mark("{measure}: right {amount} more than left"),
    ("less", "right"): mark("{measure}: right {amount} less than left"),
}
_FEET_ALIKE = mark("{measure}: no difference between the feet beyond chance")
_FEET_NOT = mark("Not compared: {measure} was not measured on both feet")


@dataclass(frozen=True)
class _Line:
    """A headline in the making: its template's words."""

    translate: Translate
    measure: str

    def __call__(self, template: str, **words: str) -> str:
        text = self.translate(template).format(measure=measure_words(self.measure, self.translate), **words)
        return capital(text)


def said_statements(sentences: Iterable[Said], without: Iterable[str] = ()) -> tuple[Statement, ...]:
    """Put sentences of a comparison into a report, all but those of some codes."""
    return tuple(
        Statement(said.text, code=said.code, numbers=dict(said.numbers))
        for said in sentences
        if said.code not in set(without)
    )


def aside_statements(sentences: Iterable[Said]) -> tuple[Statement, ...]:
    """Give what stands below the tables and not in the answer."""
    return said_statements(said for said in sentences if said.code in _ASIDE - {"association"})


def usual_words(one: Seen, translate: Translate) -> str:
    """Say what two such times often differ by; "" where nothing is known."""
    if not isfinite(one.usual):
        return ""
    return translate(_USUAL).format(usual=amount(one.measure, one.usual, translate))


def judged_seen(found: TimesCompared) -> tuple[Seen, ...]:
    """Find the judged measure at both times: of its side, or of left and right where nobody said which foot drops."""
    own = [one for one in found.seen if one.measure == found.patient.primary_measure]
    verdict = found.judged.verdict if found.judged is not None else None
    told = verdict.side if verdict is not None and verdict.line is not None and verdict.line.compared else ""
    wanted = told or found.patient.primary_side or found.patient.affected
    if wanted not in ("left", "right") and not told:
        wanted = "both" if found.patient.primary_measure == SPEED else ""
    # what stands for both feet may be of the other foot alone
    sides = {one.side for one in own if one.side != "both"} or {"both"}
    return tuple(one for one in own if one.side == wanted or (not wanted and one.side in sides))


def times_answer(found: TimesCompared, translate: Translate) -> Answer:
    """Say what changed from before to after: a verdict where the days tell it, else what was measured."""
    line, seen = _Line(translate, found.patient.primary_measure), judged_seen(found)
    verdict = found.judged.verdict if found.judged is not None else None
    statements = list(said_statements(found.sentences, _ASIDE))
    if verdict is not None and verdict.code != "not_known" and verdict.line is not None:
        paced = verdict.at_equal_speed
        change = verdict.line.change if paced is None or not isfinite(paced.change) else paced.change
        keep = "_keep" if found.patient.goal == "keep" else ""
        words = amount(verdict.measure, change, translate, signed=True)
        return Answer(verdict.code, line(_TIMES[verdict.code + keep], change=words), tuple(statements))
    statements[1:1] = _times_statements(found, seen, translate)
    if verdict is not None and verdict.reason in _TIMES:
        return Answer("not_known", line(_TIMES[verdict.reason]), tuple(statements))
    if not seen:
        return Answer("not_known", line(_NOT_SEEN), tuple(statements))
    return Answer("seen", _seen_headline(found, seen, line), tuple(statements))


def _seen_headline(found: TimesCompared, seen: Sequence[Seen], line: _Line) -> str:
    if len(seen) > 1:
        shown = {one.side: amount(one.measure, one.difference, line.translate, signed=True) for one in seen}
        return line(_SEEN_FEET, **shown)
    (one,) = seen
    codes = {said.code for said in found.sentences}
    shown_as = amount(one.measure, abs(one.difference), line.translate)
    way = "more" if one.difference > 0 else "less"
    way = "same" if shown_as == amount(one.measure, 0.0, line.translate) else way
    why = next((code for code in ("conditions", "same_day") if code in codes), "" if isfinite(one.usual) else "unknown")
    if not why and way != "same" and abs(one.difference) > one.usual:
        why = "beyond"  # more than days differ, yet of too few days: no reader is to take it for a verdict
    return line(_SEEN[way, why], amount=shown_as, usual=amount(one.measure, one.usual, line.translate))


def _times_statements(found: TimesCompared, seen: Sequence[Seen], translate: Translate) -> list[Statement]:
    """Both times in numbers, and what a difference may go with: speed, and the help of the whole leg."""
    told = []
    for one in seen:
        numbers: dict[str, float | str] = {"side": one.side, "before": one.before.value, "after": one.after.value}
        first, second = (between(one.measure, time, translate) for time in (one.before, one.after))
        template = _BOTH_TIMES_WITH if first and second else _BOTH_TIMES
        more = {"first": first, "second": second} if first and second else {}
        told.append(sentence("both_times", template, translate, one.measure, **numbers, **more))
    if not (seen and measure_facts(seen[0].measure).family):
        return list(said_statements(told))
    speed = next((one for one in found.seen if one.measure == SPEED and one.side == "both"), None)
    share = speed.difference / speed.before.value if speed is not None and speed.before.value > 0 else 0.0
    if abs(share) > _SPEED_SHARE:
        percent, faster = float(round(100 * abs(share))), "faster" if share > 0 else "slower"
        told.append(sentence("speed", _SPEED_DIFFERS, translate, seen[0].measure, percent=percent, faster=faster))
    risen = [
        one.measure
        for one in found.seen
        if one.measure in COMPENSATIONS and one.side == seen[0].side and one.difference > one.usual
    ]
    if risen:
        names = ", ".join(measure_words(name, translate) for name in risen)
        told.append(sentence("leg_helps", _LEG_HELPS, translate, names=names))
    return list(said_statements(told))


def bench_answer(
    bench: Bench, sentences: Sequence[Said], walks: Sequence[ComparedWalk], translate: Translate, missing: bool = False
) -> Answer:
    """Say which setting lifts more and by how much; ``missing``: there is no walk with one of two conditions."""
    line = _Line(translate, bench.measure)
    statements = list(said_statements(sentences, _ASIDE))
    reason = "no_condition" if missing else bench.reason
    if reason:
        return Answer("not_known", line(_REASONS[reason]), tuple(statements))
    if measure_facts(bench.measure).family and not bench.compensation:
        names = ", ".join(measure_words(name, translate) for name in bench.checked)
        code, template = ("leg_checked", _LEG_CHECKED) if bench.checked else ("leg_not_checked", _LEG_NOT_CHECKED)
        at = next((place for place, one in enumerate(statements) if one.code == "speed"), len(statements) - 1) + 1
        statements[at:at] = said_statements([sentence(code, template, translate, names=names)])
    unmeasured = sum(walk.left_out == "not_measured" for walk in walks)
    if unmeasured:
        statements.insert(
            len(statements) - 1,
            *said_statements(
                [sentence("unmeasured", _UNMEASURED, translate, count=float(unmeasured), all=float(len(walks)))]
            ),
        )
    return Answer("seen", _bench_headline(bench, line), tuple(statements))


def _bench_headline(bench: Bench, line: _Line) -> str:
    def words(setting: str) -> str:
        return setting_words(bench.key, setting, line.translate)

    if not any(pair.differs for pair in bench.differences):
        return line(_BENCH["same"])
    if len(bench.settings) == 2:
        (pair,) = bench.differences
        more = pair.first if pair.difference.value > 0 else pair.second
        return line(
            _BENCH["more"], first=words(more), amount=amount(bench.measure, abs(pair.difference.value), line.translate)
        )
    least = measure_facts(bench.measure).direction < 0
    order = sorted(bench.settings, key=lambda name: bench.level[name].value, reverse=not least)
    ahead = _pair(bench, order[0], order[1])
    which = "least" if least else "most"
    if not ahead.differs:
        return line(_BENCH[f"mixed_{which}"])
    by = amount(bench.measure, abs(ahead.difference.value), line.translate)
    return line(_BENCH[which], first=words(order[0]), amount=by)


def _pair(bench: Bench, one: str, other: str) -> Difference:
    return next(pair for pair in bench.differences if {pair.first, pair.second} == {one, other})


def feet_answer(found: FeetCompared, translate: Translate) -> Answer:
    """Say how the feet differ in the one measure."""
    line = _Line(translate, found.patient.primary_measure)
    statements = said_statements(found.sentences)
    one = next((one for one in found.feet if one.measure == found.patient.primary_measure), None)
    if one is None:
        return Answer("not_known", line(_FEET_NOT), statements)
    if not (one.difference.low > 0.0 or one.difference.high < 0.0):
        return Answer("seen", line(_FEET_ALIKE), statements)
    way = "more" if one.difference.value > 0 else "less"
    by = amount(one.measure, abs(one.difference.value), translate)
    return Answer("seen", line(_FEET[way, one.side], amount=by), statements)
