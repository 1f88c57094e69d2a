"""A table of a TOML file of exercises or plans, read strictly: what nobody asked for is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from footdrop_imu.errors import FileFormatError, FileReason

__all__ = ["Table", "read_toml"]

_NEEDED = object()


class Table(NamedTuple):
    """A table of the file, where it stands in it, and which keys have been asked for."""

    values: Mapping[str, Any]
    where: str
    path: str
    reason: FileReason
    asked: set[str]

    def error(self, key: str, message: str) -> FileFormatError:
        """Make the error of a key, with file and place."""
        place = f"{self.where}.{key}" if self.where and key else self.where or key
        return FileFormatError(self.reason, f"{self.path}: {place}: {message}.", path=self.path, column=place)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = _NEEDED) -> Any:
        """Take a value of a type; without a default it has to be there."""
        self.asked.add(key)
        if key not in self.values:
            if default is _NEEDED:
                raise self.error(key, "this key is missing")
            return default
        value = self.values[key]
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if type(value) not in kinds:
            names = " or ".join(_NAMES.get(part, part.__name__) for part in kinds)
            raise self.error(key, f"found {value!r:.60}, expected {names}")
        return value

    def text(self, key: str, default: Any = _NEEDED) -> str:
        """Take a text that says something."""
        value: str = self.take(key, str, default)
        if key in self.values and not value.strip():
            raise self.error(key, "found an empty text, expected words")
        return value

    def one_of(self, key: str, allowed: Collection[str], default: Any = _NEEDED) -> str:
        """Take one of the words that are allowed."""
        value: str = self.take(key, str, default)
        if key in self.values and value not in allowed:
            raise self.error(key, f"found {value!r}, expected one of {', '.join(allowed)}{_near(value, allowed)}")
        return value

    def some_of(self, key: str, allowed: Collection[str], default: Any = _NEEDED) -> tuple[str, ...]:
        """Take a list of words that are allowed, each once; without a default at least one."""
        values: list[Any] = self.take(key, list, default)
        for value in values:
            if value not in allowed:
                raise self.error(
                    key, f"found {value!r:.60}, expected some of {', '.join(allowed)}{_near(value, allowed)}"
                )
        if len(set(values)) != len(values) or (default is _NEEDED and not values):
            raise self.error(key, f"found {values!r:.60}, expected some of {', '.join(allowed)}, each once")
        return tuple(values)

    def texts(self, key: str, default: Any = _NEEDED) -> tuple[str, ...]:
        """Take a list of texts."""
        values: list[Any] = self.take(key, list, default)
        if (default is _NEEDED and not values) or not all(isinstance(text, str) and text.strip() for text in values):
            raise self.error(key, "expected a list of texts")
        return tuple(values)

    def number(self, key: str, default: Any = _NEEDED, *, above: float = 0.0, most: float = 86400.0) -> float:
        """Take a number above a limit and at most another."""
        value: float = self.take(key, (int, float), default)
        if key in self.values and not above < value <= most:
            raise self.error(key, f"found {value!r:.40}, expected a number above {above:g} and at most {most:g}")
        return float(value)

    def count_range(self, key: str, *, most: int) -> tuple[int, int] | None:
        """Take a whole number, or a pair of lowest and highest; None where it is missing."""
        value = self.take(key, (int, list), None)
        if value is None:
            return None
        pair = [value, value] if isinstance(value, int) else value
        if len(pair) != 2 or not all(type(part) is int and 1 <= part <= most for part in pair) or pair[0] > pair[1]:
            raise self.error(key, f"found {value!r:.40}, expected 1 to {most}, or [lowest, highest]")
        return pair[0], pair[1]

    def table(self, key: str) -> Table:
        """Take a table."""
        return self._replace(values=self.take(key, dict), where=self._place(key), asked=set())

    def tables(self, key: str, default: Any = _NEEDED) -> list[Table]:
        """Take a list of tables."""
        parts: list[Any] = self.take(key, list, default)
        if (default is _NEEDED and not parts) or not all(isinstance(part, dict) for part in parts):
            raise self.error(key, "expected one or more tables")
        return [
            self._replace(values=part, where=f"{self._place(key)}[{at}]", asked=set()) for at, part in enumerate(parts)
        ]

    def _place(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def finish(self) -> None:
        """Refuse every key that nobody asked for."""
        for key in self.values:
            if key not in self.asked:
                known = ", ".join(sorted(self.asked))
                raise self.error(key, f"unknown key{_near(key, self.asked)}; known here are {known}")


_NAMES = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}


def _near(value: object, allowed: Collection[str]) -> str:
    near = get_close_matches(value, allowed, 1) if isinstance(value, str) else []
    return f" (did you mean {near[0]}?)" if near else ""


def read_toml(path: Path, reason: FileReason, what: str) -> Table:
    """Read a TOML file.

    Parameters
    ----------
    path
        The file.
    reason
        Reason of every error about what is in it.
    what
        What the file is, for messages: "exercise file".

    Raises
    ------
    FileFormatError
        NOT_FOUND, NOT_READABLE, or ``reason`` where it is no text or no TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return Table(tomllib.loads(text), "", str(path), reason, set())
    except FileNotFoundError as error:
        raise FileFormatError(FileReason.NOT_FOUND, f"There is no {what} {path}. Check the name.", path=path) from error
    except OSError as error:
        raise FileFormatError(
            FileReason.NOT_READABLE, f"The {what} {path} cannot be read: {error.strerror}.", path=path
        ) from error
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and TOMLDecodeError are ValueErrors
        line = str(error).partition("at line ")[2].partition(",")[0]
        raise FileFormatError(
            reason, f"{path} is no {what}: {error}.", path=path, line=int(line) if line.isdigit() else None
        ) from error
