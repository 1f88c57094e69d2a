"""The foot's axes in the sensor, found from walking, and what zero degrees rests on."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.schema import FloatArray

__all__ = ["FootAxes", "MountingConfig", "angle_between_deg", "find_foot_axes", "gyroscope_axis"]


@dataclass(frozen=True)
class MountingConfig:
    """Limits and uncertainties of the zero."""

    standing_limit_deg: float = 8.0
    """Quiet standing with the heel down differs from foot-flat in walking by less than this."""
    standing_sd_deg: float = 1.0
    """How well quiet standing says where 0° is (uneven floor, weight shifted)."""
    foot_flat_sd_deg: float = 2.0
    """How well the walk's usual foot-flat does: whether the heel is down is assumed."""
    quiet_rest: float = 0.35
    """Foot-flats of a lower median rest quality than this may not be foot-flats: suspected heel-up stance."""


class FootAxes(NamedTuple):
    """``sensor_to_foot`` (3, 3): rows are the foot's x, y, z in sensor axes.

    ``zero_source`` standing or foot_flat; ``zero_sd_deg``; ``standing_pitch_deg`` how much the heel is up in
    quiet standing against foot-flat in walking (NaN: never stands); ``suspected_heel_up``: 0° cannot be trusted.
    """

    sensor_to_foot: FloatArray
    zero_source: str
    zero_sd_deg: float
    standing_pitch_deg: float
    suspected_heel_up: bool


def find_foot_axes(
    up: FloatArray,
    forward: FloatArray,
    rest_quality: FloatArray,
    standing_up: FloatArray | None,
    config: MountingConfig | None = None,
) -> FootAxes:
    """Find the foot's axes in the sensor from straight strides, whatever the mounting.

    Parameters
    ----------
    up
        (k, 3) unit vectors up at good foot-flats, sensor axes.
    forward
        (m, 3) travel directions of straight strides brought back into sensor axes at foot-flat.
    rest_quality
        (k,) of those foot-flats, 0 to 1.
    standing_up
        (3,) unit vector up in quiet standing, None where the foot never stands.
    config
        Limits.

    Returns
    -------
    FootAxes

    Raises
    ------
    SignalError
        no_walking: no stride from which forward can be told.

    Notes
    -----
    z is up in quiet standing, else the median foot-flat; x is the median travel direction made level with it.
    A foot that stands otherwise than it lies in walking by more than ``standing_limit_deg`` is not zeroed by
    standing: one of the two is no posture with the heel down.
    """
    config = config or MountingConfig()
    if not len(forward):
        raise SignalError(
            SignalReason.NO_WALKING, "Found no straight stride, expected walking. Record at least six strides ahead."
        )
    flat = _direction(np.median(up, axis=0))
    standing_pitch = np.nan
    zero, source, sd = flat, "foot_flat", config.foot_flat_sd_deg
    suspected = bool(np.median(rest_quality) < config.quiet_rest)
    if standing_up is not None:
        axes = _axes(standing_up, forward)
        # foot-flat toes down against standing means that the heel is up in walking
        standing_pitch = float(np.degrees(np.arctan2(axes[0] @ flat, axes[2] @ flat)))
        if angle_between_deg(standing_up, flat) <= config.standing_limit_deg:
            zero, source, sd, suspected = standing_up, "standing", config.standing_sd_deg, False
        elif standing_pitch < 0:
            zero, source, sd, suspected = standing_up, "standing", config.foot_flat_sd_deg, False
        else:
            suspected = suspected or angle_between_deg(standing_up, flat) > 3 * config.standing_limit_deg
    return FootAxes(_axes(zero, forward), source, sd, standing_pitch, suspected)


def gyroscope_axis(gyr: FloatArray, axes: FloatArray) -> float:
    """Angle in rad, left positive, from foot x to the forward direction by the gyroscope's main axis.

    Parameters
    ----------
    gyr
        (n, 3) rad/s in swing, sensor axes.
    axes
        (3, 3) rows foot x, y, z.
    """
    rate = gyr @ axes.T
    values, vectors = np.linalg.eigh(rate.T @ rate)
    main = vectors[:, int(np.argmax(values))]
    main = main * np.sign(main[1] or 1.0)
    return float(np.arctan2(-main[0], main[1]))


def angle_between_deg(a: FloatArray, b: FloatArray) -> float:
    """Angle between two unit vectors."""
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))


def _axes(up: FloatArray, forward: FloatArray) -> FloatArray:
    ahead = np.median(_level(forward, up), axis=0)
    x = _direction(_level(ahead[None], up)[0])
    return np.stack((x, np.cross(up, x), up))


def _level(vectors: FloatArray, up: FloatArray) -> FloatArray:
    return np.asarray(vectors - (vectors @ up)[:, None] * up)


def _direction(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / np.linalg.norm(vector))
