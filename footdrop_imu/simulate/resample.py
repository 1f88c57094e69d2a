"""Samples at one rate turned into samples at another, as a sensor of that rate would have taken them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from footdrop_imu.schema import FloatArray

__all__ = ["resample"]

_SAME = 1e-6  # share by which two rates are the same
_LARGEST = 1000  # of the two whole numbers whose ratio stands for that of the rates: a sample in a million at most


def resample(values: FloatArray, from_hz: float, to_hz: float) -> FloatArray:
    """Sample at another rate what is known at one.

    Parameters
    ----------
    values
        (n, c) samples on an even grid.
    from_hz, to_hz
        Its rate, and the one wanted.

    Returns
    -------
    numpy.ndarray
        (m, c), the first sample of the same time. What the lower of the two rates cannot hold is filtered out by a
        polyphase filter without delay (Kaiser window); between samples the rest is band-limited interpolation.
    """
    ratio = Fraction(to_hz / from_hz).limit_denominator(_LARGEST)
    if abs(to_hz / from_hz - 1.0) < _SAME or ratio == 1 or len(values) < 2:
        return np.asarray(values, dtype=np.float64)
    from scipy.signal import resample_poly

    made = resample_poly(values, ratio.numerator, ratio.denominator, axis=0, window=("kaiser", 8.0), padtype="line")
    return np.asarray(made, dtype=np.float64)
