"""The client of bleak on bumble's stack; ``virtual_backend.backends`` is the way in."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import Any, ClassVar, TypeVar

from bleak.args import SizedBuffer
from bleak.assigned_numbers import CharacteristicPropertyName
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import (
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)
from bleak.uuids import normalize_uuid_str
from bumble import att, core
from bumble.device import Connection
from bumble.gatt import Characteristic
from bumble.gatt_client import Client

from footdrop_imu.device.virtual_host import HciHost, HostLostError, Port, raise_if_cancelled, retrieve
from footdrop_imu.device.virtual_scanner import Place, VirtualScanner, not_available

__all__ = ["VirtualClient"]

MTU = 247  # what phones and computers ask for; fits one link-layer packet of 251 bytes
CLIENT_CONFIGURATION = "00002902-0000-1000-8000-00805f9b34fb"
DISCONNECT_S = 3.0  # a controller that has not told of the end of a link by then will not

_logger = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")
_background: set[asyncio.Task[None]] = set()  # the loop holds tasks weakly

PROPERTIES: dict[Characteristic.Properties, CharacteristicPropertyName] = {
    Characteristic.Properties.BROADCAST: "broadcast",
    Characteristic.Properties.READ: "read",
    Characteristic.Properties.WRITE_WITHOUT_RESPONSE: "write-without-response",
    Characteristic.Properties.WRITE: "write",
    Characteristic.Properties.NOTIFY: "notify",
    Characteristic.Properties.INDICATE: "indicate",
    Characteristic.Properties.AUTHENTICATED_SIGNED_WRITES: "authenticated-signed-writes",
    Characteristic.Properties.EXTENDED_PROPERTIES: "extended-properties",
}


class VirtualClient(BaseBleakClient):
    """One connection to one sensor."""

    ports: ClassVar[tuple[Port, ...]] = ()

    def __init__(self, address_or_ble_device: BLEDevice | str, **kwargs: Any) -> None:
        self._wanted_services: set[str] | None = kwargs.pop("services", None)
        super().__init__(address_or_ble_device, **kwargs)
        self._device = address_or_ble_device if isinstance(address_or_ble_device, BLEDevice) else None
        self._host: HciHost | None = None
        self._link: Connection | None = None
        self._ready = False  # connected, and told so
        self._gone = asyncio.Event()
        self._requests: set[asyncio.Task[Any]] = set()
        self._released: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """The advertised name, else the address."""
        return (self._device.name if self._device else None) or self.address

    @property
    def mtu_size(self) -> int:
        """The MTU agreed upon."""
        return int(self._link.att_mtu) if self._link else att.ATT_DEFAULT_MTU

    @property
    def is_connected(self) -> bool:
        """Whether the link stands, as far as is known."""
        return self._ready

    async def connect(self, pair: bool, **kwargs: Any) -> None:  # noqa: ARG002
        """Connect, agree on the MTU and discover services, within the client's timeout.

        Of a sensor whose address alone is known, a scan, with the same timeout, finds out the rest.
        """
        if self._link is not None:
            return
        if pair:
            _logger.warning("Pairing is not supported here; connecting without it.")
        place = self._device.details if self._device else await self._find()
        async with asyncio.timeout(self._timeout):
            try:
                host = await place.port.acquire()
            except HostLostError as error:
                raise not_available(error) from error
            try:
                link = await host.connect(place.address)
            except BaseException as error:
                await host.port.release(host)
                if isinstance(error, HostLostError):
                    raise BleakError(str(error)) from error
                raise
            self._host, self._link = host, link
            self._gone.clear()
            link.on(link.EVENT_DISCONNECTION, self._on_disconnection)
            try:
                with contextlib.suppress(BleakGATTProtocolError):  # a server may know no MTU exchange: it stays 23
                    await self._ask(link.gatt_client.request_mtu(MTU))
                self.services = await self._discover(link)
            except BaseException:
                await self.disconnect()
                raise
            self._ready = True

    async def _find(self) -> Place:
        """Scan for the address until it is seen; bleak's own backends do so too."""
        seen: asyncio.Future[Place] = asyncio.get_running_loop().create_future()

        def on_detection(device: BLEDevice, _: AdvertisementData) -> None:
            if device.address.lower() == self.address.lower() and not seen.done():
                seen.set_result(device.details)

        scanner = type("VirtualScanner", (VirtualScanner,), {"ports": self.ports})(on_detection, None, "active")
        await scanner.start()
        try:
            async with asyncio.timeout(self._timeout):
                return await seen
        except TimeoutError:
            raise BleakDeviceNotFoundError(self.address, f"{self.address} was not seen in a scan.") from None
        finally:
            await scanner.stop()

    async def _discover(self, link: Connection) -> BleakGATTServiceCollection:
        collection = BleakGATTServiceCollection()
        for service in await self._ask(link.gatt_client.discover_services()):
            service_uuid = normalize_uuid_str(service.uuid.to_hex_str("-"))
            if self._wanted_services and service_uuid not in self._wanted_services:
                continue
            of_service = BleakGATTService(service, service.handle, service_uuid)
            collection.add_service(of_service)
            for characteristic in await self._ask(link.gatt_client.discover_characteristics((), service)):
                entry = BleakGATTCharacteristic(
                    characteristic,
                    characteristic.handle,
                    normalize_uuid_str(characteristic.uuid.to_hex_str("-")),
                    [name for flag, name in PROPERTIES.items() if characteristic.properties & flag],
                    lambda: self.mtu_size - 3,
                    of_service,
                )
                collection.add_characteristic(entry)
                for descriptor in await self._ask(link.gatt_client.discover_descriptors(characteristic)):
                    uuid = normalize_uuid_str(descriptor.type.to_hex_str("-"))
                    collection.add_descriptor(BleakGATTDescriptor(descriptor, descriptor.handle, uuid, entry))
        return collection

    async def disconnect(self) -> None:
        """End the connection; nothing to do where there is none."""
        link = self._link
        if link is not None:
            ending = asyncio.ensure_future(link.disconnect())
            ending.add_done_callback(retrieve)
            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(DISCONNECT_S):
                        await self._gone.wait()
            finally:
                ending.cancel()
                if self._link is link:
                    self._on_disconnection(0)
        if self._released is not None:
            await asyncio.shield(self._released)

    def _on_disconnection(self, reason: int) -> None:
        """The link is over, wanted or not: end what waits for an answer, tell the user, let the controller go."""
        host, self._host, self._link, self.services = self._host, None, None, None
        if host is None:
            return
        _logger.debug("%s: disconnected, reason 0x%02X", self.address, reason)
        for request in self._requests:
            request.cancel()
        self._gone.set()
        self._released = asyncio.ensure_future(host.port.release(host))
        _background.add(self._released)
        self._released.add_done_callback(_background.discard)
        was_ready, self._ready = self._ready, False
        if was_ready and self._disconnected_callback is not None:
            self._disconnected_callback()

    async def _ask(self, request: Coroutine[Any, Any, _Answer]) -> _Answer:
        """Await one of bumble's requests; its errors become bleak's, a lost link ends it at once."""
        if self._link is None:
            request.close()
            raise BleakError("Not connected.")
        task = asyncio.ensure_future(request)
        self._requests.add(task)
        task.add_done_callback(self._requests.discard)
        task.add_done_callback(retrieve)
        try:
            # Shielded: an answer that comes after its caller has gone must not be taken for the next one's.
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            raise_if_cancelled()
            raise BleakError("The connection was lost before the sensor answered.") from None
        except att.ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except (core.BaseBumbleError, TimeoutError) as error:
            raise BleakError(f"No answer from the sensor: {error or 'in time'}") from error

    def _gatt(self) -> Client:
        if self._link is None:
            raise BleakError("Not connected.")
        return self._link.gatt_client

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        """Not supported, as on macOS: none of the sensors needs it."""
        raise NotImplementedError("Pairing is not supported by this backend.")

    async def unpair(self) -> None:
        """Not supported: nothing is ever paired."""
        raise NotImplementedError("Pairing is not supported by this backend.")

    async def read_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        **kwargs: Any,  # noqa: ARG002
    ) -> bytearray:
        """Read a characteristic, long values to their end."""
        return bytearray(await self._ask(self._gatt().read_value(characteristic.handle)))

    async def read_gatt_descriptor(
        self,
        descriptor: BleakGATTDescriptor,
        **kwargs: Any,  # noqa: ARG002
    ) -> bytearray:
        """Read a descriptor."""
        return bytearray(await self._ask(self._gatt().read_value(descriptor.handle)))

    async def write_gatt_char(self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool) -> None:
        """Write a characteristic."""
        if not response and len(data) > self.mtu_size - 3:
            raise BleakError(f"{len(data)} bytes do not fit in one packet of {self.mtu_size - 3} bytes.")
        await self._ask(self._gatt().write_value(characteristic.handle, bytes(data), response))

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: SizedBuffer) -> None:
        """Write a descriptor."""
        await self._ask(self._gatt().write_value(descriptor.handle, bytes(data), True))

    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,
        callback: NotifyCallback,
        **kwargs: Any,  # noqa: ARG002
    ) -> None:
        """Let the sensor notify, or indicate where it cannot notify."""
        gatt, handle = self._gatt(), characteristic.handle
        notifies = "notify" in characteristic.properties
        subscribers = gatt.notification_subscribers if notifies else gatt.indication_subscribers
        # Before the sensor is told: its first packet may come with its answer.
        subscribers[handle] = {lambda value: callback(bytearray(value))}
        await self._configure(characteristic, b"\x01\x00" if notifies else b"\x02\x00")

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Let the sensor stop notifying or indicating."""
        gatt = self._gatt()
        await self._configure(characteristic, b"\x00\x00")
        gatt.notification_subscribers.pop(characteristic.handle, None)
        gatt.indication_subscribers.pop(characteristic.handle, None)

    async def _configure(self, characteristic: BleakGATTCharacteristic, bits: bytes) -> None:
        descriptor = characteristic.get_descriptor(CLIENT_CONFIGURATION)
        if descriptor is None:
            raise BleakError(f"Characteristic {characteristic.uuid} cannot notify: it has no client configuration.")
        await self._ask(self._gatt().write_value(descriptor.handle, bits, True))
