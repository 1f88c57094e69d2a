"""A journal gives back what was put into it, whatever the bytes, and refuses what is none."""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_journals import ACC, FEET, GYR, PROFILE, assert_same_packets, header, numbered, singles, write

from footdrop_imu.device import journal_format
from footdrop_imu.device.capture import Capture, seal_journal
from footdrop_imu.device.journal import read_journal
from footdrop_imu.device.journal_format import (
    MAGIC,
    PREAMBLE,
    SYNC,
    JournalHeader,
    begin_header,
    header_bytes,
    packet_record,
)
from footdrop_imu.device.packets import LinkEvent, LinkEventKind, Packet
from footdrop_imu.errors import FileFormatError, FileReason, OutputError, OutputReason, SchemaError
from footdrop_imu.schema import SEGMENTS

_SENSORS = [
    asdict(one) | {"profile_sha256": hashlib.sha256(one.profile_text.encode()).hexdigest()} for one in header().sensors
]
_WRONG_FACTS: list[dict[str, Any]] = [{"start": "then"}, {"start": 7}, {"host_clock_ns": "1"}, {"facts": [1]}]
# the mark of a record and whole records inside notifications must not mislead the reader
_TRICKY = st.sampled_from([SYNC.to_bytes(2, "little"), SYNC.to_bytes(2, "little") + b"P\0\0\0\0\0\x04\0", b""])
_BYTES = st.one_of(st.binary(max_size=512), st.lists(_TRICKY, max_size=30).map(b"".join))
_TIME_NS = st.integers(0, 10**15)
_PACKETS = st.builds(
    lambda sensor, characteristic, ns, connection, data: Packet(sensor, characteristic, ns / 1e9, connection, data),
    st.sampled_from(SEGMENTS),
    st.sampled_from([ACC, GYR, "2a19"]),
    _TIME_NS,
    st.integers(0, 65535),
    _BYTES,
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_EVENTS = st.builds(
    lambda ns, sensor, kind, details: LinkEvent(ns / 1e9, sensor, kind, details),
    _TIME_NS,
    st.sampled_from(("", *SEGMENTS)),
    st.sampled_from(LinkEventKind),
    st.dictionaries(st.text(max_size=8), _JSON, max_size=3),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(_PACKETS, _PACKETS, _EVENTS), max_size=60), st.booleans())
def test_what_goes_in_comes_out(items: list[Packet | LinkEvent], closed: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "capture.journal", items, SEGMENTS)
        if not closed:
            os.truncate(path, path.stat().st_size - 1)
        journal = read_journal(path)
    assert_same_packets(journal, items)
    assert journal.events == tuple(item for item in items if isinstance(item, LinkEvent))
    assert journal.header == header(SEGMENTS)
    assert journal.sealed == closed
    assert journal.damage == ()


def test_the_header_keeps_what_decoding_needs(tmp_path: Path) -> None:
    path = write(tmp_path / "capture.journal", [])
    journal = read_journal(path)
    assert journal.header.sensors[1].profile_text == PROFILE
    assert journal.header.sensors[1].rate_hz == 200.0
    assert journal.header.facts == {"person": {"id": "P1"}, "condition": {"shoe": "own"}}
    assert journal.packets == {}
    assert journal.notes == ()
    assert journal.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    document = json.loads(path.read_bytes()[PREAMBLE.size :].split(SYNC.to_bytes(2, "little"))[0])
    assert document["sensors"][0]["profile_sha256"] == hashlib.sha256(PROFILE.encode()).hexdigest()


def test_a_header_that_begins_now_tells_the_same_moment_three_times() -> None:
    before = time.time()
    made = begin_header(header().sensors, {"a": 1})
    start = datetime.fromisoformat(made.start)
    assert start.utcoffset() is not None
    assert before - 0.01 <= start.timestamp() <= time.time()
    assert abs(made.unix_ns / 1e9 - start.timestamp()) < 0.002
    assert 0 <= time.perf_counter() - made.host_clock_ns / 1e9 < 60


def test_streams_of_many_lengths_and_characteristics_stay_apart(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    items = [
        Packet(SEGMENTS[k % 4], (ACC, GYR)[k % 3 == 0], k / 1e3, k // 1000, random.bytes(int(random.integers(0, 60))))
        for k in range(4000)
    ]
    path = write(tmp_path / "capture.journal", items, SEGMENTS)
    assert_same_packets(read_journal(path), items)
    os.truncate(path, path.stat().st_size - 1)
    assert_same_packets(read_journal(path), items)


def test_more_than_one_block_of_records_is_read_the_same_way_checked_or_not(tmp_path: Path) -> None:
    items = numbered(70_000)
    path = write(tmp_path / "capture.journal", items)
    sealed = read_journal(path)
    os.truncate(path, path.stat().st_size - 1)
    checked = read_journal(path)
    assert sealed.sealed
    assert not checked.sealed
    for journal in (sealed, checked):
        assert_same_packets(journal, items)


def test_a_notification_that_holds_a_whole_record_is_one_notification(tmp_path: Path) -> None:
    inner = write(tmp_path / "inner.journal", numbered(3))
    content = inner.read_bytes()
    records = content[content.index(SYNC.to_bytes(2, "little")) :]
    items = [Packet("left_foot", ACC, 6.0 + k, 0, records) for k in range(3)]
    path = write(tmp_path / "capture.journal", items)
    assert_same_packets(read_journal(path), items)
    os.truncate(path, path.stat().st_size - 1)
    assert_same_packets(read_journal(path), items)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"time_s,acc_x\n0,1\n" * 20, "footdrop record made"),
        (MAGIC, "first bytes"),
        (MAGIC.replace(b"\r\n", b"\n") + bytes(40), "footdrop record made"),
        (PREAMBLE.pack(MAGIC, 2, 0, 0, 0), "newer"),
        (PREAMBLE.pack(MAGIC, 1, 0, 50, 0) + b"{", "damaged"),
        (PREAMBLE.pack(MAGIC, 1, 0, 2, 0) + b"{}", "damaged"),
    ],
)
def test_what_is_no_journal_is_refused_with_what_to_do(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "capture.journal"
    path.write_bytes(content)
    for use in (read_journal, seal_journal):
        with pytest.raises(FileFormatError, match=says) as caught:
            use(path)
        assert caught.value.reason is FileReason.BAD_CAPTURE
        assert caught.value.path == str(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b'{"sensors": []}',
        b'{"sensors": [{"segment": "left_foot"}]}',
        b"\xff",
        *(json.dumps(asdict(header()) | {"sensors": _SENSORS} | wrong).encode() for wrong in _WRONG_FACTS),
    ],
)
def test_a_header_that_another_program_wrote_is_refused(tmp_path: Path, body: bytes) -> None:
    before = PREAMBLE.pack(MAGIC, 1, 0, len(body), 0)[:-4]
    path = tmp_path / "capture.journal"
    path.write_bytes(before + zlib.crc32(before + body).to_bytes(4, "little") + body)
    with pytest.raises(FileFormatError, match="not as this program writes it"):
        read_journal(path)


def test_a_folder_and_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="folder") as caught:
        read_journal(tmp_path)
    assert caught.value.reason is FileReason.BAD_CAPTURE
    with pytest.raises(FileFormatError, match="not there") as caught:
        read_journal(tmp_path / "none.journal")
    assert caught.value.reason is FileReason.NOT_FOUND


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "capture.journal"
    path.symlink_to(path)
    for use in (read_journal, seal_journal):
        with pytest.raises(FileFormatError, match="cannot be read") as caught:
            use(path)
        assert caught.value.reason is FileReason.NOT_READABLE


def test_an_event_that_only_a_later_version_knows_becomes_a_note(tmp_path: Path) -> None:
    later = LinkEvent(6.0, "left_foot", cast(LinkEventKind, "levitated"), {"height_m": 2})
    (event,) = read_journal(write(tmp_path / "capture.journal", [later])).events
    assert event.kind is LinkEventKind.NOTE
    assert event.details == {"text": "levitated: {'height_m': 2}"}


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"[]", b'{"kind": "battery"}', b'{"kind": 1, "details": 2}', b"[" * 9999]
)
def test_an_event_that_is_whole_and_cannot_be_read_becomes_a_note(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "capture.journal"
    record = journal_format._record(journal_format.RecordKind.EVENT, 0, 0, 0, 6_000_000_000, body)
    path.write_bytes(header_bytes(header()) + record)
    (event,) = read_journal(path).events
    assert event == LinkEvent(6.0, "left_foot", LinkEventKind.NOTE, {"text": "an event that cannot be read"})


def test_a_characteristic_whose_name_is_no_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / "capture.journal"
    name = journal_format._record(journal_format.RecordKind.CHARACTERISTIC, 255, 0, 0, 6_000_000_000, b"\xff\xfe")
    path.write_bytes(header_bytes(header()) + name + packet_record(0, 0, numbered(1)[0]))
    (key,) = read_journal(path).packets
    assert key == ("left_foot", "\ufffd\ufffd")


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "capture.journal"
    path.write_bytes(b"mine")
    with pytest.raises(OutputError, match="another folder") as caught:
        Capture(path, header())
    assert caught.value.reason is OutputReason.EXISTS
    assert path.read_bytes() == b"mine"


def test_what_does_not_fit_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    good = numbered(2)
    path = tmp_path / "capture.journal"
    with Capture(path, header()) as capture:
        capture.append(good[0])
        for bad in (
            good[0]._replace(sensor="left_shank"),
            good[0]._replace(sensor=""),
            good[0]._replace(data=bytes(65536)),
            good[0]._replace(connection=65536),
            good[0]._replace(connection=-1),
            good[0]._replace(arrival_s=math.nan),
            good[0]._replace(arrival_s=math.inf),
            good[0]._replace(arrival_s=1e10),
        ):
            with pytest.raises(SchemaError):
                capture.append(bad)
        for details in ({"a": {1, 2}}, {"a": b"bytes"}, {"text": "x" * 70000}):
            with pytest.raises(SchemaError):
                capture.event(LinkEvent(6.0, "left_foot", LinkEventKind.NOTE, details))
        with pytest.raises(SchemaError, match="left_shank"):
            capture.event(LinkEvent(6.0, "left_shank", LinkEventKind.NOTE))
        capture.append(good[1])
    assert_same_packets(read_journal(path), good)


def test_a_capture_takes_no_more_characteristics_than_it_can_number(tmp_path: Path) -> None:
    items = [Packet("left_foot", f"{k:04x}", 5.0, 0, bytes([k])) for k in range(256)]
    with Capture(tmp_path / "capture.journal", header()) as capture:
        for item in items:
            capture.append(item)
        with pytest.raises(SchemaError):
            capture.append(items[0]._replace(characteristic="ffff"))
    assert_same_packets(read_journal(tmp_path / "capture.journal"), items)


@pytest.mark.parametrize("segments", [(), ("left_foot", "left_foot")])
def test_a_header_needs_sensors_on_different_segments(segments: tuple[str, ...]) -> None:
    with pytest.raises(SchemaError, match="different segments"):
        header(segments)


def test_facts_that_json_cannot_hold_are_refused_before_a_file_is_made(tmp_path: Path) -> None:
    facts: JournalHeader = replace(header(), facts={"person": {1, 2}})
    with pytest.raises(SchemaError, match="JSON"):
        Capture(tmp_path / "capture.journal", facts)
    assert list(tmp_path.iterdir()) == []


def test_nothing_can_be_added_after_the_seal(tmp_path: Path) -> None:
    capture = Capture(tmp_path / "capture.journal", header())
    capture.seal()
    content = (tmp_path / "capture.journal").read_bytes()
    capture.seal()
    with pytest.raises(OutputError, match="closed"):
        capture.append(numbered(1)[0])
    assert (tmp_path / "capture.journal").read_bytes() == content


def test_a_recording_that_is_broken_off_by_an_error_is_sealed_all_the_same(tmp_path: Path) -> None:
    def interrupted() -> Iterator[Packet]:
        yield numbered(1)[0]
        raise KeyboardInterrupt

    path = tmp_path / "capture.journal"
    with pytest.raises(KeyboardInterrupt):
        write(path, interrupted())
    journal = read_journal(path)
    assert journal.sealed
    assert len(singles(journal)[FEET[0], ACC]) == 1
