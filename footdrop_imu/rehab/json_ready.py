"""Results and nouns as what ``json.dumps`` takes.

``files.results`` and ``store.audit`` write JSON too, each in a form of its own that earlier files and hashes have;
neither may import this room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["json_ready"]


def json_ready(value: Any) -> Any:
    """Make plain dicts, lists, numbers and words of dataclasses, named tuples, arrays and tables of days.

    Days and instants are ISO 8601, what is not finite or not known is None, keys of mappings are words. A table is a
    list of its rows.
    """
    if hasattr(value, "dtype"):  # of numpy, which is not loaded for what has none of it
        if value.dtype.kind != "M":
            return json_ready(value.tolist())
        return [json_ready(one) for one in value] if value.shape else None if value != value else str(value)
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: json_ready(getattr(value, one.name)) for one in fields(value)}
    if hasattr(value, "_asdict"):
        return json_ready(value._asdict())
    if isinstance(value, Mapping):
        return {str(key): json_ready(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [json_ready(one) for one in value]
    if hasattr(value, "itertuples"):
        return [json_ready(row) for row in _rows(value)]
    return value


def _rows(table: pd.DataFrame) -> list[dict[Any, Any]]:
    days = table.select_dtypes("datetime").columns
    shown = table.assign(**{name: table[name].dt.strftime("%Y-%m-%d") for name in days})
    return shown.astype(object).where(shown.notna(), None).to_dict("records")
