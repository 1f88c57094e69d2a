"""Walks on disk, made once: a session folder and the same walk as CSV files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from footdrop_imu.cli.main import main
from tests.cli.course_commands import commands, empty_store, with_plan

__all__ = ["commands", "empty_store", "with_plan"]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    words = ["simulate", "walk", "--foot-drop", "left", "--strides", "15", "--seed", "4", "--quiet", "--out"]
    assert main([*words, str(folder / "session")]) == 0
    assert main([*words, str(folder / "csv"), "--csv"]) == 0
    return folder


@pytest.fixture
def copy(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Give a copy of a made folder under a new name in the working folder, a fresh one."""
    monkeypatch.chdir(tmp_path)

    def copied(kind: str, name: str) -> Path:
        shutil.copytree(made / kind, tmp_path / name)
        return tmp_path / name

    return copied
