"""Every command's help: at once, with an example; wrong use ends with 2; versions; interrupts and closed pipes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import footdrop_imu
from footdrop_imu import schema
from footdrop_imu.cli import walk_options
from footdrop_imu.cli.main import footdrop, main

ROOT = Path(footdrop_imu.__file__).parent.parent
COMMANDS = [
    words.split()
    for words in (
        "--help",
        "analyze --help",
        "calibrate --help",
        "calibrate six-position --help",
        "calibrate distance --help",
        "calibrate show --help",
        "check --help",
        "compare --help",
        "compare walks --help",
        "compare bench --help",
        "compare order --help",
        "compare between --help",
        "compare sides --help",
        "compare people --help",
        "demo --help",
        "exercises --help",
        "exercises list --help",
        "exercises show --help",
        "exercises safety --help",
        "exercises check --help",
        "profiles --help",
        "profiles list --help",
        "profiles show --help",
        "profiles validate --help",
        "import --help",
        "record --help",
        "replay --help",
        "report --help",
        "reps --help",
        "scan --help",
        "simulate --help",
        "simulate walk --help",
        "simulate calibration --help",
        "simulate sensor --help",
        "simulate exercise --help",
        "person --help",
        "person add --help",
        "person change --help",
        "person list --help",
        "person show --help",
        "person walks --help",
        "person event --help",
        "person finding --help",
        "person helper --help",
        "person questions --help",
        "person measures --help",
        "plan --help",
        "plan draft --help",
        "plan set --help",
        "plan show --help",
        "plan today --help",
        "log --help",
        "log add --help",
        "log correct --help",
        "log excuse --help",
        "log show --help",
        "log weeks --help",
        "progress --help",
    )
]


def test_help_loads_no_numbers() -> None:
    """All in one process: what the first at fault loads, the later ones have too."""
    code = (
        "import sys\nfrom footdrop_imu.cli.main import main\n"
        f"for words in {COMMANDS!r}:\n"
        "    code = main(words)\n"
        "    heavy = [m for m in ('numpy', 'pandas', 'scipy', 'sqlalchemy', 'matplotlib', 'rich', 'jinja2')"
        " if m in sys.modules]\n"
        "    print('ended', *words, code, heavy)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("ended ")] == [f"ended {' '.join(w)} 0 []" for w in COMMANDS]
    assert sum(line.startswith("Usage: footdrop") for line in lines) == len(COMMANDS)
    assert done.stderr == ""


def test_every_command_is_in_that_list() -> None:
    assert set(footdrop.list_commands(None)) == {words[0] for words in COMMANDS} - {"--help"}


@pytest.mark.parametrize("words", [words for words in COMMANDS if words[0] != "--help"], ids=" ".join)
def test_help_shows_an_example(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    text = capsys.readouterr().out
    assert "Example" in text
    assert f"  footdrop {words[0]}" in text


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_fits_a_small_terminal_and_cuts_nothing_off(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(words) == 0
    text = capsys.readouterr().out
    assert [line for line in text.splitlines() if len(line) > 80] == []
    assert [line for line in text.splitlines() if line.endswith("...") and "Usage" not in line] == []


def test_the_version_is_the_package_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert footdrop_imu.__version__ in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["walk"], "No such command 'walk'"),
        (["recrod"], "Did you mean 'record'?"),
        (["analyze"], "Name a folder or file"),
        (["analyze", "x", "--nonsense"], "No such option '--nonsense'"),
        (["analyze", "x", "--left", "l.csv"], "not both"),
        (["analyze", "x", "--place", "knee"], "'knee' is not one of"),
        (["analyze", "x", "--shoe-length", "27"], "expected a sole of 100 to 400 mm"),
        (["analyze", "x", "--shoe-length", "US 9"], "a men's or a women's size"),
        (["analyze", "x", "--rate", "0"], "0.0 is not in the range"),
        (["analyze", "x", "--start", "yesterday"], "such as 2026-03-14T10:30+01:00"),
        (["analyze", "x", "--start", "2026-03-14T10:30"], "offset"),
        (["analyze", "x", "--condition", "aid"], "expected KEY=VALUE"),
        (["analyze", "x", "--condition", "weather=rain"], "expected KEY=VALUE"),
        (["analyze", "x", "--condition", "aid=sticks"], "aid can be none, stick"),
        (["analyze", "x", "--condition", "aid=stick", "--condition", "aid=none"], "given twice"),
    ],
)
def test_wrong_use_ends_with_2_and_says_how_to_go_on(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert "Traceback" not in captured.err


def test_the_lists_of_the_options_are_those_of_the_schema() -> None:
    assert walk_options.PLACES == schema.PLACES
    assert walk_options.AFFECTED == schema.AFFECTED
    assert walk_options.ACTIVITIES == schema.ACTIVITIES
    assert walk_options.CONDITION_VALUES == {
        "shoe": schema.SHOES,
        "orthosis": schema.ORTHOSES,
        "stimulator": schema.STIMULATORS,
        "aid": schema.AIDS,
        "surface": schema.SURFACES,
        "tiredness": schema.TIREDNESS,
    }
