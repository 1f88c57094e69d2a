"""When in swing the foot is lifted, against toe off and contact, and against a stimulator's pulses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import FloatArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LiftTiming", "Spread", "lift_timing"]

_NEEDED = (
    *("side", "kind", "start_time_s", "toe_off_time_s", "initial_contact_time_s", "clock_offset_s", "swing_time_s"),
    *("level_frac", "foot_pitch_mid_swing_deg", "foot_pitch_initial_contact_deg"),
)


class Spread(NamedTuple):
    """Median of strides, and between which values four of five lie; NaN where there are none."""

    median: float = np.nan
    low: float = np.nan
    high: float = np.nan


@dataclass(frozen=True)
class LiftTiming:
    """One foot's lift over its straight strides.

    ``level_after_toe_off_s``, ``level_before_contact_s``: the moment at which the foot, hanging at toe off, is level
    again; ``never_level_frac`` share of strides in which it never is. ``stimulated_frac`` share of strides with a
    pulse between foot-flat and contact, NaN = no pulses given; ``on_before_toe_off_s``, ``off_after_contact_s``
    (negative: it went off before contact) and ``level_after_on_s`` of those.
    """

    stride_count: int
    level_after_toe_off_s: Spread
    level_before_contact_s: Spread
    never_level_frac: float
    pitch_mid_swing_deg: Spread
    pitch_initial_contact_deg: Spread
    stimulated_frac: float = np.nan
    on_before_toe_off_s: Spread = field(default_factory=Spread)
    off_after_contact_s: Spread = field(default_factory=Spread)
    level_after_on_s: Spread = field(default_factory=Spread)


def lift_timing(
    strides: pd.DataFrame, side: str, on_s: FloatArray | None = None, off_s: FloatArray | None = None
) -> LiftTiming:
    """Say when a foot is lifted.

    Parameters
    ----------
    strides
        ``STRIDE_COLUMNS`` of one walk.
    side
        left or right.
    on_s, off_s
        (k,) when the stimulator switched on and off, on the session's clock, in order and by turns; None = not known.

    Returns
    -------
    LiftTiming

    Raises
    ------
    SchemaError
        Columns are missing, or pulses that do not go on and off by turns.

    Notes
    -----
    From the foot's pitch alone: when the muscles pull is not seen, only when the foot follows. A pulse belongs to the
    stride in whose time from foot-flat to contact it begins.
    """
    missing = [name for name in _NEEDED if name not in strides]
    if missing:
        raise SchemaError(SchemaReason.WRONG_COLUMNS, f"The table of strides lacks {', '.join(missing)}.")
    own = strides[(strides["side"] == side) & (strides["kind"] == "straight")]
    named = {name: own[name].to_numpy(dtype=float) for name in _NEEDED[2:]}
    level = named["level_frac"]
    after = level * named["swing_time_s"]
    timing = LiftTiming(
        len(own),
        _spread(after),
        _spread((1.0 - level) * named["swing_time_s"]),
        float(np.isnan(level).mean()) if len(own) else np.nan,
        _spread(named["foot_pitch_mid_swing_deg"]),
        _spread(named["foot_pitch_initial_contact_deg"]),
    )
    if on_s is None or off_s is None:
        return timing
    on, off = np.asarray(on_s, dtype=float), np.asarray(off_s, dtype=float)
    turns = np.ravel(np.column_stack([on, off])) if on.shape == off.shape and on.ndim == 1 else np.array([1.0, 0.0])
    if not (np.isfinite(turns).all() and (np.diff(turns) > 0.0).all()):
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"Pulses: {on.shape} times on, {off.shape} times off; expected on, off, on, off ... in rising order.",
        )
    begin, toe_off, contact = (
        named[name] + named["clock_offset_s"] for name in ("start_time_s", "toe_off_time_s", "initial_contact_time_s")
    )
    last = np.searchsorted(on, contact, side="right") - 1
    pulsed = last >= 0
    pulsed[pulsed] = on[last[pulsed]] >= begin[pulsed]
    mine = last[pulsed]
    lead = toe_off[pulsed] - on[mine]
    return LiftTiming(
        timing.stride_count,
        timing.level_after_toe_off_s,
        timing.level_before_contact_s,
        timing.never_level_frac,
        timing.pitch_mid_swing_deg,
        timing.pitch_initial_contact_deg,
        float(pulsed.mean()) if len(own) else np.nan,
        _spread(lead),
        _spread(off[mine] - contact[pulsed]),
        _spread(after[pulsed] + lead),
    )


def _spread(values: FloatArray) -> Spread:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return Spread()
    low, median, high = np.quantile(finite, [0.1, 0.5, 0.9])
    return Spread(float(median), float(low), float(high))
