"""Opening: where the store is, what cannot be opened, and no password in any message."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from footdrop_imu.errors import StoreError, StoreReason
from footdrop_imu.schema_rehab import Patient
from footdrop_imu.store.database import open_store, writing
from footdrop_imu.store.people import add_person, people
from tests.store.postgresql import Server, free_port

SECRET = "s3cret"


@pytest.fixture
def store_file(tmp_path: Path, empty_file: Path) -> Path:
    shutil.copy(empty_file, tmp_path / "store.db")
    return tmp_path / "store.db"


def refusal(address: str) -> StoreError:
    with pytest.raises(StoreError) as refused:
        open_store(address, wait_s=0.3)
    assert SECRET not in str(refused.value)
    return refused.value


def test_by_default_it_is_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTDROP_DATA_FOLDER", str(tmp_path / "not" / "there yet"))
    with open_store() as store:
        assert store.place == str(tmp_path / "not" / "there yet" / "store.db")
        add_person(store, Patient("P01"))
    assert Path(store.place).stat().st_mode & 0o077 == 0  # nobody else may read it
    with closing(sqlite3.connect(store.place)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    monkeypatch.setenv("FOOTDROP_STORE", str(tmp_path / "other.db"))
    with open_store() as store:
        assert people(store) == ()
    with open_store(f"sqlite:///{tmp_path}/other.db") as store:
        assert store.place == str(tmp_path / "other.db")


def test_foreign_keys_are_held(store_file: Path) -> None:
    with open_store(str(store_file)) as store, store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (f"mysql://ann:{SECRET}@host/x", "cannot be a mysql database"),
        (f"postgresql://ann:{SECRET}@host:port/x", "cannot be read"),
        ("sqlite://", "names no file"),
    ],
)
def test_what_is_no_address_of_a_store(address: str, says: str) -> None:
    error = refusal(address)
    assert error.reason is StoreReason.WRONG_VALUE
    assert says in error.message


def test_a_file_that_is_none_of_ours(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database at all, " * 100)
    assert refusal(str(tmp_path / "text.db")).reason is StoreReason.DAMAGED
    assert refusal(str(tmp_path)).reason is StoreReason.WRONG_VALUE
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE birds (name TEXT)")
    error = refusal(str(tmp_path / "other.db"))
    assert error.reason is StoreReason.WRONG_VALUE
    assert "birds" in error.message


def test_a_damaged_file(store_file: Path) -> None:
    content = bytearray(store_file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    store_file.write_bytes(content)
    assert refusal(str(store_file)).reason is StoreReason.DAMAGED
    store_file.write_bytes(content[:5000])
    assert refusal(str(store_file)).reason is StoreReason.DAMAGED


def test_a_file_that_another_program_holds(store_file: Path) -> None:
    with open_store(str(store_file), wait_s=0.2) as store, closing(sqlite3.connect(store_file)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as refused:
            add_person(store, Patient("P01"))
        assert refused.value.reason is StoreReason.BUSY


def test_a_place_that_cannot_be_written(store_file: Path) -> None:
    (store_file.parent / "file").write_text("")
    assert refusal(str(store_file.parent / "file" / "store.db")).reason is StoreReason.NOT_WRITABLE
    store_file.chmod(0o444)
    store_file.parent.chmod(0o555)
    code = (
        "import sys; from footdrop_imu.errors import StoreError; from footdrop_imu.schema_rehab import Patient\n"
        "from footdrop_imu.store.database import open_store; from footdrop_imu.store.people import add_person\n"
        "try:\n    add_person(open_store(sys.argv[1]), Patient('P01'))\n"
        "except StoreError as error: print(error.reason)"
    )
    command = [sys.executable, "-c", code, str(store_file)]
    try:
        if os.geteuid() == 0:  # root may write anywhere: give up that right, and no other
            command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--", *command]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        store_file.parent.chmod(0o755)
    assert done.stdout.strip() == "not_writable", done.stderr


def test_a_server_without_the_driver(server: Server) -> None:
    code = (
        "import sys\nimport importlib.util as util; find = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'psycopg' else find(name, *rest)\n"
        "from footdrop_imu.errors import StoreError; from footdrop_imu.store.database import open_store\n"
        "try:\n    open_store(sys.argv[1])\n"
        "except StoreError as error: print(error.reason, error.message)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, server.url("postgres")], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("not_installed")
    assert 'pip install "footdrop-imu[clinic]"' in done.stdout
    assert server.password not in done.stdout


def test_a_server_that_cannot_be_reached(server: Server) -> None:
    for address, says in (
        (f"postgresql://ann:{SECRET}@127.0.0.1:{free_port()}/x", "no server listens"),
        (server.url("postgres", SECRET), "refuses this user or password"),
        (server.url("nowhere"), "no such database"),
    ):
        error = refusal(address)
        assert error.reason is StoreReason.NOT_REACHABLE
        assert says in error.message
        assert server.password not in error.message


def test_a_server_that_may_only_be_read(server: Server, database_with_tables: str) -> None:
    with psycopg.connect(database_with_tables, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN PASSWORD 's3cret'")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    name = database_with_tables.rpartition("/")[2]
    with open_store(f"postgresql://reader:{SECRET}@127.0.0.1:{server.port}/{name}") as store:
        people(store)
        with pytest.raises(StoreError) as refused:
            add_person(store, Patient("P01"))
    assert refused.value.reason is StoreReason.NOT_WRITABLE


def test_a_connection_that_breaks(database_with_tables: str) -> None:
    with open_store(database_with_tables) as store:

        def write() -> None:
            with writing(store) as connection:
                (number,) = connection.execute(text("SELECT pg_backend_pid()")).one()
                with psycopg.connect(database_with_tables, autocommit=True) as other:
                    other.execute("SELECT pg_terminate_backend(%s)", [number])
                connection.execute(text("UPDATE person SET goal = 'keep'"))

        with pytest.raises(StoreError) as refused:
            write()
        assert refused.value.reason is StoreReason.NOT_REACHABLE
        people(store)  # the next one finds a new connection
