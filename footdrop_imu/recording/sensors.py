"""Which sensors are there, and which one is worn where: by name, as last time, or by tapping a shoe."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from footdrop_imu.device.link import LinkConfig, stop_on_signals, stream
from footdrop_imu.device.packets import LinkEvent, LinkEventKind, Packet, pack
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profiles import all_profiles, load_profile
from footdrop_imu.device.scan import SeenSensor, Target, find, profile_of, scan
from footdrop_imu.errors import DecodeError, DeviceError, DeviceReason, SignalError
from footdrop_imu.recording.samples import decode_sensor, even_samples

__all__ = ["Adapter", "find_targets", "run", "scan_sensors", "tell_by_tapping"]

Adapter = str | Callable[[], Any]
T = TypeVar("T")

_MOST_AT_ONCE = 4
_WINDOW_S = 1.5
_SHAKEN_MPS2 = 6.0  # taps by hand give 10 and more, a shoe that lies still below 0.5
_CLEARLY = 3.0  # times more than any other


def run(work: Coroutine[Any, Any, T]) -> T:
    """Do the asynchronous work of this module and of ``recorder`` from ordinary code; one at a time, one a program."""
    return asyncio.run(work)


async def scan_sensors(
    seconds: float,
    *,
    adapter: Adapter | None = None,
    own_profiles: Sequence[Profile] = (),
    on_change: Callable[[list[SeenSensor]], None] | None = None,
    stop: threading.Event | None = None,
) -> list[SeenSensor]:
    """Listen for sensors: what ``device.scan.scan`` does, ended by ``stop`` from any thread or by Ctrl-C.

    Ctrl-C sets ``stop`` too. ``own_profiles`` go before the built-in ones.

    Raises
    ------
    DeviceError
        As ``device.scan.scan``.
    """
    ending = asyncio.Event()
    profiles = (*own_profiles, *all_profiles()) if own_profiles else None
    with stop_on_signals(ending):
        work = asyncio.create_task(scan(seconds, adapter=adapter, profiles=profiles, on_change=on_change, stop=ending))
        while not work.done():
            await asyncio.wait({work}, timeout=0.1)
            if stop is not None and stop.is_set():
                ending.set()
    if stop is not None and ending.is_set():
        stop.set()
    return work.result()


async def find_targets(
    wanted: Mapping[str, str],
    *,
    profiles: Mapping[str, str] | None = None,
    rate_hz: float | None = None,
    seconds: float = 8.0,
    adapter: Adapter | None = None,
) -> list[Target]:
    """Find the sensor of each segment.

    Parameters
    ----------
    wanted
        By segment, what its sensor is known by: address, name, or a part of it.
    profiles
        Profile's id or file by segment, "" = of all others; none = the one that recognizes the sensor.
    rate_hz
        Sample rate to ask for; None = as the profile says.
    seconds
        How long to look.
    adapter
        Which Bluetooth.

    Raises
    ------
    DeviceError
        Not found, not the only one, of no known profile, of no use, or no Bluetooth.
    ProfileError
        A profile that cannot be used.
    """
    named = {segment: load_profile(profile) for segment, profile in (profiles or {}).items()}
    general = named.pop("", None)
    first = general or next(iter(named.values()), None)
    found = await find(wanted, seconds=seconds, adapter=adapter, profile=first, rate_hz=rate_hz)
    if general is not None or not named:
        return [replace(one, profile=named.get(one.segment, one.profile)) for one in found]
    return [replace(one, profile=named.get(one.segment) or profile_of(one.sensor)) for one in found]


async def tell_by_tapping(
    sensors: Sequence[SeenSensor],
    segments: Sequence[str],
    *,
    ask: Callable[[str], None],
    adapter: Adapter | None = None,
    timeout_s: float = 60.0,
    stop: threading.Event | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, SeenSensor]:
    """Find out which sensor sits where by having somebody tap one shoe after the other.

    Parameters
    ----------
    sensors
        Those that may be meant; each needs a profile.
    segments
        In the order in which they are asked for.
    ask
        Called with a segment when its shoe is to be tapped.
    adapter
        Which Bluetooth.
    timeout_s
        How long to wait for each tap.
    stop
        Set by the caller to give up; Ctrl-C does too.
    clock
        The host's monotonic clock, s.

    Returns
    -------
    dict
        Sensor by segment; not all where it was ended before. The one that shakes clearly more than all others is meant.

    Raises
    ------
    DeviceError
        Fewer sensors than segments, more than four, one that cannot be reached, or no tap was seen.
    """
    if not len(segments) <= len(sensors) <= _MOST_AT_ONCE:
        names = ", ".join(one.name or one.address for one in sensors) or "none"
        fewer = len(sensors) < len(segments)
        raise DeviceError(
            DeviceReason.NOT_FOUND if fewer else DeviceReason.AMBIGUOUS,
            f"Found {len(sensors)} sensors ({names}), expected {'' if fewer else 'at most '}"
            f"{len(segments) if fewer else _MOST_AT_ONCE}. "
            + ("Wake the others and bring them near." if fewer else "Name them with --left and --right."),
        )
    places = {f"sensor_{k + 1}": one for k, one in enumerate(sensors)}
    targets = [Target(place, one, profile_of(one)) for place, one in places.items()]
    taps, ending = _Taps(targets, clock), asyncio.Event()
    with stop_on_signals(ending):
        link = LinkConfig(longest_away_s=10.0)
        work = asyncio.create_task(stream(targets, taps, stop=ending, config=link, adapter=adapter, clock=clock))
        try:
            return {
                segment: places[place]
                async for segment, place in _taps_in_turn(taps, segments, ask, work, ending, stop, timeout_s)
            }
        finally:
            ending.set()
            await asyncio.gather(work, return_exceptions=True)


async def _taps_in_turn(
    taps: _Taps,
    segments: Sequence[str],
    ask: Callable[[str], None],
    work: asyncio.Task[None],
    ending: asyncio.Event,
    stop: threading.Event | None,
    timeout_s: float,
) -> AsyncIterator[tuple[str, str]]:
    taken: set[str] = set()

    def given_up() -> bool:
        return ending.is_set() or (stop is not None and stop.is_set())

    while not taps.all_came and not work.done() and not given_up():
        await asyncio.wait({work}, timeout=0.1)
    for segment in segments:
        if given_up():
            return
        ask(segment)
        begin_s = taps.clock()
        taps.forget()
        while True:
            await asyncio.wait({work}, timeout=0.1)
            if work.done():
                work.result()
            if given_up():
                return
            shaken = taps.shaken()
            if shaken and shaken not in taken:
                taken.add(shaken)
                yield segment, shaken
                break
            if taps.clock() - begin_s > timeout_s:
                raise DeviceError(
                    DeviceReason.NOT_FOUND,
                    f"No sensor was shaken clearly more than the others within {timeout_s:.0f} s. Lay the shoes down "
                    f"and tap only the {segment.replace('_', ' ')}; or name the sensors with --left and --right.",
                )


class _Taps:
    """The last moments of each sensor, and which of them is being shaken."""

    def __init__(self, targets: Sequence[Target], clock: Callable[[], float]) -> None:
        self.clock = clock
        self._targets = {target.segment: target for target in targets}
        self._packets: dict[str, deque[Packet]] = {target.segment: deque() for target in targets}
        self._settings: dict[str, dict[str, float]] = {target.segment: {} for target in targets}
        self._since_s = -1e9

    @property
    def all_came(self) -> bool:
        return all(self._packets.values())

    def forget(self) -> None:
        """Look only at what comes from now on."""
        self._since_s = self.clock()

    def packet(self, packet: Packet) -> None:
        self._packets[packet.sensor].append(packet)

    def event(self, event: LinkEvent) -> None:
        if event.kind is LinkEventKind.SETTING and event.sensor in self._settings:
            self._settings[event.sensor][event.details["name"]] = float(event.details["value"])

    def shaken(self) -> str:
        """The sensor that shakes clearly more than all others; "" = none."""
        level = {place: self._level(place) for place in self._packets}
        first, *others = sorted(level, key=lambda place: -level[place])
        rest = max((level[place] for place in others), default=0.0)
        return first if level[first] > max(_SHAKEN_MPS2, _CLEARLY * rest) else ""

    def _level(self, place: str) -> float:
        """How far the acceleration's size has swung in the last moments, m/s²."""
        packets, since_s = self._packets[place], max(self._since_s, self.clock() - _WINDOW_S)
        while packets and packets[0].arrival_s < since_s:
            packets.popleft()
        target, uuids = self._targets[place], dict.fromkeys(packet.characteristic for packet in packets)
        mine = {uuid: pack([one for one in packets if one.characteristic == uuid]) for uuid in uuids}
        try:
            even = even_samples(decode_sensor(target.profile, target.rate(), mine, self._settings[place]))
        except (DecodeError, SignalError):
            return 0.0
        return float(np.ptp(np.linalg.norm(even.acc, axis=1)))
