"""What a person writes down of a plan, and what of it is true: done, partly, missed, excused, entered twice."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from math import isnan
from typing import Final

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema_rehab import LogEntry, PlanVersion, Prescription

__all__ = ["ADHERENCE", "Adherence", "TrueWeek", "draw_log"]


@dataclass(frozen=True)
class Adherence:
    """How a person keeps to a plan.

    Parameters
    ----------
    done_frac
        Chance that a session that is due is done.
    weekend_frac
        By how much that chance is smaller on Saturdays and Sundays.
    partly_frac
        Share of the sessions done that end early.
    written_frac
        Share of the missed sessions that are written down as not done.
    sensor_frac
        Share of the sessions done of countable exercises that the shoe sensor counts too.
    corrected_frac
        Share of the entries that are put right later.
    away_week
        Week, counted from 0, in which the person is away and excused; -1 = none.
    pain_days
        Days from the start on which an exercise ends with pain.
    """

    done_frac: float = 0.9
    weekend_frac: float = 0.0
    partly_frac: float = 0.1
    written_frac: float = 0.3
    sensor_frac: float = 0.25
    corrected_frac: float = 0.02
    away_week: int = -1
    pain_days: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name in ("done_frac", "weekend_frac", "partly_frac", "written_frac", "sensor_frac", "corrected_frac"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE, f"{name} is {getattr(self, name)}; a share from 0 to 1 was expected."
                )


ADHERENCE: Final[Mapping[str, Adherence]] = {
    "good": Adherence(0.9),
    "mixed": Adherence(0.6, weekend_frac=0.3, partly_frac=0.2),
    "away": Adherence(0.8, away_week=4),
    "poor": Adherence(0.35, weekend_frac=0.2, partly_frac=0.3, written_frac=0.1, sensor_frac=0.05),
}
"""Kinds of people by name."""

_COUNTABLE = ("assisted_toe_raise", "ankle_eversion", "toe_raise_negative", "elevated_toe_tap", "walking")
_HOURS = (9.5, 18.0, 13.0)  # of the first, second, third session of a day


@dataclass(frozen=True)
class TrueWeek:
    """What was due and truly done in the week that begins on ``monday``, in sessions of all exercises together.

    Sessions of excused days are left out; one that ended early counts by its share.
    """

    monday: date
    due_sessions: float
    done_sessions: float
    excused_days: int


def draw_log(
    versions: Sequence[PlanVersion],
    start: date,
    week_count: int,
    kept: Adherence,
    zone: tzinfo,
    rng: np.random.Generator,
) -> tuple[tuple[LogEntry, ...], tuple[TrueWeek, ...]]:
    """Live through the weeks, day by day.

    Parameters
    ----------
    versions
        The plan.
    start
        A Monday.
    week_count
        Weeks.
    kept
        How the plan is kept.
    zone
        Where the person lives.
    rng
        Source of chance.

    Returns
    -------
    entries
        In the order in which they were entered.
    weeks
        What is true.
    """
    if start.weekday():
        raise SchemaError(SchemaReason.WRONG_VALUE, f"The course begins on {start}; a Monday was expected.")
    diary = _Diary(kept, zone, rng)
    for week in range(week_count):
        diary.week(versions, start + timedelta(days=7 * week), week)
    entries = sorted(diary.entries, key=lambda entry: (entry.entered_at or entry.at, entry.id))
    return tuple(entries), tuple(diary.weeks)


class _Diary:
    def __init__(self, kept: Adherence, zone: tzinfo, rng: np.random.Generator) -> None:
        self.kept, self.zone, self.rng = kept, zone, rng
        self.entries: list[LogEntry] = []
        self.weeks: list[TrueWeek] = []

    def week(self, versions: Sequence[PlanVersion], monday: date, number: int) -> None:
        due = done = 0.0
        away = number == self.kept.away_week
        free: dict[str, list[int]] = {}
        for weekday in range(7):
            day = monday + timedelta(days=weekday)
            plan = [version for version in versions if version.start <= day][-1:]
            asked = [one for version in plan for one in version.prescriptions]
            if away:
                self._excuse(day)
                continue
            for order, one in enumerate(asked):
                if one.times_a_week and one.exercise not in free:
                    free[one.exercise] = sorted(self.rng.choice(7, one.times_a_week, replace=False).tolist())
                times = int(weekday in free[one.exercise]) if one.times_a_week else one.times_a_day
                if one.weekdays and weekday not in one.weekdays:
                    times = 0
                for session in range(times):
                    share = self._session(one, day, 7 * number + weekday, session, order)
                    if not isnan(share):
                        due += 1.0
                        done += share
        self.weeks.append(TrueWeek(monday, due, done, 7 if away else 0))

    def _session(self, one: Prescription, day: date, day_number: int, session: int, order: int) -> float:
        """Share that is done of a session that is due; NaN = excused."""
        kept, rng = self.kept, self.rng
        at = self._at(day, _HOURS[min(session, 2)] + 0.25 * order + 0.15 * float(np.clip(rng.standard_normal(), -2, 2)))
        hurts = day_number in kept.pain_days and order == 0
        chance = kept.done_frac - (kept.weekend_frac if day.weekday() >= 5 else 0.0)
        if not hurts and rng.random() >= chance:
            if rng.random() < kept.written_frac:
                reason = str(rng.choice(["no time", "forgot", "tired"]))
                self._enter(one, at, "not_done", reason=reason)
            return 0.0
        if hurts:
            self._enter(one, at, "excused", 0.3, reason="pain", pain=5.0)
            return float("nan")
        partly = rng.random() < kept.partly_frac
        share = float(rng.uniform(0.3, 0.8)) if partly else 1.0
        told = self._enter(one, at, "partly" if partly else "done", share, reason="tired" if partly else "")
        if one.exercise in _COUNTABLE and rng.random() < kept.sensor_frac:
            self._count(told, at)
        return share

    def _enter(
        self,
        one: Prescription,
        at: datetime,
        outcome: str,
        share: float = 0.0,
        *,
        reason: str = "",
        pain: float = float("nan"),
    ) -> LogEntry:
        rng, works = self.rng, share > 0.0
        full = max(one.repetitions, 1)
        repetitions = max(1, round(share * one.sets * full)) if works and one.repetitions else 0
        takes_s = one.hold_s * repetitions if repetitions else one.duration_s * share * one.sets
        entry = LogEntry(
            id=self._id(),
            exercise=one.exercise,
            day=at.date(),
            at=at,
            side=one.side,
            level=one.level,
            outcome=outcome,
            reason=reason,
            sets=max(1, round(share * one.sets)) if works else 0,
            repetitions=repetitions,
            duration_s=float(round(takes_s)) if works and not isnan(takes_s) else float("nan"),
            pain=pain if works and not isnan(pain) else (float(rng.integers(0, 3)) if works else float("nan")),
            effort=float(rng.integers(2, 7)) if works else float("nan"),
            entered_at=at + timedelta(minutes=int(rng.integers(2, 40))),
        )
        self.entries.append(entry)
        if works and outcome != "excused" and rng.random() < self.kept.corrected_frac:
            wrong = replace(entry, repetitions=entry.repetitions + 10, sets=entry.sets + 1)
            self.entries[-1] = wrong
            later = (entry.entered_at or at) + timedelta(hours=1)
            self.entries.append(replace(entry, id=self._id(), replaces=wrong.id, entered_at=later))
        return entry

    def _count(self, told: LogEntry, at: datetime) -> None:
        """The shoe sensor saw the same bout: a double that must not count twice."""
        missed = int(self.rng.random() < 0.2)
        self.entries.append(
            replace(
                told,
                id=self._id(),
                at=at - timedelta(minutes=int(self.rng.integers(3, 15))),
                repetitions=max(told.repetitions - missed, 0),
                outcome=told.outcome,
                reason="",
                pain=float("nan"),
                effort=float("nan"),
                source="sensor",
                entered_at=at,
            )
        )

    def _excuse(self, day: date) -> None:
        at = self._at(day, 20.0)
        self.entries.append(
            LogEntry(id=self._id(), exercise="", day=day, at=at, outcome="excused", reason="away", entered_at=at)
        )

    def _at(self, day: date, hour: float) -> datetime:
        minutes = round(60.0 * hour)
        return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=self.zone)

    def _id(self) -> str:
        return str(uuid.UUID(bytes=self.rng.bytes(16), version=4))
