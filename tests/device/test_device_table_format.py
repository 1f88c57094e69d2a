"""Table-like frames: where numbers stand, what they are worth, which axis they are of; counter, clock and ranges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_frames import heard

from footdrop_imu.device.profile import FrameFormat, Number, Scales, SequenceFormat, TimeFormat
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.table_format import FrameClock, decode_table, encode_table, si_scale
from footdrop_imu.errors import DecodeError, DecodeReason

OWN = load_profile("footdrop-1")
FRAME = OWN.frames[0]
ACC, GYR = FRAME.quantities
G_MPS2 = 9.80665


def written(values: list[int], kind: str = "<i2") -> str:
    return np.array(values, kind).tobytes().hex()


def test_interleaved_samples_alternate_and_blocks_do_not() -> None:
    data = "01 05 0a000000" + written([2048, 0, 0, 0, 0, 0, 4096, 0, 0, 0, 0, 0])
    acc, gyr = decode_table(FRAME, heard([data]), {})
    np.testing.assert_allclose(acc.values, [[G_MPS2, 0, 0], [2 * G_MPS2, 0, 0]])
    np.testing.assert_array_equal(gyr.values, np.zeros((2, 3)))
    block = replace(FRAME, layout="block")
    data = "01 05 0a000000" + written([2048, 0, 0, 4096, 0, 0, 0, 0, 0, 0, 0, 0])
    acc, gyr = decode_table(block, heard([data]), {})
    np.testing.assert_allclose(acc.values, [[G_MPS2, 0, 0], [2 * G_MPS2, 0, 0]])
    np.testing.assert_array_equal(gyr.values, np.zeros((2, 3)))


def test_frames_of_several_sizes_keep_their_order() -> None:
    sizes = [1, 3, 2, 3, 1]
    data, value = [], 0
    for number, size in enumerate(sizes):
        samples = [number for at in range(size) for number in (value + at, 0, 0, 0, 0, -value - at)]
        data.append(f"01 {number:02x} {number:02x}000000" + written(samples))
        value += size
    acc, gyr = decode_table(FRAME, heard(data), {})
    np.testing.assert_allclose(acc.values[:, 0] * 2048 / G_MPS2, np.arange(10), atol=1e-9)
    np.testing.assert_allclose(np.degrees(gyr.values[:, 2]) * 16.384, -np.arange(10), atol=1e-9)
    assert acc.first.tolist() == gyr.first.tolist() == [0, 1, 4, 6, 9, 10]
    assert acc.sequence is not None
    assert acc.sequence.tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(acc.arrival_s, [0, 0.01, 0.02, 0.03, 0.04])


def test_axes_are_put_where_they_belong_with_their_sign() -> None:
    turned = replace(FRAME, quantities=(replace(ACC, axes=("y", "-z", "x")), GYR))
    acc, _ = decode_table(turned, heard(["01 00 00000000" + written([2048, 4096, 6144, 0, 0, 0])]), {})
    np.testing.assert_allclose(acc.values / G_MPS2, [[3, 1, -2]])


@pytest.mark.parametrize(
    ("unit", "quantity", "si"),
    [
        ("m/s2", "acceleration", 1.0),
        ("g", "acceleration", 9.80665),
        ("mg", "acceleration", 0.00980665),
        ("dps", "angular_velocity", 0.01745329251994),
        ("0.1dps", "angular_velocity", 0.001745329251994),
        ("rad/s", "angular_velocity", 1.0),
    ],
)
def test_units_are_turned_into_si(unit: str, quantity: str, si: float) -> None:
    part = replace(ACC if quantity == "acceleration" else GYR, unit=unit, scale=0.5)
    assert si_scale(part, {}) == pytest.approx(0.5 * si, rel=1e-12)


def test_numbers_may_be_wide_big_endian_or_floats() -> None:
    wide = replace(
        FRAME,
        sample_size=9 + 12,
        quantities=(
            replace(ACC, type="i24be", unit="mg", scale=1.0),
            replace(GYR, offset=9, type="f32", unit="rad/s", scale=2.0),
        ),
    )
    data = "01 00 00000000" + "0003e8 fffc18 800000" + written([1, 2, 3], "<f4")
    acc, gyr = decode_table(wide, heard([data]), {})
    np.testing.assert_allclose(acc.values / G_MPS2, [[1.0, -1.0, -8388.608]])
    np.testing.assert_allclose(gyr.values, [[2.0, 4.0, 6.0]])


def test_a_scale_that_the_sensor_tells_is_used_and_missed() -> None:
    told = replace(FRAME, quantities=(replace(ACC, scale=1.0, scale_setting="factor"), GYR))
    packets = heard(["01 00 00000000" + written([100, 0, 0, 0, 0, 0])])
    acc, _ = decode_table(told, packets, {"factor": 0.01})
    np.testing.assert_allclose(acc.values / G_MPS2, [[1.0, 0, 0]])
    for settings in ({}, {"factor": 0.0}, {"factor": float("nan")}, {"other": 1.0}):
        with pytest.raises(DecodeError, match="'factor'") as caught:
            decode_table(told, packets, settings)
        assert caught.value.reason is DecodeReason.UNKNOWN_SCALE


def test_a_range_code_that_nobody_knows_is_damage() -> None:
    coded = replace(
        FRAME,
        sequence=None,
        quantities=(replace(ACC, unit="mg", scales=Scales(Number(1, "u8"), 0x0C, {0: 1.0, 4: 2.0})), GYR),
    )
    data = [f"01 {code} 00000000" + written([1000, 0, 0, 0, 0, 0]) for code in ("f3", "04", "08", "0c")]
    acc, gyr = decode_table(coded, heard(data), {})
    np.testing.assert_allclose(acc.values[:, 0] / G_MPS2, [1.0, 2.0])
    assert len(gyr.values) == 2
    assert acc.damaged_count == gyr.damaged_count == 2
    assert acc.first.tolist() == [0, 1, 2]
    np.testing.assert_allclose(acc.arrival_s, [0, 0.01])


def test_a_float_that_is_no_number_damages_its_frame_alone() -> None:
    floats = load_profile("diy-float32x7").frames[0]
    good = written([1000, 0, 0, 1, 0, 0, 0], "<f4")
    bad = [
        written(values, "<f4")
        for values in (
            [1000, 0, 0, np.nan, 0, 0, 0],
            [1000, 0, 0, 1, 0, 0, np.inf],
            [np.nan, 0, 0, 1, 0, 0, 0],
            [-np.inf, 0, 0, 1, 0, 0, 0],
            [3e38, 0, 0, 1, 0, 0, 0],
        )
    ]
    signaling = "0100807f"  # the kind of no number that processors complain of
    bad += [signaling + good[8:], good[:8] + signaling + good[16:], good[:32] + signaling + good[40:]]
    acc, gyr = decode_table(floats, heard([good, *bad, good]), {})
    assert acc.damaged_count == gyr.damaged_count == 8
    np.testing.assert_allclose(acc.values / G_MPS2, [[0, 0, 1], [0, 0, 1]])
    assert acc.ticks is not None
    assert acc.ticks.tolist() == [1000, 1000]
    np.testing.assert_allclose(acc.arrival_s, [0, 0.09])


def clocked(sequence: SequenceFormat | None, time: TimeFormat | None) -> FrameFormat:
    return replace(FRAME, header_size=12, sequence=sequence, time=time)


@pytest.mark.parametrize(
    ("kind", "bits", "count"),
    [("u8", 8, 255), ("u16be", 16, 65535), ("u24", 24, 2**24 - 1), ("u32", 20, 2**20 - 1), ("u64", 64, 2**63 - 1)],
)
def test_counter_and_clock_are_read_within_their_bits(kind: str, bits: int, count: int) -> None:
    frame = clocked(None, TimeFormat(Number(2, kind), 1e-3, bits, "first"))
    acc, _ = decode_table(frame, heard([b"\x01\x00" + b"\xff" * 10 + bytes(12)]), {})
    assert acc.ticks is not None
    assert acc.ticks.tolist() == [count]
    assert acc.sequence is None
    counted, _ = decode_table(
        clocked(SequenceFormat(Number(2, kind), "frames", bits), None),
        heard([b"\x01\x00" + b"\xff" * 10 + bytes(12)]),
        {},
    )
    assert counted.sequence is not None
    assert counted.sequence.tolist() == [count]


def test_what_is_beyond_a_number_stands_at_its_limit() -> None:
    samples = {"acceleration": np.array([[1e4, -1e4, 0.0]]), "angular_velocity": np.array([[99.0, -99.0, 0.0]])}
    rows = encode_table(FRAME, samples, 1, FrameClock(np.array([300]), np.array([2**32 + 5])), gait=OWN.gait)  # type: ignore[arg-type]
    assert rows.tobytes().hex() == "012c05000000" + 2 * "ff7f00800000"


def test_the_range_written_is_the_one_the_sensor_is_set_to() -> None:
    muse = load_profile("221e-muse-3")
    samples = {"acceleration": np.array([[9.80665, 0, 0]]), "angular_velocity": np.array([[0, 1.0, 0]])}
    clock = FrameClock(np.zeros(1, np.int64), np.array([7]))
    rows = encode_table(muse.frames[0], samples, 1, clock, gait=muse.gait)  # type: ignore[arg-type]
    assert rows[0, 5] == 0x0F
    wider = replace(muse.gait, acc_range_g=32.0, gyr_range_dps=500.0)
    assert encode_table(muse.frames[0], samples, 1, clock, gait=wider)[0, 5] == 0x05  # type: ignore[arg-type]
