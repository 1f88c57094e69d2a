"""The public names, and what importing the package costs."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import footdrop_imu

PACKAGE = Path(footdrop_imu.__file__).parent
ROOT = PACKAGE.parent
MODULES = sorted(
    ".".join(("footdrop_imu", *path.relative_to(PACKAGE).with_suffix("").parts))
    for path in PACKAGE.rglob("*.py")
    if path.name != "__init__.py" and not {"sample_data", "migrations"} & set(path.parts)
)


def test_every_public_name_can_be_had() -> None:
    assert sorted(footdrop_imu.__all__) == sorted(set(footdrop_imu.__all__))
    for name in footdrop_imu.__all__:
        assert getattr(footdrop_imu, name) is not None
    assert dir(footdrop_imu) == sorted(footdrop_imu.__all__)


def test_there_are_about_a_dozen_public_names() -> None:
    assert 6 <= len(footdrop_imu.__all__) <= 16


def test_a_name_that_is_not_public_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = footdrop_imu.nonsense


def test_the_type_checker_sees_the_names_that_are_loaded() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {alias.asname for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen | {"__version__"} == set(footdrop_imu.__all__)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_names_what_it_offers_and_documents_it(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    for public in module.__all__:
        thing = getattr(module, public)
        if callable(thing) and getattr(thing, "__module__", "") == name:
            assert thing.__doc__, f"{name}.{public} says nothing of itself"


def test_importing_the_package_loads_no_numbers() -> None:
    code = (
        "import sys, footdrop_imu, footdrop_imu.errors;"
        "print([m for m in ('numpy', 'pandas', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_the_analysis_starts_without_the_slow_libraries() -> None:
    code = (
        "import sys, footdrop_imu; footdrop_imu.analyze;"
        "print([m for m in ('pandas', 'scipy.signal', 'scipy.stats', 'matplotlib', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_one_version_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == footdrop_imu.__version__
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(rf"^version: {re.escape(footdrop_imu.__version__)}$", citation, re.MULTILINE)
    assert f"## [{footdrop_imu.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8") or (
        "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    )
