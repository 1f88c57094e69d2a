"""Captures of walks with known samples, made without a radio: what each sensor would have sent, at believable times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from footdrop_imu.device.capture import Capture
from footdrop_imu.device.encode import encode
from footdrop_imu.device.journal_format import JOURNAL_FILE, SEAL_SIZE, JournalSensor, begin_header
from footdrop_imu.device.packets import LinkEvent, LinkEventKind, Packet
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.schema import Person, Session
from footdrop_imu.simulate import pattern
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk

__all__ = ["made_walk", "make_capture", "samples_of"]

BEGIN_S = 1000.0


@cache
def made_walk(rate_hz: float = 200.0, distance_m: float = 12.0, seed: int = 3) -> Session:
    """A walk with a weak left foot, sensors in any orientation."""
    config = pattern.WalkConfig(distance_m=distance_m, left=pattern.foot_drop(0.6), seed=seed)
    sensor = SensorConfig(rate_hz=rate_hz, random_mounting=True, seed=seed)
    return simulate_walk(config, sensor, name="made", person=Person(affected="left")).session


def samples_of(session: Session, segment: str) -> dict[str, np.ndarray]:
    return {one.quantity: one.values for one in session.streams if one.segment == segment}


def make_capture(
    folder: Path,
    walk: Session,
    profile: str | Profile = "footdrop-1",
    *,
    drop: Mapping[str, Sequence[tuple[float, float]]] | None = None,
    events: Sequence[LinkEvent] = (),
    facts: Mapping[str, object] | None = None,
    sealed: bool = True,
    recorded_with: Profile | None = None,
    late_s: float = 0.003,
) -> Path:
    """Write the journal of a walk; ``drop`` by segment: times in which nothing came, s; more events at their times.

    ``late_s``: how much later each next sensor's notifications come.
    """
    chosen = load_profile(profile) if isinstance(profile, str) else profile
    named = recorded_with or chosen
    folder.mkdir(parents=True, exist_ok=True)
    segments = list(dict.fromkeys(stream.segment for stream in walk.streams))
    sensors = tuple(
        JournalSensor(segment, f"F0:F1:F2:00:00:0{k + 1}", f"Sensor {k + 1}", named.id, named.text, 200.0)
        for k, segment in enumerate(segments)
    )
    header = replace(begin_header(sensors, facts), host_clock_ns=round(BEGIN_S * 1e9))
    items: list[Packet | LinkEvent] = list(events)
    rng = np.random.default_rng(0)
    for k, segment in enumerate(segments):
        delay_s = 0.4 + late_s * k
        sent = encode(chosen, samples_of(walk, segment), rate_hz=200.0, mtu=247)
        gaps = (drop or {}).get(segment, ())
        for one in sent:
            taken_s = one.last_sample / 200.0
            if any(begin <= taken_s < end for begin, end in gaps):
                continue
            connection = sum(end <= taken_s for _, end in gaps)
            arrival_s = BEGIN_S + delay_s + taken_s + 0.005 * rng.random() ** 2
            items.append(Packet(segment, one.characteristic, arrival_s, connection, one.data))
        items.append(LinkEvent(BEGIN_S + 0.1, segment, LinkEventKind.CONNECTED, {"connection": 0, "mtu": 247}))
        items.append(LinkEvent(BEGIN_S + 0.2, segment, LinkEventKind.BATTERY, {"percent": 81.0 - k}))
        if sealed:
            items.append(LinkEvent(BEGIN_S + 1000.0, segment, LinkEventKind.STOPPED, {"reason": "asked"}))
    items.sort(key=lambda item: item.arrival_s if isinstance(item, Packet) else item.time_s)
    capture = Capture(folder / JOURNAL_FILE, header)
    for item in items:
        if isinstance(item, Packet):
            capture.append(item)
        else:
            capture.event(item)
    capture.seal()
    path = folder / JOURNAL_FILE
    if not sealed:
        path.write_bytes(path.read_bytes()[: -SEAL_SIZE - 7])
    return path
