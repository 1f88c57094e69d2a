"""What happened to a person: falls and signs, events, versions of the plan, conditions walked in, findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from footdrop_imu.language import Translate, mark, spoken
from footdrop_imu.rehab.condition_words import activity_words
from footdrop_imu.rehab.plan_words import dose_words, side_words, title_words
from footdrop_imu.rehab.safety import unreviewed
from footdrop_imu.report.figure_data import Event
from footdrop_imu.report.model import Statement, Table
from footdrop_imu.report.person_words import (
    FINDINGS,
    day_of_walk,
    differing,
    fit,
    percent,
    range_words,
    shortened,
    told_condition,
)
from footdrop_imu.schema_rehab import RESTARTING_EVENTS

if TYPE_CHECKING:
    from footdrop_imu.rehab.exercises import Exercise
    from footdrop_imu.schema_rehab import PersonRecord

__all__ = [
    "clinical_table",
    "conditions_table",
    "events_table",
    "fall_statements",
    "marked_events",
    "new_conditions",
    "plan_table",
    "waiting_statements",
]

_WAITING: Mapping[str, str] = {
    "red_flag": mark("Signs that need medical help were not looked into yet: all exercises wait."),
    "fall": mark("A fall was not looked into yet: balance and walking exercises wait."),
}
_MOST_EVENTS = 8
_MOST_SIGNS = 28
_NEAR = timedelta(days=28)
"""An event so long before the first walk or exercise is still on the picture."""
_SERIOUS = ("fall", "near_fall", "red_flag")


def waiting_statements(record: PersonRecord, translate: Translate) -> tuple[Statement, ...]:
    """Say what has to be looked into before exercises go on."""
    _ = translate
    waiting = unreviewed(record.events, record.day)
    return tuple(Statement(translate(words), _("First"), kind) for kind, words in _WAITING.items() if kind in waiting)


def fall_statements(record: PersonRecord, translate: Translate) -> tuple[Statement, ...]:
    """Say how many falls and warning signs there were; nothing where there were none."""
    _ = translate
    counts = Counter(event.kind for event in record.events if event.day <= record.day)
    parts = [
        _("{what}: {count}").format(what=translate(spoken(kind)), count=translate.number(counts[kind]))
        for kind in _SERIOUS
        if counts[kind]
    ]
    if not parts:
        return ()
    last = max(event.day for event in record.events if event.kind in _SERIOUS and event.day <= record.day)
    words = _("{counts}. The latest on {day}.").format(counts=", ".join(parts), day=translate.day(last))
    return (Statement(words, _("Falls and warning signs"), "falls", {kind: counts[kind] for kind in _SERIOUS}),)


def events_table(record: PersonRecord, translate: Translate, most: int = 0) -> Table | None:
    """List the events of the time line, the latest first, ``most`` of them (0 = all); None where there are none."""
    _ = translate
    events = sorted(record.events, key=lambda event: event.day, reverse=True)[: most or None]
    rows = tuple((translate.day(one.day), translate(spoken(one.kind)), fit(one.note) or "–") for one in events)
    return Table((_("Day"), _("Event"), _("Note")), rows, _("Events, the latest first")) if rows else None


def plan_table(
    record: PersonRecord, catalogue: Mapping[str, Exercise], translate: Translate, most: int = 0
) -> Table | None:
    """List the versions of the plan, the latest first, ``most`` of them (0 = all); None where there is no plan."""
    _ = translate
    rows = []
    for version in sorted(record.plan, key=lambda one: one.version, reverse=True)[: most or None]:
        parts = [
            f"{fit(title_words(one.exercise, catalogue, translate))}: {dose_words(one, translate)}"
            for one in version.prescriptions
        ]
        rows.append(
            (
                _("Version {number}, from {day}, by {author}").format(
                    number=version.version, day=translate.day(version.start), author=fit(version.author) or "–"
                ),
                "; ".join(parts) or _("a pause: nothing is due"),
                fit(version.note) or "–",
            )
        )
    head = (_("Plan"), _("What it asks for"), _("Note"))
    return Table(head, tuple(rows), _("Versions of the plan, the latest first")) if rows else None


def conditions_table(record: PersonRecord, translate: Translate) -> Table | None:
    """Count the walks in each condition, with their days and how many were good; None where nobody walked."""
    _ = translate
    groups: dict[tuple[str, str], list[tuple[date | None, bool]]] = {}
    for walk in record.walks:
        place = groups.setdefault((walk.activity, walk.condition_key), [])
        place.append((day_of_walk(walk.start), walk.quality == "good"))
    rows = []
    for (activity, key), walks in sorted(groups.items(), key=lambda one: -len(one[1])):
        days = [day for day, _good in walks if day is not None]
        good = sum(good for _day, good in walks)
        rows.append(
            (
                f"{activity_words(activity, translate)}: {told_condition(key, translate)}",
                translate.number(len(walks)),
                _("{count} ({percent})").format(
                    count=translate.number(good), percent=percent(good / len(walks), translate)
                ),
                range_words(min(days), max(days), translate) if days else _("day not known"),
            )
        )
    head = (_("Condition"), _("Walks"), _("Of good quality"), _("Days"))
    return Table(head, tuple(rows), _("How the person walked")) if rows else None


def clinical_table(record: PersonRecord, translate: Translate) -> Table | None:
    """List what a clinician entered, the latest first, as it was entered; None where there is nothing."""
    _ = translate
    rows = tuple(
        (
            translate.day(one.day),
            translate(FINDINGS[one.measure]) if one.measure in FINDINGS else fit(spoken(one.measure)),
            side_words(one.side, translate) or "–",
            translate.plain(one.value),
            fit(one.author) or "–",
            fit(one.note) or "–",
        )
        for one in sorted(record.clinical, key=lambda one: one.day, reverse=True)
    )
    head = (_("Day"), _("Finding"), _("Side"), _("Value"), _("By"), _("Note"))
    return Table(head, rows, _("A clinician's own findings, as entered")) if rows else None


def marked_events(record: PersonRecord, first: date, last: date, translate: Translate) -> tuple[Event, ...]:
    """What happened, the most telling where it is too much for a picture, in order of days."""
    _ = translate
    told: list[tuple[int, date, Event]] = []
    for event in record.events:
        if event.kind in (*RESTARTING_EVENTS, "red_flag", "near_fall"):
            words = shortened(translate(spoken(event.kind)), _MOST_SIGNS)
            told.append(
                (0 if event.kind != "near_fall" else 3, event.day, Event(event.day.isoformat(), "event", words))
            )
    told += [
        (1, day, Event(day.isoformat(), "condition", shortened(words, _MOST_SIGNS)))
        for day, words in new_conditions(record, translate)
    ]
    for version in record.plan:
        words = _("plan {number}").format(number=version.version)
        told.append((2, version.start, Event(version.start.isoformat(), "plan", words)))
    near = [one for one in told if first - _NEAR <= one[1] <= last]
    kept = sorted(near, key=lambda one: (one[0], -one[1].toordinal()))[:_MOST_EVENTS]
    return tuple(event for _order, _day, event in sorted(kept, key=lambda one: (one[1], one[0])))


def new_conditions(record: PersonRecord, translate: Translate) -> list[tuple[date, str]]:
    """On which day a person walked in a condition for the first time, and what was new; the first one is not new."""
    seen: dict[str, date] = {}
    for walk in record.walks:
        day = day_of_walk(walk.start)
        if day is not None and walk.condition_key:
            seen[walk.condition_key] = min(day, seen.get(walk.condition_key, day))
    names = differing(seen)
    ordered = sorted(seen.items(), key=lambda one: one[1])
    return [(day, told_condition(key, translate, names)) for key, day in ordered[1:]]
