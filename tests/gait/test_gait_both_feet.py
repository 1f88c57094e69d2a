"""Step times and double support against a walk timed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.gait.both_feet import step_measures
from footdrop_imu.schema import FloatArray

# Two feet, each stride 1.1 s, swing 0.4 s; the left foot's contacts come 0.5 s before the right's.
# left:  off 1.00 on 1.40 | off 2.10 on 2.50 | off 3.20 on 3.60 | off 4.30 on 4.70
# right: off 1.50 on 1.90 | off 2.60 on 3.00 | off 3.70 on 4.10
LEFT_OFF, LEFT_ON = np.array([1.0, 2.1, 3.2, 4.3]), np.array([1.4, 2.5, 3.6, 4.7])
RIGHT_OFF, RIGHT_ON = np.array([1.5, 2.6, 3.7]), np.array([1.9, 3.0, 4.1])


def before(contacts: FloatArray) -> FloatArray:
    return np.append(np.nan, contacts[:-1])


def left(right_off: FloatArray = RIGHT_OFF, right_on: FloatArray = RIGHT_ON) -> dict[str, FloatArray]:
    return dict(step_measures(before(LEFT_ON), LEFT_OFF, LEFT_ON, right_off, right_on))


def test_the_left_foot_by_hand() -> None:
    found = left()
    # from the right's contact to the left's: 2.5 - 1.9 and so on; the first stride has no stance of its own
    assert found["step_time_s"] == pytest.approx([np.nan, 0.6, 0.6, 0.6], nan_ok=True)
    # from the left's contact before to the right's toe off: 1.5 - 1.4
    assert found["loading_double_support_s"] == pytest.approx([np.nan, 0.1, 0.1, 0.1], nan_ok=True)
    # from the right's contact to the left's toe off: 2.1 - 1.9
    assert found["pre_swing_double_support_s"] == pytest.approx([np.nan, 0.2, 0.2, 0.2], nan_ok=True)


def test_the_right_foot_by_hand() -> None:
    found = step_measures(before(RIGHT_ON), RIGHT_OFF, RIGHT_ON, LEFT_OFF, LEFT_ON)
    assert found["step_time_s"][1:] == pytest.approx([0.5, 0.5])
    assert found["loading_double_support_s"][1:] == pytest.approx([0.2, 0.2])
    assert found["pre_swing_double_support_s"][1:] == pytest.approx([0.1, 0.1])


def test_both_step_times_make_a_stride() -> None:
    right = step_measures(before(RIGHT_ON), RIGHT_OFF, RIGHT_ON, LEFT_OFF, LEFT_ON)
    assert left()["step_time_s"][1] + right["step_time_s"][1] == pytest.approx(1.1)


def test_a_contact_of_the_other_foot_that_was_not_seen_leaves_a_hole() -> None:
    """Without the right's contact at 3.0 s the left's third stride knows neither step nor pre-swing support."""
    found = left(right_on=np.array([1.9, 4.1]))
    for name in ("step_time_s", "pre_swing_double_support_s"):
        assert np.isnan(found[name]).tolist() == [True, False, True, False]


def test_a_toe_off_that_was_not_seen_leaves_only_loading_unknown() -> None:
    found = left(right_off=np.array([1.5, 3.7]))
    assert np.isnan(found["loading_double_support_s"]).tolist() == [True, False, True, False]
    assert np.isfinite(found["step_time_s"][1:]).all()


def test_a_foot_that_hops_has_no_partner() -> None:
    """The other foot never swings: it has no events at all, or only some before and after."""
    none = np.zeros(0)
    assert all(np.isnan(values).all() for values in left(none, none).values())
    far = left(np.array([0.1, 9.0]), np.array([0.5, 9.5]))
    assert all(np.isnan(values).all() for values in far.values())


def test_running_has_no_double_support() -> None:
    """The other foot's contact comes after this foot's toe off: not walking's order, so nothing is said."""
    on, off = np.array([0.6, 1.3, 2.0]), np.array([0.2, 0.9, 1.6])
    other_on, other_off = on + 0.35, off + 0.35
    found = step_measures(before(on), off, on, other_off, other_on)
    assert np.isnan(found["pre_swing_double_support_s"]).all()


def test_the_foot_that_stands_while_the_other_starts() -> None:
    """The first step of a walk is the right's; the left's first stride follows it but has no contact before."""
    found = step_measures(
        np.array([np.nan, 1.6]), np.array([1.2, 2.3]), np.array([1.6, 2.7]), np.array([0.6, 1.7]), np.array([1.0, 2.1])
    )
    assert np.isnan(found["loading_double_support_s"][0])
    assert found["step_time_s"][1] == pytest.approx(0.6)


def test_no_strides() -> None:
    none = np.zeros(0)
    found = step_measures(none, none, none, LEFT_OFF, LEFT_ON)
    assert {name: len(values) for name, values in found.items()} == {
        "step_time_s": 0,
        "loading_double_support_s": 0,
        "pre_swing_double_support_s": 0,
    }
