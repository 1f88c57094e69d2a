"""Grades and stated uncertainties get worse as a signal is spoilt, never better: a test a cause, four levels each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from changed_sessions import changed, only_rows

from footdrop_imu.analysis import analyze
from footdrop_imu.schema import GRAVITY_MPS2, FloatArray, SensorStream, Session, SessionResult
from footdrop_imu.simulate.pattern import WalkConfig, foot_drop
from footdrop_imu.simulate.sensor import SensorConfig
from footdrop_imu.simulate.walk import simulate_walk

LENGTH, RISE = "stride_length_sd_m", "height_change_sd_m"
CLEARANCE, PITCH = "minimum_toe_clearance_sd_m", "foot_pitch_sd_deg"
STATED = (LENGTH, "walking_speed_sd_mps", CLEARANCE, PITCH, "foot_roll_sd_deg", RISE)
VERDICTS = ("good", "usable", "poor")
RATE_HZ = 100.0
# Planted errors meet those that the sensor has, and for once may cancel them: so much of a median is chance.
CHANCE = 0.03


class Walks(NamedTuple):
    """Walks and what is measured in them while nothing spoils them."""

    sessions: list[Session]
    results: list[SessionResult]


def walked(seed: int, sway_scale: float = 1.0, standing_s: float = 3.0, gyr_delay_s: float = 0.0) -> Session:
    walk = WalkConfig(
        speed_mps=1.0,
        distance_m=24.0,
        left=foot_drop(0.5),
        sway_scale=sway_scale,
        standing_s=standing_s,
        seed=seed,
    )
    return simulate_walk(walk, SensorConfig(rate_hz=RATE_HZ, gyr_delay_s=gyr_delay_s, seed=seed)).session


def two_walks(**made: float) -> Walks:
    sessions = [walked(seed, **made) for seed in range(2)]
    return Walks(sessions, [analyze(session) for session in sessions])


@pytest.fixture(scope="module")
def walks() -> Walks:
    """Two walks with a weak left and a healthy right foot."""
    return two_walks()


@pytest.fixture(scope="module")
def never_standing() -> Walks:
    return two_walks(standing_s=0.3)


def levels_of(
    walks: Walks, spoil: Callable[[Session, float], Session], levels: Sequence[float]
) -> list[list[SessionResult]]:
    """Results without and with each level of a cause, each for all walks."""
    assert len(levels) == 4
    return [walks.results] + [[analyze(spoil(walk, level)) for walk in walks.sessions] for level in levels]


def growth(one: list[SessionResult], other: list[SessionResult]) -> pd.Series:
    """Median over the strides found in both of how much each stated uncertainty grew."""
    ratios = []
    for before, after in zip(one, other, strict=True):
        for side in set(before.strides["side"]) & set(after.strides["side"]):
            rows, found = (result.strides[result.strides["side"] == side] for result in (before, after))
            times = found["initial_contact_time_s"].to_numpy()
            distance = np.abs(rows["initial_contact_time_s"].to_numpy()[:, None] - times)
            near = distance.min(axis=1) < 0.25
            pairs = found.iloc[distance.argmin(axis=1)[near]]
            ratios.append(pairs[list(STATED)].to_numpy() / rows.loc[near, list(STATED)].to_numpy())
    both = np.concatenate(ratios)
    assert len(both) > 20
    return pd.Series(np.median(both, axis=0), index=STATED)


def good_share(results: list[SessionResult]) -> float:
    """Share of good ones among all strides, those without measures included."""
    good = sum(int((result.strides["grade"] == "good").sum()) for result in results)
    return good / sum(len(result.strides) + len(result.rejected) for result in results)


def assert_worse(
    levels: list[list[SessionResult]], grown: tuple[str, ...], least: float = 1.2, chance: float = CHANCE
) -> None:
    """Step by step nothing gets better; over all steps ``grown`` get worse, by this factor at the least."""
    total = pd.Series(1.0, index=STATED)
    for one, other in pairwise(levels):
        step = growth(one, other)
        assert (step > 1.0 - chance).all(), step.round(3).to_dict()
        total = np.minimum(total, growth(levels[0], other))
        assert good_share(other) <= good_share(one) + 0.02
        for before, after in zip(one, other, strict=True):
            assert VERDICTS.index(after.quality.verdict) >= VERDICTS.index(before.quality.verdict)
    assert (total > 1.0 - CHANCE).all(), total.round(3).to_dict()
    last = growth(levels[0], levels[-1])
    assert (last[list(grown)] > least).all(), last.round(3).to_dict()


def drawn(stream: SensorStream) -> FloatArray:
    """White noise of unit size, the same at every level."""
    rng = np.random.default_rng([len(stream.values), stream.segment == "left_foot", stream.quantity == "acceleration"])
    return rng.standard_normal((len(stream.values), 3))


def planted(acc: float, gyr: float, error: Callable[[SensorStream], FloatArray]) -> Callable[[Session, float], Session]:
    """``error`` times a level, in these units, on top of every stream."""
    unit = {"acceleration": acc, "angular_velocity": np.radians(gyr)}

    def spoil(session: Session, level: float) -> Session:
        return changed(
            session,
            lambda one: replace(one, values=one.values + level * unit[one.quantity] * error(one)),  # noqa: PD011
        )

    return spoil


def test_noise_of_the_accelerometer(walks: Walks) -> None:
    levels = levels_of(walks, planted(1.0, 0.0, drawn), [0.1, 0.3, 0.8, 2.0])
    assert_worse(levels, STATED, 1.5)
    assert good_share(levels[-1]) < 0.5


def test_noise_of_the_gyroscope(walks: Walks) -> None:
    levels = levels_of(walks, planted(0.0, 1.0, drawn), [1.0, 4.0, 12.0, 30.0])
    assert_worse(levels, STATED)
    assert good_share(levels[-1]) < 0.7


@pytest.mark.parametrize("axis", [(0.6, 0.64, 0.48), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)], ids=["any", "ahead", "up"])
def test_offset_of_the_accelerometer(walks: Walks, axis: tuple[float, float, float]) -> None:
    levels = levels_of(walks, planted(1.0, 0.0, lambda _: np.array(axis)), [0.2, 0.5, 1.0, 1.8])
    # at rest an offset is gravity a little turned and a little longer: angles hardly know of it
    assert_worse(levels, (LENGTH, RISE))


def test_offset_of_the_gyroscope_that_standing_shows(walks: Walks) -> None:
    levels = levels_of(walks, planted(0.0, 1.0, lambda _: np.array([0.6, 0.64, 0.48])), [1.0, 4.0, 9.0, 14.0])
    # up to 6 °/s it is known from standing and taken off; beyond, nobody stands like that
    known = growth(levels[0], levels[2])
    assert (np.abs(known - 1.0) < 0.02).all()
    assert_worse(levels, STATED, 1.5)
    assert good_share(levels[-1]) == 0.0


def test_offset_of_the_gyroscope_without_standing(never_standing: Walks) -> None:
    levels = levels_of(never_standing, planted(0.0, 1.0, lambda _: np.array([0.6, 0.64, 0.48])), [1.0, 3.0, 6.0, 12.0])
    assert_worse(levels, STATED, 1.5)
    assert good_share(levels[-1]) == 0.0


def lost_at_random(session: Session, share: float) -> Session:
    """Whatever is lost at one level is lost at the next."""

    def keep(stream: SensorStream) -> np.ndarray:
        rng = np.random.default_rng([len(stream.values), stream.segment == "left_foot"])
        kept = rng.random(len(stream.values)) >= share
        kept[[0, -1]] = True
        return np.flatnonzero(kept)

    return only_rows(session, keep)


def test_samples_lost_at_random(walks: Walks) -> None:
    levels = levels_of(walks, lost_at_random, [0.05, 0.1, 0.2, 0.3])
    assert_worse(levels, (LENGTH, CLEARANCE, RISE), 2.0)
    assert good_share(levels[-1]) == 0.0


def lost_in_gaps(session: Session, length_s: float) -> Session:
    """Every 0.31 s a gap of this length."""
    every, samples = round(0.31 * RATE_HZ), round(length_s * RATE_HZ)
    return only_rows(session, lambda one: np.flatnonzero((np.arange(len(one.values)) + 7) % every >= samples))


def test_gaps_that_grow(walks: Walks) -> None:
    levels = levels_of(walks, lost_in_gaps, [0.02, 0.03, 0.04, 0.05])
    assert_worse(levels, (LENGTH, CLEARANCE, RISE), 2.0)
    assert good_share(levels[-1]) == 0.0


def test_gaps_too_long_to_bridge(walks: Walks) -> None:
    def lost(session: Session, gaps: float) -> Session:
        def keep(stream: SensorStream) -> np.ndarray:
            count = len(stream.values)
            places = np.random.default_rng([count, 9]).permutation(np.arange(300, count - 300, 40))[: int(gaps)]
            gone = (places[:, None] + np.arange(12)).ravel()
            return np.delete(np.arange(count), gone)

        return only_rows(session, keep)

    levels = levels_of(walks, lost, [2, 5, 10, 20])
    left_out = [sum(len(result.rejected) for result in results) for results in levels]
    assert left_out == sorted(left_out)
    assert left_out[0] == 0
    assert left_out[-1] > 40
    shares = [good_share(results) for results in levels]
    assert shares == sorted(shares, reverse=True)
    for one, other in pairwise(levels):
        for before, after in zip(one, other, strict=True):
            assert VERDICTS.index(after.quality.verdict) >= VERDICTS.index(before.quality.verdict)
    assert all(result.quality.verdict == "poor" for result in levels[-1])


def limited(quantity: str, trait: str, unit: float) -> Callable[[Session, float], Session]:
    """A sensor that reaches so far and no farther, and says so."""

    def spoil(session: Session, reach: float) -> Session:
        def clip(stream: SensorStream) -> SensorStream:
            values = stream.values  # noqa: PD011
            if stream.quantity == quantity:
                values = np.clip(values, -reach * unit, reach * unit)
            return replace(stream, values=values, traits=replace(stream.traits, **{trait: reach}))

        return changed(session, clip)

    return spoil


def test_clipped_accelerometer(walks: Walks) -> None:
    levels = levels_of(walks, limited("acceleration", "acc_range_g", GRAVITY_MPS2), [4.0, 3.0, 2.5, 2.0])
    assert_worse(levels, (LENGTH, CLEARANCE, RISE), 2.0)
    assert good_share(levels[-1]) == 0.0


def test_clipped_gyroscope(walks: Walks) -> None:
    levels = levels_of(
        walks, limited("angular_velocity", "gyr_range_dps", np.radians(1.0)), [400.0, 330.0, 280.0, 240.0]
    )
    assert_worse(levels, STATED, 1.3)
    assert good_share(levels[-1]) == 0.0


@pytest.mark.parametrize("rate_hz", [3.0, 7.0, 15.0])
def test_a_foot_that_trembles_at_rest(walks: Walks, rate_hz: float) -> None:
    def trembling(stream: SensorStream) -> FloatArray:
        time_s = np.arange(len(stream.values))[:, None] / RATE_HZ
        return np.sin(2.0 * np.pi * rate_hz * time_s) * [0.6, 0.5, 0.62]

    levels = levels_of(walks, planted(1.0, 15.0, trembling), [0.3, 0.8, 1.6, 3.5])
    assert_worse(levels, STATED, 1.3)
    assert good_share(levels[-1]) < 0.8


def test_a_sensor_that_moves_on_the_foot(walks: Walks) -> None:
    levels = [walks.results]
    levels += [[analyze(walked(seed, sway_scale=scale)) for seed in range(2)] for scale in (2.0, 4.0, 7.0, 10.0)]
    assert_worse(levels, STATED)
    assert good_share(levels[-1]) < 0.95
    quality = [np.mean([result.strides["rest_quality"].median() for result in results]) for results in levels]
    assert quality == sorted(quality, reverse=True)


def test_rests_cut_short(walks: Walks) -> None:
    """Of each foot-flat only so much is left at rest; the foot trembles in the rest of it."""
    found = {id(walk): result.strides for walk, result in zip(walks.sessions, walks.results, strict=True)}

    def shortened(session: Session, left_s: float) -> Session:
        rows = found[id(session)]

        def tremble(stream: SensorStream) -> SensorStream:
            own = rows[rows["side"] == stream.segment.removesuffix("_foot")]
            count = len(stream.values)
            time_s = np.arange(count) / RATE_HZ
            rest_s = np.unique(np.concatenate((own["start_time_s"], own["end_time_s"])))
            away_s = np.abs(time_s[:, None] - rest_s).min(axis=1)
            share = np.clip((away_s - 0.5 * left_s) / 0.03, 0.0, 1.0) * (away_s < 0.25)
            unit = 2.0 if stream.quantity == "acceleration" else 0.6
            wave = np.sin(2.0 * np.pi * 9.0 * time_s)[:, None] * [0.6, 0.5, 0.62]
            return replace(stream, values=stream.values + unit * share[:, None] * wave)  # noqa: PD011

        return changed(session, tremble)

    levels = levels_of(walks, shortened, [0.2, 0.12, 0.06, 0.0])
    # the waves of two rests add up or cancel by how long they are, and lengths are as sure as strides close
    assert_worse(levels, (LENGTH, RISE, PITCH), 1.1, chance=0.15)


def test_gyroscope_later_than_the_accelerometer(walks: Walks) -> None:
    """What walking tells of a delay is taken out; what it does not tell makes lengths less sure."""
    none = walks.results
    for delay in (0.01, 0.02, 0.03, 0.05):
        late = [analyze(walked(seed, gyr_delay_s=delay)) for seed in range(2)]
        told = [one.provenance["feet"]["left"]["gyroscope_delay_source"] == "walking" for one in late]
        longer = np.array(
            [
                one.strides["stride_length_m"].median() / other.strides["stride_length_m"].median() - 1.0
                for one, other in zip(late, none, strict=True)
            ]
        )
        assert (np.abs(longer[told]) < 0.04).all()
        assert (growth(none, late)[[LENGTH, RISE]] > 0.9).all()
