"""What the study of the constants says in tables: where a figure turns on a constant, and what choosing would give."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.bars import ROWS
from benchmarks.scoring import Bar

FACTORS = (0.5, 0.71, 1.0, 1.41, 2.0)
SHIPPED = FACTORS.index(1.0)
PARTS = ("all", "first", "second")
EDGE = 0.2
"""A figure that changes by more than this share when a constant is halved or doubled turns on that constant."""
EQUAL = 0.01
"""Values of a constant whose figures differ by less than this share are equally good."""


@dataclass(frozen=True)
class Figure:
    """A figure of a study.

    ``kind`` says what is good and what a change is measured by: an *error* is best at 0 and a *ratio* at 1, both
    measured by themselves; a *share* is best at 1, measured by what lacks to it; a *bias* is best at 0, measured by
    its bar (it may be 0). Changes up to ``allowance`` are nobody's: two swings of a thousand, say.
    """

    name: str
    study: str
    label: str
    unit: str
    digits: int
    kind: str = "error"
    allowance: float = 0.0

    def loss(self, value: float) -> float:
        """How bad a value is, 0 being best; a figure that could not be made is the worst."""
        if not math.isfinite(value):
            return math.inf
        if self.kind == "ratio":
            return abs(math.log(value)) if value > 0 else math.inf
        return 1.0 - value if self.kind == "share" else abs(value)

    def changed(self, shipped: float, other: float) -> bool:
        """Whether another value differs from the shipped one's by more than the edge."""
        if not (math.isfinite(shipped) and math.isfinite(other)):
            return math.isfinite(shipped) != math.isfinite(other)
        size = {"share": 1.0 - shipped, "bias": 0.0}.get(self.kind, abs(shipped))
        return abs(other - shipped) > max(EDGE * size, self.allowance) * (1.0 + 1e-9)

    def show(self, value: float) -> str:
        """Write a value with its digits, a dash where there is none."""
        return f"{value:.{self.digits}f}" if math.isfinite(value) else "–"


def _bias_allowance(name: str) -> float:
    return EDGE * next(row.bar.value for row in ROWS if row.part == "optical" and row.figure == name)


FIGURES = {
    figure.name: figure
    for figure in (
        Figure("recall", "swing", "swings over ground, recall", "", 4, "share", 0.002),
        Figure("precision", "swing", "swings over ground, precision", "", 4, "share", 0.002),
        *(
            Figure(f"stride_length_rmse_mm_{rate}_hz", "length", f"stride length RMSE, {rate} Hz", "mm", 1)
            for rate in ("204.8", "102.4", "51.2")
        ),
        *(
            Figure(f"length_error_over_sd_{rate}_hz", "length", f"length error / stated sd, {rate} Hz", "", 2, "ratio")
            for rate in ("204.8", "102.4", "51.2")
        ),
        Figure("heel_toe_height_rmse_mm", "course", "heel and toe height RMSE", "mm", 1),
        Figure("pitch_contact_rmse_deg", "course", "pitch at contact RMSE", "°", 2),
        Figure("pitch_course_rmse_deg", "course", "pitch over the stride RMSE", "°", 2),
        Figure("roll_contact_sd_deg", "course", "roll at contact sd", "°", 2),
        *(
            figure
            for event, label in (("toe_off", "toe off"), ("initial_contact", "contact"))
            for figure in (
                Figure(
                    f"{event}_bias_ms", "course", f"{label} bias", "ms", 1, "bias", _bias_allowance(f"{event}_bias_ms")
                ),
                Figure(f"{event}_sd_ms", "course", f"{label} sd", "ms", 1),
            )
        ),
        Figure("change_within_person_rmse_deg", "stroke", "after stroke, change within a person RMSE", "°", 2),
        Figure("simulated_length_percent", "simulated", "simulated, stride length RMSE", "%", 2),
        Figure("simulated_pitch_deg", "simulated", "simulated, pitch at contact RMSE", "°", 2),
        Figure("simulated_wrong_percent", "simulated", "simulated, strides missed or extra", "%", 1, "error", 1.0),
    )
}


def numbers(row: Mapping[str, Any], part: str) -> list[float]:
    """Figures of one part at every factor; NaN where one is missing."""
    return [math.nan if value is None else float(value) for value in row[part]]


def chosen(row: Mapping[str, Any]) -> int:
    """Index of the factor that is best on the first part; of equally good ones the nearest to the shipped value."""
    figure = FIGURES[row["figure"]]
    losses = [figure.loss(value) for value in numbers(row, "first")]
    good = [k for k, loss in enumerate(losses) if loss <= (1.0 + EQUAL) * min(losses)]
    return min(good, key=lambda k: abs(math.log(FACTORS[k])))


def edges(row: Mapping[str, Any]) -> list[int]:
    """Indices of half and double where the figure of the whole reference changes by more than the edge."""
    figure, whole = FIGURES[row["figure"]], numbers(row, "all")
    return [k for k in (0, len(FACTORS) - 1) if figure.changed(whole[SHIPPED], whole[k])]


def verdict(row: Mapping[str, Any]) -> str:
    """What the value chosen on the first part does on the second: better, worse or same as the shipped one's."""
    figure, second = FIGURES[row["figure"]], numbers(row, "second")
    if not figure.changed(second[SHIPPED], second[chosen(row)]):
        return "same"
    return "better" if figure.loss(second[chosen(row)]) < figure.loss(second[SHIPPED]) else "worse"


def bar_of(figure: Figure) -> Bar | None:
    """The bar a figure of a recording must reach."""
    return next((row.bar for row in ROWS if row.figure == figure.name and row.part != "simulated"), None)


def beyond_bar(row: Mapping[str, Any]) -> list[int]:
    """Indices of the factors at which the figure of the whole reference misses its bar."""
    bar = bar_of(FIGURES[row["figure"]])
    return [k for k, value in enumerate(numbers(row, "all")) if bar is not None and not bar.reached(value)]


def loses_bar(row: Mapping[str, Any]) -> bool:
    """Whether the bar is reached as shipped and missed with half or double the constant."""
    missed = beyond_bar(row)
    return SHIPPED not in missed and bool({0, len(FACTORS) - 1} & set(missed))


def _label(figure: Figure) -> str:
    return f"{figure.label} ({figure.unit})" if figure.unit else figure.label


def study_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Every constant and figure: the two parts at half, shipped and double, and what choosing would have given."""
    if not rows:
        return "(not run)"
    choice = ("best on the first part", "it gives on the other", "shipped gives there", "")
    header = ("constant", "shipped", "figure", "× 0.5", "× 1", "× 2", *choice)
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    for row in rows:
        figure, best = FIGURES[row["figure"]], chosen(row)
        first, second = numbers(row, "first"), numbers(row, "second")
        cells = [
            f"**{cell}**" if k in edges(row) else cell
            for k in (0, SHIPPED, len(FACTORS) - 1)
            for cell in [f"{figure.show(first[k])} / {figure.show(second[k])}"]
        ]
        lines.append(
            f"| `{row['constant']}` | {row['shipped']:.3g} | {_label(figure)} | {' | '.join(cells)} "
            f"| {FACTORS[best] * row['shipped']:.3g} | {figure.show(second[best])} | {figure.show(second[SHIPPED])} "
            f"| {verdict(row)} |"
        )
    return "\n".join(lines)


def edges_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Constants and figures at a knife's edge, over the whole reference, and how often choosing would have mattered."""
    if not rows:
        return "(not run)"
    sharp = [row for row in rows if edges(row)]
    narrow = [row for row in rows if loses_bar(row) and not edges(row)]
    other = [verdict(row) for row in rows if chosen(row) != SHIPPED]
    header = ("constant", "shipped", "figure", "bar", *(f"× {factor:g}" for factor in FACTORS))
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += [_edge_line(row) for row in rows if row in sharp or row in narrow]
    opening = (
        f"{len(sharp)} of {len(rows)} pairs of constant and figure change by more than {100 * EDGE:.0f} % when the "
        f"constant is halved or doubled (which way is said beside it), {len(narrow)} more lose their bar (†: bar "
        "missed):"
    )
    closing = (
        f"In {len(other)} of {len(rows)} pairs another value than the shipped one is best on the first part. Judged by "
        f"the other part it is about the same as the shipped one {other.count('same')} times, more than "
        f"{100 * EDGE:.0f} % better {other.count('better')} times, worse {other.count('worse')} times."
    )
    return "\n".join([opening, "", *lines, "", closing])


def _edge_line(row: Mapping[str, Any]) -> str:
    figure, whole, missed = FIGURES[row["figure"]], numbers(row, "all"), beyond_bar(row)
    cells = []
    for k, value in enumerate(whole):
        better = figure.loss(value) < figure.loss(whole[SHIPPED])
        note = f" {'better' if better else 'worse'}" if k in edges(row) else ""
        cells.append(figure.show(value) + ("†" if k in missed else "") + note)
    head = (f"`{row['constant']}`", f"{row['shipped']:.3g}", _label(figure), str(bar_of(figure) or "–"))
    return "| " + " | ".join((*head, *cells)) + " |"
