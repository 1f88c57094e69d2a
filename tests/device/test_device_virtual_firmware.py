"""What simulated sensors answer and advertise, by their profiles, without a radio."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.device.byte_pattern import fill, match
from footdrop_imu.device.dialog import battery_percent
from footdrop_imu.device.profile import Advertisement, Profile, Recognition
from footdrop_imu.device.profiles import all_profiles, load_profile, recognize
from footdrop_imu.device.virtual_advertising import example_text, make_advertisement
from footdrop_imu.device.virtual_faults import SensorFaults
from footdrop_imu.device.virtual_firmware import Firmware, told_settings
from footdrop_imu.errors import ProfileError, ProfileReason, SchemaError
from footdrop_imu.schema import SEGMENTS

PROFILES = pytest.mark.parametrize("profile", all_profiles(), ids=lambda profile: profile.id)
OWN = load_profile("footdrop-1")


@PROFILES
def test_every_command_at_every_rate_has_the_answer_that_its_profile_expects(profile: Profile) -> None:
    for rate_hz in profile.rates.choices():
        firmware = Firmware(profile)
        for stage in ("configure", "battery", "start", "stop"):
            for command in profile.stage(stage):
                expected = profile.pattern(command.reply, rate_hz)
                if command.read:
                    answer = firmware.read(command.read)
                    assert answer is not None
                    assert match(expected, answer) is not None
                    continue
                sent = fill(profile.pattern(command.write, rate_hz))
                replies = firmware.write(command.to, sent, command.service)
                assert replies is not None
                if command.reply:
                    (reply,) = replies
                    assert reply.characteristic == command.reply_on
                    told = match(expected, reply.data)
                    assert told is not None
                    assert {name: told[name] for name in command.require} == command.require
        if any("{rate}" in command.write for command in profile.commands):
            assert firmware.rate_hz == rate_hz


@PROFILES
def test_it_samples_from_start_to_stop(profile: Profile) -> None:
    firmware = Firmware(profile)
    rate_hz = profile.rates.default_hz
    for characteristic in profile.link.notify:
        firmware.subscribe(characteristic, True)
    starts, stops = profile.stage("start"), profile.stage("stop")
    for at, command in enumerate(starts):
        assert not firmware.streaming, f"before its start command {at + 1} of {len(starts)}"
        firmware.write(command.to, fill(profile.pattern(command.write, rate_hz)), command.service)
    assert firmware.streaming
    assert firmware.sampling
    firmware.hang_up()
    assert not firmware.streaming
    assert firmware.sampling
    for characteristic in profile.link.notify:
        firmware.subscribe(characteristic, True)
    for command in stops:
        if command.write:
            firmware.write(command.to, fill(profile.pattern(command.write, rate_hz)), command.service)
    for characteristic in profile.link.notify if not stops else ():
        firmware.subscribe(characteristic, False)
    assert not firmware.sampling
    assert not firmware.streaming


@PROFILES
def test_what_it_does_not_know_is_no_command(profile: Profile) -> None:
    firmware = Firmware(profile)
    assert firmware.write(profile.link.write, b"\x99\x98\x97") is None
    assert firmware.read("00000000-0000-0000-0000-000000000000") is None
    firmware.rate_hz = -1.0
    firmware.forget()
    assert firmware.rate_hz == profile.rates.default_hz


@PROFILES
@pytest.mark.parametrize("percent", [20.0, 60.0, 90.0])
def test_the_battery_comes_back_as_percent(profile: Profile, percent: float) -> None:
    firmware = Firmware(profile, battery_percent=percent)
    for command in profile.stage("battery"):
        if not command.reply:
            continue
        pattern = profile.pattern(command.reply, profile.rates.default_hz)
        if command.read:
            answer = firmware.read(command.read)
        else:
            (reply,) = firmware.write(command.to, fill(profile.pattern(command.write, profile.rates.default_hz))) or []
            answer = reply.data
        told = battery_percent(profile.battery, match(pattern, answer or b"") or {})
        # a table of volts in hundredths is coarse where the percents are dense
        assert told == pytest.approx(percent, abs=10.0 if profile.battery.levels else 0.5)


@PROFILES
def test_every_scale_that_is_told_covers_the_range(profile: Profile) -> None:
    told = told_settings(profile)
    for frame in profile.frames:
        for quantity in frame.quantities:
            if quantity.scale_setting:
                assert np.isfinite(told[quantity.scale_setting])
                assert told[quantity.scale_setting] > 0


@PROFILES
@pytest.mark.parametrize("segment", SEGMENTS)
def test_its_advertisement_fits_and_is_this_profiles_alone(profile: Profile, segment: str) -> None:
    made = make_advertisement(profile, segment)
    assert 0 < len(made.data) <= 31
    assert len(made.response) <= 31
    names, services, companies = set(), [], []
    for data in (made.data, made.response):
        at = 0
        while at < len(data):
            kind, value = data[at + 1], data[at + 2 : at + 1 + data[at]]
            at += 1 + data[at]
            if kind == 0x09:
                names.add(value.decode())
            elif kind == 0x03:
                services.append(f"0000{value[::-1].hex()}-0000-1000-8000-00805f9b34fb")
            elif kind == 0x07:
                text = value[::-1].hex()
                services.append("-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])))
            elif kind == 0xFF:
                companies.append(int.from_bytes(value[:2], "little"))
        assert at == len(data)
    assert names == {made.name}
    found = recognize(Advertisement(made.name, tuple(services), tuple(companies)))
    if not profile.recognize:
        told_later = [other for question in (found.identity if found else ()) for other in question.others.values()]
        assert found is None or profile.id in told_later
    else:
        assert found is profile


def test_a_name_that_the_profile_does_not_know_is_refused() -> None:
    with pytest.raises(ProfileError) as caught:
        make_advertisement(load_profile("witmotion-20"), "left_foot", "Toothbrush")
    assert caught.value.reason is ProfileReason.WRONG_VALUE
    assert "witmotion-20 is called Toothbrush" in caught.value.message
    assert make_advertisement(OWN, "left_foot", "Anna's left shoe").name == "Anna's left shoe"


def test_a_service_of_two_bytes_is_advertised_as_such() -> None:
    profile = replace(OWN, recognize=(Recognition(service="0000fff0-0000-1000-8000-00805f9b34fb"),))
    assert b"\x03\x03\xf0\xff" in make_advertisement(profile, "right_foot").data


@pytest.mark.parametrize(
    "pattern",
    [
        "^WT901",
        "^(Xsens|Movella) DOT",
        r"^IMU_[0-9a-f]{6}$",
        r"^Muse_\d+$",
        "^([Mm]use_|[Tt]rop[Xx])",
        r"Puck\.js",
        "^A.{3}z$",
        "5",
    ],
)
def test_a_text_is_made_up_that_a_pattern_fits(pattern: str) -> None:
    assert re.search(pattern, example_text(pattern))


@pytest.mark.parametrize(
    "wrong", [{"lost_frac": 1.5}, {"largest_mtu": 20}, {"silent_at_s": -1.0}, {"battery_percent": 101.0}]
)
def test_faults_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SchemaError) as caught:
        SensorFaults(**wrong)  # type: ignore[arg-type]
    assert next(iter(wrong)) in caught.value.message
