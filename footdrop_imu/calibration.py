"""Calibrating sensors from recordings, and finding the calibration that belongs to a walk's sensor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu import __version__
from footdrop_imu.errors import FileFormatError, FileReason, SignalError, SignalReason
from footdrop_imu.files.calibration import find_calibration, read_calibration
from footdrop_imu.schema import Calibration, Matrix, SensorStream, Session, Vector

if TYPE_CHECKING:
    from footdrop_imu.files.sessions import ReadOptions
    from footdrop_imu.gait.known_distance import DistanceFit
    from footdrop_imu.gait.six_position import SixPositionFit
    from footdrop_imu.schema import FloatArray

__all__ = [
    "CalibrationChoice",
    "DistanceOutcome",
    "SixPositionOutcome",
    "calibrate_distance",
    "calibrate_six_position",
    "length_change",
    "with_calibrations",
]

_NO_LIMIT_G = 1e9


@dataclass(frozen=True)
class CalibrationChoice:
    """Which calibration shall be used for which sensor.

    ``files``: a segment ("" = the one whose sensor it is of) and a calibration file each. ``sensors`` maps segments to
    the sensors on them, where the recording does not say or says otherwise. ``stored``: whether a calibration that is
    kept for a sensor is used where none is given.
    """

    files: tuple[tuple[str, Path], ...] = ()
    sensors: Mapping[str, str] = field(default_factory=dict)
    stored: bool = True


@dataclass(frozen=True)
class SixPositionOutcome:
    """A new calibration, how it was got, and the one that was kept for the sensor before."""

    calibration: Calibration
    fit: SixPositionFit
    before: Calibration | None


@dataclass(frozen=True)
class DistanceOutcome:
    """A segment's calibration with its new length scale, the walks that it rests on, and what it was based on."""

    segment: str
    calibration: Calibration
    fits: tuple[DistanceFit, ...]
    base: Calibration | None


def with_calibrations(session: Session, choice: CalibrationChoice) -> Session:
    """Give a session the calibrations of its sensors, and say so in its notes.

    Parameters
    ----------
    session
        A calibration that it holds already stays where none is given.
    choice
        What the user chose.

    Raises
    ------
    FileFormatError
        BAD_CALIBRATION: a file that cannot be used, is of another sensor, or of none in this session.
    """
    sensors = {stream.segment: stream.traits.serial for stream in session.streams}
    sensors |= {segment: sensor for segment, sensor in choice.sensors.items() if segment in sensors}
    chosen = dict(session.calibrations)
    notes = []
    for segment, path in choice.files:
        calibration = read_calibration(path)
        places = [segment] if segment else [one for one, sensor in sensors.items() if sensor == calibration.sensor]
        if not places or (segment and segment not in sensors) or _is_other(calibration, sensors.get(segment, "")):
            raise _other_sensor(path, calibration, segment, sensors)
        for place in places:
            chosen[place] = calibration
            notes.append(_note(place, calibration, path.name))
    for segment, sensor in sensors.items():
        found = find_calibration(sensor, session.condition.shoe) if choice.stored and segment not in chosen else None
        if found is not None:
            chosen[segment] = found[0]
            notes.append(_note(segment, found[0], "kept on this computer"))
    streams = tuple(
        replace(stream, traits=replace(stream.traits, serial=sensors[stream.segment])) for stream in session.streams
    )
    return replace(session, streams=streams, calibrations=chosen, notes=(*session.notes, *notes))


def calibrate_six_position(
    path: Path, options: ReadOptions, *, sensor: str = "", segment: str = ""
) -> SixPositionOutcome:
    """Calibrate a sensor from a recording in which it was laid on each of its six sides.

    Parameters
    ----------
    path
        A file of one sensor, or a folder with a session.
    options
        How to read it.
    sensor
        Serial number or name, where the recording does not say.
    segment
        Which sensor is meant, where the recording holds several.

    Returns
    -------
    SixPositionOutcome
        An older calibration's length scale is not kept, as it held for the older scales, nor the delay that it was
        found with; a delay without one is.

    Raises
    ------
    FileFormatError
        The recording cannot be read, is not of one sensor, or that has no name or another one.
    SignalError
        Not all six sides, or no fit.
    """
    from footdrop_imu.gait.recording import make_recording
    from footdrop_imu.gait.six_position import six_position

    streams, sources = _one_sensor(path, options, segment)
    said = streams[0].traits.serial
    if sensor and said and sensor != said:
        raise FileFormatError(
            FileReason.BAD_CALIBRATION,
            f"{path.name} is of sensor {said} by its own words, not {sensor}. Leave the name out, or check the file.",
            path=path,
        )
    if not (sensor or said):
        raise FileFormatError(
            FileReason.BAD_CALIBRATION,
            f"{path.name} does not say which sensor it is of. Name it with --sensor ID.",
            path=path,
        )
    # a sensor that lies still shows one number again and again: that is no limit
    unlimited = [
        replace(stream, traits=replace(stream.traits, acc_range_g=_NO_LIMIT_G, gyr_range_dps=_NO_LIMIT_G))
        for stream in streams
    ]
    recording = make_recording(unlimited)
    fit = six_position(recording.acc, recording.gyr, recording.rate_hz, recording.valid)
    found = find_calibration(sensor or said)
    before = None if found is None else found[0]
    delay = before if before is not None and not np.isfinite(before.length_scale) else Calibration()
    calibration = Calibration(
        sensor=sensor or said,
        acc_matrix=_matrix(fit.acc_matrix),
        acc_offset_mps2=_vector(fit.acc_offset_mps2),
        acc_scale_sd=float(np.diag(fit.acc_matrix_sd).max()),
        gyr_matrix=_matrix(fit.gyr_matrix),
        gyr_offset_radps=_vector(fit.gyr_offset_radps),
        gyr_scale_sd=float(np.diag(fit.gyr_matrix_sd).max()),
        gyr_delay_s=delay.gyr_delay_s,
        gyr_delay_sd_s=delay.gyr_delay_sd_s,
        made_at=_now(),
        made_with=__version__,
        sources=sources,
    )
    return SixPositionOutcome(calibration, fit, before)


def length_change(path: Path, options: ReadOptions, calibration: Calibration) -> dict[str, float]:
    """By how many percent the stride length of a walk changes with a calibration, by segment with that sensor.

    A foot whose sensor the walk does not name counts as one with that sensor.

    Raises
    ------
    FileFormatError, SignalError
        The walk cannot be read or analyzed, or was walked with other sensors.
    """
    from footdrop_imu.analysis import analyze
    from footdrop_imu.files.sessions import read_session

    session = read_session(path, options)
    sensors = {stream.segment: stream.traits.serial for stream in session.streams if stream.segment.endswith("_foot")}
    places = [segment for segment, sensor in sensors.items() if sensor in ("", calibration.sensor)]
    if not places:
        raise _other_sensor(path, calibration, "", sensors)
    before = analyze(replace(session, calibrations={})).strides
    after = analyze(replace(session, calibrations=dict.fromkeys(places, calibration))).strides
    medians = [strides.groupby("side")["stride_length_m"].median() for strides in (before, after)]
    sides = {segment: segment.removesuffix("_foot") for segment in places}
    return {
        segment: float(100.0 * (medians[1][side] / medians[0][side] - 1.0))
        for segment, side in sides.items()
        if side in medians[0] and side in medians[1]
    }


def calibrate_distance(
    paths: Sequence[Path],
    options: ReadOptions,
    distance_m: float,
    *,
    choice: CalibrationChoice | None = None,
    shoe: str = "",
) -> list[DistanceOutcome]:
    """Find the length scale of each foot's sensor from walks over a known distance.

    Parameters
    ----------
    paths
        Recordings of the same sensors and shoes, each of one walk from line to line.
    options
        How to read them.
    distance_m
        Of each walk.
    choice
        Calibrations to start from.
    shoe
        The shoe that it is for; "" = any.

    Returns
    -------
    list of DistanceOutcome
        One a foot.

    Raises
    ------
    FileFormatError
        A walk that cannot be read; a sensor without a name, or another one than in the walk before.
    SignalError
        A walk that cannot be analyzed or does not fit the distance.
    """
    from footdrop_imu.analysis import analyze
    from footdrop_imu.files.sessions import read_session
    from footdrop_imu.gait.known_distance import known_distance

    fits: dict[str, list[DistanceFit]] = {}
    bases: dict[str, Calibration] = {}
    sources: dict[str, str] = {}
    for path in paths:
        session = read_session(path, options)
        session = replace(session, condition=replace(session.condition, shoe=shoe or session.condition.shoe))
        session = with_calibrations(session, choice or CalibrationChoice())
        feet = {stream.segment: stream.traits.serial for stream in session.streams if stream.segment.endswith("_foot")}
        plain = dict(session.calibrations)
        for segment, sensor in feet.items():
            _refuse_nameless(path, segment, sensor, bases.get(segment))
            known = plain.get(segment, Calibration(sensor=sensor))
            known = bases.get(segment, replace(known, sensor=sensor))
            plain[segment] = replace(known, length_scale=float("nan"), length_scale_sd=float("nan"))
        result = analyze(replace(session, calibrations=plain))
        for segment in feet:
            side = segment.removesuffix("_foot")
            bases[segment] = _with_delay(plain[segment], result.provenance["feet"].get(side, {}))
            rows = result.strides[result.strides["side"] == side]
            fits.setdefault(segment, []).append(
                known_distance(
                    rows["stride_length_m"].to_numpy(),
                    rows["stride_length_sd_m"].to_numpy(),
                    rows["turn_deg"].to_numpy(),
                    distance_m,
                    left=side == "left",
                    missing_count=int((result.rejected["side"] == side).sum()),
                )
            )
        sources |= {str(Path(path.name) / name): digest for name, digest in session.source.items()}
    outcomes = []
    for segment, found in fits.items():
        scale, scale_sd = _pooled(found)
        base = bases[segment]
        calibration = replace(
            base,
            shoe=shoe,
            length_scale=scale,
            length_scale_sd=scale_sd,
            made_at=_now(),
            made_with=__version__,
            sources={**base.sources, **sources},
        )
        outcomes.append(DistanceOutcome(segment, calibration, tuple(found), base))
    if not outcomes:
        raise SignalError(SignalReason.NO_FOOT, "No walk has a foot sensor, expected a left or a right foot.")
    return outcomes


def _with_delay(calibration: Calibration, told: Mapping[str, float]) -> Calibration:
    """Keep the delay that the first walk was analyzed with: a length scale holds for one delay only."""
    if np.isfinite(calibration.gyr_delay_s) or not told:
        return calibration
    return replace(
        calibration, gyr_delay_s=told["gyroscope_delay_s"], gyr_delay_sd_s=min(told["gyroscope_delay_sd_s"], 0.1)
    )


def _pooled(fits: Sequence[DistanceFit]) -> tuple[float, float]:
    """Length scale of all walks together, its sd from the walks' own or from how they scatter, whichever is more."""
    scales = np.array([fit.length_scale for fit in fits])
    stated = np.sqrt(np.sum([fit.length_scale_sd**2 for fit in fits])) / len(fits)
    scatter = scales.std(ddof=1) / np.sqrt(len(fits)) if len(fits) > 1 else 0.0
    return float(1.0 / np.mean(1.0 / scales)), float(max(stated, scatter))


def _one_sensor(path: Path, options: ReadOptions, segment: str) -> tuple[tuple[SensorStream, ...], Mapping[str, str]]:
    from footdrop_imu.files.readers import read_streams
    from footdrop_imu.files.session_folder import SESSION_FILE
    from footdrop_imu.files.sessions import read_session

    if path.is_dir() or path.name == SESSION_FILE:
        session = read_session(path, options)
        streams, sources = session.streams, session.source
    else:
        reading, digest = read_streams(path, options)
        streams, sources = reading.streams, {path.name: digest}
    there = sorted({stream.segment for stream in streams})
    streams = tuple(stream for stream in streams if not segment or stream.segment in ("", segment))
    if len({stream.segment for stream in streams}) != 1:
        raise FileFormatError(
            FileReason.SEGMENT_UNKNOWN,
            f"{path.name} holds {len(there)} sensors ({', '.join(there)}), one is expected. Name its file, or "
            "say which with --segment.",
            path=path,
        )
    return streams, sources


def _refuse_nameless(path: Path, segment: str, sensor: str, before: Calibration | None) -> None:
    place = segment.replace("_", " ")
    if not sensor:
        raise FileFormatError(
            FileReason.BAD_CALIBRATION,
            f"{path.name} does not say which sensor was on the {place}. Name it with --sensor-id "
            f"{segment.removesuffix('_foot')}=ID.",
            path=path,
        )
    if before is not None and before.sensor != sensor:
        raise FileFormatError(
            FileReason.BAD_CALIBRATION,
            f"On the {place} {path.name} has sensor {sensor}, the walk before it {before.sensor}. Give walks of the "
            "same sensors.",
            path=path,
        )


def _is_other(calibration: Calibration, sensor: str) -> bool:
    return bool(sensor) and sensor != calibration.sensor


def _other_sensor(path: Path, calibration: Calibration, segment: str, sensors: Mapping[str, str]) -> FileFormatError:
    here = ", ".join(f"{place.replace('_', ' ')} {sensor or 'not said'}" for place, sensor in sensors.items())
    return FileFormatError(
        FileReason.BAD_CALIBRATION,
        f"{path.name} is of sensor {calibration.sensor}{f', given for {segment}' if segment else ''}; this walk's "
        f"sensors: {here}. Say which sensor was where with --sensor-id, or give the file for a segment with "
        "--calibration left_foot=FILE.",
        path=path,
    )


def _note(segment: str, calibration: Calibration, where: str) -> str:
    shoe = f", shoe {calibration.shoe}" if calibration.shoe else ""
    day = f" of {calibration.made_at[:10]}" if calibration.made_at else ""
    note = f"{segment.replace('_', ' ')}: calibration{day}, sensor {calibration.sensor}{shoe} ({where})."
    if np.isfinite(calibration.length_scale) and calibration.made_with not in ("", __version__):
        note += (
            f" Its length scale was found with version {calibration.made_with}, this is {__version__}: walk the known "
            "distance again."
        )
    return note


def _matrix(values: FloatArray) -> Matrix:
    return _vector(values[0]), _vector(values[1]), _vector(values[2])


def _vector(values: FloatArray) -> Vector:
    x, y, z = values.tolist()
    return x, y, z


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
