"""Who may import whom, kept by looking at the syntax trees: see ARCHITECTURE.md."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import footdrop_imu

PACKAGE = Path(footdrop_imu.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "sample_data" not in path.parts)

NOUNS = {"errors", "schema", "schema_drag", "schema_rehab", "columns", "columns_rehab"}
EDGES = {"gait", "rehab", "device", "files", "store", "simulate", "report"}
FRONTS = {
    *("analysis", "calibration", "facts", "recording", "live", "batch", "workflow", "intake"),
    *("language", "motion", "exercising", "walk_measures", "people", "reporting"),
}
OURS = {
    "errors": set(),
    "schema_drag": {"errors"},
    "schema": {"errors", "schema_drag"},
    "schema_rehab": {"errors", "schema"},
    "columns": {"errors"},
    "columns_rehab": {"columns"},
    "language": {"errors"},
    "gait": NOUNS,
    "rehab": NOUNS | {"language"},
    "device": {"schema", "schema_drag", "errors"},
    "files": NOUNS,
    "store": NOUNS,
    "simulate": NOUNS,
    "tables": NOUNS | {"gait"},
    "drags": NOUNS | {"gait"},
    "feet": NOUNS | {"gait"},
    "analysis": NOUNS | {"gait", "feet", "tables", "drags"},
    "motion": NOUNS | {"gait"},
    "walk_measures": NOUNS,
    "calibration": NOUNS | {"gait", "files", "analysis"},
    "recording": NOUNS | {"device", "files", "gait", "simulate", "analysis", "facts"},
    "live": NOUNS | {"gait"},
    "batch": NOUNS | {"analysis", "files"},
    "report": NOUNS | {"rehab", "language"},
    "facts": NOUNS | {"files", "calibration"},
    "exercising": NOUNS | {"motion", "analysis", "rehab", "files", "facts", "calibration", "workflow"},
    "people": NOUNS | {"rehab", "store", "files", "language", "walk_measures"},
    "workflow": NOUNS | {"analysis", "calibration", "facts", "files", "language", "recording", "report", "simulate"},
    "reporting": NOUNS | {"language", "people", "rehab", "report", "store", "files", "workflow", "walk_measures"},
    "intake": NOUNS | {"files", "facts", "workflow"},
    "app": NOUNS | EDGES | FRONTS,
    "cli": NOUNS | EDGES | FRONTS,
}
PANDAS = {
    "columns",
    "tables",
    "drags",
    "analysis",
    "walk_measures",
    "people",
    "reporting",
    "exercising",
    "files",
    "batch",
    "rehab",
    "store",
    "report",
    "workflow",
    "app",
    "cli",
}
BACKEND = {f"device.virtual_{part}" for part in ("backend", "scanner", "client")}
STACK = {f"device.virtual_{part}" for part in ("host", "air", "controller", "sensor")}
OUTSIDE = {
    "pandas": PANDAS,
    "scipy": {"gait", "simulate", "rehab"},
    "statsmodels": {"rehab"},
    "psycopg": {"store"},
    "matplotlib": {"report.figures"},
    "jinja2": {"report", "app"},
    "markupsafe": {"report", "app"},
    "babel": {"language"},
    "typst": {"report.pdf"},
    "click": {"cli"},
    "rich": {"cli"},
    "bleak": {"device.ble", *BACKEND},
    "bumble": {*BACKEND, *STACK},
    "tomli_w": {"files"},
    "platformdirs": {"files", "store"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "starlette": {"app"},
    "dask": {"batch"},
}
NETWORK = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "requests", "httpx", "asyncio"}


def _dotted(path: Path) -> str:
    """``gait.events`` for footdrop_imu/gait/events.py, "" for the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _layer(dotted: str) -> str:
    return dotted.split(".")[0]


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imports(tree: ast.AST, *, typing_only: bool = False) -> list[tuple[str, bool]]:
    """Every imported module of a tree, inside functions too, and whether it is for the type checker alone."""
    found: list[tuple[str, bool]] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, typing_only) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import; write the whole name"
            module = node.module or ""
            if module == "footdrop_imu":
                found += [(f"footdrop_imu.{alias.name}", typing_only) for alias in node.names]
            else:
                found.append((module, typing_only))
        else:
            found += imports(node, typing_only=typing_only or _is_type_checking(node))
    return found


def breaks(dotted: str, source: str) -> list[str]:
    """Say which imports of this source, as module ``dotted``, break the rule."""
    layer, wrong = _layer(dotted), []
    for module, typing_only in imports(ast.parse(source)):
        first, _, rest = module.partition(".")
        if first == "footdrop_imu":
            if rest in ("", "__version__") or _layer(rest) == layer:
                continue
            if not any(rest == allowed or rest.startswith(f"{allowed}.") for allowed in OURS[layer]):
                wrong.append(f"{dotted} may not import {module}")
        elif first == "numpy" or first in sys.stdlib_module_names:
            if first in NETWORK and layer not in ("device", "recording", "app"):
                wrong.append(f"{dotted} may not reach a network: {module}")
        elif not any(dotted == place or dotted.startswith(f"{place}.") for place in OUTSIDE.get(first, ())) and not (
            typing_only and (first == "pandas" or (first == "matplotlib" and layer == "report"))
        ):
            wrong.append(f"{dotted} may not import {module}")
    return wrong


@pytest.mark.parametrize("path", [path for path in MODULES if _dotted(path)], ids=_dotted)
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    assert breaks(_dotted(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("dotted", "source"),
    [
        ("gait.events", "from footdrop_imu.files import table"),
        ("gait.events", "def f():\n    import pandas"),
        ("simulate.walk", "from footdrop_imu.gait.orientation import integrate"),
        ("files.table", "import footdrop_imu.simulate.walk"),
        ("files.table", "from footdrop_imu import analysis"),
        ("report.webpage", "import matplotlib.pyplot"),
        ("report.webpage", "import click"),
        ("workflow", "from footdrop_imu.cli import main"),
        ("files.table", "import urllib.request"),
        ("gait.events", "import unheard_of"),
        ("device.link", "import bleak"),
        ("device.timeline", "from scipy import optimize"),
        ("live", "import asyncio"),
    ],
)
def test_the_rule_sees_a_break(dotted: str, source: str) -> None:
    assert len(breaks(dotted, source)) == 1


@pytest.mark.parametrize(
    ("dotted", "source"),
    [
        ("gait.events", "import numpy\nfrom scipy import signal\nfrom footdrop_imu.gait.rest import find"),
        ("schema", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas"),
        ("report.figures", "import matplotlib"),
        ("workflow", "from footdrop_imu import __version__\nfrom footdrop_imu.report.webpage import x"),
    ],
)
def test_the_rule_lets_the_right_ones_pass(dotted: str, source: str) -> None:
    assert breaks(dotted, source) == []


def _calls(path: Path, name: str) -> list[int]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def test_nothing_prints_below_the_command_line() -> None:
    printing = {_dotted(path): _calls(path, "print") for path in MODULES if _layer(_dotted(path)) != "cli"}
    assert {module: lines for module, lines in printing.items() if lines} == {}


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {_dotted(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {module: length for module, length in lengths.items() if length > 400} == {}


def test_no_room_is_named_after_nothing() -> None:
    forbidden = {"utils", "util", "base", "core", "helpers", "helper", "common", "misc"}
    names = {part for path in MODULES for part in path.relative_to(PACKAGE).with_suffix("").parts}
    assert names & forbidden == set()


def test_no_module_shadows_the_standard_library_in_cli() -> None:
    names = {path.stem for path in (PACKAGE / "cli").glob("*.py")} - {"__init__"}
    assert names & (sys.stdlib_module_names | {"import", "global", "lambda"}) == set()


def test_folders_hold_modules_or_data_but_no_second_level_of_code() -> None:
    deep = {str(path.relative_to(PACKAGE)) for path in MODULES if len(path.relative_to(PACKAGE).parts) > 2}
    # what changes the tables of a database is data that Alembic runs by number
    assert {path for path in deep if not path.startswith("store/migrations/")} == set()


def test_sub_packages_export_nothing() -> None:
    for path in PACKAGE.glob("*/__init__.py"):
        assert imports(ast.parse(path.read_text(encoding="utf-8"))) == [], path


def test_the_architecture_names_every_room_and_every_step() -> None:
    text = (PACKAGE.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES} - {"__init__"}
    steps = {path.stem for path in MODULES if path.parent.name in ("gait", "device", "rehab", "store", "people")} - {
        "__init__"
    }
    assert {name for name in rooms | steps if f"`{name}`" not in text and f"`{name}/`" not in text} == set()
