"""What one sensor sent, as samples with their times; and laid on one even grid, for a look while recording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from footdrop_imu.device.clock_format import ClockFormat
from footdrop_imu.device.decode import decode
from footdrop_imu.device.packets import Frames, Packets
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.timeline import Timeline, make_timelines
from footdrop_imu.errors import DecodeError, DecodeReason
from footdrop_imu.schema import BoolArray, FloatArray

__all__ = ["EvenSamples", "Signals", "decode_sensor", "even_samples"]


class Signals(NamedTuple):
    """A sensor's samples by quantity, each with its times."""

    frames: list[Frames]
    timelines: list[Timeline]


class EvenSamples(NamedTuple):
    """Acceleration and angular rate (n, 3) at even times from ``begin_s`` (host clock); ``lost`` (n,) filled in."""

    acc: FloatArray
    gyr: FloatArray
    lost: BoolArray
    rate_hz: float
    begin_s: float


def decode_sensor(
    profile: Profile, rate_hz: float, packets: Mapping[str, Packets], settings: Mapping[str, float]
) -> Signals:
    """Decode what one sensor sent and find when each sample was taken.

    Parameters
    ----------
    profile, rate_hz
        How it speaks, and how fast it was asked to sample.
    packets
        By characteristic.
    settings
        What it said of itself.

    Raises
    ------
    DecodeError
        Nothing came, or nothing of it is a frame of this profile.
    SignalError
        Fewer than two frames came.
    """
    came = {uuid_: len(one.arrival_s) for uuid_, one in packets.items()}
    if not sum(came.values()):
        raise DecodeError(DecodeReason.NOTHING, "Nothing came from this sensor. Was it switched on and near?")
    if not any(came.get(frame.characteristic) for frame in profile.frames):
        raise DecodeError(
            DecodeReason.NOTHING,
            f"Nothing came where {profile.id} has its samples, but {sum(came.values())} notifications elsewhere. The "
            "profile is of another sensor: choose the right one with --profile.",
        )
    frames = decode(profile, packets, settings)
    clocks = {
        quantity.quantity: ClockFormat(
            rate_hz,
            sequence_bits=None if frame.sequence is None else frame.sequence.bits,
            sequence_counts="frames" if frame.sequence is None else frame.sequence.counts,
            tick_s=None if frame.time is None else frame.time.tick_s,
            tick_bits=None if frame.time is None else frame.time.bits,
            tick_of="first" if frame.time is None else frame.time.of,
            rate_tolerance=profile.rates.tolerance,
        )
        for frame in profile.frames
        for quantity in frame.quantities
    }
    timelines: dict[int, Timeline] = {}
    for clock in set(clocks.values()):
        mine = [k for k, one in enumerate(frames) if clocks[one.quantity] == clock]
        timelines |= dict(zip(mine, make_timelines([frames[k] for k in mine], clock), strict=True))
    return Signals(frames, [timelines[k] for k in range(len(frames))])


def even_samples(signals: Signals) -> EvenSamples:
    """Lay a sensor's two quantities on the acceleration's grid, gaps filled linearly: for a look while recording.

    Raises
    ------
    DecodeError
        ``nothing``: only one of the quantities came.
    """
    by_quantity = {one.quantity: (one, timeline) for one, timeline in zip(*signals, strict=True)}
    if len(by_quantity) < 2:
        raise DecodeError(DecodeReason.NOTHING, f"Only the {', '.join(by_quantity)} came.")
    acc, timeline = by_quantity["acceleration"]
    gyr, other = by_quantity["angular_velocity"]
    grid = np.arange(timeline.counter[-1] + 1)
    time_s = timeline.first_s + grid / timeline.rate_hz

    def even(values: FloatArray, clock: Timeline) -> FloatArray:
        own_s = clock.first_s + clock.counter / clock.rate_hz
        return np.stack([np.interp(time_s, own_s, column) for column in values[clock.keep].T], axis=1)

    lost = np.ones(len(grid), dtype=bool)
    lost[timeline.counter] = False
    return EvenSamples(even(acc.values, timeline), even(gyr.values, other), lost, timeline.rate_hz, timeline.first_s)
