"""Orientation by integrating angular rate, as one product of unit quaternions over the whole array.

Quaternions are (n, 4), x y z w. What is made here holds each component in one run of memory (``columns``): numpy is
several times faster on that than on rows.
"""

import math

import numpy as np
from numpy.typing import NDArray

from footdrop_imu.schema import FloatArray

__all__ = [
    "columns",
    "conjugate",
    "cross",
    "dot",
    "from_rotation_vector",
    "integrate_rate",
    "multiply",
    "prefix_product",
    "rotate",
    "shortest_arc",
    "up_in_sensor",
]

ComplexArray = NDArray[np.complex128]

_BLOCK = 48  # samples multiplied one after the other in every block at once; fixed, so that results repeat
_SMALL = 0.25  # half angle squared, rad², below which the series are exact to rounding
_SINE = tuple((-1.0) ** k / math.factorial(2 * k + 1) for k in range(7))
_COSINE = tuple((-1.0) ** k / math.factorial(2 * k) for k in range(8))


def columns(shape: tuple[int, ...]) -> FloatArray:
    """An empty array (..., c) that holds each component in one run of memory."""
    out = np.empty((shape[-1], *shape[:-1]))
    return out.transpose(*range(1, len(shape)), 0)


def multiply(p: FloatArray, q: FloatArray) -> FloatArray:
    """Product p q of quaternions (..., 4): first q, then p."""
    out = columns(np.broadcast_shapes(p.shape, q.shape))
    (px, py, pz, pw), (qx, qy, qz, qw) = _parts(p), _parts(q)
    out[..., 0] = pw * qx + px * qw + py * qz - pz * qy
    out[..., 1] = pw * qy - px * qz + py * qw + pz * qx
    out[..., 2] = pw * qz + px * qy - py * qx + pz * qw
    out[..., 3] = pw * qw - px * qx - py * qy - pz * qz
    return out


def conjugate(q: FloatArray) -> FloatArray:
    """Inverse of unit quaternions (..., 4)."""
    return np.asarray(q * np.array([-1.0, -1.0, -1.0, 1.0]))


def rotate(q: FloatArray, v: FloatArray) -> FloatArray:
    """Vectors (..., 3) turned by unit quaternions (..., 4)."""
    out = columns(np.broadcast_shapes((*q.shape[:-1], 3), v.shape))
    (x, y, z, w), (vx, vy, vz) = _parts(q), _parts(v)
    tx, ty, tz = 2.0 * (y * vz - z * vy), 2.0 * (z * vx - x * vz), 2.0 * (x * vy - y * vx)
    out[..., 0] = vx + w * tx + y * tz - z * ty
    out[..., 1] = vy + w * ty + z * tx - x * tz
    out[..., 2] = vz + w * tz + x * ty - y * tx
    return out


def up_in_sensor(q: FloatArray) -> FloatArray:
    """The world's z axis (..., 3) in the axes that unit quaternions (..., 4) bring to the world."""
    out = columns((*q.shape[:-1], 3))
    x, y, z, w = _parts(q)
    out[..., 0] = 2.0 * (x * z - w * y)
    out[..., 1] = 2.0 * (y * z + w * x)
    out[..., 2] = 1.0 - 2.0 * (x * x + y * y)
    return out


def from_rotation_vector(v: FloatArray) -> FloatArray:
    """Unit quaternions (..., 4) of rotation vectors (..., 3) in rad."""
    out = columns((*v.shape[:-1], 4))
    squared = 0.25 * (v[..., 0] ** 2 + v[..., 1] ** 2 + v[..., 2] ** 2)
    if squared.max(initial=0.0) < _SMALL:  # as from one sample to the next
        share, out[..., 3] = 0.5 * _series(squared, _SINE), _series(squared, _COSINE)
    else:
        half = np.maximum(np.sqrt(squared), 1e-150)  # sin(x) / x is 1 there
        share, out[..., 3] = 0.5 * np.sin(half) / half, np.cos(half)
    for axis in range(3):
        out[..., axis] = share * v[..., axis]
    return out


def _series(x: FloatArray, factors: tuple[float, ...]) -> FloatArray:
    """Sum of factors[k] x^k by Horner's rule."""
    out = np.full_like(x, factors[-1])
    for factor in factors[-2::-1]:
        out *= x
        out += factor
    return out


def from_matrix(matrix: FloatArray) -> FloatArray:
    """Unit quaternion (4,) of a rotation matrix (3, 3)."""
    # the eigenvector of the largest eigenvalue: no division by what may be small (Bar-Itzhack 2000,
    # doi:10.2514/2.4654)
    xx, xy, xz, yx, yy, yz, zx, zy, zz = matrix.ravel()
    symmetric = np.array(
        [
            [xx - yy - zz, yx + xy, zx + xz, zy - yz],
            [yx + xy, yy - xx - zz, zy + yz, xz - zx],
            [zx + xz, zy + yz, zz - xx - yy, yx - xy],
            [zy - yz, xz - zx, yx - xy, xx + yy + zz],
        ]
    )
    vector = np.linalg.eigh(symmetric)[1][:, -1]
    return np.asarray(vector * np.sign(vector[3] or 1.0))


def shortest_arc(a: FloatArray, b: FloatArray) -> FloatArray:
    """Rotation vectors (..., 3) of the smallest turn that brings unit vectors a to b."""
    axis = cross(a, b)
    sine = np.sqrt(np.einsum("...i,...i->...", axis, axis))
    angle = np.arctan2(sine, np.einsum("...i,...i->...", a, b))
    return np.asarray(axis * (angle / np.maximum(sine, 1e-300))[..., None])


def prefix_product(q: FloatArray) -> FloatArray:
    """Running products q0, q0 q1, q0 q1 q2, ... of unit quaternions (n, 4).

    Blocks are multiplied out side by side, then the block totals in the same way, then the blocks are turned
    by the total before them: exact to rounding, and no Python loop over samples.
    """
    out = _prefix_product(q.T).T
    out /= np.sqrt(sum(out[:, k] ** 2 for k in range(4)))[:, None]
    return out


def _prefix_product(q: FloatArray) -> FloatArray:
    """The same of (4, n)."""
    n = q.shape[1]
    if n <= 1:
        return q.copy()
    blocks = -(-n // _BLOCK)
    padded = np.zeros((4, blocks * _BLOCK))
    padded[:, :n], padded[3, n:] = q, 1.0
    # position in the block first, so that every step works on contiguous memory
    x, y, z, w = np.ascontiguousarray(padded.reshape(4, blocks, _BLOCK).transpose(0, 2, 1))
    # (w + x i) + (y + z i) j: half the steps of four real numbers
    first, second = _complex(w, x), _complex(y, z)
    for k in range(1, _BLOCK):
        first[k], second[k] = _product(first[k - 1], second[k - 1], first[k], second[k])
    if blocks > 1:
        x, y, z, w = _prefix_product(np.stack((first[-1].imag, second[-1].real, second[-1].imag, first[-1].real)))
        before, before_j = _complex(w[:-1], x[:-1]), _complex(y[:-1], z[:-1])
        # row by row, which the processor's cache holds
        for one, other in zip(first[:, 1:], second[:, 1:], strict=True):
            one[:], other[:] = _product(before, before_j, one, other)
    out = np.stack((first.imag, second.real, second.imag, first.real))
    return np.ascontiguousarray(out.transpose(0, 2, 1)).reshape(4, -1)[:, :n]


def _complex(real: FloatArray, imaginary: FloatArray) -> ComplexArray:
    out = np.empty(real.shape, dtype=np.complex128)
    out.real, out.imag = real, imaginary
    return out


def _product(p: ComplexArray, q: ComplexArray, r: ComplexArray, s: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
    """(p + q j)(r + s j), where z j = j conj(z)."""
    return p * r - q * s.conj(), p * s + q * r.conj()


def _parts(values: FloatArray) -> tuple[FloatArray, ...]:
    return tuple(values[..., k] for k in range(values.shape[-1]))


def integrate_rate(gyr: FloatArray, rate_hz: float, *, averaged: bool) -> FloatArray:
    """Orientation of each sample's sensor axes in those of the first sample.

    Parameters
    ----------
    gyr
        (n, 3) angular rate, rad/s, sensor axes.
    rate_hz
        Sample rate.
    averaged
        Whether a sample is the mean over the sample time before it (sensors that integrate on chip), not the
        value at its instant.

    Returns
    -------
    (n, 4) quaternions: ``rotate(q[k], v)`` takes v from sensor axes at k to sensor axes at 0.

    Notes
    -----
    The increment over a sample time is the trapezoid of the rate (or the mean itself) plus the second-order
    coning term (Bortz 1971, doi:10.1109/TAES.1971.310252).
    """
    before, after = gyr[:-1], gyr[1:]
    increment = after / rate_hz if averaged else (before + after) * (0.5 / rate_hz)
    increment += cross(before, after) / (12.0 * rate_hz**2)
    steps = columns((len(gyr), 4))
    steps[0] = (0.0, 0.0, 0.0, 1.0)
    steps[1:] = from_rotation_vector(increment)
    return prefix_product(steps)


def dot(values: FloatArray, vector: FloatArray) -> FloatArray:
    """Scalar products (...) of (..., 3) with one vector (3,); a matrix product shares out thin arrays among threads."""
    x, y, z = (float(component) for component in vector)
    return np.asarray(x * values[..., 0] + y * values[..., 1] + z * values[..., 2])


def cross(a: FloatArray, b: FloatArray) -> FloatArray:
    """Cross product of (..., 3); np.cross is several times slower on (n, 3)."""
    out = columns(np.broadcast_shapes(a.shape, b.shape))
    (ax, ay, az), (bx, by, bz) = _parts(a), _parts(b)
    out[..., 0] = ay * bz - az * by
    out[..., 1] = az * bx - ax * bz
    out[..., 2] = ax * by - ay * bx
    return out
