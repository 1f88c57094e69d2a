"""The registry of readers: a new format is one module and one line here."""

from __future__ import annotations

from pathlib import Path

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files import column_map, table, xsens
from footdrop_imu.files.formats import Reader, Reading, ReadOptions
from footdrop_imu.files.text import TextFile, first_lines, read_text

__all__ = ["READERS", "find_reader", "read_streams"]

READERS: tuple[Reader, ...] = (table.READER, xsens.READER, column_map.READER)


def find_reader(text: TextFile, options: ReadOptions) -> Reader:
    """Choose the reader of a file: the one named, the column map's, or the first that knows the header.

    Raises
    ------
    FileFormatError
        UNKNOWN_FORMAT.
    """
    names = ", ".join(reader.name for reader in READERS)
    if options.format is not None:
        for reader in READERS:
            if reader.name == options.format:
                return reader
        raise FileFormatError(
            FileReason.UNKNOWN_FORMAT,
            f"There is no format named {options.format!r}. Choose one of {names}.",
            path=text.path,
        )
    if options.columns is not None:
        return column_map.READER
    for reader in READERS:
        if reader.recognize(text):
            return reader
    head = first_lines(text.data, 1)[0].strip()
    raise FileFormatError(
        FileReason.UNKNOWN_FORMAT,
        f'{text.path.name} begins with "{head[:60]}", which no reader knows ({names}). If it is a table of samples, '
        "describe it in a column map and give that with --columns.",
        path=text.path,
        line=1,
    )


def read_streams(path: Path, options: ReadOptions) -> tuple[Reading, str]:
    """Read one file.

    Returns
    -------
    reading, sha256

    Raises
    ------
    FileFormatError
        Not text, no known format, or refused by its reader.
    """
    text = read_text(path)
    return find_reader(text, options).read(text, options), text.sha256
