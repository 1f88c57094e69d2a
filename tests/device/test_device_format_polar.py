from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from format_rig import arrived, read, walked
from hypothesis import given, settings
from hypothesis import strategies as st
from sensor_rig import quantum

from footdrop_imu.device.byte_pattern import match
from footdrop_imu.device.clock_format import ClockFormat
from footdrop_imu.device.encode import encoder_of
from footdrop_imu.device.format_polar import decode_polar
from footdrop_imu.device.packets import Frames, pack
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.table_format import Sending
from footdrop_imu.device.timeline import make_timeline
from footdrop_imu.errors import DecodeError, DecodeReason
from footdrop_imu.schema import FloatArray

TRIED = settings(deadline=None, max_examples=60)
PROFILE = load_profile("polar-verity-sense")
ACC, GYR = PROFILE.frames
DATA = ACC.characteristic
# 8 g and 2000 °/s: what a count is worth
FACTORS = {"acc_factor": 2.44e-4, "gyr_factor": 2000 / 32768}
G = 9.80665
CAPTURES = Path(__file__).parents[3] / "shared" / "captures.json"

# a whole frame of a Verity Sense, polarofficial/polar-ble-sdk issue 186
WHOLE = bytes.fromhex(
    "02965b065deeab7f09808ef1b9fb34fb081d2a1a1d2beee5eddbf19902fba7f0d7eb0bd70419d70638e73412105b0c3624072f22e757def31b"
    "f21f07e405f4f4f4e7fc11fa0ffcf31a12042ffd1425e81b15173c01f432baff1306faf6dbfae4acf8c0aefebca0e1e00a0aebe3df3ef4edcb"
    "2080fdfa3300810732e4ffbe12da079148fcee4762c00a3fc4af42fefea300080aec1d06e72afee720c3e322ffd00fe92bf4010d1701d00834"
    "e7fa53caba010a0dbd270041ebeabf6f77f7b45facfbe7e133df7c09ed5f3f0bfc1be462bf02472400021336d84f0110d713f102ee3f88e03e"
)
# the first 129 bytes of a frame at rest, issue 331
CUT = bytes.fromhex(
    "029c5829138457730781faff2100f403063b83d0ebc6f1ef3af21bfdef07bf1f00770f247e301041ef0f3fe00bffef0f42e1038000e0c250f4"
    "bd0f0003e0f77e4008422f00c0af173ba127c0b0033d30f47c6e1083fe03bfe01b4381f33e22003c30003e20107ecfffcaefe38160003f3f00"
    "050fe8c20f0cbedf1f80ef13047ff7"
)


def acceleration(*frames: bytes) -> Frames:
    return read(PROFILE, arrived(frames, DATA), FACTORS)["acceleration"]


def angular_velocity(*frames: bytes) -> Frames:
    return read(PROFILE, arrived(frames, DATA), FACTORS)["angular_velocity"]


def in_milli(*frames: bytes) -> Frames:
    """Frames of a sensor that tells no factor and sends thousandths of g."""
    return read(PROFILE, arrived(frames, DATA), {})["acceleration"]


def counts(frames: Frames, factor: float) -> FloatArray:
    return np.asarray(np.rint(frames.values / factor))


def test_a_captured_frame_holds_what_its_sensor_measured() -> None:
    found = acceleration(WHOLE)
    raw = counts(found, FACTORS["acc_factor"] * G)
    assert raw.shape == (63, 3)
    assert raw[:3].tolist() == [[-3698, -1095, -1228], [-3656, -1069, -1199], [-3613, -1087, -1226]]
    assert raw[-1].tolist() == [-3594, -1066, -1305]
    assert found.ticks is not None
    assert found.ticks.tolist() == [int.from_bytes(WHOLE[1:9], "little")]
    assert found.first.tolist() == [0, 63]
    assert found.damaged_count == 0
    # it was held in a hand that moved
    norms = np.linalg.norm(found.values, axis=1)
    assert abs(np.median(norms) - 9.81) < 0.5
    assert np.abs(norms[:20] - 9.81).max() < 0.5


def test_what_was_captured_of_a_frame_at_rest_shows_gravity() -> None:
    # its one block has 59 samples, of which 49 are there
    assert CUT[16:18] == bytes((6, 59))
    found = in_milli(CUT[:17] + bytes((49,)) + CUT[18:])
    milli = found.values / G * 1000
    assert np.rint(milli[:3]).tolist() == [[-6, 33, 1012], [-3, 35, 1009], [-9, 41, 1016]]
    assert len(milli) == 50
    assert np.abs(np.linalg.norm(found.values, axis=1) - 9.81).max() < 0.5
    assert found.ticks is not None
    seconds_2000_to_2017 = 86400 * 6210
    assert found.ticks[0] // 10**9 - seconds_2000_to_2017 in range(0, 10 * 86400)


def test_every_captured_frame_decodes_as_far_as_it_was_captured() -> None:
    if not CAPTURES.exists():
        pytest.skip("no public frames beside the checkout (they lie with shared/data)")
    of = {part["device"]: part for part in json.loads(CAPTURES.read_text())}
    assert bytes.fromhex(of["polar_acc_t0_full_frame"]["hex"]) == WHOLE
    for part in json.loads(CAPTURES.read_text()):
        if part["device"] == "polar_acc_t1_cut":
            data = bytes.fromhex(part["hex"])
            bits, count = data[16], data[17]
            count = min(count, (len(data) - 18) * 8 // (3 * bits))
            whole = data[:17] + bytes((count,)) + data[18 : 18 + (3 * bits * count + 7) // 8]
            milli = np.rint(in_milli(whole).values / G * 1000)
            assert milli[: len(part["raw_first"])].tolist() == part["raw_first"]


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        # polar-ble-sdk AccDataTest.kt, compressed type 1: mg
        ("02650000000000000081f1ff1400f00306017b0f08", [[-15, 20, 1008], [-20, 17, 1008]]),
        # uncompressed type 1
        ("020000000000000000" + "01" + "f1ff1400f003" + "ecff1100f003", [[-15, 20, 1008], [-20, 17, 1008]]),
    ],
)
def test_acceleration_in_thousandths_of_g(frame: str, expected: list[list[int]]) -> None:
    found = in_milli(bytes.fromhex(frame))
    assert np.allclose(found.values, np.array(expected) * G / 1000, rtol=1e-12)


def test_angular_velocity_of_the_makers_own_tests() -> None:
    found = angular_velocity(bytes.fromhex("05ffffffffffffff7f80eaff08000d000301df00"))
    raw = counts(found, np.radians(FACTORS["gyr_factor"]))
    assert raw.tolist() == [[-22, 8, 13], [-23, 11, 16]]
    assert found.ticks is not None
    assert found.ticks.tolist() == [2**63 - 1]


def test_angular_velocity_as_floats() -> None:
    # GyrDataTest.kt, type 1: the differences are of the bits of the floats
    head = bytes.fromhex("05000000000000000081")
    payload = bytes.fromhex("0000803f000020410000a0411c010000a001000008cdccec0d")
    found = read(PROFILE, arrived([head + payload], DATA), {})["angular_velocity"]
    bits = np.array([[0x3F800000, 0x41200000, 0x41A00000]])
    packed = int.from_bytes(payload[14:], "little")
    steps = [(packed >> (28 * axis)) & (2**28 - 1) for axis in range(3)]
    signed = [step - (1 << 28) if step >> 27 else step for step in steps]
    expected = np.concatenate((bits, bits + signed)).astype(np.uint32).view(np.float32)
    assert np.allclose(found.values, np.radians(expected.astype(float)), rtol=1e-12)
    # one that is no number is left out
    broken = head + bytes.fromhex("0000807f000020410000a041")
    with pytest.raises(DecodeError):
        read(PROFILE, arrived([broken], DATA), {})


def test_frames_that_were_cut_short_are_not_believed() -> None:
    # where a block ends there is nothing to see of the cut
    ends = {16, 16 + 2 + 87, 16 + 2 + 87 + 2 + 38, 16 + 2 + 87 + 2 + 38 + 2 + 30}
    cuts = [WHOLE[:length] for length in range(1, len(WHOLE)) if length not in ends]
    found = acceleration(WHOLE, *cuts)
    assert found.damaged_count == len(cuts)
    assert len(found.values) == 63
    assert np.diff(acceleration(*(WHOLE[:length] for length in sorted(ends))).first).tolist() == [1, 30, 40, 50]


def test_without_a_factor_the_numbers_mean_nothing() -> None:
    with pytest.raises(DecodeError, match="acc_factor") as caught:
        read(PROFILE, arrived([WHOLE], DATA), {})
    assert caught.value.reason is DecodeReason.UNKNOWN_SCALE


def test_other_measurements_are_passed_by_and_unknown_ones_counted() -> None:
    rate = bytes.fromhex("05ffffffffffffff7f80eaff08000d000301df00")
    found = read(PROFILE, arrived([WHOLE, rate, WHOLE], DATA), FACTORS)
    assert len(found["acceleration"].values) == 126
    assert len(found["angular_velocity"].values) == 2
    assert {part.damaged_count for part in found.values()} == {0}
    assert found["acceleration"].arrival_s.tolist() == [0.0, 2.0]
    # magnetometer; a form that nobody wrote of
    assert acceleration(WHOLE, rate, b"\x06" + WHOLE[1:], WHOLE[:9] + b"\x85" + WHOLE[10:]).damaged_count == 2


def test_differences_that_leave_the_numbers_range_are_not_believed() -> None:
    high = (32767).to_bytes(2, "little") * 3
    up, stay = bytes((2, 1, 0b010101)), bytes((2, 1, 0))
    head = WHOLE[:10]
    assert len(acceleration(WHOLE, head + high + stay).values) == 65
    found = acceleration(WHOLE, head + high + up, WHOLE)
    assert (len(found.values), found.damaged_count) == (126, 1)
    assert found.first.tolist() == [0, 63, 126]


@pytest.mark.parametrize("block", [(33, 1), (255, 1), (8, 0), (0, 0)])
def test_blocks_that_cannot_be_are_not_believed(block: tuple[int, int]) -> None:
    bits, count = block
    frame = WHOLE[:16] + bytes(block) + bytes((3 * bits * count + 7) // 8)
    assert acceleration(WHOLE, frame).damaged_count == 1


def test_a_block_of_no_bits_stays_where_it_is() -> None:
    assert (
        counts(acceleration(WHOLE[:16] + bytes((0, 3))), FACTORS["acc_factor"] * G).tolist()
        == [[-3698, -1095, -1228]] * 4
    )


@TRIED
@given(st.lists(st.binary(max_size=60), max_size=6), st.booleans())
def test_any_bytes_decode_or_are_refused(pieces: list[bytes], headed: bool) -> None:
    frames = [bytes((2,)) + bytes(8) + b"\x80" + piece for piece in pieces] if headed else pieces
    try:
        found = read(PROFILE, arrived(frames, DATA), FACTORS)
    except DecodeError:
        return
    for part in found.values():
        assert part.first[-1] == len(part.values)
        assert np.isfinite(part.values).all()


@pytest.mark.parametrize("mtu", [247, 232, 100])
def test_a_walk_comes_back_within_one_count(mtu: int) -> None:
    samples, sent = walked(PROFILE, 2000, mtu)
    assert max(len(one.data) for one in sent) <= min(mtu - 3, 229)
    found = read(PROFILE, arrived([one.data for one in sent], DATA))
    for quantity, truth in samples.items():
        part = found[quantity]
        assert 0 <= len(truth) - len(part.values) < 11
        assert part.damaged_count == 0
        assert np.abs(part.values - truth[: len(part.values)]).max() <= quantum(PROFILE, quantity)


@TRIED
@given(
    st.lists(st.tuples(*[st.integers(-32768, 32767)] * 3), min_size=11, max_size=80),
    st.lists(st.integers(1, 3), min_size=3, max_size=3, unique=True),
)
def test_any_samples_come_back(rows: list[tuple[int, int, int]], order: list[int]) -> None:
    names = ["", "x", "-y", "z"]
    axes = (names[order[0]], names[order[1]], names[order[2]])
    frame = replace(ACC, quantities=(replace(ACC.quantities[0], axes=axes),))
    factor = {"acc_factor": 16 / 32768}
    scale = factor["acc_factor"] * G
    # what is turned round at -32768 cannot be written
    truth = np.maximum(np.array(rows), -32767) * scale
    sent = encoder_of(frame)(frame, {"acceleration": truth}, Sending(104, 247, PROFILE.gait, factor))
    (found,) = decode_polar(frame, pack(arrived([one.data for one in sent], DATA)), factor)
    assert found.damaged_count == 0
    assert np.allclose(found.values, truth[: len(found.values)], atol=1e-9)
    assert len(truth) - len(found.values) < 11


def test_times_are_of_the_last_sample_and_place_every_sample() -> None:
    assert ACC.time is not None
    assert ACC.time.of == "last"
    samples, sent = walked(PROFILE, 104 * 60)
    rate_hz, late_s = 104.0, np.random.default_rng(1).uniform(0.01, 0.06, len(sent))
    packets = arrived([one.data for one in sent], DATA)
    packets = [
        packet._replace(arrival_s=100.0 + (one.last_sample / rate_hz) + late)
        for packet, one, late in zip(packets, sent, late_s, strict=True)
    ]
    found = read(PROFILE, packets)["acceleration"]
    sizes = np.diff(found.first)
    assert len(set(sizes.tolist())) > 2, "frames hold as many samples as fit"
    assert found.ticks is not None
    last = np.cumsum(sizes) - 1
    assert np.abs(found.ticks * 1e-9 - last / rate_hz).max() < 1e-8
    clock = ClockFormat(rate_hz=rate_hz, tick_s=ACC.time.tick_s, tick_of=ACC.time.of)
    line = make_timeline([found], clock)
    assert line.lost_count == 0
    assert (line.counter == np.arange(len(found.values))).all()
    assert line.rate_hz == pytest.approx(rate_hz, rel=1e-4)
    assert line.first_s == pytest.approx(100.0, abs=0.06)
    assert samples["acceleration"].shape[0] - len(found.values) < 11


def test_the_factor_is_heard_where_the_sensor_tells_it() -> None:
    acc, gyr = PROFILE.stage("start")
    pattern = PROFILE.pattern(acc.reply, 104)
    # polar-ble-sdk issue 443: nothing after the status
    assert match(pattern, bytes.fromhex("f002020000")) == {}
    told = np.float32(16 / 32768).tobytes()
    assert match(pattern, bytes.fromhex("f0020200000501") + told) == {"acc_factor": 16 / 32768}
    assert match(pattern, bytes.fromhex("f002020600")) is None
    told = np.float32(2000 / 32768).tobytes()
    assert match(PROFILE.pattern(gyr.reply, 104), bytes.fromhex("f0020500000501") + told) == {
        "gyr_factor": 2000 / 32768
    }


def test_rates_are_written_as_the_maker_writes_them() -> None:
    (acc, _) = PROFILE.stage("start")
    for rate_hz, code in ((52, "3400"), (104, "6800"), (208, "d000")):
        parts = PROFILE.pattern(acc.write, rate_hz).parts
        written = bytes(part for part in parts if isinstance(part, int))
        assert written.hex() == f"02020001{code}01011000020110000401" + "03"


def test_frames_of_one_quantity_follow_each_other() -> None:
    _, sent = walked(PROFILE, 600)
    of = [one for one in sent if one.data[0] == 2]
    assert all(low.last_sample < high.last_sample for low, high in pairwise(of))
