"""Nouns as columns and back: NaN is NULL, tuples are JSON lists, fields have the names of their columns."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any, TypeVar

__all__ = ["from_columns", "to_columns"]

Noun = TypeVar("Noun")


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
