"""A sensor's notifications to samples in SI units, by its profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from footdrop_imu.device.format_capture2go import decode_capture2go
from footdrop_imu.device.format_polar import decode_polar
from footdrop_imu.device.format_shimmer import decode_shimmer
from footdrop_imu.device.format_text import decode_text
from footdrop_imu.device.packets import Frames, Packets
from footdrop_imu.device.profile import FrameFormat, Profile
from footdrop_imu.device.table_format import decode_table
from footdrop_imu.errors import DecodeError, DecodeReason

__all__ = ["decode"]

_DECODERS: dict[str, Callable[[FrameFormat, Packets, Mapping[str, float], tuple[bytes, ...]], list[Frames]]] = {
    "table": decode_table,
    "capture2go_stream": decode_capture2go,
    "polar_delta": decode_polar,
    "shimmer_stream": decode_shimmer,
    "text_lines": decode_text,
}
_WANTED = {
    "capture2go_stream": (DecodeReason.WRONG_CHECKSUM, "FF and then packages whose checksum is right"),
    "polar_delta": (DecodeReason.DAMAGED, "the measurement's type first, and blocks that end with the notification"),
    "shimmer_stream": (DecodeReason.DAMAGED, "packets that begin with 00 and follow each other in time"),
    "text_lines": (DecodeReason.DAMAGED, "lines of numbers with commas between them"),
}


def decode(
    profile: Profile, packets: Mapping[str, Packets], settings: Mapping[str, float] | None = None
) -> list[Frames]:
    """Decode what one sensor sent.

    Parameters
    ----------
    profile
        How it speaks.
    packets
        By characteristic; one that nothing came from may be missing.
    settings
        What it said of itself when it was configured, where the profile needs it.

    Returns
    -------
    list of Frames
        Acceleration and angular velocity, in this order.

    Raises
    ------
    DecodeError
        Something came and none of it is a frame of this profile, or a scale is not known. Single damaged pieces are
        left out and counted.
    """
    found: list[Frames] = []
    for frame in profile.frames:
        mine = packets.get(frame.characteristic)
        if mine is None:
            mine = Packets(np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros(1, np.int64))
        frames = _decode_frame(frame, mine, settings or {}, _others(profile, frame))
        if frames[0].damaged_count and not len(frames[0].values):
            raise _nothing(profile, frame, mine)
        found += frames
    return sorted(found, key=lambda part: part.quantity)


def _decode_frame(
    frame: FrameFormat, packets: Packets, settings: Mapping[str, float], others: tuple[bytes, ...]
) -> list[Frames]:
    return _DECODERS[frame.decoder](frame, packets, settings, others)


def _others(profile: Profile, frame: FrameFormat) -> tuple[bytes, ...]:
    """Beginnings of what else comes by this frame's characteristic: other frames, replies to commands."""
    heads = [
        other.header for other in profile.frames if other is not frame and other.characteristic == frame.characteristic
    ]
    for command in profile.commands:
        if command.reply and not command.read and command.reply_on == frame.characteristic:
            parts = profile.pattern(command.reply, profile.rates.default_hz).parts
            fixed = next((at for at, part in enumerate(parts) if not isinstance(part, int)), len(parts))
            heads.append(bytes(part for part in parts[:fixed] if isinstance(part, int)))
    return tuple(head for head in heads if head)


def _nothing(profile: Profile, frame: FrameFormat, packets: Packets) -> DecodeError:
    first = packets.data[packets.start[0] : packets.start[1]].tobytes()
    reason, wanted = _WANTED.get(frame.decoder) or _wanted_table(frame, first)
    return DecodeError(
        reason,
        f"None of the {len(packets.arrival_s)} notifications is a frame of {profile.id}: the first has {len(first)} "
        f"bytes ({first[:8].hex(' ')}{' …' if len(first) > 8 else ''}), expected {wanted}. The profile is of "
        "another sensor or firmware, or the link cut the notifications short (its MTU is too small).",
    )


def _wanted_table(frame: FrameFormat, first: bytes) -> tuple[DecodeReason, str]:
    size = (
        f"{frame.size} bytes" if frame.size is not None else f"more than {frame.header_size + frame.trailer_size} bytes"
    )
    begin = f" that begin with {frame.header.hex(' ')}" if frame.header else ""
    same = not frame.header or first.startswith(frame.header)
    return DecodeReason.WRONG_SIZE if same else DecodeReason.WRONG_HEADER, size + begin
