"""Whatever happens to the bytes of a journal: no wrong notification, none missing unsaid, never a crash."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_journals import ACC, FEET, assert_same_packets, numbered, singles, write

from footdrop_imu.device.capture import seal_journal
from footdrop_imu.device.journal import Journal, read_journal
from footdrop_imu.device.journal_format import SEAL_SIZE
from footdrop_imu.device.packets import LinkEvent, LinkEventKind, Packet
from footdrop_imu.errors import FileFormatError, FileReason

ITEMS = numbered(60)
RECORD = 42  # bytes of one of them
NAME = 22 + len(ACC)  # bytes of what tells its characteristic


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write(tmp_path_factory.mktemp("whole") / "capture.journal", ITEMS).read_bytes()


@pytest.fixture(scope="module")
def begin(whole: bytes) -> int:
    """Where the notifications begin."""
    return len(whole) - SEAL_SIZE - NAME - RECORD * len(ITEMS)


def read(content: bytes) -> Journal:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "capture.journal"
        path.write_bytes(content)
        return read_journal(path)


def numbers(journal: Journal) -> list[int]:
    """Which of the notifications a journal holds; each is as it was given."""
    found = []
    for (sensor, name), packets in singles(journal).items():
        for packet in packets:
            k = int.from_bytes(packet.data[:4], "little")
            assert packet._replace(characteristic=ACC) == ITEMS[k]
            assert sensor == ITEMS[k].sensor
            assert name in (ACC, "unknown 0")
            found.append(k)
    assert len(set(found)) == len(found)
    return sorted(found)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_flipped_bits_cost_the_notifications_that_they_hit_and_no_other(
    whole: bytes, begin: int, data: st.DataObject
) -> None:
    places = st.integers(8 * begin, 8 * (begin + RECORD * len(ITEMS)) - 1)
    flips = data.draw(st.sets(places, min_size=1, max_size=12))
    closed = data.draw(st.booleans())
    content = bytearray(whole if closed else whole[:-SEAL_SIZE])
    for place in flips:
        content[place // 8] ^= 1 << place % 8
    journal = read(bytes(content))
    hit = {(place // 8 - begin) // RECORD for place in flips}
    assert numbers(journal) == [k for k in range(len(ITEMS)) if k not in hit]
    assert sum(damage.byte_count for damage in journal.damage) == RECORD * len(hit)
    assert any("damaged" in note for note in journal.notes)
    assert journal.sealed == journal.changed == closed
    assert journal.missing_count == (len(hit) if closed else 0)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_bits_flipped_anywhere_are_told(whole: bytes, data: st.DataObject) -> None:
    content = bytearray(whole)
    for place in data.draw(st.sets(st.integers(0, 8 * len(whole) - 1), min_size=1, max_size=4)):
        content[place // 8] ^= 1 << place % 8
    try:
        journal = read(bytes(content))
    except FileFormatError as error:
        reason = error.reason
        assert reason is FileReason.BAD_CAPTURE
    else:
        numbers(journal)
        assert journal.notes


def test_any_single_byte_may_be_wrong(whole: bytes, begin: int) -> None:
    middle = begin + 2 * RECORD
    for place in (*range(0, begin - NAME, 17), *range(begin - NAME, middle), *range(len(whole) - 250, len(whole))):
        content = bytearray(whole)
        content[place] ^= 0xFF
        if place < begin - NAME:
            with pytest.raises(FileFormatError):
                read(bytes(content))
        else:
            journal = read(bytes(content))
            assert len(numbers(journal)) >= len(ITEMS) - 1
            assert journal.notes


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_bytes_cut_out_or_put_in_cost_what_they_touch(whole: bytes, begin: int, data: st.DataObject) -> None:
    end = begin + RECORD * len(ITEMS)
    first = data.draw(st.integers(begin, end - 1))
    last = data.draw(st.integers(first, min(end, first + 300)))
    junk = data.draw(st.binary(max_size=300))
    journal = read(whole[:first] + junk + whole[last:])
    untouched = [k for k in range(len(ITEMS)) if begin + RECORD * (k + 1) <= first or begin + RECORD * k >= last]
    found = numbers(journal)
    assert set(untouched) <= set(found)
    assert len(found) == len(ITEMS) or journal.notes


def test_whole_notifications_that_were_taken_out_or_moved_are_told(whole: bytes, begin: int) -> None:
    first, second, third = (begin + k * RECORD for k in (7, 8, 9))
    journal = read(whole[:first] + whole[third:])
    assert numbers(journal) == [k for k in range(len(ITEMS)) if k not in (7, 8)]
    assert (journal.missing_count, journal.changed, journal.damage) == (2, True, ())
    assert journal.notes == (
        "The capture was changed after it was closed, or its disk is failing; 2 notifications are missing.",
    )
    journal = read(whole[:first] + whole[second:third] + whole[first:second] + whole[third:])
    assert (journal.missing_count, journal.changed, journal.damage) == (0, True, ())
    assert "none is missing" in journal.notes[0]


def test_a_damaged_place_is_told_with_its_time(whole: bytes, begin: int) -> None:
    content = bytearray(whole)
    content[begin + 10 * RECORD : begin + 14 * RECORD] = random.Random(1).randbytes(4 * RECORD)
    (damage,) = read(bytes(content)).damage
    assert damage.byte_count == 4 * RECORD
    assert damage.from_s == ITEMS[9].arrival_s
    assert damage.to_s == ITEMS[14].arrival_s
    assert f"1 place, {4 * RECORD} bytes in all: 0.02 to 0.04 s" in read(bytes(content)).notes[1]


def test_a_characteristic_whose_name_is_lost_twice_is_told(whole: bytes, begin: int) -> None:
    once = bytearray(whole)
    once[begin - 10] ^= 1
    assert set(read(bytes(once)).packets) == {(foot, ACC) for foot in FEET}
    twice = bytearray(once)
    twice[-SEAL_SIZE - 10] ^= 1
    journal = read(bytes(twice))
    assert set(journal.packets) == {(foot, "unknown 0") for foot in FEET}
    assert any("cannot be decoded" in note for note in journal.notes)


def test_a_damaged_journal_can_be_closed_and_stays_known_as_damaged(tmp_path: Path, whole: bytes, begin: int) -> None:
    path = tmp_path / "capture.journal"
    content = bytearray(whole[: -SEAL_SIZE - 3])
    content[begin + 5 * RECORD + 30] ^= 1
    path.write_bytes(content)
    before = read_journal(path)
    seal_journal(path)
    after = read_journal(path)
    assert numbers(before) == numbers(after) == [k for k in range(len(ITEMS)) if k != 5]
    assert after.sealed
    assert before.damage == after.damage


def test_damage_to_events_is_told_and_the_others_stay(tmp_path: Path) -> None:
    events = [LinkEvent(5.0 + k, FEET[k % 2], LinkEventKind.NOTE, {"text": f"note {k}"}) for k in range(4)]
    path = write(tmp_path / "capture.journal", events)
    path.write_bytes(path.read_bytes().replace(b"note 2", b"note 7"))
    journal = read_journal(path)
    assert journal.events == (events[0], events[1], events[3])
    assert len(journal.damage) == 1


def test_more_after_the_seal_is_no_part_of_it(whole: bytes) -> None:
    journal = read(whole + b"\r\n")
    assert numbers(journal) == list(range(len(ITEMS)))
    assert not journal.sealed
    assert journal.torn_byte_count == 2


def test_a_long_recording_with_many_damaged_places_is_read_between_them(tmp_path: Path) -> None:
    items: list[Packet] = numbered(100_000)
    path = write(tmp_path / "capture.journal", items)
    content = bytearray(path.read_bytes())
    begin = len(content) - SEAL_SIZE - NAME - RECORD * len(items)
    hit = set(random.Random(2).sample(range(len(items)), 3000))
    for k in hit:
        content[begin + RECORD * k + random.Random(k).randrange(RECORD)] ^= 0x10
    path.write_bytes(content)
    journal = read_journal(path)
    assert_same_packets(journal, [packet for k, packet in enumerate(items) if k not in hit])
    assert sum(damage.byte_count for damage in journal.damage) == RECORD * len(hit)
