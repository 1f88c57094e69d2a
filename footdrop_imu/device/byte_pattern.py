"""Bytes written down as people write them: ``55 71 64 00 <battery:u16> *``.

A pattern is a row of parts: two hexadecimal digits are that byte, ``??`` any byte, ``<name:type>`` a number (u8, i16,
u32be … as in a profile's fields), ``*`` at the end whatever follows, or nothing. ``{rate}`` stands for the code of the
chosen sample rate and is put in first. The same pattern reads a reply and, in a simulated sensor, makes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from footdrop_imu.device.numbers import number_size, read_number, write_number

__all__ = ["BytePattern", "fill", "match", "parse_pattern"]

_NAMED = re.compile(r"<([a-z][a-z0-9_]*):([uif]\d+(?:be)?)>")
_BYTE = re.compile(r"[0-9A-Fa-f]{2}")


class BytePattern(NamedTuple):
    """``parts``: a byte, None for any byte, or (name, type); ``open_end``: more bytes may follow.

    ``tail``: parts that stand after them or are missing, all together.
    """

    parts: tuple[int | tuple[str, str] | None, ...] = ()
    open_end: bool = False
    tail: tuple[int | tuple[str, str] | None, ...] = ()


def parse_pattern(text: str, codes: Mapping[str, str] | None = None) -> BytePattern:
    """Read a pattern; ``codes`` are what its ``{name}`` stand for.

    Raises
    ------
    ValueError
        A part that is none of the kinds, or a name in braces that has no code; its text is in the message.
    """
    for name, code in (codes or {}).items():
        text = text.replace(f"{{{name}}}", f" {code} ")
    words = [piece for word in re.sub(r"([][])", r" \1 ", text).split() for piece in _pieces(word)]
    open_end = bool(words) and words[-1] == "*"
    words = words[:-1] if open_end else words
    cut = words.index("[") if words and words[-1] == "]" and "[" in words else len(words)
    return BytePattern(_parts(words[:cut]), open_end, _parts(words[cut + 1 : -1]))


def _parts(words: Sequence[str]) -> tuple[int | tuple[str, str] | None, ...]:
    parts: list[int | tuple[str, str] | None] = []
    for word in words:
        named = _NAMED.fullmatch(word)
        if named:
            number_size(named[2])
            parts.append((named[1], named[2]))
        elif word == "??":
            parts.append(None)
        elif _BYTE.fullmatch(word):
            parts.append(int(word, 16))
        else:
            raise ValueError(
                f"{word!r} is no byte (two hexadecimal digits), no ??, no <name:type>, no [ ] and no * at the end"
            )
    return tuple(parts)


def _pieces(word: str) -> list[str]:
    """``313034`` is three bytes written without blanks."""
    if len(word) > 2 and len(word) % 2 == 0 and re.fullmatch(r"[0-9A-Fa-f]+", word):
        return re.findall("..", word)
    return [word]


def fill(pattern: BytePattern, values: Mapping[str, float] | None = None) -> bytes:
    """Write the bytes of a pattern; any byte is 0, a name that has no value too."""
    out = bytearray()
    for part in pattern.parts + pattern.tail:
        if isinstance(part, tuple):
            out += write_number((values or {}).get(part[0], 0), part[1])
        else:
            out.append(part or 0)
    return bytes(out)


def match(pattern: BytePattern, data: bytes) -> dict[str, float] | None:
    """Compare bytes with a pattern: its named numbers, None where they do not fit."""
    found, at = _match_parts(pattern.parts, data)
    if found is not None and pattern.tail:
        more, after = _match_parts(pattern.tail, data[at:])
        if more is not None:
            found, at = found | more, at + after
    return found if pattern.open_end or at == len(data) else None


def _match_parts(parts: Sequence[int | tuple[str, str] | None], data: bytes) -> tuple[dict[str, float] | None, int]:
    """Named numbers, None where the bytes do not fit; and how many bytes were compared."""
    found: dict[str, float] = {}
    at = 0
    for part in parts:
        size = number_size(part[1]) if isinstance(part, tuple) else 1
        piece = data[at : at + size]
        if len(piece) < size or (isinstance(part, int) and piece[0] != part):
            return None, at
        if isinstance(part, tuple):
            found[part[0]] = read_number(piece, part[1])
        at += size
    return found, at
