"""Pitch courses of comparisons: one foot at two times or with two settings, or both feet, all strides pooled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.progress_words import WORDS
from footdrop_imu.report.comparison_numbers import capital
from footdrop_imu.report.comparison_trust import Recorded, Walked
from footdrop_imu.report.figure_data import Curve, CycleCourse
from footdrop_imu.report.model import Figure, Table
from footdrop_imu.report.walk_courses import counted
from footdrop_imu.schema import SIDES
from footdrop_imu.schema_rehab import PersonRecord

if TYPE_CHECKING:
    from footdrop_imu.rehab.compared import BenchesShown, TimesCompared
    from footdrop_imu.schema import FloatArray, SessionResult

__all__ = ["pitch_of_feet", "pitch_of_settings", "pitch_of_times"]

_AT_TWO_TIMES = {
    "left": mark("Foot pitch of the left foot, before and after"),
    "right": mark("Foot pitch of the right foot, before and after"),
}
_BY_SETTING = {
    "left": mark("Foot pitch of the left foot, by setting"),
    "right": mark("Foot pitch of the right foot, by setting"),
}


def pitch_of_times(
    found: TimesCompared, walks: Walked, times: Mapping[str, str], translate: Translate
) -> Figure | None:
    """The affected foot's pitch at both times; None where the recordings are not at hand, or nobody said the foot."""
    side = found.patient.affected
    if isinstance(walks, PersonRecord) or side not in SIDES:
        return None
    parts = {"before": walks[: len(found.before)], "after": walks[len(found.before) :]}
    curves = [_curve(_results(own), side, time, times[time]) for time, own in parts.items()]
    return _figure(curves, translate(_AT_TWO_TIMES[side]), translate)


def pitch_of_settings(
    found: BenchesShown, walks: Walked, settings: Mapping[str, str], translate: Translate
) -> Figure | None:
    """The foot's pitch with either of two settings; None where the recordings are not at hand."""
    side = found.bench.side
    if isinstance(walks, PersonRecord) or side not in SIDES or len(settings) != 2:
        return None
    curves = []
    for (name, words), time in zip(settings.items(), ("before", "after"), strict=True):
        own = {(walk.name, walk.start) for walk in found.walks if walk.setting == name and not walk.left_out}
        results = [result for result, session in walks if (result.session, session.start) in own]
        curves.append(_curve(results, side, time, words))
    return _figure(curves, translate(_BY_SETTING[side]), translate)


def pitch_of_feet(walks: Walked, translate: Translate) -> Figure | None:
    """Both feet's pitch; None where the recordings are not at hand."""
    _ = translate
    if isinstance(walks, PersonRecord):
        return None
    return _figure([_curve(_results(walks), side) for side in SIDES], _("Foot pitch, left and right"), _)


def _results(walks: Sequence[Recorded]) -> list[SessionResult]:
    return [result for result, _ in walks if result.quality.verdict != "poor"]


def _curve(results: Sequence[SessionResult], side: str, time: str = "", words: str = "") -> Curve | None:
    """Pool one foot's pitch courses over the gait cycle, each stride of these walks as much worth as the next."""
    found: list[FloatArray] = []
    stances: list[FloatArray] = []
    for result in results:
        rows = counted(result.strides) & (result.courses.side == side)
        course = result.courses.foot_pitch_deg[rows]
        whole = np.isfinite(course).all(axis=1)
        found.append(course[whole])
        stances.append(result.strides["stance_frac"].to_numpy(float)[rows][whole])
    if not any(len(one) for one in found):
        return None
    low, median, high = np.percentile(np.concatenate(found), (10, 50, 90), axis=0)
    percent = 100 * results[0].courses.gait_cycle_frac
    toe_off = np.concatenate(stances)
    toe_off = toe_off[np.isfinite(toe_off)]
    at = 100 * float(np.median(toe_off)) if len(toe_off) else nan
    value = float(np.interp(at, percent, median)) if isfinite(at) else nan
    return Curve(side, percent, median, low, high, sum(len(one) for one in found), at, value, time, words)


def _figure(curves: Sequence[Curve | None], title: str, translate: Translate) -> Figure | None:
    """Draw pitch courses over the gait cycle; None where there is none."""
    _ = translate
    drawn = tuple(curve for curve in curves if curve is not None)
    if not drawn:
        return None
    names = [curve.words or capital(_(WORDS[curve.side])) for curve in drawn]
    moments = range(0, 101, 10)
    rows = tuple(
        (
            f"{_.number(at)} %",
            *(f"{_.number(float(np.interp(at, curve.percent, curve.median)), 1)}°" for curve in drawn),
        )
        for at in moments
    )
    lowest = [
        _("{name}: {count} strides, from {low}° at its lowest to {high}° at its highest").format(
            name=name, count=_.number(curve.stride_count),
            low=_.number(float(curve.median.min()), 1), high=_.number(float(curve.median.max()), 1),
        )
        for name, curve in zip(names, drawn, strict=True)
    ]  # fmt: skip
    alt = _("Foot pitch over the gait cycle. {curves}.").format(curves="; ".join(lowest))
    caption = _("Line: median of the straight strides. Band: four of five strides. Above 0 the toes point up.")
    data = CycleCourse(
        drawn, _("Gait cycle in % (0 = first contact)"), _("Foot pitch in °, toes up positive"), "°", _("toe off")
    )
    table = Table((_("Gait cycle"), *names), rows, numeric=True)
    return Figure("pitch", title, caption, alt, table, data)
