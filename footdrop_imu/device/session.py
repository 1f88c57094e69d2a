"""One connection to one sensor: found, connected, configured, heard, ended.

A sensor is looked for before every connection (the system forgets it), by one of them at a time, because scans and
connections that overlap disturb each other. Notifications are subscribed to before the first command is written. What
arrives before the sensor is asked to start is not passed on: it was sampled with the settings of whoever used it last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from footdrop_imu.device.advice import advice
from footdrop_imu.device.ble import Connection, Heard, Radio, connect, connected_already, listening
from footdrop_imu.device.dialog import Answers, battery_percent, perform, settle_identity, tell_about
from footdrop_imu.device.link_config import LinkConfig
from footdrop_imu.device.packets import LinkEvent, LinkEventKind, Packet
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.scan import Target
from footdrop_imu.errors import DeviceError, DeviceReason

__all__ = ["Recording", "Sensor", "run_session", "to_its_end"]

T = TypeVar("T")

_TICKS = 4  # looks at a link within the time after which it counts as silent
_SHORTEST_MTU = 23  # what a system also says that does not know


@dataclass
class Recording:
    """What the sensors of one recording have in common; ``pending`` is what waits to be handed on."""

    radio: Radio
    config: LinkConfig
    clock: Callable[[], float]
    segments: frozenset[str]
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ready: set[str] = field(default_factory=set)
    all_ready: asyncio.Event = field(default_factory=asyncio.Event)
    pending: list[Packet | LinkEvent] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, item: Packet | LinkEvent) -> None:
        """Queue a notification or an event; all that a Bluetooth callback does."""
        self.pending.append(item)
        self.arrived.set()


@dataclass
class Sensor:
    """One sensor through the whole recording.

    ``connections``: how often it was asked to stream. ``streams``: whether samples came over the connection at hand,
    ``streamed`` over any. ``away_since_s``: when it was lost, on the host's clock, None while it streams.
    """

    target: Target
    recording: Recording
    connections: int = 0
    streams: bool = False
    streamed: bool = False
    away_since_s: float | None = None
    settings: dict[str, float] = field(default_factory=dict)

    def tell(self, kind: LinkEventKind, **details: Any) -> None:
        """Queue an event."""
        self.recording.put(LinkEvent(self.recording.clock(), self.target.segment, kind, details))


@dataclass
class _Session:
    """One connection.

    ``number``: of the connection once the sensor was asked to stream, None before; ``started``: it agreed.
    ``packets``: notifications since then from where its ``frames`` come, ``longest`` the longest of them.
    """

    sensor: Sensor
    link: Connection
    profile: Profile
    rate_hz: float
    answers: Answers = field(default_factory=Answers)
    subscribed: list[str] = field(default_factory=list)
    frames: frozenset[str] = frozenset()
    number: int | None = None
    started: bool = False
    packets: int = 0
    longest: int = 0

    def take(self, characteristic: str, data: bytes) -> None:
        """Stamp a notification and queue it."""
        recording = self.sensor.recording
        if self.number is not None:
            arrival_s = recording.clock()
            recording.put(Packet(self.sensor.target.segment, characteristic, arrival_s, self.number, data))
            if characteristic in self.frames:
                self.packets += 1
                self.longest = max(self.longest, len(data))
        self.answers.take(characteristic, data)


async def run_session(sensor: Sensor) -> None:
    """Connect to a sensor and stream from it until the link ends or the task is cancelled; then disconnect.

    Raises
    ------
    DeviceError
        What went wrong, after everything was put away; it never returns without an error.
    """
    recording, target = sensor.recording, sensor.target
    sensor.streams = False
    async with recording.lock:
        heard = await _hear(target, recording)
        link = await connect(recording.radio, heard, timeout_s=recording.config.connect_timeout_s)
    session = _Session(sensor, link, target.profile, target.rate())
    patience_s = recording.config.stop_timeout_s
    try:
        await _unless_lost(link, _set_up(session))
        await _watch(session)
    except DeviceError as error:
        if error.reason is DeviceReason.SILENT:  # it will not answer to the stop either
            patience_s = min(patience_s, recording.config.silent_after_s)
        if session.started:
            sensor.away_since_s = recording.clock() if sensor.away_since_s is None else sensor.away_since_s
            sensor.tell(LinkEventKind.LOST, connection=session.number, reason=str(error.reason), text=error.message)
        raise
    finally:
        recording.ready.discard(target.segment)
        await to_its_end(_end(session, patience_s))


async def _hear(target: Target, recording: Recording) -> Heard:
    """Wait for the sensor's advertisement; one that is connected to this computer already need not advertise."""
    address = target.sensor.address
    heard: asyncio.Future[Heard] = asyncio.get_running_loop().create_future()

    def take(one: Heard) -> None:
        if one.address == address and not heard.done():
            heard.set_result(one)

    async with listening(recording.radio, take):
        with suppress(TimeoutError):
            async with asyncio.timeout(recording.config.scan_timeout_s):
                return await heard
    for one in await connected_already(recording.radio):
        if one.address == address:
            return one
    who = target.sensor.name or address
    raise DeviceError(
        DeviceReason.BUSY,
        f"{who} was found before and does not advertise any more: it is connected elsewhere, asleep, switched off or "
        f"out of reach. {advice(DeviceReason.NOT_FOUND)}",
        sensor=who,
    )


async def _unless_lost(link: Connection, work: Coroutine[Any, Any, T]) -> T:
    """Do something that has no sense any more once the link is gone."""
    task, lost = asyncio.create_task(work), asyncio.create_task(link.lost.wait())
    try:
        await asyncio.wait({task, lost}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise _lost(link)
    finally:
        lost.cancel()
        task.cancel()
        await asyncio.gather(task, lost, return_exceptions=True)


def _lost(link: Connection) -> DeviceError:
    return DeviceError(DeviceReason.LOST, f"The link to {link.who} broke. {advice(DeviceReason.LOST)}", sensor=link.who)


async def _set_up(session: _Session) -> None:
    """From a fresh connection to a sensor that streams, once all sensors of the recording are ready."""
    sensor, recording = session.sensor, session.sensor.recording
    timeout_s = recording.config.setup_timeout_s
    try:
        async with asyncio.timeout(timeout_s):
            await _configure(session)
    except TimeoutError as error:
        raise _silent(session, f"was not ready within {timeout_s:g} s") from error
    recording.ready.add(sensor.target.segment)
    if recording.ready >= recording.segments:
        recording.all_ready.set()
    await recording.all_ready.wait()
    # from here on notifications count: the first may come before the answer to the command does
    session.frames = frozenset(frame.characteristic for frame in session.profile.frames)
    session.number = sensor.connections
    sensor.connections += 1
    _tell_settings(session, await perform(session.link, session.answers, session.profile, "start", session.rate_hz))
    session.packets = 0  # the answer may have come where frames do
    if sensor.away_since_s is not None:
        away_s = recording.clock() - sensor.away_since_s
        sensor.tell(LinkEventKind.RECONNECTED, connection=session.number, away_s=away_s, mtu=session.link.mtu)
    sensor.tell(LinkEventKind.STARTED, connection=session.number)
    session.started = True


async def _configure(session: _Session) -> None:
    sensor, link = session.sensor, session.link
    if sensor.connections == 0:
        about = {"name": sensor.target.sensor.name, "address": link.address, **await tell_about(link)}
        sensor.tell(LinkEventKind.CONNECTED, connection=0, mtu=link.mtu, **about)
    session.profile = profile = await settle_identity(link, session.profile)
    wanted = {*profile.link.notify, profile.link.write} - {""}
    missing = sorted(one for one in wanted if not link.has(one))
    if missing:
        raise DeviceError(
            DeviceReason.WRONG_FIRMWARE,
            f"{link.who} does not have what the profile {profile.id} speaks with ({', '.join(missing)}). "
            f"{advice(DeviceReason.WRONG_FIRMWARE)}",
            sensor=link.who,
        )
    if _SHORTEST_MTU < link.mtu < profile.link.smallest_mtu:
        raise _small_mtu(session, link.mtu)
    for characteristic in profile.link.notify:
        await link.subscribe(characteristic, partial(session.take, characteristic))
        session.subscribed.append(characteristic)
    settings = await perform(link, session.answers, profile, "configure", session.rate_hz)
    _tell_settings(session, settings)
    changed = {} if profile is sensor.target.profile else {"profile_text": profile.text}
    sensor.tell(LinkEventKind.CONFIGURED, profile=profile.id, rate_hz=session.rate_hz, answers=settings, **changed)
    battery = await perform(link, session.answers, profile, "battery", session.rate_hz)
    percent = battery_percent(profile.battery, battery)
    if percent is None:
        return
    sensor.tell(LinkEventKind.BATTERY, percent=percent)
    if percent <= sensor.recording.config.lowest_battery_percent and not sensor.streamed:
        raise DeviceError(
            DeviceReason.BATTERY_EMPTY,
            f"The battery of {link.who} is at {percent:.0f} %, which lasts for no walk. "
            f"{advice(DeviceReason.BATTERY_EMPTY)}",
            sensor=link.who,
        )


def _tell_settings(session: _Session, settings: dict[str, float]) -> None:
    """Tell what is new of the settings that decoding uses."""
    known = session.sensor.settings
    for name, value in settings.items():
        if known.get(name) != value:
            session.sensor.tell(LinkEventKind.SETTING, name=name, value=value)
    known.update(settings)


def _small_mtu(session: _Session, mtu: int) -> DeviceError:
    needed = session.profile.link.smallest_mtu
    return DeviceError(
        DeviceReason.SMALL_MTU,
        f"{session.link.who} and this computer agreed on packets of at most {mtu - 3} bytes (MTU {mtu}); the profile "
        f"{session.profile.id} needs {needed - 3} (MTU {needed}), else samples are cut off. "
        f"{advice(DeviceReason.SMALL_MTU)}",
        sensor=session.link.who,
    )


def _silent(session: _Session, what: str) -> DeviceError:
    return DeviceError(
        DeviceReason.SILENT, f"{session.link.who} {what}. {advice(DeviceReason.SILENT)}", sensor=session.link.who
    )


async def _watch(session: _Session) -> None:
    """Wait for the end of the link, by its own word or because nothing comes any more.

    Time is counted in looks, not by a clock: after the program itself was held up for seconds nothing has been heard
    for so long either, and what came meanwhile is about to be delivered.
    """
    config, link, sensor = session.sensor.recording.config, session.link, session.sensor
    tick_s = config.silent_after_s / _TICKS
    heard, quiet_s = 0, 0.0
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(tick_s):  # not wait_for, which can swallow a cancellation before Python 3.12
                await link.lost.wait()
            raise _lost(link)
        if session.packets > heard:
            if heard == 0:
                _first_packets(session)
            heard, quiet_s = session.packets, 0.0
            continue
        quiet_s += tick_s
        limit_s = config.dead_after_s if heard else config.first_packet_timeout_s
        if heard and quiet_s - tick_s < config.silent_after_s <= quiet_s:
            sensor.tell(LinkEventKind.SILENT, connection=session.number, silent_s=quiet_s)
        if quiet_s >= limit_s:
            if link.mtu == _SHORTEST_MTU < session.profile.link.smallest_mtu and not heard:
                raise _small_mtu(session, link.mtu)
            raise _silent(session, f"is connected and sent nothing for {quiet_s:.0f} s")


def _first_packets(session: _Session) -> None:
    """The sensor streams. A system that does not know the MTU is corrected by what comes."""
    needed, mtu = session.profile.link.smallest_mtu, session.link.mtu
    if mtu == _SHORTEST_MTU < needed and session.longest <= _SHORTEST_MTU - 3:
        raise _small_mtu(session, mtu)
    session.sensor.streams = session.sensor.streamed = True
    session.sensor.away_since_s = None


async def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do something that is bounded in time, however often it is cancelled; then be cancelled."""
    task, cancelled = asyncio.create_task(work), False
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            cancelled = True
    task.result()
    if cancelled:
        raise asyncio.CancelledError


async def _end(session: _Session, patience_s: float) -> None:
    """Leave the sensor stopped and disconnected, whatever happened; each of both in so much time at the most."""
    link = session.link
    if not link.lost.is_set():
        with suppress(Exception):  # the end of the connection stops what the command did not
            async with asyncio.timeout(patience_s):
                if session.number is not None:
                    await perform(link, session.answers, session.profile, "stop", session.rate_hz)
                for characteristic in session.subscribed:
                    await link.unsubscribe(characteristic)
    session.number = None
    with suppress(Exception):
        async with asyncio.timeout(patience_s):
            if link.lost.is_set():
                await link.forget()
            await link.close()
