"""``footdrop report`` where it cannot: a reason, an exit code, a JSON document, and nothing half-written."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine

import footdrop_imu
from footdrop_imu.files.session_folder import read_session_folder, write_session_folder
from footdrop_imu.schema import Person
from footdrop_imu.store.upgrade import REVISION_TABLE, REVISIONS, migrate
from tests.cli.course_commands import Commands

Copy = Callable[[str, str], Path]


@pytest.fixture
def person(commands: Commands) -> Commands:
    """Commands in a store with a person of whom nothing else is kept."""
    commands.well("person", "add", "P07", "--affected", "left", "--time-zone", "UTC", "--quiet")
    return commands


def refused(commands: Commands, *words: str, code: int) -> tuple[str, str]:
    """Run a command that is to be refused, plainly and with --json; its reason, and what it says."""
    before = left_in(commands.folder)
    plain = commands("report", *words)
    assert (plain.code, plain.out) == (code, "")
    told = commands("report", *words, "--json")
    assert told.code == code
    error = json.loads(told.out)["error"]
    assert error["message"].split(".")[0] in plain.err
    assert left_in(commands.folder) == before
    return error["reason"], error["message"]


def left_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_where_nothing_can_be_written(person: Commands) -> None:
    Path("file").write_text("a file", encoding="utf-8")
    reason, message = refused(person, "P07", "--out", "file/page.html", code=1)
    assert reason == "not_writable"
    assert "Choose another place" in message
    if Path("/proc/self").exists():  # read-only, for an administrator too
        assert refused(person, "P07", "--out", "/proc/self/page.pdf", code=1)[0] == "not_writable"
    assert refused(person, "P07", "--out", f"{'n' * 300}.html", code=1)[0] == "not_writable"


def test_a_file_that_is_there_is_kept(person: Commands) -> None:
    Path("page.html").write_text("mine", encoding="utf-8")
    reason, message = refused(person, "P07", "--out", "page.html", code=2)
    assert reason == "exists"
    assert "--force" in message
    Path("folder.html").mkdir()
    done = person("report", "P07", "--out", "folder.html", "--force")
    assert done.code == 2
    assert "is a directory" in done.err
    person.well("report", "P07", "--out", "page.html", "--force", "--quiet")
    assert Path("page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_no_store_no_person_no_database(person: Commands) -> None:
    reason, message = refused(person, "P99", code=2)
    assert reason == "not_found"
    assert "P99" in message
    Path("text.db").write_text("this is no database at all, " * 100, encoding="utf-8")
    assert refused(person, "P07", "--store", "text.db", code=1)[0] == "damaged"
    assert refused(person, "P07", "--store", "text.db/store.db", code=1)[0] == "not_writable"
    assert refused(person, "P07", "--store", "mysql://ann@host/x", code=2)[0] == "wrong_value"


def test_a_store_of_an_older_program_is_upgraded_and_told_of(person: Commands) -> None:
    engine = create_engine("sqlite:///old.db")
    with engine.connect() as connection:
        migrate(connection, REVISIONS[0])
    engine.dispose()
    with closing(sqlite3.connect("old.db")) as old:
        old.execute(
            "INSERT INTO person (key, pseudonym, affected, cause, severity, goal, primary_measure, primary_side, "
            "nerve_regrowth, time_zone) VALUES ('k', 'P01', 'left', 'stroke', '', 'keep', '', '', 0, 'UTC')"
        )
        old.commit()
    for kind in ("progress", "patient"):
        told = person.document("report", "P01", "--kind", kind, "--store", "old.db")
        assert told["answer"]["tone"] == "not_known"
    assert len(list(person.folder.glob("old-*.db"))) == 1
    with closing(sqlite3.connect("old.db")) as newer:
        newer.execute(f"UPDATE {REVISION_TABLE} SET version_num = '9999'")
        newer.commit()
    assert refused(person, "P01", "--store", "old.db", code=1)[0] == "newer"


def test_a_damaged_recording(commands: Commands, copy: Copy) -> None:
    walk = copy("session", "walk")
    signal = walk / "left_foot_gyr.npy"
    whole = signal.read_bytes()
    signal.write_bytes(whole[:-100] + bytes(100))
    for file_format in ("html", "pdf", "json"):
        reason, message = refused(commands, "walk", "--format", file_format, code=3)
        assert reason == "hash_mismatch" or "left_foot_gyr.npy" in message
    signal.write_bytes(whole)
    (walk / "session.toml").write_text("format_version = [", encoding="utf-8")
    assert "session.toml" in refused(commands, "walk", code=3)[1]
    shutil.rmtree(walk)
    walk.mkdir()
    assert "walk" in refused(commands, "walk/", code=3)[1]


def test_walks_of_two_people_are_not_compared(commands: Commands, copy: Copy) -> None:
    session = read_session_folder(copy("session", "walk"))
    for place, (name, person) in enumerate((("one", '<b>"A"</b>'), ("other", "{{7*7}}\u202e"))):
        who = Person(person, "left")
        told = replace(session, name=name, id=f"00000000-0000-4000-8000-{place:012d}", person=who)
        write_session_folder(Path(name), told)
    reason, message = refused(commands, "one", "other", "--kind", "compare", code=3)
    assert reason == "not_alike"
    assert "different things of the person" in message
    told = commands.document("report", "one", "--lang", "de")
    assert '<b>"A"</b>' in told["facts"][0]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30"])
def test_days_that_nobody_lives_to_see(person: Commands, day: str) -> None:
    done = person("report", "P07", "--day", day)
    assert done.code == 2
    assert "1900 to 2199" in done.err
    assert person("report", "P07", "--day", "2199-12-31", "--out", "-", "--format", "json").code == 0


def test_without_what_sets_pages_only_paper_is_refused(copy: Copy, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['typst'] = None\n"  # as if it were not installed
        "from footdrop_imu.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    words = ["report", copy("session", "walk").name, "--out"]
    environment = {**os.environ, "PYTHONPATH": str(Path(footdrop_imu.__file__).parent.parent)}

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, *words, *more]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    told = run("page.pdf", "--json")
    assert told.returncode == 1
    assert "footdrop-imu[pdf]" in json.loads(told.stdout)["error"]["message"]
    assert "Traceback" not in told.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["walk"]
    assert run("page.html", "--quiet").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "walk"]


def test_a_folder_named_with_letters_of_another_encoding(commands: Commands, copy: Copy) -> None:
    walk = copy("csv", "walk")
    odd = os.fsdecode(b"M\xe4rz \xff #{x} <b>")
    walk.rename(odd)
    for file_format in ("html", "pdf", "json"):
        commands.well("report", odd, "--format", file_format, "--quiet")
    (page,) = commands.folder.glob("*.html")
    assert page.name.isascii()
    assert "&lt;b&gt;" in page.read_text(encoding="utf-8")
