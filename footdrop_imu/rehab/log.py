"""The log: which entries may be made, which of them stand, and what was done day by day.

Nothing is erased. An entry is corrected by another that ``replaces`` it; of all that go back to one entry, the last
entered stands. A bout that came in twice counts once: the same exercise and side from the same source less than a
minute apart (the last entered counts), or reported by hand and counted by the sensor within the hour (the sensor's
numbers count; pain and effort are the person's).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import LOG_COLUMNS, LOG_ENTRY_COLUMNS
from footdrop_imu.errors import ExerciseError, ExerciseReason
from footdrop_imu.rehab.bouts import BoutConfig, last_entered, pairs, second_taps
from footdrop_imu.rehab.days import day_of
from footdrop_imu.schema_rehab import LEVELS, LOG_SOURCES, OUTCOMES, SIDES_OR_BOTH, LogEntry

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check_entry", "entry_table", "log_table", "standing", "standing_table"]

_CLOCKS_DIFFER = timedelta(minutes=1)
_RANGES = {"sets": (0, 50), "repetitions": (0, 10_000), "duration_s": (0.0, 8 * 3600.0)}
"""Of one entry; strides of a long walk are repetitions too."""


def check_entry(entry: LogEntry, *, now: datetime, time_zone: str, known: Iterable[LogEntry] = ()) -> None:
    """Refuse an entry that may not be.

    Parameters
    ----------
    entry
        The new one.
    now
        The instant, with its zone.
    time_zone
        Where the person lives, IANA name.
    known
        The person's entries of that day and all that the new one goes back to: a double and a wrong correction show.

    Raises
    ------
    ExerciseError
        ``WRONG_VALUE``: a word that is on no list, a number out of range, a day that is not the instant's, the future,
        an excuse without a reason, a correction of nothing, of another exercise's entry or of one already corrected.
        ``ALREADY_LOGGED``: the same exercise and side from the same source less than a minute apart.
    """
    _check_words(entry)
    _check_numbers(entry)
    if (day := day_of(entry.at, time_zone)) != entry.day:
        raise _wrong(entry, f"has the day {entry.day}, but {entry.at.isoformat()} was on {day}", "Correct one of them.")
    if entry.at > now + _CLOCKS_DIFFER:
        raise _wrong(entry, f"lies in the future: {entry.at.isoformat()}", "Log what was done once it is done.")
    known = list(known)
    if any(other.id == entry.id for other in known):
        raise ExerciseError(
            ExerciseReason.ALREADY_LOGGED,
            f"The log has an entry with the id {entry.id} already.",
            exercise=entry.exercise,
        )
    if entry.replaces:
        _check_correction(entry, known)
        return
    window = timedelta(seconds=BoutConfig().same_source_s)
    for other in standing(known):
        if _kind(other) == _kind(entry) and abs(other.at - entry.at) < window:
            if not entry.exercise:
                raise ExerciseError(
                    ExerciseReason.ALREADY_LOGGED,
                    f"{entry.day} was excused already ({other.reason}). Correct that entry where it is wrong.",
                )
            raise ExerciseError(
                ExerciseReason.ALREADY_LOGGED,
                f"{entry.exercise} was logged for {other.at.isoformat(timespec='minutes')} already. Correct that entry "
                "where it is wrong, or give the time of the other bout.",
                exercise=entry.exercise,
            )


def standing(entries: Iterable[LogEntry]) -> list[LogEntry]:
    """Give the entries that stand after all corrections, in the order they came in.

    Raises
    ------
    ExerciseError
        ``WRONG_VALUE``: entries that correct each other in a circle.
    """
    entries = list(entries)
    keep = _stands(entry_table(entries)) if entries else np.array([], dtype=bool)
    return [entry for entry, stands in zip(entries, keep, strict=True) if stands]


def entry_table(entries: Sequence[LogEntry]) -> pd.DataFrame:
    """Put entries into a table with ``LOG_ENTRY_COLUMNS``, one row each."""

    def utc(at: datetime | None) -> np.datetime64:
        return np.datetime64("NaT") if at is None else np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")

    data: dict[str, Any] = {
        column.name: [getattr(entry, column.name) for entry in entries] for column in LOG_ENTRY_COLUMNS
    }
    data["at"] = np.array([utc(at) for at in data["at"]], dtype="datetime64[us]")
    data["entered_at"] = np.array([utc(at) for at in data["entered_at"]], dtype="datetime64[us]")
    return make_table(LOG_ENTRY_COLUMNS, data)


def log_table(entries: Iterable[LogEntry] | pd.DataFrame, config: BoutConfig | None = None) -> pd.DataFrame:
    """Sum by day what was done: corrections followed, doubles out.

    Parameters
    ----------
    entries
        Of one person: nouns, or a table with ``LOG_ENTRY_COLUMNS``, in any order.
    config
        When two entries are one bout.

    Returns
    -------
    pandas.DataFrame
        ``LOG_COLUMNS``, sorted. Of a bout that was both reported and counted the sensor's row remains; an excuse
        beside it remains too, without its numbers.

    Raises
    ------
    ExerciseError
        ``WRONG_VALUE``: entries that correct each other in a circle.
    """
    import pandas as pd

    config = config or BoutConfig()
    table = entries if isinstance(entries, pd.DataFrame) else entry_table(list(entries))
    table = standing_table(table, config)
    reported = pairs(table, config)["reported"].to_numpy()
    numbers = table[["sets", "repetitions", "duration_s"]].fillna(0.0)
    excused = (table["outcome"] == "excused").to_numpy()
    twice = np.zeros(len(table), dtype=bool)
    twice[reported] = True
    numbers[twice & excused] = 0
    keys = [column.name for column in LOG_COLUMNS[:6]]
    rows = pd.concat([table[keys], numbers], axis=1)[excused | ~twice]
    rows.insert(6, "session_count", 1)
    summed = rows.groupby(keys, sort=True, observed=True).sum().reset_index()
    return make_table(LOG_COLUMNS, {column.name: summed[column.name] for column in LOG_COLUMNS})


def standing_table(table: pd.DataFrame, config: BoutConfig | None = None) -> pd.DataFrame:
    """Give the rows of a table with ``LOG_ENTRY_COLUMNS`` that stand, second taps out, with a fresh index."""
    table = table[_stands(table)]
    return table[~second_taps(table, config or BoutConfig())].reset_index(drop=True)


def _stands(table: pd.DataFrame) -> np.ndarray:
    """Say of each row whether it stands (n,).

    Entries that go back to the same one are a family; of its members that nobody corrects, the last entered stands. An
    entry that corrects one which is not in the table begins a family with all that do.
    """
    import pandas as pd

    stands = np.ones(len(table), dtype=bool)
    corrects = (table["replaces"] != "").to_numpy()
    if not corrects.any():
        return stands
    involved = np.nonzero(corrects | table["id"].isin(table.loc[corrects, "replaces"]).to_numpy())[0]
    stands[involved] = False
    table, corrects, count = table.iloc[involved], corrects[involved], len(involved)
    codes, _ = pd.factorize(pd.concat([table["id"], table.loc[corrects, "replaces"]], ignore_index=True))
    own, target = codes[:count], codes[count:]
    parent = np.arange(codes.max() + 1)
    parent[own[corrects]] = target
    begins = np.ones(len(parent), dtype=bool)
    begins[own[corrects]] = False
    root = parent
    for _ in range(len(parent).bit_length()):
        root = root[root]
    if not begins[root].all():
        circle = table["id"].to_numpy()[~begins[root[own]]]
        raise ExerciseError(
            ExerciseReason.WRONG_VALUE,
            f"The entries {', '.join(sorted(circle)[:3])} of the log correct each other in a circle. The log "
            "is damaged: an entry can correct only one that was there before it.",
        )
    replaced = np.zeros(len(parent), dtype=bool)
    replaced[target] = True
    leaves = np.nonzero(~replaced[own])[0]
    family = pd.Series(root[own[leaves]])
    alone = ~family.duplicated(keep=False).to_numpy()
    several = leaves[~alone]
    stands[involved[leaves[alone]]] = True
    stands[involved[several[last_entered(table.iloc[several], root[own[several]])]]] = True
    return stands


def _kind(entry: LogEntry) -> tuple[str | bool, ...]:
    return entry.exercise, entry.side, entry.level, entry.source, entry.outcome == "excused"


def _check_words(entry: LogEntry) -> None:
    lists = {
        "side": ("", *SIDES_OR_BOTH),
        "level": ("", *LEVELS),
        "outcome": OUTCOMES,
        "source": LOG_SOURCES,
    }
    for name, words in lists.items():
        if (found := getattr(entry, name)) not in words:
            expected = ", ".join(word for word in words if word)
            raise _wrong(entry, f"has {name} = {found!r}", f"Expected {expected}.")
    if not entry.exercise and entry.outcome != "excused":
        raise _wrong(entry, "names no exercise", "Only an excuse may stand for the whole day.")
    if entry.outcome == "excused" and not entry.reason.strip():
        raise _wrong(entry, "is an excuse without a reason", "Say why: ill, pain, a visit to the clinic.")


def _check_numbers(entry: LogEntry) -> None:
    for name, (low, high) in _RANGES.items():
        value = getattr(entry, name)
        if not (name == "duration_s" and isnan(value)) and not low <= value <= high:
            raise _wrong(entry, f"has {name} = {value:g}", f"Expected {low:g} to {high:g}.")
    for name in ("pain", "effort"):
        value = getattr(entry, name)
        if not isnan(value) and not 0.0 <= value <= 10.0:
            raise _wrong(entry, f"has {name} = {value:g}", "Expected 0 (none) to 10 (the worst or hardest).")
    if entry.outcome == "not_done" and (entry.sets or entry.repetitions or entry.duration_s > 0):
        raise _wrong(entry, "was not done, yet has sets, repetitions or seconds", "Say partly, or leave them out.")


def _check_correction(entry: LogEntry, known: Sequence[LogEntry]) -> None:
    if entry.replaces == entry.id:
        raise _wrong(entry, "corrects itself", "A correction is an entry of its own, with its own id.")
    target = next((other for other in known if other.id == entry.replaces), None)
    if target is None:
        raise _wrong(entry, f"corrects {entry.replaces}, which is not in the log", "Look up the entry's id.")
    if later := next((other for other in known if other.replaces == entry.replaces), None):
        raise _wrong(
            entry, f"corrects {entry.replaces}, which {later.id} corrected before", f"Correct {later.id} instead."
        )
    if target.exercise != entry.exercise:
        raise _wrong(
            entry,
            f"corrects an entry of {target.exercise}",
            "For another exercise, correct that one to not_done and log this one anew.",
        )


def _wrong(entry: LogEntry, found: str, expected: str) -> ExerciseError:
    name = entry.exercise or "the whole day"
    return ExerciseError(
        ExerciseReason.WRONG_VALUE, f"The log entry of {name} {found}. {expected}", exercise=entry.exercise
    )
