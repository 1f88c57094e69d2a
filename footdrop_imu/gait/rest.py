"""How much a foot moves, and the moments between two movements when it moves least."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from footdrop_imu.gait.middle import middle_vector
from footdrop_imu.gait.signal import Samples3, pieces
from footdrop_imu.schema import GRAVITY_MPS2, BoolArray, FloatArray, IntArray

__all__ = ["RestConfig", "Rests", "find_lulls", "find_rests", "motion_intensity", "moving_mean", "run_sums"]

_FEW = 500  # rests looked at together


@dataclass(frozen=True)
class RestConfig:
    """What counts as a foot at rest.

    The limits are in units of motion intensity (``motion_intensity``): 1 is an acceleration of 1 m/s² beside
    gravity, or a rate of 0.5 rad/s. Hand-checked stances of healthy walks have a median least intensity of 0.7
    and a 99th percentile of 2.0; the swing's least is above 1.7 in 99 of 100.
    """

    window_s: float = 0.06
    """Length of the detector's window."""
    quiet_factor: float = 3.0
    """The quiet run around a rest reaches to this multiple of its least intensity ..."""
    quiet_floor: float = 0.3
    """... or to this intensity, whichever is more."""
    half_run_s: float = 0.15
    """The quiet run used for gravity reaches at most so far to either side."""
    center_reach_s: float = 0.8
    """A rest is put into the middle of its quiet run as far as that reaches to either side: a longer run is standing,
    and with a shorter reach the rests of slow walks jump about."""
    standing_s: float = 1.0
    """A quiet run of this length is standing: the stride before it and the one after it get a rest of their own."""
    standing_intensity: float = 0.6
    """Below it a foot stands."""
    standing_margin_s: float = 0.25
    """How far inside a standing phase its two rests lie."""
    reach_s: float = 1.5
    """How far before the first and after the last movement a rest is looked for."""


class Rests(NamedTuple):
    """Moments of least motion in time order, with the quiet run around each (half-open).

    ``standing_after`` (k,) is True where the foot stands from this rest to the next one.
    """

    sample: IntArray
    run_start: IntArray
    run_end: IntArray
    intensity: FloatArray
    standing_after: BoolArray

    def part(self, first: int, last: int) -> "Rests":
        """Rests first to last, both included."""
        return self.only(slice(first, last + 1))

    def only(self, keep: slice | BoolArray) -> "Rests":
        """Some of the rests."""
        return Rests(
            self.sample[keep],
            self.run_start[keep],
            self.run_end[keep],
            self.intensity[keep],
            self.standing_after[keep],
        )


def moving_mean(values: FloatArray, width: int) -> FloatArray:
    """Centered mean of (n,) over ``width`` samples (made odd), over what there is at the ends."""
    width = min(max(1, width) | 1, (len(values) - 1) // 2 * 2 + 1)
    half = width // 2
    # sums of what is left of the mean stay small: nothing is lost to rounding in a long recording
    middle = float(values.mean())
    total = np.zeros(len(values) + 1)
    np.subtract(values, middle, out=total[1:])
    np.cumsum(total[1:], out=total[1:])
    out = np.empty(len(values))
    central = out[half : len(values) - half]
    np.subtract(total[width:], total[: len(total) - width], out=central)
    central /= width
    fewer = np.arange(half + 1, width)
    out[:half] = total[half + 1 : width] / fewer
    out[len(values) - half :] = (total[-1] - total[len(total) - width : len(total) - half - 1]) / fewer[::-1]
    out += middle
    return out


def motion_intensity(acc: Samples3, gyr: Samples3, rate_hz: float, config: RestConfig | None = None) -> FloatArray:
    """How far a foot is from rest, sample by sample, whatever the mounting.

    Parameters
    ----------
    acc, gyr
        (n, 3) m/s² and rad/s, sensor axes.
    rate_hz
        Sample rate.
    config
        The window.

    Returns
    -------
    (n,) root of the window's mean of |acc - gravity along the mean acc|² / (1 m/s²)² + |gyr|² / (0.5 rad/s)².

    Notes
    -----
    The SHOE statistic (Skog et al. 2010, doi:10.1109/TBME.2010.2060723) with fixed weights, as a root, so that
    it grows with speed and is easily read.
    """
    config = config or RestConfig()
    width = max(3, round(config.window_s * rate_hz))
    out = np.empty(len(acc))
    for piece, own, within in pieces(len(acc), width):
        force, rate = acc[piece], gyr[piece]
        direction = np.sqrt(sum(moving_mean(force[:, axis], width) ** 2 for axis in range(3)))
        energy = moving_mean(np.einsum("ni,ni->n", force, force) + 4.0 * np.einsum("ni,ni->n", rate, rate), width)
        squared = (energy - 2.0 * GRAVITY_MPS2 * direction + GRAVITY_MPS2**2)[within]
        np.sqrt(np.maximum(squared, 0.0), out=out[own])
    return out


def find_rests(
    intensity: FloatArray, humps: IntArray, rate_hz: float, config: RestConfig | None = None
) -> tuple[Rests, IntArray]:
    """Find the foot-flats between movements, before the first and after the last.

    Parameters
    ----------
    intensity
        (n,) from ``motion_intensity``.
    humps
        (m,) indices of movements, at least one.
    rate_hz
        Sample rate.
    config
        Limits.

    Returns
    -------
    rests
        At least m + 1 rests; two where the foot stands between two movements.
    hump_interval
        (m,) the rest that each movement follows: movement j lies between rests hump_interval[j] and
        hump_interval[j] + 1.
    """
    config = config or RestConfig()
    count = len(intensity)
    reach = round(config.reach_s * rate_hz)
    edges = np.concatenate(([max(0, humps[0] - reach)], humps, [min(count - 1, humps[-1] + reach)]))
    width = round(config.standing_s * rate_hz)
    margin = round(config.standing_margin_s * rate_hz)
    still_start, still_end = _runs(intensity < config.standing_intensity)
    long = still_end - still_start >= width
    still_start, still_end = still_start[long], still_end[long]

    index: list[int] = []
    standing: list[bool] = []
    beside: list[bool] = []  # a rest beside standing is where it should be
    hump_interval: list[int] = []
    firsts = np.searchsorted(still_end, edges[:-1], "right").tolist()
    lasts = np.searchsorted(still_start, edges[1:], "left").tolist()
    for gap, ((left, right), first, last) in enumerate(zip(pairwise(edges.tolist()), firsts, lasts, strict=True)):
        if last > first:  # standing: leave it last before the next movement, enter it first after the one before
            enter = int(max(still_start[first], left)) + margin
            leave = int(min(still_end[last - 1], right)) - margin
            if 0 < gap < len(edges) - 2:
                index.append(enter)
                standing.append(True)
                beside.append(True)
            index.append(leave if gap < len(edges) - 2 else enter)
        else:
            index.append(int(left + intensity[left : right + 1].argmin()))
        standing.append(False)
        beside.append(bool(last > first))
        hump_interval.append(len(index) - 1)
    rest = np.asarray(index, dtype=np.int64)
    # least motion is anywhere in a quiet run: its middle does not jump about in it from stride to stride
    least = intensity[rest]
    low, high = _quiet_runs(intensity, rest, least, round(config.center_reach_s * rate_hz), config)
    middle = np.where(beside, rest, (low + high - 1) // 2)
    # a quiet run that goes on through a small movement has one middle for two rests: these stay where they were
    met = np.diff(middle) <= 0
    rest = np.where(np.append(met, False) | np.append(False, met), rest, middle)
    run_start, run_end = _quiet_runs(intensity, rest, least, round(config.half_run_s * rate_hz), config)
    rests = Rests(rest, run_start, run_end, intensity[rest], np.asarray(standing))
    return rests, np.asarray(hump_interval[:-1], dtype=np.int64)


def find_lulls(acc: Samples3, rests: Rests, movements: IntArray, within_deg: float) -> BoolArray:
    """Rests (k,) that part one movement in two: a lull of a foot that does not lie flat."""
    sums = []
    for k in range(0, len(rests.sample), _FEW):
        some = rests.only(slice(k, k + _FEW))
        first = int(some.run_start.min())
        piece = acc[first : int(some.run_end.max())]
        sums.append(run_sums(piece, some.run_start - first, some.run_end - first))
    up = np.concatenate(sums)
    up /= np.linalg.norm(up, axis=1)[:, None]
    usual = middle_vector(up)
    lull = up @ usual < np.cos(np.radians(within_deg)) * np.linalg.norm(usual)
    between = movements[1:][np.diff(movements) == 1]  # one rest and no standing between two movements
    return np.asarray(lull & np.isin(np.arange(len(lull)), between))


def run_sums(values: FloatArray, start: IntArray, end: IntArray) -> FloatArray:
    """Sum of (n, ...) over each run (k, ...), half-open and not empty."""
    last = len(values) - 1
    edges = np.minimum(np.stack((start, end), axis=1), last).ravel()
    sums = np.add.reduceat(values, edges, axis=0)[::2]
    # an edge cannot lie behind the last sample: what it leaves out is added
    sums[(end > last) & (start < last)] += values[last]
    return np.asarray(sums)


def _runs(mask: BoolArray) -> tuple[IntArray, IntArray]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return edges[::2].astype(np.int64), edges[1::2].astype(np.int64)


def _quiet_runs(
    intensity: FloatArray, rest: IntArray, least: FloatArray, half: int, config: RestConfig
) -> tuple[IntArray, IntArray]:
    if len(rest) > _FEW:  # the surroundings of all rests at once would be half the recording again
        parts = [
            _quiet_runs(intensity, rest[k : k + _FEW], least[k : k + _FEW], half, config)
            for k in range(0, len(rest), _FEW)
        ]
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    offsets = np.arange(-half, half + 1)
    rows = rest[:, None] + offsets
    inside = (rows >= 0) & (rows < len(intensity))
    around = intensity[np.clip(rows, 0, len(intensity) - 1)]
    limit = np.maximum(config.quiet_factor * least, config.quiet_floor)
    loud = ~inside | (around > limit[:, None])
    loud[:, half] = False
    before = np.argmax(loud[:, half::-1], axis=1)
    after = np.argmax(loud[:, half:], axis=1)
    before = np.where(loud[:, : half + 1].any(axis=1), before - 1, half)
    after = np.where(loud[:, half:].any(axis=1), after - 1, half)
    return rest - before, rest + after + 1
