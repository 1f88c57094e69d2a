"""What the patient sheet says of exercises: what was done, what the plan says now, when to stop, when to get help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import isnan
from typing import TYPE_CHECKING, NamedTuple

from footdrop_imu.errors import ExerciseReason
from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.exercises import Exercise
from footdrop_imu.rehab.plan import in_effect
from footdrop_imu.rehab.plan_words import side_words, title_words
from footdrop_imu.rehab.safety import Situation, allowed, unreviewed
from footdrop_imu.report.model import Block, Section, Statement, Statements, Table

if TYPE_CHECKING:
    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.schema_rehab import PersonRecord, PlanVersion, Prescription

__all__ = ["done_section", "plan_section", "safety_section"]

MOST_IN_TABLE = 6
"""Exercises with their amounts; more would not fit on one page in large type, and are named below."""
_WEEKS = 4

_DAYS_OF_PLAN = mark("In the last {weeks} weeks you exercised on {done} of {due} days of your plan.")
_DAYS_OF_WEEK = mark("Last week you exercised on {done} of {due} days of your plan.")
_THIS_WEEK = mark("This week so far: on {done} of {due} days.")
_REPEATED = mark("That is about {count} movements in all.")
_WORK = mark("Each of these days was real work.")
_NONE_LATELY = mark("Nothing is in the log for the last weeks. Maybe you did more than you wrote down.")
_ANY_DAY = mark("You can start again on any day.")
_NO_LOG = mark("Nothing is in your log yet. That says nothing about what you did.")
_WRITE_DOWN = mark("When you write down your exercises, you can see them here.")
_DAYS_OFF = mark("Days off for a good reason: {count}. They do not count against you.")
_WITHOUT_PLAN = mark("In the last {weeks} weeks you wrote down exercises on {count} days.")

_NO_PLAN = mark("There is no plan for you here yet. Ask your therapist.")
_PAUSE = mark("Your plan has a pause now. Ask your therapist when it goes on.")
_AS_PLANNED = mark("Your plan since {day}. Ask your therapist before you change it.")
_ALSO = mark("Also in your plan: {names}.")
_WAITING = mark("After a fall these wait until you or your therapist have gone over it: {names}.")
_ASK_FIRST = mark("Ask your therapist before you do these: {names}.")
_HELP_FIRST = mark(
    "Your exercises pause. A sign that needs medical help was named. Get medical help now, if you have not yet."
)

_LEVELS: Mapping[str, str] = {
    "passive": mark("moved by hand"),
    "assisted": mark("with some help"),
    "active": mark("by yourself"),
    "loaded": mark("against a weight or a band"),
}
_WEEKDAYS = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))
_HELPER = mark("only with somebody beside you")

_STOP = mark(
    "It hurts 4 or more out of 10, or 2 more than at the start. You are dizzy. Your chest hurts. Then rest, and tell "
    "your therapist."
)
_HELP = mark(
    "A weakness is new or worse. Both feet are weak. You cannot hold or pass water or stool. The skin where you sit is "
    "numb. Your face hangs, an arm or leg is weak, or your speech is unclear, all of a sudden. Your chest still hurts."
)
"""``stopping.STOP_SIGNS`` and ``safety_words.RED_FLAGS``, as short as one page needs them."""


def done_section(found: Progress, record: PersonRecord, translate: Translate) -> Section:
    """Say what was done in the last weeks: numbers that encourage, no blame, nothing where the log says nothing."""
    _ = translate
    said = _done(found, record, translate)
    whole = Statement(" ".join(one.text for one in said), code=said[0].code, numbers=said[0].numbers)
    return Section("done", _("What you did"), (Statements((whole,)),))


def _done(found: Progress, record: PersonRecord, translate: Translate) -> list[Statement]:
    _ = translate
    if not len(record.log):
        return [Statement(_(_NO_LOG), code="no_log"), Statement(_(_WRITE_DOWN))]
    weeks = found.weeks[(found.weeks["exercise"] == "") & (found.weeks["state"] != "not_begun")]
    if not len(weeks):
        return _without_plan(record, translate)
    over = weeks[weeks["state"] == "over"].tail(_WEEKS)
    now = weeks[weeks["state"] == "so_far"]
    done, due = (round(float(over[name].sum())) for name in ("done_days", "due_days"))
    done_now, due_now = (round(float(now[name].sum())) for name in ("done_days", "due_days"))
    said = []
    if done:
        text = _DAYS_OF_PLAN if len(over) > 1 else _DAYS_OF_WEEK
        numbers = {"done_days": done, "due_days": due, "weeks": len(over)}
        words = {"done": translate.number(done), "due": translate.number(due), "weeks": translate.number(len(over))}
        said.append(Statement(_(text).format(**words), code="done", numbers=numbers))
    elif done_now:
        words = {"done": translate.number(done_now), "due": translate.number(due_now)}
        said.append(Statement(_(_THIS_WEEK).format(**words), code="this_week"))
    off = []
    if excused := round(float(over["excused_days"].sum() + now["excused_days"].sum())):
        off.append(Statement(_(_DAYS_OFF).format(count=translate.number(excused)), code="days_off"))
    if not said:
        return [Statement(_(_NONE_LATELY), code="none_lately"), *off, Statement(_(_ANY_DAY))]
    course = found.course[found.course["week"].isin((over if done else now)["week"])]
    repetitions = float(course["repetitions"].sum())
    if repetitions >= 1.0:
        count = round(repetitions, -1 if repetitions > 100 else 0)
        said.append(Statement(_(_REPEATED).format(count=translate.number(count)), code="movements"))
    return [*said, *off, Statement(_(_WORK), code="encouraged")]


def _without_plan(record: PersonRecord, translate: Translate) -> list[Statement]:
    """What was written down where nothing was asked for."""
    import pandas as pd

    _ = translate
    log = record.log
    lately = log["day"] > pd.Timestamp(record.day - timedelta(weeks=_WEEKS))
    days = int(log.loc[lately & log["outcome"].isin(["done", "partly"]), "day"].nunique())
    if not days:
        return [Statement(_(_NONE_LATELY), code="none_lately"), Statement(_(_ANY_DAY))]
    words = {"count": translate.number(days), "weeks": translate.number(_WEEKS)}
    return [Statement(_(_WITHOUT_PLAN).format(**words), code="without_plan"), Statement(_(_WORK), code="encouraged")]


class _Sorted(NamedTuple):
    """The prescriptions of a day: what may go on, what waits after a fall, what has to be asked first."""

    going_on: list[Prescription]
    waiting: list[Prescription]
    to_ask: list[Prescription]


def plan_section(record: PersonRecord, catalogue: Mapping[str, Exercise], translate: Translate) -> Section:
    """Say what the plan asks for on the day, and nothing else; what is locked that day is not told to be gone on with.

    Parameters
    ----------
    record
        The person, the plan's versions, what happened.
    catalogue
        Id to exercise.
    translate
        Gives a text in the reader's language.
    """
    _ = translate
    return Section("plan", _("What to keep doing"), tuple(_planned(record, catalogue, translate)))


def _planned(record: PersonRecord, catalogue: Mapping[str, Exercise], translate: Translate) -> list[Block]:
    _ = translate
    if "red_flag" in unreviewed(record.events, record.day):
        return [_said(_(_HELP_FIRST), "red_flag")]
    version = in_effect(record.plan, record.day)
    if version is None:
        return [_said(_(_NO_PLAN), "no_plan")]
    sorted_ = _sort(version, record, catalogue)
    if not any(sorted_):
        return [_said(_(_PAUSE), "pause")]
    going_on = sorted_.going_on
    blocks: list[Block] = []
    if going_on:
        rows = [_row(one, catalogue, translate) for one in going_on[:MOST_IN_TABLE]]
        caption = _(_AS_PLANNED).format(day=translate.day(version.start))
        blocks.append(Table((_("Exercise"), _("How much"), _("How often")), tuple(rows), caption))
    if len(going_on) > MOST_IN_TABLE:
        blocks.append(_said(_(_ALSO).format(names=_names(going_on[MOST_IN_TABLE:], catalogue, translate)), "also"))
    for code, text, held in (("fall", _WAITING, sorted_.waiting), ("ask_first", _ASK_FIRST, sorted_.to_ask)):
        if held:
            blocks.append(_said(_(text).format(names=_names(held, catalogue, translate)), code))
    return blocks


def _said(text: str, code: str) -> Statements:
    return Statements((Statement(text, code=code),))


def _sort(version: PlanVersion, record: PersonRecord, catalogue: Mapping[str, Exercise]) -> _Sorted:
    found = _Sorted([], [], [])
    situation = Situation(record.patient, record.day, record.events, helper_present=True)
    for one in version.prescriptions:
        if (one.start or record.day) <= record.day <= (one.end or record.day):
            exercise = catalogue.get(one.exercise)
            if exercise is None:  # of a clinic's file that is not here: nobody knows whether one can fall in it
                reasons = {ExerciseReason.FALL_NOT_REVIEWED} & _after_a_fall(record)
            else:
                reasons = {refusal.reason for refusal in allowed(exercise, situation, one)}
            if ExerciseReason.FALL_NOT_REVIEWED in reasons:
                found.waiting.append(one)
            elif reasons:
                found.to_ask.append(one)
            else:
                found.going_on.append(one)
    return found


def _after_a_fall(record: PersonRecord) -> set[ExerciseReason]:
    return {ExerciseReason.FALL_NOT_REVIEWED} if "fall" in unreviewed(record.events, record.day) else set()


def _title(one: Prescription, catalogue: Mapping[str, Exercise], translate: Translate) -> str:
    _ = translate
    title = title_words(one.exercise, catalogue, translate)
    return _("{title} ({side})").format(title=title, side=side_words(one.side, translate)) if one.side else title


def _names(several: Sequence[Prescription], catalogue: Mapping[str, Exercise], translate: Translate) -> str:
    return "; ".join(dict.fromkeys(_title(one, catalogue, translate) for one in several))


def _row(one: Prescription, catalogue: Mapping[str, Exercise], translate: Translate) -> tuple[str, str, str]:
    return _title(one, catalogue, translate), _dose(one, catalogue, translate), _often(one, translate)


def _dose(one: Prescription, catalogue: Mapping[str, Exercise], translate: Translate) -> str:
    _ = translate
    times = _("{times} times").format(times=translate.number(one.repetitions)) if one.repetitions > 1 else _("once")
    if not isnan(one.hold_s):
        said = _("{times}, hold for {length}").format(times=times, length=_length(one.hold_s, translate))
    else:
        said = times if one.repetitions else _length(one.duration_s, translate)
    parts = [_("{count} rounds: {what}").format(count=translate.number(one.sets), what=said) if one.sets > 1 else said]
    exercise = catalogue.get(one.exercise)
    if one.level in _LEVELS and (exercise is None or len(exercise.levels) > 1):
        parts.append(_(_LEVELS[one.level]))
    if exercise is not None and exercise.supervision == "helper_beside":
        parts.append(_(_HELPER))
    return ", ".join(parts)


def _length(duration_s: float, translate: Translate) -> str:
    _ = translate
    if duration_s == 60.0:
        return _("1 minute")
    if duration_s < 120.0:
        return _("{count} seconds").format(count=translate.plain(duration_s))
    return _("{count} minutes").format(count=translate.plain(duration_s / 60.0))


def _often(one: Prescription, translate: Translate) -> str:
    _ = translate
    if one.times_a_week:
        return _("{count} times a week").format(count=one.times_a_week) if one.times_a_week > 1 else _("once a week")
    days = ", ".join(_(_WEEKDAYS[day]) for day in sorted(one.weekdays))
    if one.times_a_day > 1:
        often = _("{count} times a day").format(count=one.times_a_day)
        return f"{often} ({days})" if days else often
    return days or _("every day")


def safety_section(translate: Translate) -> Section:
    """Say when to stop, and which signs need help now."""
    _ = translate
    said = (
        Statement(_(_STOP), _("Stop at once if"), "stop"),
        Statement(_(_HELP), _("Get medical help now if"), "help"),
    )
    return Section("safety", _("Take care"), (Statements(said),))
