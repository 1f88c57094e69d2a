"""Which walks of a person a verdict rests on, which were left out and why, and what they were made by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.condition_words import activity_words
from footdrop_imu.rehab.lines import Line
from footdrop_imu.rehab.measures import measure_facts
from footdrop_imu.report.analysis_words import said
from footdrop_imu.report.model import Table, Trust
from footdrop_imu.report.person_words import day_of_walk, fit, shortened, told_condition
from footdrop_imu.report.progress_changes import judged_line
from footdrop_imu.report.trust import CHANGE_UNCERTAINTY, NO_DIAGNOSIS, used_table, versions_table
from footdrop_imu.schema_rehab import RESTARTING_EVENTS

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_imu.rehab.progress import Progress
    from footdrop_imu.schema_rehab import PersonRecord, Walk

__all__ = ["digest", "progress_trust", "walk_uses", "walks_table", "walks_versions"]

REASONS: Mapping[str, str] = {
    "compared": mark("compared: in the first or the latest days"),
    "between": mark("counted, between the first and the latest days"),
    "counted": mark("counted, not yet compared"),
    "no_day": mark("left out: nobody said the day"),
    "other_activity": mark("left out: another activity"),
    "other_condition": mark("left out: another condition, shown by itself"),
    "before_event": mark("left out: before an event, shown by itself"),
    "event_day": mark("left out: on the day of an event"),
    "practice": mark("left out: the first day is practice"),
    "quality": mark("left out: the recording was not good"),
    "not_measured": mark("left out: this measure was not measured"),
    "few_strides": mark("left out: too few steps on that day"),
    "not_judged": mark("not used: nothing could be judged"),
}
"""By use: those before "no_day" are used."""
GRADES: Mapping[str, str] = {"good": mark("good"), "usable": mark("usable"), "poor": mark("poor")}
_NOTHING_JUDGED = ("no_primary", "side_unknown", "side_disputed", "no_direction")
_USED = ("compared", "between", "counted")
_MOST_WALKS = 60
_FEWEST_GOOD = 6

_PRACTICE = mark(
    "The first day of each activity is practice, and walks below good quality count for nothing that is judged. The "
    "days are compared, not the walks: walks of one day are put together."
)
_INTERVAL = mark(
    'The interval holds the true change in about 95 of 100 such comparisons. "Better" or "worse" is said of a person '
    "in whom nothing changes in about one comparison of twenty."
)
_MANY = mark(
    "Only one measure, chosen at the start, is judged. Of many measures seen side by side one or another leaves its "
    "limits by chance."
)
_MEANING = (
    mark(
        "The numbers come from sensors on the shoes. They show how the foot moves in walking, not how strong a muscle "
        "is nor how a nerve conducts."
    ),
    mark(
        "Two things that change in the same weeks go with each other; that does not say that one comes from the other."
    ),
    mark("What is said of exercising is what was logged or counted."),
)
_QUALITY: Mapping[str, tuple[str, str]] = {
    "good": (mark("Good recordings"), mark("{good} of {all} walks were of good quality. The numbers can be used.")),
    "usable": (
        mark("Usable recordings, with limits"),
        mark("{good} of {all} walks were of good quality. Read the numbers together with these limits."),
    ),
    "poor": (
        mark("Poor recordings"),
        mark("{good} of {all} walks were of good quality. Do not rest a decision on the numbers."),
    ),
}


def walk_uses(found: Progress, record: PersonRecord) -> dict[str, str]:
    """Say of each walk of the record what became of it: its id to a key of ``REASONS``.

    Notes
    -----
    Looked up in the judged line, by the rules that drew it: the days that line holds are the days that count.
    """
    line = found.verdict.line
    measure, side = found.verdict.measure, found.verdict.side
    if found.verdict.reason in _NOTHING_JUDGED:
        return {walk.id: "not_judged" for walk in record.walks}
    days = {walk.id: day_of_walk(walk.start) for walk in record.walks}
    cuts = sorted({event.day for event in record.events if event.kind in RESTARTING_EVENTS and event.day <= record.day})
    counted = set() if line is None else set(line.day.tolist())
    compared = _compared_days(line)
    table = record.measures
    here = (table["measure"] == measure).to_numpy() & (table["side"] == side).to_numpy()
    here &= np.isfinite(table["value"].to_numpy(np.float64))
    measured = set(table["walk"].to_numpy()[here].tolist())
    practice = _first_days(table)

    def use(walk: Walk) -> str:
        day = days[walk.id]
        outside = (
            ("no_day", day is None),
            ("other_activity", line is not None and walk.activity != line.activity),
            ("event_day", day in cuts),
            ("other_condition", line is not None and walk.condition_key != line.condition),
            ("before_event", day is not None and bool(cuts) and day < cuts[-1]),
            ("practice", day is not None and day == practice.get(walk.activity)),
            ("quality", walk.quality != "good"),
            ("not_measured", walk.id not in measured),
            ("few_strides", day not in counted),
        )
        reason = next((name for name, holds in outside if holds), "")
        return reason or ("counted" if not compared else "compared" if day in compared else "between")

    return {walk.id: use(walk) for walk in record.walks}


def _first_days(measures: pd.DataFrame) -> dict[str, date]:
    """The first day of each activity."""
    known = measures[measures["day"].notna()]
    found = known.groupby("activity")["day"].min()
    return {str(activity): day.date() for activity, day in found.items()}


def _compared_days(line: Line | None) -> set[Any]:
    if line is None or not line.compared:
        return set()
    return {*line.day[: line.baseline_count].tolist(), *line.day[-line.latest_count :].tolist()}


def walks_table(record: PersonRecord, uses: Mapping[str, str], translate: Translate) -> Table | None:
    """List the walks, the latest first, with what became of each; of many the latest ones."""
    _ = translate
    if not record.walks:
        return None
    shown = record.walks[: -_MOST_WALKS - 1 : -1]
    rows = []
    for walk in shown:
        day = day_of_walk(walk.start)
        quality = [translate(GRADES.get(walk.quality, walk.quality)), *(said(one, translate) for one in walk.reasons)]
        rows.append(
            (
                translate.day(day) if day is not None else _("day not known"),
                activity_words(walk.activity, translate),
                told_condition(walk.condition_key, translate),
                shortened("; ".join(quality), 160) or "–",
                translate(REASONS[uses[walk.id]]),
            )
        )
    caption = _("Walks, the latest first")
    if len(record.walks) > len(shown):
        caption = _("The latest {count} of {all} walks").format(count=len(shown), all=len(record.walks))
    head = (_("Day"), _("Activity"), _("Condition"), _("Quality"), _("Use"))
    return Table(head, tuple(rows), caption)


def progress_trust(found: Progress, record: PersonRecord, uses: Mapping[str, str], translate: Translate) -> Trust:
    """Say how far the report can be trusted, and why."""
    _ = translate
    total = len(record.walks)
    good = sum(walk.quality == "good" for walk in record.walks)
    counts = Counter(uses.values())
    quality, title, words = "", _("No walk was recorded"), _("Nothing can be said of the walking.")
    if total:
        quality = _quality(found, good, total)
        title, words = (translate(text) for text in _QUALITY[quality])
        words = words.format(good=translate.number(good), all=translate.number(total))
    line = judged_line(found)
    meaning = [translate(text) for text in _MEANING]
    if line is not None and measure_facts(line.measure).family:
        meaning.insert(
            1,
            _(
                "More room under the toes can be bought by lifting the whole leg. It is called better only where that "
                "was checked."
            ),
        )
    return Trust(
        quality,
        title,
        words,
        _poor_reasons(record, translate),
        _advice(found, counts, translate),
        used_table(
            translate,
            (_("Walks"), _("Count")),
            {_("All walks"): (total,), **_counted(counts, _USED, translate)},
            _counted(counts, [use for use in REASONS if use not in _USED], translate),
            _("Walks used for the verdict, and left out"),
        ),
        tuple(translate(text) for text in (CHANGE_UNCERTAINTY, _INTERVAL, _PRACTICE, _MANY)),
        (*meaning, translate(NO_DIAGNOSIS)),
        _sources(found, translate),
        walks_versions(record, translate),
        (),
    )


def _counted(counts: Mapping[str, int], uses: Sequence[str], translate: Translate) -> dict[str, tuple[int]]:
    return {translate(REASONS[use]): (counts[use],) for use in uses if counts.get(use)}


def _quality(found: Progress, good: int, total: int) -> str:
    """Good: nearly all walks are, and enough for a comparison; poor: most are not, or too few to compare any."""
    line = found.verdict.line
    enough = good >= _FEWEST_GOOD and (line is None or line.compared)
    if enough and good >= 0.8 * total:
        return "good"
    return "usable" if good >= 0.5 * total else "poor"


def _poor_reasons(record: PersonRecord, translate: Translate) -> tuple[str, ...]:
    """How many recordings were not good."""
    _ = translate
    below = Counter(walk.quality or "?" for walk in record.walks if walk.quality != "good")
    words = {"usable": _("Recordings usable with limits: {count}"), "poor": _("Poor recordings: {count}")}
    other = _("Recordings not graded: {count}")
    return tuple(words.get(grade, other).format(count=count) for grade, count in below.most_common())


def _advice(found: Progress, counts: Mapping[str, int], translate: Translate) -> tuple[str, ...]:
    _ = translate
    told: list[str] = []
    if counts.get("quality"):
        told.append(_("Charge the sensors, keep the receiver close; a walk's own report says what was wrong with it."))
    if counts.get("few_strides") or counts.get("not_measured"):
        told.append(_("Walk farther each time: about 20 m straight on are the least, for toe drags about 150 m."))
    if found.verdict.reason in ("conditions_differ", "few_days", "after_event"):
        told.append(_("Walk under like conditions, two or three days a week: the same shoes, brace, stick and floor."))
    if counts.get("no_day"):
        told.append(_("Say when a walk was made: without its day it has no place in a course."))
    return tuple(told)


def _sources(found: Progress, translate: Translate) -> tuple[str, ...]:
    """Where what is known of the judged measure beforehand is from."""
    line = found.verdict.line
    if line is None:
        return ()
    facts = measure_facts(line.measure)
    return (f"{translate(facts.source)}; doi:{facts.doi}",) if facts.doi else ()


def walks_versions(record: PersonRecord, translate: Translate) -> Table:
    """Tell by which versions and settings the walks were analyzed, and the digest of what was read."""
    _ = translate
    versions = Counter(walk.version or _("not recorded") for walk in record.walks)
    settings = Counter(walk.config_hash or _("not recorded") for walk in record.walks)
    files = sum(len(walk.hashes) for walk in record.walks)
    more = [
        (_("Walks analyzed by version"), _listed(versions, translate)),
        (_("Walks by settings of the analysis"), _listed(settings, translate)),
        (_("Files of the walks with their own hash"), translate.number(files)),
        (_("Digest of all walks and their files"), digest(record)),
    ]
    return versions_table(translate, more=more if record.walks else ())


def _listed(counts: Counter[str], translate: Translate) -> str:
    shown = [f"{fit(name)} ({translate.number(count)})" for name, count in counts.most_common(5)]
    return ", ".join(shown) + (", …" if len(counts) > len(shown) else "")


def digest(record: PersonRecord) -> str:
    """SHA-256 of the walks' ids, settings and their files' hashes, in their order."""
    found = sha256()
    for walk in record.walks:
        files = (f"{name}={sha}" for name, sha in sorted(walk.hashes.items()))
        parts = (walk.id, walk.start, walk.version, walk.config_hash, *files)
        found.update("\n".join(parts).encode("utf-8", "replace"))
        found.update(b"\0")
    return found.hexdigest()
