"""Comparisons as they are told: two times, two conditions, two feet, or the settings of a bench, with what is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from footdrop_imu.rehab.before_after import BeforeAfter
from footdrop_imu.rehab.fitting_bench import Bench
from footdrop_imu.rehab.lift_timing import LiftTiming
from footdrop_imu.rehab.progress_words import Said
from footdrop_imu.rehab.side_by_side import BesideOther
from footdrop_imu.rehab.two_conditions import TwoConditions
from footdrop_imu.rehab.two_times import Seen
from footdrop_imu.schema_rehab import Patient

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BenchesShown",
    "ComparedWalk",
    "ConditionsCompared",
    "FeetCompared",
    "TimesCompared",
    "compared_walks",
    "setting_means",
]


@dataclass(frozen=True)
class ComparedWalk:
    """One walk of a comparison.

    ``start`` ISO 8601, "" = not said. ``setting``: what it stands for, such as a setting of an aid, before or after.
    ``values`` of the compared measure by side, left, right or both; empty = not measured. ``left_out``: why it does not
    count, "" = it does: quality, not_measured, practice, before_event, other_conditions, one_foot, older.
    ``condition`` as ``walk_measures.condition_key`` writes it.
    """

    name: str
    id: str
    start: str
    setting: str
    quality: str
    values: Mapping[str, float]
    left_out: str = ""
    activity: str = ""
    condition: str = ""


@dataclass(frozen=True)
class TimesCompared:
    """Two times of a person.

    ``judged``: the verdict by days; None where nobody said the days, or both times are of one day. ``seen``: every
    measure of both times. ``walks``: those before first, as they were named. ``sentences``: the first is the answer.
    """

    patient: Patient
    before: tuple[str, ...]
    after: tuple[str, ...]
    judged: BeforeAfter | None
    seen: tuple[Seen, ...]
    walks: tuple[ComparedWalk, ...]
    sentences: tuple[Said, ...]


@dataclass(frozen=True)
class ConditionsCompared:
    """A person's walks in two conditions; the first sentence is the answer.

    ``walks`` with one of the two conditions, in order of time. ``means``: by measure, then condition: plain means of
    the walks that count, nothing taken out.
    """

    patient: Patient
    found: TwoConditions
    walks: tuple[ComparedWalk, ...]
    means: Mapping[str, Mapping[str, float]]
    sentences: tuple[Said, ...]


@dataclass(frozen=True)
class FeetCompared:
    """One foot against the other in every measure of both; the first sentence is the answer, of the one measure."""

    patient: Patient
    feet: tuple[BesideOther, ...]
    walks: tuple[ComparedWalk, ...]
    sentences: tuple[Said, ...]


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
    walks: tuple[ComparedWalk, ...]
    means: Mapping[str, Mapping[str, float]]
    timing: Mapping[str, LiftTiming]
    sentences: tuple[Said, ...]
    timing_said: Mapping[str, tuple[Said, ...]]


def compared_walks(
    table: pd.DataFrame,
    measure: str,
    names: Mapping[str, str],
    settings: Mapping[str, str],
    left_out: Mapping[str, str],
    side: str = "",
) -> tuple[ComparedWalk, ...]:
    """List the walks of a comparison.

    Parameters
    ----------
    table
        ``columns_rehab.WALK_MEASURE_COLUMNS``, all measures of these walks.
    measure
        What is compared.
    names, settings, left_out
        By the walk's id; a walk that has no setting is not listed, one that is not in the table was not
        measured.
    side
        Whose measure has to be there, "" = of either foot or of both together.

    Returns
    -------
    tuple of ComparedWalk
        In the order of ``settings``.
    """
    each = table.drop_duplicates("walk")
    told = (each[name].astype(str) for name in ("start", "quality", "activity", "condition"))
    known = dict(zip(each["walk"], zip(*told, strict=True), strict=True))
    rows = table[table["measure"] == measure]
    values: dict[str, dict[str, float]] = {}
    for walk, side, value in zip(rows["walk"], rows["side"], rows["value"], strict=True):
        if isfinite(value):
            values.setdefault(str(walk), {})[str(side)] = float(value)
    found = []
    for walk, setting in settings.items():
        own = values.get(walk, {})
        start, quality, activity, condition = known.get(walk, ("", "", "", ""))
        missing = "" if (own if not side else {side, "both"} & own.keys()) else "not_measured"
        reason = left_out.get(walk, "") or missing
        found.append(
            ComparedWalk(names.get(walk, walk), walk, start, setting, quality, own, reason, activity, condition)
        )
    return tuple(found)


def setting_means(
    table: pd.DataFrame, by_setting: Mapping[str, Sequence[str]], side: str
) -> dict[str, dict[str, float]]:
    """Give plain means by measure and setting, of a side or else of both feet; ``by_setting``: ids of walks."""
    found: dict[str, dict[str, float]] = {}
    for measure, rows in table.groupby("measure"):
        own = rows[rows["side"] == (side if (rows["side"] == side).any() else "both")]
        if len(own):
            found[str(measure)] = {
                name: float(own.loc[own["walk"].isin(list(ids)), "value"].mean()) for name, ids in by_setting.items()
            }
    return found
