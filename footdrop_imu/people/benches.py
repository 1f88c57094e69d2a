"""A fitting bench from recordings or from the store: who, which setting each walk had, what it shows."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from footdrop_imu.errors import FileFormatError, FileReason, StoreError, StoreReason
from footdrop_imu.people.comparisons import LEAD_MEASURE, measures_of, names_of, setting_of, who_walked
from footdrop_imu.rehab.bench_words import bench_sentences, timing_sentences
from footdrop_imu.rehab.compared import BenchesShown, compared_walks, setting_means
from footdrop_imu.rehab.fitting_bench import fitting_bench
from footdrop_imu.rehab.lift_timing import LiftTiming, Spread, lift_timing
from footdrop_imu.schema_rehab import CHAIR_LIFT_TEST
from footdrop_imu.store.people import person
from footdrop_imu.store.walks import walk_measures, walks
from footdrop_imu.walk_measures import walk_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd

    from footdrop_imu.language import Translate
    from footdrop_imu.people.comparisons import Recorded
    from footdrop_imu.schema import FloatArray
    from footdrop_imu.schema_rehab import Patient
    from footdrop_imu.store.database import Store

__all__ = ["bench_of_person", "bench_of_recordings", "settings_of"]


def settings_of(words: Sequence[str], walks: Sequence[tuple[str, str]]) -> dict[str, str] | None:
    """Give each walk the setting that was said for it.

    Parameters
    ----------
    words
        A setting for each walk, in the walks' order, or ``NAME=SETTING`` for each; empty = the conditions say it.
    walks
        Name and id of each.

    Returns
    -------
    dict or None
        Setting by id.

    Raises
    ------
    StoreError
        WRONG_VALUE: more or fewer settings than walks, or a name that no walk has.
    """
    if not words:
        return None
    names = ", ".join(name for name, _ in walks)
    if all("=" in word for word in words):
        said = dict(word.rsplit("=", 1) for word in words)
        if len(said) < len(words) or set(said) != {name for name, _ in walks}:
            raise StoreError(
                StoreReason.WRONG_VALUE,
                f"Settings are said for {', '.join(sorted(said))}; the walks are {names}. Say one for each.",
            )
        return {own: said[name] for name, own in walks}
    if len(words) != len(walks):
        raise StoreError(
            StoreReason.WRONG_VALUE,
            f"{len(words)} settings ({', '.join(words)}) for {len(walks)} walks ({names}). Say one for each, in their "
            "order.",
        )
    return {own: word for (_, own), word in zip(walks, words, strict=True)}


def bench_of_recordings(
    recorded: Sequence[Recorded],
    key: str,
    translate: Translate,
    *,
    clinician: str,
    settings: Sequence[str] = (),
    measure: str = "",
) -> BenchesShown:
    """Compare the settings of an aid by recorded walks.

    Parameters
    ----------
    recorded
        Walks of one person; in the order in which they were walked, where nobody said when they began.
    key
        Key of the condition that is tested.
    translate
        Gives a text in the reader's language, see ``language.translator``.
    clinician
        Who makes the test.
    settings
        As in ``settings_of``.
    measure
        What is compared; "" = ``LEAD_MEASURE``.

    Raises
    ------
    FileFormatError
        ``NOT_ALIKE``: walks of two people, a recording twice, or some with and some without a time.
    StoreError
        WRONG_VALUE: a walk without a setting.
    """
    patient = who_walked(recorded, measure)
    undated = [result.session for result, session in recorded if not session.start]
    if 0 < len(undated) < len(recorded):
        raise FileFormatError(
            FileReason.NOT_ALIKE,
            f"Nobody said when {', '.join(undated)} began, but of the other walks it is known. The order has to be "
            "known: say it of all or of none.",
        )
    table = measures_of(recorded)
    said = settings_of(settings, [(result.session, walk_id(session)) for result, session in recorded])
    strides = {walk_id(session): result.strides for result, session in recorded}
    return _shown(patient, clinician, table, names_of(recorded), key, said, translate, strides)


def bench_of_person(
    store: Store,
    pseudonym: str,
    key: str,
    translate: Translate,
    *,
    clinician: str,
    settings: Sequence[str] = (),
    measure: str = "",
    day: date | None = None,
) -> BenchesShown:
    """Compare the settings of an aid by a person's walks of one day.

    Parameters
    ----------
    store, pseudonym
        Where and whose.
    key, translate, clinician, settings, measure
        As in ``bench_of_recordings``; the measure is the person's own where none is said.
    day
        Of the bench; None = the last day on which the key had two values, or else the last day with a walk.

    Raises
    ------
    StoreError
        No such person; no walk that day; a walk without a setting.
    """
    patient = person(store, pseudonym)
    table = walk_measures(store, pseudonym, first_day=day, last_day=day)
    table = table[table["activity"] != CHAIR_LIFT_TEST]
    if table.empty:
        when = f" on {day}" if day else ""
        raise StoreError(StoreReason.NOT_FOUND, f"No walk of {pseudonym} is kept{when}. Name the day of the bench.")
    of_key = table["condition"].map(lambda text: _setting(text, key, None, ""))
    by_turns = table["day"][of_key.groupby(table["day"]).transform(lambda own: len(set(own)) > 1)]
    table = table[table["day"] == (by_turns.max() if len(by_turns) else table["day"].max())]
    names = {walk.id: walk.name or walk.id for walk in walks(store, pseudonym)}
    own = list(dict.fromkeys(table["walk"]))
    said = settings_of(settings, [(names[one], one) for one in own])
    chosen = replace(patient, primary_measure=measure or patient.primary_measure or LEAD_MEASURE)
    return _shown(chosen, clinician, table, names, key, said, translate, {})


def _shown(
    patient: Patient,
    clinician: str,
    table: pd.DataFrame,
    names: Mapping[str, str],
    key: str,
    said: Mapping[str, str] | None,
    translate: Translate,
    strides: Mapping[str, pd.DataFrame],
) -> BenchesShown:
    each = table.drop_duplicates("walk").sort_values("start", kind="stable")
    settings = {
        str(walk): _setting(str(condition), key, said, str(walk))
        for walk, condition in zip(each["walk"], each["condition"], strict=True)
    }
    left_out = dict.fromkeys(each.loc[each["quality"] != "good", "walk"], "quality")
    unsaid = [names[walk] for walk, setting in settings.items() if not setting]
    if unsaid:
        raise StoreError(
            StoreReason.WRONG_VALUE,
            f"These walks have no {key} setting: {', '.join(unsaid)}. Say with --settings which each was walked with.",
        )
    bench = fitting_bench(
        table, patient.primary_measure, key, patient.affected, side=patient.primary_side, settings=said
    )
    own = compared_walks(table, patient.primary_measure, names, settings, left_out, bench.side)
    side = bench.side or "left"
    by_setting = {
        name: [walk.id for walk in own if walk.setting == name and walk.quality == "good"] for name in bench.settings
    }
    timing = {
        name: _timing([strides[one] for one in ids], side) if strides else _timing_of_medians(table, ids, side)
        for name, ids in by_setting.items()
        if ids and bench.side
    }
    return BenchesShown(
        patient,
        clinician,
        bench,
        own,
        setting_means(table, by_setting, side),
        timing,
        bench_sentences(bench, translate),
        {name: timing_sentences(one, translate) for name, one in timing.items()},
    )


def _setting(condition: str, key: str, said: Mapping[str, str] | None, walk: str) -> str:
    return said.get(walk, "") if said is not None else setting_of(condition, key)


def _timing(strides: Sequence[pd.DataFrame], side: str) -> LiftTiming:
    import pandas as pd

    return lift_timing(pd.concat(strides, ignore_index=True), side)


def _timing_of_medians(table: pd.DataFrame, ids: Sequence[str], side: str) -> LiftTiming:
    """Timing from each walk's medians, where its strides are not kept: over walks, not over strides."""
    rows = table[table["walk"].isin(list(ids)) & (table["side"] == side)]
    wide = rows.pivot_table(index="walk", columns="measure", values="value")
    names = ("level_frac", "swing_time_s", "foot_pitch_mid_swing_deg", "foot_pitch_initial_contact_deg")
    level, swing, middle, contact = (
        wide[name].to_numpy(dtype=float) if name in wide else np.full(len(wide), nan) for name in names
    )
    return LiftTiming(
        int(rows.loc[rows["measure"] == "swing_time_s", "used_count"].sum()),
        _spread(level * swing),
        _spread((1.0 - level) * swing),
        nan,
        _spread(middle),
        _spread(contact),
    )


def _spread(values: FloatArray) -> Spread:
    finite = values[np.isfinite(values)]
    return Spread(*(float(one) for one in np.quantile(finite, [0.5, 0.1, 0.9]))) if len(finite) else Spread()
