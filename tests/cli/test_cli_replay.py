"""``footdrop replay``, and ``analyze`` of a recording that was broken off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from footdrop_imu.cli.main import main
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.files.sessions import read_session
from tests.recording.made_captures import made_walk, make_capture


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_analyze_opens_a_recording_that_was_broken_off(capsys: pytest.CaptureFixture[str]) -> None:
    make_capture(Path("walk"), made_walk(), sealed=False)
    assert main(["analyze", "walk", "--json"]) == 0
    captured = capsys.readouterr()
    session = json.loads(captured.out)["sessions"][0]
    assert session["session"] == "walk"
    assert len(session["strides"]) == 18
    assert "was not closed" in captured.err
    assert sorted(path.name for path in Path("walk").iterdir()) == ["capture.journal"]
    assert main(["analyze", "walk/capture.journal", "--json", "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out)["sessions"][0]["strides"] == session["strides"]


def test_a_recording_that_was_broken_off_becomes_a_session(capsys: pytest.CaptureFixture[str]) -> None:
    make_capture(Path("walk"), made_walk(), sealed=False)
    assert main(["replay", "walk", "--person", "P7", "--condition", "aid=stick"]) == 0
    said = capsys.readouterr().out
    assert "broken off after" in said
    assert "footdrop analyze walk" in said
    session = read_session(Path("walk"))
    assert (session.person.id, session.condition.aid) == ("P7", "stick")
    assert any("broken off after" in note for note in session.notes)
    assert main(["analyze", "walk", "--json", "--quiet"]) == 0
    assert len(json.loads(capsys.readouterr().out)["sessions"][0]["strides"]) == 18


def test_nothing_is_replaced_without_force(capsys: pytest.CaptureFixture[str]) -> None:
    make_capture(Path("walk"), made_walk())
    assert main(["replay", "walk", "--quiet"]) == 0
    assert main(["replay", "walk"]) == 2
    assert "--force" in capsys.readouterr().err
    assert main(["replay", "walk", "--force", "--person", "P9", "--quiet"]) == 0
    assert read_session(Path("walk")).person.id == "P9"


def test_a_repaired_profile_decodes_an_old_capture_again(capsys: pytest.CaptureFixture[str]) -> None:
    right = load_profile("footdrop-1").text
    # the first try at the profile had a sign wrong: the gyroscope's y axis
    head, quantity, rest = right.rpartition('quantity = "angular_velocity"')
    Path("first_try.toml").write_text(f'{head}{quantity}\naxes = ["x", "-y", "z"]{rest}')
    Path("repaired.toml").write_text(right)
    make_capture(Path("walk"), made_walk(), recorded_with=load_profile(Path("first_try.toml")))
    assert main(["analyze", "walk", "--json", "--quiet"]) == 3
    assert json.loads(capsys.readouterr().out)["error"]["reason"] == "wrong_axes"
    assert main(["replay", "walk", "--profile", "repaired.toml", "--out", "again", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["folder"] == "again"
    assert [sensor["lost_count"] for sensor in document["sensors"]] == [0, 0]
    assert any("decoded again, with repaired.toml" in note for note in document["notes"])
    assert Path("again/capture.journal").read_bytes() == Path("walk/capture.journal").read_bytes()
    assert main(["analyze", "again", "--json", "--quiet"]) == 0
    assert len(json.loads(capsys.readouterr().out)["sessions"][0]["strides"]) == 18


def test_a_profile_for_one_foot_is_for_that_foot(capsys: pytest.CaptureFixture[str]) -> None:
    make_capture(Path("walk"), made_walk())
    Path("mine.toml").write_text(load_profile("footdrop-1").text)
    assert main(["replay", "walk", "--profile", "left=mine.toml", "--quiet"]) == 0
    notes = read_session(Path("walk")).notes
    assert [note for note in notes if "decoded again" in note] == ["Left foot: decoded again, with mine.toml."]
    assert main(["replay", "walk", "--profile", "left_shank=mine.toml", "--force"]) == 3
    assert "no sensor on the left shank" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["replay", "nothing"], 2, "There is no capture.journal at nothing"),
        (["replay", "walk", "--profile", "nonsense", "--force"], 2, "There is no sensor profile 'nonsense'"),
        (["replay", "walk", "--profile", "witmotion-20", "--out", "o"], 3, "witmotion-20"),
        (["replay", "walk", "--profile", "left=a.toml", "--profile", "left=b.toml"], 2, "two profiles"),
    ],
)
def test_what_cannot_be_replayed_is_refused(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_capture(Path("walk"), made_walk())
    assert main(words) == code
    assert said in capsys.readouterr().err
    assert not Path("o").exists()


def test_damage_is_refused_or_told_never_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    path = make_capture(Path("walk"), made_walk())
    data = bytearray(path.read_bytes())
    for cut in (0, 5, 60, 3000):
        path.write_bytes(data[:cut])
        assert main(["analyze", "walk", "--json", "--quiet"]) == 3
        assert json.loads(capsys.readouterr().out)["error"]["kind"] in ("file", "decode")
    data[len(data) // 2 : len(data) // 2 + 4000] = b"\xff" * 4000
    path.write_bytes(data)
    assert main(["replay", "walk"]) == 0
    assert "damaged" in capsys.readouterr().out
