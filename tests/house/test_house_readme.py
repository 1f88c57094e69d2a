"""What the README says can be done."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

import footdrop_imu
from footdrop_imu.cli.main import footdrop, main
from footdrop_imu.files.column_map import read_column_map

ROOT = Path(footdrop_imu.__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return [
        re.sub(r"^  ", "", text, flags=re.MULTILINE) if indent else text
        for indent, text in re.findall(rf"^( *)```{language}\n(.*?)^ *```", README, re.MULTILINE | re.DOTALL)
    ]


def test_it_gives_the_two_commands_that_do_all() -> None:
    commands = blocks("bash")
    assert "python -m pip install . && footdrop demo\n" in commands
    assert 'python -m pip install ".[test]" && python -m pytest\n' in commands


def test_every_option_it_names_exists() -> None:
    commands = [footdrop.get_command(click.Context(footdrop), name) for name in footdrop.list_commands(None)]
    known = {"--help", "--version"}
    for command in commands:
        assert command is not None
        of_group = command.list_commands(click.Context(command)) if isinstance(command, click.Group) else []
        parts = [command, *(command.get_command(click.Context(command), name) for name in of_group)]
        known |= {name for part in parts if part is not None for option in part.params for name in option.opts}
    assert set(re.findall(r"--[a-z][a-z-]+", README)) <= known


def test_its_column_map_can_be_read(tmp_path: Path) -> None:
    (text,) = blocks("toml")
    tomllib.loads(text)
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    assert read_column_map(tmp_path / "map.toml")["segments"]


def test_its_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["simulate", "walk", "--strides", "10", "--out", "my_walk", "--quiet"]) == 0
    (code,) = blocks("python")
    exec(compile(code, "README.md", "exec"), {})
    said = capsys.readouterr().out
    assert said.split()[0] in ("good", "usable", "poor")
    assert "Estimate(median=" in said


def test_what_it_points_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target
