"""The store at a clinic's size: 10,000 walks and 1,000,000 log rows of 100 people, one of them with a great share.

Walks have 40 measures of both sides and both feet together. Written through the store's own functions, one
transaction a person, into a file; ``--url`` puts them into another database, which has to be empty. What is
read is what a person's progress needs, all walk measures and the log by day, and then that progress, whole: verdict,
trend, adherence, dose and response.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from benchmarks.scoring import show
from footdrop_imu.columns import make_table
from footdrop_imu.columns_rehab import WALK_MEASURE_COLUMNS
from footdrop_imu.language import translator
from footdrop_imu.people.courses import progress_of
from footdrop_imu.rehab.measures import MEASURES
from footdrop_imu.schema_rehab import LogEntry, Patient, PlanVersion, Prescription, Walk
from footdrop_imu.store.audit import verify_audit
from footdrop_imu.store.database import Store, open_store
from footdrop_imu.store.log import add_log_entries, log_entry_table, log_table
from footdrop_imu.store.people import add_person
from footdrop_imu.store.plans import add_plan_version
from footdrop_imu.store.walks import add_walks, walk_measures

NOW = datetime(2026, 3, 2, tzinfo=UTC)
PEOPLE = 100
WALKS = 10_000
LOG_ROWS = 1_000_000
HEAVY_WALKS = 1_000
HEAVY_LOG_ROWS = 100_000
NAMES = tuple(MEASURES)[:40]
FIRST_DAY = date(2020, 1, 6)
_EXERCISES = ("heel_raise", "assisted_toe_raise", "band_toe_raise", "ankle_rotation", "calf_stretch_strap")


PLAN = PlanVersion(
    1,
    FIRST_DAY,
    tuple(Prescription(exercise, "left", "active", 2, 10, times_a_day=4) for exercise in _EXERCISES),
    datetime(2020, 1, 6, tzinfo=UTC),
    "benchmark",
)


def _share(total: int, heavy: int, person: int) -> int:
    return heavy if person == 0 else (total - heavy) // (PEOPLE - 1)


def _uuid(rng: np.random.Generator) -> str:
    return str(UUID(bytes=rng.bytes(16), version=4))


def entries_of(person: int, count: int) -> list[LogEntry]:
    """A person's log: 20 entries a day, every fiftieth a correction of the one before."""
    rng = np.random.default_rng(person)
    entries: list[LogEntry] = []
    for number in range(count):
        day = FIRST_DAY + timedelta(days=number // 20)
        at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC) + timedelta(minutes=30 * (number % 20))
        replaces = entries[-1].id if number % 50 == 49 else ""
        entries.append(
            LogEntry(
                id=_uuid(rng), exercise=_EXERCISES[number % 5], day=day, at=at, side="left", level="active", sets=2,
                repetitions=20, pain=1.0, replaces=replaces, source="sensor" if number % 3 == 0 else "patient",
            )
        )  # fmt: skip
    return entries


def walks_of(person: int, count: int) -> list[tuple[Walk, Any]]:
    """A person's walks, one every second day."""
    rng = np.random.default_rng(person)
    found = []
    sides = np.tile(["both", "left", "right"], len(NAMES))
    for number in range(count):
        day = FIRST_DAY + timedelta(days=2 * number)
        walk = Walk(_uuid(rng), f"{day}T10:00:00+01:00", condition_key="aid=stick", version="1", quality="good")
        table = make_table(
            WALK_MEASURE_COLUMNS,
            {
                "walk": walk.id, "day": day, "start": walk.start, "activity": "walk", "condition": "aid=stick",
                "quality": "good", "side": sides, "measure": np.repeat(NAMES, 3),
                "value": rng.normal(size=len(sides)), "standard_error": np.full(len(sides), 0.1),
                "used_count": np.full(len(sides), 40),
            },
        )  # fmt: skip
        found.append((walk, table))
    return found


def fill(store: Store) -> dict[str, float]:
    """Write everything; seconds that writing took, without making what is written."""
    walks_s = log_s = 0.0
    for person in range(PEOPLE):
        pseudonym = f"P{person:03d}"
        add_person(store, Patient(pseudonym, affected="left", primary_measure="foot_pitch_mid_swing_deg"))
        add_plan_version(store, pseudonym, PLAN)
        walks = walks_of(person, _share(WALKS, HEAVY_WALKS, person))
        entries = entries_of(person, _share(LOG_ROWS, HEAVY_LOG_ROWS, person))
        begin = time.perf_counter()
        add_walks(store, pseudonym, walks)
        middle = time.perf_counter()
        add_log_entries(store, pseudonym, entries)
        walks_s += middle - begin
        log_s += time.perf_counter() - middle
    return {"write_walks_s": walks_s, "write_log_s": log_s}


def _median_s(run: Callable[[], object], turns: int = 5) -> float:
    run()
    seconds = []
    for _ in range(turns):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


def read(store: Store) -> dict[str, float]:
    """Seconds of reading, median of five, of a person with a usual share and of the one with a great share."""
    made: dict[str, float] = {}
    say = translator("en")
    for words, person in (("usual", "P050"), ("heavy", "P000")):
        on = walk_measures(store, person, NAMES[:1])["day"].max().date()
        reads: dict[str, Callable[[], object]] = {
            "walk_measures": lambda person=person: walk_measures(store, person),  # type: ignore[misc]
            "ten_measures": lambda person=person: walk_measures(store, person, NAMES[:10]),  # type: ignore[misc]
            "log_table": lambda person=person: log_table(store, person),  # type: ignore[misc]
            "log_entry_table": lambda person=person: log_entry_table(store, person),  # type: ignore[misc]
            "progress": lambda person=person, on=on: progress_of(store, person, NOW, say, on=on),  # type: ignore[misc]
        }
        made |= {f"{words}_{name}_s": _median_s(run) for name, run in reads.items()}
        made[f"{words}_reads_s"] = made[f"{words}_walk_measures_s"] + made[f"{words}_log_table_s"]
    made["verify_audit_s"] = _median_s(lambda: verify_audit(store), 1)
    return made


def score(url: str | None = None) -> dict[str, float]:
    """Write and read once, into a file that is deleted, or into the database named."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        with open_store(url or str(path), who="benchmark") as store:
            made = fill(store) | read(store)
        if url is None:
            made["file_mib"] = path.stat().st_size / 2**20
    return made


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="an empty database to be filled")
    print(show(score(parser.parse_args().url), {}))


if __name__ == "__main__":
    main()
