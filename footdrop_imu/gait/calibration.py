"""A sensor's known errors taken out of its samples, and the known error of lengths out of the strides."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from footdrop_imu.schema import Calibration, FloatArray

__all__ = ["apply_calibration", "scale_lengths", "scale_positions"]

_LENGTHS = ("stride_length_m", "walking_speed_mps")


def apply_calibration(
    acc: FloatArray, gyr: FloatArray, calibration: Calibration | None
) -> tuple[FloatArray, FloatArray]:
    """Take scale, misalignment and offset out of samples.

    Parameters
    ----------
    acc, gyr
        (n, 3) m/s² and rad/s, sensor axes.
    calibration
        Of this sensor; what it does not know is left as it is. Its delay is not applied here.

    Returns
    -------
    acc, gyr
        (n, 3) each; the arrays themselves where there is nothing to change.
    """
    if calibration is None:
        return acc, gyr
    if calibration.acc_offset_mps2 is not None:
        acc = acc - np.array(calibration.acc_offset_mps2)
    if calibration.acc_matrix is not None:
        acc = acc @ np.array(calibration.acc_matrix).T
    if calibration.gyr_offset_radps is not None:
        gyr = gyr - np.array(calibration.gyr_offset_radps)
    if calibration.gyr_matrix is not None:
        gyr = gyr @ np.array(calibration.gyr_matrix).T
    return acc, gyr


def scale_lengths(measured: dict[str, Any], calibration: Calibration | None) -> dict[str, Any]:
    """Multiply what was walked over the ground by the calibration's length scale, and widen its stated sd.

    Parameters
    ----------
    measured
        Column to (k,) array; heights and angles are left alone: a known distance says nothing of them.
    calibration
        Of this sensor and shoe.

    Returns
    -------
    dict
        A new one, or ``measured`` itself where no length scale is known.
    """
    if calibration is None or not np.isfinite(calibration.length_scale):
        return measured
    scale, scale_sd = calibration.length_scale, np.nan_to_num(calibration.length_scale_sd)
    scaled = {"circumduction_m": measured["circumduction_m"] * scale}
    for name in _LENGTHS:
        sd_name = name.replace("_m", "_sd_m", 1)
        scaled[name] = measured[name] * scale
        scaled[sd_name] = np.hypot(measured[sd_name] * scale, measured[name] * scale_sd)
    return measured | scaled


def scale_positions(series: Mapping[str, Any], calibration: Calibration | None) -> Mapping[str, Any]:
    """Give a time series the same lengths over the ground as its strides."""
    if calibration is None or not np.isfinite(calibration.length_scale) or not series:
        return series
    along = ("position_x_m", "position_y_m")
    return {**series, **{name: series[name] * calibration.length_scale for name in along}}
