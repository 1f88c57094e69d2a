"""What may be stored: pseudonyms that are none, words of closed lists, numbers within bounds, instants with offset."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from difflib import get_close_matches
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from footdrop_imu.errors import StoreError, StoreReason

__all__ = [
    "at_offset",
    "check_number",
    "check_pseudonym",
    "check_time_zone",
    "check_uuid",
    "check_word",
    "known",
    "number",
    "offset_s",
    "or_none",
    "wrong",
]

_NAME_LIKE = re.compile(r"[^\W\d_]{2,}[\s,]+[^\W\d_]{2,}|[A-Z][a-z]+[._-][A-Z][a-z]+")
_BIRTHDAY_LIKE = re.compile(r"(19|20)\d\d[-._]?\d\d[-._]?\d\d|\d\d?[-._]\d\d?[-._](19|20)\d\d")
_PSEUDONYM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def wrong(message: str) -> StoreError:
    """Make the error of a value that may not be stored."""
    return StoreError(StoreReason.WRONG_VALUE, message)


def check_pseudonym(text: str) -> str:
    """Refuse what is no pseudonym: a name, an e-mail address, a date of birth, other characters.

    Raises
    ------
    StoreError
        WRONG_VALUE, with why.
    """
    if "@" in text:
        reason = "looks like an e-mail address"
    elif _NAME_LIKE.fullmatch(text.strip()):
        reason = "looks like a name"
    elif _BIRTHDAY_LIKE.fullmatch(text):
        reason = "looks like a date of birth"
    elif not _PSEUDONYM.fullmatch(text):
        reason = "is not made of letters (a to z), digits, - _ and . alone (64 at most, a letter or digit first)"
    else:
        return text
    raise wrong(f"The pseudonym {text!r:.80} {reason}. Choose one that says nothing of the person, such as P07.")


def check_word(what: str, word: str, allowed: Iterable[str], *, or_empty: bool = False) -> str:
    """Refuse a word that is not of its closed list.

    Raises
    ------
    StoreError
        WRONG_VALUE.
    """
    words = tuple(allowed)
    if word in words or (or_empty and word == ""):
        return word
    raise wrong(f"{what}: found {word!r:.80}, expected {', '.join(words)}{' or nothing' if or_empty else ''}.")


def check_number(what: str, value: float, low: float, high: float, *, or_nan: bool = True) -> float:
    """Refuse a number out of its bounds, and infinity.

    Raises
    ------
    StoreError
        WRONG_VALUE.
    """
    if (or_nan and math.isnan(value)) or low <= value <= high:
        return value
    raise wrong(f"{what}: found {value:g}, expected {low:g} to {high:g}.")


def check_uuid(what: str, text: str, *, make: bool = False) -> str:
    """Give a UUID in its usual spelling; ``make``: a new one for "".

    Raises
    ------
    StoreError
        WRONG_VALUE.
    """
    if make and not text:
        return str(uuid4())
    try:
        return str(UUID(text))
    except ValueError:
        raise wrong(f"{what}: found {text!r:.80}, expected a UUID.") from None


def check_time_zone(name: str) -> str:
    """Refuse a time zone that is not known here.

    Raises
    ------
    StoreError
        WRONG_VALUE.
    """
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise wrong(f"time_zone: found {name!r:.80}, expected an IANA name such as Europe/Berlin.") from None
    return name


def offset_s(what: str, instant: datetime) -> int:
    """Give the offset of an aware instant from UTC, s.

    Raises
    ------
    StoreError
        WRONG_VALUE: it has none.
    """
    offset = instant.utcoffset()
    if offset is None:
        raise wrong(f"{what}: found {instant.isoformat()} without an offset, expected such as 2026-03-14T10:30+01:00.")
    return round(offset.total_seconds())


def at_offset(instant: datetime, seconds: int) -> datetime:
    """Give a stored instant with the offset it was said with."""
    return instant.astimezone(timezone(timedelta(seconds=seconds)) if seconds else UTC)


def or_none(value: float) -> float | None:
    """NaN becomes NULL."""
    return None if math.isnan(value) else float(value)


def number(value: float | None) -> float:
    """NULL becomes NaN."""
    return math.nan if value is None else value


def known(what: str, name: str, names: Iterable[str]) -> StoreError:
    """Make the error of a name that is not there, with those that are near."""
    all_names = sorted(names)
    lower = {one.lower(): one for one in all_names}
    near = [lower[one] for one in get_close_matches(name.lower(), list(lower), n=3, cutoff=0.5)]
    hint = f"Did you mean {' or '.join(near)}?" if near else "There is none yet." if not all_names else ""
    return StoreError(StoreReason.NOT_FOUND, f"There is no {what} {name!r:.80} in the store. {hint}".strip())
