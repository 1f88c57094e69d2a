"""Mounting files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.mounting import read_mounting
from footdrop_imu.schema import Mounting

GOOD = """
[left_foot]
sensor_to_toe_m = [0.11, 0, -0.06]
rotation = [0.0, 0.0, 0.7071, 0.7071]
[right_shank]
"""


def test_a_mounting_file(write: Callable[..., Path]) -> None:
    found = read_mounting(write("m.toml", GOOD))
    assert found["right_shank"] == Mounting()
    assert found["left_foot"].sensor_to_toe_m == (0.11, 0.0, -0.06)
    assert found["left_foot"].sensor_to_heel_m is None
    assert sum(part**2 for part in found["left_foot"].rotation or ()) == pytest.approx(1, abs=1e-15)


def test_the_example_of_the_documentation_is_valid(write: Callable[..., Path]) -> None:
    import footdrop_imu.files.mounting as module

    write("right_sole.csv", "x_mm,y_mm,z_mm\n110,0,-60\n-140,0,-70\n50,-40,-70\n")
    example = (module.__doc__ or "").partition("::\n")[2]
    found = read_mounting(write("m.toml", "\n".join(line.strip() for line in example.splitlines())))
    assert found["left_foot"].sensor_to_heel_m == (-0.14, 0.0, -0.06)
    assert len(found["right_foot"].sole_points_m or ()) == 3


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (GOOD, "", "no segment"),
        ("left_foot", "left_food", "did you mean left_foot"),
        ("sensor_to_toe_m", "sensor_to_toes_m", "did you mean sensor_to_toe_m"),
        ("[0.11, 0, -0.06]", "[0.11, 0]", "3 numbers"),
        ("[0.11, 0, -0.06]", '"11 cm"', "list"),
        ("[0.11, 0, -0.06]", "[nan, 0, 0]", "3 numbers"),
        ("[0.11, 0, -0.06]", "[true, 0, 0]", "3 numbers"),
        ("[0.11, 0, -0.06]", "[11, 0, -6]", "centimetres"),
        ("[0.0, 0.0, 0.7071, 0.7071]", "[1, 1, 0, 0]", "length 1.41"),
        ("[0.0, 0.0, 0.7071, 0.7071]", "[0, 0, 0]", "4 numbers"),
        ("[left_foot]", "left_foot = 3", "dict"),
        ("[left_foot]", "[left_foot", "mounting file"),
    ],
)
def test_mountings_that_are_wrong_say_what(write: Callable[..., Path], old: str, new: str, words: str) -> None:
    path = write("m.toml", GOOD.replace(old, new))
    with pytest.raises(FileFormatError) as caught:
        read_mounting(path)
    assert caught.value.reason is FileReason.BAD_MOUNTING
    assert caught.value.path == str(path)
    assert words in caught.value.message


def test_a_missing_mounting_file(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError) as caught:
        read_mounting(tmp_path / "none.toml")
    assert caught.value.reason is FileReason.NOT_FOUND
