"""What arrays must be before they are analyzed, and the sensor's own errors that rest shows."""

import numpy as np

from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.gait.middle import middle_vector
from footdrop_imu.gait.rest import moving_mean
from footdrop_imu.gait.signal import Samples3, Signal
from footdrop_imu.schema import GRAVITY_MPS2, BoolArray, FloatArray

__all__ = ["check_samples", "clipped_samples", "correct_gravity", "gravity_at_rest", "still_blocks", "still_phases"]

_SHORTEST_S = 3.0
_FIRST_LOOK = 1000
_MOST_USUAL_RATE_RADPS = 15.0
_LARGEST = 1e9  # no sensor shows it, and squares of it still add up
_MOST_CLIPPED = 0.2
_STILL_S = 1.0
_BLOCKS = 300  # half seconds looked at together
_MOST_STILL = 5000  # samples are enough to tell what rest looks like
_STILL_ACC_MPS2 = 0.15
_STILL_GYR_RADPS = 0.04
_MOST_OFFSET_RADPS = 0.1  # 6 °/s: a gyroscope further off than this turns with its foot


def check_samples(acc: FloatArray, gyr: FloatArray, rate_hz: float) -> None:
    """Refuse arrays that cannot be a walk.

    Raises
    ------
    SignalError
        wrong_shape, not_finite, too_short, constant, wrong_unit.
    """
    for name, values in (("acceleration", acc), ("angular rate", gyr)):
        if values.ndim != 2 or values.shape[1] != 3:
            raise SignalError(
                SignalReason.WRONG_SHAPE,
                f"The {name} has shape {values.shape}, expected (samples, 3). Give one row a sample: x, y, z.",
            )
    if len(acc) != len(gyr):
        raise SignalError(
            SignalReason.WRONG_SHAPE,
            f"Found {len(acc)} samples of acceleration and {len(gyr)} of angular rate, expected as many of both. "
            "Give the same rows of both, or each with its own clock.",
        )
    if not rate_hz > 0 or not np.isfinite(rate_hz):
        raise SignalError(SignalReason.RATE_UNKNOWN, f"The sample rate is {rate_hz}, expected a positive number.")
    if len(acc) < _SHORTEST_S * rate_hz:
        raise SignalError(
            SignalReason.TOO_SHORT,
            f"Found {len(acc)} samples ({len(acc) / rate_hz:.1f} s), expected at least {_SHORTEST_S:.0f} s. "
            "Record a longer walk.",
        )
    for name, values in (("acceleration", acc), ("angular rate", gyr)):
        if not (values.max() < _LARGEST and values.min() > -_LARGEST):
            bad = np.flatnonzero(~(np.abs(values) < _LARGEST).all(axis=1))
            raise SignalError(
                SignalReason.NOT_FINITE,
                f"{len(bad)} samples of the {name} are no numbers, first at sample {int(bad[0])}, expected all finite. "
                "Leave such rows out and give the counter or the time column.",
            )
        # a channel that moves at once need not be followed to its end
        moving = np.ptp(values[:_FIRST_LOOK], axis=0) > 0
        flat = np.flatnonzero(np.zeros(3) if moving.all() else np.ptp(values, axis=0) == 0)
        if len(flat):
            axes = ", ".join("xyz"[axis] for axis in flat)
            raise SignalError(
                SignalReason.CONSTANT,
                f"The {name} never changes on {axes}, expected a moving sensor. Check the columns and the sensor.",
            )
    usual = float(np.sqrt(np.einsum("ni,ni->", gyr, gyr) / len(gyr)))
    if usual > _MOST_USUAL_RATE_RADPS:
        raise SignalError(
            SignalReason.WRONG_UNIT,
            f"The angular rate is {usual:.0f} rad/s in the mean, expected 1 to 5 rad/s in walking. It looks like °/s: "
            "multiply by 0.0174533.",
        )


def clipped_samples(
    acc: FloatArray, gyr: FloatArray, acc_range_g: float = np.nan, gyr_range_dps: float = np.nan
) -> BoolArray:
    """Samples (n,) at the sensor's limit: at the known range, else where a channel stays at its own extreme.

    Raises
    ------
    SignalError
        saturated: more than a fifth of the samples.
    """
    clipped = np.zeros(len(acc), dtype=bool)
    for values, limit in ((acc, acc_range_g * GRAVITY_MPS2), (gyr, np.radians(gyr_range_dps))):
        for channel in values.T:
            for extreme in (channel.max(), channel.min()):
                if np.isfinite(limit):
                    if abs(extreme) >= 0.995 * limit:
                        clipped |= (np.sign(extreme) * channel) >= 0.995 * limit
                    continue
                # a plateau: the channel's extreme met in three samples running, as noise alone never does
                top = channel == extreme
                inner = top[2:] & top[1:-1] & top[:-2]
                for part in (slice(None, -2), slice(1, -1), slice(2, None)):
                    clipped[part] |= inner
    share = float(clipped.mean())
    if share > _MOST_CLIPPED:
        raise SignalError(
            SignalReason.SATURATED,
            f"{share:.0%} of the samples stand at the sensor's limit, expected at most {_MOST_CLIPPED:.0%}. "
            "Set the sensor to ±16 g and ±2000 °/s.",
        )
    return clipped


def gravity_at_rest(acc: FloatArray, gyr: FloatArray, rate_hz: float) -> FloatArray:
    """Gravity (3,) as this accelerometer measures it, m/s², sensor axes: the middle of the tenth that turns least.

    Raises
    ------
    SignalError
        wrong_unit: not within a fifth of g.
    """
    turning = moving_mean(np.einsum("ni,ni->n", gyr, gyr), max(3, round(0.06 * rate_hz)))
    still = np.flatnonzero(turning <= np.quantile(turning, 0.1, method="lower"))
    still = still[:: max(1, len(still) // _MOST_STILL)]
    gravity = middle_vector(acc[still])
    # a sensor that was turned about shows gravity from all sides: its middle says nothing of the unit
    size = float(np.median(np.linalg.norm(acc[still], axis=1)))
    if abs(size / GRAVITY_MPS2 - 1.0) > 0.2:
        guess = (
            " It looks like g: multiply by 9.80665."
            if abs(size - 1.0) < 0.2
            else " It looks like milli-g: multiply by 0.00980665."
            if abs(size - 1000.0) < 200.0
            else ""
        )
        raise SignalError(
            SignalReason.WRONG_UNIT,
            f"The acceleration of the resting foot is {size:.3g} m/s², expected about 9.81 m/s².{guess}",
        )
    return gravity


def correct_gravity(acc: FloatArray, gravity: FloatArray, offset_share: float) -> Signal:
    """Acceleration (n, 3) of a sensor that reads ``gravity`` (3,) at rest, corrected so that it reads 9.81 m/s².

    ``offset_share`` of what is too much or too little is taken for an offset along gravity, the rest for a wrong scale.
    """
    offset = offset_share * gravity * (1.0 - GRAVITY_MPS2 / float(np.linalg.norm(gravity)))
    return Signal(acc, offset, GRAVITY_MPS2 / float(np.linalg.norm(gravity - offset)))


def still_phases(acc: Samples3, gyr: Samples3, rate_hz: float) -> tuple[FloatArray, FloatArray] | None:
    """What a sensor shows when its foot truly stands: quiet for a second or longer.

    Parameters
    ----------
    acc, gyr
        (n, 3) m/s² and rad/s, gravity scaled to 9.81 m/s².
    rate_hz
        Sample rate.

    Returns
    -------
    up
        (3,) unit vector up in sensor axes.
    offset
        (3,) rad/s, what the gyroscope shows at rest.
    None where there is no such phase.
    """
    still, mean = still_blocks(acc, gyr, rate_hz)
    if not still.any():
        return None
    up = middle_vector(mean[still, :3])
    return up / np.linalg.norm(up), middle_vector(mean[still, 3:]) * _STILL_GYR_RADPS


def still_blocks(acc: Samples3, gyr: Samples3, rate_hz: float) -> tuple[BoolArray, FloatArray]:
    """Half seconds (b,) in which a sensor is still, and the mean of both signals in each (b, 6), in units of noise."""
    # quiet about the phase's own mean: an offset must not hide the rest that would show it
    width = round(0.5 * _STILL_S * rate_hz)
    count = len(acc) // width
    mean, scatter = np.zeros((count, 6)), np.zeros(count)
    for first in range(0, count, _BLOCKS):
        own = slice(first, min(first + _BLOCKS, count))
        for side, values, unit in ((slice(0, 3), acc, _STILL_ACC_MPS2), (slice(3, 6), gyr, _STILL_GYR_RADPS)):
            some = values[own.start * width : own.stop * width]
            begin = np.arange(0, len(some), width)
            blocks = np.add.reduceat(some, begin, axis=0) / width
            square = np.add.reduceat(np.einsum("ni,ni->n", some, some), begin) / width
            scatter[own] += (square - np.einsum("bi,bi->b", blocks, blocks)) / unit**2
            mean[own, side] = blocks / unit
    quiet = (scatter < 1.0) & (np.linalg.norm(mean[:, 3:], axis=1) * _STILL_GYR_RADPS < _MOST_OFFSET_RADPS)
    # both halves of a second, and the same posture in both
    pair = quiet[1:] & quiet[:-1] & (np.linalg.norm(mean[1:] - mean[:-1], axis=1) < 1.0)
    still = np.zeros(count, dtype=bool)
    still[1:] |= pair
    still[:-1] |= pair
    return still, mean
