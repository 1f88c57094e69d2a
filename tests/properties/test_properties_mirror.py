"""A mirrored foot walks the same, on the other side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from changed_sessions import of_side, one_foot, rotated
from same_strides import EVENTS, assert_same_events, assert_same_measures
from scipy.spatial.transform import Rotation

from footdrop_imu.analysis import analyze
from footdrop_imu.schema import FloatArray, Session, SessionResult
from footdrop_imu.simulate.walk import SimulatedWalk

OTHER = {"left": "right", "right": "left"}


def mirrored(session: Session, normal: FloatArray) -> Session:
    """Both feet as seen in a mirror with this ``normal`` in sensor axes: a force is reflected, a rate also turned."""
    mirror = np.eye(3) - 2.0 * np.outer(normal, normal)
    sign = {"acceleration": 1.0, "angular_velocity": -1.0}
    streams = [
        replace(
            one,
            segment=f"{OTHER[one.segment.removesuffix('_foot')]}_foot",
            values=sign[one.quantity] * one.values @ mirror,  # noqa: PD011
        )
        for one in session.streams
    ]
    shoes = tuple(replace(shoe, side=OTHER[shoe.side]) for shoe in session.shoes)
    return replace(session, streams=tuple(streams), shoes=shoes)


def named_back(table: pd.DataFrame, side: str) -> pd.DataFrame:
    """A mirrored foot's rows under the old name, turns turned back."""
    rows = of_side(table, OTHER[side]).assign(side=side)
    return rows.assign(turn_deg=-rows["turn_deg"])


def assert_mirrored(found: SessionResult, expected: SessionResult) -> None:
    for side in ("left", "right"):
        one, other = named_back(found.strides, side), of_side(expected.strides, side)
        assert_same_events(one, other)
        assert_same_measures(one, other, 1e-6, 1e-3)


@pytest.mark.parametrize("normal", [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.48, -0.6, 0.64]])
def test_mirrored_feet(walked: SimulatedWalk, measured: SessionResult, normal: list[float]) -> None:
    # any mirror will do: two differ by a rotation, and that is only another mounting
    assert_mirrored(analyze(mirrored(walked.session, np.array(normal))), measured)


def test_mirrored_and_mounted_anyhow(severe: SimulatedWalk, severe_measured: SessionResult) -> None:
    rotation = Rotation.random(rng=np.random.default_rng(11)).as_matrix()
    session = rotated(mirrored(severe.session, np.array([0.0, 1.0, 0.0])), rotation)
    assert_mirrored(analyze(session), severe_measured)


def test_what_a_mirror_leaves_and_what_it_turns(walked: SimulatedWalk, measured: SessionResult) -> None:
    left = of_side(measured.strides, "left")
    straight = left["kind"] == "straight"
    # the weak foot swings turned inward and outward about: a mirror that turned these signs would show
    assert left.loc[straight, "foot_roll_mid_swing_deg"].median() > 4.0
    assert left.loc[straight, "circumduction_m"].median() > 0.015
    assert left["turn_deg"].abs().max() > 30.0

    right = analyze(mirrored(one_foot(walked.session, "left"), np.array([0.0, 1.0, 0.0]))).strides
    assert set(right["side"]) == {"right"}
    for name in ("foot_roll_mid_swing_deg", "circumduction_m", "foot_pitch_initial_contact_deg", "stride_length_m"):
        np.testing.assert_allclose(right[name], left[name], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(right["turn_deg"], -left["turn_deg"], rtol=1e-6, atol=1e-6)


def test_feet_that_change_names_only(walked: SimulatedWalk, measured: SessionResult) -> None:
    # not a mirror, a mistake: inversion and outward turn their signs, lengths and pitch hardly notice
    wrong = replace(
        walked.session,
        streams=tuple(
            replace(one, segment=f"{OTHER[one.segment.removesuffix('_foot')]}_foot") for one in walked.session.streams
        ),
    )
    found, left = of_side(analyze(wrong).strides, "right"), of_side(measured.strides, "left")
    # the usual toe-out is taken to the other side, and with it the axis that the foot is said to pitch about
    assert (np.abs(found[EVENTS].to_numpy() - left[EVENTS].to_numpy()) <= 1).all()
    np.testing.assert_allclose(found["stride_length_m"], left["stride_length_m"], rtol=1e-6)
    np.testing.assert_allclose(found["turn_deg"], left["turn_deg"], atol=1e-6)
    roll = "foot_roll_mid_swing_deg"
    assert np.median(found[roll] - left[roll]) < -8.0
