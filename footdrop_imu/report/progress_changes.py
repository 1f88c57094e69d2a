"""What changed: the judged measure and the main others, against the smallest change that can be told from chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from footdrop_imu.language import Translate
from footdrop_imu.rehab.measures import COMPENSATIONS, SPEED, measure_facts
from footdrop_imu.rehab.plan_words import side_words
from footdrop_imu.rehab.progress_words import amount
from footdrop_imu.report.figure_data import ChangeForest, ForestRow
from footdrop_imu.report.model import Cell, Figure, Head, MeasureTable, Row, Table
from footdrop_imu.report.person_words import differing, told_condition

if TYPE_CHECKING:
    from footdrop_imu.rehab.lines import Line
    from footdrop_imu.rehab.progress import Progress

__all__ = [
    "MAIN_MEASURES",
    "change_figure",
    "change_table",
    "condition_table",
    "judged_line",
    "line_words",
    "main_lines",
    "name_of",
    "other_lines",
]

MAIN_MEASURES = (
    "foot_pitch_mid_swing_deg",
    "foot_pitch_initial_contact_deg",
    "ankle_dorsiflexion_mid_swing_deg",
    "minimum_toe_clearance_m",
    "heel_landing_frac",
    "drags_per_100_strides",
    SPEED,
    "stride_length_m",
    *(f"chair_lift_{name}" for name in ("active_range_deg", "taps_in_10_s_count")),
    *COMPENSATIONS,
)
"""Shown beside the judged one; all others are in the files."""


def judged_line(found: Progress) -> Line | None:
    """Give the line that a page is about: the judged one, else that with most days of what would be shown first."""
    if found.verdict.line is not None:
        return found.verdict.line
    order = (found.verdict.measure, *MAIN_MEASURES)
    lines = [line for line in found.lines if line.measure in order and line.day.shape[0]]
    if found.verdict.side:
        lines = [line for line in lines if line.side == found.verdict.side] or lines
    return min(lines, key=lambda line: (not line.current, order.index(line.measure), -line.day.shape[0]), default=None)


def main_lines(found: Progress) -> list[Line]:
    """Give the main measures of the judged walks, the judged one first; of the judged side, or of both.

    Of a person whose side is not known each side is there.
    """
    judged = judged_line(found)
    if judged is None:
        return []
    walks = (judged.activity, judged.condition, judged.part)
    like = [line for line in found.lines if (line.activity, line.condition, line.part) == walks and line is not judged]
    tests = [line for line in found.lines if line.activity == "chair_lift_test" != judged.activity and line.current]
    shown = [judged]
    for measure in MAIN_MEASURES:
        sides = [line for line in (*like, *tests) if line.measure == measure]
        wanted = [line for line in sides if line.side == judged.side] if found.verdict.side else sides
        shown += wanted or [line for line in sides if line.side == "both"]
    return [line for line in shown if line.compared or line is judged]


def name_of(line: Line, translate: Translate) -> str:
    """Name a measure with its side."""
    _ = translate
    words = _("{measure} ({side})").format(
        measure=translate(measure_facts(line.measure).words), side=side_words(line.side, translate) or "–"
    )
    return words[:1].upper() + words[1:]


def better_words(measure: str, translate: Translate) -> str:
    """Say which way is better."""
    _ = translate
    return {1: _("more"), -1: _("less"), 0: _("neither")}[measure_facts(measure).direction]


def change_table(found: Progress, lines: Sequence[Line], translate: Translate) -> MeasureTable:
    """Tell every measure at first and now, its change, and whether that is more than chance.

    Parameters
    ----------
    found, lines
        The person's progress, and of it ``main_lines``.
    translate
        Gives a text in the reader's language.

    Returns
    -------
    MeasureTable
        One cell each: at first, now, change with its interval, and whether that is more than chance alone can do.
    """
    _ = translate
    judged = [_row(line, translate, lead=True) for line in lines[:1]]
    ways = [_row(line, translate) for line in lines[1:] if line.measure in COMPENSATIONS]
    others = [_row(line, translate) for line in lines[1:] if line.measure not in COMPENSATIONS]
    title = _("The measure that is judged") if found.verdict.measure else _("The measure shown first")
    groups = (
        (title, tuple(judged)),
        (_("Also measured, without a verdict"), tuple(others)),
        (_("Ways to make up for the foot"), tuple(ways)),
    )
    return MeasureTable(
        _("Measures at first and now"),
        (
            Head(_("Measure")),
            Head(_("At first")),
            Head(_("Now")),
            Head(_("Change")),
            Head(_("More than chance?"), weight="more"),
        ),
        tuple((name, rows) for name, rows in groups if rows),
    )


def _row(line: Line, translate: Translate, *, lead: bool = False) -> Row:
    _ = translate
    facts = measure_facts(line.measure)
    hint = {1: _("More is better"), -1: _("Less is better"), 0: _("Neither way is better")}[facts.direction]
    kind = "lead" if lead else ""
    if not line.compared:
        count = _("days that count: {count}").format(count=translate.number(line.day.shape[0]))
        return Row(name_of(line, translate), (*(Cell("–"),) * 3, Cell(_("too few days"), count)), hint, kind=kind)

    def cell(value: float, below: str = "") -> Cell:
        return Cell(amount(line.measure, value, translate), below, value * facts.scale, unit=facts.unit)

    days = _("{count} days").format(count=translate.number(line.baseline_count)) if lead else ""
    interval = _("{low} to {high}").format(
        low=amount(line.measure, line.low, translate, signed=True),
        high=amount(line.measure, line.high, translate, signed=True),
    )
    change = Cell(
        amount(line.measure, line.change, translate, signed=True),
        interval,
        line.change * facts.scale,
        line.low * facts.scale,
        line.high * facts.scale,
        facts.unit,
    )
    chance = _("chance alone: {detectable}").format(
        detectable=amount(line.measure, line.smallest_detectable, translate)
    )
    told = Cell(told_words(line, translate), chance, line.smallest_detectable * facts.scale, unit=facts.unit)
    cells = (cell(line.baseline, days), cell(line.latest, days), change, told)
    return Row(name_of(line, translate), cells, hint, kind=kind)


def told_words(line: Line, translate: Translate) -> str:
    """Say whether a change is more than chance, and which way it went."""
    _ = translate
    if abs(line.change) <= line.smallest_detectable:
        return _("no")
    if measure_facts(line.measure).direction == 0:
        return _("yes, more") if line.change > 0 else _("yes, less")
    toward = line.change * measure_facts(line.measure).direction > 0
    return _("yes, toward better") if toward else _("yes, toward worse")


def change_figure(lines: Sequence[Line], translate: Translate) -> Figure | None:
    """Draw the changes of all measures that have a better way, each against what chance can do.

    Parameters
    ----------
    lines
        Of ``main_lines``, the judged one first.
    translate
        Gives a text in the reader's language.

    Returns
    -------
    Figure or None
        None where nothing was compared.
    """
    _ = translate
    told = [line for line in lines if line.compared and measure_facts(line.measure).direction]
    if not told:
        return None
    rows = tuple(_forest_row(line, translate, lead=line is lines[0]) for line in told)
    sentence = _("{measure}: {change}; chance alone can do {detectable}.")
    alt = " ".join(
        sentence.format(
            measure=row.label,
            change=row.text,
            detectable=amount(line.measure, line.smallest_detectable, translate),
        )
        for row, line in zip(rows, told, strict=True)
    )
    table = Table(
        (
            _("Measure"),
            _("Change"),
            _("Likely between"),
            _("Chance alone can do"),
            _("Better is"),
            _("More than chance?"),
        ),
        tuple(
            (
                name_of(line, translate),
                amount(line.measure, line.change, translate, signed=True),
                _("{low} to {high}").format(
                    low=amount(line.measure, line.low, translate, signed=True),
                    high=amount(line.measure, line.high, translate, signed=True),
                ),
                amount(line.measure, line.smallest_detectable, translate),
                better_words(line.measure, translate),
                told_words(line, translate),
            )
            for line in told
        ),
        numeric=True,
    )
    data = ChangeForest(
        rows,
        _("Change, in units of what chance alone can do"),
        _("toward better"),
        _("toward worse"),
        _("chance alone"),
    )
    caption = _(
        "Each point is a change, its line the 95 % interval. A point inside the band is no more than chance can do. "
        "Only the measure on top is judged; of many measures one or another leaves the band by chance."
    )
    return Figure("change", _("Change of the measures"), caption, alt, table, data)


def _forest_row(line: Line, translate: Translate, *, lead: bool) -> ForestRow:
    facts = measure_facts(line.measure)
    change, low, high, detectable = (
        value * facts.scale for value in (line.change, line.low, line.high, line.smallest_detectable)
    )
    text = amount(line.measure, line.change, translate, signed=True)
    return ForestRow(name_of(line, translate), text, change, low, high, detectable, facts.direction, lead)


def condition_table(found: Progress, translate: Translate) -> Table | None:
    """Put the judged measure in other conditions, and before events, side by side; None where there is one line."""
    _ = translate
    judged = judged_line(found)
    if judged is None:
        return None
    lines = other_lines(found, judged)
    if not lines:
        return None
    shown = [judged, *lines]
    names = differing(line.condition for line in shown)
    rows = []
    for line in shown:
        mean = float(line.value.mean()) if line.day.shape[0] else float("nan")
        change = amount(line.measure, line.change, translate, signed=True) if line.compared else _("too few days")
        rows.append(
            (
                line_words(line, names, translate),
                translate.number(line.day.shape[0]),
                amount(line.measure, mean, translate) if line.day.shape[0] else "–",
                change,
                told_words(line, translate) if line.compared else "–",
            )
        )
    return Table(
        (_("Walks"), _("Days that count"), _("Mean of these days"), _("Change within them"), _("More than chance?")),
        tuple(rows),
        _("{measure}, in each condition by itself").format(measure=name_of(judged, translate)),
        numeric=True,
    )


def other_lines(found: Progress, judged: Line) -> list[Line]:
    """The same measure and side otherwise: in other conditions, and before events; most days first."""
    lines = [
        line
        for line in found.lines
        if (line.measure, line.side, line.activity) == (judged.measure, judged.side, judged.activity)
        and line is not judged
        and line.day.shape[0]
    ]
    return sorted(lines, key=lambda line: (line.condition != judged.condition, -line.day.shape[0], line.part))


def line_words(line: Line, names: Sequence[str], translate: Translate) -> str:
    """Name a line by what its walks had that others had not; ``names`` of those parts of the condition."""
    _ = translate
    words = told_condition(line.condition, translate, names) if names else _("walks of a day")
    words = words[:1].upper() + words[1:]
    if line.current:
        return words
    return _("{condition}, until {day}").format(condition=words, day=translate.day(line.day[-1].item()))
