"""The log: what may be entered, what stands after corrections, what came in twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footdrop_imu.columns import check_table, make_table
from footdrop_imu.columns_rehab import LOG_COLUMNS, LOG_ENTRY_COLUMNS
from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.bouts import BoutConfig
from footdrop_imu.rehab.log import check_entry, entry_table, log_table, standing
from footdrop_imu.schema_rehab import LogEntry

BERLIN = "Europe/Berlin"
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
ENTRY = LogEntry("a", "raise", date(2026, 3, 2), NOON, side="left", level="active", sets=3, repetitions=30)


def entry(name: str, minutes: float = 0.0, **changed: Any) -> LogEntry:
    return replace(ENTRY, id=name, at=NOON + timedelta(minutes=minutes), **changed)


def entered(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def accept(new: LogEntry, *known: LogEntry, now: datetime = NOW, zone: str = BERLIN) -> None:
    check_entry(new, now=now, time_zone=zone, known=known)


def test_a_sensible_entry_is_accepted() -> None:
    accept(ENTRY)
    accept(replace(ENTRY, pain=3.0, effort=10.0, duration_s=600.0, source="clinician"))
    accept(replace(ENTRY, outcome="not_done", sets=0, repetitions=0, reason="no time"))
    accept(replace(ENTRY, exercise="", outcome="excused", reason="ill", sets=0, repetitions=0))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"outcome": "maybe"}, "done, partly, not_done, excused"),
        ({"source": "neighbor"}, "patient, clinician, sensor"),
        ({"side": "middle"}, "left, right, both"),
        ({"level": "hard"}, "passive, assisted, active, loaded"),
        ({"exercise": ""}, "names no exercise"),
        ({"outcome": "excused"}, "without a reason"),
        ({"outcome": "not_done"}, "yet has sets"),
        ({"pain": -1.0}, "0 \\(none\\) to 10"),
        ({"effort": 10.5}, "0 \\(none\\) to 10"),
        ({"repetitions": -1}, "0 to 10000"),
        ({"repetitions": 10_001}, "0 to 10000"),
        ({"sets": 51}, "0 to 50"),
        ({"duration_s": -0.1}, "0 to 28800"),
        ({"duration_s": float("inf")}, "0 to 28800"),
        ({"day": date(2026, 3, 1)}, "was on 2026-03-02"),
        ({"at": NOW + timedelta(minutes=2)}, "future"),
        ({"at": datetime(2026, 3, 2, 11, 0)}, "no offset"),
        ({"replaces": "a"}, "corrects itself"),
        ({"replaces": "b"}, "not in the log"),
    ],
)
def test_what_may_not_be_is_refused_with_words(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ExerciseError, match=words) as caught:
        accept(replace(ENTRY, **changed))
    assert caught.value.reason is ExerciseReason.WRONG_VALUE


def test_the_day_is_that_of_the_place_where_the_person_was() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # 00:30 of the next day in Berlin
    accept(replace(ENTRY, at=late, day=date(2026, 3, 3)), now=late)
    with pytest.raises(ExerciseError, match="was on 2026-03-03"):
        accept(replace(ENTRY, at=late), now=late)
    in_tokyo = datetime(2026, 3, 3, 7, 0, tzinfo=timezone(timedelta(hours=9)))
    accept(replace(ENTRY, at=in_tokyo, day=date(2026, 3, 3)), now=late)


def test_the_same_again_within_a_minute_is_a_double() -> None:
    for minutes in (0.0, 0.9, -0.9):
        with pytest.raises(ExerciseError, match="logged for") as caught:
            accept(entry("b", minutes), ENTRY)
        assert caught.value.reason is ExerciseReason.ALREADY_LOGGED
    accept(entry("b", 1.0), ENTRY)
    for changed in ({"side": "right"}, {"level": "passive"}, {"source": "sensor"}, {"exercise": "stretch"}):
        accept(entry("b", **changed), ENTRY)
    accept(entry("b", outcome="excused", reason="pain"), ENTRY)
    with pytest.raises(ExerciseError, match="with the id a already"):
        accept(entry("a", 30.0), ENTRY)


def test_a_double_of_what_was_corrected_away_is_none() -> None:
    moved = entry("b", 120.0, replaces="a")
    accept(moved, ENTRY)
    accept(entry("c"), ENTRY, moved)


def test_a_correction_corrects_what_stands() -> None:
    accept(entry("b", repetitions=20, replaces="a"), ENTRY)
    with pytest.raises(ExerciseError, match="Correct b instead"):
        accept(entry("c", replaces="a"), ENTRY, entry("b", replaces="a"))
    accept(entry("c", replaces="b"), ENTRY, entry("b", replaces="a"))
    with pytest.raises(ExerciseError, match="another exercise"):
        accept(entry("c", exercise="stretch", replaces="a"), ENTRY)


def test_which_entries_stand() -> None:
    chain = [ENTRY, entry("b", replaces="a"), entry("c", replaces="b"), entry("z", 200.0)]
    assert [found.id for found in standing(chain)] == ["c", "z"]
    assert [found.id for found in standing(reversed(chain))] == ["z", "c"]
    assert standing([]) == []


def test_of_two_corrections_of_one_entry_the_last_entered_stands() -> None:
    two = [
        ENTRY,
        entry("b", replaces="a", entered_at=entered(5)),
        entry("c", replaces="a", entered_at=entered(4)),
        entry("d", replaces="c", entered_at=entered(3)),
    ]
    assert [found.id for found in standing(two)] == ["b"]
    assert [found.id for found in standing([*two, entry("e", replaces="d", entered_at=entered(6))])] == ["e"]


def test_a_correction_whose_origin_is_not_at_hand_stands() -> None:
    assert [found.id for found in standing([entry("b", replaces="lost")])] == ["b"]
    two = [entry("b", replaces="lost", entered_at=entered(1)), entry("c", replaces="lost", entered_at=entered(2))]
    assert [found.id for found in standing(two)] == ["c"]


@pytest.mark.parametrize("length", [1, 2, 3, 4, 7])
def test_a_circle_of_corrections_is_refused(length: int) -> None:
    circle = [entry(f"e{index}", replaces=f"e{(index + 1) % length}") for index in range(length)]
    with pytest.raises(ExerciseError, match="circle"):
        standing([ENTRY, entry("tail", replaces="e0"), *circle])


def test_a_day_is_summed() -> None:
    table = log_table(
        [
            ENTRY,
            entry("b", 240.0, sets=2, repetitions=18, duration_s=120.0),
            entry("c", 480.0, outcome="partly", sets=1, repetitions=7),
            entry("d", exercise="stretch", level="passive", sets=1, repetitions=3, duration_s=90.0),
            entry("e", 500.0, outcome="not_done", sets=0, repetitions=0),
        ]
    )
    check_table(LOG_COLUMNS, table)
    numbers = ["session_count", "sets", "repetitions", "duration_s"]
    found = table.set_index(["exercise", "outcome"])[numbers]
    assert found.loc[("raise", "done")].tolist() == [2, 5, 48, 120.0]
    assert found.loc[("raise", "partly")].tolist() == [1, 1, 7, 0.0]
    assert found.loc[("raise", "not_done")].tolist() == [1, 0, 0, 0.0]
    assert found.loc[("stretch", "done")].tolist() == [1, 1, 3, 90.0]
    check_table(LOG_COLUMNS, log_table([]))


def test_a_second_tap_counts_once_and_the_last_entered_counts() -> None:
    taps = [
        entry("a", 0.0, repetitions=30, entered_at=entered(0)),
        entry("b", 0.5, repetitions=28, entered_at=entered(1)),
        entry("c", 30.0, repetitions=10),
    ]
    assert log_table(taps)["repetitions"].tolist() == [38]
    assert log_table(taps)["session_count"].tolist() == [2]


def test_reported_and_counted_is_one_bout_and_the_sensor_counts() -> None:
    both = [entry("a", 25.0, repetitions=30), entry("s", 0.0, source="sensor", repetitions=27)]
    table = log_table(both)
    assert table[["source", "session_count", "repetitions"]].to_numpy().tolist() == [["sensor", 1, 27]]
    apart = [entry("a", 60.0, repetitions=30), entry("s", 0.0, source="sensor", repetitions=27)]
    assert log_table(apart)["repetitions"].sum() == 57
    assert log_table(apart, BoutConfig(other_source_s=3601.0))["repetitions"].sum() == 27


def test_a_side_not_said_fits_and_the_other_foot_does_not() -> None:
    sensor = entry("s", source="sensor", repetitions=27)
    for side, total in (("", 27), ("both", 27), ("left", 27), ("right", 57)):
        assert log_table([sensor, entry("a", 5.0, side=side)])["repetitions"].sum() == total
    assert log_table([sensor, entry("a", 5.0, exercise="stretch")])["repetitions"].sum() == 57


def test_each_bout_is_paired_once_with_the_nearest() -> None:
    # reports at 0, 40 and 50 min; the sensor counted at 35 and 45: 40-35 and 50-45 are one bout each, 0 is its own
    entries = [
        *(entry(f"p{at}", at, repetitions=100) for at in (0, 40, 50)),
        entry("s35", 35, source="sensor", repetitions=10),
        entry("s46", 46, source="sensor", repetitions=11),
    ]
    table = log_table(entries).set_index("source")
    assert table.loc["sensor", ["session_count", "repetitions"]].tolist() == [2, 21]
    assert table.loc["patient", ["session_count", "repetitions"]].tolist() == [1, 100]


def test_an_excuse_beside_a_count_stays_without_its_numbers() -> None:
    table = log_table(
        [
            entry("a", 5.0, outcome="excused", reason="pain", repetitions=12),
            entry("s", source="sensor", outcome="partly", repetitions=11),
        ]
    ).set_index("outcome")
    assert table.loc["excused", ["session_count", "repetitions"]].tolist() == [1, 0]
    assert table.loc["partly", ["session_count", "repetitions"]].tolist() == [1, 11]


def test_what_was_said_not_to_be_done_is_no_pair() -> None:
    table = log_table([entry("a", outcome="not_done", sets=0, repetitions=0), entry("s", 5.0, source="sensor")])
    assert sorted(table["outcome"]) == ["done", "not_done"]


def test_nouns_and_the_raw_table_give_the_same() -> None:
    entries = [ENTRY, entry("b", 20.0, source="sensor"), entry("c", 300.0), entry("d", 300.0, replaces="c", sets=1)]
    raw = entry_table(entries)
    check_table(LOG_ENTRY_COLUMNS, raw)
    pd.testing.assert_frame_equal(log_table(entries), log_table(raw))
    assert raw["at"].iloc[0] == pd.Timestamp("2026-03-02 11:00")
    assert raw["entered_at"].isna().all()


def test_a_hundred_thousand_rows() -> None:
    count, days = 100_000, 1000
    rng = np.random.default_rng(5)
    day = np.arange(count) // (count // days)
    minute = (np.arange(count) % (count // days)) * 7.0
    at = np.datetime64("2023-01-01", "us") + (day * 1440 + minute) * np.timedelta64(60_000_000, "us")
    raw = make_table(
        LOG_ENTRY_COLUMNS,
        {
            "id": np.arange(count).astype(str).astype(object),
            "day": np.datetime64("2023-01-01", "us") + day * np.timedelta64(86_400_000_000, "us"),
            "at": at,
            "exercise": rng.choice(np.array([f"e{index}" for index in range(20)], dtype=object), count),
            "side": "left",
            "level": "",
            "outcome": "done",
            "source": "patient",
            "sets": np.full(count, 1),
            "repetitions": np.full(count, 10),
            "replaces": "",
            "entered_at": at,
        },
    )
    table = log_table(raw)
    assert table["session_count"].sum() == count
    assert table["repetitions"].sum() == 10 * count
    assert table["day"].nunique() == days


names = st.sampled_from(["raise", "stretch"])
entries_of_a_day = st.lists(
    st.tuples(
        names,
        st.integers(0, 300),
        st.sampled_from(["", "left", "right", "both"]),
        st.sampled_from(["done", "partly", "not_done", "excused"]),
        st.sampled_from(["patient", "sensor"]),
        st.integers(0, 40),
        st.integers(-1, 10),
        st.integers(0, 3),
    ),
    max_size=12,
)


def drawn(rows: list[tuple[Any, ...]]) -> list[LogEntry]:
    """Entries, some of which correct an earlier one."""
    return [
        entry(
            f"e{index:02d}",
            minutes,
            exercise=exercise,
            side=side,
            outcome=outcome,
            source=source,
            repetitions=0 if outcome == "not_done" else repetitions,
            replaces=f"e{corrects:02d}" if 0 <= corrects < index else "",
            entered_at=None if late == 0 else entered(late),
        )
        for index, (exercise, minutes, side, outcome, source, repetitions, corrects, late) in enumerate(rows)
    ]


@settings(max_examples=25, deadline=None)
@given(rows=entries_of_a_day, random=st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_matter(rows: list[tuple[Any, ...]], random: Any) -> None:
    entries = drawn(rows)
    shuffled = list(entries)
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(log_table(entries), log_table(shuffled))


@settings(max_examples=25, deadline=None)
@given(rows=entries_of_a_day)
def test_nothing_counts_that_does_not_stand(rows: list[tuple[Any, ...]]) -> None:
    entries = drawn(rows)
    stands = standing(entries)
    assert len(stands) >= (1 if entries else 0)
    table = log_table(entries)
    assert table["session_count"].sum() <= len(stands)
    assert table["repetitions"].sum() <= sum(one.repetitions for one in stands)
    corrected = {one.replaces for one in entries}
    assert not corrected & {one.id for one in stands}
