"""The made-up reports hold what the model allows, and nothing else; and their JSON is JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import get_args

import pytest
from made_pictures import DATA
from made_reports import MADE

from footdrop_imu.report.figure_data import FigureData
from footdrop_imu.report.model import KINDS, TONES, Block, Figure, Group, MeasureTable, Report, Statements, report_json


def blocks_of(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Group):
            yield from blocks_of(block.blocks)


def all_blocks(report: Report) -> Iterator[Block]:
    for section in report.sections:
        yield from blocks_of(section.blocks)


def test_every_kind_block_style_and_figure_is_there() -> None:
    reports = [make() for make in MADE.values()]
    blocks = [block for report in reports for block in all_blocks(report)]
    assert {report.kind for report in reports} == set(KINDS)
    assert {report.answer.tone for report in reports} == set(TONES)
    assert {type(block) for block in blocks} == set(get_args(Block))
    assert {block.style for block in blocks if isinstance(block, Statements)} == {"lead", "plain", "small", "list"}
    assert {section.style for report in reports for section in report.sections} == {"plain", "figures", "details"}
    assert {report.trust.quality for report in reports} == {"good", "usable", "poor", ""}
    assert {type(make()) for make in DATA.values()} == set(get_args(FigureData))


@pytest.mark.parametrize("name", MADE)
def test_it_is_as_the_model_says(name: str) -> None:
    report = MADE[name]()
    names = [section.name for section in report.sections]
    figures = [block.name for block in all_blocks(report) if isinstance(block, Figure)]
    assert len(set(names)) == len(names)
    assert len(set(figures)) == len(figures)
    for table in (block for block in all_blocks(report) if isinstance(block, MeasureTable)):
        for _, rows in table.groups:
            assert all(len(row.cells) == len(table.heads) - 1 for row in rows)
            assert all(row.source <= len(report.trust.sources) for row in rows)
    assert json.loads(json.dumps(report_json(report), allow_nan=False))["kind"] == report.kind
