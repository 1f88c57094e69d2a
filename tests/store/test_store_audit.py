"""The audit trail: chained, refused to be changed, broken where it was; writers one by one."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import Patient, TimelineEvent
from footdrop_imu.store.audit import audit, verify_audit
from footdrop_imu.store.course import add_event, events
from footdrop_imu.store.database import Store, open_store, reading, writing
from footdrop_imu.store.people import add_person, forget, people, person

ADDS_EVENTS = """
import sys
from datetime import date, timedelta
from footdrop_imu.schema_rehab import TimelineEvent
from footdrop_imu.store.course import add_event
from footdrop_imu.store.database import open_store

address, who, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open_store(address, who=who, wait_s=60) as store:
    for number in range(count):
        add_event(store, "P07", TimelineEvent("note", date(2026, 1, 1) + timedelta(days=number), who))
"""
STOPS_HALFWAY = """
import os, sys
from sqlalchemy import text
from footdrop_imu.store.database import open_store, writing

store = open_store(sys.argv[1])
with writing(store) as connection:
    connection.execute(text("UPDATE person SET goal = 'keep'"))
    os._exit(7)
"""
TAMPERED = {
    "changed": "UPDATE audit SET action = 'removed' WHERE id = 3",
    "moved": "UPDATE audit SET at = '2020-01-01 00:00:00' WHERE id = 3",
    "content": "UPDATE audit_content SET content = '{}' WHERE audit_id = 3",
    "content gone": "DELETE FROM audit_content WHERE audit_id = 3",
    "row gone": "DELETE FROM audit_content WHERE audit_id = 3; DELETE FROM audit WHERE id = 3",
}


@pytest.fixture
def trail(with_person: Store) -> Store:
    for day in range(1, 6):
        add_event(with_person, "P07", TimelineEvent("note", date(2026, 1, day)))
    return with_person


def without_triggers(store: Store, statement: str) -> None:
    """Change what the triggers keep from being changed, as one can who owns the database."""
    with writing(store) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in triggers:
                connection.execute(text(f"DROP TRIGGER {name}"))
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for part in statement.split("; "):
            connection.execute(text(part))


def test_the_trail_says_who_did_what_when(trail: Store) -> None:
    assert verify_audit(trail).broken_row is None
    assert verify_audit(trail).row_count == 6
    entries = audit(trail, "P07")
    assert [entry.id for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert {(entry.who, entry.person, entry.action) for entry in entries} == {("tester", "P07", "added")}
    assert entries[0].at < entries[-1].at
    assert entries[0].at.utcoffset() is not None
    assert entries[0].after["cause"] == "stroke"
    assert audit(trail, last=2) == entries[-2:]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET action = 'x'",
        "DELETE FROM audit WHERE id = 6",
        "UPDATE audit_content SET content = '{}'",
        "DELETE FROM audit_content WHERE audit_id = 6",
    ],
)
def test_the_database_itself_refuses_changes(trail: Store, statement: str) -> None:
    with pytest.raises(IntegrityError, match="stay as they are"), trail.engine.begin() as connection:
        connection.execute(text(statement))
    with pytest.raises(StoreError) as refused, writing(trail) as connection:
        connection.execute(text(statement))
    assert refused.value.reason is StoreReason.NOT_WRITABLE
    assert verify_audit(trail).row_count == 6


def test_a_server_refuses_to_empty_the_trail(trail: Store) -> None:
    if trail.engine.dialect.name == "sqlite":
        return  # it knows no TRUNCATE
    with pytest.raises(StoreError), writing(trail) as connection:
        connection.execute(text("TRUNCATE audit CASCADE"))
    assert verify_audit(trail).row_count == 6


@pytest.mark.parametrize("statement", TAMPERED.values(), ids=TAMPERED)
def test_the_first_broken_row_is_named(trail: Store, statement: str) -> None:
    without_triggers(trail, statement)
    check = verify_audit(trail)
    assert check.broken_row in (3, 4)  # 4: the first that is there after a gap
    assert check.reason


def test_an_end_that_was_cut_off_shows_against_what_was_noted(trail: Store) -> None:
    head = verify_audit(trail).head
    add_event(trail, "P07", TimelineEvent("note", date(2026, 2, 1)))
    assert verify_audit(trail, noted_head=head).broken_row is None
    head = verify_audit(trail).head
    without_triggers(trail, "DELETE FROM audit_content WHERE audit_id = 7; DELETE FROM audit WHERE id = 7")
    assert verify_audit(trail).broken_row is None
    assert verify_audit(trail, noted_head=head).broken_row == 7


def test_content_goes_only_with_a_person_who_was_forgotten(trail: Store) -> None:
    add_person(trail, Patient("P08"))
    forget(trail, "P07")
    with reading(trail) as connection:
        kept = connection.execute(text("SELECT audit_id FROM audit_content ORDER BY audit_id")).scalars().all()
        values = {value for row in connection.execute(text("SELECT * FROM audit")) for value in row}
    assert kept == [7, 8]
    assert "P07" not in values
    assert verify_audit(trail).broken_row is None
    with pytest.raises(StoreError), writing(trail) as connection:  # that they were forgotten stays
        connection.execute(text("DELETE FROM audit_content WHERE audit_id = 8"))
    without_triggers(trail, "DELETE FROM audit_content WHERE audit_id = 7")  # but P08 was not
    assert verify_audit(trail).broken_row == 7


def test_nothing_of_a_forgotten_person_is_left_in_the_file(trail: Store) -> None:
    if trail.engine.dialect.name != "sqlite":
        return
    add_event(trail, "P07", TimelineEvent("fall", date(2026, 3, 1), "an unmistakable sentence"))
    forget(trail, "P07")
    with open(trail.place, "rb") as file, open(f"{trail.place}-wal", "rb") as log:  # noqa: PTH123
        left = file.read() + log.read()
    assert b"unmistakable" not in left
    assert b"P07" not in left


def test_two_programs_that_write_at_once_make_one_chain(with_person: Store, address: str) -> None:
    command = [sys.executable, "-c", ADDS_EVENTS, address]
    running = [subprocess.Popen([*command, who, "15"]) for who in ("one", "two")]
    assert [process.wait(120) for process in running] == [0, 0]
    check = verify_audit(with_person)
    assert (check.row_count, check.broken_row) == (31, None)
    assert len(events(with_person, "P07")) == 30
    assert {entry.who for entry in audit(with_person, "P07")} == {"tester", "one", "two"}


def test_what_a_program_that_died_had_begun_is_not_there(with_person: Store, address: str) -> None:
    done = subprocess.run([sys.executable, "-c", STOPS_HALFWAY, address], check=False)
    assert done.returncode == 7
    assert person(with_person, "P07").goal == "improve"
    add_event(with_person, "P07", TimelineEvent("note", date(2026, 1, 1)))  # and its lock is gone


def test_readers_go_on_while_one_writes_and_a_second_writer_is_told(with_person: Store, address: str) -> None:
    with open_store(address, wait_s=0.2) as other, writing(with_person) as connection:
        connection.execute(text("UPDATE person SET goal = 'keep'"))
        assert [one.goal for one in people(other)] == ["improve"]
        with pytest.raises(StoreError, match="another program is writing") as refused:
            add_event(other, "P07", TimelineEvent("note", date(2026, 1, 1)))
        assert refused.value.reason is StoreReason.BUSY
    assert person(with_person, "P07").goal == "keep"
