"""The report on paper, opened by other programs: tagged, kept, complete, the same every time, right with any name."""

from __future__ import annotations

import hashlib
import html
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from made_reports import LONG_NAME, MADE, NAMES, made_report

from footdrop_imu import analyze, read_course_folder, read_session, sample_data_folder, translator
from footdrop_imu.errors import OutputError
from footdrop_imu.people.courses import progress_of_record, record_of_course
from footdrop_imu.report.model import (
    Answer,
    Block,
    Cell,
    Figure,
    Group,
    Head,
    MeasureTable,
    Report,
    Row,
    Section,
    Statement,
    Statements,
    Table,
    WritingBox,
)
from footdrop_imu.report.patient import patient_sheet
from footdrop_imu.report.pdf import PAPERS, report_pdf
from footdrop_imu.report.walk import walk_report
from footdrop_imu.report.webpage import report_html

ATTACHED = {
    "results.json": b'{"a": 1}\n',
    "strides.csv": "side,note\nleft,ärger\n".encode(),
    "raw.bin": bytes(range(256)),
}
USUAL = [name for name in MADE if "extreme" not in name]
NO_LETTERS = "\x00\x07\x1b\x7f\u202e\u2066\ufeff\ue000\ud800\U000f0000\u0378\uffff"


@cache
def paper_of(name: str, paper: str = "a4") -> bytes:
    return report_pdf(MADE[name](), ATTACHED, paper)


def text_of(document: bytes, *options: str) -> str:
    """What pdftotext reads, without the marks of direction that it adds."""
    told = subprocess.run(["pdftotext", *options, "-", "-"], input=document, capture_output=True, check=True)
    return re.sub("[\u202a-\u202e\u200b]", "", told.stdout.decode())


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def page_count(document: bytes) -> int:
    with pikepdf.open(BytesIO(document)) as opened:
        return len(opened.pages)


def elements(document: bytes) -> list[tuple[str, str]]:
    """Every element of the structure, in reading order: its tag and its alt text."""
    found: list[tuple[str, str]] = []

    def look(node: object) -> None:
        if isinstance(node, pikepdf.Array):
            for inner in node:
                look(inner)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append((str(node.S), str(node.get("/Alt", ""))))
            look(node.get("/K"))

    with pikepdf.open(BytesIO(document)) as opened:
        look(opened.Root.StructTreeRoot)
    return found


def figures_of(report: Report) -> list[Figure]:
    def of(blocks: tuple[object, ...]) -> list[Figure]:
        return [
            figure
            for block in blocks
            for figure in (
                [block] if isinstance(block, Figure) else of(block.blocks) if isinstance(block, Group) else []
            )
        ]

    return [figure for section in report.sections if section.on_paper for figure in of(section.blocks)]


@pytest.mark.parametrize("name", MADE)
def test_it_is_tagged_kept_and_complete(name: str) -> None:
    report, document = MADE[name](), paper_of(name)
    with pikepdf.open(BytesIO(document)) as opened:
        root = opened.Root
        assert str(root.Lang) == report.language
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        with opened.open_metadata() as told:
            assert told["pdfuaid:part"] == "1"
            assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("3", "A")
            assert str(told["dc:title"]).startswith(report.title)
        assert "/Author" not in opened.docinfo
        kept = {str(one.UF): one for one in root.AF}
        assert {key: bytes(one.EF.F.read_bytes()) for key, one in kept.items()} == ATTACHED
        assert str(kept["results.json"].AFRelationship) == "/Data"
        assert set(opened.attachments) == set(ATTACHED)
        with opened.open_outline() as outline:
            bookmarks = [item.title for item in outline.root]
        assert len(bookmarks) >= 2 + sum(section.on_paper for section in report.sections)
    tags = elements(document)
    assert [alt for tag, alt in tags if tag == "/Figure"] == [figure.alt for figure in figures_of(report)]
    assert tags[1][0] == "/Title"
    tables = sum(tag == "/Table" for tag, _ in tags)
    assert sum(tag == "/THead" for tag, _ in tags) == tables
    assert tables == 0 or sum(tag == "/TH" for tag, _ in tags) >= tables


@pytest.mark.parametrize(
    ("name", "paper"), [*((name, "a4") for name in USUAL), ("walk", "us-letter"), ("patient", "us-letter")]
)
def test_every_word_stands_on_the_page(name: str, paper: str) -> None:
    report = MADE[name]()
    text = flat(text_of(paper_of(name, paper)))
    for said in words_of(report):
        assert flat(said) in text, said
    assert flat(report.intended_use) in flat(
        text_of(paper_of(name, paper), "-f", str(page_count(paper_of(name, paper))))
    )


def words_of(report: Report) -> list[str]:
    trust = report.trust
    found = [report.title, report.answer.headline, *trust.reasons, *trust.advice, *trust.uncertainty, *trust.meaning]
    found += [statement.text for statement in report.answer.statements]
    for section in report.sections:
        if section.on_paper:
            found.append(section.title)
            for block in section.blocks:
                if isinstance(block, Statements):
                    found += [text for statement in block.items for text in (statement.of, statement.text)]
                if isinstance(block, Figure):
                    found += [block.title, block.caption]
                if isinstance(block, WritingBox):
                    found.append(block.title)
                if isinstance(block, MeasureTable):
                    rows = [row for title, rows in block.groups for row in rows]
                    found += [title for title, _ in block.groups]
                    found += [row.hint for row in rows]
                    found += [text for row in rows for cell in row.cells for text in (cell.value, cell.below)]
    return found


def size_pt(document: Path, text: str) -> float:
    """Size of the letters of a text's first word, as the page has it."""
    told = subprocess.run(
        ["pdftohtml", "-xml", "-i", "-zoom", "1", "-stdout", document], capture_output=True, check=True
    ).stdout.decode()
    sizes = {found[1]: float(found[2]) for found in re.finditer(r'<fontspec id="(\d+)" size="(\d+)"', told)}
    lines = re.findall(r'<text [^>]*font="(\d+)">(.*?)</text>', told)
    return max(sizes[font] for font, line in lines if flat(text)[:9] in flat(re.sub("<[^>]*>", " ", line)))


def test_what_is_not_for_paper_is_left_out() -> None:
    text = text_of(paper_of("walk"))
    assert "Stride by stride" not in text
    assert "In pictures" in text


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("us-letter", (612, 792))])
def test_each_paper_has_its_size_and_every_page_its_place(paper: str, size: tuple[int, int]) -> None:
    document = paper_of("walk", paper)
    with pikepdf.open(BytesIO(document)) as opened:
        pages = len(opened.pages)
        assert all((round(page.mediabox[2]), round(page.mediabox[3])) == size for page in opened.pages)
    assert 2 <= pages <= 3
    for page in range(1, pages + 1):
        text = text_of(document, "-f", str(page), "-l", str(page))
        assert f"Page {page} of {pages}" in text
        assert "9f86d081884c" in text
        assert ("Walk report: P11" in text) == (page > 1)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", ["patient", "bare patient"])
def test_the_patients_sheet_is_one_page_in_large_letters(name: str, paper: str, tmp_path: Path) -> None:
    document = tmp_path / "sheet.pdf"
    document.write_bytes(paper_of(name, paper))
    assert page_count(paper_of(name, paper)) == 1
    report = MADE[name]()
    read = [report.answer.headline, *(statement.text for statement in report.answer.statements)]
    read += [
        item.text
        for section in report.sections
        for block in section.blocks
        if isinstance(block, Statements)
        for item in block.items
    ]
    assert {text: size for text in read if (size := size_pt(document, text)) < 14} == {}


def test_same_report_same_bytes_in_another_place_at_another_time(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r});"
        "import hashlib; from test_report_pdf import paper_of;"
        "print(hashlib.sha256(paper_of('walk')).hexdigest())"
    )
    environment = {
        **os.environ,
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "77",
        "TMPDIR": str(tmp_path),
        "SOURCE_DATE_EPOCH": "77",
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == hashlib.sha256(paper_of("walk")).hexdigest()


def test_it_is_dated_by_what_it_tells_of() -> None:
    report = MADE["bare walk"]()
    dated = report_pdf(replace(report, provenance={"day": "2026-04-26"}), {})
    with pikepdf.open(BytesIO(dated)) as opened:
        assert str(opened.docinfo["/CreationDate"]).startswith("D:20260426")
    for unknown in ({}, {"day": None}, {"day": "in spring"}, {"day": 7}):
        with pikepdf.open(BytesIO(report_pdf(replace(report, provenance=unknown), {}))) as opened:
            assert str(opened.docinfo["/CreationDate"]).startswith("D:1970")


def bare(name: str) -> Report:
    return replace(
        MADE["bare walk"](),
        subject=name,
        facts=(("Person", name),),
        answer=Answer("seen", f"Of {name}", (Statement(name, name),)),
        sections=(
            Section(
                "one",
                name,
                (
                    Group(name, (WritingBox(name, 1),)),
                    MeasureTable(
                        name, (Head("Measure"), Head(name, "left")), (("", (Row(name, (Cell("3.1", name),)),)),)
                    ),
                ),
            ),
        ),
        made_of=name,
    )


@pytest.mark.parametrize(
    "name", [*NAMES, "张伟", "อภิชาติ", "हरि", "a\u0301\u0300\u0331x̌", "👩‍⚕️🦶🏽", "—“”„¿ß", "#[x]*_$`@<a>\\"]
)
def test_a_name_of_any_letters_can_be_read(name: str) -> None:
    text = flat(text_of(report_pdf(bare(name), {})))
    left = [one for one in name if not one.isspace() and f"[U+{ord(one):04X}]" not in text]
    assert [one for one in left if one not in text and one not in "\u200d\ufe0f"] == []


def test_what_is_no_letter_stands_as_its_code() -> None:
    text = flat(text_of(report_pdf(bare(" ".join(f"A{odd}B" for odd in NO_LETTERS)), {})))
    assert [odd for odd in NO_LETTERS if f"A[U+{ord(odd):04X}]B" not in text] == []


def test_spaces_and_line_breaks_stay_what_they_are() -> None:
    text = text_of(report_pdf(bare("one\ttwo\nthree\r\nfour"), {}))
    assert "[U+" not in text
    assert all(word in text for word in ("one", "two", "three", "four"))


def test_without_a_single_other_font_missing_letters_stand_as_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    import typst

    fonts = typst.Fonts

    def alone(**asked: object) -> object:
        return fonts(**{**asked, "include_system_fonts": False})

    monkeypatch.setattr(typst, "Fonts", alone)
    document = report_pdf(bare("张伟 Ω"), {})
    text = flat(text_of(document))
    assert "[U+5F20][U+4F1F]Ω" in text
    assert "no font of this computer" in text_of(document)


def test_letters_that_dejavu_has_are_never_set_in_a_font_of_this_computer() -> None:
    with pikepdf.open(BytesIO(report_pdf(bare("Zoë Ωλ Жук مرحبا שרה"), {}))) as opened:
        fonts = {str(found.BaseFont) for page in opened.pages for found in page.Resources.Font.values()}
    assert {name.split("+")[-1].split("-")[0] for name in fonts} == {"DejaVuSans"}


def test_a_letter_that_no_font_has_can_be_in_a_picture_and_a_table_too() -> None:
    report = made_report("walk")
    lead = figures_of(report)[0]
    odd = replace(lead, title="\u0378 张", caption="\ue000", alt="张 \u0378")
    told = replace(report, sections=(Section("x", "X", (odd,)),), trust=replace(report.trust, reasons=("\u0378",)))
    assert "[U+0378]" in text_of(report_pdf(told, {}))


@pytest.mark.parametrize("name", ["extreme", "extreme patient"])
def test_nothing_runs_off_the_page(name: str) -> None:
    document = paper_of(name)
    boxes = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=document, capture_output=True, check=True)
    places = re.findall(
        r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)"', boxes.stdout.decode()
    )
    assert len(places) > 5000
    assert min(float(place[0]) for place in places) > 36
    assert max(float(place[2]) for place in places) < 595 - 35
    assert max(float(place[3]) for place in places) < 842 - 10
    assert flat(text_of(document)).count(flat(LONG_NAME)) > 5


NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def numbers_on_screen(page: str) -> Counter[str]:
    """Numbers of what is read in the cells, statements, captions and headings that are on paper too."""
    page = re.sub(r"(?s)<(style|svg|head)\b.*?</\1>", " ", page)
    text = html.unescape(re.sub(r"<[^>]*>", " ", page))
    # an address may be broken at the end of a line on paper
    return Counter(NUMBER.findall(re.sub(r"\b10\.\d{4,}/\S+", " ", text)))


def without_screen_only(report: Report) -> Report:
    """The report without what is on the screen alone: sections not on paper, and the tables behind its figures."""

    def bare_of(block: Block) -> Block:
        if isinstance(block, Group):
            return replace(block, blocks=tuple(bare_of(inner) for inner in block.blocks))
        return replace(block, table=Table((), ())) if isinstance(block, Figure) else block

    kept = (section for section in report.sections if section.on_paper)
    return replace(report, sections=tuple(replace(one, blocks=tuple(map(bare_of, one.blocks))) for one in kept))


def assert_same_numbers(report: Report, document: bytes) -> None:
    screen = numbers_on_screen(report_html(without_screen_only(report)))
    text = text_of(document, "-layout")
    paper = Counter(NUMBER.findall(text))
    assert len(screen) > 10
    assert screen - paper == Counter()


@pytest.mark.parametrize("name", ["walk", "comparison", "progress", "patient", "walk in German"])
def test_the_numbers_are_those_of_the_web_page(name: str) -> None:
    assert_same_numbers(MADE[name](), paper_of(name))


def test_a_measured_walk_says_the_same_on_paper_as_on_the_screen() -> None:
    session = read_session(sample_data_folder() / "before")
    report = walk_report(analyze(session), session, translator("en"))
    document = report_pdf(report, {})
    assert_same_numbers(report, document)
    assert page_count(document) <= 4
    with pikepdf.open(BytesIO(document)) as opened:
        assert str(opened.docinfo["/CreationDate"]).startswith("D:20260112")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_measured_persons_sheet_is_one_page(language: str) -> None:
    record = record_of_course(read_course_folder(sample_data_folder() / "eight_weeks" / "orthosis"))
    translate = translator(language)
    report = patient_sheet(progress_of_record(record, translate), record, translate)
    for paper in PAPERS:
        document = report_pdf(report, {}, paper)
        assert page_count(document) == 1, paper
        text = flat(text_of(document))
        assert [said for said in words_of(report) if flat(said) not in text] == [], paper


def test_a_paper_that_there_is_not_is_refused() -> None:
    with pytest.raises(OutputError, match="There are a4, us-letter"):
        report_pdf(made_report("walk"), {}, "a5")


def test_without_typst_it_says_how_to_get_it() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); sys.modules['typst'] = None\n"
        "from made_reports import MADE; from footdrop_imu.report.pdf import report_pdf\n"
        "try: report_pdf(MADE['bare walk'](), {})\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("OutputError")
    assert "pip install 'footdrop-imu[pdf]'" in done.stdout


def test_setting_the_pages_does_not_load_matplotlib() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from made_reports import MADE; from footdrop_imu.report.pdf import report_pdf\n"
        "report_pdf(MADE['bare walk'](), {})\n"
        "print([name for name in ('matplotlib', 'pandas', 'scipy', 'jinja2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
