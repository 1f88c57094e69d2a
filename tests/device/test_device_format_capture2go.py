from __future__ import annotations

import zlib

import numpy as np
import pytest
from format_rig import cut_at, heard, strangers, walked
from hypothesis import given, settings
from hypothesis import strategies as st
from sensor_rig import quantum

from footdrop_imu.device.byte_pattern import fill, match
from footdrop_imu.device.clock_format import ClockFormat
from footdrop_imu.device.dialog import find_reply
from footdrop_imu.device.format_capture2go import checked_package
from footdrop_imu.device.profile_file import read_profile_text
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.timeline import make_timeline
from footdrop_imu.errors import DecodeError, DecodeReason, ProfileError
from footdrop_imu.schema import FloatArray

TRIED = settings(deadline=None, max_examples=60)
PROFILE = load_profile("capture2go-imu")
(FRAME,) = PROFILE.frames
LIVE = b"\xff"
# a notification that the maker's own parser (capture2go.parsing.Unpacker, sensorstim/capture2go_sdk @7434937) reads
EXAMPLE = bytes.fromhex(
    "ff022c3e772c733102404b3b65ba3f49181000e0ffa4001100e0ffa4001200e0ffa4001300e0ffa4001400e0ffa4001500e0ffa4001600e0ff"
    "a4001700e0ffa40000001400000800001400ff0700001400fe0700001400fd0700001400fc0700001400fb0700001400fa0700001400f90700"
    "00000000000000000000"
)
STATUS = checked_package(0x0201, bytes(19))
STARTED = bytes.fromhex("027c4e7e95005101")


def stream_of(count: int) -> tuple[FloatArray, bytes]:
    """Accelerations of a walk, and the byte stream that they are sent in."""
    samples, sent = walked(PROFILE, count)
    return samples["acceleration"], b"".join(one.data[1:] for one in sent)


def notified(pieces: list[bytes]) -> list[bytes]:
    return [LIVE + piece for piece in pieces]


def test_a_notification_as_the_makers_parser_reads_it() -> None:
    found = heard(PROFILE, [EXAMPLE])
    acc, gyr = found["acceleration"], found["angular_velocity"]
    assert np.allclose(gyr.values[0], [0.01704, -0.03409, 0.17470], atol=1e-5)
    assert np.allclose(acc.values[0], [0.0, 0.0958, 9.81], atol=1e-4)
    assert np.allclose(np.degrees(gyr.values[0]), [0.977, -1.953, 10.010], atol=1e-3)
    assert np.abs(np.linalg.norm(acc.values, axis=1) - 9.81).max() < 0.5
    assert acc.first.tolist() == [0, 8]
    assert acc.ticks is not None
    assert acc.ticks.tolist() == [1_750_000_000_005_000_000]
    assert acc.damaged_count == 0


@pytest.mark.parametrize(
    ("header", "payload", "package"),
    [
        (0x0070, "", "02096be66e007000"),
        (0x0150, "", "023d7f658c005001"),
        (0x0152, "", "02bf1d53be005201"),
        (0x0158, "", "0235f5bc44005801"),
        (0x0170, "0000ef64ba3f4918", "023ee137e60870010000ef64ba3f4918"),
        (
            0x0120,
            "00000000000000000000010000000100000001887766554433221100" + "0001",
            "02c091f4801e200100000000000000000000010000000100000001887766554433221100" + "0001",
        ),
    ],
)
def test_packages_are_written_as_the_makers_parser_accepts_them(header: int, payload: str, package: str) -> None:
    assert checked_package(header, bytes.fromhex(payload)).hex() == package


def test_a_frame_shorter_than_a_package_is_refused_by_the_loader() -> None:
    short = PROFILE.text.replace("header_size = 16", "header_size = 7").replace("offset = 8", "offset = 1")
    with pytest.raises(ProfileError, match="headers of 8 bytes"):
        read_profile_text(short.replace('type = "i64"', 'type = "u16"'), "mine.toml")


def test_every_command_of_the_profile_has_a_right_checksum() -> None:
    for command in PROFILE.commands:
        written = fill(PROFILE.pattern(command.write, 200))
        assert written[0] == 2
        assert written[5] == len(written) - 8
        assert int.from_bytes(written[1:5], "little") == zlib.crc32(written[6:])


def test_acknowledgements_are_heard_alone_and_in_front_of_samples() -> None:
    (start,) = PROFILE.stage("start")
    pattern = PROFILE.pattern(start.reply, 200)
    assert find_reply(pattern, LIVE + STARTED + EXAMPLE[1:], anywhere=True) == {}
    assert checked_package(0x0151, b"") == STARTED
    mode = PROFILE.stage("configure")[1]
    written = fill(PROFILE.pattern(mode.write, 200))
    echo = LIVE + checked_package(0x0122, written[8:])
    assert match(PROFILE.pattern(mode.reply, 200), echo) == {}
    other = bytearray(written[8:])
    other[10] = 2
    assert match(PROFILE.pattern(mode.reply, 200), LIVE + checked_package(0x0122, bytes(other))) is None
    (battery,) = PROFILE.stage("battery")
    told = checked_package(0x0201, bytes(17) + bytes((87, 50)))
    assert match(PROFILE.pattern(battery.reply, 200), LIVE + told) == {"battery": 87}


@pytest.mark.parametrize("mtu", [247, 100, 64])
def test_a_walk_comes_back_within_one_count(mtu: int) -> None:
    samples, sent = walked(PROFILE, 4000, mtu)
    assert max(len(one.data) for one in sent) == mtu - 3
    found = heard(PROFILE, [one.data for one in sent])
    for quantity, truth in samples.items():
        part = found[quantity]
        assert part.values.shape == truth.shape
        assert part.damaged_count == 0
        assert np.abs(part.values - truth).max() <= quantum(PROFILE, quantity)
        assert part.ticks is not None
        assert (np.diff(part.ticks) == 40_000_000).all()


@TRIED
@given(st.lists(st.integers(0, 10**6), max_size=60))
def test_it_does_not_matter_where_it_is_cut(places: list[int]) -> None:
    truth, stream = stream_of(400)
    found = heard(PROFILE, notified(cut_at(stream, places)))["acceleration"]
    assert found.damaged_count == 0
    assert len(found.values) == len(truth)
    # a frame arrived with the notification that brought its last byte
    assert (np.diff(found.arrival_s) >= 0).all()


@TRIED
@given(st.integers(0, 10**6), st.integers(1, 255), st.lists(st.integers(0, 10**6), max_size=10))
def test_a_changed_byte_costs_its_package_and_no_sample_is_wrong(place: int, change: int, cuts: list[int]) -> None:
    truth, stream = stream_of(240)
    broken = bytearray(stream)
    # the size of the last package may say as well that more of it is still to come
    broken[place % (len(stream) - 2 * 123)] ^= change
    found = heard(PROFILE, notified(cut_at(bytes(broken), cuts)))["acceleration"]
    assert found.damaged_count == 1
    assert len(found.values) in {240, 232}
    assert strangers(found.values, heard(PROFILE, notified([stream]))["acceleration"].values) == 0
    assert len(truth) == 240


@TRIED
@given(st.integers(0, 10**6), st.integers(1, 300))
def test_bytes_that_are_missing_cost_the_packages_they_were_in(place: int, count: int) -> None:
    _, stream = stream_of(240)
    place %= len(stream)
    found = heard(PROFILE, notified([stream[:place] + stream[place + count :]]))["acceleration"]
    assert len(found.values) >= 240 - 8 * (2 + count // 123)
    assert strangers(found.values, heard(PROFILE, notified([stream]))["acceleration"].values) == 0


def test_real_time_packages_in_front_are_passed_by() -> None:
    live = checked_package(0x0247, bytes(range(37)))
    ahead = [b"\xfe" + live + EXAMPLE[1:60], b"\xfc" + live * 3 + EXAMPLE[60:], LIVE + EXAMPLE[1:]]
    found = heard(PROFILE, ahead)["acceleration"]
    assert found.damaged_count == 0
    assert len(found.values) == 16
    assert found.arrival_s.tolist() == [1.0, 2.0]
    # more of them than there may be, one that is cut off, one that is none
    wrong = [b"\xfb" + live * 4, b"\xfe" + live[:20], b"\xfe\x05" + live, b""]
    assert heard(PROFILE, [EXAMPLE, *wrong])["acceleration"].damaged_count == 4


def test_news_between_the_samples_is_passed_by() -> None:
    pieces = [STARTED, EXAMPLE[1:], STATUS, EXAMPLE[1:], checked_package(0x0153, b"")]
    found = heard(PROFILE, notified([b"".join(pieces)]))["acceleration"]
    assert (len(found.values), found.damaged_count) == (16, 0)


def test_a_connection_begins_and_ends_in_the_middle_of_a_package() -> None:
    whole = EXAMPLE[1:]
    data = notified([whole + whole[:50], whole[50:] + whole])
    apart = heard(PROFILE, data, [0, 1])["acceleration"]
    assert len(apart.values) == 16
    assert apart.connection.tolist() == [0, 1]
    assert apart.damaged_count == 1, "what is left of a buffer that was cleared"
    together = heard(PROFILE, data)["acceleration"]
    assert (len(together.values), together.damaged_count) == (24, 0)


@TRIED
@given(st.lists(st.binary(max_size=80), max_size=8), st.booleans())
def test_any_bytes_decode_or_are_refused(pieces: list[bytes], headed: bool) -> None:
    try:
        found = heard(PROFILE, notified(pieces) if headed else pieces)
    except DecodeError:
        return
    assert len(found["acceleration"].values) == 0


def test_a_long_stream_of_other_packages_takes_no_longer_for_each_of_them() -> None:
    # copying what is left once a package takes hours
    acc, stream = stream_of(80)
    many = checked_package(0x0299, bytes(100)) * 200_000
    assert np.array_equal(
        heard(PROFILE, [LIVE + many, LIVE + stream])["acceleration"].values,
        heard(PROFILE, [LIVE + stream])["acceleration"].values,
    )
    assert len(acc) == 80


def test_of_another_kind_of_package_nothing_is_taken() -> None:
    slower = checked_package(0x0232, EXAMPLE[9:])
    with pytest.raises(DecodeError):
        heard(PROFILE, [LIVE + bytearray(slower[:-1]) + b"\1"])
    found = heard(PROFILE, [LIVE + slower + EXAMPLE[1:]])["acceleration"]
    assert (len(found.values), found.damaged_count) == (8, 0)


@TRIED
@given(st.binary(min_size=1, max_size=236))
def test_checksums_are_those_of_zlib(payload: bytes) -> None:
    package = checked_package(0x0201, payload)
    found = heard(PROFILE, [LIVE + EXAMPLE[1:] + package])["acceleration"]
    assert (len(found.values), found.damaged_count) == (8, 0)


def test_its_clock_places_every_sample() -> None:
    _, sent = walked(PROFILE, 6000, first_tick=1_750_000_000_000_000_000)
    found = heard(PROFILE, [one.data for one in sent])["acceleration"]
    packet = found.arrival_s.astype(int)
    late = np.random.default_rng(2).uniform(0.0, 0.05, len(sent))
    arrival = np.array([one.last_sample for one in sent])[packet] / 200 + 5.0 + late[packet]
    object.__setattr__(found, "arrival_s", np.maximum.accumulate(arrival))
    assert FRAME.time is not None
    line = make_timeline([found], ClockFormat(rate_hz=200, tick_s=FRAME.time.tick_s, tick_of=FRAME.time.of))
    assert line.lost_count == 0
    assert line.rate_hz == pytest.approx(200, rel=1e-4)
    assert (line.counter == np.arange(6000)).all()


def test_where_nothing_can_be_read_it_is_said_what_was_expected() -> None:
    with pytest.raises(DecodeError, match="expected") as caught:
        heard(PROFILE, [LIVE + EXAMPLE[1:-1] + b"\1"])
    assert caught.value.reason is DecodeReason.WRONG_CHECKSUM
