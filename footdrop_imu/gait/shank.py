"""The shank's forward lean, from its own sensor and the foot-flats of its foot: no magnetometer, no drift."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.closure import DriftConfig
from footdrop_imu.gait.foot import FootConfig, Samples, axes_evidence, make_stretch, stretch_bounds
from footdrop_imu.gait.joint import Joint, turning_force
from footdrop_imu.gait.middle import middle_vector
from footdrop_imu.gait.mounting import angle_between_deg
from footdrop_imu.gait.orientation import conjugate, rotate
from footdrop_imu.gait.rest import Rests
from footdrop_imu.gait.tilt import TiltConfig
from footdrop_imu.gait.trajectory import FootPath
from footdrop_imu.schema import GRAVITY_MPS2, FloatArray, IntArray

__all__ = ["ShankAxes", "ShankConfig", "ShankLean", "measure_shank", "up_at_foot_flat"]

_CHUNK = 65_536


@dataclass(frozen=True)
class ShankConfig:
    """Errors of the shank's lean, and what its zero rests on."""

    tilt: TiltConfig = field(default_factory=lambda: TiltConfig(gravity_sd_rad=0.008, sensor_height_m=0.0))
    """Gravity at the joint in one foot-flat is known to 0.5° at best: the heel begins to rise in it."""
    drift: DriftConfig = field(default_factory=lambda: DriftConfig(sensor_height_m=0.0))
    """The joint stands still in foot-flat, whatever the shank's rate."""
    sd_share: float = 0.4
    """What of the model's sd is found in simulated walks with firm and with soft straps: neighboring foot-flats make up
    for much of what one alone has wrong."""
    standing_limit_deg: float = 25.0
    """Standing and foot-flat in walking differ by less than this at the shank; more is sitting."""
    standing_sd_deg: float = 0.25
    """How well the angle in this recording's quiet standing is known: the accelerometers' offsets all but cancel. How
    far people stand otherwise on another day is not in it."""
    foot_flat_lean_deg: float = 5.0
    """Lean of the shank in the middle of foot-flat (Winter 2009, doi:10.1002/9780470549148: the ankle at 20 to 30 %
    of the gait cycle), taken where the person never stands still."""
    foot_flat_sd_deg: float = 4.0
    """How much that differs between people and speeds."""


class ShankAxes(NamedTuple):
    """``sensor_to_shank`` (3, 3): rows are the shank's x (ahead), y (left), z (up) in sensor axes.

    ``zero_source`` standing or foot_flat; ``zero_sd_deg``.
    """

    sensor_to_shank: FloatArray
    zero_source: str
    zero_sd_deg: float


class ShankLean(NamedTuple):
    """``lean_deg`` (n,) forward lean of the shank, 0 in quiet standing, NaN outside the walk.

    Per interval between foot-flats (k,): ``sd_deg``, the zero not included, and ``step_m``, how far the joint went by
    this sensor alone.
    """

    lean_deg: FloatArray
    sd_deg: FloatArray
    step_m: FloatArray
    axes: ShankAxes


def up_at_foot_flat(samples: Samples, rests: Rests) -> FloatArray:
    """Unit vector (3,) that is about up at foot-flat, sensor axes: the usual force there."""
    up = middle_vector(samples.acc[rests.sample])
    return np.asarray(up / max(float(np.linalg.norm(up)), 1e-12))


def measure_shank(
    samples: Samples,
    joint: Joint,
    rests: Rests,
    movements: IntArray,
    standing_up: FloatArray | None,
    foot: FootConfig,
    config: ShankConfig | None = None,
) -> ShankLean:
    """Measure the shank's forward lean at every sample of a walk.

    Parameters
    ----------
    samples
        The shank's, on its foot's grid.
    joint
        From ``joint.find_joint``.
    rests
        Foot-flats of its foot.
    movements
        (m,) intervals between them that hold a stride.
    standing_up
        (3,) unit vector up in sensor axes while the person stands; None: never.
    foot
        Settings of the stretches and of straight strides.
    config
        Settings of the shank.

    Returns
    -------
    ShankLean

    Raises
    ------
    SignalError
        no_walking: no straight stride that says where ahead is.

    Notes
    -----
    The shank never rests in walking, but while its foot lies flat its lower end, the ankle joint, stands still. There
    the force is gravity alone: f - (dω/dt × r + ω × (ω × r)), with r from the joint to the sensor. So the joint
    takes the place that the sensor has on a foot: its tilt at foot-flat, its path and the travel direction follow in
    the same way. The sagittal plane is that of travel and of the shank's long axis.
    """
    config = config or ShankConfig()
    at_joint = samples._replace(acc=_force_at_joint(samples, joint.shank_arm_m))
    settings = replace(foot, drift=config.drift, tilt=config.tilt)
    bounds = stretch_bounds(rests, foot.stretch_samples)
    spread = np.unique(np.linspace(0, len(bounds) - 1, foot.axes_stretches).astype(int))
    known = {int(k): make_stretch(at_joint, rests, movements, bounds[k], settings) for k in spread}
    evidence = [axes_evidence(stretch, settings) for stretch in known.values() if len(stretch.movements)]
    if not sum(len(forward) for _, forward, _ in evidence):
        raise SignalError(
            SignalReason.NO_WALKING, "Found no straight stride, expected walking. Record at least six strides ahead."
        )
    up, forward, _ = (np.concatenate(parts) for parts in zip(*evidence, strict=True))
    axes = _find_axes(up, forward, standing_up, config)
    lean = np.full(len(samples.acc), np.nan)
    sds, steps = [], []
    for k, bound in enumerate(bounds):
        stretch = known.pop(k, None) or make_stretch(at_joint, rests, movements, bound, settings)
        lean[stretch.own] = _lean_deg(stretch.path, axes)
        sds.append(_sd_deg(samples, stretch.rests, stretch.path, axes, joint))
        steps.append(np.hypot(stretch.path.displacement_m[:, 0], stretch.path.displacement_m[:, 1]))
    return ShankLean(lean, config.sd_share * np.concatenate(sds), np.concatenate(steps), axes)


def _force_at_joint(samples: Samples, arm: FloatArray) -> FloatArray:
    out = np.empty((len(samples.acc), 3))
    for begin in range(0, len(out), _CHUNK):
        rows = np.arange(begin, min(begin + _CHUNK, len(out)))
        out[rows] = samples.acc[rows] - turning_force(samples.gyr[:], arm, samples.rate_hz, rows)
    return out


def _lean_deg(path: FootPath, axes: ShankAxes) -> FloatArray:
    up = rotate(conjugate(path.orientation), np.broadcast_to([0.0, 0.0, 1.0], (len(path.orientation), 3)))
    slope = up @ axes.sensor_to_shank.T
    return np.asarray(np.degrees(np.arctan2(-slope[:, 0], slope[:, 2])))


def _find_axes(up: FloatArray, forward: FloatArray, standing_up: FloatArray | None, config: ShankConfig) -> ShankAxes:
    flat = middle_vector(up)
    flat /= np.linalg.norm(flat)
    stands = standing_up is not None and angle_between_deg(standing_up, flat) <= config.standing_limit_deg
    z = standing_up if stands and standing_up is not None else flat
    x = middle_vector(forward - (forward @ z)[:, None] * z)
    x -= (x @ z) * z
    x /= np.linalg.norm(x)
    if stands:
        return ShankAxes(np.stack((x, np.cross(z, x), z)), "standing", config.standing_sd_deg)
    # the shank leans ahead in foot-flat
    lean = np.radians(config.foot_flat_lean_deg)
    x, z = np.cos(lean) * x - np.sin(lean) * z, np.cos(lean) * z + np.sin(lean) * x
    return ShankAxes(np.stack((x, np.cross(z, x), z)), "foot_flat", config.foot_flat_sd_deg)


def _sd_deg(samples: Samples, rests: Rests, path: FootPath, axes: ShankAxes, joint: Joint) -> FloatArray:
    """Standard uncertainty (k,) of the lean between two foot-flats: gravity, the arm, the gyroscope on the way."""
    width = int((rests.run_end - rests.run_start).max())
    rows = rests.run_start[:, None] + np.arange(width)
    inside = (rows < rests.run_end[:, None])[..., None]
    rows = np.minimum(rows, len(samples.gyr) - 1)
    by_axis = [
        (turning_force(samples.gyr[:], axis, samples.rate_hz, rows) * inside).sum(axis=1) / inside.sum(axis=1)
        for axis in np.eye(3)
    ]
    ahead = np.stack([force @ axes.sensor_to_shank[0] for force in by_axis], axis=-1) / GRAVITY_MPS2
    variance = path.tilt.up_sd_rad**2 + np.einsum("ki,ij,kj->k", ahead, joint.shank_covariance, ahead)
    between = 0.5 * (variance[:-1] + variance[1:]) + (0.25 * path.tilt.disagreement_rad) ** 2
    return np.asarray(np.degrees(np.sqrt(between)))
