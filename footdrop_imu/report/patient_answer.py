"""The answer of the patient sheet: better, worse, unchanged, or why it is not known; what changed; how sure that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.safety import unreviewed
from footdrop_imu.rehab.safety_words import HELP_NOW
from footdrop_imu.report.model import Answer, Statement
from footdrop_imu.report.patient_words import (
    AID_BETTER,
    AID_COMPARED,
    EVENTS,
    HEADLINES,
    KIND_OF_WALKS,
    REASONS,
    amount_text,
    change_text,
    plain_measure,
)
from footdrop_imu.report.with_aid import kind_of_walks, with_aid

if TYPE_CHECKING:
    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.rehab.verdict import Verdict
    from footdrop_imu.schema_rehab import PersonRecord

__all__ = ["patient_answer"]

_HELP_FIRST = mark("Get medical help first.")
_NOTHING_BETTER = mark(
    "That happens, and it does not say that the effort was in vain. Talk with your therapist about what to try next."
)
_WORSE = mark("That can have many reasons. Show this sheet to your therapist soon.")
_KEPT = mark("To keep what you have was the goal. Talk with your therapist about whether it still fits.")
_ITSELF = mark("In this time some of it can also come back by itself. We cannot tell the two apart.")
_PER_COMPARISON = mark("If nothing had changed, we would see so much in {percent} of 100 such comparisons.")
_SELDOM = mark("If nothing had changed, we would see so much in fewer than 1 of 100 such comparisons.")
_SAME_SPEED = mark("You also walk at another speed now. We have taken that into account.")
_HIDDEN = mark("A change smaller than {amount} cannot be seen yet.")
_BRACE_STAYS = mark("Nobody asks you to walk without it.")
_WEEKLY = mark("One walk alone says little. So we compare once a week.")


def patient_answer(found: Progress, record: PersonRecord, translate: Translate) -> Answer:
    """Say what the person came for, by the verdict and by nothing else; parameters as ``patient.patient_sheet``."""
    _ = translate
    verdict = found.verdict
    if "red_flag" in unreviewed(record.events, found.day):
        return Answer("not_known", _(_HELP_FIRST), (Statement(_(HELP_NOW), code="red_flag"),))
    if not found.verdict_is_due:
        next_day = next((str(one.numbers["day"]) for one in found.sentences if one.code == "next_verdict"), "")
        headline = (
            _("The next comparison comes on {day}.").format(day=translate.day(date.fromisoformat(next_day)))
            if next_day
            else _("The next comparison comes next week.")
        )
        return Answer("seen", headline, (Statement(_(_WEEKLY), code="not_due", numbers={"day": next_day}),))
    headline = _(HEADLINES[found.goal, verdict.code])
    said = _not_known(verdict, translate) if verdict.code == "not_known" else _judged(found, translate)
    key, worn = kind_of_walks(record, verdict.line)
    helped = _with_aid(found, record, key, translate)
    if helped and verdict.code == "unchanged" and not worn:
        # to keep what one has was reached: that stays the first word
        headline = headline if found.goal == "keep" else _(AID_BETTER[key])
        sure, *then = said
        said = [*helped, replace(sure, of=_(KIND_OF_WALKS[key, False])), *then]
    elif key:
        kind = Statement(_(KIND_OF_WALKS[key, worn]), _("Compared over the weeks"), "kind_of_walks")
        said = [kind, *said, *helped]
    return Answer(verdict.code, headline, tuple(said))


def _judged(found: Progress, translate: Translate) -> list[Statement]:
    """What changed, and how sure that is."""
    _ = translate
    verdict, line, paced = found.verdict, found.verdict.line, found.verdict.at_equal_speed
    assert line is not None
    at_speed = any(one.code == "at_equal_speed" for one in verdict.sentences)
    judged = paced if at_speed and paced is not None else line
    numbers = {
        **{name: getattr(judged, name) for name in ("change", "low", "high", "smallest_detectable")},
        "first": line.baseline,
        "now": line.latest,
    }
    hint = plain_measure(line.measure).hint
    said = []
    if verdict.code == "unchanged":
        limit = amount_text(line.measure, judged.smallest_detectable, translate)
        said.append(Statement(_(_HIDDEN).format(amount=limit), _("How sure is that?"), "unchanged", numbers))
        said.append(Statement(_(_KEPT if found.goal == "keep" else _NOTHING_BETTER), code="nothing_better"))
    else:
        text = change_text(line.measure, line.baseline, line.latest, judged.change, translate)
        text += f" {_(hint)}" if hint else ""
        said.append(Statement(text, _("Now, compared with your first walks"), verdict.code, numbers))
        if not at_speed:
            percent = round(100.0 * line.chance)
            text = _(_PER_COMPARISON).format(percent=translate.number(percent)) if percent else _(_SELDOM)
            said.append(Statement(text, _("How sure is that?"), "chance", {"percent": percent}))
        if verdict.code == "worse":
            said.append(Statement(_(_WORSE), code="worse_talk"))
    if at_speed:
        said.append(Statement(_(_SAME_SPEED), code="at_equal_speed"))
    if found.recovers_naturally and verdict.code == "better":
        said.append(Statement(_(_ITSELF), code="natural_recovery"))
    return said


def _not_known(verdict: Verdict, translate: Translate) -> list[Statement]:
    """Why it is not known, and what can be done."""
    _ = translate
    numbers = verdict.sentences[0].numbers
    words: dict[str, str] = {}
    for name, value in numbers.items():
        words[name] = value if isinstance(value, str) else translate.number(value)
    if "event" in words:
        words["event"] = _(EVENTS.get(words["event"], words["event"]))
        words["day"] = translate.day(date.fromisoformat(words["day"]))
    why, then = REASONS[verdict.reason]
    return [
        Statement(_(why).format(**words), _("Why?"), verdict.reason, dict(numbers)),
        Statement(_(then).format(**words), _("What you can do"), "next"),
    ]


def _with_aid(found: Progress, record: PersonRecord, key: str, translate: Translate) -> list[Statement]:
    """Say what the judged measure is with the aid against without, where it is clearly better."""
    _ = translate
    compared = with_aid(found, record, key)
    if compared is None:
        return []
    text = change_text(found.verdict.measure, compared.without_it, compared.with_it, compared.change, translate)
    numbers = {"change": compared.change, "with": compared.with_it, "without": compared.without_it}
    return [Statement(f"{text} {_(_BRACE_STAYS)}", _(AID_COMPARED[key]), "with_aid", numbers)]
