"""Which sensors are there, and which of them is worn where."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from footdrop_imu.device.advice import advice
from footdrop_imu.device.ble import Adapter, Heard, Radio, choose_radio, connected_already, listening
from footdrop_imu.device.profile import Advertisement, Profile
from footdrop_imu.device.profiles import recognize
from footdrop_imu.errors import DeviceError, DeviceReason

__all__ = ["SeenSensor", "Target", "find", "profile_of", "scan"]

_LISTED = 8
_SETTLE_S = 2.0  # a name may fit another sensor too, which advertises within this


@dataclass(frozen=True)
class SeenSensor:
    """A Bluetooth device that was heard: all that its advertisements said, put together.

    ``profile``: which one recognizes it, None = none does. ``refused``: why it cannot be used although it is known,
    "" = no reason. ``rssi_dbm``: strength of its last advertisement, nearer to 0 is stronger; 0 = it is connected to
    this computer already and does not advertise. ``heard`` is what a connection is made with.
    """

    address: str
    name: str
    rssi_dbm: int
    profile: Profile | None
    refused: str
    heard: Heard


@dataclass(frozen=True)
class Target:
    """A sensor to stream from: the segment that it is worn on, how it speaks, and how fast; None = as its profile."""

    segment: str
    sensor: SeenSensor
    profile: Profile
    rate_hz: float | None = None

    def rate(self) -> float:
        """Sample rate to ask for, Hz."""
        return self.profile.rates.default_hz if self.rate_hz is None else self.rate_hz


class _Table:
    """Devices by address, each with everything that was heard of it."""

    def __init__(self, profiles: Sequence[Profile] | None) -> None:
        self._profiles = profiles
        self._seen: dict[str, SeenSensor] = {}

    def add(self, heard: Heard) -> None:
        before = self._seen.get(heard.address)
        if before is not None:  # an advertisement may lack the name or the services that another one has
            old = before.heard
            heard = heard._replace(
                name=heard.name or old.name,
                services=tuple(dict.fromkeys(old.services + heard.services)),
                company_ids=tuple(dict.fromkeys(old.company_ids + heard.company_ids)),
            )
            if heard[3:5] == old[3:5] and heard.name == old.name:
                self._seen[heard.address] = replace(before, rssi_dbm=heard.rssi_dbm, heard=heard)
                return
        self._seen[heard.address] = _look_up(heard, self._profiles)

    def strongest_first(self) -> list[SeenSensor]:
        return sorted(self._seen.values(), key=lambda seen: (-seen.rssi_dbm, seen.address))


def _look_up(heard: Heard, profiles: Sequence[Profile] | None) -> SeenSensor:
    profile, refused = None, ""
    try:
        profile = recognize(Advertisement(heard.name, heard.services, heard.company_ids), profiles)
    except DeviceError as error:
        refused = error.message
    return SeenSensor(heard.address, heard.name, heard.rssi_dbm, profile, refused, heard)


async def scan(
    seconds: float,
    *,
    adapter: Adapter | None = None,
    profiles: Sequence[Profile] | None = None,
    on_change: Callable[[list[SeenSensor]], None] | None = None,
    stop: asyncio.Event | None = None,
) -> list[SeenSensor]:
    """Listen for sensors.

    Parameters
    ----------
    seconds
        How long to listen, s.
    adapter
        Which Bluetooth: ``ble``.
    profiles
        Profiles to recognize sensors by; all built-in ones where it is None.
    on_change
        Called with the list as it stands after each advertisement; must not block.
    stop
        Set by the caller, it ends the listening early.

    Returns
    -------
    list of SeenSensor
        Strongest first, with those that no profile recognizes.

    Raises
    ------
    DeviceError
        ``no_bluetooth``, ``no_adapter``, ``no_permission``, ``busy``, ``not_installed``.
    """
    radio = choose_radio(adapter)
    table = _Table(profiles)

    def take(heard: Heard) -> None:
        table.add(heard)
        if on_change is not None:
            on_change(table.strongest_first())

    await _listen(radio, take, seconds, stop or asyncio.Event())
    return table.strongest_first()


async def find(
    wanted: Mapping[str, str],
    *,
    seconds: float = 8.0,
    adapter: Adapter | None = None,
    profile: Profile | None = None,
    rate_hz: float | None = None,
) -> list[Target]:
    """Find the sensor of each segment.

    Parameters
    ----------
    wanted
        By segment (left_foot …) what its sensor is known by: its address (on macOS the UUID that stands for it there),
        the end of the address, its name, or a part of the name.
    seconds
        How long to listen, s. Listening ends earlier once all are found: at once by their whole addresses, by name
        when no other that it fits was heard for a moment.
    adapter
        Which Bluetooth: ``ble``.
    profile
        The profile of all of them; None = the one that recognizes each.
    rate_hz
        Sample rate to ask for, Hz; None = as the profile says.

    Returns
    -------
    list of Target

    Raises
    ------
    DeviceError
        ``not_found`` with what was heard instead, ``ambiguous``, ``unknown_sensor``, ``cannot_serve``, and those of
        ``scan``.
    """
    radio = choose_radio(adapter)
    table = _Table(None)
    done = asyncio.Event()
    addresses = {text.strip().lower() for text in wanted.values()}
    loop, settling = asyncio.get_running_loop(), False

    def take(heard: Heard) -> None:
        nonlocal settling
        table.add(heard)
        seen = table.strongest_first()
        fitting = [_fitting(text, seen) for text in wanted.values()]
        # a sensor may be recognized by its name only, which can come later than its address
        if not all(len(one) == 1 and (one[0].profile or one[0].name or profile) for one in fitting):
            return
        if {one[0].address.lower() for one in fitting} == addresses:
            done.set()
        elif not settling:
            settling = True
            loop.call_later(_SETTLE_S, done.set)

    await _listen(radio, take, seconds, done)
    for heard in [] if done.is_set() else await connected_already(radio):
        table.add(heard)
    seen = table.strongest_first()
    found = {segment: _choose(segment, text, seen) for segment, text in wanted.items()}
    _refuse_twice(found)
    return [Target(segment, one, profile_of(one, profile), rate_hz) for segment, one in found.items()]


async def _listen(radio: Radio, take: Callable[[Heard], None], seconds: float, stop: asyncio.Event) -> None:
    async with listening(radio, take):
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await stop.wait()


def _fitting(text: str, seen: Sequence[SeenSensor]) -> list[SeenSensor]:
    """Those that a text may mean: by the strictest way that any fits."""
    low = text.strip().lower()
    ways: tuple[Callable[[SeenSensor], bool], ...] = (
        lambda one: one.address.lower() == low,
        lambda one: one.name.lower() == low,
        lambda one: bool(low) and (low in one.name.lower() or one.address.lower().endswith(low)),
    )
    return next((found for way in ways if (found := [one for one in seen if way(one)])), [])


def _choose(segment: str, text: str, seen: Sequence[SeenSensor]) -> SeenSensor:
    """Pick the one device that a text means."""
    fitting, place = _fitting(text, seen), segment.replace("_", " ")
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise DeviceError(
            DeviceReason.AMBIGUOUS,
            f"{text!r} for the {place} fits {len(fitting)} sensors: {_list(fitting)}. Give the address of one.",
            sensor=text,
        )
    heard = f"Heard: {_list(seen)}." if seen else "No Bluetooth device was heard at all."
    raise DeviceError(
        DeviceReason.NOT_FOUND,
        f"The sensor {text!r} for the {place} was not found. {heard} {advice(DeviceReason.NOT_FOUND)}",
        sensor=text,
    )


def _refuse_twice(found: Mapping[str, SeenSensor]) -> None:
    by_address: dict[str, str] = {}
    for segment, one in found.items():
        other = by_address.setdefault(one.address, segment)
        if other != segment:
            raise DeviceError(
                DeviceReason.AMBIGUOUS,
                f"The {other.replace('_', ' ')} and the {segment.replace('_', ' ')} were given the same sensor, "
                f"{one.name or one.address}. Give each its own.",
                sensor=one.address,
            )


def profile_of(one: SeenSensor, chosen: Profile | None = None) -> Profile:
    """Give the profile that was chosen, else the one that recognizes a sensor; DeviceError where there is none."""
    if chosen is not None:
        return chosen
    if one.refused:
        raise DeviceError(DeviceReason.CANNOT_SERVE, one.refused, sensor=one.address)
    if one.profile is None:
        raise DeviceError(
            DeviceReason.UNKNOWN_SENSOR,
            f"No profile recognizes {one.name or one.address}. Give the one that it has with "
            "--profile (left=ID for one foot); `footdrop profiles list` shows them, and a file of your own will do.",
            sensor=one.address,
        )
    return one.profile


def _list(seen: Sequence[SeenSensor]) -> str:
    """Those that can be used first; the rest by number."""
    order = sorted(seen, key=lambda one: one.profile is None)
    words = [f"{one.name or 'no name'} ({one.address})" for one in order[:_LISTED]]
    more = len(seen) - len(words)
    return ", ".join(words) + (f" and {more} more" if more > 0 else "")
