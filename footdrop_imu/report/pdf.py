"""Any report on paper: a PDF that a screen reader can read (PDF/UA-1) and that can be kept (PDF/A-3a)."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections.abc import Mapping
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from footdrop_imu.errors import OutputError, OutputReason
from footdrop_imu.language import Translate, mark, translator
from footdrop_imu.rehab.json_ready import json_ready
from footdrop_imu.report.letters import code_of, legible
from footdrop_imu.report.model import Block, Figure, Group, Report
from footdrop_imu.report.page_words import page_words

__all__ = ["PAPERS", "report_pdf"]

PAPERS = ("a4", "us-letter")
_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
_TONES = {"better": "▲", "worse": "▼", "unchanged": "=", "not_known": "?", "seen": "●"}
_QUALITIES = {"good": "✓", "usable": "◐", "poor": "✕"}
_CODES_NOTE = mark("Letters that no font of this computer has stand as their code, such as {code}.")
_DATA = mark("All words and numbers of this report, for programs")
_SUPPLEMENT = mark("Data behind this report")
_MIME_TYPES = {".json": "application/json", ".csv": "text/csv", ".txt": "text/plain"}
_NO_DAY = (1970, 1, 1)
"""PDF/A asks for a day: this one stands for "not known"."""
_RUNNING_LENGTH = 80
_TITLE_LENGTH, _ALT_LENGTH = 1_000, 10_000
"""What is read aloud is cut there; PDF/A refuses texts of more than 32,767 signs."""
_REFUSED = re.compile(r'^error:[^`\n]*`"((?:[^"\\\n]|\\.)*)"`', re.MULTILINE)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|(.))")
_VIEW_BOX = re.compile(r'viewBox="\s*[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)')
_TRIES = 4


def report_pdf(report: Report, attachments: Mapping[str, bytes], paper: str = "a4") -> bytes:
    """Set a report on paper.

    The file is tagged (PDF/UA-1: title, language, headings as bookmarks, alt texts, table heads) and archival
    (PDF/A-3a). Same report, attachments and paper give the same bytes: it is dated by ``day`` or ``start`` of the
    report's provenance, never by the clock. It is set in DejaVu Sans; only where that lacks a letter the computer's
    fonts are asked, and a letter that none of them has stands as its code.

    Parameters
    ----------
    report
        Any report; sections that are not ``on_paper`` are left out.
    attachments
        Name (``results.json``, ``strides.csv``) to bytes: files inside the file, for programs.
    paper
        One of ``PAPERS``.

    Returns
    -------
    bytes
        The document.

    Raises
    ------
    OutputError
        ``not_writable``: what sets the pages is not installed, there is no such paper, or the pages cannot be set.
    """
    if paper not in PAPERS:
        raise OutputError(OutputReason.NOT_WRITABLE, f"There is no paper {paper!r}. There are {', '.join(PAPERS)}.")
    if find_spec("typst") is None:
        raise OutputError(
            OutputReason.NOT_WRITABLE,
            "A PDF needs typst, which is not installed here. Install it: pip install 'footdrop-imu[pdf]', or ask for "
            "the report as html.",
        )
    document = _document(legible(report), attachments, paper)
    with TemporaryDirectory() as folder:
        for place, content in enumerate(attachments.values()):
            Path(folder, f"attached-{place}").write_bytes(content)
        fonts = Path(folder, "fonts")
        fonts.mkdir()
        shutil.copy(_TEMPLATE, folder)
        for name in _FONTS:
            shutil.copy(_font_folder() / name, fonts)
        return _set(document, Path(folder), translator(report.language))


def _set(document: dict[str, Any], folder: Path, translate: Translate) -> bytes:
    """Set the pages: with DejaVu alone, else with the computer's fonts too, else with codes for what those lack."""
    import typst

    unknown: set[str] = set()
    turn = 0
    while True:
        codes_note = translate(_CODES_NOTE).format(code="U+5F20") if unknown else ""
        shown = _printable({**document, "codes_note": codes_note}, unknown)
        (folder / "report.json").write_text(json.dumps(shown, ensure_ascii=False), encoding="utf-8")
        fonts = typst.Fonts(
            include_system_fonts=turn > 0, include_embedded_fonts=False, font_paths=[str(folder / "fonts")]
        )
        try:
            return typst.compile(
                str(folder / _TEMPLATE.name),
                root=str(folder),
                font_paths=fonts,
                format="pdf",
                pdf_standards=["ua-1", "a-3a"],
                timestamp=0,
            )
        except typst.TypstError as error:
            refused = _refused(error.diagnostic)
            if turn == _TRIES or not refused:
                raise OutputError(
                    OutputReason.NOT_WRITABLE,
                    f"The PDF cannot be set ({error.message}). Ask for the report as html, and tell the developers.",
                ) from error
        if turn > 0:
            unknown |= refused
        turn += 1


def _document(report: Report, attachments: Mapping[str, bytes], paper: str) -> dict[str, Any]:
    """All that the template shows, as JSON has it."""
    _ = translator(report.language)
    title = f"{report.title}: {report.subject}" if report.subject else report.title
    return {
        "kind": report.kind,
        "language": report.language,
        "paper": paper,
        "title": report.title,
        "subject": report.subject,
        "document_title": _short(title, _TITLE_LENGTH),
        "running_head": _short(title),
        "running_foot": _short(report.made_of),
        "day": _day(report.provenance),
        "facts": report.facts,
        "answer": json_ready(report.answer),
        "sections": [
            {"title": section.title, "blocks": [_block(block, report.language) for block in section.blocks]}
            for section in report.sections
            if section.on_paper
        ],
        "trust": json_ready(report.trust),
        "intended_use": report.intended_use,
        "made_of": report.made_of,
        "words": page_words(_),
        "tone_symbol": _TONES[report.answer.tone],
        "quality_symbol": _QUALITIES.get(report.trust.quality, "●"),
        "attachments": [
            {
                "name": name,
                "file": f"attached-{place}",
                "relationship": "data" if name == "results.json" else "supplement",
                "mime_type": _MIME_TYPES.get(Path(name).suffix, "application/octet-stream"),
                "description": _(_DATA if name == "results.json" else _SUPPLEMENT),
            }
            for place, name in enumerate(attachments)
        ],
    }


def _block(block: Block, language: str) -> dict[str, Any]:
    told: dict[str, Any] = {"block": type(block).__name__}
    if isinstance(block, Group):
        return {**told, "title": block.title, "blocks": [_block(inner, language) for inner in block.blocks]}
    if isinstance(block, Figure):
        from footdrop_imu.report.figures import draw

        svg = draw(block, language)
        size = _VIEW_BOX.search(svg)
        width_pt, height_pt = (float(size[1]), float(size[2])) if size else (300.0, 200.0)
        words = {name: getattr(block, name) for name in ("title", "caption", "alt", "wide")}
        words["alt"] = _short(block.alt, _ALT_LENGTH)
        return {**told, **words, "svg": svg, "width_pt": width_pt, "height_pt": height_pt}
    return {**told, **json_ready(block)}


def _short(text: str, most: int = _RUNNING_LENGTH) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _day(provenance: Mapping[str, Any]) -> tuple[int, int, int]:
    """Day that the report tells of, or on which its walk began (year, month, day)."""
    try:
        day = date.fromisoformat(str(provenance.get("day") or provenance.get("start"))[:10])
    except ValueError:
        return _NO_DAY
    return day.year, day.month, day.day


def _printable(value: Any, unknown: set[str]) -> Any:
    """Write as its code every character that no font has."""
    if isinstance(value, str):
        return "".join(code_of(one) if one in unknown else one for one in value)
    if isinstance(value, Mapping):
        return {key: _printable(one, unknown) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one, unknown) for one in value]
    return value


def _refused(diagnostic: str) -> set[str]:
    """Characters that the PDF was refused for; what only joins or varies others in a cluster is not meant."""
    clusters = [_ESCAPE.sub(_unescaped, found) for found in _REFUSED.findall(diagnostic)]
    found = {one for cluster in clusters for one in cluster if not one.isascii()}
    return {one for one in found if unicodedata.category(one) not in ("Cf", "Mn")} or found


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]


def _font_folder() -> Path:
    """Folder of the DejaVu fonts, which come with matplotlib; that is not loaded for them."""
    found = find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
