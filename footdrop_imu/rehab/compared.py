"""Comparisons as they are told: two times, two conditions, two feet, or the settings of a bench, with what is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from footdrop_imu.rehab.before_after import BeforeAfter
from footdrop_imu.rehab.fitting_bench import Bench
from footdrop_imu.rehab.lift_timing import LiftTiming
from footdrop_imu.rehab.progress_words import Said
from footdrop_imu.rehab.side_by_side import BesideOther
from footdrop_imu.rehab.two_conditions import TwoConditions
from footdrop_imu.rehab.two_times import Seen
from footdrop_imu.schema_rehab import Patient

__all__ = ["BenchWalk", "BenchesShown", "ConditionsCompared", "FeetCompared", "TimesCompared"]


@dataclass(frozen=True)
class TimesCompared:
    """Two times of a person.

    ``judged``: the verdict by days; None where nobody said the days, or both times are of one day. ``seen``: every
    measure of both times. ``sentences``: the first is the answer.
    """

    patient: Patient
    before: tuple[str, ...]
    after: tuple[str, ...]
    judged: BeforeAfter | None
    seen: tuple[Seen, ...]
    sentences: tuple[Said, ...]


@dataclass(frozen=True)
class ConditionsCompared:
    """A person's walks in two conditions; the first sentence is the answer."""

    patient: Patient
    found: TwoConditions
    sentences: tuple[Said, ...]


@dataclass(frozen=True)
class FeetCompared:
    """One foot against the other in every measure of both; the first sentence is the answer, of the one measure."""

    patient: Patient
    feet: tuple[BesideOther, ...]
    sentences: tuple[Said, ...]


@dataclass(frozen=True)
class BenchWalk:
    """One walk of a bench: its name, when it began ("" = not said), with which setting, whether it is good."""

    name: str
    id: str
    start: str
    setting: str
    quality: str


@dataclass(frozen=True)
class BenchesShown:
    """A bench and what stands beside it.

    ``walks`` in their order. ``means``: by measure, then setting: plain means of the good walks, nothing taken out.
    ``timing`` by setting, of the side compared. ``sentences``: the first says where a bench belongs; ``timing_said`` by
    setting.
    """

    patient: Patient
    clinician: str
    bench: Bench
    walks: tuple[BenchWalk, ...]
    means: Mapping[str, Mapping[str, float]]
    timing: Mapping[str, LiftTiming]
    sentences: tuple[Said, ...]
    timing_said: Mapping[str, tuple[Said, ...]]
