"""Notifications of formats that are no table, cut and damaged as wanted, and what is decoded from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from sensor_rig import made_samples

from footdrop_imu.device.decode import decode
from footdrop_imu.device.encode import encoder_of
from footdrop_imu.device.packets import Frames, Notification, Packet, pack
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.table_format import Sending
from footdrop_imu.device.virtual_firmware import told_settings
from footdrop_imu.schema import FloatArray, Quantity


def arrived(data: Sequence[bytes], characteristic: str, connections: Sequence[int] | None = None) -> list[Packet]:
    """Notifications of one characteristic that arrived a second after each other."""
    links = connections or [0] * len(data)
    return [Packet("left_foot", characteristic, float(at), links[at], piece) for at, piece in enumerate(data)]


def read(profile: Profile, packets: Sequence[Packet], settings: Mapping[str, float] | None = None) -> dict[str, Frames]:
    """Decode, by quantity."""
    by = {name: pack([one for one in packets if one.characteristic == name]) for name in profile.link.notify}
    told = told_settings(profile) if settings is None else settings
    return {part.quantity: part for part in decode(profile, by, told)}


def heard(profile: Profile, data: Sequence[bytes], connections: Sequence[int] | None = None) -> dict[str, Frames]:
    """Decode notifications of the characteristic that the samples come by."""
    return read(profile, arrived(data, profile.frames[0].characteristic, connections))


def walked(
    profile: Profile, count: int, mtu: int = 247, first_tick: int = 0
) -> tuple[dict[Quantity, FloatArray], list[Notification]]:
    """Samples of a swinging foot, and what a sensor sends of them."""
    samples = made_samples(profile, count)
    sent: list[Notification] = []
    for frame in profile.frames:
        sending = Sending(profile.rates.default_hz, mtu, profile.gait, told_settings(profile), first_tick)
        sent += encoder_of(frame)(frame, samples, sending)
    return samples, sent


def cut_at(stream: bytes, places: Sequence[int]) -> list[bytes]:
    """Cut a byte stream at any places."""
    edges = sorted({0, len(stream), *(place % (len(stream) + 1) for place in places)})
    return [stream[low:high] for low, high in pairwise(edges)]


def strangers(values: FloatArray, truth: FloatArray) -> int:
    """How many of the samples are none of the true ones."""
    known = {row.tobytes() for row in np.round(truth, 6)}
    return sum(row.tobytes() not in known for row in np.round(values, 6))
