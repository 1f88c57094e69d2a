"""What the tests of the commands about people share: a store, a command run in it, a plan in a file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from footdrop_imu.cli.main import main

PLAN = """\
author = "N. Therapist"
note = "begin slowly"
[[exercise]]
id = "assisted_toe_raise"
side = "left"
level = "assisted"
sets = 2
repetitions = 10
times_a_day = 2
weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
[[exercise]]
id = "ankle_alphabet"
side = "left"
level = "active"
duration_s = 120
times_a_week = 3
note = "without haste"
"""


class Done(NamedTuple):
    """A command's exit code and what it said."""

    code: int
    out: str
    err: str


class Commands:
    """Runs commands in one store, in a working folder of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, *words: str) -> Done:
        self._capsys.readouterr()
        code = main(list(words))
        return Done(code, *self._capsys.readouterr())

    def well(self, *words: str) -> str:
        """Run one that has to succeed; what it prints."""
        done = self(*words)
        assert done.code == 0, done.err
        return done.out

    def document(self, *words: str, code: int = 0) -> dict[str, Any]:
        """Run one with --json."""
        done = self(*words, "--json")
        assert done.code == code, done.err
        document: dict[str, Any] = json.loads(done.out, parse_constant=pytest.fail)
        return document


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from footdrop_imu.store.database import open_store

    path = tmp_path_factory.mktemp("template") / "store.db"
    open_store(str(path)).close()
    return path.read_bytes()


@pytest.fixture
def commands(
    empty_store: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Commands:
    """Commands in an empty store."""
    (tmp_path / "store.db").write_bytes(empty_store)
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    monkeypatch.setenv("FOOTDROP_STORE", str(tmp_path / "store.db"))
    monkeypatch.delenv("FOOTDROP_EXERCISES", raising=False)
    monkeypatch.chdir(tmp_path)
    return Commands(tmp_path, capsys)


@pytest.fixture
def with_plan(commands: Commands) -> Commands:
    """Commands in a store with a person and a plan that begins today."""
    words = ["--affected", "left", "--cause", "stroke", "--onset", "2025-11-02", "--time-zone", "UTC", "--quiet"]
    commands.well("person", "add", "P07", "--primary-measure", "foot_pitch_mid_swing_deg", *words)
    commands.well("plan", "set", "P07", "plan.toml", "--quiet")
    return commands


ENGLISH = re.compile(
    r"\b(the|and|of|is|are|were|not|yet|done|due|today|week|days?|sessions?|sets|repetitions?|pain|effort|left|right|both"
    r"|sides?|assisted|active|whole|once|times|from|until|by|excused|walks|kept|goal|cause|stroke|improve|known|likely"
    r"|change|now|first|more|than|chance|too|few|sees|steps|exercises|results|notes|events|findings|helpers|entered"
    r"|review|fall|began|judged|measure|answers|yes|no|corrected|counted|said|clinician)\b"
)


def no_english(text: str) -> list[str]:
    """Words of a German output that only English has; ids, with their underscores, are none."""
    return ENGLISH.findall(text.lower())
