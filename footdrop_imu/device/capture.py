"""Writes what comes from the sensors to disk before anything else is done with it.

``append`` only puts a record into a queue. One thread writes the queue to the file every 0.1 s, whether more comes or
not, so that a recorder that is killed loses no more than that. Another has the disk keep it every 0.75 s, so that a
slow disk holds up neither the writing nor whoever appends.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import threading
import time
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from itertools import accumulate
from pathlib import Path
from types import TracebackType

import numpy as np

from footdrop_imu.device.journal import scan_journal
from footdrop_imu.device.journal_format import (
    NO_SENSOR,
    JournalHeader,
    RecordKind,
    Seal,
    characteristic_record,
    event_record,
    header_bytes,
    kind_of_record,
    packet_record,
    seal_record,
    time_ns_of_record,
)
from footdrop_imu.device.packets import LinkEvent, Packet
from footdrop_imu.errors import OutputError, OutputReason, SchemaError, SchemaReason

if sys.platform != "win32":
    import fcntl

__all__ = ["Capture", "seal_journal"]

_WRITE_EVERY_S = 0.1
_SYNC_EVERY_S = 0.75
_NOT_OFFERED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}  # by some shared and network file systems
_CAUSES = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "this user's share of the disk is used up",
    errno.EFBIG: "a file may not become that large here",
    errno.EROFS: "the disk cannot be written to",
    errno.EIO: "the disk failed or was taken away",
    errno.ENOENT: "the folder is not there",
    errno.EACCES: "there is no permission to",
}


class Capture:
    """A journal that is being written; as a context manager it is sealed at the end.

    Used from one thread. ``append`` and ``event`` take microseconds and never wait for the disk.

    Parameters
    ----------
    path
        The new file, in a folder that is there.
    header
        What stands at its beginning: ``journal_format.begin_header``.

    Raises
    ------
    OutputError
        EXISTS: there is such a file; NOT_WRITABLE: here, and in every later call once writing has failed. The message
        says what was kept. The journal then ends with a whole record and can be read.
    SchemaError
        What is given does not fit a journal: a sensor that the header does not have, details that JSON cannot hold.
    """

    def __init__(self, path: Path, header: JournalHeader) -> None:
        self.path = path
        self._sensors = {sensor.segment: index for index, sensor in enumerate(header.sensors)}
        self._characteristics: dict[str, int] = {}
        self._pending: deque[bytes] = deque()  # its append and popleft need no lock
        self._failure = ""
        self._sealed = False
        self._begin_ns = self._last_ns = header.host_clock_ns
        self._counts: Counter[int] = Counter()
        self._digest = hashlib.sha256()
        beginning = header_bytes(header)
        self._end = self._synced = len(beginning)
        self._file = _create(path, beginning)
        self._digest.update(beginning)
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeat, args=(every_s, what), name=f"{what.__name__} {path}", daemon=True)
            for every_s, what in ((_WRITE_EVERY_S, self._drain), (_SYNC_EVERY_S, self._sync))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def failure(self) -> OutputError | None:
        """Why nothing more can be written; None while all is well."""
        return OutputError(OutputReason.NOT_WRITABLE, self._failure, path=self.path) if self._failure else None

    def append(self, packet: Packet) -> None:
        """Keep one notification."""
        self._refuse_late()
        sensor, index = self._sensor(packet.sensor), self._characteristics.get(packet.characteristic)
        if index is None:
            index = len(self._characteristics)
            self._pending.append(characteristic_record(index, packet.characteristic, packet.arrival_s))
            self._characteristics[packet.characteristic] = index
        self._pending.append(packet_record(sensor, index, packet))

    def event(self, event: LinkEvent) -> None:
        """Keep one event."""
        self._refuse_late()
        self._pending.append(event_record(self._sensor(event.sensor) if event.sensor else NO_SENSOR, event))

    def seal(self) -> None:
        """Write what is left, close the journal and have the disk keep it; a second time does nothing.

        Waits for the disk: from an event loop it is called in a thread.
        """
        if self._sealed:
            return
        self._sealed = True
        self._stop.set()
        for thread in self._threads:
            thread.join()
        now_s = time.perf_counter()
        self._pending += [characteristic_record(k, uuid, now_s) for uuid, k in self._characteristics.items()]
        self._drain()
        packet_count, event_count = self._counts[RecordKind.PACKET], self._counts[RecordKind.EVENT]
        self._pending.append(seal_record(Seal(packet_count, event_count, 0, self._digest.digest()), now_s))
        self._drain()
        self._sync()
        self._file.close()
        if self.failure:
            raise self.failure

    def __enter__(self) -> Capture:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.seal()
        except OutputError as error:
            if raised is None:
                raise
            if str(raised) != error.message:
                raised.add_note(error.message)

    def _refuse_late(self) -> None:
        if self._failure or self._sealed:
            raise self.failure or OutputError(
                OutputReason.NOT_WRITABLE, f"{self.path} is closed; nothing can be added.", path=self.path
            )

    def _sensor(self, segment: str) -> int:
        try:
            return self._sensors[segment]
        except KeyError as error:
            raise SchemaError(
                SchemaReason.WRONG_VALUE,
                f"Found something of a sensor {segment!r}, expected one of {', '.join(self._sensors)}.",
            ) from error

    def _repeat(self, every_s: float, what: Callable[[], None]) -> None:
        while not self._stop.wait(every_s):
            what()

    def _drain(self) -> None:
        """Write all records that wait."""
        pieces = []
        while self._pending:
            pieces.append(self._pending.popleft())
        if not pieces or self._failure:
            return
        block, done = memoryview(b"".join(pieces)), 0
        try:
            while done < len(block):
                done += self._file.write(block[done:])
        except OSError as error:
            pieces = pieces[: bisect_right(list(accumulate(map(len, pieces))), done)]
            self._count(pieces)
            with suppress(OSError):
                self._file.truncate(self._end)
            self._fail(_cause(error))
        else:
            self._count(pieces)

    def _count(self, pieces: list[bytes]) -> None:
        if pieces:
            self._digest.update(b"".join(pieces))
            self._end += sum(map(len, pieces))
            self._counts.update(map(kind_of_record, pieces))
            self._last_ns = time_ns_of_record(pieces[-1])

    def _sync(self) -> None:
        """Have the disk keep what was written."""
        end = self._end
        try:
            if end > self._synced:
                _keep(self._file)
                self._synced = end
            # some file systems count no links at all
            if not os.fstat(self._file.fileno()).st_nlink and not self.path.exists():
                self._counts.clear()
                self._fail("it was deleted")
        except OSError as error:
            self._fail(_cause(error))

    def _fail(self, cause: str) -> None:
        count, until_s = self._counts[RecordKind.PACKET], (self._last_ns - self._begin_ns) / 1e9
        kept = f"{count} notifications until {until_s:.1f} s are kept and can be read" if count else "Nothing is kept"
        self._failure = self._failure or (
            f"{self.path} cannot be written any further: {cause}. {kept}; what came later is not. "
            "Make room or choose another folder, and record again."
        )


def seal_journal(path: Path) -> None:
    """Close a journal whose recorder could not: its unfinished end is cut off, its records stay as they are.

    Does nothing to a journal that is closed.

    Raises
    ------
    FileFormatError
        It is no journal: as ``journal.read_journal``.
    OutputError
        NOT_WRITABLE: it is still being recorded, or cannot be written.
    """
    scan = scan_journal(path)
    if scan.seal is not None:
        return
    kind, time_ns = scan.records.kind, scan.records.time_ns
    seal = Seal(
        packet_count=int(np.count_nonzero(kind == RecordKind.PACKET)),
        event_count=int(np.count_nonzero(kind == RecordKind.EVENT)),
        damaged_byte_count=int(np.diff(scan.damaged, axis=1).sum()),
        sha256=hashlib.sha256(scan.content[: scan.end].data).digest(),
    )
    last_ns = int(time_ns[-1]) if len(time_ns) else scan.header.host_clock_ns
    try:
        with FileIO(path, "r+") as file:
            if not _lock(file) or os.fstat(file.fileno()).st_size != len(scan.content):
                raise OutputError(
                    OutputReason.NOT_WRITABLE, f"{path} is still being recorded. Wait until that ends.", path=path
                )
            try:
                file.truncate(scan.end)
                file.seek(scan.end)
                _write_all(file, seal_record(seal, last_ns / 1e9))
                _keep(file)
            except OSError:
                file.truncate(scan.end)
                raise
    except OSError as error:
        raise _cannot_write(path, error) from error


def _create(path: Path, beginning: bytes) -> FileIO:
    """Begin a file, have the disk keep it and its name, and hold it as its only writer."""
    try:
        file = FileIO(path, "x")
    except FileExistsError as error:
        raise OutputError(
            OutputReason.EXISTS, f"{path} is there already. Give this recording another folder.", path=path
        ) from error
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        _lock(file)
        _write_all(file, beginning)
        _keep(file)
        _keep_name(path)
    except OSError as error:
        file.close()
        path.unlink(missing_ok=True)
        raise _cannot_write(path, error) from error
    return file


def _write_all(file: FileIO, content: bytes) -> None:
    while content:
        content = content[file.write(content) :]


def _keep(file: FileIO) -> None:
    """Wait until the disk has all of a file."""
    try:
        os.fsync(file.fileno())
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise


def _keep_name(path: Path) -> None:
    """Have the disk keep the folder's entry of a new file too, where that can be asked for."""
    if sys.platform != "win32":
        with suppress(OSError):
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _lock(file: FileIO) -> bool:
    """Hold a file until it is closed or the process ends; False where another process does."""
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system that has no locks
            return True
    return True


def _cause(error: OSError) -> str:
    return _CAUSES.get(error.errno or 0, error.strerror or str(error))


def _cannot_write(path: Path, error: OSError) -> OutputError:
    return OutputError(
        OutputReason.NOT_WRITABLE, f"{path} cannot be written: {_cause(error)}. Choose another folder.", path=path
    )
