"""Simulated sensors of every profile, met by the client over a real Bluetooth stack."""

from __future__ import annotations

import numpy as np
import pytest
from client_rig import LEFT, recording, target, until
from sensor_rig import heard, impatient, place_in, quantum, walk_of

from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profiles import all_profiles
from footdrop_imu.device.scan import scan
from footdrop_imu.device.virtual_air import Air
from footdrop_imu.device.virtual_sensor import VirtualSensor
from footdrop_imu.device.virtual_walk import WalkTime

PROFILES = pytest.mark.parametrize("profile", all_profiles(), ids=lambda profile: profile.id)
pytestmark = pytest.mark.usefixtures("limit")


@PROFILES
async def test_a_sensor_of_each_profile_is_recognized_and_streams_its_walk(profile: Profile) -> None:
    air = Air(speed=8.0)
    async with VirtualSensor(air, profile, walk_of(profile), segment="left_foot", time=WalkTime(rest_s=0.0)) as sensor:
        (seen,) = await scan(0.1, adapter=air.adapter)
        assert seen.name == sensor.name
        if profile.recognize:
            assert seen.profile is profile
        async with recording(air, target("left_foot", LEFT, sensor.name, impatient(profile))) as kept:
            await until(lambda: len(kept.packets) > 10 and kept.packets[-1].arrival_s - kept.packets[0].arrival_s > 0.6)
    assert sensor.dropped_count == 0
    walk = walk_of(profile)(profile.rates.default_hz)
    for quantity, part in heard(kept, profile).items():
        assert part.damaged_count == 0
        assert len(part.values) > 3.5 * profile.rates.default_hz
        first = place_in(walk[quantity], part.values)
        expected = walk[quantity][first : first + len(part.values)]
        assert np.abs(part.values - expected).max() <= quantum(profile, quantity)
