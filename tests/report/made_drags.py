"""Made-up walks with toe drags: the columns filled by hand, the summary by the real thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from made_walks import made_walk

from footdrop_imu import drags
from footdrop_imu.schema import Session, SessionResult
from footdrop_imu.schema_drag import DragTeaching

PHASES = ("initial", "initial", "mid", "initial", "terminal")
WITNESSES = ("clearance;vibration;deceleration", "vibration;deceleration", "clearance;deceleration")


def dragging_walk(
    count: int = 120,
    shares: Mapping[str, tuple[float, float]] | None = None,
    *,
    teaching: Mapping[str, DragTeaching] | None = None,
    record: Mapping[str, Any] | None = None,
    **made: Any,
) -> tuple[SessionResult, Session]:
    """Make a walk whose toes drag in these shares of strides in its first and its second half, by side."""
    shares = {"left": (0.0, 0.2), "right": (0.0, 0.0)} if shares is None else shares
    result, session = made_walk(count, **made)
    strides = result.strides.copy()
    drag = np.zeros(len(strides), dtype=bool)
    rng = np.random.default_rng(21)
    for side, (early, late) in shares.items():
        rows = np.flatnonzero(strides["side"] == side)
        half = np.arange(len(rows)) < len(rows) / 2
        drag[rows] = rng.random(len(rows)) < np.where(half, early, late)
    order = np.cumsum(drag)
    strides["toe_drag"] = pd.array(drag, dtype="boolean")
    strides["toe_drag_probability"] = np.where(drag, 0.9, 0.03)
    strides["toe_drag_kind"] = pd.array([PHASES[i % 5] if d else None for i, d in zip(order, drag, strict=True)], "str")
    strides["toe_drag_witnesses"] = pd.array(
        [WITNESSES[i % 3] if d else None for i, d in zip(order, drag, strict=True)], "str"
    )
    found = drags.drag_summaries(strides, result.rejected.iloc[:0], teaching or {})
    unavailable = {
        name: reason for name, reason in result.quality.unavailable.items() if not name.startswith("toe_drag")
    } | drags.unavailable_rates(found)
    provenance = {**result.provenance, **({"drag_presses": record} if record else {})}
    return (
        replace(
            result,
            strides=strides,
            summary=replace(result.summary, drags=found),
            quality=replace(result.quality, unavailable=unavailable),
            provenance=provenance,
        ),
        session,
    )
