"""What one sensor gave to a recording, and what was lost of it: in numbers, and in sentences for a person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from footdrop_imu.recording.samples import Signals

__all__ = ["Gap", "SensorReport", "notes_on", "with_losses"]

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


def with_losses(report: SensorReport, signals: Signals, start_s: float) -> SensorReport:
    """Add what came of a sensor and what was lost; the recording began at ``start_s`` of the host's clock."""
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


def notes_on(report: SensorReport, signals: Signals | None, end_s: float) -> list[str]:
    """Say in sentences what a person should know of a sensor's part; the recording ended at ``end_s``."""
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
