"""Records a walk: captured first, looked at while it runs, made into a session when it ends."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from footdrop_imu.device.capture import Capture
from footdrop_imu.device.journal import read_journal
from footdrop_imu.device.journal_format import JOURNAL_FILE, JournalSensor, begin_header
from footdrop_imu.device.link import LinkConfig, stop_on_signals, stream
from footdrop_imu.device.packets import LinkEvent, Packet
from footdrop_imu.device.scan import Target
from footdrop_imu.errors import FootdropError, OutputError, OutputReason
from footdrop_imu.facts import WalkFacts, facts_to_json
from footdrop_imu.files.session_folder import write_session_folder
from footdrop_imu.recording.captures import Decoded, session_from_journal
from footdrop_imu.recording.watch import SensorStatus, SensorWatch
from footdrop_imu.schema import Mounting

__all__ = ["RecordConfig", "Recorded", "Status", "record_walk", "refuse_used"]

Adapter = str | Callable[[], object]


@dataclass(frozen=True)
class RecordConfig:
    """When a recording ends, and how often it is looked at."""

    seconds: float | None = None
    """Ends after so long, from the first sample of all sensors; None = no limit."""
    still_s: float | None = None
    """Ends when all feet have stood still for so long after a walk; None = never."""
    link: LinkConfig = field(default_factory=lambda: LinkConfig(longest_away_s=60.0))
    """A sensor that is away for longer ends it."""
    look_every_s: float = 0.25
    """Wall time between two looks at whether it is to end."""
    window_s: float = 12.0
    """What strides and losses are shown of."""


@dataclass(frozen=True)
class Status:
    """A recording now. ``elapsed_s`` from the first sample of all; ``warnings`` since the last look, in sentences."""

    elapsed_s: float
    sensors: tuple[SensorStatus, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Recorded:
    """What a recording gave. ``ended``: asked, signal, seconds, still or error.

    ``decoded`` None where nothing came or nothing could be decoded; ``error`` says why, or what ended the recording.
    ``folder`` None where nothing was kept, because nothing came.
    """

    folder: Path | None
    ended: str
    decoded: Decoded | None = None
    error: FootdropError | None = None


async def record_walk(
    targets: Sequence[Target],
    folder: Path,
    *,
    facts: WalkFacts | None = None,
    mountings: Mapping[str, Mounting] | None = None,
    tap: bool = False,
    config: RecordConfig | None = None,
    on_status: Callable[[Status], None] | None = None,
    stop: threading.Event | None = None,
    adapter: Adapter | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Recorded:
    """Record from all sensors until somebody says stop.

    Parameters
    ----------
    targets
        The sensors: what ``device.scan.find`` gives.
    folder
        The recording's, new. While it is recorded it holds only ``capture.journal``, then a session.
    facts, mountings
        What is said of person, shoe and walk; kept in the capture too.
    tap
        Whether the sensors will be tapped together, so that their clocks can be aligned by that; kept in the capture.
    config
        When it ends.
    on_status
        Called several times a second on the event loop; must not block.
    stop
        Set by the caller, from any thread, to end it. Ctrl-C and a request to terminate end it too.
    adapter
        Which Bluetooth: ``device.ble``.
    clock
        The host's monotonic clock, s; another one for time that runs faster.

    Returns
    -------
    Recorded
        Also where a sensor was lost for good or the disk is full: what came until then is kept.

    Raises
    ------
    OutputError
        The folder holds a recording already, or cannot be written; nothing was recorded.
    """
    config = config or RecordConfig()
    made = not folder.exists()
    looks = {target.segment: SensorWatch(target, config.window_s) for target in targets}
    said = facts_to_json(facts or WalkFacts(), mountings or {}) | ({"tap": True} if tap else {})
    capture = _open_capture(targets, folder, said, clock)
    sink = _Sink(capture, looks)
    ended, error = "error", None
    try:
        ended = await _stream(targets, sink, config, on_status, stop, adapter, clock)
    except FootdropError as caught:
        error = caught
    finally:
        try:
            await asyncio.to_thread(capture.seal)
        except OutputError as caught:
            error = error or caught
    if all(look.begin_s is None for look in looks.values()):
        capture.path.unlink(missing_ok=True)
        if made:
            folder.rmdir()
        return Recorded(None, ended, error=error)
    try:
        decoded = session_from_journal(read_journal(capture.path), folder.resolve().name)
        write_session_folder(folder, decoded.session)
    except FootdropError as caught:
        return Recorded(folder, ended, error=error or caught)
    return Recorded(folder, ended, decoded, error)


def refuse_used(folder: Path) -> None:
    """Refuse a folder that something is in already, or that cannot be made, by OutputError."""
    try:
        used = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError:  # said when it is written to
        return
    if used:
        raise OutputError(
            OutputReason.EXISTS,
            f"{folder} is there already. Give this recording another folder with --out.",
            path=folder,
        )
    above = next((one for one in folder.absolute().parents if one.exists()), folder)
    if not above.is_dir() or not os.access(above, os.W_OK):
        what = "must not be written to" if above.is_dir() else "is not a folder"
        raise OutputError(
            OutputReason.NOT_WRITABLE, f"{folder} cannot be made: {above} {what}. Choose another place.", path=folder
        )


def _open_capture(
    targets: Sequence[Target],
    folder: Path,
    said: Mapping[str, Any],
    clock: Callable[[], float],
) -> Capture:
    sensors = tuple(
        JournalSensor(
            target.segment,
            target.sensor.address,
            target.sensor.name,
            target.profile.id,
            target.profile.text,
            target.rate(),
        )
        for target in targets
    )
    header = begin_header(sensors, {**said, "name": folder.resolve().name})
    refuse_used(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            OutputReason.NOT_WRITABLE, f"{folder} cannot be made: {error.strerror}. Choose another place.", path=folder
        ) from error
    return Capture(folder / JOURNAL_FILE, replace(header, host_clock_ns=round(clock() * 1e9)))


async def _stream(
    targets: Sequence[Target],
    sink: _Sink,
    config: RecordConfig,
    on_status: Callable[[Status], None] | None,
    stop: threading.Event | None,
    adapter: Adapter | None,
    clock: Callable[[], float],
) -> str:
    """Stream until it is to end, and say what ended it."""
    ending, ended = asyncio.Event(), ""
    with stop_on_signals(ending):
        work = asyncio.create_task(
            stream(targets, sink, stop=ending, config=config.link, adapter=adapter, clock=clock)  # type: ignore[arg-type]
        )
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=config.look_every_s)
                # decoded beside the event loop, from a copy: notifications are never kept waiting
                for look, packets in sink.due(clock()):
                    await asyncio.to_thread(look.look, packets)
                if not ended:
                    ended = _why_end(sink, config, stop, clock()) or ("signal" if ending.is_set() else "")
                if ended:
                    ending.set()
                if on_status is not None:
                    on_status(sink.status(clock()))
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
    if not work.cancelled() and (error := work.exception()) is not None:
        raise error
    return ended or "asked"


def _why_end(sink: _Sink, config: RecordConfig, stop: threading.Event | None, now_s: float) -> str:
    if stop is not None and stop.is_set():
        return "asked"
    if config.seconds is not None and sink.elapsed_s(now_s) >= config.seconds:
        return "seconds"
    if config.still_s is not None and sink.still_s(now_s) >= config.still_s:
        return "still"
    return ""


class _Sink:
    """Takes everything: into the capture first, then a copy for the eye."""

    def __init__(self, capture: Capture, looks: Mapping[str, SensorWatch]) -> None:
        self.capture, self.looks = capture, looks
        self.warnings: list[str] = []

    def packet(self, packet: Packet) -> None:
        self.capture.append(packet)
        self.looks[packet.sensor].packet(packet)

    def event(self, event: LinkEvent) -> None:
        self.capture.event(event)
        if event.sensor in self.looks:
            warning = self.looks[event.sensor].event(event)
            if warning:
                self.warnings.append(f"{event.sensor.replace('_', ' ').capitalize()}: {warning}")

    def elapsed_s(self, now_s: float) -> float:
        begin_s = [look.begin_s for look in self.looks.values()]
        return 0.0 if any(one is None for one in begin_s) else now_s - max(one for one in begin_s if one is not None)

    def due(self, now_s: float) -> list[tuple[SensorWatch, list[Packet]]]:
        return [(look, packets) for look in self.looks.values() if (packets := look.due(now_s))]

    def still_s(self, now_s: float) -> float:
        """How long all feet that are heard have been still; 0 before anybody walked."""
        heard = [one for one in self.looks.values() if one.segment.endswith("_foot") and now_s - one.last_s < 1.5]
        if not heard or not any(one.stride_count for one in heard):
            return 0.0
        return min(one.still_s for one in heard)

    def status(self, now_s: float) -> Status:
        warnings, self.warnings = tuple(self.warnings), []
        return Status(self.elapsed_s(now_s), tuple(one.status() for one in self.looks.values()), warnings)
