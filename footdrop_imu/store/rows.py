"""Nouns as columns and back: NaN is NULL, tuples are JSON lists, fields have their columns' names; large results."""

from __future__ import annotations

import math
from dataclasses import fields
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

__all__ = ["columns_of", "from_columns", "in_one", "to_columns", "words_array", "words_arrays"]

Noun = TypeVar("Noun")
_BETWEEN = "\x1f"
_ROWS_AT_ONCE = 500  # so few that the rows are gone before Python looks for garbage among them


def to_columns(noun: Any) -> dict[str, Any]:
    """Give a noun's fields as a row's values."""
    return {field.name: _column(getattr(noun, field.name)) for field in fields(noun)}


def _column(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    return list(value) if isinstance(value, tuple) else value


def from_columns(kind: type[Noun], row: Any, **others: Any) -> Noun:
    """Make a noun of a result's row, ``others`` first."""
    columns = row._mapping
    values = {}
    for field in fields(kind):  # type: ignore[arg-type]
        value = others[field.name] if field.name in others else columns[field.name]
        if value is None and field.type == "float":
            value = math.nan
        values[field.name] = tuple(value) if isinstance(value, list) else value
    return kind(**values)


def columns_of(connection: Connection, query: Any) -> list[list[Any]]:
    """Read a large result column by column, as the driver gives it: numbers and words, in SQLite days as words."""
    cursor = connection.execute(query).cursor
    assert cursor is not None
    columns: list[list[Any]] = [[] for _ in query.selected_columns]
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    return columns


def in_one(words: Sequence[Any]) -> Any:
    """Ask for several columns of words as one, in half the time; only in the last may anything stand."""
    return reduce(lambda one, word: one.concat(_BETWEEN).concat(word), words)


def words_arrays(words: Sequence[str], count: int) -> list[Any]:
    """Make columns of so many words that were read `in_one`."""
    import numpy as np
    import pandas as pd

    codes, found = pd.factorize(np.array(words, dtype=object))
    apart = zip(*(word.split(_BETWEEN, count - 1) for word in found), strict=True)
    return [pd.array(column, dtype="str").take(codes) for column in apart] or [pd.array([], dtype="str")] * count


def words_array(words: Sequence[str]) -> Any:
    """Make a column of words of which many are alike: each is looked at once."""
    import numpy as np
    import pandas as pd

    codes, found = pd.factorize(np.array(words, dtype=object))
    return pd.array(found, dtype="str").take(codes)
