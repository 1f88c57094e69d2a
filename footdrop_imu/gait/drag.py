"""Toe drag: whether the toe touched the floor in swing, when, for how long, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.gait.drag_match import (
    FORCE,
    ROUGHNESS,
    Touches,
    make_touches,
    match,
    usual_course,
)
from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = ["DRAG_COLUMNS", "DragConfig", "Swings", "find_drags"]

DRAG_COLUMNS = (
    "toe_drag",
    "toe_drag_probability",
    "toe_drag_time_s",
    "toe_drag_start_frac",
    "toe_drag_frac_of_swing",
    "toe_drag_kind",
    "toe_drag_witnesses",
    "toe_drag_baseline",
)

_BLOCK = 2_000  # strides worked on at once, and the most that a reference needs
_ODD = 0.5  # power of a stride's own oddness that its signs are divided by: a turn is odd all over
_MEDIAN_OF_SQUARES = 0.455  # of standard normal numbers
_PLACE_WEIGHT = 0.5  # of the roughness beside the force in telling where
_SIGN = 2.0  # sd from which on a sign counts as a witness
_THROUGHOUT = 0.6  # of swing
_LEAST_LENGTH_S = 0.06  # of touches beside people at large, and where in swing a foot is quiet then
_MIDDLE = (0.15, 0.85)
_OTHER_KIND = 1.3  # a turn, a first or a last step differs from straight strides by more than they among themselves


@dataclass(frozen=True)
class DragConfig:
    """How a touch is told.

    Weights and probabilities were chosen on three of the healthy people and three of those after stroke, clean and
    with scuffs put in, and are reported on the others (VALIDATION.md).
    """

    threshold: float = 0.5
    """From this probability on it is a toe drag; at 0.5 there was one false alarm in 100 strides."""
    low_m: float = 0.005
    """A toe as low as this is as good as on the floor."""
    least_rate_hz: float = 45.0
    """Below it the force of a touch falls between the samples."""
    least_vibration_rate_hz: float = 98.0
    """Below it there is hardly a band above 20 Hz."""
    fewest_clear: int = 8
    """So many clear strides are a reference of their own."""
    always_rough: float = 6.0
    """A foot half of whose swings are rougher than other people's by so many sd has no clear strides."""
    rougher: float = 6.0
    """Strides rougher than the quieter quarter of the walk by so many sd are no reference."""
    vibration_weight: float = 0.3
    """Of the roughness beside the force."""
    even_score: float = 6.0
    """Score at which a touch is as probable as not ..."""
    score_step: float = 0.7
    """... and the step that multiplies its odds by e."""


class Swings(NamedTuple):
    """One foot's swings (k,): signs from ``drag_signs``, the sd of ``low_m``, swing time, kind of stride."""

    force: FloatArray
    roughness: FloatArray
    low_m: FloatArray
    low_sd_m: FloatArray
    low_frac: FloatArray
    swing_time_s: FloatArray
    kind: NDArray[np.str_]

    def part(self, rows: IntArray) -> Swings:
        """Some of them."""
        force, roughness, low_m, low_sd_m, low_frac, swing_time_s, kind = self
        return Swings(
            force[rows], roughness[rows], low_m[rows], low_sd_m[rows], low_frac[rows], swing_time_s[rows], kind[rows]
        )


class _Found(NamedTuple):
    """Per stride (k,): score of the best touch, which one it is, and the two signs there in sd."""

    score: FloatArray
    touch: IntArray
    force: FloatArray
    roughness: FloatArray


def find_drags(
    swings: Swings, other: Swings | None, rate_hz: float, config: DragConfig | None = None
) -> dict[str, Any]:
    """Tell for each stride of one foot whether the toe touched.

    Parameters
    ----------
    swings
        The foot's.
    other
        The other foot's, at the same rate; None where there is none.
    rate_hz
        Sample rate.
    config
        Weights and limits.

    Returns
    -------
    ``DRAG_COLUMNS``, each (k,); NaN and None throughout where the rate is too low.

    Notes
    -----
    Touches of 30 to 250 ms anywhere in the first 90 % of swing are looked for by matched filters, in the forward force
    (deceleration) and in its roughness above 20 Hz (vibration), against the variation of a reference: the foot's own
    strides that are not shown to be low, each kind of stride with its like where there are enough. The best place's
    score, its two signs in sd, makes the probability. A stride that is odd all over, as a turn is, counts less, and one
    without its like still less. A foot whose usual swing is rough has no clear strides: it is compared with the other
    foot, or else its roughness with that of people at large.
    """
    config = config or DragConfig()
    count = len(swings.low_m)
    if rate_hz < config.least_rate_hz or not count:
        numbers = dict.fromkeys(DRAG_COLUMNS[1:5], np.full(count, np.nan))
        return dict.fromkeys(DRAG_COLUMNS, np.full(count, None, dtype=object)) | numbers
    rough = rate_hz >= config.least_vibration_rate_hz
    swing_s = float(np.median(swings.swing_time_s))
    touches = make_touches(swing_s)
    baseline, pool = "own", swings
    clear = _clear(swings, touches, swing_s, rough, config)
    if clear is None and other is not None and len(other.low_m):
        baseline, pool = "other_foot", other
        clear = _clear(other, touches, swing_s, rough, config)
    if clear is None:
        baseline = "population"
        found = _beside_people(swings, touches, swing_s, rough)
    else:
        found = _beside_reference(swings, pool, clear, touches, swing_s, rough, config)
    odds = np.clip((found.score - config.even_score) / config.score_step, -50.0, 50.0)
    probability = 1.0 / (1.0 + np.exp(-odds))
    return _columns(swings, found, touches, probability, config) | {
        "toe_drag_baseline": np.full(count, baseline, dtype=object)
    }


def _columns(
    swings: Swings, found: _Found, touches: Touches, probability: FloatArray, config: DragConfig
) -> dict[str, Any]:
    drag = probability >= config.threshold
    start, length_s = touches.start_frac[found.touch], touches.length_s[found.touch]
    share = np.minimum(length_s / swings.swing_time_s, 1.0)
    middle = start + 0.5 * share
    kind = np.select(
        [share > _THROUGHOUT, middle < 1.0 / 3.0, middle < 2.0 / 3.0], ["throughout", "initial", "mid"], "terminal"
    )
    signs = {
        "clearance": swings.low_m < config.low_m,
        "vibration": found.roughness > _SIGN,
        "deceleration": found.force > _SIGN,
    }
    agreed = zip(*signs.values(), strict=True)
    words = [";".join(name for name, seen in zip(signs, row, strict=True) if seen) or None for row in agreed]
    return {
        "toe_drag": drag.astype(object),
        "toe_drag_probability": probability,
        "toe_drag_time_s": np.where(drag, length_s, 0.0),
        "toe_drag_start_frac": np.where(drag, start, np.nan),
        "toe_drag_frac_of_swing": np.where(drag, share, 0.0),
        "toe_drag_kind": np.array(
            [word if seen else None for word, seen in zip(kind, drag, strict=True)], dtype=object
        ),
        "toe_drag_witnesses": np.array(
            [word if seen else None for word, seen in zip(words, drag, strict=True)], dtype=object
        ),
    }


def _clear(swings: Swings, touches: Touches, swing_s: float, rough: bool, config: DragConfig) -> BoolArray | None:
    """Which strides (k,) are a reference; None where they are too few, or as rough as touches all of them."""
    # the clearance's error is mostly one and the same for all strides: only what is surely low is left out
    clear = swings.low_m > config.low_m - swings.low_sd_m
    if clear.sum() >= config.fewest_clear and rough:
        rows = np.flatnonzero(clear)
        shaken = _beside_people(swings, touches, swing_s, rough).roughness
        quieter, middle = np.quantile(shaken[rows], [0.25, 0.5])
        clear &= (shaken < quieter + config.rougher) & (middle < config.always_rough)
    return clear if clear.sum() >= config.fewest_clear else None


def _spread(rows: IntArray) -> IntArray:
    """At most so many of them as a reference needs, evenly."""
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _BLOCK)).astype(np.int64))]


def _beside_people(swings: Swings, touches: Touches, swing_s: float, rough: bool) -> _Found:
    """Roughness in mid swing beside that of people at large; nothing is found without a band above 20 Hz."""
    count = len(swings.low_m)
    nothing = np.zeros(count)
    if not rough:
        return _Found(nothing, np.zeros(count, dtype=np.int64), nothing, nothing)
    end = touches.start_frac + touches.length_s / swing_s
    inside = (touches.length_s >= _LEAST_LENGTH_S) & (touches.start_frac >= _MIDDLE[0]) & (end <= _MIDDLE[1])
    people = usual_course(np.zeros((1, len(ROUGHNESS.middle))), touches.roughness, ROUGHNESS, swing_s)
    found = match(swings.roughness, people._replace(middle=ROUGHNESS.middle))
    found = np.where(inside, found, -np.inf)
    best = found.argmax(axis=1)
    score = found.max(axis=1)
    return _Found(score, best, nothing, score)


def _beside_reference(
    swings: Swings,
    pool: Swings,
    clear: BoolArray,
    touches: Touches,
    swing_s: float,
    rough: bool,
    config: DragConfig,
) -> _Found:
    count = len(swings.low_m)
    found = _Found(np.zeros(count), np.zeros(count, dtype=np.int64), np.zeros(count), np.zeros(count))
    for rows, reference, stretched in _groups(swings.kind, pool.kind, clear, config.fewest_clear):
        chosen = _spread(reference)
        force = usual_course(pool.force[chosen], touches.force, FORCE, swing_s)
        roughness = usual_course(pool.roughness[chosen], touches.roughness, ROUGHNESS, swing_s)
        for begin in range(0, len(rows), _BLOCK):
            part = rows[begin : begin + _BLOCK]
            slowed = _calmed(match(swings.force[part], force), stretched)
            shaken = _calmed(match(swings.roughness[part], roughness), stretched) if rough else 0.0 * slowed
            score = slowed + config.vibration_weight * shaken
            # that it touched shows best in the force, where it did in the roughness
            best, row = (slowed + _PLACE_WEIGHT * shaken).argmax(axis=1), np.arange(len(part))
            found.score[part], found.touch[part] = score.max(axis=1), best
            found.force[part], found.roughness[part] = slowed[row, best], shaken[row, best]
    return found


def _calmed(found: FloatArray, stretched: float) -> FloatArray:
    """The signs (k, t) of strides that are odd all over, made less."""
    odd = np.sqrt(np.median(found**2, axis=1) / _MEDIAN_OF_SQUARES)
    return np.asarray(found / (stretched * np.maximum(1.0, odd)[:, None] ** _ODD))


def _groups(
    kind: NDArray[np.str_], pool_kind: NDArray[np.str_], clear: BoolArray, fewest: int
) -> Iterator[tuple[IntArray, IntArray, float]]:
    """Rows of each kind of stride, the reference's rows for them, and by how much more they differ from those."""
    straight = np.flatnonzero(clear & (pool_kind == "straight"))
    common = straight if len(straight) >= fewest else np.flatnonzero(clear)
    for name in np.unique(kind):
        alike = np.flatnonzero(clear & (pool_kind == name))
        enough = len(alike) >= fewest
        yield np.flatnonzero(kind == name), alike if enough else common, 1.0 if enough else _OTHER_KIND
