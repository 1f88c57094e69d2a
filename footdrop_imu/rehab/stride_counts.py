"""Exercises done by walking: strides, how many are as the exercise wants them, minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.errors import ExerciseError, ExerciseReason

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["count_strides"]

_FEWEST = 2
_UP_DEG = 5.0  # toes (heel) that stay up in stance by more than the foot's usual tilt from one stance to the next
_HIGHER_M = 0.05  # what a low obstacle asks for beyond a usual stride ...
_USUAL_M = (
    0.12  # ... which lifts the foot by some 0.10 m: where every stride of a walk is higher, none is its usual one
)
_STAND_FIRST = (
    "Whether toes or heel stayed up cannot be told: stand still with the foot flat for two seconds before the walk."
)


def count_strides(
    exercise: str,
    kind: str,
    strides: pd.DataFrame,
    side: str,
    foot_flat_pitch_deg: float = float("nan"),
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Count the strides of one foot as an exercise.

    Parameters
    ----------
    exercise
        Id, for messages.
    kind
        heel_strides, toe_strides, landing_strides, high_strides or strides.
    strides
        Stride table of the recording.
    side
        left or right.
    foot_flat_pitch_deg
        Pitch of the foot in the middle of stance against quiet standing, NaN where nobody stood.

    Returns
    -------
    measures
        ``strides_count``, ``minutes``, and by kind ``heel_landing_frac``, ``toe_drag_count``, ``stance_pitch_deg``,
        ``high_strides_count``, ``foot_height_max_m`` (median); NaN = could not be told.
    notes
        Sentences for the user.

    Raises
    ------
    ExerciseError
        MISMATCH: fewer than two strides; toes (heel) that do not stay up in stance.
    """
    own = strides[strides["side"] == side]
    if len(own) < _FEWEST:
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"Found {len(own)} strides of the {side} foot, expected walking for {exercise}. Name the exercise that was "
            "done, or record a walk of ten steps or more.",
            exercise=exercise,
        )
    measures = {"strides_count": float(len(own)), "minutes": float(own["stride_time_s"].sum()) / 60.0}
    notes: tuple[str, ...] = ()
    if kind in ("landing_strides", "strides"):
        known = own["landing"][own["landing"].ne("uncertain")]
        measures["heel_landing_frac"] = float((known == "heel").mean()) if len(known) else np.nan
        drags = own["toe_drag"].dropna()
        measures["toe_drag_count"] = float(drags.astype(bool).sum()) if len(drags) else np.nan
    elif kind == "high_strides":
        height = own["foot_height_max_m"].to_numpy(dtype=np.float64)
        usual = min(np.nanpercentile(height, 25), _USUAL_M) if np.isfinite(height).any() else np.nan
        measures["foot_height_max_m"] = float(np.nanmedian(height)) if np.isfinite(height).any() else np.nan
        measures["high_strides_count"] = float((height > usual + _HIGHER_M).sum()) if np.isfinite(usual) else np.nan
    else:
        wanted = 1.0 if kind == "heel_strides" else -1.0
        measures["stance_pitch_deg"] = foot_flat_pitch_deg
        if not np.isfinite(foot_flat_pitch_deg):
            notes = (_STAND_FIRST,)
        elif wanted * foot_flat_pitch_deg < _UP_DEG:
            part = "toes" if wanted > 0 else "heel"
            raise ExerciseError(
                ExerciseReason.MISMATCH,
                f"In stance the foot lay at {foot_flat_pitch_deg:.0f}° (toes up positive): the {part} did not stay up, "
                f"expected for {exercise}. Name the exercise that was done.",
                exercise=exercise,
            )
    return measures, notes
