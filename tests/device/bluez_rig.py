"""Linux's Bluetooth service as the Bluetooth library sees it: a D-Bus daemon of our own, and on it a small org.bluez.

It has one adapter and one sensor with the project's own protocol. As bluetoothd does (5.66, seen), it keeps a
registration for notifications of every link that broke while they were on, and from then on sends each notification
once more for each, until the sensor is taken out of its list or the subscriber leaves the D-Bus.
"""

from __future__ import annotations

import asyncio
import struct
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from client_rig import CONTROL, DATA, LEFT, SERVICE
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

ADAPTER = "/org/bluez/hci0"
SENSOR = f"{ADAPTER}/dev_{LEFT.replace(':', '_')}"
PATHS = {CONTROL: f"{SENSOR}/service000a/char000b", DATA: f"{SENSOR}/service000a/char000e"}
PROPERTIES = "org.freedesktop.DBus.Properties"
OBJECTS = "org.freedesktop.DBus.ObjectManager"

_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""

_LEAVING = {
    "destination": "org.freedesktop.DBus",
    "path": "/org/freedesktop/DBus",
    "interface": "org.freedesktop.DBus",
    "member": "AddMatch",
    "signature": "s",
    "body": ["type='signal',member='NameOwnerChanged'"],
}


@dataclass
class BlueZ:
    """``happened``: what was asked of it. ``error``: what it answers to a scan, "" = nothing wrong.

    ``left_behind``: who subscribed over links that broke. ``mtu``: None = it does not know, as before version 5.62.
    """

    bus: MessageBus
    powered: bool = True
    has_adapter: bool = True
    error: str = ""
    advertises: bool = True
    mtu: int | None = 247
    samples: int = 1
    connected: bool = False
    notifying: dict[str, str] = field(default_factory=dict)
    left_behind: list[str] = field(default_factory=list)
    paired: bool = False
    happened: list[str] = field(default_factory=list)
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    sent: int = 0

    def objects(self) -> dict[str, dict[str, dict[str, Variant]]]:
        found: dict[str, dict[str, dict[str, Variant]]] = {}
        if self.has_adapter:
            adapter = {"Roles": Variant("as", ["central"]), "Powered": Variant("b", self.powered)}
            found[ADAPTER] = {"org.bluez.Adapter1": {**adapter, "Address": Variant("s", "00:00:00:00:00:01")}}
            found |= {path: {"org.bluez.Device1": self.device()} for path in [SENSOR] if self.connected}
            found |= self.gatt() if self.connected else {}
        return found

    def device(self) -> dict[str, Variant]:
        return {
            "Address": Variant("s", LEFT),
            "Alias": Variant("s", "L foot"),
            "Name": Variant("s", "L foot"),
            "Adapter": Variant("o", ADAPTER),
            "UUIDs": Variant("as", [SERVICE, "00001801-0000-1000-8000-00805f9b34fb"]),
            "Paired": Variant("b", self.paired),
            "Connected": Variant("b", self.connected),
            "ServicesResolved": Variant("b", self.connected),
            "RSSI": Variant("n", -60),
        }

    def gatt(self) -> dict[str, dict[str, dict[str, Variant]]]:
        home = f"{SENSOR}/service000a"
        service = {"UUID": Variant("s", SERVICE), "Device": Variant("o", SENSOR), "Primary": Variant("b", True)}
        found = {home: {"org.bluez.GattService1": service}}
        for uuid, path in PATHS.items():
            flags = ["write", "notify"] if uuid == CONTROL else ["notify"]
            about = {"UUID": Variant("s", uuid), "Service": Variant("o", home), "Flags": Variant("as", flags)}
            told = {} if self.mtu is None else {"MTU": Variant("q", self.mtu)}
            found[path] = {"org.bluez.GattCharacteristic1": about | told}
        return found

    def handle(self, message: Message) -> Message | None:
        if message.member == "NameOwnerChanged" and not message.body[2]:
            self.left_behind = [who for who in self.left_behind if who != message.body[0]]
        if message.message_type is not MessageType.METHOD_CALL or message.interface == "org.freedesktop.DBus.Peer":
            return None
        if message.member == "GetManagedObjects":
            return Message.new_method_return(message, "a{oa{sa{sv}}}", [self.objects()])
        self.happened.append(str(message.member))
        act = getattr(self, f"on_{message.member}", None)
        if message.member == "StartDiscovery" and self.error:
            return Message.new_error(message, self.error, "as ordered")
        if act is not None:
            # the answer goes first, as what it causes comes later
            asyncio.get_running_loop().call_soon(act, message)
        if message.member == "Connect" and not self.connected:
            self.become_connected()
        return Message.new_method_return(message)

    def signal(self, path: str, interface: str, member: str, signature: str, body: list[Any]) -> None:
        self.bus.send(Message.new_signal(path, interface, member, signature, body))

    def change(self, path: str, interface: str, **changed: Variant) -> None:
        self.signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", [interface, changed, []])

    def on_StartDiscovery(self, _: Message) -> None:  # noqa: N802
        if self.advertises and not self.connected:
            self.signal("/", OBJECTS, "InterfacesAdded", "oa{sa{sv}}", [SENSOR, {"org.bluez.Device1": self.device()}])

    def become_connected(self) -> None:
        self.connected = True
        for path, interfaces in self.gatt().items():
            self.signal("/", OBJECTS, "InterfacesAdded", "oa{sa{sv}}", [path, interfaces])
        yes = Variant("b", True)
        self.change(SENSOR, "org.bluez.Device1", Connected=yes, ServicesResolved=yes)

    def on_Disconnect(self, _: Message) -> None:  # noqa: N802
        self.break_link(asked=True)

    def break_link(self, *, asked: bool = False) -> None:
        """End the link: on request, or as it breaks."""
        self.left_behind += [] if asked else sorted(set(self.notifying.values()))
        self.notifying.clear()
        self.stop()
        self.connected = False
        no = Variant("b", False)
        self.change(SENSOR, "org.bluez.Device1", Connected=no, ServicesResolved=no)

    def on_RemoveDevice(self, _: Message) -> None:  # noqa: N802
        self.left_behind.clear()
        self.signal("/", OBJECTS, "InterfacesRemoved", "oas", [SENSOR, ["org.bluez.Device1"]])

    def on_StartNotify(self, message: Message) -> None:  # noqa: N802
        self.notifying[str(message.path)] = str(message.sender)

    def on_StopNotify(self, message: Message) -> None:  # noqa: N802
        self.notifying.pop(str(message.path), None)

    def on_WriteValue(self, message: Message) -> None:  # noqa: N802
        value = bytes(message.body[0])
        self.happened[-1] = f"write {value.hex()}"
        if value[0] == 2:
            self.tasks["stream"] = asyncio.create_task(self.stream())
        if value[0] == 3:
            self.stop()
        self.notify(CONTROL, struct.pack("<BBBH", 0, 1, 16, 2000) if value[0] == 0 else value)

    def notify(self, characteristic: str, data: bytes) -> None:
        path = PATHS[characteristic]
        for _ in range(1 + len(self.left_behind) if path in self.notifying else 0):
            self.change(path, "org.bluez.GattCharacteristic1", Value=Variant("ay", data))

    def stop(self) -> None:
        if "stream" in self.tasks:
            self.tasks.pop("stream").cancel()

    async def stream(self) -> None:
        while True:
            sample = struct.pack("<6h", 0, 0, 2048, 0, 0, 0)
            self.notify(DATA, struct.pack("<BBI", 1, self.sent % 256, self.sent * 10_000) + sample * self.samples)
            self.sent += 1
            await asyncio.sleep(0.01)


@asynccontextmanager
async def bluez(folder: Path, **more: Any) -> AsyncIterator[BlueZ]:
    """A D-Bus daemon with an org.bluez, on the socket ``folder / "bus"``."""
    (folder / "bus.conf").write_text(_CONFIGURATION.format(socket=folder / "bus"), encoding="utf-8")
    command = ["dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork", "--nopidfile", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        try:
            assert daemon.stdout is not None
            assert daemon.stdout.readline()
            bus = await MessageBus(bus_address=f"unix:path={folder / 'bus'}", bus_type=BusType.SYSTEM).connect()
            service = BlueZ(bus, **more)
            bus.add_message_handler(service.handle)
            await bus.call(Message(**_LEAVING))
            await bus.request_name("org.bluez")
            yield service
            service.stop()
            bus.disconnect()
            await bus.wait_for_disconnect()
        finally:
            daemon.kill()
