"""One sensor while it is recorded: its link, and what its last seconds show."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import nan

from footdrop_imu.device.packets import LinkEvent, LinkEventKind, Packet, pack
from footdrop_imu.device.profile_file import read_profile_text
from footdrop_imu.device.scan import Target
from footdrop_imu.errors import DecodeError, SignalError
from footdrop_imu.recording.movement import movement_times, still_for
from footdrop_imu.recording.samples import decode_sensor, even_samples

__all__ = ["SensorStatus", "SensorWatch"]

_LOOK_EVERY_S = 1.0
_LOW_BATTERY_PERCENT = 15.0
_APART_S = 0.4  # movements nearer than this to the last that was counted are that one


@dataclass(frozen=True)
class SensorStatus:
    """One sensor now. ``state``: getting ready, streaming, silent or lost; ``lost_share`` of the last seconds."""

    segment: str
    name: str
    state: str
    stride_count: int
    lost_share: float
    battery_percent: float


class SensorWatch:
    """The last seconds of one sensor, and what they show.

    ``begin_s``: its first sample came, on the host's clock, None = none yet; ``last_s`` the last one. ``still_s``: it
    has stood still for so long.
    """

    def __init__(self, target: Target, window_s: float) -> None:
        self.segment, self.name = target.segment, target.sensor.name or target.sensor.address
        self.profile, self.rate_hz, self.window_s = target.profile, target.rate(), window_s
        self._sampled = {frame.characteristic for frame in self.profile.frames}
        self.state, self.battery_percent = "getting ready", nan
        self.begin_s: float | None = None
        self.last_s = -1e9
        self.stride_count, self.lost_share, self.still_s = 0, nan, 0.0
        self._settings: dict[str, float] = {}
        self._packets: deque[Packet] = deque()
        self._counted_s, self._looked_s = -1e9, -1e9

    def packet(self, packet: Packet) -> None:
        """Take a notification."""
        if packet.characteristic not in self._sampled:  # the answer to a command
            return
        if self.begin_s is None:
            self.begin_s = packet.arrival_s
        self.last_s = packet.arrival_s
        self.state = "streaming"
        self._packets.append(packet)

    def event(self, event: LinkEvent) -> str:
        """Take an event; gives what a person should know of it, "" = nothing."""
        kind, details = event.kind, event.details
        if kind is LinkEventKind.SETTING:
            self._settings[details["name"]] = float(details["value"])
        elif kind is LinkEventKind.CONFIGURED and "profile_text" in details:
            self.profile = read_profile_text(details["profile_text"], details["profile"])
            self._sampled = {frame.characteristic for frame in self.profile.frames}
        elif kind is LinkEventKind.BATTERY:
            self.battery_percent = float(details.get("percent", nan))
            if self.battery_percent < _LOW_BATTERY_PERCENT:
                return f"the battery is at {self.battery_percent:.0f} %: charge it soon."
        elif kind is LinkEventKind.SILENT:
            self.state = "silent"
            return "nothing has come for a second. Is the sensor in reach?"
        elif kind is LinkEventKind.LOST:
            self.state = "lost"
            if self.begin_s is None:
                return "the link broke before a sample came; it is being tried again."
            return "the link broke; it is being looked for. What came is kept, the gap will be marked."
        elif kind is LinkEventKind.RECONNECTED:
            return f"back after {details.get('away_s', nan):.1f} s."
        elif kind is LinkEventKind.NOTE:
            return str(details.get("text", ""))
        return ""

    def due(self, now_s: float) -> list[Packet]:
        """Give a copy of the last seconds once a second; nothing between."""
        if now_s - self._looked_s < _LOOK_EVERY_S:
            return []
        self._looked_s = now_s
        while self._packets and self._packets[0].arrival_s < now_s - self.window_s:
            self._packets.popleft()
        return list(self._packets)

    def look(self, packets: list[Packet]) -> None:
        """Decode what ``due`` gave, and see what it shows."""
        characteristics = dict.fromkeys(packet.characteristic for packet in packets)
        mine = {uuid: pack([one for one in packets if one.characteristic == uuid]) for uuid in characteristics}
        try:
            signals = decode_sensor(self.profile, self.rate_hz, mine, self._settings)
            even = even_samples(signals)
        except (DecodeError, SignalError):  # said when the recording has ended, of all of it
            return
        timeline = signals.timelines[0]
        self.lost_share = timeline.lost_count / (len(timeline.counter) + timeline.lost_count)
        self.still_s = still_for(even.acc, even.gyr, even.rate_hz)
        times_s = even.begin_s + movement_times(even.acc, even.gyr, even.rate_hz)
        fresh_s = times_s[times_s > self._counted_s + _APART_S]
        if len(fresh_s):
            self.stride_count += len(fresh_s)
            self._counted_s = float(fresh_s[-1])

    def status(self) -> SensorStatus:
        """Say how it is."""
        return SensorStatus(
            self.segment, self.name, self.state, self.stride_count, self.lost_share, self.battery_percent
        )
