"""The reference recordings, scored once for the whole folder."""

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import score_ankle, score_optical, score_overground, score_treadmill
from benchmarks.reference import data_folder


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Folder of the reference recordings."""
    folder = data_folder()
    if folder is None:
        pytest.skip("the reference recordings are not in ../shared/data")
    return folder


@pytest.fixture(scope="session")
def optical(recordings: Path) -> dict[str, float]:
    """Figures against optical markers."""
    return score_optical.score(recordings)


@pytest.fixture(scope="session")
def overground(recordings: Path) -> dict[str, float]:
    """Figures against hand-checked swings."""
    return score_overground.score(recordings)


@pytest.fixture(scope="session")
def trials(recordings: Path) -> pd.DataFrame:
    """One row a treadmill trial."""
    return score_treadmill.trial_table(recordings)


@pytest.fixture(scope="session")
def legs(recordings: Path) -> pd.DataFrame:
    """One row a leg after stroke with a shank sensor."""
    return score_ankle.legs_after_stroke(recordings)
