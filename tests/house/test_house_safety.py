"""Every safety requirement has a rule, and tests that carry its name; what is not there yet is said so."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HELD, _, LATER = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8").partition("\n## What there is not yet\n")
ROWS = {cells[0]: cells for line in HELD.splitlines() if len(cells := line.strip("| ").split(" | ")) == 5}
REQUIREMENTS = [f"S{number}" for number in range(1, 14)]
HELD_NOW = [name for name in ROWS if name in REQUIREMENTS]


def test_every_requirement_is_held_or_said_to_be_missing() -> None:
    missing = set(re.findall(r"^- (S\d+):", LATER, re.MULTILINE))
    assert set(HELD_NOW) | missing == set(REQUIREMENTS)


@pytest.mark.parametrize("requirement", HELD_NOW)
def test_its_rule_stands_where_it_says_and_its_tests_are_there(requirement: str) -> None:
    *_, where, tests = ROWS[requirement]
    modules = re.findall(r"`([^`]+)`", where)
    assert modules
    assert [name for name in modules if not (ROOT / "footdrop_imu" / name).is_file()] == []
    named = re.findall(r"`(tests/[^`:]+)::(\w+)`", tests)
    assert named
    for path, test in named:
        assert requirement.lower() in test.split("_"), test
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        functions = {one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert test in functions, f"{path} has no {test}"
