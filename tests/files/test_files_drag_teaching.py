"""What key presses taught, on disk and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.drag_teaching import drag_teaching_text, read_drag_teaching
from footdrop_imu.schema_drag import DragAccuracy, DragTeaching

TEACHING = {
    "left": DragTeaching(0.4123456789, 21, 20, 0.62, DragAccuracy(17, 20, 3, 91, "taught")),
    "right": DragTeaching(0.5, 9, 8, 0.62, DragAccuracy(8, 8, 0, 100, "taught")),
}


def test_it_comes_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "drag_teaching.toml"
    path.write_text(drag_teaching_text(TEACHING, person="P-017", session="corridor"), encoding="utf-8")
    assert read_drag_teaching(path, "P-017") == TEACHING
    assert read_drag_teaching(path) == TEACHING
    path.write_text(drag_teaching_text({"right": TEACHING["right"]}, person="", session="corridor"), encoding="utf-8")
    assert read_drag_teaching(path, "P-017") == {"right": TEACHING["right"]}


def test_another_person_s_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "drag_teaching.toml"
    path.write_text(drag_teaching_text(TEACHING, person="P-017", session="corridor"), encoding="utf-8")
    with pytest.raises(FileFormatError, match="taught on P-017, this walk is of P-018") as caught:
        read_drag_teaching(path, "P-018")
    assert caught.value.reason is FileReason.BAD_TEACHING


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("threshold = 0.4123456789", "threshold = 1.0", "left.threshold: found 1.0"),
        ("threshold = 0.4123456789", "threshold = nan", "left.threshold: found nan"),
        ("threshold = 0.4123456789", 'threshold = "high"', "left.threshold: found 'high'"),
        ("threshold = 0.4123456789\n", "", "left.threshold: is missing"),
        ("lag_s = 0.62", "lag_s = inf", "left.lag_s: found inf"),
        ("hit_count = 17", "hit_count = 21", "left.hit_count: found 21 of 20"),
        ("hit_count = 17", "hit_count = -1", "left.hit_count: found -1 of 20"),
        ("hit_count = 17", "hits_count = 17", "left.hits_count: is not known; did you mean hit_count"),
        ("[left]", "[leftt]", "leftt: is not known; did you mean left"),
        ("[left]", "[left", "is no drag teaching"),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = drag_teaching_text(TEACHING, person="", session="corridor")
    assert old in text
    path = tmp_path / "drag_teaching.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FileFormatError) as caught:
        read_drag_teaching(path)
    assert told in caught.value.message
    assert caught.value.reason is FileReason.BAD_TEACHING


def test_a_file_without_a_foot_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "drag_teaching.toml"
    path.write_text('person = "P-017"\n', encoding="utf-8")
    with pytest.raises(FileFormatError, match=r"a table \[left\] or \[right\] is expected"):
        read_drag_teaching(path)
