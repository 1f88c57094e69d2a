"""Samples to what a simulated sensor sends: the inverse of ``decode``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from footdrop_imu.device.packets import Notification
from footdrop_imu.device.profile import FrameFormat, GaitFitness
from footdrop_imu.schema import FloatArray, Quantity

__all__ = ["Encoder"]


class Encoder(Protocol):
    """Write one frame format as the sensor sends it; each named format is written by one of these."""

    def __call__(
        self,
        frame: FrameFormat,
        samples: Mapping[Quantity, FloatArray],
        *,
        rate_hz: float,
        mtu: int,
        first_tick: int = 0,
        first_sequence: int = 0,
        settings: Mapping[str, float],
        gait: GaitFitness,
    ) -> list[Notification]:
        """Write samples at even times.

        Parameters
        ----------
        frame
            The format.
        samples
            By quantity (n, 3), m/s² or rad/s, sensor axes; those that the format holds are taken.
        rate_hz
            Of the samples.
        mtu
            Of the link: a notification has ``mtu`` - 3 bytes at the most.
        first_tick, first_sequence
            The sensor's clock at the first sample, in ticks of ``frame.time``, and its first counter; both wrap.
        settings
            What the sensor said of itself, where a scale needs it.
        gait
            The sensor's ranges, where a code in the frame has to be chosen.

        Returns
        -------
        list of Notification
            In the order of sending. Samples at the end that do not fill a frame may be left out.
        """
        ...
