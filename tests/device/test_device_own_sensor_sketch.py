"""What the reference sketch says is what the profile ``footdrop-1`` reads: UUIDs, frame, counts, commands."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from made_frames import decoded

import footdrop_imu
from footdrop_imu.device.byte_pattern import fill, match
from footdrop_imu.device.numbers import number_size
from footdrop_imu.device.profiles import load_profile

DOCUMENT = (Path(footdrop_imu.__file__).parents[1] / "docs" / "own_sensor.md").read_text(encoding="utf-8")
SKETCH = re.findall(r"```cpp\n(.*?)```", DOCUMENT, re.DOTALL)[0]
PROFILE = load_profile("footdrop-1")
FRAME = PROFILE.frames[0]
TYPES = {"uint8_t": "B", "uint16_t": "H", "uint32_t": "I", "int16_t": "h"}


def constant(name: str) -> int:
    return int(re.findall(rf"const \w+ {name} = (\d+);", SKETCH)[0])


def fields(name: str) -> list[tuple[str, str, int]]:
    """Type, name and count of each field of a struct of the sketch."""
    body = re.findall(rf"struct {name} {{\n(.*?)}};", SKETCH, re.DOTALL)[0]
    found = re.findall(r"(\w+) (\w+)(?:\[(\w+)\])?;", body)
    return [(kind, field, (constant(size) if size.isidentifier() else int(size or 1))) for kind, field, size in found]


def places(name: str) -> dict[str, tuple[int, str, int]]:
    """Offset, type and size of each field, packed without holes."""
    out, at = {}, 0
    for kind, field, count in fields(name):
        size = count * (struct.calcsize(TYPES[kind]) if kind in TYPES else size_of(kind))
        out[field] = (at, kind, size)
        at += size
    return out


def size_of(name: str) -> int:
    return sum(size for _, _, size in places(name).values())


def uuid(name: str) -> str:
    """A UUID of the sketch, which has its last byte first."""
    raw = re.findall(rf"{name}\[16\] = {{(.*?)}};", SKETCH)[0]
    return str(UUID(bytes=bytes(int(byte, 16) for byte in reversed(raw.split(", ")))))


def test_the_uuids_are_those_of_the_profile_and_of_the_text() -> None:
    assert uuid("SERVICE_UUID") == PROFILE.link.service == PROFILE.recognize[0].service
    assert uuid("CONTROL_UUID") == PROFILE.link.write == PROFILE.link.replies
    assert uuid("SAMPLES_UUID") == FRAME.characteristic
    for name in ("SERVICE_UUID", "CONTROL_UUID", "SAMPLES_UUID"):
        assert f"`{uuid(name)}` |" in DOCUMENT


def test_the_struct_is_the_profiles_frame() -> None:
    assert "#pragma pack(push, 1)" in SKETCH
    frame, sample = places("Frame"), places("Sample")
    assert frame["version"] == (0, "uint8_t", 1)
    assert constant("VERSION") == FRAME.header[0]
    assert FRAME.sequence is not None
    assert FRAME.time is not None
    assert (frame["sequence"][0], frame["sequence"][2]) == (
        FRAME.sequence.number.offset,
        number_size(FRAME.sequence.number.type),
    )
    assert frame["time_us"] == (FRAME.time.number.offset, "uint32_t", number_size(FRAME.time.number.type))
    assert FRAME.time.tick_s == 1e-6
    assert frame["samples"][0] == FRAME.header_size
    assert size_of("Sample") == FRAME.sample_size
    acc, gyr = FRAME.quantities
    assert sample == {"acc": (acc.offset, "int16_t", 6), "gyr": (gyr.offset, "int16_t", 6)}
    assert constant("MOST_SAMPLES") == FRAME.usual_samples
    assert "10 at 200 Hz need an MTU of 129" in DOCUMENT
    assert size_of("Frame") + 3 == 129


def test_a_frame_as_the_sketch_packs_it_is_read() -> None:
    order = "<" + "".join(TYPES[kind] for kind, name, _ in fields("Frame") if name != "samples")
    sample = "".join(TYPES[kind] * count for kind, _, count in fields("Sample"))
    data = struct.pack(order, constant("VERSION"), 7, 123456) + 2 * struct.pack(
        "<" + sample, 2048, -2048, 1024, 16384, -16384, 8192
    )
    found = decoded(PROFILE, data)
    np.testing.assert_allclose(found["acceleration"].values / 9.80665, 2 * [[1.0, -1.0, 0.5]])
    np.testing.assert_allclose(np.degrees(found["angular_velocity"].values), 2 * [[1000.0, -1000.0, 500.0]])
    assert found["acceleration"].sequence == [7]
    assert found["acceleration"].ticks == [123456]


def test_counts_are_those_of_the_profile() -> None:
    acc, gyr = FRAME.quantities
    acc_mg, acc_per_g = re.findall(r"ACC_COUNTS = ([\d.]+)e-3f \* ([\d.]+)f", SKETCH)[0]
    gyr_mdps, gyr_per_dps = re.findall(r"GYR_COUNTS = ([\d.]+)e-3f \* ([\d.]+)f", SKETCH)[0]
    assert 1 / float(acc_per_g) == acc.scale
    assert 1 / float(gyr_per_dps) == gyr.scale
    assert f"{float(acc_per_g):g} counts a g" in DOCUMENT
    assert f"{float(gyr_per_dps):g} counts a °/s" in DOCUMENT
    # the chip's own counts, by its data sheet
    assert (acc_mg, gyr_mdps) == ("0.488", "70.0")


@pytest.mark.parametrize("rate_hz", [100.0, 200.0])
def test_commands_and_answers_are_those_of_the_profile(rate_hz: float) -> None:
    hello, rate = PROFILE.stage("configure")
    said = [0x00, constant("VERSION"), constant("ACC_RANGE_G"), *constant("GYR_RANGE_DPS").to_bytes(2, "little")]
    assert match(PROFILE.pattern(hello.reply, rate_hz), bytes(said)) == hello.require
    assert fill(PROFILE.pattern(rate.write, rate_hz)) == b"\x01" + int(rate_hz).to_bytes(2, "little")
    asked = [
        fill(PROFILE.pattern(command.write, rate_hz)) for command in PROFILE.commands if command.stage != "battery"
    ]
    handled = re.findall(r"length == (\d) && data\[0\] == 0x(\d\d)", SKETCH)
    assert [(len(data), data[0]) for data in asked] == [(int(size), int(code, 16)) for size, code in handled]
    assert f"wanted_hz == {rate_hz:g}" in SKETCH


def test_the_chip_is_set_to_the_ranges_that_it_tells() -> None:
    # LSM6DS3TR-C data sheet: FS_XL in bits 3:2 of CTRL1_XL, 01 = 16 g; FS_G in bits 3:2 of CTRL2_G, 11 = 2000 dps
    assert "write_register(0x10, code | 0x04)" in SKETCH
    assert "write_register(0x11, code | 0x0c)" in SKETCH
    assert PROFILE.gait.acc_range_g == constant("ACC_RANGE_G") == 16
    assert PROFILE.gait.gyr_range_dps == constant("GYR_RANGE_DPS") == 2000
