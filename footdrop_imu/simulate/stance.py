"""The foot on the floor: it rolls off over the toe, lands, and is lowered."""

from __future__ import annotations

import numpy as np

from footdrop_imu.schema import FloatArray, IntArray
from footdrop_imu.simulate.heel_rise import HeelRises
from footdrop_imu.simulate.motion import ROLL, TILT, YAW, State, point, state_of
from footdrop_imu.simulate.pattern import FootPattern
from footdrop_imu.simulate.plan import FootPlan
from footdrop_imu.simulate.sole import Sole
from footdrop_imu.simulate.spline import bridge
from footdrop_imu.simulate.swing_draws import Swings

__all__ = ["anchored", "fall_m", "landing", "push_off", "waiting"]

_RELEASE_S = 0.024  # from the peak of push-off to toe off at usual speed


def anchored(sole: Sole, flat: FloatArray, body: FloatArray) -> FloatArray:
    """(n, 3) place of a body point of the foot that lies flat."""
    fixed = np.zeros(len(flat), dtype=np.int64)
    still = np.zeros_like(flat)
    return point(state_of(sole, flat, still, still, np.zeros((len(flat), 3)), fixed), body)[0]


def waiting(standing: FloatArray, anchor: FloatArray, rises: HeelRises, push_s: FloatArray) -> FloatArray:
    """The foot at rest, its heel rising, and sinking until push-off (6, n, 3, 7)."""
    n = len(standing)
    states = np.zeros((3, 3, n, 7))
    states[:, 0] = standing
    states[:, 0, :, 4:7] = anchor
    states[:, 0, :, TILT] = rises.base[:-1], rises.raised, rises.sunk
    states[1:, 2, :, TILT] = rises.turn_radps2, -rises.turn_radps2
    rest = np.zeros((6, n, 7))
    rest[5] = states[0, 0]
    moving = [
        bridge(states[k], states[k + 1], until - since)
        for k, (since, until) in enumerate(((rises.begin_s, rises.end_s), (rises.end_s, push_s)))
    ]
    return np.stack([rest, *moving], axis=2)


def push_off(
    sole: Sole, standing: FloatArray, anchor: FloatArray, turn_radps2: FloatArray, swings: Swings, swing_s: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Heel rise and release (6, n, 2, 7), the channels at toe off led by the heel (3, n, 7), the release time (n,)."""
    n = len(standing)
    release = _RELEASE_S * swing_s / 0.41
    rise = swings.push_s - release
    states = np.zeros((3, 3, n, 7))
    states[:, 0] = standing
    states[:, 0, :, 4:7] = anchor
    states[0, 2, :, TILT] = -turn_radps2
    # 2.4 times the mean rate at the peak keeps the rise monotonic (2.5 is the quintic's limit). Contact ends when
    # push-off is over: the rate is past its peak and about to reverse.
    peak = (swings.toe_off - standing[:, TILT]) / (rise / 2.4 + (11.0 / 12.0) * release)
    states[1, 0, :, TILT] += peak * rise / 2.4
    states[1, 1, :, TILT] = peak
    states[2, 0, :, TILT] = swings.toe_off
    states[2, 1, :, TILT] = 0.75 * peak
    states[2, 2, :, TILT] = -0.5 * peak / release
    pieces = np.stack([bridge(states[0], states[1], rise), bridge(states[1], states[2], release)], axis=2)
    off = states[2]
    state = state_of(sole, off[0], off[1], off[2], np.zeros((n, 3)), np.full(n, 2))
    return pieces, _led_by_heel(off, state), release


def _led_by_heel(channels: FloatArray, state: State) -> FloatArray:
    """The same instant with the heel as the anchor."""
    led = channels.copy()
    led[0, :, 4:7], led[1, :, 4:7], led[2, :, 4:7] = point(state, np.zeros(3))
    return led


def landing(
    sole: Sole,
    pattern: FootPattern,
    landed: FloatArray,
    anchor: FloatArray,
    corner: FloatArray,
    rolling: IntArray,
    swings: Swings,
    plan: FootPlan,
) -> tuple[FloatArray, FloatArray]:
    """Impact, lowering and stopping (6, n, 3, 7), and the channels at first touch led by the heel (3, n, 7)."""
    n, impact = len(landed), np.full(len(landed), pattern.impact_time_s)
    lowering, stopping = swings.lowering_s, swings.stopping_s
    slowing = 0.45 + 0.75 * pattern.slap_frac * (swings.strike > 0.0)  # rate before the stop over rate after the impact
    strike, base = swings.strike, landed[:, TILT]
    rate = (strike - base) / (0.45 * impact + 0.5 * (1.0 + slowing) * lowering + 0.5 * slowing * stopping)

    states = np.zeros((4, 3, n, 7))
    states[:, 0] = landed
    states[:, 0, :, 4:7] = anchor
    states[0, 0, :, TILT] = strike
    # The rate of the lifting foot changes its sign just before the touch; less so when the foot hardly lifts.
    lively = np.clip(np.degrees(strike) / 15.0, 0.0, 1.0)
    states[0, 1, :, TILT] = -0.1 * rate * lively
    states[0, 2, :, TILT] = -10.0 * lively / plan.swing_s**2
    states[1, 0, :, TILT] = strike - 0.45 * rate * impact
    states[1, 1, :, TILT] = -rate
    states[2, 0, :, TILT] = base + 0.5 * slowing * rate * stopping
    states[2, 1, :, TILT] = -slowing * rate
    lifted = states[:, :, :, TILT].copy()
    lifted[:, 0] -= base
    states[:, :, :, ROLL] = (swings.strike_roll * sole.inward / (strike - base)) * lifted

    heading = landed[:, YAW]
    ahead = np.stack([np.cos(heading), np.sin(heading)], axis=1)
    braking = 18.0 * swings.forward_mps / 0.7
    states[0, 1, :, 4:6] = swings.forward_mps[:, None] * ahead
    states[0, 2, :, 4:6] = -braking[:, None] * ahead
    states[0, 0, :, 4:6] -= (0.42 * swings.forward_mps * impact)[:, None] * ahead
    states[0, 1, :, 6] = -swings.down_mps
    states[0, 0, :, 6] += fall_m(pattern, swings)

    durations = (impact, lowering, stopping)
    pieces = np.stack([bridge(states[k], states[k + 1], durations[k]) for k in range(3)], axis=2)
    state = state_of(sole, states[0, 0], states[0, 1], states[0, 2], corner, rolling)
    return pieces, _led_by_heel(states[0], state)


def fall_m(pattern: FootPattern, swings: Swings) -> FloatArray:
    """(n,) how far heel pad and shoe give way under the impact: the height of the first touch."""
    return 0.45 * swings.down_mps * pattern.impact_time_s
