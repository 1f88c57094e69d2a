"""In the guest: two simulated sensors and the air, with a controller that the guest's kernel takes for a real one.

``python air_side.py [SECONDS]``: the left sensor ends the link so long after it was first connected, once or, with
several numbers, each time. Prints a line when the controller is there.
"""

from __future__ import annotations

import asyncio
import sys

import numpy as np
from bumble.hci import LeFeatureMask
from bumble.transport import open_transport

from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.virtual_air import Air
from footdrop_imu.device.virtual_controller import AirController
from footdrop_imu.device.virtual_faults import AirFaults
from footdrop_imu.device.virtual_sensor import VirtualSensor
from footdrop_imu.schema import FloatArray, Quantity


def _still(rate_hz: float) -> dict[Quantity, FloatArray]:
    gravity = np.tile([0.0, 0.0, 9.80665], (round(600 * rate_hz), 1))
    return {"acceleration": gravity, "angular_velocity": np.zeros_like(gravity)}


async def main(drops_at_s: tuple[float, ...]) -> None:
    air = Air()
    profile = load_profile("footdrop-1")
    left = VirtualSensor(air, profile, _still, segment="left_foot", air_faults=AirFaults(drop_at_s=drops_at_s))
    right = VirtualSensor(air, profile, _still, segment="right_foot")
    async with left, right:
        computer = AirController("computer", air.link)
        computer.le_features &= ~(LeFeatureMask.LL_PRIVACY | LeFeatureMask.LE_EXTENDED_ADVERTISING)
        kernel = await open_transport("vhci")
        kernel.source.set_packet_sink(computer)
        computer.host = kernel.sink
        print("controller ready", flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(tuple(float(word) for word in sys.argv[1:])))
