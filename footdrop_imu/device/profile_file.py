"""A profile's file, read and checked; an unknown key, a missing one or a value that cannot be is an error."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TypeVar, get_args

from footdrop_imu.device.byte_pattern import parse_pattern
from footdrop_imu.device.profile import (
    EVIDENCE,
    STAGES,
    Battery,
    Command,
    GaitFitness,
    Identity,
    Link,
    Profile,
    Rates,
    Recognition,
    RefusedSensor,
    uuid_of,
)
from footdrop_imu.device.profile_frames import read_frame
from footdrop_imu.device.profile_table import Table, parse_table, read_text
from footdrop_imu.errors import ProfileError, ProfileReason
from footdrop_imu.schema import Quantity

__all__ = ["profile_errors", "read_profile", "read_profile_text", "read_refused"]

T = TypeVar("T")


def read_profile(path: Path) -> Profile:
    """Read and check one profile.

    Raises
    ------
    ProfileError
        The file is not there, is no TOML, has an unknown or missing key, or a value that cannot be; with file and key.
    """
    return read_profile_text(read_text(path), str(path))


def read_profile_text(text: str, path: str) -> Profile:
    """Read a profile from its text, such as a capture keeps it; ``path`` is for messages.

    Raises
    ------
    ProfileError
        As ``read_profile``.
    """
    top = parse_table(text, path)
    link = _link(top.table("link"))
    rates = _rates(top.table("rates"))
    profile = Profile(
        id=top.parsed("id", _slug),
        maker=top.take("maker", str),
        models=top.words("models"),
        firmware=top.take("firmware", str),
        evidence=top.one_of("evidence", EVIDENCE),
        sources=top.words("sources"),
        note=top.take("note", str, ""),
        recognize=tuple(_recognition(part) for part in top.tables("recognize", [])),
        identity=tuple(_identity(part) for part in top.tables("identity", [])),
        gait=_gait(top.table("gait")),
        link=link,
        rates=rates,
        battery=_battery(top.table("battery", {})),
        commands=tuple(_command(part, link, rates) for part in top.tables("command", [])),
        frames=tuple(read_frame(part, link) for part in top.tables("frame")),
        text=text,
        path=path,
    )
    top.finish()
    have = [quantity.quantity for frame in profile.frames for quantity in frame.quantities]
    if sorted(have) != sorted(get_args(Quantity)):
        raise top.error(
            ProfileReason.WRONG_VALUE,
            "frame",
            f"the frames hold {', '.join(have) or 'nothing'}; acceleration and angular_velocity are needed, once each",
        )
    return profile


def profile_errors(path: Path) -> list[ProfileError]:
    """Find what is wrong with a profile's file: the first error of every table of it, in order; none where it is good.

    Commands and frames are read once the link and the rates, which they refer to, are good.
    """
    try:
        text = read_text(path)
        top = parse_table(text, str(path))
    except ProfileError as error:
        return [error]
    errors: list[ProfileError] = []

    def tried(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except ProfileError as error:
            if error.key not in [known.key for known in errors]:
                errors.append(error)
            return None

    def each(key: str, read: Callable[[Table], object]) -> None:
        for part in tried(lambda: top.tables(key, [])) or []:
            tried(partial(read, part))

    tried(lambda: read_profile_text(text, str(path)))
    each("recognize", _recognition)
    each("identity", _identity)
    tried(lambda: _gait(top.table("gait")))
    link, rates = tried(lambda: _link(top.table("link"))), tried(lambda: _rates(top.table("rates")))
    tried(lambda: _battery(top.table("battery", {})))
    if link is not None and rates is not None:
        each("command", lambda part: _command(part, link, rates))
        each("frame", lambda part: read_frame(part, link))
    return errors


def read_refused(path: Path) -> tuple[RefusedSensor, ...]:
    """Read the list of sensors that cannot serve.

    Raises
    ------
    ProfileError
        As ``read_profile``.
    """
    top = parse_table(read_text(path), str(path))
    refused = []
    for part in top.tables("sensor"):
        ways = tuple(_recognition(way) for way in part.tables("recognize"))
        refused.append(RefusedSensor(part.take("name", str), ways, part.take("reason", str)))
        part.finish()
    top.finish()
    return tuple(refused)


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise ValueError(f"{text!r} is no id; expected small letters and digits with single - between")
    return text


def _regular(text: str) -> str:
    re.compile(text)
    return text


def _recognition(table: Table) -> Recognition:
    name, service = table.parsed("name", _regular, ""), table.take("service", str, "")
    company = table.whole("company_id") if "company_id" in table.values else None
    table.finish()
    if not (name or service or company is not None):
        raise table.error(ProfileReason.MISSING_KEY, "name", "a name, service or company_id is expected")
    return Recognition(name, table.checked("service", uuid_of, service) if service else "", company)


def _identity(table: Table) -> Identity:
    others = table.table("others", {})
    found = Identity(
        what=table.take("what", str),
        characteristic=table.parsed("characteristic", uuid_of),
        expect=table.parsed("expect", _regular),
        others={key: others.parsed(key, _slug) for key in others.values},
    )
    table.finish()
    return found


def _gait(table: Table) -> GaitFitness:
    found = GaitFitness(
        acc_range_g=table.number("acc_range_g", above=0),
        gyr_range_dps=table.number("gyr_range_dps", above=0),
        clips_at_foot_strike=table.take("clips_at_foot_strike", bool),
        integrates_on_chip=table.take("integrates_on_chip", bool),
        logs_on_board=table.take("logs_on_board", bool),
        verdict=table.take("verdict", str),
    )
    table.finish()
    return found


def _link(table: Table) -> Link:
    notify = tuple(table.checked("notify", uuid_of, text) for text in table.words("notify"))
    found = Link(
        service=table.parsed("service", uuid_of),
        notify=notify,
        replies=table.parsed("replies", uuid_of) if "replies" in table.values else notify[0],
        write=table.parsed("write", uuid_of) if "write" in table.values else "",
        with_response=table.take("with_response", bool, True),
        smallest_mtu=table.whole("smallest_mtu", 23, low=23, high=517),
    )
    table.finish()
    if found.replies not in notify:
        raise table.error(ProfileReason.WRONG_VALUE, "replies", "it is none of link.notify")
    return found


def _rates(table: Table) -> Rates:
    codes = table.table("codes", {})
    by_rate = {}
    for key in codes.values:
        codes.parsed(key, parse_pattern)
        by_rate[codes.checked(key, _rate, key)] = codes.take(key, str)
    found = Rates(table.number("default_hz", above=0), table.number("tolerance", 0.02, above=0), by_rate)
    table.finish()
    if by_rate and found.default_hz not in by_rate:
        raise table.error(ProfileReason.WRONG_VALUE, "default_hz", f"{found.default_hz:g} Hz has no code")
    return found


def _rate(text: str) -> float:
    rate_hz = float(text)
    if not 0 < rate_hz < 1e6:
        raise ValueError(f"found {text!r}, expected a rate in Hz")
    return rate_hz


def _battery(table: Table) -> Battery:
    levels = table.take("levels", list, [])
    try:
        pairs = tuple((float(value), float(percent)) for value, percent in levels)
    except (TypeError, ValueError, OverflowError):
        pairs = ((0.0, -1.0),)
    rising = all(low[0] < high[0] and low[1] <= high[1] for low, high in pairwise(pairs))
    if not rising or not all(0 <= percent <= 100 for _, percent in pairs):
        raise table.error(ProfileReason.WRONG_VALUE, "levels", "expected pairs of value and percent, rising")
    found = Battery(table.number("scale", 1.0, above=0), pairs)
    table.finish()
    return found


def _command(table: Table, link: Link, rates: Rates) -> Command:
    def pattern(key: str) -> str:
        text: str = table.take(key, str)
        for code in rates.codes.values() or [None]:
            table.checked(key, partial(parse_pattern, codes={} if code is None else {"rate": code}), text)
        return text

    found = Command(
        stage=table.one_of("stage", STAGES),
        purpose=table.take("purpose", str),
        write=pattern("write") if "write" in table.values else "",
        to=table.parsed("to", uuid_of) if "to" in table.values else link.write if "write" in table.values else "",
        read=table.parsed("read", uuid_of) if "read" in table.values else "",
        reply=pattern("reply") if "reply" in table.values else "",
        reply_on=link.replies,
        with_response=link.with_response,
        pause_s=table.number("pause_s", 0.0, above=-1e-9),
        timeout_s=table.number("timeout_s", 2.0, above=0),
        optional=table.take("optional", bool, False),
        service=table.parsed("service", uuid_of) if "service" in table.values else "",
        require=table.numbers("require"),
    )
    table.finish()
    if bool(found.write) == bool(found.read):
        raise table.error(ProfileReason.MISSING_KEY, "write", "a command either writes or reads something")
    if found.write and not found.to:
        raise table.error(ProfileReason.MISSING_KEY, "to", "the link has no write characteristic, so this is needed")
    if found.read and not found.reply:
        raise table.error(ProfileReason.MISSING_KEY, "reply", "what is read has to be compared with a reply")
    untold = [name for name in found.require if f"<{name}:" not in found.reply]
    if untold:
        raise table.error(ProfileReason.WRONG_VALUE, "require", f"the reply has no number named {untold[0]}")
    return found
