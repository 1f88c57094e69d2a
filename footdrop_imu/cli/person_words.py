"""How the terminal shows a person: facts, events, findings, helpers, walks, and what exercises ask."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

import click

from footdrop_imu.language import Translate, mark, spoken
from footdrop_imu.rehab.cautions import CAUTIONS
from footdrop_imu.rehab.condition_words import activity_words, condition_words
from footdrop_imu.rehab.measures import MEASURES, measure_facts
from footdrop_imu.rehab.safety_words import RED_FLAGS
from footdrop_imu.schema_rehab import Patient

if TYPE_CHECKING:
    from footdrop_imu.people.patients import WholePerson
    from footdrop_imu.schema_rehab import Walk

__all__ = [
    "helper_words",
    "show_facts",
    "show_measures",
    "show_questions",
    "show_red_flags",
    "show_unreviewed",
    "show_walks_kept",
    "show_whole",
]
_FACTS = {
    "affected": mark("side of the foot drop"),
    "cause": mark("cause"),
    "onset": mark("began on"),
    "severity": mark("how far the foot can be lifted"),
    "goal": mark("goal"),
    "primary_measure": mark("measure that is judged"),
    "primary_side": mark("side that is judged"),
    "nerve_regrowth": mark("a nerve is growing back"),
    "leg_length_m": mark("leg length, m"),
    "time_zone": mark("time zone"),
    "answers": mark("answers"),
}
_WORDS = ("cause", "severity", "goal")
_SIDES = {"left": mark("left"), "right": mark("right"), "both": mark("both sides"), "unknown": mark("not known")}
_SEES = {
    "steps": mark("steps"),
    "exercises": mark("exercises"),
    "pain": mark("pain"),
    "notes": mark("notes"),
    "results": mark("results"),
}
_FINDINGS = {
    "dorsiflexor_strength_mrc": mark("strength of lifting the foot (0 to 5)"),
    "ankle_range_deg": mark("range of the ankle, °"),
    "spasticity_mas": mark("spasticity (modified Ashworth)"),
    "walking_category_fac": mark("walking category (0 to 5)"),
    "adherence_score": mark("questionnaire on adherence (0 to 24)"),
}
_QUALITIES = {"good": mark("good"), "usable": mark("usable"), "poor": mark("poor")}
_WAITING = {
    "red_flag": mark("Signs that need medical help were not looked into yet: all exercises wait."),
    "fall": mark("A fall was not looked into yet: balance and walking exercises wait."),
}


def show_facts(patient: Patient, say: Translate) -> None:
    """Show what is known of a person, and what to choose where no measure was chosen to be judged."""
    _ = say
    click.echo(patient.id)
    for field in fields(Patient)[1:]:
        value = getattr(patient, field.name)
        if value in (None, "", False, {}) or value != value:
            continue
        if field.name == "answers":
            said = {True: _("yes"), False: _("no")}
            value = ", ".join(f"{name} = {said[answer]}" for name, answer in patient.answers.items())
        elif field.name in ("affected", "primary_side"):
            value = say(_SIDES[value])
        elif field.name in _WORDS:
            value = say(spoken(value))
        elif field.name == "primary_measure":
            value = f"{say(measure_facts(value).words)} ({value})"
        elif value is True:
            value = _("yes")
        elif field.name == "onset":
            value = say.day(value)
        elif isinstance(value, float):
            value = say.plain(value)
        _line(f"{say(_FACTS[field.name])}: {value}")
    if not patient.primary_measure:
        _line(_("No measure was chosen to be judged. Choose one before the exercising begins:"))
        _line(f"footdrop person change {patient.id} --primary-measure foot_pitch_mid_swing_deg", "    ")
        _line(_("All that there are: {command}").format(command="footdrop person measures"), "    ")


def show_whole(found: WholePerson, say: Translate, *, facts: bool = True) -> None:
    """Show all that is kept of a person but walks, plans and log; ``facts``: also of the disease."""
    _ = say
    if facts:
        show_facts(found.patient, say)
    else:
        click.echo(found.patient.id)
    events = [f"{say.day(event.day)} {say(spoken(event.kind))} {event.note}" for event in found.events]
    findings = [
        f"{say.day(one.day)} {say(_FINDINGS[one.measure])} {say(_SIDES[one.side]) if one.side else ''} "
        f"{say.plain(one.value)} {one.note}"
        for one in found.clinical_entries
    ]
    for title, lines in (
        (_("Events"), events),
        (_("Findings"), findings),
        (_("Helpers"), [helper_words(helper.name, helper.sees, say) for helper in found.helpers]),
    ):
        if lines:
            click.echo(title)
        for line in lines:
            _line(" ".join(line.split()))
    kept = _("Kept: walks {walks}, versions of the plan {versions}")
    click.echo(kept.format(walks=found.walk_count, versions=found.plan_version_count))


def helper_words(name: str, sees: Sequence[str], say: Translate) -> str:
    """Say what a helper may see."""
    _ = say
    return _("{name} sees: {what}").format(name=name, what=", ".join(say(_SEES[word]) for word in sees))


def show_unreviewed(waiting: Collection[str], pseudonym: str, say: Translate, *, named: bool = True) -> None:
    """Show what has to be looked into before exercises go on; ``named``: also what it is."""
    _ = say
    if waiting and not named:
        _line(_("Some exercises wait until something was looked into."), "! ")
        return
    for kind, words in _WAITING.items():
        if kind in waiting:
            _line(say(words), "! ")
    if waiting:
        told = _("Once it was looked into: {command}")
        _line(told.format(command=f"footdrop person event {pseudonym} review"))


def show_walks_kept(kept: Sequence[Walk], disputed: Collection[str], say: Translate) -> None:
    """Show the walks of a person's course; ``disputed`` ids of those that name the other foot."""
    _ = say
    quality_words = _("quality {word}")
    for walk in kept:
        words = [walk.start[:16].replace("T", " "), walk.name or walk.id[:8], activity_words(walk.activity, say)]
        quality = _QUALITIES.get(walk.quality)
        words += [quality_words.format(word=say(quality)) if quality else "", condition_words(walk.condition_key, say)]
        _line(", ".join(word for word in words if word), "")
        if walk.id in disputed:
            _line("! " + _("This walk says that the other foot drops: no verdict until that is settled."))
    if not kept:
        click.echo(_("No walks yet. They are kept when they are analyzed with the person's pseudonym."), err=True)


def show_measures(say: Translate) -> None:
    """Show the measures that can be judged, each with its name and its words."""
    names = [name for name, facts in MEASURES.items() if facts.direction]
    wide = max(map(len, names))
    for name in names:
        _line(f"{name:{wide}}  {say(MEASURES[name].words)}", "", " " * (wide + 2))


def show_questions(say: Translate) -> None:
    """Show the questions that exercises ask, and the signs that need help now."""
    asked = {name: say(caution.question) for name, caution in CAUTIONS.items() if caution.question}
    wide = max(map(len, asked))
    for name, words in asked.items():
        _line(f"{name:{wide}}  {words}", "", " " * (wide + 2))
    show_red_flags("PERSON", say)


def show_red_flags(pseudonym: str, say: Translate) -> None:
    """Show the signs that need help now, and how one is entered."""
    _ = say
    click.echo()
    click.echo(_("Get medical help now if:"))
    for words in RED_FLAGS.values():
        _line(say(words), "  ! ", "    ")
    told = _("Get help first, then enter it, so that the exercises pause: {command}")
    _line(told.format(command=f"footdrop person event {pseudonym} red_flag"))


def _line(text: str, begin: str = "  ", indent: str | None = None) -> None:
    from footdrop_imu.cli.console import fitted

    click.echo(fitted(begin + text, "    " if indent is None else indent, err=False))
