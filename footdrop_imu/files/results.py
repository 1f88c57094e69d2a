"""A session's result as files, and as JSON.

The same result gives the same bytes: keys in the schema's order, floats in the shortest form that reads back the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from footdrop_imu.errors import OutputError, OutputReason, SchemaError, SchemaReason
from footdrop_imu.files.folder import Content, write_folder
from footdrop_imu.schema import Estimate, SessionResult, Summary

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RESULT_FILES", "json_text", "result_to_json", "write_result"]

RESULT_FILES = ("strides.csv", "rejected.csv", "summary.json", "timeseries.csv", "report.html", "drag_teaching.toml")


def write_result(
    result: SessionResult,
    folder: Path,
    *,
    source: Mapping[str, str],
    extra: Mapping[str, Content] | None = None,
    force: bool = False,
) -> Path:
    """Write a result into a folder, whole or not at all.

    ``strides.csv``, ``rejected.csv``, ``summary.json`` (all but the rows) and, where the result has one,
    ``timeseries.csv``. An older result's files are replaced or taken away; other files of the folder stay.

    Parameters
    ----------
    result
        What is written.
    folder
        Target, made where it is not there.
    source
        Original file name to SHA-256.
    extra
        More files: name to content, such as ``report.html``.
    force
        Whether an older result in the target may be replaced.

    Returns
    -------
    pathlib.Path
        ``folder``.

    Raises
    ------
    OutputError
        EXISTS: the target holds one of these files and ``force`` is not given; NOT_WRITABLE. Nothing is left behind.
    """
    document = result_to_json(result, source)
    summary = {key: value for key, value in document.items() if key not in ("strides", "rejected")}
    contents: dict[str, Content] = {
        "strides.csv": _csv(result.strides),
        "rejected.csv": _csv(result.rejected),
        "summary.json": json_text(summary),
    }
    if result.timeseries is not None:
        contents["timeseries.csv"] = _csv(result.timeseries)
    for name, content in (extra or {}).items():
        if Path(name).name != name or name in contents:
            raise OutputError(OutputReason.NOT_WRITABLE, f"{name!r} cannot be the name of a further file.", path=folder)
        contents[name] = content
    write_folder(folder, contents, force=force, owned=RESULT_FILES.__contains__)
    return folder


def _csv(table: pd.DataFrame) -> Content:
    """Write a table straight to its file: an hour's time series is large."""
    return lambda path: table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def result_to_json(result: SessionResult, source: Mapping[str, str]) -> dict[str, Any]:
    """Give one element of ``sessions`` in the JSON output.

    Parameters
    ----------
    result
        A session's result.
    source
        Original file name to SHA-256.

    Returns
    -------
    dict
        Plain Python values only; NaN and missing values are None.

    Raises
    ------
    SchemaError
        A value in the provenance that JSON has no word for.
    """
    document = {
        "session": result.session,
        "source": dict(source),
        "quality": asdict(result.quality),
        "summary": _summary(result.summary),
        "strides": _rows(result.strides),
        "rejected": _rows(result.rejected),
        "provenance": dict(result.provenance),
    }
    plain: dict[str, Any] = _plain(document)
    return plain


def json_text(document: Any) -> str:
    """Write a JSON document as text: two blanks of indent, UTF-8, a line feed at the end; NaN is null.

    Raises
    ------
    SchemaError
        A value that JSON has no word for.
    """
    return json.dumps(_plain(document), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _summary(summary: Summary) -> dict[str, Any]:
    def side(estimates: Mapping[str, Estimate]) -> dict[str, Any]:
        return {column: asdict(estimate) for column, estimate in estimates.items()}

    feet = {
        name: side(getattr(summary, name))
        | ({"clearance_risk": dict(risk)} if (risk := summary.clearance_risk.get(name)) else {})
        for name in ("left", "right", "both")
    }
    for name, drags in summary.drags.items():
        feet[name]["drags_per_100_strides"] = asdict(drags)
    both = feet["both"] | {"asymmetry": dict(summary.asymmetry), "asymmetry_of": summary.asymmetry_of}
    return {**feet, "both": both}


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(name) for name in table.columns]
    columns = [table[name].astype(object).tolist() for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(value: Any) -> Any:
    """Plain Python values of JSON, whatever numpy or pandas made of them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return [_plain(item) for item in value.tolist()]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, Path):
        return value.as_posix()
    if type(value).__name__ in ("NAType", "NaTType"):  # pandas' own words for a missing value
        return None
    raise SchemaError(SchemaReason.WRONG_VALUE, f"{value!r:.80} ({type(value).__name__}) cannot be written as JSON.")
