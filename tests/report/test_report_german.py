"""Every kind of report in German: nothing is left in English, numbers and days are as German readers write them."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from babel.messages.pofile import read_po
from made_comparisons import LIFT, days, foot_drop, moved, with_quality
from made_drags import dragging_walk

from footdrop_imu.files.course_folder import read_course_folder
from footdrop_imu.files.sample_data import sample_data_folder
from footdrop_imu.language import locale_folder, translator
from footdrop_imu.people.benches import bench_of_recordings
from footdrop_imu.people.comparisons import compare_times
from footdrop_imu.people.courses import progress_of_record, record_of_course
from footdrop_imu.people.kept_comparisons import compare_feet_of
from footdrop_imu.report.analysis_words import SENTENCES, said
from footdrop_imu.report.comparison import bench_report, feet_report, times_report
from footdrop_imu.report.model import Report
from footdrop_imu.report.patient import patient_sheet
from footdrop_imu.report.progress import progress_report
from footdrop_imu.report.walk import walk_report
from footdrop_imu.report.webpage import report_html
from footdrop_imu.schema import Condition

DE = translator("de")
KINDS = (
    *("walk", "walk_of_drags", "times", "feet", "bench"),
    *(f"{kind}_{name}" for kind in ("progress", "patient") for name in ("orthosis", "poor_data")),
)
WORDS_OF_A_SENTENCE = 3
NOT_READ = (
    r"10\.\d{4,}/\S+",  # doi
    r"footdrop_imu \d+(\.\d+)+\S*",
    r"\b[0-9a-f]{32,64}\b",
    r"\d{4}-\d\d-\d\d(?=_)",  # name of a recording
    r"\b\d{1,3}(\.\d{3})+\b",  # thousands
)
ENGLISH_MONTHS = r"\b(January|February|March|May|June|July|October|December)\b"


def made_reports() -> dict[str, Report]:
    base = foot_drop()
    before, after = days(base, [0.0, 0.4, -0.3, 0.2]), days(base, [7.0, 7.3, 6.8], date(2026, 3, 2))
    bad = with_quality(after[-1], "poor", "left foot: 12.5% of the samples are missing, the longest gap is 1.5 s")
    after[-1] = bad
    for walks, name in ((before, "vor"), (after, "nach")):  # a name may be a day as programs write it
        walks[:] = [
            (replace(result, session=f"{name}{at}"), replace(session, name=f"{name}{at}"))
            for at, (result, session) in enumerate(walks)
        ]
    bench = [
        moved(
            base,
            f"w{at}",
            f"2026-03-14T10:{10 + 4 * at}:00+01:00",
            {LIFT: 3.0 * (letter == "B") + 0.1 * at, "walking_speed_mps": 0.01 * (at % 3)},
            condition=Condition("own", stimulator="on" if letter == "B" else "off"),
        )
        for at, letter in enumerate("ABBABAAB")
    ]
    walked = foot_drop(reasons=("left foot: only 5 complete strides; 6 a side are needed",), verdict="usable")
    made = {
        "walk": walk_report(*walked, DE),
        "walk_of_drags": walk_report(*dragging_walk(), DE),
        "times": times_report(compare_times(before, after, DE), [*before, *after], DE),
        "feet": feet_report(compare_feet_of([base], DE), [base], DE),
        "bench": bench_report(bench_of_recordings(bench, "stimulator", DE, clinician="A. Berg"), bench, DE),
    }
    for name in ("orthosis", "poor_data"):
        record = record_of_course(read_course_folder(sample_data_folder() / "eight_weeks" / name))
        found = progress_of_record(record, DE)
        made[f"progress_{name}"] = progress_report(found, record, DE)
        made[f"patient_{name}"] = patient_sheet(found, record, DE)
    return made


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """What a person reads on each page, pictures and what is said of them too."""
    return {kind: readable(report_html(report)) for kind, report in made_reports().items()}


def readable(page: str) -> str:
    page = re.sub(r"<(style|script|metadata|defs)\b.*?</\1>", " ", page, flags=re.DOTALL)
    said = re.findall(r'(?:alt|aria-label|title)="([^"]*)"', page)
    text = " ".join(html.unescape(" ".join([re.sub(r"<[^>]+>", " ", page), *said])).split())
    for pattern in NOT_READ:
        text = re.sub(pattern, " ", text)
    return text


@cache
def english_sentences() -> list[tuple[str, list[str]]]:
    """Texts of the sources that are whole sentences, each with its parts between the fields."""
    with (locale_folder() / "de" / "LC_MESSAGES" / "footdrop_imu.po").open("rb") as file:
        texts = [str(message.id) for message in read_po(file) if message.id and message.id != message.string]
    told = []
    for text in texts:
        parts = [part.strip() for part in re.split(r"\{\w+\}", text)]
        long = [part for part in parts if len(re.findall(r"[A-Za-z]+", part)) >= WORDS_OF_A_SENTENCE]
        if long and sum(len(re.findall(r"[A-Za-z]+", part)) for part in parts) > WORDS_OF_A_SENTENCE:
            told.append((text, long))
    return told


def test_every_kind_is_here(pages: dict[str, str]) -> None:
    assert tuple(sorted(pages)) == tuple(sorted(KINDS))


@pytest.mark.parametrize("kind", KINDS)
def test_no_english_sentence_is_left(kind: str, pages: dict[str, str]) -> None:
    sentences = english_sentences()
    assert len(sentences) > 300
    assert [text for text, parts in sentences if all(part in pages[kind] for part in parts)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_and_days_are_as_german_readers_write_them(kind: str, pages: dict[str, str]) -> None:
    text = pages[kind]
    assert re.search(r"\d,\d", text) or kind.startswith("patient")
    assert re.findall(r".{20}(?<![\d.])\d+\.\d+(?![\d.]).{10}", text) == []
    assert re.findall(r".{20}\d{4}-\d\d-\d\d.{10}", text) == []
    assert re.findall(ENGLISH_MONTHS, text) == []
    assert re.findall(r"\{\w+\}|-\d+,\d", text) == []


def test_days_are_written_out(pages: dict[str, str]) -> None:
    assert re.search(r"\b14\. März 2026\b", pages["bench"])
    assert re.search(r"\b\d{1,2}\. (Februar|März|April) 2026\b", pages["progress_orthosis"])


def test_why_a_recording_is_not_good_is_said_in_german(pages: dict[str, str]) -> None:
    assert "linker Fuß: 12,5 % der Messwerte fehlen, die längste Lücke ist 1,5 s" in pages["times"]
    assert "linker Fuß: nur 5 vollständige Doppelschritte; 6 je Seite sind nötig" in pages["walk"]


def test_what_a_file_cut_at_its_semicolons_is_said_too() -> None:
    kept = (
        "right foot: the heel may never come down, so that 0° is unknown; say how the sensor sits on the shoe "
        "(--mounting) to know it"
    )
    assert [said(piece, DE) for piece in kept.split("; ")] == [
        "rechter Fuß: die Ferse kommt vielleicht nie auf den Boden, daher ist 0° nicht bekannt",
        "geben Sie an, wie der Sensor am Schuh sitzt (--mounting)",
    ]
    for text in SENTENCES:
        assert text.count("; ") == DE(text).count("; "), text
