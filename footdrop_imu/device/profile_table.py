"""A table of a profile's file, read strictly: what is asked for has a type, what nobody asked for is refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from footdrop_imu.errors import ProfileError, ProfileReason

__all__ = ["Table", "parse_table", "read_text"]

_NEEDED = object()
_GREATEST = 1e300  # whole numbers of a file have no limit of their own


class Table(NamedTuple):
    """A table of the file, where it stands in it, and which keys have been asked for."""

    values: Mapping[str, Any]
    where: str
    path: str
    asked: set[str]

    def error(self, reason: ProfileReason, key: str, message: str) -> ProfileError:
        """Make the error of a key, with file and place."""
        place = f"{self.where}.{key}" if self.where else key
        return ProfileError(reason, f"{self.path}: {place}: {message}.", path=self.path, key=place)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = _NEEDED) -> Any:
        """Take a value of a type; without a default it has to be there."""
        self.asked.add(key)
        if key not in self.values:
            if default is _NEEDED:
                raise self.error(ProfileReason.MISSING_KEY, key, "this key is missing")
            return default
        value = self.values[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            names = " or ".join(part.__name__ for part in (kind if isinstance(kind, tuple) else (kind,)))
            raise self.error(ProfileReason.WRONG_VALUE, key, f"found {value!r:.60}, expected {names}")
        return value

    def one_of(self, key: str, allowed: Sequence[str], default: Any = _NEEDED) -> Any:
        """Take one of the texts that are allowed."""
        value = self.take(key, str, default)
        if value not in allowed:
            raise self.error(ProfileReason.WRONG_VALUE, key, f"found {value!r}, expected {', '.join(allowed)}")
        return value

    def number(self, key: str, default: Any = _NEEDED, *, above: float = float("-inf")) -> float:
        """Take a finite number above a limit."""
        value = self.take(key, (int, float), default)
        if not (_GREATEST > value > -_GREATEST and value > above):
            raise self.error(ProfileReason.WRONG_VALUE, key, f"found {value!r:.40}, expected a number above {above:g}")
        return float(value)

    def whole(self, key: str, default: Any = _NEEDED, *, low: int = 0, high: int = 65535) -> int:
        """Take a whole number between two limits, both allowed."""
        value = self.take(key, int, default)
        if not low <= value <= high:
            raise self.error(ProfileReason.WRONG_VALUE, key, f"found {value!r:.40}, expected {low} to {high}")
        return int(value)

    def numbers(self, key: str) -> dict[str, float]:
        """Take a table of finite numbers; none where it is missing."""
        table = self.table(key, {})
        return {name: table.number(name) for name in table.values}

    def words(self, key: str, default: Any = _NEEDED) -> tuple[str, ...]:
        """Take a list of texts."""
        value = self.take(key, list, default)
        if (default is _NEEDED and not value) or not all(isinstance(word, str) and word for word in value):
            raise self.error(ProfileReason.WRONG_VALUE, key, "expected a list of texts")
        return tuple(value)

    def parsed(self, key: str, parse: Callable[[str], Any], default: Any = _NEEDED) -> Any:
        """Take a text and read it; a ValueError becomes the key's error."""
        text = self.take(key, str, default)
        return self.checked(key, parse, text)

    def checked(self, key: str, parse: Callable[[str], Any], text: str) -> Any:
        """Read a text that was taken already."""
        try:
            return parse(text)
        except (ValueError, re.error) as error:
            raise self.error(ProfileReason.WRONG_VALUE, key, str(error)) from error

    def table(self, key: str, default: Any = _NEEDED) -> Table:
        """Take a table."""
        return Table(self.take(key, dict, default), self._place(key), self.path, set())

    def tables(self, key: str, default: Any = _NEEDED) -> list[Table]:
        """Take a list of tables."""
        parts = self.take(key, list, default)
        if not all(isinstance(part, dict) for part in parts):
            raise self.error(ProfileReason.WRONG_VALUE, key, "expected one or more tables")
        return [Table(part, f"{self._place(key)}[{at}]", self.path, set()) for at, part in enumerate(parts)]

    def _place(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def finish(self) -> None:
        """Refuse every key that nobody asked for."""
        for key in self.values:
            if key not in self.asked:
                known = ", ".join(sorted(self.asked))
                raise self.error(ProfileReason.UNKNOWN_KEY, key, f"unknown key; known here are {known}")


def read_text(path: Path) -> str:
    """Read the file; ProfileError where it is not there or no text."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ProfileError(
            ProfileReason.NOT_FOUND, f"There is no profile file {path}. Check the name.", path=path
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(ProfileReason.NOT_TOML, f"{path} cannot be read as text: {error}.", path=path) from error


def parse_table(text: str, path: str) -> Table:
    """Read TOML; ProfileError where it is none."""
    try:
        return Table(tomllib.loads(text), "", path, set())
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise ProfileError(ProfileReason.NOT_TOML, f"{path} is no TOML: {error}.", path=path) from error
