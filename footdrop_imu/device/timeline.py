"""When each sample was taken: a sensor's frames on one even grid on the host's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.device.by_arrival import FAR
from footdrop_imu.device.clock_format import ClockFormat
from footdrop_imu.device.clock_line import level_stretches
from footdrop_imu.device.envelope import Curve, at, earliest, fit_curve, phase_left_open
from footdrop_imu.device.numbering import out_of_line, repeated_frames, repeated_packets
from footdrop_imu.device.packets import Frames
from footdrop_imu.device.pieces import LINK, PACKETS, RESET, Way, number_frames
from footdrop_imu.device.shared_clock import share_clock
from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.schema import BoolArray, FloatArray, IntArray, SensorStream, SensorTraits

__all__ = ["Gaps", "Timeline", "make_timeline", "make_timelines", "to_streams"]

_CAUSES = {PACKETS: "packets", LINK: "link", RESET: "reset"}
_LEVEL_S = 2.0
_BEND = 3e-4  # relative change of rate over a recording: a sensor's oscillator that warms up
_CRYSTAL_BEND = 3e-5


class Gaps(NamedTuple):
    """Where samples are missing: the first missing counter (g,), how many (g,), and why (g,).

    Causes: "packets" (lost on the way), "link" (the connection was lost), "reset" (the sensor was restarted).
    """

    start: IntArray
    length: IntArray
    cause: NDArray[np.str_]


@dataclass(frozen=True)
class Timeline:
    """When each kept sample was taken: ``first_s`` + ``counter`` / ``rate_hz`` on the host's clock.

    ``counter`` (m,) int64 from 0, strictly increasing, with holes where samples are missing; ``keep`` (n,) marks the
    samples that have one. ``rate_hz``: the sensor's true rate on the host's clock. ``residual_s``: standard
    uncertainty of these times, beside a constant delay that all sensors of a kind share; ``residual_note`` says what
    it rests on. ``numbered_by``: "sequence", "device time" or "arrival"; by arrival ``lost_count`` is an estimate.
    ``repeated_count``: samples that came again; ``unplaced_count``: samples left out because their counter was damaged
    or, by arrival, because nothing says whether they came before or after a loss; ``slip_count``: places of the grid
    left empty because the sensor's clock slowed down. ``notes`` are sentences for the user.
    """

    counter: IntArray
    keep: BoolArray
    rate_hz: float
    first_s: float
    residual_s: float
    residual_note: str
    numbered_by: str
    lost_count: int
    repeated_count: int
    unplaced_count: int
    reset_count: int
    slip_count: int
    gaps: Gaps
    notes: tuple[str, ...] = ()

    @property
    def lost_is_estimate(self) -> bool:
        """Whether losses were inferred from times of arrival."""
        return self.numbered_by == "arrival"


class _Laid(NamedTuple):
    """Frames kept (f,), numbered by their last sample; ``keep`` of all frames; the rest as ``Numbered`` has it."""

    last: IntArray
    size: IntArray
    arrival_s: FloatArray
    cause: IntArray
    epoch: IntArray
    keep: BoolArray
    lost_count: int
    way: Way
    period_s: float
    period_sd: float
    notes: tuple[str, ...]


class _Grid(NamedTuple):
    counter: IntArray
    rate_hz: float
    first_s: float
    slip_count: int
    residual_s: float
    residual_note: str


def make_timeline(frames: Sequence[Frames], clock: ClockFormat) -> Timeline:
    """Find when each sample was taken.

    Parameters
    ----------
    frames
        All quantities that came in the same frames: same arrival, counter and device time.
    clock
        What these frames say of time.

    Returns
    -------
    Timeline

    Raises
    ------
    SignalError
        too_short: fewer than two frames; rate_disagrees: what came fits no rate near the nominal one.

    Notes
    -----
    Frames that came twice are dropped, and those whose counter does not fit between their neighbors'. The rest are
    numbered by counter, by device time or by arrival (``device.pieces``); the lower envelope of arrival against number
    gives the true rate and the beginning (``device.envelope``). A rate that changes so much that an even grid would be
    off by more than half a sample is followed by leaving a place of the grid empty now and then.
    """
    one = frames[0]
    count = np.diff(one.first)
    if len(count) < 2 or count.min() < 1:
        raise SignalError(
            SignalReason.TOO_SHORT,
            f"Found {len(count)} frames of {one.quantity} with samples, expected at least two. Record longer, or take "
            "the profile of this sensor: it may be another.",
        )
    repeated = _repeated(frames, clock)
    strange = _out_of_line(one, ~repeated, clock)
    laid = _lay(one, ~repeated & ~strange, clock)
    curve = _fitted(laid)
    if laid.way == "arrival":
        laid = _leveled(laid, curve)
        curve = _fitted(laid)
    _refuse_far(1.0 / curve.period_s, clock)
    laid, curve = _settled(laid, curve)
    grid = _grid(laid, curve)
    return Timeline(
        counter=grid.counter,
        keep=np.repeat(laid.keep, count),
        rate_hz=grid.rate_hz,
        first_s=grid.first_s,
        residual_s=grid.residual_s,
        residual_note=grid.residual_note,
        numbered_by=laid.way,
        lost_count=laid.lost_count,
        repeated_count=int(count[repeated].sum()),
        unplaced_count=int(count[~repeated & ~laid.keep].sum()),
        reset_count=int(laid.epoch[-1]),
        slip_count=grid.slip_count,
        gaps=_gaps(grid.counter, laid),
        notes=(*laid.notes, *_strange_note(int(strange.sum())), *_rate_note(1.0 / curve.period_s, clock)),
    )


def make_timelines(frames: Sequence[Frames], clock: ClockFormat) -> list[Timeline]:
    """One timeline for each of these; those that came in the same frames share one, the others their device time."""
    out: list[Timeline | None] = [None] * len(frames)
    for which, one in enumerate(frames):
        if out[which] is None:
            together = [k for k in range(which, len(frames)) if out[k] is None and _same_frames(one, frames[k])]
            timeline = make_timeline([frames[k] for k in together], clock)
            for k in together:
                out[k] = timeline
    return share_clock(frames, [one for one in out if one is not None], clock)


def to_streams(
    segment: str,
    frames: Sequence[Frames],
    timelines: Sequence[Timeline],
    *,
    start_s: float,
    traits: SensorTraits | None = None,
) -> list[SensorStream]:
    """Make a sensor's streams on the host's clock, ``start_s`` (host clock) being the beginning of the recording."""
    return [
        SensorStream(
            segment=segment,
            quantity=one.quantity,
            values=one.values if timeline.keep.all() else one.values[timeline.keep],
            counter=timeline.counter,
            rate_hz=timeline.rate_hz,
            clock_group="host",
            clock_offset_s=timeline.first_s - start_s,
            traits=traits or SensorTraits(),
        )
        for one, timeline in zip(frames, timelines, strict=True)
    ]


def _repeated(frames: Sequence[Frames], clock: ClockFormat) -> BoolArray:
    one = frames[0]
    values = one.values if len(frames) == 1 else np.hstack([each.values for each in frames])
    if one.sequence is not None and clock.sequence_bits is not None:
        return repeated_frames(values, one.first, one.sequence, clock.sequence_bits)
    if one.ticks is not None and clock.tick_s is not None:
        return repeated_frames(values, one.first, one.ticks, clock.tick_bits)
    return repeated_packets(values, one.first, one.arrival_s, one.connection)


def _out_of_line(one: Frames, fresh: BoolArray, clock: ClockFormat) -> BoolArray:
    """Frames (f,) of those that are no repeats whose counter, or else device time, was damaged."""
    out = np.zeros(len(fresh), dtype=bool)
    if one.sequence is not None and clock.sequence_bits is not None:
        out[fresh] = out_of_line(one.sequence[fresh], clock.sequence_bits)
    elif one.ticks is not None and clock.tick_s is not None:
        out[fresh] = out_of_line(one.ticks[fresh], clock.tick_bits)
    return out


def _same_frames(one: Frames, other: Frames) -> bool:
    return one is other or (
        np.array_equal(one.first, other.first)
        and np.array_equal(one.arrival_s, other.arrival_s)
        and _equal(one.sequence, other.sequence)
        and _equal(one.ticks, other.ticks)
    )


def _equal(one: IntArray | None, other: IntArray | None) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))


def _lay(one: Frames, fresh: BoolArray, clock: ClockFormat) -> _Laid:
    """Number the frames that are no repeats, and leave out those whose number nothing tells."""
    size = np.diff(one.first)[fresh]
    arrival_s = np.maximum.accumulate(one.arrival_s[fresh])
    found = number_frames(
        size,
        arrival_s,
        one.connection[fresh],
        None if one.sequence is None or clock.sequence_bits is None else one.sequence[fresh],
        None if one.ticks is None or clock.tick_s is None else one.ticks[fresh],
        clock,
    )
    last, cause, keep = np.cumsum(size + found.lost) - 1, found.cause, fresh.copy()
    at_frame = np.flatnonzero(~found.unsure)
    if len(at_frame) < len(size):
        keep[fresh] = ~found.unsure
        # what is missing before a frame is missing for all that was left out before it, too
        cause = np.maximum.reduceat(cause, np.append(0, at_frame[:-1] + 1))
    return _Laid(
        last=last[at_frame],
        size=size[at_frame],
        arrival_s=arrival_s[at_frame],
        cause=cause,
        epoch=found.epoch[at_frame],
        keep=keep,
        lost_count=int(found.lost.sum()),
        way=found.way,
        period_s=found.period_s,
        period_sd=found.period_sd,
        notes=found.notes,
    )


def _fitted(laid: _Laid) -> Curve:
    return fit_curve(
        laid.last,
        laid.arrival_s,
        laid.epoch,
        period_s=laid.period_s,
        period_sd=laid.period_sd,
        bend_sd=_CRYSTAL_BEND if laid.period_sd < 0.001 else _BEND,
    )


def _leveled(laid: _Laid, curve: Curve) -> _Laid:
    """Move stretches between losses by whole frames to where one even clock shows them, losses told by arrival."""
    frame = int(np.bincount(laid.size).argmax())
    unit_s = frame * curve.period_s
    place = (laid.last - laid.last[0]).astype(np.float64)
    late = (laid.arrival_s - curve.start_s - curve.period_s * place) / unit_s
    block = max(round(_LEVEL_S / unit_s), 1)
    cuts = np.flatnonzero(np.diff(laid.last) - laid.size[1:] >= frame) + 1
    cuts = cuts[np.diff(np.append(cuts, len(place))) >= block]
    if not len(cuts):
        return laid
    edges = np.concatenate(([0], cuts, [len(place)]))
    each = [begin + earliest(late[begin:end], block) for begin, end in pairwise(edges)]
    chosen, stretch = np.concatenate(each), np.repeat(np.arange(len(each)), [len(one) for one in each])
    moves = level_stretches(late[chosen], 2.0 * place[chosen] / place[-1] - 1.0, stretch)
    last = laid.last + frame * np.repeat(moves, np.diff(edges))
    return laid if not moves.any() or np.any(np.diff(last) < laid.size[1:]) else laid._replace(last=last)


def _settled(laid: _Laid, curve: Curve) -> tuple[_Laid, Curve]:
    """Move what came after a restart by whole samples to where the curve of all shows it."""
    shift = np.append(0, np.rint(curve.epoch_s / curve.period_s).astype(np.int64))
    last = laid.last + shift[laid.epoch]
    if not shift.any() or np.any(np.diff(last) < laid.size[1:]):
        return laid, curve
    return laid._replace(last=last), curve._replace(epoch_s=curve.epoch_s - shift[1:] * curve.period_s)


def _grid(laid: _Laid, curve: Curve) -> _Grid:
    """Put the samples on an even grid of host time."""
    size, before = laid.size, int(laid.size[0]) - 1
    within = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    counter = np.repeat(laid.last - laid.last[0] - size + 1, size) + within + before
    place = (laid.last - laid.last[0]).astype(np.float64)
    host_s = at(curve, place)
    bent_s = host_s - curve.start_s - curve.period_s * place
    restart_s = np.append(0.0, curve.epoch_s)
    # the middle of what the bend and the restarts show
    first_s = curve.start_s - curve.period_s * before + 0.5 * float(restart_s.max() + restart_s.min())
    rate_hz, slips, off_s = 1.0 / curve.period_s, 0, 0.5 * float(np.ptp(bent_s))
    if off_s > 0.5 * curve.period_s:
        # on a grid as fast as the sensor ever was, a place stays empty now and then
        sample_s = at(curve, (counter - before).astype(np.float64))
        fastest_s = float((np.diff(sample_s) / np.diff(counter)).min())
        followed = np.floor((sample_s - sample_s[0]) / fastest_s + 0.5 + 1e-6).astype(np.int64)
        slips = int(followed[-1] - counter[-1])
        first_s += float(sample_s[0]) - (curve.start_s - curve.period_s * before)
        counter, rate_hz, off_s = followed, 1.0 / fastest_s, 0.5 * curve.period_s
    else:
        first_s += 0.5 * float(bent_s.max() + bent_s.min())
    late_s = laid.arrival_s - host_s - restart_s[laid.epoch]
    frame_s = float(np.median(size)) * curve.period_s
    parts = {
        "connection events": phase_left_open(late_s, laid.arrival_s, frame_s) / np.sqrt(12.0),
        "earliest arrivals": curve.start_sd_s,
        "change of the sensor's rate": off_s / np.sqrt(3.0),
        "restarts": curve.period_s / np.sqrt(12.0) if laid.epoch[-1] else 0.0,
        "losses told by arrival": 0.5 * frame_s if laid.way == "arrival" and laid.lost_count else 0.0,
    }
    residual_s = float(np.sqrt(sum(value**2 for value in parts.values())))
    said = ", ".join(f"{name} {1000.0 * value:.1f} ms" for name, value in parts.items() if value >= 5e-5)
    return _Grid(counter, rate_hz, first_s, slips, residual_s, said)


def _gaps(counter: IntArray, laid: _Laid) -> Gaps:
    begins = np.cumsum(laid.size) - laid.size
    length = counter[begins[1:]] - counter[begins[1:] - 1] - 1
    missing = np.flatnonzero((length > 0) & (np.diff(laid.last) > laid.size[1:]))
    names = np.array([_CAUSES[code] for code in sorted(_CAUSES)])
    return Gaps(counter[begins[1:] - 1][missing] + 1, length[missing], names[laid.cause[1:][missing]])


def _refuse_far(rate_hz: float, clock: ClockFormat) -> None:
    if not 1.0 / FAR < rate_hz / clock.rate_hz < FAR:
        raise SignalError(
            SignalReason.RATE_DISAGREES,
            f"The frames came as if the sensor took {rate_hz:.1f} samples a second, expected {clock.rate_hz:g}. Check "
            "that the profile is that of this sensor and its firmware.",
        )


def _strange_note(count: int) -> tuple[str, ...]:
    return (
        (f"{count} frames were left out: their counter or time does not fit between their neighbors'.",)
        if count
        else ()
    )


def _rate_note(rate_hz: float, clock: ClockFormat) -> tuple[str, ...]:
    if abs(rate_hz / clock.rate_hz - 1.0) <= clock.rate_tolerance:
        return ()
    return (f"The sensor keeps {rate_hz:.1f} samples a second, expected {clock.rate_hz:g}; its own rate was used.",)
