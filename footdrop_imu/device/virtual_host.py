"""A Bluetooth controller driven without the operating system's stack: opened for as long as somebody uses it.

A controller is reached by HCI packets over a transport: a TCP port on which a simulated sensor listens, a dongle on a
serial port or USB, or a simulated controller in this process. bumble is the stack on top of it. Scanners and clients
of one program share the one controller, which is opened by the first and closed by the last of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from bumble import core, hci
from bumble.device import Connection, Device
from bumble.host import Host
from bumble.transport import open_transport
from bumble.transport.common import Transport

__all__ = ["HciHost", "HostLostError", "Opener", "Port", "port_of", "raise_if_cancelled", "retrieve"]

Opener = Callable[[], Awaitable[Transport]]

START_S = 5.0  # a controller answers its reset within milliseconds; a port that is none never does
CANCEL_S = 0.5  # between asking a controller again to give a connection up
CANCEL_TRIES = 4

logging.getLogger("bumble").addHandler(logging.NullHandler())  # what it warns of is raised or handled here


class HostLostError(Exception):
    """The controller cannot be opened, or has gone."""


class HciHost:
    """An open controller with bumble's stack on it, shared by scanners and clients.

    ``lost`` once the transport has gone. ``connecting`` is held while a connection is being made: a controller makes
    one at a time.
    """

    def __init__(self, port: Port, transport: Transport, device: Device) -> None:
        self.port = port
        self.transport = transport
        self.device = device
        self.loop = asyncio.get_running_loop()
        self.connecting = asyncio.Lock()
        self.users = 0
        self.lost = False
        self._scanners = 0
        self._scan_lock = asyncio.Lock()
        device.on(device.EVENT_FLUSH, self._on_lost)
        transport.source.terminated.add_done_callback(self._on_terminated)

    def _on_lost(self) -> None:
        self.lost = True

    def _on_terminated(self, terminated: asyncio.Future[Any]) -> None:
        """Tell the stack that its transport has ended; only some transports do so themselves."""
        retrieve(terminated)
        if not self.lost:
            self.device.host.on_transport_lost()  # type: ignore[no-untyped-call]

    async def start_scanning(self) -> None:
        """Scan actively; the device emits its advertisement event. Counted: the last to stop stops it."""
        async with self._scan_lock:
            self._scanners += 1
            if self._scanners == 1:
                try:
                    await self.command(self.device.start_scanning(active=True, filter_duplicates=False))
                except HostLostError:
                    self._scanners -= 1
                    raise

    async def stop_scanning(self) -> None:
        """Stop what ``start_scanning`` began, cut off or not; nothing to do on a controller that has gone."""
        async with self._scan_lock:
            self._scanners -= 1
            if self._scanners == 0 and not self.lost:
                with contextlib.suppress(HostLostError):
                    await self.command(self.device.stop_scanning())

    async def command(self, command: Awaitable[None]) -> None:
        """Await one of the device's commands; HostLostError where the controller does not answer or has gone.

        A command once sent is waited for even by a caller that is cancelled, or its answer would meet the next one.
        """
        task = asyncio.ensure_future(command)
        task.add_done_callback(retrieve)
        try:
            await asyncio.wait({task}, timeout=START_S)
        except asyncio.CancelledError:
            await asyncio.wait({task}, timeout=START_S)
            raise
        if not task.done():
            raise HostLostError(f"{self.port.name} did not answer in time")
        try:
            task.result()
        except asyncio.CancelledError:
            raise HostLostError(f"{self.port.name} has gone") from None
        except (core.BaseBumbleError, OSError) as error:
            raise HostLostError(f"{self.port.name} did not answer: {error}") from error

    async def connect(self, address: hci.Address) -> Connection:
        """Connect; a cancellation, by a timeout for example, leaves the controller free for the next connection."""
        async with self.connecting:
            if self.lost:
                raise HostLostError(f"{self.port.name} has gone")
            # With no timeout of its own, bumble gives up when the transport goes.
            task = asyncio.ensure_future(self.device.connect(address, timeout=None))
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                await self._give_up(task)
                raise
            try:
                return task.result()
            except asyncio.CancelledError:
                raise HostLostError(f"{self.port.name} has gone") from None
            except (core.BaseBumbleError, OSError) as error:
                raise HostLostError(f"{self.port.name} could not connect: {error}") from error

    async def _give_up(self, task: asyncio.Task[Connection]) -> None:
        for _ in range(CANCEL_TRIES):
            if task.done() or self.lost:
                break
            with contextlib.suppress(HostLostError):
                await self.command(self.device.cancel_connection())  # type: ignore[no-untyped-call]
            await asyncio.wait({task}, timeout=CANCEL_S)
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
        if not task.cancelled() and task.exception() is None:  # it was made in the last moment
            with contextlib.suppress(HostLostError):
                await self.command(task.result().disconnect())


class Port:
    """One adapter by its name, and its controller while somebody uses it."""

    def __init__(self, name: str, opener: Opener | None = None) -> None:
        self.name = name
        self._opener = opener
        self._host: HciHost | None = None
        self._lock: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None
        # One address for the whole program, as a real adapter has: the sensor sees the same peer again.
        self._address = hci.Address.generate_static_address()

    async def acquire(self) -> HciHost:
        """Give the open controller, opened if need be; every one given is to be given back to ``release``."""
        async with self._opening():
            host = self._host
            if host is None or host.lost or host.loop is not asyncio.get_running_loop():
                host = self._host = await self._open()
            host.users += 1
            return host

    async def release(self, host: HciHost) -> None:
        """Close the controller when nobody uses it any more."""
        async with self._opening():
            host.users -= 1
            if host.users == 0:
                if host is self._host:
                    self._host = None
                await host.transport.close()

    def _opening(self) -> asyncio.Lock:
        loop = asyncio.get_running_loop()
        if self._lock is None or self._lock[0] is not loop:
            self._lock = (loop, asyncio.Lock())
        return self._lock[1]

    async def _open(self) -> HciHost:
        async with self._transport() as transport:
            device = Device(
                name="footdrop",
                address=self._address,
                host=Host(controller_source=transport.source, controller_sink=transport.sink),
            )
            host = HciHost(self, transport, device)
            await host.command(device.power_on())
            return host

    @contextlib.asynccontextmanager
    async def _transport(self) -> AsyncIterator[Transport]:
        """Open the transport; closed again where what follows fails."""
        try:
            async with asyncio.timeout(START_S):
                transport = await (self._opener() if self._opener else open_transport(self.name))
        except ImportError as error:
            raise HostLostError(f"{self.name} needs a library that is not installed: {error}") from error
        except Exception as error:  # each kind of transport has errors of its own library: serial, USB, sockets
            raise HostLostError(f"{self.name} cannot be opened: {error or type(error).__name__}") from error
        try:
            yield transport
        except BaseException:
            await transport.close()
            raise


@functools.cache
def port_of(name: str) -> Port:
    """Give the one port of an adapter of this computer: a dongle can be opened only once."""
    return Port(name)


def retrieve(task: asyncio.Future[Any]) -> None:
    """Look at the error of a task that nobody awaits any more, or asyncio reports it as forgotten."""
    if not task.cancelled():
        task.exception()


def raise_if_cancelled() -> None:
    """Re-raise a CancelledError that is meant for this task; bumble cancels what it waits for at a lost link too."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
