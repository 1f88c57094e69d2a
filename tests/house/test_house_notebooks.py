"""The notebooks: stored without output, plain cells, public names alone; each runs from its first cell to its last."""

from __future__ import annotations

import ast
import importlib
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
OTHERS = {"collections", "dataclasses", "datetime", "matplotlib", "numpy", "pandas", "pathlib", "tempfile"}
NO_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@cache
def cells(path: Path, kind: str) -> tuple[dict[str, Any], ...]:
    """Cells of one kind, as they are stored."""
    return tuple(cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind)


def nodes(path: Path) -> Iterator[ast.AST]:
    """What the code of a notebook is made of."""
    for cell in cells(path, "code"):
        yield from ast.walk(ast.parse("".join(cell["source"])))


def ours(module: str) -> bool:
    return module.partition(".")[0] == "footdrop_imu"


def test_there_are_three() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["1_first_walk", "2_your_own_csv", "3_exercises_adherence_progress"]


@each
def test_it_is_stored_without_output(path: Path) -> None:
    nbformat.validate(nbformat.read(path, 4))
    for cell in cells(path, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        assert cell["metadata"] == {}


@each
def test_it_defines_nothing(path: Path) -> None:
    assert [node for node in nodes(path) if isinstance(node, NO_FUNCTIONS)] == []


@each
def test_it_uses_public_names_alone(path: Path) -> None:
    imported = 0
    for node in nodes(path):
        if isinstance(node, ast.Attribute):
            assert not node.attr.startswith("_"), node.attr
        elif isinstance(node, ast.Import):
            assert all(name.name.partition(".")[0] in OTHERS for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            assert ours(module) or module.partition(".")[0] in OTHERS, module
            for name in node.names if ours(module) else ():
                home = importlib.import_module(module)
                assert name.name in home.__all__, f"{module} does not offer {name.name}"
                assert getattr(home, name.name).__doc__, f"{module}.{name.name} says nothing of itself"
                imported += 1
    assert imported


@each
def test_it_says_what_it_does(path: Path) -> None:
    told = ["".join(cell["source"]) for cell in cells(path, "markdown")]
    assert told[0].startswith("# ")
    assert len(told) >= len(cells(path, "code")) / 2
    assert "nobody walked" in "".join(told) or "writes such files" in "".join(told) or "made up" in "".join(told)


@each
def test_it_runs(path: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(path, 4)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "TMPDIR": str(tmp_path),
    }
    told = {"metadata": {"path": str(tmp_path)}}
    client = NotebookClient(notebook, kernel_name="python3", timeout=300, resources=told)
    client.execute(env=environment)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
    assert [output for output in outputs if output.output_type == "error"] == []
    pictures = sum("image/png" in output.get("data", {}) for output in outputs)
    assert pictures == (0 if path.stem.startswith("2") else 1)
