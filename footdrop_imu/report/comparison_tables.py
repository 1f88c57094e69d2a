"""Tables of comparisons: the main measures, all others, pairs of settings, and the walks one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import nan
from typing import TYPE_CHECKING

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.condition_words import setting_words
from footdrop_imu.rehab.progress_words import WORDS, amount
from footdrop_imu.rehab.segmented import Estimate
from footdrop_imu.report.comparison_numbers import (
    NOTHING,
    amount_cell,
    between,
    capital,
    measure_words,
    named_measure,
)
from footdrop_imu.report.model import Cell, Head, MeasureTable, Row, Table

if TYPE_CHECKING:
    from footdrop_imu.rehab.compared import ComparedWalk, FeetCompared, TimesCompared
    from footdrop_imu.rehab.fitting_bench import Bench

__all__ = [
    "LEFT_OUT",
    "MAIN_MEASURES",
    "feet_tables",
    "means_tables",
    "pairs_table",
    "times_tables",
    "walks_table",
]

_Groups = tuple[tuple[str, tuple[str, ...]], ...]

_GROUPS: _Groups = (
    (
        mark("Lift of the foot"),
        (
            "foot_pitch_mid_swing_deg",
            "foot_pitch_initial_contact_deg",
            "ankle_dorsiflexion_mid_swing_deg",
            "heel_landing_frac",
        ),
    ),
    (mark("Room under the toes"), ("minimum_toe_clearance_m", "drags_per_100_strides")),
    (mark("How the whole leg helps"), ("circumduction_m", "foot_height_max_m", "vaulting_m")),
    (mark("Pace"), ("walking_speed_mps", "stride_length_m", "stance_time_s", "swing_time_s")),
)
MAIN_MEASURES = tuple(measure for _, measures in _GROUPS for measure in measures)
_COMPARED = mark("What is compared")
_OTHERS = mark("Other measures")
_OTHER_FOOT = {"left": mark("Right foot, not the affected one"), "right": mark("Left foot, not the affected one")}
_BOTH_SPEED = ("walking_speed_mps", "cadence_spm")

LEFT_OUT: Mapping[str, str] = {
    "quality": mark("Recording not good"),
    "not_measured": mark("Not measured"),
    "practice": mark("Practice (first day)"),
    "before_event": mark("Before a new line began"),
    "other_conditions": mark("Other conditions"),
    "one_foot": mark("One foot only"),
    "older": mark("Earlier days"),
}
"""Why a walk does not count."""
QUALITY_WORDS: Mapping[str, str] = {"good": mark("good"), "usable": mark("usable"), "poor": mark("poor")}

_Rows = Callable[[Sequence[str]], tuple[Row, ...]]


def _split(
    lead: str, present: Iterable[str], rows: _Rows, translate: Translate
) -> tuple[tuple[tuple[str, tuple[Row, ...]], ...], tuple[Row, ...]]:
    """Put rows into the groups of main measures, the compared one's first, and all others."""
    _ = translate
    groups = _GROUPS if lead in MAIN_MEASURES else ((_COMPARED, (lead,)), *_GROUPS)
    ordered = sorted(groups, key=lambda group: lead not in group[1])
    made = tuple((_(title), rows(sorted(measures, key=lambda name: name != lead))) for title, measures in ordered)
    others = rows(sorted(set(present) - {lead, *MAIN_MEASURES}))
    return tuple(group for group in made if group[1]), others


def _tables(
    caption: str,
    more: str,
    heads: tuple[Head, ...],
    groups: tuple[tuple[str, tuple[Row, ...]], ...],
    others: tuple[tuple[str, tuple[Row, ...]], ...],
) -> tuple[MeasureTable | None, MeasureTable | None]:
    rest = tuple(group for group in others if group[1])
    main = MeasureTable(caption, heads, groups) if groups else None
    return main, MeasureTable(more, heads, rest) if rest else None


def times_tables(found: TimesCompared, translate: Translate) -> tuple[MeasureTable | None, MeasureTable | None]:
    """All measures before and after, with the difference and what days often differ by: the main ones, and the rest."""
    _ = translate
    lead, affected = found.patient.primary_measure, found.patient.affected
    own = (affected,) if affected in ("left", "right") else ("left", "right")
    seen = {(one.measure, one.side): one for one in found.seen}
    present = dict.fromkeys(one.measure for one in found.seen)

    def rows(measures: Sequence[str], sides: Sequence[str] = own) -> tuple[Row, ...]:
        made = []
        for measure in measures:
            # the pace of a walk is one, not one a foot
            both = (measure, "both") in seen and (measure in _BOTH_SPEED or not any((measure, s) in seen for s in own))
            for side in ("both",) if both else sides:
                if (one := seen.get((measure, side))) is None or (both and sides != own):
                    continue
                cells = (
                    amount_cell(measure, one.before, _),
                    amount_cell(measure, one.after, _),
                    amount_cell(measure, one.difference, _, signed=True),
                    amount_cell(measure, one.usual, _),
                )
                label = named_measure(measure, side if len(own) > 1 else "", _)
                made.append(Row(label, cells, kind="lead" if measure == lead else ""))
        return tuple(made)

    heads = (
        *(Head(_("Measure")), Head(_("Before")), Head(_("After")), Head(_("Difference"), weight="more")),
        Head(_("Days often differ by"), weight="more"),
    )
    groups, others = _split(lead, present, rows, translate)
    rest = [(_(_OTHERS), others)]
    if affected in _OTHER_FOOT:
        rest.append((_(_OTHER_FOOT[affected]), rows(list(present), ("right" if affected == "left" else "left",))))
    return _tables(_("Before and after, in numbers"), _("Further measures"), heads, groups, tuple(rest))


def means_tables(
    means: Mapping[str, Mapping[str, float]],
    measure: str,
    key: str,
    settings: Sequence[str],
    translate: Translate,
) -> tuple[MeasureTable | None, MeasureTable | None]:
    """Means of the walks with each setting, nothing taken out, and of two settings their difference."""
    _ = translate
    two = settings if len(settings) == 2 else ()

    def rows(measures: Sequence[str]) -> tuple[Row, ...]:
        made = []
        for name in measures:
            if name not in means:
                continue
            own = [means[name].get(setting, nan) for setting in settings]
            cells = [amount_cell(name, value, _) for value in own]
            if two:
                cells.append(amount_cell(name, own[1] - own[0], _, signed=True))
            made.append(Row(capital(measure_words(name, _)), tuple(cells), kind="lead" if name == measure else ""))
        return tuple(made)

    heads = [Head(_("Measure")), *(Head(capital(setting_words(key, name, _))) for name in settings)]
    if two:
        heads.append(Head(_("Difference"), weight="more"))
    groups, others = _split(measure, means, rows, translate)
    caption = _("Means of the walks as they were, speed not taken out")
    return _tables(caption, _("Further measures"), tuple(heads), groups, ((_(_OTHERS), others),))


def pairs_table(bench: Bench, translate: Translate) -> Table:
    """Each setting against each other in the compared measure."""
    _ = translate
    rows = []
    for pair in (pair.from_more() for pair in bench.differences):
        names = (setting_words(bench.key, name, _) for name in (pair.first, pair.second))
        told = _("yes") if pair.differs else _("no")
        value = amount(bench.measure, pair.difference.value, _, signed=True)
        rows.append((_("{first} against {second}").format(**dict(zip(("first", "second"), names, strict=True))),
                     value, between(bench.measure, pair.difference, _) or NOTHING, told))  # fmt: skip
    head = (capital(measure_words(bench.measure, _)), _("Difference"), _("95 % interval"), _("More than chance"))
    speed = _("at equal walking speed") if bench.speed_adjusted else _("walking speed not taken out")
    caption = _("{measure}, setting against setting, {speed}").format(
        measure=capital(measure_words(bench.measure, _)), speed=speed
    )
    return Table(head, tuple(rows), caption)


def feet_tables(found: FeetCompared, translate: Translate) -> tuple[MeasureTable | None, MeasureTable | None]:
    """Every measure of both feet with difference and ratio: the main ones, and the rest."""
    _ = translate
    feet = {one.measure: one for one in found.feet}
    first = found.feet[0].side if found.feet else "left"

    def rows(measures: Sequence[str]) -> tuple[Row, ...]:
        made = []
        for measure in measures:
            if (one := feet.get(measure)) is None:
                continue
            values = {one.side: one.first, _other(one.side): one.second}
            cells = (
                *(amount_cell(measure, values[side], _) for side in ("left", "right")),
                amount_cell(measure, one.difference, _, signed=True),
                _ratio_cell(one.ratio, _),
            )
            lead = measure == found.patient.primary_measure
            made.append(Row(capital(measure_words(measure, _)), cells, kind="lead" if lead else ""))
        return tuple(made)

    difference = _("Left minus right") if first == "left" else _("Right minus left")
    ratio = _("Left to right") if first == "left" else _("Right to left")
    heads = (
        *(Head(_("Measure")), Head(_("Left"), "left"), Head(_("Right"), "right"), Head(difference, weight="more")),
        Head(ratio, weight="more"),
    )
    groups, others = _split(found.patient.primary_measure, feet, rows, translate)
    return _tables(_("Left and right, in numbers"), _("Further measures"), heads, groups, ((_(_OTHERS), others),))


def _other(side: str) -> str:
    return "left" if side == "right" else "right"


def _ratio_cell(ratio: Estimate, translate: Translate) -> Cell:
    if ratio.value != ratio.value:
        return Cell("")
    _ = translate
    words = [_.number(number, 2) for number in ratio[:3]]
    below = _("{low} to {high}").format(low=words[1], high=words[2]) if ratio.low == ratio.low else ""
    return Cell(words[0], below, *ratio[:3])


def walks_table(
    walks: Sequence[ComparedWalk],
    measure: str,
    side: str,
    told: Mapping[str, tuple[str, str]],
    settings: Mapping[str, str],
    translate: Translate,
) -> Table:
    """List the walks.

    Parameters
    ----------
    walks
        In their order.
    measure, side
        Whose value is listed; side "" = of each foot.
    told
        By the walk's id: its name and when it was, as they are shown.
    settings
        What each setting is called; empty = there are none.
    translate
        Gives a text in the reader's language.
    """
    _ = translate
    rows = []
    for walk in walks:
        wanted = [one for one in ((side, "both") if side else ("left", "right", "both")) if one in walk.values]
        values = [amount(measure, walk.values[one], _) for one in (wanted[:1] if side else wanted)]
        if not side and len(wanted) == 2:
            values = [f"{_(WORDS[one])} {value}" for one, value in zip(wanted, values, strict=True)]
        reason = _(LEFT_OUT[walk.left_out]) if walk.left_out else _("Used")
        name, when = told.get(walk.id, (walk.name, ""))
        setting = (settings.get(walk.setting, walk.setting),) if settings else ()
        quality = _(QUALITY_WORDS[walk.quality]) if walk.quality in QUALITY_WORDS else walk.quality or NOTHING
        rows.append((name, when or NOTHING, *setting, ", ".join(values) or NOTHING, quality, reason))
    setting_head = (_("With"),) if settings else ()
    head = (_("Walk"), _("When"), *setting_head, capital(measure_words(measure, _)), _("Recording"), _("Used"))
    return Table(head, tuple(rows), _("The walks, one by one"))
