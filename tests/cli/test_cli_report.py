"""``footdrop report``: every kind in every format, from recordings and from the store, and what is refused."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from footdrop_imu.cli import report as command
from footdrop_imu.files.course_folder import read_course_folder
from footdrop_imu.files.sample_data import sample_data_folder
from footdrop_imu.people.courses import take_in
from footdrop_imu.report.pdf import PAPERS
from footdrop_imu.reporting import FORMATS
from footdrop_imu.store.database import open_store
from tests.cli.course_commands import Commands

Copy = Callable[[str, str], Path]
DAY = ("--day", "2026-04-19")


@pytest.fixture(scope="module")
def demo_people(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A store with the four built-in people."""
    path = tmp_path_factory.mktemp("people") / "people.db"
    with open_store(str(path)) as store:
        for folder in sorted((sample_data_folder() / "eight_weeks").iterdir()):
            take_in(store, read_course_folder(folder))
    return path.read_bytes()


@pytest.fixture
def people(commands: Commands, demo_people: bytes) -> Commands:
    (commands.folder / "store.db").write_bytes(demo_people)
    return commands


def test_a_walk_as_page_paper_and_data(commands: Commands, copy: Copy) -> None:
    copy("session", "walk")
    out = commands.well("report", "walk")
    page = next(commands.folder.glob("*_walk.html"))
    assert page.name in out
    html = page.read_text(encoding="utf-8")
    document = commands.document("report", "walk")
    assert document["kind"] == "walk"
    assert document["answer"]["headline"] in out
    assert document["answer"]["headline"] in html
    commands.well("report", "walk", "--out", "walk.pdf", "--quiet")
    with pikepdf.open(commands.folder / "walk.pdf") as pdf:
        assert set(pdf.attachments) == {"results.json", "strides.csv"}
        assert json.loads(pdf.attachments["results.json"].get_file().read_bytes()) == document
        strides = pdf.attachments["strides.csv"].get_file().read_bytes()
    commands.well("analyze", "walk", "--out", "results", "--no-keep", "--quiet")
    assert (commands.folder / "results" / "strides.csv").read_bytes() == strides
    assert (commands.folder / "results" / "report.html").read_text(encoding="utf-8") == html
    commands.well("analyze", "walk", "--out", "german", "--no-keep", "--quiet", "--lang", "de")
    assert (
        (commands.folder / "german" / "report.html")
        .read_text(encoding="utf-8")
        .startswith('<!DOCTYPE html>\n<html lang="de"')
    )


def test_a_walk_loads_nothing_of_the_store_of_paper_or_of_other_languages(tmp_path: Path) -> None:
    words = ["report", str(sample_data_folder() / "before"), "--out", str(tmp_path / "walk.html"), "--quiet"]
    code = (
        f"import sys\nfrom footdrop_imu.cli.main import main\nassert main({words!r}) == 0\n"
        "print({'sqlalchemy', 'alembic', 'statsmodels', 'scipy.stats', 'typst', 'babel'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
    assert (tmp_path / "walk.html").stat().st_size > 0


@pytest.mark.parametrize("person", ["P11", "P12", "P13", "P14"])
@pytest.mark.parametrize("kind", ["progress", "patient"])
def test_a_persons_weeks(people: Commands, person: str, kind: str) -> None:
    document = people.document("report", person, "--kind", kind, *DAY)
    assert (document["kind"], document["language"]) == (kind, "en")
    assert person in document["subject"]
    german = people.document("report", person, "--kind", kind, *DAY, "--lang", "de")
    assert german["language"] == "de"
    assert german["answer"]["headline"] != document["answer"]["headline"]
    assert german["answer"]["tone"] == document["answer"]["tone"]


def test_what_is_meant_without_a_kind(people: Commands) -> None:
    assert people.document("report", "P11", *DAY)["kind"] == "progress"
    conditions = ("orthosis=none", "orthosis=ankle_foot_orthosis")
    assert people.document("report", "P13", *DAY, "--between", *conditions)["kind"] == "comparison"
    assert people.document("report", "P11", *DAY, "--sides")["kind"] == "comparison"


def test_two_recordings_compared(commands: Commands) -> None:
    walks = [str(sample_data_folder() / name) for name in ("before", "after")]
    document = commands.document("report", *walks, "--kind", "compare")
    assert document["kind"] == "comparison"
    assert commands.well("report", *walks, "--kind", "compare", "--format", "pdf").endswith("_compare.pdf\n")
    with pikepdf.open(next(commands.folder.glob("*_compare.pdf"))) as pdf:
        strides = pdf.attachments["strides.csv"].get_file().read_bytes()
    header, *rows = strides.decode().splitlines()
    assert header.startswith("session,")
    names = {row.split(",")[0] for row in rows}
    assert len(names) == 2
    assert all(name in json.dumps(document["trust"]) for name in names)


def test_where_it_goes(people: Commands) -> None:
    people.well("report", "P11", *DAY, "--out", "page.html")
    first = Path("page.html").read_bytes()
    again = people("report", "P11", *DAY, "--out", "page.html")
    assert again.code == 2
    assert "--force" in again.err
    people.well("report", "P11", *DAY, "--out", "page.html", "--force", "--quiet")
    assert Path("page.html").read_bytes() == first
    assert people("report", "P11", *DAY, "--out", "page.html", "--format", "pdf").code == 2
    assert people("report", "P11", *DAY, "--out", "no_folder_yet/page.html").code == 0
    assert not list(people.folder.glob(".*"))


def test_standard_output_holds_the_report_alone(people: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    class Out(io.StringIO):
        buffer = io.BytesIO()

    monkeypatch.setattr("sys.stdout", Out())
    assert people("report", "P11", *DAY, "--out", "-", "--quiet").code == 0
    assert Out.buffer.getvalue().startswith(b"<!DOCTYPE html>")


def test_s12_a_helper_without_results_gets_no_report(people: Commands) -> None:
    people.well("person", "helper", "P11", "daughter")
    for kind in ("progress", "patient"):
        refused = people("report", "P11", *DAY, "--kind", kind, "--as-helper", "daughter")
        assert refused.code == 2
        assert "not shared with daughter" in refused.err
    assert not list(people.folder.glob("*.html"))
    people.well("person", "helper", "P11", "daughter", "--sees", "results")
    assert people("report", "P11", *DAY, "--as-helper", "daughter").code == 0


def test_the_latest_walk_of_a_person(with_plan: Commands, copy: Copy) -> None:
    copy("session", "walk")
    none = with_plan("report", "P07", "--kind", "walk")
    assert none.code == 2
    assert "No recording" in none.err
    words = ("--person", "P07", "--start", "2026-03-02T10:00+00:00", "--affected", "left", "--out", "r", "--quiet")
    with_plan.well("analyze", "walk", *words)
    document = with_plan.document("report", "P07", "--kind", "walk")
    assert document["kind"] == "walk"
    (with_plan.folder / "walk").rename(with_plan.folder / "elsewhere")
    gone = with_plan("report", "P07", "--kind", "walk")
    assert (gone.code, "The latest was in" in gone.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("P11", "P12"), "one PERSON or SESSION"),
        ((), "one PERSON or SESSION"),
        (("P11", "--kind", "compare"), "--between"),
        (("P99",), "P99"),
        (("nowhere/walk",), "There is no file or folder"),
        (("P11", "--lang", "xx"), "no translation"),
        (("P11", "--between", "orthosis=none", "orthosis=none"), "two values"),
        (("P11", "--bench", "orthosis"), "--clinician"),
        (("plan.toml", "--kind", "progress"), "is a recording"),
    ],
    ids=lambda value: "_".join(value) if isinstance(value, tuple) else None,
)
def test_what_is_refused(people: Commands, words: tuple[str, ...], told: str) -> None:
    before = sorted(people.folder.rglob("*"))
    done = people("report", *words)
    assert done.code == 2
    assert told in done.err
    assert done.out == ""
    assert sorted(people.folder.rglob("*")) == before


def test_the_options_name_what_can_be_written() -> None:
    assert command._FORMATS == FORMATS
    assert tuple(command._PAPERS.values()) == PAPERS
