"""The built-in walks are what the script makes, and the analysis finds their truth."""

from __future__ import annotations

import math
import tomllib
from typing import Any

import numpy as np
import pytest

from benchmarks.make_sample_data import FOLDER, TOLERANCES, WALKS, expected, make_walk, measured
from footdrop_imu.files.sample_data import sample_data_folder
from footdrop_imu.files.sessions import read_session

LARGEST_BYTES = 5_000_000


def stored(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name / "expected.toml").read_text(encoding="utf-8"))


def assert_like(found: Any, wanted: Any, where: str, rel: float) -> None:
    if isinstance(wanted, dict):
        assert set(found) == set(wanted), where
        for key, value in wanted.items():
            assert_like(found[key], value, f"{where}.{key}", rel)
    elif isinstance(wanted, float):
        assert math.isclose(found, wanted, rel_tol=rel, abs_tol=1e-12), f"{where}: {found} is not {wanted}"
    else:
        assert found == wanted, where


def test_the_folder_is_found_and_holds_every_walk() -> None:
    assert sample_data_folder() == FOLDER
    assert {path.name for path in FOLDER.iterdir()} == set(WALKS) | {"eight_weeks"}
    assert sum(path.stat().st_size for path in FOLDER.rglob("*")) < LARGEST_BYTES


@pytest.mark.parametrize("name", WALKS)
def test_a_walk_is_what_the_script_makes(name: str) -> None:
    made, session = make_walk(name), read_session(FOLDER / name)
    assert (session.name, session.id, session.person) == (name, made.session.id, made.session.person)
    assert session.condition == made.session.condition
    for found, wanted in zip(session.streams, made.session.streams, strict=True):
        assert (found.segment, found.quantity, found.clock_group) == (
            wanted.segment,
            wanted.quantity,
            wanted.clock_group,
        )
        assert np.array_equal(found.counter, wanted.counter)
        # Another machine's arithmetic may round a sample to the neighbouring count, here and there.
        assert np.median(np.abs(found.values - wanted.values)) == 0
        np.testing.assert_allclose(found.values, wanted.values, rtol=0, atol=0.01)
    assert_like(expected(made), stored(name)["truth"], name, 1e-6)


@pytest.mark.parametrize("name", WALKS)
def test_the_analysis_finds_the_truth_and_what_it_found_before(name: str) -> None:
    document, found = stored(name), measured(read_session(FOLDER / name))
    for side, truth in document["truth"].items():
        assert found[side]["stride_count"] + found[side]["rejected_count"] == truth["stride_count"]
        for column in TOLERANCES:
            miss = abs(found[side][column] - truth[column]["median"])
            assert miss <= truth[column]["tolerance"], f"{name} {side} {column}: {miss}"
            moved = abs(found[side][column] - document["measured"][side][column])
            assert moved <= truth[column]["tolerance"] / 4, f"{name} {side} {column} has moved: make the walks anew"
