from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sensor_rig import decoded, made_samples, quantum

from footdrop_imu.device.encode import encode, encode_tables, samples_a_frame
from footdrop_imu.device.packets import Frames, Notification, Packet
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profiles import all_profiles, load_profile
from footdrop_imu.device.table_format import Sending
from footdrop_imu.device.virtual_firmware import told_settings
from footdrop_imu.schema import Quantity

PROFILES = pytest.mark.parametrize("profile", all_profiles(), ids=lambda profile: profile.id)


def sent(profile: Profile, notifications: list[Notification]) -> dict[Quantity, Frames]:
    """Decode notifications that all arrived."""
    packets = [Packet("left_foot", one.characteristic, float(at), 0, one.data) for at, one in enumerate(notifications)]
    return decoded(profile, packets, told_settings(profile))


@PROFILES
@pytest.mark.parametrize("mtu", [247, 185])
def test_what_is_encoded_is_decoded_within_one_quantum(profile: Profile, mtu: int) -> None:
    samples = made_samples(profile, 500)
    mtu = max(mtu, profile.link.smallest_mtu)
    notifications = encode(profile, samples, rate_hz=profile.rates.default_hz, mtu=mtu, settings=told_settings(profile))
    assert max(len(one.data) for one in notifications) <= mtu - 3
    found = sent(profile, notifications)
    for quantity, values in samples.items():
        count = len(found[quantity].values)
        assert 500 - 64 < count <= 500
        assert found[quantity].damaged_count == 0
        assert np.abs(found[quantity].values - values[:count]).max() <= quantum(profile, quantity)


@PROFILES
def test_a_notification_is_sent_after_its_last_sample(profile: Profile) -> None:
    notifications = encode(
        profile, made_samples(profile, 500), rate_hz=profile.rates.default_hz, settings=told_settings(profile)
    )
    last = np.array([one.last_sample for one in notifications])
    assert (np.diff(last) >= 0).all()
    assert 0 <= last[0] < 64
    assert last[-1] < 500
    # what is in the first notifications is known once their last sample is there
    some = notifications[: len(notifications) // 2]
    for part in sent(profile, some).values():
        assert len(part.values) <= some[-1].last_sample + 1


def test_frames_with_as_many_samples_as_fit_grow_with_the_link() -> None:
    profile = load_profile("footdrop-1")
    (frame,) = profile.frames
    assert samples_a_frame(frame, 23) == 1
    usual = frame.usual_samples
    assert samples_a_frame(frame, 247) == min(usual, 19)
    sizes = {len(one.data) for one in encode(profile, made_samples(profile, 50), rate_hz=200, mtu=23)}
    assert sizes == {frame.header_size + frame.sample_size}


def test_counter_and_clock_go_on_where_they_were_told_to() -> None:
    profile = load_profile("footdrop-1")
    (frame,) = profile.frames
    samples = made_samples(profile, 40)
    notifications = encode_tables(
        frame, samples, Sending(200, 23, profile.gait, {}, first_tick=2**32 - 5000, first_sequence=250)
    )
    part = sent(profile, notifications)["acceleration"]
    assert part.sequence is not None
    assert part.ticks is not None
    np.testing.assert_array_equal(part.sequence, (250 + np.arange(40)) % 256)
    np.testing.assert_array_equal(part.ticks, (2**32 - 5000 + 5000 * np.arange(40)) % 2**32)


def test_frames_of_a_byte_stream_share_notifications_as_the_link_allows() -> None:
    profile = load_profile("witmotion-20")
    samples = made_samples(profile, 100)
    assert {len(one.data) for one in encode(profile, samples, rate_hz=200, mtu=23)} == {20}
    many = encode(profile, samples, rate_hz=200, mtu=247)
    assert [len(one.data) for one in many] == [160] * 12 + [80]
    assert [one.last_sample for one in many] == [7 + 8 * at for at in range(12)] + [99]
    assert {len(one.data) for one in encode(profile, samples, rate_hz=50, mtu=247)} == {40}


def test_a_frame_longer_than_the_link_goes_on_in_continuations() -> None:
    profile = load_profile("footdrop-1")
    long = replace(
        profile.frames[0], samples=8, header=b"\x02", continuation=b"\x03", sequence=None, time=None, header_size=1
    )
    (frame,) = (long,)
    changed = replace(profile, frames=(frame,))
    samples = made_samples(profile, 16)
    notifications = encode(changed, samples, rate_hz=100, mtu=43)
    assert [one.data[0] for one in notifications] == [2, 3, 3, 2, 3, 3]
    assert [one.last_sample for one in notifications] == [7, 7, 7, 15, 15, 15]
    part = sent(changed, notifications)["angular_velocity"]
    np.testing.assert_allclose(part.values, samples["angular_velocity"], atol=quantum(profile, "angular_velocity"))


def test_too_few_samples_for_a_frame_give_nothing() -> None:
    profile = load_profile("witmotion-20")
    assert encode(profile, made_samples(profile, 0), rate_hz=200) == []
