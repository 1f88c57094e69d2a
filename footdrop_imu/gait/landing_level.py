"""Heights corrected by where the shoe lands: on level floor every landing is as high as the last one."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.gait.strides import FootCourses
from footdrop_imu.gait.trajectory import FootPath
from footdrop_imu.schema import BoolArray, FloatArray, IntArray

__all__ = ["LandingConfig", "UsualLanding", "level_landings", "usual_landing"]


@dataclass(frozen=True)
class LandingConfig:
    """What lands, and how alike landings are."""

    heel_deg: float = 10.0
    """A contact with the toes so far up is the heel's; the toe is what others land on."""
    heel_sd_m: float = 0.003
    """How alike in height the heel's landings are: the moment of contact, the heel's pad, the floor."""
    toe_sd_m: float = 0.006
    """The same of the toe, which lands at more different angles."""
    fewest: int = 6
    """So many landings say what is usual."""
    most_sds: float = 3.0
    """A landing farther off than so many of its standard uncertainties is corrected no more than by these."""
    mid_swing_share: float = 0.6
    """How much of an error at landing is found in mid swing too."""


class UsualLanding(NamedTuple):
    """Height in m of the heel at heel contacts and of the toe at others, NaN where there are too few."""

    heel_m: float
    toe_m: float


def usual_landing(courses: FootCourses, contact: IntArray, config: LandingConfig | None = None) -> UsualLanding:
    """How high heel and toe are at a walk's landings.

    Parameters
    ----------
    courses
        Of one stretch.
    contact
        (k,) initial contacts of strides on level floor.
    config
        What lands.
    """
    config = config or LandingConfig()
    on_heel = courses.pitch_deg[contact] > config.heel_deg

    def usual(height: FloatArray, chosen: BoolArray) -> float:
        return float(np.median(height[contact[chosen]])) if chosen.sum() >= config.fewest else np.nan

    return UsualLanding(usual(courses.heel_height, on_heel), usual(courses.toe_height, ~on_heel))


def level_landings(
    path: FootPath,
    courses: FootCourses,
    usual: UsualLanding,
    strides: IntArray,
    toe_off: IntArray,
    contact: IntArray,
    config: LandingConfig | None = None,
) -> tuple[FootPath, FootCourses]:
    """Correct the heights of strides by the height at which they land.

    Parameters
    ----------
    path, courses
        Of one stretch.
    usual
        The walk's.
    strides
        (k,) intervals with a swing.
    toe_off, contact
        (k,) their events, in the path's samples.
    config
        How alike landings are.

    Returns
    -------
    path, courses
        With heights, and their standard uncertainty in mid swing, corrected.

    Notes
    -----
    Upward speed goes wrong where push-off and landing pass between samples: the error in height grows steadily over
    swing and is taken back by what foot-flat says. Against markers the error of the heel at contact explained half of
    the variance of the toe's in mid swing. The landing's own deviation, weighed against how alike landings are, says
    how much of it is error.
    """
    config = config or LandingConfig()
    if not len(strides):
        return path, courses
    on_heel = courses.pitch_deg[contact] > config.heel_deg
    off = np.where(on_heel, courses.heel_height[contact] - usual.heel_m, courses.toe_height[contact] - usual.toe_m)
    alike = np.where(on_heel, config.heel_sd_m, config.toe_sd_m)
    before, after = np.maximum(contact - 1, 0), np.minimum(contact + 1, len(path.interval) - 1)
    heel, toe = (height[after] - height[before] for height in (courses.heel_height, courses.toe_height))
    # a contact between two samples is met half a sample early or late
    alike = np.hypot(alike, 0.25 * np.where(on_heel, heel, toe))
    variance = path.height_sd_m[strides] ** 2
    gain = variance / (variance + alike**2)
    known = np.isfinite(off) & path.level[strides]
    gain, off = np.where(known, gain, 0.0), np.where(known, off, 0.0)
    limit = config.most_sds * np.sqrt(variance + alike**2)
    error = np.zeros(len(path.displacement_m))
    error[strides] = gain * np.clip(off, -limit, limit)

    edges = np.concatenate(([0], np.flatnonzero(np.diff(path.interval)) + 1, [len(path.interval) - 1]))
    start, end = edges[:-1], edges[1:]
    away, landed = start.copy(), end.copy()
    away[strides], landed[strides] = toe_off, contact
    sample = np.arange(len(path.interval))
    interval = path.interval
    rising = (sample - away[interval]) / np.maximum(landed - away, 1)[interval]
    sinking = (end[interval] - sample) / np.maximum(end - landed, 1)[interval]
    share = np.clip(np.minimum(rising, sinking), 0.0, 1.0)
    wrong = share * error[interval]
    position = path.position.copy()
    position[:, 2] -= wrong
    height_sd = path.height_sd_m.copy()
    height_sd[strides] *= np.sqrt(1.0 - config.mid_swing_share * gain)
    corrected = courses._replace(toe_height=courses.toe_height - wrong, heel_height=courses.heel_height - wrong)
    return path._replace(position=position, height_sd_m=height_sd), corrected
