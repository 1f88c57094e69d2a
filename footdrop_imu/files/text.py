"""Reading a file as text: one place for everything that is no text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.paths import kind_of

__all__ = ["TextFile", "first_lines", "line_start", "read_bytes", "read_text"]

_LONGEST_LINE = 100_000
_BINARY_SHARE = 0.01  # of control characters; random bytes have 0.11, text none
_OTHER_KINDS = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook; save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive; unpack it first",
    b"\x89HDF": "an HDF5 file; export it as CSV",
    b"\x93NUMPY": "a numpy array; its session folder is what is read",
    b"XSENSMT": "an Xsens recording; export it as text from the maker's program",
}


@dataclass(frozen=True)
class TextFile:
    """A file's text: ``data`` in an encoding that agrees with ASCII, lines ended by a line feed, no byte-order mark.

    ``sha256`` is of the file's own bytes.
    """

    path: Path
    data: bytes
    sha256: str


def read_bytes(path: Path) -> bytes:
    """Read a whole file.

    Raises
    ------
    FileFormatError
        Not there, a folder, no ordinary file, or not readable.
    """
    kind = kind_of(path)
    if kind == "nothing":
        raise FileFormatError(FileReason.NOT_FOUND, f"There is no file {path}. Check the name.", path=path)
    if kind == "folder":
        raise FileFormatError(
            FileReason.NOT_READABLE, f"{path} is a folder where a file is expected. Name the file.", path=path
        )
    if kind == "other":
        raise FileFormatError(FileReason.NOT_READABLE, f"{path} is no ordinary file.", path=path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileFormatError(
            FileReason.NOT_READABLE, f"{path} cannot be read: {error.strerror}. Check the rights on it.", path=path
        ) from error


def read_text(path: Path) -> TextFile:
    """Read a text file of any usual encoding and line end.

    UTF-8 with or without a byte-order mark, UTF-16 with one, and 8-bit encodings pass; other bytes are refused.

    Raises
    ------
    FileFormatError
        What `read_bytes` refuses, an empty file, or one that is no text.
    """
    raw = read_bytes(path)
    data = _decoded(path, raw)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not data.strip():
        raise FileFormatError(FileReason.EMPTY, f"{path.name} is empty.", path=path)
    _refuse_binary(path, data)
    return TextFile(path, data, hashlib.sha256(raw).hexdigest())


def _decoded(path: Path, raw: bytes) -> bytes:
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:]
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16").encode("utf-8")
        except UnicodeError as error:
            raise FileFormatError(
                FileReason.NOT_TEXT,
                f"{path.name} begins as UTF-16 text but is not. Export it again as UTF-8.",
                path=path,
            ) from error
    return raw


def _refuse_binary(path: Path, data: bytes) -> None:
    for start, kind in _OTHER_KINDS.items():
        if data.startswith(start):
            raise FileFormatError(FileReason.NOT_TEXT, f"{path.name} is {kind}.", path=path)
    head = np.frombuffer(data[:65536], np.uint8)
    control = (head < 32) & ~np.isin(head, (9, 10, 12)) | (head == 127)
    if control.mean() > _BINARY_SHARE:
        what = "UTF-16 text without its mark; save it as UTF-8" if np.mean(head == 0) > 0.3 else "binary, not text"
        raise FileFormatError(FileReason.NOT_TEXT, f"{path.name} is {what}.", path=path)
    nul = data.find(b"\0")
    if nul >= 0:
        line = data.count(b"\n", 0, nul) + 1
        raise FileFormatError(
            FileReason.NOT_TEXT,
            f"{path.name} holds a zero byte in line {line}, which text never does: was its recording or its copy cut "
            "off? Export it again.",
            path=path,
            line=line,
        )
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
    lengths = np.diff(ends, prepend=-1, append=len(data))
    if lengths.max() > _LONGEST_LINE:
        line = int(np.argmax(lengths > _LONGEST_LINE)) + 1
        raise FileFormatError(
            FileReason.NOT_TEXT,
            f"Line {line} of {path.name} has {int(lengths[line - 1])} characters; a table of samples has at most "
            f"{_LONGEST_LINE}.",
            path=path,
            line=line,
        )


def line_start(data: bytes, line: int) -> int:
    """Where a line begins (1 = the first); the end of the data where there are fewer lines."""
    offset = 0
    for _ in range(line - 1):
        found = data.find(b"\n", offset)
        if found < 0:
            return len(data)
        offset = found + 1
    return offset


def first_lines(data: bytes, count: int) -> list[str]:
    """Give the first lines as words, without their ends; fewer where the file is shorter."""
    head = data[: line_start(data, count + 1)]
    try:
        text = head.decode("utf-8")
    except UnicodeError:
        text = head.decode("latin-1")
    return text.removesuffix("\n").split("\n")
