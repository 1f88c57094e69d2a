"""What only the two feet together show: step times and double support."""

from collections.abc import Mapping

import numpy as np

from footdrop_imu.schema import FloatArray

__all__ = ["step_measures"]


def step_measures(
    previous_contact_s: FloatArray,
    toe_off_s: FloatArray,
    contact_s: FloatArray,
    other_toe_off_s: FloatArray,
    other_contact_s: FloatArray,
) -> Mapping[str, FloatArray]:
    """Measure each stride of one foot against the other foot's events.

    Parameters
    ----------
    previous_contact_s
        (k,) this foot's contact before the stride's swing; NaN on a bout's first stride.
    toe_off_s, contact_s
        (k,) the stride's toe off and contact.
    other_toe_off_s, other_contact_s
        (m,) all toe offs and contacts of the other foot that were seen, increasing, on the same clock.

    Returns
    -------
    step_time_s, loading_double_support_s, pre_swing_double_support_s
        (k,), NaN where the other foot's event is not where walking has it: its contact lies in this foot's
        stance, between this foot's previous contact and toe off.
    """
    other_contact = _last_before(other_contact_s, toe_off_s)
    other_toe_off = _last_before(other_toe_off_s, toe_off_s)
    known = np.isfinite(previous_contact_s)
    in_stance = known & (other_contact > previous_contact_s)
    step = np.where(in_stance, contact_s - other_contact, np.nan)
    # on a bout's first stride there is no previous contact; the other foot may have stood since long
    loading = np.where(in_stance & (other_toe_off > previous_contact_s), other_toe_off - previous_contact_s, np.nan)
    loading = np.where(other_toe_off < other_contact, loading, np.nan)
    pre_swing = np.where(in_stance, toe_off_s - other_contact, np.nan)
    return {"step_time_s": step, "loading_double_support_s": loading, "pre_swing_double_support_s": pre_swing}


def _last_before(times: FloatArray, limit: FloatArray) -> FloatArray:
    at = np.searchsorted(times, limit, side="left") - 1
    found = np.append(times, np.nan)[np.maximum(at, -1)]
    return np.where(at >= 0, found, np.nan)
