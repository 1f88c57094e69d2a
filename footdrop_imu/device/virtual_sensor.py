"""A simulated sensor: a GATT server on a simulated air that behaves as a profile says and streams a walk.

::

    air = Air(speed=1.0)
    async with VirtualSensor(air, load_profile("footdrop-1"), walk, segment="left_foot") as sensor:
        backends(air.adapter)             # a client in this process, or air.listen() for one in another
        ...

It samples the walk by its own crystal from when it is asked to stream until it is told to stop, also while its link is
broken: clock and counters go on, and what is sampled meanwhile is lost. A client that was not there before gets the
walk from its beginning.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from math import ceil

from bumble.att import ATT_Error, ErrorCode
from bumble.core import UUID
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

from footdrop_imu.device.encode import encoder_of, samples_a_frame
from footdrop_imu.device.packets import Notification
from footdrop_imu.device.profile import FrameFormat, Profile, uuid_of
from footdrop_imu.device.table_format import Sending
from footdrop_imu.device.virtual_advertising import example_text, make_advertisement
from footdrop_imu.device.virtual_air import Air
from footdrop_imu.device.virtual_faults import AirFaults, SensorFaults
from footdrop_imu.device.virtual_firmware import Firmware, Reply, told_settings
from footdrop_imu.device.virtual_walk import Walk, WalkSource, WalkTime
from footdrop_imu.schema import SEGMENTS

__all__ = ["VirtualSensor"]

_CHUNK_S = 0.25  # written at a time
_ANSWER_S = 0.002  # between a command and its reply
_DEVICE_INFORMATION, _BATTERY = uuid_of("180a"), uuid_of("180f")
_HOMES = {uuid_of(f"2a2{digit}"): _DEVICE_INFORMATION for digit in "3456789"} | {uuid_of("2a19"): _BATTERY}
_MODEL, _SERIAL, _FIRMWARE = uuid_of("2a24"), uuid_of("2a25"), uuid_of("2a26")
_OTHER_FIRMWARE = "another firmware"


class VirtualSensor:
    """One sensor; an asynchronous context manager that advertises from its beginning to its end.

    Parameters
    ----------
    air
        Where it is to be heard.
    profile
        How it speaks.
    walk
        What it measures.
    segment
        Where it is worn: left_foot …
    name
        That it advertises; "" = one that its profile is recognized by. ProfileError where it is not.
    faults, air_faults
        What goes wrong in it, and on its link.
    time
        When the walk begins, shared by the sensors of one person.
    repeat
        Whether the walk begins anew at its end; else the person stands still there.

    Attributes
    ----------
    sent_count, dropped_count
        Notifications of samples that went to the radio, and that the firmware dropped.
    sample_count
        Samples taken since it began to sample, 0 where it does not.
    failed
        Set where it could not go on; why is raised at its end.
    """

    def __init__(
        self,
        air: Air,
        profile: Profile,
        walk: Walk,
        *,
        segment: str,
        name: str = "",
        faults: SensorFaults | None = None,
        air_faults: AirFaults | None = None,
        time: WalkTime | None = None,
        repeat: bool = False,
    ) -> None:
        self.air, self.profile, self.walk, self.segment = air, profile, walk, segment
        self.faults = faults or SensorFaults()
        self.time = time or WalkTime()
        self.repeat = repeat
        self.advertised = make_advertisement(profile, segment, name, nameless=self.faults.nameless)
        self.name = self.advertised.name
        self.address = f"F0:F1:F2:00:00:{1 + SEGMENTS.index(segment):02X}"
        self.radio = air.sensor(self.name, self.address, air_faults)
        self.firmware = Firmware(profile, battery_percent=self.faults.battery_percent, wrong=self.faults.wrong_firmware)
        self.sent_count = 0
        self.sample_count = 0
        self.failed = asyncio.Event()
        self.failure: BaseException | None = None
        self.dropped_count = 0
        self._random = random.Random(f"{segment} {self.faults.seed}")
        self._client = ""
        self._connection: Connection | None = None
        self._connection_count = 0
        self._met_s: float | None = None
        self._on_since_s = air.time_s()
        self._sequence: dict[str, int] = {}
        self._stuck_tick: dict[str, int] = {}
        self._sampling: asyncio.Task[None] | None = None
        self._sampled_hz = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._notifying: dict[str, Characteristic[bytes]] = {}

    async def __aenter__(self) -> VirtualSensor:
        device = self.radio.device
        device.gatt_server.max_mtu = self.faults.largest_mtu
        for service, members in self._make_characteristics().items():
            device.add_service(Service(UUID(service), members))
        device.on(device.EVENT_CONNECTION, self._on_connection)
        await device.power_on()
        await device.start_advertising(
            auto_restart=True,
            advertising_data=self.advertised.data,
            scan_response_data=self.advertised.response,
            advertising_interval_min=100.0,
            advertising_interval_max=100.0,
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        tasks = [*self._tasks, *([self._sampling] if self._sampling else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.radio.controller.switch_off()
        if kind is None and self.failure is not None:
            raise self.failure

    def _make_characteristics(self) -> dict[str, list[Characteristic[bytes]]]:
        """Make what the profile speaks with, by service."""
        profile, can = self.profile, Characteristic.Properties
        properties: dict[tuple[str, str], Characteristic.Properties] = {}

        def add(uuid: str, what: Characteristic.Properties, service: str = "") -> None:
            if uuid:
                place = service or _HOMES.get(uuid, profile.link.service), uuid
                properties[place] = properties.get(place, can(0)) | what

        writes = can.WRITE | can.WRITE_WITHOUT_RESPONSE
        add(profile.link.write, writes)
        for uuid in profile.link.notify:
            add(uuid, can.NOTIFY)
        for command in profile.commands:
            add(command.to, writes, command.service)
            add(command.read, can.READ)
        texts = self._texts()
        for uuid in texts:
            add(uuid, can.READ)
        may = Characteristic.Permissions
        services: dict[str, list[Characteristic[bytes]]] = {}
        for (service, uuid), what in properties.items():
            value = texts.get(uuid) or CharacteristicValue(read=self._reader(uuid), write=self._writer(uuid, service))
            made = Characteristic[bytes](UUID(uuid), what, may.READABLE | may.WRITEABLE, value)
            services.setdefault(service, []).append(made)
            if what & can.NOTIFY:
                made.on(made.EVENT_SUBSCRIPTION, self._subscriber(uuid))
                self._notifying[uuid] = made
        return services

    def _texts(self) -> dict[str, bytes]:
        """What it says of itself."""
        texts = {_MODEL: self.profile.models[0], _SERIAL: f"simulated {self.segment}", _FIRMWARE: "simulated"}
        for question in self.profile.identity:
            text = _OTHER_FIRMWARE if self.faults.wrong_firmware else example_text(question.expect)
            texts[question.characteristic] = text
        return {uuid: text.encode() for uuid, text in texts.items()}

    def _reader(self, uuid: str) -> Callable[[Connection], bytes]:
        def read(_: Connection) -> bytes:
            value = self.firmware.read(uuid)
            return b"" if value is None else value

        return read

    def _writer(self, uuid: str, service: str) -> Callable[[Connection, bytes], None]:
        def write(_: Connection, value: bytes) -> None:
            replies = self.firmware.write(uuid, bytes(value), service)
            if replies is None:
                raise ATT_Error(ErrorCode.VALUE_NOT_ALLOWED)
            for reply in replies:
                self._begin_task(self._reply(reply))
            self._follow()

        return write

    def _subscriber(self, uuid: str) -> Callable[[Connection, bool, bool], None]:
        def subscribe(_: Connection, notify: bool, indicate: bool) -> None:
            self.firmware.subscribe(uuid, notify or indicate)
            self._follow()

        return subscribe

    async def _reply(self, reply: Reply) -> None:
        await asyncio.sleep(_ANSWER_S)
        await self._notify(reply.characteristic, reply.data)

    async def _reset_later(self, delay_s: float) -> None:
        await self.air.sleep(delay_s)
        self._reset()

    def _begin_task(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _on_connection(self, connection: Connection) -> None:
        client = connection.peer_address.to_string(False)
        if client != self._client:
            self._client, self._connection_count = client, 0
            self._stop_sampling()
        self.time.meet(client)
        self._connection = connection
        self._connection_count += 1
        if self._met_s is None:
            self._met_s = self.air.time_s()
            if self.faults.reset_at_s is not None:
                self._begin_task(self._reset_later(self.faults.reset_at_s))
        connection.on(connection.EVENT_DISCONNECTION, self._on_disconnection)

    def _on_disconnection(self, _: int) -> None:
        self._connection = None
        self.firmware.hang_up()

    def _reset(self) -> None:
        """Start anew, as after a power cut."""
        self._stop_sampling()
        self._sequence.clear()
        self._on_since_s = self.air.time_s()
        self.firmware.forget()
        self.radio.controller.vanish()

    def _follow(self) -> None:
        """Sample, or stop sampling, as the last command has it."""
        if not self.firmware.sampling:
            self._stop_sampling()
        elif not self._sampling or self._sampled_hz != self.firmware.rate_hz:
            self._stop_sampling()
            self._sampled_hz = self.firmware.rate_hz
            self._sampling = asyncio.create_task(self._sample_all(self._sampled_hz))
            self._sampling.add_done_callback(self._on_sampling_end)

    async def _sample_all(self, rate_hz: float) -> None:
        source = self._begin(rate_hz)
        async with asyncio.TaskGroup() as group:
            for frame in self.profile.frames:
                group.create_task(self._sample(frame, source))

    def _on_sampling_end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            self.failure = task.exception()
            self.failed.set()

    def _begin(self, rate_hz: float) -> WalkSource:
        now_s = self.air.time_s()
        return WalkSource(
            self.walk(rate_hz),
            rate_hz,
            crystal=1.0 + self.faults.clock_ppm * 1e-6,
            now_s=now_s,
            on_since_s=self._on_since_s,
            walk_begins_s=self.time.begins_s(now_s),
            repeat=self.repeat,
        )

    def _stop_sampling(self) -> None:
        if self._sampling is not None:
            self._sampling.cancel()
        self._sampling, self.sample_count = None, 0

    async def _sample(self, frame: FrameFormat, source: WalkSource) -> None:
        """Take samples, write frames and send them, each when its last sample was taken."""
        encoder = encoder_of(frame)
        settings = told_settings(self.profile, source.rate_hz)
        at, chunk_s = 0, _CHUNK_S
        while True:
            mtu = self._connection.att_mtu if self._connection else self.faults.largest_mtu
            count = samples_a_frame(frame, mtu)
            stuck = self._has_passed(self.faults.stuck_at_s)
            size = count if stuck else count * ceil(chunk_s * source.rate_hz / count)
            sequence = self._sequence.get(frame.quantities[0].quantity, 0)
            first_tick = self._tick(source, at, frame, stuck=stuck)
            sending = Sending(source.rate_hz, mtu, self.profile.gait, settings, first_tick, sequence)
            notifications = encoder(frame, source.samples(at, size), sending)
            for one in notifications:
                await self._until(source.time_s(at + one.last_sample))
                await self._send(one)
                self.sample_count = max(self.sample_count, at + one.last_sample + 1)
            if not notifications:  # the format needs more samples for a frame
                chunk_s *= 2
                continue
            done = notifications[-1].last_sample + 1
            at += done
            if not stuck:
                counts_samples = frame.sequence is not None and frame.sequence.counts == "samples"
                self._sequence[frame.quantities[0].quantity] = sequence + (done if counts_samples else done // count)

    def _tick(self, source: WalkSource, at: int, frame: FrameFormat, *, stuck: bool) -> int:
        if frame.time is None:
            return 0
        tick = round(source.clock_s(at) / frame.time.tick_s)
        held = stuck and frame.sequence is None
        return self._stuck_tick.setdefault(frame.quantities[0].quantity, tick) if held else tick

    async def _until(self, time_s: float) -> None:
        # where it is late it gives way to the radio once, as firmware does
        await asyncio.sleep(max(0.0, time_s - self.air.time_s()) / self.air.speed)

    def _has_passed(self, at_s: float | None) -> bool:
        return at_s is not None and self._met_s is not None and self.air.time_s() - self._met_s >= at_s

    async def _send(self, one: Notification) -> None:
        faults = self.faults
        if not self.firmware.streaming or self._has_passed(faults.silent_at_s):
            return
        if faults.lost_frac and self._random.random() < faults.lost_frac:
            self.dropped_count += 1
            return
        data = one.data
        if faults.garbage_frac and self._random.random() < faults.garbage_frac:
            data = self._random.randbytes(len(data))
        if faults.wrong_firmware and not self._says_so():
            data = bytes(byte ^ 0xA5 for byte in data) + b"\0\0"
        for _ in range(self._connection_count if faults.doubled else 1):
            if self.radio.waiting_count >= faults.queue_size:
                self.dropped_count += 1
                return
            await self._notify(one.characteristic, data)
        self.sent_count += 1

    def _says_so(self) -> bool:
        """Whether its answers tell that it is another firmware; else its frames do."""
        asked = self.profile.stage("configure")
        return bool(self.profile.identity) or any(command.reply and not command.optional for command in asked)

    async def _notify(self, characteristic: str, data: bytes) -> None:
        connection, known = self._connection, self._notifying.get(characteristic)
        if connection is not None and known is not None:
            await self.radio.device.notify_subscriber(connection, known, data)
