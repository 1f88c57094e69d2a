"""The report model: every word, number and picture's data of a page, before there is a page.

Each kind of report is built from results by a module of its own (``walk``, ``comparison``, ``progress``, ``patient``);
``webpage`` and ``pdf`` show any report and know nothing of what it is about. All text is plain, in the report's
language, and not escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING, Any

from footdrop_imu import __version__
from footdrop_imu.rehab.json_ready import json_ready
from footdrop_imu.report.letters import legible

if TYPE_CHECKING:
    from footdrop_imu.report.figure_data import FigureData

__all__ = [
    "KINDS",
    "TONES",
    "Answer",
    "Block",
    "Cell",
    "Figure",
    "Group",
    "Head",
    "Line",
    "Mark",
    "MeasureTable",
    "Report",
    "Row",
    "Section",
    "Statement",
    "Statements",
    "Table",
    "Trust",
    "WritingBox",
    "report_json",
]

KINDS = ("walk", "comparison", "progress", "patient")
TONES = ("better", "worse", "unchanged", "not_known", "seen")
"""How the answer is marked (never by color alone); ``seen``: something is told, nothing is judged."""


@dataclass(frozen=True)
class Statement:
    """One sentence or a few: ``text``; ``of`` stands in bold before it ("" = nothing).

    ``code`` and ``numbers`` for programs: what is said, and its numbers in the measures' own units.
    """

    text: str
    of: str = ""
    code: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Statements:
    """Paragraphs, or the items of a list. ``style`` lead (large), plain, small, or list."""

    items: tuple[Statement, ...]
    style: str = "plain"


@dataclass(frozen=True)
class Table:
    """A plain table: the first cell of each row names it. ``numeric``: its cells do not wrap."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    numeric: bool = False


@dataclass(frozen=True)
class Head:
    """A column of a table of measures: ``side`` left or right carries that foot's mark, "" none.

    ``weight`` value (what the table is about) or more (smaller, beside it).
    """

    text: str
    side: str = ""
    weight: str = "value"


@dataclass(frozen=True)
class Cell:
    """One number as it is read, with its interval or count below it; and as a program takes it, in ``unit``."""

    value: str
    below: str = ""
    number: float = nan
    low: float = nan
    high: float = nan
    unit: str = ""


@dataclass(frozen=True)
class Mark:
    """One number on a number line; places in percent of its length. ``side`` left, right, or "" (neither)."""

    side: str
    at: float
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """A number line: a band and zero (None = not on it) and its marks, in percent of its length."""

    band: tuple[float, float] | None
    zero: float | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Row:
    """One measure: a cell for each head after the first.

    ``source`` counts from 1 in the report's sources, 0 = none. ``kind`` lead, part (of the row above) or "".
    """

    label: str
    cells: tuple[Cell, ...]
    hint: str = ""
    source: int = 0
    line: Line | None = None
    kind: str = ""


@dataclass(frozen=True)
class MeasureTable:
    """Measures in titled groups. ``heads``: of the measures' names and of every cell.

    ``line_after``: the picture column stands after so many cells, 0 = there is none; its head is ``line_head``, and
    ``band_words`` say what its band is.
    """

    caption: str
    heads: tuple[Head, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    line_after: int = 0
    line_head: str = ""
    band_words: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture: what it draws, what it says in words (``alt``, with its numbers), and the table behind it.

    ``name`` is unique in a report; ``wide``: it needs the whole width.
    """

    name: str
    title: str
    caption: str
    alt: str
    table: Table
    data: FigureData
    wide: bool = False


@dataclass(frozen=True)
class WritingBox:
    """A box to write into by hand: ``line_count`` lines."""

    title: str
    line_count: int = 5


@dataclass(frozen=True)
class Group:
    """Blocks under a heading of their own; side by side with its neighbors where there is room."""

    title: str
    blocks: tuple[Block, ...]


Block = Statements | Table | MeasureTable | Figure | WritingBox | Group


@dataclass(frozen=True)
class Section:
    """A part of the report under a heading. ``name`` is unique in it, and the heading's address.

    ``style`` plain, figures (its figures in columns) or details (each group folded on the screen). ``on_paper``: it is
    printed too; what is not can be found in the files beside the report.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]
    style: str = "plain"
    on_paper: bool = True


@dataclass(frozen=True)
class Answer:
    """What the reader came for: ``tone`` of ``TONES``, one short line, and the sentences that carry it."""

    tone: str
    headline: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Trust:
    """Why and how far a report can be trusted; every report has all of it.

    ``quality`` good, usable, poor, or "" (nothing was recorded) with a title and words; ``reasons`` for it;
    ``advice`` for the next recording. ``used``: strides or walks used and left out, with reasons. ``uncertainty``:
    what the intervals are. ``meaning``: what the measures are, and are not. ``sources`` of reference values, numbered
    from 1. ``versions``: program, analysis, and hashes of what was read. ``notes``: what was decided on the way.
    """

    quality: str
    quality_title: str
    quality_words: str
    reasons: tuple[str, ...]
    advice: tuple[str, ...]
    used: Table
    uncertainty: tuple[str, ...]
    meaning: tuple[str, ...]
    sources: tuple[str, ...]
    versions: Table
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """All that a report says. ``facts``: who, when, how, as name and text. ``subject``: whose it is, or which walk.

    ``made_of``: identity of what it was made from, on every page. ``provenance`` for programs: JSON-ready.
    """

    kind: str
    language: str
    title: str
    subject: str
    facts: tuple[tuple[str, str], ...]
    answer: Answer
    sections: tuple[Section, ...]
    trust: Trust
    intended_use: str
    made_of: str
    provenance: Mapping[str, Any] = field(default_factory=dict)


def report_json(report: Report) -> dict[str, Any]:
    """Give a report as what ``json.dumps`` takes: all its words, numbers and figures' data; unknown numbers are None.

    Each block says in ``block`` what it is.
    """
    report = legible(report)
    document: dict[str, Any] = {"version": __version__, **json_ready(report)}
    document["sections"] = [
        {**json_ready(section), "blocks": [_block_json(block) for block in section.blocks]}
        for section in report.sections
    ]
    return document


def _block_json(block: Block) -> dict[str, Any]:
    told: dict[str, Any] = {"block": type(block).__name__, **json_ready(block)}
    if isinstance(block, Group):
        told["blocks"] = [_block_json(inner) for inner in block.blocks]
    if isinstance(block, Figure):
        told["data"] = {"draws": type(block.data).__name__, **told["data"]}
    return told
