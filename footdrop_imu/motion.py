"""How one foot moved in an exercise: Recording to Motion, and the ankle where the shank wears a sensor too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from footdrop_imu.errors import SchemaError, SchemaReason, SignalError, SignalReason
from footdrop_imu.gait.checks import correct_gravity
from footdrop_imu.gait.orientation import conjugate, from_matrix, multiply, rotate
from footdrop_imu.gait.recording import accelerometer_known, make_recording
from footdrop_imu.gait.slow_attitude import SlowAttitude, SlowAttitudeConfig, slow_attitude
from footdrop_imu.gait.travel import Travel, travel
from footdrop_imu.schema import FloatArray, Recording, Session
from footdrop_imu.schema_rehab import Motion

__all__ = ["Measured", "MotionConfig", "against_shank", "held_until", "measure_leg", "measure_motion", "quaternion_of"]

Rotation = tuple[float, float, float, float]


@dataclass(frozen=True)
class MotionConfig:
    """What is known of attitude, foot axes and two sensors on one leg."""

    attitude: SlowAttitudeConfig = field(default_factory=SlowAttitudeConfig)
    rest_s: float = 1.0
    """Zero is the mean posture over so much of the first rest."""
    flat_deg: float = 20.0
    """A sole that an entered mounting puts closer to level than this at rest lies on the floor: its zero is gravity."""


@dataclass(frozen=True)
class Measured:
    """A foot's motion, and how far each of its movements carried it over the floor.

    ``first_rest_s``: when the rest begins that the motion is measured from. ``ankle``: the same motion against the
    shin, where a shank's sensor was worn whose axes are known.
    """

    motion: Motion
    travel: Travel
    first_rest_s: float
    ankle: Motion | None = None


def measure_leg(
    session: Session, side: str, rotations: Mapping[str, Rotation], config: MotionConfig | None = None
) -> Measured:
    """Measure how the foot of one side moved, and the ankle where a sensor is worn on the shank on the same clock.

    Parameters
    ----------
    session
        With the foot's streams.
    side
        left or right.
    rotations
        Quaternions x y z w by segment, sensor to foot (shank), where they are known.
    config
        Settings.

    Raises
    ------
    SignalError
        What ``gait.recording.make_recording`` and ``measure_motion`` refuse.
    """
    feet = {}
    for segment in (f"{side}_foot", f"{side}_shank"):
        streams = [one for one in session.streams if one.segment == segment]
        if streams:
            recording = make_recording(streams, calibration=session.calibrations.get(segment))
            feet[segment] = recording, measure_motion(recording, rotations.get(segment), config)
    recording, measured = feet[f"{side}_foot"]
    if f"{side}_shank" not in feet:
        return measured
    above, shank = feet[f"{side}_shank"]
    if not recording.clock_group or above.clock_group != recording.clock_group:
        note = "The shank's sensor does not share the foot's clock and was left out: record both in one go."
    elif not (measured.motion.axes_known and shank.motion.axes_known):
        note = "The shank's sensor was left out: where it or the foot's points is not known. Name a mounting file."
    else:
        return replace(measured, ankle=against_shank(measured.motion, shank.motion))
    return replace(measured, motion=replace(measured.motion, notes=(*measured.motion.notes, note)))


def measure_motion(
    recording: Recording, rotation: Rotation | None = None, config: MotionConfig | None = None
) -> Measured:
    """Measure how a foot or shank turns in an exercise, against its first rest.

    Parameters
    ----------
    recording
        From ``gait.recording.make_recording``.
    rotation
        Quaternion x y z w, sensor to foot; None = where the toes point is not known.
    config
        Settings.

    Returns
    -------
    Measured

    Raises
    ------
    SignalError
        no_rest: the foot is never at rest for a second; too_many_gaps.
    SchemaError
        A rotation that is not of unit length.

    Notes
    -----
    Zero is the posture of the first rest. Its vertical is the foot's, where the sole lies flat or no mounting is
    known; a foot that rests otherwise (leg straight, toes up) keeps the axes of its mounting. Pitch and roll are
    components of the rotation vector, so that they need no order of axes.
    """
    config = config or MotionConfig()
    known = accelerometer_known(recording)
    acc = recording.acc if known else correct_gravity(recording.acc, recording.gravity_mps2, 0.5)[:]
    averaged = recording.traits.integrates_on_chip
    attitude = slow_attitude(
        acc, recording.gyr, recording.rate_hz, recording.valid, averaged=averaged, config=config.attitude
    )
    if not len(attitude.rests):
        raise SignalError(
            SignalReason.NO_REST,
            f"The {recording.segment.replace('_', ' ')} is never at rest for {config.attitude.rest_s:g} s, expected a "
            "rest before the exercise. Keep the foot still for two seconds, then begin.",
        )
    first, last = attitude.rests[0]
    last = min(last, first + round(config.rest_s * recording.rate_hz))
    at_rest = _mean_rotation(attitude.orientation[first:last])
    relative = multiply(attitude.orientation, np.broadcast_to(conjugate(at_rest), attitude.orientation.shape))
    turn_deg = np.degrees(_rotation_vector(relative))
    sign = -1.0 if recording.segment.startswith("left") else 1.0
    pitch = np.full(len(turn_deg), np.nan)
    roll, yaw = pitch, -sign * turn_deg[:, 2]
    notes: list[str] = []
    if rotation is None:
        notes.append(
            "Where the toes point in the sensor is not known, so that lifting the toes, lifting the heel and turning "
            "the sole cannot be told apart: name a mounting file or a walk with the same sensor on the same shoe."
        )
    else:
        ahead, left = _foot_axes(at_rest, rotation, config)
        # about the foot's own upward axis, so that the three are square to each other
        pitch, roll, yaw = -turn_deg @ left, sign * (turn_deg @ ahead), -sign * (turn_deg @ np.cross(ahead, left))
    up = 1.0 - 2.0 * (relative[:, 0] ** 2 + relative[:, 1] ** 2)
    motion = Motion(
        segment=recording.segment,
        rate_hz=recording.rate_hz,
        foot_pitch_deg=pitch,
        foot_roll_deg=roll,
        foot_yaw_deg=yaw,
        turn_deg=turn_deg,
        tilt_deg=np.degrees(np.arccos(np.clip(up, -1.0, 1.0))),
        valid=recording.valid,
        still=attitude.still,
        tilt_sd_deg=np.degrees(attitude.tilt_sd_rad),
        yaw_sd_deg=np.degrees(attitude.yaw_sd_rad),
        axes_known=rotation is not None,
        clock_offset_s=recording.clock_offset_s,
        notes=tuple(notes),
    )
    return Measured(motion, _travel(acc, recording, attitude), float(first / recording.rate_hz))


def against_shank(foot: Motion, shank: Motion) -> Motion:
    """Give the motion of the foot against the shin: what the ankle does.

    Parameters
    ----------
    foot, shank
        Of one leg, on one clock, both with known axes.

    Returns
    -------
    Motion
        The foot's, with the shin's turn taken off. The notes are the foot's.
    """
    at = np.arange(len(foot.tilt_deg)) / foot.rate_hz + foot.clock_offset_s - shank.clock_offset_s
    own = np.arange(len(shank.tilt_deg)) / shank.rate_hz
    turn = np.stack([np.interp(at, own, shank.turn_deg[:, axis]) for axis in range(3)], axis=1)
    heading = _heading(foot) - _heading(shank)
    cosine, sine = np.cos(heading), np.sin(heading)
    turned = np.stack((cosine * turn[:, 0] - sine * turn[:, 1], sine * turn[:, 0] + cosine * turn[:, 1]), axis=1)
    left = foot.turn_deg - np.column_stack((turned, turn[:, 2]))
    # what the turn loses, pitch and roll lose along the same axes
    angles = np.column_stack((foot.foot_pitch_deg, foot.foot_roll_deg, foot.foot_yaw_deg))
    axes, *_ = np.linalg.lstsq(foot.turn_deg, angles, rcond=None)
    pitch, roll, yaw = (left @ axes).T
    tilt_sd, yaw_sd = (
        np.hypot(mine, np.interp(at, own, its))
        for mine, its in ((foot.tilt_sd_deg, shank.tilt_sd_deg), (foot.yaw_sd_deg, shank.yaw_sd_deg))
    )
    return replace(
        foot,
        turn_deg=left,
        tilt_deg=np.hypot(left[:, 0], left[:, 1]),
        foot_pitch_deg=pitch,
        foot_roll_deg=roll,
        foot_yaw_deg=yaw,
        tilt_sd_deg=tilt_sd,
        yaw_sd_deg=yaw_sd,
    )


def held_until(motion: Motion, first: int) -> Motion:
    """Give the motion with nothing before a sample, as at it."""
    changed: dict[str, Any] = {}
    for name in ("foot_pitch_deg", "foot_roll_deg", "foot_yaw_deg", "turn_deg", "tilt_deg"):
        values = getattr(motion, name).copy()
        values[:first] = values[first]
        changed[name] = values
    return replace(motion, **changed)


def _travel(acc: FloatArray, recording: Recording, attitude: SlowAttitude) -> Travel:
    return travel(acc, recording.gyr - attitude.offset_radps, attitude.orientation, recording.rate_hz)


def _foot_axes(at_rest: FloatArray, rotation: Rotation, config: MotionConfig) -> tuple[FloatArray, FloatArray]:
    """The foot's long axis and its left (3,) each, in the level frame, while it rests."""
    if not abs(np.linalg.norm(rotation) - 1.0) < 1e-3:
        raise SchemaError(
            SchemaReason.WRONG_VALUE, f"The mounting's rotation is {rotation}, expected a quaternion of unit length."
        )
    to_level = multiply(at_rest, conjugate(np.array(rotation)))
    ahead, left, up = (rotate(to_level, axis) for axis in np.eye(3))
    if up[2] > np.cos(np.radians(config.flat_deg)):
        ahead = ahead * np.array([1.0, 1.0, 0.0])
        ahead /= np.linalg.norm(ahead)
        left = np.array([-ahead[1], ahead[0], 0.0])
    return ahead, left


def _heading(motion: Motion) -> float:
    """Where the long axis points in the level frame, rad, from pitch and roll as shares of the turn."""
    sign = -1.0 if motion.segment.startswith("left") else 1.0
    turn = motion.turn_deg[:, 0] + 1j * motion.turn_deg[:, 1]
    return float(np.angle(np.vdot(sign * motion.foot_roll_deg - 1j * motion.foot_pitch_deg, turn)))


def _mean_rotation(quaternions: FloatArray) -> FloatArray:
    mean = (quaternions * np.sign(quaternions @ quaternions[0])[:, None]).mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def _rotation_vector(quaternions: FloatArray) -> FloatArray:
    """Rotation vectors (n, 3), rad, of unit quaternions (n, 4): the shorter way round."""
    q = quaternions * np.where(quaternions[:, 3] < 0, -1.0, 1.0)[:, None]
    sine = np.sqrt(np.einsum("ni,ni->n", q[:, :3], q[:, :3]))
    angle = 2.0 * np.arctan2(sine, q[:, 3])
    return np.asarray(q[:, :3] * np.where(sine > 1e-12, angle / np.maximum(sine, 1e-12), 2.0)[:, None])


def quaternion_of(matrix: FloatArray) -> Rotation:
    """Quaternion x y z w of a rotation matrix (3, 3), such as an analyzed walk's sensor to foot."""
    x, y, z, w = (float(value) for value in from_matrix(matrix))
    return x, y, z, w
