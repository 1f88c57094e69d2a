"""Bytes to frames, as short as tests want it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from footdrop_imu.device.decode import decode
from footdrop_imu.device.packets import Frames, Packet, Packets, pack
from footdrop_imu.device.profile import Profile


def heard(data: Sequence[bytes | str], connections: Sequence[int] | None = None) -> Packets:
    """Notifications of one characteristic, ten milliseconds apart; texts are hexadecimal."""
    over = connections or [0] * len(data)
    return pack(
        [
            Packet("left_foot", "c", 0.01 * at, over[at], bytes.fromhex(one) if isinstance(one, str) else one)
            for at, one in enumerate(data)
        ]
    )


def decoded(
    profile: Profile, *data: bytes | str, frame: int = 0, settings: Mapping[str, float] | None = None
) -> dict[str, Frames]:
    """Decode notifications of the characteristic of the frame with this number."""
    found = decode(profile, {profile.frames[frame].characteristic: heard(data)}, settings)
    return {part.quantity: part for part in found}


def with_scale(profile: Profile, quantity: str, scale: float) -> Profile:
    """The same sensor at another range: one quantity, so much a count."""
    frames = tuple(
        replace(
            frame,
            quantities=tuple(
                replace(part, scale=scale) if part.quantity == quantity else part for part in frame.quantities
            ),
        )
        for frame in profile.frames
    )
    return replace(profile, frames=frames)
