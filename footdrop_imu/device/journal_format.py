"""The bytes of a capture's journal: what ``capture`` writes and ``journal`` reads.

::

    preamble   magic 8, version u16, zero u16, length of the header u32, CRC32 of all before and of the header u32
    header     JSON: start, clocks, sensors with the whole text of their profiles, facts
    records    sync u16, kind u8, sensor u8, characteristic u8, zero u8, connection u16, length u16,
               host clock ns i64, body, CRC32 of all before u32

All little-endian. ``sensor`` counts in the header's list, 255 = none; ``characteristic`` is told by a record of its own
that stands before its first notification, and once more before the seal. The body of a notification is its bytes, of
an event its JSON, of a characteristic its UUID. The seal ends the file: counts, damaged bytes before it, SHA-256 of all
that stands before it.
"""

from __future__ import annotations

import hashlib
import json
import struct
import time
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from footdrop_imu import __version__
from footdrop_imu.device.packets import LinkEvent, Packet
from footdrop_imu.errors import SchemaError, SchemaReason

__all__ = [
    "CHECK_SIZE",
    "HEAD",
    "JOURNAL_FILE",
    "MAGIC",
    "NO_SENSOR",
    "PREAMBLE",
    "SEAL_SIZE",
    "SYNC",
    "VERSION",
    "JournalHeader",
    "JournalSensor",
    "RecordKind",
    "Seal",
    "begin_header",
    "characteristic_record",
    "event_record",
    "header_bytes",
    "header_from_json",
    "kind_of_record",
    "packet_record",
    "seal_from_record",
    "seal_record",
    "time_ns_of_record",
]

JOURNAL_FILE = "capture.journal"
MAGIC = b"\x89FDJ\r\n\x1a\n"
"""A first byte that no text has, and line ends that a transfer as text would change."""
VERSION = 1
PREAMBLE = struct.Struct("<8sHHII")
SYNC = 0x5CA7
NO_SENSOR = 255
HEAD = np.dtype(
    [
        ("sync", "<u2"),
        ("kind", "u1"),
        ("sensor", "u1"),
        ("characteristic", "u1"),
        ("zero", "u1"),
        ("connection", "<u2"),
        ("length", "<u2"),
        ("time_ns", "<i8"),
    ]
)
_HEAD = struct.Struct("<HBBBBHHq")
_CHECK = struct.Struct("<I")
_SEAL = struct.Struct("<QQQ32s")
CHECK_SIZE = _CHECK.size
SEAL_SIZE = _HEAD.size + _SEAL.size + CHECK_SIZE


class RecordKind(IntEnum):
    """What a record is; the letter is seen in a dump."""

    PACKET = ord("P")
    EVENT = ord("E")
    CHARACTERISTIC = ord("C")
    SEAL = ord("S")


@dataclass(frozen=True)
class JournalSensor:
    """One sensor of a recording, with all that is needed to decode it again.

    ``profile_text``: the whole TOML file. ``rate_hz``: the rate that was chosen, None where there is no choice.
    ``serial`` and ``firmware``: "" where they were not known yet; an event may tell them later.
    """

    segment: str
    address: str
    name: str
    profile_id: str
    profile_text: str
    rate_hz: float | None = None
    serial: str = ""
    firmware: str = ""


@dataclass(frozen=True)
class JournalHeader:
    """What stands at the beginning of a journal.

    ``start``: ISO 8601 with offset; ``host_clock_ns`` (``time.perf_counter_ns``, the clock of every record) and
    ``unix_ns`` at that moment. ``facts``: person, condition and what else the recorder was told, JSON-ready.
    """

    start: str
    host_clock_ns: int
    unix_ns: int
    sensors: tuple[JournalSensor, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    made_with: str = __version__

    def __post_init__(self) -> None:
        segments = [sensor.segment for sensor in self.sensors]
        if not 0 < len(segments) < NO_SENSOR or len(set(segments)) < len(segments):
            raise SchemaError(
                SchemaReason.WRONG_VALUE, f"A capture needs sensors on different segments, found {segments}."
            )


class Seal(NamedTuple):
    """What the end of a finished journal says of the rest."""

    packet_count: int
    event_count: int
    damaged_byte_count: int
    sha256: bytes


def begin_header(sensors: tuple[JournalSensor, ...], facts: Mapping[str, Any] | None = None) -> JournalHeader:
    """Header of a recording that begins now."""
    host_clock_ns, unix_ns = time.perf_counter_ns(), time.time_ns()
    start = datetime.fromtimestamp(unix_ns / 1e9, UTC).astimezone().isoformat(timespec="milliseconds")
    return JournalHeader(start, host_clock_ns, unix_ns, sensors, dict(facts or {}))


def header_bytes(header: JournalHeader) -> bytes:
    """Preamble and header.

    Raises
    ------
    SchemaError
        Facts that JSON cannot hold.
    """
    document = asdict(header)
    for sensor in document["sensors"]:
        sensor["profile_sha256"] = hashlib.sha256(sensor["profile_text"].encode()).hexdigest()
    body = _json(document)
    before = PREAMBLE.pack(MAGIC, VERSION, 0, len(body), 0)[: -_CHECK.size]
    return before + _CHECK.pack(zlib.crc32(body, zlib.crc32(before))) + body


def header_from_json(body: bytes) -> JournalHeader:
    """Read the header's JSON.

    Raises
    ------
    ValueError, KeyError, TypeError, SchemaError
        It is not what ``header_bytes`` writes.
    """
    document = json.loads(body)
    sensors = []
    for sensor in document.pop("sensors"):
        digest = sensor.pop("profile_sha256")
        if hashlib.sha256(sensor["profile_text"].encode()).hexdigest() != digest:
            raise ValueError(f"the profile of {sensor['segment']} has another hash than the header says")
        sensors.append(JournalSensor(**sensor))
    header = JournalHeader(**document, sensors=tuple(sensors))
    datetime.fromisoformat(header.start)
    if not isinstance(header.host_clock_ns, int) or not isinstance(header.facts, dict):
        raise TypeError("the host's clock is no whole number, or the facts are no table")
    return header


def packet_record(sensor: int, characteristic: int, packet: Packet) -> bytes:
    """One notification.

    Raises
    ------
    SchemaError
        More than 65535 bytes or connections, or no time.
    """
    return _record(
        RecordKind.PACKET, sensor, characteristic, packet.connection, _nanoseconds(packet.arrival_s), packet.data
    )


def event_record(sensor: int, event: LinkEvent) -> bytes:
    """One event.

    Raises
    ------
    SchemaError
        Details that JSON cannot hold or longer than 65535 bytes, or no time.
    """
    body = _json({"kind": event.kind, "details": dict(event.details)})
    return _record(RecordKind.EVENT, sensor, 0, 0, _nanoseconds(event.time_s), body)


def characteristic_record(index: int, uuid: str, time_s: float) -> bytes:
    """What ``index`` means in the records of notifications."""
    return _record(RecordKind.CHARACTERISTIC, NO_SENSOR, index, 0, _nanoseconds(time_s), uuid.encode())


def seal_record(seal: Seal, time_s: float) -> bytes:
    """The end of a journal."""
    return _record(RecordKind.SEAL, NO_SENSOR, 0, 0, _nanoseconds(time_s), _SEAL.pack(*seal))


def kind_of_record(record: bytes) -> int:
    """Kind of a whole record."""
    return int(_HEAD.unpack_from(record)[1])


def time_ns_of_record(record: bytes) -> int:
    """Host clock of a whole record, ns."""
    return int(_HEAD.unpack_from(record)[-1])


def seal_from_record(record: bytes) -> Seal | None:
    """Read a seal from the last ``SEAL_SIZE`` bytes of a file, None where they are none."""
    if len(record) < SEAL_SIZE or zlib.crc32(record[:-CHECK_SIZE]) != _CHECK.unpack(record[-CHECK_SIZE:])[0]:
        return None
    if _HEAD.unpack_from(record)[:2] != (SYNC, RecordKind.SEAL):
        return None
    return Seal(*_SEAL.unpack_from(record, _HEAD.size))


def _record(kind: int, sensor: int, characteristic: int, connection: int, time_ns: int, body: bytes) -> bytes:
    try:
        before = _HEAD.pack(SYNC, kind, sensor, characteristic, 0, connection, len(body), time_ns) + body
    except struct.error as error:
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"A record of {len(body)} bytes, connection {connection}, characteristic {characteristic}, time {time_ns} "
            f"ns does not fit the journal: {error}.",
        ) from error
    return before + _CHECK.pack(zlib.crc32(before))


def _nanoseconds(time_s: float) -> int:
    try:
        return round(time_s * 1e9)
    except (ValueError, OverflowError) as error:
        raise SchemaError(SchemaReason.WRONG_VALUE, f"A record needs a time, found {time_s} s.") from error


def _json(document: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(document, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        raise SchemaError(SchemaReason.WRONG_VALUE, f"A capture keeps only what JSON can hold: {error}.") from error
