"""bleak's ordinary scanner and client on a simulated air, through a real bumble stack on both sides."""

from __future__ import annotations

import asyncio

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from rig import COMPANY, INFO, SERVICE, Rig, address_of, rig

from footdrop_imu.device.virtual_backend import backends


async def find(air: Rig, number: int = 1) -> BLEDevice:
    scanner, _ = backends(air.adapter)
    device = await BleakScanner.find_device_by_name(f"Foot {number}", timeout=5, backend=scanner)
    assert device is not None
    return device


async def test_all_of_it() -> None:
    async with asyncio.timeout(20), rig(1) as air:
        scanner, client = backends(air.adapter)
        found = await BleakScanner.discover(timeout=0.15, return_adv=True, service_uuids=[SERVICE], backend=scanner)
        ((device, advertisement),) = found.values()
        assert (device.address, device.name) == (address_of(1), "Foot 1")
        assert advertisement.manufacturer_data == {COMPANY: b"\x01\x02\x03"}
        async with BleakClient(device, backend=client) as sensor:
            assert sensor.mtu_size == 247
            assert (await sensor.read_gatt_char(INFO)) == b"info of Foot 1 " * 20
