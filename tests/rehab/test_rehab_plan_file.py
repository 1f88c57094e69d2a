"""Plan files: what is read, what is written, what is refused with its place."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.rehab.plan_file import PlanDraft, plan_text, read_plan
from footdrop_imu.schema_rehab import Prescription

WRITTEN = """\
author = "K. Weiss"
start = 2026-03-02
note = "first visit"

[[exercise]]
id = "assisted_toe_raise"
side = "left"
level = "assisted"
sets = 3
repetitions = 10
times_a_day = 2
weekdays = ["monday", "wednesday"]
end = 2026-04-30
note = "slowly"

[[exercise]]
id = "towel_stretch"
side = "both"
repetitions = 3
hold_s = 30
times_a_week = 3
start = 2026-03-09
cleared = ["numb_skin"]
"""
READ = PlanDraft(
    (
        Prescription(
            "assisted_toe_raise",
            "left",
            "assisted",
            sets=3,
            repetitions=10,
            times_a_day=2,
            weekdays=(0, 2),
            end=date(2026, 4, 30),
            note="slowly",
        ),
        Prescription(
            "towel_stretch",
            "both",
            repetitions=3,
            hold_s=30.0,
            times_a_week=3,
            start=date(2026, 3, 9),
            cleared=("numb_skin",),
        ),
    ),
    "K. Weiss",
    date(2026, 3, 2),
    "first visit",
)


def written(folder: Path, text: str, name: str = "plan.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def same(one: PlanDraft, other: PlanDraft) -> bool:
    # repr makes NaN equal NaN
    return repr(one) == repr(other)


def test_a_plan_is_read(tmp_path: Path) -> None:
    assert same(read_plan(written(tmp_path, WRITTEN)), READ)
    assert same(read_plan(written(tmp_path, "\ufeff" + WRITTEN.replace("\n", "\r\n"))), READ)


def test_a_plan_is_written_as_it_would_be_by_hand() -> None:
    assert plan_text(READ) == WRITTEN


def test_an_empty_plan_is_a_pause(tmp_path: Path) -> None:
    assert same(read_plan(written(tmp_path, "")), PlanDraft(()))
    assert same(read_plan(written(tmp_path, plan_text(PlanDraft(())))), PlanDraft(()))


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("exercise = 3", "exercise", "expected a list"),
        ("exercise = [3]", "exercise", "tables"),
        ("autor = 'K'", "autor", "did you mean author"),
        ("start = '2026-03-02'", "start", "expected date"),
        ("start = 2026-03-02T10:00:00", "start", "expected date"),
        ("[[exercise]]\nside = 'left'", "exercise[0].id", "missing"),
        ("[[exercise]]\nid = ''\nside = 'left'", "exercise[0].id", "empty"),
        ("[[exercise]]\nid = 'a'", "exercise[0] (a).side", "missing"),
        ("[[exercise]]\nid = 'a'\nside = 'Left'", "exercise[0] (a).side", "left, right, both"),
        ("[[exercise]]\nid = 'a'\nside = 'left'\nreps = 3", "exercise[0] (a).reps", "unknown key"),
        ("[[exercise]]\nid = 'a'\nside = 'left'\nsets = 3.0", "exercise[0] (a).sets", "a whole number"),
        ("[[exercise]]\nid = 'a'\nside = 'left'\nsets = true", "exercise[0] (a).sets", "a whole number"),
        ("[[exercise]]\nid = 'a'\nside = 'left'\nhold_s = '3'", "exercise[0] (a).hold_s", "a number"),
        ("[[exercise]]\nid = 'a'\nside = 'left'\nweekdays = [1]", "exercise[0] (a).weekdays", "monday"),
        ("[[exercise]]\nid = 'a'\nside = 'left'\nweekdays = ['mon']", "exercise[0] (a).weekdays", "did you mean"),
        ("[[exercise]]\nid = 'a'\nside = 'left'\ncleared = 'x'", "exercise[0] (a).cleared", "a list"),
        ("[[exercise]]\nid = 'a'\nside = 'left'\n\n[[exercise]]\nid = 'b'", "exercise[1] (b).side", "missing"),
    ],
)
def test_what_is_no_plan_is_refused_with_its_place(tmp_path: Path, text: str, place: str, words: str) -> None:
    with pytest.raises(FileFormatError, match=words) as caught:
        read_plan(written(tmp_path, text))
    assert caught.value.reason is FileReason.BAD_PLAN
    assert caught.value.column == place
    assert "plan.toml" in caught.value.message


def test_what_is_no_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError) as caught:
        read_plan(written(tmp_path, WRITTEN.replace("sets = 3", "sets = three")))
    assert caught.value.reason is FileReason.BAD_PLAN
    assert caught.value.line == 9


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError) as caught:
        read_plan(tmp_path / "nothing.toml")
    assert caught.value.reason is FileReason.NOT_FOUND
    with pytest.raises(FileFormatError) as caught:
        read_plan(tmp_path)
    assert caught.value.reason is FileReason.NOT_READABLE
    binary = tmp_path / "plan.toml"
    binary.write_bytes(b"\xff\xfe\x00a")
    with pytest.raises(FileFormatError) as caught:
        read_plan(binary)
    assert caught.value.reason is FileReason.BAD_PLAN


days = st.none() | st.dates()
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = texts.filter(lambda text: bool(text.strip()))
numbers = st.just(float("nan")) | st.floats(0.1, 1000.0)
prescriptions = st.builds(
    Prescription,
    names,
    st.sampled_from(["left", "right", "both"]),
    texts,
    sets=st.integers(0, 20),
    repetitions=st.integers(0, 50),
    hold_s=numbers,
    duration_s=numbers,
    times_a_day=st.integers(0, 5),
    weekdays=st.lists(st.integers(0, 6), unique=True).map(tuple),
    times_a_week=st.integers(0, 7),
    start=days,
    end=days,
    note=texts,
    cleared=st.lists(names, unique=True, max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(draft=st.builds(PlanDraft, st.lists(prescriptions, max_size=3).map(tuple), texts, days, texts))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, draft: PlanDraft) -> None:
    path = written(tmp_path_factory.mktemp("plan"), plan_text(draft))
    assert same(read_plan(path), draft)


def test_every_field_of_a_prescription_can_be_written() -> None:
    text = plan_text(READ)
    missing = {field.name for field in fields(Prescription) if f"\n{field.name} = " not in text}
    assert missing == {"exercise", "duration_s"}
