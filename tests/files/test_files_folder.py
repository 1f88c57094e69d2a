"""Whole or not at all."""

from pathlib import Path

import pytest

from footdrop_imu.errors import OutputError, OutputReason
from footdrop_imu.files.folder import write_file, write_folder


def tree(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def fails(path: Path) -> None:
    path.write_text("half")
    raise OSError(28, "No space left on device")


def owned(name: str) -> bool:
    return name.endswith(".csv")


def test_a_new_folder_with_its_parents(tmp_path: Path) -> None:
    write_folder(
        tmp_path / "a" / "b", {"x": b"1", "y": "ü", "z": lambda path: path.write_text("3") and None}, owned=owned
    )
    assert tree(tmp_path) == {"a/b/x": "1", "a/b/y": "ü", "a/b/z": "3"}


def test_a_new_folder_is_as_open_as_any_other(tmp_path: Path) -> None:
    write_folder(tmp_path / "made", {"x": b"1"}, owned=owned)
    (tmp_path / "plain").mkdir()
    assert (tmp_path / "made").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_failure_leaves_nothing_not_even_the_parents(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No space left") as caught:
        write_folder(tmp_path / "a" / "b", {"x": b"1", "y": fails}, owned=owned)
    assert caught.value.reason is OutputReason.NOT_WRITABLE
    assert list(tmp_path.iterdir()) == []


def test_another_kind_of_failure_leaves_nothing_either(tmp_path: Path) -> None:
    def broken(path: Path) -> None:
        path.write_text("half")
        raise KeyboardInterrupt

    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "x").write_text("0")
    for folder in (tmp_path / "new" / "er", tmp_path / "old"):
        with pytest.raises(KeyboardInterrupt):
            write_folder(folder, {"x": b"1", "y": broken}, force=True, owned=owned)
    assert tree(tmp_path) == {"old/x": "0"}
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_nothing_is_overwritten_without_force(tmp_path: Path) -> None:
    write_folder(tmp_path, {"x.csv": b"old", "y": b"old"}, owned=owned)
    (tmp_path / "mine").write_text("mine")
    before = tree(tmp_path)
    for contents in ({"x.csv": b"new"}, {"y": b"new"}, {"z": b"new"}):
        with pytest.raises(OutputError) as caught:
            write_folder(tmp_path, contents, owned=owned)
        assert caught.value.reason is OutputReason.EXISTS
        assert tree(tmp_path) == before
    write_folder(tmp_path, {"y": b"new"}, force=True, owned=owned)
    assert tree(tmp_path) == {"mine": "mine", "y": "new"}


def test_a_folder_that_holds_other_things_takes_new_files(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    write_folder(tmp_path, {"x.csv": b"new"}, owned=owned)
    assert tree(tmp_path) == {"mine": "mine", "x.csv": "new"}


def test_the_old_files_come_back_when_a_new_one_cannot_be_moved_in(tmp_path: Path) -> None:
    write_folder(tmp_path / "t", {"a.csv": b"old", "b.csv": b"old"}, owned=owned)

    def takes_the_name(path: Path) -> None:
        path.write_text("new")
        (tmp_path / "t" / "z").mkdir()  # appears while the files are being made

    with pytest.raises(OutputError):
        write_folder(tmp_path / "t", {"a.csv": b"new", "z": takes_the_name}, force=True, owned=owned)
    (tmp_path / "t" / "z").rmdir()
    assert tree(tmp_path) == {"t/a.csv": "old", "t/b.csv": "old"}


def test_a_target_that_cannot_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for target in (tmp_path / "file", tmp_path / "file" / "sub", tmp_path / ("n" * 300), tmp_path / "a\0b"):
        with pytest.raises(OutputError) as caught:
            write_folder(target, {"x": b"1"}, owned=owned)
        assert caught.value.reason is OutputReason.NOT_WRITABLE
    assert tree(tmp_path) == {"file": "mine"}


def test_one_file(tmp_path: Path) -> None:
    write_file(tmp_path / "sub" / "x.csv", "one")
    with pytest.raises(OutputError, match="--force"):
        write_file(tmp_path / "sub" / "x.csv", "two")
    write_file(tmp_path / "sub" / "y.csv", "two")
    write_file(tmp_path / "sub" / "x.csv", "three", force=True)
    assert tree(tmp_path) == {"sub/x.csv": "three", "sub/y.csv": "two"}
