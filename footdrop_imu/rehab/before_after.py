"""Before and after a therapy: two groups of walks of one person, paired by measure, or two single walks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.change import Change, compare_days
from footdrop_imu.rehab.lines import Line, draw_lines
from footdrop_imu.rehab.measures import measure_facts
from footdrop_imu.rehab.progress_words import Said, say, sentence
from footdrop_imu.rehab.verdict import Verdict, VerdictConfig, judge, natural_recovery
from footdrop_imu.schema_rehab import Patient

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BeforeAfter", "Glance", "before_after"]

_ONE_SIDED_95 = 1.6449
_GLANCE = mark(
    "{measure} ({side}): {before} before, {after} after. Whether that is a change or how days differ cannot be told: "
    "days alone often differ by up to {usual}."
)
_GLANCE_UNKNOWN = mark(
    "{measure} ({side}): {before} before, {after} after. Whether that is a change or how days differ cannot be told, "
    "and how much days differ is not known."
)
_ASSOCIATION = mark("This shows what differs between the two times, not why.")


@dataclass(frozen=True)
class Glance:
    """A measure before and after where there are too few days to judge, in its own unit.

    ``usual``: what two such groups of days often differ by in people like this one (one-sided 95 %), from the prior
    error of measurement and not from this person's days; NaN = nothing is known.
    """

    measure: str
    side: str
    before: float
    after: float
    usual: float = nan


@dataclass(frozen=True)
class BeforeAfter:
    """What changed from before to after.

    ``verdict`` of the one judged measure. ``lines``: every measure, side and condition with all its days, those before
    as ``baseline_count`` and those after as ``latest_count``; both 0 = too few days to compare. ``glances``: measures
    that could not be compared but were seen both times. ``sentences``: what is said beside the verdict.
    """

    patient: str
    verdict: Verdict
    lines: tuple[Line, ...]
    glances: tuple[Glance, ...]
    sentences: tuple[Said, ...]


def before_after(
    patient: Patient,
    before: pd.DataFrame,
    after: pd.DataFrame,
    translate: Translate,
    *,
    side_disputed: bool = False,
    config: VerdictConfig | None = None,
) -> BeforeAfter:
    """Compare the walks before a therapy with those after it.

    Parameters
    ----------
    patient
        With affected side, goal and primary measure.
    before, after
        ``columns_rehab.WALK_MEASURE_COLUMNS``; all days of the one come before all of the other.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    side_disputed
        The signal contradicts what was said about left and right: nothing is judged.
    config
        Limits.

    Returns
    -------
    BeforeAfter

    Raises
    ------
    SchemaError
        A column is missing, one of the groups is empty, or they overlap in time.

    Notes
    -----
    The change of each measure, its interval and the smallest detectable change are those of a person's progress
    (``change.compare_days``), with the groups given instead of the first and the latest days: three good days or more
    on either side, in like conditions, the very first day being practice. The verdict is ``verdict.judge``'s, at equal
    speed and without compensation. With fewer days there is no verdict: what is known then is only how much days of
    other people differ.
    """
    import pandas as pd

    config = config or VerdictConfig()
    if not (len(before) and len(after)):
        raise SchemaError(
            SchemaReason.WRONG_VALUE, f"{len(before)} rows before, {len(after)} after: give walks of both times."
        )
    both = pd.concat([before, after], ignore_index=True)
    lines = draw_lines(both, (), config.lines, config.change)
    last, first = before["day"].max(), after["day"].min()
    if last >= first:
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"Walks before go on to {last:%Y-%m-%d}, walks after begin on {first:%Y-%m-%d}: give all of the earlier "
            "time first, none on the same day.",
        )
    split = np.datetime64(first, "D")
    compared = tuple(_compared(line, split, config) for line in lines)
    verdict = judge(patient, compared, (), translate, side_disputed=side_disputed, config=config)
    glances = _glances(before, after, compared)
    return BeforeAfter(
        patient.id,
        verdict,
        compared,
        glances,
        _sentences(patient, verdict, compared, glances, first, translate, config),
    )


def _compared(line: Line, split: np.datetime64, config: VerdictConfig) -> Line:
    """Compare the days before the split with those from it on; too few: nothing is compared."""
    earlier = int((line.day < split).sum())
    later = line.day.shape[0] - earlier
    if min(earlier, later) < config.lines.fewest_days:
        nothing: dict[str, Any] = dict.fromkeys(Change._fields, nan)
        return replace(line, baseline_count=0, latest_count=0, **nothing)
    found = compare_days(
        line.value[None],
        line.day.astype(np.int64),
        earlier,
        later,
        np.array([measure_facts(line.measure).prior_sem]),
        line.standard_error[None],
        config=config.change,
    )
    named: dict[str, Any] = {name: float(series[0]) for name, series in found._asdict().items()}
    return replace(line, baseline_count=earlier, latest_count=later, **named)


def _glances(before: pd.DataFrame, after: pd.DataFrame, lines: tuple[Line, ...]) -> tuple[Glance, ...]:
    """Measures seen both times in one condition, good walks only, that no line compares."""
    done = {(line.measure, line.side) for line in lines if line.compared}
    keys = ["measure", "side", "activity", "condition"]
    means = []
    for time, walks in (("before", before), ("after", after)):
        days = walks[walks["quality"] == "good"].groupby([*keys, "day"])["value"].mean()
        means.append(days.groupby(level=keys).agg(["mean", "size"]).add_suffix(f"_{time}"))
    seen = means[0].join(means[1], how="inner")
    glances = []
    for row in seen.reset_index().to_dict("records"):
        measure, side = str(row["measure"]), str(row["side"])
        if (measure, side) not in done:
            error = measure_facts(measure).prior_sem * sqrt(1.0 / row["size_before"] + 1.0 / row["size_after"])
            glances.append(Glance(measure, side, row["mean_before"], row["mean_after"], _ONE_SIDED_95 * error))
    return tuple(glances)


def _sentences(
    patient: Patient,
    verdict: Verdict,
    lines: tuple[Line, ...],
    glances: tuple[Glance, ...],
    first: pd.Timestamp,
    translate: Translate,
    config: VerdictConfig,
) -> tuple[Said, ...]:
    said = []
    line = verdict.line
    if line is not None and line.compared:
        said.append(say("interval", translate, line.measure, low=line.low, high=line.high))
    judged = (verdict.measure, verdict.side)
    said += [_glance(one, translate) for one in glances if (one.measure, one.side) == judged]
    for other in lines:
        if other.compared and other is not line and other.side in (verdict.side, "both"):
            numbers = {"latest": other.latest, "baseline": other.baseline, "low": other.low, "high": other.high}
            said.append(say("also_seen", translate, other.measure, side=other.side, **numbers))
    if natural_recovery(patient, first.date(), config):
        said.append(say("natural_recovery", translate))
    return (*said, Said("association", translate(_ASSOCIATION), {}))


def _glance(one: Glance, translate: Translate) -> Said:
    template = _GLANCE if np.isfinite(one.usual) else _GLANCE_UNKNOWN
    numbers: dict[str, float | str] = {"side": one.side, "before": one.before, "after": one.after, "usual": one.usual}
    return sentence("cannot_tell", template, translate, one.measure, **numbers)
