"""What stands at a path, without an error of the system's."""

import stat
from pathlib import Path
from typing import Literal

__all__ = ["kind_of", "printable", "resolved"]


def kind_of(path: Path) -> Literal["file", "folder", "other", "nothing", "unreadable"]:
    """Tell what stands at a path; ``other`` is a pipe or a device."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return "nothing"
    except OSError:  # no rights, a circle of links, a name that is too long
        return "unreadable"
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"


def resolved(path: Path) -> Path:
    """Give the absolute path, links followed where they can be."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a circle of links, a zero byte
        return path.absolute()


def printable(text: str) -> str:
    """Replace what a file name may hold but no text file can (bytes that are no UTF-8)."""
    return text.encode("utf-8", "replace").decode("utf-8")
