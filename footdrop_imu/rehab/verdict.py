"""Better, worse, unchanged or not known: the one judged measure of a person, and all that forbids a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import nan

import numpy as np

from footdrop_imu.language import Translate
from footdrop_imu.rehab.change import ChangeConfig, compare_days
from footdrop_imu.rehab.lines import Line, LineConfig
from footdrop_imu.rehab.measures import COMPENSATIONS, SPEED, MeasureFacts, measure_facts
from footdrop_imu.rehab.progress_words import Said, say
from footdrop_imu.schema_rehab import RESTARTING_EVENTS, Patient, TimelineEvent

__all__ = ["VERDICTS", "EqualSpeed", "Verdict", "VerdictConfig", "equal_speed", "judge", "natural_recovery"]

VERDICTS = ("better", "worse", "unchanged", "not_known")


@dataclass(frozen=True)
class VerdictConfig:
    """What forbids a verdict."""

    speed_share: float = 0.10
    """How much walking speed may differ; beyond it the change at equal speed is judged."""
    recovery_days: int = 183
    """From a stroke on: recovery goes on by itself."""
    lines: LineConfig = field(default_factory=LineConfig)
    change: ChangeConfig = field(default_factory=ChangeConfig)


@dataclass(frozen=True)
class EqualSpeed:
    """The change of a measure with the days' walking speed taken out; NaN where the days do not tell it.

    ``speed_share``: how much faster the latest days were, 0.1 = 10 %. The rest in the measure's unit.
    """

    speed_share: float
    change: float = nan
    low: float = nan
    high: float = nan
    smallest_detectable: float = nan


@dataclass(frozen=True)
class Verdict:
    """What can be said of the judged measure: ``code`` of ``VERDICTS``, ``reason`` why it is not known ("" = it is).

    ``sentences``: the first is the verdict itself. ``line``: what was compared, None = nothing. ``risen``: measures of
    compensation that rose beyond measurement error.
    """

    measure: str
    side: str
    code: str
    reason: str
    sentences: tuple[Said, ...]
    line: Line | None = None
    at_equal_speed: EqualSpeed | None = None
    risen: tuple[str, ...] = ()


def judge(
    patient: Patient,
    lines: Sequence[Line],
    events: Iterable[TimelineEvent],
    translate: Translate,
    *,
    side_disputed: bool = False,
    config: VerdictConfig | None = None,
) -> Verdict:
    """Judge the person's primary measure.

    Parameters
    ----------
    patient
        With the primary measure, its side and the goal.
    lines
        Of ``lines.draw_lines``, with these events.
    events
        On the person's time line.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    side_disputed
        The signal contradicts what was said about left and right: nothing is judged.
    config
        Limits.

    Returns
    -------
    Verdict

    Notes
    -----
    "Better" and "worse" say that the change exceeds the smallest detectable one in that direction; each is said
    wrongly of an unchanged person in about one comparison of twenty. What compensation can pretend (clearance, drags,
    lift) is called better only where walking speed is within a tenth or its part is taken out, and circumduction, foot
    height and vaulting were measured and have not risen beyond their own error.
    """
    config = config or VerdictConfig()
    measure = patient.primary_measure
    if not measure:
        return _unknown("no_primary", measure, "", say("no_primary", translate))
    side = _side(patient, lines)
    if not side:
        return _unknown("side_unknown", measure, "", say("side_unknown", translate, measure))
    if side_disputed:
        return _unknown("side_disputed", measure, side, say("side_disputed", translate))
    facts = measure_facts(measure)
    if facts.direction == 0:
        return _unknown("no_direction", measure, side, say("no_direction", translate, measure))
    own = [line for line in lines if line.measure == measure and line.side == side]
    now = [line for line in own if line.current]
    line = max(now, key=_newest, default=None)
    if line is None or not line.compared:
        return _too_little(own, line, events, translate, (measure, side), config)
    return _judged(patient, lines, line, translate, config)


def natural_recovery(patient: Patient, day: date, config: VerdictConfig | None = None) -> bool:
    """Say whether recovery is likely by itself on this day: within six months of a stroke, or a nerve grows back."""
    config = config or VerdictConfig()
    if patient.nerve_regrowth:
        return True
    return (
        patient.cause == "stroke"
        and patient.onset is not None
        and day - patient.onset <= timedelta(days=config.recovery_days)
    )


def equal_speed(line: Line, speed: Line, config: ChangeConfig | None = None) -> EqualSpeed:
    """Take the part of walking speed out of a compared line's change, by the person's own days.

    Parameters
    ----------
    line, speed
        The measure's and the speed's, of the same walks; days without a speed are left out.
    config
        Of the comparison.

    Returns
    -------
    EqualSpeed
        The share alone where fewer than eight days, or three at either end, have both.
    """
    both, mine, its = np.intersect1d(line.day, speed.day, return_indices=True)
    before = int((mine < line.baseline_count).sum())
    after = int((mine >= line.day.shape[0] - line.latest_count).sum())
    if min(before, after) < 1:
        return EqualSpeed(nan)
    pace = speed.value[its]
    share = float(pace[-after:].mean() / pace[:before].mean() - 1.0)
    if both.shape[0] < 8 or min(before, after) < 3 or np.ptp(pace) <= 1e-6:
        return EqualSpeed(share)
    found = compare_days(
        line.value[mine][None],
        both.astype(np.int64),
        before,
        after,
        np.array([measure_facts(line.measure).prior_sem]),
        line.standard_error[mine][None],
        pace,
        config,
    )
    return EqualSpeed(share, *(float(x[0]) for x in (found.change, found.low, found.high, found.smallest_detectable)))


def _side(patient: Patient, lines: Sequence[Line]) -> str:
    if patient.primary_side:
        return patient.primary_side
    if patient.affected in ("left", "right"):
        return patient.affected
    sides = {line.side for line in lines if line.measure == patient.primary_measure}
    return "both" if "both" in sides else ""


def _newest(line: Line) -> tuple[bool, np.datetime64, int]:
    some = line.day.shape[0] > 0
    return some, line.day[-1] if some else np.datetime64(0, "D"), line.day.shape[0]


def _unknown(reason: str, measure: str, side: str, said: Said, line: Line | None = None) -> Verdict:
    return Verdict(measure, side, "not_known", reason, (said,), line)


def _too_little(
    own: Sequence[Line],
    line: Line | None,
    events: Iterable[TimelineEvent],
    translate: Translate,
    which: tuple[str, str],
    config: VerdictConfig,
) -> Verdict:
    """Say what is missing."""
    measure, side = which
    needed = 2 * config.lines.fewest_days
    count = 0 if line is None else line.day.shape[0]
    others = sum(one.day.shape[0] for one in own if one.current and one is not line)
    earlier = sum(one.day.shape[0] for one in own if not one.current)
    left_out = {} if line is None else line.left_out
    last = max((one for one in events if one.kind in RESTARTING_EVENTS), key=lambda one: one.day, default=None)
    if others and count + others >= needed:
        said = say("conditions_differ", translate, count=count, needed=needed, left_out=others)
    elif last is not None and earlier:
        kind = last.kind.replace("_", " ")
        said = say("after_event", translate, day=last.day.isoformat(), event=kind, count=count, needed=needed)
    elif line is None:
        said = say("nothing_measured", translate, measure, side=side)
    elif left_out.get("quality", 0) and count + left_out["quality"] >= needed:
        said = say("quality", translate, count=count, needed=needed, left_out=left_out["quality"])
    elif left_out.get("few_strides", 0) and count + left_out["few_strides"] >= needed:
        fewest, out = measure_facts(measure).fewest_count, left_out["few_strides"]
        said = say("few_strides", translate, count=count, needed=needed, left_out=out, fewest=fewest)
    else:
        said = say("few_days", translate, count=count, needed=needed)
    return _unknown(said.code, measure, side, said, line)


def _judged(
    patient: Patient, lines: Sequence[Line], line: Line, translate: Translate, config: VerdictConfig
) -> Verdict:
    """Judge a line that has days enough."""
    facts = measure_facts(line.measure)
    numbers: dict[str, float | str] = {"side": line.side, "baseline": line.baseline, "latest": line.latest}
    paced = _paced(line, lines, config) if facts.family else None
    change, detectable = line.change, line.smallest_detectable
    if facts.family and (paced is None or not np.isfinite(paced.speed_share)):
        return _unknown(
            "speed_unknown",
            line.measure,
            line.side,
            say("speed_unknown", translate, line.measure, side=line.side),
            line,
        )
    extra: list[Said] = []
    if paced is not None and abs(paced.speed_share) > config.speed_share:
        percent = float(abs(round(100.0 * paced.speed_share)))
        faster = "faster" if paced.speed_share > 0 else "slower"
        if not np.isfinite(paced.change):
            said = say("speed_differs", translate, line.measure, side=line.side, percent=percent, faster=faster)
            return Verdict(line.measure, line.side, "not_known", said.code, (said,), line, paced)
        change, detectable = paced.change, paced.smallest_detectable
        extra.append(
            say(
                "at_equal_speed",
                translate,
                line.measure,
                percent=percent,
                faster=faster,
                change=change,
                low=paced.low,
                high=paced.high,
            )
        )
    code = _beyond(facts, line.baseline, change, detectable)
    if code == "above_praise":
        said = say("above_praise", translate, line.measure, **numbers, praise=facts.praise_to)
        return Verdict(line.measure, line.side, "not_known", code, (said, *extra), line, paced)
    risen: tuple[str, ...] = ()
    if code == "better" and facts.family:
        risen, unmeasured = _compensation(line, lines)
        if risen or unmeasured:
            reason = "compensated" if risen else "compensation_unknown"
            others = ", ".join(translate(measure_facts(name).words) for name in risen or unmeasured)
            said = say(reason, translate, line.measure, **numbers, others=others)
            return Verdict(line.measure, line.side, "not_known", reason, (said, *extra), line, paced, risen)
    said = say(
        f"{code}_keep" if patient.goal == "keep" else code,
        translate,
        line.measure,
        **numbers,
        change=change,
        detectable=detectable,
    )
    return Verdict(line.measure, line.side, code, "", (said, *extra), line, paced)


def _beyond(facts: MeasureFacts, baseline: float, change: float, detectable: float) -> str:
    """Compare a change with the smallest detectable one; above the range of praise more counts for nothing."""
    if change * facts.direction > detectable:
        praised = min(baseline + change, facts.praise_to) - min(baseline, facts.praise_to)
        return "better" if facts.direction < 0 or praised > detectable else "above_praise"
    if change * facts.direction < -detectable:
        lost = min(baseline, facts.praise_to) - min(baseline + change, facts.praise_to)
        return "worse" if facts.direction < 0 or lost > detectable else "unchanged"
    return "unchanged"


def _like(line: Line, lines: Sequence[Line], measure: str, side: str) -> Line | None:
    """Find another measure of the same walks."""
    wanted = (measure, side, line.activity, line.condition, line.part)
    return next(
        (one for one in lines if (one.measure, one.side, one.activity, one.condition, one.part) == wanted), None
    )


def _paced(line: Line, lines: Sequence[Line], config: VerdictConfig) -> EqualSpeed | None:
    for side in (line.side, "both"):
        speed = _like(line, lines, SPEED, side)
        if speed is not None and speed.day.shape[0]:
            return equal_speed(line, speed, config.change)
    return None


def _compensation(line: Line, lines: Sequence[Line]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which of the compensations rose beyond their error, and which could not be compared."""
    risen, unmeasured = [], []
    for measure in COMPENSATIONS:
        other = _like(line, lines, measure, line.side)
        if other is None or not other.compared:
            unmeasured.append(measure)
        elif other.change > other.smallest_detectable:
            risen.append(measure)
    return tuple(risen), tuple(unmeasured)
