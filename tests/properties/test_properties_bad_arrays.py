"""Arrays that are no walk: refused with the reason, or a result that says how poor it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from changed_sessions import one_foot, with_values

from footdrop_imu.analysis import analyze
from footdrop_imu.errors import SchemaError, SchemaReason, SignalError, SignalReason
from footdrop_imu.schema import FloatArray, Mounting, SensorStream, SensorTraits, Session, Shoe
from footdrop_imu.simulate.walk import SimulatedWalk

RATE_HZ = 100.0
SHORT = 3000
RNG = np.random.default_rng(21)
NOISE = RNG.standard_normal((2, SHORT, 3))
STANDING = np.tile([0.0, 0.0, 9.81], (SHORT, 1))
TIME_S = np.arange(SHORT)[:, None] / RATE_HZ


def session_of(acc: Any, gyr: Any, **both: Any) -> Session:
    """One left foot from two arrays; keywords go to both streams."""
    given = {"rate_hz": RATE_HZ} | both
    return Session(
        "made",
        (
            SensorStream("left_foot", "acceleration", acc, **given),
            SensorStream("left_foot", "angular_velocity", gyr, **given),
        ),
    )


def shaken(rate_hz: float, acc_mps2: float) -> Session:
    """A sensor shaken to and fro by hand, with a little turning."""
    phase = 2.0 * np.pi * rate_hz * TIME_S
    acc = STANDING + acc_mps2 * np.sin(phase) * [1.0, 0.5, 0.2] + 0.05 * NOISE[0]
    gyr = 0.2 * acc_mps2 * np.cos(phase) * [0.1, 1.0, 0.2] + 0.01 * NOISE[1]
    return session_of(acc, gyr)


@pytest.fixture(scope="module")
def arrays(walked: SimulatedWalk) -> tuple[FloatArray, FloatArray]:
    """Acceleration and angular rate of a left foot that walks."""
    acc, gyr = one_foot(walked.session, "left").streams
    return acc.values, gyr.values


def planted(array: FloatArray, rows: Any, value: float) -> FloatArray:
    copy = array.copy()
    copy[rows] = value
    return copy


Made = Callable[[FloatArray, FloatArray], Session]
R = SignalReason
BAD_ARRAYS: dict[str, tuple[Made, SignalReason]] = {
    "one number missing": (lambda a, g: session_of(planted(a, (500, 1), np.nan), g), R.NOT_FINITE),
    "one rate infinite": (lambda a, g: session_of(a, planted(g, (500, 1), -np.inf)), R.NOT_FINITE),
    "nothing but NaN": (lambda a, g: session_of(a * np.nan, g * np.nan), R.NOT_FINITE),
    "one axis constant": (lambda a, g: session_of(planted(a, (slice(None), 0), 1.0), g), R.CONSTANT),
    "one rate constant": (lambda a, g: session_of(a, planted(g, (slice(None), 2), 0.0)), R.CONSTANT),
    "all zeros": (lambda *_: session_of(np.zeros((SHORT, 3)), np.zeros((SHORT, 3))), R.CONSTANT),
    "no samples": (lambda a, g: session_of(a[:0], g[:0]), R.TOO_SHORT),
    "one sample": (lambda a, g: session_of(a[:1], g[:1]), R.TOO_SHORT),
    "ten samples": (lambda a, g: session_of(a[:10], g[:10]), R.TOO_SHORT),
    "less than three seconds": (lambda a, g: session_of(a[:299], g[:299]), R.TOO_SHORT),
    "two axes": (lambda a, g: session_of(a[:, :2], g), R.WRONG_SHAPE),
    "two axes of rate": (lambda a, g: session_of(a, g[:, :2]), R.WRONG_SHAPE),
    "four axes": (lambda a, g: session_of(np.column_stack((a, a[:, 0])), g), R.WRONG_SHAPE),
    "one axis": (lambda a, g: session_of(a[:, 0], g[:, 0]), R.WRONG_SHAPE),
    "three dimensions": (lambda a, g: session_of(a[..., None], g), R.WRONG_SHAPE),
    "lying on its side": (lambda a, g: session_of(a.T, g.T), R.WRONG_SHAPE),
    "a number": (lambda _, g: session_of(np.array(9.81), g), R.WRONG_SHAPE),
    "nothing at all": (lambda _, g: session_of(None, g), R.WRONG_SHAPE),
    "words": (lambda a, g: session_of(a.astype(str), g), R.WRONG_SHAPE),
    "complex numbers": (lambda a, g: session_of(a, g * 1j), R.WRONG_SHAPE),
    "one shorter": (lambda a, g: session_of(a[:-1], g), R.WRONG_SHAPE),
    "much shorter": (lambda a, g: session_of(a, g[:400]), R.WRONG_SHAPE),
    "accelerometer clipped throughout": (lambda a, g: session_of(np.clip(100.0 * a, -50.0, 50.0), g), R.SATURATED),
    "gyroscope of 100 °/s": (lambda a, g: session_of(a, np.clip(g, -1.745, 1.745)), R.SATURATED),
    "accelerometer of 1.1 g": (lambda a, g: session_of(np.clip(a, -10.8, 10.8), g), R.SATURATED),
    "noise alone": (lambda *_: session_of(NOISE[0], NOISE[1]), R.WRONG_UNIT),
    "noise on a table": (lambda *_: session_of(STANDING + 0.05 * NOISE[0], 0.01 * NOISE[1]), R.NO_WALKING),
    "standing": (lambda a, g: session_of(np.tile(a[:300], (4, 1)), np.tile(g[:300], (4, 1))), R.NO_WALKING),
    "acceleration in g": (lambda a, g: session_of(a / 9.80665, g), R.WRONG_UNIT),
    "acceleration in milli-g": (lambda a, g: session_of(a / 0.00980665, g), R.WRONG_UNIT),
    "gravity taken off": (lambda a, g: session_of(a - np.median(a, axis=0), g), R.WRONG_UNIT),
    "quantities changed over": (lambda a, g: session_of(g, a), R.WRONG_UNIT),
    "20 Hz": (lambda a, g: session_of(a[::5], g[::5], rate_hz=20.0), R.RATE_TOO_LOW),
    "rate of zero": (lambda a, g: session_of(a, g, rate_hz=0.0), R.RATE_TOO_LOW),
    "negative rate": (lambda a, g: session_of(a, g, rate_hz=-100.0), R.RATE_TOO_LOW),
    "rate of NaN": (lambda a, g: session_of(a, g, rate_hz=np.nan), R.RATE_TOO_LOW),
    "infinite rate": (lambda a, g: session_of(a, g, rate_hz=np.inf), R.RATE_UNKNOWN),
    "no clock": (lambda a, g: session_of(a, g, rate_hz=None), R.RATE_UNKNOWN),
}
BAD_CLOCKS: dict[str, tuple[Callable[[int], dict[str, Any]], SignalReason]] = {
    "counter backward": (lambda n: {"counter": np.arange(n)[::-1].copy()}, R.TIME_BACKWARD),
    "counter at a stand": (lambda n: {"counter": np.zeros(n, dtype=np.int64)}, R.TIME_BACKWARD),
    "counter too short": (lambda n: {"counter": np.arange(n - 5)}, R.WRONG_SHAPE),
    "counter in two columns": (lambda n: {"counter": np.zeros((n, 2), dtype=np.int64)}, R.WRONG_SHAPE),
    "counter of NaN": (lambda n: {"counter": np.full(n, np.nan)}, R.NOT_FINITE),
    "counter of fractions": (lambda n: {"counter": 0.5 * np.arange(n)}, R.NOT_FINITE),
    "counter of words": (lambda n: {"counter": np.arange(n).astype(str)}, R.NOT_FINITE),
    "counter of no bits": (lambda n: {"counter": np.arange(n), "counter_bits": 0}, R.RATE_UNKNOWN),
    "counter that leaps": (lambda n: {"counter": 10**9 * np.arange(n)}, R.TOO_MANY_GAPS),
    "counter without rate": (lambda n: {"counter": np.arange(n), "rate_hz": None}, R.RATE_UNKNOWN),
    "time of NaN": (lambda n: {"time_s": np.full(n, np.nan)}, R.NOT_FINITE),
    "one time missing": (lambda n: {"time_s": planted(np.arange(n) / 100.0, 50, np.nan)}, R.NOT_FINITE),
    "last time infinite": (lambda n: {"time_s": planted(np.arange(n) / 100.0, n - 1, np.inf)}, R.NOT_FINITE),
    "last time ages later": (
        lambda n: {"time_s": planted(np.arange(n) / 100.0, n - 1, 1e12), "rate_hz": None},
        R.TOO_MANY_GAPS,
    ),
    "time at a stand": (lambda n: {"time_s": np.zeros(n)}, R.TIME_BACKWARD),
    "time backward once": (lambda n: {"time_s": planted(np.arange(n) / 100.0, 50, 0.1)}, R.TIME_BACKWARD),
    "time in milliseconds": (lambda n: {"time_s": 10.0 * np.arange(n), "rate_hz": None}, R.RATE_TOO_LOW),
    "time of another rate": (lambda n: {"time_s": np.arange(n) / 128.0}, R.RATE_DISAGREES),
    "time too short": (lambda n: {"time_s": np.arange(n - 7) / 100.0}, R.WRONG_SHAPE),
    "clock offset of NaN": (lambda _: {"clock_offset_s": np.nan}, R.NOT_FINITE),
}


def assert_refused(session: Session, reason: SignalReason) -> None:
    with pytest.raises(SignalError) as caught:
        analyze(session)
    assert caught.value.reason == reason
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("name", BAD_ARRAYS)
def test_bad_arrays(arrays: tuple[FloatArray, FloatArray], name: str) -> None:
    made, reason = BAD_ARRAYS[name]
    assert_refused(made(*arrays), reason)


@pytest.mark.parametrize("name", BAD_CLOCKS)
def test_bad_clocks(arrays: tuple[FloatArray, FloatArray], name: str) -> None:
    made, reason = BAD_CLOCKS[name]
    assert_refused(session_of(*arrays, **made(len(arrays[0]))), reason)


@pytest.mark.parametrize("name", ["counter too short", "time of NaN", "clock offset of NaN"])
def test_bad_clock_of_the_gyroscope_alone(arrays: tuple[FloatArray, FloatArray], name: str) -> None:
    made, reason = BAD_CLOCKS[name]
    session = session_of(*arrays)
    gyr = replace(session.streams[1], **made(len(arrays[1])))
    assert_refused(replace(session, streams=(session.streams[0], gyr)), reason)


def test_missing_and_doubled_sensors(walked: SimulatedWalk) -> None:
    acc, gyr = one_foot(walked.session, "left").streams
    assert_refused(Session("made", (acc,)), R.WRONG_SHAPE)
    assert_refused(Session("made", (gyr,)), R.WRONG_SHAPE)
    assert_refused(Session("made", (acc, gyr, acc)), R.WRONG_SHAPE)
    assert_refused(Session("made", ()), R.NO_FOOT)
    shank = tuple(replace(one, segment="left_shank") for one in (acc, gyr))
    assert_refused(Session("made", shank), R.NO_FOOT)


# What moves like a foot but cannot be right is measured, and the verdict says that it cannot be trusted.
POOR: dict[str, Made] = {
    "rates in °/s taken for rad/s": lambda a, g: session_of(a, np.degrees(g)),
    "rates in rad/s taken for °/s": lambda a, g: session_of(a, np.radians(g)),
    "rates of another sign": lambda a, g: session_of(a, -g),
    "rates on other axes": lambda a, g: session_of(a, g[:, [1, 2, 0]]),
    "rates of a sensor that does not turn": lambda a, g: session_of(a, 0.01 * NOISE[1, : len(g)]),
    "forces of a sensor that does not move": lambda a, g: session_of(STANDING[: len(a)] + 0.05 * NOISE[0, : len(a)], g),
    "accelerometer of 1.5 g": lambda a, g: session_of(np.clip(a, -14.7, 14.7), g),
    "gyroscope of 200 °/s": lambda a, g: session_of(a, np.clip(g, -3.49, 3.49)),
    "a quarter of the rate": lambda a, g: session_of(a, g, rate_hz=30.0),
}


def assert_not_trusted(session: Session) -> None:
    """Refused for what it is, or measured and called poor."""
    try:
        result = analyze(session)
    except SignalError as error:
        assert error.reason in (R.NO_WALKING, R.NO_REST, R.SATURATED, R.WRONG_UNIT, R.WRONG_AXES)  # noqa: PT017
    else:
        assert result.quality.verdict == "poor"
        assert result.quality.reasons
        assert not (result.strides["grade"] == "good").any()


@pytest.mark.parametrize("name", POOR)
def test_what_cannot_be_right_is_not_trusted(arrays: tuple[FloatArray, FloatArray], name: str) -> None:
    short = slice(0, SHORT)
    assert_not_trusted(POOR[name](arrays[0][short], arrays[1][short]))


@pytest.mark.parametrize("rate_hz", [0.5, 1.0, 2.0, 4.0, 8.0])
@pytest.mark.parametrize("acc_mps2", [2.0, 5.0, 20.0])
def test_a_shaken_sensor_does_not_walk(rate_hz: float, acc_mps2: float) -> None:
    assert_not_trusted(shaken(rate_hz, acc_mps2))


def test_numbers_of_any_kind_are_samples(arrays: tuple[FloatArray, FloatArray]) -> None:
    expected = analyze(session_of(*arrays)).strides
    assert len(expected) > 10
    for acc, gyr in (
        (arrays[0].tolist(), arrays[1].tolist()),
        (arrays[0].astype(np.float32), arrays[1].astype(np.float32)),
        (arrays[0].astype(">f8"), arrays[1].astype(">f8")),
    ):
        found = analyze(session_of(acc, gyr)).strides
        np.testing.assert_allclose(found["stride_length_m"], expected["stride_length_m"], atol=1e-4)


def test_gyroscope_that_starts_later_is_put_in_its_place(arrays: tuple[FloatArray, FloatArray]) -> None:
    acc, gyr = arrays
    expected = analyze(session_of(acc, gyr)).strides
    late = session_of(acc[:-40], gyr[40:])
    late = replace(late, streams=(late.streams[0], replace(late.streams[1], clock_offset_s=0.4)))
    found = analyze(late).strides
    assert found["mid_swing"].tolist() == expected["mid_swing"].tolist()
    np.testing.assert_allclose(found["stride_length_m"], expected["stride_length_m"], atol=0.002)


SHOES: dict[str, Shoe] = {
    "no length": Shoe("left", 0.0, "instep"),
    "negative length": Shoe("left", -0.27, "instep"),
    "length in millimeters": Shoe("left", 270.0, "instep"),
    "infinite length": Shoe("left", np.inf, "instep"),
    "unknown place": Shoe("left", 0.27, "knee"),
    "lever of NaN": Shoe("left", 0.27, "instep", Mounting(sensor_to_toe_m=(np.nan, 0.0, 0.0))),
    "lever in millimeters": Shoe("left", 0.27, "instep", Mounting(sensor_to_heel_m=(-130.0, 0.0, -60.0))),
    "no rotation": Shoe("left", 0.27, "instep", Mounting(rotation=(0.0, 0.0, 0.0, 0.0))),
    "rotation of NaN": Shoe("left", 0.27, "instep", Mounting(rotation=(np.nan, 0.0, 0.0, 1.0))),
    "rotation too long": Shoe("left", 0.27, "instep", Mounting(rotation=(0.0, 0.0, 0.0, 2.0))),
}


@pytest.mark.parametrize("name", SHOES)
def test_bad_shoes(walked: SimulatedWalk, name: str) -> None:
    with pytest.raises(SchemaError) as caught:
        analyze(replace(walked.session, shoes=(SHOES[name],)))
    assert caught.value.reason == SchemaReason.WRONG_VALUE
    assert "expected" in caught.value.message


def test_one_bad_foot_leaves_the_other(walked: SimulatedWalk) -> None:
    alone = analyze(one_foot(walked.session, "right"))
    streams = tuple(
        replace(one, values=planted(one.values, (70, 0), np.nan)) if one.segment == "left_foot" else one
        for one in walked.session.streams
    )
    result = analyze(replace(walked.session, streams=streams))
    assert set(result.strides["side"]) == {"right"}
    assert result.strides["stride_length_m"].tolist() == alone.strides["stride_length_m"].tolist()
    assert result.quality.verdict == "poor"
    assert result.provenance["refused"]["left"]["reason"] == R.NOT_FINITE
    assert any(reason.startswith("left foot: 1 samples") for reason in result.quality.reasons)


def test_both_feet_bad(walked: SimulatedWalk) -> None:
    assert_refused(with_values(walked.session, lambda a: a[:, :2], lambda g: g), R.WRONG_SHAPE)


def test_limits_of_no_sensor(walked: SimulatedWalk) -> None:
    one = one_foot(walked.session, "left")
    streams = tuple(replace(stream, traits=SensorTraits(acc_range_g=0.0)) for stream in one.streams)
    assert_refused(replace(one, streams=streams), R.SATURATED)
