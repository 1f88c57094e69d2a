"""Reading TOML with errors that name the key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.text import read_bytes

__all__ = ["Table", "read_toml"]


@dataclass(frozen=True)
class Table:
    """A TOML table, where it is from, and what to call it in an error."""

    path: Path
    reason: FileReason
    what: str
    values: dict[str, Any]

    def error(self, key: str, expected: str) -> FileFormatError:
        """Make the error about one key."""
        return FileFormatError(
            self.reason, f"{self.what} {self.path.name}, {key}: {expected}.", path=self.path, column=key
        )

    def refuse_unknown(self, known: Mapping[str, tuple[type, ...]], where: str = "") -> None:
        """Refuse keys that are not known and values of another type."""
        for key, value in self.values.items():
            name = f"{where}.{key}" if where else key
            if key not in known:
                near = get_close_matches(key, known, 1)
                raise self.error(
                    name,
                    f"is not known; did you mean {near[0]}?" if near else f"is not known; known: {', '.join(known)}",
                )
            if type(value) not in known[key]:
                kinds = " or ".join(kind.__name__ for kind in known[key])
                raise self.error(name, f"found {value!r:.80}, expected {kinds}")


def read_toml(path: Path, reason: FileReason, what: str) -> Table:
    """Read a TOML file.

    Raises
    ------
    FileFormatError
        ``reason`` where it is no TOML; what `read_bytes` refuses.
    """
    raw = read_bytes(path)
    try:
        return Table(path, reason, what, tomllib.loads(raw.decode("utf-8-sig")))
    except (UnicodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        line = str(error).partition("at line ")[2].partition(",")[0]
        raise FileFormatError(
            reason,
            f"{path} is no {what}: {error}.",
            path=path,
            line=int(line) if line.isdigit() else None,
        ) from error
