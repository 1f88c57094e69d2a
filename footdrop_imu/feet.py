"""Both feet of a session, each with the shank above it: prepared, their sensors' errors told together, measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason, SignalError
from footdrop_imu.gait.ankle import AnkleConfig, AnkleStrides, analyze_ankle, on_foot_grid, refuse_swapped
from footdrop_imu.gait.calibration import scale_lengths
from footdrop_imu.gait.checks import correct_gravity
from footdrop_imu.gait.clock import ClockConfig
from footdrop_imu.gait.foot import (
    FootConfig,
    FootFlats,
    FootStrides,
    Samples,
    analyze_foot,
    find_foot_flats,
    foot_closing,
)
from footdrop_imu.gait.orientation import conjugate, rotate
from footdrop_imu.gait.recording import accelerometer_known, leveled_samples, make_recording
from footdrop_imu.gait.sensor_errors import Closing, SensorErrorConfig, SensorErrors, later, later_lost, tell_errors
from footdrop_imu.gait.shoe import ASSUMED_LENGTH_M, shoe_geometry
from footdrop_imu.gait.signal import Signal
from footdrop_imu.schema import GRAVITY_MPS2, SIDES, FloatArray, Recording, SensorStream, Session, Shoe

__all__ = ["Foot", "measure_feet"]

_LONG_SAMPLES = 100_000
T = TypeVar("T")


@dataclass(frozen=True)
class Foot:
    """One foot measured. ``shank_failure``: why a shank sensor that was worn gave nothing."""

    recording: Recording
    samples: Samples
    strides: FootStrides
    ankle: AnkleStrides | None
    shank_failure: str
    provenance: dict[str, Any]


def measure_feet(
    session: Session, clock: ClockConfig, foot: FootConfig, ankle: AnkleConfig
) -> tuple[dict[str, Foot], dict[str, SignalError]]:
    """Measure the feet of a session, by side, and say why a side could not be.

    Raises
    ------
    SchemaError
        A shoe or mounting that cannot be.
    """
    by_side = {side: [one for one in session.streams if one.segment == f"{side}_foot"] for side in SIDES}
    by_side = {side: streams for side, streams in by_side.items() if streams}
    longest = max((np.size(stream.values) // 3 for streams in by_side.values() for stream in streams), default=0)
    in_threads = longest >= _LONG_SAMPLES
    found, failures = _each(lambda side: _find(session, side, by_side[side], clock, foot), by_side, in_threads)
    errors = _errors(found, foot.sensor_error)

    def measure(side: str) -> Foot:
        return _measure(session, side, found[side], errors[side], clock, foot, ankle)

    feet, refused = _each(measure, found, in_threads)
    failures |= refused
    return feet, {side: failures[side] for side in by_side if side in failures}


def _each(
    work: Callable[[str], T], sides: Iterable[str], in_threads: bool
) -> tuple[dict[str, T], dict[str, SignalError]]:
    """Do the work of each side, side by side where it pays: numpy lets go of the interpreter on long arrays."""

    def attempt(side: str) -> T | SignalError:
        try:
            return work(side)
        except SignalError as error:
            return error

    sides = list(sides)
    if in_threads and len(sides) > 1:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(len(sides)) as pool:
            outcomes = dict(zip(sides, pool.map(attempt, sides), strict=True))
    else:
        outcomes = {side: attempt(side) for side in sides}
    done = {side: outcome for side, outcome in outcomes.items() if not isinstance(outcome, SignalError)}
    return done, {side: outcome for side, outcome in outcomes.items() if isinstance(outcome, SignalError)}


class _Found(NamedTuple):
    """A foot's samples, up in quiet standing, what the gyroscope showed there, foot-flats, and how strides close."""

    recording: Recording
    samples: Samples
    standing_up: FloatArray | None
    offset_radps: FloatArray
    flats: FootFlats
    excess: float
    closing: Closing


def _find(session: Session, side: str, streams: list[SensorStream], clock: ClockConfig, config: FootConfig) -> _Found:
    recording = make_recording(streams, clock, session.calibrations.get(f"{side}_foot"))
    samples, standing_up, offset = leveled_samples(recording, config.sensor_error.offset_share)
    flats = find_foot_flats(samples, config)
    excess = float(np.linalg.norm(recording.gravity_mps2)) / GRAVITY_MPS2 - 1.0
    if accelerometer_known(recording):
        known = config.sensor_error
        known = replace(
            known, tilt_sd_rad=known.calibrated_tilt_sd_rad, gravity_sd_mps2=known.calibrated_gravity_sd_mps2
        )
        config, excess = replace(config, sensor_error=known), 0.0

    def acc_at(piece: slice, share: float) -> FloatArray:
        if excess == 0.0:
            return samples.acc[piece]
        return correct_gravity(recording.acc[piece], recording.gravity_mps2, share)[:]

    closing = foot_closing(samples, acc_at, excess, flats, config)
    return _Found(recording, samples, standing_up, offset, flats, excess, closing)


def _errors(found: Mapping[str, _Found], config: SensorErrorConfig) -> dict[str, SensorErrors]:
    """What each side's sensor has wrong: by the strides of all feet with the same kind, unless a calibration says."""
    errors: dict[str, SensorErrors] = {}
    for averaged in (False, True):
        alike = {side: one for side, one in found.items() if one.samples.averaged is averaged}
        closings = {side: one.closing for side, one in alike.items()}
        excess = {side: one.excess for side, one in alike.items()}
        errors |= tell_errors(closings, excess, averaged=averaged, config=config)
    for side, one in found.items():
        calibration = one.recording.calibration
        if calibration is not None and np.isfinite(calibration.gyr_delay_s):
            errors[side] = errors[side]._replace(
                delay_s=calibration.gyr_delay_s, delay_sd_s=calibration.gyr_delay_sd_s, delay_source="calibration"
            )
    return errors


def _measure(
    session: Session,
    side: str,
    found: _Found,
    errors: SensorErrors,
    clock: ClockConfig,
    foot_config: FootConfig,
    ankle_config: AnkleConfig,
) -> Foot:
    recording, offset = found.recording, found.offset_radps
    shoe = next((shoe for shoe in session.shoes if shoe.side == side), Shoe(side))
    geometry = shoe_geometry(shoe)
    delay = errors.delay_s * recording.rate_hz
    samples = found.samples._replace(
        gyr=Signal(recording.gyr, offset, delay=delay),
        lost=later_lost(recording.lost, delay) if delay else recording.lost,
        delay_sd_s=errors.delay_sd_s if errors.delay_s != 0.0 else 0.0,
        scale_sd=errors.length_sd,
    )
    if found.excess and errors.offset_share != foot_config.sensor_error.offset_share:
        samples = samples._replace(acc=correct_gravity(recording.acc, recording.gravity_mps2, errors.offset_share))
    if any(one.segment == f"{side}_shank" for one in session.streams):
        samples = samples.part(slice(None))  # the ankle looks at every sample again and again
    shank, shank_failure = _read_shank(session, side, recording, samples, errors.delay_s, clock)
    rotation = shoe.mounting.rotation
    strides = analyze_foot(
        samples,
        geometry,
        found.flats,
        left=side == "left",
        standing_up=found.standing_up,
        entered_forward=None if rotation is None else _foot_axis(rotation, 0),
        entered_up=None if rotation is None else _foot_axis(rotation, 2),
        config=foot_config,
    )
    ankle: AnkleStrides | None = None
    if shank is not None:
        try:
            ankle = analyze_ankle(
                samples, shank, strides, left=side == "left", foot_config=foot_config, config=ankle_config
            )
        except SignalError as error:
            shank_failure = error.message
    if ankle is not None:
        strides.measured.update(ankle.measured)
    strides = strides._replace(measured=scale_lengths(strides.measured, recording.calibration))
    axes = strides.axes
    provenance = {
        "rate_hz": recording.rate_hz,
        "first_counter": recording.first_counter,
        "clock_offset_s": recording.clock_offset_s,
        "clock_residual_s": recording.clock_residual_s,
        "sample_count": len(recording.acc),
        "missing_count": recording.missing_count,
        "repeated_count": recording.repeated_count,
        "integrates_on_chip": samples.averaged,
        "gravity_mps2": float(np.linalg.norm(recording.gravity_mps2)),
        "calibration": None if recording.calibration is None else asdict(recording.calibration),
        "gravity_offset_share": errors.offset_share,
        "gyroscope_delay_s": errors.delay_s,
        "gyroscope_delay_sd_s": errors.delay_sd_s,
        "gyroscope_delay_source": errors.delay_source,
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
    return Foot(recording, samples, strides, ankle, shank_failure, provenance)


def _read_shank(
    session: Session, side: str, foot: Recording, foot_samples: Samples, foot_delay_s: float, clock: ClockConfig
) -> tuple[Samples | None, str]:
    """The shank's samples on the foot's grid, or why there are none ("": no sensor).

    Its gyroscope is taken to be as late as the foot's, unless it was calibrated.
    """
    streams = [one for one in session.streams if one.segment == f"{side}_shank"]
    if not streams:
        return None, ""
    calibration = session.calibrations.get(f"{side}_shank")
    try:
        recording = make_recording(streams, clock, calibration)
    except SignalError as error:
        return None, error.message
    if recording.clock_group != foot.clock_group or not foot.clock_group:
        return None, "It does not share its foot's clock, so that the ankle cannot be measured. Record both in one go."
    samples, standing_up, _ = leveled_samples(recording)
    if standing_up is None:
        # a shank that never rests does not show gravity's size
        samples = samples._replace(acc=recording.acc)
    known = calibration is not None and np.isfinite(calibration.gyr_delay_s)
    delay_s = calibration.gyr_delay_s if calibration is not None and known else foot_delay_s
    gyr, lost = later(samples.gyr[:], samples.lost, delay_s, samples.rate_hz)
    samples = samples._replace(acc=samples.acc[:], gyr=gyr, lost=lost)
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


def _foot_axis(rotation: tuple[float, float, float, float], axis: int) -> FloatArray:
    """One of the foot's axes (3,) in sensor axes, by an entered mounting."""
    if not abs(np.linalg.norm(rotation) - 1.0) < 1e-3:
        raise SchemaError(
            SchemaReason.WRONG_VALUE, f"The mounting's rotation is {rotation}, expected a quaternion of unit length."
        )
    return rotate(conjugate(np.array(rotation)), np.eye(3)[axis])
