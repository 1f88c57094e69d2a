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
    Usual,
    make_touches,
    match,
    usual_course,
)
from footdrop_imu.gait.drag_signs import SWING_FRAC
from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = ["DRAG_COLUMNS", "DragConfig", "Swings", "find_drags", "missing_witnesses", "on_stairs"]

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

_BLOCK = 500  # strides worked on at once: bounds the memory
_REFERENCE = 400  # strides that a reference needs at most
_ODD = 0.5  # power of a stride's own oddness that its force is divided by: a turn is odd all over
_ODD_OTHER_KIND = 0.8  # the same where the reference is of another kind
_MEDIAN_AWAY = 0.6745  # from 0, of standard normal numbers
_PLACE_WEIGHT = 0.5  # of the roughness beside the force in telling where
_LEAST_LOW_SD_M = 0.003  # a walk in which the toe's height varied by less has not shown how it varies
_MOST_LOWNESS = 3.0
_ROUGH_SD = 2.0  # above the usual, in one place of swing
_ROUGH_SHARE = 0.15  # of the greatest roughness of the touch
_BLUR_S = 0.02
_LANDING = 0.97  # of swing
_LEAST_SPREAD_S = 0.008  # of swing times
_PACE_WORTH = 20.0  # strides by which what goes with the swing's length is shrunk to nothing
_LEAST_ERROR_M = 0.008  # of a toe's height on a shoe that nobody measured
_SIGN = 2.0  # sd from which on a sign counts as a witness
_THROUGHOUT = 0.6  # of swing
_LEAST_LENGTH_S = 0.06  # of touches beside people at large, and where in swing a foot is quiet then
_MIDDLE = (0.15, 0.85)
_PLACE_FRAC = 0.02  # of swing: about one place of 48
_BRUSH_SD = 1.5  # a push aside counts from so many of the usual sd on
_LEAST_SIDEWAYS_SD_MPS2 = 1.5  # which is taken to be no less than this
_MOST_OVER = 3.0  # times the forward force; more is hardly a better sign
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
    force_weight: float = 1.0
    """Of the deceleration in the score, per sd."""
    vibration_weight: float = 0.3
    """Of the vibration, per sd."""
    clearance_weight: float = 0.3
    """Of how much lower than usual the toe went, per sd."""
    brush_weight: float = 3.0
    """Against a touch where the foot was pushed aside more than held back, for each time the push is greater."""
    even_score: float = 6.0
    """Score at which a touch is as probable as not ..."""
    score_step: float = 0.7
    """... and the step that multiplies its odds by e."""


class Swings(NamedTuple):
    """One foot's swings (k,): signs from ``drag_signs``, the sd of ``low_m``, swing time, kind of stride."""

    force: FloatArray
    roughness: FloatArray
    sideways: FloatArray
    low_m: FloatArray
    low_sd_m: FloatArray
    swing_time_s: FloatArray
    kind: NDArray[np.str_]

    def part(self, rows: IntArray) -> Swings:
        """Some of them."""
        force, roughness, sideways, low_m, low_sd_m, swing_time_s, kind = self
        return Swings(
            force[rows], roughness[rows], sideways[rows], low_m[rows], low_sd_m[rows], swing_time_s[rows], kind[rows]
        )


class _Found(NamedTuple):
    """Per stride (k,): score of the best touch, its begin and end in swing, and the two signs there in sd."""

    score: FloatArray
    start_frac: FloatArray
    end_frac: FloatArray
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
    ``DRAG_COLUMNS``, each (k,); NaN and None throughout where the rate is too low, and on stairs.

    Notes
    -----
    Touches of 30 to 250 ms anywhere in the first 90 % of swing are looked for by matched filters, in the forward force
    (deceleration) and in its roughness above 20 Hz (vibration), against the variation of a reference: the foot's own
    strides that are not shown to be low, each kind of stride with its like where there are enough. The best place's
    score, its two signs in sd, makes the probability. Friction at the toe acts along the foot: where the foot was
    pushed aside more than held back, as one that brushes the other, the score is less. A stride that is odd all over,
    as a turn is, counts less, and one without its like still less. A foot whose usual swing is rough has no clear
    strides: it is compared with the other foot, or else its roughness with that of people at large.
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
        force, pool_force = _at_usual_pace(swings, pool, clear)
        swings, pool = swings._replace(force=force), pool._replace(force=pool_force)
        found = _beside_reference(swings, pool, clear, touches, swing_s, rough, config)
    odds = np.clip((found.score - config.even_score) / config.score_step, -50.0, 50.0)
    probability = np.where(on_stairs(swings.kind), np.nan, 1.0 / (1.0 + np.exp(-odds)))
    baselines = np.where(np.isfinite(probability), np.full(count, baseline, dtype=object), np.full(count, None))
    return _columns(swings, found, probability, config) | {"toe_drag_baseline": baselines}


def on_stairs(kind: NDArray[np.str_]) -> BoolArray:
    """Which strides (k,) are surely on stairs: their neighbors are too.

    There a toe that touches meets an edge, from the front or from above; the foot leaves a step along its riser; hits
    and false alarms were never counted, and a flight has too few strides to be a reference: no toe drag is told. Of 31
    strides up one healthy person's stairs 4 were taken for drags, all at toe off. A single stride that seems to climb
    may be a drag that misled its height, and is judged.
    """
    stairs = np.concatenate(([False], np.isin(kind, ("stairs_up", "stairs_down")), [False]))
    return np.asarray(stairs[1:-1] & (stairs[:-2] | stairs[2:]))


def missing_witnesses(rate_hz: float, config: DragConfig | None = None) -> dict[str, str]:
    """Witnesses that a recording of this rate cannot have, each with the reason."""
    config = config or DragConfig()
    if rate_hz >= config.least_vibration_rate_hz:
        return {}
    shown = f"the recording has {rate_hz:.4g} Hz"
    found = {"vibration": f"the band above 20 Hz needs {config.least_vibration_rate_hz:g} Hz, {shown}"}
    if rate_hz < config.least_rate_hz:
        found["deceleration"] = f"a touch falls between the samples below {config.least_rate_hz:g} Hz, {shown}"
    return found


def _columns(swings: Swings, found: _Found, probability: FloatArray, config: DragConfig) -> dict[str, Any]:
    judged = np.isfinite(probability)
    drag = probability >= config.threshold
    share = found.end_frac - found.start_frac
    middle = found.start_frac + 0.5 * share
    kind = np.select(
        [share > _THROUGHOUT, middle < 1.0 / 3.0, middle < 2.0 / 3.0], ["throughout", "initial", "mid"], "terminal"
    )
    signs = {
        "clearance": swings.low_m < config.low_m,
        "vibration": found.roughness > _SIGN,
        "deceleration": found.force > _SIGN,
    }
    words = np.full(len(drag), None, dtype=object)
    for row in np.flatnonzero(drag):
        words[row] = ";".join(name for name, seen in signs.items() if seen[row]) or None
    unseen = np.where(judged, 0.0, np.nan)
    return {
        "toe_drag": np.where(judged, drag.astype(object), np.full(len(drag), None)),
        "toe_drag_probability": probability,
        "toe_drag_time_s": np.where(drag, share * swings.swing_time_s, unseen),
        "toe_drag_start_frac": np.where(drag, found.start_frac, np.nan),
        "toe_drag_frac_of_swing": np.where(drag, share, unseen),
        "toe_drag_kind": np.where(drag, kind.astype(object), np.full(len(drag), None)),
        "toe_drag_witnesses": words,
    }


def _clear(swings: Swings, touches: Touches, swing_s: float, rough: bool, config: DragConfig) -> BoolArray | None:
    """Which strides (k,) are a reference; None where they are too few, or as rough as touches all of them."""
    # the clearance's error is mostly one and the same for all strides: only what is surely low is left out
    clear = swings.low_m > config.low_m - 2.0 * np.maximum(swings.low_sd_m, _LEAST_ERROR_M)
    if clear.sum() >= config.fewest_clear and rough:
        rows = np.flatnonzero(clear)
        shaken = _beside_people(swings, touches, swing_s, rough).roughness
        quieter, middle = np.quantile(shaken[rows], [0.25, 0.5])
        clear &= (shaken < quieter + config.rougher) & (middle < config.always_rough)
    return clear if clear.sum() >= config.fewest_clear else None


def _spread(rows: IntArray) -> IntArray:
    """At most so many of them as a reference needs, evenly."""
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _REFERENCE)).astype(np.int64))]


def _beside_people(swings: Swings, touches: Touches, swing_s: float, rough: bool) -> _Found:
    """Roughness in mid swing beside that of people at large; nothing is found without a band above 20 Hz."""
    nothing = np.zeros(len(swings.low_m))
    if not rough:
        return _Found(*[nothing] * 5)
    end = touches.start_frac + touches.length_s / swing_s
    inside = (touches.length_s >= _LEAST_LENGTH_S) & (touches.start_frac >= _MIDDLE[0]) & (end <= _MIDDLE[1])
    touches = Touches(*(values[inside] for values in touches))
    people = usual_course(ROUGHNESS.middle[None], touches.roughness, ROUGHNESS, swing_s)
    found = match(swings.roughness, people)
    score = found.max(axis=1)
    start, last = _extent(swings.roughness, people, touches, found.argmax(axis=1), swing_s)
    return _Found(score, start, last, nothing, score)


def _at_usual_pace(swings: Swings, pool: Swings, clear: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Forces of the swings and of the pool (k, 48) less what goes with the length of the swing in the clear ones."""
    some = pool.part(_spread(np.flatnonzero(clear)))
    usual_s = np.median(some.swing_time_s)
    away = some.force - np.median(some.force, axis=0)
    spread_s = 1.4826 * float(np.median(np.abs(some.swing_time_s - usual_s)))

    def pace(one: Swings) -> FloatArray:
        return np.clip((one.swing_time_s - usual_s) / max(spread_s, _LEAST_SPREAD_S), -4.0, 4.0)[:, None]

    far = 3.0 * 1.4826 * np.median(np.abs(away), axis=0)
    of_reference = pace(some)
    slope = (of_reference * np.clip(away, -far, far)).sum(axis=0) / ((of_reference**2).sum() + _PACE_WORTH)
    return swings.force - pace(swings) * slope, pool.force - pace(pool) * slope


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
    found = _Found(*(np.zeros(count) for _ in _Found._fields))
    for rows, reference, alike in _groups(swings.kind, pool.kind, clear, config.fewest_clear):
        chosen = _spread(reference)
        stretched = 1.0 if alike else _OTHER_KIND
        force = usual_course(pool.force[chosen], touches.force, FORCE, swing_s)
        roughness = usual_course(pool.roughness[chosen], touches.roughness, ROUGHNESS, swing_s)
        for begin in range(0, len(rows), _BLOCK):
            part = rows[begin : begin + _BLOCK]
            slowed = _calmed(match(swings.force[part], force), alike) / stretched
            shaken = match(swings.roughness[part], roughness) / stretched if rough else 0.0 * slowed
            score = config.force_weight * slowed + config.vibration_weight * shaken
            # that it touched shows best in the force, where it did in the roughness
            best, row = (slowed + _PLACE_WEIGHT * shaken).argmax(axis=1), np.arange(len(part))
            lowness = _lowness(swings.low_m[part], pool.low_m[chosen])
            aside = _pushed_aside(swings.part(part), force.middle, pool.sideways[chosen], touches, best, swing_s)
            found.score[part] = score.max(axis=1) + config.clearance_weight * lowness - config.brush_weight * aside
            found.force[part], found.roughness[part] = slowed[row, best], shaken[row, best]
            start, end = touches.start_frac[best], touches.start_frac[best] + touches.length_s[best] / swing_s
            if rough:
                start, end = _extent(swings.roughness[part], roughness, touches, best, swing_s)
            found.start_frac[part], found.end_frac[part] = start, end
    return found


def _extent(
    courses: FloatArray, usual: Usual, touches: Touches, best: IntArray, swing_s: float
) -> tuple[FloatArray, FloatArray]:
    """Begin and end (k,) in swing: the touch's own, or farther where the foot was rough without a break."""
    start, length = touches.start_frac[best], touches.length_s[best] / swing_s
    middle = (start + 0.5 * length)[:, None]
    own = np.abs(SWING_FRAC - middle) <= 0.5 * length[:, None]
    peak = np.where(own, courses, -np.inf).max(axis=1)[:, None]
    calm = courses < np.maximum(usual.middle + _ROUGH_SD * usual.sd, peak + np.log(_ROUGH_SHARE))
    before = np.where(calm & (middle > SWING_FRAC), SWING_FRAC, 0.0).max(axis=1)
    after = np.where(calm & (middle <= SWING_FRAC), SWING_FRAC, 1.0).min(axis=1)
    blurred = _BLUR_S / swing_s  # roughness is a mean over that much to either side
    return np.minimum(start, before + blurred), np.maximum(start + length, np.minimum(after, _LANDING) - blurred)


def _pushed_aside(
    swings: Swings, usual: FloatArray, sideways: FloatArray, touches: Touches, best: IntArray, swing_s: float
) -> FloatArray:
    """How many times (k,) the push aside during the touch is greater than the forward force there; 0 if it is not.

    ``usual`` (48,) forward force and ``sideways`` (m, 48) of the reference.
    """
    half = 0.5 * touches.length_s[best] / swing_s
    inside = np.abs(SWING_FRAC - (touches.start_frac[best] + half)[:, None]) <= half[:, None] + _PLACE_FRAC
    middle = np.median(sideways, axis=0)
    sd = np.maximum(1.4826 * np.median(np.abs(sideways - middle), axis=0), _LEAST_SIDEWAYS_SD_MPS2)
    push = np.where(inside, np.abs(swings.sideways - middle), 0.0).max(axis=1)
    held = np.where(inside, np.abs(swings.force - usual), 0.0).max(axis=1)
    pushed = push > _BRUSH_SD * np.where(inside, sd, 0.0).max(axis=1)
    return np.asarray(np.where(pushed, np.clip(push / np.maximum(held, 1e-3) - 1.0, 0.0, _MOST_OVER), 0.0))


def _calmed(found: FloatArray, alike: bool) -> FloatArray:
    """The signs (k, t) of strides that are odd all over, made less, the more so without their like to compare."""
    # neighbors say the same: every third touch is enough
    odd = np.median(np.abs(found[:, ::3]), axis=1) / _MEDIAN_AWAY
    return np.asarray(found / np.maximum(1.0, odd)[:, None] ** (_ODD if alike else _ODD_OTHER_KIND))


def _lowness(low_m: FloatArray, usual_m: FloatArray) -> FloatArray:
    """How far (k,) the toe was below the reference's usual, in sd, within limits."""
    middle = np.median(usual_m)
    sd = max(1.4826 * float(np.median(np.abs(usual_m - middle))), _LEAST_LOW_SD_M)
    return np.clip((middle - low_m) / sd, -_MOST_LOWNESS, _MOST_LOWNESS)


def _groups(
    kind: NDArray[np.str_], pool_kind: NDArray[np.str_], clear: BoolArray, fewest: int
) -> Iterator[tuple[IntArray, IntArray, bool]]:
    """Rows of each kind of stride, the reference's rows for them, and whether those are of the same kind."""
    straight = np.flatnonzero(clear & (pool_kind == "straight"))
    common = straight if len(straight) >= fewest else np.flatnonzero(clear)
    for name in np.unique(kind):
        alike = np.flatnonzero(clear & (pool_kind == name))
        enough = len(alike) >= fewest
        yield np.flatnonzero(kind == name), alike if enough else common, enough
