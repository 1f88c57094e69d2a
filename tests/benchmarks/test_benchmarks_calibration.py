"""What the score of calibrations rests on: errors of the size that is said, and walks that are left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.score_calibration import CONDITIONS, WAYS, by_way, left_out_errors_percent, planted
from footdrop_imu.simulate.calibration import SensorErrors


@pytest.mark.parametrize("sensor", range(3))
def test_errors_are_as_large_as_their_name_says(sensor: int) -> None:
    assert planted("none", sensor, "left") == SensorErrors()
    everything = planted("all", sensor, "right")
    assert np.abs(np.diag(everything.acc_scale) - 1.0).mean() == pytest.approx(0.05, abs=0.01)
    assert np.abs(np.diag(everything.gyr_scale) - 1.0).mean() == pytest.approx(0.02, abs=0.005)
    assert all(0.3 <= abs(offset) <= 1.0 for offset in everything.acc_offset_mps2)
    assert planted("all", sensor, "right") == everything
    assert planted("all", sensor, "left") != everything


def test_six_positions_take_offsets_out_of_lengths() -> None:
    (condition,) = [name for name in CONDITIONS if name.startswith("offsets")]
    table = by_way((condition,), sensors=1)
    assert list(table["way"].unique()) == list(WAYS)
    assert set(table["walk"]) == {1, 2}
    mean = table["error_percent"].abs().groupby(table["way"]).mean()
    assert mean["six positions"] < 0.5
    assert mean["as it comes"] > 3 * mean["six positions"]
    assert mean["both"] < 0.5


def test_a_walk_is_scored_with_the_scales_of_the_others() -> None:
    rows = [
        {"person": person, "walk": f"{person}-{number}", "side": side, "scale": scale}
        for person, walks in (("a", ((1.0, 1.1), (1.0, 1.1), (1.25, 1.1))), ("b", ((0.9, 0.9), (0.9, 0.9))))
        for number, scales in enumerate(walks)
        for side, scale in zip(("left", "right"), scales, strict=True)
    ]
    errors = left_out_errors_percent(pd.DataFrame(rows))
    first = 1.0 / np.mean([1.0, 1.0 / 1.25])
    np.testing.assert_allclose(
        errors, 100.0 * (np.array([(first + 1) / 2, (first + 1) / 2, (0.8 + 1) / 2, 1, 1]) - 1), atol=1e-12
    )
    between = left_out_errors_percent(pd.DataFrame(rows), between_feet=True)
    np.testing.assert_allclose(between, 100.0 * (np.array([first, first, 0.8, 1, 1]) - 1), atol=1e-12)
