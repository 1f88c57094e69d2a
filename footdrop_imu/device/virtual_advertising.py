"""What a simulated sensor says of itself before anybody connects: enough to be recognized by, within 31 bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from footdrop_imu.device.profile import Advertisement, Profile, Recognition, uuid_of
from footdrop_imu.device.profiles import recognize
from footdrop_imu.errors import DeviceError, ProfileError, ProfileReason

__all__ = ["Advertised", "example_text", "make_advertisement"]

_SIZE = 31  # of an advertisement and of a scan response each (Bluetooth Core, vol 6 part B 2.3.1)
_FLAGS, _SHORT_SERVICES, _LONG_SERVICES, _NAME, _COMPANY = 0x01, 0x03, 0x07, 0x09, 0xFF  # assigned numbers 2.3


class Advertised(NamedTuple):
    """The bytes of an advertisement and of its scan response, and the name in them."""

    data: bytes
    response: bytes
    name: str


def make_advertisement(profile: Profile, segment: str, name: str = "", *, nameless: bool = False) -> Advertised:
    """Make an advertisement that the profile, and no other, recognizes.

    Parameters
    ----------
    profile
        Of the sensor.
    segment
        Where it is worn; it is in the name where the name is free.
    name
        A name of the user's; "" = one that is made up.
    nameless
        Whether to leave the name out.

    Raises
    ------
    ProfileError
        ``wrong_value``: the name does not fit the profile, or no name was found that does.
    """
    tried = []
    ways = profile.recognize or (Recognition(service=profile.link.service),)
    for way in ways:
        for candidate in [name] if name else _names(profile, way, segment):
            made = _write(way, "" if nameless else candidate, candidate)
            tried.append(candidate)
            if made is None:
                continue
            if nameless or _recognized(way, candidate, profile):
                return made
    raise ProfileError(
        ProfileReason.WRONG_VALUE,
        f"No sensor of the profile {profile.id} is called {' or '.join(dict.fromkeys(tried[:3]))}; its profile knows "
        f"it by {' or '.join(way.name or way.service or f'company {way.company_id}' for way in ways)}.",
        path=profile.path,
        key="recognize",
    )


def _recognized(way: Recognition, name: str, profile: Profile) -> bool:
    services = (way.service,) if way.service else ()
    companies = (way.company_id,) if way.company_id is not None else ()
    try:
        found = recognize(Advertisement(name, services, companies))
    except DeviceError:
        return False
    if not way.fits(Advertisement(name, services, companies)):
        return False
    # nobody recognizes a profile of the user's own; and some sensors are told apart only when they are connected
    others = {other for question in found.identity for other in question.others.values()} if found else set()
    return found is None or profile.id in {found.id, *others}


def _names(profile: Profile, way: Recognition, segment: str) -> Iterator[str]:
    side, _, limb = segment.partition("_")
    ends = [f"{side} {limb}", f"{side[0].upper()}{'' if limb == 'foot' else ' shank'}", ""]
    bases = [*profile.models, example_text(way.name)] if way.name else ["FD"]
    for base in bases:
        for end in ends:
            if len(base) + len(end) < _SIZE - 2:
                yield f"{base} {end}".strip()


def _write(way: Recognition, shown: str, name: str) -> Advertised | None:
    """Put what it is recognized by first, and the name where there is room; None where there is none."""
    parts = _part(_FLAGS, b"\x06")  # general discoverable, no classic Bluetooth
    if way.service:
        uuid = bytes.fromhex(way.service.replace("-", ""))[::-1]
        short = way.service == uuid_of(way.service[4:8])
        parts += _part(_SHORT_SERVICES, uuid[12:14]) if short else _part(_LONG_SERVICES, uuid)
    if way.company_id is not None:
        parts += _part(_COMPANY, way.company_id.to_bytes(2, "little") + b"\0\0")
    called = _part(_NAME, shown.encode()) if shown else b""
    data, response = (parts + called, b"") if len(parts + called) <= _SIZE else (parts, called)
    return None if len(response) > _SIZE else Advertised(data, response, name)


def _part(kind: int, value: bytes) -> bytes:
    return bytes([1 + len(value), kind]) + value


def example_text(pattern: str) -> str:
    """Make up a text that a simple regular expression fits: letters, classes, counts and the first of alternatives."""
    text = re.sub(r"\(\?[!=<][^)]*\)", "", pattern).replace("^", "").replace("$", "")
    text = re.sub(r"\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)\??", r"\1", text).split("|")[0]
    text = text.replace(r"\d", "[0-9]").replace(r"\w", "[a-z]").replace(r"\s", " ")
    text = re.sub(r"\[([^\]])[^\]]*\](?:\{(\d+)[^}]*\})?", lambda found: found[1] * int(found[2] or 1), text)
    text = re.sub(r"(?<!\\)\.(?:\{(\d+)[^}]*\})?", lambda found: "x" * int(found[1] or 1), text)
    return re.sub(r"(?<!\\)[*+?]", "", text).replace("\\", "")
