"""The report of one walk: how the foot was carried and landed, whether the toe dragged, how it went along the walk."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, nan
from typing import Any

from footdrop_imu.language import Translate
from footdrop_imu.report import trust
from footdrop_imu.report.analysis_words import said
from footdrop_imu.report.model import (
    Answer,
    Block,
    Group,
    Report,
    Section,
    Statement,
    Statements,
    Trust,
)
from footdrop_imu.report.walk_advice import advice, faults
from footdrop_imu.report.walk_along import along_figures, drag_figure
from footdrop_imu.report.walk_cells import Sources, Walked
from footdrop_imu.report.walk_courses import clearance_sd_m, counted, landing_counts
from footdrop_imu.report.walk_drags import (
    drag_accuracy,
    drag_clause,
    drag_sentence,
    drag_table,
    press_words,
    stair_counts,
)
from footdrop_imu.report.walk_facts import walk_facts
from footdrop_imu.report.walk_figures import ankle_figure, landing_figure, path_figure, pitch_figure, toe_figure
from footdrop_imu.report.walk_headline import headline
from footdrop_imu.report.walk_rows import measure_table, other_table
from footdrop_imu.report.walk_sensors import sensor_sentence
from footdrop_imu.report.walk_sides import FEET, SIDE_HEADS, foot_words
from footdrop_imu.report.walk_tables import left_out, step_table, unavailable_table
from footdrop_imu.report.walk_trends import WalkTrend, trend_sentence
from footdrop_imu.report.walk_words import MEANING, foot_sentence, pace_sentence, zero_sentences
from footdrop_imu.schema import SIDES, Estimate, Session, SessionResult

__all__ = ["walk_report"]


def walk_report(result: SessionResult, session: Session, translate: Translate) -> Report:
    """Put into words, tables and figures' data what a walk gave.

    Parameters
    ----------
    result
        What the analysis found; any table may be empty and any number NaN.
    session
        Who walked, when and how; its signals are not looked at.
    translate
        Says everything in the reader's language.

    Returns
    -------
    Report
        Plain text, not escaped.
    """
    _ = translate
    walked = Walked(result, _recorded_sides(result, session), _)
    affected = session.person.affected
    sources = Sources(_)
    table = measure_table(walked, affected, sources)
    feet = {side: _feet(result).get(side, {}) for side in walked.sides}
    along = along_figures(walked)
    version = str(result.provenance.get("version", ""))
    tone, line = headline(walked, affected, feet, measured=table is not None)
    swing = [figure for figure in (pitch_figure(walked), toe_figure(walked), ankle_figure(walked)) if figure]
    reading = Statements((Statement(along.words),), "small")
    walk: list[Block] = [reading] if along.figures else []
    walk += [*along.figures, *(figure for figure in (landing_figure(walked), path_figure(walked)) if figure)]
    sections = (
        Section("swing", _("How the foot swings"), tuple(swing), "figures"),
        Section("numbers", _("The numbers"), _numbers(walked, table)),
        Section("drags", _("Toe drag"), _drags(walked)),
        Section("along", _("Along the walk"), tuple(walk), "figures"),
        Section("details", _("Details"), _details(walked, affected, along.others), "details", on_paper=False),
    )
    return Report(
        kind="walk",
        language=_.language,
        title=_("Walk report"),
        subject=result.session,
        facts=walk_facts(result, session, walked.sides, _),
        answer=Answer(tone, line, _answers(walked, affected, feet, along.trends)),
        sections=tuple(section for section in sections if section.blocks),
        trust=_trust(walked, session, feet, tuple(sources.texts) if table else ()),
        intended_use=_(trust.INTENDED_USE),
        made_of=trust.made_of(result.session, version or _("not recorded")),
        provenance=_plain(result.provenance),
    )


def _recorded_sides(result: SessionResult, session: Session) -> tuple[str, ...]:
    """Sides with a foot recording, or at least a row; left before right."""
    found = {stream.segment.removesuffix("_foot") for stream in session.streams if stream.segment.endswith("_foot")}
    found |= set(result.strides["side"]) | set(result.rejected["side"].dropna())
    found |= set(_feet(result))
    return tuple(side for side in SIDES if side in found) or SIDES


def _feet(result: SessionResult) -> Mapping[str, Mapping[str, Any]]:
    feet = result.provenance.get("feet")
    return feet if isinstance(feet, Mapping) else {}


def _estimates(result: SessionResult, side: str) -> Mapping[str, Estimate]:
    return result.summary.left if side == "left" else result.summary.right


def _answers(
    walked: Walked, affected: str, feet: Mapping[str, Mapping[str, Any]], trends: tuple[WalkTrend, ...]
) -> tuple[Statement, ...]:
    """A sentence or two a foot, the affected one first; then what changed along the walk, and the pace."""
    result, sides, _ = walked
    statements, changes = [], []
    for side in sorted(sides, key=lambda side: affected in SIDES and side != affected):
        is_affected = affected in (side, "both")
        who = foot_words(side, affected=is_affected, translate=_)
        drags = result.summary.drags.get(side)
        text = foot_sentence(
            _estimates(result, side),
            landing_counts(result.strides, side),
            feet[side],
            _,
            clearance_sd_m=clearance_sd_m(result.strides, side),
            without_minimum_frac=result.summary.clearance_risk.get(side, {}).get("without_local_minimum_frac", nan),
            other=_estimates(result, "right" if side == "left" else "left"),
            drags=drag_clause(drags, _) if drags else "",
        )
        statements.append(Statement(text, who, f"foot_{side}", _foot_numbers(result, side)))
        if is_affected or affected not in SIDES:
            of_foot = [trend for trend in trends if trend.side == side and trend.told]
            if told := " ".join(trend_sentence(trend, _) for trend in of_foot):
                numbers = {trend.column: [trend.change, trend.low, trend.high] for trend in of_foot}
                changes.append(Statement(told, _(FEET[side]), f"along_{side}", numbers))
    pace = pace_sentence(result.summary.both, _)
    if pace:
        speed = result.summary.both["walking_speed_mps"]
        changes.append(Statement(pace, _("Pace"), "pace", {"walking_speed_mps": [speed.median, speed.low, speed.high]}))
    return (*statements, *changes)


def _foot_numbers(result: SessionResult, side: str) -> dict[str, Any]:
    """Median with its interval of what the sentence tells, and the rate of drags."""
    estimates = _estimates(result, side)
    told: dict[str, Any] = {
        column: [estimates[column].median, estimates[column].low, estimates[column].high]
        for column in ("foot_pitch_mid_swing_deg", "minimum_toe_clearance_m")
        if column in estimates
    }
    if drags := result.summary.drags.get(side):
        told["drag_count"], told["stride_count"] = drags.count, drags.stride_count
        told["drags_per_100_strides"] = [drags.rate, drags.low, drags.high]
    return told


def _numbers(walked: Walked, table: Block | None) -> tuple[Block, ...]:
    _ = walked.translate
    if table is None:
        return (Statements((Statement(_("Nothing could be measured.")),)),)
    legend = _(
        "Median of the straight strides; with it, its 95 % interval. Where no range of healthy adults is published, "
        "none is given."
    )
    return Statements((Statement(legend),), "small"), table


def _drags(walked: Walked) -> tuple[Block, ...]:
    result, sides, _ = walked
    drags = {side: result.summary.drags[side] for side in sides if side in result.summary.drags}
    if not drags:
        return ()
    stairs = stair_counts(result.strides)
    feet = [
        Statement(drag_sentence(found, stairs.get(side, 0), _), _(FEET[side]), f"drags_{side}")
        for side, found in drags.items()
    ]
    figure = drag_figure(walked)
    every = _("Every kind of stride counts: people trip in turns and on stairs too.")
    how = [Statement(text) for text in (*drag_accuracy(drags, _), *press_words(result, _), every)]
    return Statements(tuple(feet)), *((figure,) if figure else ()), Statements(tuple(how), "small")


def _details(walked: Walked, affected: str, along: tuple[Block, ...]) -> tuple[Block, ...]:
    """What a reader may look up: each group is folded on the screen."""
    result, _sides, _ = walked
    groups = []
    if result.summary.drags:
        title = _("Toe drags by kind of stride, where in swing, and by which signs")
        groups.append(Group(title, (drag_table(walked),)))
    if along:
        groups.append(Group(_("Other measures along the walk"), along))
    missing = unavailable_table(result, _)
    if missing.rows:
        groups.append(Group(_("Measures that this walk cannot give"), (missing,)))
    others = other_table(walked, affected)
    if others:
        groups.append(Group(_("All other measures"), (others,)))
    steps, note = step_table(result.strides, _)
    if steps.rows:
        notes = (Statements((Statement(note),)),) if note else ()
        groups.append(Group(_("Step by step"), (*notes, steps)))
    return tuple(groups)


def _trust(walked: Walked, session: Session, feet: Mapping[str, Mapping[str, Any]], sources: tuple[str, ...]) -> Trust:
    result, sides, _ = walked
    use = counted(result.strides)
    counts = {side: int((use & (result.strides["side"] == side).to_numpy(bool)).sum()) for side in sides}
    verdict = result.quality.verdict
    title, words = trust.quality_words(verdict, _)
    sensors = sensor_sentence(feet, _)
    provenance = result.provenance
    return Trust(
        quality=verdict,
        quality_title=title,
        quality_words=words,
        reasons=tuple(said(reason, _) for reason in result.quality.reasons),
        advice=advice(feet, counts, faults(result), _),
        used=trust.used_table(
            _,
            (_("Strides"), *(_(SIDE_HEADS[side]) for side in sides)),
            {_("In the medians: straight, not graded poor"): tuple(counts.values())},
            left_out(walked),
            _("Strides used and left out, with the reason"),
        ),
        uncertainty=(_(trust.WALK_UNCERTAINTY), *zero_sentences(feet, _)),
        meaning=(*(_(text) for text in MEANING), _(trust.NO_DIAGNOSIS)),
        sources=sources,
        versions=trust.versions_table(
            _,
            version=str(provenance.get("version", "")),
            more=[(_("Settings"), str(provenance.get("config_hash", "")))],
            hashes=session.source,
        ),
        notes=(*((sensors,) if sensors else ()), *(note for note in session.notes if note.strip())),
    )


def _plain(value: Any) -> Any:
    """Make JSON of anything: numbers that are none become null, unknown things their text."""
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
