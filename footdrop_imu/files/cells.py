"""The numbers of a text table: fast where all is well, exact about line and column where it is not."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.text import TextFile, line_start
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["Cells", "read_cells", "split_line"]

_MISSING_WORDS = {
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
}  # fmt: skip
_DAMAGED_SHARE = 0.01
_LARGEST = 1e19  # nanoseconds since 1970 are 2e18


@dataclass(frozen=True)
class Cells:
    """Columns of a table: ``values`` (n, k), NaN where a cell was empty; ``line`` (n,) where each row stands."""

    values: FloatArray
    line: IntArray
    notes: tuple[str, ...] = ()


def split_line(line: str, separator: str) -> list[str]:
    """Split a line of names into cells, without quotes and surrounding blanks."""
    try:
        cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        cells = line.split(separator)
    return [cell.strip().strip('"').strip() for cell in cells]


def read_cells(
    text: TextFile, *, first_line: int, wanted: Sequence[tuple[int, str]], separator: str, decimal: str = "."
) -> Cells:
    """Read some columns of a table as numbers.

    Parameters
    ----------
    text
        The file.
    first_line
        Line of the first sample, from 1.
    wanted
        Position (from 0) and name of each column to read.
    separator, decimal
        One character each.

    Returns
    -------
    Cells
        ``values`` (n, len(wanted)). Blank lines are left out. A line with too few or too many cells is NaN (its
        sample is lost, its place is kept); a last line that was cut off is dropped.

    Raises
    ------
    FileFormatError
        No samples; a cell that is no number; more than 1 % of damaged lines.
    """
    start = line_start(text.data, first_line)
    block = text.data[start:]
    if not block.strip():
        raise FileFormatError(
            FileReason.EMPTY, f"{text.path.name} has a header but no samples.", path=text.path, line=first_line
        )
    block, notes = _without_cut_line(text, block, wanted, separator, decimal)
    codes = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(codes == 10)
    begins = np.r_[0, ends[:-1] + 1]
    separators = np.flatnonzero(codes == ord(separator))
    found = np.searchsorted(separators, ends) - np.searchsorted(separators, begins)
    parsed = _parsed(text, block, first_line, wanted, separator, decimal, int(found.max()) + 1)
    line = first_line + np.arange(len(ends), dtype=np.int64)
    blank = ends == begins
    if b'"' not in block:
        damaged = (found != np.bincount(found[~blank]).argmax()) & ~blank
        notes += _damage(text, damaged, line)
        parsed[damaged] = np.nan
    return Cells(parsed[~blank], line[~blank], notes)


def _damage(text: TextFile, damaged: np.ndarray[tuple[int], np.dtype[np.bool_]], line: IntArray) -> tuple[str, ...]:
    count = int(damaged.sum())
    if not count:
        return ()
    first = int(line[damaged][0])
    if count > max(1.0, _DAMAGED_SHARE * len(line)):
        raise FileFormatError(
            FileReason.BAD_NUMBER,
            f"{count} of {len(line)} lines of {text.path.name} have more or fewer cells than the others, the first is "
            f"line {first}. Export the file again.",
            path=text.path,
            line=first,
        )
    note = f"{text.path.name}: {count} damaged line(s), too few or too many cells, from line {first}; lost samples."
    return (note,)


def _without_cut_line(
    text: TextFile, block: bytes, wanted: Sequence[tuple[int, str]], separator: str, decimal: str
) -> tuple[bytes, tuple[str, ...]]:
    """End the block with a line feed; drop a last line that a broken write cut short."""
    ended = block.endswith(b"\n")
    body = block.rstrip(b"\n")
    previous = body.rfind(b"\n")
    if previous >= 0:
        last, before = body[previous + 1 :], body[:previous]
        other = before[before.rstrip(b"\n").rfind(b"\n") + 1 :].rstrip(b"\n")
        mark = separator.encode()
        short = last.count(mark) < other.count(mark)
        cells = last.decode("latin-1").split(separator)
        unreadable = not ended and _bad_cell(cells, wanted, decimal) is not None
        if short or unreadable:
            number = text.data.count(b"\n", 0, len(text.data) - len(block) + previous + 1) + 1
            return before.rstrip(b"\n") + b"\n", (
                f"{text.path.name}: the last line (line {number}) is cut off and was left out.",
            )
    return body + b"\n", ()


def _parsed(
    text: TextFile,
    block: bytes,
    first_line: int,
    wanted: Sequence[tuple[int, str]],
    separator: str,
    decimal: str,
    widest: int,
) -> FloatArray:
    import pandas as pd

    positions = [position for position, _ in wanted]
    if max(positions) >= widest:
        raise FileFormatError(
            FileReason.MISSING_COLUMN,
            f"The lines of {text.path.name} have {widest} cell(s), but column {max(wanted)[1]} is number "
            f"{max(positions) + 1}. Check the separator.",
            path=text.path,
            line=first_line,
            column=max(wanted)[1],
        )
    try:
        table = pd.read_csv(
            io.BytesIO(block),
            sep=separator,
            decimal=decimal,
            header=None,
            names=list(range(widest)),
            usecols=sorted(set(positions)),
            dtype=np.float64,
            skip_blank_lines=False,
            skipinitialspace=True,
            encoding="latin-1",
            index_col=False,
        )
        values: FloatArray = table[positions].to_numpy(np.float64)
    except (ValueError, OverflowError, IndexError) as error:
        raise _first_bad_number(text, block, first_line, wanted, separator, decimal) from error
    if len(values) != block.count(b"\n"):  # a quoted cell ran over lines
        raise _first_bad_number(text, block, first_line, wanted, separator, decimal)
    beyond = np.abs(values) > _LARGEST
    if beyond.any():
        row, column = (int(index[0]) for index in np.nonzero(beyond))
        raise _bad_number(text, first_line + row, wanted[column][1], f"{values[row, column]:g}")
    return values


def _first_bad_number(
    text: TextFile, block: bytes, first_line: int, wanted: Sequence[tuple[int, str]], separator: str, decimal: str
) -> FileFormatError:
    for number, row in enumerate(block.decode("latin-1").split("\n")):
        bad = _bad_cell(split_line(row, separator) if '"' in row else row.split(separator), wanted, decimal)
        if bad is not None:
            return _bad_number(text, first_line + number, bad[0], f'"{bad[1][:40]}"')
    return FileFormatError(
        FileReason.BAD_NUMBER,
        f"The numbers of {text.path.name} cannot be told apart: quotation marks that do not close?",
        path=text.path,
        line=first_line,
    )


def _bad_cell(cells: list[str], wanted: Sequence[tuple[int, str]], decimal: str) -> tuple[str, str] | None:
    for position, name in wanted:
        cell = cells[position].strip().strip('"').strip() if position < len(cells) else ""
        if cell in _MISSING_WORDS:
            continue
        try:
            float(cell.replace(decimal, "."))
        except ValueError:
            return name, cell
        if "_" in cell or (decimal != "." and "." in cell) or not cell.isascii():
            return name, cell
    return None


def _bad_number(text: TextFile, line: int, column: str, found: str) -> FileFormatError:
    return FileFormatError(
        FileReason.BAD_NUMBER,
        f"Line {line}, column {column} of {text.path.name} holds {found} where a number is expected. "
        "Correct that cell or export the file again.",
        path=text.path,
        line=line,
        column=column,
    )
