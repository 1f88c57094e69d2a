"""The scanner of bleak on bumble's stack; ``virtual_backend.backends`` is the way in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason
from bleak.uuids import normalize_uuid_str
from bumble import core, hci
from bumble.device import Advertisement

from footdrop_imu.device.virtual_host import HciHost, HostLostError, Port

__all__ = ["Place", "VirtualScanner", "not_available"]


class Place(NamedTuple):
    """Where a device was seen: what ``BLEDevice.details`` holds."""

    port: Port
    address: hci.Address


def not_available(error: HostLostError) -> BleakBluetoothNotAvailableError:
    """Say in bleak's terms that there is no adapter."""
    return BleakBluetoothNotAvailableError(str(error), BleakBluetoothNotAvailableReason.NO_BLUETOOTH)


def _uuid(data: bytes) -> str:
    """Bleak's spelling of a UUID as advertised: 2, 4 or 16 bytes, last byte first."""
    return normalize_uuid_str(str(core.UUID.from_bytes(data).to_hex_str("-")))


def _read_advertisement(advertisement: Advertisement) -> AdvertisementData:
    """Turn an advertisement, joined with its scan response, into bleak's; what is no structure is left out."""
    kind = core.AdvertisingData.Type
    name, tx_power = None, None
    manufacturer_data: dict[int, bytes] = {}
    service_data: dict[str, bytes] = {}
    service_uuids: list[str] = []
    sizes = {
        kind.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
        kind.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
        kind.INCOMPLETE_LIST_OF_32_BIT_SERVICE_CLASS_UUIDS: 4,
        kind.COMPLETE_LIST_OF_32_BIT_SERVICE_CLASS_UUIDS: 4,
        kind.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
        kind.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
        kind.SERVICE_DATA_16_BIT_UUID: 2,
        kind.SERVICE_DATA_32_BIT_UUID: 4,
        kind.SERVICE_DATA_128_BIT_UUID: 16,
    }
    data_kinds = (kind.SERVICE_DATA_16_BIT_UUID, kind.SERVICE_DATA_32_BIT_UUID, kind.SERVICE_DATA_128_BIT_UUID)
    for structure, data in advertisement.data.ad_structures:
        size = sizes.get(kind(structure), 0)
        if structure == kind.COMPLETE_LOCAL_NAME or (structure == kind.SHORTENED_LOCAL_NAME and name is None):
            name = data.decode("utf-8", errors="replace")
        elif structure == kind.MANUFACTURER_SPECIFIC_DATA and len(data) >= 2:
            manufacturer_data[int.from_bytes(data[:2], "little")] = bytes(data[2:])
        elif structure == kind.TX_POWER_LEVEL and len(data) == 1:
            tx_power = int.from_bytes(data, "little", signed=True)
        elif structure in data_kinds and len(data) >= size:
            service_data[_uuid(data[:size])] = bytes(data[size:])
        elif size:
            whole = len(data) - len(data) % size
            service_uuids += [_uuid(data[k : k + size]) for k in range(0, whole, size)]
    return AdvertisementData(
        name, manufacturer_data, service_data, list(dict.fromkeys(service_uuids)), tx_power, advertisement.rssi, ()
    )


class VirtualScanner(BaseBleakScanner):
    """Looks at all adapters at once; one that is away is left out as long as another is there."""

    ports: ClassVar[tuple[Port, ...]] = ()

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._scans: list[tuple[HciHost, Callable[[Advertisement], None]]] = []

    async def start(self) -> None:
        """Begin to scan; BleakBluetoothNotAvailableError where no adapter can be opened."""
        self.seen_devices = {}
        failed: HostLostError | None = None
        for port in self.ports:
            try:
                host = await port.acquire()
            except HostLostError as error:
                failed = error
                continue
            listener = self._listener(port)
            host.device.on(host.device.EVENT_ADVERTISEMENT, listener)
            self._scans.append((host, listener))
            try:
                await host.start_scanning()
            except HostLostError as error:
                failed = error
                self._scans.pop()
                host.device.remove_listener(host.device.EVENT_ADVERTISEMENT, listener)
                await port.release(host)
            except BaseException:
                await self.stop()
                raise
        if failed is not None and not self._scans:
            raise not_available(failed)

    async def stop(self) -> None:
        """Stop scanning."""
        scans, self._scans = self._scans, []
        for host, listener in scans:
            host.device.remove_listener(host.device.EVENT_ADVERTISEMENT, listener)
            try:
                await host.stop_scanning()
            finally:
                await host.port.release(host)

    def _listener(self, port: Port) -> Callable[[Advertisement], None]:
        def on_advertisement(advertisement: Advertisement) -> None:
            data = _read_advertisement(advertisement)
            if not self.is_allowed_uuid(data.service_uuids):
                return
            address = advertisement.address.to_string(False)
            place = Place(port, advertisement.address)
            device = self.create_or_update_device(f"{port.name} {address}", address, data.local_name, place, data)
            self.call_detection_callbacks(device, data)

        return on_advertisement
