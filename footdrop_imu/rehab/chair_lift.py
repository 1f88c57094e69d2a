"""The chair lift test: seated, shin upright, heel down, so that the shoe's pitch is the ankle's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.repetitions import find_repetitions
from footdrop_imu.rehab.swings import RepetitionConfig, without_tremor
from footdrop_imu.schema import FloatArray
from footdrop_imu.schema_rehab import CHAIR_LIFT_TEST, Motion

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CHAIR_LIFT_MEASURES", "ChairLift", "ChairLiftConfig", "chair_lift_rows", "measure_chair_lift"]

CHAIR_LIFT_MEASURES = {
    "chair_lift_active_range_deg": "how high the toes come by the person's own power",
    "chair_lift_peak_rate_dps": "greatest speed upward",
    "chair_lift_taps_in_10_s_count": "taps within ten seconds",
    "chair_lift_fade_frac": "by how much the last third of these taps is lower than the first",
    "chair_lift_assisted_range_deg": "how high the toes come with a hand's help",
    "chair_lift_assisted_minus_active_deg": "what the joint would allow and the muscle does not reach",
}
"""Measure to its meaning; a row each of the table of a person's walks."""


@dataclass(frozen=True)
class ChairLiftConfig:
    """How lifts and taps are told apart."""

    tapping_s: float = 10.0
    """Time over which taps are counted, from the first one's start."""
    cutoff_hz: float = 8.0
    """What is faster than this is no tapping (5 a second at most, and their shape)."""
    rate_cutoff_hz: float = 20.0
    """Speed is taken from what is slower than this."""
    least_share: float = 0.35
    """A tap reaches this share of the usual one."""
    pause: float = 1.8
    """A tap that comes later than so many usual intervals after the last one belongs to another part ..."""
    fewest: int = 5
    """... and so many in a row are tapping."""
    slowest_tap_s: float = 2.2
    """A lift with a longer interval to the next is none of them."""
    range_sd_deg: float = 0.5
    """How well a range is known beside its scatter: gravity's direction, sensor scales, the shin's own movement."""


class ChairLift(NamedTuple):
    """What one foot did: measure to its value and standard error, NaN = not in the recording, and to what entered."""

    value: Mapping[str, float]
    standard_error: Mapping[str, float]
    used_count: Mapping[str, int]
    notes: tuple[str, ...]


def measure_chair_lift(
    motion: Motion, assisted: Motion | None = None, config: ChairLiftConfig | None = None
) -> ChairLift:
    """Measure one foot's chair lift test.

    Parameters
    ----------
    motion
        Of the foot, seated, from rest: a few lifts as high as possible, taps as fast as possible for ten seconds, and
        where they were done, lifts with a hand's help after them.
    assisted
        Of a recording of its own with lifts by the hand; None: those after the taps.
    config
        Limits.

    Returns
    -------
    ChairLift

    Raises
    ------
    ExerciseError
        MISMATCH: neither lifts nor taps.

    Notes
    -----
    Taps are the longest row of lifts that follow one another at once. Range is the greatest of its part, its standard
    error that of a greatest of few: their scatter, and how well an angle is known. Taps fade by the mean range of the
    last against the first third.
    """
    config = config or ChairLiftConfig()
    angle = _lift_angle(motion)
    usual = RepetitionConfig()
    quick = replace(
        usual, tremor_hz=config.cutoff_hz, order=4, complete=config.least_share, shortest_s=0.1,
        between=(0.25, 0.5), oversize=50.0, plateau_s=10.0, small=0.0,
    )  # fmt: skip
    every = find_repetitions(angle, motion.rate_hz, config=quick).counted
    tops = np.array([0.5 * (one.top_s + one.down_s) for one in every])
    first, last = _longest_row(tops, config)
    count = len(angle)
    if last - first < config.fewest:
        begin_s = end_s = count / motion.rate_hz
        taps = []
    else:
        taps = list(every[first:last])
        begin_s, end_s = taps[0].start_s, taps[-1].end_s
    cut = round(begin_s * motion.rate_hz)
    before = find_repetitions(angle[: max(cut, 4)], motion.rate_hz, config=usual).counted
    if not before and not taps:
        raise ExerciseError(
            ExerciseReason.MISMATCH,
            f"Neither lifts nor taps of the {motion.segment.replace('_', ' ')} were found, expected the chair lift "
            "test: lift the toes as high as possible three times, then tap as fast as possible for ten seconds.",
            exercise=CHAIR_LIFT_TEST,
        )
    notes: list[str] = [] if taps else ["No row of quick taps was found: speed, taps and fade are not known."]
    after_s = round(end_s * motion.rate_hz)
    helped = assisted if assisted is not None else None
    lifted = (
        find_repetitions(_lift_angle(helped), helped.rate_hz).counted
        if helped is not None
        else find_repetitions(angle[after_s:], motion.rate_hz).counted
        if taps and count - after_s > 2.0 * motion.rate_hz
        else ()
    )
    if not lifted:
        notes.append("No lifts with a hand's help were found: lift the toes by hand three times after the taps.")
    active = _greatest([one.range_deg for one in before], config)
    hand = _greatest([one.range_deg for one in lifted], config)
    counted = [one for one in taps if 0.5 * (one.top_s + one.down_s) <= begin_s + config.tapping_s]
    fade, fade_se = _fade([one.range_deg for one in counted])
    sharp = np.gradient(without_tremor(angle, motion.rate_hz, replace(quick, tremor_hz=config.rate_cutoff_hz)))
    rates = [
        float(sharp[round(one.start_s * motion.rate_hz) : round(one.end_s * motion.rate_hz) + 1].max() * motion.rate_hz)
        for one in (counted or before)
    ]
    whole = bool(counted) and end_s - begin_s > config.tapping_s - 1.0
    if counted and not whole:
        notes.append(f"The taps lasted {end_s - begin_s:.1f} s, expected ten: their number is not known.")
    names = tuple(CHAIR_LIFT_MEASURES)
    values = (
        active[0],
        float(max(rates)) if rates else np.nan,
        float(len(counted)) if whole else np.nan,
        fade,
        hand[0],
        hand[0] - active[0],
    )
    errors = (
        active[1],
        0.03 * float(max(rates)) if rates else np.nan,
        0.5 if whole else np.nan,
        fade_se,
        hand[1],
        float(np.hypot(hand[1], active[1])),
    )
    used = (len(before), len(rates), len(counted), len(counted), len(lifted), min(len(lifted), len(before)))
    return ChairLift(
        dict(zip(names, values, strict=True)),
        dict(zip(names, errors, strict=True)),
        dict(zip(names, used, strict=True)),
        (*motion.notes, *notes),
    )


def chair_lift_rows(
    walk: str, start: str, feet: Mapping[str, ChairLift], condition: str = "", quality: str = "good"
) -> pd.DataFrame:
    """Give tests as rows of ``columns_rehab.WALK_MEASURE_COLUMNS``, for a person's course.

    Parameters
    ----------
    walk
        Id of the recording.
    start
        ISO 8601 with an offset; "" where nobody said when it was: the day is then missing.
    feet
        Side to its test.
    condition, quality
        As the columns say.
    """
    import pandas as pd

    from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS

    day = pd.Timestamp(start[:10]) if start else pd.NaT
    rows = [
        {
            "walk": walk,
            "day": day,
            "start": start,
            "activity": CHAIR_LIFT_TEST,
            "condition": condition,
            "quality": quality,
            "side": side,
            "measure": name,
            "value": foot.value[name],
            "standard_error": foot.standard_error[name],
            "used_count": foot.used_count[name],
        }
        for name in sorted(CHAIR_LIFT_MEASURES)
        for side, foot in sorted(feet.items())
        if np.isfinite(foot.value[name])
    ]
    table = pd.DataFrame(rows, columns=[column.name for column in WALK_MEASURE_COLUMNS])
    return table.astype({column.name: column.type for column in WALK_MEASURE_COLUMNS})


def _lift_angle(motion: Motion) -> FloatArray:
    """Pitch, or where the axes are not known, the tilt along its own way."""
    if motion.axes_known:
        return motion.foot_pitch_deg
    level = np.column_stack([without_tremor(motion.turn_deg[:, axis], motion.rate_hz) for axis in range(2)])
    rate = np.diff(level, axis=0)
    way = np.linalg.eigh(rate.T @ rate)[1][:, -1]
    along = motion.turn_deg[:, :2] @ way
    # a foot flat on the floor with its heel down can only go toes up
    return np.asarray(along * (1.0 if np.percentile(along, 98) > -np.percentile(along, 2) else -1.0))


def _longest_row(tops: FloatArray, config: ChairLiftConfig) -> tuple[int, int]:
    """First and one behind the last of the longest row of tops that follow one another at once."""
    best = (0, 0)
    for first in range(len(tops)):
        last = first + 1
        while last < len(tops):
            gap = tops[last] - tops[last - 1]
            usual = float(np.median(np.diff(tops[first:last]))) if last - first > 1 else gap
            if gap > config.slowest_tap_s or gap > config.pause * usual or gap < usual / (2.0 * config.pause):
                break
            last += 1
        if last - first > best[1] - best[0]:
            best = first, last
    return best


def _greatest(ranges: list[float], config: ChairLiftConfig) -> tuple[float, float]:
    if not ranges:
        return np.nan, np.nan
    # of three, the greatest scatters by three quarters of what one does
    scatter = 0.75 * float(np.std(ranges, ddof=1)) if len(ranges) > 1 else 0.1 * ranges[0]
    return float(max(ranges)), float(np.hypot(scatter, config.range_sd_deg))


def _fade(ranges: list[float]) -> tuple[float, float]:
    third = len(ranges) // 3
    if third < 2:
        return np.nan, np.nan
    first, last = np.array(ranges[:third]), np.array(ranges[-third:])
    share = float(last.mean() / first.mean())
    spread = [float(part.std(ddof=1) / np.sqrt(third) / part.mean()) for part in (first, last)]
    return 1.0 - share, share * float(np.hypot(spread[0], spread[1]))
