"""Journals made for the tests: two feet whose bytes tell which notification they are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from footdrop_imu.device.capture import Capture
from footdrop_imu.device.journal import Journal
from footdrop_imu.device.journal_format import JournalHeader, JournalSensor
from footdrop_imu.device.packets import LinkEvent, Packet, pack

FEET = ("left_foot", "right_foot")
ACC = "0000ffe4-0000-1000-8000-00805f9a34fb"
GYR = "0000ffe5-0000-1000-8000-00805f9a34fb"
PROFILE = 'id = "made_up"  # µ\n[stream]\nscale = 0.5\n'


def header(segments: Iterable[str] = FEET, start_ns: int = 5_000_000_000) -> JournalHeader:
    sensors = tuple(
        JournalSensor(segment, f"AA:BB:CC:00:00:{k:02X}", f"Foot {k}", "made_up", PROFILE, 200.0, f"S{k}", "1.2")
        for k, segment in enumerate(segments)
    )
    facts = {"person": {"id": "P1"}, "condition": {"shoe": "own"}}
    return JournalHeader("2026-03-01T10:00:00.000+01:00", start_ns, 1_772_355_600_000_000_000, sensors, facts)


def numbered(count: int, size: int = 20, start_ns: int = 5_000_000_000) -> list[Packet]:
    """Both feet in turn, 200 a second each; the number of a notification stands in its bytes again and again."""
    return [
        Packet(
            FEET[k % 2], ACC, (start_ns + k * 2_500_000) / 1e9, 0, (k.to_bytes(4, "little") * (size // 4 + 1))[:size]
        )
        for k in range(count)
    ]


def write(path: Path, items: Iterable[Packet | LinkEvent], segments: Iterable[str] = FEET) -> Path:
    with Capture(path, header(segments)) as capture:
        for item in items:
            if isinstance(item, Packet):
                capture.append(item)
            else:
                capture.event(item)
    return path


def singles(journal: Journal) -> dict[tuple[str, str], list[Packet]]:
    """What a journal holds, notification by notification."""
    return {
        (sensor, characteristic): [
            Packet(sensor, characteristic, float(arrival), int(connection), packets.data[begin:end].tobytes())
            for arrival, connection, begin, end in zip(
                packets.arrival_s, packets.connection, packets.start[:-1], packets.start[1:], strict=True
            )
        ]
        for (sensor, characteristic), packets in journal.packets.items()
    }


def by_stream(items: Iterable[Packet | LinkEvent]) -> dict[tuple[str, str], list[Packet]]:
    out: dict[tuple[str, str], list[Packet]] = {}
    for item in items:
        if isinstance(item, Packet):
            out.setdefault((item.sensor, item.characteristic), []).append(item)
    return out


def assert_same_packets(journal: Journal, items: Iterable[Packet | LinkEvent]) -> None:
    """The journal's columns are what ``pack`` makes of these notifications."""
    expected = {key: pack(packets) for key, packets in by_stream(items).items()}
    assert journal.packets.keys() == expected.keys()
    for key, packets in expected.items():
        for name in ("arrival_s", "connection", "data", "start"):
            found, wanted = getattr(journal.packets[key], name), getattr(packets, name)
            assert found.dtype == wanted.dtype, (key, name)
            assert found.tobytes() == wanted.tobytes(), (key, name)
