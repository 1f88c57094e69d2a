"""Comparisons as the terminal and JSON show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from footdrop_imu.language import Translate
    from footdrop_imu.rehab.compared import TimesCompared
    from footdrop_imu.rehab.segmented import Estimate

__all__ = ["SHOWN", "print_document", "show_table", "show_times"]

SHOWN = (
    "foot_pitch_mid_swing_deg",
    "foot_pitch_initial_contact_deg",
    "ankle_dorsiflexion_mid_swing_deg",
    "minimum_toe_clearance_m",
    "heel_landing_frac",
    "drags_per_100_strides",
    "walking_speed_mps",
    "stride_length_m",
    "circumduction_m",
    "foot_height_max_m",
    "vaulting_m",
)
"""The measures of the terminal's tables; JSON has all."""
_WIDTH = 80


def print_document(kind: str, found: Any, **more: Any) -> None:
    """Print a comparison as one JSON document, with its kind and the version."""
    from footdrop_imu import __version__
    from footdrop_imu.cli.console import print_json
    from footdrop_imu.rehab.json_ready import json_ready

    print_json({"version": __version__, "kind": kind, **json_ready(found), **json_ready(more)})


def show_times(found: TimesCompared, say: Translate) -> None:
    """Show two times beside each other."""
    from footdrop_imu.rehab.comparison_words import HEADINGS
    from footdrop_imu.rehab.measures import measure_facts
    from footdrop_imu.rehab.progress_words import amount

    affected = found.patient.affected
    sides = (affected,) if affected in ("left", "right") else ("left", "right")
    alone = say(affected) if len(sides) == 1 else ""
    order = {measure: place for place, measure in enumerate((found.patient.primary_measure, *SHOWN))}
    rows = []
    for one in sorted(found.seen, key=lambda one: (order.get(one.measure, 99), one.side)):
        speed = one.measure == "walking_speed_mps" and one.side == "both"
        if one.measure in order and (speed or (one.side in sides and one.measure != "walking_speed_mps")):
            rows.append(
                (
                    say(measure_facts(one.measure).words) + ("" if speed or alone else f" ({say(one.side)})"),
                    with_interval(one.measure, one.before, say),
                    with_interval(one.measure, one.after, say),
                    amount(one.measure, one.difference, say, signed=True),
                    amount(one.measure, one.usual, say),
                )
            )
    show_table((alone, *(say(HEADINGS[name]) for name in ("before", "after", "difference", "usual"))), rows)


def with_interval(measure: str, found: Estimate, say: Translate) -> str:
    """Write a value with its interval in brackets below it, where there is one."""
    from footdrop_imu.rehab.measures import measure_facts
    from footdrop_imu.rehab.progress_words import amount

    value = amount(measure, found.value, say)
    if found.low != found.low:
        return value
    unit = measure_facts(measure).unit
    low, high = (amount(measure, end, say).removesuffix(unit).strip() for end in (found.low, found.high))
    return f"{value}\n({low} … {high})"


def show_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table not wider than 80 columns."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), width=None)
    for place, word in enumerate(head):
        table.add_column(Text(word), justify="right" if place else "left", overflow="fold")
    count = 0
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
        count += 1
    if count:
        click.echo()
        console = Console(highlight=False, markup=False, width=_WIDTH)
        console.print(table)
