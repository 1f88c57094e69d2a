"""Stores of every earlier revision become today's with their data; tables and models are one."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

import footdrop_imu.store
from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema import Condition
from footdrop_imu.schema_rehab import Helper, Patient
from footdrop_imu.store.audit import audit, verify_audit
from footdrop_imu.store.counted import counted_sets
from footdrop_imu.store.course import clinical_entries, events
from footdrop_imu.store.database import Store, open_store
from footdrop_imu.store.log import log_entries, log_table
from footdrop_imu.store.models import StoreRow
from footdrop_imu.store.people import name, person
from footdrop_imu.store.place import make_engine, store_url
from footdrop_imu.store.plans import plan_versions
from footdrop_imu.store.sharing import helpers
from footdrop_imu.store.upgrade import REVISION_TABLE, REVISIONS, migrate
from footdrop_imu.store.walks import walk_measures, walks
from footdrop_imu.store.worn import aids, shoes

UUIDS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(10)]
CONTENT = json.dumps({"who": "ann", "before": None, "after": {"id": "P01"}})
LINK = {
    "id": 1,
    "at": "2026-01-05T09:00:00.000125+00:00",
    "in_table": "person",
    "in_row": UUIDS[0],
    "person": UUIDS[0],
    "action": "added",
    "content_hash": hashlib.sha256(f"salt{CONTENT}".encode()).hexdigest(),
    "previous_hash": "0" * 64,
}
HASH = hashlib.sha256(json.dumps(LINK, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
FILLED: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "0001": [
        (
            "person",
            {
                **{"id": 1, "key": UUIDS[0], "pseudonym": "P01", "affected": "left", "cause": "stroke"},
                **{"onset": "2025-02-03", "severity": "", "goal": "keep", "primary_measure": "", "primary_side": ""},
                **{"nerve_regrowth": True, "leg_length_m": 0.9, "time_zone": "Europe/Berlin"},
            },
        ),
        ("person_name", {"person_id": 1, "name": "Ann"}),
        (
            "shoe",
            {
                **{"id": 1, "person_id": 1, "name": "brown", "side": "left", "valid_from": "2026-01-01"},
                **{"length_m": 0.28, "length_sd_m": None, "place": "lace", "mounting": "{}"},
            },
        ),
        ("audit", LINK | {"at": "2026-01-05 09:00:00.000125+00:00", "hash": HASH}),
        ("audit_content", {"audit_id": 1, "salt": "salt", "content": CONTENT}),
    ],
    "0002": [
        ("event", {"id": UUIDS[1], "person_id": 1, "kind": "fall", "day": "2026-01-06", "note": "n"}),
        (
            "clinical_entry",
            {
                **{"id": UUIDS[2], "person_id": 1, "measure": "walking_category_fac", "value": 3.0},
                **{"day": "2026-01-06", "side": "", "author": "", "note": ""},
            },
        ),
        (
            "plan_version",
            {
                **{
                    "id": 1,
                    "person_id": 1,
                    "version": 1,
                    "start": "2026-01-06",
                    "made_at": "2026-01-05 09:00:00+00:00",
                },
                **{"made_at_offset_s": 3600, "author": "", "note": ""},
            },
        ),
        (
            "prescription",
            {
                **{"plan_version_id": 1, "place": 0, "exercise": "heel_raise", "side": "left", "level": ""},
                **{"sets": 2, "repetitions": 10, "hold_s": None, "duration_s": None, "times_a_day": 1},
                **{"weekdays": "[0, 2]", "times_a_week": 0, "start": None, "end": None, "note": "", "cleared": "[]"},
            },
        ),
        *(
            (
                "log_entry",
                {
                    **{"id": number, "uuid": UUIDS[2 + number], "person_id": 1, "exercise": "heel_raise"},
                    **{"day": "2026-01-07", "at": "2026-01-07 09:00:00+00:00", "at_offset_s": 3600, "side": "left"},
                    **{"level": "", "outcome": "done", "reason": "", "sets": 1, "repetitions": 10 * number},
                    **{"duration_s": None, "pain": None, "effort": None, "source": "patient", "note": ""},
                    **{"entered_at": "2026-01-07 09:00:00+00:00", "replaces_id": None if number == 1 else 1},
                },
            )
            for number in (1, 2)
        ),
    ],
    "0003": [
        (
            "walk",
            {
                **{"id": 1, "uuid": UUIDS[5], "person_id": 1, "start": "2026-01-08 09:00:00+00:00"},
                **{"start_offset_s": 3600, "day": "2026-01-08", "activity": "walk", "condition": '{"aid": "stick"}'},
                **{"condition_key": "aid=stick", "folder": "", "hashes": '{"a.csv": "ab"}', "name": "w"},
            },
        ),
        (
            "analysis",
            {
                **{"id": 1, "walk_id": 1, "version": "0.1", "config_hash": "c", "quality": "good"},
                **{"reasons": '["few strides"]', "added_at": "2026-01-08 09:00:00+00:00", "digest": "d"},
            },
        ),
        *(
            (
                "walk_measure",
                {
                    **{"analysis_id": 1, "measure": "walking_speed_mps", "side": side, "value": 0.8},
                    **{"standard_error": 0.01, "used_count": 40},
                },
            )
            for side in ("right", "left")
        ),
    ],
    "0004": [
        (
            "aid",
            {"id": 1, "person_id": 1, "kind": "aid", "word": "stick", "name": "", "start": None, "end": "2026-12-31"},
        ),
        ("helper", {"id": 1, "person_id": 1, "name": "sister", "sees": '["steps"]'}),
        (
            "counted_set",
            {
                **{"id": 1, "uuid": UUIDS[6], "person_id": 1, "log_entry_id": 1, "exercise": "heel_raise"},
                **{"side": "left", "at": "2026-01-07 09:00:00+00:00", "at_offset_s": 3600, "day": "2026-01-07"},
                **{"session": "", "folder": "", "version": "0.1"},
            },
        ),
        (
            "counted_repetition",
            {"set_id": 1, "place": 0, "start_s": 1.5, "range_deg": 20.0, "hold_s": None, "lowering_s": 0.7},
        ),
    ],
}


def make_old(address: str, revision: str) -> None:
    """Make a store as it was at a revision, with something in each of its tables."""
    engine = make_engine(store_url(address), 5.0)
    with engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        with connection.begin():
            migrate(connection, revision)
            for since, rows in FILLED.items():
                for table, values in rows if since <= revision else ():
                    names = ", ".join(f'"{name}"' for name in values)
                    given = ", ".join(f":{name}" for name in values)
                    connection.execute(
                        text(f'INSERT INTO "{table}" ({names}) VALUES ({given})'), in_utc(engine, values)
                    )
    engine.dispose()


def in_utc(engine: Engine, values: dict[str, Any]) -> dict[str, Any]:
    """SQLite keeps instants in UTC without saying so."""
    if engine.dialect.name != "sqlite":
        return values
    return {key: value.removesuffix("+00:00") if isinstance(value, str) else value for key, value in values.items()}


def look(store: Store, revision: str) -> None:
    """All that the old store held is there."""
    expected = Patient(
        *("P01", "left", "stroke", date(2025, 2, 3), "", "keep"),
        nerve_regrowth=True,
        leg_length_m=0.9,
        time_zone="Europe/Berlin",
    )
    assert person(store, "P01") == expected
    assert name(store, "P01") == "Ann"
    assert shoes(store, "P01")[0].shoe.length_m == 0.28
    assert verify_audit(store) == (1, HASH, None, "")
    assert [(entry.who, entry.after) for entry in audit(store, "P01")] == [("ann", {"id": "P01"})]
    if revision >= "0002":
        assert [event.kind for event in events(store, "P01")] == ["fall"]
        assert [entry.value for entry in clinical_entries(store, "P01")] == [3.0]
        assert plan_versions(store, "P01")[0].prescriptions[0].weekdays == (0, 2)
        assert plan_versions(store, "P01")[0].made_at.isoformat() == "2026-01-05T10:00:00+01:00"
        assert [entry.replaces for entry in log_entries(store, "P01")] == ["", UUIDS[3]]
        assert log_table(store, "P01")["repetitions"].tolist() == [20]
    if revision >= "0003":
        (walk,) = walks(store, "P01")
        assert (walk.start, walk.condition) == ("2026-01-08T10:00:00+01:00", Condition(aid="stick"))
        assert (walk.reasons, walk.hashes, walk.affected) == (("few strides",), {"a.csv": "ab"}, "")
        table = walk_measures(store, "P01")
        assert table[["side", "value"]].to_numpy().tolist() == [["left", 0.8], ["right", 0.8]]
    if revision >= "0004":
        assert [own.end for own in aids(store, "P01")] == [date(2026, 12, 31)]
        assert helpers(store, "P01") == (Helper("sister", ("steps",)),)
        (counted,) = counted_sets(store, "P01")
        assert (counted.entry, counted.repetitions[0].lowering_s) == (UUIDS[3], 0.7)


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_an_old_store_is_upgraded_with_its_data(empty_address: str, revision: str) -> None:
    make_old(empty_address, revision)
    if "://" in empty_address:
        with pytest.raises(StoreError, match="pg_dump -Fc -h 127") as refused:
            open_store(empty_address)
        password = empty_address.split(":")[2].split("@")[0]
        assert password not in refused.value.message
        with open_store(empty_address, backup_made=True) as store:
            look(store, revision)
    else:
        with open_store(empty_address) as store:
            look(store, revision)
        (backup,) = Path(empty_address).parent.glob(f"store-{revision}-*.db")
        with closing(sqlite3.connect(backup)) as connection:
            assert connection.execute(f"SELECT version_num FROM {REVISION_TABLE}").fetchall() == [(revision,)]
            assert connection.execute("SELECT pseudonym FROM person").fetchall() == [("P01",)]
        with open_store(str(backup)) as store:  # a backup is a store
            look(store, revision)
    open_store(empty_address).close()  # and now it asks for nothing


def test_a_store_whose_backup_cannot_be_written_is_not_upgraded(tmp_path: Path) -> None:
    path = tmp_path / f"{'s' * 240}.db"  # with revision and time the name is longer than a file's may be
    make_old(str(path), "0001")
    with pytest.raises(StoreError, match="no backup can be written") as refused:
        open_store(str(path))
    assert refused.value.reason is StoreReason.NOT_WRITABLE
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(f"SELECT version_num FROM {REVISION_TABLE}").fetchall() == [("0001",)]


def test_the_models_are_what_the_scripts_make(store: Store) -> None:
    with store.engine.connect() as connection:
        options = {"compare_type": True, "version_table": REVISION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, StoreRow.metadata) == []


def test_every_script_is_known_in_its_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(footdrop_imu.store.__file__).with_name("migrations")))
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    assert [script.revision for script in scripts] == list(reversed(REVISIONS))


def test_a_newer_store_is_left_alone(store: Store, address: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(text(f"UPDATE {REVISION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreError, match="Update footdrop-imu") as refused:
        open_store(address)
    assert refused.value.reason is StoreReason.NEWER


def test_two_programs_may_make_the_store_at_once(empty_address: str) -> None:
    code = "import sys; from footdrop_imu.store.database import open_store; open_store(sys.argv[1], wait_s=60).close()"
    running = [subprocess.Popen([sys.executable, "-c", code, empty_address]) for _ in range(3)]
    assert [process.wait(120) for process in running] == [0, 0, 0]
    with open_store(empty_address) as store:
        assert verify_audit(store).row_count == 0
