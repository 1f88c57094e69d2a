"""Figures of comparisons: walks beside each other, changes on one axis, both pitch courses, left against right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import hypot, isfinite, nan
from typing import TYPE_CHECKING

from footdrop_imu.language import Translate, mark
from footdrop_imu.rehab.measures import SPEED, measure_facts
from footdrop_imu.rehab.progress_words import amount
from footdrop_imu.report.comparison_numbers import NOTHING, between, capital, measure_words, named_measure
from footdrop_imu.report.comparison_tables import MAIN_MEASURES
from footdrop_imu.report.figure_data import (
    Butterfly,
    ButterflyRow,
    ChangeForest,
    ForestRow,
    SettingsCompared,
    WalkWithSetting,
)
from footdrop_imu.report.model import Figure, Table
from footdrop_imu.report.person_words import fit

if TYPE_CHECKING:
    from footdrop_imu.rehab.compared import ComparedWalk, FeetCompared, TimesCompared
    from footdrop_imu.rehab.segmented import Estimate

__all__ = [
    "TITLES_OF_FEET",
    "butterfly_figure",
    "forest_figure",
    "settings_figure",
]

TITLES_OF_FEET = {"left": mark("The walks, left foot"), "right": mark("The walks, right foot")}
_LEVEL_OF = mark("{setting}: {value}")
_LEVEL_WITH = mark("{setting}: {value} (95 % interval {interval})")


def settings_figure(
    name: str,
    title: str,
    caption: str,
    walks: Sequence[ComparedWalk],
    blocks: Mapping[str, int],
    measure: str,
    side: str,
    settings: Mapping[str, str],
    level: Mapping[str, Estimate],
    notes: Sequence[str],
    translate: Translate,
) -> Figure | None:
    """Draw walks beside each other by setting, each setting's mean with its interval; None where nothing is drawn.

    Parameters
    ----------
    name, title, caption
        Of the figure.
    walks
        Those that do not count are not drawn.
    blocks
        Pair or block of a walk, by its id.
    measure, side
        What is drawn; the side's, or else that of both feet.
    settings
        What each is called, from left to right.
    level
        Mean of a setting.
    notes
        Sentences below it.
    translate
        Gives a text in the reader's language.
    """
    _ = translate
    facts, order = measure_facts(measure), list(settings)
    drawn, rows = [], []
    for walk in walks:
        value = walk.values.get(side, walk.values.get("both", nan))
        if walk.left_out or not isfinite(value) or walk.setting not in settings:
            continue
        drawn.append(WalkWithSetting(order.index(walk.setting), blocks.get(walk.id, -1), value * facts.scale))
        rows.append((fit(walk.name), settings[walk.setting], amount(measure, value, _)))
    if not drawn:
        return None
    told = []
    for setting, words in settings.items():
        if (found := level.get(setting)) is None or not isfinite(found.value):
            continue
        interval = between(measure, found, _)
        template = _(_LEVEL_WITH if interval else _LEVEL_OF)
        told.append(template.format(setting=words, value=amount(measure, found.value, _), interval=interval))
    missing = (nan, nan, nan)
    ends = [tuple(level[one][:3]) if one in level else missing for one in order]
    means, lows, highs = (tuple(facts.scale * float(end[at]) for end in ends) for at in range(3))
    counts = Counter(one.setting for one in drawn)
    walked = [
        _("{setting}, walks: {count}").format(setting=words, count=_.number(counts[at]))
        for at, words in enumerate(settings.values())
    ]
    alt = _("{measure}: {walks}. {levels}.").format(
        measure=named_measure(measure, side, _), walks="; ".join(walked), levels="; ".join(told or [NOTHING])
    )
    label = capital(measure_words(measure, _))
    data = SettingsCompared(
        tuple(settings.values()), tuple(drawn), means, lows, highs,
        f"{label}, {facts.unit}" if facts.unit else label, facts.unit, tuple(notes),
    )  # fmt: skip
    table = Table((_("Walk"), _("With"), label), tuple(rows), numeric=True)
    return Figure(name, title, caption, alt, table, data)


def forest_figure(found: TimesCompared, translate: Translate) -> Figure | None:
    """Draw every main measure's change against what unchanged people's days differ by; None where nothing is known."""
    _ = translate
    affected, lead = found.patient.affected, found.patient.primary_measure
    sides = (affected,) if affected in ("left", "right") else ("left", "right")
    lines = {(line.measure, line.side): line for line in (found.judged.lines if found.judged else ()) if line.compared}
    seen = {(one.measure, one.side): one for one in found.seen}
    rows, table = [], []
    by_days = 0
    for measure in dict.fromkeys((lead, *MAIN_MEASURES)):
        own = [(measure, side) for side in sides if (measure, side) in seen and measure != SPEED]
        for key in own or [(measure, "both")]:
            one, line = seen.get(key), lines.get(key)
            if one is None:
                continue
            change, usual = one.difference, one.usual
            reach = hypot(one.before.high - one.before.value, one.after.high - one.after.value)
            low, high = change - reach, change + reach
            if line is not None:
                change, low, high, usual = line.change, line.low, line.high, line.smallest_detectable
                by_days += 1
            if not (isfinite(change) and isfinite(usual) and usual > 0):
                continue
            facts = measure_facts(measure)
            label = named_measure(measure, key[1] if len(sides) > 1 else "", _)
            text = amount(measure, change, _, signed=True)
            scale = facts.scale
            rows.append(
                ForestRow(
                    label, text, scale * change, scale * low, scale * high, scale * usual, facts.direction,
                    measure == lead,
                )
            )  # fmt: skip
            table.append((label, text, amount(measure, usual, _)))
    if not rows:
        return None
    beyond = [row.label for row in rows if abs(row.change) > row.detectable]
    alt = _("{label}: {text}, days often differ by {usual}.").format(
        label=table[0][0], text=table[0][1], usual=table[0][2]
    )
    alt += " " + (_("Beyond it: {names}.").format(names=", ".join(beyond)) if beyond else _("No measure is beyond it."))
    intervals = (
        _("Intervals of measures with days enough hold how this person's days differ.")
        if by_days
        else _("The intervals hold how steps differ; how days differ is the band.")
    )
    data = ChangeForest(
        tuple(rows), _("Difference, in what days often differ by"), _("better"), _("worse"), _("how days often differ")
    )
    caption = _("Each measure's difference, after minus before, as multiples of what days of an unchanged person often "
                "differ by. Within the band it cannot be told from that.") + " " + intervals  # fmt: skip
    head = (_("Measure"), _("Difference"), _("Days often differ by"))
    return Figure(
        "changes", _("All main measures"), caption, alt, Table(head, tuple(table), numeric=True), data, wide=True
    )


def butterfly_figure(found: FeetCompared, translate: Translate) -> Figure | None:
    """Draw left and right back to back in the measures whose zero is the end of them; None where there is none."""
    _ = translate
    rows, table = [], []
    order = {name: place for place, name in enumerate(MAIN_MEASURES)}
    for one in sorted(found.feet, key=lambda one: order.get(one.measure, len(order))):
        left, right = (one.first, one.second) if one.side == "left" else (one.second, one.first)
        # an angle's zero is no end of it: −20° is not twice as much as −10°
        if (
            one.measure not in order
            or one.measure == SPEED
            or one.measure.endswith("_deg")
            or min(left, right) < 0
            or max(left, right) <= 0
        ):
            continue
        most = max(left, right)
        shown = [amount(one.measure, value, _) for value in (left, right)]
        if set(shown) == {amount(one.measure, 0.0, _)}:
            continue  # shares of next to nothing look like much
        label = capital(measure_words(one.measure, _))
        rows.append(ButterflyRow(label, shown[0], shown[1], left / most, right / most))
        table.append((label, *shown))
    if not rows:
        return None
    widest = max(rows, key=lambda row: abs(row.left_share - row.right_share))
    alt = _("{count} measures of both feet. They differ most in: {label}, left {left}, right {right}.").format(
        count=_.number(len(rows)), label=widest.label, left=widest.left, right=widest.right
    )
    caption = _(
        "Each bar is as long as its share of the greater foot's. Angles are in the table: their zero is no end."
    )
    head = (_("Measure"), _("Left"), _("Right"))
    data = Butterfly(tuple(rows), _("Left foot"), _("Right foot"))
    return Figure(
        "feet", _("Left and right, back to back"), caption, alt, Table(head, tuple(table), numeric=True), data
    )
