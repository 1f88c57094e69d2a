"""Reads a capture's journal, also one that was never closed or is damaged.

A journal whose seal holds is known to be right by one hash over the whole; of any other each record's CRC is looked
at. What is no whole record is left out, and told.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from footdrop_imu.device.journal_format import (
    CHECK_SIZE,
    MAGIC,
    NO_SENSOR,
    PREAMBLE,
    SEAL_SIZE,
    VERSION,
    JournalHeader,
    RecordKind,
    Seal,
    header_from_json,
    seal_from_record,
)
from footdrop_imu.device.journal_records import Bytes, Records, by_length, find_records, put_rows, rows
from footdrop_imu.device.packets import LinkEvent, LinkEventKind, Packets
from footdrop_imu.errors import FileFormatError, FileReason, SchemaError
from footdrop_imu.schema import IntArray

__all__ = ["Damage", "Journal", "Scan", "read_journal", "scan_journal"]

_UNKNOWN = "unknown "


class Damage(NamedTuple):
    """Bytes that are no record, and the host clock at the whole records before and after them."""

    byte_count: int
    from_s: float
    to_s: float


@dataclass(frozen=True)
class Journal:
    """One recording as it was captured.

    ``packets`` by sensor (segment) and characteristic ("unknown 0" … where its name is damaged). ``sealed``: it was
    closed in order; ``missing_count``: notifications fewer than then; ``changed``: its bytes are not those of then.
    ``damage``: places in the middle that could not be read. ``torn_byte_count``: the unfinished end of a journal that
    was not closed. ``sha256`` of the whole file. Times are on the header's host clock.
    """

    header: JournalHeader
    events: tuple[LinkEvent, ...]
    packets: Mapping[tuple[str, str], Packets]
    sealed: bool
    missing_count: int
    changed: bool
    damage: tuple[Damage, ...]
    torn_byte_count: int
    sha256: str

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of this capture, in sentences; none for a whole one."""
        start_s = self.header.host_clock_ns / 1e9
        out = []
        if not self.sealed:
            ends = [float(packets.arrival_s[-1]) for packets in self.packets.values()]
            last = f"its last notification came after {max(ends) - start_s:.1f} s" if ends else "it has no notification"
            torn = f", {self.torn_byte_count} bytes of an unfinished record left out" if self.torn_byte_count else ""
            out.append(f"The recording was not closed, as when the recorder is killed: {last}{torn}.")
        if self.changed:
            missing = f"{self.missing_count} notifications are missing" if self.missing_count else "none is missing"
            out.append(f"The capture was changed after it was closed, or its disk is failing; {missing}.")
        if self.damage:
            count, size = len(self.damage), sum(damage.byte_count for damage in self.damage)
            where = [f"{one.from_s - start_s:.2f} to {one.to_s - start_s:.2f} s" for one in self.damage[:5]]
            where += [f"{count - 5} more"] if count > 5 else []
            out.append(
                f"The capture is damaged at {count} place{'s' if count > 1 else ''}, {size} bytes in all: "
                f"{', '.join(where)}. The notifications there were left out."
            )
        if unknown := [name for name in sorted({key[1] for key in self.packets}) if name.startswith(_UNKNOWN)]:
            out.append(f"Of {len(unknown)} characteristics the name is damaged; their notifications cannot be decoded.")
        return tuple(out)


class Scan(NamedTuple):
    """A journal's bytes and where its records stand; ``end``: where the last whole one does, without the seal."""

    content: Bytes
    header: JournalHeader
    records: Records
    end: int
    seal: Seal | None
    changed: bool
    sha256: str

    @property
    def damaged(self) -> IntArray:
        """First byte and end of what is no record, (k, 2), without the unfinished end."""
        return self.records.damaged[self.records.damaged[:, 0] < self.end]


def read_journal(path: Path) -> Journal:
    """Read a journal; an hour of two feet at 200 Hz takes a fraction of a second.

    Parameters
    ----------
    path
        The file; it may still be growing.

    Returns
    -------
    Journal

    Raises
    ------
    FileFormatError
        NOT_FOUND, NOT_READABLE; BAD_CAPTURE: not a journal, of a newer version, or its header is damaged.
    """
    scan = scan_journal(path)
    records = scan.records
    names = {
        int(records.characteristic[k]): _body(scan, int(k)).decode(errors="replace")
        for k in np.flatnonzero(records.kind == RecordKind.CHARACTERISTIC)
    }
    stream = records.sensor.astype(np.uint16) * 256 + records.characteristic
    is_packet = records.kind == RecordKind.PACKET
    packets: dict[tuple[str, str], Packets] = {}
    for one in np.flatnonzero(np.bincount(stream[is_packet])):
        sensor, characteristic = divmod(int(one), 256)
        name = names.get(characteristic, f"{_UNKNOWN}{characteristic}")
        chosen = np.flatnonzero((stream == one) & is_packet)
        packets[scan.header.sensors[sensor].segment, name] = _packets(scan.content, records, chosen)
    events = tuple(_event(scan, int(k)) for k in np.flatnonzero(records.kind == RecordKind.EVENT))
    return Journal(
        header=scan.header,
        events=events,
        packets=packets,
        sealed=scan.seal is not None,
        missing_count=0 if scan.seal is None else max(0, scan.seal.packet_count - int(np.count_nonzero(is_packet))),
        changed=scan.changed,
        damage=_damage(scan),
        torn_byte_count=0 if scan.seal else len(scan.content) - scan.end,
        sha256=scan.sha256,
    )


def scan_journal(path: Path) -> Scan:
    """Find the whole records of a journal.

    Raises
    ------
    FileFormatError
        As ``read_journal``.
    """
    content = _load(path)
    header, begin = _header(content, path)
    seal = seal_from_record(content[max(begin, len(content) - SEAL_SIZE) :].tobytes())
    end = len(content) if seal is None else len(content) - SEAL_SIZE
    digest = hashlib.sha256(content[:end].data)
    changed = seal is not None and digest.digest() != seal.sha256
    digest.update(content[end:].data)
    check = seal is None or changed or seal.damaged_byte_count > 0
    records = find_records(content, begin, end, len(header.sensors), check=check)
    if seal is None:
        end = int(records.stop[-1]) if len(records.stop) else begin
    return Scan(content, header, records, end, seal, changed, digest.hexdigest())


def _load(path: Path) -> Bytes:
    if path.is_dir():
        raise _bad(path, "It is a folder; give the journal inside it")
    try:
        return np.fromfile(path, np.uint8)
    except FileNotFoundError as error:
        raise FileFormatError(FileReason.NOT_FOUND, f"{path} is not there.", path=path) from error
    except OSError as error:
        raise FileFormatError(
            FileReason.NOT_READABLE, f"{path} cannot be read: {error.strerror}. Check its permissions.", path=path
        ) from error


def _header(content: Bytes, path: Path) -> tuple[JournalHeader, int]:
    """Header, and where the records begin."""
    if not len(content):
        raise _bad(path, "It is empty: the recorder was stopped before it began. Record again")
    before = content[: PREAMBLE.size].tobytes()
    if before[: len(MAGIC)] != MAGIC[: len(before)]:
        raise _bad(path, "It does not begin as a capture does. Give a capture.journal that footdrop record made")
    if len(before) < PREAMBLE.size:
        raise _bad(path, "It ends inside its first bytes, and nothing of the recording is in it. Record again")
    _, version, _, length, check = PREAMBLE.unpack(before)
    if version > VERSION:
        raise _bad(path, f"It is of version {version}, this program knows {VERSION}. Install a newer footdrop_imu")
    begin = PREAMBLE.size + length
    body = content[PREAMBLE.size : begin].tobytes()
    if len(body) < length or zlib.crc32(body, zlib.crc32(before[:-CHECK_SIZE])) != check:
        raise _bad(path, "The description of its sensors at its beginning is damaged. Take another copy of the file")
    try:
        return header_from_json(body), begin
    except (ValueError, KeyError, TypeError, SchemaError) as error:
        raise _bad(path, f"The description of its sensors is not as this program writes it ({error!r})") from error


def _bad(path: Path, what: str) -> FileFormatError:
    return FileFormatError(FileReason.BAD_CAPTURE, f"{path} cannot be read as a capture. {what}.", path=path)


def _body(scan: Scan, k: int) -> bytes:
    return scan.content[scan.records.body[k] : scan.records.stop[k] - CHECK_SIZE].tobytes()


def _event(scan: Scan, k: int) -> LinkEvent:
    index = int(scan.records.sensor[k])
    sensor = "" if index == NO_SENSOR else scan.header.sensors[index].segment
    try:
        document = json.loads(_body(scan, k))
        kind, details = str(document["kind"]), dict(document["details"])
    except (ValueError, KeyError, TypeError, RecursionError):  # whole, and yet not as this program writes it
        kind, details = "an event that cannot be read", {}
    if kind not in set(LinkEventKind):  # of a later version of this program
        kind, details = LinkEventKind.NOTE, {"text": f"{kind}: {details}" if details else kind}
    return LinkEvent(int(scan.records.time_ns[k]) / 1e9, sensor, LinkEventKind(kind), details)


def _packets(content: Bytes, records: Records, chosen: IntArray) -> Packets:
    """Lay these records' bodies side by side, all of one length at a time."""
    body, lengths = records.body[chosen], records.length[chosen]
    start = np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
    data = np.empty(start[-1], np.uint8)
    for length, alike in by_length(lengths):
        put_rows(data, start[alike], rows(content, body[alike], length))
    return Packets(records.time_ns[chosen] / 1e9, records.connection[chosen].astype(np.int64), data, start)


def _damage(scan: Scan) -> tuple[Damage, ...]:
    if not len(scan.damaged):
        return ()
    time_s = np.concatenate(([scan.header.host_clock_ns], scan.records.time_ns)) / 1e9
    before = np.searchsorted(scan.records.stop, scan.damaged[:, 0], side="right")
    after = np.minimum(before + 1, len(time_s) - 1)
    return tuple(
        Damage(int(end - first), float(time_s[b]), float(time_s[a]))
        for (first, end), b, a in zip(scan.damaged, before, after, strict=True)
    )
