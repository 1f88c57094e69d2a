"""The translations: found, whole, in step with the sources, and clear about what there is not."""

from __future__ import annotations

import re
import shutil
import string
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from footdrop_imu import language
from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.language import languages, locale_folder, mark, spoken, translator
from footdrop_imu.schema_rehab import EVENT_KINDS, LEVELS, OUTCOMES

ROOT = Path(__file__).parents[2]
TRANSLATED = [code for code in languages() if code != "en"]


def catalog_of(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file) if path.suffix == ".po" else read_mo(file)


def texts(path: Path) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalog_of(path) if message.id}


def po_of(code: str) -> Path:
    return locale_folder() / code / "LC_MESSAGES" / "footdrop_imu.po"


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_english_and_german_are_there() -> None:
    assert languages()[:2] == ("en", "de")


@pytest.mark.parametrize("asked", ["de", "DE", "de-AT", "de_DE.UTF-8"])
def test_a_text_is_said_in_german(asked: str) -> None:
    assert translator(asked)("near fall") == "Beinahe-Sturz"


@pytest.mark.parametrize("asked", ["en", "en-US"])
def test_english_stays_as_it_is(asked: str) -> None:
    assert translator(asked)("near fall") == "near fall"


def test_english_days_are_written_as_babel_does() -> None:
    say, locale = translator("en"), "en_GB"
    for day in (date(2023, 12, 28) + timedelta(days=number) for number in range(400)):
        assert say.day(day) == format_date(day, "long", locale=locale)
        assert say.day(day, short=True) == format_skeleton("MMMd", day, locale=locale)
        assert say.month(day) == format_date(day, "LLL", locale=locale)
        assert say.month(day, year=True) == format_skeleton("yMMM", day, locale=locale)
        assert say.weekday(day) == format_date(day, "ccc", locale=locale)


@pytest.mark.parametrize("text", ["", "A text that nobody has translated"])
def test_a_text_without_translation_comes_back(text: str) -> None:
    assert translator("de")(text) == text


@pytest.mark.parametrize("asked", ["xx", "", "../de", "klingon"])
def test_an_unknown_language_is_refused_with_those_there_are(asked: str) -> None:
    with pytest.raises(FileFormatError, match=r"There are en, de") as caught:
        translator(asked)
    assert caught.value.reason is FileReason.NOT_FOUND


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_damaged_catalog_is_refused(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(locale_folder() / code, tmp_path / code)
    monkeypatch.setattr(language, "locale_folder", lambda: tmp_path)
    path = tmp_path / code / "LC_MESSAGES" / "footdrop_imu.mo"
    whole = path.read_bytes()
    for kept in (0, 3, 19, 30, len(whole) // 2, len(whole) - 2):
        path.write_bytes(whole[:kept])
        with pytest.raises(FileFormatError, match="Install footdrop-imu again") as caught:
            translator(code)
        assert caught.value.reason is FileReason.UNKNOWN_FORMAT
    path.write_bytes(whole)
    assert translator(code)(spoken("near_fall")) != "near fall"


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_is_translated(code: str) -> None:
    catalog = catalog_of(po_of(code))
    assert len(catalog) > 30
    assert [message.id for message in catalog if message.id and (not message.string or message.fuzzy)] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_translation_keeps_its_fields_and_its_edges(code: str) -> None:
    pairs = texts(po_of(code)).items()
    assert [text for text, said in pairs if fields(text) != fields(said)] == []
    assert [text for text, said in pairs if said != said.strip() or "  " in said] == []
    assert [text for text, said in pairs if text[-1:] in ".:?" and text[-1] != said[-1]] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_programs_read_is_what_people_edit(code: str) -> None:
    assert texts(po_of(code).with_suffix(".mo")) == texts(po_of(code))


def test_the_texts_are_those_of_the_sources() -> None:
    done = subprocess.run(
        [sys.executable, ".ci/translations.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_check_sees_a_text_that_changed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    shutil.copytree(
        ROOT / "footdrop_imu", tmp_path / "footdrop_imu", ignore=shutil.ignore_patterns("__pycache__", "sample_data")
    )
    code = tmp_path / "footdrop_imu" / "language.py"
    code.write_text(code.read_text(encoding="utf-8") + '\n\nSAID = mark("A sentence of today.")\n', encoding="utf-8")
    command = [sys.executable, ".ci/translations.py"]
    done = subprocess.run([*command, "--check"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.search(r"footdrop_imu\.pot, .*de/LC_MESSAGES/footdrop_imu\.po", done.stderr)
    subprocess.run(command, cwd=tmp_path, check=True)
    subprocess.run([*command, "--check"], cwd=tmp_path, check=True)
    changed = tmp_path / po_of("de").relative_to(ROOT)
    assert texts(changed)["A sentence of today."] == ""
    assert "A sentence of today." not in texts(changed.with_suffix(".mo"))
    assert texts(changed).items() >= texts(po_of("de")).items()


@pytest.mark.parametrize("code", [*LEVELS, *OUTCOMES, *EVENT_KINDS])
def test_the_words_of_closed_lists_have_a_translation(code: str) -> None:
    assert spoken(code) in texts(po_of("de"))


def test_marking_changes_nothing() -> None:
    assert mark("A text") == "A text"
