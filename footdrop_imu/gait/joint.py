"""Where the ankle joint is, seen from a sensor on the foot and one on the shank: both feel the same joint move."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.gait.orientation import cross
from footdrop_imu.gait.stretch import Samples
from footdrop_imu.schema import FloatArray, IntArray

__all__ = ["Joint", "JointConfig", "find_joint", "turning_force"]


@dataclass(frozen=True)
class JointConfig:
    """What is known of the joint's place beforehand, and how the fit weighs it."""

    ankle_from_heel_m: tuple[float, float, float] = (0.05, 0.0, 0.085)
    """The ankle joint from the heel's lower edge: forward, left, up, in a shoe (Winter 2009,
    doi:10.1002/9780470549148: the malleolus at 0.039 of body height, and a sole)."""
    foot_sd_m: float = 0.03
    """How much that differs between feet and shoes."""
    shank_height_m: float = 0.25
    """How far above the joint a shank's sensor usually sits ..."""
    shank_height_sd_m: float = 0.10
    """... with how much between people; ..."""
    shank_across_sd_m: float = 0.06
    """... and how far off the line from ankle to knee."""
    least_sd_m: float = 0.015
    """Skin and muscle move over the bone: no fit says better where the joint is."""
    noise_s: float = 0.05
    """Time over which what the model does not explain is one and the same error."""
    samples: int = 15_000
    """The fit rests on at most so many samples, spread evenly."""
    steps: int = 10
    """Of the iteration, fixed so that results repeat."""
    slope_s: float = 0.02
    """The change of a rate is its slope over this much to either side."""


class Joint(NamedTuple):
    """``foot_arm_m`` and ``shank_arm_m`` (3,) from the joint to each sensor, in that sensor's axes.

    ``shank_covariance`` (3, 3) m². ``misfit_mps2``: by how much the two sensors disagree about the joint's
    acceleration, robust standard deviation.
    """

    foot_arm_m: FloatArray
    shank_arm_m: FloatArray
    shank_covariance: FloatArray
    misfit_mps2: float


def find_joint(
    foot: Samples,
    shank: Samples,
    usual_foot_arm: FloatArray,
    usual_up: FloatArray,
    span: tuple[int, int],
    config: JointConfig | None = None,
) -> Joint:
    """Find the ankle joint from a walk.

    Parameters
    ----------
    foot, shank
        Both on one grid.
    usual_foot_arm
        (3,) m, from the joint to the foot's sensor as usual, sensor axes.
    usual_up
        (3,) unit vector up at foot-flat, the shank's sensor axes.
    span
        First and last sample of the walk.
    config
        What is known beforehand.

    Notes
    -----
    The acceleration at the joint, f - (dω/dt × r + ω × (ω × r)) by either sensor, has the same size whatever the
    sensors' axes: Gauss-Newton on the difference of the sizes (Seel et al. 2012, doi:10.1109/CCA.2012.6402423),
    with weights that let impacts count little and shrinkage to the usual places.
    """
    config = config or JointConfig()
    first, last = span
    rows = np.unique(np.linspace(first, last, min(config.samples, last - first + 1)).astype(np.int64))
    rows = rows[(foot.valid & shank.valid)[rows]]
    across = np.eye(3) - np.outer(usual_up, usual_up)
    before = np.zeros((6, 6))
    before[:3, :3] = np.eye(3) / config.foot_sd_m**2
    before[3:, 3:] = np.outer(usual_up, usual_up) / config.shank_height_sd_m**2 + across / config.shank_across_sd_m**2
    usual = np.concatenate((usual_foot_arm, config.shank_height_m * usual_up))
    turning = [_by_arm(one, rows, config) for one in (foot, shank)]
    force = [one.acc[rows] for one in (foot, shank)]
    together = max(1.0, config.noise_s * foot.rate_hz)
    arms, misfit, precision = usual, np.inf, before
    for _ in range(config.steps if len(rows) else 0):
        joint = [f - by_arm @ arm for f, by_arm, arm in zip(force, turning, (arms[:3], arms[3:]), strict=True)]
        size = [np.maximum(np.sqrt(np.einsum("ni,ni->n", one, one)), 1e-9) for one in joint]
        error = size[0] - size[1]
        slope = [
            np.einsum("ni,nij->nj", one / length[:, None], by_arm)
            for one, length, by_arm in zip(joint, size, turning, strict=True)
        ]
        change = np.concatenate((-slope[0], slope[1]), axis=1)
        misfit = max(1.4826 * float(np.median(np.abs(error))), 1e-3)
        weight = 1.0 / (1.0 + (error / misfit) ** 2) / (misfit**2 * together)
        precision = (change * weight[:, None]).T @ change + before
        arms = arms - np.linalg.solve(precision, (change * weight[:, None]).T @ error + before @ (arms - usual))
    covariance = np.linalg.inv(precision)[3:, 3:] + config.least_sd_m**2 * np.eye(3)
    return Joint(arms[:3], arms[3:], covariance, misfit)


def turning_force(
    gyr: FloatArray, arm: FloatArray, rate_hz: float, rows: IntArray | None = None, config: JointConfig | None = None
) -> FloatArray:
    """Force that turning about a joint adds at the end of an arm (3,) from it: (n, 3), or at ``rows`` only."""
    config = config or JointConfig()
    half = max(1, round(config.slope_s * rate_hz))
    at = np.arange(len(gyr)) if rows is None else rows
    before, after = np.maximum(at - half, 0), np.minimum(at + half, len(gyr) - 1)
    change = (gyr[after] - gyr[before]) * (rate_hz / np.maximum(after - before, 1))[..., None]
    rate = gyr[at]
    return cross(change, arm) + cross(rate, cross(rate, arm))


def _by_arm(samples: Samples, rows: IntArray, config: JointConfig) -> FloatArray:
    """The turning force as a matrix (m, 3, 3) to be multiplied by the arm."""
    parts = [turning_force(samples.gyr[:], axis, samples.rate_hz, rows, config) for axis in np.eye(3)]
    return np.stack(parts, axis=-1)
