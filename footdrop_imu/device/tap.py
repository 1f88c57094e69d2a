"""Two sensors tapped together: the common shock shows how far apart their clocks are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.schema import GRAVITY_MPS2, BoolArray, FloatArray, SensorStream, Session

__all__ = ["TapConfig", "TapOffset", "align_by_tap", "align_session_by_tap", "tap_offset"]

_STEP_S = 0.0005  # of the correlation; a parabola refines it
_LEAST_SHARE = 0.1  # of a sample: sd over simulated taps that look alike
_SHARE = 0.6  # … and that do not


@dataclass(frozen=True)
class TapConfig:
    """What a tap is, and when it is clear."""

    shock_mps2: float = 5.0
    """The magnitude of acceleration must leave gravity by so much."""
    quiet_mps2: float = 1.5
    """… and stay within this before: sensors held together are still, a foot that walks is not."""
    quiet_s: float = 0.4
    """For so long before the shock."""
    longest_s: float = 0.25
    """How far apart the clocks may be."""
    before_s: float = 0.1
    """What is compared begins so long before the shock …"""
    after_s: float = 0.8
    """… and ends so long after it: a second tap is welcome."""
    least_alike: float = 0.6
    """Correlation below which the two did not feel the same shock."""
    rival_share: float = 0.9
    """Another offset that is so nearly as good leaves open which it is …"""
    rival_s: float = 0.03
    """… if it is at least so far away."""
    apart_s: float = 60.0
    """Two taps tell the drift if they are so far apart."""
    largest_drift: float = 5e-4
    """No two clocks of this kind drift apart faster."""


class TapOffset(NamedTuple):
    """What the taps show of the second sensor's clock against the first's.

    ``offset_s`` is how much later its clock has the first tap, ``offset_sd_s`` its standard uncertainty; ``drift`` how
    much faster it runs, 0 with ``drift_sd`` NaN where there is one tap. ``taps_s``: when, on the first one's clock.
    """

    offset_s: float
    offset_sd_s: float
    drift: float
    drift_sd: float
    taps_s: tuple[float, ...]


def tap_offset(first: SensorStream, second: SensorStream, config: TapConfig | None = None) -> TapOffset:
    """Find the taps that two sensors felt together, at the beginning and, where there is one, at the end.

    Parameters
    ----------
    first, second
        Acceleration streams with a counter, on one clock within ``longest_s``.
    config
        Limits.

    Returns
    -------
    TapOffset

    Raises
    ------
    SignalError
        wrong_shape: no acceleration with a counter; no_fit: no tap that both felt, one that does not look alike in
        both or fits at several offsets, or two that contradict each other.

    Notes
    -----
    A tap is a shock in both magnitudes of acceleration, whose directions do not matter, out of stillness in both. The
    offset is where the two courses correlate best, to a part of a sample.
    """
    config = config or TapConfig()
    one, other = _Course(first), _Course(second)
    taps = _common_shocks(one, other, config)
    if not taps:
        raise SignalError(
            SignalReason.NO_FIT,
            f"Found no tap that the sensors of the {_place(first)} and the {_place(second)} felt together, expected a "
            f"shock of {config.shock_mps2:g} m/s² in both within {config.longest_s:g} s, after {config.quiet_s:g} s of "
            "stillness. Hold both sensors together, keep still, and tap them on a table.",
        )
    offset_s, sd_s = _offset_at(one, other, taps[0], config)
    if taps[-1] - taps[0] < config.apart_s:
        return TapOffset(offset_s, sd_s, 0.0, float("nan"), (taps[0],))
    last_s, last_sd_s = _offset_at(one, other, taps[-1], config)
    between_s = taps[-1] - taps[0]
    drift, drift_sd = (last_s - offset_s) / between_s, float(np.hypot(sd_s, last_sd_s)) / between_s
    if abs(drift) > config.largest_drift + 3.0 * drift_sd:
        raise SignalError(
            SignalReason.NO_FIT,
            f"The taps at {taps[0]:.1f} s and {taps[-1]:.1f} s show clocks that drift apart by {1e6 * drift:.0f} ppm, "
            f"expected less than {1e6 * config.largest_drift:.0f} ppm. One of them is no common tap; leave it out.",
        )
    return TapOffset(offset_s, sd_s, drift, drift_sd, (taps[0], taps[-1]))


def align_by_tap(stream: SensorStream, tap: TapOffset) -> SensorStream:
    """Put a stream of the second sensor on the first one's clock."""
    rate_hz = stream.rate_hz
    since_s = stream.clock_offset_s - tap.offset_s - tap.taps_s[0]
    return replace(
        stream,
        clock_offset_s=tap.taps_s[0] + since_s * (1.0 - tap.drift),
        rate_hz=None if rate_hz is None else rate_hz / (1.0 - tap.drift),
    )


def align_session_by_tap(session: Session, config: TapConfig | None = None) -> Session:
    """Put all sensors of a session on the clock of the first one's; a note for each says by how much, or why not."""
    courses = {one.segment: one for one in session.streams if one.quantity == "acceleration"}
    if len(courses) < 2:
        return replace(session, notes=(*session.notes, "Tap: there is one sensor, so nothing was aligned."))
    first, *others = courses.values()
    found: dict[str, TapOffset] = {}
    notes = []
    for other in others:
        place = _place(other).capitalize()
        try:
            tap = tap_offset(first, other, config)
        except SignalError as error:
            notes.append(f"{place}: not aligned by a tap. {error.message}")
            continue
        found[other.segment] = tap
        times = " and ".join(f"{at_s:.1f} s" for at_s in tap.taps_s)
        drift = f", drifting {1e6 * tap.drift:+.0f} ± {1e6 * tap.drift_sd:.0f} ppm" if len(tap.taps_s) > 1 else ""
        notes.append(
            f"{place}: aligned with the {_place(first)} by the tap at {times}; its times were "
            f"{1000.0 * tap.offset_s:+.1f} ± {1000.0 * tap.offset_sd_s:.1f} ms off{drift}."
        )
    streams = tuple(align_by_tap(one, found[one.segment]) if one.segment in found else one for one in session.streams)
    return replace(session, streams=streams, notes=(*session.notes, *notes))


def _place(stream: SensorStream) -> str:
    return stream.segment.replace("_", " ")


class _Course:
    """Magnitude of acceleration without gravity, over time."""

    def __init__(self, stream: SensorStream) -> None:
        if stream.quantity != "acceleration" or stream.counter is None or not stream.rate_hz:
            raise SignalError(
                SignalReason.WRONG_SHAPE,
                f"Found {stream.quantity} of the {stream.segment}, expected acceleration with a counter and a rate.",
            )
        self.period_s = 1.0 / stream.rate_hz
        self.time_s: FloatArray = stream.clock_offset_s + stream.counter.astype(np.float64) * self.period_s
        self.above: FloatArray = np.sqrt((stream.values**2).sum(axis=1)) - GRAVITY_MPS2

    def shocks(self, config: TapConfig) -> FloatArray:
        """When a shock begins out of stillness."""
        strong: BoolArray = np.abs(self.above) > config.quiet_mps2
        loud = np.concatenate(([0], np.cumsum(strong)))
        window = max(round(config.quiet_s / self.period_s), 1)
        begins = np.flatnonzero(strong[1:] & ~strong[:-1]) + 1
        begins = begins[begins >= window]
        begins = begins[loud[begins] == loud[begins - window]]
        # the shock itself follows within some samples
        ahead = max(round(0.05 / self.period_s), 1)
        peak = [float(np.abs(self.above[at : at + ahead]).max()) for at in begins]
        return np.asarray(self.time_s[begins[np.array(peak) >= config.shock_mps2]] if len(begins) else np.zeros(0))

    def on(self, time_s: FloatArray) -> FloatArray:
        """The course at other times, linear."""
        return np.asarray(np.interp(time_s, self.time_s, self.above))


def _common_shocks(one: _Course, other: _Course, config: TapConfig) -> list[float]:
    """Times on the first one's clock, those of one series of taps once."""
    mine, theirs = one.shocks(config), other.shocks(config)
    if not len(mine) or not len(theirs):
        return []
    nearest = np.abs(theirs[:, None] - mine[None, :]).min(axis=0)
    common = [float(at) for at in mine[nearest <= config.longest_s]]
    apart = [later for earlier, later in pairwise(common) if later - earlier > config.after_s]
    return common[:1] + apart


def _offset_at(one: _Course, other: _Course, tap_s: float, config: TapConfig) -> tuple[float, float]:
    """Offset at a tap and its standard uncertainty, by the correlation of the two courses."""
    steps = round(config.longest_s / _STEP_S)
    time_s = tap_s + np.arange(-config.before_s, config.after_s, _STEP_S)
    wide_s = time_s[0] + _STEP_S * np.arange(-steps, len(time_s) + steps)
    course, wide = one.on(time_s), other.on(wide_s)
    power = np.concatenate(([0.0], np.cumsum(wide**2)))
    power = power[len(course) :] - power[: len(power) - len(course)]
    alike = np.correlate(wide, course, "valid") / np.sqrt(np.maximum(power, 1e-12) * float(course @ course))
    best = int(alike.argmax())
    reached = float(alike[best])
    far = np.abs(np.arange(len(alike)) - best) * _STEP_S > config.rival_s
    rival = float(alike[far].max(initial=0.0))
    if reached < config.least_alike or rival > config.rival_share * reached or not 0 < best < len(alike) - 1:
        raise SignalError(
            SignalReason.NO_FIT,
            f"The shock at {tap_s:.1f} s is not clear: the two sensors' courses agree to {reached:.0%}, at another "
            f"offset to {rival:.0%}; expected {config.least_alike:.0%} at one offset alone. Tap both sensors once, "
            "held together, on something hard.",
        )
    left, middle, right = alike[best - 1 : best + 2]
    bend = left - 2.0 * middle + right
    part = 0.5 * (left - right) / bend if bend < 0.0 else 0.0
    period_s = max(one.period_s, other.period_s)
    # a shock is shorter than a sample: what correlates less well was caught at another phase
    sd_s = period_s * float(np.sqrt(_LEAST_SHARE**2 + (_SHARE * np.sqrt(1.0 - min(reached, 1.0) ** 2)) ** 2))
    return (best - steps + float(part)) * _STEP_S, sd_s
