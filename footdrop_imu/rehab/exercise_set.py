"""One set of an exercise: its repetitions, what is usual in it, and how it tires."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.exercise_match import Course
from footdrop_imu.rehab.repetitions import Attempt, Repetition, Repetitions, find_repetitions
from footdrop_imu.rehab.swings import resting_level, without_tremor
from footdrop_imu.schema import BoolArray, FloatArray

__all__ = ["ExerciseSet", "Slope", "ankle_range_deg", "count_set", "free_motion", "slope_of"]

_FEWEST_FOR_SLOPE = 5
_LONGEST_GAP_S = 0.3


class Slope(NamedTuple):
    """Change from one repetition to the next, with its 95 % interval; NaN below five repetitions."""

    per_repetition: float
    low: float
    high: float


@dataclass(frozen=True)
class ExerciseSet:
    """A set. ``repetitions`` go the exercise's own way; ``other_way`` those to the other side, where it has two.

    ``range_slope`` in deg, ``speed_slope`` (greatest rate of the lift) in deg/s. Medians are NaN where nothing counts.
    """

    repetitions: tuple[Repetition, ...]
    other_way: tuple[Repetition, ...]
    attempts: tuple[Attempt, ...]
    least_deg: float
    range_deg: float
    hold_s: float
    lowering_s: float
    tempo_s: float
    range_slope: Slope
    speed_slope: Slope
    duration_s: float

    @property
    def count(self) -> int:
        """Repetitions; there and back of an exercise with two ways are one."""
        return len(self.repetitions)


def count_set(course: Course, rate_hz: float, valid: BoolArray, *, exercise: str = "") -> ExerciseSet:
    """Count the repetitions of a set and tell what is usual in it.

    Parameters
    ----------
    course
        From ``exercise_match.exercise_course``.
    rate_hz
        Sample rate.
    valid
        (n,) False in gaps too long to trust: a repetition with more than 0.3 s of them is not counted.
    exercise
        Id, for messages.

    Raises
    ------
    ExerciseError
        MISMATCH: no repetition at all.

    Notes
    -----
    Tiring is the median of the slopes between all pairs of repetitions (Theil and Sen; Sen 1968,
    doi:10.1080/01621459.1968.10480934).
    """
    other: tuple[Repetition, ...] = ()
    if course.both_ways:
        slow = without_tremor(course.angle_deg, rate_hz)
        middle = resting_level(slow, rate_hz)
        found = _whole(find_repetitions(np.maximum(slow - middle, 0.0), rate_hz, course.sd_deg), rate_hz, valid)
        back = _whole(find_repetitions(np.maximum(middle - slow, 0.0), rate_hz, course.sd_deg), rate_hz, valid)
        other = back.counted
        found = found._replace(attempts=tuple(sorted((*found.attempts, *back.attempts))))
    else:
        found = _whole(find_repetitions(course.angle_deg, rate_hz, course.sd_deg), rate_hz, valid)
    if not found.counted:
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"No repetition of {exercise or 'the exercise'} was found: nothing rose by {found.least_deg:.1f}° or more "
            "and came back. Check which foot wore the sensor, and begin and end with the foot at rest.",
            exercise=exercise,
        )
    counted = found.counted
    return ExerciseSet(
        counted,
        other,
        found.attempts,
        found.least_deg,
        _median([one.range_deg for one in counted]),
        _median([one.hold_s for one in counted]),
        _median([one.lowering_s for one in counted]),
        _median([one.tempo_s for one in counted]),
        slope_of([one.range_deg for one in counted]),
        slope_of([one.raising_dps for one in counted]),
        max(one.end_s for one in (*counted, *other)) - min(one.start_s for one in (*counted, *other)),
    )


def slope_of(values: list[float]) -> Slope:
    """Median slope from one value to the next with its 95 % interval."""
    if len(values) < _FEWEST_FOR_SLOPE:
        return Slope(np.nan, np.nan, np.nan)
    from scipy.stats import theilslopes

    slope = theilslopes(values)
    return Slope(float(slope.slope), float(slope.low_slope), float(slope.high_slope))


def ankle_range_deg(done: ExerciseSet, ankle_deg: FloatArray, rate_hz: float) -> float:
    """Median over the repetitions of how far the ankle turned, deg.

    Parameters
    ----------
    done
        The set, counted by the foot alone.
    ankle_deg
        (n, 3) rotation vectors of the foot against the shin.
    rate_hz
        Sample rate.
    """
    slow = np.column_stack([without_tremor(ankle_deg[:, axis], rate_hz) for axis in range(3)])
    at = np.array([(one.start_s, one.top_s, one.down_s, one.end_s) for one in done.repetitions])
    start, top, down, end = slow[np.clip(np.round(at * rate_hz).astype(int), 0, len(slow) - 1)].transpose(1, 0, 2)
    return float(np.median(np.linalg.norm(0.5 * (top + down) - 0.5 * (start + end), axis=1)))


def free_motion(turn_deg: FloatArray, rate_hz: float) -> dict[str, float]:
    """Measure a movement without repetitions, such as letters written in the air.

    Parameters
    ----------
    turn_deg
        (n, 3) rotation vectors against rest.
    rate_hz
        Sample rate.

    Returns
    -------
    dict
        ``duration_s`` from the first to the last movement, ``range_deg`` of the widest direction and
        ``range_across_deg`` across it (5th to 95th percentile), ``path_deg``: how far the foot turned altogether.
    """
    slow = np.column_stack([without_tremor(turn_deg[:, axis], rate_hz) for axis in range(3)])
    rate = np.linalg.norm(np.diff(slow, axis=0), axis=1) * rate_hz
    moving = np.flatnonzero(rate > 2.0)
    if not len(moving):
        return {"duration_s": 0.0, "range_deg": 0.0, "range_across_deg": 0.0, "path_deg": 0.0}
    own = slow[moving[0] : moving[-1] + 2]
    axes = np.linalg.eigh(np.cov((own - own.mean(axis=0)).T))[1][:, ::-1]
    spread = np.ptp(np.percentile(own @ axes, [5.0, 95.0], axis=0), axis=0)
    return {
        "duration_s": float((moving[-1] + 1 - moving[0]) / rate_hz),
        "range_deg": float(spread[0]),
        "range_across_deg": float(spread[1]),
        "path_deg": float(rate[moving].sum() / rate_hz),
    }


def _median(values: list[float]) -> float:
    return float(np.median(values)) if values else float("nan")


def _whole(found: Repetitions, rate_hz: float, valid: BoolArray) -> Repetitions:
    """Without what lies in gaps."""
    lost = np.concatenate(([0], np.cumsum(~valid)))
    kept: list[Repetition] = []
    attempts = list(found.attempts)
    for one in found.counted:
        first, last = (min(max(round(time_s * rate_hz), 0), len(valid)) for time_s in (one.start_s, one.end_s))
        if lost[last] - lost[first] > _LONGEST_GAP_S * rate_hz:
            attempts.append(Attempt(one.top_s, one.range_deg, "gap"))
        else:
            kept.append(one)
    return Repetitions(tuple(kept), tuple(sorted(attempts)), found.least_deg)
