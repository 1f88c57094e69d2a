"""docs/sensors.md: its table is what the files give, its example is a profile, and it explains every key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_device_profile_file import FREE, GOOD, values_of

import footdrop_imu
from footdrop_imu.cli.main import main
from footdrop_imu.device.profile_file import read_profile_text
from footdrop_imu.device.profiles import all_profiles

ROOT = Path(footdrop_imu.__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "sensors.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)[0]


def test_the_table_is_what_the_files_give(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profiles", "list", "--markdown"]) == 0
    mark = "<!-- table: footdrop profiles list --markdown -->\n"
    table = DOCUMENT.split(mark)[1].split("<!-- end of table -->")[0]
    assert table == capsys.readouterr().out, "put the output of `footdrop profiles list --markdown` between the marks"


def test_the_example_is_a_profile() -> None:
    profile = read_profile_text(EXAMPLE, "docs/sensors.md")
    (frame,) = profile.frames
    assert frame.size == 31
    assert profile.link.smallest_mtu == 34
    assert profile.rates.choices() == (50.0, 100.0)


def test_every_key_is_explained() -> None:
    import tomllib

    keys = {str(place[-1]) for place, _ in values_of(tomllib.loads(GOOD)) if len(place) < 2 or place[-2] not in FREE}
    keys |= {"note", "scale", "scale_setting", "options"}
    rows = "\n".join(line.split(" | ")[0] + line for line in DOCUMENT.splitlines() if line.startswith("| "))
    sections = {"link", "rates", "battery", "gait", "recognize", "identity", "command", "frame"}
    missing = {key for key in keys - sections if f"`{key}`" not in rows and f".{key}]" not in rows}
    assert missing == set()
    assert {section for section in sections if f"[{section}]" not in DOCUMENT} == set()


def test_the_documents_name_only_profiles_that_exist() -> None:
    known = {profile.id for profile in all_profiles()}
    own = (ROOT / "docs" / "own_sensor.md").read_text(encoding="utf-8")
    assert set(re.findall(r"profiles show ([a-z][\w-]+)\n", own + DOCUMENT)) <= known
