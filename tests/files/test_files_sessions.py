"""Walks out of files and folders."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from made_files import Write, csv_text, make_walk, xsens_plain_text, xsens_text

import footdrop_imu
from footdrop_imu.errors import FileFormatError, FileReason
from footdrop_imu.files.session_folder import write_session_folder
from footdrop_imu.files.sessions import ReadOptions, read_session, read_sessions
from footdrop_imu.schema import Session

LEFT, RIGHT = make_walk(seed=1), make_walk(seed=2)
MAP = """
rate_hz = 100
acc_unit = "m/s^2"
gyr_unit = "rad/s"
[sensor]
acc = ["acc_x_mps2", "acc_y_mps2", "acc_z_mps2"]
gyr = ["gyr_x_radps", "gyr_y_radps", "gyr_z_radps"]
"""


def offsets(session: Session) -> dict[str, float]:
    return {stream.segment: stream.clock_offset_s for stream in session.streams}


def groups(session: Session) -> dict[str, str]:
    return {stream.segment: stream.clock_group for stream in session.streams}


def test_a_folder_of_one_walk(write: Write, tmp_path: Path) -> None:
    write("left.csv", csv_text(LEFT, start_s=0.25))
    write("right.csv", csv_text(RIGHT))
    write("README.md", "words")
    session = footdrop_imu.read_session(tmp_path)
    assert session.name == tmp_path.name
    assert [stream.segment for stream in session.streams] == ["left_foot"] * 2 + ["right_foot"] * 2
    np.testing.assert_array_equal(session.streams[2].values, RIGHT[:, :3])
    assert offsets(session) == {"left_foot": 0.25, "right_foot": 0.0}
    assert groups(session) == {"left_foot": "session", "right_foot": "session"}
    assert set(session.source) == {"left.csv", "right.csv"}
    assert all(len(sha256) == 64 for sha256 in session.source.values())
    assert any("left.csv: left foot, by its name" in note for note in session.notes)
    assert any("share a clock" in note for note in session.notes)


def test_the_same_files_give_the_same_session(write: Write, tmp_path: Path) -> None:
    write("left.csv", csv_text(LEFT))
    first, second = read_session(tmp_path), read_session(tmp_path / "left.csv")
    assert first.id == second.id
    assert len(first.id) == 36
    shutil.copytree(tmp_path, tmp_path / "sub" / tmp_path.name)
    assert read_session(tmp_path / "sub" / tmp_path.name).id == first.id


def test_many_walks_in_folders_and_sub_folders(write: Write, tmp_path: Path) -> None:
    write("1-1_lf.txt", xsens_plain_text(LEFT))
    write("1-1_rf.txt", xsens_plain_text(RIGHT))
    write("1-2_lf.txt", xsens_plain_text(LEFT))
    write("1-1_lb.txt", xsens_plain_text(RIGHT))
    write("LICENSE.txt", "words")
    write("1-1.json", "{}")
    write("notes.txt", "a line of words\n")
    write("deep/er/left.csv", csv_text(LEFT))
    outcomes = read_sessions([tmp_path])
    assert [(outcome.name, outcome.error) for outcome in outcomes] == [("1-1", None), ("1-2", None), ("er", None)]
    said = outcomes[1].session.notes
    assert "1-1_lb.txt left out: segment unknown." in said
    assert "notes.txt left out: unknown format." in said


def test_names_of_walks_are_unique(write: Write, tmp_path: Path) -> None:
    for folder in ("a", "b", "b/c"):
        write(f"{folder}/walk_left.csv", csv_text(LEFT))
    names = [outcome.session.name for outcome in read_sessions([tmp_path, tmp_path / "a"])]
    assert names == ["walk", "b_walk", "c_walk", "a_walk"]


def test_a_walk_that_cannot_be_read_does_not_hinder_the_others(write: Write, tmp_path: Path) -> None:
    write("a_left.csv", csv_text(LEFT))
    write("b_left.csv", csv_text(LEFT))
    write("b_right.csv", bytes(range(256)) * 20)
    write("c_left.csv", "")
    write("d_left.csv", csv_text(LEFT).replace("9.", "nine.", 1))
    outcomes = {outcome.name: outcome for outcome in read_sessions([tmp_path])}
    assert outcomes["a"].session is not None
    reasons = {name: outcome.error.reason for name, outcome in outcomes.items() if outcome.error}
    assert reasons == {"b": FileReason.NOT_TEXT, "c": FileReason.EMPTY, "d": FileReason.BAD_NUMBER}
    assert outcomes["b"].error.path == str(tmp_path / "b_right.csv")


def test_two_files_for_one_segment_are_refused_naming_both(write: Write, tmp_path: Path) -> None:
    write("walk_left.csv", csv_text(LEFT))
    write("walk_L.csv", csv_text(RIGHT))
    (outcome,) = read_sessions([tmp_path])
    assert outcome.error.reason is FileReason.SEGMENT_TWICE
    assert "walk_L.csv" in outcome.error.message
    assert "walk_left.csv" in outcome.error.message


def test_a_single_file_needs_its_side(write: Write) -> None:
    path = write("walk.csv", csv_text(LEFT))
    with pytest.raises(FileFormatError) as caught:
        read_session(path)
    assert caught.value.reason is FileReason.SEGMENT_UNKNOWN
    assert "--left" in caught.value.message
    (outcome,) = read_sessions([], ReadOptions(segments={"right_foot": path}))
    assert {stream.segment for stream in outcome.session.streams} == {"right_foot"}
    assert groups(outcome.session) == {"right_foot": ""}
    assert any("by --right." in note for note in outcome.session.notes)


def test_files_named_by_options_are_one_walk_and_not_read_twice(write: Write, tmp_path: Path) -> None:
    segments = {"left_foot": write("a.csv", csv_text(LEFT, start_s=1.0)), "right_foot": write("b.csv", csv_text(RIGHT))}
    (outcome,) = read_sessions([tmp_path], ReadOptions(segments=segments))
    assert offsets(outcome.session) == {"left_foot": 1.0, "right_foot": 0.0}


def test_one_recording_cannot_be_of_both_feet(write: Write, tmp_path: Path) -> None:
    path = write("a.csv", csv_text(LEFT))
    both = ReadOptions(segments=dict.fromkeys(("left_foot", "right_foot"), path))
    (outcome,) = read_sessions([], both)
    assert outcome.error.reason is FileReason.SEGMENT_TWICE
    write("walk/left.csv", csv_text(LEFT))
    write("walk/right.csv", csv_text(LEFT))
    (outcome,) = read_sessions([tmp_path / "walk"])
    assert outcome.error.reason is FileReason.SEGMENT_TWICE
    assert "left.csv and right.csv hold the same recording" in outcome.error.message


def test_options_go_before_names_but_not_before_other_walks(write: Write) -> None:
    segments = {
        "left_foot": write("walk1_right.csv", csv_text(LEFT)),
        "right_foot": write("walk2_right.csv", csv_text(RIGHT)),
    }
    (outcome,) = read_sessions([], ReadOptions(segments=segments))
    assert groups(outcome.session) == {"left_foot": "", "right_foot": ""}
    assert any("clocks of their own" in note for note in outcome.session.notes)


@pytest.mark.parametrize(("first", "second", "offset_s"), [(65_530, 4, 0.1), (4, 65_530, 0.0), (7, 7, 0.0)])
def test_files_of_one_export_share_the_packet_counter(
    write: Write, tmp_path: Path, first: int, second: int, offset_s: float
) -> None:
    write("MT_01_000_00B40001.txt", xsens_text(LEFT, first=first))
    write("MT_01_000_00B40002.txt", xsens_text(RIGHT, first=second))
    write("sensorspec.json", '{"leftfoot": "00B40001.txt", "rightfoot": "00B40002.txt", "lumbar": "00B40003.txt"}')
    session = read_session(tmp_path)
    assert session.name == "MT_01_000"
    assert groups(session) == {"left_foot": "counter", "right_foot": "counter"}
    found = offsets(session)
    assert found["right_foot"] == pytest.approx(offset_s)
    assert found["right_foot"] - found["left_foot"] == pytest.approx(
        {65_530: 0.1, 4: -0.1, 7: 0.0}[first],
    )
    assert min(found.values()) == 0


def test_counters_that_do_not_overlap_are_no_shared_clock(write: Write, tmp_path: Path) -> None:
    write("walk_lf.txt", xsens_plain_text(LEFT))
    write("walk_rf.txt", xsens_plain_text(RIGHT, first=400))
    session = read_session(tmp_path)
    assert groups(session) == {"left_foot": "", "right_foot": ""}
    assert offsets(session) == {"left_foot": 0.0, "right_foot": 0.0}
    assert any("do not overlap" in note for note in session.notes)


def test_csv_files_without_times_have_clocks_of_their_own(write: Write, tmp_path: Path) -> None:
    write("left.csv", csv_text(LEFT, time=False))
    write("right.csv", csv_text(RIGHT, time=False))
    (outcome,) = read_sessions([tmp_path], ReadOptions(rate_hz=100.0))
    assert groups(outcome.session) == {"left_foot": "", "right_foot": ""}
    assert any("measures of both feet are not given" in note for note in outcome.session.notes)


def test_a_column_map_may_say_that_files_share_a_clock(write: Write, tmp_path: Path) -> None:
    columns = write("map.toml", MAP)
    write("walk/a_left.csv", csv_text(LEFT, start_s=5.0))
    write("walk/a_right.csv", csv_text(RIGHT, start_s=5.5))
    write("walk/markers_left.csv", "frame,x\n1,2\n")
    with_time = MAP.replace("rate_hz = 100", 'time = "time_s"')
    for text, expected in (
        (MAP, {"left_foot": "", "right_foot": ""}),
        (f"shared_clock = true\n{with_time}", {"left_foot": "said", "right_foot": "said"}),
    ):
        columns.write_text(text)
        (outcome,) = read_sessions([tmp_path / "walk"], ReadOptions(columns=columns))
        assert groups(outcome.session) == expected
    assert offsets(outcome.session) == {"left_foot": 0.0, "right_foot": 0.5}


def test_one_file_may_hold_both_feet(write: Write) -> None:
    columns = write(
        "map.toml",
        MAP.replace("[sensor]", "[left_foot]") + MAP[MAP.index("[sensor]") :].replace("sensor", "right_foot"),
    )
    path = write("walk.csv", csv_text(LEFT))
    (outcome,) = read_sessions([path], ReadOptions(columns=columns))
    assert groups(outcome.session) == {"left_foot": "walk.csv", "right_foot": "walk.csv"}
    (one,) = read_sessions([], ReadOptions(columns=columns, segments={"right_foot": path}))
    assert groups(one.session) == {"right_foot": ""}
    (none,) = read_sessions([], ReadOptions(columns=columns, segments={"left_shank": path}))
    assert none.error.reason is FileReason.SEGMENT_UNKNOWN


def test_the_user_may_overrule_what_is_known_of_the_sensor(write: Write) -> None:
    path = write("walk_left.csv", csv_text(LEFT))
    (outcome,) = read_sessions([path], ReadOptions(integrates_on_chip=True))
    assert all(stream.traits.integrates_on_chip for stream in outcome.session.streams)


def test_files_named_one_by_one_are_grouped_and_keep_their_order(write: Write, tmp_path: Path) -> None:
    names = ["b_left.csv", "a_left.csv", "b_right.csv"]
    paths = [write(name, csv_text(make_walk(seed=k))) for k, name in enumerate(names)]
    outcomes = read_sessions([*paths, tmp_path / "none.csv", paths[0]])
    assert [outcome.name for outcome in outcomes] == ["b", "a", "none"]
    assert len(outcomes[0].session.streams) == 4
    assert outcomes[2].error.reason is FileReason.NOT_FOUND


def test_session_folders_are_found_among_others_and_not_entered(write: Write, tmp_path: Path) -> None:
    write("left.csv", csv_text(LEFT))
    session = read_session(tmp_path)
    write_session_folder(tmp_path / "kept" / "walk", session)
    write("kept/walk/results/left.csv", csv_text(LEFT))
    outcomes = read_sessions([tmp_path / "kept"])
    assert [outcome.session.name for outcome in outcomes] == [session.name]
    assert read_session(tmp_path / "kept" / "walk" / "session.toml").id == session.id
    write("kept/walk/session.toml", "format_version = 99\n")
    assert read_sessions([tmp_path / "kept"])[0].error.reason is FileReason.BAD_SESSION


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, FileReason.EMPTY),
        ({"meta.json": "{}"}, FileReason.EMPTY),
        ({"notes.csv": "a text file\nrenamed\n"}, FileReason.UNKNOWN_FORMAT),
        ({"notes_left.csv": "a text\n", "notes_right.csv": "file\n"}, FileReason.UNKNOWN_FORMAT),
        ({"walk.csv": csv_text(LEFT)}, FileReason.SEGMENT_UNKNOWN),
        ({"walk_lb.txt": xsens_plain_text(LEFT)}, FileReason.SEGMENT_UNKNOWN),
        ({"noise.csv": bytes(range(256)) * 9}, FileReason.NOT_TEXT),
        ({"sensorspec.json": "{"}, FileReason.BAD_SESSION),
    ],
)
def test_a_folder_without_a_walk_is_one_refusal(
    write: Write, tmp_path: Path, files: dict[str, str | bytes], reason: FileReason
) -> None:
    (tmp_path / "in").mkdir()
    for name, content in files.items():
        write(f"in/{name}", content)
    (outcome,) = read_sessions([tmp_path / "in"])
    assert outcome.error.reason is reason


def test_reading_one_walk_where_there_are_two(write: Write, tmp_path: Path) -> None:
    write("a_left.csv", csv_text(LEFT))
    write("b_left.csv", csv_text(LEFT))
    with pytest.raises(FileFormatError, match="2 walks"):
        read_session(str(tmp_path))


def test_a_file_name_that_is_no_text_still_gives_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/walk\xff_left.csv"))
    path.write_text(csv_text(LEFT))
    session = read_session(path)
    for text in (session.name, *session.notes, *session.source):
        assert text.encode("utf-8")


def test_folders_that_link_in_a_circle(write: Write, tmp_path: Path) -> None:
    write("a/left.csv", csv_text(LEFT))
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert len(read_sessions([tmp_path])) == 1


def test_paths_that_cannot_be_looked_at(tmp_path: Path, write: Write) -> None:
    write("walk/left.csv", csv_text(LEFT))
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    os.mkfifo(tmp_path / "pipe.csv")
    paths = [tmp_path / "circle", tmp_path / "pipe.csv", tmp_path / ("n" * 300), tmp_path / "none"]
    reasons = [outcome.error.reason for outcome in read_sessions(paths) if outcome.error]
    assert reasons == [*[FileReason.NOT_READABLE] * 3, FileReason.NOT_FOUND]
    assert [outcome.name for outcome in read_sessions([tmp_path]) if outcome.session] == ["walk"]


@pytest.mark.parametrize("target", ["walk", "walk/left.csv", "walk/none.csv", "."])
def test_folders_without_rights(tmp_path: Path, write: Write, target: str) -> None:
    write("top/walk/left.csv", csv_text(LEFT))
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    (tmp_path / "top" / "walk").chmod(0)
    superuser = os.geteuid() == 0
    if superuser:
        os.seteuid(65534)
    try:
        outcomes = read_sessions([tmp_path / "top" / target])
    finally:
        if superuser:
            os.seteuid(0)
        (tmp_path / "top" / "walk").chmod(0o755)
    assert [outcome.error.reason for outcome in outcomes if outcome.error] == [FileReason.NOT_READABLE]
