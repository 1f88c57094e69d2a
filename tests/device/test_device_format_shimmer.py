from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from format_rig import arrived, cut_at, heard, strangers, walked
from hypothesis import given, settings
from hypothesis import strategies as st
from sensor_rig import quantum

from footdrop_imu.device.clock_format import ClockFormat
from footdrop_imu.device.dialog import find_reply
from footdrop_imu.device.format_shimmer import decode_shimmer
from footdrop_imu.device.packets import pack
from footdrop_imu.device.profile import FrameFormat
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.timeline import make_timeline
from footdrop_imu.errors import DecodeError, DecodeReason
from footdrop_imu.schema import FloatArray

TRIED = settings(deadline=None, max_examples=60)
PROFILE = load_profile("shimmer3r")
(FRAME,) = PROFILE.frames
SIZE = 16
ACK = b"\xff"


def stream_of(count: int, first_tick: int = 1_234_567) -> tuple[FloatArray, bytes]:
    """Accelerations of a walk as they are decoded, and the byte stream that they are sent in."""
    samples, sent = walked(PROFILE, count, first_tick=first_tick)
    stream = b"".join(one.data for one in sent)
    values = heard(PROFILE, [stream])["acceleration"].values
    assert np.abs(values - samples["acceleration"]).max() <= quantum(PROFILE, "acceleration")
    return values, stream


def at_rest(count: int, noise_counts: float = 3.0) -> bytes:
    """A stream of a sensor that lies still: numbers near 0, in which there are as many 00 as in the headers."""
    rng = np.random.default_rng(3)
    rows = np.zeros((count, SIZE), np.uint8)
    rows[:, 1:4] = (256 * np.arange(count)[:, None] >> np.array([0, 8, 16])) & 0xFF
    numbers = np.rint(rng.normal(0, noise_counts, (count, 6)))
    numbers[:, 2] -= 2048
    rows[:, 4:] = numbers.astype("<i2").view(np.uint8).reshape(count, 12)
    return rows.tobytes()


def test_a_packet_with_the_gyroscope_big_endian_as_the_older_model_sends_it() -> None:
    # ShimmerEngineering/Shimmer-Java-Android-API @106ad6f8: acceleration little-endian, gyroscope big-endian
    acc, gyr = FRAME.quantities
    straight = ("x", "y", "z")
    older: FrameFormat = replace(
        FRAME,
        quantities=(
            replace(acc, axes=straight, unit="m/s2", scale=1.0),
            replace(gyr, axes=straight, type="i16be", scale=1 / 16.4),
        ),
    )
    packet = bytes.fromhex("00452301" + "00089cff3200" + "00a4feb84010")
    found = {part.quantity: part for part in decode_shimmer(older, pack(arrived([packet], "")), {})}
    assert found["acceleration"].values.tolist() == [[2048, -100, 50]]
    assert np.allclose(np.degrees(found["angular_velocity"].values), [[10, -20, 1000]])
    ticks = found["acceleration"].ticks
    assert ticks is not None
    assert ticks[0] / 32768 == pytest.approx(2.2755, abs=1e-4)


def test_times_are_read_as_in_the_tests_of_another_client() -> None:
    # seemoo-lab/pyshimmer @a2ef575: 0xB2D0DE and 0xB2D11E, a step of 64 ticks at 512 Hz
    packets = [bytes.fromhex(f"00{time}2607") + bytes(10) for time in ("ded0b2", "1ed1b2", "5ed1b2")]
    found = heard(PROFILE, [b"".join(packets)])["acceleration"]
    assert found.ticks is not None
    assert found.ticks.tolist() == [0xB2D0DE, 0xB2D11E, 0xB2D15E]


@pytest.mark.parametrize("mtu", [247, 60, 23])
def test_a_walk_comes_back_within_one_count(mtu: int) -> None:
    samples, sent = walked(PROFILE, 3000, mtu)
    assert max(len(one.data) for one in sent) <= mtu - 3
    found = heard(PROFILE, [one.data for one in sent])
    for quantity, truth in samples.items():
        part = found[quantity]
        assert part.values.shape == truth.shape
        assert part.damaged_count == 0
        assert np.abs(part.values - truth).max() <= 1.3 * quantum(PROFILE, quantity)


def test_both_quantities_are_turned_the_same_way() -> None:
    assert FRAME.quantities[0].axes == FRAME.quantities[1].axes


@TRIED
@given(st.lists(st.integers(0, 10**6), max_size=60))
def test_it_does_not_matter_where_it_is_cut(places: list[int]) -> None:
    truth, stream = stream_of(200)
    found = heard(PROFILE, cut_at(stream, places))["acceleration"]
    assert found.damaged_count == 0
    assert np.array_equal(found.values, truth)


@TRIED
@given(st.lists(st.integers(0, 199), max_size=12), st.lists(st.integers(0, 10**6), max_size=12))
def test_acknowledgements_and_news_may_stand_between_packets(places: list[int], cuts: list[int]) -> None:
    truth, stream = stream_of(200)
    mixed = bytearray()
    for number in range(200):
        if number in places:
            mixed += ACK if number % 2 else b"\x8a\x71\x20"
        mixed += stream[SIZE * number : SIZE * (number + 1)]
    found = heard(PROFILE, cut_at(bytes(mixed), cuts))["acceleration"]
    assert found.damaged_count == 0
    assert np.array_equal(found.values, truth)


@TRIED
@given(st.integers(1, 10**6), st.integers(1, 60), st.binary(max_size=20))
def test_bytes_lost_or_put_in_cost_the_packets_around_them(place: int, count: int, instead: bytes) -> None:
    truth, stream = stream_of(200)
    place %= len(stream) - count
    found = heard(PROFILE, [stream[:place] + instead + stream[place + count :]])["acceleration"]
    assert len(found.values) >= 200 - 4 - count // SIZE
    assert strangers(found.values, truth) <= 1 + len(instead) // SIZE


def test_where_bytes_were_lost_hardly_ever_a_wrong_sample_is_believed() -> None:
    truth, stream = stream_of(200)
    wrong = 0
    lost = [(place, count) for count in (1, 7, 9, 16, 23) for place in range(1, len(stream) - 30, 17)]
    for place, count in lost:
        found = heard(PROFILE, [stream[:place] + stream[place + count :]])["acceleration"]
        wrong += strangers(found.values, truth) > 0
    # where all that is left between two packets is FF, it looks like an acknowledgement
    assert wrong <= len(lost) // 500


@TRIED
@given(st.integers(0, 199), st.integers(0, 3), st.integers(1, 255))
def test_a_changed_header_or_time_costs_its_packet(number: int, place: int, change: int) -> None:
    truth, stream = stream_of(200)
    broken = bytearray(stream)
    broken[SIZE * number + place] ^= change
    found = heard(PROFILE, [bytes(broken)])["acceleration"]
    assert len(found.values) >= 200 - 3
    assert strangers(found.values, truth) == 0


def test_a_sensor_at_rest_is_not_mistaken() -> None:
    stream = at_rest(4000)
    for shift in (0, 5, 15):
        found = heard(PROFILE, [stream[shift:]])["acceleration"]
        assert len(found.values) >= 3999
        assert np.abs(np.linalg.norm(found.values, axis=1) - 9.81).max() < 0.5
        assert found.ticks is not None
        assert (np.diff(found.ticks) == 256).all()
    # nothing changes at all
    found = heard(PROFILE, [at_rest(300, 0.0)])["acceleration"]
    assert (len(found.values), found.damaged_count) == (300, 0)


def test_the_time_wraps() -> None:
    truth, stream = stream_of(300, first_tick=2**24 - 128 * 100)
    found = heard(PROFILE, [stream])["acceleration"]
    assert found.damaged_count == 0
    assert len(found.values) == len(truth) == 300
    assert found.ticks is not None
    assert (np.diff(found.ticks) < 0).sum() == 1
    object.__setattr__(found, "arrival_s", 10.0 + np.arange(300) / 128)
    assert FRAME.time is not None
    clock = ClockFormat(rate_hz=128, tick_s=FRAME.time.tick_s, tick_bits=FRAME.time.bits, tick_of=FRAME.time.of)
    line = make_timeline([found], clock)
    assert line.lost_count == 0
    assert line.rate_hz == pytest.approx(128, rel=1e-3)


def test_samples_that_the_sensor_left_out_are_seen_by_their_times() -> None:
    _, stream = stream_of(300)
    found = heard(PROFILE, [stream[: 100 * SIZE] + stream[110 * SIZE :]])["acceleration"]
    assert 288 <= len(found.values) <= 290
    assert found.ticks is not None
    assert np.diff(found.ticks).max() >= 11 * 256


def test_a_new_connection_begins_anew() -> None:
    truth, stream = stream_of(100)
    found = heard(PROFILE, [stream[: 40 * SIZE + 7], stream[45 * SIZE + 3 :]], [0, 1])["acceleration"]
    assert strangers(found.values, truth) == 0
    assert len(found.values) == 40 + 54
    assert found.connection.tolist() == [0] * 40 + [1] * 54


def test_one_packet_alone_is_taken_and_half_of_one_awaited() -> None:
    _, stream = stream_of(10)
    assert len(heard(PROFILE, [ACK + stream[:SIZE]])["acceleration"].values) == 1
    half = heard(PROFILE, [stream[: SIZE - 5]])["acceleration"]
    assert (len(half.values), half.damaged_count) == (0, 0)


@TRIED
@given(st.lists(st.binary(max_size=80), max_size=8))
def test_any_bytes_decode_or_are_refused(pieces: list[bytes]) -> None:
    try:
        found = heard(PROFILE, pieces)
    except DecodeError:
        return
    for part in found.values():
        assert part.first[-1] == len(part.values)
        assert np.isfinite(part.values).all()


def test_what_the_sensor_says_it_will_send_is_compared() -> None:
    inquiry = PROFILE.stage("configure")[-1]
    answer = bytes.fromhex("ff02" + "0001" + "0205010800881" + "0" + "06" + "01" + "0001020a0b0c")
    assert find_reply(PROFILE.pattern(inquiry.reply, 128), answer, anywhere=True) == {}
    assert find_reply(PROFILE.pattern(inquiry.reply, 204.8), answer, anywhere=True) is None
    # the wide-range accelerometer is another chip
    other = answer.replace(bytes((0, 1, 2, 10)), bytes((4, 5, 6, 10)))
    assert find_reply(PROFILE.pattern(inquiry.reply, 128), other, anywhere=True) is None


def test_rates_divide_the_sensors_clock() -> None:
    for rate_hz, code in PROFILE.rates.codes.items():
        assert 32768 / int.from_bytes(bytes.fromhex(code), "little") == pytest.approx(rate_hz)


def test_where_nothing_can_be_read_it_is_said_what_was_expected() -> None:
    with pytest.raises(DecodeError, match="expected") as caught:
        heard(PROFILE, [b"\x55\x61" * 40])
    assert caught.value.reason is DecodeReason.DAMAGED
