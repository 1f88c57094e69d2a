from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from format_rig import cut_at, heard, strangers, walked
from hypothesis import given, settings
from hypothesis import strategies as st
from sensor_rig import quantum

from footdrop_imu.device.byte_pattern import fill
from footdrop_imu.device.dialog import find_reply
from footdrop_imu.device.profile_file import read_profile_text
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.errors import DecodeError, DecodeReason, ProfileError
from footdrop_imu.schema import FloatArray

TRIED = settings(deadline=None, max_examples=60)
PROFILE = load_profile("puckjs-2")
(FRAME,) = PROFILE.frames
G = 9.80665


def stream_of(count: int) -> tuple[FloatArray, bytes]:
    """Accelerations of a walk as they are decoded, and the text that they are sent in."""
    _, sent = walked(PROFILE, count, first_tick=123_456)
    stream = b"".join(one.data for one in sent)
    return heard(PROFILE, [stream])["acceleration"].values, stream


def test_a_line_is_a_sample() -> None:
    found = heard(PROFILE, [b"\r\n1000,2048,-1024,20", b"48,100,-200,1\r\n1019,0,0,2048,0,0,", b"0\r\n1038,5"])
    acc, gyr = found["acceleration"], found["angular_velocity"]
    assert np.allclose(acc.values, [[G, -G / 2, G], [0, 0, G]])
    assert np.allclose(np.degrees(gyr.values), [[7, -14, 0.07], [0, 0, 0]])
    assert acc.ticks is not None
    assert acc.ticks.tolist() == [1000, 1019]
    assert acc.arrival_s.tolist() == [1.0, 2.0]
    assert acc.damaged_count == 0


@pytest.mark.parametrize("mtu", [247, 53])
def test_a_walk_comes_back_within_one_count(mtu: int) -> None:
    samples, sent = walked(PROFILE, 1000, mtu)
    assert max(len(one.data) for one in sent) <= mtu - 3
    found = heard(PROFILE, [one.data for one in sent])
    for quantity, truth in samples.items():
        part = found[quantity]
        assert part.values.shape == truth.shape
        assert part.damaged_count == 0
        assert np.abs(part.values - truth).max() <= 1.3 * quantum(PROFILE, quantity)
        assert part.ticks is not None
        assert np.abs(part.ticks - np.arange(1000) * 1000 / 52).max() <= 0.51


@TRIED
@given(st.lists(st.integers(0, 10**6), max_size=60))
def test_it_does_not_matter_where_it_is_cut(places: list[int]) -> None:
    truth, stream = stream_of(100)
    found = heard(PROFILE, cut_at(stream, places))["acceleration"]
    assert found.damaged_count == 0
    assert np.array_equal(found.values, truth)


@pytest.mark.parametrize(
    "line",
    [
        b"1,2,3,4,5,6",
        b"1,2,3,4,5,6,7,8",
        b"1,2,3,,5,6,7",
        b"1,2,3,4-5,5,6,7",
        b"1,2,3,4 5,5,6,7",
        b"1,2,3,nan,5,6,7",
        b"1,2,3,inf,5,6,7",
        b"1,2,3,0x4,5,6,7",
        b"1,2,3,1e9,5,6,7",
        b"1,2,3,40000,5,6,7",
        b"Uncaught Error: Puck.accelOn is not defined",
        b"1,2,3,4,5,6,7,",
        b"\xff\xfe",
        b"1" * 400,
    ],
)
def test_a_line_that_is_none_is_left_out_and_counted(line: bytes) -> None:
    good = b"5,0,0,2048,0,0,0\r\n"
    found = heard(PROFILE, [b"\r\n" + good + line + b"\r\n" + good])["acceleration"]
    assert (len(found.values), found.damaged_count) == (2, 1)
    with pytest.raises(DecodeError):
        heard(PROFILE, [b"\r\n" + line + b"\r\n"])


def test_a_line_whose_beginning_or_end_did_not_come_is_not_taken() -> None:
    good = b"5,0,0,2048,0,0,100\r\n"
    # "0,100" may have been "1000,100" …; and "10" the beginning of "100"
    first, second = good[-9:] + good + good[:-4], good[1:] + good
    found = heard(PROFILE, [first, second], [0, 1])["acceleration"]
    assert found.values.tolist() == [[0, 0, G], [0, 0, G]]
    assert found.connection.tolist() == [0, 1]
    assert found.damaged_count == 0


def test_answers_to_commands_are_lines_of_their_own() -> None:
    good = b"5,0,0,2048,0,0,100\r\n"
    found = heard(PROFILE, [b"\r\n" + good + b"r 52 60\r\n" + good + b"b:W\r\n" + good])["acceleration"]
    assert (len(found.values), found.damaged_count) == (3, 0)


@TRIED
@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_changed_byte_touches_no_other_line(place: int, change: int) -> None:
    truth, stream = stream_of(60)
    broken = bytearray(stream)
    broken[place % len(stream)] ^= change
    found = heard(PROFILE, [bytes(broken)])["acceleration"]
    assert 58 <= len(found.values) <= 60
    assert strangers(found.values, truth) <= 1


@TRIED
@given(st.lists(st.binary(max_size=60), max_size=8), st.text("0123456789,.-+e\r\n", max_size=200))
def test_any_bytes_decode_or_are_refused(pieces: list[bytes], text: str) -> None:
    try:
        found = heard(PROFILE, [*pieces, text.encode()])
    except DecodeError:
        return
    for part in found.values():
        assert part.first[-1] == len(part.values)
        assert np.isfinite(part.values).all()


def test_a_line_without_a_time_has_samples_all_the_same() -> None:
    moved = tuple(replace(part, offset=part.offset - 1) for part in FRAME.quantities)
    frame = replace(FRAME, time=None, sample_size=6, quantities=moved)
    plain = replace(PROFILE, frames=(frame,))
    found = heard(plain, [b"\n0,0,2048,0,0,0\n0,0,2048.5,0,0,1e1\n"])["angular_velocity"]
    assert found.ticks is None
    assert np.allclose(np.degrees(found.values), [[0, 0, 0], [0, 0, 0.7]])


def test_what_is_typed_fits_into_a_write_and_sets_the_ranges() -> None:
    typed = [fill(PROFILE.pattern(command.write, 52)).decode("latin1") for command in PROFILE.commands]
    assert max(map(len, typed)) <= PROFILE.link.smallest_mtu - 3
    assert all(text.endswith("\n") for text in typed)
    # LSM6DS3TR-C: 52 Hz is 3 in the high half; 16 g is 01, 2000 °/s 11 in bits 2 and 3
    assert f"\x10Puck.accelWr(16,{3 << 4 | 0b01 << 2});\n" in typed
    assert f"\x10Puck.accelWr(17,{3 << 4 | 0b11 << 2});\n" in typed
    check = next(command for command in PROFILE.commands if command.reply and command.stage == "configure")
    assert find_reply(PROFILE.pattern(check.reply, 52), b"r 52 60\r\n", anywhere=True) == {}
    assert find_reply(PROFILE.pattern(check.reply, 52), b"r 48 48\r\n", anywhere=True) is None
    program = "".join(
        text[1:-1] for text in (fill(PROFILE.pattern(one.write, 52)).decode() for one in PROFILE.stage("start"))
    )
    line = "a.acc.x,a.acc.y,a.acc.z,a.gyro.x,a.gyro.y,a.gyro.z].join())"
    assert line in program.replace("';q+='", "")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sample_size = 7", "sample_size = 6", "6 fields"),
        ('framing = "stream"', 'framing = "one"', "framing"),
        ("sample_size = 7", "sample_size = 7\noptions = { package = 1 }", "package"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(ProfileError, match=message):
        read_profile_text(PROFILE.text.replace(old, new), "mine.toml")


@pytest.mark.parametrize(
    ("profile", "old", "new", "key"),
    [
        ("capture2go-imu", "options = { package = 0x0231 }", "", "options.package"),
        ("capture2go-imu", "package = 0x0231", "package = 0x0231, speed = 1", "options.speed"),
        ("polar-verity-sense", 'header = "02"', 'header = "02 00"', "header"),
        ("polar-verity-sense", 'type = "u64"', 'type = "u32"', "time"),
        ("polar-verity-sense", 'decoder = "polar_delta"', 'decoder = "polar_delta"\nframing = "several"', "framing"),
        ("shimmer3r", "header_size = 4", "header_size = 2", "header_size"),
    ],
)
def test_options_and_shapes_that_a_decoder_does_not_have_are_refused(
    profile: str, old: str, new: str, key: str
) -> None:
    text = load_profile(profile).text
    assert old in text
    with pytest.raises(ProfileError) as caught:
        read_profile_text(text.replace(old, new), str(Path("mine.toml")))
    assert caught.value.key is not None
    assert key in caught.value.key


def test_a_format_with_a_clock_needs_it() -> None:
    text = load_profile("shimmer3r").text
    begin, end = text.index("[frame.time]"), text.index("[[frame.quantity]]")
    with pytest.raises(ProfileError, match="time"):
        read_profile_text(text[:begin] + text[end:], "mine.toml")


def test_where_nothing_can_be_read_it_is_said_what_was_expected() -> None:
    with pytest.raises(DecodeError, match="expected") as caught:
        heard(PROFILE, [b"\r\nNaN,1\r\n"])
    assert caught.value.reason is DecodeReason.DAMAGED
