"""``footdrop compare`` on recordings: two times, a bench, two feet, a drawn order; bad input in words."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from footdrop_imu.cli.main import main
from footdrop_imu.files.course_folder import read_course_folder
from footdrop_imu.files.sample_data import sample_data_folder
from footdrop_imu.people.courses import take_in
from footdrop_imu.store.database import open_store

ORDER = ("none", "orthosis", "orthosis", "none", "none", "orthosis")
LIFT = "foot_pitch_mid_swing_deg"
BY = ("--clinician", "A. Berg")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six walks of an alternated bench, b1 to b6, and one a month later, without the orthosis."""
    folder = tmp_path_factory.mktemp("bench")
    for index, aid in enumerate(ORDER):
        make(folder / f"b{index + 1}", aid, f"2026-03-14T10:{10 + 4 * index}+01:00", index)
    make(folder / "later", "none", "2026-04-15T10:10+02:00", 11)
    return folder


def make(out: Path, aid: str, start: str, seed: int, *more: str, person: str = "B1") -> Path:
    words = ["--foot-drop", "left", "--strides", "14", "--aid", aid, "--speed", str(0.9 + 0.01 * (seed % 3))]
    words += ["--seed", str(seed), "--start", start, "--person", person, *more, "--out", str(out), "--quiet"]
    assert main(["simulate", "walk", *words]) == 0
    return out


def compared(capsys: pytest.CaptureFixture[str], *words: str | Path, code: int = 0) -> dict[str, Any]:
    assert main(["compare", *map(str, words), "--json"]) == code
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def said(capsys: pytest.CaptureFixture[str], *words: str | Path, code: int = 0) -> str:
    assert main(["compare", *map(str, words)]) == code
    shown = capsys.readouterr()
    assert all(len(line) <= 80 for line in shown.out.splitlines())
    return " ".join((shown.err if code else shown.out).split())


def test_two_walks_give_no_verdict_but_what_was_measured(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = compared(capsys, folder / "b1", folder / "later")
    assert found["kind"] == "before_after"
    assert found["sentences"][0]["code"] == "few_days"
    assert found["judged"]["verdict"]["code"] == "not_known"
    (lift,) = [one for one in found["seen"] if (one["measure"], one["side"]) == (LIFT, "left")]
    assert lift["before"]["low"] < lift["before"]["value"] < lift["before"]["high"]
    assert lift["difference"] == pytest.approx(lift["after"]["value"] - lift["before"]["value"])
    # a day's prior error of 2 degrees, one day at either time, one-sided 5 %
    assert lift["usual"] == pytest.approx(1.6449 * 2.0 * 2**0.5, rel=1e-4)
    assert "Not known yet" in said(capsys, folder / "b1", folder / "later")


def test_walks_of_one_day_and_other_conditions_are_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = compared(capsys, "--before", folder / "b1", folder / "b4", "--after", folder / "b2", folder / "b3")
    assert [one["code"] for one in found["sentences"][:2]] == ["same_day", "conditions"]
    assert found["judged"] is None
    assert (found["before"], found["after"]) == (["b1", "b4"], ["b2", "b3"])
    (lift,) = [one for one in found["seen"] if (one["measure"], one["side"]) == (LIFT, "left")]
    assert lift["difference"] > 8.0  # what the orthosis holds
    assert "orthosis" in found["sentences"][1]["text"]


def test_days_enough_give_a_verdict(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    days = {"2026-01-05": "b1", "2026-01-07": "b4", "2026-01-09": "b5", "2026-01-12": "later"}
    before = [moved(folder / name, tmp_path, day) for day, name in days.items()]
    after = [
        make(tmp_path / f"after{day}", "none", f"2026-03-{day:02d}T10:00+01:00", 20 + day, "--severity", "0.2")
        for day in (2, 4, 6)
    ]
    given = ["--before", *before, "--after", *after]
    found = compared(capsys, *given, "--measure", "foot_pitch_initial_contact_deg")
    verdict = found["judged"]["verdict"]
    assert (verdict["code"], verdict["line"]["baseline_count"], verdict["line"]["latest_count"]) == ("better", 3, 3)
    assert found["sentences"][0]["text"].startswith("Better: ")
    words = said(capsys, *given, "--measure", "foot_pitch_initial_contact_deg", "--language", "de")
    assert words.startswith("Besser: ")
    assert "vorher" in words


def moved(walk: Path, folder: Path, day: str) -> Path:
    """A copy of a walk that was made on another day."""
    copy = folder / f"{walk.name}_{day}"
    shutil.copytree(walk, copy)
    text = (copy / "session.toml").read_text(encoding="utf-8")
    (copy / "session.toml").write_text(re.sub(r"2026-0\d-\d\d(?=[T ])", day, text), encoding="utf-8")
    return copy


def test_a_bench_finds_the_better_setting(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    walks = [folder / f"b{index}" for index in range(1, 7)]
    found = compared(capsys, "bench", *walks, "--key", "orthosis", *BY)
    assert (found["clinician"], found["bench"]["reason"]) == ("A. Berg", "")
    assert [walk["setting"] for walk in found["walks"]] == [
        {"orthosis": "ankle_foot_orthosis"}.get(aid, aid) for aid in ORDER
    ]
    (pair,) = found["bench"]["differences"]
    assert pair["differs"]
    assert pair["difference"]["high"] < -5.0  # none against the orthosis
    assert found["bench"]["chance_best"]["ankle_foot_orthosis"] > 0.99
    with_it, without = found["timing"]["ankle_foot_orthosis"], found["timing"]["none"]
    assert with_it["never_level_frac"] < without["never_level_frac"]
    words = said(capsys, "bench", *walks, "--key", "orthosis", *BY)
    assert words.startswith("This test is for the clinic")
    assert "b1 (no orthosis), b2 (ankle foot orthosis)" in words
    assert "A. Berg" in words


def test_settings_that_the_condition_does_not_say(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    walks = [folder / f"b{index}" for index in (1, 2, 3, 4, 5, 6)]
    named = [f"b{index}={level}" for index, level in zip((6, 5, 4, 3, 2, 1), "babbab", strict=True)]
    by_name = compared(capsys, "bench", *walks, "--key", "orthosis", *BY, "--settings", *named)
    in_order = compared(capsys, "bench", *walks, "--key", "orthosis", *BY, "--settings", *"babbab")
    assert [walk["setting"] for walk in by_name["walks"]] == list("babbab")
    assert by_name["bench"] == in_order["bench"]


def test_a_bench_that_was_not_alternated_is_not_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    walks = [folder / f"b{index}" for index in range(1, 7)]
    found = compared(capsys, "bench", *walks, "--key", "orthosis", *BY, "--settings", *"aaabbb")
    assert found["bench"]["reason"] == "not_alternated"
    assert "Not compared" in found["sentences"][1]["text"]
    few = compared(capsys, "bench", *walks[:4], "--key", "orthosis", *BY)
    assert few["bench"]["reason"] == "too_few_walks"


def test_feet_beside_each_other(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = compared(capsys, "sides", folder / "b1")
    (lift,) = [one for one in found["feet"] if one["measure"] == LIFT]
    assert (lift["side"], lift["day_count"]) == ("left", 1)
    assert lift["difference"]["high"] < -5.0
    (time,) = [one for one in found["feet"] if one["measure"] == "swing_time_s"]
    assert time["ratio"]["value"] == pytest.approx(time["first"] / time["second"])
    assert "left" in said(capsys, "sides", folder / "b1")


def test_the_drawn_order_is_the_same_for_the_same_seed(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("order", "--settings", "a", "b", "c", "--repeats", "3", "--seed", "7")
    found = compared(capsys, *words)
    assert found == compared(capsys, *words)
    assert sorted(found["order"]) == sorted("aaabbbccc")
    assert "clinic" in said(capsys, *words)
    undrawn = compared(capsys, "order", "--settings", "a", "b")
    assert (
        undrawn["order"] == compared(capsys, "order", "--settings", "a", "b", "--seed", str(undrawn["seed"]))["order"]
    )


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (["b1"], 2, "expected BEFORE and AFTER"),
        (["b1", "b2", "b3"], 2, "--before"),
        (["--before", "b1"], 2, "both times"),
        (["b1", "b2", "--before", "b3"], 2, "not both"),
        (["b1", "nowhere"], 2, "nowhere"),
        (["later", "b1"], 3, "earlier time first"),
        (["b1", "b1"], 3, "twice"),
        (["bench", "b1", "b2", "--key", "orthosis"], 2, "--clinician"),
        (["bench", "b1", "b2", "--key", "orthosis", "--clinician", " "], 2, "empty"),
        (["bench", "b1", "b2", "--key", "weight", *BY], 2, "weight"),
        (["bench", "b1", "b2", "--key", "shoe", *BY], 2, "no shoe setting: b1, b2"),
        (["bench", "b1", "b2", "--key", "orthosis", "--settings", "a", *BY], 2, "1 settings (a) for 2 walks"),
        (["bench", "b1", "b2", "--key", "orthosis", "--settings", "b1=a", "b9=b", *BY], 2, "b9"),
        (["bench", "b1", "b2", "--key", "orthosis", "--day", "2026-03-14", *BY], 2, "--day"),
        (["order", "--settings", "a"], 2, "two to four"),
        (["order", "--settings", "a", "a"], 2, "different"),
        (["order", "--settings", "a", "b", "--repeats", "2"], 2, "repeats"),
        (["order"], 2, "--settings"),
        (["sides"], 2, "PERSON|PATH"),
    ],
)
def test_bad_input_is_refused_in_words(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
    expected: str,
) -> None:
    monkeypatch.chdir(folder)
    assert expected in said(capsys, *words, code=code)


def test_walks_of_two_people_are_not_compared(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = make(tmp_path / "other", "none", "2026-04-16T10:10+02:00", 3, person="B2")
    assert compared(capsys, folder / "b1", other, code=3)["error"]["reason"] == "not_alike"
    assert compared(capsys, folder / "b1", other, "--person", "B1")["patient"]["id"] == "B1"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the person whose walks came with and without the orthosis by turns."""
    path = tmp_path_factory.mktemp("store") / "people.db"
    with open_store(str(path)) as store:
        take_in(store, read_course_folder(sample_data_folder() / "eight_weeks" / "orthosis"))
    return path


def test_what_the_store_keeps_is_compared(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = ("--store", str(kept))
    between = ("P13", "--between", "orthosis=none", "orthosis=ankle_foot_orthosis")
    found = compared(capsys, *between, *store)
    assert (found["kind"], found["sentences"][0]["code"]) == ("two_conditions", "differs")
    assert found["found"]["bench"]["differences"][0]["differs"]
    assert "no orthosis" in said(capsys, *between, *store)
    assert "ohne Orthese" in said(capsys, *between, *store, "--language", "de")
    feet = compared(capsys, "sides", "P13", *store)
    assert feet["sentences"][0]["code"] == "feet_differ"
    assert "rechts" in said(capsys, "sides", "P13", *store, "--language", "de")
    people = compared(capsys, "people", "--measure", "walking_speed_mps", *store)
    assert people["effect"]["reason"] == "too_little_data"
    assert said(capsys, "people", "--measure", "walking_speed_mps", *store).startswith("Not compared: 8 people")
    bench = compared(capsys, "bench", "P13", "--key", "orthosis", "--day", "2026-02-23", *BY, *store)
    assert bench["bench"]["reason"] == "settings"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["P99", "--between", "orthosis=none", "orthosis=other"], "no person 'P99'"),
        (["P13", "--between", "orthosis=none"], "two values of one condition"),
        (["P13", "--between", "orthosis=none", "aid=stick"], "two values of one condition"),
        (["P13", "--between", "orthosis=none", "orthosis=steel"], "orthosis=steel"),
        (["P13", "--between", "orthosis=none", "orthosis=other", "--measure", "lift"], "is no measure"),
        (["P13", "--between", "orthosis=none", "orthosis=other", "--day", "2020-01-01"], "until 2020-01-01"),
        (["sides", "P99"], "no person 'P99'"),
        (["sides", "P13", "--day", "soon"], "2026-03-14"),
        (["people", "P13", "P99", "--measure", "walking_speed_mps"], "no person 'P99'"),
        (["people"], "--measure"),
        (["bench", "P13", "--key", "orthosis", "--day", "2026-02-24", *BY], "No walk of P13 is kept on 2026-02-24"),
        (["sides", "P13", "--language", "xx"], "no translation"),
    ],
)
def test_bad_words_about_people_are_refused(
    kept: Path, capsys: pytest.CaptureFixture[str], words: list[str], expected: str
) -> None:
    assert expected in said(capsys, *words, "--store", str(kept), code=2)
