"""Collect the texts that people read and bring every translation up to date with them.

::

    python .ci/translations.py           writes the template, every .po and every .mo
    python .ci/translations.py --check   writes nothing; fails where something would change

A new language: make an empty footdrop_imu/locale/fr/LC_MESSAGES/footdrop_imu.po, run it, translate what it wrote there,
run it again. A text that changed in English keeps its old translation, marked fuzzy, and is shown in English until
somebody has looked at it.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "footdrop_imu"
TEMPLATE = PACKAGE / "locale" / "footdrop_imu.pot"
MARKS = ("_", "mark")
TEMPLATE_KEYS = {"title", "purpose", "words", "note"}
"""Keys of the templates of plans whose strings are read by people."""
CLOSED_LISTS = ("CAUSES", "SEVERITIES", "GOALS", "LEVELS", "OUTCOMES", "LOG_SOURCES", "EVENT_KINDS")
"""Those of ``schema_rehab`` whose words are shown as they are."""
HEADER = "# The texts of footdrop_imu that people read. Made by .ci/translations.py."
HEADERS = ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
SVG = "{http://www.w3.org/2000/svg}"


class Undated(Catalog):
    """A catalog whose header says neither when nor by which version of what: the same texts make the same file."""

    def headers(self) -> list[tuple[str, str]]:
        """Lines of the header."""
        return [(name, value) for name, value in Catalog.mime_headers.fget(self) if name in HEADERS]

    mime_headers = property(headers, Catalog.mime_headers.fset)


def marked_in_code() -> Iterator[tuple[str, str]]:
    """Texts in ``_("...")`` and ``mark("...")``, with their file; not what is looked up there (``_(WORDS[side])``)."""
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if not re.search(r"\b(_|mark)\(", source):
            continue
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
        for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
            given = call.args[0]
            if isinstance(call.func, ast.Name) and call.func.id in MARKS:
                for text in (given.body, given.orelse) if isinstance(given, ast.IfExp) else (given,):
                    if isinstance(text, ast.Constant) and isinstance(text.value, str):
                        yield text.value, path.relative_to(ROOT).as_posix()


def strings(value: Any) -> Iterator[str]:
    """Every string inside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def under(value: Any, keys: set[str]) -> Iterator[str]:
    """Every string below one of the keys, at any depth."""
    if isinstance(value, list):
        for part in value:
            yield from under(part, keys)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from strings(part) if key in keys else under(part, keys)


def in_the_catalogue() -> Iterator[tuple[str, str]]:
    """Texts of the catalogue of exercises."""
    from footdrop_imu.rehab.exercises import general_rules, load_exercises, texts

    for text in (*general_rules(), *(text for exercise in load_exercises().values() for text in texts(exercise))):
        yield text, "footdrop_imu/rehab/exercises.toml"


def in_templates() -> Iterator[tuple[str, str]]:
    """Texts of the templates of plans."""
    path = PACKAGE / "rehab" / "plan_templates.toml"
    if path.exists():
        for text in under(tomllib.loads(path.read_text(encoding="utf-8")), TEMPLATE_KEYS):
            yield text, path.relative_to(ROOT).as_posix()


def in_drawings() -> Iterator[tuple[str, str]]:
    """What the drawings say of themselves to those who do not see them; their titles are the exercises' own."""
    for path in sorted((PACKAGE / "rehab" / "drawings").glob("*.svg")):
        told = ElementTree.parse(path).getroot().findtext(f"{SVG}desc")
        assert told, f"{path} says nothing of itself"
        yield told, path.relative_to(ROOT).as_posix()


def in_closed_lists() -> Iterator[tuple[str, str]]:
    """Words of the closed lists that are shown."""
    from footdrop_imu import schema_rehab
    from footdrop_imu.language import spoken

    for name in CLOSED_LISTS:
        for code in getattr(schema_rehab, name):
            yield spoken(code), "footdrop_imu/schema_rehab.py"


def collect() -> Undated:
    """Gather all texts; each names the files it stands in."""
    catalog = Undated(charset="utf-8", header_comment=HEADER, fuzzy=False)
    for texts in (marked_in_code(), in_closed_lists(), in_the_catalogue(), in_templates(), in_drawings()):
        for text, place in texts:
            if text:
                catalog.add(text, locations=[(place, 0)])
    return catalog


def po_bytes(catalog: Catalog) -> bytes:
    """Catalog as the text file that people edit."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """Catalog as the file that programs read; what is fuzzy or empty is left out."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def updated(path: Path, template: Catalog) -> Undated:
    """Bring the translation of a file up to date with the template."""
    with path.open("rb") as file:
        old = read_po(file, locale=path.parent.parent.name)
    new = Undated(locale=old.locale, charset="utf-8", header_comment=HEADER, fuzzy=False)
    for message in old:
        if message.id:
            new[message.id] = message
    new.update(template)
    for message in new:
        if message.id:  # what a guessed translation brings of its own goes, so that a second run changes nothing
            message.flags = template[message.id].flags | (message.flags & {"fuzzy"})
    return new


def main() -> None:
    """Write what changed, or with ``--check`` say that something would."""
    template = collect()
    files = {TEMPLATE: po_bytes(template)}
    for path in sorted(PACKAGE.glob("locale/*/LC_MESSAGES/footdrop_imu.po")):
        catalog = updated(path, template)
        files |= {path: po_bytes(catalog), path.with_suffix(".mo"): mo_bytes(catalog)}
    changed = [path for path, data in files.items() if not path.exists() or path.read_bytes() != data]
    if "--check" in sys.argv[1:]:
        if changed:
            names = ", ".join(path.relative_to(ROOT).as_posix() for path in changed)
            sys.exit(f"Not up to date: {names}. Run python .ci/translations.py, then translate what is empty or fuzzy.")
        return
    for path in changed:
        path.write_bytes(files[path])


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
