"""Comparisons of what the store keeps: two conditions of a person, two feet, several people with what they did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.language import Translate, mark
from footdrop_imu.people.comparisons import LEAD_MEASURE, measures_of, names_of, setting_of, who_walked
from footdrop_imu.people.diary import log_of
from footdrop_imu.people.plans import today
from footdrop_imu.rehab.adherence import weekly
from footdrop_imu.rehab.compared import ConditionsCompared, FeetCompared, compared_walks, setting_means
from footdrop_imu.rehab.comparison_words import condition_sentences, people_sentences, side_sentences
from footdrop_imu.rehab.lines import draw_lines
from footdrop_imu.rehab.plan import due
from footdrop_imu.rehab.progress_words import Said
from footdrop_imu.rehab.several_people import PeopleConfig, PeopleEffect, several_people
from footdrop_imu.rehab.side_by_side import FEWEST_DAYS, MOST_DAYS, side_by_side
from footdrop_imu.rehab.two_conditions import two_conditions
from footdrop_imu.schema import SIDES
from footdrop_imu.schema_rehab import CHAIR_LIFT_TEST
from footdrop_imu.store.course import events
from footdrop_imu.store.people import people, person
from footdrop_imu.store.plans import plan_versions
from footdrop_imu.store.walks import walk_measures, walks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    import pandas as pd

    from footdrop_imu.people.comparisons import Recorded
    from footdrop_imu.schema_rehab import Patient
    from footdrop_imu.store.database import Store

__all__ = [
    "PeopleCompared",
    "Visit",
    "compare_conditions",
    "compare_feet",
    "compare_feet_of",
    "compare_people",
]

_WEEKS_BEFORE = 2
"""Whole weeks before a walk whose adherence is set beside it."""


@dataclass(frozen=True)
class Visit:
    """A day with a good walk: whose, days since that person's plan began, the measure, adherence before it."""

    person: str
    day: float
    value: float
    adherence: float


@dataclass(frozen=True)
class PeopleCompared:
    """Several people; ``left_out`` says of whom nothing entered and why. The first sentence is the answer."""

    measure: str
    people: tuple[str, ...]
    left_out: tuple[str, ...]
    visits: tuple[Visit, ...]
    effect: PeopleEffect
    sentences: tuple[Said, ...]


def compare_conditions(
    store: Store,
    pseudonym: str,
    key: str,
    values: tuple[str, str],
    translate: Translate,
    *,
    measure: str = "",
    last_day: date | None = None,
) -> ConditionsCompared:
    """Compare a person's walks in two conditions over weeks.

    Parameters
    ----------
    store, pseudonym
        Where and whose.
    key, values
        Key of the condition, and its two values.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    measure
        What is compared; "" = the person's own, or ``LEAD_MEASURE``.
    last_day
        Later walks do not count; None = all do.

    Raises
    ------
    StoreError
        No such person, or no walk.
    """
    patient = _judged_on(person(store, pseudonym), measure)
    table = _walks(store, pseudonym, last_day)
    known = [event for event in events(store, pseudonym) if last_day is None or event.day <= last_day]
    found = two_conditions(
        table, known, patient.primary_measure, key, values, patient.affected, side=patient.primary_side
    )
    settings = {walk: setting_of(condition, key) for walk, condition in _conditions(table) if walk in found.walks}
    left_out = _below_good(table) | {walk: reason for walk, reason in found.walks.items() if reason}
    by_setting = {
        name: [walk for walk, own in settings.items() if own == name and not left_out.get(walk)] for name in values
    }
    return ConditionsCompared(
        patient,
        found,
        compared_walks(table, patient.primary_measure, _names(store, pseudonym), settings, left_out, found.bench.side),
        setting_means(table, by_setting, found.bench.side or "both"),
        condition_sentences(found, translate),
    )


def compare_feet(
    store: Store,
    pseudonym: str,
    translate: Translate,
    *,
    measure: str = "",
    last_day: date | None = None,
) -> FeetCompared:
    """Compare the feet of a person by their latest walks, those in the latest walk's conditions.

    Raises
    ------
    StoreError
        No such person, or no walk.
    """
    patient = _judged_on(person(store, pseudonym), measure)
    table = _walks(store, pseudonym, last_day)
    latest = table.iloc[-1]
    alike = (table["activity"] == latest["activity"]) & (table["condition"] == latest["condition"])
    return _feet(patient, table[alike], _names(store, pseudonym), translate)


def compare_feet_of(recorded: Sequence[Recorded], translate: Translate, *, measure: str = "") -> FeetCompared:
    """Compare the feet in recorded walks of one person.

    Raises
    ------
    FileFormatError
        ``NOT_ALIKE``: walks of two people, or a recording twice.
    """
    import pandas as pd

    table = measures_of(recorded)
    # walks of which nobody said the day count as of one
    table = table.assign(day=table["day"].fillna(pd.Timestamp(0)))
    return _feet(who_walked(recorded, measure), table, names_of(recorded), translate)


def _feet(patient: Patient, table: pd.DataFrame, names: Mapping[str, str], translate: Translate) -> FeetCompared:
    feet = side_by_side(table, patient.affected)
    said = side_sentences(feet, patient.primary_measure, patient.affected, FEWEST_DAYS, translate)
    good = table[table["quality"] == "good"]
    sides = good[good["side"].isin(SIDES)].groupby("walk")["side"].nunique()
    both = good[good["walk"].isin(sides.index[sides == len(SIDES)])]
    latest = set(both.loc[both["day"].isin(sorted(set(both["day"]))[-MOST_DAYS:]), "walk"])
    older = {str(walk): "older" if walk in set(both["walk"]) else "one_foot" for walk in set(good["walk"]) - latest}
    walks = dict.fromkeys(table.sort_values("start", kind="stable")["walk"], "")
    listed = compared_walks(table, patient.primary_measure, names, walks, _below_good(table) | older)
    return FeetCompared(patient, feet, listed, said)


def compare_people(
    store: Store,
    pseudonyms: Sequence[str],
    measure: str,
    now: datetime,
    translate: Translate,
    *,
    last_day: date | None = None,
    config: PeopleConfig | None = None,
) -> PeopleCompared:
    """Ask whether a measure goes with doing the plan, within people and between them.

    Parameters
    ----------
    store, pseudonyms
        Where and who; empty = everybody.
    measure
        Of each person's affected side.
    now
        The instant, with its zone.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    last_day
        What is later does not count; None = all does up to today.
    config
        Limits.

    Raises
    ------
    StoreError
        A person who is not in the store.

    Notes
    -----
    A visit is a day with a good walk in the conditions in which that person walked most often; its adherence is the
    mean of the last two whole weeks before it, nothing above the plan counted. The first day is practice.
    """
    config = config or PeopleConfig()
    asked = tuple(dict.fromkeys(pseudonyms)) or tuple(patient.id for patient in people(store))
    visits: list[Visit] = []
    left_out: list[str] = []
    for name in asked:
        until = last_day or today(store, name, now)
        own, reason = _visits(store, person(store, name), measure, until)
        visits += own
        if reason:
            left_out.append(f"{name} ({translate(reason)})")
    day, value, adherence = (np.array([getattr(one, name) for one in visits]) for name in Visit.__match_args__[1:])
    effect = several_people([one.person for one in visits], day, value, adherence, config)
    said = people_sentences(effect, measure, config.fewest_people, left_out, translate)
    return PeopleCompared(measure, asked, tuple(left_out), tuple(visits), effect, said)


def _visits(store: Store, patient: Patient, measure: str, day: date) -> tuple[list[Visit], str]:
    """Days with walks of one person, or in words why there are none."""
    side = patient.primary_side if patient.primary_measure == measure else ""
    side = side or patient.affected
    versions = [version for version in plan_versions(store, patient.id) if version.start <= day]
    if not versions:
        return [], mark("no plan")
    table = walk_measures(store, patient.id, [measure], last_day=day)
    lines = [line for line in draw_lines(table, events(store, patient.id)) if line.side in (side, "both")]
    lines = [line for line in lines if len(line.day)]
    if not lines:
        return [], mark("no walk that counts") if side in ("left", "right") else mark("affected side not said")
    line = max(lines, key=lambda one: (one.side == side, len(one.day)))
    begin = min(version.start for version in versions)
    first = begin - timedelta(days=begin.weekday())
    log = log_of(store, patient.id)
    log = log[log["day"].dt.date <= day].reset_index(drop=True) if len(log) else log
    weeks = weekly(due(versions, first, day + timedelta(days=6 - day.weekday())), log, day)
    over = weeks[(weeks["exercise"] == "") & (weeks["state"] == "over")]
    monday = over["week"].to_numpy().astype("datetime64[D]")
    share = over["adherence_capped"].to_numpy(dtype=float)
    visits = []
    for when, value in zip(line.day, line.value, strict=True):
        before = share[monday + np.timedelta64(7, "D") <= when][-_WEEKS_BEFORE:]
        before = before[np.isfinite(before)]
        since = float((when - np.datetime64(begin, "D")).astype(int))
        visits.append(Visit(patient.id, since, float(value), float(before.mean()) if len(before) else nan))
    return visits, ""


def _conditions(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Id and condition of each walk, in order of time."""
    each = table.drop_duplicates("walk").sort_values("start", kind="stable")
    return list(zip(each["walk"].astype(str), each["condition"].astype(str), strict=True))


def _below_good(table: pd.DataFrame) -> dict[str, str]:
    return dict.fromkeys(table.loc[table["quality"] != "good", "walk"], "quality")


def _names(store: Store, pseudonym: str) -> dict[str, str]:
    return {walk.id: walk.name or walk.id for walk in walks(store, pseudonym)}


def _judged_on(patient: Patient, measure: str) -> Patient:
    chosen = measure or patient.primary_measure or LEAD_MEASURE
    side = patient.primary_side if chosen == patient.primary_measure else ""
    return replace(patient, primary_measure=chosen, primary_side=side)


def _walks(store: Store, pseudonym: str, last_day: date | None) -> pd.DataFrame:
    table = walk_measures(store, pseudonym, last_day=last_day)
    table = table[table["activity"] != CHAIR_LIFT_TEST]
    if table.empty:
        until = f" until {last_day}" if last_day else ""
        raise StoreError(
            StoreReason.NOT_FOUND,
            f"No walk of {pseudonym} is kept{until}. `footdrop analyze --person {pseudonym}` keeps one.",
        )
    return table
