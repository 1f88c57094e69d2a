"""What half a minute of standing and walking says of the sensors: can they be used, and are they worn well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from math import hypot, isfinite
from typing import Any, NamedTuple

import numpy as np

from footdrop_imu.analysis import analyze
from footdrop_imu.device.scan import Target
from footdrop_imu.errors import SignalError
from footdrop_imu.gait.checks import still_phases
from footdrop_imu.gait.feet_apart import not_alternating_share
from footdrop_imu.gait.recording import make_recording
from footdrop_imu.gait.sides import exchanged_by_turns, outer_foot_excess_m
from footdrop_imu.recording.captures import Decoded
from footdrop_imu.recording.sensor_report import SensorReport
from footdrop_imu.schema import GRAVITY_MPS2, Recording, SensorTraits, Session, SessionResult

__all__ = ["Finding", "Verdict", "judge_sensors"]


class Verdict(StrEnum):
    """What a finding means."""

    OK = "ok"
    WARNING = "warning"
    UNUSABLE = "not usable"
    UNKNOWN = "cannot tell"


class Finding(NamedTuple):
    """One thing that was looked at: ``segment`` "" = all sensors together; ``text`` says what to do, if anything."""

    segment: str
    what: str
    verdict: Verdict
    text: str


def judge_sensors(decoded: Decoded, targets: Sequence[Target]) -> list[Finding]:
    """Judge sensors by a short recording: five seconds of quiet standing, then a few steps.

    Parameters
    ----------
    decoded
        The recording.
    targets
        What it was recorded with.

    Returns
    -------
    list of Finding
        Sensor by sensor, then what only both feet show.
    """
    session, profiles = decoded.session, {target.segment: target.profile for target in targets}
    asked_hz = {target.segment: target.rate() for target in targets}
    walked = _walked(session)
    findings: list[Finding] = []
    for report in decoded.sensors:
        segment = report.segment
        findings.append(_battery(report))
        if report.failure:
            findings.append(Finding(segment, "signal", Verdict.UNUSABLE, report.failure))
            continue
        findings += [_rate(report, asked_hz[segment]), _losses(report)]
        recording = _recording(session, segment)
        if isinstance(recording, SignalError):
            findings.append(Finding(segment, "signal", Verdict.UNUSABLE, recording.message))
            continue
        findings += [*_at_rest(recording), _range(recording, profiles[segment].gait.clips_at_foot_strike)]
        if segment.endswith("_foot"):
            findings.append(_worn(segment, walked))
    return findings + _together(decoded, walked)


def _walked(session: Session) -> SessionResult | SignalError:
    feet = tuple(stream for stream in session.streams if stream.segment.endswith("_foot"))
    try:
        return analyze(replace(session, streams=feet))
    except SignalError as error:
        return error


def _recording(session: Session, segment: str) -> Recording | SignalError:
    # a sensor that stands still may show one number again and again: that is no limit
    free = SensorTraits(acc_range_g=1e9, gyr_range_dps=1e9)
    streams = [replace(one, traits=free) for one in session.streams if one.segment == segment]
    traits = next(one.traits for one in session.streams if one.segment == segment)
    try:
        return replace(make_recording(streams), traits=traits)
    except SignalError as error:
        return error


def _battery(report: SensorReport) -> Finding:
    percent = report.battery_percent
    if not isfinite(percent):
        return Finding(report.segment, "battery", Verdict.UNKNOWN, "The sensor does not say.")
    if percent < 15:
        return Finding(report.segment, "battery", Verdict.WARNING, f"{percent:.0f} %. Charge it before a long walk.")
    return Finding(report.segment, "battery", Verdict.OK, f"{percent:.0f} %.")


def _rate(report: SensorReport, asked_hz: float) -> Finding:
    rate_hz = report.rate_hz
    reached = f"{rate_hz:.1f} samples a second, {asked_hz:g} asked for"
    if rate_hz < 50:
        verdict, more = Verdict.UNUSABLE, ": a swing needs 50 or more. Choose a higher rate with --rate."
    elif abs(rate_hz / asked_hz - 1.0) > 0.05:
        verdict, more = Verdict.WARNING, ". Its own rate is used; check its settings."
    elif rate_hz < 95:
        verdict, more = Verdict.WARNING, ": enough to walk slowly; 100 or more is better (--rate)."
    else:
        verdict, more = Verdict.OK, "."
    return Finding(report.segment, "rate", verdict, reached + more)


def _losses(report: SensorReport) -> Finding:
    percent, about = 100.0 * report.lost_share, "about " if report.lost_is_estimate else ""
    longest_s = max((gap.length_s for gap in report.gaps), default=0.0)
    gap = f", longest gap {longest_s:.1f} s" if longest_s else ""
    lost = f"{about}{percent:.1f} % lost{gap}"
    nearer = "Carry the computer along or nearer, with no body between, and switch off other Bluetooth devices."
    if percent > 5.0 or longest_s > 1.0:
        return Finding(report.segment, "losses", Verdict.UNUSABLE, f"{lost}. {nearer}")
    if percent > 1.0 or longest_s:
        return Finding(report.segment, "losses", Verdict.WARNING, f"{lost}. {nearer}")
    return Finding(report.segment, "losses", Verdict.OK, f"{lost}.")


def _at_rest(recording: Recording) -> list[Finding]:
    """What the sensor shows while it stands."""
    segment = recording.segment
    still = still_phases(recording.acc, recording.gyr, recording.rate_hz)
    if still is None:
        what = "It never stood still for a second. Check again, and stand still for the first five seconds."
        return [Finding(segment, "at rest", Verdict.UNKNOWN, what)]
    gravity_mps2 = float(np.linalg.norm(recording.gravity_mps2))
    off = abs(gravity_mps2 / GRAVITY_MPS2 - 1.0)
    shown = f"Gravity shows as {gravity_mps2:.2f} m/s², true is 9.81"
    calibrate = "`footdrop calibrate six-position` puts that right."
    if off > 0.1:
        gravity = Finding(segment, "gravity", Verdict.UNUSABLE, f"{shown}: wrong profile, or a broken sensor.")
    elif off > 0.02:
        gravity = Finding(segment, "gravity", Verdict.WARNING, f"{shown}. {calibrate}")
    else:
        gravity = Finding(segment, "gravity", Verdict.OK, f"{shown}.")
    turning_dps = float(np.degrees(np.linalg.norm(still[1])))
    shown = f"The gyroscope shows {turning_dps:.2f} °/s at rest"
    if turning_dps > 2.0:
        offset = Finding(segment, "gyroscope", Verdict.WARNING, f"{shown}. It is taken off each walk; {calibrate}")
    else:
        offset = Finding(segment, "gyroscope", Verdict.OK, f"{shown}.")
    return [gravity, offset]


def _range(recording: Recording, clips: bool) -> Finding:
    """Whether the sensor's ranges hold what a foot does."""
    traits, segment = recording.traits, recording.segment
    acc_g = float(np.abs(recording.acc).max()) / GRAVITY_MPS2
    gyr_dps = float(np.degrees(np.abs(recording.gyr).max()))
    ends = f"±{traits.acc_range_g:g} g, ±{traits.gyr_range_dps:g} °/s"
    seen = f"{ends}; these steps reached {acc_g:.1f} g, {gyr_dps:.0f} °/s"
    if acc_g > 0.99 * traits.acc_range_g or gyr_dps > 0.99 * traits.gyr_range_dps:
        return Finding(segment, "range", Verdict.WARNING, f"{seen}: its end. Set a wider range, if the sensor has one.")
    if clips or traits.gyr_range_dps < 1000:
        what = "hard landings go beyond it" if clips else "a fast swing goes beyond it"
        return Finding(segment, "range", Verdict.WARNING, f"{seen}; {what}. Lengths may come out short.")
    return Finding(segment, "range", Verdict.OK, f"{seen}.")


def _worn(segment: str, walked: SessionResult | SignalError) -> Finding:
    """How the sensor sits, by the steps."""
    if isinstance(walked, SignalError):
        verdict = Verdict.UNUSABLE if walked.reason in ("wrong_axes", "wrong_unit", "saturated") else Verdict.UNKNOWN
        return Finding(segment, "worn", verdict, walked.message)
    side = segment.removesuffix("_foot")
    strides = walked.strides[walked.strides["side"] == side]
    if side not in walked.provenance["feet"]:
        refused: Mapping[str, Any] = walked.provenance["refused"].get(side, {})
        return Finding(segment, "worn", Verdict.UNKNOWN, str(refused.get("message", "No steps were seen.")))
    if len(strides) < 3:
        return Finding(segment, "worn", Verdict.UNKNOWN, f"Only {len(strides)} whole strides. Walk some steps more.")
    foot = walked.provenance["feet"][side]
    how = _axes_in_words(np.array(foot["sensor_to_foot"])) + f", place like {foot['sensor_place']}"
    shift_deg = float(strides["mount_shift_deg"].median())
    if shift_deg > 15.0:
        text = f"{how}. It moves on the shoe ({shift_deg:.0f}° from step to step): fasten it."
        return Finding(segment, "worn", Verdict.UNUSABLE, text)
    if shift_deg > 8.0:
        text = f"{how}. It seems loose ({shift_deg:.0f}° from step to step): fasten it better."
        return Finding(segment, "worn", Verdict.WARNING, text)
    bad = strides["grade_reason"][strides["grade"] != "good"].dropna().str.split(";").explode().value_counts()
    if len(bad) and bad.iloc[0] > 0.5 * len(strides):
        text = f"{how}. Most steps are measured poorly ({bad.index[0]}): fasten it, stand still first, walk straight."
        return Finding(segment, "worn", Verdict.WARNING, text)
    return Finding(segment, "worn", Verdict.OK, f"{how}, firm ({len(strides)} strides).")


def _axes_in_words(sensor_to_foot: np.ndarray) -> str:
    """Write which of the sensor's axes points up and which to the toe, and how far they are from it."""
    words = []
    for row, where in ((2, "up"), (0, "to the toe")):
        along = sensor_to_foot[row]
        axis = int(np.argmax(np.abs(along)))
        off_deg = float(np.degrees(np.arccos(min(1.0, abs(along[axis])))))
        words.append(f"{'−' if along[axis] < 0 else ''}{'xyz'[axis]} {where} (off by {off_deg:.0f}°)")
    return ", ".join(words)


def _together(decoded: Decoded, walked: SessionResult | SignalError) -> list[Finding]:
    """What only both feet show: one time base, steps in turn, left and right."""
    feet = [report for report in decoded.sensors if report.segment.endswith("_foot") and not report.failure]
    if len(feet) < 2:
        return []
    apart_ms = 1000.0 * hypot(*(report.residual_s for report in feet))
    clock = f"The two feet's times agree within {max(apart_ms, 0.1):.1f} ms"
    findings = [
        Finding("", "time base", Verdict.OK, f"{clock}.")
        if apart_ms < 20.0
        else Finding("", "time base", Verdict.WARNING, f"{clock}: step times and double support are that rough.")
    ]
    if isinstance(walked, SignalError) or set(walked.provenance["feet"]) != {"left", "right"}:
        return [*findings, Finding("", "left and right", Verdict.UNKNOWN, "Too few steps of both feet were seen.")]
    swings = [
        np.concatenate(
            [
                (part["mid_swing_time_s"] + part["clock_offset_s"])[part["side"] == side].to_numpy(float)
                for part in (walked.strides, walked.rejected)
            ]
        )
        for side in ("left", "right")
    ]
    share = not_alternating_share(swings[0], swings[1])
    if isfinite(share):
        in_turn = Finding("", "steps", Verdict.OK, "The feet swing in turn.")
        if share > 0.25:
            text = "The feet do not swing in turn: are both sensors on one person, one on each shoe?"
            in_turn = Finding("", "steps", Verdict.WARNING, text)
        findings.append(in_turn)
    return [*findings, _sides(walked)]


def _sides(walked: SessionResult) -> Finding:
    names = ("start_time_s", "end_time_s", "clock_offset_s", "stride_length_m", "turn_deg", "kind")
    columns = [
        {name: rows[name].to_numpy() for name in names}
        for rows in (walked.strides[walked.strides["side"] == side] for side in ("left", "right"))
    ]
    turns = outer_foot_excess_m(columns[0], columns[1])
    if exchanged_by_turns(turns):
        text = "In turns the inner foot travels farther: left and right are exchanged. Tell the sensors apart anew."
        return Finding("", "left and right", Verdict.UNUSABLE, text)
    if len(turns) < 4:
        text = "A few steps do not show which foot is which. Four turns would; `footdrop record` tells it by a tap."
        return Finding("", "left and right", Verdict.UNKNOWN, text)
    return Finding("", "left and right", Verdict.OK, f"As it was said, by {len(turns)} turns.")
