"""Any report as a page: everything the report says is there, escaped, in order; nothing else is asked of it."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from made_reports import LONG_NAME, LONG_NOTE, MADE, SCRIPT, bare_report, extreme_report, made_report, measures

from footdrop_imu.errors import FileFormatError
from footdrop_imu.report.model import Group, Head, Report, Section, Statement, Statements, Table, WritingBox
from footdrop_imu.report.page_words import PAGE_WORDS, TONE_WORDS
from footdrop_imu.report.webpage import report_html


class Page(HTMLParser):
    """What is on a page: elements with their attributes, and all its text."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._inside: list[str] = []
        self.feed(document)
        self.close()
        self.words = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass
        self.text += " "

    def handle_data(self, data: str) -> None:
        if "style" not in self._inside:
            self.text += data

    def having(self, attribute: str) -> list[str]:
        return [value or "" for _, given in self.elements if (value := given.get(attribute)) is not None]

    def tags(self, name: str) -> list[dict[str, str | None]]:
        return [given for tag, given in self.elements if tag == name]


@pytest.fixture(scope="module")
def documents(made_pages: dict[str, str]) -> dict[str, str]:
    return made_pages


@pytest.fixture(scope="module")
def pages(documents: dict[str, str]) -> dict[str, Page]:
    return {name: Page(document) for name, document in documents.items()}


def said(value: Any) -> list[str]:
    """Every word of a report that a person is to read."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for part in value for text in said(part)]
    if is_dataclass(value):
        skipped = {"kind", "language", "tone", "style", "name", "code", "unit", "side", "weight", "quality", "data"}
        return [text for part in fields(value) if part.name not in skipped for text in said(getattr(value, part.name))]
    return []


@pytest.mark.parametrize("name", MADE)
def test_every_word_of_the_report_is_on_the_page(pages: dict[str, Page], name: str) -> None:
    report = MADE[name]()
    read = replace(report, sections=tuple(section for section in report.sections if section.blocks))
    heads = {head for section in report.sections for block in section.blocks for head in getattr(block, "head", ())}
    missing = [text for text in said(read) if " ".join(text.split()) not in pages[name].words and text not in heads]
    assert missing == []


@pytest.mark.parametrize("name", MADE)
def test_ids_are_unique_and_links_lead_somewhere(pages: dict[str, Page], name: str) -> None:
    page = pages[name]
    ids = page.having("id")
    assert [one for one, count in Counter(ids).items() if count > 1] == []
    links = [link for link in page.having("href") if not link.startswith("data:")]
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert all(link.startswith("#") for link in links)
    named = " ".join([*page.having("aria-labelledby"), *page.having("aria-describedby")]).split()
    assert set(named) <= set(ids)


@pytest.mark.parametrize("name", MADE)
def test_nothing_is_run_or_fetched(pages: dict[str, Page], name: str) -> None:
    page = pages[name]
    assert page.tags("script") == []
    assert page.having("src") == []
    assert not [given for _, attributes in page.elements for given in attributes if given.startswith("on")]
    assert all(given["href"] is not None and given["href"].startswith("data:text/css,") for given in page.tags("link"))


@pytest.mark.parametrize("name", MADE)
def test_headings_go_down_a_level_at_a_time_and_say_something(documents: dict[str, str], name: str) -> None:
    found = re.findall(r"<h([1-6])[^>]*>(.*?)</h\1>", documents[name], re.DOTALL)
    levels = [int(level) for level, _ in found]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert all(re.sub("<[^>]*>", "", text).strip() for _, text in found)


def test_the_answer_and_the_quality_come_before_everything_else() -> None:
    report = made_report("progress")
    document = report_html(report)
    order = (
        report.answer.headline,
        report.answer.statements[0].text,
        report.trust.quality_title,
        report.sections[0].title + "</h2>",
        report.trust.meaning[1],
        report.intended_use,
        report.made_of,
    )
    places = [document.rindex(text) for text in order]
    assert places == sorted(places)


@pytest.mark.parametrize("tone", TONE_WORDS)
def test_a_tone_is_told_by_a_shape_and_a_word(tone: str) -> None:
    report = made_report("walk")
    shapes = {}
    for each in TONE_WORDS:
        document = report_html(replace(report, answer=replace(report.answer, tone=each), sections=()))
        found = re.search(r'<div class="tone">(<svg.*?</svg>)<span class="word">(.*?)</span>', document)
        assert found is not None
        assert found[2] == TONE_WORDS[each]
        shapes[each] = found[1]
    assert Counter(shapes.values())[shapes[tone]] == 1


def test_words_of_the_frame_are_in_the_language_of_the_report() -> None:
    document = report_html(replace(made_report("walk", "de"), sections=()))
    assert '<html lang="de">' in document
    assert "Wie weit" in document or PAGE_WORDS["trust"] not in document


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(FileFormatError, match="no translation into 'tlh'"):
        report_html(replace(bare_report("walk"), language="tlh"))


def test_the_same_report_gives_the_same_bytes_in_another_process(documents: dict[str, str]) -> None:
    code = (
        "import sys, hashlib; sys.path.insert(0, 'tests/report')\n"
        "from made_reports import MADE\nfrom footdrop_imu.report.webpage import report_html\n"
        "print(hashlib.sha256(report_html(MADE['patient']()).encode()).hexdigest())"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == hashlib.sha256(documents["patient"].encode()).hexdigest()


def test_what_a_person_wrote_stays_text(pages: dict[str, Page], documents: dict[str, str]) -> None:
    assert pages["extreme"].tags("script") == []
    assert SCRIPT in pages["extreme"].text
    assert LONG_NAME in pages["extreme"].text
    assert " ".join(LONG_NOTE.split()) in pages["extreme"].words
    style = re.search(r"<style>(.*?)</style>", documents["extreme"], re.DOTALL)
    assert style is not None
    assert "<" not in style[1]


@pytest.mark.parametrize(
    "name", ['"; } * { color: red } @bottom-left {', "</style><script>", "a\\b\nc", "x" * 500, "١"]
)
def test_the_identity_at_the_foot_of_each_sheet_cannot_leave_its_place(name: str) -> None:
    document = report_html(replace(bare_report("walk"), made_of=name))
    rule = re.search(r'@bottom-left \{ content: "((?:[A-Za-z0-9]|\\[0-9a-f]{6})*)"; \}', document)
    assert rule is not None
    written = re.sub(r"\\([0-9a-f]{6})", lambda found: chr(int(found[1], 16)), rule[1])
    assert written == (name if len(name) <= 100 else name[:99] + "…")
    assert Page(document).tags("script") == []


def test_text_from_right_to_left_keeps_its_direction() -> None:
    report = replace(bare_report("walk"), subject="محمد", facts=(("Person", "محمد"), ("Day", "2 March")))
    document = report_html(report)
    assert '<bdi class="subject">محمد</bdi>' in document
    assert '<dd dir="auto">محمد</dd>' in document
    assert "<dd>2 March</dd>" in document


def shown(*blocks: Any, style: str = "plain", on_paper: bool = True) -> str:
    section = Section("here", "Here", blocks, style, on_paper)
    document = report_html(replace(bare_report("walk"), sections=(section,)))
    found = re.search(r'<section class="part [a-z ]*" aria-labelledby="here">.*?</section>', document, re.DOTALL)
    assert found is not None
    return found[0]


def test_a_table_of_measures_has_a_cell_for_every_head() -> None:
    table = measures()
    document = shown(table)
    heads = re.findall(r"<th [^>]*columnheader[^>]*>(?:<span[^>]*></span>|<span class=\"hidden\">)?([^<]*)", document)
    assert heads == ["Measure", "Left", "Right", "Picture", "Left against right", "Healthy adults"]
    for row in re.findall(
        r"<tr role=\"row\"(?: class=\"(?!group)\w+\")?>\n<th role=\"rowheader\".*?</tr>", document, re.DOTALL
    ):
        assert row.count("<td") == len(heads) - 1
    assert document.count("<tr") == 1 + sum(len(rows) + bool(title) for title, rows in table.groups)
    assert 'data-head="Healthy adults"' in document


def test_a_source_leads_to_where_it_is_named() -> None:
    document = report_html(made_report("walk"))
    assert '<a href="#page-source-1">1</a>' in document
    assert re.search(r'<li id="page-source-1">Made-up source A', document)


def test_one_foot_and_no_picture_need_no_more_columns() -> None:
    table = measures()
    rows = tuple(replace(row, cells=row.cells[:1], line=None) for _, rows in table.groups for row in rows)
    alone = replace(table, heads=(Head("Measure"), Head("Right", "right")), groups=(("", rows),), line_after=0)
    document = shown(alone)
    assert "picture" not in document
    assert 'class="legend"' not in document
    assert document.count("columnheader") == 2


def test_a_number_line_marks_both_feet_and_neither_apart() -> None:
    document = shown(measures())
    assert document.count('<circle class="left dot"') == 2
    assert document.count('<rect class="right dot"') == 1
    assert document.count('<path class="both dot"') == 1


def test_details_are_folded_and_left_out_on_paper_where_the_report_says_so() -> None:
    inside = Group("Stride by stride", (Table(("Stride",), (("1",),), "Strides"),))
    document = shown(inside, style="details", on_paper=False)
    assert 'class="part details screen"' in document
    assert re.search(r'<details class="fold"><summary><h3>Stride by stride</h3></summary>', document)
    assert 'class="part details"' in shown(inside, style="details")
    assert "<details" not in shown(inside)


def test_lines_to_write_on_are_as_many_as_asked_for() -> None:
    document = shown(WritingBox("What I want to ask", 7))
    assert document.count('class="rule"') == 7


def test_what_is_empty_is_said_and_an_empty_section_is_left_out() -> None:
    document = shown(Statements(()), Table(("Day", "Note"), (), "Falls"))
    assert "<bdi>Falls</bdi>: Nothing to list." in document
    assert "<p></p>" not in document
    empty = Section("nothing", "Nothing", ())
    assert "Nothing</h2>" not in report_html(replace(bare_report("walk"), sections=(empty,)))


def test_many_reasons_stay_readable_and_none_is_lost() -> None:
    document = report_html(extreme_report(rows=2))
    assert "Further reasons</summary>" not in document
    assert "Further reasons (26)</a>" in document
    assert all(f"Reason {place}: " in document for place in range(30))


def test_long_facts_do_not_push_the_answer_down() -> None:
    report = replace(made_report("walk"), facts=(("Note", LONG_NOTE), ("Person", "P11")), sections=())
    document = report_html(report)
    answer = document.index(report.answer.headline)
    assert document.index("<dd>P11</dd>") < answer < document.index("Round the lake")


def test_statements_name_whom_they_are_of() -> None:
    document = shown(Statements((Statement("no drag", "Left foot"),), "lead"))
    assert '<div class="said lead">\n<p><strong><bdi>Left foot</bdi>:</strong> no drag</p>' in document


def test_a_page_without_figures_loads_no_drawing_library() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests/report')\n"
        "from made_reports import bare_report\nimport footdrop_imu.report.webpage as webpage\n"
        "assert 'jinja2' not in sys.modules\n"
        "webpage.report_html(bare_report('walk'))\n"
        "assert 'jinja2' in sys.modules\n"
        "assert not {'matplotlib', 'pandas', 'scipy'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_report_is_not_changed_by_being_shown() -> None:
    report: Report = made_report("walk")
    report_html(report)
    assert report.facts == made_report("walk").facts
