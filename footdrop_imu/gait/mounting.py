"""The foot's axes in the sensor, found from walking, and what zero degrees rests on."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.middle import middle_vector
from footdrop_imu.schema import FloatArray

__all__ = ["FootAxes", "MountingConfig", "angle_between_deg", "find_foot_axes"]


@dataclass(frozen=True)
class MountingConfig:
    """Limits and uncertainties of the zero."""

    standing_limit_deg: float = 5.0
    """Quiet standing with the heel down differs from foot-flat in walking by less than this."""
    standing_sd_deg: float = 0.4
    """How well quiet standing says where 0° is: an uneven floor (10 mm in 4 m, DIN 18202) and weight shifted."""
    foot_flat_sd_deg: float = 1.5
    """How well the walk's usual foot-flat does: whether the heel is down is assumed."""
    heel_up_deg: float = 30.0
    """A foot-flat up to so far toes down of standing is walking with the heel up; farther, the foot hung."""
    toe_out_deg: float = 7.0
    """How far feet point outward of the way they go (Morton 1932, J Bone Joint Surg 14:741): where nobody says how
    the sensor sits, the foot's long axis is taken so far outward of the travel direction."""
    toe_out_sd_deg: float = 5.0
    """How much that differs between people."""
    entered_sd_deg: float = 2.0
    """How well an entered mounting says where the long axis and the sole are."""
    entered_limit_deg: float = 5.0
    """Foot-flat within this of an entered mounting has the heel down."""
    entered_roll_deg: float = 10.0
    """A mounting whose sole is turned sideways of foot-flat by more is not how the sensor sits."""
    wrong_deg: float = 60.0
    """Toes that point farther from the way the foot goes, and a sole farther from foot-flat, are no entry to go by."""
    reversed_deg: float = 150.0
    """Toes that point so far from the way the foot goes are the heel: the entry is turned about."""
    quiet_rest: float = 0.35
    """Foot-flats of a lower median rest quality than this may not be foot-flats: suspected heel-up stance."""


class FootAxes(NamedTuple):
    """``sensor_to_foot`` (3, 3): rows are the foot's x, y, z in sensor axes.

    ``zero_source`` standing, foot_flat or mounting; ``zero_sd_deg``; ``foot_flat_pitch_deg`` the pitch of foot-flat in
    walking against quiet standing, below 0 where the heel is up in walking (NaN: never stands);
    ``suspected_heel_up``: 0° cannot be trusted; ``forward_entered``: the long axis was entered, not taken from
    the travel direction; ``forward_sd_deg`` how well it is known; ``mounting_off_deg`` how far foot-flat is from the
    sole of an entered mounting (NaN: none); ``heel_known``: whether the heel is down in walking was told by standing or
    by an entered mounting; ``mounting_turned``: the entered long axis pointed to the heel and was turned about.
    """

    sensor_to_foot: FloatArray
    zero_source: str
    zero_sd_deg: float
    foot_flat_pitch_deg: float
    suspected_heel_up: bool
    forward_entered: bool
    forward_sd_deg: float
    mounting_off_deg: float = np.nan
    heel_known: bool = False
    mounting_turned: bool = False


def find_foot_axes(
    up: FloatArray,
    forward: FloatArray,
    rest_quality: FloatArray,
    standing_up: FloatArray | None,
    entered_forward: FloatArray | None,
    *,
    left: bool,
    entered_up: FloatArray | None = None,
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
    entered_forward
        (3,) the foot's long axis in sensor axes where a mounting was entered, None: found from walking.
    left
        Whether it is the left foot.
    entered_up
        (3,) the sole's upward normal in sensor axes where a mounting was entered.
    config
        Limits.

    Returns
    -------
    FootAxes

    Raises
    ------
    SignalError
        no_walking: no stride from which forward can be told; wrong_axes: an entered mounting that cannot be.

    Notes
    -----
    z is up in quiet standing, else the median foot-flat; x is the median travel direction made level with it and
    turned outward by the usual toe-out.
    A foot that stands otherwise than it lies in walking by more than ``standing_limit_deg`` is not zeroed by
    standing: one of the two is no posture with the heel down. An entered mounting knows the sole: where foot-flat lies
    toes down of it, the heel is up, and 0° is the mounting's.
    """
    config = config or MountingConfig()
    if not len(forward):
        raise SignalError(
            SignalReason.NO_WALKING, "Found no straight stride, expected walking. Record at least six strides ahead."
        )
    outward = np.radians(config.toe_out_deg if left else -config.toe_out_deg)
    entered, forward_sd = entered_forward is not None, config.toe_out_sd_deg
    flat = _direction(middle_vector(up))
    turned = False
    if entered_forward is not None:
        turned = _turned_about(entered_forward, entered_up, flat, _axes(flat, forward, outward)[0], config)
        entered_forward = -entered_forward if turned else entered_forward
        forward, outward, forward_sd = entered_forward[None], 0.0, config.entered_sd_deg
    flat_pitch = np.nan
    zero, source, sd = flat, "foot_flat", config.foot_flat_sd_deg
    known, off = False, np.nan
    suspected = bool(np.median(rest_quality) < config.quiet_rest)
    if standing_up is not None:
        axes = _axes(standing_up, forward, outward)
        # foot-flat toes down against standing means that the heel is up in walking
        flat_pitch = float(np.degrees(np.arctan2(axes[0] @ flat, axes[2] @ flat)))
        if angle_between_deg(standing_up, flat) <= config.standing_limit_deg:
            zero, source, sd, suspected = standing_up, "standing", config.standing_sd_deg, False
        elif -config.heel_up_deg < flat_pitch < 0:
            zero, source, sd, suspected, known = standing_up, "standing", config.foot_flat_sd_deg, False, True
    if entered_up is not None:
        axes = _axes(entered_up, forward, outward)
        off = angle_between_deg(entered_up, flat)
        pitch, roll = (float(np.degrees(np.arctan2(axis @ flat, axes[2] @ flat))) for axis in axes[:2])
        if off <= config.entered_limit_deg:
            suspected, known = False, True
        elif -config.heel_up_deg < pitch < 0 and abs(roll) < config.entered_roll_deg:
            zero, source, sd, flat_pitch = entered_up, "mounting", config.entered_sd_deg, pitch
            suspected, known = False, True
    return FootAxes(
        _axes(zero, forward, outward), source, sd, flat_pitch, suspected, entered, forward_sd, off, known, turned
    )


def _turned_about(
    forward: FloatArray, up: FloatArray | None, flat: FloatArray, walked: FloatArray, config: MountingConfig
) -> bool:
    """Whether an entered long axis points to the heel; an entry that fits neither way is refused."""
    sole_off = 0.0 if up is None else angle_between_deg(up, flat)
    if sole_off > config.wrong_deg:
        raise SignalError(
            SignalReason.WRONG_AXES,
            f"By the entered mounting the sole lies {sole_off:.0f}° off the floor in stance, expected less than "
            f"{config.wrong_deg:.0f}°. Correct its rotation (sensor to foot, x y z w), or the signs of the "
            "accelerometer: at rest it shows +9.81 m/s² upward.",
        )
    toes_off = angle_between_deg(_direction(_level(forward[None], flat)[0]), walked)
    if config.wrong_deg < toes_off < config.reversed_deg:
        raise SignalError(
            SignalReason.WRONG_AXES,
            f"By the entered mounting the toes point {toes_off:.0f}° away from where the foot goes, expected less than "
            f"{config.wrong_deg:.0f}°. Correct its rotation (sensor to foot, x y z w), or leave it out.",
        )
    return toes_off >= config.reversed_deg


def angle_between_deg(a: FloatArray, b: FloatArray) -> float:
    """Angle between two unit vectors."""
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))


def _axes(up: FloatArray, forward: FloatArray, outward: float) -> FloatArray:
    ahead = _direction(_level(middle_vector(_level(forward, up))[None], up)[0])
    x = np.cos(outward) * ahead + np.sin(outward) * np.cross(up, ahead)
    return np.stack((x, np.cross(up, x), up))


def _level(vectors: FloatArray, up: FloatArray) -> FloatArray:
    return np.asarray(vectors - (vectors @ up)[:, None] * up)


def _direction(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / np.linalg.norm(vector))
