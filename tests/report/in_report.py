"""Where things stand in a report."""

from __future__ import annotations

from collections.abc import Iterator

from footdrop_imu.language import translator
from footdrop_imu.report.model import Block, Figure, Group, MeasureTable, Report, Row, Statements, Table
from footdrop_imu.report.walk import walk_report
from footdrop_imu.report.webpage import report_html
from footdrop_imu.schema import Session, SessionResult

EN = translator("en")
DE = translator("de")


def walk(result: SessionResult, session: Session) -> Report:
    """The walk's report in English."""
    return walk_report(result, session, EN)


def page_html(result: SessionResult, session: Session) -> str:
    """The walk's report in English as a page."""
    return report_html(walk(result, session))


def blocks(report: Report, section: str) -> tuple[Block, ...]:
    """A section's blocks, those of its groups too; none where there is no such section."""

    def inner(found: tuple[Block, ...]) -> Iterator[Block]:
        for block in found:
            yield block
            if isinstance(block, Group):
                yield from inner(block.blocks)

    return tuple(inner(next((each.blocks for each in report.sections if each.name == section), ())))


def measures(report: Report, section: str = "numbers") -> tuple[MeasureTable, ...]:
    """A section's tables of measures."""
    return tuple(block for block in blocks(report, section) if isinstance(block, MeasureTable))


def rows(report: Report, section: str = "numbers") -> tuple[Row, ...]:
    """Every row of these tables."""
    return tuple(row for table in measures(report, section) for _, found in table.groups for row in found)


def row(report: Report, label: str, section: str = "numbers") -> Row:
    """The first row of that name."""
    return next(row for row in rows(report, section) if row.label == label)


def table(report: Report, caption: str) -> Table:
    """The plain table whose caption begins so, in any section."""
    found = (block for each in report.sections for block in blocks(report, each.name))
    return next(block for block in found if isinstance(block, Table) and block.caption.startswith(caption))


def texts(report: Report, section: str) -> tuple[tuple[str, str], ...]:
    """What the section's statements are of, and say."""
    found = (block for block in blocks(report, section) if isinstance(block, Statements))
    return tuple((each.of, each.text) for block in found for each in block.items)


def figures(report: Report) -> dict[str, Figure]:
    """Every figure by name."""
    found = (block for each in report.sections for block in blocks(report, each.name))
    return {block.name: block for block in found if isinstance(block, Figure)}
