"""Weeks of a person: walks that change or do not, a plan and what is done of it, and all that is true of them.

What a person's foot can do follows a course of its own (better by less and less, or the same), with the ups and downs
of days around it, of which some is left the next time (an autoregressive process of first order). Every walk is then
simulated like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import Condition, FloatArray, Person
from footdrop_imu.schema_rehab import LogEntry, Patient, PlanVersion, Prescription, TimelineEvent
from footdrop_imu.simulate.aids import aided_condition, with_orthosis
from footdrop_imu.simulate.course_log import ADHERENCE, Adherence, TrueWeek, draw_log
from footdrop_imu.simulate.pattern import Variability, WalkConfig, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import SimulatedWalk, simulate_walk

__all__ = [
    "CourseConfig",
    "CourseWalk",
    "SimulatedCourse",
    "TrueCourse",
    "draw_course",
    "simulate_course_walk",
]

_HALF_WAY_WEEKS = 3.0  # of what is gained, half is there
_CONDITION = Condition(shoe="own", orthosis="none", stimulator="none", aid="none", surface="hard", tiredness="usual")
_CLINIC = "a clinician (made up)"
_PLACE_SCATTER_M = (0.005, 0.003, 0.002)
_STANDING_S = 6.0


@dataclass(frozen=True)
class CourseConfig:
    """One person's weeks.

    Parameters
    ----------
    patient
        Who; the affected side is left or right, the time zone an IANA name.
    severity, gained
        How weak the foot is at the start (`pattern.foot_drop`), and how much less at the end.
    severity_sd, speed_sd_mps, kept_frac
        Ups and downs of days, standard deviations; how much of one walk's is left at the next.
    speed_mps, faster_mps
        Walking speed at the start, and how much more at the end.
    orthosis
        Every other walk is with an ankle-foot orthosis.
    adherence
        How the plan is kept.
    weeks, walks_a_week
        How long, and how often a walk is recorded.
    strides
        Of each foot in a walk, between two numbers.
    poor
        Recordings with many losses, some of a few strides only.
    start
        First day, a Monday.
    seed
        Of everything random.
    """

    patient: Patient
    severity: float = 0.75
    gained: float = 0.0
    severity_sd: float = 0.025
    speed_sd_mps: float = 0.03
    kept_frac: float = 0.4
    speed_mps: float = 0.8
    faster_mps: float = 0.0
    orthosis: bool = False
    adherence: Adherence = ADHERENCE["good"]
    weeks: int = 8
    walks_a_week: int = 3
    strides: tuple[int, int] = (40, 60)
    poor: bool = False
    start: date = date(2026, 2, 23)
    seed: int = 0

    def __post_init__(self) -> None:
        if self.patient.affected not in ("left", "right"):
            raise SchemaError(
                SchemaReason.WRONG_VALUE,
                f"affected is {self.patient.affected!r}; a simulated course needs left or right.",
            )
        bounds = {
            "severity": (0.0, 1.0),
            "gained": (-1.0, 1.0),
            "severity_sd": (0.0, 0.2),
            "speed_sd_mps": (0.0, 0.2),
            "kept_frac": (0.0, 0.95),
            "weeks": (1, 104),
            "walks_a_week": (1, 7),
        }
        for name, (low, high) in bounds.items():
            if not low <= getattr(self, name) <= high:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE, f"{name} is {getattr(self, name)}; a course needs {low} to {high}."
                )


@dataclass(frozen=True)
class CourseWalk:
    """A walk that waits to be simulated: when, how walked, how measured, and in what condition."""

    name: str
    start: datetime
    walk: WalkConfig
    sensor: SensorConfig
    condition: Condition


@dataclass(frozen=True)
class TrueCourse:
    """What is true of a course.

    ``expected_severity`` (n,) of each walk without the ups and downs of days, ``severity`` (n,) with them, both
    without an orthosis; ``orthosis`` (n,) whether it was worn; ``speed_mps`` (n,). What that makes of the foot's angles
    the walks' own true strides say (`walk.true_strides`). ``weeks``: what was due and truly done.
    """

    expected_severity: FloatArray
    severity: FloatArray
    speed_mps: FloatArray
    orthosis: tuple[bool, ...]
    weeks: tuple[TrueWeek, ...]


@dataclass(frozen=True)
class SimulatedCourse:
    """Who, the walks in order, the plan's versions, the log as it was entered, events, and what is true."""

    patient: Patient
    walks: tuple[CourseWalk, ...]
    plan: tuple[PlanVersion, ...]
    log: tuple[LogEntry, ...]
    events: tuple[TimelineEvent, ...]
    truth: TrueCourse


def draw_course(config: CourseConfig) -> SimulatedCourse:
    """Draw a person's weeks; the walks are simulated by `simulate_course_walk`."""
    rng = np.random.default_rng([config.seed, 40])
    days = _walk_days(config, rng)
    n, side = len(days), config.patient.affected
    share = _gained_share(np.array([(day - config.start).days / 7.0 for day in days]), config.weeks)
    expected = config.severity - config.gained * share
    severity = np.clip(expected + config.severity_sd * _days_of(config.kept_frac, n, rng), 0.0, 1.0)
    speed = config.speed_mps + config.faster_mps * share + config.speed_sd_mps * _days_of(config.kept_frac, n, rng)
    worn = tuple(config.orthosis and bool(k % 2) for k in range(n))

    zone = ZoneInfo(config.patient.time_zone)
    walks = []
    for k, day in enumerate(days):
        count = int(rng.integers(config.strides[0], config.strides[1] + 1))
        few = config.poor and rng.random() < 0.4
        usual = WalkConfig(speed_mps=float(speed[k]), standing_s=_STANDING_S, seed=1000 * config.seed + k)
        foot = foot_drop(float(severity[k]))
        walk = replace(
            usual,
            distance_m=(9 if few else count) * 2.0 * float(np.sqrt(60.0 * speed[k] * usual.walk_ratio)),
            left=foot if side == "left" else usual.left,
            right=foot if side == "right" else usual.right,
            variability=Variability().scaled(1.6),
        )
        walks.append(
            CourseWalk(
                name=f"walk_{k + 1:02d}",
                start=datetime.combine(day, time(int(rng.integers(9, 12)), int(rng.integers(0, 60))), tzinfo=zone),
                walk=with_orthosis(walk, side) if worn[k] else walk,
                sensor=_sensor(config, k),
                condition=aided_condition("orthosis" if worn[k] else "none", _CONDITION),
            )
        )
    plan = _plan(config)
    log, weeks = draw_log(plan, config.start, config.weeks, config.adherence, zone, rng)
    truth = TrueCourse(expected, severity, np.asarray(speed), worn, weeks)
    return SimulatedCourse(config.patient, tuple(walks), plan, log, _events(config), truth)


def simulate_course_walk(course: SimulatedCourse, number: int) -> SimulatedWalk:
    """Simulate a course's walk; its session says who, when and in what condition."""
    one = course.walks[number]
    person = Person(id=course.patient.id, affected=course.patient.affected)
    made = simulate_walk(one.walk, one.sensor, name=one.name, person=person, condition=one.condition)
    return replace(made, session=replace(made.session, start=one.start.isoformat()))


def _walk_days(config: CourseConfig, rng: np.random.Generator) -> list[date]:
    """Days spread over each week, shifted by a day now and then; none while away."""
    days = []
    for week in range(config.weeks):
        if week == config.adherence.away_week:
            continue
        even = (np.arange(config.walks_a_week) + 0.5) * 7.0 / config.walks_a_week
        moved = np.clip(np.floor(even) + rng.integers(-1, 2, config.walks_a_week), 0, 6).astype(int)
        days += [config.start + timedelta(days=7 * week + int(day)) for day in np.unique(moved)]
    return days


def _gained_share(week: FloatArray, weeks: int) -> FloatArray:
    """Share of the whole gain that is there: half of what is left every few weeks."""
    return np.asarray((1.0 - 0.5 ** (week / _HALF_WAY_WEEKS)) / (1.0 - 0.5 ** (weeks / _HALF_WAY_WEEKS)))


def _days_of(kept_frac: float, count: int, rng: np.random.Generator) -> FloatArray:
    """Autoregressive course (n,) of standard deviation 1."""
    fresh = rng.standard_normal(count)
    course = np.empty(count)
    now = fresh[0] if count else 0.0
    for k in range(count):
        now = fresh[k] if k == 0 else kept_frac * now + np.sqrt(1.0 - kept_frac**2) * fresh[k]
        course[k] = now
    return course


def _sensor(config: CourseConfig, number: int) -> SensorConfig:
    usual = SensorConfig(
        rate_hz=102.4, random_mounting=True, place_scatter_m=_PLACE_SCATTER_M, seed=1000 * config.seed + number
    )
    return replace(usual, lost_frac=0.05, burst_per_min=20.0, burst_s=0.4) if config.poor else usual


def _plan(config: CourseConfig) -> tuple[PlanVersion, ...]:
    """Help at first; half way on, more of one's own work."""
    side, middle = config.patient.affected, config.start + timedelta(days=7 * (config.weeks // 2))
    first = (
        Prescription("assisted_toe_raise", side, "assisted", sets=2, repetitions=10),
        Prescription("ankle_eversion", side, "active", sets=2, repetitions=10, hold_s=3.0),
        Prescription("ankle_alphabet", side, "active", duration_s=120.0, weekdays=(0, 2, 4)),
        Prescription("walking", "both", "active", duration_s=600.0, times_a_week=3),
    )
    second = (
        Prescription("elevated_toe_tap", side, "active", sets=3, repetitions=10),
        Prescription(
            *("toe_raise_negative", "both", "active"),
            sets=2,
            repetitions=12,
            weekdays=(0, 2, 4),
            cleared=("muscle_disease",),
        ),
        Prescription("ankle_eversion", side, "active", sets=2, repetitions=15, hold_s=3.0),
        Prescription("walking", "both", "active", duration_s=900.0, times_a_week=3),
    )

    def made(day: date) -> datetime:
        return datetime.combine(day - timedelta(days=3), time(14, 0), tzinfo=UTC)

    versions = (PlanVersion(1, config.start, first, made(config.start), _CLINIC, "a first plan"),)
    if config.weeks < 2:
        return versions
    return (*versions, PlanVersion(2, middle, second, made(middle), _CLINIC, "less help, more of your own work"))


def _events(config: CourseConfig) -> tuple[TimelineEvent, ...]:
    events = []
    if config.orthosis:
        events.append(TimelineEvent("new_orthosis", config.start - timedelta(days=14), "an ankle-foot orthosis"))
    if config.weeks >= 2:
        events.append(TimelineEvent("note", config.start + timedelta(days=7 * (config.weeks // 2)), "the plan changed"))
    return tuple(events)
