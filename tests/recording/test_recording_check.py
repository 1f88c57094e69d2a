"""What ``check`` says of sensors, by short recordings in which something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from footdrop_imu.device.journal import read_journal
from footdrop_imu.device.packets import LinkEvent, LinkEventKind
from footdrop_imu.device.profile import Profile
from footdrop_imu.device.profiles import load_profile
from footdrop_imu.device.scan import SeenSensor, Target
from footdrop_imu.recording.captures import session_from_journal
from footdrop_imu.recording.check import Finding, Verdict, judge_sensors
from footdrop_imu.schema import SensorStream, Session
from tests.recording.made_captures import BEGIN_S, made_walk, make_capture


def findings(
    folder: Path,
    walk: Session,
    profile: str | Profile = "footdrop-1",
    *,
    drop: dict[str, Sequence[tuple[float, float]]] | None = None,
    events: Sequence[LinkEvent] = (),
) -> dict[tuple[str, str], Finding]:
    path = make_capture(folder / "walk", walk, profile, drop=drop, events=events)
    decoded = session_from_journal(read_journal(path), "walk")
    chosen = load_profile(profile) if isinstance(profile, str) else profile
    targets = [
        Target(report.segment, SeenSensor("", report.name, -50, chosen, "", None), chosen)  # type: ignore[arg-type]
        for report in decoded.sensors
    ]
    return {(finding.segment, finding.what): finding for finding in judge_sensors(decoded, targets)}


def changed(segment: str, change: Callable[[SensorStream], np.ndarray]) -> Session:
    walk = made_walk()
    streams = tuple(replace(one, values=change(one)) if one.segment == segment else one for one in walk.streams)
    return replace(walk, streams=streams)


def test_sound_sensors_are_found_sound(tmp_path: Path) -> None:
    found = findings(tmp_path, made_walk())
    verdicts = {key: finding.verdict for key, finding in found.items()}
    for segment in ("left_foot", "right_foot"):
        for what in ("battery", "rate", "losses", "gravity", "gyroscope", "range", "worn"):
            assert verdicts[segment, what] is Verdict.OK, found[segment, what]
    assert verdicts["", "time base"] is Verdict.OK
    assert verdicts["", "steps"] is Verdict.OK
    # a straight walk does not show it, and nothing is guessed
    assert verdicts["", "left and right"] is Verdict.UNKNOWN


def test_a_low_battery_is_told(tmp_path: Path) -> None:
    low = LinkEvent(BEGIN_S + 0.3, "right_foot", LinkEventKind.BATTERY, {"percent": 9.0})
    found = findings(tmp_path, made_walk(), events=[low])
    assert found["right_foot", "battery"].verdict is Verdict.WARNING
    assert "9 %" in found["right_foot", "battery"].text


def test_losses_are_told_with_what_to_do(tmp_path: Path) -> None:
    found = findings(tmp_path, made_walk(), drop={"left_foot": [(6.0, 7.5)], "right_foot": [(6.0, 6.3)]})
    assert found["left_foot", "losses"].verdict is Verdict.UNUSABLE
    assert found["right_foot", "losses"].verdict is Verdict.WARNING
    assert "nearer" in found["left_foot", "losses"].text


def test_an_accelerometer_that_is_off_is_to_be_calibrated(tmp_path: Path) -> None:
    walk = changed("left_foot", lambda one: one.values * (1.05 if one.quantity == "acceleration" else 1.0))
    found = findings(tmp_path, walk)
    assert found["left_foot", "gravity"].verdict is Verdict.WARNING
    assert "six-position" in found["left_foot", "gravity"].text
    assert found["right_foot", "gravity"].verdict is Verdict.OK


def test_a_gyroscope_that_turns_at_rest_is_told(tmp_path: Path) -> None:
    walk = changed("left_foot", lambda one: one.values + (0.06 if one.quantity == "angular_velocity" else 0.0))
    assert findings(tmp_path, walk)["left_foot", "gyroscope"].verdict is Verdict.WARNING


def test_a_range_that_is_too_small_is_told(tmp_path: Path) -> None:
    profile = load_profile("footdrop-1")
    small = profile.text.replace("acc_range_g = 16\ngyr_range_dps = 2000", "acc_range_g = 2\ngyr_range_dps = 250")
    own = tmp_path / "small.toml"
    own.write_text(small)
    found = findings(tmp_path, made_walk(), load_profile(own))
    assert found["left_foot", "range"].verdict is Verdict.WARNING
    assert "wider range" in found["left_foot", "range"].text


def test_wrong_axes_make_a_sensor_unusable(tmp_path: Path) -> None:
    walk = changed(
        "right_foot", lambda one: one.values * ([1.0, -1.0, 1.0] if one.quantity == "angular_velocity" else 1.0)
    )
    found = findings(tmp_path, walk)
    worn = found["right_foot", "worn"]
    assert worn.verdict is not Verdict.OK
    assert "axes" in worn.text
    assert found["left_foot", "worn"].verdict is Verdict.OK


def test_a_loose_sensor_is_to_be_fastened(tmp_path: Path) -> None:
    def wobble(one: SensorStream) -> np.ndarray:
        # it turns by 25° to and fro about one axis, and rests differently after each step
        angle = np.radians(25.0) * np.sin(np.arange(len(one.values)) / 200.0 * 2 * np.pi / 2.9)
        c, s, zero, unit = np.cos(angle), np.sin(angle), np.zeros_like(angle), np.ones_like(angle)
        turn = np.stack([unit, zero, zero, zero, c, -s, zero, s, c], axis=1).reshape(-1, 3, 3)
        return np.einsum("nij,nj->ni", turn, one.values)

    worn = findings(tmp_path, changed("left_foot", wobble))["left_foot", "worn"]
    assert worn.verdict is Verdict.WARNING
    assert "fasten it" in worn.text


def test_a_sensor_that_sent_nothing_is_unusable(tmp_path: Path) -> None:
    found = findings(tmp_path, made_walk(), drop={"left_foot": [(0.0, 1e9)]})
    assert found["left_foot", "signal"].verdict is Verdict.UNUSABLE
    assert ("", "steps") not in found


@pytest.mark.parametrize("segment", ["left_foot"])
def test_without_rest_that_is_said(segment: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)

    def shaken(one: SensorStream) -> np.ndarray:
        return one.values + rng.normal(0.0, 1.0, one.values.shape)

    found = findings(tmp_path, changed(segment, shaken))
    assert found[segment, "at rest"].verdict is Verdict.UNKNOWN
    assert "stand still" in found[segment, "at rest"].text
