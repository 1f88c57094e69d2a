"""A report as one self-contained web page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from footdrop_imu import __version__
from footdrop_imu.language import translator
from footdrop_imu.report.letters import legible
from footdrop_imu.report.model import Block, Figure, Group, Report
from footdrop_imu.report.page_words import page_words

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["report_html"]

_TEMPLATES = Path(__file__).parent / "templates"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SHORT = 70
"""Facts up to so many characters stand above the answer, longer ones below it: the answer is seen first."""
_MARGIN_LENGTH = 100


def report_html(report: Report) -> str:
    """Show a report as one HTML document: styles and pictures inside, nothing fetched, no script.

    Parameters
    ----------
    report
        Of any kind. What stands in it is escaped, and a letter that may not stand in a page is written as its code;
        text written from right to left keeps its direction.

    Returns
    -------
    str
        The document. The same input gives the same text.

    Raises
    ------
    FileFormatError
        ``not_found``: there is no translation into the report's language.
    """
    report = legible(report)
    words = page_words(translator(report.language))
    short = tuple(fact for fact in report.facts if len(fact[1]) <= _SHORT)
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            words=words,
            version=__version__,
            short_facts=short,
            long_facts=tuple(fact for fact in report.facts if fact not in short),
            drawings=_drawings(report),
            style=style + _page_margins(report.made_of, words["page_of"]),
        )
    )


@lru_cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def direction(text: str) -> Markup:
        """Attribute for a text in whose middle or whole the writing goes from right to left."""
        return Markup(' dir="auto"') if _RIGHT_TO_LEFT.search(text) else Markup()

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "direction": direction,
        "kind": lambda block: type(block).__name__,
        "neighbors": _neighbors,
        "place": lambda percent: f"{percent:.4g}",
    }
    return environment


def _neighbors(blocks: tuple[Block, ...]) -> list[tuple[bool, list[Block]]]:
    """Put together what stands together: groups beside groups, and what is between."""
    return [(grouped, list(run)) for grouped, run in groupby(blocks, lambda block: isinstance(block, Group))]


def _drawings(report: Report) -> dict[str, Markup]:
    """Draw a report's figures, by name; a report without any loads no drawing library."""
    from markupsafe import Markup

    figures = [figure for section in report.sections for figure in _figures_of(section.blocks)]
    if not figures:
        return {}
    from footdrop_imu.report.figures import draw

    return {figure.name: Markup(draw(figure, report.language)) for figure in figures}


def _figures_of(blocks: tuple[Block, ...]) -> Iterator[Figure]:
    for block in blocks:
        if isinstance(block, Figure):
            yield block
        elif isinstance(block, Group):
            yield from _figures_of(block.blocks)


def _page_margins(made_of: str, page_of: str) -> str:
    """Style that prints on every sheet what the report was made of, and the sheet's number."""
    told = made_of if len(made_of) <= _MARGIN_LENGTH else made_of[: _MARGIN_LENGTH - 1] + "…"
    count = page_of.format(page="\0page\0", pages="\0pages\0").split("\0")
    numbers = " ".join(f"counter({part})" if place % 2 else _css_text(part) for place, part in enumerate(count) if part)
    return f"@page {{ @bottom-left {{ content: {_css_text(told)}; }} @bottom-right {{ content: {numbers}; }} }}\n"


def _css_text(text: str) -> str:
    """Write a text as CSS does; whatever is no plain letter or digit is written as its number."""
    return '"' + "".join(one if one.isascii() and one.isalnum() else f"\\{ord(one):06x}" for one in text) + '"'
