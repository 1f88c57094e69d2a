"""A backend of bleak for adapters that the operating system does not manage: simulated sensors, and HCI dongles.

``backends(adapter)`` gives the two classes for ``BleakScanner(..., backend=)`` and ``BleakClient(..., backend=)``;
everything else is bleak's ordinary interface::

    scanner, client = backends("tcp-client:127.0.0.1:9101,tcp-client:127.0.0.1:9102")
    device = await BleakScanner.find_device_by_name("Left foot", backend=scanner)
    async with BleakClient(device, backend=client) as sensor:
        ...

With the environment's ``BUMBLE_SNOOPER=btsnoop:file:session.btsnoop`` all that goes to and from an adapter is recorded
as a file that Wireshark reads.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from footdrop_imu.errors import DeviceError, DeviceReason

if TYPE_CHECKING:
    from bleak.backends.client import BaseBleakClient
    from bleak.backends.scanner import BaseBleakScanner

    from footdrop_imu.device.virtual_host import Opener

__all__ = ["backends", "parse_adapter"]

NETWORK = ("tcp-client", "ws-client")
LOCAL = ("serial", "usb", "pyusb", "unix-client", "hci-socket", "pty")
_COMMA = re.compile(rf",\s*(?=(?:{'|'.join(NETWORK + LOCAL)})(?::|,|$))")  # a serial port's options have commas too


def backends(adapter: str | Opener) -> tuple[type[BaseBleakScanner], type[BaseBleakClient]]:
    """Give the scanner class and the client class of bleak for an adapter.

    Parameters
    ----------
    adapter
        One or several HCI transports, separated by commas: ``tcp-client:127.0.0.1:9101`` (a simulated sensor's port),
        ``serial:/dev/ttyACM0`` or ``usb:0`` (a dongle). A scan looks at all of them; a connection uses the one that
        saw the sensor. Or a function that opens a transport, as ``virtual_air.Air.adapter`` gives it, for a
        simulation in this very process.

    Raises
    ------
    DeviceError
        NOT_INSTALLED without bumble; NO_ADAPTER where the text names no such transport, or one on another computer:
        HCI over a network has neither password nor encryption.
    """
    names = parse_adapter(adapter) if isinstance(adapter, str) else []
    try:
        import bumble  # noqa: F401
    except ImportError as error:
        raise DeviceError(
            DeviceReason.NOT_INSTALLED,
            "Simulated sensors and HCI dongles need the library bumble, which is not installed. "
            "Install it: pip install 'footdrop-imu[virtual]'.",
        ) from error
    from footdrop_imu.device.virtual_client import VirtualClient
    from footdrop_imu.device.virtual_host import Port, port_of
    from footdrop_imu.device.virtual_scanner import VirtualScanner

    ports = tuple(map(port_of, names)) if isinstance(adapter, str) else (Port("simulation", adapter),)
    of = {"ports": ports}  # bleak wants classes, not objects: so the adapters are the classes'
    return type("VirtualScanner", (VirtualScanner,), of), type("VirtualClient", (VirtualClient,), of)


def parse_adapter(text: str) -> list[str]:
    """Split an adapter's text into its transports; DeviceError NO_ADAPTER where one of them cannot be used."""
    names = list(dict.fromkeys(_COMMA.split(text.strip())))
    for name in names:
        kind, _, place = name.partition(":")
        if kind not in NETWORK + LOCAL or not (place or kind in ("pty", "hci-socket")):
            raise DeviceError(
                DeviceReason.NO_ADAPTER,
                f"The adapter is {name!r}; expected a transport such as tcp-client:127.0.0.1:9101 "
                "(a simulated sensor), serial:/dev/ttyACM0 or usb:0 (a dongle), several of them separated by commas.",
            )
        if kind in NETWORK:
            _check_loopback(name, place)
    return names


def _check_loopback(name: str, place: str) -> None:
    host, _, port = re.sub(r"^wss?://", "", place).split("/")[0].rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise DeviceError(
            DeviceReason.NO_ADAPTER, f"The adapter {name!r} names no port; expected tcp-client:127.0.0.1:PORT."
        )
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise DeviceError(
            DeviceReason.NO_ADAPTER,
            f"The adapter {name!r} is on another computer; expected one on this computer (127.0.0.1): what goes to a "
            "Bluetooth adapter over a network is neither encrypted nor protected by a password.",
        )
