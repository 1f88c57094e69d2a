"""Commands to a sensor and what it answers: knows profiles, and of Bluetooth only that one can write, read and hear."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple, Protocol

from footdrop_imu.device.advice import advice
from footdrop_imu.device.byte_pattern import BytePattern, fill, match
from footdrop_imu.device.profile import Battery, Command, Identity, Profile, Stage, uuid_of
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.errors import DeviceError, DeviceReason

__all__ = ["Answers", "Line", "battery_percent", "find_reply", "perform", "settle_identity", "tell_about"]

_SHOWN_BYTES = 24
_ABOUT = {"model": uuid_of("2a24"), "serial": uuid_of("2a25"), "firmware": uuid_of("2a26")}


class Line(Protocol):
    """A connection as the dialog needs it: ``ble.Connection``."""

    who: str

    def has(self, characteristic: str) -> bool:
        """Whether the sensor has a characteristic."""

    async def read(self, characteristic: str) -> bytes:
        """Read it."""

    async def write(self, characteristic: str, data: bytes, *, with_response: bool = True, service: str = "") -> None:
        """Write to it; ``service`` where several have a characteristic of that UUID."""


class Answers:
    """Notifications that may be the reply to a command; kept only while somebody waits for one."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
        self._wanted = False

    def take(self, characteristic: str, data: bytes) -> None:
        """Offer a notification."""
        if self._wanted:
            self._queue.put_nowait((characteristic, data))

    def open(self) -> None:
        """Listen from now on, to nothing that came before."""
        while not self._queue.empty():
            self._queue.get_nowait()
        self._wanted = True

    def close(self) -> None:
        """Listen no more."""
        self._wanted = False

    async def next(self) -> tuple[str, bytes]:
        """Wait for one."""
        return await self._queue.get()


class _Heard(NamedTuple):
    settings: dict[str, float] | None
    nearest: bytes


def find_reply(pattern: BytePattern, data: bytes, *, anywhere: bool) -> dict[str, float] | None:
    """Look for a reply in a notification: all of it, or a piece of it where frames share the notification.

    Returns
    -------
    dict or None
        The named numbers of the reply; None where it is not in there.
    """
    found = match(pattern, data)
    if found is not None or not anywhere:
        return found
    inside = pattern._replace(open_end=True)
    for at in range(len(data) - len(pattern.parts) + 1):
        found = match(inside, data[at:])
        if found is not None:
            return found
    return None


async def perform(line: Line, answers: Answers, profile: Profile, stage: Stage, rate_hz: float) -> dict[str, float]:
    """Go through the commands of one stage, in order, each with its reply and pause.

    Parameters
    ----------
    line, answers
        Where to speak, and where notifications arrive.
    profile
        How the sensor speaks.
    stage
        configure, start, stop or battery.
    rate_hz
        Sample rate to ask for, Hz.

    Returns
    -------
    dict
        Settings that the replies told, by name.

    Raises
    ------
    DeviceError
        ``refused``, ``wrong_firmware`` (another answer than the profile expects), ``silent``, ``lost``; of an optional
        command only ``lost``.
    """
    settings: dict[str, float] = {}
    for command in profile.stage(stage):
        try:
            settings |= await _carry_out(line, answers, profile, command, rate_hz)
        except DeviceError as error:
            if not command.optional or error.reason is DeviceReason.LOST:
                raise
        if command.pause_s:
            await asyncio.sleep(command.pause_s)
    return settings


async def _carry_out(
    line: Line, answers: Answers, profile: Profile, command: Command, rate_hz: float
) -> dict[str, float]:
    expected = profile.pattern(command.reply, rate_hz) if command.reply else None
    answers.open()
    try:
        if command.write:
            written = fill(profile.pattern(command.write, rate_hz))
            await line.write(command.to, written, with_response=command.with_response, service=command.service)
        if command.read:
            data = await line.read(command.read)
            heard = _Heard({} if expected is None else find_reply(expected, data, anywhere=False), data)
        elif expected is not None:
            shared = any(
                frame.characteristic == command.reply_on and frame.framing != "one" for frame in profile.frames
            )
            heard = await _listen(answers, expected, command, anywhere=shared)
        else:
            return {}
    finally:
        answers.close()
    if heard.settings is None or expected is None:
        reply = command.reply.replace("{rate}", profile.rates.codes.get(rate_hz, ""))
        raise _mismatch(line.who, replace(command, reply=reply), heard.nearest)
    for name, value in command.require.items():
        told = heard.settings.get(name)
        if told != value:
            what = f"{name} {value:g}, and the sensor says {'nothing of it' if told is None else f'{told:g}'}"
            raise _other(line.who, command, what)
    return heard.settings


async def _listen(answers: Answers, expected: BytePattern, command: Command, *, anywhere: bool) -> _Heard:
    """Wait for the reply; among what came instead remember the one most like it."""
    nearest, likeness, before = b"", 0, b""
    try:
        async with asyncio.timeout(command.timeout_s):
            while True:
                characteristic, data = await answers.next()
                if characteristic != command.reply_on:
                    continue
                # a byte stream may be cut in the middle of the reply
                found = find_reply(expected, before + data, anywhere=anywhere)
                if found is not None:
                    return _Heard(found, data)
                before = data if anywhere else b""
                alike = _agreement(expected, data)
                if alike > likeness or (not nearest and not isinstance(next(iter(expected.parts), None), int)):
                    nearest, likeness = data, alike
    except TimeoutError:
        return _Heard(None, nearest)


def _agreement(pattern: BytePattern, data: bytes) -> int:
    """Fixed bytes at the beginning that agree."""
    count = 0
    for part, byte in zip(pattern.parts, data, strict=False):
        if not isinstance(part, int) or part != byte:
            break
        count += 1
    return count


def _mismatch(who: str, command: Command, nearest: bytes) -> DeviceError:
    if not nearest:
        return DeviceError(
            DeviceReason.SILENT,
            f"{who} did not answer within {command.timeout_s:g} s when it was asked to {command.purpose}. "
            f"{advice(DeviceReason.SILENT)}",
            sensor=who,
        )
    return _other(who, command, f"the answer {command.reply}, and the sensor answered {_hex(nearest)}")


def _other(who: str, command: Command, what: str) -> DeviceError:
    """The sensor says something else than the profile expects."""
    reason = DeviceReason.WRONG_FIRMWARE if command.stage == "configure" else DeviceReason.REFUSED
    return DeviceError(reason, f"Asked {who} to {command.purpose}: expected {what}. {advice(reason)}", sensor=who)


def _hex(data: bytes) -> str:
    return data[:_SHOWN_BYTES].hex(" ") + (" …" if len(data) > _SHOWN_BYTES else "")


async def tell_about(line: Line) -> dict[str, str]:
    """Read model, serial number and firmware where the sensor has the standard's characteristics for them."""
    about: dict[str, str] = {}
    for what, characteristic in _ABOUT.items():
        try:
            text = await _read_text(line, characteristic)
        except DeviceError as error:
            if error.reason is DeviceReason.LOST:
                raise
            continue  # it is only told, nothing depends on it
        if text:
            about[what] = text
    return about


async def settle_identity(line: Line, profile: Profile) -> Profile:
    """Ask the sensor who it is, and give the profile that it really has.

    Raises
    ------
    DeviceError
        ``wrong_firmware``: neither this profile's sensor nor one that it knows by name.
    """
    for question in profile.identity:
        text = await _read_text(line, question.characteristic)
        if re.fullmatch(question.expect, text):
            continue
        if text in question.others:
            return load_profile(question.others[text])
        raise DeviceError(DeviceReason.WRONG_FIRMWARE, _unexpected(line.who, profile, question, text), sensor=line.who)
    return profile


async def _read_text(line: Line, characteristic: str) -> str:
    if not line.has(characteristic):
        return ""
    return (await line.read(characteristic)).decode("utf-8", "replace").strip("\0 ")


def _unexpected(who: str, profile: Profile, question: Identity, text: str) -> str:
    found = f"{question.what} {text!r}" if text else f"no {question.what}"
    return (
        f"{who} says {found}; the profile {profile.id} expects {question.expect!r}. "
        f"{advice(DeviceReason.WRONG_FIRMWARE)}"
    )


def battery_percent(battery: Battery, settings: Mapping[str, float]) -> float | None:
    """Turn the number ``battery`` that a sensor told into percent; None where it told none."""
    if "battery" not in settings:
        return None
    value = settings["battery"] * battery.scale
    levels = sorted(battery.levels)
    if not levels:
        return min(max(value, 0.0), 100.0)
    for (low, low_percent), (high, high_percent) in pairwise(levels):
        if value <= high:
            share = min(max((value - low) / (high - low), 0.0), 1.0)
            return low_percent + share * (high_percent - low_percent)
    return levels[-1][1]
