"""Every reason to refuse a signal can be met, and its message says what was found, expected and to be done."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from footdrop_imu.analysis import analyze
from footdrop_imu.errors import SignalError, SignalReason
from footdrop_imu.schema import FloatArray, SensorStream, Session
from footdrop_imu.simulate.walk import SimulatedWalk

RATE_HZ = 100.0


def made(acc: FloatArray, gyr: FloatArray, **clock: object) -> Session:
    """A session of one left foot; the clock is its rate unless another is given."""
    given = clock or {"rate_hz": RATE_HZ}
    return Session(
        "made",
        (
            SensorStream("left_foot", "acceleration", acc, **given),  # type: ignore[arg-type]
            SensorStream("left_foot", "angular_velocity", gyr, **given),  # type: ignore[arg-type]
        ),
    )


@pytest.fixture(scope="module")
def arrays(walk: SimulatedWalk) -> tuple[FloatArray, FloatArray]:
    acc, gyr = (s.values for s in walk.session.streams if s.segment == "left_foot")
    return acc, gyr


def changed(values: FloatArray, rows: object, value: object) -> FloatArray:
    out = values.copy()
    out[rows] = value  # type: ignore[index]
    return out


def standing(acc: FloatArray, gyr: FloatArray) -> Session:
    return made(np.tile(acc[:200], (10, 1)), np.tile(gyr[:200], (10, 1)))


def at_most_2g(acc: FloatArray, gyr: FloatArray) -> Session:
    return made(np.clip(acc, -4.0, 4.0), np.clip(gyr, -0.3, 0.3))


def backward(acc: FloatArray, gyr: FloatArray) -> Session:
    time = np.arange(len(acc)) / RATE_HZ
    return made(acc, gyr, time_s=np.concatenate([time[500:], time[:500]]))


def sparse(acc: FloatArray, gyr: FloatArray) -> Session:
    kept = np.arange(0, len(acc), 3)
    return made(acc[kept], gyr[kept], counter=kept, rate_hz=RATE_HZ)


def swapped(acc: FloatArray, gyr: FloatArray) -> Session:
    """A shank that lies still in stance, and a foot that never does."""
    never_still = gyr + np.sin(np.arange(len(gyr)) / 10.0)[:, None]
    clock = {"rate_hz": RATE_HZ, "clock_group": "one"}
    foot, shank = made(acc, never_still, **clock).streams, made(acc, gyr, **clock).streams
    return Session("made", (*foot, *(replace(stream, segment="left_shank") for stream in shank)))


def nothing(*_: FloatArray) -> Session:
    return Session("made", ())


CASES: dict[SignalReason, Callable[[FloatArray, FloatArray], Session]] = {
    SignalReason.TOO_SHORT: lambda acc, gyr: made(acc[:250], gyr[:250]),
    SignalReason.NO_WALKING: standing,
    SignalReason.TOO_MANY_GAPS: sparse,
    SignalReason.SATURATED: at_most_2g,
    SignalReason.NOT_FINITE: lambda acc, gyr: made(changed(acc, 700, np.nan), gyr),
    SignalReason.CONSTANT: lambda acc, gyr: made(acc, changed(gyr, np.s_[:, 1], 0.0)),
    SignalReason.WRONG_SHAPE: lambda acc, gyr: made(acc[:, :2], gyr),
    SignalReason.WRONG_UNIT: lambda acc, gyr: made(acc / 9.81, gyr),
    SignalReason.TIME_BACKWARD: backward,
    SignalReason.RATE_TOO_LOW: lambda acc, gyr: made(acc[::5], gyr[::5], rate_hz=20.0),
    SignalReason.RATE_UNKNOWN: lambda acc, gyr: made(acc, gyr, counter=np.arange(len(acc))),
    SignalReason.RATE_DISAGREES: lambda acc, gyr: made(acc, gyr, time_s=np.arange(len(acc)) / RATE_HZ, rate_hz=110.0),
    SignalReason.NO_FOOT: nothing,
    SignalReason.SWAPPED: swapped,
    SignalReason.WRONG_AXES: lambda acc, gyr: made(acc, -gyr),
}


@pytest.mark.parametrize("reason", CASES, ids=str)
def test_each_reason_can_be_met(arrays: tuple[FloatArray, FloatArray], reason: SignalReason) -> None:
    with pytest.raises(SignalError) as caught:
        analyze(CASES[reason](*arrays))
    assert caught.value.reason is reason
    message = caught.value.message
    assert re.search(r"expected|they may differ|Give the sample rate", message)
    assert message.endswith((".", ".)"))
    assert "  " not in message
    assert str(caught.value) == message


def test_every_reason_of_a_walk_but_one_is_tried_here() -> None:
    """``no_rest`` stands for what the method cannot bring about: two neighboring rests in the wrong order."""
    of_calibrations = {SignalReason.SIDES_MISSING, SignalReason.NO_FIT}
    assert set(SignalReason) - set(CASES) - of_calibrations == {SignalReason.NO_REST}


@pytest.mark.parametrize(
    ("reason", "todo"),
    [
        (SignalReason.TOO_SHORT, "Record a longer walk"),
        (SignalReason.NO_WALKING, "Check that the sensor is on the foot"),
        (SignalReason.TOO_MANY_GAPS, "Record again with the receiver closer"),
        (SignalReason.SATURATED, "Set the sensor to"),
        (SignalReason.NOT_FINITE, "Leave such rows out"),
        (SignalReason.CONSTANT, "Check the columns and the sensor"),
        (SignalReason.WRONG_UNIT, "multiply by"),
        (SignalReason.TIME_BACKWARD, "Check that the file is one recording"),
        (SignalReason.RATE_TOO_LOW, "Set the sensor to a higher rate"),
        (SignalReason.RATE_UNKNOWN, "Give the sample rate with --rate"),
        (SignalReason.RATE_DISAGREES, "Correct or leave out"),
        (SignalReason.NO_FOOT, "Name the files with --left"),
        (SignalReason.SWAPPED, "exchange them"),
        (SignalReason.WRONG_AXES, "Correct the order or the signs of the columns"),
    ],
    ids=str,
)
def test_the_message_says_what_to_do(arrays: tuple[FloatArray, FloatArray], reason: SignalReason, todo: str) -> None:
    with pytest.raises(SignalError, match=todo):
        analyze(CASES[reason](*arrays))


def test_one_quantity_alone_is_refused_by_name(walk: SimulatedWalk) -> None:
    for quantity, missing in (("acceleration", "gyroscope"), ("angular_velocity", "accelerometer")):
        streams = tuple(s for s in walk.session.streams if s.quantity == quantity)
        with pytest.raises(SignalError, match=f"left_foot has no {missing}") as caught:
            analyze(replace(walk.session, streams=streams))
        assert caught.value.reason is SignalReason.WRONG_SHAPE


def test_shanks_alone_are_no_feet(walk: SimulatedWalk) -> None:
    streams = tuple(replace(s, segment=s.segment.replace("foot", "shank")) for s in walk.session.streams)
    with pytest.raises(SignalError, match="no foot sensor") as caught:
        analyze(replace(walk.session, streams=streams))
    assert caught.value.reason is SignalReason.NO_FOOT


@pytest.mark.parametrize("factor", [np.degrees(1.0), np.radians(1.0)], ids=["in_degrees", "too_small"])
def test_a_gyroscope_in_another_unit_is_never_called_good(arrays: tuple[FloatArray, FloatArray], factor: float) -> None:
    acc, gyr = arrays
    verdict = "refused"
    try:
        verdict = analyze(made(acc, gyr * factor)).quality.verdict
    except SignalError as error:
        assert error.message  # noqa: PT017
    assert verdict != "good"
