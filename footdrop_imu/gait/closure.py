"""How far a path between foot-flats may be wrong: by how it closes, and by how the walk's strides usually close."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.schema import BoolArray, FloatArray

__all__ = ["Closures", "Doubt", "DriftConfig", "Usual", "doubt_of", "find_usual"]


@dataclass(frozen=True)
class DriftConfig:
    """Errors of the integrated acceleration.

    The undersampling shares were chosen on recordings thinned by dropping samples, so that the stated sd of the
    stride length keeps its meaning at 200, 100 and 50 Hz.
    """

    acceleration_sd_mps2: float = 0.01
    """A constant error over the stride beside the tilt's."""
    undersampling: float = 0.24
    """Velocity error of one step as a share of the second difference of acceleration times the sample time."""
    undersampling_averaged: float = 0.03
    """The same where samples are means over the sample time: an impact between two samples is not lost."""
    velocity_noise_mps: float = 0.001
    """Random walk of velocity in one second that no sample shows."""
    least_inflation: float = 0.1
    """Strides that close far better than the model expects are held this much better at the most (variance)."""
    sd_share: float = 0.38
    """What of the model's sd is found in displacements: a second difference bounds a step's error from above."""
    impact_s: float = 0.018
    """How long an impact takes: with a sample time near it, impacts pass between samples and no difference of
    samples bounds them; the sd grows."""
    scale_sd: float = 0.003
    """How well the accelerometer's scale is known once gravity at rest has set it."""
    delay_per_s: float = 2.8
    """Share of a stride's length that a second of delay would cost: 2.3 to 3.8 % for 10 ms in walks of 20 people."""
    rest_velocity_mps: float = 0.01
    """Velocity of a foot "at rest" for each unit of motion intensity."""
    sensor_height_m: float = 0.06
    """Height of the sensor above the floor, about which a foot in stance still turns a little."""
    rest_rate_half_window_s: float = 0.02
    """The rate at rest is the mean over this much to either side."""
    attitude_share: float = 0.5
    """Over what share of the stride the disagreement of gravity at its two ends acted."""
    level_limit_m: float = 0.10
    """A stride that rises by less (or by less than four sd) is on level floor: it ends at the height it began."""
    level_sd_m: float = 0.003
    """How level a floor is from foot-flat to foot-flat."""
    lost_acceleration_mps2: float = 10.0
    """What acceleration may have been where samples are missing, reached at ``lost_scale_s``."""
    lost_scale_s: float = 0.05


class Closures(NamedTuple):
    """How intervals between rests close, before a floor is taken as level, each (k,).

    ``drift_m2`` and ``rest_m2`` (k, 2): variance of the displacement along and up, from the drift between the rests
    and from the velocities at them; ``tilt_m2`` of the rise, from an attitude error that turns way into height.
    ``lossy``: samples are missing.
    """

    closure_ratio: FloatArray
    lossy: BoolArray
    drift_m2: FloatArray
    rest_m2: FloatArray
    tilt_m2: FloatArray
    rise_m: FloatArray
    way_m: FloatArray


class Usual(NamedTuple):
    """What a recording's intervals show together.

    ``closure_square`` and ``drift_m2`` (2,) are medians; ``rise_share`` is the usual rise over the usual way of
    strides on level floor.
    """

    closure_square: float
    drift_m2: FloatArray
    rise_share: float


class Doubt(NamedTuple):
    """Variances (k,) of a displacement along and up, the part that all strides share; whether the floor is level."""

    along_m2: FloatArray
    up_m2: FloatArray
    shared_m2: FloatArray
    level: BoolArray


def find_usual(parts: Sequence[Closures], rate_hz: float, *, averaged: bool, config: DriftConfig) -> Usual:
    """What the intervals of some stretches of one recording show together.

    A wrong |g|, an offset of the accelerometer or a delay makes the strides on level floor rise or fall together, and
    their lengths wrong by about as much.
    """
    joined = Closures(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    usual = Usual(float(np.median(joined.closure_ratio**2)), np.median(joined.drift_m2, axis=0), 0.0)
    far = joined.way_m > 0.5 * np.percentile(joined.way_m, 80)
    far &= doubt_of(joined, usual, rate_hz, averaged=averaged, config=config).level
    if not far.any():
        return usual
    return usual._replace(rise_share=float(np.median(joined.rise_m[far]) / np.median(joined.way_m[far])))


def doubt_of(closures: Closures, usual: Usual, rate_hz: float, *, averaged: bool, config: DriftConfig) -> Doubt:
    """How far each interval's displacement may be wrong, and which end at the height they began."""
    # a wrong |g|, a bias or a delay shows in what is left over; one stride alone shows it badly
    pooled = (closures.closure_ratio**2 + 2.0 * usual.closure_square) / 3.0
    # a filtered sensor loses less between samples than differences of samples bound, and closes better
    closes = np.maximum(np.sqrt(pooled), config.least_inflation)
    inflation = np.where(pooled > 1.0, pooled, np.where(closures.lossy, 1.0, closes))
    if not averaged:
        inflation = inflation * (1.0 + (1.0 / rate_hz / config.impact_s) ** 4)
    # an impact that no sample shows makes a stride look better than the walk's others: it is not
    drift = np.maximum(closures.drift_m2, usual.drift_m2)
    along, up = (inflation[:, None] * config.sd_share**2 * drift + closures.rest_m2).T
    up = up + closures.tilt_m2
    level = np.abs(closures.rise_m) < np.maximum(config.level_limit_m, 4.0 * np.sqrt(up))
    return Doubt(along, up, np.asarray((usual.rise_share * closures.way_m) ** 2), level)
