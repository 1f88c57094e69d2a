"""What simulated sensors measure: a recorded walk, or one that is simulated, at the rate that they are set to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.schema import GRAVITY_MPS2, FloatArray, Quantity, Session

if TYPE_CHECKING:
    from footdrop_imu.device.profile import Profile
    from footdrop_imu.device.virtual_walk import Walk

__all__ = ["measured_walks", "read_walks", "simulate_walks"]

_DISTANCE_M = 30.0


def read_walks(path: Path, profile: Profile, segments: Sequence[str]) -> dict[str, Walk]:
    """Read a walk for simulated sensors to measure once more.

    Parameters
    ----------
    path
        A session folder, or a folder or file with one walk.
    profile
        Of the sensors.
    segments
        Where they are worn.

    Returns
    -------
    dict
        By segment, see ``measured_walks``.

    Raises
    ------
    FileFormatError
        It cannot be read, is not there, or has no sensor on one of the segments.
    SignalError
        It has no usable clock.
    """
    from footdrop_imu.files.sessions import read_session

    if not path.exists():
        raise FileFormatError(FileReason.NOT_FOUND, f"There is no file or folder {path}. Check the name.", path=path)
    session = read_session(path)
    found = sorted({stream.segment for stream in session.streams})
    missing = [segment for segment in segments if segment not in found]
    if missing:
        raise FileFormatError(
            FileReason.BAD_SESSION,
            f"The walk {session.name} has no sensor on the {missing[0].replace('_', ' ')}, only on the "
            f"{', '.join(one.replace('_', ' ') for one in found)}. Choose one of these, or another walk.",
            path=path,
        )
    return measured_walks(session, profile, segments)


def simulate_walks(profile: Profile, segments: Sequence[str], *, seed: int = 0) -> dict[str, Walk]:
    """Simulate a walk of 30 m of somebody whose left foot drops.

    Parameters
    ----------
    profile
        Of the sensors: their rate and ranges.
    segments
        Where they are worn.
    seed
        The same one gives the same walk, also to the sensor of the other foot.

    Returns
    -------
    dict
        By segment, see ``measured_walks``.
    """
    from footdrop_imu.simulate import pattern
    from footdrop_imu.simulate.sensor import SensorConfig
    from footdrop_imu.simulate.walk import simulate_walk

    gait = profile.gait
    sensor = SensorConfig(
        rate_hz=profile.rates.default_hz,
        acc_range_g=gait.acc_range_g,
        gyr_range_dps=gait.gyr_range_dps,
        integrates_on_chip=gait.integrates_on_chip,
        shank=any(segment.endswith("shank") for segment in segments),
        random_mounting=True,
        seed=seed,
    )
    walk = pattern.WalkConfig(distance_m=_DISTANCE_M, left=pattern.foot_drop(0.7), seed=seed)
    return measured_walks(simulate_walk(walk, sensor).session, profile, segments)


def measured_walks(session: Session, profile: Profile, segments: Sequence[str]) -> dict[str, Walk]:
    """Give what sensors of a profile would measure of a walk.

    Parameters
    ----------
    session
        The walk.
    profile
        Of the sensors.
    segments
        Where they are worn; the walk has a sensor on each.

    Returns
    -------
    dict
        By segment a function of the rate that gives the samples: gaps filled, the segments on one time base, clipped
        at the sensor's ranges.

    Raises
    ------
    SignalError
        The walk has no usable clock.
    """
    from footdrop_imu.gait.recording import make_recording

    recordings = {
        segment: make_recording([stream for stream in session.streams if stream.segment == segment])
        for segment in segments
    }
    together = len({one.clock_group for one in recordings.values()} - {""}) == 1
    begins_s = min(one.clock_offset_s for one in recordings.values())

    def walk_of(segment: str) -> Walk:
        one = recordings[segment]
        late_s = one.clock_offset_s - begins_s if together else 0.0

        @cache
        def walk(rate_hz: float) -> Mapping[Quantity, FloatArray]:
            return {
                "acceleration": _measured(
                    one.acc, one.rate_hz, rate_hz, late_s, profile.gait.acc_range_g * GRAVITY_MPS2
                ),
                "angular_velocity": _measured(
                    one.gyr, one.rate_hz, rate_hz, late_s, float(np.radians(profile.gait.gyr_range_dps))
                ),
            }

        return walk

    return {segment: walk_of(segment) for segment in segments}


def _measured(values: FloatArray, from_hz: float, to_hz: float, late_s: float, limit: float) -> FloatArray:
    from footdrop_imu.simulate.resample import resample

    made = resample(values, from_hz, to_hz)
    made = np.concatenate([np.repeat(made[:1], round(late_s * to_hz), axis=0), made])
    return np.clip(made, -limit, limit)
