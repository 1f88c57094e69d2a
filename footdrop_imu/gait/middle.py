"""The usual one of several vectors."""

import numpy as np

from footdrop_imu.schema import FloatArray

__all__ = ["middle_vector"]


def middle_vector(vectors: FloatArray, steps: int = 32) -> FloatArray:
    """Geometric median (c,) of vectors (k, c): least sum of distances, so that a few wild ones hardly count.

    Parameters
    ----------
    vectors
        At least one.
    steps
        Of Weiszfeld's iteration from the mean, fixed so that results repeat.

    Notes
    -----
    Weiszfeld 1937, translated in doi:10.1007/s10479-008-0352-z. A median of each component would do, but for one
    thing: it depends on how the sensor's axes happen to lie, and the same walk would measure differently.
    """
    middle = vectors.mean(axis=0)
    for _ in range(steps):
        away = vectors - middle
        distance = np.sqrt(np.einsum("kc,kc->k", away, away))
        # vectors much nearer than the others count alike: none of them holds the middle fast
        weight = 1.0 / (distance + 0.01 * distance.mean() + 1e-300)
        weight /= weight.max()
        middle = (weight[:, None] * vectors).sum(axis=0) / weight.sum()
    return np.asarray(middle)
