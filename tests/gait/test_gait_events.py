"""Toe off, mid swing and initial contact on courses made for the purpose."""

from __future__ import annotations

import numpy as np
import pytest

from footdrop_imu.gait.events import EventConfig, Events, find_events
from footdrop_imu.schema import FloatArray

RATE_HZ = 200.0
STRIDE_S = 1.2
TIME = np.arange(round(STRIDE_S * RATE_HZ) + 1) / RATE_HZ


def bell(center_s: float, width_s: float) -> FloatArray:
    return np.asarray(np.exp(-0.5 * ((TIME - center_s) / width_s) ** 2))


def course(*points: tuple[float, float]) -> FloatArray:
    """Pitch rate through (time, rate), straight between."""
    times, values = zip(*points, strict=True)
    return np.asarray(np.interp(TIME, times, values))


# push-off peak at 0.40 s, back by a quarter at 0.42 s, toes up from 0.48 s, toes down from 0.85 s
USUAL = course((0, 0), (0.2, 0), (0.40, -8.0), (0.48, 0.0), (0.6, 5.0), (0.85, 0.0), (0.90, -4.0), (1.0, 0), (1.2, 0))
SPEED = 4.0 * bell(0.65, 0.12)
JOLT = 300.0 * bell(0.86, 0.006)


def events_of(
    rate: FloatArray = USUAL, speed: FloatArray = SPEED, jolt: FloatArray = JOLT, config: EventConfig | None = None
) -> Events:
    start, end = np.array([0]), np.array([len(TIME) - 1])
    return find_events(rate, speed, jolt, start, end, RATE_HZ, config)


def seconds(event: np.ndarray) -> float:
    return float(event[0] / RATE_HZ)


def test_a_usual_stride() -> None:
    found = events_of()
    assert seconds(found.toe_off) == pytest.approx(0.42, abs=1 / RATE_HZ)
    assert seconds(found.mid_swing) == pytest.approx(0.65, abs=1 / RATE_HZ)
    assert seconds(found.initial_contact) == pytest.approx(0.85, abs=1 / RATE_HZ)
    assert seconds(found.impact) == pytest.approx(0.86, abs=1 / RATE_HZ)
    assert all(event.dtype == np.int64 for event in found[:3])


def test_the_sample_nearest_to_the_sign_change_is_the_contact() -> None:
    for shift in (0.2, 0.8):
        rate = USUAL.copy()
        rate[169:172] = [1.0 - shift, -shift, -1.0 - shift]
        found = events_of(rate)
        assert found.initial_contact.tolist() == [169 if shift > 0.5 else 170]


def test_several_strides_are_told_apart_and_each_is_like_alone() -> None:
    short = np.arange(0, len(TIME), 2)  # the same stride at twice the pace
    rate = np.concatenate([USUAL[:-1], USUAL[short] * 2, np.zeros(5)])
    speed = np.concatenate([SPEED[:-1], SPEED[short], np.zeros(5)])
    jolt = np.concatenate([JOLT[:-1], JOLT[short], np.zeros(5)])
    first, second = len(TIME) - 1, len(TIME) - 1 + len(short) - 1
    found = find_events(rate, speed, jolt, np.array([0, first]), np.array([first, second]), RATE_HZ)
    alone = events_of()
    for event, single in zip(found, alone, strict=True):
        assert event[0] == single[0]
        assert event[1] - first == pytest.approx(single[0] / 2, abs=2)


def test_a_forefoot_landing_turns_down_twice_and_the_second_turn_is_the_contact() -> None:
    """The foot falls in mid swing (a first turn toes down), is lifted once more and lands at the impact."""
    rate = course(
        (0, 0), (0.2, 0), (0.40, -8), (0.48, 0), (0.6, 5), (0.68, 0), (0.72, -2), (0.76, 0), (0.8, 2), (0.85, 0),
        (0.9, -4), (1.0, 0), (1.2, 0),
    )  # fmt: skip
    assert seconds(events_of(rate).initial_contact) == pytest.approx(0.85, abs=1 / RATE_HZ)


def test_a_second_turn_after_the_impact_is_no_contact() -> None:
    """A slap makes the shoe bounce: toes up and down once more after the contact."""
    rate = course(
        (0, 0), (0.2, 0), (0.40, -8), (0.48, 0), (0.6, 5), (0.85, 0), (0.9, -6), (1.0, 0), (1.03, 1), (1.06, 0),
        (1.08, -0.5), (1.2, 0),
    )  # fmt: skip
    assert seconds(events_of(rate).initial_contact) == pytest.approx(0.85, abs=1 / RATE_HZ)


def test_a_second_turn_too_soon_after_the_first_is_no_contact() -> None:
    rate = course(
        (0, 0), (0.2, 0), (0.40, -8), (0.48, 0), (0.6, 5), (0.8, 0), (0.82, -1), (0.84, 0), (0.85, 1), (0.858, 0),
        (0.9, -4), (1.0, 0), (1.2, 0),
    )  # fmt: skip
    assert seconds(events_of(rate).initial_contact) == pytest.approx(0.80, abs=1 / RATE_HZ)


def test_a_foot_that_turns_on_the_floor_touched_when_it_stopped() -> None:
    """In a turning step the foot arrives and turns on: the turn toes down comes late, the speed says when."""
    rate = course((0, 0), (0.2, 0), (0.40, -8), (0.48, 0), (0.6, 5), (0.8, 1.0), (1.05, 1.0), (1.10, -1), (1.2, 0))
    found = events_of(rate, jolt=300.0 * bell(1.07, 0.006))
    slow = TIME[0.25 * SPEED.max() < SPEED].max()
    assert seconds(found.initial_contact) == pytest.approx(slow + EventConfig().slow_s, abs=2 / RATE_HZ)


def test_without_any_turn_toes_down_the_arrival_is_the_contact() -> None:
    rate = course((0, 0), (0.2, 0), (0.40, -8), (0.48, 0), (0.6, 5), (1.0, 0.5), (1.2, 0.5))
    found = events_of(rate)
    slow = TIME[0.25 * SPEED.max() < SPEED].max()
    assert seconds(found.initial_contact) == pytest.approx(slow + EventConfig().slow_s, abs=2 / RATE_HZ)


def test_a_foot_that_does_not_push_off_leaves_when_it_gets_going() -> None:
    """A foot that is lifted flat has no toes-down peak: toe off is where it becomes faster than a quarter."""
    rate = course((0, 0), (0.5, 0.0), (0.6, 2.0), (0.85, 0.0), (0.90, -2), (1.0, 0), (1.2, 0))
    found = events_of(rate)
    going = TIME[0.25 * SPEED.max() < SPEED].min()
    assert seconds(found.toe_off) == pytest.approx(going, abs=1 / RATE_HZ)
    assert found.toe_off < found.mid_swing < found.initial_contact


def test_the_last_strongest_push_off_counts() -> None:
    """The heel is lifted slowly first, with a smaller peak of its own."""
    rate = course(
        (0, 0), (0.1, 0), (0.15, -3), (0.2, -0.5), (0.40, -8), (0.48, 0), (0.6, 5), (0.85, 0), (0.9, -4), (1.2, 0)
    )
    assert seconds(events_of(rate).toe_off) == pytest.approx(0.42, abs=1 / RATE_HZ)


def test_the_share_that_has_come_back_can_be_set() -> None:
    late = events_of(config=EventConfig(recovered=0.75))
    assert seconds(late.toe_off) == pytest.approx(0.46, abs=1 / RATE_HZ)


def test_events_that_are_not_there_are_minus_one() -> None:
    nothing = np.zeros(len(TIME))
    found = events_of(nothing, nothing, nothing)
    assert found.toe_off.tolist() == [-1]
    assert found.mid_swing.tolist() == [-1]


def test_no_strides_have_no_events() -> None:
    none = np.zeros(0, dtype=np.int64)
    found = find_events(USUAL, SPEED, JOLT, none, none, RATE_HZ)
    assert [len(event) for event in found] == [0, 0, 0, 0]


def test_a_swing_that_ends_with_the_recording_has_no_contact() -> None:
    """The foot is fastest at the very end."""
    speed = np.linspace(0.0, 4.0, len(TIME))
    found = events_of(speed=speed)
    assert found.mid_swing.tolist() == [-1]
    assert found.initial_contact.tolist() == [-1]


@pytest.mark.parametrize("rate_hz", [50.0, 102.4, 400.0])
def test_events_are_the_same_instants_at_any_rate(rate_hz: float) -> None:
    time = np.arange(0, STRIDE_S, 1 / rate_hz)
    rate, speed, jolt = (np.interp(time, TIME, values) for values in (USUAL, SPEED, JOLT))
    found = find_events(rate, speed, jolt, np.array([0]), np.array([len(time) - 1]), rate_hz)
    for event, expected in ((found.toe_off, 0.42), (found.mid_swing, 0.65), (found.initial_contact, 0.85)):
        assert event[0] / rate_hz == pytest.approx(expected, abs=1.01 / rate_hz)
