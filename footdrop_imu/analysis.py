"""The gait steps in order: Session to SessionResult."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from footdrop_imu import __version__, drags, tables
from footdrop_imu.errors import SchemaError, SchemaReason, SignalError, SignalReason
from footdrop_imu.gait.ankle import AnkleConfig, AnkleStrides, analyze_ankle, on_foot_grid, refuse_swapped
from footdrop_imu.gait.calibration import scale_lengths, scale_positions
from footdrop_imu.gait.clock import ClockConfig
from footdrop_imu.gait.compensation import ASSUMED_LEG_LENGTH_M
from footdrop_imu.gait.drag import DragConfig
from footdrop_imu.gait.foot import FootConfig, FootStrides, Samples, analyze_foot
from footdrop_imu.gait.orientation import conjugate, rotate
from footdrop_imu.gait.recording import leveled_samples, make_recording
from footdrop_imu.gait.shoe import ASSUMED_LENGTH_M, shoe_geometry
from footdrop_imu.gait.timeseries import foot_timeseries
from footdrop_imu.schema import (
    SIDES,
    FloatArray,
    Recording,
    SensorStream,
    Session,
    SessionResult,
    Shoe,
)

__all__ = ["AnalysisConfig", "analyze", "make_recording"]

_LONG_SAMPLES = 100_000


@dataclass(frozen=True)
class AnalysisConfig:
    """What a user may set for a whole analysis."""

    clock: ClockConfig = field(default_factory=ClockConfig)
    foot: FootConfig = field(default_factory=FootConfig)
    ankle: AnkleConfig = field(default_factory=AnkleConfig)
    drag: DragConfig = field(default_factory=DragConfig)
    turn_deg: float = 20.0
    """A stride that turns more than this is a turn (a U-turn takes three to six strides)."""


@dataclass(frozen=True)
class _Foot:
    recording: Recording
    samples: Samples
    strides: FootStrides
    ankle: AnkleStrides | None
    shank_failure: str
    provenance: dict[str, Any]


def analyze(session: Session, config: AnalysisConfig | None = None, *, timeseries: bool = False) -> SessionResult:
    """Measure one walk.

    Parameters
    ----------
    session
        Its streams, from ``files`` or made by hand: acceleration and angular rate of one or both feet, and of the
        shanks where they are worn.
    config
        Settings; the defaults are those of VALIDATION.md.
    timeseries
        Whether to keep every sample's angles, heights and positions.

    Returns
    -------
    SessionResult

    Raises
    ------
    SignalError
        A foot's signal cannot be analyzed; where the other foot's can, its reason is in ``quality.reasons``.
    SchemaError
        A shoe, mounting or belt speed that cannot be, or key presses that are not of this walk.
    """
    config = config or AnalysisConfig()
    if session.belt_speed_mps <= 0:
        raise SchemaError(
            SchemaReason.WRONG_VALUE, f"The belt's speed is {session.belt_speed_mps:g} m/s, expected more than 0."
        )
    feet: dict[str, _Foot] = {}
    failures: dict[str, SignalError] = {}
    outcomes = _each_side(session, config)
    for side, outcome in outcomes.items():
        if isinstance(outcome, SignalError):
            failures[side] = outcome
        else:
            feet[side] = outcome
    if not feet:
        raise next(iter(failures.values()), _no_foot(session))
    rows = [
        tables.foot_rows(session.name, side, foot.strides, foot.recording, config.turn_deg, foot.shank_failure)
        for side, foot in feet.items()
    ]
    rows = tables.with_drags(rows, config.drag)
    leg_length_m = _leg_length_m(session)
    strides, rejected = tables.stride_table(rows, leg_length_m), tables.rejected_table(rows)
    taught = drags.Taught()
    if session.presses is not None:
        taught = drags.teach(strides, rejected, session.presses, session.person.affected)
    teaching = {**session.drag_teaching, **taught.teaching}
    strides = drags.heed_teaching(strides, teaching)
    found = drags.drag_summaries(strides, rejected, teaching)
    quality = tables.quality(
        strides, rejected, rows, {side: error.message for side, error in failures.items()}, session.belt_speed_mps
    )
    series = None
    if timeseries:
        series = tables.timeseries_table(
            {
                side: scale_positions(
                    foot_timeseries(
                        foot.samples,
                        foot.strides,
                        left=side == "left",
                        config=config.foot,
                        ankle_deg=None if foot.ankle is None else foot.ankle.ankle_deg,
                    ),
                    foot.recording.calibration,
                )
                for side, foot in feet.items()
            }
        )
    return SessionResult(
        session=session.name,
        strides=strides,
        rejected=rejected,
        courses=tables.courses(rows),
        summary=replace(tables.summary(strides, rejected, session.person.affected), drags=found),
        quality=replace(quality, unavailable={**quality.unavailable, **drags.unavailable_rates(found)}),
        provenance=_provenance(session, feet, failures, config)
        | ({"drag_presses": taught.record} if taught.record else {}),
        timeseries=series,
        drag_teaching=taught.teaching,
    )


def _each_side(session: Session, config: AnalysisConfig) -> dict[str, _Foot | SignalError]:
    """Both feet, side by side where it pays: numpy lets go of the interpreter while it works on long arrays."""
    by_side = {side: [one for one in session.streams if one.segment == f"{side}_foot"] for side in SIDES}
    by_side = {side: streams for side, streams in by_side.items() if streams}

    def work(side: str) -> _Foot | SignalError:
        try:
            return _analyze_side(session, side, by_side[side], config)
        except SignalError as error:
            return error

    longest = max((np.size(stream.values) // 3 for streams in by_side.values() for stream in streams), default=0)
    if len(by_side) < 2 or longest < _LONG_SAMPLES:
        return {side: work(side) for side in by_side}
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(by_side)) as pool:
        return dict(zip(by_side, pool.map(work, by_side), strict=True))


def _analyze_side(session: Session, side: str, streams: list[SensorStream], config: AnalysisConfig) -> _Foot:
    calibration = session.calibrations.get(f"{side}_foot")
    recording = make_recording(streams, config.clock, calibration)
    shoe = next((shoe for shoe in session.shoes if shoe.side == side), Shoe(side))
    geometry = shoe_geometry(shoe)
    samples, standing_up, offset = leveled_samples(recording)
    shank, shank_failure = _read_shank(session, side, recording, samples, config)
    rotation = shoe.mounting.rotation
    strides = analyze_foot(
        samples,
        geometry,
        left=side == "left",
        standing_up=standing_up,
        entered_forward=None if rotation is None else _foot_axis(rotation, 0),
        entered_up=None if rotation is None else _foot_axis(rotation, 2),
        config=config.foot,
    )
    ankle: AnkleStrides | None = None
    if shank is not None:
        try:
            ankle = analyze_ankle(
                samples, shank, strides, left=side == "left", foot_config=config.foot, config=config.ankle
            )
        except SignalError as error:
            shank_failure = error.message
    if ankle is not None:
        strides.measured.update(ankle.measured)
    strides = strides._replace(measured=scale_lengths(strides.measured, calibration))
    gravity = recording.gravity_mps2
    axes = strides.axes
    provenance = {
        "rate_hz": recording.rate_hz,
        "first_counter": recording.first_counter,
        "clock_offset_s": recording.clock_offset_s,
        "sample_count": len(recording.acc),
        "missing_count": recording.missing_count,
        "repeated_count": recording.repeated_count,
        "integrates_on_chip": samples.averaged,
        "gravity_mps2": gravity,
        "calibration": None if calibration is None else asdict(calibration),
        "gyroscope_offset_dps": np.degrees(offset).tolist(),
        "sensor_to_foot": axes.sensor_to_foot.tolist(),
        "zero_source": axes.zero_source,
        "zero_sd_deg": axes.zero_sd_deg,
        "foot_flat_pitch_deg": axes.foot_flat_pitch_deg,
        "suspected_heel_up": axes.suspected_heel_up,
        "heel_up_deg": strides.heel_up.angle_deg,
        "heel_up_sd_deg": strides.heel_up.sd_deg,
        "mounting_off_deg": axes.mounting_off_deg,
        "shoe_length_m": shoe.length_m if np.isfinite(shoe.length_m) else ASSUMED_LENGTH_M,
        "sensor_place": strides.geometry.place,
        "sensor_place_source": "entered" if shoe.place else "found",
        "shoe_length_sd_m": shoe.length_sd_m,
        "geometry": "entered" if geometry.entered else "assumed",
        "sensor_to_toe_m": strides.geometry.toe_m.tolist(),
        "sensor_to_heel_m": strides.geometry.heel_m.tolist(),
        "sensor_to_toe_sd_m": strides.geometry.toe_sd_m,
    }
    if ankle is not None:
        provenance["ankle"] = _ankle_provenance(ankle, strides)
    return _Foot(recording, samples, strides, ankle, shank_failure, provenance)


def _read_shank(
    session: Session, side: str, foot: Recording, foot_samples: Samples, config: AnalysisConfig
) -> tuple[Samples | None, str]:
    """The shank's samples on the foot's grid, or why there are none ("": no sensor)."""
    streams = [one for one in session.streams if one.segment == f"{side}_shank"]
    if not streams:
        return None, ""
    try:
        recording = make_recording(streams, config.clock, session.calibrations.get(f"{side}_shank"))
    except SignalError as error:
        return None, error.message
    if recording.clock_group != foot.clock_group or not foot.clock_group:
        return None, "It does not share its foot's clock, so that the ankle cannot be measured. Record both in one go."
    samples, _, _ = leveled_samples(recording)
    shank = on_foot_grid(samples, foot_samples, recording.clock_offset_s - foot.clock_offset_s)
    refuse_swapped(foot_samples, shank, side)
    return shank, ""


def _ankle_provenance(ankle: AnkleStrides, strides: FootStrides) -> dict[str, Any]:
    steps = ankle.shank.step_m[strides.measured["interval"]] / strides.measured["stride_length_m"]
    return {
        "zero_source": ankle.shank.axes.zero_source,
        "zero_sd_deg": ankle.shank.axes.zero_sd_deg,
        "sensor_to_shank": ankle.shank.axes.sensor_to_shank.tolist(),
        "joint_to_shank_sensor_m": ankle.joint.shank_arm_m.tolist(),
        "joint_misfit_mps2": ankle.joint.misfit_mps2,
        "shank_over_foot_stride_length": float(np.median(steps)) if len(steps) else np.nan,
    }


def _leg_length_m(session: Session) -> float:
    """Hip to floor as entered, else a usual one."""
    entered = session.person.leg_length_m
    if np.isfinite(entered) and not 0.3 <= entered <= 1.3:
        raise SchemaError(
            SchemaReason.WRONG_VALUE, f"The leg is {entered:g} m long, expected 0.3 to 1.3 m from hip to floor."
        )
    return float(entered) if np.isfinite(entered) else ASSUMED_LEG_LENGTH_M


def _foot_axis(rotation: tuple[float, float, float, float], axis: int) -> FloatArray:
    """One of the foot's axes (3,) in sensor axes, by an entered mounting."""
    if not abs(np.linalg.norm(rotation) - 1.0) < 1e-3:
        raise SchemaError(
            SchemaReason.WRONG_VALUE, f"The mounting's rotation is {rotation}, expected a quaternion of unit length."
        )
    return rotate(conjugate(np.array(rotation)), np.eye(3)[axis])


def _no_foot(session: Session) -> SignalError:
    return SignalError(
        SignalReason.NO_FOOT,
        f"Session {session.name} has no foot sensor, expected a left or a right foot. Name the files with --left and "
        "--right.",
    )


def _provenance(
    session: Session, feet: Mapping[str, _Foot], failures: Mapping[str, SignalError], config: AnalysisConfig
) -> dict[str, Any]:
    settings = asdict(config)
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
    return {
        "version": __version__,
        "config": settings,
        "config_hash": digest[:12],
        "source": dict(session.source),
        "notes": list(session.notes),
        "person": session.person.id,
        "affected": session.person.affected,
        "leg_length_m": _leg_length_m(session),
        "leg_length": "entered" if np.isfinite(session.person.leg_length_m) else "assumed",
        "activity": session.activity,
        "start": session.start,
        "condition": asdict(session.condition),
        "belt_speed_mps": session.belt_speed_mps,
        "feet": {side: foot.provenance for side, foot in feet.items()},
        "refused": {side: {"reason": str(error.reason), "message": error.message} for side, error in failures.items()},
    }
