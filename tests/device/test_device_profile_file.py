"""A profile's file is read strictly: whatever is wrong in it is said with the file and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from footdrop_imu.device.profile_file import read_profile, read_profile_text, read_refused
from footdrop_imu.device.profiles import all_profiles, load_profile, profile_folder
from footdrop_imu.errors import ProfileError, ProfileReason

GOOD = """
id = "mine"
maker = "me"
models = ["one"]
firmware = "1"
evidence = "synthetic"
sources = ["my sketch"]

[[recognize]]
name = "^foot"
service = "180f"
company_id = 7

[[identity]]
what = "model"
characteristic = "2a24"
expect = "5"
others = { 8 = "another" }

[gait]
acc_range_g = 16
gyr_range_dps = 2000
clips_at_foot_strike = false
integrates_on_chip = false
logs_on_board = false
verdict = "good"

[link]
service = "0000ffe5-0000-1000-8000-00805f9a34fb"
notify = ["2a1a", "2a1b"]
replies = "2a1b"
write = "2a1c"
with_response = false
smallest_mtu = 60

[rates]
default_hz = 100
tolerance = 0.05
codes = { 50 = "32 00", 100 = "64 00" }

[battery]
scale = 0.01
levels = [[3.4, 5], [4.0, 100]]

[[command]]
stage = "configure"
purpose = "set the rate"
to = "2a1c"
service = "2a1d"
write = "01 {rate}"
reply = "01 <rate:u16> *"
pause_s = 0.1
timeout_s = 1
optional = false
require = { rate = 100 }

[[command]]
stage = "battery"
purpose = "tell the battery"
read = "2a19"
reply = "<battery:u8>"

[[frame]]
characteristic = "2a1a"
decoder = "table"
framing = "one"
header = "55 61"
header_size = 9
sample_size = 12
samples = 2
usual_samples = 2
layout = "interleaved"
trailer_size = 3
ignored = ["55 71"]
continuation = "03"

[frame.sequence]
offset = 2
type = "u8"
counts = "frames"
bits = 7

[frame.time]
offset = 3
type = "u32"
tick_s = 1e-6
bits = 32
of = "first"

[[frame.quantity]]
quantity = "acceleration"
offset = 0
type = "i16"
unit = "g"
counts_per_unit = 2048
axes = ["y", "x", "-z"]

[[frame.quantity]]
quantity = "angular_velocity"
offset = 6
type = "i16"
unit = "dps"
scales = { offset = 7, type = "u8", mask = 3, by_code = { 0 = 0.01, 1 = 0.02 } }
"""
Place = tuple[str | int, ...]


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def values_of(table: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every key of the file, with its value."""
    for key, value in table.items() if isinstance(table, dict) else enumerate(table):
        if isinstance(key, str):
            yield (*place, key), value
        if isinstance(value, dict) or _are_tables(value):
            yield from values_of(value, (*place, key))


def changed(place: Place, value: Any) -> str:
    """The good file with one value set, or taken out where it is None."""
    top = tomllib.loads(GOOD)
    table: Any = top
    for key in place[:-1]:
        table = table[key]
    if value is None:
        del table[place[-1]]
    else:
        table[place[-1]] = value
    return tomli_w.dumps(top)


def dotted(place: Place) -> str:
    """As an error names a place."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place).removeprefix(".")


def refusal(text: str) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        read_profile_text(text, "mine.toml")
    assert "mine.toml" in caught.value.message
    assert caught.value.path == "mine.toml"
    return caught.value


PLACES = [(place, value) for place, value in values_of(tomllib.loads(GOOD))]
FREE = ("others", "codes", "require", "by_code")  # tables whose keys the author chooses
KEYS = [(place, value) for place, value in PLACES if len(place) < 2 or place[-2] not in FREE]
MAY_BE_LEFT_OUT = {
    *("recognize", "identity", "command", "battery", "note"),
    *(f"recognize[0].{key}" for key in ("name", "service", "company_id")),
    "identity[0].others",
    *(f"link.{key}" for key in ("replies", "with_response", "smallest_mtu")),
    *("link.write", "rates.tolerance", "battery.scale", "battery.levels"),
    *(f"command[0].{key}" for key in ("to", "service", "pause_s", "timeout_s", "optional", "require")),
    *(f"frame[0].{key}" for key in ("characteristic", "decoder", "framing", "samples", "usual_samples")),
    *(f"frame[0].{key}" for key in ("layout", "trailer_size", "ignored", "continuation", "sequence", "time")),
    *("frame[0].sequence.bits", "frame[0].time.bits", "frame[0].quantity[0].axes"),
    "frame[0].quantity[1].scales.mask",
}
SAID_AT = {
    "rates.codes": "command[0].write",
    "command[0].reply": "command[0].require",
    "command[1].read": "command[1].write",
    "frame[0].header": "frame[0].ignored",
    "frame[0].header_size": "frame[0].header_size",
    "frame[0].quantity[1].scales": "frame[0].quantity[1].counts_per_unit",
}


def test_the_good_file_is_good() -> None:
    profile = read_profile_text(GOOD, "mine.toml")
    assert profile.frames[0].size == 9 + 2 * 12 + 3
    assert [command.to for command in profile.commands] == ["00002a1c-0000-1000-8000-00805f9b34fb", ""]
    assert profile.commands[0].with_response is False
    assert profile.commands[0].reply_on == "00002a1b-0000-1000-8000-00805f9b34fb"
    assert profile.text == GOOD


@pytest.mark.parametrize("place", [place for place, _ in KEYS], ids=dotted)
def test_a_key_that_is_missing_is_named_unless_it_may_be(place: Place) -> None:
    text = changed(place, None)
    if dotted(place) in MAY_BE_LEFT_OUT:
        read_profile_text(text, "mine.toml")
        return
    error = refusal(text)
    assert error.key == SAID_AT.get(dotted(place), dotted(place))
    assert error.reason is ProfileReason.MISSING_KEY or dotted(place) in SAID_AT


@pytest.mark.parametrize(
    "place",
    [
        (),
        *(place for place, value in PLACES if isinstance(value, dict) and place[-1] not in FREE),
        *((*place, at) for place, value in PLACES if _are_tables(value) for at in range(len(value))),
    ],
    ids=dotted,
)
def test_an_unknown_key_is_named_with_those_that_are_known(place: Place) -> None:
    top = tomllib.loads(GOOD)
    table: Any = top
    for key in place:
        table = table[key]
    table["unheard_of"] = 1
    error = refusal(tomli_w.dumps(top))
    assert error.reason is ProfileReason.UNKNOWN_KEY
    assert error.key == dotted((*place, "unheard_of"))
    assert "known here are" in error.message


@pytest.mark.parametrize(("place", "value"), KEYS, ids=lambda part: dotted(part) if isinstance(part, tuple) else "")
def test_a_value_of_another_type_is_named(place: Place, value: Any) -> None:
    for wrong in (True, "?", 1.5, [1], {"a": 1}):
        alike = type(wrong) is type(value) or (isinstance(wrong, float) and isinstance(value, int))
        if alike and not isinstance(value, (list, dict)):
            continue
        error = refusal(changed(place, wrong))
        assert (error.key or "").startswith(dotted(place))


WRONG: list[tuple[Place, Any]] = [
    (("id",), "My sensor"),
    (("evidence",), "hearsay"),
    (("models",), [""]),
    (("recognize", 0, "name"), "("),
    (("recognize", 0, "service"), "ffe5-"),
    (("recognize", 0, "company_id"), 70000),
    (("identity", 0, "expect"), "["),
    (("identity", 0, "others"), {"8": "No Slug"}),
    (("gait", "acc_range_g"), 0),
    (("gait", "acc_range_g"), float("nan")),
    (("gait", "gyr_range_dps"), float("inf")),
    (("link", "service"), "0"),
    (("link", "notify"), ["2a1a", "zz"]),
    (("link", "replies"), "2a1f"),
    (("link", "smallest_mtu"), 22),
    (("link", "smallest_mtu"), 600),
    (("rates", "default_hz"), 60),
    (("rates", "tolerance"), 0),
    (("rates", "codes"), {"fast": "01"}),
    (("rates", "codes"), {"100": "1"}),
    (("rates", "codes"), {"100": "01", "nan": "02"}),
    (("rates", "codes"), {"100": "01", "-5": "02"}),
    (("rates", "default_hz"), 10**400),
    (("battery", "levels"), [[4.0, 5], [3.4, 100]]),
    (("battery", "levels"), [[4.0]]),
    (("battery", "levels"), [[3.4, 5], [3.4, 100]]),
    (("battery", "levels"), [[3.4, 5], [4.0, 101]]),
    (("battery", "levels"), [["a", 5], [10**400, 7]]),
    (("command", 0, "stage"), "begin"),
    (("command", 0, "to"), "0"),
    (("command", 0, "write"), "0G"),
    (("command", 0, "write"), "01 {range}"),
    (("command", 0, "reply"), "<a:q8>"),
    (("command", 0, "pause_s"), -1),
    (("command", 0, "timeout_s"), 0),
    (("command", 0, "require"), {"other": 1}),
    (("command", 0, "require"), {"rate": "100"}),
    (("frame", 0, "characteristic"), "2a1f"),
    (("frame", 0, "decoder"), "magic"),
    (("frame", 0, "framing"), "some"),
    (("frame", 0, "header"), "5"),
    (("frame", 0, "header_size"), 1),
    (("frame", 0, "header_size"), 7),
    (("frame", 0, "sample_size"), 11),
    (("frame", 0, "samples"), 0),
    (("frame", 0, "ignored"), ["55"]),
    (("frame", 0, "layout"), "woven"),
    (("frame", 0, "sequence", "offset"), 1),
    (("frame", 0, "sequence", "type"), "u7"),
    (("frame", 0, "sequence", "bits"), 9),
    (("frame", 0, "sequence", "counts"), "days"),
    (("frame", 0, "time", "tick_s"), 0),
    (("frame", 0, "time", "of"), "middle"),
    (("frame", 0, "quantity", 0, "quantity"), "warmth"),
    (("frame", 0, "quantity", 0, "unit"), "dps"),
    (("frame", 0, "quantity", 0, "counts_per_unit"), 0),
    (("frame", 0, "quantity", 0, "axes"), ["x", "y", "y"]),
    (("frame", 0, "quantity", 0, "scale"), 2.0),
    (("frame", 0, "quantity", 1, "counts_per_unit"), 2048),
    (("frame", 0, "quantity", 1, "offset"), 4),
    (("frame", 0, "quantity", 1, "quantity"), "acceleration"),
    (("frame", 0, "quantity", 1, "scales"), {"offset": 9, "type": "u8", "by_code": {"0": 1.0}}),
    (("frame", 0, "quantity", 1, "scales"), {"offset": 7, "type": "u8", "by_code": {"a": 1.0}}),
    (("frame", 0, "quantity", 1, "scales"), {"offset": 7, "type": "u8", "by_code": {}}),
    (("link", "notify"), []),
    (("models",), []),
    (("sources",), []),
]


@pytest.mark.parametrize(("place", "value"), WRONG, ids=lambda part: dotted(part) if isinstance(part, tuple) else "")
def test_a_value_that_cannot_be_is_said_with_its_place(place: Place, value: Any) -> None:
    error = refusal(changed(place, value))
    assert error.reason in (ProfileReason.WRONG_VALUE, ProfileReason.MISSING_KEY)
    head = dotted(place[:1])
    assert (error.key or "").startswith(head)


def test_a_byte_stream_needs_a_header_and_a_size() -> None:
    top = tomllib.loads(GOOD)
    top["frame"][0]["framing"] = "stream"
    del top["frame"][0]["continuation"]
    stream = tomli_w.dumps(top)
    read_profile_text(stream, "mine.toml")
    for key, named in (("samples", "samples"), ("header", "header")):
        top = tomllib.loads(stream)
        del top["frame"][0][key]
        del top["frame"][0]["ignored"]
        error = refusal(tomli_w.dumps(top))
        assert error.reason is ProfileReason.MISSING_KEY
        assert error.key == f"frame[0].{named}"


def test_only_a_frame_with_a_notification_of_its_own_is_continued() -> None:
    top = tomllib.loads(GOOD)
    top["frame"][0]["continuation"] = "AB"
    for framing, key in (("one", None), ("several", "frame[0].continuation"), ("stream", "frame[0].continuation")):
        top["frame"][0]["framing"] = framing
        if key is None:
            read_profile_text(tomli_w.dumps(top), "mine.toml")
        else:
            assert refusal(tomli_w.dumps(top)).key == key


def test_a_command_writes_or_reads() -> None:
    for values in ({"read": "2a19"}, {"write": None}):
        top = tomllib.loads(GOOD)
        for key, value in values.items():
            if value is None:
                del top["command"][0][key]
            else:
                top["command"][0][key] = value
        assert refusal(tomli_w.dumps(top)).key == "command[0].write"
    top = tomllib.loads(GOOD)
    del top["link"]["write"], top["command"][0]["to"]
    assert refusal(tomli_w.dumps(top)).key == "command[0].to"


def test_both_quantities_are_needed_once_each() -> None:
    top = tomllib.loads(GOOD)
    del top["frame"][0]["quantity"][1]
    error = refusal(tomli_w.dumps(top))
    assert error.key == "frame"
    assert "once each" in error.message


def test_a_rate_that_the_sensor_does_not_have_is_refused() -> None:
    for profile, rate_hz, offered in (
        (load_profile("witmotion-20"), 60.0, "50, 100, 200 Hz"),
        (load_profile("movesense-imu6"), 52.0, "104 Hz"),
    ):
        with pytest.raises(ProfileError, match=offered) as caught:
            profile.pattern("01", rate_hz)
        assert caught.value.key == "rates.codes"


@pytest.mark.parametrize("text", ["id = ", "\x00", "a = 1\na = 2"])
def test_what_is_no_toml_is_said(text: str) -> None:
    assert refusal(text).reason is ProfileReason.NOT_TOML


ODD = (
    *("nan", "inf", "-1", "0", "1e999", "9" * 400, "true", '""', '"x"', '"("', "[]", "{}", "1979-05-27", "[1, 2]"),
    *('"u8"', '"f32"', '"stream"', '"block"', "65535", '"2a19"', '"<a:u8>"', '"{rate}"', '["x"]', "[[1, 2], [1, 3]]"),
    *('{ nan = "01" }', '{ "-5" = "01" }', "{ 1 = 1 }"),
)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_file_that_was_spoilt_is_a_profile_or_an_error_of_it(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(all_profiles())).text.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        if "=" in lines[at]:
            lines[at] = f"{lines[at].split('=')[0]}= {data.draw(st.sampled_from(ODD))}"
        else:
            lines[at] = data.draw(st.text(alphabet='"[]{}=1.ae- \x00', max_size=4))
    try:
        profile = read_profile_text("\n".join(lines), "spoilt.toml")
    except ProfileError as error:
        said = error
    else:
        assert profile.text == "\n".join(lines)
        return
    assert said.path == "spoilt.toml"


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    for name, reason in (
        ("bytes.toml", ProfileReason.NOT_TOML),
        ("none.toml", ProfileReason.NOT_FOUND),
        (".", ProfileReason.NOT_TOML),
    ):
        with pytest.raises(ProfileError) as caught:
            read_profile(tmp_path / name)
        assert caught.value.reason is reason


def test_the_list_of_refused_sensors_is_read_as_strictly(tmp_path: Path) -> None:
    path = tmp_path / "refused.toml"
    good = '[[sensor]]\nname = "A"\nrecognize = [{ name = "^A" }]\nreason = "too slow."\n'
    path.write_text(good, encoding="utf-8")
    assert read_refused(path)[0].reason == "too slow."
    for text, key in (
        (good + "x = 1\n", "sensor[0].x"),
        (good.replace('reason = "too slow."', ""), "sensor[0].reason"),
        (good.replace('name = "^A"', ""), "sensor[0].recognize[0].name"),
        (good + "[other]\n", "other"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ProfileError) as caught:
            read_refused(path)
        assert caught.value.key == key


def test_every_built_in_file_is_named_after_its_id() -> None:
    names = {path.stem for path in profile_folder().glob("*.toml")} - {"refused"}
    assert names == {profile.id for profile in all_profiles()}
    for profile in all_profiles():
        assert profile.text == Path(profile.path).read_text(encoding="utf-8")
        assert read_profile_text(profile.text, profile.path) == profile
