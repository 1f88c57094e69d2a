"""Which profile a sensor has by what it advertises; which sensors are refused by name, and what is said then."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from footdrop_imu.device.profile import Advertisement, Profile, Recognition, uuid_of
from footdrop_imu.device.profiles import all_profiles, load_profile, recognize, refused_sensors
from footdrop_imu.errors import DeviceError, DeviceReason, ProfileError, ProfileReason

META = "326a9000-85cb-9195-d9dd-464cfbbae75a"
OWN = "f00d0001-6ad5-4f5c-8c7e-2a6f1d9b3e10"

SENSORS = [
    (Advertisement("WT901BLE67"), "witmotion-20"),
    (Advertisement("WT901BLE68", (uuid_of("ffe5"),)), "witmotion-20"),
    (Advertisement("WT9011DCL-BT50"), "witmotion-20"),
    (Advertisement("WT901BLECL5.0"), "witmotion-20"),
    (Advertisement("BWT901BLE5.0"), "witmotion-20"),
    (Advertisement("WT901SDCL-BT50"), "witmotion-28"),
    (Advertisement("Xsens DOT"), "movella-dot"),
    (Advertisement("Movella DOT", (), (0x0886,)), "movella-dot"),
    (Advertisement("my left", (), (0x0886,)), "movella-dot"),
    (Advertisement("MetaWear"), "mbientlab-metamotion-s"),
    (Advertisement("my foot", (META,)), "mbientlab-metamotion-s"),
    (Advertisement("Movesense 174630000192"), "movesense-imu6"),
    (Advertisement("Movesense 174630000192", (uuid_of("180d"), uuid_of("fdf3"))), "movesense-imu6"),
    (Advertisement("muse_v3"), "221e-muse-3"),
    (Advertisement("Muse_E2511_RED"), "221e-muse-3"),
    (Advertisement("tropx_1"), "221e-muse-3"),
    (Advertisement("CLUE", (), (0x0822,)), "adafruit-sensor"),
    (Advertisement("NICLA"), "arduino-nicla"),
    (Advertisement("IMU_A1B2C3", ("80030001-e629-4c98-9324-aa7fc0c66de7",)), "capture2go-imu"),
    (Advertisement("Polar Sense 5B1F3A20"), "polar-verity-sense"),
    (Advertisement("Puck.js 8a1c"), "puckjs-2"),
    (Advertisement("Shimmer3R-7A3C"), "shimmer3r"),
    (Advertisement("left foot", (OWN,)), "footdrop-1"),
    (Advertisement("", (OWN,)), "footdrop-1"),
]
STRANGERS = [
    Advertisement(),
    Advertisement("Arduino", ("13012f00-f8c3-4f4a-a8f4-15cd926da146",)),
    Advertisement("Nano 33 BLE", ("19b10000-e8f2-537e-4f6c-d104768a1214",)),
    Advertisement("Muse-3C2A"),
    Advertisement("WTH1 watch"),
    Advertisement("JBL Flip", (), (0x0057,)),
    Advertisement("phone", (uuid_of("180f"),), (0x004C,)),
    Advertisement("Some DOT"),
]
REFUSED = [
    (Advertisement("Thingy"), "±2 g"),
    (Advertisement("", ("ef680100-9b35-4933-9b10-52ffa9740042",)), "±2 g"),
    (Advertisement("CC2650 SensorTag"), "10 samples"),
    (Advertisement("SensorTag 2.0"), "10 samples"),
    (Advertisement("Polar OH1 5B1F3A20"), "no gyroscope"),
    (Advertisement("Polar H10 12345678"), "no gyroscope"),
    (Advertisement("Bangle.js 2f3a"), "no gyroscope"),
    (Advertisement("OpenEarable-3F21"), "±2 g"),
    (Advertisement("STB_PRO"), "±4 g"),
    (Advertisement("mitch_0231"), "not documented"),
    (Advertisement("WTVB01-BT50"), "vibration"),
]


def claims(profile: Profile, advertisement: Advertisement) -> bool:
    return any(way.fits(advertisement) for way in profile.recognize)


def words(value: object) -> str:
    if isinstance(value, Advertisement):
        return value.name or ",".join(value.services) or "nothing"
    return str(value)


@pytest.mark.parametrize(("advertisement", "profile"), SENSORS, ids=words)
def test_a_sensor_is_known_by_what_it_advertises(advertisement: Advertisement, profile: str) -> None:
    found = recognize(advertisement)
    assert found is not None
    assert found.id == profile


@pytest.mark.parametrize("advertisement", STRANGERS, ids=words)
def test_what_nobody_knows_is_left_alone(advertisement: Advertisement) -> None:
    assert recognize(advertisement) is None


@pytest.mark.parametrize("advertisement", [one for one, _ in SENSORS], ids=words)
def test_no_two_profiles_claim_one_advertisement(advertisement: Advertisement) -> None:
    assert len([profile.id for profile in all_profiles() if claims(profile, advertisement)]) == 1


def test_no_two_profiles_have_a_way_in_common() -> None:
    for one, other in combinations(all_profiles(), 2):
        for a in one.recognize:
            for b in other.recognize:
                assert not (a.service and a.service == b.service and not (a.name and b.name)), (one.id, other.id)
                assert not (a.company_id is not None and a.company_id == b.company_id), (one.id, other.id)
                assert not (a.name and a.name == b.name), (one.id, other.id)


def test_every_way_to_recognize_a_sensor_has_an_example_here() -> None:
    for profile in all_profiles():
        mine = [advertisement for advertisement, name in SENSORS if name == profile.id]
        for way in profile.recognize:
            assert any(way.fits(advertisement) for advertisement in mine), (profile.id, way)


def test_profiles_that_nothing_leads_to_are_the_known_ones() -> None:
    reached = {name for profile in all_profiles() for who in profile.identity for name in who.others.values()}
    hidden = {profile.id for profile in all_profiles() if not profile.recognize}
    assert reached == {"mbientlab-metamotion-r"}
    assert hidden - reached == {"diy-float32x6", "diy-float32x7"}
    for name in hidden - reached:
        assert f"--profile {name}" in load_profile(name).note


@pytest.mark.parametrize(("advertisement", "reason"), REFUSED, ids=words)
def test_a_sensor_that_cannot_serve_is_refused_with_the_reason(advertisement: Advertisement, reason: str) -> None:
    with pytest.raises(DeviceError) as caught:
        recognize(advertisement)
    assert caught.value.reason is DeviceReason.CANNOT_SERVE
    assert reason in caught.value.message
    assert caught.value.message.startswith(advertisement.name or "Nordic Thingy:52")


def test_every_refusal_says_what_to_take_instead_and_claims_no_sensor_that_serves() -> None:
    for sensor in refused_sensors():
        assert "ake " in sensor.reason or "has one" in sensor.reason or "give it" in sensor.reason, sensor.name
        assert not any(way.fits(advertisement) for way in sensor.recognize for advertisement, _ in SENSORS)
        assert any(way.fits(advertisement) for way in sensor.recognize for advertisement, _ in REFUSED), sensor.name


def test_all_that_is_said_of_a_way_must_hold() -> None:
    way = Recognition(name="^A", service=OWN, company_id=7)
    assert way.fits(Advertisement("A1", (META, OWN), (5, 7)))
    assert not way.fits(Advertisement("B1", (OWN,), (7,)))
    assert not way.fits(Advertisement("A1", (META,), (7,)))
    assert not way.fits(Advertisement("A1", (OWN,)))


def test_recognition_can_be_asked_of_chosen_profiles_alone() -> None:
    assert recognize(Advertisement("MetaWear"), [load_profile("witmotion-20")]) is None
    assert recognize(Advertisement("WT901BLE67"), [load_profile("witmotion-20")]) is load_profile("witmotion-20")


def test_a_profile_is_loaded_by_id_or_by_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(load_profile("witmotion-20").text.replace("witmotion-20", "mine"), encoding="utf-8")
    assert load_profile(path).id == load_profile(str(path)).id == "mine"
    assert load_profile(str(path)).path == str(path)
    with pytest.raises(ProfileError, match=r"Known are .*witmotion-20") as caught:
        load_profile("wit")
    assert caught.value.reason is ProfileReason.NOT_FOUND
    with pytest.raises(ProfileError, match=r"no profile file") as caught:
        load_profile(tmp_path / "none.toml")
    assert caught.value.reason is ProfileReason.NOT_FOUND


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("2A19", "00002a19-0000-1000-8000-00805f9b34fb"),
        ("0000FFE5-0000-1000-8000-00805F9A34FB", "0000ffe5-0000-1000-8000-00805f9a34fb"),
    ],
)
def test_uuids_are_written_in_full(text: str, whole: str) -> None:
    assert uuid_of(text) == whole


@pytest.mark.parametrize("text", ["", "2a1", "2a19x", "0000ffe5-0000-1000-8000-00805f9a34f", "g" * 36])
def test_what_is_no_uuid_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no UUID"):
        uuid_of(text)
