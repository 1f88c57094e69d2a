"""Ankle dorsiflexion in walking: the foot's pitch and the shank's forward lean together, 0 in quiet standing."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.checks import still_blocks
from footdrop_imu.gait.clock import Grid, join_grids
from footdrop_imu.gait.foot import FootConfig, FootStrides, Samples, stretch_courses
from footdrop_imu.gait.joint import Joint, JointConfig, find_joint
from footdrop_imu.gait.middle import middle_vector
from footdrop_imu.gait.rest import motion_intensity, moving_mean
from footdrop_imu.gait.shank import ShankConfig, ShankLean, measure_shank, up_at_foot_flat
from footdrop_imu.gait.stretch import cycle_course
from footdrop_imu.gait.strides import COURSE_POINTS, greatest
from footdrop_imu.schema import FloatArray

__all__ = [
    "ANKLE_COLUMNS",
    "AnkleConfig",
    "AnkleStrides",
    "analyze_ankle",
    "no_ankle",
    "on_foot_grid",
    "refuse_swapped",
]

ANKLE_COLUMNS = (
    "ankle_dorsiflexion_swing_max_deg",
    "ankle_dorsiflexion_mid_swing_deg",
    "ankle_dorsiflexion_initial_contact_deg",
    "ankle_dorsiflexion_sd_deg",
)

_WALKING_S = 1.5
_WALKING_INTENSITY = 2.0
_STILLEST = 0.2
_SWAPPED = 1.5


@dataclass(frozen=True)
class AnkleConfig:
    """Every setting of the ankle's analysis."""

    joint: JointConfig = field(default_factory=JointConfig)
    shank: ShankConfig = field(default_factory=ShankConfig)
    soft_tissue_sd_deg: float = 0.2
    """Skin and muscle turn the shank's sensor against the bone; what a firm strap leaves in swing."""


class AnkleStrides(NamedTuple):
    """``measured`` the four ankle columns (k,) of the foot's strides and ``ankle_course`` (k, 101) over the gait cycle.

    ``ankle_deg`` (n,) dorsiflexion at the foot's samples, NaN where it is not known. ``standing_pitch_deg``: the
    foot's pitch while the person stands, taken off; NaN where the zero is foot-flat.
    """

    measured: dict[str, FloatArray]
    ankle_deg: FloatArray
    joint: Joint
    shank: ShankLean
    standing_pitch_deg: float


def analyze_ankle(
    foot: Samples,
    shank: Samples,
    strides: FootStrides,
    *,
    left: bool,
    foot_config: FootConfig,
    config: AnkleConfig | None = None,
) -> AnkleStrides:
    """Measure the ankle of one leg.

    Parameters
    ----------
    foot, shank
        Both on the foot's grid.
    strides
        What ``foot.analyze_foot`` gave.
    left
        Whether it is the left leg.
    foot_config, config
        Settings.

    Returns
    -------
    AnkleStrides

    Raises
    ------
    SignalError
        no_walking: no straight stride of the shank.

    Notes
    -----
    Both angles are against gravity, each in its segment's own sagittal plane, so that no heading and no magnetometer is
    needed. Zero is quiet standing of both, where the foot's zero is standing too; else the walk's usual foot-flat,
    with the shank's usual lean there and its spread between people in the stated uncertainty.
    """
    config = config or AnkleConfig()
    axes, measured = strides.axes, strides.measured
    ankle_in_foot = strides.geometry.heel_m + np.array(config.joint.ankle_from_heel_m)
    joint = find_joint(
        foot,
        shank,
        -axes.sensor_to_foot.T @ ankle_in_foot,
        up_at_foot_flat(shank, strides.rests),
        (int(strides.rests.sample[0]), int(strides.rests.sample[-1])),
        config.joint,
    )
    standing = _standing(foot, shank) if axes.zero_source == "standing" else None
    lean = measure_shank(
        shank,
        joint,
        strides.rests,
        measured["interval"],
        None if standing is None else standing[1],
        foot_config,
        config.shank,
    )
    standing_pitch = np.nan
    if standing is not None and lean.axes.zero_source == "standing":
        standing_pitch = float(np.degrees(np.arcsin(np.clip(axes.sensor_to_foot[0] @ standing[0], -1.0, 1.0))))
    ankle = lean.lean_deg - np.nan_to_num(standing_pitch)
    for path, courses in stretch_courses(foot, strides, left=left, config=foot_config):
        last = len(path.interval) - 1
        ankle[path.first : path.first + last] += courses.pitch_deg[:last]
    ankle[int(strides.rests.sample[-1])] = np.nan
    return AnkleStrides(_measures(ankle, shank, strides, lean, config), ankle, joint, lean, standing_pitch)


def no_ankle(strides: FootStrides) -> dict[str, FloatArray]:
    """Make the ankle's columns of strides that have none."""
    count = len(strides.measured["start"])
    missing = {name: np.full(count, np.nan) for name in ANKLE_COLUMNS}
    return missing | {"ankle_course": np.full((count, COURSE_POINTS), np.nan)}


def on_foot_grid(shank: Samples, foot: Samples, lead_s: float) -> Samples:
    """Bring a shank's samples onto its foot's grid; its first sample comes ``lead_s`` after the foot's."""
    if shank.rate_hz == foot.rate_hz and len(shank.acc) == len(foot.acc) and lead_s == 0.0:
        return shank
    here = Grid(foot.acc[:], foot.lost, foot.valid)
    both = np.hstack((shank.acc[:], shank.gyr[:], shank.clipped[:, None].astype(np.float64)))
    joined = join_grids(here, Grid(both, shank.lost, shank.valid), foot.rate_hz, shank.rate_hz, lead_s)
    return Samples(
        acc=np.ascontiguousarray(joined.values[:, :3]),
        gyr=np.ascontiguousarray(joined.values[:, 3:6]),
        lost=joined.lost,
        valid=joined.valid,
        clipped=joined.values[:, 6] > 0,
        rate_hz=foot.rate_hz,
        averaged=shank.averaged,
    )


def refuse_swapped(foot: Samples, shank: Samples, side: str) -> None:
    """Refuse a foot's and a shank's files that stand for each other: a foot rests in stance, a shank never does.

    Raises
    ------
    SignalError
        swapped: while walking, the shank's sensor is much stiller than the foot's in the stillest part.
    """
    intensity = motion_intensity(foot.acc, foot.gyr, foot.rate_hz)
    walking = moving_mean(intensity, round(_WALKING_S * foot.rate_hz)) > _WALKING_INTENSITY
    if not walking.any():
        return
    foot_least = np.quantile(intensity[walking], _STILLEST)
    shank_least = np.quantile(motion_intensity(shank.acc, shank.gyr, foot.rate_hz)[walking], _STILLEST)
    if foot_least > _SWAPPED * shank_least:
        raise SignalError(
            SignalReason.SWAPPED,
            f"The {side} shank's sensor rests in stance and the {side} foot's does not, expected the other way round. "
            "Their files look swapped: exchange them.",
        )


def _standing(foot: Samples, shank: Samples) -> tuple[FloatArray, FloatArray] | None:
    """Up (3,) in the axes of both sensors while both are still; None where they never are."""
    still, foot_mean = still_blocks(foot.acc, foot.gyr, foot.rate_hz)
    also_still, shank_mean = still_blocks(shank.acc, shank.gyr, shank.rate_hz)
    both = still & also_still
    if not both.any():
        return None
    foot_up, shank_up = (middle_vector(mean[both, :3]) for mean in (foot_mean, shank_mean))
    return foot_up / np.linalg.norm(foot_up), shank_up / np.linalg.norm(shank_up)


def _measures(
    ankle: FloatArray, shank: Samples, strides: FootStrides, lean: ShankLean, config: AnkleConfig
) -> dict[str, FloatArray]:
    measured = strides.measured
    start, end = measured["start"], measured["end"]
    unusable = np.concatenate(([0], np.cumsum(~shank.valid)))
    gap = unusable[end + 1] > unusable[start]
    foot_variance = np.maximum(measured["foot_pitch_sd_deg"] ** 2 - strides.axes.zero_sd_deg**2, 0.0)
    own_sd = np.hypot(lean.axes.zero_sd_deg, config.soft_tissue_sd_deg)
    sd = np.sqrt(foot_variance + lean.sd_deg[measured["interval"]] ** 2 + own_sd**2)
    values = {
        "ankle_dorsiflexion_swing_max_deg": greatest(ankle, measured["toe_off"], measured["initial_contact"]),
        "ankle_dorsiflexion_mid_swing_deg": ankle[measured["mid_swing"]],
        "ankle_dorsiflexion_initial_contact_deg": ankle[measured["initial_contact"]],
        "ankle_dorsiflexion_sd_deg": sd,
    }
    values = {name: np.where(gap, np.nan, value) for name, value in values.items()}
    values["ankle_course"] = np.where(gap[:, None], np.nan, cycle_course(ankle, 0, measured))
    return values
