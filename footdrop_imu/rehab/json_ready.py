"""Results as what ``json.dumps`` takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from math import isfinite
from typing import Any

import numpy as np

__all__ = ["json_ready"]


def json_ready(value: Any) -> Any:
    """Make plain dicts, lists, numbers and words of dataclasses, named tuples and arrays; what is not finite is None.

    Days are ISO 8601, keys of mappings words.
    """
    if isinstance(value, np.generic):
        return str(value) if value.dtype.kind == "M" else json_ready(value.item())
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.ndarray):
        return [json_ready(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: json_ready(getattr(value, one.name)) for one in fields(value)}
    if hasattr(value, "_asdict"):
        return json_ready(value._asdict())
    if isinstance(value, Mapping):
        return {str(key): json_ready(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [json_ready(one) for one in value]
    return value
