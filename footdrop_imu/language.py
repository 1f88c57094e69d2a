"""The words that people read, in their language: English in the code and its data, others as gettext catalogs.

A text is marked where it is shown, ``_ = translator("de")`` and then ``_("Sit on a chair.")``, or, where it stands far
from that, by ``mark("Sit on a chair.")``. ``.ci/translations.py`` collects the marked texts. Words of closed lists
("near_fall") are marked without doing anything, as ``spoken`` writes them ("near fall").
"""

from __future__ import annotations

import gettext
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import isfinite
from pathlib import Path

from footdrop_imu.errors import FileFormatError, FileReason

__all__ = ["ENGLISH", "SOURCE_LANGUAGE", "Translate", "languages", "locale_folder", "mark", "spoken", "translator"]

SOURCE_LANGUAGE = "en"
_DOMAIN = "footdrop_imu"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""English with the day first, written without babel, which takes long to load; other languages are babel's."""
_MINUS = "\u2212"


def _same(text: str) -> str:
    return text


@dataclass(frozen=True)
class Translate:
    """Says a marked English text in the reader's language, and writes numbers and days as its readers do."""

    language: str = SOURCE_LANGUAGE
    catalog: Callable[[str], str] = _same

    def __call__(self, text: str) -> str:
        """Say a text; one without a translation comes back as it is, and so does an empty one."""
        # gettext keeps the catalog's own header under the empty text
        return self.catalog(text) if text else text

    def number(self, value: float, digits: int = 0, *, signed: bool = False) -> str:
        """Write a number with so many decimals; "?" where there is none. No minus before what is rounded to zero."""
        if not isfinite(value):
            return "?"
        text = f"{value:{'+' if signed else ''}z,.{digits}f}"
        if signed and not float(text.replace(",", "")):
            text = text.removeprefix("+")
        point, comma = _symbols(self.language)
        if abs(value) < 10_000:  # short numbers are read better in one piece
            comma = ""
        return text.translate({ord("."): point, ord(","): comma, ord("-"): _MINUS})

    def plain(self, value: float) -> str:
        """Write a number with the decimals that it has, three at most: 12, or 0.5."""
        return self.number(value, next((digits for digits in range(3) if round(value, digits) == round(value, 3)), 3))

    def day(self, day: date, *, short: bool = False) -> str:
        """Write a day: 19 April 2026, or without the year where it is clear (``short``): 19 Apr."""
        if self.language == SOURCE_LANGUAGE:
            month = day.month - 1
            return f"{day.day} {_SHORT_MONTHS[month]}" if short else f"{day.day} {_MONTHS[month]} {day.year}"
        from babel.dates import format_date, format_skeleton

        language = self.language
        return format_skeleton("MMMd", day, locale=language) if short else format_date(day, "long", locale=language)

    def month(self, day: date, *, year: bool = False) -> str:
        """Name a day's month in short: Apr, or Apr 2026."""
        if self.language == SOURCE_LANGUAGE:
            return _SHORT_MONTHS[day.month - 1] + (f" {day.year}" if year else "")
        from babel.dates import format_date, format_skeleton

        language = self.language
        return format_skeleton("yMMM", day, locale=language) if year else format_date(day, "LLL", locale=language)

    def weekday(self, day: date) -> str:
        """Name a day's place in the week in short: Mon."""
        if self.language == SOURCE_LANGUAGE:
            return _WEEKDAYS[day.weekday()]
        from babel.dates import format_date

        return format_date(day, "ccc", locale=self.language)

    def moment(self, moment: datetime) -> str:
        """Write a day and time: 19 April 2026, 10:30; where the offset is known, with it."""
        offset = moment.strftime("%z")
        zone = f" (UTC{offset[:3]}:{offset[3:5]})" if offset else ""
        return f"{self.day(moment)}, {moment:%H:%M}{zone}"


ENGLISH = Translate()


@lru_cache
def _symbols(language: str) -> tuple[str, str]:
    """Decimal point and separator of thousands."""
    if language == SOURCE_LANGUAGE:
        return ".", ","
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return get_decimal_symbol(language), get_group_symbol(language)


def locale_folder() -> Path:
    """Folder of the translations, inside the package."""
    return Path(__file__).parent / "locale"


def mark(text: str) -> str:
    """Mark a text as one to translate, where it is shown later; gives it unchanged."""
    return text


def spoken(code: str) -> str:
    """Word of a closed list as people read it, to be translated: ``near_fall`` is "near fall"."""
    return code.replace("_", " ")


def languages() -> tuple[str, ...]:
    """Codes (ISO 639-1) of the languages there are, English first."""
    found = sorted(path.parent.parent.name for path in locale_folder().glob(f"*/LC_MESSAGES/{_DOMAIN}.mo"))
    return (SOURCE_LANGUAGE, *found)


def translator(language: str) -> Translate:
    """Give what says a marked English text in another language.

    Parameters
    ----------
    language
        Code such as ``de``; what follows it (``de-AT``, ``de_DE.UTF-8``) is not looked at.

    Returns
    -------
    Translate

    Raises
    ------
    FileFormatError
        ``not_found``: there is no such language; ``unknown_format``: its catalog is damaged.
    """
    code = language.replace("-", "_").partition("_")[0].lower()
    if code == SOURCE_LANGUAGE:
        return ENGLISH
    if code not in languages():
        raise FileFormatError(
            FileReason.NOT_FOUND,
            f"There is no translation into {language!r}. There are {', '.join(languages())}.",
        )
    path = locale_folder() / code / "LC_MESSAGES" / f"{_DOMAIN}.mo"
    try:
        with path.open("rb") as file:
            catalog = gettext.GNUTranslations(file)
    except (OSError, ValueError, LookupError, struct.error) as error:
        raise FileFormatError(
            FileReason.UNKNOWN_FORMAT,
            f"The translation into {language!r} cannot be read ({error}). Install footdrop-imu again, or ask for en.",
            path=path,
        ) from error
    return Translate(code, catalog.gettext)
