"""A helper's key presses, one at each toe drag seen: ``presses.csv``.

::

    # seen from behind
    time_s,side
    12.48,left
    15.91,left
    18.20

One number a line, in s from the recording's start, or a time as 2026-03-14T10:32:12.5+01:00; then, where it is known,
the foot. A header line and what follows a ``#`` are passed over.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from pathlib import Path

import numpy as np

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.text import read_text
from footdrop_imu.schema_drag import KeyPresses

__all__ = ["read_presses"]

_SIDES = {"left": "left", "l": "left", "right": "right", "r": "right", "": "", "unknown": "", "?": ""}
_SPLIT = re.compile(r"\s*[,;\t]\s*|\s+")
_LONGEST_S = 86_400.0


def read_presses(path: Path, start: str = "") -> KeyPresses:
    """Read a helper's key presses.

    Parameters
    ----------
    path
        Text, one press a line.
    start
        When the recording began, ISO 8601 with an offset; needed where the file has times of day.

    Returns
    -------
    KeyPresses

    Raises
    ------
    FileFormatError
        BAD_PRESSES with the line: no time, an unknown foot, a time before the start or more than a day after it, times
        that run backward, both kinds of time; no press at all; times of day without ``start``. What `read_text`
        refuses.
    """
    text = read_text(path).data.decode("utf-8", errors="replace")
    times: list[float] = []
    sides: list[str] = []
    of_day: bool | None = None
    first = True
    for number, line in enumerate(text.split("\n"), start=1):
        words = _SPLIT.split(line.partition("#")[0].strip().rstrip(",;"))
        if words == [""]:
            continue
        opening, first = first, False
        found = _time(words[0])
        if found is None:
            if opening and _is_header(words):
                continue
            raise _error(
                path,
                number,
                f"{words[0]!r:.60} is no time, expected seconds from the recording's start, such as 12.48, or "
                "2026-03-14T10:32:12.5+01:00",
            )
        if len(words) > 2 or (len(words) == 2 and words[1].lower() not in _SIDES):
            raise _error(
                path,
                number,
                f"{' '.join(words[1:])!r:.60} is no foot, expected left, right or unknown; decimals have a point",
            )
        is_moment = isinstance(found, datetime)
        if of_day is not None and of_day != is_moment:
            raise _error(path, number, "seconds and times of day are mixed; write all lines the same way")
        of_day = is_moment
        time_s = _since(found, start, path, number) if isinstance(found, datetime) else found
        if not 0.0 <= time_s <= _LONGEST_S:
            told = "before the recording's start" if time_s < 0 else "more than a day after the recording's start"
            raise _error(path, number, f"the press is at {time_s:.1f} s, {told}; are the clocks the same?")
        if times and time_s < times[-1]:
            raise _error(path, number, f"{time_s:g} s comes after {times[-1]:g} s; presses are expected in time order")
        times.append(time_s)
        sides.append(_SIDES[words[1].lower()] if len(words) == 2 else "")
    if not times:
        raise FileFormatError(
            FileReason.BAD_PRESSES,
            f"{path.name} has no key press, expected a time a line, in seconds from the recording's start.",
            path=path,
        )
    return KeyPresses(np.array(times), np.array(sides, dtype="<U5"))


def _time(word: str) -> float | datetime | None:
    try:
        number = float(word)
    except ValueError:
        pass
    else:
        return number if math.isfinite(number) else None
    try:
        return datetime.fromisoformat(word)
    except ValueError:
        return None


def _is_header(words: list[str]) -> bool:
    word = words[0].lower()
    return word not in _SIDES and "nan" not in word and not any(character.isdigit() for character in word)


def _since(moment: datetime, start: str, path: Path, line: int) -> float:
    """Seconds from the recording's start."""
    if moment.tzinfo is None:
        raise _error(path, line, "the time has no offset, expected such as 2026-03-14T10:32:12.5+01:00")
    try:
        began = datetime.fromisoformat(start)
    except ValueError:
        began = None
    if began is None or began.tzinfo is None:
        raise _error(
            path, line, "a time of day needs the time at which the recording began; say it with --start, or use seconds"
        )
    return (moment - began).total_seconds()


def _error(path: Path, line: int, what: str) -> FileFormatError:
    return FileFormatError(
        FileReason.BAD_PRESSES, f"Line {line} of the key presses {path.name}: {what}.", path=path, line=line
    )
