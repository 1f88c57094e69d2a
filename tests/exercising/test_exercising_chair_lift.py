"""The chair lift test, of feet whose range, taps and fade are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.columns import Column
from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.errors import ExerciseError
from footdrop_imu.exercising import ExerciseRequest, chair_lift_session
from footdrop_imu.motion import measure_leg
from footdrop_imu.rehab.chair_lift import CHAIR_LIFT_MEASURES, chair_lift_rows, measure_chair_lift
from footdrop_imu.rehab.measures import MEASURES
from footdrop_imu.simulate.chair_lift import ChairLiftConfig, LiftingFoot, simulate_chair_lift
from footdrop_imu.simulate.exercise import SimulatedExercise
from footdrop_imu.simulate.sensor import SensorConfig

TRUE = {
    "chair_lift_active_range_deg": "active_range_deg",
    "chair_lift_taps_in_10_s_count": "taps_in_10_s",
    "chair_lift_fade_frac": "fade_frac",
    "chair_lift_assisted_range_deg": "assisted_range_deg",
    "chair_lift_assisted_minus_active_deg": "assisted_minus_active_deg",
}
WITHIN = {"chair_lift_taps_in_10_s_count": 1.0, "chair_lift_fade_frac": 0.05}


def _made(seed: int, weak: LiftingFoot) -> tuple[SimulatedExercise, dict[str, tuple[float, float, float, float]]]:
    config = ChairLiftConfig(side=("left", "right")[seed % 2], affected=weak, seed=seed)
    made = simulate_chair_lift(config, SensorConfig(rate_hz=100.0, random_mounting=True, seed=seed))
    return made, {name: one.rotation for name, one in made.mounting.items() if one.rotation is not None}


@pytest.mark.parametrize(("seed", "weak"), [(1, LiftingFoot(5.0, 1.2, 0.7, 0.4, 14.0)), (2, LiftingFoot(16.0, 2.5))])
def test_both_feet_side_by_side(seed: int, weak: LiftingFoot) -> None:
    made, rotations = _made(seed, weak)
    results = chair_lift_session(made.session, ExerciseRequest("chair_lift_test"), rotations)
    assert [one.side for one in results] == ["left", "right"]
    for result in results:
        assert set(result.measures) == set(CHAIR_LIFT_MEASURES) == set(result.standard_errors)
        for measure, name in TRUE.items():
            true = made.truth.measures[f"{result.side}_{name}"]
            assert result.measures[measure] == pytest.approx(true, abs=WITHIN.get(measure, 1.0)), measure
        speed = made.truth.measures[f"{result.side}_greatest_speed_dps"]
        assert result.measures["chair_lift_peak_rate_dps"] == pytest.approx(speed, rel=0.08)


def test_rows_fit_the_course_of_a_person() -> None:
    made, rotations = _made(3, LiftingFoot(8.0, 1.6, 0.7, 0.35, 12.0))
    feet = {side: measure_chair_lift(measure_leg(made.session, side, rotations).motion) for side in ("left", "right")}
    rows = chair_lift_rows("one", "2026-03-14T10:30:00+01:00", feet)
    columns: tuple[Column, ...] = WALK_MEASURE_COLUMNS
    assert list(rows.columns) == [column.name for column in columns]
    assert [str(kind) for kind in rows.dtypes] == [column.type for column in columns]
    assert len(rows) == 2 * len(CHAIR_LIFT_MEASURES)
    assert (rows["day"] == pd.Timestamp("2026-03-14")).all()
    assert np.isfinite(rows["standard_error"]).all()
    assert set(CHAIR_LIFT_MEASURES) <= set(MEASURES)


def test_a_set_without_taps_says_so_and_stillness_is_refused() -> None:
    from made_exercise import make_session, make_streams
    from made_sets import make_set

    lifts = make_session(make_streams(make_set([12.0, 11.0, 12.0], up_s=0.9, hold_s=1.5).angle_deg, "pitch"))
    rotations = {"right_foot": lifts.shoes[1].mounting.rotation}
    (result,) = chair_lift_session(lifts, ExerciseRequest("chair_lift_test"), rotations)  # type: ignore[arg-type]
    assert result.measures["chair_lift_active_range_deg"] == pytest.approx(12.0, abs=0.5)
    assert np.isnan(result.measures["chair_lift_taps_in_10_s_count"])
    assert any("taps" in note for note in result.notes)
    still = make_session(make_streams(np.zeros(1500), "pitch"))
    with pytest.raises(ExerciseError, match="Neither lifts nor taps"):
        chair_lift_session(still, ExerciseRequest("chair_lift_test"), rotations)  # type: ignore[arg-type]
