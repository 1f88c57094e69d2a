"""From what a recorder captured to a session: decoded, put on the host's clock, with what was lost on the way."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from footdrop_imu.device.clock_format import ClockFormat
from footdrop_imu.device.decode import decode
from footdrop_imu.device.journal import Journal, read_journal
from footdrop_imu.device.journal_format import JOURNAL_FILE, JournalHeader, JournalSensor
from footdrop_imu.device.packets import Frames, LinkEvent, LinkEventKind, Packets
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profile_file import read_profile_text
from footdrop_imu.device.tap import align_session_by_tap
from footdrop_imu.device.timeline import Timeline, make_timelines, to_streams
from footdrop_imu.errors import DecodeError, DecodeReason, FileFormatError, FileReason, FootdropError, SignalError
from footdrop_imu.facts import facts_from_json, with_facts
from footdrop_imu.schema import SEGMENTS, BoolArray, FloatArray, SensorTraits, Session

__all__ = [
    "Decoded",
    "EvenSamples",
    "Gap",
    "SensorReport",
    "Signals",
    "decode_sensor",
    "even_samples",
    "read_capture",
    "session_from_journal",
]

_NAMESPACE = uuid.UUID("a3c5f0de-5d0e-4a27-8a44-6a3a7a1c2b90")
_LONG_GAP_S = 0.05  # shorter ones are filled when the walk is analyzed
_LONG_SILENCE_S = 1.0  # at the end
_TOLD_GAPS = 5
_CAUSES = {"packets": "lost on the way", "link": "link lost", "reset": "sensor restarted"}


class Gap(NamedTuple):
    """A stretch without samples, from the recording's start, s; ``cause`` packets, link or reset."""

    start_s: float
    length_s: float
    cause: str


@dataclass(frozen=True)
class SensorReport:
    """What one sensor gave. Times are from the recording's start.

    ``serial``: its serial number, else its address. ``lost_share`` of its samples, an estimate where the sensor has
    no counter; ``gaps`` longer than 50 ms. ``residual_s``: standard uncertainty of the sample times.
    ``battery_percent`` NaN where it did not say. ``failure``: why nothing of it could be used, "" = it could.
    """

    segment: str
    name: str
    serial: str
    profile: str
    sample_count: int = 0
    begin_s: float = 0.0
    duration_s: float = 0.0
    rate_hz: float = float("nan")
    lost_count: int = 0
    lost_share: float = float("nan")
    lost_is_estimate: bool = False
    residual_s: float = float("nan")
    reset_count: int = 0
    damaged_count: int = 0
    gaps: tuple[Gap, ...] = ()
    battery_percent: float = float("nan")
    failure: str = ""


class Decoded(NamedTuple):
    """A session, and what each of its sensors gave, in the order of the capture."""

    session: Session
    sensors: tuple[SensorReport, ...]


class Signals(NamedTuple):
    """A sensor's samples by quantity, each with its times."""

    frames: list[Frames]
    timelines: list[Timeline]


class EvenSamples(NamedTuple):
    """Acceleration and angular rate (n, 3) at even times from ``begin_s`` (host clock); ``lost`` (n,) filled in."""

    acc: FloatArray
    gyr: FloatArray
    lost: BoolArray
    rate_hz: float
    begin_s: float


def decode_sensor(
    profile: Profile, rate_hz: float, packets: Mapping[str, Packets], settings: Mapping[str, float]
) -> Signals:
    """Decode what one sensor sent and find when each sample was taken.

    Parameters
    ----------
    profile, rate_hz
        How it speaks, and how fast it was asked to sample.
    packets
        By characteristic.
    settings
        What it said of itself.

    Raises
    ------
    DecodeError
        Nothing came, or nothing of it is a frame of this profile.
    SignalError
        Fewer than two frames came.
    """
    came = {uuid_: len(one.arrival_s) for uuid_, one in packets.items()}
    if not sum(came.values()):
        raise DecodeError(DecodeReason.NOTHING, "Nothing came from this sensor. Was it switched on and near?")
    if not any(came.get(frame.characteristic) for frame in profile.frames):
        raise DecodeError(
            DecodeReason.NOTHING,
            f"Nothing came where {profile.id} has its samples, but {sum(came.values())} notifications elsewhere. The "
            "profile is of another sensor: choose the right one with --profile.",
        )
    frames = decode(profile, packets, settings)
    clocks = {
        quantity.quantity: ClockFormat(
            rate_hz,
            sequence_bits=None if frame.sequence is None else frame.sequence.bits,
            sequence_counts="frames" if frame.sequence is None else frame.sequence.counts,
            tick_s=None if frame.time is None else frame.time.tick_s,
            tick_bits=None if frame.time is None else frame.time.bits,
            tick_of="first" if frame.time is None else frame.time.of,
            rate_tolerance=profile.rates.tolerance,
        )
        for frame in profile.frames
        for quantity in frame.quantities
    }
    timelines: dict[int, Timeline] = {}
    for clock in set(clocks.values()):
        mine = [k for k, one in enumerate(frames) if clocks[one.quantity] == clock]
        timelines |= dict(zip(mine, make_timelines([frames[k] for k in mine], clock), strict=True))
    return Signals(frames, [timelines[k] for k in range(len(frames))])


def even_samples(signals: Signals) -> EvenSamples:
    """Lay a sensor's two quantities on the acceleration's grid, gaps filled linearly: for a look while recording.

    Raises
    ------
    DecodeError
        ``nothing``: only one of the quantities came.
    """
    by_quantity = {one.quantity: (one, timeline) for one, timeline in zip(*signals, strict=True)}
    if len(by_quantity) < 2:
        raise DecodeError(DecodeReason.NOTHING, f"Only the {', '.join(by_quantity)} came.")
    acc, timeline = by_quantity["acceleration"]
    gyr, other = by_quantity["angular_velocity"]
    grid = np.arange(timeline.counter[-1] + 1)
    time_s = timeline.first_s + grid / timeline.rate_hz

    def even(values: FloatArray, clock: Timeline) -> FloatArray:
        own_s = clock.first_s + clock.counter / clock.rate_hz
        return np.stack([np.interp(time_s, own_s, column) for column in values[clock.keep].T], axis=1)

    lost = np.ones(len(grid), dtype=bool)
    lost[timeline.counter] = False
    return EvenSamples(even(acc.values, timeline), even(gyr.values, other), lost, timeline.rate_hz, timeline.first_s)


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
        reports.append(_report(report, signals, start_s))
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
    notes = [note for report in reports for note in _notes(report, found.get(report.segment), end_s)]
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


def _report(report: SensorReport, signals: Signals, start_s: float) -> SensorReport:
    timeline = max(signals.timelines, key=lambda one: one.lost_count)
    count = len(timeline.counter)
    gaps = timeline.gaps
    long = np.flatnonzero(gaps.length > _LONG_GAP_S * timeline.rate_hz + 0.2)
    return replace(
        report,
        sample_count=count,
        begin_s=float(timeline.first_s - start_s),
        duration_s=float((timeline.counter[-1] + 1) / timeline.rate_hz),
        rate_hz=float(timeline.rate_hz),
        lost_count=timeline.lost_count,
        lost_share=timeline.lost_count / (count + timeline.lost_count),
        lost_is_estimate=timeline.lost_is_estimate,
        residual_s=float(timeline.residual_s),
        reset_count=timeline.reset_count,
        damaged_count=max(one.damaged_count for one in signals.frames),
        gaps=tuple(
            Gap(
                timeline.first_s - start_s + float(gaps.start[k]) / timeline.rate_hz,
                float(gaps.length[k]) / timeline.rate_hz,
                str(gaps.cause[k]),
            )
            for k in long
        ),
    )


def _notes(report: SensorReport, signals: Signals | None, end_s: float) -> list[str]:
    """What a person should know of a sensor's part, in sentences; the recording ended at ``end_s``."""
    place = report.segment.replace("_", " ").capitalize()
    if signals is None:
        return [f"{place}, {report.name}: nothing could be used. {report.failure}"]
    estimate = "about " if report.lost_is_estimate else ""
    known_ms = 1000.0 * report.residual_s
    found = (
        f"{place}: {report.name}, profile {report.profile}, {report.rate_hz:.2f} samples a second, "
        f"{estimate}{100.0 * report.lost_share:.1f} % lost, sample times known to "
        f"{f'{known_ms:.1f}' if known_ms >= 0.1 else 'better than 0.1'} ms."
    )
    notes = [found]
    if report.lost_is_estimate:
        notes.append(f"{place}: this sensor has no counter and no clock; its samples are numbered by their arrival.")
    if report.gaps:
        shown = [
            f"{gap.start_s:.1f} to {gap.start_s + gap.length_s:.1f} s ({_CAUSES.get(gap.cause, gap.cause)})"
            for gap in sorted(report.gaps, key=lambda gap: -gap.length_s)[:_TOLD_GAPS]
        ]
        more = f" and {len(report.gaps) - _TOLD_GAPS} shorter ones" if len(report.gaps) > _TOLD_GAPS else ""
        notes.append(f"{place}: no samples from {', '.join(shown)}{more}.")
    last_s = report.begin_s + report.duration_s
    if last_s < end_s - _LONG_SILENCE_S:
        notes.append(f"{place}: nothing came after {last_s:.1f} s; the recording went on until {end_s:.1f} s.")
    if report.damaged_count:
        notes.append(f"{place}: {report.damaged_count} damaged pieces were left out.")
    own = dict.fromkeys(note for timeline in signals.timelines for note in timeline.notes)
    return notes + [f"{place}: {note}" for note in own]
