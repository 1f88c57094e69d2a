"""Letters that may not stand in a page, on paper or in JSON, whoever wrote them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

__all__ = ["code_of", "legible"]

T = TypeVar("T")

_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_NO_LETTERS = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # control codes
    "\ud800-\udfff"  # halves of a letter, as names of files that are no UTF-8 come with
    "\u202a-\u202e\u2066-\u2069"  # they turn the order of all that follows them, numbers too
    "\ufeff\ufdd0-\ufdef\ufffe\uffff"  # the mark of a file's begin, and what is no letter for good
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # of nobody's alphabet
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0xF0000, 0x10000))
    + "]"
)


def legible(value: T) -> T:
    """Write every letter that may not stand in a page as its code: ``[U+0007]``.

    Parameters
    ----------
    value
        A text, or a dataclass, mapping, tuple or list of them, of any depth; whatever else is in it stays as it is.

    Returns
    -------
    The same, with line ends of every kind as one, and tabs as spaces.
    """
    made: Any = value
    if isinstance(value, str):
        made = _NO_LETTERS.sub(lambda found: code_of(found[0]), _LINE_END.sub("\n", value).replace("\t", " "))
    elif isinstance(value, Mapping):
        made = {legible(key): legible(one) for key, one in value.items()}
    elif isinstance(value, tuple):
        parts = [legible(one) for one in value]
        made = type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    elif isinstance(value, list):
        made = [legible(one) for one in value]
    elif is_dataclass(value) and not isinstance(value, type):
        made = replace(value, **{one.name: legible(getattr(value, one.name)) for one in fields(value)})
    return made  # type: ignore[no-any-return]


def code_of(letter: str) -> str:
    """Write a letter as its code in Unicode."""
    return f"[U+{ord(letter):04X}]"
