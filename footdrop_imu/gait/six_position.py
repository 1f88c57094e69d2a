"""Scale, misalignment and offset of a sensor from a recording in which it was laid on each of its six sides."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.checks import check_samples
from footdrop_imu.gait.orientation import conjugate, integrate_rate, multiply, rotate
from footdrop_imu.gait.rest import moving_mean
from footdrop_imu.schema import GRAVITY_MPS2, BoolArray, FloatArray, IntArray

__all__ = ["SixPositionConfig", "SixPositionFit", "six_position"]

_SIDES = 6


@dataclass(frozen=True)
class SixPositionConfig:
    """What counts as lying still, and how far the fit trusts what."""

    still_s: float = 1.5
    """A phase this long counts: two seconds of lying, less what the windows at its ends take."""
    window_s: float = 0.5
    """Over so long the sensor has to be still."""
    acc_scatter_mps2: float = 0.15
    """Still: scatter of the acceleration within the window; a table that people walk by shows 0.02, a hand 0.3."""
    gyr_scatter_radps: float = 0.04
    """Still: scatter of the rate; gyroscopes of phones and watches show 0.002 to 0.01."""
    edge_s: float = 0.4
    """So much of a phase's ends is left out: a calm hand begins to turn slowly."""
    noise_factor: float = 3.0
    """Scatter up to this multiple of the recording's quietest tenth is the sensor's own noise ..."""
    most_noise: float = 4.0
    """... where that is no more than this many times the (squared) limits above."""
    slow_radps: float = 0.02
    """A phase whose mean rate is further from the usual one is a slow turn."""
    side_deg: float = 25.0
    """A side laid by hand is this close to where it should be; more than that is between two sides."""
    gravity_sd_mps2: float = 0.01
    """Of a phase's mean acceleration: offset instability of usual chips, 1 mg."""
    turn_sd_rad: float = 0.005
    """Of a turn of a second or two by hand, integrated ..."""
    turn_sd_radps: float = 0.001
    """... and for each second that it takes: what is left of the gyroscope's offset."""
    scale_sd: float = 0.05
    """Before the recording is seen: accelerometers in use were up to 5 % off (VALIDATION.md)."""
    rate_scale_sd: float = 0.03
    """The same of gyroscopes: data sheets of consumer chips state up to 3 %."""
    offset_sd_mps2: float = 1.0
    """The same of accelerometer offsets: data sheets state up to 0.1 g after soldering."""
    most_off: float = 0.2
    """A matrix further than this from one that changes nothing is no sensor's error: other axes or another unit."""
    worst_turn_deg: float = 3.0
    """Gravity carried by the gyroscope from side to side may miss by this in the mean; else something is wrong."""


class SixPositionFit(NamedTuple):
    """What the sensor does wrong, and how well that is known.

    True acceleration = ``acc_matrix`` (3, 3) times (shown - ``acc_offset_mps2``), true rate = ``gyr_matrix`` (3, 3)
    times (shown - ``gyr_offset_radps``); each with its standard uncertainty in the same shape. ``side`` (k,) 0 to 5
    for each still phase, -1 between sides, ``phase`` (k, 2) its samples (half-open). ``gravity_before_mps2`` (k,) and
    ``gravity_after_mps2`` (k,) the size of gravity shown in each phase, without and with the fit;
    ``turn_before_deg`` (t,) and ``turn_after_deg`` by how much gravity misses when the gyroscope carries it from one
    phase to the next.
    """

    acc_matrix: FloatArray
    acc_offset_mps2: FloatArray
    gyr_matrix: FloatArray
    gyr_offset_radps: FloatArray
    acc_matrix_sd: FloatArray
    acc_offset_sd_mps2: FloatArray
    gyr_matrix_sd: FloatArray
    gyr_offset_sd_radps: FloatArray
    side: IntArray
    phase: IntArray
    gravity_before_mps2: FloatArray
    gravity_after_mps2: FloatArray
    turn_before_deg: FloatArray
    turn_after_deg: FloatArray


def six_position(
    acc: FloatArray,
    gyr: FloatArray,
    rate_hz: float,
    valid: BoolArray | None = None,
    config: SixPositionConfig | None = None,
) -> SixPositionFit:
    """Calibrate one sensor that was laid on its six sides, in any order, two seconds or longer each.

    Parameters
    ----------
    acc, gyr
        (n, 3) m/s² and rad/s as the sensor shows them.
    rate_hz
        Sample rate.
    valid
        (n,) False in gaps too long to fill; a turn over one is left out.
    config
        Limits.

    Returns
    -------
    SixPositionFit

    Raises
    ------
    SignalError
        sides_missing: not all six sides, with those that are missing; no_fit: gravity does not come out right, or
        the gyroscope does not carry it from side to side; what ``check_samples`` and wrong units refuse.

    Notes
    -----
    Least squares over all still phases and the turns between them (after Tedaldi et al. 2014,
    doi:10.1109/ICRA.2014.6907297): corrected gravity has the size g in each phase, and the corrected rate,
    integrated, carries its direction from one phase to the next. Differs from the source: the accelerometer's matrix
    is symmetric instead of triangular and everything is fitted at once with weak prior sizes, alike in all directions,
    so that the result turns with the chip and what the recording does not show stays as it was. The gyroscope's offset
    is its mean in the phases, linear between them.
    """
    from scipy.optimize import least_squares

    config = config or SixPositionConfig()
    check_samples(acc, gyr, rate_hz)
    phase = _still_phases(acc, gyr, rate_hz, config)
    shown = np.array([acc[a:b].mean(axis=0) for a, b in phase]).reshape(-1, 3)
    offsets = np.array([gyr[a:b].mean(axis=0) for a, b in phase]).reshape(-1, 3)
    side, frame = _sides(shown, config)
    _refuse_missing(side, frame)
    middle = phase.mean(axis=1)
    steady = gyr - np.column_stack([np.interp(np.arange(len(gyr)), middle, column) for column in offsets.T])
    leave, enter = phase[:-1, 1] - 1, phase[1:, 0]
    broken = np.concatenate(([0], np.cumsum(~valid))) if valid is not None else np.zeros(len(acc) + 1)
    turn = np.flatnonzero(broken[enter] == broken[leave])
    turn_sd = np.hypot(config.turn_sd_rad, config.turn_sd_radps * (enter - leave) / rate_hz)[turn]

    def carried(matrix: FloatArray, gravity: FloatArray) -> FloatArray:
        up = gravity / np.linalg.norm(gravity, axis=1)[:, None]
        turned = integrate_rate(steady @ matrix.T, rate_hz, averaged=False)
        between = multiply(conjugate(turned[leave]), turned[enter])[turn]
        return np.asarray(rotate(conjugate(between), up[turn]) - up[turn + 1])

    def residuals(parameters: FloatArray) -> FloatArray:
        acc_matrix, offset, gyr_matrix = _unpacked(parameters)
        gravity = (shown - offset) @ acc_matrix.T
        stretch, rate_stretch = acc_matrix - np.eye(3), gyr_matrix - np.eye(3)
        return np.concatenate(
            [
                (np.linalg.norm(gravity, axis=1) - GRAVITY_MPS2) / config.gravity_sd_mps2,
                (carried(gyr_matrix, gravity) / turn_sd[:, None]).ravel(),
                stretch.ravel() / config.scale_sd,
                rate_stretch.ravel() / config.rate_scale_sd,
                offset / config.offset_sd_mps2,
            ]
        )

    start = _packed(np.eye(3) * GRAVITY_MPS2 / np.linalg.norm(shown, axis=1).mean(), np.zeros(3), np.eye(3))
    found = least_squares(residuals, start, method="lm", xtol=1e-12, ftol=1e-12)
    acc_matrix, offset, gyr_matrix = _unpacked(found.x)
    gravity = (shown - offset) @ acc_matrix.T
    slopes = np.asarray(found.jac, dtype=np.float64)
    sd = np.sqrt(np.diag(np.linalg.inv(slopes.T @ slopes)))
    acc_sd, offset_sd, gyr_sd = _unpacked(sd)
    fit = SixPositionFit(
        acc_matrix,
        offset,
        gyr_matrix,
        offsets.mean(axis=0),
        acc_sd,
        offset_sd,
        gyr_sd,
        offsets.std(axis=0, ddof=1) / np.sqrt(len(offsets)),
        side,
        phase,
        np.linalg.norm(shown, axis=1),
        np.linalg.norm(gravity, axis=1),
        np.degrees(np.linalg.norm(carried(np.eye(3), shown), axis=1)),
        np.degrees(np.linalg.norm(carried(gyr_matrix, gravity), axis=1)),
    )
    _refuse_misfit(fit, config)
    return fit


def _packed(acc_matrix: FloatArray, offset: FloatArray, gyr_matrix: FloatArray) -> FloatArray:
    return np.concatenate((acc_matrix[np.triu_indices(3)], offset, gyr_matrix.ravel()))


def _unpacked(parameters: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    xx, xy, xz, yy, yz, zz = parameters[:6]
    acc_matrix = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
    return acc_matrix, parameters[6:9], parameters[9:].reshape(3, 3)


def _still_phases(acc: FloatArray, gyr: FloatArray, rate_hz: float, config: SixPositionConfig) -> IntArray:
    """First sample and the one after the last (k, 2) of each phase in which the sensor lies still."""
    width = max(3, round(config.window_s * rate_hz))
    scatter = np.zeros(len(acc))
    for values, limit in ((acc, config.acc_scatter_mps2), (gyr, config.gyr_scatter_radps)):
        centered = values - values.mean(axis=0)
        for column in centered.T:
            scatter += (moving_mean(column**2, width) - moving_mean(column, width) ** 2) / limit**2
    limit = np.clip(config.noise_factor * np.quantile(scatter, 0.1), 1.0, config.most_noise)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], scatter < limit, [False])).astype(np.int8)))
    phase: IntArray = edges.reshape(-1, 2).astype(np.int64)
    phase = phase[phase[:, 1] - phase[:, 0] >= config.still_s * rate_hz]
    phase = phase + round(config.edge_s * rate_hz) * np.array([1, -1])
    if not len(phase):
        return phase
    rates = np.array([gyr[a:b].mean(axis=0) for a, b in phase])
    away = np.linalg.norm(rates - np.median(rates, axis=0), axis=1)
    return np.asarray(phase[away < config.slow_radps])


def _sides(shown: FloatArray, config: SixPositionConfig) -> tuple[IntArray, FloatArray]:
    """Which of six sides lies up in each phase (k,), and the frame (3, 3) of rows whose two ends the sides are.

    Side 2 j is the end of row j, side 2 j + 1 the other one; -1 between sides. The frame is the one of two phases
    that has most sides: the chip need not sit straight in its case.
    """
    up = shown / np.linalg.norm(shown, axis=1)[:, None]
    one, other = np.nonzero(np.abs(up @ up.T) < np.sin(np.radians(config.side_deg)))
    frames = np.broadcast_to(np.eye(3), (1, 3, 3))
    if len(one):
        third = np.cross(up[one], up[other])
        third /= np.linalg.norm(third, axis=1)[:, None]
        frames = np.stack([up[one], np.cross(third, up[one]), third], axis=1)
    cosine = np.einsum("fij,kj->fki", frames, up)
    axis = np.abs(cosine).argmax(axis=2)
    along = np.take_along_axis(cosine, axis[..., None], axis=2)[..., 0]
    near = np.abs(along) > np.cos(np.radians(config.side_deg))
    sides = np.where(near, 2 * axis + (along < 0), -1)
    count = (sides[..., None] == np.arange(_SIDES)).any(axis=1).sum(axis=1)
    # of frames with as many sides the one that fits them best
    best = int(np.argmax(count + 0.5 * np.where(near, np.abs(along), 0.0).mean(axis=1))) if len(up) else 0
    return sides[best].astype(np.int64), np.asarray(frames[best])


def _refuse_missing(side: IntArray, frame: FloatArray) -> None:
    here = np.bincount(side[side >= 0], minlength=_SIDES)
    if (here > 0).all():
        return
    if not here.any():
        raise SignalError(
            SignalReason.SIDES_MISSING,
            "Found no two sides on which the sensor lay still for two seconds, expected six. Lay it on each of its six "
            "sides for three seconds and do not touch it there.",
        )
    names = [_name(frame[j // 2] * (1 - 2 * (j % 2))) for j in range(_SIDES)]
    found = ", ".join(f"{names[j]}{f' ({here[j]} times)' if here[j] > 1 else ''}" for j in np.flatnonzero(here))
    missing = ", ".join(names[j] for j in np.flatnonzero(here == 0))
    raise SignalError(
        SignalReason.SIDES_MISSING,
        f"Found {np.count_nonzero(here)} of six sides: up was {found}. Missing: {missing} up. Record again with all "
        "six sides, each still for three seconds.",
    )


def _name(direction: FloatArray) -> str:
    """``+x``, or the direction itself where no axis of the sensor is near."""
    axis = int(np.abs(direction).argmax())
    if abs(direction[axis]) > 0.85:
        return f"{'+' if direction[axis] > 0 else '-'}{'xyz'[axis]}"
    return "({})".format(", ".join(f"{value:.1f}" for value in direction))


def _refuse_misfit(fit: SixPositionFit, config: SixPositionConfig) -> None:
    for name, matrix in (("acceleration", fit.acc_matrix), ("rate", fit.gyr_matrix)):
        away = float(np.linalg.norm(matrix - np.eye(3), 2))
        if away > config.most_off:
            raise SignalError(
                SignalReason.NO_FIT,
                f"The {name} would have to change by {away:.0%}, expected at most {config.most_off:.0%}. Check its "
                "unit, and that accelerometer and gyroscope are read in the same axes.",
            )
    miss = float(np.sqrt(np.mean(fit.turn_after_deg**2))) if len(fit.turn_after_deg) else 0.0
    if miss > config.worst_turn_deg:
        raise SignalError(
            SignalReason.NO_FIT,
            f"Gravity carried by the gyroscope from side to side misses by {miss:.0f}°, expected less than "
            f"{config.worst_turn_deg:g}°. Turn the sensor more slowly, without knocks.",
        )
    off = float(np.abs(fit.gravity_after_mps2 - GRAVITY_MPS2).max())
    if off > 10.0 * config.gravity_sd_mps2:
        raise SignalError(
            SignalReason.NO_FIT,
            f"With the best scale and offset gravity is still {off:.2f} m/s² off in one position, expected less than "
            f"{10.0 * config.gravity_sd_mps2:.1f}. Was the sensor held by hand, or at its limit? Record again on a "
            "firm table.",
        )
