"""What comes from a sensor, before and after it is decoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.schema import FloatArray, IntArray, Quantity

__all__ = ["Frames", "LinkEvent", "LinkEventKind", "Notification", "Packet", "Packets", "pack"]


class Packet(NamedTuple):
    """One notification as it came.

    ``sensor``: the segment that the sensor is worn on (left_foot …). ``characteristic``: its UUID, lower case.
    ``arrival_s`` on the host's monotonic clock, ``time.perf_counter`` (on Windows ``time.monotonic`` goes in steps of
    16 ms). ``connection``: 0 for the first connection to this sensor, one more after each reconnection.
    """

    sensor: str
    characteristic: str
    arrival_s: float
    connection: int
    data: bytes


class LinkEventKind(StrEnum):
    """What happened beside the notifications, and what ``details`` then hold."""

    CONNECTED = "connected"
    """``connection`` 0, ``mtu``; name, serial and firmware where the sensor told them."""
    CONFIGURED = "configured"
    """The sensor took its settings: what was asked and what it said back."""
    SETTING = "setting"
    """``name`` and ``value`` of a setting read from the sensor, such as a scale that decoding needs."""
    BATTERY = "battery"
    """``percent``, or ``voltage_v`` where it tells no more."""
    STARTED = "started"
    """Asked to stream, and agreed."""
    SILENT = "silent"
    """``silent_s`` without a notification over a link that stands."""
    LOST = "lost"
    """The link broke; ``connection`` that was lost, ``reason`` where one was given."""
    RECONNECTED = "reconnected"
    """``connection`` that stands now, ``away_s``."""
    TAP = "tap"
    """The sensors were tapped together, seen or announced."""
    NOTE = "note"
    """``text`` for a person."""
    STOPPED = "stopped"
    """The recording of this sensor ended: ``reason``."""


@dataclass(frozen=True)
class LinkEvent:
    """One thing that happened to a sensor or its link.

    ``time_s`` on the clock of ``Packet.arrival_s``. ``sensor``: its segment, "" = the recording as a whole.
    ``details`` can be written as JSON.
    """

    time_s: float
    sensor: str
    kind: LinkEventKind
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Packets:
    """Notifications of one characteristic of one sensor, in the order of arrival.

    ``arrival_s`` (n,) and ``connection`` (n,) as in ``Packet``; notification k is ``data[start[k] : start[k + 1]]``,
    ``data`` (b,) uint8, ``start`` (n + 1,).
    """

    arrival_s: FloatArray
    connection: IntArray
    data: NDArray[np.uint8]
    start: IntArray


@dataclass(frozen=True)
class Frames:
    """The samples of one quantity, frame by frame, in the order of arrival; a frame is what has one clock reading.

    ``values`` (m, 3) in m/s² or rad/s, sensor axes. Frame k holds the samples ``first[k]`` to ``first[k + 1]``,
    ``first`` (f + 1,). ``arrival_s`` (f,): when the notification came that completed it, ``connection`` (f,) over
    which connection. ``sequence`` (f,) and ``ticks`` (f,): the sensor's counter and clock as sent, not unwrapped, None
    where it has none; the profile's clock says what they count. ``damaged_count``: pieces that were no frame.
    """

    quantity: Quantity
    values: FloatArray
    first: IntArray
    arrival_s: FloatArray
    connection: IntArray
    sequence: IntArray | None = None
    ticks: IntArray | None = None
    damaged_count: int = 0


class Notification(NamedTuple):
    """What a simulated sensor sends, and the index of the last sample in it: it can be sent once that was taken."""

    characteristic: str
    last_sample: int
    data: bytes


def pack(packets: Sequence[Packet]) -> Packets:
    """Lay single notifications of one characteristic side by side."""
    lengths = np.fromiter((len(packet.data) for packet in packets), np.int64, len(packets))
    return Packets(
        arrival_s=np.fromiter((packet.arrival_s for packet in packets), np.float64, len(packets)),
        connection=np.fromiter((packet.connection for packet in packets), np.int64, len(packets)),
        data=np.frombuffer(b"".join(packet.data for packet in packets), np.uint8),
        start=np.concatenate(([0], np.cumsum(lengths))),
    )
