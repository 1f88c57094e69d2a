"""A person's progress: the judged measure, all others beside it, exercising on the same time axis, all from tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.columns import Column, make_table
from footdrop_imu.columns_rehab import COURSE_COLUMNS, DOSE_COLUMNS, WEEK_COLUMNS
from footdrop_imu.language import Translate
from footdrop_imu.rehab.adherence import weekly
from footdrop_imu.rehab.days import mondays
from footdrop_imu.rehab.dose import dose
from footdrop_imu.rehab.dose_response import DoseResponse, dose_response
from footdrop_imu.rehab.dose_words import dose_sentence
from footdrop_imu.rehab.lines import Line, draw_lines
from footdrop_imu.rehab.plan import due
from footdrop_imu.rehab.progress_words import Said, say
from footdrop_imu.rehab.published_change import published_sentences
from footdrop_imu.rehab.segmented import Segments, segmented
from footdrop_imu.rehab.trend import CorrectedTau, Slope, corrected_tau, theil_sen
from footdrop_imu.rehab.verdict import Verdict, VerdictConfig, judge, natural_recovery
from footdrop_imu.rehab.work_done import match
from footdrop_imu.schema import FloatArray
from footdrop_imu.schema_rehab import Patient, PlanVersion, TimelineEvent

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DAYS_BETWEEN_VERDICTS", "Progress", "after_walk", "progress", "verdict_due"]

DAYS_BETWEEN_VERDICTS = 7
"""A verdict after each walk would be mostly noise, and noise discourages."""
MOST_TREND_DAYS = 100
"""Of a line with more days, so many means of neighboring days go into its trends."""


@dataclass(frozen=True)
class Progress:
    """All that is known of a person's course on a day.

    ``lines``: every measure, side, condition and part with its comparison. ``weeks``: ``WEEK_COLUMNS``. ``course``:
    ``COURSE_COLUMNS``, exercising and the judged measure week by week. ``slope``, ``tau``, ``segments`` and
    ``dose`` of the judged line, None where there is none (the last three: or no plan). ``sentences``: what is said
    beside the verdict. ``also_seen``: the other measures of the same walks, without a verdict. ``verdict_is_due``: a
    week has passed since the last one was shown. ``recovers_naturally``: recovery is likely by itself now.
    """

    patient: str
    day: date
    goal: str
    verdict: Verdict
    verdict_is_due: bool
    recovers_naturally: bool
    sentences: tuple[Said, ...]
    also_seen: tuple[Said, ...]
    lines: tuple[Line, ...]
    weeks: pd.DataFrame
    course: pd.DataFrame
    slope: Slope | None = None
    tau: CorrectedTau | None = None
    segments: Segments | None = None
    dose: DoseResponse | None = None


def progress(
    patient: Patient,
    measures: pd.DataFrame,
    events: Iterable[TimelineEvent],
    versions: Iterable[PlanVersion],
    log: pd.DataFrame,
    today: date,
    translate: Translate,
    *,
    side_disputed: bool = False,
    shown_on: date | None = None,
    config: VerdictConfig | None = None,
) -> Progress:
    """Put a person's walks, plan and log together.

    Parameters
    ----------
    patient
        With affected side, cause and onset, goal, primary measure.
    measures
        ``WALK_MEASURE_COLUMNS``: walks and chair lift tests.
    events
        Of the time line; those after today are not looked at.
    versions
        Of the plan.
    log
        ``LOG_COLUMNS``.
    today
        Where the person lives.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    side_disputed
        The signal contradicts what was said about left and right: nothing is judged.
    shown_on
        When a verdict was last shown; None = never.
    config
        Limits.

    Returns
    -------
    Progress

    Raises
    ------
    SchemaError
        A table without its columns.
    """
    config = config or VerdictConfig()
    known = [event for event in events if event.day <= today]
    plan = list(versions)
    lines = draw_lines(measures, known, config.lines, config.change)
    verdict = judge(patient, lines, known, translate, side_disputed=side_disputed, config=config)
    recovers = natural_recovery(patient, today, config)
    line = verdict.line
    weeks, doses = _exercising(plan, log, today)
    slope = tau = segments = response = None
    if line is not None and line.day.shape[0]:
        day, value = _thinned(line)
        slope = theil_sen(day, value)
        if plan:
            start = float(np.datetime64(min(version.start for version in plan), "D").astype(np.int64))
            tau, segments = corrected_tau(day, value, start), segmented(day, value, start)
        response = _response(line, doses)
    return Progress(
        patient.id,
        today,
        patient.goal,
        verdict,
        verdict_due(shown_on, today),
        recovers,
        _sentences(patient, verdict, lines, response, translate, recovers, shown_on, today),
        _also_seen(verdict, lines, translate),
        lines,
        weeks,
        _course(weeks, doses, _whole(line, lines)),
        slope,
        tau,
        segments,
        response,
    )


def verdict_due(shown_on: date | None, today: date) -> bool:
    """Say whether a new verdict may be shown: a week after the last one, not after each walk."""
    return shown_on is None or today - shown_on >= timedelta(days=DAYS_BETWEEN_VERDICTS)


def after_walk(step_count: int, quality: str, translate: Translate) -> Said:
    """Say all that is said after a single walk; ``quality`` good, usable or poor."""
    return say("after_walk" if quality == "good" else "after_poor_walk", translate, count=step_count)


def _thinned(line: Line) -> tuple[FloatArray, FloatArray]:
    """Days and values of a line; of a long one means of neighbors: trends look at all pairs of them."""
    day = line.day.astype(np.int64).astype(np.float64)
    number = day.shape[0]
    if number <= MOST_TREND_DAYS:
        return day, line.value
    which = np.arange(number) * MOST_TREND_DAYS // number
    count = np.bincount(which)
    return np.bincount(which, day) / count, np.bincount(which, line.value) / count


def _exercising(plan: list[PlanVersion], log: pd.DataFrame, today: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Adherence by week and dose by day; empty where nothing was planned nor logged."""
    begun = [version.start for version in plan]
    if len(log):
        begun.append(log["day"].min().date())
    if not begun or min(begun) > today:
        return _empty(WEEK_COLUMNS), _empty(DOSE_COLUMNS)
    first = min(begun)
    monday = first - timedelta(days=first.weekday())
    asked = due(plan, monday, today + timedelta(days=6 - today.weekday()))
    work = match(asked, log)
    return weekly(asked, log, today, work=work), dose(asked, log, first, today, work=work)


def _empty(columns: tuple[Column, ...]) -> pd.DataFrame:
    return make_table(columns, {column.name: [] for column in columns})


def _response(line: Line, doses: pd.DataFrame) -> DoseResponse | None:
    """How the judged line goes with the dose; None where nothing was exercised."""
    daily = doses["repetitions"].to_numpy(np.float64)
    if not daily.any():
        return None
    day = (line.day - doses["day"].to_numpy().astype("datetime64[D]")[0]).astype(np.int64)
    before = max(0, -int(day.min()))  # walks from before the first entry: nothing was done then
    inside = day < daily.shape[0]
    daily = np.concatenate([np.zeros(before), daily])
    return dose_response((day[inside] + before).astype(np.float64), line.value[inside], daily)


def _whole(line: Line | None, lines: tuple[Line, ...]) -> list[Line]:
    """The judged line with its earlier parts."""
    if line is None:
        return []
    same = (line.measure, line.side, line.activity, line.condition)
    return [one for one in lines if (one.measure, one.side, one.activity, one.condition) == same]


def _course(weeks: pd.DataFrame, doses: pd.DataFrame, parts: list[Line]) -> pd.DataFrame:
    """One time axis: a row for every week with anything to show."""
    import pandas as pd

    together = weeks[weeks["exercise"] == ""].set_index("week")
    worked = doses.groupby(mondays(doses["day"].to_numpy().astype("datetime64[D]")).astype("datetime64[us]"))
    day = np.concatenate([np.array([], dtype="datetime64[D]"), *(part.day for part in parts)])
    value = np.concatenate([np.array([]), *(part.value for part in parts)])
    walked = pd.Series(value, index=mondays(day).astype("datetime64[us]")).groupby(level=0)
    axis = together.index.union(worked.size().index).union(walked.size().index)
    columns = {
        "repetitions": worked["repetitions"].sum(),
        "fading_repetitions": worked["fading_repetitions"].last(),
        "value": walked.mean(),
        "walk_days": walked.size(),
        **{name: together[name] for name in ("due_days", "done_days", "adherence", "adherence_capped")},
    }
    table = {name: series.reindex(axis).to_numpy(np.float64) for name, series in columns.items()}
    table["walk_days"] = np.nan_to_num(table["walk_days"]).astype(np.int64)
    return make_table(COURSE_COLUMNS, {"week": axis.to_numpy(), **table})


def _sentences(
    patient: Patient,
    verdict: Verdict,
    lines: tuple[Line, ...],
    response: DoseResponse | None,
    translate: Translate,
    recovers: bool,
    shown_on: date | None,
    today: date,
) -> tuple[Said, ...]:
    """What is said beside the verdict."""
    said = []
    line = verdict.line
    if line is not None and line.compared:
        said.append(_compared(line, translate))
        said.append(say("interval", translate, line.measure, low=line.low, high=line.high))
        rare = line.chance < 0.01
        said.append(say("chance_rare" if rare else "chance", translate, percent=float(round(100.0 * line.chance))))
        said += published_sentences(patient, line, today, translate)
    said += [_earlier(one, translate) for one in lines if _is_earlier(one, verdict)]
    if response is not None:
        words = dose_sentence(response, verdict.measure, translate, natural_recovery=recovers)
        said.append(Said("dose", words, {"per_100_repetitions": response.per_100_repetitions}))
    elif recovers:
        said.append(say("natural_recovery", translate))
    if verdict.code in ("unchanged", "worse"):
        said.append(
            say(
                "nothing_better_keep" if patient.goal == "keep" and verdict.code == "unchanged" else "nothing_better",
                translate,
            )
        )
    if not verdict_due(shown_on, today) and shown_on is not None:
        next_day = shown_on + timedelta(days=DAYS_BETWEEN_VERDICTS)
        said.append(say("next_verdict", translate, day=next_day.isoformat()))
    return tuple(said)


def _compared(line: Line, translate: Translate) -> Said:
    """Which days were compared."""
    first, latest = line.day[: line.baseline_count], line.day[-line.latest_count :]
    ends = {"first_from": first[0], "first_to": first[-1], "latest_from": latest[0], "latest_to": latest[-1]}
    return say("compared", translate, count=len(first), **{name: str(day) for name, day in ends.items()})


def _is_earlier(line: Line, verdict: Verdict) -> bool:
    return (line.measure, line.side) == (verdict.measure, verdict.side) and line.compared and not line.current


def _earlier(line: Line, translate: Translate) -> Said:
    numbers = {"baseline": line.baseline, "latest": line.latest, "low": line.low, "high": line.high}
    return say("earlier_line", translate, line.measure, side=line.side, day=str(line.day[-1]), **numbers)


def _also_seen(verdict: Verdict, lines: tuple[Line, ...], translate: Translate) -> tuple[Said, ...]:
    """The other measures of the same walks."""
    line = verdict.line
    if line is None:
        return ()
    walks = (line.activity, line.condition, line.part)
    return tuple(
        say(
            "also_seen",
            translate,
            one.measure,
            side=one.side,
            latest=one.latest,
            baseline=one.baseline,
            low=one.low,
            high=one.high,
        )
        for one in lines
        if one.compared
        and (one.activity, one.condition, one.part) == walks
        and one.side in (line.side, "both")
        and one is not line
    )
