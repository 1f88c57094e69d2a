"""The air between simulated sensors and their client: bumble's link, and what it leaves out of a radio.

bumble delivers each packet at once and acknowledges it at once. Here a link has connection events: packets wait for
the next one, a limited number goes at each, a damaged one goes again at the next, and only what has gone is
acknowledged, so that packets pile up in the sensor and it has to drop some, as on a real link. A link whose ends
cannot hear each other ends after the supervision timeout. ``AirFaults`` says which of it happens.

::

    air = Air(speed=1.0)
    left = air.sensor("Left foot", "F0:F1:F2:00:00:01", AirFaults(connection_interval_s=0.03))
    left.device.add_service(...)                      # bumble's GATT server: the firmware
    await left.device.power_on()
    await left.device.start_advertising(auto_restart=True, advertising_data=...)
    scanner, client = backends(air.adapter)           # a client in this process, or
    async with air.listen() as adapter:               # one in another: "tcp-client:127.0.0.1:PORT"
        ...
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from bumble import hci
from bumble.device import Device, DeviceConfiguration
from bumble.host import Host
from bumble.transport.common import StreamPacketSource, Transport

from footdrop_imu.device.virtual_controller import AirController, AirLink
from footdrop_imu.device.virtual_faults import AirFaults
from footdrop_imu.errors import DeviceError, DeviceReason, SchemaError, SchemaReason

__all__ = ["Air", "Sensor"]

LOOPBACK = "127.0.0.1"


class Sensor(NamedTuple):
    """A simulated sensor's radio: bumble's stack for the firmware, and the controller that faults can be set on.

    ``controller.out_of_range = True``, ``controller.drop_link()`` and ``controller.vanish()`` (a power cut) do by
    hand what ``AirFaults`` do by time.
    """

    device: Device
    controller: AirController

    @property
    def waiting_count(self) -> int:
        """Packets given to the stack that have not gone over the air yet; firmware drops samples when it is full."""
        queue = self.device.host.le_acl_packet_queue
        return 0 if queue is None else int(queue.pending)


class Air:
    """One air with its sensors. To be made inside a running event loop.

    Parameters
    ----------
    speed
        How many times faster than the wall clock the air and its sensors run: long recordings in short tests. The
        client's own timeouts stay in wall time.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if not 0.01 <= speed <= 1000:
            raise SchemaError(SchemaReason.WRONG_VALUE, f"speed is {speed}; expected 0.01 to 1000.")
        self.speed = speed
        self.link = AirLink(speed)
        self._start_s = asyncio.get_running_loop().time()
        self._central_count = 0

    def time_s(self) -> float:
        """Seconds since the air was made, in its own time: what sensors count their samples by."""
        return (asyncio.get_running_loop().time() - self._start_s) * self.speed

    async def sleep(self, duration_s: float) -> None:
        """Sleep for so long in the air's time."""
        await asyncio.sleep(duration_s / self.speed)

    def sensor(self, name: str, address: str, faults: AirFaults | None = None) -> Sensor:
        """Make a sensor's radio; its GATT services and its advertising are up to the caller.

        ``address``: a static random one, F0:F1:F2:00:00:01 for example.
        """
        controller = AirController(address, self.link, faults)
        configuration = DeviceConfiguration(
            name=name,
            address=hci.Address(address, hci.Address.RANDOM_DEVICE_ADDRESS),
            advertising_interval_min=100.0,
            advertising_interval_max=100.0,
        )
        device = Device(config=configuration, host=Host(controller_source=controller, controller_sink=controller))
        return Sensor(device, controller)

    def _central(self) -> AirController:
        self._central_count += 1
        return AirController(f"client {self._central_count}", self.link)

    async def adapter(self) -> Transport:
        """Open a client's adapter in this process: what ``backends`` takes."""
        return _InProcess(self._central())

    @asynccontextmanager
    async def listen(self, port: int = 0) -> AsyncIterator[str]:
        """Let clients in other processes of this computer in; gives the adapter's text for them.

        Each client finds an adapter of its own. ``port`` 0: one that is free. DeviceError BUSY where it is taken.
        """
        clients: set[_TcpClient] = set()
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(lambda: _TcpClient(self._central(), clients), LOOPBACK, port)
        except OSError as error:
            raise DeviceError(
                DeviceReason.BUSY,
                f"Port {port} cannot be listened on: {error.strerror or error}. Choose another, or 0 for a free one.",
            ) from error
        try:
            yield f"tcp-client:{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            for client in list(clients):
                client.close()
            await asyncio.sleep(0)  # a closed connection is told in the loop's next round
            await server.wait_closed()


class _InProcess(Transport):
    """A client's adapter in this process."""

    def __init__(self, controller: AirController) -> None:
        super().__init__(controller, controller)
        self.controller = controller

    async def close(self) -> None:
        self.controller.switch_off()


class _TcpClient(StreamPacketSource):
    """A client's adapter over TCP: HCI packets from the client go to the controller, the controller's to the client."""

    def __init__(self, controller: AirController, clients: set[_TcpClient]) -> None:
        super().__init__()
        self.controller = controller
        self.clients = clients
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.clients.add(self)
        self.set_packet_sink(self.controller)
        self.controller.host = self

    def on_packet(self, packet: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(packet)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.clients.discard(self)
        self.controller.host = None
        self.controller.switch_off()

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()
