"""Exercises that are walks: on the toes, over low obstacles, heel to toe, on gravel, and plain."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.simulate.pattern import FootPattern, WalkConfig, equinus, healthy

__all__ = ["EXERCISE_WALKS", "exercise_walk"]

_SPEED_MPS: Final = {
    "toe_walk": 0.6,
    "step_over": 0.6,
    "gait_training_heel_to_toe": 0.8,
    "uneven_ground_walking": 0.8,
    "walking": 1.0,
}
EXERCISE_WALKS: Final = tuple(_SPEED_MPS)
"""Ids of the catalogue. A heel walk is not among them: a simulated foot always comes down flat."""
_OBSTACLE_M = 0.12  # how much higher the leg is lifted over an obstacle
_STANDING_S = 6.0


def exercise_walk(exercise: str, stride_count: int = 20, foot: FootPattern | None = None, seed: int = 0) -> WalkConfig:
    """The walk that is an exercise, with both feet alike.

    Parameters
    ----------
    exercise
        One of ``EXERCISE_WALKS``.
    stride_count
        Of each foot.
    foot
        How a foot walks otherwise; of toe walking the usual one's is taken.
    seed
        Of everything random in the walk.
    """
    if exercise not in _SPEED_MPS:
        raise SchemaError(SchemaReason.WRONG_VALUE, f"exercise is {exercise!r}; walks are {', '.join(EXERCISE_WALKS)}.")
    if not 5 <= stride_count <= 20_000:
        raise SchemaError(
            SchemaReason.WRONG_VALUE, f"stride_count is {stride_count}; a simulated walk needs 5 to 20000."
        )
    pattern = foot or healthy()
    if exercise == "toe_walk":
        pattern = equinus(20.0, stands_heel_up=False)
    elif exercise == "step_over":
        pattern = replace(pattern, steppage_m=pattern.steppage_m + _OBSTACLE_M)
    walk = WalkConfig(
        speed_mps=_SPEED_MPS[exercise],
        left=pattern,
        right=pattern,
        standing_s=_STANDING_S,
        surface="gravel" if exercise == "uneven_ground_walking" else "hard",
        seed=seed,
    )
    return replace(walk, distance_m=stride_count * 2.0 * float(np.sqrt(60.0 * walk.speed_mps * walk.walk_ratio)))
