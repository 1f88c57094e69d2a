"""Made-up walks over days to compare: real nouns and the real comparisons, no signals behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from made_walks import made_walk

from footdrop_imu.report.model import Figure, Group, MeasureTable, Report, Table
from footdrop_imu.schema import Estimate, Quality, Session, SessionResult

LIFT = "foot_pitch_mid_swing_deg"
FIRST = date(2026, 1, 5)
NAMES = ('<script>alert("1")</script>', "王秀英's walk", "Zoë 🦶🏽 & Söhne", "{braces} %s", "x" * 200)

Recorded = tuple[SessionResult, Session]


def moved(walk: Recorded, name: str, start: str, shifts: Mapping[str, float], **session: Any) -> Recorded:
    """The same walk with another name and start; measures of the left foot, and of both, moved."""
    result, told = walk
    summary = replace(
        result.summary, left=_shifted(result.summary.left, shifts), both=_shifted(result.summary.both, shifts)
    )
    source = {"left.csv": f"{abs(hash_of(name, start)):064x}"}
    told = replace(told, name=name, start=start, source=source, **session)
    return replace(result, session=name, summary=summary), told


def hash_of(*words: str) -> int:
    """A number of these words that is the same on every day."""
    return int.from_bytes("".join(words).encode("utf-8")[-24:], "big")


def _shifted(estimates: Mapping[str, Estimate], shifts: Mapping[str, float]) -> dict[str, Estimate]:
    return {
        name: replace(one, median=one.median + by, low=one.low + by, high=one.high + by)
        for name, one in estimates.items()
        for by in (shifts.get(name, 0.0),)
    }


def days(
    base: Recorded, values: Sequence[float], first: date = FIRST, measure: str = LIFT, every: int = 3
) -> list[Recorded]:
    """A walk every third day, its measure moved by each of the values."""
    return [
        moved(base, f"{first + timedelta(days=every * at)}", f"{first + timedelta(days=every * at)}T10:00:00+01:00",
              {"walking_speed_mps": 0.004 * (at % 3), measure: value})
        for at, value in enumerate(values)
    ]  # fmt: skip


def with_quality(walk: Recorded, verdict: str, *reasons: str) -> Recorded:
    """The same walk, otherwise graded."""
    return replace(walk[0], quality=Quality(verdict, reasons)), walk[1]


def foot_drop(count: int = 12, **how: Any) -> Recorded:
    """A walk of a left foot that drops."""
    return made_walk(count, affected="left", **how)


def figures(report: Report) -> dict[str, Figure]:
    """Its figures by name."""
    return {block.name: block for section in report.sections for block in section.blocks if isinstance(block, Figure)}


def tables(report: Report) -> list[Table | MeasureTable]:
    """All its tables."""
    found: list[Table | MeasureTable] = []
    for section in report.sections:
        for block in section.blocks:
            inner = block.blocks if isinstance(block, Group) else (block,)
            found += [one for one in inner if isinstance(one, Table | MeasureTable)]
    return found


def row_of(report: Report, label: str) -> list[str]:
    """The numbers of a measure's row as they are read, of the first table that has it."""
    for table in tables(report):
        for _, rows in table.groups if isinstance(table, MeasureTable) else ():
            for row in rows:
                if row.label == label:
                    return [cell.value for cell in row.cells]
    raise KeyError(label)
