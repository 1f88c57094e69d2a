"""The answer of a progress report: one short line, and the sentences that carry it."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import TYPE_CHECKING

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.measures import measure_facts
from footdrop_imu.rehab.progress_words import amount
from footdrop_imu.report.model import Answer, Statement
from footdrop_imu.report.person_words import differing, percent, told_condition
from footdrop_imu.report.progress_changes import name_of, other_lines
from footdrop_imu.report.progress_events import fall_statements, waiting_statements
from footdrop_imu.report.progress_exercises import LATEST_WEEKS, SharesDone
from footdrop_imu.report.with_aid import WithAid, kind_of_walks, with_aid

if TYPE_CHECKING:
    from footdrop_imu.rehab.lines import Line
    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.schema_rehab import PersonRecord

__all__ = ["NOTHING_BETTER", "headline", "progress_answer"]

NOTHING_BETTER = ("nothing_better", "nothing_better_keep")

_JUDGED: Mapping[str, tuple[str, str]] = {
    "better": (mark("Better: {measure} up by {change}"), mark("Better: {measure} down by {change}")),
    "worse": (mark("Worse: {measure} up by {change}"), mark("Worse: {measure} down by {change}")),
    "unchanged": (mark("No clear change: {measure}"),) * 2,
    "better_keep": (
        mark("Goal reached, and more: {measure} up by {change}"),
        mark("Goal reached, and more: {measure} down by {change}"),
    ),
    "unchanged_keep": (mark("Goal reached: {measure} has kept its level"),) * 2,
    "worse_keep": (
        mark("Goal not reached: {measure} up by {change}"),
        mark("Goal not reached: {measure} down by {change}"),
    ),
}
"""By the verdict's code: of a change upward, and downward."""
_REASONS: Mapping[str, str] = {
    "no_primary": mark("Not known: no measure was chosen to be judged"),
    "side_unknown": mark("Not known: nobody said which foot drops"),
    "side_disputed": mark("Not known: left and right do not agree"),
    "no_direction": mark("Not known: more or less of this measure is not better"),
    "nothing_measured": mark("Not known yet: no good walk shows the measure"),
    "few_days": mark("Not known yet: {count} of {needed} days of walking"),
    "quality": mark("Not known yet: recordings not good enough"),
    "few_strides": mark("Not known yet: too few steps in the walks"),
    "conditions_differ": mark("Not known: the walks were made in different conditions"),
    "after_event": mark("Not known yet: a new start, {count} of {needed} days"),
    "above_praise": mark("Not judged: above {praise} more is not better"),
    "speed_unknown": mark("Not known: the walking speed is not known"),
    "speed_differs": mark("Not known: the speed of the walks differs"),
    "compensated": mark("Not called better: the whole leg lifts more"),
    "compensation_unknown": mark("Not known: does the whole leg lift more?"),
}
"""By the reason why nothing is judged."""


_WITH_AID: Mapping[str, str] = {
    "orthosis": mark("Better with the orthosis; without it no clear change"),
    "stimulator": mark("Better with the stimulator; without it no clear change"),
    "aid": mark("Better with the walking aid; without it no clear change"),
}
"""Where walks with and without it came by turns, and those without it, which are judged, have not changed."""
_COMPARED: Mapping[str, str] = {
    "orthosis": mark("With and without the orthosis"),
    "stimulator": mark("With and without the stimulator"),
    "aid": mark("With and without the walking aid"),
}


def headline(found: Progress, record: PersonRecord, translate: Translate, helped: WithAid | None = None) -> str:
    """Say the answer in one short line.

    Parameters
    ----------
    found, record
        The person's progress and what it was made of.
    translate
        Gives a text in the reader's language.
    helped
        What goes with an aid, of ``with_aid``.
    """
    _ = translate
    verdict = found.verdict
    if not record.walks and verdict.code == "not_known":
        return _("Not known yet: there is no walk")
    said = verdict.sentences[0]
    words = translate(measure_facts(verdict.measure).words) if verdict.measure else ""
    if verdict.reason:
        numbers = {name: said.numbers.get(name, "") for name in ("count", "needed")}
        praise = amount(verdict.measure, float(said.numbers.get("praise", nan)), translate)
        return translate(_REASONS[verdict.reason]).format(measure=words, praise=praise, **numbers)
    change = float(said.numbers["change"]) if "change" in said.numbers else 0.0
    up, down = _JUDGED[said.code]
    text = amount(verdict.measure, abs(change), translate)
    told = translate(up if change >= 0 else down).format(measure=words, change=text)
    if helped and verdict.code == "unchanged" and found.goal != "keep" and not kind_of_walks(record, verdict.line)[1]:
        return _(_WITH_AID[helped.key])
    if not (lines := _other_conditions(found)):
        return told
    names = differing(line.condition for line in lines)
    return _("{headline} ({condition})").format(
        headline=told, condition=told_condition(lines[0].condition, translate, names)
    )


def progress_answer(found: Progress, record: PersonRecord, done: SharesDone, translate: Translate) -> Answer:
    """Say what the reader came for: better, worse, unchanged or not known, how sure, and what it goes with.

    Parameters
    ----------
    found, record
        The person's progress and what it was made of.
    done
        How much was done of what was due.
    translate
        Gives a text in the reader's language.
    """
    _ = translate
    said = list(waiting_statements(record, translate))
    said += [Statement(one.text, "", one.code, one.numbers) for one in found.verdict.sentences]
    helped = with_aid(found, record, kind_of_walks(record, found.verdict.line)[0])
    if helped is None:
        said += _elsewhere(found, translate)
    else:  # what a reader of "better with it" looks for stands first
        said.insert(len(said) if found.verdict.code != "unchanged" else 0, _helped(found, helped, translate))
    sure = [one for one in found.sentences if one.code in ("interval", "chance", "chance_rare")]
    if sure:
        numbers = {name: value for one in sure for name, value in one.numbers.items()}
        said.append(Statement(" ".join(one.text for one in sure), _("How sure"), "interval", numbers))
    said += _exercised(done, translate)
    with_words = {"dose": _("Together with the exercises"), "natural_recovery": _("Natural recovery")}
    said += [
        Statement(one.text, with_words[one.code], one.code, one.numbers)
        for one in found.sentences
        if one.code in with_words
    ]
    said += fall_statements(record, translate)
    return Answer(found.verdict.code, headline(found, record, translate, helped), tuple(said))


def _other_conditions(found: Progress) -> list[Line]:
    """The judged line and the same measure in other conditions; nothing where there are no others."""
    judged = found.verdict.line
    if judged is None or not judged.day.shape[0]:
        return []
    others = [line for line in other_lines(found, judged) if line.current and line.condition != judged.condition]
    return [judged, *others] if others else []


def _helped(found: Progress, compared: WithAid, translate: Translate) -> Statement:
    """What goes with an aid."""
    _ = translate
    measure = found.verdict.measure
    told = _(
        "{measure}: {with_it} with it, {without_it} without it, at equal speed. The difference of {change} (likely "
        "{low} to {high}) goes with it; the order of these walks was not drawn by lot."
    ).format(
        measure=translate(measure_facts(measure).words),
        with_it=amount(measure, compared.with_it, translate),
        without_it=amount(measure, compared.without_it, translate),
        change=amount(measure, compared.change, translate, signed=True),
        low=amount(measure, compared.low, translate, signed=True),
        high=amount(measure, compared.high, translate, signed=True),
    )
    numbers = {name: getattr(compared, name) for name in ("with_it", "without_it", "change", "low", "high")}
    return Statement(told, _(_COMPARED[compared.key]), "with_aid", numbers)


def _elsewhere(found: Progress, translate: Translate) -> list[Statement]:
    """The judged measure in the conditions that are not judged, beside it and never mixed."""
    _ = translate
    lines = _other_conditions(found)
    if not lines:
        return []
    names = differing(line.condition for line in lines)
    words = _("{condition} {value} (days: {count})")
    parts = [
        words.format(
            condition=told_condition(line.condition, translate, names),
            value=amount(line.measure, float(line.value.mean()), translate),
            count=translate.number(line.day.shape[0]),
        )
        for line in lines
    ]
    told = _("{measure}, on average: {parts}. Only these walks were judged: {condition}.").format(
        measure=name_of(lines[0], translate),
        parts="; ".join(parts),
        condition=told_condition(lines[0].condition, translate, names),
    )
    numbers = {line.condition: float(line.value.mean()) for line in lines}
    return [Statement(told, _("In other conditions"), "other_conditions", numbers)]


def _exercised(done: SharesDone, translate: Translate) -> list[Statement]:
    """How much was done, the whole time and lately; nothing where nothing was due."""
    _ = translate
    whole, latest = done.whole.get(""), done.latest.get("")
    if whole is None or whole.adherence != whole.adherence:
        return []
    told = _("{percent} of what was due was done; on {done} of {due} days something was done.").format(
        percent=percent(whole.adherence, translate),
        done=translate.number(whole.done_days),
        due=translate.number(whole.due_days),
    )
    numbers = {"adherence": whole.adherence, "done_days": whole.done_days, "due_days": whole.due_days}
    if latest is not None and latest.adherence == latest.adherence and latest.due_days < whole.due_days:
        told += " " + _("In the last {count} weeks: {percent}.").format(
            count=LATEST_WEEKS, percent=percent(latest.adherence, translate)
        )
        numbers["latest_adherence"] = latest.adherence
    return [Statement(told, _("Exercises"), "adherence", numbers)]
