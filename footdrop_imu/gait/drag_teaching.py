"""What a helper's key presses teach: when this helper presses, which strides dragged, and this person's threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import SIDES, BoolArray, FloatArray, IntArray
from footdrop_imu.schema_drag import DragAccuracy, DragTeaching, KeyPresses

__all__ = ["DragTeachingConfig", "JudgedStrides", "match_presses", "teach_threshold"]


@dataclass(frozen=True)
class DragTeachingConfig:
    """How presses are read."""

    lag_s: float = 0.7
    """Usual time from mid swing to the press: the middle of the 0.2 to 1.2 s that people take to see, judge, press."""
    lag_sd_s: float = 0.25
    """Its spread between helpers: 0.2 to 1.2 s is 95 % of them."""
    jitter_s: float = 0.2
    """Spread of one helper's lags, the place of the drag within swing included."""
    match_within_s: float = 0.5
    """A press farther than this from every swing, the lag taken off, belongs to none: half a usual stride."""
    repeat_s: float = 0.3
    """Presses of the same foot closer than this are one: a key held down repeats itself."""
    fewest_presses: int = 8
    """Matched presses of a foot to teach it; fewer leave its hits known to no better than a third either way."""
    shrink_presses: float = 20.0
    """The threshold goes half way from everybody's to this person's own at so many presses."""
    parts: int = 10
    """The walk is cut in so many parts, each judged by the threshold that the others choose."""


class JudgedStrides(NamedTuple):
    """One foot's strides in time order, (n,): ``mid_swing_s`` on the session's clock, ``probability`` of a drag."""

    mid_swing_s: FloatArray
    probability: FloatArray


class Matched(NamedTuple):
    """``lag_s`` of the helper; by side, which strides were pressed for (n,) and how many presses were for it."""

    lag_s: float
    pressed: Mapping[str, BoolArray]
    press_count: Mapping[str, int]
    unmatched_count: int


def match_presses(
    feet: Mapping[str, JudgedStrides],
    presses: KeyPresses,
    affected: str = "unknown",
    config: DragTeachingConfig | None = None,
) -> Matched:
    """Find the helper's lag and give each press the one stride it was for.

    Parameters
    ----------
    feet
        Strides by side.
    presses
        Times on the session's clock. A press without a side is the affected foot's, where one is affected, else
        either foot's.
    affected
        left, right, both or unknown.
    config
        Limits.

    Returns
    -------
    Matched

    Raises
    ------
    SchemaError
        There is no press, a press is of a foot that was not recorded, or none falls within the walk.

    Notes
    -----
    The lag has the greatest posterior probability, presses being spread about it around swings that are drags the
    more likely the higher their probability; strides being regular, a lag and the same plus a step fit alike without
    these. The match itself then looks at time alone, so that it does not favor strides that were found: the pairs
    with the least sum of squared lag errors, one press to one stride (Kuhn 1955, Naval Research Logistics 2:83, doi
    10.1002/nav.3800020109).
    """
    config = config or DragTeachingConfig()
    time_s, side = _once(presses, affected if affected in SIDES else "", config.repeat_s)
    unknown = sorted(set(side.tolist()) - {"", *feet})
    if unknown:
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"There are key presses for the {unknown[0]} foot, which this walk has no strides of. Correct the side in "
            "the file of key presses.",
        )
    of = np.concatenate([np.full(len(strides.mid_swing_s), name) for name, strides in feet.items()])
    swing_s = np.concatenate([strides.mid_swing_s for strides in feet.values()])
    chance = np.concatenate([strides.probability for strides in feet.values()])
    delay = time_s[:, None] - swing_s[None, :]
    allowed = (side[:, None] == "") | (side[:, None] == of[None, :])
    near = allowed & (delay > _EARLIEST_S) & (delay < _LATEST_S)
    if not near.any():
        walk = f"{np.min(swing_s, initial=np.inf):.0f} to {np.max(swing_s, initial=-np.inf):.0f} s"
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"None of the {len(time_s)} key presses follows a step within {_LATEST_S:.1f} s, the walk being from {walk}"
            ". Count the times from the recording's start, or check that the file belongs to this walk.",
        )
    lag_s = _lag(delay, near, chance, config)
    press, stride = _pairs(delay - lag_s, near, config.match_within_s)
    pressed = np.zeros(len(of), dtype=bool)
    pressed[stride] = True
    count = {name: int((of[stride] == name).sum() + _lost(side, press, name)) for name in feet}
    return Matched(lag_s, {name: pressed[of == name] for name in feet}, count, len(time_s) - len(press))


_EARLIEST_S, _LATEST_S = -0.4, 1.8
_LAGS_S = np.arange(0.2, 1.2001, 0.01)
_STRAY = 0.05
"""Density per second of presses that belong to no swing, against 1 of those that do."""
_LEAST_CHANCE = 0.02


def _once(presses: KeyPresses, assumed_side: str, repeat_s: float) -> tuple[FloatArray, np.ndarray]:
    if not len(presses.time_s):
        raise SchemaError(SchemaReason.WRONG_VALUE, "There is no key press, expected one for each drag that was seen.")
    side = np.where(presses.side == "", assumed_side, presses.side)
    keep = np.ones(len(side), dtype=bool)
    for name in np.unique(side):
        of = np.flatnonzero(side == name)
        keep[of[1:]] = np.diff(presses.time_s[of]) >= repeat_s
    return presses.time_s[keep], side[keep]


def _lag(delay: FloatArray, near: BoolArray, chance: FloatArray, config: DragTeachingConfig) -> float:
    press, stride = np.nonzero(near)
    weight = np.maximum(np.nan_to_num(chance[stride]), _LEAST_CHANCE)
    error = (delay[press, stride][None, :] - _LAGS_S[:, None]) / config.jitter_s
    each = weight * np.exp(-0.5 * error**2) / config.jitter_s
    starts = np.flatnonzero(np.diff(press, prepend=-1))
    fits = np.log(_STRAY + np.add.reduceat(each, starts, axis=1)).sum(axis=1)
    prior = -0.5 * ((_LAGS_S - config.lag_s) / config.lag_sd_s) ** 2
    return float(_LAGS_S[np.argmax(fits + prior)])


def _pairs(error: FloatArray, near: BoolArray, within_s: float) -> tuple[IntArray, IntArray]:
    """Presses and their strides, (m,) each."""
    from scipy.optimize import linear_sum_assignment

    cost = np.where(near & (np.abs(error) <= within_s), error**2, 2.0 * within_s**2)
    press, stride = linear_sum_assignment(cost)
    good = cost[press, stride] <= within_s**2
    return press[good], stride[good]


def _lost(side: np.ndarray, matched: IntArray, name: str) -> int:
    """Presses said to be of this foot that fit none of its strides."""
    rest = np.ones(len(side), dtype=bool)
    rest[matched] = False
    return int((side[rest] == name).sum())


def teach_threshold(
    probability: FloatArray,
    pressed: BoolArray,
    threshold: float,
    press_count: int,
    lag_s: float,
    config: DragTeachingConfig | None = None,
) -> DragTeaching | None:
    """Fit the threshold to one foot and count its hits and false alarms.

    Parameters
    ----------
    probability
        (n,) of the foot's strides in time order; NaN where it could not be told.
    pressed
        (n,) whether the helper pressed for it.
    threshold
        Everybody's.
    press_count, lag_s
        Of the helper, kept with the result.
    config
        Limits.

    Returns
    -------
    DragTeaching or None
        None below 8 matched presses, or without a stride that was not pressed for.

    Notes
    -----
    The person's own threshold gives the corrected rate (`drag_rate`) the least variance at this person's rate of
    presses, p (1 - p) / (s - f)². It is shrunk to everybody's on the scale of log odds by presses / (presses + 20).
    Hits and false alarms are counted part by part, each tenth of the walk judged by the threshold of the other nine,
    so that they are not those of the strides that chose it. The helper is taken to be right.
    """
    config = config or DragTeachingConfig()
    known = np.isfinite(probability)
    score, drag = _log_odds(probability[known]), pressed[known]
    if drag.sum() < config.fewest_presses or drag.all():
        return None
    everybody = float(_log_odds(np.array([threshold]))[0])
    part = np.arange(len(score)) * config.parts // len(score)
    found = np.zeros(len(score), dtype=bool)
    for one in range(config.parts):
        here = part == one
        found[here] = score[here] >= _threshold(score[~here], drag[~here], everybody, config)
    chosen = _threshold(score, drag, everybody, config)
    accuracy = DragAccuracy(
        int((found & drag).sum()), int(drag.sum()), int((found & ~drag).sum()), int((~drag).sum()), "taught"
    )
    return DragTeaching(float(1.0 / (1.0 + np.exp(-chosen))), press_count, int(pressed.sum()), lag_s, accuracy)


def _log_odds(probability: FloatArray) -> FloatArray:
    clipped = np.clip(probability, 1e-4, 1.0 - 1e-4)
    odds: FloatArray = np.log(clipped / (1.0 - clipped))
    return odds


def _threshold(score: FloatArray, drag: BoolArray, everybody: float, config: DragTeachingConfig) -> float:
    """Threshold in log odds: where the corrected rate is surest, shrunk to everybody's."""
    levels = np.unique(score)
    if not drag.any() or drag.all() or len(levels) < 2:
        return everybody
    cuts = np.append(0.5 * (levels[1:] + levels[:-1]), everybody)
    drags, clear = int(drag.sum()), int((~drag).sum())
    hits = drags - np.searchsorted(np.sort(score[drag]), cuts)
    alarms = clear - np.searchsorted(np.sort(score[~drag]), cuts)
    sensitivity, false_alarms = (hits + 0.5) / (drags + 1.0), (alarms + 0.5) / (clear + 1.0)
    share = (drags * sensitivity + clear * false_alarms) / (drags + clear)
    span = np.maximum(sensitivity - false_alarms, 1e-3)
    variance = share * (1.0 - share) / span**2
    best = cuts[variance <= variance.min() * (1.0 + 1e-9)]
    own = best[np.argmin(np.abs(best - everybody))]
    weight = drags / (drags + config.shrink_presses)
    return float(weight * own + (1.0 - weight) * everybody)
