"""What is text and what is not."""

import hashlib
import os
from pathlib import Path

import pytest
from made_files import Write

from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.text import first_lines, line_start, read_text


def refusal(path: Path) -> FileFormatError:
    with pytest.raises(FileFormatError) as caught:
        read_text(path)
    assert str(path.name) in caught.value.message
    assert caught.value.path == str(path)
    return caught.value


@pytest.mark.parametrize(
    "raw",
    [
        b"a,b\n1,2\n",
        b"a,b\r\n1,2\r\n",
        b"a,b\r1,2\r",
        b"\xef\xbb\xbfa,b\r\n1,2\n",
        "a,b\n1,2\n".encode("utf-16"),
        b"\xfe\xff" + "a,b\n1,2\n".encode("utf-16-be"),
    ],
    ids=["lf", "crlf", "cr", "utf8_mark", "utf16", "utf16_be"],
)
def test_encodings_and_line_ends_give_the_same_text(write: Write, raw: bytes) -> None:
    text = read_text(write("a.csv", raw))
    assert text.data == b"a,b\n1,2\n"
    assert text.sha256 == hashlib.sha256(raw).hexdigest()


def test_8_bit_names_are_read(write: Write) -> None:
    text = read_text(write("a.csv", "gyr (°/s)\n1\n".encode("latin-1")))
    assert first_lines(text.data, 1) == ["gyr (°/s)"]
    text = read_text(write("b.csv", "gyr (°/s)\n1\n"))
    assert first_lines(text.data, 5) == ["gyr (°/s)", "1"]


def test_lines_are_found_by_number() -> None:
    assert [line_start(b"ab\n\ncd", line) for line in (1, 2, 3, 4, 9)] == [0, 3, 4, 6, 6]


@pytest.mark.parametrize("raw", [b"", b"\n\n", b" \r\n\t", b"\xef\xbb\xbf"])
def test_empty_files_are_refused(write: Write, raw: bytes) -> None:
    assert refusal(write("a.csv", raw)).reason is FileReason.EMPTY


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (bytes(range(1, 9)) * 200, "binary"),
        (b"PK\x03\x04" + b"abc" * 50, "Excel"),
        (b"%PDF-1.7 text", "PDF"),
        (b"\x1f\x8b\x08text", "gzip"),
        (b"\xff\xfea", "UTF-16"),
        (("a,b\n1,2\n" * 40).encode("utf-16-le"), "UTF-16 text without its mark"),
    ],
    ids=["control", "zip", "pdf", "gzip", "half_utf16", "utf16_without_mark"],
)
def test_what_is_no_text_is_named(write: Write, raw: bytes, words: str) -> None:
    error = refusal(write("a.csv", raw))
    assert error.reason is FileReason.NOT_TEXT
    assert words in error.message


def test_zero_bytes_are_refused_with_their_line(write: Write) -> None:
    error = refusal(write("a.csv", b"a,b\n" + b"1,2\n" * 300 + b"\0\0\0"))
    assert (error.reason, error.line) == (FileReason.NOT_TEXT, 302)


def test_endless_lines_are_refused_with_their_number(write: Write) -> None:
    error = refusal(write("a.csv", b"a,b\n1,2\n" + b"7," * 60_000 + b"\n1,2\n"))
    assert (error.reason, error.line) == (FileReason.NOT_TEXT, 3)


def test_missing_file_folder_and_pipe_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv").reason is FileReason.NOT_FOUND
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    assert refusal(folder).reason is FileReason.NOT_READABLE
    os.mkfifo(tmp_path / "pipe.csv")
    assert refusal(tmp_path / "pipe.csv").reason is FileReason.NOT_READABLE


def test_names_that_the_system_refuses(tmp_path: Path) -> None:
    for path in (tmp_path / ("a" * 300), tmp_path / "a\0b"):
        with pytest.raises(FileFormatError) as caught:
            read_text(path)
        assert caught.value.reason in (FileReason.NOT_FOUND, FileReason.NOT_READABLE)


def test_a_file_without_rights_is_refused(write: Write) -> None:
    path = write("a.csv", "a,b\n")
    path.chmod(0)
    superuser = os.geteuid() == 0
    if superuser:
        os.seteuid(65534)
    try:
        error = refusal(path)
    finally:
        if superuser:
            os.seteuid(0)
    assert error.reason is FileReason.NOT_READABLE
    assert "denied" in error.message
