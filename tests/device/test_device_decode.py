"""A sensor's notifications to samples: whatever comes decodes or is refused, and the message says what was wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_frames import decoded, heard

from footdrop_imu.device.byte_pattern import fill
from footdrop_imu.device.decode import decode
from footdrop_imu.device.encode import encode
from footdrop_imu.device.packets import Notification
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profiles import all_profiles, load_profile
from footdrop_imu.errors import DecodeError, DecodeReason

PROFILES = pytest.mark.parametrize("profile", all_profiles(), ids=lambda profile: profile.id)
WIT = load_profile("witmotion-20")
OWN = load_profile("footdrop-1")


def told(profile: Profile) -> dict[str, float]:
    """Settings as a sensor of this profile would tell them."""
    return {part.scale_setting: 1e-3 for frame in profile.frames for part in frame.quantities if part.scale_setting}


def sent(profile: Profile, count: int = 60) -> list[Notification]:
    """A sensor that turns slowly, notification by notification."""
    turn = np.arange(count)[:, None] * np.array([[0.01, -0.02, 0.03]])
    samples = {"acceleration": 9.8 * np.cos(turn), "angular_velocity": np.sin(turn)}
    mtu = max(247, profile.link.smallest_mtu)
    return encode(profile, samples, rate_hz=profile.rates.default_hz, mtu=mtu, settings=told(profile))  # type: ignore[arg-type]


def decodes_or_refuses(profile: Profile, notifications: list[Notification]) -> None:
    """Either samples that are numbers, in frames that fit together, or a DecodeError with a reason."""
    packets = {
        name: heard([one.data for one in notifications if one.characteristic == name]) for name in profile.link.notify
    }
    try:
        found = decode(profile, packets, told(profile))
    except DecodeError:
        return
    assert [part.quantity for part in found] == ["acceleration", "angular_velocity"]
    for part in found:
        assert np.isfinite(part.values).all()
        assert part.values.shape == (part.first[-1], 3)
        assert len(part.first) == len(part.arrival_s) + 1 == len(part.connection) + 1
        assert part.damaged_count >= 0
        for column in (part.sequence, part.ticks):
            assert column is None or (len(column) == len(part.arrival_s) and (column >= 0).all())


@PROFILES
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_random_bytes_decode_or_are_refused(profile: Profile, data: st.DataObject) -> None:
    given_bytes = data.draw(
        st.lists(st.tuples(st.sampled_from(profile.link.notify), st.binary(max_size=260)), max_size=8)
    )
    decodes_or_refuses(profile, [Notification(name, 0, raw) for name, raw in given_bytes])


GOOD = {profile.id: sent(profile) for profile in all_profiles()}


@PROFILES
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_good_frames_that_were_changed_decode_or_are_refused(profile: Profile, data: st.DataObject) -> None:
    notifications = list(GOOD[profile.id])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(notifications) - 1))
        raw = bytearray(notifications[at].data)
        place = data.draw(st.integers(0, max(len(raw) - 1, 0)))
        kind = data.draw(st.sampled_from(["change", "cut", "lose", "insert", "twice", "swap"]))
        if kind == "change" and raw:
            raw[place] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del raw[place:]
        elif kind == "lose":
            del raw[place : place + 3]
        elif kind == "insert":
            raw[place:place] = data.draw(st.binary(max_size=5))
        elif kind == "twice":
            notifications.insert(at, notifications[at])
        else:
            notifications[at], notifications[-1] = notifications[-1], notifications[at]
            continue
        notifications[at] = notifications[at]._replace(data=bytes(raw))
    decodes_or_refuses(profile, notifications)


# a notification of the Capture2Go says in its first byte what it begins with
STREAMS = ["witmotion-20", "witmotion-28", "shimmer3r", "puckjs-2"]


@pytest.mark.parametrize("profile", [load_profile(name) for name in STREAMS], ids=STREAMS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_byte_streams_cut_anywhere_give_the_same_samples(profile: Profile, data: st.DataObject) -> None:
    whole = b"".join(one.data for one in GOOD[profile.id])
    places = sorted(data.draw(st.sets(st.integers(1, len(whole) - 1), max_size=30)))
    pieces = [whole[low:high] for low, high in zip([0, *places], [*places, len(whole)], strict=True)]
    cut, uncut = decoded(profile, *pieces, settings=told(profile)), decoded(profile, whole, settings=told(profile))
    for quantity, part in uncut.items():
        np.testing.assert_array_equal(cut[quantity].values, part.values)
        assert cut[quantity].damaged_count == part.damaged_count == 0


@PROFILES
def test_nothing_at_all_gives_empty_frames_of_both_quantities(profile: Profile) -> None:
    found = decode(profile, {}, told(profile))
    assert [(part.quantity, len(part.values), part.damaged_count) for part in found] == [
        ("acceleration", 0, 0),
        ("angular_velocity", 0, 0),
    ]


def refusal(profile: Profile, *data: bytes | str) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        decoded(profile, *data)
    return caught.value


def test_notifications_cut_by_a_small_link_are_said_to_be() -> None:
    error = refusal(load_profile("movella-dot"), bytes(20), bytes(20))
    assert error.reason is DecodeReason.WRONG_SIZE
    assert error.message.startswith("None of the 2 notifications is a frame of movella-dot: the first has 20 bytes")
    assert "expected 40 bytes" in error.message
    assert "MTU is too small" in error.message
    error = refusal(OWN, "01 00 00 00 00")
    assert error.reason is DecodeReason.WRONG_SIZE
    assert "(01 00 00 00 00), expected more than 6 bytes that begin with 01" in error.message


def test_frames_of_another_sensor_are_said_to_be() -> None:
    error = refusal(OWN, "09" + 17 * "00")
    assert error.reason is DecodeReason.WRONG_HEADER
    assert "09 00 00 00 00 00 00 00 …" in error.message
    assert "another sensor or firmware" in error.message
    error = refusal(WIT, *[bytes(20)] * 3)
    assert error.reason is DecodeReason.WRONG_HEADER
    assert "expected 20 bytes that begin with 55 61" in error.message


def test_one_damaged_notification_among_good_ones_is_counted_and_left_out() -> None:
    found = decoded(OWN, "01 00 00000000" + 12 * "00", "01 01 00000000" + 11 * "00", "01 02 00000000" + 12 * "00")
    assert found["acceleration"].damaged_count == 1
    assert found["acceleration"].sequence is not None
    assert found["acceleration"].sequence.tolist() == [0, 2]


ANSWERED = ["mbientlab-metamotion-s", "mbientlab-metamotion-r", "movesense-imu6"]


@pytest.mark.parametrize("name", ANSWERED)
def test_answers_to_commands_among_the_samples_are_no_damage(name: str) -> None:
    profile = load_profile(name)
    answers = [
        fill(profile.pattern(command.reply, profile.rates.default_hz))
        for command in profile.commands
        if command.reply and not command.read
    ]
    assert len(answers) >= 3
    mine = [one.data for one in GOOD[name]]
    (uncrowded, _), (crowded, _) = (
        decode(profile, {profile.link.notify[0]: heard(data)})
        for data in (mine, [*answers, *mine[:2], *answers, *mine[2:]])
    )
    assert crowded.damaged_count == 0
    np.testing.assert_array_equal(crowded.values, uncrowded.values)
