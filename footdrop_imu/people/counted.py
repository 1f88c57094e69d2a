"""What the shoe sensor counted: into the log, or, of a chair lift test, into the course."""

from __future__ import annotations

from datetime import datetime
from math import isfinite, nan
from typing import TYPE_CHECKING
from uuid import uuid5

from footdrop_imu import __version__
from footdrop_imu.errors import ExerciseError, ExerciseReason, StoreError, StoreReason
from footdrop_imu.people.diary import HowItWent, Logged, log_exercise
from footdrop_imu.rehab.chair_lift import ChairLift, chair_lift_rows
from footdrop_imu.rehab.days import day_of
from footdrop_imu.schema_rehab import CHAIR_LIFT_TEST, CountedRepetition, CountedSet, LogEntry, Walk
from footdrop_imu.store.counted import add_counted_set
from footdrop_imu.store.log import log_entries
from footdrop_imu.store.people import person
from footdrop_imu.store.walks import add_walk
from footdrop_imu.walk_measures import NAMELESS, recording_id, walk_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from footdrop_imu.rehab.exercise_result import ExerciseResult
    from footdrop_imu.rehab.exercises import Exercise
    from footdrop_imu.store.database import Store

__all__ = ["keep_chair_lift", "log_counted"]


def log_counted(
    store: Store,
    pseudonym: str,
    results: Sequence[ExerciseResult],
    *,
    now: datetime,
    catalogue: Mapping[str, Exercise],
    how: HowItWent | None = None,
    folder: str = "",
) -> tuple[Logged, ...]:
    """Log what was counted of an exercise, foot by foot, with each repetition beside the entry.

    Parameters
    ----------
    store, pseudonym
        Where and whose.
    results
        Of one recording.
    now
        The instant, with its zone.
    catalogue
        Id to exercise.
    how
        What else was said; None = nothing.
    folder
        Where the recording is.

    Returns
    -------
    tuple of Logged
        What is new; a recording that was logged before adds nothing.

    Raises
    ------
    ExerciseError
        The recording does not say when it was made; what ``people.diary.log_exercise`` refuses.
    StoreError
        No such person; the store cannot be written.
    """
    home = person(store, pseudonym).time_zone
    logged = []
    for result in results:
        at = _instant(result)
        recording = recording_id(result.source, result.session)
        counted = result.repetitions
        entry = LogEntry(
            id=str(uuid5(NAMELESS, f"{recording} {result.exercise} {result.side}")),
            exercise=result.exercise,
            day=day_of(at, home),
            at=at,
            side=result.side,
            sets=1,
            repetitions=0 if counted is None else counted.count,
            duration_s=_worked_s(result),
            source="sensor",
        )
        if entry.id in {one.id for one in log_entries(store, pseudonym, entry.day, entry.day)}:
            continue
        logged.append(log_exercise(store, pseudonym, entry, now=now, catalogue=catalogue, how=how))
        if counted is not None:
            made = tuple(
                CountedRepetition(one.start_s, one.range_deg, one.hold_s, one.lowering_s) for one in counted.repetitions
            )
            add_counted_set(
                store,
                pseudonym,
                CountedSet(
                    entry.id,
                    result.exercise,
                    result.side,
                    at,
                    entry.day,
                    made,
                    entry.id,
                    recording,
                    folder,
                    __version__,
                ),
            )
    return tuple(logged)


def keep_chair_lift(store: Store, pseudonym: str, results: Sequence[ExerciseResult], *, folder: str = "") -> bool:
    """Keep a chair lift test in a person's course; False where it is there already.

    Raises
    ------
    SchemaError
        The recording does not say when it was made.
    StoreError
        No such person; the store cannot be written.
    """
    first = results[0]
    walk = Walk(
        id=recording_id(first.source, first.session),
        start=first.start,
        activity=CHAIR_LIFT_TEST,
        folder=folder,
        hashes=dict(first.source),
        version=__version__,
        quality="good",
        name=first.session,
    )
    walk_day(first.start, first.session)
    feet = {one.side: ChairLift(one.measures, one.standard_errors, one.used_counts, ()) for one in results}
    try:
        add_walk(store, pseudonym, walk, chair_lift_rows(walk.id, walk.start, feet))
    except StoreError as error:
        if error.reason is not StoreReason.EXISTS:
            raise
        return False
    return True


def _instant(result: ExerciseResult) -> datetime:
    try:
        at = datetime.fromisoformat(result.start)
    except ValueError:
        at = datetime.min
    if at.tzinfo is None:
        raise ExerciseError(
            ExerciseReason.WRONG_VALUE,
            f"{result.session}: the recording does not say when it was made. Say it with "
            "--start 2026-03-14T10:30+01:00, or log what was counted by hand: footdrop log add.",
            exercise=result.exercise,
        )
    return at


def _worked_s(result: ExerciseResult) -> float:
    """Seconds of holding, or of the whole where nothing is repeated; NaN where repetitions are what counts."""
    if result.repetitions is None:
        return result.measures.get("duration_s", nan)
    held = sum(one.hold_s for one in result.repetitions.repetitions if isfinite(one.hold_s))
    return held if result.kind.endswith("holds") else nan
