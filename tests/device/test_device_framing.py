"""Notifications cut into frames: whole ones, several together, byte streams cut anywhere, continuations."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_frames import heard

from footdrop_imu.device.framing import Cut, cut_frames, join_continuations, rows_of
from footdrop_imu.device.packets import Packets
from footdrop_imu.device.profile import FrameFormat
from footdrop_imu.device.profiles import load_profile

WIT = load_profile("witmotion-20").frames[0]
ONE = replace(WIT, framing="one", ignored=())
SEVERAL = replace(WIT, framing="several", ignored=())
REPLY = bytes.fromhex("5571") + bytes(18)


def frame(number: int, filling: int = 0) -> bytes:
    """A frame of 20 bytes that says which one it is."""
    return b"\x55\x61" + number.to_bytes(4, "little") + bytes([filling]) * 14


def numbers(cut: Cut) -> list[int]:
    """Which frames were found."""
    rows = rows_of(cut, slice(None), 20)
    return [int.from_bytes(row[2:6].tobytes(), "little") for row in rows]


def sliced(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[low:high] for low, high in pairwise(edges) if high > low]


def test_a_notification_is_one_frame_or_damaged() -> None:
    cut = cut_frames(ONE, heard([frame(0), frame(1)[:19], frame(2) + b"\x00", b"", REPLY, frame(3)]))
    assert numbers(cut) == [0, 3]
    assert cut.packet.tolist() == [0, 5]
    assert cut.damaged_count == 4


def test_what_is_meant_for_somebody_else_is_not_damaged() -> None:
    cut = cut_frames(ONE, heard([frame(0), REPLY, REPLY[:5], b"\x01\x02", frame(1)]), [b"\x55\x71"])
    assert numbers(cut) == [0, 1]
    assert cut.damaged_count == 1
    # a beginning that others have too does not excuse a frame that was cut
    cut = cut_frames(ONE, heard([frame(0)[:10]]), [b"\x55"])
    assert (numbers(cut), cut.damaged_count) == ([], 1)


def test_a_trailer_may_be_missing_and_nothing_else() -> None:
    padded = replace(ONE, sample_size=10, trailer_size=8)
    found = cut_frames(padded, heard([(frame(0) + bytes(10))[:size] for size in range(30)]))
    assert found.length.tolist() == list(range(12, 21))
    assert found.damaged_count == 21


def test_several_frames_come_whole_in_a_notification() -> None:
    wrong = bytes(20)
    cut = cut_frames(
        SEVERAL, heard([frame(0) + frame(1), frame(2), frame(3) + frame(4)[:19], frame(5) + wrong + frame(6)])
    )
    assert numbers(cut) == [0, 1, 2, 5, 6]
    assert cut.packet.tolist() == [0, 0, 1, 3, 3]
    assert cut.damaged_count == 2


def test_as_many_samples_as_fit() -> None:
    own = load_profile("footdrop-1").frames[0]
    cut = cut_frames(own, heard([b"\x01" + bytes(size - 1) for size in range(1, 60)]))
    assert cut.length.tolist() == [18, 30, 42, 54]
    assert cut.damaged_count == 59 - 4


@given(st.integers(0, 30), st.lists(st.integers(0, 10**4), max_size=20), st.sets(st.integers(0, 29)))
def test_a_byte_stream_cut_anywhere_gives_the_same_frames(count: int, places: list[int], replies: set[int]) -> None:
    pieces = [REPLY if at in replies else frame(at) for at in range(count)]
    wanted = [at for at in range(count) if at not in replies]
    packets = heard(sliced(b"".join(pieces), places))
    cut = cut_frames(WIT, packets)
    assert numbers(cut) == wanted
    assert cut.damaged_count == 0
    # each frame came with the notification that holds its last byte
    ends = cut.begin + 20
    assert ((packets.start[cut.packet] < ends) & (ends <= packets.start[cut.packet + 1])).all()


@given(
    st.integers(2, 30),
    st.lists(st.integers(0, 10**4), max_size=12),
    st.integers(0, 29),
    st.integers(1, 19),
)
def test_a_gap_in_a_byte_stream_costs_no_more_than_its_neighbors(
    count: int, places: list[int], hurt: int, lost: int
) -> None:
    hurt %= count
    pieces = [frame(at)[lost:] if at == hurt else frame(at) for at in range(count)]
    cut = cut_frames(WIT, heard(sliced(b"".join(pieces), places)))
    found = numbers(cut)
    assert set(range(count)) - set(found) <= {hurt, hurt + 1}
    assert cut.damaged_count <= 1


def test_a_header_by_chance_among_the_numbers_is_no_frame() -> None:
    # every other frame holds the header again in its middle; the stream begins within a frame
    middle = [b"\x55\x61", bytes(2)]
    data = b"".join(b"\x55\x61" + at.to_bytes(4, "little") + middle[at % 2] + bytes(12) for at in range(50))
    for begin in {*range(1, 20)} - {6}:  # at 6 it would seem to begin with a frame
        cut = cut_frames(WIT, heard([data[begin:]]))
        assert numbers(cut) == list(range(1, 50)), begin
        assert cut.damaged_count == 1


def test_a_stream_without_any_frame_ends() -> None:
    for data in (bytes(10_000), b"\x55" * 10_000, b"\x55\x61" * 5_000, b"", b"\x55\x61"):
        assert cut_frames(WIT, heard([data])).damaged_count <= 500


def test_many_flaws_are_walked_through_in_time_that_grows_with_the_data() -> None:
    piece = frame(1) + frame(2) + b"\x00" * 3
    cut = cut_frames(WIT, heard([piece * 5_000]))
    assert len(cut.begin) == 10_000
    assert cut.damaged_count == 4_999  # what is left at the end may be the beginning of a frame


def test_a_new_connection_begins_a_new_stream() -> None:
    halves = [frame(0) + frame(1)[:7], frame(2) + frame(3)]
    cut = cut_frames(WIT, heard(halves, [0, 1]))
    assert numbers(cut) == [0, 2, 3]
    assert cut.damaged_count == 0
    assert cut.packet.tolist() == [0, 1, 1]
    glued = cut_frames(WIT, heard([frame(0)[:7], frame(0)[7:]], [0, 1]))
    assert numbers(glued) == []


def test_continuations_go_on_with_the_one_before() -> None:
    joined, last = join_continuations(
        heard([b"\x02abc", b"\x03de", b"\x03f", b"\x02ghi", b"\x03jk"], [0, 0, 0, 0, 1]), b"\x03", None
    )
    whole = [joined.data[low:high].tobytes() for low, high in pairwise(joined.start)]
    assert whole == [b"\x02abcdef", b"\x02ghi", b"\x03jk"]  # no part of a message comes over another connection
    assert last.tolist() == [2, 3, 4]
    np.testing.assert_allclose(joined.arrival_s, [0.02, 0.03, 0.04])


def test_a_lost_piece_of_a_message_costs_that_message() -> None:
    movesense = load_profile("movesense-imu6").frames[0]
    whole = b"\x02\x63" + bytes(196)
    first, second = whole[:158], b"\x03\x63" + whole[158:]
    cut = cut_frames(movesense, heard([first, second, first, first, second, second, first, second]))
    assert cut.packet.tolist() == [1, 4, 7]
    assert cut.damaged_count == 2


def test_rows_are_the_bytes_of_evenly_spaced_frames_and_of_others() -> None:
    data = np.arange(100, dtype=np.uint8)
    begin = np.array([3, 23, 43])
    even = Cut(data, begin, np.full(3, 20), np.arange(3), 0)
    assert rows_of(even, slice(None), 4).tolist() == [[at + step for step in range(4)] for at in begin]
    uneven = Cut(data, np.array([3, 24, 43]), np.full(3, 20), np.arange(3), 0)
    assert rows_of(uneven, slice(None), 2).tolist() == [[3, 4], [24, 25], [43, 44]]
    assert rows_of(uneven, np.array([2]), 20).tolist() == [list(range(43, 63))]
    assert rows_of(uneven, np.array([], dtype=np.int64), 20).shape == (0, 20)


@pytest.mark.parametrize(
    "format_", [ONE, SEVERAL, WIT, load_profile("movesense-imu6").frames[0]], ids=["one", "several", "stream", "parts"]
)
def test_nothing_gives_nothing(format_: FrameFormat) -> None:
    empty = Packets(np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros(1, np.int64))
    cut = cut_frames(format_, empty)
    assert (len(cut.begin), len(cut.packet), cut.damaged_count) == (0, 0, 0)
