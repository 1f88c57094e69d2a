"""Toes that drag: when in swing, for how long, and what the floor's friction does to the foot's way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.schema import BoolArray, FloatArray, IntArray
from footdrop_imu.simulate.leg import smooth
from footdrop_imu.simulate.spline import bridge

__all__ = ["DRAG_KINDS", "Drags", "DrawnDrags", "drag_kinds", "draw_drags", "slowed", "toe_drags"]

DRAG_KINDS: Final = ("initial", "mid", "terminal", "throughout")
LATEST_FRAC: Final = 0.85
"""Of swing; after it the foot must come up to its landing."""
_FINE = 400  # instants at which friction is integrated; a multiple of the swing's spline intervals
_ONSET_S = 0.02  # friction builds up and ends within this
_ANSWER_S = 0.1  # the leg answers after this: a longer drag is pulled through (a reflex takes 50 to 120 ms)
_PULL_MPS2 = 80.0  # greatest forward acceleration with which a foot makes up for what it lost


@dataclass(frozen=True)
class Drags:
    """Toe drags of one foot: which swings, and what each is like.

    Parameters
    ----------
    share_frac
        Of swings; 1 = every one.
    start_frac, time_s
        When in swing the toe meets the floor (0 = it never left it), and how long it stays there, at most to 0.85
        of swing.
    friction_mps2
        Deceleration of the foot while it drags, for at most 0.1 s; then the leg pulls it through and makes up for
        the way lost, so that it lands where it would have. Less where the toe would come to a stop.
    roughness_mps2
        Vibration at the sensor on a hard floor, root mean square of each axis, while the toe drags.
    vary_frac
        Standard deviation from drag to drag of time, friction and roughness.
    clear_m
        No drags before this distance has been walked.
    growth_m
        From there the share grows evenly over this distance; 0 = at once.
    """

    share_frac: float = 0.0
    start_frac: float = 0.35
    time_s: float = 0.07
    friction_mps2: float = 10.0
    roughness_mps2: float = 6.0
    vary_frac: float = 0.0
    clear_m: float = 0.0
    growth_m: float = 0.0

    def __post_init__(self) -> None:
        bounds = {
            "share_frac": (0.0, 1.0),
            "start_frac": (0.0, 0.8),
            "time_s": (0.02, 10.0),
            "friction_mps2": (0.0, 100.0),
            "roughness_mps2": (0.0, 100.0),
            "vary_frac": (0.0, 0.5),
            "clear_m": (0.0, 1e6),
            "growth_m": (0.0, 1e6),
        }
        for name, (low, high) in bounds.items():
            if not low <= getattr(self, name) <= high:
                raise SchemaError(
                    SchemaReason.WRONG_VALUE, f"{name} is {getattr(self, name)}; a toe drag needs {low} to {high}."
                )


@dataclass(frozen=True)
class DrawnDrags:
    """The drags of n swings, each (n,); ``on`` says which swings drag, the rest counts only there."""

    on: BoolArray
    start_frac: FloatArray
    end_frac: FloatArray
    friction_mps2: FloatArray
    roughness_mps2: FloatArray

    def of(self, rows: IntArray | slice) -> DrawnDrags:
        """Those of some swings."""
        return DrawnDrags(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def toe_drags(kind: str = "mid", share_frac: float = 1.0, time_s: float = 0.07) -> Drags:
    """Drags of one kind.

    Parameters
    ----------
    kind
        initial: contact goes on after toe off; mid; terminal; throughout (whatever ``time_s``).
    share_frac
        Of swings.
    time_s
        How long the toe is on the floor.
    """
    if kind not in DRAG_KINDS:
        raise SchemaError(SchemaReason.WRONG_VALUE, f"kind is {kind!r}; use one of {', '.join(DRAG_KINDS)}.")
    start = {"initial": 0.0, "mid": 0.35, "terminal": 0.62, "throughout": 0.0}[kind]
    return Drags(share_frac, start, 10.0 if kind == "throughout" else time_s)


def draw_drags(
    drags: Drags, chance: FloatArray, rng: np.random.Generator, way_m: FloatArray, swing_s: FloatArray
) -> DrawnDrags:
    """Which of n swings drag, and how.

    Parameters
    ----------
    drags
        What they are like.
    chance
        (n,) uniform in 0 to 1: a swing drags where it is below the share.
    rng
        Source of the variation from drag to drag.
    way_m, swing_s
        (n,) distance walked before each swing, and how long it lasts.
    """
    n = len(chance)
    share = drags.share_frac * np.clip((way_m - drags.clear_m) / max(drags.growth_m, 1e-9), 0.0, 1.0)
    if drags.clear_m == drags.growth_m == 0.0:
        share = np.full(n, drags.share_frac)
    on = chance < share
    scatter = 1.0 + drags.vary_frac * np.clip(rng.standard_normal((3, n)), -1.9, 1.9)
    end = np.minimum(drags.start_frac + drags.time_s * scatter[0] / swing_s, LATEST_FRAC)
    return DrawnDrags(
        on=on,
        start_frac=np.full(n, drags.start_frac),
        end_frac=end,
        friction_mps2=np.where(on, drags.friction_mps2 * scatter[1], 0.0),
        roughness_mps2=np.where(on, drags.roughness_mps2 * scatter[2], 0.0),
    )


def drag_kinds(drags: DrawnDrags) -> list[str | None]:
    """Kind of each swing's drag, None without one.

    throughout: at least half of swing; else initial: begun in its first 0.15; else terminal: its middle at 0.65 of
    swing or later; else mid.
    """
    start, end = drags.start_frac, drags.end_frac
    kinds = np.select(
        [end - start >= 0.5, start < 0.15, start + end >= 1.3], ["throughout", "initial", "terminal"], "mid"
    )
    return [str(kind) if on else None for kind, on in zip(kinds, drags.on, strict=True)]


def slowed(drags: DrawnDrags, swing_s: FloatArray, toe_mps: FloatArray) -> FloatArray:
    """What friction changes in the foot's way.

    Parameters
    ----------
    drags
        Of n swings, all of which drag.
    swing_s
        (n,).
    toe_mps
        (n, m) forward speed of the toe without friction, at m even places from toe off to contact; m - 1 divides
        400.

    Returns
    -------
    ndarray (n, m)
        m, forward, negative while the foot is late; at both ends zero with two derivatives.
    """
    fine, step = np.linspace(0.0, 1.0, _FINE + 1), (swing_s / _FINE)[:, None]
    time, begin = fine * swing_s[:, None], (drags.start_frac * swing_s)[:, None]
    length = np.minimum((drags.end_frac - drags.start_frac) * swing_s, _ANSWER_S)[:, None]
    length = np.ceil(length / step) * step  # ends on the grid, where the leg takes over
    ramp = np.minimum(_ONSET_S, 0.4 * length)
    pulse = smooth((time - begin) / ramp) * smooth((begin + length - time) / ramp)
    speed = -_summed(pulse) * step
    way = _summed(speed) * step

    last = np.minimum(np.round((begin + length) / step).astype(np.int64), _FINE - 1)
    left = (np.take_along_axis(way, last, 1), np.take_along_axis(speed, last, 1))
    rest = swing_s - step[:, 0] * last[:, 0]
    there = np.stack([left[0][:, 0], left[1][:, 0], np.zeros(len(rest))])
    pull = bridge(there, np.zeros_like(there), rest)
    since = np.maximum(time - step * last, 0.0)
    made_up, bend = np.zeros_like(time), np.zeros_like(time)
    for k in range(6):
        power = 5 - k
        made_up = made_up * since + pull[k][:, None]
        if power >= 2:
            bend = bend * since + power * (power - 1) * pull[k][:, None]
    later = np.arange(_FINE + 1) > last
    way = np.where(later, made_up, way)

    every = _FINE // (toe_mps.shape[1] - 1)
    lost = np.where(later, 0.0, -speed)[:, ::every]
    stops = np.where(lost > 1e-6, 0.8 * np.maximum(toe_mps, 0.0) / np.maximum(lost, 1e-6), np.inf).min(axis=1)
    tires = _PULL_MPS2 / np.maximum(np.abs(np.where(later, bend, 0.0)).max(axis=1), 1e-9)
    strength = np.minimum(drags.friction_mps2, np.minimum(stops, tires))
    return np.asarray(strength[:, None] * way[:, ::every])


def _summed(values: FloatArray) -> FloatArray:
    """Running integral (n, m) by the trapezoidal rule, in steps of 1."""
    total = np.zeros_like(values)
    np.cumsum(0.5 * (values[:, 1:] + values[:, :-1]), axis=1, out=total[:, 1:])
    return total
