"""Bluetooth LE: what is heard, and a connection to one sensor. The only place that knows the Bluetooth library.

Everything goes through the library's public interface, so that a simulated sensor behind another backend is met by the
same code: ``adapter`` (or the environment's FOOTDROP_ADAPTER) says which radio is used, ``""`` the computer's own,
``hci1`` one of several on Linux, anything else the transport of a virtual controller such as
``tcp-client:127.0.0.1:9101``. No other library's exception leaves this module: each becomes a ``DeviceError`` with its
reason, decided by the state of the link rather than by the text of the error, because the systems word a lost link in
many ways (a GATT "unlikely error", a D-Bus error, an ``OSError``, a timeout).

What differs between systems, and what is done about it:

- The connection interval is the system's and the sensor's to choose; no program can set it. Arrival comes in bursts
  and is no sample time; it is stamped in the callback, which does nothing else.
- Linux keeps a link after its program has ended, and doubles notifications after a link that broke:
  ``Connection.forget`` takes the sensor out of the system's list unless it is paired, and
  ``connected_already`` finds sensors that no longer advertise. The system forgets sensors half a minute after a scan,
  therefore everybody scans before connecting. The default way of subscribing is kept: the other one loses
  notifications when the program is busy.
- macOS gives a UUID of its own instead of the address, another on each computer; before 12.3 it finds no sensor
  without a list of services and is not supported. It asks the person for permission once.
- Windows may answer "unreachable" where a second attempt succeeds, and asks for pairing only with sensors that want
  it. A graphical program must not make its main thread single-threaded COM (``pythoncom``) before the first scan.
- One event loop a program, one ``asyncio.run``: the libraries below keep objects that belong to a loop.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from footdrop_imu.device.advice import advice
from footdrop_imu.errors import DeviceError, DeviceReason

if TYPE_CHECKING:
    from bleak import BleakClient
    from bleak.backends.device import BLEDevice

__all__ = [
    "Adapter",
    "Connection",
    "Heard",
    "Radio",
    "choose_radio",
    "connect",
    "connected_already",
    "listening",
    "system_error",
]

Adapter = str | Callable[[], Awaitable[Any]]
"""Which Bluetooth: a text, or a function that opens the transport of a controller in this process."""

T = TypeVar("T")

_ATTEMPTS = 3  # to start a scan while the system says that another one is being started or stopped
_OPERATION_TIMEOUT_S = 10.0
_NEEDS_PAIRING = {0x05, 0x08, 0x0C, 0x0F}  # ATT errors: authentication, authorization, key size, encryption
_UNKNOWN_MTU = 23


class Heard(NamedTuple):
    """One advertisement. ``device`` is the library's handle to connect by; it goes stale."""

    address: str
    name: str
    rssi_dbm: int
    services: tuple[str, ...]
    company_ids: tuple[int, ...]
    device: Any


class Radio(NamedTuple):
    """Which Bluetooth is used, and what to hand to the library for it."""

    simulated: bool
    scanner: Mapping[str, Any]
    client: Mapping[str, Any]
    system: Mapping[str, Any]


def choose_radio(adapter: Adapter | None = None) -> Radio:
    """Choose the Bluetooth to use: see the module's text; None = as the environment says.

    Raises
    ------
    DeviceError
        ``not_installed``: simulated sensors were asked for and their library is missing. ``no_adapter``: no such
        transport.
    """
    chosen = os.environ.get("FOOTDROP_ADAPTER", "") if adapter is None else adapter
    if isinstance(chosen, str):
        chosen = chosen.strip().removeprefix("hci:")
        if not chosen:
            return Radio(False, {}, {}, {})
        if re.fullmatch(r"hci\d+", chosen):
            one = {"bluez": {"adapter": chosen}}
            return Radio(False, one, one, one)
    from footdrop_imu.device.virtual_backend import backends

    scanner, client = backends(chosen)
    return Radio(True, {"backend": scanner}, {"backend": client}, {})


@asynccontextmanager
async def listening(radio: Radio, heard: Callable[[Heard], None]) -> AsyncIterator[None]:
    """Scan while the block runs; every advertisement goes to ``heard``, which must not block.

    Raises
    ------
    DeviceError
        ``no_bluetooth``, ``no_adapter``, ``no_permission``, ``busy``.
    """
    from bleak import BleakScanner

    def take(device: Any, advertisement: Any) -> None:
        heard(
            Heard(
                device.address,
                advertisement.local_name or "",
                advertisement.rssi,
                tuple(uuid.lower() for uuid in advertisement.service_uuids),
                tuple(advertisement.manufacturer_data),
                device,
            )
        )

    for attempt in range(_ATTEMPTS):
        try:
            scanner = BleakScanner(take, **radio.scanner)
            async with asyncio.timeout(_OPERATION_TIMEOUT_S):
                await scanner.start()
            break
        except Exception as error:
            named = system_error(error, radio) or _error(
                DeviceReason.BUSY if isinstance(error, TimeoutError) else DeviceReason.NO_BLUETOOTH,
                f"A scan for sensors did not begin{_said(error)}.",
                radio,
            )
            if named.reason is not DeviceReason.BUSY or attempt == _ATTEMPTS - 1:
                raise named from error
            await asyncio.sleep(1.0)
    try:
        yield
    finally:
        await _quietly(scanner.stop())


async def connected_already(radio: Radio) -> list[Heard]:
    """List sensors that this computer is connected to, and that therefore do not advertise; [] where none can tell."""
    from bleak import BleakAdapter

    if radio.simulated:
        return []
    try:
        async with asyncio.timeout(_OPERATION_TIMEOUT_S):
            devices = await (await BleakAdapter.get(**radio.system)).get_connected_devices()
    except Exception:
        return []  # a help for the search, which says by itself what is wrong with Bluetooth
    return [_connected(device) for device in devices]


def _connected(device: BLEDevice) -> Heard:
    """What Linux remembers of a connected sensor's advertisements; the other systems tell its name only."""
    known = device.details.get("props", {}) if isinstance(device.details, dict) else {}
    services = tuple(uuid.lower() for uuid in known.get("UUIDs", ()))
    return Heard(device.address, device.name or "", 0, services, tuple(known.get("ManufacturerData", ())), device)


async def connect(radio: Radio, sensor: Heard, *, timeout_s: float) -> Connection:
    """Connect to a sensor that was just heard. Cancelled or failed, it leaves no link behind.

    Raises
    ------
    DeviceError
        ``busy``: it advertised and does not accept the connection. ``not_found``: the system has forgotten it.
        ``lost``, ``no_bluetooth``, ``no_permission``.
    """
    from bleak import BleakClient
    from bleak.exc import BleakDeviceNotFoundError

    who = sensor.name or sensor.address
    lost = asyncio.Event()
    client: BleakClient | None = None
    try:
        client = BleakClient(
            sensor.device, disconnected_callback=lambda _: lost.set(), timeout=timeout_s, **radio.client
        )
        async with asyncio.timeout(timeout_s + 1.0):
            await client.connect()
        return Connection(radio, client, who, lost, paired=_is_paired(sensor.device))
    except BaseException as error:
        if client is not None:
            await _quietly(client.disconnect())
        if isinstance(error, BleakDeviceNotFoundError):
            raise _error(DeviceReason.NOT_FOUND, f"{who} was heard and is gone again.", radio, who) from error
        if isinstance(error, Exception):
            raise (
                system_error(error, radio, who)
                or _error(
                    DeviceReason.BUSY,
                    f"{who} advertises, but the connection did not come about within {timeout_s:.0f} s"
                    f"{_said(error)}. It may be connected elsewhere, or too far away.",
                    radio,
                    who,
                )
            ) from error
        raise


def _is_paired(device: Any) -> bool:
    """Whether the system holds a bond with a sensor; only Linux tells."""
    details = getattr(device, "details", None)
    told = details.get("props", {}) if isinstance(details, dict) else {}
    return bool(told.get("Paired"))


class Connection:
    """A link to one sensor. ``lost`` is set when it ends, by whomever."""

    def __init__(self, radio: Radio, client: BleakClient, who: str, lost: asyncio.Event, *, paired: bool) -> None:
        self._radio, self._client, self.who, self.lost = radio, client, who, lost
        self._paired = paired
        self._services = client.services  # the library has them only while the link stands
        self._mtu = _UNKNOWN_MTU

    @property
    def address(self) -> str:
        """The sensor's address; on macOS the UUID that stands for it."""
        return self._client.address

    @property
    def mtu(self) -> int:
        """Bytes that fit a notification, plus three; 23 where the system does not (yet) know better."""
        with suppress(Exception):  # a link that has ended has no MTU; it keeps its last one
            # the library's own property is always 23 on Linux
            sizes = [one.max_write_without_response_size for one in self._services.characteristics.values()]
            self._mtu = max(self._mtu, max(sizes, default=0) + 3)
        return self._mtu

    def has(self, characteristic: str) -> bool:
        """Whether the sensor has a characteristic."""
        return any(one.uuid == characteristic for one in self._services.characteristics.values())

    async def read(self, characteristic: str) -> bytes:
        """Read a characteristic; errors as in ``write``."""
        return bytes(await self._try(f"reading {characteristic}", lambda: self._client.read_gatt_char(characteristic)))

    async def write(self, characteristic: str, data: bytes, *, with_response: bool = True, service: str = "") -> None:
        """Write to a characteristic, with response where it is asked for and the sensor offers it, or nothing else.

        ``service``: the one that the characteristic is in, where several have one of that UUID.

        Raises
        ------
        DeviceError
            ``refused``: the sensor answered with an error. ``wrong_firmware``: it has no such characteristic.
            ``silent``: no answer. ``lost``: the link ended.
        """

        async def act() -> None:
            room = self._services.get_service(service) if service else self._services
            found = None if room is None else room.get_characteristic(characteristic)
            properties = found.properties if found is not None else []
            offers, plain = "write" in properties, "write-without-response" in properties
            await self._client.write_gatt_char(
                found or characteristic, data, response=(with_response and offers) or (offers and not plain)
            )

        await self._try(f"writing {data.hex(' ')} to {characteristic}", act)

    async def subscribe(self, characteristic: str, take: Callable[[bytes], None]) -> None:
        """Have every notification of a characteristic handed to ``take``, which only stamps and queues it."""
        await self._try(
            f"subscribing to {characteristic}",
            lambda: self._client.start_notify(characteristic, lambda _, data: take(bytes(data))),
        )

    async def unsubscribe(self, characteristic: str) -> None:
        """Have no more notifications of a characteristic; a link that is gone is no error."""
        if not self.lost.is_set():
            await _quietly(self._client.stop_notify(characteristic))

    async def close(self) -> None:
        """End the link; bounded in time and without error, whatever state it is in."""
        await _quietly(self._client.disconnect())
        self.lost.set()

    async def forget(self) -> None:
        """After a link that broke: on Linux take the sensor out of the system's list, else notifications double.

        Closing this connection cures that too (BlueZ 5.66), and has to do where the sensor is paired: the bond would
        be deleted.
        """
        from bleak.backends import BleakBackend

        if self._client.backend_id == BleakBackend.BLUEZ_DBUS and not self._paired:
            await _quietly(self._client.unpair())

    async def _try(self, doing: str, act: Callable[[], Awaitable[T]]) -> T:
        from bleak.exc import BleakCharacteristicNotFoundError, BleakGATTProtocolError

        try:
            async with asyncio.timeout(_OPERATION_TIMEOUT_S):
                return await act()
        except Exception as error:
            with suppress(TimeoutError):  # word of a lost link may come a little after the failure that it caused
                async with asyncio.timeout(0.1):
                    await self.lost.wait()
            if self.lost.is_set() or not self._client.is_connected:
                reason, what = DeviceReason.LOST, f"The link to {self.who} ended while {doing}"
            elif isinstance(error, BleakCharacteristicNotFoundError):
                reason, what = DeviceReason.WRONG_FIRMWARE, f"{self.who} has no such characteristic: {doing} failed"
            elif isinstance(error, BleakGATTProtocolError) and error.code in _NEEDS_PAIRING:
                reason, what = (
                    DeviceReason.REFUSED,
                    f"{self.who} wants to be paired first in the system's Bluetooth settings: {doing} failed",
                )
            elif isinstance(error, TimeoutError):
                reason, what = (
                    DeviceReason.SILENT,
                    f"{self.who} did not answer within {_OPERATION_TIMEOUT_S:.0f} s: {doing}",
                )
            else:
                reason, what = DeviceReason.REFUSED, f"{self.who} refused {doing}"
            raise _error(reason, f"{what}{_said(error)}.", self._radio, self.who) from error


async def _quietly(ending: Awaitable[object]) -> None:
    """Do what ends things: bounded in time, and nothing that goes wrong matters any more."""
    with suppress(Exception):
        async with asyncio.timeout(_OPERATION_TIMEOUT_S):
            await ending


def _said(error: BaseException) -> str:
    """What an error says in words, without its numbers."""
    words = [part for part in error.args if isinstance(part, str)]
    return f" ({words[-1].rstrip('.')})" if words else ""


def _error(reason: DeviceReason, what: str, radio: Radio, who: str = "") -> DeviceError:
    return DeviceError(reason, f"{what} {advice(reason, simulated=radio.simulated)}".strip(), sensor=who)


def system_error(error: Exception, radio: Radio, who: str = "") -> DeviceError | None:
    """Name an error of the system's Bluetooth itself; None where it is another."""
    from bleak.exc import BleakBluetoothNotAvailableError, BleakDBusError
    from bleak.exc import BleakBluetoothNotAvailableReason as Why

    off, forbidden = "Bluetooth is turned off", "This program may not use Bluetooth"
    name = error.dbus_error if isinstance(error, BleakDBusError) else ""
    if isinstance(error, BleakBluetoothNotAvailableError):
        if error.reason is Why.POWERED_OFF:
            reason, what = DeviceReason.NO_BLUETOOTH, off
        elif error.reason in (Why.NO_BLUETOOTH, Why.NO_BLE_CENTRAL_ROLE):
            reason, what = DeviceReason.NO_ADAPTER, "There is no Bluetooth LE adapter"
            what = "The Bluetooth of --adapter does not answer" if radio.simulated else what
        elif error.reason is Why.UNKNOWN:
            reason, what = DeviceReason.NO_BLUETOOTH, "Bluetooth does not work"
        else:
            reason, what = DeviceReason.NO_PERMISSION, forbidden
        return _error(reason, f"{what}{_said(error)}.", radio, who)
    if isinstance(error, PermissionError) or name.endswith(("AccessDenied", "NotPermitted", "NotAuthorized")):
        reason, what = DeviceReason.NO_PERMISSION, forbidden
    elif name.endswith("InProgress"):
        reason, what = DeviceReason.BUSY, "The Bluetooth adapter is busy with another scan or connection"
    elif name.endswith("NotReady"):
        reason, what = DeviceReason.NO_BLUETOOTH, off
    elif isinstance(error, FileNotFoundError | ConnectionError) or ".DBus.Error." in name:
        reason, what = DeviceReason.NO_BLUETOOTH, "The system's Bluetooth service does not answer"
    else:
        return None
    return _error(reason, f"{what}{_said(error)}.", radio, who)
