"""Fitting bench: with and without an aid, or two to four settings of it, alternated in drawn order, in the clinic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.errors import SchemaError, SchemaReason
from footdrop_imu.rehab.autocorrelation import Posterior, fit, noise
from footdrop_imu.rehab.bench_walks import REASONS, Walks, choose
from footdrop_imu.rehab.measures import COMPENSATIONS, SPEED, measure_facts
from footdrop_imu.rehab.segmented import Estimate
from footdrop_imu.schema import FloatArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["REASONS", "Bench", "BenchConfig", "Difference", "draw_order", "fitting_bench"]


@dataclass(frozen=True)
class BenchConfig:
    """How much is needed, and how sure a difference has to be."""

    fewest_walks: int = 3
    """With each setting."""
    most_settings: int = 4
    level: float = 0.05
    """Chance that any difference is called one where settings do not matter; intervals are wide enough for all."""
    least_apart: float = 0.5
    """Share of what tells two settings apart that a drift along the bench may leave at least: ABAB leaves nine tenths,
    AAABBB a quarter."""
    least_speed: float = 0.05
    """Share of speed's variance that settings and drift may leave at least, for a measure at equal speed."""
    draw_count: int = 20000
    """For the chance that each is best."""
    seed: int = 20170401


@dataclass(frozen=True)
class Difference:
    """``first`` minus ``second`` in the measure's own unit.

    ``difference`` at equal speed and at the same place of the bench, its interval simultaneous with the other pairs';
    ``p_value`` of this pair alone. ``by_block``: plain differences of the walks of each block, as they were.
    ``differs``: the interval leaves 0 out.
    """

    first: str
    second: str
    difference: Estimate
    by_block: tuple[float, ...]
    differs: bool

    def from_more(self) -> Difference:
        """Give it with that setting first which has more of the measure."""
        if not self.difference.value < 0.0:
            return self
        value, low, high, p_value = self.difference
        turned = Estimate(-value, -high, -low, p_value)
        return Difference(self.second, self.first, turned, tuple(-one for one in self.by_block), self.differs)


@dataclass(frozen=True)
class Bench:
    """What a bench shows of one measure; ``reason`` (of ``REASONS``) why it shows nothing, "" = it does.

    ``level`` by setting: the measure at the bench's mean speed and in its middle. ``chance_best`` by setting, empty
    where neither more nor less is better. ``drift_per_walk`` practice or fatigue along the bench. ``speed_adjusted``:
    speed was taken out. ``compensation`` by measure: those that one setting raises against another, as pairs of
    settings; ``checked``: those that were measured in every walk. ``detail``: what differs, or how many walks there
    are, where there is a reason. ``left_out``: walks below good quality.
    """

    measure: str
    side: str
    key: str
    settings: tuple[str, ...] = ()
    walk_count: Mapping[str, int] = field(default_factory=dict)
    level: Mapping[str, Estimate] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    chance_best: Mapping[str, float] = field(default_factory=dict)
    drift_per_walk: Estimate = field(default_factory=Estimate)
    speed_adjusted: bool = False
    compensation: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    checked: tuple[str, ...] = ()
    left_out: int = 0
    reason: str = ""
    detail: str = ""


def draw_order(settings: Sequence[str], repeats: int, seed: int) -> tuple[str, ...]:
    """Draw the order of a bench: blocks with each setting once, each setting at each place of a block as often.

    Parameters
    ----------
    settings
        Two to four, each once.
    repeats
        Blocks, three or more.
    seed
        The same seed gives the same order; write it down with the bench.

    Returns
    -------
    tuple of str
        ``len(settings) * repeats`` settings.

    Raises
    ------
    SchemaError
        Too few or too many settings, one named twice, or fewer than three blocks.

    Notes
    -----
    Rows of a Latin square whose letters, rows and columns are drawn, each row as often as blocks allow: with two
    settings as many blocks begin with either, give or take one.
    """
    count = len(settings)
    if not 2 <= count <= BenchConfig.most_settings or len(set(settings)) != count or repeats < BenchConfig.fewest_walks:
        raise SchemaError(
            SchemaReason.WRONG_VALUE,
            f"{count} settings ({', '.join(settings)}), {repeats} times each: expected two to four different settings, "
            "each three times or more.",
        )
    generator = np.random.default_rng(seed)
    order: list[str] = []
    while len(order) < count * repeats:
        letters, turns, places = (generator.permutation(count) for _ in range(3))
        rows = [[settings[letters[(turn + place) % count]] for place in places] for turn in turns]
        order += [setting for row in rows for setting in row]
    return tuple(order[: count * repeats])


def fitting_bench(
    measures: pd.DataFrame,
    measure: str,
    key: str,
    affected: str,
    *,
    side: str = "",
    settings: Mapping[str, str] | None = None,
    config: BenchConfig | None = None,
) -> Bench:
    """Compare the settings of an aid by alternated walks.

    Parameters
    ----------
    measures
        ``columns_rehab.WALK_MEASURE_COLUMNS``, the walks of the bench only.
    measure
        What is compared.
    key
        Key of the condition that is tested: orthosis, stimulator, shoe, aid. All others must be alike.
    affected
        The person's affected side: left, right, both or unknown.
    side
        Whose measure, "" = the affected side's.
    settings
        Setting of each walk by its id, where the condition does not say it ("level 2"); None = the condition's value.
    config
        Limits.

    Returns
    -------
    Bench

    Raises
    ------
    SchemaError
        A column is missing, or a walk of the bench has no setting.

    Notes
    -----
    Walks are fitted by a level for each setting, a straight drift along the bench, walking speed (which an aid changes
    too: what is compared is the walk at equal speed) and errors that are alike in neighboring walks
    (``autocorrelation.fit``): so a walk is compared with those beside it, as pairs of a block are, and slow changes
    that are no straight line go out too. Intervals of several differences are wider by Bonferroni's factor. The chance
    that each setting is best is its share among draws of all levels from their joint distribution; it says nothing of
    settings that were not tried. Aids change walking speed by 0.09 (stimulation) and 0.24 m/s (orthosis) in groups,
    below what one walk with and one without can show: hence three or more of each.
    """
    config = config or BenchConfig()
    missing = [column.name for column in WALK_MEASURE_COLUMNS if column.name not in measures]
    if missing:
        raise SchemaError(SchemaReason.WRONG_COLUMNS, f"The table of walks lacks {', '.join(missing)}.")
    walks = choose(measures, measure, key, affected, side, settings, config.fewest_walks, config.most_settings)
    plain = Bench(
        measure, walks.side, key, walks.settings, walks.counts(), left_out=walks.left_out, reason=walks.reason,
        detail=walks.detail,
    )  # fmt: skip
    if walks.reason:
        return plain
    indicators, drift = walks.indicators(), walks.place()
    if _least_apart(indicators, drift) < config.least_apart:
        return _refused(plain, "not_alternated", ", ".join(walks.order()))
    speed = None if measure == SPEED else walks.of(measures, SPEED)
    model, adjusted = _model(walks.value, indicators, drift, speed, config)
    names, shares = walks.settings, np.eye(len(walks.settings), model.coefficient.shape[1])
    sure = 1.0 - config.level / max(len(names) * (len(names) - 1) // 2, 1)
    differences = tuple(
        _difference(model.combined((shares[a] - shares[b])[None]), walks, names[a], names[b], sure)
        for a, b in combinations(range(len(names)), 2)
    )
    levels = {name: Estimate(model.mean(place), *model.interval(place)) for place, name in enumerate(names)}
    at = len(names)
    risen = _compensation(measures, walks, indicators, drift, config) if measure_facts(measure).family else {}
    return Bench(
        measure,
        walks.side,
        key,
        names,
        plain.walk_count,
        levels,
        differences,
        _chance_best(model, names, measure, config),
        Estimate(model.mean(at), *model.interval(at), model.p_value(at)),
        adjusted,
        {name: pairs for name, pairs in risen.items() if pairs},
        tuple(risen),
        walks.left_out,
    )


def _refused(plain: Bench, reason: str, detail: str) -> Bench:
    from dataclasses import replace

    return replace(plain, reason=reason, detail=detail)


def _least_apart(indicators: FloatArray, drift: FloatArray) -> float:
    """Smallest share of a pair's contrast that a straight drift leaves."""
    line = np.column_stack([np.ones(len(drift)), drift])
    shares = []
    for a, b in combinations(range(indicators.shape[1]), 2):
        both = (indicators[:, a] + indicators[:, b]) > 0.0
        contrast = indicators[both, a] - indicators[both, a].mean()
        left = contrast - line[both] @ np.linalg.lstsq(line[both], contrast, rcond=None)[0]
        shares.append(float(left @ left / (contrast @ contrast)))
    return min(shares)


def _model(
    value: FloatArray, indicators: FloatArray, drift: FloatArray, speed: FloatArray | None, config: BenchConfig
) -> tuple[Posterior, bool]:
    """Fit settings, drift and, where it can be told apart, speed."""
    design = np.column_stack([indicators, drift])
    errors = noise(np.arange(len(value), dtype=float))
    if speed is None or not np.isfinite(speed).all() or np.ptp(speed) <= 1e-6:
        return fit(design, value, errors), False
    centered = speed - speed.mean()
    left = centered - design @ np.linalg.lstsq(design, centered, rcond=None)[0]
    if left @ left < config.least_speed * (centered @ centered) or len(value) - design.shape[1] < 2:
        return fit(design, value, errors), False
    return fit(np.column_stack([design, centered]), value, errors), True


def _difference(pair: Posterior, walks: Walks, first: str, second: str, sure: float) -> Difference:
    low, high = pair.interval(0, sure)
    return Difference(
        first,
        second,
        Estimate(pair.mean(0), low, high, pair.p_value(0)),
        walks.by_block(first, second),
        low > 0.0 or high < 0.0,
    )


def _chance_best(model: Posterior, names: Sequence[str], measure: str, config: BenchConfig) -> dict[str, float]:
    facts = measure_facts(measure)
    if facts.direction == 0:
        return {}
    drawn = model.sample(config.draw_count, config.seed)[:, : len(names)]
    # above the range of praise more is not better: those settings share
    goodness = np.minimum(facts.direction * drawn, facts.praise_to if facts.direction > 0 else np.inf)
    best = goodness == goodness.max(axis=1, keepdims=True)
    chance = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return dict(zip(names, chance.tolist(), strict=True))


def _compensation(
    measures: pd.DataFrame, walks: Walks, indicators: FloatArray, drift: FloatArray, config: BenchConfig
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Pairs of settings the first of which raises what a foot can be cleared by, of each such measure there is."""
    risen: dict[str, tuple[tuple[str, str], ...]] = {}
    for name in COMPENSATIONS:
        value: Any = walks.of(measures, name)
        if value is None or not np.isfinite(value).all():
            continue
        if np.ptp(value) == 0.0:
            risen[name] = ()
            continue
        model, _ = _model(value, indicators, drift, None, config)
        pairs = []
        for a, b in combinations(range(len(walks.settings)), 2):
            share = np.zeros((1, model.coefficient.shape[1]))
            share[0, a], share[0, b] = 1.0, -1.0
            low, high = model.combined(share).interval(0)
            if low > 0.0:
                pairs.append((walks.settings[a], walks.settings[b]))
            elif high < 0.0:
                pairs.append((walks.settings[b], walks.settings[a]))
        risen[name] = tuple(pairs)
    return risen
