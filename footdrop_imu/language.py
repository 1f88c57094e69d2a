"""The words that people read, in their language: English in the code and its data, others as gettext catalogs.

A text is marked where it is shown, ``_ = translator("de")`` and then ``_("Sit on a chair.")``, or, where it stands far
from that, by ``mark("Sit on a chair.")``. ``.ci/translations.py`` collects the marked texts. Words of closed lists
("near_fall") are marked without doing anything, as ``spoken`` writes them ("near fall").
"""

from __future__ import annotations

import gettext
import struct
from collections.abc import Callable
from pathlib import Path

from footdrop_imu.errors import FileFormatError, FileReason

__all__ = ["SOURCE_LANGUAGE", "Translate", "languages", "locale_folder", "mark", "spoken", "translator"]

Translate = Callable[[str], str]
"""Says a marked English text in the reader's language."""

SOURCE_LANGUAGE = "en"
_DOMAIN = "footdrop_imu"


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
    """Give the function that says a marked English text in another language.

    Parameters
    ----------
    language
        Code such as ``de``; what follows it (``de-AT``, ``de_DE.UTF-8``) is not looked at.

    Returns
    -------
    Translate
        A text that has no translation comes back as it is, and so does an empty one.

    Raises
    ------
    FileFormatError
        ``not_found``: there is no such language; ``unknown_format``: its catalog is damaged.
    """
    code = language.replace("-", "_").partition("_")[0].lower()
    if code == SOURCE_LANGUAGE:
        return mark
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
    # gettext keeps the catalog's own header under the empty text
    return lambda text: catalog.gettext(text) if text else text
