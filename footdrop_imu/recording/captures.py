"""From what a recorder captured to a session: decoded, put on the host's clock, with what was lost on the way."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from footdrop_imu.device.journal import Journal, read_journal
from footdrop_imu.device.journal_format import JOURNAL_FILE, JournalHeader, JournalSensor
from footdrop_imu.device.packets import LinkEvent, LinkEventKind
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profile_file import read_profile_text
from footdrop_imu.device.tap import align_session_by_tap
from footdrop_imu.device.timeline import to_streams
from footdrop_imu.errors import DecodeError, FileFormatError, FileReason, FootdropError, SignalError
from footdrop_imu.facts import facts_from_json, with_facts
from footdrop_imu.recording.samples import Signals, decode_sensor
from footdrop_imu.recording.sensor_report import SensorReport, notes_on, with_losses
from footdrop_imu.schema import SEGMENTS, SensorTraits, Session

__all__ = ["Decoded", "read_capture", "session_from_journal"]

_NAMESPACE = uuid.UUID("a3c5f0de-5d0e-4a27-8a44-6a3a7a1c2b90")


class Decoded(NamedTuple):
    """A session, and what each of its sensors gave, in the order of the capture."""

    session: Session
    sensors: tuple[SensorReport, ...]


def read_capture(path: Path) -> Session:
    """Decode a capture with the profiles that it was recorded with, in memory.

    Raises
    ------
    FileFormatError
        It is no capture.
    DecodeError, SignalError, ProfileError
        Nothing of it can be decoded.
    """
    return session_from_journal(read_journal(path), path.resolve().parent.name).session


def session_from_journal(
    journal: Journal, name: str, profiles: Mapping[str, Profile] | None = None, *, tap: bool = False
) -> Decoded:
    """Decode a capture.

    Parameters
    ----------
    journal
        What was captured.
    name
        Of the session, where the recorder gave it none.
    profiles
        By segment: profiles to decode with in place of those that the capture holds.
    tap
        Whether the sensors were tapped together, so that they can be aligned by that; the recorder may have said so.

    Returns
    -------
    Decoded
        The session begins with the first sample of any sensor. A sensor that gave nothing is told in the notes.

    Raises
    ------
    DecodeError, SignalError, ProfileError
        No sensor gave anything: why the first of them did not.
    FileFormatError
        The capture's facts are not such as a recorder writes.
    """
    header = journal.header
    found: dict[str, Signals] = {}
    failures: dict[str, FootdropError] = {}
    chosen = {one.segment: _profile(one, journal, profiles or {}) for one in header.sensors}
    for sensor in header.sensors:
        mine = {uuid_: one for (segment, uuid_), one in journal.packets.items() if segment == sensor.segment}
        profile, rate_hz = chosen[sensor.segment]
        try:
            found[sensor.segment] = decode_sensor(profile, rate_hz, mine, _settings(journal, sensor.segment))
        except (DecodeError, SignalError) as error:
            failures[sensor.segment] = error
    if not found:
        raise next(iter(failures.values()))
    start_s = min(one.first_s for signals in found.values() for one in signals.timelines)
    streams, reports = [], []
    for sensor in header.sensors:
        profile, _ = chosen[sensor.segment]
        report = _identity(sensor, journal, profile)
        if sensor.segment in failures:
            reports.append(replace(report, failure=failures[sensor.segment].message))
            continue
        signals = found[sensor.segment]
        acc_range_g, gyr_range_dps = profile.ranges(_settings(journal, sensor.segment))
        reports.append(with_losses(report, signals, start_s))
        streams += to_streams(
            sensor.segment,
            signals.frames,
            signals.timelines,
            start_s=start_s,
            traits=SensorTraits(
                maker=profile.maker,
                model=_told(journal, sensor.segment).get("model") or sensor.name,
                acc_range_g=acc_range_g,
                gyr_range_dps=gyr_range_dps,
                integrates_on_chip=profile.gait.integrates_on_chip,
                serial=report.serial,
            ),
        )
    ends_s = [event.time_s - start_s for event in journal.events if event.kind is LinkEventKind.STOPPED]
    end_s = max(*ends_s, *(report.begin_s + report.duration_s for report in reports if not report.failure), 0.0)
    notes = [note for report in reports for note in notes_on(report, found.get(report.segment), end_s)]
    session = Session(
        name=str(header.facts.get("name", "")) or name,
        streams=tuple(sorted(streams, key=lambda one: SEGMENTS.index(one.segment))),
        id=_session_id(header),
        start=_clock_time(header, start_s),
        source={JOURNAL_FILE: journal.sha256},
        notes=(*notes, *journal.notes, *_broken_off(journal)),
    )
    try:
        facts, mountings = facts_from_json(header.facts)
        session = with_facts(session, facts, mountings)
    except (TypeError, ValueError, AttributeError) as error:
        raise FileFormatError(
            FileReason.BAD_CAPTURE, f"What the capture says of the person and the walk cannot be read: {error}."
        ) from error
    return Decoded(align_session_by_tap(session) if tap or header.facts.get("tap") else session, tuple(reports))


def _session_id(header: JournalHeader) -> str:
    """The same for a recording that was broken off and once it is closed: by when it began, and with which sensors."""
    sensors = ",".join(f"{one.segment}={one.address}" for one in header.sensors)
    return str(uuid.uuid5(_NAMESPACE, f"{header.unix_ns} {header.host_clock_ns} {sensors}"))


def _profile(sensor: JournalSensor, journal: Journal, others: Mapping[str, Profile]) -> tuple[Profile, float]:
    """The profile that a sensor turned out to have, and the rate that it was asked for."""
    text, rate_hz = sensor.profile_text, sensor.rate_hz
    for event in _events(journal, sensor.segment, LinkEventKind.CONFIGURED):
        text = event.details.get("profile_text", text)
        rate_hz = event.details.get("rate_hz", rate_hz)
    profile = others.get(sensor.segment) or read_profile_text(text, f"profile {sensor.profile_id} of the capture")
    return profile, profile.rates.default_hz if rate_hz is None else float(rate_hz)


def _events(journal: Journal, segment: str, kind: LinkEventKind) -> list[LinkEvent]:
    return [event for event in journal.events if event.sensor == segment and event.kind is kind]


def _settings(journal: Journal, segment: str) -> dict[str, float]:
    events = _events(journal, segment, LinkEventKind.SETTING)
    return {event.details["name"]: float(event.details["value"]) for event in events}


def _told(journal: Journal, segment: str) -> dict[str, str]:
    """Model, serial number and firmware as the sensor told them."""
    told: dict[str, str] = {}
    for event in _events(journal, segment, LinkEventKind.CONNECTED):
        told |= {key: str(value) for key, value in event.details.items() if key in ("model", "serial", "firmware")}
    return told


def _clock_time(header: JournalHeader, start_s: float) -> str:
    late = timedelta(seconds=start_s - header.host_clock_ns / 1e9)
    return (datetime.fromisoformat(header.start) + late).isoformat(timespec="milliseconds")


def _broken_off(journal: Journal) -> list[str]:
    """Say of a capture that was closed later that its recorder had not ended it."""
    if not journal.sealed or any(event.kind is LinkEventKind.STOPPED for event in journal.events):
        return []
    last_s = max(float(one.arrival_s[-1]) for one in journal.packets.values())
    return [f"The recording was broken off after {last_s - journal.header.host_clock_ns / 1e9:.1f} s."]


def _identity(sensor: JournalSensor, journal: Journal, profile: Profile) -> SensorReport:
    told = _told(journal, sensor.segment)
    battery = [event.details.get("percent") for event in _events(journal, sensor.segment, LinkEventKind.BATTERY)]
    known = [float(percent) for percent in battery if percent is not None]
    return SensorReport(
        segment=sensor.segment,
        name=sensor.name or sensor.address,
        serial=told.get("serial") or sensor.serial or sensor.address,
        profile=profile.id,
        battery_percent=known[-1] if known else float("nan"),
    )
