"""What a simulated sensor answers: the other side of the dialog that its profile describes; without Bluetooth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from footdrop_imu.device.byte_pattern import BytePattern, fill, match
from footdrop_imu.device.numbers import is_float, number_limits, number_size
from footdrop_imu.device.profile import Command, Profile, Stage
from footdrop_imu.device.profile_frames import UNITS
from footdrop_imu.schema import GRAVITY_MPS2

__all__ = ["Firmware", "Reply", "told_settings"]


class Reply(NamedTuple):
    """A notification that answers a command."""

    characteristic: str
    data: bytes


class Firmware:
    """The state of one sensor: what it was told, and what it therefore does.

    ``rate_hz``: that it samples with. ``sampling``: it was asked to stream, over any connection, and not to stop since.
    """

    def __init__(self, profile: Profile, *, battery_percent: float = 80.0, wrong: bool = False) -> None:
        self.profile = profile
        self._numbers = _numbers(profile, battery_percent)
        self._wrong = wrong and not profile.identity
        self.forget()

    def forget(self) -> None:
        """Be as it was when it was switched on."""
        self.rate_hz = self.profile.rates.default_hz
        self.sampling = False
        self._subscribed: set[str] = set()
        self._started = False

    def hang_up(self) -> None:
        """Notice that the link has ended: nobody is sent to any more."""
        self._subscribed.clear()
        self._started = False

    @property
    def streaming(self) -> bool:
        """Whether samples are to be sent over this connection."""
        listened = any(frame.characteristic in self._subscribed for frame in self.profile.frames)
        return listened and (self._started or not self.profile.stage("start"))

    def subscribe(self, characteristic: str, wanted: bool) -> None:
        """Take that a characteristic is subscribed to, or no longer."""
        before = self.streaming
        if wanted:
            self._subscribed.add(characteristic)
        else:
            self._subscribed.discard(characteristic)
        if self.streaming != before:
            self.sampling = self.streaming

    def write(self, characteristic: str, data: bytes, service: str = "") -> list[Reply] | None:
        """Carry out a command; None where it knows no such command.

        ``service``: of the characteristic, where several have one of that UUID.
        """
        understood = list(self._understood(characteristic, data, service))
        if not understood:
            return None
        replies: list[Reply] = []
        for command, rate_hz in understood:
            if "{rate}" in command.write:
                self.rate_hz = rate_hz
            if command.reply and not replies:
                replies = [Reply(command.reply_on, self._answer(command))]
        stages: set[Stage] = {command.stage for command, _ in understood}
        if "stop" in stages:
            self.sampling = self._started = False
        elif any(command is self.profile.stage("start")[-1] for command, _ in understood if command.stage == "start"):
            self.sampling = self._started = True
        return replies

    def read(self, characteristic: str) -> bytes | None:
        """Give a value; None where it has none that the profile knows."""
        command = next((one for one in self.profile.commands if one.read == characteristic), None)
        return None if command is None else self._answer(command)

    def _understood(self, characteristic: str, data: bytes, service: str) -> Iterator[tuple[Command, float]]:
        for command in self.profile.commands:
            if not command.write or command.to != characteristic or (service and command.service not in ("", service)):
                continue
            rates = self.profile.rates.choices() if "{rate}" in command.write else (self.rate_hz,)
            for rate_hz in rates:
                if match(self.profile.pattern(command.write, rate_hz), data) is not None:
                    yield command, rate_hz
                    break

    def _answer(self, command: Command) -> bytes:
        pattern = self.profile.pattern(command.reply, self.rate_hz)
        data = fill(pattern, _whole(pattern, {**self._numbers, **command.require}))
        if self._wrong and command.stage == "configure" and not command.optional:
            changed = {name: value + 1 for name, value in command.require.items()}
            data = fill(pattern, _whole(pattern, {**self._numbers, **changed}))
            if not changed:
                data = _other(pattern, data)
        return data.ljust(self._shortest(command, pattern, data), b"\0")

    def _shortest(self, command: Command, pattern: BytePattern, data: bytes) -> int:
        """Bytes that a reply has where it comes in between the frames of a byte stream: as many as a frame."""
        if not pattern.open_end or command.read:
            return 0
        for frame in self.profile.frames:
            among = frame.characteristic == command.reply_on and frame.framing == "stream"
            if among and any(data.startswith(header) for header in frame.ignored):
                return frame.size or 0
        return 0


def told_settings(profile: Profile, rate_hz: float | None = None) -> dict[str, float]:
    """Give the numbers that a client hears from such a sensor: the settings that decoding uses.

    Parameters
    ----------
    profile
        How it speaks.
    rate_hz
        The rate that it was set to, Hz; None = the profile's own.
    """
    firmware = Firmware(profile)
    firmware.rate_hz = profile.rates.default_hz if rate_hz is None else rate_hz
    told: dict[str, float] = {}
    for command in profile.commands:
        if command.reply:
            pattern = profile.pattern(command.reply, firmware.rate_hz)
            told |= match(pattern, firmware._answer(command)) or {}
    return told


def _numbers(profile: Profile, battery_percent: float) -> dict[str, float]:
    """Give a value to the numbers in its replies that have a meaning."""
    numbers = {"battery": _battery_number(profile, battery_percent)}
    for frame in profile.frames:
        for quantity in frame.quantities:
            if quantity.scale_setting:
                limit = {"acceleration": profile.gait.acc_range_g * GRAVITY_MPS2}.get(
                    quantity.quantity, float(np.radians(profile.gait.gyr_range_dps))
                )
                unit = quantity.scale * UNITS[quantity.quantity][quantity.unit]
                numbers[quantity.scale_setting] = limit / (number_limits(quantity.type)[1] + 1) / unit
    return numbers


def _other(pattern: BytePattern, data: bytes) -> bytes:
    """Change the last byte that a reply must have."""
    place = max(at for at, part in enumerate(pattern.parts) if isinstance(part, int))
    at = sum(number_size(part[1]) if isinstance(part, tuple) else 1 for part in pattern.parts[:place])
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def _battery_number(profile: Profile, percent: float) -> float:
    levels = sorted(profile.battery.levels)
    value = percent
    if levels:
        value = float(np.interp(percent, [level for _, level in levels], [number for number, _ in levels]))
    return value / profile.battery.scale


def _whole(pattern: BytePattern, numbers: dict[str, float]) -> dict[str, float]:
    """Round what goes into whole numbers."""
    kinds = dict(part for part in pattern.parts if isinstance(part, tuple))
    return {
        name: value if name not in kinds or is_float(kinds[name]) else float(round(value))
        for name, value in numbers.items()
    }
