"""Fitting bench: the drawn order, known truth, and all that forbids a comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from footdrop_imu.errors import SchemaError
from footdrop_imu.rehab.bench_walks import REASONS
from footdrop_imu.rehab.fitting_bench import Bench, draw_order, fitting_bench
from tests.rehab.courses_of_people import autoregressive
from tests.rehab.made_walks import walks

LIFT, SPEED, AROUND = "foot_pitch_mid_swing_deg", "walking_speed_mps", "circumduction_m"
NAMES = ("none", "light_brace", "ankle_foot_orthosis", "other")


def bench_walks(
    generator: np.random.Generator,
    order: Sequence[str],
    *,
    effects: Sequence[float] = (0.0, 0.0, 0.0, 0.0),
    rho: float = 0.0,
    drift: float = 0.0,
    faster: float = 0.0,
    by_speed: float = 0.0,
    noise: float = 1.0,
    around: float = 0.0,
) -> pd.DataFrame:
    """Walks in this order; each next setting is ``faster``, lift goes with speed by ``by_speed``."""
    which = np.array([NAMES.index(name) for name in order])
    speed = 0.9 + 0.05 * generator.standard_normal(len(order)) + faster * which
    lift = noise * autoregressive(generator, len(order), rho) + drift * np.arange(len(order))
    lift += np.array(effects)[which] + by_speed * (speed - 0.9)
    swing = 0.02 + 0.001 * generator.standard_normal(len(order)) + around * which
    return walks(
        [
            {(LIFT, "left"): lift[index], (SPEED, "both"): speed[index], (AROUND, "left"): swing[index]}
            for index in range(len(order))
        ],
        conditions=[f"orthosis={name};shoe=trainers" for name in order],
    )


def compared(table: pd.DataFrame, **options: str) -> Bench:
    return fitting_bench(table, LIFT, "orthosis", options.pop("affected", "left"), **options)


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("repeats", [3, 4, 7])
def test_a_drawn_order_is_balanced(count: int, repeats: int) -> None:
    for seed in range(20):
        order = draw_order(NAMES[:count], repeats, seed)
        assert Counter(order) == dict.fromkeys(NAMES[:count], repeats)
        blocks = [order[at : at + count] for at in range(0, len(order), count)]
        assert all(set(block) == set(NAMES[:count]) for block in blocks)
        firsts = Counter(block[0] for block in blocks)
        assert max(firsts.values()) - min(firsts.get(name, 0) for name in NAMES[:count]) <= 1
        assert draw_order(NAMES[:count], repeats, seed) == order


def test_orders_differ_from_seed_to_seed() -> None:
    assert len({draw_order(NAMES, 3, seed) for seed in range(30)}) > 20


@pytest.mark.parametrize(
    ("settings", "repeats"), [(("a",), 3), (("a", "a"), 3), (("a", "b"), 2), (("a", "b", "c", "d", "e"), 3)]
)
def test_what_cannot_be_ordered_is_refused(settings: tuple[str, ...], repeats: int) -> None:
    with pytest.raises(SchemaError, match="two to four different settings"):
        draw_order(settings, repeats, 1)


def test_without_noise_the_truth_comes_back() -> None:
    table = bench_walks(
        np.random.default_rng(1), draw_order(NAMES[:3], 3, 1), effects=(0.0, 5.0, 2.0, 0.0), drift=0.3, faster=0.1,
        by_speed=10.0, noise=0.0,
    )  # fmt: skip
    bench = compared(table)
    found = {frozenset((pair.first, pair.second)): pair for pair in bench.differences}
    pair = found[frozenset(("none", "light_brace"))]
    sign = 1.0 if pair.first == "light_brace" else -1.0
    assert sign * pair.difference.value == pytest.approx(5.0, abs=1e-4)
    assert pair.differs
    assert bench.drift_per_walk.value == pytest.approx(0.3, abs=1e-4)
    assert bench.speed_adjusted
    assert bench.walk_count == dict.fromkeys(bench.settings, 3)
    assert len(pair.by_block) == 3
    assert bench.chance_best["light_brace"] == pytest.approx(1.0)
    assert bench.level["light_brace"].value - bench.level["none"].value == pytest.approx(5.0, abs=1e-4)


@pytest.mark.parametrize(("count", "repeats", "rho", "drift"), [(2, 4, 0.0, 0.0), (2, 4, 0.6, 0.5), (3, 3, 0.3, 0.5)])
def test_where_settings_do_not_matter_few_differences_are_seen(
    count: int, repeats: int, rho: float, drift: float
) -> None:
    generator = np.random.default_rng(2)
    benches = [
        compared(bench_walks(generator, draw_order(NAMES[:count], repeats, seed), rho=rho, drift=drift, by_speed=10.0))
        for seed in range(40)
    ]
    assert np.mean([any(pair.differs for pair in bench.differences) for bench in benches]) <= 0.175
    chances = np.array([[bench.chance_best[name] for name in NAMES[:count]] for bench in benches])
    assert chances.sum(axis=1) == pytest.approx(np.ones(40))
    assert chances.mean(axis=0) == pytest.approx(np.full(count, 1.0 / count), abs=0.15)


def test_what_only_speed_brings_is_no_difference() -> None:
    generator = np.random.default_rng(3)
    table = bench_walks(generator, draw_order(NAMES[:2], 8, 3), faster=0.10, by_speed=60.0, noise=0.3)
    bench = compared(table)
    assert np.abs(np.mean(bench.differences[0].by_block)) > 4.0
    assert not bench.differences[0].differs
    speed = fitting_bench(table, SPEED, "orthosis", "left")
    assert speed.differences[0].differs
    assert not speed.speed_adjusted


def test_a_setting_that_swings_the_leg_sideways_is_named() -> None:
    bench = compared(bench_walks(np.random.default_rng(4), draw_order(NAMES[:2], 5, 4), around=0.02))
    assert bench.compensation == {AROUND: (("light_brace", "none"),)}


def test_settings_may_be_said_by_walk() -> None:
    order = draw_order(NAMES[:2], 4, 5)
    table = bench_walks(np.random.default_rng(5), order)
    levels = dict(
        zip(table["walk"].unique(), ["level 1" if name == "none" else "level 2" for name in order], strict=True)
    )
    bench = fitting_bench(table.assign(condition="stimulator=on"), LIFT, "stimulator", "left", settings=levels)
    assert set(bench.settings) == {"level 1", "level 2"}
    assert bench.reason == ""
    with pytest.raises(SchemaError, match="no stimulator setting"):
        fitting_bench(table, LIFT, "stimulator", "left", settings={})


def refused(table: pd.DataFrame, **options: str) -> str:
    bench = compared(table, **options)
    assert bench.differences == ()
    assert bench.chance_best == {}
    assert bench.reason in REASONS
    return bench.reason


def test_what_cannot_be_compared_is_not() -> None:
    generator = np.random.default_rng(6)
    table = bench_walks(generator, draw_order(NAMES[:2], 3, 6))
    names = table["walk"].unique()
    assert compared(table).reason == ""
    assert refused(table, affected="unknown") == "side_unknown"
    assert refused(table, affected="both") == "side_unknown"
    assert compared(table, affected="both", side="left").reason == ""
    assert refused(table[table["measure"] != LIFT]) == "not_measured"
    assert refused(table[table["walk"] != names[0]]) == "too_few_walks"
    poor = table.assign(quality=["poor" if walk == names[0] else "good" for walk in table["walk"]])
    assert refused(poor) == "quality"
    other_shoe = [text.replace("trainers", "sandals") if at < 3 else text for at, text in enumerate(table["condition"])]
    assert refused(table.assign(condition=other_shoe)) == "conditions_differ"
    assert compared(table.assign(condition=other_shoe)).detail == "shoe"
    assert refused(table.assign(condition="orthosis=none;shoe=trainers")) == "settings"
    halves = bench_walks(generator, ("none",) * 4 + ("light_brace",) * 4)
    assert refused(halves) == "not_alternated"


def test_a_walk_in_poor_quality_is_left_out_where_enough_remain() -> None:
    table = bench_walks(np.random.default_rng(7), draw_order(NAMES[:2], 4, 7))
    first = table["walk"].iloc[0]
    bench = compared(table.assign(quality=["usable" if walk == first else "good" for walk in table["walk"]]))
    assert bench.reason == ""
    assert bench.left_out == 1
    assert sorted(bench.walk_count.values()) == [3, 4]


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(SchemaError, match="lacks quality"):
        compared(bench_walks(np.random.default_rng(8), draw_order(NAMES[:2], 3, 8)).drop(columns="quality"))


def test_a_measure_without_direction_has_no_best() -> None:
    table = bench_walks(np.random.default_rng(9), draw_order(NAMES[:2], 3, 9))
    table["measure"] = table["measure"].replace({LIFT: "cadence_spm"})
    bench = fitting_bench(table, "cadence_spm", "orthosis", "left")
    assert bench.chance_best == {}
    assert len(bench.differences) == 1
