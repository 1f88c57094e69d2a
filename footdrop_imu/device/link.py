"""All sensors of a recording at once, each found again when it is lost, until somebody says stop."""

from __future__ import annotations

import asyncio
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Protocol

from footdrop_imu.device.ble import Adapter, choose_radio
from footdrop_imu.device.link_config import LinkConfig
from footdrop_imu.device.packets import LinkEvent, LinkEventKind, Packet
from footdrop_imu.device.scan import Target
from footdrop_imu.device.session import Recording, Sensor, run_session, to_its_end
from footdrop_imu.errors import DeviceError, DeviceReason

__all__ = ["LinkConfig", "Sink", "stop_on_signals", "stream"]

# what another attempt does not mend
_FINAL = {
    DeviceReason.NO_BLUETOOTH,
    DeviceReason.NO_ADAPTER,
    DeviceReason.NO_PERMISSION,
    DeviceReason.NOT_INSTALLED,
    DeviceReason.WRONG_FIRMWARE,
    DeviceReason.SMALL_MTU,
    DeviceReason.BATTERY_EMPTY,
}


class Sink(Protocol):
    """Where everything goes, in the order in which it happened; called on the event loop, so it must be quick."""

    def packet(self, packet: Packet) -> None:
        """Take a notification."""

    def event(self, event: LinkEvent) -> None:
        """Take what happened to a link."""


async def stream(
    targets: Sequence[Target],
    sink: Sink,
    *,
    stop: asyncio.Event,
    config: LinkConfig | None = None,
    adapter: Adapter | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> None:
    """Stream from all sensors into a sink until ``stop`` is set; then leave every sensor stopped and disconnected.

    They start together, once all are connected and configured. From then on each goes its own way: one that is lost
    is looked for until it is back, under the next connection number, and the others go on.

    Parameters
    ----------
    targets
        Sensors, each of another segment: what ``scan.find`` gives.
    sink
        Takes every notification and every event. An error that it raises ends the recording and is raised here.
    stop
        Set by the caller, or by ``stop_on_signals``.
    config
        Waits and limits.
    adapter
        Which Bluetooth: ``ble``.
    clock
        The host's monotonic clock, s, that arrivals are stamped with.

    Raises
    ------
    DeviceError
        A sensor could not be brought to stream at first, or stayed away for too long: ``busy``, ``refused``,
        ``wrong_firmware``, ``small_mtu``, ``battery_empty``, ``silent``, ``lost``, ``no_bluetooth``, ``no_adapter``,
        ``no_permission``. ``not_found``, ``ambiguous``: no target, or two for one segment.
    ProfileError
        A sensor does not have the rate.
    """
    config = config or LinkConfig()
    segments = frozenset(target.segment for target in targets)
    if not targets:
        raise DeviceError(DeviceReason.NOT_FOUND, "No sensor was given; give one for each foot.")
    if len(segments) != len(targets):
        given = ", ".join(f"{target.segment} {target.sensor.name or target.sensor.address}" for target in targets)
        raise DeviceError(DeviceReason.AMBIGUOUS, f"Two sensors were given for one place ({given}); give one for each.")
    for target in targets:
        target.profile.pattern("", target.rate())  # refuses a rate that the sensor does not have
    recording = Recording(choose_radio(adapter), config, clock, segments)
    sensors = [asyncio.create_task(_keep(Sensor(target, recording))) for target in targets]
    feeding = asyncio.create_task(_feed(recording, sink))
    stopping = asyncio.create_task(stop.wait())
    reason = "error"
    try:
        await asyncio.wait({*sensors, feeding, stopping}, return_when=asyncio.FIRST_COMPLETED)
        reason = "asked" if stopping.done() else "error"
    except asyncio.CancelledError:
        reason = "cancelled"
        raise
    finally:
        stopping.cancel()
        await to_its_end(_wind_up(recording, sink, sensors, feeding, reason))
    for task in (feeding, *sensors):
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def _wind_up(
    recording: Recording, sink: Sink, sensors: Sequence[asyncio.Task[None]], feeding: asyncio.Task[None], reason: str
) -> None:
    """Let every sensor go, then hand on what is left."""
    for task in sensors:
        task.cancel()
    await asyncio.wait(sensors)
    feeding.cancel()
    await asyncio.wait({feeding})
    for segment in sorted(recording.segments):
        recording.put(LinkEvent(recording.clock(), segment, LinkEventKind.STOPPED, {"reason": reason}))
    if feeding.cancelled():  # else the sink has failed, and takes no more
        _deliver(recording, sink)


async def _keep(sensor: Sensor) -> None:
    """Have one session after the other with a sensor, until cancelled."""
    recording, segment = sensor.recording, sensor.target.segment
    config, place = recording.config, segment.replace("_", " ").capitalize()
    failures, said = 0, ""
    while True:
        try:
            await run_session(sensor)
        except DeviceError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # told to stop in the moment in which the link broke
                raise asyncio.CancelledError from error
            failures, said = (0, "") if sensor.streams else (failures + 1, said)
            if not sensor.streamed and (error.reason in _FINAL or failures >= config.first_attempts):
                raise DeviceError(error.reason, f"{place}: {error.message}", sensor=segment) from error
            away_s = 0.0 if sensor.away_since_s is None else recording.clock() - sensor.away_since_s
            if config.longest_away_s is not None and away_s > config.longest_away_s:
                message = f"{place}: the sensor has been away for {away_s:.0f} s. {error.message}"
                raise DeviceError(DeviceReason.LOST, message, sensor=segment) from error
            if failures and error.message != said:
                sensor.tell(LinkEventKind.NOTE, text=error.message, reason=str(error.reason))
                said = error.message
        wait_s = min(config.longest_wait_s, config.shortest_wait_s * 2.0 ** min(failures, 16))
        await asyncio.sleep(wait_s * random.uniform(2 / 3, 4 / 3))


async def _feed(recording: Recording, sink: Sink) -> None:
    """Hand on what has arrived, some twenty times a second."""
    while True:
        await recording.arrived.wait()
        _deliver(recording, sink)
        await asyncio.sleep(recording.config.batch_s)


def _deliver(recording: Recording, sink: Sink) -> None:
    recording.arrived.clear()
    batch, recording.pending = recording.pending, []
    for item in batch:
        if isinstance(item, Packet):
            sink.packet(item)
        else:
            sink.event(item)


@contextmanager
def stop_on_signals(stop: asyncio.Event) -> Iterator[None]:
    """Have Ctrl-C and a request to terminate set ``stop`` instead of breaking the program off.

    A second one has its usual effect. On Windows, where an event loop takes no signals, Python's own handlers pass
    them on to the loop. Only a program's main thread gets signals; in another one nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    signals = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
    before = {one: signal.getsignal(one) for one in signals}

    def restore() -> None:
        for one, handler in before.items():
            with suppress(NotImplementedError):
                loop.remove_signal_handler(one)
            if handler is not None:  # as it is where another than Python set it
                signal.signal(one, handler)

    def first() -> None:
        stop.set()
        restore()

    for one in signals:
        try:
            loop.add_signal_handler(one, first)
        except NotImplementedError:
            signal.signal(one, lambda *_: loop.call_soon_threadsafe(first))
    try:
        yield
    finally:
        restore()
