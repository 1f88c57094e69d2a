"""The catalogue: which exercises there are, and what the built-in file says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

import footdrop_imu
from footdrop_imu.rehab.exercises import built_in_file, general_rules, load_exercises, texts

IDS = (
    *("calf_stretch_strap", "towel_stretch", "isometric_dorsiflexion", "weighted_foot_lift", "band_ankle_flexion"),
    *("band_toe_raise", "assisted_toe_raise", "toe_raise_negative", "elevated_toe_tap", "heel_raise"),
    *("ankle_dorsiflexion_crossed", "ankle_adduction_abduction", "ankle_rotation", "ankle_alphabet"),
    *("ankle_eversion", "ankle_inversion", "towel_scrunch", "hip_external_rotation_standing"),
    *("hip_internal_rotation_supine", "hip_rotation_slide", "single_leg_stance", "heel_walk", "toe_walk"),
    *("gait_training_heel_to_toe", "step_over", "uneven_ground_walking", "walking"),
)


def test_the_catalogue_has_its_27_exercises_in_order() -> None:
    assert tuple(load_exercises()) == IDS
    assert len(IDS) == 27


def test_the_built_in_file_lies_in_the_package() -> None:
    assert built_in_file().is_relative_to(Path(footdrop_imu.__file__).parent)


@pytest.mark.parametrize("name", IDS)
def test_every_exercise_has_all_its_words(name: str) -> None:
    exercise = load_exercises()[name]
    assert len(texts(exercise)) >= 9
    assert 2 <= len(exercise.steps) <= 5
    assert exercise.drawing == f"{name}.svg"


def test_the_general_rules_are_there() -> None:
    assert len(general_rules()) == 10
