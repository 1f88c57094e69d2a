"""The walk report as plain values: every word and number of the page, before there is a page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

from footdrop_imu.report import wording
from footdrop_imu.report.drawing import clearance_sd_m, counted, landing_counts
from footdrop_imu.report.measures import NOT_MEASURED
from footdrop_imu.report.rows import Row, Sources, lead_groups, other_rows
from footdrop_imu.report.sensors import sensor_sentence
from footdrop_imu.report.tables import Table, left_out_table, step_table, unavailable_table
from footdrop_imu.report.toe_drag import DragPart, drag_clause, drag_part
from footdrop_imu.schema import SIDES, Session, SessionResult

__all__ = ["WalkPage", "walk_page"]

_FEW_FRAC = 0.05


@dataclass(frozen=True)
class WalkPage:
    """All that the walk report says."""

    title: str
    session: str
    facts: tuple[tuple[str, str], ...]
    verdict: str
    verdict_title: str
    verdict_words: str
    reasons: tuple[str, ...]
    sensors: str
    advice: tuple[str, ...]
    sentences: tuple[tuple[str, str], ...]
    sides: tuple[str, ...]
    difference_head: str
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    sources: tuple[str, ...]
    drags: DragPart | None
    zero: tuple[str, ...]
    landings: Mapping[str, Mapping[str, int]]
    others: tuple[Row, ...]
    steps: Table
    steps_note: str
    left_out: Table
    unavailable: Table
    notes: tuple[str, ...]
    files: Table
    provenance: str
    trace: str


def _recorded_sides(result: SessionResult, session: Session) -> tuple[str, ...]:
    """Sides with a foot recording, or at least a row; left before right."""
    found = {stream.segment.removesuffix("_foot") for stream in session.streams if stream.segment.endswith("_foot")}
    found |= set(result.strides["side"]) | set(result.rejected["side"].dropna())
    found |= set(_feet(result))
    return tuple(side for side in SIDES if side in found) or SIDES


def _feet(result: SessionResult) -> Mapping[str, Mapping[str, Any]]:
    feet = result.provenance.get("feet")
    return feet if isinstance(feet, Mapping) else {}


def _facts(result: SessionResult, session: Session, sides: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    affected = {"left": "left", "right": "right", "both": "both sides"}.get(session.person.affected, "not recorded")
    strides = ", ".join(f"{side} {int((result.strides['side'] == side).sum())}" for side in sides)
    facts = [
        ("Person", session.person.id or "not named"),
        ("When", wording.start_text(session.start)),
        ("Activity", session.activity.replace("_", " ") or "not recorded"),
        ("Condition", wording.condition_text(session.condition)),
        ("Affected side", affected),
        ("Strides measured", strides),
    ]
    if session.note:
        facts.append(("Note", session.note))
    return tuple(facts)


def _faults(result: SessionResult) -> list[str]:
    """Reasons of rejected and doubtful strides where they concern more than a few; without strides the walk's too."""
    reasons = Counter(result.rejected["reason"].dropna())
    for words in result.strides["grade_reason"].dropna():
        reasons.update(words.split(";"))
    few = _FEW_FRAC * (len(result.rejected) + len(result.strides))
    faults = [reason for reason, count in reasons.items() if count > few]
    return faults if len(result.strides) else [*faults, *result.quality.reasons]


def _plain(value: object) -> object:
    """Make JSON of anything: numbers that are none become null, unknown things their text."""
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def walk_page(result: SessionResult, session: Session) -> WalkPage:
    """Put into words what a walk gave.

    Parameters
    ----------
    result
        What the analysis found; any table may be empty and any number NaN.
    session
        Who walked, when and how; its signals are not looked at.

    Returns
    -------
    WalkPage
        Plain text, not escaped.
    """
    sides = _recorded_sides(result, session)
    feet = {side: _feet(result).get(side, {}) for side in sides}
    affected = session.person.affected
    sources = Sources()
    groups = lead_groups(result, sides, sources)
    measured = any(cell.value != NOT_MEASURED for _, rows in groups for row in rows for cell in row.cells)
    landings = {side: landing_counts(result.strides, side) for side in sides}
    by_side = {"left": result.summary.left, "right": result.summary.right}
    use = counted(result.strides)
    counts = {side: int((use & (result.strides["side"] == side).to_numpy(bool)).sum()) for side in sides}
    drags = result.summary.drags
    sentences = [
        wording.foot_sentence(
            side,
            by_side[side],
            landings[side],
            feet[side],
            affected=affected in (side, "both"),
            clearance_sd_m=clearance_sd_m(result.strides, side),
            without_minimum_frac=result.summary.clearance_risk.get(side, {}).get("without_local_minimum_frac", nan),
            other=by_side["right" if side == "left" else "left"],
            drags=drag_clause(drags[side]) if side in drags else "",
        )
        for side in sorted(sides, key=lambda side: affected in SIDES and side != affected)
    ]
    pace = wording.pace_sentence(result.summary.both)
    verdict = result.quality.verdict
    verdict_title, verdict_words = wording.VERDICTS.get(verdict, (f"Recording graded {verdict or 'not at all'}", ""))
    steps, steps_note = step_table(result.strides)
    one_affected = affected in SIDES
    version = str(result.provenance.get("version", "not recorded"))
    return WalkPage(
        title="Walk report",
        session=result.session,
        facts=_facts(result, session, sides),
        verdict=verdict if verdict in wording.VERDICTS else "other",
        verdict_title=verdict_title,
        verdict_words=verdict_words,
        reasons=result.quality.reasons,
        sensors=sensor_sentence(feet),
        advice=wording.advice(feet, counts, _faults(result)),
        sentences=(*sentences, *([("Pace", pace)] if pace else [])),
        sides=sides,
        difference_head="Affected against other" if one_affected else "Left against right",
        groups=groups if measured else (),
        sources=tuple(sources.texts),
        drags=drag_part(result, sides),
        zero=wording.zero_sentences(feet),
        landings={side: found for side, found in landings.items() if found},
        others=other_rows(result, sides),
        steps=steps,
        steps_note=steps_note,
        left_out=left_out_table(result, sides),
        unavailable=unavailable_table(result),
        notes=session.notes,
        files=Table(("File", "SHA-256"), tuple(sorted(session.source.items()))),
        provenance=json.dumps(_plain(result.provenance), indent=2, sort_keys=True, ensure_ascii=False),
        trace=f"{result.session}, footdrop_imu {version}",
    )
