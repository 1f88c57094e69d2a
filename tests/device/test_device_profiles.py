"""Every built-in profile: frames with values worked out by hand from the makers' documents, and frames of real sensors.

The numbers here come from the documents that each profile names, never from the code that is tested.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from made_frames import decoded, heard, with_scale

import footdrop_imu
from footdrop_imu.device.byte_pattern import match
from footdrop_imu.device.decode import decode
from footdrop_imu.device.encode import encode
from footdrop_imu.device.packets import Packets
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profiles import all_profiles, load_profile
from footdrop_imu.errors import DecodeError
from footdrop_imu.schema import FloatArray

G_MPS2 = 9.80665
TABLES = [profile for profile in all_profiles() if all(frame.decoder == "table" for frame in profile.frames)]
CAPTURES = Path(footdrop_imu.__file__).parents[2] / "shared" / "captures.json"


class Known(NamedTuple):
    """Notifications by frame with zeros and with the largest numbers; what those are, m/s² and rad/s."""

    zero: tuple[str, ...]
    full: tuple[str, ...]
    acc_mps2: float
    gyr_radps: float
    samples: int = 1


HIGH, LOW, NONE = 3 * "ff7f", 3 * "0080", 3 * "0000"
KNOWN = {
    # 32767 / 2048 g and -32768 / 16.384 dps
    "footdrop-1": Known(
        ("0100 00000000" + 2 * (NONE + NONE),), ("01ff ffffffff" + 2 * (HIGH + LOW),), 156.901612, -34.906585, 2
    ),
    "witmotion-20": Known(("5561" + NONE + NONE + NONE,), ("5561" + HIGH + LOW + NONE,), 156.901612, -34.906585),
    "witmotion-28": Known(
        ("5561" + NONE + NONE + NONE + 8 * "00",), ("5561" + HIGH + LOW + NONE + 8 * "ff",), 156.901612, -34.906585
    ),
    # 156.9064 m/s² is 16 g
    "movella-dot": Known(
        ("00000000" + 6 * "00000000" + 12 * "00",),
        ("ffffffff" + 3 * "0ae81c43" + 3 * "0000fac4" + 12 * "00",),
        156.9064,
        -34.906585,
    ),
    # -32768 / 16.4 dps
    "mbientlab-metamotion-s": Known(
        ("0305" + 3 * NONE, "1305" + 3 * NONE), ("0305" + 3 * HIGH, "1305" + 3 * LOW), 156.901612, -34.872530, 3
    ),
    "mbientlab-metamotion-r": Known(
        ("031c" + 3 * NONE, "1307" + 3 * NONE), ("031c" + 3 * HIGH, "1307" + 3 * LOW), 156.901612, -34.872530, 3
    ),
    # 78.4532 m/s² is 8 g
    "movesense-imu6": Known(
        ("0263 00000000" + 48 * "00000000",),
        ("0263 ffffffff" + 24 * "0ae89c42" + 24 * "0000fac4",),
        78.4532,
        -34.906585,
        8,
    ),
    # 32767 x 0.488 mg and -32768 x 0.07 dps, the range's own step
    "221e-muse-3": Known(
        ("0000000000 0f 0000" + NONE + NONE,), ("ffffffffff 0f 0000" + LOW + HIGH,), 156.811236, -40.033664
    ),
    # 4 g, the library's own range
    "diy-float32x6": Known((6 * "00000000",), (3 * "00008040" + 3 * "0000fac4",), 39.2266, -34.906585),
    "diy-float32x7": Known((7 * "00000000",), ("00e44046" + 3 * "00008040" + 3 * "0000fac4",), 39.2266, -34.906585),
    # m/s² and rad/s
    "adafruit-sensor": Known((3 * "00000000", 3 * "00000000"), (3 * "0ae81c42", 3 * "58a00bc2"), 39.2266, -34.906585),
    # 32767 / 4096 g
    "arduino-nicla": Known(
        ("040c" + NONE + 4 * "00", "0d0c" + NONE + 4 * "00"),
        ("040c" + HIGH + 4 * "00", "0d0c" + LOW + 4 * "00"),
        78.450806,
        -34.906585,
    ),
}


def both(profile: Profile, data: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
    """Decode one notification of each frame; acceleration and angular velocity."""
    by_characteristic: dict[str, list[str]] = {}
    for frame, one in zip(profile.frames, data, strict=True):
        by_characteristic.setdefault(frame.characteristic, []).append(one)
    acc, gyr = decode(profile, {name: heard(given) for name, given in by_characteristic.items()})
    assert (acc.quantity, gyr.quantity) == ("acceleration", "angular_velocity")
    assert (acc.damaged_count, gyr.damaged_count) == (0, 0)
    return acc.values, gyr.values


def test_every_table_has_its_values_here() -> None:
    assert {profile.id for profile in TABLES} == set(KNOWN)


@pytest.mark.parametrize("profile", TABLES, ids=lambda profile: profile.id)
def test_zeros_are_zero_and_the_largest_numbers_are_the_range(profile: Profile) -> None:
    known = KNOWN[profile.id]
    for values in both(profile, known.zero):
        np.testing.assert_array_equal(values, np.zeros((known.samples, 3)))
    acc_mps2, gyr_radps = both(profile, known.full)
    np.testing.assert_allclose(acc_mps2, np.full((known.samples, 3), known.acc_mps2), rtol=1e-6)
    np.testing.assert_allclose(gyr_radps, np.full((known.samples, 3), known.gyr_radps), rtol=1e-6)


@pytest.mark.parametrize("profile", TABLES, ids=lambda profile: profile.id)
def test_a_range_of_the_profile_is_what_the_numbers_can_say(profile: Profile) -> None:
    known = KNOWN[profile.id]
    assert known.acc_mps2 == pytest.approx(profile.gait.acc_range_g * G_MPS2, rel=1e-3)
    assert abs(known.gyr_radps) >= np.radians(profile.gait.gyr_range_dps) * 0.998


def degrees(values: FloatArray) -> FloatArray:
    return np.degrees(values)


WIT = {
    "WT901BLE68": "5561c1fcf0fe1a06bc028700a700e3069f032b6f",
    # obedier/vib analyze_wt901_data.py @245a961, cut to 16 bytes by its author; here with angles of zero
    "at rest 1": "556135ff59ff0a08000000000000b9fc" + "00000000",
    "at rest 2": "556131ff57ff0f08000000000000b9fc" + "00000000",
    "at rest 3": "556143ff5eff1508000000000000b9fc" + "00000000",
    "moving": "5561e403ebf43f007c0202ff330052fe" + "00000000",
}


def test_witmotion_frames_of_a_real_sensor() -> None:
    found = decoded(load_profile("witmotion-20"), WIT["WT901BLE68"], WIT["moving"])
    np.testing.assert_allclose(
        found["acceleration"].values / G_MPS2,
        [[-0.40576171875, -0.1328125, 0.7626953125], [0.486328125, -1.38525390625, 0.03076171875]],
        rtol=1e-9,
    )
    np.testing.assert_allclose(
        degrees(found["angular_velocity"].values),
        [[42.724609375, 8.23974609375, 10.19287109375], [38.818359375, -15.50292968750, 3.11279296875]],
        rtol=1e-9,
    )


# zhuyetuo/witmotion_imu @fab6159 data/test/WIT18.TXT
WIT_28 = "5561d8fd3905de05bb01ff00fbffab0fb1ed808a1a06160e29011903"


def test_witmotion_28_frame_of_a_real_sensor() -> None:
    found = decoded(load_profile("witmotion-28"), WIT_28)
    np.testing.assert_allclose(found["acceleration"].values / G_MPS2, [[-0.2695, 0.6528, 0.7334]], atol=6e-5)
    np.testing.assert_allclose(degrees(found["angular_velocity"].values), [[27.039, 15.564, -0.305]], atol=6e-4)


# a vendor's example values in the layout of XD0506P
DOT = "4e61bc0024b9fcbdc520703eb7d11c410000c03f000010c00080f142" + 12 * "00"


def test_movella_dot_with_and_without_its_padding() -> None:
    for data in (DOT, DOT[:56]):
        found = decoded(load_profile("movella-dot"), data)
        np.testing.assert_allclose(found["acceleration"].values, [[-0.1234, 0.2345, 9.8012]], rtol=1e-6)
        np.testing.assert_allclose(degrees(found["angular_velocity"].values), [[1.5, -2.25, 120.75]], rtol=1e-9)
        assert found["acceleration"].ticks == [12345678]


# sensein/movesense-py @800da2a tests/fixtures/validation/fixture.json, its header stripped: IMU6 at 52 Hz
MOVESENSE = (
    "aca1020094b578bf399b8840cdb20d4155ff7cbf6a60884092c70c4182627cbfa2e988405da00c418bf871bf71248940c38c0c4148e17abf713d"
    "aabf3333b3bec3f568bf713daabf3e0ad7beae4721bff628bcbf3e0ad7beae4721bf3333b3bf3e0ad7be"
)
# the same, acceleration and rate as messages of their own
MOVESENSE_ACC = (
    "03de010055ab8bbf69f78d4081dd0a412b1387bf975a8d4020840b41e79190bf076d8e401bf10a412b1387bf316e8d40b9660b41"
)


def movesense(samples: int) -> Profile:
    profile = load_profile("movesense-imu6")
    return replace(profile, frames=(replace(profile.frames[0], samples=samples),))


def test_movesense_blocks_of_a_real_sensor() -> None:
    found = decoded(movesense(4), "0263" + MOVESENSE)
    acc_mps2 = [
        [-0.97152, 4.26895, 8.85615],
        [-0.98827, 4.26177, 8.79872],
        [-0.98588, 4.27852, 8.78915],
        [-0.9452, 4.2857, 8.78437],
    ]
    np.testing.assert_allclose(found["acceleration"].values, acc_mps2, atol=6e-6)
    gyr_dps = [[-0.98, -1.33, -0.35], [-0.91, -1.33, -0.42], [-0.63, -1.47, -0.42], [-0.63, -1.40, -0.42]]
    np.testing.assert_allclose(degrees(found["angular_velocity"].values), gyr_dps, atol=1e-6)
    assert found["acceleration"].ticks == [172460]


def test_movesense_in_two_notifications_is_the_same() -> None:
    whole = bytes.fromhex("0263" + MOVESENSE)
    for cut in (4, 50, 97):
        pieces = [whole[:cut], b"\x03\x63" + whole[cut:]]
        np.testing.assert_array_equal(
            decoded(movesense(4), *pieces)["acceleration"].values, decoded(movesense(4), whole)["acceleration"].values
        )


# one app's decoder of Muse v3 with the mode 1FF: 62 bytes, more quantities than are asked for here
MUSE = (
    "b2b6645726470000feff0600faff0b001e00e2032b00c6f9de0080ff70ffa0ff3a0146000a00b3b6645726005362e85f0000aa373d1009000000"
    "55000000"
)


def test_muse_frame_of_a_real_sensor_up_to_what_is_asked_for_here() -> None:
    found = decoded(load_profile("221e-muse-3"), MUSE[:40])
    np.testing.assert_allclose(found["acceleration"].values / G_MPS2, [[0.010736, 0.02928, 0.970144]], rtol=1e-9)
    np.testing.assert_allclose(degrees(found["angular_velocity"].values), [[-0.14, 0.42, -0.42]], rtol=1e-9)
    assert found["acceleration"].ticks == [164674975410]


@pytest.mark.parametrize(
    ("code", "acc_g", "gyr_dps"),
    [(0x00, 3.997696, 286.72), (0x09, 7.995392, 573.44), (0x0E, 15.990784, 1146.88), (0x07, 31.981568, 2293.76)],
)
def test_muse_scales_by_the_range_in_the_frame(code: int, acc_g: float, gyr_dps: float) -> None:
    found = decoded(load_profile("221e-muse-3"), f"0000000000{code:02x}0000" + LOW + LOW)
    np.testing.assert_allclose(found["acceleration"].values / G_MPS2, [3 * [-acc_g]], rtol=1e-6)
    np.testing.assert_allclose(degrees(found["angular_velocity"].values), [3 * [-gyr_dps]], rtol=1e-9)


# MetaWear-SDK-Cpp @f67699e, test/test_accelerometer_bmi160.py and test_gyro_bmi160.py
META_ACC_8G = "031c62b7530de9fd16d04d0e57028affa1050a01"
META_GYR_1000 = "13070915ad2608de8a1a0d2665e48d20ac2773ec"


def test_metamotion_packed_frames_of_the_makers_tests() -> None:
    profile = with_scale(load_profile("mbientlab-metamotion-r"), "acceleration", 1 / 4096)
    found = decoded(with_scale(profile, "angular_velocity", 1 / 32.8), META_ACC_8G, META_GYR_1000)
    acc_g = [[-4.539, 0.833, -0.131], [-2.995, 0.894, 0.146], [-0.029, 0.352, 0.065]]
    np.testing.assert_allclose(found["acceleration"].values / G_MPS2, acc_g, atol=6e-4)
    gyr_dps = [[164.177, 301.860, -265.122], [207.134, 296.982, -215.457], [254.055, 309.634, -152.591]]
    np.testing.assert_allclose(degrees(found["angular_velocity"].values), gyr_dps, atol=6e-4)
    # the newer chip sends the same under other headers
    newer = with_scale(load_profile("mbientlab-metamotion-s"), "acceleration", 1 / 4096)
    again = decoded(newer, "0305" + META_ACC_8G[4:])
    np.testing.assert_array_equal(again["acceleration"].values, found["acceleration"].values)


def plain_metamotion(acc_per_g: float, gyr_per_dps: float) -> Profile:
    """The R when it sends each sample by itself."""
    profile = with_scale(load_profile("mbientlab-metamotion-r"), "acceleration", 1 / acc_per_g)
    profile = with_scale(profile, "angular_velocity", 1 / gyr_per_dps)
    acc, gyr = profile.frames
    return replace(
        profile, frames=(replace(acc, header=b"\x03\x04", samples=1), replace(gyr, header=b"\x13\x05", samples=1))
    )


def test_metamotion_single_samples() -> None:
    # brainexe/node-metawear issue 46, a sensor at 2 g
    found = decoded(plain_metamotion(16384, 16.4), "0304e8059cfe7342", "1305faff02000400")
    np.testing.assert_allclose(found["acceleration"].values / G_MPS2, [[0.09229, -0.02173, 1.03827]], atol=6e-6)
    np.testing.assert_allclose(degrees(found["angular_velocity"].values), [[-0.3659, 0.1220, 0.2439]], atol=6e-5)
    # the maker's tests, at 4 g and 500 dps
    found = decoded(plain_metamotion(8192, 65.6), "030416c494a22ad0", "13053e43ff7f0080")
    np.testing.assert_allclose(found["acceleration"].values / G_MPS2, [[-1.872, -2.919, -1.495]], atol=6e-4)
    np.testing.assert_allclose(degrees(found["angular_velocity"].values), [[262.409, 499.497, -499.512]], atol=6e-4)


def test_adafruit_nicla_and_sketch_frames_of_the_documents() -> None:
    found = both(load_profile("adafruit-sensor"), ("9a99193e9a9999bec3f51c41", "0ad7233c0000c0bf00005040"))
    np.testing.assert_allclose(found[0], [[0.15, -0.3, 9.81]], rtol=1e-6)
    np.testing.assert_allclose(found[1], [[0.01, -1.5, 3.25]], rtol=1e-6)
    nicla = decoded(load_profile("arduino-nicla"), "040c88ff4000001000000000")
    np.testing.assert_allclose(nicla["acceleration"].values / G_MPS2, [[-0.029296875, 0.015625, 1.0]], rtol=1e-9)
    sketch = "0ad7233c0ad7a3bc0000803f0000c03f000010c00080f142"
    for name, before in (("diy-float32x6", ""), ("diy-float32x7", "00007a44")):
        values = decoded(load_profile(name), before + sketch)
        np.testing.assert_allclose(values["acceleration"].values / G_MPS2, [[0.01, -0.02, 1.0]], rtol=1e-6)
        np.testing.assert_allclose(degrees(values["angular_velocity"].values), [[1.5, -2.25, 120.75]], rtol=1e-9)
    assert decoded(load_profile("diy-float32x7"), "00007a44" + sketch)["acceleration"].ticks == [1000]


AT_REST = {
    **{f"WitMotion {name}": ("witmotion-20", data) for name, data in WIT.items() if "rest" in name},
    "WitMotion with a clock": ("witmotion-28", WIT_28),
    "Muse": ("221e-muse-3", MUSE[:40]),
}


@pytest.mark.parametrize("name", AT_REST)
def test_gravity_is_seen_by_a_sensor_at_rest(name: str) -> None:
    profile, data = AT_REST[name]
    norm_mps2 = np.linalg.norm(decoded(load_profile(profile), data)["acceleration"].values, axis=1)
    np.testing.assert_allclose(norm_mps2, 9.81, atol=0.5)


def test_gravity_is_seen_by_real_sensors_that_send_blocks_or_single_samples() -> None:
    blocks = decoded(movesense(4), "0263" + MOVESENSE)["acceleration"].values
    single = decoded(plain_metamotion(16384, 16.4), "0304e8059cfe7342")["acceleration"].values
    np.testing.assert_allclose(np.linalg.norm(blocks, axis=1), 9.81, atol=0.5)
    np.testing.assert_allclose(np.linalg.norm(single, axis=1), 9.81, atol=0.5)
    one = replace(movesense(4).frames[0].quantities[0], offset=0)
    lone = replace(movesense(4).frames[0], quantities=(one,), sample_size=12)
    accelerations = decoded(replace(movesense(4), frames=(lone,)), "0263" + MOVESENSE_ACC)["acceleration"].values
    np.testing.assert_allclose(np.linalg.norm(accelerations, axis=1), 9.81, atol=0.5)


def collected(device: str, data: str) -> tuple[Profile, int, str]:
    """Profile at the range of that sensor, number of the frame, and the notification as it is asked for here."""
    muse, dot, long = load_profile("221e-muse-3"), load_profile("movella-dot"), load_profile("witmotion-28")
    blocks = replace(movesense(4).frames[0], sample_size=12)
    alone = [replace(blocks, quantities=(replace(part, offset=0),)) for part in blocks.quantities]
    return {
        "witmotion_20": (load_profile("witmotion-20"), 0, data),
        "witmotion_28_sdcl": (long, 0, data),
        "movella_dot_rate": (dot, 0, data),
        "metawear_gyro_500dps": (plain_metamotion(8192, 65.6), 1, data),
        "metawear_gyro_bmi160": (plain_metamotion(16384, 16.4), 1, data),
        "metawear_acc_4g": (plain_metamotion(8192, 65.6), 0, data),
        "metawear_acc_2g": (plain_metamotion(16384, 16.4), 0, data),
        # header, number of the processor and tick before the six bytes of the sample
        "metawear_accounter_acc_2g": (plain_metamotion(16384, 16.4), 0, "0304" + data[14:]),
        "metawear_bmi160_packed_acc_8g": (
            with_scale(load_profile("mbientlab-metamotion-r"), "acceleration", 1 / 4096),
            0,
            data,
        ),
        "metawear_bmi160_packed_gyro_1000dps": (load_profile("mbientlab-metamotion-r"), 1, data),
        "movesense_imu6_52": (movesense(4), 0, "0263" + data),
        "movesense_acc_52": (replace(movesense(4), frames=(alone[0],)), 0, "0263" + data),
        "movesense_gyro_52": (replace(movesense(4), frames=(alone[1],)), 0, "0263" + data),
        "muse_v3_mode_1ff": (muse, 0, data[:40]),
    }[device]


OTHERS = ("capture2go", "polar", "thingy52", "muse_v3_scales_reply", "muse_v3_start_reply")
UNITS = {"acc_g": G_MPS2, "acc_mg": G_MPS2 / 1000, "acc_ms2": 1.0, "gyro_dps": np.pi / 180}


@pytest.mark.skipif(not CAPTURES.exists(), reason="no public frames beside the checkout (they lie with shared/data)")
def test_every_collected_public_frame_decodes_to_what_is_said_of_it() -> None:
    seen = 0
    for entry in json.loads(CAPTURES.read_text(encoding="utf-8")):
        if entry["device"].startswith(OTHERS):
            continue
        for data in [entry["hex"]] if isinstance(entry["hex"], str) else entry["hex"]:
            profile, number, notification = collected(entry["device"], data)
            found = decoded(profile, notification, frame=number)
            if "truncated" in entry["kind"]:
                assert len(found["acceleration"].values) == 0
                continue
            part = found[profile.frames[number].quantities[0].quantity]
            assert len(part.values) > 0
            for key in UNITS.keys() & entry.keys():
                quantity = "acceleration" if key.startswith("acc") else "angular_velocity"
                wanted = np.asarray(entry[key]) * UNITS[key]
                np.testing.assert_allclose(found[quantity].values[0], wanted, rtol=1e-3, atol=1e-6)
            for key in ("t_us", "t_ms", "header_ms"):
                assert key not in entry or part.ticks == [entry[key]]
            seen += 1
    assert seen >= 13


@pytest.mark.parametrize(
    ("data", "state"), [("0005c00047000000000000000000000000000000", 0x47), ("0005c0000f" + 15 * "00", 0x0F)]
)
def test_muse_answers_of_a_real_sensor_fit(data: str, state: int) -> None:
    profile = load_profile("221e-muse-3")
    ranges = next(command for command in profile.commands if "full_scale" in command.require)
    assert match(profile.pattern(ranges.reply, 200.0), bytes.fromhex(data)) == {"full_scale": state}
    start = profile.stage("start")[0]
    # asked for nine quantities at 25 Hz, as it was captured, is another stream than ours
    captured = bytes.fromhex("00090200470000ff010001000000000000000000")
    assert match(profile.pattern(start.reply, 200.0), captured) is None
    asked = captured[:7] + bytes.fromhex("03000008") + captured[11:]
    assert match(profile.pattern(start.reply, 200.0), asked) == {}


@pytest.mark.parametrize("profile", TABLES, ids=lambda profile: profile.id)
def test_a_frame_that_a_small_link_cut_is_never_decoded(profile: Profile) -> None:
    for number, frame in enumerate(profile.frames):
        data = bytes.fromhex(KNOWN[profile.id].full[number])
        spared = frame.trailer_size if frame.framing == "one" else 0
        step = frame.sample_size if frame.samples is None else len(data) + 1
        shortest = [size for size in range(1, len(data) - spared) if (len(data) - size) % step]
        for size in shortest:
            if frame.framing == "stream":
                assert len(decoded(profile, data[:size], frame=number)["acceleration"].values) == 0
                continue
            with pytest.raises(DecodeError, match="MTU"):
                decoded(profile, data[:size], frame=number)


RANGES = {
    "acceleration": lambda profile: profile.gait.acc_range_g,
    "angular_velocity": lambda profile: profile.gait.gyr_range_dps,
}


@pytest.fixture(scope="module")
def walk() -> tuple[FloatArray, FloatArray]:
    """Acceleration and angular velocity of a simulated left foot, sampled at 100 Hz."""
    from footdrop_imu.simulate.pattern import WalkConfig
    from footdrop_imu.simulate.sensor import SensorConfig
    from footdrop_imu.simulate.walk import simulate_walk

    streams = simulate_walk(WalkConfig(distance_m=8.0), SensorConfig(rate_hz=100.0)).session.streams
    left = {stream.quantity: stream.values for stream in streams if stream.segment == "left_foot"}
    return left["acceleration"], left["angular_velocity"]


@pytest.mark.parametrize("profile", all_profiles(), ids=lambda profile: profile.id)
def test_a_walk_comes_back_within_one_step_of_the_numbers(
    profile: Profile, walk: tuple[FloatArray, FloatArray]
) -> None:
    ranges = (profile.gait.acc_range_g * G_MPS2, np.radians(profile.gait.gyr_range_dps))
    given = [np.clip(values, -top, top) for values, top in zip(walk, ranges, strict=True)]
    samples = {"acceleration": given[0], "angular_velocity": given[1]}
    parts = [part for frame in profile.frames for part in frame.quantities]
    told = {part.scale_setting: RANGES[part.quantity](profile) / 2**15 for part in parts}
    sent = encode(
        profile, samples, settings=told, rate_hz=profile.rates.default_hz, mtu=max(247, profile.link.smallest_mtu)
    )  # type: ignore[arg-type]
    packets: dict[str, Packets] = {}
    for name in {one.characteristic for one in sent}:
        packets[name] = heard([one.data for one in sent if one.characteristic == name])
    for part, values, top in zip(decode(profile, packets, told), given, ranges, strict=True):
        assert part.damaged_count == 0
        assert len(values) - 64 < len(part.values) <= len(values)
        # sixteen bits over the range; the last step before the range's end is cut off
        np.testing.assert_allclose(part.values, values[: len(part.values)], atol=1.2 * top / 2**15)
