"""How a sensor's frames reach the host over Bluetooth LE, with known truth: for the clock's tests and figures.

A frame is finished when its last sample is taken. It waits in the sensor's queue (the newest is dropped when that is
full) for the next connection event; an event carries a few packets and ends at the first that is not acknowledged,
which is sent again at the next one. Shadowing by the body makes most packets of some hundred milliseconds fail. The
host stamps what an event brought one after the other, later when its program was held up. Nothing is shared with the
estimator.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.device.clock_format import ClockFormat
from footdrop_imu.device.packets import Frames

Times = NDArray[np.float64]


@dataclass(frozen=True)
class Link:
    """The radio and the host.

    ``stalls`` and ``drops`` are (begin, length) in s; a drop in ``resets`` (its index) restarts the sensor; ``copies``:
    how many more times each packet comes after the first drop.
    """

    interval_s: float = 0.030
    packets: int = 10
    packet_error: float = 0.03
    fades_per_min: float = 1.0
    queue: int = 40
    loss: float = 0.0
    stalls: tuple[tuple[float, float], ...] = ()
    drops: tuple[tuple[float, float], ...] = ()
    resets: tuple[int, ...] = ()
    copies: int = 0
    host_ppm: float = 8.0
    early: float = 0.0005


@dataclass(frozen=True)
class Sensor:
    """What is sampled: its true rate on the host's clock is ``rate_hz`` (1 + ppm), growing by ``wander_ppm``."""

    rate_hz: float = 200.0
    ppm: float = 0.0
    wander_ppm: float = 0.0
    frame: int = 1
    sequence_bits: int | None = None
    sequence_counts: Literal["frames", "samples"] = "frames"
    tick_s: float | None = None
    tick_bits: int | None = None
    tick_of: Literal["first", "last"] = "first"
    begin_s: float = 0.0
    first_sequence: int = 0
    first_tick_s: float = 0.0


@dataclass(frozen=True)
class Delivered:
    """Frames as they came, and the truth: ``taken_s`` (n,) when each delivered sample was taken, host clock."""

    frames: Frames
    taken_s: Times
    sample: NDArray[np.int64] = field(repr=False)
    sent_count: int = 0

    @property
    def lost_count(self) -> int:
        """Samples between the first and the last that came which did not come."""
        return int(self.sample.max() - self.sample.min() + 1 - len(np.unique(self.sample)))


def true_times(sensor: Sensor, seconds: float) -> Times:
    """When each sample is taken, host clock; wandering is spread evenly over the time."""
    count = int(seconds * sensor.rate_hz)
    device_s = np.arange(count) / sensor.rate_hz
    slow = sensor.ppm * device_s + 0.5 * sensor.wander_ppm * device_s**2 / seconds
    return sensor.begin_s + device_s - 1e-6 * slow


def deliver(sensor: Sensor, link: Link, seconds: float, seed: int) -> Delivered:
    """Run ``seconds`` of a sensor over the link."""
    rng = np.random.default_rng(seed)
    taken = true_times(sensor, seconds)
    taken = taken[: len(taken) // sensor.frame * sensor.frame]
    frames = len(taken) // sensor.frame
    done = taken[sensor.frame - 1 :: sensor.frame] + 0.001 + rng.exponential(0.0002, frames)
    epoch_of = np.zeros(frames, dtype=np.int64)
    for which in link.resets:
        begin, length = link.drops[which]
        back = sensor.begin_s + begin + length
        epoch_of[done > back - 0.2] += 1
    index, arrival, connection = _over_the_air(done, link, sensor.begin_s, rng)
    if link.copies and len(link.drops):
        times = 1 + link.copies * np.minimum(connection, 1)
        index, connection, arrival = (np.repeat(one, times) for one in (index, connection, arrival))
    arrival = _stamped(arrival, link, sensor.begin_s, rng)
    # the sensor starts anew: its samples fall elsewhere between those before
    taken = taken + np.repeat(epoch_of, sensor.frame) * 0.37 / sensor.rate_hz
    sample = (index[:, None] * sensor.frame + np.arange(sensor.frame)).ravel()
    values = np.random.default_rng(seed + 1).normal(0.0, 1.0, (len(taken), 3))
    values[:, 2] += 9.81
    frame_in_epoch = np.arange(frames) - np.searchsorted(epoch_of, epoch_of)
    return Delivered(
        Frames(
            quantity="acceleration",
            values=values[sample],
            first=np.arange(len(index) + 1) * sensor.frame,
            arrival_s=arrival,
            connection=connection,
            sequence=_sequence(sensor, frame_in_epoch, epoch_of)[index] if sensor.sequence_bits else None,
            ticks=_ticks(sensor, frame_in_epoch, epoch_of)[index] if sensor.tick_s else None,
        ),
        taken_s=taken[sample],
        sample=sample,
        sent_count=len(taken),
    )


def clock_format(sensor: Sensor, rate_hz: float | None = None) -> ClockFormat:
    """What a profile would say of this sensor; ``rate_hz`` where the maker says another rate than it keeps."""
    return ClockFormat(
        rate_hz=sensor.rate_hz if rate_hz is None else rate_hz,
        sequence_bits=sensor.sequence_bits,
        sequence_counts=sensor.sequence_counts,
        tick_s=sensor.tick_s,
        tick_bits=sensor.tick_bits,
        tick_of=sensor.tick_of,
    )


def _over_the_air(
    done: Times, link: Link, begin_s: float, rng: np.random.Generator
) -> tuple[NDArray[np.int64], Times, NDArray[np.int64]]:
    """Which frames come through, when the event that carried them was, and over which connection."""
    end_s = float(done[-1]) + 1.0
    interval_s = link.interval_s * (1.0 + 1e-6 * link.host_ppm)
    events = begin_s + rng.uniform(0.0, interval_s) + np.arange(0.0, end_s - begin_s, interval_s)
    error = np.full(len(events), link.packet_error)
    for _ in range(rng.poisson(link.fades_per_min * (end_s - begin_s) / 60.0)):
        at = rng.uniform(begin_s, end_s)
        error[(events > at) & (events < at + rng.uniform(0.1, 0.6))] = 0.9
    over = np.zeros(len(events), dtype=np.int64)
    down = np.zeros(len(events), dtype=bool)
    for begin, length in link.drops:
        down |= (events >= begin_s + begin) & (events < begin_s + begin + length)
        over += events >= begin_s + begin + length
    sent = rng.uniform(size=len(done)) >= link.loss
    sent_at, sent_frame = done[sent], np.flatnonzero(sent)
    ready = np.searchsorted(sent_at, events)
    through = rng.uniform(size=(len(events), link.packets)) >= error[:, None]
    carried = np.where(through.all(axis=1), link.packets, through.argmin(axis=1))
    carried[down] = 0
    frame, event = [], []
    waiting: list[int] = []
    came = 0
    for at in range(len(events)):
        if down[at]:
            waiting, came = [], int(ready[at])
            continue
        waiting += range(came, int(ready[at]))
        del waiting[link.queue :]
        came = int(ready[at])
        taken = waiting[: carried[at]]
        del waiting[: carried[at]]
        frame += taken
        event += [at] * len(taken)
    return sent_frame[frame], events[event], over[event]


def _stamped(arrival: Times, link: Link, begin_s: float, rng: np.random.Generator) -> Times:
    """What the host writes down: later than the event by what its program takes, much later when it is held up."""
    stamped = arrival + 0.0006 + rng.exponential(0.0003, len(arrival))
    for begin, length in link.stalls:
        held = (stamped >= begin_s + begin) & (stamped < begin_s + begin + length)
        stamped[held] = begin_s + begin + length + 3e-5 * np.arange(np.count_nonzero(held))
    stamped -= np.where(rng.uniform(size=len(stamped)) < link.early, rng.uniform(0.0, 0.001, len(stamped)), 0.0)
    one_after_the_other = 3e-5 * np.arange(len(stamped))
    return np.maximum.accumulate(stamped - one_after_the_other) + one_after_the_other


def _sequence(sensor: Sensor, frame: NDArray[np.int64], epoch: NDArray[np.int64]) -> NDArray[np.int64]:
    first = np.where(epoch == 0, sensor.first_sequence, 0)
    step = 1 if sensor.sequence_counts == "frames" else sensor.frame
    assert sensor.sequence_bits is not None
    return (first + frame * step) % (1 << sensor.sequence_bits)


def _ticks(sensor: Sensor, frame: NDArray[np.int64], epoch: NDArray[np.int64]) -> NDArray[np.int64]:
    assert sensor.tick_s is not None
    sample = frame * sensor.frame + (0 if sensor.tick_of == "first" else sensor.frame - 1)
    device_s = np.where(epoch == 0, sensor.first_tick_s, 0.3) + sample / sensor.rate_hz
    ticks = np.floor(device_s / sensor.tick_s + 1e-9).astype(np.int64)
    return ticks if sensor.tick_bits is None else ticks % (1 << sensor.tick_bits)
