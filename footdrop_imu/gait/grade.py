"""Whether a stride, and a walk, can be trusted, and if not why."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.schema import FloatArray

__all__ = ["LIMITS", "Limit", "grade_strides", "rest_quality", "walk_verdict"]


class Limit(NamedTuple):
    """Beyond ``usable`` a stride is only usable, beyond ``poor`` it is poor; ``below`` turns it round."""

    column: str
    reason: str
    usable: float
    poor: float
    below: bool = False


LIMITS = (
    Limit("rest_quality", "foot hardly at rest", 0.4, 0.15, below=True),
    Limit("tilt_disagreement_deg", "gravity disagrees", 5.0, 12.0),
    Limit("closure_ratio", "speed does not return to zero", 3.0, 6.0),
    Limit("length_sd_frac", "length uncertain", 0.06, 0.2),
    Limit("lost_frac", "samples lost", 0.05, 0.25),
    Limit("clipped_frac", "beyond the sensor's range", 0.0, 0.03),
    Limit("mount_shift_deg", "sensor has moved", 8.0, 15.0),
)


def rest_quality(intensity: FloatArray) -> FloatArray:
    """Stillness at foot-flat: 1 / (1 + (intensity / 2)²), 1 as still as standing, 0 as in swing."""
    return np.asarray(1.0 / (1.0 + (intensity / 2.0) ** 2))


def grade_strides(columns: Mapping[str, FloatArray]) -> tuple[NDArray[np.str_], list[str | None]]:
    """Grade strides by their quality columns, each (k,).

    Returns
    -------
    grade
        (k,) good, usable or poor.
    reason
        (k,) what is beyond a limit, joined by ";", None when good.
    """
    worst = np.zeros(len(columns[LIMITS[0].column]), dtype=np.int64)
    reasons: list[list[str]] = [[] for _ in worst]
    for limit in LIMITS:
        sign = -1.0 if limit.below else 1.0
        values = sign * columns[limit.column]
        level = (values > sign * limit.usable).astype(np.int64) + (values > sign * limit.poor)
        worst = np.maximum(worst, level)
        for row in np.flatnonzero(level):
            reasons[row].append(limit.reason)
    grade = np.array(["good", "usable", "poor"])[worst]
    return grade, [";".join(reason) or None for reason in reasons]


def walk_verdict(
    grades: NDArray[np.str_], reasons: list[str | None], rejected: Mapping[str, int], fewest: int = 6
) -> tuple[str, tuple[str, ...]]:
    """Say whether a walk can be trusted: ``verdict`` good, usable or poor, and why.

    Parameters
    ----------
    grades, reasons
        Of all accepted strides, from ``grade_strides``.
    rejected
        Reason to count of the strides without measures.
    fewest
        Means need this many strides a side.
    """
    count, left_out = len(grades), sum(rejected.values())
    words: list[str] = []
    if count < fewest:
        words.append(f"only {count} complete strides; {fewest} a side are needed")
    good = float(np.mean(grades == "good")) if count else 0.0
    poor = float(np.mean(grades == "poor")) if count else 1.0
    shares: dict[str, int] = {}
    for reason in reasons:
        for part in (reason or "").split(";"):
            if part:
                shares[part] = shares.get(part, 0) + 1
    words += [f"{name} in {n} of {count} strides" for name, n in sorted(shares.items(), key=lambda item: -item[1])]
    words += [f"{n} stride{'' if n == 1 else 's'} without measures: {name}" for name, n in rejected.items()]
    lost = left_out / max(1, count + left_out)
    if count < fewest or poor > 0.5 or lost > 0.5:
        return "poor", tuple(words)
    if good < 0.7 or lost > 0.2:
        return "usable", tuple(words)
    return "good", tuple(words)
