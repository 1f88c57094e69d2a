"""Walks of a fitting bench: one row a walk, in order, with its setting; what forbids comparing them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import FloatArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["REASONS", "Walks", "choose"]

REASONS = (
    *("side_unknown", "not_measured", "conditions_differ", "settings", "quality", "too_few_walks"),
    "not_alternated",
)
"""Why a bench shows nothing."""


@dataclass(frozen=True)
class Walks:
    """Good walks in order: ids, settings and values (n,). ``reason`` of ``REASONS``, "" = they can be compared."""

    side: str
    settings: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    value: FloatArray = field(default_factory=lambda: np.zeros(0))
    left_out: int = 0
    reason: str = ""
    detail: str = ""

    def counts(self) -> dict[str, int]:
        """Walks with each setting."""
        counted = Counter(self.setting)
        return {name: counted[name] for name in self.settings}

    def indicators(self) -> FloatArray:
        """One column a setting (n, k): 1 where a walk had it."""
        return np.array([[float(name == own) for name in self.settings] for own in self.setting])

    def place(self) -> FloatArray:
        """Place along the bench (n,), 0 in its middle."""
        count = len(self.setting)
        return np.arange(count, dtype=float) - (count - 1) / 2.0

    def order(self) -> tuple[str, ...]:
        """Settings as they were walked."""
        return self.setting

    def by_block(self, first: str, second: str) -> tuple[float, ...]:
        """Differences of the walks that are each setting's first, second, third ..."""
        own = {name: self.value[[name == setting for setting in self.setting]] for name in (first, second)}
        blocks = min(len(own[first]), len(own[second]))
        return tuple((own[first][:blocks] - own[second][:blocks]).tolist())

    def of(self, measures: pd.DataFrame, measure: str) -> FloatArray | None:
        """Give another measure of the same walks (n,), of this side or else of both; None = not measured."""
        for side in dict.fromkeys((self.side, "both")):
            rows = measures[(measures["measure"] == measure) & (measures["side"] == side)]
            found: FloatArray = rows.set_index("walk")["value"].reindex(list(self.ids)).to_numpy(dtype=float)
            if np.isfinite(found).any():
                return found
        return None


def choose(
    measures: pd.DataFrame,
    measure: str,
    key: str,
    affected: str,
    side: str,
    settings: Mapping[str, str] | None,
    fewest_walks: int,
    most_settings: int,
) -> Walks:
    """Find the walks of a bench that can be compared, or say why they cannot.

    Raises
    ------
    SchemaError
        A walk has no setting, or a measure twice.
    """
    import pandas as pd

    wanted = side or (affected if affected in ("left", "right") else "")
    if affected == "unknown" or not wanted:
        return Walks(wanted, reason="side_unknown", detail=affected)
    rows = measures[(measures["measure"] == measure) & (measures["side"] == wanted)]
    if rows.empty:
        rows = measures[(measures["measure"] == measure) & (measures["side"] == "both")]
    rows = rows[np.isfinite(rows["value"].to_numpy(dtype=float))]
    rows = rows.assign(at=pd.to_datetime(rows["start"], utc=True, format="ISO8601")).sort_values("at", kind="stable")
    if rows.empty:
        return Walks(wanted, reason="not_measured", detail=measure)
    if rows["walk"].duplicated().any():
        raise SchemaError(SchemaReason.WRONG_VALUE, f"A walk has {measure} ({wanted}) twice. Give each walk once.")
    conditions = [dict(part.split("=", 1) for part in text.split(";") if part) for text in rows["condition"]]
    others = sorted({name for one in conditions for name in one} - {key})
    differing = [name for name in others if len({one.get(name, "") for one in conditions}) > 1]
    if len(set(rows["activity"])) > 1:
        differing.append("activity")
    own = [
        (settings or {}).get(walk, "") if settings is not None else one.get(key, "")
        for walk, one in zip(rows["walk"], conditions, strict=True)
    ]
    if not all(own):
        walk = rows["walk"].iloc[own.index("")]
        raise SchemaError(
            SchemaReason.WRONG_VALUE, f"Walk {walk} of the bench has no {key} setting. Say which it was walked with."
        )
    names = tuple(dict.fromkeys(own))
    if differing:
        return Walks(wanted, names, reason="conditions_differ", detail=", ".join(differing))
    if not 2 <= len(names) <= most_settings:
        return Walks(wanted, names, reason="settings", detail=", ".join(names))
    good = (rows["quality"] == "good").to_numpy(dtype=bool)
    kept = [setting for setting, fine in zip(own, good, strict=True) if fine]
    found = Walks(
        wanted,
        names,
        tuple(rows["walk"][good]),
        tuple(kept),
        rows["value"].to_numpy(dtype=float)[good],
        int((~good).sum()),
    )
    fewest = min(found.counts().values())
    if fewest < fewest_walks:
        reason = "quality" if min(Counter(own).values()) >= fewest_walks else "too_few_walks"
        return Walks(wanted, names, found.ids, found.setting, found.value, found.left_out, reason, str(fewest))
    return found
