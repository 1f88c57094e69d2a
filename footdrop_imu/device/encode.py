"""Samples to what a simulated sensor sends: the inverse of ``decode``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.device.format_capture2go import encode_capture2go
from footdrop_imu.device.format_polar import encode_polar
from footdrop_imu.device.format_shimmer import encode_shimmer
from footdrop_imu.device.format_text import encode_text
from footdrop_imu.device.packets import Notification
from footdrop_imu.device.profile import FrameFormat, Profile
from footdrop_imu.device.table_format import FrameClock, Sending, encode_table
from footdrop_imu.schema import FloatArray, Quantity

__all__ = ["Encoder", "encode", "encode_tables", "encoder_of", "samples_a_frame"]

_HELD_BACK_S = 0.04  # frames that are ready wait for so long for others that fit into the same notification


Encoder = Callable[[FrameFormat, Mapping[Quantity, FloatArray], Sending], list[Notification]]
"""Writes one frame format as the sensor sends it, each named format by one of these.

Samples are by quantity (n, 3), m/s² or rad/s, sensor axes, at even times; those that the format holds are taken.
Notifications come in the order of sending. Samples at the end that do not fill a frame may be left out.
"""


def encode(
    profile: Profile,
    samples: Mapping[Quantity, FloatArray],
    *,
    rate_hz: float,
    mtu: int = 247,
    settings: Mapping[str, float] | None = None,
) -> list[Notification]:
    """Write samples as one sensor sends them, from its power-on: the inverse of ``decode``.

    Parameters
    ----------
    profile
        How it speaks.
    samples
        By quantity (n, 3), m/s² or rad/s, sensor axes.
    rate_hz
        Of the samples.
    mtu
        Of the link.
    settings
        What it said of itself, where the profile needs it.

    Returns
    -------
    list of Notification
        In the order of sending. Samples at the end that do not fill a frame are left out.
    """
    sending = Sending(rate_hz, mtu, profile.gait, settings or {})
    found = [one for frame in profile.frames for one in encoder_of(frame)(frame, samples, sending)]
    return sorted(found, key=lambda one: one.last_sample)


def samples_a_frame(frame: FrameFormat, mtu: int) -> int:
    """Tell how many samples a frame holds over such a link; where it holds as many as fit, no more than usual."""
    if frame.samples is not None:
        return frame.samples
    room = mtu - 3 - frame.header_size - frame.trailer_size
    return max(1, min(frame.usual_samples, room // frame.sample_size if frame.sample_size else frame.usual_samples))


def encode_tables(
    frame: FrameFormat,
    samples: Mapping[Quantity, FloatArray],
    sending: Sending,
) -> list[Notification]:
    """Write table-like frames, see ``Encoder``.

    A frame that is longer than the link allows goes on in continuations where the format has them; else all of it is
    given, and the link will cut it. Frames of which several fit into a notification wait for each other up to 40 ms.
    """
    count = samples_a_frame(frame, sending.mtu)
    taken = {part.quantity: samples[part.quantity] for part in frame.quantities}
    total = min(len(values) for values in taken.values()) // count
    if not total:
        return []
    number = np.arange(total, dtype=np.int64)
    place = number * count
    ticks = np.zeros(total, np.int64)
    if frame.time is not None:
        of = place + (count - 1 if frame.time.of == "last" else 0)
        ticks = sending.first_tick + np.rint(of / (sending.rate_hz * frame.time.tick_s)).astype(np.int64)
    counted = place if frame.sequence is not None and frame.sequence.counts == "samples" else number
    rows = encode_table(
        frame,
        {quantity: values[: total * count] for quantity, values in taken.items()},
        count,
        FrameClock(sending.first_sequence + counted, ticks),
        gait=sending.gait,
        settings=sending.settings,
    )
    last = place + count - 1
    if frame.framing == "one":
        return _single(frame, rows, last.tolist(), sending.mtu - 3)
    together = max(1, min((sending.mtu - 3) // rows.shape[1], ceil(_HELD_BACK_S * sending.rate_hz / count)))
    return [
        Notification(frame.characteristic, int(last[min(at + together, total) - 1]), rows[at : at + together].tobytes())
        for at in range(0, total, together)
    ]


def _single(frame: FrameFormat, rows: NDArray[np.uint8], last: list[int], room: int) -> list[Notification]:
    """One notification a frame, or the pieces of it."""
    size, step = rows.shape[1], room - len(frame.continuation)
    out = []
    for row, sample in zip(rows, last, strict=True):
        data = row.tobytes()
        if size <= room or not frame.continuation:
            out.append(Notification(frame.characteristic, sample, data))
            continue
        out.append(Notification(frame.characteristic, sample, data[:room]))
        out += [
            Notification(frame.characteristic, sample, frame.continuation + data[at : at + step])
            for at in range(room, size, step)
        ]
    return out


_ENCODERS: dict[str, Encoder] = {
    "table": encode_tables,
    "capture2go_stream": encode_capture2go,
    "polar_delta": encode_polar,
    "shimmer_stream": encode_shimmer,
    "text_lines": encode_text,
}


def encoder_of(frame: FrameFormat) -> Encoder:
    """Give what writes a format, by the name of its decoder."""
    return _ENCODERS[frame.decoder]
