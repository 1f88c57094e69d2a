"""What may be asked of every page, whatever it was made from; and words as people may write them."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from io import BytesIO
from typing import Any, NamedTuple

import pikepdf

from footdrop_imu.report.letters import legible
from footdrop_imu.report.model import Group, MeasureTable, Report, Table, report_json
from footdrop_imu.report.person_words import fit
from footdrop_imu.reporting import MadeReport, report_bytes

ODD = " | ".join(
    (
        "王秀英 (Wáng)",
        "محمد عبد الله",
        "🦶🏽👩‍🦽",
        "Zoe\u0301\u0323\u0332",
        '"O\'Neill" & <b>`Söhne`</b>',
        "<script>alert(1)</script>",
        "{{7*7}} {% if %} {0} {name} %s %(a)s",
        "#set page(width: 1cm) *b* _i_ $x^2$ @ref = h",
        "C:\\new\\u0041",
        "one\ntwo\r\nthree\u2028four\x85five",
        "a\x00b\x07c\x1b[31md\x7fe\x9f",
        "x\udcff\ufffe\uffff\U0001ffff\ue000y",
        "\u202eabc\u202c \u2067d\u2069",
    )
)
LEFT_OVER = re.compile(
    r"\b(?:nan|NaN|None(?! found)|inf|Infinity|NaT|undefined|0x[0-9a-f]+)\b|[{}]|(?<![\w.!?)])\?(?!\w)|<|\ufffd"
)
"""What a program leaves where a word or number should be; "?" after no word stands for a number that there is not."""
_ILL = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_HELD = ("h1", "h2", "h3", "h4", "h5", "h6", "caption", "th", "summary", "title", "section", "ul", "ol", "dl", "dt")
_EMPTY = re.compile(
    rf"<({'|'.join((*_HELD, 'dd', 'li', 'p', 'tbody', 'tr', 'table', 'figcaption', 'bdi'))})\b[^>]*>\s*</\1>"
)
_VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """A page's visible text and what does not nest, is named twice, or leads nowhere."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self._open: list[str] = []
        self._texts: list[str] = []
        self._ids: list[str] = []
        self._named: list[str] = []
        self.tags: Counter[str] = Counter()
        self.feed(document)
        self.close()
        self.text = " ".join(" ".join(self._texts).split())
        self.faults += [f"left open: {self._open}"] if self._open else []
        self.faults += [f"id twice: {one}" for one, count in Counter(self._ids).items() if count > 1]
        self.faults += [f"leads nowhere: {one}" for one in {*self._named} - {*self._ids}]
        self.faults += [f"empty: {found[0]}" for found in _EMPTY.finditer(document)]
        self.faults += [f"no letter: U+{ord(found[0]):04X}" for found in _ILL.finditer(document)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            if name == "id":
                self._ids.append(value or "")
            elif name in ("aria-labelledby", "aria-describedby"):
                self._named += (value or "").split()
            elif name == "href" and (value or "").startswith("#"):
                self._named.append((value or "")[1:])
            elif name in ("aria-label", "alt", "title", "data-head"):
                self._texts.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self._texts.append(data)


class Checked(NamedTuple):
    """A report as a page and as data."""

    html: str
    page: Page
    document: dict[str, Any]


def checked(made: MadeReport) -> Checked:
    """Make a page and data of a report, and look for what no page may have."""
    html = report_bytes(made, "html").decode("utf-8")
    document = json.loads(report_bytes(made, "json").decode("utf-8"), parse_constant=_no_number)
    assert document == json.loads(json.dumps(report_json(made.report)))
    page = Page(html)
    assert page.faults == []
    assert "script" not in page.tags
    assert empty_parts(made.report) == []
    return Checked(html, page, document)


def left_over(text: str) -> list[str]:
    """What a program left, with the words around it."""
    return [text[max(0, found.start() - 60) : found.end() + 30] for found in LEFT_OVER.finditer(text)]


def _no_number(found: str) -> None:
    raise AssertionError(f"{found} is no JSON")


def is_on(page: Page, own: str) -> bool:
    """Whether a person's own words are on a page, whole; letters that may not be there as their code, or left out."""
    return any(" ".join(legible(text).split()) in page.text for text in (own, fit(own)))


def empty_parts(report: Report) -> list[str]:
    """Name the sections, groups and tables of a report in which nothing stands."""
    found = [f"section {one.name}" for one in report.sections if not (one.title.strip() and one.blocks)]
    for part in parts(report):
        if isinstance(part, Group) and not (part.title.strip() and part.blocks):
            found.append("a group")
        if isinstance(part, Table) and part.rows and {len(row) for row in part.rows} != {len(part.head)}:
            found.append(f"a table as wide as its head: {part.caption}")
        if isinstance(part, MeasureTable) and not all(rows for _, rows in part.groups):
            found.append(f"rows of {part.caption}")
    return found


def parts(value: Any) -> Iterator[Any]:
    """Every dataclass in a report, whatever holds it."""
    if isinstance(value, tuple):
        for one in value:
            yield from parts(one)
    elif is_dataclass(value):
        yield value
        for one in fields(value):
            yield from parts(getattr(value, one.name))


def texts(value: Any) -> Iterator[str]:
    """Every text of a report that a person reads, pictures' data aside."""
    skipped = {"kind", "language", "tone", "style", "name", "code", "unit", "side", "weight", "quality", "data", "alt"}
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif is_dataclass(value):
        for one in fields(value):
            if one.name not in skipped:
                yield from texts(getattr(value, one.name))


def numbers(text: str) -> set[str]:
    """Every number in a text, as it is written; hashes and other names with digits are none."""
    return set(re.findall(r"(?<![\w.,:])[−+]?\d+(?:[.,]\d+)*(?![\w.,:]*\w)", text))


def paper_text(made: MadeReport, paper: str, document: dict[str, Any]) -> str:
    """Set a report on paper, look into it, and give what another program reads in it."""
    content = report_bytes(made, "pdf", paper=paper)
    with pikepdf.open(BytesIO(content)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert json.loads(opened.attachments["results.json"].get_file().read_bytes()) == document
        assert set(opened.attachments) == {"results.json", *made.tables}
        assert len(opened.pages) >= 1
    told = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True).stdout
    return re.sub("[\u202a-\u202e\u200b]", "", told.decode("utf-8"))


def missing_on_paper(made: MadeReport, page: Page, paper: str) -> set[str]:
    """Numbers of the report's printed parts that a page has and paper has not."""
    printed = replace(
        made.report,
        sections=tuple(_without_numbers(one) for one in made.report.sections if one.on_paper),
        provenance={},
    )
    said = set().union(*(numbers(text) for text in texts(printed)))
    assert said <= numbers(page.text)
    joined = re.sub(r"\s+", "", paper)
    return {one for one in said if one not in joined}


def _without_numbers(value: Any) -> Any:
    """A part without the tables behind its pictures, which stay on the screen."""
    if isinstance(value, tuple):
        return tuple(_without_numbers(one) for one in value)
    if not is_dataclass(value):
        return value
    if hasattr(value, "alt"):
        return replace(value, table=Table((), ()))  # type: ignore[type-var]
    return replace(value, **{one.name: _without_numbers(getattr(value, one.name)) for one in fields(value)})  # type: ignore[type-var]
